/* SPDX-License-Identifier: Apache-2.0
 *
 * What steps.c and split.c share of the walk over scores; nobody else sees it.
 */
#ifndef PLB_TALLY_STEPS_PARTS_H
#define PLB_TALLY_STEPS_PARTS_H

#include "tally/steps.h"

/* Hands the steps of two ascending runs on, by class. */
void plb_steps_hand_on(const struct plb_step_walk *walk, const struct plb_run runs[2]);

/* split.c: the walk over more rows than are sorted at once. `sample` is some of the keys of both classes, sorted. */
plb_status plb_steps_split(const struct plb_step_walk *walk, const uint64_t *sample, size_t count,
                           struct plb_error *err);

#endif
