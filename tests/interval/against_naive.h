/* SPDX-License-Identifier: Apache-2.0
 *
 * The engine's interval of a table of comparisons, and the same held against the naive program.
 */
#ifndef TESTS_ESTIMATE_AGAINST_NAIVE_H
#define TESTS_ESTIMATE_AGAINST_NAIVE_H

#include "table.h"

#define CAPACITY 3000 /* extremes that are kept */

struct plb_pl interval_of(const struct table *table, const struct inputs *inputs, double threshold, bool borrow,
                          double level, double icc);
void same_limits(struct plb_limits seen, struct plb_limits want);

/* Orders rows for qsort. */
int larger_first(const void *left, const void *right);

/* The score that just `errors` rows reach or pass (more with ties). */
double threshold_for(const struct table *table, size_t errors);

/* Every field against the naive program, at the given number of errors. */
struct plb_pl compare(const struct table *table, size_t errors, bool borrow, size_t capacity, double level, double icc);

#endif
