/* SPDX-License-Identifier: Apache-2.0
 *
 * plumbline-mpi: the same command as plumbline's, by several processes on one machine or on many. All of them take the
 * command line apart, read their share and measure together; the first one alone says anything and writes results.
 */
#include <stdio.h>

#include "cli/session.h"
#include "mpi/world.h"

static const struct program program = {
    .name = "plumbline-mpi",
    .together = true,
    .example = "mpirun plumbline-mpi verification scores.csv --html report.html",
    .about = "Does what plumbline does, by all processes that mpirun or srun starts, and gives the same result.",
};

int main(int argc, char **argv) {
  struct plb_team team;
  streams_hold();
  struct session session = {.program = program.name, .began = clock_seconds()};
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
  int code = program_run(&session, &program, argc, (void *)argv);
  progress_erase(&session);
  if (code != EXIT_USAGE)
    say_closing(&session);
  code = close_output(&session, code);
  signals_impatient(NULL); /* mpirun ends the others as soon as one has ended with a fault, and all is said */
  if (team.lost) {
    session.mute = false;
    say(&session, "%s", team.err.message);
    world_abort(code);
  }
  world_end();
  return code;
}
