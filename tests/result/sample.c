/* SPDX-License-Identifier: Apache-2.0 */
#include "sample.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

static const char LONG_NOTE[] =
    "266,772 comparisons cannot carry a claim of one error in a million: fewer than one error would be expected, "
    "and so the absence of errors says no more than that the rate is probably below the upper limit shown; a test "
    "of about three million independent comparisons would be needed to see the first error";

static struct plb_interval between(double lower, double upper, const char *method, const char *dependence) {
  return (struct plb_interval){.exists = true,
                               .has_lower = true,
                               .has_upper = true,
                               .lower = lower,
                               .upper = upper,
                               .level = 0.95,
                               .method = method,
                               .dependence = dependence};
}

static struct plb_interval from_pl(double lower, double upper, const char *dependence, double effect) {
  struct plb_interval interval = between(lower, upper, "PL", dependence);
  interval.has_design_effect = interval.has_df = interval.has_worst_case = true;
  interval.design_effect = effect;
  interval.df = 12.5;
  interval.worst_case[0] = 0;
  interval.worst_case[1] = 0.25;
  return interval;
}

static void add(struct plb_result *result, const struct plb_estimate *estimate) {
  if (plb_result_add_estimate(result, estimate, NULL))
    abort();
}

static struct plb_estimate counted(const char *metric, const char *unit, uint64_t errors, uint64_t trials) {
  return (struct plb_estimate){.metric = metric,
                               .has_counts = true,
                               .errors = errors,
                               .trials = trials,
                               .unit = unit,
                               .has_value = trials != 0,
                               .value = trials ? (double)errors / (double)trials : 0};
}

/* FMR and FNMR at a threshold that was set on other data. */
static void add_preset(struct plb_result *result, const char *system) {
  struct plb_estimate e = counted("FMR", "non-mated comparison", 427, 266772);
  e.system = system;
  e.has_threshold = true;
  e.threshold = 74.25;
  e.origin = (struct plb_origin){.source = "dev.json",
                                 .metric = "FMR",
                                 .at_most = 0.001,
                                 .has_ratio = true,
                                 .ratio = 1.6006177710104,
                                 .outcome = "missed"};
  e.has_people = true;
  e.people = 517;
  e.interval = from_pl(0.00121, 0.00205, "dyadic", 4.5);
  e.note = "the threshold was set for FMR of at most 1 in 1,000 on dev.json; here FMR is 1.6 times that";
  add(result, &e);
  struct plb_estimate f = counted("FNMR", "mated comparison", 19, 517);
  f.system = system;
  f.has_threshold = true;
  f.threshold = 74.25;
  f.origin = (struct plb_origin){.source = "dev.json", .metric = "FMR", .at_most = 0.001};
  add(result, &f);
}

/* FMR and FNMR at the threshold of a target. */
static void add_point(struct plb_result *result, const char *system, double threshold, double target, uint64_t fmr,
                      uint64_t fnmr) {
  struct plb_estimate e = counted("FMR", "non-mated comparison", fmr, 266772);
  e.system = system;
  e.has_threshold = true;
  e.threshold = threshold;
  e.target_metric = "FMR";
  e.target_at_most = target;
  e.has_people = true;
  e.people = 517;
  e.has_influence = target < 0.005;
  e.influence = (struct plb_influence){.has_people = true,
                                       .involved = 31,
                                       .half = 7,
                                       .most = 6,
                                       .has_without = true,
                                       .without_errors = 20,
                                       .without_trials = 265740,
                                       .reset = true,
                                       .label_count = 2,
                                       .labels = {{1, 0.00009371, 0.0001012}, {6, 0.00007497, 0.0001199}}};
  e.interval = from_pl(e.value * 0.8, e.value * 1.25 + 1e-6, "dyadic", 4.25 + (double)fmr / 1000);
  if (target < 1.0 / 266772) {
    e.status = PLB_EST_UNSUPPORTED;
    e.has_value = false;
    e.interval.has_lower = false;
    e.note = LONG_NOTE;
  }
  add(result, &e);
  struct plb_estimate f = counted("FNMR", "mated comparison", fnmr, 517);
  f.system = system;
  f.has_threshold = true;
  f.threshold = threshold;
  f.target_metric = "FMR";
  f.target_at_most = target;
  f.has_people = true;
  f.people = 517;
  f.interval = from_pl(f.value * 0.5, f.value * 2 + 0.001, "person", 1);
  f.has_influence = target < 0.005;
  f.influence = (struct plb_influence){.label_count = 1, .labels = {{1, 0.0445, 0.0483}}};
  add(result, &f);
}

static void add_whole(struct plb_result *result, const char *system) {
  struct plb_estimate e = {.metric = "EER",
                           .system = system,
                           .has_threshold = true,
                           .threshold = 60.5,
                           .has_people = true,
                           .people = 517,
                           .has_class_trials = true,
                           .mated_trials = 517,
                           .nonmated_trials = 266772,
                           .has_value = true,
                           .value = 0.0424,
                           .has_bracket = true,
                           .bracket = {0.0423, 0.0425}};
  add(result, &e);
  e = (struct plb_estimate){.metric = "AUC",
                            .system = system,
                            .has_people = true,
                            .people = 517,
                            .has_class_trials = true,
                            .mated_trials = 517,
                            .nonmated_trials = 266772,
                            .has_value = true,
                            .value = 0.998734567};
  add(result, &e);
  e.metric = "DPRIME";
  e.value = 3.14159;
  add(result, &e);
}

static void add_odd(struct plb_result *result) {
  struct plb_estimate e = counted("FTA", "row", 0, 12000);
  e.interval = between(0, 0.000307, "clopper-pearson", "independent");
  e.note = "zero failures were seen";
  add(result, &e);
  e = (struct plb_estimate){.metric = "FTE", .status = PLB_EST_UNDEFINED, .note = "enrolments are not in the data"};
  add(result, &e);
  e = counted("FAR", "non-mated attempt", 3, 9);
  e.has_threshold = true;
  e.threshold = 60.5;
  e.has_people = true;
  e.people = 9;
  e.status = PLB_EST_SUPPRESSED;
  e.note = "fewer than 10 people";
  e.interval = between(0.1, 0.6, "PL", "dyadic");
  add(result, &e);
  e = counted("FRR", "mated attempt", UINT64_MAX - 1, UINT64_MAX);
  e.has_threshold = true;
  e.threshold = 60.5;
  e.interval = between(0.5, 1, "PL", "person");
  e.interval.has_upper = false;
  e.interval.level = 0.99;
  add(result, &e);
}

static void add_curves(struct plb_result *result, const char *system) {
  struct plb_curve det = {.kind = PLB_CURVE_DET, .system = system, .point_count = 4};
  det.points = plb_alloc(4, sizeof *det.points);
  struct plb_curve scores = {.kind = PLB_CURVE_SCORES, .system = system, .bin_count = 2, .below = 1, .above = 2};
  scores.bins = plb_alloc(2, sizeof *scores.bins);
  if (!det.points || !scores.bins)
    abort();
  for (size_t i = 0; i < 4; i++)
    det.points[i] = (struct plb_det_point){.has_threshold = i < 3,
                                           .threshold = 40.0 + 10.1 * (double)i,
                                           .fmr_errors = 90000 >> (5 * i),
                                           .fmr_trials = 266772,
                                           .fnmr_errors = i * i,
                                           .fnmr_trials = 517};
  det.points[1].has_fmr_band = det.points[1].has_fnmr_band = true;
  det.points[1].fmr_band[0] = 0.001;
  det.points[1].fmr_band[1] = 0.1;
  det.points[1].fnmr_band[0] = 0.0001;
  det.points[1].fnmr_band[1] = 0.01;
  scores.bins[0] = (struct plb_score_bin){-1.5, 0.1, 3, 200000};
  scores.bins[1] = (struct plb_score_bin){0.1, 77.25, 514, 66772};
  if (plb_result_add_curve(result, &det, NULL) || plb_result_add_curve(result, &scores, NULL))
    abort();
}

static void add_claims(struct plb_result *result) {
  static const struct plb_claim claims[] = {
      {.text = "FMR <= 1e-2",
       .verdict = "shown",
       .why = "the upper limit of FMR at threshold 68.5 is 1.25 %",
       .has_limits = true,
       .limits = {0, 0.0125},
       .level = 0.9875},
      {.text = "FNMR <= 0.5% at FMR 0.05%", .verdict = "not shown"},
      {.text = "FMR <= 1e-7 at threshold 0.6", .verdict = "refuted", .why = "the lower limit is above the claim"}};
  for (size_t i = 0; i < sizeof claims / sizeof *claims; i++)
    if (plb_result_add_claim(result, &claims[i], NULL))
      abort();
  result->together = (struct plb_together){.exists = true, .level = 0.95};
  if (plb_result_add_statement(result,
                               "These rates were measured on 517 people at the thresholds shown; they do not transfer "
                               "to another threshold, another population or other sensors.",
                               NULL) ||
      plb_result_add_statement(result, "A \"quoted\" sentence, with a\ttab, a\nnew line and a back\\slash.", NULL))
    abort();
}

static void add_inputs(struct plb_result *result) {
  struct plb_provenance *provenance = &result->provenance;
  provenance->inputs = plb_alloc(2, sizeof *provenance->inputs);
  if (!provenance->inputs)
    abort();
  provenance->input_count = 2;
  provenance->inputs[0] = (struct plb_result_input){.name = "/data/tests/face_c.csv.gz",
                                                    .digest = "xxh3-128:00112233445566778899aabbccddeeff",
                                                    .format = "csv",
                                                    .bytes = UINT64_MAX,
                                                    .rows = 267301,
                                                    .kept = 267289,
                                                    .dropped_count = 2};
  provenance->inputs[1] = (struct plb_result_input){.name = "people.csv", .bytes = 9, .rows = 517, .kept = 517};
  static const char *const digests[] = {"xxh3-128:ffeeddccbbaa99887766554433221100"};
  provenance->source.name = "dev.json";
  provenance->source.digests = plb_alloc(1, sizeof *provenance->source.digests);
  if (!provenance->source.digests)
    abort();
  provenance->source.digests[provenance->source.digest_count++] = digests[0];
  provenance->inputs[0].dropped = plb_alloc(2, sizeof *provenance->inputs[0].dropped);
  if (!provenance->inputs[0].dropped)
    abort();
  provenance->inputs[0].dropped[0] = (struct plb_result_drop){"no score", 10};
  provenance->inputs[0].dropped[1] = (struct plb_result_drop){"a sample compared with itself", 2};
}

static void make_full(struct plb_result *result) {
  result->provenance.command = "plumbline verification '/data/tests/face_c.csv.gz' --json -";
  result->provenance.seed = UINT64_MAX;
  add_inputs(result);
  result->test = (struct plb_test){.type = "verification",
                                   .evaluation = "scenario",
                                   .direction = "similarity",
                                   .has_people = true,
                                   .people = 517,
                                   .has_samples = true,
                                   .samples = 1034,
                                   .mated_trials = 517,
                                   .nonmated_trials = 266772,
                                   .has_duplicates = true};
  add_point(result, NULL, 68.5, 0.01, 2667, 7);
  add_point(result, NULL, 77, 1e-4, 26, 24);
  add_point(result, NULL, 90.5, 1e-6, 0, 62);
  add_whole(result, NULL);
  add_odd(result);
  add_preset(result, NULL);
  add_curves(result, NULL);
  add_claims(result);
}

/* What is of two systems, in each kind. */
static void add_versus(struct plb_result *result, const char *system, const char *against) {
  struct plb_estimate e = {.metric = "FNMR_DIFFERENCE",
                           .system = system,
                           .against = against,
                           .compared_pairs = 3,
                           .target_metric = "FMR",
                           .target_at_most = 0.01,
                           .has_threshold = true,
                           .threshold = 0.25,
                           .has_against_threshold = true,
                           .against_threshold = -3e200,
                           .unit = "mated comparison",
                           .has_people = true,
                           .people = 60,
                           .has_class_trials = true,
                           .mated_trials = 180,
                           .nonmated_trials = 8000,
                           .has_value = true,
                           .value = -0.1,
                           .has_p_value = true,
                           .p_value = 0.0625,
                           .aim = "non-inferiority",
                           .has_margin = true,
                           .margin = 0.005,
                           .verdict = "not inferior",
                           .interval = between(-0.2, 0.004, "MOVER-PL", "person")};
  add(result, &e);
  e.metric = "FMR_DIFFERENCE";
  e.target_metric = NULL;
  e.interval = between(-0.2, -0.1, "MOVER-PL", "dyadic");
  e.aim = "superiority";
  e.has_margin = false;
  e.verdict = "better";
  e.note = "few people";
  add(result, &e);
  e.metric = "EER_RATIO";
  e.has_threshold = e.has_p_value = false;
  e.aim = e.verdict = NULL;
  e.value = 1.5;
  e.interval.has_upper = false;
  e.interval.lower = 0.25;
  add(result, &e);
}

static void make_two(struct plb_result *result) {
  static const char quoted[] = "B, the \"second\" one";
  result->test = (struct plb_test){.type = "verification",
                                   .evaluation = "unknown",
                                   .direction = "dissimilarity",
                                   .mated_trials = 517,
                                   .nonmated_trials = 266772,
                                   .failed_enrol = 1,
                                   .failed_acquire = 1234,
                                   .failed_compare = 3,
                                   .has_duplicates = true,
                                   .duplicates = 4321,
                                   .duplicates_sampled = true};
  result->test.cluster = "family";
  result->test.clusters = 211;
  result->test.unclustered = 5;
  add_point(result, "\xC3\x89toile \xE2\x84\x96 1", 0.7394834756851196, 0.01, 2667, 7);
  add_point(result, quoted, 0.1 + 0.2, 0.01, 2600, 9);
  add_whole(result, quoted);
  struct plb_estimate e = counted("FMR", "non-mated comparison", 1, 1000);
  e.system = quoted;
  e.has_threshold = true;
  e.threshold = 5e-324;
  e.has_people = e.has_clusters = true;
  e.people = 517;
  e.clusters = 211;
  e.interval = between(1e-11, 0.005, "PL", "dyadic by cluster");
  add(result, &e);
  add_versus(result, quoted, "\xC3\x89toile \xE2\x84\x96 1");
  add_curves(result, quoted);
}

static void make_given(struct plb_result *result) {
  static const struct {
    const char *metric, *unit;
    uint64_t errors, trials;
  } rows[] = {{"FMR", "non-mated comparison", 12, 40000}, {"FNMR", "mated comparison", 3, 400},
              {"FAR", "non-mated attempt", 11, 44000},    {"FRR", "mated attempt", 13, 440},
              {"GFAR", "non-mated attempt", 10, 45000},   {"GFRR", "mated attempt", 23, 450}};
  result->provenance.conventions = "bob";
  for (size_t t = 0; t < 2; t++) {
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
      struct plb_estimate e = counted(rows[i].metric, rows[i].unit, rows[i].errors + t, rows[i].trials);
      e.has_threshold = true;
      e.threshold = t ? HUGE_VAL : -12.75;
      e.interval = between(e.value / 2, e.value * 2, "clopper-pearson", "independent");
      add(result, &e);
    }
  }
}

static void *copy_of(const void *list, size_t count, size_t size) {
  void *copy = plb_alloc(count, size);
  if (!copy)
    abort();
  return count ? memcpy(copy, list, count * size) : copy;
}

static const struct plb_plan_row plan_rows[] = {{.people = 100,
                                                 .samples = 3,
                                                 .comparisons = 44550,
                                                 .design_effect = 1.25,
                                                 .expected_errors = 1.485,
                                                 .relative_error = 0.9,
                                                 .least_relative_error = 0.26},
                                                {.people = 200,
                                                 .samples = 3,
                                                 .comparisons = 179100,
                                                 .design_effect = 1.375,
                                                 .expected_errors = 5.97,
                                                 .has_most_errors = true,
                                                 .most_errors = 7,
                                                 .power = 0.7017,
                                                 .relative_error = 0.477,
                                                 .least_relative_error = 0.187}};
static const struct plb_plan_contrast plan_contrasts[] = {{true, true, 100, 14.25}, {.has_people = true, .people = 20}};
static const struct plb_plan_contrast plan_sizes[] = {{true, true, 4023, 1.25}, {.has_ratio = true, .ratio = 1.01}};

static void make_plan(struct plb_result *result) {
  struct plb_test_plan plan = {.claim = "FMR <= 1e-4",
                               .metric = "FMR",
                               .at_most = 1e-4,
                               .expected = 1e-4 / 3,
                               .expected_assumed = true,
                               .power = 0.8,
                               .level = 0.95,
                               .samples = 3,
                               .dependence = "mod",
                               .person_correlation = 0.06,
                               .person_sample_correlation = 0.11,
                               .pair_correlation = 0.32,
                               .pair_sample_correlation = 0.37,
                               .has_needed = true,
                               .needed = plan_rows[1],
                               .most_samples = 1000,
                               .has_least_people = true,
                               .least_people = 79,
                               .rows = copy_of(plan_rows, 2, sizeof *plan_rows),
                               .row_count = 2,
                               .groups = 2,
                               .contrasts = copy_of(plan_contrasts, 2, sizeof *plan_contrasts),
                               .contrast_count = 2,
                               .sizes = copy_of(plan_sizes, 2, sizeof *plan_sizes),
                               .size_count = 2};
  struct plb_test_plan beyond = {.claim = "FNMR <= 1e-12",
                                 .metric = "FNMR",
                                 .at_most = 1e-12,
                                 .expected = 9e-13,
                                 .has_target = true,
                                 .target = 1e-3,
                                 .det_slope = 0.875,
                                 .target_basis = "the slope of the DET as somebody said",
                                 .power = 0.99,
                                 .level = 0.99,
                                 .samples = 2,
                                 .partners = 4,
                                 .dependence = "pilot",
                                 .pilot = "FNMR at threshold 3 (2 errors in 90 comparisons of 30 people; system A)",
                                 .pilot_silent = "the pilot cannot tell much",
                                 .person_correlation = 1,
                                 .most_samples = 1000,
                                 .rows = copy_of(plan_rows, 0, sizeof *plan_rows)};
  result->test.type = "plan";
  result->test.direction = NULL;
  if (plb_result_add_plan(result, &plan, NULL) || plb_result_add_plan(result, &beyond, NULL))
    abort();
}

/* A cell of one or two attributes, whose values are of the first and of the second side. */
static const struct plb_cell *cell_of(struct plb_result *result, bool two, const char *const values[2][2],
                                      size_t attributes) {
  static const char *const names[] = {"sex", "region"};
  struct plb_cell cell = {.count = attributes};
  bool failed = false;
  for (size_t a = 0; a < attributes; a++) {
    cell.of[a].attribute = names[a];
    cell.of[a].values[0] = values[a][0];
    cell.of[a].values[1] = values[a][two];
    cell.of[a].two = two;
  }
  const struct plb_cell *made = plb_result_cell(result, &cell, &failed);
  if (failed)
    abort();
  return made;
}

static void at_target(struct plb_estimate *e) {
  e->has_threshold = true;
  e->threshold = 2.5;
  e->target_metric = "FMR";
  e->target_at_most = 0.01;
}

/* One of everybody where there is no cell. */
static void add_rate(struct plb_result *result, const struct plb_cell *cell, bool mated, uint64_t errors,
                     uint64_t trials) {
  struct plb_estimate e =
      counted(mated ? "FNMR" : "FMR", mated ? "mated comparison" : "non-mated comparison", errors, trials);
  at_target(&e);
  e.cell = cell;
  e.has_people = true;
  e.people = trials / 6;
  e.interval = from_pl(e.value / 2, e.value * 2, mated ? "person" : "dyadic", 1.5);
  e.interval.has_worst_case = false;
  if (cell && mated) {
    e.interval.has_simultaneous = true;
    e.interval.simultaneous[0] = e.value / 4;
    e.interval.simultaneous[1] = e.value * 3;
    e.interval.simultaneous_of = 4;
    e.has_least_seen = true;
    e.least_seen = 1.75;
  }
  if (errors == 3) {
    struct plb_estimate bare = {.metric = e.metric, .cell = cell, .unit = e.unit, .status = PLB_EST_SUPPRESSED};
    at_target(&bare);
    bare.note = trials < 100 ? "fewer than 10 people"
                             : "not shown, since a group with too few people would follow by subtraction";
    e = bare;
  }
  add(result, &e);
}

static void add_over(struct plb_result *result, const char *metric, const char *over, double value, double upper) {
  struct plb_estimate e = {.metric = metric, .has_value = value > 0, .value = value};
  at_target(&e);
  e.over = (struct plb_over){.metric = over, .by = "sex", .groups = 2};
  if (over) {
    e.over.has_equal = e.over.has_p_value = true;
    e.over.equal_median = value > 0 ? value * 0.75 : HUGE_VAL;
    e.over.equal_upper = upper;
    e.over.p_value = 0.0375;
  }
  if (value > 0) {
    e.interval = between(value * 0.9, value * 1.1, "PL, MOVER for all pairs", NULL);
    e.interval.has_upper = upper < HUGE_VAL;
    e.interval.upper = e.interval.has_upper ? e.interval.upper : 0;
  } else {
    e.status = PLB_EST_UNSUPPORTED;
    e.note = "a group has no errors, so that there is no such ratio";
  }
  add(result, &e);
}

static void make_groups(struct plb_result *result) {
  static const char *const sexes[] = {"F", "M", ""}, *const regions[] = {"10", "9", "=cmd|' /C calc'!A0"};
  result->test.has_people = true;
  result->test.people = 120;
  result->test.mated_trials = 700;
  result->test.nonmated_trials = 9000;
  result->test.where = "age<14,\"sex\"!=X";
  result->provenance.as_of = "2025-06-30";
  result->attributes[result->attribute_count++] =
      (struct plb_result_attribute){.name = "sex",
                                    .values = 2,
                                    .unknown = 60,
                                    .reasons = {{"missing", 59, "scores.csv", 17}, {"not a date", 2, NULL, 0}},
                                    .reason_count = 2,
                                    .has_several = true,
                                    .several = 3};
  result->attributes[result->attribute_count++] = (struct plb_result_attribute){.name = "elapsed"};
  add_rate(result, NULL, false, 90, 9000);
  add_rate(result, NULL, true, 70, 700);
  for (size_t i = 0; i < 3; i++)
    for (size_t j = i; j < 3; j++)
      add_rate(result, cell_of(result, true, (const char *const[2][2]){{sexes[i], sexes[j]}}, 1), false,
               i == 2 ? 3 : 10 * (i + 1) + j,
               i == 2           ? 60
               : 3 * j + i == 7 ? 200
                                : 1200);
  for (size_t i = 0; i < 3; i++)
    add_rate(result, cell_of(result, false, (const char *const[2][2]){{sexes[i]}}, 1), true, 30 - 20 * (i == 1), 300);
  add_rate(result, cell_of(result, true, (const char *const[2][2]){{"F", "M"}}, 1), true, 7, 120);
  add_over(result, "MAX_MIN_RATIO", "FMR", 2.5, 3.25);
  add_over(result, "MAX_MIN_DIFFERENCE", "FMR", 0.0125, 0.02);
  add_over(result, "GINI", "FNMR", 0.25, 0.5);
  add_over(result, "MAX_GEOMEAN_RATIO", "FNMR", 1.5, HUGE_VAL);
  add_over(result, "MAX_MIN_RATIO", "FNMR", -1, HUGE_VAL);
  add_over(result, "FDR", NULL, 0.875, 1);
  for (size_t i = 0; i < 3; i++)
    for (size_t j = i; j < 3; j++)
      add_rate(result, cell_of(result, true, (const char *const[2][2]){{"F", "F"}, {regions[i], regions[j]}}, 2), false,
               i + j == 2 ? 3 : 4 * i + j, 400);
  for (size_t i = 0; i < 3; i++)
    add_rate(result, cell_of(result, false, (const char *const[2][2]){{""}, {regions[i]}}, 2), true, i, 90);
}

struct plb_result *sample_make(enum sample which) {
  struct plb_result *result;
  if (plb_result_new(&result, NULL))
    return NULL;
  result->provenance.version = "0.0.0";
  if (which == SAMPLE_FULL)
    make_full(result);
  else if (which == SAMPLE_TWO)
    make_two(result);
  else if (which == SAMPLE_GIVEN)
    make_given(result);
  else if (which == SAMPLE_PLAN)
    make_plan(result);
  else if (which == SAMPLE_GROUPS)
    make_groups(result);
  return result;
}

char *sample_json(const struct plb_result *result, size_t *length) {
  struct plb_out *out;
  if (plb_out_memory(&out, NULL))
    return NULL;
  plb_result_store(result, out);
  char *text = plb_out_take(out, length);
  if (plb_out_close(out, NULL)) {
    free(text);
    return NULL;
  }
  return text;
}
