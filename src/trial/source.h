/* SPDX-License-Identifier: Apache-2.0
 *
 * A source of trials: opens the inputs, finds their format, and gives blocks of trials. The one way by
 * which data enters the house.
 *
 * Call order: open, drain, account, close. Any failure ends the source.
 */
#ifndef PLB_TRIAL_SOURCE_H
#define PLB_TRIAL_SOURCE_H

#include "trial/digest.h"
#include "trial/stored.h"
#include "trial/trial.h"

#define PLB_BLOCK_ROWS 4096
#define PLB_BLOCK_STORED 64

/* Rows, borrowed by whom they are handed to. */
struct plb_block {
  size_t count, room;
  struct plb_trial *rows;
  size_t stored_count, stored_room; /* room: 0 where nobody can use runs of scores that stay in their file */
  struct plb_stored *stored;        /* each keeps its store */
};

static inline bool plb_block_full(const struct plb_block *block) {
  return block->count == block->room || (block->stored_count && block->stored_count == block->stored_room);
}

/* Why rows did not become completed comparisons or failures. */
enum plb_drop {
  PLB_DROP_MISSING = 0, /* no score, --missing drop */
  PLB_DROP_SELF,        /* a sample compared with itself */
  PLB_DROP_INSTANCE,    /* same person, other finger or eye */
  PLB_DROP_NO_TRIAL,    /* scored, but not in the trial list */
  PLB_DROP_MASKED,      /* a cell of a matrix that its mask says to ignore */
  PLB_DROP_CHOICE,      /* --where does not choose it */
  PLB_DROP_UNKNOWN,     /* something that --where asks about is not known of it */
  PLB_DROPS
};

/* A sentence fragment naming the reason, e.g. "a sample compared with itself". Static. */
const char *plb_drop_reason(enum plb_drop why);

/* What one input file was; for the provenance. */
struct plb_input_account {
  char *name;             /* as given; "-" for standard input */
  char *digest;           /* "xxh3:..." or "sha256:...", or NULL */
  char *format;           /* "csv", "bob4", ... */
  uint64_t device, inode; /* of a regular file; else 0 */
  bool read_to_end;
  struct plb_content_digest content; /* of an input that was read to its end: known again in any packing */
  uint64_t bytes, rows, kept;
  uint64_t dropped[PLB_DROPS];
  uint32_t shard, shards; /* which of so many shards was read: 0 of 1 where all was; 0 of 0: no scores are in it */
  uint64_t *seen;         /* shards put together, a bit for each; NULL: that shard alone */
  uint32_t place;         /* among the inputs of the run that read it */
  uint64_t length;        /* bytes of what is in it, unpacked */
  uint64_t how;           /* a hash of which column was taken for what, and of the tables beside the scores */
};

struct plb_traits {
  bool dissimilarity;      /* scores in the file are distances (they were negated) */
  bool direction_declared; /* by an option, the column's name or the format */
  bool people;             /* every row names its people */
  bool samples;            /* every row names both samples */
  bool status;             /* failures are recorded by a status column or code */
  bool looked;             /* there was a row: whether they name people and samples is known */
};

struct plb_source;

/* Fails where `input` asks for the share of a shard, which `what` ("plb_convert") cannot do anything with. */
plb_status plb_input_check_whole(const struct plb_input *input, const char *what, struct plb_error *err);

/* Which of the score files is being read, from 0; their number behind the last. */
size_t plb_source_file(const struct plb_source *source);

/* `census` is filled while reading and must outlive the source. Strings of `input` are borrowed. */
plb_status plb_source_open(const struct plb_input *input, struct plb_census *census, struct plb_source **source,
                           struct plb_error *err);

/* Who takes the rows: one block after the other in the order of the input, never two at once, but not always
 * on the thread that called drain. While it works others read the census; it may read it too. A failure ends
 * the draining. */
struct plb_sink {
  void *ctx;
  plb_status (*take)(void *ctx, const struct plb_block *block, struct plb_error *err);
  bool takes_stored; /* runs of scores that stay in their file too */
};

/* Reads all inputs to their end. */
plb_status plb_source_drain(struct plb_source *source, const struct plb_sink *sink, struct plb_error *err);

/* Known after open. */
const struct plb_traits *plb_source_traits(const struct plb_source *source);

/* Known after the end; borrowed until close. */
const struct plb_input_account *plb_source_accounts(const struct plb_source *source, size_t *count);

/* ---- looking at inputs --------------------------------------------------------------------- */

struct plb_reader;

/* What somebody who looks at inputs is told, in this order for each of them. A fault is an error that
 * does not end the looking: the next row, or where that is not possible the next input, comes after it. */
struct plb_watch {
  void *ctx;
  void (*begin)(void *ctx, const char *path);
  void (*opened)(void *ctx, const struct plb_reader *reader); /* only where the format was found */
  /* Rows in order; a failure ends the looking. */
  plb_status (*rows)(void *ctx, const struct plb_block *block, struct plb_error *err);
  void (*fault)(void *ctx, const struct plb_error *fault);
  void (*end)(void *ctx, const struct plb_input_account *account); /* counts alone */
};

/* Goes through all inputs with a watch. Faults in the data are told and are no failure; *traits is what is
 * known of the rows that could be read. Call without open. */
plb_status plb_source_inspect(const struct plb_input *input, struct plb_census *census, const struct plb_watch *watch,
                              struct plb_traits *traits, struct plb_error *err);

/* Accepts NULL. */
void plb_source_close(struct plb_source *source);

#endif
