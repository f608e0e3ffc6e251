/* SPDX-License-Identifier: Apache-2.0
 *
 * Writes a result as JSON, straight from the structs, so that nothing can fail but the output itself and
 * no second copy of the curves is held. Numbers are the shortest text that reads back to the same
 * bits; what JSON has no number for (an infinite threshold) and what does not exist is null, and the key is
 * there nevertheless. -0 is written 0. Text that is no UTF-8 (a file name may be anything) has each
 * bad byte replaced by U+FFFD, because JSON is UTF-8.
 */
#include "result/store.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/number.h"
#include "base/utf8.h"
#include "result/fields.h"

struct writer {
  struct plb_out *out;
  int depth;
  int flat;   /* depth from which all stands on one line; 0 = nowhere */
  bool first; /* nothing yet in the open object or array */
};

static void write_text(struct plb_out *out, const char *text) {
  plb_out_text(out, "\"");
  for (const char *at = text; *at;) {
    size_t length = plb_utf8_length(at);
    if (*at == '"' || *at == '\\')
      plb_out_print(out, "\\%c", *at);
    else if (*at == '\n')
      plb_out_text(out, "\\n");
    else if (*at == '\t')
      plb_out_text(out, "\\t");
    else if (length && plb_utf8_acts(plb_utf8_point(at, length)))
      plb_out_print(out, "\\u%04x", (unsigned)plb_utf8_point(at, length));
    else if (length)
      plb_out_bytes(out, at, length);
    else
      plb_out_text(out, "\xEF\xBF\xBD");
    at += length ? length : 1;
  }
  plb_out_text(out, "\"");
}

/* ---- punctuation -------------------------------------------------------------------------- */

static bool is_flat(const struct writer *w) {
  return w->flat && w->depth >= w->flat;
}

static void indent(struct writer *w) {
  plb_out_text(w->out, "\n");
  for (int i = 0; i < w->depth; i++)
    plb_out_text(w->out, "  ");
}

/* Everything before a value: comma, place, key (NULL in an array). */
static void item(struct writer *w, const char *key) {
  if (!w->first)
    plb_out_text(w->out, is_flat(w) ? ", " : ",");
  if (!is_flat(w) && w->depth)
    indent(w);
  w->first = false;
  if (key) {
    write_text(w->out, key);
    plb_out_text(w->out, ": ");
  }
}

static void begin(struct writer *w, const char *key, const char *bracket) {
  item(w, key);
  plb_out_text(w->out, bracket);
  w->depth++;
  w->first = true;
}

static void end(struct writer *w, const char *bracket) {
  bool flat = is_flat(w);
  w->depth--;
  if (!flat && !w->first)
    indent(w);
  plb_out_text(w->out, bracket);
  w->first = false;
  if (w->flat > w->depth)
    w->flat = 0;
}

/* The same, all on one line. */
static void begin_flat(struct writer *w, const char *key, const char *bracket) {
  begin(w, key, bracket);
  if (!w->flat)
    w->flat = w->depth;
}

/* ---- values ------------------------------------------------------------------------------- */

static void put_null(struct writer *w, const char *key) {
  item(w, key);
  plb_out_text(w->out, "null");
}

static void put_text(struct writer *w, const char *key, const char *text) {
  if (!text) {
    put_null(w, key);
    return;
  }
  item(w, key);
  write_text(w->out, text);
}

static void put_count(struct writer *w, const char *key, bool exists, uint64_t count) {
  if (!exists) {
    put_null(w, key);
    return;
  }
  item(w, key);
  plb_out_print(w->out, "%" PRIu64, count);
}

static void put_number(struct writer *w, const char *key, bool exists, double number) {
  if (!exists || !isfinite(number)) {
    put_null(w, key);
    return;
  }
  char text[PLB_DOUBLE_TEXT];
  size_t length = plb_format_double(text, number == 0 ? 0 : number);
  item(w, key);
  plb_out_bytes(w->out, text, length);
}

static void put_boolean(struct writer *w, const char *key, bool value) {
  item(w, key);
  plb_out_text(w->out, value ? "true" : "false");
}

static void put_pair(struct writer *w, const char *key, bool exists, const double pair[2]) {
  if (!exists) {
    put_null(w, key);
    return;
  }
  begin_flat(w, key, "[");
  put_number(w, NULL, true, pair[0]);
  put_number(w, NULL, true, pair[1]);
  end(w, "]");
}

static void put_counts(struct writer *w, const char *key, uint64_t errors, uint64_t trials) {
  begin_flat(w, key, "[");
  put_count(w, NULL, true, errors);
  put_count(w, NULL, true, trials);
  end(w, "]");
}

/* The keys of a flat struct. */
static void put_fields(struct writer *w, const struct plb_fields *fields, const void *from) {
  const char *start = from;
  for (size_t k = 0; k < fields->count; k++) {
    const struct plb_field *field = &fields->at[k];
    const void *at = start + field->offset;
    bool exists = field->has == PLB_ALWAYS || *(const bool *)(const void *)(start + field->has);
    switch (field->kind) {
    case PLB_FIELD_COUNT: put_count(w, field->key, exists, *(const uint64_t *)at); break;
    case PLB_FIELD_SHARE:
    case PLB_FIELD_SIZE: put_number(w, field->key, exists, *(const double *)at); break;
    case PLB_FIELD_TEXT: put_text(w, field->key, exists ? *(const char *const *)at : NULL); break;
    case PLB_FIELD_WORDS: put_text(w, field->key, *(const char *const *)at); break;
    case PLB_FIELD_BOOLEAN: put_boolean(w, field->key, *(const bool *)at); break;
    }
  }
}

static void put_everybody(struct writer *w) {
  begin_flat(w, "cell", "{");
  end(w, "}");
}

/* ---- the parts of a result ------------------------------------------------------------------ */

static void put_input(struct writer *w, const struct plb_result_input *input) {
  begin(w, NULL, "{");
  put_text(w, "name", input->name);
  put_text(w, "digest", input->digest);
  put_count(w, "bytes", true, input->bytes);
  put_count(w, "rows", true, input->rows);
  put_count(w, "kept", true, input->kept);
  begin(w, "dropped", "[");
  for (size_t i = 0; i < input->dropped_count; i++) {
    begin_flat(w, NULL, "{");
    put_text(w, "why", input->dropped[i].why);
    put_count(w, "rows", true, input->dropped[i].rows);
    end(w, "}");
  }
  end(w, "]");
  put_text(w, "format", input->format);
  end(w, "}");
}

static void put_provenance(struct writer *w, const struct plb_provenance *provenance) {
  begin(w, "provenance", "{");
  put_text(w, "version", provenance->version);
  put_text(w, "command", provenance->command);
  begin(w, "inputs", "[");
  for (size_t i = 0; i < provenance->input_count; i++)
    put_input(w, &provenance->inputs[i]);
  end(w, "]");
  put_count(w, "seed", true, provenance->seed);
  put_text(w, "conventions", provenance->conventions);
  if (provenance->source.name) {
    begin(w, "threshold_from", "{");
    put_text(w, "name", provenance->source.name);
    begin(w, "digests", "[");
    for (size_t i = 0; i < provenance->source.digest_count; i++)
      put_text(w, NULL, provenance->source.digests[i]);
    end(w, "]");
    end(w, "}");
  }
  end(w, "}");
}

static void put_test(struct writer *w, const struct plb_test *test) {
  begin(w, "test", "{");
  put_text(w, "type", test->type);
  put_text(w, "evaluation", test->evaluation);
  put_count(w, "people", test->has_people, test->people);
  put_text(w, "cluster", test->cluster);
  put_count(w, "clusters", test->cluster, test->clusters);
  put_count(w, "unclustered", test->cluster, test->unclustered);
  put_count(w, "samples", test->has_samples, test->samples);
  put_count(w, "mated_trials", true, test->mated_trials);
  put_count(w, "nonmated_trials", true, test->nonmated_trials);
  put_text(w, "direction", test->direction);
  put_count(w, "failed_enrol", true, test->failed_enrol);
  put_count(w, "failed_acquire", true, test->failed_acquire);
  put_count(w, "failed_compare", true, test->failed_compare);
  put_count(w, "duplicates", test->has_duplicates, test->duplicates);
  put_boolean(w, "duplicates_sampled", test->duplicates_sampled);
  end(w, "}");
}

static void put_interval(struct writer *w, const struct plb_interval *interval) {
  if (!interval->exists) {
    put_null(w, "interval");
    return;
  }
  begin(w, "interval", "{");
  put_number(w, "lower", interval->has_lower, interval->lower);
  put_number(w, "upper", interval->has_upper, interval->upper);
  put_number(w, "level", true, interval->level);
  put_text(w, "method", interval->method);
  put_text(w, "dependence", interval->dependence);
  put_number(w, "design_effect", interval->has_design_effect, interval->design_effect);
  put_number(w, "df", interval->has_df, interval->df);
  put_pair(w, "worst_case", interval->has_worst_case, interval->worst_case);
  put_number(w, "person_correlation", interval->has_person_correlation, interval->person_correlation);
  put_number(w, "pair_correlation", interval->has_pair_correlation, interval->pair_correlation);
  end(w, "}");
}

/* Here and below: keys of results that have no use for them are left out. */
static void put_origin(struct writer *w, const struct plb_origin *origin) {
  if (!origin->source)
    return;
  begin_flat(w, "threshold_from", "{");
  put_text(w, "source", origin->source);
  put_text(w, "metric", origin->metric);
  put_number(w, "at_most", true, origin->at_most);
  put_number(w, "ratio", origin->has_ratio, origin->ratio);
  put_text(w, "outcome", origin->outcome);
  end(w, "}");
}

static void put_without(struct writer *w, const struct plb_influence *influence) {
  if (!influence->has_without) {
    put_null(w, "without_one");
    return;
  }
  begin_flat(w, "without_one", "{");
  put_count(w, "errors", true, influence->without_errors);
  put_count(w, "trials", true, influence->without_trials);
  put_boolean(w, "threshold_reset", influence->reset);
  end(w, "}");
}

static void put_influence(struct writer *w, const struct plb_estimate *e) {
  const struct plb_influence *influence = &e->influence;
  if (!e->has_influence)
    return;
  begin(w, "influence", "{");
  if (influence->has_people) {
    begin_flat(w, "people", "{");
    put_count(w, "involved", true, influence->involved);
    put_count(w, "half", true, influence->half);
    put_count(w, "most", true, influence->most);
    put_without(w, influence);
    end(w, "}");
  } else {
    put_null(w, "people");
  }
  begin(w, "wrong_labels", "[");
  for (size_t i = 0; i < influence->label_count; i++) {
    begin_flat(w, NULL, "{");
    put_count(w, "wrong", true, influence->labels[i].wrong);
    put_number(w, "lower", true, influence->labels[i].lower);
    put_number(w, "upper", true, influence->labels[i].upper);
    end(w, "}");
  }
  end(w, "]");
  end(w, "}");
}

/* What differences of two systems have besides. */
static void put_against(struct writer *w, const struct plb_estimate *e) {
  if (!e->against)
    return;
  put_text(w, "against", e->against);
  put_number(w, "against_threshold", e->has_against_threshold, e->against_threshold);
  put_count(w, "compared_pairs", true, e->compared_pairs);
  put_number(w, "p_value", e->has_p_value, e->p_value);
  put_text(w, "aim", e->aim);
  put_number(w, "margin", e->has_margin, e->margin);
  put_text(w, "verdict", e->verdict);
}

static void put_estimate(struct writer *w, const struct plb_estimate *e) {
  begin(w, NULL, "{");
  put_text(w, "metric", e->metric);
  put_text(w, "system", e->system);
  put_everybody(w);
  put_number(w, "threshold", e->has_threshold, e->threshold);
  put_pair(w, "threshold_interval", e->has_threshold_interval, e->threshold_interval);
  if (e->target_metric) {
    begin_flat(w, "target", "{");
    put_text(w, "metric", e->target_metric);
    put_number(w, "at_most", true, e->target_at_most);
    end(w, "}");
  } else {
    put_null(w, "target");
  }
  put_origin(w, &e->origin);
  put_count(w, "errors", e->has_counts, e->errors);
  put_count(w, "trials", e->has_counts, e->trials);
  put_text(w, "unit", e->unit);
  put_count(w, "people", e->has_people, e->people);
  put_count(w, "clusters", e->has_clusters, e->clusters);
  put_count(w, "mated_trials", e->has_class_trials, e->mated_trials);
  put_count(w, "nonmated_trials", e->has_class_trials, e->nonmated_trials);
  put_number(w, "value", e->has_value, e->value);
  put_pair(w, "bracket", e->has_bracket, e->bracket);
  put_interval(w, &e->interval);
  put_influence(w, e);
  put_text(w, "status", plb_estimate_status_name(e->status));
  put_text(w, "note", e->note);
  put_against(w, e);
  end(w, "}");
}

static void put_points(struct writer *w, const struct plb_curve *curve) {
  begin(w, "points", "[");
  for (size_t i = 0; i < curve->point_count; i++) {
    const struct plb_det_point *p = &curve->points[i];
    begin_flat(w, NULL, "{");
    put_number(w, "threshold", p->has_threshold, p->threshold);
    put_counts(w, "fmr", p->fmr_errors, p->fmr_trials);
    put_counts(w, "fnmr", p->fnmr_errors, p->fnmr_trials);
    put_pair(w, "fmr_band", p->has_fmr_band, p->fmr_band);
    put_pair(w, "fnmr_band", p->has_fnmr_band, p->fnmr_band);
    end(w, "}");
  }
  end(w, "]");
}

static void put_bins(struct writer *w, const struct plb_curve *curve) {
  begin(w, "bins", "[");
  for (size_t i = 0; i < curve->bin_count; i++) {
    const struct plb_score_bin *b = &curve->bins[i];
    begin_flat(w, NULL, "{");
    put_number(w, "from", true, b->from);
    put_number(w, "to", true, b->to);
    put_count(w, "mated", true, b->mated);
    put_count(w, "nonmated", true, b->nonmated);
    end(w, "}");
  }
  end(w, "]");
  put_count(w, "below", true, curve->below);
  put_count(w, "above", true, curve->above);
}

static void put_curve(struct writer *w, const struct plb_curve *curve) {
  begin(w, NULL, "{");
  put_text(w, "kind", curve->kind == PLB_CURVE_DET ? "DET" : "SCORES");
  put_text(w, "system", curve->system);
  put_everybody(w);
  if (curve->kind == PLB_CURVE_DET)
    put_points(w, curve);
  else
    put_bins(w, curve);
  end(w, "}");
}

static void put_claim(struct writer *w, const struct plb_claim *claim) {
  begin(w, NULL, "{");
  put_text(w, "text", claim->text);
  put_text(w, "verdict", claim->verdict);
  put_text(w, "why", claim->why);
  if (claim->has_limits) {
    put_pair(w, "limits", true, claim->limits);
    put_number(w, "level", true, claim->level);
  }
  end(w, "}");
}

static void put_together(struct writer *w, const struct plb_result *result) {
  size_t shown, claims = plb_result_claims(result, &shown);
  if (!result->together.exists || !claims)
    return;
  begin_flat(w, "claims_together", "{");
  put_text(w, "verdict", plb_result_verdict(result));
  put_count(w, "shown", true, shown);
  put_count(w, "claims", true, claims);
  put_number(w, "level", true, result->together.level);
  put_text(w, "rule", "holm");
  end(w, "}");
}

/* An array of flat structs, one a line. */
static void put_rows(struct writer *w, const char *key, const struct plb_fields *fields, const void *rows, size_t count,
                     size_t size) {
  begin(w, key, "[");
  for (size_t i = 0; i < count; i++) {
    begin_flat(w, NULL, "{");
    put_fields(w, fields, (const char *)rows + i * size);
    end(w, "}");
  }
  end(w, "]");
}

static void put_plan(struct writer *w, const struct plb_test_plan *plan) {
  begin(w, NULL, "{");
  put_fields(w, &plb_fields_of_plan, plan);
  if (plan->has_needed) {
    begin_flat(w, "needed", "{");
    put_fields(w, &plb_fields_of_plan_row, &plan->needed);
    end(w, "}");
  } else {
    put_null(w, "needed");
  }
  put_rows(w, "rows", &plb_fields_of_plan_row, plan->rows, plan->row_count, sizeof *plan->rows);
  put_rows(w, "contrasts", &plb_fields_of_contrast, plan->contrasts, plan->contrast_count, sizeof *plan->contrasts);
  put_rows(w, "sizes", &plb_fields_of_contrast, plan->sizes, plan->size_count, sizeof *plan->sizes);
  end(w, "}");
}

static void put_plans(struct writer *w, const struct plb_result *result) {
  if (!result->plan_count)
    return;
  begin(w, "plan", "[");
  for (size_t i = 0; i < result->plan_count; i++)
    put_plan(w, &result->plans[i]);
  end(w, "]");
}

static void put_methods(struct writer *w, const struct plb_coverage_method *methods, size_t count, bool whole) {
  begin(w, "methods", "[");
  for (size_t i = 0; i < count; i++) {
    const struct plb_coverage_method *method = &methods[i];
    begin_flat(w, NULL, "{");
    put_text(w, "method", method->method);
    if (whole)
      put_text(w, "shown", method->shown);
    put_count(w, "covered", true, method->covered);
    put_count(w, "truth_above", true, method->truth_above);
    put_count(w, "truth_below", true, method->truth_below);
    put_number(w, "width", !whole || method->has_width, method->width);
    end(w, "}");
  }
  end(w, "]");
}

static void put_coverage(struct writer *w, const struct plb_coverage_cell *cell) {
  begin(w, NULL, "{");
  put_text(w, "metric", cell->metric);
  put_text(w, "model", cell->model);
  put_text(w, "pairing", cell->pairing);
  put_count(w, "people", true, cell->people);
  put_number(w, "samples", true, cell->samples);
  put_boolean(w, "unequal", cell->unequal);
  put_number(w, "rate", true, cell->rate);
  put_number(w, "trials", true, cell->trials);
  put_number(w, "errors", true, cell->errors);
  put_number(w, "design_effect", true, cell->design_effect);
  put_number(w, "holders", cell->has_holders, cell->holders);
  put_number(w, "few_holders", cell->has_holders, cell->few_holders);
  put_number(w, "level", true, cell->level);
  put_count(w, "replicates", true, cell->replicates);
  put_methods(w, cell->methods, cell->method_count, false);
  end(w, "}");
}

static void put_whole(struct writer *w, const struct plb_whole_cell *cell) {
  begin(w, NULL, "{");
  put_text(w, "statistic", cell->statistic);
  put_text(w, "at", cell->at);
  put_number(w, "rate", true, cell->rate);
  put_text(w, "model", cell->model);
  put_text(w, "pairing", cell->pairing);
  put_count(w, "people", true, cell->people);
  put_number(w, "samples", true, cell->samples);
  put_boolean(w, "unequal", cell->unequal);
  put_count(w, "family", true, cell->family);
  put_boolean(w, "clustered", cell->clustered);
  put_number(w, "mated_trials", true, cell->mated_trials);
  put_number(w, "nonmated_trials", true, cell->nonmated_trials);
  put_number(w, "truth", cell->has_truth, cell->truth);
  put_number(w, "mean", cell->has_spread, cell->mean);
  put_number(w, "deviation", cell->has_spread, cell->deviation);
  put_number(w, "level", true, cell->level);
  put_count(w, "replicates", true, cell->replicates);
  put_methods(w, cell->methods, cell->method_count, true);
  end(w, "}");
}

/* Only studies of coverage have these lists. */
static void put_coverages(struct writer *w, const struct plb_result *result) {
  if (result->coverage_count)
    begin(w, "coverage", "[");
  for (size_t i = 0; i < result->coverage_count && !plb_out_failed(w->out); i++)
    put_coverage(w, &result->coverage[i]);
  if (result->coverage_count)
    end(w, "]");
  if (result->whole_count)
    begin(w, "whole", "[");
  for (size_t i = 0; i < result->whole_count && !plb_out_failed(w->out); i++)
    put_whole(w, &result->wholes[i]);
  if (result->whole_count)
    end(w, "]");
}

void plb_result_store(const struct plb_result *result, struct plb_out *out) {
  struct writer w = {.out = out, .first = true};
  begin(&w, NULL, "{");
  put_text(&w, "schema", PLB_RESULT_SCHEMA);
  put_provenance(&w, &result->provenance);
  put_test(&w, &result->test);
  begin(&w, "estimates", "[");
  for (size_t i = 0; i < result->estimate_count && !plb_out_failed(out); i++)
    put_estimate(&w, &result->estimates[i]);
  end(&w, "]");
  begin(&w, "curves", "[");
  for (size_t i = 0; i < result->curve_count && !plb_out_failed(out); i++)
    put_curve(&w, &result->curves[i]);
  end(&w, "]");
  begin(&w, "claims", "[");
  for (size_t i = 0; i < result->claim_count; i++)
    put_claim(&w, &result->claims[i]);
  end(&w, "]");
  put_coverages(&w, result);
  put_together(&w, result);
  put_plans(&w, result);
  begin(&w, "statements", "[");
  for (size_t i = 0; i < result->statement_count; i++)
    put_text(&w, NULL, result->statements[i]);
  end(&w, "]");
  end(&w, "}");
  plb_out_text(out, "\n");
}
