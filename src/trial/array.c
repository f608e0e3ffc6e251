/* SPDX-License-Identifier: Apache-2.0
 *
 * Elements of arrays become doubles, ids and texts by loops over one type each, so that compilers can do several at
 * once; nothing goes through text that is a number. Whole numbers are scores as long as a double is equal to them: all
 * up to 2^53, and some beyond.
 */
#include "trial/array.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/utf8.h"
#include "trial/bytes.h"

bool plb_element_is_score(const struct plb_element *element) {
  if (element->kind == 'f')
    return element->size == 4 || element->size == 8;
  return element->kind == 'i' || element->kind == 'u';
}

/* Called with constants, so that each call is a loop over one type. */
static inline size_t floats(const char *from, size_t stride, size_t count, double *to, size_t size, bool swapped) {
  for (size_t i = 0; i < count; i++)
    to[i] = plb_array_float(plb_array_load(from + i * stride, size, swapped), size);
  return count;
}

/* The double of a whole number; false where there is none that is equal to it. */
static bool exact(uint64_t bits, bool huge, double *value) {
  bool below = !huge && bits > INT64_MAX;
  uint64_t size = below ? 0 - bits : bits;
  double magnitude = (double)size;
  *value = below ? -magnitude : magnitude;
  return magnitude < 0x1p64 && (uint64_t)magnitude == size;
}

size_t plb_array_scores(const struct plb_element *element, const char *from, size_t stride, size_t count, double *to) {
  bool swapped = element->swapped, huge;
  if (element->kind == 'f' && element->size == 4 && stride == 4 && !swapped)
    return floats(from, 4, count, to, 4, false);
  if (element->kind == 'f' && element->size == 4)
    return swapped ? floats(from, stride, count, to, 4, true) : floats(from, stride, count, to, 4, false);
  if (element->kind == 'f')
    return swapped ? floats(from, stride, count, to, 8, true) : floats(from, stride, count, to, 8, false);
  for (size_t i = 0; i < count; i++) {
    uint64_t bits = plb_array_whole(element, from + i * stride, &huge);
    if (!exact(bits, huge, &to[i]))
      return i;
  }
  return count;
}

size_t plb_whole_text(uint64_t bits, bool huge, char text[PLB_WHOLE_TEXT]) {
  int length = huge ? snprintf(text, PLB_WHOLE_TEXT, "%" PRIu64, bits)
                    : snprintf(text, PLB_WHOLE_TEXT, "%" PRId64, (int64_t)bits);
  return (size_t)length;
}

/* ---- texts -------------------------------------------------------------------------------- */

static size_t put_point(char *to, uint32_t point) {
  if (point < 0x80) {
    to[0] = (char)point;
    return 1;
  }
  size_t more = point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
  static const unsigned char first[] = {0, 0xC0, 0xE0, 0xF0};
  to[0] = (char)(first[more] | point >> (6 * more));
  for (size_t i = 1; i <= more; i++)
    to[i] = (char)(0x80 | (point >> (6 * (more - i)) & 0x3F));
  return more + 1;
}

/* UCS-4 as UTF-8, which is never longer. */
static bool from_ucs4(const struct plb_element *element, const char *from, char *scratch, struct plb_slice *text) {
  size_t points = element->size / 4, used = 0;
  while (points && !plb_array_load(from + 4 * (points - 1), 4, false))
    points--;
  for (size_t i = 0; i < points; i++) {
    uint32_t point = (uint32_t)plb_array_load(from + 4 * i, 4, element->swapped);
    if (!point || point > 0x10FFFF || (point >= 0xD800 && point < 0xE000))
      return false;
    used += put_point(scratch + used, point);
  }
  *text = (struct plb_slice){scratch, used};
  return true;
}

bool plb_array_text(const struct plb_element *element, const char *from, char *scratch, struct plb_slice *text) {
  if (element->kind == 'U')
    return from_ucs4(element, from, scratch, text);
  size_t length = element->size, good;
  while (length && !from[length - 1])
    length--;
  *text = (struct plb_slice){from, length};
  return plb_text_check(from, length, &good) == PLB_TEXT_FINE && good == length;
}

/* ---- elements on their way ---------------------------------------------------------------- */

static plb_status fail_end(const struct plb_run *run, const struct plb_bytes *bytes, size_t length,
                           struct plb_error *err) {
  uint64_t all = run->total * run->size;
  plb_status st = plb_bytes_unchanged(bytes, err);
  if (st)
    return st;
  if (!run->left)
    return plb_fail_at(err, PLB_DATA, plb_bytes_name(bytes), 0, 0,
                       "%zu bytes or more behind the last %s; expected %" PRIu64 " times %zu bytes as the header says, "
                       "and the end of the file",
                       length, run->what, run->total, run->size);
  return plb_fail_at(err, PLB_DATA, plb_bytes_name(bytes), 0, 0,
                     "ends after %" PRIu64 " of the %" PRIu64 " bytes that the header says (%" PRIu64 " times %zu); is "
                     "the file cut off?",
                     all - run->left * run->size + length, all, run->total, run->size);
}

uint64_t plb_run_deal(struct plb_run *run, struct plb_reader *reader) {
  const struct plb_input *input = reader->input;
  run->before = plb_deal_first(run->total, input->shard, input->shards);
  run->after = run->total - plb_deal_first(run->total, input->shard + 1, input->shards);
  reader->others |= run->before + run->after > 0;
  return run->before;
}

static plb_status look(const struct plb_run *run, struct plb_bytes *bytes, const char **at, size_t *count,
                       struct plb_error *err) {
  size_t length;
  plb_status st = plb_bytes_peek(bytes, run->left ? run->size : 1, at, &length, err);
  if (st)
    return st;
  *count = run->left ? length / run->size : 0;
  if (*count > run->left)
    *count = (size_t)run->left;
  bool fine = run->left ? *count > 0 : length == 0;
  return fine ? PLB_OK : fail_end(run, bytes, length, err);
}

/* Passes up to `others` elements; *others become fewer. */
static plb_status pass(struct plb_run *run, struct plb_bytes *bytes, uint64_t *others, struct plb_error *err) {
  const char *at;
  size_t count;
  plb_status st;
  while (*others) {
    if ((st = look(run, bytes, &at, &count, err)))
      return st;
    if (count > *others)
      count = (size_t)*others;
    plb_run_pass(run, bytes, count);
    *others -= count;
  }
  return PLB_OK;
}

plb_status plb_run_ahead(struct plb_run *run, struct plb_bytes *bytes, const char **at, size_t *count,
                         struct plb_error *err) {
  plb_status st = pass(run, bytes, &run->before, err);
  if (!st && run->left == run->after)
    st = pass(run, bytes, &run->after, err);
  if (st || (st = look(run, bytes, at, count, err)))
    return st;
  if (*count > run->left - run->after)
    *count = (size_t)(run->left - run->after);
  return PLB_OK;
}

void plb_run_pass(struct plb_run *run, struct plb_bytes *bytes, size_t count) {
  plb_bytes_pass(bytes, count * run->size, 0);
  run->left -= count;
}

plb_status plb_fail_element(const char *name, uint64_t row, uint64_t column, struct plb_error *err, const char *format,
                            ...) {
  char message[400], place[48] = "";
  va_list args;
  va_start(args, format);
  vsnprintf(message, sizeof message, format, args);
  va_end(args);
  if (column)
    snprintf(place, sizeof place, ", column %" PRIu64, column);
  plb_fail(err, PLB_DATA, "%.180s: row %" PRIu64 "%s: %s", name, row, place, message);
  if (err) {
    err->line = row;
    err->column = column;
  }
  return PLB_DATA;
}

plb_status plb_fail_inexact(const struct plb_reader *reader, const struct plb_fields *fields, struct plb_error *err) {
  return plb_fail_element(reader->name, fields->line, fields->numbers->column, err,
                          "a whole number that no double is equal to; expected scores up to 2^53, or as floats");
}
