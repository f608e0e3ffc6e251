/* SPDX-License-Identifier: Apache-2.0
 *
 * What people and samples bring to the scores of one simulated test, and who is compared with whom.
 *
 * Random numbers are Philox's (J. Salmon and others, SC 2011): a function of the key of the scene and a name.
 * Cost: one call for each person, sample and drawn partner; vectors one for every two of their numbers.
 */
#include <Random123/philox.h>
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/probit.h"
#include "coverage/coverage.h"

struct plb_bits plb_throw_bits(uint64_t key, enum plb_throw what, uint32_t replicate, uint64_t number) {
  philox2x64_ctr_t name = {.v = {number, (uint64_t)what << 32 | replicate}};
  philox2x64_key_t under = {.v = {key}};
  philox2x64_ctr_t bits = philox2x64(name, under);
  return (struct plb_bits){.first = bits.v[0], .second = bits.v[1]};
}

/* A number within (0, 1). */
static double share_of(uint64_t bits) {
  return ((double)(bits >> 12) + .5) * 0x1p-52;
}

uint8_t plb_kind_of(const struct plb_model *model, uint64_t bits) {
  double share = share_of(bits), sum = 0;
  for (size_t k = 0; k + 1 < model->kinds; k++) {
    sum += model->share[k];
    if (share < sum)
      return (uint8_t)k;
  }
  return (uint8_t)(model->kinds ? model->kinds - 1 : 0);
}

/* 1 over a sum of two exponential numbers. */
double plb_spread_of(const struct plb_bits *bits) {
  return -1 / (log(share_of(bits->first)) + log(share_of(bits->second)));
}

/* A normal number of given variance and, in a heavy world, the variance of this person's effects. */
static double effect_of(double variance, double spread, uint64_t bits) {
  return variance > 0 ? sqrt(variance * spread) * plb_normal_of_bits(bits) : 0;
}

/* The variance of the effects of a person in a world heavier than "heavy": a sum of an exponential number and half the
 * square of a normal one is gamma with shape 3/2. */
static double wide_spread(const struct plb_bits *bits) {
  double normal = plb_normal_of_bits(bits->second);
  return .5 / (.5 * normal * normal - log(share_of(bits->first)));
}

static void draw_person(const struct plb_stage *stage, uint32_t replicate, uint32_t i, struct plb_played *played) {
  const struct plb_model *model = stage->scene->model;
  struct plb_bits own = plb_throw_bits(stage->key, PLB_THROW_PERSON, replicate, i);
  double spread = 1;
  uint8_t kind = 0;
  if (model->kinds > 1)
    kind = plb_kind_of(model, plb_throw_bits(stage->key, PLB_THROW_KIND, replicate, i).first);
  played->kind[i] = kind;
  if (model->world == PLB_WORLD_HEAVY || model->world == PLB_WORLD_NOISY) {
    struct plb_bits other = plb_throw_bits(stage->key, PLB_THROW_SPREAD, replicate, i);
    if (model->world == PLB_WORLD_HEAVY)
      spread = plb_spread_of(&other);
    else
      played->noise[i] = exp(model->noise * plb_normal_of_bits(other.first));
  }
  if (model->world == PLB_WORLD_HEAVIER) {
    struct plb_bits other = plb_throw_bits(stage->key, PLB_THROW_SPREAD, replicate, i);
    spread = wide_spread(&other);
  }
  if (model->scale[kind] > 0)
    spread = model->scale[kind];
  double shift = model->shift[kind], reference = shift + effect_of(model->person, spread, own.first);
  if (model->world == PLB_WORLD_SKEWED)
    reference = plb_model_skewed(model, plb_normal_of_bits(own.first));
  double probe = model->probe > 0 ? shift + effect_of(model->probe, spread, own.second) : reference;
  for (uint32_t a = stage->first[i]; a < stage->first[i + 1]; a++) {
    double sample = 0;
    if (model->sample > 0)
      sample = effect_of(model->sample, 1, plb_throw_bits(stage->key, PLB_THROW_SAMPLE, replicate, a).first);
    if (model->session > 0) {
      uint64_t day = 2 * (uint64_t)i + ((a - stage->first[i]) & 1);
      sample += effect_of(model->session, 1, plb_throw_bits(stage->key, PLB_THROW_SESSION, replicate, day).first);
    }
    played->reference[a] = reference + sample;
    played->probe[a] = probe + sample;
  }
}

static void draw_vector(const struct plb_stage *stage, uint32_t replicate, uint32_t i, uint32_t a, double *centre,
                        double *vector) {
  const struct plb_model *model = stage->scene->model;
  size_t size = (size_t)model->dimensions;
  double length = 0, deviation = sqrt(model->spread);
  for (size_t k = 0; k < size; k += 2) {
    if (a == stage->first[i]) {
      struct plb_bits bits = plb_throw_bits(stage->key, PLB_THROW_CENTRE, replicate, (uint64_t)i * size + k);
      bool anchor = model->world == PLB_WORLD_ANCHOR;
      centre[k] = anchor ? -log(share_of(bits.first)) : plb_normal_of_bits(bits.first);
      centre[k + 1] = anchor ? -log(share_of(bits.second)) : plb_normal_of_bits(bits.second);
    }
    struct plb_bits bits = plb_throw_bits(stage->key, PLB_THROW_VECTOR, replicate, (uint64_t)a * size + k);
    vector[k] = centre[k] + deviation * plb_normal_of_bits(bits.first);
    vector[k + 1] = centre[k + 1] + deviation * plb_normal_of_bits(bits.second);
    length += vector[k] * vector[k] + vector[k + 1] * vector[k + 1];
  }
  for (size_t k = 0; k < size; k++)
    vector[k] /= sqrt(length);
}

void plb_draw_people(const struct plb_stage *stage, uint32_t replicate, struct plb_played *played) {
  const struct plb_model *model = stage->scene->model;
  double centre[128];
  for (uint32_t i = 0; i < stage->scene->people; i++) {
    if (!played->vectors) {
      draw_person(stage, replicate, i, played);
      continue;
    }
    for (uint32_t a = stage->first[i]; a < stage->first[i + 1]; a++)
      draw_vector(stage, replicate, i, a, centre, played->vectors + a * (size_t)model->dimensions);
  }
}

/* ---- who is compared with whom --------------------------------------------------------------------- */

/* Whether person i drew j as one of its first `count` partners. */
static bool drew(const uint32_t *partners, uint32_t i, uint32_t j, uint32_t count) {
  for (uint32_t k = 0; k < count; k++)
    if (partners[i * PLB_PARTNERS + k] == j)
      return true;
  return false;
}

/* Partners of person i: others, each once, all equally likely but for 2^-32. */
static void draw_partners(const struct plb_stage *stage, uint32_t replicate, uint32_t i, uint32_t *partners) {
  uint32_t people = stage->scene->people, found = 0;
  for (uint64_t k = 0; found < PLB_PARTNERS; k++) {
    uint64_t bits = plb_throw_bits(stage->key, PLB_THROW_PARTNER, replicate, (uint64_t)i << 32 | k).first;
    uint32_t pick = (uint32_t)((bits >> 32) * (people - 1) >> 32);
    pick += pick >= i;
    if (!drew(partners, i, pick, found))
      partners[i * PLB_PARTNERS + found++] = pick;
  }
}

plb_status plb_draw_pairs(const struct plb_stage *stage, uint32_t replicate, struct plb_played *played,
                          struct plb_error *err) {
  uint32_t people = stage->scene->people;
  uint32_t *partners = plb_alloc((size_t)people * PLB_PARTNERS, sizeof *partners);
  bool ready = partners && plb_reserve(&played->pairs, &played->pair_capacity, (size_t)people * PLB_PARTNERS,
                                       sizeof *played->pairs);
  played->pair_count = 0;
  for (uint32_t i = 0; ready && i < people; i++) {
    draw_partners(stage, replicate, i, partners);
    for (uint32_t k = 0; k < PLB_PARTNERS; k++) {
      uint32_t j = partners[i * PLB_PARTNERS + k];
      if (j > i || !drew(partners, j, i, PLB_PARTNERS)) /* who comes later has not drawn yet, and looks back */
        played->pairs[played->pair_count++] = (struct plb_two){i < j ? i : j, i < j ? j : i};
    }
  }
  free(partners);
  return ready ? PLB_OK : plb_fail_memory(err);
}
