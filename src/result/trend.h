/* SPDX-License-Identifier: Apache-2.0
 *
 * Trends within a result: whether false non-matches become more frequent with age, time or another number; and how far
 * the evidence reaches.
 */
#ifndef PLB_RESULT_TREND_H
#define PLB_RESULT_TREND_H

#include "plumbline.h"

/* What one more of a number does, with the others as they are. */
struct plb_trend_term {
  const char *attribute; /* "elapsed" */
  const char *unit;      /* "year", "month"; NULL: that of the data */
  double ratio;          /* of the odds of an error */
  double lower, upper, df;
};

/* The rate that the trend has at a value, with the other attributes at their means. */
struct plb_trend_point {
  const char *attribute;
  double at, rate, lower, upper;
};

/* Where a cell lies on the axis of the one attribute: its value (struct plb_cell), and the mean of its comparisons. */
struct plb_trend_cell {
  const char *value;
  double mean;
};

struct plb_trend {
  const char *system;   /* or NULL */
  const char *by;       /* attributes, with commas between them */
  const char *relation; /* between the number and the rate: "logistic" */
  bool has_threshold;   /* as an estimate has it */
  double threshold;
  bool has_target; /* an FMR */
  double target;
  uint64_t errors, trials; /* that it is made of: false non-matches, mated comparisons */
  uint64_t people, in_errors;
  uint64_t left_out; /* mated comparisons of which some number is not known exactly */
  double level;
  const char *why;  /* there is no trend, and no terms and points: the reason; else NULL */
  const char *note; /* or NULL */
  struct plb_trend_term *terms;
  struct plb_trend_point *points;
  struct plb_trend_cell *cells; /* of one attribute; cells that are not shown are not here */
  size_t term_count, point_count, cell_count;
};

/* The range of an age or a time that was tested, in years: at either end as many people as a cell must have. */
struct plb_horizon {
  const char *system, *attribute; /* "elapsed", "reference.age" */
  bool has_range;                 /* false: there are not so many people */
  double least, most;
  uint64_t people;   /* how many must be at either end */
  uint64_t left_out; /* mated comparisons of which the number is not known exactly */
  double against;    /* the period that was asked about */
};

struct plb_result;

/* Appends a copy; its arrays pass into the result's ownership, also on failure. Texts belong to the result. */
plb_status plb_result_add_trend(struct plb_result *result, const struct plb_trend *trend, struct plb_error *err);
plb_status plb_result_add_horizon(struct plb_result *result, const struct plb_horizon *horizon, struct plb_error *err);
void plb_trend_free_rows(const struct plb_trend *trend);

#endif
