/* SPDX-License-Identifier: Apache-2.0
 *
 * One system under two names. A file that is compared with its own copy shows no difference, with an interval that
 * looks like evidence. Two systems whose scores are equal in every trial are refused, whatever their files are called
 * and however they are packed; of more systems those whose files have one digest. Where there are so few different
 * scores that two systems may well agree in all of them (decisions, grades), and otherwise, it is said.
 */
#include <inttypes.h>
#include <string.h>

#include "compare/compare.h"

static bool is_same(const struct plb_paired_system *a, const struct plb_paired_system *b) {
  return a->distinct && a->distinct == b->distinct && a->trace == b->trace;
}

static bool is_one_file(const struct plb_versus *versus, const struct plb_paired_system *a,
                        const struct plb_paired_system *b) {
  const struct plb_input_account *accounts = versus->study->tally->accounts, *one = &accounts[a->account],
                                 *other = &accounts[b->account];
  return one != other && one->digest && other->digest && strcmp(one->digest, other->digest) == 0;
}

static plb_status meet(struct plb_versus *versus, const struct plb_paired_system *a, const struct plb_paired_system *b,
                       struct plb_error *err) {
  struct plb_study *study = versus->study;
  uint64_t trials = versus->paired->joined[0] + versus->paired->joined[1];
  bool alone = versus->paired->system_count == 2 || is_one_file(versus, a, b);
  if (alone && a->distinct == PLB_MANY_SCORES)
    return plb_fail(err, PLB_DATA,
                    "%.80s and %.80s have the same score in each of the %" PRIu64
                    " trials that both completed: that is "
                    "one system twice; expected the scores of another one",
                    a->name, b->name, trials);
  const char *text =
      plb_study_text(study,
                     "Systems %s and %s have the same score in each of the %s trials that were compared: "
                     "nothing here tells them apart, and they may be one system twice.",
                     a->name, b->name, plb_say_count(trials).text);
  return text ? plb_result_add_statement(study->result, text, err) : plb_fail_memory(err);
}

plb_status plb_compare_alike(struct plb_versus *versus, struct plb_error *err) {
  const struct plb_paired *paired = versus->paired;
  plb_status st = PLB_OK;
  for (size_t d = 0; d < versus->duel_count && !st; d++) {
    const struct plb_paired_system *first = &paired->systems[versus->duels[d].first],
                                   *second = &paired->systems[versus->duels[d].second];
    if (is_same(first, second))
      st = meet(versus, second, first, err);
  }
  return st;
}
