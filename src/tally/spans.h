/* SPDX-License-Identifier: Apache-2.0
 *
 * The range of keys cut into some tens of thousands of spans, narrow where scores lie dense: which span a key lies in
 * is one look into a table. What is counted by span tells where an operating point lies without any sorting.
 */
#ifndef PLB_TALLY_SPANS_H
#define PLB_TALLY_SPANS_H

#include "tally/moments.h"
#include "tally/walk.h"

#define PLB_SPAN_TOPS 65536 /* values of the first 16 bits of a key */
#define PLB_SPAN_LOW 48     /* the other bits */

struct plb_ranks;

struct plb_span_top {
  uint32_t base;  /* span of the first key with these 16 bits */
  uint32_t shift; /* of the other bits: a span is that many keys (2^shift) long */
};

/* The same of short keys: of their first 13 bits, which are the sign, the power of two and four bits of the fraction,
 * too. */
#define PLB_SHORT_TOPS 8192
#define PLB_SHORT_LOW 19

struct plb_span_map {
  struct plb_span_top top[PLB_SPAN_TOPS];
  struct plb_span_top short_top[PLB_SHORT_TOPS]; /* from the lowest ones on */
  bool shorts;    /* spans are found by short keys, too; false: the sample has scores that are too small for that */
  uint64_t *from; /* by span: its first key; it ends before the next one's */
  size_t count;
};

static inline uint32_t plb_span_of(const struct plb_span_map *map, uint64_t key) {
  const struct plb_span_top *top = &map->top[key >> PLB_SPAN_LOW];
  return top->base + (uint32_t)((key & ((UINT64_C(1) << PLB_SPAN_LOW) - 1)) >> top->shift);
}

/* The same span as that of the key of the same number. */
static inline uint32_t plb_short_top_of(int32_t short_key) {
  return (uint32_t)(PLB_SHORT_TOPS / 2 + (short_key >> PLB_SHORT_LOW));
}

static inline uint32_t plb_span_below(const struct plb_span_map *map, uint32_t short_top, int32_t short_key) {
  const struct plb_span_top *top = &map->short_top[short_top];
  return top->base + (((uint32_t)short_key & ((UINT32_C(1) << PLB_SHORT_LOW) - 1)) >> top->shift);
}

static inline uint32_t plb_span_of_short(const struct plb_span_map *map, int32_t short_key) {
  return plb_span_below(map, plb_short_top_of(short_key), short_key);
}

/* The spans of scores in single precision, and their short keys. */
#define PLB_SPAN_BATCH 512
void plb_spans_of_singles(const struct plb_span_map *map, const float scores[PLB_SPAN_BATCH],
                          int32_t keys[PLB_SPAN_BATCH], uint32_t spans[PLB_SPAN_BATCH]);

/* From a sorted sample of the keys. False when out of memory. */
bool plb_span_map_make(struct plb_span_map *map, const uint64_t *sample, size_t count);
void plb_span_map_free(struct plb_span_map *map);

/* Rows of a class by thread and span: thread t of plb_rows_walk sees the same rows at every walk. */
struct plb_span_counts {
  uint64_t *by_thread; /* [thread][span]: those of this member of a team */
  uint64_t *all;       /* [span]: those of all threads, and of the whole team */
  unsigned threads;
};

/* What else is found on the way; each may be NULL. */
struct plb_span_extras {
  struct plb_moment_sums *moments; /* the sums of the scores are added */
  const struct plb_ranks *ranks;   /* of the other class (ranks.h): */
  plb_wide *rank_sum;              /* its sum is added */
};

/* Counts the rows of a class. */
plb_status plb_span_count(const struct plb_tally *tally, const struct plb_rows *rows, const struct plb_span_map *map,
                          struct plb_span_counts *counts, const struct plb_span_extras *extras, struct plb_error *err);
void plb_span_counts_free(struct plb_span_counts *counts);

#endif
