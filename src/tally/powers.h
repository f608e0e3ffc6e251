/* SPDX-License-Identifier: Apache-2.0
 *
 * Sums by person of the scores of a class and of their squares, in whole numbers, so that no order of rows matters: a
 * score is taken as the nearest whole number of `unit` from `centre`.
 */
#ifndef PLB_TALLY_POWERS_H
#define PLB_TALLY_POWERS_H

#include "base/wide.h"
#include "tally/units.h"

#define PLB_MOST_UNITS ((int64_t)1 << 28) /* a score lies at most so many units from the centre */

struct plb_power_sums {
  uint64_t count; /* comparisons */
  int64_t sum;
  plb_wide squares;
};

/* A comparison of two people counts for both, but once in `all`. With clusters one inside a cluster counts for its
 * head, and for the number units->inside. */
struct plb_powers {
  double centre, unit;       /* asked for; unit > 0, and no score is infinite */
  struct plb_power_sums *by; /* by number, as in units; owned */
  struct plb_power_sums all;
};

plb_status plb_powers_sum(const struct plb_tally *tally, const struct plb_rows *rows, bool mated,
                          const struct plb_units *units, unsigned threads, struct plb_powers *powers,
                          struct plb_error *err);
void plb_powers_free(struct plb_powers *powers);

#endif
