/* SPDX-License-Identifier: Apache-2.0
 *
 * See rows.h. The temporary file is unlinked as soon as it is open, so that it goes with the process
 * however that ends.
 */
#include "tally/rows.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/memory.h"

void plb_rows_free(struct plb_rows *rows) {
  for (size_t k = 0; k < rows->chunk_count; k++)
    free(rows->chunks[k]);
  free(rows->chunks);
  free(rows->offsets);
  free(rows->open);
  *rows = (struct plb_rows){0};
}

void plb_allowance_free(struct plb_allowance *allowance) {
  if (allowance->file >= 0)
    close(allowance->file);
  allowance->file = -1;
}

static plb_status open_file(struct plb_allowance *allowance, struct plb_error *err) {
  char path[4096];
  int length = snprintf(path, sizeof path, "%s/plumbline-XXXXXX", allowance->folder);
  if (length < 0 || (size_t)length >= sizeof path)
    return plb_fail(err, PLB_USAGE, "the name of the temporary folder is too long");
  allowance->file = mkostemp(path, O_CLOEXEC);
  if (allowance->file < 0)
    return plb_fail_io(err, allowance->folder, "make a temporary file in", errno);
  unlink(path);
  return PLB_OK;
}

static plb_status write_all(struct plb_allowance *allowance, const void *bytes, size_t size, struct plb_error *err) {
  const char *from = bytes;
  while (size) {
    ssize_t wrote = pwrite(allowance->file, from, size, (off_t)allowance->file_used);
    if (wrote < 0 && errno == EINTR)
      continue;
    if (wrote <= 0)
      return plb_fail_io(err, allowance->folder, "write a temporary file in", wrote ? errno : ENOSPC);
    from += wrote;
    size -= (size_t)wrote;
    allowance->file_used += (uint64_t)wrote;
  }
  return PLB_OK;
}

/* Files the open chunk: kept where there is room, else written out and used again. */
static plb_status file_chunk(struct plb_rows *rows, struct plb_allowance *allowance, struct plb_error *err) {
  if (!plb_reserve(&rows->chunks, &rows->chunk_capacity, rows->chunk_count + 1, sizeof *rows->chunks) ||
      !plb_reserve(&rows->offsets, &rows->offset_capacity, rows->chunk_count + 1, sizeof *rows->offsets))
    return plb_fail_memory(err);
  if (allowance->left >= sizeof *rows->open) {
    allowance->left -= sizeof *rows->open;
    rows->chunks[rows->chunk_count] = rows->open;
    rows->offsets[rows->chunk_count++] = 0;
    rows->open = NULL;
    return PLB_OK;
  }
  plb_status status = PLB_OK;
  if (allowance->file < 0 && (status = open_file(allowance, err)))
    return status;
  uint64_t offset = allowance->file_used;
  if ((status = write_all(allowance, rows->open, sizeof *rows->open, err)))
    return status;
  rows->chunks[rows->chunk_count] = NULL;
  rows->offsets[rows->chunk_count++] = offset;
  return PLB_OK;
}

static plb_status open_chunk(struct plb_rows *rows, struct plb_allowance *allowance, struct plb_error *err) {
  plb_status status = PLB_OK;
  if (rows->open && (status = file_chunk(rows, allowance, err)))
    return status;
  /* the first chunk of a store may stay nearly empty, and there may be hundreds of stores */
  if (!rows->open)
    rows->open = rows->chunk_count ? plb_alloc_large(1, sizeof *rows->open) : malloc(sizeof *rows->open);
  if (!rows->open)
    return plb_fail_memory(err);
  rows->used = 0;
  return PLB_OK;
}

plb_status plb_rows_add(struct plb_rows *rows, struct plb_allowance *allowance, uint64_t key, uint32_t first,
                        uint32_t second, struct plb_error *err) {
  if (!rows->open || rows->used == PLB_CHUNK_ROWS) {
    plb_status status = open_chunk(rows, allowance, err);
    if (status)
      return status;
  }
  size_t at = rows->used++;
  rows->open->keys[at] = key;
  rows->open->first[at] = first < second ? first : second;
  rows->open->second[at] = first < second ? second : first;
  rows->count++;
  return PLB_OK;
}

size_t plb_rows_chunks(const struct plb_rows *rows) {
  return rows->chunk_count + (rows->open && rows->used);
}

plb_status plb_rows_chunk(const struct plb_rows *rows, const struct plb_allowance *allowance, size_t k,
                          struct plb_chunk *buffer, const struct plb_chunk **chunk, size_t *count,
                          struct plb_error *err) {
  *count = k < rows->chunk_count ? PLB_CHUNK_ROWS : rows->used;
  *chunk = k < rows->chunk_count ? rows->chunks[k] : rows->open;
  if (*chunk)
    return PLB_OK;
  char *into = (char *)buffer;
  size_t have = 0;
  while (have < sizeof *buffer) {
    ssize_t got = pread(allowance->file, into + have, sizeof *buffer - have, (off_t)(rows->offsets[k] + have));
    if (got < 0 && errno == EINTR)
      continue;
    if (got <= 0)
      return plb_fail_io(err, allowance->folder, "read a temporary file in", got ? errno : EIO);
    have += (size_t)got;
  }
  *chunk = buffer;
  return PLB_OK;
}
