/* SPDX-License-Identifier: Apache-2.0
 *
 * What the cells of a coverage study come to, taken together.
 */
#ifndef PLB_RESULT_COVERAGE_H
#define PLB_RESULT_COVERAGE_H

#include "result/result.h"

/* Which cells: all bounds include their lower end only; 0 above = no bound. */
struct plb_coverage_choice {
  const char *metric; /* NULL = both */
  uint64_t people_from, people_below;
  double errors_from, errors_below;
  bool common; /* only where at least 3 of those who carry the rate are sampled on average */
};

struct plb_coverage_summary {
  size_t cells;
  double mean, least, width; /* coverage: mean and smallest; median of the widths */
  size_t near;               /* cells with at least 93 % */
  double above, below;       /* mean shares of tests whose interval lay wholly below, or above, the truth */
};

/* Of one method, over the cells that are chosen and have it. False when there are none, or memory ran out. */
bool plb_coverage_summary(const struct plb_result *result, const char *method, const struct plb_coverage_choice *choice,
                          struct plb_coverage_summary *summary);

/* The classes that tables and figures show, in order; NULL past the last. */
struct plb_coverage_class {
  const char *name;
  struct plb_coverage_choice choice;
};
const struct plb_coverage_class *plb_coverage_classes(size_t k);

/* That method of the cell, or NULL. */
const struct plb_coverage_method *plb_coverage_find(const struct plb_coverage_cell *cell, const char *method);

/* ---- whole tests --------------------------------------------------------------------------------------- */

#define PLB_WHOLE_METHODS 16

/* The methods of all cells in the order in which they come; how many there are, at most PLB_WHOLE_METHODS. */
size_t plb_whole_methods(const struct plb_result *result, const char *names[PLB_WHOLE_METHODS]);
const struct plb_coverage_method *plb_whole_method(const struct plb_whole_cell *cell, const char *method);

/* Tests in which the method gave an interval, and the share of them in which it held the truth (0 where there are
 * none). */
uint64_t plb_whole_given(const struct plb_coverage_method *method);
double plb_whole_share(const struct plb_coverage_method *method);

/* Whether two cells are of the same tests, and of the same quantity. */
bool plb_whole_same_tests(const struct plb_whole_cell *one, const struct plb_whole_cell *other);
bool plb_whole_same_quantity(const struct plb_whole_cell *one, const struct plb_whole_cell *other);

/* ---- trials of one class ----------------------------------------------------------------------------------- */

/* Share of the tests whose interval held the truth, and its standard error. */
double plb_coverage_share(const struct plb_coverage_cell *cell, const struct plb_coverage_method *method);
double plb_coverage_error(const struct plb_coverage_cell *cell, const struct plb_coverage_method *method);

#endif
