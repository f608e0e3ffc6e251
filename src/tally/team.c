/* SPDX-License-Identifier: Apache-2.0
 *
 * See team.h. Before anything is done together the members tell each other what they are about to do, and whether one
 * has failed: nobody waits for who will not come.
 */
#include "tally/team.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum step { STEP_AGREE = 1, STEP_GATHER, STEP_SWAP, STEP_SUM };

/* What a member is about to do. */
struct head {
  uint64_t step, status;
  uint64_t length; /* of what it hands out; of a fault: its place in what is read */
};

void plb_team_init(struct plb_team *team, size_t size) {
  memset(team, 0, size);
  team->size = size;
  team->count = 1;
}

void plb_parts_free(struct plb_parts *parts) {
  free(parts->bytes);
  free(parts->from);
  *parts = (struct plb_parts){0};
}

static plb_status answer(const struct plb_team *team, struct plb_error *err) {
  if (err)
    *err = team->err;
  return team->over;
}

/* Nothing more can be said to the others. */
static plb_status lose(struct plb_team *team, plb_status status, struct plb_error *err) {
  team->lost = true;
  if (status == PLB_NOMEM)
    team->over = plb_fail_memory(&team->err);
  else
    team->over = plb_fail(&team->err, status, "the processes of this run have lost each other");
  return answer(team, err);
}

/* Equally many bytes of each. */
static plb_status gather_equal(struct plb_team *team, const void *mine, size_t length, void *all,
                               struct plb_error *err) {
  size_t *lengths = plb_alloc(team->count, sizeof *lengths);
  if (!lengths)
    return lose(team, PLB_NOMEM, err);
  for (unsigned r = 0; r < team->count; r++)
    lengths[r] = length;
  int failed = team->gather(team->ctx, mine, lengths, all);
  free(lengths);
  return failed ? lose(team, PLB_IO, err) : PLB_OK;
}

/* Some members failed: all of them get to know the message of the first one. */
static plb_status tell_fault(struct plb_team *team, const struct head *heads, const struct plb_error *mine,
                             struct plb_error *err) {
  struct plb_error *errors = plb_alloc(team->count, sizeof *errors);
  if (!errors)
    return lose(team, PLB_NOMEM, err);
  plb_status status = gather_equal(team, mine, sizeof *mine, errors, err);
  unsigned first = team->count;
  for (unsigned r = 0; r < team->count && !status; r++)
    if (heads[r].status && (first == team->count || heads[r].length < heads[first].length))
      first = r;
  if (!status) {
    team->err = errors[first];
    team->over = (plb_status)heads[first].status;
  }
  free(errors);
  return answer(team, err);
}

/* Where all are well and about to do the same, PLB_OK; heads[r] then says what member r has. */
static plb_status meet(struct plb_team *team, struct head mine, struct head *heads, struct plb_error *err) {
  struct plb_error none = {0}, *fault = mine.status && err ? err : &none;
  if (team->over)
    return answer(team, err);
  plb_status status = gather_equal(team, &mine, sizeof mine, heads, err);
  if (status)
    return status;
  bool alike = true;
  for (unsigned r = 0; r < team->count; r++) {
    if (heads[r].status)
      return tell_fault(team, heads, fault, err);
    alike &= heads[r].step == mine.step && (mine.step != STEP_SUM || heads[r].length == mine.length);
  }
  if (!alike)
    team->over = plb_fail(&team->err, PLB_INTERNAL, "the processes of this run do not do the same");
  return answer(team, err);
}

plb_status plb_team_agree_at(struct plb_team *team, plb_status status, uint64_t order, struct plb_error *err) {
  if (!team || team->count == 1)
    return status;
  if (team->over)
    return answer(team, err);
  struct head *heads = plb_alloc(team->count, sizeof *heads);
  if (!heads)
    return lose(team, PLB_NOMEM, err);
  status = meet(team, (struct head){STEP_AGREE, status, order}, heads, err);
  free(heads);
  return status;
}

plb_status plb_team_agree(struct plb_team *team, plb_status status, struct plb_error *err) {
  return plb_team_agree_at(team, status, 0, err);
}

plb_status plb_team_sum(struct plb_team *team, uint64_t *numbers, size_t count, struct plb_error *err) {
  if (!team)
    return PLB_OK;
  struct head *heads = plb_alloc(team->count, sizeof *heads);
  if (!heads)
    return lose(team, PLB_NOMEM, err);
  plb_status status = meet(team, (struct head){STEP_SUM, PLB_OK, count}, heads, err);
  if (!status && count && team->sum(team->ctx, numbers, count))
    status = lose(team, PLB_IO, err);
  free(heads);
  return status;
}

#define LIMBS 3

/* In three numbers, none of which passes 2^64 before it is carried: of 32, 32 and 64 bits. */
plb_status plb_team_sum_wide(struct plb_team *team, plb_wide *numbers, size_t count, struct plb_error *err) {
  if (!team)
    return PLB_OK;
  uint64_t *limbs = plb_alloc(count, LIMBS * sizeof *limbs);
  if (!limbs)
    return plb_fail_memory(err);
  for (size_t k = 0; k < count; k++) {
    limbs[LIMBS * k] = (uint32_t)numbers[k];
    limbs[LIMBS * k + 1] = (uint32_t)(numbers[k] >> 32);
    limbs[LIMBS * k + 2] = (uint64_t)(numbers[k] >> 64);
  }
  plb_status status = plb_team_sum(team, limbs, LIMBS * count, err);
  for (size_t k = 0; k < count && !status; k++)
    numbers[k] = limbs[LIMBS * k] + ((plb_wide)limbs[LIMBS * k + 1] << 32) + ((plb_wide)limbs[LIMBS * k + 2] << 64);
  free(limbs);
  return status;
}

/* Room for so many bytes of each. */
static bool make_room(const struct plb_team *team, const size_t *lengths, struct plb_parts *all) {
  all->from = plb_alloc((size_t)team->count + 1, sizeof *all->from);
  for (unsigned r = 0; r < team->count && all->from; r++)
    all->from[r + 1] = all->from[r] + lengths[r];
  all->bytes = all->from ? plb_alloc_large(all->from[team->count] + 1, 1) : NULL;
  return all->bytes;
}

plb_status plb_team_gather(struct plb_team *team, const void *mine, size_t length, struct plb_parts *all,
                           struct plb_error *err) {
  *all = (struct plb_parts){0};
  struct head *heads = plb_alloc(team->count, sizeof *heads);
  size_t *lengths = plb_alloc(team->count, sizeof *lengths);
  plb_status status = heads && lengths ? meet(team, (struct head){STEP_GATHER, PLB_OK, length}, heads, err)
                                       : lose(team, PLB_NOMEM, err);
  for (unsigned r = 0; r < team->count && !status; r++)
    lengths[r] = (size_t)heads[r].length;
  if (!status && !make_room(team, lengths, all))
    status = lose(team, PLB_NOMEM, err);
  if (!status && team->gather(team->ctx, mine, lengths, all->bytes))
    status = lose(team, PLB_IO, err);
  free(heads);
  free(lengths);
  return status;
}

/* How much each member gets of which: out[from][to], from which what this one gets. */
static plb_status learn_lengths(struct plb_team *team, const size_t *out, size_t *in, struct plb_error *err) {
  size_t *of = plb_alloc((size_t)team->count * team->count, sizeof *of);
  if (!of)
    return lose(team, PLB_NOMEM, err);
  plb_status status = gather_equal(team, out, team->count * sizeof *out, of, err);
  for (unsigned r = 0; r < team->count && !status; r++)
    in[r] = of[(size_t)r * team->count + team->rank];
  free(of);
  return status;
}

plb_status plb_team_swap(struct plb_team *team, const void *parts, const size_t *lengths, struct plb_parts *all,
                         struct plb_error *err) {
  *all = (struct plb_parts){0};
  struct head *heads = plb_alloc(team->count, sizeof *heads);
  size_t *in = plb_alloc(team->count, sizeof *in);
  plb_status status =
      heads && in ? meet(team, (struct head){STEP_SWAP, PLB_OK, 0}, heads, err) : lose(team, PLB_NOMEM, err);
  if (!status)
    status = learn_lengths(team, lengths, in, err);
  if (!status && !make_room(team, in, all))
    status = lose(team, PLB_NOMEM, err);
  if (!status && team->swap(team->ctx, parts, lengths, all->bytes, in))
    status = lose(team, PLB_IO, err);
  free(heads);
  free(in);
  return status;
}

/* A run as bytes: all keys, then all counts. */
static plb_status gather_runs(struct plb_team *team, const struct plb_run *run, struct plb_parts *all,
                              struct plb_error *err) {
  size_t half = run->count * sizeof *run->keys;
  char *bytes = plb_alloc_large(2 * half + 1, 1);
  if (!bytes)
    return plb_fail_memory(err);
  if (half) {
    memcpy(bytes, run->keys, half);
    memcpy(bytes + half, run->counts, half);
  }
  plb_status status = plb_team_gather(team, bytes, 2 * half, all, err);
  free(bytes);
  return status;
}

plb_status plb_team_counts(struct plb_team *team, struct plb_counts *counts, struct plb_run *run,
                           struct plb_error *err) {
  if (!plb_counts_finish(counts, run))
    return plb_fail_memory(err);
  if (!team)
    return PLB_OK;
  struct plb_parts all = {0};
  plb_status status = gather_runs(team, run, &all, err);
  for (unsigned r = 0; r < team->count && !status; r++) {
    size_t n = (all.from[r + 1] - all.from[r]) / 2 / sizeof(uint64_t);
    const uint64_t *keys = (const uint64_t *)(const void *)(all.bytes + all.from[r]);
    if (r != team->rank && !plb_counts_add_run(counts, keys, keys + n, n))
      status = plb_fail_memory(err);
  }
  if (!status && !plb_counts_finish(counts, run))
    status = plb_fail_memory(err);
  plb_parts_free(&all);
  return status;
}
