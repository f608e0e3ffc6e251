/* SPDX-License-Identifier: Apache-2.0
 *
 * See few.h. Each thread counts in a small table with open addressing, and gives up when that is half full.
 */
#include "tally/few.h"

#include <stdlib.h>

#include "base/memory.h"
#include "tally/team.h"

#define SLOTS (2 * PLB_FEW_SCORES)

struct slot {
  uint64_t key, count; /* count 0: empty */
};

struct table {
  struct slot slots[SLOTS];
  size_t used;
};

static struct slot *slot_of(struct table *table, uint64_t key) {
  size_t at = (size_t)(key * UINT64_C(0x9E3779B97F4A7C15) >> 51) % SLOTS;
  while (table->slots[at].count && table->slots[at].key != key)
    at = (at + 1) % SLOTS;
  return &table->slots[at];
}

/* False when there are too many keys. */
static bool add(struct table *table, uint64_t key, uint64_t count) {
  struct slot *slot = slot_of(table, key);
  if (!slot->count) {
    if (table->used == PLB_FEW_SCORES)
      return false;
    table->used++;
    slot->key = key;
  }
  slot->count += count;
  return true;
}

struct share {
  struct table table;
  bool many;
};

static bool see(void *state, const struct plb_chunk *chunk, size_t count) {
  struct share *share = state;
  for (size_t k = 0; k < count && !share->many; k++)
    share->many = !add(&share->table, chunk->keys[k], 1);
  return true;
}

static bool join(struct share *share, const struct share *more) {
  share->many |= more->many;
  for (size_t s = 0; s < SLOTS && !share->many; s++)
    if (more->table.slots[s].count)
      share->many = !add(&share->table, more->table.slots[s].key, more->table.slots[s].count);
  return !share->many;
}

static int compare_slots(const void *a, const void *b) {
  uint64_t x = ((const struct slot *)a)->key, y = ((const struct slot *)b)->key;
  return (x > y) - (x < y);
}

/* The table is no longer one afterwards. */
static bool make_run(struct table *table, struct plb_run *run) {
  run->keys = plb_alloc(table->used, sizeof *run->keys);
  run->counts = plb_alloc(table->used, sizeof *run->counts);
  if (!run->keys || !run->counts)
    return false;
  size_t n = 0;
  for (size_t s = 0; s < SLOTS; s++)
    if (table->slots[s].count)
      table->slots[n++] = table->slots[s];
  qsort(table->slots, n, sizeof *table->slots, compare_slots);
  for (size_t k = 0; k < n; k++) {
    run->keys[k] = table->slots[k].key;
    run->counts[k] = table->slots[k].count;
  }
  run->count = run->room = n;
  return true;
}

/* Few of all members together, or too many: *few. */
static plb_status join_team(struct plb_team *team, struct plb_run *run, bool *few, struct plb_error *err) {
  struct plb_counts counts = {0};
  struct plb_run all;
  uint64_t many = !*few;
  plb_status status = plb_team_sum(team, &many, 1, err);
  if (!status && !many && !plb_counts_add_run(&counts, run->keys, run->counts, run->count))
    status = plb_fail_memory(err);
  if (!status && !many)
    status = plb_team_counts(team, &counts, &all, err);
  *few = !status && !many && all.count <= PLB_FEW_SCORES;
  free(run->keys);
  free(run->counts);
  *run = (struct plb_run){0};
  if (*few) {
    run->keys = plb_alloc(all.count, sizeof *run->keys);
    run->counts = plb_alloc(all.count, sizeof *run->counts);
    run->count = run->room = all.count;
    if (!run->keys || !run->counts)
      status = plb_fail_memory(err);
  }
  for (size_t k = 0; *few && k < all.count && !status; k++) {
    run->keys[k] = all.keys[k];
    run->counts[k] = all.counts[k];
  }
  plb_counts_free(&counts);
  return status;
}

plb_status plb_few_count(const struct plb_tally *tally, const struct plb_rows *rows, unsigned threads,
                         struct plb_run *run, bool *few, struct plb_error *err) {
  struct share *shares = plb_alloc(threads, sizeof *shares);
  *run = (struct plb_run){0};
  plb_status status = shares ? PLB_OK : plb_fail_memory(err);
  if (!status)
    status = plb_rows_walk(&(struct plb_row_walk){.tally = tally,
                                                  .rows = rows,
                                                  .visit = see,
                                                  .fields = PLB_ROW_KEYS,
                                                  .states = shares,
                                                  .state_size = sizeof *shares,
                                                  .threads = threads,
                                                  .adds_up = true},
                           err);
  *few = !status && !shares[0].many;
  for (unsigned t = 1; t < threads && *few; t++)
    *few = join(&shares[0], &shares[t]);
  if (*few && !make_run(&shares[0].table, run))
    status = plb_fail_memory(err);
  if (!status && tally->team)
    status = join_team(tally->team, run, few, err);
  free(shares);
  return status;
}
