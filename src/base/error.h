/* SPDX-License-Identifier: Apache-2.0
 *
 * Filling in a caller's plb_error. Every function takes err == NULL and returns the status, so that a
 * failing call reads: return plb_fail(err, PLB_DATA, "...", ...).
 */
#ifndef PLB_BASE_ERROR_H
#define PLB_BASE_ERROR_H

#include "plumbline.h"

/* Sets status and message (printf style). */
plb_status plb_fail(struct plb_error *err, plb_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same with a place: the message becomes "file:line:column: ..."; line or column 0 are left out. */
plb_status plb_fail_at(struct plb_error *err, plb_status status, const char *file, uint64_t line, uint64_t column,
                       const char *format, ...) __attribute__((format(printf, 6, 7)));

/* PLB_IO from errno (pass errno saved at the failing call): "file: could not VERB: strerror". */
plb_status plb_fail_io(struct plb_error *err, const char *file, const char *verb, int saved_errno);

/* PLB_NOMEM. */
plb_status plb_fail_memory(struct plb_error *err);

#endif
