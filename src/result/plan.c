/* SPDX-License-Identifier: Apache-2.0
 *
 * Plans within a result: their keys in a result file, and what programs ask.
 */
#include <stdlib.h>

#include "base/memory.h"
#include "result/fields.h"

#define OF_PLAN(name) offsetof(struct plb_test_plan, name)
#define OF_ROW(name) offsetof(struct plb_plan_row, name)
#define OF_CONTRAST(name) offsetof(struct plb_plan_contrast, name)

static const struct plb_field plan_fields[] = {
    {"claim", PLB_FIELD_TEXT, OF_PLAN(claim), PLB_ALWAYS},
    {"metric", PLB_FIELD_TEXT, OF_PLAN(metric), PLB_ALWAYS},
    {"at_most", PLB_FIELD_SHARE, OF_PLAN(at_most), PLB_ALWAYS},
    {"expected", PLB_FIELD_SHARE, OF_PLAN(expected), PLB_ALWAYS},
    {"expected_assumed", PLB_FIELD_BOOLEAN, OF_PLAN(expected_assumed), PLB_ALWAYS},
    {"fmr_target", PLB_FIELD_SHARE, OF_PLAN(target), OF_PLAN(has_target)},
    {"det_slope", PLB_FIELD_SIZE, OF_PLAN(det_slope), OF_PLAN(has_target)},
    {"target_basis", PLB_FIELD_WORDS, OF_PLAN(target_basis), PLB_ALWAYS},
    {"false_matches", PLB_FIELD_SIZE, OF_PLAN(false_matches), OF_PLAN(has_cut)},
    {"threshold_share", PLB_FIELD_SHARE, OF_PLAN(cut_share), OF_PLAN(has_cut)},
    {"power", PLB_FIELD_SHARE, OF_PLAN(power), PLB_ALWAYS},
    {"level", PLB_FIELD_SHARE, OF_PLAN(level), PLB_ALWAYS},
    {"samples", PLB_FIELD_COUNT, OF_PLAN(samples), PLB_ALWAYS},
    {"partners", PLB_FIELD_COUNT, OF_PLAN(partners), PLB_ALWAYS},
    {"dependence", PLB_FIELD_TEXT, OF_PLAN(dependence), PLB_ALWAYS},
    {"pilot", PLB_FIELD_WORDS, OF_PLAN(pilot), PLB_ALWAYS},
    {"pilot_silent", PLB_FIELD_WORDS, OF_PLAN(pilot_silent), PLB_ALWAYS},
    {"person_correlation", PLB_FIELD_SHARE, OF_PLAN(person_correlation), PLB_ALWAYS},
    {"person_sample_correlation", PLB_FIELD_SHARE, OF_PLAN(person_sample_correlation), PLB_ALWAYS},
    {"pair_correlation", PLB_FIELD_SHARE, OF_PLAN(pair_correlation), PLB_ALWAYS},
    {"pair_sample_correlation", PLB_FIELD_SHARE, OF_PLAN(pair_sample_correlation), PLB_ALWAYS},
    {"most_samples", PLB_FIELD_COUNT, OF_PLAN(most_samples), PLB_ALWAYS},
    {"least_people", PLB_FIELD_COUNT, OF_PLAN(least_people), OF_PLAN(has_least_people)},
    {"groups", PLB_FIELD_COUNT, OF_PLAN(groups), PLB_ALWAYS},
};

static const struct plb_field row_fields[] = {
    {"people", PLB_FIELD_COUNT, OF_ROW(people), PLB_ALWAYS},
    {"samples", PLB_FIELD_COUNT, OF_ROW(samples), PLB_ALWAYS},
    {"comparisons", PLB_FIELD_COUNT, OF_ROW(comparisons), PLB_ALWAYS},
    {"design_effect", PLB_FIELD_SIZE, OF_ROW(design_effect), PLB_ALWAYS},
    {"expected_errors", PLB_FIELD_SIZE, OF_ROW(expected_errors), PLB_ALWAYS},
    {"most_errors", PLB_FIELD_COUNT, OF_ROW(most_errors), OF_ROW(has_most_errors)},
    {"power", PLB_FIELD_SHARE, OF_ROW(power), PLB_ALWAYS},
    {"relative_error", PLB_FIELD_SIZE, OF_ROW(relative_error), PLB_ALWAYS},
    {"least_relative_error", PLB_FIELD_SIZE, OF_ROW(least_relative_error), PLB_ALWAYS},
};

static const struct plb_field contrast_fields[] = {
    {"people", PLB_FIELD_COUNT, OF_CONTRAST(people), OF_CONTRAST(has_people)},
    {"ratio", PLB_FIELD_SIZE, OF_CONTRAST(ratio), OF_CONTRAST(has_ratio)},
};

const struct plb_fields plb_fields_of_plan = {plan_fields, sizeof plan_fields / sizeof *plan_fields};
const struct plb_fields plb_fields_of_plan_row = {row_fields, sizeof row_fields / sizeof *row_fields};
const struct plb_fields plb_fields_of_contrast = {contrast_fields, sizeof contrast_fields / sizeof *contrast_fields};

void plb_plan_free_rows(const struct plb_test_plan *plan) {
  free((void *)(uintptr_t)plan->rows);
  free((void *)(uintptr_t)plan->contrasts);
  free((void *)(uintptr_t)plan->sizes);
}

plb_status plb_result_add_plan(struct plb_result *result, const struct plb_test_plan *plan, struct plb_error *err) {
  if (!plb_reserve(&result->plans, &result->plan_capacity, result->plan_count + 1, sizeof *result->plans)) {
    plb_plan_free_rows(plan);
    return plb_fail_memory(err);
  }
  result->plans[result->plan_count++] = *plan;
  return PLB_OK;
}

size_t plb_result_plan_count(const plb_result *result) {
  return result ? result->plan_count : 0;
}

const struct plb_test_plan *plb_result_plan(const plb_result *result, size_t i) {
  return i < plb_result_plan_count(result) ? &result->plans[i] : NULL;
}
