/* SPDX-License-Identifier: Apache-2.0
 *
 * Systems on the same trials being compared: what the parts of plb_compare share; nothing outside sees it.
 *
 *   compare.c          reads, measures each system, and calls the others in order
 *   compare_given.c    differences and ratios at given thresholds
 *   compare_redraw.c   the same at FMR targets, and of the EER, by resampling
 *   compare_judge.c    intervals, verdicts and notes of one difference
 *   compare_margin.c   margins by which nothing could be judged
 *   compare_say.c      the sentences, and what was left out
 */
#ifndef PLB_COMPARE_COMPARE_H
#define PLB_COMPARE_COMPARE_H

#include "estimate/study.h"
#include "interval/contrast.h"
#include "tally/paired.h"

struct plb_versus {
  struct plb_study *study;
  struct plb_paired *paired;
  const struct plb_comparing *comparing;
  struct plb_measured *measured; /* by system */
  struct plb_options *own;       /* by system: the options with its own thresholds */
  double *thresholds;            /* [system][point] */
  size_t point_count;            /* given thresholds of each system */
  struct plb_duel *duels;
  size_t duel_count;
  double level;         /* by which limits are found, so that those of all duels hold at the level asked for */
  size_t first_written; /* the first difference among the estimates of the result */
};

/* compare_given.c */
plb_status plb_compare_given(struct plb_versus *versus, struct plb_error *err);

/* compare_redraw.c */
plb_status plb_compare_redrawn(struct plb_versus *versus, struct plb_error *err);

/* compare.c */

/* plb_compare, of what was joined. */
plb_status plb_compare_joined(struct plb_paired *paired, const struct plb_options *options,
                              const struct plb_comparing *comparing, struct plb_result **result, struct plb_error *err);

/* A key of a system as a threshold in its own file; false above every number. */
bool plb_compare_threshold(const struct plb_versus *versus, size_t system, uint64_t key, double *threshold);

/* compare_judge.c */

/* The estimate of a difference without its numbers: who, against whom, on what. */
struct plb_estimate plb_difference_begin(const struct plb_versus *versus, const struct plb_duel *duel,
                                         const char *metric);

/* What a difference is to be judged by, whether or not it can be: margin (0: none) and aim. */
void plb_difference_ask(const struct plb_versus *versus, double margin, struct plb_estimate *estimate);

/* The ratio of two rates does not leave out 1 where their difference may be 0. */
void plb_ratio_agree(const struct plb_interval *difference, struct plb_limits *ratio);

/* Fills interval, verdict and aim of a difference. */
void plb_difference_judge(const struct plb_versus *versus, const struct plb_limits *limits, double margin,
                          struct plb_estimate *estimate);

/* compare_margin.c */

/* For each margin and pair of systems without any difference: one that says why there is none. A sentence for each
 * margin by which some pair was not judged at all. */
plb_status plb_compare_margins(struct plb_versus *versus, struct plb_error *err);

/* compare_say.c */
plb_status plb_compare_account(struct plb_versus *versus, struct plb_error *err);
plb_status plb_compare_say(struct plb_versus *versus, struct plb_error *err);

#endif
