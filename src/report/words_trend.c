/* SPDX-License-Identifier: Apache-2.0
 *
 * How trends are worded: the same in text, page and figures.
 */
#include <stdio.h>
#include <string.h>

#include "base/number.h"
#include "report/escape.h"
#include "report/trend.h"

#define DIGITS 4

static bool same_number(bool has, double one, bool other_has, double other) {
  return has == other_has && (!has || !(one < other || one > other));
}

const struct plb_trend *plb_trend_of(const struct plb_grouping *grouping, size_t point) {
  const struct plb_result *result = grouping->result;
  const struct plb_estimate *at = grouping->points[point].first;
  for (size_t i = 0; i < result->trend_count; i++) {
    const struct plb_trend *trend = &result->trends[i];
    if (plb_same_system(trend->system, grouping->system) && strcmp(trend->by, grouping->by) == 0 &&
        same_number(trend->has_threshold, trend->threshold, at->has_threshold, at->threshold) &&
        same_number(trend->has_target, trend->target, at->target_metric != NULL, at->target_at_most))
      return trend;
  }
  return NULL;
}

void plb_word_axis(char text[PLB_LIMIT], const struct plb_trend_term *term) {
  char name[PLB_WORDS];
  plb_shorten(name, sizeof name, term->attribute, 40);
  snprintf(text, PLB_LIMIT, term->unit ? "%s (%ss)" : "%s", name, term->unit);
}

static void word_made_of(char text[PLB_REMARK], const struct plb_trend *trend) {
  char errors[PLB_WORDS], trials[PLB_WORDS], people[PLB_WORDS], in_errors[PLB_WORDS], left[PLB_WORDS];
  plb_word_count(errors, trend->errors);
  plb_word_count(trials, trend->trials);
  plb_word_count(people, trend->people);
  plb_word_count(in_errors, trend->in_errors);
  plb_word_count(left, trend->left_out);
  int used =
      snprintf(text, PLB_REMARK,
               "made of %s false non-match%s in %s mated comparisons of %s people, %s of whom %s "
               "in them",
               errors, trend->errors == 1 ? "" : "es", trials, people, in_errors, trend->in_errors == 1 ? "is" : "are");
  if (trend->left_out)
    snprintf(text + used, PLB_REMARK - (size_t)used, "; %s more, of which the number is not known exactly, %s left out",
             left, trend->left_out == 1 ? "is" : "are");
}

static void word_limits(char text[PLB_WORDS], double lower, double upper) {
  char one[PLB_WORDS / 3], other[PLB_WORDS / 3];
  plb_word_plain(one, sizeof one, lower, DIGITS);
  plb_word_plain(other, sizeof other, upper, DIGITS);
  snprintf(text, PLB_WORDS, "[%s, %s]", one, other);
}

/* The first, or the last point of an attribute. */
static const struct plb_trend_point *end_of(const struct plb_trend *trend, const char *attribute, bool last) {
  const struct plb_trend_point *found = NULL;
  for (size_t i = 0; i < trend->point_count && (last || !found); i++)
    if (strcmp(trend->points[i].attribute, attribute) == 0)
      found = &trend->points[i];
  return found;
}

static size_t word_point(char *text, size_t size, const struct plb_trend_point *point) {
  char rate[PLB_WORDS], lower[PLB_WORDS / 3], upper[PLB_WORDS / 3], at[PLB_DOUBLE_TEXT];
  plb_word_rate(rate, point->rate);
  plb_word_per_cent(lower, sizeof lower, point->lower);
  plb_word_per_cent(upper, sizeof upper, point->upper);
  snprintf(at, sizeof at, "%.4g", point->at);
  int used = snprintf(text, size, "%s [%s, %s] %% at %s", rate, lower, upper, at);
  return used < 0 ? 0 : (size_t)used;
}

static void word_term(char text[PLB_REMARK], const struct plb_trend *trend, const struct plb_trend_term *term) {
  char name[PLB_WORDS], ratio[PLB_WORDS], limits[PLB_WORDS], level[PLB_WORDS];
  const struct plb_trend_point *first = end_of(trend, term->attribute, false),
                               *last = end_of(trend, term->attribute, true);
  plb_shorten(name, sizeof name, term->attribute, 40);
  plb_word_plain(ratio, sizeof ratio, term->ratio, DIGITS);
  word_limits(limits, term->lower, term->upper);
  plb_word_level(level, trend->level);
  size_t used = (size_t)snprintf(text, PLB_REMARK,
                                 "each %s more of %s makes the odds of a false non-match %s times, %s %% "
                                 "interval %s",
                                 term->unit ? term->unit : "unit", name, ratio, level, limits);
  if (!first || !last || first == last)
    return;
  used += (size_t)snprintf(text + used, PLB_REMARK - used, "; FNMR goes from ");
  used += word_point(text + used, PLB_REMARK - used, first);
  used += (size_t)snprintf(text + used, PLB_REMARK - used, " to ");
  used += word_point(text + used, PLB_REMARK - used, last);
  if (trend->term_count > 1)
    snprintf(text + used, PLB_REMARK - used, ", with the others at their mean");
}

bool plb_word_trend(char text[PLB_REMARK], const struct plb_trend *trend, size_t k) {
  if (trend->why) {
    snprintf(text, PLB_REMARK, "there is none: %.400s", trend->why);
    return k == 0;
  }
  if (k == trend->term_count)
    word_made_of(text, trend);
  else if (k < trend->term_count)
    word_term(text, trend, &trend->terms[k]);
  else if (k == trend->term_count + 1)
    snprintf(
        text, PLB_REMARK,
        "a logistic curve over all people together, with limits by person (CR3, Satterthwaite): that errors follow "
        "such a curve is assumed, so look at the rates of the cells, too");
  else
    snprintf(text, PLB_REMARK, "%.800s", trend->note ? trend->note : "");
  return k < trend->term_count + 2 + (trend->note != NULL);
}
