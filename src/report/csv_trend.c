/* SPDX-License-Identifier: Apache-2.0
 *
 * Trends as tidy CSV, a table of their own behind that of the estimates and an empty line: one row for each attribute
 * ("term": value is the ratio of the odds for one more of it), and one for each point of the curve ("point": value is
 * FNMR at that number).
 */
#include "report/csv.h"
#include "report/trend.h"

static const char HEADER[] =
    "trend,system,by,threshold,fmr_target,row,attribute,unit,at,value,lower,upper,level,df,errors,"
    "trials,people,people_in_errors,left_out,why,note\n";

static void put_front(struct plb_out *out, const struct plb_trend *trend, size_t number, const char *row) {
  plb_out_print(out, "%zu", number);
  plb_csv_cell(out, trend->system);
  plb_csv_cell(out, trend->by);
  plb_csv_number(out, trend->has_threshold, trend->threshold);
  plb_csv_number(out, trend->has_target, trend->target);
  plb_csv_cell(out, row);
}

static void put_back(struct plb_out *out, const struct plb_trend *trend, double level, bool has_df, double df) {
  plb_csv_number(out, true, level);
  plb_csv_number(out, has_df, df);
  plb_csv_count(out, true, trend->errors);
  plb_csv_count(out, true, trend->trials);
  plb_csv_count(out, true, trend->people);
  plb_csv_count(out, true, trend->in_errors);
  plb_csv_count(out, true, trend->left_out);
  plb_csv_cell(out, trend->why);
  plb_csv_cell(out, trend->note);
  plb_out_text(out, "\n");
}

static void put_trend(struct plb_out *out, const struct plb_trend *trend, size_t number) {
  if (trend->why) {
    put_front(out, trend, number, "none");
    plb_out_text(out, ",,,,,,");
    put_back(out, trend, trend->level, false, 0);
  }
  for (size_t k = 0; k < trend->term_count; k++) {
    const struct plb_trend_term *term = &trend->terms[k];
    put_front(out, trend, number, "term");
    plb_csv_cell(out, term->attribute);
    plb_csv_cell(out, term->unit);
    plb_out_text(out, ",");
    plb_csv_number(out, true, term->ratio);
    plb_csv_number(out, true, term->lower);
    plb_csv_number(out, true, term->upper);
    put_back(out, trend, trend->level, true, term->df);
  }
  for (size_t i = 0; i < trend->point_count && !plb_out_failed(out); i++) {
    const struct plb_trend_point *point = &trend->points[i];
    put_front(out, trend, number, "point");
    plb_csv_cell(out, point->attribute);
    plb_out_text(out, ",");
    plb_csv_number(out, true, point->at);
    plb_csv_number(out, true, point->rate);
    plb_csv_number(out, true, point->lower);
    plb_csv_number(out, true, point->upper);
    put_back(out, trend, trend->level, false, 0);
  }
}

void plb_csv_trends(const struct plb_result *const *results, size_t count, struct plb_out *out) {
  size_t number = 0;
  for (size_t r = 0; r < count; r++)
    for (size_t i = 0; i < results[r]->trend_count; i++) {
      if (!number++)
        plb_out_print(out, "\n%s", HEADER);
      put_trend(out, &results[r]->trends[i], number);
    }
}
