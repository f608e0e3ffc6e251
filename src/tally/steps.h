/* SPDX-License-Identifier: Apache-2.0
 *
 * The distinct scores of a system in ascending order, with the comparisons of each class that have them: all that a
 * DET, its thresholds, EER, AUC and d' are made of. Never held whole, and never sorted whole: where there are many rows
 * the range of keys is cut into spans (spans.h), and whoever looks at the steps says which spans have something to see.
 * The others are handed on whole.
 *
 * Cost: one walk over the rows that counts them by span, and another one that gathers those of the spans that have to
 * be known score by score, or in which the two classes overlap; more walks where these are more than fit at once.
 */
#ifndef PLB_TALLY_STEPS_H
#define PLB_TALLY_STEPS_H

#include "tally/moments.h"
#include "tally/tally.h"

#define PLB_MOST_SORTED ((size_t)1 << 20)   /* rows of a system that are sorted all at once */
#define PLB_MOST_GATHERED ((size_t)1 << 23) /* rows of spans that are gathered at once: 64 MiB of keys */

struct plb_step {
  uint64_t key;
  uint64_t count[2]; /* by enum plb_class */
};

/* Scores from one key to another, both included. */
struct plb_span {
  uint64_t from, to;
  uint64_t count[2];
};

struct plb_step_walk {
  struct plb_tally *tally;
  struct plb_system_tally *system;
  unsigned threads;
  /* Steps in ascending order of key, by one thread at a time but not always the same. */
  void (*take)(void *ctx, const struct plb_step *steps, size_t count);
  /* Marks the spans that may be handed on whole; all of the data is in them, in order. NULL: every score is a step. */
  void (*choose)(void *ctx, const struct plb_span *spans, size_t count, bool *whole);
  /* One of these, in its place among the steps. */
  void (*take_whole)(void *ctx, const struct plb_span *span);
  void *ctx;
  /* Where spans are chosen: within those that were handed on whole, twice the pairs of a mated score and a lower
   * non-mated one and once those that are tied, added. */
  plb_wide *won;
  struct plb_moment_sums *moments; /* [2] by class: those of the scores are added; or NULL */
};

plb_status plb_walk_steps(const struct plb_step_walk *walk, struct plb_error *err);

#endif
