/* SPDX-License-Identifier: Apache-2.0
 *
 * Help, made from the option tables: examples first, then usage, then every option. The width is fixed, so
 * that the same text can be checked against the man pages.
 */
#include <string.h>

#include "cli/line.h"

#define HELP_COLUMN 28
#define HELP_WIDTH 96

/* Prints `text` from column `at` on, broken at blanks and indented to HELP_COLUMN. */
static void print_wrapped(FILE *out, size_t at, const char *text) {
  if (at >= HELP_COLUMN) {
    fputc('\n', out);
    at = 0;
  }
  fprintf(out, "%*s", (int)(HELP_COLUMN - at), "");
  size_t column = HELP_COLUMN;
  while (*text) {
    size_t word = strcspn(text, " ");
    if (column > HELP_COLUMN && column + 1 + word > HELP_WIDTH) {
      fprintf(out, "\n%*s", HELP_COLUMN, "");
      column = HELP_COLUMN;
    } else if (column > HELP_COLUMN) {
      fputc(' ', out);
      column++;
    }
    fwrite(text, 1, word, out);
    column += word;
    text += word + strspn(text + word, " ");
  }
  fputc('\n', out);
}

static void print_option(FILE *out, const struct poptOption *option) {
  char left[80];
  int used =
      option->shortName ? snprintf(left, sizeof left, "  -%c", option->shortName) : snprintf(left, sizeof left, "    ");
  if (option->longName)
    used +=
        snprintf(left + used, sizeof left - (size_t)used, "%s --%s", option->shortName ? "," : " ", option->longName);
  if (option->argDescrip)
    used += snprintf(left + used, sizeof left - (size_t)used, "=%s", option->argDescrip);
  fputs(left, out);
  print_wrapped(out, (size_t)used + 1 > HELP_COLUMN ? HELP_COLUMN : (size_t)used, option->descrip);
}

void help_print(FILE *out, const char *command, const struct usage *usage) {
  fprintf(out, "%s\n", usage->examples);
  fprintf(out, "Usage: plumbline %s [OPTION...]%s%s\n\n%s\n", command, *usage->operands ? " " : "", usage->operands,
          usage->summary);
  for (size_t g = 0; g < usage->group_count; g++) {
    fprintf(out, "\n%s\n", usage->groups[g].title);
    for (const struct poptOption *o = usage->groups[g].table; o->longName || o->shortName; o++)
      print_option(out, o);
  }
  fprintf(out, "\nExit: 0 done, 1 done but a claim is not shown, 2 usage, 3 bad data, 4 undefined, 5 system, 130 "
               "interrupted.\n");
}
