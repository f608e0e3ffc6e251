/* SPDX-License-Identifier: Apache-2.0
 *
 * Who stands for whom where clusters of people are drawn anew, and that every comparison weighs what its clusters say:
 * between two clusters the product of their weights, inside one its weight once.
 */
#include "check.h"
#include "comparisons.h"

#include "base/key.h"
#include "resample/roster.h"

#define PEOPLE 24
#define ROWS 3000

/* Person p is of cluster p / 5, the last four of none. */
static uint32_t cluster_of(uint32_t person) {
  return person < 20 ? person / 5 : 100 + person;
}

static struct plb_tally *tally_of(struct plb_trial rows[ROWS]) {
  struct plb_input input = {.size = sizeof input, .memory = 1 << 20};
  struct plb_tally *tally;
  uint64_t seed = 5;
  assert_int_equal(plb_tally_new(&input, &tally, NULL), PLB_OK);
  tally->cluster = strdup("home");
  for (uint32_t p = 0; p < PEOPLE; p++) {
    char name[16];
    uint32_t number = person_called(tally, p * 7 % PEOPLE);
    snprintf(name, sizeof name, "h%u", p / 5);
    person_belongs(tally, number, p < 20 ? name : NULL);
  }
  for (size_t r = 0; r < ROWS; r++) {
    uint32_t a = draw_below(&seed, PEOPLE), b = draw_below(&seed, PEOPLE);
    rows[r] = comparison((double)draw_below(&seed, 50), a, b);
  }
  assert_int_equal(plb_tally_add_trials(tally, rows, ROWS, NULL), PLB_OK);
  return tally;
}

static void one_stands_for_all(void **unused) {
  (void)unused;
  static struct plb_trial rows[ROWS];
  struct plb_tally *tally = tally_of(rows);
  struct plb_units units;
  assert_int_equal(plb_units_make(&tally->census, &units, NULL), PLB_OK);
  assert_int_equal(units.numbers, PEOPLE + 1);
  assert_int_equal(units.inside, PEOPLE);
  for (uint32_t a = 0; a < PEOPLE; a++) {
    uint32_t head = plb_unit_of(&units, a);
    assert_int_equal(cluster_of(head), cluster_of(a));
    assert_int_equal(plb_unit_of(&units, head), head);
    for (uint32_t b = 0; b < PEOPLE; b++) {
      assert_int_equal(plb_unit_of(&units, a) == plb_unit_of(&units, b), cluster_of(a) == cluster_of(b));
      assert_int_equal(units.identity[a] == units.identity[b], cluster_of(a) == cluster_of(b));
    }
  }
  plb_units_free(&units);
  plb_tally_free(tally);
}

/* In units of a quarter where weights are 0 or 2. */
static void weights_are_of_clusters(void **unused) {
  (void)unused;
  static struct plb_trial rows[ROWS];
  struct plb_tally *tally = tally_of(rows);
  struct plb_roster roster;
  assert_int_equal(plb_roster_make(tally, &tally->systems[0], &roster, NULL), PLB_OK);
  assert_int_equal(plb_roster_find_design(&roster, NULL), PLB_OK);
  assert_int_equal(roster.member_count, 8);
  assert_false(roster.complete);
  struct plb_weighted_people who = plb_roster_people(&roster);
  for (int plan = PLB_PLAN_DOUBLE_OR_NOTHING; plan <= PLB_PLAN_VERTEX; plan++) {
    struct plb_weights weights = {0};
    uint64_t sums[PLB_LANE] = {0}, drawn = 0;
    for (size_t lane = 0; lane < 2; lane++) { /* the second one in the memory of the first */
      memset(sums, 0, sizeof sums);
      assert_int_equal(plb_weights_draw((enum plb_plan)plan, 9, lane, &who, &weights, NULL), PLB_OK);
      assert_int_equal(plb_roster_total(&roster, &weights, sums, NULL), PLB_OK);
    }
    for (size_t r = 0; r < PLB_LANE; r++) {
      uint64_t wanted = 0;
      for (size_t k = 0; k < ROWS; k++) {
        uint64_t a = plb_weight_of(&weights, plb_unit_of(&roster.units, rows[k].reference), r);
        uint64_t b = plb_weight_of(&weights, plb_unit_of(&roster.units, rows[k].probe), r);
        assert_true(plan == PLB_PLAN_VERTEX || a == 0 || a == 2);
        bool inside = cluster_of(rows[k].reference) == cluster_of(rows[k].probe);
        wanted += rows[k].mated ? 0 : inside ? a : a * b;
      }
      assert_int_equal(sums[r], wanted);
      drawn += wanted;
    }
    /* on average every comparison counts once */
    assert_close((double)drawn / PLB_LANE, (double)tally->systems[0].of[0].completed, 0.2);
    plb_weights_free(&weights);
  }
  plb_roster_free(&roster);
  plb_tally_free(tally);
}

/* Three families of two. Each pair of families is compared once; with two comparisons inside each family every family
 * has as many trials as in a complete design of two comparisons a pair, which it is not. */
static void comparisons_inside_are_of_no_pair(void **unused) {
  (void)unused;
  struct plb_tally *tally = similarity_tally();
  struct plb_roster roster;
  tally->cluster = strdup("home");
  for (uint32_t p = 0; p < 6; p++) {
    char name[16];
    snprintf(name, sizeof name, "h%u", p / 2);
    person_belongs(tally, person_called(tally, p), name);
  }
  static const uint32_t pairs[][2] = {{0, 2}, {3, 4}, {5, 1}, {0, 1}, {1, 0}, {2, 3}, {3, 2}, {4, 5}, {5, 4}};
  for (size_t k = 0; k < sizeof pairs / sizeof *pairs; k++) {
    const struct plb_trial trial = comparison((double)k, pairs[k][0], pairs[k][1]);
    assert_int_equal(plb_tally_add_trials(tally, &trial, 1, NULL), PLB_OK);
  }
  assert_int_equal(plb_roster_make(tally, &tally->systems[0], &roster, NULL), PLB_OK);
  assert_int_equal(plb_roster_find_design(&roster, NULL), PLB_OK);
  assert_int_equal(roster.member_count, 3);
  assert_false(roster.complete);
  plb_roster_free(&roster);
  plb_tally_free(tally);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(one_stands_for_all), cmocka_unit_test(weights_are_of_clusters),
                                     cmocka_unit_test(comparisons_inside_are_of_no_pair)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
