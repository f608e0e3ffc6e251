/* SPDX-License-Identifier: Apache-2.0
 *
 * The command line as reports show it: files by their names alone. The result file has it as it was given.
 * Words are those of a shell: blanks part them, quotes hold them together.
 */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "report/makings.h"

const char *plb_base_name(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash && slash[1] ? slash + 1 : path;
}

/* The end of the word that begins at `at`. */
static const char *word_end(const char *at) {
  bool quoted = false;
  for (; *at && (quoted || *at != ' '); at++) {
    if (*at == '\'')
      quoted = !quoted;
    else if (*at == '\\' && !quoted && at[1])
      at++;
  }
  return at;
}

static bool is_word(const char *from, const char *to, const char *word) {
  size_t length = strlen(word);
  return (size_t)(to - from) >= length && memcmp(from, word, length) == 0;
}

/* Whether a word is an option whose value is no file: its slashes are its own. */
static bool keeps_slashes(const char *from, const char *to) {
  static const char *const options[] = {"--system", "--map", "--claim", "--fmr", "--threshold"};
  for (size_t k = 0; k < sizeof options / sizeof *options; k++)
    if (is_word(from, to, options[k]))
      return true;
  return false;
}

/* Where the folders of a word end: just behind the last slash that has a name behind it. */
static const char *behind_folders(const char *from, const char *to) {
  const char *end = to;
  while (end > from && (end[-1] == '\'' || end[-1] == '/'))
    end--;
  for (const char *at = end; at > from; at--)
    if (at[-1] == '/')
      return at;
  return from;
}

/* Copies a word without its folders, quotes and "--html=" kept; answers the end of the copy. */
static char *copy_bare(char *copy, const char *from, const char *to) {
  const char *path = from + (*from == '\'');
  const char *equals = is_word(path, to, "--") ? memchr(path, '=', (size_t)(to - path)) : NULL;
  path = equals ? equals + 1 : path;
  path += path < to && *path == '\'' && equals;
  const char *name = behind_folders(path, to);
  memcpy(copy, from, (size_t)(path - from));
  copy += path - from;
  memcpy(copy, name, (size_t)(to - name));
  return copy + (to - name);
}

char *plb_bare_command(const char *command) {
  char *bare = plb_alloc(strlen(command) + 1, 1), *copy = bare;
  bool kept = false; /* the word before was an option whose value is no file */
  while (bare && *command) {
    const char *end = word_end(command);
    bool option = is_word(command, end, "--") || is_word(command, end, "'--");
    bool keep = kept || keeps_slashes(command + (*command == '\''), end);
    kept = option && keep && !memchr(command, '=', (size_t)(end - command));
    if (keep) {
      memcpy(copy, command, (size_t)(end - command));
      copy += end - command;
    } else {
      copy = copy_bare(copy, command, end);
    }
    while (*end == ' ')
      *copy++ = *end++;
    command = end;
  }
  if (bare)
    *copy = '\0';
  return bare;
}
