/* SPDX-License-Identifier: Apache-2.0
 *
 * Rows dealt out to shards: each row goes to the shard that has the block in which it begins, whole, with the number
 * of its line, however the bytes come; against rows that were cut one character after the other.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collect.h"
#include "trial/bytes.h"
#include "trial/deal.h"
#include "trial/pack.h"

#define MOST 3000

static uint32_t seed = 7, turn;

static uint32_t draw(uint32_t below) {
  seed = seed * 1664525 + 1013904223;
  return (uint32_t)((uint64_t)(seed >> 8) * below >> 24);
}

/* Lines of few kinds of characters, so that all that can happen happens often. */
static size_t random_text(char *text, size_t most, const char *characters) {
  size_t length = 1 + draw((uint32_t)most);
  for (size_t i = 0; i < length; i++)
    text[i] = characters[draw((uint32_t)strlen(characters))];
  return length;
}

static size_t closing_quote(const char *text, size_t at, size_t length) {
  for (; at < length; at++) {
    if (text[at] != '"')
      continue;
    if (at + 1 == length || text[at + 1] != '"')
      break;
    at++;
  }
  return at;
}

/* Where the row that begins at `at` ends, by the rules for quotes: a cell is quoted when a quote is the first character
 * in it but blanks, and two quotes within are one. What follows on the closing quote up to the separator is as it is.
 */
static size_t row_end(const char *text, size_t at, size_t length, const struct plb_dealing *how) {
  bool start = true;
  for (; at < length; at++) {
    char c = text[at];
    if (c == '\n')
      return at + 1;
    if (how->quotes && start && c == '"') {
      at = closing_quote(text, at + 1, length);
      start = false;
      continue;
    }
    if (c == how->separator)
      start = true;
    else if (c != ' ' && c != '\t')
      start = false;
  }
  return length;
}

/* Cuts the text as `deal` does, fed with pieces of any length. */
static size_t dealt_text(const char *text, size_t length, size_t from, const struct plb_dealing *how, char *ours,
                         struct plb_gap *gaps, size_t *gap_count) {
  struct plb_deal deal;
  size_t count = 0;
  plb_deal_start(&deal, how, turn, from);
  *gap_count = 0;
  for (size_t at = from; at < length;) {
    size_t piece = 1 + draw(40), got;
    piece = piece < length - at ? piece : length - at;
    memcpy(ours + count, text + at, piece);
    got = piece;
    assert_true(plb_deal_out(&deal, ours + count, &got));
    assert_true(got <= piece);
    count += got;
    at += piece;
  }
  while (plb_deal_gap(&deal, UINT64_MAX, &gaps[*gap_count]))
    ++*gap_count;
  plb_deal_free(&deal);
  return count;
}

/* The same, row by row. */
static size_t naive_text(const char *text, size_t length, size_t from, const struct plb_dealing *how, char *ours,
                         struct plb_gap *gaps, size_t *gap_count) {
  size_t count = 0;
  *gap_count = 0;
  for (size_t at = from, end; at < length; at = end) {
    end = row_end(text, at, length, how);
    if ((at / how->block + turn) % how->shards == how->shard) {
      memcpy(ours + count, text + at, end - at);
      count += end - at;
      continue;
    }
    if (!*gap_count || gaps[*gap_count - 1].at != count)
      gaps[(*gap_count)++] = (struct plb_gap){.at = count};
    for (size_t i = at; i < end; i++) {
      gaps[*gap_count - 1].lines += text[i] == '\n';
      gaps[*gap_count - 1].rows |= !strchr(" \t\r\n", text[i]);
    }
  }
  return count;
}

static void check_random(const char *characters, bool quotes, size_t longest_block) {
  static char text[MOST], ours[MOST + 1], wanted[MOST + 1];
  static struct plb_gap gaps[MOST + 1], wanted_gaps[MOST + 1];
  for (int round = 0; round < 3000; round++) {
    size_t length = random_text(text, round % 10 ? 200 : MOST, characters), from = draw(3), count, gap_count;
    struct plb_dealing how = {
        .shards = 1 + draw(7), .block = 1 + draw((uint32_t)longest_block), .quotes = quotes, .separator = ','};
    size_t sum = 0;
    turn = draw(9);
    from = from < length ? from : 0;
    for (how.shard = 0; how.shard < how.shards; how.shard++) {
      count = naive_text(text, length, from, &how, wanted, wanted_gaps, &gap_count);
      size_t wanted_count = gap_count;
      assert_int_equal(dealt_text(text, length, from, &how, ours, gaps, &gap_count), count);
      assert_memory_equal(ours, wanted, count);
      assert_int_equal(gap_count, wanted_count);
      for (size_t i = 0; i < gap_count; i++) {
        assert_int_equal(gaps[i].at, wanted_gaps[i].at);
        assert_int_equal(gaps[i].lines, wanted_gaps[i].lines);
        assert_int_equal(gaps[i].rows, wanted_gaps[i].rows);
      }
      sum += count;
    }
    assert_int_equal(sum, length - from);
  }
}

static void test_lines(void **ctx) {
  (void)ctx;
  check_random("ab\n", false, 60);
  check_random("abcdefghijklmnop,\"\n", false, 60);
  check_random("\n \r", false, 9);
}

static void test_quotes(void **ctx) {
  (void)ctx;
  check_random("ab,\"\n", true, 60);
  check_random("abcdefghijklmnopqrstuv,,,, \n\"", true, 300);
  check_random("abcdefghijklmnopqrstuvabcdefghijklmnopqrstuvabcdefghijklmnopqrstuv,,,,\n\n\n\n\n\n\n\"\"", true, 500);
  check_random("\"\"\"\n,\t ", true, 30);
}

/* The next row ahead, if there is one whole: its number, which is that of its line; else 0. */
static unsigned long row_ahead(struct plb_bytes *bytes) {
  const char *text, *end;
  size_t length;
  plb_bytes_ahead(bytes, &text, &length);
  if (!length || !(end = memchr(text, '\n', length)))
    return 0;
  unsigned long number = strtoul(text, NULL, 10);
  assert_int_equal(number, plb_bytes_line_number(bytes) + 1);
  plb_bytes_pass(bytes, (size_t)(end - text) + 1, 1);
  return number;
}

/* The same of the next row in any case; 0 at the end. */
static unsigned long row_there(struct plb_bytes *bytes) {
  const char *text;
  size_t length;
  assert_int_equal(plb_bytes_line(bytes, &text, &length, NULL), PLB_OK);
  unsigned long number = text ? strtoul(text, NULL, 10) : 0;
  if (text)
    assert_int_equal(number, plb_bytes_line_number(bytes));
  return number;
}

/* Rows of a file as a shard gets them: with their numbers, one by one or as they lie ahead. */
static void check_file(const char *path, size_t lines, bool ahead) {
  bool *seen = calloc(lines + 1, sizeof *seen);
  struct plb_dealing how = {.shards = 5, .block = 3000};
  for (how.shard = 0; how.shard < how.shards; how.shard++) {
    struct plb_bytes *bytes;
    const char *text;
    size_t length;
    unsigned long number = 1;
    assert_int_equal(plb_bytes_open(path, &(struct plb_input){.digest = PLB_DIGEST_XXH3}, &bytes, NULL), PLB_OK);
    assert_int_equal(plb_bytes_line(bytes, &text, &length, NULL), PLB_OK);
    assert_int_equal(length, strlen("header"));
    assert_true(plb_bytes_deal(bytes, &how));
    while (number) {
      number = ahead && draw(2) ? row_ahead(bytes) : 0;
      number = number ? number : row_there(bytes);
      assert_false(number && seen[number]);
      seen[number] = true;
    }
    assert_non_null(plb_bytes_digest(bytes));
    assert_true(plb_bytes_left_out(bytes) > 0);
    plb_bytes_close(bytes);
  }
  for (size_t i = 2; i <= lines; i++)
    assert_true(seen[i]);
  free(seen);
}

static void test_files(void **ctx) {
  (void)ctx;
  const char *names[] = {"dealt.csv", "dealt.csv.gz", "dealt.csv.zst"};
  const size_t lines = 300000;
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    const char *path = made_file(names[i], "");
    struct plb_pack *pack;
    assert_int_equal(plb_pack_open(path, &pack, NULL), PLB_OK);
    plb_pack_bytes(pack, "header\n", 7);
    for (size_t line = 2; line <= lines; line++) {
      char text[64];
      plb_pack_bytes(pack, text, (size_t)snprintf(text, sizeof text, "%zu%s", line, line == lines ? "" : "\n"));
    }
    assert_int_equal(plb_pack_close(pack, NULL), PLB_OK);
    check_file(path, lines, false);
    check_file(path, lines, true);
  }
}

/* A fault belongs to the shard that has its line; the others do not see it. */
static void test_faults(void **ctx) {
  (void)ctx;
  struct plb_dealing how = {.shards = 3, .block = 4};
  const char *path = made_bytes("fault", "head\nrow1\nrow2\nro\0w\nrow4\n", 25);
  int faults = 0;
  for (how.shard = 0; how.shard < how.shards; how.shard++) {
    struct plb_bytes *bytes;
    struct plb_error err = {0};
    const char *text = "";
    size_t length;
    plb_status st = plb_bytes_open(path, &(struct plb_input){0}, &bytes, NULL);
    assert_int_equal(st, PLB_OK);
    assert_int_equal(plb_bytes_line(bytes, &text, &length, NULL), PLB_OK);
    assert_true(plb_bytes_deal(bytes, &how));
    while (!st && text)
      st = plb_bytes_line(bytes, &text, &length, &err);
    faults += st == PLB_DATA && err.line == 4 && err.column == 3;
    plb_bytes_close(bytes);
  }
  assert_int_equal(faults, 1);
}

static void test_elements(void **ctx) {
  (void)ctx;
  for (int round = 0; round < 1000; round++) {
    uint64_t total = draw(1000) * (uint64_t)(round % 2 ? 1 : 1000000007);
    uint32_t shards = 1 + draw(50);
    assert_int_equal(plb_deal_first(total, 0, shards), 0);
    assert_int_equal(plb_deal_first(total, shards, shards), total);
    for (uint32_t shard = 0; shard < shards; shard++) {
      uint64_t share = plb_deal_first(total, shard + 1, shards) - plb_deal_first(total, shard, shards);
      assert_true(share == total / shards || share == total / shards + 1);
    }
  }
  assert_int_equal(plb_deal_first(UINT64_MAX, PLB_MOST_SHARDS, PLB_MOST_SHARDS), UINT64_MAX);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_lines), cmocka_unit_test(test_quotes),
                                     cmocka_unit_test(test_files), cmocka_unit_test(test_faults),
                                     cmocka_unit_test(test_elements)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
