/* SPDX-License-Identifier: Apache-2.0
 *
 * Simulated tests with both kinds of comparisons, which are measured as `plumbline verification` measures a file: what
 * depends on a threshold that the data chose, and methods that draw replicates, are held against the truth here.
 *
 * The non-mated scores are those of one model of models.c, the mated ones those of another, turned round: a mated
 * comparison scores `apart` less what that model gives. The effects of one person in the two have a correlation.
 * Families have a share of their effects in common, and so much less chance between relatives that every score is still
 * distributed as its model says: the truth is the same with and without them.
 */
#ifndef PLB_COVERAGE_WHOLE_H
#define PLB_COVERAGE_WHOLE_H

#include "coverage/coverage.h"
#include "tally/tally.h"

#define PLB_WHOLE_DRAWS 500 /* replicates of the people of each test */
#define PLB_WHOLE_FNMR 0.05 /* the true FNMR at the threshold that has the scene's FMR */

/* ---- models (whole_models.c) ---------------------------------------------------------------------- */

#define PLB_WHOLE_GROUPS 8

struct plb_whole_model {
  const char *name, *nonmated, *mated;
  double together; /* correlation of a person's effects: above 0, who is taken for others is also hard to recognise */
  bool one_kind;   /* people are of a kind by the same draw in both */
  uint32_t family; /* people in a family, person i being of family i / family; 1 = none */
  double common;   /* share of the effects of person and pair that a family has in common */
  size_t groups;   /* of people, whose rates are measured one by one; 0 = none */
  double share[PLB_WHOLE_GROUPS]; /* of people */
  double ratio;                   /* of both rates of the first group to those of the others; 0 = 1 */
  double across;                  /* shift of comparisons between two groups */
  double dispersed;               /* variance of the effects of the first group's people, over that of others; 0 = 1 */
};

const struct plb_whole_model *plb_whole_find(const char *name);
const struct plb_whole_model *plb_whole_get(size_t k); /* NULL past the last */

/* ---- the truth (whole_truth.c) ------------------------------------------------------------------------ */

#define PLB_WHOLE_TABLE 1024

struct plb_whole_truth {
  struct plb_part *parts[2]; /* of the scores of each model, by enum plb_class */
  size_t part_count[2];
  double apart, threshold;
  double fmr, fnmr; /* at that threshold */
  double eer, auc, dprime;
  double from, step, log_fmr[PLB_WHOLE_TABLE]; /* thresholds and their FMR, from FMR 1/2 down to 1e-8 */
};

plb_status plb_whole_truth_make(const struct plb_whole_model *model, double fmr, struct plb_whole_truth *truth,
                                struct plb_error *err);
void plb_whole_truth_free(struct plb_whole_truth *truth);

double plb_whole_fmr(const struct plb_whole_truth *truth, double threshold);
double plb_whole_fnmr(const struct plb_whole_truth *truth, double threshold);

/* FNMR where FMR is this, from 1e-8 to 1/2: the threshold is read off a table, and off by less than 1e-5. */
double plb_whole_det(const struct plb_whole_truth *truth, double fmr);

/* ---- one test (whole_play.c) ---------------------------------------------------------------------------- */

struct plb_whole_stage {
  struct plb_stage stage;
  const struct plb_whole_model *model;
  double shift[2];               /* of scores of the first group, by enum plb_class: down where they are mated */
  const struct plb_model *of[2]; /* by enum plb_class */
  struct plb_whole_truth truth;
};

plb_status plb_whole_stage_make(const struct plb_scene *scene, uint64_t seed, const double *edges,
                                struct plb_whole_stage *whole, struct plb_error *err);
void plb_whole_stage_free(struct plb_whole_stage *whole);

/* Plays replicate number `replicate` into a tally of its own; `clustered`: which says who is of one family. */
plb_status plb_whole_play(const struct plb_whole_stage *whole, uint32_t replicate, bool clustered,
                          struct plb_tally **tally, struct plb_error *err);

/* The group of a person. */
size_t plb_whole_group(const struct plb_whole_stage *whole, uint32_t person);

/* ---- what is measured (whole_measure.c) ------------------------------------------------------------------ */

enum plb_whole_statistic {
  PLB_WHOLE_FMR_FIXED,
  PLB_WHOLE_FNMR_FIXED,
  PLB_WHOLE_FMR_FOUND, /* the true FMR of the threshold that this very test found */
  PLB_WHOLE_FNMR_FOUND,
  PLB_WHOLE_THRESHOLD,
  PLB_WHOLE_EER,
  PLB_WHOLE_AUC,
  PLB_WHOLE_DPRIME,
  PLB_WHOLE_DET, /* all of it, as far as the band goes */
  PLB_WHOLE_STATISTICS
};

#define PLB_WHOLE_MOST 32 /* quantities of a test */

/* One quantity that is held against the truth. */
struct plb_whole_quantity {
  const char *statistic, *at;
  size_t varies; /* the quantity whose estimates widths are compared with */
  bool has_truth;
  double truth;
};

/* Those of a stage: how many. Of tests without groups in the order of enum plb_whole_statistic. */
size_t plb_whole_quantities(const struct plb_whole_stage *whole, struct plb_whole_quantity list[PLB_WHOLE_MOST]);

enum plb_whole_verdict { PLB_WHOLE_SILENT = 0, PLB_WHOLE_HELD, PLB_WHOLE_ABOVE, PLB_WHOLE_BELOW };

/* What a test says of one quantity. */
struct plb_whole_said {
  bool has_value, has_width;
  uint8_t verdict; /* enum plb_whole_verdict: where the truth is */
  double value, width;
  char shown[48]; /* the method as the result names it; "" where it names none */
};

/* A way to measure: --interval NAME, and the delta method, which verification takes of itself where data are large. */
struct plb_whole_way {
  const char *name, *interval;
  bool delta, drawn;
  unsigned quantities; /* bits 1 << enum plb_whole_statistic of those that are its own */
};

#define PLB_WHOLE_DELTA "delta"

/* Holds limits against the truth. */
void plb_whole_judge(double lower, double upper, double truth, struct plb_whole_said *said);

/* whole_groups.c: the quantities of tests with groups, and what a result says of them. */
size_t plb_whole_group_quantities(const struct plb_whole_stage *whole, struct plb_whole_quantity list[PLB_WHOLE_MOST]);
void plb_whole_group_hear(const struct plb_whole_stage *whole, const struct plb_result *result,
                          struct plb_whole_said said[PLB_WHOLE_MOST]);

/* False for a name that is not known. */
bool plb_whole_way_find(const char *name, struct plb_whole_way *way);

plb_status plb_whole_measure(const struct plb_whole_stage *whole, struct plb_tally *tally,
                             const struct plb_whole_way *way, double level, uint64_t seed,
                             struct plb_whole_said said[PLB_WHOLE_MOST], struct plb_error *err);

/* ---- one scene (whole.c) ------------------------------------------------------------------------------------ */

#define PLB_WHOLE_WAYS 16

struct plb_whole_study {
  const struct plb_coverage_options *options;
  struct plb_result *result;
  struct plb_whole_way ways[PLB_WHOLE_WAYS];
  size_t way_count;
  uint64_t replicates;
  unsigned threads;
  const double *edges;
  plb_status (*tell)(void *ctx, uint64_t done, struct plb_error *err); /* so many tests more; may cancel */
  void *tell_ctx;
};

/* Plays all tests of a scene and adds its cells to the result. */
plb_status plb_whole_scene(const struct plb_whole_study *study, const struct plb_scene *scene, struct plb_error *err);

#endif
