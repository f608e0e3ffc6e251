/* SPDX-License-Identifier: Apache-2.0
 *
 * Ctrl-C asks the run to stop where it leaves nothing half done: the handler sets a flag, the progress
 * callback answers it, the library returns PLB_CANCELLED and takes its temporary files away. A library at
 * work may not ask for a while (it sorts a hundred million scores, or reads a large result); where nothing
 * is being written, the program then waits for no more than a second. A second signal does not wait at
 * all. SIGPIPE and SIGXFSZ are ignored, so that a closed pipe and a file that may not grow are errors of
 * the write that met them, like a full disk.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/session.h"

#define PATIENCE 1 /* seconds */

static volatile sig_atomic_t caught, impatient, waiting; /* waiting: the alarm is set */
static char last_words[128];

static void set_alarm(void) {
  if (!waiting)
    alarm(PATIENCE);
  waiting = 1;
}

static void remember(int number) {
  if (caught) {
    signal(number, SIG_DFL);
    raise(number);
  }
  caught = 1;
  if (impatient)
    set_alarm();
}

static void give_up(int number) {
  (void)number;
  waiting = 0;
  if (!impatient)
    return;
  ssize_t wrote = write(STDERR_FILENO, last_words, strlen(last_words));
  (void)wrote; /* nothing could be done about it */
  _exit(EXIT_CANCELLED);
}

void signals_install(void) {
  struct sigaction stop = {.sa_handler = remember}, late = {.sa_handler = give_up}, ignore = {.sa_handler = SIG_IGN};
  sigemptyset(&stop.sa_mask);
  sigemptyset(&late.sa_mask);
  sigemptyset(&ignore.sa_mask);
  /* No SA_RESTART: a read that waits for a slow pipe must come back. */
  sigaction(SIGINT, &stop, NULL);
  sigaction(SIGTERM, &stop, NULL);
  sigaction(SIGALRM, &late, NULL);
  sigaction(SIGPIPE, &ignore, NULL);
  sigaction(SIGXFSZ, &ignore, NULL);
}

void signals_impatient(const struct session *session) {
  last_words[0] = '\0';
  if (session && !session->mute)
    snprintf(last_words, sizeof last_words, "%s%s %s: %s\n", session->progress.shown ? "\r\033[K" : "",
             session->program ? session->program : "plumbline", session->command, interrupted_words(session));
  impatient = session != NULL;
  if (impatient && caught)
    set_alarm();
}

bool signals_caught(void) {
  return caught != 0;
}
