/* SPDX-License-Identifier: Apache-2.0
 *
 * See steps.h. The cuts come from an evenly spaced sample of the rows, so slices are about equally long
 * whatever the scale of the scores; heavy ties only make a slice shorter in distinct keys.
 */
#include "tally/steps.h"

#include <omp.h>
#include <stdlib.h>

#include "base/memory.h"

#define SLICE_ROWS ((uint64_t)1 << 20)
#define MOST_SLICES 16
#define SAMPLE_KEYS 16384
#define BATCH 1024

struct slice {
  uint64_t from, to; /* keys, both included */
};

/* One thread's work on a slice; its memory serves slice after slice. */
struct worker {
  struct plb_counts counts[2];
  struct plb_run runs[2];
  plb_status status;
  struct plb_error err;
};

static int compare_keys(const void *a, const void *b) {
  uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
  return (x > y) - (x < y);
}

/* Every stride-th key of both classes into `sample`. */
static plb_status take_sample(const struct plb_tally *tally, const struct plb_system_tally *system, uint64_t *sample,
                              size_t *n, struct plb_error *err) {
  uint64_t total = system->of[0].rows.count + system->of[1].rows.count;
  uint64_t stride = total / SAMPLE_KEYS + 1, next = 0, seen = 0;
  struct plb_chunk *buffer = malloc(sizeof *buffer);
  if (!buffer)
    return plb_fail_memory(err);
  plb_status status = PLB_OK;
  *n = 0;
  for (int c = 0; c < 2; c++) {
    const struct plb_rows *rows = &system->of[c].rows;
    for (size_t k = 0; k < plb_rows_chunks(rows); k++) {
      const struct plb_chunk *chunk;
      size_t count;
      if ((status = plb_rows_chunk(rows, &tally->allowance, k, buffer, &chunk, &count, err)))
        goto out;
      for (; next < seen + count; next += stride)
        sample[(*n)++] = chunk->keys[next - seen];
      seen += count;
    }
  }
out:
  free(buffer);
  return status;
}

static plb_status cut(const struct plb_tally *tally, const struct plb_system_tally *system, struct slice *slices,
                      size_t *slice_count, struct plb_error *err) {
  uint64_t total = system->of[0].rows.count + system->of[1].rows.count;
  size_t wanted = (size_t)(total / SLICE_ROWS) + 1;
  if (wanted > MOST_SLICES)
    wanted = MOST_SLICES;
  slices[0] = (struct slice){.from = 0, .to = UINT64_MAX};
  *slice_count = 1;
  if (wanted == 1)
    return PLB_OK;
  uint64_t *sample = plb_alloc(SAMPLE_KEYS + 1, sizeof *sample);
  if (!sample)
    return plb_fail_memory(err);
  size_t n = 0;
  plb_status status = take_sample(tally, system, sample, &n, err);
  if (!status)
    qsort(sample, n, sizeof *sample, compare_keys);
  for (size_t i = 1; !status && i < wanted; i++) {
    uint64_t at = sample[i * n / wanted];
    struct slice *last = &slices[*slice_count - 1];
    if (at <= last->from)
      continue;
    last->to = at - 1;
    slices[(*slice_count)++] = (struct slice){.from = at, .to = UINT64_MAX};
  }
  free(sample);
  return status;
}

/* Keys of the chunk that lie in the slice; written without branches, since they fall anywhere. */
static size_t pick(const uint64_t *keys, size_t count, const struct slice *slice, uint64_t *into) {
  uint64_t from = slice->from, width = slice->to - slice->from;
  size_t n = 0;
  for (size_t i = 0; i < count; i++) {
    into[n] = keys[i];
    n += keys[i] - from <= width;
  }
  return n;
}

static plb_status gather(const struct plb_tally *tally, const struct plb_rows *rows, const struct slice *slice,
                         struct plb_counts *counts, struct plb_error *err) {
  struct plb_chunk *buffer = malloc(sizeof *buffer);
  uint64_t *picked = malloc(PLB_CHUNK_ROWS * sizeof *picked);
  plb_status status = buffer && picked ? PLB_OK : plb_fail_memory(err);
  for (size_t k = 0; !status && k < plb_rows_chunks(rows); k++) {
    const struct plb_chunk *chunk;
    size_t count;
    if ((status = plb_rows_chunk(rows, &tally->allowance, k, buffer, &chunk, &count, err)))
      break;
    if (!plb_counts_add_all(counts, picked, pick(chunk->keys, count, slice, picked)))
      status = plb_fail_memory(err);
  }
  free(buffer);
  free(picked);
  return status;
}

static void fill(const struct plb_tally *tally, struct plb_system_tally *system, const struct slice *slice,
                 struct worker *worker) {
  worker->status = PLB_OK;
  for (int c = 0; c < 2 && !worker->status; c++) {
    plb_counts_clear(&worker->counts[c]);
    worker->status = gather(tally, &system->of[c].rows, slice, &worker->counts[c], &worker->err);
    if (!worker->status && !plb_counts_finish(&worker->counts[c], &worker->runs[c]))
      worker->status = plb_fail_memory(&worker->err);
  }
}

/* Merges the two classes and hands the steps on; without branches, since the classes lie mixed. */
static void hand_on(const struct plb_run runs[2], plb_step_fn take, void *ctx) {
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
    take(ctx, batch, n);
    n = 0;
  }
}

/* Each slice is handed on, in order, by the thread that sorted it while the others sort on. */
static plb_status walk_slices(struct plb_tally *tally, struct plb_system_tally *system, const struct slice *slices,
                              size_t count, unsigned threads, plb_step_fn take, void *ctx, struct plb_error *err) {
  plb_status status = PLB_OK;
  if (threads > count)
    threads = (unsigned)count;
  struct worker *workers = plb_alloc(threads, sizeof *workers);
  if (!workers)
    return plb_fail_memory(err);
#pragma omp parallel for num_threads((int)threads) schedule(dynamic, 1) ordered
  for (size_t i = 0; i < count; i++) {
    struct worker *worker = &workers[omp_get_thread_num()];
    fill(tally, system, &slices[i], worker);
#pragma omp ordered
    {
      if (!status && (status = worker->status) && err)
        *err = worker->err;
      if (!status)
        hand_on(worker->runs, take, ctx);
    }
  }
  for (unsigned t = 0; t < threads; t++) {
    plb_counts_free(&workers[t].counts[0]);
    plb_counts_free(&workers[t].counts[1]);
  }
  free(workers);
  return status;
}

plb_status plb_walk_steps(struct plb_tally *tally, struct plb_system_tally *system, unsigned threads, plb_step_fn take,
                          void *ctx, struct plb_error *err) {
  if (!system->of[0].rows.count && !system->of[1].rows.count) {
    struct plb_run runs[2];
    if (!plb_counts_finish(&system->of[0].counts, &runs[0]) || !plb_counts_finish(&system->of[1].counts, &runs[1]))
      return plb_fail_memory(err);
    hand_on(runs, take, ctx);
    return PLB_OK;
  }
  struct slice *slices = plb_alloc(MOST_SLICES, sizeof *slices);
  if (!slices)
    return plb_fail_memory(err);
  size_t count;
  plb_status status = cut(tally, system, slices, &count, err);
  if (!status)
    status = walk_slices(tally, system, slices, count, threads, take, ctx, err);
  free(slices);
  return status;
}
