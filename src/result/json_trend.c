/* SPDX-License-Identifier: Apache-2.0
 *
 * The lists "trends" and "horizon" of a result file, by the tables of its keys (fields.h).
 */
#include "result/json_fields.h"

static void put_trend(struct plb_writer *w, const struct plb_trend *trend) {
  plb_begin(w, NULL, "{");
  plb_put_fields(w, &plb_fields_of_trend, trend);
  plb_put_rows(w, "terms", &plb_fields_of_term, trend->terms, trend->term_count, sizeof *trend->terms);
  plb_put_rows(w, "points", &plb_fields_of_point, trend->points, trend->point_count, sizeof *trend->points);
  plb_put_rows(w, "cells", &plb_fields_of_trend_cell, trend->cells, trend->cell_count, sizeof *trend->cells);
  plb_end(w, "}");
}

void plb_put_trends(struct plb_writer *w, const struct plb_result *result) {
  if (result->horizon_count)
    plb_put_rows(w, "horizon", &plb_fields_of_horizon, result->horizons, result->horizon_count,
                 sizeof *result->horizons);
  if (!result->trend_count)
    return;
  plb_begin(w, "trends", "[");
  for (size_t i = 0; i < result->trend_count; i++)
    put_trend(w, &result->trends[i]);
  plb_end(w, "]");
}

static void read_trend(struct plb_reader *r, const struct plb_json *object) {
  struct plb_trend trend = {0};
  plb_read_fields(r, object, &plb_fields_of_trend, &trend);
  trend.terms = plb_read_rows(r, object, "terms", &plb_fields_of_term, sizeof *trend.terms, &trend.term_count);
  trend.points = plb_read_rows(r, object, "points", &plb_fields_of_point, sizeof *trend.points, &trend.point_count);
  trend.cells = plb_read_rows(r, object, "cells", &plb_fields_of_trend_cell, sizeof *trend.cells, &trend.cell_count);
  if (!r->st && (trend.errors > trend.trials || trend.in_errors > trend.people || !trend.term_count == !trend.why))
    plb_read_reject(r, object,
                    "a trend with as many errors and people as there can be, and terms or why there are none");
  if (r->st)
    plb_trend_free_rows(&trend);
  else
    r->st = plb_result_add_trend(r->result, &trend, r->err);
}

static void read_horizon(struct plb_reader *r, const struct plb_json *object) {
  struct plb_horizon horizon = {0};
  plb_read_fields(r, object, &plb_fields_of_horizon, &horizon);
  if (!r->st)
    r->st = plb_result_add_horizon(r->result, &horizon, r->err);
}

void plb_read_trends(struct plb_reader *r, const struct plb_json *root) {
  if (plb_json_member(root, "horizon").kind != PLB_JSON_ABSENT)
    plb_read_list(r, root, "horizon", read_horizon);
  struct plb_json list = plb_json_member(root, "trends");
  if (list.kind != PLB_JSON_ABSENT)
    plb_read_list(r, root, "trends", read_trend);
}
