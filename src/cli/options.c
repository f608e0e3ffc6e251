/* SPDX-License-Identifier: Apache-2.0
 *
 * The shared option groups. A table says what there is and how it is explained; the function behind it
 * says what a value means. Names of formats and tools are the library's to judge.
 */
#include "cli/options.h"

#include <stdlib.h>
#include <time.h>

static const char A_NUMBER[] = "a number";

/* ---- input */

static struct poptOption input_table[] = {
    {"mated", 0, POPT_ARG_STRING, NULL, OPT_MATED, "scores of mated comparisons, one a line (two-file form)", "FILE"},
    {"nonmated", 0, POPT_ARG_STRING, NULL, OPT_NONMATED, "scores of non-mated comparisons (two-file form)", "FILE"},
    {"trials", 0, POPT_ARG_STRING, NULL, OPT_TRIALS, "Kaldi or VoxCeleb trial list to join with the scores", "FILE"},
    {"samples", 0, POPT_ARG_STRING, NULL, OPT_SAMPLES, "table that says whose each sample is", "FILE"},
    {"subjects", 0, POPT_ARG_STRING, NULL, OPT_SUBJECTS, "table of all subjects; scores may name no other", "FILE"},
    {"row-ids", 0, POPT_ARG_STRING, NULL, OPT_ROW_IDS,
     "ids of the rows (the probes) of a matrix without ids (npy, mtx), one a line", "FILE"},
    {"column-ids", 0, POPT_ARG_STRING, NULL, OPT_COLUMN_IDS,
     "ids of its columns (the references); default: those of the rows", "FILE"},
    {"mask", 0, POPT_ARG_STRING, NULL, OPT_MASK, "mask of a BEE matrix: which of its cells are mated", "FILE"},
    {"format", 0, POPT_ARG_STRING, NULL, OPT_FORMAT,
     "format of the files, instead of the one told by their content (csv, labels, bob4, bob5, pyeer, "
     "pyeer-histogram, frte, trials, matrix, npy, mtx, hdf5)",
     "NAME"},
    {"map", 0, POPT_ARG_STRING, NULL, OPT_MAP, "rename columns, e.g. score=score_lda", "NAME=COLUMN,..."},
    {"similarity", 0, POPT_ARG_NONE, NULL, OPT_SIMILARITY, "higher scores mean more alike (accept: score >= t)", NULL},
    {"dissimilarity", 0, POPT_ARG_NONE, NULL, OPT_DISSIMILARITY,
     "scores are distances: lower means more alike (accept: score <= t)", NULL},
    {"missing", 0, POPT_ARG_STRING, NULL, OPT_MISSING,
     "what a row without a score is: error (default), fta (failure to acquire), ftc (failed comparison), lowest (the "
     "least similar score), drop (left out, counted and named)",
     "POLICY"},
    {"failed-score", 0, POPT_ARG_STRING, NULL, OPT_FAILED_SCORE, "this score says that the comparison failed", "X"},
    {"system", 0, POPT_ARG_STRING, NULL, OPT_SYSTEM, "name of the system that was measured", "NAME"},
    {"cluster", 0, POPT_ARG_STRING, NULL, OPT_CLUSTER,
     "people with the same value of this attribute (a family) count as one: columns probe_COLUMN and reference_COLUMN, "
     "or COLUMN of the table of samples or subjects",
     "COLUMN"},
    {"digest", 0, POPT_ARG_STRING, NULL, OPT_DIGEST, "digest of each input: xxh3 (default), sha256 or none", "KIND"},
    {"memory", 0, POPT_ARG_STRING, NULL, OPT_MEMORY,
     "rows kept in memory before they go to a temporary file, e.g. 500M (default 128MiB)", "SIZE"},
    POPT_TABLEEND};

static const char *take_direction(struct plb_input *input, enum plb_direction direction) {
  if (input->direction && input->direction != direction)
    return "either --similarity or --dissimilarity, not both";
  input->direction = direction;
  return NULL;
}

static const char *take_understanding(struct plb_input *input, int option, const char *text) {
  static const char *const policies[] = {"error", "fta", "ftc", "lowest", "drop"};
  static const char *const digests[] = {"xxh3", "sha256", "none"};
  int place = 0;
  switch (option) {
  case OPT_SIMILARITY: return take_direction(input, PLB_SIMILARITY);
  case OPT_DISSIMILARITY: return take_direction(input, PLB_DISSIMILARITY);
  case OPT_MISSING:
    if (!value_choice(text, policies, sizeof policies / sizeof *policies, &place))
      return "error, fta, ftc, lowest or drop";
    input->missing = (enum plb_missing)place;
    return NULL;
  case OPT_DIGEST:
    if (!value_choice(text, digests, sizeof digests / sizeof *digests, &place))
      return "xxh3, sha256 or none";
    input->digest = (enum plb_digest)place;
    return NULL;
  case OPT_FAILED_SCORE:
    input->has_failed_score = value_number(text, &input->failed_score);
    return input->has_failed_score ? NULL : A_NUMBER;
  default: return value_bytes(text, &input->memory) ? NULL : "a number of bytes, such as 500M or 1GiB";
  }
}

static const char *take_input(void *into, int option, const char *text) {
  struct plb_input *input = into;
  switch (option) {
  case OPT_MATED: return take_once(&input->mated, text);
  case OPT_NONMATED: return take_once(&input->nonmated, text);
  case OPT_TRIALS: return take_once(&input->trials, text);
  case OPT_SAMPLES: return take_once(&input->samples, text);
  case OPT_SUBJECTS: return take_once(&input->subjects, text);
  case OPT_ROW_IDS: return take_once(&input->row_ids, text);
  case OPT_COLUMN_IDS: return take_once(&input->column_ids, text);
  case OPT_MASK: return take_once(&input->mask, text);
  case OPT_FORMAT: return take_once(&input->format, text);
  case OPT_MAP: return take_once(&input->map, text);
  case OPT_CLUSTER: return *text ? take_once(&input->cluster, text) : "the name of a column";
  case OPT_SYSTEM: return *text ? take_once(&input->system, text) : "a name";
  default: return take_understanding(input, option, text);
  }
}

struct option_group input_group(struct plb_input *input) {
  return (struct option_group){"Reading", input_table, take_input, input};
}

void input_connect(struct plb_input *input, const struct line *line, struct session *session) {
  const char *folder = getenv("TMPDIR");
  input->files = line->files;
  input->file_count = line->file_count;
  input->temporary = folder && *folder ? folder : NULL;
  input->progress = progress_call;
  input->progress_ctx = session;
}

/* ---- sides */

static struct poptOption sides_table[] = {
    {"by", 0, POPT_ARG_STRING, NULL, OPT_BY,
     "rates by groups: by an attribute of people or samples (columns probe_ATTR and reference_ATTR, or ATTR of the "
     "table "
     "of samples or subjects), by age, elapsed, year or month, which follow from dates, or by several crossed; may be "
     "given again",
     "ATTR,..."},
    {"trend", 0, POPT_ARG_STRING, NULL, OPT_TREND,
     "whether false non-matches become more frequent with a number of the pair or of one side, such as elapsed or "
     "reference.age, or with several; may be given again",
     "ATTR,..."},
    {"horizon-against", 0, POPT_ARG_STRING, NULL, OPT_HORIZON,
     "how long before the probe the oldest reference was taken, beside a period for which records are kept, e.g. 75y",
     "PERIOD"},
    {"where", 0, POPT_ARG_STRING, NULL, OPT_WHERE,
     "only comparisons that meet these conditions, on both sides or on that of probe.ATTR or reference.ATTR, e.g. "
     "'sex=F|X,age<14'",
     "CONDITION,..."},
    {"bands", 0, POPT_ARG_STRING, NULL, OPT_BANDS,
     "bands of a numeric attribute, by where they begin, e.g. age=0,6,14,18; may be given again", "ATTR=X,..."},
    {"as-of", 0, POPT_ARG_STRING, NULL, OPT_AS_OF, "dates after this day are wrong (default: today, UTC)",
     "YYYY-MM-DD"},
    POPT_TABLEEND};

static const char *take_side(void *into, int option, const char *text) {
  struct sides *sides = into;
  switch (option) {
  case OPT_WHERE: return take_once(&sides->input->where, text);
  case OPT_AS_OF: return take_once(&sides->input->as_of, text);
  case OPT_HORIZON: return value_period(text, &sides->input->horizon) ? NULL : "years or months, such as 75y or 18m";
  default: break;
  }
  switch (option) {
  case OPT_BY: return word_append(&sides->by, text) ? NULL : memory_ran_out;
  case OPT_TREND: return word_append(&sides->trends, text) ? NULL : memory_ran_out;
  default: return word_append(&sides->bands, text) ? NULL : memory_ran_out;
  }
}

struct option_group sides_group(struct sides *sides) {
  return (struct option_group){"Groups", sides_table, take_side, sides};
}

void sides_connect(struct sides *sides) {
  struct plb_input *input = sides->input;
  time_t now = time(NULL);
  struct tm day;
  input->by = sides->by.words;
  input->by_count = sides->by.count;
  input->trends = sides->trends.words;
  input->trend_count = sides->trends.count;
  input->bands = sides->bands.words;
  input->band_count = sides->bands.count;
  if (!input->as_of && gmtime_r(&now, &day) && strftime(sides->today, sizeof sides->today, "%Y-%m-%d", &day))
    input->as_of = sides->today;
}

void sides_free(struct sides *sides) {
  free(sides->by.words);
  free(sides->trends.words);
  free(sides->bands.words);
}

/* ---- analysis */

static struct poptOption analysis_table[] = {
    {"threshold", 0, POPT_ARG_STRING, NULL, OPT_THRESHOLD,
     "rates at these thresholds, in the file's own units and direction", "T,..."},
    {"fmr", 0, POPT_ARG_STRING, NULL, OPT_FMR,
     "FNMR at the thresholds that hold FMR at or below these (default 1e-2,1e-3,1e-4,1e-5,1e-6)", "X,..."},
    {"level", 0, POPT_ARG_STRING, NULL, OPT_LEVEL, "confidence of the intervals, 0.5 to 0.999999999 (default 0.95)",
     "P"},
    {"interval", 0, POPT_ARG_STRING, NULL, OPT_INTERVAL,
     "how the intervals of rates at a threshold are made: pl (default), pl-strict, wilson, clopper-pearson, jeffreys, "
     "mid-p, wald, wilson-dyadic, cimat, vertex-bootstrap or double-or-nothing",
     "NAME"},
    {"replicates", 0, POPT_ARG_STRING, NULL, OPT_REPLICATES,
     "replicates of the people, for EER, AUC and the band of the DET (default 1000)", "N"},
    {"seed", 0, POPT_ARG_STRING, NULL, OPT_SEED, "seed of whatever is drawn at random (default 1)", "N"},
    {"threads", 0, POPT_ARG_STRING, NULL, OPT_THREADS,
     "threads (default: all there are); the result does not depend on it", "N"},
    {"min-people", 0, POPT_ARG_STRING, NULL, OPT_MIN_PEOPLE,
     "no rate for a group of fewer people than this (default 10); a whole test always has its rates", "N"},
    {"claim", 0, POPT_ARG_STRING, NULL, OPT_CLAIM,
     "judge a claim such as 'FNMR <= 0.5% at FMR 0.05%'; may be given again, all are then judged together; exit 1 if "
     "one is not shown",
     "TEXT"},
    {"threshold-from", 0, POPT_ARG_STRING, NULL, OPT_THRESHOLD_FROM,
     "rates at the thresholds that were set for FMR targets on other data, in this result file", "RESULT.json"},
    {"independent-trials", 0, POPT_ARG_NONE, NULL, OPT_INDEPENDENT_TRIALS,
     "declare of data without ids that each trial was made by people of its own; else no claim about it is decided",
     NULL},
    {"as", 0, POPT_ARG_STRING, NULL, OPT_AS,
     "rules for thresholds and EER of bob, pyeer, sklearn, kaldi, bosaris, cimat or nist-sre", "TOOL"},
    {"evaluation", 0, POPT_ARG_STRING, NULL, OPT_EVALUATION,
     "kind of test the data comes from: technology, scenario or operational", "KIND"},
    POPT_TABLEEND};

static const char *take_replicates(struct plb_options *options, const char *text) {
  uint64_t count;
  if (!value_count(text, 100, &count) || count > 1000000)
    return "a whole number from 100 to 1000000";
  options->replicates = (size_t)count;
  return NULL;
}

static const char *take_evaluation(struct plb_options *options, const char *text) {
  static const char *const kinds[] = {"technology", "scenario", "operational"};
  int place;
  if (!value_choice(text, kinds, sizeof kinds / sizeof *kinds, &place))
    return "technology, scenario or operational";
  options->evaluation = text;
  return NULL;
}

/* Standard input is for scores. */
static const char *take_result(const char **into, const char *text) {
  return *text && !(text[0] == '-' && !text[1]) ? take_once(into, text) : "the name of a result file";
}

static const char *take_analysis(void *into, int option, const char *text) {
  struct analysis *analysis = into;
  struct plb_options *options = &analysis->options;
  switch (option) {
  case OPT_THRESHOLD:
    return value_thresholds(&analysis->thresholds, text)
               ? NULL
               : "numbers with decimal points, and commas between them, such as 0.5,0.75";
  case OPT_FMR:
    return value_targets(&analysis->targets, text)
               ? NULL
               : "rates below 1 with decimal points, and commas between them, such as 1e-3,0.1%";
  case OPT_LEVEL: return value_level(text, &options->level) ? NULL : expected_level;
  case OPT_INTERVAL: options->interval = text; return NULL;
  case OPT_REPLICATES: return take_replicates(options, text);
  case OPT_SEED: return value_count(text, 0, &options->seed) ? NULL : "a whole number";
  case OPT_THREADS: return value_threads(text, &options->threads) ? NULL : expected_threads;
  case OPT_MIN_PEOPLE: return value_count(text, 1, &options->min_people) ? NULL : "a whole number from 1 up";
  case OPT_CLAIM: return word_append(&analysis->claims, text) ? NULL : memory_ran_out;
  case OPT_THRESHOLD_FROM: return take_result(&analysis->threshold_from, text);
  case OPT_INDEPENDENT_TRIALS: options->independent_trials = true; return NULL;
  case OPT_AS: options->as = text; return NULL;
  default: return take_evaluation(options, text);
  }
}

void analysis_init(struct analysis *analysis) {
  *analysis = (struct analysis){0};
  plb_options_init(&analysis->options, sizeof analysis->options);
}

void analysis_connect(struct analysis *analysis, struct session *session) {
  struct plb_options *options = &analysis->options;
  options->progress = progress_call;
  options->progress_ctx = session;
  options->thresholds = analysis->thresholds.values;
  options->threshold_count = analysis->thresholds.count;
  if (analysis->targets.count) {
    options->fmr_targets = analysis->targets.values;
    options->fmr_target_count = analysis->targets.count;
  }
  options->claims = analysis->claims.words;
  options->claim_count = analysis->claims.count;
}

void analysis_free(struct analysis *analysis) {
  free(analysis->thresholds.values);
  free(analysis->targets.values);
  free(analysis->claims.words);
  *analysis = (struct analysis){0};
}

struct option_group analysis_group(struct analysis *analysis) {
  return (struct option_group){"Measuring", analysis_table, take_analysis, analysis};
}

/* ---- outputs */

static struct poptOption output_table[] = {
    {"text", 0, POPT_ARG_STRING, NULL, OPT_TEXT, "a table for people (default: to standard output)", "FILE"},
    {"json", 0, POPT_ARG_STRING, NULL, OPT_JSON, "the whole result, for programs and for `plumbline report`", "FILE"},
    {"csv", 0, POPT_ARG_STRING, NULL, OPT_CSV, "one row per estimate", "FILE"},
    {"html", 0, POPT_ARG_STRING, NULL, OPT_HTML, "a report in one file, figures included", "FILE"},
    {"svg", 0, POPT_ARG_STRING, NULL, OPT_SVG, "every figure as a file in this folder", "DIR"},
    POPT_TABLEEND};

static struct poptOption text_table[] = {
    {"text", 0, POPT_ARG_STRING, NULL, OPT_TEXT, "where to write (default: standard output)", "FILE"}, POPT_TABLEEND};

static const char *take_output(void *into, int option, const char *text) {
  struct outputs *outputs = into;
  if (!*text)
    return "the name of a file";
  switch (option) {
  case OPT_TEXT: return take_once(&outputs->text, text);
  case OPT_JSON: return take_once(&outputs->json, text);
  case OPT_CSV: return take_once(&outputs->csv, text);
  case OPT_HTML: return take_once(&outputs->html, text);
  default: return take_once(&outputs->svg, text);
  }
}

struct option_group output_group(struct outputs *outputs) {
  return (struct option_group){"Writing (- is standard output)", output_table, take_output, outputs};
}

struct option_group text_group(struct outputs *outputs) {
  return (struct option_group){"Writing (- is standard output)", text_table, take_output, outputs};
}

/* ---- common */

static struct poptOption common_table[] = {
    {"quiet", 'q', POPT_ARG_NONE, NULL, OPT_QUIET, "no progress, only errors", NULL},
    {"verbose", 'v', POPT_ARG_NONE, NULL, OPT_VERBOSE, "say at the end how long it took and in how much memory", NULL},
    {"version", 0, POPT_ARG_NONE, NULL, OPT_VERSION, "print the version", NULL},
    {"help", 'h', POPT_ARG_NONE, NULL, OPT_HELP, "print this help", NULL},
    POPT_TABLEEND};

static const char *take_common(void *into, int option, const char *text) {
  struct session *session = into;
  (void)text;
  if (option == OPT_QUIET)
    session->quiet = true;
  else
    session->verbose = true;
  return NULL;
}

struct option_group common_group(struct session *session) {
  return (struct option_group){"Common", common_table, take_common, session};
}
