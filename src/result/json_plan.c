/* SPDX-License-Identifier: Apache-2.0
 *
 * The list "plan" of a result file, by the tables of its keys (fields.h).
 */
#include "result/json_fields.h"

static void put_plan(struct plb_writer *w, const struct plb_test_plan *plan) {
  plb_begin(w, NULL, "{");
  plb_put_fields(w, &plb_fields_of_plan, plan);
  if (plan->has_needed) {
    plb_begin_flat(w, "needed", "{");
    plb_put_fields(w, &plb_fields_of_plan_row, &plan->needed);
    plb_end(w, "}");
  } else {
    plb_put_null(w, "needed");
  }
  plb_put_rows(w, "rows", &plb_fields_of_plan_row, plan->rows, plan->row_count, sizeof *plan->rows);
  plb_put_rows(w, "contrasts", &plb_fields_of_contrast, plan->contrasts, plan->contrast_count, sizeof *plan->contrasts);
  plb_put_rows(w, "sizes", &plb_fields_of_contrast, plan->sizes, plan->size_count, sizeof *plan->sizes);
  plb_end(w, "}");
}

void plb_put_plans(struct plb_writer *w, const struct plb_result *result) {
  if (!result->plan_count)
    return;
  plb_begin(w, "plan", "[");
  for (size_t i = 0; i < result->plan_count; i++)
    put_plan(w, &result->plans[i]);
  plb_end(w, "]");
}

static void read_plan(struct plb_reader *r, const struct plb_json *object) {
  static const char *const metrics[] = {"FMR", "FNMR", NULL};
  static const char *const dependences[] = {"none", "mild", "mod", "strong", "given", "pilot", NULL};
  struct plb_test_plan plan = {0};
  plb_read_fields(r, object, &plb_fields_of_plan, &plan);
  plb_read_word(r, object, "metric", PLB_REQUIRED, metrics, "FMR or FNMR");
  plb_read_word(r, object, "dependence", PLB_REQUIRED, dependences, "none, mild, mod, strong, given or pilot");
  struct plb_json needed = plb_read_object(r, object, "needed", PLB_NULLABLE);
  plan.has_needed = needed.kind == PLB_JSON_OBJECT;
  if (plan.has_needed)
    plb_read_fields(r, &needed, &plb_fields_of_plan_row, &plan.needed);
  plan.rows = plb_read_rows(r, object, "rows", &plb_fields_of_plan_row, sizeof *plan.rows, &plan.row_count);
  plan.contrasts =
      plb_read_rows(r, object, "contrasts", &plb_fields_of_contrast, sizeof *plan.contrasts, &plan.contrast_count);
  plan.sizes = plb_read_rows(r, object, "sizes", &plb_fields_of_contrast, sizeof *plan.sizes, &plan.size_count);
  if (r->st)
    plb_plan_free_rows(&plan);
  else
    r->st = plb_result_add_plan(r->result, &plan, r->err);
}

/* The plans, which only a plan has. */
void plb_read_plans(struct plb_reader *r, const struct plb_json *root) {
  struct plb_json list = plb_json_member(root, "plan");
  if (list.kind != PLB_JSON_ABSENT)
    plb_read_list(r, root, "plan", read_plan);
}
