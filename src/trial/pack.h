/* SPDX-License-Identifier: Apache-2.0
 *
 * A file that is compressed as its name asks: ".gz" by gzip, ".zst" by zstd, anything else not at all.
 * The same bytes in give the same bytes out (no time, no name in the header). Like plb_out, on which it
 * stands, it is whole or absent, keeps its first error, and answers it by close.
 */
#ifndef PLB_TRIAL_PACK_H
#define PLB_TRIAL_PACK_H

#include "base/out.h"
#include "trial/unpack.h"

struct plb_pack;

/* "-" is standard output, plain. Fails with PLB_IO, PLB_NOMEM. */
plb_status plb_pack_open(const char *path, struct plb_pack **pack, struct plb_error *err);

/* See plb_out_watch. */
void plb_pack_watch(struct plb_pack *pack, plb_out_stop *stop, void *ctx);

/* See plb_out_failed. */
bool plb_pack_failed(const struct plb_pack *pack);

void plb_pack_bytes(struct plb_pack *pack, const void *bytes, size_t length);

/* Ends the compressed stream and closes the file; frees `pack` in any case. */
plb_status plb_pack_close(struct plb_pack *pack, struct plb_error *err);

/* Gives up: leaves nothing behind. Accepts NULL. */
void plb_pack_abandon(struct plb_pack *pack);

/* ---- for gzip.c and zstandard.c ---- */

enum plb_packed {
  PLB_PACK_MORE = 0, /* there is more to write: make room and call again */
  PLB_PACK_DONE,     /* all input is taken; at the end of the stream, all output is written too */
  PLB_PACK_FAILED    /* out of memory */
};

struct plb_packer {
  const char *suffix;   /* of the names of such files */
  void *(*start)(void); /* NULL when out of memory */
  enum plb_packed (*step)(void *state, struct plb_flow *flow, bool end);
  void (*stop)(void *state); /* accepts NULL */
};

extern const struct plb_packer plb_gzip_packer;
extern const struct plb_packer plb_zstd_packer;

#endif
