/* SPDX-License-Identifier: Apache-2.0 */
#include "against_naive.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "close.h"
#include "naive.h"

struct plb_pl interval_of(const struct table *table, const struct inputs *inputs, double threshold, bool borrow,
                          double level, double icc) {
  struct plb_error_sums errors;
  struct plb_pl pl;
  errors_of(table, inputs, threshold, &errors);
  const struct plb_extremes *extremes = borrow ? &inputs->extremes : NULL;
  assert_int_equal(plb_pl_interval(&inputs->design, &inputs->sums, &errors, extremes, level, icc, &pl, NULL), PLB_OK);
  errors_free(&errors);
  return pl;
}

void same_limits(struct plb_limits seen, struct plb_limits want) {
  CLOSE(seen.lower, want.lower, 1e-9);
  CLOSE(seen.upper, want.upper, 1e-9);
}

int larger_first(const void *left, const void *right) {
  double a = ((const struct row *)left)->score, b = ((const struct row *)right)->score;
  return (a < b) - (a > b);
}
double threshold_for(const struct table *table, size_t errors) {
  if (!errors)
    return HUGE_VAL;
  struct row *rows = malloc(table->count * sizeof *rows);
  memcpy(rows, table->rows, table->count * sizeof *rows);
  qsort(rows, table->count, sizeof *rows, larger_first);
  double threshold = rows[errors - 1].score;
  free(rows);
  return threshold;
}

struct plb_pl compare(const struct table *table, size_t errors, bool borrow, size_t capacity, double level,
                      double icc) {
  struct inputs inputs;
  struct plb_pl want;
  double threshold = threshold_for(table, errors);
  inputs_of(table, capacity, &inputs);
  struct plb_pl seen = interval_of(table, &inputs, threshold, borrow, level, icc);
  naive_pl(table, threshold, borrow, capacity, level, icc, &want);
  assert_int_equal(seen.few, want.few);
  assert_int_equal(seen.lopsided, want.lopsided);
  CLOSE(seen.effective, want.effective, 1e-12);
  assert_int_equal(seen.influential, want.influential);
  assert_int_equal(seen.their_errors, want.their_errors);
  assert_int_equal(seen.their_trials, want.their_trials);
  if (!seen.few) { /* with few people the levels do not matter */
    assert_int_equal(seen.no_borrowing, want.no_borrowing);
    CLOSE(seen.own_design_effect, want.own_design_effect, 1e-9);
  }
  CLOSE(seen.design_effect, want.design_effect, 1e-9);
  CLOSE(seen.df, want.df, 1e-9);
  CLOSE_ABS(seen.skewness, want.skewness, 1e-9);
  CLOSE(seen.inflated, want.inflated, 1e-9);
  same_limits(seen.worst_case, want.worst_case);
  same_limits(seen.pl, want.pl);
  same_limits(seen.strict, want.strict);
  assert_true(seen.pl.lower >= 0.0 && seen.pl.upper <= 1.0 && seen.pl.lower <= seen.pl.upper);
  inputs_free(&inputs);
  return seen;
}
