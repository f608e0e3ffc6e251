/* SPDX-License-Identifier: Apache-2.0
 *
 * How often intervals hold the truth: tests are simulated whose true error rates are known, counted as a
 * real test is, and every method's limits are held against the truth (doc/coverage.md).
 *
 * A scene is one kind of test: a model of scores, people, samples, who is compared with whom. One replicate of
 * a scene is one test; it is judged at the thresholds of all rates of the scene, each a cell of the result.
 *
 * Every random number is a function of (seed, scene, replicate, what it is for): a scene draws the same
 * numbers in whatever grid it stands, with any number of threads.
 */
#ifndef PLB_COVERAGE_COVERAGE_H
#define PLB_COVERAGE_COVERAGE_H

#include "interval/pl.h"
#include "result/result.h"

#define PLB_SCENE_RATES 8
#define PLB_KINDS 14 /* kinds of people of a model, at most */

/* ---- models (coverage_models.c) ---------------------------------------------------------------- */

enum plb_world {
  PLB_WORLD_NORMAL,  /* sums of normal effects */
  PLB_WORLD_HEAVY,   /* the effects of people are Student's t with 4 degrees of freedom */
  PLB_WORLD_HEAVIER, /* with 3 degrees */
  PLB_WORLD_SKEWED,  /* log-normal */
  PLB_WORLD_NOISY,   /* people differ in how much chance there is in their scores */
  PLB_WORLD_COSINE,  /* cosines of vectors about centres that have no direction */
  PLB_WORLD_ANCHOR   /* the same about centres with exponential entries (Fogliato and others 2024) */
};

/* A score says how error-like a trial is: an error when it is above the threshold. Shares are variances;
 * what they leave of 1 is chance (times the noise of the people). People are of a kind each, drawn alone. */
struct plb_model {
  const char *name;
  bool mated; /* one person in each trial: FNMR */
  bool apart; /* in no grid */
  enum plb_world world;
  double person, pair, sample, session;
  double probe; /* share of the person as a probe, apart from that as a reference; > 0: each pair both ways */
  double noise; /* standard deviation of the logarithm of a person's noise; skewed: of the effect */
  double dimensions, spread; /* vectors: how many numbers; variance of a sample about its centre */
  size_t kinds;              /* 0 and 1 are the same */
  double share[PLB_KINDS], shift[PLB_KINDS], scale[PLB_KINDS]; /* of people; of their scores; of `person` (0 = 1) */
  double alike;                                                /* shift of a pair of one kind */
};

const struct plb_model *plb_model_find(const char *name);
const struct plb_model *plb_model_get(size_t k); /* NULL past the last */

/* The threshold with this true rate, exact but for rounding (the anchor: see coverage_models.c). False where there is
 * none. */
bool plb_model_threshold(const struct plb_model *model, double rate, double *threshold);

/* One of the normal distributions that scores are a mixture of. */
struct plb_part {
  double weight, mean, variance;
};

/* Those of a normal world, or of a heavy one (by the sums of models.c); to be freed. NULL when memory ran out. */
struct plb_part *plb_model_parts(const struct plb_model *model, size_t *count);

/* The smallest share of people who take part in half of the errors (coverage_carriers.c), of which `rate` is the true
 * share; vectors have no people of whom that could be said. */
plb_status plb_model_carriers(const struct plb_model *model, double threshold, double rate, double *share,
                              struct plb_error *err);
bool plb_model_has_carriers(const struct plb_model *model);

/* The variance that is left to chance. */
double plb_model_rest(const struct plb_model *model);

/* The effect of a person in a skewed world, mean 0 and variance model->person, by a normal number. */
double plb_model_skewed(const struct plb_model *model, double normal);

/* ---- scenes (coverage_grid.c) -------------------------------------------------------------------- */

enum plb_pairing { PLB_PAIR_ALL = 0, PLB_PAIR_RANDOM, PLB_PAIR_BIPARTITE };
#define PLB_PARTNERS 5 /* people whom each person is compared with, or more who drew that person */

struct plb_whole_model;

struct plb_scene {
  const struct plb_model *model;
  const struct plb_whole_model *whole; /* NULL: trials of one class; else `model` is that of the non-mated scores */
  uint32_t people, samples;            /* samples 0: unequal, geometric with mean near 2.9 (mated: near 7) */
  enum plb_pairing pairing;
  size_t rate_count;
  double rates[PLB_SCENE_RATES]; /* descending */
};

struct plb_scenes {
  struct plb_scene *list;
  size_t count, capacity;
  bool is_small; /* the small grid, named or not */
};

/* Sorts the values; 0 where there are none. */
double plb_median(double *values, size_t count);

const char *plb_pairing_name(enum plb_pairing pairing);
plb_status plb_scenes_make(const struct plb_coverage_options *options, struct plb_scenes *scenes,
                           struct plb_error *err);

/* How many samples (mated: trials) person i has: quantiles of the geometric distribution where unequal. */
uint32_t plb_scene_samples(const struct plb_scene *scene, uint32_t i);

/* Trials of one replicate, on average. */
double plb_scene_trials(const struct plb_scene *scene);

/* ---- one replicate (coverage_draw.c, coverage_test.c) ---------------------------------------------- */

struct plb_two {
  uint32_t i, j;
};

/* A kept trial. */
struct plb_kept {
  double score;
  uint32_t i, j, pair;
};

/* What all replicates of a scene share. */
struct plb_stage {
  const struct plb_scene *scene;
  uint64_t key; /* of the seed and the scene */
  double thresholds[PLB_SCENE_RATES];
  double keep;           /* scores above are kept, on the first try */
  const double *edges;   /* upper ends of 1,024 equally likely cells of the normal distribution */
  uint32_t *first;       /* [people + 1] number of each person's first sample */
  struct plb_two *pairs; /* [pairs] who is compared with whom, unless that is drawn */
  size_t pair_count;
};

plb_status plb_stage_make(const struct plb_scene *scene, uint64_t seed, const double *edges, struct plb_stage *stage,
                          struct plb_error *err);
void plb_stage_free(struct plb_stage *stage);

/* One test and its counts; memory is used again from replicate to replicate. */
struct plb_played {
  struct plb_two *pairs;
  size_t pair_count, pair_capacity;
  double *reference, *probe, *noise; /* by sample, by sample, by person */
  double *vectors;
  uint8_t *kind;
  struct plb_kept *kept;
  size_t kept_count, kept_capacity;
  /* as the engine wants it */
  uint64_t *trials_of, *errors_of; /* [people], [rates][people] */
  struct plb_design design;
  struct plb_design_sums sums;
  struct plb_error_sums errors[PLB_SCENE_RATES];
  struct plb_extreme *rows;
  uint64_t *pair_trials;
  uint32_t *number_of; /* by pair: its number among the kept + 1 */
  size_t number_capacity;
  struct plb_extremes extremes;
};

plb_status plb_played_make(const struct plb_stage *stage, struct plb_played *played, struct plb_error *err);
void plb_played_free(struct plb_played *played);

/* Plays replicate number `replicate`. */
plb_status plb_play(const struct plb_stage *stage, uint32_t replicate, struct plb_played *played,
                    struct plb_error *err);

/* What a random number is for. The values are part of what a seed means: never change one. */
enum plb_throw {
  PLB_THROW_SCENE = 1,
  PLB_THROW_KIND,
  PLB_THROW_PERSON, /* u_i; second word: as a probe */
  PLB_THROW_SPREAD, /* of the effect of person i (t); noise */
  PLB_THROW_SAMPLE,
  PLB_THROW_SESSION,
  PLB_THROW_PAIR,
  PLB_THROW_CELL, /* 16 bits for each comparison */
  PLB_THROW_FINE, /* the rest of them, where they matter */
  PLB_THROW_PARTNER,
  PLB_THROW_CENTRE,
  PLB_THROW_VECTOR,
  PLB_THROW_MATED_KIND, /* whole tests: */
  PLB_THROW_MATED_SPREAD,
  PLB_THROW_MATED,    /* chance of a mated comparison */
  PLB_THROW_NONMATED, /* of a non-mated one */
  PLB_THROW_FAMILY,
  PLB_THROW_FAMILIES, /* of a pair of families */
  PLB_THROW_ENGINE    /* seed of what draws replicates of the test */
};

/* 128 random bits for the name (what, replicate, number) under a key. */
struct plb_bits {
  uint64_t first, second;
};
struct plb_bits plb_throw_bits(uint64_t key, enum plb_throw what, uint32_t replicate, uint64_t number);

/* The kind of a person, by these bits; the spread of the effects of a person in a heavy world. */
uint8_t plb_kind_of(const struct plb_model *model, uint64_t bits);
double plb_spread_of(const struct plb_bits *bits);

/* Fills in what people and samples bring to scores. */
void plb_draw_people(const struct plb_stage *stage, uint32_t replicate, struct plb_played *played);
plb_status plb_draw_pairs(const struct plb_stage *stage, uint32_t replicate, struct plb_played *played,
                          struct plb_error *err);

#endif
