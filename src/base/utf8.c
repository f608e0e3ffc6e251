/* SPDX-License-Identifier: Apache-2.0
 *
 * Score files are nearly all ASCII, so 32 bytes at a time are asked one question: is any byte zero or
 * above 0x7F? For bytes x below 0x80, x - 1 has its top bit set iff x is zero, so the top bits of
 * x | (x - 1) answer both at once. Only blocks that say yes are looked at byte by byte, by the table of
 * well-formed sequences of the Unicode standard (table 3-7): no overlong forms, surrogates or values
 * past U+10FFFF.
 */
#include "base/utf8.h"

#include <stdint.h>
#include <string.h>

#define ONES UINT64_C(0x0101010101010101)
#define TOPS UINT64_C(0x8080808080808080)
#define STRIDE 32

static uint64_t suspicious(const char *text) {
  uint64_t word[STRIDE / 8];
  memcpy(word, text, sizeof word);
  uint64_t seen = 0;
  for (size_t i = 0; i < STRIDE / 8; i++)
    seen |= word[i] | (word[i] - ONES);
  return seen & TOPS;
}

/* Length of the well-formed character at `at`: 1 to 4; 0 = malformed; -1 = fine so far but cut off by `end`, which
 * may be NULL where a NUL byte ends the text: no character goes on with one. */
static int character(const unsigned char *at, const unsigned char *end) {
  unsigned char first = at[0];
  if (first < 0x80)
    return 1;
  int length = first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 0;
  unsigned char low = 0x80, high = 0xBF; /* limits of the second byte */
  if (first == 0xE0)
    low = 0xA0;
  if (first == 0xED)
    high = 0x9F;
  if (first == 0xF0)
    low = 0x90;
  if (first == 0xF4)
    high = 0x8F;
  for (int i = 1; i < length; i++) {
    if (at + i == end)
      return -1;
    if (at[i] < low || at[i] > high)
      return 0;
    low = 0x80;
    high = 0xBF;
  }
  return length;
}

size_t plb_utf8_length(const char *text) {
  return (size_t)character((const unsigned char *)text, NULL);
}

size_t plb_utf8_within(const char *text, size_t length) {
  int step = character((const unsigned char *)text, (const unsigned char *)text + length);
  return step < 0 ? 0 : (size_t)step;
}

uint32_t plb_utf8_point(const char *text, size_t length) {
  uint32_t point = length < 2 ? (unsigned char)*text : (unsigned char)*text & (0xFFu >> (length + 1));
  for (size_t i = 1; i < length; i++)
    point = point << 6 | ((unsigned char)text[i] & 0x3Fu);
  return point;
}

bool plb_utf8_acts(uint32_t point) {
  return point < 0x20 || (point >= 0x7F && point <= 0x9F) || point == 0x61C || point == 0x200E || point == 0x200F ||
         (point >= 0x2028 && point <= 0x202E) || (point >= 0x2066 && point <= 0x2069);
}

void plb_utf8_tame(char *text) {
  char *to = text;
  while (*text) {
    size_t length = plb_utf8_length(text);
    bool plain = length && !plb_utf8_acts(plb_utf8_point(text, length));
    if (plain)
      memmove(to, text, length);
    else
      *to = '?';
    to += plain ? length : 1;
    text += length ? length : 1;
  }
  *to = '\0';
}

enum plb_text_fault plb_text_check(const char *text, size_t length, size_t *good) {
  const unsigned char *bytes = (const unsigned char *)text;
  size_t at = 0;
  while (at < length) {
    while (length - at >= STRIDE && !suspicious(text + at))
      at += STRIDE;
    size_t stop = length - at < STRIDE ? length : at + STRIDE;
    while (at < stop) {
      int step = bytes[at] ? character(bytes + at, bytes + length) : 0;
      if (step <= 0) {
        *good = at;
        return step < 0 ? PLB_TEXT_FINE : bytes[at] ? PLB_TEXT_NOT_UTF8 : PLB_TEXT_NUL;
      }
      at += (size_t)step;
    }
  }
  *good = length;
  return PLB_TEXT_FINE;
}
