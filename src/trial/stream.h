/* SPDX-License-Identifier: Apache-2.0
 *
 * What comes out of a file, or of standard input ("-"): its bytes, counted, hashed, and unpacked where they are packed.
 *
 *     file --read, 1 MiB--> digest --> (unpack) --> bytes.c
 */
#ifndef PLB_TRIAL_STREAM_H
#define PLB_TRIAL_STREAM_H

#include "base/error.h"
#include "trial/digest.h"
#include "trial/unpack.h"

#define PLB_STREAM_BLOCK ((size_t)1 << 20) /* bytes asked for at once */
#define PLB_STREAM_MAGIC 4                 /* bytes by which packing is known; a pipe may give them one by one */

struct plb_stream {
  char *name; /* for messages */
  int file;
  bool opened; /* the file is ours to close; standard input is not */
  struct plb_digester *digester;
  uint64_t count;                      /* raw bytes read */
  uint64_t size;                       /* of the file; 0 = not known beforehand */
  uint64_t skipped;                    /* of it, before what is read: standard input may be somewhere within a file */
  const struct plb_input *watch;       /* whom to tell; NULL = nobody */
  bool ended;                          /* there are no more raw bytes */
  const struct plb_unpacker *unpacker; /* NULL when plain */
  void *unpacking;
  unsigned char *raw; /* a block of packed bytes */
  struct plb_flow flow;
  bool whole;              /* the packed stream may end here */
  enum plb_unpacked fails; /* why unpacking could not go on */
};

/* Whatever comes of it, the stream is to be closed. `input` is borrowed until then. */
plb_status plb_stream_open(struct plb_stream *stream, const char *path, const struct plb_input *input,
                           struct plb_error *err);

/* Some bytes, at most PLB_STREAM_BLOCK; none only at the end. `ahead`: on a thread of its own, which tells nobody.
 * Where unpacking fails, that is PLB_DATA, and to be said by plb_stream_fail. */
plb_status plb_stream_get(struct plb_stream *stream, bool ahead, char *to, size_t *got, struct plb_error *err);

/* Says why unpacking failed, behind this line; 0: there are no lines. */
plb_status plb_stream_fail(const struct plb_stream *stream, uint64_t line, struct plb_error *err);

/* What was read so far, all of it, turns out to be packed: it is taken back, and what follows comes unpacked. *packed
 * is false where it is plain. */
plb_status plb_stream_unpack(struct plb_stream *stream, const char *head, size_t length, bool *packed,
                             struct plb_error *err);

/* PLB_IO where a file has been written to since it was opened, and so is longer or shorter now; PLB_OK else. */
plb_status plb_stream_unchanged(const struct plb_stream *stream, struct plb_error *err);

/* Whether the bytes lie in a file as they are given out, to be read again at any place. */
bool plb_stream_plain(const struct plb_stream *stream);

void plb_stream_close(struct plb_stream *stream);

#endif
