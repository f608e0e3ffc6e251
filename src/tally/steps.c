/* SPDX-License-Identifier: Apache-2.0
 *
 * See steps.h. Few rows are sorted at once. Of more of them a sample says how they are counted: by score, where there
 * are few different ones (few.h), else by spans (split.c).
 */
#include "tally/steps.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "tally/few.h"
#include "tally/sort.h"
#include "tally/steps_parts.h"
#include "tally/team.h"
#include "tally/walk.h"

#define SAMPLED 256 /* one row of so many is in the sample: */
#define LEAST_SAMPLE ((size_t)1 << 14)
#define MOST_SAMPLE ((size_t)1 << 18)
#define SAMPLE_CHUNKS 256
#define TIMES 4 /* that a score of the sample occurs where there may be few of them in all */
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
                                                  .rows = plb_class_rows(&walk->system->of[c]),
                                                  .visit = gather,
                                                  .fields = PLB_ROW_KEYS,
                                                  .states = &counts[c],
                                                  .threads = 1,
                                                  .adds_up = true},
                           err);
    if (!status)
      status = plb_team_counts(walk->tally->team, &counts[c], &runs[c], err);
  }
  if (!status)
    hand_on_all(walk, runs);
  plb_counts_free(&counts[0]);
  plb_counts_free(&counts[1]);
  return status;
}

/* Keys of a class, from chunks that lie evenly among all. */
static plb_status take_sample(const struct plb_step_walk *walk, const struct plb_rows *rows, size_t wanted,
                              struct plb_row_buffer *buffer, uint64_t *keys, size_t *taken, struct plb_error *err) {
  size_t chunks = plb_rows_chunks(rows), looks = chunks < SAMPLE_CHUNKS ? chunks : SAMPLE_CHUNKS;
  plb_status status = PLB_OK;
  for (size_t l = 0; l < looks && !status; l++) {
    const struct plb_chunk *chunk;
    size_t count, most = wanted / looks, first = *taken;
    status =
        plb_rows_chunk(rows, &walk->tally->allowance, l * chunks / looks, PLB_ROW_KEYS, buffer, &chunk, &count, err);
    for (size_t k = 0; !status && k < count && *taken < first + most; k += count / (most + 1) + 1)
      keys[(*taken)++] = chunk->keys[k];
  }
  return status;
}

/* *few: all scores were counted one by one, and handed on. */
static plb_status count_few(const struct plb_step_walk *walk, bool *few, struct plb_error *err) {
  struct plb_run runs[2] = {{0}, {0}};
  plb_status status = PLB_OK;
  *few = true;
  for (int c = 0; c < 2 && !status && *few; c++)
    status = plb_few_count(walk->tally, plb_class_rows(&walk->system->of[c]), walk->threads, &runs[c], few, err);
  if (!status && *few)
    hand_on_all(walk, runs);
  for (int c = 0; c < 2; c++) {
    free(runs[c].keys);
    free(runs[c].counts);
  }
  return status;
}

/* Whether each score of a sorted sample is there several times, on average. */
static bool is_tied(const uint64_t *keys, size_t count) {
  size_t different = count > 0;
  for (size_t k = 1; k < count; k++)
    different += keys[k] != keys[k - 1];
  return TIMES * different <= count;
}

/* Those of all members, of each its share of the sample. */
static plb_status gather_sample(struct plb_team *team, uint64_t *keys, size_t *taken, struct plb_error *err) {
  struct plb_parts all;
  plb_status status = plb_team_gather(team, keys, *taken * sizeof *keys, &all, err);
  if (!status) {
    *taken = all.from[team->count] / sizeof *keys;
    memcpy(keys, all.bytes, *taken * sizeof *keys);
  }
  plb_parts_free(&all);
  return status;
}

static plb_status split_all(const struct plb_step_walk *walk, uint64_t rows, struct plb_error *err) {
  uint64_t part = rows / SAMPLED;
  size_t size = part < LEAST_SAMPLE ? LEAST_SAMPLE : part > MOST_SAMPLE ? MOST_SAMPLE : (size_t)part;
  uint64_t *keys = plb_alloc(size, sizeof *keys), *scratch = plb_alloc(size, sizeof *scratch);
  struct plb_row_buffer *buffer = malloc(sizeof *buffer);
  struct plb_team *team = walk->tally->team;
  plb_status status = keys && scratch && buffer ? PLB_OK : plb_fail_memory(err);
  size_t taken = 0;
  for (int c = 0; c < 2 && !status; c++) { /* half of each class: spans are to be fine where the rarer one lies */
    const struct plb_rows *of = plb_class_rows(&walk->system->of[c]);
    size_t wanted = of->count ? (size_t)((plb_wide)(size / 2) * plb_rows_here(of) / of->count) : 0;
    status = take_sample(walk, of, wanted, buffer, keys, &taken, err);
  }
  if (!status && team)
    status = gather_sample(team, keys, &taken, err);
  if (!status) {
    plb_sort_keys(keys, scratch, taken);
    bool few = false;
    if (is_tied(keys, taken))
      status = count_few(walk, &few, err);
    if (!status && !few)
      status = plb_steps_split(walk, keys, taken, err);
  }
  free(keys);
  free(scratch);
  free(buffer);
  return status;
}

static bool is_empty(const struct plb_counts *counts) {
  return !counts->used && !counts->run_count;
}

/* A class of which some scores came many at once and others one by one: all of them counted. */
static plb_status count_scores(const struct plb_step_walk *walk, struct plb_class_tally *class, struct plb_error *err) {
  struct plb_counts ones = {0}; /* what came many at once is the same for all members of a team */
  struct plb_run run;
  plb_status status = plb_rows_walk(&(struct plb_row_walk){.tally = walk->tally,
                                                           .rows = &class->scores,
                                                           .visit = gather,
                                                           .fields = PLB_ROW_KEYS,
                                                           .states = &ones,
                                                           .threads = 1,
                                                           .adds_up = true},
                                    err);
  if (!status)
    status = plb_team_counts(walk->tally->team, &ones, &run, err);
  if (!status && !plb_counts_add_run(&class->counts, run.keys, run.counts, run.count))
    status = plb_fail_memory(err);
  plb_counts_free(&ones);
  plb_rows_free(&class->scores);
  class->scores.nameless = true;
  return status;
}

plb_status plb_walk_steps(const struct plb_step_walk *walk, struct plb_error *err) {
  struct plb_class_tally *of = walk->system->of;
  if (is_empty(&of[0].counts) && is_empty(&of[1].counts)) {
    uint64_t rows = plb_class_rows(&of[0])->count + plb_class_rows(&of[1])->count;
    return rows <= walk->tally->most_sorted ? sort_all(walk, err) : split_all(walk, rows, err);
  }
  struct plb_run runs[2];
  for (int c = 0; c < 2; c++) {
    plb_status status = count_scores(walk, &of[c], err);
    if (status)
      return status;
    if (!plb_counts_finish(&of[c].counts, &runs[c]))
      return plb_fail_memory(err);
  }
  hand_on_all(walk, runs);
  return PLB_OK;
}
