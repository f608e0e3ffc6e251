/* SPDX-License-Identifier: Apache-2.0
 *
 * A plan as a figure: the chance to show the claim against the number of people, a line for each number of samples of
 * a person. The last line is for so many samples that more would not help: left of it only people do. The axis of
 * people is logarithmic.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "report/escape.h"
#include "report/plan.h"
#include "report/series.h"
#include "report/svg.h"

#define WIDTH 760.0
#define LEFT 70.0
#define RIGHT 734.0
#define TOP 58.0
#define BOTTOM 358.0
#define NOTES 2

struct drawing {
  const struct plb_test_plan *plan;
  struct plb_out *out;
  double from, to; /* people, logarithms */
};

static const struct plb_lettering soft = {.size = 12, .anchor = "middle", .fill = PLB_INK_SOFT};

static double place_people(const struct drawing *d, uint64_t people) {
  double share = (log((double)people) - d->from) / (d->to - d->from);
  return LEFT + fmin(fmax(share, 0.0), 1.0) * (RIGHT - LEFT);
}

static double place_power(double power) {
  return BOTTOM - power * (BOTTOM - TOP);
}

static void fit(struct drawing *d) {
  d->from = HUGE_VAL;
  d->to = -HUGE_VAL;
  for (size_t i = 0; i < d->plan->row_count; i++) {
    double at = log(fmax((double)d->plan->rows[i].people, 1.0));
    d->from = fmin(d->from, at);
    d->to = fmax(d->to, at);
  }
  if (!(d->to > d->from)) {
    d->from = log(10.0);
    d->to = log(1000.0);
  }
}

static void draw_axes(const struct drawing *d) {
  const struct plb_stroke grid = {PLB_GRID, 1, NULL}, tick = {PLB_RULE, 1, NULL};
  const struct plb_lettering left = {.size = 12, .anchor = "end", .fill = PLB_INK_SOFT};
  const struct plb_lettering name = {.size = 13, .anchor = "middle"};
  struct plb_lettering upwards = name;
  char text[PLB_WORDS];
  upwards.upwards = true;
  for (int k = 0; k <= 5; k++) {
    double y = place_power(0.2 * k);
    plb_svg_line(d->out, LEFT, y, RIGHT, y, &grid);
    snprintf(text, sizeof text, "%d %%", 20 * k);
    plb_svg_words(d->out, LEFT - 7, y + 4, &left, text);
  }
  double last = -HUGE_VAL;
  for (size_t i = 0; i < d->plan->row_count && d->plan->rows[i].samples == d->plan->rows[0].samples; i++) {
    double x = place_people(d, d->plan->rows[i].people);
    plb_word_count(text, d->plan->rows[i].people);
    if (!plb_plan_row_is_round(&d->plan->rows[i]) || x - last < plb_svg_width(text, 12) + 8)
      continue;
    last = x;
    plb_svg_line(d->out, x, BOTTOM, x, BOTTOM + 5, &tick);
    plb_svg_words(d->out, x, BOTTOM + 19, &soft, text);
  }
  plb_svg_words(d->out, (LEFT + RIGHT) / 2, BOTTOM + 42, &name, "People (logarithmic)");
  plb_svg_words(d->out, 18, (TOP + BOTTOM) / 2, &upwards, "Chance that the claim is shown");
}

/* Where the chance that is wanted is reached. */
static void draw_needed(const struct drawing *d) {
  const struct plb_stroke wanted = {PLB_INK, 1, "2 3"};
  const struct plb_lettering letters = {.size = 12, .halo = true};
  char text[PLB_SENTENCE], number[PLB_WORDS], samples[PLB_WORDS];
  double y = place_power(d->plan->power);
  plb_svg_line(d->out, LEFT, y, RIGHT, y, &wanted);
  plb_word_plan_power(number, d->plan->power);
  snprintf(text, sizeof text, "wanted: %s", number);
  plb_svg_words(d->out, LEFT + 6, y - 5, &letters, text);
  if (!d->plan->has_needed)
    return;
  double x = place_people(d, d->plan->needed.people);
  bool right = x > (LEFT + RIGHT) / 2;
  const struct plb_lettering above = {.size = 12, .anchor = right ? "end" : "start"};
  plb_svg_line(d->out, x, TOP - 6, x, BOTTOM, &wanted);
  plb_svg_mark(d->out, 0, x, y, PLB_INK, true);
  plb_word_count(number, d->plan->needed.people);
  plb_word_plan_samples(samples, d->plan->samples);
  snprintf(text, sizeof text, "%s people with %s", number, samples);
  plb_svg_words(d->out, x, TOP - 9, &above, text);
}

/* The rows of one number of samples from `first` on, with a legend at `y`; answers where they end. */
static size_t draw_line(const struct drawing *d, size_t first, size_t number, double x, double y) {
  const struct plb_test_plan *plan = d->plan;
  uint64_t samples = plan->rows[first].samples;
  bool last = samples == plan->most_samples;
  const struct plb_stroke stroke = {last ? PLB_RULE : plb_series_colour(number), samples == plan->samples ? 2.6 : 1.6,
                                    plb_series_dash(number)};
  const struct plb_lettering letters = {.size = 12.5, .bold = samples == plan->samples};
  char text[PLB_SENTENCE], words[PLB_WORDS];
  size_t i = first + 1;
  for (; i < plan->row_count && plan->rows[i].samples == samples; i++)
    plb_svg_line(d->out, place_people(d, plan->rows[i - 1].people), place_power(plan->rows[i - 1].power),
                 place_people(d, plan->rows[i].people), place_power(plan->rows[i].power), &stroke);
  plb_word_plan_samples(words, samples);
  snprintf(text, sizeof text, "%s%s", words, last ? ": more would not help" : "");
  plb_svg_line(d->out, x, y - 4, x + 34, y - 4, &stroke);
  plb_svg_words(d->out, x + 42, y, &letters, text);
  return i;
}

static void draw_all(const struct drawing *d, const char *id) {
  const struct plb_lettering title = {.size = 15, .bold = true};
  const struct plb_test_plan *plan = d->plan;
  char heading[PLB_SENTENCE], needed[PLB_PLAN_WORDS], least[PLB_PLAN_WORDS], claim[160];
  char lines[NOTES][PLB_SENTENCE], description[3 * PLB_SENTENCE];
  plb_shorten(claim, sizeof claim, plan->claim, 60);
  snprintf(heading, sizeof heading, "Chance to show %s", claim);
  plb_word_plan_needed(needed, plan);
  plb_word_plan_least(least, plan);
  snprintf(description, sizeof description,
           "%s, against the number of people, a line for each number of samples of a person. Needed: %s.%s%s", heading,
           needed, *least ? " At least: " : "", least);
  plb_word_plan_aim(needed, plan);
  snprintf(lines[0], PLB_SENTENCE, "Wanted: %s.", needed);
  plb_word_plan_dependence(needed, plan);
  snprintf(lines[1], PLB_SENTENCE, "How alike comparisons of the same people are: %s.", needed);
  double end = plb_draw_notes(NULL, LEFT, RIGHT, BOTTOM + 140, lines, NOTES);
  plb_svg_open(d->out, id, WIDTH, end, heading, description);
  plb_svg_words(d->out, LEFT, 28, &title, heading);
  draw_axes(d);
  size_t number = 0;
  for (size_t i = 0; i < plan->row_count; number++)
    i = draw_line(d, i, number, LEFT + (number % 2 ? 330.0 : 0.0), BOTTOM + 70 + 21.0 * (double)(number / 2));
  plb_svg_rect(d->out, LEFT, TOP, RIGHT - LEFT, BOTTOM - TOP, "none", PLB_RULE);
  draw_needed(d);
  plb_draw_notes(d->out, LEFT, RIGHT, BOTTOM + 140, lines, NOTES);
  plb_svg_close(d->out);
}

plb_status plb_draw_plan(const struct plb_test_plan *plan, const char *id, struct plb_out *out, struct plb_error *err) {
  struct drawing d = {.plan = plan, .out = out};
  (void)err;
  fit(&d);
  draw_all(&d, id);
  return PLB_OK;
}
