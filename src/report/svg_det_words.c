/* SPDX-License-Identifier: Apache-2.0
 *
 * The words of the DET: its legend, the sentences below it, and its description for who cannot see it.
 */
#include <stdio.h>
#include <stdlib.h>

#include "report/svg_det.h"

#define LEGEND_TOP 610.0
#define LEGEND_ROW 38.0
#define LEGEND_TEXT (PLB_DET_STRIP_LEFT + 54)
#define THINNED 2000

static bool has_limits(const struct plb_estimate *e) {
  return e->status == PLB_EST_OK && e->interval.exists;
}

/* "EER 4.264 % [3.489, 5.440] %; 517 people, ..."; without the interval where it finds no room. */
static void word_series(char *text, size_t size, const struct plb_series *series) {
  char value[PLB_WORDS], interval[PLB_WORDS], amount[PLB_SENTENCE];
  plb_series_size(amount, series);
  if (!series->eer || !plb_word_value(value, series->eer)) {
    snprintf(text, size, "%s", amount);
    return;
  }
  bool limits = has_limits(series->eer) && plb_word_interval(interval, series->eer) > 0;
  snprintf(text, size, "EER %s%s%s; %.800s", value, limits ? " " : "", limits ? interval : "", amount);
  if (limits && plb_svg_width(text, PLB_DET_LETTERS) > PLB_DET_WIDTH - LEGEND_TEXT)
    snprintf(text, size, "EER %s; %.900s", value, amount);
}

/* The targets that a system cannot support, where its marks have no labels; answers whether there are any. */
static bool word_unsupported(char *text, size_t size, const struct plb_det_drawing *d, size_t s) {
  struct plb_targets lacking = {.count = {0, 0}};
  for (size_t m = 0; m < d->mark_count; m++) {
    const struct plb_targets *targets = &d->marks[m].targets;
    if (d->marks[m].series != s || targets->count[false] == 0)
      continue;
    if (lacking.count[false] == 0)
      lacking.span[false][0] = targets->span[false][0];
    lacking.span[false][1] = targets->span[false][1];
    lacking.count[false] += targets->count[false];
  }
  if (d->count > PLB_DET_LABELLED)
    plb_targets_word(text, size, d->list[s].result, &lacking);
  return d->count > PLB_DET_LABELLED && lacking.count[false] > 0;
}

double plb_det_legend(const struct plb_det_drawing *d, struct plb_out *out) {
  const struct plb_lettering name = {.size = 13, .bold = true}, size = {.size = PLB_DET_LETTERS, .fill = PLB_INK_SOFT};
  double y = LEGEND_TOP;
  for (size_t s = 0; s < d->count; s++, y += LEGEND_ROW) {
    const struct plb_stroke stroke = {plb_series_colour(s), 2, plb_series_dash(s)};
    char text[PLB_SENTENCE], lacking[PLB_SENTENCE];
    bool lacks = word_unsupported(lacking, sizeof lacking, d, s);
    word_series(text, sizeof text, &d->list[s]);
    if (out) {
      plb_bands_swatch(d, s, out, y - 4);
      plb_svg_line(out, PLB_DET_STRIP_LEFT, y - 4, PLB_DET_STRIP_LEFT + 42, y - 4, &stroke);
      plb_svg_mark(out, s, PLB_DET_STRIP_LEFT + 21, y - 4, plb_series_colour(s), false);
      plb_svg_words(out, LEGEND_TEXT, y, &name, d->list[s].name);
      plb_svg_words(out, LEGEND_TEXT, y + 16, &size, text);
    }
    if (out && lacks)
      plb_svg_words(out, LEGEND_TEXT, y + 31, &size, lacking);
    y += lacks ? 15 : 0;
  }
  return y;
}

size_t plb_det_notes(const struct plb_det_drawing *d, char lines[PLB_DET_NOTES][PLB_SENTENCE]) {
  char left[PLB_WORDS];
  size_t count = 0;
  bool hollow = false, thinned = false, ticked = false, own = true, bracketed = false;
  const struct plb_interval *interval = NULL;
  for (size_t m = 0; m < d->mark_count; m++) {
    hollow = hollow || d->marks[m].targets.count[true] == 0;
    if (!interval && d->marks[m].fmr->interval.exists)
      interval = &d->marks[m].fmr->interval;
  }
  for (size_t s = 0; s < d->count; s++) {
    thinned = thinned || d->list[s].curve->point_count >= THINNED;
    ticked = ticked || plb_det_has_tick(d, s);
    own = own && plb_own_rules(d->list[s].result);
    bracketed = bracketed || (d->list[s].eer && has_limits(d->list[s].eer));
  }
  if (interval) {
    char level[PLB_WORDS];
    plb_word_level(level, interval->level);
    snprintf(lines[count++], PLB_SENTENCE,
             "Marks are operating points; bars are their %s %% intervals, of FMR across and of "
             "FNMR upwards; an arrow means that the interval goes on.%s",
             level, bracketed ? " Brackets behind an EER hold its interval." : "");
  } else if (d->mark_count > 0) {
    snprintf(lines[count++], PLB_SENTENCE, "Marks are operating points.");
  }
  count += plb_bands_word(lines[count], d) > 0;
  if (hollow)
    snprintf(lines[count++], PLB_SENTENCE,
             "Hollow marks: this test is too small to support the target; the rate seen is not "
             "evidence for it.");
  snprintf(
      lines[count++], PLB_SENTENCE,
      "Grey strips hold rates of exactly 0 (no error seen), which have no place on a "
      "probit axis. Dotted: FMR = FNMR%s",
      !ticked ? "."
      : own ? "; the short strokes across it mark the EERs, each the mean of FMR and FNMR at the threshold where they "
              "differ least. A curve goes in steps and may pass beside its EER."
            : "; the short strokes across it mark the EERs, each by the rule that its note says. A curve goes in "
              "steps and may pass beside its EER.");
  if (thinned)
    snprintf(lines[count++], PLB_SENTENCE, "A curve of 2,000 points is the upper envelope of the full step function.");
  plb_word_count(left, d->systems_left_out);
  if (d->systems_left_out > 0)
    snprintf(lines[count++], PLB_SENTENCE,
             "The first %zu systems are drawn, in the order of the tables; %s more are not.", d->count, left);
  if (d->left_out > 0)
    snprintf(lines[count++], PLB_SENTENCE, "%zu more operating points are not drawn, for want of room.", d->left_out);
  return count;
}

char *plb_det_describe(const struct plb_det_drawing *d, struct plb_error *err) {
  struct plb_out *text;
  char band[PLB_SENTENCE];
  size_t length;
  if (plb_out_memory(&text, err))
    return NULL;
  plb_out_text(text, "Detection error trade-off: the false non-match rate (FNMR, upwards) against the false match rate "
                     "(FMR, to the right) over all thresholds, both on probit axes.");
  for (size_t s = 0; s < d->count && s < 8; s++) {
    char size[PLB_SENTENCE];
    word_series(size, sizeof size, &d->list[s]);
    plb_out_print(text, " %s: %s.", d->list[s].name, size);
  }
  if (plb_bands_word(band, d))
    plb_out_print(text, " %s", band);
  for (size_t m = 0; m < d->mark_count && m < 20; m++) {
    char target[PLB_SENTENCE], fmr[PLB_WORDS], fnmr[PLB_WORDS];
    plb_targets_word(target, sizeof target, d->list[d->marks[m].series].result, &d->marks[m].targets);
    plb_word_rate(fmr, plb_det_rate(d->marks[m].fmr));
    plb_word_rate(fnmr, plb_det_rate(d->marks[m].fnmr));
    plb_out_print(text, " %s, %s: FMR %s, FNMR %s.", d->list[d->marks[m].series].name, target, fmr, fnmr);
  }
  char *whole = plb_out_take(text, &length);
  plb_out_abandon(text);
  if (!whole)
    plb_fail_memory(err);
  return whole;
}
