/* SPDX-License-Identifier: Apache-2.0
 *
 * plumbline-mpi: the same command as plumbline's, by several processes on one machine or on many. All of them take the
 * command line apart, read their share and measure together; the first one alone says anything and writes results.
 */
#include <stdio.h>
#include <string.h>

#include "cli/session.h"
#include "mpi/world.h"

static void print_help(FILE *out) {
  fputs("Example: mpirun -n 4 plumbline-mpi verification scores.csv --html report.html\n\n"
        "Usage: plumbline-mpi verification [OPTION...] FILE...\n\n"
        "Does what plumbline does, by all processes that mpirun or srun starts, and gives the same result.\n\n"
        "Commands\n"
        "  verification  how often a 1:1 system is wrong: FMR, FNMR, EER, DET, with intervals\n\n"
        "  --version     print the version\n",
        out);
}

static int run(struct session *session, int argc, const char **argv) {
  if (argc < 2) {
    if (!session->mute)
      print_help(stderr);
    return EXIT_USAGE;
  }
  bool asks_help = strcmp(argv[1], "help") == 0;
  if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 || (asks_help && argc == 2)) {
    print_help(stdout);
    return EXIT_DONE;
  }
  if (strcmp(argv[1], "--version") == 0) {
    printf("plumbline-mpi %s\n", plb_version());
    return EXIT_DONE;
  }
  const char *name = argv[1 + asks_help], *help[] = {name, "--help", NULL};
  if (strcmp(name, "verification") != 0)
    return say_usage(session, "\"%.100s\" is no command that several processes do together; expected verification",
                     name);
  session->command = "verification";
  return asks_help ? cmd_verification(session, 2, help) : cmd_verification(session, argc - 1, argv + 1);
}

int main(int argc, char **argv) {
  struct plb_team team;
  streams_hold();
  struct session session = {.program = "plumbline-mpi", .began = clock_seconds()};
  if (!world_begin(&team, &argc, &argv)) {
    say(&session, "MPI did not start");
    return EXIT_SYSTEM;
  }
  signals_install();
  session.threads = world_threads(&team);
  session.mute = team.rank > 0;
  session.team = team.count > 1 ? &team : NULL;
  if (session.mute && !freopen("/dev/null", "w", stdout))
    world_abort(EXIT_SYSTEM);
  int code = run(&session, argc, (void *)argv);
  progress_erase(&session);
  if (code != EXIT_USAGE)
    say_closing(&session);
  code = close_output(&session, code);
  if (team.lost) {
    session.mute = false;
    say(&session, "%s", team.err.message);
    world_abort(code);
  }
  world_end();
  return code;
}
