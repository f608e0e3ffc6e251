/* SPDX-License-Identifier: Apache-2.0
 *
 * The frame of drawings of a rate over a number: the rate upwards on a probit axis with a strip for 0, as in the DET;
 * the number along a linear axis.
 */
#ifndef PLB_REPORT_SVG_PLOT_H
#define PLB_REPORT_SVG_PLOT_H

#include "report/axis.h"
#include "report/svg.h"

struct plb_plot {
  struct plb_out *out;
  double left, right, top, bottom; /* pixels */
  double from, to;                 /* numbers at the ends */
  struct plb_rate_axis rates;
};

/* Fits the axes to numbers and to rates from `least` (> 0) to `most`; the frame is there. */
void plb_plot_fit(struct plb_plot *plot, double from, double to, double least, double most);

double plb_plot_x(const struct plb_plot *plot, double number);
double plb_plot_y(const struct plb_plot *plot, double rate); /* within the frame */

void plb_plot_axes(const struct plb_plot *plot, const char *along, const char *upwards);

/* An upright interval at x with a mark at its rate; a limit out of the frame is an arrow. */
void plb_plot_interval(const struct plb_plot *plot, double x, const double limits[2], const char *colour);

#endif
