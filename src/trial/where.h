/* SPDX-License-Identifier: Apache-2.0
 *
 * --where: conditions on attributes, all of which a comparison must meet. "sex=F|X,age<14,probe.device!=a".
 */
#ifndef PLB_TRIAL_WHERE_H
#define PLB_TRIAL_WHERE_H

#include "base/error.h"
#include "base/slice.h"

#define PLB_MOST_CONDITIONS 16
#define PLB_MOST_ALTERNATIVES 16

enum plb_verdict { PLB_NOT_MET = 0, PLB_NOT_KNOWN, PLB_MET }; /* the least of several holds for all */

enum plb_relation { PLB_EQUAL, PLB_UNEQUAL, PLB_BELOW, PLB_AT_MOST, PLB_ABOVE, PLB_AT_LEAST };

/* A text, and the numbers that it may be; of no number where low > high. */
struct plb_quantity {
  struct plb_slice text;
  double low, high;
};

struct plb_condition {
  uint8_t ask; /* number of the attribute */
  enum plb_relation relation;
  struct plb_quantity values[PLB_MOST_ALTERNATIVES]; /* more than one with PLB_EQUAL and PLB_UNEQUAL alone */
  size_t count;
};

struct plb_where {
  struct plb_condition conditions[PLB_MOST_CONDITIONS];
  size_t count;
};

/* A condition as it is written. */
struct plb_condition_text {
  struct plb_slice name, values;
  enum plb_relation relation;
};

/* Takes the first condition off *rest, which is NULL behind the last one; PLB_USAGE where it is none. */
plb_status plb_where_next(const char **rest, struct plb_condition_text *text, struct plb_error *err);

/* Takes the first of several values off, which end with *values of no text. */
struct plb_slice plb_where_value(struct plb_slice *values);

/* Whether the quantity of a side meets the condition for certain. */
enum plb_verdict plb_condition_judge(const struct plb_condition *condition, const struct plb_quantity *quantity);

#endif
