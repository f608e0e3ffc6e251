/* SPDX-License-Identifier: Apache-2.0
 *
 * Axes: where a rate or a score lies, and which numbers stand beside it.
 */
#ifndef PLB_REPORT_AXIS_H
#define PLB_REPORT_AXIS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A probit axis for error rates with a strip of its own for rates of exactly 0, which have no place on it. */
struct plb_rate_axis {
  double low, high;       /* rates at the ends */
  double at_low, at_high; /* their pixels */
  double at_zero;         /* pixel of the middle of the strip */
};

/* Ends for rates that can be as small as `least` (> 0) and are to be shown up to `most`. */
void plb_rate_axis_fit(struct plb_rate_axis *axis, double least, double most);

/* The pixel of a rate; 0 lies in the strip, what is above `high` beyond the end. */
double plb_rate_place(const struct plb_rate_axis *axis, double rate);

/* Ticks: rates that read well, with their text in per cent. */
struct plb_rate_tick {
  double rate;
  const char *text;
};

#define PLB_TICKS 48

/* The ticks of the axis whose labels have `gap` pixels each (along the axis: a width is estimated where
 * gap is 0), whole decades first; ascending. Answers how many. */
size_t plb_rate_ticks(const struct plb_rate_axis *axis, double size, double gap, struct plb_rate_tick ticks[PLB_TICKS]);

/* Linear ticks: steps of 1, 2 or 5 times a power of ten, at most `most` of them within [from, to].
 * Multiples `first` ... `first + count - 1` of `step`. */
struct plb_linear_ticks {
  double step;
  int64_t first;
  size_t count;
  int exponent; /* step = digit * 10^exponent, for texts without rounding */
  int digit;
};

struct plb_linear_ticks plb_linear_ticks(double from, double to, size_t most);

/* The text of tick k. */
void plb_linear_text(char text[48], const struct plb_linear_ticks *ticks, size_t k);

#endif
