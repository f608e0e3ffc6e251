/* SPDX-License-Identifier: Apache-2.0
 *
 * NumPy arrays of one dimension, written here byte by byte: every type of element, both orders of bytes, and every way
 * in which a header or a length can be wrong.
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

#include "arrays.h"

static struct made made;

static const double mated_scores[] = {5, 100, 7, 90}, nonmated_scores[] = {1, 0, 2, 3, 2};

#define MATED (sizeof mated_scores / sizeof *mated_scores)
#define NONMATED (sizeof nonmated_scores / sizeof *nonmated_scores)

static const char *flat(const char *type, const double *scores, size_t count) {
  char descr[16], shape[32];
  snprintf(descr, sizeof descr, "'%s'", type);
  snprintf(shape, sizeof shape, "(%zu,)", count);
  npy_begin(&made, 1, descr, false, shape);
  for (size_t i = 0; i < count; i++)
    put_number(&made, type, scores[i]);
  return made_array("flat.npy", &made);
}

static void every_type(void **state) {
  (void)state;
  static const char *const types[] = {"<f4", ">f4", "<f8", ">f8", "|i1", "|u1", "<i2", ">i2", "<u2",
                                      ">u2", "<i4", ">i4", "<u4", ">u4", "<i8", ">i8", "<u8", ">u8"};
  struct collected all, text;
  read_classes(made_file("m", "5\n100\n7\n90\n"), made_file("n", "1\n0\n2\n3\n2\n"), "pyeer", &text);
  for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
    const char *mated = flat(types[i], mated_scores, MATED);
    read_classes(mated, flat(types[i], nonmated_scores, NONMATED), NULL, &all);
    assert_read(&all, "npy", MATED, NONMATED);
    assert_true(same_trials(&all, &text));
    assert_true(!all.traits.people && !all.traits.samples && !all.traits.direction_declared);
    collected_free(&all);
  }
  collected_free(&text);
}

static void signs_and_infinities(void **state) {
  (void)state;
  static const double mated[] = {-1, -128, 127, 0}, odd[] = {INFINITY, -INFINITY, -0.0, 0.5};
  struct collected all;
  read_classes(flat("|i1", mated, 4), flat("<f4", odd, 4), NULL, &all);
  assert_read(&all, "npy", 4, 4);
  for (size_t i = 0; i < 4; i++) {
    assert_true(all.rows[i].score == mated[i] && all.rows[4 + i].score == odd[i]);
    assert_false(all.rows[4 + i].score == 0 && signbit(all.rows[4 + i].score));
  }
  collected_free(&all);
}

static void read_pair(enum plb_missing missing, const double *failed, enum plb_direction direction,
                      struct collected *all) {
  static const double scores[] = {0.5, NAN, NAN, -0.1, 2, -INFINITY};
  struct plb_input input = plain();
  input.mated = flat("<f4", scores, 6);
  input.nonmated = flat("<f8", mated_scores, MATED);
  input.missing = missing;
  input.direction = direction;
  input.has_failed_score = failed != NULL;
  input.failed_score = failed ? *failed : 0;
  collect(&input, all);
}

static void missing_scores(void **state) {
  (void)state;
  struct collected all;
  read_pair(PLB_MISSING_ERROR, NULL, PLB_DIRECTION_UNDECLARED, &all);
  assert_fails(&all, PLB_DATA, 2, 0, "flat.npy: row 2: no score here; say what that means by --missing");
  collected_free(&all);
  read_pair(PLB_MISSING_FTA, NULL, PLB_DIRECTION_UNDECLARED, &all);
  assert_read(&all, "npy", 4, MATED);
  assert_int_equal(failed(&all, PLB_FAILED_ACQUIRE), 2);
  collected_free(&all);
  read_pair(PLB_MISSING_DROP, &(double){-0.1}, PLB_DISSIMILARITY, &all);
  assert_read(&all, "npy", 3, MATED);
  assert_int_equal(failed(&all, PLB_FAILED_COMPARE), 1);
  assert_int_equal(all.dropped[PLB_DROP_MISSING], 2);
  assert_true(all.rows[0].score == -0.5 && all.rows[2].score == -2 && all.rows[3].score == HUGE_VAL);
  collected_free(&all);
}

static void inexact(void **state) {
  (void)state;
  static const struct {
    const char *type;
    uint64_t bits;
    double value; /* 0: none is equal */
  } cases[] = {{"'<u8'", UINT64_C(1) << 53, 0x1p53}, {"'<u8'", (UINT64_C(1) << 53) + 1, 0}, {"'<u8'", UINT64_MAX, 0},
               {"'<u8'", UINT64_C(1) << 63, 0x1p63}, {"'<i8'", UINT64_C(1) << 63, -0x1p63}, {"'<i8'", INT64_MAX, 0},
               {"'<i8'", (uint64_t)-1, -1}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    const char *nonmated = flat("<f4", nonmated_scores, NONMATED);
    npy_begin(&made, 1, cases[i].type, false, "(2,)");
    put_number(&made, "<i8", 1);
    put_bytes(&made, &cases[i].bits, 8);
    struct collected all;
    read_classes(made_array("big.npy", &made), nonmated, NULL, &all);
    if (cases[i].value != 0) {
      assert_read(&all, "npy", 2, NONMATED);
      assert_true(all.rows[1].score == cases[i].value);
    } else {
      assert_fails(&all, PLB_DATA, 2, 0, "big.npy: row 2: a whole number that no double is equal to");
    }
    collected_free(&all);
  }
}

/* ---- headers ------------------------------------------------------------------------------ */

static void read_header(const char *text, struct collected *all) {
  unsigned char head[10] = {0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};
  size_t length = strlen(text);
  head[8] = (unsigned char)(length & 255);
  head[9] = (unsigned char)(length >> 8);
  made.length = 0;
  put_bytes(&made, head, sizeof head);
  put_bytes(&made, text, length);
  put_number(&made, "<f4", 1);
  put_number(&made, "<f4", 2);
  read_classes(made_array("x.npy", &made), made_array("y.npy", &made), "npy", all);
}

static void good_headers(void **state) {
  (void)state;
  static const char *const texts[] = {
      "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }",
      "{'descr':'<f4','fortran_order':True,'shape':(2,)}\n",
      "{'shape': (2L,), 'fortran_order': False, 'descr': \"<f4\"}   \n",
      "{'descr': [('score', '<f4')], 'fortran_order': False, 'shape': (2,), }",
      " { 'descr' : [ ( 'score' , '<f4' , ) , ] , 'fortran_order' : False , 'shape' : ( 2 , ) , } \n",
  };
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    struct collected all;
    read_header(texts[i], &all);
    assert_int_equal(all.status, PLB_DATA); /* the header is fine: it fails since both files are the same */
    assert_non_null(strstr(all.err.message, "the same scores as in"));
    collected_free(&all);
  }
}

#define REST "'fortran_order': False, 'shape': (2,), }"

static const struct {
  const char *text, *part;
} bad[] = {
    {"", "byte 11 of its header: the end; expected \"{\""},
    {"['descr'", "byte 11 of its header: \"['descr'\"; expected \"{\""},
    {"{}", "byte 12 of its header: \"}\"; expected the keys 'descr', 'fortran_order' and 'shape', each once"},
    {"{'descr' '<f4', " REST, "byte 20 of its header: \"'<f4', 'fort\"; expected \":\""},
    {"{'descr': '<f4', 'descr': '<f4', " REST, "byte 28 of its header: \"'descr': '<f\"; expected the keys"},
    {"{'descr': '<f4', 'other': 1, " REST, "byte 28 of its header"},
    {"{'descr': '<f4' " REST, "expected \",\" and the keys"},
    {"{'descr': '<f4', 'fortran_order': False, }", "byte 52 of its header: \"}\"; expected the keys"},
    {"{'descr': 'f4', " REST, "expected a type such as '<f4'"},
    {"{'descr': '<f', " REST, "expected a type"},
    {"{'descr': '<f3', " REST, "expected a type"},
    {"{'descr': '|f4', " REST, "expected a type"},
    {"{'descr': '<i3', " REST, "expected a type"},
    {"{'descr': '<q8', " REST, "expected a type"},
    {"{'descr': '<f99999999999999999999', " REST, "expected a type"},
    {"{'descr': '<f4, " REST, "expected a type"},
    {"{'descr': '\\x3cf4', " REST, "expected a type"},
    {"{'descr': <f4, " REST, "expected a type"},
    {"{'descr': '|O', " REST, "holds Python objects, which are never loaded"},
    {"{'descr': '<f2', " REST, "holds 16-bit floats; expected scores as floats of 32 or 64 bits"},
    {"{'descr': '<f16', " REST, "holds 128-bit floats; expected"},
    {"{'descr': '<c8', " REST, "holds complex numbers; expected"},
    {"{'descr': '|b1', " REST, "holds truth values; expected"},
    {"{'descr': '<U3', " REST, "holds texts of up to 3 characters; expected"},
    {"{'descr': '|S3', " REST, "holds texts of up to 3 bytes; expected"},
    {"{'descr': '<M8[ns]', " REST, "holds times; expected"},
    {"{'descr': '|V4', " REST, "holds 4 other bytes; expected"},
    {"{'descr': '|S0', " REST, "its elements have no bytes"},
    {"{'descr': [], " REST, "expected a field such as ('score', '<f4')"},
    {"{'descr': ['<f4'], " REST, "expected a field such as"},
    {"{'descr': [(1, '<f4')], " REST, "expected the name of a field"},
    {"{'descr': [('score' '<f4')], " REST, "expected a comma and a type"},
    {"{'descr': [('score', '<f4'], " REST, "expected \")\""},
    {"{'descr': [('score', [('a', '<f4')])], " REST, "expected a type"},
    {"{'descr': [('score', '<f4', 'x')], " REST, "expected the shape of a field"},
    {"{'descr': [('score', '<f4', (2, 2)], " REST, "expected \")\""},
    {"{'descr': [('score', '<f4', (9999999, 9999999))], " REST, "expected the shape of a field, of at most 16 MiB"},
    {"{'descr': [('score', '<f4')('b', '<f4')], " REST, "expected \",\" or \"]\""},
    {"{'descr': [('score', '<f4'), ('score', '<f4')], " REST, "expected each name of a field once"},
    {"{'descr': '<f4', 'fortran_order': 0, 'shape': (2,), }", "expected True or False"},
    {"{'descr': '<f4', 'fortran_order': False, 'shape': 2, }", "expected a shape such as (100,)"},
    {"{'descr': '<f4', 'fortran_order': False, 'shape': (2), }", "expected \",\""},
    {"{'descr': '<f4', 'fortran_order': False, 'shape': (-2,), }", "expected a whole number below 2^63"},
    {"{'descr': '<f4', 'fortran_order': False, 'shape': (2.0,), }", "expected \",\""},
    {"{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,), }", "a whole number below 2^63"},
    {"{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904,), }", "more elements than a file"},
    {"{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296), }", "more elements than a file"},
    {"{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2, 1), }", "expected one or two dimensions"},
    {"{'descr': '<f4', 'fortran_order': False, 'shape': (1 2), }", "expected \",\""},
    {"{'descr': '<f4', 'fortran_order': False, 'shape': (2,", "of its header: the end"},
    {"{'descr': '<f4', 'fortran_order': False, 'shape': (), }", "a single value; expected an array of scores"},
    {"{'descr': '<f4', 'fortran_order': False, 'shape': (0,), }", "8 bytes or more behind the last score"},
    {"{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), }", "1 rows and 2 columns; expected scores one after"},
    {"{'descr': [('score', '<f4')], 'fortran_order': False, 'shape': (1, 2), }", "two dimensions of rows with fields"},
    {"{'descr': [('score', '<f4'), ('x', '<f2')], " REST,
     "ends after 8 of the 12 bytes that the header says (2 times 6)"},
    {"{'descr': '<f4', " REST "x", "expected blanks and the end of the header"},
};

static void bad_headers(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    struct collected all;
    read_header(bad[i].text, &all);
    if (all.status != PLB_DATA || !strstr(all.err.message, bad[i].part))
      print_message("%zu: %s\n", i, all.err.message);
    assert_int_equal(all.status, PLB_DATA);
    assert_non_null(strstr(all.err.message, bad[i].part));
    assert_int_equal(all.err.line, 0);
    collected_free(&all);
  }
}

static void versions(void **state) {
  (void)state;
  const char *nonmated = flat("<f4", nonmated_scores, NONMATED);
  for (int version = 0; version <= 4; version++) {
    npy_begin(&made, version, "'<f4'", false, "(1,)");
    put_number(&made, "<f4", 7);
    struct collected all;
    read_classes(made_array("v.npy", &made), nonmated, "npy", &all);
    if (version >= 1 && version <= 3)
      assert_read(&all, "npy", 1, NONMATED);
    else
      assert_fails(&all, PLB_DATA, 0, 0, "expected 1.0, 2.0 or 3.0");
    collected_free(&all);
  }
}

/* Cut off at every byte of the file, and longer than it says. */
static void wrong_lengths(void **state) {
  (void)state;
  const char *nonmated = flat("<f4", nonmated_scores, NONMATED);
  npy_begin(&made, 1, "[('score', '<f4'), ('mated', '|b1')]", false, "(2,)");
  size_t header = made.length;
  for (int i = 0; i < 2; i++) {
    put_number(&made, "<f4", 7);
    put_bytes(&made, "\1", 1);
  }
  struct collected all;
  char part[128];
  for (size_t length = 1; length <= made.length + 1; length++) {
    char copy[1024] = {0};
    memcpy(copy, made.bytes, made.length);
    read_classes(made_bytes("c.npy", copy, length), nonmated, "npy", &all);
    if (length == made.length) {
      assert_read(&all, "npy", 2, NONMATED);
    } else {
      snprintf(part, sizeof part, "ends after %zu bytes, within its header", length);
      if (length >= header)
        snprintf(part, sizeof part, "ends after %zu of the 10 bytes that the header says (2 times 5)", length - header);
      if (length > made.length)
        strcpy(part, "1 bytes or more behind the last row; expected 2 times 5 bytes");
      assert_fails(&all, PLB_DATA, 0, 0, part);
    }
    collected_free(&all);
  }
}

static void forms_and_options(void **state) {
  (void)state;
  struct collected all;
  const char *path = flat("<f4", mated_scores, MATED);
  read_one(path, NULL, &all);
  assert_fails(&all, PLB_DATA, 0, 0, "does not say which comparisons are mated; expected an array of each class");
  collected_free(&all);
  struct plb_input input = plain();
  input.files = &path;
  input.file_count = 1;
  input.row_ids = made_file("ids.txt", "a\nb\n");
  collect(&input, &all);
  assert_fails(&all, PLB_USAGE, 0, 0, "--row-ids: this array has one dimension");
  collected_free(&all);
  input.row_ids = NULL;
  input.map = "score=x";
  collect(&input, &all);
  assert_fails(&all, PLB_USAGE, 0, 0, "--map: this array has no named fields");
  collected_free(&all);
  input.map = NULL;
  input.mask = path;
  collect(&input, &all);
  assert_fails(&all, PLB_USAGE, 0, 0, "--mask: this input is of format npy");
  collected_free(&all);
  input.mask = NULL;
  input.column_ids = path;
  collect(&input, &all);
  assert_fails(&all, PLB_USAGE, 0, 0, "--column-ids goes with --row-ids");
  collected_free(&all);
  read_text("just text, no array\n", "npy", &all);
  assert_fails(&all, PLB_DATA, 0, 0, "does not begin as a NumPy array");
  collected_free(&all);
  read_one(path, "csv", &all);
  assert_fails(&all, PLB_DATA, 0, 0, "this is a NumPy array; expected text here");
  collected_free(&all);
}

/* ---- an array that changes while it is read --------------------------------------------------- */

struct change {
  const char *path;
  long by; /* bytes */
};

static int change_once(void *ctx, const char *stage, uint64_t done, uint64_t total) {
  struct change *change = ctx;
  (void)stage;
  if (done && change->path)
    assert_int_equal(truncate(change->path, (long)total + change->by), 0);
  change->path = done ? NULL : change->path;
  return 0;
}

/* As of text: the system is at fault, and not the array. */
static void changes(void **state) {
  (void)state;
  enum { COUNT = 400000 };
  static const struct {
    long by;
    const char *part;
  } cases[] = {{8, "it grew"}, {1, "it grew"}, {-8, "became shorter"}, {-3000000, "became shorter"}, {0, NULL}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    npy_begin(&made, 1, "'<f8'", false, "(400000,)");
    struct change change = {made_array("changes.npy", &made), cases[i].by};
    assert_int_equal(truncate(change.path, (long)made.length + 8 * COUNT), 0);
    struct plb_input input = plain();
    struct collected all;
    input.mated = change.path;
    input.nonmated = made_file("n", "1\n0\n");
    input.progress = change_once;
    input.progress_ctx = &change;
    collect(&input, &all);
    assert_null(change.path);
    if (cases[i].part)
      assert_fails(&all, PLB_IO, 0, 0, cases[i].part);
    else
      assert_int_equal(all.status, PLB_OK);
    collected_free(&all);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(every_type),        cmocka_unit_test(signs_and_infinities),
                                     cmocka_unit_test(missing_scores),    cmocka_unit_test(inexact),
                                     cmocka_unit_test(good_headers),      cmocka_unit_test(bad_headers),
                                     cmocka_unit_test(versions),          cmocka_unit_test(wrong_lengths),
                                     cmocka_unit_test(forms_and_options), cmocka_unit_test(changes)};
  return cmocka_run_group_tests_name("npy", tests, NULL, NULL);
}
