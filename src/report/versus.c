/* SPDX-License-Identifier: Apache-2.0
 *
 * How differences and ratios of two systems are worded. See versus.h.
 */
#include "report/versus.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/number.h"

#define DIGITS 4
#define SMALLEST_P 0.0001

const char plb_versus_meaning[] =
    "A value is that of the system named first (\"new\" in \"new against old\") minus, or over, that of the other; "
    "differences are in percentage points, and below 0 the system named first errs less. p is two-sided, of no "
    "difference. Undecided means that the data do not tell, not that there is no difference.";

const struct plb_estimate *plb_versus(const struct plb_result *result, size_t k) {
  for (size_t i = 0; i < result->estimate_count; i++)
    if (result->estimates[i].against && !k--)
      return &result->estimates[i];
  return NULL;
}

size_t plb_same_trials(const struct plb_result *result) {
  size_t systems = plb_result_systems(result);
  bool whole = systems && result->test.mated_trials % systems == 0 && result->test.nonmated_trials % systems == 0;
  return whole && plb_versus(result, 0) ? systems : 1;
}

bool plb_is_ratio(const struct plb_estimate *e) {
  return strstr(e->metric, "_RATIO") != NULL;
}

size_t plb_word_place(char text[PLB_PLACE], const struct plb_estimate *e) {
  char target[PLB_WORDS], own[PLB_DOUBLE_TEXT], other[PLB_DOUBLE_TEXT];
  int metric = (int)strcspn(e->metric, "_");
  if (plb_word_target(target, e))
    return (size_t)snprintf(text, PLB_PLACE, "%.*s at %s of at most %s", metric, e->metric, e->target_metric, target);
  if (!e->has_threshold || !e->has_against_threshold || e->metric[0] == 'E')
    return (size_t)snprintf(text, PLB_PLACE, "%.*s", metric, e->metric);
  plb_format_double(own, e->threshold);
  plb_format_double(other, e->against_threshold);
  return (size_t)snprintf(text, PLB_PLACE, "%.*s at thresholds %s and %s", metric, e->metric, own, other);
}

/* What FMR a system really has at the threshold that was set for a target; NULL where the result does not say. */
static const struct plb_estimate *realised(const struct plb_result *result, const struct plb_estimate *e,
                                           const char *system) {
  for (size_t i = 0; e->target_metric && system && i < result->estimate_count; i++) {
    const struct plb_estimate *other = &result->estimates[i];
    if (!other->against && other->target_metric && strcmp(other->metric, e->target_metric) == 0 && other->has_value &&
        other->target_at_most == e->target_at_most && other->system && strcmp(other->system, system) == 0)
      return other;
  }
  return NULL;
}

/* Errors and trials of a system behind a difference, "12 / 360"; false where it has none of its own. */
static bool counts_of(char text[PLB_WORDS], const struct plb_result *result, const struct plb_estimate *e,
                      const char *system, double threshold) {
  size_t metric = strcspn(e->metric, "_"), k = 0;
  const struct plb_estimate *own;
  for (; (own = plb_system_estimate(result, system, k)); k++) {
    if (own->against || strlen(own->metric) != metric || strncmp(own->metric, e->metric, metric) != 0)
      continue;
    bool here = e->target_metric ? own->target_metric && plb_set_for(own, e->target_at_most)
                                 : !own->target_metric && own->has_threshold && own->threshold >= threshold &&
                                       own->threshold <= threshold;
    if (here && own->has_counts && own->status != PLB_EST_SUPPRESSED)
      return plb_word_trials(text, own) > 0;
  }
  return false;
}

size_t plb_word_pair(char text[PLB_PAIR], const struct plb_result *result, const struct plb_estimate *e) {
  char place[PLB_PLACE], one[PLB_WORDS], two[PLB_WORDS];
  plb_word_place(place, e);
  size_t n = (size_t)snprintf(text, PLB_PAIR, "%s: %.200s against %.200s", place,
                              e->system ? e->system : "without a name", e->against);
  if (counts_of(one, result, e, e->system, e->threshold) && counts_of(two, result, e, e->against, e->against_threshold))
    n += (size_t)snprintf(text + n, PLB_PAIR - n, ", errors / trials %.60s and %.60s", one, two);
  const struct plb_estimate *first = realised(result, e, e->system), *second = realised(result, e, e->against);
  if (!first || !second)
    return n;
  plb_word_rate(one, first->value);
  plb_word_rate(two, second->value);
  return n + (size_t)snprintf(text + n, PLB_PAIR - n, " (%s there: %.60s and %.60s)", e->target_metric, one, two);
}

bool plb_same_pair(const struct plb_estimate *one, const struct plb_estimate *other) {
  char first[PLB_PLACE], second[PLB_PLACE];
  plb_word_place(first, one);
  plb_word_place(second, other);
  return strcmp(first, second) == 0 &&
         strcmp(one->system ? one->system : "", other->system ? other->system : "") == 0 &&
         strcmp(one->against, other->against) == 0;
}

static void word_points(char *text, size_t size, double value) {
  char number[PLB_WORDS] = "0";
  if (fabs(value) > 0)
    plb_word_per_cent(number, sizeof number, fabs(value));
  snprintf(text, size, "%s%.40s", value < 0 ? "-" : "", number);
}

static void word_number(char text[PLB_WORDS], const struct plb_estimate *e, double value) {
  if (plb_is_ratio(e))
    plb_word_plain(text, PLB_WORDS, value, DIGITS);
  else
    word_points(text, PLB_WORDS, value);
}

size_t plb_word_versus(char text[PLB_WORDS], const struct plb_estimate *e) {
  char number[PLB_WORDS];
  if (!e->has_value)
    return (size_t)snprintf(text, PLB_WORDS, "%s", plb_estimate_status_name(e->status));
  word_number(number, e, e->value);
  return (size_t)snprintf(text, PLB_WORDS, "%.60s%s", number, plb_is_ratio(e) ? "" : " points");
}

size_t plb_word_versus_interval(char text[PLB_WORDS], const struct plb_estimate *e) {
  char lower[PLB_WORDS], upper[PLB_WORDS];
  text[0] = '\0';
  if (!e->interval.exists)
    return e->has_value ? (size_t)snprintf(text, PLB_WORDS, "%s", e->note ? "no interval: see note" : "no interval")
                        : 0;
  word_number(lower, e, e->interval.lower);
  word_number(upper, e, e->interval.upper);
  if (!e->interval.has_upper)
    return (size_t)snprintf(text, PLB_WORDS, "at least %.40s", lower);
  if (!e->interval.has_lower)
    return (size_t)snprintf(text, PLB_WORDS, "at most %.40s", upper);
  return (size_t)snprintf(text, PLB_WORDS, "[%.30s, %.30s]", lower, upper);
}

size_t plb_word_p_value(char text[PLB_WORDS], const struct plb_estimate *e) {
  text[0] = '\0';
  if (!e->has_p_value)
    return 0;
  if (e->p_value < SMALLEST_P)
    return (size_t)snprintf(text, PLB_WORDS, "below 0.0001");
  return plb_word_plain(text, PLB_WORDS, e->p_value, 2);
}

size_t plb_word_verdict(char text[PLB_WORDS], const struct plb_estimate *e) {
  const char *verdict = e->verdict ? e->verdict : "undecided", *also = "";
  text[0] = '\0';
  if (plb_is_ratio(e))
    return 0;
  bool bound = e->note && strcmp(verdict, "undecided") == 0; /* the interval is no evidence, as the note says */
  if (e->has_margin && e->interval.exists && !bound)
    also = e->interval.upper < 0 ? "; better" : e->interval.lower > 0 ? "; worse" : "";
  return (size_t)snprintf(text, PLB_WORDS, "%.30s%s", verdict, also);
}

void plb_word_margin(char text[2 * PLB_WORDS], const struct plb_estimate *e) {
  char margin[PLB_WORDS];
  plb_word_per_cent(margin, sizeof margin, e->margin);
  snprintf(text, 2 * PLB_WORDS, "Differences in %.*s are judged by a margin of %.40s percentage points: %.40s.",
           (int)strcspn(e->metric, "_"), e->metric, margin, e->aim ? e->aim : "non-inferiority");
}

/* Whether an earlier difference has the same method. */
static bool is_known(const struct plb_result *result, const struct plb_estimate *e) {
  const struct plb_estimate *other;
  for (size_t k = 0; (other = plb_versus(result, k)) != e; k++)
    if (other->interval.exists && strcmp(other->interval.method, e->interval.method) == 0)
      return true;
  return false;
}

size_t plb_word_methods(char text[PLB_REMARK], const struct plb_result *result) {
  const struct plb_estimate *e;
  size_t n = 0;
  text[0] = '\0';
  for (size_t k = 0; (e = plb_versus(result, k)) && n < PLB_REMARK / 2; k++)
    if (e->interval.exists && !is_known(result, e))
      n += (size_t)snprintf(text + n, PLB_REMARK - n, "%s%.60s", n ? "; " : "", e->interval.method);
  return n;
}
