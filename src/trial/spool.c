/* SPDX-License-Identifier: Apache-2.0
 *
 * See spool.h. The file is made when the first value comes that differs from those before it, and then filled with as
 * many of these.
 */
#include "trial/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"

#define BUFFER ((size_t)256 << 10)

struct plb_spool {
  int file; /* -1: none yet */
  size_t size;
  char *folder, *buffer;
  size_t used;
  uint64_t written, count; /* bytes in the file; values */
  char value[8];           /* the first one */
};

plb_status plb_spool_new(const char *folder, size_t size, struct plb_spool **spool, struct plb_error *err) {
  struct plb_spool *fresh = plb_alloc(1, sizeof *fresh);
  *spool = fresh;
  if (!fresh)
    return plb_fail_memory(err);
  fresh->file = -1;
  fresh->size = size;
  fresh->folder = plb_copy_text(folder, strlen(folder));
  return fresh->folder ? PLB_OK : plb_fail_memory(err);
}

static plb_status flush(struct plb_spool *spool, struct plb_error *err) {
  int failure = plb_file_write(spool->file, spool->written, spool->buffer, spool->used);
  if (failure)
    return plb_fail_io(err, spool->folder, "write a temporary file there", failure);
  spool->written += spool->used;
  spool->used = 0;
  return PLB_OK;
}

static plb_status put(struct plb_spool *spool, const char *bytes, size_t length, struct plb_error *err) {
  while (length) {
    size_t room = BUFFER - spool->used, part = length < room ? length : room;
    memcpy(spool->buffer + spool->used, bytes, part);
    spool->used += part;
    bytes += part;
    length -= part;
    plb_status st = spool->used == BUFFER ? flush(spool, err) : PLB_OK;
    if (st)
      return st;
  }
  return PLB_OK;
}

static plb_status open_file(struct plb_spool *spool, struct plb_error *err) {
  size_t size = strlen(spool->folder) + 32;
  char *name = plb_alloc(size, 1);
  spool->buffer = plb_alloc(BUFFER, 1);
  if (!name || !spool->buffer) {
    free(name);
    return plb_fail_memory(err);
  }
  snprintf(name, size, "%s/plumbline-XXXXXX", spool->folder);
  spool->file = mkostemp(name, O_CLOEXEC);
  int saved = errno;
  if (spool->file >= 0)
    unlink(name);
  free(name);
  return spool->file >= 0 ? PLB_OK : plb_fail_io(err, spool->folder, "make a temporary file there", saved);
}

/* How many of the values are the first one, from the front. */
static size_t alike(const struct plb_spool *spool, const char *values, size_t count) {
  size_t same = 0;
  while (same < count && memcmp(values + same * spool->size, spool->value, spool->size) == 0)
    same++;
  return same;
}

plb_status plb_spool_add(struct plb_spool *spool, const void *values, size_t count, struct plb_error *err) {
  plb_status st = PLB_OK;
  if (!count)
    return PLB_OK;
  if (!spool->count)
    memcpy(spool->value, values, spool->size);
  if (spool->file < 0) {
    if (alike(spool, values, count) == count) {
      spool->count += count;
      return PLB_OK;
    }
    if ((st = open_file(spool, err)))
      return st;
    for (uint64_t i = 0; i < spool->count && !st; i++)
      st = put(spool, spool->value, spool->size, err);
  }
  spool->count += count;
  return st ? st : put(spool, values, count * spool->size, err);
}

bool plb_spool_uniform(const struct plb_spool *spool, uint64_t *value) {
  *value = 0;
  memcpy(value, spool->value, spool->size);
  return spool->file < 0;
}

uint64_t plb_spool_count(const struct plb_spool *spool) {
  return spool->count;
}

plb_status plb_spool_read(struct plb_spool *spool, uint64_t from, size_t count, void *to, struct plb_error *err) {
  plb_status st = spool->file < 0 ? PLB_OK : flush(spool, err);
  char *at = to;
  for (size_t i = 0; i < count && spool->file < 0; i++)
    memcpy(at + i * spool->size, spool->value, spool->size);
  if (st || spool->file < 0)
    return st;
  int failure = plb_file_read(spool->file, from * spool->size, to, count * spool->size);
  return failure ? plb_fail_io(err, spool->folder, "read a temporary file there", failure) : PLB_OK;
}

void plb_spool_free(struct plb_spool *spool) {
  if (!spool)
    return;
  if (spool->file >= 0)
    close(spool->file);
  free(spool->folder);
  free(spool->buffer);
  free(spool);
}
