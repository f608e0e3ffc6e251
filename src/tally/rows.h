/* SPDX-License-Identifier: Apache-2.0
 *
 * Completed comparisons of one class: the ordered key of the score and the numbers of the two people. Thresholds are
 * known only when all scores have been seen, so the rows are kept to be walked again, packed by chunks (packed.h): in
 * memory up to an allowance that all stores of a tally share, beyond it in an unnamed temporary file. Nothing that is
 * computed from them depends on where they lie.
 *
 * All rows of a chunk are of one stratum (strata.h), so that those of some strata can be walked alone.
 */
#ifndef PLB_TALLY_ROWS_H
#define PLB_TALLY_ROWS_H

#include "base/error.h"
#include "tally/packed.h"

#define PLB_SEGMENT ((size_t)2 << 20) /* bytes of memory taken at once: a large page */

/* Shared by the rows of a tally, which lives as long as they. */
struct plb_allowance {
  unsigned share, shares; /* of every `shares` chunks of rows the one of this member is kept, and all counted; 0: all */
  uint64_t left;          /* bytes that may still be taken in memory */
  const char *folder;     /* of the temporary file; owned by the tally */
  int file;               /* -1 until needed */
  uint64_t file_used;
  char **segments; /* packed chunks lie in them, one behind the other */
  size_t segment_count, segment_capacity, segment_used;
  struct plb_store **stores; /* files in which scores stay */
  size_t store_count, store_capacity;
};

/* Where a packed chunk lies. */
struct plb_packed {
  const char *bytes; /* NULL: in a file */
  uint64_t offset;   /* there */
  struct plb_packing packing;
  uint32_t store; /* which file, from 1; 0: the temporary one */
  uint32_t stratum;
};

struct plb_row {
  uint64_t key;
  uint32_t first, second;
};

/* The chunk of a stratum that is being filled; rows of a stratum that has few, of which there may be very many, have no
 * chunk yet. */
struct plb_open {
  struct plb_chunk *chunk;
  struct plb_row *few; /* instead; both NULL: the rows of the stratum are with other members of the team */
  size_t few_room;
  size_t used; /* rows in it */
  uint32_t stratum;
  uint64_t count; /* rows of the stratum in all, with those of the other members of a team */
};

struct plb_rows {
  bool nameless; /* nobody is named in them: keys alone are kept */
  struct plb_packed *packed;
  size_t packed_count, packed_capacity;
  struct plb_packing last; /* how the last one was packed */
  struct plb_open *open;   /* one for each stratum that has rows, in the order in which they came first */
  size_t open_count, open_capacity;
  uint32_t *open_of; /* by stratum: its place there + 1, 0 = none */
  size_t open_of_count;
  bool borrows;         /* these are some rows of others: the chunks being filled are theirs */
  uint64_t count;       /* rows in all, with those of the other members of a team */
  uint32_t *renumbered; /* by number of a person in these rows: that in the census; NULL: the same. Shared */
};

/* Room to read a chunk into; each thread has its own. */
struct plb_row_buffer {
  struct plb_chunk chunk;
  char bytes[sizeof(struct plb_chunk)];
};

void plb_rows_free(struct plb_rows *rows);
void plb_allowance_free(struct plb_allowance *allowance);

plb_status plb_rows_add(struct plb_rows *rows, struct plb_allowance *allowance, uint32_t stratum, uint64_t key,
                        uint32_t first, uint32_t second, struct plb_error *err);

/* Adds a chunk of scores that stay where they are. */
plb_status plb_rows_add_stored(struct plb_rows *rows, struct plb_allowance *allowance, const struct plb_stored *stored,
                               struct plb_error *err);

/* Numbers strata anew, by the numbers that they had; and says how many rows each has in all, of so many: those that
 * have some are then the same for all members of a team. False when out of memory. */
bool plb_rows_renumber_strata(struct plb_rows *rows, const uint32_t *numbers);
bool plb_rows_count_strata(struct plb_rows *rows, const uint64_t *counts, size_t strata);

/* The rows of those strata that are wanted (a byte for each of `strata`), which stay where they are: to be freed before
 * `from`, which must not change meanwhile. False when out of memory. */
bool plb_rows_of_strata(const struct plb_rows *from, const uint8_t *wanted, size_t strata, struct plb_rows *some);

/* Number of chunks, and the k-th with its row count: in the buffer, or where it was filled. Of its fields only those
 * that are wanted are there. */
size_t plb_rows_chunks(const struct plb_rows *rows);
uint32_t plb_rows_stratum(const struct plb_rows *rows, size_t k);
uint64_t plb_rows_here(const struct plb_rows *rows); /* in these chunks: all, but for a team's */
plb_status plb_rows_chunk(const struct plb_rows *rows, const struct plb_allowance *allowance, size_t k,
                          enum plb_row_fields fields, struct plb_row_buffer *buffer, const struct plb_chunk **chunk,
                          size_t *count, struct plb_error *err);

/* The scores of the k-th chunk, which is a full one then and has none that is -0, where they are kept in single
 * precision: as they are. NULL where they are not. */
plb_status plb_rows_singles(const struct plb_rows *rows, const struct plb_allowance *allowance, size_t k,
                            struct plb_row_buffer *buffer, const float **scores, struct plb_error *err);

#endif
