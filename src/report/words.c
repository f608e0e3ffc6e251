/* SPDX-License-Identifier: Apache-2.0
 *
 * How numbers are worded for people, the same in every renderer, and what a result is made of: its
 * systems and its operating points.
 *
 * A rate has four digits that count, per cent down to 0.01 % and per million below; rounding never turns
 * a rate into one that it is not (100 % with an error, 0 with one seen). Machine formats do not come
 * through here: they hold the shortest text of the double itself.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/number.h"
#include "base/utf8.h"
#include "report/report.h"

#define MOST_DECIMALS 9
#define RATE_DIGITS 4
#define PLAIN_DIGITS 5
#define SMALL_RATE 1e-4 /* below, rates are worded per million */

/* ---- numbers ------------------------------------------------------------------------------ */

static double power_of_ten(int exponent) {
  double power = 1;
  for (int i = 0; i < exponent; i++)
    power *= 10;
  return power;
}

/* value >= 0 with `decimals` digits behind a point that no locale changes. */
static size_t write_fixed(char *text, size_t size, double value, int decimals) {
  double power = power_of_ten(decimals);
  uint64_t scaled = (uint64_t)(value * power + 0.5), whole = (uint64_t)power;
  if (!decimals)
    return (size_t)snprintf(text, size, "%" PRIu64, scaled);
  return (size_t)snprintf(text, size, "%" PRIu64 ".%0*" PRIu64, scaled / whole, decimals, scaled % whole);
}

/* A value too small for decimals: "1.234e-11". */
static size_t write_tiny(char *text, size_t size, double value, int digits) {
  int exponent = 0;
  for (; value < 1; exponent--)
    value *= 10;
  if (floor(value * power_of_ten(digits - 1) + 0.5) >= power_of_ten(digits)) {
    value /= 10;
    exponent++;
  }
  size_t n = write_fixed(text, size, value, digits - 1);
  return n + (size_t)snprintf(text + n, size - n, "e%d", exponent);
}

/* value >= 0 with as many of `digits` digits that count as nine decimals hold. A value below `ceiling` is
 * not rounded up to it. */
static size_t write_rounded(char *text, size_t size, double value, int digits, double ceiling) {
  if (value == 0)
    return (size_t)snprintf(text, size, "0");
  if (value < 1e-6)
    return write_tiny(text, size, value, digits);
  if (value >= 1e9) {
    char exact[PLB_DOUBLE_TEXT];
    plb_format_double(exact, value);
    return (size_t)snprintf(text, size, "%s", exact);
  }
  int decimals = MOST_DECIMALS;
  while (decimals && floor(value * power_of_ten(decimals) + 0.5) >= power_of_ten(digits))
    decimals--;
  while (decimals < MOST_DECIMALS && value < ceiling &&
         floor(value * power_of_ten(decimals) + 0.5) >= ceiling * power_of_ten(decimals))
    decimals++;
  return write_fixed(text, size, value, decimals);
}

/* A rate in the unit that `scale` stands for: 100 = per cent, 1e6 = per million. */
static size_t write_scaled(char *text, size_t size, double rate, double scale) {
  if (rate == 1 && scale == 100)
    return (size_t)snprintf(text, size, "100");
  return write_rounded(text, size, rate * scale, RATE_DIGITS, scale);
}

static bool is_small(double rate) {
  return rate != 0 && rate < SMALL_RATE;
}

static const char *unit_of(bool small) {
  return small ? "per million" : "%";
}

size_t plb_word_rate(char text[PLB_WORDS], double rate) {
  size_t n = write_scaled(text, PLB_WORDS, rate, is_small(rate) ? 1e6 : 100);
  return n + (size_t)snprintf(text + n, PLB_WORDS - n, " %s", unit_of(is_small(rate)));
}

size_t plb_word_count(char text[PLB_WORDS], uint64_t count) {
  char plain[24];
  int digits = snprintf(plain, sizeof plain, "%" PRIu64, count);
  size_t n = 0;
  for (int i = 0; i < digits; i++) {
    if (i && (digits - i) % 3 == 0)
      text[n++] = ',';
    text[n++] = plain[i];
  }
  text[n] = '\0';
  return n;
}

size_t plb_word_fraction(char text[PLB_WORDS], uint64_t errors, uint64_t trials) {
  size_t n = plb_word_count(text, errors);
  n += (size_t)snprintf(text + n, PLB_WORDS - n, " / ");
  char under[PLB_WORDS];
  plb_word_count(under, trials);
  return n + (size_t)snprintf(text + n, PLB_WORDS - n, "%.40s", under);
}

/* A plain number, which may be negative. */
static size_t write_plain(char *text, size_t size, double value, int digits) {
  size_t n = value < 0 ? (size_t)snprintf(text, size, "-") : 0;
  return n + write_rounded(text + n, size - n, fabs(value), digits, HUGE_VAL);
}

size_t plb_word_rounded(char text[PLB_WORDS], double number, int digits) {
  size_t n = write_plain(text, PLB_WORDS, number, digits);
  if (!strchr(text, '.') || strchr(text, 'e'))
    return n;
  while (text[n - 1] == '0')
    n--;
  n -= text[n - 1] == '.';
  text[n] = '\0';
  return n;
}

size_t plb_word_number(char text[PLB_WORDS], double number) {
  return plb_word_rounded(text, number, PLAIN_DIGITS);
}

/* AUC is a probability but no error rate; d' is a distance. Neither is ever worded per cent. */
static bool is_rate(const struct plb_estimate *estimate, double value) {
  return strcmp(estimate->metric, "AUC") != 0 && strcmp(estimate->metric, "DPRIME") != 0 && value >= 0 && value <= 1;
}

size_t plb_word_value(char text[PLB_WORDS], const struct plb_estimate *estimate) {
  if (estimate->status != PLB_EST_OK)
    return (size_t)snprintf(text, PLB_WORDS, "%s", plb_estimate_status_name(estimate->status));
  if (!estimate->has_value)
    return (size_t)snprintf(text, PLB_WORDS, "undefined");
  if (is_rate(estimate, estimate->value))
    return plb_word_rate(text, estimate->value);
  return write_plain(text, PLB_WORDS, estimate->value, PLAIN_DIGITS);
}

/* In the unit of the value, so that the two can be compared at a glance. */
static size_t word_limits(char *text, bool rates, const struct plb_estimate *estimate) {
  const struct plb_interval *interval = &estimate->interval;
  bool small = rates && is_small(interval->has_upper ? interval->upper : interval->lower);
  if (rates && estimate->status == PLB_EST_OK && estimate->has_value && estimate->value > 0)
    small = is_small(estimate->value);
  double scale = small ? 1e6 : 100;
  char lower[PLB_WORDS / 3] = "", upper[PLB_WORDS / 3] = "", unit[16] = "";
  if (rates) {
    write_scaled(lower, sizeof lower, interval->lower, scale);
    write_scaled(upper, sizeof upper, interval->upper, scale);
    snprintf(unit, sizeof unit, " %s", unit_of(small));
  } else {
    write_plain(lower, sizeof lower, interval->lower, PLAIN_DIGITS);
    write_plain(upper, sizeof upper, interval->upper, PLAIN_DIGITS);
  }
  if (!interval->has_lower)
    return (size_t)snprintf(text, PLB_WORDS, "at most %s%s", upper, unit);
  if (!interval->has_upper)
    return (size_t)snprintf(text, PLB_WORDS, "at least %s%s", lower, unit);
  return (size_t)snprintf(text, PLB_WORDS, "[%s, %s]%s", lower, upper, unit);
}

size_t plb_word_interval(char text[PLB_WORDS], const struct plb_estimate *estimate) {
  const struct plb_interval *interval = &estimate->interval;
  text[0] = '\0';
  if (!interval->exists || estimate->status == PLB_EST_SUPPRESSED || (!interval->has_lower && !interval->has_upper))
    return 0;
  bool rates = (!interval->has_lower || is_rate(estimate, interval->lower)) &&
               (!interval->has_upper || is_rate(estimate, interval->upper));
  return word_limits(text, rates, estimate);
}

size_t plb_word_threshold(char text[PLB_WORDS], const struct plb_estimate *estimate) {
  text[0] = '\0';
  char exact[PLB_DOUBLE_TEXT];
  if (!estimate->has_threshold)
    return 0;
  plb_format_double(exact, estimate->threshold);
  return (size_t)snprintf(text, PLB_WORDS, "%s", exact);
}

size_t plb_word_target(char text[PLB_WORDS], const struct plb_estimate *estimate) {
  text[0] = '\0';
  if (!estimate->target_metric)
    return 0;
  double at_most = estimate->target_at_most;
  double inverse = floor(1 / at_most + 0.5);
  if (!(at_most > 0 && inverse >= 2 && inverse <= 1e15 && 1 / inverse == at_most))
    return plb_word_rate(text, at_most);
  char count[PLB_WORDS];
  plb_word_count(count, (uint64_t)inverse);
  return (size_t)snprintf(text, PLB_WORDS, "1 in %.40s", count);
}

/* ---- names -------------------------------------------------------------------------------- */

/* Appends `name` without its folders; cut at the end of a character where there is no room. */
static size_t append_name(char text[PLB_WORDS], size_t n, const char *name) {
  static const char dots[] = "...";
  const char *slash = strrchr(name, '/');
  const char *at = slash && slash[1] ? slash + 1 : name;
  if (n)
    n += (size_t)snprintf(text + n, PLB_WORDS - n, ", ");
  while (*at) {
    size_t step = plb_utf8_length(at);
    step = step ? step : 1;
    if (n + step + sizeof dots > PLB_WORDS)
      return n + (size_t)snprintf(text + n, PLB_WORDS - n, "%s", dots);
    memcpy(text + n, at, step);
    n += step;
    at += step;
  }
  text[n] = '\0';
  return n;
}

size_t plb_result_label(const struct plb_result *result, size_t number, char text[PLB_WORDS]) {
  size_t n = 0;
  for (size_t i = 0; i < result->provenance.input_count; i++) {
    const char *name = result->provenance.inputs[i].name;
    if (name && n + 8 < PLB_WORDS)
      n = append_name(text, n, name);
  }
  return n ? n : (size_t)snprintf(text, PLB_WORDS, "result %zu", number);
}

bool plb_same_system(const char *one, const char *other) {
  return one == other || (one && other && strcmp(one, other) == 0);
}

/* The owner of thing k of a result: its estimates first, then its curves. */
static const char *owner(const struct plb_result *result, size_t k) {
  if (k < result->estimate_count)
    return result->estimates[k].system;
  return result->curves[k - result->estimate_count].system;
}

bool plb_result_system(const struct plb_result *result, size_t k, const char **system) {
  size_t things = result->estimate_count + result->curve_count;
  for (size_t i = 0; i < things; i++) {
    size_t before = 0;
    while (before < i && !plb_same_system(owner(result, before), owner(result, i)))
      before++;
    if (before < i || k-- > 0)
      continue;
    *system = owner(result, i);
    return true;
  }
  return false;
}

/* ---- operating points --------------------------------------------------------------------- */

bool plb_has_point(const struct plb_estimate *estimate) {
  return (estimate->has_threshold || estimate->target_metric) && strcmp(estimate->metric, "EER") != 0;
}

/* A target makes the point where there is one: two targets may end up at one threshold. */
static bool same_point(const struct plb_estimate *one, const struct plb_estimate *other) {
  if (!plb_has_point(one) || !plb_has_point(other) || !plb_same_system(one->system, other->system))
    return false;
  if (one->target_metric || other->target_metric)
    return one->target_metric && other->target_metric && strcmp(one->target_metric, other->target_metric) == 0 &&
           one->target_at_most == other->target_at_most;
  return one->threshold == other->threshold;
}

bool plb_at_point(const struct plb_operating_point *point, const struct plb_estimate *estimate) {
  return same_point(point->first, estimate);
}

bool plb_result_point(const struct plb_result *result, const char *system, size_t k,
                      struct plb_operating_point *point) {
  for (size_t i = 0; i < result->estimate_count; i++) {
    const struct plb_estimate *e = &result->estimates[i];
    if (!plb_has_point(e) || !plb_same_system(e->system, system))
      continue;
    size_t before = 0;
    while (before < i && !same_point(&result->estimates[before], e))
      before++;
    if (before < i || k-- > 0)
      continue;
    *point = (struct plb_operating_point){.system = system, .first = e};
    return true;
  }
  return false;
}

const struct plb_estimate *plb_point_estimate(const struct plb_result *result, const struct plb_operating_point *point,
                                              const char *metric) {
  for (size_t i = 0; i < result->estimate_count; i++) {
    const struct plb_estimate *e = &result->estimates[i];
    if (same_point(point->first, e) && strcmp(e->metric, metric) == 0)
      return e;
  }
  return NULL;
}
