/* SPDX-License-Identifier: Apache-2.0
 *
 * How groups, and how far they lie apart, are worded: the same in text, page and figures.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/number.h"
#include "report/escape.h"
#include "report/groups.h"
#include "report/makings.h"
#include "report/versus.h"

#define NOT_SAID "not said"
#define DIGITS 4
#define MOST_MAKINGS 64

/* ---- names ------------------------------------------------------------------------------------------ */

size_t plb_word_by(char text[PLB_LIMIT], const struct plb_grouping *grouping) {
  size_t n = 0, at = 0;
  text[0] = '\0';
  for (const char *name = grouping->by; at < grouping->attributes && n < PLB_LIMIT - 64; at++) {
    char copy[PLB_LIMIT], shown[PLB_WORDS];
    size_t length = strcspn(name, ",");
    snprintf(copy, sizeof copy, "%.*s", (int)(length < sizeof copy ? length : sizeof copy - 1), name);
    plb_shorten(shown, sizeof shown, copy, 30);
    n += (size_t)snprintf(text + n, PLB_LIMIT - n, "%s%s",
                          !at                             ? ""
                          : at + 1 < grouping->attributes ? ", "
                                                          : " and ",
                          shown);
    name += length + (name[length] == ',');
  }
  return n < PLB_LIMIT ? n : PLB_LIMIT - 1;
}

void plb_word_group(char *text, size_t size, const struct plb_grouping *grouping, size_t group, size_t most) {
  const struct plb_group *of = &grouping->groups[group];
  char whole[2048], number[32];
  size_t n = 0;
  whole[0] = '\0';
  for (size_t a = 0; a < of->cell->count && n < sizeof whole; a++) {
    const char *value = of->cell->of[a].values[of->cell->of[a].two ? of->side : 0];
    bool named = !*value && of->cell->count > 1;
    n += (size_t)snprintf(whole + n, sizeof whole - n, "%s%s%s%s", a ? ", " : "",
                          named ? of->cell->of[a].attribute : "", named ? " " : "", *value ? value : NOT_SAID);
  }
  size_t kept = strlen(plb_shorten(text, size, whole, most));
  if (kept == strlen(whole))
    return;
  size_t tail = (size_t)snprintf(number, sizeof number, " #%zu", group + 1);
  plb_shorten(text, size - tail, whole, most - tail);
  strcat(text, number);
}

void plb_word_cell(char *text, size_t size, const struct plb_grouping *grouping, const struct plb_group_cell *cell,
                   size_t most) {
  char one[PLB_LIMIT], two[PLB_LIMIT];
  plb_word_group(one, size < sizeof one ? size / 2 - 3 : sizeof one, grouping, cell->one, most);
  plb_word_group(two, size < sizeof two ? size / 2 - 3 : sizeof two, grouping, cell->two, most);
  if (cell->one == cell->two)
    snprintf(text, size, "%s", one);
  else
    snprintf(text, size, "%s%s%s", one, cell->kind == PLB_GROUP_ACROSS ? " with " : ", then ", two);
}

const char *plb_word_kind(enum plb_group_kind kind) {
  static const char *const names[] = {[PLB_GROUP_FNMR] = "FNMR",
                                      [PLB_GROUP_WITHIN] = "FMR within groups",
                                      [PLB_GROUP_ACROSS] = "FMR across groups",
                                      [PLB_GROUP_OTHER] = "Other rates",
                                      [PLB_GROUP_APART] = "How far the groups lie apart"};
  return names[kind];
}

/* Of a point at which everybody is not measured, as other programs may write it. */
static void word_own_point(char text[PLB_SPAN], const struct plb_estimate *e) {
  char target[PLB_WORDS], threshold[PLB_DOUBLE_TEXT] = "unknown";
  if (e->has_threshold)
    plb_format_double(threshold, e->threshold);
  if (plb_word_target(target, e))
    snprintf(text, PLB_SPAN, "Threshold %s, set for %.40s of at most %.40s", threshold, e->target_metric, target);
  else
    snprintf(text, PLB_SPAN, "Threshold %s", threshold);
}

void plb_word_group_point(char text[PLB_SPAN], const struct plb_grouping *grouping, size_t point) {
  const struct plb_group_point *at = &grouping->points[point];
  if (at->whole)
    snprintf(text, PLB_SPAN, "Over the whole test");
  else if (at->known)
    plb_text_span(text, grouping->result, &at->of_all);
  else
    word_own_point(text, at->first);
}

void plb_word_group_figure(char text[2 * PLB_LIMIT], const struct plb_grouping *grouping, const char *what) {
  char by[PLB_LIMIT], system[PLB_LIMIT / 2], label[PLB_WORDS];
  plb_word_by(by, grouping);
  plb_result_label(grouping->result, 1, label);
  plb_shorten(system, sizeof system, grouping->system ? grouping->system : label, 40);
  snprintf(text, 2 * PLB_LIMIT, "%s: %s, by %s", system, what, by);
}

/* ---- cells ------------------------------------------------------------------------------------------- */

void plb_word_withheld(char text[PLB_WORDS], const struct plb_estimate *e, const char **note) {
  *note = e->note;
  if (e->status != PLB_EST_SUPPRESSED) {
    plb_word_value(text, e);
    return;
  }
  bool few = e->note && strncmp(e->note, "fewer than ", 11) == 0 && strlen(e->note) < 40;
  snprintf(text, PLB_WORDS, "%.40s", few ? e->note : "not shown");
  *note = few ? NULL : e->note;
}

size_t plb_word_least_seen(char text[PLB_WORDS], const struct plb_estimate *e) {
  char number[PLB_WORDS];
  text[0] = '\0';
  if (!e->has_least_seen || e->status == PLB_EST_SUPPRESSED)
    return 0;
  if (!isfinite(e->least_seen))
    return (size_t)snprintf(text, PLB_WORDS, "none");
  plb_word_plain(number, sizeof number, e->least_seen, 3);
  return (size_t)snprintf(text, PLB_WORDS, "%.40s times", number);
}

size_t plb_word_at_once(char text[PLB_WORDS], const struct plb_estimate *e) {
  struct plb_estimate all = *e;
  text[0] = '\0';
  if (!e->interval.exists || !e->interval.has_simultaneous)
    return 0;
  all.interval.has_lower = all.interval.has_upper = true;
  all.interval.lower = e->interval.simultaneous[0];
  all.interval.upper = e->interval.simultaneous[1];
  return plb_word_interval(text, &all);
}

size_t plb_word_more(char text[PLB_LIMIT], enum plb_group_kind kind, size_t count) {
  char more[PLB_WORDS];
  text[0] = '\0';
  if (count <= PLB_MOST_CELLS)
    return 0;
  plb_word_count(more, count - PLB_MOST_CELLS);
  return (size_t)snprintf(text, PLB_LIMIT, "%s: %s more %s not listed here; the CSV and the result file have all",
                          plb_word_kind(kind), more, count - PLB_MOST_CELLS == 1 ? "is" : "are");
}

/* ---- differences --------------------------------------------------------------------------------------- */

bool plb_same_over(const struct plb_estimate *one, const struct plb_estimate *other) {
  const char *a = one->over.metric, *b = other->over.metric;
  return (a == b || (a && b && strcmp(a, b) == 0)) && one->over.groups == other->over.groups;
}

void plb_word_over(char text[PLB_LIMIT], const struct plb_estimate *e) {
  char groups[PLB_WORDS], p[PLB_WORDS] = "";
  struct plb_estimate test = {.has_p_value = e->over.has_p_value, .p_value = e->over.p_value};
  bool fmr = e->over.metric && strcmp(e->over.metric, "FMR") == 0;
  plb_word_count(groups, e->over.groups);
  plb_word_p_value(p, &test);
  snprintf(text, PLB_LIMIT, "%s, %s group%s%s%s",
           !e->over.metric ? "FMR within groups and FNMR together"
           : fmr           ? "FMR within groups"
                           : e->over.metric,
           groups, e->over.groups == 1 ? "" : "s", *p ? "; p of no difference: " : "", p);
}

const char *plb_word_apart_name(const struct plb_estimate *e) {
  static const char *const names[][2] = {{"MAX_MIN_RATIO", "Largest / smallest"},
                                         {"MAX_MIN_DIFFERENCE", "Largest - smallest"},
                                         {"MAX_GEOMEAN_RATIO", "Largest / geometric mean"},
                                         {"GINI", "Gini coefficient"},
                                         {"FDR", "FDR"},
                                         {"INEQUITY", "Inequity rate"},
                                         {"GARBE", "GARBE"}};
  for (size_t k = 0; k < sizeof names / sizeof *names; k++)
    if (strcmp(e->metric, names[k][0]) == 0)
      return names[k][1];
  return e->metric;
}

static void word_number(char text[PLB_WORDS], const struct plb_estimate *e, double value) {
  if (!isfinite(value))
    snprintf(text, PLB_WORDS, "without limit");
  else if (strcmp(e->metric, "MAX_MIN_DIFFERENCE") != 0)
    plb_word_plain(text, PLB_WORDS, value, DIGITS);
  else if (value > 0)
    plb_word_per_cent(text, PLB_WORDS, value);
  else
    snprintf(text, PLB_WORDS, "0");
}

static const char *unit_of(const struct plb_estimate *e) {
  return strcmp(e->metric, "MAX_MIN_DIFFERENCE") == 0 ? " points" : "";
}

size_t plb_word_apart(char text[PLB_WORDS], const struct plb_estimate *e) {
  char number[PLB_WORDS];
  if (!e->has_value)
    return (size_t)snprintf(text, PLB_WORDS, "%s", plb_estimate_status_name(e->status));
  word_number(number, e, e->value);
  return (size_t)snprintf(text, PLB_WORDS, "%.60s%s", number, unit_of(e));
}

size_t plb_word_apart_interval(char text[PLB_WORDS], const struct plb_estimate *e) {
  const struct plb_interval *interval = &e->interval;
  char lower[PLB_WORDS], upper[PLB_WORDS];
  text[0] = '\0';
  if (!interval->exists || (!interval->has_lower && !interval->has_upper))
    return e->has_value ? (size_t)snprintf(text, PLB_WORDS, "no interval") : 0;
  word_number(lower, e, interval->lower);
  word_number(upper, e, interval->upper);
  if (!interval->has_upper)
    return (size_t)snprintf(text, PLB_WORDS, "at least %.40s%s", lower, unit_of(e));
  if (!interval->has_lower)
    return (size_t)snprintf(text, PLB_WORDS, "at most %.40s%s", upper, unit_of(e));
  return (size_t)snprintf(text, PLB_WORDS, "[%.30s, %.30s]%s", lower, upper, unit_of(e));
}

size_t plb_word_equal(char text[PLB_WORDS], const struct plb_estimate *e) {
  char median[PLB_WORDS], upper[PLB_WORDS];
  text[0] = '\0';
  if (!e->over.has_equal)
    return 0;
  word_number(median, e, e->over.equal_median);
  word_number(upper, e, e->over.equal_upper);
  if (!isfinite(e->over.equal_median))
    return (size_t)snprintf(text, PLB_WORDS, "%.40s", median);
  return (size_t)snprintf(text, PLB_WORDS, "%.30s to %.30s%s", median, upper, unit_of(e));
}

/* ---- sentences ------------------------------------------------------------------------------------------ */

enum need { SIDES, CROSSED, APART, SEEN, HIDDEN, AT_ONCE, NOT_APART };

static bool needs(const struct plb_grouping *grouping, enum need need) {
  if (need == NOT_APART)
    return grouping->group_count > 1 && !needs(grouping, APART);
  for (size_t i = 0; i < grouping->cell_count; i++) {
    const struct plb_group_cell *cell = &grouping->cells[i];
    bool found = need == SIDES     ? cell->kind == PLB_GROUP_FNMR && cell->one != cell->two
                 : need == CROSSED ? cell->kind == PLB_GROUP_ACROSS
                 : need == APART   ? cell->kind == PLB_GROUP_APART
                 : need == SEEN    ? cell->estimate->has_least_seen
                 : need == AT_ONCE ? cell->estimate->interval.has_simultaneous
                                   : cell->estimate->status == PLB_EST_SUPPRESSED;
    if (found)
      return true;
  }
  return false;
}

bool plb_group_remark(const struct plb_grouping *grouping, size_t k, const char **text) {
  static const struct {
    enum need need;
    const char *text;
  } list[] = {
      {CROSSED, "FMR within groups is of two people of one group, FMR across groups of two people of two groups. All "
                "groups are measured at one threshold, that of everybody."},
      {SIDES, "Where the two samples of a person are not of one group, that of the reference stands first."},
      {HIDDEN, "Nothing is said of a group of too few people; where it would follow from the others, another is "
               "withheld too."},
      {AT_ONCE,
       "The interval of a group holds for this group alone, and of many such intervals some miss; those at once "
       "are wider, and hold for all cells of the kind together."},
      {APART,
       "How far groups lie apart is always larger in a small test than in a large one, even where all groups have "
       "one and the same rate. So beside each number stands what groups with equal rates show in tests like "
       "this one: the median and the 95th percentile, which 1 test in 20 passes. Groups of too few people are "
       "left out."},
      {APART, "p is how often groups with equal rates lie at least so far apart in tests like this one. A difference "
              "that is not shown is not evidence that there is none: a small test does not see it."},
      {NOT_APART,
       "How far the groups lie apart is not said: fewer than two of them had enough people for it. That is no "
       "evidence that they are alike."},
      {SEEN,
       "Seen from is, for each group, the smallest ratio of its rate to that of the others that a test like this one "
       "shows in 4 of 5 cases. A smaller one would mostly have gone unseen."}};
  for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
    if (!needs(grouping, list[i].need) || k-- > 0)
      continue;
    *text = list[i].text;
    return true;
  }
  return false;
}

static bool same_word(const char *one, const char *other) {
  return one == other || (one && other && strcmp(one, other) == 0);
}

static bool same_making(const struct plb_estimate *one, const struct plb_estimate *other) {
  return strcmp(one->metric, other->metric) == 0 && same_word(one->interval.method, other->interval.method) &&
         same_word(one->interval.dependence, other->interval.dependence) &&
         fabs(one->interval.level - other->interval.level) <= 0;
}

plb_status plb_group_makings(char **text, const struct plb_grouping *grouping, struct plb_error *err) {
  struct plb_estimate *makings = plb_alloc(MOST_MAKINGS, sizeof *makings);
  const struct plb_estimate *list[MOST_MAKINGS];
  size_t count = 0;
  if (!makings)
    return plb_fail_memory(err);
  for (size_t i = 0; i < grouping->cell_count && count < MOST_MAKINGS; i++) {
    const struct plb_estimate *e = grouping->cells[i].estimate;
    size_t known = 0;
    if (!e->interval.exists || e->status == PLB_EST_SUPPRESSED)
      continue;
    while (known < count && !same_making(&makings[known], e))
      known++;
    if (known < count)
      continue;
    makings[count] = *e;
    makings[count].metric = grouping->cells[i].kind == PLB_GROUP_APART ? plb_word_apart_name(e) : e->metric;
    makings[count].interval.has_design_effect = false;
    list[count] = &makings[count];
    count++;
  }
  plb_status st = plb_list_text(text, plb_list_makings, grouping->result, list, count, err);
  free(makings);
  return st;
}
