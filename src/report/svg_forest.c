/* SPDX-License-Identifier: Apache-2.0
 *
 * FNMR of groups, and FMR within them, as lines: a panel for each, in it a line for everybody and one for each group,
 * with the rate, its interval and the people behind it. The rate of everybody goes through the panel as a dashed line;
 * that an interval does not reach it is no test of a difference. The axis is that of the DET.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "report/axis.h"
#include "report/escape.h"
#include "report/series.h"
#include "report/svg.h"

#define WIDTH 760.0
#define LEFT 26.0
#define RIGHT 734.0
#define NAME 26
#define LETTERS 12.0
#define LINE 22.0
#define PEOPLE 64.0 /* wide */
#define RATE 170.0  /* value and interval */
#define STRIP 20.0  /* for rates of 0 */
#define MOST_LINES 60
#define HEAD 44.0 /* above the lines of a panel, and below them */
#define FOOT 46.0
#define NOTES 3

struct panel {
  const struct plb_grouping *grouping;
  const struct plb_group_cell *cells;
  size_t count, drawn;
  const struct plb_estimate *everybody;
  const char *name, *colour;
  size_t mark;
  struct plb_rate_axis axis;
  double top, bottom; /* of its lines */
};

struct forest {
  struct plb_out *out;
  struct panel panels[2];
  double plot; /* where the lines begin; they end at plot_end */
  double plot_end;
};

/* ---- what is drawn ------------------------------------------------------------------------------------ */

static bool is_shown(const struct plb_estimate *e) {
  return e->status != PLB_EST_SUPPRESSED;
}

/* The smallest rate above 0 and the largest one of an estimate and its limits. */
static void widen(const struct plb_estimate *e, double *least, double *most) {
  const struct plb_interval *interval = &e->interval;
  const struct {
    bool exists;
    double rate;
  } rates[] = {{e->has_value, e->value},
               {interval->exists && interval->has_lower, interval->lower},
               {interval->exists && interval->has_upper, interval->upper},
               {interval->exists && interval->has_simultaneous, interval->simultaneous[0]},
               {interval->exists && interval->has_simultaneous, interval->simultaneous[1]}};
  for (size_t k = 0; is_shown(e) && k < sizeof rates / sizeof *rates; k++) {
    if (!rates[k].exists || !(rates[k].rate > 0))
      continue;
    *least = fmin(*least, rates[k].rate);
    *most = fmax(*most, rates[k].rate);
  }
}

static void fit_axis(const struct forest *f, struct panel *panel) {
  double least = 1, most = 0;
  if (panel->everybody)
    widen(panel->everybody, &least, &most);
  for (size_t k = 0; k < panel->drawn; k++)
    widen(panel->cells[k].estimate, &least, &most);
  most = most > 0 ? most : 0.02;
  plb_rate_axis_fit(&panel->axis, fmax(least, most / 2000), fmin(most, 0.99));
  panel->axis.at_zero = f->plot + STRIP / 2;
  panel->axis.at_low = f->plot + STRIP + 6;
  panel->axis.at_high = f->plot_end;
}

static double widest_name(const struct panel *panel) {
  char name[PLB_WORDS * 2];
  double widest = plb_svg_width("everybody", LETTERS) * 1.05; /* bold */
  for (size_t k = 0; k < panel->drawn; k++) {
    plb_word_cell(name, sizeof name, panel->grouping, &panel->cells[k], NAME);
    widest = fmax(widest, plb_svg_width(name, LETTERS));
  }
  return widest;
}

static double height_of(const struct panel *panel) {
  size_t lines = panel->drawn + (panel->everybody != NULL);
  return panel->drawn ? HEAD + LINE * (double)lines + FOOT : 0;
}

/* ---- lines ----------------------------------------------------------------------------------------------- */

static void draw_interval(const struct forest *f, const struct panel *panel, const struct plb_estimate *e, double y,
                          const char *colour) {
  const struct plb_interval *interval = &e->interval;
  const struct plb_stroke stroke = {colour, 2, NULL};
  const struct plb_rate_axis *axis = &panel->axis;
  if (!interval->exists)
    return;
  bool below = interval->has_lower && interval->lower > 0 && interval->lower < axis->low;
  bool above = !interval->has_upper || interval->upper > axis->high;
  double from = interval->has_lower ? plb_rate_place(axis, interval->lower) : axis->at_zero;
  double to = above ? axis->at_high : fmin(plb_rate_place(axis, interval->upper), axis->at_high);
  if (below)
    from = axis->at_low;
  plb_svg_line(f->out, from, y, to, y, &stroke);
  if (below)
    plb_svg_arrow(f->out, from - 4, y, -1, 0, colour);
  else
    plb_svg_line(f->out, from, y - 4, from, y + 4, &stroke);
  if (above)
    plb_svg_arrow(f->out, to + 4, y, 1, 0, colour);
  else
    plb_svg_line(f->out, to, y - 4, to, y + 4, &stroke);
}

/* The limits that hold for all groups at once, as a thin line. */
static void draw_at_once(const struct forest *f, const struct panel *panel, const struct plb_estimate *e, double y,
                         const char *colour) {
  const struct plb_interval *interval = &e->interval;
  const struct plb_stroke stroke = {colour, 1, NULL};
  const struct plb_rate_axis *axis = &panel->axis;
  if (!interval->exists || !interval->has_simultaneous)
    return;
  plb_svg_line(f->out, plb_rate_place(axis, interval->simultaneous[0]), y,
               fmin(plb_rate_place(axis, interval->simultaneous[1]), axis->at_high), y, &stroke);
}

/* The numbers beside a line; the reason where there are none. */
static void draw_numbers(const struct forest *f, const struct panel *panel, const struct plb_estimate *e, double y,
                         bool bold) {
  const struct plb_lettering start = {.size = 11, .bold = bold}, end = {.size = 11, .anchor = "end", .bold = bold};
  const struct plb_lettering inside = {.size = 11, .fill = PLB_INK_SOFT, .halo = true};
  char text[PLB_WORDS];
  const char *note;
  plb_word_withheld(text, e, &note);
  if (!is_shown(e)) {
    plb_svg_words(f->out, panel->axis.at_low + 6, y + 4, &inside, text);
    return;
  }
  plb_svg_words(f->out, f->plot_end + 64, y + 4, &end, text);
  if (plb_word_interval(text, e))
    plb_svg_words(f->out, f->plot_end + 70, y + 4, &start, text);
  if (plb_word_people(text, panel->grouping->result, e))
    plb_svg_words(f->out, RIGHT, y + 4, &end, text);
}

static void draw_line(const struct forest *f, const struct panel *panel, const struct plb_estimate *e, const char *name,
                      double y, bool everybody) {
  const struct plb_lettering letters = {.size = LETTERS, .anchor = "end", .bold = everybody};
  const char *colour = everybody ? PLB_INK : panel->colour;
  plb_svg_words(f->out, f->plot - 8, y + 4, &letters, name);
  if (is_shown(e)) {
    draw_at_once(f, panel, e, y, colour);
    draw_interval(f, panel, e, y, colour);
  }
  if (e->status == PLB_EST_OK && e->has_value)
    plb_svg_mark(f->out, everybody ? 3 : panel->mark, fmin(plb_rate_place(&panel->axis, e->value), f->plot_end), y,
                 colour, false);
  draw_numbers(f, panel, e, y, everybody);
}

/* ---- panels ------------------------------------------------------------------------------------------------ */

static void draw_axis(const struct forest *f, const struct panel *panel) {
  const struct plb_stroke grid = {PLB_GRID, 1, NULL}, dashed = {PLB_INK, 1, "4 3"};
  const struct plb_lettering tick = {.size = 11.5, .anchor = "middle", .fill = PLB_INK_SOFT};
  struct plb_rate_tick ticks[PLB_TICKS];
  double top = panel->top - 4, bottom = panel->bottom;
  size_t count = plb_rate_ticks(&panel->axis, tick.size, 0, ticks);
  plb_svg_rect(f->out, f->plot, top, STRIP, bottom - top, "#f2f2f2", NULL);
  for (size_t k = 0; k < count; k++) {
    double x = plb_rate_place(&panel->axis, ticks[k].rate);
    plb_svg_line(f->out, x, top, x, bottom, &grid);
    plb_svg_words(f->out, x, bottom + 16, &tick, ticks[k].text);
  }
  plb_svg_words(f->out, panel->axis.at_zero, bottom + 16, &tick, "0");
  plb_svg_line(f->out, f->plot, bottom, f->plot_end, bottom, &(struct plb_stroke){PLB_RULE, 1, NULL});
  if (panel->everybody && panel->everybody->status == PLB_EST_OK && panel->everybody->has_value) {
    double x = plb_rate_place(&panel->axis, panel->everybody->value);
    plb_svg_line(f->out, x, top, x, bottom, &dashed);
  }
}

static void draw_panel(const struct forest *f, const struct panel *panel) {
  const struct plb_lettering head = {.size = 13, .bold = true};
  const struct plb_lettering start = {.size = 11, .fill = PLB_INK_SOFT};
  const struct plb_lettering end = {.size = 11, .anchor = "end", .fill = PLB_INK_SOFT};
  char name[PLB_WORDS * 2], title[PLB_WORDS];
  double y = panel->top + LINE / 2, level = 0;
  for (size_t k = 0; k < panel->drawn; k++)
    plb_text_level(&level, panel->cells[k].estimate);
  plb_text_interval_title(title, level);
  plb_svg_words(f->out, LEFT, panel->top - 14, &head, panel->name);
  plb_svg_words(f->out, f->plot_end + 64, panel->top - 14, &end, "Rate");
  plb_svg_words(f->out, f->plot_end + 70, panel->top - 14, &start, title);
  plb_svg_words(f->out, RIGHT, panel->top - 14, &end, "People");
  draw_axis(f, panel);
  if (panel->everybody) {
    draw_line(f, panel, panel->everybody, panel->mark ? "all pairs" : "everybody", y, true);
    y += LINE;
  }
  for (size_t k = 0; k < panel->drawn; k++, y += LINE) {
    plb_word_cell(name, sizeof name, panel->grouping, &panel->cells[k], NAME);
    draw_line(f, panel, panel->cells[k].estimate, name, y, false);
  }
}

static void make_panel(struct panel *panel, const struct plb_grouping *grouping, size_t point,
                       enum plb_group_kind kind) {
  *panel = (struct panel){.grouping = grouping, .name = plb_word_kind(kind)};
  panel->cells = plb_group_cells(grouping, point, kind, &panel->count);
  panel->drawn = panel->count < MOST_LINES ? panel->count : MOST_LINES;
  panel->everybody = plb_group_everybody(grouping, point, kind == PLB_GROUP_FNMR ? "FNMR" : "FMR");
  panel->colour = plb_series_colour(kind == PLB_GROUP_FNMR ? 1 : 0);
  panel->mark = kind == PLB_GROUP_FNMR ? 0 : 1;
}

static size_t write_notes(const struct forest *f, char (*lines)[PLB_SENTENCE]) {
  size_t count = 0;
  bool at_once = false;
  for (int p = 0; p < 2; p++)
    for (size_t k = 0; k < f->panels[p].drawn; k++)
      at_once = at_once || f->panels[p].cells[k].estimate->interval.has_simultaneous;
  snprintf(lines[count++], PLB_SENTENCE,
           "%s; the dashed line is the rate of everybody. The axes are probit axes, each "
           "with a strip for 0. Whether intervals overlap is no test of a difference: that is in the table.",
           at_once
               ? "Each thick line is an interval of a rate, each thin one an interval that holds for all groups at once"
               : "Each line is an interval of a rate");
  for (int k = 0; k < 2; k++)
    if (f->panels[k].count > f->panels[k].drawn)
      snprintf(lines[count++], PLB_SENTENCE, "%s: drawn are the first %zu of %zu.", f->panels[k].name,
               f->panels[k].drawn, f->panels[k].count);
  return count;
}

void plb_draw_forest(const struct plb_grouping *grouping, size_t point, const char *id, struct plb_out *out) {
  const struct plb_lettering title = {.size = 15, .bold = true}, soft = {.size = 12, .fill = PLB_INK_SOFT};
  struct forest f = {.out = out, .plot_end = RIGHT - PEOPLE - RATE};
  char heading[PLB_SENTENCE], span[PLB_SPAN], description[3 * PLB_SENTENCE], lines[NOTES][PLB_SENTENCE];
  make_panel(&f.panels[0], grouping, point, PLB_GROUP_FNMR);
  make_panel(&f.panels[1], grouping, point, PLB_GROUP_WITHIN);
  f.plot = LEFT + fmin(fmax(widest_name(&f.panels[0]), widest_name(&f.panels[1])) * 1.1, 230) + 10;
  plb_word_group_figure(heading, grouping, "FNMR and FMR within groups");
  plb_word_group_point(span, grouping, point);
  snprintf(description, sizeof description,
           "Rates with their intervals, a line for each group and one for everybody: %zu of FNMR and %zu of FMR within "
           "groups. %s. All numbers are in the table.",
           f.panels[0].count, f.panels[1].count, span);
  double y = plb_svg_paragraph(NULL, LEFT, 50, RIGHT - LEFT, &soft, span) - 12;
  for (int k = 0; k < 2; k++) {
    fit_axis(&f, &f.panels[k]);
    f.panels[k].top = y + HEAD;
    y += height_of(&f.panels[k]);
    f.panels[k].bottom = y - FOOT;
  }
  size_t notes = write_notes(&f, lines);
  double end = plb_draw_notes(NULL, LEFT, RIGHT, y + 8, lines, notes);
  plb_svg_open(out, id, WIDTH, end, heading, description);
  plb_svg_words(out, LEFT, 28, &title, heading);
  plb_svg_paragraph(out, LEFT, 50, RIGHT - LEFT, &soft, span);
  for (int k = 0; k < 2; k++)
    if (f.panels[k].drawn)
      draw_panel(&f, &f.panels[k]);
  plb_draw_notes(out, LEFT, RIGHT, y + 8, lines, notes);
  plb_svg_close(out);
}
