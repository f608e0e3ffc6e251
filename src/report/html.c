/* SPDX-License-Identifier: Apache-2.0
 *
 * The page: one static HTML document that holds everything, fetches nothing and runs nothing. Its policy
 * forbids all but its own style sheet, which is named by its hash; so even a fault in escaping could
 * neither run a script nor send anything anywhere.
 *
 * Order: title and what was measured; the sentences that matter; what the result does and does not say;
 * claims; then for each system rates, figures, quantities over the whole test and failures; how it was made.
 * Several results, or several systems, come with a table and a DET of all first, then a block each.
 *
 * Reference: W3C, Content Security Policy Level 3; WCAG 2.2 (headings, tables, contrast, reflow).
 */
#include "report/html.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/coverage.h"
#include "report/escape.h"
#include "report/fragile.h"
#include "report/makings.h"
#include "report/versus.h"

#define MOST_SYSTEMS 100 /* shown in full, of all results together */

/* ---- pieces ------------------------------------------------------------------------------------- */

void plb_html_element(struct plb_html *h, const char *open, const char *text) {
  size_t name = strcspn(open, " ");
  plb_out_print(h->out, "<%s>", open);
  plb_escape_words(h->out, text);
  plb_out_print(h->out, "</%.*s>", (int)name, open);
}

void plb_html_section(struct plb_html *h, int level, const char *heading) {
  h->headings++;
  plb_out_print(h->out, "<section aria-labelledby=\"h%zu\">\n<h%d id=\"h%zu\">", h->headings, level, h->headings);
  plb_escape(h->out, heading);
  plb_out_print(h->out, "</h%d>\n", level);
}

void plb_html_table(struct plb_html *h, const char *caption, const char *class) {
  h->regions++;
  plb_out_print(h->out,
                "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-labelledby=\"t%zu\">\n"
                "<table class=\"%s\">\n<caption id=\"t%zu\"><span>",
                h->regions, class, h->regions);
  plb_escape(h->out, caption);
  plb_out_text(h->out, "</span></caption>\n");
}

void plb_html_table_end(struct plb_html *h) {
  plb_out_text(h->out, "</table>\n</div>\n");
}

static bool several_systems(const struct plb_result *result) {
  return plb_result_systems(result) > 1;
}

/* ---- the top ---------------------------------------------------------------------------------------- */

static void write_title(struct plb_html *h) {
  char label[PLB_WORDS], type[32];
  if (h->count == 1 && h->results[0]->plan_count) {
    plb_out_text(h->out, "Plan of a test");
    return;
  }
  snprintf(type, sizeof type, "%.30s", h->results[0]->test.type ? h->results[0]->test.type : "unknown");
  if (plb_is_coverage(h->results[0])) {
    plb_out_text(h->out, "Coverage of intervals in simulated tests");
  } else if (h->count == 1) {
    plb_result_label(h->results[0], 1, label);
    type[0] = (char)toupper((unsigned char)type[0]);
    plb_escape(h->out, plb_versus(h->results[0], 0) ? "Comparison of systems" : type);
    plb_out_text(h->out, plb_versus(h->results[0], 0) ? ": " : " test: ");
    plb_escape(h->out, label);
  } else {
    plb_out_print(h->out, "%zu ", h->count);
    plb_escape(h->out, plb_count_plans(h->results, h->count) ? "results" : type);
    plb_out_text(h->out, plb_count_plans(h->results, h->count) ? " side by side" : " tests side by side");
  }
}

static void open_page(struct plb_html *h) {
  plb_out_text(h->out,
               "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
               "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src &#39;none&#39;; style-src &#39;");
  plb_out_text(h->out, plb_html_style_hash);
  plb_out_text(h->out, "&#39;; base-uri &#39;none&#39;; form-action &#39;none&#39;\"/>\n"
                       "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
                       "<meta name=\"referrer\" content=\"no-referrer\"/>\n<title>");
  write_title(h);
  plb_out_text(h->out, "</title>\n<style>");
  plb_out_text(h->out, plb_html_style);
  plb_out_text(h->out, plb_html_style_print);
  plb_out_text(
      h->out, "</style>\n</head>\n<body>\n<header>\n<p class=\"maker\">plumbline: how often a biometric system is wrong"
              "</p>\n<h1>");
  write_title(h);
  plb_out_text(h->out, "</h1>\n</header>\n<main>\n");
}

/* What was measured, in plain sentences. */
static void write_measured(struct plb_html *h, const struct plb_result *result) {
  const struct plb_test *test = &result->test;
  char people[PLB_WORDS], samples[PLB_WORDS], mated[PLB_WORDS], nonmated[PLB_WORDS];
  bool distance = plb_is_distance(result);
  bool stated = test->evaluation && strcmp(test->evaluation, "unknown") != 0;
  plb_word_count(people, test->people);
  plb_word_count(samples, test->samples);
  size_t each = plb_same_trials(result);
  plb_word_count(mated, test->mated_trials / each);
  plb_word_count(nonmated, test->nonmated_trials / each);
  plb_out_text(h->out, "<p class=\"lede\">");
  if (test->has_people)
    plb_out_print(h->out, "%s people took part", people);
  else
    plb_out_text(h->out, "The number of people who took part is unknown");
  if (test->cluster) {
    plb_word_count(samples, test->clusters);
    plb_out_print(h->out, ", in %s clusters of the same ", samples);
    plb_escape(h->out, test->cluster);
    plb_word_count(samples, test->samples);
  }
  if (test->has_samples)
    plb_out_print(h->out, ", with %s samples", samples);
  plb_out_text(h->out, ". ");
  if (several_systems(result)) {
    plb_word_count(people, plb_result_systems(result));
    plb_out_print(h->out, each > 1 ? "By each of %s systems, on the same trials, " : "Over all %s systems together, ",
                  people);
  }
  plb_out_print(h->out,
                "%s mated comparisons (of a person with themselves) and %s non-mated comparisons (of two "
                "different people) were completed. A comparison is accepted when its %s is at or %s the threshold%s. "
                "Kind of evaluation: ",
                mated, nonmated, distance ? "distance" : "score", distance ? "below" : "above",
                plb_own_rules(result) ? "" : ", unless a note says otherwise");
  plb_escape(h->out, stated ? test->evaluation : "not stated");
  plb_out_text(h->out, ".</p>\n");
}

static void write_statements(struct plb_html *h, const struct plb_result *result, int level) {
  if (result->statement_count == 0)
    return;
  plb_html_section(h, level, "What this does and does not say");
  plb_out_text(h->out, "<ul class=\"statements\">\n");
  for (size_t i = 0; i < result->statement_count; i++) {
    plb_html_element(h, "li", result->statements[i]);
    plb_out_text(h->out, "\n");
  }
  plb_out_text(h->out, "</ul>\n</section>\n");
}

static const char *verdict_class(const char *verdict) {
  if (!verdict)
    return "td";
  if (strcmp(verdict, "shown") == 0)
    return "td class=\"verdict shown\"";
  return strcmp(verdict, "refuted") == 0 ? "td class=\"verdict refuted\"" : "td class=\"verdict open\"";
}

static void write_claims(struct plb_html *h, const struct plb_result *result, int level) {
  char meaning[PLB_REMARK];
  const char *name;
  if (result->claim_count == 0)
    return;
  plb_html_section(h, level, "Claims");
  plb_html_table(h, "Claims that were to be judged, and what the data say about them", "words");
  plb_out_text(h->out,
               "<thead><tr><th scope=\"col\">Claim</th><th scope=\"col\">Verdict</th><th scope=\"col\">Why</th></tr>"
               "</thead>\n<tbody>\n");
  for (size_t i = 0; i < result->claim_count; i++) {
    const struct plb_claim *claim = &result->claims[i];
    plb_out_text(h->out, "<tr>");
    plb_html_element(h, "th scope=\"row\"", claim->text);
    plb_html_element(h, verdict_class(claim->verdict), claim->verdict);
    plb_html_element(h, "td", claim->why);
    plb_out_text(h->out, "</tr>\n");
  }
  if (plb_word_together(meaning, result)) {
    plb_out_text(h->out, "<tr>");
    plb_html_element(h, "th scope=\"row\"", "All claims together");
    plb_html_element(h, verdict_class(plb_result_verdict(result)), plb_result_verdict(result));
    plb_html_element(h, "td", meaning);
    plb_out_text(h->out, "</tr>\n");
  }
  plb_out_text(h->out, "</tbody>\n");
  plb_html_table_end(h);
  plb_out_text(h->out, "<p class=\"below\">");
  for (size_t k = 0; plb_verdict(result, k, &name, meaning); k++) {
    plb_out_print(h->out, *name ? "<strong>%s</strong>: " : "%s", name);
    plb_escape_words(h->out, meaning);
    plb_out_text(h->out, *name ? ".<br/>" : "");
  }
  plb_out_text(h->out, "</p>\n</section>\n");
}

/* ---- how it was made ------------------------------------------------------------------------------ */

static void write_input(struct plb_html *h, const struct plb_result_input *input) {
  char text[PLB_WORDS];
  plb_out_text(h->out, "<tr>");
  plb_html_element(h, "th scope=\"row\"", plb_base_name(input->name ? input->name : "not named"));
  plb_html_element(h, "td", input->format ? input->format : "not named");
  plb_word_count(text, input->bytes);
  plb_html_element(h, "td", text);
  plb_word_count(text, input->rows);
  plb_html_element(h, "td", text);
  plb_word_count(text, input->kept);
  plb_html_element(h, "td", text);
  plb_out_text(h->out, "<td class=\"words\">");
  for (size_t i = 0; i < input->dropped_count; i++) {
    plb_word_count(text, input->dropped[i].rows);
    plb_out_print(h->out, "%s%s: ", i ? "<br/>" : "", text);
    plb_escape(h->out, input->dropped[i].why);
  }
  plb_out_print(h->out, "%s</td><td class=\"words\"><code>", input->dropped_count ? "" : "none");
  plb_escape(h->out, input->digest ? input->digest : "none");
  plb_out_text(h->out, "</code></td></tr>\n");
}

static void fact(struct plb_html *h, const char *name, const char *text, bool code) {
  plb_out_print(h->out, "<dt>%s</dt><dd>%s", name, code ? "<code>" : "");
  (code ? plb_escape : plb_escape_words)(h->out, text);
  plb_out_print(h->out, "%s</dd>\n", code ? "</code>" : "");
}

static plb_status write_facts(struct plb_html *h, const struct plb_result *result) {
  const struct plb_provenance *made = &result->provenance;
  const struct plb_test *test = &result->test;
  char text[PLB_WORDS], line[2 * PLB_WORDS];
  plb_out_text(h->out, "<dl>\n");
  fact(h, "Program", made->version ? made->version : "unknown", false);
  fact(h, "Conventions", made->conventions ? made->conventions : "unknown", false);
  snprintf(text, sizeof text, "%llu", (unsigned long long)made->seed);
  if (!result->plan_count)
    fact(h, "Seed", text, false);
  plb_word_count(text, test->duplicates);
  if (test->duplicates)
    snprintf(line, sizeof line, "%s%s %s a comparison of the same two samples; %s counted",
             test->duplicates_sampled ? "about " : "", text, test->duplicates == 1 ? "row repeats" : "rows repeat",
             test->duplicates == 1 ? "it is" : "they are");
  else
    snprintf(line, sizeof line, "no two samples were compared twice%s",
             test->duplicates_sampled ? ", as far as a sample of the pairs shows" : "");
  if (!result->plan_count && !plb_is_coverage(result))
    fact(h, "Repeats", test->has_duplicates ? line : "unknown: the samples are not named", false);
  char *bare = made->command ? plb_bare_command(made->command) : NULL;
  if (made->command && !bare)
    return plb_fail_memory(h->err);
  fact(h, "Command", bare ? bare : "not recorded", bare != NULL);
  plb_out_text(h->out, "</dl>\n");
  free(bare);
  return PLB_OK;
}

static plb_status write_made(struct plb_html *h, const struct plb_result *result, int level) {
  plb_html_section(h, level, "How this was made");
  if (result->provenance.input_count > 0) {
    plb_html_table(h, "Input files: rows read, rows that were counted, and rows that were left out with the reason",
                   "words");
    plb_out_text(h->out,
                 "<thead><tr><th scope=\"col\">File</th><th scope=\"col\">Format</th><th scope=\"col\">Bytes</th>"
                 "<th scope=\"col\">Rows</th><th scope=\"col\">Kept</th><th scope=\"col\">Left out</th>"
                 "<th scope=\"col\">Digest</th></tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < result->provenance.input_count; i++)
      write_input(h, &result->provenance.inputs[i]);
    plb_out_text(h->out, "</tbody>\n");
    plb_html_table_end(h);
  }
  plb_status st = write_facts(h, result);
  plb_out_text(h->out, "</section>\n");
  return st;
}

/* Every word of the page that a reader may not know. */
static void write_glossary(struct plb_html *h) {
  struct plb_term term;
  size_t next = 0;
  bool any = false;
  for (; plb_glossary(h->results, h->count, PLB_DOCUMENT_PAGE, &next, &term); any = true) {
    if (!any) {
      plb_html_section(h, 2, "Words of this page");
      plb_out_text(h->out, "<dl>\n");
    }
    fact(h, term.name, term.meaning, false);
  }
  if (any)
    plb_out_text(h->out, "</dl>\n</section>\n");
}

/* ---- the body ------------------------------------------------------------------------------------------ */

/* Everything about one system, its sections at `level`. */
static plb_status write_system(struct plb_html *h, size_t r, const char *system, bool alone, int level) {
  const struct plb_result *result = h->results[r];
  plb_status st = PLB_OK;
  if ((st = plb_html_points(h, result, system, level)))
    return st;
  if (alone && (st = plb_html_det(h, level)))
    return st;
  if ((st = plb_html_scores(h, r, system, level)) || (st = plb_html_whole(h, result, system, level)) ||
      (st = plb_html_fragile(h, result, system, level)) || (st = plb_html_groups(h, result, system, level)))
    return st;
  return plb_html_failures(h, result, system, level);
}

/* How many systems of a result are shown in full: a page of thousands is of no use, and a table has them all. */
static size_t write_share(struct plb_html *h, const struct plb_result *result) {
  size_t all = plb_result_systems(result), share = MOST_SYSTEMS / h->count > 1 ? MOST_SYSTEMS / h->count : 1;
  char systems[PLB_WORDS];
  if (all <= share)
    return all;
  plb_word_count(systems, all);
  plb_out_print(h->out,
                "<p>Of %s systems the first %zu are shown in full below, in the order of the table \xE2\x80\x9C"
                "Side by side\xE2\x80\x9D, which has all of them. The text report, the CSV file and the result file "
                "hold everything about each.</p>\n",
                systems, share);
  return share;
}

static plb_status write_systems(struct plb_html *h, size_t r, int level) {
  const struct plb_result *result = h->results[r];
  const char *system;
  plb_status st = PLB_OK;
  if (!several_systems(result)) {
    if (!plb_result_system(result, 0, &system))
      system = NULL;
    return write_system(h, r, system, h->count == 1, level);
  }
  size_t share = write_share(h, result);
  for (size_t k = 0; !st && !plb_out_failed(h->out) && k < share && plb_result_system(result, k, &system); k++) {
    char name[PLB_SERIES_NAME], heading[PLB_SENTENCE];
    plb_shorten(name, sizeof name, system ? system : "without a name", 100);
    snprintf(heading, sizeof heading, "System: %s", name);
    plb_html_section(h, level, heading);
    plb_html_short(h, result, system);
    st = write_system(h, r, system, false, level + 1);
    plb_out_text(h->out, "</section>\n");
  }
  return st;
}

/* With several systems the claims are all that can be said in short of them together. */
static void write_verdicts(struct plb_html *h, const struct plb_result *result) {
  plb_out_text(h->out, "<ul class=\"lines\">\n");
  plb_html_verdicts(h, result);
  plb_out_text(h->out, "</ul>\n");
}

static plb_status write_plan(struct plb_html *h, size_t r, int level) {
  plb_html_plans_short(h, h->results[r], level);
  write_statements(h, h->results[r], level);
  plb_status st = plb_html_plans(h, r, level);
  return st ? st : write_made(h, h->results[r], level);
}

static plb_status write_result(struct plb_html *h, size_t r, int level) {
  const struct plb_result *result = h->results[r];
  const char *system;
  if (result->plan_count)
    return write_plan(h, r, level);
  bool several = several_systems(result);
  if (plb_is_coverage(result)) {
    write_statements(h, result, level);
    plb_status failed = plb_html_coverage(h, result, level);
    failed = failed ? failed : plb_html_whole_tests(h, result, level);
    return failed ? failed : write_made(h, result, level);
  }
  plb_html_section(h, level, several ? "What was measured" : "In short");
  write_measured(h, result);
  if (!several)
    plb_html_short(h, result, plb_result_system(result, 0, &system) ? system : NULL);
  else if (result->claim_count)
    write_verdicts(h, result);
  plb_out_text(h->out, "</section>\n");
  plb_status st = plb_html_versus(h, result, level);
  if (st)
    return st;
  write_statements(h, result, level);
  write_claims(h, result, level);
  if (several && h->count == 1 && ((st = plb_html_glance(h, level)) || (st = plb_html_det(h, level))))
    return st;
  if ((st = write_systems(h, r, level)))
    return st;
  return write_made(h, result, level);
}

/* Links to the results, a table and a figure of all, and a block for each. */
static plb_status write_many(struct plb_html *h) {
  char label[PLB_WORDS], heading[PLB_SENTENCE];
  plb_status st;
  plb_out_text(h->out, "<nav aria-label=\"Results\">\n<ul>\n");
  for (size_t r = 0; r < h->count; r++) {
    plb_result_label(h->results[r], r + 1, label);
    plb_out_print(h->out, "<li><a href=\"#r%zu\">", r + 1);
    plb_escape(h->out, label);
    plb_out_text(h->out, "</a></li>\n");
  }
  plb_out_text(h->out, "</ul>\n</nav>\n");
  bool measured = plb_count_plans(h->results, h->count) < h->count;
  if (measured && ((st = plb_html_glance(h, 2)) || (st = plb_html_det(h, 2))))
    return st;
  for (size_t r = 0; r < h->count; r++) {
    plb_result_label(h->results[r], r + 1, label);
    snprintf(heading, sizeof heading, "Result %zu: %s", r + 1, label);
    plb_out_print(h->out, "<div class=\"result\" id=\"r%zu\">\n", r + 1);
    plb_html_section(h, 2, heading);
    if ((st = write_result(h, r, 3)))
      return st;
    plb_out_text(h->out, "</section>\n</div>\n");
  }
  return PLB_OK;
}

plb_status plb_render_html(const struct plb_result *const *results, size_t count, struct plb_out *out,
                           struct plb_error *err) {
  struct plb_html h = {.results = results, .count = count, .out = out, .err = err};
  plb_status st = plb_figures_make(results, count, &h.drawings, err);
  if (st)
    return st;
  open_page(&h);
  st = count == 1 ? write_result(&h, 0, 2) : write_many(&h);
  if (!plb_is_coverage(results[0]))
    write_glossary(&h);
  plb_out_text(
      out,
      plb_is_coverage(results[0])
          ? "</main>\n<footer>\n<p>This page is about simulated tests: nobody took "
            "part in them. It runs no script and loads nothing.</p>\n</footer>\n"
            "</body>\n</html>\n"
          : "</main>\n<footer>\n<p>This page holds counts, rates and the thresholds at which they were found; "
            "thresholds are scores of the test, and from a small test every score can be read back with its class. "
            "It holds no ids of people, and nothing of whose a score was. It runs no script and loads "
            "nothing.</p>\n</footer>\n</body>\n</html>\n");
  plb_figures_free(&h.drawings);
  free(h.notes.texts);
  return st;
}
