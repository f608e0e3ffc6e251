/* SPDX-License-Identifier: Apache-2.0
 *
 * The design of a test, counted out (methods B.6, J): how many comparisons there are, with how many others one of them
 * shares what, and the design effect that correlations give with that. Where the test finds its threshold itself, at an
 * FMR target f, FNMR moves with the FMR that the threshold happens to have: to first order (methods C.1)
 *
 *   variance of FNMR = that at a given threshold + slope^2 times that of FMR,   slope = -dFNMR/dFMR
 *
 * which is counted as a part of the design effect of the mated comparisons. What people have in common in both classes
 * is not known before a test, and left out.
 *
 * Cost: a handful of bivariate tails.
 */
#include <math.h>

#include "base/probit.h"
#include "interval/latent.h"
#include "interval/special.h"
#include "plan/parts.h"

static struct plb_layout mated_layout(const struct plb_scheme *scheme) {
  double each = 0.5 * scheme->samples * (scheme->samples - 1.0);
  return (struct plb_layout){.trials = scheme->people * each,
                             .person = fmax(each - 1.0, 0.0),
                             .people = scheme->people,
                             .effective = scheme->people};
}

static struct plb_layout complete_layout(const struct plb_scheme *scheme) {
  double n = scheme->people, m = scheme->samples;
  return (struct plb_layout){.trials = 0.5 * n * (n - 1.0) * m * m,
                             .person = 2.0 * (n - 2.0) * m * (m - 1.0),
                             .person_sample = 2.0 * (n - 2.0) * m,
                             .pair = (m - 1.0) * (m - 1.0),
                             .pair_sample = 2.0 * (m - 1.0),
                             .people = n,
                             .effective = n,
                             .dyadic = true};
}

/* Each sample probes K random samples of others. q: that a sample probes a given other one; `again`: that it
 * does, knowing that it probes a certain other. */
static struct plb_layout partner_layout(const struct plb_scheme *scheme) {
  double n = scheme->people, m = scheme->samples, others = (n - 1.0) * m;
  double partners = fmin(scheme->partners, others);
  double q = partners / others, again = others > 1.0 ? (partners - 1.0) / (others - 1.0) : 0.0;
  return (struct plb_layout){.trials = n * m * partners,
                             .person = 4.0 * (n - 2.0) * m * (m - 1.0) * q,
                             .person_sample = (n - 2.0) * m * (3.0 * q + again),
                             .pair = 2.0 * (m - 1.0) * (m - 1.0) * q,
                             .pair_sample = (m - 1.0) * (3.0 * q + again) + q,
                             .people = n,
                             .effective = n / (1.0 + 0.25 * (1.0 - q) / (m * partners)),
                             .dyadic = true};
}

/* The non-mated comparisons of the same people, in which the threshold is found. */
static void count_cut(const struct plb_scheme *scheme, struct plb_layout *layout) {
  const struct plb_cut *cut = scheme->cut;
  const struct plb_scheme nonmated = {
      .dyadic = true, .people = scheme->people, .samples = scheme->samples, .partners = cut->partners};
  struct plb_layout found = plb_plan_layout(&nonmated);
  double pair_part, effect = plb_plan_effect(&found, cut->likeness, cut->target, &pair_part);
  layout->cut = cut;
  layout->false_matches = found.trials * cut->target;
  layout->cut_variance = effect * cut->target * (1.0 - cut->target) / found.trials;
  layout->cut_df = plb_plan_df(&found, layout->false_matches, effect, pair_part);
}

struct plb_layout plb_plan_layout(const struct plb_scheme *scheme) {
  if (scheme->dyadic)
    return scheme->partners > 0.0 ? partner_layout(scheme) : complete_layout(scheme);
  struct plb_layout layout = mated_layout(scheme);
  if (scheme->cut)
    count_cut(scheme, &layout);
  return layout;
}

double plb_plan_effect(const struct plb_layout *layout, const struct plb_likeness *likeness, double rate,
                       double *pair_part) {
  double t = plb_probit_upper(rate);
  double pairs = plb_latent_part(layout->pair, t, likeness->pair, rate) +
                 plb_latent_part(layout->pair_sample, t, likeness->pair_sample, rate);
  double people = plb_latent_part(layout->person, t, likeness->person, rate) +
                  plb_latent_part(layout->person_sample, t, likeness->person_sample, rate);
  if (pair_part)
    *pair_part = 1.0 + pairs;
  return 1.0 + pairs + people;
}

/* -dFNMR/dFMR where FNMR is `rate` and FMR the target. */
static double slope_at(const struct plb_cut *cut, double rate) {
  double from = plb_probit_upper(cut->target), to = plb_probit_upper(rate);
  return cut->slope * exp(0.5 * (from * from - to * to));
}

double plb_plan_cut_effect(const struct plb_layout *layout, double rate) {
  if (!layout->cut)
    return 0.0;
  double slope = slope_at(layout->cut, rate);
  return slope * slope * layout->cut_variance * layout->trials / (rate * (1.0 - rate));
}

double plb_plan_error(const struct plb_layout *layout, const struct plb_likeness *likeness, double rate) {
  double effect = plb_plan_effect(layout, likeness, rate, NULL) + plb_plan_cut_effect(layout, rate);
  return sqrt(effect * (1.0 - rate) / (layout->trials * rate));
}

/* The variance of a rate relative to its square, from the `person` correlation alone, for one person. */
static double variation(double rate, double person) {
  return fmax(plb_bivariate_upper(plb_probit_upper(rate), person) / (rate * rate) - 1.0, 0.0);
}

double plb_plan_floor(const struct plb_layout *layout, const struct plb_likeness *likeness, double rate) {
  double least = (layout->dyadic ? 4.0 : 1.0) * variation(rate, likeness->person);
  const struct plb_cut *cut = layout->cut;
  if (cut) {
    double scale = slope_at(cut, rate) * cut->target / rate;
    least += 4.0 * scale * scale * variation(cut->target, cut->likeness->person);
  }
  return sqrt(least / layout->people);
}
