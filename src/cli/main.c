/* SPDX-License-Identifier: Apache-2.0
 *
 * plumbline: finds the command, runs it, closes standard output and says how it ended.
 */
#include <stdio.h>
#include <string.h>

#include "cli/session.h"
#include "cli/values.h"

static const struct command commands[] = {
    {"verification", cmd_verification, "how often a 1:1 system is wrong: FMR, FNMR, EER, DET, with intervals"},
    {"compare", cmd_compare, "which of two systems is wrong less often, on the same trials"},
    {"plan", cmd_plan, "how many people a test needs to show a claim"},
    {"simulate", cmd_simulate, "write a test whose true error rates are known"},
    {"coverage", cmd_coverage, "how often intervals hold the truth in simulated tests"},
    {"report", cmd_report, "render results again, alone or side by side"},
    {"count", cmd_count, "count comparisons into a state file, to be measured later"},
    {"merge", cmd_merge, "put state files together"},
    {"convert", cmd_convert, "write scores as columns that are read several times faster"},
    {"check", cmd_check, "say what a file is and what is wrong with it"},
};
enum { COMMANDS = sizeof commands / sizeof *commands };

static void print_help(FILE *out) {
  fputs("Example: plumbline verification scores.csv --html report.html\n\n"
        "Usage: plumbline COMMAND [OPTION...] FILE...\n\n"
        "Measures how often a biometric system is wrong, and how sure one can be of it.\n\nCommands\n",
        out);
  for (size_t i = 0; i < COMMANDS; i++)
    fprintf(out, "  %-14s%s\n", commands[i].name, commands[i].help);
  fputs("  help COMMAND  what a command does and every option it takes\n\n  --version     print the version\n", out);
}

static const struct command *find_command(struct session *session, const char *name) {
  const char *names[COMMANDS];
  for (size_t i = 0; i < COMMANDS; i++) {
    names[i] = commands[i].name;
    if (strcmp(name, names[i]) == 0)
      return &commands[i];
  }
  const char *near = nearest_name(name, names, COMMANDS);
  say_usage(session, "\"%.100s\" is no command%s%s%s", name, near ? "; did you mean " : "", near ? near : "",
            near ? "?" : "");
  return NULL;
}

static int run(struct session *session, int argc, const char **argv) {
  if (argc < 2) {
    print_help(stderr);
    return EXIT_USAGE;
  }
  bool asks_help = strcmp(argv[1], "help") == 0;
  if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 || (asks_help && argc == 2)) {
    print_help(stdout);
    return EXIT_DONE;
  }
  if (strcmp(argv[1], "--version") == 0) {
    printf("plumbline %s\n", plb_version());
    return EXIT_DONE;
  }
  const struct command *command = find_command(session, argv[1 + asks_help]);
  if (!command)
    return EXIT_USAGE;
  session->command = command->name;
  const char *help[] = {command->name, "--help", NULL};
  return asks_help ? command->run(session, 2, help) : command->run(session, argc - 1, argv + 1);
}

int main(int argc, char **argv) {
  streams_hold();
  struct session session = {.began = clock_seconds()};
  signals_install();
  int code = run(&session, argc, (void *)argv);
  progress_erase(&session);
  if (code != EXIT_USAGE)
    say_closing(&session);
  return close_output(&session, code);
}
