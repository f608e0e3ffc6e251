/* SPDX-License-Identifier: Apache-2.0
 *
 * The intervals of a rate at a fixed threshold, by name (--interval): what each construction that is in use says of
 * the same counts. Threads: all functions are pure and reentrant.
 */
#ifndef PLB_INTERVAL_METHOD_H
#define PLB_INTERVAL_METHOD_H

#include "interval/pl.h"

/* In the order of the table in method.c. */
enum plb_method {
  PLB_METHOD_PL,
  PLB_METHOD_PL_STRICT,
  PLB_METHOD_WILSON,
  PLB_METHOD_CLOPPER_PEARSON,
  PLB_METHOD_JEFFREYS,
  PLB_METHOD_MID_P,
  PLB_METHOD_WALD,
  PLB_METHOD_WILSON_DYADIC,
  PLB_METHOD_CIMAT,
  PLB_METHOD_VERTEX_BOOTSTRAP,  /* these two are drawn (redraw.c): */
  PLB_METHOD_DOUBLE_OR_NOTHING, /* there is no function of the counts for them */
  PLB_METHODS                   /* how many there are */
};

struct plb_method_entry {
  const char *name;  /* of the option */
  const char *shown; /* in results */
  bool drawn;        /* from replicates of the people */
  bool people;       /* takes into account who took part; false: every trial is taken as independent */
};

/* Never NULL. */
const struct plb_method_entry *plb_method_entry(enum plb_method method);

/* Whether it is one of the two forms of PL. */
bool plb_method_is_pl(enum plb_method method);

/* False for a name that is not known. */
bool plb_method_find(const char *name, enum plb_method *method);

#define PLB_METHOD_NAMES 240

/* "pl, pl-strict, ..."; with `independent_only` those that need not know who took part. */
void plb_method_names(char text[PLB_METHOD_NAMES], bool independent_only);

/* "dyadic" or "person" by the design, the same "by cluster", or "independent": as results say it. */
const char *plb_method_dependence(enum plb_method method, bool dyadic, bool clusters);

/* The limits of errors->errors / design->trials at the two-sided confidence `level` (0.01 <= level < 1). The design
 * sums are those of plb_design_derive; extremes may be NULL and only PL reads them. With few people (struct plb_pl)
 * both forms of PL are the worst case. Fails with PLB_UNDEFINED where the construction does not exist: no trials,
 * or a variance between people of too few people; PLB_USAGE
 * for a method that is drawn. */
plb_status plb_method_limits(enum plb_method method, const struct plb_design *design,
                             const struct plb_design_sums *sums, const struct plb_error_sums *errors,
                             const struct plb_extremes *extremes, double level, struct plb_limits *limits,
                             struct plb_error *err);

/* The same of trials that are taken as independent, for a method without `people`; 0 <= x <= n, n > 0, also real. */
struct plb_limits plb_method_independent(enum plb_method method, double x, double n, double level);

/* The design effect that wilson-dyadic and cimat rest on: the variance that they estimate over that of independent
 * trials, 1 where there are no errors or nothing else. cimat's may be below 1, and is 0 where all people erred alike.
 * Fails with PLB_UNDEFINED as above, and with PLB_USAGE for other methods. */
plb_status plb_method_effect(enum plb_method method, const struct plb_design *design,
                             const struct plb_design_sums *sums, const struct plb_error_sums *errors, double *effect,
                             struct plb_error *err);

#endif
