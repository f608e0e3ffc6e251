/* SPDX-License-Identifier: Apache-2.0
 *
 * plumbline convert: any input as columns that are read fast.
 */
#include <string.h>

#include "cli/options.h"

static const char EXAMPLES[] = "Examples:\n"
                               "  plumbline convert scores.csv.gz -o scores.h5\n"
                               "  plumbline convert --trials voxceleb1_O.txt scores.txt -o scores.h5\n";

static const char SUMMARY[] =
    "Writes scores of any form that can be read as one HDF5 file of columns. What is measured from it is\n"
    "the same as from the files themselves, and reading it is several times faster. Says what was written\n"
    "and what was left out.";

struct convert {
  struct plb_input input;
  const char *output;
  struct outputs outputs;
};

static struct poptOption place_table[] = {
    {"output", 'o', POPT_ARG_STRING, NULL, OPT_OUTPUT, "the HDF5 file to write; it replaces one that is there", "FILE"},
    {"text", 0, POPT_ARG_STRING, NULL, OPT_TEXT, "where to say what was done (default: standard output)", "FILE"},
    POPT_TABLEEND};

static const char *take_place(void *into, int option, const char *text) {
  struct convert *job = into;
  if (!*text)
    return "the name of a file";
  return take_once(option == OPT_OUTPUT ? &job->output : &job->outputs.text, text);
}

static int convert(struct convert *job, struct session *session) {
  struct plb_error err = {0};
  const char *text = job->outputs.text ? job->outputs.text : "-";
  const struct place places[] = {{"--output", job->output}, {"--text", text}};
  int code = places_check(session, places, sizeof places / sizeof *places, &job->input);
  if (code != EXIT_DONE)
    return code;
  session->writing = true;
  plb_status st = plb_convert(&job->input, job->output, text, &err);
  return st ? say_failure(session, st, &err) : EXIT_DONE;
}

int cmd_convert(struct session *session, int argc, const char **argv) {
  struct convert job = {0};
  struct sides sides = {.input = &job.input};
  struct line line;
  plb_input_init(&job.input, sizeof job.input);
  struct option_group groups[] = {input_group(&job.input),
                                  sides_group(&sides),
                                  {"Writing (- is standard output)", place_table, take_place, &job},
                                  common_group(session)};
  const struct usage usage = {.operands = "SCORES...",
                              .examples = EXAMPLES,
                              .summary = SUMMARY,
                              .groups = groups,
                              .group_count = sizeof groups / sizeof *groups};
  int code;
  if (line_parse(&line, session, &usage, argc, argv, &code)) {
    input_connect(&job.input, &line, session);
    sides_connect(&sides);
    if (!line.file_count && !job.input.mated && !job.input.nonmated)
      code = say_usage(session, "no score file was named");
    else if (!job.output)
      code = say_usage(session, "no output was named; expected -o FILE");
    else
      code = convert(&job, session);
  }
  line_free(&line);
  sides_free(&sides);
  return code;
}
