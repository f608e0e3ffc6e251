/* SPDX-License-Identifier: Apache-2.0
 *
 * The top of the page: what was found, in sentences that name the counts, and the table of all systems
 * where there are several.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "report/escape.h"
#include "report/html.h"

#define MOST_TARGETS 12
#define FEW_ERRORS 10

/* ---- sentences about one system ---------------------------------------------------------------- */

static void item(struct plb_html *h, const char *name) {
  plb_out_print(h->out, "<li><strong>%s.</strong> ", name);
}

static void item_end(struct plb_html *h) {
  plb_out_text(h->out, "</li>\n");
}

/* The point that the sentences are about: the strictest FMR target that is met with ten false matches or
 * more, so that the rate is not made of a few; else the loosest target; else the first point. */
static bool headline(const struct plb_result *result, const char *system, struct plb_operating_point *best) {
  struct plb_operating_point point;
  double strictest = 2.0, loosest = -1.0;
  bool found = false;
  for (size_t k = 0; plb_result_point(result, system, k, &point); k++) {
    const struct plb_estimate *fmr = plb_point_estimate(result, &point, "FMR");
    bool target = fmr && fmr->status == PLB_EST_OK && fmr->has_counts && fmr->target_metric;
    double at_most = target ? fmr->target_at_most : 0.0;
    if (target && fmr->errors >= FEW_ERRORS && at_most < strictest) {
      *best = point;
      strictest = at_most;
    } else if (!found || (target && strictest > 1.0 && at_most > loosest)) {
      *best = point;
      loosest = at_most;
    }
    found = true;
  }
  return found;
}

static void word_where(struct plb_html *h, const struct plb_result *result, const struct plb_estimate *e) {
  char text[PLB_WORDS], threshold[PLB_WORDS];
  plb_word_threshold(threshold, result, e);
  if (plb_word_target(text, e) > 0)
    plb_out_print(h->out, "At the threshold set for %s \xE2\x89\xA4 %s (%s), ", e->target_metric, text, threshold);
  else
    plb_out_print(h->out, "At threshold %s, ", threshold);
}

static void word_result(struct plb_html *h, const struct plb_estimate *e) {
  char value[PLB_WORDS], interval[PLB_WORDS], level[PLB_WORDS];
  plb_word_value(value, e);
  plb_out_print(h->out, "%s %s", strcmp(e->metric, "DPRIME") == 0 ? "d\xE2\x80\xB2" : e->metric, value);
  if (plb_word_interval(interval, e) > 0) {
    plb_word_level(level, e->interval.level);
    plb_out_print(h->out, ", %s %% interval %s", level, interval);
  }
}

static void say_rate(struct plb_html *h, const struct plb_result *result, const struct plb_estimate *e,
                     const char *name, const char *event) {
  char errors[PLB_WORDS], trials[PLB_WORDS];
  if (!e)
    return;
  item(h, name);
  if (e->status == PLB_EST_SUPPRESSED || !e->has_counts) {
    plb_out_print(h->out, "%s is %s", e->metric, plb_estimate_status_name(e->status));
    if (e->note) {
      plb_out_text(h->out, ": ");
      plb_escape(h->out, e->note);
    }
    plb_out_text(h->out, ".");
  } else {
    word_where(h, result, e);
    plb_word_count(errors, e->errors);
    plb_word_count(trials, e->trials);
    plb_out_print(h->out, "%s of %s %s: ", errors, trials, event);
    word_result(h, e);
    plb_out_text(h->out, ".");
  }
  item_end(h);
}

static const struct plb_estimate *whole(const struct plb_result *result, const char *system, const char *metric) {
  const struct plb_estimate *e;
  for (size_t k = 0; (e = plb_system_estimate(result, system, k)); k++)
    if (!plb_has_point(e) && strcmp(e->metric, metric) == 0)
      return e;
  return NULL;
}

static void say_eer(struct plb_html *h, const struct plb_result *result, const char *system) {
  const struct plb_estimate *eer = whole(result, system, "EER");
  char threshold[PLB_WORDS];
  if (!eer)
    return;
  item(h, "Equal error rate");
  word_result(h, eer);
  if (plb_word_threshold(threshold, result, eer) > 0)
    plb_out_print(h->out, " at threshold %s", threshold);
  if (eer->note) {
    plb_out_text(h->out, ": ");
    plb_escape(h->out, eer->note);
  }
  plb_out_text(h->out, ".");
  item_end(h);
}

/* What the test is too small for; its largest target and what was seen there. */
static void say_limit(struct plb_html *h, const struct plb_result *result, const char *system) {
  struct plb_operating_point point;
  const struct plb_estimate *largest = NULL;
  bool asked = false;
  for (size_t k = 0; plb_result_point(result, system, k, &point); k++) {
    const struct plb_estimate *e = plb_point_estimate(result, &point, "FMR");
    asked = asked || (e && e->target_metric);
    bool lacks = e && e->target_metric && e->status == PLB_EST_UNSUPPORTED;
    if (lacks && (!largest || e->target_at_most > largest->target_at_most))
      largest = e;
  }
  char target[PLB_WORDS], errors[PLB_WORDS], trials[PLB_WORDS], upper[PLB_WORDS];
  if (!asked)
    return;
  item(h, "Limit of this test");
  if (!largest) {
    plb_out_text(h->out, "Every FMR target that was asked for is within what the data can support.");
    item_end(h);
    return;
  }
  plb_word_target(target, largest);
  plb_out_print(h->out, "FMR \xE2\x89\xA4 %s%s cannot be supported", target, " and anything stricter");
  if (largest->has_counts) {
    plb_word_count(errors, largest->errors);
    plb_word_count(trials, largest->trials);
    plb_out_print(h->out, ": %s false matches were seen among %s non-mated comparisons", errors, trials);
  }
  if (largest->interval.exists && largest->interval.has_upper) {
    plb_word_rate(upper, largest->interval.upper);
    plb_out_print(h->out, ", which shows no more than FMR \xE2\x89\xA4 %s", upper);
  }
  plb_out_text(h->out, ".");
  item_end(h);
}

static void say_failures(struct plb_html *h, const struct plb_result *result, const char *system) {
  const struct plb_estimate *fta = whole(result, system, "FTA"), *fte = whole(result, system, "FTE");
  const struct plb_test *test = &result->test;
  char compare[PLB_WORDS];
  item(h, "Failures");
  if (!fta && !fte && test->failed_enrol + test->failed_acquire + test->failed_compare == 0) {
    plb_out_text(h->out, "The input records none; if some were left out before, they are not in these rates.");
    item_end(h);
    return;
  }
  const char *between = "";
  if (fte && fte->has_value) {
    word_result(h, fte);
    between = "; ";
  }
  if (fta && fta->has_value) {
    plb_out_text(h->out, between);
    word_result(h, fta);
    between = "; ";
  }
  plb_word_count(compare, test->failed_compare);
  plb_out_print(h->out, "%s%s comparisons failed%s.", between, compare,
                plb_result_systems(result) > 1 ? ", of all systems together" : "");
  item_end(h);
}

void plb_html_short(struct plb_html *h, const struct plb_result *result, const char *system) {
  struct plb_operating_point point;
  plb_out_text(h->out, "<ul class=\"lines\">\n");
  if (headline(result, system, &point)) {
    say_rate(h, result, plb_point_estimate(result, &point, "FNMR"), "False non-matches",
             "mated comparisons were wrongly rejected");
    say_rate(h, result, plb_point_estimate(result, &point, "FMR"), "False matches",
             "non-mated comparisons were wrongly accepted");
  }
  say_eer(h, result, system);
  say_limit(h, result, system);
  say_failures(h, result, system);
  plb_out_text(h->out, "</ul>\n");
}

/* ---- all systems side by side ---------------------------------------------------------------------- */

static const struct plb_estimate *at_target(const struct plb_result *result, const char *system, const char *metric,
                                            double target) {
  const struct plb_estimate *e;
  for (size_t k = 0; (e = plb_system_estimate(result, system, k)); k++)
    if (e->target_metric && strcmp(e->target_metric, "FMR") == 0 && strcmp(e->metric, metric) == 0 &&
        e->target_at_most >= target && e->target_at_most <= target)
      return e;
  return NULL;
}

/* The largest FMR target of all results below `last`; NULL past the smallest. */
static const struct plb_estimate *next_target(const struct plb_html *h, double last) {
  const struct plb_estimate *next = NULL;
  for (size_t r = 0; r < h->count; r++) {
    for (size_t i = 0; i < h->results[r]->estimate_count; i++) {
      const struct plb_estimate *e = &h->results[r]->estimates[i];
      bool fits = e->target_metric && strcmp(e->target_metric, "FMR") == 0 && e->target_at_most < last;
      next = fits && (!next || e->target_at_most > next->target_at_most) ? e : next;
    }
  }
  return next;
}

/* The distinct FMR targets of all results, largest first, as estimates that carry them. */
static size_t common_targets(const struct plb_html *h, const struct plb_estimate *targets[MOST_TARGETS]) {
  size_t count = 0;
  const struct plb_estimate *next;
  for (double last = 2.0; count < MOST_TARGETS && (next = next_target(h, last)); last = next->target_at_most)
    targets[count++] = next;
  return count;
}

static void glance_cell(struct plb_html *h, const struct plb_estimate *fnmr, const struct plb_estimate *fmr) {
  char value[PLB_WORDS], interval[PLB_WORDS];
  if (!fnmr) {
    plb_html_element(h, "td", "none");
    return;
  }
  bool supported = fnmr->status == PLB_EST_OK && (!fmr || fmr->status == PLB_EST_OK);
  plb_word_value(value, fnmr);
  plb_out_print(h->out, "<td%s>%s", supported ? "" : " class=\"lacking\"", value);
  if (plb_word_interval(interval, fnmr) > 0)
    plb_out_print(h->out, "<br/><small class=\"whole\">%s</small>", interval);
  if (!supported && fnmr->status == PLB_EST_OK)
    plb_out_text(h->out, "<br/><small>target unsupported</small>");
  plb_out_text(h->out, "</td>");
}

/* The people behind a system: those of the test, or of its rates where other systems may have had others. */
static void word_people(char text[PLB_WORDS], const struct plb_result *result, const char *system) {
  bool known = plb_result_systems(result) < 2 && result->test.has_people, hidden = false;
  uint64_t people = known ? result->test.people : 0;
  const struct plb_estimate *e;
  for (size_t k = 0; plb_result_systems(result) > 1 && (e = plb_system_estimate(result, system, k)); k++) {
    if (!e->has_people || (strcmp(e->metric, "FMR") != 0 && strcmp(e->metric, "FNMR") != 0))
      continue;
    hidden = hidden || e->status == PLB_EST_SUPPRESSED;
    known = known || e->status != PLB_EST_SUPPRESSED;
    people = e->people > people ? e->people : people;
  }
  snprintf(text, PLB_WORDS, "%s", hidden ? "too few" : "unknown");
  if (known)
    plb_word_count(text, people);
}

static void glance_row(struct plb_html *h, size_t r, const char *system, const struct plb_estimate *const *targets,
                       size_t count) {
  const struct plb_result *result = h->results[r];
  const struct plb_test *test = &result->test;
  char label[PLB_WORDS], text[PLB_WORDS];
  plb_result_label(result, r + 1, label);
  plb_out_text(h->out, "<tr><th scope=\"row\" class=\"name\">");
  plb_escape(h->out, system ? system : label);
  if (system && h->count > 1) {
    plb_out_text(h->out, "<br/><small>");
    plb_escape(h->out, label);
    plb_out_text(h->out, "</small>");
  }
  plb_out_text(h->out, "</th>");
  const struct plb_estimate *eer = whole(result, system, "EER"), *fmr = NULL, *fnmr = NULL;
  for (size_t t = 0; t < count; t++) {
    fmr = fmr && fmr->has_counts ? fmr : at_target(result, system, "FMR", targets[t]->target_at_most);
    fnmr = fnmr && fnmr->has_counts ? fnmr : at_target(result, system, "FNMR", targets[t]->target_at_most);
  }
  word_people(text, result, system);
  plb_html_element(h, "td", text);
  bool derived = eer && eer->has_class_trials;
  plb_word_count(text, fnmr && fnmr->has_counts ? fnmr->trials : derived ? eer->mated_trials : test->mated_trials);
  plb_html_element(h, "td", text);
  plb_word_count(text, fmr && fmr->has_counts ? fmr->trials : derived ? eer->nonmated_trials : test->nonmated_trials);
  plb_html_element(h, "td", text);
  if (eer)
    plb_word_value(text, eer);
  plb_html_element(h, "td", eer ? text : "none");
  for (size_t t = 0; t < count; t++)
    glance_cell(h, at_target(result, system, "FNMR", targets[t]->target_at_most),
                at_target(result, system, "FMR", targets[t]->target_at_most));
  plb_out_text(h->out, "</tr>\n");
}

plb_status plb_html_glance(struct plb_html *h, int level) {
  const struct plb_estimate *targets[MOST_TARGETS];
  size_t count = common_targets(h, targets);
  char text[PLB_WORDS];
  const char *system;
  plb_html_section(h, level, "Side by side");
  plb_out_text(
      h->out,
      "<p>Each system is shown with its own test. Two systems are comparable only where people, recordings "
      "and comparisons were the same; overlapping intervals are not evidence that two systems are equal.</p>\n");
  plb_html_table(h, "People, comparisons, equal error rate, and FNMR at FMR targets with its interval", "rates");
  plb_out_text(h->out,
               "<thead><tr><th scope=\"col\">System</th><th scope=\"col\">People</th><th scope=\"col\">Mated</th>"
               "<th scope=\"col\">Non-mated</th><th scope=\"col\">EER</th>");
  for (size_t t = 0; t < count; t++) {
    plb_word_target(text, targets[t]);
    plb_out_print(h->out, "<th scope=\"col\">FNMR at FMR \xE2\x89\xA4 %s</th>", text);
  }
  plb_out_text(h->out, "</tr></thead>\n<tbody>\n");
  for (size_t r = 0; r < h->count; r++)
    for (size_t k = 0; plb_result_system(h->results[r], k, &system); k++)
      glance_row(h, r, system, targets, count);
  plb_out_text(h->out, "</tbody>\n");
  plb_html_table_end(h);
  plb_out_text(h->out, "</section>\n");
  return PLB_OK;
}
