/* SPDX-License-Identifier: Apache-2.0
 *
 * See cells.h. One walk over the rows, shared out by chunks among threads with sums of their own. The cell of a score
 * is found by way of a grid of even steps in the score: most of its buckets lie in one cell, and the few others have
 * their cuts searched by halving. Cost: about 5 ns a row.
 */
#include "tally/cells.h"

#include <math.h>
#include <stdlib.h>

#include "base/key.h"
#include "base/memory.h"
#include "tally/team.h"
#include "tally/walk.h"

#define BUCKETS 16384
#define STRETCH 4096 /* rows whose cells are found at a time */

/* Rows in bucket b lie in the cells from first[b] to first[b + 1]. */
struct grid {
  double low, scale;
  uint32_t first[BUCKETS + 1];
};

struct share {
  const struct plb_cells *cells;
  const struct grid *grid;
  bool mated;
  uint64_t *sums;
  uint32_t at[STRETCH];
};

void plb_cells_free(struct plb_cells *cells) {
  free(cells->sums);
  cells->sums = NULL;
}

/* Rises with the score, so that no cut is looked for in a wrong bucket; whatever is no number goes to the first. */
static inline size_t bucket_of(const struct grid *grid, uint64_t key) {
  double at = (plb_value_of(key) - grid->low) * grid->scale;
  at = at > 0 ? at : 0;
  return (size_t)(at < BUCKETS - 1 ? at : BUCKETS - 1);
}

static void make_grid(const struct plb_cells *cells, struct grid *grid) {
  size_t from = 0, to = cells->cut_count;
  while (from < to && !isfinite(plb_value_of(cells->cuts[from])))
    from++;
  while (to > from && !isfinite(plb_value_of(cells->cuts[to - 1])))
    to--;
  grid->low = to > from ? plb_value_of(cells->cuts[from]) : 0;
  grid->scale = to > from ? (BUCKETS - 1) / (plb_value_of(cells->cuts[to - 1]) - grid->low) : 0;
  if (!isfinite(grid->scale) || !(grid->scale > 0))
    grid->scale = 0; /* one bucket has it all */
  size_t cut = 0;
  for (size_t b = 0; b <= BUCKETS; b++) {
    while (cut < cells->cut_count && bucket_of(grid, cells->cuts[cut]) < b)
      cut++;
    grid->first[b] = (uint32_t)cut;
  }
}

static inline uint32_t cell_of(const struct plb_cells *cells, const struct grid *grid, uint64_t key) {
  size_t bucket = bucket_of(grid, key);
  uint32_t low = grid->first[bucket], high = grid->first[bucket + 1];
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (cells->cuts[middle] <= key)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

/* With a number of columns that the compiler knows the loop over them goes. */
static inline void add_rows(const struct share *share, const uint32_t *person, size_t count, size_t columns) {
  const uint64_t *values = share->cells->values;
  for (size_t k = 0; k < count; k++) {
    uint64_t *sums = share->sums + (size_t)person[k] * columns;
    const uint64_t *from = values + (size_t)share->at[k] * columns;
    for (size_t c = 0; c < columns; c++)
      sums[c] += from[c];
  }
}

static void add(const struct share *share, const uint32_t *person, size_t count) {
  if (share->cells->columns == 2)
    add_rows(share, person, count, 2);
  else
    add_rows(share, person, count, share->cells->columns);
}

static bool see(void *state, const struct plb_chunk *chunk, size_t count) {
  struct share *share = state;
  for (size_t from = 0; from < count; from += STRETCH) {
    size_t length = count - from < STRETCH ? count - from : STRETCH;
    for (size_t k = 0; k < length; k++)
      share->at[k] = cell_of(share->cells, share->grid, chunk->keys[from + k]);
    add(share, chunk->first + from, length);
    if (!share->mated)
      add(share, chunk->second + from, length);
  }
  return true;
}

plb_status plb_cells_sum(const struct plb_tally *tally, const struct plb_rows *rows, bool mated,
                         const struct plb_units *units, unsigned threads, struct plb_cells *cells,
                         struct plb_error *err) {
  size_t numbers = units->numbers * cells->columns;
  struct share *shares = plb_alloc(threads, sizeof *shares);
  struct grid *grid = plb_alloc(1, sizeof *grid);
  plb_status status = shares && grid ? PLB_OK : plb_fail_memory(err);
  if (!status)
    make_grid(cells, grid);
  for (unsigned t = 0; t < threads && !status; t++) {
    shares[t] = (struct share){.cells = cells, .grid = grid, .mated = mated};
    status = (shares[t].sums = plb_alloc(numbers, sizeof *shares[t].sums)) ? PLB_OK : plb_fail_memory(err);
  }
  if (!status)
    status = plb_rows_walk(&(struct plb_row_walk){.tally = tally,
                                                  .rows = rows,
                                                  .units = units,
                                                  .mated = mated,
                                                  .visit = see,
                                                  .states = shares,
                                                  .state_size = sizeof *shares,
                                                  .threads = threads,
                                                  .adds_up = true},
                           err);
  for (unsigned t = 1; t < threads && !status; t++)
    for (size_t k = 0; k < numbers; k++)
      shares[0].sums[k] += shares[t].sums[k];
  if (!status)
    status = plb_team_sum(tally->team, shares[0].sums, numbers, err);
  if (!status) {
    cells->sums = shares[0].sums;
    shares[0].sums = NULL;
  }
  for (unsigned t = 0; shares && t < threads; t++)
    free(shares[t].sums);
  free(shares);
  free(grid);
  return status;
}
