/* SPDX-License-Identifier: Apache-2.0
 *
 * See hdf5_build.h, and convert.c for the way it goes. The skeleton is an HDF5 file with ids, attributes and empty
 * columns; the file system keeps what nobody wrote as holes. It is read again from front to back, with the columns put
 * in where they belong, and a page in front that has the checksum of all that.
 */
#include "trial/hdf5_build.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/out.h"
#include "trial/spool.h"

#define PIECE ((size_t)64 << 10) /* rows */

bool plb_numbering_of(struct plb_numbering *numbering, uint32_t old, uint32_t *number) {
  if (old >= numbering->count) {
    size_t need = (size_t)old + 1;
    if (!plb_reserve(&numbering->to, &numbering->capacity, need, sizeof *numbering->to))
      return false;
    for (size_t i = numbering->count; i < need; i++)
      numbering->to[i] = PLB_NOBODY;
    numbering->count = need;
  }
  if (numbering->to[old] == PLB_NOBODY)
    numbering->to[old] = numbering->next++;
  *number = numbering->to[old];
  return true;
}

/* ---- the skeleton -------------------------------------------------------------------------- */

/* Where a column lies in the file. */
struct region {
  uint64_t offset, bytes;
  enum plb_layout_column column;
};

struct skeleton {
  char *path;
  int file;
  struct plb_hdf5_new *hdf5;
  struct region regions[PLB_COLUMNS];
  size_t count;
};

static struct plb_dict *dict_of(const struct plb_build *build, enum plb_id_table which) {
  struct plb_census *census = build->census;
  return which == PLB_TABLE_PEOPLE ? &census->people : which == PLB_TABLE_SAMPLES ? &census->samples : &census->systems;
}

/* Ids that no row names (those of rows that were left out) come last, in an order that depends on them alone. Answers
 * the ids by new number; NULL when out of memory. */
static uint32_t *order_ids(struct plb_numbering *numbering, const struct plb_dict *dict) {
  uint32_t *order = plb_alloc(dict->count, sizeof *order), number;
  size_t rest = 0;
  if (!order)
    return NULL;
  for (uint32_t i = dict->count; i-- > 0;)
    if (i >= numbering->count || numbering->to[i] == PLB_NOBODY)
      order[rest++] = i;
  plb_dict_sort(dict, order, rest);
  for (size_t i = 0; i < rest; i++)
    if (!plb_numbering_of(numbering, order[i], &number)) {
      free(order);
      return NULL;
    }
  for (uint32_t i = 0; i < dict->count; i++)
    order[numbering->to[i]] = i;
  return order;
}

static plb_status put_table(struct plb_build *build, struct skeleton *skeleton, enum plb_id_table which,
                            struct plb_error *err) {
  struct plb_dict *dict = dict_of(build, which);
  bool named = which == PLB_TABLE_PEOPLE ? build->traits.people : which == PLB_TABLE_SYSTEMS || build->traits.samples;
  if (!dict->count || !named)
    return PLB_OK;
  uint32_t *order = order_ids(&build->numberings[which], dict);
  if (!order)
    return plb_fail_memory(err);
  plb_status st = plb_hdf5_put_texts(skeleton->hdf5, plb_layout_tables[which], dict, order, err);
  free(order);
  return st;
}

/* A column that says the same of all rows as not having it does is not written. */
static bool is_needed(const struct plb_build *build, enum plb_layout_column column) {
  uint64_t value;
  bool uniform = plb_spool_uniform(build->spools[column], &value);
  if (!plb_spool_count(build->spools[column]))
    return false;
  switch (column) {
  case PLB_COLUMN_SYSTEM: return !uniform;
  case PLB_COLUMN_OUTCOME: return !uniform || value != PLB_COMPLETED;
  case PLB_COLUMN_COUNT: return !uniform || value != 1;
  default: return true;
  }
}

static enum plb_number kind_of(const struct plb_build *build, enum plb_layout_column column) {
  return column == PLB_COLUMN_SCORE && !build->wide ? PLB_FLOAT32 : plb_layout_columns[column].number;
}

static plb_status put_region(struct skeleton *skeleton, const char *name, enum plb_number number, uint64_t rows,
                             enum plb_layout_column column, struct plb_error *err) {
  struct region *region = &skeleton->regions[skeleton->count++];
  *region = (struct region){.bytes = rows * plb_number_bytes(number), .column = column};
  return plb_hdf5_put_column(skeleton->hdf5, name, number, rows, &region->offset, err);
}

/* The clusters of people by new number; to be written into the skeleton when it is closed. */
static plb_status put_clusters(struct plb_build *build, struct skeleton *skeleton, struct plb_error *err) {
  const struct plb_attribute *clusters = &build->census->clusters;
  const struct plb_numbering *people = &build->numberings[PLB_TABLE_PEOPLE];
  struct plb_numbering values = {0};
  uint32_t count = build->census->people.count, *order = NULL, *of = plb_alloc(count, sizeof *of);
  plb_status st = of ? PLB_OK : plb_fail_memory(err);
  for (uint32_t i = 0; i < count && of; i++)
    of[people->to[i]] = plb_attribute_of(clusters, i);
  for (uint32_t i = 0; i < count && !st; i++)
    if (of[i] < PLB_NO_VALUE && !plb_numbering_of(&values, of[i], &of[i]))
      st = plb_fail_memory(err);
  if (!st && clusters->values.count && !(order = order_ids(&values, &clusters->values)))
    st = plb_fail_memory(err);
  if (!st && order)
    st = plb_hdf5_put_texts(skeleton->hdf5, PLB_LAYOUT_CLUSTERS, &clusters->values, order, err);
  if (!st)
    st = plb_hdf5_put_numbers(skeleton->hdf5, PLB_LAYOUT_PERSON_CLUSTER, of, count, err);
  if (!st)
    st = plb_hdf5_put_text(skeleton->hdf5, PLB_LAYOUT_CLUSTER, build->input->cluster, err);
  free(values.to);
  free(order);
  free(of);
  return st;
}

/* What attributes are told by. */
static plb_status put_attributes(struct plb_build *build, struct skeleton *skeleton, struct plb_error *err) {
  const struct plb_asked *asked = build->asked;
  const struct plb_dict *groups = &build->census->groups;
  char names[1024] = "";
  size_t used = 0;
  for (size_t f = 0; f < asked->fact_count && used < sizeof names; f++)
    used += (size_t)snprintf(names + used, sizeof names - used, "%s%s", f ? "," : "", asked->facts[f]);
  if (used >= sizeof names)
    return plb_fail(err, PLB_USAGE, "--by and --where: names longer than 1,000 bytes together; expected shorter ones");
  uint32_t *order = order_ids(&build->facts, groups);
  if (!order)
    return plb_fail_memory(err);
  plb_status st = plb_hdf5_put_texts(skeleton->hdf5, PLB_LAYOUT_FACTS, groups, order, err);
  free(order);
  return st ? st : plb_hdf5_put_text(skeleton->hdf5, PLB_LAYOUT_FACT_NAMES, names, err);
}

static plb_status put_facts(const struct plb_build *build, struct skeleton *skeleton, struct plb_error *err) {
  const struct plb_traits *traits = &build->traits;
  const char *direction = !traits->direction_declared ? "undeclared"
                          : traits->dissimilarity     ? "dissimilarity"
                                                      : "similarity";
  struct plb_hdf5_new *hdf5 = skeleton->hdf5;
  plb_status st;
  if ((st = plb_hdf5_put_text(hdf5, "layout", "plumbline columns", err)) ||
      (st = plb_hdf5_put_number(hdf5, "version", PLB_LAYOUT_VERSION, err)) ||
      (st = plb_hdf5_put_number(hdf5, PLB_LAYOUT_ROWS, build->rows, err)) ||
      (st = plb_hdf5_put_text(hdf5, PLB_LAYOUT_DIRECTION, direction, err)) ||
      (st = plb_hdf5_put_number(hdf5, PLB_LAYOUT_STATUS, traits->status, err)))
    return st;
  for (int why = 0; why < PLB_DROPS && !st; why++)
    st = plb_hdf5_put_number(hdf5, plb_layout_left_out((enum plb_drop)why), build->left_out[why], err);
  return st;
}

static plb_status fill_skeleton(struct plb_build *build, struct skeleton *skeleton, struct plb_error *err) {
  plb_status st = put_facts(build, skeleton, err);
  for (int i = 0; i < 3 && !st; i++)
    st = put_table(build, skeleton, (enum plb_id_table)i, err);
  if (!st && build->input->cluster)
    st = put_clusters(build, skeleton, err);
  if (!st && build->asked)
    st = put_attributes(build, skeleton, err);
  for (int i = 0; i < PLB_COLUMNS && !st; i++) {
    enum plb_layout_column column = (enum plb_layout_column)i;
    if (is_needed(build, column))
      st = put_region(skeleton, plb_layout_columns[i].name, kind_of(build, column), build->rows, column, err);
  }
  return st;
}

static int by_offset(const void *left, const void *right) {
  const struct region *a = left, *b = right;
  return (a->offset > b->offset) - (a->offset < b->offset);
}

/* Bytes that the file has at most: columns with what aligns them, ids, and what libhdf5 needs itself. */
static uint64_t most_bytes(const struct plb_build *build) {
  const struct plb_census *census = build->census;
  const struct plb_dict *dicts[] = {&census->people, &census->samples, &census->systems, &census->clusters.values,
                                    &census->groups};
  uint64_t bytes = 16 * PLB_LAYOUT_FRONT;
  for (int i = 0; i < PLB_COLUMNS; i++)
    if (is_needed(build, (enum plb_layout_column)i))
      bytes += build->rows * plb_number_bytes(kind_of(build, (enum plb_layout_column)i)) + PLB_LAYOUT_FRONT;
  for (size_t i = 0; i < sizeof dicts / sizeof *dicts; i++) {
    uint64_t longest = 0;
    for (uint32_t id = 0; id < dicts[i]->count; id++) {
      size_t length;
      plb_dict_text(dicts[i], id, &length);
      longest = length > longest ? length : longest;
    }
    bool fixed = longest <= PLB_HDF5_FIXED;
    bytes += fixed ? longest * dicts[i]->count : 2 * dicts[i]->text_used + 64 * (uint64_t)dicts[i]->count;
  }
  return bytes + sizeof(uint32_t) * (uint64_t)census->people.count;
}

/* libhdf5 fails badly where a file may not become so long, so that is tried beforehand. */
static plb_status try_length(const struct plb_build *build, int file, struct plb_error *err) {
  if (ftruncate(file, (off_t)most_bytes(build)) == 0 && ftruncate(file, 0) == 0)
    return PLB_OK;
  return plb_fail_io(err, build->folder, "write a temporary file there", errno);
}

static plb_status make_skeleton(struct plb_build *build, struct skeleton *skeleton, struct plb_error *err) {
  size_t size = strlen(build->folder) + 32;
  skeleton->path = plb_alloc(size, 1);
  if (!skeleton->path)
    return plb_fail_memory(err);
  snprintf(skeleton->path, size, "%s/plumbline-XXXXXX", build->folder);
  skeleton->file = mkostemp(skeleton->path, O_CLOEXEC);
  if (skeleton->file < 0) {
    int saved = errno;
    *skeleton->path = '\0';
    return plb_fail_io(err, build->folder, "make a temporary file there", saved);
  }
  plb_status st = try_length(build, skeleton->file, err);
  if (!st)
    st = plb_hdf5_create(skeleton->path, PLB_LAYOUT_FRONT, &skeleton->hdf5, err);
  if (!st)
    st = fill_skeleton(build, skeleton, err);
  plb_status closed = plb_hdf5_finish(skeleton->hdf5, st ? NULL : err);
  qsort(skeleton->regions, skeleton->count, sizeof *skeleton->regions, by_offset);
  return st ? st : closed;
}

static void free_skeleton(struct skeleton *skeleton) {
  if (skeleton->file >= 0)
    close(skeleton->file);
  if (skeleton->path && *skeleton->path)
    unlink(skeleton->path);
  free(skeleton->path);
}

/* ---- from front to back -------------------------------------------------------------------- */

/* Who takes the bytes behind the page, in order. */
struct taker {
  plb_status (*take)(void *ctx, const void *bytes, size_t length, struct plb_error *err);
  void *ctx;
};

static plb_status copy_skeleton(const struct plb_build *build, const struct skeleton *skeleton, uint64_t from,
                                uint64_t to, char *room, const struct taker *taker, struct plb_error *err) {
  plb_status st = PLB_OK;
  while (from < to && !st) {
    size_t part = to - from < PIECE ? (size_t)(to - from) : PIECE;
    int failure = plb_file_read(skeleton->file, from, room, part);
    if (failure)
      return plb_fail_io(err, build->folder, "read a temporary file there", failure);
    st = taker->take(taker->ctx, room, part, err);
    from += part;
  }
  return st;
}

static void narrow_scores(char *room, size_t count) {
  for (size_t i = 0; i < count; i++) {
    double wide;
    memcpy(&wide, room + 8 * i, sizeof wide);
    float narrow = (float)wide;
    memcpy(room + 4 * i, &narrow, sizeof narrow);
  }
}

static plb_status copy_column(const struct plb_build *build, const struct region *region, char *room,
                              const struct taker *taker, struct plb_error *err) {
  enum plb_number number = kind_of(build, region->column);
  plb_status st = PLB_OK;
  for (uint64_t from = 0; from < build->rows && !st; from += PIECE) {
    size_t count = build->rows - from < PIECE ? (size_t)(build->rows - from) : PIECE;
    if ((st = plb_spool_read(build->spools[region->column], from, count, room, err)))
      return st;
    if (number != plb_layout_columns[region->column].number)
      narrow_scores(room, count);
    st = taker->take(taker->ctx, room, count * plb_number_bytes(number), err);
  }
  return st;
}

static plb_status put_together(const struct plb_build *build, const struct skeleton *skeleton, char *room,
                               const struct taker *taker, struct plb_error *err) {
  uint64_t at = PLB_LAYOUT_FRONT;
  plb_status st = PLB_OK;
  for (size_t i = 0; i < skeleton->count && !st; i++) {
    const struct region *region = &skeleton->regions[i];
    if (!(st = copy_skeleton(build, skeleton, at, region->offset, room, taker, err)))
      st = copy_column(build, region, room, taker, err);
    at = region->offset + region->bytes;
  }
  return st ? st : copy_skeleton(build, skeleton, at, build->bytes, room, taker, err);
}

/* ---- the output ---------------------------------------------------------------------------- */

static plb_status take_digest(void *ctx, const void *bytes, size_t length, struct plb_error *err) {
  return plb_digester_add(ctx, bytes, length, err);
}

/* An output that failed says why when it is closed. */
static plb_status take_out(void *ctx, const void *bytes, size_t length, struct plb_error *err) {
  (void)err;
  plb_out_bytes(ctx, bytes, length);
  return plb_out_failed(ctx) ? PLB_IO : PLB_OK;
}

static bool stop(void *ctx, uint64_t done) {
  const struct plb_build *build = ctx;
  const struct plb_input *input = build->input;
  return input->progress && input->progress(input->progress_ctx, "writing", done, build->bytes) != 0;
}

static plb_status write_out(struct plb_build *build, const struct skeleton *skeleton, char *room, const char *path,
                            struct plb_error *err) {
  struct plb_digester *digester = NULL;
  struct plb_out *out;
  char front[PLB_LAYOUT_FRONT];
  plb_status st = plb_digester_new(PLB_DIGEST_XXH3, &digester, err);
  if (!st)
    st = put_together(build, skeleton, room, &(struct taker){take_digest, digester}, err);
  if (!st)
    plb_layout_front(front, build->bytes, plb_digester_text(digester));
  plb_digester_free(digester);
  if (st || (st = plb_out_open(path, &out, err)))
    return st;
  plb_out_watch(out, stop, build);
  plb_out_bytes(out, front, sizeof front);
  st = put_together(build, skeleton, room, &(struct taker){take_out, out}, err);
  if (!st || plb_out_failed(out))
    return plb_out_close(out, err);
  plb_out_abandon(out);
  return st;
}

plb_status plb_build_write(struct plb_build *build, const char *path, struct plb_error *err) {
  struct skeleton skeleton = {.file = -1};
  struct stat about;
  char *room = plb_alloc(PIECE, 8);
  plb_status st = room ? make_skeleton(build, &skeleton, err) : plb_fail_memory(err);
  if (!st && fstat(skeleton.file, &about) != 0)
    st = plb_fail_io(err, build->folder, "read a temporary file there", errno);
  if (!st) {
    build->bytes = (uint64_t)about.st_size;
    st = write_out(build, &skeleton, room, path, err);
  }
  free_skeleton(&skeleton);
  free(room);
  return st;
}

void plb_build_free(struct plb_build *build) {
  for (int i = 0; i < PLB_COLUMNS; i++)
    plb_spool_free(build->spools[i]);
  for (int i = 0; i < 3; i++)
    free(build->numberings[i].to);
  free(build->facts.to);
}
