/* SPDX-License-Identifier: Apache-2.0
 *
 * Failures to acquire and to enrol, and the rates that carry them (ISO/IEC 19795-1; methods A):
 *     FAR = (1 - FTA) FMR          FRR = FTA + (1 - FTA) FNMR
 *     GFAR = (1 - FTE) FAR         GFRR = FTE + (1 - FTE) FRR
 * A comparison that failed although both samples were there accepts nobody: it joins the denominator of
 * FMR and both counts of FNMR in these four, and stays out of FMR and FNMR themselves.
 *
 * The intervals take each of the up to three rates at level 1 - alpha/3 and go to the corners (methods I);
 * all four quantities rise or fall with each of their parts.
 */
#include <stdlib.h>

#include "base/memory.h"
#include "estimate/study.h"

/* Trials and errors per person. */
struct attempts {
  uint64_t *trials, *errors;
  size_t room; /* of the arrays */
  uint64_t all_trials, all_errors;
  bool nameless; /* some trials have no known person */
};

static bool make_attempts(struct attempts *attempts, size_t people) {
  *attempts =
      (struct attempts){.trials = plb_alloc(people, sizeof(uint64_t)), .errors = plb_alloc(people, sizeof(uint64_t))};
  attempts->room = people;
  return attempts->trials && attempts->errors;
}

static void free_attempts(struct attempts *attempts) {
  free(attempts->trials);
  free(attempts->errors);
}

static void count_samples(const struct plb_system_tally *system, struct attempts *attempts) {
  const struct plb_sample_notes *notes;
  for (size_t sample = 0; (notes = plb_sample_next(system, &sample)); sample++) {
    uint8_t marks = notes->marks;
    if (!(marks & PLB_MARK_SEEN))
      continue;
    bool failed = (marks & PLB_MARK_FAILED) && !(marks & PLB_MARK_COMPLETED);
    attempts->all_trials++;
    attempts->all_errors += failed;
    uint32_t person = notes->person;
    if (person == PLB_NOBODY) {
      attempts->nameless = true;
      continue;
    }
    attempts->trials[person]++;
    attempts->errors[person] += failed;
  }
}

static void count_rows(const struct plb_system_tally *system, struct attempts *attempts) {
  for (int c = 0; c < 2; c++) {
    const struct plb_class_tally *of = &system->of[c];
    attempts->all_errors += of->failed[PLB_FAILED_ACQUIRE];
    attempts->all_trials += of->completed;
    for (int outcome = PLB_FAILED_ENROL; outcome < PLB_OUTCOMES; outcome++)
      attempts->all_trials += of->failed[outcome];
  }
  attempts->nameless = !system->people.page_count;
  const struct plb_person_notes *notes;
  for (size_t person = 0; person < attempts->room && (notes = plb_person_next(system, &person)); person++) {
    attempts->trials[person] = notes->attempts;
    attempts->errors[person] = notes->attempts_failed;
  }
}

static void count_enrolments(const struct plb_system_tally *system, struct attempts *attempts) {
  const struct plb_person_notes *notes;
  for (size_t person = 0; person < attempts->room && (notes = plb_person_next(system, &person)); person++) {
    uint8_t marks = notes->marks;
    bool failed = (marks & PLB_MARK_FAILED) && !(marks & PLB_MARK_COMPLETED);
    attempts->trials[person] = (marks & PLB_MARK_SEEN) != 0;
    attempts->errors[person] = failed;
    attempts->all_trials += (marks & PLB_MARK_SEEN) != 0;
    attempts->all_errors += failed;
  }
  attempts->nameless = !system->people.page_count;
}

static plb_status estimate(const struct plb_study *study, struct attempts *attempts, struct plb_rate *rate,
                           struct plb_error *err) {
  const struct plb_options *options = study->options;
  if (attempts->nameless) {
    plb_rate_of_independent(attempts->all_errors, attempts->all_trials, options->level, study->method, rate);
    return PLB_OK;
  }
  struct plb_places places;
  plb_status status = plb_places_assign(&study->tally->census, attempts->trials, NULL, &places, err);
  if (status)
    return status;
  status = plb_rate_of_attempts(study->tally, &places, attempts->errors, options->level, study->method, rate, err);
  plb_places_free(&places);
  return status;
}

static bool any_failed(const struct plb_system_tally *system, enum plb_outcome outcome) {
  return system->of[0].failed[outcome] || system->of[1].failed[outcome];
}

static plb_status contradicted(const struct plb_study *study, struct plb_error *err) {
  const char *name = study->tally->account_count ? study->tally->accounts[0].name : "the scores";
  return plb_fail(
      err, PLB_DATA,
      "%.180s: rows say that a sample failed to be acquired, but every sample in them was compared elsewhere; "
      "expected comparisons that failed (status failed-to-compare, or --missing ftc)",
      name);
}

static plb_status measure_fta(struct plb_study *study, struct plb_measured *measured, struct plb_error *err) {
  const struct plb_system_tally *system = measured->system;
  struct attempts attempts;
  plb_status status = make_attempts(&attempts, study->tally->census.people.count + 1) ? PLB_OK : plb_fail_memory(err);
  measured->has_fta = true;
  measured->fta_unit = system->samples.page_count ? "sample" : "comparison attempt";
  if (!status) {
    if (system->samples.page_count)
      count_samples(system, &attempts);
    else
      count_rows(system, &attempts);
    status = estimate(study, &attempts, &measured->fta, err);
  }
  if (!status && system->samples.page_count && any_failed(system, PLB_FAILED_ACQUIRE) && !measured->fta.errors)
    status = contradicted(study, err);
  free_attempts(&attempts);
  return status;
}

static plb_status measure_fte(struct plb_study *study, struct plb_measured *measured, struct plb_error *err) {
  const struct plb_system_tally *system = measured->system;
  struct attempts attempts;
  plb_status status = make_attempts(&attempts, study->tally->census.people.count + 1) ? PLB_OK : plb_fail_memory(err);
  measured->has_fte = true;
  measured->fte_unit = system->people.page_count ? "enrolment of a person" : "comparison attempt";
  if (!status) {
    count_enrolments(system, &attempts);
    if (attempts.nameless) {
      count_rows(system, &attempts);
      attempts.nameless = true;
      attempts.all_errors = system->of[0].failed[PLB_FAILED_ENROL] + system->of[1].failed[PLB_FAILED_ENROL];
    }
    status = estimate(study, &attempts, &measured->fte, err);
  }
  free_attempts(&attempts);
  return status;
}

plb_status plb_failures_measure(struct plb_study *study, struct plb_measured *measured, struct plb_error *err) {
  const struct plb_system_tally *system = measured->system;
  bool recorded = study->tally->traits.status || any_failed(system, PLB_FAILED_ACQUIRE) ||
                  any_failed(system, PLB_FAILED_ENROL) || any_failed(system, PLB_FAILED_COMPARE);
  plb_status status = PLB_OK;
  if (recorded)
    status = measure_fta(study, measured, err);
  if (!status && any_failed(system, PLB_FAILED_ENROL))
    status = measure_fte(study, measured, err);
  return status;
}

static plb_status write_rate(struct plb_study *study, const struct plb_measured *measured, const char *metric,
                             const char *unit, const struct plb_rate *rate, struct plb_error *err) {
  struct plb_estimate estimate = {.metric = metric,
                                  .system = measured->name,
                                  .has_counts = true,
                                  .errors = rate->errors,
                                  .trials = rate->trials,
                                  .unit = unit};
  plb_status status = plb_interval_of_rate(study, rate, &estimate, err);
  return status ? status : plb_result_add_estimate(study->result, &estimate, err);
}

plb_status plb_failures_write(struct plb_study *study, const struct plb_measured *measured, struct plb_error *err) {
  plb_status status = PLB_OK;
  if (measured->has_fta)
    status = write_rate(study, measured, "FTA", measured->fta_unit, &measured->fta, err);
  if (!status && measured->has_fte)
    status = write_rate(study, measured, "FTE", measured->fte_unit, &measured->fte, err);
  return status;
}

/* A rate and its limits, to be carried through; `bounded`: its method has limits. */
struct part {
  double value, lower, upper;
  bool bounded;
};

static struct part part_of(const struct plb_rate *rate) {
  const struct plb_said *said = &rate->said;
  return (struct part){(double)rate->errors / (double)rate->trials, said->corner.lower, said->corner.upper,
                       said->exists};
}

/* value + shift * (1 - value) for each of the three: a share `shift` of certain errors beside the rate. */
static struct part joined(struct part part, struct part shift) {
  return (struct part){shift.value + (1 - shift.value) * part.value, shift.lower + (1 - shift.lower) * part.lower,
                       shift.upper + (1 - shift.upper) * part.upper, part.bounded && shift.bounded};
}

static struct part thinned(struct part part, struct part loss) {
  return (struct part){(1 - loss.value) * part.value, (1 - loss.upper) * part.lower, (1 - loss.lower) * part.upper,
                       part.bounded && loss.bounded};
}

/* Limits of the share of comparisons that failed, which are certain rejections. Who failed how often is not counted, so
 * it is taken as if each person did so always or never: as many independent trials as there are people, of two people a
 * quarter of that (the worst case of methods B.6). Where none failed the share is 0 for certain. */
static struct part share_of(const struct plb_rate *rate, enum plb_class class, double failed, double all,
                            double level) {
  double share = failed / all, people = class == PLB_CLASS_MATED ? (double)rate->people : (double)rate->people / 4;
  double trials = rate->has_people && people < all ? people : all;
  struct plb_limits limits = plb_clopper_pearson(share * trials, trials, (2 + level) / 3);
  return failed > 0 ? (struct part){share, limits.lower, limits.upper, true} : (struct part){0, 0, 0, true};
}

static struct part with_failed(const struct plb_study *study, const struct plb_measured *measured, enum plb_class class,
                               const struct plb_study_point *point) {
  const struct plb_class_tally *of = &measured->system->of[class];
  double failed = (double)of->failed[PLB_FAILED_COMPARE];
  const struct plb_rate *completed = &measured->rates[class].at[point->at];
  struct part rate = part_of(completed);
  struct part share = share_of(completed, class, failed, (double)of->completed + failed, study->options->level);
  const struct plb_redrawn_point *redrawn = class == PLB_CLASS_MATED ? plb_redrawn_shown(study, measured, point) : NULL;
  if (redrawn) {
    rate.lower = redrawn->corner.lower;
    rate.upper = redrawn->corner.upper;
  }
  return class == PLB_CLASS_MATED ? joined(rate, share) : thinned(rate, share);
}

static plb_status write_part(struct plb_study *study, const struct plb_measured *measured,
                             const struct plb_study_point *point, const char *metric, enum plb_class class,
                             struct part part, struct plb_error *err) {
  struct plb_estimate estimate = {.metric = metric,
                                  .system = measured->name,
                                  .has_class_trials = true,
                                  .mated_trials = measured->det.trials[PLB_CLASS_MATED],
                                  .nonmated_trials = measured->det.trials[PLB_CLASS_NONMATED]};
  const struct plb_rate *rate = &measured->rates[class].at[point->at];
  const struct plb_redrawn_point *redrawn = class == PLB_CLASS_MATED ? plb_redrawn_shown(study, measured, point) : NULL;
  plb_threshold_of_point(study, point, &estimate);
  plb_status status = plb_interval_of_rate(study, rate, &estimate, err); /* its caveats hold here too */
  if (status)
    return status;
  const char *caveat = redrawn         ? plb_caveat_of_redrawn(study, rate, &redrawn->corner)
                       : estimate.note ? estimate.note
                                       : "";
  if (!caveat)
    return plb_fail_memory(err);
  estimate.note = *caveat ? caveat : NULL;
  estimate.value = part.value;
  estimate.interval = (struct plb_interval){
      .exists = part.bounded,
      .has_lower = true,
      .has_upper = true,
      .lower = part.lower,
      .upper = part.upper,
      .level = study->options->level,
      .method = plb_study_text(study, "corners of %s",
                               !redrawn                ? rate->said.method
                               : redrawn->corner.delta ? "delta"
                                                       : plb_redrawn_method(study)),
      .dependence = redrawn ? plb_method_dependence(PLB_METHOD_PL, true, rate->has_clusters) : rate->said.dependence};
  if (!part.bounded && rate->said.exists)
    estimate.note = plb_study_join(study, "no interval, since one of its parts has none", estimate.note);
  if (!estimate.interval.method || (!part.bounded && !estimate.note))
    return plb_fail_memory(err);
  if (point->unsupported) {
    estimate.status = PLB_EST_UNSUPPORTED;
    estimate.has_value = false;
    estimate.note = plb_study_join(study, "no rate: this test is too small for the FMR target", estimate.note);
    if (!estimate.note)
      return plb_fail_memory(err);
  }
  if (plb_point_on_line(point)) {
    estimate.has_threshold = estimate.has_value = estimate.interval.exists = false;
    estimate.status = PLB_EST_UNDEFINED;
    estimate.note = "no threshold has this rate, so that failures cannot be joined to it";
  }
  if (point->ruled && !(estimate.note = plb_study_join(study, plb_point_says(study, point), estimate.note)))
    return plb_fail_memory(err);
  return plb_result_add_estimate(study->result, &estimate, err);
}

static plb_status write_class(struct plb_study *study, const struct plb_measured *measured,
                              const struct plb_study_point *point, enum plb_class class, struct plb_error *err) {
  bool mated = class == PLB_CLASS_MATED;
  if (!measured->det.trials[class])
    return PLB_OK;
  struct part fta = part_of(&measured->fta), rate = with_failed(study, measured, class, point);
  rate = mated ? joined(rate, fta) : thinned(rate, fta);
  plb_status status = write_part(study, measured, point, mated ? "FRR" : "FAR", class, rate, err);
  if (status || !measured->has_fte)
    return status;
  struct part fte = part_of(&measured->fte);
  rate = mated ? joined(rate, fte) : thinned(rate, fte);
  return write_part(study, measured, point, mated ? "GFRR" : "GFAR", class, rate, err);
}

plb_status plb_failures_write_point(struct plb_study *study, const struct plb_measured *measured,
                                    const struct plb_study_point *point, struct plb_error *err) {
  if (!measured->has_fta)
    return PLB_OK;
  plb_status status = write_class(study, measured, point, PLB_CLASS_NONMATED, err);
  return status ? status : write_class(study, measured, point, PLB_CLASS_MATED, err);
}

bool plb_failures_mated(const struct plb_study *study, const struct plb_measured *measured,
                        const struct plb_study_point *point, double *frr, uint64_t *failed, uint64_t *all) {
  const struct plb_class_tally *of = &measured->system->of[PLB_CLASS_MATED];
  *failed = 0;
  for (int outcome = PLB_FAILED_ENROL; outcome < PLB_OUTCOMES; outcome++)
    *failed += of->failed[outcome];
  *all = of->completed + *failed;
  if (!measured->has_fta || !*failed || !of->completed)
    return false;
  *frr = joined(with_failed(study, measured, PLB_CLASS_MATED, point), part_of(&measured->fta)).value;
  return true;
}
