/* SPDX-License-Identifier: Apache-2.0
 *
 * What is said at the end of what a test can carry: thresholds that accept nothing, and the targets that
 * are out of its reach. A threshold above every score is written as the next double in result files; for a
 * person these sixteen digits mean nothing. Targets out of reach all end at that threshold or at the same
 * other one, with the same counts: they are shown once.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/number.h"
#include "report/report.h"

#define NAMED_TARGETS 6
#define DIGITS_OF_WIDTH 3 /* of the distance between two limits of a threshold */
#define MOST_DIGITS 9

/* The operating point that an estimate is made at. */
static struct plb_operating_point point_of(const struct plb_result *result, const struct plb_estimate *estimate) {
  struct plb_operating_point point = {.system = estimate->system, .first = estimate};
  for (size_t k = 0; plb_result_point(result, estimate->system, k, &point); k++)
    for (const struct plb_estimate *e = point.first; e; e = plb_next_at_point(result, e))
      if (e == estimate)
        return point;
  return point;
}

/* No false match and no mated comparison accepted, at a threshold that the program chose. */
static bool accepts_nothing(const struct plb_result *result, const struct plb_estimate *estimate) {
  if (!estimate->target_metric || estimate->status == PLB_EST_UNDEFINED)
    return false;
  const struct plb_operating_point point = point_of(result, estimate);
  const struct plb_estimate *fmr = plb_point_estimate(result, &point, "FMR");
  if (!estimate->has_threshold)
    return !fmr || fmr->has_counts; /* without counts FMR is read off a straight line between two thresholds */
  const struct plb_estimate *fnmr = plb_point_estimate(result, &point, "FNMR");
  bool mated = fnmr && fnmr->has_counts;
  return fmr && fmr->has_counts && !fmr->errors && (!mated || fnmr->errors == fnmr->trials);
}

size_t plb_word_threshold(char text[PLB_WORDS], const struct plb_result *result, const struct plb_estimate *estimate) {
  char exact[PLB_DOUBLE_TEXT];
  bool distance = result->test.direction && strcmp(result->test.direction, "dissimilarity") == 0;
  text[0] = '\0';
  if (accepts_nothing(result, estimate))
    return (size_t)snprintf(text, PLB_WORDS, "%s", distance ? "below every distance" : "above every score");
  if (!estimate->has_threshold)
    return 0;
  plb_format_double(exact, estimate->threshold);
  return (size_t)snprintf(text, PLB_WORDS, "%s", exact);
}

/* Two numbers as texts, without the zeros that end both: "2.500", "3.000" as "2.5", "3.0". */
static void drop_zeros(char *one, char *other) {
  size_t n = strlen(one), m = strlen(other);
  while (strchr(one, '.') && strchr(other, '.') && one[n - 1] == other[m - 1] && strchr("0.", one[n - 1]))
    one[--n] = other[--m] = '\0';
}

size_t plb_word_threshold_limits(char text[PLB_WORDS], const struct plb_result *result,
                                 const struct plb_operating_point *point) {
  const struct plb_estimate *e = point->first;
  char threshold[PLB_WORDS], from[PLB_WORDS], to[PLB_WORDS];
  text[0] = '\0';
  while (e && !(e->has_threshold_interval && e->status != PLB_EST_SUPPRESSED))
    e = plb_next_at_point(result, e);
  if (!e || !plb_word_threshold(threshold, result, e) || !strchr("-0123456789", threshold[0]))
    return 0;
  double low = e->threshold_interval[0], high = e->threshold_interval[1], most = fmax(fabs(low), fabs(high));
  int digits = high > low ? (int)(floor(log10(most)) - floor(log10(high - low))) + DIGITS_OF_WIDTH : MOST_DIGITS + 1;
  plb_format_double(from, low);
  plb_format_double(to, high);
  if (digits <= MOST_DIGITS) {
    plb_word_plain(from, PLB_WORDS, low, digits);
    plb_word_plain(to, PLB_WORDS, high, digits);
    drop_zeros(from, to);
  }
  return (size_t)snprintf(text, PLB_WORDS, "%.40s to %.40s", from, to);
}

/* FMR at a target that the number of comparisons cannot carry; NULL where it can. That people are too few is something
 * else. */
static const struct plb_estimate *out_of_reach(const struct plb_result *result,
                                               const struct plb_operating_point *point) {
  const struct plb_estimate *fmr = plb_point_estimate(result, point, "FMR");
  bool lacks = fmr && fmr->target_metric && fmr->status == PLB_EST_UNSUPPORTED && !fmr->has_value && fmr->has_counts;
  lacks = lacks && fmr->target_at_most * (double)fmr->trials < 1 - 1e-9;
  return lacks ? fmr : NULL;
}

bool plb_out_of_reach(const struct plb_result *result, const struct plb_estimate *estimate) {
  const struct plb_operating_point point = point_of(result, estimate);
  return estimate->target_metric && out_of_reach(result, &point);
}

/* Whether both are FMR targets that this test is too small for and that ended at one threshold. */
static bool same_limit(const struct plb_result *result, const struct plb_operating_point *one,
                       const struct plb_operating_point *other) {
  const struct plb_estimate *a = out_of_reach(result, one), *b = out_of_reach(result, other);
  return a && b && plb_same_system(a->system, b->system) && a->has_threshold == b->has_threshold &&
         (!a->has_threshold || a->threshold == b->threshold) && a->errors == b->errors && a->trials == b->trials;
}

bool plb_shown_before(const struct plb_result *result, const struct plb_operating_point *point, size_t number) {
  struct plb_operating_point other;
  if (!out_of_reach(result, point))
    return false; /* with thousands of thresholds not each is compared with each */
  for (size_t k = 0; k < number && plb_result_point(result, point->system, k, &other); k++)
    if (same_limit(result, point, &other))
      return true;
  return false;
}

/* The first and the last where there are too many to name. */
static void word_targets(char *text, size_t size, const struct plb_estimate *const *targets, size_t count) {
  char target[PLB_WORDS];
  size_t n = 0, named = count > NAMED_TARGETS ? 2 : count;
  text[0] = '\0';
  for (size_t k = 0; k < named && n < size; k++) {
    plb_word_target(target, targets[k + 1 == named ? count - 1 : k]);
    const char *between = !k ? "" : named < count ? " to " : k + 1 < named ? ", " : " and ";
    n += (size_t)snprintf(text + n, size - n, "%s%.40s", between, target);
  }
  if (named < count && n < size)
    snprintf(text + n, size - n, " (%zu targets)", count);
}

bool plb_word_limit(char text[PLB_LIMIT], const struct plb_result *result, const struct plb_operating_point *point) {
  const struct plb_estimate *targets[PLB_LIMIT], *fmr = out_of_reach(result, point);
  char trials[PLB_WORDS], named[PLB_LIMIT / 2];
  struct plb_operating_point other;
  size_t count = 0;
  text[0] = '\0';
  if (!fmr)
    return false;
  for (size_t k = 0; count < PLB_LIMIT && plb_result_point(result, point->system, k, &other); k++)
    if (same_limit(result, point, &other))
      targets[count++] = other.first;
  word_targets(named, sizeof named, targets, count);
  plb_word_count(trials, fmr->trials);
  snprintf(text, PLB_LIMIT, "FMR targets below 1 in %.40s are beyond this test (asked for: %s)", trials, named);
  return true;
}

size_t plb_word_limit_at(char text[PLB_LIMIT], const struct plb_result *result,
                         const struct plb_operating_point *point) {
  const struct plb_estimate *fmr = plb_point_estimate(result, point, "FMR");
  char threshold[PLB_WORDS];
  plb_word_threshold(threshold, result, point->first);
  bool number = strchr("-0123456789", threshold[0]) != NULL;
  return (size_t)snprintf(text, PLB_LIMIT, "at %sthreshold %.40s%s", number ? "" : "a ", threshold,
                          fmr && fmr->has_counts && !fmr->errors ? ", the least strict one without a false match" : "");
}
