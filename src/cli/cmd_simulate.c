/* SPDX-License-Identifier: Apache-2.0
 *
 * plumbline simulate: a test with a known truth.
 */
#include "cli/options.h"

static const char EXAMPLES[] =
    "Example:\n  plumbline simulate --people 300 --samples 4 -o scores.csv --truth truth.json\n";

static const char SUMMARY[] =
    "Writes the comparison scores of a test whose true error rates are known: people who differ in how\n"
    "easily they are confused, all pairs or random pairs of samples, groups, failures. The same seed gives\n"
    "the same bytes.";

enum simulate_option {
  OPT_PEOPLE = OPT_SIMULATE_FIRST,
  OPT_PERSON_SAMPLES,
  OPT_PAIRS,
  OPT_PERSON_EFFECT,
  OPT_PAIR_EFFECT,
  OPT_SAMPLE_EFFECT,
  OPT_MATED_MEAN,
  OPT_MATED_EFFECT,
  OPT_GROUPS,
  OPT_GROUP_SHIFT,
  OPT_FAMILIES,
  OPT_FAMILY_EFFECT,
  OPT_FTA,
  OPT_FTE,
  OPT_SIMULATE_SEED,
  OPT_TRUTH
};

struct simulate {
  struct plb_simulation simulation;
  const char *scores, *truth; /* NULL: standard output, and not asked for */
};

static struct poptOption people_table[] = {
    {"people", 0, POPT_ARG_STRING, NULL, OPT_PEOPLE, "people in the test (default 200)", "N"},
    {"samples", 0, POPT_ARG_STRING, NULL, OPT_PERSON_SAMPLES, "samples of each person (default 3)", "N"},
    {"pairs", 0, POPT_ARG_STRING, NULL, OPT_PAIRS,
     "all (default): every sample against every other; or each against this many random ones", "all|N"},
    {"groups", 0, POPT_ARG_STRING, NULL, OPT_GROUPS, "groups of people (default 1)", "N"},
    {"group-shift", 0, POPT_ARG_STRING, NULL, OPT_GROUP_SHIFT,
     "group g is shifted by g times this many standard deviations (default 0)", "X"},
    {"families", 0, POPT_ARG_STRING, NULL, OPT_FAMILIES, "people in a family (default 1: nobody is related)", "K"},
    {"fta", 0, POPT_ARG_STRING, NULL, OPT_FTA, "share of samples that cannot be acquired (default 0)", "P"},
    {"fte", 0, POPT_ARG_STRING, NULL, OPT_FTE, "share of enrolments that fail (default 0)", "P"},
    {"seed", 0, POPT_ARG_STRING, NULL, OPT_SIMULATE_SEED, "seed of the random numbers (default 1)", "N"},
    POPT_TABLEEND};

static struct poptOption score_table[] = {
    {"person-effect", 0, POPT_ARG_STRING, NULL, OPT_PERSON_EFFECT,
     "share of the variance of a non-mated score that is due to the two people (default 0.06)", "X"},
    {"pair-effect", 0, POPT_ARG_STRING, NULL, OPT_PAIR_EFFECT, "share due to the pair of people (default 0.20)", "X"},
    {"sample-effect", 0, POPT_ARG_STRING, NULL, OPT_SAMPLE_EFFECT, "share due to the two samples (default 0.05)", "X"},
    {"mated-mean", 0, POPT_ARG_STRING, NULL, OPT_MATED_MEAN,
     "mean of the mated scores, in standard deviations of the non-mated ones (default 4)", "X"},
    {"mated-effect", 0, POPT_ARG_STRING, NULL, OPT_MATED_EFFECT,
     "share of the variance of a mated score that is due to the person (default 0.3)", "X"},
    {"family-effect", 0, POPT_ARG_STRING, NULL, OPT_FAMILY_EFFECT,
     "share of what is due to people and pairs that families have in common (default 0.5)", "X"},
    POPT_TABLEEND};

static struct poptOption place_table[] = {
    {"output", 'o', POPT_ARG_STRING, NULL, OPT_OUTPUT, "score table; .gz and .zst compress (default: standard output)",
     "FILE"},
    {"truth", 0, POPT_ARG_STRING, NULL, OPT_TRUTH, "the true error rates, as JSON", "FILE"},
    POPT_TABLEEND};

static const char *take_people(void *into, int option, const char *text) {
  static const char COUNT[] = "a whole number from 1 up", SHARE[] = "a share from 0 to 1, such as 0.02 or 2%";
  struct plb_simulation *s = into;
  switch (option) {
  case OPT_PEOPLE: return value_count(text, 1, &s->people) ? NULL : COUNT;
  case OPT_PERSON_SAMPLES: return value_count(text, 1, &s->samples) ? NULL : COUNT;
  case OPT_GROUPS: return value_count(text, 1, &s->groups) ? NULL : COUNT;
  case OPT_FAMILIES: return value_count(text, 1, &s->family_size) ? NULL : COUNT;
  case OPT_FTA: return value_rate(text, &s->fta) ? NULL : SHARE;
  case OPT_FTE: return value_rate(text, &s->fte) ? NULL : SHARE;
  case OPT_GROUP_SHIFT: return value_number(text, &s->group_shift) ? NULL : "a number";
  case OPT_SIMULATE_SEED: return value_count(text, 0, &s->seed) ? NULL : "a whole number";
  default: return value_partners(text, &s->partners) ? NULL : expected_partners;
  }
}

static const char *take_score(void *into, int option, const char *text) {
  static const char SHARE[] = "a share from 0 to 1, such as 0.2";
  struct plb_simulation *s = into;
  switch (option) {
  case OPT_PERSON_EFFECT: return value_rate(text, &s->person_effect) ? NULL : SHARE;
  case OPT_PAIR_EFFECT: return value_rate(text, &s->pair_effect) ? NULL : SHARE;
  case OPT_SAMPLE_EFFECT: return value_rate(text, &s->sample_effect) ? NULL : SHARE;
  case OPT_MATED_EFFECT: return value_rate(text, &s->mated_effect) ? NULL : SHARE;
  case OPT_FAMILY_EFFECT: return value_rate(text, &s->family_effect) ? NULL : SHARE;
  default: return value_number(text, &s->mated_mean) ? NULL : "a number";
  }
}

static const char *take_place(void *into, int option, const char *text) {
  struct simulate *job = into;
  if (!*text)
    return "the name of a file";
  return take_once(option == OPT_OUTPUT ? &job->scores : &job->truth, text);
}

static int simulate(struct simulate *job, struct session *session) {
  struct plb_error err = {0};
  if (!job->scores)
    job->scores = "-";
  const struct place places[] = {{"--output", job->scores}, {"--truth", job->truth}};
  int code = places_check(session, places, sizeof places / sizeof *places, NULL);
  if (code != EXIT_DONE)
    return code;
  job->simulation.progress = progress_call;
  job->simulation.progress_ctx = session;
  session->writing = true;
  plb_status st = plb_simulate(&job->simulation, job->scores, job->truth, &err);
  return st ? say_failure(session, st, &err) : EXIT_DONE;
}

int cmd_simulate(struct session *session, int argc, const char **argv) {
  struct simulate job = {0};
  struct line line;
  plb_simulation_init(&job.simulation, sizeof job.simulation);
  struct option_group groups[] = {{"The test", people_table, take_people, &job.simulation},
                                  {"The scores", score_table, take_score, &job.simulation},
                                  {"Writing (- is standard output)", place_table, take_place, &job},
                                  common_group(session)};
  const struct usage usage = {.operands = "",
                              .examples = EXAMPLES,
                              .summary = SUMMARY,
                              .groups = groups,
                              .group_count = sizeof groups / sizeof *groups};
  int code;
  if (line_parse(&line, session, &usage, argc, argv, &code)) {
    if (line.file_count)
      code = say_usage(session, "\"%.200s\" is one word too many; the score table is named with -o", line.files[0]);
    else
      code = simulate(&job, session);
  }
  line_free(&line);
  return code;
}
