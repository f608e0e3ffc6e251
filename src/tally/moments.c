/* SPDX-License-Identifier: Apache-2.0
 *
 * See moments.h. A fraction has 53 bits, its square 106, and a sum of 2^64 of them fits neither half of a wide number
 * unless the halves are added up apart. In single precision it has 24 bits, and the sums of a chunk of them and of
 * their squares fit 64 bits: these are added up first, and in two lanes, since neighbours often have the same power.
 */
#include "tally/moments.h"

#include <math.h>
#include <string.h>

#include "base/key.h"

#define POWERS 2048
#define NO_POWER 2047 /* of infinity */

static inline void add(struct plb_moment_sums *sums, uint64_t key, uint64_t times) {
  double value = plb_value_of(key);
  uint64_t bits;
  memcpy(&bits, &value, sizeof bits);
  struct plb_octave *octave = &sums->of[bits >> 52];
  uint64_t normal = (bits >> 52) % POWERS != 0;
  uint64_t fraction = (bits & ((UINT64_C(1) << 52) - 1)) | normal << 52;
  plb_wide square = (plb_wide)fraction * fraction;
  octave->sum += (plb_wide)fraction * times;
  octave->squares_low += (plb_wide)(uint64_t)square * times;
  octave->squares_high += (square >> 64) * times;
}

static void look_for_infinite(struct plb_moment_sums *sums) {
  struct plb_octave *ends[2] = {&sums->of[NO_POWER], &sums->of[POWERS + NO_POWER]};
  for (int e = 0; e < 2; e++) {
    sums->infinite |= ends[e]->sum != 0;
    *ends[e] = (struct plb_octave){0};
  }
}

void plb_moment_sums_add(struct plb_moment_sums *sums, uint64_t key, uint64_t times) {
  add(sums, key, times);
  look_for_infinite(sums);
}

void plb_moment_sums_add_all(struct plb_moment_sums *sums, const uint64_t *keys, size_t count) {
  for (size_t k = 0; k < count; k++)
    add(sums, keys[k], 1);
  look_for_infinite(sums);
}

/* ---- single precision ------------------------------------------------------------------------ */

#define SHORT_OCTAVES 512 /* signs and powers of two */
#define SHORT_POWERS 256
#define SHORT_BIAS 896 /* a power is that much larger in a double */
#define SHORT_BITS 23  /* of a fraction, but for the first one */
#define LANES 2

struct short_octave {
  uint64_t sum, squares;
};

static inline uint32_t bits_of(float score) {
  uint32_t bits;
  memcpy(&bits, &score, sizeof bits);
  return bits;
}

static inline void add_short(struct short_octave *octaves, float score) {
  uint32_t bits = bits_of(score);
  struct short_octave *octave = &octaves[bits >> SHORT_BITS];
  uint64_t fraction = (bits & ((UINT32_C(1) << SHORT_BITS) - 1)) | UINT32_C(1) << SHORT_BITS;
  octave->sum += fraction;
  octave->squares += fraction * fraction;
}

/* In a double 29 bits more are behind a fraction, and 58 behind its square. */
static void join_short(struct plb_moment_sums *sums, size_t o, const struct short_octave *more) {
  size_t power = o % SHORT_POWERS, sign = o / SHORT_POWERS;
  if (power == SHORT_POWERS - 1) {
    sums->infinite = true;
    return;
  }
  struct plb_octave *octave = &sums->of[sign * POWERS + power + SHORT_BIAS];
  octave->sum += (plb_wide)more->sum << 29;
  octave->squares_low += (more->squares & 63) << 58;
  octave->squares_high += more->squares >> 6;
}

void plb_moment_sums_add_singles(struct plb_moment_sums *sums, const float scores[PLB_CHUNK_ROWS]) {
  struct short_octave octaves[LANES][SHORT_OCTAVES] = {0};
  for (size_t k = 0; k < PLB_CHUNK_ROWS; k += LANES)
    for (size_t l = 0; l < LANES; l++)
      add_short(octaves[l], scores[k + l]);
  bool tiny = false; /* there are zeroes, or numbers whose fraction does not begin with a one: of no octave of these */
  for (size_t l = 0; l < LANES; l++)
    for (size_t o = 0; o < SHORT_OCTAVES; o++) {
      if (o % SHORT_POWERS == 0)
        tiny |= octaves[l][o].sum != 0;
      else if (octaves[l][o].sum)
        join_short(sums, o, &octaves[l][o]);
    }
  for (size_t k = 0; tiny && k < PLB_CHUNK_ROWS; k++)
    if (scores[k] != 0 && (bits_of(scores[k]) >> SHORT_BITS) % SHORT_POWERS == 0)
      add(sums, plb_key_of(scores[k]), 1);
}

/* ---- what the sums are ----------------------------------------------------------------------- */

void plb_moment_sums_join(struct plb_moment_sums *sums, const struct plb_moment_sums *more) {
  for (size_t o = 0; o < PLB_OCTAVES; o++) {
    sums->of[o].sum += more->of[o].sum;
    sums->of[o].squares_low += more->of[o].squares_low;
    sums->of[o].squares_high += more->of[o].squares_high;
  }
  sums->infinite |= more->infinite;
}

/* (high, low) += value, error kept (Knuth's two-sum). */
static void add_exactly(double *high, double *low, double value) {
  double sum = *high + value, shadow = sum - *high;
  *low += (*high - (sum - shadow)) + (value - shadow);
  *high = sum;
}

/* Adds count * 2^power, up to 2^-106 of it. */
static void add_wide(double *high, double *low, plb_wide count, bool negative, int power) {
  double most = (double)count;
  plb_wide back = (plb_wide)most;
  double rest = back > count ? -(double)(back - count) : (double)(count - back);
  add_exactly(high, low, ldexp(negative ? -most : most, power));
  *low += ldexp(negative ? -rest : rest, power);
}

static void add_octave(struct plb_moments *moments, const struct plb_octave *octave, bool negative, int power) {
  if (!octave->sum) /* only zeroes, if anything */
    return;
  power = (power ? power : 1) - 1075;
  add_wide(&moments->sum, &moments->sum_low, octave->sum, negative, power);
  /* where the halves meet depends on how they were added up */
  plb_wide high = octave->squares_high + (octave->squares_low >> 64), low = (uint64_t)octave->squares_low;
  add_wide(&moments->squares, &moments->squares_low, high, false, 2 * power + 64);
  add_wide(&moments->squares, &moments->squares_low, low, false, 2 * power);
}

/* In ascending order of the scores. */
struct plb_moments plb_moments_from(const struct plb_moment_sums *sums) {
  struct plb_moments moments = {0};
  for (int power = POWERS; power-- > 0;)
    add_octave(&moments, &sums->of[POWERS + power], true, power);
  for (int power = 0; power < POWERS; power++)
    add_octave(&moments, &sums->of[power], false, power);
  return moments;
}

void plb_moments_of(const struct plb_moments *moments, uint64_t trials, double *mean, double *variance) {
  double n = (double)trials, sum = moments->sum + moments->sum_low;
  double beside = moments->sum - sum + moments->sum_low; /* what the sum has more than one double holds */
  *mean = sum / n;
  /* sum of squares - n mean^2, in the same two-part arithmetic: the difference may be small */
  double product = sum * *mean, rest = fma(sum, *mean, -product);
  double high = moments->squares, low = moments->squares_low - rest;
  add_exactly(&high, &low, -product);
  double quotient_rest = fma(-*mean, n, sum);
  *variance = (high + low - *mean * (quotient_rest + 2 * beside)) / n; /* (s + b)^2 / n = s^2 / n + 2 b s / n */
  if (*variance < 0)
    *variance = 0;
}
