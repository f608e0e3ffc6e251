/* SPDX-License-Identifier: Apache-2.0
 *
 * Whether an estimate that comes from a file can be true: a result file may have been edited, and a page made
 * from it must not show a rate of 200 %, or one that its own counts deny.
 */
#ifndef PLB_RESULT_SOUND_H
#define PLB_RESULT_SOUND_H

#include "result/result.h"

struct plb_unsound {
  const char *key, *inner; /* of the estimate, and of the object there; inner may be NULL */
  const char *expected;
};

/* False fills in what is wrong first. The estimate has a metric. */
bool plb_is_sound(const struct plb_estimate *estimate, struct plb_unsound *unsound);

/* Whether two numbers are the limits of a share: within [0, 1], the lower one first. */
bool plb_are_shares(const double pair[2]);
#define PLB_SHARES_EXPECTED "two numbers from 0 to 1, lower <= upper"

#endif
