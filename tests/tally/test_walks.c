/* SPDX-License-Identifier: Apache-2.0
 *
 * Steps, sums by person and sums by pair of people against the plainest loops over all rows and pairs.
 */
#include "check.h"
#include "comparisons.h"

#include "base/key.h"
#include "base/wide.h"
#include "tally/dyads.h"
#include "tally/steps.h"

#define PEOPLE 40

struct table {
  struct plb_trial rows[30000];
  size_t count;
};

static struct plb_tally *tally_of(const struct table *table, uint64_t memory, size_t exact, size_t sample) {
  struct plb_input input = {.size = sizeof input, .memory = memory};
  struct plb_tally *tally;
  assert_int_equal(plb_tally_new(&input, &tally, NULL), PLB_OK);
  tally->pairs_exact = exact;
  tally->pairs_sample = sample;
  for (uint32_t i = 0; i < PEOPLE; i++)
    person_called(tally, i);
  assert_int_equal(plb_tally_add_trials(tally, table->rows, table->count, NULL), PLB_OK);
  return tally;
}

static void fill(struct table *table, size_t count, uint32_t people, uint32_t distinct, uint64_t seed) {
  table->count = count;
  for (size_t r = 0; r < count; r++) {
    uint32_t a = draw_below(&seed, people), b = draw_below(&seed, people);
    table->rows[r] = comparison((double)draw_below(&seed, distinct) / 7 - 3, a, b);
  }
}

struct seen {
  const struct table *table;
  double last;
  uint64_t total[2];
  bool any;
};

static void look(void *ctx, const struct plb_step *steps, size_t count) {
  struct seen *seen = ctx;
  for (size_t i = 0; i < count; i++) {
    double value = plb_value_of(steps[i].key);
    uint64_t naive[2] = {0, 0};
    if (seen->any)
      assert_true(value > seen->last);
    for (size_t r = 0; r < seen->table->count; r++)
      naive[seen->table->rows[r].mated] += seen->table->rows[r].score == value;
    assert_int_equal(naive[0], steps[i].count[0]);
    assert_int_equal(naive[1], steps[i].count[1]);
    seen->total[0] += naive[0];
    seen->total[1] += naive[1];
    seen->last = value;
    seen->any = true;
  }
}

static void steps_are_the_distinct_scores(void **unused) {
  (void)unused;
  static struct table table;
  for (unsigned threads = 1; threads <= 3; threads++) {
    fill(&table, 3000, PEOPLE, 50 * threads, 100 + threads);
    struct plb_tally *tally = tally_of(&table, 1 << 30, 1000, 100);
    struct seen seen = {.table = &table};
    assert_int_equal(
        plb_walk_steps(
            &(struct plb_step_walk){
                .tally = tally, .system = &tally->systems[0], .threads = threads, .take = look, .ctx = &seen},
            NULL),
        PLB_OK);
    assert_int_equal(seen.total[0], tally->systems[0].of[0].completed);
    assert_int_equal(seen.total[1], tally->systems[0].of[1].completed);
    plb_tally_free(tally);
  }
}

static const struct plb_rows *rows_of(const struct plb_tally *tally, bool mated) {
  return &tally->systems[0].of[mated].rows;
}

/* Comparisons of one person in one class, and the errors among them, by looking at every row. */
static void naive_person(const struct table *table, bool mated, uint32_t person, double threshold, uint64_t *trials,
                         uint64_t *errors) {
  *trials = *errors = 0;
  for (size_t r = 0; r < table->count; r++) {
    const struct plb_trial *row = &table->rows[r];
    if (row->mated != mated || (row->reference != person && row->probe != person))
      continue;
    ++*trials;
    *errors += mated ? row->score < threshold : row->score >= threshold;
  }
}

static size_t naive_kept(const struct table *table, bool mated) {
  size_t kept = 0;
  for (size_t r = 0; r < table->count; r++)
    kept += table->rows[r].mated == mated && (mated ? table->rows[r].score <= -2.5 : table->rows[r].score >= 4.5);
  return kept;
}

static void check_person(const struct table *table, bool mated, uint32_t person, const struct plb_places *places,
                         const struct plb_person_sums *sums) {
  uint32_t place = places->place[person];
  for (size_t t = 0; t < sums->threshold_count; t++) {
    uint64_t trials, errors;
    naive_person(table, mated, person, plb_value_of(sums->thresholds[t]), &trials, &errors);
    assert_int_equal(places->trials[place], trials);
    assert_int_equal(sums->errors[t * places->people + place], errors);
  }
}

static void people_equal_plain_loops(void **unused) {
  (void)unused;
  static struct table table;
  fill(&table, 5000, 25, 60, 17);
  uint64_t thresholds[] = {plb_key_of(-1), plb_key_of(1.5), plb_key_of(4), plb_key_of(100)};
  for (int mated = 0; mated < 2; mated++) {
    struct plb_tally *tally = tally_of(&table, 0, 1000, 100);
    struct plb_places places;
    struct plb_person_sums sums = {.thresholds = thresholds,
                                   .threshold_count = 4,
                                   .keep_from = mated ? 0 : plb_key_of(4.5),
                                   .keep_to = mated ? plb_key_of(-2.5) : UINT64_MAX};
    assert_int_equal(plb_places_make(tally, rows_of(tally, mated), mated, 3, &places, NULL), PLB_OK);
    assert_int_equal(places.people, 25);
    assert_int_equal(plb_person_sums_count(tally, rows_of(tally, mated), mated, &places, 3, &sums, NULL), PLB_OK);
    assert_int_equal(sums.kept_count, naive_kept(&table, mated));
    for (uint32_t person = 0; person < 25; person++)
      check_person(&table, mated, person, &places, &sums);
    plb_person_sums_free(&sums);
    plb_places_free(&places);
    plb_tally_free(tally);
  }
}

/* Comparisons of a pair of people, and how many of them reach each threshold, by looking at every row. */
static double naive_pair(const struct table *table, uint32_t a, uint32_t b, const uint64_t *thresholds,
                         double *errors) {
  double trials = 0;
  errors[0] = errors[1] = errors[2] = 0;
  for (size_t r = 0; r < table->count; r++) {
    const struct plb_trial *row = &table->rows[r];
    if (!((row->reference == a && row->probe == b) || (row->reference == b && row->probe == a)))
      continue;
    trials++;
    for (int t = 0; t < 3; t++)
      errors[t] += row->score >= plb_value_of(thresholds[t]);
  }
  return trials;
}

struct naive_sums {
  double squares, weighted, errors_squared[3], products[3], plain_squares[3], plain_products[3];
};

static void add_naive_pair(const struct table *table, uint32_t a, uint32_t b, const uint64_t *thresholds, double weight,
                           struct naive_sums *sums) {
  double y[3], n = naive_pair(table, a, b, thresholds, y);
  sums->squares += n * n;
  sums->weighted += weight * n * n;
  for (int t = 0; t < 3; t++) {
    sums->errors_squared[t] += weight * y[t] * y[t];
    sums->products[t] += weight * y[t] * n;
    sums->plain_squares[t] += y[t] * y[t];
    sums->plain_products[t] += y[t] * n;
  }
}

static void check_kept_pairs(const struct table *table, const struct plb_places *places,
                             const struct plb_person_sums *sums, const struct plb_dyads *dyads) {
  double ignored[3];
  static const uint64_t none[3];
  for (size_t k = 0; k < sums->kept_count; k++) {
    uint32_t a = places->person[sums->kept[k].i], b = places->person[sums->kept[k].j];
    assert_int_equal(dyads->pair_trials[dyads->kept_pair[k]], (uint64_t)naive_pair(table, a, b, none, ignored));
  }
}

/* n_ij and Y_ij by counting every row for every pair. */
static void pairs_equal_plain_loops(void **unused) {
  (void)unused;
  static struct table table;
  fill(&table, 20000, PEOPLE, 60, 23);
  struct plb_tally *tally = tally_of(&table, 1 << 30, 1u << 20, 1u << 18);
  uint64_t thresholds[] = {plb_key_of(0), plb_key_of(2), plb_key_of(4.5)};
  struct plb_places places;
  struct plb_person_sums sums = {.keep_from = plb_key_of(5), .keep_to = UINT64_MAX};
  double weights[PEOPLE];
  for (int i = 0; i < PEOPLE; i++)
    weights[i] = 1 + 0.01 * i;
  assert_int_equal(plb_places_make(tally, rows_of(tally, false), false, 2, &places, NULL), PLB_OK);
  assert_int_equal(plb_person_sums_count(tally, rows_of(tally, false), false, &places, 2, &sums, NULL), PLB_OK);
  struct plb_dyads dyads = {.weights = weights, .thresholds = thresholds, .threshold_count = 3};
  assert_int_equal(plb_dyads_count(tally, rows_of(tally, false), &places, sums.kept, sums.kept_count, 3, &dyads, NULL),
                   PLB_OK);
  struct naive_sums naive = {0};
  for (uint32_t a = 0; a < PEOPLE; a++)
    for (uint32_t b = a + 1; b < PEOPLE; b++)
      add_naive_pair(&table, a, b, thresholds, weights[places.place[a]] * weights[places.place[b]], &naive);
  assert_false(dyads.sampled);
  assert_close(dyads.sum_squares, naive.squares, 1e-15);
  assert_close(dyads.sum_weighted, naive.weighted, 1e-12);
  for (int t = 0; t < 3; t++) {
    assert_close(dyads.weighted_squares[t], naive.errors_squared[t], 1e-12);
    assert_close(dyads.weighted_products[t], naive.products[t], 1e-12);
    assert_true(dyads.squares[t] == naive.plain_squares[t] && dyads.products[t] == naive.plain_products[t]);
  }
  check_kept_pairs(&table, &places, &sums, &dyads);
  plb_dyads_free(&dyads);
  plb_person_sums_free(&sums);
  plb_places_free(&places);
  plb_tally_free(tally);
}

/* A sample of the pairs stands for all: exactly where pairs are alike, nearly where they are not; and the
 * pairs of kept rows stay exact. */
static void sampled_pairs_stand_for_all(void **unused) {
  (void)unused;
  static struct table table;
  double exact = 0;
  for (int sampled = 0; sampled < 2; sampled++) {
    fill(&table, 30000, PEOPLE, 60, 29);
    struct plb_tally *tally = tally_of(&table, 1 << 30, sampled ? 500 : 1u << 20, 120);
    struct plb_places places;
    double weights[PEOPLE];
    for (int i = 0; i < PEOPLE; i++)
      weights[i] = 1;
    struct plb_dyads dyads = {.weights = weights};
    assert_int_equal(plb_places_make(tally, rows_of(tally, false), false, 1, &places, NULL), PLB_OK);
    assert_int_equal(plb_dyads_count(tally, rows_of(tally, false), &places, NULL, 0, 2, &dyads, NULL), PLB_OK);
    assert_int_equal(dyads.sampled, sampled);
    assert_int_equal(dyads.pairs, sampled ? 120 : PEOPLE * (PEOPLE - 1) / 2);
    if (sampled)
      assert_close(dyads.sum_squares, exact, 0.05);
    exact = dyads.sum_squares;
    plb_dyads_free(&dyads);
    plb_places_free(&places);
    plb_tally_free(tally);
  }
}

struct digest {
  uint64_t last, steps, mixed, total[2];
  plb_wide won; /* pairs, as in struct plb_step_walk */
};

static void digest(void *ctx, const struct plb_step *steps, size_t count) {
  struct digest *so_far = ctx;
  for (size_t i = 0; i < count; i++) {
    assert_true(steps[i].key > so_far->last);
    so_far->last = steps[i].key;
    so_far->steps++;
    so_far->won += (plb_wide)steps[i].count[1] * (2 * (plb_wide)so_far->total[0] + steps[i].count[0]);
    so_far->mixed = so_far->mixed * 31 + steps[i].key + 7 * steps[i].count[0] + 11 * steps[i].count[1];
    so_far->total[0] += steps[i].count[0];
    so_far->total[1] += steps[i].count[1];
  }
}

static void digest_whole(void *ctx, const struct plb_span *span) {
  struct digest *so_far = ctx;
  assert_true(span->from > so_far->last || !so_far->last);
  assert_true(span->to >= span->from && span->count[0] + span->count[1] > 0);
  so_far->last = span->to;
  so_far->won += 2 * (plb_wide)span->count[1] * so_far->total[0];
  so_far->total[0] += span->count[0];
  so_far->total[1] += span->count[1];
}

static void two_of_three(void *ctx, const struct plb_span *spans, size_t count, bool *whole) {
  (void)ctx;
  for (size_t s = 0; s < count; s++) {
    assert_true(!s || spans[s].from > spans[s - 1].to);
    whole[s] = s % 3 != 1;
  }
}

/* Spans handed on whole, in the place of their steps. */
static void check_whole(struct plb_tally *tally, unsigned threads, const struct digest *steps) {
  struct digest seen = {0};
  const struct plb_step_walk walk = {.tally = tally,
                                     .system = &tally->systems[0],
                                     .threads = threads,
                                     .take = digest,
                                     .choose = two_of_three,
                                     .take_whole = digest_whole,
                                     .ctx = &seen,
                                     .won = &seen.won};
  assert_int_equal(plb_walk_steps(&walk, NULL), PLB_OK);
  assert_true(seen.won == steps->won && seen.steps < steps->steps / 2 && seen.steps > steps->steps / 6);
  assert_memory_equal(seen.total, steps->total, sizeof seen.total);
}

/* Sums of the pairs of a tally, a sample of them where it is small. */
static struct plb_dyads dyads_of(struct plb_tally *tally, unsigned threads, struct plb_person_sums *sums) {
  static const uint64_t many[] = {UINT64_C(0xBFF0000000000000)};
  struct plb_places places;
  double weights[PEOPLE];
  for (int i = 0; i < PEOPLE; i++)
    weights[i] = 1 + 0.01 * i;
  struct plb_dyads dyads = {.weights = weights, .thresholds = many, .threshold_count = 1};
  assert_int_equal(plb_places_make(tally, rows_of(tally, false), false, threads, &places, NULL), PLB_OK);
  assert_int_equal(plb_person_sums_count(tally, rows_of(tally, false), false, &places, threads, sums, NULL), PLB_OK);
  assert_int_equal(
      plb_dyads_count(tally, rows_of(tally, false), &places, sums->kept, sums->kept_count, threads, &dyads, NULL),
      PLB_OK);
  plb_places_free(&places);
  return dyads;
}

static void check_same_dyads(const struct plb_dyads *one, const struct plb_dyads *other, size_t kept) {
  assert_true(one->sampled && other->sampled);
  assert_true(one->sum_squares == other->sum_squares && one->sum_weighted == other->sum_weighted);
  assert_true(one->weighted_squares[0] == other->weighted_squares[0]);
  assert_true(one->weighted_products[0] == other->weighted_products[0]);
  assert_true(one->squares[0] == other->squares[0] && one->products[0] == other->products[0]);
  assert_int_equal(one->pair_count, other->pair_count);
  assert_memory_equal(one->kept_pair, other->kept_pair, kept * sizeof *one->kept_pair);
  assert_memory_equal(one->pair_trials, other->pair_trials, one->pair_count * sizeof *one->pair_trials);
}

/* Several slices and many chunks, in memory and in a file: nothing depends on how many threads share them. */
static void threads_make_no_difference(void **unused) {
  (void)unused;
  static struct table table;
  fill(&table, 30000, PEOPLE, 1 << 20, 41);
  struct digest first = {0};
  struct plb_dyads one = {0};
  struct plb_person_sums kept = {0};
  for (unsigned threads = 1; threads <= 3; threads++) {
    fill(&table, 30000, PEOPLE, 1 << 20, 41);
    struct plb_tally *tally = tally_of(&table, threads == 2 ? 1 << 22 : 1 << 30, 500, 120);
    for (uint64_t block = 0; block < 75; block++) {
      fill(&table, 30000, PEOPLE, 1 << 20, 42 + block);
      assert_int_equal(plb_tally_add_trials(tally, table.rows, table.count, NULL), PLB_OK);
    }
    struct digest seen = {0};
    struct plb_person_sums sums = {.keep_from = plb_key_of(149700), .keep_to = UINT64_MAX};
    assert_int_equal(
        plb_walk_steps(
            &(struct plb_step_walk){
                .tally = tally, .system = &tally->systems[0], .threads = threads, .take = digest, .ctx = &seen},
            NULL),
        PLB_OK);
    assert_int_equal(seen.total[0], tally->systems[0].of[0].completed);
    assert_int_equal(seen.total[1], tally->systems[0].of[1].completed);
    struct plb_dyads dyads = dyads_of(tally, threads, &sums);
    check_whole(tally, threads, &seen);
    plb_tally_free(tally);
    if (threads == 1) {
      first = seen;
      one = dyads;
      kept = sums;
      continue;
    }
    assert_memory_equal(&first, &seen, sizeof seen);
    assert_int_equal(kept.kept_count, sums.kept_count);
    assert_memory_equal(kept.kept, sums.kept, kept.kept_count * sizeof *kept.kept);
    check_same_dyads(&one, &dyads, kept.kept_count);
    plb_dyads_free(&dyads);
    plb_person_sums_free(&sums);
  }
  assert_true(kept.kept_count > 500);
  plb_dyads_free(&one);
  plb_person_sums_free(&kept);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(steps_are_the_distinct_scores), cmocka_unit_test(people_equal_plain_loops),
      cmocka_unit_test(pairs_equal_plain_loops), cmocka_unit_test(sampled_pairs_stand_for_all),
      cmocka_unit_test(threads_make_no_difference)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
