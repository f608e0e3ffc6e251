/* SPDX-License-Identifier: Apache-2.0
 *
 * The curves of one system: the DET, with its band where there is one, and the histogram of scores.
 */
#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "estimate/study.h"

/* The band at a point with so many false matches: between two of its points the upper limit of the stricter one and the
 * lower of the other, since FNMR falls where FMR rises (methods-tested C.4, step 6). */
static void fill_band(const struct plb_redrawn_band *band, uint64_t errors, struct plb_det_point *point) {
  size_t above = 0;
  while (above < band->count && band->errors[above] < errors)
    above++;
  if (above == band->count || errors < band->errors[0])
    return;
  bool at_one = band->errors[above] == errors;
  point->has_fnmr_band = true;
  point->fnmr_band[0] = band->lower[above];
  point->fnmr_band[1] = band->upper[at_one ? above : above - 1];
}

/* In the file's direction the curve of distances runs the other way. */
static plb_status write_det(struct plb_study *study, const struct plb_measured *measured, struct plb_error *err) {
  const struct plb_det *det = &measured->det;
  bool flip = study->tally->traits.dissimilarity;
  struct plb_curve curve = {.kind = PLB_CURVE_DET,
                            .system = measured->name,
                            .point_count = det->curve_count,
                            .points = plb_alloc(det->curve_count, sizeof *curve.points)};
  if (!curve.points)
    return plb_fail_memory(err);
  for (size_t k = 0; k < det->curve_count; k++) {
    const struct plb_point *from = &det->curve[flip ? det->curve_count - 1 - k : k];
    struct plb_det_point *to = &curve.points[k];
    *to = (struct plb_det_point){.fmr_errors = from->false_matches,
                                 .fmr_trials = det->trials[PLB_CLASS_NONMATED],
                                 .fnmr_errors = from->false_nonmatches,
                                 .fnmr_trials = det->trials[PLB_CLASS_MATED]};
    fill_band(&measured->redrawn.band, from->false_matches, to);
    to->has_threshold = !from->above && plb_value_in_file(study, from->key, &to->threshold);
  }
  return plb_result_add_curve(study->result, &curve, err);
}

static plb_status write_scores(struct plb_study *study, const struct plb_measured *measured, struct plb_error *err) {
  const struct plb_det *det = &measured->det;
  bool flip = study->tally->traits.dissimilarity;
  struct plb_curve curve = {.kind = PLB_CURVE_SCORES,
                            .system = measured->name,
                            .bin_count = det->bin_count,
                            .bins = plb_alloc(det->bin_count, sizeof *curve.bins),
                            .below = flip ? det->above : det->below,
                            .above = flip ? det->below : det->above};
  if (!curve.bins)
    return plb_fail_memory(err);
  for (size_t k = 0; k < det->bin_count; k++) {
    struct plb_score_bin bin = det->bins[flip ? det->bin_count - 1 - k : k];
    if (flip)
      bin =
          (struct plb_score_bin){.from = 0 - bin.to, .to = 0 - bin.from, .mated = bin.mated, .nonmated = bin.nonmated};
    curve.bins[k] = bin;
  }
  return plb_result_add_curve(study->result, &curve, err);
}

plb_status plb_curves_write(struct plb_study *study, const struct plb_measured *measured, struct plb_error *err) {
  bool both = measured->det.trials[0] && measured->det.trials[1];
  plb_status status = PLB_OK;
  if (both) /* a trade-off needs two rates; scores of one class have a distribution all the same */
    status = write_det(study, measured, err);
  return status ? status : write_scores(study, measured, err);
}
