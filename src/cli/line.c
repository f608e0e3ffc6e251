/* SPDX-License-Identifier: Apache-2.0
 *
 * One loop over popt for all commands. popt splits the words and knows which options take a value; which
 * group an option belongs to, and what its value means, is told by the tables of the command.
 */
#include "cli/line.h"

#include <stdlib.h>
#include <string.h>

#include "cli/values.h"

#define MOST_OPTIONS 64

const char given_twice[] = "this option once";

const char *take_once(const char **place, const char *text) {
  if (*place)
    return given_twice;
  *place = text;
  return NULL;
}

/* "--thresold=3" without its dashes and its value. */
static void bare_name(char *name, size_t size, const char *word) {
  word += strspn(word, "-");
  snprintf(name, size, "%.*s", (int)strcspn(word, "="), word);
}

static int say_unknown(struct session *session, const struct usage *usage, const char *word) {
  const char *names[MOST_OPTIONS];
  size_t count = 0;
  char wrong[64];
  for (size_t g = 0; g < usage->group_count; g++)
    for (const struct poptOption *o = usage->groups[g].table; o->longName || o->shortName; o++)
      if (o->longName && count < MOST_OPTIONS)
        names[count++] = o->longName;
  bare_name(wrong, sizeof wrong, word);
  const char *near = nearest_name(wrong, names, count);
  int shown = (int)strcspn(word, "=");
  if (near)
    return say_usage(session, "unknown option %.*s; did you mean --%s?", shown, word, near);
  return say_usage(session, "unknown option %.*s", shown, word);
}

static int say_bad(struct session *session, const struct usage *usage, poptContext context, int error) {
  const char *word = poptBadOption(context, POPT_BADOPTION_NOALIAS);
  if (error == POPT_ERROR_BADOPT)
    return say_unknown(session, usage, word);
  if (error == POPT_ERROR_NOARG)
    return say_usage(session, "%s needs a value", word);
  if (error == POPT_ERROR_UNWANTEDARG)
    return say_usage(session, "%.*s takes no value", (int)strcspn(word, "="), word);
  return say_usage(session, "%s: %s", word, poptStrerror(error));
}

/* The group whose table holds `option`, and the entry itself. */
static struct option_group *group_of(const struct usage *usage, int option, const struct poptOption **entry) {
  for (size_t g = 0; g < usage->group_count; g++)
    for (const struct poptOption *o = usage->groups[g].table; o->longName || o->shortName; o++)
      if (o->val == option) {
        *entry = o;
        return &usage->groups[g];
      }
  return NULL;
}

static char *keep_value(struct line *line, poptContext context) {
  char *text = poptGetOptArg(context);
  if (!text)
    return NULL;
  char **longer = realloc(line->texts, (line->text_count + 1) * sizeof *longer);
  if (!longer) {
    free(text);
    return NULL;
  }
  line->texts = longer;
  return line->texts[line->text_count++] = text;
}

/* One option. True to go on. */
static bool take_option(struct line *line, struct session *session, const struct usage *usage, int option, int *code) {
  const struct poptOption *entry = NULL;
  struct option_group *group = group_of(usage, option, &entry);
  const char *text = keep_value(line, line->context);
  const char *expected = group->take(group->into, option, text);
  if (!expected)
    return true;
  if (expected == given_twice)
    *code = say_usage(session, "--%s is given twice; expected it once", entry->longName);
  else if (text)
    *code = say_usage(session, "--%s: \"%.200s\" is not understood; expected %s", entry->longName, text, expected);
  else
    *code = say_usage(session, "--%s: %s", entry->longName, expected);
  return false;
}

static bool take_all(struct line *line, struct session *session, const struct usage *usage, int *code) {
  int option;
  while ((option = poptGetNextOpt(line->context)) > 0) {
    if (option == 'h') {
      help_print(stdout, session->command, usage);
      *code = EXIT_DONE;
      return false;
    }
    if (option == 'V') {
      printf("plumbline %s\n", plb_version());
      *code = EXIT_DONE;
      return false;
    }
    if (!take_option(line, session, usage, option, code))
      return false;
  }
  if (option < -1) {
    *code = say_bad(session, usage, line->context, option);
    return false;
  }
  return true;
}

bool line_parse(struct line *line, struct session *session, const struct usage *usage, int argc, const char **argv,
                int *code) {
  *line = (struct line){0};
  for (size_t g = 0; g < usage->group_count && g < MOST_GROUPS; g++) {
    line->top[g].argInfo = POPT_ARG_INCLUDE_TABLE;
    line->top[g].arg = usage->groups[g].table;
  }
  line->context = poptGetContext("plumbline", argc, argv, line->top, 0);
  if (!line->context) {
    say(session, "out of memory");
    *code = EXIT_SYSTEM;
    return false;
  }
  if (!take_all(line, session, usage, code))
    return false;
  line->files = poptGetArgs(line->context);
  while (line->files && line->files[line->file_count])
    line->file_count++;
  progress_begin(session);
  return true;
}

void line_free(struct line *line) {
  for (size_t i = 0; i < line->text_count; i++)
    free(line->texts[i]);
  free(line->texts);
  poptFreeContext(line->context);
  *line = (struct line){0};
}

/* Quotes a word where a shell would change it: 'it'\''s'. */
static char *put_word(char *at, const char *word) {
  static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_=+.,:/@%";
  if (*word && word[strspn(word, plain)] == '\0')
    return stpcpy(at, word);
  *at++ = '\'';
  for (; *word; word++) {
    if (*word == '\'')
      at = stpcpy(at, "'\\'");
    *at++ = *word;
  }
  *at++ = '\'';
  *at = '\0';
  return at;
}

char *line_text(const char *command, int argc, const char **argv) {
  size_t room = strlen("plumbline ") + strlen(command) + 1;
  for (int i = 1; i < argc; i++)
    room += 4 * strlen(argv[i]) + 3;
  char *text = malloc(room);
  if (!text)
    return NULL;
  char *at = stpcpy(stpcpy(text, "plumbline "), command);
  for (int i = 1; i < argc; i++) {
    *at++ = ' ';
    at = put_word(at, argv[i]);
  }
  return text;
}
