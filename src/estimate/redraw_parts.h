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

/* redraw_band.c: from the replicates to the band of the DET. */
plb_status plb_redraw_band(struct redraw *redraw, struct plb_error *err);

#endif
