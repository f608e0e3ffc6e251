/* SPDX-License-Identifier: Apache-2.0
 *
 * Score matrices and keys of speaker recognition, in three layouts of the same thing: the ids of models, which are
 * the rows and the references, those of segments, which are the columns and the probes, and matrices over them.
 * Rows are read in bands: as many as make a block, and whole chunks where they are packed.
 *
 * Memory: the ids, and a band. References: SIDEKIT, sidekit/bosaris (HDF5 of Scores, Key, Ndx); PyBOSARIS; the
 * BOSARIS toolkit 1.06, save_hdf5 of its classes.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "trial/hdf5_parts.h"

#define BAND_CELLS (UINT64_C(1) << 16)
#define MOST_CELLS (UINT64_C(8) << 20) /* of a band of whole chunks */

struct layout {
  const char *name, *models, *segments, *scores;
};

static const struct layout layouts[] = {
    {"SIDEKIT", "modelset", "segset", "scores"},
    {"PyBOSARIS", "model_names", "test_names", "score_mat"},
    {"BOSARIS", "ID/row_ids", "ID/column_ids", "scores"},
};

/* A key is one matrix of +1 and -1, or one of truth values for each class. */
static const char *const keys[][2] = {
    {"trial_mask", NULL}, {"tar_mask", "non_mask"}, {"target_mask", "nontarget_mask"}};

uint64_t plb_hdf5_band_rows(const struct plb_hdf5_set *set) {
  uint64_t columns = set->columns ? set->columns : 1, rows = BAND_CELLS / columns;
  if (rows < set->packed_rows && set->packed_rows <= MOST_CELLS / columns)
    rows = set->packed_rows;
  rows -= rows > set->packed_rows ? rows % set->packed_rows : 0;
  if (rows > set->rows)
    rows = set->rows;
  return rows ? rows : 1;
}

static plb_status look(const struct plb_hdf5 *file, const char *group, const char *name, struct plb_hdf5_set *set,
                       struct plb_error *err) {
  char path[PLB_HDF5_PATH + 64];
  snprintf(path, sizeof path, "%s/%s", group, name);
  return plb_hdf5_look(file, path, set, err);
}

/* The names that belong to a file of the reader; borrowed from it. */
struct naming {
  struct plb_dict *ids;
  const char *name, *what;
};

static plb_status take_id(void *ctx, uint64_t number, const char *text, size_t length, struct plb_error *err) {
  const struct naming *naming = ctx;
  uint32_t put;
  if (!length)
    return plb_fail_at(err, PLB_DATA, naming->name, 0, 0, "an empty id of a %s; expected a name", naming->what);
  if (!plb_dict_put(naming->ids, text, length, &put))
    return plb_fail_memory(err);
  if (put != number)
    return plb_fail_at(err, PLB_DATA, naming->name, 0, 0,
                       "%s %" PRIu64 " has the id of %s %" PRIu32 "; expected each id once", naming->what, number + 1,
                       naming->what, put + 1);
  return PLB_OK;
}

static plb_status read_ids(const struct plb_hdf5_grid *grid, const struct plb_hdf5_set *set, struct plb_dict *ids,
                           const char *what, struct plb_error *err) {
  struct naming naming = {ids, plb_hdf5_name(grid->file), what};
  return plb_hdf5_texts(set, take_id, &naming, err);
}

static plb_status check_shape(const struct plb_hdf5_grid *grid, const struct plb_hdf5_set *set, const char *what,
                              struct plb_error *err) {
  if (!set->kind)
    return PLB_OK;
  if (set->kind != PLB_HDF5_NUMBERS || set->rows != grid->rows || set->columns != grid->columns)
    return plb_fail_at(err, PLB_DATA, plb_hdf5_name(grid->file), 0, 0,
                       "the %s of this %s file are no matrix of %" PRIu64 " models (rows) and %" PRIu64
                       " segments (columns)",
                       what, grid->layout, grid->rows, grid->columns);
  return PLB_OK;
}

static plb_status look_at_key(struct plb_hdf5_grid *grid, const char *group, struct plb_error *err) {
  plb_status st = PLB_OK;
  for (size_t i = 0; i < sizeof keys / sizeof *keys && !st && !grid->key[0].kind; i++) {
    st = look(grid->file, group, keys[i][0], &grid->key[0], err);
    if (st || !grid->key[0].kind || !keys[i][1])
      continue;
    if (!(st = look(grid->file, group, keys[i][1], &grid->key[1], err)) && !grid->key[1].kind)
      st = plb_fail_at(err, PLB_DATA, plb_hdf5_name(grid->file), 0, 0, "a set %s, but no %s; expected both", keys[i][0],
                       keys[i][1]);
  }
  return st;
}

static bool make_room(struct plb_hdf5_grid *grid) {
  const struct plb_hdf5_set *widest = grid->scores.kind ? &grid->scores : &grid->key[0];
  grid->band_rows = plb_hdf5_band_rows(widest);
  size_t cells = (size_t)(grid->band_rows * grid->columns);
  bool made = !grid->scores.kind || (grid->score = plb_alloc(cells, sizeof *grid->score));
  made = made && (!grid->marks.kind || (grid->mark = plb_alloc(cells, 1)));
  for (int i = 0; i < 2 && made; i++)
    made = !grid->key[i].kind || (grid->trial[i] = plb_alloc(cells, 1));
  return made;
}

static plb_status read_layout(struct plb_hdf5_grid *grid, const char *group, const struct layout *layout,
                              struct plb_hdf5_set ids[2], struct plb_error *err) {
  plb_status st;
  grid->layout = layout->name;
  if ((st = read_ids(grid, &ids[0], &grid->models, "model", err)) ||
      (st = read_ids(grid, &ids[1], &grid->segments, "segment", err)) ||
      (st = look(grid->file, group, layout->scores, &grid->scores, err)) ||
      (st = look(grid->file, group, "score_mask", &grid->marks, err)) || (st = look_at_key(grid, group, err)))
    return st;
  grid->rows = grid->models.count;
  grid->columns = grid->segments.count;
  if ((st = check_shape(grid, &grid->scores, "scores", err)) || (st = check_shape(grid, &grid->marks, "masks", err)) ||
      (st = check_shape(grid, &grid->key[0], "trials", err)) || (st = check_shape(grid, &grid->key[1], "trials", err)))
    return st;
  return make_room(grid) ? PLB_OK : plb_fail_memory(err);
}

plb_status plb_hdf5_grid_open(const struct plb_hdf5 *file, const char *group, struct plb_hdf5_grid *grid,
                              struct plb_error *err) {
  plb_status st = PLB_OK;
  *grid = (struct plb_hdf5_grid){.file = file};
  for (size_t i = 0; i < sizeof layouts / sizeof *layouts && !st && !grid->layout; i++) {
    struct plb_hdf5_set ids[2] = {{0}};
    if (!(st = look(file, group, layouts[i].models, &ids[0], err)))
      st = look(file, group, layouts[i].segments, &ids[1], err);
    if (!st && ids[0].kind == PLB_HDF5_TEXTS && ids[1].kind == PLB_HDF5_TEXTS)
      st = read_layout(grid, group, &layouts[i], ids, err);
    plb_hdf5_set_close(&ids[0]);
    plb_hdf5_set_close(&ids[1]);
  }
  return st;
}

plb_status plb_hdf5_grid_band(struct plb_hdf5_grid *grid, uint64_t from, struct plb_error *err) {
  uint64_t left = grid->rows - from;
  plb_status st = PLB_OK;
  grid->from = from;
  grid->count = left < grid->band_rows ? left : grid->band_rows;
  if (grid->score)
    st = plb_hdf5_read(&grid->scores, from, grid->count, PLB_FLOAT64, grid->score, err);
  if (!st && grid->mark)
    st = plb_hdf5_read(&grid->marks, from, grid->count, PLB_UINT8, grid->mark, err);
  for (int i = 0; i < 2 && !st && grid->trial[i]; i++)
    st = plb_hdf5_read(&grid->key[i], from, grid->count, PLB_INT8, grid->trial[i], err);
  return st;
}

void plb_hdf5_grid_close(struct plb_hdf5_grid *grid) {
  plb_dict_free(&grid->models);
  plb_dict_free(&grid->segments);
  plb_hdf5_set_close(&grid->scores);
  plb_hdf5_set_close(&grid->marks);
  plb_hdf5_set_close(&grid->key[0]);
  plb_hdf5_set_close(&grid->key[1]);
  free(grid->score);
  free(grid->mark);
  free(grid->trial[0]);
  free(grid->trial[1]);
  *grid = (struct plb_hdf5_grid){0};
}
