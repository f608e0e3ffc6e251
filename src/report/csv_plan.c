/* SPDX-License-Identifier: Apache-2.0
 *
 * Plans as tidy CSV: one row for each test that was looked at, "needed" first; then, with groups, one row for each
 * number of people in a group and for each ratio. What does not exist is an empty cell.
 */
#include "report/csv.h"
#include "report/plan.h"

static const char HEADER[] = "plan,metric,at_most,expected,fmr_target,power_wanted,level,dependence,row,people,samples,"
                             "partners,comparisons,design_effect,"
                             "expected_errors,most_errors,power,relative_error,least_relative_error,groups,ratio\n";

/* Metric and dependence are words of the program's own, or were checked when they were read. */
static void put_plan(struct plb_out *out, const struct plb_test_plan *plan, size_t number, const char *row) {
  plb_out_print(out, "%zu,%s", number, plan->metric);
  plb_csv_number(out, true, plan->at_most);
  plb_csv_number(out, true, plan->expected);
  plb_csv_number(out, plan->has_target, plan->target);
  plb_csv_number(out, true, plan->power);
  plb_csv_number(out, true, plan->level);
  plb_out_print(out, ",%s,%s", plan->dependence, row);
}

static void put_row(struct plb_out *out, const struct plb_test_plan *plan, const struct plb_plan_row *row) {
  plb_csv_count(out, true, row->people);
  plb_csv_count(out, true, row->samples);
  plb_csv_count(out, plan->partners > 0, plan->partners);
  plb_csv_count(out, true, row->comparisons);
  plb_csv_number(out, true, row->design_effect);
  plb_csv_number(out, true, row->expected_errors);
  plb_csv_count(out, row->has_most_errors, row->most_errors);
  plb_csv_number(out, true, row->power);
  plb_csv_number(out, true, row->relative_error);
  plb_csv_number(out, true, row->least_relative_error);
  plb_out_text(out, ",,\n");
}

static void put_contrast(struct plb_out *out, const struct plb_test_plan *plan,
                         const struct plb_plan_contrast *contrast) {
  plb_csv_count(out, contrast->has_people, contrast->people);
  plb_csv_count(out, true, plan->samples);
  plb_csv_count(out, plan->partners > 0, plan->partners);
  plb_out_text(out, ",,,,,,,");
  plb_csv_count(out, true, plan->groups);
  plb_csv_number(out, contrast->has_ratio, contrast->ratio);
  plb_out_text(out, "\n");
}

static void put_all(struct plb_out *out, const struct plb_test_plan *plan, size_t number) {
  if (plan->has_needed) {
    put_plan(out, plan, number, "needed");
    put_row(out, plan, &plan->needed);
  }
  for (size_t i = 0; i < plan->row_count && !plb_out_failed(out); i++) {
    put_plan(out, plan, number, "listed");
    put_row(out, plan, &plan->rows[i]);
  }
  for (size_t i = 0; i < plan->contrast_count; i++) {
    put_plan(out, plan, number, "ratio detected");
    put_contrast(out, plan, &plan->contrasts[i]);
  }
  for (size_t i = 0; i < plan->size_count; i++) {
    put_plan(out, plan, number, "people to detect");
    put_contrast(out, plan, &plan->sizes[i]);
  }
}

bool plb_csv_plans(const struct plb_result *const *results, size_t count, struct plb_out *out) {
  size_t number = 0;
  for (size_t r = 0; r < count; r++)
    for (size_t i = 0; i < results[r]->plan_count; i++) {
      if (!number++)
        plb_out_text(out, HEADER);
      put_all(out, &results[r]->plans[i], number);
    }
  return number > 0;
}
