/* SPDX-License-Identifier: Apache-2.0
 *
 * A file of columns being put together (hdf5_layout.h) from a census and the columns in their spools.
 */
#ifndef PLB_TRIAL_HDF5_BUILD_H
#define PLB_TRIAL_HDF5_BUILD_H

#include "trial/asked.h"
#include "trial/hdf5_layout.h"
#include "trial/reader.h"

struct plb_spool;

/* New numbers of the ids of a dictionary, in the order in which they are asked for. An all-zero struct is empty. */
struct plb_numbering {
  uint32_t *to; /* by old number; PLB_NOBODY: not asked for yet */
  size_t count, capacity;
  uint32_t next;
};

/* The new number of an id. False when out of memory. */
bool plb_numbering_of(struct plb_numbering *numbering, uint32_t old, uint32_t *number);

struct plb_build {
  const struct plb_input *input;
  struct plb_census *census;
  const char *folder; /* for temporary files */
  struct plb_traits traits;
  struct plb_spool *spools[PLB_COLUMNS];
  struct plb_numbering numberings[3]; /* by enum plb_id_table */
  struct plb_numbering facts;         /* of groups, where attributes are carried: */
  const struct plb_asked *asked;      /* else NULL */
  uint64_t rows;
  bool wide; /* some score is not single precision */
  uint64_t left_out[PLB_DROPS];
  uint64_t bytes; /* of the file that was written */
};

/* Writes the file: whole or not at all. */
plb_status plb_build_write(struct plb_build *build, const char *path, struct plb_error *err);
void plb_build_free(struct plb_build *build);

#endif
