/* SPDX-License-Identifier: Apache-2.0
 *
 * The incomplete beta function, its quantiles, and Student's t through them.
 *
 *   I_x(a, b) = [x^a y^b / B(a, b)] F,  y = 1 - x
 *
 * F is the continued fraction of DiDonato and Morris (ACM TOMS 18, 1992, algorithm 708, BFRAC; the even
 * part of DLMF 8.17.22), by Lentz's method as modified by Thompson and Barnett. On its side of the mean all
 * of its terms that matter are positive and it takes O(sqrt(min(a, b))) steps at worst: some 5,000 for
 * a = b = 1e9 at the mean, a dozen in the tails. Beyond the mean a and b, x and y change places. The
 * bracketed factor is formed as Loader forms binomial probabilities (Fast and accurate computation of
 * binomial probabilities, 2000): errors of Stirling's formula and two deviances, so that no large
 * logarithms cancel. The deviances hang on (a + b) x - a, which is formed exactly.
 *
 * Quantiles: Newton on the logarithm of the smaller tail against log x, kept inside a bracket that every
 * step narrows, so that tiny quantiles have the same relative accuracy as others.
 */
#include "interval/special.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>

#define TWO_PI 6.28318530717958647693
#define MOST_STEPS 2000000
#define TINY 1e-300

/* Error of Stirling's formula: log Gamma(n + 1) - (n + 1/2) log n + n - log(2 pi) / 2. */
static double stirling_error(double n) {
  double shifted = 0.0;
  for (; n < 16.0; n += 1.0)
    shifted += (n + 0.5) * log1p(1.0 / n) - 1.0;
  double s = 1.0 / (n * n);
  double tail = 1.0 / 1188.0 - s * (691.0 / 360360.0);
  return shifted + (1.0 / 12.0 - s * (1.0 / 360.0 - s * (1.0 / 1260.0 - s * (1.0 / 1680.0 - s * tail)))) / n;
}

/* u - log(1 + u), where log(1 + u) is given as log of `ratio` for u near -1. */
static double deviance(double u, double ratio) {
  if (u < -0.5)
    return u - log(ratio);
  if (fabs(u) > 0.5)
    return u - log1p(u);
  double s = u / (2.0 + u), square = s * s, power = s * square, sum = 0.0;
  for (int k = 3; k < 60; k += 2) {
    double term = power / k;
    sum += term;
    if (fabs(term) <= 1e-17 * fabs(sum))
      break;
    power *= square;
  }
  return s * u - 2.0 * sum;
}

/* (a + b) x - a as if in exact arithmetic, from the smaller one of x and y. */
static double beyond_mean(double x, double y, double a, double b) {
  double n = a + b, part = n - a;
  double rest = (a - (n - part)) + (b - part); /* what the sum n lost */
  return x <= y ? fma(n, x, -a) + rest * x : -(fma(n, y, -b) + rest * y);
}

/* x^a y^b / B(a, b). */
static double beta_factor(double x, double y, double a, double b, double beyond) {
  double n = a + b;
  double cost = a * deviance(beyond / a, x * (n / a)) + b * deviance(-beyond / b, y * (n / b));
  double errors = stirling_error(n) - stirling_error(a) - stirling_error(b);
  return sqrt(a / n * b / TWO_PI) * exp(errors - cost);
}

/* F for the lower tail; `short_of` = a - (a + b) x. */
static double beta_fraction(double x, double y, double a, double b, double short_of) {
  double value = a * (short_of + 1.0) / (a + 1.0);
  if (value == 0.0)
    value = TINY;
  double c = value, d = 0.0;
  for (int m = 1; m < MOST_STEPS; m++) {
    double t = a + 2.0 * m - 1.0;
    double over = ((a + m - 1.0) / t) * ((a + b + m - 1.0) / t) * m * (b - m) * x * x;
    double under = m + m * (b - m) * x / t + (a + m) / (t + 2.0) * (short_of + 1.0 + m * (1.0 + y));
    d = under + over * d;
    d = 1.0 / (d == 0.0 ? TINY : d);
    c = under + over / c;
    c = c == 0.0 ? TINY : c;
    double change = c * d;
    value *= change;
    if (fabs(change - 1.0) <= DBL_EPSILON)
      break;
  }
  return 1.0 / value;
}

/* log of a B(a, b) = Gamma(a + 1) Gamma(b) / Gamma(a + b). */
static double log_beta_times_a(double a, double b) {
  double n = a + b;
  double errors = stirling_error(a) + stirling_error(b) - stirling_error(n);
  return 0.5 * log(TWO_PI * a * (n / b)) - a * log1p(b / a) - b * log1p(a / b) + errors;
}

/* The upper tail where a is well below 1, so that x lies below the mean and still most of the distribution
 * below x. The fraction of the other side serves but for b x << 1; there I_x's power series does. */
static double upper_for_small_a(double x, double y, double a, double b, double factor, double beyond) {
  if (x * (b + 1.0) > 0.5)
    return factor * beta_fraction(y, x, b, a, beyond);
  double power = 1.0, sum = 0.0;
  for (int j = 1; j < 200; j++) {
    power *= (j - b) / j * x;
    sum += power / (a + j);
    if (fabs(power) <= 1e-18 * fabs(sum))
      break;
  }
  return -expm1(a * log(x) - log_beta_times_a(a, b) + log1p(a * sum));
}

struct beta_tails {
  double lower, upper, factor;
};

/* Both tails. On the near side of the mean the tail is the smaller one (or not much larger, unless a or b
 * is well below 1) and is computed; the other is its complement. */
static struct beta_tails tails_at(double x, double y, double a, double b) {
  if (x <= 0.0)
    return (struct beta_tails){.lower = 0.0, .upper = 1.0};
  if (y <= 0.0)
    return (struct beta_tails){.lower = 1.0, .upper = 0.0};
  double beyond = beyond_mean(x, y, a, b);
  struct beta_tails at = {.factor = beta_factor(x, y, a, b, beyond)};
  if (beyond <= 0.0) {
    at.lower = at.factor * beta_fraction(x, y, a, b, -beyond);
    at.upper = at.lower > 0.9 ? upper_for_small_a(x, y, a, b, at.factor, beyond) : 1.0 - at.lower;
  } else {
    at.upper = at.factor * beta_fraction(y, x, b, a, beyond);
    at.lower = at.upper > 0.9 ? upper_for_small_a(y, x, b, a, at.factor, -beyond) : 1.0 - at.upper;
  }
  return at;
}

double plb_beta_lower(double x, double a, double b) {
  return tails_at(x, 1.0 - x, a, b).lower;
}

double plb_beta_upper(double x, double a, double b) {
  return tails_at(x, 1.0 - x, a, b).upper;
}

/* A first guess: the limit that Wilson's formula gives for the same counts. */
static double first_guess(double p, double a, double b) {
  double n = a + b, z = -plb_probit_upper(p);
  double root = z * sqrt(z * z + 4.0 * a * (b / n));
  return (2.0 * a + z * z + root) / (2.0 * (n + z * z));
}

/* The root x <= 1/2 of I_x(a, b) = p, q = 1 - p. */
static double small_root(double p, double q, double a, double b) {
  double leading = exp((log(p) + log_beta_times_a(a, b)) / a); /* I_x ~ x^a / (a B) as x -> 0 */
  if (leading * fmax(b, 1.0) < 1e-17)
    return leading;
  bool by_lower = p <= q;
  double low = b >= 1.0 ? fmin(leading * (1.0 - 1e-9), 0.25) : fmin(leading * exp2(-1.0 / a) * (1.0 - 1e-9), 0.25);
  double high = 0.5 + 1e-9, x = fmin(fmax(first_guess(p, a, b), low), 0.5);
  for (int k = 0; k < 400; k++) {
    struct beta_tails at = tails_at(x, 1.0 - x, a, b);
    double tail = by_lower ? at.lower : at.upper, want = by_lower ? p : q;
    if ((tail < want) == by_lower)
      low = x;
    else
      high = x;
    double slope = (by_lower ? 1.0 : -1.0) * at.factor / ((1.0 - x) * tail);
    double step = (log(want) - log(tail)) / slope;
    double next = x * exp(step);
    if (fabs(step) < 1e-14)
      return next;
    if (!(next > low && next < high))
      next = sqrt(low) * sqrt(high);
    if (next == x || high <= low * (1.0 + DBL_EPSILON))
      return next;
    x = next;
  }
  return x;
}

/* x and y = 1 - x with I_x(a, b) = p; q = 1 - p is given too so that neither loses digits. */
static void beta_root(double p, double q, double a, double b, double *x, double *y) {
  if (p <= 0.0 || q <= 0.0) {
    *x = p <= 0.0 ? 0.0 : 1.0;
    *y = 1.0 - *x;
    return;
  }
  struct beta_tails half = tails_at(0.5, 0.5, a, b);
  if (p <= q ? half.lower >= p : half.upper <= q) {
    *x = small_root(p, q, a, b);
    *y = 1.0 - *x;
  } else {
    *y = small_root(q, p, b, a);
    *x = 1.0 - *y;
  }
}

double plb_beta_quantile(double p, double a, double b) {
  double x, y;
  beta_root(p, 1.0 - p, a, b, &x, &y);
  return x;
}

double plb_beta_upper_quantile(double q, double a, double b) {
  double x, y;
  beta_root(1.0 - q, q, a, b, &x, &y);
  return x;
}

/* T^2 / (df + T^2) is beta(1/2, df/2); its complement is kept beside it, so that t keeps its digits. */
double plb_student_upper_quantile(double p, double df) {
  if (p <= 0.0)
    return HUGE_VAL;
  if (p >= 1.0)
    return -HUGE_VAL;
  if (df > 1e16) /* t - z is of order z^3 / df */
    return plb_probit_upper(p);
  double tail = p <= 0.5 ? p : 1.0 - p;
  double x, y;
  beta_root(1.0 - 2.0 * tail, 2.0 * tail, 0.5, 0.5 * df, &x, &y);
  double t = sqrt(df) * sqrt(x / y);
  return p <= 0.5 ? t : -t;
}
