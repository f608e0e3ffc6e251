/* SPDX-License-Identifier: Apache-2.0
 *
 * What the members of a team have counted, each of its part of the rows, put together (team.h). Every member gets all
 * that was counted and noted of people and samples, and adds it up in the order of the members, so that all have the
 * same census: the same numbers for the same names. Rows stay where they are, under the numbers that they were read
 * with, and are renumbered whenever they are looked at. Repeats, which may be as many as rows, are shared out by pair.
 *
 * Cost: the names of people and samples, once for every member.
 */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "tally/state.h"
#include "tally/team.h"
#include "trial/account.h"

/* An empty tally with the options of another one. */
static plb_status make_like(const struct plb_tally *tally, struct plb_tally **fresh, struct plb_error *err) {
  struct plb_input input;
  plb_input_init(&input, sizeof input);
  input.temporary = tally->folder;
  input.system = tally->system_name;
  input.cluster = tally->cluster;
  input.direction = tally->direction;
  plb_status status = plb_tally_new(&input, fresh, err);
  if (status)
    return status;
  (*fresh)->pairs_exact = tally->pairs_exact;
  (*fresh)->pairs_sample = tally->pairs_sample;
  (*fresh)->most_listed = tally->most_listed;
  (*fresh)->most_sorted = tally->most_sorted;
  (*fresh)->most_gathered = tally->most_gathered;
  return PLB_OK;
}

/* Rows and the memory they lie in go from one tally to the other; people have new numbers there. */
static bool move_rows(struct plb_tally *from, struct plb_tally *to, const struct plb_renumbering *numbers) {
  struct plb_allowance *allowance = &from->allowance;
  to->allowance = *allowance;
  to->allowance.folder = to->folder;
  *allowance = (struct plb_allowance){.file = -1, .folder = from->folder};
  bool fine = true;
  for (size_t s = 0; s < from->system_count; s++) {
    struct plb_system_tally *old = &from->systems[s];
    uint32_t number = old->system == PLB_NOBODY ? PLB_NOBODY : numbers->systems[old->system];
    struct plb_system_tally *system = plb_tally_system(to, number); /* which is there */
    for (int c = 0; c < 2; c++) {
      system->of[c].rows = old->of[c].rows;
      system->of[c].scores = old->of[c].scores;
      old->of[c].rows = old->of[c].scores = (struct plb_rows){0};
      system->of[c].rows.renumbered = to->renumbered;
      fine = fine && (!from->by.count || (plb_rows_renumber_strata(&system->of[c].rows, numbers->strata) &&
                                          plb_rows_renumber_strata(&system->of[c].scores, numbers->strata)));
    }
  }
  return fine;
}

/* Where nothing changed, nothing has to be looked up. */
static void keep_numbers(struct plb_tally *tally, struct plb_renumbering *numbers, size_t count) {
  bool same = true;
  for (size_t k = 0; k < count && same; k++)
    same = numbers->people[k] == k;
  if (same)
    return;
  tally->renumbered = numbers->people;
  numbers->people = NULL;
}

/* All parts, by member; those of this one as they were numbered by it. A member that read nothing has no part. */
static plb_status add_parts(struct plb_tally *tally, const struct plb_team *team, const struct plb_parts *all,
                            struct plb_renumbering *numbers, struct plb_error *err) {
  plb_status status = PLB_OK;
  for (unsigned r = 0; r < team->count && !status; r++)
    status = plb_state_add_apart(tally, all->bytes + all->from[r], all->from[r + 1] - all->from[r],
                                 r == team->rank ? numbers : NULL, err);
  return status;
}

/* Rows in all, of each class of each system. */
static plb_status count_rows(struct plb_tally *tally, struct plb_team *team, struct plb_error *err) {
  uint64_t *counts = plb_alloc(tally->system_count, 4 * sizeof *counts);
  if (!counts)
    return plb_fail_memory(err);
  for (size_t k = 0; k < 4 * tally->system_count; k++) {
    struct plb_class_tally *of = &tally->systems[k / 4].of[k / 2 % 2];
    counts[k] = plb_rows_here(k % 2 ? &of->scores : &of->rows);
  }
  plb_status status = plb_team_sum(team, counts, 4 * tally->system_count, err);
  for (size_t k = 0; k < 4 * tally->system_count && !status; k++) {
    struct plb_class_tally *of = &tally->systems[k / 4].of[k / 2 % 2];
    *(k % 2 ? &of->scores.count : &of->rows.count) = counts[k];
  }
  free(counts);
  return status;
}

/* The same by stratum, so that all members have the same cells. */
static plb_status count_strata(struct plb_tally *tally, struct plb_team *team, struct plb_error *err) {
  size_t strata = tally->strata.count, all = 4 * tally->system_count * strata;
  uint64_t *counts = plb_alloc(all, sizeof *counts);
  if (!counts)
    return plb_fail_memory(err);
  for (size_t k = 0; k < 4 * tally->system_count && strata; k++) {
    struct plb_class_tally *of = &tally->systems[k / 4].of[k / 2 % 2];
    const struct plb_rows *rows = k % 2 ? &of->scores : &of->rows;
    for (size_t i = 0; i < rows->open_count; i++)
      counts[k * strata + rows->open[i].stratum] += rows->open[i].count;
  }
  plb_status status = all && strata ? plb_team_sum(team, counts, all, err) : PLB_OK;
  for (size_t k = 0; k < 4 * tally->system_count && strata && !status; k++) {
    struct plb_class_tally *of = &tally->systems[k / 4].of[k / 2 % 2];
    if (!plb_rows_count_strata(k % 2 ? &of->scores : &of->rows, counts + k * strata, strata))
      status = plb_fail_memory(err);
  }
  free(counts);
  return status;
}

/* The pairs of samples that this member has counted of a system, by their new numbers. Slots are found by hashes of
 * ids, and stay. */
static plb_status find_repeats(struct plb_tally *from, uint32_t number, const struct plb_renumbering *numbers,
                               struct plb_tally *tally, struct plb_pairs *mine, struct plb_error *err) {
  *mine = (struct plb_pairs){0};
  for (size_t s = 0; s < from->system_count; s++) {
    struct plb_system_tally *old = &from->systems[s];
    if ((old->system == PLB_NOBODY ? PLB_NOBODY : numbers->systems[old->system]) != number || !old->repeats.slots)
      continue;
    *mine = old->repeats;
    old->repeats = (struct plb_pairs){0};
  }
  for (size_t k = 0; k < mine->slot_count; k++) {
    struct plb_pair_slot *slot = &mine->slots[k];
    if (slot->id != UINT64_MAX)
      slot->id = (uint64_t)numbers->samples[slot->id >> 32] << 32 | numbers->samples[(uint32_t)slot->id];
  }
  struct plb_system_tally like = {0};
  bool made = mine->slots || plb_tally_repeats_start(tally, &like);
  if (!mine->slots)
    *mine = like.repeats;
  mine->hash = (const uint64_t *const *)&tally->census.samples.hash;
  return made ? PLB_OK : plb_fail_memory(err);
}

static plb_status share_repeats(struct plb_tally *from, const struct plb_renumbering *numbers, struct plb_tally *tally,
                                struct plb_team *team, struct plb_error *err) {
  plb_status status = PLB_OK;
  for (size_t s = 0; s < tally->system_count && tally->traits.samples && !status; s++) {
    struct plb_pairs mine;
    uint64_t kept;
    status = find_repeats(from, tally->systems[s].system, numbers, tally, &mine, err);
    if (!status)
      status = plb_pairs_share_out(&mine, team, &tally->systems[s].repeats, &kept, err);
    plb_pairs_free(&mine);
  }
  return status;
}

static plb_status unite(struct plb_tally *from, struct plb_tally *to, struct plb_team *team, struct plb_error *err) {
  struct plb_parts all = {0};
  struct plb_renumbering numbers = {0};
  char *bytes = NULL;
  size_t length = 0;
  plb_status status = plb_state_apart(from, &bytes, &length, err);
  if (!status)
    status = plb_team_gather(team, bytes, length, &all, err);
  free(bytes);
  if (!status)
    status = add_parts(to, team, &all, &numbers, err);
  plb_parts_free(&all);
  if (!status) {
    status = share_repeats(from, &numbers, to, team, err);
    keep_numbers(to, &numbers, from->census.people.count);
    if (!move_rows(from, to, &numbers) && !status)
      status = plb_fail_memory(err);
  }
  if (!status)
    status = count_rows(to, team, err);
  if (!status)
    status = count_strata(to, team, err);
  free(numbers.people);
  free(numbers.samples);
  free(numbers.systems);
  free(numbers.strata);
  return status;
}

plb_status plb_tally_unite(struct plb_tally **tally, struct plb_team *team, struct plb_error *err) {
  struct plb_tally *fresh = NULL;
  plb_status status = make_like(*tally, &fresh, err);
  if (!status)
    status = unite(*tally, fresh, team, err);
  if (status) {
    plb_tally_free(fresh);
    return status;
  }
  fresh->team = team;
  fresh->by.breakdowns = (*tally)->by.breakdowns;
  memcpy(fresh->by.breakdown, (*tally)->by.breakdown, sizeof fresh->by.breakdown);
  plb_tally_free(*tally);
  *tally = fresh;
  return PLB_OK;
}

void plb_tally_keep_rows(struct plb_tally *tally) {
  for (size_t i = 0; i < tally->account_count; i++)
    plb_account_clear(&tally->accounts[i]);
  tally->account_count = 0;
  for (size_t s = 0; s < tally->system_count; s++) {
    struct plb_system_tally *system = &tally->systems[s];
    for (int c = 0; c < 2; c++) {
      struct plb_class_tally *of = &system->of[c];
      plb_counts_free(&of->counts);
      *of = (struct plb_class_tally){.lowest = UINT64_MAX, .rows = of->rows, .scores = of->scores};
    }
    plb_pairs_free(&system->repeats);
    plb_sparse_free(&system->people);
    plb_sparse_free(&system->samples);
    system->people = system->samples = (struct plb_sparse){0};
  }
}
