/* SPDX-License-Identifier: Apache-2.0
 *
 * Results made by hand that hold everything a result can hold.
 */
#ifndef TESTS_RESULT_SAMPLE_H
#define TESTS_RESULT_SAMPLE_H

#include "base/out.h"
#include "result/store.h"

enum sample {
  SAMPLE_FULL = 0, /* one system, every status, unbounded limits, curves, claims, drops, huge counts */
  SAMPLE_SPARE,    /* nothing known, nothing estimated */
  SAMPLE_TWO,      /* two systems, distances, failures, repeats, seventeen digits, people unknown */
  SAMPLE_GIVEN,    /* given thresholds only, FAR and FRR, borrowed names of other tools */
  SAMPLE_PLAN,     /* two plans: one of everything, one that nobody could carry out */
  SAMPLE_GROUPS,   /* groups by one attribute and by two: withheld ones, unknown values, and how far they lie apart */
  SAMPLES
};

/* NULL when out of memory. Free with plb_result_free. */
struct plb_result *sample_make(enum sample which);

/* The JSON of a result; free with free(). */
char *sample_json(const struct plb_result *result, size_t *length);

#endif
