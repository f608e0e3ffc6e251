/* SPDX-License-Identifier: Apache-2.0
 *
 * Columns of plumbline: rows come back as they went in, in their order; several files are one test; what others wrote
 * by the description of the layout is checked. Spools, and names of parts of files. What other layouts hold is tested
 * with files of h5py in tests/cli.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collect.h"
#include "trial/hdf5_layout.h"
#include "trial/place.h"
#include "trial/reader.h"
#include "trial/spool.h"

static const char TABLE[] = "score,mated,reference_subject,probe_subject,reference_sample,probe_sample,status\n"
                            "0.5,1,a,a,a1,a2,ok\n"
                            "0.1,0,b,a,b1,a1,ok\n"
                            "-0,0,a,b,a2,b1,ok\n"
                            ",1,b,b,b1,b2,failed-to-acquire\n"
                            "9,1,b,b,b2,b2,ok\n"
                            "inf,1,b,b,b3,b1,ok\n";

static bool no_hdf5(void) {
  if (plb_hdf5_supported("x", NULL) == PLB_OK)
    return false;
  printf("# SKIPPED: this build has no HDF5\n");
  return true;
}

static const char *converted(const char *text, const struct plb_input *options) {
  const char *from = made_file("scores.csv", text), *to = made_file("columns.h5", "");
  struct plb_input input = options ? *options : plain();
  struct plb_error err;
  input.files = &from;
  input.file_count = 1;
  if (plb_convert(&input, to, NULL, &err))
    fail_msg("%s", err.message);
  return to;
}

/* The same rows in the same order, people and samples by name. */
static void assert_same_rows(const struct collected *left, const struct collected *right) {
  assert_int_equal(left->count, right->count);
  assert_true(same_trials(left, right));
  for (size_t i = 0; i < left->count; i++) {
    assert_true(left->rows[i].score == right->rows[i].score);
    assert_int_equal(left->rows[i].outcome, right->rows[i].outcome);
    assert_int_equal(left->rows[i].mated, right->rows[i].mated);
  }
  assert_int_equal(left->kept, right->kept);
  assert_int_equal(left->file_rows, right->file_rows);
  assert_memory_equal(left->dropped, right->dropped, sizeof left->dropped);
  assert_int_equal(left->traits.people, right->traits.people);
  assert_int_equal(left->traits.samples, right->traits.samples);
  assert_int_equal(left->traits.status, right->traits.status);
  assert_int_equal(left->traits.dissimilarity, right->traits.dissimilarity);
  assert_int_equal(left->traits.direction_declared, right->traits.direction_declared);
}

static void test_round_trip(void **ctx) {
  (void)ctx;
  if (no_hdf5())
    skip();
  struct collected text, columns;
  read_text(TABLE, NULL, &text);
  read_one(converted(TABLE, NULL), NULL, &columns);
  assert_int_equal(columns.status, PLB_OK);
  assert_string_equal(columns.format, "hdf5");
  assert_same_rows(&columns, &text);
  assert_id(&columns.census.people, columns.rows[0].reference, "a");
  assert_id(&columns.census.samples, columns.rows[1].reference_sample, "b1");
  assert_int_equal(columns.census.samples.count, text.census.samples.count);
  assert_int_equal(columns.dropped[PLB_DROP_SELF], 1);
  collected_free(&text);
  collected_free(&columns);
}

static void test_distances(void **ctx) {
  (void)ctx;
  if (no_hdf5())
    skip();
  struct plb_input input = plain();
  struct collected columns;
  input.missing = PLB_MISSING_LOWEST;
  input.direction = PLB_DISSIMILARITY;
  read_one(converted("score,mated\n0.25,1\n,0\n4,0\n", &input), NULL, &columns);
  assert_int_equal(columns.status, PLB_OK);
  assert_true(columns.traits.dissimilarity && columns.traits.direction_declared);
  assert_true(columns.rows[0].score == -0.25 && columns.rows[1].score < -1e308 && columns.rows[2].score == -4);
  collected_free(&columns);
}

/* Rows of which there are more than a block and a piece hold, and two files with ids in common. */
static void test_several(void **ctx) {
  (void)ctx;
  if (no_hdf5())
    skip();
  enum { ROWS = 40000 };
  char *texts[2];
  const char *files[2], *columns[2];
  for (int k = 0; k < 2; k++) {
    assert_non_null(texts[k] = malloc(ROWS * 32 + 64));
    size_t used = (size_t)sprintf(texts[k], "score,reference_subject,probe_subject\n");
    for (int i = 0; i < ROWS; i++)
      used += (size_t)sprintf(texts[k] + used, "%d,p%d,p%d\n", i * 7 % 1000, i % 97 + 30 * k, i % 89);
    files[k] = made_file("scores.csv", texts[k]);
    columns[k] = converted(texts[k], NULL);
  }
  struct plb_input input = plain();
  struct collected text, both;
  input.file_count = 2;
  input.files = files;
  collect(&input, &text);
  input.files = columns;
  collect(&input, &both);
  assert_int_equal(both.status, PLB_OK);
  assert_int_equal(both.count, 2 * ROWS);
  assert_same_rows(&both, &text);
  assert_int_equal(both.census.people.count, text.census.people.count);
  files[1] = columns[1];
  collected_free(&both);
  input.files = files;
  collect(&input, &both);
  assert_same_rows(&both, &text);
  collected_free(&both);
  input.mated = input.nonmated = columns[0];
  input.file_count = 0;
  collect(&input, &both);
  assert_fails(&both, PLB_DATA, 90, 0, "a non-mated comparison in a file of mated ones");
  collected_free(&text);
  collected_free(&both);
  free(texts[0]);
  free(texts[1]);
}

/* A sample of one person in one file, of another in the next. */
static void test_contradiction(void **ctx) {
  (void)ctx;
  if (no_hdf5())
    skip();
  const char *files[2];
  files[0] = converted(TABLE, NULL);
  files[1] = converted("score,reference_subject,probe_subject,reference_sample,probe_sample\n1,c,c,a1,c2\n", NULL);
  struct plb_input input = plain();
  struct collected both;
  input.files = files;
  input.file_count = 2;
  collect(&input, &both);
  assert_fails(&both, PLB_DATA, 1, 0, "this sample belongs to another person in an earlier row");
  collected_free(&both);
}

/* ---- files of others ----------------------------------------------------------------------- */

static const float scores[] = {1, 2, 3};
static const uint8_t classes[] = {1, 0, 0};
static const uint32_t references[] = {0, 0, 1}, probes[] = {0, 1, 0};

struct made {
  const char *direction;
  const void *columns[PLB_COLUMNS];
  enum plb_number numbers[PLB_COLUMNS];
  uint64_t rows[PLB_COLUMNS];
  const char *ids[4];
};

static struct made good(void) {
  struct made made = {.direction = "similarity", .ids = {"a", "b"}};
  const void *columns[] = {scores, classes, references, probes};
  for (int i = 0; i < PLB_COLUMNS; i++) {
    made.columns[i] = i < 4 ? columns[i] : NULL;
    made.numbers[i] = i ? plb_layout_columns[i].number : PLB_FLOAT32;
    made.rows[i] = 3;
  }
  return made;
}

static void write_at(int fd, uint64_t at, const void *bytes, size_t length) {
  assert_int_equal(pwrite(fd, bytes, length, (off_t)at), length);
}

/* The page in front, as it should be. */
static void seal(const char *path) {
  char front[PLB_LAYOUT_FRONT];
  struct plb_digester *digester;
  struct stat about;
  int fd = open(path, O_RDWR);
  assert_true(fd >= 0 && fstat(fd, &about) == 0);
  size_t length = (size_t)about.st_size - PLB_LAYOUT_FRONT;
  char *rest = malloc(length);
  assert_non_null(rest);
  assert_int_equal(pread(fd, rest, length, PLB_LAYOUT_FRONT), length);
  assert_int_equal(plb_digester_new(PLB_DIGEST_XXH3, &digester, NULL), PLB_OK);
  assert_int_equal(plb_digester_add(digester, rest, length, NULL), PLB_OK);
  plb_layout_front(front, (uint64_t)about.st_size, plb_digester_text(digester));
  write_at(fd, 0, front, sizeof front);
  plb_digester_free(digester);
  free(rest);
  close(fd);
}

static const char *make(const struct made *made) {
  const char *path = made_file("other.h5", "");
  struct plb_hdf5_new *file;
  struct plb_dict ids = {0};
  uint64_t offsets[PLB_COLUMNS] = {0};
  uint32_t order[4] = {0, 1, 2, 3}, number;
  assert_int_equal(plb_hdf5_create(path, PLB_LAYOUT_FRONT, &file, NULL), PLB_OK);
  assert_int_equal(plb_hdf5_put_number(file, PLB_LAYOUT_ROWS, 3, NULL), PLB_OK);
  assert_int_equal(plb_hdf5_put_text(file, PLB_LAYOUT_DIRECTION, made->direction, NULL), PLB_OK);
  for (int i = 0; i < 4 && made->ids[i]; i++)
    assert_true(plb_dict_put(&ids, made->ids[i], strlen(made->ids[i]), &number));
  if (ids.count)
    assert_int_equal(plb_hdf5_put_texts(file, "people", &ids, order, NULL), PLB_OK);
  for (int i = 0; i < PLB_COLUMNS; i++)
    if (made->columns[i])
      assert_int_equal(
          plb_hdf5_put_column(file, plb_layout_columns[i].name, made->numbers[i], made->rows[i], &offsets[i], NULL),
          PLB_OK);
  assert_int_equal(plb_hdf5_finish(file, NULL), PLB_OK);
  int fd = open(path, O_RDWR);
  for (int i = 0; i < PLB_COLUMNS; i++)
    if (made->columns[i])
      write_at(fd, offsets[i], made->columns[i], made->rows[i] * plb_number_bytes(made->numbers[i]));
  close(fd);
  plb_dict_free(&ids);
  seal(path);
  return path;
}

static void refuses(const struct made *made, uint64_t row, const char *part) {
  struct collected all;
  read_one(make(made), NULL, &all);
  assert_fails(&all, PLB_DATA, row, 0, part);
  collected_free(&all);
}

static void test_of_others(void **ctx) {
  (void)ctx;
  if (no_hdf5())
    skip();
  static const uint8_t third[] = {1, 0, 2}, wrong[] = {1, 1, 0}, outcomes[] = {0, 0, 4};
  static const uint32_t beyond[] = {0, 1, 2};
  static const uint64_t none[] = {1, 0, 1};
  static const double no_number[] = {1, 2, (double)__builtin_nanf("")};
  struct made made = good();
  struct collected all;
  read_one(make(&made), NULL, &all);
  assert_read(&all, "hdf5", 1, 2);
  assert_true(all.rows[1].score == 2 && all.traits.direction_declared);
  collected_free(&all);
  made.columns[PLB_COLUMN_MATED] = third;
  refuses(&made, 3, "a class or an outcome that does not exist");
  made.columns[PLB_COLUMN_MATED] = wrong;
  refuses(&made, 2, "two people who differ, in a row of the mated comparisons");
  made = good();
  made.columns[PLB_COLUMN_OUTCOME] = outcomes;
  refuses(&made, 3, "a class or an outcome that does not exist");
  made = good();
  made.columns[PLB_COLUMN_PROBE] = beyond;
  refuses(&made, 0, "among rows 1 to 3: a number that is not in the table of its ids");
  made = good();
  made.columns[PLB_COLUMN_COUNT] = none;
  refuses(&made, 2, "a row that stands for no comparison");
  made = good();
  made.columns[PLB_COLUMN_SCORE] = no_number;
  made.numbers[PLB_COLUMN_SCORE] = PLB_FLOAT64;
  refuses(&made, 3, "the score is not a number");
}

static void test_layout_of_others(void **ctx) {
  (void)ctx;
  if (no_hdf5())
    skip();
  struct made made = good();
  made.direction = "backwards";
  refuses(&made, 0, "no attribute direction");
  made = good();
  made.columns[PLB_COLUMN_PROBE] = NULL;
  refuses(&made, 0, "one column of reference and probe without the other");
  made = good();
  made.rows[PLB_COLUMN_MATED] = 2;
  refuses(&made, 0, "no contiguous numbers, one for each row, in mated");
  made = good();
  made.numbers[PLB_COLUMN_REFERENCE] = PLB_FLOAT32;
  refuses(&made, 0, "no contiguous numbers, one for each row, in reference");
  made = good();
  made.columns[PLB_COLUMN_SCORE] = NULL;
  refuses(&made, 0, "no column score");
  made = good();
  made.ids[0] = "NA";
  refuses(&made, 0, "an id that is empty or NA");
}

/* ---- parts --------------------------------------------------------------------------------- */

static void test_spool(void **ctx) {
  (void)ctx;
  struct plb_spool *spool;
  uint64_t value;
  uint32_t in[70000], out[3];
  assert_int_equal(plb_spool_new("/tmp", sizeof *in, &spool, NULL), PLB_OK);
  for (size_t i = 0; i < 70000; i++)
    in[i] = 7;
  assert_int_equal(plb_spool_add(spool, in, 70000, NULL), PLB_OK);
  assert_true(plb_spool_uniform(spool, &value) && value == 7);
  assert_int_equal(plb_spool_read(spool, 69997, 3, out, NULL), PLB_OK);
  assert_true(out[0] == 7 && out[2] == 7);
  for (uint32_t i = 0; i < 70000; i++)
    in[i] = 7 + i;
  assert_int_equal(plb_spool_add(spool, in, 70000, NULL), PLB_OK);
  assert_false(plb_spool_uniform(spool, &value));
  assert_int_equal(plb_spool_count(spool), 140000);
  assert_int_equal(plb_spool_read(spool, 69999, 3, out, NULL), PLB_OK);
  assert_true(out[0] == 7 && out[1] == 7 && out[2] == 8);
  assert_int_equal(plb_spool_read(spool, 139997, 3, out, NULL), PLB_OK);
  assert_int_equal(out[2], 70006);
  plb_spool_free(spool);
  struct plb_error err;
  assert_int_equal(plb_spool_new("/tmp/no-such-folder", sizeof *in, &spool, NULL), PLB_OK);
  assert_int_equal(plb_spool_add(spool, in, 3, &err), PLB_IO);
  assert_non_null(strstr(err.message, "could not make a temporary file there"));
  plb_spool_free(spool);
}

static void splits(const char *path, const char *file, const char *inner) {
  char *seen;
  const char *part;
  assert_true(plb_place_split(path, &seen, &part));
  assert_string_equal(seen, file);
  if (inner)
    assert_string_equal(part, inner);
  else
    assert_null(part);
  free(seen);
}

static void test_place(void **ctx) {
  (void)ctx;
  char path[256];
  const char *there = made_file("a:b.h5", "x");
  splits(there, there, NULL);
  snprintf(path, sizeof path, "%s:/x/y", there);
  splits(path, there, "/x/y");
  snprintf(path, sizeof path, "%s:x", there);
  splits(path, path, NULL);
  splits("no-such.h5:/x", "no-such.h5:/x", NULL);
  splits("-", "-", NULL);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_round_trip), cmocka_unit_test(test_distances),
                                     cmocka_unit_test(test_several),    cmocka_unit_test(test_contradiction),
                                     cmocka_unit_test(test_of_others),  cmocka_unit_test(test_layout_of_others),
                                     cmocka_unit_test(test_spool),      cmocka_unit_test(test_place)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
