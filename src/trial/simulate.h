/* SPDX-License-Identifier: Apache-2.0
 *
 * Inside the simulator: the random numbers, what was counted while rows were written, and the true rates.
 *
 * Every random number has a name: what it is for and whom it concerns. It is a function of that name and
 * the seed alone (Philox, counter-based), so that any row can be made without the others.
 */
#ifndef PLB_TRIAL_SIMULATE_H
#define PLB_TRIAL_SIMULATE_H

#include <Random123/philox.h>

#include "base/error.h"

#define PLB_SIM_GROUPS 26                           /* at most; named A to Z */
#define PLB_SIM_SAMPLES (UINT64_C(1) << 28)         /* of a person, at most: a sample has 28 bits of a counter */
#define PLB_SIM_CAPTURES (UINT32_MAX - UINT64_C(1)) /* samples of all people, at most: as a census holds */

/* What a random number is for. The values are part of what a seed means: never change one. */
enum plb_draw {
  PLB_DRAW_PERSON = 1,     /* u_i: how alike person i is to others */
  PLB_DRAW_MATED = 2,      /* g_i: how alike person i is to itself */
  PLB_DRAW_SAMPLE = 3,     /* v_ia */
  PLB_DRAW_PAIR = 4,       /* d_ij, i < j */
  PLB_DRAW_COMPARISON = 5, /* e, and in the second word the roles */
  PLB_DRAW_ENROL = 6,      /* whether person i fails to enrol */
  PLB_DRAW_ACQUIRE = 7,    /* whether sample (i, a) fails to be acquired */
  PLB_DRAW_PARTNER = 8,    /* the j-th partner of sample (i, a) */
  PLB_DRAW_FAMILY = 9,     /* what u has in common in family i */
  PLB_DRAW_FAMILIES = 10,  /* what d has in common between families i <= j */
  PLB_DRAW_KIN = 11        /* what g has in common in family i */
};

struct plb_words {
  uint64_t first, second;
};

/* 128 random bits of the name (kind, i, j, a, b); a and b below PLB_SIM_SAMPLES. */
static inline struct plb_words plb_draw_words(uint64_t seed, enum plb_draw kind, uint32_t i, uint32_t j, uint32_t a,
                                              uint32_t b) {
  philox2x64_ctr_t name = {.v = {(uint64_t)i << 32 | j, (uint64_t)kind << 56 | (uint64_t)a << 28 | b}};
  philox2x64_key_t key = {.v = {seed}};
  philox2x64_ctr_t bits = philox2x64(name, key);
  return (struct plb_words){.first = bits.v[0], .second = bits.v[1]};
}

/* What the rows of one simulation turned out to be. */
struct plb_sim_counts {
  uint64_t mated, nonmated;                     /* rows */
  uint64_t mated_completed, nonmated_completed; /* rows with a score */
  uint64_t unenrolled;                          /* people who fail to enrol */
  uint64_t unacquired;                          /* samples that fail to be acquired */
  uint64_t enrol_rows, acquire_rows;            /* rows that say so */
  uint64_t group_people[PLB_SIM_GROUPS];
  uint64_t pairs[PLB_SIM_GROUPS][PLB_SIM_GROUPS]; /* non-mated rows, [lower group][higher group] */
};

/* Writes the true rates of the rows that were designed as JSON (schema plumbline-truth/1). */
struct plb_out;
void plb_sim_write_truth(struct plb_out *out, const struct plb_simulation *simulation,
                         const struct plb_sim_counts *counts);

#endif
