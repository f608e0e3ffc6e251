/* SPDX-License-Identifier: Apache-2.0
 *
 * How a plan is worded, the same in text and HTML, and its figure.
 */
#ifndef PLB_REPORT_PLAN_H
#define PLB_REPORT_PLAN_H

#include "report/report.h"

#define PLB_PLAN_WORDS 896
#define PLB_PLAN_SPANS 8

/* "3 samples of each person, all non-mated comparisons". */
void plb_word_plan_test(char text[PLB_PLAN_WORDS], const struct plb_test_plan *plan);

/* "set before the test", or how it is found in it and what that costs. */
void plb_word_plan_threshold(char text[PLB_PLAN_WORDS], const struct plb_test_plan *plan);

/* "assumed (mod): correlation 0.06 with one person in common, ...". */
void plb_word_plan_dependence(char text[PLB_PLAN_WORDS], const struct plb_test_plan *plan);

/* "a chance of 80 % to show it at 95 % confidence, if the true FMR is 0.003333 % ...". */
void plb_word_plan_aim(char text[PLB_PLAN_WORDS], const struct plb_test_plan *plan);

/* "231 people; 239,085 comparisons, worth 169,000 independent ones; chance 83.7 %". */
void plb_word_plan_needed(char text[PLB_PLAN_WORDS], const struct plb_test_plan *plan);

/* "79 people, even if each gave 1,000 samples"; "" where that is not known. */
void plb_word_plan_least(char text[PLB_PLAN_WORDS], const struct plb_test_plan *plan);

/* What the tables of groups are about. */
void plb_word_plan_groups(char text[PLB_PLAN_WORDS], const struct plb_test_plan *plan);

void plb_word_plan_samples(char text[PLB_WORDS], uint64_t samples); /* "3 samples of each person" */
void plb_word_plan_expected(char text[PLB_WORDS], const struct plb_plan_row *row);
void plb_word_plan_allowed(char text[PLB_WORDS], const struct plb_plan_row *row); /* "-" where none shows it */
void plb_word_plan_power(char text[PLB_WORDS], double power);                     /* "83.7 %", never "100 %" */
void plb_word_plan_error(char text[PLB_WORDS], double error);                     /* "42 %" */
void plb_word_contrast_people(char text[PLB_WORDS], const struct plb_plan_contrast *contrast);
void plb_word_contrast_ratio(char text[PLB_WORDS], const struct plb_plan_contrast *contrast);
void plb_word_contrast_rates(char text[PLB_WORDS], const struct plb_test_plan *plan,
                             const struct plb_plan_contrast *contrast); /* "0.3333 % and 1.012 %" */

/* What the comparisons of a row are worth: as many independent ones. */
uint64_t plb_plan_worth(const struct plb_plan_row *row);

/* Whether the number of people is 1, 2 or 5 times a power of ten. */
bool plb_plan_row_is_round(const struct plb_plan_row *row);

/* The numbers of samples that are listed, ascending; how many they are. */
size_t plb_plan_listed(const struct plb_test_plan *plan, uint64_t samples[PLB_PLAN_SPANS]);

/* "2.1 %": the chance with so many people and samples; "" where that is not listed. */
void plb_word_plan_chance(char text[PLB_WORDS], const struct plb_test_plan *plan, uint64_t people, uint64_t samples);

/* The i-th round number of people that is listed with any number of samples, ascending; 0 past the last. */
uint64_t plb_plan_listed_people(const struct plb_test_plan *plan, size_t i);

/* "3 samples". */
void plb_word_plan_each(char text[PLB_WORDS], uint64_t samples);

/* What the table of chances is. */
extern const char plb_plan_chances_title[];

/* What the columns of the table mean. */
extern const char *const plb_plan_notes[];
extern const size_t plb_plan_note_count;

/* All plans of a result as text (text_plan.c). */
plb_status plb_text_plans(const struct plb_result *result, struct plb_out *out, struct plb_error *err);

/* The plans of several results as CSV (csv_plan.c); false, and nothing, where there are none. */
bool plb_csv_plans(const struct plb_result *const *results, size_t count, struct plb_out *out);

#endif
