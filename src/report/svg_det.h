/* SPDX-License-Identifier: Apache-2.0
 *
 * A DET while it is drawn: what its parts (svg_det.c, svg_band.c, svg_det_words.c) share.
 */
#ifndef PLB_REPORT_SVG_DET_H
#define PLB_REPORT_SVG_DET_H

#include "report/axis.h"
#include "report/series.h"
#include "report/svg.h"

#define PLB_DET_WIDTH 760.0
#define PLB_DET_STRIP_LEFT 84.0 /* the strip of FMR = 0 */
#define PLB_DET_BOX_LEFT 116.0
#define PLB_DET_BOX_RIGHT 734.0
#define PLB_DET_BOX_TOP 56.0
#define PLB_DET_BOX_BOTTOM 508.0
#define PLB_DET_STRIP_BOTTOM 540.0 /* the strip of FNMR = 0 */
#define PLB_DET_LETTERS 12.0
#define PLB_DET_MARKS 512
#define PLB_DET_NOTES 8
#define PLB_DET_LABELLED 1 /* with more systems the targets are lines instead of labels */

/* Operating points of one system that lie at the same place. */
struct plb_det_mark {
  size_t series;
  double x, y;
  const struct plb_estimate *fmr, *fnmr;
  struct plb_targets targets;
};

/* The limits of FNMR that hold for the whole curve, at one FMR. */
struct plb_stair {
  double fmr, lower, upper;
  bool exists;
};

struct plb_det_drawing {
  struct plb_rate_axis x, y;
  const struct plb_series *list;
  size_t count;
  struct plb_out *out;
  struct plb_room room;
  struct plb_det_mark marks[PLB_DET_MARKS];
  size_t mark_count, left_out, systems_left_out;
  struct plb_stair *stairs; /* as many as the longest curve has points */
};

/* ---- svg_det.c ------------------------------------------------------------------------------- */

/* The rate of an estimate with counts. */
double plb_det_rate(const struct plb_estimate *estimate);

/* Whether the EER of a system lies within the box, so that it has its stroke. */
bool plb_det_has_tick(const struct plb_det_drawing *d, size_t s);

/* A path of horizontal and vertical strokes within a "d" attribute, cut to the box. */
struct plb_pen {
  struct plb_out *out;
  struct plb_room *room; /* or NULL */
  bool open;             /* the last stroke was written */
  bool whole;            /* what lies outside of the box is moved onto its edge instead: for an area */
  double x, y;
};

void plb_pen_to(struct plb_pen *pen, double x, double y);

/* ---- svg_band.c ------------------------------------------------------------------------------ */

/* Room for the bands where their curves lie below `ends` (FMR, FNMR): raises *most, the greatest FNMR to be shown, by
 * no more than twice its odds, and lowers *least to the smallest limit above 0. */
void plb_bands_room(const struct plb_det_drawing *d, const double ends[2], double *most, double *least);

void plb_bands_draw(const struct plb_det_drawing *d);

/* The shade of a system for the legend, around the line at y; nothing where it has no area. */
void plb_bands_swatch(const struct plb_det_drawing *d, size_t s, struct plb_out *out, double y);

/* What the shaded areas are, or why there are none although the curves have bands; "" where they have none. */
size_t plb_bands_word(char text[PLB_SENTENCE], const struct plb_det_drawing *d);

/* ---- svg_det_words.c ------------------------------------------------------------------------- */

/* The legend; with `out` NULL only its lower end is answered. */
double plb_det_legend(const struct plb_det_drawing *d, struct plb_out *out);

/* The sentences below the legend, all that apply; answers how many. */
size_t plb_det_notes(const struct plb_det_drawing *d, char lines[PLB_DET_NOTES][PLB_SENTENCE]);

/* The figure in words, for who cannot see it; free() it. NULL when memory ran out. */
char *plb_det_describe(const struct plb_det_drawing *d, struct plb_error *err);

#endif
