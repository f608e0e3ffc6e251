/* SPDX-License-Identifier: Apache-2.0
 *
 * See cells.h. One walk over the rows, shared out by chunks among threads with sums of their own. The cell of a score
 * is found by way of a grid of even steps in the score: most of its buckets have one cut at most, with which the score
 * is compared, and the few others have their cuts searched by halving. Most rows are no error at any threshold: those
 * that are one are picked, and counted at the most demanding threshold alone, which says the rest. Cost: about 4 ns a
 * row.
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
  uint64_t *cuts; /* and one above all keys */
  uint32_t first[BUCKETS + 1];
};

/* Of one person. */
struct of_all {
  uint64_t count, sum;
};

struct share {
  const struct plb_cells *cells;
  const struct grid *grid;
  bool mated;
  struct of_all *by; /* by number */
  uint64_t *errors;  /* [threshold][number], at the most demanding threshold only */
  size_t numbers;
  uint64_t low, high; /* keys of errors; low > high: there is none */
  uint64_t values[STRETCH];
  uint16_t picked[STRETCH];
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

static bool make_grid(const struct plb_cells *cells, struct grid *grid) {
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
  if (!(grid->cuts = plb_alloc(cells->cut_count + 1, sizeof *grid->cuts)))
    return false;
  for (size_t c = 0; c < cells->cut_count; c++)
    grid->cuts[c] = cells->cuts[c];
  grid->cuts[cells->cut_count] = UINT64_MAX;
  return true;
}

/* The first cut of a bucket, or, where it has none, the first one behind it, which is above the key: no branch depends
 * on the score but where a bucket has several. */
static inline uint32_t cell_of(const struct grid *grid, uint64_t key) {
  size_t bucket = bucket_of(grid, key);
  uint32_t first = grid->first[bucket], high = grid->first[bucket + 1];
  uint32_t low = first + (grid->cuts[first] <= key);
  if (first + 1 >= high)
    return low;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (grid->cuts[middle] <= key)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

static void add(const struct share *share, const uint32_t *person, size_t count) {
  for (size_t k = 0; k < count; k++) {
    struct of_all *of = &share->by[person[k]];
    of->count++;
    of->sum += share->values[k];
  }
}

/* The most demanding threshold at which the score is an error: of mated comparisons, which are errors below it, the
 * lowest one. */
static size_t demand(const struct share *share, uint64_t key) {
  const uint64_t *thresholds = share->cells->thresholds;
  size_t n = share->cells->threshold_count, below = 0;
  for (size_t t = 0; t < n; t++)
    below += key >= thresholds[t];
  return share->mated ? below : below - 1;
}

static void count_errors(struct share *share, const struct plb_chunk *chunk, size_t from, size_t count) {
  size_t n = 0;
  for (size_t k = 0; k < count; k++) {
    share->picked[n] = (uint16_t)k;
    n += chunk->keys[from + k] - share->low <= share->high - share->low;
  }
  for (size_t e = 0; e < n; e++) {
    size_t k = from + share->picked[e];
    uint64_t *errors = share->errors + demand(share, chunk->keys[k]) * share->numbers;
    errors[chunk->first[k]]++;
    if (!share->mated)
      errors[chunk->second[k]]++;
  }
}

static bool see(void *state, const struct plb_chunk *chunk, size_t count) {
  struct share *share = state;
  for (size_t from = 0; from < count; from += STRETCH) {
    size_t length = count - from < STRETCH ? count - from : STRETCH;
    for (size_t k = 0; k < length; k++)
      share->values[k] = share->cells->values[cell_of(share->grid, chunk->keys[from + k])];
    add(share, chunk->first + from, length);
    if (!share->mated)
      add(share, chunk->second + from, length);
    if (share->low <= share->high)
      count_errors(share, chunk, from, length);
  }
  return true;
}

static plb_status start(struct share *share, const struct plb_cells *cells, const struct grid *grid, bool mated,
                        size_t numbers, struct plb_error *err) {
  size_t n = cells->threshold_count;
  *share = (struct share){.cells = cells, .grid = grid, .mated = mated, .numbers = numbers, .low = 1};
  if (n && !mated) {
    share->low = cells->thresholds[0];
    share->high = UINT64_MAX;
  } else if (n && cells->thresholds[n - 1]) {
    share->low = 0;
    share->high = cells->thresholds[n - 1] - 1;
  }
  share->by = plb_alloc(numbers, sizeof *share->by);
  share->errors = plb_alloc(n * numbers, sizeof *share->errors);
  return share->by && share->errors ? PLB_OK : plb_fail_memory(err);
}

/* What a thread counted, added to the sums: errors at each threshold. */
static void add_up(const struct share *share, uint64_t *sums) {
  size_t n = share->cells->threshold_count, columns = plb_cells_columns(share->cells);
  for (size_t k = 0; k < share->numbers; k++, sums += columns) {
    uint64_t errors = 0;
    sums[PLB_CELLS_COUNT] += share->by[k].count;
    sums[PLB_CELLS_SUM] += share->by[k].sum;
    for (size_t step = 0; step < n; step++) {
      size_t t = share->mated ? step : n - 1 - step;
      errors += share->errors[t * share->numbers + k];
      sums[PLB_CELLS_ERRORS + t] += errors;
    }
  }
}

plb_status plb_cells_sum(const struct plb_tally *tally, const struct plb_rows *rows, bool mated,
                         const struct plb_units *units, unsigned threads, struct plb_cells *cells,
                         struct plb_error *err) {
  size_t columns = plb_cells_columns(cells);
  struct share *shares = plb_alloc(threads, sizeof *shares);
  struct grid *grid = plb_alloc(1, sizeof *grid);
  uint64_t *sums = plb_alloc(units->numbers * columns, sizeof *sums);
  plb_status status = shares && sums && grid && make_grid(cells, grid) ? PLB_OK : plb_fail_memory(err);
  for (unsigned t = 0; t < threads && !status; t++)
    status = start(&shares[t], cells, grid, mated, units->numbers, err);
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
  for (unsigned t = 0; t < threads && !status; t++)
    add_up(&shares[t], sums);
  if (!status)
    status = plb_team_sum(tally->team, sums, units->numbers * columns, err);
  for (unsigned t = 0; shares && t < threads; t++) {
    free(shares[t].by);
    free(shares[t].errors);
  }
  free(shares);
  if (grid)
    free(grid->cuts);
  free(grid);
  if (status)
    free(sums);
  else
    cells->sums = sums;
  return status;
}
