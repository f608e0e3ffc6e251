/* SPDX-License-Identifier: Apache-2.0
 *
 * plb_plan as programs call it: what is refused, what several claims and a pilot change, and that a plan is written
 * and read back.
 */
#include "check.h"
#include "measure.h"

#include <math.h>
#include <unistd.h>

#include "interval/latent.h"
#include "plan/plan.h"
#include "result/result.h"

static char folder[] = "/tmp/plumbline-plan-XXXXXX";

static const char *in_folder(const char *name) {
  static char paths[4][96];
  static int turn;
  char *path = paths[turn++ % 4];
  snprintf(path, sizeof paths[0], "%s/%s", folder, name);
  return path;
}

struct asked {
  struct plb_plan_options options;
  const char *claims[3];
  double expected[3];
};

static void ask(struct asked *asked, const char *claim) {
  plb_plan_options_init(&asked->options, sizeof asked->options);
  asked->claims[0] = claim;
  asked->options.claims = asked->claims;
  asked->options.claim_count = 1;
  asked->options.expected = asked->expected;
}

static plb_result *plan(const struct asked *asked) {
  struct plb_error err = {0};
  plb_result *result = NULL;
  if (plb_plan(&asked->options, &result, &err))
    fprintf(stderr, "%s\n", err.message);
  assert_non_null(result);
  return result;
}

static void refused(const struct asked *asked, plb_status status, const char *words) {
  struct plb_error err = {0};
  plb_result *result = NULL;
  assert_int_equal(plb_plan(&asked->options, &result, &err), status);
  assert_null(result);
  if (!strstr(err.message, words))
    fprintf(stderr, "\"%s\" does not say \"%s\"\n", err.message, words);
  assert_non_null(strstr(err.message, words));
}

static int stop(void *ctx, const char *stage, uint64_t done, uint64_t total) {
  (void)ctx;
  assert_string_equal(stage, "planning");
  return done == 2 && total == 3;
}

static void what_makes_no_sense(void **state) {
  (void)state;
  struct asked asked;
  ask(&asked, "FMR <= 1e-4");
  asked.options.claim_count = 0;
  refused(&asked, PLB_USAGE, "there is no claim");
  ask(&asked, "FMR < 1e-4");
  refused(&asked, PLB_USAGE, "\"FMR < 1e-4\" is not a claim");
  ask(&asked, "FMR <= 60%");
  refused(&asked, PLB_USAGE, "at most 50 %");
  ask(&asked, "FMR <= 0");
  refused(&asked, PLB_USAGE, "a limit above 0");
  ask(&asked, "FMR <= 1e-4");
  asked.options.expected_count = 1;
  asked.expected[0] = 1e-4;
  refused(&asked, PLB_USAGE, "below the limit");
  asked.expected[0] = NAN;
  refused(&asked, PLB_USAGE, "below the limit");
  asked.options.expected_count = 2;
  refused(&asked, PLB_USAGE, "2 expected rates for 1 claims");
  ask(&asked, "FNMR <= 1%");
  asked.options.samples = 1;
  refused(&asked, PLB_USAGE, "at least 2 samples");
  asked.options.samples = 1001;
  refused(&asked, PLB_USAGE, "1 to 1,000");
  ask(&asked, "FMR <= 1%");
  asked.options.power = 1;
  refused(&asked, PLB_USAGE, "a chance from 0.5");
  ask(&asked, "FMR <= 1%");
  asked.options.level = 0.4;
  refused(&asked, PLB_USAGE, "the level");
  ask(&asked, "FMR <= 1%");
  asked.options.groups = 1;
  refused(&asked, PLB_USAGE, "1 groups");
  ask(&asked, "FMR <= 1%");
  asked.options.dependence = "weak";
  refused(&asked, PLB_USAGE, "\"weak\" is not known");
  ask(&asked, "FMR <= 1%");
  asked.options.has_person_effect = true;
  asked.options.person_effect = 0.4;
  refused(&asked, PLB_USAGE, "more than the whole variance");
  asked.options.person_effect = -0.1;
  refused(&asked, PLB_USAGE, "no share");
  ask(&asked, "FMR <= 1%");
  asked.options.size = 3;
  refused(&asked, PLB_USAGE, "plb_plan_options_init");
  ask(&asked, "FMR <= 1%");
  asked.options.progress = stop;
  refused(&asked, PLB_CANCELLED, "cancelled");
}

static void one_claim(void **state) {
  (void)state;
  struct asked asked;
  ask(&asked, "FMR <= 0.1% at threshold 3");
  asked.options.samples = 2;
  plb_result *result = plan(&asked);
  assert_int_equal(plb_result_plan_count(result), 1);
  assert_null(plb_result_plan(result, 1));
  const struct plb_test_plan *got = plb_result_plan(result, 0);
  assert_true(got->expected_assumed && fabs(got->expected - 1e-3 / 3) < 1e-18);
  assert_string_equal(got->claim, "FMR <= 0.1% at threshold 3");
  assert_string_equal(got->dependence, "mod");
  const struct plb_likeness likeness = {0.06, 0.06 + 0.05, 2 * 0.06 + 0.2, 2 * 0.06 + 0.2 + 0.05};
  struct plb_scheme scheme = {.dyadic = true, .samples = 2};
  struct plb_goal goal = {1e-3, 1e-3 / 3, 0.95, 0.8};
  assert_int_equal(got->needed.people, (uint64_t)plb_plan_people(&scheme, &likeness, &goal));
  assert_int_equal(got->needed.comparisons, got->needed.people * (got->needed.people - 1) / 2 * 4);
  assert_true(got->needed.power >= 0.8 && got->least_people < got->needed.people);
  uint64_t samples = 0, people = 0;
  for (size_t i = 0; i < got->row_count; i++) {
    const struct plb_plan_row *row = &got->rows[i];
    assert_true(row->samples > samples || (row->samples == samples && row->people > people));
    assert_true(row->relative_error >= row->least_relative_error * 0.999);
    assert_true(row->has_most_errors || row->power < 0.5);
    for (size_t k = 0; k < i; k++) /* more people or samples: no lower a chance */
      assert_true(got->rows[k].people > row->people || got->rows[k].power <= row->power);
    samples = row->samples;
    people = row->people;
  }
  assert_int_equal(samples, 1000);
  assert_true(people >= 2 * got->needed.people);
  plb_result_free(result);
}

static void several_claims(void **state) {
  (void)state;
  struct asked asked;
  ask(&asked, "FMR <= 1%");
  asked.claims[1] = "FNMR <= 5%";
  asked.options.claim_count = 2;
  asked.options.expected_count = 2;
  asked.expected[0] = 0;
  asked.expected[1] = 0.01;
  plb_result *result = plan(&asked);
  for (size_t i = 0; i < 2; i++) {
    const struct plb_test_plan *got = plb_result_plan(result, i);
    assert_true(fabs(got->power - 0.9) < 1e-12 && fabs(got->level - 0.975) < 1e-12);
    assert_true(got->expected_assumed == (i == 0) && got->needed.power >= 0.9);
  }
  assert_string_equal(plb_result_plan(result, 1)->metric, "FNMR");
  plb_result_free(result);
}

static plb_result *pilot_with(uint64_t people, uint64_t samples, bool named) {
  struct plb_simulation simulation;
  struct plb_input input;
  struct plb_options options;
  const char *file = in_folder("pilot.csv");
  plb_simulation_init(&simulation, sizeof simulation);
  simulation.people = people;
  simulation.samples = samples;
  simulation.mated_mean = 3;
  assert_int_equal(plb_simulate(&simulation, file, NULL, NULL), PLB_OK);
  plb_input_init(&input, sizeof input);
  input.files = &file;
  input.file_count = 1;
  input.map = named ? NULL : "reference_subject=nobody,probe_subject=nobody";
  plb_options_init(&options, sizeof options);
  plb_result *result = measured_input(&input, &options);
  remove(file);
  return result;
}

static plb_result *pilot_of(uint64_t people, bool named) {
  return pilot_with(people, 3, named);
}

/* What the correlations of an interval say of its design effect, by the counts of the design. */
static void correlations_give_the_effect(const plb_result *pilot, uint64_t people, uint64_t samples) {
  size_t seen = 0;
  for (size_t i = 0; i < plb_result_count(pilot); i++) {
    const struct plb_estimate *e = plb_result_get(pilot, i);
    if (!e->interval.has_person_correlation || !e->interval.has_design_effect)
      continue;
    struct plb_likeness likeness = {e->interval.person_correlation, e->interval.person_correlation,
                                    e->interval.pair_correlation, e->interval.pair_correlation};
    struct plb_scheme scheme = {
        .dyadic = e->interval.has_pair_correlation, .people = (double)people, .samples = (double)samples};
    struct plb_layout layout = plb_plan_layout(&scheme);
    assert_int_equal(e->trials, (uint64_t)layout.trials);
    double errors = e->errors ? (double)e->errors : 1;
    double effect = plb_plan_effect(&layout, &likeness, errors / layout.trials, NULL);
    assert_true(fabs(effect - e->interval.design_effect) < 1e-6 * effect);
    seen++;
  }
  assert_true(seen >= 6);
}

static void pilots(void **state) {
  (void)state;
  struct plb_error err = {0};
  plb_result *pilot = pilot_of(60, true), *again = NULL;
  correlations_give_the_effect(pilot, 60, 3);
  const char *path = in_folder("pilot.json");
  assert_int_equal(plb_write(pilot, PLB_JSON, path, &err), PLB_OK);
  assert_int_equal(plb_result_read(path, &again, &err), PLB_OK);
  remove(path);
  struct asked asked;
  ask(&asked, "FMR <= 1%");
  asked.claims[1] = "FNMR <= 20%";
  asked.options.claim_count = 2;
  asked.options.expected_count = 1;
  asked.expected[0] = 0.0009; /* nearest to the rate at the target of 0.1 % */
  asked.options.pilot = pilot;
  plb_result *first = plan(&asked);
  asked.options.pilot = again;
  plb_result *second = plan(&asked);
  const struct plb_estimate *source = plb_result_find(pilot, "FMR", "FMR", 1e-3);
  const struct plb_test_plan *got = plb_result_plan(first, 0);
  assert_string_equal(got->dependence, "pilot");
  assert_true(got->person_correlation == source->interval.person_correlation);
  assert_true(got->pair_correlation == source->interval.pair_correlation);
  assert_int_equal(got->needed.people, plb_result_plan(second, 0)->needed.people);
  plb_result_free(first);
  plb_result_free(second);
  plb_result_free(again);
  plb_result_free(pilot);
}

static void pilots_that_say_nothing(void **state) {
  (void)state;
  struct asked asked;
  ask(&asked, "FMR <= 1%");
  plb_result *few = pilot_of(6, true), *planned = plan(&asked);
  asked.options.pilot = few;
  refused(&asked, PLB_DATA, "the pilot has 6 people behind its FMR; expected");
  asked.options.pilot = planned;
  refused(&asked, PLB_DATA, "the pilot is the result of another kind of test (plan); expected");
  for (size_t i = 0; i < few->estimate_count; i++)
    few->estimates[i].has_people = false;
  asked.options.pilot = few;
  refused(&asked, PLB_DATA, "do not name people");
  plb_result_free(few);
  plb_result_free(planned);
}

/* Correlations that the pilot found, in a test of which nobody, or no two people, were compared twice. */
static const struct plb_test_plan *plan_silent(struct asked *asked, plb_result **result) {
  *result = plan(asked);
  return plb_result_plan(*result, 0);
}

static void pilots_without_repeats(void **state) {
  (void)state;
  plb_result *pilot = pilot_with(60, 2, true), *result; /* one mated comparison of each person */
  for (size_t i = 0; i < plb_result_count(pilot); i++)
    if (strcmp(plb_result_get(pilot, i)->metric, "FNMR") == 0)
      assert_false(plb_result_get(pilot, i)->interval.has_person_correlation);
  struct asked asked, assumed;
  ask(&asked, "FNMR <= 20%");
  asked.options.pilot = pilot;
  ask(&assumed, "FNMR <= 20%");
  const struct plb_test_plan *got = plan_silent(&asked, &result);
  assert_string_equal(got->dependence, "mod");
  assert_null(got->pilot);
  assert_string_equal(got->pilot_silent, "the pilot cannot tell how alike comparisons of one person are, since nobody "
                                         "was compared twice: assumed (mod) a correlation of 0.3");
  plb_result *other = plan(&assumed);
  assert_int_equal(got->needed.people, plb_result_plan(other, 0)->needed.people);
  plb_result_free(result);
  plb_result_free(other);
  asked.options.has_mated_effect = true;
  asked.options.mated_effect = 0.5;
  got = plan_silent(&asked, &result);
  assert_true(got->person_correlation == 0.5 && strstr(got->pilot_silent, "as given, a correlation of 0.5"));
  plb_result_free(result);
  plb_result_free(pilot);
}

static void pilots_without_repeated_pairs(void **state) {
  (void)state;
  plb_result *pilot = pilot_with(60, 1, true), *result;
  struct asked asked;
  ask(&asked, "FMR <= 1%");
  asked.options.pilot = pilot;
  const struct plb_test_plan *got = plan_silent(&asked, &result);
  assert_string_equal(got->dependence, "pilot");
  assert_non_null(got->pilot);
  assert_non_null(strstr(got->pilot_silent, "since no two people, or hardly any, were compared twice: assumed (mod)"));
  assert_true(fabs(got->pair_correlation - (2 * got->person_correlation + 0.2)) < 1e-12);
  plb_result_free(result);
  asked.options.pilot_system = "other";
  refused(&asked, PLB_USAGE, "the pilot has no system \"other\"; its system has no name");
  asked.options.pilot = NULL;
  refused(&asked, PLB_USAGE, "no pilot");
  plb_result_free(pilot);
}

/* Two systems, of which the one that is meant must be named. */
static void systems_of_a_pilot(void **state) {
  (void)state;
  plb_result *pilot = pilot_of(60, true), *result;
  for (size_t i = 0; i < pilot->estimate_count; i++)
    pilot->estimates[i].system = i % 2 ? "front" : "side";
  struct asked asked;
  ask(&asked, "FMR <= 1%");
  asked.options.pilot = pilot;
  refused(&asked, PLB_USAGE, "the pilot has 2 systems: side, front; expected one of them to be named");
  asked.options.pilot_system = "back";
  refused(&asked, PLB_USAGE, "no system \"back\"; expected one of: side, front");
  for (size_t i = 0; i < pilot->estimate_count; i++)
    pilot->estimates[i].system = strcmp(pilot->estimates[i].metric, "FMR") == 0 ? "front" : "side";
  asked.options.pilot_system = "front";
  assert_non_null(strstr(plan_silent(&asked, &result)->pilot, "; system front)"));
  plb_result_free(result);
  asked.options.pilot_system = "side";
  refused(&asked, PLB_DATA, "the pilot has measured no FMR; expected");
  plb_result_free(pilot);
}

/* ---- a threshold found in the test -------------------------------------------------------------------- */

static void refused_targets(void) {
  struct asked asked;
  ask(&asked, "FNMR <= 5% at FMR 0");
  refused(&asked, PLB_USAGE, "expected an FMR above 0");
  ask(&asked, "FNMR <= 5% at FMR 60%");
  refused(&asked, PLB_USAGE, "expected an FMR above 0");
}

static void targets(void **state) {
  (void)state;
  struct asked asked;
  refused_targets();
  ask(&asked, "FNMR <= 5%");
  asked.claims[1] = "FNMR <= 5% at FMR 0.1%";
  asked.claims[2] = "FNMR <= 5% at FMR 1e-5";
  asked.options.claim_count = 3;
  plb_result *result = plan(&asked);
  const struct plb_test_plan *before = plb_result_plan(result, 0), *found = plb_result_plan(result, 1),
                             *rare = plb_result_plan(result, 2);
  assert_true(!before->has_target && !before->has_cut && found->has_target && found->has_cut);
  assert_true(fabs(found->target - 1e-3) < 1e-15 && fabs(found->det_slope - 1) < 1e-15);
  assert_true(found->needed.people > before->needed.people && rare->needed.people > found->needed.people);
  assert_true(found->cut_share > 0.02 && found->cut_share < 0.5 && rare->false_matches >= 10);
  assert_true(rare->rows[0].power <= 0.0 && !rare->rows[0].has_most_errors);
  plb_result_free(result);
}

/* The pilot's own curve and its own non-mated comparisons. The scores of the simulator have a slope of 1. */
static void target_with_pilot(void **state) {
  (void)state;
  struct asked asked;
  plb_result *pilot = pilot_of(60, true);
  ask(&asked, "FNMR <= 20% at FMR 1%");
  asked.options.pilot = pilot;
  plb_result *result = plan(&asked);
  const struct plb_test_plan *got = plb_result_plan(result, 0);
  assert_true(got->det_slope > 0.6 && got->det_slope < 1.6 && fabs(got->det_slope - 1) > 1e-6);
  assert_non_null(strstr(got->target_basis, "as the pilot's curve has it"));
  assert_non_null(strstr(got->target_basis, "errors in 15,930 comparisons"));
  plb_result_free(result);
  plb_result_free(pilot);
}

/* Whether a simulated test, its threshold found in it, shows the claim. */
static bool is_shown(const char *claim, const struct plb_simulation *simulation, double target) {
  const char *file = in_folder("test.csv");
  struct plb_input input;
  struct plb_options options;
  assert_int_equal(plb_simulate(simulation, file, NULL, NULL), PLB_OK);
  plb_input_init(&input, sizeof input);
  input.files = &file;
  input.file_count = 1;
  plb_options_init(&options, sizeof options);
  options.fmr_targets = &target;
  options.fmr_target_count = 1;
  options.claims = &claim;
  options.claim_count = 1;
  plb_result *result = measured_input(&input, &options);
  assert_int_equal(result->claim_count, 1);
  bool shown = strcmp(result->claims[0].verdict, "shown") == 0;
  plb_result_free(result);
  remove(file);
  return shown;
}

/* Planned, then simulated with as many people: PLUMBLINE_TESTS=200 in the environment for more than a look. */
static void targets_simulated(void **state) {
  (void)state;
  const struct {
    const char *claim;
    double expected, target, score; /* normal scores: FNMR's and FMR's, added */
  } cells[] = {{"FNMR <= 5% at FMR 1%", 0.05 / 3, 0.01, 2.1280452341849842 + 2.3263478740408408},
               {"FNMR <= 5% at FMR 0.1%", 0.05 / 3, 1e-3, 2.1280452341849842 + 3.0902323061678132},
               {"FNMR <= 5% at FMR 0.01%", 0.05 / 3, 1e-4, 2.1280452341849842 + 3.719016485455709},
               {"FNMR <= 20% at FMR 1%", 0.12, 0.01, 1.1749867920660904 + 2.3263478740408408}};
  const char *asked_for = getenv("PLUMBLINE_TESTS");
  int tests = asked_for ? atoi(asked_for) : 4;
  for (size_t c = 0; c < sizeof cells / sizeof *cells; c++) {
    struct asked asked;
    ask(&asked, cells[c].claim);
    asked.options.expected_count = 1;
    asked.expected[0] = cells[c].expected;
    plb_result *result = plan(&asked);
    const struct plb_test_plan *got = plb_result_plan(result, 0);
    struct plb_simulation simulation;
    plb_simulation_init(&simulation, sizeof simulation);
    simulation.people = got->needed.people;
    simulation.mated_mean = cells[c].score;
    double shown = 0;
    for (int k = 0; k < tests; k++) {
      simulation.seed = 1 + (uint64_t)k;
      shown += is_shown(cells[c].claim, &simulation, cells[c].target) / (double)tests;
    }
    print_message("| %s | %llu | %.3g | %.1f | %.1f |\n", cells[c].claim, (unsigned long long)got->needed.people,
                  got->false_matches, 100 * got->needed.power, 100 * shown);
    assert_true(tests < 100 || (shown > got->needed.power - 0.08 && shown < got->needed.power + 0.15));
    plb_result_free(result);
  }
}

static char *bytes_of(const char *path, size_t *length) {
  FILE *file = fopen(path, "rb");
  char *bytes = calloc(1, 1 << 20);
  *length = fread(bytes, 1, 1 << 20, file);
  fclose(file);
  remove(path);
  return bytes;
}

static void written_and_read(void **state) {
  (void)state;
  struct plb_error err = {0};
  struct asked asked;
  ask(&asked, "FMR <= 5%");
  asked.claims[1] = "FNMR <= 5% at FMR 1%";
  asked.options.claim_count = 2;
  asked.options.groups = 4;
  asked.options.partners = 7;
  asked.options.has_pair_effect = true;
  asked.options.pair_effect = 0.4;
  plb_result *result = plan(&asked), *again = NULL;
  const char *path = in_folder("plan.json");
  size_t first_length, second_length;
  assert_int_equal(plb_write(result, PLB_JSON, path, &err), PLB_OK);
  assert_int_equal(plb_result_read(path, &again, &err), PLB_OK);
  char *first = bytes_of(path, &first_length);
  assert_int_equal(plb_write(again, PLB_JSON, path, &err), PLB_OK);
  char *second = bytes_of(path, &second_length);
  assert_true(first_length > 1000 && first_length == second_length && memcmp(first, second, first_length) == 0);
  const struct plb_test_plan *one = plb_result_plan(result, 0), *other = plb_result_plan(again, 0);
  assert_string_equal(other->dependence, "given");
  const struct plb_test_plan *at = plb_result_plan(again, 1);
  assert_true(at->has_target && at->has_cut && at->false_matches > 10 && at->cut_share > 0);
  assert_int_equal(one->contrast_count, other->contrast_count);
  assert_int_equal(one->groups, 4);
  for (size_t k = 1; k < one->contrast_count; k++) /* more people see smaller ratios */
    assert_true(!one->contrasts[k - 1].has_ratio || one->contrasts[k].ratio < one->contrasts[k - 1].ratio);
  free(first);
  free(second);
  plb_result_free(again);
  plb_result_free(result);
}

int main(void) {
  if (!mkdtemp(folder))
    return 1;
  const struct CMUnitTest tests[] = {cmocka_unit_test(what_makes_no_sense),
                                     cmocka_unit_test(one_claim),
                                     cmocka_unit_test(several_claims),
                                     cmocka_unit_test(pilots),
                                     cmocka_unit_test(pilots_that_say_nothing),
                                     cmocka_unit_test(pilots_without_repeats),
                                     cmocka_unit_test(pilots_without_repeated_pairs),
                                     cmocka_unit_test(systems_of_a_pilot),
                                     cmocka_unit_test(targets),
                                     cmocka_unit_test(target_with_pilot),
                                     cmocka_unit_test(targets_simulated),
                                     cmocka_unit_test(written_and_read)};
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  return failed + (rmdir(folder) != 0);
}
