/* SPDX-License-Identifier: Apache-2.0
 *
 * Scores that stay where they are: runs of single-precision numbers in a file that is read again whenever they are
 * wanted. They were read once, with all else, so that the digest covers them and each is known to be a plain score.
 */
#ifndef PLB_TRIAL_STORED_H
#define PLB_TRIAL_STORED_H

#include "base/error.h"

#define PLB_STORED_ROWS 8192 /* scores of one run */

/* An open file, for as long as somebody keeps it. */
struct plb_store;

/* Of a file (duplicated) as it is now; one keeper. The name is for messages. */
plb_status plb_store_new(int file, const char *name, struct plb_store **store, struct plb_error *err);
/* One keeper more, or less; the last one closes it. release accepts NULL. Not by several threads at once. */
struct plb_store *plb_store_keep(struct plb_store *store);
void plb_store_release(struct plb_store *store);

/* Bytes at a place. PLB_IO when the file is no longer as it was. Threads: safe. */
plb_status plb_store_read(const struct plb_store *store, uint64_t at, void *bytes, size_t size, struct plb_error *err);

/* A run of PLB_STORED_ROWS completed comparisons of nobody in particular, each a score of four bytes in this machine's
 * order. */
struct plb_stored {
  struct plb_store *store; /* borrowed */
  uint64_t at;             /* in the file, in bytes */
  float lowest, highest;   /* of the scores; all are finite */
  uint32_t system;         /* number in the census, or PLB_NOBODY */
  uint8_t mated;           /* enum plb_class */
};

/* Whether all of a run can stay: finite numbers, none of them -0, which is +0 elsewhere. Then *stored has their range.
 */
bool plb_stored_fits(const char *scores, struct plb_stored *stored);

#endif
