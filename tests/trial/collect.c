/* SPDX-License-Identifier: Apache-2.0 */
#include "collect.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"

static char folder[64];
static char paths[1024][128];
static size_t path_count;

static plb_status keep(void *ctx, const struct plb_block *block, struct plb_error *err) {
  (void)err;
  struct collected *all = ctx;
  if (!plb_reserve(&all->rows, &all->capacity, all->count + block->count, sizeof *all->rows))
    abort();
  memcpy(all->rows + all->count, block->rows, block->count * sizeof *all->rows);
  all->count += block->count;
  return PLB_OK;
}

void collect(const struct plb_input *input, struct collected *all) {
  struct plb_source *source = NULL;
  *all = (struct collected){0};
  all->status = plb_source_open(input, &all->census, &source, &all->err);
  if (!all->status) {
    all->traits = *plb_source_traits(source);
    all->status = plb_source_drain(source, &(struct plb_sink){.ctx = all, .take = keep}, &all->err);
  }
  size_t count = 0;
  const struct plb_input_account *accounts = all->status ? NULL : plb_source_accounts(source, &count);
  all->inputs = count;
  for (size_t i = 0; i < count; i++) {
    all->file_rows += accounts[i].rows;
    all->kept += accounts[i].kept;
    for (size_t k = 0; k < PLB_DROPS; k++)
      all->dropped[k] += accounts[i].dropped[k];
  }
  if (count)
    snprintf(all->format, sizeof all->format, "%s", accounts[count - 1].format);
  plb_source_close(source);
}

void collected_free(struct collected *all) {
  plb_census_free(&all->census);
  free(all->rows);
  *all = (struct collected){0};
}

uint64_t completed(const struct collected *all, bool mated) {
  uint64_t sum = 0;
  for (size_t i = 0; i < all->count; i++)
    if (all->rows[i].outcome == PLB_COMPLETED && (all->rows[i].mated == PLB_CLASS_MATED) == mated)
      sum += all->rows[i].count;
  return sum;
}

uint64_t failed(const struct collected *all, enum plb_outcome how) {
  uint64_t sum = 0;
  for (size_t i = 0; i < all->count; i++)
    if (all->rows[i].outcome == how)
      sum += all->rows[i].count;
  return sum;
}

static void put_id(char *to, size_t size, const struct plb_dict *dict, uint32_t number) {
  size_t length = 0;
  const char *text = number == PLB_NOBODY ? "?" : plb_dict_text(dict, number, &length);
  snprintf(to, size, "%.*s", number == PLB_NOBODY ? 1 : (int)length, text);
}

struct written {
  char text[256];
};

static int by_text(const void *left, const void *right) {
  return strcmp(((const struct written *)left)->text, ((const struct written *)right)->text);
}

/* Each trial as one line; rows that stand for several are written out, so that a histogram equals its
 * scores one by one. */
static struct written *write_out(const struct collected *all, size_t *count) {
  *count = 0;
  for (size_t i = 0; i < all->count; i++)
    *count += all->rows[i].count;
  struct written *lines = plb_alloc(*count, sizeof *lines);
  if (!lines)
    abort();
  size_t at = 0;
  for (size_t i = 0; i < all->count; i++) {
    const struct plb_trial *row = &all->rows[i];
    char id[4][48];
    put_id(id[0], sizeof id[0], &all->census.people, row->reference);
    put_id(id[1], sizeof id[1], &all->census.people, row->probe);
    put_id(id[2], sizeof id[2], &all->census.samples, row->reference_sample);
    put_id(id[3], sizeof id[3], &all->census.samples, row->probe_sample);
    for (uint64_t k = 0; k < row->count; k++)
      snprintf(lines[at++].text, sizeof lines->text, "%s %s %s %s %d %d %a", id[0], id[1], id[2], id[3], row->mated,
               row->outcome, row->outcome == PLB_COMPLETED ? row->score : 0.0);
  }
  qsort(lines, *count, sizeof *lines, by_text);
  return lines;
}

bool same_trials(const struct collected *left, const struct collected *right) {
  size_t left_count, right_count;
  struct written *a = write_out(left, &left_count), *b = write_out(right, &right_count);
  bool same = left_count == right_count;
  for (size_t i = 0; same && i < left_count; i++) {
    same = strcmp(a[i].text, b[i].text) == 0;
    if (!same)
      printf("# first difference: %s | %s\n", a[i].text, b[i].text);
  }
  free(a);
  free(b);
  return same;
}

static void remove_all(void) {
  for (size_t i = 0; i < path_count; i++)
    unlink(paths[i]);
  rmdir(folder);
}

const char *made_bytes(const char *name, const void *bytes, size_t length) {
  if (!folder[0]) {
    snprintf(folder, sizeof folder, "/tmp/plumbline-formats-XXXXXX");
    if (!mkdtemp(folder) || atexit(remove_all))
      abort();
  }
  if (path_count == sizeof paths / sizeof *paths)
    abort();
  char *path = paths[path_count++];
  snprintf(path, sizeof *paths, "%s/%zu-%s", folder, path_count, name);
  FILE *file = fopen(path, "wb");
  if (!file || fwrite(bytes, 1, length, file) != length || fclose(file))
    abort();
  return path;
}

const char *made_file(const char *name, const char *text) {
  return made_bytes(name, text, strlen(text));
}

const char *shared_file(const char *name) {
  static char path[512];
  const char *root = getenv("PLUMBLINE_DATA");
  snprintf(path, sizeof path, "%s/%s", root ? root : "", name);
  if (root && access(path, R_OK) == 0)
    return path;
  printf("# SKIPPED: no shared data: %s is not there (set PLUMBLINE_DATA)\n", name);
  return NULL;
}

struct plb_input plain(void) {
  return (struct plb_input){.size = sizeof(struct plb_input), .memory = UINT64_C(1) << 26};
}

void read_one(const char *path, const char *format, struct collected *all) {
  struct plb_input input = plain();
  input.files = &path;
  input.file_count = 1;
  input.format = format;
  collect(&input, all);
}

void read_text(const char *text, const char *format, struct collected *all) {
  read_one(made_file("scores.txt", text), format, all);
}

void read_classes(const char *mated, const char *nonmated, const char *format, struct collected *all) {
  struct plb_input input = plain();
  input.mated = mated;
  input.nonmated = nonmated;
  input.format = format;
  collect(&input, all);
}

void assert_fails(const struct collected *all, plb_status status, uint64_t line, uint64_t column, const char *part) {
  if (all->status != status || all->err.line != line || all->err.column != column || !strstr(all->err.message, part))
    print_message("status %d: %s\n", all->status, all->err.message);
  assert_int_equal(all->status, status);
  assert_int_equal(all->err.line, line);
  assert_int_equal(all->err.column, column);
  assert_non_null(strstr(all->err.message, part));
}

void assert_read(const struct collected *all, const char *format, uint64_t mated, uint64_t nonmated) {
  if (all->status)
    print_message("%s\n", all->err.message);
  assert_int_equal(all->status, PLB_OK);
  assert_string_equal(all->format, format);
  assert_int_equal(completed(all, true), mated);
  assert_int_equal(completed(all, false), nonmated);
}

void assert_id(const struct plb_dict *dict, uint32_t number, const char *expected) {
  size_t length;
  const char *text = plb_dict_text(dict, number, &length);
  assert_int_equal(length, strlen(expected));
  assert_memory_equal(text, expected, length);
}
