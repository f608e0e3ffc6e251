/* SPDX-License-Identifier: Apache-2.0
 *
 * The probability that a test will show a claim (methods J): that the upper limit of PL-strict, or of PL where that is
 * wider (methods M.3), meets it, when the rate is better than claimed and people are as alike as assumed.
 *
 *   counts of the design -> design effect at each rate -> the largest number of errors whose upper limit still
 *   meets the claim -> the probability of at most that many
 *
 * The limit at x errors is PL's own (pl.c) with the design effect that it is likely to find with x errors, and with the
 * degrees of freedom that it is likely to find. Both are what simulated tests showed; how, is in doc/methods.md. The
 * number of errors is taken as binomial at a log-normal rate, with the variance that the design effect says: binomial,
 * and so exact, without dependence. How near this comes is tested by simulation (tests/plan/test_plan.c).
 *
 * Cost: some sixty limits, and three sums of 241 binomial tails.
 */
#include <math.h>

#include "base/probit.h"
#include "interval/pl_parts.h"
#include "interval/special.h"
#include "plan/parts.h"

#define MANY_ERRORS 1000.0 /* from here on steps between whole numbers do not matter */

/* What simulated tests showed of the design effect d that PL finds, and of its degrees of freedom (doc/methods.md). */
#define HIDDEN_PEOPLE 70.0 /* of the excess kurtosis of all people n show the share n / (n + this) */
#define ABOVE_PAIRS 2.0    /* d is the largest of several estimates: too high by up to this times sqrt(2 / n), */
#define PAIRS_HALF 0.5     /* by half of that where d - 1 is this much; */
#define ABOVE_ALONE 0.8    /* one-way by this times sqrt(2 / n), */
#define TIMES_ALONE 1.1    /* and by this factor of d - 1 */
#define FOLLOWS_FEW 0.3    /* with fewer errors than expected d - 1 is lower still, by this power of their ratio, */
#define FOLLOWS_MANY 0.7   /* and with more it is higher, by this one */
#define SHARE_OF_LUCK 0.7  /* what is left to log(d - 1) by chance, as a share of sqrt(2 / df) */
#define SPREAD_OF_DF 0.5   /* standard deviation of log(df), which is low where d is high */

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

/* Excess kurtosis of a beta law with this mean, whose variance is `share` of mean (1 - mean). */
static double beta_excess(double mean, double share) {
  double sum = 1.0 / share - 1.0, spread = mean * (1.0 - mean), off = 1.0 - 2.0 * mean;
  return 6.0 * (off * off * (sum + 1.0) - spread * (sum + 2.0)) / (spread * (sum + 2.0) * (sum + 3.0));
}

double plb_plan_df(const struct plb_layout *layout, double errors, double effect, double pair_part) {
  double n = layout->people, sides = layout->dyadic ? 2.0 : 1.0;
  double mean = sides * errors / n, each = sides * layout->trials / n;
  double spread = layout->dyadic ? 0.5 * (effect + pair_part) : effect;
  double share = fmin(fmax((spread - 1.0) / fmax(each - 1.0, 1.0), 1e-12), 0.999);
  double excess = beta_excess(fmin(mean / each, 0.5), share) + 1.0 / (mean * spread);
  excess = fmax(excess * n / (n + HIDDEN_PEOPLE), -1.0);
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

/* The design effect that PL usually finds with so many errors, less 1. */
static double usual_excess(const struct plb_layout *layout, double effect, const struct plb_asked_limits *asked) {
  double excess = effect - 1.0, unit = sqrt(2.0 / layout->people);
  if (excess <= 0.0)
    return 0.0;
  double usual = layout->dyadic ? excess + ABOVE_PAIRS * unit * excess / (excess + PAIRS_HALF)
                                : TIMES_ALONE * excess + ABOVE_ALONE * unit;
  if (!(asked->expected > 0.0))
    return usual;
  double ratio = fmax(asked->errors, 1.0) / fmax(asked->expected, 1.0);
  return usual * pow(ratio, ratio > 1.0 ? FOLLOWS_MANY : FOLLOWS_FEW);
}

static double by_luck(double excess, double df, double luck) {
  return excess * exp(luck * SHARE_OF_LUCK * sqrt(2.0 / df));
}

/* What PL will know beside the counts. A threshold found in the test adds its part to the variance, with degrees of
 * freedom of its own (Satterthwaite). */
static struct plb_known known_of(const struct plb_layout *layout, const struct plb_likeness *likeness,
                                 const struct plb_asked_limits *asked) {
  double pair_part, errors = fmax(asked->errors, 1.0), rate = fmin(errors / layout->trials, 0.5);
  double effect = plb_plan_effect(layout, likeness, rate, &pair_part);
  double df = plb_plan_df(layout, errors, effect, pair_part), cut = plb_plan_cut_effect(layout, rate);
  double usual = 1.0 + by_luck(usual_excess(layout, effect, asked), df, asked->luck);
  if (cut > 0.0) {
    double found = by_luck(cut, layout->cut_df, asked->luck), all = usual + found;
    df = all * all / (usual * usual / df + found * found / layout->cut_df);
    usual = all;
  }
  df = asked->errors > 0.0 ? df * exp(-SPREAD_OF_DF * asked->luck) : layout->people - 1.0;
  return (struct plb_known){.ne = layout->effective,
                            .deff = usual,
                            .df = fmin(fmax(df, 2.0), layout->people - 1.0),
                            .skewness = expected_skewness(layout, errors, effect, pair_part)};
}

struct plb_limits plb_plan_limits(const struct plb_layout *layout, const struct plb_likeness *likeness,
                                  const struct plb_asked_limits *asked) {
  struct plb_known known = known_of(layout, likeness, asked);
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
  struct plb_asked_limits asked = {
      .level = goal->level, .expected = layout->trials * goal->rate, .luck = luck, .strict = true};
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
  double cut = plb_plan_cut_effect(layout, goal->rate);
  *prospect = (struct plb_prospect){.effect = plb_plan_effect(layout, likeness, goal->rate, NULL) + cut};
  bool carried = !layout->cut || layout->false_matches >= PLB_FEWEST_MATCHES;
  if (layout->people < FEWEST_PEOPLE || layout->trials < 2.0 || !carried)
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
