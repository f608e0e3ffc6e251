/* SPDX-License-Identifier: Apache-2.0
 *
 * See weights.h. Counting in place: the bits of 16 comparisons are added by full adders into planes of ones, twos,
 * fours and eights; what overflows is carried upwards as far as it goes. One comparison costs about one AND and six
 * other operations for 256 replicates.
 */
#include "estimate/weights.h"

#include <Random123/philox.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

#define MOST_PLANES 16 /* a person is drawn fewer than 2^16 times */
#define COUNTER 17     /* planes of a counter: 2^16 comparisons fit */
#define RUN 65536      /* comparisons counted before a counter is emptied */

static philox4x64_ctr_t draw(uint64_t seed, enum plb_plan plan, uint64_t whom, uint64_t which) {
  philox4x64_ctr_t name = {.v = {whom, which, (uint64_t)plan, 0}};
  philox4x64_key_t key = {.v = {seed, UINT64_C(0x706C756D626C696E)}};
  return philox4x64(name, key);
}

/* Makes room for `planes` planes and empties them for the members; those of other people are never looked at. */
static bool make_room(struct plb_weights *weights, const struct plb_weighted_people *of, unsigned planes) {
  if (weights->planes < planes || weights->people != of->people) {
    free(weights->bits);
    weights->bits = plb_alloc(planes * of->people, sizeof *weights->bits);
    weights->people = of->people;
    weights->planes = weights->bits ? planes : 0;
    return weights->bits;
  }
  weights->planes = planes;
  for (unsigned p = 0; p < planes; p++)
    for (size_t m = 0; m < of->member_count; m++)
      weights->bits[p * of->people + of->members[m]] = (plb_lane){0};
  return true;
}

static bool draw_coins(uint64_t seed, size_t lane, const struct plb_weighted_people *of, struct plb_weights *weights) {
  if (!make_room(weights, of, 1))
    return false;
  for (size_t m = 0; m < of->member_count; m++) {
    uint32_t person = of->members[m];
    philox4x64_ctr_t coins = draw(seed, PLB_PLAN_DOUBLE_OR_NOTHING, of->identity[person], lane);
    memcpy(&weights->bits[person], coins.v, sizeof *weights->bits);
  }
  return true;
}

/* How often each member is drawn in each replicate of the lane: counts[member][replicate]. */
static void draw_members(uint64_t seed, size_t lane, size_t members, uint16_t *counts) {
  for (size_t r = 0; r < PLB_LANE; r++) {
    for (size_t k = 0; k < members; k += 4) {
      philox4x64_ctr_t bits = draw(seed, PLB_PLAN_VERTEX, lane * PLB_LANE + r, k / 4);
      for (size_t d = 0; d < 4 && k + d < members; d++) {
        __extension__ unsigned __int128 scaled = bits.v[d];
        counts[(size_t)(scaled * members >> 64) * PLB_LANE + r]++;
      }
    }
  }
}

static bool draw_counts(uint64_t seed, size_t lane, const struct plb_weighted_people *of, struct plb_weights *weights) {
  uint16_t *counts = plb_alloc(of->member_count, PLB_LANE * sizeof *counts);
  if (!counts)
    return false;
  draw_members(seed, lane, of->member_count, counts);
  uint16_t most = 0;
  for (size_t k = 0; k < of->member_count * PLB_LANE; k++)
    most |= counts[k];
  unsigned planes = 1;
  while (planes < MOST_PLANES && most >> planes)
    planes++;
  bool made = make_room(weights, of, planes);
  for (size_t m = 0; made && m < of->member_count; m++)
    for (unsigned p = 0; p < planes; p++)
      for (size_t r = 0; r < PLB_LANE; r++)
        weights->bits[p * of->people + of->members[m]][r / 64] |= (uint64_t)(counts[m * PLB_LANE + r] >> p & 1)
                                                                  << (r % 64);
  free(counts);
  return made;
}

/* ---- counting ------------------------------------------------------------------------------ */

struct counter {
  plb_lane plane[COUNTER];
};

/* *carry and *sum = the high and the low bit of *sum + a + b, in each replicate. */
static inline void add(plb_lane *sum, const plb_lane *a, const plb_lane *b, plb_lane *carry) {
  plb_lane half = *a ^ *b, both = (*a & *b) | (half & *sum);
  *sum ^= half;
  *carry = both;
}

static inline bool any_bit(const plb_lane *lane) {
  return ((*lane)[0] | (*lane)[1] | (*lane)[2] | (*lane)[3]) != 0;
}

static inline void carry_up(struct counter *counter, unsigned from, plb_lane *carry) {
  for (unsigned p = from; p < COUNTER && any_bit(carry); p++) {
    plb_lane next = counter->plane[p] & *carry;
    counter->plane[p] ^= *carry;
    *carry = next;
  }
}

/* Adds eight bits a replicate; what is carried into the eights is left in x[0]. */
static inline void add_eight(struct counter *counter, plb_lane x[8]) {
  plb_lane *ones = &counter->plane[0], *twos = &counter->plane[1], *fours = &counter->plane[2];
  for (size_t i = 0; i < 8; i += 2)
    add(ones, &x[i], &x[i + 1], &x[i]);
  add(twos, &x[0], &x[2], &x[0]);
  add(twos, &x[4], &x[6], &x[4]);
  add(fours, &x[0], &x[4], &x[0]);
}

/* A counter that has seen `count` comparisons. */
static void empty_counter(const struct counter *counter, size_t count, unsigned shift, uint64_t sums[PLB_LANE]) {
  for (unsigned p = 0; p < COUNTER && count >> p; p++)
    for (size_t r = 0; r < PLB_LANE; r++)
      sums[r] += (counter->plane[p][r / 64] >> (r % 64) & 1) << (p + shift);
}

struct product {
  const plb_lane *left, *right; /* planes; right is NULL for one person */
  const uint32_t *first, *second;
  size_t stride;
};

static inline void product_of(const struct product *of, size_t k, plb_lane *into) {
  *into = of->left[of->first[k * of->stride]];
  if (of->right)
    *into &= of->right[of->second[k * of->stride]];
}

/* At most RUN comparisons. */
static void count_run(const struct product *of, size_t from, size_t to, unsigned shift, uint64_t sums[PLB_LANE]) {
  struct counter counter = {0};
  plb_lane low[8], high[8];
  size_t k = from;
  for (; k + 16 <= to; k += 16) {
    for (size_t i = 0; i < 8; i++) {
      product_of(of, k + i, &low[i]);
      product_of(of, k + 8 + i, &high[i]);
    }
    add_eight(&counter, low);
    add_eight(&counter, high);
    add(&counter.plane[3], &low[0], &high[0], &low[0]);
    carry_up(&counter, 4, &low[0]);
  }
  for (; k < to; k++) {
    product_of(of, k, &low[0]);
    carry_up(&counter, 0, &low[0]);
  }
  empty_counter(&counter, to - from, shift, sums);
}

void plb_weights_add(const struct plb_weights *weights, const uint32_t *first, const uint32_t *second, size_t stride,
                     size_t count, uint64_t sums[PLB_LANE]) {
  unsigned planes = weights->planes, pairs = second ? planes * planes : planes;
  for (unsigned q = 0; q < pairs; q++) {
    unsigned a = q % planes, b = q / planes; /* b is 0 for one person */
    struct product of = {.left = weights->bits + a * weights->people,
                         .right = second ? weights->bits + b * weights->people : NULL,
                         .first = first,
                         .second = second,
                         .stride = stride};
    for (size_t from = 0; from < count; from += RUN)
      count_run(&of, from, from + RUN < count ? from + RUN : count, a + b, sums);
  }
}

/* ---- drawing ------------------------------------------------------------------------------- */

static void count_remaining(const struct plb_weighted_people *of, struct plb_weights *weights) {
  uint64_t sums[PLB_LANE] = {0};
  struct counter counter = {0};
  for (size_t m = 0; m < of->member_count; m++) {
    plb_lane any = {0};
    for (unsigned p = 0; p < weights->planes; p++)
      any |= weights->bits[p * of->people + of->members[m]];
    carry_up(&counter, 0, &any);
    if ((m + 1) % RUN == 0 || m + 1 == of->member_count) {
      empty_counter(&counter, RUN, 0, sums);
      counter = (struct counter){0};
    }
  }
  for (size_t r = 0; r < PLB_LANE; r++)
    weights->remaining[r] = (uint32_t)sums[r];
}

plb_status plb_weights_draw(enum plb_plan plan, uint64_t seed, size_t lane, const struct plb_weighted_people *of,
                            struct plb_weights *weights, struct plb_error *err) {
  bool drawn = plan == PLB_PLAN_VERTEX ? draw_counts(seed, lane, of, weights) : draw_coins(seed, lane, of, weights);
  if (!drawn)
    return plb_fail_memory(err);
  count_remaining(of, weights);
  return PLB_OK;
}

void plb_weights_free(struct plb_weights *weights) {
  free(weights->bits);
  *weights = (struct plb_weights){0};
}
