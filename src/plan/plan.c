/* SPDX-License-Identifier: Apache-2.0
 *
 * Planning a test: for each claim the fewest people, the table of what other numbers of people and samples would do,
 * and the differences between groups that would be seen; then the sentences.
 *
 *   options -> how alike comparisons are -> for each claim: people, rows, groups -> sentences
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "plan/parts.h"

#define MOST_SAMPLES 1000
#define MOST_GROUPS 100
#define MOST_COMPARISONS 1e18 /* counts stay whole */
#define LEAST_LISTED 20.0     /* people */
#define LISTED_AT_LEAST 1000.0

/* What is being planned. */
struct planning {
  const struct plb_plan_options *options;
  struct plb_study study; /* its result is this plan; nothing else of it is used */
  struct plb_dependence dependence;
  double power, level; /* of each claim */
};

void plb_plan_options_init(struct plb_plan_options *options, size_t size) {
  memset(options, 0, size);
  options->size = size;
  options->power = 0.8;
  options->level = 0.95;
  options->samples = 3;
}

static plb_status check_options(const struct plb_plan_options *options, struct plb_error *err) {
  if (options->size != sizeof *options)
    return plb_fail(err, PLB_USAGE, "plb_plan_options: size is not set; call plb_plan_options_init");
  if (!options->claim_count)
    return plb_fail(err, PLB_USAGE, "there is no claim to plan for; expected for instance \"FMR <= 1e-4\"");
  if (options->expected_count > options->claim_count)
    return plb_fail(err, PLB_USAGE, "%zu expected rates for %zu claims; expected at most one for each",
                    options->expected_count, options->claim_count);
  if (!(options->power >= 0.5 && options->power <= 0.999))
    return plb_fail(err, PLB_USAGE, "the power is %g; expected a chance from 0.5 to 0.999", options->power);
  if (!(options->level >= 0.5 && options->level <= 0.999999999))
    return plb_fail(err, PLB_USAGE, "the level of the limits must lie from 0.5 to 0.999999999");
  if (!options->samples || options->samples > MOST_SAMPLES)
    return plb_fail(err, PLB_USAGE, "%llu samples of each person; expected 1 to 1,000",
                    (unsigned long long)options->samples);
  if (options->groups == 1 || options->groups > MOST_GROUPS)
    return plb_fail(err, PLB_USAGE, "%llu groups; expected 2 to 100, or 0 for none",
                    (unsigned long long)options->groups);
  return PLB_OK;
}

static plb_status tell(const struct planning *planning, uint64_t done, struct plb_error *err) {
  const struct plb_plan_options *options = planning->options;
  uint64_t all = options->claim_count * 3;
  if (options->progress && options->progress(options->progress_ctx, "planning", done, all))
    return plb_fail(err, PLB_CANCELLED, "cancelled");
  return PLB_OK;
}

/* ---- one claim --------------------------------------------------------------------------------- */

/* The claim, and what is thought of the rate that it is about. */
static plb_status read_claim(struct planning *planning, size_t at, struct plb_claim_asked *claim,
                             struct plb_test_plan *plan, struct plb_error *err) {
  const struct plb_plan_options *options = planning->options;
  const char *text = options->claims[at];
  bool has_where = false;
  if (!plb_claim_read(text, true, claim, &has_where))
    return plb_fail(err, PLB_USAGE,
                    "\"%.80s\" is not a claim: %s; expected for instance \"FMR <= 1e-4\" or "
                    "\"FNMR <= 0.5%%\"",
                    text, plb_claim_fault(text));
  if (!(claim->at_most > 0.0 && claim->at_most <= 0.5))
    return plb_fail(err, PLB_USAGE, "\"%.80s\" cannot be planned for; expected a limit above 0 and at most 50 %%",
                    text);
  bool given = at < options->expected_count && !(options->expected[at] <= 0.0 && options->expected[at] >= 0.0);
  double expected = given ? options->expected[at] : claim->at_most / 3.0;
  if (!(expected > 0.0 && expected < claim->at_most))
    return plb_fail(err, PLB_USAGE,
                    "\"%.80s\" is expected to be true at a rate of %g; expected a rate above 0 and below the limit, "
                    "or no test can show it",
                    text, expected);
  if (!claim->about_fmr && options->samples < 2)
    return plb_fail(err, PLB_USAGE, "\"%.80s\" needs mated comparisons; expected at least 2 samples of each person",
                    text);
  if (!claim->about_fmr && claim->at_target && !(claim->where > 0.0 && claim->where <= 0.5))
    return plb_fail(err, PLB_USAGE, "\"%.80s\" cannot be planned for; expected an FMR above 0 and at most 50 %%", text);
  *plan = (struct plb_test_plan){.claim = plb_study_text(&planning->study, "%s", text),
                                 .metric = claim->about_fmr ? "FMR" : "FNMR",
                                 .at_most = claim->at_most,
                                 .expected = expected,
                                 .expected_assumed = !given,
                                 .has_target = !claim->about_fmr && claim->at_target,
                                 .target = claim->where,
                                 .power = planning->power,
                                 .level = planning->level,
                                 .samples = options->samples,
                                 .partners = claim->about_fmr ? options->partners : 0,
                                 .most_samples = MOST_SAMPLES,
                                 .groups = options->groups};
  return plan->claim ? PLB_OK : plb_fail_memory(err);
}

static void fill_row(const struct plb_scheme *scheme, const struct plb_likeness *likeness, const struct plb_goal *goal,
                     struct plb_plan_row *row) {
  struct plb_layout layout = plb_plan_layout(scheme);
  struct plb_prospect prospect;
  plb_plan_prospect(&layout, likeness, goal, &prospect);
  *row = (struct plb_plan_row){.people = (uint64_t)scheme->people,
                               .samples = (uint64_t)scheme->samples,
                               .comparisons = (uint64_t)layout.trials,
                               .design_effect = prospect.effect,
                               .expected_errors = layout.trials * goal->rate,
                               .has_most_errors = prospect.possible,
                               .most_errors = (uint64_t)prospect.most_errors,
                               .power = fmin(prospect.power, 1.0),
                               .relative_error = plb_plan_error(&layout, likeness, goal->rate),
                               .least_relative_error = plb_plan_floor(&layout, likeness, goal->rate)};
}

/* The next number of people in 10, 15, 20, 30, 50, 70, 100, ... */
static double next_listed(double people) {
  static const double steps[] = {1.0, 1.5, 2.0, 3.0, 5.0, 7.0};
  double decade = pow(10.0, floor(log10(people) + 1e-9));
  for (size_t k = 0; k < sizeof steps / sizeof *steps; k++)
    if (steps[k] * decade > people * 1.001)
      return floor(steps[k] * decade + 0.5);
  return floor(10.0 * decade + 0.5);
}

/* The numbers of samples to list, ascending: a few, the one asked for, and so many that more would not help. */
static size_t listed_samples(const struct plb_test_plan *plan, bool dyadic, double samples[5]) {
  double wanted[] = {dyadic ? 1.0 : 2.0, dyadic ? 2.0 : 5.0, dyadic ? 5.0 : 10.0, (double)plan->samples, MOST_SAMPLES};
  size_t count = 0;
  for (double last = 0.0;;) {
    double next = HUGE_VAL;
    for (size_t k = 0; k < 5; k++)
      next = wanted[k] > last ? fmin(next, wanted[k]) : next;
    if (!isfinite(next))
      return count;
    samples[count++] = last = next;
  }
}

/* A larger test can be cut down to a smaller one, so that its chance is no lower: the small dips that come from whole
 * numbers of errors are levelled. Rows come with ascending samples, and in these with ascending people. */
static void level_chances(struct plb_test_plan *plan, struct plb_plan_row *rows) {
  struct plb_plan_row *needed = plan->has_needed ? &plan->needed : NULL;
  for (size_t i = 0; i < plan->row_count; i++) {
    for (size_t k = 0; k < i; k++)
      if (rows[k].people <= rows[i].people)
        rows[i].power = fmax(rows[i].power, rows[k].power);
    if (needed && rows[i].people <= needed->people && rows[i].samples <= needed->samples)
      needed->power = fmax(needed->power, rows[i].power);
  }
  for (size_t i = 0; needed && i < plan->row_count; i++)
    if (rows[i].people >= needed->people && rows[i].samples >= needed->samples)
      rows[i].power = fmax(rows[i].power, needed->power);
}

static plb_status list_rows(struct plb_scheme scheme, const struct plb_likeness *likeness, const struct plb_goal *goal,
                            struct plb_test_plan *plan, struct plb_error *err) {
  double samples[5], most = LISTED_AT_LEAST;
  size_t kinds = listed_samples(plan, scheme.dyadic, samples), capacity = 0;
  struct plb_plan_row *rows = NULL;
  if (plan->has_needed)
    most = fmax(most, 2.0 * (double)plan->needed.people);
  most = fmin(most, PLB_MOST_PLANNED);
  for (size_t k = 0; k < kinds; k++) {
    scheme.samples = samples[k];
    for (double people = LEAST_LISTED; people <= most; people = next_listed(people)) {
      scheme.people = people;
      double trials = plb_plan_layout(&scheme).trials;
      if (trials > MOST_COMPARISONS)
        break;
      if (!plb_reserve(&rows, &capacity, plan->row_count + 1, sizeof *rows))
        return plb_fail_memory(err); /* what there is belongs to the plan already */
      fill_row(&scheme, likeness, goal, &rows[plan->row_count++]);
      plan->rows = rows;
    }
  }
  level_chances(plan, rows);
  return PLB_OK;
}

/* The ratios that are seen with so many people in each group, and the people that it takes to see a ratio. */
static plb_status list_contrasts(const struct plb_contrast *contrast, struct plb_test_plan *plan,
                                 struct plb_error *err) {
  static const double people[] = {20, 50, 100, 200, 500, 1000, 2000, 5000, 10000};
  static const double ratios[] = {1.25, 1.5, 2, 3, 5, 10};
  enum { PEOPLE = sizeof people / sizeof *people, RATIOS = sizeof ratios / sizeof *ratios };
  struct plb_plan_contrast *contrasts = plb_alloc(PEOPLE, sizeof *contrasts);
  struct plb_plan_contrast *sizes = plb_alloc(RATIOS, sizeof *sizes);
  plan->contrasts = contrasts;
  plan->sizes = sizes;
  if (!contrasts || !sizes)
    return plb_fail_memory(err);
  for (size_t k = 0; k < PEOPLE; k++) {
    double ratio = plb_contrast_ratio(contrast, people[k]);
    contrasts[plan->contrast_count++] = (struct plb_plan_contrast){
        .has_people = true, .people = (uint64_t)people[k], .has_ratio = ratio > 0.0, .ratio = ratio};
  }
  for (size_t k = 0; k < RATIOS; k++) {
    double enough = plb_contrast_people(contrast, ratios[k]);
    sizes[plan->size_count++] = (struct plb_plan_contrast){
        .has_people = enough > 0.0, .people = (uint64_t)enough, .has_ratio = true, .ratio = ratios[k]};
  }
  return PLB_OK;
}

static void find_needed(struct plb_scheme scheme, const struct plb_likeness *likeness, const struct plb_goal *goal,
                        struct plb_test_plan *plan) {
  scheme.people = plb_plan_people(&scheme, likeness, goal);
  plan->has_needed = scheme.people > 0.0;
  if (plan->has_needed)
    fill_row(&scheme, likeness, goal, &plan->needed);
  scheme.samples = MOST_SAMPLES;
  double least = plb_plan_people(&scheme, likeness, goal);
  plan->has_least_people = least > 0.0;
  plan->least_people = (uint64_t)least;
}

/* How alike the comparisons of this claim are, and those in which its threshold is found. */
static plb_status find_likeness(struct planning *planning, struct plb_test_plan *plan, struct plb_likeness of[2],
                                struct plb_error *err) {
  const struct plb_plan_options *options = planning->options;
  bool about_fmr = strcmp(plan->metric, "FMR") == 0;
  struct plb_likeness *ours = &of[about_fmr ? PLB_CLASS_NONMATED : PLB_CLASS_MATED];
  of[0] = planning->dependence.of[0];
  of[1] = planning->dependence.of[1];
  plan->dependence = planning->dependence.name;
  struct plb_pilot_asked asked = {.pilot = options->pilot,
                                  .metric = plan->metric,
                                  .system = options->pilot_system,
                                  .rate = plan->expected,
                                  .assumed = &planning->dependence};
  plb_status status = PLB_OK;
  if (options->pilot && (status = plb_pilot_likeness(&planning->study, &asked, ours, plan, err)))
    return status;
  plan->person_correlation = ours->person;
  plan->person_sample_correlation = ours->person_sample;
  plan->pair_correlation = about_fmr ? ours->pair : ours->person;
  plan->pair_sample_correlation = about_fmr ? ours->pair_sample : ours->person;
  if (!plan->has_target)
    return PLB_OK;
  asked.metric = "FMR";
  asked.rate = plan->target;
  return plb_pilot_cut(&planning->study, &asked, &of[PLB_CLASS_NONMATED], plan, err);
}

/* What a threshold found in the test does to the plan that is asked for. */
static void describe_cut(struct plb_scheme scheme, struct plb_test_plan *plan) {
  plan->has_cut = plan->has_target && plan->has_needed;
  if (!plan->has_cut)
    return;
  scheme.people = (double)plan->needed.people;
  struct plb_layout layout = plb_plan_layout(&scheme);
  plan->false_matches = layout.false_matches;
  plan->cut_share = fmin(plb_plan_cut_effect(&layout, plan->expected) / plan->needed.design_effect, 1.0);
}

static plb_status plan_claim(struct planning *planning, size_t at, struct plb_error *err) {
  const struct plb_plan_options *options = planning->options;
  struct plb_claim_asked claim;
  struct plb_test_plan plan = {0};
  struct plb_likeness of[2];
  plb_status status = read_claim(planning, at, &claim, &plan, err);
  if (status || (status = find_likeness(planning, &plan, of, err)))
    return status;
  const struct plb_likeness *likeness = &of[claim.about_fmr ? PLB_CLASS_NONMATED : PLB_CLASS_MATED];
  const struct plb_cut cut = {.target = plan.target,
                              .partners = (double)options->partners,
                              .slope = plan.det_slope,
                              .likeness = &of[PLB_CLASS_NONMATED]};
  struct plb_scheme scheme = {.dyadic = claim.about_fmr,
                              .samples = (double)plan.samples,
                              .partners = (double)plan.partners,
                              .cut = plan.has_target ? &cut : NULL};
  struct plb_goal goal = {.limit = plan.at_most, .rate = plan.expected, .level = plan.level, .power = plan.power};
  find_needed(scheme, likeness, &goal, &plan);
  describe_cut(scheme, &plan);
  if ((status = tell(planning, 3 * at + 1, err)) || (status = list_rows(scheme, likeness, &goal, &plan, err)))
    goto out;
  struct plb_contrast contrast = {.scheme = scheme,
                                  .likeness = *likeness,
                                  .rate = plan.expected,
                                  .level = options->level,
                                  .power = options->power,
                                  .groups = (double)options->groups};
  contrast.scheme.cut = NULL; /* all groups have one threshold, which hardly moves their ratio */
  if ((status = tell(planning, 3 * at + 2, err)) ||
      (options->groups && (status = list_contrasts(&contrast, &plan, err))))
    goto out;
  return plb_result_add_plan(planning->study.result, &plan, err);
out:
  plb_plan_free_rows(&plan);
  return status;
}

/* ---- the whole --------------------------------------------------------------------------------- */

static plb_status plan_all(struct planning *planning, struct plb_error *err) {
  const struct plb_plan_options *options = planning->options;
  struct plb_result *result = planning->study.result;
  result->test.type = "plan";
  result->test.direction = NULL;
  result->provenance.version = plb_version();
  planning->power = 1.0 - (1.0 - options->power) / (double)options->claim_count;
  planning->level = 1.0 - (1.0 - options->level) / (double)options->claim_count;
  plb_status status = PLB_OK;
  for (size_t i = 0; i < options->claim_count && !status; i++)
    if (!(status = tell(planning, 3 * i, err)))
      status = plan_claim(planning, i, err);
  return status ? status : plb_plan_say(&planning->study, options, &planning->dependence, err);
}

plb_status plb_plan(const struct plb_plan_options *options, struct plb_result **result, struct plb_error *err) {
  struct planning planning = {.options = options};
  *result = NULL;
  plb_status status = check_options(options, err);
  if (status || (status = plb_dependence_of_options(options, &planning.dependence, err)) ||
      (status = plb_pilot_check(options, err)))
    return status;
  if ((status = plb_result_new(&planning.study.result, err)))
    return status;
  status = plan_all(&planning, err);
  if (status)
    plb_result_free(planning.study.result);
  else
    *result = planning.study.result;
  return status;
}
