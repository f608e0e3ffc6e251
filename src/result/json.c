/* SPDX-License-Identifier: Apache-2.0
 *
 * The one file that sees json-c: strict parsing of a whole text, and a view of its tree by value.
 *
 * json-c treats a NUL as the end of its input, and even when strict it takes NaN, Infinity, texts in
 * single quotes, raw control bytes in texts and "1.", and turns whole numbers beyond 64 bits into the
 * largest that fits. One pass over the bytes refuses these first, so that the reader above sees standard
 * JSON and exact counts only. It needs no grammar: outside texts, such things show in a byte or two.
 * json-c gives the offset of an error; its line and column are counted here.
 */
#include "result/tree.h"

#include <json.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define DEEPEST 32
#define PATH_BYTES 256

static plb_status fail_at_offset(const char *name, const char *text, size_t offset, const char *what,
                                 struct plb_error *err) {
  uint64_t line = 1;
  size_t start = 0;
  for (size_t i = 0; i < offset; i++) {
    if (text[i] == '\n') {
      line++;
      start = i + 1;
    }
  }
  return plb_fail_at(err, PLB_DATA, name, line, offset - start + 1, "%s; expected a result file in JSON", what);
}

static bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/* The first byte behind a text that starts at text[i]; *control: a raw control byte in it comes first. */
static size_t skip_text(const char *text, size_t length, size_t i, bool *control) {
  for (i++; i < length && text[i] != '"'; i++) {
    if (text[i] == '\\' && i + 1 < length)
      i++;
    *control = (unsigned char)text[i] < 0x20;
    if (*control)
      return i;
  }
  return i < length ? i + 1 : i;
}

/* The first byte behind the digits at text[i]; *fits: as a whole number they fit into 64 bits. */
static size_t skip_digits(const char *text, size_t length, size_t i, bool *fits) {
  static const char most_positive[] = "18446744073709551615", most_negative[] = "9223372036854775808";
  bool negative = i && text[i - 1] == '-';
  const char *most = negative ? most_negative : most_positive;
  size_t most_digits = strlen(most), start = i;
  while (i < length && is_digit(text[i]))
    i++;
  size_t digits = i - start;
  *fits = digits < most_digits || (digits == most_digits && memcmp(text + start, most, digits) <= 0);
  return i;
}

/* Refuses what json-c would let pass. */
static plb_status check_bytes(const char *name, const char *text, size_t length, struct plb_error *err) {
  for (size_t i = 0; i < length;) {
    bool fits = true, control = false;
    size_t next = i + 1;
    if (text[i] == '"')
      next = skip_text(text, length, i, &control);
    else if (is_digit(text[i]))
      next = skip_digits(text, length, i, &fits);
    if (control)
      return fail_at_offset(name, text, next, "a control byte in a text", err);
    if (text[i] == '.' && (next == length || !is_digit(text[next])))
      return fail_at_offset(name, text, i, "a point without digits behind it", err);
    if (text[i] == '\0' || text[i] == '\'' || text[i] == 'N' || text[i] == 'I')
      return fail_at_offset(name, text, i, "a byte that starts no JSON value", err);
    if (!fits && (next == length || !memchr(".eE", text[next], 3)))
      return fail_at_offset(name, text, i, "a whole number beyond 64 bits", err);
    i = next;
    if (text[i - 1] == '.') /* a fraction of any length */
      while (i < length && is_digit(text[i]))
        i++;
  }
  return PLB_OK;
}

/* What the kinds of json-c are here. */
static struct plb_json view(struct json_object *tree) {
  struct plb_json value = {.kind = PLB_JSON_OTHER, .tree = tree};
  switch (json_object_get_type(tree)) {
  case json_type_null: value.kind = PLB_JSON_NULL; break;
  case json_type_boolean:
    value.kind = PLB_JSON_BOOLEAN;
    value.boolean = json_object_get_boolean(tree);
    break;
  case json_type_double:
    value.number = json_object_get_double(tree);
    value.kind = isfinite(value.number) ? PLB_JSON_NUMBER : PLB_JSON_OTHER;
    break;
  case json_type_int:
    value.number = json_object_get_double(tree);
    value.kind = json_object_get_int64(tree) < 0 ? PLB_JSON_NUMBER : PLB_JSON_COUNT;
    value.count = json_object_get_uint64(tree);
    break;
  case json_type_string:
    value.text = json_object_get_string(tree);
    value.kind = strlen(value.text) == (size_t)json_object_get_string_len(tree) ? PLB_JSON_TEXT : PLB_JSON_OTHER;
    break;
  case json_type_array:
    value.kind = PLB_JSON_ARRAY;
    value.length = json_object_array_length(tree);
    break;
  case json_type_object:
    value.kind = PLB_JSON_OBJECT;
    value.length = (size_t)json_object_object_length(tree);
    break;
  }
  return value;
}

static plb_status parse(struct json_tokener *tokener, const char *name, const char *text, size_t length,
                        struct plb_json *root, struct plb_error *err) {
  json_tokener_set_flags(tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
  struct json_object *tree = json_tokener_parse_ex(tokener, text, (int)length);
  enum json_tokener_error error = json_tokener_get_error(tokener);
  size_t offset = json_tokener_get_parse_end(tokener);
  if (error == json_tokener_success) {
    *root = view(tree);
    root->name = name;
    return PLB_OK;
  }
  json_object_put(tree);
  if (error == json_tokener_continue)
    return fail_at_offset(name, text, length, "the text ends too early", err);
  return fail_at_offset(name, text, offset, json_tokener_error_desc(error), err);
}

plb_status plb_json_parse(const char *name, const char *text, size_t length, struct plb_json *root,
                          struct plb_error *err) {
  *root = (struct plb_json){0};
  if (length > INT_MAX - 1)
    return plb_fail_at(err, PLB_DATA, name, 0, 0, "more than 2 GiB of text; expected a result file");
  plb_status st = check_bytes(name, text, length, err);
  if (st)
    return st;
  struct json_tokener *tokener = json_tokener_new_ex(DEEPEST);
  if (!tokener)
    return plb_fail_memory(err);
  st = parse(tokener, name, text, length, root, err);
  json_tokener_free(tokener);
  return st;
}

void plb_json_free(struct plb_json *root) {
  json_object_put(root->tree);
  *root = (struct plb_json){0};
}

struct plb_json plb_json_member(const struct plb_json *object, const char *key) {
  struct json_object *tree = NULL;
  struct plb_json value = {0};
  if (object->kind == PLB_JSON_OBJECT && json_object_object_get_ex(object->tree, key, &tree))
    value = view(tree);
  value.name = object->name;
  value.parent = object;
  value.key = key;
  return value;
}

struct plb_json plb_json_element(const struct plb_json *array, size_t index) {
  struct plb_json value = view(json_object_array_get_idx(array->tree, index));
  value.name = array->name;
  value.parent = array;
  value.index = index;
  return value;
}

struct plb_json plb_json_entry(const struct plb_json *object, size_t index) {
  struct lh_entry *entry = json_object_get_object(object->tree)->head;
  while (index--)
    entry = entry->next;
  return plb_json_member(object, lh_entry_k(entry));
}

/* Writes the path of a value from the root; what does not fit is left out at the end. */
static size_t write_path(const struct plb_json *value, char *path, size_t size) {
  if (!value->parent)
    return 0;
  size_t used = write_path(value->parent, path, size);
  if (used + 1 >= size)
    return used;
  int wrote = value->key ? snprintf(path + used, size - used, "%s%s", used ? "." : "", value->key)
                         : snprintf(path + used, size - used, "[%zu]", value->index);
  return used + (size_t)wrote;
}

plb_status plb_json_fail(const struct plb_json *value, const char *expected, struct plb_error *err) {
  static const char *const found[] = {[PLB_JSON_NULL] = "null",
                                      [PLB_JSON_BOOLEAN] = "true or false",
                                      [PLB_JSON_COUNT] = "a whole number",
                                      [PLB_JSON_NUMBER] = "a number",
                                      [PLB_JSON_TEXT] = "a text",
                                      [PLB_JSON_ARRAY] = "an array",
                                      [PLB_JSON_OBJECT] = "an object",
                                      [PLB_JSON_OTHER] = "something that standard JSON has no value for"};
  char path[PATH_BYTES] = "the whole file";
  write_path(value, path, sizeof path);
  if (value->kind == PLB_JSON_ABSENT)
    return plb_fail_at(err, PLB_DATA, value->name, 0, 0, "%s is missing; expected %s", path, expected);
  return plb_fail_at(err, PLB_DATA, value->name, 0, 0, "%s is %s; expected %s", path, found[value->kind], expected);
}
