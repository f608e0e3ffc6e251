/* SPDX-License-Identifier: Apache-2.0
 *
 * A result file from the disk or from standard input: all of its bytes, for the reader of json_read.c, and its name
 * without folders.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mark.h"
#include "base/memory.h"
#include "result/store.h"

#define READ_BYTES 65536

/* Reads until the end, or until a NUL, which is the end of any hope: an endless device stops there. */
static plb_status read_whole(int fd, const char *name, char **text, size_t *length, struct plb_error *err) {
  size_t capacity = 0;
  for (;;) {
    if (!plb_reserve(text, &capacity, *length + READ_BYTES, 1))
      return plb_fail_memory(err);
    ssize_t got = read(fd, *text + *length, READ_BYTES);
    if (got < 0 && errno != EINTR)
      return plb_fail_io(err, name, "read", errno);
    if (got == 0)
      return PLB_OK;
    if (got < 0)
      continue;
    bool ended = memchr(*text + *length, 0, (size_t)got) != NULL;
    *length += (size_t)got;
    if (ended)
      return PLB_OK;
  }
}

static plb_status check_mark(const char *name, const char *text, size_t length, struct plb_error *err) {
  size_t mark = sizeof PLB_STATE_MARK - 1;
  if (length < mark || memcmp(text, PLB_STATE_MARK, mark) != 0)
    return PLB_OK;
  return plb_fail_at(
      err, PLB_DATA, name, 0, 0,
      "this is a state of plumbline count; expected a result file, which plumbline verification makes of "
      "it (--json)");
}

plb_status plb_result_read(const char *path, plb_result **result, struct plb_error *err) {
  *result = NULL;
  if (!path || !*path)
    return plb_fail(err, PLB_USAGE, "reading a result needs a file name, or \"-\" for standard input");
  bool standard = strcmp(path, "-") == 0;
  const char *name = standard ? "standard input" : path;
  int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return plb_fail_io(err, name, "open", errno);
  char *text = NULL;
  size_t length = 0;
  plb_status st = read_whole(fd, name, &text, &length, err);
  if (!standard)
    close(fd);
  if (!st)
    st = check_mark(name, text, length, err);
  if (!st)
    st = plb_result_parse(name, text, length, result, err);
  free(text);
  if (st || standard)
    return st;
  bool failed = false;
  const char *slash = strrchr(path, '/');
  (*result)->file = plb_result_text(*result, slash ? slash + 1 : path, &failed);
  if (!failed)
    return PLB_OK;
  plb_result_free(*result);
  *result = NULL;
  return plb_fail_memory(err);
}
