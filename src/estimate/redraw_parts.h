/* SPDX-License-Identifier: Apache-2.0
 *
 * What the files of redraw.c share with each other.
 */
#ifndef PLB_ESTIMATE_REDRAW_PARTS_H
#define PLB_ESTIMATE_REDRAW_PARTS_H

#include "estimate/delta.h"
#include "estimate/study.h"
#include "resample/resample.h"
#include "resample/roster.h"

/* The replicates of one system in work. */
struct redraw {
  struct plb_study *study;
  struct plb_measured *measured;
  struct plb_redrawn *into;
  struct plb_roster roster;
  struct plb_listing list[2];
  bool complete;
  uint64_t reach;    /* at most so many false matches can be drawn */
  size_t *target_of; /* by point: its target, or SIZE_MAX */
  struct plb_fraction *targets;
  size_t target_count, band_from; /* targets of the band are the last ones */
  bool eer, auc;
  bool drawn;           /* --interval asks for percentiles of rates at fixed thresholds too */
  uint64_t *thresholds; /* these, falling */
  size_t threshold_count;
  struct plb_resample replicates;
  double *scratch;
};

static inline const struct plb_rows *plb_redraw_rows(const struct redraw *redraw, enum plb_class class) {
  return &redraw->measured->system->of[class].rows;
}

static inline uint64_t plb_redraw_trials(const struct redraw *redraw, enum plb_class class) {
  return redraw->measured->det.trials[class];
}

/* redraw_choose.c: room for what may be chosen; whether FNMR at a point depends on a threshold that is found again;
 * what is drawn as far as the list may reach, false where nothing is; so many non-mated comparisons are then listed at
 * first, no more than may be. */
plb_status plb_redraw_make_room(struct redraw *redraw, struct plb_error *err);
bool plb_redraw_wanted(const struct plb_study_point *point);
bool plb_redraw_choose(struct redraw *redraw);
size_t plb_redraw_first_length(const struct redraw *redraw);

/* redraw_list.c: lists more until no replicate needs what was not listed; what needs more than may be listed is not
 * drawn. */
plb_status plb_redraw_replicates(struct redraw *redraw, bool *drawn, struct plb_error *err);

/* redraw_take.c: from the replicates to limits; then joins those of EER and AUC with what PL says where
 * errors are few. */
plb_status plb_redraw_take(struct redraw *redraw, struct plb_error *err);
plb_status plb_redraw_join_few(struct redraw *redraw, struct plb_error *err);

/* dprime.c: the interval of d'. */
plb_status plb_dprime_measure(const struct plb_study *study, struct plb_measured *measured,
                              const struct plb_roster *roster, struct plb_error *err);

/* redraw_band.c: from the replicates to the band of the DET. */
plb_status plb_redraw_band(struct redraw *redraw, struct plb_error *err);

#endif
