/* SPDX-License-Identifier: Apache-2.0
 *
 * Flat structs of a result as tables of their keys, from which they are written and read alike: for what has many
 * numbers and no shape of its own.
 */
#ifndef PLB_RESULT_FIELDS_H
#define PLB_RESULT_FIELDS_H

#include "result/result.h"

enum plb_field_kind {
  PLB_FIELD_COUNT,  /* uint64_t */
  PLB_FIELD_SHARE,  /* double from 0 to 1 */
  PLB_FIELD_SIZE,   /* double from 0 up */
  PLB_FIELD_NUMBER, /* double */
  PLB_FIELD_TEXT,   /* const char * */
  PLB_FIELD_WORDS,  /* const char *, or NULL */
  PLB_FIELD_BOOLEAN /* bool */
};

#define PLB_ALWAYS SIZE_MAX

struct plb_field {
  const char *key;
  enum plb_field_kind kind;
  size_t offset;
  size_t has; /* offset of the bool that says whether it exists, or PLB_ALWAYS */
};

struct plb_fields {
  const struct plb_field *at;
  size_t count;
};

/* plan.c: what struct plb_test_plan holds beside its rows, one of these, and a number of people or a ratio. */
extern const struct plb_fields plb_fields_of_plan, plb_fields_of_plan_row, plb_fields_of_contrast;

/* trend.c: the same of struct plb_trend, and of the flat one beside it. */
extern const struct plb_fields plb_fields_of_trend, plb_fields_of_term, plb_fields_of_point, plb_fields_of_trend_cell,
    plb_fields_of_horizon;

#endif
