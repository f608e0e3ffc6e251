/* SPDX-License-Identifier: Apache-2.0
 *
 * Plans on a page: what is needed, in sentences; then for each claim the figure, the table of what other tests would
 * do, and the differences between groups that would be detected.
 */
#include <stdio.h>

#include "report/escape.h"
#include "report/html.h"
#include "report/plan.h"

static void cell(struct plb_html *h, const char *text) {
  plb_html_element(h, "td", text);
}

static void fact(struct plb_html *h, const char *name, const char *text) {
  plb_html_element(h, "dt", name);
  plb_html_element(h, "dd", text);
  plb_out_text(h->out, "\n");
}

void plb_html_plans_short(struct plb_html *h, const struct plb_result *result, int level) {
  char text[PLB_PLAN_WORDS];
  plb_html_section(h, level, "In short");
  plb_out_text(h->out, "<ul class=\"lines\">\n");
  for (size_t i = 0; i < result->plan_count; i++) {
    const struct plb_test_plan *plan = &result->plans[i];
    plb_out_text(h->out, "<li><strong>");
    plb_escape_words(h->out, plan->claim);
    plb_out_text(h->out, "</strong> needs ");
    plb_word_plan_needed(text, plan);
    plb_escape_words(h->out, text);
    plb_out_text(h->out, ".");
    plb_word_plan_least(text, plan);
    if (*text) {
      plb_out_text(h->out, " <span class=\"caveat\">It takes at least ");
      plb_escape_words(h->out, text);
      plb_out_text(h->out, ".</span>");
    }
    plb_out_text(h->out, "</li>\n");
  }
  plb_out_text(h->out, "</ul>\n</section>\n");
}

static void write_row(struct plb_html *h, const struct plb_plan_row *row) {
  char text[PLB_WORDS];
  plb_out_text(h->out, "<tr>");
  plb_word_count(text, row->samples);
  plb_html_element(h, "th scope=\"row\"", text);
  plb_word_count(text, row->people);
  cell(h, text);
  plb_word_count(text, row->comparisons);
  cell(h, text);
  plb_word_count(text, plb_plan_worth(row));
  cell(h, text);
  plb_word_plan_expected(text, row);
  cell(h, text);
  plb_word_plan_allowed(text, row);
  cell(h, text);
  plb_word_plan_power(text, row->power);
  cell(h, text);
  plb_word_plan_error(text, row->relative_error);
  cell(h, text);
  plb_word_plan_error(text, row->least_relative_error);
  cell(h, text);
  plb_out_text(h->out, "</tr>\n");
}

static bool has_round(const struct plb_test_plan *plan) {
  size_t i = 0;
  while (i < plan->row_count && !plb_plan_row_is_round(&plan->rows[i]))
    i++;
  return i < plan->row_count;
}

static void write_rows(struct plb_html *h, const struct plb_test_plan *plan, bool all) {
  if (!(all ? plan->row_count > 0 : has_round(plan)))
    return;
  char samples[PLB_WORDS], title[PLB_WORDS + 32];
  plb_word_plan_samples(samples, plan->samples);
  snprintf(title, sizeof title, "What tests with %s would do", samples);
  plb_html_table(h, all ? "All tests that were looked at" : title, "data");
  plb_out_text(h->out, "<thead><tr><th scope=\"col\">Samples of each person</th><th scope=\"col\">People</th>"
                       "<th scope=\"col\">Comparisons</th><th scope=\"col\">Worth</th><th scope=\"col\">Expected</th>"
                       "<th scope=\"col\">Allowed</th><th scope=\"col\">Chance</th><th scope=\"col\">Spread</th>"
                       "<th scope=\"col\">At least</th></tr></thead>\n<tbody>\n");
  for (size_t i = 0; i < plan->row_count; i++)
    if (all || (plb_plan_row_is_round(&plan->rows[i]) && plan->rows[i].samples == plan->samples))
      write_row(h, &plan->rows[i]);
  plb_out_text(h->out, "</tbody>\n");
  plb_html_table_end(h);
}

static void write_chances(struct plb_html *h, const struct plb_test_plan *plan) {
  uint64_t samples[PLB_PLAN_SPANS], people;
  size_t count = plb_plan_listed(plan, samples);
  char text[PLB_WORDS];
  if (!has_round(plan))
    return;
  plb_html_table(h, plb_plan_chances_title, "data");
  plb_out_text(h->out, "<thead><tr><th scope=\"col\">People</th>");
  for (size_t k = 0; k < count; k++) {
    plb_word_plan_each(text, samples[k]);
    plb_html_element(h, "th scope=\"col\"", text);
  }
  plb_out_text(h->out, "</tr></thead>\n<tbody>\n");
  for (size_t i = 0; (people = plb_plan_listed_people(plan, i)) > 0; i++) {
    plb_out_text(h->out, "<tr>");
    plb_word_count(text, people);
    plb_html_element(h, "th scope=\"row\"", text);
    for (size_t k = 0; k < count; k++) {
      plb_word_plan_chance(text, plan, people, samples[k]);
      cell(h, text);
    }
    plb_out_text(h->out, "</tr>\n");
  }
  plb_out_text(h->out, "</tbody>\n");
  plb_html_table_end(h);
}

static void write_notes(struct plb_html *h) {
  for (size_t k = 0; k < plb_plan_note_count; k++) {
    plb_out_text(h->out, "<p class=\"below\">");
    plb_escape_words(h->out, plb_plan_notes[k]);
    plb_out_text(h->out, "</p>\n");
  }
}

static plb_status write_figure(struct plb_html *h, const struct plb_test_plan *plan, size_t which) {
  char text[PLB_SENTENCE];
  plb_status st = plb_html_figure(h, which, NULL,
                                  "The chance that the claim is shown against the number of people, a line for each "
                                  "number of samples of a person.");
  if (st)
    return st;
  snprintf(text, sizeof text, "Data of figure %zu: %zu tests", h->figures, plan->row_count);
  plb_out_text(h->out, "<details class=\"long\">\n");
  plb_html_element(h, "summary", text);
  write_rows(h, plan, true);
  plb_out_text(h->out, "</details>\n</figure>\n");
  return PLB_OK;
}

static void write_contrasts(struct plb_html *h, const struct plb_test_plan *plan, bool sizes) {
  const struct plb_plan_contrast *list = sizes ? plan->sizes : plan->contrasts;
  size_t count = sizes ? plan->size_count : plan->contrast_count;
  if (!count)
    return;
  char people[PLB_WORDS], ratio[PLB_WORDS], rates[PLB_WORDS];
  plb_html_table(h, sizes ? "The people that it takes to detect a ratio" : "The smallest ratio that is detected",
                 "data");
  plb_out_print(h->out,
                "<thead><tr><th scope=\"col\">%s</th><th scope=\"col\">%s</th><th scope=\"col\">Rates</th></tr>"
                "</thead>\n<tbody>\n",
                sizes ? "Ratio" : "People in each group", sizes ? "People in each group" : "Ratio detected");
  for (size_t i = 0; i < count; i++) {
    plb_word_contrast_people(people, &list[i]);
    plb_word_contrast_ratio(ratio, &list[i]);
    plb_word_contrast_rates(rates, plan, &list[i]);
    plb_out_text(h->out, "<tr>");
    plb_html_element(h, "th scope=\"row\"", sizes ? ratio : people);
    cell(h, sizes ? people : ratio);
    cell(h, rates);
    plb_out_text(h->out, "</tr>\n");
  }
  plb_out_text(h->out, "</tbody>\n");
  plb_html_table_end(h);
}

static void write_groups(struct plb_html *h, const struct plb_test_plan *plan, int level) {
  char text[PLB_PLAN_WORDS];
  if (!plan->groups)
    return;
  plb_html_section(h, level, "Differences between groups");
  plb_word_plan_groups(text, plan);
  plb_html_element(h, "p", text);
  plb_out_text(h->out, "\n");
  write_contrasts(h, plan, false);
  write_contrasts(h, plan, true);
  plb_out_text(h->out, "</section>\n");
}

plb_status plb_html_plans(struct plb_html *h, size_t r, int level) {
  const struct plb_result *result = h->results[r];
  char text[PLB_PLAN_WORDS], heading[PLB_SENTENCE];
  plb_status st = PLB_OK;
  for (size_t i = 0; i < result->plan_count && !st; i++) {
    const struct plb_test_plan *plan = &result->plans[i];
    snprintf(heading, sizeof heading, "To show: %.200s", plan->claim);
    plb_html_section(h, level, heading);
    plb_out_text(h->out, "<dl>\n");
    plb_word_plan_aim(text, plan);
    fact(h, "For", text);
    plb_word_plan_test(text, plan);
    fact(h, "The test", text);
    plb_word_plan_threshold(text, plan);
    fact(h, "Threshold", text);
    plb_word_plan_dependence(text, plan);
    fact(h, "Alike", text);
    if (plan->pilot)
      fact(h, "Pilot", plan->pilot);
    if (plan->pilot_silent)
      fact(h, "Assumed", plan->pilot_silent);
    plb_out_text(h->out, "</dl>\n");
    st = write_figure(h, plan, plb_figure_of_plan(&h->drawings, plan));
    write_chances(h, plan);
    write_rows(h, plan, false);
    write_notes(h);
    write_groups(h, plan, level + 1);
    plb_out_text(h->out, "</section>\n");
  }
  return st;
}
