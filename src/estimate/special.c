/* SPDX-License-Identifier: Apache-2.0
 *
 * The normal distribution in one and two dimensions.
 *
 * Tails come from erfc of the C library, corrected for the rounding of t / sqrt(2), which erfc would
 * otherwise magnify by t^2. Quantiles start from the rational approximations of Wichura, algorithm AS 241
 * (Applied Statistics 37, 1988, 477-484: PPND16) and take one Halley step on those tails. The bivariate
 * tail is the integral of the bivariate density over the correlation (Sheppard; Drezner and Wesolowsky
 * 1990), put as r = sin(a) so that the integrand stays smooth up to r = 1, by 40-point Gauss-Legendre.
 *
 * Cost: a few transcendental functions each; 40 exponentials for the bivariate tail.
 */
#include "estimate/special.h"

#include <math.h>
#include <stddef.h>

#define SQRT_HALF 0.70710678118654752440
#define SQRT_HALF_REST (-4.83364665672645652e-17) /* sqrt(1/2) less the double above */
#define TWO_OVER_SQRT_PI 1.12837916709551257390
#define SQRT_TWO_PI 2.50662827463100050242
#define TWO_PI 6.28318530717958647693

double plb_normal_upper(double t) {
  double scaled = t * SQRT_HALF;
  double tail = erfc(scaled);
  if (tail == 0.0 || fabs(t) > 40.0)
    return 0.5 * tail;
  double rest = fma(t, SQRT_HALF, -scaled) + t * SQRT_HALF_REST;
  return 0.5 * (tail - TWO_OVER_SQRT_PI * exp(-scaled * scaled) * rest);
}

double plb_normal_lower(double t) {
  return plb_normal_upper(-t);
}

/* Coefficients of AS 241, numerator and denominator in ascending powers, for the centre (|p - 1/2| <=
 * 0.425, in 0.425^2 - q^2), the shoulder (r = sqrt(-log p) <= 5, in r - 1.6) and the tail (in r - 5). */
static const double ppnd[3][2][8] = {
    {{3.3871328727963666080e0, 1.3314166789178437745e+2, 1.9715909503065514427e+3, 1.3731693765509461125e+4,
      4.5921953931549871457e+4, 6.7265770927008700853e+4, 3.3430575583588128105e+4, 2.5090809287301226727e+3},
     {1.0, 4.2313330701600911252e+1, 6.8718700749205790830e+2, 5.3941960214247511077e+3, 2.1213794301586595867e+4,
      3.9307895800092710610e+4, 2.8729085735721942674e+4, 5.2264952788528545610e+3}},
    {{1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0, 3.64784832476320460504e0,
      1.27045825245236838258e0, 2.41780725177450611770e-1, 2.27238449892691845833e-2, 7.74545014278341407640e-4},
     {1.0, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1, 1.48103976427480074590e-1,
      1.51986665636164571966e-2, 5.47593808499534494600e-4, 1.05075007164441684324e-9}},
    {{6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0, 2.96560571828504891230e-1,
      2.65321895265761230930e-2, 1.24266094738807843860e-3, 2.71155556874348757815e-5, 2.01033439929228813265e-7},
     {1.0, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2, 7.86869131145613259100e-4,
      1.84631831751005468180e-5, 1.42151175831644588870e-7, 2.04426310338993978564e-15}}};

static double rational(const double parts[2][8], double at) {
  double over = parts[0][7], under = parts[1][7];
  for (int k = 6; k >= 0; k--) {
    over = over * at + parts[0][k];
    under = under * at + parts[1][k];
  }
  return over / under;
}

/* One Halley step on tail(t) = p: `excess` is tail(t) - p. The density's logarithm has slope -t. */
static double halley(double t, double excess) {
  double step = excess * SQRT_TWO_PI * exp(0.5 * t * t);
  return t + step / (1.0 + 0.5 * t * step);
}

double plb_normal_upper_quantile(double p) {
  if (p <= 0.0)
    return HUGE_VAL;
  if (p >= 1.0)
    return -HUGE_VAL;
  double q = 0.5 - p;
  if (fabs(q) <= 0.425) {
    double t = q * rational(ppnd[0], 0.180625 - q * q);
    /* by erf, which keeps the digits of a quantile near 0 */
    return halley(t, q - 0.5 * erf(t * SQRT_HALF));
  }
  double tail = q > 0.0 ? p : 1.0 - p;
  double r = sqrt(-log(tail));
  double t = r <= 5.0 ? rational(ppnd[1], r - 1.6) : rational(ppnd[2], r - 5.0);
  if (tail > 1e-300) /* below, the tail has too few bits to be improved upon */
    t = halley(t, plb_normal_upper(t) - tail);
  return q > 0.0 ? t : -t;
}

/* Positive nodes and weights of the 40-point Gauss-Legendre rule on [-1, 1]. */
static const double legendre[20][2] = {
    {0.038772417506050821933, 0.077505947978424811264}, {0.11608407067525520848, 0.077039818164247965588},
    {0.19269758070137109972, 0.076110361900626242372},  {0.26815218500725368114, 0.0747231690579682642},
    {0.34199409082575847301, 0.072886582395804059061},  {0.41377920437160500152, 0.070611647391286779695},
    {0.48307580168617871291, 0.067912045815233903826},  {0.54946712509512820208, 0.064804013456601038075},
    {0.61255388966798023795, 0.061306242492928939167},  {0.67195668461417954838, 0.057439769099391551367},
    {0.72731825518992710328, 0.053227846983936824355},  {0.77830565142651938769, 0.048695807635072232061},
    {0.8246122308333116632, 0.043870908185673271992},   {0.86595950321225950382, 0.03878216797447201764},
    {0.90209880696887429673, 0.033460195282547847393},  {0.93281280827867653336, 0.027937006980023401098},
    {0.9579168192137916558, 0.022245849194166957262},   {0.97725994998377426266, 0.016421058381907888713},
    {0.99072623869945700645, 0.010498284531152813615},  {0.99823770971055920035, 0.0045212770985331912585},
};

double plb_bivariate_upper(double t, double r) {
  double q = plb_normal_upper(t);
  if (r <= 0.0)
    return q * q;
  double half = 0.5 * asin(r < 1.0 ? r : 1.0);
  double sum = 0.0;
  for (size_t k = 0; k < sizeof legendre / sizeof legendre[0]; k++) {
    double offset = half * legendre[k][0];
    double left = exp(-t * t / (1.0 + sin(half - offset)));
    double right = exp(-t * t / (1.0 + sin(half + offset)));
    sum += legendre[k][1] * (left + right);
  }
  return q * q + half * sum / TWO_PI;
}
