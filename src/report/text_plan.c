/* SPDX-License-Identifier: Apache-2.0
 *
 * A plan as text: for each claim what is needed, the chance that tests of other sizes have, what those with the samples
 * asked for would do, and the differences between groups that would be detected. The whole list of rows is in CSV and
 * JSON; here stand the round numbers of people.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "report/plan.h"
#include "report/text.h"

enum { PEOPLE, COMPARISONS, WORTH, EXPECTED, ALLOWED, POWER, ERROR, LEAST, COLUMNS };

static void print_what(struct plb_out *out, const struct plb_test_plan *plan) {
  char line[PLB_PLAN_WORDS];
  plb_word_plan_needed(line, plan);
  plb_page_line(out, "Needed", line);
  plb_word_plan_least(line, plan);
  if (*line)
    plb_page_line(out, "At least", line);
  plb_word_plan_aim(line, plan);
  plb_page_line(out, "For", line);
  plb_word_plan_test(line, plan);
  plb_page_line(out, "The test", line);
  plb_word_plan_threshold(line, plan);
  plb_page_line(out, "Threshold", line);
  plb_word_plan_dependence(line, plan);
  plb_page_line(out, "Alike", line);
  if (plan->pilot)
    plb_page_line(out, "Pilot", plan->pilot);
  if (plan->pilot_silent)
    plb_page_line(out, "Assumed", plan->pilot_silent);
}

/* The chance by people and samples: that people decide, at a glance. */
static plb_status print_chances(struct plb_out *out, const struct plb_test_plan *plan, struct plb_error *err) {
  uint64_t samples[PLB_PLAN_SPANS], people;
  char titles[PLB_PLAN_SPANS][PLB_WORDS];
  struct plb_column columns[PLB_PLAN_SPANS + 1] = {{"People", PLB_RIGHT}};
  struct plb_table table = {.columns = columns, .column_count = 1 + plb_plan_listed(plan, samples)};
  for (size_t k = 0; k + 1 < table.column_count; k++) {
    plb_word_plan_each(titles[k], samples[k]);
    columns[k + 1] = (struct plb_column){titles[k], PLB_RIGHT};
  }
  for (size_t i = 0; (people = plb_plan_listed_people(plan, i)) > 0; i++) {
    char(*cells)[PLB_WORDS] = plb_table_row(&table);
    if (!cells)
      break;
    plb_word_count(cells[0], people);
    for (size_t k = 0; k + 1 < table.column_count; k++)
      plb_word_plan_chance(cells[k + 1], plan, people, samples[k]);
  }
  plb_page_paragraph(out, 2, 2, plb_plan_chances_title);
  plb_out_text(out, "\n");
  bool good = !table.failed && plb_table_print(&table, out);
  plb_table_free(&table);
  return good ? PLB_OK : plb_fail_memory(err);
}

static bool fill_rows(const struct plb_test_plan *plan, struct plb_table *table) {
  for (size_t i = 0; i < plan->row_count; i++) {
    const struct plb_plan_row *row = &plan->rows[i];
    if (!plb_plan_row_is_round(row) || row->samples != plan->samples)
      continue;
    char(*cells)[PLB_WORDS] = plb_table_row(table);
    if (!cells)
      return false;
    plb_word_count(cells[PEOPLE], row->people);
    plb_word_count(cells[COMPARISONS], row->comparisons);
    plb_word_count(cells[WORTH], plb_plan_worth(row));
    plb_word_plan_expected(cells[EXPECTED], row);
    plb_word_plan_allowed(cells[ALLOWED], row);
    plb_word_plan_power(cells[POWER], row->power);
    plb_word_plan_error(cells[ERROR], row->relative_error);
    plb_word_plan_error(cells[LEAST], row->least_relative_error);
  }
  return !table->failed;
}

static plb_status print_rows(struct plb_out *out, const struct plb_test_plan *plan, struct plb_error *err) {
  static const struct plb_column columns[COLUMNS] = {
      {"People", PLB_RIGHT},  {"Comparisons", PLB_RIGHT}, {"Worth", PLB_RIGHT},  {"Expected", PLB_RIGHT},
      {"Allowed", PLB_RIGHT}, {"Chance", PLB_RIGHT},      {"Spread", PLB_RIGHT}, {"at least", PLB_RIGHT}};
  struct plb_table table = {.columns = columns, .column_count = COLUMNS};
  char samples[PLB_WORDS], title[PLB_WORDS + 16];
  plb_status st = print_chances(out, plan, err);
  if (st)
    return st;
  plb_word_plan_samples(samples, plan->samples);
  snprintf(title, sizeof title, "With %s:", samples);
  plb_out_text(out, "\n");
  plb_page_paragraph(out, 2, 2, title);
  plb_out_text(out, "\n");
  bool good = fill_rows(plan, &table) && plb_table_print(&table, out);
  plb_table_free(&table);
  if (!good)
    return plb_fail_memory(err);
  plb_out_text(out, "\n");
  for (size_t k = 0; k < plb_plan_note_count; k++)
    plb_page_paragraph(out, 2, 2, plb_plan_notes[k]);
  return PLB_OK;
}

static plb_status print_pairs(struct plb_out *out, const struct plb_test_plan *plan, bool sizes,
                              struct plb_error *err) {
  static const struct plb_column columns[2][3] = {
      {{"People in each", PLB_RIGHT}, {"Ratio detected", PLB_RIGHT}, {"Rates", PLB_LEFT}},
      {{"Ratio", PLB_RIGHT}, {"People in each", PLB_RIGHT}, {"Rates", PLB_LEFT}}};
  struct plb_table table = {.columns = columns[sizes], .column_count = 3};
  const struct plb_plan_contrast *list = sizes ? plan->sizes : plan->contrasts;
  size_t count = sizes ? plan->size_count : plan->contrast_count;
  for (size_t i = 0; i < count; i++) {
    char(*cells)[PLB_WORDS] = plb_table_row(&table);
    if (!cells)
      break;
    plb_word_contrast_people(cells[sizes], &list[i]);
    plb_word_contrast_ratio(cells[!sizes], &list[i]);
    plb_word_contrast_rates(cells[2], plan, &list[i]);
  }
  bool good = !table.failed && plb_table_print(&table, out);
  plb_table_free(&table);
  return good ? PLB_OK : plb_fail_memory(err);
}

static plb_status print_groups(struct plb_out *out, const struct plb_test_plan *plan, struct plb_error *err) {
  char line[PLB_PLAN_WORDS];
  if (!plan->groups)
    return PLB_OK;
  plb_out_text(out, "\n");
  plb_word_plan_groups(line, plan);
  plb_page_paragraph(out, 2, 2, line);
  plb_out_text(out, "\n");
  plb_status st = print_pairs(out, plan, false, err);
  plb_out_text(out, "\n");
  return st ? st : print_pairs(out, plan, true, err);
}

plb_status plb_text_plans(const struct plb_result *result, struct plb_out *out, struct plb_error *err) {
  plb_status st = PLB_OK;
  char title[PLB_PLAN_WORDS];
  for (size_t i = 0; i < result->plan_count && !st; i++) {
    const struct plb_test_plan *plan = &result->plans[i];
    if (i)
      plb_out_text(out, "\n");
    snprintf(title, sizeof title, "To show: %.200s", plan->claim);
    plb_page_heading(out, title, '-');
    print_what(out, plan);
    plb_out_text(out, "\n");
    if (!plan->row_count || !(st = print_rows(out, plan, err)))
      st = print_groups(out, plan, err);
  }
  return st;
}
