/* SPDX-License-Identifier: Apache-2.0
 *
 * Limits of the AUC against their definitions: logits with Student's t, the quantile found from the density by
 * bisection; a weighted sum of Poisson counts, with quantiles of the gamma distribution by GSL where it was found at
 * build, and from tables; shares of persons by looking at every pair of comparisons.
 */
#include "check.h"

#include "base/key.h"
#include "resample/auc.h"

#ifdef HAVE_GSL
#include <gsl/gsl_cdf.h>
#endif

#define MOST 64
#define PEOPLE 9
#define ROWS 120

/* ---- from replicates --------------------------------------------------------------------------- */

/* P(0 < T < t) of Student's t by Simpson's rule. */
static double student_half(double t, double df) {
  enum { STEPS = 4000 };
  double scale = exp(lgamma((df + 1) / 2) - lgamma(df / 2)) / sqrt(df * 3.14159265358979323846), sum = 0;
  for (int k = 0; k <= STEPS; k++) {
    double x = t * k / STEPS, weight = k == 0 || k == STEPS ? 1 : k % 2 ? 4 : 2;
    sum += weight * pow(1 + x * x / df, -(df + 1) / 2);
  }
  return scale * sum * t / STEPS / 3;
}

static double student_quantile(double df, double level) {
  double low = 0, high = 700;
  for (int k = 0; k < 60; k++) {
    double middle = (low + high) / 2;
    *(student_half(middle, df) < level / 2 ? &low : &high) = middle;
  }
  return low;
}

struct replicates {
  double auc[MOST], of_all;
  bool usable[MOST];
  size_t count;
};

static bool ask(struct replicates *from, double value, double level, double df, double limits[2]) {
  const struct plb_resample resample = {
      .replicates = from->count, .usable = from->usable, .auc_in = from->auc, .auc_of_all = from->of_all};
  return plb_auc_limits(&resample, value, level, df, limits);
}

static double logit(double share) {
  return log(share / (1 - share));
}

/* The spread of the logits around their own mean, by two passes. False where too many have none. */
static bool spread_of(const struct replicates *from, double value, double *spread) {
  double mean = 0, squares = 0;
  size_t n = 0, lost = 0;
  for (size_t r = 0; r < from->count; r++) {
    double here = from->auc[r] - from->of_all + value;
    if (!from->usable[r])
      continue;
    if (here <= 0 || here >= 1) {
      lost++;
    } else {
      n++;
      mean += logit(here);
    }
  }
  mean /= (double)n;
  for (size_t r = 0; r < from->count; r++) {
    double here = from->auc[r] - from->of_all + value;
    if (from->usable[r] && here > 0 && here < 1)
      squares += pow(logit(here) - mean, 2);
  }
  *spread = sqrt(squares / ((double)n - 1));
  return n >= 2 && 20 * lost <= n && *spread > 0;
}

static void check_limits(struct replicates *from, double value, double level, double df) {
  double got[2], spread;
  bool wanted = spread_of(from, value, &spread);
  assert_int_equal(ask(from, value, level, df, got), wanted);
  if (!wanted)
    return;
  double wide = spread * student_quantile(df, level);
  assert_close(logit(got[0]), logit(value) - wide, 1e-7);
  assert_close(logit(got[1]), logit(value) + wide, 1e-7);
}

static void limits_are_those_of_logits(void **unused) {
  (void)unused;
  uint64_t state = 3;
  struct replicates from;
  unsigned given = 0;
  for (unsigned round = 0; round < 120; round++) {
    double value = 0.05 + 0.9 * draw_below(&state, 1000) / 1000.0, reach = fmin(value, 1 - value);
    bool tied = round % 3 == 0;
    from = (struct replicates){.count = 2 + draw_below(&state, round % 2 ? MOST - 1 : 4)};
    from.of_all = value + (round % 4 ? 0.01 : 0); /* blocks took more pairs as tied */
    for (size_t r = 0; r < from.count; r++) {
      double off = reach * (draw_below(&state, tied ? 4 : 100000) / (tied ? 4.0 : 100000) - 0.45);
      from.usable[r] = draw_below(&state, 4) > 0;
      from.auc[r] = from.usable[r] ? from.of_all + off : 7;
    }
    if (round % 5 == 0)
      from.auc[0] = from.of_all + 1 - value; /* all right: no logit */
    check_limits(&from, value, round % 2 ? 0.95 : 0.99, 1 + draw_below(&state, 80));
    given += spread_of(&from, value, &(double){0});
  }
  assert_true(given > 60 && given < 115);
}

/* Logits of 1/2, 2/3 and 1/3 are 0, ln 2 and -ln 2: their spread is ln 2. Student's t of 2 and 10 at 97.5 %. */
static void limits_by_hand(void **unused) {
  (void)unused;
  struct replicates from = {{0.5, 2. / 3, 99, 1. / 3}, 0.5, {true, true, false, true}, 4};
  double got[2];
  assert_true(ask(&from, 0.5, 0.95, 2, got));
  assert_close(got[1], 1 / (1 + pow(2, -4.302652729749462)), 1e-12);
  assert_close(got[0], 1 / (1 + pow(2, 4.302652729749462)), 1e-12);
  assert_true(ask(&from, 0.5, 0.95, 10, got));
  assert_close(got[1], 1 / (1 + pow(2, -2.228138851986274)), 1e-12);
}

static void no_limits(void **unused) {
  (void)unused;
  double got[2];
  struct replicates from = {.of_all = 0.5, .count = 0};
  assert_false(ask(&from, 0.5, 0.95, 5, got));
  from = (struct replicates){{0.4, 0.6, 0.7}, 0.5, {true, false, false}, 3};
  assert_false(ask(&from, 0.5, 0.95, 5, got)); /* one */
  from.usable[1] = true;
  assert_true(ask(&from, 0.5, 0.95, 5, got)); /* two */
  assert_false(ask(&from, 0, 0.95, 5, got));
  assert_false(ask(&from, 1, 0.95, 5, got));
  from.auc[1] = 0.4;
  assert_false(ask(&from, 0.5, 0.95, 5, got)); /* no spread */
  from = (struct replicates){.of_all = 0.5, .count = 42};
  for (size_t r = 0; r < 42; r++) {
    from.usable[r] = true;
    from.auc[r] = r < 40 ? 0.4 + (double)r * 0.005 : (double)(r - 40);
  }
  assert_true(ask(&from, 0.5, 0.95, 5, got)); /* 2 of 42 have no logit, 0 and 1 */
  from.usable[0] = false;
  assert_false(ask(&from, 0.5, 0.95, 5, got)); /* 2 of 41: more than one for twenty that have one */
}

/* ---- from the people who make it ---------------------------------------------------------------- */

/* A weighted sum of Poisson counts, each seen once: Fay and Feuer (1997), equations 4 and 5, for 1 - AUC. */
static void few(const double *weights, size_t count, double level, double limits[2]) {
  double y = 0, v = 0, m = 0;
  limits[0] = 0;
  limits[1] = 1;
  for (size_t k = 0; k < count; k++) {
    y += weights[k];
    v += weights[k] * weights[k];
    m = fmax(m, weights[k]);
  }
  if (y == 0)
    return;
  if (y * y / v <
      10) { /* few people: the greatest weight there is is eight times that, or that of an AUC of one half */
    double half = 1.0 / 2 / (double)count, eight = 8 * m;
    m = m > half ? m : eight < half ? eight : half;
  }
#ifdef HAVE_GSL
  limits[1] = 1 - gsl_cdf_gamma_Pinv((1 - level) / 2, y * y / v, v / y);
  limits[0] = 1 - gsl_cdf_gamma_Pinv((1 + level) / 2, (y + m) * (y + m) / (v + m * m), (v + m * m) / (y + m));
  limits[0] = fmax(limits[0], 0);
#endif
}

static void check_few(const double *weights, size_t count, double level) {
  double wanted[2], got[2];
  few(weights, count, level, wanted);
  plb_auc_of_makers(weights, count, level, got);
#ifdef HAVE_GSL
  assert_close(1 - got[0], 1 - wanted[0], 2e-7);
  assert_close(1 - got[1], 1 - wanted[1], 2e-7);
#endif
}

static void makers_are_a_weighted_sum_of_counts(void **unused) {
  (void)unused;
#ifndef HAVE_GSL
  printf("# SKIP: no GSL, nothing was compared with it\n");
#endif
  static double weights[20000];
  uint64_t state = 4;
  for (unsigned round = 0; round < 200; round++) {
    size_t count = 1 + draw_below(&state, round % 10 ? 40 : 20000);
    for (size_t k = 0; k < count; k++) {
      bool makes = round % 10 == 0 || draw_below(&state, 5) < round % 5;
      double size = round % 3 ? draw_below(&state, 1000) / 1000.0 : 1 + draw_below(&state, 2); /* or ties */
      weights[k] = makes ? 0.6 * size / (double)count : 0;
    }
    check_few(weights, count, round % 2 ? 0.95 : 0.8);
  }
}

/* Equal weights w, c of them, are w times a Poisson count c, whose exact limits are in tables: 1: 0.0253178
 * and 5.571643; 10: 4.795389 and 18.390356. Fewer than ten: the greatest weight is another. */
static void makers_by_hand(void **unused) {
  (void)unused;
  double weights[400] = {0}, got[2];
  weights[7] = 0.5 / 400; /* one person, all of whose scores are like non-mated ones */
  plb_auc_of_makers(weights, 400, 0.95, got);
  assert_close(1 - got[1], -log(0.975) * 0.5 / 400, 1e-8); /* a shape of 1: the exponential distribution */
  assert_close(1 - got[0], 5.571643390938900 * 0.5 / 400, 1e-8);
  for (size_t k = 0; k < 10; k++)
    weights[k] = 0x1p-13;                     /* so that 10 v is y^2 to the last digit */
  plb_auc_of_makers(weights, 400, 0.95, got); /* ten are not few: m is that of one of them, not 1/800 */
  assert_close(1 - got[1], 4.795388696132434 * 0x1p-13, 1e-8);
  assert_close(1 - got[0], 18.390356042017778 * 0x1p-13, 1e-8);
  for (size_t k = 0; k < 10; k++)
    weights[k] = k < 9 ? 1e-4 : 0;
  /* nine are: y = 9e-4, m = 8e-4, (y + m)^2 / (v + m^2) = 289/73, v + m^2 over y + m = 7.3e-7 / 1.7e-3, and
   * 8.705413 the quantile at 97.5 % */
  plb_auc_of_makers(weights, 400, 0.95, got);
  assert_close(1 - got[1], 4.115373097378332 * 1e-4, 1e-8);
  assert_close(1 - got[0], 3.738206666896413e-3, 1e-8);
  memset(weights, 0, sizeof weights);
  plb_auc_of_makers(weights, 400, 0.95, got);
  assert_true(got[0] == 0 && got[1] == 1); /* nothing is misplaced, nothing is said */
  weights[0] = 0.9;
  plb_auc_of_makers(weights, 1, 0.95, got);
  assert_true(got[0] == 0 && got[1] > 0.9); /* 5.57 times 0.9 is more than there is */
}

/* ---- who makes it ------------------------------------------------------------------------------- */

#define MEMBERS 6
static const uint32_t members[MEMBERS] = {7, 2, 5, 0, 8, 3}; /* the others take no part */

/* Mated scores are those of the others and some more, so that there are ties. */
static void draw_rows(struct plb_listing *list, bool mated, uint32_t distinct, uint64_t *state) {
  list->count = 1 + draw_below(state, ROWS);
  for (size_t k = 0; k < list->count; k++) {
    uint32_t a = members[draw_below(state, MEMBERS)], b = mated ? a : members[draw_below(state, MEMBERS)];
    uint32_t score = draw_below(state, distinct) + (mated ? distinct * 3 / 10 : 0);
    list->rows[k] = (struct plb_listed){plb_key_of(score), a, b};
  }
}

/* The part of all pairs in which a mated score of this person is the lower one, ties counted half. */
static double share_of(const struct plb_listing list[2], uint32_t person) {
  double sum = 0;
  for (size_t k = 0; k < list[1].count; k++)
    for (size_t l = 0; l < list[0].count && list[1].rows[k].first == person; l++) {
      double mated = plb_value_of(list[1].rows[k].key), nonmated = plb_value_of(list[0].rows[l].key);
      sum += mated < nonmated ? 1 : mated == nonmated ? 0.5 : 0;
    }
  return sum / (double)list[0].count / (double)list[1].count;
}

static void check_shares(uint32_t distinct, uint64_t *state) {
  struct plb_listed rows[2][ROWS];
  struct plb_listing list[2] = {{rows[0], 0}, {rows[1], 0}};
  const struct plb_weighted_people who = {.members = members, .member_count = MEMBERS, .people = PEOPLE};
  double weights[MEMBERS], wanted[2], got[2];
  draw_rows(&list[0], false, distinct, state);
  draw_rows(&list[1], true, distinct, state);
  for (size_t m = 0; m < MEMBERS; m++)
    weights[m] = share_of(list, members[m]);
  assert_true(plb_listing_sort(rows[0], list[0].count) && plb_listing_sort(rows[1], list[1].count));
  plb_auc_of_makers(weights, MEMBERS, 0.95, wanted);
  assert_int_equal(plb_auc_few(list, &who, 0.95, got, NULL), PLB_OK);
  assert_close(1 - got[0], 1 - wanted[0], 1e-10);
  assert_close(1 - got[1], 1 - wanted[1], 1e-10);
}

static void shares_are_of_pairs(void **unused) {
  (void)unused;
  static const uint32_t distinct[] = {1, 2, 3, 10, 40, 100000};
  uint64_t state = 6;
  for (unsigned round = 0; round < 300; round++)
    check_shares(distinct[round % 6], &state);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(limits_are_those_of_logits),
                                     cmocka_unit_test(limits_by_hand),
                                     cmocka_unit_test(no_limits),
                                     cmocka_unit_test(makers_are_a_weighted_sum_of_counts),
                                     cmocka_unit_test(makers_by_hand),
                                     cmocka_unit_test(shares_are_of_pairs)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
