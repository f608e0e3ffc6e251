/* SPDX-License-Identifier: Apache-2.0
 *
 * The distinct scores of a system in ascending order, with the comparisons of each class that have them:
 * all that a DET, its thresholds, EER, AUC and d' are made of. Never held whole: the range of keys is cut
 * into slices of about a million rows, each is gathered, sorted, grouped and handed on in order. Slices
 * are sorted by threads; what is handed on does not depend on where the cuts lie.
 */
#ifndef PLB_TALLY_STEPS_H
#define PLB_TALLY_STEPS_H

#include "tally/tally.h"

struct plb_step {
  uint64_t key;
  uint64_t count[2]; /* by enum plb_class */
};

/* Called with steps in ascending order of key, by one thread at a time but not always the same. */
typedef void (*plb_step_fn)(void *ctx, const struct plb_step *steps, size_t count);

plb_status plb_walk_steps(struct plb_tally *tally, struct plb_system_tally *system, unsigned threads, plb_step_fn take,
                          void *ctx, struct plb_error *err);

#endif
