/* SPDX-License-Identifier: Apache-2.0
 *
 * See det.h. Steps arrive in ascending order of score and are taken in batches. With `passed` the
 * comparisons of each class below a step, the operating point at its score is
 *     false matches = non-mated - passed[non-mated],   false non-matches = passed[mated].
 *
 * The DET keeps every point while there are at most 2,000. Beyond that it keeps a point whenever one of the two counts
 * has passed a mark (det_spans.h); the choice depends on the counts alone.
 */
#include "estimate/det.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/key.h"
#include "base/memory.h"
#include "estimate/conventions.h"
#include "estimate/det_spans.h"

#define BATCH 1024

struct walk {
  struct plb_det *det;
  uint64_t passed[2];
  size_t threshold, target, bin;
  bool any, crossed;
  uint64_t highest;             /* key of the last step */
  struct plb_point *all, *some; /* every point while few; chosen points */
  size_t all_count, some_count; /* all_count may pass the size of `all`: then it is not used */
  struct plb_det_marks marks;
  size_t match, nonmatch; /* the next mark of each kind */
  struct plb_moment_sums moments[2];
  /* the batch in work: operating points at its steps, and what is passed behind the last */
  const struct plb_step *steps;
  size_t count;
  uint64_t false_matches[BATCH], false_nonmatches[BATCH];
};

/* |FMR - FNMR| as an integer. */
static plb_wide rate_gap(const struct plb_det *det, const struct plb_point *point) {
  plb_wide match = (plb_wide)point->false_matches * det->trials[PLB_CLASS_MATED];
  plb_wide nonmatch = (plb_wide)point->false_nonmatches * det->trials[PLB_CLASS_NONMATED];
  return match > nonmatch ? match - nonmatch : nonmatch - match;
}

static struct plb_point point_at(const struct walk *walk, size_t i) {
  return (struct plb_point){.key = walk->steps[i].key,
                            .false_matches = walk->false_matches[i],
                            .false_nonmatches = walk->false_nonmatches[i]};
}

/* From the crossing on, FNMR is no less than FMR. */
static bool beyond_crossing(const struct walk *walk, size_t i) {
  const uint64_t *trials = walk->det->trials;
  return (plb_wide)walk->false_matches[i] * trials[PLB_CLASS_MATED] <=
         (plb_wide)walk->false_nonmatches[i] * trials[PLB_CLASS_NONMATED];
}

/* The gap falls at every step up to the crossing and never after it: only the two points around it can be
 * least. */
static void look_for_eer(struct walk *walk) {
  struct plb_det *det = walk->det;
  size_t last = walk->count - 1, at = 0;
  if (walk->crossed)
    return;
  walk->crossed = beyond_crossing(walk, last);
  if (!walk->crossed) {
    det->eer = point_at(walk, last);
    return;
  }
  while (!beyond_crossing(walk, at))
    at++;
  struct plb_point point = point_at(walk, at);
  if (at)
    det->eer = point_at(walk, at - 1);
  if ((!walk->any && !at) || rate_gap(det, &point) < rate_gap(det, &det->eer))
    det->eer = point;
}

static void keep_point(struct walk *walk, const struct plb_point *point) {
  const struct plb_det_marks *marks = &walk->marks;
  if (walk->some_count == PLB_CURVE_POINTS)
    walk->some_count--; /* cannot happen by the choice of R; the last point stays in any case */
  walk->some[walk->some_count++] = *point;
  while (walk->match < marks->match_count && marks->matches[walk->match] >= point->false_matches)
    walk->match++;
  while (walk->nonmatch < marks->nonmatch_count && marks->nonmatches[walk->nonmatch] <= point->false_nonmatches)
    walk->nonmatch++;
}

/* The first step from `from` on at which a count has moved far enough; the number of steps when there is none.
 * Counts move one way only, so it can be searched by halving. */
static size_t next_kept(const struct walk *walk, size_t from) {
  const struct plb_det_marks *marks = &walk->marks;
  bool no_match = walk->match == marks->match_count, no_nonmatch = walk->nonmatch == marks->nonmatch_count;
  uint64_t match = no_match ? 0 : marks->matches[walk->match];
  uint64_t nonmatch = no_nonmatch ? UINT64_MAX : marks->nonmatches[walk->nonmatch];
  size_t to = walk->count;
  while (from < to) {
    size_t middle = from + (to - from) / 2;
    if ((!no_match && walk->false_matches[middle] <= match) || walk->false_nonmatches[middle] >= nonmatch)
      to = middle;
    else
      from = middle + 1;
  }
  return from;
}

static void keep_points(struct walk *walk) {
  for (size_t i = 0; i < walk->count && walk->all_count + i < PLB_CURVE_POINTS; i++)
    walk->all[walk->all_count + i] = point_at(walk, i);
  walk->all_count += walk->count;
  for (size_t i = walk->some_count ? next_kept(walk, 0) : 0; i < walk->count; i = next_kept(walk, i + 1)) {
    struct plb_point point = point_at(walk, i);
    keep_point(walk, &point);
  }
}

static void answer_asked(struct walk *walk) {
  struct plb_det *det = walk->det;
  size_t at = 0, last = walk->count - 1;
  while (walk->threshold < det->threshold_count && det->thresholds[walk->threshold] <= walk->steps[last].key) {
    while (walk->steps[at].key < det->thresholds[walk->threshold])
      at++;
    det->at_threshold[walk->threshold++] = point_at(walk, at);
  }
  at = 0;
  while (walk->target < det->target_count && walk->false_matches[last] <= det->most_errors[walk->target]) {
    while (walk->false_matches[at] > det->most_errors[walk->target])
      at++;
    det->at_target[walk->target++] = point_at(walk, at);
  }
}

static void gather_steps(struct walk *walk) {
  for (size_t i = 0; i < walk->count; i++) {
    struct plb_point point = point_at(walk, i);
    plb_gather_take(walk->det->gather, &walk->steps[i], &point);
  }
}

static void add_to_bins(struct walk *walk, const struct plb_step *step) {
  struct plb_det *det = walk->det;
  double value = plb_value_of(step->key);
  if (isinf(value)) {
    *(value < 0 ? &det->below : &det->above) += step->count[0] + step->count[1];
    return;
  }
  while (walk->bin + 1 < det->bin_count && value >= det->bins[walk->bin].to)
    walk->bin++;
  det->bins[walk->bin].nonmated += step->count[PLB_CLASS_NONMATED];
  det->bins[walk->bin].mated += step->count[PLB_CLASS_MATED];
}

/* Most batches lie within one bin. */
static void fill_bins(struct walk *walk, const uint64_t added[2]) {
  struct plb_score_bin *bin = &walk->det->bins[walk->bin];
  double first = plb_value_of(walk->steps[0].key), last = plb_value_of(walk->steps[walk->count - 1].key);
  if (isfinite(first) && last < bin->to) {
    bin->nonmated += added[PLB_CLASS_NONMATED];
    bin->mated += added[PLB_CLASS_MATED];
    return;
  }
  for (size_t i = 0; i < walk->count; i++)
    add_to_bins(walk, &walk->steps[i]);
}

static void note_extremes(struct walk *walk) {
  struct plb_det *det = walk->det;
  for (size_t i = 0; i < walk->count; i++) {
    const struct plb_step *step = &walk->steps[i];
    if (step->count[PLB_CLASS_NONMATED] && !det->any_extreme[PLB_CLASS_NONMATED] &&
        walk->false_matches[i] <= PLB_EXTREMES) {
      det->any_extreme[PLB_CLASS_NONMATED] = true;
      det->nonmated_extreme = step->key;
    }
    if (step->count[PLB_CLASS_MATED] && walk->false_nonmatches[i] + step->count[PLB_CLASS_MATED] <= PLB_EXTREMES) {
      det->any_extreme[PLB_CLASS_MATED] = true;
      det->mated_extreme = step->key;
    }
  }
}

/* The operating points of a batch, and what lies below its end; AUC on the way. */
static void pass(struct walk *walk) {
  const uint64_t *trials = walk->det->trials;
  uint64_t nonmated = walk->passed[PLB_CLASS_NONMATED], mated = walk->passed[PLB_CLASS_MATED];
  plb_wide below = 0, tied = 0;
  for (size_t i = 0; i < walk->count; i++) {
    const uint64_t *count = walk->steps[i].count;
    walk->false_matches[i] = trials[PLB_CLASS_NONMATED] - nonmated;
    walk->false_nonmatches[i] = mated;
    below += (plb_wide)count[PLB_CLASS_MATED] * nonmated;
    tied += (plb_wide)count[PLB_CLASS_MATED] * count[PLB_CLASS_NONMATED];
    nonmated += count[PLB_CLASS_NONMATED];
    mated += count[PLB_CLASS_MATED];
  }
  walk->det->auc_twice += 2 * below + tied;
  walk->passed[PLB_CLASS_NONMATED] = nonmated;
  walk->passed[PLB_CLASS_MATED] = mated;
}

/* All that is looked for is passed once, since counts and scores move one way only: a look at the ends of a
 * batch tells whether it has any of it. */
static void take_batch(struct walk *walk) {
  const uint64_t before[2] = {walk->passed[0], walk->passed[1]};
  pass(walk);
  const uint64_t added[2] = {walk->passed[0] - before[0], walk->passed[1] - before[1]};
  look_for_eer(walk);
  answer_asked(walk);
  if (walk->det->gather)
    gather_steps(walk);
  keep_points(walk);
  if (walk->det->trials[PLB_CLASS_NONMATED] - walk->passed[PLB_CLASS_NONMATED] <= PLB_EXTREMES ||
      before[PLB_CLASS_MATED] <= PLB_EXTREMES)
    note_extremes(walk);
  fill_bins(walk, added);
  if (!walk->any)
    walk->det->lowest = walk->steps[0].key;
  walk->any = true;
  walk->highest = walk->steps[walk->count - 1].key;
}

/* Nothing is asked for that lies in it, and it begins and ends in one bin. */
static void take_whole(void *ctx, const struct plb_span *span) {
  struct walk *walk = ctx;
  struct plb_det *det = walk->det;
  det->auc_twice += 2 * (plb_wide)span->count[PLB_CLASS_MATED] * walk->passed[PLB_CLASS_NONMATED];
  walk->passed[0] += span->count[0];
  walk->passed[1] += span->count[1];
  walk->all_count += PLB_CURVE_POINTS + 1; /* there are more spans than points */
  add_to_bins(walk, &(struct plb_step){span->from, {span->count[0], span->count[1]}});
}

static void choose(void *ctx, const struct plb_span *spans, size_t count, bool *whole) {
  const struct walk *walk = ctx;
  plb_det_choose(walk->det, &walk->marks, spans, count, whole);
}

static void take_steps(void *ctx, const struct plb_step *steps, size_t count) {
  struct walk *walk = ctx;
  for (size_t from = 0; from < count; from += walk->count) {
    walk->steps = steps + from;
    walk->count = count - from < BATCH ? count - from : BATCH;
    take_batch(walk);
  }
}

/* Equal bins between the least and the greatest finite score; of width 1 where the range is a whole
 * number from 10 to 100, since such scores are mostly counts. */
static bool make_bins(struct plb_det *det, const struct plb_system_tally *system) {
  uint64_t low_key = UINT64_MAX, high_key = 0;
  for (int c = 0; c < 2; c++) {
    low_key = system->of[c].lowest < low_key ? system->of[c].lowest : low_key;
    high_key = system->of[c].highest > high_key ? system->of[c].highest : high_key;
  }
  double low = 0, high = 1;
  if (low_key <= high_key) {
    low = plb_value_of(low_key);
    high = plb_value_of(high_key);
  }
  double range = high - low;
  bool whole = low == floor(low) && high == floor(high) && range >= 10 && range <= 100;
  det->bin_count = whole ? (size_t)range + 1 : PLB_SCORE_BINS;
  if (range == 0)
    det->bin_count = 1;
  det->bins = plb_alloc(det->bin_count, sizeof *det->bins);
  if (!det->bins)
    return false;
  for (size_t k = 0; k < det->bin_count; k++) {
    double n = (double)det->bin_count;
    /* halves first: high - low may overflow */
    det->bins[k].from = whole ? low + (double)k : low * (1 - (double)k / n) + high * ((double)k / n);
    det->bins[k].to = whole ? low + (double)(k + 1) : low * (1 - (double)(k + 1) / n) + high * ((double)(k + 1) / n);
  }
  return true;
}

/* The point above every score ends the curve, and meets every target that no score meets. */
static void finish(struct walk *walk) {
  struct plb_det *det = walk->det;
  det->highest = walk->highest;
  /* the next key is the next double: nextafter(highest) */
  struct plb_point end = {.key = det->highest + 1, .above = true, .false_nonmatches = det->trials[PLB_CLASS_MATED]};
  while (walk->threshold < det->threshold_count)
    det->at_threshold[walk->threshold++] = end;
  while (walk->target < det->target_count)
    det->at_target[walk->target++] = end;
  if (det->gather)
    plb_gather_finish(det->gather, &end);
  if (walk->all_count < PLB_CURVE_POINTS)
    walk->all[walk->all_count] = end;
  walk->all_count++;
  keep_point(walk, &end);
  for (int c = 0; c < 2; c++) {
    det->moments[c] = plb_moments_from(&walk->moments[c]);
    det->infinite[c] = walk->moments[c].infinite;
  }
  bool few = walk->all_count <= PLB_CURVE_POINTS;
  det->thinned = !few;
  det->curve = few ? walk->all : walk->some;
  det->curve_count = few ? walk->all_count : walk->some_count;
  *(few ? &walk->all : &walk->some) = NULL;
}

plb_status plb_det_measure(struct plb_tally *tally, struct plb_system_tally *system, unsigned threads,
                           struct plb_det *det, struct plb_error *err) {
  struct walk *walk = plb_alloc(1, sizeof *walk);
  if (!walk)
    return plb_fail_memory(err);
  det->trials[0] = system->of[0].completed;
  det->trials[1] = system->of[1].completed;
  walk->det = det;
  walk->all = plb_alloc(PLB_CURVE_POINTS, sizeof *walk->all);
  walk->some = plb_alloc(PLB_CURVE_POINTS, sizeof *walk->some);
  bool made = walk->all && walk->some && make_bins(det, system) && plb_det_marks_make(det->trials, &walk->marks);
  plb_status status = made ? PLB_OK : plb_fail_memory(err);
  if (!status)
    status = plb_walk_steps(&(struct plb_step_walk){.tally = tally,
                                                    .system = system,
                                                    .threads = threads,
                                                    .take = take_steps,
                                                    .choose = choose,
                                                    .take_whole = take_whole,
                                                    .ctx = walk,
                                                    .won = &det->auc_twice,
                                                    .moments = walk->moments},
                            err);
  if (!status)
    finish(walk);
  plb_det_marks_free(&walk->marks);
  free(walk->all);
  free(walk->some);
  free(walk);
  if (status)
    plb_det_free(det);
  return status;
}

double plb_det_mean_rate(const struct plb_det *det, const struct plb_point *point) {
  plb_wide both = (plb_wide)point->false_matches * det->trials[PLB_CLASS_MATED] +
                  (plb_wide)point->false_nonmatches * det->trials[PLB_CLASS_NONMATED];
  return plb_wide_ratio(both, 2 * (plb_wide)det->trials[0] * det->trials[1]);
}

double plb_det_auc(const struct plb_det *det) {
  return plb_wide_ratio(det->auc_twice, 2 * (plb_wide)det->trials[0] * det->trials[1]);
}

bool plb_det_dprime(const struct plb_det *det, double *dprime) {
  double mean[2], variance[2];
  for (int c = 0; c < 2; c++)
    plb_moments_of(&det->moments[c], det->trials[c], &mean[c], &variance[c]);
  double spread = sqrt((variance[0] + variance[1]) / 2);
  if (det->infinite[0] || det->infinite[1] || !(spread > 0) || !isfinite(spread))
    return false;
  *dprime = (mean[PLB_CLASS_MATED] - mean[PLB_CLASS_NONMATED]) / spread;
  return true;
}

uint64_t plb_det_key_for(const struct plb_det *det, size_t length, size_t *count) {
  for (size_t k = det->curve_count; k-- > 0;) {
    *count = (size_t)det->curve[k].false_matches;
    if (*count >= length)
      return det->curve[k].key;
  }
  *count = (size_t)det->trials[PLB_CLASS_NONMATED];
  return 0;
}

void plb_det_free(struct plb_det *det) {
  free(det->curve);
  free(det->bins);
  det->curve = NULL;
  det->bins = NULL;
}
