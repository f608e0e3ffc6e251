/* SPDX-License-Identifier: Apache-2.0
 *
 * plumbline check: what each file is, and what is wrong with it, line by line.
 */
#include <string.h>

#include "cli/options.h"

static const char EXAMPLES[] = "Example:\n  plumbline check scores.csv\n";

static const char SUMMARY[] =
    "Says what each file is (format, columns, rows, classes, people; of a state of plumbline\n"
    "count what was counted into it) and lists what is wrong with it, and whether states go together.\n"
    "Exit 3 if there are problems.";

static int check(struct plb_input *input, struct session *session, const char *path) {
  plb_status st;
  struct plb_error err = {0};
  uint64_t problems = 0;
  session->writing = true;
  if (strcmp(path, "-") == 0)
    signals_impatient(session);
  st = plb_check(input, path, &problems, &err);
  signals_impatient(NULL);
  if (st)
    return say_failure(session, st, &err);
  if (signals_caught())
    return say_failure(session, PLB_CANCELLED, &err);
  return problems ? EXIT_DATA : EXIT_DONE;
}

int cmd_check(struct session *session, int argc, const char **argv) {
  struct plb_input input;
  struct outputs outputs = {0};
  struct line line;
  plb_input_init(&input, sizeof input);
  struct sides sides = {.input = &input};
  struct option_group groups[] = {input_group(&input), sides_group(&sides), text_group(&outputs),
                                  common_group(session)};
  const struct usage usage = {.operands = "FILE...",
                              .examples = EXAMPLES,
                              .summary = SUMMARY,
                              .groups = groups,
                              .group_count = sizeof groups / sizeof *groups};
  int code;
  if (line_parse(&line, session, &usage, argc, argv, &code)) {
    input_connect(&input, &line, session);
    sides_connect(&sides);
    if (!line.file_count && !input.mated && !input.nonmated)
      code = say_usage(session, "no file was named");
    else if ((code = outputs_prepare(session, &outputs, &input)) == EXIT_DONE)
      code = check(&input, session, outputs.text);
  }
  line_free(&line);
  sides_free(&sides);
  return code;
}
