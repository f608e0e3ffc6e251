/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads one estimate of a result file back: see json_read.c. That its numbers can be true is asked of sound.h.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "result/json_read.h"
#include "result/sound.h"

static void read_interval(struct plb_reader *r, const struct plb_json *estimate, struct plb_interval *interval) {
  struct plb_json object = plb_read_object(r, estimate, "interval", PLB_NULLABLE);
  if (r->st || object.kind == PLB_JSON_NULL)
    return;
  interval->exists = true;
  interval->lower = plb_read_number(r, &object, "lower", PLB_NULLABLE, &interval->has_lower);
  interval->upper = plb_read_number(r, &object, "upper", PLB_NULLABLE, &interval->has_upper);
  interval->level = plb_read_number(r, &object, "level", PLB_REQUIRED, NULL);
  interval->method = plb_read_text(r, &object, "method", PLB_REQUIRED);
  interval->dependence = plb_read_text(r, &object, "dependence", PLB_NULLABLE);
  interval->design_effect = plb_read_number(r, &object, "design_effect", PLB_LATER, &interval->has_design_effect);
  interval->df = plb_read_number(r, &object, "df", PLB_LATER, &interval->has_df);
  interval->has_worst_case = plb_read_pair(r, &object, "worst_case", PLB_LATER, interval->worst_case);
  interval->has_simultaneous = plb_read_pair(r, &object, "simultaneous", PLB_LATER, interval->simultaneous);
  interval->simultaneous_of = plb_read_count(r, &object, "simultaneous_of", PLB_LATER, NULL);
  interval->person_correlation =
      plb_read_share(r, &object, "person_correlation", PLB_LATER, &interval->has_person_correlation);
  interval->pair_correlation =
      plb_read_share(r, &object, "pair_correlation", PLB_LATER, &interval->has_pair_correlation);
}

static enum plb_estimate_status read_status(struct plb_reader *r, const struct plb_json *estimate) {
  struct plb_json value = plb_json_member(estimate, "status");
  if (value.kind == PLB_JSON_TEXT)
    for (int status = PLB_EST_OK; status <= PLB_EST_UNDEFINED; status++)
      if (strcmp(value.text, plb_estimate_status_name((enum plb_estimate_status)status)) == 0)
        return (enum plb_estimate_status)status;
  plb_read_reject(r, &value, "ok, suppressed, unsupported or undefined");
  return PLB_EST_UNDEFINED;
}

static void read_target(struct plb_reader *r, const struct plb_json *estimate, struct plb_estimate *e) {
  struct plb_json target = plb_read_object(r, estimate, "target", PLB_NULLABLE);
  if (r->st || target.kind == PLB_JSON_NULL)
    return;
  e->target_metric = plb_read_text(r, &target, "metric", PLB_REQUIRED);
  e->target_at_most = plb_read_number(r, &target, "at_most", PLB_REQUIRED, NULL);
}

static void read_origin(struct plb_reader *r, const struct plb_json *estimate, struct plb_origin *origin) {
  static const char *const outcomes[] = {"kept", "missed", "open", NULL};
  struct plb_json object = plb_read_object(r, estimate, "threshold_from", PLB_LATER);
  if (r->st || object.kind != PLB_JSON_OBJECT)
    return;
  origin->source = plb_read_text(r, &object, "source", PLB_REQUIRED);
  origin->metric = plb_read_text(r, &object, "metric", PLB_REQUIRED);
  origin->at_most = plb_read_number(r, &object, "at_most", PLB_REQUIRED, NULL);
  origin->ratio = plb_read_number(r, &object, "ratio", PLB_NULLABLE, &origin->has_ratio);
  origin->outcome = plb_read_word(r, &object, "outcome", PLB_NULLABLE, outcomes, "kept, missed, open or null");
}

static void expect_sound(struct plb_reader *r, const struct plb_json *object, const struct plb_estimate *estimate) {
  struct plb_unsound unsound;
  if (r->st || plb_is_sound(estimate, &unsound))
    return;
  struct plb_json value = plb_json_member(object, unsound.key), inner;
  if (unsound.inner)
    inner = plb_json_member(&value, unsound.inner);
  plb_read_reject(r, unsound.inner ? &inner : &value, unsound.expected);
}

static void read_against(struct plb_reader *r, const struct plb_json *object, struct plb_estimate *e) {
  static const char *const aims[] = {"superiority", "non-inferiority", "equivalence", NULL};
  static const char *const verdicts[] = {"better",     "worse",     "not inferior", "inferior",
                                         "equivalent", "different", "undecided",    NULL};
  e->against = plb_read_text(r, object, "against", PLB_LATER);
  e->against_threshold = plb_read_number(r, object, "against_threshold", PLB_LATER, &e->has_against_threshold);
  e->compared_pairs = plb_read_count(r, object, "compared_pairs", e->against ? PLB_REQUIRED : PLB_LATER, NULL);
  e->p_value = plb_read_number(r, object, "p_value", PLB_LATER, &e->has_p_value);
  e->aim = plb_read_word(r, object, "aim", PLB_LATER, aims, "superiority, non-inferiority or equivalence");
  e->margin = plb_read_number(r, object, "margin", PLB_LATER, &e->has_margin);
  e->verdict = plb_read_word(r, object, "verdict", PLB_LATER, verdicts, "better, worse, undecided, ...");
}

/* A value of one person, or two. */
static void read_values(struct plb_reader *r, const struct plb_json *member, struct plb_cell *cell) {
  size_t at = cell->count++;
  cell->of[at].attribute = member->key;
  cell->of[at].two = member->kind == PLB_JSON_ARRAY;
  if (member->kind == PLB_JSON_ARRAY && member->length != 2) {
    plb_read_reject(r, member, "a text or two of them");
    return;
  }
  for (size_t v = 0; v < (cell->of[at].two ? 2 : 1) && !r->st; v++) {
    struct plb_json element = cell->of[at].two ? plb_json_element(member, v) : *member;
    if (element.kind == PLB_JSON_TEXT)
      cell->of[at].values[v] = element.text;
    else
      plb_read_reject(r, &element, "a text");
  }
}

/* Estimates of one cell stand one behind the other, and share it. */
static const struct plb_cell *read_cell(struct plb_reader *r, const struct plb_json *estimate) {
  struct plb_json object = plb_read_object(r, estimate, "cell", PLB_REQUIRED);
  struct plb_cell cell = {0};
  bool failed = false;
  if (r->st || !object.length)
    return NULL;
  if (object.length > PLB_MOST_BY) {
    plb_read_reject(r, &object, "at most 8 attributes");
    return NULL;
  }
  for (size_t i = 0; i < object.length && !r->st; i++) {
    struct plb_json member = plb_json_entry(&object, i);
    read_values(r, &member, &cell);
  }
  const struct plb_result *result = r->result;
  const struct plb_cell *last = result->cell_count ? result->cells[result->cell_count - 1] : NULL;
  if (r->st || (last && plb_cell_same(last, &cell)))
    return last;
  last = plb_result_cell(r->result, &cell, &failed);
  if (failed)
    r->st = plb_fail_memory(r->err);
  return last;
}

/* How many bytes names with commas between them have; rejects what is no list of 1 to 8 of them. */
static size_t measure_names(struct plb_reader *r, const struct plb_json *names) {
  size_t size = 1;
  if (r->st || names->kind != PLB_JSON_ARRAY || !names->length || names->length > PLB_MOST_BY) {
    plb_read_reject(r, names, "a list of 1 to 8 texts");
    return 0;
  }
  for (size_t i = 0; !r->st && i < names->length; i++) {
    struct plb_json name = plb_json_element(names, i);
    if (name.kind != PLB_JSON_TEXT || strchr(name.text, ','))
      plb_read_reject(r, &name, "a text without a comma");
    else
      size += strlen(name.text) + 1;
  }
  return size;
}

/* Names as a text with commas. */
static const char *read_names(struct plb_reader *r, const struct plb_json *object, const char *key) {
  struct plb_json names = plb_json_member(object, key);
  size_t size = measure_names(r, &names), used = 0;
  if (r->st)
    return NULL;
  char *text = plb_alloc(size, 1);
  bool failed = !text;
  for (size_t i = 0; text && i < names.length; i++)
    used += (size_t)snprintf(text + used, size - used, "%s%s", i ? "," : "", plb_json_element(&names, i).text);
  const char *copy = text ? plb_result_text(r->result, text, &failed) : NULL;
  free(text);
  if (failed)
    r->st = plb_fail_memory(r->err);
  return copy;
}

static void read_over(struct plb_reader *r, const struct plb_json *estimate, struct plb_estimate *e) {
  static const char *const metrics[] = {"FMR", "FNMR", NULL};
  struct plb_over *over = &e->over;
  bool finite;
  e->least_seen = plb_read_size(r, estimate, "least_ratio_seen", PLB_LATER, &e->has_least_seen);
  struct plb_json object = plb_read_object(r, estimate, "over", PLB_LATER);
  if (r->st || object.kind != PLB_JSON_OBJECT)
    return;
  over->metric = plb_read_word(r, &object, "metric", PLB_NULLABLE, metrics, "FMR, FNMR or null");
  over->by = read_names(r, &object, "by");
  over->groups = plb_read_count(r, &object, "groups", PLB_REQUIRED, NULL);
  over->p_value = plb_read_share(r, &object, "p_value", PLB_NULLABLE, &over->has_p_value);
  struct plb_json equal = plb_read_object(r, &object, "equal_groups", PLB_NULLABLE);
  over->has_equal = !r->st && equal.kind == PLB_JSON_OBJECT;
  if (!over->has_equal)
    return;
  over->equal_median = plb_read_size(r, &equal, "median", PLB_NULLABLE, &finite);
  over->equal_median = finite ? over->equal_median : (double)INFINITY;
  over->equal_upper = plb_read_size(r, &equal, "upper", PLB_NULLABLE, &finite);
  over->equal_upper = finite ? over->equal_upper : (double)INFINITY;
}

void plb_read_estimate(struct plb_reader *r, const struct plb_json *object) {
  struct plb_estimate e = {0};
  bool has_trials, has_nonmated;
  e.metric = plb_read_text(r, object, "metric", PLB_REQUIRED);
  e.system = plb_read_text(r, object, "system", PLB_NULLABLE);
  e.cell = read_cell(r, object);
  plb_expect_no(r, object, "rank", "rank");
  plb_expect_no(r, object, "gallery", "gallery");
  e.threshold = plb_read_number(r, object, "threshold", PLB_NULLABLE, &e.has_threshold);
  e.has_threshold_interval = plb_read_pair(r, object, "threshold_interval", PLB_LATER, e.threshold_interval);
  read_target(r, object, &e);
  read_origin(r, object, &e.origin);
  e.errors = plb_read_count(r, object, "errors", PLB_NULLABLE, &e.has_counts);
  e.trials = plb_read_count(r, object, "trials", PLB_NULLABLE, &has_trials);
  plb_expect_both(r, object, e.has_counts, has_trials, "errors and trials, or null for both");
  if (!r->st && e.errors > e.trials)
    plb_read_reject(r, object, "errors <= trials");
  e.unit = plb_read_text(r, object, "unit", PLB_NULLABLE);
  e.people = plb_read_count(r, object, "people", PLB_NULLABLE, &e.has_people);
  e.mated_trials = plb_read_count(r, object, "mated_trials", PLB_LATER, &e.has_class_trials);
  e.nonmated_trials = plb_read_count(r, object, "nonmated_trials", PLB_LATER, &has_nonmated);
  plb_expect_both(r, object, e.has_class_trials, has_nonmated, "mated_trials and nonmated_trials, or null for both");
  e.value = plb_read_number(r, object, "value", PLB_NULLABLE, &e.has_value);
  e.has_bracket = plb_read_pair(r, object, "bracket", PLB_LATER, e.bracket);
  read_interval(r, object, &e.interval);
  plb_read_influence(r, object, &e);
  e.status = read_status(r, object);
  e.note = plb_read_text(r, object, "note", PLB_NULLABLE);
  read_against(r, object, &e);
  read_over(r, object, &e);
  e.clusters = plb_read_count(r, object, "clusters", PLB_LATER, &e.has_clusters);
  expect_sound(r, object, &e);
  if (!r->st)
    r->st = plb_result_add_estimate(r->result, &e, r->err);
}
