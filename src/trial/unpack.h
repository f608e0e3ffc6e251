/* SPDX-License-Identifier: Apache-2.0
 *
 * Streaming decompression behind one shape, so that bytes.c sees neither zlib nor zstd.
 */
#ifndef PLB_TRIAL_UNPACK_H
#define PLB_TRIAL_UNPACK_H

#include "base/error.h"

/* One step: takes from `from`, writes to `to`; both move on. */
struct plb_flow {
  const unsigned char *from;
  size_t left;
  char *to;
  size_t room;
};

/* What a step found. */
enum plb_unpacked {
  PLB_UNPACK_MORE = 0, /* fine; more input or more room is needed */
  PLB_UNPACK_WHOLE,    /* fine; a member has ended, so the input may end here */
  PLB_UNPACK_DAMAGED,  /* not what the format allows, or a checksum does not fit */
  PLB_UNPACK_TOO_WIDE, /* zstd: needs a larger window than 128 MiB */
  PLB_UNPACK_NOMEM
};

struct plb_unpacker {
  const char *name;                                     /* "gzip", "zstd" */
  bool (*is)(const unsigned char *head, size_t length); /* do these first bytes look like it? */
  void *(*start)(void);                                 /* NULL when out of memory */
  enum plb_unpacked (*step)(void *state, struct plb_flow *flow);
  void (*stop)(void *state); /* accepts NULL */
};

extern const struct plb_unpacker plb_gzip;
extern const struct plb_unpacker plb_zstd;

/* Says why a stream of that packing could not be unpacked: behind `line`, or 0 where there is none. MORE and WHOLE: it
 * ends early. */
plb_status plb_unpack_fail(enum plb_unpacked why, const char *name, const char *packing, uint64_t line,
                           struct plb_error *err);

#endif
