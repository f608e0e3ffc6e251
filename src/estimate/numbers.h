/* SPDX-License-Identifier: Apache-2.0
 *
 * Attributes as numbers: the different ones that the comparisons of a class have, and which of them the comparisons of
 * each stratum have.
 */
#ifndef PLB_ESTIMATE_NUMBERS_H
#define PLB_ESTIMATE_NUMBERS_H

#include "tally/tally.h"

/* Of one attribute, or of several together; they are of the pair or of one side, so that both sides say the same. */
struct plb_numbers {
  size_t terms, count;
  size_t attributes[PLB_MOST_TREND_TERMS]; /* of tally->by */
  double *x;                               /* [count][terms], ascending */
  uint64_t *trials;                        /* [count] completed comparisons, systems apart */
  uint32_t *of_stratum; /* by stratum: which, or PLB_NOBODY: not known, or only between two numbers */
  uint64_t left_out;    /* comparisons of those */
};

/* Those of the attributes `asked`, a bit for each. Free it in any case. */
plb_status plb_numbers_find(const struct plb_tally *tally, const struct plb_rows *rows, uint8_t asked,
                            struct plb_numbers *numbers, struct plb_error *err);
void plb_numbers_free(struct plb_numbers *numbers);

#endif
