/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads the lists "coverage" and "whole" of a result file back into cells: see json_read.c. What renderers rely on is
 * checked here once: no more tests than replicates, shares from 0 to 1, a method named in each row, a truth where a
 * quantity has one.
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

static void read_method(struct plb_reader *r, const struct plb_json *object, uint64_t replicates, bool whole,
                        struct plb_coverage_method *method) {
  method->method = read_name(r, object, "method");
  method->covered = plb_read_count(r, object, "covered", PLB_REQUIRED, NULL);
  method->truth_above = plb_read_count(r, object, "truth_above", PLB_REQUIRED, NULL);
  method->truth_below = plb_read_count(r, object, "truth_below", PLB_REQUIRED, NULL);
  method->shown = whole ? plb_read_text(r, object, "shown", PLB_NULLABLE) : NULL;
  method->width =
      whole ? plb_read_size(r, object, "width", PLB_NULLABLE, &method->has_width) : read_amount(r, object, "width");
  uint64_t left = replicates;
  const uint64_t parts[] = {method->covered, method->truth_above, method->truth_below};
  for (size_t k = 0; k < 3; k++) {
    if (parts[k] > left)
      plb_read_reject(r, object, "no more tests than replicates");
    left -= parts[k] > left ? left : parts[k];
  }
}

static struct plb_coverage_method *read_methods(struct plb_reader *r, const struct plb_json *object,
                                                uint64_t replicates, bool whole, size_t *count) {
  struct plb_json list = plb_read_array(r, object, "methods");
  struct plb_coverage_method *methods = plb_read_room(r, &list, sizeof *methods, count);
  for (size_t i = 0; i < list.length && !r->st; i++) {
    struct plb_json method = plb_read_element(r, &list, i);
    read_method(r, &method, replicates, whole, &methods[i]);
  }
  return methods;
}

/* Tests, at least one. */
static uint64_t read_replicates(struct plb_reader *r, const struct plb_json *object) {
  uint64_t replicates = plb_read_count(r, object, "replicates", PLB_REQUIRED, NULL);
  struct plb_json value = plb_json_member(object, "replicates");
  if (!replicates)
    plb_read_reject(r, &value, "a count from 1 up");
  return replicates;
}

static void read_holders(struct plb_reader *r, const struct plb_json *object, struct plb_coverage_cell *cell) {
  bool few;
  cell->holders = plb_read_size(r, object, "holders", PLB_NULLABLE, &cell->has_holders);
  cell->few_holders = plb_read_share(r, object, "few_holders", PLB_NULLABLE, &few);
  plb_expect_both(r, object, cell->has_holders, few, "holders and few_holders, or null for both");
}

static const char *read_pairing(struct plb_reader *r, const struct plb_json *object) {
  static const char *const pairings[] = {"all", "random", "bipartite", NULL};
  return plb_read_word(r, object, "pairing", PLB_REQUIRED, pairings, "all, random or bipartite");
}

static void read_cell(struct plb_reader *r, const struct plb_json *object) {
  static const char *const metrics[] = {"FMR", "FNMR", NULL};
  struct plb_coverage_cell cell = {.metric = plb_read_word(r, object, "metric", PLB_REQUIRED, metrics, "FMR or FNMR")};
  cell.model = read_name(r, object, "model");
  cell.pairing = read_pairing(r, object);
  cell.people = plb_read_count(r, object, "people", PLB_REQUIRED, NULL);
  cell.samples = read_amount(r, object, "samples");
  cell.unequal = plb_read_boolean(r, object, "unequal", PLB_REQUIRED);
  cell.rate = plb_read_share(r, object, "rate", PLB_REQUIRED, NULL);
  cell.trials = read_amount(r, object, "trials");
  cell.errors = read_amount(r, object, "errors");
  cell.design_effect = read_amount(r, object, "design_effect");
  read_holders(r, object, &cell);
  cell.level = plb_read_share(r, object, "level", PLB_REQUIRED, NULL);
  cell.replicates = read_replicates(r, object);
  cell.methods = read_methods(r, object, cell.replicates, false, &cell.method_count);
  if (r->st)
    free(cell.methods);
  else
    r->st = plb_result_add_coverage(r->result, &cell, r->err);
}

/* ---- whole tests ---------------------------------------------------------------------------------------- */

static bool is_word(const char *text, const char *word) {
  return text && strcmp(text, word) == 0;
}

/* Rates and the threshold stand at a threshold; the FMR of one that was found, and a curve, have no one truth; what is
 * a share has a share for its truth. */
static void check_whole(struct plb_reader *r, const struct plb_json *object, const struct plb_whole_cell *cell) {
  bool threshold = is_word(cell->statistic, "THRESHOLD"), curve = is_word(cell->statistic, "DET");
  bool fmr = is_word(cell->statistic, "FMR"), rate = fmr || is_word(cell->statistic, "FNMR");
  bool found = is_word(cell->at, "target");
  bool share = rate || is_word(cell->statistic, "EER") || is_word(cell->statistic, "AUC");
  bool apart = is_word(cell->at, "FMR") || is_word(cell->at, "FNMR"), none = is_word(cell->statistic, "NO_DIFFERENCE");
  if ((rate || threshold || apart) != (cell->at != NULL) || (threshold && !found))
    plb_read_reject(r, object, "\"at\" with FMR, FNMR and THRESHOLD alone, of the last a target");
  if (cell->has_truth == (curve || none || (fmr && found)))
    plb_read_reject(r, object, "a truth, but for the DET and the FMR of a threshold that was found");
  if (cell->has_truth && share && !(cell->truth >= 0 && cell->truth <= 1))
    plb_read_reject(r, object, "a truth from 0 to 1");
  if (!cell->family)
    plb_read_reject(r, object, "families of at least one");
}

static void read_spread(struct plb_reader *r, const struct plb_json *object, struct plb_whole_cell *cell) {
  bool mean;
  cell->mean = plb_read_number(r, object, "mean", PLB_NULLABLE, &mean);
  cell->deviation = plb_read_size(r, object, "deviation", PLB_NULLABLE, &cell->has_spread);
  plb_expect_both(r, object, mean, cell->has_spread, "mean and deviation, or null for both");
}

static void read_whole(struct plb_reader *r, const struct plb_json *object) {
  static const char *const statistics[] = {"FMR",       "FNMR",
                                           "THRESHOLD", "EER",
                                           "AUC",       "DPRIME",
                                           "DET",       "MAX_MIN_RATIO",
                                           "GINI",      "MAX_MIN_DIFFERENCE",
                                           "FDR",       "MAX_GEOMEAN_RATIO",
                                           "GARBE",     "NO_DIFFERENCE",
                                           "INEQUITY",  NULL};
  static const char *const places[] = {"threshold", "target",  "group 1", "group 2", "group 3", "group 4", "group 5",
                                       "group 6",   "group 7", "group 8", "FMR",     "FNMR",    NULL};
  struct plb_whole_cell cell = {.statistic = plb_read_word(r, object, "statistic", PLB_REQUIRED, statistics,
                                                           "FMR, FNMR, THRESHOLD, EER, AUC, DPRIME, DET, ...")};
  cell.at = plb_read_word(r, object, "at", PLB_NULLABLE, places, "threshold, target, group 1, ..., FMR, FNMR or null");
  cell.rate = plb_read_share(r, object, "rate", PLB_REQUIRED, NULL);
  cell.model = read_name(r, object, "model");
  cell.pairing = read_pairing(r, object);
  cell.people = plb_read_count(r, object, "people", PLB_REQUIRED, NULL);
  cell.samples = read_amount(r, object, "samples");
  cell.unequal = plb_read_boolean(r, object, "unequal", PLB_REQUIRED);
  cell.family = plb_read_count(r, object, "family", PLB_REQUIRED, NULL);
  cell.clustered = plb_read_boolean(r, object, "clustered", PLB_REQUIRED);
  cell.mated_trials = read_amount(r, object, "mated_trials");
  cell.nonmated_trials = read_amount(r, object, "nonmated_trials");
  cell.truth = plb_read_number(r, object, "truth", PLB_NULLABLE, &cell.has_truth);
  read_spread(r, object, &cell);
  cell.level = plb_read_share(r, object, "level", PLB_REQUIRED, NULL);
  cell.replicates = read_replicates(r, object);
  check_whole(r, object, &cell);
  cell.methods = read_methods(r, object, cell.replicates, true, &cell.method_count);
  if (r->st)
    free(cell.methods);
  else
    r->st = plb_result_add_whole(r->result, &cell, r->err);
}

static void read_lists(struct plb_reader *r, const struct plb_json *root, const char *key,
                       void (*read_one)(struct plb_reader *r, const struct plb_json *object)) {
  struct plb_json list = plb_json_member(root, key);
  if (r->st || list.kind == PLB_JSON_ABSENT)
    return;
  if (strcmp(r->result->test.type, "coverage") != 0)
    plb_read_reject(r, &list, "coverage only where test.type is coverage");
  plb_read_list(r, root, key, read_one);
}

void plb_read_coverage(struct plb_reader *r, const struct plb_json *root) {
  read_lists(r, root, "coverage", read_cell);
  read_lists(r, root, "whole", read_whole);
}
