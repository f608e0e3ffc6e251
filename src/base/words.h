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

/* A rate between 0 and 1 for people: "0.9990 %" with four digits that count; never "100 %" or "0 %" for a
 * rate that is neither. Answers the length. The second form leaves out the sign of the unit. */
size_t plb_word_rate(char text[PLB_WORDS], double rate);
size_t plb_word_per_cent(char *text, size_t size, double rate);

/* "about 1 in 10,200" for a rate above 0 and below 1 %, for who is not used to small percentages; else "". */
size_t plb_word_about(char text[PLB_WORDS], double rate);

/* The level of an interval per cent, with all its digits and without the sign: "95", "99.99999999". */
size_t plb_word_level(char text[PLB_WORDS], double level);

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

/* A plain number of any sign. */
size_t plb_word_plain(char *text, size_t size, double value, int digits);

#endif
