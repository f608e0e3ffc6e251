/* SPDX-License-Identifier: Apache-2.0
 *
 * Borrowing a design effect from scores (methods B.7). A few errors say almost nothing about how alike the
 * trials of one person are; the hundreds of scores that came closest to being errors do. At each level
 * K of the most error-like scores: the design effect of "being among them", turned into correlations of
 * bivariate normal scores between trials that share the pair of people (r_w) or one person (r_s), and
 * these into the design effect they predict at the wanted rate.
 *
 * The rows are walked once, most error-like first; the counts by person and by pair grow from level to
 * level. Sums over pairs are integers and therefore free of order.
 *
 * Cost: O(rows) in all and O(people) plus some 5,000 bivariate tails at each of at most four levels.
 */
#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "interval/latent.h"
#include "interval/pl_parts.h"
#include "interval/special.h"

#define MOST_RW 0.97 /* ceilings of the conditional probabilities */
#define MOST_RS 0.95
#define FEWEST_SHARING                                                                                                 \
  40.0 /* trials that share a person, or a pair of people, with another one; each counted for each */

static const uint64_t pair_levels[] = {100, 300, 1000, 3000};
static const uint64_t small_levels[] = {30};
static const uint64_t person_levels[] = {30, 100, 300};

/* Errors at the level reached so far. */
struct walk {
  const struct plb_design *design;
  const double *g;
  const struct plb_extremes *extremes;
  uint64_t *per_person, *per_pair;
  plb_wide squares, products;
  size_t used;
};

static void walk_to(struct walk *walk, size_t end) {
  for (; walk->used < end; walk->used++) {
    const struct plb_extreme *row = &walk->extremes->rows[walk->used];
    walk->per_person[row->i]++;
    if (!walk->design->dyadic || row->i == row->j)
      continue;
    walk->per_person[row->j]++;
    plb_wide weight = plb_pair_weight(walk->g[row->i], walk->g[row->j]);
    uint64_t before = walk->per_pair[row->pair]++;
    walk->squares += weight * (2 * before + 1); /* (y + 1)^2 - y^2 */
    walk->products += weight * walk->extremes->pair_trials[row->pair];
  }
}

/* How many rows are at least as error-like as the K-th, whole groups of ties. Where the K-th lies beyond
 * the list: all of it, for the next more error-like score that is wholly there. 0 = no such level. */
static size_t level_end(const struct plb_extremes *extremes, uint64_t k) {
  if (k > extremes->count)
    return extremes->cut_level ? extremes->count : 0;
  size_t end = (size_t)k;
  uint64_t key = extremes->rows[end - 1].rank_key;
  while (end < extremes->count && extremes->rows[end].rank_key == key)
    end++;
  return end;
}

/* Whether enough trials share what `shared` others on average do: else a correlation of 0 would only say that
 * nothing is known of it. */
static bool is_known(const struct plb_design *design, double shared) {
  return shared >= PLB_NEGLIGIBLE && shared * (double)design->trials >= FEWEST_SHARING;
}

struct plb_alike plb_alike_of(const struct plb_design *design, const struct plb_design_sums *sums,
                              const struct plb_own *own, double rate) {
  double within = 0.0, shared = 0.0, t = plb_probit_upper(rate);
  if (sums->cw >= PLB_NEGLIGIBLE)
    within = fmin(rate + (own->pair_part - 1.0) * (1.0 - rate) / sums->cw, MOST_RW);
  if (sums->cs >= PLB_NEGLIGIBLE)
    shared = fmin(rate + (own->deff - own->pair_part) * (1.0 - rate) / sums->cs, MOST_RS);
  return (struct plb_alike){.has_pair = is_known(design, sums->cw),
                            .has_person = is_known(design, sums->cs),
                            .pair = plb_latent_correlation(t, within * rate),
                            .person = plb_latent_correlation(t, shared * rate)};
}

/* d_K from the correlations at a level, for the rate p. */
static double predicted_effect(const struct plb_design_sums *sums, const struct plb_alike *alike, double p) {
  double t = plb_probit_upper(p);
  return 1.0 + plb_latent_part(sums->cw, t, alike->pair, p) + plb_latent_part(sums->cs, t, alike->person, p);
}

static plb_status try_level(struct walk *walk, const struct plb_design_sums *sums, size_t end, double p,
                            struct plb_borrowed *borrowed, struct plb_error *err) {
  walk_to(walk, end);
  struct plb_error_sums errors = {
      .errors = end,
      .per_person = walk->per_person,
      .weighted_squares = plb_wide_value(walk->squares),
      .weighted_products = plb_wide_value(walk->products),
  };
  struct plb_own own;
  plb_status st = plb_own_effect(walk->design, sums, &errors, &own, err);
  if (st)
    return st;
  struct plb_alike alike = plb_alike_of(walk->design, sums, &own, (double)end / (double)walk->design->trials);
  double effect = predicted_effect(sums, &alike, p);
  if (!borrowed->any || effect > borrowed->deff)
    borrowed->alike = alike;
  borrowed->any = true;
  borrowed->deff = fmax(borrowed->deff, effect);
  return PLB_OK;
}

/* The levels to try, ascending. */
static const uint64_t *levels_of(const struct plb_design *design, size_t *count) {
  if (!design->dyadic) {
    *count = sizeof person_levels / sizeof person_levels[0];
    return person_levels;
  }
  bool small = design->trials < 334;
  *count = small ? 1 : sizeof pair_levels / sizeof pair_levels[0];
  return small ? small_levels : pair_levels;
}

plb_status plb_borrow(const struct plb_design *design, const struct plb_design_sums *sums,
                      const struct plb_extremes *extremes, uint64_t x, struct plb_borrowed *borrowed,
                      struct plb_error *err) {
  *borrowed = (struct plb_borrowed){.any = false, .deff = 1.0};
  plb_status st = PLB_OK;
  struct walk walk = {.design = design, .g = sums->g, .extremes = extremes};
  walk.per_person = plb_alloc(design->people, sizeof *walk.per_person);
  walk.per_pair = plb_alloc(extremes->pairs, sizeof *walk.per_pair);
  if (!walk.per_person || !walk.per_pair) {
    st = plb_fail_memory(err);
    goto out;
  }
  size_t level_count;
  const uint64_t *levels = levels_of(design, &level_count);
  double p = (double)(x ? x : 1) / (double)design->trials;
  for (size_t k = 0; k < level_count; k++) {
    if (10 * levels[k] >= 3 * design->trials || levels[k] <= x)
      continue;
    size_t end = level_end(extremes, levels[k]);
    if (end <= x || 2 * end >= design->trials || end == walk.used)
      continue; /* out of range, or the same level again */
    if ((st = try_level(&walk, sums, end, p, borrowed, err)))
      goto out;
  }
out:
  free(walk.per_pair);
  free(walk.per_person);
  return st;
}
