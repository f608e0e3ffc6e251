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
    "  plumbline coverage --model strong,wolves --people 50,100 --rate 1e-2,1e-3 --svg figures\n";

static const char SUMMARY[] =
    "Simulates tests whose true error rates are known, over and over, and counts how often the interval\n"
    "of each method holds the truth, and how wide it is. Either a grid by its name, or every combination\n"
    "of the models, people, samples, pairings and rates that are given.";

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

/* Words that were collected from comma-separated lists; `text` holds them. */
struct words {
  const char **list;
  size_t count;
  char **texts;
  size_t text_count;
};

struct counts {
  uint64_t *list;
  size_t count;
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
     "small (the default where nothing below is given) takes seconds, full takes half an hour and more", "small|full"},
    {"model", 0, POPT_ARG_STRING, NULL, OPT_COVERAGE_MODEL,
     "how people differ: indep, dyad, mild, mod (default), strong, wolves, het, groups, cosine, anchor, anchor-noisy, "
     "heavy, het-strong, noisy, sessions, roles, communities; of mated trials mated-indep, mated-mod, mated-strong, "
     "goats, "
     "mated-heavy",
     "NAME,..."},
    {"people", 0, POPT_ARG_STRING, NULL, OPT_COVERAGE_PEOPLE, "people in a test, 8 to 5000 (default 100)", "N,..."},
    {"samples", 0, POPT_ARG_STRING, NULL, OPT_COVERAGE_SAMPLES,
     "samples of each person, of mated models trials; 0 gives unequal numbers (default 3)", "N,..."},
    {"pairs", 0, POPT_ARG_STRING, NULL, OPT_COVERAGE_PAIRS,
     "who is compared: all (default), random (5 partners each) or bipartite (one half with the other)", "NAME,..."},
    {"rate", 0, POPT_ARG_STRING, NULL, OPT_COVERAGE_RATE,
     "true error rates (default 1e-1,1e-2,1e-3,1e-4,1e-5,1e-6); those of which a test expects less than a quarter of "
     "an error are left out",
     "X,..."},
    {"replicates", 0, POPT_ARG_STRING, NULL, OPT_COVERAGE_REPLICATES,
     "tests of each kind (default 300; 2000 for the full grid)", "N"},
    {"seed", 0, POPT_ARG_STRING, NULL, OPT_COVERAGE_SEED, "seed of the random numbers (default 1)", "N"},
    {"threads", 0, POPT_ARG_STRING, NULL, OPT_COVERAGE_THREADS,
     "threads (default: all there are); the result does not depend on it", "N"},
    POPT_TABLEEND};

static struct poptOption interval_table[] = {
    {"interval", 0, POPT_ARG_STRING, NULL, OPT_COVERAGE_INTERVAL,
     "methods to try, as verification has them (default: all that need no resampling)", "NAME,..."},
    {"level", 0, POPT_ARG_STRING, NULL, OPT_COVERAGE_LEVEL,
     "confidence of the intervals, 0.5 to 0.999999999 (default 0.95)", "P"},
    POPT_TABLEEND};

/* ---- lists ------------------------------------------------------------------------------------------- */

static bool keep_word(struct words *words, const char *word) {
  const char **longer = realloc(words->list, (words->count + 1) * sizeof *longer);
  if (!longer)
    return false;
  words->list = longer;
  words->list[words->count++] = word;
  return *word != '\0';
}

static bool append_words(struct words *words, const char *text) {
  char *copy = strdup(text), **texts = realloc(words->texts, (words->text_count + 1) * sizeof *texts);
  if (texts)
    words->texts = texts;
  if (!copy || !texts) {
    free(copy);
    return false;
  }
  words->texts[words->text_count++] = copy;
  for (char *word = copy, *end; word; word = end) {
    if ((end = strchr(word, ',')))
      *end++ = '\0';
    if (!keep_word(words, word))
      return false;
  }
  return true;
}

static bool append_counts(struct counts *counts, const char *text, uint64_t least) {
  struct words words = {.count = 0};
  bool good = append_words(&words, text);
  for (size_t k = 0; good && k < words.count; k++) {
    uint64_t *longer = realloc(counts->list, (counts->count + 1) * sizeof *longer);
    if (longer)
      counts->list = longer;
    good = longer && value_count(words.list[k], least, &counts->list[counts->count++]);
  }
  for (size_t k = 0; k < words.text_count; k++)
    free(words.texts[k]);
  free(words.texts);
  free(words.list);
  return good;
}

static void free_words(struct words *words) {
  for (size_t k = 0; k < words->text_count; k++)
    free(words->texts[k]);
  free(words->texts);
  free(words->list);
}

/* ---- options ----------------------------------------------------------------------------------------- */

static const char *take_number(struct plb_coverage_options *options, int option, const char *text) {
  uint64_t count;
  if (option == OPT_COVERAGE_SEED)
    return value_count(text, 0, &options->seed) ? NULL : "a whole number";
  if (option == OPT_COVERAGE_REPLICATES)
    return value_count(text, 2, &options->replicates) ? NULL : "a whole number from 2 up";
  if (option == OPT_COVERAGE_LEVEL)
    return value_rate(text, &options->level) && options->level >= 0.5 && options->level <= 0.999999999
               ? NULL
               : "a confidence from 0.5 to 0.999999999, such as 0.95 or 95%";
  if (!value_count(text, 1, &count) || count > 4096)
    return "a whole number from 1 to 4096";
  options->threads = (unsigned)count;
  return NULL;
}

static const char *take_coverage(void *into, int option, const char *text) {
  static const char NAMES[] = "names with commas between them", COUNTS[] = "whole numbers with commas between them";
  struct coverage *job = into;
  switch (option) {
  case OPT_GRID: return take_once(&job->options.grid, text);
  case OPT_COVERAGE_MODEL: return append_words(&job->models, text) ? NULL : NAMES;
  case OPT_COVERAGE_PAIRS: return append_words(&job->pairings, text) ? NULL : NAMES;
  case OPT_COVERAGE_INTERVAL: return append_words(&job->intervals, text) ? NULL : NAMES;
  case OPT_COVERAGE_PEOPLE: return append_counts(&job->people, text, 1) ? NULL : COUNTS;
  case OPT_COVERAGE_SAMPLES: return append_counts(&job->samples, text, 0) ? NULL : COUNTS;
  case OPT_COVERAGE_RATE:
    return value_append(&job->rates, text, value_rate) ? NULL : "rates with commas between them, such as 1e-3 or 0.1%";
  default: return take_number(&job->options, option, text);
  }
}

static void connect(struct coverage *job, struct session *session) {
  struct plb_coverage_options *options = &job->options;
  options->models = job->models.list;
  options->model_count = job->models.count;
  options->pairings = job->pairings.list;
  options->pairing_count = job->pairings.count;
  options->intervals = job->intervals.list;
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

static int simulate(struct coverage *job, struct session *session, const char *command) {
  struct plb_error err = {0};
  plb_result *result = NULL;
  signals_impatient(session);
  plb_status st = plb_coverage(&job->options, &result, &err);
  if (!st)
    st = plb_result_set_command(result, command, &err);
  signals_impatient(NULL);
  if (!st)
    st = outputs_write(session, &job->outputs, &result, 1, &err);
  signals_impatient(session);
  plb_result_free(result);
  return st ? say_failure(session, st, &err) : EXIT_DONE;
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
  char *command = line_text("coverage", argc, argv);
  code = command ? simulate(job, session, command) : say_failure(session, PLB_NOMEM, NULL);
  free(command);
  return code;
}

int cmd_coverage(struct session *session, int argc, const char **argv) {
  struct coverage job = {.models = {.count = 0}};
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
