/* SPDX-License-Identifier: Apache-2.0
 *
 * Numbers as people read them. Every function answers the length of what it wrote.
 */
#ifndef PLB_BASE_WORDS_H
#define PLB_BASE_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PLB_WORDS 96

/* A rate between 0 and 1 for people: "0.9990 %" with four digits that count, below 0.01 % "12.30 per
 * million"; never "100 %" or "0 %" for a rate that is neither. Answers the length. */
size_t plb_word_rate(char text[PLB_WORDS], double rate);

/* A plain number with at most five digits that count: "0.99873", "14.8", "95"; or with at most `digits`
 * of them, 1 to 9. Answers the length. */
size_t plb_word_number(char text[PLB_WORDS], double number);
size_t plb_word_rounded(char text[PLB_WORDS], double number, int digits);

/* A count with commas: "266,772". Answers the length. */
size_t plb_word_count(char text[PLB_WORDS], uint64_t count);

/* "errors / trials" with commas: "2,665 / 266,772". */
size_t plb_word_fraction(char text[PLB_WORDS], uint64_t errors, uint64_t trials);

/* "1 in 10,000" where the inverse of a rate is whole, else as a rate. */
size_t plb_word_one_in(char text[PLB_WORDS], double rate);

/* The parts of a rate: whether it is worded per million, the unit, the number in that unit; and a plain
 * number of any sign. */
bool plb_rate_is_small(double rate);
const char *plb_rate_unit(bool small);
size_t plb_word_scaled(char *text, size_t size, double rate, bool small);
size_t plb_word_plain(char *text, size_t size, double value, int digits);

#endif
