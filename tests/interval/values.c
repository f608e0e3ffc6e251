/* SPDX-License-Identifier: Apache-2.0
 *
 * Prints "name a b c value" for a wide grid of arguments, to be compared with R by against.R.
 */
#include <math.h>
#include <stdio.h>

#include "interval/binomial.h"
#include "interval/special.h"

static const double shapes[] = {0.5, 1.0, 1.5, 3.0, 10.25, 100.0, 4321.5, 1e6, 1e9};
static const double tails[] = {1e-250, 1e-100, 1e-30, 1e-12, 1e-6, 0.001, 0.025, 0.05, 0.2, 0.4999};
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void say(const char *name, double a, double b, double c, double value) {
  printf("%s %a %a %a %a\n", name, a, b, c, value);
}

static void normal(void) {
  for (double t = -12.0; t < 37.5; t += 0.311)
    say("pnorm", t, 0.0, 0.0, plb_normal_tail(t));
  for (size_t k = 0; k < COUNT(tails); k++) {
    say("qnorm", tails[k], 0.0, 0.0, plb_probit_upper(tails[k]));
    say("qnorm", 1.0 - tails[k], 0.0, 0.0, plb_probit_upper(1.0 - tails[k]));
  }
}

static void student(void) {
  const double dfs[] = {2.0, 2.7, 5.0, 19.0, 48.3, 299.0, 1e4, 1e6, 1e9};
  for (size_t d = 0; d < COUNT(dfs); d++)
    for (size_t k = 0; k < COUNT(tails); k++)
      say("qt", tails[k], dfs[d], 0.0, plb_student_upper_quantile(tails[k], dfs[d]));
}

static void beta_of(double a, double b) {
  double mean = a / (a + b), sd = sqrt(mean / (a + b) * b / (a + b + 1.0));
  for (double z = -33.0; z <= 33.0; z += 1.7) {
    double x = mean + z * sd;
    if (!(x > 0.0 && x < 1.0))
      continue;
    say("lower", x, a, b, plb_beta_lower(x, a, b));
    say("upper", x, a, b, plb_beta_upper(x, a, b));
  }
  for (size_t k = 0; k < COUNT(tails); k++) {
    say("qlower", tails[k], a, b, plb_beta_quantile(tails[k], a, b));
    say("qupper", tails[k], a, b, plb_beta_upper_quantile(tails[k], a, b));
  }
}

static void limits_of(double x, double n, double level) {
  struct plb_limits exact = plb_clopper_pearson(x, n, level);
  struct plb_limits wilson = plb_wilson(x, n, plb_probit_upper(0.5 * (1.0 - level)));
  struct plb_limits jeffreys = plb_jeffreys(x, n, level), mid = plb_mid_p(x, n, level);
  say("jeffreyslower", x, n, level, jeffreys.lower);
  say("jeffreysupper", x, n, level, jeffreys.upper);
  say("midlower", x, n, level, mid.lower);
  say("midupper", x, n, level, mid.upper);
  say("cplower", x, n, level, exact.lower);
  say("cpupper", x, n, level, exact.upper);
  say("wilsonlower", x, n, level, wilson.lower);
  say("wilsonupper", x, n, level, wilson.upper);
}

static void grids(void) {
  const double ns[] = {1.0, 2.0, 9.0, 30.0, 333.0, 5000.0, 1e6, 1e9};
  for (size_t i = 0; i < COUNT(shapes); i++)
    for (size_t j = 0; j < COUNT(shapes); j++)
      beta_of(shapes[i], shapes[j]);
  for (size_t k = 0; k < COUNT(ns); k++)
    for (double x = 0.0; x <= ns[k]; x = floor(2.7 * x) + 1.0)
      for (double level = 0.9; level < 1.0; level += 0.045)
        limits_of(x, ns[k], level);
}

int main(void) {
  normal();
  student();
  grids();
  return 0;
}
