/* SPDX-License-Identifier: Apache-2.0
 *
 * Several pairs of systems judged by one margin, of one quantity at one point: by Holm's steps (estimate/holm.h), in
 * the direction that was to be shown and in the other one apart. A margin was named before looking, so that its
 * verdicts may decide more than the intervals that hold for all pairs at once, which stay as they are: where a verdict
 * fell at a later step the note says so, with the limits that decided it. What cannot be judged (too few people or
 * errors) counts among those that share the risk: it was asked.
 *
 * Without a margin a verdict is what the interval says.
 */
#include <stdlib.h>

#include "base/memory.h"
#include "compare/compare.h"

/* A pair in one direction. */
struct question {
  const struct plb_family *family;
  const struct plb_family_limits *from;
  size_t duel;
  bool wanted;
};

plb_status plb_family_begin(struct plb_versus *versus, double margin, struct plb_family *family,
                            struct plb_error *err) {
  size_t count = versus->duel_count;
  *family = (struct plb_family){.versus = versus, .margin = margin, .steps = margin > 0 && count > 1};
  if (!family->steps)
    return PLB_OK;
  family->of[0] = plb_alloc(count, sizeof *family->of[0]);
  family->of[1] = plb_alloc(count, sizeof *family->of[1]);
  family->estimate = plb_alloc(count, sizeof *family->estimate);
  return family->of[0] && family->of[1] && family->estimate ? PLB_OK : plb_fail_memory(err);
}

void plb_family_free(struct plb_family *family) {
  free(family->of[0]);
  free(family->of[1]);
  free(family->estimate);
  *family = (struct plb_family){0};
}

static bool decides(const void *ctx, size_t sharing) {
  const struct question *question = ctx;
  const struct plb_family *family = question->family;
  double level = plb_holm_level(family->versus->study->options->level, sharing);
  struct plb_limits limits;
  return level <= HIGHEST_LEVEL && question->from->at(question->from->ctx, question->duel, level, &limits) &&
         plb_difference_meets(family->versus, &limits, family->margin, question->wanted);
}

void plb_family_enter(struct plb_family *family, size_t duel, const struct plb_family_limits *from) {
  if (!family->steps)
    return;
  family->estimate[duel] = family->versus->study->result->estimate_count;
  for (int wanted = 0; wanted < 2; wanted++) {
    struct question question = {family, from, duel, wanted};
    family->of[wanted][duel].reach = plb_holm_reach(decides, &question, family->versus->duel_count);
  }
}

/* "judged step by step (Holm), with 2 of 3 pairs of systems still open: limits of this pair alone at 97.5 %, 0.1 to 0.4
 * lower" */
static plb_status word(const struct plb_family *family, const struct plb_family_limits *from, size_t duel, bool wanted,
                       struct plb_error *err) {
  struct plb_versus *versus = family->versus;
  struct plb_estimate *e = &versus->study->result->estimates[family->estimate[duel]];
  size_t sharing = family->of[wanted][duel].sharing;
  struct plb_limits limits = {0, 0};
  double level = plb_holm_level(versus->study->options->level, sharing);
  e->verdict = plb_difference_verdict(versus, wanted);
  if (sharing == versus->duel_count) /* by the interval itself */
    return PLB_OK;
  from->at(from->ctx, duel, level, &limits);
  const char *text = plb_say_limits(versus, &limits);
  if (text)
    text = plb_study_text(versus->study,
                          "judged step by step (Holm), with %s of %s pairs of systems still open: limits of this pair "
                          "alone at %s %%, %s%s",
                          plb_say_count(sharing).text, plb_say_count(versus->duel_count).text,
                          (sharing > 1 ? plb_say_shared_level(level) : plb_say_level(level)).text, text,
                          e->note ? "; " : "");
  if (text && e->note)
    text = plb_study_text(versus->study, "%s%s", text, e->note);
  e->note = text;
  return text ? PLB_OK : plb_fail_memory(err);
}

plb_status plb_family_settle(struct plb_family *family, const struct plb_family_limits *from, struct plb_error *err) {
  plb_status st = PLB_OK;
  for (int wanted = 1; wanted >= 0 && family->steps; wanted--) {
    plb_holm_steps(family->of[wanted], family->versus->duel_count);
    for (size_t d = 0; d < family->versus->duel_count && !st; d++)
      if (family->of[wanted][d].sharing)
        st = word(family, from, d, wanted, err);
  }
  return st;
}
