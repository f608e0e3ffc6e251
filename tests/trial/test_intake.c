/* SPDX-License-Identifier: Apache-2.0
 *
 * How a row's outcome, direction and system are decided; several inputs; tables joined by sample and
 * subject.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tables.h"
#include "trial/pack.h"

/* ---- outcome ------------------------------------------------------------------------------- */

static void test_scores(void **ctx) {
  (void)ctx;
  gives("score,mated\n1e3,1\n+.5,0\n-inf,0\nInfinity,1\n-0,1\n", "M1000 N0.5 N-inf Minf M0");
  gives("score,mated\n1.7976931348623157e308,1\n1e-400,0\n-Infinity,0\n+INF,1\n",
        "M1.79769e+308 N0 N-inf Minf"); /* too small is 0, as the nearest double */
  refuses("score,mated\n1e309,1\n", ":2:1: \"1e309\" is out of the range of a double; expected a score below 1.8e308");
  refuses("mated,score\n1,\"-17e9999\"\n",
          ":2:4: \"-17e9999\" is out of the range of a double; expected a score below 1.8e308");
  refuses("score,mated\n0.1,1\n0.9.1,0\n", ":3:1: \"0.9.1\" is not a number; expected a score");
  refuses("mated,score\n1,0x1p3\n", ":2:3: \"0x1p3\" is not a number; expected a score");
  refuses("mated,score\n1,\"0,5\"\n",
          ":2:4: \"0,5\" is not a number; expected a score with a decimal point and no other separator");
  refuses("mated,score,x\n1,high,\"a\nb\"\n", ":2: \"high\" is not a number; expected a score, or nothing, NA or nan");
}

static void test_missing(void **ctx) {
  (void)ctx;
  static const char table[] = "mated,score\n1,0.5\n1,\n0,NA\n0,nan\n1,NaN\n0,-1\n";
  refuses(table, ":3:3: no score here; say what that means by --missing fta, ftc, lowest or drop");
  options.missing = PLB_MISSING_FTA;
  gives(table, "M0.5 MFTA NFTA NFTA MFTA N-1");
  options.missing = PLB_MISSING_FTC;
  gives(table, "M0.5 MFTC NFTC NFTC MFTC N-1");
  options.missing = PLB_MISSING_LOWEST;
  gives(table, "M0.5 M-inf N-inf N-inf M-inf N-1");
  options.direction = PLB_DISSIMILARITY; /* the least similar, whatever the direction */
  gives(table, "M-0.5 M-inf N-inf N-inf M-inf N1");
  options.direction = PLB_DIRECTION_UNDECLARED;
  options.missing = PLB_MISSING_DROP;
  struct collected all;
  read_table(table, &all);
  assert_read(&all, "csv", 1, 1);
  assert_int_equal(all.file_rows, 6);
  assert_int_equal(all.dropped[PLB_DROP_MISSING], 4);
  collected_free(&all);
}

static void test_failed_score(void **ctx) {
  (void)ctx;
  static const char table[] = "mated,score\n1,0.5\n1,-1.0\n0,-1\n0,0.25\n";
  gives(table, "M0.5 M-1 N-1 N0.25");
  options.has_failed_score = true;
  options.failed_score = -1;
  gives(table, "M0.5 MFTC NFTC N0.25");
  options.direction = PLB_DISSIMILARITY; /* in the units of the file */
  gives(table, "M-0.5 MFTC NFTC N-0.25");
}

static void test_status(void **ctx) {
  (void)ctx;
  gives(
      "status,mated,score\nok,1,1\n,0,2\nOK,1,3\nfailed-to-enrol,1,\nfailed-to-acquire,0,junk\nFailed-To-Compare,1,5\n",
      "M1 N2 M3 MFTE NFTA MFTC");
  gives("returnCode,mated,score\n0,1,1\n2,0,9\n-1,1,9\n", "M1 NFTC MFTC");
  refuses("status,mated,score\nfailed,1,1\n", ":2:1: status \"failed\" is not known; expected one of ok, "
                                              "failed-to-enrol, failed-to-acquire, failed-to-compare");
  refuses("status,mated,score\nok,1,\n",
          ":2:6: no score here; say what that means by --missing fta, ftc, lowest or drop");
  struct collected all;
  read_table("status,mated,score\nok,1,1\n", &all);
  assert_true(all.traits.status);
  collected_free(&all);
  read_table("mated,score\n1,1\n", &all);
  assert_false(all.traits.status);
  collected_free(&all);
}

/* ---- direction ----------------------------------------------------------------------------- */

static void test_direction(void **ctx) {
  (void)ctx;
  static const struct {
    const char *name;
    enum plb_direction option;
    double score; /* of a file value of 2; 0: refused */
    bool declared;
  } cases[] = {
      {"score", PLB_DIRECTION_UNDECLARED, 2, false},
      {"score", PLB_SIMILARITY, 2, true},
      {"score", PLB_DISSIMILARITY, -2, true},
      {"similarity", PLB_DIRECTION_UNDECLARED, 2, true},
      {"sim", PLB_SIMILARITY, 2, true},
      {"simScore", PLB_DISSIMILARITY, 0, false},
      {"distance", PLB_DIRECTION_UNDECLARED, -2, true},
      {"dissimilarity", PLB_DISSIMILARITY, -2, true},
      {"distance", PLB_SIMILARITY, 0, false},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct collected all;
    char text[64];
    snprintf(text, sizeof text, "%s,mated\n2,1\n", cases[i].name);
    options.direction = cases[i].option;
    read_table(text, &all);
    assert_int_equal(all.status, cases[i].score == 0 ? PLB_DATA : PLB_OK);
    if (!all.status) {
      assert_true(all.rows[0].score == cases[i].score);
      assert_int_equal(all.traits.dissimilarity, cases[i].score < 0);
      assert_int_equal(all.traits.direction_declared, cases[i].declared);
    }
    collected_free(&all);
  }
  options.direction = PLB_SIMILARITY;
  refuses("Distance,mated\n1,1\n", ": column \"Distance\" says that scores are distances, but --similarity was given");
  options.direction = PLB_DISSIMILARITY;
  refuses("sim,mated\n1,1\n", ": column \"sim\" says that scores are similarities, but --dissimilarity was given");
  options.direction = PLB_DIRECTION_UNDECLARED;
  options.map = "score=distance"; /* mapped, but the name still says it */
  gives("distance,mated\n2,1\n", "M-2");
}

/* ---- systems ------------------------------------------------------------------------------- */

static void test_systems(void **ctx) {
  (void)ctx;
  struct collected all;
  read_table("score,mated,matcher\n1,1,A\n2,0,B\n3,1,A\n", &all);
  assert_read(&all, "csv", 2, 1);
  assert_int_equal(all.census.systems.count, 2);
  assert_id(&all.census.systems, all.rows[1].system, "B");
  assert_id(&all.census.systems, all.rows[2].system, "A");
  collected_free(&all);
  refuses("score,mated,system\n1,1,A\n1,1,\n", ":3:5: no name of a system here; expected one in every row");
  options.system = "mine";
  refuses("score,mated,system\n1,1,A\n", ":2:5: this input names its systems itself; leave out --system");
  read_table("score,mated\n1,1\n", &all);
  assert_id(&all.census.systems, all.rows[0].system, "mine");
  collected_free(&all);
  options.system = NULL;
  read_table("score,mated\n1,1\n", &all);
  assert_int_equal(all.rows[0].system, PLB_NOBODY);
  collected_free(&all);
}

/* ---- several inputs ------------------------------------------------------------------------ */

static void read_two(const char *one, const char *two, struct collected *all) {
  const char *paths[] = {made_file("one.csv", one), made_file("two.csv", two)};
  struct plb_input input = options;
  input.files = paths;
  input.file_count = 2;
  collect(&input, all);
}

static void refuses_two(const char *one, const char *two, const char *expected) {
  struct collected all;
  read_two(one, two, &all);
  assert_int_equal(all.status, PLB_DATA);
  const char *rest = strstr(all.err.message, "two.csv");
  assert_non_null(rest);
  assert_string_equal(rest + strlen("two.csv"), expected);
  collected_free(&all);
}

static void test_several(void **ctx) {
  (void)ctx;
  struct collected all;
  char rows[256];
  read_two("score,mated\n1,1\n", "label;x;score\n0;9;2\n", &all);
  describe(&all, rows, sizeof rows);
  assert_string_equal(rows, "M1 N2");
  assert_int_equal(all.inputs, 2);
  collected_free(&all);
  refuses_two("score,mated\n1,1\n", "score,mated\nx,1\n",
              ":2:1: \"x\" is not a number; expected a score, or nothing, NA or nan");
  refuses_two("score,mated\n1,1\n", "score,probe_subject,ref_subject\n1,a,a\n",
              ":2: this row names its people, but earlier rows do not; expected all or none");
  refuses_two("score,probe_subject,ref_subject\n1,a,a\n", "score,mated\n1,1\n",
              ":2: this row names no people, but earlier rows do; expected all or none");
  refuses_two("score,mated\n1,1\n", "score,mated,probe_sample,ref_sample\n1,1,a,b\n",
              ":2: this row names its samples, but earlier rows do not; expected all or none");
  refuses_two("distance,mated\n1,1\n", "score,mated\n1,1\n",
              ": similarities here, but distances in earlier inputs; expected one direction (--similarity or "
              "--dissimilarity)");
  refuses_two("score,mated\n1,1\n", "distance,mated\n1,1\n",
              ": distances here, but similarities in earlier inputs; expected one direction (--similarity or "
              "--dissimilarity)");
  read_two("similarity,mated\n1,1\n", "score,mated\n1,1\n", &all);
  assert_int_equal(all.status, PLB_OK);
  collected_free(&all);
}

static void refuses_again(struct plb_input input, const char *expected) {
  struct collected all;
  collect(&input, &all);
  assert_fails(&all, PLB_DATA, 0, 0, expected);
  collected_free(&all);
}

/* The same scores twice would be counted twice: known by their text, whatever digest is asked for. */
static void test_twice(void **ctx) {
  (void)ctx;
  static const char table[] = "score,mated,probe_sample,ref_sample\n1,1,a1,a2\n2,0,a1,b1\n";
  const char *path = made_file("once.csv", table), *copy = made_file("copy.csv", table);
  const char *linked = made_file("link.csv", ""), *other = made_file("other.csv", "score,mated\n1,1\n");
  assert_true(unlink(linked) == 0 && symlink(path, linked) == 0);
  const char *one[] = {path, path}, *two[] = {other, path, linked}, *copies[] = {path, copy};
  struct plb_input input = plain();
  input.files = one;
  input.file_count = 2;
  refuses_again(input, "once.csv, which would be counted twice; expected each input once");
  input.digest = PLB_DIGEST_SHA256;
  input.files = copies;
  refuses_again(input, "copy.csv: the same scores as in ");
  input.digest = PLB_DIGEST_NONE;
  input.files = &two[1];
  refuses_again(input, "link.csv: the same scores as in ");
  input.files = copies;
  refuses_again(input, "copy.csv: the same scores as in ");
  input = plain();
  input.mated = made_file("m.txt", "0.5\n0.25\n");
  input.nonmated = made_file("n.txt", "0.5\n0.25\n");
  refuses_again(input, "n.txt: the same scores as in ");
}

/* The file of one class: no label needed, and a label must not contradict it. */
static void test_two_files(void **ctx) {
  (void)ctx;
  struct collected all;
  char rows[256];
  read_classes(made_file("m.csv", "score\n1\n2\n"), made_file("n.csv", "score,x\n3,y\n"), NULL, &all);
  describe(&all, rows, sizeof rows);
  assert_string_equal(rows, "M1 M2 N3");
  collected_free(&all);
  read_classes(made_file("m.csv", "score,mated\n1,0\n"), made_file("n.csv", "score\n3\n"), NULL, &all);
  assert_fails(&all, PLB_DATA, 2, 3, "label \"0\" in a file of mated comparisons");
  collected_free(&all);
  read_classes(made_file("m.csv", "score,probe_subject,ref_subject\n1,a,b\n"), made_file("n.csv", "score\n3\n"), NULL,
               &all);
  assert_fails(&all, PLB_DATA, 2, 0, "this row is of the mated comparisons, but its two subjects differ");
  collected_free(&all);
}

static void usage_is(struct plb_input input, const char *expected) {
  struct collected all;
  collect(&input, &all);
  assert_int_equal(all.status, PLB_USAGE);
  assert_string_equal(all.err.message, expected);
  collected_free(&all);
}

static void test_usage(void **ctx) {
  (void)ctx;
  const char *files[] = {"-", "-"};
  struct plb_input input = options;
  usage_is(input, "no input; expected score files, or --mated and --nonmated");
  input.mated = "m";
  usage_is(input, "--mated and --nonmated go together; --nonmated is missing");
  input.nonmated = "n";
  input.files = files;
  input.file_count = 1;
  usage_is(input, "score files beside --mated and --nonmated; expected one or the other");
  input.mated = input.nonmated = NULL;
  input.file_count = 2;
  usage_is(input, "standard input (\"-\") is named 2 times; expected once");
  input.file_count = 1;
  input.samples = "-";
  usage_is(input, "standard input (\"-\") is named 2 times; expected once");
  input.samples = NULL;
  input.format = "xml";
  usage_is(input,
           "--format: \"xml\" is not a format; expected one of hdf5, npy, mtx, matrix, frte, csv, labels, bob4, bob5, "
           "trials, pyeer, pyeer-histogram");
}

/* More rows than a block holds, with failures and dropped rows between. */
static void test_blocks(void **ctx) {
  (void)ctx;
  enum { ROWS = 20000 };
  static char text[ROWS * 24];
  size_t used = (size_t)sprintf(text, "score,mated\n");
  for (int i = 0; i < ROWS; i++)
    used += (size_t)(i % 10 == 3 ? sprintf(text + used, ",%d\n", i & 1) : sprintf(text + used, "%d,%d\n", i, i & 1));
  options.missing = PLB_MISSING_DROP;
  struct collected all;
  read_table(text, &all);
  assert_read(&all, "csv", ROWS / 2 - ROWS / 10, ROWS / 2);
  assert_int_equal(all.file_rows, ROWS);
  assert_int_equal(all.kept, ROWS - ROWS / 10);
  assert_true(all.rows[all.count - 1].score == ROWS - 1);
  collected_free(&all);
}

/* Plain or packed, any line ends, a byte order mark: the same trials. */
static void test_same_trials(void **ctx) {
  (void)ctx;
  static const char unix_text[] = "score,label,probe_subject,ref_subject\n0.5,1,a,a\n-2,0,a,b\ninf,0,b,a\n";
  static const char *const others[] = {
      "score,label,probe_subject,ref_subject\r\n0.5,1,a,a\r\n-2,0,a,b\r\ninf,0,b,a\r\n",
      "\xEF\xBB\xBFscore,label,probe_subject,ref_subject\n0.5,1,a,a\n-2,0,a,b\ninf,0,b,a",
      "x\tref_subject\tprobe_subject\tMATED\tscore\n\tb\ta\tfalse\t-2.0\n\ta\ta\tTRUE\t5e-1\n\ta\tb\tFalse\t+Inf\n",
      "\"score\";\"subject_a\";\"subject_b\"\n\"0.5\";\"a\";\"a\"\n-2;a;b\nInfinity;b;a\n\n",
  };
  struct collected first, other;
  read_table(unix_text, &first);
  assert_int_equal(first.status, PLB_OK);
  for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
    read_table(others[i], &other);
    assert_true(same_trials(&first, &other));
    collected_free(&other);
  }
  for (int zst = 0; zst < 2; zst++) {
    const char *path = made_file(zst ? "packed.zst" : "packed.gz", "");
    struct plb_pack *pack;
    assert_int_equal(plb_pack_open(path, &pack, NULL), PLB_OK);
    plb_pack_bytes(pack, unix_text, strlen(unix_text));
    assert_int_equal(plb_pack_close(pack, NULL), PLB_OK);
    read_one(path, NULL, &other);
    assert_true(same_trials(&first, &other));
    collected_free(&other);
  }
  collected_free(&first);
}

/* ---- joined tables ------------------------------------------------------------------------- */

static void test_join_samples(void **ctx) {
  (void)ctx;
  struct collected all;
  char rows[256];
  options.samples = made_file("samples.csv", "sample,subject,sex\na1,ann,F\na2,ann,F\nb1,bob,M\n");
  read_table("score,probe_sample,ref_sample\n1,a1,a2\n2,a1,b1\n3,b1,a2\n9,a1,a1\n", &all);
  describe(&all, rows, sizeof rows);
  assert_string_equal(rows, "M1:0-0 N2:1-0 N3:0-1");
  assert_true(all.traits.people && all.traits.samples);
  assert_int_equal(all.dropped[PLB_DROP_SELF], 1);
  assert_int_equal(all.inputs, 2);
  collected_free(&all);
  refuses("score,mated,probe_sample,ref_sample\n1,0,a1,a2\n",
          ":2:3: label \"0\" means non-mated, but the two subjects are the same; expected them to agree");
  refuses("score,probe_sample,ref_sample\n1,a1,a2\n1,a1,c1\n", ":3:6: this sample is not in the table of --samples");
  refuses("score,mated\n1,1\n", ":2: this row does not name both samples, so --samples cannot be joined");
  refuses("score,probe_sample,ref_sample,probe_subject,ref_subject\n1,a1,a2,ann,bob\n",
          ":2:13: the table of --samples names another subject here");
  gives("score,probe_sample,ref_sample,probe_subject,ref_subject\n1,a1,b1,ann,bob\n", "N1:0-1");
}

static void test_join_faults(void **ctx) {
  (void)ctx;
  table_refuses("sample\na1\n", ":1: no column subject (or subject_id, or person) in this table");
  table_refuses("subject,x\na1,1\n", ":1: no column sample (or sample_id, or key) in this table");
  table_refuses("sample,key,subject\na1,a1,ann\n", ":1: two columns mean sample; expected one");
  table_refuses("sample,subject\na1,ann\na1,ann\n",
                ":3:1: this id stands in an earlier row too; expected each id once");
  table_refuses("sample,subject\na1,\n", ":2:4: no subject id here; expected one in every row");
  table_refuses("sample,subject\nNA,ann\n", ":2:1: no id here; expected one in every row");
  table_refuses("sample,subject\na1,ann,F\n", ":2: 3 cells; expected 2 as in the header");
  table_refuses("", ": the file is empty; expected comparison scores");
}

static void test_join_subjects(void **ctx) {
  (void)ctx;
  options.subjects = made_file("subjects.csv", "person,sex\nann,F\nbob,M\n");
  gives("score,probe_subject,ref_subject\n1,ann,ann\n2,bob,ann\n", "M1:0-0 N2:0-1");
  refuses("score,probe_subject,ref_subject\n1,ann,ann\n2,cid,ann\n",
          ":3:3: this subject is not in the table of --subjects");
  refuses("score,mated\n1,1\n", ":2: this row does not name both subjects, so --subjects cannot be joined");
  options.samples = made_file("samples.csv", "key,subject_id\na1,ann\na2,ann\nc1,cid\n");
  gives("score,probe_sample,ref_sample\n1,a1,a2\n", "M1:0-0");
  refuses("score,probe_sample,ref_sample\n1,a1,c1\n",
          ":2:6: the subject of this sample is not in the table of --subjects");
}

/* ---- real data ----------------------------------------------------------------------------- */

static void test_voxceleb(void **ctx) {
  (void)ctx;
  const char *path = shared_file("voxceleb1_o_lda.csv.gz");
  if (!path)
    skip();
  struct collected all;
  struct plb_input input = options;
  input.files = &path;
  input.file_count = 1;
  input.map = "score=score_lda";
  collect(&input, &all);
  assert_read(&all, "csv", 18247, 18190);
  assert_int_equal(all.file_rows, 36437);
  assert_int_equal(all.census.people.count, 40);
  assert_int_equal(all.census.samples.count, 4633);
  assert_true(all.traits.people && all.traits.samples && !all.traits.direction_declared);
  collected_free(&all);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup(test_scores, fresh),        cmocka_unit_test_setup(test_missing, fresh),
      cmocka_unit_test_setup(test_failed_score, fresh),  cmocka_unit_test_setup(test_status, fresh),
      cmocka_unit_test_setup(test_direction, fresh),     cmocka_unit_test_setup(test_systems, fresh),
      cmocka_unit_test_setup(test_several, fresh),       cmocka_unit_test_setup(test_twice, fresh),
      cmocka_unit_test_setup(test_two_files, fresh),     cmocka_unit_test_setup(test_usage, fresh),
      cmocka_unit_test_setup(test_blocks, fresh),        cmocka_unit_test_setup(test_same_trials, fresh),
      cmocka_unit_test_setup(test_join_samples, fresh),  cmocka_unit_test_setup(test_join_faults, fresh),
      cmocka_unit_test_setup(test_join_subjects, fresh), cmocka_unit_test_setup(test_voxceleb, fresh),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
