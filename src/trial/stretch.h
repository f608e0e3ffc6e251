/* SPDX-License-Identifier: Apache-2.0
 *
 * Stretches: a few megabytes of whole lines at a time, cut into parts that threads take side by side, each
 * through a twin of the intake. Parts are handed out in the order of the input. Whatever is unusual in a
 * stretch (a fault, a quote, an empty line) leaves all of it to the reader's careful way, one row after the
 * other, which has the messages; so threads change nothing but the time.
 */
#ifndef PLB_TRIAL_STRETCH_H
#define PLB_TRIAL_STRETCH_H

#include "trial/intake.h"

struct plb_stretch;

/* NULL in *stretch where one thread is all there is. */
plb_status plb_stretch_new(unsigned threads, struct plb_stretch **stretch, struct plb_error *err);

/* Takes what lies ahead of the reader, when that is long enough and its kind and input allow it; otherwise
 * does nothing. */
plb_status plb_stretch_take(struct plb_stretch *stretch, struct plb_reader *reader, struct plb_error *err);

/* Whether a part waits to be handed out. NULL has none. */
bool plb_stretch_ready(const struct plb_stretch *stretch);

/* Hands the next part out: its rows, borrowed until the next take. False when there is none. */
bool plb_stretch_next(struct plb_stretch *stretch, struct plb_block *block);

/* Accepts NULL. */
void plb_stretch_free(struct plb_stretch *stretch);

#endif
