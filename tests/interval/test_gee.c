/* SPDX-License-Identifier: Apache-2.0
 *
 * The trend against a reference in the form in which it was published, with one row for each trial and a matrix of the
 * size of each person's rows (Mancl and DeRouen 2001); what is tested agrees with R's clubSandwich (CR3, times
 * (n - 1) / n) to the eight digits that glm converges to. And how often its limits hold the truth.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "interval/gee.h"

#define PEOPLE 40
#define EACH 12
#define ROWS (PEOPLE * EACH)
#define P 3

static uint64_t seed = 77;

static double uniform(void) {
  return ((double)(draw(&seed) >> 12) + .5) * 0x1p-52;
}

static double normal(void) {
  return sqrt(-2 * log(uniform())) * cos(2 * 3.14159265358979323846 * uniform());
}

struct data {
  double x[ROWS * P];
  uint64_t trials[ROWS], errors[ROWS];
  uint32_t person[ROWS];
  size_t count;
};

/* Rows of one trial each. */
static void make(struct data *data, double slope, double effect) {
  data->count = 0;
  for (uint32_t i = 0; i < PEOPLE; i++) {
    double own = effect * normal(), age = uniform() * 4;
    size_t each = 3 + (size_t)(uniform() * (EACH - 3));
    for (size_t k = 0; k < each; k++) {
      double *x = data->x + data->count * P, lapse = uniform() * 8 - 4;
      x[0] = 1;
      x[1] = age;
      x[2] = lapse;
      data->trials[data->count] = 1;
      data->errors[data->count] = uniform() < 1 / (1 + exp(1.5 - slope * lapse - own));
      data->person[data->count++] = i;
    }
  }
}

static struct plb_gee_rows rows_of(const struct data *data) {
  return (struct plb_gee_rows){data->count, P, data->x, data->trials, data->errors, data->person};
}

static void solve(size_t n, double *a, double *b) {
  for (size_t step = 0; step < n * n; step++) {
    size_t k = step / n, i = step % n;
    double factor = i == k ? 0 : a[i * n + k] / a[k * n + k];
    for (size_t j = k; j < n && i != k; j++)
      a[i * n + j] -= factor * a[k * n + j];
    b[i] -= factor * b[k];
  }
  for (size_t i = 0; i < n; i++)
    b[i] /= a[i * n + i];
}

static void invert(double a[P][P], double inverse[P][P]) {
  for (int c = 0; c < P; c++) {
    double copy[P * P], unit[P] = {0};
    memcpy(copy, a, sizeof copy);
    unit[c] = 1;
    solve(P, copy, unit);
    for (int r = 0; r < P; r++)
      inverse[r][c] = unit[r];
  }
}

/* The rows of one person: what they bring to each coefficient, A^-1 X' (I - H)^-1 (y - mu). */
static void naive_person(const struct data *data, size_t from, size_t to, const double *beta, double inverse[P][P],
                         double influence[P]) {
  size_t n = to - from;
  double left[EACH * EACH], residual[EACH], score[P] = {0};
  for (size_t i = 0; i < n; i++) {
    const double *x = data->x + (from + i) * P;
    double mu = 1 / (1 + exp(-(x[0] * beta[0] + x[1] * beta[1] + x[2] * beta[2])));
    residual[i] = (double)data->errors[from + i] - mu;
    for (size_t j = 0; j < n; j++) {
      const double *y = data->x + (from + j) * P;
      left[i * n + j] = i == j;
      for (int k = 0; k < P * P; k++)
        left[i * n + j] -= mu * (1 - mu) * x[k / P] * inverse[k / P][k % P] * y[k % P];
    }
  }
  solve(n, left, residual);
  for (size_t i = 0; i < n; i++)
    for (int k = 0; k < P; k++)
      score[k] += data->x[(from + i) * P + (size_t)k] * residual[i];
  for (int k = 0; k < P; k++)
    influence[k] = inverse[k][0] * score[0] + inverse[k][1] * score[1] + inverse[k][2] * score[2];
}

struct naive {
  double score[P], information[P][P], inverse[P][P], v[P][P], fourths[P];
};

static void naive_score(const struct data *data, const double *beta, struct naive *naive) {
  for (size_t r = 0; r < data->count; r++) {
    const double *x = data->x + r * P;
    double mu = 1 / (1 + exp(-(x[0] * beta[0] + x[1] * beta[1] + x[2] * beta[2])));
    for (int k = 0; k < P; k++)
      naive->score[k] += x[k] * ((double)data->errors[r] - mu);
    for (int k = 0; k < P * P; k++)
      naive->information[k / P][k % P] += mu * (1 - mu) * x[k / P] * x[k % P];
  }
}

static void naive_people(const struct data *data, const double *beta, struct naive *naive) {
  for (size_t from = 0, to; from < data->count; from = to) {
    double influence[P];
    for (to = from; to < data->count && data->person[to] == data->person[from];)
      to++;
    naive_person(data, from, to, beta, naive->inverse, influence);
    for (int k = 0; k < P * P; k++)
      naive->v[k / P][k % P] += influence[k / P] * influence[k % P];
    for (int k = 0; k < P; k++)
      naive->fourths[k] += pow(influence[k], 4);
  }
}

static void check_published(const struct data *data) {
  struct plb_gee fit;
  struct plb_error err;
  struct plb_gee_rows rows = rows_of(data);
  struct naive naive = {.score = {0}};
  double beta[P];
  assert_int_equal(plb_gee_fit(&rows, .95, &fit, &err), PLB_OK);
  for (int k = 0; k < P; k++)
    beta[k] = fit.terms[k].value;
  naive_score(data, beta, &naive);
  invert(naive.information, naive.inverse);
  naive_people(data, beta, &naive);
  for (int k = 0; k < P; k++) {
    double own = naive.v[k][k], spread = naive.fourths[k] - own * own / PEOPLE;
    assert_true(fabs(naive.score[k]) < 1e-8);
    assert_close(fit.terms[k].df, fmin(fmax(2 * own * own / spread, 2), PEOPLE - P), 1e-8);
    assert_close(fit.terms[k].error, sqrt(fit.covariance[k][k]), 1e-12);
    assert_true(fit.terms[k].lower < beta[k] && beta[k] < fit.terms[k].upper);
  }
  for (int k = 0; k < P * P; k++) {
    double wanted = naive.v[k / P][k % P] * (PEOPLE - 1) / PEOPLE;
    assert_true(fabs(fit.covariance[k / P][k % P] - wanted) < 1e-9 * (naive.v[k / P][k / P] + naive.v[k % P][k % P]));
  }
}

static void as_published(void **state) {
  (void)state;
  for (int test = 0; test < 20; test++) {
    struct data data;
    make(&data, .3, 1);
    check_published(&data);
  }
}

/* Trials that are alike may be one row. */
static void grouped(void **state) {
  (void)state;
  double x[PEOPLE * 2 * 2], single[PEOPLE * 10 * 2];
  uint64_t trials[PEOPLE * 2], errors[PEOPLE * 2], ones[PEOPLE * 10], wrong[PEOPLE * 10];
  uint32_t person[PEOPLE * 2], whose[PEOPLE * 10];
  size_t n = 0, m = 0;
  for (uint32_t i = 0; i < PEOPLE; i++)
    for (int half = 0; half < 2; half++, n++) {
      x[2 * n] = 1;
      x[2 * n + 1] = half;
      trials[n] = 5;
      errors[n] = 0;
      person[n] = i;
      for (int k = 0; k < 5; k++, m++) {
        single[2 * m] = 1;
        single[2 * m + 1] = half;
        ones[m] = 1;
        wrong[m] = uniform() < .1 + .1 * half;
        errors[n] += wrong[m];
        whose[m] = i;
      }
    }
  struct plb_gee one, other;
  struct plb_error err;
  const struct plb_gee_rows few = {n, 2, x, trials, errors, person}, many = {m, 2, single, ones, wrong, whose};
  assert_int_equal(plb_gee_fit(&few, .95, &one, &err), PLB_OK);
  assert_int_equal(plb_gee_fit(&many, .95, &other, &err), PLB_OK);
  assert_int_equal(one.trials, other.trials);
  assert_int_equal(one.errors, other.errors);
  for (int k = 0; k < 2; k++) {
    assert_close(one.terms[k].value, other.terms[k].value, 1e-9);
    assert_close(one.terms[k].error, other.terms[k].error, 1e-9);
    assert_close(one.terms[k].df, other.terms[k].df, 1e-9);
  }
  /* the rates of the two halves, by a model with as many coefficients, are the observed ones */
  double rate, lower, upper, at[2] = {1, 1};
  uint64_t sum = 0;
  for (size_t k = 1; k < n; k += 2)
    sum += errors[k];
  plb_gee_at(&one, 2, at, .95, &rate, &lower, &upper);
  assert_close(rate, (double)sum / (5 * PEOPLE), 1e-9);
  assert_true(lower < rate && rate < upper);
}

static void refused(void **state) {
  (void)state;
  struct data data;
  struct plb_gee fit;
  struct plb_error err;
  make(&data, .3, 1);
  struct plb_gee_rows rows = rows_of(&data);
  for (size_t r = 0; r < data.count; r++)
    data.x[r * P + 1] = 2;
  assert_int_equal(plb_gee_fit(&rows, .95, &fit, &err), PLB_UNDEFINED);
  make(&data, .3, 1);
  rows.count = data.count;
  for (size_t r = 0; r < data.count; r++)
    data.errors[r] = data.x[r * P + 2] > 0;
  assert_int_equal(plb_gee_fit(&rows, .95, &fit, &err), PLB_UNDEFINED); /* separate */
  for (size_t r = 0; r < data.count; r++)
    data.errors[r] = 0;
  assert_int_equal(plb_gee_fit(&rows, .95, &fit, &err), PLB_UNDEFINED);
  assert_string_equal(err.message, "there are no errors");
  make(&data, .3, 1);
  while (data.person[data.count - 1] > 10)
    data.count--;
  rows.count = data.count;
  assert_int_equal(plb_gee_fit(&rows, .95, &fit, &err), PLB_UNDEFINED);
  assert_string_equal(err.message, "fewer than 20 people");
}

/* No true slope, people with effects: the limits hold 0 in about 95 % of tests. */
static void coverage(void **state) {
  (void)state;
  int held = 0, tests = 600;
  for (int test = 0; test < tests; test++) {
    struct data data;
    struct plb_gee fit;
    struct plb_error err;
    make(&data, 0, 1);
    struct plb_gee_rows rows = rows_of(&data);
    assert_int_equal(plb_gee_fit(&rows, .95, &fit, &err), PLB_OK);
    held += fit.terms[1].lower <= 0 && 0 <= fit.terms[1].upper;
  }
  assert_true(held > .92 * tests && held < .99 * tests);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(as_published), cmocka_unit_test(grouped),
                                     cmocka_unit_test(refused), cmocka_unit_test(coverage)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
