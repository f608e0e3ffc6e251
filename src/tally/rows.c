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

#define MOST_FEW 256

static void free_open(struct plb_open *open) {
  free(open->chunk);
  free(open->few);
}

void plb_rows_free(struct plb_rows *rows) {
  for (size_t i = 0; i < rows->open_count && !rows->borrows; i++)
    free_open(&rows->open[i]);
  free(rows->packed);
  free(rows->open);
  free(rows->open_of);
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

/* Packs a full chunk away: into memory where there is room, else into the file. */
static plb_status pack_away(struct plb_rows *rows, struct plb_allowance *allowance, struct plb_open *open,
                            struct plb_error *err) {
  char bytes[sizeof *open->chunk];
  if (!plb_reserve(&rows->packed, &rows->packed_capacity, rows->packed_count + 1, sizeof *rows->packed))
    return plb_fail_memory(err);
  plb_pack(open->chunk, !rows->nameless, &rows->last, bytes);
  size_t size = plb_packed_size(rows->last);
  struct plb_packed packed = {.packing = rows->last, .offset = allowance->file_used, .stratum = open->stratum};
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
  open->used = 0;
  return status;
}

/* Room for a stratum that was not there before, without a chunk; NULL when out of memory. */
static struct plb_open *enter_stratum(struct plb_rows *rows, uint32_t stratum) {
  if (stratum >= rows->open_of_count) {
    if (!plb_resize(&rows->open_of, (size_t)stratum + 1, sizeof *rows->open_of))
      return NULL;
    memset(rows->open_of + rows->open_of_count, 0, (stratum + 1 - rows->open_of_count) * sizeof *rows->open_of);
    rows->open_of_count = (size_t)stratum + 1;
  }
  if (!plb_reserve(&rows->open, &rows->open_capacity, rows->open_count + 1, sizeof *rows->open))
    return NULL;
  struct plb_open *open = &rows->open[rows->open_count];
  *open = (struct plb_open){.stratum = stratum};
  rows->open_of[stratum] = (uint32_t)++rows->open_count;
  return open;
}

static void put_row(struct plb_chunk *chunk, size_t at, struct plb_row row) {
  chunk->keys[at] = row.key;
  chunk->first[at] = row.first;
  chunk->second[at] = row.second;
}

/* Rows that had no chunk, in one. */
static void spread(const struct plb_open *open, struct plb_chunk *chunk) {
  for (size_t k = 0; k < open->used; k++)
    put_row(chunk, k, open->few[k]);
}

/* Room for one more row where there is no chunk. False when out of memory. */
static bool grow(struct plb_open *open) {
  if (open->used < MOST_FEW)
    return open->used < open->few_room || plb_reserve(&open->few, &open->few_room, open->used + 1, sizeof *open->few);
  if (!(open->chunk = malloc(sizeof *open->chunk)))
    return false;
  spread(open, open->chunk);
  free(open->few);
  open->few = NULL;
  open->few_room = 0;
  return true;
}

bool plb_rows_renumber_strata(struct plb_rows *rows, const uint32_t *numbers) {
  for (size_t k = 0; k < rows->packed_count; k++)
    rows->packed[k].stratum = numbers[rows->packed[k].stratum];
  struct plb_open *open = rows->open;
  size_t count = rows->open_count;
  free(rows->open_of);
  rows->open_of = NULL;
  rows->open = NULL;
  rows->open_count = rows->open_capacity = rows->open_of_count = 0;
  bool fine = true;
  for (size_t i = 0; i < count; i++) {
    struct plb_open *to = fine ? enter_stratum(rows, numbers[open[i].stratum]) : NULL;
    fine = to != NULL;
    if (fine) {
      uint32_t stratum = to->stratum;
      *to = open[i];
      to->stratum = stratum;
    } else {
      free_open(&open[i]);
    }
  }
  free(open);
  return fine;
}

bool plb_rows_count_strata(struct plb_rows *rows, const uint64_t *counts, size_t strata) {
  for (size_t s = 0; s < strata; s++) {
    if (!counts[s])
      continue;
    uint32_t place = s < rows->open_of_count ? rows->open_of[s] : 0;
    struct plb_open *open = place ? &rows->open[place - 1] : enter_stratum(rows, (uint32_t)s);
    if (!open)
      return false;
    open->count = counts[s];
  }
  return true;
}

/* Whether the next row is for another member of the team. */
static bool is_passed_over(const struct plb_rows *rows, const struct plb_allowance *allowance) {
  return allowance->shares && rows->count / PLB_CHUNK_ROWS % allowance->shares != allowance->share;
}

plb_status plb_rows_add(struct plb_rows *rows, struct plb_allowance *allowance, uint32_t stratum, uint64_t key,
                        uint32_t first, uint32_t second, struct plb_error *err) {
  if (is_passed_over(rows, allowance)) {
    rows->count++;
    return PLB_OK;
  }
  uint32_t place = stratum < rows->open_of_count ? rows->open_of[stratum] : 0;
  struct plb_open *open = place ? &rows->open[place - 1] : enter_stratum(rows, stratum);
  if (!open || (!open->chunk && !grow(open)))
    return plb_fail_memory(err);
  if (open->used == PLB_CHUNK_ROWS) {
    plb_status status = pack_away(rows, allowance, open, err);
    if (status)
      return status;
  }
  size_t at = open->used++;
  struct plb_row row = {key, first < second ? first : second, first < second ? second : first};
  if (open->chunk)
    put_row(open->chunk, at, row);
  else
    open->few[at] = row;
  open->count++;
  rows->count++;
  return PLB_OK;
}

uint64_t plb_rows_here(const struct plb_rows *rows) {
  uint64_t here = (uint64_t)rows->packed_count * PLB_CHUNK_ROWS;
  for (size_t i = 0; i < rows->open_count; i++)
    here += rows->open[i].used;
  return here;
}

static bool is_wanted(const uint8_t *wanted, size_t strata, uint32_t stratum) {
  return stratum < strata && wanted[stratum];
}

bool plb_rows_of_strata(const struct plb_rows *from, const uint8_t *wanted, size_t strata, struct plb_rows *some) {
  *some = (struct plb_rows){.nameless = from->nameless, .borrows = true, .renumbered = from->renumbered};
  size_t packed = 0;
  for (size_t k = 0; k < from->packed_count; k++)
    packed += is_wanted(wanted, strata, from->packed[k].stratum);
  some->packed = plb_alloc(packed, sizeof *some->packed);
  some->open = plb_alloc(from->open_count, sizeof *some->open);
  if (!some->packed || !some->open) {
    plb_rows_free(some);
    return false;
  }
  for (size_t k = 0; k < from->packed_count; k++)
    if (is_wanted(wanted, strata, from->packed[k].stratum))
      some->packed[some->packed_count++] = from->packed[k];
  for (size_t i = 0; i < from->open_count; i++)
    if (is_wanted(wanted, strata, from->open[i].stratum)) {
      some->count += from->open[i].count;
      some->open[some->open_count++] = from->open[i];
    }
  return true;
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
  return rows->packed_count + rows->open_count;
}

uint32_t plb_rows_stratum(const struct plb_rows *rows, size_t k) {
  return k < rows->packed_count ? rows->packed[k].stratum : rows->open[k - rows->packed_count].stratum;
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
  const struct plb_open *open = k < rows->packed_count ? NULL : &rows->open[k - rows->packed_count];
  *count = open ? open->used : PLB_CHUNK_ROWS;
  *chunk = !open || !open->chunk || rows->renumbered ? &buffer->chunk : open->chunk;
  if (open) { /* of a stratum that only other members of a team have rows of there are none */
    if (!open->chunk)
      spread(open, &buffer->chunk);
    if (rows->renumbered)
      renumber(rows, open->chunk ? open->chunk : &buffer->chunk, open->used, &buffer->chunk);
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
  if (k >= rows->packed_count || rows->packed[k].packing.keys != PLB_KEYS_SINGLE)
    return PLB_OK;
  const struct plb_packed *packed = &rows->packed[k];
  *scores = (const void *)(packed->bytes ? packed->bytes : buffer->bytes); /* keys come first */
  return packed->bytes ? PLB_OK : fetch(allowance, packed, PLB_ROW_KEYS, buffer->bytes, err);
}
