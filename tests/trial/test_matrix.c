/* SPDX-License-Identifier: Apache-2.0
 *
 * Score matrices: small ones for each rule, one larger than a block and than the head, and BSSR1 against
 * a reference that cuts it with strtok.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collect.h"

static void rows_and_classes(void **state) {
  (void)state;
  static const char *const texts[] = {
      ",a,b\na,0.75,0.125\nb,0.25,0.5\n", "id\ta\tb\na\t0.75\t0.125\nb\t0.25\t0.5", ";a;b\na;0.75;0.125\nb;0.25;0.5\n",
      "\xEF\xBB\xBF\"\",\"a\",\"b\"\r\n\"a\",0.75,0.125\r\n\"b\",\"0.25\", 0.5 \r\n\r\n"};
  struct collected reference;
  read_text("probe_subject,reference_subject,score\na,a,.75\na,b,.125\nb,a,.25\nb,b,.5\n", "csv", &reference);
  assert_read(&reference, "csv", 2, 2);
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    struct collected all;
    read_text(texts[i], NULL, &all);
    assert_read(&all, "matrix", 2, 2);
    assert_true(same_trials(&all, &reference));
    assert_true(all.traits.people && !all.traits.samples && !all.traits.direction_declared);
    collected_free(&all);
  }
  collected_free(&reference);
}

static void rows_in_another_order(void **state) {
  (void)state;
  struct collected all, reference;
  read_text(",a,b,c\nc,1,2,3\na,4,5,6\nb,7,8,9\n", NULL, &all);
  assert_read(&all, "matrix", 3, 6);
  read_text(",c,a,b\na,6,4,5\nb,9,7,8\nc,3,1,2\n", NULL, &reference);
  assert_true(same_trials(&all, &reference));
  collected_free(&all);
  collected_free(&reference);
}

static void quoted_ids(void **state) {
  (void)state;
  struct collected all;
  read_text(",\"a,\"\"x\"\"\",\"b, c\"\n\"b, c\",1,2\n\"a,\"\"x\"\"\",3,4\n", NULL, &all);
  assert_read(&all, "matrix", 2, 2);
  assert_int_equal(all.census.people.count, 2);
  size_t length;
  const char *text = plb_dict_text(&all.census.people, plb_dict_find(&all.census.people, "a,\"x\"", 5), &length);
  assert_int_equal(length, 5);
  assert_memory_equal(text, "a,\"x\"", 5);
  collected_free(&all);
}

static void missing_cells(void **state) {
  (void)state;
  const char *path = made_file("m.csv", ",a,b\na,0.75,NA\nb,,0.5\n");
  struct collected all;
  read_one(path, NULL, &all);
  assert_fails(&all, PLB_DATA, 2, 8, "--missing");
  collected_free(&all);
  struct plb_input input = plain();
  input.files = &path;
  input.file_count = 1;
  input.missing = PLB_MISSING_FTC;
  collect(&input, &all);
  assert_read(&all, "matrix", 2, 0);
  assert_int_equal(failed(&all, PLB_FAILED_COMPARE), 2);
  collected_free(&all);
}

static void ids_of_samples(void **state) {
  (void)state;
  const char *path = made_file("m.csv", ",s1,s2,s3\ns1,1,.8,.1\ns2,.8,1,.2\ns3,.1,.2,1\n");
  struct plb_input input = plain();
  input.files = &path;
  input.file_count = 1;
  input.samples = made_file("samples.csv", "sample,subject\ns1,ann\ns2,ann\ns3,bob\n");
  struct collected all;
  collect(&input, &all);
  assert_read(&all, "matrix", 2, 4);
  assert_int_equal(all.dropped[PLB_DROP_SELF], 3);
  assert_int_equal(all.census.people.count, 2);
  assert_true(all.traits.people && all.traits.samples);
  collected_free(&all);
}

static void errors(void **state) {
  (void)state;
  static const struct {
    const char *text;
    uint64_t line, column;
    const char *part;
  } bad[] = {{",a,b\na,1,2\nx,3,4\n", 3, 1, "not one of the 2 ids"},
             {",a,b\na,1,2\na,3,4\n", 3, 1, "second row with this id"},
             {",a,b\na,1,2\n", 2, 0, "ends after 1 of 2 rows"},
             {",a,b\na,1,2\nb,1\n", 3, 4, "fewer scores than columns"},
             {",a,b\na,1,2\nb\n", 3, 2, "0 scores"},
             {",a,b\na,1,2,3\nb,3,4\n", 2, 7, "more scores than columns"},
             {",a,b,\na,1,2\n", 1, 6, "empty id"},
             {",a,b,a\na,1,2\n", 1, 6, "column 4 is that of column 2 again"},
             {",a,b\na,1,2\nb,1,high\n", 3, 5, "\"high\" is not a number"},
             {",a,b\nx,1,2\nb,1,1\n", 2, 1, "not one of the 2 ids"},
             {"a\n", 1, 1, "one cell"}};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    struct collected all;
    read_text(bad[i].text, "matrix", &all);
    assert_fails(&all, PLB_DATA, bad[i].line, bad[i].column, bad[i].part);
    collected_free(&all);
    if (i >= 8)
      continue;
    read_text(bad[i].text, NULL, &all); /* still taken for a matrix */
    assert_fails(&all, PLB_DATA, bad[i].line, bad[i].column, bad[i].part);
    collected_free(&all);
  }
}

/* Tables that a matrix must not be taken for. */
static void csv_is_no_matrix(void **state) {
  (void)state;
  static const char *const texts[] = {",score,label\n0,0.5,1\n1,0.25,0\n", "score,mated,x\n1,1,5\n0.5,0,7\n"};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    struct collected all;
    read_text(texts[i], NULL, &all);
    assert_read(&all, "csv", 1, 1);
    collected_free(&all);
  }
}

/* 70 people with ids of some width: more cells than a block, and perhaps a first row longer than the head. */
static void check_larger(size_t width) {
  enum { PEOPLE = 70 };
  static char pad[1000];
  memset(pad, 'x', sizeof pad);
  size_t size = (PEOPLE + 1) * (PEOPLE * (width + 8) + width);
  char *text = malloc(size), *table = malloc(PEOPLE * PEOPLE * (2 * width + 24));
  assert_true(text && table);
  char *to = text, *row = table + sprintf(table, "probe_subject,reference_subject,score\n");
  for (int j = 0; j < PEOPLE; j++)
    to += sprintf(to, ",%d%.*s", j, (int)width, pad);
  for (int i = 0; i < PEOPLE; i++) {
    to += sprintf(to, "\n%d%.*s", i, (int)width, pad);
    for (int j = 0; j < PEOPLE; j++) {
      to += sprintf(to, ",%d.5", (i * 31 + j * 17) % 101);
      row += sprintf(row, "%d%.*s,%d%.*s,%d.5\n", i, (int)width, pad, j, (int)width, pad, (i * 31 + j * 17) % 101);
    }
  }
  struct collected all, reference;
  read_text(text, NULL, &all);
  assert_read(&all, "matrix", PEOPLE, PEOPLE * (PEOPLE - 1));
  read_text(table, "csv", &reference);
  assert_true(same_trials(&all, &reference));
  collected_free(&all);
  collected_free(&reference);
  free(text);
  free(table);
}

static void larger_than_a_block(void **state) {
  (void)state;
  check_larger(4);
}

static void wider_than_the_head(void **state) {
  (void)state;
  check_larger(1000);
}

static void check_bssr1(const char *name) {
  const char *path = shared_file(name);
  if (!path)
    skip();
  struct collected all;
  read_one(path, NULL, &all);
  assert_read(&all, "matrix", 517, 517 * 516);
  assert_int_equal(all.census.people.count, 517);
  char command[640];
  snprintf(command, sizeof command, "gzip -dc %s", path);
  FILE *file = popen(command, "r");
  char *line = NULL;
  size_t room = 0, at = 0;
  assert_non_null(file);
  assert_true(getline(&line, &room, file) > 0);
  while (getline(&line, &room, file) > 0) {
    const char *cell = strtok(line, ",\r\n");
    for (cell = strtok(NULL, ",\r\n"); cell; cell = strtok(NULL, ",\r\n"), at++) {
      assert_true(at < all.count && all.rows[at].score == strtod(cell, NULL));
      assert_int_equal(all.rows[at].mated, at % 518 == 0);
    }
  }
  free(line);
  assert_int_equal(pclose(file), 0);
  assert_int_equal(at, 517 * 517);
  collected_free(&all);
}

static void bssr1_face(void **state) {
  (void)state;
  check_bssr1("bssr1_set1_face_C.matrix.csv.gz");
}

static void bssr1_finger(void **state) {
  (void)state;
  check_bssr1("bssr1_set1_finger_left.matrix.csv.gz");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(rows_and_classes),    cmocka_unit_test(rows_in_another_order),
      cmocka_unit_test(quoted_ids),          cmocka_unit_test(missing_cells),
      cmocka_unit_test(ids_of_samples),      cmocka_unit_test(errors),
      cmocka_unit_test(csv_is_no_matrix),    cmocka_unit_test(larger_than_a_block),
      cmocka_unit_test(wider_than_the_head), cmocka_unit_test(bssr1_face),
      cmocka_unit_test(bssr1_finger)};
  return cmocka_run_group_tests_name("matrix", tests, NULL, NULL);
}
