/* SPDX-License-Identifier: Apache-2.0
 *
 * Who reads which rows, where several shards read one input: its text is cut into blocks, which are dealt out to the
 * shards in turn, and a row is read by the shard that has the block in which it begins. So any text can be dealt out
 * while it goes by, whatever its length, and packed or not.
 */
#ifndef PLB_TRIAL_DEAL_H
#define PLB_TRIAL_DEAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PLB_DEAL_BLOCK ((size_t)64 << 10)
#define PLB_MOST_SHARDS (UINT32_C(1) << 20)

struct plb_dealing {
  uint32_t shard, shards; /* this one, from 0, of so many */
  size_t block;           /* bytes; 0 = PLB_DEAL_BLOCK */
  bool quotes;            /* rows may go on behind a line end that is within quotes, as table.c cuts them */
  char separator;         /* of cells, where there are quotes */
};

/* Lines that were left to others. */
struct plb_gap {
  uint64_t at;    /* behind so many bytes of ours */
  uint64_t lines; /* ends of lines in it */
  bool rows;      /* there is anything but blanks */
};

/* For deal.c only. */
struct plb_deal {
  struct plb_dealing how;
  uint64_t turn;
  uint64_t at, until;   /* bytes into the text; a row that begins from `until` on may be another's */
  uint64_t ours, given; /* bytes so far, and of these consumed */
  uint64_t left_out;    /* the first line of the last gap that has rows */
  bool begins, mine;    /* a row begins here; the row here is ours */
  int place;            /* within the row */
  struct plb_gap *gaps;
  size_t first, count, capacity; /* gaps [first, count) were not yet asked for */
};

/* A turn to begin with, for an input that begins with these bytes, of which it has more than 64 KiB or which are all.
 */
uint64_t plb_deal_turn(const char *text, size_t length);

/* The bytes from `at` on are dealt out, a row begins there; block 0 is that of shard `turn` mod shards. */
void plb_deal_start(struct plb_deal *deal, const struct plb_dealing *how, uint64_t turn, uint64_t at);

/* Deals out the next bytes of the text: ours are moved to the front, and *length becomes their number. False when out
 * of memory. */
bool plb_deal_out(struct plb_deal *deal, char *text, size_t *length);

/* The next gap, where it lies before byte `end` of ours; once each. */
bool plb_deal_gap(struct plb_deal *deal, uint64_t end, struct plb_gap *gap);

/* The last line that was given is *line: where the next ones are those of others, it becomes the last of these. */
void plb_deal_skip(struct plb_deal *deal, uint64_t *line);

/* `length` bytes of ours are consumed: *line goes past the lines of others before the last of them. */
void plb_deal_pass(struct plb_deal *deal, size_t length, uint64_t *line);

/* How many of the next `length` bytes of ours lie before the next gap. */
size_t plb_deal_ahead(const struct plb_deal *deal, size_t length);

/* An all-zero struct may be freed too. */
void plb_deal_free(struct plb_deal *deal);

/* Of `total` elements of an array, the first one of a shard; `shard` may be `shards`: behind the last one. */
uint64_t plb_deal_first(uint64_t total, uint32_t shard, uint32_t shards);

#endif
