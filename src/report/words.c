/* SPDX-License-Identifier: Apache-2.0
 *
 * How estimates are worded for people, the same in every renderer, and what a result is made of: its
 * systems and its operating points. Numbers by themselves are worded in base/words.c.
 */
#include <ctype.h>
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

size_t plb_word_origin(char text[PLB_LIMIT], const struct plb_estimate *estimate) {
  char target[PLB_WORDS];
  text[0] = '\0';
  if (!estimate->origin.source)
    return 0;
  plb_word_one_in(target, estimate->origin.at_most);
  return (size_t)snprintf(text, PLB_LIMIT, "%.80s on %.300s", target, estimate->origin.source);
}

double plb_set_at(const struct plb_estimate *e) {
  const char *metric = e->target_metric ? e->target_metric : e->origin.source ? e->origin.metric : NULL;
  if (!metric || strcmp(metric, "FMR") != 0)
    return -1;
  return e->target_metric ? e->target_at_most : e->origin.at_most;
}

bool plb_set_for(const struct plb_estimate *e, double at_most) {
  double set = plb_set_at(e);
  return set >= 0 && set >= at_most && set <= at_most;
}

/* ---- names of metrics, counts ------------------------------------------------------------------ */

bool plb_own_rules(const struct plb_result *result) {
  return !result->provenance.conventions || strcmp(result->provenance.conventions, "plumbline") == 0;
}

const char *plb_spoken(const char *metric) {
  return strcmp(metric, "DPRIME") == 0 ? "d'" : metric;
}

double plb_result_level(const struct plb_result *result) {
  double level = 0;
  for (size_t i = 0; i < result->estimate_count; i++) {
    const struct plb_interval *interval = &result->estimates[i].interval;
    if (!interval->exists || result->estimates[i].against)
      continue;
    if (level > 0 && (interval->level < level || interval->level > level))
      return 0;
    level = interval->level;
  }
  return level;
}

bool plb_glued(const char *text, size_t at) {
  if (text[at] != ' ' || !at)
    return false;
  if (text[at + 1] == '%')
    return isdigit((unsigned char)text[at - 1]) || text[at - 1] == ']';
  if (text[at - 1] != ',' || !strchr("0123456789<-", text[at + 1]))
    return false;
  for (at--; at > 0 && strchr("0123456789.e-<", text[at - 1]); at--)
    ;
  return at > 0 && text[at - 1] == '[';
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

/* The fewest people of a class of comparisons of a system; 0 where it is not known or withheld. */
static uint64_t fewest_people(const struct plb_result *result, const char *system) {
  static const char *const metrics[] = {"FMR", "FNMR"};
  uint64_t fewest = 0;
  for (int m = 0; m < 2; m++) {
    const struct plb_estimate *e;
    size_t k = 0;
    while ((e = plb_system_estimate(result, system, k++)) && (strcmp(e->metric, metrics[m]) != 0 || e->against))
      ;
    if (!e || !e->has_people || e->status == PLB_EST_SUPPRESSED)
      return 0;
    fewest = !m || e->people < fewest ? e->people : fewest;
  }
  return fewest;
}

size_t plb_word_people(char text[PLB_WORDS], const struct plb_result *result, const struct plb_estimate *e) {
  bool over_all = strcmp(e->metric, "EER") == 0 || strcmp(e->metric, "AUC") == 0 || strcmp(e->metric, "DPRIME") == 0;
  uint64_t people = e->has_people ? e->people : over_all ? fewest_people(result, e->system) : 0;
  text[0] = '\0';
  if (e->status == PLB_EST_SUPPRESSED)
    return 0;
  if (e->has_people || people)
    return plb_word_count(text, people);
  return e->has_counts ? (size_t)snprintf(text, PLB_WORDS, "unknown") : 0;
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
