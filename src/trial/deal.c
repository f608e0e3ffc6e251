/* SPDX-License-Identifier: Apache-2.0
 *
 * What is left to others has to go by as fast as memory allows: its lines are counted, eight bytes at a time, and where
 * there may be quotes these are looked for. Only lines with quotes are walked through byte by byte: a line end within
 * quotes ends no row. What quotes mean is what cut_cell and unquote (table.c) take them for; in a row that is wrong
 * they may mean something else here, which does not matter: rows before it are dealt out as they are, so that the shard
 * that has the row finds the fault.
 */
#include "trial/deal.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

#define HASHED 4096 /* bytes that decide whose turn it is */
#define ONES UINT64_C(0x0101010101010101)
#define LOWS UINT64_C(0x7F7F7F7F7F7F7F7F)

enum place { CELL_START, IN_CELL, IN_QUOTES, QUOTE_IN_QUOTES, BEHIND_QUOTES };

uint64_t plb_deal_first(uint64_t total, uint32_t shard, uint32_t shards) {
  return total / shards * shard + total % shards * shard / shards;
}

uint64_t plb_deal_turn(const char *text, size_t length) {
  uint64_t hash = UINT64_C(0xCBF29CE484222325); /* FNV-1a */
  for (size_t i = 0; i < length && i < HASHED; i++)
    hash = (hash ^ (unsigned char)text[i]) * UINT64_C(0x100000001B3);
  return hash >> 32;
}

void plb_deal_start(struct plb_deal *deal, const struct plb_dealing *how, uint64_t turn, uint64_t at) {
  *deal = (struct plb_deal){.how = *how, .turn = turn, .at = at, .until = at, .begins = true, .place = CELL_START};
  if (!deal->how.block)
    deal->how.block = PLB_DEAL_BLOCK;
}

/* A row begins: whose it is, and where rows may be somebody else's. */
static void take_turn(struct plb_deal *deal) {
  uint64_t block = deal->at / deal->how.block, whose = (block + deal->turn) % deal->how.shards;
  uint32_t shard = deal->how.shard, shards = deal->how.shards;
  deal->mine = whose == shard;
  uint64_t blocks = deal->mine ? 1 : whose < shard ? shard - whose : shards - whose + shard;
  deal->until = (block + blocks) * deal->how.block;
}

/* ---- lines -------------------------------------------------------------------------------- */

/* Up to 255 words are added up byte by byte before the sums of the bytes are. */
static uint64_t count_lines(const char *text, size_t length) {
  uint64_t count = 0;
  size_t at = 0;
  while (length - at >= 8) {
    size_t words = (length - at) / 8 < 255 ? (length - at) / 8 : 255;
    uint64_t sums = 0;
    for (size_t i = 0; i < words; i++, at += 8) {
      uint64_t word;
      memcpy(&word, text + at, sizeof word);
      word ^= ONES * '\n';
      sums += (~(((word & LOWS) + LOWS) | word) >> 7) & ONES;
    }
    for (int byte = 0; byte < 8; byte++)
      count += sums >> 8 * byte & 0xFF;
  }
  for (; at < length; at++)
    count += text[at] == '\n';
  return count;
}

static bool has_rows(const char *text, size_t length) {
  for (size_t i = 0; i < length; i++)
    if (text[i] != ' ' && text[i] != '\t' && text[i] != '\r' && text[i] != '\n')
      return true;
  return false;
}

/* ---- rows --------------------------------------------------------------------------------- */

static int step(const struct plb_deal *deal, int place, char c) {
  if (place == IN_QUOTES)
    return c == '"' ? QUOTE_IN_QUOTES : IN_QUOTES;
  if (place == QUOTE_IN_QUOTES && c == '"')
    return IN_QUOTES;
  if (c == deal->how.separator || c == '\n')
    return CELL_START;
  if (place == IN_CELL)
    return IN_CELL;
  if (c == ' ' || c == '\t')
    return place == CELL_START ? CELL_START : BEHIND_QUOTES;
  return place == CELL_START && c == '"' ? IN_QUOTES : IN_CELL;
}

/* Goes to the end of the row, byte by byte; answers how far that is, or `length`. */
static size_t walk(struct plb_deal *deal, const char *text, size_t length) {
  size_t at = 0;
  deal->begins = false;
  while (at < length && !deal->begins) {
    char c = text[at++];
    deal->place = step(deal, deal->place, c);
    deal->begins = c == '\n' && deal->place == CELL_START;
  }
  return at;
}

/* To the end of the row. */
static size_t end_row(struct plb_deal *deal, const char *text, size_t length) {
  if (deal->how.quotes)
    return walk(deal, text, length);
  const char *end = memchr(text, '\n', length);
  deal->begins = end != NULL;
  return end ? (size_t)(end - text) + 1 : length;
}

/* Goes over all of it, with any number of rows. */
static void pass(struct plb_deal *deal, const char *text, size_t length) {
  size_t at = 0;
  if (!length)
    return;
  if (!deal->how.quotes) {
    deal->begins = text[length - 1] == '\n';
    return;
  }
  while (at < length) {
    bool quoted = deal->place == IN_QUOTES || deal->place == QUOTE_IN_QUOTES;
    const char *quote = quoted ? text + at : memchr(text + at, '"', length - at);
    size_t plain = (quote ? (size_t)(quote - text) : length) - at;
    const char *line = memrchr(text + at, '\n', plain); /* all before it are rows without quotes */
    if (line) {
      deal->place = CELL_START;
      deal->begins = true;
      at = (size_t)(line - text) + 1;
    }
    if (at < length)
      at += walk(deal, text + at, length - at);
  }
}

/* Bytes that are all ours or all others', at least one. */
static size_t next_piece(struct plb_deal *deal, const char *text, size_t length) {
  if (deal->begins && deal->at >= deal->until)
    take_turn(deal);
  uint64_t left = deal->at < deal->until ? deal->until - deal->at : 0;
  size_t used = left < length ? (size_t)left : length;
  pass(deal, text, used);
  if (used < length && !deal->begins)
    used += end_row(deal, text + used, length - used);
  deal->at += used;
  return used;
}

/* ---- gaps --------------------------------------------------------------------------------- */

static bool note_gap(struct plb_deal *deal, const char *text, size_t length) {
  if (deal->first == deal->count)
    deal->first = deal->count = 0;
  bool goes_on = deal->first < deal->count && deal->gaps[deal->count - 1].at == deal->ours;
  if (!goes_on) {
    if (!plb_reserve(&deal->gaps, &deal->capacity, deal->count + 1, sizeof *deal->gaps))
      return false;
    deal->gaps[deal->count++] = (struct plb_gap){.at = deal->ours};
  }
  struct plb_gap *gap = &deal->gaps[deal->count - 1];
  gap->lines += count_lines(text, length);
  gap->rows = gap->rows || has_rows(text, length);
  return true;
}

bool plb_deal_out(struct plb_deal *deal, char *text, size_t *length) {
  size_t used = 0, kept = 0;
  while (used < *length) {
    size_t piece = next_piece(deal, text + used, *length - used);
    if (!deal->mine && !note_gap(deal, text + used, piece))
      return false;
    if (deal->mine && kept < used)
      memmove(text + kept, text + used, piece);
    kept += deal->mine ? piece : 0;
    deal->ours += deal->mine ? piece : 0;
    used += piece;
  }
  *length = kept;
  return true;
}

bool plb_deal_gap(struct plb_deal *deal, uint64_t end, struct plb_gap *gap) {
  if (deal->first == deal->count || deal->gaps[deal->first].at >= end)
    return false;
  *gap = deal->gaps[deal->first++];
  return true;
}

static void pass_gaps(struct plb_deal *deal, uint64_t end, uint64_t *line) {
  struct plb_gap gap;
  while (plb_deal_gap(deal, end, &gap)) {
    deal->left_out = gap.rows ? *line + 1 : deal->left_out;
    *line += gap.lines;
  }
}

void plb_deal_skip(struct plb_deal *deal, uint64_t *line) {
  pass_gaps(deal, deal->given + 1, line);
}

void plb_deal_pass(struct plb_deal *deal, size_t length, uint64_t *line) {
  deal->given += length;
  pass_gaps(deal, deal->given, line);
}

size_t plb_deal_ahead(const struct plb_deal *deal, size_t length) {
  uint64_t gap = deal->first < deal->count ? deal->gaps[deal->first].at - deal->given : UINT64_MAX;
  return gap < length ? (size_t)gap : length;
}

void plb_deal_free(struct plb_deal *deal) {
  free(deal->gaps);
  *deal = (struct plb_deal){0};
}
