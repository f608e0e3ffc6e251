/* SPDX-License-Identifier: Apache-2.0
 *
 * FMR by pair of groups as a map: each pair once, so that the cells make a triangle, with groups by themselves along
 * its slope. A cell has its number; its shade, of one hue from light to dark on a logarithmic scale, only helps to find
 * it, and stays in order in print without colour. Cells that are withheld are hatched.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "report/escape.h"
#include "report/series.h"
#include "report/svg.h"
#include "report/svg_shade.h"

#define WIDTH 760.0
#define MARGIN 26.0
#define LEFT 26.0
#define NAME 24         /* characters of a group */
#define LETTERS 12.0    /* of names */
#define SLACK 1.1       /* letters may be wider than they are taken to be */
#define SMALL 10.0      /* of intervals */
#define LEAST_CELL 48.0 /* wide */
#define MOST_CELL 150.0
#define HEIGHT 44.0
#define MOST_GROUPS 40
#define NOTES 3

struct map {
  const struct plb_grouping *grouping;
  const struct plb_group_cell *within, *across;
  size_t within_count, across_count, groups; /* groups: that are drawn */
  const struct plb_estimate *everybody;
  struct plb_out *out;
  struct plb_shades shades;
  bool withheld, lacking, none;
  bool intervals; /* each has room in its cell */
  const struct plb_group_cell *least, *most;
  double cell, left, top, width; /* of a cell; of the first one; of the drawing */
  bool upwards;                  /* names of columns */
};

/* ---- what is drawn --------------------------------------------------------------------------------- */

static size_t drawn_groups(const struct plb_grouping *grouping) {
  return grouping->group_count < MOST_GROUPS ? grouping->group_count : MOST_GROUPS;
}

static const struct plb_group_cell *cell_at(const struct map *m, size_t one, size_t two) {
  return one == two ? plb_group_find(m->within, m->within_count, one, two)
                    : plb_group_find(m->across, m->across_count, one, two);
}

static bool has_rate(const struct plb_estimate *e) {
  return e->status == PLB_EST_OK && e->has_value;
}

static void look_at(struct map *m, const struct plb_group_cell *cell) {
  const struct plb_estimate *e = cell ? cell->estimate : NULL;
  m->none = m->none || !cell;
  m->withheld = m->withheld || (e && e->status == PLB_EST_SUPPRESSED);
  m->lacking = m->lacking || (e && e->status != PLB_EST_SUPPRESSED && !has_rate(e));
  if (!e || !has_rate(e))
    return;
  m->least = !m->least || e->value < m->least->estimate->value ? cell : m->least;
  m->most = !m->most || e->value > m->most->estimate->value ? cell : m->most;
  plb_shades_see(&m->shades, e->value);
}

static void fit_scale(struct map *m) {
  for (size_t row = 0; row < m->groups; row++)
    for (size_t column = 0; column <= row; column++)
      look_at(m, cell_at(m, column, row));
  plb_shades_fit(&m->shades);
}

/* Whether the interval of a cell, if it has one (*any), fits into it. */
static bool has_room(const struct map *m, const struct plb_group_cell *cell, bool *any) {
  char interval[PLB_WORDS];
  if (!cell || !has_rate(cell->estimate) || !plb_word_interval(interval, cell->estimate))
    return true;
  *any = true;
  return plb_svg_width(interval, SMALL) < m->cell - 4;
}

static void fit_cells(struct map *m) {
  char name[PLB_WORDS * 2];
  double widest = 0;
  for (size_t k = 0; k < m->groups; k++) {
    plb_word_group(name, sizeof name, m->grouping, k, NAME);
    widest = fmax(widest, plb_svg_width(name, LETTERS));
  }
  widest *= SLACK;
  m->left = LEFT + fmin(fmax(widest, 40), 230) + 10;
  m->cell = fmin(fmax((WIDTH - MARGIN - m->left) / (double)m->groups, LEAST_CELL), MOST_CELL);
  m->width = fmax(WIDTH, m->left + m->cell * (double)m->groups + MARGIN);
  m->upwards = widest > m->cell - 6;
  bool any = false, room = true;
  for (size_t row = 0; row < m->groups; row++)
    for (size_t column = 0; column <= row; column++)
      room = room && has_room(m, cell_at(m, column, row), &any);
  m->intervals = any && room;
}

/* ---- cells ------------------------------------------------------------------------------------------- */

static void draw_rate(const struct map *m, const struct plb_estimate *e, double x, double y) {
  struct plb_shade shade = plb_shade_of(&m->shades, e->value);
  char text[PLB_WORDS] = "0", interval[PLB_WORDS];
  if (e->value > 0)
    plb_word_per_cent(text, sizeof text, e->value);
  plb_svg_rect(m->out, x, y, m->cell, HEIGHT, shade.fill, PLB_PAPER);
  struct plb_lettering letters = {.size = 13, .anchor = "middle", .fill = shade.ink};
  struct plb_lettering small = {.size = SMALL, .anchor = "middle", .fill = letters.fill};
  while (letters.size > 8 && plb_svg_width(text, letters.size) * SLACK > m->cell - 4)
    letters.size -= 0.5;
  plb_word_interval(interval, e);
  bool both = m->intervals && *interval;
  plb_svg_words(m->out, x + m->cell / 2, y + HEIGHT / 2 + (both ? -2 : 5), &letters, text);
  if (both)
    plb_svg_words(m->out, x + m->cell / 2, y + HEIGHT / 2 + 13, &small, interval);
}

static void draw_cell(const struct map *m, size_t row, size_t column) {
  const struct plb_group_cell *cell = cell_at(m, column, row);
  const struct plb_lettering letters = {.size = 13, .anchor = "middle", .fill = PLB_INK};
  double x = m->left + m->cell * (double)column, y = m->top + HEIGHT * (double)row;
  if (cell && has_rate(cell->estimate)) {
    draw_rate(m, cell->estimate, x, y);
    return;
  }
  bool withheld = cell && cell->estimate->status == PLB_EST_SUPPRESSED;
  if (withheld) {
    plb_svg_hatch(m->out, x, y, m->cell, HEIGHT, PLB_RULE);
    plb_svg_rect(m->out, x, y, m->cell, HEIGHT, "none", PLB_PAPER);
  } else if (cell)
    plb_svg_words(m->out, x + m->cell / 2, y + HEIGHT / 2 + 5, &letters, "?");
}

static void draw_names(const struct map *m, size_t k) {
  const struct plb_lettering row = {.size = LETTERS, .anchor = "end"};
  const struct plb_lettering column = {.size = LETTERS, .anchor = m->upwards ? "end" : "middle", .upwards = m->upwards};
  char name[PLB_WORDS * 2];
  double middle = m->left + m->cell * ((double)k + 0.5), bottom = m->top + HEIGHT * (double)m->groups;
  plb_word_group(name, sizeof name, m->grouping, k, NAME);
  plb_svg_words(m->out, m->left - 8, m->top + HEIGHT * ((double)k + 0.5) + 4, &row, name);
  plb_svg_words(m->out, middle + (m->upwards ? 4 : 0), bottom + (m->upwards ? 8 : 18), &column, name);
}

/* The outline of the triangle, in steps. */
static void draw_outline(const struct map *m) {
  const struct plb_stroke stroke = {PLB_RULE, 1, NULL};
  double bottom = m->top + HEIGHT * (double)m->groups;
  plb_svg_line(m->out, m->left, m->top, m->left, bottom, &stroke);
  plb_svg_line(m->out, m->left, bottom, m->left + m->cell * (double)m->groups, bottom, &stroke);
  for (size_t k = 0; k < m->groups; k++) {
    double x = m->left + m->cell * (double)k, y = m->top + HEIGHT * (double)k;
    plb_svg_line(m->out, x, y, x + m->cell, y, &stroke);
    plb_svg_line(m->out, x + m->cell, y, x + m->cell, y + HEIGHT, &stroke);
  }
}

/* ---- legend --------------------------------------------------------------------------------------------- */

/* What the cells without a rate are. */
static void draw_legend(const struct map *m, double y) {
  const struct plb_lettering letters = {.size = 11.5, .fill = PLB_INK_SOFT};
  double x = LEFT + PLB_SHADES_WIDTH + 60;
  if (m->withheld) {
    plb_svg_rect(m->out, x, y, 26, 14, PLB_PAPER, PLB_RULE);
    plb_svg_hatch(m->out, x, y, 26, 14, PLB_RULE);
    plb_svg_words(m->out, x + 34, y + 11, &letters, "withheld: too few people, or another group");
    plb_svg_words(m->out, x + 34, y + 25, &letters, "would follow by subtraction");
    y += 36;
  }
  if (m->lacking)
    plb_svg_words(m->out, x, y + 11, &letters, "?: unsupported or undefined, see the table");
}

/* ---- all --------------------------------------------------------------------------------------------------- */

static void word_extreme(char *text, size_t size, const struct map *m, const struct plb_group_cell *cell,
                         const char *which) {
  char rate[PLB_WORDS], of[PLB_WORDS * 2];
  text[0] = '\0';
  if (!cell)
    return;
  plb_word_rate(rate, cell->estimate->value);
  plb_word_cell(of, sizeof of, m->grouping, cell, NAME);
  snprintf(text, size, " The %s rate is %s (%s).", which, rate, of);
}

static size_t write_notes(const struct map *m, char (*lines)[PLB_SENTENCE]) {
  size_t count = 0;
  snprintf(lines[count++], PLB_SENTENCE,
           "FMR in per cent, of a person of the group of the row with a person of the group of the column%s. Along the "
           "slope both are of one group. Shades are logarithmic; white with 0: no false match was seen, "
           "though comparisons may have been few.",
           m->intervals ? ", and its interval" : "; intervals and counts are in the table");
  if (m->none)
    snprintf(lines[count++], PLB_SENTENCE, "An empty cell: nobody of these two groups was compared.");
  if (m->grouping->group_count > m->groups)
    snprintf(lines[count++], PLB_SENTENCE, "Drawn are the first %zu of %zu groups.", m->groups,
             m->grouping->group_count);
  return count;
}

bool plb_heat_is_wide(const struct plb_grouping *grouping) {
  struct map m = {.grouping = grouping, .groups = drawn_groups(grouping)};
  fit_cells(&m);
  return m.width > WIDTH;
}

void plb_draw_heat(const struct plb_grouping *grouping, size_t point, const char *id, struct plb_out *out) {
  const struct plb_lettering title = {.size = 15, .bold = true}, soft = {.size = 12, .fill = PLB_INK_SOFT};
  struct map m = {.grouping = grouping, .out = out};
  char heading[PLB_SENTENCE], span[PLB_SPAN], ends[2][PLB_SENTENCE / 2], description[4 * PLB_SENTENCE];
  char lines[NOTES][PLB_SENTENCE];
  m.groups = drawn_groups(grouping);
  m.within = plb_group_cells(grouping, point, PLB_GROUP_WITHIN, &m.within_count);
  m.across = plb_group_cells(grouping, point, PLB_GROUP_ACROSS, &m.across_count);
  m.everybody = plb_group_everybody(grouping, point, "FMR");
  fit_scale(&m);
  fit_cells(&m);
  plb_word_group_figure(heading, grouping, "FMR by pair of groups");
  plb_word_group_point(span, grouping, point);
  word_extreme(ends[0], sizeof ends[0], &m, m.least, "smallest");
  word_extreme(ends[1], sizeof ends[1], &m, m.most, "largest");
  snprintf(description, sizeof description, "A map of %zu groups. %s.%s%s All numbers are in the table.",
           grouping->group_count, span, ends[0], ends[1]);
  size_t notes = write_notes(&m, lines);
  m.top = plb_svg_paragraph(NULL, LEFT, 50, m.width - LEFT - MARGIN, &soft, span) + 6;
  double names = m.upwards ? m.left - LEFT + 10 : 22, legend = m.top + HEIGHT * (double)m.groups + names + 34;
  double bottom = legend + (m.withheld && m.lacking ? 72 : 58);
  double end = plb_draw_notes(NULL, LEFT, fmin(m.width, WIDTH) - MARGIN, bottom, lines, notes);
  plb_svg_open(out, id, m.width, end, heading, description);
  plb_svg_words(out, LEFT, 28, &title, heading);
  plb_svg_paragraph(out, LEFT, 50, m.width - LEFT - MARGIN, &soft, span);
  for (size_t row = 0; row < m.groups; row++)
    for (size_t column = 0; column <= row; column++)
      draw_cell(&m, row, column);
  draw_outline(&m);
  for (size_t k = 0; k < m.groups; k++)
    draw_names(&m, k);
  plb_shades_draw(&m.shades, LEFT, legend, m.width - MARGIN, "FMR", m.everybody, out);
  draw_legend(&m, legend);
  plb_draw_notes(out, LEFT, fmin(m.width, WIDTH) - MARGIN, bottom, lines, notes);
  plb_svg_close(out);
}
