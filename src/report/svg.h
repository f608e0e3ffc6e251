/* SPDX-License-Identifier: Apache-2.0
 *
 * The pencil of the figures: lines, marks and words in SVG, all as plain attributes (no style sheet, no
 * script, no font file), so that one text serves as a file and inside a page with a strict policy.
 * Coordinates are written with at most two decimals, the same in every locale.
 */
#ifndef PLB_REPORT_SVG_H
#define PLB_REPORT_SVG_H

#include "base/out.h"
#include "result/result.h"

#define PLB_INK "#1a1a1a"
#define PLB_INK_SOFT "#595959" /* 7:1 on white */
#define PLB_RULE "#767676"
#define PLB_GRID "#e3e3e3"
#define PLB_PAPER "#ffffff"

/* ---- marks -------------------------------------------------------------------------------- */

void plb_svg_number(struct plb_out *out, double value);

/* Opens the document: title and description are read out by a screen reader; `id` starts the ids. */
void plb_svg_open(struct plb_out *out, const char *id, double width, double height, const char *title,
                  const char *description);
void plb_svg_close(struct plb_out *out);

struct plb_stroke {
  const char *colour;
  double width;
  const char *dash; /* NULL = solid */
};

void plb_svg_line(struct plb_out *out, double x1, double y1, double x2, double y2, const struct plb_stroke *stroke);
void plb_svg_rect(struct plb_out *out, double x, double y, double width, double height, const char *fill,
                  const char *stroke);

/* Lines that rise to the right, all over a box; for what must not be told from other boxes by colour alone. */
void plb_svg_hatch(struct plb_out *out, double x, double y, double width, double height, const char *colour);

/* A filled arrow head with its tip at (x, y), pointing along (dx, dy), one of which is 0. */
void plb_svg_arrow(struct plb_out *out, double x, double y, int dx, int dy, const char *colour);

/* One of the marks below at (x, y), filled or hollow. */
void plb_svg_mark(struct plb_out *out, size_t shape, double x, double y, const char *colour, bool hollow);

/* ---- words -------------------------------------------------------------------------------- */

struct plb_lettering {
  double size;
  const char *anchor; /* "start", "middle", "end" */
  const char *fill;
  bool bold;
  bool upwards; /* turned by a quarter, read from below */
  bool halo;    /* on white, so that lines behind do not hurt */
};

/* Writes `text`, escaped. */
void plb_svg_words(struct plb_out *out, double x, double y, const struct plb_lettering *lettering, const char *text);

/* About how wide `text` is; rather too wide than too narrow, since every reader has another font. */
double plb_svg_width(const char *text, double size);

/* Writes `text` in lines of at most `width`; answers the base line behind the last one. With
 * `out` NULL nothing is written. Words are up to 200 bytes. */
double plb_svg_paragraph(struct plb_out *out, double x, double y, double width, const struct plb_lettering *lettering,
                         const char *text);

/* ---- how systems are told apart -------------------------------------------------------------- */

/* Colour, dash and mark of the k-th system: each alone tells few systems apart, together many, also in
 * black and white. Colours after Okabe and Ito, darkened to 3:1 on white where they were lighter. */
const char *plb_series_colour(size_t k);
const char *plb_series_dash(size_t k);

/* ---- room for labels ------------------------------------------------------------------------- */

#define PLB_ROOM_CELL 4
#define PLB_ROOM_WIDE 200
#define PLB_ROOM_HIGH 200

/* What is taken already on a drawing, in cells of 4 by 4 pixels: 0 free, 1 a line, 2 a mark or a label.
 * Labels keep off both where they can, off marks and labels always; one without room is left out. */
struct plb_room {
  double left, top, right, bottom; /* labels stay within */
  unsigned char cells[PLB_ROOM_HIGH][PLB_ROOM_WIDE];
};

void plb_room_take(struct plb_room *room, double left, double top, double right, double bottom, unsigned char what);

struct plb_place {
  double x, y; /* of the base line */
  const char *anchor;
  bool far; /* wants a line to what it names */
};

/* Finds a free place beside the point (x, y) for a label, the nearer the better, and takes it; false where
 * there is none. */
bool plb_room_beside(struct plb_room *room, double x, double y, const char *text, double size, struct plb_place *place);

#endif
