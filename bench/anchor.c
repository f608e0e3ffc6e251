/* SPDX-License-Identifier: Apache-2.0
 *
 * Thresholds of the models "anchor" and "anchor-noisy" of src/coverage/models.c, which have no formula: the
 * cosines of all pairs of people, one sample each, in blocks of 200, are counted in bins of 2^-20, and the
 * thresholds are read off. Standard errors of the rates are those between 50 batches of blocks.
 *
 *   cc -O3 -fopenmp -D_GNU_SOURCE -Iinclude -Isrc bench/anchor.c build/src/libhouse.a -o anchor -lm -lcrypto -lz \
 *      -lzstd -ljson-c
 *   ./anchor 0.64 50000; ./anchor 5 50000
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/probit.h"
#include "coverage/coverage.h"

enum { SIZE = 128, PEOPLE = 200, BATCHES = 50, BINS = 1 << 21 };

static double share_of(uint64_t bits) {
  return ((double)(bits >> 12) + .5) * 0x1p-52;
}

static void draw(float vectors[PEOPLE][SIZE], double spread, uint32_t block) {
  double length, deviation = sqrt(spread), whole[SIZE];
  for (uint64_t i = 0; i < PEOPLE; i++) {
    length = 0;
    for (uint64_t k = 0; k < SIZE; k += 2) {
      struct plb_bits centre = plb_throw_bits(20261123, PLB_THROW_CENTRE, block, i * SIZE + k);
      struct plb_bits noise = plb_throw_bits(20261123, PLB_THROW_VECTOR, block, i * SIZE + k);
      whole[k] = -log(share_of(centre.first)) + deviation * plb_normal_of_bits(noise.first);
      whole[k + 1] = -log(share_of(centre.second)) + deviation * plb_normal_of_bits(noise.second);
      length += whole[k] * whole[k] + whole[k + 1] * whole[k + 1];
    }
    for (size_t k = 0; k < SIZE; k++)
      vectors[i][k] = (float)(whole[k] / sqrt(length));
  }
}

static double product_of(const float *a, const float *b) {
  float sums[16] = {0}, sum = 0;
  for (size_t k = 0; k < SIZE; k += 16)
    for (size_t l = 0; l < 16; l++)
      sums[l] += a[k + l] * b[k + l];
  for (size_t l = 0; l < 16; l++)
    sum += sums[l];
  return (double)sum;
}

static void count(float vectors[PEOPLE][SIZE], uint64_t *bins) {
  for (size_t i = 0; i < PEOPLE; i++) {
    for (size_t j = i + 1; j < PEOPLE; j++) {
      long bin = (long)((product_of(vectors[i], vectors[j]) + 1) * (BINS / 2));
      bins[bin < 0 ? 0 : bin >= BINS ? BINS - 1 : bin]++;
    }
  }
}

static void report(uint64_t *const *bins, double rate) {
  double total = 0, seen = 0, mean = 0, squares = 0;
  for (size_t b = 0; b < BATCHES; b++)
    for (size_t k = 0; k < BINS; k++)
      total += (double)bins[b][k];
  size_t bin = BINS;
  while (seen < rate * total && bin-- > 0)
    for (size_t b = 0; b < BATCHES; b++)
      seen += (double)bins[b][bin];
  for (size_t b = 0; b < BATCHES; b++) {
    double above = 0, all = 0;
    for (size_t k = 0; k < BINS; k++) {
      all += (double)bins[b][k];
      above += k >= bin ? (double)bins[b][k] : 0;
    }
    mean += above / all / BATCHES;
    squares += above / all * above / all / BATCHES;
  }
  printf("rate %.6g at %.7f, standard error %.2g of it\n", seen / total, (double)bin / (BINS / 2) - 1,
         sqrt((squares - mean * mean) / (BATCHES - 1)) / mean);
}

int main(int argc, char **argv) {
  static const double rates[] = {.2, .1, 1e-2, 1e-3, 1e-4};
  double spread = argc > 1 ? strtod(argv[1], NULL) : .64;
  uint32_t blocks = argc > 2 ? (uint32_t)strtoul(argv[2], NULL, 10) : 1000;
  uint64_t *bins[BATCHES];
  for (size_t b = 0; b < BATCHES; b++)
    if (!(bins[b] = calloc(BINS, sizeof **bins)))
      return 1;
#pragma omp parallel for schedule(static, 1)
  for (uint32_t b = 0; b < BATCHES; b++) {
    static _Thread_local float vectors[PEOPLE][SIZE];
    for (uint32_t block = b; block < blocks; block += BATCHES) {
      draw(vectors, spread, block);
      count(vectors, bins[b]);
    }
  }
  for (size_t k = 0; k < sizeof rates / sizeof *rates; k++)
    report(bins, rates[k]);
  return 0;
}
