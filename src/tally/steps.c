/* SPDX-License-Identifier: Apache-2.0
 *
 * See steps.h. Few rows are sorted at once; more of them are split (split.c) by an evenly spaced sample of the rows.
 */
#include "tally/steps.h"

#include <stdlib.h>

#include "base/memory.h"
#include "tally/sort.h"
#include "tally/steps_parts.h"
#include "tally/walk.h"

#define SAMPLE_KEYS 16384
#define BATCH 1024

/* Merges the two classes without branches, since they lie mixed. */
void plb_steps_hand_on(const struct plb_step_walk *walk, const struct plb_run runs[2]) {
  const struct plb_run *left = &runs[0], *right = &runs[1];
  struct plb_step batch[BATCH];
  size_t i = 0, j = 0, n = 0;
  while (i < left->count || j < right->count) {
    for (; n < BATCH && i < left->count && j < right->count; n++) {
      uint64_t a = left->keys[i], b = right->keys[j], takes_a = a <= b, takes_b = b <= a;
      batch[n].key = takes_a ? a : b;
      batch[n].count[0] = left->counts[i] & -takes_a;
      batch[n].count[1] = right->counts[j] & -takes_b;
      i += takes_a;
      j += takes_b;
    }
    for (; n < BATCH && j == right->count && i < left->count; n++, i++)
      batch[n] = (struct plb_step){left->keys[i], {left->counts[i], 0}};
    for (; n < BATCH && i == left->count && j < right->count; n++, j++)
      batch[n] = (struct plb_step){right->keys[j], {0, right->counts[j]}};
    walk->take(walk->ctx, batch, n);
    n = 0;
  }
}

static void hand_on_all(const struct plb_step_walk *walk, const struct plb_run runs[2]) {
  for (int c = 0; c < 2 && walk->moments; c++)
    for (size_t i = 0; i < runs[c].count; i++)
      plb_moment_sums_add(&walk->moments[c], runs[c].keys[i], runs[c].counts[i]);
  plb_steps_hand_on(walk, runs);
}

static bool gather(void *counts, const struct plb_chunk *chunk, size_t count) {
  return plb_counts_add_all(counts, chunk->keys, count);
}

static plb_status sort_all(const struct plb_step_walk *walk, struct plb_error *err) {
  struct plb_counts counts[2] = {{0}, {0}};
  struct plb_run runs[2];
  plb_status status = PLB_OK;
  for (int c = 0; c < 2 && !status; c++) {
    status = plb_rows_walk(&(struct plb_row_walk){.tally = walk->tally,
                                                  .rows = &walk->system->of[c].rows,
                                                  .visit = gather,
                                                  .states = &counts[c],
                                                  .threads = 1},
                           err);
    if (!status && !plb_counts_finish(&counts[c], &runs[c]))
      status = plb_fail_memory(err);
  }
  if (!status)
    hand_on_all(walk, runs);
  plb_counts_free(&counts[0]);
  plb_counts_free(&counts[1]);
  return status;
}

/* Every stride-th key of both classes. */
struct sampling {
  uint64_t *keys;
  size_t count;
  uint64_t stride, next, seen;
};

static bool take_sample(void *state, const struct plb_chunk *chunk, size_t count) {
  struct sampling *sampling = state;
  for (; sampling->next < sampling->seen + count; sampling->next += sampling->stride)
    sampling->keys[sampling->count++] = chunk->keys[sampling->next - sampling->seen];
  sampling->seen += count;
  return true;
}

static plb_status split_all(const struct plb_step_walk *walk, uint64_t rows, struct plb_error *err) {
  uint64_t *keys = plb_alloc(SAMPLE_KEYS + 1, sizeof *keys), *scratch = plb_alloc(SAMPLE_KEYS + 1, sizeof *scratch);
  struct sampling sampling = {.keys = keys, .stride = rows / SAMPLE_KEYS + 1};
  plb_status status = keys && scratch ? PLB_OK : plb_fail_memory(err);
  for (int c = 0; c < 2 && !status; c++)
    status = plb_rows_walk(&(struct plb_row_walk){.tally = walk->tally,
                                                  .rows = &walk->system->of[c].rows,
                                                  .visit = take_sample,
                                                  .states = &sampling,
                                                  .threads = 1},
                           err);
  if (!status) {
    plb_sort_keys(keys, scratch, sampling.count);
    status = plb_steps_split(walk, keys, sampling.count, err);
  }
  free(keys);
  free(scratch);
  return status;
}

plb_status plb_walk_steps(const struct plb_step_walk *walk, struct plb_error *err) {
  struct plb_class_tally *of = walk->system->of;
  uint64_t rows = of[0].rows.count + of[1].rows.count;
  if (rows)
    return rows <= walk->tally->most_sorted ? sort_all(walk, err) : split_all(walk, rows, err);
  struct plb_run runs[2];
  if (!plb_counts_finish(&of[0].counts, &runs[0]) || !plb_counts_finish(&of[1].counts, &runs[1]))
    return plb_fail_memory(err);
  hand_on_all(walk, runs);
  return PLB_OK;
}
