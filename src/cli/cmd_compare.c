/* SPDX-License-Identifier: Apache-2.0
 *
 * plumbline compare: two systems or more on the same trials. Each file is an input of its own, with its own format,
 * columns and direction; options that say how to read a file are given once for all files, or once for each in turn.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/options.h"

static const char EXAMPLES[] = "Examples:\n"
                               "  plumbline compare old.csv new.csv\n"
                               "  plumbline compare old.csv new.csv --threshold 0.61,25 --html report.html\n"
                               "  plumbline compare old.csv new.csv --fmr 0.1% --margin 0.5%\n"
                               "  plumbline compare many-systems.csv --reference old --json result.json\n";

static const char SUMMARY[] =
    "Compares systems on the trials that all of them completed: differences and ratios of FMR and\n"
    "FNMR, with intervals that know that both met the same people, and verdicts. A system is a\n"
    "file, or a name in the column \"system\" of one file. The others are compared with the first: \"new against old\" "
    "is new minus old.";

#define MOST_FILES 64

enum {
  OPT_REFERENCE = OPT_COMPARE_FIRST,
  OPT_PAIRWISE,
  OPT_UNORDERED,
  OPT_MARGIN,
  OPT_EQUIVALENCE,
};

/* Values that are said once for all files, or once for each. */
struct each {
  const char *values[MOST_FILES];
  size_t count;
};

struct compare {
  struct plb_input all; /* what holds for all files */
  struct each formats, maps, systems, directions;
  struct plb_input inputs[MOST_FILES];
  size_t input_count;
  struct analysis analysis;
  struct plb_comparing comparing;
  struct outputs outputs;
};

/* ---- options */

static struct poptOption reading_table[] = {
    {"system", 0, POPT_ARG_STRING, NULL, OPT_SYSTEM, "name of a file's system; again for the next file", "NAME"},
    {"direction", 0, POPT_ARG_STRING, NULL, OPT_DIRECTION,
     "similarity or dissimilarity: for all files, or again for each in turn", "WORD"},
    {"similarity", 0, POPT_ARG_NONE, NULL, OPT_SIMILARITY, "the same as --direction similarity, for all files", NULL},
    {"dissimilarity", 0, POPT_ARG_NONE, NULL, OPT_DISSIMILARITY, "the same as --direction dissimilarity, for all files",
     NULL},
    {"format", 0, POPT_ARG_STRING, NULL, OPT_FORMAT, "format, for all files or again for each in turn", "NAME"},
    {"map", 0, POPT_ARG_STRING, NULL, OPT_MAP, "rename columns, for all files or again for each in turn",
     "NAME=COLUMN,..."},
    {"trials", 0, POPT_ARG_STRING, NULL, OPT_TRIALS, "Kaldi or VoxCeleb trial list to join with the scores", "FILE"},
    {"samples", 0, POPT_ARG_STRING, NULL, OPT_SAMPLES, "table that says whose each sample is", "FILE"},
    {"subjects", 0, POPT_ARG_STRING, NULL, OPT_SUBJECTS, "table of all subjects; scores may name no other", "FILE"},
    {"row-ids", 0, POPT_ARG_STRING, NULL, OPT_ROW_IDS,
     "ids of the rows (the probes) of matrices without ids (npy, mtx), one a line", "FILE"},
    {"column-ids", 0, POPT_ARG_STRING, NULL, OPT_COLUMN_IDS,
     "ids of their columns (the references); default: those of the rows", "FILE"},
    {"mask", 0, POPT_ARG_STRING, NULL, OPT_MASK, "mask of BEE matrices: which of their cells count and are mated",
     "FILE"},
    {"cluster", 0, POPT_ARG_STRING, NULL, OPT_CLUSTER,
     "people with the same value of this attribute (a family) count as one: columns probe_COLUMN and reference_COLUMN "
     "of each file, or COLUMN of the table of samples or subjects",
     "COLUMN"},
    {"missing", 0, POPT_ARG_STRING, NULL, OPT_MISSING,
     "what a row without a score is: error (default), fta, ftc, lowest, drop", "POLICY"},
    {"failed-score", 0, POPT_ARG_STRING, NULL, OPT_FAILED_SCORE, "this score says that the comparison failed", "X"},
    {"digest", 0, POPT_ARG_STRING, NULL, OPT_DIGEST, "digest of each input: xxh3 (default), sha256 or none", "KIND"},
    {"memory", 0, POPT_ARG_STRING, NULL, OPT_MEMORY,
     "joined rows kept in memory before they go to a temporary file, e.g. 500M (default 128MiB)", "SIZE"},
    POPT_TABLEEND};

static const char *take_each(struct each *each, const char *text) {
  if (each->count == MOST_FILES)
    return "at most 64 of them";
  each->values[each->count++] = text;
  return NULL;
}

static const char *take_reading(void *into, int option, const char *text) {
  struct compare *job = into;
  static const char *const directions[] = {"similarity", "dissimilarity"};
  int place;
  switch (option) {
  case OPT_SYSTEM: return *text ? take_each(&job->systems, text) : "a name";
  case OPT_FORMAT: return take_each(&job->formats, text);
  case OPT_MAP: return take_each(&job->maps, text);
  case OPT_DIRECTION:
    return value_choice(text, directions, 2, &place) ? take_each(&job->directions, text)
                                                     : "similarity or dissimilarity";
  default: {
    struct option_group shared = input_group(&job->all);
    return shared.take(shared.into, option, text);
  }
  }
}

static struct poptOption comparing_table[] = {
    {"unordered", 0, POPT_ARG_NONE, NULL, OPT_UNORDERED,
     "trials are the same whichever of the two samples is the reference", NULL},
    {"threshold", 0, POPT_ARG_STRING, NULL, OPT_THRESHOLD,
     "one threshold for each system in turn, in its own units, or one for all; again for further points", "T,..."},
    {"fmr", 0, POPT_ARG_STRING, NULL, OPT_FMR,
     "FNMR where each system holds FMR at or below these (default without --threshold: 1e-2,1e-3,1e-4,1e-5,1e-6)",
     "X,..."},
    {"reference", 0, POPT_ARG_STRING, NULL, OPT_REFERENCE,
     "the system that the others are compared with (default: the first)", "NAME"},
    {"pairwise", 0, POPT_ARG_NONE, NULL, OPT_PAIRWISE, "compare every system with every other one", NULL},
    {"margin", 0, POPT_ARG_STRING, NULL, OPT_MARGIN,
     "a difference that does not matter: 0.5% for FNMR, or FMR=1e-4, EER=1%; judges whether a system is not inferior; "
     "exit 1 if that is not shown",
     "[METRIC=]X"},
    {"equivalence", 0, POPT_ARG_NONE, NULL, OPT_EQUIVALENCE, "judge by the margins whether systems are equivalent",
     NULL},
    {"level", 0, POPT_ARG_STRING, NULL, OPT_LEVEL, "confidence of the intervals, 0.5 to 0.999999999 (default 0.95)",
     "P"},
    {"replicates", 0, POPT_ARG_STRING, NULL, OPT_REPLICATES,
     "replicates of the people, for what depends on a threshold found in the data (default 1000)", "N"},
    {"seed", 0, POPT_ARG_STRING, NULL, OPT_SEED, "seed of whatever is drawn at random (default 1)", "N"},
    {"threads", 0, POPT_ARG_STRING, NULL, OPT_THREADS,
     "threads (default: all there are); the result does not depend on it", "N"},
    {"evaluation", 0, POPT_ARG_STRING, NULL, OPT_EVALUATION,
     "kind of test the data comes from: technology, scenario or operational", "KIND"},
    POPT_TABLEEND};

static const char *take_margin(struct plb_comparing *comparing, const char *text) {
  static const char expected[] = "a rate above 0, such as 0.5%, with FMR=, FNMR= or EER= before it where it is not "
                                 "about FNMR";
  const struct {
    const char *name;
    double *margin;
  } kinds[] = {{"FMR=", &comparing->fmr_margin}, {"FNMR=", &comparing->fnmr_margin}, {"EER=", &comparing->eer_margin}};
  double *margin = &comparing->fnmr_margin;
  for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
    if (strncmp(text, kinds[k].name, strlen(kinds[k].name)) != 0)
      continue;
    margin = kinds[k].margin;
    text += strlen(kinds[k].name);
    break;
  }
  if (*margin > 0)
    return given_twice;
  if (comparing->aim == PLB_SUPERIORITY)
    comparing->aim = PLB_NON_INFERIORITY;
  return value_rate(text, margin) && *margin > 0 && *margin < 1 ? NULL : expected;
}

static const char *take_comparing(void *into, int option, const char *text) {
  struct compare *job = into;
  switch (option) {
  case OPT_REFERENCE: return take_once(&job->comparing.reference, text);
  case OPT_PAIRWISE: job->comparing.pairwise = true; return NULL;
  case OPT_UNORDERED: job->comparing.unordered = true; return NULL;
  case OPT_EQUIVALENCE: job->comparing.aim = PLB_EQUIVALENCE; return NULL;
  case OPT_MARGIN: return take_margin(&job->comparing, text);
  default: {
    struct option_group shared = analysis_group(&job->analysis);
    return shared.take(shared.into, option, text);
  }
  }
}

/* ---- running */

/* One value for all files, or one for each. NULL where there is none. */
static const char *value_of(const struct each *each, size_t file) {
  if (!each->count)
    return NULL;
  return each->values[each->count == 1 ? 0 : file];
}

static int check_each(struct session *session, const struct compare *job, size_t files) {
  const struct {
    const char *name;
    const struct each *each;
    bool all; /* one may stand for all files */
  } list[] = {{"--format", &job->formats, true},
              {"--map", &job->maps, true},
              {"--direction", &job->directions, true},
              {"--system", &job->systems, files == 1}};
  for (size_t k = 0; k < sizeof list / sizeof *list; k++) {
    size_t count = list[k].each->count;
    if (count && count != files && !(count == 1 && list[k].all))
      return say_usage(session, "%s is given %zu times for %zu files; expected it %sfor each of them in turn",
                       list[k].name, count, files, list[k].all ? "once, or " : "");
  }
  return EXIT_DONE;
}

/* One file under two names shows no difference, whatever the systems are; another column of it may. */
static int check_files(struct session *session, const struct compare *job, const struct line *line) {
  for (size_t f = 0; f < line->file_count; f++)
    for (size_t other = 0; other < f && job->maps.count < 2; other++)
      if (strcmp(line->files[f], line->files[other]) == 0)
        return say_usage(session,
                         "%s is named twice; expected another file for each system (or --map for each, where the "
                         "scores are columns of one file)",
                         line->files[f]);
  if (job->all.direction && job->directions.count)
    return say_usage(session, "--direction beside --similarity or --dissimilarity; expected one of them");
  return EXIT_DONE;
}

static void connect(struct compare *job, struct session *session, const struct line *line) {
  struct plb_options *options = &job->analysis.options;
  input_connect(&job->all, line, session);
  job->all.threads = options->threads;
  job->input_count = line->file_count;
  for (size_t f = 0; f < line->file_count; f++) {
    const char *direction = value_of(&job->directions, f);
    job->inputs[f] = job->all;
    job->inputs[f].files = line->files + f;
    job->inputs[f].file_count = 1;
    job->inputs[f].format = value_of(&job->formats, f);
    job->inputs[f].map = value_of(&job->maps, f);
    job->inputs[f].system = value_of(&job->systems, f);
    if (direction) /* --similarity and --dissimilarity are in what holds for all */
      job->inputs[f].direction = direction[0] == 's' ? PLB_SIMILARITY : PLB_DISSIMILARITY;
  }
  if (job->analysis.thresholds.count)
    options->fmr_target_count = 0; /* what is compared is what was asked for */
  analysis_connect(&job->analysis, session);
}

static plb_status measure(void *into, plb_result **result, struct plb_error *err) {
  struct compare *job = into;
  return plb_compare(job->inputs, job->input_count, &job->analysis.options, &job->comparing, result, err);
}

static int run(struct compare *job, struct line *line, struct session *session, int argc, const char **argv) {
  struct option_group groups[] = {{"Reading", reading_table, take_reading, job},
                                  {"Comparing", comparing_table, take_comparing, job},
                                  output_group(&job->outputs),
                                  common_group(session)};
  const struct usage usage = {.operands = "SCORES...",
                              .examples = EXAMPLES,
                              .summary = SUMMARY,
                              .groups = groups,
                              .group_count = sizeof groups / sizeof *groups};
  int code;
  if (!line_parse(line, session, &usage, argc, argv, &code))
    return code;
  if (!line->file_count)
    return say_usage(session, "no score file was named");
  if (line->file_count > MOST_FILES)
    return say_usage(session, "%zu score files; at most %d can be compared", line->file_count, MOST_FILES);
  if ((code = check_each(session, job, line->file_count)) || (code = check_files(session, job, line)))
    return code;
  connect(job, session, line);
  if ((code = outputs_prepare(session, &job->outputs, &job->all)))
    return code;
  const struct work work = {.make = measure, .job = job, .outputs = &job->outputs, .stated = plb_result_margins};
  return work_do(session, &work, argc, argv);
}

int cmd_compare(struct session *session, int argc, const char **argv) {
  static const size_t size = sizeof(struct compare);
  struct compare *job = calloc(1, size);
  struct line line = {0};
  if (!job)
    return say_failure(session, PLB_NOMEM, NULL);
  plb_input_init(&job->all, sizeof job->all);
  analysis_init(&job->analysis);
  plb_comparing_init(&job->comparing, sizeof job->comparing);
  int code = run(job, &line, session, argc, argv);
  line_free(&line);
  analysis_free(&job->analysis);
  free(job);
  return code;
}
