/* SPDX-License-Identifier: Apache-2.0
 *
 * Scores joined to a trial list: both kinds of list, trials that lack a score, scores that lack a trial.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collect.h"

static void join_files(const char *list, const char *const *files, size_t count, enum plb_missing missing,
                       struct collected *all) {
  struct plb_input input = plain();
  input.files = files;
  input.file_count = count;
  input.trials = list;
  input.missing = missing;
  collect(&input, all);
}

static void join_text(const char *list, const char *scores, enum plb_missing missing, struct collected *all) {
  const char *path = made_file("scores.txt", scores);
  join_files(made_file("trials.txt", list), &path, 1, missing, all);
}

static void both_kinds(void **state) {
  (void)state;
  static const char *const lists[] = {"e1 t1 target\ne1 t2 nontarget\n\ne2 t1 nontarget\n",
                                      "1 e1 t1\n0 e1 t2\r\n0 e2 t1\r\n",
                                      "e1\tt1\ttarget\ne1  t2 nontarget\ne2 t1 nontarget"};
  for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
    struct collected all;
    join_text(lists[i], "e2 t1 -0.5\ne1 t1 0.75\ne1 t2 0.25\n", PLB_MISSING_ERROR, &all);
    assert_read(&all, "trials", 1, 2);
    assert_id(&all.census.samples, all.rows[1].reference_sample, "e1");
    assert_id(&all.census.samples, all.rows[1].probe_sample, "t1");
    assert_true(all.rows[1].mated == PLB_CLASS_MATED && all.rows[1].score == 0.75);
    assert_true(all.traits.samples && !all.traits.people);
    collected_free(&all);
  }
}

static void order_of_a_pair_matters(void **state) {
  (void)state;
  struct collected all;
  join_text("1 a b\n0 b a\n", "a b 0.75\nb a 0.25\n", PLB_MISSING_ERROR, &all);
  assert_read(&all, "trials", 1, 1);
  assert_true(all.rows[0].mated == PLB_CLASS_MATED && all.rows[1].mated == PLB_CLASS_NONMATED);
  collected_free(&all);
}

static void scores_without_trial(void **state) {
  (void)state;
  struct collected all;
  join_text("1 a b\n0 a c\n", "a b 0.75\nb a 1\na c 0.25\na d 0.5\nz z 0.5\n", PLB_MISSING_ERROR, &all);
  assert_read(&all, "trials", 1, 1);
  assert_int_equal(all.dropped[PLB_DROP_NO_TRIAL], 3);
  assert_int_equal(all.census.samples.count, 3);
  collected_free(&all);
}

static void trials_without_score(void **state) {
  (void)state;
  static const char list[] = "1 a b\n0 a c\n1 c d\n0 a d\n", scores[] = "a b 0.75\na d 0.25\n";
  struct collected all;
  join_text(list, scores, PLB_MISSING_ERROR, &all);
  assert_fails(&all, PLB_DATA, 2, 0, "2 of 4 trials have no score");
  assert_non_null(strstr(all.err.message, "trials.txt:2: "));
  collected_free(&all);
  join_text(list, scores, PLB_MISSING_FTA, &all);
  assert_read(&all, "trials", 1, 1);
  assert_int_equal(failed(&all, PLB_FAILED_ACQUIRE), 2);
  collected_free(&all);
  join_text(list, scores, PLB_MISSING_FTC, &all);
  assert_read(&all, "trials", 1, 1);
  assert_int_equal(failed(&all, PLB_FAILED_COMPARE), 2);
  collected_free(&all);
  join_text(list, scores, PLB_MISSING_DROP, &all);
  assert_read(&all, "trials", 1, 1);
  assert_int_equal(all.dropped[PLB_DROP_MISSING], 2);
  collected_free(&all);
  join_text(list, scores, PLB_MISSING_LOWEST, &all);
  assert_read(&all, "trials", 2, 2);
  collected_free(&all);
}

static void several_score_files(void **state) {
  (void)state;
  const char *files[] = {made_file("s.0", "a b 0.75\n"), made_file("s.1", "a c 0.25\na b 0.5\n")};
  struct collected all;
  join_files(made_file("trials.txt", "1 a b\n0 a c\n"), files, 2, PLB_MISSING_ERROR, &all);
  assert_read(&all, "trials", 2, 1); /* a repeat is kept */
  collected_free(&all);
}

/* Any rows with sample ids can be joined. */
static void other_formats(void **state) {
  (void)state;
  const char *log = made_file("log.0", "enrollTempl verifTempl simScore returnCode\na b 0.75 0\na c -1 3\n");
  struct collected all;
  join_files(made_file("trials.txt", "1 a b\n0 a c\n"), &log, 1, PLB_MISSING_ERROR, &all);
  assert_read(&all, "frte", 1, 0);
  assert_int_equal(failed(&all, PLB_FAILED_COMPARE), 1);
  collected_free(&all);
  const char *csv = made_file("s.csv", "probe_sample,reference_sample,score\nb,a,0.75\nc,a,0.25\n");
  join_files(made_file("trials.txt", "1 a b\n0 a c\n"), &csv, 1, PLB_MISSING_ERROR, &all);
  assert_read(&all, "csv", 1, 1);
  collected_free(&all);
  const char *bob = made_file("s.txt", "ann ann x 0.5\n");
  join_files(made_file("trials.txt", "1 a b\n0 a c\n"), &bob, 1, PLB_MISSING_ERROR, &all);
  assert_fails(&all, PLB_DATA, 1, 0, "sample");
  collected_free(&all);
}

static void with_samples(void **state) {
  (void)state;
  const char *scores = made_file("scores.txt", "a b 0.75\na c 0.25\n");
  struct plb_input input = plain();
  input.files = &scores;
  input.file_count = 1;
  input.samples = made_file("samples.csv", "sample,subject\na,ann\nb,ann\nc,bob\n");
  struct collected all;
  collect(&input, &all);
  assert_read(&all, "trials", 1, 1);
  assert_true(all.traits.people);
  collected_free(&all);
  input.trials = made_file("trials.txt", "1 a b\n0 a c\n");
  collect(&input, &all);
  assert_read(&all, "trials", 1, 1);
  assert_int_equal(all.census.people.count, 2);
  collected_free(&all);
}

static void errors(void **state) {
  (void)state;
  static const struct {
    const char *list;
    uint64_t line, column;
    const char *part;
  } bad[] = {{"a b target\na b nontarget\n", 2, 1, "mated in line 1"},
             {"1 a b\n0 a c\n0 a b\n", 3, 1, "mated in line 1"},
             {"a b target\na c 1\n", 2, 5, "expected target or nontarget"},
             {"1 a b\n2 a c\n", 2, 1, "expected 1 or 0"},
             {"a b c\n", 1, 1, "not a trial list"},
             {"1 a b\n0 a\n", 2, 4, "2 columns"},
             {"1 a b\n0 a b c\n", 2, 7, "4 columns"},
             {"\n", 0, 0, "no trials"}};
  struct collected all;
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    join_text(bad[i].list, "a b 0.5\n", PLB_MISSING_ERROR, &all);
    assert_fails(&all, PLB_DATA, bad[i].line, bad[i].column, bad[i].part);
    collected_free(&all);
  }
  join_text("1 a b\n1 a b\n", "a b 0.5\n", PLB_MISSING_ERROR, &all);
  assert_read(&all, "trials", 1, 0); /* the same trial twice is one trial */
  collected_free(&all);
  read_text("a b 0.5\n", NULL, &all);
  assert_int_equal(all.status, PLB_DATA);
  assert_non_null(strstr(all.err.message, "--trials"));
  collected_free(&all);
}

/* A random list and random scores; the reference looks through the whole list for each score. */
static void against_naive(void **state) {
  (void)state;
  enum { TRIALS = 3000, IDS = 80 };
  static char list[TRIALS * 24], scores[TRIALS * 32];
  static int on_list[IDS][IDS]; /* 0 = absent, else class + 1 */
  size_t list_used = 0, scores_used = 0;
  uint64_t expected[2] = {0, 0}, dropped = 0;
  srand(7);
  for (int i = 0; i < TRIALS; i++) {
    int a = rand() % IDS, b = rand() % IDS, mated = rand() % 3 == 0;
    if (on_list[a][b])
      continue;
    on_list[a][b] = mated + 1;
    list_used += (size_t)sprintf(list + list_used, "%d e%d t%d\n", mated, a, b);
  }
  for (int a = 0; a < IDS; a++)
    for (int b = IDS - 1; b >= 0; b--) {
      if (!on_list[a][b] && rand() % 20)
        continue;
      scores_used += (size_t)sprintf(scores + scores_used, "e%d t%d %d.5\n", a, b, rand() % 9);
      if (on_list[a][b])
        expected[on_list[a][b] - 1]++;
      else
        dropped++;
    }
  struct collected all;
  join_text(list, scores, PLB_MISSING_ERROR, &all);
  assert_read(&all, "trials", expected[1], expected[0]);
  assert_int_equal(all.dropped[PLB_DROP_NO_TRIAL], dropped);
  collected_free(&all);
}

/* VoxCeleb1-O: its table as a VoxCeleb list, as a Kaldi list, and scores in the opposite order. */
static void voxceleb(void **state) {
  (void)state;
  enum { TRIALS = 36437, ROOM = TRIALS * 40 };
  const char *path = shared_file("voxceleb1_o_lda.csv.gz");
  if (!path)
    skip();
  char command[640], line[256], field[8][32];
  char *vox = malloc(ROOM), *kaldi = malloc(ROOM), *scores = malloc(ROOM);
  assert_true(vox && kaldi && scores);
  char *vox_end = vox, *kaldi_end = kaldi, *score = scores + ROOM - 1;
  *score = '\0';
  snprintf(command, sizeof command, "gzip -dc %s", path);
  FILE *file = popen(command, "r");
  assert_non_null(file);
  assert_non_null(fgets(line, sizeof line, file));
  while (fgets(line, sizeof line, file)) {
    assert_int_equal(sscanf(line, "%31[^,],%31[^,],%31[^,],%31[^,],%31[^,],%31[^,],%31[^,],%31s", field[0], field[1],
                            field[2], field[3], field[4], field[5], field[6], field[7]),
                     8);
    bool genuine = strcmp(field[6], "genuine") == 0;
    vox_end += sprintf(vox_end, "%d %s %s\n", genuine, field[0], field[1]);
    kaldi_end += sprintf(kaldi_end, "%s %s %s\n", field[0], field[1], genuine ? "target" : "nontarget");
    size_t length = (size_t)sprintf(line, "%s %s %s\n", field[0], field[1], field[7]);
    score -= length;
    memcpy(score, line, length);
  }
  assert_int_equal(pclose(file), 0);
  struct collected first, second;
  join_text(vox, score, PLB_MISSING_ERROR, &first);
  assert_read(&first, "trials", 18247, 18190);
  assert_int_equal(first.census.samples.count, 4633);
  join_text(kaldi, score, PLB_MISSING_ERROR, &second);
  assert_true(same_trials(&first, &second));
  collected_free(&first);
  collected_free(&second);
  free(vox);
  free(kaldi);
  free(scores);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(both_kinds),           cmocka_unit_test(order_of_a_pair_matters),
      cmocka_unit_test(scores_without_trial), cmocka_unit_test(trials_without_score),
      cmocka_unit_test(several_score_files),  cmocka_unit_test(other_formats),
      cmocka_unit_test(with_samples),         cmocka_unit_test(errors),
      cmocka_unit_test(against_naive),        cmocka_unit_test(voxceleb)};
  return cmocka_run_group_tests_name("trials", tests, NULL, NULL);
}
