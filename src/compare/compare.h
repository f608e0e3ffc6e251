/* SPDX-License-Identifier: Apache-2.0
 *
 * Systems on the same trials being compared: what the parts of plb_compare share; nothing outside sees it.
 *
 *   compare.c   reads, measures each system, and calls the others in order
 *   alike.c     systems that are one and the same
 *   given.c     differences and ratios at given thresholds
 *   redraw.c    the same at FMR targets, and of the EER, from replicates
 *   draw.c      these replicates
 *   judge.c     intervals, verdicts and notes of one difference
 *   family.c    verdicts by a margin on several pairs of systems
 *   margin.c    margins by which nothing could be judged
 *   say.c       the sentences, and what was left out
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

/* given.c */
plb_status plb_compare_given(struct plb_versus *versus, struct plb_error *err);

/* redraw.c */
plb_status plb_compare_redrawn(struct plb_versus *versus, struct plb_error *err);

/* alike.c: refuses, or says, that two systems to be compared are one and the same. */
plb_status plb_compare_alike(struct plb_versus *versus, struct plb_error *err);

/* compare.c */

/* plb_compare, of what was joined. */
plb_status plb_compare_joined(struct plb_paired *paired, const struct plb_options *options,
                              const struct plb_comparing *comparing, struct plb_result **result, struct plb_error *err);

/* A key of a system as a threshold in its own file; false above every number. */
bool plb_compare_threshold(const struct plb_versus *versus, size_t system, uint64_t key, double *threshold);

/* judge.c */

/* The estimate of a difference without its numbers: who, against whom, on what. */
struct plb_estimate plb_difference_begin(const struct plb_versus *versus, const struct plb_duel *duel,
                                         const char *metric);

/* What a difference is to be judged by, whether or not it can be: margin (0: none) and aim. */
void plb_difference_ask(const struct plb_versus *versus, double margin, struct plb_estimate *estimate);

/* Limits of a ratio as its interval; where they leave out nothing there is none, and the note says so. */
void plb_ratio_fill(const struct plb_versus *versus, const struct plb_limits *limits, struct plb_estimate *estimate);

/* The ratio of two rates does not leave out 1 where their difference may be 0. */
void plb_ratio_agree(const struct plb_interval *difference, struct plb_limits *ratio);

/* Fills interval, verdict and aim of a difference. */
void plb_difference_judge(const struct plb_versus *versus, const struct plb_limits *limits, double margin,
                          struct plb_estimate *estimate);

/* Whether limits answer the margin: as was to be shown (`wanted`), or the opposite. */
bool plb_difference_meets(const struct plb_versus *versus, const struct plb_limits *limits, double margin, bool wanted);

/* What that verdict is called. */
const char *plb_difference_verdict(const struct plb_versus *versus, bool wanted);

/* family.c */

/* Where limits of a difference come from, at any level; they widen with it. False: there are none. */
struct plb_family_limits {
  bool (*at)(void *ctx, size_t duel, double level, struct plb_limits *limits);
  void *ctx;
};

/* Differences of one quantity at one point, of each pair of systems. */
struct plb_family {
  struct plb_versus *versus;
  double margin;
  bool steps;             /* there is a margin and more than one pair; else nothing is done here */
  struct plb_holm *of[2]; /* [wanted][duel] */
  size_t *estimate;       /* by duel: the difference among the estimates of the result */
};
plb_status plb_family_begin(struct plb_versus *versus, double margin, struct plb_family *family, struct plb_error *err);
void plb_family_free(struct plb_family *family);

/* A difference that can be judged, which is the next estimate to be added to the result. */
void plb_family_enter(struct plb_family *family, size_t duel, const struct plb_family_limits *from);

/* When all were entered: the verdicts. */
plb_status plb_family_settle(struct plb_family *family, const struct plb_family_limits *from, struct plb_error *err);

/* margin.c */

/* For each margin and pair of systems without any difference: one that says why there is none. A sentence for each
 * margin by which some pair was not judged at all. */
plb_status plb_compare_margins(struct plb_versus *versus, struct plb_error *err);

/* say.c */
plb_status plb_compare_account(struct plb_versus *versus, struct plb_error *err);
plb_status plb_compare_say(struct plb_versus *versus, struct plb_error *err);

/* "0.9 to 5.5 lower", "from 0.2 lower to 0.9 higher", in percentage points; NULL when memory ran out. */
const char *plb_say_limits(struct plb_versus *versus, const struct plb_limits *limits);

#endif
