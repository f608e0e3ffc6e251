/* SPDX-License-Identifier: Apache-2.0
 *
 * PL: identities that hold exactly, the naive re-implementation on random tables, and what happens at the
 * edges (nothing, everything, few people, no memory).
 */
#include <stdlib.h>
#include <string.h>

#include "against_naive.h"
#include "base/memory.h"
#include "close.h"
#include "interval/special.h"

/* The linker sends every plb_alloc here. */
static int allocations_left = -1;
void *__real_plb_alloc(size_t count, size_t size);
void *__wrap_plb_alloc(size_t count, size_t size);
void *__wrap_plb_alloc(size_t count, size_t size) {
  if (allocations_left == 0)
    return NULL;
  if (allocations_left > 0)
    allocations_left--;
  return __real_plb_alloc(count, size);
}

static void naive_on_random_tables(bool dyadic, uint64_t seed) {
  struct dice dice = {.state = seed};
  size_t borrowed = 0, own = 0, few = 0, influential = 0, reflected = 0;
  for (int k = 0; k < 60; k++) {
    size_t people = 3 + (size_t)dice_below(&dice, k % 5 ? 60 : 12);
    size_t rows = 20 + (size_t)dice_below(&dice, k % 3 ? 3000 : 400);
    double step = k % 4 == 0 ? 0.0 : k % 4 == 1 ? 0.01 : k % 4 == 2 ? 0.25 : 1.0;
    struct table table;
    table_at_random(&dice, dyadic, people, rows, step, &table);
    size_t some = 2 + (size_t)dice_below(&dice, 9), more = 12 + (size_t)dice_below(&dice, 60);
    const size_t errors[] = {0, 1, some, more, rows / 7, rows - rows / 3, rows};
    size_t capacity = k % 2 ? CAPACITY : 40 + (size_t)dice_below(&dice, 400);
    for (size_t e = 0; e < sizeof errors / sizeof errors[0]; e++) {
      if (errors[e] > rows)
        continue;
      double level = e % 2 ? 0.95 : 0.9;
      struct plb_pl pl = compare(&table, errors[e], k % 7 != 0, capacity, level, k % 2 ? 0.6 : 0.0);
      borrowed += !pl.no_borrowing;
      own += pl.own_design_effect > 1.0;
      few += pl.few;
      influential += pl.influential;
      reflected += 2 * errors[e] > rows;
    }
    table_free(&table);
  }
  print_message("%zu borrowed, %zu have an effect of their own, %zu few people, %zu influential, %zu mostly errors\n",
                borrowed, own, few, influential, reflected);
  assert_true(borrowed > 50 && own > 50 && few > 5 && influential > 5 && reflected > 20);
}

static void naive_pairs(void **state) {
  (void)state;
  naive_on_random_tables(true, 11);
}

static void naive_persons(void **state) {
  (void)state;
  naive_on_random_tables(false, 12);
}

/* All levels up to 3000 at once, and ties across the border of what is kept. */
static void naive_large(void **state) {
  (void)state;
  struct dice dice = {.state = 13};
  struct model strong = {true, 60, 3, 0.12, 0.30, 0.05};
  const double steps[] = {0.0, 0.02, 0.2, 1.5};
  for (size_t s = 0; s < sizeof steps / sizeof steps[0]; s++) {
    struct table table;
    table_of_model(&dice, &strong, &table);
    for (size_t r = 0; r < table.count && steps[s] > 0.0; r++)
      table.rows[r].score = steps[s] * nearbyint(table.rows[r].score / steps[s]) + 0.0;
    const size_t errors[] = {0, 4, 150, 2500};
    for (size_t e = 0; e < sizeof errors / sizeof errors[0]; e++)
      compare(&table, errors[e], true, CAPACITY, 0.95, 0.0);
    table_free(&table);
  }
}

/* A group of ties ends exactly at, one before, and one behind the border, and at a level. */
static void ties_at_the_border(void **state) {
  (void)state;
  struct dice dice = {.state = 14};
  for (size_t border = 98; border <= 102; border++)
    for (size_t group = 1; group < 140; group += 23) {
      struct table table;
      table_at_random(&dice, true, 20, 1500, 0.0, &table);
      qsort(table.rows, table.count, sizeof *table.rows, larger_first);
      for (size_t r = border >= group ? border - group : 0; r < border; r++)
        table.rows[r].score = table.rows[border - 1].score;
      for (size_t capacity = 99; capacity <= 101; capacity++) {
        compare(&table, 0, true, capacity, 0.95, 0.0);
        compare(&table, 7, true, capacity, 0.95, 0.0);
      }
      table_free(&table);
    }
}

/* Complete and balanced: own W equals N^2 V_u = N^2 V_0 n (n - 1) / ((n - 2) (n - 3)). */
static void balanced_is_unbiased_form(void **state) {
  (void)state;
  struct dice dice = {.state = 15};
  for (size_t n = 5; n < 40; n += 3) {
    struct model model = {true, n, 1 + n % 3, 0.12, 0.30, 0.05};
    struct table table;
    struct inputs inputs;
    struct plb_error_sums errors;
    struct plb_own own;
    table_of_model(&dice, &model, &table);
    inputs_of(&table, CAPACITY, &inputs);
    errors_of(&table, &inputs, threshold_for(&table, 1 + table.count / 9), &errors);
    assert_int_equal(plb_own_effect(&inputs.design, &inputs.sums, &errors, &own, NULL), PLB_OK);
    double squares = 0.0, pairs = 0.0, rate = (double)errors.errors / (double)table.count;
    for (size_t i = 0; i < n; i++)
      squares += pow((double)errors.per_person[i] - rate * (double)inputs.trials_of[i], 2.0);
    double g = (double)n / (double)(n - 2), m = (double)(model.samples * model.samples);
    pairs = errors.weighted_squares / g / g - 2.0 * rate * errors.weighted_products / g / g;
    pairs += rate * rate * m * m * (double)(n * (n - 1) / 2);
    double v0 = squares - pairs, factor = (double)(n * (n - 1)) / (double)((n - 2) * (n - 3));
    CLOSE_ABS(own.total, v0 * factor, 1e-12 * (squares + pairs) * factor);
    errors_free(&errors);
    inputs_free(&inputs);
    table_free(&table);
  }
}

static bool share_somebody(const struct row *one, const struct row *two) {
  return one->i == two->i || one->i == two->j || one->j == two->i || one->j == two->j;
}

/* V_0: the sum of residual products over all pairs of comparisons that share somebody. */
static double brute_force(const struct table *table, double threshold, double rate) {
  double sum = 0.0;
  for (size_t a = 0; a < table->count; a++)
    for (size_t b = 0; b < table->count; b++) {
      const struct row *one = &table->rows[a], *two = &table->rows[b];
      if (share_somebody(one, two))
        sum += ((one->score >= threshold) - rate) * ((two->score >= threshold) - rate);
    }
  return sum;
}

/* dmax: how many comparisons, itself included, share somebody with a comparison. */
static double brute_force_most(const struct table *table) {
  double sum = 0.0;
  for (size_t a = 0; a < table->count; a++)
    for (size_t b = 0; b < table->count; b++)
      sum += share_somebody(&table->rows[a], &table->rows[b]);
  return sum / (double)table->count;
}

static void brute_force_variance(void **state) {
  (void)state;
  struct dice dice = {.state = 16};
  for (int k = 0; k < 30; k++) {
    struct table table;
    struct inputs inputs;
    struct plb_error_sums errors;
    struct plb_own own;
    bool dyadic = k % 2;
    table_at_random(&dice, dyadic, 5 + (size_t)dice_below(&dice, 20), 150, 0.1, &table);
    if (k >= 20)
      table_in_clusters(&dice, 3 + (size_t)dice_below(&dice, 8), &table);
    inputs_of(&table, CAPACITY, &inputs);
    CLOSE(inputs.sums.dmax, brute_force_most(&table), 1e-13);
    inputs.sums.c = 1.0; /* without weights and factors */
    for (size_t i = 0; i < table.people; i++)
      inputs.sums.g[i] = 1.0;
    inputs.design.sum_weighted = inputs.design.sum_squares;
    double threshold = threshold_for(&table, 3 + (size_t)k * 3);
    errors_of(&table, &inputs, threshold, &errors);
    double brute = brute_force(&table, threshold, (double)errors.errors / (double)table.count);
    assert_int_equal(plb_own_effect(&inputs.design, &inputs.sums, &errors, &own, NULL), PLB_OK);
    CLOSE_ABS(own.total, brute, 1e-11 * (double)table.count);
    errors_free(&errors);
    inputs_free(&inputs);
    table_free(&table);
  }
}

/* E[W / N^2] = Var(x / N) for n = 6, where the uncorrected form has 0.4 of it. */
static void unbiased_by_simulation(void **state) {
  (void)state;
  struct dice dice = {.state = 17};
  struct model model = {true, 6, 1, 0.15, 0.0, 0.0};
  double t = 0.8, p = plb_normal_tail(t), sum = 0.0;
  const int replicates = 40000;
  for (int k = 0; k < replicates; k++) {
    struct table table;
    struct inputs inputs;
    struct plb_error_sums errors;
    struct plb_own own;
    table_of_model(&dice, &model, &table);
    inputs_of(&table, CAPACITY, &inputs);
    errors_of(&table, &inputs, t, &errors);
    assert_int_equal(plb_own_effect(&inputs.design, &inputs.sums, &errors, &own, NULL), PLB_OK);
    sum += own.total;
    errors_free(&errors);
    inputs_free(&inputs);
    table_free(&table);
  }
  double shared = plb_bivariate_upper(t, 0.15) - p * p; /* two comparisons with one person in common */
  double variance = 15.0 * (p * (1.0 - p) + 8.0 * shared);
  print_message("mean estimate / variance of the count = %.4f\n", sum / replicates / variance);
  CLOSE(sum / replicates, variance, 0.02);
}

static void no_effect_is_wilson(void **state) {
  (void)state;
  struct dice dice = {.state = 18};
  struct model indep = {true, 40, 2, 0.0, 0.0, 0.0};
  struct table table;
  struct inputs inputs;
  table_of_model(&dice, &indep, &table);
  inputs_of(&table, CAPACITY, &inputs);
  double z = plb_probit_upper(0.5 * (1.0 - 0.95));
  size_t seen = 0, careful = 0;
  for (size_t x = 0; x < 30; x++) {
    struct plb_pl pl = interval_of(&table, &inputs, threshold_for(&table, x), false, 0.95, 0.0);
    assert_true(pl.no_borrowing);
    if (pl.design_effect > 1.0)
      continue;
    seen++;
    struct plb_limits wilson = plb_wilson((double)x, (double)table.count, z);
    struct plb_limits exact = plb_clopper_pearson((double)x, (double)table.count, 0.95);
    double lower = plb_clopper_pearson((double)x, (double)table.count, 0.9).lower;
    CLOSE(pl.pl.lower, fmin(wilson.lower, lower), 1e-12);
    careful += lower < wilson.lower;
    assert_memory_equal(&pl.pl.upper, &wilson.upper, sizeof wilson.upper);
    assert_memory_equal(&pl.strict, &exact, sizeof exact);
  }
  assert_true(seen > 3 && careful > 0 && careful < seen);
  inputs_free(&inputs);
  table_free(&table);
}

/* The order of ties among the extremes, and of all rows, changes nothing, to the last bit. */
static void free_of_order(void **state) {
  (void)state;
  struct dice dice = {.state = 19};
  for (int dyadic = 0; dyadic < 2; dyadic++) {
    struct table table;
    struct plb_pl first = {.few = false};
    table_at_random(&dice, dyadic, 30, 2500, 0.2, &table);
    for (int turn = 0; turn < 6; turn++) {
      for (size_t r = table.count - 1; r > 0; r--) {
        size_t other = (size_t)dice_below(&dice, r + 1);
        struct row held = table.rows[r];
        table.rows[r] = table.rows[other];
        table.rows[other] = held;
      }
      struct inputs inputs;
      inputs_of(&table, 700, &inputs);
      struct plb_pl pl = interval_of(&table, &inputs, threshold_for(&table, 20), true, 0.95, 0.0);
      if (!turn)
        first = pl;
      assert_memory_equal(&pl.pl, &first.pl, sizeof pl.pl);
      assert_memory_equal(&pl.strict, &first.strict, sizeof pl.strict);
      assert_memory_equal(&pl.design_effect, &first.design_effect, sizeof pl.design_effect);
      inputs_free(&inputs);
    }
    table_free(&table);
  }
}

/* Counting successes instead of errors mirrors the interval. */
static void mirrored(void **state) {
  (void)state;
  struct dice dice = {.state = 20};
  for (int k = 0; k < 12; k++) {
    struct table table, turned;
    table_at_random(&dice, k % 2, 25, 600, 0.0, &table);
    turned = table;
    turned.rows = malloc(table.count * sizeof *table.rows);
    size_t x = 1 + (size_t)dice_below(&dice, 280);
    double threshold = threshold_for(&table, x);
    for (size_t r = 0; r < table.count; r++) {
      turned.rows[r] = table.rows[r];
      turned.rows[r].score = table.rows[r].score >= threshold ? 0.0 : 1.0;
    }
    struct inputs inputs, other;
    inputs_of(&table, CAPACITY, &inputs);
    inputs_of(&turned, CAPACITY, &other);
    struct plb_pl one = interval_of(&table, &inputs, threshold, false, 0.95, 0.0);
    struct plb_pl two = interval_of(&turned, &other, 1.0, true, 0.95, 0.0);
    assert_true(two.no_borrowing);
    CLOSE(two.design_effect, one.design_effect, 1e-10);
    CLOSE_ABS(1.0 - two.pl.upper, one.pl.lower, 1e-12);
    CLOSE_ABS(1.0 - two.pl.lower, one.pl.upper, 1e-12);
    CLOSE_ABS(1.0 - two.strict.lower, one.strict.upper, 1e-12);
    CLOSE_ABS(1.0 - two.worst_case.lower, one.worst_case.upper, 1e-12);
    inputs_free(&inputs);
    inputs_free(&other);
    table_free(&table);
    table_free(&turned);
  }
}

/* Decision logs: no errors and no scores. */
static void assumed_correlation(void **state) {
  (void)state;
  uint64_t trials[10], none[10] = {0}, all[10];
  for (int i = 0; i < 10; i++)
    all[i] = trials[i] = 5;
  struct plb_design design = {.people = 10, .trials = 50, .per_person = trials};
  struct plb_design_sums sums;
  struct plb_pl pl;
  assert_int_equal(plb_design_derive(&design, &sums, NULL), PLB_OK);
  CLOSE(sums.dmax, 5.0, 1e-15);
  CLOSE(sums.ne, 10.0, 1e-15);
  struct plb_error_sums errors = {.errors = 0, .per_person = none};
  assert_int_equal(plb_pl_interval(&design, &sums, &errors, NULL, 0.95, 0.6, &pl, NULL), PLB_OK);
  CLOSE(pl.design_effect, 1.0 + 0.6 * 4.0, 1e-15);
  CLOSE(pl.df, 9.0, 0.0);
  assert_true(pl.no_borrowing && !pl.influential && !pl.few);
  double upper = pl.pl.upper;
  assert_int_equal(plb_pl_interval(&design, &sums, &errors, NULL, 0.95, 2.0, &pl, NULL), PLB_OK);
  CLOSE(pl.design_effect, 5.0, 1e-15); /* no more than everything */
  assert_int_equal(plb_pl_interval(&design, &sums, &errors, NULL, 0.95, 0.0, &pl, NULL), PLB_OK);
  CLOSE(pl.design_effect, 1.0, 0.0);
  errors = (struct plb_error_sums){.errors = 50, .per_person = all}; /* nothing but errors: the mirror */
  assert_int_equal(plb_pl_interval(&design, &sums, &errors, NULL, 0.95, 0.6, &pl, NULL), PLB_OK);
  CLOSE(1.0 - pl.pl.lower, upper, 1e-14);
  CLOSE(pl.pl.upper, 1.0, 0.0);
  free(sums.g);
}

/* One person in two of three errors stands out; three persons in one each do not. */
static void influential_person(void **state) {
  (void)state;
  uint64_t trials[12], spread[12] = {1, 1, 1}, heaped[12] = {2, 1}, at_border[12] = {3, 1, 1, 1, 1, 1, 1, 1};
  for (int i = 0; i < 12; i++)
    trials[i] = 20;
  struct plb_design design = {.people = 12, .trials = 240, .per_person = trials};
  struct plb_design_sums sums;
  struct plb_pl pl;
  assert_int_equal(plb_design_derive(&design, &sums, NULL), PLB_OK);
  struct plb_error_sums errors = {.errors = 3, .per_person = spread};
  assert_int_equal(plb_pl_interval(&design, &sums, &errors, NULL, 0.95, 0.0, &pl, NULL), PLB_OK);
  assert_false(pl.influential);
  errors.per_person = heaped;
  assert_int_equal(plb_pl_interval(&design, &sums, &errors, NULL, 0.95, 0.0, &pl, NULL), PLB_OK);
  assert_true(pl.influential);
  errors = (struct plb_error_sums){.errors = 10, .per_person = at_border};
  assert_int_equal(plb_pl_interval(&design, &sums, &errors, NULL, 0.95, 0.0, &pl, NULL), PLB_OK);
  assert_false(pl.influential); /* exactly 30 % */
  free(sums.g);
}

/* A telephone and fifty others who try it: the owner is in every comparison and has no residual, so that nothing in
 * the errors shows that a single owner says nothing of others. */
static void one_person_in_everything(void **state) {
  (void)state;
  uint64_t trials[51], errors_of[51] = {10};
  trials[0] = 1000;
  for (int i = 1; i <= 50; i++) {
    trials[i] = 20;
    errors_of[i] = i <= 10;
  }
  struct plb_design design = {.dyadic = true, .people = 51, .trials = 1000, .per_person = trials, .sum_squares = 20000};
  struct plb_design_sums sums;
  struct plb_pl pl;
  assert_int_equal(plb_design_derive(&design, &sums, NULL), PLB_OK);
  for (int i = 1; i <= 50; i++)
    design.sum_weighted += sums.g[0] * sums.g[i] * 400;
  struct plb_error_sums errors = {.errors = 10, .per_person = errors_of};
  assert_int_equal(plb_pl_interval(&design, &sums, &errors, NULL, 0.95, 0.0, &pl, NULL), PLB_OK);
  assert_true(pl.lopsided && pl.few && pl.effective < 4.0);
  assert_true(pl.strict.upper == pl.worst_case.upper && pl.worst_case.upper > 0.5);
  assert_true(pl.influential && pl.their_errors == 10 && pl.their_trials == 1000);
  free(sums.g);
  for (int i = 0; i < 51; i++) /* the same number of people, compared alike */
    trials[i] = 2000 / 51 + (i < 2000 % 51);
  assert_int_equal(plb_design_derive(&design, &sums, NULL), PLB_OK);
  assert_int_equal(plb_pl_interval(&design, &sums, &errors, NULL, 0.95, 0.0, &pl, NULL), PLB_OK);
  assert_false(pl.lopsided || pl.few);
  free(sums.g);
}

/* Where a few people turn lopsided: ne is 27.6 of 58 people with eight owners, 30.5 of 59 with nine. */
static void lopsided_from_half_on(void **state) {
  (void)state;
  for (size_t owners = 8; owners <= 9; owners++) {
    uint64_t trials[59], none[59] = {0};
    for (size_t i = 0; i < owners + 50; i++)
      trials[i] = i < owners ? 3600 / owners : 72;
    struct plb_design design = {.dyadic = true, .people = owners + 50, .trials = 3600, .per_person = trials};
    design.sum_squares = 3600 * 72 / (double)owners;
    struct plb_design_sums sums;
    struct plb_pl pl;
    assert_int_equal(plb_design_derive(&design, &sums, NULL), PLB_OK);
    struct plb_error_sums errors = {.per_person = none};
    assert_int_equal(plb_pl_interval(&design, &sums, &errors, NULL, 0.95, 0.0, &pl, NULL), PLB_OK);
    assert_int_equal(pl.lopsided, owners == 8);
    CLOSE(pl.effective, 4 / (1 / (double)owners + 0.02), 1e-12);
    free(sums.g);
  }
}

/* Twelve people compared with forty others: what the twelve tell is no more than eleven degrees of freedom. */
static void smaller_side(void **state) {
  (void)state;
  struct dice dice = {.state = 23};
  struct table table = {.dyadic = true, .people = 52, .count = 480};
  struct inputs inputs;
  table.rows = calloc(table.count, sizeof *table.rows);
  double effect[52];
  for (int i = 0; i < 52; i++)
    effect[i] = (i < 12 ? 0.1 : 0.6) * dice_normal(&dice);
  for (uint32_t r = 0; r < 480; r++) {
    uint32_t i = r / 40, j = 12 + r % 40;
    table.rows[r] = (struct row){.score = effect[i] + effect[j] + dice_normal(&dice), .i = i, .j = j};
  }
  inputs_of(&table, CAPACITY, &inputs);
  double threshold = threshold_for(&table, 60);
  struct plb_pl free_of_sides = interval_of(&table, &inputs, threshold, true, 0.95, 0.0);
  inputs.design.side = 12;
  struct plb_pl pl = interval_of(&table, &inputs, threshold, true, 0.95, 0.0);
  assert_true(free_of_sides.df > 11.0 && pl.df == 11.0 && !pl.few);
  assert_true(pl.design_effect == free_of_sides.design_effect && pl.design_effect > 1.0);
  double z = plb_probit_upper(0.025), t = plb_student_upper_quantile(0.025, 11.0);
  CLOSE(pl.inflated, 1.0 + (pl.design_effect - 1.0) * t * t / (z * z), 1e-12);
  assert_true(pl.pl.upper > free_of_sides.pl.upper && pl.pl.lower < free_of_sides.pl.lower);
  inputs_free(&inputs);
  table_free(&table);
}

/* `involved` of the people are in four errors each, the others in none; all have ten trials. */
static struct plb_pl of_some(size_t people, size_t involved, struct plb_limits *wilson) {
  uint64_t *trials = calloc(people, sizeof *trials), *theirs = calloc(people, sizeof *theirs);
  for (size_t i = 0; i < people; i++) {
    trials[i] = 10;
    theirs[i] = i < involved ? 4 : 0;
  }
  struct plb_design design = {.people = people, .trials = 10 * people, .per_person = trials};
  struct plb_error_sums errors = {.errors = 4 * involved, .per_person = theirs};
  struct plb_design_sums sums;
  struct plb_pl pl;
  assert_int_equal(plb_design_derive(&design, &sums, NULL), PLB_OK);
  assert_int_equal(plb_pl_interval(&design, &sums, &errors, NULL, 0.95, 0.0, &pl, NULL), PLB_OK);
  *wilson =
      plb_wilson(4.0 * (double)involved / pl.inflated, 10.0 * (double)people / pl.inflated, plb_probit_upper(0.025));
  free(sums.g);
  free(theirs);
  free(trials);
  return pl;
}

/* The upper limit goes as far as the skewness of people says, which is that of a coin here. */
static void skewed_people(void **state) {
  (void)state;
  const struct {
    size_t people, involved;
    double stretch;
  } cases[] = {{100, 10, 2.0 / 3.0},        /* skewness 8/3, over 4 */
               {100, 4, 0.7 * 16.0 / 20.0}, /* above 2.8, told by 16 errors */
               {10000, 1000, 8.0 / 45.0},   /* 8/3, over 4; over sqrt(ne) 0.027 */
               {100, 50, 0.2}};             /* none: people are few */
  for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
    struct plb_limits wilson;
    struct plb_pl pl = of_some(cases[k].people, cases[k].involved, &wilson);
    double share = (double)cases[k].involved / (double)cases[k].people, rate = 0.4 * share;
    CLOSE_ABS(pl.skewness, (1.0 - 2.0 * share) / sqrt(share * (1.0 - share)), 1e-9);
    assert_true(pl.design_effect > 1.5);
    double stretch = (1.0 - 1.0 / pl.design_effect) * cases[k].stretch;
    CLOSE(pl.pl.upper, rate + (wilson.upper - rate) * (1.0 + stretch), 1e-12);
  }
}

static void refused(void **state) {
  (void)state;
  uint64_t trials[9], none[9] = {0};
  for (int i = 0; i < 9; i++)
    trials[i] = 4;
  struct plb_design design = {.people = 9, .trials = 36, .per_person = trials}, empty = {.people = 0};
  struct plb_design_sums sums, nothing;
  struct plb_error err;
  struct plb_pl pl;
  assert_int_equal(plb_design_derive(&empty, &nothing, &err), PLB_UNDEFINED);
  assert_null(nothing.g);
  assert_int_equal(plb_design_derive(&design, &sums, &err), PLB_OK);
  struct plb_error_sums errors = {.errors = 0, .per_person = none};
  assert_int_equal(plb_pl_interval(&empty, &sums, &errors, NULL, 0.95, 0.0, &pl, &err), PLB_UNDEFINED);
  assert_int_equal(plb_pl_interval(&design, &sums, &errors, NULL, 1.0, 0.0, &pl, &err), PLB_USAGE);
  assert_int_equal(plb_pl_interval(&design, &sums, &errors, NULL, nan(""), 0.0, &pl, &err), PLB_USAGE);
  errors.errors = 37;
  assert_int_equal(plb_pl_interval(&design, &sums, &errors, NULL, 0.95, 0.0, &pl, &err), PLB_USAGE);
  free(sums.g);
}

static void out_of_memory(void **state) {
  (void)state;
  struct dice dice = {.state = 21};
  struct table table;
  struct inputs inputs;
  struct plb_error_sums errors;
  struct plb_design_sums sums;
  struct plb_pl pl;
  struct plb_error err;
  table_at_random(&dice, true, 30, 1000, 0.0, &table);
  inputs_of(&table, CAPACITY, &inputs);
  errors_of(&table, &inputs, threshold_for(&table, 5), &errors);
  allocations_left = 0;
  assert_int_equal(plb_design_derive(&inputs.design, &sums, &err), PLB_NOMEM);
  assert_null(sums.g);
  int allowed = 0;
  plb_status st;
  do {
    allocations_left = allowed++;
    st = plb_pl_interval(&inputs.design, &inputs.sums, &errors, &inputs.extremes, 0.95, 0.0, &pl, &err);
    allocations_left = -1;
    assert_true(st == PLB_OK || (st == PLB_NOMEM && err.status == PLB_NOMEM));
  } while (st && allowed < 10);
  assert_int_equal(st, PLB_OK);
  assert_true(allowed > 2);
  errors_free(&errors);
  inputs_free(&inputs);
  table_free(&table);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(naive_pairs),
      cmocka_unit_test(naive_persons),
      cmocka_unit_test(naive_large),
      cmocka_unit_test(ties_at_the_border),
      cmocka_unit_test(balanced_is_unbiased_form),
      cmocka_unit_test(brute_force_variance),
      cmocka_unit_test(unbiased_by_simulation),
      cmocka_unit_test(no_effect_is_wilson),
      cmocka_unit_test(free_of_order),
      cmocka_unit_test(mirrored),
      cmocka_unit_test(assumed_correlation),
      cmocka_unit_test(influential_person),
      cmocka_unit_test(one_person_in_everything),
      cmocka_unit_test(lopsided_from_half_on),
      cmocka_unit_test(smaller_side),
      cmocka_unit_test(skewed_people),
      cmocka_unit_test(refused),
      cmocka_unit_test(out_of_memory),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
