/* SPDX-License-Identifier: Apache-2.0
 *
 * What the files of the HDF5 reader share: hdf5.c (which layout is it?), hdf5_grid.c (matrices with ids and masks),
 * hdf5_matrix.c (their scores, and sets of scores), hdf5_key.c (their trial lists), hdf5_columns.c (the layout of
 * `plumbline convert`).
 */
#ifndef PLB_TRIAL_HDF5_PARTS_H
#define PLB_TRIAL_HDF5_PARTS_H

#include "trial/hdf5_file.h"
#include "trial/reader.h"

#define PLB_HDF5_PATH 512 /* bytes of a path within a file, at most */

/* Whether the first bytes of an input are those of an HDF5 file, perhaps behind bytes of somebody else. */
bool plb_hdf5_is(const char *head, size_t length);

/* Opens the file that the bytes come from: not a pipe, not packed. */
plb_status plb_hdf5_open_input(struct plb_bytes *bytes, const char *path, struct plb_hdf5 **file,
                               struct plb_error *err);

/* Reads the raw bytes of the input up to a share of done/total of them, so that its digest is known at the end, and
 * tells how far the reading is. */
plb_status plb_hdf5_keep_up(struct plb_bytes *bytes, const struct plb_input *input, const char *inner, uint64_t done,
                            uint64_t total, struct plb_error *err);

/* ---- hdf5_grid.c --------------------------------------------------------------------------- */

/* A matrix of models and segments: scores, which of them there are, and the class of each as a key has it. */
struct plb_hdf5_grid {
  const struct plb_hdf5 *file;
  const char *layout;                /* "SIDEKIT", ...; NULL: it is none */
  struct plb_dict models, segments;  /* numbered as rows and columns */
  struct plb_hdf5_set scores, marks; /* nothing where there are none */
  struct plb_hdf5_set key[2];        /* +1 mated, -1 non-mated; or a set for each class, [0] for mated */
  uint64_t rows, columns;
  uint64_t band_rows, from, count; /* the rows in memory */
  double *score;
  uint8_t *mark;
  int8_t *trial[2];
};

/* Looks for a layout in a group; grid->layout stays NULL when there is none. Close it in any case. */
plb_status plb_hdf5_grid_open(const struct plb_hdf5 *file, const char *group, struct plb_hdf5_grid *grid,
                              struct plb_error *err);
void plb_hdf5_grid_close(struct plb_hdf5_grid *grid);

/* Reads the band that begins with row `from`. */
plb_status plb_hdf5_grid_band(struct plb_hdf5_grid *grid, uint64_t from, struct plb_error *err);

/* Rows of a set that are read at once. */
uint64_t plb_hdf5_band_rows(const struct plb_hdf5_set *set);

static inline bool plb_hdf5_grid_has_key(const struct plb_hdf5_grid *grid) {
  return grid->key[0].kind == PLB_HDF5_NUMBERS;
}

/* What the key says of a cell of the band: 1 mated, -1 non-mated, 0 no trial, 2 both. */
static inline int plb_hdf5_grid_class(const struct plb_hdf5_grid *grid, uint64_t cell) {
  int first = grid->trial[0][cell];
  if (!grid->trial[1])
    return (first > 0) - (first < 0);
  bool mated = first != 0, nonmated = grid->trial[1][cell] != 0;
  return mated && nonmated ? 2 : (int)mated - (int)nonmated;
}

/* ---- hdf5_matrix.c, hdf5_columns.c: the layouts, each with a state of its own ---------------- */

struct plb_hdf5_way {
  plb_status (*open)(struct plb_reader *reader, const struct plb_hdf5 *file, void **state, struct plb_error *err);
  plb_status (*next)(struct plb_reader *reader, void *state, bool *done, struct plb_error *err);
  void (*close)(void *state);
  void (*deal)(struct plb_reader *reader, void *state);
  void (*describe)(const void *state, struct plb_out *out);
};

extern const struct plb_hdf5_way plb_hdf5_matrix, plb_hdf5_columns;

#endif
