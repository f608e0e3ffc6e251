/* SPDX-License-Identifier: Apache-2.0
 *
 * Single values of a result file, read strictly: see json_read.h. Each is a look-up by its key.
 */
#include "result/json_read.h"

#include <string.h>

#include "base/memory.h"
#include "result/sound.h"

void plb_read_reject(struct plb_reader *r, const struct plb_json *value, const char *expected) {
  if (!r->st)
    r->st = plb_json_fail(value, expected, r->err);
}

/* Whether there is a value to read; an absence that is not allowed is rejected. */
static bool present(struct plb_reader *r, const struct plb_json *value, enum plb_need need, const char *expected) {
  if (r->st)
    return false;
  if (value->kind == PLB_JSON_ABSENT && need != PLB_LATER)
    plb_read_reject(r, value, expected);
  else if (value->kind == PLB_JSON_NULL && need == PLB_REQUIRED)
    plb_read_reject(r, value, expected);
  return value->kind != PLB_JSON_ABSENT && value->kind != PLB_JSON_NULL && !r->st;
}

const char *plb_read_text_of(struct plb_reader *r, const struct plb_json *value, enum plb_need need) {
  if (!present(r, value, need, "a text"))
    return NULL;
  if (value->kind != PLB_JSON_TEXT) {
    plb_read_reject(r, value, need == PLB_REQUIRED ? "a text" : "a text or null");
    return NULL;
  }
  bool failed = false;
  const char *text = plb_result_text(r->result, value->text, &failed);
  if (failed)
    r->st = plb_fail_memory(r->err);
  return text;
}

const char *plb_read_text(struct plb_reader *r, const struct plb_json *object, const char *key, enum plb_need need) {
  struct plb_json value = plb_json_member(object, key);
  return plb_read_text_of(r, &value, need);
}

/* A text that is one of the words, which end with NULL. */
const char *plb_read_word(struct plb_reader *r, const struct plb_json *object, const char *key, enum plb_need need,
                          const char *const *words, const char *expected) {
  const char *text = plb_read_text(r, object, key, need);
  struct plb_json value = plb_json_member(object, key);
  while (text && *words && strcmp(text, *words) != 0)
    words++;
  if (text && !*words)
    plb_read_reject(r, &value, expected);
  return text;
}

static uint64_t count_of(struct plb_reader *r, const struct plb_json *value, enum plb_need need, bool *exists) {
  if (exists)
    *exists = false;
  if (!present(r, value, need, "a count"))
    return 0;
  if (value->kind != PLB_JSON_COUNT) {
    plb_read_reject(r, value, need == PLB_REQUIRED ? "a count" : "a count or null");
    return 0;
  }
  if (exists)
    *exists = true;
  return value->count;
}

uint64_t plb_read_count(struct plb_reader *r, const struct plb_json *object, const char *key, enum plb_need need,
                        bool *exists) {
  struct plb_json value = plb_json_member(object, key);
  return count_of(r, &value, need, exists);
}

static double number_of(struct plb_reader *r, const struct plb_json *value, enum plb_need need, bool *exists) {
  if (exists)
    *exists = false;
  if (!present(r, value, need, "a number"))
    return 0;
  if (value->kind != PLB_JSON_NUMBER && value->kind != PLB_JSON_COUNT) {
    plb_read_reject(r, value, need == PLB_REQUIRED ? "a number" : "a number or null");
    return 0;
  }
  if (exists)
    *exists = true;
  return value->number == 0 ? 0 : value->number; /* no -0 */
}

double plb_read_number(struct plb_reader *r, const struct plb_json *object, const char *key, enum plb_need need,
                       bool *exists) {
  struct plb_json value = plb_json_member(object, key);
  return number_of(r, &value, need, exists);
}

/* A number from 0 up, and one from 0 to 1. */
double plb_read_size(struct plb_reader *r, const struct plb_json *object, const char *key, enum plb_need need,
                     bool *exists) {
  struct plb_json value = plb_json_member(object, key);
  double number = number_of(r, &value, need, exists);
  if (!r->st && number < 0)
    plb_read_reject(r, &value, "no number below 0");
  return number;
}

double plb_read_share(struct plb_reader *r, const struct plb_json *object, const char *key, enum plb_need need,
                      bool *exists) {
  struct plb_json value = plb_json_member(object, key);
  double number = plb_read_size(r, object, key, need, exists);
  if (!r->st && number > 1)
    plb_read_reject(r, &value, "a number from 0 to 1");
  return number;
}

/* Whether `value` is an array of exactly two, or, where allowed, nothing. */
static bool is_pair(struct plb_reader *r, const struct plb_json *value, enum plb_need need, const char *expected) {
  if (!present(r, value, need, expected))
    return false;
  if (value->kind != PLB_JSON_ARRAY || value->length != 2)
    plb_read_reject(r, value, expected);
  return !r->st;
}

bool plb_read_pair(struct plb_reader *r, const struct plb_json *object, const char *key, enum plb_need need,
                   double pair[2]) {
  struct plb_json value = plb_json_member(object, key);
  if (!is_pair(r, &value, need, "two numbers"))
    return false;
  for (size_t i = 0; i < 2; i++) {
    struct plb_json element = plb_json_element(&value, i);
    pair[i] = number_of(r, &element, PLB_REQUIRED, NULL);
  }
  return !r->st;
}

bool plb_read_shares(struct plb_reader *r, const struct plb_json *object, const char *key, double pair[2]) {
  struct plb_json value = plb_json_member(object, key);
  bool exists = plb_read_pair(r, object, key, PLB_LATER, pair);
  if (exists && !plb_are_shares(pair))
    plb_read_reject(r, &value, PLB_SHARES_EXPECTED);
  return exists;
}

/* [errors, trials] of a curve, with trials. */
void plb_read_counts(struct plb_reader *r, const struct plb_json *object, const char *key, uint64_t *errors,
                     uint64_t *trials) {
  static const char expected[] = "[errors, trials] with errors <= trials and trials > 0";
  struct plb_json value = plb_json_member(object, key);
  if (!is_pair(r, &value, PLB_REQUIRED, expected))
    return;
  struct plb_json first = plb_json_element(&value, 0), second = plb_json_element(&value, 1);
  *errors = count_of(r, &first, PLB_REQUIRED, NULL);
  *trials = count_of(r, &second, PLB_REQUIRED, NULL);
  if (!r->st && (*errors > *trials || *trials == 0))
    plb_read_reject(r, &value, expected);
}

bool plb_read_boolean(struct plb_reader *r, const struct plb_json *object, const char *key, enum plb_need need) {
  struct plb_json value = plb_json_member(object, key);
  if (!present(r, &value, need, "true or false"))
    return false;
  if (value.kind != PLB_JSON_BOOLEAN)
    plb_read_reject(r, &value, "true or false");
  return value.boolean;
}

struct plb_json plb_read_object(struct plb_reader *r, const struct plb_json *object, const char *key,
                                enum plb_need need) {
  struct plb_json value = plb_json_member(object, key);
  if (present(r, &value, need, "an object") && value.kind != PLB_JSON_OBJECT)
    plb_read_reject(r, &value, need == PLB_REQUIRED ? "an object" : "an object or null");
  return value;
}

struct plb_json plb_read_array(struct plb_reader *r, const struct plb_json *object, const char *key) {
  struct plb_json value = plb_json_member(object, key);
  if (present(r, &value, PLB_REQUIRED, "an array") && value.kind != PLB_JSON_ARRAY)
    plb_read_reject(r, &value, "an array");
  return value;
}

struct plb_json plb_read_element(struct plb_reader *r, const struct plb_json *array, size_t i) {
  struct plb_json value = plb_json_element(array, i);
  if (!r->st && value.kind != PLB_JSON_OBJECT)
    plb_read_reject(r, &value, "an object");
  return value;
}

void plb_read_list(struct plb_reader *r, const struct plb_json *root, const char *key,
                   void (*read_one)(struct plb_reader *r, const struct plb_json *object)) {
  struct plb_json list = plb_read_array(r, root, key);
  for (size_t i = 0; !r->st && i < list.length; i++) {
    struct plb_json object = plb_read_element(r, &list, i);
    if (!r->st)
      read_one(r, &object);
  }
}

/* Refuses what this version cannot hold, and would mix up with the estimate over everybody. */
static void refuse(struct plb_reader *r, const struct plb_json *object, const char *key, const char *what) {
  if (r->st)
    return;
  r->st = plb_fail_at(r->err, PLB_UNSUPPORTED, object->name, 0, 0,
                      "%s[%zu].%s is set: this version does not read estimates by %s", object->parent->key,
                      object->index, key, what);
}

void plb_expect_everybody(struct plb_reader *r, const struct plb_json *object) {
  struct plb_json cell = plb_read_object(r, object, "cell", PLB_REQUIRED);
  if (cell.length)
    refuse(r, object, "cell", "group");
}

void plb_expect_no(struct plb_reader *r, const struct plb_json *object, const char *key, const char *what) {
  struct plb_json value = plb_json_member(object, key);
  if (value.kind != PLB_JSON_ABSENT && value.kind != PLB_JSON_NULL)
    refuse(r, object, key, what);
}

/* Counts come in pairs: plb_expect_both or neither. */
void plb_expect_both(struct plb_reader *r, const struct plb_json *object, bool one, bool other, const char *expected) {
  if (!r->st && one != other)
    plb_read_reject(r, object, expected);
}

void *plb_read_room(struct plb_reader *r, const struct plb_json *list, size_t size, size_t *count) {
  void *room = r->st ? NULL : plb_alloc(list->length, size);
  if (!room && !r->st)
    r->st = plb_fail_memory(r->err);
  *count = room ? list->length : 0;
  return room;
}
