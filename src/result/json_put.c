/* SPDX-License-Identifier: Apache-2.0
 *
 * See json_put.h. Numbers are the shortest text that reads back to the same bits; -0 is written 0. Text that is no
 * UTF-8 (a file name may be anything) has each bad byte replaced by U+FFFD, because JSON is UTF-8.
 */
#include "result/json_put.h"

#include <inttypes.h>
#include <math.h>

#include "base/number.h"
#include "base/utf8.h"

/* Up to `stop`, or to the end of the text where that is 0. */
static const char *write_until(struct plb_out *out, const char *text, char stop) {
  const char *at = text;
  plb_out_text(out, "\"");
  while (*at && *at != stop) {
    size_t length = plb_utf8_length(at);
    if (*at == '"' || *at == '\\')
      plb_out_print(out, "\\%c", *at);
    else if (*at == '\n')
      plb_out_text(out, "\\n");
    else if (*at == '\t')
      plb_out_text(out, "\\t");
    else if (length && plb_utf8_acts(plb_utf8_point(at, length)))
      plb_out_print(out, "\\u%04x", (unsigned)plb_utf8_point(at, length));
    else if (length)
      plb_out_bytes(out, at, length);
    else
      plb_out_text(out, "\xEF\xBF\xBD");
    at += length ? length : 1;
  }
  plb_out_text(out, "\"");
  return at;
}

static void write_text(struct plb_out *out, const char *text) {
  write_until(out, text, '\0');
}

/* ---- punctuation -------------------------------------------------------------------------- */

static bool is_flat(const struct plb_writer *w) {
  return w->flat && w->depth >= w->flat;
}

static void indent(struct plb_writer *w) {
  plb_out_text(w->out, "\n");
  for (int i = 0; i < w->depth; i++)
    plb_out_text(w->out, "  ");
}

/* Everything before a value: comma, place, key (NULL in an array). */
static void item(struct plb_writer *w, const char *key) {
  if (!w->first)
    plb_out_text(w->out, is_flat(w) ? ", " : ",");
  if (!is_flat(w) && w->depth)
    indent(w);
  w->first = false;
  if (key) {
    write_text(w->out, key);
    plb_out_text(w->out, ": ");
  }
}

void plb_begin(struct plb_writer *w, const char *key, const char *bracket) {
  item(w, key);
  plb_out_text(w->out, bracket);
  w->depth++;
  w->first = true;
}

void plb_end(struct plb_writer *w, const char *bracket) {
  bool flat = is_flat(w);
  w->depth--;
  if (!flat && !w->first)
    indent(w);
  plb_out_text(w->out, bracket);
  w->first = false;
  if (w->flat > w->depth)
    w->flat = 0;
}

/* The same, all on one line. */
void plb_begin_flat(struct plb_writer *w, const char *key, const char *bracket) {
  plb_begin(w, key, bracket);
  if (!w->flat)
    w->flat = w->depth;
}

/* ---- values ------------------------------------------------------------------------------- */

void plb_put_null(struct plb_writer *w, const char *key) {
  item(w, key);
  plb_out_text(w->out, "null");
}

void plb_put_text(struct plb_writer *w, const char *key, const char *text) {
  if (!text) {
    plb_put_null(w, key);
    return;
  }
  item(w, key);
  write_text(w->out, text);
}

void plb_put_count(struct plb_writer *w, const char *key, bool exists, uint64_t count) {
  if (!exists) {
    plb_put_null(w, key);
    return;
  }
  item(w, key);
  plb_out_print(w->out, "%" PRIu64, count);
}

void plb_put_number(struct plb_writer *w, const char *key, bool exists, double number) {
  if (!exists || !isfinite(number)) {
    plb_put_null(w, key);
    return;
  }
  char text[PLB_DOUBLE_TEXT];
  size_t length = plb_format_double(text, number == 0 ? 0 : number);
  item(w, key);
  plb_out_bytes(w->out, text, length);
}

void plb_put_boolean(struct plb_writer *w, const char *key, bool value) {
  item(w, key);
  plb_out_text(w->out, value ? "true" : "false");
}

void plb_put_pair(struct plb_writer *w, const char *key, bool exists, const double pair[2]) {
  if (!exists) {
    plb_put_null(w, key);
    return;
  }
  plb_begin_flat(w, key, "[");
  plb_put_number(w, NULL, true, pair[0]);
  plb_put_number(w, NULL, true, pair[1]);
  plb_end(w, "]");
}

void plb_put_counts(struct plb_writer *w, const char *key, uint64_t errors, uint64_t trials) {
  plb_begin_flat(w, key, "[");
  plb_put_count(w, NULL, true, errors);
  plb_put_count(w, NULL, true, trials);
  plb_end(w, "]");
}

/* The keys of a flat struct. */

void plb_put_names(struct plb_writer *w, const char *key, const char *names) {
  plb_begin_flat(w, key, "[");
  for (const char *at = names; at; at = *at ? at + 1 : NULL) {
    item(w, NULL);
    at = write_until(w->out, at, ',');
  }
  plb_end(w, "]");
}
