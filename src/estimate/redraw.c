/* SPDX-License-Identifier: Apache-2.0
 *
 * Intervals of what depends on a threshold that the data chose: FNMR at an FMR target, that threshold, EER, AUC, and
 * the band of the DET (methods C.2, C.3, M.3; methods-tested C.4). People are weighted by double or nothing, each
 * threshold is found again, and the limits are percentiles. Where fewer than ten errors carry a limit it is joined with
 * PL's, since a replicate can only repeat what was seen.
 *
 * Of the non-mated comparisons the highest scores are listed: twice as many as the largest target allows errors, and
 * more where a replicate proves to need them, so that how many were listed never changes an answer. What needs more
 * than can be listed is left to the delta method, each quantity by itself (delta.h); the band ends where the list does.
 */
#include <math.h>
#include <stdlib.h>

#include "base/key.h"
#include "base/memory.h"
#include "estimate/redraw_parts.h"
#include "resample/auc.h"

#define ALL_LISTED ((size_t)1 << 20) /* so few are listed all */
#define BAND_TO 10                   /* the band ends at FMR 1 / 10 */

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
  if (limits->delta)
    return limits->joined ? "delta or PL" : "delta";
  return limits->joined ? "double-or-nothing or PL" : plb_redrawn_method(study);
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

static const struct plb_rows *rows_of(const struct redraw *redraw, enum plb_class class) {
  return &redraw->measured->system->of[class].rows;
}

static uint64_t trials_of(const struct redraw *redraw, enum plb_class class) {
  return redraw->measured->det.trials[class];
}

/* ---- what ---------------------------------------------------------------------------------- */

/* The false matches that the band allows at its points, evenly spaced in their logarithm. */
static void choose_band(struct redraw *redraw) {
  struct plb_redrawn_band *band = &redraw->into->band;
  double least = FEW_ERRORS, most = (double)(trials_of(redraw, PLB_CLASS_NONMATED) / BAND_TO);
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

static plb_status make_room(struct redraw *redraw, struct plb_error *err) {
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
  return (uint64_t)((plb_wide)target.over * trials_of(redraw, PLB_CLASS_NONMATED) / target.under);
}

static bool is_wanted(const struct plb_study_point *point) {
  return point->kind == PLB_POINT_TARGET && !point->ruled && !point->unsupported;
}

static void choose_targets(struct redraw *redraw) {
  const struct plb_measured *measured = redraw->measured;
  const struct plb_redrawn_band *band = &redraw->into->band;
  redraw->target_count = 0;
  for (size_t p = 0; p < measured->point_count; p++) {
    const struct plb_study_point *point = &measured->points[p];
    bool drawn = is_wanted(point) && errors_for(redraw, point->target) <= redraw->reach;
    redraw->target_of[p] = drawn ? redraw->target_count : SIZE_MAX;
    if (drawn)
      redraw->targets[redraw->target_count++] = point->target;
  }
  redraw->band_from = redraw->target_count;
  for (size_t g = 0; g < band->count; g++)
    redraw->targets[redraw->target_count++] =
        (struct plb_fraction){band->errors[g], trials_of(redraw, PLB_CLASS_NONMATED)};
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

/* What is drawn, as far as the list may reach; false where nothing is. */
static bool choose(struct redraw *redraw) {
  choose_band(redraw);
  choose_targets(redraw);
  choose_thresholds(redraw);
  redraw->eer = redraw->measured->det.eer.false_matches <= redraw->reach;
  return redraw->target_count || redraw->threshold_count || redraw->eer;
}

/* So many non-mated comparisons are listed at first; no more than may be, with what was chosen. */
static size_t first_length(const struct redraw *redraw) {
  uint64_t trials = trials_of(redraw, PLB_CLASS_NONMATED), most = 0;
  size_t most_listed = redraw->study->tally->most_listed;
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
  uint64_t length = 2 * most + PLB_EXTREMES;
  bool all = (trials <= ALL_LISTED && trials <= most_listed) || length > trials;
  return (size_t)(all ? trials : length < most_listed ? length : most_listed);
}

/* ---- listing ------------------------------------------------------------------------------- */

/* The rows of a list, by who stands for their people. */
static void join_units(const struct redraw *redraw, enum plb_class class, struct plb_listing *listing) {
  const struct plb_units *units = &redraw->roster.units;
  for (size_t k = 0; units->head && k < listing->count; k++)
    plb_units_join_row(units, class == PLB_CLASS_MATED, &listing->rows[k].first, &listing->rows[k].second);
}

static plb_status list(struct redraw *redraw, uint64_t from, size_t count, struct plb_error *err) {
  const struct plb_tally *tally = redraw->study->tally;
  plb_listing_free(&redraw->list[PLB_CLASS_NONMATED]);
  plb_status status =
      plb_listing_make(tally, rows_of(redraw, PLB_CLASS_NONMATED), from, count, &redraw->list[PLB_CLASS_NONMATED], err);
  join_units(redraw, PLB_CLASS_NONMATED, &redraw->list[PLB_CLASS_NONMATED]);
  redraw->complete = redraw->list[PLB_CLASS_NONMATED].count == trials_of(redraw, PLB_CLASS_NONMATED);
  return status;
}

static plb_status draw_replicates(struct redraw *redraw, struct plb_error *err) {
  const struct plb_options *options = redraw->study->options;
  redraw->auc = redraw->complete;
  redraw->replicates = (struct plb_resample){
      .plan = redraw->study->method == PLB_METHOD_VERTEX_BOOTSTRAP ? PLB_PLAN_VERTEX : PLB_PLAN_DOUBLE_OR_NOTHING,
      .seed = options->seed,
      .replicates = options->replicates,
      .threads = redraw->study->threads,
      .who = plb_roster_people(&redraw->roster),
      .list = {redraw->list[0], redraw->list[1]},
      .complete = redraw->complete,
      .nonmated_total = redraw->complete ? NULL : plb_roster_total,
      .total_ctx = &redraw->roster,
      .targets = redraw->targets,
      .target_count = redraw->target_count,
      .thresholds = redraw->thresholds,
      .threshold_count = redraw->threshold_count,
      .eer = redraw->eer,
      .auc = redraw->auc,
      .progress = options->progress,
      .progress_ctx = options->progress_ctx,
      .progress_of = options->replicates};
  return plb_resample_run(&redraw->replicates, err);
}

/* The replicates from a list of some length; *enough is false where it is too short, or ties make it too long. */
static plb_status draw_from(struct redraw *redraw, size_t length, bool *enough, struct plb_error *err) {
  size_t count;
  uint64_t from = plb_det_key_for(&redraw->measured->det, length, &count);
  *enough = count / 2 <= redraw->study->tally->most_listed;
  plb_status status = *enough ? list(redraw, from, count, err) : PLB_OK;
  if (status || !*enough)
    return status;
  plb_resample_free(&redraw->replicates);
  status = draw_replicates(redraw, err);
  *enough = !redraw->replicates.too_short;
  return status;
}

/* Lists more until no replicate needs what was not listed; what needs more than may be listed is not drawn. */
static plb_status replay(struct redraw *redraw, bool *drawn, struct plb_error *err) {
  const size_t most = redraw->study->tally->most_listed;
  const uint64_t trials = trials_of(redraw, PLB_CLASS_NONMATED), mated = trials_of(redraw, PLB_CLASS_MATED);
  bool enough = false;
  plb_status status = PLB_OK;
  redraw->reach = trials <= most ? trials : most > PLB_EXTREMES ? (most - PLB_EXTREMES) / 2 : 0;
  *drawn = mated <= most;
  if (*drawn)
    status = plb_listing_make(redraw->study->tally, rows_of(redraw, PLB_CLASS_MATED), 0, (size_t)mated,
                              &redraw->list[PLB_CLASS_MATED], err);
  join_units(redraw, PLB_CLASS_MATED, &redraw->list[PLB_CLASS_MATED]);
  for (; *drawn && !status; redraw->reach /= 2) {
    if (!(*drawn = redraw->reach && choose(redraw)))
      break;
    for (size_t length = first_length(redraw), last = 0; !status && last != length;) {
      status = draw_from(redraw, length, &enough, err);
      if (status || enough)
        return status;
      last = length;
      length = 2 * length < most ? 2 * length : most;
    }
  }
  return status;
}

/* ---- limits -------------------------------------------------------------------------------- */

static struct plb_redrawn_limits limits_of(struct redraw *redraw, const double *values, double level) {
  const struct plb_resample *from = &redraw->replicates;
  double limits[2] = {0, 0};
  struct plb_redrawn_limits found = {0};
  found.exists = plb_percentiles(values, from->usable, from->replicates, level, redraw->scratch, limits);
  found.lower = limits[0];
  found.upper = limits[1];
  return found;
}

static void widen(struct plb_redrawn_limits *limits, const double by[2]) {
  limits->lower = fmin(limits->lower, by[0]);
  limits->upper = fmax(limits->upper, by[1]);
}

static void join(struct plb_redrawn_limits *limits, double lower, double upper) {
  widen(limits, (const double[]){lower, upper});
  limits->joined = true;
}

static int compare_keys(const void *a, const void *b) {
  uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
  return (x > y) - (x < y);
}

/* Limits of a threshold are observed scores: quantiles rounded outwards. */
static void limits_of_key(struct redraw *redraw, const uint64_t *found, uint64_t limits[2]) {
  const struct plb_resample *from = &redraw->replicates;
  uint64_t *keys = (uint64_t *)(void *)redraw->scratch;
  double out = (1 - redraw->study->options->level) / 2;
  size_t n = 0;
  for (size_t r = 0; r < from->replicates; r++)
    if (from->usable[r])
      keys[n++] = found[r];
  qsort(keys, n, sizeof *keys, compare_keys);
  size_t left = (size_t)(out * (double)(n - 1));
  limits[0] = keys[left];
  limits[1] = keys[n - 1 - left];
}

/* Claims are judged together, at levels that are not known yet: all replicates are kept, in order. */
static bool keep_drawn(const struct redraw *redraw, const double *values, struct plb_redrawn_point *into) {
  const struct plb_resample *from = &redraw->replicates;
  if (!(into->drawn = plb_alloc(from->replicates, sizeof *into->drawn)))
    return false;
  for (size_t r = 0; r < from->replicates; r++)
    if (from->usable[r])
      into->drawn[into->drawn_count++] = values[r];
  plb_sort_values(into->drawn, into->drawn_count);
  return true;
}

/* Fewer than ten errors, or trials without one, or people in errors: a replicate can only repeat what these did. */
static bool is_few(const struct plb_rate *rate) {
  return rate->errors < FEW_ERRORS || rate->trials - rate->errors < FEW_ERRORS || rate->involved.people < FEW_ERRORS;
}

static bool take_points(struct redraw *redraw) {
  const struct plb_measured *measured = redraw->measured;
  const struct plb_resample *from = &redraw->replicates;
  for (size_t p = 0; p < measured->point_count; p++) {
    size_t target = redraw->target_of[p];
    if (target == SIZE_MAX)
      continue;
    const struct plb_study_point *point = &measured->points[p];
    struct plb_redrawn_point *into = &redraw->into->points[p];
    const double *values = from->fnmr_at_target + target * from->replicates;
    double level = redraw->study->options->level;
    into->fnmr = limits_of(redraw, values, level);
    into->corner = limits_of(redraw, values, (2 + level) / 3);
    if (!into->fnmr.exists)
      continue;
    if (point->claimed && !keep_drawn(redraw, values, into))
      return false;
    if ((into->has_keys = point->point.false_matches >= FEW_ERRORS))
      limits_of_key(redraw, from->key_at_target + target * from->replicates, into->keys);
    const struct plb_rate *rate = &measured->rates[PLB_CLASS_MATED].at[point->at];
    bool few = is_few(&measured->rates[PLB_CLASS_NONMATED].at[point->at]) || is_few(rate);
    if (few && !redraw->drawn) {
      join(&into->fnmr, rate->narrow.pl.lower, rate->narrow.pl.upper);
      join(&into->corner, rate->corner.pl.lower, rate->corner.pl.upper);
    }
  }
  return true;
}

static void say(struct redraw *redraw, const double *values, struct plb_rate *rate) {
  double level = redraw->study->options->level;
  struct plb_redrawn_limits narrow = limits_of(redraw, values, level);
  struct plb_redrawn_limits corner = limits_of(redraw, values, (2 + level) / 3);
  if (rate->narrow.few)
    return; /* the worst case stands */
  rate->said.exists = narrow.exists;
  rate->said.narrow = (struct plb_limits){narrow.lower, narrow.upper};
  rate->said.corner = (struct plb_limits){corner.lower, corner.upper};
}

/* Rates at fixed thresholds. */
static void take_thresholds(struct redraw *redraw) {
  const struct plb_measured *measured = redraw->measured;
  const struct plb_resample *from = &redraw->replicates;
  for (size_t t = 0; t < redraw->threshold_count; t++) {
    size_t p = 0;
    while (measured->points[p].point.key != redraw->thresholds[t])
      p++;
    for (int c = 0; c < 2; c++)
      say(redraw, from->rate_at[c] + t * from->replicates, &measured->rates[c].at[measured->points[p].at]);
  }
}

/* Both rates at one more threshold. */
static plb_status rates_at(struct redraw *redraw, const struct plb_point *point, struct plb_rates rates[2],
                           struct plb_error *err) {
  plb_status status = PLB_OK;
  for (int c = 0; c < 2 && !status; c++) {
    uint64_t errors = c == PLB_CLASS_MATED ? point->false_nonmatches : point->false_matches;
    status = plb_rates_measure(redraw->study->tally, redraw->measured->system, (enum plb_class)c,
                               &redraw->measured->det, &point->key, &errors, 1, redraw->study->options->level, false,
                               redraw->study->method, redraw->study->threads, &rates[c], err);
  }
  return status;
}

/* Fewer than ten comparisons of a class lie among the scores of the other: AUC then rests on these few. Near its ends
 * the curve has every point at which a count changes. */
static bool hardly_overlap(const struct redraw *redraw) {
  const struct plb_det *det = &redraw->measured->det;
  size_t above = 0, below = 0; /* the first point without a false match, the last one without a false non-match */
  while (det->curve[above].false_matches)
    above++;
  while (below + 1 < det->curve_count && !det->curve[below + 1].false_nonmatches)
    below++;
  return det->curve[above].false_nonmatches < FEW_ERRORS || det->curve[below].false_matches < FEW_ERRORS;
}

/* With few errors at the EER's threshold: the EER lies between the two rates of any threshold, and AUC falls short of
 * 1 by no more than their sum. */
static plb_status join_few(struct redraw *redraw, struct plb_error *err) {
  struct plb_redrawn *into = redraw->into;
  const struct plb_point *point = &redraw->measured->det.eer;
  struct plb_rates rates[2] = {{0}, {0}};
  if (redraw->drawn || !into->any || (point->false_matches >= FEW_ERRORS && point->false_nonmatches >= FEW_ERRORS))
    return PLB_OK;
  plb_status status = rates_at(redraw, point, rates, err);
  if (!status) {
    const struct plb_limits *fmr = &rates[0].at[0].narrow.pl, *fnmr = &rates[1].at[0].narrow.pl;
    if (into->eer.exists)
      join(&into->eer, fmin(fmr->lower, fnmr->lower), fmax(fmr->upper, fnmr->upper));
    if (into->auc.exists && hardly_overlap(redraw))
      join(&into->auc, fmax(1 - fmr->upper - fnmr->upper, 0), 0);
  }
  plb_rates_free(&rates[0]);
  plb_rates_free(&rates[1]);
  return status;
}

/* Pairs of scores in one block were taken as tied, in the replicates and in the whole alike: what they differ by is
 * what the AUC may be wrong by. */
static plb_status take_auc(struct redraw *redraw, struct plb_error *err) {
  const struct plb_resample *from = &redraw->replicates;
  struct plb_redrawn_limits *auc = &redraw->into->auc;
  double value = plb_det_auc(&redraw->measured->det), limits[2];
  if (redraw->drawn) {
    *auc = limits_of(redraw, from->auc_in, redraw->study->options->level);
    auc->lower = fmin(fmax(auc->lower + value - from->auc_of_all, 0), value);
    auc->upper = fmax(fmin(auc->upper + value - from->auc_of_all, 1), value);
    return PLB_OK;
  }
  *auc = (struct plb_redrawn_limits){.exists = true, .lower = value, .upper = value};
  if (plb_auc_limits(from, value, redraw->study->options->level, (double)(plb_fewest_people(redraw->measured) - 1),
                     limits))
    widen(auc, limits);
  if (value == 1)
    return PLB_OK; /* nothing is misplaced, so that join_few says all there is to say */
  plb_status status = plb_auc_few(redraw->list, &from->who, redraw->study->options->level, limits, err);
  if (!status)
    widen(auc, limits);
  return status;
}

static plb_status take_all(struct redraw *redraw, struct plb_error *err) {
  struct plb_redrawn *into = redraw->into;
  const struct plb_resample *from = &redraw->replicates;
  if (!(redraw->scratch = plb_alloc(from->replicates, sizeof *redraw->scratch)))
    return plb_fail_memory(err);
  for (size_t r = 0; r < from->replicates; r++)
    into->replicates += from->usable[r];
  if (into->replicates < 2) {
    into->why = "too few replicates for an interval";
    return PLB_OK;
  }
  into->any = true;
  if (!take_points(redraw))
    return plb_fail_memory(err);
  take_thresholds(redraw);
  if (redraw->eer)
    into->eer = limits_of(redraw, from->eer_in, redraw->study->options->level);
  plb_status status = redraw->auc ? take_auc(redraw, err) : PLB_OK;
  return status ? status : plb_redraw_band(redraw, err);
}

/* Why there is no interval, or NULL. */
static const char *reason(const struct redraw *redraw) {
  if (!rows_of(redraw, PLB_CLASS_NONMATED)->count)
    return "no interval: it is not known who took part";
  if (plb_fewest_people(redraw->measured) < FEWEST_PEOPLE)
    return redraw->study->tally->cluster ? "no interval: too few clusters of people (fewer than 8)"
                                         : "no interval: too few people (fewer than 8)";
  if ((double)redraw->study->options->replicates * (1 - redraw->study->options->level) < 2)
    return "no interval: at this level more replicates are needed (--replicates)";
  return NULL;
}

/* What was not drawn. */
static plb_status take_rest(struct redraw *redraw, bool drawn, struct plb_error *err) {
  struct plb_measured *measured = redraw->measured;
  bool *at = plb_alloc(measured->point_count, sizeof *at), any = false;
  if (!at)
    return plb_fail_memory(err);
  for (size_t p = 0; p < measured->point_count; p++) {
    at[p] = is_wanted(&measured->points[p]) && (!drawn || redraw->target_of[p] == SIZE_MAX);
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
    status = make_room(&redraw, err);
  if (!status)
    status = replay(&redraw, &drawn, err);
  if (!status && drawn)
    status = take_all(&redraw, err);
  else if (!status)
    redraw.into->band.count = 0;
  if (!status)
    status = take_rest(&redraw, drawn, err);
  if (!status)
    status = join_few(&redraw, err);
  free_redraw(&redraw);
  return status;
}
