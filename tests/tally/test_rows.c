/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "tally/rows.h"

enum { ROWS = 5 * PLB_CHUNK_ROWS + 123 };

/* Rows come back in order with the smaller number first, wherever they lay. */
static void check_store(uint64_t memory) {
  struct plb_allowance allowance = {.left = memory, .folder = "/tmp", .file = -1};
  struct plb_rows rows = {0};
  struct plb_chunk *buffer = malloc(sizeof *buffer);
  struct plb_error err;
  for (uint32_t i = 0; i < ROWS; i++)
    assert_int_equal(plb_rows_add(&rows, &allowance, i * UINT64_C(77), i % 1000, 500, &err), PLB_OK);
  assert_int_equal(rows.count, ROWS);
  assert_int_equal(allowance.file >= 0, memory < 5 * sizeof *buffer);
  uint32_t at = 0;
  for (size_t k = 0; k < plb_rows_chunks(&rows); k++) {
    const struct plb_chunk *chunk;
    size_t count;
    assert_int_equal(plb_rows_chunk(&rows, &allowance, k, buffer, &chunk, &count, &err), PLB_OK);
    for (size_t i = 0; i < count; i++, at++) {
      uint32_t person = at % 1000;
      assert_true(chunk->keys[i] == at * UINT64_C(77));
      assert_int_equal(chunk->first[i], person < 500 ? person : 500);
      assert_int_equal(chunk->second[i], person < 500 ? 500 : person);
    }
  }
  assert_int_equal(at, ROWS);
  plb_rows_free(&rows);
  plb_allowance_free(&allowance);
  free(buffer);
}

static void memory_does_not_matter(void **unused) {
  (void)unused;
  check_store(0);
  check_store(2 * sizeof(struct plb_chunk));
  check_store(UINT64_C(1) << 30);
}

static void no_folder(void **unused) {
  (void)unused;
  struct plb_allowance allowance = {.left = 0, .folder = "/nonexistent", .file = -1};
  struct plb_rows rows = {0};
  struct plb_error err = {0};
  plb_status status = PLB_OK;
  for (uint32_t i = 0; i < ROWS && !status; i++)
    status = plb_rows_add(&rows, &allowance, i, 0, 1, &err);
  assert_int_equal(status, PLB_IO);
  assert_non_null(strstr(err.message, "/nonexistent: could not make a temporary file in"));
  plb_rows_free(&rows);
  plb_allowance_free(&allowance);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(memory_does_not_matter), cmocka_unit_test(no_folder)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
