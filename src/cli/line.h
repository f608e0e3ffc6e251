/* SPDX-License-Identifier: Apache-2.0
 *
 * A command line: groups of options that commands share, each a popt table and the function that takes
 * its values. Parsing, help and the hint after a typing error are all made from the tables.
 */
#ifndef CLI_LINE_H
#define CLI_LINE_H

#include <popt.h>
#include <stdio.h>

#include "cli/session.h"

struct option_group {
  const char *title;        /* heading in the help */
  struct poptOption *table; /* every entry is POPT_ARG_STRING or POPT_ARG_NONE with its own `val` */
  /* Takes the value (NULL for a switch); it lives as long as the struct line. Answers NULL, or what was
   * expected instead, or given_twice. */
  const char *(*take)(void *into, int option, const char *text);
  void *into;
};

/* What `take` answers for an option that may stand once. */
extern const char given_twice[];

/* Takes a value that is said once, since a second one would drop the first without a word: where data is, what
 * it means, where results go. *place is NULL before. Answers NULL, or given_twice. */
const char *take_once(const char **place, const char *text);

struct usage {
  const char *operands; /* "SCORES..." */
  const char *examples; /* lines, shown first */
  const char *summary;
  struct option_group *groups;
  size_t group_count;
};

#define MOST_GROUPS 8

struct line {
  struct poptOption top[MOST_GROUPS + 1]; /* the groups, as popt wants them; as long-lived as its context */
  poptContext context;
  const char **files; /* operands */
  size_t file_count;
  char **texts; /* option values, kept alive */
  size_t text_count;
};

/* Answers true to go on; else *code is how the program ends (help was shown, or the usage was wrong).
 * Call line_free in any case. */
bool line_parse(struct line *line, struct session *session, const struct usage *usage, int argc, const char **argv,
                int *code);
void line_free(struct line *line);

/* The command line as a shell would understand it, for the provenance. Free with free(); NULL when out of
 * memory. */
char *line_text(const char *command, int argc, const char **argv);

void help_print(FILE *out, const char *command, const struct usage *usage);

#endif
