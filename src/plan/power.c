/* SPDX-License-Identifier: Apache-2.0
 *
 * The probability that a test will show a claim (methods J): that the upper limit of PL-strict, or of PL where that is
 * wider (methods M.3), meets it, when the rate is better than claimed and people are as alike as assumed.
 *
 *   counts of the design -> design effect at each rate -> the largest number of errors whose upper limit still
 *   meets the claim -> the probability of at most that many
 *
 * The limit at x errors is PL's own (pl.c) with the design effect that the assumed correlations give at the
 * rate x/N, as PL would borrow it, and with the degrees of freedom and the skewness that counts of errors by person
 * would have if they were negative binomial and beta-binomial. The number of errors is taken as binomial at a
 * log-normal rate, with the variance that the design effect says: binomial, and so exact, without dependence. How near
 * this comes is tested by simulation (doc/methods.md).
 *
 * Cost: some sixty limits, and three sums of 241 binomial tails.
 */
#include "plan/plan.h"

#include <math.h>

#include "base/probit.h"
#include "interval/latent.h"
#include "interval/pl_parts.h"
#include "interval/special.h"

#define MANY_ERRORS 1000.0 /* from here on steps between whole numbers do not matter */

/* ---- the design ------------------------------------------------------------------------------ */

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

struct plb_layout plb_plan_layout(const struct plb_scheme *scheme) {
  if (!scheme->dyadic)
    return mated_layout(scheme);
  return scheme->partners > 0.0 ? partner_layout(scheme) : complete_layout(scheme);
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

/* ---- how many errors ------------------------------------------------------------------------- */

/* P(errors <= most) where the rate of those who were drawn is log-normal around the rate of all: few people carry most
 * errors, and so the rate of those drawn is seldom far below the truth, but may be far above it. The integral over
 * the rate is a trapezoid sum in its normal score. Of many errors the count itself is taken as log-normal. */
double plb_plan_at_most(double most, double trials, double rate, double effect) {
  enum { NODES = 120 };
  if (most < 0.0)
    return 0.0;
  if (most >= trials)
    return 1.0;
  if (effect <= 1.0 + 1e-9)
    return plb_beta_upper(rate, most + 1.0, trials - most);
  double odds = (1.0 - rate) / rate;
  if (most > MANY_ERRORS || trials * rate > MANY_ERRORS) {
    double variance = log1p(effect * odds / trials), spread = sqrt(variance);
    return 1.0 - plb_normal_tail((log((most + 0.5) / (trials * rate)) + 0.5 * variance) / spread);
  }
  double variance = log1p((effect - 1.0) * odds / (trials - 1.0)), spread = sqrt(variance), sum = 0.0, all = 0.0;
  for (int k = -NODES; k <= NODES; k++) {
    double z = 6.0 * k / NODES, weight = exp(-0.5 * z * z), drawn = rate * exp(spread * z - 0.5 * variance);
    all += weight;
    if (drawn < 1.0)
      sum += weight * plb_beta_upper(drawn, most + 1.0, trials - most);
  }
  return sum / all;
}

/* ---- what PL will say ------------------------------------------------------------------------ */

/* Satterthwaite's degrees of freedom from the moments that residuals of people would have: a negative binomial count
 * of mean `mean` and variance `mean` times `spread` has excess kurtosis 6 (spread - 1) / mean + 1 / (mean spread).
 * The kurtosis of n residuals is never above n, however large that of all people is: hence up to 2 degrees more. */
static double expected_df(const struct plb_layout *layout, double errors, double effect, double pair_part) {
  double n = layout->people, sides = layout->dyadic ? 2.0 : 1.0;
  double mean = sides * errors / n, spread = layout->dyadic ? 0.5 * (effect + pair_part) : effect;
  double excess = 6.0 * (spread - 1.0) / mean + 1.0 / (mean * spread);
  return fmin(fmax(2.0 * (n + excess) / (2.0 + excess), 2.0), n - 1.0);
}

/* The skewness that residuals of people would have, were errors by person beta-binomial counts. Its square is never
 * above n among n residuals, however large that of all people is. */
static double expected_skewness(const struct plb_layout *layout, double errors, double effect, double pair_part) {
  double n = layout->people, sides = layout->dyadic ? 2.0 : 1.0, rate = fmin(errors / layout->trials, 0.5);
  double each = sides * layout->trials / n, spread = layout->dyadic ? 0.5 * (effect + pair_part) : effect;
  double alike = each > 1.0 ? fmin(fmax(spread - 1.0, 0.0) / (each - 1.0), 1.0) : 0.0;
  double root = (1.0 - 2.0 * rate) * (1.0 + (2.0 * each - 1.0) * alike) / (1.0 + alike);
  double square = root * root / (each * rate * (1.0 - rate) * (1.0 + (each - 1.0) * alike));
  return sqrt(square / (1.0 + square / n));
}

/* What PL may take for the design effect, `luck` standard errors of that from the usual. The usual is the largest of
 * several estimates, and so above the truth by about half a standard error of one that tells nothing. */
static double estimated_effect(const struct plb_layout *layout, double effect, double df, double luck) {
  if (effect <= 1.0)
    return 1.0;
  double usual = effect + (layout->dyadic ? 1.0 : 0.5) * sqrt(2.0 / layout->people);
  return 1.0 + (usual - 1.0) * exp(luck * sqrt(2.0 / df));
}

struct plb_limits plb_plan_limits(const struct plb_layout *layout, const struct plb_likeness *likeness,
                                  const struct plb_asked_limits *asked) {
  double pair_part, errors = fmax(asked->errors, 1.0);
  double effect = plb_plan_effect(layout, likeness, fmin(errors / layout->trials, 0.5), &pair_part);
  struct plb_known known = {.ne = layout->effective,
                            .df = expected_df(layout, errors, effect, pair_part),
                            .skewness = expected_skewness(layout, errors, effect, pair_part)};
  known.deff = estimated_effect(layout, effect, known.df, asked->luck);
  if (asked->errors <= 0.0)
    known.df = layout->people - 1.0;
  struct plb_limits pl = plb_pl_limits(asked->errors, layout->trials, &known, asked->level, false);
  if (!asked->strict)
    return pl;
  struct plb_limits strict = plb_pl_limits(asked->errors, layout->trials, &known, asked->level, true);
  return (struct plb_limits){.lower = fmin(strict.lower, pl.lower), .upper = fmax(strict.upper, pl.upper)};
}

/* The largest number of errors that shows the claim; -1: none does. */
static double most_errors(const struct plb_layout *layout, const struct plb_likeness *likeness,
                          const struct plb_goal *goal, double luck) {
  double low = -1.0, high = floor(goal->limit * layout->trials) + 1.0; /* shown at low, not at high */
  struct plb_asked_limits asked = {.level = goal->level, .luck = luck, .strict = true};
  while (high - low > 1.0) {
    asked.errors = low < 0.0 ? 0.0 : floor(0.5 * (low + high));
    bool shown = plb_plan_limits(layout, likeness, &asked).upper <= goal->limit;
    if (!shown && low < 0.0)
      return low;
    *(shown ? &low : &high) = asked.errors;
  }
  return low;
}

void plb_plan_prospect(const struct plb_layout *layout, const struct plb_likeness *likeness,
                       const struct plb_goal *goal, struct plb_prospect *prospect) {
  static const struct {
    double luck, weight; /* the moments of a normal, up to the fifth */
  } lots[] = {{0.0, 2.0 / 3.0}, {-1.7320508075688772, 1.0 / 6.0}, {1.7320508075688772, 1.0 / 6.0}};
  *prospect = (struct plb_prospect){.effect = plb_plan_effect(layout, likeness, goal->rate, NULL)};
  if (layout->people < FEWEST_PEOPLE || layout->trials < 2.0)
    return;
  bool alone = prospect->effect <= 1.0;
  for (int k = 0; k < (alone ? 1 : 3); k++) {
    double most = most_errors(layout, likeness, goal, lots[k].luck);
    if (k == 0) {
      prospect->possible = most >= 0.0;
      prospect->most_errors = fmax(most, 0.0);
    }
    prospect->power +=
        (alone ? 1.0 : lots[k].weight) * plb_plan_at_most(most, layout->trials, goal->rate, prospect->effect);
  }
}
