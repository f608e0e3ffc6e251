/* SPDX-License-Identifier: Apache-2.0
 *
 * Completed comparisons of one class, sixteen bytes each: the ordered key of the score and the numbers of
 * the two people. Thresholds are known only when all scores have been seen, so the rows are kept to be
 * walked again: in memory up to an allowance that all stores of a tally share, beyond it in an unnamed
 * temporary file. Nothing that is computed from them depends on where they lie.
 */
#ifndef PLB_TALLY_ROWS_H
#define PLB_TALLY_ROWS_H

#include "base/error.h"

#define PLB_CHUNK_ROWS 131072 /* two megabytes: a large page */

struct plb_chunk {
  uint64_t keys[PLB_CHUNK_ROWS];
  uint32_t first[PLB_CHUNK_ROWS]; /* smaller number of the two people, or the one person */
  uint32_t second[PLB_CHUNK_ROWS];
};

/* Shared by the stores of a tally. */
struct plb_allowance {
  uint64_t left;      /* bytes that may still be taken in memory */
  const char *folder; /* of the temporary file; owned by the tally */
  int file;           /* -1 until needed */
  uint64_t file_used;
};

struct plb_rows {
  struct plb_chunk **chunks; /* NULL where the chunk lies in the file */
  uint64_t *offsets;         /* there */
  size_t chunk_count, chunk_capacity, offset_capacity;
  struct plb_chunk *open; /* being filled */
  size_t used;            /* rows in it */
  uint64_t count;         /* rows in all */
};

void plb_rows_free(struct plb_rows *rows);
void plb_allowance_free(struct plb_allowance *allowance);

plb_status plb_rows_add(struct plb_rows *rows, struct plb_allowance *allowance, uint64_t key, uint32_t first,
                        uint32_t second, struct plb_error *err);

/* Number of chunks, and the k-th with its row count: a pointer into memory, or `buffer` after reading it
 * from the file. Threads may walk one store together, each with a buffer of its own. */
size_t plb_rows_chunks(const struct plb_rows *rows);
plb_status plb_rows_chunk(const struct plb_rows *rows, const struct plb_allowance *allowance, size_t k,
                          struct plb_chunk *buffer, const struct plb_chunk **chunk, size_t *count,
                          struct plb_error *err);

#endif
