/* SPDX-License-Identifier: Apache-2.0
 *
 * Rates that people write down ("1e-3", "0.05 %") as exact fractions, so that "at most" is decided on
 * integers: 1 - 4995/5000 <= 0.001 is false in double precision.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "base/wide.h"

#define MOST_DIGITS 19

/* Ten to the power n, n <= 19. */
static uint64_t power_of_ten(int n) {
  uint64_t power = 1;
  while (n-- > 0)
    power *= 10;
  return power;
}

bool plb_fraction_of(double value, struct plb_fraction *fraction) {
  char text[PLB_DOUBLE_TEXT];
  if (!(value >= 0 && value <= 1))
    return false;
  plb_format_double(text, value);
  uint64_t digits = 0;
  int decimals = 0;
  bool behind = false;
  const char *at = text;
  for (; *at && *at != 'e' && *at != 'E'; at++) {
    if (*at == '.') {
      behind = true;
      continue;
    }
    digits = digits * 10 + (uint64_t)(*at - '0');
    decimals += behind;
  }
  if (*at)
    decimals -= (int)strtol(at + 1, NULL, 10);
  while (digits && digits % 10 == 0 && decimals > 0) {
    digits /= 10;
    decimals--;
  }
  if (digits == 0)
    decimals = 0;
  if (decimals > MOST_DIGITS || decimals < 0)
    return false;
  *fraction = (struct plb_fraction){.over = digits, .under = power_of_ten(decimals)};
  return true;
}

uint64_t plb_fraction_part(struct plb_fraction fraction, uint64_t whole) {
  return (uint64_t)((plb_wide)fraction.over * whole / fraction.under);
}
