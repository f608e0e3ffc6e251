/* SPDX-License-Identifier: Apache-2.0
 *
 * Comparing the systems of a tally that was made by hand, for tests that look at the result.
 */
#ifndef TESTS_COMPARE_JOINED_H
#define TESTS_COMPARE_JOINED_H

#include "compare/compare.h"

#define MOST_JOINED 8

/* Systems 0, 1, ... of the tally, called "a", "b", ...; the test fails where this does. */
struct plb_result *compare_tally(struct plb_tally *tally, size_t systems, const struct plb_options *options,
                                 const struct plb_comparing *comparing);

/* The estimate of this kind of the n-th pair of systems, or NULL. */
const struct plb_estimate *found_in(const struct plb_result *result, const char *metric, size_t n);

#endif
