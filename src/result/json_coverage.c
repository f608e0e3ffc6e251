/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads the list "coverage" of a result file back into cells: strict, as json_read.c is. The reader keeps the
 * first failure and answers empty values after it. What renderers rely on is checked here once: no more tests
 * than replicates, shares from 0 to 1, a method named in each row.
 */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "result/sound.h"
#include "result/store.h"
#include "result/tree.h"

struct reader {
  struct plb_result *result;
  struct plb_error *err;
  plb_status st;
};

static void reject(struct reader *r, const struct plb_json *value, const char *expected) {
  if (!r->st)
    r->st = plb_json_fail(value, expected, r->err);
}

static const char *read_text(struct reader *r, const struct plb_json *object, const char *key) {
  struct plb_json value = plb_json_member(object, key);
  bool failed = false;
  if (value.kind != PLB_JSON_TEXT || !*value.text)
    reject(r, &value, "a text");
  if (r->st)
    return "";
  const char *text = plb_result_text(r->result, value.text, &failed);
  if (failed)
    r->st = plb_fail_memory(r->err);
  return failed ? "" : text;
}

static const char *read_word(struct reader *r, const struct plb_json *object, const char *key, const char *const *words,
                             const char *expected) {
  const char *text = read_text(r, object, key);
  struct plb_json value = plb_json_member(object, key);
  while (*words && strcmp(text, *words) != 0)
    words++;
  if (!*words)
    reject(r, &value, expected);
  return text;
}

static uint64_t read_count(struct reader *r, const struct plb_json *object, const char *key) {
  struct plb_json value = plb_json_member(object, key);
  if (value.kind != PLB_JSON_COUNT)
    reject(r, &value, "a count");
  return value.kind == PLB_JSON_COUNT ? value.count : 0;
}

/* From 0 up to `most`. */
static double read_number(struct reader *r, const struct plb_json *object, const char *key, double most,
                          const char *expected) {
  struct plb_json value = plb_json_member(object, key);
  bool number = value.kind == PLB_JSON_NUMBER || value.kind == PLB_JSON_COUNT;
  if (!number || !(value.number >= 0 && value.number <= most))
    reject(r, &value, expected);
  return number && value.number > 0 ? value.number : 0;
}

#define ANY 1e300
static const char SIZE[] = "a number from 0 up", SHARE[] = "a number from 0 to 1";

static struct plb_json read_list(struct reader *r, const struct plb_json *object, const char *key) {
  struct plb_json list = plb_json_member(object, key);
  if (list.kind != PLB_JSON_ARRAY)
    reject(r, &list, "an array");
  return list;
}

static struct plb_json read_element(struct reader *r, const struct plb_json *list, size_t i) {
  struct plb_json value = plb_json_element(list, i);
  if (value.kind != PLB_JSON_OBJECT)
    reject(r, &value, "an object");
  return value;
}

static void read_method(struct reader *r, const struct plb_json *object, uint64_t replicates,
                        struct plb_coverage_method *method) {
  method->method = read_text(r, object, "method");
  method->covered = read_count(r, object, "covered");
  method->truth_above = read_count(r, object, "truth_above");
  method->truth_below = read_count(r, object, "truth_below");
  method->width = read_number(r, object, "width", ANY, SIZE);
  uint64_t left = replicates;
  const uint64_t parts[] = {method->covered, method->truth_above, method->truth_below};
  for (size_t k = 0; k < 3; k++) {
    if (parts[k] > left)
      reject(r, object, "no more tests than replicates");
    left -= parts[k] > left ? left : parts[k];
  }
}

static void read_methods(struct reader *r, const struct plb_json *object, struct plb_coverage_cell *cell) {
  struct plb_json methods = read_list(r, object, "methods");
  if (r->st)
    return;
  cell->methods = plb_alloc(methods.length, sizeof *cell->methods);
  if (!cell->methods) {
    r->st = plb_fail_memory(r->err);
    return;
  }
  for (size_t i = 0; i < methods.length && !r->st; i++) {
    struct plb_json method = read_element(r, &methods, i);
    if (!r->st)
      read_method(r, &method, cell->replicates, &cell->methods[i]);
    cell->method_count = i + 1;
  }
}

static void read_holders(struct reader *r, const struct plb_json *object, struct plb_coverage_cell *cell) {
  struct plb_json holders = plb_json_member(object, "holders"), few = plb_json_member(object, "few_holders");
  cell->has_holders = holders.kind != PLB_JSON_NULL;
  if (cell->has_holders != (few.kind != PLB_JSON_NULL))
    reject(r, object, "holders and few_holders, or null for both");
  if (!cell->has_holders)
    return;
  cell->holders = read_number(r, object, "holders", ANY, SIZE);
  cell->few_holders = read_number(r, object, "few_holders", 1, SHARE);
}

static void read_cell(struct reader *r, const struct plb_json *object) {
  static const char *const metrics[] = {"FMR", "FNMR", NULL};
  static const char *const pairings[] = {"all", "random", "bipartite", NULL};
  struct plb_json replicates = plb_json_member(object, "replicates"), unequal = plb_json_member(object, "unequal");
  struct plb_coverage_cell cell = {.metric = read_word(r, object, "metric", metrics, "FMR or FNMR")};
  cell.model = read_text(r, object, "model");
  cell.pairing = read_word(r, object, "pairing", pairings, "all, random or bipartite");
  cell.people = read_count(r, object, "people");
  cell.samples = read_number(r, object, "samples", ANY, SIZE);
  if (unequal.kind != PLB_JSON_BOOLEAN)
    reject(r, &unequal, "true or false");
  cell.unequal = unequal.kind == PLB_JSON_BOOLEAN && unequal.boolean;
  cell.rate = read_number(r, object, "rate", 1, SHARE);
  cell.trials = read_number(r, object, "trials", ANY, SIZE);
  cell.errors = read_number(r, object, "errors", ANY, SIZE);
  cell.design_effect = read_number(r, object, "design_effect", ANY, SIZE);
  read_holders(r, object, &cell);
  cell.level = read_number(r, object, "level", 1, SHARE);
  cell.replicates = read_count(r, object, "replicates");
  if (!cell.replicates)
    reject(r, &replicates, "a count from 1 up");
  read_methods(r, object, &cell);
  if (r->st)
    free(cell.methods);
  else
    r->st = plb_result_add_coverage(r->result, &cell, r->err);
}

plb_status plb_result_read_coverage(const struct plb_json *root, struct plb_result *result, struct plb_error *err) {
  struct reader r = {.result = result, .err = err};
  struct plb_json list = plb_json_member(root, "coverage");
  if (list.kind == PLB_JSON_ABSENT)
    return PLB_OK;
  if (strcmp(result->test.type, "coverage") != 0)
    reject(&r, &list, "coverage only where test.type is coverage");
  else if (list.kind != PLB_JSON_ARRAY)
    reject(&r, &list, "an array");
  for (size_t i = 0; !r.st && i < list.length; i++) {
    struct plb_json object = read_element(&r, &list, i);
    if (!r.st)
      read_cell(&r, &object);
  }
  return r.st;
}
