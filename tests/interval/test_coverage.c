/* SPDX-License-Identifier: Apache-2.0
 *
 * How often PL holds the truth: the generator of methods M with fixed seeds, in a few cells. The bounds are
 * wide enough for some 300 replicates (standard error 1.3 points near 95 %); they catch a wrong formula,
 * not a shift of a point. The naive interval, which holds the truth in 15 to 60 %, is the contrast.
 */
#include <stdlib.h>

#include "close.h"
#include "interval/special.h"
#include "table.h"

#define REPLICATES 300

struct coverage {
  double pl, strict, plain; /* shares of replicates */
};

static bool holds(struct plb_limits limits, double truth) {
  return limits.lower <= truth && truth <= limits.upper;
}

static void one_replicate(const struct table *table, const double *rates, size_t rate_count, struct coverage *sums) {
  struct inputs inputs;
  inputs_of(table, 3000, &inputs);
  for (size_t k = 0; k < rate_count; k++) {
    struct plb_error_sums errors;
    struct plb_pl pl;
    errors_of(table, &inputs, plb_probit_upper(rates[k]), &errors);
    assert_int_equal(plb_pl_interval(&inputs.design, &inputs.sums, &errors, &inputs.extremes, 0.95, 0.0, &pl, NULL),
                     PLB_OK);
    double z = plb_probit_upper(0.025);
    sums[k].pl += holds(pl.pl, rates[k]) / (double)REPLICATES;
    sums[k].strict += holds(pl.strict, rates[k]) / (double)REPLICATES;
    sums[k].plain += holds(plb_wilson((double)errors.errors, (double)table->count, z), rates[k]) / (double)REPLICATES;
    errors_free(&errors);
  }
  inputs_free(&inputs);
}

static void cover(const char *name, const struct model *model, uint64_t seed, double *mean_pl) {
  const double rates[] = {1e-1, 1e-2};
  struct coverage sums[2] = {{.pl = 0.0}};
  struct dice dice = {.state = seed};
  for (int k = 0; k < REPLICATES; k++) {
    struct table table;
    table_of_model(&dice, model, &table);
    one_replicate(&table, rates, 2, sums);
    table_free(&table);
  }
  for (int k = 0; k < 2; k++) {
    print_message("%s, rate %g: PL %.1f %%, strict %.1f %%, as if independent %.1f %%\n", name, rates[k],
                  100.0 * sums[k].pl, 100.0 * sums[k].strict, 100.0 * sums[k].plain);
    assert_true(sums[k].pl >= 0.92 && sums[k].pl <= 0.995);
    assert_true(sums[k].strict >= sums[k].pl - 0.01);
    *mean_pl += sums[k].pl / 2.0;
  }
}

static void pairs(void **state) {
  (void)state;
  const struct model models[] = {{true, 50, 2, 0.06, 0.20, 0.05},
                                 {true, 50, 3, 0.06, 0.20, 0.05},
                                 {true, 50, 2, 0.12, 0.30, 0.05},
                                 {true, 50, 3, 0.12, 0.30, 0.05}};
  const char *names[] = {"mod m=2", "mod m=3", "strong m=2", "strong m=3"};
  double mean = 0.0;
  for (size_t k = 0; k < 4; k++) {
    double cell = 0.0;
    cover(names[k], &models[k], 100 + k, &cell);
    mean += cell / 4.0;
  }
  print_message("mean of PL over the cells: %.1f %%\n", 100.0 * mean);
  assert_true(mean >= 0.955 && mean <= 0.98); /* methods B.7, check (iii) */
}

static void persons(void **state) {
  (void)state;
  const struct model model = {.dyadic = false, .people = 50, .samples = 10, .share_person = 0.3};
  double mean = 0.0;
  cover("one-way, correlation .3", &model, 200, &mean);
  assert_true(mean >= 0.94 && mean <= 0.985);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(pairs), cmocka_unit_test(persons)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
