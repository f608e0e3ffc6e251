/* SPDX-License-Identifier: Apache-2.0
 *
 * Tables of words. Not on the hot path: the intake keeps the last label it has seen.
 */
#include "trial/words.h"

#include <string.h>

static char folded(char c) {
  return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

bool plb_word_is(const char *text, size_t length, const char *word) {
  if (length != strlen(word))
    return false;
  for (size_t i = 0; i < length; i++)
    if (folded(text[i]) != folded(word[i]))
      return false;
  return true;
}

bool plb_word_missing(const char *text, size_t length) {
  return length == 0 || plb_word_is(text, length, "na") || plb_word_is(text, length, "nan");
}

bool plb_word_infinite(const char *text, size_t length) {
  size_t sign = length && (text[0] == '-' || text[0] == '+');
  return plb_word_is(text + sign, length - sign, "inf") || plb_word_is(text + sign, length - sign, "infinity");
}

bool plb_word_class(const char *text, size_t length, bool *mated) {
  static const struct {
    const char *word;
    bool mated;
  } words[] = {
      {"1", true},         {"0", false},         {"-1", false},       {"true", true},
      {"false", false},    {"genuine", true},    {"impostor", false}, {"mated", true},
      {"nonmated", false}, {"non-mated", false}, {"target", true},    {"nontarget", false},
  };
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (plb_word_is(text, length, words[i].word)) {
      *mated = words[i].mated;
      return true;
    }
  return false;
}

/* A whole number of at most 9 digits: 0 when zero, 1 when not, -1 when it is none. */
static int code(const char *text, size_t length) {
  size_t at = length && (text[0] == '-' || text[0] == '+');
  if (at == length || length - at > 9)
    return -1;
  bool zero = true;
  for (; at < length; at++) {
    if (text[at] < '0' || text[at] > '9')
      return -1;
    zero = zero && text[at] == '0';
  }
  return !zero;
}

bool plb_word_status(const char *text, size_t length, enum plb_outcome *outcome) {
  static const struct {
    const char *word;
    enum plb_outcome outcome;
  } words[] = {
      {"", PLB_COMPLETED},
      {"ok", PLB_COMPLETED},
      {"failed-to-enrol", PLB_FAILED_ENROL},
      {"failed-to-acquire", PLB_FAILED_ACQUIRE},
      {"failed-to-compare", PLB_FAILED_COMPARE},
  };
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (plb_word_is(text, length, words[i].word)) {
      *outcome = words[i].outcome;
      return true;
    }
  int number = code(text, length);
  *outcome = number == 1 ? PLB_FAILED_COMPARE : PLB_COMPLETED;
  return number >= 0;
}
