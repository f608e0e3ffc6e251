/* SPDX-License-Identifier: Apache-2.0
 *
 * Trends within a result: their keys in a result file.
 */
#include <stdlib.h>

#include "base/memory.h"
#include "result/fields.h"

#define OF_TREND(name) offsetof(struct plb_trend, name)
#define OF_TERM(name) offsetof(struct plb_trend_term, name)
#define OF_POINT(name) offsetof(struct plb_trend_point, name)
#define OF_CELL(name) offsetof(struct plb_trend_cell, name)

static const struct plb_field trend_fields[] = {
    {"system", PLB_FIELD_WORDS, OF_TREND(system), PLB_ALWAYS},
    {"by", PLB_FIELD_TEXT, OF_TREND(by), PLB_ALWAYS},
    {"relation", PLB_FIELD_TEXT, OF_TREND(relation), PLB_ALWAYS},
    {"threshold", PLB_FIELD_NUMBER, OF_TREND(threshold), OF_TREND(has_threshold)},
    {"fmr_target", PLB_FIELD_SHARE, OF_TREND(target), OF_TREND(has_target)},
    {"errors", PLB_FIELD_COUNT, OF_TREND(errors), PLB_ALWAYS},
    {"trials", PLB_FIELD_COUNT, OF_TREND(trials), PLB_ALWAYS},
    {"people", PLB_FIELD_COUNT, OF_TREND(people), PLB_ALWAYS},
    {"people_in_errors", PLB_FIELD_COUNT, OF_TREND(in_errors), PLB_ALWAYS},
    {"left_out", PLB_FIELD_COUNT, OF_TREND(left_out), PLB_ALWAYS},
    {"level", PLB_FIELD_SHARE, OF_TREND(level), PLB_ALWAYS},
    {"why", PLB_FIELD_WORDS, OF_TREND(why), PLB_ALWAYS},
    {"note", PLB_FIELD_WORDS, OF_TREND(note), PLB_ALWAYS},
};

static const struct plb_field term_fields[] = {
    {"attribute", PLB_FIELD_TEXT, OF_TERM(attribute), PLB_ALWAYS},
    {"unit", PLB_FIELD_WORDS, OF_TERM(unit), PLB_ALWAYS},
    {"odds_ratio", PLB_FIELD_SIZE, OF_TERM(ratio), PLB_ALWAYS},
    {"lower", PLB_FIELD_SIZE, OF_TERM(lower), PLB_ALWAYS},
    {"upper", PLB_FIELD_SIZE, OF_TERM(upper), PLB_ALWAYS},
    {"df", PLB_FIELD_SIZE, OF_TERM(df), PLB_ALWAYS},
};

static const struct plb_field point_fields[] = {
    {"attribute", PLB_FIELD_TEXT, OF_POINT(attribute), PLB_ALWAYS},
    {"at", PLB_FIELD_NUMBER, OF_POINT(at), PLB_ALWAYS},
    {"rate", PLB_FIELD_SHARE, OF_POINT(rate), PLB_ALWAYS},
    {"lower", PLB_FIELD_SHARE, OF_POINT(lower), PLB_ALWAYS},
    {"upper", PLB_FIELD_SHARE, OF_POINT(upper), PLB_ALWAYS},
};

static const struct plb_field cell_fields[] = {
    {"value", PLB_FIELD_TEXT, OF_CELL(value), PLB_ALWAYS},
    {"mean", PLB_FIELD_NUMBER, OF_CELL(mean), PLB_ALWAYS},
};

static const struct plb_field horizon_fields[] = {
    {"system", PLB_FIELD_WORDS, offsetof(struct plb_horizon, system), PLB_ALWAYS},
    {"attribute", PLB_FIELD_TEXT, offsetof(struct plb_horizon, attribute), PLB_ALWAYS},
    {"least", PLB_FIELD_NUMBER, offsetof(struct plb_horizon, least), offsetof(struct plb_horizon, has_range)},
    {"most", PLB_FIELD_NUMBER, offsetof(struct plb_horizon, most), offsetof(struct plb_horizon, has_range)},
    {"people_at_either_end", PLB_FIELD_COUNT, offsetof(struct plb_horizon, people), PLB_ALWAYS},
    {"left_out", PLB_FIELD_COUNT, offsetof(struct plb_horizon, left_out), PLB_ALWAYS},
    {"against", PLB_FIELD_SIZE, offsetof(struct plb_horizon, against), PLB_ALWAYS},
};

const struct plb_fields plb_fields_of_horizon = {horizon_fields, sizeof horizon_fields / sizeof *horizon_fields};
const struct plb_fields plb_fields_of_trend = {trend_fields, sizeof trend_fields / sizeof *trend_fields};
const struct plb_fields plb_fields_of_term = {term_fields, sizeof term_fields / sizeof *term_fields};
const struct plb_fields plb_fields_of_point = {point_fields, sizeof point_fields / sizeof *point_fields};
const struct plb_fields plb_fields_of_trend_cell = {cell_fields, sizeof cell_fields / sizeof *cell_fields};

void plb_trend_free_rows(const struct plb_trend *trend) {
  free(trend->terms);
  free(trend->points);
  free(trend->cells);
}

plb_status plb_result_add_trend(struct plb_result *result, const struct plb_trend *trend, struct plb_error *err) {
  if (!plb_reserve(&result->trends, &result->trend_capacity, result->trend_count + 1, sizeof *result->trends)) {
    plb_trend_free_rows(trend);
    return plb_fail_memory(err);
  }
  result->trends[result->trend_count++] = *trend;
  return PLB_OK;
}

plb_status plb_result_add_horizon(struct plb_result *result, const struct plb_horizon *horizon, struct plb_error *err) {
  if (!plb_reserve(&result->horizons, &result->horizon_capacity, result->horizon_count + 1, sizeof *result->horizons))
    return plb_fail_memory(err);
  result->horizons[result->horizon_count++] = *horizon;
  return PLB_OK;
}
