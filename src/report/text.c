/* SPDX-License-Identifier: Apache-2.0
 *
 * The report for a terminal: what was measured, on how many; the rates at each operating point with the
 * counts behind them; the quantities over the whole test; claims; and the sentences that belong to it.
 * No rate stands without its errors and trials, and where there is no rate its place holds the word
 * (undefined, unsupported, suppressed), with the reason below the table.
 *
 * Call order: plb_render_text prints a comparison of several results first (text_compare.c), then each
 * result, and in each one every system (text_rates.c).
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/coverage.h"
#include "report/fragile.h"
#include "report/groups.h"
#include "report/makings.h"
#include "report/plan.h"
#include "report/text.h"
#include "report/versus.h"

/* ---- what was measured ------------------------------------------------------------------------ */

static void print_title(struct plb_out *out, const struct plb_result *result, size_t number, size_t count) {
  char label[PLB_WORDS], title[3 * PLB_WORDS], kind[64];
  if (result->plan_count) {
    snprintf(title, sizeof title, count > 1 ? "Result %zu of %zu. Plan of a test" : "Plan of a test", number, count);
    plb_page_heading(out, title, '=');
    return;
  }
  plb_result_label(result, number, label);
  snprintf(kind, sizeof kind, "%.30s test", result->test.type);
  if (plb_versus(result, 0))
    snprintf(kind, sizeof kind, "comparison of systems");
  kind[0] = (char)toupper((unsigned char)kind[0]);
  if (count > 1)
    snprintf(title, sizeof title, "Result %zu of %zu. %s: %s", number, count, kind, label);
  else
    snprintf(title, sizeof title, "%s: %s", kind, label);
  plb_page_heading(out, title, '=');
}

static void print_failures(struct plb_out *out, const struct plb_test *test, bool several) {
  char line[PLB_REMARK];
  plb_word_failed(line, test, several);
  plb_page_line(out, "Failures", line);
}

static void print_repeats(struct plb_out *out, const struct plb_test *test) {
  char rows[PLB_WORDS], line[3 * PLB_WORDS];
  if (!test->has_duplicates)
    return;
  plb_word_count(rows, test->duplicates);
  if (!test->duplicates)
    snprintf(line, sizeof line, "no two samples were compared twice%s",
             test->duplicates_sampled ? ", as far as a sample of the pairs shows" : "");
  else
    snprintf(line, sizeof line, "%s%s %s two samples again in the same order; %s counted",
             test->duplicates_sampled ? "about " : "", rows, test->duplicates == 1 ? "row compares" : "rows compare",
             test->duplicates == 1 ? "it is" : "they are");
  plb_page_line(out, "Repeats", line);
}

static void print_clusters(struct plb_out *out, const struct plb_test *test) {
  char clusters[PLB_WORDS], alone[PLB_WORDS], name[PLB_WORDS], line[4 * PLB_WORDS];
  if (!test->cluster)
    return;
  plb_word_count(clusters, test->clusters);
  plb_word_count(alone, test->unclustered);
  plb_cut(name, sizeof name, test->cluster, 40);
  int used = snprintf(line, sizeof line, "%s of people with the same %s", clusters, name);
  if (test->unclustered)
    snprintf(line + used, sizeof line - (size_t)used, ", with %s who %s none and count%s alone", alone,
             test->unclustered == 1 ? "has" : "have", test->unclustered == 1 ? "s" : "");
  plb_page_line(out, "Clusters", line);
}

static void print_measured(struct plb_out *out, const struct plb_result *result) {
  const struct plb_test *test = &result->test;
  bool several = plb_result_systems(result) > 1;
  char mated[PLB_WORDS], nonmated[PLB_WORDS], count[PLB_WORDS], line[4 * PLB_WORDS];
  plb_page_heading(out, "What was measured", '-');
  plb_word_count(count, test->people);
  plb_page_line(out, "People", test->has_people ? count : "unknown: the data do not name them");
  print_clusters(out, test);
  if (test->has_samples) {
    plb_word_count(count, test->samples);
    plb_page_line(out, "Samples", count);
  }
  if (several) {
    plb_word_count(count, plb_result_systems(result));
    plb_page_line(out, "Systems", count);
  }
  size_t each = plb_same_trials(result);
  plb_word_count(mated, test->mated_trials / each);
  plb_word_count(nonmated, test->nonmated_trials / each);
  snprintf(line, sizeof line, "%s mated and %s non-mated, completed%s", mated, nonmated,
           each > 1  ? ", by each system"
           : several ? ", by all systems together"
                     : "");
  plb_page_line(out, "Comparisons", line);
  print_failures(out, test, several);
  print_repeats(out, test);
  if (test->direction) {
    snprintf(line, sizeof line, "%s the threshold%s",
             strcmp(test->direction, "dissimilarity") == 0 ? "distances: accepted when the distance is at or below"
                                                           : "similarities: accepted when the score is at or above",
             plb_own_rules(result) ? "" : ", unless a note says otherwise");
    plb_page_line(out, "Scores", line);
  }
  plb_page_line(out, "Evaluation", strcmp(test->evaluation, "unknown") == 0 ? "not stated" : test->evaluation);
}

static void print_input(struct plb_out *out, const struct plb_result_input *input) {
  char rows[PLB_WORDS], kept[PLB_WORDS], line[4 * PLB_WORDS];
  plb_page_line(out, "Input", input->name ? plb_base_name(input->name) : "not named");
  plb_word_count(rows, input->rows);
  plb_word_count(kept, input->kept);
  snprintf(line, sizeof line, "%s rows, %s kept%s%.60s", rows, kept, input->format ? ", read as " : "",
           input->format ? input->format : "");
  plb_page_line(out, "", line);
  for (size_t i = 0; i < input->dropped_count; i++) {
    plb_word_count(rows, input->dropped[i].rows);
    snprintf(line, sizeof line, "%s left out: %.200s", rows, input->dropped[i].why);
    plb_page_line(out, "", line);
  }
  if (input->digest) {
    snprintf(line, sizeof line, "digest %.200s", input->digest);
    plb_page_line(out, "", line);
  }
}

/* ---- claims, sentences, provenance -------------------------------------------------------------- */

static void print_claims(struct plb_out *out, const struct plb_result *result) {
  char meaning[PLB_REMARK], label[32];
  const char *name;
  if (!result->claim_count)
    return;
  plb_out_text(out, "\n");
  plb_page_heading(out, "Claims", '-');
  for (size_t i = 0; i < result->claim_count; i++) {
    plb_page_line(out, result->claims[i].verdict, result->claims[i].text);
    if (result->claims[i].why)
      plb_page_line(out, "", result->claims[i].why);
  }
  if (plb_word_together(meaning, result))
    plb_page_line(out, plb_result_verdict(result), meaning);
  for (size_t k = 0; plb_verdict(result, k, &name, meaning); k++) {
    if (!k)
      plb_out_text(out, "\n");
    snprintf(label, sizeof label, "%s%s", name, *name ? " means" : "");
    plb_page_line(out, label, meaning);
  }
}

static void print_statements(struct plb_out *out, const struct plb_result *result) {
  if (!result->statement_count)
    return;
  plb_out_text(out, "\n");
  plb_page_heading(out, "How to read this", '-');
  for (size_t i = 0; i < result->statement_count; i++) {
    plb_out_text(out, "  - ");
    plb_page_words(out, 4, 4, result->statements[i]);
  }
}

static void print_words(struct plb_out *out, const struct plb_result *const *results, size_t count) {
  struct plb_term term;
  size_t next = 0;
  for (bool first = true; plb_glossary(results, count, PLB_DOCUMENT_TEXT, &next, &term); first = false) {
    if (first) {
      plb_out_text(out, "\n");
      plb_page_heading(out, count > 1 ? "Words of these reports" : "Words of this report", '-');
    }
    plb_out_print(out, "  %s: ", term.name);
    plb_page_words(out, strlen(term.name) + 4, 4, term.meaning);
  }
}

static plb_status print_command(struct plb_out *out, const char *command, struct plb_error *err) {
  char *bare = command ? plb_bare_command(command) : NULL;
  if (command && !bare)
    return plb_fail_memory(err);
  if (bare)
    plb_page_line(out, "Command", bare);
  free(bare);
  return PLB_OK;
}

static plb_status print_provenance(struct plb_out *out, const struct plb_result *result, struct plb_error *err) {
  const struct plb_provenance *provenance = &result->provenance;
  char seed[32];
  plb_out_text(out, "\n");
  plb_page_heading(out, "Where it comes from", '-');
  for (size_t i = 0; i < provenance->input_count; i++)
    print_input(out, &provenance->inputs[i]);
  if (!plb_own_rules(result))
    plb_page_line(out, "Rules of", provenance->conventions);
  snprintf(seed, sizeof seed, "%llu", (unsigned long long)provenance->seed);
  if (!result->plan_count) /* nothing in it is drawn at random */
    plb_page_line(out, "Seed", seed);
  plb_status st = print_command(out, provenance->command, err);
  plb_page_line(out, "plumbline", provenance->version);
  return st;
}

static plb_status print_coverage(const struct plb_result *result, struct plb_out *out, struct plb_error *err) {
  plb_status st = plb_text_coverage(result, out, err);
  print_statements(out, result);
  return st ? st : print_provenance(out, result, err);
}

/* The tables of each system, one behind the other. */
static plb_status print_systems(const struct plb_result *result, struct plb_out *out, struct plb_error *err) {
  struct plb_groupings groupings = {0};
  const char *system;
  bool several = plb_result_systems(result) > 1;
  plb_status st = plb_groupings_add(&groupings, result, err);
  for (size_t k = 0; !st && !plb_out_failed(out) && plb_result_system(result, k, &system); k++)
    if (!(st = plb_text_system(result, system, several, out, err)) &&
        !(st = plb_text_fragile(result, system, out, err)))
      st = plb_text_groups(&groupings, system, out, err);
  plb_groupings_free(&groupings);
  return st;
}

plb_status plb_render_text(const struct plb_result *const *results, size_t count, struct plb_out *out,
                           struct plb_error *err) {
  plb_status st = PLB_OK;
  if (plb_is_coverage(results[0]))
    return print_coverage(results[0], out, err);
  if (count > 1 && plb_count_plans(results, count) < count && (st = plb_text_compare(results, count, out, err)))
    return st;
  for (size_t i = 0; i < count; i++) {
    const struct plb_result *result = results[i];
    if (i || count > 1)
      plb_out_text(out, "\n");
    print_title(out, result, i + 1, count);
    plb_out_text(out, "\n");
    if (!result->plan_count)
      print_measured(out, result);
    else if ((st = plb_text_plans(result, out, err)))
      return st;
    if ((st = plb_text_versus(result, out, err)) || (st = print_systems(result, out, err)))
      return st;
    print_claims(out, result);
    print_statements(out, result);
    if (count == 1)
      print_words(out, results, count);
    if ((st = print_provenance(out, result, err)))
      return st;
  }
  if (count > 1)
    print_words(out, results, count);
  return PLB_OK;
}
