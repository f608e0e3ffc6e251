/* SPDX-License-Identifier: Apache-2.0
 *
 * The digest of an input's raw bytes, for the provenance of a result.
 */
#ifndef PLB_TRIAL_DIGEST_H
#define PLB_TRIAL_DIGEST_H

#include "base/error.h"

struct plb_digester;

/* *digester is NULL for PLB_DIGEST_NONE; the other calls accept that. */
plb_status plb_digester_new(enum plb_digest kind, struct plb_digester **digester, struct plb_error *err);
plb_status plb_digester_add(struct plb_digester *digester, const void *bytes, size_t length, struct plb_error *err);

/* Ends it: "xxh3:" or "sha256:" and the digest in hexadecimal; NULL when none. Lives until freed. */
const char *plb_digester_text(struct plb_digester *digester);

/* Accepts NULL. */
void plb_digester_free(struct plb_digester *digester);

#endif
