/* SPDX-License-Identifier: Apache-2.0
 *
 * The tests of a scene of both classes: played and measured by all methods, shared out among threads, one thread for
 * each test; what they say is kept by replicate and added up afterwards, in order. Families are measured twice, the
 * second time by an engine that is told who is related.
 *
 * Widths are medians over the tests, compared with the interval of one who knows how much the estimate varies: 2 z
 * standard deviations of it over these tests, z the normal quantile of the level. What has no estimate of its own is
 * compared with the one beside it: the FMR of a threshold that was found with that of a fixed one, the band, where FMR
 * is the target, with FNMR there.
 */
#include "coverage/whole.h"

#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/probit.h"

#define AT_ONCE 8 /* tests between two reports of progress, for each thread */

static const struct {
  const char *statistic, *at;
  enum plb_whole_statistic varies; /* whose estimates widths are compared with */
  bool one_truth;
} quantities[PLB_WHOLE_STATISTICS] = {
    [PLB_WHOLE_FMR_FIXED] = {"FMR", "threshold", PLB_WHOLE_FMR_FIXED, true},
    [PLB_WHOLE_FNMR_FIXED] = {"FNMR", "threshold", PLB_WHOLE_FNMR_FIXED, true},
    [PLB_WHOLE_FMR_FOUND] = {"FMR", "target", PLB_WHOLE_FMR_FIXED, false},
    [PLB_WHOLE_FNMR_FOUND] = {"FNMR", "target", PLB_WHOLE_FNMR_FOUND, true},
    [PLB_WHOLE_THRESHOLD] = {"THRESHOLD", "target", PLB_WHOLE_THRESHOLD, true},
    [PLB_WHOLE_EER] = {"EER", NULL, PLB_WHOLE_EER, true},
    [PLB_WHOLE_AUC] = {"AUC", NULL, PLB_WHOLE_AUC, true},
    [PLB_WHOLE_DPRIME] = {"DPRIME", NULL, PLB_WHOLE_DPRIME, true},
    [PLB_WHOLE_DET] = {"DET", NULL, PLB_WHOLE_FNMR_FOUND, false},
};

static double truth_of(const struct plb_whole_truth *truth, enum plb_whole_statistic what) {
  switch (what) {
  case PLB_WHOLE_FMR_FIXED: return truth->fmr;
  case PLB_WHOLE_THRESHOLD: return truth->threshold;
  case PLB_WHOLE_EER: return truth->eer;
  case PLB_WHOLE_AUC: return truth->auc;
  case PLB_WHOLE_DPRIME: return truth->dprime;
  default: return truth->fnmr;
  }
}

size_t plb_whole_quantities(const struct plb_whole_stage *whole, struct plb_whole_quantity list[PLB_WHOLE_MOST]) {
  if (whole->model->groups)
    return plb_whole_group_quantities(whole, list);
  for (int what = 0; what < PLB_WHOLE_STATISTICS; what++) {
    bool one = quantities[what].one_truth;
    list[what] = (struct plb_whole_quantity){quantities[what].statistic, quantities[what].at, quantities[what].varies,
                                             one, one ? truth_of(&whole->truth, (enum plb_whole_statistic)what) : 0};
  }
  return PLB_WHOLE_STATISTICS;
}

struct work {
  const struct plb_whole_study *study;
  struct plb_whole_stage whole;
  struct plb_whole_quantity quantities[PLB_WHOLE_MOST];
  size_t quantity_count;
  size_t sides;                /* 2 with families: without and with their clusters */
  struct plb_whole_said *said; /* [side][way][replicate][quantity] */
  uint64_t *trials[2];         /* [replicate], by enum plb_class */
  double *widths;              /* [replicate] scratch */
};

static struct plb_whole_said *said_of(const struct work *work, size_t side, size_t way, uint64_t replicate) {
  size_t test = (side * work->study->way_count + way) * work->study->replicates + replicate;
  return work->said + test * PLB_WHOLE_MOST;
}

/* ---- tests ------------------------------------------------------------------------------------------- */

static plb_status measure_side(struct work *work, size_t side, uint32_t replicate, struct plb_error *err) {
  const struct plb_whole_study *study = work->study;
  uint64_t seed = plb_throw_bits(work->whole.stage.key, PLB_THROW_ENGINE, replicate, 0).first;
  struct plb_tally *tally;
  plb_status st = plb_whole_play(&work->whole, replicate, side == 1, &tally, err);
  if (st)
    return st;
  for (int c = 0; c < 2; c++)
    work->trials[c][replicate] = tally->systems[0].of[c].completed;
  for (size_t w = 0; w < study->way_count && !st; w++) {
    st = plb_whole_measure(&work->whole, tally, &study->ways[w], study->options->level, seed,
                           said_of(work, side, w, replicate), err);
    if (st == PLB_UNDEFINED)
      st = PLB_OK; /* silent, as it was before */
  }
  plb_tally_free(tally);
  return st;
}

static plb_status measure_some(struct work *work, uint32_t from, uint32_t to, struct plb_error *err) {
  plb_status first = PLB_OK;
#pragma omp parallel for schedule(dynamic, 1) num_threads(work->study->threads)
  for (uint32_t replicate = from; replicate < to; replicate++) {
    struct plb_error own = {.status = PLB_OK};
    plb_status st = PLB_OK;
    for (size_t side = 0; side < work->sides && !st; side++)
      st = measure_side(work, side, replicate, &own);
    if (st) {
#pragma omp atomic write
      first = st;
    }
  }
  return first ? plb_fail(err, first, "a simulated test could not be measured") : PLB_OK;
}

static plb_status measure_all(struct work *work, struct plb_error *err) {
  const struct plb_whole_study *study = work->study;
  uint64_t step = (uint64_t)AT_ONCE * study->threads;
  plb_status st = PLB_OK;
  for (uint64_t from = 0; !st && from < study->replicates; from += step) {
    uint64_t to = from + step < study->replicates ? from + step : study->replicates;
    if (!(st = study->tell(study->tell_ctx, 0, err)) && !(st = measure_some(work, (uint32_t)from, (uint32_t)to, err)))
      st = study->tell(study->tell_ctx, to - from, err);
  }
  return st;
}

/* ---- cells --------------------------------------------------------------------------------------------- */

static double mean_of(const uint64_t *counts, uint64_t count) {
  double sum = 0;
  for (uint64_t k = 0; k < count; k++)
    sum += (double)counts[k];
  return sum / (double)count;
}

/* The estimate of a test: every method has the same. */
static bool estimate_of(const struct work *work, size_t side, uint64_t replicate, size_t what, double *value) {
  for (size_t w = 0; w < work->study->way_count; w++) {
    const struct plb_whole_said *said = &said_of(work, side, w, replicate)[what];
    *value = said->value;
    if (said->has_value)
      return true;
  }
  return false;
}

/* Mean and standard deviation of the estimates; false where fewer than two tests have one. */
static bool spread_of(const struct work *work, size_t side, size_t what, double *mean, double *deviation) {
  double sum = 0, squares = 0, value;
  uint64_t count = 0;
  for (uint64_t k = 0; k < work->study->replicates; k++)
    if (estimate_of(work, side, k, what, &value)) {
      sum += value;
      count++;
    }
  *mean = count ? sum / (double)count : 0;
  for (uint64_t k = 0; k < work->study->replicates; k++)
    if (estimate_of(work, side, k, what, &value))
      squares += (value - *mean) * (value - *mean);
  *deviation = count > 1 ? sqrt(squares / (double)(count - 1)) : 0;
  return count > 1;
}

/* The name that results gave the method most often; of equally many the one that came first. */
static const char *name_of(const struct work *work, size_t side, size_t way, size_t what) {
  const char *names[8];
  uint64_t counts[8] = {0};
  size_t known = 0, best = 0;
  for (uint64_t k = 0; k < work->study->replicates; k++) {
    const char *name = said_of(work, side, way, k)[what].shown;
    size_t n = 0;
    while (n < known && strcmp(names[n], name) != 0)
      n++;
    if (!*name || n == 8)
      continue;
    names[n] = name;
    known += n == known;
    counts[n]++;
  }
  for (size_t n = 1; n < known; n++)
    best = counts[n] > counts[best] ? n : best;
  return known ? names[best] : NULL;
}

/* False where the method says nothing of it in any test. */
static bool judge(struct work *work, size_t side, size_t way, size_t what, double ideal,
                  struct plb_coverage_method *method) {
  size_t widths = 0;
  *method = (struct plb_coverage_method){.method = work->study->ways[way].name};
  for (uint64_t k = 0; k < work->study->replicates; k++) {
    const struct plb_whole_said *said = &said_of(work, side, way, k)[what];
    method->covered += said->verdict == PLB_WHOLE_HELD;
    method->truth_above += said->verdict == PLB_WHOLE_ABOVE;
    method->truth_below += said->verdict == PLB_WHOLE_BELOW;
    if (said->verdict != PLB_WHOLE_SILENT && said->has_width)
      work->widths[widths++] = said->width;
  }
  method->has_width = widths && ideal > 0;
  method->width = method->has_width ? plb_median(work->widths, widths) / ideal : 0;
  return method->covered + method->truth_above + method->truth_below > 0;
}

static struct plb_whole_cell cell_of(const struct work *work, size_t side, size_t what) {
  const struct plb_scene *scene = work->whole.stage.scene;
  return (struct plb_whole_cell){
      .statistic = work->quantities[what].statistic,
      .at = work->quantities[what].at,
      .rate = work->whole.truth.fmr,
      .model = scene->whole->name,
      .pairing = plb_pairing_name(scene->pairing),
      .people = scene->people,
      .samples = (double)work->whole.stage.first[scene->people] / scene->people,
      .unequal = scene->samples == 0,
      .family = scene->whole->family,
      .clustered = side == 1,
      .mated_trials = mean_of(work->trials[1], work->study->replicates),
      .nonmated_trials = mean_of(work->trials[0], work->study->replicates),
      .has_truth = work->quantities[what].has_truth,
      .truth = work->quantities[what].truth,
      .level = work->study->options->level,
      .replicates = work->study->replicates,
  };
}

/* Nothing is written of what no method has an interval of. */
static plb_status write_cell(struct work *work, size_t side, size_t what, struct plb_error *err) {
  const struct plb_whole_study *study = work->study;
  struct plb_whole_cell cell = cell_of(work, side, what);
  double mean, deviation, z = plb_probit_upper(.5 * (1 - study->options->level));
  bool varies = spread_of(work, side, work->quantities[what].varies, &mean, &deviation);
  if (varies && work->quantities[what].varies == what) {
    cell.has_spread = true;
    cell.mean = mean;
    cell.deviation = deviation;
  }
  if (!(cell.methods = plb_alloc(study->way_count, sizeof *cell.methods)))
    return plb_fail_memory(err);
  bool failed = false;
  for (size_t w = 0; w < study->way_count; w++) {
    struct plb_coverage_method *method = &cell.methods[cell.method_count];
    if (!judge(work, side, w, what, 2 * z * deviation, method))
      continue;
    method->shown = plb_result_text(study->result, name_of(work, side, w, what), &failed);
    cell.method_count++;
  }
  if (!failed && cell.method_count)
    return plb_result_add_whole(study->result, &cell, err);
  free(cell.methods);
  return failed ? plb_fail_memory(err) : PLB_OK;
}

plb_status plb_whole_scene(const struct plb_whole_study *study, const struct plb_scene *scene, struct plb_error *err) {
  struct work work = {.study = study, .sides = scene->whole->family > 1 ? 2 : 1};
  size_t tests = work.sides * study->way_count * study->replicates;
  plb_status st = plb_whole_stage_make(scene, study->options->seed, study->edges, &work.whole, err);
  if (st)
    goto out;
  work.quantity_count = plb_whole_quantities(&work.whole, work.quantities);
  work.said = plb_alloc(tests * PLB_WHOLE_MOST, sizeof *work.said);
  work.widths = plb_alloc(study->replicates, sizeof *work.widths);
  for (int c = 0; c < 2; c++)
    work.trials[c] = plb_alloc(study->replicates, sizeof *work.trials[c]);
  bool room = work.said && work.widths && work.trials[0] && work.trials[1];
  st = room ? measure_all(&work, err) : plb_fail_memory(err);
  for (size_t side = 0; side < work.sides; side++)
    for (size_t what = 0; what < work.quantity_count && !st; what++)
      st = write_cell(&work, side, what, err);
out:
  free(work.said);
  free(work.widths);
  free(work.trials[0]);
  free(work.trials[1]);
  plb_whole_stage_free(&work.whole);
  return st;
}
