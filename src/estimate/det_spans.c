/* SPDX-License-Identifier: Apache-2.0
 *
 * See det_spans.h. All that is looked for lies where a count passes a number, or a score one: the count at the first
 * score of every span is known before any score is, so that each is looked for among spans by its own pointer. Where a
 * count passes a number between the first scores of two spans, the score at which it does may lie in either of them.
 */
#include "estimate/det_spans.h"

#include <math.h>
#include <stdlib.h>

#include "base/key.h"
#include "base/memory.h"

struct choice {
  const struct plb_det *det;
  const struct plb_span *spans;
  size_t count;
  bool *whole;
  uint64_t *before[2]; /* by class and span: comparisons below it; one more at the end */
};

void plb_det_marks_free(struct plb_det_marks *marks) {
  free(marks->matches);
  free(marks->nonmatches);
  *marks = (struct plb_det_marks){0};
}

static uint64_t step_of(uint64_t resolution, uint64_t count, uint64_t trials) {
  uint64_t nearer = count < trials - count ? count : trials - count;
  return nearer / resolution ? nearer / resolution : 1;
}

bool plb_det_marks_make(const uint64_t trials[2], struct plb_det_marks *marks) {
  double room = 4 + 2 * log((double)trials[0] + 1) + 2 * log((double)trials[1] + 1);
  uint64_t resolution = (uint64_t)(PLB_CURVE_POINTS / room), all = trials[PLB_CLASS_NONMATED];
  *marks = (struct plb_det_marks){.matches = plb_alloc(PLB_CURVE_POINTS, sizeof *marks->matches),
                                  .nonmatches = plb_alloc(PLB_CURVE_POINTS, sizeof *marks->nonmatches)};
  if (!marks->matches || !marks->nonmatches)
    return false;
  while (all && marks->match_count < PLB_CURVE_POINTS)
    marks->matches[marks->match_count++] = all -= step_of(resolution, all, trials[PLB_CLASS_NONMATED]);
  for (uint64_t at = 0; at < trials[PLB_CLASS_MATED] && marks->nonmatch_count < PLB_CURVE_POINTS;)
    marks->nonmatches[marks->nonmatch_count++] = at += step_of(resolution, at, trials[PLB_CLASS_MATED]);
  return true;
}

/* The errors at the first score of a span. */
static uint64_t matches_at(const struct choice *choice, size_t s) {
  return choice->det->trials[PLB_CLASS_NONMATED] - choice->before[PLB_CLASS_NONMATED][s];
}

static uint64_t nonmatches_at(const struct choice *choice, size_t s) {
  return choice->before[PLB_CLASS_MATED][s];
}

/* The span, and the one before it. */
static void look_into(const struct choice *choice, size_t s) {
  if (s < choice->count)
    choice->whole[s] = false;
  if (s)
    choice->whole[s - 1] = false;
}

/* A threshold is answered at the first score from it on: in the first span that ends no sooner, or in the next. */
static void look_for_thresholds(const struct choice *choice) {
  size_t s = 0;
  for (size_t t = 0; t < choice->det->threshold_count; t++) {
    while (s < choice->count && choice->spans[s].to < choice->det->thresholds[t])
      s++;
    look_into(choice, s + 1);
  }
}

static void look_for_targets(const struct choice *choice) {
  size_t s = 0;
  for (size_t t = 0; t < choice->det->target_count; t++) {
    while (s < choice->count && matches_at(choice, s) > choice->det->most_errors[t])
      s++;
    look_into(choice, s);
  }
}

static void look_for_eer(const struct choice *choice) {
  const uint64_t *trials = choice->det->trials;
  size_t s = 0;
  while (s < choice->count && (plb_wide)matches_at(choice, s) * trials[PLB_CLASS_MATED] >
                                  (plb_wide)nonmatches_at(choice, s) * trials[PLB_CLASS_NONMATED])
    s++;
  look_into(choice, s);
}

/* The first score of a non-mated comparison that few others reach, and the last of a mated one that few others fall
 * short of. */
static void look_for_extremes(const struct choice *choice) {
  size_t s = 0, last[2] = {0, 0};
  while (s < choice->count && matches_at(choice, s) > PLB_EXTREMES)
    s++;
  look_into(choice, s);
  while (s < choice->count && !choice->spans[s].count[PLB_CLASS_NONMATED])
    s++;
  look_into(choice, s);
  for (s = 0; s < choice->count && nonmatches_at(choice, s) <= PLB_EXTREMES; s++) {
    if (!choice->spans[s].count[PLB_CLASS_MATED])
      continue;
    last[1] = last[0];
    last[0] = s;
  }
  choice->whole[last[0]] = choice->whole[last[1]] = false;
}

/* Spans that end in another bin of the histogram than they begin in, or hold what lies in none. */
static void look_for_bins(const struct choice *choice) {
  const struct plb_det *det = choice->det;
  size_t bin = 0;
  for (size_t s = 0; s < choice->count; s++) {
    double from = plb_value_of(choice->spans[s].from), to = plb_value_of(choice->spans[s].to);
    while (bin + 1 < det->bin_count && from >= det->bins[bin].to)
      bin++;
    bool inside = isfinite(from) && isfinite(to) && (bin + 1 == det->bin_count || to < det->bins[bin].to);
    choice->whole[s] = choice->whole[s] && inside;
  }
}

/* Spans in which, or right behind which, a count may pass a mark. */
static void look_for_marks(const struct choice *choice, const struct plb_det_marks *marks) {
  size_t match = 0, nonmatch = 0;
  for (size_t s = 0; s < choice->count; s++) {
    size_t last = s ? s - 1 : 0;
    while (match < marks->match_count && marks->matches[match] >= matches_at(choice, last))
      match++;
    while (nonmatch < marks->nonmatch_count && marks->nonmatches[nonmatch] <= nonmatches_at(choice, last))
      nonmatch++;
    bool passes = match < marks->match_count && marks->matches[match] >= matches_at(choice, s + 1);
    passes |= nonmatch < marks->nonmatch_count && marks->nonmatches[nonmatch] <= nonmatches_at(choice, s + 1);
    choice->whole[s] = choice->whole[s] && !passes;
  }
}

/* With so few spans there may be so few scores that the curve has them all. Nothing is whole where memory is short:
 * that is as right, and slower. */
void plb_det_choose(const struct plb_det *det, const struct plb_det_marks *marks, const struct plb_span *spans,
                    size_t count, bool *whole) {
  struct choice choice = {.det = det, .spans = spans, .count = count, .whole = whole};
  choice.before[0] = plb_alloc(count + 1, sizeof *choice.before[0]);
  choice.before[1] = plb_alloc(count + 1, sizeof *choice.before[1]);
  if (count > PLB_CURVE_POINTS && !det->gather && choice.before[0] && choice.before[1]) {
    for (size_t s = 0; s < count; s++) {
      whole[s] = s > 0 && s + 1 < count;
      for (int c = 0; c < 2; c++)
        choice.before[c][s + 1] = choice.before[c][s] + spans[s].count[c];
    }
    look_for_thresholds(&choice);
    look_for_targets(&choice);
    look_for_eer(&choice);
    look_for_extremes(&choice);
    look_for_bins(&choice);
    look_for_marks(&choice, marks);
  }
  free(choice.before[0]);
  free(choice.before[1]);
}
