/* SPDX-License-Identifier: Apache-2.0
 *
 * The header of a NumPy array (numpy.lib.format, versions 1.0 to 3.0): "\x93NUMPY", two bytes of version, the length of
 * what follows in two bytes (1.0) or four, and the text of a Python dict:
 *
 *     {'descr': '<f4', 'fortran_order': False, 'shape': (100, 100), }
 *     {'descr': [('probe', '<u4'), ('score', '<f4')], 'fortran_order': False, 'shape': (100,), }
 *
 * Nothing is evaluated: this is the grammar that NumPy writes, and what is not of it is a fault at a byte. The three
 * keys may stand in any order, each once. Objects would be Python programs (pickle) and are refused.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/show.h"
#include "trial/bytes.h"
#include "trial/npy.h"

#define MAGIC 8 /* bytes of signature and version */
#define MOST_HEADER ((size_t)1 << 20)
#define MOST_ITEM ((uint64_t)1 << 24) /* bytes of a row: many fit into a buffer */

struct cursor {
  const struct plb_bytes *bytes;
  const char *start, *at, *end;
  size_t before; /* bytes of the file in front of `start` */
};

static plb_status fault(const struct cursor *c, struct plb_error *err, const char *expected) {
  char shown[PLB_SHOWN];
  size_t left = (size_t)(c->end - c->at);
  return plb_fail_at(err, PLB_DATA, plb_bytes_name(c->bytes), 0, 0, "byte %zu of its header: %s; expected %s",
                     c->before + (size_t)(c->at - c->start) + 1,
                     left ? plb_show_text(shown, c->at, left < 12 ? left : 12) : "the end", expected);
}

static void skip_blanks(struct cursor *c) {
  while (c->at < c->end && (*c->at == ' ' || *c->at == '\t' || *c->at == '\n'))
    c->at++;
}

static bool comes(struct cursor *c, char sign) {
  skip_blanks(c);
  return c->at < c->end && *c->at == sign;
}

/* Takes a sign of the grammar, if it comes next. */
static bool take(struct cursor *c, char sign) {
  bool next = comes(c, sign);
  c->at += next;
  return next;
}

static bool take_word(struct cursor *c, const char *word) {
  size_t length = strlen(word);
  skip_blanks(c);
  if ((size_t)(c->end - c->at) < length || memcmp(c->at, word, length) != 0)
    return false;
  c->at += length;
  return true;
}

static bool take_string(struct cursor *c, struct plb_slice *text) {
  skip_blanks(c);
  if (c->at == c->end || (*c->at != '\'' && *c->at != '"'))
    return false;
  const char *stop = memchr(c->at + 1, *c->at, (size_t)(c->end - c->at) - 1);
  if (!stop || memchr(c->at, '\\', (size_t)(stop - c->at)))
    return false;
  *text = (struct plb_slice){c->at + 1, (size_t)(stop - c->at) - 1};
  c->at = stop + 1;
  return true;
}

/* Digits, with the L of Python 2 behind them or without. */
static bool take_count(struct cursor *c, uint64_t *value) {
  skip_blanks(c);
  const char *from = c->at;
  *value = 0;
  for (; c->at < c->end && *c->at >= '0' && *c->at <= '9'; c->at++) {
    if (*value > (INT64_MAX - 9) / 10)
      return false;
    *value = *value * 10 + (uint64_t)(*c->at - '0');
  }
  bool some = c->at > from;
  if (some && c->at < c->end && *c->at == 'L')
    c->at++;
  return some;
}

/* ---- types -------------------------------------------------------------------------------- */

/* "<f4": order of bytes, kind, size; behind a time its unit. */
static bool element_of(struct plb_slice text, struct plb_element *element) {
  static const uint16_t one = 1;
  bool little = *(const unsigned char *)&one == 1;
  const char *at = text.text, *end = at + text.length;
  uint64_t size = 0;
  if (text.length < 2 || !strchr("<>|", at[0]) || !strchr("biufcmMSUVO", at[1]))
    return false;
  *element = (struct plb_element){.kind = at[1], .swapped = at[0] == (little ? '>' : '<')};
  bool digits = false;
  for (at += 2; at < end && *at >= '0' && *at <= '9' && size <= MOST_ITEM; at++) {
    size = size * 10 + (uint64_t)(*at - '0');
    digits = true;
  }
  bool time = element->kind == 'm' || element->kind == 'M', object = element->kind == 'O';
  element->size = (size_t)size * (element->kind == 'U' ? 4 : 1);
  if (size > MOST_ITEM || (at < end && !time) || (!digits && !object))
    return false;
  if (element->kind == 'b')
    return size == 1;
  if (element->kind == 'i' || element->kind == 'u')
    return size == 1 || ((size == 2 || size == 4 || size == 8) && text.text[0] != '|');
  return element->kind != 'f' || size == 2 || ((size == 4 || size == 8) && text.text[0] != '|') || size > 8;
}

static plb_status take_element(struct cursor *c, struct plb_element *element, struct plb_error *err) {
  struct cursor before = *c;
  struct plb_slice text;
  skip_blanks(&before);
  if (!take_string(c, &text) || !element_of(text, element))
    return fault(&before, err, "a type such as '<f4'");
  if (element->kind != 'O')
    return PLB_OK;
  return plb_fail_at(err, PLB_DATA, plb_bytes_name(c->bytes), 0, 0,
                     "holds Python objects, which are never loaded; expected numbers, saved with allow_pickle=False");
}

/* The shape of a field: so many elements of it in each row. Such a field cannot be used, but passed over. */
static plb_status take_shape_of_field(struct cursor *c, struct plb_element *element, struct plb_error *err) {
  bool several = take(c, '(');
  uint64_t count;
  element->kind = 'V';
  do {
    if (several && take(c, ')'))
      return PLB_OK;
    if (!take_count(c, &count) || count > MOST_ITEM || element->size * count > MOST_ITEM)
      return fault(c, err, "the shape of a field, of at most 16 MiB");
    element->size *= (size_t)count;
  } while (several && take(c, ','));
  return !several || take(c, ')') ? PLB_OK : fault(c, err, "\")\"");
}

/* ('name', '<f4') or ('name', '<f4', (3,)) */
static plb_status take_field(struct cursor *c, struct plb_npy_header *header, struct plb_error *err) {
  struct plb_npy_field field = {.at = header->item};
  plb_status st;
  if (!take(c, '('))
    return fault(c, err, "a field such as ('score', '<f4')");
  if (!take_string(c, &field.name))
    return fault(c, err, "the name of a field, without a backslash");
  if (!take(c, ','))
    return fault(c, err, "a comma and a type");
  if ((st = take_element(c, &field.element, err)))
    return st;
  if (take(c, ',') && !comes(c, ')') && (st = take_shape_of_field(c, &field.element, err)))
    return st;
  if (!take(c, ')'))
    return fault(c, err, "\")\"");
  for (size_t i = 0; i < header->field_count && field.name.length; i++)
    if (header->fields[i].name.length == field.name.length &&
        memcmp(header->fields[i].name.text, field.name.text, field.name.length) == 0)
      return fault(c, err, "each name of a field once");
  if (!plb_reserve(&header->fields, &header->field_capacity, header->field_count + 1, sizeof field))
    return plb_fail_memory(err);
  header->fields[header->field_count++] = field;
  header->item += field.element.size;
  return header->item <= MOST_ITEM ? PLB_OK : fault(c, err, "rows of at most 16 MiB");
}

static plb_status take_type(struct cursor *c, struct plb_npy_header *header, struct plb_error *err) {
  plb_status st;
  if (!take(c, '[')) {
    st = take_element(c, &header->element, err);
    header->item = header->element.size;
    return st;
  }
  do {
    if (header->field_count && take(c, ']'))
      return PLB_OK;
    if ((st = take_field(c, header, err)))
      return st;
  } while (take(c, ','));
  return take(c, ']') ? PLB_OK : fault(c, err, "\",\" or \"]\"");
}

/* ---- shape and keys ------------------------------------------------------------------------ */

static plb_status take_shape(struct cursor *c, struct plb_npy_header *header, struct plb_error *err) {
  if (!take(c, '('))
    return fault(c, err, "a shape such as (100,) or (100, 100)");
  while (!take(c, ')')) {
    uint64_t size;
    if (header->dimensions == 2)
      return fault(c, err, "one or two dimensions");
    if (!take_count(c, &size))
      return fault(c, err, "a whole number below 2^63");
    header->shape[header->dimensions++] = size;
    if (!take(c, ',') && (header->dimensions == 1 || !comes(c, ')')))
      return fault(c, err, "\",\"");
  }
  return PLB_OK;
}

enum key { DESCR = 1, ORDER = 2, SHAPE = 4, ALL = 7 };

static plb_status take_key(struct cursor *c, struct plb_npy_header *header, unsigned *seen, struct plb_error *err) {
  static const char *const names[] = {"'descr'", "'fortran_order'", "'shape'"};
  struct cursor before = *c;
  unsigned key = 0;
  for (unsigned i = 0; i < 3 && !key; i++)
    key = take_word(c, names[i]) ? 1u << i : 0;
  skip_blanks(&before);
  if (!key || (*seen & key))
    return fault(&before, err, "the keys 'descr', 'fortran_order' and 'shape', each once");
  *seen |= key;
  if (!take(c, ':'))
    return fault(c, err, "\":\"");
  if (key == DESCR)
    return take_type(c, header, err);
  if (key == SHAPE)
    return take_shape(c, header, err);
  header->by_column = take_word(c, "True");
  return header->by_column || take_word(c, "False") ? PLB_OK : fault(c, err, "True or False");
}

static plb_status take_dict(struct cursor *c, struct plb_npy_header *header, struct plb_error *err) {
  unsigned seen = 0;
  plb_status st;
  if (!take(c, '{'))
    return fault(c, err, "\"{\"");
  do {
    if (seen == ALL)
      break;
    if ((st = take_key(c, header, &seen, err)))
      return st;
  } while (take(c, ','));
  if (!take(c, '}') || seen != ALL)
    return fault(c, err, seen == ALL ? "\"}\"" : "\",\" and the keys 'descr', 'fortran_order' and 'shape', each once");
  skip_blanks(c);
  return c->at == c->end ? PLB_OK : fault(c, err, "blanks and the end of the header");
}

/* How many elements or rows there are; their bytes are counted in 63 bits. */
static plb_status count_rows(const struct cursor *c, struct plb_npy_header *header, struct plb_error *err) {
  uint64_t item = header->item ? header->item : 1, count = 1;
  for (size_t i = 0; i < header->dimensions; i++) {
    if (header->shape[i] && count > INT64_MAX / item / header->shape[i])
      return plb_fail_at(err, PLB_DATA, plb_bytes_name(c->bytes), 0, 0,
                         "its header says more elements than a file can hold");
    count *= header->shape[i];
  }
  header->count = count;
  if (header->item)
    return PLB_OK;
  return plb_fail_at(err, PLB_DATA, plb_bytes_name(c->bytes), 0, 0, "its elements have no bytes; expected numbers");
}

/* ---- the header ---------------------------------------------------------------------------- */

static plb_status fail_short(const struct plb_bytes *bytes, size_t length, struct plb_error *err) {
  return plb_fail_at(err, PLB_DATA, plb_bytes_name(bytes), 0, 0,
                     "ends after %zu bytes, within its header; is the file cut off?", length);
}

/* Where the text of the header starts, and how long it is. */
static plb_status find_text(struct plb_bytes *bytes, size_t *start, size_t *size, struct plb_error *err) {
  const char *at;
  size_t length;
  plb_status st = plb_bytes_peek(bytes, MAGIC + 4, &at, &length, err);
  if (st)
    return st;
  const unsigned char *head = (const unsigned char *)at;
  if (memcmp(head, "\x93NUMPY", length < 6 ? length : 6) != 0)
    return plb_fail_at(err, PLB_DATA, plb_bytes_name(bytes), 0, 0,
                       "does not begin as a NumPy array; expected the bytes 93 4E 55 4D 50 59");
  if (length < MAGIC + 4)
    return fail_short(bytes, length, err);
  if (head[6] < 1 || head[6] > 3 || head[7] != 0)
    return plb_fail_at(err, PLB_DATA, plb_bytes_name(bytes), 0, 0,
                       "version %u.%u of the format; expected 1.0, 2.0 or 3.0", head[6], head[7]);
  *start = head[6] == 1 ? MAGIC + 2 : MAGIC + 4;
  *size = (size_t)head[8] | (size_t)head[9] << 8;
  if (head[6] > 1)
    *size |= (size_t)head[10] << 16 | (size_t)head[11] << 24;
  if (*size > MOST_HEADER)
    return plb_fail_at(err, PLB_DATA, plb_bytes_name(bytes), 0, 0, "a header of %zu bytes; expected at most %zu", *size,
                       MOST_HEADER);
  return PLB_OK;
}

plb_status plb_npy_header_read(struct plb_bytes *bytes, struct plb_npy_header *header, struct plb_error *err) {
  const char *at;
  size_t length, start = 0, size = 0;
  plb_bytes_array(bytes);
  plb_status st = find_text(bytes, &start, &size, err);
  if (st || (st = plb_bytes_peek(bytes, start + size, &at, &length, err)))
    return st;
  if (length < start + size)
    return fail_short(bytes, length, err);
  header->text = plb_copy_text(at + start, size);
  if (!header->text)
    return plb_fail_memory(err);
  struct cursor c = {bytes, header->text, header->text, header->text + size, start};
  if ((st = take_dict(&c, header, err)) || (st = count_rows(&c, header, err)))
    return st;
  plb_bytes_pass(bytes, start + size, header->dimensions ? header->shape[0] : 1);
  return PLB_OK;
}

void plb_npy_header_free(struct plb_npy_header *header) {
  free(header->text);
  free(header->fields);
  *header = (struct plb_npy_header){0};
}
