/* SPDX-License-Identifier: Apache-2.0
 *
 * plumbline verification: read and count, estimate, render.
 */
#include <stdlib.h>

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
  struct analysis analysis;
  struct outputs outputs;
};

/* Hands the collected lists over and lets both library calls report to the session. */
static void connect(struct verification *job, struct session *session, const struct line *line) {
  struct plb_options *options = &job->analysis.options;
  input_connect(&job->input, line, session);
  job->input.threads = options->threads;
  options->progress = progress_call;
  options->progress_ctx = session;
  options->thresholds = job->analysis.thresholds.values;
  options->threshold_count = job->analysis.thresholds.count;
  if (job->analysis.targets.count) {
    options->fmr_targets = job->analysis.targets.values;
    options->fmr_target_count = job->analysis.targets.count;
  }
  options->claims = job->analysis.claims;
  options->claim_count = job->analysis.claim_count;
}

static int measure(struct verification *job, struct session *session, const char *command) {
  plb_status st;
  struct plb_error err = {0};
  plb_tally *tally = NULL;
  plb_result *result = NULL, *from = NULL;
  size_t shown;
  int code = EXIT_DONE;
  signals_impatient(session);
  if (job->analysis.threshold_from && (st = plb_result_read(job->analysis.threshold_from, &from, &err)))
    goto out;
  job->analysis.options.threshold_from = from;
  if ((st = plb_tally_read(&job->input, &tally, &err)))
    goto out;
  if ((st = plb_verification(tally, &job->analysis.options, &result, &err)))
    goto out;
  if ((st = plb_result_set_command(result, command, &err)))
    goto out;
  signals_impatient(NULL);
  st = outputs_write(session, &job->outputs, &result, 1, &err);
  signals_impatient(session);
  if (!st && plb_result_claims(result, &shown) > shown)
    code = EXIT_NOT_SHOWN;
out:
  plb_result_free(result);
  plb_result_free(from);
  plb_tally_free(tally);
  return st ? say_failure(session, st, &err) : code;
}

static int run(struct verification *job, struct line *line, struct session *session, int argc, const char **argv) {
  struct option_group groups[] = {input_group(&job->input), analysis_group(&job->analysis), output_group(&job->outputs),
                                  common_group(session)};
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
  if ((code = outputs_prepare(session, &job->outputs, &job->input)))
    return code;
  const struct plb_input other = {.files = &job->analysis.threshold_from,
                                  .file_count = job->analysis.threshold_from != NULL};
  if ((code = outputs_prepare(session, &job->outputs, &other)))
    return code;
  char *command = line_text("verification", argc, argv);
  code = command ? measure(job, session, command) : say_failure(session, PLB_NOMEM, NULL);
  free(command);
  return code;
}

int cmd_verification(struct session *session, int argc, const char **argv) {
  struct verification job = {0};
  struct line line;
  plb_input_init(&job.input, sizeof job.input);
  analysis_init(&job.analysis);
  int code = run(&job, &line, session, argc, argv);
  line_free(&line);
  analysis_free(&job.analysis);
  return code;
}
