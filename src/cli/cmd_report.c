/* SPDX-License-Identifier: Apache-2.0
 *
 * plumbline report: results that were kept as JSON are rendered again, alone or side by side.
 */
#include <stdlib.h>

#include "cli/options.h"

static const char EXAMPLES[] = "Examples:\n"
                               "  plumbline report result.json --html report.html\n"
                               "  plumbline report old.json new.json\n";

static const char SUMMARY[] =
    "Renders results again, alone or side by side, from the files that --json wrote. --json and --svg\n"
    "take one result.";

static int render(struct session *session, const struct line *line, const struct outputs *outputs) {
  plb_status st = PLB_OK;
  struct plb_error err = {0};
  size_t count = 0;
  plb_result **results = calloc(line->file_count, sizeof *results);
  if (!results)
    return say_failure(session, PLB_NOMEM, NULL);
  signals_impatient(session);
  for (; count < line->file_count && !signals_caught(); count++)
    if ((st = plb_result_read(line->files[count], &results[count], &err)))
      goto out;
  st = outputs_write(session, outputs, results, count, &err);
out:
  for (size_t i = 0; i < count; i++)
    plb_result_free(results[i]);
  free(results);
  return st ? say_failure(session, st, &err) : EXIT_DONE;
}

int cmd_report(struct session *session, int argc, const char **argv) {
  struct plb_input input; /* only so that no output overwrites a result that is read */
  struct outputs outputs = {0};
  struct line line;
  plb_input_init(&input, sizeof input);
  struct option_group groups[] = {output_group(&outputs), common_group(session)};
  const struct usage usage = {.operands = "RESULT.json...",
                              .examples = EXAMPLES,
                              .summary = SUMMARY,
                              .groups = groups,
                              .group_count = sizeof groups / sizeof *groups};
  int code;
  if (line_parse(&line, session, &usage, argc, argv, &code)) {
    input.files = line.files;
    input.file_count = line.file_count;
    if (!line.file_count)
      code = say_usage(session, "no result file was named");
    else if (line.file_count > 1 && (outputs.json || outputs.svg))
      code = say_usage(session, "%s takes one result, and %zu were named", outputs.json ? "--json" : "--svg",
                       line.file_count);
    else if ((code = outputs_prepare(session, &outputs, &input)) == EXIT_DONE)
      code = render(session, &line, &outputs);
  }
  line_free(&line);
  return code;
}
