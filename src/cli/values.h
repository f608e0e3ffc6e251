/* SPDX-License-Identifier: Apache-2.0
 *
 * Values on the command line, read strictly: the whole text or nothing.
 */
#ifndef CLI_VALUES_H
#define CLI_VALUES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A decimal number; also inf and -inf, which are legal scores. Never NaN, hexadecimal or blank. */
bool value_number(const char *text, double *value);

/* A finite number from 0 to 1; "0.1%" is read as the decimal 0.001. */
bool value_rate(const char *text, double *value);

/* A whole number from `least` up. */
bool value_count(const char *text, uint64_t least, uint64_t *value);

/* "75y", "18m": more than no years, at most 1,000. */
bool value_period(const char *text, double *years);

/* A level of confidence, from 0.5 to 0.999999999, as a number or in percent. */
bool value_level(const char *text, double *level);

/* A number of threads, from 1 to 4096. */
bool value_threads(const char *text, unsigned *threads);

/* "all", which is 0, or a whole number from 1 up. */
bool value_partners(const char *text, uint64_t *partners);

/* What is expected where the value above is not understood. */
extern const char expected_level[], expected_threads[], expected_partners[], memory_ran_out[];

/* "500M", "1GiB", "65536": K, M, G, T and KiB ... are powers of 1024, KB ... powers of 1000. */
bool value_bytes(const char *text, uint64_t *value);

/* The place of `text` among `count` names. */
bool value_choice(const char *text, const char *const *names, size_t count, int *place);

/* Numbers that were collected from comma-separated lists. An all-zero struct is empty. */
struct value_list {
  double *values;
  size_t count;
};

/* Gives every item of "a,b,c" to `take`; false as soon as that says so (or memory ran out). The item lives for the call
 * alone. */
bool value_each(const char *text, bool (*take)(void *into, const char *item), void *into);

/* Appends every item of "a,b,c"; false if one is not understood (or memory ran out). */
bool value_append(struct value_list *list, const char *text, bool (*read)(const char *, double *));

/* The same for rates below 1, and for any numbers; a decimal comma is not taken for one between items: "0,1%" is meant
 * as one rate, not as 0 and 0.1%. */
bool value_targets(struct value_list *list, const char *text);
bool value_thresholds(struct value_list *list, const char *text);

/* Words, which are borrowed. An all-zero struct is empty. */
struct word_list {
  const char **words;
  size_t count;
};

/* False when memory ran out. */
bool word_append(struct word_list *list, const char *word);

/* The name nearest to `wrong`, NULL if none is near enough to have been meant. */
const char *nearest_name(const char *wrong, const char *const *names, size_t count);

#endif
