/* SPDX-License-Identifier: Apache-2.0 */
#include "naive.h"

#include <math.h>
#include <stdlib.h>

#include "interval/special.h"

/* Everything about one table that the pseudo-code names; matrices are people x people, symmetric, and
 * one-way the counts of a person stand on the diagonal. */
struct naive {
  const struct table *table;
  size_t n;
  double N, inside, *n_ij, *N_i, *g, Cw, Cs, dmax, ne, c, squares, weighted;
};

struct naive_own {
  double x, D, A, P, *R; /* P: the part within pairs, without bounds */
};

static double naive_tail(double t) {
  return 0.5 * erfc(t / sqrt(2.0));
}

static double naive_quantile(double p) { /* t with Q(t) = p, by bisection */
  double low = -40.0, high = 40.0;
  for (int k = 0; k < 200; k++) {
    double middle = 0.5 * (low + high);
    if (naive_tail(middle) > p)
      low = middle;
    else
      high = middle;
  }
  return 0.5 * (low + high);
}

/* L(t, r) as methods B.7 writes it, over s in [0, r], by Simpson's rule on s = r (1 - v^2), which smooths
 * the end at r. */
static double naive_bivariate(double t, double r) {
  double sum = 0.0;
  const int steps = 1000;
  for (int k = 0; k <= steps; k++) {
    double v = (double)k / steps, s = r * (1.0 - v * v);
    double value = exp(-t * t / (1.0 + s)) / (2.0 * M_PI * sqrt(1.0 - s * s)) * 2.0 * r * v;
    sum += value * (k == 0 || k == steps ? 1.0 : k % 2 ? 4.0 : 2.0);
  }
  return naive_tail(t) * naive_tail(t) + sum / (3.0 * steps);
}

static struct naive_own naive_own(const struct naive *naive, double threshold) {
  size_t n = naive->n;
  double *Y = calloc(n * n, sizeof *Y), *X = calloc(n, sizeof *X);
  struct naive_own own = {.D = 1.0, .A = 1.0, .R = calloc(n, sizeof *own.R)};
  for (size_t r = 0; r < naive->table->count; r++) {
    const struct row *row = &naive->table->rows[r];
    if (row->score < threshold)
      continue;
    own.x += 1.0;
    X[row->i] += 1.0;
    Y[row->i * n + row->j] += 1.0;
    if (row->i != row->j) {
      X[row->j] += 1.0;
      Y[row->j * n + row->i] += 1.0;
    }
  }
  double p = own.x / naive->N, e = own.x * (1.0 - p), people = 0.0, pairs = 0.0;
  for (size_t i = 0; i < n; i++) {
    own.R[i] = X[i] - p * naive->N_i[i];
    people += pow(naive->g[i] * own.R[i], 2.0);
    for (size_t j = i + 1; j < n; j++)
      pairs += naive->g[i] * naive->g[j] * pow(Y[i * n + j] - p * naive->n_ij[i * n + j], 2.0);
  }
  if (e > 0.0 && naive->table->dyadic) {
    own.D = fmax(1.0, naive->c * (people - pairs) / e);
    own.A = fmin(fmax(1.0, naive->c * pairs / e + naive->inside / naive->N), own.D);
    own.P = (naive->weighted > 0.0 ? pairs / e * naive->squares / naive->weighted : 0.0) + naive->inside / naive->N;
  } else if (e > 0.0) {
    own.D = own.A = fmax(1.0, (double)(n - 1) / (double)n * people / e);
  }
  free(Y);
  free(X);
  return own;
}

/* How many other comparisons share the pair (Cw), or else one cluster (Cs), with a comparison: one after the other. */
static void naive_shared(const struct table *table, struct naive *naive) {
  size_t n = naive->n;
  double pair = 0.0, one = 0.0;
  for (size_t r = 0; r < table->count; r++) {
    uint32_t i = table->rows[r].i, j = table->rows[r].j;
    if (i == j) {
      one += naive->N_i[i] - 1.0;
      continue;
    }
    double both = naive->n_ij[i * n + j];
    pair += both - 1.0;
    one += naive->N_i[i] - both + naive->N_i[j] - both;
  }
  naive->Cw = (table->dyadic ? pair : one) / naive->N;
  naive->Cs = (table->dyadic ? one : 0.0) / naive->N;
}

static void naive_design(const struct table *table, struct naive *naive) {
  size_t n = table->people;
  *naive = (struct naive){.table = table, .n = n, .N = (double)table->count};
  naive->n_ij = calloc(n * n, sizeof *naive->n_ij);
  naive->N_i = calloc(n, sizeof *naive->N_i);
  naive->g = calloc(n, sizeof *naive->g);
  for (size_t r = 0; r < table->count; r++) {
    const struct row *row = &table->rows[r];
    naive->N_i[row->i] += 1.0;
    naive->n_ij[row->i * n + row->j] += 1.0;
    if (row->i != row->j) {
      naive->N_i[row->j] += 1.0;
      naive->n_ij[row->j * n + row->i] += 1.0;
    } else {
      naive->inside += table->dyadic;
    }
  }
  double ends = 0.0, persons = 0.0;
  for (size_t i = 0; i < n; i++) {
    naive->g[i] = 1.0 / fmax(1.0 - naive->N_i[i] / naive->N, 0.1);
    ends += naive->N_i[i];
    persons += naive->N_i[i] * naive->N_i[i];
  }
  for (size_t i = 0; i < n; i++) {
    for (size_t j = i + 1; j < n; j++) {
      naive->squares += pow(naive->n_ij[i * n + j], 2.0);
      naive->weighted += naive->g[i] * naive->g[j] * pow(naive->n_ij[i * n + j], 2.0);
    }
  }
  naive_shared(table, naive);
  naive->dmax = 1.0 + naive->Cw + naive->Cs;
  naive->ne = ends * ends / persons;
  double people = (double)n, mu = naive->N - naive->inside;
  mu /= (people - 2.0) * mu + (people - 1.0) * naive->inside;
  naive->c = (people - 1.0) / people / (1.0 - (people - 2.0) * mu * mu);
}

static int larger_first(const void *left, const void *right) {
  double a = *(const double *)left, b = *(const double *)right;
  return (a < b) - (a > b);
}

/* The threshold of a level, or NAN to skip it. `scores` descending. */
static double naive_level(const double *scores, size_t count, size_t K, size_t capacity) {
  double T = scores[K - 1];
  size_t ties_end = K;
  while (ties_end < count && scores[ties_end] == T)
    ties_end++;
  if (ties_end <= capacity)
    return T;
  for (size_t end = capacity; end > 0; end--) /* the longest run of whole groups that fitted */
    if (end < count && scores[end - 1] != scores[end])
      return scores[end - 1];
  return nan("");
}

static double naive_solve(double t, double target) {
  if (target <= naive_tail(t) * naive_tail(t))
    return 0.0;
  double low = 0.0, high = 0.98;
  for (int k = 0; k < 60; k++) {
    double middle = 0.5 * (low + high);
    if (naive_bivariate(t, middle) < target)
      low = middle;
    else
      high = middle;
  }
  return 0.5 * (low + high);
}

static double naive_level_effect(const struct naive *naive, double T, double x) {
  struct naive_own own = naive_own(naive, T);
  free(own.R);
  if (own.x <= x || 2.0 * own.x >= naive->N)
    return 0.0;
  double pK = own.x / naive->N, tK = naive_quantile(pK);
  double kw = naive->Cw < 1e-6 ? 0.0 : fmin(pK + (own.A - 1.0) * (1.0 - pK) / naive->Cw, 0.97);
  double ks = naive->Cs < 1e-6 ? 0.0 : fmin(pK + (own.D - own.A) * (1.0 - pK) / naive->Cs, 0.95);
  double p = fmax(x, 1.0) / naive->N, t = naive_quantile(p), d = 1.0;
  if (naive->Cw >= 1e-6)
    d += naive->Cw * fmax(naive_bivariate(t, naive_solve(tK, kw * pK)) / p - p, 0.0) / (1.0 - p);
  if (naive->Cs >= 1e-6)
    d += naive->Cs * fmax(naive_bivariate(t, naive_solve(tK, ks * pK)) / p - p, 0.0) / (1.0 - p);
  return d;
}

/* max over K of d_K; 0 = no valid level. */
static double naive_borrow(const struct naive *naive, double x, size_t capacity) {
  static const size_t pair_levels[] = {100, 300, 1000, 3000}, person_levels[] = {30, 100, 300}, thirty[] = {30};
  const size_t *levels = naive->table->dyadic ? pair_levels : person_levels;
  size_t level_count = naive->table->dyadic ? 4 : 3, count = naive->table->count;
  if (naive->table->dyadic && count < 334) {
    levels = thirty;
    level_count = 1;
  }
  double *scores = calloc(count, sizeof *scores), most = 0.0;
  for (size_t r = 0; r < count; r++)
    scores[r] = naive->table->rows[r].score;
  qsort(scores, count, sizeof *scores, larger_first);
  for (size_t k = 0; k < level_count; k++) {
    if (!(10.0 * (double)levels[k] < 3.0 * naive->N && (double)levels[k] > x))
      continue;
    double T = naive_level(scores, count, levels[k], capacity);
    if (!isnan(T))
      most = fmax(most, naive_level_effect(naive, T, x));
  }
  free(scores);
  return most;
}

static double naive_df(const struct naive *naive, const struct naive_own *own) {
  double n = (double)naive->n, squares = 0.0, fourths = 0.0;
  for (size_t i = 0; i < naive->n; i++) {
    squares += pow(own->R[i], 2.0);
    fourths += pow(own->R[i], 4.0);
  }
  if (own->x == 0.0 || own->x == naive->N || fourths <= squares * squares / n * (1.0 + 1e-14))
    return n - 1.0;
  return fmin(fmax(2.0 * squares * squares / (fourths - squares * squares / n), 2.0), n - 1.0);
}

/* Third standardised moment of the residuals, of others than errors where these prevail. */
static double naive_skewness(const struct naive *naive, const struct naive_own *own, bool reflect) {
  double n = (double)naive->n, second = 0.0, third = 0.0;
  for (size_t i = 0; i < naive->n; i++) {
    second += pow(own->R[i], 2.0) / n;
    third += pow(reflect ? -own->R[i] : own->R[i], 3.0) / n;
  }
  return own->x > 0.0 && own->x < naive->N && second > 1e-20 ? third / pow(second, 1.5) : 0.0;
}

static struct plb_limits naive_wilson(double x, double n, double z) {
  double p = x / n, centre = (p + z * z / (2.0 * n)) / (1.0 + z * z / n);
  double half = z / (1.0 + z * z / n) * sqrt(p * (1.0 - p) / n + z * z / (4.0 * n * n));
  return (struct plb_limits){.lower = x > 0.0 ? centre - half : 0.0, .upper = x < n ? centre + half : 1.0};
}

static struct plb_limits naive_finish(const struct naive *naive, double x, const struct plb_pl *known,
                                      struct plb_limits limits, bool reflect) {
  double rate = x / naive->N, root = sqrt(naive->ne), skewness = 0.0;
  if (known->skewness > 0.0)
    skewness = fmin(x, 20.0) / 20.0 * fmin(known->skewness, 2.8) / 4.0 * fmin(known->skewness / root, 0.1) * 10.0;
  double f = (1.0 - 1.0 / known->design_effect) * fmax(skewness, fmin(0.30, 2.0 / root));
  limits.upper = fmin(1.0, rate + (limits.upper - rate) * (1.0 + f));
  if (reflect)
    return (struct plb_limits){.lower = 1.0 - limits.upper, .upper = 1.0 - limits.lower};
  return limits;
}

/* Wilson's limits, the lower one no higher than the exact one at twice the error (Brown, Cai and DasGupta 2001). */
static struct plb_limits naive_careful(double x, double n, double z, double level) {
  struct plb_limits limits = naive_wilson(x, n, z);
  if (x > 0.0)
    limits.lower = fmin(limits.lower, plb_clopper_pearson(x, n, 2.0 * level - 1.0).lower);
  return limits;
}

static void naive_limits(const struct naive *naive, double x, double level, bool reflect, struct plb_pl *out) {
  double N = naive->N, d = out->design_effect, z = naive_quantile((1.0 - level) / 2.0);
  double q = z + (plb_student_upper_quantile((1.0 - level) / 2.0, out->df) - z) * fmin(1.0, x / 20.0);
  out->inflated = d * (1.0 + (1.0 - 1.0 / d) * (q * q / z / z - 1.0));
  double ds = out->inflated;
  out->pl = naive_finish(naive, x, out, naive_careful(x / ds, N / ds, z, level), reflect);
  out->strict = naive_finish(naive, x, out, plb_clopper_pearson(x / ds, N / ds, level), reflect);
}

void naive_pl(const struct table *table, double threshold, bool borrow, size_t capacity, double level, double icc,
              struct plb_pl *out) {
  struct naive naive;
  naive_design(table, &naive);
  struct naive_own own = naive_own(&naive, threshold);
  bool reflect = 2.0 * own.x > naive.N;
  double x = reflect ? naive.N - own.x : own.x, borrowed = 0.0;
  bool lopsided = table->dyadic && 2.0 * naive.ne < (double)naive.n;
  *out = (struct plb_pl){.few = naive.n < 8 || (lopsided && naive.ne < 8.0),
                         .lopsided = lopsided,
                         .effective = naive.ne,
                         .own_design_effect = fmax(own.D, own.P),
                         .df = naive_df(&naive, &own),
                         .skewness = naive_skewness(&naive, &own, reflect)};
  out->worst_case = plb_clopper_pearson(x / naive.dmax, naive.N / naive.dmax, level);
  if (reflect)
    out->worst_case = (struct plb_limits){.lower = 1.0 - out->worst_case.upper, .upper = 1.0 - out->worst_case.lower};
  if (borrow && !reflect)
    borrowed = naive_borrow(&naive, x, capacity);
  out->no_borrowing = borrowed == 0.0;
  if (!borrow && x == 0.0 && icc > 0.0)
    borrowed = 1.0 + icc * (naive.Cw + naive.Cs);
  out->design_effect = fmin(fmax(fmax(own.D, own.P), borrowed), fmax(fmax(own.D, own.P), naive.dmax));
  naive_limits(&naive, x, level, reflect, out);
  if (out->few) {
    out->pl = out->strict = out->worst_case;
    out->design_effect = out->inflated = naive.dmax;
  }
  for (size_t i = 0; i < naive.n; i++) {
    uint64_t errors = 0, trials = 0;
    for (size_t r = 0; r < table->count; r++) {
      bool takes_part = table->rows[r].i == i || table->rows[r].j == i;
      trials += takes_part;
      errors += takes_part && table->rows[r].score >= threshold;
    }
    if (errors < 2 || (double)errors / own.x <= 0.3)
      continue;
    out->influential = true;
    if (errors > out->their_errors || (errors == out->their_errors && trials < out->their_trials)) {
      out->their_errors = errors;
      out->their_trials = trials;
    }
  }
  free(own.R);
  free(naive.n_ij);
  free(naive.N_i);
  free(naive.g);
}
