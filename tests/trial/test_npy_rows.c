/* SPDX-License-Identifier: Apache-2.0
 *
 * NumPy arrays with named fields against tables of text with the same rows.
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

static struct made made;

/* ---- named fields ------------------------------------------------------------------------- */

static void check_fields(const char *descr, const char *types[6], bool by_map) {
  char shape[] = "(3,)";
  static const int numbers[3][5] = {{17, 17, 1, 5, 0}, {17, 300, 0, 3, 0}, {300, 70000, 0, 9, 0}};
  npy_begin(&made, 1, descr, false, shape);
  for (int row = 0; row < 3; row++)
    for (int k = 0; types[k]; k++) {
      char text[8] = "";
      uint32_t wide[8] = {0};
      int number = numbers[row][k];
      int length = snprintf(text, sizeof text, "%d", number);
      for (int c = 0; c < length; c++)
        wide[c] = (uint32_t)text[c];
      if (types[k][1] == 'S')
        put_bytes(&made, text, 8);
      else if (types[k][1] == 'U')
        put_bytes(&made, wide, 32);
      else
        put_number(&made, types[k], number);
    }
  struct plb_input input = plain();
  const char *path = made_array("fields.npy", &made);
  input.files = &path;
  input.file_count = 1;
  input.map = by_map ? "probe_subject=probe,reference_subject=reference" : NULL;
  struct collected all, text;
  collect(&input, &all);
  read_text("reference_subject,probe_subject,mated,score\n17,17,1,5\n17,300,0,3\n300,70000,0,9\n", "csv", &text);
  assert_read(&all, "npy", 1, 2);
  assert_true(same_trials(&all, &text));
  collected_free(&all);
  collected_free(&text);
}

static void named_fields(void **state) {
  (void)state;
  check_fields("[('reference_subject', '<u4'), ('probe_subject', '<u4'), ('mated', '|b1'), ('score', '<f4')]",
               (const char *[6]){"<u4", "<u4", "|u1", "<f4"}, false);
  check_fields("[('reference', '>i4'), ('probe', '>i8'), ('mated', '|i1'), ('score', '>f8')]",
               (const char *[6]){">i4", ">i8", "|i1", ">f8"}, true);
  check_fields("[('reference', '|S8'), ('probe', '<U8'), ('mated', '|S8'), ('score', '<i4')]",
               (const char *[6]){"|S8", "<U8", "|S8", "<i4"}, true);
  check_fields("[('reference', '<u8'), ('probe', '|S8'), ('mated', '<U8'), ('score', '<f8'), ('', '|V2', (1,))]",
               (const char *[6]){"<u8", "|S8", "<U8", "<f8", "<i2"}, true);
}

struct pair {
  uint64_t reference, probe;
};

static void read_ids(const char *type, const struct pair *pairs, size_t count, struct collected *all) {
  char descr[128], shape[32];
  snprintf(descr, sizeof descr, "[('ref_subject', '%s'), ('probe_subject', '%s'), ('distance', '<f4')]", type, type);
  snprintf(shape, sizeof shape, "(%zu,)", count);
  npy_begin(&made, 2, descr, false, shape);
  for (size_t i = 0; i < count; i++) {
    put_bytes(&made, &pairs[i], sizeof pairs[i]);
    put_number(&made, "<f4", (double)i);
  }
  read_one(made_array("ids.npy", &made), NULL, all);
}

/* Whole numbers of every size are the ids that their digits are. */
static void whole_ids(void **state) {
  (void)state;
  static const struct pair pairs[] = {{0, 0}, {1 << 22, (1 << 22) - 1}, {UINT64_MAX, UINT64_C(1) << 63}, {5, 1 << 22}};
  struct collected all, text;
  read_ids("<u8", pairs, 4, &all);
  read_text("distance,ref_subject,probe_subject\n0,0,0\n1,4194304,4194303\n2,18446744073709551615,9223372036854775808\n"
            "3,5,4194304\n",
            "csv", &text);
  assert_true(same_trials(&all, &text) && all.traits.dissimilarity && all.traits.direction_declared);
  collected_free(&all);
  collected_free(&text);
  read_ids("<i8", pairs, 4, &all);
  read_text("distance,ref_subject,probe_subject\n0,0,0\n1,4194304,4194303\n2,-1,-9223372036854775808\n3,5,4194304\n",
            "csv", &text);
  assert_true(same_trials(&all, &text));
  collected_free(&all);
  collected_free(&text);
  static struct pair many[2500];
  static char table[2500 * 64];
  char *to = table + sprintf(table, "distance,ref_subject,probe_subject\n");
  for (uint64_t i = 0; i < 2500; i++) {
    many[i] = (struct pair){(i % 1700) * 1000003 + 5000000, i % 77 * 123456789};
    to += sprintf(to, "%llu,%llu,%llu\n", (unsigned long long)i, (unsigned long long)many[i].reference,
                  (unsigned long long)many[i].probe);
  }
  read_ids("<u8", many, 2500, &all);
  read_text(table, "csv", &text);
  assert_true(same_trials(&all, &text));
  collected_free(&all);
  collected_free(&text);
}

/* All that a table can say, in an array. */
static void every_role(void **state) {
  (void)state;
  npy_begin(&made, 3,
            "[('score', '<f4'), ('probe_sample', '|S3'), ('ref_sample', '<u2'), ('probe_subject', '|u1'), "
            "('ref_subject', '|u1'), ('status', '|S20'), ('system', '<U2'), ('probe_instance', '|S1'), "
            "('ref_instance', '|S1'), ('probe_family', '|S2'), ('ref_family', '|S2'), ('probe_age', '<f2')]",
            false, "(4,)");
  static const struct {
    float score;
    const char *probe_sample;
    int ref_sample, probe, reference;
    const char *status, *instances, *families;
  } rows[] = {{0.5f, "s1", 2, 1, 1, "ok", "ll", "f1f1"},
              {0.25f, "s3", 2, 3, 1, "", "lr", "f2f1"},
              {NAN, "s4", 2, 1, 1, "failed-to-compare", "ll", "f1f1"},
              {0.75f, "s4", 7, 1, 1, "ok", "lr", "f1f1"}};
  char text[1024];
  char *to = text + sprintf(text, "score,probe_sample,ref_sample,probe_subject,ref_subject,status,system,"
                                  "probe_instance,ref_instance,probe_family,ref_family,probe_age\n");
  for (size_t i = 0; i < 4; i++) {
    char sample[3] = "", status[20] = "";
    memcpy(sample, rows[i].probe_sample, 2);
    strncpy(status, rows[i].status, 19);
    put_bytes(&made, &rows[i].score, 4);
    put_bytes(&made, sample, 3);
    put_number(&made, "<u2", rows[i].ref_sample);
    put_number(&made, "|u1", rows[i].probe);
    put_number(&made, "|u1", rows[i].reference);
    put_bytes(&made, status, 20);
    put_bytes(&made, "\xE4\0\0\0B\0\0\0", 8); /* "äB" */
    put_bytes(&made, rows[i].instances, 2);
    put_bytes(&made, rows[i].families, 4);
    put_number(&made, "<u2", 0);
    to += sprintf(to,
                  "%g,%s,%d,%d,%d,%s,\xC3\xA4"
                  "B,%.1s,%s,%.2s,%s,0\n",
                  (double)rows[i].score, rows[i].probe_sample, rows[i].ref_sample, rows[i].probe, rows[i].reference,
                  rows[i].status, rows[i].instances, rows[i].instances + 1, rows[i].families, rows[i].families + 2);
  }
  struct plb_input input = plain();
  const char *path = made_array("roles.npy", &made);
  input.files = &path;
  input.file_count = 1;
  input.cluster = "family";
  struct collected all, table;
  collect(&input, &all);
  path = made_file("roles.csv", text);
  collect(&input, &table);
  assert_read(&all, "npy", 1, 1);
  assert_true(same_trials(&all, &table));
  assert_int_equal(failed(&all, PLB_FAILED_COMPARE), 1);
  assert_int_equal(all.dropped[PLB_DROP_INSTANCE], 1);
  assert_int_equal(all.census.clusters.values.count, 2);
  assert_memory_equal(&all.traits, &table.traits, sizeof all.traits);
  assert_id(&all.census.systems, all.rows[0].system,
            "\xC3\xA4"
            "B");
  collected_free(&all);
  collected_free(&table);
}

/* Ids of rows that are not on the list are not of the test. */
static void trial_list(void **state) {
  (void)state;
  npy_begin(&made, 1, "[('ref_sample', '<u2'), ('probe_sample', '|S2'), ('score', '>f8')]", false, "(3,)");
  for (int k = 0; k < 3; k++) {
    put_number(&made, "<u2", k + 1);
    put_bytes(&made, k == 1 ? "x\0" : "yz", 2);
    put_number(&made, ">f8", k);
  }
  const char *paths[] = {made_array("t.npy", &made),
                         made_file("t.csv", "ref_sample,probe_sample,score\n1,yz,0\n2,x,1\n3,yz,2\n")};
  struct collected all[2];
  for (int k = 0; k < 2; k++) {
    struct plb_input input = plain();
    input.files = &paths[k];
    input.file_count = 1;
    input.trials = made_file("list.txt", "1 yz target\n3 yz nontarget\n7 yz nontarget\n");
    input.samples = made_file("samples.csv", "sample,subject\n1,a\nyz,a\n3,b\n7,c\n");
    input.missing = PLB_MISSING_FTA;
    collect(&input, &all[k]);
    assert_int_equal(all[k].status, PLB_OK);
    assert_int_equal(all[k].dropped[PLB_DROP_NO_TRIAL], 1);
    assert_int_equal(all[k].census.samples.count, 4);
  }
  assert_true(same_trials(&all[0], &all[1]));
  collected_free(&all[0]);
  collected_free(&all[1]);
}

static void fail_fields(const char *descr, const char *bytes, size_t length, uint64_t line, const char *part) {
  npy_begin(&made, 1, descr, false, "(1,)");
  put_bytes(&made, bytes, length);
  struct collected all;
  read_one(made_array("f.npy", &made), NULL, &all);
  assert_fails(&all, PLB_DATA, line, 0, part);
  collected_free(&all);
}

static void bad_fields(void **state) {
  (void)state;
  fail_fields("[('x', '<f4'), ('mated', '|b1')]", "\0\0\0\0\1", 5, 0, "no column score; name it by --map score=COLUMN");
  fail_fields("[('score', '<f2'), ('mated', '|b1')]", "\0\0\1", 3, 0, "field \"score\" holds 16-bit floats; expected");
  fail_fields("[('score', '|S4'), ('mated', '|b1')]", "\0\0\0\0\1", 5, 0,
              "field \"score\" holds texts of up to 4 bytes");
  fail_fields("[('score', '|i1'), ('mated', '<f4')]", "\0\0\0\0\1", 5, 0,
              "field \"mated\" holds 32-bit floats; expected");
  fail_fields("[('score', '|i1'), ('probe_subject', '|b1'), ('ref_subject', '|b1')]", "\0\0\1", 3, 0,
              "field \"probe_subject\" holds truth values; expected ids");
  fail_fields("[('score', '|i1'), ('mated', '|i1')]", "\0\7", 2, 1, "f.npy: row 1: label \"7\" is neither mated nor");
  fail_fields("[('score', '|i1'), ('probe_subject', '|S1'), ('ref_subject', '|S1')]", "\1a\0", 3, 1,
              "f.npy: row 1: no subject id here");
  fail_fields("[('score', '|i1'), ('probe_subject', '|S1'), ('ref_subject', '|S1')]", "\1a\xFF", 3, 1,
              "row 1: field \"ref_subject\" holds a NUL byte, or what is not UTF-8");
  fail_fields("[('score', '|i1'), ('probe_subject', '|S1'), ('ref_subject', '<U1')]", "\1a\0\xD8\0\0", 6, 1,
              "row 1: field \"ref_subject\" holds what is no character");
  fail_fields("[('score', '|i1'), ('mated', '|b1'), ('probe_subject', '|u1'), ('ref_subject', '|u1')]", "\1\1\1\2", 4,
              1, "row 1: label \"1\" means mated, but the two subjects differ");
}

/* ---- many rows at once ---------------------------------------------------------------------- */

enum { MANY = 2500, AT_ONCE = 4 };

/* The same rows as an array and as text. */
struct rows {
  const char *id, *label; /* types; label: or NULL */
  int fault;              /* a row, from 1, whose label is wrong; 0: none */
  uint64_t state;
  char text[MANY * 80];
};

static uint64_t any(struct rows *rows) { /* xorshift64 */
  rows->state ^= rows->state << 13;
  rows->state ^= rows->state >> 7;
  rows->state ^= rows->state << 17;
  return rows->state;
}

/* Mostly few people; some beyond those that are looked up in an array, and below 0 where the type allows. */
static double person(struct rows *rows) {
  double known = (double)(any(rows) % 300);
  if (rows->id[2] == '2' || any(rows) % 50)
    return known;
  return rows->id[1] == 'i' && any(rows) % 2 ? -1 - known : 5e6 + known * 1e6;
}

static double score(struct rows *rows) {
  double usual = ((double)(any(rows) % 4000) - 2000) / 16;
  return any(rows) % 100 ? usual : any(rows) % 2 ? (double)NAN : -7; /* none, a failure */
}

static void make_rows(struct rows *rows) {
  char descr[256], shape[32], label[64] = "";
  if (rows->label)
    snprintf(label, sizeof label, ", ('mated', '%s')", rows->label);
  snprintf(descr, sizeof descr, "[('probe', '%s'), ('score', '<f4'), ('reference', '%s')%s]", rows->id, rows->id,
           label);
  snprintf(shape, sizeof shape, "(%d,)", MANY);
  npy_begin(&made, 1, descr, false, shape);
  size_t used = (size_t)sprintf(rows->text, "probe,score,reference%s\n", rows->label ? ",mated" : "");
  for (int row = 1; row <= MANY; row++) {
    double probe = person(rows), value = score(rows), reference = any(rows) % 5 ? person(rows) : probe;
    bool mated = (probe == reference) != (row == rows->fault);
    put_number(&made, rows->id, probe);
    put_number(&made, "<f4", value);
    put_number(&made, rows->id, reference);
    used += (size_t)sprintf(rows->text + used, "%.0f,%.4f,%.0f", probe, value, reference);
    if (rows->label) {
      put_number(&made, rows->label, mated);
      used += (size_t)sprintf(rows->text + used, ",%d", mated);
    }
    used += (size_t)sprintf(rows->text + used, "\n");
  }
}

static void read_rows(struct rows *rows, bool distances) {
  struct collected array, text;
  struct plb_input input = plain();
  make_rows(rows);
  const char *paths[2] = {made_array("many.npy", &made), made_file("many.csv", rows->text)};
  input.file_count = 1;
  input.map = "probe_subject=probe,reference_subject=reference";
  input.direction = distances ? PLB_DISSIMILARITY : PLB_DIRECTION_UNDECLARED;
  input.missing = PLB_MISSING_FTA;
  input.has_failed_score = true;
  input.failed_score = -7;
  input.files = &paths[0];
  collect(&input, &array);
  input.files = &paths[1];
  collect(&input, &text);
  assert_int_equal(array.status, rows->fault ? PLB_DATA : PLB_OK);
  assert_int_equal(array.status, text.status);
  if (rows->fault) {
    assert_int_equal(array.err.line, rows->fault);
    assert_int_equal(text.err.line, rows->fault + 1);
  } else {
    assert_true(same_trials(&array, &text));
    assert_int_equal(array.file_rows, text.file_rows);
    assert_int_equal(array.kept, text.kept);
  }
  collected_free(&array);
  collected_free(&text);
}

/* What is odd in some of them is left to be looked at row by row. */
static void many_rows(void **state) {
  (void)state;
  static const char *const ids[AT_ONCE] = {"<u4", "<i8", ">i4", "<u2"};
  static const char *const labels[AT_ONCE] = {NULL, "|b1", "|u1", "<i4"};
  static struct rows rows = {.state = 88172645463325252};
  for (int round = 0; round < AT_ONCE * AT_ONCE; round++) {
    rows.id = ids[round % AT_ONCE];
    rows.label = labels[round / AT_ONCE];
    rows.fault = 0;
    read_rows(&rows, round % 3 == 0);
    rows.fault = (int)(1 + any(&rows) % MANY);
    if (rows.label)
      read_rows(&rows, false);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(named_fields), cmocka_unit_test(whole_ids),
                                     cmocka_unit_test(every_role),   cmocka_unit_test(trial_list),
                                     cmocka_unit_test(bad_fields),   cmocka_unit_test(many_rows)};
  return cmocka_run_group_tests_name("npy rows", tests, NULL, NULL);
}
