/* SPDX-License-Identifier: Apache-2.0
 *
 * plumbline verification: read and count, estimate, render.
 */
#include "cli/options.h"

static const char EXAMPLES[] = "Examples:\n"
                               "  plumbline verification scores.csv\n"
                               "  plumbline verification scores.csv --html report.html --json result.json\n"
                               "  plumbline verification scores.csv --claim 'FNMR <= 5% at FMR 0.1%'\n";

static const char SUMMARY[] =
    "Measures a 1:1 test: rates at thresholds and at FMR targets, EER, AUC, d' and the whole DET,\n"
    "with intervals that know that the same people take part in many comparisons. A file named -\n"
    "is standard input.";

struct verification {
  struct plb_input input;
  struct sides sides;
  struct analysis analysis;
  struct outputs outputs;
};

/* Hands the collected lists over and lets both library calls report to the session. */
static void connect(struct verification *job, struct session *session, const struct line *line) {
  input_connect(&job->input, line, session);
  sides_connect(&job->sides);
  if (!job->analysis.options.threads)
    job->analysis.options.threads = session->threads;
  job->input.threads = job->analysis.options.threads;
  job->input.team = session->team;
  analysis_connect(&job->analysis, session);
}

static plb_status measure(void *into, plb_result **result, struct plb_error *err) {
  struct verification *job = into;
  plb_status st;
  plb_tally *tally = NULL;
  plb_result *from = NULL;
  if (job->analysis.threshold_from && (st = plb_result_read(job->analysis.threshold_from, &from, err)))
    return st;
  job->analysis.options.threshold_from = from;
  if (!(st = plb_tally_read(&job->input, &tally, err)))
    st = plb_verification(tally, &job->analysis.options, result, err);
  plb_result_free(from);
  plb_tally_free(tally);
  return st;
}

static int run(struct verification *job, struct line *line, struct session *session, int argc, const char **argv) {
  struct option_group groups[] = {input_group(&job->input), sides_group(&job->sides), analysis_group(&job->analysis),
                                  output_group(&job->outputs), common_group(session)};
  const struct usage usage = {.operands = "SCORES...",
                              .examples = EXAMPLES,
                              .summary = SUMMARY,
                              .groups = groups,
                              .group_count = sizeof groups / sizeof *groups};
  int code;
  if (!line_parse(line, session, &usage, argc, argv, &code))
    return code;
  connect(job, session, line);
  if (!line->file_count && !job->input.mated && !job->input.nonmated)
    return say_usage(session, "no score file was named");
  const struct plb_input other = {.files = &job->analysis.threshold_from,
                                  .file_count = job->analysis.threshold_from != NULL};
  code = outputs_prepare(session, &job->outputs, &job->input);
  if (code == EXIT_DONE)
    code = outputs_prepare(session, &job->outputs, &other);
  if ((code = session_agree(session, code)))
    return code;
  const struct work work = {.make = measure, .job = job, .outputs = &job->outputs, .stated = plb_result_claims};
  return work_do(session, &work, argc, argv);
}

int cmd_verification(struct session *session, int argc, const char **argv) {
  struct verification job = {.sides.input = &job.input};
  struct line line;
  plb_input_init(&job.input, sizeof job.input);
  analysis_init(&job.analysis);
  int code = run(&job, &line, session, argc, argv);
  line_free(&line);
  analysis_free(&job.analysis);
  sides_free(&job.sides);
  return code;
}
