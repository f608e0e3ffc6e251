/* SPDX-License-Identifier: Apache-2.0
 *
 * Writes a result as JSON, straight from the structs, so that nothing can fail but the output itself and
 * no second copy of the curves is held. What JSON has no number for (an infinite threshold) and what does not exist is
 * null, and the key is there nevertheless.
 */
#include "result/store.h"

#include <math.h>
#include <string.h>

#include "result/json_fields.h"

/* Of everybody: NULL. */
static void put_cell(struct plb_writer *w, const struct plb_cell *cell) {
  plb_begin_flat(w, "cell", "{");
  for (size_t i = 0; cell && i < cell->count; i++) {
    if (!cell->of[i].two) {
      plb_put_text(w, cell->of[i].attribute, cell->of[i].values[0]);
      continue;
    }
    plb_begin_flat(w, cell->of[i].attribute, "[");
    plb_put_text(w, NULL, cell->of[i].values[0]);
    plb_put_text(w, NULL, cell->of[i].values[1]);
    plb_end(w, "]");
  }
  plb_end(w, "}");
}

/* ---- the parts of a result ------------------------------------------------------------------ */

static void put_input(struct plb_writer *w, const struct plb_result_input *input) {
  plb_begin(w, NULL, "{");
  plb_put_text(w, "name", input->name);
  plb_put_text(w, "digest", input->digest);
  plb_put_count(w, "bytes", true, input->bytes);
  plb_put_count(w, "rows", true, input->rows);
  plb_put_count(w, "kept", true, input->kept);
  plb_begin(w, "dropped", "[");
  for (size_t i = 0; i < input->dropped_count; i++) {
    plb_begin_flat(w, NULL, "{");
    plb_put_text(w, "why", input->dropped[i].why);
    plb_put_count(w, "rows", true, input->dropped[i].rows);
    plb_end(w, "}");
  }
  plb_end(w, "]");
  plb_put_text(w, "format", input->format);
  plb_end(w, "}");
}

static void put_provenance(struct plb_writer *w, const struct plb_provenance *provenance) {
  plb_begin(w, "provenance", "{");
  plb_put_text(w, "version", provenance->version);
  plb_put_text(w, "command", provenance->command);
  plb_begin(w, "inputs", "[");
  for (size_t i = 0; i < provenance->input_count; i++)
    put_input(w, &provenance->inputs[i]);
  plb_end(w, "]");
  plb_put_count(w, "seed", true, provenance->seed);
  plb_put_text(w, "conventions", provenance->conventions);
  if (provenance->as_of)
    plb_put_text(w, "as_of", provenance->as_of);
  if (provenance->source.name) {
    plb_begin(w, "threshold_from", "{");
    plb_put_text(w, "name", provenance->source.name);
    plb_begin(w, "digests", "[");
    for (size_t i = 0; i < provenance->source.digest_count; i++)
      plb_put_text(w, NULL, provenance->source.digests[i]);
    plb_end(w, "]");
    plb_end(w, "}");
  }
  plb_end(w, "}");
}

static void put_test(struct plb_writer *w, const struct plb_test *test) {
  plb_begin(w, "test", "{");
  plb_put_text(w, "type", test->type);
  plb_put_text(w, "evaluation", test->evaluation);
  plb_put_count(w, "people", test->has_people, test->people);
  plb_put_text(w, "cluster", test->cluster);
  plb_put_count(w, "clusters", test->cluster, test->clusters);
  plb_put_count(w, "unclustered", test->cluster, test->unclustered);
  plb_put_count(w, "samples", test->has_samples, test->samples);
  plb_put_count(w, "mated_trials", true, test->mated_trials);
  plb_put_count(w, "nonmated_trials", true, test->nonmated_trials);
  plb_put_text(w, "direction", test->direction);
  plb_put_count(w, "failed_enrol", true, test->failed_enrol);
  plb_put_count(w, "failed_acquire", true, test->failed_acquire);
  plb_put_count(w, "failed_compare", true, test->failed_compare);
  plb_put_count(w, "duplicates", test->has_duplicates, test->duplicates);
  plb_put_boolean(w, "duplicates_sampled", test->duplicates_sampled);
  if (test->where)
    plb_put_text(w, "where", test->where);
  plb_end(w, "}");
}

static void put_attribute(struct plb_writer *w, const struct plb_result_attribute *attribute) {
  plb_begin(w, NULL, "{");
  plb_put_text(w, "name", attribute->name);
  plb_put_count(w, "values", true, attribute->values);
  plb_put_count(w, "unknown", true, attribute->unknown);
  plb_begin(w, "reasons", "[");
  for (size_t i = 0; i < attribute->reason_count; i++) {
    const struct plb_result_reason *reason = &attribute->reasons[i];
    plb_begin_flat(w, NULL, "{");
    plb_put_text(w, "why", reason->why);
    plb_put_count(w, "comparisons", true, reason->comparisons);
    plb_put_text(w, "file", reason->file);
    plb_put_count(w, "line", reason->file, reason->line);
    plb_end(w, "}");
  }
  plb_end(w, "]");
  plb_put_count(w, "people_with_several", attribute->has_several, attribute->several);
  plb_end(w, "}");
}

/* Only results that are told apart by attributes have this list. */
static void put_attributes(struct plb_writer *w, const struct plb_result *result) {
  if (!result->attribute_count)
    return;
  plb_begin(w, "attributes", "[");
  for (size_t i = 0; i < result->attribute_count; i++)
    put_attribute(w, &result->attributes[i]);
  plb_end(w, "]");
}

static void put_interval(struct plb_writer *w, const struct plb_interval *interval) {
  if (!interval->exists) {
    plb_put_null(w, "interval");
    return;
  }
  plb_begin(w, "interval", "{");
  plb_put_number(w, "lower", interval->has_lower, interval->lower);
  plb_put_number(w, "upper", interval->has_upper, interval->upper);
  plb_put_number(w, "level", true, interval->level);
  plb_put_text(w, "method", interval->method);
  plb_put_text(w, "dependence", interval->dependence);
  plb_put_number(w, "design_effect", interval->has_design_effect, interval->design_effect);
  plb_put_number(w, "df", interval->has_df, interval->df);
  plb_put_pair(w, "worst_case", interval->has_worst_case, interval->worst_case);
  if (interval->has_simultaneous) {
    plb_put_pair(w, "simultaneous", true, interval->simultaneous);
    plb_put_count(w, "simultaneous_of", true, interval->simultaneous_of);
  }
  plb_put_number(w, "person_correlation", interval->has_person_correlation, interval->person_correlation);
  plb_put_number(w, "pair_correlation", interval->has_pair_correlation, interval->pair_correlation);
  plb_end(w, "}");
}

/* Here and below: keys of results that have no use for them are left out. */
static void put_origin(struct plb_writer *w, const struct plb_origin *origin) {
  if (!origin->source)
    return;
  plb_begin_flat(w, "threshold_from", "{");
  plb_put_text(w, "source", origin->source);
  plb_put_text(w, "metric", origin->metric);
  plb_put_number(w, "at_most", true, origin->at_most);
  plb_put_number(w, "ratio", origin->has_ratio, origin->ratio);
  plb_put_text(w, "outcome", origin->outcome);
  plb_end(w, "}");
}

static void put_without(struct plb_writer *w, const struct plb_influence *influence) {
  if (!influence->has_without) {
    plb_put_null(w, "without_one");
    return;
  }
  plb_begin_flat(w, "without_one", "{");
  plb_put_count(w, "errors", true, influence->without_errors);
  plb_put_count(w, "trials", true, influence->without_trials);
  plb_put_boolean(w, "threshold_reset", influence->reset);
  plb_end(w, "}");
}

static void put_influence(struct plb_writer *w, const struct plb_estimate *e) {
  const struct plb_influence *influence = &e->influence;
  if (!e->has_influence)
    return;
  plb_begin(w, "influence", "{");
  if (influence->has_people) {
    plb_begin_flat(w, "people", "{");
    plb_put_count(w, "involved", true, influence->involved);
    plb_put_count(w, "half", true, influence->half);
    plb_put_count(w, "most", true, influence->most);
    put_without(w, influence);
    plb_end(w, "}");
  } else {
    plb_put_null(w, "people");
  }
  plb_begin(w, "wrong_labels", "[");
  for (size_t i = 0; i < influence->label_count; i++) {
    plb_begin_flat(w, NULL, "{");
    plb_put_count(w, "wrong", true, influence->labels[i].wrong);
    plb_put_number(w, "lower", true, influence->labels[i].lower);
    plb_put_number(w, "upper", true, influence->labels[i].upper);
    plb_end(w, "}");
  }
  plb_end(w, "]");
  plb_end(w, "}");
}

/* What differences of two systems have besides. */
static void put_against(struct plb_writer *w, const struct plb_estimate *e) {
  if (!e->against)
    return;
  plb_put_text(w, "against", e->against);
  plb_put_number(w, "against_threshold", e->has_against_threshold, e->against_threshold);
  plb_put_count(w, "compared_pairs", true, e->compared_pairs);
  plb_put_number(w, "p_value", e->has_p_value, e->p_value);
  plb_put_text(w, "aim", e->aim);
  plb_put_number(w, "margin", e->has_margin, e->margin);
  plb_put_text(w, "verdict", e->verdict);
}

/* What only estimates of groups have. */
static void put_groups(struct plb_writer *w, const struct plb_estimate *e) {
  const struct plb_over *over = &e->over;
  if (e->has_least_seen)
    plb_put_number(w, "least_ratio_seen", true, e->least_seen);
  if (!over->by)
    return;
  plb_begin_flat(w, "over", "{");
  plb_put_text(w, "metric", over->metric);
  plb_put_names(w, "by", over->by);
  plb_put_count(w, "groups", true, over->groups);
  plb_put_number(w, "p_value", over->has_p_value, over->p_value);
  if (over->has_equal) {
    plb_begin(w, "equal_groups", "{");
    plb_put_number(w, "median", true, over->equal_median);
    plb_put_number(w, "upper", true, over->equal_upper);
    plb_end(w, "}");
  } else {
    plb_put_null(w, "equal_groups");
  }
  plb_end(w, "}");
}

static void put_estimate(struct plb_writer *w, const struct plb_estimate *e) {
  plb_begin(w, NULL, "{");
  plb_put_text(w, "metric", e->metric);
  plb_put_text(w, "system", e->system);
  put_cell(w, e->cell);
  plb_put_number(w, "threshold", e->has_threshold, e->threshold);
  plb_put_pair(w, "threshold_interval", e->has_threshold_interval, e->threshold_interval);
  if (e->target_metric) {
    plb_begin_flat(w, "target", "{");
    plb_put_text(w, "metric", e->target_metric);
    plb_put_number(w, "at_most", true, e->target_at_most);
    plb_end(w, "}");
  } else {
    plb_put_null(w, "target");
  }
  put_origin(w, &e->origin);
  plb_put_count(w, "errors", e->has_counts, e->errors);
  plb_put_count(w, "trials", e->has_counts, e->trials);
  plb_put_text(w, "unit", e->unit);
  plb_put_count(w, "people", e->has_people, e->people);
  plb_put_count(w, "clusters", e->has_clusters, e->clusters);
  plb_put_count(w, "mated_trials", e->has_class_trials, e->mated_trials);
  plb_put_count(w, "nonmated_trials", e->has_class_trials, e->nonmated_trials);
  plb_put_number(w, "value", e->has_value, e->value);
  plb_put_pair(w, "bracket", e->has_bracket, e->bracket);
  put_interval(w, &e->interval);
  put_influence(w, e);
  plb_put_text(w, "status", plb_estimate_status_name(e->status));
  plb_put_text(w, "note", e->note);
  put_groups(w, e);
  put_against(w, e);
  plb_end(w, "}");
}

static void put_points(struct plb_writer *w, const struct plb_curve *curve) {
  plb_begin(w, "points", "[");
  for (size_t i = 0; i < curve->point_count; i++) {
    const struct plb_det_point *p = &curve->points[i];
    plb_begin_flat(w, NULL, "{");
    plb_put_number(w, "threshold", p->has_threshold, p->threshold);
    plb_put_counts(w, "fmr", p->fmr_errors, p->fmr_trials);
    plb_put_counts(w, "fnmr", p->fnmr_errors, p->fnmr_trials);
    plb_put_pair(w, "fmr_band", p->has_fmr_band, p->fmr_band);
    plb_put_pair(w, "fnmr_band", p->has_fnmr_band, p->fnmr_band);
    plb_end(w, "}");
  }
  plb_end(w, "]");
}

static void put_bins(struct plb_writer *w, const struct plb_curve *curve) {
  plb_begin(w, "bins", "[");
  for (size_t i = 0; i < curve->bin_count; i++) {
    const struct plb_score_bin *b = &curve->bins[i];
    plb_begin_flat(w, NULL, "{");
    plb_put_number(w, "from", true, b->from);
    plb_put_number(w, "to", true, b->to);
    plb_put_count(w, "mated", true, b->mated);
    plb_put_count(w, "nonmated", true, b->nonmated);
    plb_end(w, "}");
  }
  plb_end(w, "]");
  plb_put_count(w, "below", true, curve->below);
  plb_put_count(w, "above", true, curve->above);
}

static void put_curve(struct plb_writer *w, const struct plb_curve *curve) {
  plb_begin(w, NULL, "{");
  plb_put_text(w, "kind", curve->kind == PLB_CURVE_DET ? "DET" : "SCORES");
  plb_put_text(w, "system", curve->system);
  put_cell(w, NULL);
  if (curve->kind == PLB_CURVE_DET)
    put_points(w, curve);
  else
    put_bins(w, curve);
  plb_end(w, "}");
}

static void put_claim(struct plb_writer *w, const struct plb_claim *claim) {
  plb_begin(w, NULL, "{");
  plb_put_text(w, "text", claim->text);
  plb_put_text(w, "verdict", claim->verdict);
  plb_put_text(w, "why", claim->why);
  if (claim->has_limits) {
    plb_put_pair(w, "limits", true, claim->limits);
    plb_put_number(w, "level", true, claim->level);
  }
  plb_end(w, "}");
}

static void put_together(struct plb_writer *w, const struct plb_result *result) {
  size_t shown, claims = plb_result_claims(result, &shown);
  if (!result->together.exists || !claims)
    return;
  plb_begin_flat(w, "claims_together", "{");
  plb_put_text(w, "verdict", plb_result_verdict(result));
  plb_put_count(w, "shown", true, shown);
  plb_put_count(w, "claims", true, claims);
  plb_put_number(w, "level", true, result->together.level);
  plb_put_text(w, "rule", "holm");
  plb_end(w, "}");
}

static void put_methods(struct plb_writer *w, const struct plb_coverage_method *methods, size_t count, bool whole) {
  plb_begin(w, "methods", "[");
  for (size_t i = 0; i < count; i++) {
    const struct plb_coverage_method *method = &methods[i];
    plb_begin_flat(w, NULL, "{");
    plb_put_text(w, "method", method->method);
    if (whole)
      plb_put_text(w, "shown", method->shown);
    plb_put_count(w, "covered", true, method->covered);
    plb_put_count(w, "truth_above", true, method->truth_above);
    plb_put_count(w, "truth_below", true, method->truth_below);
    plb_put_number(w, "width", !whole || method->has_width, method->width);
    plb_end(w, "}");
  }
  plb_end(w, "]");
}

static void put_coverage(struct plb_writer *w, const struct plb_coverage_cell *cell) {
  plb_begin(w, NULL, "{");
  plb_put_text(w, "metric", cell->metric);
  plb_put_text(w, "model", cell->model);
  plb_put_text(w, "pairing", cell->pairing);
  plb_put_count(w, "people", true, cell->people);
  plb_put_number(w, "samples", true, cell->samples);
  plb_put_boolean(w, "unequal", cell->unequal);
  plb_put_number(w, "rate", true, cell->rate);
  plb_put_number(w, "trials", true, cell->trials);
  plb_put_number(w, "errors", true, cell->errors);
  plb_put_number(w, "design_effect", true, cell->design_effect);
  plb_put_number(w, "holders", cell->has_holders, cell->holders);
  plb_put_number(w, "few_holders", cell->has_holders, cell->few_holders);
  plb_put_number(w, "level", true, cell->level);
  plb_put_count(w, "replicates", true, cell->replicates);
  put_methods(w, cell->methods, cell->method_count, false);
  plb_end(w, "}");
}

static void put_whole(struct plb_writer *w, const struct plb_whole_cell *cell) {
  plb_begin(w, NULL, "{");
  plb_put_text(w, "statistic", cell->statistic);
  plb_put_text(w, "at", cell->at);
  plb_put_number(w, "rate", true, cell->rate);
  plb_put_text(w, "model", cell->model);
  plb_put_text(w, "pairing", cell->pairing);
  plb_put_count(w, "people", true, cell->people);
  plb_put_number(w, "samples", true, cell->samples);
  plb_put_boolean(w, "unequal", cell->unequal);
  plb_put_count(w, "family", true, cell->family);
  plb_put_boolean(w, "clustered", cell->clustered);
  plb_put_number(w, "mated_trials", true, cell->mated_trials);
  plb_put_number(w, "nonmated_trials", true, cell->nonmated_trials);
  plb_put_number(w, "truth", cell->has_truth, cell->truth);
  plb_put_number(w, "mean", cell->has_spread, cell->mean);
  plb_put_number(w, "deviation", cell->has_spread, cell->deviation);
  plb_put_number(w, "level", true, cell->level);
  plb_put_count(w, "replicates", true, cell->replicates);
  put_methods(w, cell->methods, cell->method_count, true);
  plb_end(w, "}");
}

/* Only studies of coverage have these lists. */
static void put_coverages(struct plb_writer *w, const struct plb_result *result) {
  if (result->coverage_count)
    plb_begin(w, "coverage", "[");
  for (size_t i = 0; i < result->coverage_count && !plb_out_failed(w->out); i++)
    put_coverage(w, &result->coverage[i]);
  if (result->coverage_count)
    plb_end(w, "]");
  if (result->whole_count)
    plb_begin(w, "whole", "[");
  for (size_t i = 0; i < result->whole_count && !plb_out_failed(w->out); i++)
    put_whole(w, &result->wholes[i]);
  if (result->whole_count)
    plb_end(w, "]");
}

void plb_result_store(const struct plb_result *result, struct plb_out *out) {
  struct plb_writer w = {.out = out, .first = true};
  plb_begin(&w, NULL, "{");
  plb_put_text(&w, "schema", PLB_RESULT_SCHEMA);
  put_provenance(&w, &result->provenance);
  put_test(&w, &result->test);
  put_attributes(&w, result);
  plb_begin(&w, "estimates", "[");
  for (size_t i = 0; i < result->estimate_count && !plb_out_failed(out); i++)
    put_estimate(&w, &result->estimates[i]);
  for (size_t i = 0; i < result->group_count && !plb_out_failed(out); i++)
    put_estimate(&w, &result->groups[i]);
  plb_end(&w, "]");
  plb_begin(&w, "curves", "[");
  for (size_t i = 0; i < result->curve_count && !plb_out_failed(out); i++)
    put_curve(&w, &result->curves[i]);
  plb_end(&w, "]");
  plb_begin(&w, "claims", "[");
  for (size_t i = 0; i < result->claim_count; i++)
    put_claim(&w, &result->claims[i]);
  plb_end(&w, "]");
  put_coverages(&w, result);
  put_together(&w, result);
  plb_put_plans(&w, result);
  plb_put_trends(&w, result);
  plb_begin(&w, "statements", "[");
  for (size_t i = 0; i < result->statement_count; i++)
    plb_put_text(&w, NULL, result->statements[i]);
  plb_end(&w, "]");
  plb_end(&w, "}");
  plb_out_text(out, "\n");
}
