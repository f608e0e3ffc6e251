/* SPDX-License-Identifier: Apache-2.0 */
#include "pairs.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "close.h"

/* Two standard normal numbers with a correlation. */
struct effect {
  double of[2];
};

static struct effect effect_of(struct dice *dice, double common) {
  double shared = dice_normal(dice), own = dice_normal(dice);
  return (struct effect){{shared, common * shared + sqrt(1 - common * common) * own}};
}

static struct effect *effects_of(struct dice *dice, size_t count, double common) {
  struct effect *effects = calloc(count, sizeof *effects);
  for (size_t k = 0; k < count; k++)
    effects[k] = effect_of(dice, common);
  return effects;
}

/* Effects of which each `size` have a part in common. */
static struct effect *related_effects(struct dice *dice, size_t count, double common, uint32_t size, double kin) {
  struct effect *effects = effects_of(dice, count, common), family = {{0, 0}};
  for (size_t k = 0; k < count && size > 1; k++) {
    if (k % size == 0)
      family = effect_of(dice, common);
    for (int s = 0; s < 2; s++)
      effects[k].of[s] = sqrt(kin) * family.of[s] + sqrt(1 - kin) * effects[k].of[s];
  }
  return effects;
}

/* What a family has with itself is taken from the rest. */
static void add_twin(struct dice *dice, const struct twin_model *model, const struct effect *parts[5], double inside,
                     struct twins *twins, uint32_t i, uint32_t j) {
  struct twin *row = &twins->rows[twins->count++];
  struct effect rest = effect_of(dice, model->common);
  *row = (struct twin){.i = i, .j = j};
  for (int s = 0; s < 2; s++) {
    const double shares[] = {model->person[s], model->mated ? 0 : model->person[s], model->pair[s],
                             model->mated ? 0 : model->sample[s], model->mated ? 0 : model->sample[s]};
    double left = 1 - 2 * inside * model->person[s];
    for (int k = 0; k < 5; k++) {
      left -= shares[k];
      row->score[s] += sqrt(shares[k]) * parts[k]->of[s];
    }
    row->score[s] += sqrt(left) * rest.of[s];
  }
}

void twins_of_families(struct dice *dice, const struct twin_model *model, uint32_t size, double kin,
                       struct twins *twins) {
  uint32_t n = model->people, m = model->samples, families = size > 1 ? n / size : 0;
  struct effect *people = related_effects(dice, n, model->common, size, kin);
  struct effect *samples = effects_of(dice, (size_t)n * m, model->common);
  struct effect *couples = effects_of(dice, model->mated ? 0 : (size_t)families * families, model->common);
  size_t rows = model->mated ? (size_t)n * m : (size_t)n * (n - 1) / 2 * m * m;
  *twins = (struct twins){.rows = calloc(rows, sizeof *twins->rows), .people = n};
  for (uint32_t i = 0; i < n; i++) {
    for (uint32_t k = 0; k < m && model->mated; k++) {
      struct effect pair = effect_of(dice, model->common);
      const struct effect *parts[] = {&people[i], &people[i], &pair, &pair, &pair};
      add_twin(dice, model, parts, 0, twins, i, i);
    }
    for (uint32_t j = i + 1; j < n && !model->mated; j++) {
      struct effect pair = effect_of(dice, model->common);
      for (int s = 0; s < 2 && families; s++)
        pair.of[s] = sqrt(kin) * couples[i / size * families + j / size].of[s] + sqrt(1 - kin) * pair.of[s];
      for (uint32_t k = 0; k < m * m; k++) {
        const struct effect *parts[] = {&people[i], &people[j], &pair, &samples[i * m + k / m],
                                        &samples[j * m + k % m]};
        add_twin(dice, model, parts, families && i / size == j / size ? kin : 0, twins, i, j);
      }
    }
  }
  free(people);
  free(samples);
  free(couples);
}

void twins_of_model(struct dice *dice, const struct twin_model *model, struct twins *twins) {
  twins_of_families(dice, model, 1, 0, twins);
}

void relate_twins(struct plb_tally *tally, const struct twins *twins, uint32_t size) {
  tally->cluster = plb_copy_text("family", 6);
  for (uint32_t i = 0; i < twins->people; i++) {
    char name[16];
    uint32_t value;
    int length = snprintf(name, sizeof name, "f%u", i / size);
    assert_true(plb_dict_put(&tally->census.clusters.values, name, (size_t)length, &value));
    assert_int_equal(plb_attribute_say(&tally->census.clusters, i, value), PLB_TOLD_FINE);
  }
}

struct plb_tally *tally_of_twins(const struct twins *twins, bool mated) {
  struct plb_input input;
  struct plb_tally *tally = NULL;
  plb_input_init(&input, sizeof input);
  assert_int_equal(plb_tally_new(&input, &tally, NULL), PLB_OK);
  for (uint32_t i = 0; i < twins->people; i++) {
    char name[16];
    uint32_t number;
    int length = snprintf(name, sizeof name, "p%u", i);
    assert_true(plb_dict_put(&tally->census.people, name, (size_t)length, &number));
  }
  add_twins(tally, twins, mated);
  tally->traits = (struct plb_traits){.people = true, .direction_declared = true};
  return tally;
}

void add_twins(struct plb_tally *tally, const struct twins *twins, bool mated) {
  for (size_t k = 0; k < twins->count; k++)
    for (uint32_t s = 0; s < 2; s++) {
      struct plb_trial row = {.score = twins->rows[k].score[s],
                              .count = 1,
                              .reference = twins->rows[k].i,
                              .probe = twins->rows[k].j,
                              .reference_sample = PLB_NOBODY,
                              .probe_sample = PLB_NOBODY,
                              .system = s,
                              .mated = mated};
      assert_int_equal(plb_tally_add_trials(tally, &row, 1, NULL), PLB_OK);
    }
}
