/* SPDX-License-Identifier: Apache-2.0
 *
 * Memory that runs out: the n-th request fails, for n = 1, 2, ... until all goes well. Each time the
 * answer is PLB_NOMEM; the sanitizers see what is leaked or used. The linker puts these functions before
 * those of base/memory.c (--wrap).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>

#include "arrays.h"
#include "base/memory.h"
#include "trial/hdf5_file.h"
#include "trial/pack.h"

static long left = -1; /* requests until one fails; negative: none does */

static bool refuse(void) {
  return left >= 0 && left-- == 0;
}

void *__real_plb_alloc(size_t count, size_t size);
void *__wrap_plb_alloc(size_t count, size_t size);
bool __real_plb_resize(void *pointer, size_t count, size_t size);
bool __wrap_plb_resize(void *pointer, size_t count, size_t size);
bool __real_plb_reserve(void *pointer, size_t *capacity, size_t need, size_t size);
bool __wrap_plb_reserve(void *pointer, size_t *capacity, size_t need, size_t size);
char *__real_plb_copy_text(const char *text, size_t length);
char *__wrap_plb_copy_text(const char *text, size_t length);

void *__wrap_plb_alloc(size_t count, size_t size) {
  return refuse() ? NULL : __real_plb_alloc(count, size);
}

bool __wrap_plb_resize(void *pointer, size_t count, size_t size) {
  return !refuse() && __real_plb_resize(pointer, count, size);
}

bool __wrap_plb_reserve(void *pointer, size_t *capacity, size_t need, size_t size) {
  return need <= *capacity || (!refuse() && __real_plb_reserve(pointer, capacity, need, size));
}

char *__wrap_plb_copy_text(const char *text, size_t length) {
  return refuse() ? NULL : __real_plb_copy_text(text, length);
}

static plb_status let_pass(void *ctx, const struct plb_block *block, struct plb_error *err) {
  (void)ctx, (void)block, (void)err;
  return PLB_OK;
}

static plb_status read_through(const struct plb_input *input, struct plb_error *err) {
  struct plb_census census = {0};
  struct plb_source *source = NULL;
  plb_status st = plb_source_open(input, &census, &source, err);
  if (!st)
    st = plb_source_drain(source, &(struct plb_sink){.take = let_pass}, err);
  plb_source_close(source);
  plb_census_free(&census);
  return st;
}

static void until_it_works(const struct plb_input *input) {
  plb_status st = PLB_NOMEM;
  long requests = 0;
  for (; st; requests++) {
    struct plb_error err = {0};
    left = requests;
    st = read_through(input, &err);
    left = -1;
    if (st && (st != PLB_NOMEM || strcmp(err.message, "out of memory") != 0))
      fail_msg("request %ld: %s", requests, err.message);
  }
  assert_true(requests > 10);
}

static void test_tables(void **ctx) {
  (void)ctx;
  const char *paths[] = {made_file("one.csv", "score,probe_sample,ref_sample,system\n\"0.5\",a1,a2,A\n1,a1,b1,A\n"),
                         made_file("two.gz", "")};
  struct plb_pack *pack;
  assert_int_equal(plb_pack_open(paths[1], &pack, NULL), PLB_OK);
  plb_pack_bytes(pack, "score;system;probe_sample;ref_sample\n2;B;a2;b1\n", 47);
  assert_int_equal(plb_pack_close(pack, NULL), PLB_OK);
  struct plb_input input = plain();
  input.files = paths;
  input.file_count = 2;
  input.samples = made_file("samples.csv", "sample,subject\na1,a\na2,a\nb1,b\n");
  input.subjects = made_file("subjects.tsv", "subject\tsex\na\tF\nb\tM\n");
  until_it_works(&input);
  input.shards = 2;
  for (input.shard = 0; input.shard < 2; input.shard++)
    until_it_works(&input);
}

static void test_sides(void **ctx) {
  (void)ctx;
  static const char *const by[] = {"sex,reference.age", "elapsed"};
  const char *bands = "age=0,18";
  const char *paths[] = {made_file("one.csv", "score,probe_sample,ref_sample\n0.5,a1,a2\n1,a1,b1\n"),
                         made_file("two.csv", "score,probe_subject,ref_subject,probe_sex,ref_sex,probe_age,ref_age\n"
                                              "0.5,a,b,F,,7,8\n0.5,a,b,X,M,x,8\n0.25,b,b,M,M,9,9\n")};
  struct plb_input input = plain();
  input.files = paths;
  input.file_count = 1;
  input.by = by;
  input.by_count = 2;
  input.bands = &bands;
  input.band_count = 1;
  input.where = "sex=F|M,elapsed<50";
  input.as_of = "2024-01-01";
  input.samples = made_file("samples.csv", "sample,subject,date\na1,a,2020\na2,a,2021-05\nb1,b,soon\n");
  input.subjects = made_file("subjects.csv", "subject,sex,birth_date\na,F,2000\nb,M,2001\n");
  until_it_works(&input);
  input.samples = input.subjects = NULL;
  input.files = &paths[1];
  input.by_count = 1;
  input.where = NULL;
  until_it_works(&input);
}

static void test_formats(void **ctx) {
  (void)ctx;
  static const char *const texts[] = {"a a x 0.5\na b x 1\n", "1 0.5\n-1 0.25\n", ",a,b\na,1,0\nb,0,1\n"};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    const char *path = made_file("scores.txt", texts[i]);
    struct plb_input input = plain();
    input.files = &path;
    input.file_count = 1;
    until_it_works(&input);
  }
  const char *path = made_file("scores.txt", "e1 t1 0.5\ne1 t2 0.25\n");
  struct plb_input input = plain();
  input.files = &path;
  input.file_count = 1;
  input.trials = made_file("trials.txt", "e1 t1 target\ne1 t2 nontarget\ne2 t2 nontarget\n");
  input.missing = PLB_MISSING_FTC;
  until_it_works(&input);
}

static void test_columns(void **ctx) {
  (void)ctx;
  if (plb_hdf5_supported("x", NULL)) {
    print_message("# SKIPPED: this build has no HDF5\n");
    skip();
  }
  const char *path = made_file("table.csv", "score,reference_subject,probe_subject,reference_sample,probe_sample,"
                                            "reference_family,probe_family\n"
                                            "1,a,a,a1,a2,f,f\n0.5,a,b,a1,b1,f,\n0.25,b,b,b1,b2,,\n");
  const char *columns = made_file("columns.h5", "");
  struct plb_input input = plain();
  plb_status st = PLB_NOMEM;
  input.files = &path;
  input.file_count = 1;
  input.cluster = "family";
  for (long requests = 0; st; requests++) {
    struct plb_error err = {0};
    left = requests;
    st = plb_convert(&input, columns, "/dev/null", &err);
    left = -1;
    if (st && st != PLB_NOMEM)
      fail_msg("request %ld: %s", requests, err.message);
  }
  input.files = &columns;
  until_it_works(&input);
}

static void test_arrays(void **ctx) {
  (void)ctx;
  static struct made made;
  npy_begin(&made, 1, "'<i2'", false, "(3, 2)");
  for (int k = 0; k < 6; k++)
    put_number(&made, "<i2", k);
  const char *path = made_array("m.npy", &made);
  struct plb_input input = plain();
  input.files = &path;
  input.file_count = 1;
  input.row_ids = made_file("rows.txt", "a\nb\nc\n");
  input.column_ids = made_file("columns.txt", "a\nb\n");
  until_it_works(&input);
  npy_begin(&made, 1, "[('score', '<i2'), ('ref_subject', '<u4'), ('probe_subject', '|S4')]", false, "(3,)");
  for (int k = 0; k < 3; k++) {
    put_number(&made, "<i2", k);
    put_number(&made, "<u4", k ? 1 << 23 : 49);
    put_bytes(&made, k == 1 ? "8388608" : "49\0\0", 4);
  }
  path = made_array("f.npy", &made);
  input = plain();
  input.files = &path;
  input.file_count = 1;
  until_it_works(&input);
  mtx_begin(&made, "S2", "MB", 1, 2, false);
  put_bytes(&made, "\xFF\x7F", 2);
  input.mask = made_array("m.mask", &made);
  mtx_begin(&made, "S2", "MF", 1, 2, false);
  put_number(&made, "<f4", 1);
  put_number(&made, "<f4", 2);
  path = made_array("m.mtx", &made);
  until_it_works(&input);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_tables), cmocka_unit_test(test_sides),
                                     cmocka_unit_test(test_formats), cmocka_unit_test(test_arrays),
                                     cmocka_unit_test(test_columns)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
