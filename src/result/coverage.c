/* SPDX-License-Identifier: Apache-2.0
 *
 * See coverage.h. Each summary is one walk over the cells, and a sort for the median width.
 */
#include "result/coverage.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

static const struct plb_coverage_class classes[] = {
    {"FMR, 50 people or more", {.metric = "FMR", .people_from = 50}},
    {"  fewer than 10 errors", {.metric = "FMR", .people_from = 50, .errors_below = 10}},
    {"  10 to 100 errors", {.metric = "FMR", .people_from = 50, .errors_from = 10, .errors_below = 100}},
    {"  100 errors or more", {.metric = "FMR", .people_from = 50, .errors_from = 100}},
    {"  3 carriers or more", {.metric = "FMR", .people_from = 50, .common = true}},
    {"FMR, 10 to 20 people", {.metric = "FMR", .people_from = 10, .people_below = 21}},
    {"FNMR, 50 people or more", {.metric = "FNMR", .people_from = 50}},
    {"  fewer than 10 errors", {.metric = "FNMR", .people_from = 50, .errors_below = 10}},
    {"  10 to 100 errors", {.metric = "FNMR", .people_from = 50, .errors_from = 10, .errors_below = 100}},
    {"  100 errors or more", {.metric = "FNMR", .people_from = 50, .errors_from = 100}},
    {"  3 carriers or more", {.metric = "FNMR", .people_from = 50, .common = true}},
    {"FNMR, 10 to 20 people", {.metric = "FNMR", .people_from = 10, .people_below = 21}},
};

const struct plb_coverage_class *plb_coverage_classes(size_t k) {
  return k < sizeof classes / sizeof *classes ? &classes[k] : NULL;
}

const struct plb_coverage_method *plb_coverage_find(const struct plb_coverage_cell *cell, const char *method) {
  for (size_t m = 0; m < cell->method_count; m++)
    if (strcmp(cell->methods[m].method, method) == 0)
      return &cell->methods[m];
  return NULL;
}

double plb_coverage_share(const struct plb_coverage_cell *cell, const struct plb_coverage_method *method) {
  return (double)method->covered / (double)cell->replicates;
}

double plb_coverage_error(const struct plb_coverage_cell *cell, const struct plb_coverage_method *method) {
  double share = plb_coverage_share(cell, method);
  return sqrt(share * (1 - share) / (double)cell->replicates);
}

static bool is_chosen(const struct plb_coverage_cell *cell, const struct plb_coverage_choice *choice) {
  if (choice->metric && strcmp(choice->metric, cell->metric) != 0)
    return false;
  if (cell->people < choice->people_from || (choice->people_below && cell->people >= choice->people_below))
    return false;
  if (cell->errors < choice->errors_from || (choice->errors_below > 0 && !(cell->errors < choice->errors_below)))
    return false;
  return !choice->common || !cell->has_holders || cell->holders >= 3;
}

static int smaller_first(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

bool plb_coverage_summary(const struct plb_result *result, const char *method, const struct plb_coverage_choice *choice,
                          struct plb_coverage_summary *summary) {
  double *widths = plb_alloc(result->coverage_count, sizeof *widths);
  *summary = (struct plb_coverage_summary){.least = 1};
  for (size_t c = 0; widths && c < result->coverage_count; c++) {
    const struct plb_coverage_cell *cell = &result->coverage[c];
    const struct plb_coverage_method *of = plb_coverage_find(cell, method);
    if (!of || !is_chosen(cell, choice))
      continue;
    double share = plb_coverage_share(cell, of);
    summary->mean += share;
    summary->least = fmin(summary->least, share);
    summary->near += 100 * of->covered >= 93 * cell->replicates;
    summary->above += (double)of->truth_above / (double)cell->replicates;
    summary->below += (double)of->truth_below / (double)cell->replicates;
    widths[summary->cells++] = of->width;
  }
  size_t cells = summary->cells;
  if (cells) {
    qsort(widths, cells, sizeof *widths, smaller_first);
    summary->width = .5 * (widths[(cells - 1) / 2] + widths[cells / 2]);
    summary->mean /= (double)cells;
    summary->above /= (double)cells;
    summary->below /= (double)cells;
  }
  free(widths);
  return cells > 0;
}

/* ---- whole tests --------------------------------------------------------------------------------------- */

static bool is_same(const char *one, const char *other) {
  return one && other ? strcmp(one, other) == 0 : one == other;
}

size_t plb_whole_methods(const struct plb_result *result, const char *names[PLB_WHOLE_METHODS]) {
  size_t count = 0;
  for (size_t c = 0; c < result->whole_count; c++)
    for (size_t m = 0; m < result->wholes[c].method_count; m++) {
      const char *name = result->wholes[c].methods[m].method;
      size_t k = 0;
      while (k < count && strcmp(names[k], name) != 0)
        k++;
      if (k == count && count < PLB_WHOLE_METHODS)
        names[count++] = name;
    }
  return count;
}

const struct plb_coverage_method *plb_whole_method(const struct plb_whole_cell *cell, const char *method) {
  for (size_t m = 0; m < cell->method_count; m++)
    if (strcmp(cell->methods[m].method, method) == 0)
      return &cell->methods[m];
  return NULL;
}

uint64_t plb_whole_given(const struct plb_coverage_method *method) {
  return method->covered + method->truth_above + method->truth_below;
}

double plb_whole_share(const struct plb_coverage_method *method) {
  uint64_t given = plb_whole_given(method);
  return given ? (double)method->covered / (double)given : 0;
}

bool plb_whole_same_tests(const struct plb_whole_cell *one, const struct plb_whole_cell *other) {
  return is_same(one->model, other->model) && is_same(one->pairing, other->pairing) && one->people == other->people &&
         one->samples == other->samples && one->unequal == other->unequal && one->family == other->family &&
         one->clustered == other->clustered && one->rate == other->rate;
}

bool plb_whole_same_quantity(const struct plb_whole_cell *one, const struct plb_whole_cell *other) {
  return is_same(one->statistic, other->statistic) && is_same(one->at, other->at);
}
