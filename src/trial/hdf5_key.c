/* SPDX-License-Identifier: Apache-2.0
 *
 * See hdf5_key.h. Each cell of the key that is +1 (or true for targets) is a mated trial, each that is -1 (or true for
 * non-targets) a non-mated one. An index (Ndx), which says which trials there are but not their class, is refused.
 */
#include "trial/hdf5_key.h"

#include <string.h>

#include "trial/hdf5_parts.h"

bool plb_hdf5_is_key(struct plb_bytes *bytes) {
  const char *head;
  size_t length;
  return plb_bytes_head(bytes, &head, &length, NULL) == PLB_OK && plb_hdf5_is(head, length);
}

static plb_status add_cell(const struct plb_hdf5_grid *grid, uint64_t cell, const char *name,
                           struct plb_trial_list *list, bool *negative, struct plb_error *err) {
  int class = plb_hdf5_grid_class(grid, cell);
  uint32_t row = (uint32_t)(grid->from + cell / grid->columns), column = (uint32_t)(cell % grid->columns);
  struct plb_slice enrol, test;
  if (!class)
    return PLB_OK;
  if (class == 2)
    return plb_fail_at(err, PLB_DATA, name, (uint64_t)row + 1, 0,
                       "the key says of a trial of this model that it is mated and that it is not; expected one class");
  *negative = *negative || class < 0;
  enrol.text = plb_dict_text(&grid->models, row, &enrol.length);
  test.text = plb_dict_text(&grid->segments, column, &test.length);
  return plb_trial_list_add(list, name, enrol, test, class > 0, (uint64_t)row + 1, err);
}

static plb_status add_all(struct plb_hdf5_grid *grid, const char *name, struct plb_trial_list *list,
                          struct plb_error *err) {
  plb_status st = PLB_OK;
  bool negative = grid->trial[1] != NULL;
  for (uint64_t from = 0; from < grid->rows && !st; from += grid->count) {
    st = plb_hdf5_grid_band(grid, from, err);
    for (uint64_t cell = 0; cell < grid->count * grid->columns && !st; cell++)
      st = add_cell(grid, cell, name, list, &negative, err);
  }
  if (st)
    return st;
  if (!plb_trial_list_count(list))
    return plb_fail_at(err, PLB_DATA, name, 0, 0, "no trials in this key; expected at least one");
  if (!negative)
    return plb_fail_at(err, PLB_DATA, name, 0, 0,
                       "no non-mated trial in this key; if it is an index (Ndx), it does not say which trials are "
                       "mated, and a key is needed");
  return PLB_OK;
}

static plb_status read_key(const struct plb_hdf5 *file, const char *inner, const char *name,
                           struct plb_trial_list *list, struct plb_error *err) {
  struct plb_hdf5_grid grid;
  plb_status st = plb_hdf5_grid_open(file, inner && strcmp(inner, "/") != 0 ? inner : "", &grid, err);
  if (!st && (!grid.layout || !plb_hdf5_grid_has_key(&grid)))
    st = plb_fail_at(err, PLB_DATA, name, 0, 0,
                     "no key in this HDF5 file; expected trial_mask (SIDEKIT, BOSARIS) or tar_mask and non_mask "
                     "(PyBOSARIS) beside the ids of models and segments");
  if (!st)
    st = add_all(&grid, name, list, err);
  plb_hdf5_grid_close(&grid);
  return st;
}

plb_status plb_hdf5_key_read(struct plb_bytes *bytes, const struct plb_input *input, const char *path,
                             const char *inner, struct plb_trial_list **list, struct plb_error *err) {
  const char *name = plb_bytes_name(bytes);
  struct plb_hdf5 *file = NULL;
  plb_status st;
  if ((st = plb_trial_list_new(list, err)))
    return st;
  if ((st = plb_hdf5_open_input(bytes, path, &file, err)))
    return st;
  if (!(st = read_key(file, inner, name, *list, err)) && !(st = plb_hdf5_keep_up(bytes, input, inner, 1, 1, err)))
    st = plb_hdf5_unchanged(file, err);
  plb_hdf5_close(file);
  return st;
}
