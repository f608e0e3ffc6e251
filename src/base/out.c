/* SPDX-License-Identifier: Apache-2.0
 *
 * Output that is whole or absent. A regular target is written under a temporary name in its own folder
 * (so that rename stays within one file system), synced, and renamed into place by close; whoever looks
 * sees the old file or the whole new one. What rename would destroy is written directly instead:
 * devices, pipes, sockets, and symbolic links (/dev/stdout is one). Standard output is written
 * directly too and never closed.
 *
 * Call order: open or memory; bytes, text, print in any number; then close, or abandon. The first error
 * is kept and silences all later writes. SIGPIPE is the program's affair: where it is ignored, a closed
 * pipe is an error like any other (EPIPE). A file that replaces another takes over its permissions, so
 * that a private report stays private.
 */
#include "base/out.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"

#define BUFFER_BYTES 65536
#define NAME_TRIES 1000

struct plb_out {
  int fd;          /* -1: memory */
  char *path;      /* where the text belongs; NULL: memory or standard output */
  char *temporary; /* NULL: written directly */
  char *buffer;    /* BUFFER_BYTES, or all of the text (memory) */
  size_t used, capacity;
  plb_out_stop *stop; /* NULL: nobody is asked */
  void *stop_ctx;
  uint64_t done;     /* bytes that were written */
  plb_status status; /* the first failure */
  const char *verb;  /* what failed, and why */
  int saved_errno;
};

static void keep(struct plb_out *out, plb_status status, const char *verb, int saved_errno) {
  if (out->status)
    return;
  out->status = status;
  out->verb = verb;
  out->saved_errno = saved_errno;
}

static const char *shown_name(const struct plb_out *out) {
  return out->path ? out->path : "standard output";
}

static void discard(struct plb_out *out) {
  free(out->path);
  free(out->temporary);
  free(out->buffer);
  free(out);
}

/* ".plumbline-PID-N.tmp" in the folder of `path`; a short name of its own, since that of the target may
 * already be as long as names can be. */
static char *temporary_name(const char *path, int number) {
  const char *slash = strrchr(path, '/');
  size_t folder = slash ? (size_t)(slash - path) + 1 : 0;
  size_t size = folder + 64;
  char *name = plb_alloc(size, 1);
  if (!name)
    return NULL;
  memcpy(name, path, folder);
  snprintf(name + folder, size - folder, ".plumbline-%ld-%d.tmp", (long)getpid(), number);
  return name;
}

/* Opens a temporary file beside the target. O_EXCL means that it is ours alone and no link of another. */
static plb_status open_beside(struct plb_out *out, struct plb_error *err) {
  for (int number = 0; number < NAME_TRIES; number++) {
    free(out->temporary);
    out->temporary = temporary_name(out->path, number);
    if (!out->temporary)
      return plb_fail_memory(err);
    out->fd = open(out->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (out->fd >= 0)
      return PLB_OK;
    if (errno != EEXIST)
      break;
  }
  int saved = errno;
  free(out->temporary);
  out->temporary = NULL;
  return plb_fail_io(err, out->path, "create", saved);
}

static plb_status open_target(struct plb_out *out, struct plb_error *err) {
  struct stat found;
  bool exists = lstat(out->path, &found) == 0;
  if (!exists && errno != ENOENT)
    return plb_fail_io(err, out->path, "create", errno);
  if (exists && !S_ISREG(found.st_mode)) {
    out->fd = open(out->path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY, 0666);
    return out->fd < 0 ? plb_fail_io(err, out->path, "open for writing", errno) : PLB_OK;
  }
  if (exists && faccessat(AT_FDCWD, out->path, W_OK, AT_EACCESS) != 0)
    return plb_fail_io(err, out->path, "open for writing", errno);
  plb_status st = open_beside(out, err);
  if (!st && exists)
    (void)!fchmod(out->fd, found.st_mode & 0777);
  return st;
}

static struct plb_out *new_out(size_t capacity) {
  struct plb_out *out = plb_alloc(1, sizeof *out);
  if (!out)
    return NULL;
  out->fd = -1;
  out->capacity = capacity;
  out->buffer = plb_alloc(capacity, 1);
  if (!out->buffer) {
    free(out);
    return NULL;
  }
  return out;
}

plb_status plb_out_open(const char *path, struct plb_out **out, struct plb_error *err) {
  *out = NULL;
  if (!path || !*path)
    return plb_fail(err, PLB_USAGE, "an output needs a file name, or \"-\" for standard output");
  struct plb_out *fresh = new_out(BUFFER_BYTES);
  if (!fresh)
    return plb_fail_memory(err);
  plb_status st = PLB_OK;
  if (strcmp(path, "-") == 0) {
    fresh->fd = STDOUT_FILENO;
  } else if (!(fresh->path = plb_copy_text(path, strlen(path)))) {
    st = plb_fail_memory(err);
  } else {
    st = open_target(fresh, err);
  }
  if (st) {
    discard(fresh);
    return st;
  }
  *out = fresh;
  return PLB_OK;
}

plb_status plb_out_memory(struct plb_out **out, struct plb_error *err) {
  *out = new_out(1024);
  return *out ? PLB_OK : plb_fail_memory(err);
}

char *plb_out_take(struct plb_out *out, size_t *length) {
  if (length)
    *length = 0;
  if (out->fd >= 0 || out->status)
    return NULL;
  plb_out_bytes(out, "", 1); /* the NUL, within the buffer */
  if (out->status)
    return NULL;
  char *text = out->buffer;
  if (length)
    *length = out->used - 1;
  out->buffer = NULL;
  out->used = out->capacity = 0;
  return text;
}

void plb_out_watch(struct plb_out *out, plb_out_stop *stop, void *ctx) {
  out->stop = stop;
  out->stop_ctx = ctx;
}

bool plb_out_failed(const struct plb_out *out) {
  return out->status != PLB_OK;
}

static void ask(struct plb_out *out) {
  if (!out->status && out->stop && out->stop(out->stop_ctx, out->done))
    keep(out, PLB_CANCELLED, "write", 0);
}

/* A standard output that does not block is waited for. */
static bool wait_until_writable(int fd) {
  struct pollfd waiting = {.fd = fd, .events = POLLOUT};
  return poll(&waiting, 1, -1) > 0 || errno == EINTR;
}

/* Asked anew each time around: a signal ends the wait for a reader who does not read. */
static void write_all(struct plb_out *out, const char *bytes, size_t length) {
  while (length) {
    ask(out);
    if (out->status)
      return;
    ssize_t wrote = write(out->fd, bytes, length);
    if (wrote >= 0) {
      bytes += wrote;
      length -= (size_t)wrote;
      out->done += (uint64_t)wrote;
    } else if ((errno == EAGAIN || errno == EWOULDBLOCK) && wait_until_writable(out->fd)) {
      continue;
    } else if (errno != EINTR) {
      keep(out, PLB_IO, "write", errno);
    }
  }
}

static void flush(struct plb_out *out) {
  if (out->fd >= 0 && !out->status)
    write_all(out, out->buffer, out->used);
  out->used = 0;
}

void plb_out_bytes(struct plb_out *out, const void *bytes, size_t length) {
  if (out->status || !length)
    return;
  if (out->fd < 0) {
    if (length > SIZE_MAX - out->used || !plb_reserve(&out->buffer, &out->capacity, out->used + length, 1)) {
      keep(out, PLB_NOMEM, "write", ENOMEM);
      return;
    }
  } else if (length > out->capacity - out->used) {
    flush(out);
    if (length >= out->capacity) {
      write_all(out, bytes, length);
      return;
    }
  }
  if (out->status)
    return;
  memcpy(out->buffer + out->used, bytes, length);
  out->used += length;
}

void plb_out_text(struct plb_out *out, const char *text) {
  plb_out_bytes(out, text, strlen(text));
}

void plb_out_print(struct plb_out *out, const char *format, ...) {
  char small[512];
  va_list args;
  va_start(args, format);
  int needed = vsnprintf(small, sizeof small, format, args);
  va_end(args);
  if (needed < 0) {
    keep(out, PLB_INTERNAL, "format", errno);
    return;
  }
  if ((size_t)needed < sizeof small) {
    plb_out_bytes(out, small, (size_t)needed);
    return;
  }
  char *large = plb_alloc((size_t)needed + 1, 1);
  if (!large) {
    keep(out, PLB_NOMEM, "write", ENOMEM);
    return;
  }
  va_start(args, format);
  vsnprintf(large, (size_t)needed + 1, format, args);
  va_end(args);
  plb_out_bytes(out, large, (size_t)needed);
  free(large);
}

/* Delayed failures (quota, a full disk behind a network) show at sync and at close. Pipes and devices
 * cannot be synced, which is no failure. */
static void finish_file(struct plb_out *out) {
  if (!out->status && out->temporary && fsync(out->fd) != 0 && errno != EINVAL && errno != ENOSYS)
    keep(out, PLB_IO, "write", errno);
  if (out->temporary)
    ask(out); /* a sync may take long */
  if (close(out->fd) != 0 && errno != EINTR)
    keep(out, PLB_IO, "write", errno);
  if (!out->temporary)
    return;
  if (!out->status && rename(out->temporary, out->path) != 0)
    keep(out, PLB_IO, "rename the finished file to this name", errno);
  if (out->status)
    unlink(out->temporary);
}

plb_status plb_out_close(struct plb_out *out, struct plb_error *err) {
  flush(out);
  if (out->path)
    finish_file(out);
  plb_status st = out->status;
  if (st == PLB_IO)
    plb_fail_io(err, shown_name(out), out->verb, out->saved_errno);
  else if (st == PLB_NOMEM)
    plb_fail_memory(err);
  else if (st == PLB_CANCELLED)
    plb_fail(err, st, "cancelled");
  else if (st)
    plb_fail(err, st, "%.180s: could not %s", shown_name(out), out->verb);
  discard(out);
  return st;
}

void plb_out_abandon(struct plb_out *out) {
  if (!out)
    return;
  if (out->path)
    close(out->fd);
  if (out->temporary)
    unlink(out->temporary);
  discard(out);
}
