/* SPDX-License-Identifier: Apache-2.0
 *
 * zstd (RFC 8878), any number of frames one behind the other, skippable ones included. The window is
 * limited to 128 MiB (the library's own default), so a hostile file cannot ask for more memory. The only
 * file that sees zstd.
 */
#include <zstd.h>
#include <zstd_errors.h>

#include "trial/pack.h"

static bool is_zstd(const unsigned char *head, size_t length) {
  if (length < 4)
    return false;
  bool frame = head[0] == 0x28 && head[1] == 0xB5 && head[2] == 0x2F && head[3] == 0xFD;
  bool skippable = (head[0] & 0xF0) == 0x50 && head[1] == 0x2A && head[2] == 0x4D && head[3] == 0x18;
  return frame || skippable;
}

static void *start(void) {
  return ZSTD_createDStream();
}

static enum plb_unpacked step(void *state, struct plb_flow *flow) {
  ZSTD_inBuffer in = {.src = flow->from, .size = flow->left};
  ZSTD_outBuffer out = {.dst = flow->to, .size = flow->room};
  size_t answer = ZSTD_decompressStream(state, &out, &in);
  flow->from += in.pos;
  flow->left -= in.pos;
  flow->to += out.pos;
  flow->room -= out.pos;
  if (!ZSTD_isError(answer))
    return answer == 0 ? PLB_UNPACK_WHOLE : PLB_UNPACK_MORE;
  switch (ZSTD_getErrorCode(answer)) {
  case ZSTD_error_memory_allocation: return PLB_UNPACK_NOMEM;
  case ZSTD_error_frameParameter_windowTooLarge: return PLB_UNPACK_TOO_WIDE;
  default: return PLB_UNPACK_DAMAGED;
  }
}

static void stop(void *state) {
  ZSTD_freeDStream(state);
}

const struct plb_unpacker plb_zstd = {.name = "zstd", .is = is_zstd, .start = start, .step = step, .stop = stop};

/* ---- packing ----------------------------------------------------------------------------- */

static void *start_packing(void) {
  ZSTD_CStream *stream = ZSTD_createCStream(); /* the library's default level */
  if (stream && ZSTD_isError(ZSTD_CCtx_setParameter(stream, ZSTD_c_checksumFlag, 1))) {
    ZSTD_freeCStream(stream);
    stream = NULL;
  }
  return stream; /* with a checksum, so that a changed byte is seen when the file is read */
}

static enum plb_packed step_packing(void *state, struct plb_flow *flow, bool end) {
  ZSTD_inBuffer in = {.src = flow->from, .size = flow->left};
  ZSTD_outBuffer out = {.dst = flow->to, .size = flow->room};
  size_t answer = ZSTD_compressStream2(state, &out, &in, end ? ZSTD_e_end : ZSTD_e_continue);
  flow->from += in.pos;
  flow->left -= in.pos;
  flow->to += out.pos;
  flow->room -= out.pos;
  if (ZSTD_isError(answer))
    return PLB_PACK_FAILED;
  return (end ? answer == 0 : flow->left == 0) ? PLB_PACK_DONE : PLB_PACK_MORE;
}

static void stop_packing(void *state) {
  ZSTD_freeCStream(state);
}

const struct plb_packer plb_zstd_packer = {
    .suffix = ".zst", .start = start_packing, .step = step_packing, .stop = stop_packing};
