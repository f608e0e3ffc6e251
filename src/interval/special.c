/* SPDX-License-Identifier: Apache-2.0
 *
 * The bivariate normal tail: the integral of the density over the correlation (Sheppard; Drezner and
 * Wesolowsky 1990), put as r = sin(a) so that the integrand stays smooth up to r = 1, by 40-point
 * Gauss-Legendre. Tails and quantiles in one dimension are in base/probit.c.
 *
 * Cost: 40 exponentials.
 */
#include "interval/special.h"

#include <math.h>
#include <stddef.h>

#define TWO_PI 6.28318530717958647693

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
  double q = plb_normal_tail(t);
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
