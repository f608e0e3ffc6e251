/* SPDX-License-Identifier: Apache-2.0
 *
 * See file.h.
 */
#include "base/file.h"

#include <errno.h>
#include <unistd.h>

int plb_file_read(int file, uint64_t at, void *bytes, size_t size) {
  char *to = bytes;
  while (size) {
    ssize_t got = pread(file, to, size, (off_t)at);
    if (got < 0 && errno == EINTR)
      continue;
    if (got <= 0)
      return got ? errno : EIO;
    to += got;
    at += (uint64_t)got;
    size -= (size_t)got;
  }
  return 0;
}

int plb_file_write(int file, uint64_t at, const void *bytes, size_t size) {
  const char *from = bytes;
  while (size) {
    ssize_t wrote = pwrite(file, from, size, (off_t)at);
    if (wrote < 0 && errno == EINTR)
      continue;
    if (wrote <= 0)
      return wrote ? errno : ENOSPC;
    from += wrote;
    at += (uint64_t)wrote;
    size -= (size_t)wrote;
  }
  return 0;
}
