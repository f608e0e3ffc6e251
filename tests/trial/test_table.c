/* SPDX-License-Identifier: Apache-2.0
 *
 * Cutting tables. The reference is the writer: it knows which cells it wrote, how, and where.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "collect.h"
#include "trial/bytes.h"
#include "trial/table.h"

#define MOST_COLUMNS 12

struct text {
  char *bytes;
  size_t length, capacity;
};

static void add(struct text *text, const char *bytes, size_t length) {
  if (!plb_reserve(&text->bytes, &text->capacity, text->length + length + 1, 1))
    abort();
  memcpy(text->bytes + text->length, bytes, length);
  text->length += length;
  text->bytes[text->length] = '\0';
}

/* A table as it was written: its text, and what should be read again. */
struct written {
  struct text file, cells; /* cells: one behind the other, each with a NUL */
  char separator;
  size_t columns, rows;
  uint64_t line;
  bool plain; /* no quotes at all */
};

static uint64_t state = 88172645463325252u;

static size_t any(size_t below) {
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return (size_t)(state % below);
}

/* A cell that needs quotes, with them. */
static void add_quoted(struct written *table, uint64_t *lines) {
  static const char *const parts[] = {"a", "\"", "\n", ",", ";", "\t", " ", "\xC3\xA4", "0123456789", "\r\n"};
  add(&table->file, "\"", 1);
  for (size_t k = any(6); k; k--) {
    const char *part = parts[any(sizeof parts / sizeof *parts)];
    const char *read = part[0] == '\r' ? "\n" : part;
    add(&table->file, part, strlen(part));
    if (part[0] == '"')
      add(&table->file, part, 1);
    add(&table->cells, read, strlen(read));
    *lines += read[0] == '\n';
  }
  add(&table->file, "\"", 1);
}

static void add_plain(struct written *table) {
  static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
  size_t length = any(table->columns == 1 ? 8 : 40) + (table->columns == 1);
  if (any(10) == 0)
    add(&table->file, "  ", 2);
  if (any(3000) == 0) /* much more than a block */
    for (size_t k = 0; k < 30000; k++) {
      add(&table->file, letters, 50);
      add(&table->cells, letters, 50);
    }
  add(&table->file, letters, length);
  add(&table->cells, letters, length);
  if (any(10) == 0)
    add(&table->file, " ", 1);
}

static void add_row(struct written *table) {
  uint64_t lines = 1;
  for (size_t c = 0; c < table->columns; c++) {
    if (c)
      add(&table->file, &table->separator, 1);
    if (!table->plain && any(5) == 0)
      add_quoted(table, &lines);
    else
      add_plain(table);
    add(&table->cells, "", 1);
  }
  const char *end = any(2) ? "\n" : "\r\n";
  add(&table->file, end, strlen(end));
  char note[32];
  add(&table->cells, note, (size_t)snprintf(note, sizeof note, "%llu", (unsigned long long)table->line) + 1);
  table->line += lines;
  table->rows++;
}

static void assert_same(const struct written *table) {
  const char *path = made_file("table.csv", "");
  FILE *file = fopen(path, "wb");
  if (!file || fwrite(table->file.bytes, 1, table->file.length, file) != table->file.length || fclose(file))
    abort();
  struct plb_input input = plain();
  struct plb_bytes *bytes;
  struct plb_table read;
  struct plb_error err;
  bool done = false;
  assert_int_equal(plb_bytes_open(path, &input, &bytes, &err), PLB_OK);
  assert_int_equal(plb_table_open(&read, bytes, &err), PLB_OK);
  assert_int_equal(read.columns, table->columns);
  const char *cell = table->cells.bytes;
  for (size_t row = 0; row < table->rows; row++) {
    plb_status st = plb_table_next(&read, &done, &err);
    if (st || done)
      fail_msg("row %zu: %s", row, st ? err.message : "the end");
    for (size_t c = 0; c < table->columns; c++) {
      struct plb_slice seen = plb_table_cell(&read, c);
      if (seen.length != strlen(cell) || memcmp(seen.text, cell, seen.length) != 0)
        fail_msg("row %zu column %zu: \"%.*s\", written \"%.60s\"", row, c, (int)(seen.length < 60 ? seen.length : 60),
                 seen.text, cell);
      cell += strlen(cell) + 1;
    }
    assert_int_equal(read.line, strtoull(cell, NULL, 10));
    cell += strlen(cell) + 1;
    if (any(50) == 0)
      plb_table_settle(&read); /* at any time */
  }
  assert_int_equal(plb_table_next(&read, &done, &err), PLB_OK);
  assert_true(done);
  plb_table_close(&read);
  plb_bytes_close(bytes);
}

static void write_and_read(size_t columns, char separator, size_t rows, bool plain) {
  struct written table = {.columns = columns, .separator = separator, .line = 2, .plain = plain};
  for (size_t c = 0; c < columns; c++) {
    char name[16];
    add(&table.file, &separator, c > 0);
    add(&table.file, name, (size_t)snprintf(name, sizeof name, "c%zu", c));
  }
  add(&table.file, "\n", 1);
  for (size_t row = 0; row < rows; row++)
    add_row(&table);
  assert_same(&table);
  free(table.file.bytes);
  free(table.cells.bytes);
}

static void test_random(void **ctx) {
  (void)ctx;
  for (size_t columns = 1; columns <= MOST_COLUMNS; columns++)
    for (int plain = 0; plain < 2; plain++)
      for (size_t round = 0; round < 10; round++)
        write_and_read(columns, ",;\t"[round % 3], 1 + any(200), plain || columns == 1);
}

static void test_large(void **ctx) {
  (void)ctx;
  write_and_read(5, ',', 30000, true);
  write_and_read(5, ';', 10000, false);
  write_and_read(1, ',', 30000, true);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_random), cmocka_unit_test(test_large)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
