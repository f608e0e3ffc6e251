/* SPDX-License-Identifier: Apache-2.0
 *
 * See replicate.h. What is looked for changes from no to yes once on the way down the scores, so that its block is
 * found by halving and its score by looking at the rows of that block, one score after the other.
 */
#include "resample/replicate.h"

/* A walk down the rows of one block, score by score. */
struct down {
  const struct plb_replicates *of;
  size_t r;
  size_t at[PLB_CLASSES], end[PLB_CLASSES];
  uint64_t key;                       /* of the score that was passed last */
  bool any;                           /* one was */
  struct plb_passed passed, stricter; /* at that score, and at the one before */
};

/* What is looked for: a score at which the answer is yes, as it is at every lower one. */
struct wanted {
  bool (*is)(const struct wanted *wanted, const struct plb_passed *passed);
  plb_wide total[PLB_CLASSES];
  const struct plb_fraction *target;
};

static bool fmr_too_high(const struct wanted *wanted, const struct plb_passed *passed) {
  return (plb_wide)passed->weight[PLB_CLASS_NONMATED] * wanted->target->under >
         wanted->total[PLB_CLASS_NONMATED] * wanted->target->over;
}

/* FMR >= FNMR. */
static bool crossed(const struct wanted *wanted, const struct plb_passed *passed) {
  return passed->weight[PLB_CLASS_NONMATED] * wanted->total[PLB_CLASS_MATED] +
             passed->weight[PLB_CLASS_MATED] * wanted->total[PLB_CLASS_NONMATED] >=
         wanted->total[PLB_CLASS_NONMATED] * wanted->total[PLB_CLASS_MATED];
}

static struct wanted want(const struct plb_replicates *of, size_t r,
                          bool (*is)(const struct wanted *, const struct plb_passed *)) {
  return (struct wanted){.is = is, .total = {of->total[0][r], of->total[1][r]}};
}

/* The first block at whose end the answer is yes; the number of blocks where there is none. */
static size_t find_block(const struct plb_replicates *of, size_t r, const struct wanted *wanted) {
  size_t from = 0, to = of->blocks->count;
  while (from < to) {
    size_t middle = from + (to - from) / 2;
    struct plb_passed passed = plb_passed_before(of, r, middle + 1);
    if (wanted->is(wanted, &passed))
      to = middle;
    else
      from = middle + 1;
  }
  return from;
}

static struct down start(const struct plb_replicates *of, size_t r, size_t block) {
  const struct plb_score_block *at = &of->blocks->at[block];
  struct down down = {.of = of, .r = r};
  for (int c = 0; c < PLB_CLASSES; c++) {
    down.at[c] = at[0].from[c];
    down.end[c] = at[1].from[c];
  }
  down.passed = down.stricter = plb_passed_before(of, r, block);
  return down;
}

static uint64_t weight_of_row(const struct down *down, int class, size_t row) {
  const struct plb_listed *listed = &down->of->list[class].rows[row];
  const struct plb_weights *weights = &down->of->weights;
  uint64_t weight = plb_weight_of(weights, listed->first, down->r);
  if (class == PLB_CLASS_NONMATED && weight)
    weight *= plb_weight_of(weights, listed->second, down->r);
  return weight;
}

/* The highest score of the rows from at[c] to end[c]; false where there are none. */
static bool highest(const struct plb_listing *list, const size_t at[PLB_CLASSES], const size_t end[PLB_CLASSES],
                    uint64_t *key) {
  bool any = false;
  for (int c = 0; c < PLB_CLASSES; c++) {
    if (at[c] == end[c] || (any && list[c].rows[at[c]].key <= *key))
      continue;
    *key = list[c].rows[at[c]].key;
    any = true;
  }
  return any;
}

/* Passes all rows of the next score; false past the last. */
static bool next_score(struct down *down) {
  const struct plb_listing *list = down->of->list;
  uint64_t key = 0;
  if (!highest(list, down->at, down->end, &key))
    return false;
  down->key = key;
  down->any = true;
  down->stricter = down->passed;
  for (int c = 0; c < PLB_CLASSES; c++)
    for (; down->at[c] < down->end[c] && list[c].rows[down->at[c]].key == key; down->at[c]++)
      down->passed.weight[c] += weight_of_row(down, c, down->at[c]);
  return true;
}

/* A block of one score needs no look at its rows. */
static bool one_score(const struct plb_replicates *of, size_t block, uint64_t *key) {
  const struct plb_score_block *at = &of->blocks->at[block];
  uint64_t high = 0, low = UINT64_MAX;
  for (int c = 0; c < PLB_CLASSES; c++) {
    if (at[0].from[c] == at[1].from[c])
      continue;
    const struct plb_listed *rows = of->list[c].rows;
    uint64_t first = rows[at[0].from[c]].key, last = rows[at[1].from[c] - 1].key;
    high = first > high ? first : high;
    low = last < low ? last : low;
  }
  *key = high;
  return high == low;
}

/* The score of a block at which the answer is first yes, with what is passed there and at the score before. */
static struct down find_score(const struct plb_replicates *of, size_t r, size_t block, const struct wanted *wanted) {
  struct down down = start(of, r, block);
  if (one_score(of, block, &down.key)) {
    down.any = true;
    down.passed = plb_passed_before(of, r, block + 1);
    return down;
  }
  while (next_score(&down) && !wanted->is(wanted, &down.passed))
    ;
  return down;
}

/* The lowest listed score above `key`; the next double above all scores where there is none. Rows are in falling order,
 * so it is the last that is greater. */
static uint64_t score_above(const struct plb_replicates *of, uint64_t key) {
  uint64_t above = 0, top = 0;
  for (int c = 0; c < PLB_CLASSES; c++) {
    const struct plb_listing *list = &of->list[c];
    size_t from = 0, to = list->count;
    while (from < to) {
      size_t middle = from + (to - from) / 2;
      if (list->rows[middle].key > key)
        from = middle + 1;
      else
        to = middle;
    }
    uint64_t here = from ? list->rows[from - 1].key : 0;
    above = here && (!above || here < above) ? here : above;
    top = list->count && list->rows[0].key > top ? list->rows[0].key : top;
  }
  return above ? above : top + 1;
}

/* Of all comparisons. */
static uint64_t lowest_score(const struct plb_replicates *of) {
  uint64_t lowest = UINT64_MAX;
  for (int c = 0; c < PLB_CLASSES; c++)
    if (of->list[c].count && of->list[c].rows[of->list[c].count - 1].key < lowest)
      lowest = of->list[c].rows[of->list[c].count - 1].key;
  return lowest;
}

bool plb_replicate_target(const struct plb_replicates *of, size_t r, const struct plb_fraction *target,
                          struct plb_passed *passed, uint64_t *key) {
  struct wanted wanted = want(of, r, fmr_too_high);
  wanted.target = target;
  size_t block = find_block(of, r, &wanted);
  if (block < of->blocks->count) {
    struct down down = find_score(of, r, block, &wanted);
    *passed = down.stricter;
    *key = score_above(of, down.key);
    return true;
  }
  *passed = plb_passed_before(of, r, of->blocks->count);
  *key = lowest_score(of);
  return of->complete;
}

bool plb_replicate_crossing(const struct plb_replicates *of, size_t r, struct plb_passed points[2]) {
  struct wanted wanted = want(of, r, crossed);
  size_t block = find_block(of, r, &wanted), last = of->list[PLB_CLASS_NONMATED].count;
  if (block == of->blocks->count)
    return false; /* cannot be where the list is complete */
  if (!of->complete && of->blocks->at[block].from[PLB_CLASS_NONMATED] == last)
    return false;
  struct down down = find_score(of, r, block, &wanted);
  bool none = !down.stricter.weight[0] && !down.stricter.weight[1];
  points[0] = none ? down.passed : down.stricter;
  points[1] = down.passed;
  return true;
}
