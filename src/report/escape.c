/* SPDX-License-Identifier: Apache-2.0
 *
 * Escaping for markup, and shortening. Bytes are decoded strictly (no overlong forms, no surrogates, nothing
 * past U+10FFFF), so that no reader can see other characters than the ones that were looked at here.
 * One form serves elements and attributes: the five characters that mean something in either are always
 * replaced. Cost: one look at each byte; runs that need no change are written whole.
 *
 * Reference: Unicode 15, table 3-7 (well-formed UTF-8); XML 1.0, 2.2 (characters).
 */
#include "report/escape.h"

#include <stdint.h>
#include <string.h>

#include "base/utf8.h"
#include "report/report.h"

#define REPLACEMENT "\xEF\xBF\xBD"
#define NO_BREAK "\xC2\xA0"

/* The length of the well-formed sequence at `text`, its character in *point; 0 where there is none. */
static size_t decode(const unsigned char *text, uint32_t *point) {
  size_t length = plb_utf8_length((const char *)text);
  *point = plb_utf8_point((const char *)text, length);
  return length;
}

/* Characters that markup may not hold, or that make a page show something else than it says. */
static bool unfit(uint32_t c) {
  if (c == '\t' || c == '\n')
    return false;
  return plb_utf8_acts(c) || (c >= 0xFDD0 && c <= 0xFDEF) || (c & 0xFFFE) == 0xFFFE;
}

static const char *entity(uint32_t c) {
  switch (c) {
  case '&': return "&amp;";
  case '<': return "&lt;";
  case '>': return "&gt;";
  case '"': return "&quot;";
  case '\'': return "&#39;";
  default: return NULL;
  }
}

static void escape(struct plb_out *out, const char *text, bool words) {
  if (!text)
    return;
  const unsigned char *s = (const unsigned char *)text;
  const unsigned char *run = s;
  while (*s) {
    uint32_t c = 0;
    size_t length = decode(s, &c);
    const char *instead = length == 0 || unfit(c) ? REPLACEMENT : entity(c);
    if (words && c == ' ' && plb_glued(text, (size_t)((const char *)s - text)))
      instead = NO_BREAK;
    if (instead) {
      plb_out_bytes(out, run, (size_t)(s - run));
      plb_out_text(out, instead);
    }
    s += length ? length : 1;
    if (instead)
      run = s;
  }
  plb_out_bytes(out, run, (size_t)(s - run));
}

void plb_escape(struct plb_out *out, const char *text) {
  escape(out, text, false);
}

void plb_escape_words(struct plb_out *out, const char *text) {
  escape(out, text, true);
}

static size_t characters(const char *text) {
  size_t count = 0;
  for (const unsigned char *s = (const unsigned char *)text; *s; count++) {
    uint32_t c = 0;
    size_t length = decode(s, &c);
    s += length ? length : 1;
  }
  return count;
}

/* Appends characters [from, to) of `text`, malformed bytes replaced; stops where `buffer` is full. */
static size_t append(char *buffer, size_t size, size_t used, const char *text, size_t from, size_t to) {
  size_t at = 0;
  for (const unsigned char *s = (const unsigned char *)text; *s && at < to; at++) {
    uint32_t c = 0;
    size_t length = decode(s, &c);
    const char *source = length ? (const char *)s : REPLACEMENT;
    size_t bytes = length ? length : sizeof REPLACEMENT - 1;
    s += length ? length : 1;
    if (at < from)
      continue;
    if (used + bytes >= size)
      break;
    memcpy(buffer + used, source, bytes);
    used += bytes;
  }
  buffer[used] = '\0';
  return used;
}

const char *plb_shorten(char *buffer, size_t size, const char *text, size_t most) {
  size_t count = characters(text);
  buffer[0] = '\0';
  if (count <= most) {
    append(buffer, size, 0, text, 0, count);
    return buffer;
  }
  size_t head = most / 2;
  size_t used = append(buffer, size, 0, text, 0, head);
  used = append(buffer, size, used, "\xE2\x80\xA6", 0, 1);
  append(buffer, size, used, text, count - (most - head - 1), count);
  return buffer;
}
