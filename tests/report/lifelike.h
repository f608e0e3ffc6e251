/* SPDX-License-Identifier: Apache-2.0
 *
 * Results to draw: tests of made-up systems whose scores are drawn at random (always the same), counted
 * in the plainest way, with intervals of about the right width. For looking at and for checking that what
 * is shown is what the result holds, not for statistics.
 */
#ifndef TESTS_REPORT_LIFELIKE_H
#define TESTS_REPORT_LIFELIKE_H

#include "result/result.h"

struct lifelike {
  const char *system, *file; /* system may be NULL */
  size_t mated, nonmated;    /* comparisons; one may be 0 */
  uint64_t people;           /* 0 = unknown */
  double separation, spread; /* mean and standard deviation of mated scores; non-mated are standard normal */
  double step;               /* scores are rounded to multiples of it; 0 = not */
  bool distance;             /* scores turned into distances */
  double threshold;          /* one operating point at a given threshold; HUGE_VAL = none */
  uint64_t failures;         /* failed comparisons, acquisitions and enrolments */
};

/* Adds the estimates and curves of one system; a result may hold several. */
void lifelike_add(struct plb_result *result, const struct lifelike *spec);

/* A whole result for one system. */
struct plb_result *lifelike_result(const struct lifelike *spec);

/* The text of a renderer; free() it. `which`: a figure, or SIZE_MAX for the page. */
char *lifelike_render(const struct plb_result *const *results, size_t count, size_t which);

#endif
