/* SPDX-License-Identifier: Apache-2.0
 *
 * Differences and ratios of two systems on the same trials, as text and page have them. Differences are in percentage
 * points.
 */
#ifndef PLB_REPORT_VERSUS_H
#define PLB_REPORT_VERSUS_H

#include "report/html.h"
#include "report/text.h"

/* The k-th difference or ratio of a result, in order; NULL past the last. */
const struct plb_estimate *plb_versus(const struct plb_result *result, size_t k);

/* How many systems share the trials of the test, where they are compared on the same ones; else 1. */
size_t plb_same_trials(const struct plb_result *result);

bool plb_is_ratio(const struct plb_estimate *estimate);

#define PLB_PLACE (3 * PLB_WORDS)

/* What differs, and where: "FMR at thresholds 25 and 0.64386", "FNMR at FMR of at most 1 in 1,000", "EER". */
size_t plb_word_place(char text[PLB_PLACE], const struct plb_estimate *estimate);

#define PLB_PAIR (10 * PLB_WORDS)

/* The same with the two systems, and with the FMR that each realised where a target was set: "FNMR at FMR of at most 1
 * in 1,000: new against old (FMR there: 0.0777 % and 0.0999 %)". */
size_t plb_word_pair(char text[PLB_PAIR], const struct plb_result *result, const struct plb_estimate *estimate);

/* Whether two of them are the same quantity of the same systems at the same place, so that one heading will do. */
bool plb_same_pair(const struct plb_estimate *one, const struct plb_estimate *other);

/* Values and limits: "-0.3 points", "[-0.9, 0.2]", "1.2", "[0.8, 1.6]", "at least 0.8". */
size_t plb_word_versus(char text[PLB_WORDS], const struct plb_estimate *estimate);
size_t plb_word_versus_interval(char text[PLB_WORDS], const struct plb_estimate *estimate);

/* "0.84", "below 0.0001"; "" where there is none. */
size_t plb_word_p_value(char text[PLB_WORDS], const struct plb_estimate *estimate);

/* "better", "undecided" also where it could not be judged; by a margin with what the interval says besides, "not
 * inferior; better". "" of a ratio. */
size_t plb_word_verdict(char text[PLB_WORDS], const struct plb_estimate *estimate);

/* "Differences in FNMR are judged by a margin of 2 percentage points: non-inferiority." Of one with a margin. */
void plb_word_margin(char text[2 * PLB_WORDS], const struct plb_estimate *estimate);

/* How the intervals were made, each method with what it is used for: "FMR and FNMR at thresholds: MOVER-PL; ...";
 * "" where there are none. */
size_t plb_word_methods(char text[PLB_REMARK], const struct plb_result *result);

/* What the table needs said below it. */
extern const char plb_versus_meaning[];

/* text_versus.c, html_versus.c: the table; nothing where no systems were compared. */
plb_status plb_text_versus(const struct plb_result *result, struct plb_out *out, struct plb_error *err);
plb_status plb_html_versus(struct plb_html *h, const struct plb_result *result, int level);

#endif
