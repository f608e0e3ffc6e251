/* SPDX-License-Identifier: Apache-2.0
 *
 * Errors are values: a status, and a message in a buffer that the caller owns. No globals, no
 * allocation, so an error can be reported when memory has run out.
 */
#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

const char *plb_status_name(plb_status status) {
  switch (status) {
  case PLB_OK: return "ok";
  case PLB_USAGE: return "usage";
  case PLB_DATA: return "bad data";
  case PLB_UNDEFINED: return "undefined";
  case PLB_IO: return "input or output failed";
  case PLB_NOMEM: return "out of memory";
  case PLB_UNSUPPORTED: return "not supported by this build";
  case PLB_CANCELLED: return "cancelled";
  case PLB_INTERNAL: return "internal fault";
  }
  return "unknown status";
}

/* Cuts an unfinished UTF-8 sequence off the end, so that a message is always valid text. */
static void end_cleanly(char *message, size_t size) {
  size_t n = strnlen(message, size - 1);
  if (n + 1 < size)
    return;
  while (n > 0 && ((unsigned char)message[n - 1] & 0xC0) == 0x80)
    n--;
  if (n > 0 && (unsigned char)message[n - 1] >= 0xC0)
    n--;
  message[n] = '\0';
}

static void fill(struct plb_error *err, plb_status status, const char *place, const char *format, va_list args) {
  err->status = status;
  size_t used = (size_t)snprintf(err->message, sizeof err->message, "%s", place);
  if (used < sizeof err->message)
    vsnprintf(err->message + used, sizeof err->message - used, format, args);
  end_cleanly(err->message, sizeof err->message);
  plb_utf8_tame(err->message); /* names of files may hold anything */
}

plb_status plb_fail(struct plb_error *err, plb_status status, const char *format, ...) {
  if (!err)
    return status;
  *err = (struct plb_error){0};
  va_list args;
  va_start(args, format);
  fill(err, status, "", format, args);
  va_end(args);
  return status;
}

plb_status plb_fail_at(struct plb_error *err, plb_status status, const char *file, uint64_t line, uint64_t column,
                       const char *format, ...) {
  if (!err)
    return status;
  *err = (struct plb_error){.line = line, .column = column};
  char place[256];
  if (line && column)
    snprintf(place, sizeof place, "%.180s:%llu:%llu: ", file, (unsigned long long)line, (unsigned long long)column);
  else if (line)
    snprintf(place, sizeof place, "%.180s:%llu: ", file, (unsigned long long)line);
  else
    snprintf(place, sizeof place, "%.180s: ", file);
  va_list args;
  va_start(args, format);
  fill(err, status, place, format, args);
  va_end(args);
  return status;
}

plb_status plb_fail_io(struct plb_error *err, const char *file, const char *verb, int saved_errno) {
  char space[128];
  const char *reason = strerror_r(saved_errno, space, sizeof space); /* GNU: answers the text */
  plb_fail(err, PLB_IO, "%.180s: could not %s: %s", file, verb, reason);
  if (err)
    err->os_errno = saved_errno;
  return PLB_IO;
}

plb_status plb_fail_memory(struct plb_error *err) {
  return plb_fail(err, PLB_NOMEM, "out of memory");
}

const char *plb_version(void) {
  return PLB_VERSION;
}
