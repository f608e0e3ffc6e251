/* SPDX-License-Identifier: Apache-2.0
 *
 * Differences and ratios of FMR and FNMR at thresholds that were given, one for each system: MOVER on the limits of PL
 * with the correlation of the two systems' errors (methods D.1). For FMR that correlation is taken from the errors or
 * from the highest scores of each system, whichever is smaller, since a few errors say little about it. It may be
 * negative: systems that fail on different people differ by more than chance alone would have them.
 */
#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "compare/compare.h"

#define MOST_BORROWED 3000

#define NO_ERRORS                                                                                                      \
  "too few errors to compare the systems: the interval is a bound, not evidence for or against a difference"

/* One class at all points. */
struct given {
  struct plb_versus *versus;
  enum plb_class class;
  struct plb_contrasts contrasts;
  uint64_t *keys;
  bool borrows; /* the last point of the contrasts is that of the highest scores */
  size_t point; /* the one in hand */
};

/* The two rates of a pair of systems, and how they go together. */
struct two {
  const struct plb_rate *first, *second;
  struct plb_side sides[2];
  double rho;
};

static const struct plb_rate *rate_at(const struct given *given, size_t s, size_t p,
                                      const struct plb_study_point **point) {
  const struct plb_measured *measured = &given->versus->measured[s];
  *point = plb_point_find(measured, PLB_POINT_GIVEN, given->versus->own[s].thresholds[p]);
  return &measured->rates[given->class].at[(*point)->at];
}

/* The thresholds of every system at every point, and those of their highest scores. */
static plb_status find_keys(struct given *given, struct plb_error *err) {
  const struct plb_versus *versus = given->versus;
  size_t systems = versus->paired->system_count, points = versus->point_count;
  uint64_t trials = versus->paired->joined[given->class], most = trials * 3 / 10;
  most = most < MOST_BORROWED ? most : MOST_BORROWED;
  given->borrows = given->class == PLB_CLASS_NONMATED && most > 0;
  if (!(given->keys = plb_alloc((points + 1) * systems, sizeof *given->keys)))
    return plb_fail_memory(err);
  plb_status st = PLB_OK;
  for (size_t s = 0; s < systems && !st; s++) {
    const struct plb_study_point *point;
    for (size_t p = 0; p < points; p++) {
      rate_at(given, s, p, &point);
      given->keys[p * systems + s] = point->point.key;
    }
    if (given->borrows)
      st = plb_kth_largest(versus->study->tally, &versus->measured[s].system->of[given->class].rows, (size_t)most,
                           &given->keys[points * systems + s], err);
  }
  given->contrasts = (struct plb_contrasts){.tally = versus->study->tally,
                                            .mated = given->class == PLB_CLASS_MATED,
                                            .keys = given->keys,
                                            .point_count = points + given->borrows,
                                            .duels = versus->duels,
                                            .duel_count = versus->duel_count,
                                            .threads = versus->study->threads};
  return st;
}

static double rho_of(const struct given *given, size_t p, size_t d) {
  size_t duels = given->versus->duel_count;
  const struct plb_contrast *at = given->contrasts.at + d;
  return plb_contrast_rho(&at[p * duels], given->borrows ? &at[given->versus->point_count * duels] : NULL);
}

/* What makes the interval doubtful; "" where nothing does. */
static const char *doubt_of(const struct plb_rate *first, const struct plb_rate *second) {
  const struct plb_pl *a = &first->narrow, *b = &second->narrow;
  bool clusters = first->has_clusters;
  if (!first->errors && !second->errors)
    return NO_ERRORS;
  if (plb_rate_units(first) < FEW_PEOPLE)
    return clusters ? "few clusters of people (fewer than 20): the interval may be too narrow"
                    : "few people (fewer than 20): the interval may be too narrow";
  if (a->influential || b->influential)
    return clusters
               ? "one cluster of people takes part in more than 30 % of a system's errors: the interval may be too "
                 "narrow"
               : "one person takes part in more than 30 % of a system's errors: the interval may be too narrow";
  if (a->lopsided && a->effective < FEW_PEOPLE)
    return clusters ? "a few clusters of people take part in most of the comparisons: the interval may be too narrow"
                    : "a few people take part in most of the comparisons: the interval may be too narrow";
  return NULL;
}

static void undefine(struct plb_estimate *estimate, const char *why) {
  estimate->status = PLB_EST_UNDEFINED;
  estimate->note = why;
}

static struct plb_estimate begin(const struct given *given, const struct plb_duel *duel, size_t p, const char *metric) {
  const struct plb_versus *versus = given->versus;
  struct plb_estimate estimate = plb_difference_begin(versus, duel, metric);
  estimate.unit = given->class == PLB_CLASS_MATED ? "mated comparison" : "non-mated comparison";
  estimate.has_threshold = estimate.has_against_threshold = true;
  estimate.threshold = versus->own[duel->first].thresholds[p];
  estimate.against_threshold = versus->own[duel->second].thresholds[p];
  estimate.interval =
      (struct plb_interval){.method = "MOVER-PL",
                            .dependence = plb_method_dependence(PLB_METHOD_PL, given->class == PLB_CLASS_NONMATED,
                                                                versus->study->tally->cluster)};
  return estimate;
}

static void fill_ratio(const struct given *given, const struct plb_side sides[2], double rho,
                       const struct plb_interval *difference, struct plb_estimate *ratio) {
  struct plb_limits limits = plb_mover_ratio(&sides[0], &sides[1], rho, given->versus->level);
  ratio->has_value = sides[1].errors > 0;
  if (ratio->has_value)
    ratio->value = (double)sides[0].errors / (double)sides[1].errors;
  else
    undefine(ratio, "the system that it is compared with made no error: the ratio has no value and no upper limit");
  plb_ratio_agree(difference, &limits);
  plb_ratio_fill(given->versus, &limits, ratio);
}

static struct two two_of(const struct given *given, size_t d) {
  const struct plb_duel *duel = &given->versus->duels[d];
  const struct plb_study_point *point;
  const struct plb_rate *first = rate_at(given, duel->first, given->point, &point),
                        *second = rate_at(given, duel->second, given->point, &point);
  return (struct two){
      .first = first,
      .second = second,
      .sides = {{&first->narrow, first->errors, first->trials}, {&second->narrow, second->errors, second->trials}},
      .rho = rho_of(given, given->point, d)};
}

static bool limits_at(void *ctx, size_t d, double level, struct plb_limits *limits) {
  struct two two = two_of(ctx, d);
  *limits = plb_mover_difference(&two.sides[0], &two.sides[1], two.rho, level);
  return true;
}

static double margin_of(const struct given *given) {
  const struct plb_comparing *comparing = given->versus->comparing;
  return given->class == PLB_CLASS_MATED ? comparing->fnmr_margin : comparing->fmr_margin;
}

static plb_status write_pair(struct given *given, size_t d, struct plb_family *family, struct plb_error *err) {
  struct plb_versus *versus = given->versus;
  const struct plb_duel *duel = &versus->duels[d];
  bool mated = given->class == PLB_CLASS_MATED;
  struct two two = two_of(given, d);
  const struct plb_rate *first = two.first, *second = two.second;
  struct plb_estimate difference = begin(given, duel, given->point, mated ? "FNMR_DIFFERENCE" : "FMR_DIFFERENCE"),
                      ratio = begin(given, duel, given->point, mated ? "FNMR_RATIO" : "FMR_RATIO");
  double margin = margin_of(given);
  difference.has_people = ratio.has_people = true;
  difference.people = ratio.people = first->people;
  difference.has_clusters = ratio.has_clusters = first->has_clusters;
  difference.clusters = ratio.clusters = first->clusters;
  difference.has_value = true;
  difference.value = (double)first->errors / (double)first->trials - (double)second->errors / (double)second->trials;
  if (first->narrow.few || second->narrow.few) {
    plb_difference_ask(versus, margin, &difference);
    difference.status = PLB_EST_UNSUPPORTED;
    difference.has_value = false;
    difference.note =
        first->has_clusters
            ? "too few clusters of people for an interval of a difference (fewer than 8, or as good as fewer)"
            : "too few people for an interval of a difference (fewer than 8, or as good as fewer)";
    return plb_result_add_estimate(versus->study->result, &difference, err);
  }
  struct plb_limits limits = plb_mover_difference(&two.sides[0], &two.sides[1], two.rho, versus->level);
  plb_difference_judge(versus, &limits, margin, &difference);
  difference.has_p_value = true;
  difference.p_value = fmin(1, plb_mover_p_value(&two.sides[0], &two.sides[1], two.rho) * (double)versus->duel_count);
  difference.note = ratio.note = doubt_of(first, second);
  fill_ratio(given, two.sides, two.rho, &difference.interval, &ratio);
  plb_family_enter(family, d, &(struct plb_family_limits){limits_at, given});
  plb_status st = plb_result_add_estimate(versus->study->result, &difference, err);
  return st ? st : plb_result_add_estimate(versus->study->result, &ratio, err);
}

static plb_status write_point(struct given *given, size_t p, struct plb_error *err) {
  struct plb_family family;
  given->point = p;
  plb_status st = plb_family_begin(given->versus, margin_of(given), &family, err);
  for (size_t d = 0; d < given->versus->duel_count && !st; d++)
    st = write_pair(given, d, &family, err);
  if (!st)
    st = plb_family_settle(&family, &(struct plb_family_limits){limits_at, given}, err);
  plb_family_free(&family);
  return st;
}

static plb_status write_class(struct given *given, struct plb_error *err) {
  const struct plb_versus *versus = given->versus;
  plb_status st = find_keys(given, err);
  if (st || (st = plb_contrasts_measure(&given->contrasts, err)))
    return st;
  for (size_t p = 0; p < versus->point_count && !st; p++)
    st = write_point(given, p, err);
  return st;
}

plb_status plb_compare_given(struct plb_versus *versus, struct plb_error *err) {
  plb_status st = PLB_OK;
  for (int c = 0; c < 2 && !st && versus->point_count; c++) {
    struct given given = {.versus = versus, .class = (enum plb_class)c};
    if (versus->paired->joined[c])
      st = write_class(&given, err);
    plb_contrasts_free(&given.contrasts);
    free(given.keys);
  }
  return st;
}
