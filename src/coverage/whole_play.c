/* SPDX-License-Identifier: Apache-2.0
 *
 * One whole test, put into a tally comparison by comparison as a program would that has real scores.
 *
 * With z and y of a person standard normal (in families sqrt(common) times a number of the family and sqrt(1 - common)
 * times one of its own), the effect on non-mated scores is z times the deviation that the model gives it, that on mated
 * ones together z + sqrt(1 - together^2) y times that of the other model. Relatives share 2 person common of the
 * variance of a comparison with each other, and its chance has so much less.
 *
 * Cost: about 50 ns a comparison, the tally included.
 */
#include "coverage/whole.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/probit.h"

#define BLOCK 1024
#define MEMORY ((uint64_t)1 << 30)

plb_status plb_whole_stage_make(const struct plb_scene *scene, uint64_t seed, const double *edges,
                                struct plb_whole_stage *whole, struct plb_error *err) {
  *whole = (struct plb_whole_stage){.model = scene->whole};
  whole->of[PLB_CLASS_NONMATED] = scene->model;
  whole->of[PLB_CLASS_MATED] = plb_model_find(scene->whole->mated);
  plb_status st = plb_stage_make(scene, seed, edges, &whole->stage, err);
  if (!st)
    st = plb_whole_truth_make(scene->whole, scene->rates[0], &whole->truth, err);
  double ratio = scene->whole->ratio > 0 ? scene->whole->ratio : 1, there;
  const double rates[2] = {whole->truth.fmr, whole->truth.fnmr};
  for (int c = 0; c < 2 && !st; c++) {
    double here = 0;
    plb_model_threshold(whole->of[c], rates[c], &here);
    plb_model_threshold(whole->of[c], rates[c] * ratio, &there);
    whole->shift[c] = here - there;
  }
  return st;
}

size_t plb_whole_group(const struct plb_whole_stage *whole, uint32_t person) {
  double sum = 0, place = ((double)person + .5) / (double)whole->stage.scene->people;
  for (size_t g = 0; g + 1 < whole->model->groups; g++) {
    sum += whole->model->share[g];
    if (place < sum)
      return g;
  }
  return whole->model->groups ? whole->model->groups - 1 : 0;
}

void plb_whole_stage_free(struct plb_whole_stage *whole) {
  plb_stage_free(&whole->stage);
  plb_whole_truth_free(&whole->truth);
}

/* The test as it is made. */
struct making {
  const struct plb_whole_stage *whole;
  uint32_t replicate;
  struct plb_tally *tally;
  double *side;   /* by sample: what it brings to non-mated scores */
  double *centre; /* by person: of mated scores, as the model has them */
  uint8_t *kind;  /* by person, of the non-mated model */
  struct plb_trial block[BLOCK];
  size_t count;
  uint64_t number[2]; /* comparisons made so far */
  struct plb_bits bits[2];
};

static struct plb_bits throw(const struct making *making, enum plb_throw what, uint64_t number) {
  return plb_throw_bits(making->whole->stage.key, what, making->replicate, number);
}

/* ---- people ---------------------------------------------------------------------------------------- */

/* A normal number of one's own, and what the family has of it. */
static double kindred(const struct plb_whole_model *model, uint64_t own, uint64_t family) {
  double alone = plb_normal_of_bits(own);
  if (model->family < 2)
    return alone;
  return sqrt(1 - model->common) * alone + sqrt(model->common) * plb_normal_of_bits(family);
}

/* How much more the effects of a person vary than those of most. */
static double dispersion_of(const struct making *making, uint32_t i) {
  double dispersed = making->whole->model->dispersed;
  return dispersed > 0 && plb_whole_group(making->whole, i) == 0 ? dispersed : 1;
}

/* What a person's effect of size 1 comes to under a model. */
static double scale_of(const struct making *making, enum plb_class class, uint32_t i, uint8_t kind) {
  const struct plb_model *model = making->whole->of[class];
  double spread = (model->scale[kind] > 0 ? model->scale[kind] : 1) * dispersion_of(making, i);
  if (model->world == PLB_WORLD_HEAVY) {
    struct plb_bits bits = throw(making, class == PLB_CLASS_MATED ? PLB_THROW_MATED_SPREAD : PLB_THROW_SPREAD, i);
    spread = plb_spread_of(&bits);
  }
  return sqrt(model->person * spread);
}

static void make_person(struct making *making, uint32_t i) {
  const struct plb_whole_model *model = making->whole->model;
  const struct plb_model *nonmated = making->whole->of[PLB_CLASS_NONMATED], *mated = making->whole->of[PLB_CLASS_MATED];
  const uint32_t *first = making->whole->stage.first;
  struct plb_bits own = throw(making, PLB_THROW_PERSON, i), family = throw(making, PLB_THROW_FAMILY, i / model->family);
  double z = kindred(model, own.first, family.first), y = kindred(model, own.second, family.second);
  struct plb_bits kind = throw(making, PLB_THROW_KIND, i),
                  other = model->one_kind ? kind : throw(making, PLB_THROW_MATED_KIND, i);
  uint8_t of_mated = plb_kind_of(mated, other.first);
  making->kind[i] = plb_kind_of(nonmated, kind.first);
  double effect = nonmated->shift[making->kind[i]] + scale_of(making, PLB_CLASS_NONMATED, i, making->kind[i]) * z;
  double along = model->together * z + sqrt(1 - model->together * model->together) * y;
  making->centre[i] = mated->shift[of_mated] + scale_of(making, PLB_CLASS_MATED, i, of_mated) * along;
  for (uint32_t a = first[i]; a < first[i + 1]; a++)
    making->side[a] = effect + sqrt(nonmated->sample) * plb_normal_of_bits(throw(making, PLB_THROW_SAMPLE, a).first);
}

/* ---- comparisons ------------------------------------------------------------------------------------- */

static plb_status flush(struct making *making, struct plb_error *err) {
  plb_status st = plb_tally_add_trials(making->tally, making->block, making->count, err);
  making->count = 0;
  return st;
}

static plb_status put(struct making *making, double score, uint32_t i, uint32_t j, struct plb_error *err) {
  making->block[making->count++] = (struct plb_trial){.score = score + 0.0,
                                                      .count = 1,
                                                      .reference = i,
                                                      .probe = j,
                                                      .mated = i == j,
                                                      .system = PLB_NOBODY,
                                                      .reference_sample = PLB_NOBODY,
                                                      .probe_sample = PLB_NOBODY,
                                                      .reference_group = (uint32_t)plb_whole_group(making->whole, i),
                                                      .probe_group = (uint32_t)plb_whole_group(making->whole, j)};
  return making->count == BLOCK ? flush(making, err) : PLB_OK;
}

/* The chance of the next comparison of a class. */
static double chance(struct making *making, enum plb_class class) {
  uint64_t number = making->number[class]++;
  if (number % 2 == 0)
    making->bits[class] = throw(making, class == PLB_CLASS_MATED ? PLB_THROW_MATED : PLB_THROW_NONMATED, number / 2);
  return plb_normal_of_bits(number % 2 ? making->bits[class].second : making->bits[class].first);
}

static plb_status make_mated(struct making *making, struct plb_error *err) {
  const struct plb_whole_stage *whole = making->whole;
  const struct plb_model *model = whole->of[PLB_CLASS_MATED];
  plb_status st = PLB_OK;
  for (uint32_t i = 0; i < whole->stage.scene->people; i++) {
    double deviation = sqrt(plb_model_rest(model) - model->person * (dispersion_of(making, i) - 1));
    double apart = whole->truth.apart - (plb_whole_group(whole, i) ? 0 : whole->shift[PLB_CLASS_MATED]);
    uint32_t samples = whole->stage.first[i + 1] - whole->stage.first[i];
    for (uint32_t k = 0; k < samples * (samples - 1) / 2 && !st; k++)
      st = put(making, apart - making->centre[i] - deviation * chance(making, PLB_CLASS_MATED), i, i, err);
  }
  return st;
}

static plb_status make_pair(struct making *making, struct plb_two two, uint64_t number, struct plb_error *err) {
  const struct plb_whole_stage *whole = making->whole;
  const struct plb_model *model = whole->of[PLB_CLASS_NONMATED];
  const uint32_t *first = whole->stage.first;
  uint32_t one = two.i / whole->model->family, other = two.j / whole->model->family;
  double rest = plb_model_rest(model), both = making->kind[two.i] == making->kind[two.j] ? model->alike : 0;
  if (whole->model->family > 1 && one == other)
    rest -= 2 * model->person * whole->model->common;
  if (model->pair > 0)
    both += sqrt(model->pair) *
            kindred(whole->model, throw(making, PLB_THROW_PAIR, number).first,
                    throw(making, PLB_THROW_FAMILIES, (uint64_t)one * whole->stage.scene->people + other).first);
  rest -= model->person * (dispersion_of(making, two.i) + dispersion_of(making, two.j) - 2);
  if (plb_whole_group(whole, two.i) != plb_whole_group(whole, two.j))
    both += whole->model->across;
  else if (plb_whole_group(whole, two.i) == 0)
    both += whole->shift[PLB_CLASS_NONMATED];
  double deviation = sqrt(rest);
  plb_status st = PLB_OK;
  for (uint32_t a = first[two.i]; a < first[two.i + 1]; a++)
    for (uint32_t b = first[two.j]; b < first[two.j + 1] && !st; b++)
      st = put(making, making->side[a] + making->side[b] + both + deviation * chance(making, PLB_CLASS_NONMATED), two.i,
               two.j, err);
  return st;
}

static plb_status make_nonmated(struct making *making, struct plb_error *err) {
  const struct plb_stage *stage = &making->whole->stage;
  struct plb_played drawn = {.pair_count = 0};
  bool fixed = stage->scene->pairing != PLB_PAIR_RANDOM;
  plb_status st = fixed ? PLB_OK : plb_draw_pairs(stage, making->replicate, &drawn, err);
  size_t count = fixed ? stage->pair_count : drawn.pair_count;
  for (size_t k = 0; k < count && !st; k++)
    st = make_pair(making, fixed ? stage->pairs[k] : drawn.pairs[k], k, err);
  plb_played_free(&drawn);
  return st;
}

/* ---- the tally ----------------------------------------------------------------------------------------- */

/* Person i is called so, whatever number the census gives; families are numbered from 0 too. */
static bool name_people(const struct plb_whole_stage *whole, bool clustered, struct plb_census *census) {
  uint32_t family = whole->model->family, number, value = 0;
  for (uint32_t i = 0; i < whole->stage.scene->people; i++) {
    char name[16];
    int length = snprintf(name, sizeof name, "p%u", i);
    if (!plb_dict_put(&census->people, name, (size_t)length, &number))
      return false;
    length = snprintf(name, sizeof name, "f%u", i / family);
    if (clustered && (!plb_dict_put(&census->clusters.values, name, (size_t)length, &value) ||
                      plb_attribute_say(&census->clusters, number, value) != PLB_TOLD_FINE))
      return false;
  }
  return true;
}

static bool name_groups(const struct plb_whole_stage *whole, struct plb_census *census) {
  uint32_t number;
  for (size_t g = 0; g < whole->model->groups; g++) {
    const char name[] = {(char)('1' + g), PLB_VALUE_END};
    if (!plb_dict_put(&census->groups, name, sizeof name, &number))
      return false;
  }
  return true;
}

static plb_status open_tally(const struct plb_whole_stage *whole, bool clustered, struct plb_tally **tally,
                             struct plb_error *err) {
  struct plb_input input;
  plb_input_init(&input, sizeof input);
  input.direction = PLB_SIMILARITY;
  input.memory = MEMORY;
  input.threads = 1;
  input.cluster = clustered ? "family" : NULL;
  static const char *const by[] = {"group"};
  input.by = by;
  input.by_count = whole->model->groups > 0;
  plb_status st = plb_tally_new(&input, tally, err);
  if (st)
    return st;
  (*tally)->traits = (struct plb_traits){.direction_declared = true, .people = true};
  (*tally)->traits_known = true;
  struct plb_census *census = &(*tally)->census;
  return name_people(whole, clustered, census) && name_groups(whole, census) ? PLB_OK : plb_fail_memory(err);
}

static plb_status make_all(struct making *making, struct plb_error *err) {
  plb_status st;
  for (uint32_t i = 0; i < making->whole->stage.scene->people; i++)
    make_person(making, i);
  if ((st = make_mated(making, err)) || (st = make_nonmated(making, err)))
    return st;
  return flush(making, err);
}

plb_status plb_whole_play(const struct plb_whole_stage *whole, uint32_t replicate, bool clustered,
                          struct plb_tally **tally, struct plb_error *err) {
  uint32_t people = whole->stage.scene->people;
  struct making *making = plb_alloc(1, sizeof *making);
  *tally = NULL;
  if (!making)
    return plb_fail_memory(err);
  *making = (struct making){.whole = whole, .replicate = replicate};
  making->side = plb_alloc(whole->stage.first[people], sizeof *making->side);
  making->centre = plb_alloc(people, sizeof *making->centre);
  making->kind = plb_alloc(people, sizeof *making->kind);
  bool room = making->side && making->centre && making->kind;
  plb_status st = room ? open_tally(whole, clustered, &making->tally, err) : plb_fail_memory(err);
  if (!st)
    st = make_all(making, err);
  if (st)
    plb_tally_free(making->tally);
  else
    *tally = making->tally;
  free(making->side);
  free(making->centre);
  free(making->kind);
  free(making);
  return st;
}
