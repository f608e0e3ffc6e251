/* SPDX-License-Identifier: Apache-2.0
 *
 * Quantities that are made of both classes at once: EER, AUC and d'.
 */
#include <math.h>

#include "base/key.h"
#include "estimate/study.h"

static void undefine(struct plb_estimate *estimate, const char *why) {
  estimate->status = PLB_EST_UNDEFINED;
  estimate->note = why;
}

static struct plb_estimate derived(const struct plb_measured *measured, const char *metric) {
  return (struct plb_estimate){.metric = metric,
                               .system = measured->name,
                               .has_class_trials = true,
                               .mated_trials = measured->det.trials[PLB_CLASS_MATED],
                               .nonmated_trials = measured->det.trials[PLB_CLASS_NONMATED],
                               .note = ""};
}

/* Why PL has a part in the limits of EER or AUC. */
static const char *joined_because(const struct plb_measured *measured, const struct plb_redrawn_limits *limits,
                                  double value) {
  const struct plb_redrawn *redrawn = &measured->redrawn;
  bool eer = limits == &redrawn->eer, five = eer && !limits->delta; /* PLB_FEW_AT_EER */
  if (!limits->joined)
    return "";
  if (eer && limits->fewest >= FEW_ERRORS)
    return "; joined with PL (all replicates are alike)";
  if (eer ? value > 0.5 : value < 0.5)
    return five ? "; joined with PL (fewer than 5 comparisons of a class without an error)"
                : "; joined with PL (fewer than 10 comparisons of a class without an error)";
  return five ? "; joined with PL (fewer than 5 errors of a class)"
              : "; joined with PL (fewer than 10 errors of a class)";
}

/* What has to be said against an interval of EER or AUC; NULL when memory ran out. */
static const char *doubt_of_summary(struct plb_study *study, const struct plb_redrawn_limits *limits, double value) {
  if (!(limits->upper > limits->lower))
    return "these limits have no width: they say nothing of the uncertainty";
  return limits->unborrowed ? plb_doubt_of_unborrowed(study, limits->fewest, value > 0.5) : "";
}

static const char OF_MAKERS[] = "; few people make most of the errors of order, and the lower limit allows for a "
                                "person who is worse than any that was seen",
                  OF_POISSON[] = "; a limit allows for how unevenly people make the errors of order (weighted Poisson)";

/* The interval of EER or AUC, or why there is none. */
static const char *fill_summary(struct plb_study *study, const struct plb_measured *measured,
                                const struct plb_redrawn_limits *limits, struct plb_estimate *estimate) {
  const struct plb_redrawn *redrawn = &measured->redrawn;
  if (!redrawn->any || !limits->exists)
    return redrawn->why ? redrawn->why : "no interval: too few of its replicates have a value";
  plb_fill_redrawn(study, limits, estimate);
  const char *joined = joined_because(measured, limits, estimate->value), *found;
  const char *makers = limits->few_makers ? OF_MAKERS : limits->poisson ? OF_POISSON : "";
  const char *doubt = doubt_of_summary(study, limits, estimate->value);
  if (limits->delta)
    found = plb_study_text(study, "interval by the delta method%s%s%s%s",
                           limits == &redrawn->eer ? ", which allows for the threshold being found here" : "",
                           plb_redrawn_scant(redrawn), joined, makers);
  else
    found = plb_study_text(study, "interval from %s replicates%s%s%s%s", plb_say_count(redrawn->replicates).text,
                           study->tally->cluster ? " of clusters of people" : "",
                           limits == &redrawn->eer ? ", the threshold found again in each" : "", joined, makers);
  if (!found || !doubt)
    return NULL;
  return *doubt ? plb_study_join(study, doubt, found) : found;
}

static const char *fill_dprime(struct plb_study *study, const struct plb_measured *measured,
                               struct plb_estimate *estimate) {
  const struct plb_redrawn *redrawn = &measured->redrawn;
  if (!redrawn->dprime.exists)
    return redrawn->why ? redrawn->why : redrawn->dprime_why;
  plb_fill_redrawn(study, &redrawn->dprime, estimate);
  const char *found = study->tally->cluster ? "interval by the jackknife: each cluster of people left out in turn"
                                            : "interval by the jackknife: each person left out in turn";
  if (!(redrawn->dprime.upper > redrawn->dprime.lower))
    return plb_study_join(study, "these limits have no width: they say nothing of the uncertainty", found);
  if (redrawn->dprime.hangs_on_few)
    return plb_study_join(study, "hangs on the scores of few people: one alone makes most of the variance", found);
  return found;
}

/* The mean of FMR and FNMR at a threshold; `note` is NULL when memory ran out. */
static void fill_eer(struct plb_study *study, const struct plb_det *det, const struct plb_point *point,
                     struct plb_estimate *eer) {
  double fmr = (double)point->false_matches / (double)det->trials[PLB_CLASS_NONMATED];
  double fnmr = (double)point->false_nonmatches / (double)det->trials[PLB_CLASS_MATED];
  eer->has_value = eer->has_bracket = true;
  eer->value = plb_det_mean_rate(det, point);
  eer->bracket[0] = fmr < fnmr ? fmr : fnmr;
  eer->bracket[1] = fmr < fnmr ? fnmr : fmr;
  eer->note =
      plb_study_text(study, "at this threshold FMR is %s (%s of %s) and FNMR %s (%s of %s)", plb_say_rate(fmr).text,
                     plb_say_count(point->false_matches).text, plb_say_count(det->trials[PLB_CLASS_NONMATED]).text,
                     plb_say_rate(fnmr).text, plb_say_count(point->false_nonmatches).text,
                     plb_say_count(det->trials[PLB_CLASS_MATED]).text);
}

static struct plb_estimate own_eer(struct plb_study *study, const struct plb_measured *measured) {
  struct plb_estimate eer = derived(measured, "EER");
  eer.has_threshold = plb_value_in_file(study, measured->det.eer.key, &eer.threshold);
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
  dprime.has_value = plb_det_dprime(det, &dprime.value);
  if (det->infinite[0] || det->infinite[1])
    undefine(&dprime, "some scores are infinite, so their mean does not exist");
  else if (!dprime.has_value)
    undefine(&dprime, "the scores of both classes do not vary, or their spread is too large to compute");
  return dprime;
}

/* Of so few people nothing is said of others, as with FMR and FNMR. */
static bool too_few(const struct plb_measured *measured) {
  return plb_fewest_people(measured) < FEWEST_PEOPLE;
}

/* What has to be said of quantities without an interval; "" where there are enough people, or nobody knows. */
static const char *people_behind(struct plb_study *study, const struct plb_measured *measured) {
  uint64_t fewest = plb_fewest_people(measured);
  if (fewest >= FEW_PEOPLE)
    return "";
  return plb_study_text(study,
                        too_few(measured) ? "no value: %s %s too few to say anything of others"
                                          : "%s %s few: with others it may be quite different",
                        plb_say_count(fewest).text,
                        fewest == 1             ? study->tally->cluster ? "cluster of people is" : "person is"
                        : study->tally->cluster ? "clusters of people are"
                                                : "people are");
}

static struct plb_estimate summary_of(struct plb_study *study, const struct plb_measured *measured, int which,
                                      const char **interval) {
  const struct plb_redrawn *redrawn = &measured->redrawn;
  bool ruled = which == 0 ? study->as && study->as->eer_says : study->as && study->as->auc_says;
  struct plb_estimate estimate = which == 0   ? eer_of(study, measured)
                                 : which == 1 ? auc_of(study, measured)
                                              : dprime_of(measured);
  *interval = "";
  if (estimate.status == PLB_EST_OK)
    *interval = which == 2 ? fill_dprime(study, measured, &estimate)
                : ruled    ? "an interval is given for this quantity by plumbline's own rule only"
                           : fill_summary(study, measured, which ? &redrawn->auc : &redrawn->eer, &estimate);
  if (estimate.status == PLB_EST_OK && too_few(measured)) {
    estimate.status = PLB_EST_UNSUPPORTED;
    estimate.has_value = estimate.has_bracket = estimate.has_threshold = false;
    estimate.note = "";
  }
  return estimate;
}

/* Joins what there is to say, the gravest first; NULL when memory ran out. */
static const char *note_of(struct plb_study *study, const char *const parts[], size_t count) {
  const char *note = NULL;
  for (size_t k = count; k-- > 0;) {
    if (!parts[k])
      return NULL;
    if (*parts[k] && !(note = plb_study_join(study, parts[k], note)))
      return NULL;
  }
  return note ? note : "";
}

static plb_status write_summary(struct plb_study *study, const struct plb_measured *measured, int which,
                                struct plb_error *err) {
  const char *says = study->as ? which == 0 ? study->as->eer_says : which == 1 ? study->as->auc_says : NULL : NULL;
  const char *interval, *people = people_behind(study, measured);
  struct plb_estimate estimate = summary_of(study, measured, which, &interval);
  const char *const parts[] = {people, says ? says : "", estimate.note, interval};
  estimate.note = note_of(study, parts, sizeof parts / sizeof *parts);
  return estimate.note ? plb_result_add_estimate(study->result, &estimate, err) : plb_fail_memory(err);
}

plb_status plb_summaries_write(struct plb_study *study, const struct plb_measured *measured, struct plb_error *err) {
  static const char *const names[] = {"EER", "AUC", "DPRIME"};
  const uint64_t *trials = measured->det.trials;
  bool both = trials[0] && trials[1];
  plb_status status = PLB_OK;
  for (int which = 0; which < 3 && !status; which++) {
    struct plb_estimate none = derived(measured, names[which]);
    undefine(&none, trials[0] ? "there are no mated comparisons" : "there are no non-mated comparisons");
    status = both ? write_summary(study, measured, which, err) : plb_result_add_estimate(study->result, &none, err);
  }
  return status;
}
