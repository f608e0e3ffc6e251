/* SPDX-License-Identifier: Apache-2.0
 *
 * See roster.h. Of m_i it is known that N_i = each m_i (M - m_i), M their sum. Tried are equal m_i, and the numbers of
 * samples where the data name them.
 */
#include "resample/roster.h"

#include <stdlib.h>

#include "base/memory.h"
#include "base/wide.h"
#include "tally/team.h"
#include "tally/walk.h"

#define FIELD ((UINT64_C(1) << 61) - 1)

/* What is counted of each person, by number. */
struct plb_roster_head {
  uint64_t nonmated; /* trials */
  uint64_t samples;
  bool any; /* takes part */
};

void plb_roster_free(struct plb_roster *roster) {
  free(roster->members);
  free(roster->samples);
  free(roster->heads);
  plb_units_free(&roster->units);
  *roster = (struct plb_roster){0};
}

struct plb_weighted_people plb_roster_people(const struct plb_roster *roster) {
  const struct plb_units *units = &roster->units;
  return (struct plb_weighted_people){.identity = units->identity,
                                      .members = roster->members,
                                      .member_count = roster->member_count,
                                      .people = units->numbers,
                                      .has_always = units->head,
                                      .always = units->inside};
}

/* ---- walks --------------------------------------------------------------------------------- */

/* Hands every chunk of a class to `see`, with who stands for its people. Whoever walks adds up over the team. */
static plb_status walk(const struct plb_roster *roster, enum plb_class class,
                       bool (*see)(void *ctx, const struct plb_chunk *chunk, size_t count), void *ctx,
                       struct plb_error *err) {
  return plb_rows_walk(&(struct plb_row_walk){.tally = roster->tally,
                                              .rows = &roster->system->of[class].rows,
                                              .units = &roster->units,
                                              .mated = class == PLB_CLASS_MATED,
                                              .visit = see,
                                              .fields = PLB_ROW_PEOPLE,
                                              .states = ctx,
                                              .threads = 1,
                                              .adds_up = true},
                       err);
}

static bool see_mated(void *ctx, const struct plb_chunk *chunk, size_t count) {
  struct plb_roster_head *heads = ctx;
  for (size_t k = 0; k < count; k++)
    heads[chunk->first[k]].any = true;
  return true;
}

static bool see_nonmated(void *ctx, const struct plb_chunk *chunk, size_t count) {
  struct plb_roster_head *heads = ctx;
  for (size_t k = 0; k < count; k++) {
    heads[chunk->first[k]].nonmated++;
    heads[chunk->second[k]].nonmated++;
  }
  return true;
}

struct weighing {
  const struct plb_weights *weights;
  uint64_t *sums;
};

static bool see_weights(void *ctx, const struct plb_chunk *chunk, size_t count) {
  const struct weighing *weighing = ctx;
  plb_weights_add(weighing->weights, chunk->first, chunk->second, 1, count, weighing->sums);
  return true;
}

/* ---- complete designs ------------------------------------------------------------------------ */

static uint64_t reduce(plb_wide value) {
  uint64_t sum = (uint64_t)(value & FIELD) + (uint64_t)(value >> 61);
  return sum >= FIELD ? sum - FIELD : sum;
}

static uint64_t times(uint64_t a, uint64_t b) {
  return reduce((plb_wide)a * b);
}

/* An element of the field for a person, other than the weights are drawn from. */
static uint64_t element_of(uint64_t identity) {
  uint64_t mixed = identity ^ UINT64_C(0xD6E8FEB86659FD93);
  mixed = (mixed ^ (mixed >> 32)) * UINT64_C(0xD6E8FEB86659FD93);
  mixed = (mixed ^ (mixed >> 32)) * UINT64_C(0xD6E8FEB86659FD93);
  return (mixed ^ (mixed >> 32)) % FIELD;
}

struct sum_of_products {
  const uint64_t *element; /* by person number */
  uint64_t sum;
};

/* Four products of 122 bits fit into 128 before they are reduced. */
static bool see_products(void *ctx, const struct plb_chunk *chunk, size_t count) {
  struct sum_of_products *products = ctx;
  plb_wide sum = 0;
  for (size_t k = 0; k < count; k++) {
    sum += (plb_wide)products->element[chunk->first[k]] * products->element[chunk->second[k]];
    if (k % 4 == 3)
      sum = reduce(sum);
  }
  products->sum = reduce((plb_wide)reduce(sum) + products->sum);
  return true;
}

/* Whether each person has the trials that the design gives. */
static bool trials_fit(const struct plb_roster *roster, const struct plb_roster_head *heads) {
  plb_wide all = 0;
  for (size_t m = 0; m < roster->member_count; m++)
    all += roster->samples[m];
  for (size_t m = 0; m < roster->member_count; m++)
    if (heads[roster->members[m]].nonmated != roster->each * roster->samples[m] * (all - roster->samples[m]))
      return false;
  return roster->each > 0;
}

/* The elements of the field, by person number; NULL when out of memory. */
static uint64_t *elements_of(const struct plb_roster *roster) {
  const struct plb_dict *people = &roster->tally->census.people;
  uint64_t *element = plb_alloc(people->count, sizeof *element);
  for (size_t m = 0; element && m < roster->member_count; m++)
    element[roster->members[m]] = element_of(people->hash[roster->members[m]]);
  return element;
}

static plb_status products_fit(const struct plb_roster *roster, bool *fit, struct plb_error *err) {
  struct sum_of_products seen = {.element = elements_of(roster)};
  plb_status status = seen.element ? PLB_OK : plb_fail_memory(err);
  if (!status)
    status = walk(roster, PLB_CLASS_NONMATED, see_products, &seen, err);
  plb_wide all = seen.sum;
  if (!status)
    status = plb_team_sum_wide(roster->tally->team, &all, 1, err);
  uint64_t sum = 0, squares = 0;
  for (size_t m = 0; !status && m < roster->member_count; m++) {
    uint64_t part = times(seen.element[roster->members[m]], roster->samples[m] % FIELD);
    sum = reduce((plb_wide)sum + part);
    squares = reduce((plb_wide)squares + times(part, part));
  }
  /* twice the sum over pairs is the square of the sum less the sum of squares */
  uint64_t wanted = times(roster->each % FIELD, reduce((plb_wide)times(sum, sum) + (FIELD - squares)));
  *fit = times(2, (uint64_t)(all % FIELD)) == wanted;
  free((void *)(uintptr_t)seen.element);
  return status;
}

/* Samples of people where the data name them; equal numbers first. */
static bool try_samples(struct plb_roster *roster, const struct plb_roster_head *heads, bool equal) {
  plb_wide all = 0, squares = 0, trials = 0;
  for (size_t m = 0; m < roster->member_count; m++) {
    const struct plb_roster_head *head = &heads[roster->members[m]];
    roster->samples[m] = equal ? 1 : head->samples;
    all += roster->samples[m];
    squares += (plb_wide)roster->samples[m] * roster->samples[m];
    trials += head->nonmated;
  }
  plb_wide design = all * all - squares; /* trials of all people, were every pair of samples compared once */
  if (!design || trials % design)
    return false;
  roster->each = (uint64_t)(trials / design);
  return trials_fit(roster, heads);
}

static void count_samples(const struct plb_roster *roster, struct plb_roster_head *heads) {
  const struct plb_system_tally *system = roster->system;
  const struct plb_sample_notes *notes;
  for (size_t s = 0; (notes = plb_sample_next(system, &s)); s++)
    if (notes->marks & PLB_MARK_COMPLETED)
      heads[plb_unit_of(&roster->units, notes->person)].samples++;
}

plb_status plb_roster_find_design(struct plb_roster *roster, struct plb_error *err) {
  if (roster->samples)
    return PLB_OK; /* known */
  if (!(roster->samples = plb_alloc(roster->member_count, sizeof *roster->samples)))
    return plb_fail_memory(err);
  if (roster->units.head && roster->heads[roster->units.inside].nonmated)
    return PLB_OK; /* comparisons inside clusters are of no pair */
  bool fit = try_samples(roster, roster->heads, true);
  if (!fit) {
    count_samples(roster, roster->heads);
    fit = try_samples(roster, roster->heads, false);
  }
  return fit ? products_fit(roster, &roster->complete, err) : PLB_OK;
}

/* What each member of a team has counted of people, added up. */
static plb_status add_team(struct plb_team *team, struct plb_roster_head *heads, size_t count, struct plb_error *err) {
  uint64_t *sums = plb_alloc(count, 2 * sizeof *sums);
  if (!sums)
    return plb_fail_memory(err);
  for (size_t k = 0; k < count; k++) {
    sums[2 * k] = heads[k].nonmated;
    sums[2 * k + 1] = heads[k].any;
  }
  plb_status status = plb_team_sum(team, sums, 2 * count, err);
  for (size_t k = 0; k < count && !status; k++) {
    heads[k].nonmated = sums[2 * k];
    heads[k].any = sums[2 * k + 1] > 0;
  }
  free(sums);
  return status;
}

/* ---- the roster ------------------------------------------------------------------------------ */

plb_status plb_roster_make(const struct plb_tally *tally, const struct plb_system_tally *system,
                           struct plb_roster *roster, struct plb_error *err) {
  const struct plb_dict *people = &tally->census.people;
  *roster = (struct plb_roster){
      .tally = tally, .system = system, .members = plb_alloc(people->count, sizeof *roster->members)};
  plb_status status = plb_units_make(&tally->census, &roster->units, err);
  struct plb_roster_head *heads = NULL;
  if (!status)
    heads = roster->heads = plb_alloc(roster->units.numbers, sizeof *heads);
  if (!status && (!roster->members || !heads))
    status = plb_fail_memory(err);
  if (!status)
    status = walk(roster, PLB_CLASS_MATED, see_mated, heads, err);
  if (!status)
    status = walk(roster, PLB_CLASS_NONMATED, see_nonmated, heads, err);
  if (!status && tally->team)
    status = add_team(tally->team, heads, roster->units.numbers, err);
  for (uint32_t person = 0; person < people->count && !status; person++)
    if (heads[person].any || heads[person].nonmated)
      roster->members[roster->member_count++] = person;
  if (status)
    plb_roster_free(roster);
  else
    plb_dict_sort(people, roster->members, roster->member_count);
  return status;
}

/* (sum of w m)^2 less the sum of (w m)^2 counts every pair twice. */
static void total_of_design(const struct plb_roster *roster, const struct plb_weights *weights,
                            uint64_t sums[PLB_LANE]) {
  for (size_t r = 0; r < PLB_LANE; r++) {
    plb_wide sum = 0, squares = 0;
    for (size_t m = 0; m < roster->member_count; m++) {
      uint64_t part = plb_weight_of(weights, roster->members[m], r) * roster->samples[m];
      sum += part;
      squares += (plb_wide)part * part;
    }
    sums[r] += (uint64_t)(roster->each * (sum * sum - squares) / 2);
  }
}

plb_status plb_roster_total(void *ctx, const struct plb_weights *weights, uint64_t sums[PLB_LANE],
                            struct plb_error *err) {
  const struct plb_roster *roster = ctx;
  if (roster->complete) {
    total_of_design(roster, weights, sums);
    return PLB_OK;
  }
  struct weighing weighing = {weights, sums};
  return walk(roster, PLB_CLASS_NONMATED, see_weights, &weighing, err);
}
