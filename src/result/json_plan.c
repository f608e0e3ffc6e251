/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads the list "plan" of a result file back, by the tables of its keys (fields.h): see json_read.c.
 */
#include "result/fields.h"
#include "result/json_read.h"

/* The keys of a flat struct. */
static void read_fields(struct plb_reader *r, const struct plb_json *object, const struct plb_fields *fields,
                        void *into) {
  for (size_t k = 0; k < fields->count && !r->st; k++) {
    const struct plb_field *field = &fields->at[k];
    void *at = (char *)into + field->offset;
    bool always = field->has == PLB_ALWAYS;
    bool *exists = always ? NULL : (bool *)(void *)((char *)into + field->has);
    enum plb_need need = always ? PLB_REQUIRED : PLB_NULLABLE;
    switch (field->kind) {
    case PLB_FIELD_COUNT: *(uint64_t *)at = plb_read_count(r, object, field->key, need, exists); break;
    case PLB_FIELD_SHARE: *(double *)at = plb_read_share(r, object, field->key, need, exists); break;
    case PLB_FIELD_SIZE: *(double *)at = plb_read_size(r, object, field->key, need, exists); break;
    case PLB_FIELD_TEXT: *(const char **)at = plb_read_text(r, object, field->key, need); break;
    case PLB_FIELD_WORDS: *(const char **)at = plb_read_text(r, object, field->key, PLB_NULLABLE); break;
    case PLB_FIELD_BOOLEAN: *(bool *)at = plb_read_boolean(r, object, field->key, need); break;
    }
  }
}

/* An array of flat structs; NULL where there are none. */
static void *read_rows(struct plb_reader *r, const struct plb_json *object, const char *key,
                       const struct plb_fields *fields, size_t size, size_t *count) {
  struct plb_json list = plb_read_array(r, object, key);
  char *rows = plb_read_room(r, &list, size, count);
  for (size_t i = 0; !r->st && i < list.length; i++) {
    struct plb_json row = plb_read_element(r, &list, i);
    read_fields(r, &row, fields, rows + i * size);
  }
  return rows;
}

static void read_plan(struct plb_reader *r, const struct plb_json *object) {
  static const char *const metrics[] = {"FMR", "FNMR", NULL};
  static const char *const dependences[] = {"none", "mild", "mod", "strong", "given", "pilot", NULL};
  struct plb_test_plan plan = {0};
  read_fields(r, object, &plb_fields_of_plan, &plan);
  plb_read_word(r, object, "metric", PLB_REQUIRED, metrics, "FMR or FNMR");
  plb_read_word(r, object, "dependence", PLB_REQUIRED, dependences, "none, mild, mod, strong, given or pilot");
  struct plb_json needed = plb_read_object(r, object, "needed", PLB_NULLABLE);
  plan.has_needed = needed.kind == PLB_JSON_OBJECT;
  if (plan.has_needed)
    read_fields(r, &needed, &plb_fields_of_plan_row, &plan.needed);
  plan.rows = read_rows(r, object, "rows", &plb_fields_of_plan_row, sizeof *plan.rows, &plan.row_count);
  plan.contrasts =
      read_rows(r, object, "contrasts", &plb_fields_of_contrast, sizeof *plan.contrasts, &plan.contrast_count);
  plan.sizes = read_rows(r, object, "sizes", &plb_fields_of_contrast, sizeof *plan.sizes, &plan.size_count);
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
