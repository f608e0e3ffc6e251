/* SPDX-License-Identifier: Apache-2.0
 *
 * Comparisons that are too many to be listed, and replicates that are too many to be drawn: what is within reach is the
 * same as without a limit, and what is not has no interval and a reason.
 */
#include <stdlib.h>
#include <string.h>

#include "close.h"
#include "joined.h"
#include "pairs.h"

#define TARGETS 3

static const double targets[TARGETS] = {0.2, 0.02, 0.01};

static struct plb_result *compared(size_t most_listed, double level, double margin) {
  const struct twin_model nonmated = {false, 60, 2, {.06, .06}, {.2, .2}, {.05, .05}, .5},
                          mated = {true, 60, 6, {.3, .3}, {0, 0}, {0, 0}, .5};
  struct dice dice = {.state = 71};
  struct twins of[2];
  struct plb_options options;
  struct plb_comparing comparing;
  twins_of_model(&dice, &nonmated, &of[0]);
  twins_of_model(&dice, &mated, &of[1]);
  for (size_t k = 0; k < of[1].count; k++)
    for (int s = 0; s < 2; s++)
      of[1].rows[k].score[s] += 2.5;
  struct plb_tally *tally = tally_of_twins(&of[0], false);
  add_twins(tally, &of[1], true);
  if (most_listed)
    tally->most_listed = most_listed;
  plb_options_init(&options, sizeof options);
  plb_comparing_init(&comparing, sizeof comparing);
  options.fmr_targets = targets;
  options.fmr_target_count = TARGETS;
  options.threads = 1;
  options.level = level;
  comparing.fnmr_margin = comparing.eer_margin = margin;
  comparing.aim = margin > 0 ? PLB_NON_INFERIORITY : PLB_SUPERIORITY;
  struct plb_result *result = compare_tally(tally, 2, &options, &comparing);
  plb_tally_free(tally);
  free(of[0].rows);
  free(of[1].rows);
  return result;
}

/* `drawn` targets, the smallest ones, and no EER. */
static void check(size_t most_listed, double level, size_t drawn, const char *why) {
  struct plb_result *all = compared(0, 0.95, 0), *some = compared(most_listed, level, 0.05);
  for (size_t t = 0; t <= TARGETS; t++) {
    const char *metric = t < TARGETS ? "FNMR_DIFFERENCE" : "EER_DIFFERENCE";
    const struct plb_estimate *want = found_in(all, metric, t % TARGETS), *seen = found_in(some, metric, t % TARGETS);
    bool is_drawn = t < TARGETS && t >= TARGETS - drawn;
    assert_true(want->interval.exists && want->status == PLB_EST_OK && seen->has_value);
    CLOSE(seen->value, want->value, 0);
    assert_true(seen->interval.exists == is_drawn);
    if (is_drawn) {
      CLOSE(seen->interval.lower, want->interval.lower, 0);
      CLOSE(seen->interval.upper, want->interval.upper, 0);
      continue;
    }
    assert_true(seen->status == PLB_EST_UNSUPPORTED && !seen->verdict && !seen->has_p_value);
    if (!strstr(seen->note, why))
      fail_msg("%s", seen->note);
  }
  for (size_t r = 0; found_in(some, "FNMR_RATIO", r); r++)
    assert_true(r < drawn && found_in(some, "FNMR_RATIO", r)->interval.exists);
  size_t held;
  assert_int_equal(plb_result_margins(some, &held), drawn + (drawn < 1) + 1);
  plb_result_free(all);
  plb_result_free(some);
}

static void lists_have_an_end(void **state) {
  (void)state;
  /* 7,080 non-mated comparisons; errors at the targets: 1,416, 141, 70; at the EER some 650 */
  check(3400, 0.95, 2, "than the 3,400 that can be drawn again");
  check(3100, 0.95, 0, "than the 3,100 that can be drawn again");
  check(300, 0.95, 0, "than the 300 that can be drawn again"); /* not even the mated ones */
}

static void replicates_have_an_end(void **state) {
  (void)state;
  check(0, 0.999999, 0, "too many replicates would be needed");
}

int main(void) {
  const struct CMUnitTest all[] = {cmocka_unit_test(lists_have_an_end), cmocka_unit_test(replicates_have_an_end)};
  return cmocka_run_group_tests(all, NULL, NULL);
}
