/* SPDX-License-Identifier: Apache-2.0
 *
 * HDF5: the layout that `plumbline convert` writes, score matrices of SIDEKIT, PyBOSARIS and BOSARIS, and plain sets
 * of scores, which are named as FILE:/PATH. A file is HDF5 when its signature stands at byte 0, 512, 1024, 2048, ...
 * (HDF5 file format specification 3.0, II.A); what comes before belongs to others.
 *
 * The raw bytes go by as those of any input do, for digest and progress, while the numbers come through hdf5_file.c.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "trial/bytes.h"
#include "trial/formats.h"
#include "trial/hdf5_layout.h"
#include "trial/hdf5_parts.h"

struct hdf5 {
  struct plb_hdf5 *file;
  const struct plb_hdf5_way *way;
  void *state;
};

bool plb_hdf5_is(const char *head, size_t length) {
  static const char mark[] = "\x89HDF\r\n\x1A\n";
  const size_t size = sizeof mark - 1;
  for (size_t at = 0; at + size <= length; at = at ? 2 * at : 512)
    if (memcmp(head + at, mark, size) == 0)
      return true;
  return false;
}

static bool sniff(const char *head, size_t length) {
  return plb_hdf5_is(head, length) || plb_layout_is(head, length);
}

plb_status plb_hdf5_open_input(struct plb_bytes *bytes, const char *path, struct plb_hdf5 **file,
                               struct plb_error *err) {
  const char *name = plb_bytes_name(bytes), *packing = plb_bytes_packing(bytes);
  uint64_t device, inode;
  plb_status st = plb_hdf5_supported(name, err);
  if (st)
    return st;
  if (strcmp(path, "-") == 0)
    return plb_fail_at(err, PLB_DATA, name, 0, 0, "HDF5 cannot be read from standard input; expected a file");
  if (packing)
    return plb_fail_at(err, PLB_DATA, name, 0, 0, "HDF5 within %s; unpack it first", packing);
  plb_bytes_file(bytes, &device, &inode);
  return plb_hdf5_open(path, name, device, inode, file, err);
}

plb_status plb_hdf5_keep_up(struct plb_bytes *bytes, const struct plb_input *input, const char *inner, uint64_t done,
                            uint64_t total, struct plb_error *err) {
  const char *chunk;
  size_t length = 1;
  plb_status st = PLB_OK;
  uint64_t size = plb_bytes_size(bytes);
  uint64_t wanted = done == total ? UINT64_MAX : (uint64_t)((double)size * ((double)done / (double)total));
  if (input->progress && input->progress(input->progress_ctx, "reading", wanted < size ? wanted : size, size))
    return plb_fail(err, PLB_CANCELLED, "cancelled");
  while (!st && length && plb_bytes_count(bytes) < wanted)
    st = plb_bytes_chunk(bytes, &chunk, &length, err);
  if (!st && done == total && inner)
    plb_bytes_mark(bytes, inner);
  return st;
}

/* Of a file that this program wrote: checked before anybody trusts what is in it. */
static plb_status open_way(struct plb_reader *reader, struct hdf5 *hdf5, struct plb_error *err) {
  const char *head;
  size_t length;
  plb_status st = plb_bytes_head(reader->bytes, &head, &length, err);
  if (st)
    return st;
  bool columns = plb_layout_is(head, length);
  plb_bytes_array(reader->bytes);
  if (columns && (st = plb_hdf5_supported(reader->name, err)))
    return st;
  if (columns && (st = plb_layout_check(reader->bytes, err)))
    return st;
  if ((st = plb_hdf5_open_input(reader->bytes, reader->path, &hdf5->file, err)))
    return st;
  hdf5->way = columns && !reader->inner ? &plb_hdf5_columns : &plb_hdf5_matrix;
  return hdf5->way->open(reader, hdf5->file, &hdf5->state, err);
}

static plb_status open_hdf5(struct plb_reader *reader, struct plb_error *err) {
  struct hdf5 *hdf5 = plb_alloc(1, sizeof *hdf5);
  if (!hdf5)
    return plb_fail_memory(err);
  reader->state = hdf5;
  return open_way(reader, hdf5, err);
}

static plb_status next(struct plb_reader *reader, bool *done, struct plb_error *err) {
  struct hdf5 *hdf5 = reader->state;
  plb_status st = hdf5->way->next(reader, hdf5->state, done, err);
  return st || !*done ? st : plb_hdf5_unchanged(hdf5->file, err);
}

static plb_status deal(struct plb_reader *reader, struct plb_error *err) {
  struct hdf5 *hdf5 = reader->state;
  (void)err;
  hdf5->way->deal(reader, hdf5->state);
  return PLB_OK;
}

static void close_hdf5(struct plb_reader *reader) {
  struct hdf5 *hdf5 = reader->state;
  if (!hdf5)
    return;
  if (hdf5->state)
    hdf5->way->close(hdf5->state);
  plb_hdf5_close(hdf5->file);
  free(hdf5);
  reader->state = NULL;
}

static void describe(const struct plb_reader *reader, struct plb_out *out) {
  const struct hdf5 *hdf5 = reader->state;
  hdf5->way->describe(hdf5->state, out);
}

const struct plb_reader_kind plb_reader_hdf5 = {
    .name = "hdf5",
    .sign = "the signature of HDF5 files",
    .sniff = sniff,
    .open = open_hdf5,
    .next = next,
    .close = close_hdf5,
    .deal = deal,
    .describe = describe,
};
