/* SPDX-License-Identifier: Apache-2.0
 *
 * Rows that are taken many at once against the same rows taken one by one, as those of a table with very many columns
 * are: the same trials, the same numbers of people, the same counts, and the same message where something is wrong.
 */
#include "collect.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COLUMNS = 5, MORE = 40, ROWS = 12000, ROOM = 4 << 20, FAULTS = 64 };

static const char *const names[COLUMNS] = {"score", "mated", "probe_subject", "reference_subject", "note"};

/* A table in two forms. */
struct made {
  char *narrow, *wide;
  size_t narrow_used, wide_used;
  int column[COLUMNS], columns; /* where each name stands */
  int extra;                    /* columns that nobody wants, in both */
  unsigned odd;                 /* of 10,000 rows */
  bool faulty, carriages, labels;
  uint64_t state;
};

static uint64_t any(struct made *made) { /* xorshift64 */
  made->state ^= made->state << 13;
  made->state ^= made->state >> 7;
  made->state ^= made->state << 17;
  return made->state;
}

static const char *one_of(struct made *made, const char *const *list, size_t count) {
  return list[any(made) % count];
}

#define ONE_OF(made, list) one_of(made, list, sizeof(list) / sizeof *(list))

static void put_score(struct made *made, bool odd, char *cell, size_t size) {
  static const char *const unusual[] = {
      "1",           "-0",      "-0.0",    "+1.5",   "1e-3",  "1.",   ".5",    "-.25",  "0.12345678901234567890",
      "12345678.25", "\"0.5\"", " 7 ",     "\t0.25", "inf",   "-1.0", "-1",    "1E2",   "nan",
      "NA",          "",        "99999.9", "0x1",    "1.2.3", "-",    "1,5\"", "1e400", "0.5 x"};
  long value = (long)(any(made) % 2000000) - 1000000;
  size_t fine = sizeof unusual / sizeof *unusual - (made->faulty ? 0 : 6);
  if (odd)
    snprintf(cell, size, "%s", one_of(made, unusual, fine));
  else
    snprintf(cell, size, "%.*f", 1 + (int)(any(made) % 6), (double)value / 65536.0);
}

static void put_label(struct made *made, bool odd, bool mated, char *cell, size_t size) {
  static const char *const mated_words[] = {"1", "mated", "genuine", "Mated", " 1", "\"1\"", "1 "};
  static const char *const other_words[] = {"0", "nonmated", "impostor", "0 ", "\"0\"", " 0", "non-mated"};
  static const char *const faults[] = {"2", "", "01", "maybe"};
  snprintf(cell, size, "%d", mated);
  if (odd)
    snprintf(cell, size, "%s", mated ? ONE_OF(made, mated_words) : ONE_OF(made, other_words));
  if (odd && made->faulty && any(made) % 4 == 0)
    snprintf(cell, size, "%s", ONE_OF(made, faults));
}

static void put_id(struct made *made, bool odd, unsigned person, char *cell, size_t size) {
  static const char *const faults[] = {"", "NA", "nan", " ", "N/A"};
  static const char *const shapes[] = {
      "%u", "p%u", " p%u ", " p%u", "p%u ", "\"p%u\"", "n%u", "a_long_id_of_a_person_%u", "\xC3\xA9%u"};
  switch (odd ? any(made) % 3 : 0) {
  case 0: snprintf(cell, size, "P%06u", person); return;
  case 1: snprintf(cell, size, ONE_OF(made, shapes), person); return;
  default: snprintf(cell, size, made->faulty ? ONE_OF(made, faults) : "id with blanks", person);
  }
}

static void put_row(struct made *made, bool header) {
  char cells[COLUMNS][64], line[512];
  bool odd = !header && any(made) % 10000 < made->odd;
  unsigned which = odd ? (unsigned)(any(made) % 8) : 8, people = any(made) % 3 ? 50 : 4000;
  unsigned first = (unsigned)(any(made) % people), second = any(made) % 9 ? (unsigned)(any(made) % people) : first;
  bool mated = (first == second) != (which == 5 && made->faulty);
  put_score(made, which == 0, cells[0], sizeof *cells);
  put_label(made, which == 1, mated, cells[1], sizeof *cells);
  bool strange = made->faulty || first != second; /* else they would be two people */
  put_id(made, strange && which == 2, first, cells[2], sizeof *cells);
  put_id(made, strange && which == 3, second, cells[3], sizeof *cells);
  snprintf(cells[4], sizeof *cells, "%s", which == 4 ? "\"two\nlines\"" : which == 6 ? "\"a, \"\"b\"\"\"" : "x");
  size_t used = 0;
  for (int i = 0; i < made->columns; i++)
    used += (size_t)snprintf(line + used, sizeof line - used, "%s%s", i ? "," : "",
                             header ? names[made->column[i]] : cells[made->column[i]]);
  for (int i = 0; i < made->extra; i++)
    used += (size_t)snprintf(line + used, sizeof line - used, header ? ",m%d" : ",%d", i);
  if (which == 7 && made->faulty)
    snprintf(line + used, sizeof line - used, ",more");
  const char *end = made->carriages != (odd && any(made) % 2) ? "\r\n" : "\n";
  made->narrow_used += (size_t)sprintf(made->narrow + made->narrow_used, "%s%s", line, end);
  made->wide_used += (size_t)sprintf(made->wide + made->wide_used, "%s", line);
  for (int i = 0; i < MORE; i++)
    made->wide_used += (size_t)sprintf(made->wide + made->wide_used, header ? ",n%d" : ",", i);
  made->wide_used += (size_t)sprintf(made->wide + made->wide_used, "%s", end);
}

static void make(struct made *made, int rows) {
  made->narrow_used = made->wide_used = 0;
  made->labels = any(made) % 4;
  made->extra = any(made) % 2 ? (int)(any(made) % 26) : 0;
  made->columns = 0;
  for (int i = 0; i < COLUMNS; i++)
    if (i != 1 || made->labels)
      made->column[made->columns++] = i;
  for (int i = made->columns - 1; i > 0; i--) {
    int k = (int)(any(made) % (uint64_t)(i + 1)), other = made->column[k];
    made->column[k] = made->column[i];
    made->column[i] = other;
  }
  for (int row = 0; row <= rows; row++)
    put_row(made, row == 0);
}

static void same_row(const struct plb_trial *left, const struct plb_trial *right) {
  assert_memory_equal(&left->score, &right->score, sizeof left->score);
  assert_int_equal(left->count, right->count);
  assert_int_equal(left->reference, right->reference);
  assert_int_equal(left->probe, right->probe);
  assert_int_equal(left->reference_sample, right->reference_sample);
  assert_int_equal(left->probe_sample, right->probe_sample);
  assert_int_equal(left->system, right->system);
  assert_int_equal(left->mated, right->mated);
  assert_int_equal(left->outcome, right->outcome);
}

/* Messages without the name of the file, and without how many cells there are. */
static void same_message(const char *left, const char *right) {
  left = strchr(left, ':');
  right = strchr(right, ':');
  if (left && right && strstr(left, " cells; expected ") && strstr(right, " cells; expected "))
    assert_memory_equal(left, right, strcspn(left + 1, ":") + 1);
  else if (left || right)
    assert_string_equal(left, right);
}

static void same_people(const struct plb_dict *left, const struct plb_dict *right) {
  assert_int_equal(left->count, right->count);
  for (uint32_t i = 0; i < left->count; i++) {
    size_t length, other;
    const char *text = plb_dict_text(left, i, &length), *text_of_other = plb_dict_text(right, i, &other);
    assert_int_equal(length, other);
    assert_memory_equal(text, text_of_other, length);
  }
}

static void same_reading(const struct collected *narrow, const struct collected *wide) {
  assert_int_equal(narrow->status, wide->status);
  if (narrow->status) {
    assert_int_equal(narrow->err.line, wide->err.line);
    same_message(narrow->err.message, wide->err.message);
    return;
  }
  same_people(&narrow->census.people, &wide->census.people);
  assert_int_equal(narrow->count, wide->count);
  for (size_t i = 0; i < narrow->count; i++)
    same_row(&narrow->rows[i], &wide->rows[i]);
  assert_int_equal(narrow->file_rows, wide->file_rows);
  assert_int_equal(narrow->kept, wide->kept);
  assert_memory_equal(narrow->dropped, wide->dropped, sizeof narrow->dropped);
}

/* Reads both forms with options drawn by lot; whether they could be read. */
static bool read_both(struct made *made, unsigned threads) {
  const char *paths[2] = {made_bytes("narrow", made->narrow, made->narrow_used),
                          made_bytes("wide", made->wide, made->wide_used)};
  struct plb_input input = plain();
  struct collected all[2];
  input.file_count = 1;
  input.threads = threads;
  input.missing = any(made) % 2 ? PLB_MISSING_DROP : PLB_MISSING_FTC;
  input.has_failed_score = any(made) % 2;
  input.failed_score = -1;
  input.direction = any(made) % 2 ? PLB_DISSIMILARITY : PLB_DIRECTION_UNDECLARED;
  for (int i = 0; i < 2; i++) {
    input.files = &paths[i];
    collect(&input, &all[i]);
  }
  same_reading(&all[0], &all[1]);
  bool read = !all[0].status;
  for (int i = 0; i < 2; i++) {
    collected_free(&all[i]);
    remove(paths[i]);
  }
  return read;
}

static void begin(struct made *made) {
  *made = (struct made){.narrow = calloc(1, ROOM), .wide = calloc(1, ROOM), .state = 88172645463325252u};
  assert_true(made->narrow && made->wide);
}

static void end(struct made *made) {
  free(made->narrow);
  free(made->wide);
}

static void at_once_as_one_by_one(void **unused) {
  (void)unused;
  static const unsigned odd[] = {0, 5, 100, 2000, 9000};
  struct made made;
  begin(&made);
  for (int round = 0; round < 60; round++) {
    made.odd = odd[round % 5];
    made.carriages = round % 3 == 0;
    make(&made, round % 4 ? ROWS / 10 : ROWS);
    assert_true(read_both(&made, (unsigned)(1 + round % 4)));
  }
  end(&made);
}

static void faults_are_told_the_same(void **unused) {
  (void)unused;
  struct made made;
  size_t read = 0;
  begin(&made);
  made.faulty = true;
  for (int round = 0; round < 200; round++) {
    made.odd = round % 2 ? 10 : 100;
    made.carriages = round % 3 == 0;
    make(&made, round % 10 ? 500 : ROWS);
    read += read_both(&made, (unsigned)(1 + round % 3));
  }
  assert_true(read > 20 && read < 180);
  end(&made);
}

/* ---- looking on behind faults --------------------------------------------------------------- */

struct seen {
  size_t faults, rows;
  uint64_t lines[FAULTS], lines_of_all;
};

static void note_begin(void *ctx, const char *path) {
  (void)ctx, (void)path;
}

static void note_opened(void *ctx, const struct plb_reader *reader) {
  (void)ctx, (void)reader;
}

static plb_status note_rows(void *ctx, const struct plb_block *block, struct plb_error *err) {
  (void)err;
  ((struct seen *)ctx)->rows += block->count;
  return PLB_OK;
}

static void note_fault(void *ctx, const struct plb_error *fault) {
  struct seen *seen = ctx;
  if (seen->faults < FAULTS)
    seen->lines[seen->faults] = fault->line;
  seen->faults++;
  seen->lines_of_all += fault->line;
}

static void note_end(void *ctx, const struct plb_input_account *account) {
  (void)ctx, (void)account;
}

static void looking_goes_on_behind_faults(void **unused) {
  (void)unused;
  struct made made;
  begin(&made);
  made.faulty = true;
  for (int round = 0; round < 30; round++) {
    struct seen seen[2] = {0};
    made.odd = round % 2 ? 100 : 2000;
    make(&made, 3000);
    for (int i = 0; i < 2; i++) {
      const char *path =
          i ? made_bytes("wide", made.wide, made.wide_used) : made_bytes("narrow", made.narrow, made.narrow_used);
      struct plb_input input = plain();
      struct plb_census census = {0};
      struct plb_traits traits;
      struct plb_watch watch = {&seen[i], note_begin, note_opened, note_rows, note_fault, note_end};
      input.files = &path;
      input.file_count = 1;
      assert_int_equal(plb_source_inspect(&input, &census, &watch, &traits, NULL), PLB_OK);
      plb_census_free(&census);
      remove(path);
    }
    assert_true(seen[0].faults > 0);
    assert_memory_equal(&seen[0], &seen[1], sizeof *seen);
  }
  end(&made);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(at_once_as_one_by_one),
                                     cmocka_unit_test(faults_are_told_the_same),
                                     cmocka_unit_test(looking_goes_on_behind_faults)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
