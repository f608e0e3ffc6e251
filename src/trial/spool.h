/* SPDX-License-Identifier: Apache-2.0
 *
 * A column on its way to a file: values of one size, kept in a temporary file that has no name. A column whose values
 * are all the same needs none.
 */
#ifndef PLB_TRIAL_SPOOL_H
#define PLB_TRIAL_SPOOL_H

#include "base/error.h"

struct plb_spool;

/* Values of 1, 4 or 8 bytes. */
plb_status plb_spool_new(const char *folder, size_t size, struct plb_spool **spool, struct plb_error *err);
plb_status plb_spool_add(struct plb_spool *spool, const void *values, size_t count, struct plb_error *err);

/* Whether all values so far are the same; *value is that one, its bytes in front. */
bool plb_spool_uniform(const struct plb_spool *spool, uint64_t *value);

uint64_t plb_spool_count(const struct plb_spool *spool);

/* Values [from, from + count), which must be there. */
plb_status plb_spool_read(struct plb_spool *spool, uint64_t from, size_t count, void *to, struct plb_error *err);

/* Accepts NULL. */
void plb_spool_free(struct plb_spool *spool);

#endif
