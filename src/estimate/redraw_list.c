/* SPDX-License-Identifier: Apache-2.0
 *
 * The lists that replicates are made from, longer and longer until no replicate needs what was not listed, and the
 * replicates themselves (resample.h).
 */
#include "estimate/redraw_parts.h"

/* Lists the rows of a class from a key on, by who stands for their people. */
static plb_status list(struct redraw *redraw, enum plb_class class, uint64_t from, size_t count,
                       struct plb_error *err) {
  plb_listing_free(&redraw->list[class]);
  return plb_listing_make(&(struct plb_listing_asked){.tally = redraw->study->tally,
                                                      .rows = plb_redraw_rows(redraw, class),
                                                      .units = &redraw->roster.units,
                                                      .mated = class == PLB_CLASS_MATED,
                                                      .from = from,
                                                      .expected = count,
                                                      .threads = redraw->study->threads},
                          &redraw->list[class], err);
}

static plb_status draw_replicates(struct redraw *redraw, struct plb_error *err) {
  const struct plb_options *options = redraw->study->options;
  redraw->complete = redraw->list[PLB_CLASS_NONMATED].count == plb_redraw_trials(redraw, PLB_CLASS_NONMATED);
  redraw->auc = redraw->complete;
  redraw->replicates = (struct plb_resample){
      .plan = redraw->study->method == PLB_METHOD_VERTEX_BOOTSTRAP ? PLB_PLAN_VERTEX : PLB_PLAN_DOUBLE_OR_NOTHING,
      .seed = options->seed,
      .replicates = options->replicates,
      .threads = redraw->study->threads,
      .who = plb_roster_people(&redraw->roster),
      .list = {redraw->list[0], redraw->list[1]},
      .complete = redraw->complete,
      .nonmated_total = redraw->complete ? NULL : plb_roster_total,
      .total_ctx = &redraw->roster,
      .team = redraw->study->tally->team,
      .targets = redraw->targets,
      .target_count = redraw->target_count,
      .thresholds = redraw->thresholds,
      .threshold_count = redraw->threshold_count,
      .eer = redraw->eer,
      .auc = redraw->auc,
      .progress = options->progress,
      .progress_ctx = options->progress_ctx,
      .progress_of = options->replicates};
  plb_status status = redraw->complete ? PLB_OK : plb_roster_find_design(&redraw->roster, err);
  redraw->replicates.total_in_parts = redraw->replicates.nonmated_total && !redraw->roster.complete;
  return status ? status : plb_resample_run(&redraw->replicates, err);
}

/* The replicates from a list of some length; *enough is false where it is too short, or ties make it too long. */
static plb_status draw_from(struct redraw *redraw, size_t length, bool *enough, struct plb_error *err) {
  size_t count;
  uint64_t from = plb_det_key_for(&redraw->measured->det, length, &count);
  *enough = count / 2 <= redraw->study->tally->most_listed;
  plb_status status = *enough ? list(redraw, PLB_CLASS_NONMATED, from, count, err) : PLB_OK;
  if (status || !*enough)
    return status;
  plb_resample_free(&redraw->replicates);
  status = draw_replicates(redraw, err);
  *enough = !redraw->replicates.too_short;
  return status;
}

plb_status plb_redraw_replicates(struct redraw *redraw, bool *drawn, struct plb_error *err) {
  const size_t most = redraw->study->tally->most_listed;
  const uint64_t mated = plb_redraw_trials(redraw, PLB_CLASS_MATED);
  bool enough = false;
  redraw->reach = plb_listing_reach(redraw->study->tally, plb_redraw_trials(redraw, PLB_CLASS_NONMATED));
  *drawn = mated <= most;
  plb_status status = *drawn ? list(redraw, PLB_CLASS_MATED, 0, (size_t)mated, err) : PLB_OK;
  for (; *drawn && !status; redraw->reach /= 2) {
    if (!(*drawn = redraw->reach && plb_redraw_choose(redraw)))
      break;
    for (size_t length = plb_redraw_first_length(redraw), last = 0; !status && last != length;) {
      status = draw_from(redraw, length, &enough, err);
      if (status || enough)
        return status;
      last = length;
      length = 2 * length < most ? 2 * length : most;
    }
  }
  return status;
}
