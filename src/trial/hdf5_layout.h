/* SPDX-License-Identifier: Apache-2.0
 *
 * The layout of columns that `plumbline convert` writes (doc/formats.md, "Columns of plumbline"): names, and the page
 * in front of the HDF5 file, which says what it is and by which checksum it is known to be whole.
 */
#ifndef PLB_TRIAL_HDF5_LAYOUT_H
#define PLB_TRIAL_HDF5_LAYOUT_H

#include "trial/bytes.h"
#include "trial/hdf5_file.h"
#include "trial/source.h"

#define PLB_LAYOUT_FRONT 4096 /* bytes before the HDF5 file */
#define PLB_LAYOUT_VERSION 1

enum plb_layout_column {
  PLB_COLUMN_SCORE = 0, /* in the units and direction of the file that was converted */
  PLB_COLUMN_MATED,
  PLB_COLUMN_REFERENCE,
  PLB_COLUMN_PROBE,
  PLB_COLUMN_REFERENCE_SAMPLE,
  PLB_COLUMN_PROBE_SAMPLE,
  PLB_COLUMN_SYSTEM,
  PLB_COLUMN_OUTCOME,
  PLB_COLUMN_COUNT,
  PLB_COLUMN_REFERENCE_FACTS,
  PLB_COLUMN_PROBE_FACTS,
  PLB_COLUMNS
};

struct plb_layout_names {
  const char *name;
  enum plb_number number;
};

/* Of each column; a score may be PLB_FLOAT32 too. */
extern const struct plb_layout_names plb_layout_columns[PLB_COLUMNS];

/* Tables of ids by enum plb_id_table (reader.h), and what belongs to clusters. */
extern const char *const plb_layout_tables[3];

/* What attributes are told by: each text one value for each name, with PLB_VALUE_END behind it. */
#define PLB_LAYOUT_FACTS "facts"
#define PLB_LAYOUT_FACT_NAMES "fact_names" /* with commas between them */
#define PLB_LAYOUT_CLUSTERS "clusters"
#define PLB_LAYOUT_PERSON_CLUSTER "person_cluster"

/* Attributes. */
#define PLB_LAYOUT_DIRECTION "direction" /* "similarity", "dissimilarity", "undeclared" */
#define PLB_LAYOUT_STATUS "status"       /* 1: failures are recorded */
#define PLB_LAYOUT_ROWS "rows"
#define PLB_LAYOUT_CLUSTER "cluster" /* by which attribute people are related */

/* Of the rows that were left out for that reason. Static. */
const char *plb_layout_left_out(enum plb_drop why);

/* Whether the first bytes of an input are those of such a file, of any version. */
bool plb_layout_is(const char *head, size_t length);

/* The page, for a file of so many bytes in all, whose bytes behind the page have that digest ("xxh3:..."). */
void plb_layout_front(char front[PLB_LAYOUT_FRONT], uint64_t bytes, const char *digest);

/* Reads all bytes: PLB_DATA when the file is cut off, damaged, or of another version. */
plb_status plb_layout_check(struct plb_bytes *bytes, struct plb_error *err);

#endif
