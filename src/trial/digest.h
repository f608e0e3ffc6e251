/* SPDX-License-Identifier: Apache-2.0
 *
 * Two digests of an input: of its raw bytes, for the provenance of a result, and of the text in it, by which the same
 * text is known in whatever packing it comes twice.
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

struct plb_content_digest {
  uint64_t high, low;
};

/* What plb_content_end answers of an array with the same bytes, so that these need not be hashed twice; false where
 * this digester does not know. */
bool plb_digester_of_array(const struct plb_digester *digester, struct plb_content_digest *digest);

/* Accepts NULL. */
void plb_digester_free(struct plb_digester *digester);

/* The digest (XXH3-128) of a text: the same for a text packed or plain, with or without a byte order mark, with lines
 * ended by "\n" or "\r\n", and whether or not the last of them is ended. */
struct plb_content;

/* NULL when out of memory. */
struct plb_content *plb_content_new(void);

/* The next bytes of the text, in pieces of any size. `same`: has been given the same pieces, or NULL; where nothing has
 * to be left out of them they are not hashed again. */
void plb_content_add(struct plb_content *content, const struct plb_digester *same, const char *text, size_t length);

/* Forgets what was added, and takes what follows for no text: each of its bytes counts. */
void plb_content_array(struct plb_content *content);

/* Forgets what was added. */
void plb_content_restart(struct plb_content *content);

/* Ends the text; call once. */
struct plb_content_digest plb_content_end(struct plb_content *content);

/* Accepts NULL. */
void plb_content_free(struct plb_content *content);

#endif
