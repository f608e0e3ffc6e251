/* SPDX-License-Identifier: Apache-2.0
 *
 * Is it text? Finds NUL bytes and what is not UTF-8, at the speed of reading memory when all is ASCII.
 */
#ifndef PLB_TRIAL_UTF8_H
#define PLB_TRIAL_UTF8_H

#include <stddef.h>

enum plb_text_fault { PLB_TEXT_FINE = 0, PLB_TEXT_NUL, PLB_TEXT_NOT_UTF8 };

/* Checks [text, text+length). *good is the number of bytes in order: up to the fault, or, when fine, up
 * to a character that is not yet complete at the end (at most 3 bytes short of length). */
enum plb_text_fault plb_text_check(const char *text, size_t length, size_t *good);

#endif
