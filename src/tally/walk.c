/* SPDX-License-Identifier: Apache-2.0
 *
 * See walk.h. Chunks are unpacked into a buffer of the thread.
 */
#include "tally/walk.h"

#include <stdlib.h>

#include "base/memory.h"

static plb_status see_chunk(const struct plb_row_walk *walk, void *state, size_t k, struct plb_row_buffer *buffer,
                            struct plb_chunk *joined, struct plb_error *err) {
  const struct plb_chunk *chunk;
  size_t count;
  plb_status status = plb_rows_chunk(walk->rows, &walk->tally->allowance, k, walk->fields, buffer, &chunk, &count, err);
  if (!status && joined)
    chunk = plb_units_join(walk->units, chunk, count, walk->mated, joined);
  if (status)
    return status;
  bool fine = walk->visit_stratum ? walk->visit_stratum(state, plb_rows_stratum(walk->rows, k), chunk, count)
                                  : walk->visit(state, chunk, count);
  return fine ? PLB_OK : plb_fail_memory(err);
}

/* *seen: it was one. */
static plb_status see_singles(const struct plb_row_walk *walk, void *state, size_t k, struct plb_row_buffer *buffer,
                              bool *seen, struct plb_error *err) {
  const float *scores;
  plb_status status = plb_rows_singles(walk->rows, &walk->tally->allowance, k, buffer, &scores, err);
  *seen = !status && scores;
  return !*seen || walk->visit_singles(state, scores) ? status : plb_fail_memory(err);
}

/* One thread's share: each of its chunks once. */
static plb_status walk_share(const struct plb_row_walk *walk, void *state, size_t from, size_t to,
                             struct plb_error *err) {
  bool joins = walk->units && walk->units->head;
  struct plb_row_buffer *buffer = malloc(sizeof *buffer);
  struct plb_chunk *joined = joins ? malloc(sizeof *joined) : NULL;
  plb_status status = buffer && (joined || !joins) ? PLB_OK : plb_fail_memory(err);
  for (size_t k = from; k < to && !status; k++) {
    bool seen = false;
    if (walk->visit_singles)
      status = see_singles(walk, state, k, buffer, &seen, err);
    if (!status && !seen)
      status = see_chunk(walk, state, k, buffer, joined, err);
  }
  free(buffer);
  free(joined);
  return status;
}

plb_status plb_rows_walk(const struct plb_row_walk *walk, struct plb_error *err) {
  size_t chunks = plb_rows_chunks(walk->rows), threads = walk->threads;
  struct plb_error *errors = plb_alloc(threads, sizeof *errors);
  if (!errors)
    return plb_fail_memory(err);
  if (walk->tally->team && !walk->adds_up) {
    free(errors);
    return plb_fail(err, PLB_INTERNAL, "a walk over rows does not add up over the team");
  }
#pragma omp parallel for num_threads((int)threads) schedule(static, 1)
  for (size_t t = 0; t < threads; t++)
    walk_share(walk, (char *)walk->states + t * walk->state_size, chunks * t / threads, chunks * (t + 1) / threads,
               &errors[t]);
  plb_status status = PLB_OK;
  for (size_t t = 0; t < threads && !status; t++) {
    status = errors[t].status;
    if (status && err)
      *err = errors[t];
  }
  free(errors);
  return status;
}
