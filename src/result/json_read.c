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
 * as a list of its keys. Single values are read in json_values.c; estimates, coverage and plans have files of their
 * own. Cost: linear in the file.
 */
#include <stdlib.h>
#include <string.h>

#include "base/show.h"
#include "result/json_read.h"
#include "result/store.h"

static void read_drops(struct plb_reader *r, const struct plb_json *object, struct plb_result_input *input) {
  struct plb_json dropped = plb_read_array(r, object, "dropped");
  input->dropped = plb_read_room(r, &dropped, sizeof *input->dropped, &input->dropped_count);
  for (size_t i = 0; i < dropped.length && !r->st; i++) {
    struct plb_json drop = plb_read_element(r, &dropped, i);
    input->dropped[i].why = plb_read_text(r, &drop, "why", PLB_REQUIRED);
    input->dropped[i].rows = plb_read_count(r, &drop, "rows", PLB_REQUIRED, NULL);
  }
}

static void read_input(struct plb_reader *r, const struct plb_json *object, struct plb_result_input *input) {
  input->name = plb_read_text(r, object, "name", PLB_REQUIRED);
  input->digest = plb_read_text(r, object, "digest", PLB_NULLABLE);
  input->bytes = plb_read_count(r, object, "bytes", PLB_REQUIRED, NULL);
  input->rows = plb_read_count(r, object, "rows", PLB_REQUIRED, NULL);
  input->kept = plb_read_count(r, object, "kept", PLB_REQUIRED, NULL);
  read_drops(r, object, input);
  input->format = plb_read_text(r, object, "format", PLB_LATER);
}

static void read_source(struct plb_reader *r, const struct plb_json *provenance, struct plb_source_result *source) {
  struct plb_json object = plb_read_object(r, provenance, "threshold_from", PLB_LATER);
  if (r->st || object.kind != PLB_JSON_OBJECT)
    return;
  source->name = plb_read_text(r, &object, "name", PLB_REQUIRED);
  struct plb_json digests = plb_read_array(r, &object, "digests");
  source->digests = plb_read_room(r, &digests, sizeof *source->digests, &source->digest_count);
  for (size_t i = 0; i < digests.length && !r->st; i++) {
    struct plb_json digest = plb_json_element(&digests, i);
    source->digests[i] = plb_read_text_of(r, &digest, PLB_REQUIRED);
  }
}

static void read_provenance(struct plb_reader *r, const struct plb_json *root) {
  struct plb_json object = plb_read_object(r, root, "provenance", PLB_REQUIRED);
  struct plb_provenance *provenance = &r->result->provenance;
  provenance->version = plb_read_text(r, &object, "version", PLB_REQUIRED);
  provenance->command = plb_read_text(r, &object, "command", PLB_NULLABLE);
  struct plb_json inputs = plb_read_array(r, &object, "inputs");
  provenance->seed = plb_read_count(r, &object, "seed", PLB_REQUIRED, NULL);
  provenance->conventions = plb_read_text(r, &object, "conventions", PLB_REQUIRED);
  provenance->as_of = plb_read_text(r, &object, "as_of", PLB_LATER);
  read_source(r, &object, &provenance->source);
  provenance->inputs = plb_read_room(r, &inputs, sizeof *provenance->inputs, &provenance->input_count);
  for (size_t i = 0; i < inputs.length && !r->st; i++) {
    struct plb_json input = plb_read_element(r, &inputs, i);
    read_input(r, &input, &provenance->inputs[i]);
  }
}

static void read_test(struct plb_reader *r, const struct plb_json *root) {
  static const char *const types[] = {"verification", "identification", "deployment", "coverage", "plan", NULL};
  static const char *const evaluations[] = {"technology", "scenario", "operational", "unknown", NULL};
  static const char *const directions[] = {"similarity", "dissimilarity", NULL};
  struct plb_json object = plb_read_object(r, root, "test", PLB_REQUIRED);
  struct plb_test *test = &r->result->test;
  test->type = plb_read_word(r, &object, "type", PLB_REQUIRED, types,
                             "verification, identification, deployment, coverage or plan");
  test->evaluation = plb_read_word(r, &object, "evaluation", PLB_REQUIRED, evaluations,
                                   "technology, scenario, operational or unknown");
  test->people = plb_read_count(r, &object, "people", PLB_NULLABLE, &test->has_people);
  test->samples = plb_read_count(r, &object, "samples", PLB_NULLABLE, &test->has_samples);
  test->mated_trials = plb_read_count(r, &object, "mated_trials", PLB_REQUIRED, NULL);
  test->nonmated_trials = plb_read_count(r, &object, "nonmated_trials", PLB_REQUIRED, NULL);
  test->direction = plb_read_word(r, &object, "direction", PLB_LATER, directions, "similarity, dissimilarity or null");
  test->failed_enrol = plb_read_count(r, &object, "failed_enrol", PLB_LATER, NULL);
  test->failed_acquire = plb_read_count(r, &object, "failed_acquire", PLB_LATER, NULL);
  test->failed_compare = plb_read_count(r, &object, "failed_compare", PLB_LATER, NULL);
  test->duplicates = plb_read_count(r, &object, "duplicates", PLB_LATER, &test->has_duplicates);
  test->duplicates_sampled = plb_read_boolean(r, &object, "duplicates_sampled", PLB_LATER);
  test->cluster = plb_read_text(r, &object, "cluster", PLB_LATER);
  bool clusters, unclustered;
  test->clusters = plb_read_count(r, &object, "clusters", PLB_LATER, &clusters);
  test->unclustered = plb_read_count(r, &object, "unclustered", PLB_LATER, &unclustered);
  test->where = plb_read_text(r, &object, "where", PLB_LATER);
  plb_expect_both(r, &object, clusters, unclustered, "clusters and unclustered, or null for both");
  plb_expect_both(r, &object, clusters, test->cluster != NULL,
                  "clusters and the attribute they are of, or null for both");
}

static void read_reasons(struct plb_reader *r, const struct plb_json *object, struct plb_result_attribute *attribute) {
  struct plb_json list = plb_read_array(r, object, "reasons");
  if (list.length > PLB_MOST_REASONS)
    plb_read_reject(r, &list, "at most 8 reasons");
  for (size_t i = 0; i < list.length && !r->st; i++) {
    struct plb_json element = plb_read_element(r, &list, i);
    struct plb_result_reason *reason = &attribute->reasons[attribute->reason_count++];
    bool line;
    reason->why = plb_read_text(r, &element, "why", PLB_REQUIRED);
    reason->comparisons = plb_read_count(r, &element, "comparisons", PLB_REQUIRED, NULL);
    reason->file = plb_read_text(r, &element, "file", PLB_NULLABLE);
    reason->line = plb_read_count(r, &element, "line", PLB_NULLABLE, &line);
    plb_expect_both(r, &element, reason->file != NULL, line, "a file and a line, or null for both");
  }
}

static void read_attributes(struct plb_reader *r, const struct plb_json *root) {
  struct plb_json list = plb_json_member(root, "attributes");
  if (r->st || list.kind != PLB_JSON_ARRAY)
    return;
  if (list.length > PLB_MOST_BY)
    plb_read_reject(r, &list, "at most 8 attributes");
  for (size_t i = 0; i < list.length && !r->st; i++) {
    struct plb_json object = plb_read_element(r, &list, i);
    struct plb_result_attribute *attribute = &r->result->attributes[r->result->attribute_count++];
    attribute->name = plb_read_text(r, &object, "name", PLB_REQUIRED);
    attribute->values = plb_read_count(r, &object, "values", PLB_REQUIRED, NULL);
    attribute->unknown = plb_read_count(r, &object, "unknown", PLB_REQUIRED, NULL);
    read_reasons(r, &object, attribute);
    attribute->several = plb_read_count(r, &object, "people_with_several", PLB_NULLABLE, &attribute->has_several);
  }
}

static void read_point(struct plb_reader *r, const struct plb_json *object, struct plb_det_point *point) {
  point->threshold = plb_read_number(r, object, "threshold", PLB_NULLABLE, &point->has_threshold);
  plb_read_counts(r, object, "fmr", &point->fmr_errors, &point->fmr_trials);
  plb_read_counts(r, object, "fnmr", &point->fnmr_errors, &point->fnmr_trials);
  point->has_fmr_band = plb_read_shares(r, object, "fmr_band", point->fmr_band);
  point->has_fnmr_band = plb_read_shares(r, object, "fnmr_band", point->fnmr_band);
}

static void read_points(struct plb_reader *r, const struct plb_json *object, struct plb_curve *curve) {
  struct plb_json points = plb_read_array(r, object, "points");
  curve->points = plb_read_room(r, &points, sizeof *curve->points, &curve->point_count);
  for (size_t i = 0; i < points.length && !r->st; i++) {
    struct plb_json point = plb_read_element(r, &points, i);
    const struct plb_det_point *before = i ? &curve->points[i - 1] : NULL;
    read_point(r, &point, &curve->points[i]);
    bool both_known = before && before->has_threshold && curve->points[i].has_threshold;
    if (!r->st && both_known && curve->points[i].threshold <= before->threshold)
      plb_read_reject(r, &point, "ascending thresholds");
  }
}

static void read_bins(struct plb_reader *r, const struct plb_json *object, struct plb_curve *curve) {
  struct plb_json bins = plb_read_array(r, object, "bins");
  curve->below = plb_read_count(r, object, "below", PLB_REQUIRED, NULL);
  curve->above = plb_read_count(r, object, "above", PLB_REQUIRED, NULL);
  curve->bins = plb_read_room(r, &bins, sizeof *curve->bins, &curve->bin_count);
  for (size_t i = 0; i < bins.length && !r->st; i++) {
    struct plb_json bin = plb_read_element(r, &bins, i);
    struct plb_score_bin *b = &curve->bins[i];
    b->from = plb_read_number(r, &bin, "from", PLB_REQUIRED, NULL);
    b->to = plb_read_number(r, &bin, "to", PLB_REQUIRED, NULL);
    b->mated = plb_read_count(r, &bin, "mated", PLB_REQUIRED, NULL);
    b->nonmated = plb_read_count(r, &bin, "nonmated", PLB_REQUIRED, NULL);
    if (!r->st && (b->from > b->to || (i && b->from < curve->bins[i - 1].to)))
      plb_read_reject(r, &bin, "bins in ascending order");
  }
}

static void read_curve(struct plb_reader *r, const struct plb_json *object) {
  struct plb_curve curve = {0};
  struct plb_json kind = plb_json_member(object, "kind");
  bool det = kind.kind == PLB_JSON_TEXT && strcmp(kind.text, "DET") == 0;
  bool scores = kind.kind == PLB_JSON_TEXT && strcmp(kind.text, "SCORES") == 0;
  if (!det && !scores)
    plb_read_reject(r, &kind, "DET or SCORES");
  curve.kind = det ? PLB_CURVE_DET : PLB_CURVE_SCORES;
  curve.system = plb_read_text(r, object, "system", PLB_NULLABLE);
  plb_expect_everybody(r, object);
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

static void expect_level(struct plb_reader *r, const struct plb_json *object, bool exists, double level) {
  struct plb_json value = plb_json_member(object, "level");
  if (exists && !(level > 0 && level < 1))
    plb_read_reject(r, &value, "a level between 0 and 1");
}

static const char *read_verdict(struct plb_reader *r, const struct plb_json *object) {
  static const char *const verdicts[] = {"shown", "not shown", "refuted", NULL};
  return plb_read_word(r, object, "verdict", PLB_REQUIRED, verdicts, "shown, not shown or refuted");
}

static void read_claim(struct plb_reader *r, const struct plb_json *object) {
  struct plb_claim claim = {.text = plb_read_text(r, object, "text", PLB_REQUIRED)};
  claim.verdict = read_verdict(r, object);
  claim.why = plb_read_text(r, object, "why", PLB_NULLABLE);
  bool has_level;
  claim.has_limits = plb_read_shares(r, object, "limits", claim.limits);
  claim.level = plb_read_number(r, object, "level", PLB_LATER, &has_level);
  plb_expect_both(r, object, claim.has_limits, has_level, "limits and level, or null for both");
  expect_level(r, object, has_level, claim.level);
  if (!r->st)
    r->st = plb_result_add_claim(r->result, &claim, r->err);
}

/* What follows from the claims themselves is not read, but must agree with them. */
static void read_together(struct plb_reader *r, const struct plb_json *root) {
  struct plb_json object = plb_read_object(r, root, "claims_together", PLB_LATER);
  if (r->st || object.kind != PLB_JSON_OBJECT)
    return;
  size_t shown, claims = plb_result_claims(r->result, &shown);
  r->result->together.exists = true;
  r->result->together.level = plb_read_number(r, &object, "level", PLB_REQUIRED, NULL);
  expect_level(r, &object, true, r->result->together.level);
  static const char *const rules[] = {"holm", NULL};
  const char *verdict = read_verdict(r, &object);
  plb_read_word(r, &object, "rule", PLB_REQUIRED, rules, "holm");
  uint64_t of = plb_read_count(r, &object, "claims", PLB_REQUIRED, NULL);
  uint64_t held = plb_read_count(r, &object, "shown", PLB_REQUIRED, NULL);
  if (!r->st && (!claims || of != claims || held != shown || strcmp(verdict, plb_result_verdict(r->result)) != 0))
    plb_read_reject(r, &object, "what the verdicts on the claims add up to");
}

static void read_statements(struct plb_reader *r, const struct plb_json *root) {
  struct plb_json list = plb_read_array(r, root, "statements");
  for (size_t i = 0; !r->st && i < list.length; i++) {
    struct plb_json sentence = plb_json_element(&list, i);
    if (sentence.kind != PLB_JSON_TEXT)
      plb_read_reject(r, &sentence, "a text");
    else
      r->st = plb_result_add_statement(r->result, sentence.text, r->err);
  }
}

static void check_schema(struct plb_reader *r, const struct plb_json *root) {
  char shown[PLB_SHOWN];
  struct plb_json schema = plb_json_member(root, "schema");
  if (r->st || (schema.kind == PLB_JSON_TEXT && strcmp(schema.text, PLB_RESULT_SCHEMA) == 0))
    return;
  if (schema.kind == PLB_JSON_TEXT)
    r->st = plb_fail_at(r->err, PLB_DATA, root->name, 0, 0, "schema is %s; expected \"%s\"",
                        plb_show_text(shown, schema.text, strlen(schema.text)), PLB_RESULT_SCHEMA);
  else
    plb_read_reject(r, &schema, "the text " PLB_RESULT_SCHEMA);
}

static void read_result(struct plb_reader *r, const struct plb_json *root) {
  if (root->kind != PLB_JSON_OBJECT)
    plb_read_reject(r, root, "an object");
  check_schema(r, root);
  read_provenance(r, root);
  read_test(r, root);
  read_attributes(r, root);
  plb_read_list(r, root, "estimates", plb_read_estimate);
  plb_read_list(r, root, "curves", read_curve);
  plb_read_list(r, root, "claims", read_claim);
  plb_read_coverage(r, root);
  read_together(r, root);
  plb_read_plans(r, root);
  plb_read_trends(r, root);
  read_statements(r, root);
}

plb_status plb_result_parse(const char *name, const char *text, size_t length, struct plb_result **result,
                            struct plb_error *err) {
  struct plb_json root;
  *result = NULL;
  plb_status st = plb_json_parse(name, text, length, &root, err);
  if (st)
    return st;
  struct plb_reader r = {.err = err};
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
