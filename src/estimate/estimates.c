/* SPDX-License-Identifier: Apache-2.0
 *
 * From what was found for a system to the list of estimates and curves: failures, then FMR and FNMR at
 * each threshold and target in the order asked, then what summaries.c and curves.c write.
 */
#include <math.h>
#include <stdlib.h>

#include "base/key.h"
#include "base/memory.h"
#include "estimate/study.h"

bool plb_value_in_file(const struct plb_study *study, uint64_t key, double *value) {
  *value = plb_value_of(key);
  if (study->tally->traits.dissimilarity)
    *value = 0 - *value;
  return isfinite(*value);
}

void plb_threshold_of_point(const struct plb_study *study, const struct plb_study_point *point,
                            struct plb_estimate *estimate) {
  if (point->kind != PLB_POINT_TARGET) {
    estimate->has_threshold = true;
    estimate->threshold = point->threshold;
    if (point->kind == PLB_POINT_PRESET)
      estimate->origin = (struct plb_origin){.source = study->source, .metric = "FMR", .at_most = point->asked};
    return;
  }
  estimate->has_threshold = plb_value_in_file(study, point->point.key, &estimate->threshold);
  estimate->target_metric = "FMR";
  estimate->target_at_most = point->asked;
}

static void limits_of(const struct plb_limits *limits, struct plb_interval *interval) {
  interval->has_lower = interval->has_upper = true;
  interval->lower = limits->lower;
  interval->upper = limits->upper;
}

static void fill_people(const struct plb_rate *rate, struct plb_estimate *estimate) {
  struct plb_interval *interval = &estimate->interval;
  const struct plb_pl *pl = &rate->narrow;
  interval->has_worst_case = pl->few || plb_rate_unborrowed(rate);
  interval->worst_case[0] = pl->worst_case.lower;
  interval->worst_case[1] = pl->worst_case.upper;
  if (pl->few) {
    estimate->status = PLB_EST_UNSUPPORTED;
    estimate->has_value = false;
  }
  interval->has_person_correlation = pl->has_person_correlation;
  interval->has_pair_correlation = pl->has_pair_correlation;
  interval->person_correlation = pl->person_correlation;
  interval->pair_correlation = pl->pair_correlation;
}

plb_status plb_interval_of_rate(struct plb_study *study, const struct plb_rate *rate, struct plb_estimate *estimate,
                                struct plb_error *err) {
  const struct plb_said *said = &rate->said;
  struct plb_interval *interval = &estimate->interval;
  estimate->has_people = rate->has_people;
  estimate->people = rate->people;
  estimate->has_clusters = rate->has_clusters;
  estimate->clusters = rate->clusters;
  estimate->has_value = true;
  estimate->value = (double)rate->errors / (double)rate->trials;
  *interval = (struct plb_interval){.exists = said->exists,
                                    .level = study->options->level,
                                    .method = said->method,
                                    .dependence = said->dependence,
                                    .has_design_effect = said->has_effect,
                                    .design_effect = said->effect,
                                    .has_df = said->has_df,
                                    .df = said->df};
  limits_of(&said->narrow, interval);
  if (rate->has_people)
    fill_people(rate, estimate);
  const char *caveat = plb_caveat_of_rate(study, rate);
  if (caveat && *caveat)
    estimate->note = caveat;
  return caveat ? PLB_OK : plb_fail_memory(err);
}

void plb_fill_redrawn(const struct plb_study *study, const struct plb_redrawn_limits *limits,
                      struct plb_estimate *estimate) {
  const struct plb_interval *fixed = &estimate->interval; /* what it says of the people holds for these limits too */
  estimate->interval =
      (struct plb_interval){.exists = true,
                            .has_lower = true,
                            .has_upper = true,
                            .lower = limits->lower,
                            .upper = limits->upper,
                            .level = study->options->level,
                            .method = plb_redrawn_name(study, limits),
                            .has_df = (limits->delta && !limits->joined) || limits->jackknife,
                            .df = limits->spread.df,
                            .dependence = plb_method_dependence(PLB_METHOD_PL, true, study->tally->cluster),
                            .has_person_correlation = fixed->has_person_correlation,
                            .person_correlation = fixed->person_correlation,
                            .has_pair_correlation = fixed->has_pair_correlation,
                            .pair_correlation = fixed->pair_correlation,
                            .has_worst_case = fixed->has_worst_case,
                            .worst_case = {fixed->worst_case[0], fixed->worst_case[1]}};
}

/* The threshold that has the target FMR, of which only the one found in this data is known. */
static void fill_threshold(const struct plb_study *study, const uint64_t keys[2], struct plb_estimate *estimate) {
  double limits[2];
  bool finite = plb_value_in_file(study, keys[0], &limits[0]);
  finite &= plb_value_in_file(study, keys[1], &limits[1]);
  bool turned = limits[0] > limits[1]; /* distances */
  estimate->has_threshold_interval = finite;
  estimate->threshold_interval[0] = limits[turned];
  estimate->threshold_interval[1] = limits[!turned];
}

static const char *caveat_of_redrawn(struct plb_study *study, const struct plb_measured *measured,
                                     const struct plb_rate *rate, const struct plb_redrawn_limits *limits) {
  bool many = rate->errors >= FEW_ERRORS && rate->trials - rate->errors < FEW_ERRORS;
  if (!limits->delta)
    return plb_study_text(study, "threshold found on this same data, and again in each of %s replicates",
                          plb_say_count(measured->redrawn.replicates).text);
  return plb_study_text(study, "threshold found on this same data, which the delta method allows for%s%s%s",
                        plb_method_entry(study->method)->drawn ? plb_redrawn_scant(&measured->redrawn) : "",
                        !limits->joined ? ""
                        : many          ? "; joined with PL (fewer than 10 comparisons without an error)"
                                        : "; joined with PL (fewer than 10 errors)",
                        study->method == PLB_METHOD_PL_STRICT ? "; --interval pl-strict does not change it" : "");
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

/* What has to be said of a rate at an FMR target, and its interval where it was found by resampling. */
static const char *fill_target(struct plb_study *study, const struct plb_measured *measured,
                               const struct plb_study_point *point, enum plb_class class,
                               struct plb_estimate *estimate) {
  bool mated = class == PLB_CLASS_MATED;
  if (point->unsupported) {
    estimate->status = PLB_EST_UNSUPPORTED;
    estimate->has_value = false;
    return mated ? "no rate: this test is too small to say at which threshold the FMR target is met"
                 : "no rate: with so few non-mated comparisons not even one false match would meet the target";
  }
  const struct plb_redrawn_point *found = plb_redrawn_at(measured, point);
  if (found && found->has_keys)
    fill_threshold(study, found->keys, estimate);
  if (!mated)
    return point->ruled ? "the threshold was found on this same data"
                        : "the threshold was found on this same data, so that FMR keeps the target here; the true FMR "
                          "at it may be higher, up to the upper limit of its interval";
  if (!plb_redrawn_shown(study, measured, point))
    return "the threshold was found on this same data; the interval takes it as fixed";
  const char *caveat = plb_caveat_of_redrawn(study, &measured->rates[class].at[point->at], &found->fnmr);
  if (!caveat)
    return NULL;
  estimate->note = *caveat ? caveat : NULL;
  plb_fill_redrawn(study, &found->fnmr, estimate);
  return caveat_of_redrawn(study, measured, &measured->rates[class].at[point->at], &found->fnmr);
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
  plb_status status = plb_interval_of_rate(study, rate, &estimate, err);
  if (status)
    return status;
  const char *also = "";
  if (point->unsupported || point->kind == PLB_POINT_TARGET)
    also = fill_target(study, measured, point, class, &estimate);
  if (!also)
    return plb_fail_memory(err);
  if (*also && !(estimate.note = plb_study_join(study, also, estimate.note)))
    return plb_fail_memory(err);
  if (point->ruled && !(estimate.note = plb_study_join(study, plb_point_says(study, point), estimate.note)))
    return plb_fail_memory(err);
  plb_influence_write(study, measured, point, class, &estimate);
  if (point->kind == PLB_POINT_PRESET && (status = plb_preset_describe(study, point, rate, &estimate, err)))
    return status;
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

uint64_t plb_fewest_people(const struct plb_measured *measured) {
  uint64_t fewest = UINT64_MAX;
  for (int c = 0; c < 2; c++) {
    const struct plb_rates *rates = &measured->rates[c];
    if (rates->count && rates->at[0].has_people && plb_rate_units(&rates->at[0]) < fewest)
      fewest = plb_rate_units(&rates->at[0]);
  }
  return fewest;
}

plb_status plb_estimates_write(struct plb_study *study, const struct plb_measured *measured, struct plb_error *err) {
  plb_status status = plb_failures_write(study, measured, err);
  bool any = measured->det.trials[0] || measured->det.trials[1];
  for (size_t p = 0; p < measured->point_count && !status && any; p++)
    if (measured->points[p].listed)
      status = write_point(study, measured, &measured->points[p], err);
  if (!status)
    status = plb_summaries_write(study, measured, err);
  return status || !any ? status : plb_curves_write(study, measured, err);
}
