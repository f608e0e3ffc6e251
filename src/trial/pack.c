/* SPDX-License-Identifier: Apache-2.0
 *
 * Compressing writers: bytes go through the packer that the name of the file asks for, chunk by chunk,
 * into a plb_out. A failure to compress is kept until close, like the failures of the file itself.
 */
#include "trial/pack.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

#define CHUNK_BYTES ((size_t)64 << 10)

struct plb_pack {
  struct plb_out *out;
  const struct plb_packer *packer; /* NULL: plain */
  void *state;                     /* the packer's own */
  char *chunk;
  bool failed;
};

static bool ends_with(const char *path, const char *suffix) {
  size_t length = strlen(path), tail = strlen(suffix);
  return length > tail && strcmp(path + length - tail, suffix) == 0;
}

static plb_status set_up(struct plb_pack *pack, const char *path, struct plb_error *err) {
  static const struct plb_packer *const packers[] = {&plb_gzip_packer, &plb_zstd_packer};
  for (size_t k = 0; k < sizeof packers / sizeof *packers; k++)
    if (ends_with(path, packers[k]->suffix))
      pack->packer = packers[k];
  if (pack->packer && (!(pack->chunk = plb_alloc(CHUNK_BYTES, 1)) || !(pack->state = pack->packer->start())))
    return plb_fail_memory(err);
  return plb_out_open(path, &pack->out, err);
}

static void discard(struct plb_pack *pack) {
  if (pack->packer)
    pack->packer->stop(pack->state);
  free(pack->chunk);
  free(pack);
}

plb_status plb_pack_open(const char *path, struct plb_pack **pack, struct plb_error *err) {
  *pack = NULL;
  struct plb_pack *fresh = plb_alloc(1, sizeof *fresh);
  if (!fresh)
    return plb_fail_memory(err);
  plb_status st = set_up(fresh, path, err);
  if (st) {
    discard(fresh);
    return st;
  }
  *pack = fresh;
  return PLB_OK;
}

static void pass_on(struct plb_pack *pack, const void *bytes, size_t length, bool end) {
  struct plb_flow flow = {.from = bytes, .left = length};
  enum plb_packed answer = PLB_PACK_MORE;
  while (answer == PLB_PACK_MORE) {
    flow.to = pack->chunk;
    flow.room = CHUNK_BYTES;
    answer = pack->packer->step(pack->state, &flow, end);
    plb_out_bytes(pack->out, pack->chunk, CHUNK_BYTES - flow.room);
  }
  pack->failed = answer == PLB_PACK_FAILED;
}

void plb_pack_watch(struct plb_pack *pack, plb_out_stop *stop, void *ctx) {
  plb_out_watch(pack->out, stop, ctx);
}

bool plb_pack_failed(const struct plb_pack *pack) {
  return pack->failed || plb_out_failed(pack->out);
}

void plb_pack_bytes(struct plb_pack *pack, const void *bytes, size_t length) {
  if (!pack->packer)
    plb_out_bytes(pack->out, bytes, length);
  else if (!pack->failed)
    pass_on(pack, bytes, length, false);
}

plb_status plb_pack_close(struct plb_pack *pack, struct plb_error *err) {
  if (pack->packer && !pack->failed)
    pass_on(pack, "", 0, true);
  plb_status st;
  if (pack->failed) {
    plb_out_abandon(pack->out);
    st = plb_fail_memory(err);
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
