/* SPDX-License-Identifier: Apache-2.0
 *
 * A score matrix: a square table of separated values with ids in the first row and the first column.
 * Cell (i, j) is the score of the probe of row i against the reference of column j:
 *
 *     ,a,b
 *     a,0.9,0.1
 *     b,0.2,0.8
 *
 * Ids are people, and row and column are different captures, so equal ids are mated and both halves
 * count. With a table of samples (--samples) the ids are samples, and the diagonal is a sample compared
 * with itself. Rows may stand in another order than columns, but both must name the same ids.
 *
 * The separator (comma, semicolon or tab) is the one that is most frequent in the first row. Ids may be
 * quoted as in RFC 4180, without line breaks. Memory: one line, and the ids of the columns. A row of the
 * table gives many trials, so reading stops within a line when a block is full and goes on there.
 *
 * After an error in a cell the next call goes on with the next cell; after one in the shape, with the
 * next line.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "trial/blank.h"
#include "trial/bytes.h"
#include "trial/formats.h"

struct matrix {
  struct plb_dict ids; /* of the columns; the number of an id is that of its column */
  bool *seen;          /* by that number: a row had this id */
  uint32_t rows;
  char separator;
  char *scratch; /* an id taken out of doubled quotes */
  size_t scratch_capacity;
  const char *text, *at, *end; /* the line being cut and its next cell; at == NULL: between lines */
  uint32_t row, column;        /* numbers of the ids of the next cell */
};

static struct plb_slice trimmed(const char *start, const char *end) {
  while (start < end && (*start == ' ' || *start == '\t'))
    start++;
  while (end > start && (end[-1] == ' ' || end[-1] == '\t'))
    end--;
  return (struct plb_slice){start, (size_t)(end - start)};
}

/* The cell at *at without its quotes (doubled ones inside stay); *at moves behind the separator, NULL
 * after the last cell. */
static struct plb_slice cut_cell(const char **at, const char *end, char separator) {
  const char *start = *at, *stop = start;
  bool quoted = false;
  for (; stop < end && (quoted || *stop != separator); stop++)
    quoted ^= *stop == '"';
  *at = stop < end ? stop + 1 : NULL;
  struct plb_slice cell = trimmed(start, stop);
  if (cell.length >= 2 && cell.text[0] == '"' && cell.text[cell.length - 1] == '"')
    cell = (struct plb_slice){cell.text + 1, cell.length - 2};
  return cell;
}

static char separator_of(const char *text, size_t length) {
  size_t commas = 0, semicolons = 0, tabs = 0;
  bool quoted = false;
  for (size_t i = 0; i < length; i++) {
    quoted ^= text[i] == '"';
    commas += !quoted && text[i] == ',';
    semicolons += !quoted && text[i] == ';';
    tabs += !quoted && text[i] == '\t';
  }
  if (tabs > commas && tabs > semicolons)
    return '\t';
  return semicolons > commas ? ';' : ',';
}

static bool could_be_score(struct plb_slice cell) {
  return !cell.length || plb_slice_is(cell, "NA") || plb_slice_is_number(cell);
}

/* True when `line` starts with an id of the first row, and goes on with as many cells as that has ids
 * (where the corner is empty, a wrong number is the matrix reader's to tell), most of them scores; `cut`:
 * the line goes on behind the head. */
static bool is_row_of(struct plb_slice first, struct plb_slice line, bool cut, char separator) {
  const char *at = line.text, *end = line.text + line.length, *head = first.text;
  struct plb_slice id = cut_cell(&at, end, separator);
  bool corner = cut_cell(&head, first.text + first.length, separator).length > 0, found = false;
  size_t ids = 0, cells = 0, scores = 0;
  for (; head; ids++)
    found |= plb_slice_same(cut_cell(&head, first.text + first.length, separator), id);
  while (at) {
    struct plb_slice cell = cut_cell(&at, end, separator);
    cells += at || !cut;
    scores += (at || !cut) && could_be_score(cell);
  }
  bool fits = cells == ids || (cut && cells < ids) || !corner;
  return found && fits && id.length && ids >= 2 && 2 * scores >= cells;
}

/* A first row that alone is longer than the head can only be one of ids: then its corner is empty. */
static bool sniff(const char *text, size_t length) {
  bool cut = length >= PLB_HEAD_BYTES;
  const char *stop = memchr(text, '\n', length);
  struct plb_slice first = {text, stop ? (size_t)(stop - text) : length};
  if (first.length && text[first.length - 1] == '\r')
    first.length--;
  char separator = separator_of(first.text, first.length);
  if (!stop) {
    const char *at = text;
    return cut && !cut_cell(&at, text + length, separator).length && at;
  }
  struct plb_slice second = {stop + 1, length - (size_t)(stop + 1 - text)};
  const char *second_stop = memchr(second.text, '\n', second.length);
  if (second_stop) {
    second.length = (size_t)(second_stop - second.text);
    second.length -= second.length && second_stop[-1] == '\r';
  }
  return is_row_of(first, second, cut && !second_stop, separator);
}

/* An id whose doubled quotes are made single; may answer a slice of the scratch. */
static bool plain_id(struct matrix *matrix, struct plb_slice *id) {
  if (!memchr(id->text, '"', id->length))
    return true;
  if (!plb_reserve(&matrix->scratch, &matrix->scratch_capacity, id->length, 1))
    return false;
  size_t length = 0;
  for (size_t i = 0; i < id->length; i++) {
    matrix->scratch[length++] = id->text[i];
    i += id->text[i] == '"' && i + 1 < id->length && id->text[i + 1] == '"';
  }
  *id = (struct plb_slice){matrix->scratch, length};
  return true;
}

static plb_status read_ids(struct plb_reader *reader, const char *text, size_t length, struct plb_error *err) {
  struct matrix *matrix = reader->state;
  uint64_t line = plb_bytes_line_number(reader->bytes);
  const char *at = text, *end = text + length;
  matrix->separator = separator_of(text, length);
  cut_cell(&at, end, matrix->separator);
  if (!at)
    return plb_fail_at(err, PLB_DATA, reader->name, line, 1,
                       "one cell; the first row of a score matrix holds the ids of its columns");
  while (at) {
    uint64_t place = (uint64_t)(at - text) + 1;
    struct plb_slice id = cut_cell(&at, end, matrix->separator);
    uint32_t number, before = matrix->ids.count;
    if (!id.length)
      return plb_fail_at(err, PLB_DATA, reader->name, line, place, "an empty id; expected the id of a column");
    if (!plain_id(matrix, &id) || !plb_dict_put(&matrix->ids, id.text, id.length, &number))
      return plb_fail_memory(err);
    if (number != before)
      return plb_fail_at(err, PLB_DATA, reader->name, line, place,
                         "the id of column %" PRIu32 " is that of column %" PRIu32 " again; expected each id once",
                         before + 2, number + 2);
  }
  matrix->seen = plb_alloc(matrix->ids.count, sizeof *matrix->seen);
  return matrix->seen ? PLB_OK : plb_fail_memory(err);
}

static plb_status open_matrix(struct plb_reader *reader, struct plb_error *err) {
  const char *text;
  size_t length;
  if (!(reader->state = plb_alloc(1, sizeof(struct matrix))))
    return plb_fail_memory(err);
  plb_status st = plb_bytes_line(reader->bytes, &text, &length, err);
  if (st)
    return st;
  if (!text)
    return plb_fail_at(err, PLB_DATA, reader->name, 0, 0, "empty; expected a score matrix");
  return read_ids(reader, text, length, err);
}

/* Takes the next line and finds the column with the id of its first cell. *ended at the end. */
static plb_status begin_row(struct plb_reader *reader, bool *ended, struct plb_error *err) {
  struct matrix *matrix = reader->state;
  const char *text;
  size_t length;
  plb_status st = plb_bytes_line(reader->bytes, &text, &length, err);
  if (st || !text) {
    *ended = !st;
    return st;
  }
  const char *at = text, *end = text + length;
  if (!trimmed(text, end).length)
    return PLB_OK;
  uint64_t line = plb_bytes_line_number(reader->bytes);
  struct plb_slice id = cut_cell(&at, end, matrix->separator);
  if (!plain_id(matrix, &id))
    return plb_fail_memory(err);
  matrix->row = plb_dict_find(&matrix->ids, id.text, id.length);
  if (matrix->row == PLB_NOBODY)
    return plb_fail_at(err, PLB_DATA, reader->name, line, 1,
                       "the id of this row is not one of the %" PRIu32 " ids of the columns; a score matrix is square, "
                       "with the same ids in its first row and column",
                       matrix->ids.count);
  if (matrix->seen[matrix->row])
    return plb_fail_at(err, PLB_DATA, reader->name, line, 1, "a second row with this id; expected each id once");
  matrix->seen[matrix->row] = true;
  matrix->rows++;
  if (!at)
    return plb_fail_at(err, PLB_DATA, reader->name, line, length + 1, "0 scores; expected %" PRIu32, matrix->ids.count);
  matrix->text = text;
  matrix->at = at;
  matrix->end = end;
  matrix->column = 0;
  return PLB_OK;
}

/* A row with too many or too few scores; the rest of its line is left out. */
static plb_status wrong_row(struct plb_reader *reader, const char *place, struct plb_error *err) {
  struct matrix *matrix = reader->state;
  matrix->at = NULL;
  return plb_fail_at(err, PLB_DATA, reader->name, plb_bytes_line_number(reader->bytes),
                     (uint64_t)(place - matrix->text) + 1, "%s scores than columns; expected %" PRIu32,
                     matrix->column < matrix->ids.count ? "fewer" : "more", matrix->ids.count);
}

static plb_status one_cell(struct plb_reader *reader, struct plb_error *err) {
  struct matrix *matrix = reader->state;
  if (matrix->column == matrix->ids.count)
    return wrong_row(reader, matrix->at, err);
  struct plb_fields fields = {.count = 1,
                              .mated_known = reader->mated_known,
                              .mated = reader->mated,
                              .line = plb_bytes_line_number(reader->bytes),
                              .line_text = matrix->text};
  fields.score = cut_cell(&matrix->at, matrix->end, matrix->separator);
  uint32_t column = matrix->column++;
  if (!matrix->at && matrix->column < matrix->ids.count)
    return wrong_row(reader, matrix->end, err);
  bool samples = reader->input->samples != NULL;
  struct plb_slice *reference = samples ? &fields.reference_sample : &fields.reference;
  struct plb_slice *probe = samples ? &fields.probe_sample : &fields.probe;
  reference->text = plb_dict_text(&matrix->ids, column, &reference->length);
  probe->text = plb_dict_text(&matrix->ids, matrix->row, &probe->length);
  return plb_intake_row(reader->intake, &fields, err);
}

static plb_status next(struct plb_reader *reader, bool *done, struct plb_error *err) {
  struct matrix *matrix = reader->state;
  plb_status st = PLB_OK;
  while (!st && !*done && !plb_intake_full(reader->intake))
    st = matrix->at ? one_cell(reader, err) : begin_row(reader, done, err);
  if (!st && *done && matrix->rows < matrix->ids.count)
    st = plb_fail_at(err, PLB_DATA, reader->name, plb_bytes_line_number(reader->bytes), 0,
                     "the matrix ends after %" PRIu32 " of %" PRIu32 " rows; a score matrix is square", matrix->rows,
                     matrix->ids.count);
  return st;
}

static void close_matrix(struct plb_reader *reader) {
  struct matrix *matrix = reader->state;
  if (!matrix)
    return;
  plb_dict_free(&matrix->ids);
  free(matrix->seen);
  free(matrix->scratch);
  free(matrix);
  reader->state = NULL;
}

static void describe(const struct plb_reader *reader, struct plb_out *out) {
  const struct matrix *matrix = reader->state;
  const char *ids = reader->input->samples ? "samples" : "people";
  const char *separator = matrix->separator == ',' ? "comma" : matrix->separator == ';' ? "semicolon" : "tab";
  plb_describe_line(out, "separator", "%s", separator);
  plb_describe_line(out, "first row", "ids of the %" PRIu32 " %s of the references", matrix->ids.count, ids);
  plb_describe_line(out, "first column", "ids of the %s of the probes", ids);
  plb_describe_line(out, "cells", "scores");
}

const struct plb_reader_kind plb_reader_matrix = {
    .name = "matrix",
    .sign = "ids in the first row, and one of them at the start of the second",
    .sniff = sniff,
    .open = open_matrix,
    .next = next,
    .close = close_matrix,
    .whole = "that each id has one row is seen by who reads all of them",
    .describe = describe,
};
