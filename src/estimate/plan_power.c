/* SPDX-License-Identifier: Apache-2.0
 *
 * The probability that a test will show a claim (methods J): that the upper limit of PL-strict, or of PL where that is
 * wider (methods M.3), meets it, when the rate is better than claimed and people are as alike as assumed.
 *
 *   counts of the design -> design effect at each rate -> the largest number of errors whose upper limit still
 *   meets the claim -> the probability of at most that many
 *
 * The limit at x errors is PL's own (pl.c) with the design effect that the assumed correlations give at the
 * rate x/N, as PL would borrow it, and with the degrees of freedom that counts of errors by person would have if they
 * were negative binomial. The number of errors is taken as beta-binomial with the variance that the design effect says:
 * binomial, and so exact, without dependence. How near this comes is tested by simulation (doc/methods.md).
 *
 * Cost: some twenty limits, and a sum over the likely numbers of errors.
 */
#include "estimate/plan.h"

#include <math.h>

#include "base/probit.h"
#include "estimate/latent.h"
#include "estimate/pl_parts.h"
#include "estimate/special.h"

#define MANY_ERRORS 100000.0 /* from here on steps between whole numbers do not matter */

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

/* A beta-binomial count; b = 0 stands for binomial. */
struct count_law {
  double trials, rate, a, b;
};

/* P(x + 1) / P(x). */
static double next_ratio(const struct count_law *law, double x) {
  double ways = (law->trials - x) / (x + 1.0);
  if (law->b == 0.0)
    return ways * law->rate / (1.0 - law->rate);
  return ways * (law->a + x) / (law->b + law->trials - x - 1.0);
}

double plb_plan_at_most(double most, double trials, double rate, double effect) {
  if (most < 0.0)
    return 0.0;
  if (most >= trials)
    return 1.0;
  if (effect <= 1.0 + 1e-9)
    return plb_beta_upper(rate, most + 1.0, trials - most);
  if (most > MANY_ERRORS || trials * rate > MANY_ERRORS)
    return plb_beta_upper(rate, most / effect + 1.0, fmax(trials - most, 0.0) / effect);
  double alike = fmin((effect - 1.0) / (trials - 1.0), 0.999999), sum = (1.0 - alike) / alike;
  struct count_law law = {.trials = trials, .rate = rate, .a = rate * sum, .b = (1.0 - rate) * sum};
  double start = floor(trials * rate), below = 0.0, above = 0.0, weight = 1.0;
  for (double x = start; x >= 0.0 && (weight > 1e-18 * (below + above) || x > most); x -= 1.0) {
    *(x <= most ? &below : &above) += weight;
    weight = x > 0.0 ? weight / next_ratio(&law, x - 1.0) : 0.0;
  }
  weight = next_ratio(&law, start);
  for (double x = start + 1.0; x <= trials && (weight > 1e-18 * (below + above) || x <= most); x += 1.0) {
    *(x <= most ? &below : &above) += weight;
    weight *= next_ratio(&law, x);
  }
  return below / (below + above);
}

/* ---- what PL will say ------------------------------------------------------------------------ */

/* Satterthwaite's degrees of freedom from the moments that residuals of people would have: a negative binomial count
 * of mean `mean` and variance `mean` times `spread` has excess kurtosis 6 (spread - 1) / mean + 1 / (mean spread). */
static double expected_df(const struct plb_layout *layout, double errors, double effect, double pair_part) {
  double n = layout->people, sides = layout->dyadic ? 2.0 : 1.0;
  double mean = sides * errors / n, spread = layout->dyadic ? 0.5 * (effect + pair_part) : effect;
  double excess = 6.0 * (spread - 1.0) / mean + 1.0 / (mean * spread);
  return fmin(fmax(2.0 * n / (2.0 + excess), 2.0), n - 1.0);
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
  struct plb_known known = {.ne = layout->effective, .df = expected_df(layout, errors, effect, pair_part)};
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
