/* SPDX-License-Identifier: Apache-2.0
 *
 * Strata: the completed comparisons whose references are of one group, and whose probes are of one (trial/groups.h).
 * They are the finest parts of a test that attributes tell apart; whatever is asked of groups is asked of some of them
 * together. Their numbers are shared by all systems and both classes of a tally. Without attributes all is one stratum.
 */
#ifndef PLB_TALLY_STRATA_H
#define PLB_TALLY_STRATA_H

#include "base/dict.h"

struct plb_stratum {
  uint32_t reference, probe; /* groups */
};

/* The number of a stratum, which may be new. False when out of memory. */
bool plb_stratum_number(struct plb_dict *strata, struct plb_stratum stratum, uint32_t *number);

/* Which one it is. */
struct plb_stratum plb_stratum_of(const struct plb_dict *strata, uint32_t number);

#endif
