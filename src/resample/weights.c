/* SPDX-License-Identifier: Apache-2.0
 *
 * See weights.h. Counting in place: the bits of 16 comparisons are added by full adders into planes of ones, twos,
 * fours and eights; what overflows is carried upwards as far as it goes. One comparison costs about one AND and six
 * other operations for 256 replicates.
 */
#include "resample/weights.h"

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
      weights->bits[p * of->people + of->members[m]] = (struct plb_lane){0};
  return true;
}

static void weigh_always(const struct plb_weighted_people *of, struct plb_weights *weights) {
  if (of->has_always)
    memset(&weights->bits[of->always], 0xFF, sizeof *weights->bits);
}

static bool draw_coins(uint64_t seed, size_t lane, const struct plb_weighted_people *of, struct plb_weights *weights) {
  unsigned planes = of->has_always ? 2 : 1;
  if (!make_room(weights, of, planes))
    return false;
  struct plb_lane *top = weights->bits + (planes - 1) * of->people;
  for (size_t m = 0; m < of->member_count; m++) {
    uint32_t person = of->members[m];
    philox4x64_ctr_t coins = draw(seed, PLB_PLAN_DOUBLE_OR_NOTHING, of->identity[person], lane);
    memcpy(&top[person], coins.v, sizeof *top);
  }
  weigh_always(of, weights);
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
        weights->bits[p * of->people + of->members[m]].word[r / 64] |= (uint64_t)(counts[m * PLB_LANE + r] >> p & 1)
                                                                       << (r % 64);
  if (made)
    weigh_always(of, weights);
  free(counts);
  return made;
}

/* ---- counting ------------------------------------------------------------------------------ */

/* Half a lane is what one instruction of every machine of 64 bits handles; the compiler is given halves, since it makes
 * slow code of what is wider than the machine. */
typedef uint64_t half __attribute__((vector_size(16)));

struct halves {
  half low, high;
};

struct counter {
  struct halves plane[COUNTER];
};

static inline struct halves halves_of(const struct plb_lane *lane) {
  struct halves halves;
  memcpy(&halves, lane, sizeof halves);
  return halves;
}

/* *carry and *sum = the high and the low bit of *sum + a + b, in each replicate. */
static inline void add_half(half *sum, half a, half b, half *carry) {
  half either = a ^ b, both = (a & b) | (either & *sum);
  *sum ^= either;
  *carry = both;
}

static inline void add(struct halves *sum, struct halves a, struct halves b, struct halves *carry) {
  add_half(&sum->low, a.low, b.low, &carry->low);
  add_half(&sum->high, a.high, b.high, &carry->high);
}

static inline bool any_bit(const struct halves *of) {
  half both = of->low | of->high;
  return (both[0] | both[1]) != 0;
}

static inline void carry_up(struct counter *counter, unsigned from, struct halves carry) {
  for (unsigned p = from; p < COUNTER && any_bit(&carry); p++) {
    struct halves *plane = &counter->plane[p];
    half low = plane->low & carry.low, high = plane->high & carry.high;
    plane->low ^= carry.low;
    plane->high ^= carry.high;
    carry = (struct halves){low, high};
  }
}

static inline uint64_t bit_of(const struct halves *plane, size_t r) {
  const half *side = r < PLB_LANE / 2 ? &plane->low : &plane->high;
  return (*side)[r / 64 % 2] >> (r % 64) & 1;
}

/* A counter that has seen `count` comparisons. */
static void empty_counter(const struct counter *counter, size_t count, unsigned shift, uint64_t sums[PLB_LANE]) {
  for (unsigned p = 0; p < COUNTER && count >> p; p++)
    for (size_t r = 0; r < PLB_LANE; r++)
      sums[r] += bit_of(&counter->plane[p], r) << (p + shift);
}

struct product {
  const struct plb_lane *left, *right; /* planes; right is NULL for one person */
  const uint32_t *first, *second;
  size_t stride;
};

static inline struct halves product_of(const struct product *of, size_t k) {
  struct halves left = halves_of(&of->left[of->first[k * of->stride]]);
  if (!of->right)
    return left;
  struct halves right = halves_of(&of->right[of->second[k * of->stride]]);
  return (struct halves){left.low & right.low, left.high & right.high};
}

/* The low planes of a counter, which every comparison touches. */
struct low_planes {
  struct halves ones, twos, fours, eights;
};

/* Adds eight bits a replicate from comparison k on; what is carried into the eights is *carry. */
static inline void add_eight(const struct product *of, size_t k, struct low_planes *planes, struct halves *carry) {
  struct halves a, b, c, d;
  add(&planes->ones, product_of(of, k), product_of(of, k + 1), &a);
  add(&planes->ones, product_of(of, k + 2), product_of(of, k + 3), &b);
  add(&planes->twos, a, b, &c);
  add(&planes->ones, product_of(of, k + 4), product_of(of, k + 5), &a);
  add(&planes->ones, product_of(of, k + 6), product_of(of, k + 7), &b);
  add(&planes->twos, a, b, &d);
  add(&planes->fours, c, d, carry);
}

/* At most RUN comparisons. */
static void count_run(const struct product *all, size_t from, size_t to, unsigned shift, uint64_t sums[PLB_LANE]) {
  const struct product of = *all;
  struct low_planes low = {0};
  struct counter counter = {0};
  size_t k = from;
  for (; k + 16 <= to; k += 16) {
    struct halves one, other, carry;
    add_eight(&of, k, &low, &one);
    add_eight(&of, k + 8, &low, &other);
    add(&low.eights, one, other, &carry);
    carry_up(&counter, 4, carry);
  }
  memcpy(counter.plane, &low, sizeof low);
  for (; k < to; k++)
    carry_up(&counter, 0, product_of(&of, k));
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
    struct halves any = {0};
    for (unsigned p = 0; p < weights->planes; p++) {
      struct halves plane = halves_of(&weights->bits[p * of->people + of->members[m]]);
      any = (struct halves){any.low | plane.low, any.high | plane.high};
    }
    carry_up(&counter, 0, any);
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
