/* SPDX-License-Identifier: Apache-2.0
 *
 * See conventions.h. What each tool does was read from its code: bob.measure b40071a9 (_library.py:
 * _minimizing_threshold, far_threshold), pyeer da47d8e0 (eer_stats.py: get_eer_values, get_fmr_op,
 * calculate_roc_auc), scikit-learn 1.2 (roc_curve, and the EER of its issue 15247), Kaldi f20989f8
 * (compute-eer.cc; compute_min_dcf.py for ties), BOSARIS (rocch, rocch2eer; Bruemmer and de Villiers 2013),
 * cimat 06441c9f (get_roc, compute_binerror_metrics), NIST's scorer of SRE 2016 4.1 (compute_pmiss_pfa_rbst,
 * compute_eer).
 *
 * Everything is decided on integers. Values are off the tool's own only by the rounding of its arithmetic.
 * Cost: a few operations for each distinct score; memory for the corners of the hull alone.
 */
#include "estimate/conventions.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/key.h"
#include "base/memory.h"

static const struct plb_convention conventions[] = {
    {.name = "bob",
     .eer = PLB_EER_GAP,
     .eer_says = "bob.measure: mean of FMR and FNMR where they differ least, at the stricter threshold if two tie; "
                 "the threshold lies half way to the next milder score",
     .target = PLB_TARGET_NONMATED,
     .target_says = "bob.measure: the threshold is the mildest non-mated score with FMR at most the target, or lies "
                    "just beyond them all"},
    {.name = "pyeer",
     .eer = PLB_EER_SUM,
     .eer_says = "pyeer (FVC2000): mean of FMR and FNMR at that of the two scores around their crossing where their "
                 "sum is smaller",
     .target = PLB_TARGET_NEAREST,
     .target_says = "pyeer: the threshold is the observed score with FMR nearest to the target, even if above it",
     .auc_says = "pyeer: the area up to the strictest observed score, without the piece beyond it"},
    {.name = "sklearn",
     .eer = PLB_EER_LINE,
     .eer_says = "scikit-learn (recipe of its issue 15247): where straight lines between the points of roc_curve meet "
                 "FMR = FNMR; no threshold belongs to it"},
    {.name = "kaldi",
     .eer = PLB_EER_SHARES,
     .eer_says = "kaldi compute-eer: share of mated scores below the first that exceeds, as float32, the non-mated "
                 "score with the same share above it",
     .above_says = "kaldi: a score equal to the threshold is not accepted"},
    {.name = "bosaris",
     .eer = PLB_EER_HULL,
     .eer_says = "BOSARIS: where the lower convex hull of the operating points meets FMR = FNMR; no threshold belongs "
                 "to it"},
    {.name = "cimat",
     .target = PLB_TARGET_LINE,
     .target_says = "cimat: read off the straight line between the operating points around the target",
     .above_says = "cimat: a score equal to the threshold is not accepted"},
    {.name = "nist-sre",
     .eer = PLB_EER_ROWS,
     .eer_says = "NIST SRE16 scorer: straight line between the two rows where FNMR passes FMR, mated rows first where "
                 "scores tie",
     .above_says = "NIST SRE16 scorer: a score equal to the threshold is not accepted"},
};
#define CONVENTIONS (sizeof conventions / sizeof *conventions)

const struct plb_convention *plb_convention_find(const char *name) {
  for (size_t c = 0; c < CONVENTIONS; c++)
    if (strcmp(conventions[c].name, name) == 0)
      return &conventions[c];
  return NULL;
}

void plb_convention_names(char *text, size_t size) {
  size_t at = 0;
  for (size_t c = 0; c < CONVENTIONS && at < size; c++)
    at += (size_t)snprintf(text + at, size - at, "%s%s",
                           c == 0                ? ""
                           : c + 1 < CONVENTIONS ? ", "
                                                 : " or ",
                           conventions[c].name);
}

/* FMR and FNMR over the common denominator mated x non-mated. */
static plb_wide match_of(const struct plb_gather *gather, const struct plb_point *point) {
  return (plb_wide)point->false_matches * gather->det->trials[PLB_CLASS_MATED];
}

static plb_wide nonmatch_of(const struct plb_gather *gather, const struct plb_point *point) {
  return (plb_wide)point->false_nonmatches * gather->det->trials[PLB_CLASS_NONMATED];
}

static plb_wide gap_of(const struct plb_gather *gather, const struct plb_point *point) {
  plb_wide match = match_of(gather, point), nonmatch = nonmatch_of(gather, point);
  return match > nonmatch ? match - nonmatch : nonmatch - match;
}

/* ---- on the way ---------------------------------------------------------------------------- */

/* |FMR - target|, over the common denominator of both. */
static plb_wide distance(const struct plb_gather *gather, const struct plb_point *point,
                         const struct plb_fraction *target) {
  plb_wide rate = (plb_wide)point->false_matches * target->under;
  plb_wide wanted = (plb_wide)target->over * gather->det->trials[PLB_CLASS_NONMATED];
  return rate > wanted ? rate - wanted : wanted - rate;
}

static void answer(struct plb_gather *gather, const struct plb_point *point) {
  struct plb_ruled_target *asked = &gather->targets[gather->answered++];
  asked->point = asked->milder = *point;
  if (!gather->any)
    return;
  if (gather->as->target == PLB_TARGET_LINE && distance(gather, point, &asked->target) > 0)
    asked->milder = gather->last;
  if (gather->as->target == PLB_TARGET_NEAREST &&
      (point->above || distance(gather, &gather->level, &asked->target) <= distance(gather, point, &asked->target)))
    asked->point = asked->milder = gather->level;
}

static void answer_targets(struct plb_gather *gather, const struct plb_point *point) {
  const struct plb_det *det = gather->det;
  if (gather->as->target == PLB_TARGET_OWN)
    return;
  while (gather->answered < det->target_count && point->false_matches <= det->most_errors[gather->answered])
    answer(gather, point);
}

static void look_for_crossing(struct plb_gather *gather, const struct plb_point *point) {
  if (gather->crossed)
    return;
  gather->crossed = point->above || match_of(gather, point) <= nonmatch_of(gather, point);
  if (gather->crossed) {
    gather->after = *point;
  } else {
    gather->below = gather->any ? gather->before.key : point->key;
    gather->before = *point;
  }
}

/* Whether b lies on the far side of the line from a to c, or on it; false matches fall, false non-matches rise. */
static bool bulges(const struct plb_point *a, const struct plb_point *b, const struct plb_point *c) {
  plb_wide by_b = (plb_wide)(b->false_nonmatches - a->false_nonmatches) * (a->false_matches - c->false_matches);
  plb_wide by_c = (plb_wide)(c->false_nonmatches - a->false_nonmatches) * (a->false_matches - b->false_matches);
  return by_b >= by_c;
}

static void add_to_hull(struct plb_gather *gather, const struct plb_point *point) {
  struct plb_point *hull = gather->hull;
  while (gather->hull_count >= 2 && bulges(&hull[gather->hull_count - 2], &hull[gather->hull_count - 1], point))
    gather->hull_count--;
  if (!plb_reserve(&gather->hull, &gather->hull_capacity, gather->hull_count + 1, sizeof *gather->hull)) {
    gather->failed = true;
    return;
  }
  gather->hull[gather->hull_count++] = *point;
}

/* The tool counts p up from 0 until the p-th of the M mated scores exceeds the non-mated score that has p N / M,
 * rounded down, above it: until no more than that many are as high as the mated score. */
static void end_single(struct plb_gather *gather) {
  const struct plb_single *single = &gather->single;
  uint64_t mated = gather->det->trials[PLB_CLASS_MATED], nonmated = gather->det->trials[PLB_CLASS_NONMATED];
  if (gather->found || !single->mated || !nonmated)
    return;
  uint64_t first = single->point.false_nonmatches, last = first + single->mated - 1;
  plb_wide least = ((plb_wide)single->point.false_matches * mated + nonmated - 1) / nonmated;
  gather->found = least <= last;
  gather->position = !gather->found ? last : least > first ? (uint64_t)least : first;
  gather->score = (double)single->score;
}

static void add_to_single(struct plb_gather *gather, const struct plb_step *step, const struct plb_point *point) {
  float score = (float)plb_value_of(step->key);
  if (!gather->any || score != gather->single.score) {
    end_single(gather);
    gather->single = (struct plb_single){.score = score, .point = *point};
  }
  gather->single.mated += step->count[PLB_CLASS_MATED];
}

void plb_gather_take(struct plb_gather *gather, const struct plb_step *step, const struct plb_point *point) {
  if (gather->as->target != PLB_TARGET_NONMATED || step->count[PLB_CLASS_NONMATED])
    answer_targets(gather, point);
  look_for_crossing(gather, point);
  if (gather->as->eer == PLB_EER_HULL)
    add_to_hull(gather, point);
  if (gather->as->eer == PLB_EER_SHARES)
    add_to_single(gather, step, point);
  if (step->count[PLB_CLASS_NONMATED])
    gather->behind = (struct plb_point){.key = step->key + 1,
                                        .false_nonmatches = point->false_nonmatches + step->count[PLB_CLASS_MATED]};
  if (!gather->any || point->false_matches != gather->level.false_matches)
    gather->level = *point;
  gather->last = *point;
  gather->any = true;
}

void plb_gather_finish(struct plb_gather *gather, const struct plb_point *end) {
  bool nonmated = gather->as->target == PLB_TARGET_NONMATED && gather->det->trials[PLB_CLASS_NONMATED];
  answer_targets(gather, nonmated ? &gather->behind : end);
  look_for_crossing(gather, end);
  if (gather->as->eer == PLB_EER_HULL)
    add_to_hull(gather, end);
  if (gather->as->eer == PLB_EER_SHARES)
    end_single(gather);
}

void plb_gather_free(struct plb_gather *gather) {
  free(gather->hull);
  gather->hull = NULL;
}

/* ---- the answers --------------------------------------------------------------------------- */

double plb_ruled_fnmr(const struct plb_det *det, const struct plb_point *milder, const struct plb_point *point,
                      double target) {
  double mated = (double)det->trials[PLB_CLASS_MATED], nonmated = (double)det->trials[PLB_CLASS_NONMATED];
  double fmr = (double)point->false_matches / nonmated, fnmr = (double)point->false_nonmatches / mated;
  double slope = ((double)milder->false_nonmatches / mated - fnmr) / ((double)milder->false_matches / nonmated - fmr);
  return slope * (target - fmr) + fnmr;
}

/* Where the line from a (FMR > FNMR) to b (FMR <= FNMR) crosses FMR = FNMR. */
static double on_line(const struct plb_gather *gather, const struct plb_point *a, const struct plb_point *b) {
  double from_a = (double)gap_of(gather, a), from_b = (double)gap_of(gather, b);
  double match = from_b * (double)a->false_matches + from_a * (double)b->false_matches;
  return match / (from_a + from_b) / (double)gather->det->trials[PLB_CLASS_NONMATED];
}

static double on_hull(const struct plb_gather *gather) {
  const struct plb_point *corner = gather->hull; /* the first has FMR 1, the last FNMR 1 */
  while (match_of(gather, corner + 1) > nonmatch_of(gather, corner + 1))
    corner++;
  return on_line(gather, corner, corner + 1);
}

/* Mated rows come first: FNMR rises while FMR is still that of the point before, then FMR falls. */
static struct plb_ruled_eer on_rows(const struct plb_gather *gather) {
  const uint64_t *trials = gather->det->trials;
  struct plb_ruled_eer eer = {.threshold = plb_value_of(gather->before.key), .has_threshold = true};
  if (nonmatch_of(gather, &gather->after) >= match_of(gather, &gather->before))
    eer.value = (double)gather->before.false_matches / (double)trials[PLB_CLASS_NONMATED];
  else
    eer.value = (double)gather->after.false_nonmatches / (double)trials[PLB_CLASS_MATED];
  return eer;
}

static struct plb_ruled_eer at_point(const struct plb_point *point) {
  return (struct plb_ruled_eer){
      .has_point = true, .point = *point, .has_threshold = true, .threshold = plb_value_of(point->key)};
}

/* The tool stops where one class has run out, and takes that last point only if it is better, not if it ties. */
static struct plb_ruled_eer by_gap(const struct plb_gather *gather) {
  const struct plb_point *before = &gather->before, *after = &gather->after;
  plb_wide gap_before = gap_of(gather, before), gap_after = gap_of(gather, after);
  bool out = !after->false_matches || after->false_nonmatches == gather->det->trials[PLB_CLASS_MATED];
  bool later = out ? gap_after < gap_before : gap_after <= gap_before;
  struct plb_ruled_eer eer = at_point(later ? after : before);
  eer.threshold = (eer.threshold + plb_value_of(later ? before->key : gather->below)) / 2;
  return eer;
}

static struct plb_ruled_eer by_sum(const struct plb_gather *gather) {
  const struct plb_point *before = &gather->before, *after = &gather->after;
  if (after->above)
    return (struct plb_ruled_eer){.why = "FMR exceeds FNMR at every observed score, so that they do not cross"};
  bool earlier = gap_of(gather, after) > 0 && match_of(gather, before) + nonmatch_of(gather, before) <=
                                                  match_of(gather, after) + nonmatch_of(gather, after);
  return at_point(earlier ? before : after);
}

static struct plb_ruled_eer eer_of(const struct plb_gather *gather) {
  switch (gather->as->eer) {
  case PLB_EER_GAP: return by_gap(gather);
  case PLB_EER_SUM: return by_sum(gather);
  case PLB_EER_LINE: return (struct plb_ruled_eer){.value = on_line(gather, &gather->before, &gather->after)};
  case PLB_EER_HULL: return (struct plb_ruled_eer){.value = on_hull(gather)};
  case PLB_EER_ROWS: return on_rows(gather);
  default:
    return (struct plb_ruled_eer){.value = (double)gather->position / (double)gather->det->trials[PLB_CLASS_MATED],
                                  .threshold = gather->score,
                                  .has_threshold = true};
  }
}

struct plb_ruled plb_gather_summary(const struct plb_gather *gather) {
  uint64_t accepted = gather->det->trials[PLB_CLASS_MATED] - gather->last.false_nonmatches;
  struct plb_ruled ruled = {.auc_twice = gather->det->auc_twice};
  if (gather->as->eer != PLB_EER_OWN)
    ruled.eer = eer_of(gather);
  if (gather->as->auc_says)
    ruled.auc_twice -= (plb_wide)gather->last.false_matches * accepted;
  return ruled;
}
