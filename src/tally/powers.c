/* SPDX-License-Identifier: Apache-2.0
 *
 * See powers.h. One walk over the rows, shared out by chunks among threads with sums of their own. Sums of
 * scores fit for 2^34 comparisons. Cost: some 5 ns a row.
 */
#include "tally/powers.h"

#include <math.h>
#include <stdlib.h>

#include "base/key.h"
#include "base/memory.h"
#include "tally/team.h"
#include "tally/walk.h"

struct share {
  const struct plb_powers *powers;
  bool mated;
  struct plb_power_sums *by, all;
};

void plb_powers_free(struct plb_powers *powers) {
  free(powers->by);
  powers->by = NULL;
}

static int64_t units_of(const struct plb_powers *powers, uint64_t key) {
  double at = rint((plb_value_of(key) - powers->centre) / powers->unit), most = (double)PLB_MOST_UNITS;
  return (int64_t)fmin(fmax(at, -most), most);
}

static void add(struct plb_power_sums *sums, int64_t value) {
  sums->count++;
  sums->sum += value;
  sums->squares += (uint64_t)(value * value);
}

static void join(struct plb_power_sums *sums, const struct plb_power_sums *more) {
  sums->count += more->count;
  sums->sum += more->sum;
  sums->squares += more->squares;
}

static bool see(void *state, const struct plb_chunk *chunk, size_t count) {
  struct share *share = state;
  for (size_t k = 0; k < count; k++) {
    int64_t value = units_of(share->powers, chunk->keys[k]);
    add(&share->all, value);
    add(&share->by[chunk->first[k]], value);
    if (!share->mated)
      add(&share->by[chunk->second[k]], value);
  }
  return true;
}

/* One of each kind of number for each person, and one for all of them. */
static plb_status add_team(struct share *share, size_t numbers, struct plb_team *team, struct plb_error *err) {
  size_t all = numbers + 1;
  plb_wide *sums = plb_alloc(3 * all, sizeof *sums);
  if (!sums)
    return plb_fail_memory(err);
  for (size_t k = 0; k < all; k++) {
    const struct plb_power_sums *from = k < numbers ? &share->by[k] : &share->all;
    sums[k] = from->count;
    sums[all + k] = (uint64_t)from->sum; /* of numbers below 0 what is added up modulo 2^64 */
    sums[2 * all + k] = from->squares;
  }
  plb_status status = plb_team_sum_wide(team, sums, 3 * all, err);
  for (size_t k = 0; k < all && !status; k++) {
    struct plb_power_sums *to = k < numbers ? &share->by[k] : &share->all;
    *to = (struct plb_power_sums){(uint64_t)sums[k], (int64_t)(uint64_t)sums[all + k], sums[2 * all + k]};
  }
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
  for (unsigned t = 1; t < threads && !status; t++) {
    join(&shares[0].all, &shares[t].all);
    for (size_t k = 0; k < units->numbers; k++)
      join(&shares[0].by[k], &shares[t].by[k]);
  }
  if (!status && tally->team)
    status = add_team(&shares[0], units->numbers, tally->team, err);
  if (!status) {
    powers->all = shares[0].all;
    powers->by = shares[0].by;
    shares[0].by = NULL;
  }
  for (unsigned t = 0; shares && t < threads; t++)
    free(shares[t].by);
  free(shares);
  return status;
}
