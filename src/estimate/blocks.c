/* SPDX-License-Identifier: Apache-2.0
 *
 * See blocks.h. One walk over both lists, score by score. Blocks are about as long as there are blocks at most, so that
 * looking for a block and looking through one cost about the same.
 */
#include "estimate/blocks.h"

#include <stdlib.h>

#include "base/memory.h"

#define MOST_BLOCKS 2048

struct cutter {
  const struct plb_listing *list;
  struct plb_blocks *blocks;
  size_t at[2]; /* rows walked */
  size_t rows;  /* a block has at most so many */
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

static bool take_score(struct cutter *cutter, uint64_t key) {
  const struct plb_score_block *last = &cutter->blocks->at[cutter->blocks->count];
  size_t ends[2], held = cutter->at[0] - last->from[0] + cutter->at[1] - last->from[1];
  pass_score(cutter, key, ends);
  size_t more = ends[0] - cutter->at[0] + ends[1] - cutter->at[1];
  if (held + more > cutter->rows && !end_block(cutter))
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
  size_t rows = (list[0].count + list[1].count) / MOST_BLOCKS;
  struct cutter cutter = {.list = list, .blocks = blocks, .rows = rows ? rows : 1};
  *blocks = (struct plb_blocks){.cut = plb_alloc(cut_count, sizeof *blocks->cut)};
  bool made = blocks->cut && plb_reserve(&blocks->at, &blocks->capacity, 1, sizeof *blocks->at);
  if (made)
    blocks->at[0] = (struct plb_score_block){0};
  if (made && cut_all(&cutter, cuts, cut_count))
    return PLB_OK;
  plb_blocks_free(blocks);
  return plb_fail_memory(err);
}
