/* SPDX-License-Identifier: Apache-2.0
 *
 * Probit axes and linear ticks. On a probit axis a rate lies at its normal quantile, so that normal
 * scores of equal variance give a straight DET and small rates get room; 0 and 1 are infinitely far
 * away, so 0 has a strip of its own beside the axis. Ends are ticks themselves. Labels are placed whole
 * decades first and then the rates between them, wherever one finds room.
 *
 * Reference: A. Martin et al., The DET curve in assessment of detection task performance, Eurospeech 1997.
 */
#include "report/axis.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/probit.h"
#include "report/svg.h"

struct candidate {
  struct plb_rate_tick tick;
  bool first; /* labelled before the others */
};

static const struct candidate candidates[] = {
    {{1e-12, "0.0000000001 %"}, true},
    {{1e-11, "0.000000001 %"}, true},
    {{1e-10, "0.00000001 %"}, true},
    {{1e-9, "0.0000001 %"}, true},
    {{1e-8, "0.000001 %"}, true},
    {{1e-7, "0.00001 %"}, true},
    {{1e-6, "0.0001 %"}, true},
    {{2e-6, "0.0002 %"}, false},
    {{5e-6, "0.0005 %"}, false},
    {{1e-5, "0.001 %"}, true},
    {{2e-5, "0.002 %"}, false},
    {{5e-5, "0.005 %"}, false},
    {{1e-4, "0.01 %"}, true},
    {{2e-4, "0.02 %"}, false},
    {{5e-4, "0.05 %"}, false},
    {{1e-3, "0.1 %"}, true},
    {{2e-3, "0.2 %"}, false},
    {{5e-3, "0.5 %"}, false},
    {{1e-2, "1 %"}, true},
    {{2e-2, "2 %"}, false},
    {{5e-2, "5 %"}, false},
    {{1e-1, "10 %"}, true},
    {{2e-1, "20 %"}, false},
    {{4e-1, "40 %"}, true},
    {{6e-1, "60 %"}, false},
    {{8e-1, "80 %"}, true},
    {{9e-1, "90 %"}, false},
    {{95e-2, "95 %"}, false},
    {{98e-2, "98 %"}, false},
    {{99e-2, "99 %"}, true},
    {{999e-3, "99.9 %"}, true},
};
#define CANDIDATES (sizeof candidates / sizeof candidates[0])
#define LEAST_HIGH 18 /* 2 %: a narrower axis than that has no use */

void plb_rate_axis_fit(struct plb_rate_axis *axis, double least, double most) {
  size_t high = LEAST_HIGH;
  while (high + 1 < CANDIDATES && candidates[high].tick.rate < most)
    high++;
  size_t low = high - 1;
  while (low > 0 && (candidates[low].tick.rate > least || candidates[low].tick.rate * 10 > candidates[high].tick.rate))
    low--;
  axis->low = candidates[low].tick.rate;
  axis->high = candidates[high].tick.rate;
}

double plb_rate_place(const struct plb_rate_axis *axis, double rate) {
  if (rate <= 0.0)
    return axis->at_zero;
  double low = plb_probit(axis->low), high = plb_probit(axis->high);
  double share = rate >= 1.0 ? 2.0 : (plb_probit(rate) - low) / (high - low);
  share = share < 0.0 ? 0.0 : share > 2.0 ? 2.0 : share;
  return axis->at_low + share * (axis->at_high - axis->at_low);
}

static bool free_of(const struct plb_rate_axis *axis, const bool *used, size_t at, double size, double gap) {
  double place = plb_rate_place(axis, candidates[at].tick.rate);
  double mine = gap > 0 ? gap : plb_svg_width(candidates[at].tick.text, size) + 6.0;
  if (fabs(place - axis->at_zero) < (gap > 0 ? gap : mine / 2.0 + size))
    return false;
  for (size_t i = 0; i < CANDIDATES; i++) {
    double theirs = gap > 0 ? gap : plb_svg_width(candidates[i].tick.text, size) + 6.0;
    if (used[i] && fabs(plb_rate_place(axis, candidates[i].tick.rate) - place) < (mine + theirs) / 2.0)
      return false;
  }
  return true;
}

size_t plb_rate_ticks(const struct plb_rate_axis *axis, double size, double gap,
                      struct plb_rate_tick ticks[PLB_TICKS]) {
  bool used[CANDIDATES] = {false};
  for (int round = 0; round < 2; round++) {
    for (size_t k = CANDIDATES; k-- > 0;) {
      const struct candidate *c = &candidates[k];
      if (c->first == (round == 0) && c->tick.rate >= axis->low && c->tick.rate <= axis->high)
        used[k] = free_of(axis, used, k, size, gap);
    }
  }
  size_t count = 0;
  for (size_t k = 0; k < CANDIDATES; k++)
    if (used[k])
      ticks[count++] = candidates[k].tick;
  return count;
}

struct plb_linear_ticks plb_linear_ticks(double from, double to, size_t most) {
  static const int digits[] = {1, 2, 5};
  struct plb_linear_ticks ticks = {.step = 0};
  double raw = (to - from) / (double)(most > 0 ? most : 1);
  if (!(raw > 0.0) || !isfinite(raw))
    return ticks;
  int exponent = (int)floor(log10(raw)) - 1;
  for (int k = 0; k < 9 && ticks.count == 0; k++) {
    int power = exponent + k / 3;
    double step = digits[k % 3] * pow(10.0, power);
    double first = ceil(from / step - 1e-9), last = floor(to / step + 1e-9);
    if (last - first + 1.0 > (double)most || last < first || fabs(first) > 1e15 || fabs(last) > 1e15)
      continue;
    ticks = (struct plb_linear_ticks){.step = step,
                                      .first = (int64_t)first,
                                      .count = (size_t)(last - first + 1.0),
                                      .exponent = power,
                                      .digit = digits[k % 3]};
  }
  return ticks;
}

/* A whole number of units of 10^exponent as a decimal number, made of integers. */
void plb_linear_text(char text[48], const struct plb_linear_ticks *ticks, size_t k) {
  int64_t units = (ticks->first + (int64_t)k) * ticks->digit;
  const char *sign = units < 0 ? "\xE2\x88\x92" : ""; /* a true minus */
  unsigned long long size = (unsigned long long)(units < 0 ? -units : units);
  int places = -ticks->exponent;
  if (units == 0) {
    snprintf(text, 48, "0");
  } else if (ticks->exponent > 9 || places > 9 || size > 1000000000) {
    snprintf(text, 48, "%s%llue%d", sign, size, ticks->exponent);
  } else if (places <= 0) {
    for (int i = 0; i < ticks->exponent; i++)
      size *= 10;
    snprintf(text, 48, "%s%llu", sign, size);
  } else {
    unsigned long long under = 1;
    for (int i = 0; i < places; i++)
      under *= 10;
    snprintf(text, 48, "%s%llu.%0*llu", sign, size / under, places, size % under);
  }
}
