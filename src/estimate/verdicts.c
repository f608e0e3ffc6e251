/* SPDX-License-Identifier: Apache-2.0
 *
 * Verdicts on claims. A claim alone is shown when the upper limit of the two-sided interval of the strict kind
 * (Clopper-Pearson on the effective sample, never narrower than PL; methods M.3), at a threshold that the data chose
 * joined with that of resampling, meets it, refuted when the lower limit exceeds it, and otherwise not shown.
 *
 * Who makes many claims may not quote the one that luck has shown. All claims about all systems are therefore judged
 * together by Holm's step-down (holm.h), for "shown" and for "refuted" apart, so that the chance that any claim is
 * wrongly shown is at most alpha/2, and that any is wrongly refuted at most alpha/2.
 *
 * Undecided stay claims about rates of too few people, at targets that the data cannot carry, and of trials whose
 * people nobody knows, unless these were declared to be independent. They count among those that share the risk.
 *
 * Cost: a few beta quantiles for each claim and each doubling of their number; design effects are known already.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "estimate/delta.h"
#include "resample/resample.h"

#define FEWEST_BEYOND 2 /* replicates beyond a limit that is found by resampling */

/* A claim about a system, and what has become of it. */
struct stand {
  const struct plb_claim_asked *claim;
  const struct plb_measured *measured;
  const struct plb_study_point *point;
  const struct plb_rate *rate; /* NULL: there are no such trials */
  bool decidable;
  const char *verdict; /* NULL while it is open */
  size_t sharing;      /* claims that shared the risk when it was judged */
};

static double level_of(const struct plb_study *study, size_t sharing) {
  return plb_holm_level(study->options->level, sharing);
}

/* What resampling says of a rate at a threshold that the data chose, or NULL. */
static const struct plb_redrawn_point *redrawn_of(const struct stand *stand) {
  bool chosen = stand->point->kind == PLB_POINT_TARGET;
  const struct plb_redrawn_point *redrawn = chosen ? plb_redrawn_at(stand->measured, stand->point) : NULL;
  return redrawn && (redrawn->drawn_count || redrawn->fnmr.delta) ? redrawn : NULL;
}

/* Few errors, and no scores near the threshold to borrow a design effect from, as of decisions or coarse scores:
 * nothing is known of how far trials repeat each other. */
static bool rests_on_nothing(const struct plb_rate *rate) {
  uint64_t fewer = rate->errors < rate->trials - rate->errors ? rate->errors : rate->trials - rate->errors;
  return rate->has_people && rate->repeats && rate->narrow.no_borrowing && fewer < FEW_ERRORS;
}

/* Never narrower than PL's, which are printed: of few errors the strict shape is. FNMR at a threshold that the data
 * chose is less certain than at one set before: the wider of both counts. */
static struct plb_limits limits_at(const struct stand *stand, double level) {
  struct plb_pl pl = stand->rate->narrow;
  plb_pl_at_level(&pl, stand->rate->errors, stand->rate->trials, level);
  const struct plb_redrawn_point *redrawn = redrawn_of(stand);
  if (rests_on_nothing(stand->rate))
    pl.strict = pl.worst_case;
  if (stand->rate->has_people)
    pl.strict = (struct plb_limits){fmin(pl.strict.lower, pl.pl.lower), fmax(pl.strict.upper, pl.pl.upper)};
  if (!redrawn)
    return pl.strict;
  if (redrawn->fnmr.delta) {
    struct plb_redrawn_limits at = plb_delta_limits(stand->measured, stand->point, &redrawn->fnmr.spread, level);
    return (struct plb_limits){fmin(pl.strict.lower, at.lower), fmax(pl.strict.upper, at.upper)};
  }
  double lower = plb_quantile(redrawn->drawn, redrawn->drawn_count, (1 - level) / 2);
  double upper = plb_quantile(redrawn->drawn, redrawn->drawn_count, (1 + level) / 2);
  return (struct plb_limits){.lower = fmin(pl.strict.lower, lower), .upper = fmax(pl.strict.upper, upper)};
}

/* Whether limits at this level can be found: a quantile needs replicates beyond it. */
static bool has_limits_at(const struct stand *stand, double level) {
  const struct plb_redrawn_point *redrawn = redrawn_of(stand);
  bool drawn = redrawn && !redrawn->fnmr.delta;
  return level <= HIGHEST_LEVEL && (!drawn || (double)redrawn->drawn_count * (1 - level) / 2 >= FEWEST_BEYOND);
}

/* A claim in one of the two directions. */
struct question {
  const struct plb_study *study;
  const struct stand *stand;
  bool shown; /* else refuted */
};

/* Whether a claim is decided when so many share the risk. */
static bool decides(const void *ctx, size_t sharing) {
  const struct question *question = ctx;
  const struct stand *stand = question->stand;
  double level = level_of(question->study, sharing);
  if (!stand->decidable || !has_limits_at(stand, level))
    return false;
  struct plb_limits limits = limits_at(stand, level);
  return question->shown ? limits.upper <= stand->claim->at_most : limits.lower > stand->claim->at_most;
}

/* Holm's steps in one direction; answers how many claims shared the risk in the last one, in which none was decided. */
static size_t step_down(const struct plb_study *study, struct stand *stands, struct plb_holm *steps, size_t count,
                        bool shown) {
  for (size_t i = 0; i < count; i++) {
    struct question question = {study, &stands[i], shown};
    steps[i].reach = stands[i].verdict ? 0 : plb_holm_reach(decides, &question, count);
  }
  size_t open = plb_holm_steps(steps, count);
  for (size_t i = 0; i < count; i++) {
    if (!steps[i].sharing)
      continue;
    stands[i].verdict = shown ? "shown" : "refuted";
    stands[i].sharing = steps[i].sharing;
  }
  return open;
}

/* What stays open is worded at the stricter of the two last steps, whose limits contradict neither. */
static plb_status judge_together(const struct plb_study *study, struct stand *stands, size_t count,
                                 struct plb_error *err) {
  struct plb_holm *steps = plb_alloc(count, sizeof *steps);
  if (!steps)
    return plb_fail_memory(err);
  size_t unshown = step_down(study, stands, steps, count, true),
         unrefuted = step_down(study, stands, steps, count, false);
  for (size_t i = 0; i < count; i++) {
    if (stands[i].verdict)
      continue;
    stands[i].verdict = "not shown";
    stands[i].sharing = unshown > unrefuted ? unshown : unrefuted;
  }
  free(steps);
  return PLB_OK;
}

static struct stand stand_of(const struct plb_study *study, const struct plb_measured *measured,
                             const struct plb_claim_asked *claim) {
  enum plb_class class = claim->about_fmr ? PLB_CLASS_NONMATED : PLB_CLASS_MATED;
  bool preset = claim->at_target && study->options->threshold_from;
  enum plb_point_kind kind = preset ? PLB_POINT_PRESET : claim->at_target ? PLB_POINT_TARGET : PLB_POINT_GIVEN;
  struct stand stand = {.claim = claim, .measured = measured, .point = plb_point_find(measured, kind, claim->where)};
  bool set = kind != PLB_POINT_TARGET || measured->det.trials[PLB_CLASS_NONMATED];
  if (!measured->det.trials[class] || !set)
    return stand;
  stand.rate = &measured->rates[class].at[stand.point->at];
  stand.decidable = !stand.point->unsupported && !stand.rate->narrow.few &&
                    (stand.rate->has_people || study->options->independent_trials);
  return stand;
}

/* ---- why --------------------------------------------------------------------------------------- */

struct plb_words plb_say_shared_level(double level) {
  struct plb_words words;
  int digits = 4 - (int)floor(log10(100 * (1 - level)));
  plb_word_rounded(words.text, 100 * level, digits < 3 ? 3 : digits);
  return words;
}

/* A limit; what is too small to matter in any test is worded as such. */
static const char *say_limit(struct plb_study *study, double limit) {
  if (limit > 0 && limit < 1e-12)
    return "practically 0 %";
  return plb_study_text(study, "%s", plb_say_rate(limit).text);
}

/* NULL when memory ran out. */
static const char *say_method(struct plb_study *study, const struct stand *stand) {
  const struct plb_rate *rate = stand->rate;
  const struct plb_redrawn_point *redrawn = redrawn_of(stand);
  if (!rate->has_people)
    return stand->decidable ? "clopper-pearson: that trials are independent was declared, not measured"
                            : "clopper-pearson, as if every trial were independent";
  if (plb_rate_units(rate) < FEWEST_PEOPLE)
    return plb_study_text(study, "worst case: fewer than 8 %s", plb_those(study));
  if (rate->narrow.few)
    return plb_study_text(study, "worst case: a few %s take part in most of the comparisons", plb_those(study));
  if (rests_on_nothing(rate))
    return plb_study_text(study,
                          "worst case: too few errors, and no scores near the threshold, to tell how far the "
                          "trials of %s repeat each other",
                          plb_those(study));
  const char *by = "PL-strict";
  if (redrawn)
    by = redrawn->fnmr.delta ? "the wider of PL-strict and delta, which allows for the threshold being found here"
                             : plb_study_text(study, "the wider of PL-strict and %s with the threshold found again",
                                              plb_redrawn_method(study));
  bool follows = redrawn && !redrawn->fnmr.delta &&
                 plb_method_entry(study->method)->drawn; /* the replicates are those asked for */
  if (!by || follows || study->method == PLB_METHOD_PL)
    return by;
  return plb_study_text(study, "%s, by which claims are judged whatever --interval says", by);
}

/* "one of 4 claims judged together, 3 of them open at this step: limits at 98.33 %". */
static const char *say_level(struct plb_study *study, const struct stand *stand, size_t count, double level) {
  if (count < 2)
    return plb_study_text(study, "limits at %s %%", plb_say_level(level).text);
  struct plb_words all = plb_say_count(count);
  if (stand->sharing == count)
    return plb_study_text(study, "one of %s claims judged together: limits at %s %%", all.text,
                          plb_say_shared_level(level).text);
  return plb_study_text(study, "one of %s claims judged together, %s of them open at this step: limits at %s %%",
                        all.text, plb_say_count(stand->sharing).text,
                        stand->sharing > 1 ? plb_say_shared_level(level).text : plb_say_level(level).text);
}

/* What must be said of the threshold. */
static const char *say_threshold(struct plb_study *study, const struct stand *stand) {
  const struct plb_point *point = &stand->point->point;
  uint64_t trials = stand->measured->det.trials[PLB_CLASS_NONMATED];
  if (!stand->claim->at_target)
    return "";
  const char *realised = trials
                             ? plb_study_text(study, "; the FMR at it was %s (%s of %s), which is printed, not claimed",
                                              plb_say_rate((double)point->false_matches / (double)trials).text,
                                              plb_say_count(point->false_matches).text, plb_say_count(trials).text)
                             : "";
  if (!realised)
    return NULL;
  if (stand->point->kind == PLB_POINT_PRESET)
    return plb_study_text(
        study,
        "; the threshold was set for FMR of at most %s on %s, and whether people are in both tests cannot be "
        "seen%s",
        plb_say_one_in(stand->point->asked).text, study->source, stand->claim->about_fmr ? "" : realised);
  return plb_study_text(study, "; the threshold was found on this same data%s%s",
                        redrawn_of(stand) ? "" : " and the claim is judged as if it had been set before", realised);
}

/* Why nothing could be decided whatever the limits; "" where it could, NULL when memory ran out. */
static const char *say_undecidable(struct plb_study *study, const struct stand *stand, size_t count) {
  if (stand->decidable && !has_limits_at(stand, level_of(study, stand->sharing)))
    return plb_study_text(
        study, "%s claims together need limits nearer to certainty than %s; ", plb_say_count(count).text,
        level_of(study, stand->sharing) > HIGHEST_LEVEL ? "can be computed" : "so few replicates allow (--replicates)");
  if (!stand->rate->has_people && !stand->decidable)
    return "the data do not name people, so that nobody can say how many of the trials are independent of each "
           "other: no verdict without ids, unless independent trials are declared; ";
  return "";
}

/* What stands beside FNMR where mated comparisons failed; "" where none did, NULL when memory ran out. */
static const char *say_failed(struct plb_study *study, const struct stand *stand) {
  double frr;
  uint64_t failed, all;
  if (stand->claim->about_fmr || !plb_failures_mated(study, stand->measured, stand->point, &frr, &failed, &all))
    return "";
  return plb_study_text(study,
                        PLB_CLAIM_FAILURES "%s of %s mated comparisons failed, and FRR, which has them, "
                                           "is %s",
                        plb_say_count(failed).text, plb_say_count(all).text, plb_say_rate(frr).text);
}

/* What makes the limits doubtful, where they show a claim; "" where nothing does, NULL when memory ran out. */
static const char *say_doubt(struct plb_study *study, const struct stand *stand) {
  if (strcmp(stand->verdict, "shown") != 0 || rests_on_nothing(stand->rate)) /* then they are the worst case */
    return "";
  const char *doubt = plb_doubt_of_verdict(study, stand->rate);
  return doubt && *doubt ? plb_study_text(study, PLB_CLAIM_CAUTION "%s", doubt) : doubt;
}

/* The limits, and what they rest on. */
static const char *why_of(struct plb_study *study, const struct stand *stand, size_t count,
                          const struct plb_limits *limits, double level) {
  const struct plb_rate *rate = stand->rate;
  uint64_t trials = stand->measured->det.trials[PLB_CLASS_NONMATED];
  if (stand->point->unsupported)
    return plb_study_text(study, "the data cannot carry FMR <= %s: %s non-mated comparisons allow no false match at it",
                          plb_say_one_in(stand->point->asked).text, plb_say_count(trials).text);
  const char *undecidable = say_undecidable(study, stand, count), *threshold = say_threshold(study, stand),
             *at = say_level(study, stand, count, level), *lower = say_limit(study, limits->lower),
             *upper = say_limit(study, limits->upper), *method = say_method(study, stand),
             *failed = say_failed(study, stand), *doubt = say_doubt(study, stand);
  if (!undecidable || !threshold || !at || !lower || !upper || !method || !failed || !doubt)
    return NULL;
  return plb_study_text(
      study, "%s%s was %s (%s of %s)%s %s: %s to %s (%s)%s%s%s", undecidable, stand->claim->about_fmr ? "FMR" : "FNMR",
      plb_say_rate((double)rate->errors / (double)rate->trials).text, plb_say_count(rate->errors).text,
      plb_say_count(rate->trials).text, count > 1 ? ";" : ",", at, lower, upper, method, threshold, failed, doubt);
}

/* The claim in the words it was made in, with the threshold that it is about, so that it can be read without the data.
 */
static const char *say_claim(struct plb_study *study, const struct stand *stand) {
  const struct plb_claim_asked *claim = stand->claim;
  const char *text = claim->text, *name = stand->measured->name;
  char threshold[PLB_DOUBLE_TEXT];
  if (claim->target) {
    text = plb_study_text(study, "%.*sat the threshold set for FMR <= %s on %s", (int)(claim->at - text), text,
                          claim->target, study->options->threshold_from ? study->source : "this same data");
  } else if (!claim->at) {
    plb_format_double(threshold, claim->where);
    text = plb_study_text(study, "%s at threshold %s", text, threshold);
  }
  return text && name ? plb_study_text(study, "%s (system %s)", text, name) : text;
}

static plb_status write_stand(struct plb_study *study, const struct stand *stand, size_t count, struct plb_error *err) {
  const struct plb_measured *measured = stand->measured;
  struct plb_claim claim = {.verdict = stand->verdict};
  claim.text = say_claim(study, stand);
  if (!stand->rate) {
    claim.why = plb_study_text(study, "there are no %s comparisons",
                               measured->det.trials[PLB_CLASS_NONMATED] ? "mated" : "non-mated");
  } else {
    double level = fmin(level_of(study, stand->sharing), HIGHEST_LEVEL);
    struct plb_limits limits = limits_at(stand, level);
    claim.has_limits = !stand->point->unsupported;
    claim.limits[0] = limits.lower;
    claim.limits[1] = limits.upper;
    claim.level = level;
    claim.why = why_of(study, stand, count, &limits, level);
  }
  if (!claim.text || !claim.why)
    return plb_fail_memory(err);
  return plb_result_add_claim(study->result, &claim, err);
}

plb_status plb_claims_judge(struct plb_study *study, const struct plb_measured *measured, size_t count,
                            struct plb_error *err) {
  size_t all = count * study->claim_count;
  if (!all)
    return PLB_OK;
  struct stand *stands = plb_alloc(all, sizeof *stands);
  if (!stands)
    return plb_fail_memory(err);
  for (size_t s = 0; s < count; s++)
    for (size_t i = 0; i < study->claim_count; i++)
      stands[s * study->claim_count + i] = stand_of(study, &measured[s], &study->claims[i]);
  plb_status status = judge_together(study, stands, all, err);
  for (size_t i = 0; i < all && !status; i++)
    status = write_stand(study, &stands[i], all, err);
  free(stands);
  if (!status)
    study->result->together = (struct plb_together){.exists = true, .level = study->options->level};
  return status;
}
