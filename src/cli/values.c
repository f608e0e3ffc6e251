/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading the values of options. strtod does the arithmetic, after the text has been found to be a plain
 * decimal number, so nothing half understood gets through. A percentage is read by moving the exponent,
 * not by dividing: 0.1% is the double nearest to 0.001.
 */
#include "cli/values.h"

#include <ctype.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define LONGEST_NAME 32

/* [+-]digits[.digits][e[+-]digits], the whole text; *exponent is the place of the 'e', or NULL. */
static bool is_decimal(const char *text, const char **exponent) {
  const char *c = text + (*text == '+' || *text == '-');
  size_t whole = strspn(c, "0123456789");
  c += whole;
  size_t fraction = 0;
  if (*c == '.') {
    fraction = strspn(c + 1, "0123456789");
    c += 1 + fraction;
  }
  if (whole + fraction == 0)
    return false;
  *exponent = NULL;
  if (*c == 'e' || *c == 'E') {
    *exponent = c++;
    c += *c == '+' || *c == '-';
    size_t digits = strspn(c, "0123456789");
    if (digits == 0 || digits > 4)
      return false;
    c += digits;
  }
  return *c == '\0';
}

bool value_number(const char *text, double *value) {
  const char *exponent;
  const char *unsigned_text = text + (*text == '+' || *text == '-');
  if (strcasecmp(unsigned_text, "inf") == 0) {
    *value = *text == '-' ? -HUGE_VAL : HUGE_VAL;
    return true;
  }
  if (!is_decimal(text, &exponent))
    return false;
  *value = strtod(text, NULL);
  return isfinite(*value);
}

bool value_rate(const char *text, double *value) {
  char plain[64], shifted[80];
  const char *exponent;
  size_t length = strlen(text);
  bool percent = length > 0 && text[length - 1] == '%';
  if (length - percent >= sizeof plain)
    return false;
  memcpy(plain, text, length - percent);
  plain[length - percent] = '\0';
  if (!is_decimal(plain, &exponent))
    return false;
  long power = (exponent ? strtol(exponent + 1, NULL, 10) : 0) - (percent ? 2 : 0);
  size_t digits = exponent ? (size_t)(exponent - plain) : strlen(plain);
  snprintf(shifted, sizeof shifted, "%.*se%ld", (int)digits, plain, power);
  double rate = strtod(shifted, NULL);
  bool zero = strcspn(plain, "123456789") >= digits;
  if (!(rate >= 0 && rate <= 1) || (!zero && *plain == '-'))
    return false;
  *value = zero ? 0 : rate > 0 ? rate : DBL_TRUE_MIN; /* "-0" is 0, and what is too small for a double is not */
  return true;
}

bool value_count(const char *text, uint64_t least, uint64_t *value) {
  uint64_t sum = 0;
  if (!*text)
    return false;
  for (const char *c = text; *c; c++) {
    if (!isdigit((unsigned char)*c))
      return false;
    uint64_t digit = (uint64_t)(*c - '0');
    if (sum > (UINT64_MAX - digit) / 10)
      return false;
    sum = sum * 10 + digit;
  }
  *value = sum;
  return sum >= least;
}

const char expected_level[] = "a confidence from 0.5 to 0.999999999, such as 0.95 or 95%";
const char expected_threads[] = "a whole number from 1 to 4096";
const char expected_partners[] = "all, or a whole number from 1 up";
const char memory_ran_out[] = "more memory than there is";

bool value_level(const char *text, double *level) {
  double value;
  if (!value_rate(text, &value) || value < 0.5 || value > 0.999999999)
    return false;
  *level = value;
  return true;
}

bool value_period(const char *text, double *years) {
  size_t length = strspn(text, "0123456789.");
  char *unit;
  double number = strtod(text, &unit);
  if (!length || unit != text + length)
    return false;
  bool months = strcmp(unit, "m") == 0;
  if (!months && strcmp(unit, "y") != 0)
    return false;
  *years = months ? number / 12 : number;
  return *years > 0 && *years <= 1000;
}

bool value_threads(const char *text, unsigned *threads) {
  uint64_t count;
  if (!value_count(text, 1, &count) || count > 4096)
    return false;
  *threads = (unsigned)count;
  return true;
}

bool value_partners(const char *text, uint64_t *partners) {
  if (strcmp(text, "all") == 0) {
    *partners = 0;
    return true;
  }
  return value_count(text, 1, partners);
}

bool value_bytes(const char *text, uint64_t *value) {
  static const char letters[] = "KMGT";
  char digits[24] = "";
  size_t length = strspn(text, "0123456789");
  if (length == 0 || length >= sizeof digits)
    return false;
  memcpy(digits, text, length);
  uint64_t bytes, base = 1024;
  if (!value_count(digits, 1, &bytes))
    return false;
  const char *unit = text + length;
  const char *letter = *unit ? strchr(letters, toupper((unsigned char)*unit)) : NULL;
  if (*unit && !letter)
    return false;
  if (letter && unit[1]) {
    if (strcasecmp(unit + 1, "B") == 0)
      base = 1000;
    else if (strcasecmp(unit + 1, "iB") != 0)
      return false;
  }
  for (const char *power = letters; letter && power <= letter; power++) {
    if (bytes > UINT64_MAX / base)
      return false;
    bytes *= base;
  }
  *value = bytes;
  return true;
}

bool value_choice(const char *text, const char *const *names, size_t count, int *place) {
  for (size_t i = 0; i < count; i++)
    if (strcmp(text, names[i]) == 0) {
      *place = (int)i;
      return true;
    }
  return false;
}

bool value_each(const char *text, bool (*take)(void *into, const char *item), void *into) {
  char *copy = strdup(text), *item = copy;
  bool good = copy != NULL;
  while (good && item) {
    char *comma = strchr(item, ',');
    if (comma)
      *comma++ = '\0';
    good = take(into, item);
    item = comma;
  }
  free(copy);
  return good;
}

struct appending {
  struct value_list *list;
  bool (*read)(const char *, double *);
};

static bool append_one(void *into, const char *item) {
  const struct appending *appending = into;
  struct value_list *list = appending->list;
  double value;
  if (!appending->read(item, &value))
    return false;
  double *longer = realloc(list->values, (list->count + 1) * sizeof *longer);
  if (!longer)
    return false;
  list->values = longer;
  list->values[list->count++] = value;
  return true;
}

bool value_append(struct value_list *list, const char *text, bool (*read)(const char *, double *)) {
  struct appending appending = {list, read};
  return value_each(text, append_one, &appending);
}

static bool has_decimal_comma(const char *text) {
  const char *c = text + (*text == '+' || *text == '-');
  if (c[0] != '0' || c[1] != ',')
    return false;
  size_t digits = strspn(c + 2, "0123456789");
  return digits && (!c[2 + digits] || strcmp(c + 2 + digits, "%") == 0);
}

/* Any threshold meets a target of 1, which was probably meant as 1 %. */
static bool read_target(const char *text, double *value) {
  return value_rate(text, value) && *value < 1;
}

bool value_targets(struct value_list *list, const char *text) {
  return !has_decimal_comma(text) && value_append(list, text, read_target);
}

bool value_thresholds(struct value_list *list, const char *text) {
  return !has_decimal_comma(text) && value_append(list, text, value_number);
}

bool word_append(struct word_list *list, const char *word) {
  const char **longer = realloc(list->words, (list->count + 1) * sizeof *longer);
  if (!longer)
    return false;
  list->words = longer;
  list->words[list->count++] = word;
  return true;
}

/* Edit distance with swaps of neighbours (optimal string alignment). */
static size_t distance(const char *a, const char *b) {
  size_t cost[LONGEST_NAME + 1][LONGEST_NAME + 1];
  size_t n = strlen(a), m = strlen(b);
  if (n > LONGEST_NAME || m > LONGEST_NAME)
    return SIZE_MAX;
  for (size_t i = 0; i <= n; i++)
    cost[i][0] = i;
  for (size_t j = 0; j <= m; j++)
    cost[0][j] = j;
  for (size_t i = 1; i <= n; i++)
    for (size_t j = 1; j <= m; j++) {
      size_t best = cost[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
      best = cost[i - 1][j] + 1 < best ? cost[i - 1][j] + 1 : best;
      best = cost[i][j - 1] + 1 < best ? cost[i][j - 1] + 1 : best;
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] && cost[i - 2][j - 2] + 1 < best)
        best = cost[i - 2][j - 2] + 1;
      cost[i][j] = best;
    }
  return cost[n][m];
}

const char *nearest_name(const char *wrong, const char *const *names, size_t count) {
  const char *nearest = NULL;
  size_t length = strlen(wrong);
  size_t least = length < 4 ? 2 : length < 8 ? 3 : 4; /* first distance that is too far */
  for (size_t i = 0; i < count; i++) {
    size_t far = distance(wrong, names[i]);
    if (length >= 3 && strncmp(wrong, names[i], length) == 0)
      far = 1; /* a name begun is a name meant */
    if (far < least) {
      least = far;
      nearest = names[i];
    }
  }
  return nearest;
}
