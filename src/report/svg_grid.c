/* SPDX-License-Identifier: Apache-2.0
 *
 * FNMR by two attributes of which a comparison has one value each, such as the age at enrolment and the years since, as
 * a map: the first one down, the second one along. A cell has its rate, and the people behind it; its shade only helps
 * to find it. Cells that are withheld are hatched, and where nothing was compared there is no cell.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "report/escape.h"
#include "report/series.h"
#include "report/svg.h"
#include "report/svg_shade.h"

#define WIDTH 760.0
#define LEFT 26.0
#define RIGHT 734.0
#define HIGH 30.0
#define MOST 40 /* rows, columns */
#define NAME 14
#define NOTES 2

struct grid {
  const struct plb_grouping *grouping;
  const struct plb_group_cell *cells;
  size_t count;
  const char *names[2][MOST]; /* of rows, of columns, in the order of the cells */
  size_t sizes[2];
  size_t left_out; /* cells of rows or columns beyond */
  struct plb_shades shades;
  struct plb_out *out;
  double left, top, wide;
  bool withheld, lacking;
};

static const char *value_of(const struct plb_group_cell *cell, int attribute) {
  return cell->estimate->cell->of[attribute].values[0];
}

/* The place of a value among the names, or MOST. */
static size_t place_of(const struct grid *g, int attribute, const char *value) {
  size_t k = 0;
  while (k < g->sizes[attribute] && strcmp(g->names[attribute][k], value) != 0)
    k++;
  return k < g->sizes[attribute] ? k : MOST;
}

/* Numbers in their order, whatever stands behind them, then other words, "" last. */
static int compare_values(const char *one, const char *other) {
  double x, y;
  char rest;
  bool first = sscanf(one, "%lf%c", &x, &rest) >= 1, second = sscanf(other, "%lf%c", &y, &rest) >= 1;
  if (first && second && (x < y || x > y))
    return x < y ? -1 : 1;
  if (first != second || !*one != !*other)
    return first != second ? (first ? -1 : 1) : (*one ? -1 : 1);
  return strcmp(one, other);
}

static void add_name(struct grid *g, int attribute, const char *value) {
  size_t at = g->sizes[attribute];
  if (place_of(g, attribute, value) < MOST || at == MOST)
    return;
  for (; at && compare_values(g->names[attribute][at - 1], value) > 0; at--)
    g->names[attribute][at] = g->names[attribute][at - 1];
  g->names[attribute][at] = value;
  g->sizes[attribute]++;
}

static void take(const struct plb_grouping *grouping, size_t point, struct grid *g) {
  *g = (struct grid){.grouping = grouping};
  g->cells = plb_group_cells(grouping, point, PLB_GROUP_FNMR, &g->count);
  for (size_t k = 0; k < g->count; k++)
    for (int a = 0; a < 2; a++)
      add_name(g, a, value_of(&g->cells[k], a));
  for (size_t k = 0; k < g->count; k++) {
    const struct plb_estimate *e = g->cells[k].estimate;
    if (e->status == PLB_EST_OK && e->has_value)
      plb_shades_see(&g->shades, e->value);
    g->withheld = g->withheld || e->status == PLB_EST_SUPPRESSED;
    g->lacking = g->lacking || e->status == PLB_EST_UNSUPPORTED || e->status == PLB_EST_UNDEFINED;
    g->left_out +=
        place_of(g, 0, value_of(&g->cells[k], 0)) == MOST || place_of(g, 1, value_of(&g->cells[k], 1)) == MOST;
  }
  plb_shades_fit(&g->shades);
}

bool plb_grid_is_drawn(const struct plb_grouping *grouping, size_t point) {
  size_t count;
  plb_group_cells(grouping, point, PLB_GROUP_FNMR, &count);
  return count > 1 && grouping->attributes == 2 && plb_grouping_single(grouping);
}

static void draw_cell(const struct grid *g, const struct plb_group_cell *cell, double x, double y) {
  const struct plb_estimate *e = cell->estimate;
  char text[PLB_WORDS] = "0", people[PLB_WORDS];
  if (e->status == PLB_EST_SUPPRESSED) {
    plb_svg_hatch(g->out, x, y, g->wide, HIGH, PLB_RULE);
    plb_svg_rect(g->out, x, y, g->wide, HIGH, "none", PLB_PAPER);
    return;
  }
  if (e->status != PLB_EST_OK || !e->has_value) {
    const struct plb_lettering letters = {.size = 12, .anchor = "middle"};
    plb_svg_words(g->out, x + g->wide / 2, y + HIGH / 2 + 4, &letters, "?");
    return;
  }
  struct plb_shade shade = plb_shade_of(&g->shades, e->value);
  if (e->value > 0)
    plb_word_per_cent(text, sizeof text, e->value);
  plb_svg_rect(g->out, x, y, g->wide, HIGH, shade.fill, PLB_PAPER);
  struct plb_lettering letters = {.size = 12, .anchor = "middle", .fill = shade.ink};
  struct plb_lettering small = {.size = 9, .anchor = "middle", .fill = shade.ink};
  while (letters.size > 7 && plb_svg_width(text, letters.size) > g->wide - 3)
    letters.size -= 0.5;
  bool both = plb_word_people(people, g->grouping->result, e) && plb_svg_width(people, small.size) < g->wide - 3;
  plb_svg_words(g->out, x + g->wide / 2, y + HIGH / 2 + (both ? 0 : 4), &letters, text);
  if (both)
    plb_svg_words(g->out, x + g->wide / 2, y + HIGH - 4, &small, people);
}

/* The name of the k-th attribute, from the first cell. */
static void name_attribute(const struct grid *g, int attribute, char text[PLB_WORDS]) {
  plb_shorten(text, PLB_WORDS, g->cells[0].estimate->cell->of[attribute].attribute, 30);
}

static void draw_names(const struct grid *g) {
  const struct plb_lettering row = {.size = 11.5, .anchor = "end"}, bold = {.size = 12.5, .bold = true};
  const struct plb_lettering column = {.size = 11.5, .anchor = "end", .upwards = true};
  double bottom = g->top + HIGH * (double)g->sizes[0];
  char text[PLB_WORDS];
  for (size_t k = 0; k < g->sizes[0]; k++) {
    plb_shorten(text, sizeof text, *g->names[0][k] ? g->names[0][k] : "not said", NAME);
    plb_svg_words(g->out, g->left - 7, g->top + HIGH * ((double)k + 0.5) + 4, &row, text);
  }
  for (size_t k = 0; k < g->sizes[1]; k++) {
    plb_shorten(text, sizeof text, *g->names[1][k] ? g->names[1][k] : "not said", NAME);
    plb_svg_words(g->out, g->left + g->wide * ((double)k + 0.5) + 4, bottom + 7, &column, text);
  }
  name_attribute(g, 0, text);
  plb_svg_words(g->out, LEFT, g->top - 8, &bold, text);
  name_attribute(g, 1, text);
  const struct plb_lettering end = {.size = 12.5, .bold = true, .anchor = "end"};
  plb_svg_words(g->out, g->left + g->wide * (double)g->sizes[1], g->top - 8, &end, text);
}

static size_t write_notes(const struct grid *g, char (*lines)[PLB_SENTENCE]) {
  snprintf(
      lines[0], PLB_SENTENCE,
      "FNMR in per cent, the people behind it below where they have room. Shades are logarithmic; white with 0: no "
      "false non-match was seen, though comparisons may have been few. Intervals are in the table.%s%s No cell: "
      "nothing was compared.",
      g->withheld ? " Hatched: withheld, since there are too few people or another cell would follow." : "",
      g->lacking ? " ?: unsupported or undefined, see the table." : "");
  if (g->left_out)
    snprintf(lines[1], PLB_SENTENCE, "%zu cells of further rows and columns are not drawn.", g->left_out);
  return 1 + (g->left_out != 0);
}

void plb_draw_grid(const struct plb_grouping *grouping, size_t point, const char *id, struct plb_out *out) {
  const struct plb_lettering title = {.size = 15, .bold = true}, soft = {.size = 12, .fill = PLB_INK_SOFT};
  const struct plb_stroke rule = {PLB_RULE, 1, NULL};
  char heading[PLB_SENTENCE], span[PLB_SPAN], description[3 * PLB_SENTENCE], lines[NOTES][PLB_SENTENCE];
  struct grid g;
  take(grouping, point, &g);
  g.out = out;
  plb_word_group_figure(heading, grouping, "FNMR");
  plb_word_group_point(span, grouping, point);
  size_t notes = write_notes(&g, lines);
  g.left = LEFT + 96;
  g.wide = fmin((RIGHT - g.left) / (double)g.sizes[1], 90);
  g.top = plb_svg_paragraph(NULL, LEFT, 50, RIGHT - LEFT, &soft, span) + 28;
  double bottom = g.top + HIGH * (double)g.sizes[0], legend = bottom + 104;
  double end = plb_draw_notes(NULL, LEFT, RIGHT, legend + 58, lines, notes);
  snprintf(description, sizeof description, "A map of %zu cells. %s. All numbers are in the table.", g.count, span);
  plb_svg_open(out, id, WIDTH, end, heading, description);
  plb_svg_words(out, LEFT, 28, &title, heading);
  plb_svg_paragraph(out, LEFT, 50, RIGHT - LEFT, &soft, span);
  for (size_t k = 0; k < g.count; k++) {
    size_t row = place_of(&g, 0, value_of(&g.cells[k], 0)), column = place_of(&g, 1, value_of(&g.cells[k], 1));
    if (row < MOST && column < MOST)
      draw_cell(&g, &g.cells[k], g.left + g.wide * (double)column, g.top + HIGH * (double)row);
  }
  plb_svg_line(out, g.left, g.top, g.left, bottom, &rule);
  plb_svg_line(out, g.left, bottom, g.left + g.wide * (double)g.sizes[1], bottom, &rule);
  draw_names(&g);
  plb_shades_draw(&g.shades, LEFT, legend, RIGHT, "FNMR", plb_group_everybody(grouping, point, "FNMR"), out);
  plb_draw_notes(out, LEFT, RIGHT, legend + 58, lines, notes);
  plb_svg_close(out);
}
