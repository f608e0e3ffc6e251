/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading and writing at places of a file: what was written comes back from any part of it, and what cannot be done has
 * its errno.
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"

#define SIZE 70000

static void parts_come_back(void **unused) {
  (void)unused;
  static char wrote[SIZE], read[SIZE];
  FILE *whole = tmpfile();
  assert_non_null(whole);
  int file = fileno(whole);
  for (size_t k = 0; k < SIZE; k++)
    wrote[k] = (char)(k * 7 + k / 251);
  assert_int_equal(plb_file_write(file, 40000, wrote + 40000, SIZE - 40000), 0); /* the end first */
  assert_int_equal(plb_file_write(file, 0, wrote, 40000), 0);
  assert_int_equal(plb_file_read(file, 0, read, SIZE), 0);
  assert_memory_equal(read, wrote, SIZE);
  assert_int_equal(plb_file_read(file, 39990, read, 20), 0);
  assert_memory_equal(read, wrote + 39990, 20);
  assert_int_equal(lseek(file, 0, SEEK_CUR), 0);
  assert_int_equal(plb_file_read(file, SIZE, read, 0), 0);
  assert_int_equal(plb_file_read(file, SIZE - 5, read, 6), EIO);
  assert_int_equal(plb_file_read(file, SIZE + 1, read, 1), EIO);
  fclose(whole);
}

static void what_cannot_be_done(void **unused) {
  (void)unused;
  char byte = 1;
  int full = open("/dev/full", O_WRONLY | O_CLOEXEC), zero = open("/dev/zero", O_RDONLY | O_CLOEXEC);
  assert_true(full >= 0 && zero >= 0);
  assert_int_equal(plb_file_write(full, 0, &byte, 1), ENOSPC);
  assert_int_equal(plb_file_write(zero, 0, &byte, 1), EBADF);
  assert_int_equal(plb_file_read(full, 0, &byte, 1), EBADF);
  close(full);
  close(zero);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(parts_come_back), cmocka_unit_test(what_cannot_be_done)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
