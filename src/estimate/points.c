/* SPDX-License-Identifier: Apache-2.0
 *
 * Operating points of one system: the thresholds that were given, and those that meet the FMR targets.
 * Targets are met on integer counts: the largest number of false matches that meets "FMR <= x" is
 * floor(x N), with x the decimal fraction that was written down.
 */
#include <math.h>
#include <stdlib.h>

#include "base/key.h"
#include "base/memory.h"
#include "estimate/study.h"

const struct plb_study_point *plb_point_find(const struct plb_measured *measured, enum plb_point_kind kind,
                                             double asked) {
  for (size_t p = 0; p < measured->point_count; p++)
    if (measured->points[p].kind == kind && measured->points[p].asked == asked)
      return &measured->points[p];
  return NULL;
}

static plb_status add_point(struct plb_measured *measured, enum plb_point_kind kind, double asked, bool listed,
                            struct plb_error *err) {
  struct plb_study_point *known = NULL;
  for (size_t p = 0; p < measured->point_count; p++)
    if (measured->points[p].kind == kind && measured->points[p].asked == asked)
      known = &measured->points[p];
  if (known) {
    known->listed |= listed;
    return PLB_OK;
  }
  struct plb_study_point *fresh = &measured->points[measured->point_count];
  *fresh = (struct plb_study_point){.kind = kind, .asked = asked, .listed = listed};
  if (!isfinite(asked))
    return plb_fail(err, PLB_USAGE, "a threshold or FMR target must be a finite number");
  if (kind == PLB_POINT_TARGET && !plb_fraction_of(asked, &fresh->target))
    return plb_fail(err, PLB_USAGE, "an FMR target must lie between 0 and 1; expected for instance 1e-3 or 0.1%%");
  measured->point_count++;
  return PLB_OK;
}

static plb_status collect(const struct plb_study *study, struct plb_measured *measured, struct plb_error *err) {
  const struct plb_options *options = study->options;
  size_t most = options->threshold_count + options->fmr_target_count + study->claim_count;
  if (!(measured->points = plb_alloc(most, sizeof *measured->points)))
    return plb_fail_memory(err);
  plb_status status = PLB_OK;
  for (size_t i = 0; i < options->threshold_count && !status; i++)
    status = add_point(measured, PLB_POINT_GIVEN, options->thresholds[i], true, err);
  for (size_t i = 0; i < options->fmr_target_count && !status; i++)
    status = add_point(measured, PLB_POINT_TARGET, options->fmr_targets[i], true, err);
  for (size_t i = 0; i < study->claim_count && !status; i++) {
    const struct plb_claim_asked *claim = &study->claims[i];
    status = add_point(measured, claim->at_target ? PLB_POINT_TARGET : PLB_POINT_GIVEN, claim->where, false, err);
  }
  return status;
}

/* What the walk over the scores is asked, and where its answers go. */
struct asked {
  uint64_t *thresholds, *most_errors;
  struct plb_point *at_threshold, *at_target;
  struct plb_study_point **given, **targets; /* sorted as the walk wants them */
  size_t given_count, target_count;
};

static uint64_t key_of_given(const struct plb_study *study, const struct plb_study_point *point) {
  return plb_key_of(study->tally->traits.dissimilarity ? -point->asked : point->asked);
}

/* Insertion sort: there are a handful of points. */
static void insert(struct plb_study_point **list, uint64_t *values, size_t count, struct plb_study_point *point,
                   uint64_t value, bool falling) {
  size_t at = count;
  while (at && (falling ? values[at - 1] < value : values[at - 1] > value)) {
    values[at] = values[at - 1];
    list[at] = list[at - 1];
    at--;
  }
  values[at] = value;
  list[at] = point;
}

static void sort_asked(const struct plb_study *study, struct plb_measured *measured, struct asked *asked) {
  uint64_t trials = measured->system->of[PLB_CLASS_NONMATED].completed;
  for (size_t p = 0; p < measured->point_count; p++) {
    struct plb_study_point *point = &measured->points[p];
    if (point->kind == PLB_POINT_GIVEN) {
      insert(asked->given, asked->thresholds, asked->given_count++, point, key_of_given(study, point), false);
      continue;
    }
    uint64_t most = (uint64_t)((plb_wide)point->target.over * trials / point->target.under);
    point->unsupported = most < 1;
    insert(asked->targets, asked->most_errors, asked->target_count++, point, most, true);
  }
}

static void free_asked(struct asked *asked) {
  free(asked->thresholds);
  free(asked->most_errors);
  free(asked->at_threshold);
  free(asked->at_target);
  free(asked->given);
  free(asked->targets);
}

static bool make_asked(struct asked *asked, size_t n) {
  *asked = (struct asked){.thresholds = plb_alloc(n, sizeof *asked->thresholds),
                          .most_errors = plb_alloc(n, sizeof *asked->most_errors),
                          .at_threshold = plb_alloc(n, sizeof *asked->at_threshold),
                          .at_target = plb_alloc(n, sizeof *asked->at_target),
                          .given = plb_alloc(n, sizeof *asked->given),
                          .targets = plb_alloc(n, sizeof *asked->targets)};
  return asked->thresholds && asked->most_errors && asked->at_threshold && asked->at_target && asked->given &&
         asked->targets;
}

plb_status plb_points_measure(struct plb_study *study, struct plb_measured *measured, struct plb_error *err) {
  struct asked asked = {0};
  plb_status status = collect(study, measured, err);
  if (status)
    return status;
  if (!make_asked(&asked, measured->point_count)) {
    free_asked(&asked);
    return plb_fail_memory(err);
  }
  sort_asked(study, measured, &asked);
  struct plb_det *det = &measured->det;
  det->thresholds = asked.thresholds;
  det->threshold_count = asked.given_count;
  det->at_threshold = asked.at_threshold;
  det->most_errors = asked.most_errors;
  det->target_count = asked.target_count;
  det->at_target = asked.at_target;
  status = plb_det_measure(study->tally, measured->system, study->threads, det, err);
  for (size_t i = 0; i < asked.given_count && !status; i++)
    asked.given[i]->point = asked.at_threshold[i];
  for (size_t i = 0; i < asked.target_count && !status; i++)
    asked.targets[i]->point = asked.at_target[i];
  free_asked(&asked);
  det->thresholds = det->most_errors = NULL;
  det->at_threshold = det->at_target = NULL;
  return status;
}
