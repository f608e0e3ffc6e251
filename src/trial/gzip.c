/* SPDX-License-Identifier: Apache-2.0
 *
 * gzip (RFC 1952), any number of members one behind the other, as `cat a.gz b.gz` and parallel packers
 * write them. Each member's length and checksum are verified by zlib. The only file that sees zlib.
 */
#define ZLIB_CONST /* zlib then promises not to write its input */
#include <limits.h>
#include <stdlib.h>
#include <zlib.h>

#include "base/memory.h"
#include "trial/pack.h"

struct gzip {
  z_stream stream;
  bool ended; /* a member has ended and the next has not begun */
};

static bool is_gzip(const unsigned char *head, size_t length) {
  return length >= 3 && head[0] == 0x1F && head[1] == 0x8B && head[2] == 8;
}

static void *start(void) {
  struct gzip *gzip = plb_alloc(1, sizeof *gzip);
  if (gzip && inflateInit2(&gzip->stream, 15 + 16) != Z_OK) { /* the widest window; gzip framing */
    free(gzip);
    return NULL;
  }
  return gzip;
}

static enum plb_unpacked step(void *state, struct plb_flow *flow) {
  struct gzip *gzip = state;
  z_stream *stream = &gzip->stream;
  if (gzip->ended && flow->left) {
    if (inflateReset(stream) != Z_OK)
      return PLB_UNPACK_DAMAGED;
    gzip->ended = false;
  }
  if (gzip->ended)
    return PLB_UNPACK_WHOLE;
  uInt in = flow->left > UINT_MAX ? UINT_MAX : (uInt)flow->left;
  uInt out = flow->room > UINT_MAX ? UINT_MAX : (uInt)flow->room;
  stream->next_in = flow->from;
  stream->avail_in = in;
  stream->next_out = (Bytef *)flow->to;
  stream->avail_out = out;
  int answer = inflate(stream, Z_NO_FLUSH);
  flow->from += in - stream->avail_in;
  flow->left -= in - stream->avail_in;
  flow->to += out - stream->avail_out;
  flow->room -= out - stream->avail_out;
  if (answer == Z_STREAM_END)
    gzip->ended = true;
  if (answer == Z_MEM_ERROR)
    return PLB_UNPACK_NOMEM;
  if (answer != Z_OK && answer != Z_STREAM_END && answer != Z_BUF_ERROR)
    return PLB_UNPACK_DAMAGED;
  return gzip->ended ? PLB_UNPACK_WHOLE : PLB_UNPACK_MORE;
}

static void stop(void *state) {
  struct gzip *gzip = state;
  if (gzip)
    inflateEnd(&gzip->stream);
  free(gzip);
}

const struct plb_unpacker plb_gzip = {.name = "gzip", .is = is_gzip, .start = start, .step = step, .stop = stop};

/* ---- packing ----------------------------------------------------------------------------- */

/* One member without time or name in its header, so that the same bytes always pack the same. */
static void *start_packing(void) {
  z_stream *stream = plb_alloc(1, sizeof *stream);
  if (stream && deflateInit2(stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
    free(stream);
    return NULL;
  }
  return stream;
}

static enum plb_packed step_packing(void *state, struct plb_flow *flow, bool end) {
  z_stream *stream = state;
  uInt in = flow->left > UINT_MAX ? UINT_MAX : (uInt)flow->left;
  uInt out = flow->room > UINT_MAX ? UINT_MAX : (uInt)flow->room;
  stream->next_in = (z_const Bytef *)flow->from;
  stream->avail_in = in;
  stream->next_out = (Bytef *)flow->to;
  stream->avail_out = out;
  int answer = deflate(stream, end && in == flow->left ? Z_FINISH : Z_NO_FLUSH);
  flow->from += in - stream->avail_in;
  flow->left -= in - stream->avail_in;
  flow->to += out - stream->avail_out;
  flow->room -= out - stream->avail_out;
  if (answer == Z_STREAM_ERROR)
    return PLB_PACK_FAILED;
  return (end ? answer == Z_STREAM_END : flow->left == 0) ? PLB_PACK_DONE : PLB_PACK_MORE;
}

static void stop_packing(void *state) {
  if (state)
    deflateEnd(state);
  free(state);
}

const struct plb_packer plb_gzip_packer = {
    .suffix = ".gz", .start = start_packing, .step = step_packing, .stop = stop_packing};
