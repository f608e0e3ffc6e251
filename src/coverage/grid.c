/* SPDX-License-Identifier: Apache-2.0
 *
 * Which tests are simulated: the three grids, or every combination of what was asked for.
 *
 * The full grid crosses nearly all models with ten designs (mated: twelve), from 10 to 1,000 people; its cells
 * have at least a quarter of an expected error. The small one has the cells that methods' check (iii) names,
 * and a few others, and takes seconds. That of whole tests has what the first cannot: thresholds found again, EER,
 * AUC, the band, families, and methods that draw replicates.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "coverage/whole.h"

#define LEAST_ERRORS 0.25
#define LEAST_MATCHES 1 /* expected false matches of a whole test */
#define MOST_PEOPLE 5000
#define MOST_SAMPLES 100
#define MOST_TRIALS 2e8
#define MOST_WHOLE 2e6 /* comparisons of a whole test, all of which are kept */

struct shape {
  uint32_t people, samples;
  enum plb_pairing pairing;
};

static const double decades[] = {1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6};
enum { DECADES = sizeof decades / sizeof *decades };

static const struct shape full_pairs[] = {
    {10, 5, PLB_PAIR_ALL},  {20, 5, PLB_PAIR_ALL},   {50, 5, PLB_PAIR_ALL},       {100, 1, PLB_PAIR_ALL},
    {100, 3, PLB_PAIR_ALL}, {100, 0, PLB_PAIR_ALL},  {80, 3, PLB_PAIR_BIPARTITE}, {300, 4, PLB_PAIR_RANDOM},
    {300, 2, PLB_PAIR_ALL}, {1000, 1, PLB_PAIR_ALL},
};
static const struct shape full_mated[] = {
    {10, 10, PLB_PAIR_ALL},  {20, 3, PLB_PAIR_ALL},  {20, 10, PLB_PAIR_ALL},  {20, 0, PLB_PAIR_ALL},
    {50, 3, PLB_PAIR_ALL},   {50, 10, PLB_PAIR_ALL}, {50, 0, PLB_PAIR_ALL},   {200, 3, PLB_PAIR_ALL},
    {200, 10, PLB_PAIR_ALL}, {200, 0, PLB_PAIR_ALL}, {1000, 3, PLB_PAIR_ALL}, {1000, 0, PLB_PAIR_ALL},
};

static const struct {
  const char *model;
  struct shape shape;
} small_grid[] = {
    {"indep", {50, 3, PLB_PAIR_ALL}},    {"mod", {50, 3, PLB_PAIR_ALL}},
    {"mod", {100, 2, PLB_PAIR_ALL}},     {"strong", {50, 3, PLB_PAIR_ALL}},
    {"strong", {100, 2, PLB_PAIR_ALL}},  {"wolves", {100, 3, PLB_PAIR_ALL}},
    {"heavy", {100, 2, PLB_PAIR_ALL}},   {"communities", {80, 3, PLB_PAIR_BIPARTITE}},
    {"roles", {60, 3, PLB_PAIR_RANDOM}}, {"mated-mod", {50, 10, PLB_PAIR_ALL}},
    {"goats", {200, 3, PLB_PAIR_ALL}},
};

/* Each at one FMR. */
struct whole_test {
  const char *model;
  struct shape shape;
  double fmr;
};

static const struct whole_test whole_grid[] = {
    {"whole-indep", {50, 3, PLB_PAIR_ALL}, 1e-2},    {"whole-mild", {50, 3, PLB_PAIR_ALL}, 1e-2},
    {"whole-mod", {30, 4, PLB_PAIR_ALL}, 1e-2},      {"whole-mod", {50, 3, PLB_PAIR_ALL}, 1e-1},
    {"whole-mod", {100, 3, PLB_PAIR_ALL}, 1e-3},     {"whole-mod", {150, 3, PLB_PAIR_RANDOM}, 1e-2},
    {"whole-mod", {200, 2, PLB_PAIR_ALL}, 1e-3},     {"whole-strong", {30, 4, PLB_PAIR_ALL}, 1e-2},
    {"whole-strong", {60, 3, PLB_PAIR_ALL}, 1e-2},   {"whole-opposed", {60, 3, PLB_PAIR_ALL}, 1e-2},
    {"whole-wolves", {80, 3, PLB_PAIR_ALL}, 1e-2},   {"whole-heavy", {80, 3, PLB_PAIR_ALL}, 1e-2},
    {"whole-families", {80, 3, PLB_PAIR_ALL}, 1e-2},
};

/* Groups of different people. */
static const struct whole_test groups_grid[] = {
    {"groups-equal", {160, 3, PLB_PAIR_ALL}, 1e-2},   {"groups-equal", {160, 3, PLB_PAIR_ALL}, 1e-3},
    {"groups-unequal", {300, 2, PLB_PAIR_ALL}, 1e-2}, {"groups-ratio", {160, 3, PLB_PAIR_ALL}, 1e-2},
    {"groups-ratio", {160, 3, PLB_PAIR_ALL}, 1e-3},   {"groups-ratio-small", {300, 2, PLB_PAIR_ALL}, 1e-2},
    {"groups-alike", {160, 3, PLB_PAIR_ALL}, 1e-2},   {"groups-dispersed", {160, 3, PLB_PAIR_ALL}, 1e-2},
    {"groups-two", {300, 2, PLB_PAIR_ALL}, 1e-2},     {"groups-eight", {240, 3, PLB_PAIR_ALL}, 1e-2},
};

static const struct whole_test small_whole[] = {
    {"whole-mod", {24, 3, PLB_PAIR_ALL}, 1e-1},
    {"whole-families", {32, 2, PLB_PAIR_ALL}, 1e-1},
};

const char *plb_pairing_name(enum plb_pairing pairing) {
  static const char *const names[] = {"all", "random", "bipartite"};
  return names[pairing];
}

uint32_t plb_scene_samples(const struct plb_scene *scene, uint32_t i) {
  if (scene->samples)
    return scene->samples;
  double mean = scene->model->mated ? 7 : 2.9, most = scene->model->mated ? 45 : 12;
  double rank = 1 - ((double)i + .5) / (double)scene->people;
  uint32_t least = scene->model->probe > 0 ? 2 : 1;
  return least + (uint32_t)fmin(floor(log(rank) / log(1 - 1 / mean)), most - 1);
}

double plb_scene_trials(const struct plb_scene *scene) {
  double sum = 0, squares = 0, n = scene->people;
  bool roles = scene->model->probe > 0;
  for (uint32_t i = 0; i < scene->people; i++) {
    double mine = plb_scene_samples(scene, i);
    sum += mine;
    squares += mine * mine;
  }
  if (scene->model->mated)
    return sum;
  double all = roles ? (n - 1) * (sum - n) : .5 * (sum * sum - squares);
  double share = 1;
  if (scene->pairing == PLB_PAIR_BIPARTITE)
    share = .5 * n / (n - 1);
  if (scene->pairing == PLB_PAIR_RANDOM) /* neither draws the other */
    share = 1 - pow(1 - PLB_PARTNERS / (n - 1), 2);
  return all * share;
}

/* ---- lists of scenes ----------------------------------------------------------------------------------- */

/* Adds a scene with those of the rates that a test of it can show something about. */
static plb_status add_scene(struct plb_scenes *scenes, const struct plb_model *model, const struct shape *shape,
                            const double *rates, size_t count, struct plb_error *err) {
  struct plb_scene scene = {
      .model = model, .people = shape->people, .samples = shape->samples, .pairing = shape->pairing};
  double trials = plb_scene_trials(&scene);
  for (size_t r = 0; r < count; r++)
    if (rates[r] * trials >= LEAST_ERRORS)
      scene.rates[scene.rate_count++] = rates[r];
  if (trials > MOST_TRIALS)
    return plb_fail(err, PLB_USAGE, "a test of %u people has %.3g trials; expected at most %.0e", scene.people, trials,
                    MOST_TRIALS);
  if (!scene.rate_count)
    return PLB_OK;
  if (!plb_reserve(&scenes->list, &scenes->capacity, scenes->count + 1, sizeof *scenes->list))
    return plb_fail_memory(err);
  scenes->list[scenes->count++] = scene;
  return PLB_OK;
}

/* A scene for each rate: the mated scores lie elsewhere. */
static plb_status add_whole(struct plb_scenes *scenes, const struct plb_whole_model *whole, const struct shape *shape,
                            const double *rates, size_t count, struct plb_error *err) {
  const struct plb_model *model = plb_model_find(whole->nonmated);
  const struct plb_scene plain = {
      .model = model, .people = shape->people, .samples = shape->samples, .pairing = shape->pairing};
  double trials = plb_scene_trials(&plain);
  if (trials > MOST_WHOLE)
    return plb_fail(err, PLB_USAGE, "a whole test of %u people has %.3g non-mated comparisons; expected at most %.0e",
                    shape->people, trials, MOST_WHOLE);
  if (shape->samples == 1)
    return plb_fail(err, PLB_USAGE, "model %s needs mated comparisons; expected 2 samples or more", whole->name);
  for (size_t r = 0; r < count; r++) {
    if (rates[r] * trials < LEAST_MATCHES)
      continue;
    if (!plb_reserve(&scenes->list, &scenes->capacity, scenes->count + 1, sizeof *scenes->list))
      return plb_fail_memory(err);
    scenes->list[scenes->count] = plain;
    scenes->list[scenes->count].whole = whole;
    scenes->list[scenes->count].rates[0] = rates[r];
    scenes->list[scenes->count++].rate_count = 1;
  }
  return PLB_OK;
}

static bool is_vector(const struct plb_model *model) {
  return model->world == PLB_WORLD_COSINE || model->world == PLB_WORLD_ANCHOR;
}

/* Vectors are costly, and one sample a person is not enough for some models. */
static bool suits(const struct plb_model *model, const struct shape *shape) {
  bool few = shape->samples == 1;
  if (is_vector(model))
    return shape->pairing == PLB_PAIR_ALL && shape->samples > 1 && shape->people <= 100;
  return !few || (model->probe == 0 && model->session == 0);
}

static plb_status add_full(struct plb_scenes *scenes, struct plb_error *err) {
  plb_status st = PLB_OK;
  const struct plb_model *model;
  for (size_t k = 0; (model = plb_model_get(k)) && !st; k++) {
    const struct shape *shapes = model->mated ? full_mated : full_pairs;
    size_t count = model->mated ? sizeof full_mated / sizeof *full_mated : sizeof full_pairs / sizeof *full_pairs;
    size_t rates = model->mated ? 3 : model->world == PLB_WORLD_ANCHOR ? 4 : DECADES;
    for (size_t s = 0; s < count && !st && !model->apart; s++)
      if (suits(model, &shapes[s]))
        st = add_scene(scenes, model, &shapes[s], decades, rates, err);
  }
  return st;
}

static plb_status add_wholes(struct plb_scenes *scenes, const struct whole_test *tests, size_t count,
                             struct plb_error *err) {
  plb_status st = PLB_OK;
  for (size_t k = 0; k < count && !st; k++)
    st = add_whole(scenes, plb_whole_find(tests[k].model), &tests[k].shape, &tests[k].fmr, 1, err);
  return st;
}

static plb_status add_small(struct plb_scenes *scenes, struct plb_error *err) {
  plb_status st = PLB_OK;
  scenes->is_small = true;
  for (size_t k = 0; k < sizeof small_grid / sizeof *small_grid && !st; k++)
    st = add_scene(scenes, plb_model_find(small_grid[k].model), &small_grid[k].shape, decades, 4, err);
  return st ? st : add_wholes(scenes, small_whole, sizeof small_whole / sizeof *small_whole, err);
}

/* ---- what was asked for ---------------------------------------------------------------------------------- */

static plb_status check_numbers(const struct plb_coverage_options *options, struct plb_error *err) {
  for (size_t k = 0; k < options->people_count; k++)
    if (options->people[k] < FEWEST_PEOPLE || options->people[k] > MOST_PEOPLE)
      return plb_fail(err, PLB_USAGE, "a test of %llu people; expected %d to %d",
                      (unsigned long long)options->people[k], FEWEST_PEOPLE, MOST_PEOPLE);
  for (size_t k = 0; k < options->sample_count; k++)
    if (options->samples[k] > MOST_SAMPLES)
      return plb_fail(err, PLB_USAGE, "%llu samples of each person; expected 0 (unequal) to %d",
                      (unsigned long long)options->samples[k], MOST_SAMPLES);
  if (options->rate_count > PLB_SCENE_RATES)
    return plb_fail(err, PLB_USAGE, "%zu rates; expected at most %d", options->rate_count, PLB_SCENE_RATES);
  for (size_t k = 0; k < options->rate_count; k++)
    if (!(options->rates[k] >= 1e-9 && options->rates[k] <= 0.5))
      return plb_fail(err, PLB_USAGE, "a true error rate of %g; expected 1e-9 to 0.5", options->rates[k]);
  return PLB_OK;
}

static int larger_first(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x < y) - (x > y);
}

static plb_status find_pairing(const char *name, enum plb_pairing *pairing, struct plb_error *err) {
  for (int k = PLB_PAIR_ALL; k <= PLB_PAIR_BIPARTITE; k++) {
    *pairing = (enum plb_pairing)k;
    if (strcmp(name, plb_pairing_name(*pairing)) == 0)
      return PLB_OK;
  }
  return plb_fail(err, PLB_USAGE, "\"%.100s\" is no way to pair people; expected all, random or bipartite", name);
}

static plb_status find_model(const char *name, const struct plb_model **model, struct plb_error *err) {
  *model = plb_model_find(name);
  if (*model)
    return PLB_OK;
  return plb_fail(err, PLB_USAGE,
                  "\"%.100s\" is no model; expected one of doc/coverage.md, such as mod, strong, wolves, goats or "
                  "whole-mod",
                  name);
}

/* The k-th combination of the lists; empty lists have one entry. False past the last. */
struct choice {
  const char *model, *pairing;
  uint64_t people, samples;
};

static bool choose(const struct plb_coverage_options *o, size_t k, struct choice *choice) {
  size_t people = o->people_count ? o->people_count : 1, samples = o->sample_count ? o->sample_count : 1;
  size_t pairings = o->pairing_count ? o->pairing_count : 1, models = o->model_count ? o->model_count : 1;
  size_t pairing = k % pairings, sample = k / pairings % samples, who = k / pairings / samples % people;
  size_t model = k / pairings / samples / people;
  if (model >= models)
    return false;
  choice->model = o->model_count ? o->models[model] : "mod";
  choice->pairing = o->pairing_count ? o->pairings[pairing] : "all";
  choice->people = o->people_count ? o->people[who] : 100;
  choice->samples = o->sample_count ? o->samples[sample] : 3;
  return true;
}

static plb_status add_choice(struct plb_scenes *scenes, const struct choice *choice, const double *rates, size_t count,
                             struct plb_error *err) {
  const struct plb_model *model;
  const struct plb_whole_model *whole = plb_whole_find(choice->model);
  struct shape shape = {.people = (uint32_t)choice->people, .samples = (uint32_t)choice->samples};
  plb_status st = find_pairing(choice->pairing, &shape.pairing, err);
  if (st)
    return st;
  if (whole)
    return add_whole(scenes, whole, &shape, rates, count, err);
  if ((st = find_model(choice->model, &model, err)))
    return st;
  if (model->mated && shape.pairing != PLB_PAIR_ALL)
    return plb_fail(err, PLB_USAGE, "model %s has mated trials only; expected no pairing but \"all\"", model->name);
  if (shape.samples == 1 && model->probe > 0)
    return plb_fail(err, PLB_USAGE, "model %s needs a reference and a probe of each person; expected 2 samples or more",
                    model->name);
  return add_scene(scenes, model, &shape, rates, count, err);
}

static plb_status add_choices(const struct plb_coverage_options *options, struct plb_scenes *scenes,
                              struct plb_error *err) {
  double rates[PLB_SCENE_RATES];
  size_t count = options->rate_count ? options->rate_count : DECADES;
  struct choice choice;
  plb_status st = check_numbers(options, err);
  if (st)
    return st;
  memcpy(rates, options->rate_count ? options->rates : decades, count * sizeof *rates);
  qsort(rates, count, sizeof *rates, larger_first);
  for (size_t k = 0; !st && choose(options, k, &choice); k++)
    st = add_choice(scenes, &choice, rates, count, err);
  return st;
}

plb_status plb_scenes_make(const struct plb_coverage_options *options, struct plb_scenes *scenes,
                           struct plb_error *err) {
  bool lists = options->model_count || options->people_count || options->sample_count || options->pairing_count ||
               options->rate_count;
  const char *grid = options->grid ? options->grid : lists ? NULL : "small";
  plb_status st;
  if (options->grid && lists)
    return plb_fail(err, PLB_USAGE,
                    "the grid \"%.50s\" has models, people, samples and rates of its own; expected "
                    "either a grid or lists of them",
                    options->grid);
  if (!grid)
    st = add_choices(options, scenes, err);
  else if (strcmp(grid, "small") == 0)
    st = add_small(scenes, err);
  else if (strcmp(grid, "full") == 0)
    st = add_full(scenes, err);
  else if (strcmp(grid, "whole") == 0)
    st = add_wholes(scenes, whole_grid, sizeof whole_grid / sizeof *whole_grid, err);
  else if (strcmp(grid, "groups") == 0)
    st = add_wholes(scenes, groups_grid, sizeof groups_grid / sizeof *groups_grid, err);
  else
    return plb_fail(err, PLB_USAGE, "\"%.100s\" is no grid; expected small, full, whole or groups", grid);
  if (!st && !scenes->count)
    st = plb_fail(err, PLB_USAGE,
                  "no test of these sizes expects a quarter of an error, or of a whole one a false match, at these "
                  "rates; expected more people, more samples or higher rates");
  return st;
}
