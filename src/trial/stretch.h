/* SPDX-License-Identifier: Apache-2.0
 *
 * Stretches: a few megabytes of whole lines at a time, cut into parts that threads take side by side, each
 * through a twin of the intake. Rows are handed over in the order of the input, while the threads already
 * take the next stretch. Whatever is unusual in a
 * stretch (a fault, a quote, an empty line) leaves all of it to the reader's careful way, one row after the
 * other, which has the messages; so threads change nothing but the time.
 */
#ifndef PLB_TRIAL_STRETCH_H
#define PLB_TRIAL_STRETCH_H

#include "trial/intake.h"

struct plb_stretch;

/* NULL in *stretch where one thread is all there is. */
plb_status plb_stretch_new(unsigned threads, struct plb_stretch **stretch, struct plb_error *err);

/* Takes what lies ahead of the reader, when that is long enough and its kind and input allow it; *took says
 * whether it did. Meanwhile the rows of the stretch before go to the sink: both are work for all threads.
 * `stretch` may be NULL. */
plb_status plb_stretch_take(struct plb_stretch *stretch, struct plb_reader *reader, const struct plb_sink *sink,
                            bool *took, struct plb_error *err);

/* Gives the sink the rows of the last stretch, before rows that come another way. `stretch` may be NULL. */
plb_status plb_stretch_flush(struct plb_stretch *stretch, const struct plb_sink *sink, struct plb_error *err);

/* Accepts NULL. */
void plb_stretch_free(struct plb_stretch *stretch);

#endif
