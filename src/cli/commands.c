/* SPDX-License-Identifier: Apache-2.0
 *
 * The commands, and what of the command line comes before one of them, for plumbline and plumbline-mpi alike.
 */
#include <stdio.h>
#include <string.h>

#include "cli/session.h"
#include "cli/values.h"

static const struct command commands[] = {
    {"verification", cmd_verification, "how often a 1:1 system is wrong: FMR, FNMR, EER, DET, with intervals", true},
    {"compare", cmd_compare, "which of two systems is wrong less often, on the same trials", false},
    {"plan", cmd_plan, "how many people a test needs to show a claim", false},
    {"simulate", cmd_simulate, "write a test whose true error rates are known", false},
    {"coverage", cmd_coverage, "how often intervals hold the truth in simulated tests", false},
    {"report", cmd_report, "render results again, alone or side by side", false},
    {"count", cmd_count, "count comparisons into a state file, to be measured later", false},
    {"merge", cmd_merge, "put state files together", false},
    {"convert", cmd_convert, "write scores as columns that are read several times faster", false},
    {"check", cmd_check, "say what a file is and what is wrong with it", false},
};
enum { COMMANDS = sizeof commands / sizeof *commands };

static bool has(const struct program *program, const struct command *command) {
  return command->together || !program->together;
}

static void print_help(const struct program *program, FILE *out) {
  fprintf(out, "Example: %s\n\nUsage: %s COMMAND [OPTION...] FILE...\n\n%s\n\nCommands\n", program->example,
          program->name, program->about);
  for (size_t i = 0; i < COMMANDS; i++)
    if (has(program, &commands[i]))
      fprintf(out, "  %-14s%s\n", commands[i].name, commands[i].help);
  fputs("  help COMMAND  what a command does and every option it takes\n\n  --version     print the version\n", out);
}

static const struct command *find_command(struct session *session, const struct program *program, const char *name) {
  const char *names[COMMANDS];
  size_t count = 0;
  for (size_t i = 0; i < COMMANDS; i++) {
    bool named = strcmp(name, commands[i].name) == 0;
    if (named && has(program, &commands[i]))
      return &commands[i];
    if (named) {
      say_usage(session, "\"%s\" is no command that several processes do together; expected verification", name);
      return NULL;
    }
    if (has(program, &commands[i]))
      names[count++] = commands[i].name;
  }
  const char *near = nearest_name(name, names, count);
  say_usage(session, "\"%.100s\" is no command%s%s%s", name, near ? "; did you mean " : "", near ? near : "",
            near ? "?" : "");
  return NULL;
}

int program_run(struct session *session, const struct program *program, int argc, const char **argv) {
  if (argc < 2) {
    if (!session->mute)
      print_help(program, stderr);
    return EXIT_USAGE;
  }
  bool asks_help = strcmp(argv[1], "help") == 0;
  if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 || (asks_help && argc == 2)) {
    print_help(program, stdout);
    return EXIT_DONE;
  }
  if (strcmp(argv[1], "--version") == 0) {
    printf("%s %s\n", program->name, plb_version());
    return EXIT_DONE;
  }
  const struct command *command = find_command(session, program, argv[1 + asks_help]);
  if (!command)
    return EXIT_USAGE;
  session->command = command->name;
  const char *help[] = {command->name, "--help", NULL};
  return asks_help ? command->run(session, 2, help) : command->run(session, argc - 1, argv + 1);
}
