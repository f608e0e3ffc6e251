/* SPDX-License-Identifier: Apache-2.0
 *
 * Strict number text, independent of locale. Reading gives the same bits as strtod; writing gives the
 * shortest text that reads back to the same bits.
 */
#ifndef PLB_BASE_NUMBER_H
#define PLB_BASE_NUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Reads a decimal number that starts at `text`; answers the first byte behind it, or NULL where no
 * number starts. Reads [+-]digits[.digits][e[+-]digits], inf, infinity, nan (any case); no hex, no
 * leading blanks. Never reads at or past `end`. */
const char *plb_read_double(const char *text, const char *end, double *value);

/* The whole of [text, text+length) as a number; false otherwise. */
bool plb_whole_double(const char *text, size_t length, double *value);

/* The whole of [text, text+length) as a decimal count; false otherwise or past 2^64-1. */
bool plb_whole_count(const char *text, size_t length, uint64_t *value);

#define PLB_DOUBLE_TEXT 32

/* Shortest text that reads back to `value`; "inf", "-inf", "nan". Answers its length. */
size_t plb_format_double(char text[PLB_DOUBLE_TEXT], double value);

/* A number as the exact decimal fraction that its shortest text shows: 0.001 is 1/1000. */
struct plb_fraction {
  uint64_t over, under;
};

/* For 0 <= value <= 1; false when it has more than 19 digits behind the point. */
bool plb_fraction_of(double value, struct plb_fraction *fraction);

/* That part of `whole`, rounded down: the most errors among so many trials that a target allows. */
uint64_t plb_fraction_part(struct plb_fraction fraction, uint64_t whole);

#endif
