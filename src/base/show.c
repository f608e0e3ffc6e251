/* SPDX-License-Identifier: Apache-2.0
 *
 * A cell of the input is shown as it is, but for what would break the one line of a message, act on a
 * terminal, or not be seen at all: control characters, odd blanks, marks without width or of direction,
 * and bytes that are no text are written byte by byte as escapes; so are quotes and backslashes.
 */
#include "base/show.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/utf8.h"

static bool is_unseen(uint32_t c) {
  return c < 0x20 || (c >= 0x7F && c <= 0xA0) || c == 0xAD || (c >= 0x2000 && c <= 0x200F) ||
         (c >= 0x2028 && c <= 0x202F) || (c >= 0x205F && c <= 0x206F) || c == 0x3000 || c == 0xFEFF;
}

static size_t escape(char *out, const char *text, size_t length) {
  static const char digits[] = "0123456789abcdef";
  for (size_t i = 0; i < length; i++) {
    unsigned char byte = (unsigned char)text[i];
    memcpy(out + 4 * i, "\\x", 2);
    out[4 * i + 2] = digits[byte >> 4];
    out[4 * i + 3] = digits[byte & 15];
  }
  return 4 * length;
}

/* One character of `length` bytes, 0 = a byte that is none. */
static size_t show_character(char *out, const char *text, size_t length) {
  uint32_t point = plb_utf8_point(text, length);
  if (!length || is_unseen(point))
    return escape(out, text, length ? length : 1);
  size_t used = 0;
  if (point == '"' || point == '\\')
    out[used++] = '\\';
  memcpy(out + used, text, length);
  return used + length;
}

const char *plb_show_text(char shown[PLB_SHOWN], const char *text, size_t length) {
  size_t used = 0, at = 0;
  shown[used++] = '"';
  while (at < length) {
    size_t step = plb_utf8_within(text + at, length - at);
    if (at + (step ? step : 1) > PLB_SHOWN_BYTES)
      break;
    used += show_character(shown + used, text + at, step);
    at += step ? step : 1;
  }
  if (at < length) {
    memcpy(shown + used, "...", 3);
    used += 3;
  }
  shown[used++] = '"';
  shown[used] = '\0';
  return shown;
}
