/* SPDX-License-Identifier: Apache-2.0
 *
 * Counts by cluster of people against the plainest loops over all rows: places, errors, pairs of clusters, and what
 * lies inside them; on one thread and on several, in memory and in a file.
 */
#include "check.h"
#include "comparisons.h"

#include "base/key.h"
#include "base/wide.h"
#include "tally/dyads.h"

#define PEOPLE 40
#define ROWS 20000

static struct plb_trial rows[ROWS];

/* Person p is of family p % 13; every person from 30 on is of none. */
static uint32_t family_of(uint32_t person) {
  return person < 30 ? person % 13 : 100 + person;
}

static void name_people(struct plb_tally *tally) {
  static const char attribute[] = "family";
  tally->cluster = strdup(attribute);
  for (uint32_t i = 0; i < PEOPLE; i++) {
    char family[16];
    uint32_t number = person_called(tally, i);
    snprintf(family, sizeof family, "p%u", i % 13); /* families are called as people are */
    person_belongs(tally, number, i < 30 ? family : NULL);
  }
}

static struct plb_tally *tally_of(uint64_t memory, size_t exact) {
  struct plb_input input = {.size = sizeof input, .memory = memory};
  struct plb_tally *tally;
  uint64_t seed = 77;
  assert_int_equal(plb_tally_new(&input, &tally, NULL), PLB_OK);
  tally->pairs_exact = exact;
  tally->pairs_sample = exact < 1000 ? exact / 4 : 1 << 20;
  name_people(tally);
  for (size_t r = 0; r < ROWS; r++) {
    uint32_t a = draw_below(&seed, PEOPLE - 1), b = draw_below(&seed, PEOPLE - 1); /* the last one has no row */
    rows[r] = comparison((double)draw_below(&seed, 60) / 7 - 3, a, b);
  }
  assert_int_equal(plb_tally_add_trials(tally, rows, ROWS, NULL), PLB_OK);
  return tally;
}

static const struct plb_rows *rows_of(const struct plb_tally *tally, bool mated) {
  return &tally->systems[0].of[mated].rows;
}

static bool is_error(const struct plb_trial *row, double threshold) {
  return row->mated ? row->score < threshold : row->score >= threshold;
}

static void check_place(const struct plb_places *places, const struct plb_person_sums *sums, bool mated,
                        uint32_t person) {
  uint64_t trials = 0, errors = 0;
  uint32_t family = family_of(person), place = places->place[person];
  for (size_t r = 0; r < ROWS; r++) {
    bool of = family_of(rows[r].reference) == family || family_of(rows[r].probe) == family;
    trials += rows[r].mated == mated && of;
    errors += rows[r].mated == mated && of && is_error(&rows[r], plb_value_of(sums->thresholds[1]));
  }
  assert_int_equal(places->trials[place], trials);
  assert_int_equal(sums->errors[places->people + place], errors);
  for (uint32_t other = 0; other < PEOPLE - 1; other++)
    assert_int_equal(places->place[other] == place, family_of(other) == family);
  assert_int_equal(family_of(places->person[place]), family);
}

static void places_are_of_clusters(void **unused) {
  (void)unused;
  uint64_t thresholds[] = {plb_key_of(-1), plb_key_of(1.5), plb_key_of(4)}, identity[2][PEOPLE];
  struct plb_tally *tally = tally_of(0, 1 << 22);
  for (int mated = 0; mated < 2; mated++) {
    struct plb_places places;
    struct plb_person_sums sums = {.thresholds = thresholds, .threshold_count = 3, .keep_from = 1};
    assert_int_equal(plb_places_make(tally, rows_of(tally, mated), mated, 3, &places, NULL), PLB_OK);
    assert_int_equal(plb_person_sums_count(tally, rows_of(tally, mated), mated, &places, 2, &sums, NULL), PLB_OK);
    assert_int_equal(places.people, 13 + 9);
    assert_int_equal(places.persons, PEOPLE - 1);
    assert_int_equal(places.place[PEOPLE - 1], PLB_NOBODY);
    uint64_t inner = 0;
    for (size_t r = 0; r < ROWS; r++)
      inner += !mated && !rows[r].mated && family_of(rows[r].reference) == family_of(rows[r].probe);
    assert_int_equal(places.inner, inner);
    for (uint32_t person = 0; person < PEOPLE - 1; person++) {
      check_place(&places, &sums, mated, person);
      identity[mated][person] = places.identity[places.place[person]];
    }
    plb_person_sums_free(&sums);
    plb_places_free(&places);
  }
  for (uint32_t a = 0; a < PEOPLE - 1; a++) {
    assert_true(identity[0][a] == identity[1][a]);
    for (uint32_t b = 0; b < PEOPLE - 1; b++)
      assert_int_equal(identity[0][a] == identity[0][b], family_of(a) == family_of(b));
  }
  plb_tally_free(tally);
}

struct pair_sums {
  double squares, weighted, errors_squared, products;
};

/* Every pair of people who stand for different places, by looking at every row. */
static struct pair_sums naive_pairs(const struct plb_places *places, const double *weights, uint64_t threshold) {
  struct pair_sums sums = {0};
  for (size_t p = 0; p < places->people; p++)
    for (size_t q = p + 1; q < places->people; q++) {
      double n = 0, y = 0, weight = weights[p] * weights[q];
      for (size_t r = 0; r < ROWS; r++) {
        uint32_t i = places->place[rows[r].reference], j = places->place[rows[r].probe];
        bool of = (i == p && j == q) || (i == q && j == p);
        n += of;
        y += of && rows[r].score >= plb_value_of(threshold);
      }
      sums.squares += n * n;
      sums.weighted += weight * n * n;
      sums.errors_squared += weight * y * y;
      sums.products += weight * y * n;
    }
  return sums;
}

static struct plb_dyads dyads_of(struct plb_tally *tally, unsigned threads, const uint64_t *threshold, double *weights,
                                 struct plb_places *places, struct plb_person_sums *sums) {
  for (int i = 0; i < PEOPLE; i++)
    weights[i] = 1 + 0.01 * i;
  struct plb_dyads dyads = {.weights = weights, .thresholds = threshold, .threshold_count = 1};
  assert_int_equal(plb_places_make(tally, rows_of(tally, false), false, threads, places, NULL), PLB_OK);
  assert_int_equal(plb_person_sums_count(tally, rows_of(tally, false), false, places, threads, sums, NULL), PLB_OK);
  assert_int_equal(
      plb_dyads_count(tally, rows_of(tally, false), places, sums->kept, sums->kept_count, threads, &dyads, NULL),
      PLB_OK);
  return dyads;
}

static void pairs_are_of_clusters(void **unused) {
  (void)unused;
  const uint64_t threshold = plb_key_of(2);
  for (unsigned threads = 1; threads <= 3; threads++) {
    double weights[PEOPLE];
    struct plb_places places;
    struct plb_person_sums sums = {.keep_from = plb_key_of(5), .keep_to = UINT64_MAX};
    struct plb_tally *tally = tally_of(threads == 2 ? 0 : 1 << 30, 1 << 22);
    struct plb_dyads dyads = dyads_of(tally, threads, &threshold, weights, &places, &sums);
    struct pair_sums naive = naive_pairs(&places, weights, threshold);
    assert_false(dyads.sampled);
    assert_int_equal(dyads.pairs, 22 * 21 / 2);
    assert_close(dyads.sum_squares, naive.squares, 1e-15);
    assert_close(dyads.sum_weighted, naive.weighted, 1e-12);
    assert_close(dyads.weighted_squares[0], naive.errors_squared, 1e-12);
    assert_close(dyads.weighted_products[0], naive.products, 1e-12);
    size_t inside = 0;
    for (size_t k = 0; k < sums.kept_count; k++) {
      uint64_t n = 0;
      inside += sums.kept[k].i == sums.kept[k].j;
      assert_int_equal(dyads.kept_pair[k] == PLB_NOBODY, sums.kept[k].i == sums.kept[k].j);
      for (size_t r = 0; r < ROWS && dyads.kept_pair[k] != PLB_NOBODY; r++) {
        uint32_t i = places.place[rows[r].reference], j = places.place[rows[r].probe];
        n += (i == sums.kept[k].i && j == sums.kept[k].j) || (j == sums.kept[k].i && i == sums.kept[k].j);
      }
      if (dyads.kept_pair[k] != PLB_NOBODY)
        assert_int_equal(dyads.pair_trials[dyads.kept_pair[k]], n);
    }
    assert_true(inside > 20);
    plb_dyads_free(&dyads);
    plb_person_sums_free(&sums);
    plb_places_free(&places);
    plb_tally_free(tally);
  }
}

/* A sample of the pairs stands for the comparisons between clusters, not for those inside them. */
static void sampled_pairs_stand_for_all(void **unused) {
  (void)unused;
  const uint64_t threshold = plb_key_of(2);
  double exact[2] = {0};
  for (int sampled = 0; sampled < 2; sampled++) {
    double weights[PEOPLE];
    struct plb_places places;
    struct plb_person_sums sums = {.keep_from = 1};
    struct plb_tally *tally = tally_of(1 << 30, sampled ? 200 : 1 << 22);
    struct plb_dyads dyads = dyads_of(tally, 2, &threshold, weights, &places, &sums);
    assert_int_equal(dyads.sampled, sampled);
    if (sampled) { /* 50 of 231 pairs, which differ by the sizes of their clusters */
      assert_close(dyads.sum_squares, exact[0], 0.15);
      assert_close(dyads.weighted_products[0], exact[1], 0.15);
    }
    exact[0] = dyads.sum_squares;
    exact[1] = dyads.weighted_products[0];
    plb_dyads_free(&dyads);
    plb_person_sums_free(&sums);
    plb_places_free(&places);
    plb_tally_free(tally);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(places_are_of_clusters), cmocka_unit_test(pairs_are_of_clusters),
                                     cmocka_unit_test(sampled_pairs_stand_for_all)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
