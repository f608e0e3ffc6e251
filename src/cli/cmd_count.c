/* SPDX-License-Identifier: Apache-2.0
 *
 * plumbline count and merge: comparisons counted into state files, and several of these put together. Both read what
 * they are given into one tally and save it; they differ in what that is.
 */
#include <string.h>

#include "cli/options.h"

static const char COUNT_EXAMPLES[] = "Example:\n"
                                     "  plumbline count part1.csv -o part1.state\n"
                                     "  plumbline count part2.csv -o part2.state\n"
                                     "  plumbline merge part1.state part2.state -o all.state\n"
                                     "  plumbline verification all.state\n";

static const char COUNT_SUMMARY[] =
    "Reads comparison scores and writes all that a measurement needs of them to a state file: the parts of\n"
    "a test may be counted one by one, by different machines, and measured together later. Every command\n"
    "that measures a test takes state files in the place of scores.";

static const char MERGE_EXAMPLES[] = "Example:\n  plumbline merge part1.state part2.state -o all.state\n";

static const char MERGE_SUMMARY[] = "Puts state files of plumbline count together, in any order. What is measured of "
                                    "them is what one run over\nall of the scores would have measured.";

struct job {
  struct plb_input input;
  const char *output;
};

static struct poptOption place_table[] = {
    {"output", 'o', POPT_ARG_STRING, NULL, OPT_OUTPUT, "state file to write", "FILE"}, POPT_TABLEEND};

static struct poptOption run_table[] = {{"threads", 0, POPT_ARG_STRING, NULL, OPT_THREADS,
                                         "threads (default: all there are); the state does not depend on it", "N"},
                                        POPT_TABLEEND};

static const char *take_run(void *into, int option, const char *text) {
  (void)option;
  struct job *job = into;
  return value_threads(text, &job->input.threads) ? NULL : expected_threads;
}

static const char *take_place(void *into, int option, const char *text) {
  (void)option;
  struct job *job = into;
  return *text ? take_once(&job->output, text) : "the name of a file";
}

static int save(struct job *job, struct session *session) {
  const struct place places[] = {{"--output", job->output}};
  struct plb_error err = {0};
  plb_tally *tally = NULL;
  int code = places_check(session, places, 1, &job->input);
  if (code != EXIT_DONE)
    return code;
  plb_status st = plb_tally_read(&job->input, &tally, &err);
  session->writing = true;
  if (!st)
    st = plb_tally_save(tally, job->output, &err);
  plb_tally_free(tally);
  return st ? say_failure(session, st, &err) : EXIT_DONE;
}

static int run(struct session *session, const struct usage *usage, struct job *job, int argc, const char **argv) {
  struct line line;
  int code;
  if (line_parse(&line, session, usage, argc, argv, &code)) {
    input_connect(&job->input, &line, session);
    if (!line.file_count && !job->input.mated && !job->input.nonmated)
      code = say_usage(session, "no file was named");
    else if (!job->output)
      code = say_usage(session, "it is not said where to write; expected -o FILE");
    else
      code = save(job, session);
  }
  line_free(&line);
  return code;
}

int cmd_count(struct session *session, int argc, const char **argv) {
  struct job job = {0};
  plb_input_init(&job.input, sizeof job.input);
  struct option_group groups[] = {input_group(&job.input),
                                  {"Running", run_table, take_run, &job},
                                  {"Writing", place_table, take_place, &job},
                                  common_group(session)};
  const struct usage usage = {.operands = "FILE...",
                              .examples = COUNT_EXAMPLES,
                              .summary = COUNT_SUMMARY,
                              .groups = groups,
                              .group_count = sizeof groups / sizeof *groups};
  return run(session, &usage, &job, argc, argv);
}

int cmd_merge(struct session *session, int argc, const char **argv) {
  struct job job = {0};
  plb_input_init(&job.input, sizeof job.input);
  struct option_group groups[] = {{"Writing", place_table, take_place, &job}, common_group(session)};
  const struct usage usage = {.operands = "STATE...",
                              .examples = MERGE_EXAMPLES,
                              .summary = MERGE_SUMMARY,
                              .groups = groups,
                              .group_count = sizeof groups / sizeof *groups};
  return run(session, &usage, &job, argc, argv);
}
