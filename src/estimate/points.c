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
    if (measured->points[p].kind == kind && measured->points[p].asked == asked && !measured->points[p].ruled)
      return &measured->points[p];
  return NULL;
}

const char *plb_point_says(const struct plb_study *study, const struct plb_study_point *point) {
  if (!point->ruled)
    return NULL;
  return point->kind == PLB_POINT_TARGET ? study->as->target_says : study->as->above_says;
}

bool plb_point_on_line(const struct plb_study_point *point) {
  return point->ruled && point->kind == PLB_POINT_TARGET && point->milder.key != point->point.key;
}

static bool has_rule(const struct plb_study *study, enum plb_point_kind kind) {
  return study->as && (kind == PLB_POINT_TARGET ? study->as->target_says : study->as->above_says);
}

/* The thresholds that were set on other data, each with its target there. */
static void add_presets(const struct plb_study *study, struct plb_measured *measured) {
  for (size_t i = 0; i < study->preset_count; i++) {
    const struct plb_preset *preset = &study->presets[i];
    if (plb_preset_is_of(preset, measured))
      measured->points[measured->point_count++] = (struct plb_study_point){
          .kind = PLB_POINT_PRESET, .asked = preset->target, .threshold = preset->threshold, .listed = true};
  }
}

/* Claims are judged by plumbline's rules whatever the tool. */
static plb_status add_point(const struct plb_study *study, struct plb_measured *measured, enum plb_point_kind kind,
                            double asked, bool listed, struct plb_error *err) {
  bool ruled = listed && has_rule(study, kind);
  struct plb_study_point *known = NULL;
  for (size_t p = 0; p < measured->point_count; p++)
    if (measured->points[p].kind == kind && measured->points[p].asked == asked && measured->points[p].ruled == ruled)
      known = &measured->points[p];
  if (known) {
    known->listed |= listed;
    known->claimed |= !listed;
    return PLB_OK;
  }
  struct plb_study_point *fresh = &measured->points[measured->point_count];
  *fresh = (struct plb_study_point){.kind = kind, .asked = asked, .threshold = asked, .listed = listed, .ruled = ruled};
  fresh->claimed = !listed;
  if (!isfinite(asked))
    return plb_fail(err, PLB_USAGE, "a threshold or FMR target must be a finite number");
  if (kind == PLB_POINT_TARGET && !plb_fraction_of(asked, &fresh->target))
    return plb_fail(err, PLB_USAGE, "%s; expected for instance 1e-3 or 0.1%%",
                    asked >= 0 && asked <= 1 ? "an FMR target has more than 19 digits behind the point"
                                             : "an FMR target must lie between 0 and 1");
  measured->point_count++;
  return PLB_OK;
}

static plb_status collect(const struct plb_study *study, struct plb_measured *measured, struct plb_error *err) {
  const struct plb_options *options = study->options;
  size_t most = options->threshold_count + options->fmr_target_count + study->claim_count + study->preset_count;
  if (!(measured->points = plb_alloc(most, sizeof *measured->points)))
    return plb_fail_memory(err);
  plb_status status = PLB_OK;
  for (size_t i = 0; i < options->threshold_count && !status; i++)
    status = add_point(study, measured, PLB_POINT_GIVEN, options->thresholds[i], true, err);
  for (size_t i = 0; i < plb_target_count(study) && !status; i++)
    status = add_point(study, measured, PLB_POINT_TARGET, options->fmr_targets[i], true, err);
  add_presets(study, measured);
  for (size_t i = 0; i < study->claim_count && !status; i++) {
    const struct plb_claim_asked *claim = &study->claims[i];
    enum plb_point_kind kind = claim->at_target ? PLB_POINT_TARGET : PLB_POINT_GIVEN;
    if (!claim->at_target || !options->threshold_from)
      status = add_point(study, measured, kind, claim->where, false, err);
  }
  return status;
}

/* What the walk over the scores is asked, and where its answers go. */
struct asked {
  uint64_t *thresholds, *most_errors;
  struct plb_point *at_threshold, *at_target;
  struct plb_ruled_target *ruled;            /* by target, as another tool has it */
  struct plb_study_point **given, **targets; /* sorted as the walk wants them */
  size_t given_count, target_count;
};

static uint64_t key_of_given(const struct plb_study *study, const struct plb_study_point *point) {
  uint64_t key = plb_key_of(study->tally->traits.dissimilarity ? -point->threshold : point->threshold);
  return key + point->ruled; /* above a score is at the next double or above */
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
    if (point->kind != PLB_POINT_TARGET) {
      insert(asked->given, asked->thresholds, asked->given_count++, point, key_of_given(study, point), false);
      continue;
    }
    uint64_t most = plb_fraction_part(point->target, trials);
    point->unsupported = most < 1;
    if (point->unsupported && point->ruled && study->as->target == PLB_TARGET_LINE)
      point->ruled = false; /* nothing to read off a line: the limits at plumbline's own threshold are given */
    insert(asked->targets, asked->most_errors, asked->target_count++, point, most, true);
  }
  for (size_t i = 0; i < asked->target_count; i++)
    asked->ruled[i].target = asked->targets[i]->target;
}

static void free_asked(struct asked *asked) {
  free(asked->thresholds);
  free(asked->most_errors);
  free(asked->at_threshold);
  free(asked->at_target);
  free(asked->ruled);
  free(asked->given);
  free(asked->targets);
}

static bool make_asked(struct asked *asked, size_t n) {
  *asked = (struct asked){.thresholds = plb_alloc(n, sizeof *asked->thresholds),
                          .most_errors = plb_alloc(n, sizeof *asked->most_errors),
                          .at_threshold = plb_alloc(n, sizeof *asked->at_threshold),
                          .at_target = plb_alloc(n, sizeof *asked->at_target),
                          .ruled = plb_alloc(n, sizeof *asked->ruled),
                          .given = plb_alloc(n, sizeof *asked->given),
                          .targets = plb_alloc(n, sizeof *asked->targets)};
  return asked->thresholds && asked->most_errors && asked->at_threshold && asked->at_target && asked->ruled &&
         asked->given && asked->targets;
}

static plb_status walk(struct plb_study *study, struct plb_measured *measured, struct asked *asked,
                       struct plb_error *err) {
  struct plb_det *det = &measured->det;
  struct plb_gather gather = {.as = study->as, .det = det, .targets = asked->ruled};
  det->thresholds = asked->thresholds;
  det->threshold_count = asked->given_count;
  det->at_threshold = asked->at_threshold;
  det->most_errors = asked->most_errors;
  det->target_count = asked->target_count;
  det->at_target = asked->at_target;
  det->gather = study->as ? &gather : NULL;
  plb_status status = plb_det_measure(study->tally, measured->system, study->threads, det, err);
  if (!status && gather.failed)
    status = plb_fail_memory(err);
  if (!status && study->as && det->trials[0] && det->trials[1])
    measured->by_tool = plb_gather_summary(&gather);
  plb_gather_free(&gather);
  det->thresholds = det->most_errors = NULL;
  det->at_threshold = det->at_target = NULL;
  det->gather = NULL;
  return status;
}

static void take_answers(struct asked *asked) {
  for (size_t i = 0; i < asked->given_count; i++)
    asked->given[i]->point = asked->at_threshold[i];
  for (size_t i = 0; i < asked->target_count; i++) {
    struct plb_study_point *point = asked->targets[i];
    point->point = point->ruled ? asked->ruled[i].point : asked->at_target[i];
    point->milder = point->ruled ? asked->ruled[i].milder : point->point;
  }
}

plb_status plb_points_measure(struct plb_study *study, struct plb_measured *measured, struct plb_error *err) {
  struct asked asked = {0};
  plb_status status = collect(study, measured, err);
  if (status)
    return status;
  if (make_asked(&asked, measured->point_count)) {
    sort_asked(study, measured, &asked);
    status = walk(study, measured, &asked, err);
  } else {
    status = plb_fail_memory(err);
  }
  if (!status)
    take_answers(&asked);
  free_asked(&asked);
  return status;
}
