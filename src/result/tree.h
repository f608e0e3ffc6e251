/* SPDX-License-Identifier: Apache-2.0
 *
 * A parsed JSON text as a tree of values that know their path, so that a message can name
 * estimates[3].interval.lower. A value is a plain struct on the stack of the reader; it borrows from the
 * parsed text and from the value that it was reached through.
 */
#ifndef PLB_RESULT_TREE_H
#define PLB_RESULT_TREE_H

#include "base/error.h"

enum plb_json_kind {
  PLB_JSON_ABSENT = 0, /* the object has no such key */
  PLB_JSON_NULL,
  PLB_JSON_BOOLEAN,
  PLB_JSON_COUNT,  /* a whole number from 0 to 2^64-1, written without point and exponent */
  PLB_JSON_NUMBER, /* any other finite number */
  PLB_JSON_TEXT,   /* without a NUL in it */
  PLB_JSON_ARRAY,
  PLB_JSON_OBJECT,
  PLB_JSON_OTHER /* what standard JSON has no word for: infinity, NaN, a text with a NUL */
};

struct plb_json {
  const char *name;              /* of the file, for messages */
  const struct plb_json *parent; /* NULL: the whole text */
  const char *key;               /* in the parent; NULL: element `index` of an array */
  size_t index;
  enum plb_json_kind kind;
  size_t length;  /* elements of an array, members of an object */
  uint64_t count; /* of a PLB_JSON_COUNT */
  double number;  /* of a count too */
  bool boolean;
  const char *text;
  void *tree; /* the library's own */
};

/* Strict JSON, valid UTF-8, at most 32 deep. Fails with PLB_DATA naming line and column. Free `root`
 * with plb_json_free, after which nothing reached through it may be used. */
plb_status plb_json_parse(const char *name, const char *text, size_t length, struct plb_json *root,
                          struct plb_error *err);
void plb_json_free(struct plb_json *root);

/* A member of an object (PLB_JSON_ABSENT when missing), an element of an array (index < length). */
struct plb_json plb_json_member(const struct plb_json *object, const char *key);
struct plb_json plb_json_element(const struct plb_json *array, size_t index);

/* The member of an object at that place in the text (index < length). */
struct plb_json plb_json_entry(const struct plb_json *object, size_t index);

/* PLB_DATA: "file: path: found WHAT IT IS, expected `expected`"; for an absent key "... is missing". */
plb_status plb_json_fail(const struct plb_json *value, const char *expected, struct plb_error *err);

#endif
