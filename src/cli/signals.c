/* SPDX-License-Identifier: Apache-2.0
 *
 * Ctrl-C asks the run to stop where it leaves nothing half done: the handler sets a flag, the progress
 * callback answers it, the library returns PLB_CANCELLED and takes its temporary files away. A second
 * signal does not wait for that. SIGPIPE is ignored, so that a closed pipe is an error of the write that
 * met it, like a full disk.
 */
#include <signal.h>

#include "cli/session.h"

static volatile sig_atomic_t caught;

static void remember(int number) {
  if (caught) {
    signal(number, SIG_DFL);
    raise(number);
  }
  caught = 1;
}

void signals_install(void) {
  struct sigaction stop = {.sa_handler = remember}, ignore = {.sa_handler = SIG_IGN};
  sigemptyset(&stop.sa_mask);
  sigemptyset(&ignore.sa_mask);
  /* No SA_RESTART: a read that waits for a slow pipe must come back. */
  sigaction(SIGINT, &stop, NULL);
  sigaction(SIGTERM, &stop, NULL);
  sigaction(SIGPIPE, &ignore, NULL);
}

bool signals_caught(void) {
  return caught != 0;
}
