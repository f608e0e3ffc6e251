/* SPDX-License-Identifier: Apache-2.0
 *
 * A file that is compressed as its name asks: ".gz" by gzip, ".zst" by zstd, anything else not at all.
 * The same bytes in give the same bytes out (no time, no name in the header). Like plb_out, on which it
 * stands, it is whole or absent, keeps its first error, and answers it by close.
 */
#ifndef PLB_TRIAL_PACK_H
#define PLB_TRIAL_PACK_H

#include "base/error.h"

struct plb_pack;

/* "-" is standard output, plain. Fails with PLB_IO, PLB_NOMEM. */
plb_status plb_pack_open(const char *path, struct plb_pack **pack, struct plb_error *err);

void plb_pack_bytes(struct plb_pack *pack, const void *bytes, size_t length);

/* Ends the compressed stream and closes the file; frees `pack` in any case. */
plb_status plb_pack_close(struct plb_pack *pack, struct plb_error *err);

/* Gives up: leaves nothing behind. Accepts NULL. */
void plb_pack_abandon(struct plb_pack *pack);

#endif
