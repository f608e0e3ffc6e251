/* SPDX-License-Identifier: Apache-2.0
 *
 * How many people carry the error rate of a model: the smallest share of people who take part in half of all
 * errors. Where few carry it, a sample may have none of them, and no interval made of that sample alone can know
 * (methods B.8).
 *
 * The population is stood for by 1,024 people whose effects are points of Halton's sequence (Numerische
 * Mathematik 2, 1960), in a dimension each. From what lasts of two people follows the chance of an error between
 * them. People are taken in the order of their own rate, until half of the errors have one of them. What the true rate
 * is more than theirs is carried by people rarer than one of 1,024, as where tails are heavy: these come first.
 *
 * Cost: half a million normal tails for each model and threshold.
 */
#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/probit.h"
#include "coverage/coverage.h"

enum { PEOPLE = 1024 };

/* What lasts of a person. */
struct person {
  double reference, probe, noise;
  uint8_t kind;
  double rate; /* sum of chances with all others */
  size_t number;
};

/* The k-th point of van der Corput's sequence. */
static double radical(size_t k, size_t base) {
  double value = 0, digit = 1;
  for (; k; k /= base) {
    digit /= (double)base;
    value += digit * (double)(k % base);
  }
  return value;
}

/* 1 / G with a share `share` of the people below: P(G > g) = (1 + g) exp(-g). */
static double spread_of(double share) {
  double low = 0, high = 60;
  for (int k = 0; k < 60; k++) {
    double middle = .5 * (low + high);
    if ((1 + middle) * exp(-middle) > share)
      low = middle;
    else
      high = middle;
  }
  return 2 / (low + high);
}

/* 1 / 2G, G with shape 3/2: P(G > g) = erfc(sqrt g) + 2 sqrt(g / pi) exp(-g). */
static double wide_spread_of(double share) {
  double low = 0, high = 60, pi = 4 * atan(1);
  for (int k = 0; k < 60; k++) {
    double middle = .5 * (low + high), above = erfc(sqrt(middle)) + 2 * sqrt(middle / pi) * exp(-middle);
    if (above > share)
      low = middle;
    else
      high = middle;
  }
  return 1 / (low + high);
}

static void make_person(const struct plb_model *model, size_t k, struct person *person) {
  double place = radical(k, 5), sum = 0;
  size_t kind = 0;
  while (kind + 1 < model->kinds && place >= (sum += model->share[kind]))
    kind++;
  double spread = model->scale[kind] > 0 ? model->scale[kind] : 1;
  if (model->world == PLB_WORLD_HEAVY)
    spread = spread_of(radical(k, 3));
  if (model->world == PLB_WORLD_HEAVIER)
    spread = wide_spread_of(radical(k, 3));
  *person = (struct person){.kind = (uint8_t)kind, .noise = 1, .number = k - 1};
  if (model->world == PLB_WORLD_NOISY)
    person->noise = exp(model->noise * plb_probit(radical(k, 3)));
  person->reference = model->shift[kind] + sqrt(model->person * spread) * plb_probit(radical(k, 2));
  if (model->world == PLB_WORLD_SKEWED)
    person->reference = plb_model_skewed(model, plb_probit(radical(k, 2)));
  person->probe = person->reference;
  if (model->probe > 0)
    person->probe = model->shift[kind] + sqrt(model->probe * spread) * plb_probit(radical(k, 7));
}

static double chance_of(const struct plb_model *model, const struct person *a, const struct person *b, double t) {
  double rest = plb_model_rest(model), noise = a->noise * b->noise;
  double deviation = sqrt(model->pair + 2 * (model->sample + model->session) + rest * noise * noise);
  if (a->kind == b->kind)
    t -= model->alike;
  double chance = plb_normal_tail((t - a->reference - b->probe) / deviation);
  if (model->probe > 0)
    chance = .5 * (chance + plb_normal_tail((t - a->probe - b->reference) / deviation));
  return chance;
}

static int higher_first(const void *a, const void *b) {
  const struct person *x = a, *y = b;
  if (x->rate != y->rate)
    return x->rate > y->rate ? -1 : 1;
  return (x->number > y->number) - (x->number < y->number);
}

/* Chances between all people, and what they come to. */
static double fill_chances(const struct plb_model *model, double t, struct person *people, float *chances) {
  double total = 0;
  for (size_t i = 0; i < PEOPLE; i++) {
    for (size_t j = 0; j < i; j++) {
      double chance = chance_of(model, &people[i], &people[j], t);
      chances[i * PEOPLE + j] = chances[j * PEOPLE + i] = (float)chance;
      people[i].rate += chance;
      people[j].rate += chance;
      total += chance;
    }
  }
  return total;
}

/* People needed, in their order, for so many errors; a part of the last one. */
static double count_pairs(const struct person *people, const float *chances, double wanted) {
  double reached = 0;
  for (size_t k = 0; k < PEOPLE; k++) {
    double gain = people[k].rate;
    for (size_t l = 0; l < k; l++)
      gain -= (double)chances[people[k].number * PEOPLE + people[l].number];
    if (reached + gain >= wanted)
      return (double)k + (wanted - reached) / gain;
    reached += gain;
  }
  return PEOPLE;
}

static double count_mated(const struct person *people, double wanted) {
  double reached = 0;
  for (size_t k = 0; k < PEOPLE; k++) {
    if (reached + people[k].rate >= wanted)
      return (double)k + (wanted - reached) / people[k].rate;
    reached += people[k].rate;
  }
  return PEOPLE;
}

plb_status plb_model_carriers(const struct plb_model *model, double threshold, double rate, double *share,
                              struct plb_error *err) {
  struct person *people = plb_alloc(PEOPLE, sizeof *people);
  float *chances = plb_alloc(model->mated ? 1 : (size_t)PEOPLE * PEOPLE, sizeof *chances);
  plb_status st = people && chances ? PLB_OK : plb_fail_memory(err);
  double total = 0;
  for (size_t k = 0; !st && k < PEOPLE; k++) {
    make_person(model, k + 1, &people[k]);
    if (model->mated)
      total += people[k].rate = plb_normal_tail((threshold - people[k].reference) / sqrt(plb_model_rest(model)));
  }
  if (!st && !model->mated)
    total = fill_chances(model, threshold, people, chances);
  if (!st) {
    qsort(people, PEOPLE, sizeof *people, higher_first);
    double all = rate * (model->mated ? 1.0 : .5 * (PEOPLE - 1)) * PEOPLE;
    double wanted = fmin(fmax(total - .5 * all, 0), .5 * total);
    *share = (model->mated ? count_mated(people, wanted) : count_pairs(people, chances, wanted)) / PEOPLE;
  }
  free(people);
  free(chances);
  return st;
}

bool plb_model_has_carriers(const struct plb_model *model) {
  return model->world != PLB_WORLD_COSINE && model->world != PLB_WORLD_ANCHOR;
}
