/* SPDX-License-Identifier: Apache-2.0
 *
 * Groups in the page: the tables of the text report, and two drawings at each point.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/escape.h"
#include "report/html.h"
#include "report/trend.h"

#define NAME 60 /* characters of a group */
#define RATE_COLUMNS "6"
#define APART_COLUMNS "5"

/* ---- rates ------------------------------------------------------------------------------------------- */

static plb_status note_cell(struct plb_html *h, const char *note) {
  size_t number;
  if (!plb_note_number(&h->notes, note, &number))
    return plb_fail_memory(h->err);
  plb_out_print(h->out, number ? "<td class=\"note\">[%zu]</td></tr>\n" : "<td></td></tr>\n", number);
  return PLB_OK;
}

static plb_status rate_row(struct plb_html *h, const struct plb_grouping *grouping, const struct plb_estimate *e,
                           const char *name) {
  char text[PLB_WORDS];
  const char *note;
  plb_out_text(h->out, "<tr>");
  plb_html_element(h, "th scope=\"row\" class=\"name\"", name);
  plb_word_withheld(text, e, &note);
  if (e->status == PLB_EST_SUPPRESSED) {
    plb_out_text(h->out, "<td class=\"lacking\">withheld</td><td></td>");
    plb_html_element(h, "td", text);
    plb_out_text(h->out, "<td></td>");
    return note_cell(h, note);
  }
  plb_html_element(h, e->status == PLB_EST_OK ? "td class=\"value\"" : "td class=\"lacking\"", text);
  plb_word_trials(text, e);
  plb_html_element(h, "td", text);
  plb_out_text(h->out, "<td>");
  plb_escape_words(h->out, plb_word_interval(text, e) ? text : "not given");
  if (plb_word_at_once(text, e)) {
    plb_out_text(h->out, "<br/><small>at once ");
    plb_escape_words(h->out, text);
    plb_out_text(h->out, "</small>");
  }
  plb_out_text(h->out, "</td>");
  plb_word_people(text, grouping->result, e);
  plb_html_element(h, "td", text);
  return note_cell(h, note);
}

static void kind_row(struct plb_html *h, const char *columns, const char *text) {
  plb_out_print(h->out, "<tr><th scope=\"rowgroup\" colspan=\"%s\">", columns);
  plb_escape_words(h->out, text);
  plb_out_text(h->out, "</th></tr>\n");
}

/* Cells of one kind in a body of their own, everybody first. */
static plb_status rates_of_kind(struct plb_html *h, const struct plb_grouping *grouping, size_t point,
                                enum plb_group_kind kind) {
  size_t count;
  char name[PLB_LIMIT];
  const struct plb_group_cell *cells = plb_group_cells(grouping, point, kind, &count);
  const struct plb_estimate *all = NULL;
  plb_status st = PLB_OK;
  if (!count)
    return PLB_OK;
  plb_out_text(h->out, "<tbody>\n");
  kind_row(h, RATE_COLUMNS, plb_word_kind(kind));
  if (kind == PLB_GROUP_FNMR || kind == PLB_GROUP_WITHIN)
    all = plb_group_everybody(grouping, point, kind == PLB_GROUP_FNMR ? "FNMR" : "FMR");
  if (all)
    st = rate_row(h, grouping, all, kind == PLB_GROUP_FNMR ? "everybody" : "all pairs");
  for (size_t i = 0; !st && i < count && i < PLB_MOST_CELLS; i++) {
    size_t n = 0;
    if (kind == PLB_GROUP_OTHER)
      n = (size_t)snprintf(name, sizeof name, "%.20s of ", plb_spoken(cells[i].estimate->metric));
    plb_word_cell(name + n, sizeof name - n, grouping, &cells[i], NAME);
    st = rate_row(h, grouping, cells[i].estimate, name);
  }
  plb_out_text(h->out, "</tbody>\n");
  return st;
}

static void write_head(struct plb_html *h, const char *first, double level, const char *const *others) {
  char interval[PLB_WORDS];
  plb_text_interval_title(interval, level);
  plb_out_print(h->out, "<thead><tr><th scope=\"col\">%s</th><th scope=\"col\">Value</th>", first);
  for (; *others; others++)
    plb_html_element(h, "th scope=\"col\"", **others ? *others : interval);
  plb_out_text(h->out, "</tr></thead>\n");
}

static plb_status write_rates(struct plb_html *h, const struct plb_grouping *grouping, size_t point) {
  static const char *const columns[] = {"Errors / trials", "", "People", "Note", NULL};
  char span[PLB_SPAN], caption[PLB_SPAN + 64], more[PLB_LIMIT];
  size_t counts[PLB_GROUP_APART], rates = 0;
  double level = 0;
  for (int kind = 0; kind < PLB_GROUP_APART; kind++) {
    const struct plb_group_cell *cells = plb_group_cells(grouping, point, (enum plb_group_kind)kind, &counts[kind]);
    rates += counts[kind];
    for (size_t i = 0; i < counts[kind]; i++)
      plb_text_level(&level, cells[i].estimate);
  }
  if (!rates)
    return PLB_OK;
  plb_word_group_point(span, grouping, point);
  snprintf(caption, sizeof caption, "Rates of groups. %s", span);
  plb_html_table(h, caption, "versus");
  write_head(h, "Group", level, columns);
  plb_status st = PLB_OK;
  for (int kind = 0; !st && kind < PLB_GROUP_APART; kind++)
    st = rates_of_kind(h, grouping, point, (enum plb_group_kind)kind);
  plb_html_table_end(h);
  for (int kind = 0; kind < PLB_GROUP_APART; kind++)
    if (plb_word_more(more, (enum plb_group_kind)kind, counts[kind])) {
      plb_html_element(h, "p class=\"below\"", more);
      plb_out_text(h->out, "\n");
    }
  return st;
}

/* ---- differences ---------------------------------------------------------------------------------------- */

static plb_status apart_row(struct plb_html *h, const struct plb_estimate *e) {
  char text[PLB_WORDS];
  plb_out_text(h->out, "<tr>");
  plb_html_element(h, "th scope=\"row\"", plb_word_apart_name(e));
  plb_word_apart(text, e);
  plb_html_element(h, e->has_value ? "td class=\"value\"" : "td class=\"lacking\"", text);
  plb_word_apart_interval(text, e);
  plb_html_element(h, "td", text);
  plb_word_equal(text, e);
  plb_html_element(h, "td", text);
  return note_cell(h, e->note);
}

static plb_status write_apart(struct plb_html *h, const struct plb_grouping *grouping, size_t point) {
  static const char *const columns[] = {"", "Equal groups would show", "Note", NULL};
  char span[PLB_SPAN], caption[PLB_SPAN + 64], over[PLB_LIMIT];
  size_t count;
  double level = 0;
  const struct plb_group_cell *cells = plb_group_cells(grouping, point, PLB_GROUP_APART, &count);
  plb_status st = PLB_OK;
  if (!count)
    return PLB_OK;
  for (size_t i = 0; i < count; i++)
    plb_text_level(&level, cells[i].estimate);
  plb_word_group_point(span, grouping, point);
  snprintf(caption, sizeof caption, "How far the groups lie apart. %s", span);
  plb_html_table(h, caption, "versus");
  write_head(h, "Apart", level, columns);
  for (size_t i = 0; !st && i < count; i++) {
    if (!i || !plb_same_over(cells[i - 1].estimate, cells[i].estimate)) {
      plb_word_over(over, cells[i].estimate);
      plb_out_text(h->out, i ? "</tbody>\n<tbody>\n" : "<tbody>\n");
      kind_row(h, APART_COLUMNS, over);
    }
    st = apart_row(h, cells[i].estimate);
  }
  plb_out_text(h->out, "</tbody>\n");
  plb_html_table_end(h);
  return st;
}

/* ---- drawings ---------------------------------------------------------------------------------------------- */

static plb_status write_figures(struct plb_html *h, size_t number, size_t point) {
  static const char *const captions[] = {
      "FMR by pair of groups, by %s: each pair once, a group with itself along the slope.", "FNMR by %s as a map.",
      "FNMR, and FMR within groups, by %s, each with its interval and the people behind it.",
      "FNMR over %s: the rates of the cells with their intervals, and the trend over them."};
  const struct plb_grouping *grouping = &h->drawings.groupings.at[number];
  char by[PLB_LIMIT], caption[PLB_SENTENCE];
  size_t which;
  plb_status st = PLB_OK;
  plb_word_by(by, grouping);
  for (int drawing = 0; !st && drawing < PLB_GROUP_DRAWINGS; drawing++) {
    const struct plb_group_figure figure = {number, point, (enum plb_group_drawing)drawing};
    if (!plb_figure_of_group(&h->drawings, &figure, &which))
      continue;
    snprintf(caption, sizeof caption, captions[drawing], by);
    st = plb_html_figure(h, which, drawing == PLB_DRAWN_HEAT && plb_heat_is_wide(grouping) ? "wide" : NULL, caption);
    plb_out_text(h->out, "</figure>\n");
  }
  return st;
}

/* ---- groupings --------------------------------------------------------------------------------------------- */

static void write_trend(struct plb_html *h, const struct plb_grouping *grouping, size_t point) {
  const struct plb_trend *trend = plb_trend_of(grouping, point);
  char text[PLB_REMARK], span[PLB_SPAN];
  if (!trend)
    return;
  plb_word_group_point(span, grouping, point);
  plb_out_text(h->out, "<p>Trend. ");
  plb_escape_words(h->out, span);
  plb_out_text(h->out, "</p>\n<ul>\n");
  for (size_t k = 0; plb_word_trend(text, trend, k); k++) {
    plb_html_element(h, "li", text);
    plb_out_text(h->out, "\n");
  }
  plb_out_text(h->out, "</ul>\n");
}

static void write_seen(struct plb_html *h, const struct plb_grouping *grouping, size_t point) {
  static const enum plb_group_kind kinds[] = {PLB_GROUP_FNMR, PLB_GROUP_WITHIN};
  char name[PLB_LIMIT], ratio[PLB_WORDS];
  for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
    size_t count, listed = 0;
    const struct plb_group_cell *cells = plb_group_cells(grouping, point, kinds[k], &count);
    for (size_t i = 0; i < count && listed < PLB_MOST_CELLS; i++) {
      if (!plb_word_least_seen(ratio, cells[i].estimate))
        continue;
      plb_word_cell(name, sizeof name, grouping, &cells[i], NAME);
      plb_out_print(h->out, listed++ ? "; " : "<p class=\"below\">Seen from, %s: ", plb_word_kind(kinds[k]));
      plb_escape(h->out, name);
      plb_out_print(h->out, " (%s)", ratio);
    }
    plb_out_text(h->out, listed ? ".</p>\n" : "");
  }
}

static plb_status write_below(struct plb_html *h, const struct plb_grouping *grouping) {
  const char *remark;
  char *text = NULL;
  for (size_t k = 0; k < h->notes.count; k++) {
    plb_out_print(h->out, "%s[%zu] ", k ? "<br/>\n" : "<p class=\"below\">", k + 1);
    plb_escape_words(h->out, h->notes.texts[k]);
  }
  plb_out_text(h->out, h->notes.count ? "</p>\n" : "");
  h->notes.count = 0;
  for (size_t k = 0; plb_group_remark(grouping, k, &remark); k++) {
    plb_html_element(h, "p", remark);
    plb_out_text(h->out, "\n");
  }
  plb_status st = plb_group_makings(&text, grouping, h->err);
  if (!st && text && *text) {
    plb_out_text(h->out, "<p class=\"below\">Intervals: ");
    for (char *line = text, *end; line; line = end) {
      if ((end = strchr(line, '\n')))
        *end++ = '\0';
      plb_escape_words(h->out, line);
      plb_out_text(h->out, end ? "<br/>\n" : ".</p>\n");
    }
  }
  free(text);
  return st;
}

static plb_status write_grouping(struct plb_html *h, size_t number, int level) {
  const struct plb_grouping *grouping = &h->drawings.groupings.at[number];
  char by[PLB_LIMIT], heading[PLB_LIMIT + 8];
  plb_status st = PLB_OK;
  plb_word_by(by, grouping);
  snprintf(heading, sizeof heading, "By %s", by);
  plb_html_section(h, level, heading);
  for (size_t point = 0; !st && point < grouping->point_count && !plb_out_failed(h->out); point++) {
    st = write_rates(h, grouping, point);
    st = st ? st : write_apart(h, grouping, point);
    if (st)
      return st;
    write_seen(h, grouping, point);
    write_trend(h, grouping, point);
    st = write_figures(h, number, point);
  }
  st = st ? st : write_below(h, grouping);
  plb_out_text(h->out, "</section>\n");
  return st;
}

plb_status plb_html_groups(struct plb_html *h, const struct plb_result *result, const char *system, int level) {
  const struct plb_groupings *groupings = &h->drawings.groupings;
  plb_status st = PLB_OK;
  for (size_t k = 0; !st && k < groupings->count; k++)
    if (groupings->at[k].result == result && plb_same_system(groupings->at[k].system, system))
      st = write_grouping(h, k, level);
  return st;
}
