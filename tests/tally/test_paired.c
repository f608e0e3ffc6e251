/* SPDX-License-Identifier: Apache-2.0
 *
 * Several systems on the same trials: what is joined, what is left out and how it is counted, against a plain look-up
 * of every row in every other file; and what is refused.
 */
#include "check.h"

#include <unistd.h>

#include "base/key.h"
#include "tally/paired.h"

#define FILES 3
#define PEOPLE 9
#define SAMPLES 27
#define HEADER "reference_subject,probe_subject,reference_sample,probe_sample,status,score\n"

static char folder[] = "/tmp/plumbline-paired-XXXXXX";

/* A file of these rows: NULL, or "a,b,score" or "a,b,failed" of samples numbered from 0, three of each person. */
static const char *write_file(int number, const char *header, const char *text) {
  static char paths[FILES][64];
  char *path = paths[number];
  snprintf(path, sizeof paths[number], "%s/%c.csv", folder, 'a' + number);
  FILE *out = fopen(path, "w");
  fputs(header, out);
  fputs(text, out);
  fclose(out);
  return path;
}

static plb_status read_files(const char *const *paths, size_t count, bool unordered, struct plb_paired *paired,
                             struct plb_error *err) {
  struct plb_input inputs[FILES];
  for (size_t f = 0; f < count; f++) {
    plb_input_init(&inputs[f], sizeof inputs[f]);
    inputs[f].files = &paths[f];
    inputs[f].file_count = 1;
    inputs[f].threads = 2;
  }
  *paired = (struct plb_paired){0};
  return plb_paired_read(inputs, count, unordered, paired, err);
}

/* ---- against the plain look-up ------------------------------------------------------------------------ */

enum { ABSENT = -2, FAILED = -1 }; /* else a score */

struct plain {
  int at[FILES][SAMPLES][SAMPLES];
  bool twice[FILES][SAMPLES][SAMPLES]; /* the row is there again */
};

static void make(struct plain *plain, uint64_t seed) {
  for (int f = 0; f < FILES; f++)
    for (int i = 0; i < SAMPLES; i++)
      for (int j = 0; j < SAMPLES; j++) {
        uint32_t kind = draw_below(&seed, 20);
        plain->at[f][i][j] = i == j || kind < 4 ? ABSENT : kind == 4 ? FAILED : (int)draw_below(&seed, 50);
        plain->twice[f][i][j] = draw_below(&seed, 30) == 0;
      }
}

static void write_row(FILE *out, const struct plain *plain, int f, int i, int j) {
  int score = plain->at[f][i][j];
  if (score == ABSENT)
    return;
  for (int times = plain->twice[f][i][j] ? 2 : 1; times > 0; times--) {
    fprintf(out, "p%d,p%d,s%d,s%d,%s,", i / 3, j / 3, i, j, score == FAILED ? "failed-to-compare" : "ok");
    fprintf(out, score == FAILED ? "\n" : "%d\n", score);
  }
}

/* In another order in each file. */
static const char *write_plain(const struct plain *plain, int f) {
  const char *path = write_file(f, HEADER, "");
  FILE *out = fopen(path, "a");
  for (int k = 0; k < SAMPLES * SAMPLES; k++) {
    int at = f == 0 ? k : (k * 100 + 7 * f) % (SAMPLES * SAMPLES);
    write_row(out, plain, f, at / SAMPLES, at % SAMPLES);
  }
  fclose(out);
  return path;
}

struct expected {
  uint64_t joined[2], lost[2], alone[FILES][2], failed[FILES][2], left_out[FILES][2], repeated[FILES];
  double sum[FILES][2]; /* of the scores that are joined */
};

static void expect(const struct plain *plain, struct expected *e) {
  *e = (struct expected){0};
  for (int k = 0; k < SAMPLES * SAMPLES; k++) {
    int i = k / SAMPLES, j = k % SAMPLES, mated = i / 3 == j / 3, absent = 0, failed = 0;
    for (int f = 0; f < FILES; f++) {
      absent += plain->at[f][i][j] == ABSENT;
      failed += plain->at[f][i][j] == FAILED;
      e->repeated[f] += plain->at[f][i][j] != ABSENT && plain->twice[f][i][j];
    }
    for (int f = 0; f < FILES; f++) {
      int score = plain->at[f][i][j];
      e->alone[f][mated] += score != ABSENT && absent;
      e->failed[f][mated] += !absent && score == FAILED;
      e->left_out[f][mated] += !absent && failed && score != FAILED;
      e->sum[f][mated] += !absent && !failed ? score : 0;
    }
    e->lost[mated] += !absent && failed;
    e->joined[mated] += !absent && !failed;
  }
}

static double sum_of(const struct plb_tally *tally, const struct plb_rows *rows) {
  static struct plb_row_buffer buffer;
  const struct plb_chunk *chunk;
  size_t count;
  double sum = 0;
  for (size_t k = 0; k < plb_rows_chunks(rows); k++) {
    assert_int_equal(plb_rows_chunk(rows, &tally->allowance, k, PLB_ROW_KEYS, &buffer, &chunk, &count, NULL), PLB_OK);
    for (size_t r = 0; r < count; r++)
      sum += plb_value_of(chunk->keys[r]);
  }
  return sum;
}

static void joins_like_the_plain_look_up(void **state) {
  static struct plain plain;
  (void)state;
  for (uint64_t seed = 1; seed <= 6; seed++) {
    const char *paths[FILES];
    struct expected want;
    struct plb_paired paired;
    make(&plain, seed);
    for (int f = 0; f < FILES; f++)
      paths[f] = write_plain(&plain, f);
    expect(&plain, &want);
    assert_int_equal(read_files(paths, FILES, false, &paired, NULL), PLB_OK);
    assert_int_equal(paired.system_count, FILES);
    assert_true(paired.by_samples);
    for (int c = 0; c < 2; c++) {
      assert_int_equal(paired.joined[c], want.joined[c]);
      assert_int_equal(paired.lost[c], want.lost[c]);
      for (int f = 0; f < FILES; f++) {
        const struct plb_system_tally *system = &paired.tally->systems[f];
        assert_int_equal(paired.systems[f].alone[c], want.alone[f][c]);
        assert_int_equal(paired.systems[f].failed[c], want.failed[f][c]);
        assert_int_equal(paired.systems[f].left_out[c], want.left_out[f][c]);
        assert_int_equal(paired.systems[f].repeated, want.repeated[f]);
        assert_int_equal(system->of[c].completed, want.joined[c]);
        assert_close(sum_of(paired.tally, &system->of[c].rows), want.sum[f][c], 1e-12);
      }
    }
    assert_string_equal(paired.systems[2].name, "c");
    plb_paired_free(&paired);
  }
}

/* ---- what is refused, and what is not ------------------------------------------------------------------- */

static void refuses(const char *header, const char *first, const char *second, const char *words) {
  const char *paths[] = {write_file(0, header, first), write_file(1, header, second)};
  struct plb_paired paired;
  struct plb_error err = {0};
  assert_int_equal(read_files(paths, 2, false, &paired, &err), PLB_DATA);
  if (!strstr(err.message, words))
    print_error("%s\n", err.message);
  assert_non_null(strstr(err.message, words));
  plb_paired_free(&paired);
}

static void refuses_what_cannot_be_joined(void **state) {
  (void)state;
  static const char people[] = "reference_subject,probe_subject,score\n",
                    samples[] = "reference_sample,probe_sample,mated,score\n";
  refuses(HEADER, "p1,p2,s1,s2,ok,3\np1,p2,s1,s2,ok,4\n", "p1,p2,s1,s2,ok,3\n", "1 rows compare two samples again");
  refuses(people, "p1,p2,3\np1,p2,4\n", "p1,p2,3\n", "without samples in every file");
  refuses(HEADER, "p1,p2,s1,s2,ok,3\n", "p1,p3,s1,s2,ok,3\n", "belongs to another person than in an earlier file");
  refuses(HEADER, "p1,p2,s1,s2,ok,3\n", "p1,p2,s2,s1,ok,3\n", "belongs to another person");
  refuses(HEADER, "p1,p2,s1,s2,ok,3\n", "p5,p6,s5,s6,ok,3\n", "no trial in common");
  refuses(samples, "s1,s2,0,3\n", "s1,s2,0,3\n", "the people of these comparisons are not known");
  refuses(samples, "s1,s2,0,3\n", "s1,s2,1,3\n", "1 comparisons are mated for system a and non-mated for system b");
  refuses("score,mated\n", "1,1\n", "1,1\n", "do not say what was compared");
}

static void joins_what_can_be(void **state) {
  static const char people[] = "reference_subject,probe_subject,score\n";
  struct plb_paired paired;
  (void)state;
  /* an input without samples is joined by people, whoever has samples */
  const char *mixed[] = {write_file(0, people, "p1,p2,3\np1,p1,9\n"),
                         write_file(1, HEADER, "p1,p2,s1,s2,ok,4\np1,p1,s1,s3,ok,5\np2,p1,s2,s1,ok,1\n")};
  assert_int_equal(read_files(mixed, 2, false, &paired, NULL), PLB_OK);
  assert_false(paired.by_samples);
  assert_int_equal(paired.joined[0], 1);
  assert_int_equal(paired.joined[1], 1);
  assert_int_equal(paired.systems[1].alone[0], 1);
  plb_paired_free(&paired);
  /* the other order is another trial, unless it is said that it is not */
  const char *turned[] = {write_file(0, HEADER, "p1,p2,s1,s2,ok,3\np1,p1,s1,s3,ok,5\n"),
                          write_file(1, HEADER, "p2,p1,s2,s1,ok,4\np1,p1,s1,s3,ok,5\n")};
  assert_int_equal(read_files(turned, 2, false, &paired, NULL), PLB_OK);
  assert_int_equal(paired.joined[0], 0);
  assert_int_equal(paired.turned[0], 1);
  plb_paired_free(&paired);
  assert_int_equal(read_files(turned, 2, true, &paired, NULL), PLB_OK);
  assert_int_equal(paired.joined[0], 1);
  assert_int_equal(paired.turned[0], 0);
  plb_paired_free(&paired);
}

static void systems_are_named(void **state) {
  struct plb_paired paired;
  (void)state;
  const char *path =
      write_file(0, "system,reference_subject,probe_subject,score\n", "z,p1,p2,1\nb,p1,p2,2\nz,p1,p1,3\nb,p1,p1,4\n");
  assert_int_equal(read_files(&path, 1, false, &paired, NULL), PLB_OK);
  assert_string_equal(paired.systems[0].name, "b");
  assert_string_equal(paired.systems[1].name, "z");
  assert_close(plb_value_of(paired.tally->systems[0].of[1].lowest), 4, 0);
  plb_paired_free(&paired);
  struct plb_input inputs[2];
  for (int f = 0; f < 2; f++) {
    plb_input_init(&inputs[f], sizeof inputs[f]);
    inputs[f].files = &path;
    inputs[f].file_count = 1;
  }
  assert_int_equal(plb_paired_read(inputs, 2, false, &paired, NULL), PLB_OK);
  assert_string_equal(paired.systems[2].name, "b (2)");
  assert_string_equal(paired.systems[3].name, "z (2)");
  plb_paired_free(&paired);
}

static int make_folder(void **state) {
  (void)state;
  return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state) {
  (void)state;
  for (int f = 0; f < FILES; f++)
    unlink(write_file(f, "", ""));
  return rmdir(folder);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(joins_like_the_plain_look_up),
      cmocka_unit_test(refuses_what_cannot_be_joined),
      cmocka_unit_test(joins_what_can_be),
      cmocka_unit_test(systems_are_named),
  };
  return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
