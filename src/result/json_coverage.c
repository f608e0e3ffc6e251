/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads the list "coverage" of a result file back into cells: see json_read.c. What renderers rely on is checked here
 * once: no more tests than replicates, shares from 0 to 1, a method named in each row.
 */
#include <stdlib.h>
#include <string.h>

#include "result/json_read.h"

#define MOST 1e300 /* so that sums of a few stay finite */

/* A text with something in it. */
static const char *read_name(struct plb_reader *r, const struct plb_json *object, const char *key) {
  const char *text = plb_read_text(r, object, key, PLB_REQUIRED);
  struct plb_json value = plb_json_member(object, key);
  if (text && !*text)
    plb_read_reject(r, &value, "a text");
  return text;
}

static double read_amount(struct plb_reader *r, const struct plb_json *object, const char *key) {
  double amount = plb_read_size(r, object, key, PLB_REQUIRED, NULL);
  struct plb_json value = plb_json_member(object, key);
  if (amount > MOST)
    plb_read_reject(r, &value, "no number above 1e300");
  return amount;
}

static void read_method(struct plb_reader *r, const struct plb_json *object, uint64_t replicates,
                        struct plb_coverage_method *method) {
  method->method = read_name(r, object, "method");
  method->covered = plb_read_count(r, object, "covered", PLB_REQUIRED, NULL);
  method->truth_above = plb_read_count(r, object, "truth_above", PLB_REQUIRED, NULL);
  method->truth_below = plb_read_count(r, object, "truth_below", PLB_REQUIRED, NULL);
  method->width = read_amount(r, object, "width");
  uint64_t left = replicates;
  const uint64_t parts[] = {method->covered, method->truth_above, method->truth_below};
  for (size_t k = 0; k < 3; k++) {
    if (parts[k] > left)
      plb_read_reject(r, object, "no more tests than replicates");
    left -= parts[k] > left ? left : parts[k];
  }
}

static void read_methods(struct plb_reader *r, const struct plb_json *object, struct plb_coverage_cell *cell) {
  struct plb_json methods = plb_read_array(r, object, "methods");
  cell->methods = plb_read_room(r, &methods, sizeof *cell->methods, &cell->method_count);
  for (size_t i = 0; i < methods.length && !r->st; i++) {
    struct plb_json method = plb_read_element(r, &methods, i);
    read_method(r, &method, cell->replicates, &cell->methods[i]);
  }
}

static void read_holders(struct plb_reader *r, const struct plb_json *object, struct plb_coverage_cell *cell) {
  bool few;
  cell->holders = plb_read_size(r, object, "holders", PLB_NULLABLE, &cell->has_holders);
  cell->few_holders = plb_read_share(r, object, "few_holders", PLB_NULLABLE, &few);
  plb_expect_both(r, object, cell->has_holders, few, "holders and few_holders, or null for both");
}

static void read_cell(struct plb_reader *r, const struct plb_json *object) {
  static const char *const metrics[] = {"FMR", "FNMR", NULL};
  static const char *const pairings[] = {"all", "random", "bipartite", NULL};
  struct plb_json replicates = plb_json_member(object, "replicates");
  struct plb_coverage_cell cell = {.metric = plb_read_word(r, object, "metric", PLB_REQUIRED, metrics, "FMR or FNMR")};
  cell.model = read_name(r, object, "model");
  cell.pairing = plb_read_word(r, object, "pairing", PLB_REQUIRED, pairings, "all, random or bipartite");
  cell.people = plb_read_count(r, object, "people", PLB_REQUIRED, NULL);
  cell.samples = read_amount(r, object, "samples");
  cell.unequal = plb_read_boolean(r, object, "unequal", PLB_REQUIRED);
  cell.rate = plb_read_share(r, object, "rate", PLB_REQUIRED, NULL);
  cell.trials = read_amount(r, object, "trials");
  cell.errors = read_amount(r, object, "errors");
  cell.design_effect = read_amount(r, object, "design_effect");
  read_holders(r, object, &cell);
  cell.level = plb_read_share(r, object, "level", PLB_REQUIRED, NULL);
  cell.replicates = plb_read_count(r, object, "replicates", PLB_REQUIRED, NULL);
  if (!cell.replicates)
    plb_read_reject(r, &replicates, "a count from 1 up");
  read_methods(r, object, &cell);
  if (r->st)
    free(cell.methods);
  else
    r->st = plb_result_add_coverage(r->result, &cell, r->err);
}

void plb_read_coverage(struct plb_reader *r, const struct plb_json *root) {
  struct plb_json list = plb_json_member(root, "coverage");
  if (r->st || list.kind == PLB_JSON_ABSENT)
    return;
  if (strcmp(r->result->test.type, "coverage") != 0)
    plb_read_reject(r, &list, "coverage only where test.type is coverage");
  plb_read_list(r, root, "coverage", read_cell);
}
