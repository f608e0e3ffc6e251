/* SPDX-License-Identifier: Apache-2.0
 *
 * plumbline: how often a biometric system is wrong, about whom, and how sure one can be.
 *
 * It reads what a test left behind (comparison scores), counts exactly, and gives error rates with
 * intervals that know that the same people take part in many comparisons. It measures systems, never
 * people: it never captures, enrols, matches or identifies anybody, and no person's id leaves it.
 *
 * The whole job in four calls, data flowing one way:
 *
 *     plb_tally_read(&input, &tally, &err);                read and count
 *     plb_verification(tally, &options, &result, &err);    estimate
 *     plb_write(result, PLB_HTML, "report.html", &err);    render
 *     plb_result_free(result), plb_tally_free(tally);
 *
 * Caveats first.
 *   - A score is accepted iff score >= threshold; a distance iff distance <= threshold.
 *   - Direction is declared, never guessed (plb_input.direction).
 *   - An undefined statistic is a status with a reason, never NaN, 0 or 1.
 *   - The same input gives the same result for any thread count, row order, compression or memory limit.
 *   - The library prints nothing, never exits, reads no environment and keeps no mutable globals.
 *   - Handles may be used by one thread at a time; different handles by different threads.
 *   - Option structs start with their size so that they can grow: always call their _init first.
 *   - The caller owns what it passes in; every _new/_read has a _free that accepts NULL.
 *
 * Words follow ISO/IEC 2382-37 and 19795-1: mated, non-mated, FMR, FNMR, FTA, FTE.
 *
 * Law: longer than other files are, because one header is all that a program has to include.
 */
#ifndef PLUMBLINE_H
#define PLUMBLINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define PLB_API __attribute__((visibility("default")))
#define PLB_CHECKED __attribute__((warn_unused_result))
#else
#define PLB_API
#define PLB_CHECKED
#endif

/* ---- status and errors ------------------------------------------------------------------- */

/* What a call answers. The values are pinned. */
typedef enum plb_status {
  PLB_OK = 0,
  PLB_USAGE = 1,       /* the caller broke the contract, or asked for what does not exist */
  PLB_DATA = 2,        /* the input is wrong; the message names file, line and column */
  PLB_UNDEFINED = 3,   /* nothing that was asked for exists on this data */
  PLB_IO = 4,          /* reading or writing failed; os_errno says why */
  PLB_NOMEM = 5,       /* memory ran out */
  PLB_UNSUPPORTED = 6, /* this build lacks what the input needs */
  PLB_CANCELLED = 7,   /* the progress callback asked to stop */
  PLB_INTERNAL = 8     /* a fault of this library */
} plb_status;

/* Filled by a failing call; owned by the caller; may be NULL everywhere. `line` and `column` start at
 * 1, 0 where there is none. `message` is one line of UTF-8 that already names file, line and column. */
struct plb_error {
  plb_status status;
  int os_errno;
  uint64_t line, column;
  char message[512];
};

/* The name of a status: "bad data", "usage", ... Static; never NULL. */
PLB_API const char *plb_status_name(plb_status status);

/* The version of the library, e.g. "0.1.0". Static. */
PLB_API const char *plb_version(void);

/* Called now and then from the calling thread. `done` and `total` are bytes in the stages "reading" and
 * "writing", rows in "simulating", systems in "estimating", replicates in "resampling"; total is 0 when unknown. A
 * non-zero answer cancels the call with PLB_CANCELLED. */
typedef int (*plb_progress)(void *ctx, const char *stage, uint64_t done, uint64_t total);

/* ---- several processes ------------------------------------------------------------------- */

/* Several processes that measure one test together, such as those of plumbline-mpi. Each makes the same calls with the
 * same options, in the same order; each keeps its share of the comparisons, and all of them get the same result, which
 * is that of one process alone. The library knows no network: the caller says how bytes get from one to the other. The
 * calls below are made by the calling thread, by all members in the same order; they answer 0, or something else where
 * the members have lost each other. Owned by the caller; one for each process, or thread. */
struct plb_team {
  size_t size;          /* sizeof(struct plb_team), set by plb_team_init */
  unsigned rank, count; /* which one this is, from 0, of how many */
  void *ctx;
  /* Every member hands out lengths[rank] bytes; `all` gets those of each, by rank, one behind the other. */
  int (*gather)(void *ctx, const void *mine, const size_t *lengths, void *all);
  /* Every member hands out bytes to each: `parts` are out[r] bytes for member r, by rank, one behind the other; `all`
   * gets in[r] bytes of member r in that order. */
  int (*swap)(void *ctx, const void *parts, const size_t *out, void *all, const size_t *in);
  /* Each number becomes its sum over all members, modulo 2^64. */
  int (*sum)(void *ctx, uint64_t *numbers, size_t count);
  /* kept by the library: */
  bool whole;           /* an input has to be read by all of them, not in shares */
  bool lost;            /* the others cannot be told any more how this one fared: whoever runs them ends them */
  plb_status over;      /* what a member failed with; nothing is done together any more */
  struct plb_error err; /* and its message, the same for all */
};

/* Fills in a team of one. `size` is sizeof *team. */
PLB_API void plb_team_init(struct plb_team *team, size_t size);

/* All members say how they fared. Answers PLB_OK where all did well, else what the first one that did not says, the
 * same for all. The library does so itself at the end of each call that takes a team, so that a fault of one is told by
 * all; who fails before such a call that the others make tells them with this one. */
PLB_API PLB_CHECKED plb_status plb_team_agree(struct plb_team *team, plb_status status, struct plb_error *err);

/* ---- what to read ------------------------------------------------------------------------ */

enum plb_direction { PLB_DIRECTION_UNDECLARED = 0, PLB_SIMILARITY = 1, PLB_DISSIMILARITY = 2 };

/* What a row without a score means. */
enum plb_missing {
  PLB_MISSING_ERROR = 0,  /* an error */
  PLB_MISSING_FTA = 1,    /* a failure to acquire */
  PLB_MISSING_FTC = 2,    /* a failed comparison */
  PLB_MISSING_LOWEST = 3, /* the least similar score there is */
  PLB_MISSING_DROP = 4    /* left out, counted and named */
};

enum plb_digest { PLB_DIGEST_XXH3 = 0, PLB_DIGEST_SHA256 = 1, PLB_DIGEST_NONE = 2 };

/* Which files hold the trials and how to understand them. Strings are borrowed for the call. */
struct plb_input {
  size_t size;              /* sizeof(struct plb_input), set by plb_input_init */
  const char *const *files; /* score files; "-" is standard input */
  size_t file_count;
  const char *mated;    /* two-file form: scores of mated comparisons, or NULL */
  const char *nonmated; /* two-file form: scores of non-mated comparisons, or NULL */
  const char *trials;   /* Kaldi or VoxCeleb trial list to join with the scores, or NULL */
  const char *samples;  /* table of samples to join by sample id, or NULL */
  const char *subjects; /* table of subjects to join by subject id, or NULL */
  const char *format;   /* NULL = sniffed by content; else a name of doc/formats.md */
  const char *map;      /* "name=column,..." renames columns, or NULL */
  enum plb_direction direction;
  enum plb_missing missing;
  bool has_failed_score; /* a score equal to failed_score means that the comparison failed */
  double failed_score;
  const char *system;     /* name of the system measured, or NULL */
  enum plb_digest digest; /* digest of the raw bytes of each input */
  uint64_t memory;        /* bytes of rows kept in memory before they spill to a temporary file */
  const char *temporary;  /* folder for that file; NULL = "/tmp" */
  unsigned threads;       /* 0 = all available */
  plb_progress progress;  /* may be NULL */
  void *progress_ctx;
  const char *cluster;   /* the attribute by which people are related, such as a family, or NULL: columns
                          * probe_NAME and reference_NAME, or NAME of the table of samples or of subjects */
  const char *const *by; /* how rates are told apart: each an attribute, or several crossed, "sex" or "sex,age"; at
                          * most 8 attributes in all. What they may be is in doc/formats.md, "Attributes" */
  size_t by_count;
  const char *const *trends; /* whether errors become more frequent with numbers of the pair or of one side, "elapsed"
                              * or "reference.age,elapsed": these are kept as they are, beside their bands. `by` then
                              * has them, too */
  size_t trend_count;
  double horizon; /* years, such as those for which records are kept: how far the evidence reaches beside that, and so
                   * dates are needed; 0 = not asked */
  const char *where;        /* conditions that comparisons must meet, "sex=F,age<14", or NULL: others are left out */
  const char *const *bands; /* bands of numbers: each an attribute and where bands begin, "age=0,6,14,18" */
  size_t band_count;
  const char *as_of;   /* YYYY-MM-DD: what is dated later is a fault. NULL: nothing is; the library reads no clock */
  const char *row_ids; /* ids of the rows of matrices without ids (NumPy, BEE), one a line, or NULL; rows are probes */
  const char *column_ids; /* the same for the columns; NULL = row_ids for both sides */
  const char *mask;       /* which cells of a BEE matrix are mated, non-mated and ignored, or NULL */
  unsigned shard, shards; /* one of so many readers of the same input, from 0, each of which takes a share of its rows
                           * and goes past the others; of at most 1,048,576. 0 and 0, or 0 of 1: all rows */
  bool states;            /* the files are states, and nothing else is taken; without it, where the first one is */
  struct plb_team *team;  /* who counts a shard each, and measures together; lives as long as the tally. NULL = alone */
};

/* Fills in the defaults. `size` is sizeof *input. */
PLB_API void plb_input_init(struct plb_input *input, size_t size);

/* ---- counting ---------------------------------------------------------------------------- */

/* Exact counts of one test: by score, and by person at the thresholds that are asked for later. */
typedef struct plb_tally plb_tally;

/* One comparison handed over by a program. Ids are opaque, copied, and may be NULL when unknown (for
 * all rows or for none). */
struct plb_comparison {
  double score;
  bool mated;
  const char *reference; /* id of the person of the reference */
  const char *probe;     /* id of the person of the probe; equal to reference iff mated */
};

/* Reads and counts all of `input`, or the share of a shard, which may be none of its rows. Everything of a test, and
 * not just a share, is in a tally that was read from the states of all shards (plb_tally_save). *tally is NULL on
 * failure. Fails with PLB_USAGE where rows cannot be shared out: with a trial list, and of matrices of text and
 * histograms. */
PLB_API PLB_CHECKED plb_status plb_tally_read(const struct plb_input *input, plb_tally **tally, struct plb_error *err);

/* An empty tally for comparisons that a program adds itself; of `input` only direction, memory,
 * temporary, threads and system are used. */
PLB_API PLB_CHECKED plb_status plb_tally_new(const struct plb_input *input, plb_tally **tally, struct plb_error *err);

/* Adds `count` comparisons. Fails with PLB_DATA on a NaN score or a class that contradicts the ids. */
PLB_API PLB_CHECKED plb_status plb_tally_add(plb_tally *tally, const struct plb_comparison *rows, size_t count,
                                             struct plb_error *err);

/* Writes all that was counted to a state file, under a temporary name that is changed when it is whole. plb_tally_read
 * takes such files, several of them put together, in the place of scores; what it then measures is what it would have
 * measured of the scores. Fails with PLB_IO. set_progress: whom to tell of the bytes written, and who may cancel it;
 * NULL = nobody. */
PLB_API PLB_CHECKED plb_status plb_tally_save(plb_tally *tally, const char *path, struct plb_error *err);
PLB_API void plb_tally_set_progress(plb_tally *tally, plb_progress progress, void *progress_ctx);

PLB_API void plb_tally_free(plb_tally *tally);

/* ---- columns ------------------------------------------------------------------------------- */

/* Writes all of `input`, as a measurement would read it, to one HDF5 file of columns, which is read again several times
 * faster (doc/formats.md, "Columns of plumbline"). What is measured from it is the same. The same input gives the same
 * bytes. `path` is "-" for standard output; a file appears there when it is whole. `text`: where to say what was
 * written and what was left out, "-" for standard output, NULL for nowhere. Fails with PLB_UNSUPPORTED in a build
 * without HDF5, PLB_USAGE where a missing score is to be the lowest and the direction is not declared. */
PLB_API PLB_CHECKED plb_status plb_convert(const struct plb_input *input, const char *path, const char *text,
                                           struct plb_error *err);

/* ---- estimates --------------------------------------------------------------------------- */

typedef struct plb_result plb_result;

/* What to estimate. Arrays are borrowed for the call. */
struct plb_options {
  size_t size;
  const double *thresholds; /* in the file's own units and direction */
  size_t threshold_count;
  const double *fmr_targets; /* default 1e-2 ... 1e-6, none with threshold_from; read as the decimal they print as */
  size_t fmr_target_count;
  double level;                     /* of the intervals, 0.5 to 0.999999999; default 0.95 */
  unsigned threads;                 /* 0 = all available; never changes the result */
  uint64_t min_people;              /* cells with fewer people are suppressed; default 10 */
  const char *const *claims;        /* "FMR <= 1e-4", "FNMR <= 0.5% at FMR 0.05%", "FMR <= 1e-4 at threshold 0.6" */
  size_t claim_count;               /* all are judged together: making many makes no wrong verdict likelier */
  const plb_result *threshold_from; /* NULL, or the result of other data whose thresholds for FMR targets are used */
  bool independent_trials;          /* declared of data that name no people: each trial was made by people of its own */
  const char *interval;   /* how intervals of rates at a threshold are made: NULL or "pl", the default; "pl-strict",
                           * "wilson", "clopper-pearson", "jeffreys", "mid-p", "wald", "wilson-dyadic", "cimat",
                           * "vertex-bootstrap" or "double-or-nothing" (doc/methods.md). Claims are judged by
                           * "pl-strict" whatever it is. PLB_USAGE for other names, and for the last four where the
                           * data do not say who took part */
  const char *as;         /* NULL, or the tool whose rules for thresholds and EER are followed */
  const char *evaluation; /* "technology", "scenario", "operational"; NULL = unknown */
  uint64_t seed;          /* of whatever is drawn at random; recorded */
  size_t replicates;      /* of the people, for intervals of EER and AUC, the band of the DET and intervals
                           * that are asked for by their name; 100 to 1,000,000, default 1,000 */
  plb_progress progress;
  void *progress_ctx;
};

PLB_API void plb_options_init(struct plb_options *options, size_t size);

/* Measures a 1:1 test: rates at thresholds and at FMR targets with their intervals, EER, AUC, d', DET.
 * May be called several times on one tally. Fails with PLB_UNDEFINED only when nothing that was asked
 * for could be computed, PLB_DATA when an undeclared direction is contradicted by the scores. */
PLB_API PLB_CHECKED plb_status plb_verification(plb_tally *tally, const struct plb_options *options,
                                                plb_result **result, struct plb_error *err);

/* ---- systems on the same trials ------------------------------------------------------------ */

enum plb_aim { PLB_SUPERIORITY = 0, PLB_NON_INFERIORITY = 1, PLB_EQUIVALENCE = 2 };

/* Which systems to compare, and what is to be shown. */
struct plb_comparing {
  size_t size;
  bool unordered;                             /* trials are the same whichever of the two samples is the reference */
  bool pairwise;                              /* every system with every other one; else each with the reference */
  const char *reference;                      /* its name; NULL = the first system */
  enum plb_aim aim;                           /* what the margins are for; without a margin it is superiority */
  double fmr_margin, fnmr_margin, eer_margin; /* differences that do not matter; 0 = none given */
};

PLB_API void plb_comparing_init(struct plb_comparing *comparing, size_t size);

/* Compares systems on the trials that all of them completed: joined on the ordered pair of samples, or of people
 * where some input names no samples and each pair occurs once. An input is one system, or several by its column
 * "system"; each has its own format and direction. `options->thresholds` holds one threshold for each system in turn,
 * as often as there are points to compare at, or a single one for all. The result has each system's own estimates on
 * the joined trials, then differences and ratios (FMR_DIFFERENCE, ...) with verdicts; what was left out is counted
 * with the inputs. All inputs have the same cluster, or none. Without a margin a verdict is what its interval says;
 * with one, and several pairs of systems, it may say more (Holm's steps: the note has the limits then). PLB_DATA where
 * trials cannot be joined, people are unknown, or two systems are one and the same; PLB_USAGE where thresholds do not
 * fit the systems. */
PLB_API PLB_CHECKED plb_status plb_compare(const struct plb_input *inputs, size_t input_count,
                                           const struct plb_options *options, const struct plb_comparing *comparing,
                                           plb_result **result, struct plb_error *err);

enum plb_estimate_status { PLB_EST_OK = 0, PLB_EST_SUPPRESSED, PLB_EST_UNSUPPORTED, PLB_EST_UNDEFINED };

struct plb_interval {
  bool exists;
  bool has_lower, has_upper; /* false = unbounded on that side */
  double lower, upper;
  double level;
  const char *method;     /* "PL", "clopper-pearson", ... */
  const char *dependence; /* "dyadic", "person", "dyadic by cluster", "cluster", "independent" */
  bool has_design_effect, has_df, has_worst_case;
  double design_effect;   /* variance over that of independent trials */
  double df;              /* degrees of freedom of that estimate */
  double worst_case[2];   /* limits if every comparison that can agree did agree */
  bool has_simultaneous;  /* of a group beside others: limits that hold for all of `simultaneous_of` at once */
  double simultaneous[2]; /* (Bonferroni) */
  uint64_t simultaneous_of;
  bool has_person_correlation, has_pair_correlation;
  double person_correlation; /* of normal scores, between comparisons that share one person: with it (and the other) */
  double pair_correlation;   /* between those of the same two people: a test with another design can be planned. They
                              * do not exist where hardly any comparisons share that, or errors are too few to tell */
};

/* Where a threshold was set, if not on the data that was measured. */
struct plb_origin {
  const char *source; /* the result it was taken from; NULL: it was not taken from any */
  const char *metric; /* the target that it was set to meet there: "FMR" */
  double at_most;
  bool has_ratio; /* of that metric here: its value over the target */
  double ratio;
  const char *outcome; /* of that metric here: "kept", "missed" or "open", by its interval; else NULL */
};

#define PLB_WRONG_LABELS 3

/* How much an error rate hangs on few people, and on labels: no ids, shares and counts only. */
struct plb_influence {
  bool has_people;   /* the data name people, and enough of them took part */
  uint64_t involved; /* people in at least one error */
  uint64_t half;     /* fewest people who fill half of the places in errors: a false match has two */
  uint64_t most;     /* errors that the most involved person is in */
  bool has_without;  /* without the person whose absence moves the rate most: */
  uint64_t without_errors, without_trials;
  bool reset; /* with the threshold set anew for its target; else held */
  size_t label_count;
  struct {
    uint64_t wrong;      /* so many rows of either class have the other class's label: */
    double lower, upper; /* the rate lies between these, at the same threshold */
  } labels[PLB_WRONG_LABELS];
};

#define PLB_MOST_BY 8 /* attributes by which comparisons are told apart */

/* Of whom an estimate is. Of a mated comparison the values are those of the reference and of the probe, which are one
 * where they are the same; of a non-mated one those of the two people, in an order that is the same for all attributes.
 * An empty value: the data do not say it. */
struct plb_cell {
  size_t count; /* attributes */
  struct {
    const char *attribute;
    const char *values[2];
    bool two; /* there are two */
  } of[PLB_MOST_BY];
};

/* How far groups lie apart, in the place of whom an estimate is of. */
struct plb_over {
  const char *metric;               /* of the groups: "FMR" of comparisons within each, "FNMR"; NULL: both */
  const char *by;                   /* attributes, with commas between them; NULL: the estimate is none of this kind */
  uint64_t groups;                  /* that were compared */
  bool has_equal;                   /* what groups with one and the same rate would show in such a test: */
  double equal_median, equal_upper; /* the median, and the 95th percentile; infinite: a group would have no errors */
  bool has_p_value;
  double p_value; /* of no difference between the groups (doc/methods.md) */
};

/* One estimate: a count pair with a named denominator, its value, its interval and its standing.
 * Strings belong to the result. has_* says whether the value beside it exists. */
struct plb_estimate {
  const char *metric;          /* FMR, FNMR, EER, FTA, FTE, FAR, FRR, GFAR, GFRR, AUC, DPRIME */
  const char *system;          /* or NULL */
  const struct plb_cell *cell; /* of whom; NULL: of everybody */
  struct plb_over over;
  bool has_threshold;
  double threshold;             /* in the file's own units and direction */
  bool has_threshold_interval;  /* the threshold was chosen by the data: limits of the one that has the target FMR */
  double threshold_interval[2]; /* lower first, in the file's own units */
  const char *target_metric;    /* "FMR" where the threshold was set to meet a target, else NULL */
  double target_at_most;
  struct plb_origin origin;
  bool has_counts;
  uint64_t errors, trials;
  const char *unit; /* what one trial is: "non-mated comparison" */
  bool has_people;
  uint64_t people;       /* behind it; independent of each other, but for those of one cluster */
  bool has_class_trials; /* derived quantities: the trials of both classes instead */
  uint64_t mated_trials, nonmated_trials;
  bool has_value;
  double value;
  bool has_bracket; /* EER: the smaller and the larger of FMR and FNMR at the chosen threshold */
  double bracket[2];
  struct plb_interval interval;
  bool has_influence; /* FMR and FNMR at a threshold */
  struct plb_influence influence;
  enum plb_estimate_status status;
  const char *note; /* or NULL */
  /* Differences and ratios of two systems on the same comparisons: `value` is that of `system` minus, or over,
   * that of `against`. Their intervals hold at their level for all `compared_pairs` pairs of systems at once. */
  const char *against; /* the other system; NULL for any other estimate */
  bool has_against_threshold;
  double against_threshold; /* in the units and direction of that system's file */
  uint64_t compared_pairs;  /* pairs of systems that were compared; 0 for any other estimate */
  bool has_p_value;
  double p_value;  /* two-sided, of no difference, times `compared_pairs` */
  const char *aim; /* "superiority", "non-inferiority", "equivalence"; NULL where nothing is judged */
  bool has_margin;
  double margin;       /* the difference that does not matter, as a rate */
  const char *verdict; /* "better", "worse"; "not inferior", "inferior"; "equivalent", "different"; "undecided" */
  bool has_least_seen; /* of a group beside others: */
  double
      least_seen; /* the smallest ratio of its rate to that of the others that would have been seen in 4 tests of 5 */
  bool has_clusters; /* people are related by an attribute (plb_input.cluster) */
  uint64_t clusters; /* of the people behind it, independent of each other */
};

/* Number of estimates, those of groups last, and the i-th one (borrowed until the result is freed; NULL past the end).
 */
PLB_API size_t plb_result_count(const plb_result *result);
PLB_API const struct plb_estimate *plb_result_get(const plb_result *result, size_t i);

/* The first estimate of `metric` whose threshold was set for `target_metric` <= `at_most`
 * (target_metric NULL: any) of everybody. NULL when there is none. */
PLB_API const struct plb_estimate *plb_result_find(const plb_result *result, const char *metric,
                                                   const char *target_metric, double at_most);

/* Number of claims judged and how many of them are shown. */
PLB_API size_t plb_result_claims(const plb_result *result, size_t *shown);

/* Number of differences that were judged against a margin, and of pairs of systems that a margin was asked for and no
 * difference could be judged of; and how many of all these came out as was to be shown ("not inferior",
 * "equivalent"). */
PLB_API size_t plb_result_margins(const plb_result *result, size_t *held);

/* Reads a result file of schema plumbline-result/1. */
PLB_API PLB_CHECKED plb_status plb_result_read(const char *path, plb_result **result, struct plb_error *err);
PLB_API void plb_result_free(plb_result *result);

/* The command line that made the result, recorded in its provenance; copied. */
PLB_API PLB_CHECKED plb_status plb_result_set_command(plb_result *result, const char *command, struct plb_error *err);

/* ---- planning a test ----------------------------------------------------------------------- */

/* A test that is yet to be made. Arrays and strings are borrowed for the call. */
struct plb_plan_options {
  size_t size;
  const char *const *claims; /* what it is to show: "FMR <= 1e-4", "FNMR <= 0.5%"; limits up to 50 % */
  size_t claim_count;        /* at least 1 */
  const double *expected;    /* of each claim in turn, the rate that is thought to be true, below the limit; where there
                              * are fewer, or 0: a third of the limit */
  size_t expected_count;
  double power;           /* probability to show all claims, 0.5 to 0.999; default 0.8 */
  double level;           /* of the limits by which claims are judged, 0.5 to 0.999999999; default 0.95 */
  uint64_t samples;       /* of each person, 1 to 1,000; default 3. Mated comparisons: all pairs of them */
  uint64_t partners;      /* 0 = all samples of different people are compared; else each with so many of them */
  const char *dependence; /* how alike comparisons of the same people are: "none", "mild", "mod", "strong"; NULL =
                           * mod. doc/simulation.md has the model */
  bool has_person_effect, has_pair_effect, has_sample_effect, has_mated_effect;
  double person_effect, pair_effect, sample_effect, mated_effect; /* as in struct plb_simulation; each replaces its
                                                                   * part of the dependence */
  const plb_result *pilot;  /* a result of plb_verification from which the dependence is taken, as far as it can tell;
                             * what it cannot is assumed as above. Or NULL */
  const char *pilot_system; /* the system of the pilot that is meant; needed where it has several */
  uint64_t groups;          /* groups to be compared, each planned with the number of people that the plan lists; 0, or
                             * 2 to 100 */
  plb_progress progress;    /* stage "planning", in steps */
  void *progress_ctx;
};

/* Fills in the defaults. `size` is sizeof *options. */
PLB_API void plb_plan_options_init(struct plb_plan_options *options, size_t size);

/* What a test of so many people would do for a claim. */
struct plb_plan_row {
  uint64_t people, samples;
  uint64_t comparisons; /* mated or non-mated, as the claim is about */
  double design_effect; /* at the expected rate: comparisons / design_effect is what they are worth */
  double expected_errors;
  bool has_most_errors;        /* false: not even a test without errors would show it */
  uint64_t most_errors;        /* with as many as this it is usually still shown */
  double power;                /* probability that the claim is shown */
  double relative_error;       /* standard error of the rate over the rate */
  double least_relative_error; /* what that comes to with ever more comparisons of the same people */
};

/* Groups of so many people each: the smallest ratio between the rates of two that is detected. */
struct plb_plan_contrast {
  bool has_people, has_ratio; /* false: no number of people, no ratio */
  uint64_t people;
  double ratio;
};

/* The plan for one claim. Strings and arrays belong to the result. */
struct plb_test_plan {
  const char *claim, *metric; /* "FMR <= 1e-4"; FMR or FNMR */
  double at_most, expected;
  bool expected_assumed;      /* expected is the third of at_most that is taken where nothing is said */
  bool has_target;            /* "at FMR x": the threshold is to be found in the test itself, which is accounted for */
  double target, det_slope;   /* x; and how much the normal score of FNMR changes for one of FMR there */
  const char *target_basis;   /* where that slope, and how alike non-mated comparisons are, comes from, in words */
  bool has_cut;               /* has_target and has_needed: with the people needed, */
  double false_matches;       /* false matches that are to be expected at the target, */
  double cut_share;           /* and the share of the variance of FNMR that is the threshold's */
  double power, level;        /* of this claim: with several, more than was asked for all of them together */
  uint64_t samples, partners; /* partners 0 = all */
  const char *dependence;     /* "none", "mild", "mod", "strong", "given"; "pilot": at least in part from a pilot */
  const char *pilot;          /* the estimate of the pilot that it was taken from, in words; or NULL */
  const char *pilot_silent;   /* what the pilot cannot tell, why, and what was assumed for it, in words; or NULL */
  double person_correlation, person_sample_correlation; /* comparisons that share one person; and a sample */
  double pair_correlation, pair_sample_correlation;     /* the same two people; and a sample. Mated: as those above */
  bool has_needed;                                      /* false: not even ten million people are enough */
  struct plb_plan_row needed; /* the fewest people with whom, and with any more, the power is reached */
  uint64_t most_samples;      /* 1,000, or samples where these are more */
  bool has_least_people;
  uint64_t least_people; /* needed if each person gave most_samples */
  const struct plb_plan_row *rows;
  size_t row_count;
  uint64_t groups;                           /* 0 = no groups */
  const struct plb_plan_contrast *contrasts; /* the ratio found for each number of people, */
  size_t contrast_count;
  const struct plb_plan_contrast *sizes; /* and the people found for each ratio */
  size_t size_count;
};

/* Plans a test. Fails with PLB_USAGE on an option that makes no sense, with PLB_DATA on a pilot that does not say how
 * alike its comparisons are or has several systems of which none is named. */
PLB_API PLB_CHECKED plb_status plb_plan(const struct plb_plan_options *options, plb_result **result,
                                        struct plb_error *err);

/* Number of plans in a result, and the i-th one (borrowed until the result is freed; NULL past the end). */
PLB_API size_t plb_result_plan_count(const plb_result *result);
PLB_API const struct plb_test_plan *plb_result_plan(const plb_result *result, size_t i);

/* ---- rendering --------------------------------------------------------------------------- */

/* Whom to tell while this result is written (of several: the first that has somebody to tell), from whom
 * the call can be cancelled; NULL = nobody. */
PLB_API void plb_result_set_progress(plb_result *result, plb_progress progress, void *progress_ctx);

enum plb_format { PLB_TEXT = 0, PLB_JSON = 1, PLB_CSV = 2, PLB_HTML = 3 };

/* Writes one result; path "-" is standard output. A file is written under a temporary name and
 * renamed, so that a failing call leaves nothing. */
PLB_API PLB_CHECKED plb_status plb_write(const plb_result *result, enum plb_format format, const char *path,
                                         struct plb_error *err);

/* The same for several results side by side (text, CSV and HTML). */
PLB_API PLB_CHECKED plb_status plb_write_many(const plb_result *const *results, size_t count, enum plb_format format,
                                              const char *path, struct plb_error *err);

/* Writes every figure of the result as an SVG file into `folder`, made if absent. */
PLB_API PLB_CHECKED plb_status plb_write_svg(const plb_result *result, const char *folder, struct plb_error *err);

/* ---- looking at a file, simulating one ---------------------------------------------------- */

/* Says what each file of `input` is, what was counted into a state, and what is wrong with it, as text to `path`; of
 * several states also whether they go together. *problems is the number of problems found (may be NULL). */
PLB_API PLB_CHECKED plb_status plb_check(const struct plb_input *input, const char *path, uint64_t *problems,
                                         struct plb_error *err);

/* A test with a known truth: people of differing error proneness (doc/simulation.md). The non-mated score
 * of sample a of person i and sample b of person j is
 *
 *   sqrt(person_effect)(u_i + u_j) + sqrt(pair_effect) d_ij + sqrt(sample_effect)(v_ia + v_jb) + sqrt(rest) e
 *
 * with u, d, v, e standard normal and 2 person_effect + pair_effect + 2 sample_effect + rest = 1, so that
 * the true FMR at t is exactly P(Z > t). Relatives share part of u and d, and inside a family e has less. */
struct plb_simulation {
  size_t size;
  uint64_t people;      /* default 200 */
  uint64_t samples;     /* per person; default 3. Mated rows: all pairs of samples of a person */
  uint64_t partners;    /* 0 = non-mated rows of all pairs; else random partners per sample, no repeats */
  double person_effect; /* variance of a non-mated score due to each of its two people; default .06 */
  double pair_effect;   /* due to the pair of people; default .20 */
  double sample_effect; /* due to each of its two samples; default .05 */
  double mated_mean;    /* mean of mated scores, in standard deviations; default 4 */
  double mated_effect;  /* share of the variance of a mated score due to the person; default .3 */
  uint64_t groups;      /* person i is of group i mod groups; default 1, at most 26 */
  double group_shift;   /* non-mated scores of groups g, h (from 0) lie higher by (g + h) / 2 times this */
  double fta;           /* probability that a sample fails to be acquired; default 0 */
  double fte;           /* probability that a person fails to enrol (as a reference); default 0 */
  uint64_t seed;        /* default 1 */
  plb_progress progress;
  void *progress_ctx;
  uint64_t family_size; /* people in a family, person i being of family i / family_size; default 1 */
  double family_effect; /* share of the effects of person, pair and mated that a family has in common; default .5 */
};

/* Fills in the defaults. `size` is sizeof *simulation. */
PLB_API void plb_simulation_init(struct plb_simulation *simulation, size_t size);

/* Writes the score table (CSV; .gz and .zst compress) to `scores` and the true rates (JSON) to `truth`
 * (NULL = none). The same seed gives the same bytes. Fails with PLB_USAGE when the effects leave less
 * than nothing for e, or a number is out of its range; a failing call leaves no half file. */
PLB_API PLB_CHECKED plb_status plb_simulate(const struct plb_simulation *simulation, const char *scores,
                                            const char *truth, struct plb_error *err);

/* ---- how often intervals hold the truth --------------------------------------------------- */

/* Tests to be simulated over and over, with true error rates that are known (doc/coverage.md). Either a
 * grid by its name, or every combination of the lists; a list that is empty has one default. Arrays are
 * borrowed for the call. */
struct plb_coverage_options {
  size_t size;
  const char *grid;          /* "small", "full" or "whole"; NULL = the lists, or "small" where all of them are empty */
  const char *const *models; /* names of doc/coverage.md; default "mod". "whole-..." have both classes of comparisons */
  size_t model_count;
  const uint64_t *people; /* 8 to 5,000; default 100 */
  size_t people_count;
  const uint64_t *samples; /* of each person, mated: trials; 1 to 100, 0 = unequal numbers; default 3 */
  size_t sample_count;
  const char *const *pairings; /* "all", "random" (5 partners each), "bipartite"; default "all" */
  size_t pairing_count;
  const double *rates; /* true error rates, 1e-9 to 0.5; default 1e-1, 1e-2 ... 1e-6. Those of which a test
                          expects less than a quarter of an error are left out. Of whole tests: FMR targets, where FNMR
                          is 5 %, of which at least one false match is expected */
  size_t rate_count;
  const char *const *intervals; /* methods; default: all that need no resampling, for whole tests pl, wilson,
                                 * vertex-bootstrap, double-or-nothing and delta. Trials of one class leave out delta
                                 * and those that draw replicates */
  size_t interval_count;
  uint64_t replicates;   /* tests for each cell, 2 to 1,000,000; 0 = 2,000 for "full", 1,000 for "whole", else 300, in
                          * "small" 40 of whole tests */
  double level;          /* of the intervals, 0.5 to 0.999999999; default 0.95 */
  uint64_t seed;         /* default 1 */
  unsigned threads;      /* 0 = all available; never changes the result */
  plb_progress progress; /* stage "simulating": tests done, tests in all */
  void *progress_ctx;
};

/* Fills in the defaults. `size` is sizeof *options. */
PLB_API void plb_coverage_options_init(struct plb_coverage_options *options, size_t size);

/* Simulates the tests and holds each method's limits against the truth. The result has no estimates but a
 * table of cells, and one of whole tests, which every format shows. Fails with PLB_USAGE for a name that it does not
 * know, where no cell is left, or where no method can say anything of one. */
PLB_API PLB_CHECKED plb_status plb_coverage(const struct plb_coverage_options *options, plb_result **result,
                                            struct plb_error *err);

#ifdef __cplusplus
}
#endif

#endif
