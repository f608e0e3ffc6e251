/* SPDX-License-Identifier: Apache-2.0
 *
 * Models of scores with known error rates (methods M), and others that are in no method's grid: "heavy",
 * "noisy", "sessions", "roles", "communities", "ladder", "skewed", "heavier", "mated-heavy", "mated-skewed".
 *
 * The true rate at t is the mean over kinds k, l of two people, their spreads w and noises c of
 *
 *     Q((t - shift_k - shift_l - [k = l] alike) / s),   s^2 = person (scale_k w_i + scale_l w_j) + pair
 *         + 2 sample + ... + rest exp(2 noise (c_i + c_j)),
 *
 * Q the normal tail. Where w or c are not constant the mean over them is a trapezoidal sum in the logarithm of
 * w, or in c (log-normal effects: in their normal number), which converges faster than any power (Trefethen and
 * Weideman, SIAM Review 56, 2014). Cosines of d numbers about centres without a direction have (1 + cos) / 2 from a
 * beta distribution. The threshold of a rate is found by bisection. The one model without a formula, "anchor", has
 * thresholds that bench/anchor.c found on 10^7 people.
 */
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "coverage/coverage.h"
#include "interval/special.h"

static const struct plb_model models[] = {
    /* all comparisons independent */
    {.name = "indep"},
    /* pairs of people differ, people do not */
    {.name = "dyad", .pair = .5, .sample = .1},
    /* people differ a little */
    {.name = "mild", .person = .03, .pair = .10, .sample = .03},
    /* people differ moderately */
    {.name = "mod", .person = .06, .pair = .20, .sample = .05},
    /* people differ strongly */
    {.name = "strong", .person = .12, .pair = .30, .sample = .05},
    /* 5 % of people are often taken for others (+0.8) */
    {.name = "wolves", .person = .03, .pair = .15, .sample = .05, .kinds = 2, .share = {.95, .05}, .shift = {0, .8}},
    /* 20 % of people have 8 times the variance */
    {.name = "het", .person = .025, .pair = .15, .sample = .05, .kinds = 2, .share = {.8, .2}, .scale = {1, 8}},
    /* two groups, 70/30; the smaller is often confused within itself (+0.8) */
    {.name = "groups",
     .person = .04,
     .pair = .15,
     .sample = .05,
     .kinds = 2,
     .share = {.7, .3},
     .shift = {-.2, .2},
     .alike = .4},
    /* cosines of 16 numbers */
    {.name = "cosine", .world = PLB_WORLD_COSINE, .dimensions = 16, .spread = .2},
    /* published generator: exponential centres, 128 numbers, noise 0.64 */
    {.name = "anchor", .world = PLB_WORLD_ANCHOR, .dimensions = 128, .spread = .64},
    /* the same, noise 5 */
    {.name = "anchor-noisy", .world = PLB_WORLD_ANCHOR, .dimensions = 128, .spread = 5},
    /* held out */
    /* effects of people are Student's t with 4 degrees of freedom */
    {.name = "heavy", .world = PLB_WORLD_HEAVY, .person = .06, .pair = .15, .sample = .05},
    /* as het, with 1.6 times the variances */
    {.name = "het-strong", .person = .04, .pair = .15, .sample = .05, .kinds = 2, .share = {.8, .2}, .scale = {1, 8}},
    /* people differ in the noise of their scores (log-normal, .2) */
    {.name = "noisy", .world = PLB_WORLD_NOISY, .person = .04, .pair = .10, .sample = .03, .noise = .2},
    /* samples of one person on one of two days are alike */
    {.name = "sessions", .person = .04, .pair = .10, .sample = .02, .session = .06},
    /* people are easy to take for others as probes, less so as references; each pair both ways */
    {.name = "roles", .person = .03, .pair = .15, .sample = .04, .probe = .12},
    /* thirteen communities (one of 25 % of people) look alike within (+1.0) */
    {.name = "communities",
     .person = .04,
     .pair = .10,
     .sample = .04,
     .kinds = 13,
     .share = {.25, .0625, .0625, .0625, .0625, .0625, .0625, .0625, .0625, .0625, .0625, .0625, .0625},
     .alike = 1.0},
    /* fourteen steps of 0.15, each with half as many people as the one below */
    {.name = "ladder",
     .person = .02,
     .pair = .15,
     .sample = .05,
     .kinds = 14,
     .share = {0x1p-1, 0x1p-2, 0x1p-3, 0x1p-4, 0x1p-5, 0x1p-6, 0x1p-7, 0x1p-8, 0x1p-9, 0x1p-10, 0x1p-11, 0x1p-12,
               0x1p-13, 0x1p-13},
     .shift = {0, .15, .3, .45, .6, .75, .9, 1.05, 1.2, 1.35, 1.5, 1.65, 1.8, 1.95}},
    /* effects of people are log-normal (skewness 1.75) */
    {.name = "skewed", .world = PLB_WORLD_SKEWED, .person = .05, .pair = .15, .sample = .05, .noise = .5},
    /* effects of people are Student's t with 3 degrees of freedom */
    {.name = "heavier", .apart = true, .world = PLB_WORLD_HEAVIER, .person = .06, .pair = .15, .sample = .05},
    /* one person a trial */
    /* mated trials independent */
    {.name = "mated-indep", .mated = true},
    /* correlation .3 within a person */
    {.name = "mated-mod", .mated = true, .person = .3},
    /* correlation .6 within a person */
    {.name = "mated-strong", .mated = true, .person = .6},
    /* 8 % of people are hard to recognise (+1.2), correlation .2 */
    {.name = "goats", .mated = true, .person = .2, .kinds = 2, .share = {.92, .08}, .shift = {0, 1.2}},
    /* effects of people are Student's t with 4 degrees of freedom, correlation .3 */
    {.name = "mated-heavy", .mated = true, .world = PLB_WORLD_HEAVY, .person = .3},
    /* log-normal effects (skewness 2.9), correlation .3 */
    {.name = "mated-skewed", .mated = true, .world = PLB_WORLD_SKEWED, .person = .3, .noise = .7},
};

const struct plb_model *plb_model_get(size_t k) {
  return k < sizeof models / sizeof *models ? &models[k] : NULL;
}

const struct plb_model *plb_model_find(const char *name) {
  for (size_t k = 0; k < sizeof models / sizeof *models; k++)
    if (strcmp(models[k].name, name) == 0)
      return &models[k];
  return NULL;
}

double plb_model_rest(const struct plb_model *model) {
  double person = model->probe > 0 ? model->person + model->probe : (model->mated ? 1 : 2) * model->person;
  double rest = 1 - (person + model->pair + 2 * (model->sample + model->session));
  return fabs(rest) < 1e-12 ? 0 : rest;
}

/* ---- true rates ------------------------------------------------------------------------------------ */

#define NODES 192

/* Spreads or noises of one person and how likely they are. */
struct nodes {
  size_t count;
  double at[NODES], weight[NODES];
};

/* 1 / G, G of the gamma distribution with shape 2, whose root times a normal number is t with 4 degrees of
 * freedom over sqrt(2); in steps of the logarithm of G, whose density is G^2 exp(-G). */
static void spread_nodes(struct nodes *nodes) {
  const double step = .125, from = -18;
  nodes->count = NODES;
  for (size_t k = 0; k < NODES; k++) {
    double g = exp(from + step * (double)k);
    nodes->at[k] = 1 / g;
    nodes->weight[k] = step * g * g * exp(-g);
  }
}

/* 1 / 2G with shape 3/2: Student's t with 3 degrees of freedom over sqrt(3). */
static void wide_nodes(struct nodes *nodes) {
  const double step = .125, from = -18, pi = 4 * atan(1);
  nodes->count = NODES;
  for (size_t k = 0; k < NODES; k++) {
    double g = exp(from + step * (double)k);
    nodes->at[k] = .5 / g;
    nodes->weight[k] = step * g * sqrt(g) * exp(-g) * 2 / sqrt(pi);
  }
}

double plb_model_skewed(const struct plb_model *model, double normal) {
  double square = model->noise * model->noise, deviation = exp(.5 * square) * sqrt(expm1(square));
  return sqrt(model->person) * (exp(model->noise * normal) - exp(.5 * square)) / deviation;
}

static void skewed_nodes(const struct plb_model *model, struct nodes *nodes) {
  const double step = .08;
  nodes->count = NODES;
  for (size_t k = 0; k < NODES; k++) {
    double z = step * ((double)k - .5 * (NODES - 1));
    nodes->at[k] = plb_model_skewed(model, z);
    nodes->weight[k] = step * exp(-.5 * z * z) / sqrt(8 * atan(1));
  }
}

/* The sum of two normal numbers times `deviation`, and the square of its exponential. */
static void noise_nodes(double deviation, struct nodes *nodes) {
  const double step = .1;
  nodes->count = NODES;
  for (size_t k = 0; k < NODES; k++) {
    double z = step * ((double)k - .5 * (NODES - 1));
    nodes->at[k] = exp(2 * deviation * sqrt(2) * z);
    nodes->weight[k] = step * exp(-.5 * z * z) / sqrt(8 * atan(1));
  }
}

static double variance_of(const struct plb_model *model, size_t k, size_t l) {
  double scale_k = model->scale[k] > 0 ? model->scale[k] : 1, scale_l = model->scale[l] > 0 ? model->scale[l] : 1;
  if (model->mated)
    return model->person * scale_k;
  double fixed = model->pair + 2 * (model->sample + model->session) + model->probe;
  return fixed + model->person * (model->probe > 0 ? scale_k : scale_k + scale_l);
}

/* One-person trials sum over k alone. */
static double normal_rate(const struct plb_model *model, double t) {
  if (model->kinds < 2)
    return plb_normal_tail(t / sqrt(variance_of(model, 0, 0) + plb_model_rest(model)));
  double sum = 0;
  for (size_t k = 0; k < model->kinds; k++) {
    for (size_t l = 0; l < (model->mated ? 1 : model->kinds); l++) {
      double shift = model->mated ? model->shift[k] : model->shift[k] + model->shift[l];
      double likely = model->mated ? model->share[k] : model->share[k] * model->share[l];
      if (k == l && !model->mated)
        shift += model->alike;
      sum += likely * plb_normal_tail((t - shift) / sqrt(variance_of(model, k, l) + plb_model_rest(model)));
    }
  }
  return sum;
}

static double heavy_mated_rate(const struct plb_model *model, const struct nodes *nodes, double t) {
  double sum = 0, rest = plb_model_rest(model);
  for (size_t a = 0; a < nodes->count; a++)
    sum += nodes->weight[a] * plb_normal_tail(t / sqrt(rest + model->person * nodes->at[a]));
  return sum;
}

static double heavy_rate(const struct plb_model *model, const struct nodes *nodes, double t) {
  double sum = 0, rest = plb_model_rest(model) + model->pair + 2 * model->sample;
  for (size_t a = 0; a < nodes->count; a++) {
    double inner = nodes->weight[a] * plb_normal_tail(t / sqrt(rest + model->person * 2 * nodes->at[a]));
    for (size_t b = 0; b < a; b++)
      inner += 2 * nodes->weight[b] * plb_normal_tail(t / sqrt(rest + model->person * (nodes->at[a] + nodes->at[b])));
    sum += nodes->weight[a] * inner;
  }
  return sum;
}

static double skewed_rate(const struct plb_model *model, const struct nodes *nodes, double t) {
  double sum = 0, deviation = sqrt(plb_model_rest(model) + model->pair + 2 * model->sample);
  for (size_t a = 0; a < nodes->count; a++) {
    double inner = model->mated ? plb_normal_tail((t - nodes->at[a]) / deviation) : 0;
    for (size_t b = 0; b < nodes->count && !model->mated; b++)
      inner += nodes->weight[b] * plb_normal_tail((t - nodes->at[a] - nodes->at[b]) / deviation);
    sum += nodes->weight[a] * inner;
  }
  return sum;
}

static double noisy_rate(const struct plb_model *model, const struct nodes *nodes, double t) {
  double sum = 0, fixed = variance_of(model, 0, 0), rest = plb_model_rest(model);
  for (size_t a = 0; a < nodes->count; a++)
    sum += nodes->weight[a] * plb_normal_tail(t / sqrt(fixed + rest * nodes->at[a]));
  return sum;
}

static double rate_at(const struct plb_model *model, const struct nodes *nodes, double t) {
  double half = .5 * (model->dimensions - 1);
  switch (model->world) {
  case PLB_WORLD_HEAVIER:
  case PLB_WORLD_HEAVY: return model->mated ? heavy_mated_rate(model, nodes, t) : heavy_rate(model, nodes, t);
  case PLB_WORLD_SKEWED: return skewed_rate(model, nodes, t);
  case PLB_WORLD_NOISY: return noisy_rate(model, nodes, t);
  case PLB_WORLD_COSINE: return plb_beta_upper(.5 * (1 + fmin(fmax(t, -1), 1)), half, half);
  default: return normal_rate(model, t);
  }
}

/* ---- scores as a mixture of normal ones ---------------------------------------------------------------- */

/* Those of two people are equally likely whichever of them is which: one part for both. */
static size_t heavy_parts(const struct plb_model *model, struct plb_part *parts) {
  struct nodes nodes;
  size_t count = 0;
  double fixed = plb_model_rest(model) + (model->mated ? 0 : model->pair + 2 * model->sample);
  spread_nodes(&nodes);
  for (size_t a = 0; a < nodes.count; a++) {
    if (model->mated)
      parts[count++] = (struct plb_part){nodes.weight[a], 0, fixed + model->person * nodes.at[a]};
    for (size_t b = 0; b <= a && !model->mated; b++)
      parts[count++] = (struct plb_part){(a == b ? 1 : 2) * nodes.weight[a] * nodes.weight[b], 0,
                                         fixed + model->person * (nodes.at[a] + nodes.at[b])};
  }
  return count;
}

static size_t normal_parts(const struct plb_model *model, struct plb_part *parts) {
  size_t count = 0, kinds = model->kinds > 1 ? model->kinds : 1;
  for (size_t k = 0; k < kinds; k++) {
    for (size_t l = 0; l < (model->mated ? 1 : kinds); l++) {
      double one = kinds > 1 ? model->share[k] : 1, other = kinds > 1 && !model->mated ? model->share[l] : 1;
      double mean = model->mated ? model->shift[k] : model->shift[k] + model->shift[l];
      if (k == l && !model->mated)
        mean += model->alike;
      parts[count++] = (struct plb_part){one * other, mean, variance_of(model, k, l) + plb_model_rest(model)};
    }
  }
  return count;
}

struct plb_part *plb_model_parts(const struct plb_model *model, size_t *count) {
  bool heavy = model->world == PLB_WORLD_HEAVY;
  struct plb_part *parts = plb_alloc(heavy ? (size_t)NODES * NODES : (size_t)PLB_KINDS * PLB_KINDS, sizeof *parts);
  *count = 0;
  if (parts)
    *count = heavy ? heavy_parts(model, parts) : normal_parts(model, parts);
  return parts;
}

struct anchor {
  double spread, rate, threshold;
};

/* Found by bench/anchor.c; relative standard errors of the rates are at most 0.5 %. */
static const struct anchor anchors[] = {
    {.64, .2, .4364996}, {.64, 1e-1, .4643316}, {.64, 1e-2, .5283394}, {.64, 1e-3, .5730181}, {.64, 1e-4, .6082287},
    {5, .2, .2145081},   {5, 1e-1, .2508888},   {5, 1e-2, .3347845},   {5, 1e-3, .3935471},   {5, 1e-4, .4400206},
};

static bool anchor_threshold(const struct plb_model *model, double rate, double *threshold) {
  for (size_t k = 0; k < sizeof anchors / sizeof *anchors; k++) {
    *threshold = anchors[k].threshold;
    if (anchors[k].spread == model->spread && anchors[k].rate == rate)
      return true;
  }
  return false;
}

bool plb_model_threshold(const struct plb_model *model, double rate, double *threshold) {
  if (model->world == PLB_WORLD_ANCHOR)
    return anchor_threshold(model, rate, threshold);
  struct nodes nodes = {.count = 0};
  if (model->world == PLB_WORLD_HEAVY)
    spread_nodes(&nodes);
  if (model->world == PLB_WORLD_HEAVIER)
    wide_nodes(&nodes);
  if (model->world == PLB_WORLD_SKEWED)
    skewed_nodes(model, &nodes);
  if (model->world == PLB_WORLD_NOISY)
    noise_nodes(model->noise, &nodes);
  double low = -1e3, high = 1e3;
  if (model->world == PLB_WORLD_COSINE)
    low = -1, high = 1;
  for (int k = 0; k < 70; k++) {
    double middle = .5 * (low + high);
    if (rate_at(model, &nodes, middle) > rate)
      low = middle;
    else
      high = middle;
  }
  *threshold = .5 * (low + high);
  return true;
}
