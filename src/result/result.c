/* SPDX-License-Identifier: Apache-2.0
 *
 * The result as a growing list: made empty, appended to by estimators or by the reader of result files,
 * asked by programs through plb_result_*, freed at once with all its strings and arrays. Appending
 * copies the struct; what fails leaves the lists as they were. What programs look up is found by going
 * through all estimates; what renderers need again and again is in the index.
 */
#include "result/result.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

plb_status plb_result_new(struct plb_result **result, struct plb_error *err) {
  *result = plb_alloc(1, sizeof **result);
  if (!*result)
    return plb_fail_memory(err);
  (*result)->provenance = (struct plb_provenance){.version = plb_version(), .conventions = "plumbline"};
  (*result)->test = (struct plb_test){.type = "verification", .evaluation = "unknown", .direction = "similarity"};
  return PLB_OK;
}

void plb_result_free(plb_result *result) {
  if (!result)
    return;
  for (size_t i = 0; i < result->provenance.input_count; i++)
    free(result->provenance.inputs[i].dropped);
  free(result->provenance.inputs);
  free(result->provenance.source.digests);
  for (size_t i = 0; i < result->curve_count; i++) {
    free(result->curves[i].points);
    free(result->curves[i].bins);
  }
  for (size_t i = 0; i < result->coverage_count; i++)
    free(result->coverage[i].methods);
  free(result->coverage);
  for (size_t i = 0; i < result->whole_count; i++)
    free(result->wholes[i].methods);
  free(result->wholes);
  for (size_t i = 0; i < result->text_count; i++)
    free(result->texts[i]);
  free(result->texts);
  plb_index_free(&result->index);
  free(result->estimates);
  free(result->groups);
  for (size_t i = 0; i < result->cell_count; i++)
    free(result->cells[i]);
  free(result->cells);
  free(result->curves);
  free(result->claims);
  for (size_t i = 0; i < result->plan_count; i++)
    plb_plan_free_rows(&result->plans[i]);
  free(result->plans);
  for (size_t i = 0; i < result->trend_count; i++)
    plb_trend_free_rows(&result->trends[i]);
  free(result->trends);
  free(result->horizons);
  free(result->statements);
  free(result);
}

const char *plb_result_text(struct plb_result *result, const char *text, bool *failed) {
  if (!text)
    return NULL;
  char *copy = plb_copy_text(text, strlen(text));
  if (!copy || !plb_reserve(&result->texts, &result->text_capacity, result->text_count + 1, sizeof *result->texts)) {
    free(copy);
    *failed = true;
    return NULL;
  }
  result->texts[result->text_count++] = copy;
  return copy;
}

const struct plb_cell *plb_result_cell(struct plb_result *result, const struct plb_cell *cell, bool *failed) {
  struct plb_cell *copy = NULL;
  if (!plb_reserve(&result->cells, &result->cell_capacity, result->cell_count + 1, sizeof *result->cells) ||
      !(copy = malloc(sizeof *copy))) {
    *failed = true;
    return NULL;
  }
  result->cells[result->cell_count++] = copy;
  *copy = *cell;
  for (size_t i = 0; i < copy->count; i++) {
    copy->of[i].attribute = plb_result_text(result, cell->of[i].attribute, failed);
    for (int v = 0; v < 2; v++)
      copy->of[i].values[v] = plb_result_text(result, cell->of[i].values[v], failed);
  }
  return copy;
}

bool plb_cell_same(const struct plb_cell *one, const struct plb_cell *other) {
  bool same = one->count == other->count;
  for (size_t i = 0; same && i < one->count; i++) {
    same = strcmp(one->of[i].attribute, other->of[i].attribute) == 0 && one->of[i].two == other->of[i].two;
    for (size_t v = 0; same && v < (one->of[i].two ? 2 : 1); v++)
      same = strcmp(one->of[i].values[v], other->of[i].values[v]) == 0;
  }
  return same;
}

static plb_status add_of_cell(struct plb_result *result, const struct plb_estimate *estimate, struct plb_error *err) {
  if (!plb_reserve(&result->groups, &result->group_capacity, result->group_count + 1, sizeof *result->groups) ||
      !plb_index_owner(&result->index, estimate->system))
    return plb_fail_memory(err);
  result->groups[result->group_count++] = *estimate;
  return PLB_OK;
}

plb_status plb_result_add_estimate(struct plb_result *result, const struct plb_estimate *estimate,
                                   struct plb_error *err) {
  if (estimate->cell || estimate->over.by)
    return add_of_cell(result, estimate, err);
  if (!plb_reserve(&result->estimates, &result->estimate_capacity, result->estimate_count + 1,
                   sizeof *result->estimates) ||
      !plb_index_estimate(&result->index, estimate, result->estimate_count))
    return plb_fail_memory(err);
  result->estimates[result->estimate_count++] = *estimate;
  return PLB_OK;
}

plb_status plb_result_add_curve(struct plb_result *result, const struct plb_curve *curve, struct plb_error *err) {
  if (!plb_reserve(&result->curves, &result->curve_capacity, result->curve_count + 1, sizeof *result->curves) ||
      !plb_index_owner(&result->index, curve->system)) {
    free(curve->points);
    free(curve->bins);
    return plb_fail_memory(err);
  }
  result->curves[result->curve_count++] = *curve;
  return PLB_OK;
}

plb_status plb_result_add_claim(struct plb_result *result, const struct plb_claim *claim, struct plb_error *err) {
  if (!plb_reserve(&result->claims, &result->claim_capacity, result->claim_count + 1, sizeof *result->claims))
    return plb_fail_memory(err);
  result->claims[result->claim_count++] = *claim;
  return PLB_OK;
}

plb_status plb_result_add_coverage(struct plb_result *result, const struct plb_coverage_cell *cell,
                                   struct plb_error *err) {
  if (!plb_reserve(&result->coverage, &result->coverage_capacity, result->coverage_count + 1,
                   sizeof *result->coverage)) {
    free(cell->methods);
    return plb_fail_memory(err);
  }
  result->coverage[result->coverage_count++] = *cell;
  return PLB_OK;
}

plb_status plb_result_add_whole(struct plb_result *result, const struct plb_whole_cell *cell, struct plb_error *err) {
  if (!plb_reserve(&result->wholes, &result->whole_capacity, result->whole_count + 1, sizeof *result->wholes)) {
    free(cell->methods);
    return plb_fail_memory(err);
  }
  result->wholes[result->whole_count++] = *cell;
  return PLB_OK;
}

plb_status plb_result_add_statement(struct plb_result *result, const char *text, struct plb_error *err) {
  if (!plb_reserve(&result->statements, &result->statement_capacity, result->statement_count + 1,
                   sizeof *result->statements))
    return plb_fail_memory(err);
  bool failed = false;
  const char *copy = plb_result_text(result, text, &failed);
  if (failed)
    return plb_fail_memory(err);
  result->statements[result->statement_count++] = copy;
  return PLB_OK;
}

const char *plb_estimate_status_name(enum plb_estimate_status status) {
  switch (status) {
  case PLB_EST_OK: return "ok";
  case PLB_EST_SUPPRESSED: return "suppressed";
  case PLB_EST_UNSUPPORTED: return "unsupported";
  case PLB_EST_UNDEFINED: return "undefined";
  }
  return "undefined";
}

/* ---- what programs ask -------------------------------------------------------------------- */

size_t plb_result_count(const plb_result *result) {
  return result ? result->estimate_count + result->group_count : 0;
}

const struct plb_estimate *plb_result_get(const plb_result *result, size_t i) {
  if (i >= plb_result_count(result))
    return NULL;
  return i < result->estimate_count ? &result->estimates[i] : &result->groups[i - result->estimate_count];
}

const struct plb_estimate *plb_result_find(const plb_result *result, const char *metric, const char *target_metric,
                                           double at_most) {
  for (size_t i = 0; metric && result && i < result->estimate_count; i++) {
    const struct plb_estimate *e = &result->estimates[i];
    if (strcmp(e->metric, metric) != 0)
      continue;
    if (!target_metric)
      return e;
    if (e->target_metric && strcmp(e->target_metric, target_metric) == 0 && e->target_at_most == at_most)
      return e;
  }
  return NULL;
}

const char *plb_result_verdict(const struct plb_result *result) {
  size_t shown;
  if (!plb_result_claims(result, &shown))
    return NULL;
  for (size_t i = 0; i < result->claim_count; i++)
    if (strcmp(result->claims[i].verdict, "refuted") == 0)
      return "refuted";
  return shown == result->claim_count ? "shown" : "not shown";
}

size_t plb_result_claims(const plb_result *result, size_t *shown) {
  size_t held = 0, count = result ? result->claim_count : 0;
  for (size_t i = 0; i < count; i++)
    if (strcmp(result->claims[i].verdict, "shown") == 0)
      held++;
  if (shown)
    *shown = held;
  return count;
}

/* Whether some difference of the same kind between the same systems was judged, or an earlier one stands for all. */
static bool is_answered(const plb_result *result, size_t place) {
  const struct plb_estimate *e = &result->estimates[place];
  for (size_t i = 0; i < result->estimate_count; i++) {
    const struct plb_estimate *other = &result->estimates[i];
    bool same = other->has_margin && strcmp(other->metric, e->metric) == 0 && other->system && other->against &&
                strcmp(other->system, e->system) == 0 && strcmp(other->against, e->against) == 0;
    if (same && (other->verdict || i < place))
      return true;
  }
  return false;
}

size_t plb_result_margins(const plb_result *result, size_t *held) {
  size_t asked = 0, good = 0;
  for (size_t i = 0; result && i < result->estimate_count; i++) {
    const struct plb_estimate *e = &result->estimates[i];
    if (!e->has_margin || !e->system || !e->against || (!e->verdict && is_answered(result, i)))
      continue;
    asked++;
    good += e->verdict && (strcmp(e->verdict, "not inferior") == 0 || strcmp(e->verdict, "equivalent") == 0);
  }
  if (held)
    *held = good;
  return asked;
}

plb_status plb_result_set_command(plb_result *result, const char *command, struct plb_error *err) {
  if (!result)
    return plb_fail(err, PLB_USAGE, "there is no result to record a command in");
  bool failed = false;
  const char *copy = plb_result_text(result, command, &failed);
  if (failed)
    return plb_fail_memory(err);
  result->provenance.command = copy;
  return PLB_OK;
}

void plb_result_set_progress(plb_result *result, plb_progress progress, void *progress_ctx) {
  if (!result)
    return;
  result->progress = progress;
  result->progress_ctx = progress_ctx;
}
