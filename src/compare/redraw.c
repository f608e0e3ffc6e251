/* SPDX-License-Identifier: Apache-2.0
 *
 * Differences and ratios of what depends on thresholds that the data chose: FNMR where each system holds an FMR target,
 * and EER. In each replicate people get the same weights for all systems and every system finds its thresholds again;
 * the limits are percentiles of the differences of one replicate (methods-tested D.2), and of their ratios.
 *
 * A replicate can only repeat the errors that were seen: where fewer than ten of a system, or fewer than ten people on
 * whom the systems differ, carry a difference, its limits are joined with MOVER's at the thresholds as they were found.
 * A ratio is ordered like its logarithm, so that its percentiles are those of the logarithm; they are observed ones,
 * rounded outwards, since a rate may be 0 in a replicate.
 */
#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "compare/compare.h"
#include "resample/resample.h"
#include "resample/roster.h"

#define ALL_LISTED ((size_t)1 << 20) /* so few are listed all */
#define FEW_DIFFERING 10             /* people on whom the systems differ */
#define TAIL_REPLICATES 10           /* at least so many replicates lie beyond a limit */

/* What the replicates of one system gave. */
struct kept {
  double *fnmr; /* [target][replicate] */
  double *eer;  /* [replicate] */
  bool *usable;
};

struct redraw {
  struct plb_versus *versus;
  struct plb_roster roster; /* of one system: all have the same comparisons */
  size_t replicates;
  size_t *points; /* by target: its place among the points of every system */
  struct plb_fraction *targets;
  size_t target_count;
  struct kept *kept;              /* by system */
  struct plb_contrasts contrasts; /* of mated comparisons; the last point is that of the EER */
  uint64_t *keys;                 /* [target, then EER][system] */
  double *values;                 /* of the replicates of one difference */
  size_t value_count;
};

static void free_redraw(struct redraw *redraw) {
  for (size_t s = 0; redraw->kept && s < redraw->versus->paired->system_count; s++) {
    free(redraw->kept[s].fnmr);
    free(redraw->kept[s].eer);
    free(redraw->kept[s].usable);
  }
  plb_contrasts_free(&redraw->contrasts);
  plb_roster_free(&redraw->roster);
  free(redraw->points);
  free(redraw->targets);
  free(redraw->kept);
  free(redraw->keys);
  free(redraw->values);
}

/* ---- what to draw --------------------------------------------------------------------------------- */

/* All systems have as many non-mated comparisons, so that a target is within reach of all or of none. */
static plb_status find_targets(struct redraw *redraw, struct plb_error *err) {
  const struct plb_versus *versus = redraw->versus;
  const struct plb_measured *first = &versus->measured[0];
  size_t systems = versus->paired->system_count;
  redraw->points = plb_alloc(first->point_count, sizeof *redraw->points);
  redraw->targets = plb_alloc(first->point_count, sizeof *redraw->targets);
  redraw->keys = plb_alloc((first->point_count + 1) * systems, sizeof *redraw->keys);
  if (!redraw->points || !redraw->targets || !redraw->keys)
    return plb_fail_memory(err);
  for (size_t p = 0; p < first->point_count; p++) {
    const struct plb_study_point *point = &first->points[p];
    if (point->kind != PLB_POINT_TARGET || point->unsupported)
      continue;
    for (size_t s = 0; s < systems; s++)
      redraw->keys[redraw->target_count * systems + s] =
          plb_point_find(&versus->measured[s], PLB_POINT_TARGET, point->asked)->point.key;
    redraw->points[redraw->target_count] = p;
    redraw->targets[redraw->target_count++] = point->target;
  }
  for (size_t s = 0; s < systems; s++)
    redraw->keys[redraw->target_count * systems + s] = versus->measured[s].det.eer.key;
  return PLB_OK;
}

/* ---- drawing ---------------------------------------------------------------------------------------- */

/* So many non-mated comparisons of a system are listed at first. */
static size_t first_length(const struct redraw *redraw, const struct plb_measured *measured) {
  uint64_t trials = measured->det.trials[PLB_CLASS_NONMATED], most = measured->det.eer.false_matches;
  for (size_t t = 0; t < redraw->target_count; t++) {
    uint64_t errors = (uint64_t)((plb_wide)redraw->targets[t].over * trials / redraw->targets[t].under);
    most = errors > most ? errors : most;
  }
  uint64_t length = 2 * most + PLB_EXTREMES;
  return trials <= ALL_LISTED || length > trials ? (size_t)trials : (size_t)length;
}

static struct plb_resample ask(struct redraw *redraw, size_t s, const struct plb_listing list[2]) {
  const struct plb_study *study = redraw->versus->study;
  const struct plb_options *options = study->options;
  bool complete = list[PLB_CLASS_NONMATED].count == redraw->versus->paired->joined[PLB_CLASS_NONMATED];
  return (struct plb_resample){.plan = PLB_PLAN_DOUBLE_OR_NOTHING,
                               .seed = options->seed,
                               .replicates = redraw->replicates,
                               .threads = study->threads,
                               .who = plb_roster_people(&redraw->roster),
                               .list = {list[0], list[1]},
                               .complete = complete,
                               .nonmated_total = complete ? NULL : plb_roster_total,
                               .total_ctx = &redraw->roster,
                               .targets = redraw->targets,
                               .target_count = redraw->target_count,
                               .eer = true,
                               .progress = options->progress,
                               .progress_ctx = options->progress_ctx,
                               .progress_from = s * redraw->replicates,
                               .progress_of = redraw->versus->paired->system_count * redraw->replicates};
}

/* Lists and draws; what was not listed and proves to be needed is listed in a further round. */
static plb_status draw_listed(struct redraw *redraw, size_t s, struct plb_listing list[2], struct plb_resample *drawn,
                              struct plb_error *err) {
  const struct plb_measured *measured = &redraw->versus->measured[s];
  const struct plb_tally *tally = redraw->versus->study->tally;
  const struct plb_rows *mated = &measured->system->of[PLB_CLASS_MATED].rows,
                        *nonmated = &measured->system->of[PLB_CLASS_NONMATED].rows;
  plb_status st = plb_listing_make(tally, mated, 0, (size_t)mated->count, &list[PLB_CLASS_MATED], err);
  bool again = true;
  for (size_t length = first_length(redraw, measured); again && !st; length *= 2) {
    size_t count;
    uint64_t from = plb_det_key_for(&measured->det, length, &count);
    plb_listing_free(&list[PLB_CLASS_NONMATED]);
    st = plb_listing_make(tally, nonmated, from, count, &list[PLB_CLASS_NONMATED], err);
    if (st)
      break;
    *drawn = ask(redraw, s, list);
    if (!drawn->complete)
      st = plb_roster_find_design(&redraw->roster, err);
    if (!st)
      st = plb_resample_run(drawn, err);
    again = !st && drawn->too_short;
    if (again)
      plb_resample_free(drawn);
  }
  return st;
}

static plb_status draw_system(struct redraw *redraw, size_t s, struct plb_error *err) {
  struct plb_listing list[2] = {{0}, {0}};
  struct plb_resample drawn = {0};
  plb_status st = draw_listed(redraw, s, list, &drawn, err);
  if (!st) {
    redraw->kept[s] = (struct kept){drawn.fnmr_at_target, drawn.eer_in, drawn.usable};
    drawn.fnmr_at_target = drawn.eer_in = NULL;
    drawn.usable = NULL;
  }
  plb_resample_free(&drawn);
  plb_listing_free(&list[0]);
  plb_listing_free(&list[1]);
  return st;
}

static plb_status draw_all(struct redraw *redraw, struct plb_error *err) {
  struct plb_versus *versus = redraw->versus;
  double tail = (1 - versus->level) / 2;
  size_t least = (size_t)ceil(TAIL_REPLICATES / tail);
  redraw->replicates = versus->study->options->replicates;
  redraw->replicates = redraw->replicates > least ? redraw->replicates : least;
  redraw->kept = plb_alloc(versus->paired->system_count, sizeof *redraw->kept);
  redraw->values = plb_alloc(redraw->replicates, sizeof *redraw->values);
  plb_status st = redraw->kept && redraw->values ? PLB_OK : plb_fail_memory(err);
  for (size_t s = 0; s < versus->paired->system_count && !st; s++)
    st = draw_system(redraw, s, err);
  if (st)
    return st;
  redraw->contrasts = (struct plb_contrasts){.tally = versus->study->tally,
                                             .mated = true,
                                             .keys = redraw->keys,
                                             .point_count = redraw->target_count + 1,
                                             .duels = versus->duels,
                                             .duel_count = versus->duel_count,
                                             .threads = versus->study->threads};
  return plb_contrasts_measure(&redraw->contrasts, err);
}

/* ---- limits ------------------------------------------------------------------------------------------- */

/* Sorts the differences, or the ratios, of all replicates; what is 0 / 0 is left out. */
static void take_values(struct redraw *redraw, const struct kept *a, const struct kept *b, const double *x,
                        const double *y, bool ratio) {
  redraw->value_count = 0;
  for (size_t r = 0; r < redraw->replicates; r++) {
    if (!a->usable[r] || !b->usable[r] || (ratio && !(x[r] > 0) && !(y[r] > 0)))
      continue;
    redraw->values[redraw->value_count++] = !ratio ? x[r] - y[r] : y[r] > 0 ? x[r] / y[r] : HUGE_VAL;
  }
  plb_sort_values(redraw->values, redraw->value_count);
}

/* Percentiles of the sorted values: of type 7 for differences, outwards for ratios. False: too few. */
static bool percentiles(const struct redraw *redraw, bool ratio, struct plb_limits *limits) {
  size_t n = redraw->value_count;
  if (n < TAIL_REPLICATES)
    return false;
  double at = (1 - redraw->versus->level) / 2 * (double)(n - 1);
  size_t low = (size_t)floor(at), high = n - 1 - low;
  const double *v = redraw->values;
  double part = ratio ? 0 : at - (double)low;
  *limits = (struct plb_limits){v[low], v[high]};
  if (part > 0) {
    limits->lower += part * (v[low + 1] - v[low]);
    limits->upper -= part * (v[high] - v[high - 1]);
  }
  return true;
}

/* Two-sided: how far out among the differences 0 lies. */
static double p_value_of(const struct redraw *redraw) {
  size_t below = 0, above = 0, n = redraw->value_count;
  for (size_t r = 0; r < n; r++) {
    below += redraw->values[r] <= 0;
    above += redraw->values[r] >= 0;
  }
  size_t least = below < above ? below : above;
  return fmin(1, 2 * (double)(least + 1) / (double)(n + 1));
}

/* ---- writing ------------------------------------------------------------------------------------------ */

/* One difference with what belongs to it. */
struct drawn_pair {
  const struct plb_duel *duel;
  const double *x, *y;  /* by replicate */
  double first, second; /* as measured */
  double margin;
  bool few; /* joined with MOVER's limits */
  struct plb_side sides[2];
  double rho;
};

static void widen(struct plb_limits *limits, struct plb_limits other) {
  limits->lower = fmin(limits->lower, other.lower);
  limits->upper = fmax(limits->upper, other.upper);
}

static void fill_difference(struct redraw *redraw, const struct drawn_pair *pair, struct plb_estimate *e) {
  struct plb_versus *versus = redraw->versus;
  struct plb_limits limits;
  e->has_value = true;
  e->value = pair->first - pair->second;
  take_values(redraw, &redraw->kept[pair->duel->first], &redraw->kept[pair->duel->second], pair->x, pair->y, false);
  if (!percentiles(redraw, false, &limits)) {
    plb_difference_ask(versus, pair->margin, e);
    e->status = PLB_EST_UNSUPPORTED;
    e->note = "too few people for replicates that tell something";
    return;
  }
  double p = p_value_of(redraw);
  if (pair->few) {
    widen(&limits, plb_mover_difference(&pair->sides[0], &pair->sides[1], pair->rho, versus->level));
    p = fmax(p, plb_mover_p_value(&pair->sides[0], &pair->sides[1], pair->rho));
  }
  plb_difference_judge(versus, &limits, pair->margin, e);
  if (e->note)
    e->verdict = "undecided";
  e->has_p_value = true;
  e->p_value = fmin(1, p * (double)versus->duel_count);
}

static void fill_ratio(struct redraw *redraw, const struct drawn_pair *pair, const struct plb_interval *difference,
                       struct plb_estimate *e) {
  struct plb_versus *versus = redraw->versus;
  struct plb_interval *interval = &e->interval;
  struct plb_limits limits;
  e->has_value = pair->second > 0;
  if (e->has_value) {
    e->value = pair->first / pair->second;
  } else {
    e->status = PLB_EST_UNDEFINED;
    e->note = "the system that it is compared with made no error: the ratio has no value and no upper limit";
  }
  take_values(redraw, &redraw->kept[pair->duel->first], &redraw->kept[pair->duel->second], pair->x, pair->y, true);
  if (!percentiles(redraw, true, &limits))
    return;
  if (pair->few)
    widen(&limits, plb_mover_ratio(&pair->sides[0], &pair->sides[1], pair->rho, versus->level));
  plb_ratio_agree(difference, &limits);
  interval->exists = interval->has_lower = isfinite(limits.lower);
  interval->lower = interval->has_lower ? limits.lower : 0;
  interval->has_upper = interval->exists && isfinite(limits.upper);
  interval->upper = interval->has_upper ? limits.upper : 0;
  interval->level = versus->study->options->level;
}

static plb_status write_two(struct redraw *redraw, const struct drawn_pair *pair, struct plb_estimate *difference,
                            struct plb_estimate *ratio, struct plb_error *err) {
  struct plb_result *result = redraw->versus->study->result;
  const char *method = pair->few ? "joint double-or-nothing or MOVER-PL" : "joint double-or-nothing";
  difference->interval = ratio->interval = (struct plb_interval){.method = method, .dependence = "dyadic"};
  difference->has_people = ratio->has_people = true;
  difference->people = ratio->people = redraw->roster.member_count;
  fill_difference(redraw, pair, difference);
  plb_status st = plb_result_add_estimate(result, difference, err);
  if (st || difference->status != PLB_EST_OK)
    return st;
  ratio->note = difference->note;
  fill_ratio(redraw, pair, &difference->interval, ratio);
  return plb_result_add_estimate(result, ratio, err);
}

static const char *note_of(const struct plb_study_point *first, const struct plb_study_point *second) {
  if ((!first->point.false_nonmatches && !second->point.false_nonmatches) || first->point.false_matches < FEW_ERRORS ||
      second->point.false_matches < FEW_ERRORS)
    return "too few errors to compare the systems: the interval is a bound, not evidence for or against a difference";
  return NULL;
}

static plb_status write_target(struct redraw *redraw, size_t t, size_t d, struct plb_error *err) {
  struct plb_versus *versus = redraw->versus;
  const struct plb_duel *duel = &versus->duels[d];
  const struct plb_measured *a = &versus->measured[duel->first], *b = &versus->measured[duel->second];
  double asked = versus->measured[0].points[redraw->points[t]].asked;
  const struct plb_study_point *first = plb_point_find(a, PLB_POINT_TARGET, asked),
                               *second = plb_point_find(b, PLB_POINT_TARGET, asked);
  const struct plb_rate *x = &a->rates[PLB_CLASS_MATED].at[first->at], *y = &b->rates[PLB_CLASS_MATED].at[second->at];
  struct plb_contrast *contrast = &redraw->contrasts.at[t * versus->duel_count + d];
  struct drawn_pair pair = {.duel = duel,
                            .x = redraw->kept[duel->first].fnmr + t * redraw->replicates,
                            .y = redraw->kept[duel->second].fnmr + t * redraw->replicates,
                            .first = (double)x->errors / (double)x->trials,
                            .second = (double)y->errors / (double)y->trials,
                            .margin = versus->comparing->fnmr_margin,
                            .sides = {{&x->narrow, x->errors, x->trials}, {&y->narrow, y->errors, y->trials}},
                            .rho = plb_contrast_rho(contrast, NULL)};
  struct plb_estimate difference = plb_difference_begin(versus, duel, "FNMR_DIFFERENCE"),
                      ratio = plb_difference_begin(versus, duel, "FNMR_RATIO");
  const struct plb_study_point *points[] = {first, second};
  pair.few = contrast->differing < FEW_DIFFERING;
  for (int k = 0; k < 2; k++)
    pair.few |= points[k]->point.false_matches < FEW_ERRORS || points[k]->point.false_nonmatches < FEW_ERRORS;
  difference.unit = "mated comparison";
  difference.target_metric = "FMR";
  difference.target_at_most = asked;
  difference.has_threshold = plb_compare_threshold(versus, duel->first, first->point.key, &difference.threshold);
  difference.has_against_threshold =
      plb_compare_threshold(versus, duel->second, second->point.key, &difference.against_threshold);
  difference.note = note_of(first, second);
  ratio = difference;
  ratio.metric = "FNMR_RATIO";
  return write_two(redraw, &pair, &difference, &ratio, err);
}

static plb_status write_eer(struct redraw *redraw, size_t d, struct plb_error *err) {
  struct plb_versus *versus = redraw->versus;
  const struct plb_duel *duel = &versus->duels[d];
  const struct plb_measured *a = &versus->measured[duel->first], *b = &versus->measured[duel->second];
  struct drawn_pair pair = {.duel = duel,
                            .x = redraw->kept[duel->first].eer,
                            .y = redraw->kept[duel->second].eer,
                            .first = plb_det_mean_rate(&a->det, &a->det.eer),
                            .second = plb_det_mean_rate(&b->det, &b->det.eer),
                            .margin = versus->comparing->eer_margin};
  struct plb_estimate difference = plb_difference_begin(versus, duel, "EER_DIFFERENCE"), ratio;
  const struct plb_point *points[] = {&a->det.eer, &b->det.eer};
  bool few = false;
  for (int k = 0; k < 2; k++)
    few |= points[k]->false_matches < FEW_ERRORS || points[k]->false_nonmatches < FEW_ERRORS;
  difference.has_threshold = plb_compare_threshold(versus, duel->first, a->det.eer.key, &difference.threshold);
  difference.has_against_threshold =
      plb_compare_threshold(versus, duel->second, b->det.eer.key, &difference.against_threshold);
  bool alike = redraw->contrasts.at[redraw->target_count * versus->duel_count + d].differing < FEW_DIFFERING;
  if (few || alike) {
    plb_difference_ask(versus, pair.margin, &difference);
    difference.has_value = true;
    difference.value = pair.first - pair.second;
    difference.status = PLB_EST_UNSUPPORTED;
    difference.note = few ? "fewer than ten errors of a class at the EER of a system: too few to compare them"
                          : "the systems differ on fewer than ten people in mated comparisons at the EER: too few to "
                            "compare them";
    return plb_result_add_estimate(versus->study->result, &difference, err);
  }
  ratio = difference;
  ratio.metric = "EER_RATIO";
  return write_two(redraw, &pair, &difference, &ratio, err);
}

static plb_status write_all(struct redraw *redraw, struct plb_error *err) {
  size_t duels = redraw->versus->duel_count;
  plb_status st = PLB_OK;
  for (size_t t = 0; t < redraw->target_count; t++)
    for (size_t d = 0; d < duels && !st; d++)
      st = write_target(redraw, t, d, err);
  for (size_t d = 0; d < duels && !st; d++)
    st = write_eer(redraw, d, err);
  return st;
}

plb_status plb_compare_redrawn(struct plb_versus *versus, struct plb_error *err) {
  struct redraw redraw = {.versus = versus};
  const uint64_t *joined = versus->paired->joined;
  if (!joined[0] || !joined[1])
    return PLB_OK;
  if (plb_fewest_people(&versus->measured[0]) < FEWEST_PEOPLE)
    return plb_result_add_statement(versus->study->result,
                                    "Fewer than 8 people took part: what depends on a threshold that the data chose is "
                                    "not compared.",
                                    err);
  if (joined[PLB_CLASS_MATED] > versus->study->tally->most_listed)
    return plb_result_add_statement(versus->study->result,
                                    "More than 8,388,608 mated comparisons: what depends on a threshold that the data "
                                    "chose is not compared by this version.",
                                    err);
  plb_status st = plb_roster_make(versus->study->tally, &versus->study->tally->systems[0], &redraw.roster, err);
  if (!st)
    st = find_targets(&redraw, err);
  if (!st)
    st = draw_all(&redraw, err);
  if (!st)
    st = write_all(&redraw, err);
  free_redraw(&redraw);
  return st;
}
