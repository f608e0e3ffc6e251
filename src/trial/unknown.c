/* SPDX-License-Identifier: Apache-2.0
 *
 * An input that no format fits: usually one line of it is the reason. The format of the first line alone is
 * looked for, and then, by bisection, the line from which on it does not hold.
 */
#include "trial/unknown.h"

#include <inttypes.h>
#include <string.h>

#include "base/error.h"
#include "trial/blank.h"
#include "trial/bytes.h"

static size_t behind_line(const char *head, size_t from, size_t length) {
  const char *stop = memchr(head + from, '\n', length - from);
  return stop ? (size_t)(stop - head) + 1 : length;
}

/* Behind the first line that is not empty. */
static size_t behind_first(const char *head, size_t length) {
  struct plb_slice cell;
  size_t from = 0, to = 0;
  do {
    from = to;
    to = behind_line(head, from, length);
    size_t line = to - from - (head[to - 1] == '\n');
    line -= line && head[from + line - 1] == '\r';
    if (plb_blank_cut(head + from, line, &cell, 1))
      return to;
  } while (to < length);
  return 0;
}

/* The end of the first line with which the head is of this kind no more; all before it is. */
static size_t bisect(const struct plb_reader_kind *kind, const char *head, size_t fits, size_t length) {
  size_t breaks = length;
  for (;;) {
    size_t middle = behind_line(head, fits + (breaks - fits) / 2, length);
    if (middle >= breaks) /* a long line: go on with the one behind what fits */
      middle = behind_line(head, fits, length);
    if (middle >= breaks)
      return breaks;
    if (kind->sniff(head, middle))
      fits = middle;
    else
      breaks = middle;
  }
}

static uint64_t line_of(const char *head, size_t end) {
  uint64_t line = 0;
  for (size_t at = 0; at < end; line++)
    at = behind_line(head, at, end);
  return line;
}

plb_status plb_fail_unknown(const struct plb_reader_kind *const *kinds, size_t count, const char *name,
                            const char *head, size_t length, struct plb_error *err) {
  bool cut = length >= PLB_HEAD_BYTES;
  const char *last = memrchr(head, '\n', length);
  if (cut && !last)
    return plb_fail_at(err, PLB_DATA, name, 1, 0,
                       "the first line has no end within 64 KiB; expected a header line with a column score");
  size_t whole = cut ? (size_t)(last - head) + 1 : length;
  size_t first = whole ? behind_first(head, whole) : 0;
  if (!first)
    return plb_fail_at(err, PLB_DATA, name, 0, 0, "only empty lines; expected comparison scores");
  for (size_t i = 0; i < count; i++) {
    if (!kinds[i]->sniff(head, first))
      continue;
    size_t breaks = bisect(kinds[i], head, first, whole);
    return plb_fail_at(err, PLB_DATA, name, line_of(head, breaks), 0,
                       "the lines before look like format %s (%s), but this one does not; if it is meant so, name the "
                       "format by --format",
                       kinds[i]->name, kinds[i]->sign);
  }
  return plb_fail_at(err, PLB_DATA, name, line_of(head, first), 0,
                     "the format is not known; expected a header line with a column score, between commas, tabs or "
                     "semicolons, or another format, named by --format");
}
