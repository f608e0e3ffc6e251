/* SPDX-License-Identifier: Apache-2.0
 *
 * What a reader is: one format, one file. A reader cuts lines into fields, or takes them from arrays of numbers; what
 * the fields mean (class, direction, missing scores, contradictions) is decided in one place, the intake.
 */
#ifndef PLB_TRIAL_READER_H
#define PLB_TRIAL_READER_H

#include "trial/source.h"

/* Bytes of one input after decompression, line by line (bytes.c). */
struct plb_bytes;

/* Text being written (base/out.h). */
struct plb_out;

/* Ids of the rows and columns of a matrix (id_lists.h). */
struct plb_id_lists;

/* What of a row of an array is known as numbers, beside the slices of the rest. */
struct plb_numbers {
  double score; /* NaN: there is none */
  bool single;  /* stored in single precision */
  /* People and samples as plb_intake_number gave them; PLB_NOBODY: see the slices. (In this order, since one load of
   * two that were just stored apart has to wait for both to reach memory.) */
  uint32_t reference, reference_sample, probe, probe_sample;
  uint64_t column; /* of a matrix, from 1; else 0 */
};

/* One row as the file has it, in slices of the current line (quotes are already taken off). A reader that knows the
 * class by itself (two-file form, matrix) sets mated_known; a slice it does not have stays {NULL, 0}. */
struct plb_fields {
  bool is_number; /* the score is `number`, and no text; NaN is a missing one */
  double number;
  struct plb_slice score, label, status, system;
  struct plb_slice reference, probe; /* subject ids */
  struct plb_slice reference_sample, probe_sample;
  struct plb_slice reference_instance, probe_instance;
  struct plb_slice reference_cluster, probe_cluster; /* of the two people, where --cluster names these columns */
  const struct plb_slice *values; /* the facts asked for (asked.h): of the reference, one for each, then of the probe;
                                   * NULL: the row has none */
  uint64_t count;                 /* rows that this one stands for; 1 but for histograms */
  bool mated_known;
  bool mated;
  const struct plb_numbers
      *numbers;          /* of an array: `line` is its row then, and all rows have the same fields; or NULL */
  uint64_t line;         /* where the row starts */
  const char *line_text; /* start of that line, so that a column can be told; may be NULL */
};

/* Turns fields into trials by the rules of doc/formats.md; owned by the source. */
struct plb_intake;

/* Adds one row to the current block, or counts it as dropped. PLB_DATA names file, line and column. */
plb_status plb_intake_row(struct plb_intake *intake, const struct plb_fields *fields, struct plb_error *err);

/* The same for `count` rows of an array that differ in nothing but their scores and in `line`, which counts up: those
 * from scores[0] on, until one fails or the block is full. *taken is their number, the one that failed included. */
plb_status plb_intake_scores(struct plb_intake *intake, struct plb_fields *fields, struct plb_numbers *numbers,
                             const double *scores, size_t count, size_t *taken, struct plb_error *err);

/* Whether scores of the class of the input, of which nothing else is known, may stay in their file (stored.h). False
 * before the first row. */
bool plb_intake_stores(const struct plb_intake *intake);

/* Takes a run of them, which lies there and has just been read to `scores`. False where the block is full, or where one
 * of them has to be looked at by plb_intake_scores. */
bool plb_intake_stored(struct plb_intake *intake, struct plb_store *store, uint64_t at, const char *scores);

/* An id of a person or of a sample, and where it stands: in line `line` of `file`, or, where that is NULL, in that row
 * of the input itself. */
struct plb_id {
  struct plb_slice text;
  bool sample;
  const char *file;
  uint64_t line;
};

/* The number of an id, for struct plb_numbers; to be asked once for each, when a row has it. PLB_DATA where it is none,
 * or where the table of --subjects lacks it. */
plb_status plb_intake_number(struct plb_intake *intake, const struct plb_id *id, uint32_t *number,
                             struct plb_error *err);

/* Whether rows are joined to a trial list: then samples are looked up by their ids before they have a number, and the
 * slices of an array's rows hold them. */
bool plb_intake_joins_trials(const struct plb_intake *intake);

/* A cell that somebody said to ignore is left out, and counted. */
plb_status plb_intake_ignore(struct plb_intake *intake, const struct plb_fields *fields, struct plb_error *err);

/* ---- rows of numbers: for formats that number their ids -------------------------------------------- */

/* What all rows of such an input have; their class they have always. */
struct plb_numbered {
  bool people, samples, system;
  bool status; /* failures are recorded */
};

/* To be called by kind->open, before any row. Nothing can be joined to such rows. */
plb_status plb_intake_numbered(struct plb_intake *intake, const struct plb_numbered *numbered, struct plb_error *err);

/* The number of an id in the census; at most once for each id of a table, which is not looked at again. */
enum plb_id_table { PLB_TABLE_PEOPLE, PLB_TABLE_SAMPLES, PLB_TABLE_SYSTEMS };
plb_status plb_intake_enter_id(struct plb_intake *intake, enum plb_id_table table, struct plb_slice id,
                               uint32_t *number, struct plb_error *err);

/* The number of facts that rows have on a side, one text for each that is asked for (asked.h); at most once for each
 * set of them. Rows have it in the place of the group. */
plb_status plb_intake_enter_facts(struct plb_intake *intake, const struct plb_slice *facts, uint32_t *number,
                                  struct plb_error *err);

/* The person, by that number, belongs to this cluster; an empty text: to none. */
plb_status plb_intake_cluster(struct plb_intake *intake, uint32_t person, struct plb_slice cluster,
                              struct plb_error *err);

/* Where rows go next, and for how many there is room. */
struct plb_trial *plb_intake_room(const struct plb_intake *intake, size_t *room);

/* Takes the first `count` rows there, whose people, samples and system are numbers of the census, and whose scores are
 * in the direction of the input; `row` is the place of the first one in it, from 1. After a fault none of them is
 * taken. */
plb_status plb_intake_trials_there(struct plb_intake *intake, size_t count, uint64_t row, struct plb_error *err);

/* Adds rows to those that were left out, when the input was made of another. */
void plb_intake_left_out(struct plb_intake *intake, enum plb_drop why, uint64_t rows);

/* ---- inputs ------------------------------------------------------------------------------------ */

/* What the format, or the name of a column, says about direction; `told_by` names it in messages ("column
 * \"distance\""). PLB_DATA when it contradicts the option or what an earlier input said. To be called by
 * kind->open, once at most. */
plb_status plb_intake_direction(struct plb_intake *intake, enum plb_direction direction, const char *told_by,
                                struct plb_error *err);

/* Whether tables beside the scores say of which cluster a person is, so that rows need not (--cluster). */
bool plb_intake_joins_clusters(const struct plb_intake *intake);

/* What is asked of either side (--by, --where), or NULL; and which of the facts that are needed are in tables beside
 * the scores, a bit for each, so that rows need not say them. */
struct plb_asked;
const struct plb_asked *plb_intake_asked(const struct plb_intake *intake);
uint32_t plb_intake_joined_facts(const struct plb_intake *intake);

/* True when the current block is full and the reader must return. */
bool plb_intake_full(const struct plb_intake *intake);

/* Makes a block that may grow twice as long. False when out of memory. */
bool plb_intake_grow(struct plb_intake *intake);

/* One open input in one format. */
struct plb_reader {
  const struct plb_reader_kind *kind;
  struct plb_bytes *bytes; /* the (decompressed) input */
  struct plb_intake *intake;
  const struct plb_input *input;    /* options */
  const char *name;                 /* of the file, for messages */
  const char *path;                 /* of the file, "-" for standard input */
  const char *inner;                /* what is meant within it (FILE:/PATH), or NULL */
  bool mated_known, mated;          /* two-file form: the class of the whole file */
  bool others;                      /* an array: rows are left to other shards */
  const struct plb_id_lists *lists; /* ids of rows and columns, or NULL */
  struct plb_bytes *mask;           /* beside a matrix, where the kind takes one; or NULL */
  void *state;                      /* the format's own; freed by kind->close */
};

struct plb_reader_kind {
  const char *name; /* as --format names it */
  const char *sign; /* what sniff looks for, in words */
  bool named;       /* may have columns with names: --map and --cluster are the reader's to judge */
  bool takes_ids;   /* may be a matrix whose ids come from lists (--row-ids) */
  bool takes_mask;  /* may have a mask beside it (--mask) */
  /* True when the first bytes of an input (at most 64 KiB, decompressed, cut at no particular place)
   * look like this format. Kinds are asked in the order of the table in source.c. */
  bool (*sniff)(const char *head, size_t length);
  /* Reads what stands before the rows (a header); may declare direction and traits on the intake. */
  plb_status (*open)(struct plb_reader *reader, struct plb_error *err);
  /* Reads rows until the block is full or the input ends (*done = true). After a fault in a row the next
   * call goes on behind that row. */
  plb_status (*next)(struct plb_reader *reader, bool *done, struct plb_error *err);
  void (*close)(struct plb_reader *reader); /* may be NULL */
  /* After open: leaves the rows that are not of the shard that input->shard says to others. NULL where somebody has to
   * see all rows; `whole` says in words why. */
  plb_status (*deal)(struct plb_reader *reader, struct plb_error *err);
  const char *whole;
  /* Takes whole lines [text, text + length), some of those ahead in the input, through another intake; called
   * by several threads at once, so the reader's state is only read. *lines is their number. False: something
   * in them wants `next` (a fault, a quote, an empty line, memory). May be NULL. */
  bool (*take)(const struct plb_reader *reader, struct plb_intake *intake, const char *text, size_t length,
               uint64_t *lines);
  /* After open: says what the columns are, through plb_describe_line. May be NULL. */
  void (*describe)(const struct plb_reader *reader, struct plb_out *out);
};

/* What plb_fields holds at that offset, in words: "person of the probe". Static. */
const char *plb_field_meaning(size_t offset);

/* One line of a description: a name, and what is to be said. */
void plb_describe_line(struct plb_out *out, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
