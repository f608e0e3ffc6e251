/* SPDX-License-Identifier: Apache-2.0
 *
 * Compressing writers: bytes go through zlib or zstd, as the name of the file asks, into a plb_out. A
 * failure to compress can only be memory or a fault of ours; it is kept until close, like the failures
 * of the file itself.
 */
#define ZLIB_CONST /* zlib then promises not to write its input */
#include "trial/pack.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

#include "base/memory.h"
#include "base/out.h"

#define CHUNK_BYTES ((size_t)64 << 10)
#define GZIP_WINDOW (15 + 16) /* the largest window; a gzip header without time or name */

struct plb_pack {
  struct plb_out *out;
  bool gzip;              /* `deflating` is set up */
  z_stream deflating;
  ZSTD_CStream *squeezing; /* NULL: not zstd */
  unsigned char *chunk;
  bool failed;
};

static bool ends_with(const char *path, const char *suffix) {
  size_t length = strlen(path), tail = strlen(suffix);
  return length > tail && strcmp(path + length - tail, suffix) == 0;
}

static plb_status set_up(struct plb_pack *pack, const char *path, struct plb_error *err) {
  if (!(pack->chunk = plb_alloc(CHUNK_BYTES, 1)))
    return plb_fail_memory(err);
  if (ends_with(path, ".gz")) {
    pack->gzip = deflateInit2(&pack->deflating, Z_DEFAULT_COMPRESSION, Z_DEFLATED, GZIP_WINDOW, 8,
                              Z_DEFAULT_STRATEGY) == Z_OK;
    return pack->gzip ? PLB_OK : plb_fail_memory(err);
  }
  if (ends_with(path, ".zst") && !(pack->squeezing = ZSTD_createCStream()))
    return plb_fail_memory(err);
  return PLB_OK;
}

static void discard(struct plb_pack *pack) {
  if (pack->gzip)
    deflateEnd(&pack->deflating);
  ZSTD_freeCStream(pack->squeezing);
  free(pack->chunk);
  free(pack);
}

plb_status plb_pack_open(const char *path, struct plb_pack **pack, struct plb_error *err) {
  *pack = NULL;
  struct plb_pack *fresh = plb_alloc(1, sizeof *fresh);
  if (!fresh)
    return plb_fail_memory(err);
  plb_status st;
  if ((st = plb_out_open(path, &fresh->out, err)) || (st = set_up(fresh, path, err))) {
    plb_out_abandon(fresh->out);
    discard(fresh);
    return st;
  }
  *pack = fresh;
  return PLB_OK;
}

static void deflate_all(struct plb_pack *pack, const void *bytes, size_t length, bool end) {
  z_stream *stream = &pack->deflating;
  stream->next_in = bytes;
  stream->avail_in = (uInt)length;
  do {
    stream->next_out = pack->chunk;
    stream->avail_out = (uInt)CHUNK_BYTES;
    if (deflate(stream, end ? Z_FINISH : Z_NO_FLUSH) == Z_STREAM_ERROR) {
      pack->failed = true;
      return;
    }
    plb_out_bytes(pack->out, pack->chunk, CHUNK_BYTES - stream->avail_out);
  } while (stream->avail_out == 0);
}

static void squeeze_all(struct plb_pack *pack, const void *bytes, size_t length, bool end) {
  ZSTD_inBuffer in = {.src = bytes, .size = length};
  size_t left;
  do {
    ZSTD_outBuffer to = {.dst = pack->chunk, .size = CHUNK_BYTES};
    left = ZSTD_compressStream2(pack->squeezing, &to, &in, end ? ZSTD_e_end : ZSTD_e_continue);
    if (ZSTD_isError(left)) {
      pack->failed = true;
      return;
    }
    plb_out_bytes(pack->out, pack->chunk, to.pos);
  } while (end ? left > 0 : in.pos < in.size);
}

void plb_pack_bytes(struct plb_pack *pack, const void *bytes, size_t length) {
  const char *at = bytes;
  for (; length > 0 && !pack->failed; at += CHUNK_BYTES) {
    size_t part = length < CHUNK_BYTES ? length : CHUNK_BYTES; /* zlib counts in 32 bits */
    length -= part;
    if (pack->gzip)
      deflate_all(pack, at, part, false);
    else if (pack->squeezing)
      squeeze_all(pack, at, part, false);
    else
      plb_out_bytes(pack->out, at, part);
  }
}

plb_status plb_pack_close(struct plb_pack *pack, struct plb_error *err) {
  if (pack->gzip && !pack->failed)
    deflate_all(pack, "", 0, true);
  else if (pack->squeezing && !pack->failed)
    squeeze_all(pack, "", 0, true);
  plb_status st = PLB_OK;
  if (pack->failed) {
    plb_out_abandon(pack->out);
    st = plb_fail(err, PLB_NOMEM, "could not compress: out of memory");
  } else {
    st = plb_out_close(pack->out, err);
  }
  discard(pack);
  return st;
}

void plb_pack_abandon(struct plb_pack *pack) {
  if (!pack)
    return;
  plb_out_abandon(pack->out);
  discard(pack);
}
