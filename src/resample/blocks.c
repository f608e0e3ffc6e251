/* SPDX-License-Identifier: Apache-2.0
 *
 * See blocks.h. One walk over both lists, score by score. A block has at most a thousandth of the rows of a class, and
 * no more than a sixty-fourth of the non-mated rows above it or of the mated rows below it: the errors at its scores.
 * So pairs of scores within one block are few beside the pairs that are in the wrong order, however few these are.
 */
#include "resample/blocks.h"

#include <stdlib.h>

#include "base/memory.h"

#define BLOCKS 1024 /* of rows in equal parts; some 1,500 more where errors are few */
#define FINE 64

struct cutter {
  const struct plb_listing *list;
  struct plb_blocks *blocks;
  size_t at[2]; /* rows walked */
};

void plb_blocks_free(struct plb_blocks *blocks) {
  free(blocks->at);
  free(blocks->cut);
  *blocks = (struct plb_blocks){0};
}

/* Whether there is a next row, and its key. */
static bool next_key(const struct cutter *cutter, uint64_t *key) {
  bool any = false;
  *key = 0;
  for (int c = 0; c < 2; c++) {
    if (cutter->at[c] == cutter->list[c].count)
      continue;
    uint64_t here = cutter->list[c].rows[cutter->at[c]].key;
    *key = !any || here > *key ? here : *key;
    any = true;
  }
  return any;
}

/* Ends the block in work where it has rows. */
static bool end_block(struct cutter *cutter) {
  struct plb_blocks *blocks = cutter->blocks;
  const struct plb_score_block *last = &blocks->at[blocks->count];
  if (cutter->at[0] == last->from[0] && cutter->at[1] == last->from[1])
    return true;
  blocks->count++;
  if (!plb_reserve(&blocks->at, &blocks->capacity, blocks->count + 1, sizeof *blocks->at))
    return false;
  blocks->at[blocks->count] = (struct plb_score_block){{cutter->at[0], cutter->at[1]}};
  return true;
}

/* The rows of one score: where they end in each class. */
static void pass_score(const struct cutter *cutter, uint64_t key, size_t ends[2]) {
  for (int c = 0; c < 2; c++) {
    const struct plb_listing *list = &cutter->list[c];
    for (ends[c] = cutter->at[c]; ends[c] < list->count && list->rows[ends[c]].key == key;)
      ends[c]++;
  }
}

/* So many rows of a class may lie in the block in work. */
static size_t most_of(const struct cutter *cutter, int class) {
  size_t from = cutter->blocks->at[cutter->blocks->count].from[class], all = cutter->list[class].count;
  size_t errors = class ? all - from : from, most = all / BLOCKS < errors / FINE ? all / BLOCKS : errors / FINE;
  return most ? most : 1;
}

/* Whether rows up to `ends` are too many for it. Where errors are so few that rows stand alone, classes do not mix. */
static bool too_many(const struct cutter *cutter, const size_t ends[2]) {
  const size_t *from = cutter->blocks->at[cutter->blocks->count].from;
  size_t most[2] = {most_of(cutter, 0), most_of(cutter, 1)};
  bool mixed = ends[0] > from[0] && ends[1] > from[1];
  return ends[0] - from[0] > most[0] || ends[1] - from[1] > most[1] || (mixed && (most[0] == 1 || most[1] == 1));
}

static bool take_score(struct cutter *cutter, uint64_t key) {
  size_t ends[2];
  pass_score(cutter, key, ends);
  if (too_many(cutter, ends) && !end_block(cutter))
    return false;
  cutter->at[0] = ends[0];
  cutter->at[1] = ends[1];
  return true;
}

static bool cut_all(struct cutter *cutter, const uint64_t *cuts, size_t cut_count) {
  size_t done = 0;
  uint64_t key;
  while (next_key(cutter, &key)) {
    if (done < cut_count && key < cuts[done] && !end_block(cutter))
      return false;
    while (done < cut_count && key < cuts[done])
      cutter->blocks->cut[done++] = cutter->blocks->count;
    if (!take_score(cutter, key))
      return false;
  }
  if (!end_block(cutter))
    return false;
  while (done < cut_count)
    cutter->blocks->cut[done++] = cutter->blocks->count;
  return true;
}

plb_status plb_blocks_make(const struct plb_listing list[2], const uint64_t *cuts, size_t cut_count,
                           struct plb_blocks *blocks, struct plb_error *err) {
  struct cutter cutter = {.list = list, .blocks = blocks};
  *blocks = (struct plb_blocks){.cut = plb_alloc(cut_count, sizeof *blocks->cut)};
  bool made = blocks->cut && plb_reserve(&blocks->at, &blocks->capacity, 1, sizeof *blocks->at);
  if (made)
    blocks->at[0] = (struct plb_score_block){0};
  if (made && cut_all(&cutter, cuts, cut_count))
    return PLB_OK;
  plb_blocks_free(blocks);
  return plb_fail_memory(err);
}
