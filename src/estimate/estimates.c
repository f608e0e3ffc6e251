/* SPDX-License-Identifier: Apache-2.0
 *
 * From what was found for a system to the list of estimates and curves: failures, then FMR and FNMR at
 * each threshold and target in the order asked, then EER, AUC, d', the DET and the histogram of scores.
 */
#include <math.h>
#include <stdlib.h>

#include "base/key.h"
#include "base/memory.h"
#include "estimate/study.h"

#define NO_INTERVAL "this version gives no interval for this quantity"

/* A key as a number of the file; false above every number. */
static bool value_in_file(const struct plb_study *study, uint64_t key, double *value) {
  *value = plb_value_of(key);
  if (study->tally->traits.dissimilarity)
    *value = 0 - *value;
  return isfinite(*value);
}

void plb_threshold_of_point(const struct plb_study *study, const struct plb_study_point *point,
                            struct plb_estimate *estimate) {
  if (point->kind == PLB_POINT_GIVEN) {
    estimate->has_threshold = true;
    estimate->threshold = point->asked;
    return;
  }
  estimate->has_threshold = value_in_file(study, point->point.key, &estimate->threshold);
  estimate->target_metric = "FMR";
  estimate->target_at_most = point->asked;
}

static void limits_of(const struct plb_limits *limits, struct plb_interval *interval) {
  interval->has_lower = interval->has_upper = true;
  interval->lower = limits->lower;
  interval->upper = limits->upper;
}

static const char *caveat_of_lopsided(struct plb_study *study, const struct plb_pl *pl) {
  return plb_study_text(study,
                        "a few people take part in most of the comparisons, which say about as much as those of %s "
                        "people compared alike: %s",
                        plb_say_count((uint64_t)pl->effective).text,
                        pl->few ? "the limits are the worst case" : "the interval may be too narrow");
}

static const char *caveat_of_influential(struct plb_study *study, const struct plb_rate *rate) {
  uint64_t errors = rate->errors - rate->narrow.their_errors, trials = rate->trials - rate->narrow.their_trials;
  const char *without = "there are no trials";
  if (trials)
    without = plb_study_text(study, "the rate is %s (%s of %s)", plb_say_rate((double)errors / (double)trials).text,
                             plb_say_count(errors).text, plb_say_count(trials).text);
  return without ? plb_study_text(study,
                                  "one person takes part in more than 30 %% of the errors, so that the interval may be "
                                  "too narrow; without that person %s",
                                  without)
                 : NULL;
}

/* What makes PL's interval doubtful, the gravest alone; "" where nothing does, NULL when memory ran out. */
static const char *doubt_of(struct plb_study *study, const struct plb_rate *rate) {
  const struct plb_pl *pl = &rate->narrow;
  if (pl->lopsided && pl->effective < FEW_PEOPLE)
    return caveat_of_lopsided(study, pl);
  if (pl->influential)
    return caveat_of_influential(study, rate);
  if (rate->people >= FEW_PEOPLE && rate->people < 50 && pl->design_effect > 10)
    return "fewer than 50 people, whose comparisons repeat each other more than tenfold (design effect above 10); the "
           "interval may be too narrow";
  if (rate->people >= FEW_PEOPLE && pl->no_borrowing && rate->errors <= 2)
    return "hardly any errors, and no scores near the threshold that tell how much people differ: the interval may be "
           "too narrow";
  return "";
}

/* What has to be said of PL's interval (methods B.7, B.8): that people are few, whatever else there is. */
static const char *caveat_of(struct plb_study *study, const struct plb_rate *rate) {
  if (rate->people < FEWEST_PEOPLE)
    return "too few people for a rate (fewer than 8): the limits are the worst case";
  const char *doubt = doubt_of(study, rate);
  if (!doubt || rate->people >= FEW_PEOPLE)
    return doubt;
  return plb_study_join(study, "few people (fewer than 20): the interval may be too narrow", *doubt ? doubt : NULL);
}

static void fill_pl(const struct plb_rate *rate, struct plb_estimate *estimate) {
  struct plb_interval *interval = &estimate->interval;
  const struct plb_pl *pl = &rate->narrow;
  interval->has_worst_case = pl->few || (pl->no_borrowing && rate->errors <= 2);
  interval->worst_case[0] = pl->worst_case.lower;
  interval->worst_case[1] = pl->worst_case.upper;
  if (pl->few) {
    limits_of(&pl->worst_case, interval);
    interval->method = "worst case";
    estimate->status = PLB_EST_UNSUPPORTED;
    return;
  }
  interval->has_design_effect = interval->has_df = true;
  interval->design_effect = pl->design_effect;
  interval->df = pl->df;
  interval->has_person_correlation = pl->has_correlations;
  interval->has_pair_correlation = pl->has_correlations && interval->dependence[0] == 'd';
  interval->person_correlation = pl->person_correlation;
  interval->pair_correlation = pl->pair_correlation;
}

plb_status plb_interval_of_rate(struct plb_study *study, const struct plb_rate *rate, enum plb_class class,
                                struct plb_estimate *estimate, struct plb_error *err) {
  struct plb_interval *interval = &estimate->interval;
  estimate->has_people = rate->has_people;
  estimate->people = rate->people;
  estimate->has_value = true;
  estimate->value = (double)rate->errors / (double)rate->trials;
  *interval = (struct plb_interval){
      .exists = true, .level = study->options->level, .method = "PL", .dependence = class ? "person" : "dyadic"};
  limits_of(&rate->narrow.pl, interval);
  if (!rate->has_people) {
    interval->method = "clopper-pearson";
    interval->dependence = "independent";
    estimate->note = "people unknown: every trial is taken as independent of every other, so the true uncertainty is "
                     "probably larger";
    return PLB_OK;
  }
  fill_pl(rate, estimate);
  const char *caveat = caveat_of(study, rate);
  if (caveat && *caveat)
    estimate->note = caveat;
  return caveat ? PLB_OK : plb_fail_memory(err);
}

static void undefine(struct plb_estimate *estimate, const char *why) {
  estimate->status = PLB_EST_UNDEFINED;
  estimate->note = why;
}

/* A rate that another tool reads off a straight line. FMR there is the target itself. */
static plb_status write_on_line(struct plb_study *study, const struct plb_measured *measured,
                                const struct plb_study_point *point, enum plb_class class, struct plb_error *err) {
  bool mated = class == PLB_CLASS_MATED;
  struct plb_estimate estimate = {.metric = mated ? "FNMR" : "FMR",
                                  .system = measured->name,
                                  .target_metric = "FMR",
                                  .target_at_most = point->asked,
                                  .has_class_trials = true,
                                  .mated_trials = measured->det.trials[PLB_CLASS_MATED],
                                  .nonmated_trials = measured->det.trials[PLB_CLASS_NONMATED],
                                  .note = "no threshold has this rate, so that there are no counts and no interval"};
  if (measured->det.trials[PLB_CLASS_MATED] || !mated) {
    estimate.has_value = true;
    estimate.value = mated ? plb_ruled_fnmr(&measured->det, &point->milder, &point->point, point->asked) : point->asked;
  } else {
    undefine(&estimate, "there are no mated comparisons");
  }
  if (!(estimate.note = plb_study_join(study, plb_point_says(study, point), estimate.note)))
    return plb_fail_memory(err);
  return plb_result_add_estimate(study->result, &estimate, err);
}

static plb_status write_rate(struct plb_study *study, const struct plb_measured *measured,
                             const struct plb_study_point *point, enum plb_class class, struct plb_error *err) {
  bool mated = class == PLB_CLASS_MATED;
  if (plb_point_on_line(point))
    return write_on_line(study, measured, point, class, err);
  struct plb_estimate estimate = {.metric = mated ? "FNMR" : "FMR",
                                  .system = measured->name,
                                  .unit = mated ? "mated comparison" : "non-mated comparison"};
  plb_threshold_of_point(study, point, &estimate);
  if (!measured->det.trials[class]) {
    estimate.status = PLB_EST_UNDEFINED;
    estimate.note = mated ? "there are no mated comparisons" : "there are no non-mated comparisons";
    return plb_result_add_estimate(study->result, &estimate, err);
  }
  const struct plb_rate *rate = &measured->rates[class].at[point->at];
  estimate.has_counts = true;
  estimate.errors = rate->errors;
  estimate.trials = rate->trials;
  plb_status status = plb_interval_of_rate(study, rate, class, &estimate, err);
  if (status)
    return status;
  const char *also = NULL;
  if (point->unsupported) {
    estimate.status = PLB_EST_UNSUPPORTED;
    estimate.has_value = false;
    also = mated ? "no rate: this test is too small to say at which threshold the FMR target is met"
                 : "no rate: with so few non-mated comparisons not even one false match would meet the target";
  } else if (point->kind == PLB_POINT_TARGET) {
    also = mated          ? "the threshold was found on this same data; the interval takes it as fixed"
           : point->ruled ? "the threshold was found on this same data"
                          : "the threshold was found on this same data, so that FMR keeps the target here";
  }
  if (also && !(estimate.note = plb_study_join(study, also, estimate.note)))
    return plb_fail_memory(err);
  if (point->ruled && !(estimate.note = plb_study_join(study, plb_point_says(study, point), estimate.note)))
    return plb_fail_memory(err);
  return plb_result_add_estimate(study->result, &estimate, err);
}

static plb_status write_point(struct plb_study *study, const struct plb_measured *measured,
                              const struct plb_study_point *point, struct plb_error *err) {
  struct plb_estimate estimate = {.metric = "FNMR", .system = measured->name, .unit = "mated comparison"};
  bool no_nonmated = !measured->det.trials[PLB_CLASS_NONMATED];
  if (point->kind == PLB_POINT_TARGET && no_nonmated) {
    estimate.target_metric = "FMR";
    estimate.target_at_most = point->asked;
    estimate.status = PLB_EST_UNDEFINED;
    estimate.note = "no threshold can be set for an FMR target: there are no non-mated comparisons";
    return plb_result_add_estimate(study->result, &estimate, err);
  }
  plb_status status = write_rate(study, measured, point, PLB_CLASS_NONMATED, err);
  if (!status)
    status = write_rate(study, measured, point, PLB_CLASS_MATED, err);
  return status ? status : plb_failures_write_point(study, measured, point, err);
}

static struct plb_estimate derived(const struct plb_measured *measured, const char *metric) {
  return (struct plb_estimate){.metric = metric,
                               .system = measured->name,
                               .has_class_trials = true,
                               .mated_trials = measured->det.trials[PLB_CLASS_MATED],
                               .nonmated_trials = measured->det.trials[PLB_CLASS_NONMATED],
                               .note = NO_INTERVAL};
}

/* The mean of FMR and FNMR at a threshold; `note` is NULL when memory ran out. */
static void fill_eer(struct plb_study *study, const struct plb_det *det, const struct plb_point *point,
                     struct plb_estimate *eer) {
  double fmr = (double)point->false_matches / (double)det->trials[PLB_CLASS_NONMATED];
  double fnmr = (double)point->false_nonmatches / (double)det->trials[PLB_CLASS_MATED];
  plb_wide both = (plb_wide)point->false_matches * det->trials[PLB_CLASS_MATED] +
                  (plb_wide)point->false_nonmatches * det->trials[PLB_CLASS_NONMATED];
  eer->has_value = eer->has_bracket = true;
  eer->value = plb_wide_ratio(both, 2 * (plb_wide)det->trials[0] * det->trials[1]);
  eer->bracket[0] = fmr < fnmr ? fmr : fnmr;
  eer->bracket[1] = fmr < fnmr ? fnmr : fmr;
  eer->note =
      plb_study_text(study, "at this threshold FMR is %s (%s of %s) and FNMR %s (%s of %s); " NO_INTERVAL,
                     plb_say_rate(fmr).text, plb_say_count(point->false_matches).text,
                     plb_say_count(det->trials[PLB_CLASS_NONMATED]).text, plb_say_rate(fnmr).text,
                     plb_say_count(point->false_nonmatches).text, plb_say_count(det->trials[PLB_CLASS_MATED]).text);
}

static struct plb_estimate own_eer(struct plb_study *study, const struct plb_measured *measured) {
  struct plb_estimate eer = derived(measured, "EER");
  eer.has_threshold = value_in_file(study, measured->det.eer.key, &eer.threshold);
  fill_eer(study, &measured->det, &measured->det.eer, &eer);
  return eer;
}

/* By the rule of another tool. */
static struct plb_estimate ruled_eer(struct plb_study *study, const struct plb_measured *measured) {
  const struct plb_ruled_eer *ruled = &measured->by_tool.eer;
  struct plb_estimate eer = derived(measured, "EER");
  if (ruled->why) {
    undefine(&eer, ruled->why);
    return eer;
  }
  eer.has_value = true;
  eer.value = ruled->value;
  eer.has_threshold = ruled->has_threshold && isfinite(ruled->threshold);
  eer.threshold = study->tally->traits.dissimilarity ? 0 - ruled->threshold : ruled->threshold;
  if (ruled->has_point)
    fill_eer(study, &measured->det, &ruled->point, &eer);
  return eer;
}

static struct plb_estimate eer_of(struct plb_study *study, const struct plb_measured *measured) {
  return study->as && study->as->eer_says ? ruled_eer(study, measured) : own_eer(study, measured);
}

static struct plb_estimate auc_of(const struct plb_study *study, const struct plb_measured *measured) {
  const struct plb_det *det = &measured->det;
  struct plb_estimate auc = derived(measured, "AUC");
  plb_wide twice = study->as ? measured->by_tool.auc_twice : det->auc_twice;
  auc.has_value = true;
  auc.value = plb_wide_ratio(twice, 2 * (plb_wide)det->trials[0] * det->trials[1]);
  return auc;
}

static struct plb_estimate dprime_of(const struct plb_measured *measured) {
  const struct plb_det *det = &measured->det;
  struct plb_estimate dprime = derived(measured, "DPRIME");
  double mean[2], variance[2];
  for (int c = 0; c < 2; c++)
    plb_moments_of(&det->moments[c], det->trials[c], &mean[c], &variance[c]);
  double spread = sqrt((variance[0] + variance[1]) / 2);
  if (det->infinite[0] || det->infinite[1])
    undefine(&dprime, "some scores are infinite, so their mean does not exist");
  else if (!(spread > 0) || !isfinite(spread))
    undefine(&dprime, "the scores of both classes do not vary, or their spread is too large to compute");
  else {
    dprime.has_value = true;
    dprime.value = (mean[PLB_CLASS_MATED] - mean[PLB_CLASS_NONMATED]) / spread;
  }
  return dprime;
}

uint64_t plb_fewest_people(const struct plb_measured *measured) {
  uint64_t fewest = UINT64_MAX;
  for (int c = 0; c < 2; c++) {
    const struct plb_rates *rates = &measured->rates[c];
    if (rates->count && rates->at[0].has_people && rates->at[0].people < fewest)
      fewest = rates->at[0].people;
  }
  return fewest;
}

/* What has to be said of quantities without an interval; "" where there are enough people, or nobody knows. */
static const char *people_behind(struct plb_study *study, const struct plb_measured *measured) {
  uint64_t fewest = plb_fewest_people(measured);
  if (fewest >= FEW_PEOPLE)
    return "";
  return plb_study_text(study,
                        fewest < FEWEST_PEOPLE
                            ? "%s people are too few to say anything of others: this describes their scores alone"
                            : "%s people are few: with others it may be quite different",
                        plb_say_count(fewest).text);
}

static plb_status write_summaries(struct plb_study *study, const struct plb_measured *measured, struct plb_error *err) {
  static const char *const names[] = {"EER", "AUC", "DPRIME"};
  const char *says[] = {study->as ? study->as->eer_says : NULL, study->as ? study->as->auc_says : NULL, NULL};
  bool both = measured->det.trials[0] && measured->det.trials[1];
  plb_status status = PLB_OK;
  for (int i = 0; i < 3 && !status; i++) {
    struct plb_estimate estimate = derived(measured, names[i]);
    if (!both)
      undefine(&estimate,
               measured->det.trials[0] ? "there are no mated comparisons" : "there are no non-mated comparisons");
    else
      estimate = i == 0 ? eer_of(study, measured) : i == 1 ? auc_of(study, measured) : dprime_of(measured);
    if (both && says[i] && estimate.note)
      estimate.note = plb_study_join(study, says[i], estimate.note);
    const char *people = both ? people_behind(study, measured) : "";
    if (!people || !estimate.note)
      return plb_fail_memory(err);
    if (*people)
      estimate.note = plb_study_join(study, people, estimate.note);
    status = estimate.note ? plb_result_add_estimate(study->result, &estimate, err) : plb_fail_memory(err);
  }
  return status;
}

/* In the file's direction the curve of distances runs the other way. */
static plb_status write_det(struct plb_study *study, const struct plb_measured *measured, struct plb_error *err) {
  const struct plb_det *det = &measured->det;
  bool flip = study->tally->traits.dissimilarity;
  struct plb_curve curve = {.kind = PLB_CURVE_DET,
                            .system = measured->name,
                            .point_count = det->curve_count,
                            .points = plb_alloc(det->curve_count, sizeof *curve.points)};
  if (!curve.points)
    return plb_fail_memory(err);
  for (size_t k = 0; k < det->curve_count; k++) {
    const struct plb_point *from = &det->curve[flip ? det->curve_count - 1 - k : k];
    struct plb_det_point *to = &curve.points[k];
    *to = (struct plb_det_point){.fmr_errors = from->false_matches,
                                 .fmr_trials = det->trials[PLB_CLASS_NONMATED],
                                 .fnmr_errors = from->false_nonmatches,
                                 .fnmr_trials = det->trials[PLB_CLASS_MATED]};
    to->has_threshold = !from->above && value_in_file(study, from->key, &to->threshold);
  }
  return plb_result_add_curve(study->result, &curve, err);
}

static plb_status write_scores(struct plb_study *study, const struct plb_measured *measured, struct plb_error *err) {
  const struct plb_det *det = &measured->det;
  bool flip = study->tally->traits.dissimilarity;
  struct plb_curve curve = {.kind = PLB_CURVE_SCORES,
                            .system = measured->name,
                            .bin_count = det->bin_count,
                            .bins = plb_alloc(det->bin_count, sizeof *curve.bins),
                            .below = flip ? det->above : det->below,
                            .above = flip ? det->below : det->above};
  if (!curve.bins)
    return plb_fail_memory(err);
  for (size_t k = 0; k < det->bin_count; k++) {
    struct plb_score_bin bin = det->bins[flip ? det->bin_count - 1 - k : k];
    if (flip)
      bin =
          (struct plb_score_bin){.from = 0 - bin.to, .to = 0 - bin.from, .mated = bin.mated, .nonmated = bin.nonmated};
    curve.bins[k] = bin;
  }
  return plb_result_add_curve(study->result, &curve, err);
}

plb_status plb_estimates_write(struct plb_study *study, const struct plb_measured *measured, struct plb_error *err) {
  plb_status status = plb_failures_write(study, measured, err);
  bool any = measured->det.trials[0] || measured->det.trials[1];
  bool both = measured->det.trials[0] && measured->det.trials[1];
  for (size_t p = 0; p < measured->point_count && !status && any; p++)
    if (measured->points[p].listed)
      status = write_point(study, measured, &measured->points[p], err);
  if (!status)
    status = write_summaries(study, measured, err);
  if (!status && both) /* a trade-off needs two rates; scores of one class have a distribution all the same */
    status = write_det(study, measured, err);
  return status || !any ? status : write_scores(study, measured, err);
}
