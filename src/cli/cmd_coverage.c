/* SPDX-License-Identifier: Apache-2.0
 *
 * plumbline coverage: how often intervals hold the truth in simulated tests.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/options.h"

static const char EXAMPLES[] =
    "Examples:\n"
    "  plumbline coverage --grid small\n"
    "  plumbline coverage --model strong,wolves --people 50,100 --rate 1e-2,1e-3 --svg figures\n"
    "  plumbline coverage --model whole-strong --people 30 --samples 4 --rate 1e-2\n";

static const char SUMMARY[] =
    "Simulates tests whose true error rates are known, over and over, and counts how often the interval\n"
    "of each method holds the truth, and how wide it is. Either a grid by its name, or every combination\n"
    "of the models, people, samples, pairings and rates that are given. Models named whole-... have mated\n"
    "and non-mated comparisons: there FNMR at an FMR target, its threshold, EER, AUC and the band of the\n"
    "DET are held against the truth too.";

enum coverage_option {
  OPT_GRID = OPT_SIMULATE_FIRST,
  OPT_COVERAGE_MODEL,
  OPT_COVERAGE_PEOPLE,
  OPT_COVERAGE_SAMPLES,
  OPT_COVERAGE_PAIRS,
  OPT_COVERAGE_RATE,
  OPT_COVERAGE_REPLICATES,
  OPT_COVERAGE_INTERVAL,
  OPT_COVERAGE_LEVEL,
  OPT_COVERAGE_SEED,
  OPT_COVERAGE_THREADS
};

/* Words that were collected from comma-separated lists, each a copy. */
struct words {
  char **list;
  size_t count;
};

struct counts {
  uint64_t *list;
  size_t count;
  uint64_t least; /* each is this or more */
};

struct coverage {
  struct plb_coverage_options options;
  struct outputs outputs;
  struct words models, pairings, intervals;
  struct counts people, samples;
  struct value_list rates;
};

static struct poptOption test_table[] = {
    {"grid", 0, POPT_ARG_STRING, NULL, OPT_GRID,
     "small (the default where nothing below is given) takes seconds, full half an hour and more; whole has tests with "
     "mated and non-mated comparisons, and takes a quarter of an hour; groups has tests of several groups of people, "
     "and "
     "takes as long",
     "small|full|whole|groups"},
    {"model", 0, POPT_ARG_STRING, NULL, OPT_COVERAGE_MODEL,
     "how people differ: indep, dyad, mild, mod (default), strong, wolves, het, groups, cosine, anchor, anchor-noisy, "
     "heavy, het-strong, noisy, sessions, roles, communities; of mated trials mated-indep, mated-mod, mated-strong, "
     "goats, mated-heavy; of whole tests whole-indep, whole-mild, whole-mod, whole-strong, whole-opposed, "
     "whole-wolves, "
     "whole-heavy, whole-families; of groups groups-equal, groups-unequal, groups-ratio, groups-ratio-small, "
     "groups-alike, groups-dispersed, groups-two, groups-eight",
     "NAME,..."},
    {"people", 0, POPT_ARG_STRING, NULL, OPT_COVERAGE_PEOPLE, "people in a test, 8 to 5000 (default 100)", "N,..."},
    {"samples", 0, POPT_ARG_STRING, NULL, OPT_COVERAGE_SAMPLES,
     "samples of each person, of mated models trials; 0 gives unequal numbers (default 3)", "N,..."},
    {"pairs", 0, POPT_ARG_STRING, NULL, OPT_COVERAGE_PAIRS,
     "who is compared: all (default), random (5 partners each) or bipartite (one half with the other)", "NAME,..."},
    {"rate", 0, POPT_ARG_STRING, NULL, OPT_COVERAGE_RATE,
     "true error rates (default 1e-1,1e-2,1e-3,1e-4,1e-5,1e-6); those of which a test expects less than a quarter of "
     "an error are left out. Of whole tests FMR targets, with an FNMR of 5 %",
     "X,..."},
    {"replicates", 0, POPT_ARG_STRING, NULL, OPT_COVERAGE_REPLICATES,
     "tests of each kind (default 300; 2000 for the full grid, 1000 for whole; 40 whole ones in the small grid)", "N"},
    {"seed", 0, POPT_ARG_STRING, NULL, OPT_COVERAGE_SEED, "seed of the random numbers (default 1)", "N"},
    {"threads", 0, POPT_ARG_STRING, NULL, OPT_COVERAGE_THREADS,
     "threads (default: all there are); the result does not depend on it", "N"},
    POPT_TABLEEND};

static struct poptOption interval_table[] = {
    {"interval", 0, POPT_ARG_STRING, NULL, OPT_COVERAGE_INTERVAL,
     "methods to try, as verification has them, and delta (default: all that need no resampling; for whole tests pl, "
     "wilson, vertex-bootstrap, double-or-nothing and delta)",
     "NAME,..."},
    {"level", 0, POPT_ARG_STRING, NULL, OPT_COVERAGE_LEVEL,
     "confidence of the intervals, 0.5 to 0.999999999 (default 0.95)", "P"},
    POPT_TABLEEND};

/* ---- lists ------------------------------------------------------------------------------------------- */

static bool append_word(void *into, const char *word) {
  struct words *words = into;
  char **longer = realloc(words->list, (words->count + 1) * sizeof *longer);
  if (!longer)
    return false;
  words->list = longer;
  if (!(words->list[words->count] = strdup(word)))
    return false;
  words->count++;
  return *word != '\0';
}

static bool append_count(void *into, const char *text) {
  struct counts *counts = into;
  uint64_t *longer = realloc(counts->list, (counts->count + 1) * sizeof *longer);
  if (!longer)
    return false;
  counts->list = longer;
  return value_count(text, counts->least, &counts->list[counts->count++]);
}

static void free_words(struct words *words) {
  for (size_t k = 0; k < words->count; k++)
    free(words->list[k]);
  free(words->list);
}

/* ---- options ----------------------------------------------------------------------------------------- */

static const char *take_number(struct plb_coverage_options *options, int option, const char *text) {
  if (option == OPT_COVERAGE_SEED)
    return value_count(text, 0, &options->seed) ? NULL : "a whole number";
  if (option == OPT_COVERAGE_REPLICATES)
    return value_count(text, 2, &options->replicates) ? NULL : "a whole number from 2 up";
  if (option == OPT_COVERAGE_LEVEL)
    return value_level(text, &options->level) ? NULL : expected_level;
  return value_threads(text, &options->threads) ? NULL : expected_threads;
}

static const char *take_coverage(void *into, int option, const char *text) {
  static const char NAMES[] = "names with commas between them", COUNTS[] = "whole numbers with commas between them";
  struct coverage *job = into;
  switch (option) {
  case OPT_GRID: return take_once(&job->options.grid, text);
  case OPT_COVERAGE_MODEL: return value_each(text, append_word, &job->models) ? NULL : NAMES;
  case OPT_COVERAGE_PAIRS: return value_each(text, append_word, &job->pairings) ? NULL : NAMES;
  case OPT_COVERAGE_INTERVAL: return value_each(text, append_word, &job->intervals) ? NULL : NAMES;
  case OPT_COVERAGE_PEOPLE: return value_each(text, append_count, &job->people) ? NULL : COUNTS;
  case OPT_COVERAGE_SAMPLES: return value_each(text, append_count, &job->samples) ? NULL : COUNTS;
  case OPT_COVERAGE_RATE:
    return value_append(&job->rates, text, value_rate) ? NULL : "rates with commas between them, such as 1e-3 or 0.1%";
  default: return take_number(&job->options, option, text);
  }
}

static void connect(struct coverage *job, struct session *session) {
  struct plb_coverage_options *options = &job->options;
  options->models = (const char *const *)job->models.list;
  options->model_count = job->models.count;
  options->pairings = (const char *const *)job->pairings.list;
  options->pairing_count = job->pairings.count;
  options->intervals = (const char *const *)job->intervals.list;
  options->interval_count = job->intervals.count;
  options->people = job->people.list;
  options->people_count = job->people.count;
  options->samples = job->samples.list;
  options->sample_count = job->samples.count;
  options->rates = job->rates.values;
  options->rate_count = job->rates.count;
  options->progress = progress_call;
  options->progress_ctx = session;
}

static plb_status simulate(void *into, plb_result **result, struct plb_error *err) {
  struct coverage *job = into;
  return plb_coverage(&job->options, result, err);
}

static int run(struct coverage *job, struct line *line, struct session *session, int argc, const char **argv) {
  struct option_group groups[] = {{"The tests", test_table, take_coverage, job},
                                  {"The intervals", interval_table, take_coverage, job},
                                  output_group(&job->outputs),
                                  common_group(session)};
  const struct usage usage = {.operands = "",
                              .examples = EXAMPLES,
                              .summary = SUMMARY,
                              .groups = groups,
                              .group_count = sizeof groups / sizeof *groups};
  int code;
  if (!line_parse(line, session, &usage, argc, argv, &code))
    return code;
  if (line->file_count)
    return say_usage(session, "\"%.200s\" is one word too many; the tests are simulated", line->files[0]);
  connect(job, session);
  if ((code = outputs_prepare(session, &job->outputs, NULL)))
    return code;
  const struct work work = {.make = simulate, .job = job, .outputs = &job->outputs};
  return work_do(session, &work, argc, argv);
}

int cmd_coverage(struct session *session, int argc, const char **argv) {
  struct coverage job = {.people = {.least = 1}};
  struct line line;
  plb_coverage_options_init(&job.options, sizeof job.options);
  int code = run(&job, &line, session, argc, argv);
  line_free(&line);
  free_words(&job.models);
  free_words(&job.pairings);
  free_words(&job.intervals);
  free(job.people.list);
  free(job.samples.list);
  free(job.rates.values);
  return code;
}
