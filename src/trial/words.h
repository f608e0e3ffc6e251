/* SPDX-License-Identifier: Apache-2.0
 *
 * The words that cells of score files may hold, case-insensitive.
 */
#ifndef PLB_TRIAL_WORDS_H
#define PLB_TRIAL_WORDS_H

#include "trial/trial.h"

#define PLB_CLASS_WORDS "1/0, true/false, genuine/impostor, mated/nonmated, target/nontarget, 1/-1"
#define PLB_STATUS_WORDS "ok, failed-to-enrol, failed-to-acquire, failed-to-compare"

/* [text, text+length) is `word`, but for the case of ASCII letters. */
bool plb_word_is(const char *text, size_t length, const char *word);

/* Empty, "NA" or "nan": nothing is known here. */
bool plb_word_missing(const char *text, size_t length);

/* "inf" or "infinity", with a sign or without. */
bool plb_word_infinite(const char *text, size_t length);

/* The class a label means; false when it means none. */
bool plb_word_class(const char *text, size_t length, bool *mated);

/* The outcome a status means; empty and 0 mean completed, any other whole number (the return code of a
 * matcher) a failed comparison; false when it means none. */
bool plb_word_status(const char *text, size_t length, enum plb_outcome *outcome);

#endif
