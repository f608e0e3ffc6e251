/* SPDX-License-Identifier: Apache-2.0
 *
 * Which points of a DET are kept, and which scores therefore have to be known one by one (tally/steps.h).
 */
#ifndef PLB_ESTIMATE_DET_SPANS_H
#define PLB_ESTIMATE_DET_SPANS_H

#include "estimate/det.h"

/* Counts at which the curve keeps a point: false matches falling from all of them, false non-matches rising from none,
 * each by one part in R of its distance to the nearer end, with R such that there are at most PLB_CURVE_POINTS points
 * in all. They depend on the numbers of comparisons alone. */
struct plb_det_marks {
  uint64_t *matches, *nonmatches;
  size_t match_count, nonmatch_count;
};

/* False when out of memory. */
bool plb_det_marks_make(const uint64_t trials[2], struct plb_det_marks *marks);
void plb_det_marks_free(struct plb_det_marks *marks);

/* Marks the spans in which nothing is asked for that depends on single scores. */
void plb_det_choose(const struct plb_det *det, const struct plb_det_marks *marks, const struct plb_span *spans,
                    size_t count, bool *whole);

#endif
