/* SPDX-License-Identifier: Apache-2.0
 *
 * What one trial of each rate is, and how each interval was made, said once for all estimates of a table:
 * "95 %, comparisons that share a person depend on each other: FMR, FNMR by PL". Estimates that share level and
 * dependence share a line, those that share a making a phrase.
 *
 * Cost: quadratic in the estimates of a table, of which there are a handful for each operating point.
 */
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "report/makings.h"

/* ---- groups --------------------------------------------------------------------------------------- */

static bool same_text(const char *one, const char *other) {
  return one == other || (one && other && strcmp(one, other) == 0);
}

static bool same_unit(const struct plb_estimate *a, const struct plb_estimate *b) {
  return a->has_counts && b->has_counts && a->unit && b->unit && strcmp(a->unit, b->unit) == 0;
}

static bool has_interval(const struct plb_estimate *e) {
  return e->interval.exists && e->status != PLB_EST_SUPPRESSED;
}

static bool same_ground(const struct plb_estimate *a, const struct plb_estimate *b) {
  return has_interval(a) && has_interval(b) && a->interval.level == b->interval.level &&
         same_text(a->interval.dependence, b->interval.dependence);
}

static bool same_making(const struct plb_estimate *a, const struct plb_estimate *b) {
  return same_ground(a, b) && same_text(a->interval.method, b->interval.method);
}

typedef bool alike(const struct plb_estimate *a, const struct plb_estimate *b);

/* Whether list[k] is of the group of list[i]; and the first of it, and the first of it of its metric. */
static bool leads(const struct plb_estimate *const *list, size_t i, size_t k, alike *same, bool by_metric) {
  if (!same(list[i], list[k]))
    return false;
  for (size_t before = 0; before < k; before++)
    if (same(list[i], list[before]) && (!by_metric || strcmp(list[before]->metric, list[k]->metric) == 0))
      return false;
  return true;
}

/* "FMR, FAR" of the group that list[i] leads. */
static void name_metrics(const struct plb_estimate *const *list, size_t count, size_t i, alike *same,
                         struct plb_out *words) {
  const char *between = "";
  for (size_t k = i; k < count; k++) {
    if (!leads(list, i, k, same, true))
      continue;
    plb_out_print(words, "%s%s", between, plb_spoken(list[k]->metric));
    between = ", ";
  }
}

/* ---- trials ------------------------------------------------------------------------------------------ */

void plb_list_units(const struct plb_result *result, const struct plb_estimate *const *list, size_t count,
                    struct plb_out *words) {
  (void)result;
  const char *between = "";
  for (size_t i = 0; i < count; i++) {
    if (!leads(list, i, i, same_unit, false))
      continue;
    plb_out_text(words, between);
    name_metrics(list, count, i, same_unit, words);
    plb_out_print(words, ": %s", list[i]->unit);
    between = "; ";
  }
}

/* ---- intervals ----------------------------------------------------------------------------------------- */

/* The range of the design effects of list[k]'s metric in the group of list[i]; false where none is known. */
static bool range_of_effects(const struct plb_estimate *const *list, size_t count, size_t i, size_t k,
                             double effects[2]) {
  bool known = false;
  for (size_t at = i; at < count; at++) {
    const struct plb_estimate *e = list[at];
    if (!same_making(list[i], e) || strcmp(e->metric, list[k]->metric) != 0 || !e->interval.has_design_effect)
      continue;
    double effect = e->interval.design_effect;
    effects[0] = known && effects[0] < effect ? effects[0] : effect;
    effects[1] = known && effects[1] > effect ? effects[1] : effect;
    known = true;
  }
  return known;
}

static void list_effects(const struct plb_estimate *const *list, size_t count, size_t i, struct plb_out *words) {
  const char *before = " (design effect ";
  size_t metrics = 0;
  bool known = false;
  for (size_t k = i; k < count; k++)
    metrics += leads(list, i, k, same_making, true);
  for (size_t k = i; k < count; k++) {
    double effects[2] = {0, 0};
    char low[PLB_WORDS], high[PLB_WORDS];
    if (!leads(list, i, k, same_making, true) || !range_of_effects(list, count, i, k, effects))
      continue;
    plb_word_rounded(low, effects[0], 3);
    plb_word_rounded(high, effects[1], 3);
    plb_out_print(words, "%s%s", before, low);
    if (strcmp(low, high) != 0)
      plb_out_print(words, " to %s", high);
    if (metrics > 1)
      plb_out_print(words, " of %s", plb_spoken(list[k]->metric));
    before = ", ";
    known = true;
  }
  plb_out_text(words, known ? ")" : "");
}

static const char *meaning(const char *dependence) {
  if (!dependence)
    return "";
  if (strcmp(dependence, "dyadic") == 0)
    return ", comparisons that share a person depend on each other";
  if (strcmp(dependence, "person") == 0)
    return ", trials of one person depend on each other";
  if (strcmp(dependence, "dyadic by cluster") == 0)
    return ", comparisons that share a cluster of people depend on each other";
  if (strcmp(dependence, "cluster") == 0)
    return ", trials of one cluster of people depend on each other";
  if (strcmp(dependence, "independent") == 0)
    return ", trials taken as independent";
  return "";
}

/* "FMR by PL (design effect 1.34 to 40.3); FNMR, EER by double-or-nothing": all that share level and dependence with
 * list[i]. */
static void list_methods(const struct plb_estimate *const *list, size_t count, size_t i, struct plb_out *words) {
  const char *between = "";
  for (size_t k = i; k < count; k++) {
    const struct plb_interval *interval = &list[k]->interval;
    if (!same_ground(list[i], list[k]) || !leads(list, k, k, same_making, false))
      continue;
    plb_out_text(words, between);
    name_metrics(list, count, k, same_making, words);
    plb_out_print(words, " by %s", interval->method ? interval->method : "an unnamed method");
    list_effects(list, count, k, words);
    between = "; ";
  }
}

void plb_list_makings(const struct plb_result *result, const struct plb_estimate *const *list, size_t count,
                      struct plb_out *words) {
  (void)result;
  const char *between = "";
  for (size_t i = 0; i < count; i++) {
    char level[PLB_WORDS];
    if (!leads(list, i, i, same_ground, false))
      continue;
    plb_word_level(level, list[i]->interval.level);
    plb_out_print(words, "%s%s %%%s: ", between, level, meaning(list[i]->interval.dependence));
    list_methods(list, count, i, words);
    between = ";\n";
  }
}

/* ---- worst cases ------------------------------------------------------------------------------------------ */

void plb_list_worst(const struct plb_result *result, const struct plb_estimate *const *list, size_t count,
                    struct plb_out *words) {
  const char *between = "";
  for (size_t i = 0; i < count; i++) {
    char limits[PLB_WORDS], threshold[PLB_WORDS];
    if (!plb_word_worst(limits, list[i]))
      continue;
    plb_out_print(words, "%s%s", between, plb_spoken(list[i]->metric));
    if (plb_has_point(list[i]) && plb_word_threshold(threshold, result, list[i]))
      plb_out_print(words, " at threshold %s", threshold);
    plb_out_print(words, " %s", limits);
    between = "; ";
  }
}

bool plb_note_number(struct plb_notes *notes, const char *text, size_t *number) {
  size_t at = 0;
  *number = 0;
  if (!text)
    return true;
  while (at < notes->count && strcmp(notes->texts[at], text) != 0)
    at++;
  if (at == notes->count) {
    if (!plb_reserve(&notes->texts, &notes->capacity, notes->count + 1, sizeof *notes->texts))
      return false;
    notes->texts[notes->count++] = text;
  }
  *number = at + 1;
  return true;
}

size_t plb_word_eer_at(char text[PLB_WORDS], const struct plb_result *result, const struct plb_estimate *e) {
  char threshold[PLB_WORDS];
  text[0] = '\0';
  if (e->status != PLB_EST_OK)
    return 0;
  if (plb_word_threshold(threshold, result, e))
    return (size_t)snprintf(text, PLB_WORDS, "at threshold %.40s", threshold);
  if (!e->has_bracket) /* between two thresholds, by a rule that its note says */
    return 0;
  return (size_t)snprintf(text, PLB_WORDS, "at an infinite threshold (a score there is infinite)");
}

size_t plb_word_bracket(char text[PLB_REMARK], const struct plb_result *result, const struct plb_estimate *e) {
  char at[PLB_WORDS], low[PLB_WORDS], high[PLB_WORDS];
  text[0] = '\0';
  if (!e->has_bracket || e->status != PLB_EST_OK)
    return 0;
  plb_word_eer_at(at, result, e);
  plb_word_per_cent(low, sizeof low, e->bracket[0]);
  plb_word_per_cent(high, sizeof high, e->bracket[1]);
  return (size_t)snprintf(
      text, PLB_REMARK,
      "the mean of FMR and FNMR%s%s%s; its bracket (the smaller and the larger of the two) is [%s, %s] %%",
      at[0] ? " " : "", at, plb_own_rules(result) ? ", where they differ least" : "", low, high);
}

plb_status plb_list_text(char **text, plb_list *list, const struct plb_result *result,
                         const struct plb_estimate *const *estimates, size_t count, struct plb_error *err) {
  struct plb_out *words;
  *text = NULL;
  plb_status st = plb_out_memory(&words, err);
  if (st)
    return st;
  list(result, estimates, count, words);
  *text = plb_out_take(words, NULL);
  return plb_out_close(words, err);
}
