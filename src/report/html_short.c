/* SPDX-License-Identifier: Apache-2.0
 *
 * The top of the page: what was found, in sentences that name the counts, and the table of all systems
 * where there are several.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "report/escape.h"
#include "report/html.h"
#include "report/makings.h"

#define MOST_TARGETS 12
#define FEW_ERRORS 10
#define MOST_GIVEN 4
#define MOST_CLAIMS 6

/* ---- sentences about one system ---------------------------------------------------------------- */

static void item(struct plb_html *h, const char *name) {
  plb_out_text(h->out, "<li><strong>");
  plb_escape_words(h->out, name);
  plb_out_text(h->out, ".</strong> ");
}

static void item_end(struct plb_html *h) {
  plb_out_text(h->out, "</li>\n");
}

/* The target that the sentences are about: the strictest FMR target that is met with ten false matches or
 * more, so that the rate is not made of a few; else the loosest target; else the first one. */
static bool headline(const struct plb_result *result, const char *system, struct plb_operating_point *best) {
  struct plb_operating_point point;
  double strictest = 2.0, loosest = -1.0;
  bool found = false;
  for (size_t k = 0; plb_result_point(result, system, k, &point); k++) {
    if (!point.first->target_metric) /* a threshold that was given: it has sentences of its own */
      continue;
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

/* The point of an estimate in words. Beyond the reach of the test it is no threshold for the target. */
static void word_where(struct plb_html *h, const struct plb_result *result, const struct plb_operating_point *point) {
  char text[PLB_WORDS], threshold[PLB_WORDS], limit[PLB_LIMIT], at[PLB_LIMIT];
  const struct plb_estimate *e = point->first;
  plb_word_threshold(threshold, result, e);
  plb_word_limit_at(at, result, point);
  if (plb_word_limit(limit, result, point)) {
    at[0] = (char)toupper((unsigned char)at[0]);
    plb_out_print(h->out, "%s, ", at);
  } else if (plb_word_target(text, e) > 0) {
    plb_out_print(h->out, "At the threshold set for %s \xE2\x89\xA4 ", e->target_metric);
    plb_escape_words(h->out, text);
    plb_out_print(h->out, " (%s), ", threshold);
  } else if (plb_word_origin(limit, e) > 0) {
    plb_out_print(h->out, "At the threshold set for %s \xE2\x89\xA4 ", e->origin.metric);
    plb_escape_words(h->out, limit);
    plb_out_print(h->out, " (%s), ", threshold);
  } else {
    plb_out_print(h->out, "At the given threshold %s, ", threshold);
  }
}

static void word_result(struct plb_html *h, const struct plb_estimate *e) {
  char value[PLB_WORDS], interval[PLB_WORDS], level[PLB_WORDS], about[PLB_WORDS], text[PLB_SENTENCE];
  const char *metric = plb_spoken(e->metric);
  bool one_in = e->status == PLB_EST_OK && e->has_value && strcmp(e->metric, "EER") != 0; /* no rate of trials */
  plb_word_value(value, e);
  if (e->status == PLB_EST_UNSUPPORTED)
    snprintf(text, sizeof text, "no %s is given, only counts and limits", metric);
  else
    snprintf(text, sizeof text, "%s %s", metric, value);
  plb_escape_words(h->out, text);
  if (one_in && plb_word_about(about, e->value) > 0)
    plb_out_print(h->out, " (%s)", about);
  if (plb_word_interval(interval, e) > 0) {
    plb_word_level(level, e->interval.level);
    snprintf(text, sizeof text, ", %s %% interval %s", level, interval);
    plb_escape_words(h->out, text);
  }
  if (plb_word_worst(interval, e) > 0) {
    plb_out_text(h->out, ", in the worst case ");
    plb_escape_words(h->out, interval);
  }
}

/* What there is to say against the number before it, as a sentence; it belongs to the number. */
static void word_caveat(struct plb_html *h, const struct plb_estimate *e) {
  plb_out_text(h->out, ".");
  if (!e->note || !*e->note)
    return;
  char first[2] = {(char)toupper((unsigned char)e->note[0]), '\0'};
  bool letter = (unsigned char)e->note[0] < 0x80;
  plb_out_text(h->out, " <span class=\"caveat\">");
  plb_escape_words(h->out, letter ? first : "");
  plb_escape_words(h->out, e->note + letter);
  plb_out_text(h->out, ".</span>");
}

static void say_rate(struct plb_html *h, const struct plb_result *result, const struct plb_operating_point *point,
                     const char *metric, const char *name, const char *event) {
  char errors[PLB_WORDS], trials[PLB_WORDS], target[PLB_WORDS];
  const struct plb_estimate *e = plb_point_estimate(result, point, metric);
  if (!e)
    return;
  item(h, name);
  if (e->status == PLB_EST_SUPPRESSED || (!e->has_counts && !e->has_value)) {
    plb_out_print(h->out, "%s is %s", e->metric, plb_estimate_status_name(e->status));
  } else if (!e->has_counts) { /* read off a straight line between two thresholds */
    plb_word_target(target, e);
    plb_out_print(h->out, "For FMR = %s, without a threshold: ", target);
    word_result(h, e);
  } else {
    word_where(h, result, point);
    plb_word_count(errors, e->errors);
    plb_word_count(trials, e->trials);
    plb_out_print(h->out, "%s of %s %s: ", errors, trials, event);
    word_result(h, e);
  }
  word_caveat(h, e);
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
  char at[PLB_WORDS], low[PLB_WORDS], high[PLB_WORDS], text[PLB_SENTENCE];
  if (!eer)
    return;
  item(h, "Equal error rate");
  word_result(h, eer);
  if (plb_word_eer_at(at, result, eer) > 0)
    plb_out_print(h->out, " %s", at);
  if (eer->has_bracket && eer->status == PLB_EST_OK) {
    plb_word_per_cent(low, sizeof low, eer->bracket[0]);
    plb_word_per_cent(high, sizeof high, eer->bracket[1]);
    snprintf(text, sizeof text, ", the mean of FMR and FNMR there, which make its bracket [%s, %s] %%", low, high);
    plb_escape_words(h->out, text);
  }
  word_caveat(h, eer);
  item_end(h);
}

/* FMR at the first target that this test is too small for, with the words for `limit`; else at the first target
 * that it cannot support for another reason; else NULL. */
static const struct plb_estimate *first_lacking(const struct plb_result *result, const char *system, bool *asked,
                                                char limit[PLB_LIMIT], struct plb_operating_point *where) {
  struct plb_operating_point point;
  const struct plb_estimate *lacking = NULL;
  limit[0] = '\0';
  for (size_t k = 0; plb_result_point(result, system, k, &point); k++) {
    const struct plb_estimate *e = plb_point_estimate(result, &point, "FMR");
    if (!e || !e->target_metric)
      continue;
    *asked = true;
    bool reached = !plb_word_limit(limit, result, &point);
    if (!reached || (!lacking && e->status == PLB_EST_UNSUPPORTED)) {
      lacking = e;
      *where = point;
    }
    if (!reached)
      return e;
  }
  return lacking;
}

/* What the test is too small for, and what was seen there. */
static void say_limit(struct plb_html *h, const struct plb_result *result, const char *system) {
  char limit[PLB_LIMIT], errors[PLB_WORDS], trials[PLB_WORDS];
  bool asked = false;
  struct plb_operating_point where;
  const struct plb_estimate *lacking = first_lacking(result, system, &asked, limit, &where);
  if (!asked)
    return;
  item(h, "Limit of this test");
  if (!lacking) {
    plb_out_text(h->out,
                 "There are enough comparisons to set a threshold for each FMR target that was asked for. "
                 "Whether the true FMR meets a target is another question: its interval says how far it may lie "
                 "beyond.");
    item_end(h);
    return;
  }
  plb_escape_words(h->out, limit[0] ? limit : "The FMR targets that were asked for are beyond this test");
  plb_out_text(h->out, ". ");
  if (lacking->has_counts) {
    word_where(h, result, &where);
    plb_word_count(errors, lacking->errors);
    plb_word_count(trials, lacking->trials);
    plb_out_print(h->out, "%s of %s non-mated comparisons %s accepted: ", errors, trials,
                  lacking->errors == 1 ? "was" : "were");
  }
  word_result(h, lacking);
  word_caveat(h, lacking);
  item_end(h);
}

static void say_failures(struct plb_html *h, const struct plb_result *result, const char *system) {
  static const char *const metrics[] = {"FTE", "FTA"};
  const struct plb_test *test = &result->test;
  char text[PLB_REMARK];
  item(h, "Failures");
  bool none = !test->failed_enrol && !test->failed_acquire && !test->failed_compare;
  plb_word_failed(text, test, plb_result_systems(result) > 1);
  text[0] = (char)toupper((unsigned char)text[0]);
  plb_escape_words(h->out, text);
  plb_out_text(h->out, ".");
  if (none)
    plb_out_text(h->out, " If some were left out before, they are not in these rates.");
  for (size_t k = 0; k < 2; k++) {
    const struct plb_estimate *e = whole(result, system, metrics[k]);
    if (!e || !e->has_value || e->status == PLB_EST_SUPPRESSED)
      continue;
    plb_out_text(h->out, " ");
    word_result(h, e);
    word_caveat(h, e);
  }
  item_end(h);
}

static void say_point(struct plb_html *h, const struct plb_result *result, const struct plb_operating_point *point) {
  say_rate(h, result, point, "FNMR", "False non-matches", "mated comparisons wrongly rejected");
  say_rate(h, result, point, "FMR", "False matches", "non-mated comparisons wrongly accepted");
}

/* What was asked for comes first: the thresholds that were given. */
static void say_given(struct plb_html *h, const struct plb_result *result, const char *system) {
  struct plb_operating_point point;
  size_t given = 0;
  for (size_t k = 0; plb_result_point(result, system, k, &point); k++) {
    if (point.first->target_metric)
      continue;
    if (given++ < MOST_GIVEN)
      say_point(h, result, &point);
  }
  if (given > MOST_GIVEN) {
    item(h, "More thresholds");
    plb_out_print(h->out, "%zu more were given; their rates stand in the table of rates by threshold.",
                  given - MOST_GIVEN);
    item_end(h);
  }
}

/* "Claim shown at one-sided 97.5 %": a claim is judged by one limit of a two-sided interval at its level, which by
 * Holm's rule may be higher than that of the others. Without a claim, or where none says it, no level. */
static void word_verdict(struct plb_html *h, const struct plb_result *result, const char *const name[3],
                         const struct plb_claim *claim) {
  bool holm = result->together.exists && result->claim_count > 1;
  char level[PLB_WORDS], text[3 * PLB_WORDS];
  if (!claim || !claim->has_limits) {
    snprintf(text, sizeof text, "%.30s%.40s", name[1], name[2]);
  } else {
    plb_word_rounded(level, 50 * (1 + claim->level), 5);
    if (strcmp(level, "100") == 0)
      plb_word_rounded(level, 50 * (1 + claim->level), 12);
    snprintf(text, sizeof text, "%.30s at one-sided %.40s %%%s%.40s", name[1], level, holm ? " (Holm)" : "", name[2]);
  }
  item(h, text);
}

/* What stands behind its reasons and must go with the verdict: failures, and doubts of the limits. */
static void word_caution(struct plb_html *h, const struct plb_claim *claim) {
  static const char *const marks[] = {PLB_CLAIM_FAILURES, PLB_CLAIM_CAUTION};
  const char *from = NULL;
  for (size_t k = 0; k < 2 && claim->why && !from; k++)
    from = strstr(claim->why, marks[k]);
  if (!from)
    return;
  plb_out_text(h->out, ". <span class=\"caveat\">");
  char first[2] = {(char)toupper((unsigned char)from[2]), '\0'};
  plb_escape_words(h->out, first);
  plb_escape_words(h->out, from + 3);
  plb_out_text(h->out, ".</span>");
}

void plb_html_verdicts(struct plb_html *h, const struct plb_result *result) {
  static const char *const names[][3] = {{"shown", "Claim shown", ""},
                                         {"not shown", "Claim not shown", " (the data do not decide)"},
                                         {"refuted", "Claim refuted", ""}};
  for (size_t v = 0; v < sizeof names / sizeof *names; v++) {
    size_t found = 0;
    for (size_t i = 0; i < result->claim_count; i++) {
      const struct plb_claim *claim = &result->claims[i];
      if (!claim->verdict || strcmp(claim->verdict, names[v][0]) != 0)
        continue;
      if (found++ >= MOST_CLAIMS)
        continue;
      word_verdict(h, result, names[v], claim);
      plb_escape_words(h->out, claim->text);
      word_caution(h, claim);
      item_end(h);
    }
    if (found > MOST_CLAIMS) {
      word_verdict(h, result, names[v], NULL);
      plb_out_print(h->out, "%zu more; they stand among the claims below.", found - MOST_CLAIMS);
      item_end(h);
    }
  }
}

/* How the target of the sentences was chosen, where there was a choice. */
static void say_choice(struct plb_html *h, const struct plb_result *result, const char *system) {
  struct plb_operating_point point;
  size_t targets = 0;
  for (size_t k = 0; plb_result_point(result, system, k, &point); k++)
    targets += point.first->target_metric != NULL;
  if (targets < 2)
    return;
  item(h, "Which target");
  plb_out_print(h->out,
                "Of %zu FMR targets, two sentences above show one: the strictest that was met with %d false matches or "
                "more, or the loosest where none was. All of them stand in the table of rates by threshold.",
                targets, FEW_ERRORS);
  item_end(h);
}

void plb_html_short(struct plb_html *h, const struct plb_result *result, const char *system) {
  struct plb_operating_point point;
  plb_out_text(h->out, "<ul class=\"lines\">\n");
  if (plb_result_systems(result) <= 1)
    plb_html_verdicts(h, result);
  say_given(h, result, system);
  if (headline(result, system, &point))
    say_point(h, result, &point);
  say_choice(h, result, system);
  say_eer(h, result, system);
  say_limit(h, result, system);
  say_failures(h, result, system);
  plb_out_text(h->out, "</ul>\n");
}

/* ---- all systems side by side ---------------------------------------------------------------------- */

/* The largest FMR target below `last` that thresholds of some result were set for; below 0: none. */
static double next_target(const struct plb_html *h, double last) {
  double next = -1;
  for (size_t r = 0; r < h->count; r++)
    for (size_t i = 0; i < h->results[r]->estimate_count; i++) {
      double set = plb_set_at(&h->results[r]->estimates[i]);
      next = set < last && set > next ? set : next;
    }
  return next;
}

/* The distinct FMR targets of all results, largest first. */
static size_t common_targets(const struct plb_html *h, double targets[MOST_TARGETS]) {
  size_t count = 0;
  double next;
  for (double last = 2.0; count < MOST_TARGETS && (next = next_target(h, last)) >= 0; last = next)
    targets[count++] = next;
  return count;
}

/* The one place where two limits may stand below each other: the table has a column for each target. */
static void glance_interval(struct plb_html *h, char interval[PLB_WORDS]) {
  char *second = strstr(interval, ", ");
  plb_out_text(h->out, "<br/><small>");
  if (second) {
    *second = '\0';
    plb_escape_words(h->out, interval);
    plb_out_text(h->out, ", ");
  }
  plb_escape_words(h->out, second ? second + 2 : interval);
  plb_out_text(h->out, "</small>");
}

static void glance_small(struct plb_html *h, const char *before, const char *text) {
  plb_out_text(h->out, "<br/><small>");
  plb_escape_words(h->out, before);
  plb_escape_words(h->out, text);
  plb_out_text(h->out, "</small>");
}

/* Value, interval and counts of FNMR, or of the EER; where the threshold was set on other data also FMR, which may miss
 * the target. */
static void glance_value(struct plb_html *h, const struct plb_result *result, const struct plb_estimate *fnmr,
                         const struct plb_estimate *fmr) {
  char value[PLB_WORDS], interval[PLB_WORDS], trials[PLB_WORDS], text[4 * PLB_WORDS], origin[PLB_LIMIT];
  bool supported = fnmr->status == PLB_EST_OK && (!fmr || fmr->status == PLB_EST_OK);
  bool carried = !fnmr->target_metric && plb_word_origin(origin, fnmr) > 0;
  plb_word_value(value, fnmr);
  plb_escape_words(h->out, value);
  bool elsewhere = fnmr->status == PLB_EST_UNSUPPORTED && plb_out_of_reach(result, fnmr); /* at another threshold */
  if (!elsewhere && plb_word_interval(interval, fnmr) > 0)
    glance_interval(h, interval);
  if (!elsewhere && fnmr->has_counts && plb_word_trials(trials, fnmr) > 0)
    glance_small(h, "", trials);
  if (!supported && fnmr->status == PLB_EST_OK)
    glance_small(h, "", "target unsupported");
  if (!carried)
    return;
  glance_small(h, "threshold set for ", origin);
  if (!fmr)
    return;
  plb_word_value(value, fmr);
  plb_word_interval(interval, fmr);
  plb_word_trials(trials, fmr);
  snprintf(text, sizeof text, "%s%s%s%s%s", value, *interval ? " " : "", interval, *trials ? ", " : "", trials);
  glance_small(h, "FMR there ", text);
}

/* FMR at the threshold of an FNMR that was set for a target. */
static const struct plb_estimate *fmr_beside(const struct plb_result *result, const char *system,
                                             const struct plb_estimate *fnmr) {
  const struct plb_estimate *e;
  for (size_t k = 0; (e = plb_system_estimate(result, system, k)); k++)
    if (strcmp(e->metric, "FMR") == 0 && !e->target_metric == !fnmr->target_metric && plb_set_for(e, plb_set_at(fnmr)))
      return e;
  return NULL;
}

/* FNMR of a system at the thresholds that were set for a target, its own and that of other data. */
static void glance_target(struct plb_html *h, const struct plb_result *result, const char *system, double target) {
  const struct plb_estimate *e, *found[2] = {NULL, NULL};
  for (size_t k = 0; (e = plb_system_estimate(result, system, k)); k++)
    if (strcmp(e->metric, "FNMR") == 0 && plb_set_for(e, target) && !found[!e->target_metric])
      found[!e->target_metric] = e;
  bool any = found[0] || found[1], fine = true;
  for (size_t k = 0; k < 2; k++) {
    const struct plb_estimate *fmr = found[k] ? fmr_beside(result, system, found[k]) : NULL;
    fine = fine && (!found[k] || (found[k]->status == PLB_EST_OK && (!fmr || fmr->status == PLB_EST_OK)));
  }
  plb_out_text(h->out, any && fine ? "<td>" : "<td class=\"lacking\">");
  for (size_t k = 0; k < 2; k++) {
    if (!found[k])
      continue;
    plb_out_text(h->out, k && found[0] ? "<br/>" : "");
    glance_value(h, result, found[k], fmr_beside(result, system, found[k]));
  }
  plb_out_text(h->out, any ? "</td>" : "not measured</td>");
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

static void glance_row(struct plb_html *h, size_t r, const char *system, const double *targets, size_t count) {
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
  const struct plb_estimate *eer = whole(result, system, "EER"), *fmr = NULL, *fnmr = NULL, *e;
  for (size_t k = 0; (e = plb_system_estimate(result, system, k)) && !(fmr && fnmr); k++) {
    fmr = e->has_counts && strcmp(e->metric, "FMR") == 0 ? e : fmr;
    fnmr = e->has_counts && strcmp(e->metric, "FNMR") == 0 ? e : fnmr;
  }
  word_people(text, result, system);
  plb_html_element(h, "td", text);
  bool derived = eer && eer->has_class_trials;
  plb_word_count(text, fnmr && fnmr->has_counts ? fnmr->trials : derived ? eer->mated_trials : test->mated_trials);
  plb_html_element(h, "td", text);
  plb_word_count(text, fmr && fmr->has_counts ? fmr->trials : derived ? eer->nonmated_trials : test->nonmated_trials);
  plb_html_element(h, "td", text);
  plb_out_text(h->out, eer && eer->status == PLB_EST_OK ? "<td>" : "<td class=\"lacking\">");
  if (eer)
    glance_value(h, result, eer, NULL);
  plb_out_text(h->out, eer ? "</td>" : "not measured</td>");
  for (size_t t = 0; t < count; t++)
    glance_target(h, result, system, targets[t]);
  plb_out_text(h->out, "</tr>\n");
}

plb_status plb_html_glance(struct plb_html *h, int level) {
  double targets[MOST_TARGETS];
  size_t count = common_targets(h, targets);
  char text[PLB_WORDS];
  const char *system;
  plb_html_section(h, level, "Side by side");
  plb_out_text(
      h->out,
      "<p>Each system is shown with its own test. Two systems are comparable only where people, recordings "
      "and comparisons were the same; overlapping intervals are not evidence that two systems are equal. Below a rate "
      "stand its interval and its errors / trials. Not measured: the result does not have this quantity; it does not "
      "mean that there were no errors.</p>\n");
  plb_html_table(h, "People, comparisons, equal error rate, and FNMR at FMR targets, with their intervals",
                 "rates glance");
  plb_out_text(h->out,
               "<thead><tr><th scope=\"col\">System</th><th scope=\"col\">People</th><th scope=\"col\">Mated</th>"
               "<th scope=\"col\">Non-mated</th><th scope=\"col\">EER</th>");
  for (size_t t = 0; t < count; t++) {
    plb_word_one_in(text, targets[t]);
    plb_out_print(h->out, "<th scope=\"col\">FNMR at FMR \xE2\x89\xA4 %s</th>", text);
  }
  plb_out_text(h->out, "</tr></thead>\n<tbody>\n");
  for (size_t r = 0; r < h->count; r++)
    for (size_t k = 0; !plb_out_failed(h->out) && plb_result_system(h->results[r], k, &system); k++)
      glance_row(h, r, system, targets, count);
  plb_out_text(h->out, "</tbody>\n");
  plb_html_table_end(h);
  plb_out_text(h->out, "</section>\n");
  return PLB_OK;
}
