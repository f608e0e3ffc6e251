/* SPDX-License-Identifier: Apache-2.0
 *
 * The well-formed byte sequences are those of table 3-7 of the Unicode standard: what the first byte says
 * about the second, and 80 to BF from there on.
 */
#include "base/utf8.h"

size_t plb_utf8_length(const char *text) {
  static const struct {
    unsigned char low, high, second_low, second_high;
    size_t length;
  } forms[] = {{0xC2, 0xDF, 0x80, 0xBF, 2}, {0xE0, 0xE0, 0xA0, 0xBF, 3}, {0xE1, 0xEC, 0x80, 0xBF, 3},
               {0xED, 0xED, 0x80, 0x9F, 3}, {0xEE, 0xEF, 0x80, 0xBF, 3}, {0xF0, 0xF0, 0x90, 0xBF, 4},
               {0xF1, 0xF3, 0x80, 0xBF, 4}, {0xF4, 0xF4, 0x80, 0x8F, 4}};
  const unsigned char *at = (const unsigned char *)text;
  if (*at < 0x80)
    return 1;
  for (size_t f = 0; f < sizeof forms / sizeof *forms; f++) {
    if (*at < forms[f].low || *at > forms[f].high)
      continue;
    if (at[1] < forms[f].second_low || at[1] > forms[f].second_high)
      return 0;
    for (size_t i = 2; i < forms[f].length; i++)
      if ((at[i] & 0xC0) != 0x80)
        return 0;
    return forms[f].length;
  }
  return 0;
}
