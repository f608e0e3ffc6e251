/* SPDX-License-Identifier: Apache-2.0
 *
 * The public calls that write results: each format, whole or not at all.
 */
#include <dirent.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "../result/fault.h"
#include "../result/sample.h"
#include "report/report.h"

static char folder[64], path[128];

static int make_folder(void **state) {
  (void)state;
  strcpy(folder, "/tmp/plb-write-XXXXXX");
  if (!mkdtemp(folder))
    return -1;
  snprintf(path, sizeof path, "%s/result", folder);
  return 0;
}

static int files_in(const char *name, bool remove_them) {
  int count = 0;
  DIR *open_folder = opendir(name);
  if (!open_folder)
    return -1;
  for (const struct dirent *entry; (entry = readdir(open_folder));) {
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
      continue;
    count++;
    if (remove_them)
      unlinkat(dirfd(open_folder), entry->d_name, 0);
  }
  closedir(open_folder);
  return count;
}

static int remove_folder(void **state) {
  (void)state;
  files_in(path, true);
  rmdir(path);
  files_in(folder, true);
  return rmdir(folder);
}

static char *contents(const char *name) {
  static char text[1000000];
  FILE *file = fopen(name, "r");
  assert_non_null(file);
  text[fread(text, 1, sizeof text - 1, file)] = '\0';
  fclose(file);
  return text;
}

static void test_formats(void **state) {
  (void)state;
  static const struct {
    enum plb_format format;
    const char *start;
  } cases[] = {{PLB_TEXT, "Verification test: face_c.csv.gz, people.csv\n====="},
               {PLB_JSON, "{\n  \"schema\": \"plumbline-result/1\",\n"},
               {PLB_CSV, "metric,system,threshold,"},
               {PLB_HTML, "<!DOCTYPE html>"}};
  struct plb_error err = {0};
  struct plb_result *result = sample_make(SAMPLE_FULL);
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    if (plb_write(result, cases[i].format, path, &err))
      fail_msg("%s", err.message);
    const char *text = contents(path);
    assert_int_equal(strncasecmp(text, cases[i].start, strlen(cases[i].start)), 0);
    assert_int_equal(files_in(folder, false), 1);
  }
  assert_int_equal(plb_write(result, PLB_JSON, path, &err), PLB_OK);
  char *wanted = sample_json(result, NULL);
  assert_string_equal(contents(path), wanted);
  free(wanted);
  plb_result_free(result);
}

static void test_full_disk(void **state) {
  (void)state;
  struct plb_result *result = sample_make(SAMPLE_FULL);
  for (int format = PLB_TEXT; format <= PLB_HTML; format++) {
    struct plb_error err = {0};
    assert_int_equal(plb_write(result, (enum plb_format)format, "/dev/full", &err), PLB_IO);
    assert_int_equal(err.os_errno, ENOSPC);
    assert_int_equal(plb_write(result, (enum plb_format)format, "/dev/full", NULL), PLB_IO);
    assert_int_equal(plb_write(result, (enum plb_format)format, "/dev/null", &err), PLB_OK);
  }
  plb_result_free(result);
}

static void test_nothing_is_left(void **state) {
  (void)state;
  struct plb_result *result = sample_make(SAMPLE_FULL);
  for (int format = PLB_TEXT; format <= PLB_HTML; format++) {
    for (long n = 0; n < 100000; n++) {
      fault_after = n;
      plb_status st = plb_write(result, (enum plb_format)format, path, NULL);
      fault_after = -1;
      if (!st)
        break;
      assert_int_equal(st, PLB_NOMEM);
      assert_int_equal(files_in(folder, false), 0);
    }
    assert_int_equal(files_in(folder, true), 1);
  }
  plb_result_free(result);
}

static void test_many(void **state) {
  (void)state;
  struct plb_error err = {0};
  struct plb_result *made[] = {sample_make(SAMPLE_FULL), sample_make(SAMPLE_TWO)};
  const plb_result *const results[] = {made[0], made[1]};
  assert_int_equal(plb_write_many(results, 2, PLB_TEXT, path, &err), PLB_OK);
  assert_int_equal(plb_write_many(results, 2, PLB_CSV, path, &err), PLB_OK);
  assert_int_equal(plb_write_many(results, 2, PLB_HTML, path, &err), PLB_OK);
  assert_int_equal(plb_write_many(results, 2, PLB_JSON, path, &err), PLB_USAGE);
  assert_int_equal(plb_write_many(results, 0, PLB_CSV, path, &err), PLB_USAGE);
  assert_int_equal(plb_write_many(NULL, 2, PLB_CSV, path, &err), PLB_USAGE);
  const plb_result *const with_hole[] = {made[0], NULL};
  assert_int_equal(plb_write_many(with_hole, 2, PLB_CSV, path, &err), PLB_USAGE);
  assert_int_equal(plb_write(NULL, PLB_CSV, path, &err), PLB_USAGE);
  assert_int_equal(plb_write(made[0], (enum plb_format)99, path, &err), PLB_USAGE);
  assert_int_equal(plb_write(made[0], PLB_CSV, NULL, &err), PLB_USAGE);
  plb_result_free(made[0]);
  plb_result_free(made[1]);
}

/* The names by which a CSV of four results knows them; each stands in the second column. */
static void expect_labels(const struct plb_result *const results[4], const char *const labels[4]) {
  assert_int_equal(plb_write_many(results, 4, PLB_CSV, path, NULL), PLB_OK);
  const char *text = contents(path);
  for (size_t r = 0; r < 4; r++) {
    char wanted[160];
    snprintf(wanted, sizeof wanted, "\n%zu,%s,FMR,", r + 1, labels[r]);
    if (!strstr(text, wanted))
      fail_msg("no \"%s\" in \"%.300s\"", wanted + 1, text);
  }
  assert_int_equal(plb_write_many(results, 4, PLB_TEXT, path, NULL), PLB_OK);
  assert_int_equal(plb_write_many(results, 4, PLB_HTML, path, NULL), PLB_OK);
}

/* Two results of equal inputs are called by their files, or by their numbers where that does not help. */
static void test_labels(void **state) {
  (void)state;
  struct plb_result *made[4];
  for (size_t r = 0; r < 4; r++)
    assert_non_null(made[r] = sample_make(r < 3 ? SAMPLE_FULL : SAMPLE_GIVEN));
  const struct plb_result *const results[4] = {made[0], made[1], made[2], made[3]};
  char other[96];
  plb_result_label(made[3], 4, other);
  made[0]->file = "old.json";
  made[1]->file = "new.json";
  made[2]->file = "newer.json";
  expect_labels(results, (const char *const[]){"old.json", "new.json", "newer.json", other});
  made[2]->file = "new.json"; /* of another folder */
  expect_labels(results, (const char *const[]){"old.json", "\"new.json, result 2\"", "\"new.json, result 3\"", other});
  made[0]->file = made[1]->file = made[2]->file = NULL;
  expect_labels(results, (const char *const[]){"\"face_c.csv.gz, people.csv, result 1\"",
                                               "\"face_c.csv.gz, people.csv, result 2\"",
                                               "\"face_c.csv.gz, people.csv, result 3\"", other});
  assert_null(made[1]->label);
  for (long n = 0; n < 1000; n++) {
    fault_after = n;
    plb_status st = plb_write_many(results, 4, PLB_CSV, path, NULL);
    fault_after = -1;
    if (!st)
      break;
    assert_int_equal(st, PLB_NOMEM);
  }
  for (size_t r = 0; r < 4; r++)
    plb_result_free(made[r]);
}

static int stop_at_once(void *ctx, const char *stage, uint64_t done, uint64_t total) {
  size_t *asked = ctx;
  assert_string_equal(stage, "writing");
  assert_int_equal(done + total, 0);
  return ++*asked > 0;
}

/* Whoever watches a result can stop its being written; nothing is left, and another call may succeed. */
static void test_cancel(void **state) {
  (void)state;
  struct plb_error err = {0};
  struct plb_result *made[] = {sample_make(SAMPLE_FULL), sample_make(SAMPLE_TWO)};
  const plb_result *const results[] = {made[0], made[1]};
  size_t asked = 0;
  plb_result_set_progress(made[1], stop_at_once, &asked);
  for (int format = PLB_TEXT; format <= PLB_HTML; format++)
    assert_int_equal(plb_write(made[1], (enum plb_format)format, path, &err), PLB_CANCELLED);
  assert_int_equal(plb_write_many(results, 2, PLB_TEXT, path, &err), PLB_CANCELLED);
  assert_int_equal(plb_write(made[0], PLB_TEXT, "/dev/null", &err), PLB_OK);
  assert_int_equal(asked, 5);
  assert_int_equal(files_in(folder, false), 0);
  assert_int_equal(plb_write_svg(made[1], path, &err), PLB_CANCELLED);
  assert_int_equal(files_in(path, false), 0);
  rmdir(path);
  plb_result_set_progress(made[1], NULL, NULL);
  plb_result_set_progress(NULL, stop_at_once, NULL);
  assert_int_equal(plb_write(made[1], PLB_TEXT, path, &err), PLB_OK);
  plb_result_free(made[0]);
  plb_result_free(made[1]);
}

static void test_figures(void **state) {
  (void)state;
  struct plb_error err = {0};
  char file[256];
  struct stat found;
  struct plb_result *result = sample_make(SAMPLE_FULL);
  assert_int_equal(plb_write_svg(result, path, &err), PLB_OK); /* makes the folder */
  assert_int_equal(plb_write_svg(result, path, &err), PLB_OK); /* and takes one that is there */
  snprintf(file, sizeof file, "%s/det.svg", path);
  assert_int_equal(stat(file, &found), 0);
  assert_non_null(strstr(contents(file), "<svg"));
  assert_int_equal(files_in(path, false), 2);
  assert_int_equal(plb_write_svg(result, "/dev/null", &err), PLB_IO);
  assert_int_equal(err.os_errno, ENOTDIR);
  assert_int_equal(plb_write_svg(result, "", &err), PLB_USAGE);
  assert_int_equal(plb_write_svg(NULL, path, &err), PLB_USAGE);
  snprintf(file, sizeof file, "%s/absent/figures", folder);
  assert_int_equal(plb_write_svg(result, file, &err), PLB_IO);
  plb_result_free(result);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_formats, make_folder, remove_folder),
      cmocka_unit_test(test_full_disk),
      cmocka_unit_test_setup_teardown(test_nothing_is_left, make_folder, remove_folder),
      cmocka_unit_test_setup_teardown(test_many, make_folder, remove_folder),
      cmocka_unit_test_setup_teardown(test_cancel, make_folder, remove_folder),
      cmocka_unit_test_setup_teardown(test_labels, make_folder, remove_folder),
      cmocka_unit_test_setup_teardown(test_figures, make_folder, remove_folder),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
