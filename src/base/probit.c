/* SPDX-License-Identifier: Apache-2.0
 *
 * The normal quantile by algorithm AS 241 (PPND16; M. J. Wichura, Applied Statistics 37, 1988, 477-484):
 * one of three ratios of polynomials of degree 7, chosen by the distance of p from one half. In the tails
 * one Halley step on P(Z > t) = erfc(t / sqrt 2) / 2 takes out what the ratio left; near one half it would
 * add error, as t is smaller than the tail there. All work is done in the tail nearer to p, so that no
 * digits are lost in 1 - p.
 */
#include "base/probit.h"

#include <math.h>

#define DEGREE 7
#define CENTRAL 0.425 /* distance from one half up to which the first ratio serves */
#define SQRT_2PI 2.50662827463100050242
#define SQRT_HALF 0.70710678118654752440
#define SQRT_HALF_REST (-4.83364665672645652e-17) /* sqrt(1/2) less the double above */
#define TWO_OVER_SQRT_PI 1.12837916709551257390

/* Numerator and denominator, constant term first. */
struct ratio {
  double over[DEGREE + 1], under[DEGREE + 1];
};

static const struct ratio central = {
    .over = {3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3, 1.3731693765509461125e4,
             4.5921953931549871457e4, 6.7265770927008700853e4, 3.3430575583588128105e4, 2.5090809287301226727e3},
    .under = {1.0, 4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3, 2.1213794301586595867e4,
              3.9307895800092710610e4, 2.8729085735721942674e4, 5.2264952788528545610e3}};

static const struct ratio middle = {
    .over = {1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0, 3.64784832476320460504e0,
             1.27045825245236838258e0, 2.41780725177450611770e-1, 2.27238449892691845833e-2, 7.74545014278341407640e-4},
    .under = {1.0, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1,
              1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4,
              1.05075007164441684324e-9}};

static const struct ratio far = {
    .over = {6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0, 2.96560571828504891230e-1,
             2.65321895265761230930e-2, 1.24266094738807843860e-3, 2.71155556874348757815e-5,
             2.01033439929228813265e-7},
    .under = {1.0, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
              7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7,
              2.04426310338993978564e-15}};

static double polynomial(const double c[DEGREE + 1], double x) {
  return ((((((c[7] * x + c[6]) * x + c[5]) * x + c[4]) * x + c[3]) * x + c[2]) * x + c[1]) * x + c[0];
}

static double quotient(const struct ratio *ratio, double x) {
  return polynomial(ratio->over, x) / polynomial(ratio->under, x);
}

/* AS 241 for a probability given by its distance from one half and the smaller of its two tails. */
static double algorithm_241(double from_half, double tail) {
  if (fabs(from_half) <= CENTRAL)
    return from_half * quotient(&central, 0.180625 - from_half * from_half);
  double r = sqrt(-log(tail));
  double size = r <= 5 ? quotient(&middle, r - 1.6) : quotient(&far, r - 5);
  return from_half < 0 ? -size : size;
}

/* erfc would magnify the rounding of t / sqrt(2) by t^2: it is put right to first order. */
double plb_normal_tail(double t) {
  double scaled = t * SQRT_HALF, tail = erfc(scaled);
  if (tail == 0 || fabs(t) > 40)
    return 0.5 * tail;
  double rest = fma(t, SQRT_HALF, -scaled) + t * SQRT_HALF_REST;
  return 0.5 * (tail - TWO_OVER_SQRT_PI * exp(-scaled * scaled) * rest);
}

double plb_probit(double p) {
  if (p <= 0 || p >= 1)
    return p <= 0 ? -HUGE_VAL : HUGE_VAL;
  double from_half = p - 0.5;
  double tail = p < 0.5 ? p : 1 - p; /* exact */
  double t = algorithm_241(from_half, tail);
  /* Below 1e-300 the step would meet denormal numbers; AS 241 alone is good to 1e-15 there. */
  if (fabs(from_half) <= CENTRAL || tail < 1e-300)
    return t;
  t = fabs(t);
  double step = (plb_normal_tail(t) - tail) * SQRT_2PI * exp(0.5 * t * t);
  t += step / (1 - 0.5 * t * step);
  return from_half < 0 ? -t : t;
}

double plb_probit_upper(double p) {
  return 0 - plb_probit(p); /* never -0 */
}

double plb_normal_of_bits(uint64_t bits) {
  double p = ((double)(bits >> 12) + 0.5) * 0x1p-52;
  return algorithm_241(p - 0.5, p < 0.5 ? p : 1 - p);
}
