/* SPDX-License-Identifier: Apache-2.0
 *
 * See resample.h. Threads share the lanes of replicates out; each lane is drawn, summed and answered by one thread. So
 * do the members of a team. Only the weight of all comparisons is made of every member's rows, for all lanes at once:
 * threads take no part in what the team does together. What a member has not answered is zero, and adding up is putting
 * together.
 */
#include "resample/resample.h"

#include <omp.h>
#include <stdlib.h>

#include "base/memory.h"
#include "resample/replicate.h"
#include "tally/team.h"

#define FEWEST_REMAINING 3 /* people, methods C.2 */

struct worker;

/* What the threads of a run share. */
struct run {
  struct plb_resample *ask;
  struct plb_blocks blocks;
  size_t lanes, done;
  int stop;                                         /* the caller cancelled, or a thread failed */
  int too_short;                                    /* in some lane */
  void (*lane)(struct worker *worker, size_t lane); /* what is done with each */
  size_t first, step;                               /* which lanes this member of the team does */
  uint64_t *totals; /* [lane][replicate]: the weight of all non-mated comparisons, where members sum it together */
};

/* One thread's work; its memory serves lane after lane. */
struct worker {
  struct run *run;
  struct plb_replicates of;
  size_t lane, count; /* replicates of the lane in work */
  plb_status status;
  struct plb_error err;
};

void plb_resample_free(struct plb_resample *resample) {
  free(resample->usable);
  free(resample->fnmr_at_target);
  free(resample->key_at_target);
  free(resample->rate_at[0]);
  free(resample->rate_at[1]);
  free(resample->eer_in);
  free(resample->auc_in);
  resample->usable = NULL;
  resample->key_at_target = NULL;
  resample->fnmr_at_target = resample->rate_at[0] = resample->rate_at[1] = NULL;
  resample->eer_in = resample->auc_in = NULL;
}

static bool make_answers(struct plb_resample *ask) {
  size_t n = ask->replicates;
  ask->usable = plb_alloc(n / sizeof(uint64_t) + 1, sizeof(uint64_t)); /* which a team adds up as numbers */
  ask->fnmr_at_target = plb_alloc(n * ask->target_count, sizeof *ask->fnmr_at_target);
  ask->key_at_target = plb_alloc(n * ask->target_count, sizeof *ask->key_at_target);
  ask->rate_at[0] = plb_alloc(n * ask->threshold_count, sizeof *ask->rate_at[0]);
  ask->rate_at[1] = plb_alloc(n * ask->threshold_count, sizeof *ask->rate_at[1]);
  ask->eer_in = plb_alloc(n, sizeof *ask->eer_in);
  ask->auc_in = plb_alloc(n, sizeof *ask->auc_in);
  return ask->usable && ask->fnmr_at_target && ask->key_at_target && ask->rate_at[0] && ask->rate_at[1] &&
         ask->eer_in && ask->auc_in;
}

/* Cuts at every threshold, and where the list of non-mated comparisons ends. */
static plb_status cut(struct run *run, struct plb_error *err) {
  const struct plb_resample *ask = run->ask;
  const struct plb_listing *nonmated = &ask->list[0];
  size_t count = 0;
  uint64_t *cuts = plb_alloc(ask->threshold_count + 1, sizeof *cuts);
  if (!cuts)
    return plb_fail_memory(err);
  for (; count < ask->threshold_count; count++)
    cuts[count] = ask->thresholds[count];
  if (nonmated->count)
    cuts[count++] = nonmated->rows[nonmated->count - 1].key;
  plb_status status = plb_blocks_make(ask->list, cuts, count, &run->blocks, err);
  free(cuts);
  return status;
}

/* ---- sums ---------------------------------------------------------------------------------- */

static void add_rows(const struct plb_weights *weights, const struct plb_listing *list, bool mated, size_t from,
                     size_t to, uint64_t sums[PLB_LANE]) {
  if (from == to)
    return;
  const struct plb_listed *rows = list->rows + from;
  plb_weights_add(weights, &rows->first, mated ? NULL : &rows->second, sizeof *rows / sizeof rows->first, to - from,
                  sums);
}

static void sum_blocks(struct worker *worker) {
  const struct plb_blocks *blocks = &worker->run->blocks;
  for (int c = 0; c < PLB_CLASSES; c++) {
    uint64_t *before = worker->of.before[c];
    for (size_t r = 0; r < PLB_LANE; r++)
      before[r] = 0;
    for (size_t b = 0; b < blocks->count; b++, before += PLB_LANE) {
      for (size_t r = 0; r < PLB_LANE; r++)
        before[PLB_LANE + r] = before[r];
      add_rows(&worker->of.weights, &worker->of.list[c], c == PLB_CLASS_MATED, blocks->at[b].from[c],
               blocks->at[b + 1].from[c], before + PLB_LANE);
    }
    for (size_t r = 0; r < PLB_LANE; r++)
      worker->of.total[c][r] = before[r];
  }
}

static plb_status sum_all(struct worker *worker) {
  const struct plb_resample *ask = worker->run->ask;
  sum_blocks(worker);
  if (!ask->nonmated_total)
    return PLB_OK;
  uint64_t *total = worker->of.total[PLB_CLASS_NONMATED];
  for (size_t r = 0; r < PLB_LANE; r++)
    total[r] = worker->run->totals ? worker->run->totals[worker->lane * PLB_LANE + r] : 0;
  if (worker->run->totals)
    return PLB_OK;
  return ask->nonmated_total(ask->total_ctx, &worker->of.weights, total, &worker->err);
}

/* ---- answers ------------------------------------------------------------------------------- */

static double share(uint64_t part, uint64_t all) {
  return (double)part / (double)all;
}

static double fnmr_of(const struct worker *worker, size_t r, const struct plb_passed *passed) {
  uint64_t all = worker->of.total[PLB_CLASS_MATED][r];
  return share(all - passed->weight[PLB_CLASS_MATED], all);
}

static bool usable(const struct worker *worker, size_t r) {
  const struct plb_resample *ask = worker->run->ask;
  for (int c = 0; c < PLB_CLASSES; c++)
    if (ask->list[c].count && !worker->of.total[c][r])
      return false;
  return worker->of.weights.remaining[r] >= FEWEST_REMAINING;
}

static void answer_targets(struct worker *worker, size_t r) {
  struct plb_resample *ask = worker->run->ask;
  size_t at = worker->lane * PLB_LANE + r;
  for (size_t t = 0; t < ask->target_count; t++) {
    struct plb_passed passed;
    uint64_t key = 0;
    if (plb_replicate_target(&worker->of, r, &ask->targets[t], &passed, &key)) {
      ask->fnmr_at_target[t * ask->replicates + at] = fnmr_of(worker, r, &passed);
      ask->key_at_target[t * ask->replicates + at] = key;
    } else {
#pragma omp atomic write
      worker->run->too_short = 1;
    }
  }
}

static void answer_thresholds(struct worker *worker, size_t r) {
  struct plb_resample *ask = worker->run->ask;
  size_t at = worker->lane * PLB_LANE + r;
  for (size_t t = 0; t < ask->threshold_count; t++) {
    struct plb_passed passed = plb_passed_before(&worker->of, r, worker->run->blocks.cut[t]);
    if (ask->list[PLB_CLASS_NONMATED].count)
      ask->rate_at[PLB_CLASS_NONMATED][t * ask->replicates + at] =
          share(passed.weight[PLB_CLASS_NONMATED], worker->of.total[PLB_CLASS_NONMATED][r]);
    if (ask->list[PLB_CLASS_MATED].count)
      ask->rate_at[PLB_CLASS_MATED][t * ask->replicates + at] = fnmr_of(worker, r, &passed);
  }
}

/* The operating point at which the two rates differ least; the lower score where two do (design 3). */
static void answer_eer(struct worker *worker, size_t r) {
  struct plb_passed points[2];
  plb_wide nonmated = worker->of.total[PLB_CLASS_NONMATED][r], mated = worker->of.total[PLB_CLASS_MATED][r];
  if (!plb_replicate_crossing(&worker->of, r, points)) {
#pragma omp atomic write
    worker->run->too_short = 1;
    return;
  }
  plb_wide fmr[2], fnmr[2], gap[2]; /* times nonmated * mated */
  for (int k = 0; k < 2; k++) {
    fmr[k] = points[k].weight[PLB_CLASS_NONMATED] * mated;
    fnmr[k] = (mated - points[k].weight[PLB_CLASS_MATED]) * nonmated;
    gap[k] = fmr[k] > fnmr[k] ? fmr[k] - fnmr[k] : fnmr[k] - fmr[k];
  }
  int nearer = gap[0] < gap[1] ? 0 : 1;
  worker->run->ask->eer_in[worker->lane * PLB_LANE + r] =
      plb_wide_ratio(fmr[nearer] + fnmr[nearer], 2 * nonmated * mated);
}

/* Twice the weight of pairs of a mated and a lower non-mated comparison, those of one block half. */
static void answer_auc(struct worker *worker, size_t r) {
  const struct plb_replicates *of = &worker->of;
  plb_wide twice = 0, nonmated = of->total[PLB_CLASS_NONMATED][r], mated = of->total[PLB_CLASS_MATED][r];
  for (size_t b = 0; b < of->blocks->count; b++) {
    struct plb_passed from = plb_passed_before(of, r, b), to = plb_passed_before(of, r, b + 1);
    plb_wide below = 2 * nonmated - from.weight[PLB_CLASS_NONMATED] - to.weight[PLB_CLASS_NONMATED];
    twice += (to.weight[PLB_CLASS_MATED] - from.weight[PLB_CLASS_MATED]) * below;
  }
  worker->run->ask->auc_in[worker->lane * PLB_LANE + r] = plb_wide_ratio(twice, 2 * nonmated * mated);
}

static void answer(struct worker *worker) {
  struct plb_resample *ask = worker->run->ask;
  for (size_t r = 0; r < worker->count; r++) {
    size_t at = worker->lane * PLB_LANE + r;
    ask->usable[at] = usable(worker, r);
    if (!ask->usable[at])
      continue;
    answer_targets(worker, r);
    answer_thresholds(worker, r);
    if (ask->eer)
      answer_eer(worker, r);
    if (ask->auc)
      answer_auc(worker, r);
  }
}

/* The AUC as answer_auc has it, with every weight 1. */
static double auc_of_all(const struct run *run) {
  const struct plb_listing *list = run->ask->list;
  plb_wide twice = 0, nonmated = list[PLB_CLASS_NONMATED].count, mated = list[PLB_CLASS_MATED].count;
  for (size_t b = 0; b < run->blocks.count; b++) {
    const struct plb_score_block *from = &run->blocks.at[b], *to = from + 1;
    plb_wide below = 2 * nonmated - from->from[PLB_CLASS_NONMATED] - to->from[PLB_CLASS_NONMATED];
    twice += (to->from[PLB_CLASS_MATED] - from->from[PLB_CLASS_MATED]) * below;
  }
  return plb_wide_ratio(twice, 2 * nonmated * mated);
}

/* ---- lanes --------------------------------------------------------------------------------- */

static bool make_worker(struct worker *worker, struct run *run) {
  size_t cells = (run->blocks.count + 1) * PLB_LANE;
  *worker = (struct worker){.run = run};
  worker->of = (struct plb_replicates){.list = run->ask->list, .blocks = &run->blocks, .complete = run->ask->complete};
  for (int c = 0; c < PLB_CLASSES; c++)
    worker->of.before[c] = plb_alloc(cells, sizeof *worker->of.before[c]);
  return worker->of.before[0] && worker->of.before[1];
}

static void free_worker(struct worker *worker) {
  plb_weights_free(&worker->of.weights);
  free(worker->of.before[0]);
  free(worker->of.before[1]);
}

/* The weight of this member's comparisons. */
static void total_lane(struct worker *worker, size_t lane) {
  const struct plb_resample *ask = worker->run->ask;
  worker->status = plb_weights_draw(ask->plan, ask->seed, lane, &ask->who, &worker->of.weights, &worker->err);
  if (!worker->status)
    worker->status =
        ask->nonmated_total(ask->total_ctx, &worker->of.weights, worker->run->totals + lane * PLB_LANE, &worker->err);
}

static void run_lane(struct worker *worker, size_t lane) {
  const struct plb_resample *ask = worker->run->ask;
  worker->lane = lane;
  worker->count = ask->replicates - lane * PLB_LANE < PLB_LANE ? ask->replicates - lane * PLB_LANE : PLB_LANE;
  worker->status = plb_weights_draw(ask->plan, ask->seed, lane, &ask->who, &worker->of.weights, &worker->err);
  if (!worker->status)
    worker->status = sum_all(worker);
  if (!worker->status)
    answer(worker);
}

/* Only the calling thread tells the caller. */
static void tell(struct run *run, struct worker *worker) {
  const struct plb_resample *ask = run->ask;
  size_t done;
#pragma omp atomic read
  done = run->done;
  done *= PLB_LANE;
  done = ask->progress_from + (done < ask->replicates ? done : ask->replicates);
  if (ask->progress && ask->progress(ask->progress_ctx, "resampling", done, ask->progress_of))
    worker->status = plb_fail(&worker->err, PLB_CANCELLED, "cancelled");
}

static void work(struct run *run, struct worker *worker, size_t lane) {
  int stop;
#pragma omp atomic read
  stop = run->stop;
  if (stop)
    return;
  if (omp_get_thread_num() == 0)
    tell(run, worker);
  if (!worker->status)
    run->lane(worker, lane);
  if (worker->status) {
#pragma omp atomic write
    run->stop = 1;
  }
#pragma omp atomic
  run->done++;
}

static plb_status run_lanes(struct run *run, struct plb_error *err) {
  size_t threads = run->ask->threads < run->lanes ? run->ask->threads : run->lanes, made = 0;
  struct worker *workers = plb_alloc(threads, sizeof *workers);
  plb_status status = workers ? PLB_OK : plb_fail_memory(err);
  for (; made < threads && !status; made++)
    if (!make_worker(&workers[made], run))
      status = plb_fail_memory(err);
  if (!status) {
#pragma omp parallel for num_threads((int)threads) schedule(dynamic, 1)
    for (size_t lane = run->first; lane < run->lanes; lane += run->step)
      work(run, &workers[omp_get_thread_num()], lane);
  }
  for (size_t t = 0; t < made; t++) {
    if (!status && (status = workers[t].status) && err)
      *err = workers[t].err;
    free_worker(&workers[t]);
  }
  free(workers);
  return status;
}

static plb_status make_totals(struct run *run, struct plb_error *err) {
  size_t all = run->lanes * PLB_LANE;
  if (!(run->totals = plb_alloc(all, sizeof *run->totals)))
    return plb_fail_memory(err);
  run->lane = total_lane;
  run->first = 0;
  run->step = 1;
  plb_status status = run_lanes(run, err);
  run->done = 0;
  return status ? status : plb_team_sum(run->ask->team, run->totals, all, err);
}

/* Doubles are added up as the numbers that have the same bytes: all but one of them are 0. */
static plb_status join_answers(struct run *run, struct plb_error *err) {
  const struct plb_resample *ask = run->ask;
  size_t n = ask->replicates;
  uint64_t too_short = (uint64_t)run->too_short;
  const struct {
    void *at;
    size_t count;
  } answers[] = {{ask->usable, n / sizeof(uint64_t) + 1},
                 {ask->fnmr_at_target, n * ask->target_count},
                 {ask->key_at_target, n * ask->target_count},
                 {ask->rate_at[0], n * ask->threshold_count},
                 {ask->rate_at[1], n * ask->threshold_count},
                 {ask->eer_in, n},
                 {ask->auc_in, n},
                 {&too_short, 1}};
  plb_status status = PLB_OK;
  for (size_t a = 0; a < sizeof answers / sizeof *answers && !status; a++)
    status = plb_team_sum(ask->team, answers[a].at, answers[a].count, err);
  run->too_short = too_short > 0;
  return status;
}

static plb_status run_all(struct run *run, struct plb_error *err) {
  const struct plb_resample *ask = run->ask;
  plb_status status = ask->team && ask->total_in_parts ? make_totals(run, err) : PLB_OK;
  run->lane = run_lane;
  run->first = ask->team ? ask->team->rank : 0;
  run->step = ask->team ? ask->team->count : 1;
  if (!status)
    status = run_lanes(run, err);
  if (!status && ask->team)
    status = join_answers(run, err);
  free(run->totals);
  return status;
}

plb_status plb_resample_run(struct plb_resample *resample, struct plb_error *err) {
  struct run run = {.ask = resample, .lanes = (resample->replicates + PLB_LANE - 1) / PLB_LANE};
  plb_status status = make_answers(resample) ? cut(&run, err) : plb_fail_memory(err);
  if (!status)
    status = run_all(&run, err);
  if (!status && resample->auc)
    resample->auc_of_all = auc_of_all(&run);
  resample->too_short = run.too_short;
  plb_blocks_free(&run.blocks);
  if (status)
    plb_resample_free(resample);
  return status;
}

/* ---- limits -------------------------------------------------------------------------------- */

static int compare_values(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

void plb_sort_values(double *values, size_t count) {
  qsort(values, count, sizeof *values, compare_values);
}

double plb_quantile(const double *sorted, size_t count, double at) {
  double place = at * (double)(count - 1);
  size_t below = (size_t)place;
  if (below + 1 >= count)
    return sorted[count - 1];
  return sorted[below] + (place - (double)below) * (sorted[below + 1] - sorted[below]);
}

bool plb_percentiles(const double *values, const bool *usable, size_t count, double level, double *scratch,
                     double limits[2]) {
  size_t n = 0;
  for (size_t r = 0; r < count; r++)
    if (usable[r])
      scratch[n++] = values[r];
  if (n < 2)
    return false;
  plb_sort_values(scratch, n);
  limits[0] = plb_quantile(scratch, n, (1 - level) / 2);
  limits[1] = plb_quantile(scratch, n, (1 + level) / 2);
  return true;
}
