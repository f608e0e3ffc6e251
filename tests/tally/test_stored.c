/* SPDX-License-Identifier: Apache-2.0
 *
 * Scores that stay in their file: every one comes once, as if it had been read row by row, and is counted as one by
 * one; and a file that is written to meanwhile is refused.
 */
#include "check.h"

#include <math.h>
#include <unistd.h>

#include "tally/ranks.h"
#include "tally/sort.h"
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

static bool sum_singles(void *state, const float *scores) {
  uint64_t *sums = state;
  for (size_t k = 0; k < PLB_CHUNK_ROWS; k++) {
    uint64_t key = plb_key_of((double)scores[k]);
    sums[0]++;
    sums[1] += (key ^ key >> 31) * UINT64_C(0x9E3779B97F4A7C15);
    sums[2]++;
  }
  return true;
}

/* The third sum: rows that came as they are. */
static plb_status walk_singles(const plb_tally *tally, uint64_t sums[3]) {
  return plb_rows_walk(&(struct plb_row_walk){.tally = tally,
                                              .rows = plb_class_rows(&tally->systems[0].of[0]),
                                              .visit = sum,
                                              .visit_singles = sum_singles,
                                              .fields = PLB_ROW_KEYS,
                                              .states = sums,
                                              .threads = 1},
                       NULL);
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
  uint64_t sums[2] = {0, 0}, expected[2] = {0, 0}, singles[3] = {0, 0, 0};
  size_t stored = 0;
  for (uint32_t i = 0; i < SCORES; i++) {
    uint64_t key = plb_key_of((double)score_of(i));
    expected[1] += (key ^ key >> 31) * UINT64_C(0x9E3779B97F4A7C15);
  }
  assert_int_equal(walk(tally, sums, NULL), PLB_OK);
  assert_int_equal(sums[0], SCORES);
  assert_true(sums[1] == expected[1]);
  assert_int_equal(walk_singles(tally, singles), PLB_OK);
  assert_int_equal(singles[0], SCORES);
  assert_true(singles[1] == expected[1]);
  assert_int_equal(singles[2], SCORES / PLB_CHUNK_ROWS * PLB_CHUNK_ROWS); /* those of packed chunks, too */
  assert_int_equal(class->completed, SCORES);
  assert_true(plb_value_of(class->lowest) == -0.25 && plb_value_of(class->highest) < 0.75);
  for (size_t k = 0; k < class->scores.packed_count; k++)
    stored += class->scores.packed[k].store != 0;
  assert_in_range(stored, 15, 18);
  plb_tally_free(tally);
  unlink(nonmated);
  unlink(mated);
}

/* ---- counting by span ------------------------------------------------------------------------ */

static double mated_score(uint32_t i) {
  return (double)score_of(3 * i) + 0.125;
}

/* Of all scores, by another way: one by one. */
static void count_one_by_one(const struct plb_span_map *map, uint64_t *counts, struct plb_moment_sums *moments,
                             uint64_t *below) {
  for (uint32_t i = 0; i < SCORES; i++) {
    uint64_t key = plb_key_of((double)score_of(i));
    uint32_t span = plb_span_of(map, key);
    counts[span]++;
    plb_moment_sums_add(moments, key, 1);
    for (uint32_t j = 0; j < 100; j++) {
      uint64_t mated = plb_key_of(mated_score(j));
      *below += plb_span_of(map, mated) == span ? (uint64_t)(mated < key) + (mated <= key) : 0;
    }
  }
}

/* Spans with more than 2^16 rows, and with few; scores that stay where they are, and others. */
static void check_spans(plb_tally *tally, const uint64_t *sample, size_t sampled, unsigned threads) {
  struct plb_moment_sums *sums = calloc(2, sizeof *sums);
  struct plb_counts mated = {0};
  struct plb_run run;
  struct plb_ranks ranks;
  struct plb_span_map map;
  struct plb_span_counts counts = {.threads = threads};
  plb_wide below = 0;
  uint64_t expected = 0;
  for (uint32_t j = 0; j < 100; j++)
    assert_true(plb_counts_add(&mated, plb_key_of(mated_score(j))));
  assert_true(sums && plb_counts_finish(&mated, &run) && plb_span_map_make(&map, sample, sampled));
  assert_true(plb_ranks_make(&ranks, &run, &map));
  uint64_t *by_span = calloc(map.count, sizeof *by_span);
  count_one_by_one(&map, by_span, &sums[1], &expected);
  struct plb_span_extras extras = {.moments = &sums[0], .ranks = &ranks, .rank_sum = &below};
  assert_int_equal(plb_span_count(tally, plb_class_rows(&tally->systems[0].of[0]), &map, &counts, &extras, NULL),
                   PLB_OK);
  assert_memory_equal(counts.all, by_span, map.count * sizeof *by_span);
  assert_true(below == expected);
  struct plb_moments moments[2] = {plb_moments_from(&sums[0]), plb_moments_from(&sums[1])};
  assert_memory_equal(&moments[0], &moments[1], sizeof *moments);
  assert_true(sums[0].infinite && sums[1].infinite);
  plb_span_counts_free(&counts);
  plb_span_map_free(&map);
  plb_ranks_free(&ranks);
  plb_counts_free(&mated);
  free(by_span);
  free(sums);
}

static void counted_by_span(void **unused) {
  (void)unused;
  char nonmated[] = "/tmp/plumbline-stored-XXXXXX", mated[] = "/tmp/plumbline-stored-XXXXXX";
  uint64_t one[] = {plb_key_of(0.5)}, tiny[] = {plb_key_of(1e-40), plb_key_of(0.25)}, some[64], scratch[64];
  close(mkstemp(nonmated));
  close(mkstemp(mated));
  write_scores(nonmated, SCORES, "");
  write_scores(mated, 100, "");
  plb_tally *tally = read_scores(nonmated, mated);
  for (uint32_t i = 0; i < 64; i++)
    some[i] = plb_key_of(mated_score(i));
  plb_sort_keys(some, scratch, 64);
  for (unsigned threads = 1; threads < 4; threads++) {
    check_spans(tally, one, 0, threads);
    check_spans(tally, one, 1, threads);
    check_spans(tally, tiny, 2, threads);
    check_spans(tally, some, 64, threads);
  }
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
  const struct CMUnitTest tests[] = {cmocka_unit_test(all_come_once), cmocka_unit_test(counted_by_span),
                                     cmocka_unit_test(written_to_meanwhile)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
