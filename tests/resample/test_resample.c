/* SPDX-License-Identifier: Apache-2.0
 *
 * The resampling engine against replicates written out: every comparison with its weight, every observed score tried
 * as a threshold. The weights themselves against their definition.
 */
#include "check.h"

#include "base/key.h"
#include "resample/replicate.h"
#include "resample/resample.h"

#define PEOPLE 24
#define REPLICATES 300
#define TARGETS 5
#define WITHIN 4 /* of them, that a list which ends early can meet */
#define THRESHOLDS 3

struct fixture {
  struct plb_listed *rows[2];
  size_t count[2];
  uint64_t identity[PEOPLE];
  uint32_t members[PEOPLE];
  struct plb_weighted_people who;
};

static void make(struct fixture *f, size_t count, uint32_t distinct, uint64_t seed) {
  *f = (struct fixture){0};
  for (uint32_t i = 0; i < PEOPLE; i++) {
    f->identity[i] = draw(&seed);
    f->members[i] = i;
  }
  f->who = (struct plb_weighted_people){
      .identity = f->identity, .members = f->members, .member_count = PEOPLE, .people = PEOPLE};
  for (int c = 0; c < 2; c++)
    f->rows[c] = calloc(count, sizeof *f->rows[c]);
  for (size_t r = 0; r < count; r++) {
    uint32_t a = draw_below(&seed, PEOPLE), b = draw_below(&seed, 3) ? draw_below(&seed, PEOPLE) : a;
    int mated = a == b;
    double score = (double)draw_below(&seed, distinct) + (mated ? distinct / 4 : 0) + (a % 5 == 0 ? 2 : 0);
    if (draw_below(&seed, 50) == 0)
      score = draw_below(&seed, 2) ? INFINITY : -INFINITY;
    f->rows[mated][f->count[mated]++] = (struct plb_listed){plb_key_of(score), a, b};
  }
  assert_true(plb_listing_sort(f->rows[0], f->count[0]));
  assert_true(plb_listing_sort(f->rows[1], f->count[1]));
}

static void discard(struct fixture *f) {
  free(f->rows[0]);
  free(f->rows[1]);
}

/* ---- a replicate written out ------------------------------------------------------------------ */

struct plain {
  const struct fixture *f;
  uint32_t weight[PEOPLE];
};

static uint64_t weigh(const struct plain *p, int c, size_t row) {
  const struct plb_listed *at = &p->f->rows[c][row];
  return c ? p->weight[at->first] : (uint64_t)p->weight[at->first] * p->weight[at->second];
}

static uint64_t weight_from(const struct plain *p, int c, uint64_t key) {
  uint64_t sum = 0;
  for (size_t k = 0; k < p->f->count[c]; k++)
    sum += p->f->rows[c][k].key >= key ? weigh(p, c, k) : 0;
  return sum;
}

static void plain_target(const struct plain *p, uint64_t over, uint64_t under, uint64_t *key, double *fnmr) {
  uint64_t all = weight_from(p, 0, 0), mated = weight_from(p, 1, 0), top = 0;
  *key = UINT64_MAX;
  for (int c = 0; c < 2; c++)
    for (size_t k = 0; k < p->f->count[c]; k++) {
      uint64_t here = p->f->rows[c][k].key;
      top = here > top ? here : top;
      if (here < *key && weight_from(p, 0, here) * under <= over * all)
        *key = here;
    }
  if (*key == UINT64_MAX)
    *key = top + 1;
  *fnmr = (double)(mated - weight_from(p, 1, *key)) / (double)mated;
}

static double plain_eer(const struct plain *p) {
  double all = (double)weight_from(p, 0, 0), mated = (double)weight_from(p, 1, 0), least = 2, value = 0;
  uint64_t at = UINT64_MAX;
  for (int c = 0; c < 2; c++)
    for (size_t k = 0; k < p->f->count[c]; k++) {
      uint64_t key = p->f->rows[c][k].key;
      double fmr = (double)weight_from(p, 0, key) / all, fnmr = 1 - (double)weight_from(p, 1, key) / mated;
      double gap = fabs(fmr - fnmr);
      if (gap < least - 1e-12 || (gap < least + 1e-12 && key < at)) {
        least = gap;
        at = key;
        value = (fmr + fnmr) / 2;
      }
    }
  return value;
}

static double plain_auc(const struct plain *p) {
  double sum = 0;
  for (size_t k = 0; k < p->f->count[1]; k++)
    for (size_t l = 0; l < p->f->count[0]; l++) {
      uint64_t m = p->f->rows[1][k].key, n = p->f->rows[0][l].key;
      sum += (double)(weigh(p, 1, k) * weigh(p, 0, l)) * (m > n ? 1 : m == n ? 0.5 : 0);
    }
  return sum / (double)weight_from(p, 0, 0) / (double)weight_from(p, 1, 0);
}

static const struct plb_fraction targets[TARGETS] = {{3, 10}, {1, 10}, {1, 100}, {0, 1}, {1, 1}};

static void check_replicate(const struct plain *p, const struct plb_resample *got, size_t r, bool slow) {
  for (size_t t = 0; t < TARGETS; t++) {
    uint64_t key;
    double fnmr;
    plain_target(p, targets[t].over, targets[t].under, &key, &fnmr);
    assert_int_equal(got->key_at_target[t * REPLICATES + r], key);
    assert_close(got->fnmr_at_target[t * REPLICATES + r], fnmr, 1e-14);
  }
  for (size_t t = 0; t < THRESHOLDS; t++) {
    double fmr = (double)weight_from(p, 0, got->thresholds[t]) / (double)weight_from(p, 0, 0);
    double fnmr = 1 - (double)weight_from(p, 1, got->thresholds[t]) / (double)weight_from(p, 1, 0);
    assert_close(got->rate_at[0][t * REPLICATES + r], fmr, 1e-14);
    assert_true(fabs(got->rate_at[1][t * REPLICATES + r] - fnmr) < 1e-14);
  }
  assert_close(got->eer_in[r], plain_eer(p), 1e-12);
  if (slow)
    assert_close(got->auc_in[r], plain_auc(p), 1e-12);
}

static struct plb_resample ask(const struct fixture *f, enum plb_plan plan, unsigned threads, const uint64_t *at) {
  return (struct plb_resample){.plan = plan,
                               .seed = 7,
                               .replicates = REPLICATES,
                               .threads = threads,
                               .who = f->who,
                               .list = {{f->rows[0], f->count[0]}, {f->rows[1], f->count[1]}},
                               .complete = true,
                               .targets = targets,
                               .target_count = TARGETS,
                               .thresholds = at,
                               .threshold_count = THRESHOLDS,
                               .eer = true,
                               .auc = true};
}

/* Nobody weighted: blocks hold one score each here. */
static void check_all(const struct fixture *f, const struct plb_resample *got) {
  struct plain p = {.f = f};
  for (uint32_t i = 0; i < PEOPLE; i++)
    p.weight[i] = 1;
  assert_close(got->auc_of_all, plain_auc(&p), 1e-12);
}

static void check_plan(const struct fixture *f, enum plb_plan plan) {
  const uint64_t at[THRESHOLDS] = {plb_key_of(30), plb_key_of(11), plb_key_of(-1)};
  struct plb_resample got = ask(f, plan, 2, at);
  struct plb_weights weights = {0};
  assert_int_equal(plb_resample_run(&got, NULL), PLB_OK);
  assert_false(got.too_short);
  check_all(f, &got);
  for (size_t r = 0; r < REPLICATES; r++) {
    struct plain p = {.f = f};
    uint32_t remaining = 0;
    if (r % PLB_LANE == 0)
      assert_int_equal(plb_weights_draw(plan, 7, r / PLB_LANE, &f->who, &weights, NULL), PLB_OK);
    for (uint32_t i = 0; i < f->who.member_count; i++) {
      p.weight[i] = plb_weight_of(&weights, i, r % PLB_LANE);
      remaining += p.weight[i] > 0;
    }
    assert_int_equal(weights.remaining[r % PLB_LANE], remaining);
    bool usable = remaining >= 3 && weight_from(&p, 0, 0) && weight_from(&p, 1, 0);
    assert_int_equal(got.usable[r], usable);
    if (usable)
      check_replicate(&p, &got, r, r < 12);
  }
  plb_weights_free(&weights);
  plb_resample_free(&got);
}

static void test_against_replicates_written_out(void **state) {
  (void)state;
  for (uint64_t seed = 1; seed <= 6; seed++) {
    struct fixture f;
    make(&f, seed % 2 ? 300 : 90, seed % 3 ? 40 : 6, seed);
    check_plan(&f, PLB_PLAN_DOUBLE_OR_NOTHING);
    check_plan(&f, PLB_PLAN_VERTEX);
    discard(&f);
  }
}

/* Of so few people often one or two are left, and in most replicates somebody is. */
static void test_few_people(void **state) {
  (void)state;
  struct fixture f;
  make(&f, 2000, 40, 8);
  f.who.member_count = 5;
  for (int c = 0; c < 2; c++) {
    size_t kept = 0;
    for (size_t k = 0; k < f.count[c]; k++)
      if (f.rows[c][k].first < 5 && f.rows[c][k].second < 5)
        f.rows[c][kept++] = f.rows[c][k];
    f.count[c] = kept;
  }
  check_plan(&f, PLB_PLAN_DOUBLE_OR_NOTHING);
  check_plan(&f, PLB_PLAN_VERTEX);
  discard(&f);
}

/* Long enough for blocks of many rows and for a list that ends early. */
static plb_status total_of_all(void *ctx, const struct plb_weights *weights, uint64_t sums[PLB_LANE],
                               struct plb_error *err) {
  const struct fixture *f = ctx;
  (void)err;
  plb_weights_add(weights, &f->rows[0]->first, &f->rows[0]->second, 4, f->count[0], sums);
  return PLB_OK;
}

static struct plb_resample ask_some(const struct plb_resample *all, struct fixture *f, size_t count, bool eer,
                                    size_t listed) {
  struct plb_resample some = *all;
  some.complete = some.auc = false;
  some.nonmated_total = total_of_all;
  some.total_ctx = f;
  some.threads = 1;
  some.target_count = count;
  some.eer = eer;
  some.list[0].count = listed;
  while (some.list[0].count < f->count[0] &&
         f->rows[0][some.list[0].count].key == f->rows[0][some.list[0].count - 1].key)
    some.list[0].count++;
  return some;
}

/* One quantity at a time: each has to see for itself that the list ends too early. */
static void check_too_short(const struct plb_resample *all, struct fixture *f) {
  struct plb_resample within = ask_some(all, f, WITHIN, false, f->count[0] / 50),
                      eer = ask_some(all, f, 0, true, f->count[0] / 50),
                      none = ask_some(all, f, 0, false, f->count[0] / 50),
                      every = ask_some(all, f, TARGETS, false, f->count[0] * 6 / 10);
  struct plb_resample *const runs[] = {&within, &eer, &none, &every};
  for (int k = 0; k < 4; k++) {
    assert_int_equal(plb_resample_run(runs[k], NULL), PLB_OK);
    assert_int_equal(runs[k]->too_short, runs[k] != &none);
    plb_resample_free(runs[k]);
  }
}

static void test_a_list_that_ends_early(void **state) {
  (void)state;
  const uint64_t at[THRESHOLDS] = {plb_key_of(5000), plb_key_of(4000), plb_key_of(3900)};
  struct fixture f;
  make(&f, 60000, 5000, 99);
  const struct plb_resample asked = ask(&f, PLB_PLAN_DOUBLE_OR_NOTHING, 3, at);
  struct plb_resample all = asked, some = ask_some(&asked, &f, WITHIN, true, f.count[0] * 6 / 10);
  assert_int_equal(plb_resample_run(&all, NULL), PLB_OK);
  check_too_short(&asked, &f);
  assert_int_equal(plb_resample_run(&some, NULL), PLB_OK);
  assert_false(some.too_short);
  assert_memory_equal(some.key_at_target, all.key_at_target, WITHIN * REPLICATES * sizeof(uint64_t));
  assert_memory_equal(some.fnmr_at_target, all.fnmr_at_target, WITHIN * REPLICATES * sizeof(double));
  assert_memory_equal(some.rate_at[0], all.rate_at[0], THRESHOLDS * REPLICATES * sizeof(double));
  assert_memory_equal(some.rate_at[1], all.rate_at[1], THRESHOLDS * REPLICATES * sizeof(double));
  assert_memory_equal(some.eer_in, all.eer_in, REPLICATES * sizeof(double));
  plb_resample_free(&some);
  plb_resample_free(&all);
  discard(&f);
}

/* Sums over a run longer than a counter holds, against plain loops. */
static void test_long_sums(void **state) {
  (void)state;
  struct fixture f;
  make(&f, 250000, 100, 5);
  for (int plan = 0; plan < 2; plan++) {
    struct plb_weights weights = {0};
    uint64_t sums[PLB_LANE] = {0}, one[PLB_LANE] = {0};
    assert_int_equal(plb_weights_draw((enum plb_plan)plan, 3, 2, &f.who, &weights, NULL), PLB_OK);
    plb_weights_add(&weights, &f.rows[0]->first, &f.rows[0]->second, 4, f.count[0], sums);
    plb_weights_add(&weights, &f.rows[1]->first, NULL, 4, f.count[1], one);
    for (size_t r = 0; r < PLB_LANE; r += 37) {
      struct plain p = {.f = &f};
      for (uint32_t i = 0; i < PEOPLE; i++)
        p.weight[i] = plb_weight_of(&weights, i, r);
      assert_int_equal(sums[r], weight_from(&p, 0, 0));
      assert_int_equal(one[r], weight_from(&p, 1, 0));
    }
    plb_weights_free(&weights);
  }
  discard(&f);
}

/* A counter that every comparison counts in: 65,536 is one bit more than 65,535. */
static void test_full_counters(void **state) {
  (void)state;
  enum { ROWS = 65536 + 5000, MANY = 300000 };
  struct plb_weights weights = {0};
  uint64_t sums[PLB_LANE] = {0}, *identity = calloc(MANY, sizeof *identity), seed = 12;
  uint32_t *members = calloc(MANY, sizeof *members), *first = calloc(ROWS, sizeof *first);
  for (uint32_t i = 0; i < MANY; i++) {
    identity[i] = draw(&seed);
    members[i] = i;
  }
  const struct plb_weighted_people who = {
      .identity = identity, .members = members, .member_count = MANY, .people = MANY};
  assert_int_equal(plb_weights_draw(PLB_PLAN_DOUBLE_OR_NOTHING, 3, 0, &who, &weights, NULL), PLB_OK);
  plb_weights_add(&weights, first, NULL, 1, ROWS, sums);
  for (size_t r = 0; r < PLB_LANE; r++)
    assert_int_equal(sums[r], ROWS * (uint64_t)plb_weight_of(&weights, 0, r));
  for (size_t r = 0; r < PLB_LANE; r += 51) {
    uint32_t remaining = 0;
    for (uint32_t i = 0; i < MANY; i++)
      remaining += plb_weight_of(&weights, i, r) > 0;
    assert_int_equal(weights.remaining[r], remaining);
  }
  plb_weights_free(&weights);
  free(identity);
  free(members);
  free(first);
}

/* blocks.h: of several scores at most a thousandth of a class, and a 64th of the errors at its upper end. */
static void check_block(const struct fixture *f, const struct plb_score_block *block) {
  uint64_t high = 0, low = UINT64_MAX;
  size_t rows[2];
  for (int c = 0; c < 2; c++) {
    rows[c] = block[1].from[c] - block[0].from[c];
    for (size_t k = block[0].from[c]; k < block[1].from[c]; k++) {
      high = f->rows[c][k].key > high ? f->rows[c][k].key : high;
      low = f->rows[c][k].key < low ? f->rows[c][k].key : low;
    }
  }
  const size_t errors[2] = {block->from[0], f->count[1] - block->from[1]};
  for (int c = 0; c < 2 && high > low; c++) {
    assert_true(rows[c] <= 1 || rows[c] <= f->count[c] / 1024);
    assert_true(rows[c] <= 1 || rows[c] <= errors[c] / 64);
  }
}

static void test_blocks_are_small(void **state) {
  (void)state;
  struct fixture f;
  struct plb_blocks blocks;
  make(&f, 60000, 1 << 30, 98);
  const struct plb_listing list[2] = {{f.rows[0], f.count[0]}, {f.rows[1], f.count[1]}};
  assert_int_equal(plb_blocks_make(list, NULL, 0, &blocks, NULL), PLB_OK);
  assert_in_range(blocks.count, 1024, 4000);
  for (size_t b = 0; b < blocks.count; b++)
    check_block(&f, &blocks.at[b]);
  assert_true(blocks.at[blocks.count].from[0] == f.count[0] && blocks.at[blocks.count].from[1] == f.count[1]);
  plb_blocks_free(&blocks);
  discard(&f);
}

struct moments {
  double sum, square, product;
};

static void add_moments(const struct plb_weights *weights, size_t r, bool whole, struct moments *moments) {
  double all = 0;
  for (uint32_t i = 0; i < PEOPLE; i++) {
    double w = plb_weight_of(weights, i, r);
    all += w;
    moments->square += w * w;
    moments->product += w * plb_weight_of(weights, (i + 1) % PEOPLE, r);
  }
  moments->sum += all;
  assert_true(!whole || all == PEOPLE); /* as many people are drawn as there are */
}

static void test_weights_are_what_they_are_called(void **state) {
  (void)state;
  struct fixture f;
  make(&f, 10, 5, 1);
  struct moments moments[2] = {{0, 0, 0}, {0, 0, 0}};
  for (int plan = 0; plan < 2; plan++) {
    struct plb_weights weights = {0};
    for (size_t lane = 0; lane < 40; lane++) {
      assert_int_equal(plb_weights_draw((enum plb_plan)plan, 11, lane, &f.who, &weights, NULL), PLB_OK);
      for (size_t r = 0; r < PLB_LANE; r++)
        add_moments(&weights, r, plan == PLB_PLAN_VERTEX, &moments[plan]);
    }
    plb_weights_free(&weights);
  }
  double n = 40.0 * PLB_LANE * PEOPLE;
  assert_true(fabs(moments[0].sum / n - 0.5) < 0.005 && fabs(moments[0].product / n - 0.25) < 0.005);
  assert_true(moments[1].sum == n && fabs(moments[1].square / n - (2 - 1.0 / PEOPLE)) < 0.02);
  assert_true(fabs(moments[1].product / n - (1 - 1.0 / PEOPLE)) < 0.02);
  discard(&f);
}

static void test_percentiles(void **state) {
  (void)state;
  const double values[] = {5, 1, 4, 2, 3, 99};
  const bool usable[] = {true, true, true, true, true, false};
  double scratch[6], limits[2];
  assert_true(plb_percentiles(values, usable, 6, 0.5, scratch, limits));
  assert_true(limits[0] == 2 && limits[1] == 4);
  assert_true(plb_percentiles(values, usable, 6, 0.9, scratch, limits));
  assert_close(limits[0], 1.2, 1e-14);
  assert_close(limits[1], 4.8, 1e-14);
  assert_false(plb_percentiles(values, usable, 1, 0.9, scratch, limits));
}

static int count_calls(void *ctx, const char *stage, uint64_t done, uint64_t total) {
  int *calls = ctx;
  assert_string_equal(stage, "resampling");
  assert_true(done <= total);
  return ++*calls >= 2;
}

static void test_it_can_be_cancelled(void **state) {
  (void)state;
  const uint64_t at[THRESHOLDS] = {plb_key_of(30), plb_key_of(11), plb_key_of(-1)};
  struct fixture f;
  int calls = 0;
  make(&f, 300, 40, 1);
  struct plb_resample got = ask(&f, PLB_PLAN_DOUBLE_OR_NOTHING, 1, at);
  got.progress = count_calls;
  got.progress_ctx = &calls;
  got.progress_of = REPLICATES;
  struct plb_error err = {0};
  assert_int_equal(plb_resample_run(&got, &err), PLB_CANCELLED);
  assert_int_equal(calls, 2);
  assert_null(got.usable);
  discard(&f);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_against_replicates_written_out),
      cmocka_unit_test(test_few_people),
      cmocka_unit_test(test_a_list_that_ends_early),
      cmocka_unit_test(test_long_sums),
      cmocka_unit_test(test_full_counters),
      cmocka_unit_test(test_blocks_are_small),
      cmocka_unit_test(test_weights_are_what_they_are_called),
      cmocka_unit_test(test_percentiles),
      cmocka_unit_test(test_it_can_be_cancelled),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
