/* SPDX-License-Identifier: Apache-2.0
 *
 * The blank separated formats: bob, labels, pyeer, frte. Small made files for each rule; the real files
 * against a reference that reads them with fscanf and writes the canonical CSV.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collect.h"

/* ---- bob ---------------------------------------------------------------------------------- */

static void bob4_rows(void **state) {
  (void)state;
  struct collected all;
  read_text("ann ann x 0.5\n\nann bob\ty  -1e-3\r\n", NULL, &all);
  assert_read(&all, "bob4", 1, 1);
  assert_id(&all.census.people, all.rows[1].reference, "ann");
  assert_id(&all.census.people, all.rows[1].probe, "bob");
  assert_int_equal(all.rows[0].reference_sample, PLB_NOBODY);
  assert_true(all.rows[0].score == 0.5 && all.rows[1].score == -1e-3);
  assert_true(all.traits.people && !all.traits.samples && !all.traits.direction_declared);
  collected_free(&all);
}

static void bob5_rows(void **state) {
  (void)state;
  struct collected all;
  read_text("ann m1 ann x 0.5\nann m1 bob x 7", NULL, &all);
  assert_read(&all, "bob5", 1, 1);
  assert_id(&all.census.people, all.rows[1].reference, "ann");
  assert_id(&all.census.people, all.rows[1].probe, "bob");
  collected_free(&all);
}

static void bob_errors(void **state) {
  (void)state;
  struct collected all;
  read_text("ann ann x 0.5\nann ann 0.5\n", "bob4", &all);
  assert_fails(&all, PLB_DATA, 2, 12, "3 columns between blanks; a row of format bob4 has 4");
  assert_null(strstr(all.err.message, "ann "));
  collected_free(&all);
  read_text("ann ann x 0.5 9\n", "bob4", &all);
  assert_fails(&all, PLB_DATA, 1, 15, "5 columns");
  collected_free(&all);
  read_text("ann ann x 0.5\nann bob x 0.9.1\n", "bob4", &all);
  assert_fails(&all, PLB_DATA, 2, 11, "\"0.9.1\" is not a number");
  collected_free(&all);
}

/* Tables that bob could have written, but others as well: the user has to say. */
static void bob_is_not_guessed(void **state) {
  (void)state;
  static const char *const texts[] = {"a b 0.5 1\na c 0.6 0\n", "a b 1 1\na c 2 0\n", "a b c 0.5 0.75\n",
                                      "a b c high\n", "a b c 0.5\na b c d 0.5\n"};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    struct collected all;
    read_text(texts[i], NULL, &all);
    assert_int_equal(all.status, PLB_DATA);
    assert_non_null(strstr(all.err.message, "--format"));
    collected_free(&all);
  }
}

/* The reference: fscanf, and the canonical CSV. */
static const char *bob_as_csv(const char *path, int columns) {
  static char out[1 << 17];
  size_t used = (size_t)snprintf(out, sizeof out, "reference_subject,probe_subject,score\n");
  FILE *file = fopen(path, "r");
  assert_non_null(file);
  char field[5][64];
  for (;;) {
    for (int i = 0; i < columns; i++)
      if (fscanf(file, "%63s", field[i]) != 1) {
        fclose(file);
        return made_file("reference.csv", out);
      }
    used +=
        (size_t)snprintf(out + used, sizeof out - used, "%s,%s,%s\n", field[0], field[columns - 3], field[columns - 1]);
    assert_true(used < sizeof out);
  }
}

static void bob_real(void **state) {
  (void)state;
  static const struct {
    const char *name;
    int columns;
    uint64_t mated, nonmated;
    uint32_t people;
  } known[] = {{"dev-4col.txt", 4, 390, 520, 26},
               {"dev-5col.txt", 5, 390, 520, 26},
               {"test-4col.txt", 4, 390, 520, 26},
               {"test-5col.txt", 5, 390, 520, 26},
               {"scores-nonorm-dev", 4, 100, 1900, 20},
               {"scores-nonorm-calibrated-dev", 4, 100, 1900, 20},
               {"scores-nonorm-fivecol-dev", 5, 100, 1900, 20},
               {"scores-nonorm-fileset-dev", 4, 20, 380, 20},
               {"scores-nonorm-openset-dev", 4, 50, 950, 20},
               {"scores-ztnorm-dev", 4, 100, 1900, 20},
               {"scores-cmc-4col.txt", 4, 100, 1900, 20},
               {"scores-cmc-5col.txt", 5, 100, 1900, 20},
               {"scores-cmc-4col-open-set.txt", 4, 7, 20, 5},
               {"scores-cmc-4col-open-set-one-error.txt", 4, 7, 20, 5},
               {"scores-cmc-4col-open-set-two-errors.txt", 4, 7, 20, 5}};
  for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
    char name[128];
    snprintf(name, sizeof name, "bob.bio.base/%s", known[i].name);
    const char *path = shared_file(name);
    if (!path)
      skip();
    struct collected all, reference;
    read_one(path, NULL, &all);
    assert_read(&all, known[i].columns == 4 ? "bob4" : "bob5", known[i].mated, known[i].nonmated);
    assert_int_equal(all.census.people.count, known[i].people);
    read_one(bob_as_csv(path, known[i].columns), "csv", &reference);
    assert_true(same_trials(&all, &reference));
    collected_free(&all);
    collected_free(&reference);
  }
}

/* The CSV that bob writes today goes through the aliases of the CSV reader. */
static void bob_csv(void **state) {
  (void)state;
  struct collected all;
  read_text("bio_ref_subject_id,probe_subject_id,probe_key,probe_attack_type,score\n"
            "1,1,s1/2,,0.5\n1,2,s2/1,,-0.25\n",
            NULL, &all);
  assert_read(&all, "csv", 1, 1);
  assert_id(&all.census.people, all.rows[1].reference, "1");
  assert_id(&all.census.people, all.rows[1].probe, "2");
  collected_free(&all);
  read_text("probe_template_id,probe_subject_id,probe_key,probe_gender,bio_ref_template_id,bio_ref_subject_id,"
            "bio_ref_gender,score\n7,2,s2/1,F,1,1,M,-0.25\n",
            NULL, &all);
  assert_read(&all, "csv", 0, 1);
  collected_free(&all);
}

/* ---- labels ------------------------------------------------------------------------------- */

static void labels_rows(void **state) {
  (void)state;
  static const char *const texts[] = {"-1 0.25\n1 0.5\n",
                                      "0 0.25\n1 0.5\n",
                                      "impostor 0.25\ngenuine 0.5\n",
                                      "nontarget\t0.25\r\n\r\ntarget\t0.5\r\n",
                                      "nonmated 0.25\nmated 0.5\n",
                                      "false 0.25\ntrue 0.5\n"};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    struct collected all;
    read_text(texts[i], NULL, &all);
    assert_read(&all, "labels", 1, 1);
    assert_false(all.traits.people);
    assert_int_equal(all.rows[0].mated, PLB_CLASS_NONMATED);
    assert_true(all.rows[0].score == 0.25 && all.rows[1].score == 0.5);
    collected_free(&all);
  }
}

static void labels_errors(void **state) {
  (void)state;
  struct collected all;
  read_text("1 0.5\n2 0.5\n", "labels", &all);
  assert_fails(&all, PLB_DATA, 2, 1, "\"2\"");
  collected_free(&all);
  read_text("1 0.5\n-1 nan\n", NULL, &all);
  assert_fails(&all, PLB_DATA, 2, 4, "--missing");
  collected_free(&all);
  read_text("1 0.5 x\n", "labels", &all);
  assert_fails(&all, PLB_DATA, 1, 7, "3 columns");
  collected_free(&all);
}

static void labels_missing(void **state) {
  (void)state;
  const char *path = made_file("scores.txt", "1 0.5\n-1 nan\n1 NaN\n-1 0.25\n");
  struct plb_input input = plain();
  input.files = &path;
  input.file_count = 1;
  input.missing = PLB_MISSING_FTA;
  struct collected all;
  collect(&input, &all);
  assert_read(&all, "labels", 1, 1);
  assert_int_equal(failed(&all, PLB_FAILED_ACQUIRE), 2);
  collected_free(&all);
}

/* dev-1 and its expected failures; the reference counts with fscanf. */
static void labels_real(void **state) {
  (void)state;
  static const char *const names[] = {"dev-1.txt", "dev-2.txt", "test-1.txt", "test-2.txt"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    char name[64], score[64];
    snprintf(name, sizeof name, "bob.measure/%s", names[i]);
    const char *path = shared_file(name);
    if (!path)
      skip();
    uint64_t scored[2] = {0, 0}, missing = 0;
    int label;
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    while (fscanf(file, "%d %63s", &label, score) == 2)
      if (strcmp(score, "nan") == 0)
        missing++;
      else
        scored[label == 1]++;
    fclose(file);
    struct plb_input input = plain();
    input.files = &path;
    input.file_count = 1;
    input.missing = PLB_MISSING_FTA;
    struct collected all;
    collect(&input, &all);
    assert_read(&all, "labels", scored[1], scored[0]);
    assert_int_equal(failed(&all, PLB_FAILED_ACQUIRE), missing);
    if (i == 0) {
      assert_int_equal(scored[1], 479 - 28);
      assert_int_equal(scored[0], 521 - 26);
    }
    collected_free(&all);
  }
}

/* ---- pyeer -------------------------------------------------------------------------------- */

static void pyeer_rows(void **state) {
  (void)state;
  struct collected all;
  read_classes(made_file("m.txt", "0.5\n 0.25 \n"), made_file("n.txt", "-1\n\ninf\n3e2"), NULL, &all);
  assert_read(&all, "pyeer", 2, 3);
  assert_false(all.traits.people);
  collected_free(&all);
  read_classes(made_file("m.txt", "p1 p2 0.5\n"), made_file("n.txt", "p1 p9 x 0.125\n"), "pyeer", &all);
  assert_read(&all, "pyeer", 1, 1);
  assert_true(all.rows[0].score == 0.5 && all.rows[1].score == 0.125);
  collected_free(&all);
}

static void pyeer_errors(void **state) {
  (void)state;
  struct collected all;
  read_text("0.5\n0.6\n", NULL, &all);
  assert_int_equal(all.status, PLB_DATA);
  assert_non_null(strstr(all.err.message, "--mated"));
  collected_free(&all);
  read_classes(made_file("m.txt", "0.5\nhello\n"), made_file("n.txt", "0.1\n"), "pyeer", &all);
  assert_fails(&all, PLB_DATA, 2, 1, "\"hello\" is not a number");
  collected_free(&all);
}

/* Counts of neighbouring scores are alike; scores in any order, and sorted ones, are not taken for counts. */
static void histogram_unnamed(void **state) {
  (void)state;
  struct collected all;
  char counts[1000] = "", shuffled[1000] = "", sorted[1000] = "";
  for (int k = 0; k < 60; k++) {
    int far = k < 25 ? 25 - k : k - 25, bin = k * 37 % 60, away = bin < 25 ? 25 - bin : bin - 25;
    sprintf(counts + strlen(counts), "%d\n", 900 / (9 + far * far) + k % 3);
    sprintf(shuffled + strlen(shuffled), "%d\n", 900 / (9 + away * away) + bin % 3);
    sprintf(sorted + strlen(sorted), "%d\n", k / 2);
  }
  const char *mated = made_file("m.txt", "3\n5\n");
  read_classes(mated, made_file("n.txt", counts), NULL, &all);
  assert_int_equal(all.status, PLB_DATA);
  assert_non_null(strstr(all.err.message, "n.txt: whole numbers that change little from line to line"));
  assert_non_null(strstr(all.err.message, "--format pyeer-histogram"));
  collected_free(&all);
  read_classes(mated, made_file("n.txt", counts), "pyeer", &all);
  assert_read(&all, "pyeer", 2, 60);
  collected_free(&all);
  read_classes(made_file("m.txt", counts), made_file("n.txt", shuffled), NULL, &all);
  assert_read(&all, "pyeer", 60, 60);
  collected_free(&all);
  read_classes(mated, made_file("n.txt", sorted), NULL, &all);
  assert_read(&all, "pyeer", 2, 60);
  collected_free(&all);
  read_classes(mated, made_file("n.txt", "1\n2\n2\n1\n0\n"), NULL, &all);
  assert_read(&all, "pyeer", 2, 5);
  collected_free(&all);
}

static void histogram_rows(void **state) {
  (void)state;
  struct collected all, single;
  read_classes(made_file("m.txt", "3\n 5\n"), made_file("n.txt", "2\n0\n 3\r\n1\n\n\n"), "pyeer-histogram", &all);
  assert_read(&all, "pyeer-histogram", 2, 6);
  read_classes(made_file("m.txt", "3\n5\n"), made_file("n.txt", "2\n0\n2\n0\n3\n2\n"), "pyeer", &single);
  assert_true(same_trials(&all, &single));
  collected_free(&all);
  collected_free(&single);
}

static void histogram_errors(void **state) {
  (void)state;
  static const struct {
    const char *text;
    uint64_t line, column;
    const char *part;
  } bad[] = {{"2\n-1\n", 2, 1, "not a count"},
             {"2\n1.5\n", 2, 1, "not a count"},
             {"2\n\n1\n", 2, 1, "an empty line"},
             {"2\n1 1\n", 2, 1, "not a count"},
             {" 99999999999999999999\n", 1, 0, "more than 2^53"}};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    struct collected all;
    read_classes(made_file("m.txt", "3\n"), made_file("n.txt", bad[i].text), "pyeer-histogram", &all);
    assert_fails(&all, PLB_DATA, bad[i].line, bad[i].column, bad[i].part);
    collected_free(&all);
  }
}

/* Beyond 2^53 in all, the mated scores among them. */
static void histogram_limit(void **state) {
  (void)state;
  struct collected all;
  read_classes(made_file("m.txt", "3\n"), made_file("n.txt", "9007199254740990\n1\n"), "pyeer-histogram", &all);
  assert_int_equal(all.status, PLB_OK);
  collected_free(&all);
  static const char *const bad[] = {"9007199254740990\n2\n", "1\n18446744073709551615\n", "1\n18446744073709551616\n",
                                    "9007199254740991\n1\n"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    read_classes(made_file("m.txt", "3\n"), made_file("n.txt", bad[i]), "pyeer-histogram", &all);
    assert_fails(&all, PLB_DATA, 2, 0, "more than 2^53 comparisons");
    collected_free(&all);
  }
}

static void pyeer_real(void **state) {
  (void)state;
  char mated[512];
  const char *path = shared_file("pyeer/non_hist_exp1_true.txt");
  if (!path)
    skip();
  snprintf(mated, sizeof mated, "%s", path);
  struct collected all;
  read_classes(mated, shared_file("pyeer/non_hist_exp1_false.txt"), NULL, &all);
  assert_read(&all, "pyeer", 2793, 4950);
  collected_free(&all);
}

/* The reference writes the histogram out, score by score. */
static void histogram_real(void **state) {
  (void)state;
  char mated[512], single_path[256];
  const char *path = shared_file("pyeer/hist_exp1_true.txt");
  if (!path)
    skip();
  snprintf(mated, sizeof mated, "%s", path);
  path = shared_file("pyeer/hist_exp1_false.txt");
  snprintf(single_path, sizeof single_path, "%s", made_file("single.txt", ""));
  FILE *in = fopen(path, "r"), *out = fopen(single_path, "w");
  assert_true(in && out);
  long count, score = 0;
  for (; fscanf(in, "%ld", &count) == 1; score++)
    for (long k = 0; k < count; k++)
      fprintf(out, "%ld\n", score);
  fclose(in);
  fclose(out);
  struct collected all, single;
  read_classes(mated, path, "pyeer-histogram", &all);
  assert_read(&all, "pyeer-histogram", 2786, 66633);
  read_classes(mated, single_path, "pyeer", &single);
  assert_read(&single, "pyeer", 2786, 66633);
  assert_true(same_trials(&all, &single));
  collected_free(&all);
  collected_free(&single);
}

/* ---- frte --------------------------------------------------------------------------------- */

#define FRTE_HEADER "enrollTempl verifTempl simScore returnCode\n"

static void frte_rows(void **state) {
  (void)state;
  struct collected all;
  read_classes(made_file("m.log", FRTE_HEADER "s1 s2 0.75 0\ns1 s3 -1 7\n"),
               made_file("n.log", FRTE_HEADER "s1 s4 0.25 0\n"), NULL, &all);
  assert_read(&all, "frte", 1, 1);
  assert_int_equal(failed(&all, PLB_FAILED_COMPARE), 1);
  assert_true(all.traits.direction_declared && !all.traits.dissimilarity);
  assert_true(all.traits.status && all.traits.samples && !all.traits.people);
  assert_id(&all.census.samples, all.rows[0].reference_sample, "s1");
  assert_id(&all.census.samples, all.rows[0].probe_sample, "s2");
  collected_free(&all);
}

static void frte_samples(void **state) {
  (void)state;
  const char *files[] = {made_file("log.0", FRTE_HEADER "s1 s2 0.75 0\ns1 s3 -1 7\n"),
                         made_file("log.1", FRTE_HEADER "s1 s4 0.25 0\n")};
  struct plb_input input = plain();
  input.files = files;
  input.file_count = 2;
  input.samples = made_file("samples.csv", "sample,subject\ns1,ann\ns2,ann\ns3,ann\ns4,bob\n");
  struct collected all;
  collect(&input, &all);
  assert_read(&all, "frte", 1, 1);
  assert_int_equal(failed(&all, PLB_FAILED_COMPARE), 1);
  assert_true(all.traits.people);
  collected_free(&all);
}

static void frte_errors(void **state) {
  (void)state;
  struct collected all;
  read_text("s1 s2 0.75 0\n", "frte", &all);
  assert_fails(&all, PLB_DATA, 1, 1, "enrollTempl verifTempl simScore returnCode");
  collected_free(&all);
  read_classes(made_file("m.log", FRTE_HEADER "s1 s2 0.75\n"), made_file("n.log", FRTE_HEADER), "frte", &all);
  assert_fails(&all, PLB_DATA, 2, 11, "3 columns");
  collected_free(&all);
  read_text(FRTE_HEADER "s1 s2 0.75 0\n", NULL, &all);
  assert_fails(&all, PLB_DATA, 0, 0, "a comparison log does not say which comparisons are mated; expected a table");
  collected_free(&all);
  read_classes(made_file("m.log", FRTE_HEADER "s1 s2 0.75 0\n"), made_file("n.log", FRTE_HEADER "s1 s2 0.75 x\n"), NULL,
               &all);
  assert_fails(&all, PLB_DATA, 2, 12, "\"x\"");
  collected_free(&all);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(bob4_rows),         cmocka_unit_test(bob5_rows),          cmocka_unit_test(bob_errors),
      cmocka_unit_test(bob_real),          cmocka_unit_test(bob_is_not_guessed), cmocka_unit_test(bob_csv),
      cmocka_unit_test(labels_rows),       cmocka_unit_test(labels_errors),      cmocka_unit_test(labels_missing),
      cmocka_unit_test(labels_real),       cmocka_unit_test(pyeer_rows),         cmocka_unit_test(pyeer_errors),
      cmocka_unit_test(histogram_unnamed), cmocka_unit_test(histogram_rows),     cmocka_unit_test(histogram_errors),
      cmocka_unit_test(histogram_limit),   cmocka_unit_test(pyeer_real),         cmocka_unit_test(histogram_real),
      cmocka_unit_test(frte_rows),         cmocka_unit_test(frte_samples),       cmocka_unit_test(frte_errors)};
  return cmocka_run_group_tests_name("formats", tests, NULL, NULL);
}
