/* SPDX-License-Identifier: Apache-2.0
 *
 * plumbline plan: how many people a test needs.
 */
#include <stdlib.h>

#include "cli/options.h"

static const char EXAMPLES[] = "Examples:\n"
                               "  plumbline plan --claim 'FMR <= 1e-4'\n"
                               "  plumbline plan --claim 'FMR <= 1e-4' --expect 2e-5 --samples 5 --html plan.html\n"
                               "  plumbline plan --claim 'FNMR <= 2%' --pilot result.json\n";

static const char SUMMARY[] =
    "Says how many people a test needs to show a claim, before it is made: from the rate that is thought to be\n"
    "true and from how alike the comparisons of the same people are, which is assumed or taken from a pilot. Who\n"
    "takes part decides; more comparisons of the same people soon stop helping.";

enum plan_option {
  OPT_PLAN_CLAIM = OPT_SIMULATE_FIRST,
  OPT_EXPECT,
  OPT_POWER,
  OPT_PLAN_LEVEL,
  OPT_PLAN_SAMPLES,
  OPT_PLAN_PAIRS,
  OPT_PLAN_GROUPS,
  OPT_DEPENDENCE,
  OPT_PLAN_PERSON,
  OPT_PLAN_PAIR,
  OPT_PLAN_SAMPLE,
  OPT_PLAN_MATED,
  OPT_PILOT,
  OPT_PILOT_SYSTEM
};

struct plan {
  struct plb_plan_options options;
  struct value_list expected;
  struct word_list claims;
  const char *pilot;
  struct outputs outputs;
};

static struct poptOption claim_table[] = {
    {"claim", 0, POPT_ARG_STRING, NULL, OPT_PLAN_CLAIM,
     "what the test is to show, such as 'FMR <= 1e-4' or 'FNMR <= 0.5%'; may be given again", "TEXT"},
    {"expect", 0, POPT_ARG_STRING, NULL, OPT_EXPECT,
     "rate that is thought to be true, below the limit of the claim (default: a third of it); for several claims one "
     "for each, in their order",
     "X,..."},
    {"power", 0, POPT_ARG_STRING, NULL, OPT_POWER,
     "chance that the test is to have to show all claims, 0.5 to 0.999 (default 0.8)", "P"},
    {"level", 0, POPT_ARG_STRING, NULL, OPT_PLAN_LEVEL,
     "level of the two-sided limits by which claims are judged, 0.5 to 0.999999999 (default 0.95, a one-sided "
     "confidence of 97.5 %)",
     "P"},
    POPT_TABLEEND};

static struct poptOption design_table[] = {
    {"samples", 0, POPT_ARG_STRING, NULL, OPT_PLAN_SAMPLES, "samples of each person, 1 to 1000 (default 3)", "N"},
    {"pairs", 0, POPT_ARG_STRING, NULL, OPT_PLAN_PAIRS,
     "all (default): every sample against every other; or each against this many random ones of other people", "all|N"},
    {"groups", 0, POPT_ARG_STRING, NULL, OPT_PLAN_GROUPS,
     "say what differences between this many groups would be detected, 2 to 100", "N"},
    POPT_TABLEEND};

static struct poptOption likeness_table[] = {
    {"dependence", 0, POPT_ARG_STRING, NULL, OPT_DEPENDENCE,
     "how alike comparisons of the same people are: none, mild, mod (default) or strong", "NAME"},
    {"person-effect", 0, POPT_ARG_STRING, NULL, OPT_PLAN_PERSON,
     "share of the variance of a non-mated score that is due to each of the two people", "X"},
    {"pair-effect", 0, POPT_ARG_STRING, NULL, OPT_PLAN_PAIR, "share due to the pair of people", "X"},
    {"sample-effect", 0, POPT_ARG_STRING, NULL, OPT_PLAN_SAMPLE, "share due to each of the two samples", "X"},
    {"mated-effect", 0, POPT_ARG_STRING, NULL, OPT_PLAN_MATED,
     "share of the variance of a mated score that is due to the person", "X"},
    {"pilot", 0, POPT_ARG_STRING, NULL, OPT_PILOT,
     "take it from this result of `plumbline verification --json`; what it cannot tell is assumed as above", "FILE"},
    {"system", 0, POPT_ARG_STRING, NULL, OPT_PILOT_SYSTEM,
     "the system of the pilot that is meant, where it has several", "NAME"},
    POPT_TABLEEND};

static const char *take_claim(void *into, int option, const char *text) {
  struct plan *plan = into;
  struct plb_plan_options *options = &plan->options;
  switch (option) {
  case OPT_EXPECT:
    return value_append(&plan->expected, text, value_rate)
               ? NULL
               : "rates from 0 to 1 with commas between them, such as 2e-5 or 0.1%";
  case OPT_POWER: return value_rate(text, &options->power) ? NULL : "a chance from 0.5 to 0.999, such as 0.8 or 80%";
  case OPT_PLAN_LEVEL: return value_level(text, &options->level) ? NULL : expected_level;
  default: return word_append(&plan->claims, text) ? NULL : memory_ran_out;
  }
}

static const char *take_design(void *into, int option, const char *text) {
  struct plb_plan_options *options = into;
  switch (option) {
  case OPT_PLAN_SAMPLES: return value_count(text, 1, &options->samples) ? NULL : "a whole number from 1 to 1000";
  case OPT_PLAN_GROUPS: return value_count(text, 2, &options->groups) ? NULL : "a whole number from 2 to 100";
  default: return value_partners(text, &options->partners) ? NULL : expected_partners;
  }
}

static const char *take_likeness(void *into, int option, const char *text) {
  static const char SHARE[] = "a share from 0 to 1, such as 0.2";
  struct plan *plan = into;
  struct plb_plan_options *options = &plan->options;
  switch (option) {
  case OPT_DEPENDENCE: options->dependence = text; return NULL;
  case OPT_PLAN_PERSON:
    options->has_person_effect = true;
    return value_rate(text, &options->person_effect) ? NULL : SHARE;
  case OPT_PLAN_PAIR: options->has_pair_effect = true; return value_rate(text, &options->pair_effect) ? NULL : SHARE;
  case OPT_PLAN_SAMPLE:
    options->has_sample_effect = true;
    return value_rate(text, &options->sample_effect) ? NULL : SHARE;
  case OPT_PLAN_MATED: options->has_mated_effect = true; return value_rate(text, &options->mated_effect) ? NULL : SHARE;
  case OPT_PILOT_SYSTEM: return *text ? take_once(&options->pilot_system, text) : "the name of a system";
  default: return *text ? take_once(&plan->pilot, text) : "the name of a file";
  }
}

static plb_status make_plan(void *into, plb_result **result, struct plb_error *err) {
  struct plan *plan = into;
  plb_status st;
  plb_result *pilot = NULL;
  if (plan->pilot && (st = plb_result_read(plan->pilot, &pilot, err)))
    return st;
  plan->options.pilot = pilot;
  st = plb_plan(&plan->options, result, err);
  plb_result_free(pilot);
  return st;
}

/* What the options leave open, or contradict. */
static int check_plan(const struct plan *plan, struct session *session, const struct line *line) {
  const struct plb_plan_options *options = &plan->options;
  if (line->file_count)
    return say_usage(session, "\"%.200s\" is one word too many; a pilot is named with --pilot", line->files[0]);
  if (!plan->claims.count)
    return say_usage(session, "no claim to plan for; give for instance --claim 'FMR <= 1e-4'");
  if (!plan->pilot && options->pilot_system)
    return say_usage(session, "--system names a system of a pilot, but there is no --pilot");
  return EXIT_DONE;
}

static int run(struct plan *plan, struct line *line, struct session *session, int argc, const char **argv) {
  struct option_group groups[] = {{"The claim", claim_table, take_claim, plan},
                                  {"The test", design_table, take_design, &plan->options},
                                  {"How alike comparisons of the same people are", likeness_table, take_likeness, plan},
                                  output_group(&plan->outputs),
                                  common_group(session)};
  const struct usage usage = {.operands = "",
                              .examples = EXAMPLES,
                              .summary = SUMMARY,
                              .groups = groups,
                              .group_count = sizeof groups / sizeof *groups};
  int code;
  if (!line_parse(line, session, &usage, argc, argv, &code))
    return code;
  struct plb_plan_options *options = &plan->options;
  options->claims = plan->claims.words;
  options->claim_count = plan->claims.count;
  options->expected = plan->expected.values;
  options->expected_count = plan->expected.count;
  options->progress = progress_call;
  options->progress_ctx = session;
  if ((code = check_plan(plan, session, line)))
    return code;
  const struct plb_input read = {.files = &plan->pilot, .file_count = plan->pilot ? 1 : 0};
  if ((code = outputs_prepare(session, &plan->outputs, &read)))
    return code;
  const struct work work = {.make = make_plan, .job = plan, .outputs = &plan->outputs};
  return work_do(session, &work, argc, argv);
}

int cmd_plan(struct session *session, int argc, const char **argv) {
  struct plan plan = {0};
  struct line line;
  plb_plan_options_init(&plan.options, sizeof plan.options);
  int code = run(&plan, &line, session, argc, argv);
  line_free(&line);
  free(plan.expected.values);
  free(plan.claims.words);
  return code;
}
