/* SPDX-License-Identifier: Apache-2.0
 *
 * Matrices of numbers with their ids and masks (NumPy, BEE) against tables and matrices of text with the same cells.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arrays.h"

static struct made made, other;

/* ---- matrices ----------------------------------------------------------------------------- */

enum { ROWS = 70, COLUMNS = 83 }; /* more cells than a block */

static double cell_of(int i, int j) {
  return (i * 31 + j * 17) % 101 + 0.5;
}

/* The matrix as an array, and as a table of text; the people of the columns are some of the rows and others. */
static const char *big_matrix(const char *type, bool fortran, int columns) {
  char descr[16], shape[32];
  snprintf(descr, sizeof descr, "'%s'", type);
  snprintf(shape, sizeof shape, "(%d, %d)", ROWS, columns);
  npy_begin(&made, 1, descr, fortran, shape);
  for (int k = 0; k < ROWS * columns; k++)
    put_number(&made, type, fortran ? cell_of(k % ROWS, k / ROWS) : cell_of(k / columns, k % columns));
  return made_array("big.npy", &made);
}

static const char *big_table(void) {
  static char text[ROWS * COLUMNS * 32];
  char *to = text + sprintf(text, "probe_subject,reference_subject,score\n");
  for (int i = 0; i < ROWS; i++)
    for (int j = 0; j < COLUMNS; j++)
      to += sprintf(to, "p%d,p%d,%g\n", i, j + 20, cell_of(i, j));
  return text;
}

static const char *ids_from(int first, int count) {
  static char text[4096];
  char *to = text;
  for (int i = 0; i < count; i++)
    to += sprintf(to, "p%d\n", first + i);
  return made_file("ids.txt", text);
}

static void check_matrix(const char *type, bool fortran, const struct collected *text) {
  const char *path = big_matrix(type, fortran, COLUMNS);
  struct plb_input input = plain();
  input.files = &path;
  input.file_count = 1;
  input.row_ids = ids_from(0, ROWS);
  input.column_ids = ids_from(20, COLUMNS);
  struct collected all;
  collect(&input, &all);
  assert_read(&all, "npy", ROWS - 20, ROWS * COLUMNS - (ROWS - 20));
  assert_true(same_trials(&all, text));
  assert_int_equal(all.inputs, 3);
  collected_free(&all);
}

static void matrices(void **state) {
  (void)state;
  struct collected text;
  read_text(big_table(), "csv", &text);
  check_matrix("<f4", false, &text);
  check_matrix("<f4", true, &text);
  check_matrix(">f8", false, &text);
  check_matrix(">f8", true, &text);
  collected_free(&text);
}

static const char *small_matrix(void) {
  npy_begin(&made, 1, "'<f8'", false, "(3, 3)");
  for (int k = 0; k < 9; k++)
    put_number(&made, "<f8", k == 5 ? (double)NAN : k);
  return made_array("small.npy", &made);
}

/* A matrix of text with the same cells, and the same beside it, gives the same trials. */
static void same_as_text(struct plb_input input, const char *row_ids) {
  struct collected text, all;
  const char *path = made_file("m.csv", ",a,b,c\na,0,1,2\nb,3,4,nan\nc,6,7,8\n");
  input.files = &path;
  input.file_count = 1;
  collect(&input, &text);
  path = small_matrix();
  input.row_ids = row_ids;
  collect(&input, &all);
  if (all.status)
    print_message("%s\n", all.err.message);
  assert_int_equal(all.status, text.status);
  assert_true(same_trials(&all, &text));
  assert_int_equal(all.file_rows, text.file_rows);
  for (int why = 0; why < PLB_DROPS; why++)
    assert_int_equal(all.dropped[why], text.dropped[why]);
  assert_int_equal(all.census.samples.count, text.census.samples.count);
  assert_int_equal(all.census.people.count, text.census.people.count);
  assert_memory_equal(&all.traits, &text.traits, sizeof all.traits);
  collected_free(&text);
  collected_free(&all);
}

static void rules_of_the_text_matrix(void **state) {
  (void)state;
  const char *ids = made_file("ids.txt", "a\n b\t\r\nc\n\n"), *column_ids[] = {NULL, ids};
  for (int k = 0; k < 2; k++) {
    struct plb_input input = plain();
    input.column_ids = column_ids[k];
    input.missing = PLB_MISSING_FTC;
    input.format = NULL;
    struct plb_input text = input;
    text.column_ids = NULL;
    same_as_text(text, ids);
    text.samples = made_file("samples.csv", "sample,subject,family\na,x,f\nb,x,f\nc,y,\n");
    same_as_text(text, ids);
    text.cluster = "family";
    same_as_text(text, ids);
    text.trials = made_file("trials.txt", "a b target\nb c nontarget\nb d nontarget\n");
    text.samples = made_file("samples.csv", "sample,subject,family\na,x,f\nb,x,f\nc,y,\nd,z,\n");
    same_as_text(text, ids);
  }
}

static void bad_lists(void **state) {
  (void)state;
  static const struct {
    const char *row, *column;
    uint64_t line;
    const char *part;
  } bad[] = {{"a\nb\n", NULL, 0, "2 ids; expected 3, one for each row of"},
             {"id\na\nb\nc\n", NULL, 0, "4 ids; expected 3, one for each row of"},
             {"id\na\nb\nc\n", NULL, 0, "is the first line a header?"},
             {"a\nb\nc\n", "a\nb\nc\nd\n", 0, "4 ids; expected 3, one for each column of"},
             {"a\n\nb\n", NULL, 2, "an empty line; expected an id in each line"},
             {"a\nb\na\n", NULL, 3, "the id of line 1 again; expected each id once"},
             {"a\nNA\nb\n", NULL, 2, "no id here; expected one in each line"}};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    struct plb_input input = plain();
    const char *path = small_matrix();
    input.files = &path;
    input.file_count = 1;
    input.row_ids = made_file("rows.txt", bad[i].row);
    input.column_ids = bad[i].column ? made_file("columns.txt", bad[i].column) : NULL;
    struct collected all;
    collect(&input, &all);
    assert_fails(&all, PLB_DATA, bad[i].line, 0, bad[i].part);
    collected_free(&all);
  }
  struct collected all;
  struct plb_input input = plain();
  const char *path = small_matrix();
  input.files = &path;
  input.file_count = 1;
  collect(&input, &all);
  assert_fails(&all, PLB_DATA, 0, 0, "a matrix without ids does not say which comparisons are mated");
  collected_free(&all);
  input.row_ids = made_file("rows.txt", "a\nb\nc\n");
  collect(&input, &all);
  assert_fails(&all, PLB_DATA, 2, 3, "small.npy: row 2, column 3: no score here");
  collected_free(&all);
  input.missing = PLB_MISSING_DROP;
  input.subjects = made_file("subjects.csv", "subject\na\nb\n");
  collect(&input, &all);
  assert_fails(&all, PLB_DATA, 3, 0, "rows.txt:3: this subject is not in the table of --subjects");
  collected_free(&all);
  path = big_matrix("<f4", false, COLUMNS);
  collect(&input, &all);
  assert_fails(&all, PLB_DATA, 0, 0, "70 rows and 83 columns; expected --column-ids beside --row-ids");
  collected_free(&all);
  path = made_file("m.csv", ",a,b\na,1,2\nb,3,4\n");
  collect(&input, &all);
  assert_fails(&all, PLB_USAGE, 0, 0, "--row-ids: this input is of format matrix");
  collected_free(&all);
}

/* ---- BEE ---------------------------------------------------------------------------------- */

static void read_mtx(const char *row_ids, bool masked, struct collected *all) {
  const char *path = made_array("s.mtx", &made);
  struct plb_input input = plain();
  input.files = &path;
  input.file_count = 1;
  input.row_ids = row_ids ? made_file("rows.txt", row_ids) : NULL;
  input.column_ids = row_ids ? made_file("columns.txt", "a\nb\nc\n") : NULL;
  input.mask = masked ? made_array("s.mask", &other) : NULL;
  collect(&input, all);
}

static void make_mtx(const char *first, bool big) {
  mtx_begin(&made, first, "MF", 2, 3, big);
  for (int k = 0; k < 6; k++)
    put_number(&made, big ? ">f4" : "<f4", k + 0.5);
  mtx_begin(&other, first, "MB", 2, 3, big);
  put_bytes(&other, "\xFF\x7F\x7F\x7F\xFF\0", 6);
}

static void bee(void **state) {
  (void)state;
  struct collected all, text;
  for (int k = 0; k < 4; k++) {
    bool distance = k % 2;
    make_mtx(distance ? "D2" : "S2", k / 2);
    read_mtx("a\nb\n", false, &all);
    read_text(distance
                  ? "probe_subject,reference_subject,distance\na,a,.5\na,b,1.5\na,c,2.5\nb,a,3.5\nb,b,4.5\nb,c,5.5\n"
                  : "probe_subject,reference_subject,score\na,a,.5\na,b,1.5\na,c,2.5\nb,a,3.5\nb,b,4.5\nb,c,5.5\n",
              "csv", &text);
    assert_read(&all, "mtx", 2, 4);
    assert_true(same_trials(&all, &text) && all.traits.direction_declared);
    assert_int_equal(all.traits.dissimilarity, distance);
    collected_free(&all);
    read_mtx("a\nb\n", true, &all);
    assert_read(&all, "mtx", 2, 3);
    assert_int_equal(all.dropped[PLB_DROP_MASKED], 1);
    assert_int_equal(all.file_rows, 6);
    assert_true(all.traits.people);
    collected_free(&all);
    read_mtx(NULL, true, &all);
    assert_read(&all, "mtx", 2, 3);
    assert_false(all.traits.people);
    collected_free(&all);
    collected_free(&text);
  }
}

static void ignored_ids_are_not_in_the_test(void **state) {
  (void)state;
  make_mtx("S2", false);
  memcpy(other.bytes + other.length - 6, "\xFF\x7F\0\x7F\xFF\0", 6);
  struct collected all;
  read_mtx("a\nb\n", true, &all);
  assert_read(&all, "mtx", 2, 2);
  assert_int_equal(all.census.people.count, 2);
  collected_free(&all);
}

static void fail_mtx(const char *row_ids, bool masked, uint64_t line, uint64_t column, const char *part) {
  struct collected all;
  read_mtx(row_ids, masked, &all);
  assert_fails(&all, PLB_DATA, line, column, part);
  collected_free(&all);
}

static void bad_bee(void **state) {
  (void)state;
  make_mtx("S2", false);
  fail_mtx(NULL, false, 0, 0, "a matrix without ids does not say which comparisons are mated");
  fail_mtx("b\na\n", true, 1, 1,
           "s.mtx: row 1, column 1: this row is of the mated comparisons, but its two subjects differ");
  other.bytes[other.length - 2] = 1;
  fail_mtx(NULL, true, 2, 2, "s.mask: row 2, column 2: 0x01 in a mask; expected 0xff (mated), 0x7f");
  other.length--;
  fail_mtx(NULL, true, 2, 2, "0x01 in a mask");
  other.bytes[other.length - 1] = '\x7F';
  fail_mtx(NULL, true, 0, 0, "s.mask: ends after 5 of the 6 bytes that the header says (6 times 1)");
  put_bytes(&other, "\x7F\x7F", 2);
  fail_mtx(NULL, true, 0, 0, "s.mask: 1 bytes or more behind the last cell");
  mtx_begin(&other, "S2", "MB", 3, 2, false);
  fail_mtx(NULL, true, 4, 0, "s.mask:4: 3 rows and 2 columns; expected 2 and 3 as in");
  mtx_begin(&other, "S2", "MF", 2, 3, false);
  fail_mtx(NULL, true, 4, 0, "s.mask:4: a matrix of scores (MF); expected a mask (MB)");
  make_mtx("S2", false);
  made.length--;
  fail_mtx(NULL, true, 0, 0,
           "s.mtx: ends after 23 of the 24 bytes that the header says (6 times 4); is the file cut off?");
  put_bytes(&made, "\0\0", 2);
  fail_mtx(NULL, true, 0, 0, "s.mtx: 1 bytes or more behind the last score; expected 6 times 4 bytes");
  mtx_begin(&made, "S2", "MB", 2, 3, false);
  fail_mtx(NULL, true, 4, 0, "a mask (MB); expected scores (MF)");
}

/* Cut off at every byte of the header, and with every byte of the fourth line wrong. */
static void bad_bee_headers(void **state) {
  (void)state;
  struct collected all;
  make_mtx("S2", false);
  size_t header = made.length - 24;
  for (size_t length = 1; length < header; length++) {
    read_one(made_bytes("cut.mtx", made.bytes, length), "mtx", &all);
    assert_int_equal(all.status, PLB_DATA);
    assert_true(all.err.line >= 1 && all.err.line <= 4);
    collected_free(&all);
  }
  for (size_t at = header - 13; at < header; at++) {
    struct made bad = made;
    bad.bytes[at] = '?';
    read_one(made_array("bad.mtx", &bad), "mtx", &all);
    assert_int_equal(all.status, PLB_DATA);
    assert_int_equal(all.err.line, 4);
    collected_free(&all);
  }
  static const char *const bad[] = {"S3\na\nb\nMF 1 1 xVY\x12\n", "S2\na\nb\nMF 1 1 \x78\x56\x34\x13\n",
                                    "S2\na\nb\nMF 99999999999 99999999999 \x78\x56\x34\x12\n",
                                    "S2\na\nb\nMF -1 1 \x78\x56\x34\x12\n", "S2\na\nb\nMF  1 \x78\x56\x34\x12\n"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    read_text(bad[i], "mtx", &all);
    assert_int_equal(all.status, PLB_DATA);
    assert_int_equal(all.err.line, i ? 4 : 1);
    collected_free(&all);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(matrices),
                                     cmocka_unit_test(rules_of_the_text_matrix),
                                     cmocka_unit_test(bad_lists),
                                     cmocka_unit_test(bee),
                                     cmocka_unit_test(ignored_ids_are_not_in_the_test),
                                     cmocka_unit_test(bad_bee),
                                     cmocka_unit_test(bad_bee_headers)};
  return cmocka_run_group_tests_name("grids", tests, NULL, NULL);
}
