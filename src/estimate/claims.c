/* SPDX-License-Identifier: Apache-2.0
 *
 * Claims: "FMR <= 1e-4 at threshold 0.6", "FNMR <= 0.5% at FMR 0.05%". A claim is shown when the upper
 * limit of the two-sided interval of the strict kind (Clopper-Pearson on the effective sample; methods
 * M.3), at a threshold that the data chose joined with that of resampling, meets it, refuted when the lower limit
 * exceeds it, and otherwise not shown. Without "at", the claim is about the one threshold that was given.
 */
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "estimate/study.h"

#define GRAMMAR "expected for instance \"FMR <= 1e-4 at threshold 0.6\" or \"FNMR <= 0.5%% at FMR 0.05%%\""

static const char *skip_blanks(const char *at) {
  while (*at == ' ' || *at == '\t')
    at++;
  return at;
}

/* Takes `word` off the front, any case; false when something else stands there. */
static bool take_word(const char **at, const char *word) {
  const char *from = skip_blanks(*at);
  size_t length = strlen(word);
  if (strncasecmp(from, word, length) != 0 || (isalpha((unsigned char)word[0]) && isalpha((unsigned char)from[length])))
    return false;
  *at = skip_blanks(from + length);
  return true;
}

static bool take_number(const char **at, bool rate, double *value) {
  const char *end = plb_read_double(*at, *at + strlen(*at), value);
  if (!end || !isfinite(*value))
    return false;
  const char *behind = skip_blanks(end);
  if (rate && *behind == '%') {
    /* divide in decimal: 0.05 % is the fraction 5/10000 */
    char text[PLB_DOUBLE_TEXT + 4];
    size_t length = plb_format_double(text, *value);
    if (strchr(text, 'e'))
      *value /= 100;
    else {
      memcpy(text + length, "e-2", 4);
      plb_whole_double(text, length + 3, value);
    }
    behind++;
  }
  *at = skip_blanks(behind);
  return !rate || (*value >= 0 && *value <= 1);
}

bool plb_claim_read(const char *text, struct plb_claim_asked *claim, bool *has_where) {
  const char *at = text;
  *claim = (struct plb_claim_asked){.text = text, .about_fmr = true};
  if (!take_word(&at, "FMR")) {
    claim->about_fmr = false;
    if (!take_word(&at, "FNMR"))
      return false;
  }
  if (!take_word(&at, "<=") && !take_word(&at, "\xE2\x89\xA4"))
    return false;
  if (!take_number(&at, true, &claim->at_most))
    return false;
  *has_where = *at != '\0';
  if (!*has_where)
    return true;
  if (!take_word(&at, "at"))
    return false;
  claim->at_target = !claim->about_fmr && take_word(&at, "FMR");
  if (!claim->at_target && !take_word(&at, "threshold"))
    return false;
  return take_number(&at, claim->at_target, &claim->where) && !*at;
}

static plb_status parse_one(const struct plb_study *study, const char *text, struct plb_claim_asked *claim,
                            struct plb_error *err) {
  bool has_where = false;
  if (!plb_claim_read(text, claim, &has_where))
    return plb_fail(err, PLB_USAGE, "\"%.80s\" is not a claim; " GRAMMAR, text);
  if (has_where)
    return PLB_OK;
  if (study->options->threshold_count != 1)
    return plb_fail(err, PLB_USAGE, "\"%.80s\" does not say at which threshold; add \"at threshold T\"%s", text,
                    claim->about_fmr ? " or give one threshold" : ", \"at FMR X\", or give one threshold");
  claim->where = study->options->thresholds[0];
  return PLB_OK;
}

plb_status plb_claims_parse(struct plb_study *study, struct plb_error *err) {
  const struct plb_options *options = study->options;
  study->claims = plb_alloc(options->claim_count, sizeof *study->claims);
  if (!study->claims)
    return plb_fail_memory(err);
  plb_status status = PLB_OK;
  for (size_t i = 0; i < options->claim_count && !status; i++)
    status = parse_one(study, options->claims[i], &study->claims[study->claim_count++], err);
  return status;
}

/* The limits that a claim is judged by. FNMR at a threshold that the data chose is less certain than at one set before:
 * the wider of both counts. */
static struct plb_limits limits_for(const struct plb_measured *measured, const struct plb_claim_asked *claim,
                                    const struct plb_rate *rate, const struct plb_study_point *point) {
  struct plb_limits limits = rate->narrow.few ? rate->narrow.worst_case : rate->narrow.strict;
  const struct plb_redrawn_point *redrawn = claim->at_target ? plb_redrawn_at(measured, point) : NULL;
  if (redrawn) {
    limits.lower = fmin(limits.lower, redrawn->fnmr.lower);
    limits.upper = fmax(limits.upper, redrawn->fnmr.upper);
  }
  return limits;
}

static const char *verdict_of(const struct plb_claim_asked *claim, const struct plb_rate *rate,
                              const struct plb_study_point *point, const struct plb_limits *limits) {
  if (point->unsupported || rate->narrow.few)
    return "not shown";
  if (limits->upper <= claim->at_most)
    return "shown";
  return limits->lower > claim->at_most ? "refuted" : "not shown";
}

/* The method behind a verdict; NULL when memory ran out. */
static const char *judged_by(struct plb_study *study, const struct plb_rate *rate, bool redrawn) {
  if (!rate->has_people)
    return "clopper-pearson: every trial taken as independent, since people are unknown; if they took part more than "
           "once, this verdict is often wrong";
  if (plb_rate_units(rate) < FEWEST_PEOPLE)
    return plb_study_text(study, "worst case: fewer than 8 %s", plb_those(study));
  if (rate->narrow.few)
    return plb_study_text(study, "worst case: a few %s take part in most of the comparisons", plb_those(study));
  const char *by = "PL-strict";
  if (redrawn)
    by = plb_study_text(study, "the wider of PL-strict and %s with the threshold found again",
                        plb_redrawn_method(study));
  bool follows = redrawn && plb_method_entry(study->method)->drawn; /* the replicates are those asked for */
  if (!by || follows || study->method == PLB_METHOD_PL)
    return by;
  return plb_study_text(study, "%s, by which claims are judged whatever --interval says", by);
}

/* The limits, and what they rest on. */
static const char *why_of(struct plb_study *study, const struct plb_measured *measured,
                          const struct plb_claim_asked *claim, const struct plb_rate *rate,
                          const struct plb_study_point *point, const struct plb_limits *limits) {
  const bool redrawn = claim->at_target && plb_redrawn_at(measured, point);
  uint64_t trials = measured->det.trials[PLB_CLASS_NONMATED];
  if (point->unsupported)
    return plb_study_text(study, "the data cannot carry FMR <= %s: %s non-mated comparisons allow no false match at it",
                          plb_say_one_in(point->asked).text, plb_say_count(trials).text);
  const char *method = judged_by(study, rate, redrawn);
  if (!method)
    return NULL;
  const char *realised = "";
  if (claim->at_target)
    realised =
        plb_study_text(study,
                       "; the threshold was found on this same data%s; the FMR at it was %s (%s of %s), which is "
                       "printed, not claimed",
                       redrawn ? "" : " and the claim is judged as if it had been set before",
                       plb_say_rate((double)point->point.false_matches / (double)trials).text,
                       plb_say_count(point->point.false_matches).text, plb_say_count(trials).text);
  return plb_study_text(
      study, "%s was %s (%s of %s), limits at %s %%: %s to %s (%s)%s", claim->about_fmr ? "FMR" : "FNMR",
      plb_say_rate((double)rate->errors / (double)rate->trials).text, plb_say_count(rate->errors).text,
      plb_say_count(rate->trials).text, plb_say_level(study->options->level).text, plb_say_rate(limits->lower).text,
      plb_say_rate(limits->upper).text, method, realised ? realised : "");
}

static plb_status judge(struct plb_study *study, const struct plb_measured *measured,
                        const struct plb_claim_asked *claim, struct plb_error *err) {
  enum plb_class class = claim->about_fmr ? PLB_CLASS_NONMATED : PLB_CLASS_MATED;
  const struct plb_study_point *point =
      plb_point_find(measured, claim->at_target ? PLB_POINT_TARGET : PLB_POINT_GIVEN, claim->where);
  struct plb_claim verdict = {.verdict = "not shown"};
  verdict.text = measured->name ? plb_study_text(study, "%s (system %s)", claim->text, measured->name)
                                : plb_study_text(study, "%s", claim->text);
  if (!measured->det.trials[class] || (claim->at_target && !measured->det.trials[PLB_CLASS_NONMATED])) {
    verdict.why = plb_study_text(study, "there are no %s comparisons",
                                 measured->det.trials[PLB_CLASS_NONMATED] ? "mated" : "non-mated");
  } else {
    const struct plb_rate *rate = &measured->rates[class].at[point->at];
    struct plb_limits limits = limits_for(measured, claim, rate, point);
    verdict.verdict = verdict_of(claim, rate, point, &limits);
    verdict.why = why_of(study, measured, claim, rate, point, &limits);
  }
  if (!verdict.text || !verdict.why)
    return plb_fail_memory(err);
  return plb_result_add_claim(study->result, &verdict, err);
}

plb_status plb_claims_judge(struct plb_study *study, const struct plb_measured *measured, struct plb_error *err) {
  plb_status status = PLB_OK;
  for (size_t i = 0; i < study->claim_count && !status; i++)
    status = judge(study, measured, &study->claims[i], err);
  return status;
}
