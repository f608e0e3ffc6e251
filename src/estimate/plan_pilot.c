/* SPDX-License-Identifier: Apache-2.0
 *
 * How alike comparisons of the same people are: assumed, given, or found by a pilot test. The model is that of
 * the simulator (doc/simulation.md): a score is a sum of parts of its people, of the pair, of its samples and of
 * its own. A pilot knows two correlations, for one shared person and for two, as PL found them near the rate
 * that is planned for; in them comparisons that share a sample and others are mixed as they were in the pilot.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "estimate/plan_parts.h"

static const struct named {
  const char *name;
  double person, pair, sample, mated;
} models[] = {{"none", 0, 0, 0, 0},
              {"mild", 0.03, 0.10, 0.03, 0.1},
              {"mod", 0.06, 0.20, 0.05, 0.3},
              {"strong", 0.12, 0.30, 0.05, 0.6}};

static bool is_share(double value) {
  return value >= 0.0 && value <= 1.0;
}

plb_status plb_dependence_of_options(const struct plb_plan_options *options, struct plb_dependence *dependence,
                                     struct plb_error *err) {
  const char *name = options->dependence ? options->dependence : "mod";
  const struct named *found = NULL;
  for (size_t k = 0; k < sizeof models / sizeof *models; k++)
    if (strcmp(models[k].name, name) == 0)
      found = &models[k];
  if (!found)
    return plb_fail(err, PLB_USAGE, "the dependence \"%.40s\" is not known; expected none, mild, mod or strong", name);
  bool given =
      options->has_person_effect || options->has_pair_effect || options->has_sample_effect || options->has_mated_effect;
  double person = options->has_person_effect ? options->person_effect : found->person;
  double pair = options->has_pair_effect ? options->pair_effect : found->pair;
  double sample = options->has_sample_effect ? options->sample_effect : found->sample;
  double mated = options->has_mated_effect ? options->mated_effect : found->mated;
  if (!is_share(person) || !is_share(pair) || !is_share(sample) || !is_share(mated))
    return plb_fail(err, PLB_USAGE, "an effect is no share of a variance; expected numbers from 0 to 1");
  if (2 * person + pair + 2 * sample > 1)
    return plb_fail(err, PLB_USAGE,
                    "the effects take up more than the whole variance: 2 x %g (person) + %g (pair) + 2 x %g (sample); "
                    "expected at most 1",
                    person, pair, sample);
  *dependence = (struct plb_dependence){
      .name = given ? "given" : found->name, .person = person, .pair = pair, .sample = sample, .mated = mated};
  dependence->of[PLB_CLASS_NONMATED] = (struct plb_likeness){.person = person,
                                                             .person_sample = person + sample,
                                                             .pair = 2 * person + pair,
                                                             .pair_sample = 2 * person + pair + sample};
  dependence->of[PLB_CLASS_MATED] = (struct plb_likeness){.person = mated, .person_sample = mated};
  return PLB_OK;
}

/* The estimate whose rate is nearest on a logarithmic scale; rates of 0 count as one error. */
static const struct plb_estimate *nearest(const struct plb_result *pilot, const char *metric, double rate) {
  const struct plb_estimate *best = NULL;
  double least = HUGE_VAL;
  for (size_t i = 0; i < pilot->estimate_count; i++) {
    const struct plb_estimate *e = &pilot->estimates[i];
    if (strcmp(e->metric, metric) != 0 || !e->interval.has_person_correlation || !e->has_counts || !e->trials)
      continue;
    double errors = e->errors ? (double)e->errors : 1.0;
    double distance = fabs(log(errors / (double)e->trials / rate));
    if (!(distance < least))
      continue;
    least = distance;
    best = e;
  }
  return best;
}

plb_status plb_pilot_likeness(struct plb_study *study, const struct plb_result *pilot, const char *metric, double rate,
                              struct plb_likeness *likeness, const char **said, struct plb_error *err) {
  const struct plb_estimate *e = nearest(pilot, metric, rate);
  if (!e)
    return plb_fail(err, PLB_DATA,
                    "the pilot has no %s that says how alike comparisons of the same people are; expected a result of "
                    "plumbline verification of this version, with people named and at least 8 of them",
                    metric);
  const struct plb_interval *interval = &e->interval;
  *likeness = (struct plb_likeness){.person = interval->person_correlation,
                                    .person_sample = interval->person_correlation,
                                    .pair = interval->pair_correlation,
                                    .pair_sample = interval->pair_correlation};
  char threshold[PLB_DOUBLE_TEXT] = "", people[PLB_WORDS + 24] = "";
  if (e->has_threshold)
    plb_format_double(threshold, e->threshold);
  if (e->has_people)
    snprintf(people, sizeof people, " of %s people", plb_say_count(e->people).text);
  *said =
      plb_study_text(study, "%s%s%s (%s errors in %s comparisons%s%s%s)", metric, *threshold ? " at threshold " : "",
                     threshold, plb_say_count(e->errors).text, plb_say_count(e->trials).text, people,
                     e->system ? "; system " : "", e->system ? e->system : "");
  return *said ? PLB_OK : plb_fail_memory(err);
}
