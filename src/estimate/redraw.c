/* SPDX-License-Identifier: Apache-2.0
 *
 * Intervals of what depends on a threshold that the data chose: EER, AUC and the band of the DET (methods C.3;
 * methods-tested C.4), from replicates in which people are weighted by double or nothing and each threshold is found
 * again; FNMR at an FMR target, and that threshold, by the delta method (delta.h), and by replicates where --interval
 * asks for these; d' by the jackknife (dprime.c). Where few errors carry a limit it is joined with what PL says, since
 * a replicate can only repeat what was seen.
 *
 * Of the non-mated comparisons the highest scores are listed: twice as many as the largest target allows errors, and
 * more where a replicate proves to need them, so that how many were listed never changes an answer. What needs more
 * than can be listed is left to the delta method, each quantity by itself; the band ends where the list does.
 */
#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "estimate/redraw_parts.h"

void plb_redraw_free(struct plb_redrawn *redrawn) {
  for (size_t p = 0; p < redrawn->point_count; p++)
    free(redrawn->points[p].drawn);
  free(redrawn->points);
  *redrawn = (struct plb_redrawn){0};
}

const struct plb_redrawn_point *plb_redrawn_at(const struct plb_measured *measured,
                                               const struct plb_study_point *point) {
  const struct plb_redrawn *redrawn = &measured->redrawn;
  const struct plb_redrawn_point *found = redrawn->any ? &redrawn->points[point - measured->points] : NULL;
  return found && found->fnmr.exists ? found : NULL;
}

const struct plb_redrawn_point *plb_redrawn_shown(const struct plb_study *study, const struct plb_measured *measured,
                                                  const struct plb_study_point *point) {
  bool shown = plb_method_is_pl(study->method) || plb_method_entry(study->method)->drawn;
  return shown ? plb_redrawn_at(measured, point) : NULL;
}

const char *plb_redrawn_name(const struct plb_study *study, const struct plb_redrawn_limits *limits) {
  if (limits->jackknife)
    return "jackknife";
  if (limits->delta && limits->poisson)
    return limits->joined ? "delta, weighted Poisson or PL" : "delta or weighted Poisson";
  if (limits->delta)
    return limits->joined ? "delta or PL" : "delta";
  if (limits->poisson)
    return limits->joined ? "double-or-nothing, weighted Poisson or PL" : "double-or-nothing or weighted Poisson";
  return limits->joined ? "double-or-nothing or PL" : plb_redrawn_method(study);
}

void plb_redrawn_widen_auc(struct plb_redrawn_limits *auc, const double by[2], bool few_makers) {
  auc->poisson = by[0] < auc->lower || by[1] > auc->upper;
  auc->few_makers = few_makers && by[0] < auc->lower;
  auc->lower = fmin(auc->lower, by[0]);
  auc->upper = fmax(auc->upper, by[1]);
}

const char *plb_redrawn_method(const struct plb_study *study) {
  bool vertex = study->method == PLB_METHOD_VERTEX_BOOTSTRAP;
  return plb_method_entry(vertex ? PLB_METHOD_VERTEX_BOOTSTRAP : PLB_METHOD_DOUBLE_OR_NOTHING)->shown;
}

static void free_redraw(struct redraw *redraw) {
  plb_roster_free(&redraw->roster);
  free(redraw->target_of);
  free(redraw->targets);
  free(redraw->thresholds);
  free(redraw->scratch);
  plb_listing_free(&redraw->list[0]);
  plb_listing_free(&redraw->list[1]);
  plb_resample_free(&redraw->replicates);
}

/* Why there is no interval, or NULL. */
static const char *reason(const struct redraw *redraw) {
  if (!plb_redraw_rows(redraw, PLB_CLASS_NONMATED)->count)
    return "no interval: it is not known who took part";
  if (plb_fewest_people(redraw->measured) < FEWEST_PEOPLE)
    return redraw->study->tally->cluster ? "no interval: too few clusters of people (fewer than 8)"
                                         : "no interval: too few people (fewer than 8)";
  return NULL;
}

/* At least one replicate lies beyond either limit. */
static bool enough_replicates(const struct plb_options *options) {
  return (double)options->replicates * (1 - options->level) >= 2;
}

/* What was not drawn. */
static plb_status take_rest(struct redraw *redraw, bool drawn, struct plb_error *err) {
  struct plb_measured *measured = redraw->measured;
  bool *at = plb_alloc(measured->point_count, sizeof *at), any = false;
  if (!at)
    return plb_fail_memory(err);
  for (size_t p = 0; p < measured->point_count; p++) {
    at[p] = plb_redraw_wanted(&measured->points[p]) && (!drawn || redraw->target_of[p] == SIZE_MAX);
    any |= at[p];
  }
  struct plb_delta_wanted wanted = {at, !drawn || !redraw->eer, !drawn || !redraw->auc};
  plb_status status = PLB_OK;
  if (any || wanted.eer || wanted.auc)
    status = plb_delta_measure(redraw->study, measured, &redraw->roster, &wanted, err);
  free(at);
  return status;
}

plb_status plb_redraw_measure(struct plb_study *study, struct plb_measured *measured, struct plb_error *err) {
  struct redraw redraw = {.study = study, .measured = measured, .into = &measured->redrawn};
  redraw.drawn = plb_method_entry(study->method)->drawn;
  bool drawn = false;
  if (!measured->det.trials[0] || !measured->det.trials[1] || (redraw.into->why = reason(&redraw)))
    return PLB_OK;
  plb_status status = plb_roster_make(study->tally, measured->system, &redraw.roster, err);
  if (!status)
    status = plb_dprime_measure(study, measured, &redraw.roster, err);
  if (!status)
    status = plb_redraw_make_room(&redraw, err);
  redraw.into->scant = !enough_replicates(study->options);
  if (!status && !redraw.into->scant)
    status = plb_redraw_replicates(&redraw, &drawn, err);
  if (!status && drawn)
    status = plb_redraw_take(&redraw, err);
  else if (!status)
    redraw.into->band.count = 0;
  if (!status)
    status = take_rest(&redraw, drawn, err);
  if (!status)
    status = plb_redraw_join_few(&redraw, err);
  free_redraw(&redraw);
  return status;
}
