/* SPDX-License-Identifier: Apache-2.0
 *
 * The groups of options that commands share. Each struct is filled by its _group's take function and
 * holds the arrays that the library borrows.
 */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include "cli/line.h"
#include "cli/values.h"

/* Values of poptOption.val; unique over all groups. Letters are their own. */
enum option {
  OPT_HELP = 'h',
  OPT_VERSION = 'V',
  OPT_QUIET = 'q',
  OPT_VERBOSE = 'v',
  OPT_OUTPUT = 'o',
  OPT_MATED = 256,
  OPT_NONMATED,
  OPT_TRIALS,
  OPT_SAMPLES,
  OPT_SUBJECTS,
  OPT_ROW_IDS,
  OPT_COLUMN_IDS,
  OPT_MASK,
  OPT_FORMAT,
  OPT_MAP,
  OPT_SIMILARITY,
  OPT_DISSIMILARITY,
  OPT_MISSING,
  OPT_FAILED_SCORE,
  OPT_SYSTEM,
  OPT_CLUSTER,
  OPT_BY,
  OPT_WHERE,
  OPT_BANDS,
  OPT_TREND,
  OPT_HORIZON,
  OPT_AS_OF,
  OPT_DIGEST,
  OPT_MEMORY,
  OPT_THRESHOLD,
  OPT_FMR,
  OPT_LEVEL,
  OPT_INTERVAL,
  OPT_REPLICATES,
  OPT_SEED,
  OPT_THREADS,
  OPT_MIN_PEOPLE,
  OPT_CLAIM,
  OPT_THRESHOLD_FROM,
  OPT_INDEPENDENT_TRIALS,
  OPT_AS,
  OPT_EVALUATION,
  OPT_TEXT,
  OPT_JSON,
  OPT_CSV,
  OPT_HTML,
  OPT_SVG,
  OPT_DIRECTION,
  OPT_SHARD,
  OPT_COMPARE_FIRST,                          /* cmd_compare.c counts on from here, to 20 */
  OPT_SIMULATE_FIRST = OPT_COMPARE_FIRST + 20 /* cmd_simulate.c counts on from here */
};

/* Which files, and how to understand them: struct plb_input. */
struct option_group input_group(struct plb_input *input);

/* What is asked about the two sides of comparisons, of commands that read them: plb_input.by, trends, horizon,
 * where, bands, as_of. */
struct sides {
  struct plb_input *input;
  struct word_list by, trends, bands;
  char today[16];
};
struct option_group sides_group(struct sides *sides);

/* Hands it over to the input, with today as the day after which nothing can be dated. */
void sides_connect(struct sides *sides);
void sides_free(struct sides *sides);

/* What a command adds to them: the files on its line, the folder for temporary files ($TMPDIR), and the
 * session as the one to report to. */
void input_connect(struct plb_input *input, const struct line *line, struct session *session);

/* What to estimate. */
struct analysis {
  struct plb_options options;
  struct value_list thresholds, targets;
  struct word_list claims;
  const char *threshold_from; /* a result file, or NULL */
};

void analysis_init(struct analysis *analysis);

/* Hands the lists that were collected over to the options, and lets the library report to the session. */
void analysis_connect(struct analysis *analysis, struct session *session);
void analysis_free(struct analysis *analysis);
struct option_group analysis_group(struct analysis *analysis);

/* Where results go; NULL = not asked for. "-" is standard output. */
struct outputs {
  const char *text, *json, *csv, *html, *svg;
};

struct option_group output_group(struct outputs *outputs);

/* The same with --text alone, for `check`. */
struct option_group text_group(struct outputs *outputs);

/* --quiet, --verbose, --help, --version. */
struct option_group common_group(struct session *session);

/* ---- output.c */

/* A file that is asked for: the option that named it, and its path (NULL = not asked for). */
struct place {
  const char *option, *path;
};

/* Refuses two files in one place, a file that is one of the inputs (`input` may be NULL), and a folder
 * that is not there: better now than after an hour of counting. Answers EXIT_DONE, or the exit code after
 * having said why. */
int places_check(struct session *session, const struct place *places, size_t count, const struct plb_input *input);

/* The same for the outputs; text goes to standard output when nothing else was named. */
int outputs_prepare(struct session *session, struct outputs *outputs, const struct plb_input *input);

/* Writes one or more results to every output, unless a signal was caught. Call it with signals impatient; so they are
 * again when it returns. */
plb_status outputs_write(struct session *session, const struct outputs *outputs, plb_result *const *measured,
                         size_t count, struct plb_error *err);

/* What a command does that makes one result. */
struct work {
  plb_status (*make)(void *job, plb_result **result, struct plb_error *err);
  void *job;
  struct outputs *outputs;
  /* How many things the result was to show, and how many of them it does; NULL where there is no such thing. */
  size_t (*stated)(const plb_result *result, size_t *shown);
};

/* Makes the result, says in it by which command line (argc, argv), and writes it. Answers the exit code after having
 * said why, EXIT_NOT_SHOWN where not all is shown. */
int work_do(struct session *session, const struct work *work, int argc, const char **argv);

#endif
