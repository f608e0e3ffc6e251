/* SPDX-License-Identifier: Apache-2.0
 *
 * SVG 1.1 as text. Everything is an element with presentation attributes; a page that forbids styles in
 * attributes shows it unchanged. Numbers are scaled to hundredths and written as integers, which makes
 * the bytes independent of locale and, away from ties, of the last bit of the mathematics library.
 *
 * Reference: W3C, Scalable Vector Graphics 1.1 (second edition); M. Okabe and K. Ito, Color Universal Design (2008).
 */
#include "report/svg.h"

#include <math.h>
#include <string.h>

#include "report/escape.h"

#define FONTS                                                                                                          \
  "system-ui, -apple-system, &#39;Segoe UI&#39;, Roboto, &#39;Helvetica Neue&#39;, Arial, "                            \
  "&#39;Liberation Sans&#39;, &#39;DejaVu Sans&#39;, sans-serif"

void plb_svg_number(struct plb_out *out, double value) {
  long long hundredths = llround(value * 100.0);
  long long size = hundredths < 0 ? -hundredths : hundredths;
  const char *sign = hundredths < 0 ? "-" : "";
  if (size % 100 == 0)
    plb_out_print(out, "%s%lld", sign, size / 100);
  else if (size % 10 == 0)
    plb_out_print(out, "%s%lld.%lld", sign, size / 100, size % 100 / 10);
  else
    plb_out_print(out, "%s%lld.%02lld", sign, size / 100, size % 100);
}

static void attribute(struct plb_out *out, const char *name, double value) {
  plb_out_print(out, " %s=\"", name);
  plb_svg_number(out, value);
  plb_out_text(out, "\"");
}

void plb_svg_open(struct plb_out *out, const char *id, double width, double height, const char *title,
                  const char *description) {
  plb_out_text(out, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 ");
  plb_svg_number(out, width);
  plb_out_text(out, " ");
  plb_svg_number(out, height);
  plb_out_text(out, "\"");
  attribute(out, "width", width);
  attribute(out, "height", height);
  plb_out_print(out,
                " role=\"img\" aria-labelledby=\"%s-title %s-desc\"\n font-family=\"" FONTS "\" fill=\"" PLB_INK
                "\">\n<title id=\"%s-title\">",
                id, id, id);
  plb_escape(out, title);
  plb_out_print(out, "</title>\n<desc id=\"%s-desc\">", id);
  plb_escape(out, description);
  plb_out_text(out, "</desc>\n");
  plb_svg_rect(out, 0, 0, width, height, PLB_PAPER, NULL);
}

void plb_svg_close(struct plb_out *out) {
  plb_out_text(out, "</svg>\n");
}

static void stroke_attributes(struct plb_out *out, const struct plb_stroke *stroke) {
  plb_out_print(out, " stroke=\"%s\"", stroke->colour);
  attribute(out, "stroke-width", stroke->width);
  if (stroke->dash)
    plb_out_print(out, " stroke-dasharray=\"%s\"", stroke->dash);
}

void plb_svg_line(struct plb_out *out, double x1, double y1, double x2, double y2, const struct plb_stroke *stroke) {
  plb_out_text(out, "<line");
  attribute(out, "x1", x1);
  attribute(out, "y1", y1);
  attribute(out, "x2", x2);
  attribute(out, "y2", y2);
  stroke_attributes(out, stroke);
  plb_out_text(out, "/>\n");
}

void plb_svg_rect(struct plb_out *out, double x, double y, double width, double height, const char *fill,
                  const char *stroke) {
  plb_out_text(out, "<rect");
  attribute(out, "x", x);
  attribute(out, "y", y);
  attribute(out, "width", width);
  attribute(out, "height", height);
  plb_out_print(out, " fill=\"%s\"", fill);
  if (stroke)
    plb_out_print(out, " stroke=\"%s\"", stroke);
  plb_out_text(out, "/>\n");
}

static void point(struct plb_out *out, const char *command, double x, double y) {
  plb_out_text(out, command);
  plb_svg_number(out, x);
  plb_out_text(out, " ");
  plb_svg_number(out, y);
}

#define HATCH 7.0 /* pixels from line to line */

void plb_svg_hatch(struct plb_out *out, double x, double y, double width, double height, const char *colour) {
  plb_out_text(out, "<path d=\"");
  for (double at = HATCH; at < width + height; at += HATCH) {
    double from = at < width ? at : width, to = at < height ? at : height;
    point(out, "M", x + from, y + at - from);
    point(out, "L", x + at - to, y + to);
  }
  plb_out_print(out, "\" fill=\"none\" stroke=\"%s\" stroke-width=\"1\"/>\n", colour);
}

void plb_svg_arrow(struct plb_out *out, double x, double y, int dx, int dy, const char *colour) {
  plb_out_text(out, "<path d=\"");
  point(out, "M", x, y);
  point(out, "L", x - 8.0 * dx + 4.0 * dy, y - 8.0 * dy + 4.0 * dx);
  point(out, "L", x - 8.0 * dx - 4.0 * dy, y - 8.0 * dy - 4.0 * dx);
  plb_out_print(out, "Z\" fill=\"%s\"/>\n", colour);
}

/* Corners of the marks around 0, in pixels; the first mark is a circle. */
struct outline {
  size_t count;
  double xy[12][2];
};

static const struct outline outlines[] = {
    {4, {{-4.5, -4.5}, {4.5, -4.5}, {4.5, 4.5}, {-4.5, 4.5}}}, /* square */
    {3, {{0, -6}, {5.6, 4.2}, {-5.6, 4.2}}},                   /* triangle */
    {4, {{0, -6.4}, {6.4, 0}, {0, 6.4}, {-6.4, 0}}},           /* diamond */
    {3, {{0, 6}, {5.6, -4.2}, {-5.6, -4.2}}},                  /* triangle, tip down */
    {12, {{-2, -6}, {2, -6}, {2, -2}, {6, -2}, {6, 2}, {2, 2}, {2, 6}, {-2, 6}, {-2, 2}, {-6, 2}, {-6, -2}, {-2, -2}}},
};
#define SHAPES (1 + sizeof outlines / sizeof outlines[0])

void plb_svg_mark(struct plb_out *out, size_t shape, double x, double y, const char *colour, bool hollow) {
  shape %= SHAPES;
  if (shape == 0) {
    plb_out_text(out, "<circle");
    attribute(out, "cx", x);
    attribute(out, "cy", y);
    attribute(out, "r", 5);
  } else {
    const struct outline *outline = &outlines[shape - 1];
    plb_out_text(out, "<path d=\"");
    for (size_t i = 0; i < outline->count; i++)
      point(out, i ? "L" : "M", x + outline->xy[i][0], y + outline->xy[i][1]);
    plb_out_text(out, "Z\"");
  }
  if (hollow)
    plb_out_print(out, " fill=\"" PLB_PAPER "\" stroke=\"%s\" stroke-width=\"1.8\"/>\n", colour);
  else
    plb_out_print(out, " fill=\"%s\" stroke=\"" PLB_PAPER "\" stroke-width=\"1\"/>\n", colour);
}

void plb_svg_words(struct plb_out *out, double x, double y, const struct plb_lettering *l, const char *text) {
  plb_out_text(out, "<text");
  attribute(out, "x", x);
  attribute(out, "y", y);
  if (l->upwards) {
    plb_out_text(out, " transform=\"rotate(-90 ");
    plb_svg_number(out, x);
    plb_out_text(out, " ");
    plb_svg_number(out, y);
    plb_out_text(out, ")\"");
  }
  attribute(out, "font-size", l->size);
  if (l->bold)
    plb_out_text(out, " font-weight=\"600\"");
  if (l->anchor && strcmp(l->anchor, "start") != 0)
    plb_out_print(out, " text-anchor=\"%s\"", l->anchor);
  if (l->fill)
    plb_out_print(out, " fill=\"%s\"", l->fill);
  if (l->halo)
    plb_out_text(out, " stroke=\"" PLB_PAPER "\" stroke-width=\"3\" stroke-linejoin=\"round\" paint-order=\"stroke\"");
  plb_out_text(out, ">");
  plb_escape(out, text);
  plb_out_text(out, "</text>\n");
}

/* Widths in units of the font size, about those of a wide sans serif; all of a kind share one number. */
double plb_svg_width(const char *text, double size) {
  double width = 0.0;
  for (const unsigned char *s = (const unsigned char *)text; *s; s++) {
    if ((*s & 0xC0) == 0x80)
      continue;
    if (*s >= 0xE3)
      width += 1.0;
    else if (*s >= 0x80)
      width += 0.65;
    else if (strchr("iIjl.,:;|!'()[]/ tfr-", *s))
      width += 0.36;
    else if (strchr("mwMW%@", *s))
      width += 0.90;
    else
      width += *s >= 'A' && *s <= 'Z' ? 0.68 : 0.59;
  }
  return width * size;
}

const char *plb_series_colour(size_t k) {
  static const char *const colours[] = {"#0072b2", "#d55e00", "#00805d", "#a8518a", "#1a1a1a", "#946c00", "#3a7ca5"};
  return colours[k % (sizeof colours / sizeof colours[0])];
}

const char *plb_series_dash(size_t k) {
  static const char *const dashes[] = {NULL, "7 3", "2 2.5", "9 3 2 3", "12 4"};
  return dashes[k % (sizeof dashes / sizeof dashes[0])];
}

/* The cells that a rectangle touches, cut to the grid. */
struct cells {
  size_t column, columns, row, rows;
};

static size_t cell(double pixel, size_t most) {
  double at = floor(pixel / PLB_ROOM_CELL);
  return at < 0.0 ? 0 : at > (double)most - 1.0 ? most - 1 : (size_t)at;
}

static struct cells touched(double left, double top, double right, double bottom) {
  return (struct cells){cell(left, PLB_ROOM_WIDE), cell(right, PLB_ROOM_WIDE) + 1, cell(top, PLB_ROOM_HIGH),
                        cell(bottom, PLB_ROOM_HIGH) + 1};
}

void plb_room_take(struct plb_room *room, double left, double top, double right, double bottom, unsigned char what) {
  struct cells c = touched(left, top, right, bottom);
  for (size_t row = c.row; row < c.rows; row++)
    for (size_t column = c.column; column < c.columns; column++)
      if (room->cells[row][column] < what)
        room->cells[row][column] = what;
}

static bool is_free(const struct plb_room *room, double left, double top, double right, double bottom,
                    unsigned char most) {
  if (left < room->left || right > room->right || top < room->top || bottom > room->bottom)
    return false;
  struct cells c = touched(left, top, right, bottom);
  for (size_t row = c.row; row < c.rows; row++)
    for (size_t column = c.column; column < c.columns; column++)
      if (room->cells[row][column] > most)
        return false;
  return true;
}

/* Takes the place with its anchor at (x, y) if what lies there is no more than `most`. */
static bool take_place(struct plb_room *room, const char *text, double size, const struct plb_place *place,
                       unsigned char most) {
  double width = plb_svg_width(text, size), start = place->x;
  if (place->anchor[0] != 's')
    start -= place->anchor[0] == 'e' ? width : width / 2;
  double top = place->y - size * 0.8, bottom = place->y + size * 0.25;
  if (!is_free(room, start, top, start + width, bottom, most))
    return false;
  plb_room_take(room, start - 2, top - 1, start + width + 2, bottom + 1, 2);
  return true;
}

/* The k-th place to try beside (x, y): right above, right below, left above, left below, straight above and
 * below; then in rings ever farther away. False past the last. */
static bool place_beside(double x, double y, size_t k, struct plb_place *place) {
  static const struct plb_place near[] = {
      {9, -8, "start", false},   {9, 17, "start", false},  {-9, -8, "end", false},    {-9, 17, "end", false},
      {0, -12, "middle", false}, {0, 21, "middle", false}, {12, -22, "start", false}, {12, 31, "start", false}};
  static const struct plb_place ways[] = {{1, 0, "start", false},  {1, -0.8, "start", true}, {1, 0.8, "start", true},
                                          {-1, -0.8, "end", true}, {-1, 0.8, "end", true},   {2, -0.4, "start", true}};
  const size_t nears = sizeof near / sizeof near[0], turns = sizeof ways / sizeof ways[0];
  if (k < nears) {
    *place = (struct plb_place){x + near[k].x, y + near[k].y, near[k].anchor, false};
    return true;
  }
  k -= nears;
  const struct plb_place *way = &ways[k % turns];
  double away = 17.0 + 9.0 * (double)(k / turns);
  *place = (struct plb_place){x + away * way->x, y + 4 + away * way->y, way->anchor, way->far};
  return k < 13 * turns;
}

bool plb_room_beside(struct plb_room *room, double x, double y, const char *text, double size,
                     struct plb_place *place) {
  for (unsigned char most = 0; most < 2; most++)
    for (size_t k = 0; place_beside(x, y, k, place); k++)
      if (take_place(room, text, size, place, most))
        return true;
  return false;
}

/* Whether `line` with `word` behind it is still within `width`. */
static bool fits(const char *line, size_t used, const char *word, size_t length, size_t size, double width,
                 double letters) {
  char whole[256];
  if (used + length >= size || used + length >= sizeof whole)
    return false;
  memcpy(whole, line, used);
  memcpy(whole + used, word, length);
  whole[used + length] = '\0';
  return plb_svg_width(whole, letters) <= width;
}

double plb_svg_paragraph(struct plb_out *out, double x, double y, double width, const struct plb_lettering *lettering,
                         const char *text) {
  char line[256];
  size_t used = 0;
  while (*text) {
    size_t word = strcspn(text, " ");
    if (used > 0 && !fits(line, used, text, word, sizeof line - 1, width, lettering->size)) {
      line[used - 1] = '\0';
      if (out)
        plb_svg_words(out, x, y, lettering, line);
      y += lettering->size * 1.4;
      used = 0;
    }
    size_t kept = word < sizeof line - 2 ? word : sizeof line - 2;
    memcpy(line + used, text, kept);
    used += kept;
    line[used++] = ' ';
    text += word + (text[word] == ' ');
  }
  if (used == 0)
    return y;
  line[used - 1] = '\0';
  if (out)
    plb_svg_words(out, x, y, lettering, line);
  return y + lettering->size * 1.4;
}
