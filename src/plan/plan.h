/* SPDX-License-Identifier: Apache-2.0
 *
 * Planning a test (methods J): what a design of so many people and samples would show. Counts are doubles here,
 * since a design may be asked about that nobody could carry out. Threads: pure, reentrant.
 */
#ifndef PLB_PLAN_PLAN_H
#define PLB_PLAN_PLAN_H

#include <stdbool.h>

#include "interval/binomial.h"

/* How alike the scores of two comparisons are: see below. */
struct plb_likeness;

/* A threshold that the test itself finds, where FMR is at most a target: what FNMR is, then depends on luck with the
 * non-mated comparisons too. */
struct plb_cut {
  double target;                       /* FMR */
  double partners;                     /* of each sample in non-mated comparisons; 0 = all */
  double slope;                        /* of the DET on normal scores: of FNMR for one of FMR */
  const struct plb_likeness *likeness; /* of non-mated comparisons */
};

/* Who is compared with whom. */
struct plb_scheme {
  bool dyadic; /* of non-mated comparisons; else of mated ones: all pairs of samples of a person */
  double people;
  double samples;            /* of each person */
  double partners;           /* dyadic: samples of others that each sample is compared with; 0 = all */
  const struct plb_cut *cut; /* mated: the threshold is found in the test itself; NULL: it was set before */
};

/* Latent correlation of the scores of two comparisons that share this. One-way: `person` alone. */
struct plb_likeness {
  double person;        /* one person, by different samples */
  double person_sample; /* one person, by the same sample */
  double pair;          /* both people, no sample */
  double pair_sample;   /* both people and a sample */
};

/* A scheme counted out: its trials, and with how many others a trial shares what, on average. */
struct plb_layout {
  double trials, person, person_sample, pair, pair_sample;
  double people;    /* n */
  double effective; /* ne: people who, all compared alike, would tell as much */
  bool dyadic;
  const struct plb_cut *cut; /* of the scheme; where there is one: */
  double false_matches;      /* expected at the target */
  double cut_variance;       /* of FMR at a given threshold there */
  double cut_df;             /* and its degrees of freedom */
};

struct plb_layout plb_plan_layout(const struct plb_scheme *scheme);

/* The design effect at a rate; the part of it that is due to pairs of people (1 + ...) in *pair_part, which may be
 * NULL. At a threshold that was set before. */
double plb_plan_effect(const struct plb_layout *layout, const struct plb_likeness *likeness, double rate,
                       double *pair_part);

/* What is to be added to it where the test finds the threshold; 0 where it does not. */
double plb_plan_cut_effect(const struct plb_layout *layout, double rate);

/* The relative standard error of the rate, and the least that it can be with these people, however many
 * comparisons are made of them. */
double plb_plan_error(const struct plb_layout *layout, const struct plb_likeness *likeness, double rate);
double plb_plan_floor(const struct plb_layout *layout, const struct plb_likeness *likeness, double rate);

/* Fewer false matches than this do not carry a threshold: such a test shows nothing. */
#define PLB_FEWEST_MATCHES 10.0

/* P(errors <= most) where errors have mean trials * rate and `effect` times the variance of a binomial count: binomial
 * at a rate that is log-normal. Exact binomial at effect 1. */
double plb_plan_at_most(double most, double trials, double rate, double effect);

/* The limits that PL would give for so many errors; `strict`: those that claims are judged by. `expected`: how many
 * errors were to be expected; 0 = these. `luck`: how many standard errors its design effect lies above what it usually
 * is with so many. */
struct plb_asked_limits {
  double errors, level, expected, luck;
  bool strict;
};
struct plb_limits plb_plan_limits(const struct plb_layout *layout, const struct plb_likeness *likeness,
                                  const struct plb_asked_limits *asked);

/* What is to be shown: rate <= limit, where the rate is `rate` in truth, by limits at `level`, with a probability of
 * `power`. */
struct plb_goal {
  double limit, rate, level, power;
};

/* What a design would do for it. */
struct plb_prospect {
  double effect;      /* design effect at the true rate, that of a threshold found in the test included */
  bool possible;      /* some number of errors, be it none, would show it */
  double most_errors; /* the largest such number */
  double power;
};

void plb_plan_prospect(const struct plb_layout *layout, const struct plb_likeness *likeness,
                       const struct plb_goal *goal, struct plb_prospect *prospect);

/* ---- search.c ------------------------------------------------------------------------- */

#define PLB_MOST_PLANNED 10000000.0 /* people */

/* The power with so many people, whatever their number in `scheme`. */
double plb_plan_power(struct plb_scheme scheme, const struct plb_likeness *likeness, const struct plb_goal *goal,
                      double people);

/* The fewest people with whom, and with any more, the power is at least the goal's; 0 where even PLB_MOST_PLANNED are
 * too few. Of `scheme` the people are not used. */
double plb_plan_people(const struct plb_scheme *scheme, const struct plb_likeness *likeness,
                       const struct plb_goal *goal);

/* ---- groups.c ------------------------------------------------------------------------- */

/* Groups of equal size, each by itself as `scheme` says, all but one with the rate `rate`. */
struct plb_contrast {
  struct plb_scheme scheme;
  struct plb_likeness likeness;
  double rate, level, power;
  double groups;
};

/* The smallest ratio of rates that is detected with that power in groups of `people`; 0 where none up to a rate of
 * one half is. */
double plb_contrast_ratio(const struct plb_contrast *contrast, double people);

/* The fewest people in each group with whom that ratio is detected; 0 where even PLB_MOST_PLANNED are too few. */
double plb_contrast_people(const struct plb_contrast *contrast, double ratio);

#endif
