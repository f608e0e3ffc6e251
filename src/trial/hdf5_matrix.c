/* SPDX-License-Identifier: Apache-2.0
 *
 * Scores that stand in a matrix with ids (hdf5_grid.c), or in a set without any, of one class then. The cells of a
 * matrix go row by row through the intake like the rows of a table of samples: a model is the sample of the
 * reference, a segment that of the probe. A cell that the mask leaves out is no comparison. Where the file has a key
 * as well and no trial list is given, that key is the trial list.
 *
 * In messages the line is the row of the matrix, or the place in the set, from 1.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "trial/asked.h"
#include "trial/bytes.h"
#include "trial/hdf5_parts.h"

struct matrix {
  const struct plb_hdf5 *file;
  struct plb_hdf5_grid grid; /* with ids; or else: */
  struct plb_hdf5_set set;
  double *scores; /* the rows of the set that are in memory */
  uint64_t band_rows, from;
  uint64_t last;      /* behind the last row of the matrix or set that is ours */
  bool keyed;         /* by the key of the file */
  uint64_t cell, end; /* of the band */
};

/* ---- which one ----------------------------------------------------------------------------- */

static plb_status fail_unknown(const struct plb_reader *reader, struct plb_error *err) {
  return plb_fail_at(err, PLB_DATA, reader->name, 0, 0,
                     "no scores of a known layout %s; expected modelset, segset and scores (SIDEKIT), model_names, "
                     "test_names and score_mat (PyBOSARIS), ID/row_ids, ID/column_ids and scores (BOSARIS), or the "
                     "path of a set of numbers, as in scores.h5:/path",
                     reader->inner ? "there" : "at the root of this HDF5 file");
}

static plb_status open_set(struct plb_reader *reader, struct matrix *matrix, struct plb_error *err) {
  struct plb_hdf5_set *set = &matrix->set;
  if (set->kind != PLB_HDF5_NUMBERS)
    return plb_fail_at(err, PLB_DATA, reader->name, 0, 0,
                       "what stands there is no set of numbers in one or two dimensions; expected scores");
  if (!reader->mated_known)
    return plb_fail_at(err, PLB_DATA, reader->name, 0, 0,
                       "a set of scores without ids does not say which comparisons are mated; expected --mated "
                       "FILE:/PATH and --nonmated FILE:/PATH");
  bool doubles = set->number == PLB_FLOAT64 || set->number == PLB_FLOAT32;
  if (set->direct && doubles) { /* then how it is cut into rows does not matter */
    set->rows *= set->columns;
    set->columns = 1;
  }
  matrix->last = set->rows;
  matrix->band_rows = plb_hdf5_band_rows(set);
  matrix->scores = plb_alloc((size_t)(matrix->band_rows * set->columns), sizeof *matrix->scores);
  return matrix->scores ? PLB_OK : plb_fail_memory(err);
}

static plb_status open_grid(const struct plb_reader *reader, struct matrix *matrix, struct plb_error *err) {
  const struct plb_input *input = reader->input;
  matrix->last = matrix->grid.rows;
  if (!matrix->grid.scores.kind)
    return plb_fail_at(err, PLB_DATA, reader->name, 0, 0,
                       "a %s file without scores; if it is a key, give it with --trials beside the scores",
                       matrix->grid.layout);
  matrix->keyed = plb_hdf5_grid_has_key(&matrix->grid) && !input->trials;
  if (matrix->keyed || input->trials || input->samples || reader->mated_known)
    return PLB_OK;
  return plb_fail_at(err, PLB_DATA, reader->name, 0, 0,
                     "scores of models and segments do not say which comparisons are mated; expected a key or trial "
                     "list, given with --trials, or a table of samples, given with --samples");
}

/* The group of a set, so that the scores of a layout may be named themselves. */
static void group_of(const char *path, char group[PLB_HDF5_PATH]) {
  const char *slash = strrchr(path, '/');
  snprintf(group, PLB_HDF5_PATH, "%.*s", slash ? (int)(slash - path) : 0, path);
}

static plb_status find(struct plb_reader *reader, struct matrix *matrix, struct plb_error *err) {
  const char *inner = reader->inner ? reader->inner : "/";
  char group[PLB_HDF5_PATH] = "";
  plb_status st;
  if (strlen(inner) >= PLB_HDF5_PATH)
    return plb_fail_at(err, PLB_DATA, reader->name, 0, 0, "a path of more than %d bytes within the file",
                       PLB_HDF5_PATH - 1);
  if ((st = plb_hdf5_look(matrix->file, inner, &matrix->set, err)))
    return st;
  if (matrix->set.kind == PLB_HDF5_NOTHING)
    return plb_fail_at(err, PLB_DATA, reader->name, 0, 0, "nothing stands at that path in this HDF5 file");
  if (matrix->set.kind != PLB_HDF5_GROUP && (reader->mated_known || matrix->set.kind != PLB_HDF5_NUMBERS))
    return open_set(reader, matrix, err);
  if (matrix->set.kind == PLB_HDF5_GROUP)
    snprintf(group, sizeof group, "%s", strcmp(inner, "/") == 0 ? "" : inner);
  else
    group_of(inner, group);
  if ((st = plb_hdf5_grid_open(matrix->file, group, &matrix->grid, err)))
    return st;
  if (matrix->grid.layout)
    return open_grid(reader, matrix, err);
  return matrix->set.kind == PLB_HDF5_GROUP ? fail_unknown(reader, err) : open_set(reader, matrix, err);
}

static plb_status open_matrix(struct plb_reader *reader, const struct plb_hdf5 *file, void **state,
                              struct plb_error *err) {
  struct matrix *matrix = plb_alloc(1, sizeof *matrix);
  *state = matrix;
  if (!matrix)
    return plb_fail_memory(err);
  matrix->file = file;
  if (reader->input->cluster && !plb_intake_joins_clusters(reader->intake))
    return plb_fail(err, PLB_USAGE,
                    "--cluster: this HDF5 file has no clusters; expected the column in a table of --samples or "
                    "--subjects");
  const struct plb_asked *asked = plb_intake_asked(reader->intake);
  plb_status st =
      asked ? plb_asked_check(asked, plb_intake_joined_facts(reader->intake), reader->name, 0, err) : PLB_OK;
  return st ? st : find(reader, matrix, err);
}

/* ---- rows ---------------------------------------------------------------------------------- */

static plb_status next_scores(struct plb_reader *reader, struct matrix *matrix, bool *done, struct plb_error *err) {
  const struct plb_hdf5_set *set = &matrix->set;
  plb_status st;
  if (matrix->cell == matrix->end) {
    uint64_t from = matrix->end ? matrix->from + matrix->end / set->columns : matrix->from;
    uint64_t left = matrix->last - from, count = left < matrix->band_rows ? left : matrix->band_rows;
    if ((st = plb_hdf5_keep_up(reader->bytes, reader->input, reader->inner, count ? from : set->rows, set->rows, err)))
      return st;
    *done = !count;
    if (*done || (st = plb_hdf5_read(set, from, count, PLB_FLOAT64, matrix->scores, err)))
      return *done ? PLB_OK : st;
    matrix->from = from;
    matrix->cell = 0;
    matrix->end = count * set->columns;
  }
  struct plb_fields fields = {.count = 1, .is_number = true, .mated_known = true, .mated = reader->mated};
  while (matrix->cell < matrix->end && !plb_intake_full(reader->intake)) {
    fields.number = matrix->scores[matrix->cell];
    fields.line = matrix->from * set->columns + ++matrix->cell;
    if ((st = plb_intake_row(reader->intake, &fields, err)))
      return st;
  }
  return PLB_OK;
}

static plb_status one_cell(struct plb_reader *reader, const struct matrix *matrix, uint64_t cell,
                           struct plb_error *err) {
  const struct plb_hdf5_grid *grid = &matrix->grid;
  bool there = !grid->mark || grid->mark[cell];
  uint32_t row = (uint32_t)(grid->from + cell / grid->columns), column = (uint32_t)(cell % grid->columns);
  int class = matrix->keyed ? plb_hdf5_grid_class(grid, cell) : 0;
  if (!there && !class)
    return PLB_OK;
  if (class == 2)
    return plb_fail_at(err, PLB_DATA, reader->name, (uint64_t)row + 1, 0,
                       "the key says of a trial of this model that it is mated and that it is not; expected one class");
  if (matrix->keyed && !class) {
    plb_intake_left_out(reader->intake, PLB_DROP_NO_TRIAL, 1);
    return PLB_OK;
  }
  struct plb_fields fields = {.count = 1,
                              .is_number = true,
                              .number = there ? grid->score[cell] : (double)NAN,
                              .mated_known = matrix->keyed || reader->mated_known,
                              .mated = matrix->keyed ? class > 0 : reader->mated,
                              .line = (uint64_t)row + 1};
  fields.reference_sample.text = plb_dict_text(&grid->models, row, &fields.reference_sample.length);
  fields.probe_sample.text = plb_dict_text(&grid->segments, column, &fields.probe_sample.length);
  return plb_intake_row(reader->intake, &fields, err);
}

static plb_status next_cells(struct plb_reader *reader, struct matrix *matrix, bool *done, struct plb_error *err) {
  struct plb_hdf5_grid *grid = &matrix->grid;
  plb_status st;
  if (matrix->cell == matrix->end) {
    uint64_t from = grid->from + grid->count;
    *done = from == matrix->last;
    if ((st =
             plb_hdf5_keep_up(reader->bytes, reader->input, reader->inner, *done ? grid->rows : from, grid->rows, err)))
      return st;
    if (*done || (st = plb_hdf5_grid_band(grid, from, err)))
      return *done ? PLB_OK : st;
    matrix->cell = 0;
    matrix->end = grid->count * grid->columns;
  }
  while (matrix->cell < matrix->end && !plb_intake_full(reader->intake))
    if ((st = one_cell(reader, matrix, matrix->cell++, err)))
      return st;
  return PLB_OK;
}

static plb_status next(struct plb_reader *reader, void *state, bool *done, struct plb_error *err) {
  struct matrix *matrix = state;
  plb_status st = PLB_OK;
  while (!st && !*done && !plb_intake_full(reader->intake))
    st = matrix->grid.layout ? next_cells(reader, matrix, done, err) : next_scores(reader, matrix, done, err);
  return st;
}

/* By whole bands, since rows that are packed together are read together. */
static void deal(struct plb_reader *reader, void *state) {
  struct matrix *matrix = state;
  const struct plb_input *input = reader->input;
  uint64_t rows = matrix->last, each = matrix->grid.layout ? matrix->grid.band_rows : matrix->band_rows;
  uint64_t bands = rows / each + (rows % each > 0);
  uint64_t first = plb_deal_first(bands, input->shard, input->shards) * each;
  uint64_t last = plb_deal_first(bands, input->shard + 1, input->shards) * each;
  matrix->from = matrix->grid.from = first < rows ? first : rows;
  matrix->last = last < rows ? last : rows;
  reader->others = matrix->from > 0 || matrix->last < rows;
}

static void close_matrix(void *state) {
  struct matrix *matrix = state;
  plb_hdf5_grid_close(&matrix->grid);
  plb_hdf5_set_close(&matrix->set);
  free(matrix->scores);
  free(matrix);
}

static void describe(const void *state, struct plb_out *out) {
  const struct matrix *matrix = state;
  const struct plb_hdf5_grid *grid = &matrix->grid;
  if (!grid->layout) {
    plb_describe_line(out, "set", "%" PRIu64 " scores without ids", matrix->set.rows * matrix->set.columns);
    return;
  }
  plb_describe_line(out, "layout", "%s", grid->layout);
  plb_describe_line(out, "rows", "%" PRIu64 " models, the samples of the references", grid->rows);
  plb_describe_line(out, "columns", "%" PRIu64 " segments, the samples of the probes", grid->columns);
  plb_describe_line(out, "mask", "%s", grid->marks.kind ? "says which cells are comparisons" : "none");
  plb_describe_line(out, "key", "%s", matrix->keyed ? "says which comparisons are mated" : "none, or not used");
}

const struct plb_hdf5_way plb_hdf5_matrix = {
    .open = open_matrix, .next = next, .close = close_matrix, .deal = deal, .describe = describe};
