/* SPDX-License-Identifier: Apache-2.0
 *
 * How estimates are worded for people, the same in every renderer, and what a result is made of: its
 * systems and its operating points. Numbers by themselves are worded in base/words.c.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/number.h"
#include "base/utf8.h"
#include "report/report.h"

#define PLAIN_DIGITS 5

/* ---- estimates ---------------------------------------------------------------------------- */

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
  return plb_word_plain(text, PLB_WORDS, estimate->value, PLAIN_DIGITS);
}

/* In the unit of the value, so that the two can be compared at a glance. */
static size_t word_limits(char *text, bool rates, const struct plb_estimate *estimate) {
  const struct plb_interval *interval = &estimate->interval;
  bool small = rates && plb_rate_is_small(interval->has_upper ? interval->upper : interval->lower);
  if (rates && estimate->status == PLB_EST_OK && estimate->has_value && estimate->value > 0)
    small = plb_rate_is_small(estimate->value);
  char lower[PLB_WORDS / 3] = "", upper[PLB_WORDS / 3] = "", unit[16] = "";
  if (rates) {
    plb_word_scaled(lower, sizeof lower, interval->lower, small);
    plb_word_scaled(upper, sizeof upper, interval->upper, small);
    snprintf(unit, sizeof unit, " %s", plb_rate_unit(small));
  } else {
    plb_word_plain(lower, sizeof lower, interval->lower, PLAIN_DIGITS);
    plb_word_plain(upper, sizeof upper, interval->upper, PLAIN_DIGITS);
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
  return plb_word_one_in(text, estimate->target_at_most);
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
  if (result->label)
    return append_name(text, 0, result->label);
  for (size_t i = 0; i < result->provenance.input_count && n + 8 < PLB_WORDS; i++) {
    const char *name = result->provenance.inputs[i].name;
    if (name)
      n = append_name(text, n, name);
  }
  return n ? n : (size_t)snprintf(text, PLB_WORDS, "result %zu", number);
}

bool plb_same_system(const char *one, const char *other) {
  return one == other || (one && other && strcmp(one, other) == 0);
}

bool plb_result_system(const struct plb_result *result, size_t k, const char **system) {
  if (k >= result->index.system_count)
    return false;
  *system = result->index.systems[k].name;
  return true;
}

size_t plb_result_systems(const struct plb_result *result) {
  return result->index.system_count;
}

const struct plb_estimate *plb_system_estimate(const struct plb_result *result, const char *system, size_t k) {
  const struct plb_index_system *found = plb_index_find(&result->index, system);
  return found && k < found->estimates.count ? &result->estimates[found->estimates.at[k]] : NULL;
}

/* ---- operating points --------------------------------------------------------------------- */

bool plb_result_point(const struct plb_result *result, const char *system, size_t k,
                      struct plb_operating_point *point) {
  const struct plb_index_system *found = plb_index_find(&result->index, system);
  if (!found || k >= found->points.count)
    return false;
  *point = (struct plb_operating_point){.system = system, .first = &result->estimates[found->points.at[k]]};
  return true;
}

const struct plb_estimate *plb_next_at_point(const struct plb_result *result, const struct plb_estimate *estimate) {
  size_t next = result->index.next[estimate - result->estimates];
  return next == SIZE_MAX ? NULL : &result->estimates[next];
}

const struct plb_estimate *plb_point_estimate(const struct plb_result *result, const struct plb_operating_point *point,
                                              const char *metric) {
  const struct plb_estimate *e = point->first;
  while (e && strcmp(e->metric, metric) != 0)
    e = plb_next_at_point(result, e);
  return e;
}
