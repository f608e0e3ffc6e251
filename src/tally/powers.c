/* SPDX-License-Identifier: Apache-2.0
 *
 * See powers.h. One walk over the rows, shared out by chunks among threads with sums of their own. Sums of
 * scores fit for 2^33 comparisons of two people. Cost: some 3 ns a row.
 */
#include "tally/powers.h"

#include <stdlib.h>
#include <string.h>

#include "base/key.h"
#include "base/memory.h"
#include "tally/team.h"
#include "tally/walk.h"

struct share {
  const struct plb_powers *powers;
  bool mated;
  struct plb_power_sums *by;
};

void plb_powers_free(struct plb_powers *powers) {
  free(powers->by);
  powers->by = NULL;
}

#define STRETCH 512 /* rows whose scores are converted at a time */

/* Added to a number below 2^51 this leaves the nearest whole one, that of ties which is even, in the lowest bits. */
#define NEAREST 0x1.8p52

static inline int64_t bits_of(double value) {
  int64_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

static void convert(const struct plb_powers *powers, const uint64_t *keys, size_t count, int64_t *values) {
  double centre = powers->centre, unit = powers->unit, most = (double)PLB_MOST_UNITS;
  for (size_t k = 0; k < count; k++) {
    double at = (plb_value_of(keys[k]) - centre) / unit;
    at = at > -most ? at : -most;
    at = at < most ? at : most;
    values[k] = bits_of(at + NEAREST) - bits_of(NEAREST);
  }
}

static void add(struct plb_power_sums *by, const uint32_t *person, const int64_t *values, size_t count) {
  for (size_t k = 0; k < count; k++) {
    struct plb_power_sums *sums = &by[person[k]];
    sums->count++;
    sums->sum += values[k];
    sums->squares += (uint64_t)(values[k] * values[k]);
  }
}

static void join(struct plb_power_sums *sums, const struct plb_power_sums *more) {
  sums->count += more->count;
  sums->sum += more->sum;
  sums->squares += more->squares;
}

static bool see(void *state, const struct plb_chunk *chunk, size_t count) {
  const struct share *share = state;
  int64_t values[STRETCH];
  for (size_t from = 0; from < count; from += STRETCH) {
    size_t length = count - from < STRETCH ? count - from : STRETCH;
    convert(share->powers, chunk->keys + from, length, values);
    add(share->by, chunk->first + from, values, length);
    if (!share->mated)
      add(share->by, chunk->second + from, values, length);
  }
  return true;
}

/* Each comparison of two people is in the sums of two. */
static struct plb_power_sums sum_of(const struct plb_power_sums *by, size_t numbers, bool mated) {
  struct plb_power_sums all = {0};
  for (size_t k = 0; k < numbers; k++)
    join(&all, &by[k]);
  if (mated)
    return all;
  return (struct plb_power_sums){all.count / 2, all.sum / 2, all.squares / 2};
}

/* One of each kind of number for each person. */
static plb_status add_team(struct plb_power_sums *by, size_t numbers, struct plb_team *team, struct plb_error *err) {
  plb_wide *sums = plb_alloc(3 * numbers, sizeof *sums);
  if (!sums)
    return plb_fail_memory(err);
  for (size_t k = 0; k < numbers; k++) {
    sums[k] = by[k].count;
    sums[numbers + k] = (uint64_t)by[k].sum; /* of numbers below 0 what is added up modulo 2^64 */
    sums[2 * numbers + k] = by[k].squares;
  }
  plb_status status = plb_team_sum_wide(team, sums, 3 * numbers, err);
  for (size_t k = 0; k < numbers && !status; k++)
    by[k] = (struct plb_power_sums){(uint64_t)sums[k], (int64_t)(uint64_t)sums[numbers + k], sums[2 * numbers + k]};
  free(sums);
  return status;
}

plb_status plb_powers_sum(const struct plb_tally *tally, const struct plb_rows *rows, bool mated,
                          const struct plb_units *units, unsigned threads, struct plb_powers *powers,
                          struct plb_error *err) {
  struct share *shares = plb_alloc(threads, sizeof *shares);
  plb_status status = shares ? PLB_OK : plb_fail_memory(err);
  for (unsigned t = 0; t < threads && !status; t++) {
    shares[t] = (struct share){.powers = powers, .mated = mated};
    status = (shares[t].by = plb_alloc(units->numbers, sizeof *shares[t].by)) ? PLB_OK : plb_fail_memory(err);
  }
  if (!status)
    status = plb_rows_walk(&(struct plb_row_walk){.tally = tally,
                                                  .rows = rows,
                                                  .units = units,
                                                  .mated = mated,
                                                  .visit = see,
                                                  .states = shares,
                                                  .state_size = sizeof *shares,
                                                  .threads = threads,
                                                  .adds_up = true},
                           err);
  for (unsigned t = 1; t < threads && !status; t++)
    for (size_t k = 0; k < units->numbers; k++)
      join(&shares[0].by[k], &shares[t].by[k]);
  if (!status && tally->team)
    status = add_team(shares[0].by, units->numbers, tally->team, err);
  if (!status) {
    powers->all = sum_of(shares[0].by, units->numbers, mated);
    powers->by = shares[0].by;
    shares[0].by = NULL;
  }
  for (unsigned t = 0; shares && t < threads; t++)
    free(shares[t].by);
  free(shares);
  return status;
}
