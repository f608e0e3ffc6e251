/* SPDX-License-Identifier: Apache-2.0
 *
 * Scores that stay in their file: every one comes once, as if it had been read row by row, and a file that is written
 * to meanwhile is refused.
 */
#include "check.h"

#include <math.h>
#include <unistd.h>

#include "tally/tally.h"
#include "tally/walk.h"

enum { SCORES = 20 * PLB_STORED_ROWS + 77 };

/* Plain numbers, but for an infinite one in the third run and -0 in the fifth. */
static float score_of(uint32_t i) {
  if (i == 3 * PLB_STORED_ROWS)
    return INFINITY;
  return i == 5 * PLB_STORED_ROWS + 9 ? -0.0f : (float)((double)(i * 7919 % 65536) / 65536 - 0.25);
}

static void write_scores(const char *path, uint32_t count, const char *tail) {
  FILE *file = fopen(path, "wb");
  char header[128];
  assert_non_null(file);
  int length =
      snprintf(header, sizeof header, "\x93NUMPY\x01%c%c%c{'descr': '<f4', 'fortran_order': False, 'shape': (%u,)}", 0,
               (int)sizeof header - 10, 0, count);
  memset(header + length, ' ', sizeof header - (size_t)length);
  assert_int_equal(fwrite(header, sizeof header, 1, file), 1);
  for (uint32_t i = 0; i < count; i++) {
    float score = score_of(i);
    assert_int_equal(fwrite(&score, sizeof score, 1, file), 1);
  }
  fputs(tail, file);
  assert_int_equal(fclose(file), 0);
}

static plb_tally *read_scores(const char *nonmated, const char *mated) {
  struct plb_input input;
  plb_tally *tally;
  plb_input_init(&input, sizeof input);
  input.nonmated = nonmated;
  input.mated = mated;
  input.direction = PLB_SIMILARITY;
  assert_int_equal(plb_tally_read(&input, &tally, NULL), PLB_OK);
  return tally;
}

static bool sum(void *state, const struct plb_chunk *chunk, size_t count) {
  uint64_t *sums = state; /* rows, and the sum of the hashes of their keys */
  for (size_t k = 0; k < count; k++) {
    sums[0]++;
    sums[1] += (chunk->keys[k] ^ chunk->keys[k] >> 31) * UINT64_C(0x9E3779B97F4A7C15);
  }
  return true;
}

static plb_status walk(const plb_tally *tally, uint64_t sums[2], struct plb_error *err) {
  return plb_rows_walk(&(struct plb_row_walk){.tally = tally,
                                              .rows = plb_class_rows(&tally->systems[0].of[0]),
                                              .visit = sum,
                                              .fields = PLB_ROW_KEYS,
                                              .states = sums,
                                              .threads = 1},
                       err);
}

static void all_come_once(void **unused) {
  (void)unused;
  char nonmated[] = "/tmp/plumbline-stored-XXXXXX", mated[] = "/tmp/plumbline-stored-XXXXXX";
  close(mkstemp(nonmated));
  close(mkstemp(mated));
  write_scores(nonmated, SCORES, "");
  write_scores(mated, 100, "");
  plb_tally *tally = read_scores(nonmated, mated);
  const struct plb_class_tally *class = &tally->systems[0].of[0];
  uint64_t sums[2] = {0, 0}, expected[2] = {0, 0};
  size_t stored = 0;
  for (uint32_t i = 0; i < SCORES; i++) {
    uint64_t key = plb_key_of((double)score_of(i));
    expected[1] += (key ^ key >> 31) * UINT64_C(0x9E3779B97F4A7C15);
  }
  assert_int_equal(walk(tally, sums, NULL), PLB_OK);
  assert_int_equal(sums[0], SCORES);
  assert_true(sums[1] == expected[1]);
  assert_int_equal(class->completed, SCORES);
  assert_true(plb_value_of(class->lowest) == -0.25 && plb_value_of(class->highest) < 0.75);
  for (size_t k = 0; k < class->scores.packed_count; k++)
    stored += class->scores.packed[k].store != 0;
  assert_in_range(stored, 15, 18);
  plb_tally_free(tally);
  unlink(nonmated);
  unlink(mated);
}

static void written_to_meanwhile(void **unused) {
  (void)unused;
  char nonmated[] = "/tmp/plumbline-stored-XXXXXX", mated[] = "/tmp/plumbline-stored-XXXXXX";
  uint64_t sums[2] = {0, 0};
  struct plb_error err;
  close(mkstemp(nonmated));
  close(mkstemp(mated));
  write_scores(mated, 100, "");
  for (int shorter = 0; shorter < 2; shorter++) {
    write_scores(nonmated, SCORES, "");
    plb_tally *tally = read_scores(nonmated, mated);
    write_scores(nonmated, shorter ? PLB_STORED_ROWS : SCORES, shorter ? "" : "x");
    assert_int_equal(walk(tally, sums, &err), PLB_IO);
    assert_non_null(strstr(err.message, "changed while it was measured"));
    plb_tally_free(tally);
  }
  unlink(nonmated);
  unlink(mated);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(all_come_once), cmocka_unit_test(written_to_meanwhile)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
