/* SPDX-License-Identifier: Apache-2.0
 *
 * See gee.h. With A = X'WX at the solution, and for each person U = sum of x (Y - mu), M = sum of w x x':
 *
 *   U* = (I - M A^-1)^-1 U
 *   V  = (n - 1) / n  A^-1 (sum U* U*') A^-1
 *   e  = (A^-1 U*)_k^2,  df = 2 (sum e)^2 / (sum e^2 - (sum e)^2 / n), from 2 to n - p
 *
 * Cost: some ten walks over the rows.
 */
#include "interval/gee.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "interval/special.h"

#define STEPS 30
#define FARTHEST 5.0 /* of a coefficient, per standard deviation of its column: beyond, the classes are separate */
#define LEAST_PEOPLE 20

typedef double matrix[PLB_GEE_MOST][PLB_GEE_MOST];

/* Solves a x = b for several columns of b by Gauss' elimination with pivots; false where a is singular. */
static bool solve(size_t p, const matrix a, size_t columns, matrix b) {
  matrix work;
  memcpy(work, a, sizeof work);
  for (size_t k = 0; k < p; k++) {
    size_t pivot = k;
    for (size_t i = k + 1; i < p; i++)
      pivot = fabs(work[i][k]) > fabs(work[pivot][k]) ? i : pivot;
    if (!(fabs(work[pivot][k]) > 1e-12 * fabs(a[k][k])) || !(fabs(work[pivot][k]) > 0))
      return false;
    for (size_t j = 0; j < p; j++) {
      double swap = work[k][j];
      work[k][j] = work[pivot][j];
      work[pivot][j] = swap;
    }
    for (size_t j = 0; j < columns; j++) {
      double swap = b[k][j];
      b[k][j] = b[pivot][j];
      b[pivot][j] = swap;
    }
    for (size_t i = 0; i < p; i++) {
      double factor = i == k ? 0 : work[i][k] / work[k][k];
      for (size_t j = k; j < p; j++)
        work[i][j] -= factor * work[k][j];
      for (size_t j = 0; j < columns; j++)
        b[i][j] -= factor * b[k][j];
    }
  }
  for (size_t i = 0; i < p; i++)
    for (size_t j = 0; j < columns; j++)
      b[i][j] /= work[i][i];
  return true;
}

static void identity(size_t p, matrix m) {
  memset(m, 0, sizeof(matrix));
  for (size_t k = 0; k < p; k++)
    m[k][k] = 1;
}

static double linear(size_t p, const double *x, const double *beta) {
  double sum = 0;
  for (size_t k = 0; k < p; k++)
    sum += x[k] * beta[k];
  return sum;
}

static double logistic(double t) {
  return t >= 0 ? 1 / (1 + exp(-t)) : exp(t) / (1 + exp(t));
}

/* Adds what some rows bring to the score and to the information. */
static void add_rows(const struct plb_gee_rows *rows, size_t from, size_t to, const double *beta, double *score,
                     matrix information) {
  size_t p = rows->columns;
  for (size_t r = from; r < to; r++) {
    const double *x = rows->x + r * p;
    double mu = logistic(linear(p, x, beta)), trials = (double)rows->trials[r];
    double distance = (double)rows->errors[r] - trials * mu, weight = trials * mu * (1 - mu);
    for (size_t k = 0; k < p; k++) {
      score[k] += x[k] * distance;
      for (size_t l = 0; l < p; l++)
        information[k][l] += weight * x[k] * x[l];
    }
  }
}

static size_t end_of_person(const struct plb_gee_rows *rows, size_t from) {
  size_t to = from;
  while (to < rows->count && rows->person[to] == rows->person[from])
    to++;
  return to;
}

static plb_status count_rows(const struct plb_gee_rows *rows, struct plb_gee *fit, struct plb_error *err) {
  for (size_t from = 0, to; from < rows->count; from = to) {
    uint64_t before = fit->errors;
    to = end_of_person(rows, from);
    for (size_t r = from; r < to; r++) {
      fit->trials += rows->trials[r];
      fit->errors += rows->errors[r];
    }
    fit->people++;
    fit->carriers += fit->errors > before;
  }
  if (fit->people < LEAST_PEOPLE)
    return plb_fail(err, PLB_UNDEFINED, "fewer than %d people", LEAST_PEOPLE);
  if (!fit->errors || fit->errors == fit->trials)
    return plb_fail(err, PLB_UNDEFINED, fit->errors ? "every trial is an error" : "there are no errors");
  return PLB_OK;
}

/* The standard deviation of a column over the trials; 1 of the constant. */
static double spread_of(const struct plb_gee_rows *rows, size_t column) {
  double sum = 0, squares = 0, trials = 0;
  for (size_t r = 0; r < rows->count; r++)
    trials += (double)rows->trials[r];
  for (size_t r = 0; r < rows->count; r++)
    sum += (double)rows->trials[r] * rows->x[r * rows->columns + column] / trials;
  for (size_t r = 0; r < rows->count; r++) {
    double distance = rows->x[r * rows->columns + column] - sum;
    squares += (double)rows->trials[r] * distance * distance / trials;
  }
  return column ? sqrt(squares) : 1;
}

static plb_status find_beta(const struct plb_gee_rows *rows, double *beta, matrix information, struct plb_error *err) {
  size_t p = rows->columns;
  for (int step = 0; step < STEPS; step++) {
    double score[PLB_GEE_MOST] = {0}, change = 0;
    matrix right;
    memset(information, 0, sizeof(matrix));
    add_rows(rows, 0, rows->count, beta, score, information);
    for (size_t k = 0; k < p; k++)
      right[k][0] = score[k];
    if (!solve(p, (const double(*)[PLB_GEE_MOST])information, 1, right))
      return plb_fail(err, PLB_UNDEFINED, "all comparisons are alike in what the trend is to be about");
    for (size_t k = 0; k < p; k++) {
      double largest = 2 / spread_of(rows, k), move = fmax(-largest, fmin(largest, right[k][0]));
      beta[k] += move;
      change = fmax(change, fabs(move) * spread_of(rows, k));
    }
    if (change < 1e-10)
      return PLB_OK;
  }
  return plb_fail(err, PLB_UNDEFINED, "the trend has no bounds: errors and others do not overlap in what it is about");
}

/* (I - M A^-1)^-1 U of one person; false where the person's own rows decide a coefficient alone. */
static bool corrected(size_t p, const matrix own, const matrix inverse, double *score) {
  matrix left, right;
  for (size_t k = 0; k < p; k++) {
    right[k][0] = score[k];
    for (size_t l = 0; l < p; l++) {
      double product = 0;
      for (size_t m = 0; m < p; m++)
        product += own[k][m] * inverse[m][l];
      left[k][l] = (k == l) - product;
    }
  }
  if (!solve(p, (const double(*)[PLB_GEE_MOST])left, 1, right))
    return false;
  for (size_t k = 0; k < p; k++)
    score[k] = right[k][0];
  return true;
}

/* A^-1 times what the person brings, for each coefficient. */
static plb_status add_people(const struct plb_gee_rows *rows, const double *beta, const matrix inverse,
                             struct plb_gee *fit, double *squares, double *fourths, struct plb_error *err) {
  size_t p = rows->columns;
  for (size_t from = 0, to; from < rows->count; from = to) {
    double score[PLB_GEE_MOST] = {0}, influence[PLB_GEE_MOST];
    matrix own = {{0}};
    to = end_of_person(rows, from);
    add_rows(rows, from, to, beta, score, own);
    if (!corrected(p, (const double(*)[PLB_GEE_MOST])own, inverse, score))
      return plb_fail(err, PLB_UNDEFINED, "one person alone decides the trend");
    for (size_t k = 0; k < p; k++)
      influence[k] = linear(p, inverse[k], score);
    for (size_t k = 0; k < p; k++) {
      double square = influence[k] * influence[k];
      squares[k] += square;
      fourths[k] += square * square;
      for (size_t l = 0; l < p; l++)
        fit->covariance[k][l] += influence[k] * influence[l];
    }
  }
  return PLB_OK;
}

static plb_status find_limits(const struct plb_gee_rows *rows, double level, const double *beta,
                              const matrix information, struct plb_gee *fit, struct plb_error *err) {
  size_t p = rows->columns;
  double n = (double)fit->people, squares[PLB_GEE_MOST] = {0}, fourths[PLB_GEE_MOST] = {0};
  matrix inverse;
  identity(p, inverse);
  if (!solve(p, information, p, inverse))
    return plb_fail(err, PLB_UNDEFINED, "all comparisons are alike in what the trend is to be about");
  plb_status status = add_people(rows, beta, (const double(*)[PLB_GEE_MOST])inverse, fit, squares, fourths, err);
  for (size_t k = 0; k < p && !status; k++) {
    struct plb_gee_term *term = &fit->terms[k];
    double spread = fourths[k] - squares[k] * squares[k] / n;
    for (size_t l = 0; l < p; l++)
      fit->covariance[k][l] *= (n - 1) / n;
    term->value = beta[k];
    term->error = sqrt(fit->covariance[k][k]);
    term->df = spread > 0 ? 2 * squares[k] * squares[k] / spread : n - (double)p;
    term->df = fmin(fmax(term->df, 2), n - (double)p);
    double t = plb_student_upper_quantile((1 - level) / 2, term->df);
    term->lower = beta[k] - t * term->error;
    term->upper = beta[k] + t * term->error;
  }
  return status;
}

plb_status plb_gee_fit(const struct plb_gee_rows *rows, double level, struct plb_gee *fit, struct plb_error *err) {
  double beta[PLB_GEE_MOST] = {0};
  matrix information;
  *fit = (struct plb_gee){.people = 0};
  if (!rows->columns || rows->columns > PLB_GEE_MOST)
    return plb_fail(err, PLB_USAGE, "%zu coefficients; expected 1 to %d", rows->columns, PLB_GEE_MOST);
  plb_status status = count_rows(rows, fit, err);
  if (status)
    return status;
  double rate = (double)fit->errors / (double)fit->trials;
  beta[0] = log(rate / (1 - rate));
  if ((status = find_beta(rows, beta, information, err)))
    return status;
  for (size_t k = 1; k < rows->columns; k++)
    if (fabs(beta[k]) * spread_of(rows, k) > FARTHEST)
      return plb_fail(err, PLB_UNDEFINED,
                      "the trend has no bounds: errors and others hardly overlap in what it is about");
  return find_limits(rows, level, beta, (const double(*)[PLB_GEE_MOST])information, fit, err);
}

void plb_gee_at(const struct plb_gee *fit, size_t columns, const double *x, double level, double *rate, double *lower,
                double *upper) {
  double middle = 0, variance = 0, df = fit->terms[0].df;
  for (size_t k = 0; k < columns; k++) {
    middle += x[k] * fit->terms[k].value;
    df = fmin(df, fit->terms[k].df);
    for (size_t l = 0; l < columns; l++)
      variance += x[k] * x[l] * fit->covariance[k][l];
  }
  double margin = plb_student_upper_quantile((1 - level) / 2, df) * sqrt(fmax(variance, 0));
  *rate = logistic(middle);
  *lower = logistic(middle - margin);
  *upper = logistic(middle + margin);
}
