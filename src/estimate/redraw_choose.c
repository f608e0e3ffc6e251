/* SPDX-License-Identifier: Apache-2.0
 *
 * What is drawn: the points of the band and the EER, and where --interval asks for percentiles FMR targets and rates at
 * fixed thresholds; each as far as the list of non-mated comparisons may reach. And how long that list is at first.
 */
#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "estimate/redraw_parts.h"

#define BAND_TO 10 /* the band ends at FMR 1 / 10 */

/* The false matches that the band allows at its points, evenly spaced in their logarithm. */
static void choose_band(struct redraw *redraw) {
  struct plb_redrawn_band *band = &redraw->into->band;
  double least = FEW_ERRORS, most = (double)(plb_redraw_trials(redraw, PLB_CLASS_NONMATED) / BAND_TO);
  most = fmin(most, (double)redraw->reach);
  band->count = 0;
  if (plb_fewest_people(redraw->measured) < FEW_PEOPLE)
    return;
  for (size_t g = 0; g < PLB_BAND_POINTS && most > least; g++) {
    uint64_t errors = (uint64_t)(least * pow(most / least, (double)g / (PLB_BAND_POINTS - 1)) + 0.5);
    if (!band->count || errors > band->errors[band->count - 1])
      band->errors[band->count++] = errors;
  }
}

plb_status plb_redraw_make_room(struct redraw *redraw, struct plb_error *err) {
  size_t points = redraw->measured->point_count;
  redraw->targets = plb_alloc(points + PLB_BAND_POINTS, sizeof *redraw->targets);
  redraw->target_of = plb_alloc(points, sizeof *redraw->target_of);
  redraw->thresholds = plb_alloc(points, sizeof *redraw->thresholds);
  redraw->into->points = plb_alloc(points, sizeof *redraw->into->points);
  if (!redraw->targets || !redraw->target_of || !redraw->thresholds || !redraw->into->points)
    return plb_fail_memory(err);
  redraw->into->point_count = points;
  return PLB_OK;
}

static uint64_t errors_for(const struct redraw *redraw, struct plb_fraction target) {
  return plb_fraction_part(target, plb_redraw_trials(redraw, PLB_CLASS_NONMATED));
}

bool plb_redraw_wanted(const struct plb_study_point *point) {
  return point->kind == PLB_POINT_TARGET && !point->ruled && !point->unsupported;
}

static void choose_targets(struct redraw *redraw) {
  const struct plb_measured *measured = redraw->measured;
  const struct plb_redrawn_band *band = &redraw->into->band;
  redraw->target_count = 0;
  for (size_t p = 0; p < measured->point_count; p++) {
    const struct plb_study_point *point = &measured->points[p];
    bool drawn = redraw->drawn && plb_redraw_wanted(point) && errors_for(redraw, point->target) <= redraw->reach;
    redraw->target_of[p] = drawn ? redraw->target_count : SIZE_MAX;
    if (drawn)
      redraw->targets[redraw->target_count++] = point->target;
  }
  redraw->band_from = redraw->target_count;
  for (size_t g = 0; g < band->count; g++)
    redraw->targets[redraw->target_count++] =
        (struct plb_fraction){band->errors[g], plb_redraw_trials(redraw, PLB_CLASS_NONMATED)};
}

static int falling(const void *a, const void *b) {
  uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
  return (x < y) - (x > y);
}

/* The thresholds of all points, falling and distinct, where rates at them are to be drawn. */
static void choose_thresholds(struct redraw *redraw) {
  const struct plb_measured *measured = redraw->measured;
  size_t n = 0;
  redraw->threshold_count = 0;
  for (size_t p = 0; p < measured->point_count && redraw->drawn; p++)
    if (measured->points[p].point.false_matches <= redraw->reach)
      redraw->thresholds[n++] = measured->points[p].point.key;
  qsort(redraw->thresholds, n, sizeof *redraw->thresholds, falling);
  for (size_t k = 0; k < n; k++)
    if (!k || redraw->thresholds[k] != redraw->thresholds[redraw->threshold_count - 1])
      redraw->thresholds[redraw->threshold_count++] = redraw->thresholds[k];
}

bool plb_redraw_choose(struct redraw *redraw) {
  choose_band(redraw);
  choose_targets(redraw);
  choose_thresholds(redraw);
  redraw->eer = redraw->measured->det.eer.false_matches <= redraw->reach;
  return redraw->target_count || redraw->threshold_count || redraw->eer;
}

size_t plb_redraw_first_length(const struct redraw *redraw) {
  uint64_t most = 0;
  if (redraw->eer)
    most = redraw->measured->det.eer.false_matches;
  for (size_t p = 0; p < redraw->measured->point_count && redraw->drawn; p++) {
    uint64_t errors = redraw->measured->points[p].point.false_matches;
    most = errors > most && errors <= redraw->reach ? errors : most;
  }
  for (size_t t = 0; t < redraw->target_count; t++) {
    uint64_t errors = errors_for(redraw, redraw->targets[t]);
    most = errors > most ? errors : most;
  }
  return plb_listing_length(redraw->study->tally, plb_redraw_trials(redraw, PLB_CLASS_NONMATED), most);
}
