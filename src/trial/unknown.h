/* SPDX-License-Identifier: Apache-2.0
 *
 * What is said of an input that is of no format.
 */
#ifndef PLB_TRIAL_UNKNOWN_H
#define PLB_TRIAL_UNKNOWN_H

#include "base/error.h"
#include "trial/reader.h"

/* Says why no kind takes this head, of `length` > 0 bytes, for its own; always a failure. */
plb_status plb_fail_unknown(const struct plb_reader_kind *const *kinds, size_t count, const char *name,
                            const char *head, size_t length, struct plb_error *err);

#endif
