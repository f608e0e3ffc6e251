/* SPDX-License-Identifier: Apache-2.0
 *
 * What is claimed: "FMR <= 1e-4 at threshold 0.6", "FNMR <= 0.5% at FMR 0.05%". Without "at", a claim is about
 * the one threshold that was given. An FMR at an FMR target is a claim only where the threshold was set on other
 * data; on this data it meets the target by the way it was found. How claims are judged: verdicts.c.
 */
#include <ctype.h>
#include <math.h>
#include <stdio.h>
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

/* Divided in decimal: 0.05 % is the fraction 5/10000, not what is next to a twentieth of a hundredth. */
static double hundredth(double value) {
  char text[2 * PLB_DOUBLE_TEXT];
  size_t length = plb_format_double(text, value);
  char *exponent = strchr(text, 'e');
  long power = exponent ? strtol(exponent + 1, NULL, 10) : 0;
  length = exponent ? (size_t)(exponent - text) : length;
  length += (size_t)snprintf(text + length, sizeof text - length, "e%ld", power - 2);
  return plb_whole_double(text, length, &value) ? value : value / 100;
}

/* A rate is below 1: whatever is claimed of one that may be 100 % is true of any system, and "FMR 1" was meant as 1 %.
 */
static bool take_number(const char **at, bool rate, double *value) {
  const char *end = plb_read_double(*at, *at + strlen(*at), value);
  if (!end || !isfinite(*value))
    return false;
  const char *behind = skip_blanks(end);
  if (rate && *behind == '%') {
    *value = hundredth(*value);
    behind++;
  }
  *at = skip_blanks(behind);
  return !rate || (*value >= 0 && *value < 1);
}

bool plb_claim_read(const char *text, bool preset, struct plb_claim_asked *claim, bool *has_where) {
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
  claim->at = at;
  if (!take_word(&at, "at"))
    return false;
  claim->at_target = (preset || !claim->about_fmr) && take_word(&at, "FMR");
  claim->target = claim->at_target ? at : NULL;
  if (!claim->at_target && !take_word(&at, "threshold"))
    return false;
  return take_number(&at, claim->at_target, &claim->where) && !*at;
}

static bool has_decimal_comma(const char *text) {
  for (const char *at = text; *at; at++)
    if (*at == ',' && at > text && isdigit((unsigned char)at[-1]) && isdigit((unsigned char)at[1]))
      return true;
  return false;
}

const char *plb_claim_fault(const char *text) {
  const char *at = text;
  double value;
  if (!take_word(&at, "FMR") && !take_word(&at, "FNMR"))
    return "claims are about FMR or FNMR";
  if (!take_word(&at, "<=") && !take_word(&at, "\xE2\x89\xA4"))
    return "the rate is followed by <= and its limit";
  if (has_decimal_comma(text))
    return "decimals are written with a point";
  if (!take_number(&at, true, &value) || (*at && !take_word(&at, "at")))
    return "the limit is a rate below 1, such as 0.005 or 0.5%, and only \"at\" may follow it";
  if (take_word(&at, "FMR"))
    return "an FMR target is a rate below 1, such as 0.001 or 0.1%";
  return take_word(&at, "threshold") ? "a threshold is one number"
                                     : "what follows \"at\" is \"threshold T\" or \"FMR X\"";
}

static plb_status parse_one(const struct plb_study *study, const char *text, struct plb_claim_asked *claim,
                            struct plb_error *err) {
  bool has_where = false;
  if (!plb_claim_read(text, study->options->threshold_from != NULL, claim, &has_where) &&
      plb_claim_read(text, true, claim, &has_where))
    return plb_fail(err, PLB_USAGE,
                    "\"%.80s\" is not a claim about these data alone: they would set the threshold themselves, where "
                    "FMR keeps the target; take the threshold from the result of other data (--threshold-from)",
                    text);
  if (!plb_claim_read(text, study->options->threshold_from != NULL, claim, &has_where))
    return plb_fail(err, PLB_USAGE, "\"%.80s\" is not a claim: %s; " GRAMMAR, text, plb_claim_fault(text));
  if (has_where)
    return PLB_OK;
  if (study->options->threshold_count != 1)
    return plb_fail(err, PLB_USAGE, "\"%.80s\" does not say at which threshold; add \"at threshold T\"%s", text,
                    claim->about_fmr ? " or give one threshold" : ", \"at FMR X\", or give one threshold");
  claim->where = study->options->thresholds[0];
  return PLB_OK;
}

/* The same thing claimed again, in whatever words. */
static bool is_known(const struct plb_study *study, const struct plb_claim_asked *claim) {
  for (size_t i = 0; i < study->claim_count; i++) {
    const struct plb_claim_asked *known = &study->claims[i];
    if (known->about_fmr == claim->about_fmr && known->at_target == claim->at_target &&
        known->at_most == claim->at_most && known->where == claim->where)
      return true;
  }
  return false;
}

plb_status plb_claims_parse(struct plb_study *study, struct plb_error *err) {
  const struct plb_options *options = study->options;
  study->claims = plb_alloc(options->claim_count, sizeof *study->claims);
  if (!study->claims)
    return plb_fail_memory(err);
  plb_status status = PLB_OK;
  for (size_t i = 0; i < options->claim_count && !status; i++) {
    struct plb_claim_asked claim;
    status = parse_one(study, options->claims[i], &claim, err);
    if (!status && !is_known(study, &claim))
      study->claims[study->claim_count++] = claim;
  }
  return status;
}
