/* SPDX-License-Identifier: Apache-2.0
 *
 * What one run of the program carries about: which command it is, how much it says, and its progress.
 */
#ifndef CLI_SESSION_H
#define CLI_SESSION_H

#include "plumbline.h"

/* How the program ends; pinned (doc/design.md). */
enum exit_code {
  EXIT_DONE = 0,
  EXIT_NOT_SHOWN = 1, /* done, and a stated claim is not shown */
  EXIT_USAGE = 2,
  EXIT_DATA = 3,
  EXIT_UNDEFINED = 4,
  EXIT_SYSTEM = 5,
  EXIT_CANCELLED = 130
};

/* The line that is redrawn on a terminal while a call works (progress.c). */
struct progress {
  bool shown; /* standard error is a terminal, and nobody asked for silence */
  bool drawn; /* there is something to erase */
  char stage[64];
  uint64_t first, last;         /* what was done when this stage began, and when last heard of */
  double stage_began, drawn_at; /* seconds of a monotonic clock */
};

struct session {
  const char *program;   /* "plumbline"; NULL is that, too */
  const char *command;   /* its name in messages; NULL before it is known */
  struct plb_team *team; /* the processes that do this together (plumbline-mpi); NULL: alone */
  bool mute;             /* another one of them speaks and writes */
  unsigned threads;      /* where nobody says how many; 0 = all */
  bool quiet, verbose;
  bool writing; /* an output has been begun */
  double began;
  struct progress progress;
};

struct command {
  const char *name;
  int (*run)(struct session *session, int argc, const char **argv); /* answers the exit code */
  const char *help;
  bool together; /* several processes may do it as one (plumbline-mpi) */
};

int cmd_verification(struct session *session, int argc, const char **argv);
int cmd_compare(struct session *session, int argc, const char **argv);
int cmd_plan(struct session *session, int argc, const char **argv);
int cmd_simulate(struct session *session, int argc, const char **argv);
int cmd_report(struct session *session, int argc, const char **argv);
int cmd_coverage(struct session *session, int argc, const char **argv);
int cmd_convert(struct session *session, int argc, const char **argv);
int cmd_check(struct session *session, int argc, const char **argv);
int cmd_count(struct session *session, int argc, const char **argv);
int cmd_merge(struct session *session, int argc, const char **argv);

/* ---- commands.c */

/* One of the two programs. */
struct program {
  const char *name;
  bool together; /* has those commands alone that several processes do as one */
  const char *example, *about;
};

/* Runs the command that is named, or says what there is; answers the exit code. */
int program_run(struct session *session, const struct program *program, int argc, const char **argv);

/* ---- messages.c */

/* Descriptors 0 to 2 are taken when it returns, or the first file opened would become standard output; each so that
 * using it fails as if it were still closed. */
void streams_hold(void);

/* One line on standard error: "plumbline COMMAND: ...". Control bytes are shown as '?'. */
void say(struct session *session, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Says why the command line is wrong and where help is; answers EXIT_USAGE. */
int say_usage(struct session *session, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Says why a call of the library failed; answers the exit code that belongs to it. */
int say_failure(struct session *session, plb_status status, const struct plb_error *err);

/* The exit code of the first process that has one other than EXIT_DONE; `code` where it is alone. */
int session_agree(struct session *session, int code);

/* What an interrupted run says of its outputs. */
const char *interrupted_words(const struct session *session);

/* With --verbose: what the run took, on standard error. */
void say_closing(struct session *session);

/* Closes standard output; a write that failed late turns `code` into EXIT_SYSTEM. */
int close_output(struct session *session, int code);

/* ---- progress.c */

double clock_seconds(void);

/* Decides whether progress is shown. Call it once the options are known. */
void progress_begin(struct session *session);

/* A plb_progress whose ctx is the session; asks to stop once a signal was caught. */
int progress_call(void *ctx, const char *stage, uint64_t done, uint64_t total);

/* The same while an output is written, perhaps to the terminal itself: draws nothing. */
int progress_while_writing(void *ctx, const char *stage, uint64_t done, uint64_t total);

/* Takes the line off the terminal again. */
void progress_erase(struct session *session);

/* ---- signals.c */

/* SIGINT and SIGTERM are remembered (a second one ends the program at once); SIGPIPE is ignored. */
void signals_install(void);
bool signals_caught(void);

/* From here on no file is open for writing: a signal that has not ended the run within a second ends the
 * program. NULL takes that back. */
void signals_impatient(const struct session *session);

#endif
