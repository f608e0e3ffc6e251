/* SPDX-License-Identifier: Apache-2.0
 *
 * Margins by which nothing was judged. A margin is a question about each pair of systems; where no difference answers
 * it, the result says so and why, so that nobody takes silence for a verdict: as an estimate without a value where the
 * pair has no difference of this kind at all, and in a sentence.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compare/compare.h"

/* What a margin is about. */
struct asked {
  const char *metric, *name; /* FNMR_DIFFERENCE, FNMR */
  double margin;
};

static bool is_of(const struct plb_versus *versus, const struct asked *asked, const struct plb_duel *duel,
                  const struct plb_estimate *e) {
  return e->against && strcmp(e->metric, asked->metric) == 0 &&
         strcmp(e->system, versus->measured[duel->first].name) == 0 &&
         strcmp(e->against, versus->measured[duel->second].name) == 0;
}

/* Why a pair has no difference of this kind. */
static const char *reason(const struct plb_versus *versus, const struct asked *asked) {
  const uint64_t *joined = versus->paired->joined;
  bool fmr = strcmp(asked->name, "FMR") == 0, eer = strcmp(asked->name, "EER") == 0;
  if (!joined[PLB_CLASS_NONMATED] && (fmr || eer))
    return "the systems have no non-mated comparison in common that all completed";
  if (!joined[PLB_CLASS_MATED] && !fmr)
    return "the systems have no mated comparison in common that all completed";
  if (fmr)
    return "FMR is compared at given thresholds only, and none was given";
  if (!joined[PLB_CLASS_NONMATED])
    return "the systems have no non-mated comparison in common that all completed, and no threshold was given";
  if (plb_fewest_people(&versus->measured[0]) < FEWEST_PEOPLE)
    return "fewer than 8 people took part";
  if (eer)
    return "it was not compared";
  return "it was compared at no FMR target, and no threshold was given";
}

/* Whether the pair was judged by the margin; if not, `why`. */
static plb_status look(struct plb_versus *versus, const struct asked *asked, const struct plb_duel *duel, bool *judged,
                       const char **why, struct plb_error *err) {
  struct plb_result *result = versus->study->result;
  const char *found = NULL;
  bool any = false;
  *judged = false;
  for (size_t i = versus->first_written; i < result->estimate_count; i++) {
    const struct plb_estimate *e = &result->estimates[i];
    if (!is_of(versus, asked, duel, e))
      continue;
    any = true;
    *judged = *judged || e->verdict;
    found = e->verdict || found ? found : e->note;
  }
  if (*judged)
    return PLB_OK;
  *why = found ? found : reason(versus, asked);
  if (any)
    return PLB_OK;
  struct plb_estimate none = plb_difference_begin(versus, duel, asked->metric);
  plb_difference_ask(versus, asked->margin, &none);
  none.status = PLB_EST_UNSUPPORTED;
  none.note = *why;
  return plb_result_add_estimate(result, &none, err);
}

static plb_status say(struct plb_versus *versus, const struct asked *asked, size_t missing, const char *why,
                      struct plb_error *err) {
  char margin[PLB_WORDS];
  const char *pairs = "";
  plb_word_per_cent(margin, sizeof margin, asked->margin);
  if (versus->duel_count > 1)
    pairs = plb_study_text(versus->study, " for %s of the %s pairs of systems", plb_say_count(missing).text,
                           plb_say_count(versus->duel_count).text);
  const char *text = !pairs ? NULL
                            : plb_study_text(versus->study,
                                             "Nothing was judged by the margin of %s percentage points in %s%s, so "
                                             "nothing is shown by it: %s.",
                                             margin, asked->name, pairs, why);
  return text ? plb_result_add_statement(versus->study->result, text, err) : plb_fail_memory(err);
}

static plb_status settle(struct plb_versus *versus, const struct asked *asked, struct plb_error *err) {
  size_t missing = 0;
  const char *why = NULL;
  plb_status st = PLB_OK;
  for (size_t d = 0; d < versus->duel_count && !st; d++) {
    bool judged;
    const char *here = NULL;
    st = look(versus, asked, &versus->duels[d], &judged, &here, err);
    missing += !judged;
    why = why ? why : here;
  }
  return st || !missing ? st : say(versus, asked, missing, why, err);
}

plb_status plb_compare_margins(struct plb_versus *versus, struct plb_error *err) {
  const struct asked asked[] = {{"FMR_DIFFERENCE", "FMR", versus->comparing->fmr_margin},
                                {"FNMR_DIFFERENCE", "FNMR", versus->comparing->fnmr_margin},
                                {"EER_DIFFERENCE", "EER", versus->comparing->eer_margin}};
  plb_status st = PLB_OK;
  for (size_t k = 0; k < sizeof asked / sizeof *asked && !st; k++)
    if (asked[k].margin > 0)
      st = settle(versus, &asked[k], err);
  return st;
}
