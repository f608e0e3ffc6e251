/* SPDX-License-Identifier: Apache-2.0
 *
 * PL once more, written straight from the pseudo-code of methods B.7 with matrices of pairs and plain
 * loops. It shares with the engine only Clopper-Pearson and Student's quantile, which other tests hold
 * against GSL and R.
 */
#ifndef TESTS_ESTIMATE_NAIVE_H
#define TESTS_ESTIMATE_NAIVE_H

#include "table.h"

void naive_pl(const struct table *table, double threshold, bool borrow, size_t capacity, double level, double icc,
              struct plb_pl *out);

#endif
