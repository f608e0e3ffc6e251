/* SPDX-License-Identifier: Apache-2.0
 *
 * The canonical table: its text, its columns, the class and the people of a row.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tables.h"

/* ---- the text of a table ------------------------------------------------------------------- */

static void test_separators(void **ctx) {
  (void)ctx;
  gives("score,mated\n0.5,1\n-1,0\n", "M0.5 N-1");
  gives("score\tmated\n0.5\t1\n-1\t0\n", "M0.5 N-1");
  gives("score;mated\n0.5;1\n-1;0\n", "M0.5 N-1");
  gives("a,score,b,mated,c\nx,1,,1,\n,2,y,0,z\n", "M1 N2");
  gives("mated,long name of a column,score\n1,0123456789abcdef,0.25\n0,,0.125\n", "M0.25 N0.125");
}

static void test_line_ends(void **ctx) {
  (void)ctx;
  gives("score,mated\r\n0.5,1\r\n-1,0\r\n", "M0.5 N-1");
  gives("\xEF\xBB\xBFscore,mated\n0.5,1", "M0.5");
  gives("score,mated\n0.5,1\n\n\r\n  \n", "M0.5");
  gives("\n\nscore,mated\n0.5,1\n", "M0.5");
}

static void test_blanks(void **ctx) {
  (void)ctx;
  gives(" score , mated , probe_subject, ref_subject\n 0.5 , 1 , ann, ann\n1,0,ann ,bob\n", "M0.5:0-0 N1:1-0");
}

static void test_quotes(void **ctx) {
  (void)ctx;
  gives("\"score\",\"mated\",x\n\"0.5\",\"1\",\"a,b\"\n1,0,\"a \"\"q\"\"\"\n2,\"genuine\", \"\" \n", "M0.5 N1 M2");
  gives("score,x,mated\n1,\"two\nlines, \"\"and\r\n\nmore\",1\n2,y,0\n", "M1 N2");
  gives("score,probe_subject,ref_subject\n1,\"a,b\",\"a,b\"\n1,\"a\"\"b\",\"a b\"\n1, a ,\"a\"\n1,\" a\",a\n",
        "M1:0-0 N1:1-2 M1:3-3 N1:3-4");
  refuses("score,mated\n1,\"1\n2,0\n", ":2:3: a quote opens here that is not closed");
  refuses("score,mated\n1,\"1\"x\n",
          ":2:6: text behind a closing quote; expected a separator (a quote within quotes is doubled)");
  gives("score,x,mated\n1,6\" tall,1\n", "M1"); /* a quote that does not open a cell is a byte like others */
}

static void test_ragged(void **ctx) {
  (void)ctx;
  refuses("score,mated,x\n1,1,a\n2,0\n", ":3: 2 cells; expected 3 as in the header");
  refuses("score,mated\n1,1\n2,0,b\n", ":3: 3 cells; expected 2 as in the header");
  refuses("score,mated\n1,1,,,,,,,,,,,,,,,,,,\n", ":2: 20 cells; expected 2 as in the header");
  refuses("score,mated\n1,\"1\",2\n", ":2: 3 cells; expected 2 as in the header");
  refuses("score,mated\n1\n", ":2: 1 cell; expected 2 as in the header, separated by commas");
  refuses("score,mated\n1,1\n\n2,0\n", ":3: the line is empty; expected 2 cells (write NA for a missing score)");
}

/* Columns anywhere among many, cells of all lengths. */
struct made {
  char text[8192], expected[512];
  size_t columns, score, label, used, told;
  uint32_t seed;
};

static uint32_t draw(struct made *made) {
  made->seed = made->seed * 1664525 + 1013904223;
  return made->seed >> 8;
}

static void add_cell(struct made *made, size_t row, size_t column) {
  char cell[40];
  uint32_t value = draw(made) % 10000, mated = draw(made) % 2;
  snprintf(cell, sizeof cell, "%.*s", (int)(draw(made) % 32), "abcdefghijklmnopqrstuvwxyz0123456789");
  if (row == 0)
    snprintf(cell, sizeof cell, "c%zu", column);
  if (column == made->score)
    snprintf(cell, sizeof cell, row ? "%u" : "score", value);
  if (column == made->label)
    snprintf(cell, sizeof cell, row ? "%u" : "mated", mated);
  if (row && column == made->score)
    made->told += (size_t)snprintf(made->expected + made->told, sizeof made->expected - made->told, "%s?%u",
                                   row > 1 ? " " : "", value);
  made->used += (size_t)snprintf(made->text + made->used, sizeof made->text - made->used, "%s%c", cell,
                                 column + 1 < made->columns ? ',' : '\n');
}

static void test_cutting(void **ctx) {
  (void)ctx;
  struct made made = {.seed = 7};
  for (int round = 0; round < 300; round++) {
    made.used = made.told = 0;
    made.columns = 2 + draw(&made) % 40;
    made.score = draw(&made) % made.columns;
    made.label = (made.score + 1 + draw(&made) % (made.columns - 1)) % made.columns;
    for (size_t cell = 0; cell < 4 * made.columns; cell++)
      add_cell(&made, cell / made.columns, cell % made.columns);
    struct collected all;
    char rows[512];
    read_table(made.text, &all);
    assert_int_equal(all.status, PLB_OK);
    describe(&all, rows, sizeof rows);
    for (char *c = rows; *c; c++)
      *c = *c == 'M' || *c == 'N' ? '?' : *c;
    assert_string_equal(rows, made.expected);
    collected_free(&all);
  }
}

/* ---- columns ------------------------------------------------------------------------------- */

static void test_names(void **ctx) {
  (void)ctx;
  static const char *const pairs[][2] = {{"probe_subject", "reference_subject"},
                                         {"PROBE_SUBJECT", "Ref_Subject"},
                                         {"probe_subject_id", "bio_ref_subject_id"},
                                         {"subject_a", "subject_b"},
                                         {"real_id", "claimed_id"}};
  static const char *const labels[] = {"mated", "label", "Genuine", "TARGET", "match"};
  static const char *const scores[] = {"score", "Score", "similarity", "sim", "simScore"};
  for (size_t i = 0; i < 5; i++) {
    char text[256];
    snprintf(text, sizeof text, "%s,%s,%s,%s\n1,1,ann,ann\n2,0,ann,bob\n", scores[i], labels[i], pairs[i][0],
             pairs[i][1]);
    gives(text, "M1:0-0 N2:1-0");
  }
}

static void test_header_faults(void **ctx) {
  (void)ctx;
  refuses("result,mated\n1,1\n",
          ":1: no column score; name it by --map score=COLUMN; the columns are \"result\", \"mated\"");
  refuses("ann,bob,1,0.5\nann,ann,1,0.9\n",
          ":1: no column score; name it by --map score=COLUMN; this line holds numbers: is the header missing?");
  refuses("0.5,1,ann,ann\n0.9,1,bob,bob\n", ":1:11: two columns have the same name; expected each name once (and this "
                                            "line holds numbers: is the header missing?)");
  refuses("sep=;\nscore;mated\n1;1\n",
          ":1:1: a line that only Excel understands; expected the header, so delete this line");
  refuses("score;mated\n0.5,1\n", ":2: 1 cell; expected 2 as in the header, separated by semicolons");
  refuses("mated,score\n1,1\nmated,score\n1,2\n",
          ":3: the header line again; expected it once (are these several files in one?)");
  refuses("score,probe_sample,ref_sample\n1,a,b\n",
          ":2: nothing says whether this comparison is mated; expected a label, or the subjects of both sides, or "
          "--samples or --trials for these samples");
  refuses("ann,bob,cid\nann,ann,dan\n", ":1: no column score; name it by --map score=COLUMN");
  refuses("score,mated,x,x\n1,1,2,3\n", ":1:15: two columns have the same name; expected each name once");
  refuses("score,similarity,mated\n1,1,1\n",
          ":1: two columns mean score; choose one by --map; the columns are \"score\", \"similarity\", \"mated\"");
  refuses("score,label,mated\n1,1,1\n",
          ":1: two columns mean mated; choose one by --map; the columns are \"score\", \"label\", \"mated\"");
  refuses(
      "score,mated,probe_subject\n1,1,a\n",
      ":1: no column reference_subject, though there is one for the other side; the columns are \"score\", \"mated\", "
      "\"probe_subject\"");
  refuses("score,mated\n", ": no comparisons in this file; expected at least one row");
  refuses("score,mated", ": no comparisons in this file; expected at least one row");
  refuses("score\n1\n",
          ":2: nothing says whether this comparison is mated; expected a label, or the subjects of both sides");
  refuses("\n\n", ": only empty lines; expected comparison scores");
  static char line[70000];
  memset(line, 'x', sizeof line - 1);
  refuses(line, ":1: the first line has no end within 64 KiB; expected a header line with a column score");
  options.format = "csv";
  refuses("\n\n", ": only empty lines; expected a header line");
}

static void test_map(void **ctx) {
  (void)ctx;
  options.map = "score=sim_lda,mated=Same?";
  gives("sim_lda,Same?\n1,1\n2,0\n", "M1 N2");
  gives("sim_lda,score,Same?\n1,9,1\n2,9,0\n", "M1 N2");
  refuses("simlda,score,Same?\n1,9,1\n",
          ":1: no column \"sim_lda\", which --map names; the columns are \"simlda\", \"score\", \"Same?\"");
  options.map = "mated=score,score=mated"; /* mapped names first */
  gives("score,mated\n1,0.5\n0,0.25\n", "M0.5 N0.25");
  options.map = "probe_sex=s,ref_sex=t";
  gives("score,mated,s,t\n1,1,F,F\n", "M1");
  static const char *const bad[][2] = {
      {"score", "--map: \"score\" is not of the form name=column"},
      {"=x", "--map: \"=x\" is not of the form name=column"},
      {"score=", "--map: \"score=\" is not of the form name=column"},
      {"score=score,", "--map: \"\" is not of the form name=column"},
      {"points=score",
       "--map: \"points\" is not a name that columns have; expected one of score, mated, probe_subject, "
       "reference_subject, probe_sample, reference_sample, probe_instance, reference_instance, status, system"},
      {"score=score,sim=mated", "--map: score is named twice, as \"score\" and as \"mated\"; expected one column"},
      {"score=score,mated=score", "--map: column \"score\" is named as score and as mated; expected one meaning"},
      {"score=mated", "--map: column \"mated\" would be both score and mated; name the column of mated as well"},
  };
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    struct collected all;
    options.map = bad[i][0];
    read_table("score,mated\n1,1\n", &all);
    assert_int_equal(all.status, PLB_USAGE);
    assert_string_equal(all.err.message, bad[i][1]);
    collected_free(&all);
  }
  options.map = "score=x";
  struct collected all;
  read_table("1 0.5\n-1 0.25\n", &all);
  assert_int_equal(all.status, PLB_USAGE);
  assert_non_null(strstr(all.err.message, "--map: this input is of format labels, which has no named columns"));
  collected_free(&all);
}

/* ---- class --------------------------------------------------------------------------------- */

static void test_labels(void **ctx) {
  (void)ctx;
  static const char *const words[][2] = {{"1", "0"},
                                         {"1", "-1"},
                                         {"true", "false"},
                                         {"TRUE", "FALSE"},
                                         {"True", "False"},
                                         {"genuine", "impostor"},
                                         {"mated", "nonmated"},
                                         {"Mated", "Non-Mated"},
                                         {"target", "nontarget"}};
  for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
    char text[256];
    snprintf(text, sizeof text, "score,label\n1,%s\n2,%s\n3,%s\n4,%s\n5,%s\n", words[i][0], words[i][1], words[i][1],
             words[i][0], words[i][1]);
    gives(text, "M1 N2 N3 M4 N5");
  }
#define EXPECTED                                                                                                       \
  " is neither mated nor non-mated; expected one of 1/0, true/false, genuine/impostor, mated/nonmated, "               \
  "target/nontarget, 1/-1"
  refuses("score,label\n1,1\n2,2\n", ":3:3: label \"2\"" EXPECTED);
  refuses("score,label\n1,yes\n", ":2:3: label \"yes\"" EXPECTED);
  refuses("score,label\n1,\n", ":2:3: label \"\"" EXPECTED);
  refuses("label,score\n1,1\nNA,2\n", ":3:1: label \"NA\"" EXPECTED);
  refuses("score,label\n1,\x1B[31m\n", ":2:3: label \"\\x1b[31m\"" EXPECTED);
  refuses("score,label\n1,abcdefghijabcdefghijabcdefghijabcdefghijk\n",
          ":2:3: label \"abcdefghijabcdefghijabcdefghijabcdefghij...\"" EXPECTED);
}

static void test_subjects(void **ctx) {
  (void)ctx;
  gives("score,probe_subject,reference_subject\n1,ann,ann\n2,ann,bob\n3,bob,ann\n", "M1:0-0 N2:1-0 N3:0-1");
  refuses("score,mated,probe_subject,reference_subject\n1,1,ann,ann\n1,1,ann,bob\n",
          ":3:3: label \"1\" means mated, but the two subjects differ; expected them to agree");
  refuses("score,mated,probe_subject,reference_subject\n1,0,ann,ann\n",
          ":2:3: label \"0\" means non-mated, but the two subjects are the same; expected them to agree");
  refuses("score,probe_subject,reference_subject\n1,ann,\n",
          ":2:7: no subject id here; expected the id of a person in every row");
  refuses("score,probe_subject,reference_subject\n1,NA,ann\n",
          ":2:3: no subject id here; expected the id of a person in every row");
  refuses("score,probe_subject,reference_subject\n1,ann,nan\n",
          ":2:7: no subject id here; expected the id of a person in every row");
  gives("score,probe_subject,reference_subject\n1,nat,nan.1\n", "N1:0-1");
}

/* Ids of all lengths, so that the cache of short ids and the dictionary agree. */
static void test_many_ids(void **ctx) {
  (void)ctx;
  enum { PEOPLE = 30000, ROWS = 60000 };
  static char text[ROWS * 64];
  size_t used = (size_t)sprintf(text, "score,probe_subject,reference_subject\n");
  char(*id)[40] = calloc(PEOPLE, sizeof *id);
  assert_non_null(id);
  uint32_t seed = 3;
  for (size_t i = 0; i < PEOPLE; i++)
    snprintf(id[i], sizeof id[i], "%.*s%zx", (int)(i % 19), "Xyyyyyyyyyyyyyyyyyy", i);
  uint32_t *reference = calloc(ROWS, sizeof *reference), *probe = calloc(ROWS, sizeof *probe);
  assert_non_null(reference);
  assert_non_null(probe);
  for (size_t i = 0; i < ROWS; i++) {
    seed = seed * 1664525 + 1013904223;
    probe[i] = i < PEOPLE ? (uint32_t)i : (seed >> 8) % PEOPLE;
    seed = seed * 1664525 + 1013904223;
    reference[i] = (seed >> 8) % PEOPLE;
    used += (size_t)sprintf(text + used, "%zu,%s,%s\n", i, id[probe[i]], id[reference[i]]);
  }
  struct collected all;
  read_table(text, &all);
  assert_int_equal(all.status, PLB_OK);
  assert_int_equal(all.count, ROWS);
  assert_int_equal(all.census.people.count, PEOPLE);
  for (size_t i = 0; i < ROWS; i++) {
    assert_id(&all.census.people, all.rows[i].probe, id[probe[i]]);
    assert_id(&all.census.people, all.rows[i].reference, id[reference[i]]);
    assert_int_equal(all.rows[i].mated, probe[i] == reference[i]);
  }
  collected_free(&all);
  free(id);
  free(reference);
  free(probe);
}

static void test_samples(void **ctx) {
  (void)ctx;
  struct collected all;
  read_table("score,mated,probe_sample,ref_sample\n1,1,a1,a2\n1,1,a1,a1\n0,0,a1,b1\n", &all);
  assert_read(&all, "csv", 1, 1);
  assert_true(all.traits.samples && !all.traits.people);
  assert_int_equal(all.file_rows, 3);
  assert_int_equal(all.dropped[PLB_DROP_SELF], 1);
  assert_id(&all.census.samples, all.rows[1].probe_sample, "a1");
  assert_id(&all.census.samples, all.rows[1].reference_sample, "b1");
  collected_free(&all);
  read_table("score,verifTempl,enrollTempl,probe_subject,ref_subject\n1,1,1,a,a\n1,1,2,a,b\n", &all);
  assert_read(&all, "csv", 0, 1);
  collected_free(&all);
  refuses("score,probe_sample,ref_sample,probe_subject,ref_subject\n1,1,1,a,b\n",
          ":2:3: both sides have this sample id but other subjects; expected sample ids that are unique in the test");
  refuses("score,mated,probe_sample,ref_sample\n1,1,a1,\n",
          ":2:8: no sample id here; expected the id of a sample in every row");
}

static void test_instances(void **ctx) {
  (void)ctx;
  struct collected all;
  read_table("score,probe_subject,ref_subject,probe_instance,ref_instance\n"
             "1,a,a,left,left\n2,a,a,left,right\n3,a,b,left,left\n4,a,b,left,right\n",
             &all);
  assert_read(&all, "csv", 1, 2);
  assert_int_equal(all.dropped[PLB_DROP_INSTANCE], 1);
  collected_free(&all);
  /* whatever the label calls the other finger */
  read_table("score,mated,probe_subject,ref_subject,probe_instance,ref_instance\n"
             "1,1,a,a,1,1\n2,0,a,a,1,2\n3,1,a,a,1,2\n4,0,a,b,1,2\n",
             &all);
  assert_read(&all, "csv", 1, 1);
  assert_int_equal(all.dropped[PLB_DROP_INSTANCE], 2);
  collected_free(&all);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup(test_separators, fresh), cmocka_unit_test_setup(test_line_ends, fresh),
      cmocka_unit_test_setup(test_blanks, fresh),     cmocka_unit_test_setup(test_quotes, fresh),
      cmocka_unit_test_setup(test_ragged, fresh),     cmocka_unit_test_setup(test_cutting, fresh),
      cmocka_unit_test_setup(test_names, fresh),      cmocka_unit_test_setup(test_header_faults, fresh),
      cmocka_unit_test_setup(test_map, fresh),        cmocka_unit_test_setup(test_labels, fresh),
      cmocka_unit_test_setup(test_subjects, fresh),   cmocka_unit_test_setup(test_many_ids, fresh),
      cmocka_unit_test_setup(test_samples, fresh),    cmocka_unit_test_setup(test_instances, fresh),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
