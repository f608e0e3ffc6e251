/* SPDX-License-Identifier: Apache-2.0
 *
 * Sums by person for the delta method and for d', against loops over all rows for every person.
 */
#include "check.h"
#include "comparisons.h"

#include <math.h>

#include "base/key.h"
#include "tally/cells.h"
#include "tally/powers.h"

enum { PEOPLE = 30, ROWS = 20000, CUTS = 300, THRESHOLDS = 4 };

static struct plb_trial rows[ROWS];
static struct plb_tally *tally;
static struct plb_units units;

/* Scores from -3 on, some of them infinite where that is asked for. */
static void begin(uint64_t seed, bool infinite) {
  struct plb_input input = {.size = sizeof input, .memory = 1 << 30};
  assert_int_equal(plb_tally_new(&input, &tally, NULL), PLB_OK);
  for (uint32_t i = 0; i < PEOPLE; i++)
    person_called(tally, i);
  for (size_t r = 0; r < ROWS; r++) {
    uint32_t a = draw_below(&seed, PEOPLE), b = draw_below(&seed, 4) ? draw_below(&seed, PEOPLE) : a;
    double score = (double)draw_below(&seed, 100000) / 16384 - 3;
    if (infinite && !draw_below(&seed, 100))
      score = draw_below(&seed, 2) ? HUGE_VAL : -HUGE_VAL;
    rows[r] = comparison(score, a, b);
  }
  assert_int_equal(plb_tally_add_trials(tally, rows, ROWS, NULL), PLB_OK);
  assert_int_equal(plb_units_make(&tally->census, &units, NULL), PLB_OK);
}

static void end(void) {
  plb_units_free(&units);
  plb_tally_free(tally);
}

static bool is_of(const struct plb_trial *row, bool mated, uint32_t person) {
  return row->mated == mated && (row->reference == person || row->probe == person);
}

static void check_cells(const struct plb_cells *cells, bool mated, uint32_t person) {
  uint64_t expected[PLB_CELLS_ERRORS + THRESHOLDS] = {0};
  for (size_t r = 0; r < ROWS; r++) {
    uint64_t key = plb_key_of(rows[r].score);
    size_t cell = 0;
    if (!is_of(&rows[r], mated, person))
      continue;
    while (cell < cells->cut_count && cells->cuts[cell] <= key)
      cell++;
    expected[PLB_CELLS_COUNT]++;
    expected[PLB_CELLS_SUM] += cells->values[cell];
    for (size_t t = 0; t < THRESHOLDS; t++)
      expected[PLB_CELLS_ERRORS + t] += mated ? key < cells->thresholds[t] : key >= cells->thresholds[t];
  }
  assert_memory_equal(cells->sums + person * plb_cells_columns(cells), expected, sizeof expected);
}

/* Cuts close together and far apart, one on a score and others between them, and infinite ones. */
static size_t make_cuts(uint64_t *cuts, bool infinite) {
  size_t n = 0;
  if (infinite)
    cuts[n++] = plb_key_of(-HUGE_VAL);
  for (size_t c = 0; c < CUTS; c++)
    cuts[n++] = plb_key_of(c < 100 ? -2 + (double)c / 50 : (double)c / 4096 + (c % 2 ? 0.5 : 0.25) + 0.25 * (c > 200));
  for (size_t c = 1; c < n; c++)
    for (size_t k = c; k && cuts[k] < cuts[k - 1]; k--) {
      uint64_t lower = cuts[k];
      cuts[k] = cuts[k - 1];
      cuts[k - 1] = lower;
    }
  if (infinite)
    cuts[n++] = plb_key_of(HUGE_VAL);
  return n;
}

static void cells_equal_plain_loops(void **unused) {
  (void)unused;
  uint64_t cuts[CUTS + 2], values[CUTS + 3], seed = 7;
  const uint64_t thresholds[THRESHOLDS] = {plb_key_of(-2.5), plb_key_of(0), plb_key_of(3), plb_key_of(HUGE_VAL)};
  for (int round = 0; round < 6; round++) {
    bool infinite = round % 2, mated = round % 3 == 1;
    begin(100 + (uint64_t)round, infinite);
    size_t count = round == 4 ? 0 : round == 5 ? 1 : make_cuts(cuts, infinite);
    cuts[0] = round == 5 ? plb_key_of(0.5) : cuts[0];
    for (size_t c = 0; c <= count; c++)
      values[c] = draw_below(&seed, 1 << 30);
    struct plb_cells cells = {
        .cuts = cuts, .cut_count = count, .values = values, .thresholds = thresholds, .threshold_count = THRESHOLDS};
    assert_int_equal(
        plb_cells_sum(tally, &tally->systems[0].of[mated].rows, mated, &units, (unsigned)(1 + round % 3), &cells, NULL),
        PLB_OK);
    for (uint32_t person = 0; person < PEOPLE; person++)
      check_cells(&cells, mated, person);
    plb_cells_free(&cells);
    end();
  }
}

static void add_naive(struct plb_power_sums *sums, const struct plb_powers *powers, double score) {
  double value = rint((score - powers->centre) / powers->unit), most = (double)PLB_MOST_UNITS;
  value = fmin(fmax(value, -most), most);
  int64_t whole = (int64_t)value;
  sums->count++;
  sums->sum += whole;
  sums->squares += (uint64_t)(whole * whole);
}

static void same_powers(const struct plb_power_sums *left, const struct plb_power_sums *right) {
  assert_int_equal(left->count, right->count);
  assert_int_equal(left->sum, right->sum);
  assert_true(left->squares == right->squares);
}

static struct plb_power_sums naive_of(const struct plb_powers *powers, bool mated, uint32_t person) {
  struct plb_power_sums sums = {0};
  for (size_t r = 0; r < ROWS; r++)
    if (is_of(&rows[r], mated, person))
      add_naive(&sums, powers, rows[r].score);
  return sums;
}

/* Some scores lie farther from the centre than the sums go. */
static void powers_equal_plain_loops(void **unused) {
  (void)unused;
  static const double units_of[] = {0x1p-13, 1.0 / 3000, 3.7e-8, 1e-9};
  for (int round = 0; round < 8; round++) {
    bool mated = round % 2;
    struct plb_powers powers = {.centre = 0.1 * round, .unit = units_of[round / 2]};
    struct plb_power_sums all = {0};
    begin(200 + (uint64_t)round, false);
    assert_int_equal(plb_powers_sum(tally, &tally->systems[0].of[mated].rows, mated, &units, (unsigned)(1 + round % 3),
                                    &powers, NULL),
                     PLB_OK);
    for (uint32_t person = 0; person < PEOPLE; person++) {
      struct plb_power_sums sums = naive_of(&powers, mated, person);
      same_powers(&powers.by[person], &sums);
    }
    for (size_t r = 0; r < ROWS; r++)
      if (rows[r].mated == mated)
        add_naive(&all, &powers, rows[r].score);
    same_powers(&powers.all, &all);
    plb_powers_free(&powers);
    end();
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(cells_equal_plain_loops),
                                     cmocka_unit_test(powers_equal_plain_loops)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
