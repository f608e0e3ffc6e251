/* SPDX-License-Identifier: Apache-2.0
 *
 * A cell of the input is shown as it is, but for bytes that would break the one line of a message or
 * act on a terminal: control bytes, quotes and backslashes are written as escapes.
 */
#include "base/show.h"

#include <string.h>

static size_t show_byte(char *out, unsigned char byte) {
  static const char digits[] = "0123456789abcdef";
  if (byte == '"' || byte == '\\') {
    out[0] = '\\';
    out[1] = (char)byte;
    return 2;
  }
  if (byte >= 0x20 && byte != 0x7F) {
    out[0] = (char)byte;
    return 1;
  }
  memcpy(out, "\\x", 2);
  out[2] = digits[byte >> 4];
  out[3] = digits[byte & 15];
  return 4;
}

const char *plb_show_text(char shown[PLB_SHOWN], const char *text, size_t length) {
  size_t kept = length;
  if (kept > PLB_SHOWN_BYTES) {
    kept = PLB_SHOWN_BYTES;
    while (kept > 0 && ((unsigned char)text[kept] & 0xC0) == 0x80)
      kept--; /* not within a character */
  }
  size_t used = 0;
  shown[used++] = '"';
  for (size_t i = 0; i < kept; i++)
    used += show_byte(shown + used, (unsigned char)text[i]);
  if (kept < length) {
    memcpy(shown + used, "...", 3);
    used += 3;
  }
  shown[used++] = '"';
  shown[used] = '\0';
  return shown;
}
