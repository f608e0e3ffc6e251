/* SPDX-License-Identifier: Apache-2.0
 *
 * See weights.h. Counting in place: the bits of 16 comparisons are added by full adders into planes of ones, twos,
 * fours and eights, what overflows of four such groups into those of 16 and 32, and what overflows then is carried
 * upwards as far as it goes. One comparison costs about one AND and six other operations for 256 replicates.
 */
#include "resample/weights.h"

#include <Random123/philox.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

#define MOST_PLANES 16 /* a person is drawn fewer than 2^16 times */
#define PLANES 24      /* of a counter: 2^16 comparisons fit, and they are taken out by eights */
#define RUN 65536      /* comparisons counted before a counter is emptied */
#define GROUP 16       /* comparisons whose bits are added together */

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
  half of[2];
};

struct counter {
  struct halves plane[PLANES];
};

static inline half half_of(const struct plb_lane *lane, size_t side) {
  half bits;
  memcpy(&bits, &lane->word[2 * side], sizeof bits);
  return bits;
}

static inline struct halves halves_of(const struct plb_lane *lane) {
  return (struct halves){{half_of(lane, 0), half_of(lane, 1)}};
}

static inline struct halves both(struct halves a, struct halves b) {
  return (struct halves){{a.of[0] & b.of[0], a.of[1] & b.of[1]}};
}

/* The high bit of *sum + a + b, in each replicate; *sum becomes the low one. */
static inline half add(half *sum, half a, half b) {
  half either = a ^ b, carry = (a & b) | (either & *sum);
  *sum ^= either;
  return carry;
}

static inline bool any_bit(const struct halves *of) {
  half any = of->of[0] | of->of[1];
  return (any[0] | any[1]) != 0;
}

static inline void carry_up(struct counter *counter, unsigned from, struct halves carry) {
  for (unsigned p = from; p < PLANES && any_bit(&carry); p++) {
    struct halves *plane = &counter->plane[p], up = both(*plane, carry);
    plane->of[0] ^= carry.of[0];
    plane->of[1] ^= carry.of[1];
    carry = up;
  }
}

/* Eight planes of 64 replicates, each of which has its number in a byte then: number[i] has those of every eighth one
 * from i on. */
static void take_eight(const struct halves *planes, size_t word, uint64_t number[8]) {
  for (unsigned i = 0; i < 8; i++)
    number[i] = 0;
  for (unsigned p = 0; p < 8; p++) {
    uint64_t bits = planes[p].of[word / 2][word % 2];
    for (unsigned i = 0; i < 8; i++)
      number[i] |= (bits >> i & UINT64_C(0x0101010101010101)) << p;
  }
}

/* A counter that has seen `count` comparisons. */
static void empty_counter(const struct counter *counter, size_t count, unsigned shift, uint64_t sums[PLB_LANE]) {
  uint64_t number[8];
  for (unsigned p = 0; p < PLANES && count >> p; p += 8)
    for (size_t word = 0; word < PLB_LANE / 64; word++) {
      take_eight(&counter->plane[p], word, number);
      for (size_t r = 0; r < 64; r++)
        sums[64 * word + r] += (number[r % 8] >> (r / 8 * 8) & UINT8_MAX) << (p + shift);
    }
}

/* Planes and people of the two sides; a comparison of one person has the same on both. */
struct product {
  const struct plb_lane *left, *right;
  const uint32_t *first, *second;
  size_t stride;
};

static inline struct halves product_of(const struct product *of, size_t k) {
  return both(halves_of(&of->left[of->first[k * of->stride]]), halves_of(&of->right[of->second[k * of->stride]]));
}

/* Those of a group of comparisons, side by side for each half. */
struct group {
  half of[2][GROUP];
};

static inline void multiply(const struct product *product, size_t k, struct group *group) {
  const struct product of = *product;
  const uint32_t *first = of.first + k * of.stride, *second = of.second + k * of.stride;
  for (size_t g = 0; g < GROUP; g++, first += of.stride, second += of.stride) {
    const struct plb_lane *left = &of.left[*first], *right = &of.right[*second];
    group->of[0][g] = half_of(left, 0) & half_of(right, 0);
    group->of[1][g] = half_of(left, 1) & half_of(right, 1);
  }
}

/* Adds eight bits a replicate; what is carried into the eights. */
static inline half add_eight(const half *bits, half *ones, half *twos, half *fours) {
  half a = add(ones, bits[0], bits[1]), b = add(ones, bits[2], bits[3]), low = add(twos, a, b);
  half c = add(ones, bits[4], bits[5]), d = add(ones, bits[6], bits[7]), high = add(twos, c, d);
  return add(fours, low, high);
}

/* Adds a group in one half of the replicates; what is carried out of the eights. */
static inline half add_group(const half *bits, struct halves *planes, size_t side) {
  half ones = planes[0].of[side], twos = planes[1].of[side], fours = planes[2].of[side];
  half one = add_eight(bits, &ones, &twos, &fours), other = add_eight(bits + 8, &ones, &twos, &fours);
  planes[0].of[side] = ones;
  planes[1].of[side] = twos;
  planes[2].of[side] = fours;
  return add(&planes[3].of[side], one, other);
}

static inline struct halves count_group(const struct product *of, size_t k, struct counter *counter) {
  struct group group;
  multiply(of, k, &group);
  return (struct halves){{add_group(group.of[0], counter->plane, 0), add_group(group.of[1], counter->plane, 1)}};
}

/* Counts four groups. */
static void count_four(const struct product *of, size_t k, struct counter *counter) {
  struct halves carry[4], up;
  for (size_t g = 0; g < 4; g++)
    carry[g] = count_group(of, k + g * GROUP, counter);
  for (size_t side = 0; side < 2; side++) {
    half *sixteens = &counter->plane[4].of[side], *above = &counter->plane[5].of[side];
    half one = add(sixteens, carry[0].of[side], carry[1].of[side]);
    half other = add(sixteens, carry[2].of[side], carry[3].of[side]);
    up.of[side] = add(above, one, other);
  }
  carry_up(counter, 6, up);
}

/* At most RUN comparisons. */
static void count_run(const struct product *of, size_t from, size_t to, unsigned shift, uint64_t sums[PLB_LANE]) {
  struct counter counter = {0};
  size_t k = from;
  for (; k + 4 * GROUP <= to; k += 4 * GROUP)
    count_four(of, k, &counter);
  for (; k + GROUP <= to; k += GROUP)
    carry_up(&counter, 4, count_group(of, k, &counter));
  for (; k < to; k++)
    carry_up(&counter, 0, product_of(of, k));
  empty_counter(&counter, to - from, shift, sums);
}

void plb_weights_add(const struct plb_weights *weights, const uint32_t *first, const uint32_t *second, size_t stride,
                     size_t count, uint64_t sums[PLB_LANE]) {
  unsigned planes = weights->planes, pairs = second ? planes * planes : planes;
  for (unsigned q = 0; q < pairs; q++) {
    unsigned a = q % planes, b = q / planes; /* b is 0 for one person */
    struct product of = {.left = weights->bits + a * weights->people,
                         .right = weights->bits + (second ? b : a) * weights->people,
                         .first = first,
                         .second = second ? second : first,
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
      any = (struct halves){{any.of[0] | plane.of[0], any.of[1] | plane.of[1]}};
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
