/* SPDX-License-Identifier: Apache-2.0
 *
 * plb_check: the whole text for small inputs, and that faults are told one by one without ids.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collect.h"

static char text[1 << 16];

/* Checks `input`; the text is in `text`, with the folder of the made files taken out. Answers the problems. */
static uint64_t check(const struct plb_input *input) {
  char path[256];
  struct plb_error err = {0};
  uint64_t problems = 0;
  snprintf(path, sizeof path, "%s", made_file("check.txt", ""));
  if (plb_check(input, path, &problems, &err))
    fail_msg("%s", err.message);
  FILE *file = fopen(path, "r");
  assert_non_null(file);
  size_t length = fread(text, 1, sizeof text - 1, file);
  text[length] = '\0';
  fclose(file);
  char *slash = strrchr(path, '/');
  size_t folder = (size_t)(slash - path) + 1;
  slash[1] = '\0';
  for (char *at = text; (at = strstr(at, path));) {
    size_t number = folder + strspn(at + folder, "0123456789") + 1; /* "12-" before the name */
    memmove(at, at + number, strlen(at + number) + 1);
  }
  return problems;
}

static uint64_t check_one(const char *path) {
  struct plb_input input = plain();
  input.files = &path;
  input.file_count = 1;
  return check(&input);
}

static void assert_text(const char *expected) {
  if (strcmp(text, expected) != 0)
    print_message("%s", text);
  assert_string_equal(text, expected);
}

static size_t times(const char *part) {
  size_t count = 0;
  for (const char *at = text; (at = strstr(at, part)); at++)
    count++;
  return count;
}

static void a_good_table(void **state) {
  (void)state;
  const char *path = made_file("s.csv", "probe_sample,reference_sample,probe_subject,reference_subject,distance,"
                                        "probe_sex,x\n"
                                        "s1,s2,ann,ann,0.25,F,1\ns1,s2,ann,ann,0.25,F,1\ns1,s3,ann,bob,0.5,F,1\n"
                                        "s3,s3,bob,bob,0,M,1\n");
  assert_int_equal(check_one(path), 0);
  assert_text("s.csv\n"
              "  format        csv, by its content: a header line with names of columns that are known\n"
              "  compression   none\n"
              "  separator     comma\n"
              "  column 1      \"probe_sample\": sample of the probe\n"
              "  column 2      \"reference_sample\": sample of the reference\n"
              "  column 3      \"probe_subject\": person of the probe\n"
              "  column 4      \"reference_subject\": person of the reference\n"
              "  column 5      \"distance\": score\n"
              "  column 6      \"probe_sex\": attribute, used where --by or --where names it\n"
              "  column 7      \"x\": not used\n"
              "  rows          4\n"
              "  comparisons   2 mated, 1 non-mated\n"
              "  failures      none\n"
              "  left out      1: a sample compared with itself\n"
              "  direction     dissimilarity, declared\n"
              "  people        2\n"
              "  samples       3\n"
              "  repeats       1 row beyond the first of the same two samples\n"
              "  ties          100.0 % of the mated scores occur more than once\n"
              "  ties          0.0 % of the non-mated scores occur more than once\n"
              "  problems      none\n"
              "\n"
              "0 problems\n");
}

static void bad_rows(void **state) {
  (void)state;
  const char *path = made_file("s.txt", "anna anna x 0.5\nanna berta x 0.9.1\nanna berta x\n\nanna berta x 0.25\n");
  struct plb_input input = plain();
  input.files = &path;
  input.file_count = 1;
  input.format = "bob4";
  assert_int_equal(check(&input), 2);
  assert_text("s.txt\n"
              "  format        bob4, because --format says so\n"
              "  compression   none\n"
              "  separator     blanks\n"
              "  column 1      claimed_id: person of the reference\n"
              "  column 2      real_id: person of the probe\n"
              "  column 3      probe_label: not used\n"
              "  column 4      score: score\n"
              "  rows          2\n"
              "  comparisons   1 mated, 1 non-mated\n"
              "  failures      none\n"
              "  direction     similarity, not declared (--similarity or --dissimilarity)\n"
              "  people        2\n"
              "  samples       unknown, so repeats are not seen\n"
              "  ties          0.0 % of the mated scores occur more than once\n"
              "  ties          0.0 % of the non-mated scores occur more than once\n"
              "  problem       s.txt:2:14: \"0.9.1\" is not a number; expected a score\n"
              "  problem       s.txt:3:13: 3 columns between blanks; a row of format bob4 has 4: claimed_id real_id "
              "probe_label score\n"
              "\n"
              "2 problems\n");
}

static void many_problems(void **state) {
  (void)state;
  static char table[1 << 12];
  char *to = table + sprintf(table, "score,mated\n0.5,1\n0.25,0\n");
  for (int i = 0; i < 33; i++)
    to += sprintf(to, "x%d,1\n", i);
  assert_int_equal(check_one(made_file("s.csv", table)), 33);
  assert_int_equal(times("  problem       s.csv:"), 20);
  assert_int_equal(times("  problem       and 13 more like these\n"), 1);
  assert_int_equal(times("\"x19\" is not a number"), 1);
  assert_int_equal(times("\"x20\" is not a number"), 0);
  assert_int_equal(times("\n33 problems\n"), 1);
}

/* A cell of a matrix, an empty line, an unclosed quote: reading goes on behind each. */
static void goes_on_in_every_format(void **state) {
  (void)state;
  assert_int_equal(check_one(made_file("m.csv", ",a,b,c\na,1,x,0\nb,y,1,0\nc,0,0,z\n")), 3);
  assert_int_equal(times("comparisons   2 mated, 4 non-mated"), 1);
  assert_int_equal(check_one(made_file("m.csv", ",a,b,c\na,1,0,0\nb,1\nc,0,0,1,7\n")), 2);
  assert_int_equal(check_one(made_file("m.csv", ",a,b,c\na,1,0,0\nb,1,1,0\nq,0,0,1\n")), 2);
  assert_int_equal(times("not one of the 3 ids"), 1);
  assert_int_equal(times("ends after 2 of 3 rows"), 1);
  assert_int_equal(check_one(made_file("s.csv", "score,mated\n0.5,1\n\n0.25,0\n0.125,0\n0.75,1,1\n")), 2);
  assert_int_equal(times("comparisons   1 mated, 2 non-mated"), 1);
  struct plb_input input = plain();
  input.mated = made_file("m.txt", "7\nx\n8\n");
  input.nonmated = made_file("n.txt", "1\n-\n2\n");
  input.format = "pyeer-histogram";
  assert_int_equal(check(&input), 2);
  assert_int_equal(times("class         all mated, by the option"), 1);
  assert_int_equal(times("line k        how many comparisons"), 1);
  assert_int_equal(times("comparisons   0 mated, 3 non-mated"), 1);
}

/* Counts look like scores: only somebody who knows can tell. */
static void a_histogram_perhaps(void **state) {
  (void)state;
  static const char hint[] = "  or perhaps    counts; if line k, from 0, is how many comparisons had the score k, say "
                             "--format pyeer-histogram\n";
  struct plb_input input = plain();
  input.mated = made_file("m.txt", "7\n8\n");
  input.nonmated = made_file("n.txt", "0\n 3 \n2\n");
  assert_int_equal(check(&input), 0);
  assert_int_equal(times(hint), 1);
  input.nonmated = made_file("n.txt", "0\n3.5\n2\n");
  assert_int_equal(check(&input), 0);
  assert_int_equal(times(hint), 0);
}

/* What cannot be read at all does not keep the others from being looked at. */
static void several_files(void **state) {
  (void)state;
  const char *files[] = {"/nowhere/s.csv",
                         made_file("a.csv", "score,mated\n0.5,1\n0.25,0\n"),
                         made_file("b.csv", "score,mated\n0.5,1\n\xFF\n0.25,0\n"),
                         made_file("c.txt", "what is this\n"),
                         made_file("d.csv", "score,mated\n"),
                         made_file("e.csv", "distance,mated\n0.5,0\n.1,1\n")};
  struct plb_input input = plain();
  input.files = files;
  input.file_count = sizeof files / sizeof *files;
  assert_int_equal(check(&input), 5);
  assert_int_equal(times("These files cannot be measured as one test"), 1);
  assert_int_equal(times("/nowhere/s.csv: could not open"), 1);
  assert_int_equal(times("b.csv:3:1: "), 1);
  assert_int_equal(times("problem       c.txt:1"), 1);
  assert_int_equal(times("no comparisons here"), 1);
}

/* The two-file form is one test, and so is what comes with a table beside it. */
static void inputs_of_one_test(void **state) {
  (void)state;
  struct plb_input input = plain();
  input.mated = made_file("m.csv", "score\n0.5\n0.75\n");
  input.nonmated = made_file("n.csv", "distance\n0.5\n");
  assert_int_equal(check(&input), 2);
  assert_int_equal(times("problem       n.csv: distances here, but similarities in earlier inputs"), 1);
  assert_int_equal(times("\nall inputs\n"), 1);
  const char *files[] = {made_file("a.csv", "score,probe_sample,ref_sample\n0.5,a,b\n"),
                         made_file("b.csv", "score,probe_sample,ref_sample\n0.25,a,c\n")};
  input = plain();
  input.files = files;
  input.file_count = 2;
  input.samples = made_file("t.csv", "sample,subject\na,ann\nb,ann\nc,bob\n");
  assert_int_equal(check(&input), 0);
  assert_int_equal(times("people        2\n"), 1);
}

static void what_a_measurement_refuses(void **state) {
  (void)state;
  static char table[1 << 13];
  char *to = table;
  for (int i = 0; i < 200; i++)
    to += sprintf(to, "%d %d.5\n", i % 2, i % 2 ? i : 1000 + i);
  assert_int_equal(check_one(made_file("s.txt", table)), 1);
  assert_int_equal(times("declare --dissimilarity"), 1);
  assert_int_equal(check_one(made_file("s.txt", "1 0.5\n1 0.25\n")), 1);
  assert_int_equal(times("no completed non-mated comparisons"), 1);
  struct plb_input input = plain();
  const char *path = made_file("s.txt", table);
  input.files = &path;
  input.file_count = 1;
  input.direction = PLB_DISSIMILARITY;
  assert_int_equal(check(&input), 0);
}

static void tables_beside(void **state) {
  (void)state;
  const char *path = made_file("s.txt", "a b 0.5\na c 0.25\nz z 1\n");
  struct plb_input input = plain();
  input.files = &path;
  input.file_count = 1;
  input.trials = made_file("t.txt", "1 a b\n0 a c\n");
  assert_int_equal(check(&input), 0);
  assert_int_equal(times("left out      1: scored, but not in the trial list"), 1);
  input.trials = made_file("t.txt", "1 a b\n0 a c\n0 b c\n1 b b\n");
  assert_int_equal(check(&input), 1);
  assert_int_equal(times("t.txt:3: 2 of 4 trials have no score"), 1);
  input.missing = PLB_MISSING_FTA;
  assert_int_equal(check(&input), 0);
  assert_int_equal(times("failures      0 to enrol, 1 to acquire, 0 to compare"), 1);
  input.trials = made_file("t.txt", "1 a b\n2 a c\n");
  assert_int_equal(check(&input), 1);
  assert_int_equal(times("t.txt:2:1: not the class of a trial"), 1);
}

/* Words of the text that are ids or scores would be among those of the file. */
static void nobody_is_named(void **state) {
  (void)state;
  static char table[1 << 14];
  char *to = table + sprintf(table, "probe_subject,reference_subject,score,system\n");
  for (int i = 0; i < 60; i++)
    to += sprintf(to, "zoe%d,zoe%d,0.%d7,%s\n", i % 7, i % 5, 100 + i, i % 2 ? "alpha" : "beta");
  to += sprintf(to, "zoe1,,0.99,alpha\nzoe1,zoe2\n,zoe2,nan,beta\n");
  assert_int_equal(check_one(made_file("s.csv", table)), 3);
  assert_int_equal(times("zoe"), 0);
  for (int i = 0; i < 60; i++) {
    char score[16];
    snprintf(score, sizeof score, "0.%d7", 100 + i);
    assert_int_equal(times(score), 0);
  }
  assert_int_equal(times("  system        \"alpha\": "), 1);
}

static void real_data(void **state) {
  (void)state;
  const char *path = shared_file("bssr1_set1_finger_left.matrix.csv.gz");
  if (!path)
    skip();
  assert_int_equal(check_one(path), 0);
  assert_int_equal(times("format        matrix, by its content"), 1);
  assert_int_equal(times("compression   gzip"), 1);
  assert_int_equal(times("rows          267289\n"), 1);
  assert_int_equal(times("comparisons   517 mated, 266772 non-mated"), 1);
  assert_int_equal(times("people        517\n"), 1);
  assert_int_equal(times("100.0 % of the non-mated scores"), 1);
  assert_int_equal(check_one(shared_file("bob.bio.base/scores-nonorm-dev")), 1);
  assert_int_equal(times("declare --dissimilarity"), 1);
  assert_int_equal(check_one(shared_file("bob.measure/dev-1.txt")), 54);
  assert_int_equal(times("and 34 more"), 1);
}

static int stop_now(void *ctx, const char *stage, uint64_t done, uint64_t total) {
  (void)ctx;
  (void)done;
  (void)total;
  return stage[0] != '\0';
}

static void failing_calls(void **state) {
  (void)state;
  struct plb_error err;
  struct plb_input input = plain();
  uint64_t problems = 7;
  assert_int_equal(plb_check(&input, "/nowhere/out.txt", &problems, &err), PLB_IO);
  const char *made = made_file("out.txt", "");
  assert_int_equal(plb_check(&input, made, &problems, &err), PLB_USAGE);
  const char *path = made_file("s.txt", "1 0.5\n0 0.25\n");
  input.files = &path;
  input.file_count = 1;
  input.progress = stop_now;
  assert_int_equal(plb_check(&input, made, NULL, &err), PLB_CANCELLED);
  assert_int_equal(problems, 7);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_histogram_perhaps),
      cmocka_unit_test(a_good_table),
      cmocka_unit_test(bad_rows),
      cmocka_unit_test(many_problems),
      cmocka_unit_test(goes_on_in_every_format),
      cmocka_unit_test(several_files),
      cmocka_unit_test(inputs_of_one_test),
      cmocka_unit_test(what_a_measurement_refuses),
      cmocka_unit_test(tables_beside),
      cmocka_unit_test(nobody_is_named),
      cmocka_unit_test(real_data),
      cmocka_unit_test(failing_calls),
  };
  return cmocka_run_group_tests_name("check", tests, NULL, NULL);
}
