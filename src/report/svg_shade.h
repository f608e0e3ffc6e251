/* SPDX-License-Identifier: Apache-2.0
 *
 * Shades of maps of rates: one hue from light to dark on a logarithmic scale, which stays in order in print without
 * colour, and the scale beside them. A rate of 0 is white.
 */
#ifndef PLB_REPORT_SVG_SHADE_H
#define PLB_REPORT_SVG_SHADE_H

#include "base/out.h"
#include "result/result.h"

#define PLB_SHADES_WIDTH 334.0 /* of the scale with its name */

/* An empty struct has seen no rate. */
struct plb_shades {
  bool any;
  int low, high; /* powers of ten at the ends of the scale */
};

/* Widens the scale by a rate; then, when all were seen, makes it one. */
void plb_shades_see(struct plb_shades *shades, double rate);
void plb_shades_fit(struct plb_shades *shades);

struct plb_shade {
  char fill[8];
  const char *ink; /* black or white, whichever has more contrast: at least 4.5 to 1 */
};
struct plb_shade plb_shade_of(const struct plb_shades *shades, double rate);

/* The scale from (left, y), within `right`; the rate of everybody on it, unless NULL. */
void plb_shades_draw(const struct plb_shades *shades, double left, double y, double right, const char *title,
                     const struct plb_estimate *everybody, struct plb_out *out);

#endif
