/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include <math.h>

#include "tally/rows.h"

enum { ROWS = 40 * PLB_CHUNK_ROWS + 123 };

enum kind { HUNDREDTHS, THIRDS, SINGLE, MIXED, MANY_PEOPLE, KINDS };

/* Decimal numbers; others; single precision with an infinite one here and there; now these, now those; large numbers of
 * people. */
static uint64_t key_of(enum kind kind, uint32_t i) {
  double value = ((double)i - 90000) / 100;
  if (kind == THIRDS || (kind == MIXED && i / 20000 % 3 == 1))
    value /= 3;
  if (kind == SINGLE || (kind == MIXED && i / 20000 % 3 == 2))
    value = i % 5000 ? (double)(float)(value / 7) : HUGE_VAL;
  return plb_key_of(value);
}

static uint32_t person_of(enum kind kind, uint32_t i) {
  return kind == MANY_PEOPLE && i > 100000 ? i * 5000 : i % 1000;
}

/* Rows come back in order with the smaller number first, wherever they lay. */
static void check_chunk(enum kind kind, uint32_t at, const struct plb_chunk *chunk, size_t count,
                        enum plb_row_fields fields) {
  for (size_t i = 0; i < count; i++, at++) {
    uint32_t person = person_of(kind, at);
    if (fields != PLB_ROW_PEOPLE)
      assert_true(chunk->keys[i] == key_of(kind, at));
    if (fields == PLB_ROW_KEYS)
      continue;
    assert_int_equal(chunk->first[i], person < 500 ? person : 500);
    assert_int_equal(chunk->second[i], person < 500 ? 500 : person);
  }
}

static void check_store(enum kind kind, uint64_t memory, enum plb_row_fields fields) {
  struct plb_allowance allowance = {.left = memory, .folder = "/tmp", .file = -1};
  struct plb_rows rows = {0};
  struct plb_row_buffer *buffer = malloc(sizeof *buffer);
  struct plb_error err;
  assert_non_null(buffer);
  for (uint32_t i = 0; i < ROWS; i++)
    assert_int_equal(plb_rows_add(&rows, &allowance, 0, key_of(kind, i), person_of(kind, i), 500, &err), PLB_OK);
  assert_int_equal(rows.count, ROWS);
  assert_int_equal(allowance.file >= 0, memory < (UINT64_C(1) << 30));
  uint32_t at = 0;
  for (size_t k = 0; k < plb_rows_chunks(&rows); k++) {
    const struct plb_chunk *chunk;
    size_t count;
    assert_int_equal(plb_rows_chunk(&rows, &allowance, k, fields, buffer, &chunk, &count, &err), PLB_OK);
    check_chunk(kind, at, chunk, count, fields);
    at += (uint32_t)count;
  }
  assert_int_equal(at, ROWS);
  plb_rows_free(&rows);
  plb_allowance_free(&allowance);
  free(buffer);
}

static void memory_does_not_matter(void **unused) {
  (void)unused;
  for (int kind = 0; kind < KINDS; kind++) {
    check_store(kind, 0, PLB_ROW_ALL);
    check_store(kind, PLB_SEGMENT, kind % 2 ? PLB_ROW_KEYS : PLB_ROW_PEOPLE);
    check_store(kind, UINT64_C(1) << 30, PLB_ROW_ALL);
  }
}

/* How a score is packed depends on what it is. */
static void few_bytes(void **unused) {
  (void)unused;
  static struct plb_chunk chunk, back;
  static char bytes[sizeof chunk];
  static const size_t sizes[KINDS] = {8, 12, 8, 8, 12};
  struct plb_packing packing = {0};
  for (int kind = 0; kind < KINDS; kind++) {
    for (uint32_t i = 0; i < PLB_CHUNK_ROWS; i++) {
      chunk.keys[i] = key_of(kind, i + 120001);
      chunk.first[i] = person_of(kind, i + 120001);
      chunk.second[i] = 7;
    }
    plb_pack(&chunk, true, &packing, bytes);
    assert_int_equal(plb_packed_size(packing), sizes[kind] * PLB_CHUNK_ROWS);
    plb_unpack(bytes, packing, PLB_ROW_ALL, &back);
    assert_memory_equal(&chunk, &back, sizeof chunk);
  }
}

static void no_folder(void **unused) {
  (void)unused;
  struct plb_allowance allowance = {.left = 0, .folder = "/nonexistent", .file = -1};
  struct plb_rows rows = {0};
  struct plb_error err = {0};
  plb_status status = PLB_OK;
  for (uint32_t i = 0; i < ROWS && !status; i++)
    status = plb_rows_add(&rows, &allowance, 0, i, 0, 1, &err);
  assert_int_equal(status, PLB_IO);
  assert_non_null(strstr(err.message, "/nonexistent: could not make a temporary file in"));
  plb_rows_free(&rows);
  plb_allowance_free(&allowance);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(memory_does_not_matter), cmocka_unit_test(few_bytes),
                                     cmocka_unit_test(no_folder)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
