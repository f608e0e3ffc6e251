/* SPDX-License-Identifier: Apache-2.0
 *
 * Differences and ratios of what depends on thresholds that the data chose: FNMR where each system holds an FMR target,
 * and EER. In each replicate people get the same weights for all systems and every system finds its thresholds again
 * (draw.c); the limits are percentiles of the differences of one replicate (methods-tested D.2), and of their ratios.
 *
 * A replicate can only repeat the errors that were seen: where fewer than ten of a system, or fewer than ten people on
 * whom the systems differ, carry a difference, its limits are joined with MOVER's at the thresholds as they were found.
 * A ratio is ordered like its logarithm, so that its percentiles are those of the logarithm; they are observed ones,
 * rounded outwards, since a rate may be 0 in a replicate.
 */
#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "compare/draw.h"
#include "resample/resample.h"

#define FEW_DIFFERING 10   /* people on whom the systems differ */
#define TAIL_REPLICATES 10 /* at least so many replicates lie beyond a limit */

struct redraw {
  struct plb_versus *versus;
  struct plb_joint joint;
  struct plb_contrasts contrasts; /* of mated comparisons; the last point is that of the EER */
  double *values;                 /* of the replicates of one difference, or ratio, sorted */
  size_t value_count;
  size_t quantity; /* in hand: a target, or after them all the EER */
  size_t sorted;   /* the pair of systems whose differences of that quantity are sorted, or SIZE_MAX */
};

/* One pair of systems with what belongs to its difference. */
struct pair {
  const struct plb_duel *duel;
  const double *x, *y;  /* by replicate; NULL: not drawn */
  double first, second; /* as measured */
  bool few;             /* joined with MOVER's limits */
  struct plb_side sides[2];
  double rho;
};

static bool is_eer(const struct redraw *redraw) {
  return redraw->quantity == redraw->joint.target_count;
}

static double margin_of(const struct redraw *redraw) {
  const struct plb_comparing *comparing = redraw->versus->comparing;
  return is_eer(redraw) ? comparing->eer_margin : comparing->fnmr_margin;
}

/* The people on whom two systems differ; clusters of them, where people have these. */
static uint64_t differing(const struct redraw *redraw, size_t d) {
  return redraw->contrasts.at[redraw->quantity * redraw->versus->duel_count + d].differing;
}

/* ---- a pair of systems -------------------------------------------------------------------------------- */

static const struct plb_study_point *point_of(const struct redraw *redraw, size_t s) {
  const struct plb_versus *versus = redraw->versus;
  double asked = versus->measured[0].points[redraw->joint.points[redraw->quantity]].asked;
  return plb_point_find(&versus->measured[s], PLB_POINT_TARGET, asked);
}

static struct pair pair_at_target(const struct redraw *redraw, size_t d) {
  const struct plb_versus *versus = redraw->versus;
  const struct plb_duel *duel = &versus->duels[d];
  const struct plb_contrast *contrast = &redraw->contrasts.at[redraw->quantity * versus->duel_count + d];
  const struct plb_joint *joint = &redraw->joint;
  struct pair pair = {
      .duel = duel, .few = contrast->differing < FEW_DIFFERING, .rho = plb_contrast_rho(contrast, NULL)};
  const size_t systems[] = {duel->first, duel->second};
  double rates[2];
  const double *drawn[2] = {NULL, NULL};
  for (int k = 0; k < 2; k++) {
    const struct plb_study_point *point = point_of(redraw, systems[k]);
    const struct plb_rate *rate = &versus->measured[systems[k]].rates[PLB_CLASS_MATED].at[point->at];
    size_t place = joint->place[redraw->quantity];
    pair.few |= point->point.false_matches < FEW_ERRORS || point->point.false_nonmatches < FEW_ERRORS;
    pair.sides[k] = (struct plb_side){&rate->narrow, rate->errors, rate->trials};
    rates[k] = (double)rate->errors / (double)rate->trials;
    if (place != SIZE_MAX)
      drawn[k] = joint->kept[systems[k]].fnmr + place * joint->replicates;
  }
  pair.first = rates[0];
  pair.second = rates[1];
  pair.x = drawn[0];
  pair.y = drawn[1];
  return pair;
}

static struct pair pair_of(const struct redraw *redraw, size_t d) {
  const struct plb_versus *versus = redraw->versus;
  const struct plb_duel *duel = &versus->duels[d];
  if (!is_eer(redraw))
    return pair_at_target(redraw, d);
  const struct plb_det *a = &versus->measured[duel->first].det, *b = &versus->measured[duel->second].det;
  return (struct pair){.duel = duel,
                       .x = redraw->joint.kept[duel->first].eer,
                       .y = redraw->joint.kept[duel->second].eer,
                       .first = plb_det_mean_rate(a, &a->eer),
                       .second = plb_det_mean_rate(b, &b->eer)};
}

/* ---- limits ------------------------------------------------------------------------------------------- */

/* Sorts the differences, or the ratios, of all replicates; what is 0 / 0 is left out. */
static void take_values(struct redraw *redraw, const struct pair *pair, bool ratio) {
  const struct plb_joint_kept *a = &redraw->joint.kept[pair->duel->first], *b = &redraw->joint.kept[pair->duel->second];
  const double *x = pair->x, *y = pair->y;
  redraw->value_count = 0;
  redraw->sorted = ratio ? SIZE_MAX : (size_t)(pair->duel - redraw->versus->duels);
  for (size_t r = 0; r < redraw->joint.replicates; r++) {
    if (!a->usable[r] || !b->usable[r] || (ratio && !(x[r] > 0) && !(y[r] > 0)))
      continue;
    redraw->values[redraw->value_count++] = !ratio ? x[r] - y[r] : y[r] > 0 ? x[r] / y[r] : HUGE_VAL;
  }
  plb_sort_values(redraw->values, redraw->value_count);
}

/* Percentiles of the sorted values: of type 7 for differences, outwards for ratios. False: too few. */
static bool percentiles(const struct redraw *redraw, bool ratio, double level, struct plb_limits *limits) {
  size_t n = redraw->value_count;
  if (n < TAIL_REPLICATES)
    return false;
  double at = (1 - level) / 2 * (double)(n - 1);
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

static void widen(struct plb_limits *limits, struct plb_limits other) {
  limits->lower = fmin(limits->lower, other.lower);
  limits->upper = fmax(limits->upper, other.upper);
}

/* Of a difference, whose values are sorted anew only where those of another pair were. */
static bool limits_at(void *ctx, size_t d, double level, struct plb_limits *limits) {
  struct redraw *redraw = ctx;
  struct pair pair = pair_of(redraw, d);
  if (redraw->sorted != d)
    take_values(redraw, &pair, false);
  if (!percentiles(redraw, false, level, limits))
    return false;
  if (pair.few)
    widen(limits, plb_mover_difference(&pair.sides[0], &pair.sides[1], pair.rho, level));
  return true;
}

/* ---- writing ------------------------------------------------------------------------------------------ */

static void refuse(const struct redraw *redraw, const char *why, struct plb_estimate *e) {
  plb_difference_ask(redraw->versus, margin_of(redraw), e);
  e->status = PLB_EST_UNSUPPORTED;
  e->note = why;
}

static void fill_difference(struct redraw *redraw, size_t d, const struct pair *pair, struct plb_family *family,
                            struct plb_estimate *e) {
  struct plb_versus *versus = redraw->versus;
  struct plb_family_limits from = {limits_at, redraw};
  struct plb_limits limits;
  if (!pair->x || !pair->y) {
    refuse(redraw, redraw->joint.why, e);
    return;
  }
  if (!limits_at(redraw, d, versus->level, &limits)) {
    e->has_value = false;
    refuse(redraw,
           versus->study->tally->cluster ? "too few clusters of people for replicates that tell something"
                                         : "too few people for replicates that tell something",
           e);
    return;
  }
  double p = p_value_of(redraw);
  if (pair->few)
    p = fmax(p, plb_mover_p_value(&pair->sides[0], &pair->sides[1], pair->rho));
  plb_difference_judge(versus, &limits, margin_of(redraw), e);
  e->has_p_value = true;
  e->p_value = fmin(1, p * (double)versus->duel_count);
  if (e->note)
    e->verdict = "undecided";
  else
    plb_family_enter(family, d, &from);
}

static void fill_ratio(struct redraw *redraw, const struct pair *pair, const struct plb_interval *difference,
                       struct plb_estimate *e) {
  struct plb_versus *versus = redraw->versus;
  struct plb_limits limits;
  e->has_value = pair->second > 0;
  if (e->has_value) {
    e->value = pair->first / pair->second;
  } else {
    e->status = PLB_EST_UNDEFINED;
    e->note = "the system that it is compared with made no error: the ratio has no value and no upper limit";
  }
  take_values(redraw, pair, true);
  if (!percentiles(redraw, true, versus->level, &limits))
    return;
  if (pair->few)
    widen(&limits, plb_mover_ratio(&pair->sides[0], &pair->sides[1], pair->rho, versus->level));
  plb_ratio_agree(difference, &limits);
  plb_ratio_fill(versus, &limits, e);
}

/* Who, at which thresholds, behind what. */
static struct plb_estimate begin(const struct redraw *redraw, const struct pair *pair, const char *metric) {
  const struct plb_versus *versus = redraw->versus;
  const struct plb_duel *duel = pair->duel;
  const char *cluster = versus->study->tally->cluster;
  struct plb_estimate e = plb_difference_begin(versus, duel, metric);
  uint64_t keys[2];
  for (int k = 0; k < 2; k++) {
    size_t s = k ? duel->second : duel->first;
    keys[k] = is_eer(redraw) ? versus->measured[s].det.eer.key : point_of(redraw, s)->point.key;
  }
  if (!is_eer(redraw)) {
    e.unit = "mated comparison";
    e.target_metric = "FMR";
    e.target_at_most = point_of(redraw, duel->first)->asked;
  }
  e.has_threshold = plb_compare_threshold(versus, duel->first, keys[0], &e.threshold);
  e.has_against_threshold = plb_compare_threshold(versus, duel->second, keys[1], &e.against_threshold);
  e.has_people = true;
  e.people = versus->study->result->test.people;
  e.has_clusters = cluster;
  e.clusters = cluster ? redraw->joint.roster.member_count : 0;
  e.has_value = true;
  e.value = pair->first - pair->second;
  return e;
}

/* Why there is no interval, whatever replicates say; or NULL. */
static const char *too_few(const struct redraw *redraw, size_t d) {
  const struct plb_duel *duel = &redraw->versus->duels[d];
  const struct plb_measured *measured = redraw->versus->measured;
  const struct plb_point *points[] = {&measured[duel->first].det.eer, &measured[duel->second].det.eer};
  for (int k = 0; k < 2 && is_eer(redraw); k++)
    if (points[k]->false_matches < FEW_ERRORS || points[k]->false_nonmatches < FEW_ERRORS)
      return "fewer than ten errors of a class at the EER of a system: too few to compare them";
  if (!is_eer(redraw) || differing(redraw, d) >= FEW_DIFFERING)
    return NULL;
  return redraw->versus->study->tally->cluster
             ? "the systems differ on fewer than ten clusters of people in mated comparisons at the EER: too few to "
               "compare them"
             : "the systems differ on fewer than ten people in mated comparisons at the EER: too few to compare them";
}

/* What makes the interval a bound; or NULL. */
static const char *doubt_of(const struct redraw *redraw, const struct plb_duel *duel) {
  if (is_eer(redraw))
    return NULL;
  const struct plb_point *first = &point_of(redraw, duel->first)->point,
                         *second = &point_of(redraw, duel->second)->point;
  if ((!first->false_nonmatches && !second->false_nonmatches) || first->false_matches < FEW_ERRORS ||
      second->false_matches < FEW_ERRORS)
    return "too few errors to compare the systems: the interval is a bound, not evidence for or against a difference";
  return NULL;
}

static plb_status write_pair(struct redraw *redraw, size_t d, struct plb_family *family, struct plb_error *err) {
  struct plb_versus *versus = redraw->versus;
  struct plb_result *result = versus->study->result;
  struct pair pair = pair_of(redraw, d);
  struct plb_estimate difference = begin(redraw, &pair, is_eer(redraw) ? "EER_DIFFERENCE" : "FNMR_DIFFERENCE");
  const char *why = too_few(redraw, d);
  difference.note = doubt_of(redraw, pair.duel);
  struct plb_estimate ratio = difference;
  ratio.metric = is_eer(redraw) ? "EER_RATIO" : "FNMR_RATIO";
  ratio.interval = difference.interval =
      (struct plb_interval){.method = pair.few ? "joint double-or-nothing or MOVER-PL" : "joint double-or-nothing",
                            .dependence = plb_method_dependence(PLB_METHOD_PL, true, versus->study->tally->cluster)};
  if (why)
    refuse(redraw, why, &difference);
  else
    fill_difference(redraw, d, &pair, family, &difference);
  plb_status st = plb_result_add_estimate(result, &difference, err);
  if (st || difference.status != PLB_EST_OK)
    return st;
  fill_ratio(redraw, &pair, &difference.interval, &ratio);
  return plb_result_add_estimate(result, &ratio, err);
}

/* One quantity of all pairs of systems. */
static plb_status write_quantity(struct redraw *redraw, size_t quantity, struct plb_error *err) {
  struct plb_family family;
  redraw->quantity = quantity;
  redraw->sorted = SIZE_MAX;
  plb_status st = plb_family_begin(redraw->versus, margin_of(redraw), &family, err);
  for (size_t d = 0; d < redraw->versus->duel_count && !st; d++)
    st = write_pair(redraw, d, &family, err);
  if (!st)
    st = plb_family_settle(&family, &(struct plb_family_limits){limits_at, redraw}, err);
  plb_family_free(&family);
  return st;
}

static plb_status measure(struct redraw *redraw, struct plb_error *err) {
  struct plb_versus *versus = redraw->versus;
  struct plb_joint *joint = &redraw->joint;
  plb_status st = plb_joint_draw(versus, joint, err);
  if (st)
    return st;
  if (!(redraw->values = plb_alloc(joint->replicates, sizeof *redraw->values)))
    return plb_fail_memory(err);
  redraw->contrasts = (struct plb_contrasts){.tally = versus->study->tally,
                                             .mated = true,
                                             .keys = joint->keys,
                                             .point_count = joint->target_count + 1,
                                             .duels = versus->duels,
                                             .duel_count = versus->duel_count,
                                             .threads = versus->study->threads};
  if ((st = plb_contrasts_measure(&redraw->contrasts, err)))
    return st;
  for (size_t quantity = 0; quantity <= joint->target_count && !st; quantity++)
    st = write_quantity(redraw, quantity, err);
  return st;
}

plb_status plb_compare_redrawn(struct plb_versus *versus, struct plb_error *err) {
  struct redraw redraw = {.versus = versus};
  const uint64_t *joined = versus->paired->joined;
  if (!joined[0] || !joined[1])
    return PLB_OK;
  if (plb_fewest_people(&versus->measured[0]) < FEWEST_PEOPLE)
    return plb_result_add_statement(versus->study->result,
                                    versus->study->tally->cluster
                                        ? "Fewer than 8 clusters of people took part: what depends on a threshold that "
                                          "the data chose is not compared."
                                        : "Fewer than 8 people took part: what depends on a threshold that the data "
                                          "chose is not compared.",
                                    err);
  plb_status st = measure(&redraw, err);
  plb_contrasts_free(&redraw.contrasts);
  plb_joint_free(&redraw.joint);
  free(redraw.values);
  return st;
}
