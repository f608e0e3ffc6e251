/* SPDX-License-Identifier: Apache-2.0
 *
 * The sentences of a plan: the answer for each claim, what all of them need, and what the answer rests on.
 */
#include <string.h>

#include "plan/parts.h"

#define ENOUGH_PEOPLE 50 /* from here on the intervals were measured to hold what they promise */

static plb_status state(struct plb_study *study, const char *sentence, struct plb_error *err) {
  return sentence ? plb_result_add_statement(study->result, sentence, err) : plb_fail_memory(err);
}

static const char *samples_each(struct plb_study *study, uint64_t samples) {
  return samples == 1 ? "1 sample each" : plb_study_text(study, "%s samples each", plb_say_count(samples).text);
}

static const char *kind_of(const struct plb_test_plan *plan) {
  return strcmp(plan->metric, "FMR") == 0 ? "non-mated" : "mated";
}

/* "At least 231 people with 3 samples each (239,085 non-mated comparisons) are needed ..." */
static plb_status say_answer(struct plb_study *study, const struct plb_test_plan *plan, struct plb_error *err) {
  const char *each = samples_each(study, plan->samples);
  const double one_sided = 0.5 * (1 + plan->level);
  const char *chance = plb_study_text(
      study,
      "for a chance of %s %% to show %s by one limit of a two-sided %s %% interval, that is with a one-sided "
      "confidence "
      "of %s %%, if the true %s is %s (%s)",
      plb_say_level(plan->power).text, plan->claim, plb_say_level(plan->level).text, plb_say_level(one_sided).text,
      plan->metric, plb_say_rate(plan->expected).text,
      plan->expected_assumed ? "a third of the limit, which is assumed since no rate was given" : "as was given");
  if (!each || !chance)
    return plb_fail_memory(err);
  if (!plan->has_needed)
    return state(study, plb_study_text(study, "Not even 10,000,000 people with %s are enough %s.", each, chance), err);
  const struct plb_plan_row *needed = &plan->needed;
  return state(study,
               plb_study_text(study, "At least %s people with %s (%s %s comparisons) are needed %s.",
                              plb_say_count(needed->people).text, each, plb_say_count(needed->comparisons).text,
                              kind_of(plan), chance),
               err);
}

/* That more comparisons of the same people stop helping, in numbers. */
static plb_status say_floor(struct plb_study *study, const struct plb_test_plan *plan, struct plb_error *err) {
  if (!plan->has_least_people || plan->least_people <= FEWEST_PEOPLE || plan->samples >= plan->most_samples)
    return PLB_OK;
  return state(study,
               plb_study_text(study,
                              "With fewer than %s people not even %s samples of each are enough for that: people "
                              "decide, not comparisons.",
                              plb_say_count(plan->least_people).text, plb_say_count(plan->most_samples).text),
               err);
}

/* What a threshold that is found in the test takes. */
static plb_status say_cut(struct plb_study *study, const struct plb_test_plan *plan, struct plb_error *err) {
  if (!plan->has_target)
    return PLB_OK;
  return state(
      study,
      plb_study_text(study,
                     "%s: the threshold is found in the test itself, and a test with the same people but other "
                     "luck finds another one; the plan allows for that. Where fewer than 10 false matches are "
                     "to be expected at %s they do not carry a threshold, and the chance is given as 0.",
                     plan->claim, plb_say_one_in(plan->target).text),
      err);
}

static plb_status say_few(struct plb_study *study, uint64_t people, struct plb_error *err) {
  if (people >= ENOUGH_PEOPLE)
    return PLB_OK;
  return state(study,
               plb_study_text(study,
                              "%s people are few: the limits were found to hold what they promise with 50 people and "
                              "more. Take at least 50.",
                              plb_say_count(people).text),
               err);
}

/* What all claims together need. */
static plb_status say_all(struct plb_study *study, double power, struct plb_error *err) {
  const struct plb_result *result = study->result;
  uint64_t most = 0;
  for (size_t i = 0; i < result->plan_count; i++) {
    if (!result->plans[i].has_needed)
      return PLB_OK;
    most = result->plans[i].needed.people > most ? result->plans[i].needed.people : most;
  }
  if (result->plan_count == 1)
    return say_few(study, most, err);
  plb_status status =
      state(study,
            plb_study_text(
                study,
                "All %zu claims together need the most that one of them needs: %s people. Each is planned for a "
                "chance of %s %%, so that all are shown with a chance of at least %s %%; and since claims that are "
                "judged together share the risk of a wrong verdict, by limits at a higher confidence than that "
                "of one claim.",
                result->plan_count, plb_say_count(most).text, plb_say_level(result->plans[0].power).text,
                plb_say_level(power).text),
            err);
  return status ? status : say_few(study, most, err);
}

static bool is_news(const char *now, const char *before) {
  return now && !(before && strcmp(now, before) == 0);
}

/* What was taken from the pilot, and what it could not tell. */
static plb_status say_pilots(struct plb_study *study, struct plb_error *err) {
  plb_status status = PLB_OK;
  for (size_t i = 0; i < study->result->plan_count && !status; i++) {
    const struct plb_test_plan *plan = &study->result->plans[i];
    const struct plb_test_plan *before = i ? &study->result->plans[i - 1] : NULL;
    if (is_news(plan->pilot, before ? before->pilot : NULL))
      status = state(study,
                     plb_study_text(study,
                                    "How alike the comparisons of the same people are was taken from the pilot: %s. "
                                    "From few people it is uncertain, and other systems, people or thresholds have "
                                    "another.",
                                    plan->pilot),
                     err);
    if (!status && is_news(plan->pilot_silent, before ? before->pilot_silent : NULL))
      status = state(study,
                     plb_study_text(study,
                                    "For %s, t%s. This was not measured: a pilot in which people are compared "
                                    "several times would tell.",
                                    plan->metric, plan->pilot_silent + 1),
                     err);
  }
  return status;
}

static plb_status say_dependence(struct plb_study *study, const struct plb_dependence *dependence,
                                 struct plb_error *err) {
  if (strcmp(dependence->name, "none") == 0)
    return state(study,
                 "Every comparison was taken as independent of every other. They are not where people take part more "
                 "than once, so that more people are needed than it says here; and limits that look for dependence "
                 "show a claim somewhat less often even where there is none.",
                 err);
  return state(study,
               plb_study_text(study,
                              "How alike the comparisons of the same people are was assumed (%s): of the variance of "
                              "non-mated scores %s %% is due to each of the two people, %s %% to the pair and %s %% to "
                              "each sample; of mated scores %s %% to the person. A pilot test would tell.",
                              dependence->name, plb_say_level(dependence->person).text,
                              plb_say_level(dependence->pair).text, plb_say_level(dependence->sample).text,
                              plb_say_level(dependence->mated).text),
               err);
}

static plb_status say_groups(struct plb_study *study, const struct plb_plan_options *options, struct plb_error *err) {
  if (!options->groups)
    return PLB_OK;
  return state(study,
               plb_study_text(study,
                              "A difference between groups is detected when the interval of the ratio of two rates "
                              "leaves out 1, at %s %% for all pairs of the %s groups together. A difference that is "
                              "not detected may be there all the same.",
                              plb_say_level(options->level).text, plb_say_count(options->groups).text),
               err);
}

plb_status plb_plan_say(struct plb_study *study, const struct plb_plan_options *options,
                        const struct plb_dependence *dependence, struct plb_error *err) {
  plb_status status = PLB_OK;
  for (size_t i = 0; i < study->result->plan_count && !status; i++)
    if (!(status = say_answer(study, &study->result->plans[i], err)) &&
        !(status = say_floor(study, &study->result->plans[i], err)))
      status = say_cut(study, &study->result->plans[i], err);
  if (status || (status = say_all(study, options->power, err)))
    return status;
  status = options->pilot ? say_pilots(study, err) : say_dependence(study, dependence, err);
  if (status || (status = say_groups(study, options, err)))
    return status;
  static const char *const closing[] = {
      "The chance is computed for people who differ as assumed. Simulated tests of such people showed the claim in "
      "from 3 of 100 fewer to 9 of 100 more tests than planned; where the chance is small and a few people decide, in "
      "up "
      "to 20 of 100 more (doc/methods.md).",
      "It holds for people who are drawn at random from those on whom the system will be used. A kind of person that "
      "is "
      "rarer than 3 in the number of people has a chance of 5 % or more to be absent, and its errors with it.",
      "Captures that fail and people who cannot be enrolled give no comparisons: invite more people than this."};
  for (size_t k = 0; k < sizeof closing / sizeof *closing && !status; k++)
    status = state(study, closing[k], err);
  return status;
}
