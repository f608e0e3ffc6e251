/* SPDX-License-Identifier: Apache-2.0
 *
 * The rank envelope against its definition: every rank counted by looking at all replicates, every limit found by
 * trying every value. Levels are whole per mille here, so that what is left out is a whole number by division.
 */
#include "check.h"

#include "resample/band.h"

#define POINTS 5
#define MOST 260

struct curves {
  size_t points, replicates;
  double at[POINTS][MOST]; /* [point][replicate] */
  bool usable[MOST];
};

struct envelope {
  bool made, coarse;
  double lower[POINTS], upper[POINTS];
};

/* ---- written out ------------------------------------------------------------------------------ */

static size_t usable_of(const struct curves *c) {
  size_t n = 0;
  for (size_t r = 0; r < c->replicates; r++)
    n += c->usable[r];
  return n;
}

/* Usable replicates that lie strictly below a value at a point; above it. */
static size_t below(const struct curves *c, size_t g, double value) {
  size_t n = 0;
  for (size_t r = 0; r < c->replicates; r++)
    n += c->usable[r] && c->at[g][r] < value;
  return n;
}

static size_t above(const struct curves *c, size_t g, double value) {
  size_t n = 0;
  for (size_t r = 0; r < c->replicates; r++)
    n += c->usable[r] && c->at[g][r] > value;
  return n;
}

static size_t depth_of(const struct curves *c, size_t r) {
  size_t least = SIZE_MAX;
  for (size_t g = 0; g < c->points; g++) {
    size_t low = 1 + below(c, g, c->at[g][r]), high = 1 + above(c, g, c->at[g][r]), rank = low < high ? low : high;
    least = rank < least ? rank : least;
  }
  return least;
}

/* The (1 + those left out)-th smallest depth: the least that so many have or fall short of. */
static size_t depth_wanted(const struct curves *c, unsigned per_mille) {
  size_t place = 1 + (1000 - per_mille) * (usable_of(c) - 1) / 1000;
  for (size_t depth = 1;; depth++) {
    size_t reached = 0;
    for (size_t r = 0; r < c->replicates; r++)
      reached += c->usable[r] && depth_of(c, r) <= depth;
    if (reached >= place)
      return depth;
  }
}

static struct envelope written_out(const struct curves *c, unsigned per_mille) {
  struct envelope out = {.made = usable_of(c) > 1};
  if (!out.made)
    return out;
  size_t n = usable_of(c), k = depth_wanted(c, per_mille);
  out.coarse = k == 1;
  for (size_t g = 0; g < c->points; g++) {
    out.lower[g] = INFINITY;
    out.upper[g] = -INFINITY;
    for (size_t r = 0; r < c->replicates; r++) {
      double value = c->at[g][r];
      if (c->usable[r] && n - above(c, g, value) >= k) /* k or more are no greater */
        out.lower[g] = fmin(out.lower[g], value);
      if (c->usable[r] && n - below(c, g, value) >= k)
        out.upper[g] = fmax(out.upper[g], value);
    }
  }
  return out;
}

/* ---- as it is --------------------------------------------------------------------------------- */

static struct envelope made_of(const struct curves *c, unsigned per_mille) {
  static double flat[POINTS * MOST];
  struct envelope out = {false, false, {0}, {0}};
  for (size_t g = 0; g < c->points; g++)
    for (size_t r = 0; r < c->replicates; r++)
      flat[g * c->replicates + r] = c->at[g][r];
  assert_int_equal(plb_band_of(flat, c->points, c->usable, c->replicates, per_mille / 1000.0, out.lower, out.upper,
                               &out.coarse, &out.made, NULL),
                   PLB_OK);
  return out;
}

static void check(const struct curves *c, unsigned per_mille) {
  struct envelope wanted = written_out(c, per_mille), got = made_of(c, per_mille);
  size_t inside = 0;
  assert_int_equal(got.made, wanted.made);
  assert_int_equal(got.coarse, wanted.coarse);
  if (!wanted.made)
    return;
  for (size_t g = 0; g < c->points; g++) {
    assert_true(got.lower[g] == wanted.lower[g]);
    assert_true(got.upper[g] == wanted.upper[g]);
  }
  for (size_t r = 0; r < c->replicates; r++) {
    bool all = c->usable[r];
    for (size_t g = 0; g < c->points; g++)
      all &= got.lower[g] <= c->at[g][r] && c->at[g][r] <= got.upper[g];
    inside += all;
  }
  assert_true(inside * 1000 >= per_mille * usable_of(c)); /* what a band promises */
}

/* Curves that go up and down together by half; `distinct` values at a point, 0 for as many as there are numbers. What
 * unusable replicates hold must not matter. */
static void fill(struct curves *c, size_t points, size_t replicates, uint32_t distinct, uint32_t unusable,
                 uint64_t *state) {
  *c = (struct curves){.points = points, .replicates = replicates};
  for (size_t r = 0; r < replicates; r++) {
    uint32_t shared = draw_below(state, 1000);
    c->usable[r] = draw_below(state, 100) >= unusable;
    for (size_t g = 0; g < points; g++) {
      uint32_t own = shared + draw_below(state, 1000);
      c->at[g][r] = distinct ? own * distinct / 2000 : own + (double)draw_below(state, 1 << 30) * 0x1p-30;
      if (!c->usable[r])
        c->at[g][r] = draw_below(state, 2) ? -1e9 : 1e9;
    }
  }
}

static void it_is_what_the_definition_gives(void **unused) {
  (void)unused;
  static const unsigned levels[] = {950, 900, 990, 500, 999, 800};
  static const uint32_t distinct[] = {0, 0, 7, 40, 2};
  static struct curves c;
  uint64_t state = 3;
  for (unsigned round = 0; round < 300; round++) {
    size_t replicates = round % 3 ? 1 + draw_below(&state, 30) : 60 + draw_below(&state, 60);
    fill(&c, 1 + draw_below(&state, POINTS), replicates, distinct[round % 5], round % 4 ? 0 : 30, &state);
    check(&c, levels[round % 6]);
  }
}

/* A tenth of 251 - 1 replicates is 25, though 1 - 0.9 is a little less than a tenth in binary: the 26th is wanted. */
static void shares_of_whole_replicates(void **unused) {
  (void)unused;
  static const unsigned levels[] = {950, 900, 800, 600, 996, 980};
  static struct curves c;
  uint64_t state = 4;
  for (size_t k = 0; k < sizeof levels / sizeof *levels; k++)
    for (size_t replicates = 11; replicates <= 251; replicates += 40) {
      fill(&c, 1, replicates, 0, 0, &state);
      check(&c, levels[k]);
    }
}

/* Values 1 to 21 at one point; ranks are 1 1 2 2 3 3 ... from the outside in. */
static void by_hand(void **unused) {
  (void)unused;
  struct curves c = {.points = 1, .replicates = 22};
  for (size_t r = 0; r < 22; r++) {
    c.at[0][r] = (double)(r * 5 % 21 + 1);
    c.usable[r] = r < 21;
  }
  struct envelope all = made_of(&c, 990), most = made_of(&c, 900), half = made_of(&c, 500);
  assert_true(all.made && all.coarse && all.lower[0] == 1 && all.upper[0] == 21); /* 0 left out: depth 1 */
  assert_true(!most.coarse && most.lower[0] == 2 && most.upper[0] == 20);         /* the third smallest depth is 2 */
  assert_true(!half.coarse && half.lower[0] == 6 && half.upper[0] == 16);         /* the eleventh is 6 */
}

/* Replicate 0 is highest at one point and nowhere else: it is left out as a whole. */
static void a_curve_is_in_or_out_as_a_whole(void **unused) {
  (void)unused;
  struct curves c = {.points = 2, .replicates = 41};
  for (size_t r = 0; r < 41; r++) {
    c.usable[r] = true;
    c.at[0][r] = r ? (double)r : 100;
    c.at[1][r] = r ? (double)r : 20.5;
  }
  struct envelope got = made_of(&c, 950); /* two left out of 1, 1, 1 and then 2, 2 ...: depth 1 */
  assert_true(got.coarse && got.upper[0] == 100 && got.upper[1] == 40);
  got = made_of(&c, 900); /* four: depth 2, to which curves 2 and 40 go at the first point, 2 and 39 at the second */
  assert_true(!got.coarse && got.lower[0] == 2 && got.upper[0] == 40 && got.lower[1] == 2 && got.upper[1] == 39);
}

static void few_and_equal(void **unused) {
  (void)unused;
  static struct curves c;
  uint64_t state = 5;
  for (size_t replicates = 0; replicates < 4; replicates++)
    for (uint32_t unusable = 0; unusable <= 100; unusable += 50) {
      fill(&c, 2, replicates, 0, unusable, &state);
      assert_int_equal(made_of(&c, 950).made, usable_of(&c) > 1);
      check(&c, 950);
    }
  fill(&c, 3, 100, 1, 10, &state);
  struct envelope got = made_of(&c, 950);
  for (size_t g = 0; g < 3; g++)
    assert_true(got.made && got.lower[g] == got.upper[g]);
  check(&c, 950);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(it_is_what_the_definition_gives), cmocka_unit_test(shares_of_whole_replicates),
      cmocka_unit_test(by_hand), cmocka_unit_test(a_curve_is_in_or_out_as_a_whole), cmocka_unit_test(few_and_equal)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
