/* SPDX-License-Identifier: Apache-2.0
 *
 * How estimates are worded for people, the same in every renderer, and what a result is made of: its
 * systems and its operating points. Numbers by themselves are worded in base/words.c.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "report/report.h"

#define PLAIN_DIGITS 5
#define LEAST_RATE 1e-8 /* "0.000001 %" */

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

/* A lower limit that is nothing beside the upper one, though more than 0, is no number to be read. */
static bool is_nothing(const struct plb_interval *interval) {
  return interval->has_lower && interval->has_upper && interval->lower > 0 && interval->upper > LEAST_RATE &&
         interval->lower < interval->upper * 1e-9;
}

static size_t word_limits(char *text, bool rates, const struct plb_estimate *estimate) {
  const struct plb_interval *interval = &estimate->interval;
  char lower[PLB_WORDS / 3] = "", upper[PLB_WORDS / 3] = "";
  const char *unit = rates ? " %" : "";
  if (rates) {
    if (is_nothing(interval))
      snprintf(lower, sizeof lower, "<0.000001");
    else
      plb_word_per_cent(lower, sizeof lower, interval->lower);
    plb_word_per_cent(upper, sizeof upper, interval->upper);
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

/* The same but for the last bits: it would be read as another interval. */
static bool same_limit(bool exists, double limit, double worst) {
  return exists && fabs(limit - worst) <= 1e-9 * fabs(worst);
}

size_t plb_word_worst(char text[PLB_WORDS], const struct plb_estimate *estimate) {
  const struct plb_interval *interval = &estimate->interval;
  struct plb_estimate worst = *estimate;
  text[0] = '\0';
  if (!interval->exists || !interval->has_worst_case ||
      (same_limit(interval->has_lower, interval->lower, interval->worst_case[0]) &&
       same_limit(interval->has_upper, interval->upper, interval->worst_case[1])))
    return 0;
  worst.interval.has_lower = worst.interval.has_upper = true;
  worst.interval.lower = interval->worst_case[0];
  worst.interval.upper = interval->worst_case[1];
  return plb_word_interval(text, &worst);
}

size_t plb_word_target(char text[PLB_WORDS], const struct plb_estimate *estimate) {
  text[0] = '\0';
  if (!estimate->target_metric)
    return 0;
  return plb_word_one_in(text, estimate->target_at_most);
}

/* ---- names of metrics, counts ------------------------------------------------------------------ */

const char *plb_spoken(const char *metric) {
  return strcmp(metric, "DPRIME") == 0 ? "d'" : metric;
}

/* What a rate that carries failures is made of. */
static const char *parts(const char *metric) {
  static const char *const list[][2] = {{"FAR", "from FMR, FTA"},
                                        {"FRR", "from FNMR, FTA"},
                                        {"GFAR", "from FMR, FTA, FTE"},
                                        {"GFRR", "from FNMR, FTA, FTE"}};
  for (size_t k = 0; k < sizeof list / sizeof *list; k++)
    if (strcmp(metric, list[k][0]) == 0)
      return list[k][1];
  return NULL;
}

size_t plb_word_trials(char text[PLB_WORDS], const struct plb_estimate *e) {
  char mated[PLB_WORDS], nonmated[PLB_WORDS];
  text[0] = '\0';
  if (e->status == PLB_EST_SUPPRESSED)
    return 0;
  if (e->has_counts)
    return plb_word_fraction(text, e->errors, e->trials);
  if (!e->has_class_trials)
    return 0;
  if (parts(e->metric))
    return (size_t)snprintf(text, PLB_WORDS, "%s", parts(e->metric));
  plb_word_count(mated, e->mated_trials);
  plb_word_count(nonmated, e->nonmated_trials);
  return (size_t)snprintf(text, PLB_WORDS, "%.40s + %.40s", mated, nonmated);
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
