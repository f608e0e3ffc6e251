/* SPDX-License-Identifier: Apache-2.0
 *
 * See svg_plot.h.
 */
#include "report/svg_plot.h"

#include <math.h>

#define STRIP 20.0

void plb_plot_fit(struct plb_plot *plot, double from, double to, double least, double most) {
  bool wide = to > from;
  plot->from = wide ? from : from - 1;
  plot->to = wide ? to : to + 1;
  most = most > 0 ? most : 0.02;
  plb_rate_axis_fit(&plot->rates, fmax(fmin(least, most), most / 2000), fmin(most, 0.99));
  plot->rates.at_zero = plot->bottom - STRIP / 2;
  plot->rates.at_low = plot->bottom - STRIP - 6;
  plot->rates.at_high = plot->top;
}

double plb_plot_x(const struct plb_plot *plot, double number) {
  double inset = 16, share = (number - plot->from) / (plot->to - plot->from);
  return plot->left + inset + fmin(fmax(share, 0), 1) * (plot->right - plot->left - 2 * inset);
}

double plb_plot_y(const struct plb_plot *plot, double rate) {
  if (!(rate > 0))
    return plot->rates.at_zero;
  double y = plb_rate_place(&plot->rates, fmax(rate, plot->rates.low));
  return fmin(fmax(y, plot->top), plot->rates.at_low);
}

void plb_plot_axes(const struct plb_plot *plot, const char *along, const char *upwards) {
  const struct plb_stroke grid = {PLB_GRID, 1, NULL}, rule = {PLB_RULE, 1, NULL};
  const struct plb_lettering left = {.size = 11.5, .anchor = "end", .fill = PLB_INK_SOFT};
  const struct plb_lettering below = {.size = 11.5, .anchor = "middle", .fill = PLB_INK_SOFT};
  const struct plb_lettering name = {.size = 13, .anchor = "middle"};
  struct plb_lettering turned = name;
  struct plb_rate_tick ticks[PLB_TICKS];
  size_t count = plb_rate_ticks(&plot->rates, left.size, left.size * 1.5, ticks);
  turned.upwards = true;
  plb_svg_rect(plot->out, plot->left, plot->bottom - STRIP, plot->right - plot->left, STRIP, "#f2f2f2", NULL);
  for (size_t k = 0; k < count; k++) {
    double y = plb_rate_place(&plot->rates, ticks[k].rate);
    plb_svg_line(plot->out, plot->left, y, plot->right, y, &grid);
    plb_svg_words(plot->out, plot->left - 7, y + 4, &left, ticks[k].text);
  }
  plb_svg_words(plot->out, plot->left - 7, plot->rates.at_zero + 4, &left, "0");
  plb_svg_line(plot->out, plot->left, plot->bottom, plot->right, plot->bottom, &rule);
  plb_svg_line(plot->out, plot->left, plot->top, plot->left, plot->bottom, &rule);
  struct plb_linear_ticks steps = plb_linear_ticks(plot->from, plot->to, 12);
  for (size_t k = 0; k < steps.count; k++) {
    char text[48];
    double x = plb_plot_x(plot, (double)(steps.first + (int64_t)k) * steps.step);
    plb_linear_text(text, &steps, k);
    plb_svg_line(plot->out, x, plot->bottom, x, plot->bottom + 5, &rule);
    plb_svg_words(plot->out, x, plot->bottom + 19, &below, text);
  }
  plb_svg_words(plot->out, (plot->left + plot->right) / 2, plot->bottom + 42, &name, along);
  plb_svg_words(plot->out, plot->left - 62, (plot->top + plot->bottom) / 2, &turned, upwards);
}

void plb_plot_interval(const struct plb_plot *plot, double x, const double limits[2], const char *colour) {
  const struct plb_stroke stroke = {colour, 2, NULL};
  bool above = limits[1] > plot->rates.high, below = limits[0] > 0 && limits[0] < plot->rates.low;
  double from = plb_plot_y(plot, limits[0]), to = plb_plot_y(plot, limits[1]);
  plb_svg_line(plot->out, x, from, x, to, &stroke);
  if (below)
    plb_svg_arrow(plot->out, x, from + 4, 0, 1, colour);
  else
    plb_svg_line(plot->out, x - 4, from, x + 4, from, &stroke);
  if (above)
    plb_svg_arrow(plot->out, x, to - 4, 0, -1, colour);
  else
    plb_svg_line(plot->out, x - 4, to, x + 4, to, &stroke);
}
