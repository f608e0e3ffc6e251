/* SPDX-License-Identifier: Apache-2.0
 *
 * One line is one row; fields stand between runs of blanks and tabs. A row with another number of
 * columns is an error at the first column that is too many, or behind the line where one is missing.
 * A row that failed is consumed, so that the next call goes on behind it.
 */
#include "trial/blank.h"

#include <stdio.h>
#include <string.h>

#include "base/number.h"
#include "trial/bytes.h"

static bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

size_t plb_blank_cut(const char *text, size_t length, struct plb_slice *fields, size_t most) {
  size_t count = 0;
  const char *at = text, *end = text + length;
  for (;;) {
    while (at < end && is_blank(*at))
      at++;
    if (at == end)
      return count;
    const char *start = at;
    while (at < end && !is_blank(*at))
      at++;
    if (count < most)
      fields[count] = (struct plb_slice){start, (size_t)(at - start)};
    count++;
  }
}

static plb_status one_row(struct plb_reader *reader, const struct plb_layout *layout, const char *text, size_t length,
                          struct plb_error *err) {
  struct plb_slice cells[PLB_LAYOUT_COLUMNS + 1];
  size_t count = plb_blank_cut(text, length, cells, layout->columns + 1);
  if (!count)
    return PLB_OK;
  uint64_t line = plb_bytes_line_number(reader->bytes);
  if (count != layout->columns) {
    uint64_t column = count > layout->columns ? (uint64_t)(cells[layout->columns].text - text) + 1 : length + 1;
    return plb_fail_at(err, PLB_DATA, reader->name, line, column,
                       "%zu %s between blanks; a row of format %s has %zu: %s", count,
                       count == 1 ? "column" : "columns", reader->kind->name, layout->columns, layout->expected);
  }
  struct plb_fields fields = {
      .count = 1, .mated_known = reader->mated_known, .mated = reader->mated, .line = line, .line_text = text};
  for (size_t i = 0; i < layout->columns; i++)
    if (layout->column[i] != PLB_COLUMN_UNUSED)
      memcpy((char *)&fields + layout->column[i], &cells[i], sizeof cells[i]);
  return plb_intake_row(reader->intake, &fields, err);
}

plb_status plb_blank_next(struct plb_reader *reader, const struct plb_layout *layout, bool *done,
                          struct plb_error *err) {
  plb_status st = PLB_OK;
  while (!st && !plb_intake_full(reader->intake)) {
    const char *text;
    size_t length;
    if ((st = plb_bytes_line(reader->bytes, &text, &length, err)))
      return st;
    if (!text) {
      *done = true;
      return PLB_OK;
    }
    st = one_row(reader, layout, text, length, err);
  }
  return st;
}

plb_status plb_blank_deal(struct plb_reader *reader, struct plb_error *err) {
  const struct plb_dealing dealing = {.shard = reader->input->shard, .shards = reader->input->shards};
  return plb_bytes_deal(reader->bytes, &dealing) ? PLB_OK : plb_fail_memory(err);
}

void plb_blank_describe(const struct plb_layout *layout, struct plb_out *out) {
  struct plb_slice names[PLB_LAYOUT_COLUMNS];
  plb_blank_cut(layout->expected, strlen(layout->expected), names, PLB_LAYOUT_COLUMNS);
  plb_describe_line(out, "separator", "blanks");
  for (size_t i = 0; i < layout->columns; i++) {
    char column[32];
    snprintf(column, sizeof column, "column %zu", i + 1);
    plb_describe_line(out, column, "%.*s: %s", (int)names[i].length, names[i].text,
                      plb_field_meaning(layout->column[i]));
  }
}

struct plb_head plb_head_of(const char *head, size_t length) {
  return (struct plb_head){.at = head, .end = head + length, .cut = length >= PLB_HEAD_BYTES};
}

bool plb_head_next(struct plb_head *head, struct plb_slice *line) {
  struct plb_slice first;
  while (head->at < head->end) {
    size_t left = (size_t)(head->end - head->at);
    const char *stop = memchr(head->at, '\n', left);
    if (!stop && head->cut)
      return false;
    size_t length = stop ? (size_t)(stop - head->at) : left;
    *line = (struct plb_slice){head->at, length};
    head->at += length + (stop ? 1 : 0);
    if (length && line->text[length - 1] == '\r')
      line->length--;
    if (plb_blank_cut(line->text, line->length, &first, 1))
      return true;
  }
  return false;
}

bool plb_slice_is(struct plb_slice slice, const char *text) {
  return slice.length == strlen(text) && memcmp(slice.text, text, slice.length) == 0;
}

bool plb_slice_same(struct plb_slice left, struct plb_slice right) {
  return left.length == right.length && memcmp(left.text, right.text, left.length) == 0;
}

bool plb_slice_is_number(struct plb_slice slice) {
  double value;
  return plb_whole_double(slice.text, slice.length, &value);
}
