/* SPDX-License-Identifier: Apache-2.0
 *
 * What the program says to its user: one line each, on standard error, beginning with the command. File
 * names and arguments may hold anything, so control bytes are replaced before a terminal sees them.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "cli/session.h"

#define LINE_BYTES 1200

static bool within(unsigned char byte, unsigned char from, unsigned char to) {
  return byte >= from && byte <= to;
}

void streams_hold(void) {
  bool closed = fcntl(STDIN_FILENO, F_GETFD) < 0;
  for (int fd = 0; fd >= 0 && fd <= 2; closed = false)
    if ((fd = open("/dev/null", closed ? O_WRONLY : O_RDONLY)) > 2)
      close(fd);
}

static const char *program(const struct session *session) {
  return session->program ? session->program : "plumbline";
}

/* The length of a character that would act on a terminal: a control, an end of line, a mark that turns the
 * reading direction; 0 for any other. The set is that of plb_utf8_acts, which the program does not see. */
static size_t acting(const char *text) {
  unsigned char c[3] = {0};
  for (size_t i = 0; i < sizeof c && text[i]; i++)
    c[i] = (unsigned char)text[i];
  if (c[0] < 0x20 || c[0] == 0x7F)
    return 1;
  if ((c[0] == 0xC2 && within(c[1], 0x80, 0x9F)) || (c[0] == 0xD8 && c[1] == 0x9C))
    return 2;
  bool mark = c[0] == 0xE2 && ((c[1] == 0x80 && (within(c[2], 0x8E, 0x8F) || within(c[2], 0xA8, 0xAE))) ||
                               (c[1] == 0x81 && within(c[2], 0xA6, 0xA9)));
  return mark ? 3 : 0;
}

/* The line is made first and written at once, so that lines of several programs do not mix. */
static void say_line(struct session *session, const char *message) {
  char line[LINE_BYTES];
  const char *command = session->command;
  if (session->mute)
    return;
  snprintf(line, sizeof line - 1, "%s%s%s: %s", program(session), command ? " " : "", command ? command : "", message);
  char *to = line;
  for (const char *from = line; *from; to++) {
    size_t length = acting(from);
    *to = length ? '?' : *from;
    from += length ? length : 1;
  }
  strcpy(to, "\n");
  progress_erase(session);
  fputs(line, stderr);
}

void say(struct session *session, const char *format, ...) {
  char line[1024];
  va_list args;
  va_start(args, format);
  vsnprintf(line, sizeof line, format, args);
  va_end(args);
  say_line(session, line);
}

int say_usage(struct session *session, const char *format, ...) {
  char line[1024];
  va_list args;
  va_start(args, format);
  vsnprintf(line, sizeof line, format, args);
  va_end(args);
  const char *command = session->command;
  say(session, "%s (see %s %s%s--help)", line, program(session), command ? command : "", command ? " " : "");
  return EXIT_USAGE;
}

static int exit_code_of(plb_status status) {
  switch (status) {
  case PLB_OK: return EXIT_DONE;
  case PLB_USAGE: return EXIT_USAGE;
  case PLB_DATA:
  case PLB_UNSUPPORTED: return EXIT_DATA;
  case PLB_UNDEFINED: return EXIT_UNDEFINED;
  case PLB_CANCELLED: return EXIT_CANCELLED;
  case PLB_IO:
  case PLB_NOMEM:
  case PLB_INTERNAL: break;
  }
  return EXIT_SYSTEM;
}

int session_agree(struct session *session, int code) {
  plb_status status = code == EXIT_DONE ? PLB_OK : code == EXIT_USAGE ? PLB_USAGE : PLB_IO;
  return session->team && code != EXIT_NOT_SHOWN ? exit_code_of(plb_team_agree(session->team, status, NULL)) : code;
}

const char *interrupted_words(const struct session *session) {
  return session->writing ? "interrupted; no file is half written" : "interrupted; nothing was written";
}

int say_failure(struct session *session, plb_status status, const struct plb_error *err) {
  /* Whatever failed first after a signal (an interrupted read, say), the signal is the reason. */
  if (signals_caught() || status == PLB_CANCELLED) {
    signals_impatient(NULL);
    say(session, "%s", interrupted_words(session));
    return EXIT_CANCELLED;
  }
  say(session, "%s", err && err->message[0] ? err->message : plb_status_name(status));
  return exit_code_of(status);
}

void say_closing(struct session *session) {
  if (!session->verbose)
    return;
  struct rusage used;
  if (getrusage(RUSAGE_SELF, &used) != 0)
    return;
  double cpu = (double)used.ru_utime.tv_sec + (double)used.ru_stime.tv_sec +
               1e-6 * ((double)used.ru_utime.tv_usec + (double)used.ru_stime.tv_usec);
  say(session, "plumbline %s took %.2f s (%.2f s of processor time), at most %.1f MiB of memory", plb_version(),
      clock_seconds() - session->began, cpu, (double)used.ru_maxrss / 1024);
}

int close_output(struct session *session, int code) {
  errno = 0;
  bool bad = ferror(stdout) != 0;
  if (fclose(stdout) != 0)
    bad = true;
  if (!bad || code == EXIT_SYSTEM || code == EXIT_CANCELLED)
    return code;
  say(session, "standard output: could not write: %s", errno ? strerror(errno) : "an earlier write failed");
  return EXIT_SYSTEM;
}
