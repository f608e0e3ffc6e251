/* SPDX-License-Identifier: Apache-2.0
 *
 * What is packed comes back whole by the libraries themselves, and the same bytes are packed the same.
 */
#define ZLIB_CONST
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <zlib.h>
#include <zstd.h>

#include "simulated.h"
#include "trial/pack.h"

static char path[300];

static const char *named(const char *name) {
  snprintf(path, sizeof path, "%s/%s", sim_folder, name);
  return path;
}

/* Half noise, half repeats, so that the packed bytes fill several chunks. */
static char *make_bytes(size_t length) {
  char *bytes = malloc(length + 1);
  assert_non_null(bytes);
  uint64_t x = 1;
  for (size_t k = 0; k < length; k++) {
    x = x * UINT64_C(6364136223846793005) + 1442695040888963407;
    bytes[k] = k / 1000 % 2 ? 'a' : (char)(x >> 56);
  }
  return bytes;
}

static char *pack(const char *name, const char *bytes, size_t length, size_t part, size_t *packed) {
  struct plb_pack *into = NULL;
  struct plb_error err = {0};
  assert_int_equal(plb_pack_open(named(name), &into, &err), PLB_OK);
  for (size_t at = 0; at < length; at += part)
    plb_pack_bytes(into, bytes + at, length - at < part ? length - at : part);
  assert_int_equal(plb_pack_close(into, &err), PLB_OK);
  char *text = sim_read_file(path, packed);
  unlink(path);
  return text;
}

static void unpack_gzip(const char *packed, size_t packed_length, char *bytes, size_t length) {
  z_stream stream = {.next_in = (const Bytef *)packed, .avail_in = (uInt)packed_length};
  stream.next_out = (Bytef *)bytes;
  stream.avail_out = (uInt)length + 1;
  assert_int_equal(inflateInit2(&stream, 15 + 16), Z_OK);
  assert_int_equal(inflate(&stream, Z_FINISH), Z_STREAM_END);
  assert_int_equal(stream.total_out, length);
  assert_int_equal(stream.avail_in, 0);
  inflateEnd(&stream);
}

static void unpack_zstd(const char *packed, size_t packed_length, char *bytes, size_t length) {
  assert_int_equal(ZSTD_decompress(bytes, length + 1, packed, packed_length), length);
}

static void assert_comes_back(const char *name, size_t length, size_t part,
                              void (*unpack)(const char *, size_t, char *, size_t)) {
  char *bytes = make_bytes(length), *back = calloc(length + 1, 1);
  assert_non_null(back);
  size_t packed_length, again_length;
  char *packed = pack(name, bytes, length, part, &packed_length);
  unpack(packed, packed_length, back, length);
  assert_memory_equal(back, bytes, length);
  assert_true(length < 1000000 || packed_length < length * 3 / 4);
  char *again = pack(name, bytes, length, part, &again_length);
  assert_int_equal(packed_length, again_length);
  assert_memory_equal(packed, again, packed_length);
  free(again);
  free(packed);
  free(back);
  free(bytes);
}

static void test_gzip(void **state) {
  (void)state;
  assert_comes_back("a.gz", 3000000, 3000000, unpack_gzip);
  assert_comes_back("a.csv.gz", 300000, 777, unpack_gzip);
  assert_comes_back("a.gz", 0, 1, unpack_gzip);
}

static void test_zstd(void **state) {
  (void)state;
  assert_comes_back("a.zst", 3000000, 3000000, unpack_zstd);
  assert_comes_back("a.csv.zst", 300000, 777, unpack_zstd);
  assert_comes_back("a.zst", 0, 1, unpack_zstd);
}

static void test_plain(void **state) {
  (void)state;
  size_t length;
  char *bytes = make_bytes(200000);
  char *plain = pack("a.csv", bytes, 200000, 70001, &length);
  assert_int_equal(length, 200000);
  assert_memory_equal(plain, bytes, length);
  free(plain);
  free(bytes);
}

static void test_nothing_is_left(void **state) {
  (void)state;
  struct plb_pack *into = NULL;
  struct plb_error err = {0};
  assert_int_equal(plb_pack_open(named("a.zst"), &into, &err), PLB_OK);
  plb_pack_bytes(into, "text", 4);
  plb_pack_abandon(into);
  plb_pack_abandon(NULL);
  assert_int_not_equal(access(path, F_OK), 0);
  assert_int_equal(plb_pack_open(named("absent/a.gz"), &into, &err), PLB_IO);
  assert_null(into);
}

/* The names of the files decide, up to the whole simulator. */
static void test_simulation(void **state) {
  (void)state;
  struct plb_simulation ask = sim_defaults(60, 3);
  struct table table = sim_run(&ask);
  char *back = calloc(table.length + 1, 1);
  assert_non_null(back);
  size_t length;
  assert_int_equal(plb_simulate(&ask, named("s.csv.gz"), NULL, NULL), PLB_OK);
  char *packed = sim_read_file(path, &length);
  unpack_gzip(packed, length, back, table.length);
  assert_memory_equal(back, table.text, table.length);
  unlink(path);
  free(packed);
  free(back);
  sim_free(&table);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_gzip),       cmocka_unit_test(test_zstd),
      cmocka_unit_test(test_plain),      cmocka_unit_test(test_nothing_is_left),
      cmocka_unit_test(test_simulation),
  };
  return cmocka_run_group_tests(tests, sim_make_folder, sim_remove_folder);
}
