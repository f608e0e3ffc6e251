/* SPDX-License-Identifier: Apache-2.0
 *
 * How alike comparisons of the same people are: assumed, given, or found by a pilot test. The model is that of
 * the simulator (doc/simulation.md): a score is a sum of parts of its people, of the pair, of its samples and of
 * its own. A pilot knows two correlations, for one shared person and for two, as PL found them near the rate
 * that is planned for; in them comparisons that share a sample and others are mixed as they were in the pilot. A
 * pilot in which nobody was compared twice knows nothing of the correlation within a person: what it cannot tell is
 * assumed, and said.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/probit.h"
#include "interval/latent.h"
#include "interval/pl.h"
#include "plan/parts.h"

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

/* ---- the pilot --------------------------------------------------------------------------------- */

#define MOST_NAMED 6    /* systems, in a message */
#define FEWEST_TWICE 20 /* comparisons beyond one of each person */
#define FAR_OFF 5.0     /* times the rate, or a part of it */

static bool same_system(const char *one, const char *other) {
  return one && other ? strcmp(one, other) == 0 : !one && !other;
}

/* An estimate of a rate, of the system that is meant, with enough people to say something of them. */
static bool is_of(const struct plb_estimate *e, const char *metric, const char *system) {
  return strcmp(e->metric, metric) == 0 && (!system || same_system(e->system, system)) && e->has_counts && e->trials &&
         e->has_people && e->people >= FEWEST_PEOPLE;
}

/* The one whose rate is nearest on a logarithmic scale; rates of 0 count as one error. `telling`: of those alone that
 * have a correlation. */
static const struct plb_estimate *nearest(const struct plb_result *pilot, const struct plb_pilot_asked *asked,
                                          bool telling) {
  const struct plb_estimate *best = NULL;
  double least = HUGE_VAL;
  for (size_t i = 0; i < pilot->estimate_count; i++) {
    const struct plb_estimate *e = &pilot->estimates[i];
    bool tells = e->interval.has_person_correlation || e->interval.has_pair_correlation;
    if (!is_of(e, asked->metric, asked->system) || (telling && !tells))
      continue;
    double errors = e->errors ? (double)e->errors : 1.0;
    double distance = fabs(log(errors / (double)e->trials / asked->rate));
    if (!(distance < least))
      continue;
    least = distance;
    best = e;
  }
  return best;
}

/* What makes it doubtful that the correlation is that of the rate which is expected; "" where nothing does. */
static const char *say_remote(struct plb_study *study, const struct plb_pilot_asked *asked,
                              const struct plb_estimate *e) {
  if (e->errors < FEW_ERRORS)
    return "; with so few errors it is that of the scores that came nearest to being errors";
  double rate = (double)e->errors / (double)e->trials;
  if (fabs(log(rate / asked->rate)) <= log(FAR_OFF))
    return "";
  return plb_study_text(study,
                        "; that rate of %s is far from the %s of the plan: a pilot measured at a threshold where "
                        "%s is nearer to it would tell more",
                        plb_say_rate(rate).text, plb_say_rate(asked->rate).text, asked->metric);
}

static const char *say_source(struct plb_study *study, const struct plb_pilot_asked *asked,
                              const struct plb_estimate *e) {
  char threshold[PLB_DOUBLE_TEXT] = "";
  const char *remote = say_remote(study, asked, e);
  if (e->has_threshold)
    plb_format_double(threshold, e->threshold);
  return remote ? plb_study_text(study, "%s%s%s (%s errors in %s comparisons of %s people%s%s%s)", e->metric,
                                 *threshold ? " at threshold " : "", threshold, plb_say_count(e->errors).text,
                                 plb_say_count(e->trials).text, plb_say_count(e->people).text,
                                 e->system ? "; system " : "", e->system ? e->system : "", remote)
                : NULL;
}

/* What takes the place of what the pilot cannot tell. */
static const char *say_silent(struct plb_study *study, const char *name, const char *what, const char *why,
                              double correlation) {
  char number[PLB_WORDS];
  plb_word_rounded(number, correlation, 3);
  return plb_study_text(study, "the pilot cannot tell how alike %s are, since %s: %s%s%s a correlation of %s", what,
                        why, strcmp(name, "given") == 0 ? "as given" : "assumed (",
                        strcmp(name, "given") == 0 ? "" : name, strcmp(name, "given") == 0 ? "," : ")", number);
}

/* Mated: one correlation or none. */
static const char *mated_silent(struct plb_study *study, const struct plb_pilot_asked *asked,
                                const struct plb_estimate *e) {
  const char *why = e->trials <= e->people                 ? "nobody was compared twice"
                    : e->trials - e->people < FEWEST_TWICE ? "nobody, or hardly anybody, was compared twice"
                                                           : "it has too few errors";
  return say_silent(study, asked->assumed->name, "comparisons of one person", why, asked->assumed->mated);
}

/* Non-mated: what is missing is put together from the part that was found and the effects that are assumed. */
static const char *nonmated_silent(struct plb_study *study, const struct plb_pilot_asked *asked,
                                   const struct plb_estimate *e, struct plb_likeness *likeness) {
  const struct plb_dependence *assumed = asked->assumed;
  if (e->interval.has_person_correlation) {
    likeness->pair = fmin(2 * likeness->person + assumed->pair, PLB_MOST_CORRELATION);
    likeness->pair_sample = fmin(likeness->pair + assumed->sample, PLB_MOST_CORRELATION);
    return say_silent(study, assumed->name, "comparisons of the same two people",
                      "no two people, or hardly any, were compared twice", likeness->pair);
  }
  if (e->interval.has_pair_correlation) {
    likeness->person = fmin(assumed->person, 0.5 * likeness->pair);
    likeness->person_sample = fmin(likeness->person + assumed->sample, likeness->pair);
    return say_silent(study, assumed->name, "comparisons that share one person",
                      "hardly anybody was compared with two others", likeness->person);
  }
  return say_silent(study, assumed->name, "comparisons that share one person",
                    "hardly any share one, or it has too few errors", likeness->person);
}

/* Why nothing can be learned from the pilot. */
static plb_status fail_useless(const struct plb_pilot_asked *asked, struct plb_error *err) {
  static const char expected[] = "expected a result of plumbline verification with people named, at least 8 of them";
  const struct plb_result *pilot = asked->pilot;
  bool measured = false, named = false;
  uint64_t people = 0;
  for (size_t i = 0; i < pilot->estimate_count; i++) {
    const struct plb_estimate *e = &pilot->estimates[i];
    if (strcmp(e->metric, asked->metric) != 0 || (asked->system && !same_system(e->system, asked->system)) ||
        !e->has_counts || !e->trials)
      continue;
    measured = true;
    named |= e->has_people;
    people = e->has_people && e->people > people ? e->people : people;
  }
  if (strcmp(pilot->test.type, "verification") != 0)
    return plb_fail(err, PLB_DATA, "the pilot is the result of another kind of test (%s); %s", pilot->test.type,
                    expected);
  if (!measured)
    return plb_fail(err, PLB_DATA, "the pilot has measured no %s; %s", asked->metric, expected);
  if (!named)
    return plb_fail(err, PLB_DATA,
                    "the data of the pilot do not name people, so that it cannot tell how alike comparisons of the "
                    "same people are; %s",
                    expected);
  return plb_fail(err, PLB_DATA, "the pilot has %llu %s behind its %s; %s", (unsigned long long)people,
                  people == 1 ? "person" : "people", asked->metric, expected);
}

plb_status plb_pilot_likeness(struct plb_study *study, const struct plb_pilot_asked *asked,
                              struct plb_likeness *likeness, struct plb_test_plan *plan, struct plb_error *err) {
  const struct plb_estimate *e = nearest(asked->pilot, asked, true);
  bool tells = e != NULL, mated = strcmp(asked->metric, "FNMR") == 0;
  if (!e && !(e = nearest(asked->pilot, asked, false)))
    return fail_useless(asked, err);
  const struct plb_interval *interval = &e->interval;
  if (interval->has_person_correlation)
    likeness->person = likeness->person_sample = interval->person_correlation;
  if (interval->has_pair_correlation)
    likeness->pair = likeness->pair_sample = interval->pair_correlation;
  bool silent = !interval->has_person_correlation || (!mated && !interval->has_pair_correlation);
  if (silent)
    plan->pilot_silent = mated ? mated_silent(study, asked, e) : nonmated_silent(study, asked, e, likeness);
  plan->dependence = tells ? "pilot" : asked->assumed->name;
  if (tells)
    plan->pilot = say_source(study, asked, e);
  return (silent && !plan->pilot_silent) || (tells && !plan->pilot) ? plb_fail_memory(err) : PLB_OK;
}

/* ---- a threshold found in the test --------------------------------------------------------------- */

#define FEWEST_FOR_SLOPE 10 /* errors of either class at a point of the curve that is to tell its slope */

/* Normal scores of both rates at a point of the curve; false where it has too few errors. */
static bool scores_at(const struct plb_det_point *point, double scores[2]) {
  uint64_t others[2] = {point->fmr_trials - point->fmr_errors, point->fnmr_trials - point->fnmr_errors};
  if (point->fmr_errors < FEWEST_FOR_SLOPE || point->fnmr_errors < FEWEST_FOR_SLOPE || !others[0] || !others[1])
    return false;
  scores[0] = plb_probit_upper((double)point->fmr_errors / (double)point->fmr_trials);
  scores[1] = plb_probit_upper((double)point->fnmr_errors / (double)point->fnmr_trials);
  return true;
}

/* The slope of the pilot's DET on normal scores, from the points nearest to half and to twice the target; 0 where its
 * curve does not reach there. */
static double slope_of(const struct plb_pilot_asked *asked) {
  double ends[2] = {plb_probit_upper(fmin(2.0 * asked->rate, 0.5)), plb_probit_upper(0.5 * asked->rate)};
  double best[2] = {HUGE_VAL, HUGE_VAL}, found[2][2] = {{0.0}};
  const struct plb_curve *curve = NULL;
  for (size_t i = 0; asked->pilot && !curve && i < asked->pilot->curve_count; i++) {
    const struct plb_curve *c = &asked->pilot->curves[i];
    if (c->kind == PLB_CURVE_DET && (!asked->system || same_system(c->system, asked->system)))
      curve = c;
  }
  for (size_t k = 0; curve && k < curve->point_count; k++) {
    double scores[2];
    for (int e = 0; e < 2 && scores_at(&curve->points[k], scores); e++) {
      if (!(fabs(scores[0] - ends[e]) < best[e]))
        continue;
      best[e] = fabs(scores[0] - ends[e]);
      memcpy(found[e], scores, sizeof scores);
    }
  }
  double run = found[1][0] - found[0][0];
  return run > 0.0 ? fmax(found[0][1] - found[1][1], 0.0) / run : 0.0;
}

static const char *say_basis(struct plb_study *study, const struct plb_pilot_asked *asked, double slope,
                             const char *source) {
  const char *of_slope = slope > 0.0 ? "as the pilot's curve has it" : "as where scores of both classes spread alike";
  return plb_study_text(study, "the slope of the DET %s; how alike non-mated comparisons are: %s", of_slope,
                        source ? source : plb_study_text(study, "assumed (%s)", asked->assumed->name));
}

plb_status plb_pilot_cut(struct plb_study *study, const struct plb_pilot_asked *asked, struct plb_likeness *likeness,
                         struct plb_test_plan *plan, struct plb_error *err) {
  struct plb_test_plan found = {.pilot = NULL};
  plb_status status = PLB_OK;
  if (asked->pilot && nearest(asked->pilot, asked, true))
    status = plb_pilot_likeness(study, asked, likeness, &found, err);
  if (status)
    return status;
  double slope = slope_of(asked);
  plan->det_slope = slope > 0.0 ? slope : 1.0;
  plan->target_basis = say_basis(study, asked, slope, found.pilot);
  return plan->target_basis ? PLB_OK : plb_fail_memory(err);
}

/* ---- which system of the pilot ----------------------------------------------------------------- */

static bool is_first(const struct plb_result *pilot, size_t at) {
  size_t i = 0;
  while (i < at && !same_system(pilot->estimates[i].system, pilot->estimates[at].system))
    i++;
  return i == at;
}

plb_status plb_pilot_check(const struct plb_plan_options *options, struct plb_error *err) {
  const struct plb_result *pilot = options->pilot;
  const char *wanted = options->pilot_system;
  char names[MOST_NAMED * 48] = "";
  size_t systems = 0, used = 0;
  if (!pilot)
    return wanted ? plb_fail(err, PLB_USAGE, "a system of a pilot is named, but no pilot (--pilot)") : PLB_OK;
  for (size_t i = 0; i < pilot->estimate_count; i++) {
    const char *system = pilot->estimates[i].system;
    if (!system || !is_first(pilot, i))
      continue;
    if (wanted && strcmp(system, wanted) == 0)
      return PLB_OK;
    if (systems++ < MOST_NAMED)
      used += (size_t)snprintf(names + used, sizeof names - used, "%s%.40s", systems > 1 ? ", " : "", system);
  }
  const char *more = systems > MOST_NAMED ? ", ..." : "";
  if (wanted)
    return plb_fail(err, PLB_USAGE, "the pilot has no system \"%.40s\"%s%s%s", wanted,
                    systems ? "; expected one of: " : "; its system has no name", names, more);
  if (systems > 1)
    return plb_fail(err, PLB_USAGE, "the pilot has %zu systems: %s%s; expected one of them to be named (--system)",
                    systems, names, more);
  return PLB_OK;
}
