/* SPDX-License-Identifier: Apache-2.0 */
#include "tables.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

struct plb_input options;

void read_table(const char *text, struct collected *all) {
  const char *path = made_file("scores.csv", text);
  struct plb_input input = options;
  input.files = &path;
  input.file_count = 1;
  collect(&input, all);
}

int fresh(void **ctx) {
  (void)ctx;
  options = plain();
  return 0;
}

void describe(const struct collected *all, char *text, size_t size) {
  static const char *const how[] = {"", "FTE", "FTA", "FTC"};
  size_t used = 0;
  text[0] = '\0';
  for (size_t i = 0; i < all->count; i++) {
    const struct plb_trial *row = &all->rows[i];
    char score[32];
    snprintf(score, sizeof score, "%g", row->score);
    used += (size_t)snprintf(text + used, size - used, "%s%c%s", i ? " " : "", row->mated ? 'M' : 'N',
                             row->outcome ? how[row->outcome] : score);
    if (row->reference != PLB_NOBODY)
      used += (size_t)snprintf(text + used, size - used, ":%u-%u", row->reference, row->probe);
  }
}

void gives(const char *text, const char *expected) {
  struct collected all;
  char rows[1024];
  read_table(text, &all);
  if (all.status)
    print_message("%s\n", all.err.message);
  assert_int_equal(all.status, PLB_OK);
  describe(&all, rows, sizeof rows);
  assert_string_equal(rows, expected);
  assert_int_equal(all.kept, all.count);
  collected_free(&all);
}

void refuses(const char *text, const char *expected) {
  struct collected all;
  read_table(text, &all);
  assert_int_equal(all.status, PLB_DATA);
  const char *rest = strstr(all.err.message, "scores.csv");
  assert_non_null(rest);
  assert_string_equal(rest + strlen("scores.csv"), expected);
  collected_free(&all);
}

void table_refuses(const char *table, const char *expected) {
  struct collected all;
  options.samples = made_file("samples.csv", table);
  read_table("score,probe_sample,ref_sample\n1,a1,a2\n", &all);
  assert_int_equal(all.status, PLB_DATA);
  const char *rest = strstr(all.err.message, "samples.csv");
  assert_non_null(rest);
  assert_string_equal(rest + strlen("samples.csv"), expected);
  collected_free(&all);
}
