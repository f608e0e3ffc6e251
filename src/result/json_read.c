/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads a result file back into the structs it was written from: the full inverse of json_write.c.
 *
 * Strict in what it knows: every key of design section 5 must be there with a value of its kind; later
 * keys (interval.df, bracket, test.duplicates, ...) may be absent, which means unknown, as null does.
 * Keys that it does not know are ignored. What renderers rely on is checked here once: errors <= trials,
 * ascending thresholds, known words, and numbers of estimates that can be true (sound.h).
 *
 * The reader keeps the first failure and answers empty values after it, so that each part below reads
 * as a list of its keys. Cost: linear in the file.
 *
 * Law: longer than 600 lines, since it is one list of the keys of one schema, whose helpers are nobody else's.
 */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/show.h"
#include "result/fields.h"
#include "result/sound.h"
#include "result/store.h"
#include "result/tree.h"

struct reader {
  struct plb_result *result;
  struct plb_error *err;
  plb_status st;
};

enum need { LATER, NULLABLE, REQUIRED }; /* may be absent or null; may be null; must be there */

/* ---- single values ------------------------------------------------------------------------ */

static void reject(struct reader *r, const struct plb_json *value, const char *expected) {
  if (!r->st)
    r->st = plb_json_fail(value, expected, r->err);
}

/* Whether there is a value to read; an absence that is not allowed is rejected. */
static bool present(struct reader *r, const struct plb_json *value, enum need need, const char *expected) {
  if (r->st)
    return false;
  if (value->kind == PLB_JSON_ABSENT && need != LATER)
    reject(r, value, expected);
  else if (value->kind == PLB_JSON_NULL && need == REQUIRED)
    reject(r, value, expected);
  return value->kind != PLB_JSON_ABSENT && value->kind != PLB_JSON_NULL && !r->st;
}

static const char *text_of(struct reader *r, const struct plb_json *value, enum need need) {
  if (!present(r, value, need, "a text"))
    return NULL;
  if (value->kind != PLB_JSON_TEXT) {
    reject(r, value, need == REQUIRED ? "a text" : "a text or null");
    return NULL;
  }
  bool failed = false;
  const char *text = plb_result_text(r->result, value->text, &failed);
  if (failed)
    r->st = plb_fail_memory(r->err);
  return text;
}

static const char *read_text(struct reader *r, const struct plb_json *object, const char *key, enum need need) {
  struct plb_json value = plb_json_member(object, key);
  return text_of(r, &value, need);
}

/* A text that is one of the words, which end with NULL. */
static const char *read_word(struct reader *r, const struct plb_json *object, const char *key, enum need need,
                             const char *const *words, const char *expected) {
  const char *text = read_text(r, object, key, need);
  struct plb_json value = plb_json_member(object, key);
  while (text && *words && strcmp(text, *words) != 0)
    words++;
  if (text && !*words)
    reject(r, &value, expected);
  return text;
}

static uint64_t count_of(struct reader *r, const struct plb_json *value, enum need need, bool *exists) {
  if (exists)
    *exists = false;
  if (!present(r, value, need, "a count"))
    return 0;
  if (value->kind != PLB_JSON_COUNT) {
    reject(r, value, need == REQUIRED ? "a count" : "a count or null");
    return 0;
  }
  if (exists)
    *exists = true;
  return value->count;
}

static uint64_t read_count(struct reader *r, const struct plb_json *object, const char *key, enum need need,
                           bool *exists) {
  struct plb_json value = plb_json_member(object, key);
  return count_of(r, &value, need, exists);
}

static double number_of(struct reader *r, const struct plb_json *value, enum need need, bool *exists) {
  if (exists)
    *exists = false;
  if (!present(r, value, need, "a number"))
    return 0;
  if (value->kind != PLB_JSON_NUMBER && value->kind != PLB_JSON_COUNT) {
    reject(r, value, need == REQUIRED ? "a number" : "a number or null");
    return 0;
  }
  if (exists)
    *exists = true;
  return value->number == 0 ? 0 : value->number; /* no -0 */
}

static double read_number(struct reader *r, const struct plb_json *object, const char *key, enum need need,
                          bool *exists) {
  struct plb_json value = plb_json_member(object, key);
  return number_of(r, &value, need, exists);
}

/* A number from 0 up, and one from 0 to 1. */
static double read_size(struct reader *r, const struct plb_json *object, const char *key, enum need need,
                        bool *exists) {
  struct plb_json value = plb_json_member(object, key);
  double number = number_of(r, &value, need, exists);
  if (!r->st && number < 0)
    reject(r, &value, "no number below 0");
  return number;
}

static double read_share(struct reader *r, const struct plb_json *object, const char *key, enum need need,
                         bool *exists) {
  struct plb_json value = plb_json_member(object, key);
  double number = read_size(r, object, key, need, exists);
  if (!r->st && number > 1)
    reject(r, &value, "a number from 0 to 1");
  return number;
}

/* Whether `value` is an array of exactly two, or, where allowed, nothing. */
static bool is_pair(struct reader *r, const struct plb_json *value, enum need need, const char *expected) {
  if (!present(r, value, need, expected))
    return false;
  if (value->kind != PLB_JSON_ARRAY || value->length != 2)
    reject(r, value, expected);
  return !r->st;
}

static bool read_pair(struct reader *r, const struct plb_json *object, const char *key, enum need need,
                      double pair[2]) {
  struct plb_json value = plb_json_member(object, key);
  if (!is_pair(r, &value, need, "two numbers"))
    return false;
  for (size_t i = 0; i < 2; i++) {
    struct plb_json element = plb_json_element(&value, i);
    pair[i] = number_of(r, &element, REQUIRED, NULL);
  }
  return !r->st;
}

/* [errors, trials] of a curve, with trials. */
static void read_counts(struct reader *r, const struct plb_json *object, const char *key, uint64_t *errors,
                        uint64_t *trials) {
  static const char expected[] = "[errors, trials] with errors <= trials and trials > 0";
  struct plb_json value = plb_json_member(object, key);
  if (!is_pair(r, &value, REQUIRED, expected))
    return;
  struct plb_json first = plb_json_element(&value, 0), second = plb_json_element(&value, 1);
  *errors = count_of(r, &first, REQUIRED, NULL);
  *trials = count_of(r, &second, REQUIRED, NULL);
  if (!r->st && (*errors > *trials || *trials == 0))
    reject(r, &value, expected);
}

static bool read_boolean(struct reader *r, const struct plb_json *object, const char *key, enum need need) {
  struct plb_json value = plb_json_member(object, key);
  if (!present(r, &value, need, "true or false"))
    return false;
  if (value.kind != PLB_JSON_BOOLEAN)
    reject(r, &value, "true or false");
  return value.boolean;
}

static struct plb_json read_object(struct reader *r, const struct plb_json *object, const char *key, enum need need) {
  struct plb_json value = plb_json_member(object, key);
  if (present(r, &value, need, "an object") && value.kind != PLB_JSON_OBJECT)
    reject(r, &value, need == REQUIRED ? "an object" : "an object or null");
  return value;
}

static struct plb_json read_array(struct reader *r, const struct plb_json *object, const char *key) {
  struct plb_json value = plb_json_member(object, key);
  if (present(r, &value, REQUIRED, "an array") && value.kind != PLB_JSON_ARRAY)
    reject(r, &value, "an array");
  return value;
}

static struct plb_json read_element(struct reader *r, const struct plb_json *array, size_t i) {
  struct plb_json value = plb_json_element(array, i);
  if (!r->st && value.kind != PLB_JSON_OBJECT)
    reject(r, &value, "an object");
  return value;
}

/* Refuses what this version cannot hold, and would mix up with the estimate over everybody. */
static void refuse(struct reader *r, const struct plb_json *object, const char *key, const char *what) {
  if (r->st)
    return;
  r->st = plb_fail_at(r->err, PLB_UNSUPPORTED, object->name, 0, 0,
                      "%s[%zu].%s is set: this version does not read estimates by %s", object->parent->key,
                      object->index, key, what);
}

static void expect_everybody(struct reader *r, const struct plb_json *object) {
  struct plb_json cell = read_object(r, object, "cell", REQUIRED);
  if (cell.length)
    refuse(r, object, "cell", "group");
}

static void expect_no(struct reader *r, const struct plb_json *object, const char *key, const char *what) {
  struct plb_json value = plb_json_member(object, key);
  if (value.kind != PLB_JSON_ABSENT && value.kind != PLB_JSON_NULL)
    refuse(r, object, key, what);
}

/* ---- the parts of a result ------------------------------------------------------------------ */

static void read_drops(struct reader *r, const struct plb_json *object, struct plb_result_input *input) {
  struct plb_json dropped = read_array(r, object, "dropped");
  if (r->st || !dropped.length)
    return;
  input->dropped = plb_alloc(dropped.length, sizeof *input->dropped);
  if (!input->dropped) {
    r->st = plb_fail_memory(r->err);
    return;
  }
  input->dropped_count = dropped.length;
  for (size_t i = 0; i < dropped.length && !r->st; i++) {
    struct plb_json drop = read_element(r, &dropped, i);
    input->dropped[i].why = read_text(r, &drop, "why", REQUIRED);
    input->dropped[i].rows = read_count(r, &drop, "rows", REQUIRED, NULL);
  }
}

static void read_input(struct reader *r, const struct plb_json *object, struct plb_result_input *input) {
  input->name = read_text(r, object, "name", REQUIRED);
  input->digest = read_text(r, object, "digest", NULLABLE);
  input->bytes = read_count(r, object, "bytes", REQUIRED, NULL);
  input->rows = read_count(r, object, "rows", REQUIRED, NULL);
  input->kept = read_count(r, object, "kept", REQUIRED, NULL);
  read_drops(r, object, input);
  input->format = read_text(r, object, "format", LATER);
}

static void read_source(struct reader *r, const struct plb_json *provenance, struct plb_source_result *source) {
  struct plb_json object = read_object(r, provenance, "threshold_from", LATER);
  if (r->st || object.kind != PLB_JSON_OBJECT)
    return;
  source->name = read_text(r, &object, "name", REQUIRED);
  struct plb_json digests = read_array(r, &object, "digests");
  if (r->st || !(source->digests = plb_alloc(digests.length, sizeof *source->digests))) {
    r->st = r->st ? r->st : plb_fail_memory(r->err);
    return;
  }
  for (size_t i = 0; i < digests.length && !r->st; i++) {
    struct plb_json digest = plb_json_element(&digests, i);
    source->digests[source->digest_count++] = text_of(r, &digest, REQUIRED);
  }
}

static void read_provenance(struct reader *r, const struct plb_json *root) {
  struct plb_json object = read_object(r, root, "provenance", REQUIRED);
  struct plb_provenance *provenance = &r->result->provenance;
  provenance->version = read_text(r, &object, "version", REQUIRED);
  provenance->command = read_text(r, &object, "command", NULLABLE);
  struct plb_json inputs = read_array(r, &object, "inputs");
  provenance->seed = read_count(r, &object, "seed", REQUIRED, NULL);
  provenance->conventions = read_text(r, &object, "conventions", REQUIRED);
  read_source(r, &object, &provenance->source);
  if (r->st || !inputs.length)
    return;
  provenance->inputs = plb_alloc(inputs.length, sizeof *provenance->inputs);
  if (!provenance->inputs) {
    r->st = plb_fail_memory(r->err);
    return;
  }
  provenance->input_count = inputs.length;
  for (size_t i = 0; i < inputs.length && !r->st; i++) {
    struct plb_json input = read_element(r, &inputs, i);
    read_input(r, &input, &provenance->inputs[i]);
  }
}

/* Counts come in pairs: both or neither. */
static void both(struct reader *r, const struct plb_json *object, bool one, bool other, const char *expected) {
  if (!r->st && one != other)
    reject(r, object, expected);
}

static void read_test(struct reader *r, const struct plb_json *root) {
  static const char *const types[] = {"verification", "identification", "deployment", "coverage", "plan", NULL};
  static const char *const evaluations[] = {"technology", "scenario", "operational", "unknown", NULL};
  static const char *const directions[] = {"similarity", "dissimilarity", NULL};
  struct plb_json object = read_object(r, root, "test", REQUIRED);
  struct plb_test *test = &r->result->test;
  test->type =
      read_word(r, &object, "type", REQUIRED, types, "verification, identification, deployment, coverage or plan");
  test->evaluation =
      read_word(r, &object, "evaluation", REQUIRED, evaluations, "technology, scenario, operational or unknown");
  test->people = read_count(r, &object, "people", NULLABLE, &test->has_people);
  test->samples = read_count(r, &object, "samples", NULLABLE, &test->has_samples);
  test->mated_trials = read_count(r, &object, "mated_trials", REQUIRED, NULL);
  test->nonmated_trials = read_count(r, &object, "nonmated_trials", REQUIRED, NULL);
  test->direction = read_word(r, &object, "direction", LATER, directions, "similarity, dissimilarity or null");
  test->failed_enrol = read_count(r, &object, "failed_enrol", LATER, NULL);
  test->failed_acquire = read_count(r, &object, "failed_acquire", LATER, NULL);
  test->failed_compare = read_count(r, &object, "failed_compare", LATER, NULL);
  test->duplicates = read_count(r, &object, "duplicates", LATER, &test->has_duplicates);
  test->duplicates_sampled = read_boolean(r, &object, "duplicates_sampled", LATER);
  test->cluster = read_text(r, &object, "cluster", LATER);
  bool clusters, unclustered;
  test->clusters = read_count(r, &object, "clusters", LATER, &clusters);
  test->unclustered = read_count(r, &object, "unclustered", LATER, &unclustered);
  both(r, &object, clusters, unclustered, "clusters and unclustered, or null for both");
  both(r, &object, clusters, test->cluster != NULL, "clusters and the attribute they are of, or null for both");
}

static void read_interval(struct reader *r, const struct plb_json *estimate, struct plb_interval *interval) {
  struct plb_json object = read_object(r, estimate, "interval", NULLABLE);
  if (r->st || object.kind == PLB_JSON_NULL)
    return;
  interval->exists = true;
  interval->lower = read_number(r, &object, "lower", NULLABLE, &interval->has_lower);
  interval->upper = read_number(r, &object, "upper", NULLABLE, &interval->has_upper);
  interval->level = read_number(r, &object, "level", REQUIRED, NULL);
  interval->method = read_text(r, &object, "method", REQUIRED);
  interval->dependence = read_text(r, &object, "dependence", NULLABLE);
  interval->design_effect = read_number(r, &object, "design_effect", LATER, &interval->has_design_effect);
  interval->df = read_number(r, &object, "df", LATER, &interval->has_df);
  interval->has_worst_case = read_pair(r, &object, "worst_case", LATER, interval->worst_case);
  interval->person_correlation = read_share(r, &object, "person_correlation", LATER, &interval->has_person_correlation);
  interval->pair_correlation = read_share(r, &object, "pair_correlation", LATER, &interval->has_pair_correlation);
}

static enum plb_estimate_status read_status(struct reader *r, const struct plb_json *estimate) {
  struct plb_json value = plb_json_member(estimate, "status");
  if (value.kind == PLB_JSON_TEXT)
    for (int status = PLB_EST_OK; status <= PLB_EST_UNDEFINED; status++)
      if (strcmp(value.text, plb_estimate_status_name((enum plb_estimate_status)status)) == 0)
        return (enum plb_estimate_status)status;
  reject(r, &value, "ok, suppressed, unsupported or undefined");
  return PLB_EST_UNDEFINED;
}

static void read_target(struct reader *r, const struct plb_json *estimate, struct plb_estimate *e) {
  struct plb_json target = read_object(r, estimate, "target", NULLABLE);
  if (r->st || target.kind == PLB_JSON_NULL)
    return;
  e->target_metric = read_text(r, &target, "metric", REQUIRED);
  e->target_at_most = read_number(r, &target, "at_most", REQUIRED, NULL);
}

static void read_origin(struct reader *r, const struct plb_json *estimate, struct plb_origin *origin) {
  static const char *const outcomes[] = {"kept", "missed", "open", NULL};
  struct plb_json object = read_object(r, estimate, "threshold_from", LATER);
  if (r->st || object.kind != PLB_JSON_OBJECT)
    return;
  origin->source = read_text(r, &object, "source", REQUIRED);
  origin->metric = read_text(r, &object, "metric", REQUIRED);
  origin->at_most = read_number(r, &object, "at_most", REQUIRED, NULL);
  origin->ratio = read_number(r, &object, "ratio", NULLABLE, &origin->has_ratio);
  origin->outcome = read_word(r, &object, "outcome", NULLABLE, outcomes, "kept, missed, open or null");
}

static void expect_sound(struct reader *r, const struct plb_json *object, const struct plb_estimate *estimate) {
  struct plb_unsound unsound;
  if (r->st || plb_is_sound(estimate, &unsound))
    return;
  struct plb_json value = plb_json_member(object, unsound.key), inner;
  if (unsound.inner)
    inner = plb_json_member(&value, unsound.inner);
  reject(r, unsound.inner ? &inner : &value, unsound.expected);
}

static void read_against(struct reader *r, const struct plb_json *object, struct plb_estimate *e) {
  static const char *const aims[] = {"superiority", "non-inferiority", "equivalence", NULL};
  static const char *const verdicts[] = {"better",     "worse",     "not inferior", "inferior",
                                         "equivalent", "different", "undecided",    NULL};
  e->against = read_text(r, object, "against", LATER);
  e->against_threshold = read_number(r, object, "against_threshold", LATER, &e->has_against_threshold);
  e->compared_pairs = read_count(r, object, "compared_pairs", e->against ? REQUIRED : LATER, NULL);
  e->p_value = read_number(r, object, "p_value", LATER, &e->has_p_value);
  e->aim = read_word(r, object, "aim", LATER, aims, "superiority, non-inferiority or equivalence");
  e->margin = read_number(r, object, "margin", LATER, &e->has_margin);
  e->verdict = read_word(r, object, "verdict", LATER, verdicts, "better, worse, undecided, ...");
}

static void read_estimate(struct reader *r, const struct plb_json *object) {
  struct plb_estimate e = {0};
  bool has_trials, has_nonmated;
  e.metric = read_text(r, object, "metric", REQUIRED);
  e.system = read_text(r, object, "system", NULLABLE);
  expect_everybody(r, object);
  expect_no(r, object, "rank", "rank");
  expect_no(r, object, "gallery", "gallery");
  e.threshold = read_number(r, object, "threshold", NULLABLE, &e.has_threshold);
  e.has_threshold_interval = read_pair(r, object, "threshold_interval", LATER, e.threshold_interval);
  read_target(r, object, &e);
  read_origin(r, object, &e.origin);
  e.errors = read_count(r, object, "errors", NULLABLE, &e.has_counts);
  e.trials = read_count(r, object, "trials", NULLABLE, &has_trials);
  both(r, object, e.has_counts, has_trials, "errors and trials, or null for both");
  if (!r->st && e.errors > e.trials)
    reject(r, object, "errors <= trials");
  e.unit = read_text(r, object, "unit", NULLABLE);
  e.people = read_count(r, object, "people", NULLABLE, &e.has_people);
  e.mated_trials = read_count(r, object, "mated_trials", LATER, &e.has_class_trials);
  e.nonmated_trials = read_count(r, object, "nonmated_trials", LATER, &has_nonmated);
  both(r, object, e.has_class_trials, has_nonmated, "mated_trials and nonmated_trials, or null for both");
  e.value = read_number(r, object, "value", NULLABLE, &e.has_value);
  e.has_bracket = read_pair(r, object, "bracket", LATER, e.bracket);
  read_interval(r, object, &e.interval);
  if (!r->st)
    r->st = plb_influence_read(object, &e, r->err);
  e.status = read_status(r, object);
  e.note = read_text(r, object, "note", NULLABLE);
  read_against(r, object, &e);
  e.clusters = read_count(r, object, "clusters", LATER, &e.has_clusters);
  expect_sound(r, object, &e);
  if (!r->st)
    r->st = plb_result_add_estimate(r->result, &e, r->err);
}

static bool read_shares(struct reader *r, const struct plb_json *object, const char *key, double pair[2]) {
  struct plb_json value = plb_json_member(object, key);
  bool exists = read_pair(r, object, key, LATER, pair);
  if (exists && !plb_are_shares(pair))
    reject(r, &value, PLB_SHARES_EXPECTED);
  return exists;
}

static void read_point(struct reader *r, const struct plb_json *object, struct plb_det_point *point) {
  point->threshold = read_number(r, object, "threshold", NULLABLE, &point->has_threshold);
  read_counts(r, object, "fmr", &point->fmr_errors, &point->fmr_trials);
  read_counts(r, object, "fnmr", &point->fnmr_errors, &point->fnmr_trials);
  point->has_fmr_band = read_shares(r, object, "fmr_band", point->fmr_band);
  point->has_fnmr_band = read_shares(r, object, "fnmr_band", point->fnmr_band);
}

static void read_points(struct reader *r, const struct plb_json *object, struct plb_curve *curve) {
  struct plb_json points = read_array(r, object, "points");
  if (r->st)
    return;
  curve->points = plb_alloc(points.length, sizeof *curve->points);
  if (!curve->points) {
    r->st = plb_fail_memory(r->err);
    return;
  }
  curve->point_count = points.length;
  for (size_t i = 0; i < points.length && !r->st; i++) {
    struct plb_json point = read_element(r, &points, i);
    const struct plb_det_point *before = i ? &curve->points[i - 1] : NULL;
    read_point(r, &point, &curve->points[i]);
    bool both_known = before && before->has_threshold && curve->points[i].has_threshold;
    if (!r->st && both_known && curve->points[i].threshold <= before->threshold)
      reject(r, &point, "ascending thresholds");
  }
}

static void read_bins(struct reader *r, const struct plb_json *object, struct plb_curve *curve) {
  struct plb_json bins = read_array(r, object, "bins");
  curve->below = read_count(r, object, "below", REQUIRED, NULL);
  curve->above = read_count(r, object, "above", REQUIRED, NULL);
  if (r->st)
    return;
  curve->bins = plb_alloc(bins.length, sizeof *curve->bins);
  if (!curve->bins) {
    r->st = plb_fail_memory(r->err);
    return;
  }
  curve->bin_count = bins.length;
  for (size_t i = 0; i < bins.length && !r->st; i++) {
    struct plb_json bin = read_element(r, &bins, i);
    struct plb_score_bin *b = &curve->bins[i];
    b->from = read_number(r, &bin, "from", REQUIRED, NULL);
    b->to = read_number(r, &bin, "to", REQUIRED, NULL);
    b->mated = read_count(r, &bin, "mated", REQUIRED, NULL);
    b->nonmated = read_count(r, &bin, "nonmated", REQUIRED, NULL);
    if (!r->st && (b->from > b->to || (i && b->from < curve->bins[i - 1].to)))
      reject(r, &bin, "bins in ascending order");
  }
}

static void read_curve(struct reader *r, const struct plb_json *object) {
  struct plb_curve curve = {0};
  struct plb_json kind = plb_json_member(object, "kind");
  bool det = kind.kind == PLB_JSON_TEXT && strcmp(kind.text, "DET") == 0;
  bool scores = kind.kind == PLB_JSON_TEXT && strcmp(kind.text, "SCORES") == 0;
  if (!det && !scores)
    reject(r, &kind, "DET or SCORES");
  curve.kind = det ? PLB_CURVE_DET : PLB_CURVE_SCORES;
  curve.system = read_text(r, object, "system", NULLABLE);
  expect_everybody(r, object);
  if (det)
    read_points(r, object, &curve);
  else
    read_bins(r, object, &curve);
  if (!r->st) {
    r->st = plb_result_add_curve(r->result, &curve, r->err);
  } else {
    free(curve.points);
    free(curve.bins);
  }
}

static void expect_level(struct reader *r, const struct plb_json *object, bool exists, double level) {
  struct plb_json value = plb_json_member(object, "level");
  if (exists && !(level > 0 && level < 1))
    reject(r, &value, "a level between 0 and 1");
}

static const char *read_verdict(struct reader *r, const struct plb_json *object) {
  static const char *const verdicts[] = {"shown", "not shown", "refuted", NULL};
  return read_word(r, object, "verdict", REQUIRED, verdicts, "shown, not shown or refuted");
}

static void read_claim(struct reader *r, const struct plb_json *object) {
  struct plb_claim claim = {.text = read_text(r, object, "text", REQUIRED)};
  claim.verdict = read_verdict(r, object);
  claim.why = read_text(r, object, "why", NULLABLE);
  bool has_level;
  claim.has_limits = read_shares(r, object, "limits", claim.limits);
  claim.level = read_number(r, object, "level", LATER, &has_level);
  both(r, object, claim.has_limits, has_level, "limits and level, or null for both");
  expect_level(r, object, has_level, claim.level);
  if (!r->st)
    r->st = plb_result_add_claim(r->result, &claim, r->err);
}

static void read_list(struct reader *r, const struct plb_json *root, const char *key,
                      void (*read_one)(struct reader *r, const struct plb_json *object)) {
  struct plb_json list = read_array(r, root, key);
  for (size_t i = 0; !r->st && i < list.length; i++) {
    struct plb_json object = read_element(r, &list, i);
    if (!r->st)
      read_one(r, &object);
  }
}

/* What follows from the claims themselves is not read, but must agree with them. */
static void read_together(struct reader *r, const struct plb_json *root) {
  struct plb_json object = read_object(r, root, "claims_together", LATER);
  if (r->st || object.kind != PLB_JSON_OBJECT)
    return;
  size_t shown, claims = plb_result_claims(r->result, &shown);
  r->result->together.exists = true;
  r->result->together.level = read_number(r, &object, "level", REQUIRED, NULL);
  expect_level(r, &object, true, r->result->together.level);
  static const char *const rules[] = {"holm", NULL};
  const char *verdict = read_verdict(r, &object);
  read_word(r, &object, "rule", REQUIRED, rules, "holm");
  uint64_t of = read_count(r, &object, "claims", REQUIRED, NULL);
  uint64_t held = read_count(r, &object, "shown", REQUIRED, NULL);
  if (!r->st && (!claims || of != claims || held != shown || strcmp(verdict, plb_result_verdict(r->result)) != 0))
    reject(r, &object, "what the verdicts on the claims add up to");
}

static void read_statements(struct reader *r, const struct plb_json *root) {
  struct plb_json list = read_array(r, root, "statements");
  for (size_t i = 0; !r->st && i < list.length; i++) {
    struct plb_json sentence = plb_json_element(&list, i);
    if (sentence.kind != PLB_JSON_TEXT)
      reject(r, &sentence, "a text");
    else
      r->st = plb_result_add_statement(r->result, sentence.text, r->err);
  }
}

/* The keys of a flat struct. */
static void read_fields(struct reader *r, const struct plb_json *object, const struct plb_fields *fields, void *into) {
  for (size_t k = 0; k < fields->count && !r->st; k++) {
    const struct plb_field *field = &fields->at[k];
    void *at = (char *)into + field->offset;
    bool always = field->has == PLB_ALWAYS;
    bool *exists = always ? NULL : (bool *)(void *)((char *)into + field->has);
    enum need need = always ? REQUIRED : NULLABLE;
    switch (field->kind) {
    case PLB_FIELD_COUNT: *(uint64_t *)at = read_count(r, object, field->key, need, exists); break;
    case PLB_FIELD_SHARE: *(double *)at = read_share(r, object, field->key, need, exists); break;
    case PLB_FIELD_SIZE: *(double *)at = read_size(r, object, field->key, need, exists); break;
    case PLB_FIELD_TEXT: *(const char **)at = read_text(r, object, field->key, need); break;
    case PLB_FIELD_WORDS: *(const char **)at = read_text(r, object, field->key, NULLABLE); break;
    case PLB_FIELD_BOOLEAN: *(bool *)at = read_boolean(r, object, field->key, need); break;
    }
  }
}

/* An array of flat structs; NULL where there are none. */
static void *read_rows(struct reader *r, const struct plb_json *object, const char *key,
                       const struct plb_fields *fields, size_t size, size_t *count) {
  struct plb_json list = read_array(r, object, key);
  char *rows = r->st ? NULL : plb_alloc(list.length, size);
  if (!rows && !r->st)
    r->st = plb_fail_memory(r->err);
  for (size_t i = 0; !r->st && i < list.length; i++) {
    struct plb_json row = read_element(r, &list, i);
    read_fields(r, &row, fields, rows + i * size);
  }
  *count = rows ? list.length : 0;
  return rows;
}

static void read_plan(struct reader *r, const struct plb_json *object) {
  static const char *const metrics[] = {"FMR", "FNMR", NULL};
  static const char *const dependences[] = {"none", "mild", "mod", "strong", "given", "pilot", NULL};
  struct plb_test_plan plan = {0};
  read_fields(r, object, &plb_fields_of_plan, &plan);
  read_word(r, object, "metric", REQUIRED, metrics, "FMR or FNMR");
  read_word(r, object, "dependence", REQUIRED, dependences, "none, mild, mod, strong, given or pilot");
  struct plb_json needed = read_object(r, object, "needed", NULLABLE);
  plan.has_needed = needed.kind == PLB_JSON_OBJECT;
  if (plan.has_needed)
    read_fields(r, &needed, &plb_fields_of_plan_row, &plan.needed);
  plan.rows = read_rows(r, object, "rows", &plb_fields_of_plan_row, sizeof *plan.rows, &plan.row_count);
  plan.contrasts =
      read_rows(r, object, "contrasts", &plb_fields_of_contrast, sizeof *plan.contrasts, &plan.contrast_count);
  plan.sizes = read_rows(r, object, "sizes", &plb_fields_of_contrast, sizeof *plan.sizes, &plan.size_count);
  if (r->st)
    plb_plan_free_rows(&plan);
  else
    r->st = plb_result_add_plan(r->result, &plan, r->err);
}

/* The plans, which only a plan has. */
static void read_plans(struct reader *r, const struct plb_json *root) {
  struct plb_json list = plb_json_member(root, "plan");
  if (list.kind != PLB_JSON_ABSENT)
    read_list(r, root, "plan", read_plan);
}

static void check_schema(struct reader *r, const struct plb_json *root) {
  char shown[PLB_SHOWN];
  struct plb_json schema = plb_json_member(root, "schema");
  if (r->st || (schema.kind == PLB_JSON_TEXT && strcmp(schema.text, PLB_RESULT_SCHEMA) == 0))
    return;
  if (schema.kind == PLB_JSON_TEXT)
    r->st = plb_fail_at(r->err, PLB_DATA, root->name, 0, 0, "schema is %s; expected \"%s\"",
                        plb_show_text(shown, schema.text, strlen(schema.text)), PLB_RESULT_SCHEMA);
  else
    reject(r, &schema, "the text " PLB_RESULT_SCHEMA);
}

static void read_result(struct reader *r, const struct plb_json *root) {
  if (root->kind != PLB_JSON_OBJECT)
    reject(r, root, "an object");
  check_schema(r, root);
  read_provenance(r, root);
  read_test(r, root);
  read_list(r, root, "estimates", read_estimate);
  read_list(r, root, "curves", read_curve);
  read_list(r, root, "claims", read_claim);
  if (!r->st)
    r->st = plb_result_read_coverage(root, r->result, r->err);
  read_together(r, root);
  read_plans(r, root);
  read_statements(r, root);
}

plb_status plb_result_parse(const char *name, const char *text, size_t length, struct plb_result **result,
                            struct plb_error *err) {
  struct plb_json root;
  *result = NULL;
  plb_status st = plb_json_parse(name, text, length, &root, err);
  if (st)
    return st;
  struct reader r = {.err = err};
  r.st = plb_result_new(&r.result, err);
  if (!r.st)
    read_result(&r, &root);
  plb_json_free(&root);
  if (r.st)
    plb_result_free(r.result);
  else
    *result = r.result;
  return r.st;
}
