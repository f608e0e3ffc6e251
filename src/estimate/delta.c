/* SPDX-License-Identifier: Apache-2.0
 *
 * See delta.h. A quantity is a u + b v to first order, u the mean over mated and v that over non-mated comparisons of a
 * whole number that depends on the score alone:
 *
 *   FNMR at T(FMR <= x)  u = 1 below T, v = 1 from T on;  a = 1, b = -dFNMR/dFMR            (methods C.1)
 *   EER                  the same at its threshold;       a = 1 / (1 - s), b = -s / (1 - s), s = dFNMR/dFMR   (C.3)
 *   1 - AUC              u, v = twice the comparisons of the other class that a score is on the wrong side of, ties
 *                        counted once;                    a = 1 / 2N, b = 1 / 2K            (DeLong and others 1988)
 *
 * With R_i and Q_i the sums over the mated and over the non-mated comparisons of person i of (u - mean) and (v - mean),
 *
 *   psi_i = a sqrt(c1) g_i R_i / K + b sqrt(c2) h_i Q_i / N,   V = sum psi_i^2 - c2 b^2 S / N^2,
 *
 * g_i, h_i, c1, c2 those of the variance of FNMR and FMR (pl_design.c). S is the sum over pairs of people of squares,
 * which the sum over people has twice. It is taken to be the sum over comparisons, as if two of one pair had no more in
 * common than their people: as comparisons of one pair resemble each other, that leaves V too large rather than too
 * small, and spares a look at all pairs. V is no less than were all comparisons independent.
 *
 * AUC: within a cell of the curve scores of both classes are taken as tied, a cell being a distinct score, or, where
 * there are more than 2,000, so small that what lies on the wrong side of it changes by one part in R at most (det.c).
 * That is for V only, of which it changes hardly one part in R^2; the AUC itself is exact.
 *
 * Cost: one walk over each class.
 */
#include "estimate/delta.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "resample/auc.h"
#include "tally/cells.h"

/* One quantity: the columns of sums that it is made of, by class, and its factors. */
struct made {
  size_t column;
  double factor[2];
};

struct ground {
  const struct plb_study *study;
  struct plb_measured *measured;
  const struct plb_roster *roster;
  const struct plb_delta_wanted *wanted;
  uint64_t *keys; /* of thresholds, ascending, distinct */
  size_t key_count;
  struct plb_point *edges; /* at the lower end of each cell; one more, beyond all */
  size_t cells;
  uint64_t *cuts;
  uint64_t *misplaced[2]; /* what a comparison of a class adds by its cell, for AUC */
  struct plb_cells of[2]; /* whose columns are those of quantities */
};

static void free_ground(struct ground *ground) {
  free(ground->keys);
  free(ground->edges);
  free(ground->cuts);
  for (int c = 0; c < 2; c++) {
    free(ground->misplaced[c]);
    plb_cells_free(&ground->of[c]);
  }
}

static uint64_t trials_of(const struct ground *ground, int class) {
  return ground->measured->det.trials[class];
}

/* ---- cells --------------------------------------------------------------------------------- */

static int compare_points(const void *a, const void *b) {
  const struct plb_point *x = a, *y = b;
  return (x->key > y->key) - (x->key < y->key);
}

/* The points of the curve and those of the thresholds, but for points above all scores. */
static bool make_edges(struct ground *ground) {
  const struct plb_measured *measured = ground->measured;
  const struct plb_det *det = &measured->det;
  struct plb_point *edges = plb_alloc(det->curve_count + measured->point_count + 3, sizeof *edges);
  size_t n = 1, kept = 1;
  if (!(ground->edges = edges))
    return false;
  for (size_t k = 0; k < det->curve_count; k++)
    if (!det->curve[k].above)
      edges[n++] = det->curve[k];
  for (size_t p = 0; p < measured->point_count; p++)
    if (ground->wanted->at[p] && !measured->points[p].point.above)
      edges[n++] = measured->points[p].point;
  if (ground->wanted->eer && !det->eer.above)
    edges[n++] = det->eer;
  edges[0] = (struct plb_point){.false_matches = det->trials[PLB_CLASS_NONMATED]};
  qsort(edges + 1, n - 1, sizeof *edges, compare_points);
  for (size_t k = 1; k < n; k++)
    if (kept == 1 || edges[k].key != edges[kept - 1].key)
      edges[kept++] = edges[k];
  ground->cells = kept;
  edges[kept] = (struct plb_point){.above = true, .false_nonmatches = det->trials[PLB_CLASS_MATED]};
  return true;
}

static int compare_keys(const void *a, const void *b) {
  uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
  return (x > y) - (x < y);
}

static bool make_keys(struct ground *ground) {
  const struct plb_measured *measured = ground->measured;
  size_t n = 0;
  if (!(ground->keys = plb_alloc(measured->point_count + 1, sizeof *ground->keys)))
    return false;
  for (size_t p = 0; p < measured->point_count; p++)
    if (ground->wanted->at[p])
      ground->keys[n++] = measured->points[p].point.key;
  if (ground->wanted->eer)
    ground->keys[n++] = measured->det.eer.key;
  qsort(ground->keys, n, sizeof *ground->keys, compare_keys);
  for (size_t k = 0; k < n; k++)
    if (!k || ground->keys[k] != ground->keys[ground->key_count - 1])
      ground->keys[ground->key_count++] = ground->keys[k];
  return true;
}

/* `out` is a cell of the curve. */
static uint64_t misplaced(int class, const struct plb_point out[2]) {
  return class == PLB_CLASS_MATED ? out[0].false_matches + out[1].false_matches
                                  : out[0].false_nonmatches + out[1].false_nonmatches;
}

/* A cell of the curve may hold several cells. */
static void fill_misplaced(struct ground *ground, int class) {
  const struct plb_det *det = &ground->measured->det;
  struct plb_point out[2] = {ground->edges[0], det->curve[0]};
  size_t next = 0; /* of the curve */
  for (size_t c = 0; c < ground->cells; c++) {
    for (; c && next < det->curve_count && det->curve[next].key <= ground->edges[c].key; next++) {
      out[0] = det->curve[next];
      out[1] = next + 1 < det->curve_count ? det->curve[next + 1] : ground->edges[ground->cells];
    }
    if (ground->wanted->auc)
      ground->misplaced[class][c] = misplaced(class, out);
  }
}

/* What a comparison in a cell adds to a column. */
static uint64_t value_in(const struct ground *ground, int class, size_t c, size_t column) {
  if (column == PLB_CELLS_SUM)
    return ground->misplaced[class][c];
  bool accepted = c && ground->edges[c].key >= ground->keys[column - PLB_CELLS_ERRORS];
  return accepted == (class == PLB_CLASS_NONMATED);
}

static plb_status sum(struct ground *ground, struct plb_error *err) {
  const struct plb_study *study = ground->study;
  if (!(ground->cuts = plb_alloc(ground->cells, sizeof *ground->cuts)))
    return plb_fail_memory(err);
  for (size_t c = 1; c < ground->cells; c++)
    ground->cuts[c - 1] = ground->edges[c].key;
  plb_status status = PLB_OK;
  for (int c = 0; c < 2 && !status; c++) {
    if (!(ground->misplaced[c] = plb_alloc(ground->cells, sizeof *ground->misplaced[c])))
      return plb_fail_memory(err);
    fill_misplaced(ground, c);
    ground->of[c] = (struct plb_cells){.cuts = ground->cuts,
                                       .cut_count = ground->cells - 1,
                                       .values = ground->misplaced[c],
                                       .thresholds = ground->keys,
                                       .threshold_count = ground->key_count};
    status = plb_cells_sum(study->tally, &ground->measured->system->of[c].rows, c == PLB_CLASS_MATED,
                           &ground->roster->units, study->threads, &ground->of[c], err);
  }
  return status;
}

/* ---- variance ------------------------------------------------------------------------------ */

/* One class's share in a quantity. */
struct part {
  uint64_t trials, inside; /* inside: comparisons inside clusters, of no pair */
  plb_wide total;          /* of the values */
  double squares;          /* sum over comparisons of (value - mean)^2 */
  double pairs;            /* the same without those inside clusters, or less; mated: 0 */
  double small;            /* c1 or c2 */
  size_t people;
};

static const uint64_t *sums_of(const struct ground *ground, int class, uint32_t number) {
  return ground->of[class].sums + (size_t)number * plb_cells_columns(&ground->of[class]);
}

static uint64_t in_cell(const struct ground *ground, int class, size_t c) {
  const struct plb_point *edge = &ground->edges[c];
  return class == PLB_CLASS_MATED ? edge[1].false_nonmatches - edge[0].false_nonmatches
                                  : edge[0].false_matches - edge[1].false_matches;
}

static struct part part_of(const struct ground *ground, int class, size_t column) {
  struct part part = {.trials = trials_of(ground, class)};
  const struct plb_units *units = &ground->roster->units;
  double most = 0;
  for (size_t c = 0; c < ground->cells; c++)
    part.total += (plb_wide)in_cell(ground, class, c) * value_in(ground, class, c, column);
  double mean = plb_wide_ratio(part.total, part.trials);
  for (size_t c = 0; c < ground->cells; c++) {
    double value = (double)value_in(ground, class, c, column), off = value - mean;
    uint64_t rows = in_cell(ground, class, c);
    part.squares += (double)rows * (off * off);
    most = rows ? fmax(most, value) : most;
  }
  for (size_t m = 0; m < ground->roster->member_count; m++)
    part.people += sums_of(ground, class, ground->roster->members[m])[PLB_CELLS_COUNT] > 0;
  double n = (double)part.people;
  part.small = class == PLB_CLASS_MATED ? (n - 1) / n : (n - 1) * (n - 2) / (n * (n - 3));
  if (class == PLB_CLASS_MATED)
    return part;
  double of_inside = 0;
  if (units->head) {
    const uint64_t *inside = sums_of(ground, class, units->inside);
    part.inside = inside[PLB_CELLS_COUNT];
    of_inside = most * (double)inside[column] + mean * mean * (double)part.inside; /* no less than their squares */
  }
  part.pairs = fmax(part.squares - of_inside, 0);
  return part;
}

/* What the comparisons of a class add for a person: their sum less what so many would add on average. */
static double influence(const struct ground *ground, const struct part *part, int class, size_t column, uint32_t who) {
  const uint64_t *sums = sums_of(ground, class, who);
  plb_wide_signed ours = (plb_wide_signed)part->trials * (plb_wide_signed)sums[column];
  plb_wide_signed expected = (plb_wide_signed)part->total * (plb_wide_signed)sums[PLB_CELLS_COUNT];
  double weight = sqrt(part->small) * plb_person_weight(sums[PLB_CELLS_COUNT], part->trials),
         trials = (double)part->trials;
  return weight * ((double)(ours - expected) / trials) / trials;
}

/* Satterthwaite's degrees of freedom for a sum of squares, as of a rate (pl.c). */
static double degrees(const struct ground *ground, double squares, double fourths) {
  double n = (double)ground->roster->member_count, most = n - 1;
  size_t side = plb_tally_smaller_side(ground->measured->system);
  if (side > 1 && (double)side - 1 < most)
    most = (double)side - 1;
  double excess = fourths - squares * squares / n;
  double df = excess > 0 ? 2 * squares * squares / excess : most;
  return fmin(fmax(df, 2), most);
}

static struct plb_spread spread_of(const struct ground *ground, const struct made *made, double value) {
  const struct plb_roster *roster = ground->roster;
  struct part parts[2] = {part_of(ground, 0, made->column), part_of(ground, 1, made->column)};
  double squares = 0, fourths = 0, least = 0;
  for (size_t m = 0; m < roster->member_count; m++) {
    double psi = 0;
    for (int c = 0; c < 2; c++)
      psi += made->factor[c] * influence(ground, &parts[c], c, made->column, roster->members[m]);
    squares += psi * psi;
    fourths += psi * psi * psi * psi;
  }
  double variance = squares;
  for (int c = 0; c < 2; c++) {
    double scale = made->factor[c] / (double)parts[c].trials;
    variance -= parts[c].small * scale * scale * parts[c].pairs;
    least += scale * scale * parts[c].squares;
  }
  return (struct plb_spread){value, sqrt(fmax(variance, least)), degrees(ground, squares, fourths)};
}

/* ---- quantities ------------------------------------------------------------------------------ */

static size_t column_of(const struct ground *ground, uint64_t key) {
  size_t k = 0;
  while (ground->keys[k] != key)
    k++;
  return PLB_CELLS_ERRORS + k;
}

static struct plb_spread spread_at(const struct ground *ground, const struct plb_point *point, double share,
                                   double slope, double value) {
  struct made made = {column_of(ground, point->key), {0, 0}};
  made.factor[PLB_CLASS_MATED] = share;
  made.factor[PLB_CLASS_NONMATED] = share * slope;
  return spread_of(ground, &made, value);
}

static void take_point(const struct ground *ground, size_t p) {
  const struct plb_measured *measured = ground->measured;
  const struct plb_study_point *point = &measured->points[p];
  struct plb_redrawn_point *into = &ground->measured->redrawn.points[p];
  double level = ground->study->options->level;
  double value = (double)point->point.false_nonmatches / (double)trials_of(ground, PLB_CLASS_MATED);
  /* of so few false matches plb_delta_limits takes the limits of their rate into account, and not its spread */
  bool few = point->point.false_matches < PLB_FEWEST_FOR_SLOPE;
  double slope = few ? 0 : plb_det_slope(&measured->det, &point->point);
  struct plb_spread spread = spread_at(ground, &point->point, 1, slope, value);
  into->fnmr = plb_delta_limits(measured, point, &spread, level);
  into->corner = plb_delta_limits(measured, point, &spread, (2 + level) / 3);
  into->has_keys = plb_threshold_limits(measured, point, level, into->keys);
}

/* The limits of a quantity without any joining. */
static struct plb_redrawn_limits limits_of(const struct plb_spread *spread, double level) {
  struct plb_redrawn_limits found = {
      .exists = true, .delta = true, .spread = *spread, .lower = spread->value, .upper = spread->value};
  double limits[2];
  if (plb_spread_limits(spread, level, limits)) {
    found.lower = limits[0];
    found.upper = limits[1];
  }
  return found;
}

static void take_eer(const struct ground *ground) {
  const struct plb_det *det = &ground->measured->det;
  double value = plb_det_mean_rate(det, &det->eer), slope = plb_det_slope(det, &det->eer);
  struct plb_spread spread = spread_at(ground, &det->eer, 1 / (1 + slope), slope, value);
  ground->measured->redrawn.eer = limits_of(&spread, ground->study->options->level);
}

static plb_status take_auc(const struct ground *ground, struct plb_error *err) {
  const struct plb_det *det = &ground->measured->det;
  const struct plb_roster *roster = ground->roster;
  struct plb_redrawn_limits *auc = &ground->measured->redrawn.auc;
  double value = plb_det_auc(det);
  double level = ground->study->options->level, pairs = 2 * (double)det->trials[0] * (double)det->trials[1], limits[2];
  struct made made = {PLB_CELLS_SUM, {0.5 / (double)det->trials[1], 0.5 / (double)det->trials[0]}};
  struct plb_spread spread = spread_of(ground, &made, value);
  *auc = limits_of(&spread, level);
  double *weights = plb_alloc(roster->member_count, sizeof *weights);
  if (!weights)
    return plb_fail_memory(err);
  for (size_t m = 0; m < roster->member_count; m++)
    weights[m] = (double)sums_of(ground, PLB_CLASS_MATED, roster->members[m])[PLB_CELLS_SUM] / pairs;
  if (value < 1) { /* else nothing is misplaced */
    bool few = plb_auc_of_makers(weights, roster->member_count, level, limits);
    plb_redrawn_widen_auc(auc, limits, few);
  }
  free(weights);
  return PLB_OK;
}

plb_status plb_delta_measure(const struct plb_study *study, struct plb_measured *measured,
                             const struct plb_roster *roster, const struct plb_delta_wanted *wanted,
                             struct plb_error *err) {
  struct plb_delta_wanted possible = *wanted;
  /* sums by person of twice the pairs of comparisons fit into 64 bits */
  possible.auc &= (2 * (plb_wide)measured->det.trials[0] * measured->det.trials[1]) >> 64 == 0;
  struct ground ground = {.study = study, .measured = measured, .roster = roster, .wanted = &possible};
  plb_status status = make_keys(&ground) && make_edges(&ground) ? PLB_OK : plb_fail_memory(err);
  if (!status && (ground.key_count || possible.auc))
    status = sum(&ground, err);
  for (size_t p = 0; p < measured->point_count && !status; p++)
    if (possible.at[p])
      take_point(&ground, p);
  if (!status && possible.eer)
    take_eer(&ground);
  if (!status && possible.auc)
    status = take_auc(&ground, err);
  if (!status && (ground.key_count || possible.auc))
    measured->redrawn.any = true;
  free_ground(&ground);
  return status;
}
