/* SPDX-License-Identifier: Apache-2.0
 *
 * See svg_shade.h.
 *
 * Reference: contrast of letters: WCAG 2.2, relative luminance.
 */
#include "report/svg_shade.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "report/report.h"
#include "report/svg.h"

#define SHADES 32
#define SCALE 300.0 /* pixels of the scale */
#define NAME 34.0   /* and before it */

void plb_shades_see(struct plb_shades *shades, double rate) {
  if (!(rate > 0))
    return;
  int below = (int)floor(log10(rate) + 1e-12), above = (int)ceil(log10(rate) - 1e-12);
  shades->low = shades->any && shades->low < below ? shades->low : below;
  shades->high = shades->any && shades->high > above ? shades->high : above;
  shades->any = true;
}

void plb_shades_fit(struct plb_shades *shades) {
  if (!shades->any) {
    shades->low = -3;
    shades->high = -1;
  }
  shades->high += shades->high == shades->low;
}

/* The k-th shade, as red, green and blue. */
static void shade(size_t k, int rgb[3]) {
  static const int stops[][3] = {{233, 241, 249}, {176, 207, 232}, {92, 155, 206}, {24, 94, 165}, {8, 44, 100}};
  const size_t steps = sizeof stops / sizeof *stops - 1;
  size_t at = k * steps / (SHADES - 1);
  at = at < steps ? at : steps - 1;
  int part = (int)(k * steps - at * (SHADES - 1)), whole = SHADES - 1;
  for (int c = 0; c < 3; c++)
    rgb[c] = (stops[at][c] * (whole - part) + stops[at + 1][c] * part + whole / 2) / whole;
}

static double luminance(const int rgb[3]) {
  static const double weights[] = {0.2126, 0.7152, 0.0722};
  double sum = 0;
  for (int c = 0; c < 3; c++) {
    double share = rgb[c] / 255.0;
    sum += weights[c] * (share <= 0.04045 ? share / 12.92 : pow((share + 0.055) / 1.055, 2.4));
  }
  return sum;
}

static void colour(char text[8], const int rgb[3]) {
  snprintf(text, 8, "#%02x%02x%02x", (unsigned)rgb[0] & 255, (unsigned)rgb[1] & 255, (unsigned)rgb[2] & 255);
}

/* Black or white, whichever has more contrast: at least 4.5 to 1. */
static const char *ink_on(const int rgb[3]) {
  double light = luminance(rgb) + 0.05;
  return light / 0.05 > 1.05 / light ? "#000000" : "#ffffff";
}

struct plb_shade plb_shade_of(const struct plb_shades *shades, double rate) {
  struct plb_shade of;
  int rgb[3] = {255, 255, 255};
  if (rate > 0) {
    double share = (log10(rate) - shades->low) / (shades->high - shades->low) * SHADES;
    shade(share < 0 ? 0 : share >= SHADES ? SHADES - 1 : (size_t)share, rgb);
  }
  colour(of.fill, rgb);
  of.ink = ink_on(rgb);
  return of;
}

static void draw_everybody(const struct plb_shades *shades, const struct plb_estimate *everybody, double x, double y,
                           double right_end, struct plb_out *out) {
  char text[PLB_WORDS + 16], rate[PLB_WORDS];
  if (!everybody || everybody->status != PLB_EST_OK || !everybody->has_value || !(everybody->value > 0))
    return;
  double share = (log10(everybody->value) - shades->low) / (shades->high - shades->low);
  plb_word_rate(rate, everybody->value);
  snprintf(text, sizeof text, "everybody %s", rate);
  double at = x + SCALE * fmin(fmax(share, 0), 1);
  bool right = at + plb_svg_width(text, 11.5) > right_end - 200;
  const struct plb_lettering letters = {.size = 11.5, .anchor = right ? "end" : "start", .fill = PLB_INK};
  plb_svg_arrow(out, at, y - 1, 0, 1, PLB_INK);
  plb_svg_words(out, at + (right ? -8 : 8), y - 3, &letters, text);
}

void plb_shades_draw(const struct plb_shades *shades, double left, double y, double right, const char *title,
                     const struct plb_estimate *everybody, struct plb_out *out) {
  const struct plb_lettering tick = {.size = 11.5, .anchor = "middle", .fill = PLB_INK_SOFT};
  const struct plb_lettering name = {.size = 11.5, .fill = PLB_INK_SOFT};
  const struct plb_stroke stroke = {PLB_RULE, 1, NULL};
  char text[PLB_WORDS], fill[8];
  int rgb[3], decades = shades->high - shades->low, each = 1 + (decades - 1) / 5;
  double x = left + NAME;
  for (size_t k = 0; k < SHADES; k++) {
    shade(k, rgb);
    colour(fill, rgb);
    plb_svg_rect(out, x + SCALE * (double)k / SHADES, y, SCALE / SHADES + 0.3, 13, fill, NULL);
  }
  for (int power = shades->low; power <= shades->high; power++) {
    double at = x + SCALE * (power - shades->low) / decades;
    plb_svg_line(out, at, y + 13, at, y + 18, &stroke);
    if ((power - shades->low) % each != 0)
      continue;
    double rate = 1;
    for (int k = power; k < 0; k++)
      rate /= 10;
    plb_word_rounded(text, 100 * rate, 1);
    snprintf(text + strlen(text), 8, " %%");
    plb_svg_words(out, at, y + 31, &tick, text);
  }
  plb_svg_words(out, left, y + 11, &name, title);
  draw_everybody(shades, everybody, x, y, right, out);
}
