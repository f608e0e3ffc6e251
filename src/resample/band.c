/* SPDX-License-Identifier: Apache-2.0
 *
 * See band.h. A replicate is as deep as it is at the point where it is outermost: m = min over points of
 * 1 + min(replicates strictly below it, replicates strictly above it). The band leaves out the share 1 - level of the
 * least deep ones and is drawn around the others.
 */
#include "resample/band.h"

#include <stdlib.h>

#include "base/memory.h"

struct ranked {
  double value;
  size_t replicate; /* place among the usable ones */
};

static int compare_ranked(const void *a, const void *b) {
  const struct ranked *x = a, *y = b;
  return (x->value > y->value) - (x->value < y->value);
}

static int compare_depths(const void *a, const void *b) {
  size_t x = *(const size_t *)a, y = *(const size_t *)b;
  return (x > y) - (x < y);
}

/* Sorts the usable values of a point; answers how many there are. */
static size_t sort_point(const double *values, const bool *usable, size_t replicates, struct ranked *into) {
  size_t n = 0;
  for (size_t r = 0; r < replicates; r++) {
    if (!usable[r])
      continue;
    into[n] = (struct ranked){values[r], n};
    n++;
  }
  qsort(into, n, sizeof *into, compare_ranked);
  return n;
}

static void note_depths(const struct ranked *sorted, size_t n, size_t *depths) {
  for (size_t from = 0, to; from < n; from = to) {
    for (to = from + 1; to < n && sorted[to].value == sorted[from].value;)
      to++;
    size_t depth = 1 + (from < n - to ? from : n - to);
    for (size_t k = from; k < to; k++)
      if (depth < depths[sorted[k].replicate])
        depths[sorted[k].replicate] = depth;
  }
}

/* How many replicates may lie outside. A level such as 0.9 has no exact binary form: 0.1 of 250 is 25, not 24.99... */
static size_t left_out(size_t n, double level) {
  return (size_t)((1 - level) * (double)(n - 1) + 1e-9);
}

plb_status plb_band_of(const double *curves, size_t points, const bool *usable, size_t replicates, double level,
                       double *lower, double *upper, bool *coarse, bool *made, struct plb_error *err) {
  struct ranked *sorted = plb_alloc(replicates, sizeof *sorted);
  size_t *depths = plb_alloc(replicates, sizeof *depths), n = 0, k = 0;
  plb_status status = sorted && depths ? PLB_OK : plb_fail_memory(err);
  *made = *coarse = false;
  for (size_t r = 0; r < replicates && !status; r++)
    depths[r] = SIZE_MAX;
  for (size_t g = 0; g < points && !status; g++) {
    n = sort_point(curves + g * replicates, usable, replicates, sorted);
    note_depths(sorted, n, depths);
  }
  if (!status && n > 1) {
    qsort(depths, n, sizeof *depths, compare_depths);
    k = depths[left_out(n, level)];
    *coarse = k == 1;
    *made = true;
  }
  for (size_t g = 0; g < points && *made; g++) {
    n = sort_point(curves + g * replicates, usable, replicates, sorted);
    lower[g] = sorted[k - 1].value;
    upper[g] = sorted[n - k].value;
  }
  free(sorted);
  free(depths);
  return status;
}
