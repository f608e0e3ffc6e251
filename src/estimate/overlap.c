/* SPDX-License-Identifier: Apache-2.0
 *
 * Whether part of the comparisons in which thresholds were set (--threshold-from) are measured here again. A result
 * says nothing of its rows but what its curve has: scores that occurred, at most 2,000 of them. Scores of many digits
 * hardly ever coincide by chance, so that where many of these occur here too, comparisons are in both.
 *
 * How often they coincide by chance, these data say themselves: a score of another test of the kind would meet one of
 * the n here about as often as one of the n meets another. With m rows here that share their score, that is less
 * than (m + 14 + 6 sqrt(m)) / n: were the pairs behind m Poisson, their mean would be within it but for one case in
 * a thousand. Seen are 20 scores or more, and more than three times what chance would give. Where scores have few
 * digits, or each comparison was made both ways round, all of them coincide, and nothing can be said.
 *
 * Nothing is kept for this: a sketch of the rows in each result would let somebody who knows a score and two ids test
 * whether they took part.
 *
 * Cost: one walk over the sorted scores.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/key.h"
#include "base/memory.h"
#include "estimate/study.h"
#include "tally/steps.h"

#define FEWEST_SEEN 20
#define TIMES_CHANCE 3
#define MOST_SHARED 0.1 /* of either test, to be measured at all */

struct overlap {
  uint64_t *keys; /* of the scores in the curve, ascending */
  size_t count, next, seen;
  uint64_t rows, tied; /* here; those that share their score */
};

static int compare_keys(const void *a, const void *b) {
  uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
  return (x > y) - (x < y);
}

static void take_steps(void *ctx, const struct plb_step *steps, size_t count) {
  struct overlap *overlap = ctx;
  for (size_t i = 0; i < count; i++) {
    uint64_t rows = steps[i].count[0] + steps[i].count[1];
    overlap->rows += rows;
    overlap->tied += rows > 1 ? rows : 0;
    while (overlap->next < overlap->count && overlap->keys[overlap->next] < steps[i].key)
      overlap->next++;
    overlap->seen += overlap->next < overlap->count && overlap->keys[overlap->next] == steps[i].key;
  }
}

static const struct plb_curve *curve_of(const struct plb_result *from, const char *system) {
  for (size_t i = 0; i < from->curve_count; i++) {
    const struct plb_curve *curve = &from->curves[i];
    bool same = curve->system == system || (curve->system && system && strcmp(curve->system, system) == 0);
    if (curve->kind == PLB_CURVE_DET && same && curve->point_count)
      return curve;
  }
  return NULL;
}

static bool is_more_than_chance(const struct overlap *overlap) {
  double tied = (double)overlap->tied, chance = (tied + 14 + 6 * sqrt(tied)) / (double)overlap->rows;
  return overlap->seen >= FEWEST_SEEN && (double)overlap->seen > TIMES_CHANCE * chance * (double)overlap->count;
}

static plb_status report(struct plb_study *study, const struct overlap *overlap, double rows_there,
                         struct plb_error *err) {
  double shared = (double)overlap->seen / (double)overlap->count; /* of the comparisons there */
  double times = rows_there / (double)overlap->rows;
  if (shared * (times > 1 ? times : 1) >= MOST_SHARED)
    return plb_fail(err, PLB_DATA,
                    "%s was measured on part of these same comparisons, or on more that have these in them (%zu of the "
                    "%zu scores in its curve occur here exactly); expected a result of other data, since thresholds "
                    "set on the data that judges them make it look too good",
                    study->source, overlap->seen, overlap->count);
  const char *text =
      plb_study_text(study,
                     "Of the %s scores in the curve of %s, %s occur here exactly, more than by chance: "
                     "some of the same comparisons seem to be in both.",
                     plb_say_count(overlap->count).text, study->source, plb_say_count(overlap->seen).text);
  return text ? plb_result_add_statement(study->result, text, err) : plb_fail_memory(err);
}

plb_status plb_overlap_find(struct plb_study *study, const struct plb_measured *measured, struct plb_error *err) {
  const struct plb_curve *curve = curve_of(study->options->threshold_from, measured->name);
  if (!curve || curve->point_count < FEWEST_SEEN)
    return PLB_OK;
  struct overlap overlap = {.keys = plb_alloc(curve->point_count, sizeof *overlap.keys)};
  if (!overlap.keys)
    return plb_fail_memory(err);
  double sign = study->tally->traits.dissimilarity ? -1 : 1;
  for (size_t i = 0; i < curve->point_count; i++)
    if (curve->points[i].has_threshold)
      overlap.keys[overlap.count++] = plb_key_of(sign * curve->points[i].threshold);
  qsort(overlap.keys, overlap.count, sizeof *overlap.keys, compare_keys);
  plb_status status = plb_walk_steps(&(struct plb_step_walk){.tally = study->tally,
                                                             .system = measured->system,
                                                             .threads = study->threads,
                                                             .take = take_steps,
                                                             .ctx = &overlap},
                                     err);
  if (!status && is_more_than_chance(&overlap))
    status = report(study, &overlap, (double)curve->points[0].fmr_trials + (double)curve->points[0].fnmr_trials, err);
  free(overlap.keys);
  return status;
}
