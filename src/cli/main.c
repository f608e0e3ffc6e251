/* SPDX-License-Identifier: Apache-2.0
 *
 * plumbline: runs the command, closes standard output and says how it ended.
 */
#include "cli/session.h"

static const struct program program = {
    .name = "plumbline",
    .example = "plumbline verification scores.csv --html report.html",
    .about = "Measures how often a biometric system is wrong, and how sure one can be of it.",
};

int main(int argc, char **argv) {
  streams_hold();
  struct session session = {.program = program.name, .began = clock_seconds()};
  signals_install();
  int code = program_run(&session, &program, argc, (void *)argv);
  progress_erase(&session);
  if (code != EXIT_USAGE)
    say_closing(&session);
  return close_output(&session, code);
}
