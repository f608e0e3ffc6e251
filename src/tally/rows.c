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
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"

void plb_rows_free(struct plb_rows *rows) {
  free(rows->packed);
  free(rows->open);
  *rows = (struct plb_rows){0};
}

void plb_allowance_free(struct plb_allowance *allowance) {
  for (size_t k = 0; k < allowance->segment_count; k++)
    free(allowance->segments[k]);
  free(allowance->segments);
  for (size_t i = 0; i < allowance->store_count; i++)
    plb_store_release(allowance->stores[i]);
  free(allowance->stores);
  allowance->segments = NULL;
  allowance->segment_count = allowance->segment_capacity = 0;
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

/* Room for so many bytes in memory, or NULL where there is none left. *failed: there should be. */
static char *room_for(struct plb_allowance *allowance, size_t size, bool *failed) {
  if (!allowance->segment_count || PLB_SEGMENT - allowance->segment_used < size) {
    if (allowance->left < PLB_SEGMENT)
      return NULL;
    if ((*failed = !plb_reserve(&allowance->segments, &allowance->segment_capacity, allowance->segment_count + 1,
                                sizeof *allowance->segments)))
      return NULL;
    char *segment = plb_alloc_large(PLB_SEGMENT, 1);
    if ((*failed = !segment))
      return NULL;
    allowance->segments[allowance->segment_count++] = segment;
    allowance->left -= PLB_SEGMENT;
    allowance->segment_used = 0;
  }
  char *room = allowance->segments[allowance->segment_count - 1] + allowance->segment_used;
  allowance->segment_used += size;
  return room;
}

/* Packs the open chunk away: into memory where there is room, else into the file. */
static plb_status pack_away(struct plb_rows *rows, struct plb_allowance *allowance, struct plb_error *err) {
  char bytes[sizeof *rows->open];
  if (!plb_reserve(&rows->packed, &rows->packed_capacity, rows->packed_count + 1, sizeof *rows->packed))
    return plb_fail_memory(err);
  plb_pack(rows->open, !rows->nameless, &rows->last, bytes);
  size_t size = plb_packed_size(rows->last);
  struct plb_packed packed = {.packing = rows->last, .offset = allowance->file_used};
  bool failed = false;
  char *room = room_for(allowance, size, &failed);
  plb_status status = failed ? plb_fail_memory(err) : PLB_OK;
  if (room)
    packed.bytes = memcpy(room, bytes, size);
  else if (!status && allowance->file < 0)
    status = open_file(allowance, err);
  if (!room && !status) {
    int failure = plb_file_write(allowance->file, allowance->file_used, bytes, size);
    status = failure ? plb_fail_io(err, allowance->folder, "write a temporary file in", failure) : PLB_OK;
    allowance->file_used += size;
  }
  if (!status)
    rows->packed[rows->packed_count++] = packed;
  return status;
}

static plb_status make_room(struct plb_rows *rows, struct plb_allowance *allowance, struct plb_error *err) {
  plb_status status = PLB_OK;
  if (rows->open && (status = pack_away(rows, allowance, err)))
    return status;
  if (!rows->open && !(rows->open = malloc(sizeof *rows->open)))
    return plb_fail_memory(err);
  rows->used = 0;
  return PLB_OK;
}

/* Whether the next row is for another member of the team. */
static bool is_passed_over(const struct plb_rows *rows, const struct plb_allowance *allowance) {
  return allowance->shares && rows->count / PLB_CHUNK_ROWS % allowance->shares != allowance->share;
}

plb_status plb_rows_add(struct plb_rows *rows, struct plb_allowance *allowance, uint64_t key, uint32_t first,
                        uint32_t second, struct plb_error *err) {
  if (is_passed_over(rows, allowance)) {
    rows->count++;
    return PLB_OK;
  }
  if (!rows->open || rows->used == PLB_CHUNK_ROWS) {
    plb_status status = make_room(rows, allowance, err);
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

uint64_t plb_rows_here(const struct plb_rows *rows) {
  return (uint64_t)rows->packed_count * PLB_CHUNK_ROWS + rows->used;
}

/* Files come one after the other. */
static bool keep_store(struct plb_allowance *allowance, struct plb_store *store) {
  if (allowance->store_count && allowance->stores[allowance->store_count - 1] == store)
    return true;
  if (!plb_reserve(&allowance->stores, &allowance->store_capacity, allowance->store_count + 1,
                   sizeof *allowance->stores))
    return false;
  allowance->stores[allowance->store_count++] = plb_store_keep(store);
  return true;
}

plb_status plb_rows_add_stored(struct plb_rows *rows, struct plb_allowance *allowance, const struct plb_stored *stored,
                               struct plb_error *err) {
  if (is_passed_over(rows, allowance)) {
    rows->count += PLB_STORED_ROWS;
    return PLB_OK;
  }
  if (!plb_reserve(&rows->packed, &rows->packed_capacity, rows->packed_count + 1, sizeof *rows->packed) ||
      !keep_store(allowance, stored->store))
    return plb_fail_memory(err);
  rows->packed[rows->packed_count++] = (struct plb_packed){
      .offset = stored->at, .packing = {.keys = PLB_KEYS_SINGLE}, .store = (uint32_t)allowance->store_count};
  rows->count += PLB_STORED_ROWS;
  return PLB_OK;
}

size_t plb_rows_chunks(const struct plb_rows *rows) {
  return rows->packed_count + (rows->open && rows->used);
}

/* Rows whose people have got other numbers since; the smaller one comes first again. */
static void renumber(const struct plb_rows *rows, const struct plb_chunk *from, size_t count, struct plb_chunk *to) {
  const uint32_t *number = rows->renumbered;
  if (from != to)
    memcpy(to->keys, from->keys, count * sizeof *to->keys);
  for (size_t k = 0; k < count; k++) {
    uint32_t first = number[from->first[k]], second = number[from->second[k]];
    to->first[k] = first < second ? first : second;
    to->second[k] = first < second ? second : first;
  }
}

/* Reads the part of a packed chunk that is wanted, to where it lies in the whole. */
static plb_status fetch(const struct plb_allowance *allowance, const struct plb_packed *packed,
                        enum plb_row_fields fields, char *to, struct plb_error *err) {
  struct plb_packed_part part = plb_packed_part(packed->packing, fields);
  uint64_t at = packed->offset + part.from;
  if (packed->store)
    return plb_store_read(allowance->stores[packed->store - 1], at, to + part.from, part.size, err);
  int failure = plb_file_read(allowance->file, at, to + part.from, part.size);
  return failure ? plb_fail_io(err, allowance->folder, "read a temporary file in", failure) : PLB_OK;
}

plb_status plb_rows_chunk(const struct plb_rows *rows, const struct plb_allowance *allowance, size_t k,
                          enum plb_row_fields fields, struct plb_row_buffer *buffer, const struct plb_chunk **chunk,
                          size_t *count, struct plb_error *err) {
  *count = k < rows->packed_count ? PLB_CHUNK_ROWS : rows->used;
  *chunk = k < rows->packed_count || rows->renumbered ? &buffer->chunk : rows->open;
  if (k == rows->packed_count) {
    if (rows->renumbered)
      renumber(rows, rows->open, rows->used, &buffer->chunk);
    return PLB_OK;
  }
  const struct plb_packed *packed = &rows->packed[k];
  plb_status status = packed->bytes ? PLB_OK : fetch(allowance, packed, fields, buffer->bytes, err);
  if (status)
    return status;
  plb_unpack(packed->bytes ? packed->bytes : buffer->bytes, packed->packing, fields, &buffer->chunk);
  if (rows->renumbered && fields != PLB_ROW_KEYS)
    renumber(rows, &buffer->chunk, PLB_CHUNK_ROWS, &buffer->chunk);
  return PLB_OK;
}

plb_status plb_rows_singles(const struct plb_rows *rows, const struct plb_allowance *allowance, size_t k,
                            struct plb_row_buffer *buffer, const float **scores, struct plb_error *err) {
  *scores = NULL;
  if (k == rows->packed_count || rows->packed[k].packing.keys != PLB_KEYS_SINGLE)
    return PLB_OK;
  const struct plb_packed *packed = &rows->packed[k];
  *scores = (const void *)(packed->bytes ? packed->bytes : buffer->bytes); /* keys come first */
  return packed->bytes ? PLB_OK : fetch(allowance, packed, PLB_ROW_KEYS, buffer->bytes, err);
}
