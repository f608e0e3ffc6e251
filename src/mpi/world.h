/* SPDX-License-Identifier: Apache-2.0
 *
 * The processes that mpirun or srun started, as a team of the library.
 */
#ifndef MPI_WORLD_H
#define MPI_WORLD_H

#include "plumbline.h"

/* Finds the others; alone where nobody started several. False, with nothing to be ended, where MPI does not start. */
bool world_begin(struct plb_team *team, int *argc, char ***argv);

/* How many threads this process may use without being in the way of the others on its machine. */
unsigned world_threads(const struct plb_team *team);

/* Waits for the others, and ends. */
void world_end(void);

/* Ends all of them at once; does not return. */
_Noreturn void world_abort(int code);

#endif
