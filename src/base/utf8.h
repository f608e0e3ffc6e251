/* SPDX-License-Identifier: Apache-2.0
 *
 * UTF-8, for texts that come from outside and may be anything: character by character, and a block at a time at
 * the speed of reading memory when all is ASCII.
 */
#ifndef PLB_BASE_UTF8_H
#define PLB_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes of the UTF-8 sequence that starts at `text`, 1 to 4; 0 if none does (overlong, a surrogate, cut
 * short, past U+10FFFF). Reads no byte behind a NUL. */
size_t plb_utf8_length(const char *text);

/* The same within [text, text+length), length > 0; nothing needs to stand behind it. */
size_t plb_utf8_within(const char *text, size_t length);

/* The character of `length` bytes at `text`, length as answered above and not 0. */
uint32_t plb_utf8_point(const char *text, size_t length);

/* Whether a character does something to what shows a line instead of being shown in it: control characters, the
 * separators of lines and paragraphs, and the marks that turn the reading direction. */
bool plb_utf8_acts(uint32_t point);

/* Writes "?" for each such character and for each byte that is no UTF-8, in place. */
void plb_utf8_tame(char *text);

enum plb_text_fault { PLB_TEXT_FINE = 0, PLB_TEXT_NUL, PLB_TEXT_NOT_UTF8 };

/* Looks for NUL bytes and for what is not UTF-8 in [text, text+length). *good is the number of bytes in order:
 * up to the fault, or, when fine, up to a character that is not yet complete at the end (at most 3 bytes short
 * of length). */
enum plb_text_fault plb_text_check(const char *text, size_t length, size_t *good);

#endif
