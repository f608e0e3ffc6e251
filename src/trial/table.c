/* SPDX-License-Identifier: Apache-2.0
 *
 * Rows to cells. Most rows hold no quote: these are cut where they lie, eight bytes at a time. A word w
 * has the separator s in byte i iff byte i of w ^ ssssssss is zero, and for bytes below 0x80 adding 0x7F
 * sets the top bit iff the byte is not zero; so a few operations find all separators of eight bytes.
 * Where whole lines lie ahead, line ends are found on the way, and nobody is asked for a line; whatever is
 * unusual about a row there (quotes, another number of cells, emptiness) is left to the careful way.
 *
 * A row with a quote is copied, since it may go on behind a line end, and unquoted in the copy; what is
 * written never passes what is read, so cells keep the place of their first byte.
 *
 * Empty lines are allowed at the end only: in between they may be a missing score.
 */
#include "trial/table.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/dict.h"
#include "base/memory.h"
#include "base/number.h"
#include "trial/bytes.h"
#include "trial/marks.h"

#define ONES UINT64_C(0x0101010101010101)
#define LOWS UINT64_C(0x7F7F7F7F7F7F7F7F)
#define TOPS UINT64_C(0x8080808080808080)
#define SLACK 8 /* cells that may be noted beyond the last column */

/* The top bit of each byte of `word` that is zero. */
static inline uint64_t zero_bytes(uint64_t word) {
  return ~(((word & LOWS) + LOWS) | word) & TOPS;
}

/* ---- rows without quotes ------------------------------------------------------------------ */

enum cut { CUT_FINE, CUT_RAGGED, CUT_QUOTED };

/* Cuts a line of exactly table->columns cells. Reads up to 7 bytes behind the line (bytes.h allows 16). */
static inline enum cut cut_plain(struct plb_table *table, const char *text, size_t length) {
  uint64_t separators = ONES * (unsigned char)table->separator;
  uint32_t *start = table->start, *stop = table->stop;
  size_t count = 0, columns = table->columns;
  start[0] = 0;
  for (size_t at = 0; at < length; at += 8) {
    uint64_t word;
    memcpy(&word, text + at, sizeof word);
    word = le64toh(word);
    uint64_t inside = length - at < 8 ? (UINT64_C(1) << 8 * (length - at)) - 1 : UINT64_MAX;
    if (zero_bytes(word ^ ONES * '"') & inside)
      return CUT_QUOTED;
    uint64_t hits = zero_bytes(word ^ separators) & inside;
    for (; hits; hits &= hits - 1) {
      uint32_t place = (uint32_t)(at + (size_t)__builtin_ctzll(hits) / 8);
      stop[count++] = place;
      start[count] = place + 1;
    }
    if (count >= columns)
      return memchr(text, '"', length) ? CUT_QUOTED : CUT_RAGGED;
  }
  stop[count] = (uint32_t)length;
  return count + 1 == columns ? CUT_FINE : CUT_RAGGED;
}

/* ---- rows that lie ahead ------------------------------------------------------------------ */

/* The row that lies ahead ends at `stop`, and its last cell is the last column: takes it. */
static bool take_ahead(struct plb_table *table, size_t stop) {
  const char *text = table->ahead;
  size_t last = table->columns - 1;
  bool carriage = stop && text[stop - 1] == '\r';
  table->stop[last] = (uint32_t)(stop - carriage);
  if (stop > PLB_LINE_LIMIT || (last == 0 && (unsigned char)text[0] <= ' '))
    return false;
  table->row = table->line_text = text;
  table->trim = true;
  table->line++;
  table->ahead += stop + 1;
  table->ahead_lines++;
  return true;
}

/* Cuts the row that lies ahead, up to its line end. Reads up to 7 bytes behind that. */
static inline bool cut_ahead(struct plb_table *table) {
  uint64_t separators = ONES * (unsigned char)table->separator;
  const char *text = table->ahead;
  uint32_t *start = table->start, *stop = table->stop;
  size_t count = 0, columns = table->columns;
  start[0] = 0;
  for (size_t at = 0; count < columns; at += 8) {
    uint64_t word;
    memcpy(&word, text + at, sizeof word);
    word = le64toh(word);
    uint64_t ends = zero_bytes(word ^ ONES * '\n');
    uint64_t before = ends ? (ends & -ends) - 1 : UINT64_MAX;
    if (zero_bytes(word ^ ONES * '"') & before)
      return false;
    uint64_t hits = zero_bytes(word ^ separators) & before;
    for (; hits; hits &= hits - 1) {
      uint32_t place = (uint32_t)(at + (size_t)__builtin_ctzll(hits) / 8);
      stop[count++] = place;
      start[count] = place + 1;
    }
    if (ends)
      return count + 1 == columns && take_ahead(table, at + (size_t)__builtin_ctzll(ends) / 8);
  }
  return false;
}

void plb_table_settle(struct plb_table *table) {
  if (table->ahead_lines)
    plb_bytes_pass(table->bytes, (size_t)(table->ahead - table->ahead_start), table->ahead_lines);
  table->ahead = table->ahead_end = NULL;
  table->ahead_lines = 0;
}

static bool next_ahead(struct plb_table *table) {
  if (table->ahead == table->ahead_end) {
    size_t length;
    plb_table_settle(table);
    plb_bytes_ahead(table->bytes, &table->ahead_start, &length);
    table->ahead = table->ahead_start;
    table->ahead_end = table->ahead_start + length;
    table->line = plb_bytes_line_number(table->bytes);
  }
  if (table->ahead < table->ahead_end && cut_ahead(table))
    return true;
  plb_table_settle(table);
  return false;
}

bool plb_table_twin(struct plb_table *twin, const struct plb_table *table, const char *text, size_t length) {
  *twin = *table;
  twin->start = plb_alloc(table->columns + SLACK, sizeof *twin->start);
  twin->stop = plb_alloc(table->columns + SLACK, sizeof *twin->stop);
  twin->ahead = twin->ahead_start = text;
  twin->ahead_end = text + length;
  twin->ahead_lines = 0;
  if (twin->start && twin->stop && !table->blank && !table->waiting.text)
    return true;
  plb_table_twin_close(twin);
  return false;
}

bool plb_table_twin_next(struct plb_table *twin) {
  return cut_ahead(twin);
}

void plb_table_twin_close(struct plb_table *twin) {
  free(twin->start);
  free(twin->stop);
}

/* ---- many rows at once -------------------------------------------------------------------- */

#define CUT_BYTES ((size_t)64 << 10)

/* Notes where the cells behind the first four marks begin; the marks that are left. */
static inline uint64_t note_four(uint64_t marks, uint32_t from, uint32_t *to) {
  const uint64_t none = UINT64_C(1) << 63; /* where there are fewer, what is noted does not matter */
  uint64_t second = marks & (marks - 1), third = second & (second - 1), fourth = third & (third - 1);
  to[0] = from + (uint32_t)__builtin_ctzll(marks | none);
  to[1] = from + (uint32_t)__builtin_ctzll(second | none);
  to[2] = from + (uint32_t)__builtin_ctzll(third | none);
  to[3] = from + (uint32_t)__builtin_ctzll(fourth | none);
  return fourth & (fourth - 1);
}

/* The same for all of them: twelve without asking how many there are, as that is seldom foreseen. */
static inline uint32_t *note_marks(uint64_t marks, uint32_t from, uint32_t *to) {
  uint32_t *end = to + plb_marks_count(marks);
  do {
    marks = note_four(marks, from + 1, to);
    marks = note_four(marks, from + 1, to + 4);
    marks = note_four(marks, from + 1, to + 8);
    to += 12;
  } while (to < end);
  return end;
}

/* Whether a carriage return is before the line end before `next`. */
static inline bool has_carriage(const char *text, size_t next) {
  return next > 1 && text[next - 2] == '\r';
}

/* Whether the marks behind the cells of a row are separators and then a line end. */
static inline bool is_row(const struct plb_table *table, const char *text, const uint32_t *at, bool carriage) {
  size_t last = table->columns - 1;
  int other = text[at[last + 1] - 1] ^ '\n';
  for (size_t i = 0; i < last; i++)
    other |= text[at[i + 1] - 1] ^ table->separator;
  return !other && has_carriage(text, at[last + 1]) == carriage;
}

void plb_table_cut(const struct plb_table *table, struct plb_cut *cut) {
  const char *text = table->ahead;
  size_t columns = table->columns, most = PLB_CUT_CELLS / columns, left = 0;
  most = most < PLB_CUT_ROWS ? most : PLB_CUT_ROWS;
  if (table->ahead < table->ahead_end && columns <= PLB_CUT_COLUMNS && !table->blank && !table->waiting.text)
    left = (size_t)(table->ahead_end - text);
  left = left < CUT_BYTES ? left : CUT_BYTES;
  uint32_t *to = cut->at, *enough = to + most * columns;
  *to++ = 0;
  cut->text = text;
  cut->rows = 0;
  for (size_t from = 0; from < left && to <= enough; from += PLB_MARKS_BYTES) {
    char end[PLB_MARKS_BYTES] = {0};
    bool whole = left - from >= sizeof end;
    if (!whole)
      memcpy(end, text + from, left - from);
    to = note_marks(plb_marks(whole ? text + from : end, table->separator), (uint32_t)from, to);
  }
  size_t rows = (size_t)(to - cut->at - 1) / columns;
  cut->carriage = rows && has_carriage(text, cut->at[columns]);
  while (cut->rows < rows && cut->rows < most && is_row(table, text, cut->at + cut->rows * columns, cut->carriage))
    cut->rows++;
}

void plb_table_pass(struct plb_table *table, const struct plb_cut *cut, size_t rows) {
  table->line += rows;
  table->ahead += cut->at[rows * table->columns];
  table->ahead_lines += rows;
}

/* ---- rows with quotes --------------------------------------------------------------------- */

static plb_status append(struct plb_table *table, const char *text, size_t length, struct plb_error *err) {
  if (!plb_reserve(&table->record, &table->capacity, table->used + length + 1, 1))
    return plb_fail_memory(err);
  memcpy(table->record + table->used, text, length);
  table->used += length;
  return PLB_OK;
}

/* The row goes on behind the line end; `opened` is where its quote stands. */
static plb_status next_line(struct plb_table *table, size_t opened, struct plb_error *err) {
  const char *text;
  size_t length;
  plb_status st;
  if ((st = plb_bytes_line(table->bytes, &text, &length, err)))
    return st;
  if (!text || table->used + length > PLB_LINE_LIMIT)
    return plb_fail_at(err, PLB_DATA, plb_bytes_name(table->bytes), table->line, opened < table->first ? opened + 1 : 0,
                       "a quote opens here that is not closed");
  table->line_text = NULL;
  if ((st = append(table, "\n", 1, err)))
    return st;
  return append(table, text, length, err);
}

/* *at is behind an opening quote; ends behind the closing one. *out is where the text goes. */
static plb_status unquote(struct plb_table *table, size_t *at, size_t *out, struct plb_error *err) {
  size_t opened = *at - 1;
  plb_status st;
  for (;;) {
    while (*at == table->used)
      if ((st = next_line(table, opened, err)))
        return st;
    char c = table->record[(*at)++];
    if (c == '"' && (*at == table->used || table->record[*at] != '"'))
      return PLB_OK;
    if (c == '"')
      ++*at; /* a doubled quote is one */
    table->record[(*out)++] = c;
  }
}

static bool is_blank(const struct plb_table *table, char c) {
  return c == ' ' || (c == '\t' && table->separator != '\t');
}

/* The cell that starts at *at; ends at its separator or at the end of the row. */
static plb_status cut_cell(struct plb_table *table, size_t *at, size_t *start, size_t *stop, struct plb_error *err) {
  while (*at < table->used && is_blank(table, table->record[*at]))
    ++*at;
  if (*at == table->used || table->record[*at] != '"') {
    *start = *at;
    while (*at < table->used && table->record[*at] != table->separator)
      ++*at;
    *stop = *at;
    while (*stop > *start && is_blank(table, table->record[*stop - 1]))
      --*stop;
    return PLB_OK;
  }
  *start = *stop = ++*at;
  plb_status st = unquote(table, at, stop, err);
  if (st)
    return st;
  while (*at < table->used && is_blank(table, table->record[*at]))
    ++*at;
  if (*at < table->used && table->record[*at] != table->separator)
    return plb_fail_at(err, PLB_DATA, plb_bytes_name(table->bytes), table->line, table->line_text ? *at + 1 : 0,
                       "text behind a closing quote; expected a separator (a quote within quotes is doubled)");
  return PLB_OK;
}

/* Cuts the row that begins with this line; *count is how many cells it has. */
static plb_status cut_quoted(struct plb_table *table, const char *text, size_t length, size_t *count,
                             struct plb_error *err) {
  table->used = 0;
  table->first = length;
  plb_status st = append(table, text, length, err);
  size_t at = 0;
  for (*count = 0; !st; ++*count) {
    size_t start, stop;
    if ((st = cut_cell(table, &at, &start, &stop, err)))
      break;
    if (*count < table->columns) {
      table->start[*count] = (uint32_t)start;
      table->stop[*count] = (uint32_t)stop;
    }
    if (at == table->used) {
      ++*count;
      break;
    }
    at++; /* the separator */
  }
  table->row = table->record;
  table->line_text = table->line_text ? table->record : NULL;
  table->trim = false;
  return st;
}

/* ---- rows --------------------------------------------------------------------------------- */

static size_t count_cells(const char *text, size_t length, char separator) {
  size_t count = 1;
  bool quoted = false;
  for (size_t i = 0; i < length; i++) {
    quoted = quoted != (text[i] == '"');
    count += !quoted && text[i] == separator;
  }
  return count;
}

static plb_status fail_ragged(const struct plb_table *table, size_t count, struct plb_error *err) {
  const char *name = plb_bytes_name(table->bytes);
  if (count > 1)
    return plb_fail_at(err, PLB_DATA, name, table->line, 0, "%zu cells; expected %zu as in the header", count,
                       table->columns);
  return plb_fail_at(err, PLB_DATA, name, table->line, 0, "%zu cell; expected %zu as in the header, separated by %s",
                     count, table->columns,
                     table->separator == ','   ? "commas"
                     : table->separator == ';' ? "semicolons"
                                               : "tabs");
}

static plb_status cut(struct plb_table *table, const char *text, size_t length, struct plb_error *err) {
  table->line = plb_bytes_line_number(table->bytes);
  table->line_text = text;
  table->row = text;
  table->trim = true;
  size_t count = table->columns;
  switch (cut_plain(table, text, length)) {
  case CUT_FINE: return PLB_OK;
  case CUT_RAGGED: return fail_ragged(table, count_cells(text, length, table->separator), err);
  case CUT_QUOTED: break;
  }
  plb_status st = cut_quoted(table, text, length, &count, err);
  if (!st && count != table->columns)
    st = fail_ragged(table, count, err);
  return st;
}

static bool is_empty(const struct plb_table *table, const char *text, size_t length) {
  for (size_t i = 0; i < length; i++)
    if (!is_blank(table, text[i]))
      return false;
  return true;
}

static plb_status fail_blank(struct plb_table *table, struct plb_error *err) {
  uint64_t line = table->blank;
  table->blank = 0;
  return plb_fail_at(err, PLB_DATA, plb_bytes_name(table->bytes), line, 0,
                     "the line is empty; expected %zu %s (write NA for a missing score)", table->columns,
                     table->columns == 1 ? "cell" : "cells");
}

/* The next line that is not empty, NULL at the end. Empty lines before it are a fault, after which it is
 * still the next one. */
static plb_status next_row(struct plb_table *table, const char **text, size_t *length, struct plb_error *err) {
  plb_status st;
  *text = table->waiting.text;
  *length = table->waiting.length;
  table->waiting = (struct plb_slice){NULL, 0};
  if (*text)
    return PLB_OK;
  for (;;) {
    if ((st = plb_bytes_line(table->bytes, text, length, err)))
      return st;
    if (!*text) /* rows behind an empty line may be those of other shards */
      return table->blank && table->blank < plb_bytes_left_out(table->bytes) ? fail_blank(table, err) : PLB_OK;
    if (!is_empty(table, *text, *length))
      break;
    if (!table->blank)
      table->blank = plb_bytes_line_number(table->bytes);
  }
  if (!table->blank)
    return PLB_OK;
  table->waiting = (struct plb_slice){*text, *length};
  return fail_blank(table, err);
}

plb_status plb_table_next(struct plb_table *table, bool *done, struct plb_error *err) {
  const char *text;
  size_t length;
  *done = false;
  if (!table->blank && !table->waiting.text && next_ahead(table))
    return PLB_OK;
  plb_status st = next_row(table, &text, &length, err);
  *done = !st && !text;
  return st || !text ? st : cut(table, text, length, err);
}

/* ---- header ------------------------------------------------------------------------------- */

char plb_table_separator(const char *line, size_t length, size_t *columns) {
  static const char separators[] = {',', '\t', ';'};
  char best = ',';
  *columns = 0;
  for (size_t i = 0; i < sizeof separators; i++) {
    size_t count = count_cells(line, length, separators[i]);
    if (count > *columns) {
      *columns = count;
      best = separators[i];
    }
  }
  return best;
}

/* A row, perhaps, where the header should be. */
static bool has_number(const struct plb_table *table) {
  double number;
  for (size_t i = 0; i < table->columns; i++) {
    struct plb_slice cell = plb_table_cell(table, i);
    if (plb_whole_double(cell.text, cell.length, &number))
      return true;
  }
  return false;
}

/* The cells of the header, copied; columns without a name may repeat. */
static plb_status keep_names(struct plb_table *table, struct plb_error *err) {
  struct plb_dict seen = {0};
  plb_status st = PLB_OK;
  size_t total = 0;
  for (size_t i = 0; i < table->columns; i++)
    total += plb_table_cell(table, i).length;
  table->name_text = plb_alloc(total + 1, 1);
  table->names = plb_alloc(table->columns, sizeof *table->names);
  if (!table->name_text || !table->names)
    return plb_fail_memory(err);
  char *to = table->name_text;
  for (size_t i = 0; i < table->columns && !st; i++) {
    struct plb_slice cell = plb_table_cell(table, i);
    uint32_t before = seen.count, number;
    if (!plb_dict_put(&seen, cell.text, cell.length, &number))
      st = plb_fail_memory(err);
    else if (cell.length && seen.count == before)
      st = plb_fail_at(err, PLB_DATA, plb_bytes_name(table->bytes), table->line,
                       table->line_text ? (uint64_t)(cell.text - table->line_text) + 1 : 0,
                       "two columns have the same name; expected each name once%s",
                       has_number(table) ? " (and this line holds numbers: is the header missing?)" : "");
    memcpy(to, cell.text, cell.length);
    table->names[i] = (struct plb_slice){to, cell.length};
    to += cell.length;
  }
  plb_dict_free(&seen);
  return st;
}

plb_status plb_table_open(struct plb_table *table, struct plb_bytes *bytes, struct plb_error *err) {
  *table = (struct plb_table){.bytes = bytes, .separator = ','};
  const char *text;
  size_t length;
  plb_status st;
  do {
    if ((st = plb_bytes_line(bytes, &text, &length, err)))
      return st;
    if (!text)
      return plb_fail_at(err, PLB_DATA, plb_bytes_name(bytes), 0, 0, "only empty lines; expected a header line");
  } while (is_empty(table, text, length));
  if (length >= 4 && strncasecmp(text, "sep=", 4) == 0)
    return plb_fail_at(err, PLB_DATA, plb_bytes_name(bytes), plb_bytes_line_number(bytes), 1,
                       "a line that only Excel understands; expected the header, so delete this line");
  table->separator = plb_table_separator(text, length, &table->columns);
  table->start = plb_alloc(table->columns + SLACK, sizeof *table->start);
  table->stop = plb_alloc(table->columns + SLACK, sizeof *table->stop);
  if (!table->start || !table->stop)
    return plb_fail_memory(err);
  if ((st = cut(table, text, length, err)))
    return st;
  return keep_names(table, err);
}

void plb_table_close(struct plb_table *table) {
  free(table->names);
  free(table->name_text);
  free(table->start);
  free(table->stop);
  free(table->record);
  *table = (struct plb_table){0};
}
