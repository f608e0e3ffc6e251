/* SPDX-License-Identifier: Apache-2.0
 *
 * Lays text out in columns of characters. Every byte from outside goes through `put`, which counts
 * characters as it writes; widths are thus those of what is printed. Two passes over a table: the widest
 * cell of each column, then the rows.
 */
#include "report/page.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/utf8.h"

#define GAP 2
#define INDENT 2
#define LABEL_WIDTH 16

/* ---- characters ----------------------------------------------------------------------------- */

/* The next character of *at as it is printed, and its length in bytes. */
static const char *next_character(const char **at, size_t *length) {
  const char *start = *at;
  size_t found = plb_utf8_length(start);
  bool control = found && plb_utf8_acts(plb_utf8_point(start, found));
  *at += found ? found : 1;
  *length = found && !control ? found : 1;
  return found && !control ? start : "?";
}

static size_t width_of(const char *text) {
  size_t width = 0, length;
  while (*text) {
    next_character(&text, &length);
    width++;
  }
  return width;
}

/* Prints at most `most` characters; answers the first byte not printed. */
static const char *put(struct plb_out *out, const char *text, size_t most) {
  size_t length;
  while (*text && most--) {
    const char *character = next_character(&text, &length);
    plb_out_bytes(out, character, length);
  }
  return text;
}

static void fill(struct plb_out *out, char character, size_t count) {
  while (count--)
    plb_out_bytes(out, &character, 1);
}

void plb_cut(char *copy, size_t size, const char *text, size_t most) {
  bool whole = width_of(text) <= most && strlen(text) < size;
  size_t n = 0, length, left = whole ? most : most - 3, room = size - (whole ? 1 : 4);
  while (*text && left--) {
    const char *character = next_character(&text, &length);
    if (n + length > room)
      break;
    memcpy(copy + n, character, length);
    n += length;
  }
  memcpy(copy + n, whole ? "" : "...", whole ? 1 : 4);
}

/* ---- paragraphs ----------------------------------------------------------------------------- */

void plb_page_heading(struct plb_out *out, const char *text, char underline) {
  size_t width = width_of(text);
  plb_page_paragraph(out, 0, 0, text);
  fill(out, underline, width < PLB_PAGE_WIDTH ? width : PLB_PAGE_WIDTH);
  plb_out_text(out, "\n");
}

static bool is_blank(char c) {
  return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

/* Characters up to the next blank that may be broken. */
static size_t word_width(const char *text) {
  size_t width = 0, length;
  for (const char *at = text; *at && (!is_blank(*at) || plb_glued(text, (size_t)(at - text)));) {
    next_character(&at, &length);
    width++;
  }
  return width;
}

void plb_page_words(struct plb_out *out, size_t column, size_t rest, const char *text) {
  bool empty = true; /* nothing on this line yet */
  for (;;) {
    while (is_blank(*text))
      text++;
    if (!*text)
      break;
    size_t width = word_width(text);
    if (!empty && column + 1 + width > PLB_PAGE_WIDTH) {
      plb_out_text(out, "\n");
      fill(out, ' ', rest);
      column = rest;
      empty = true;
    }
    if (!empty) {
      plb_out_text(out, " ");
      column++;
    }
    size_t room = PLB_PAGE_WIDTH - column, part = width < room ? width : room;
    text = put(out, text, part);
    column += part;
    empty = false;
  }
  plb_out_text(out, "\n");
}

void plb_page_paragraph(struct plb_out *out, size_t first, size_t rest, const char *text) {
  fill(out, ' ', first);
  plb_page_words(out, first, rest, text);
}

void plb_page_line(struct plb_out *out, const char *label, const char *text) {
  size_t width = width_of(label);
  fill(out, ' ', INDENT);
  put(out, label, width);
  fill(out, ' ', width < LABEL_WIDTH ? LABEL_WIDTH - width : 1);
  plb_page_words(out, INDENT + LABEL_WIDTH, INDENT + LABEL_WIDTH, text);
}

/* ---- tables --------------------------------------------------------------------------------- */

void plb_table_free(struct plb_table *table) {
  free(table->cells);
  free(table->spans);
  table->cells = NULL;
  table->spans = NULL;
  table->row_count = table->cell_capacity = table->span_capacity = 0;
}

static bool new_row(struct plb_table *table, const char *span) {
  size_t rows = table->row_count + 1, columns = table->column_count;
  if (!plb_reserve(&table->spans, &table->span_capacity, rows, sizeof *table->spans) ||
      !plb_reserve(&table->cells, &table->cell_capacity, rows * columns, sizeof *table->cells)) {
    table->failed = true;
    return false;
  }
  memset(table->cells[(rows - 1) * columns], 0, columns * sizeof *table->cells);
  table->spans[rows - 1] = span;
  table->row_count = rows;
  return true;
}

char (*plb_table_row(struct plb_table *table))[PLB_WORDS] {
  return new_row(table, NULL) ? &table->cells[(table->row_count - 1) * table->column_count] : NULL;
}

void plb_table_span(struct plb_table *table, const char *text) {
  new_row(table, text);
}

static size_t column_width(const struct plb_table *table, size_t column) {
  size_t widest = width_of(table->columns[column].title);
  for (size_t row = 0; row < table->row_count; row++) {
    size_t width = width_of(table->cells[row * table->column_count + column]);
    widest = width > widest ? width : widest;
  }
  return widest;
}

/* One row: cell c is at text + c * step. Blanks at the end of a line are not printed. */
static void print_row(const struct plb_table *table, const size_t *widths, const char *const *texts,
                      struct plb_out *out) {
  size_t at = INDENT, owed = INDENT; /* the column reached, blanks owed before the next character */
  for (size_t c = 0; c < table->column_count; c++) {
    size_t width = width_of(texts[c]), gap = c ? GAP : 0;
    if (c && at + gap + widths[c] > PLB_PAGE_WIDTH) {
      plb_out_text(out, "\n");
      at = owed = 2 * INDENT;
      gap = 0;
    }
    size_t before = table->columns[c].align == PLB_RIGHT ? widths[c] - width : 0;
    at += gap + widths[c];
    owed += gap + before;
    if (width) {
      fill(out, ' ', owed);
      put(out, texts[c], width);
      owed = 0;
    }
    owed += widths[c] - width - before;
  }
  plb_out_text(out, "\n");
}

bool plb_table_print(const struct plb_table *table, struct plb_out *out) {
  size_t columns = table->column_count;
  size_t *widths = plb_alloc(columns, sizeof *widths);
  const char **texts = plb_alloc(columns, sizeof *texts);
  bool ready = widths && texts && !table->failed;
  for (size_t c = 0; ready && c < columns; c++) {
    widths[c] = column_width(table, c);
    texts[c] = table->columns[c].title;
  }
  if (ready)
    print_row(table, widths, texts, out);
  for (size_t row = 0; ready && row < table->row_count; row++) {
    for (size_t c = 0; c < columns; c++)
      texts[c] = table->cells[row * columns + c];
    if (table->spans[row])
      plb_page_paragraph(out, INDENT, 2 * INDENT, table->spans[row]);
    else
      print_row(table, widths, texts, out);
  }
  free(widths);
  free(texts);
  return ready;
}
