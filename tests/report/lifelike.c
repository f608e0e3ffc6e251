/* SPDX-License-Identifier: Apache-2.0 */
#include "lifelike.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/probit.h"
#include "report/series.h"

#define MOST_POINTS 2000
#define BINS 60

static void must(bool good) {
  if (!good)
    abort();
}

/* splitmix64: a small generator whose numbers are the same everywhere. */
static double uniform(uint64_t *state) {
  uint64_t z = *state += 0x9E3779B97F4A7C15U;
  z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9U;
  z = (z ^ z >> 27) * 0x94D049BB133111EBU;
  z ^= z >> 31;
  return ((double)(z >> 12) + 0.5) / 4503599627370496.0;
}

static int ascending(const void *one, const void *other) {
  double a = *(const double *)one, b = *(const double *)other;
  return (a > b) - (a < b);
}

static double *draw(const struct lifelike *s, bool mated, uint64_t seed) {
  size_t count = mated ? s->mated : s->nonmated;
  double *scores = plb_alloc(count + 1, sizeof *scores);
  must(scores);
  for (size_t i = 0; i < count; i++) {
    double score = plb_probit(uniform(&seed));
    score = mated ? s->separation + s->spread * score : score;
    scores[i] = s->step > 0 ? s->step * round(score / s->step) : round(score * 1e6) / 1e6;
  }
  qsort(scores, count, sizeof *scores, ascending);
  return scores;
}

/* How many of the sorted scores are at least t. */
static uint64_t at_least(const double *scores, size_t count, double t) {
  uint64_t number = 0;
  size_t low = 0, high = count;
  while (low < high) {
    size_t middle = (low + high) / 2;
    if (scores[middle] >= t)
      high = middle;
    else
      low = middle + 1;
  }
  number = count - low;
  return number;
}

struct test {
  const struct lifelike *spec;
  struct plb_result *result;
  double *mated, *nonmated, *all;
  size_t distinct;
};

static double shown_score(const struct test *t, double score) {
  return t->spec->distance ? -score : score;
}

/* Wilson with a design effect of 3 where people are known: wide enough to be seen. */
static struct plb_interval interval(const struct test *t, uint64_t errors, uint64_t trials, bool dyads) {
  double z = 1.959963984540054, effect = t->spec->people ? 3.0 : 1.0;
  double n = (double)trials / effect, p = (double)errors / (double)trials;
  double centre = (p + z * z / (2 * n)) / (1 + z * z / n);
  double half = z / (1 + z * z / n) * sqrt(p * (1 - p) / n + z * z / (4 * n * n));
  return (struct plb_interval){.exists = true,
                               .has_lower = true,
                               .has_upper = true,
                               .lower = errors ? centre - half : 0.0,
                               .upper = errors < trials ? centre + half : 1.0,
                               .level = 0.95,
                               .method = t->spec->people ? "PL" : "clopper-pearson",
                               .dependence = !t->spec->people ? "independent"
                                             : dyads          ? "dyadic"
                                                              : "person",
                               .has_design_effect = t->spec->people > 0,
                               .design_effect = effect,
                               .has_df = t->spec->people > 0,
                               .df = 41.5};
}

static void add(struct test *t, struct plb_estimate *e) {
  e->system = t->spec->system;
  must(plb_result_add_estimate(t->result, e, NULL) == PLB_OK);
}

static void add_rate(struct test *t, bool match, double threshold, double target, bool supported) {
  uint64_t trials = match ? t->spec->nonmated : t->spec->mated;
  uint64_t errors = match ? at_least(t->nonmated, trials, threshold) : trials - at_least(t->mated, trials, threshold);
  struct plb_estimate e = {.metric = match ? "FMR" : "FNMR",
                           .has_threshold = true,
                           .threshold = shown_score(t, threshold),
                           .target_metric = target > 0 ? "FMR" : NULL,
                           .target_at_most = target,
                           .unit = match ? "non-mated comparison" : "mated comparison"};
  if (trials == 0) {
    e.status = PLB_EST_UNDEFINED;
    e.note = match ? "there is no non-mated comparison" : "there is no mated comparison";
    add(t, &e);
    return;
  }
  e.has_counts = true;
  e.errors = errors;
  e.trials = trials;
  e.has_people = t->spec->people > 0;
  e.people = t->spec->people;
  e.interval = interval(t, errors, trials, match);
  e.has_threshold_interval = target > 0 && supported && t->spec->people > 0;
  e.threshold_interval[0] = e.threshold - 0.125;
  e.threshold_interval[1] = e.threshold + 0.1;
  e.has_value = supported || !match;
  e.value = e.has_value ? (double)errors / (double)trials : 0.0;
  if (!supported && match) {
    e.status = PLB_EST_UNSUPPORTED;
    e.note = "the test has too few non-mated comparisons to show this target";
  }
  add(t, &e);
}

static void add_target(struct test *t, double target) {
  double threshold = t->all[t->distinct - 1] + 1e-6;
  for (size_t k = t->distinct; k-- > 0;) {
    if ((double)at_least(t->nonmated, t->spec->nonmated, t->all[k]) > target * (double)t->spec->nonmated)
      break;
    threshold = t->all[k];
  }
  bool supported = target * (double)t->spec->nonmated >= 1.0;
  add_rate(t, true, threshold, target, supported);
  add_rate(t, false, threshold, target, true);
}

static void add_overall(struct test *t) {
  const struct lifelike *s = t->spec;
  struct plb_estimate eer = {.metric = "EER",
                             .has_class_trials = true,
                             .mated_trials = s->mated,
                             .nonmated_trials = s->nonmated,
                             .unit = "comparison"};
  struct plb_estimate auc = eer, dprime = eer;
  auc.metric = "AUC";
  dprime.metric = "DPRIME";
  if (s->mated == 0 || s->nonmated == 0) {
    eer.status = auc.status = dprime.status = PLB_EST_UNDEFINED;
    eer.note = auc.note = dprime.note = "there is only one class of comparisons";
    add(t, &eer);
    add(t, &auc);
    add(t, &dprime);
    return;
  }
  double best = 2.0, wins = 0.0;
  for (size_t k = 0; k < t->distinct; k++) {
    double fmr = (double)at_least(t->nonmated, s->nonmated, t->all[k]) / (double)s->nonmated;
    double fnmr = 1.0 - (double)at_least(t->mated, s->mated, t->all[k]) / (double)s->mated;
    if (fabs(fmr - fnmr) < best) {
      best = fabs(fmr - fnmr);
      eer.threshold = shown_score(t, t->all[k]);
      eer.value = (fmr + fnmr) / 2;
      eer.bracket[0] = fmr;
      eer.bracket[1] = fnmr;
    }
  }
  for (size_t i = 0; i < s->mated; i++)
    wins += (double)(s->nonmated - at_least(t->nonmated, s->nonmated, t->mated[i]));
  if (s->people > 0) {
    auc.interval = (struct plb_interval){.exists = true,
                                         .has_lower = true,
                                         .has_upper = true,
                                         .lower = 0.95,
                                         .upper = 1,
                                         .level = 0.95,
                                         .method = "double-or-nothing",
                                         .dependence = "dyadic"};
    eer.interval = auc.interval;
    eer.interval.lower = eer.value * 0.8;
    eer.interval.upper = eer.value * 1.25;
    eer.interval.method = "double-or-nothing or PL";
  }
  eer.has_threshold = eer.has_value = eer.has_bracket = true;
  auc.has_value = dprime.has_value = true;
  auc.value = wins / ((double)s->mated * (double)s->nonmated);
  dprime.value = s->separation / sqrt((1 + s->spread * s->spread) / 2);
  add(t, &eer);
  add(t, &auc);
  add(t, &dprime);
}

static void add_det(struct test *t) {
  const struct lifelike *s = t->spec;
  size_t whole = t->distinct + 1, count = whole < MOST_POINTS ? whole : MOST_POINTS;
  struct plb_curve curve = {.kind = PLB_CURVE_DET, .system = s->system};
  curve.points = plb_alloc(count, sizeof *curve.points);
  curve.point_count = count;
  must(curve.points);
  for (size_t i = 0; i < count; i++) {
    double share = (double)i / (double)(count - 1);
    share = share < 0.5 ? 2 * share * share : 1 - 2 * (1 - share) * (1 - share); /* dense at both ends */
    size_t k = count == whole ? i : (size_t)(share * (double)(whole - 1) + 0.5);
    struct plb_det_point *p = &curve.points[i];
    *p = (struct plb_det_point){.fmr_trials = s->nonmated, .fnmr_trials = s->mated};
    p->has_threshold = k < t->distinct;
    p->threshold = p->has_threshold ? shown_score(t, t->all[k]) : 0.0;
    p->fmr_errors = p->has_threshold ? at_least(t->nonmated, s->nonmated, t->all[k]) : 0;
    p->fnmr_errors = s->mated - (p->has_threshold ? at_least(t->mated, s->mated, t->all[k]) : 0);
    struct plb_interval band = interval(t, p->fnmr_errors, p->fnmr_trials, false);
    p->has_fnmr_band = s->people > 0 && p->fmr_errors >= 10 && p->fmr_errors <= p->fmr_trials / 10;
    if (p->has_fnmr_band)
      p->fnmr_band[0] = band.lower / 2, p->fnmr_band[1] = (1 + band.upper) * band.upper / (1 + band.upper * band.upper);
  }
  must(plb_result_add_curve(t->result, &curve, NULL) == PLB_OK);
}

static uint64_t between(const double *scores, size_t count, double from, double to, bool last) {
  return at_least(scores, count, from) - (last ? 0 : at_least(scores, count, to));
}

static void add_bins(struct test *t) {
  const struct lifelike *s = t->spec;
  double from = t->all[0], width = (t->all[t->distinct - 1] - from) / BINS;
  size_t count = BINS;
  if (s->step > 0) {
    width = s->step;
    count = (size_t)round((t->all[t->distinct - 1] - from) / width) + 1;
  }
  struct plb_curve curve = {.kind = PLB_CURVE_SCORES, .system = s->system, .bin_count = count};
  curve.bins = plb_alloc(count, sizeof *curve.bins);
  must(curve.bins);
  for (size_t k = 0; k < count; k++) {
    double low = from + width * (double)k, high = from + width * (double)(k + 1);
    uint64_t mated = between(t->mated, s->mated, low, high, k + 1 == count);
    uint64_t nonmated = between(t->nonmated, s->nonmated, low, high, k + 1 == count);
    curve.bins[s->distance ? count - 1 - k : k] = (struct plb_score_bin){
        .from = s->distance ? -high : low, .to = s->distance ? -low : high, .mated = mated, .nonmated = nonmated};
  }
  must(plb_result_add_curve(t->result, &curve, NULL) == PLB_OK);
}

static void add_failures(struct test *t) {
  const struct lifelike *s = t->spec;
  static const char *const metrics[] = {"FTE", "FTA", "FAR", "FRR", "GFAR", "GFRR"};
  uint64_t all = s->mated + s->nonmated + s->failures;
  for (size_t k = 0; k < 6; k++) {
    struct plb_estimate e = {.metric = metrics[k], .unit = k < 2 ? "attempt" : "transaction"};
    if (k == 1 || k == 2 || k == 3) {
      e.has_counts = e.has_value = true;
      e.errors = s->failures;
      e.trials = all;
      e.value = (double)e.errors / (double)e.trials;
      e.interval = interval(t, e.errors, e.trials, false);
    } else {
      e.status = PLB_EST_UNDEFINED;
      e.note = "failures to enrol are not in the input";
    }
    add(t, &e);
  }
}

void lifelike_add(struct plb_result *result, const struct lifelike *s) {
  static const double targets[] = {1e-2, 1e-3, 1e-4, 1e-5, 1e-6};
  struct test t = {
      .spec = s, .result = result, .mated = draw(s, true, 11 + s->mated), .nonmated = draw(s, false, 17 + s->nonmated)};
  t.all = plb_alloc(s->mated + s->nonmated + 1, sizeof *t.all);
  must(t.all);
  memcpy(t.all, t.mated, s->mated * sizeof *t.all);
  memcpy(t.all + s->mated, t.nonmated, s->nonmated * sizeof *t.all);
  qsort(t.all, s->mated + s->nonmated, sizeof *t.all, ascending);
  for (size_t i = 0; i < s->mated + s->nonmated; i++)
    if (i == 0 || t.all[i] > t.all[t.distinct - 1])
      t.all[t.distinct++] = t.all[i];
  if (isfinite(s->threshold)) {
    add_rate(&t, true, s->distance ? -s->threshold : s->threshold, 0, true);
    add_rate(&t, false, s->distance ? -s->threshold : s->threshold, 0, true);
  }
  for (size_t k = 0; k < sizeof targets / sizeof targets[0]; k++)
    add_target(&t, targets[k]);
  add_overall(&t);
  add_failures(&t);
  if (s->mated > 0 && s->nonmated > 0)
    add_det(&t);
  add_bins(&t);
  free(t.mated);
  free(t.nonmated);
  free(t.all);
}

struct plb_result *lifelike_result(const struct lifelike *s) {
  struct plb_result *result;
  must(plb_result_new(&result, NULL) == PLB_OK);
  result->test.has_people = s->people > 0;
  result->test.people = s->people;
  result->test.mated_trials = s->mated;
  result->test.nonmated_trials = s->nonmated;
  result->test.failed_compare = s->failures;
  result->test.failed_acquire = s->failures;
  result->test.direction = s->distance ? "dissimilarity" : "similarity";
  result->test.evaluation = "technology";
  result->provenance.version = "0.1.0";
  result->provenance.seed = 1;
  result->provenance.command = "plumbline verification scores.csv --html report.html";
  result->provenance.inputs = plb_alloc(1, sizeof *result->provenance.inputs);
  must(result->provenance.inputs);
  result->provenance.input_count = 1;
  uint64_t rows = s->mated + s->nonmated + s->failures;
  struct plb_result_input *input = &result->provenance.inputs[0];
  *input = (struct plb_result_input){.name = s->file,
                                     .digest = "xxh3:2d06800538d394c2aab1f7a5b8d1c4e3",
                                     .format = "csv",
                                     .bytes = rows * 31,
                                     .rows = rows,
                                     .kept = rows - s->failures};
  if (s->failures > 0) {
    input->dropped = plb_alloc(1, sizeof *input->dropped);
    must(input->dropped);
    input->dropped_count = 1;
    input->dropped[0] = (struct plb_result_drop){"failed to compare", s->failures};
  }
  lifelike_add(result, s);
  return result;
}

char *lifelike_render(const struct plb_result *const *results, size_t count, size_t which) {
  struct plb_out *out;
  size_t length;
  must(plb_out_memory(&out, NULL) == PLB_OK);
  if (which == SIZE_MAX) {
    must(plb_render_html(results, count, out, NULL) == PLB_OK);
  } else {
    struct plb_figures figures;
    must(plb_figures_make(results, count, &figures, NULL) == PLB_OK);
    must(plb_figure_draw(&figures, which, out, NULL) == PLB_OK);
    plb_figures_free(&figures);
  }
  char *text = plb_out_take(out, &length);
  plb_out_abandon(out);
  must(text);
  return text;
}
