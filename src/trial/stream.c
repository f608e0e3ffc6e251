/* SPDX-License-Identifier: Apache-2.0
 *
 * See stream.h. Every read is one of the system, of whatever length it gives, so that a pipe is never waited for longer
 * than it must be; nothing is sought.
 */
#include "trial/stream.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"

/* ---- opening and closing ------------------------------------------------------------------ */

static plb_status open_file(struct plb_stream *stream, const char *path, struct plb_error *err) {
  struct stat facts;
  if (strcmp(path, "-") != 0) {
    stream->file = open(path, O_RDONLY | O_CLOEXEC);
    if (stream->file < 0)
      return plb_fail_io(err, stream->name, "open", errno);
    stream->opened = true;
  }
  if (fstat(stream->file, &facts) != 0)
    return plb_fail_io(err, stream->name, "open", errno);
  if (S_ISDIR(facts.st_mode))
    return plb_fail_at(err, PLB_DATA, stream->name, 0, 0, "this is a folder; expected a file of comparison scores");
  if (!S_ISREG(facts.st_mode))
    return PLB_OK;
  off_t at = lseek(stream->file, 0, SEEK_CUR);
  stream->size = (uint64_t)facts.st_size;
  stream->skipped = at > 0 ? (uint64_t)at : 0;
  return PLB_OK;
}

plb_status plb_stream_open(struct plb_stream *stream, const char *path, const struct plb_input *input,
                           struct plb_error *err) {
  bool piped = strcmp(path, "-") == 0;
  const char *name = piped ? "standard input" : path;
  *stream = (struct plb_stream){.file = piped ? STDIN_FILENO : -1, .watch = input->progress ? input : NULL};
  stream->name = plb_copy_text(name, strlen(name));
  plb_status st = stream->name ? open_file(stream, path, err) : plb_fail_memory(err);
  return st ? st : plb_digester_new(input->digest, &stream->digester, err);
}

void plb_stream_close(struct plb_stream *stream) {
  if (stream->opened)
    close(stream->file);
  if (stream->unpacker)
    stream->unpacker->stop(stream->unpacking);
  plb_digester_free(stream->digester);
  free(stream->raw);
  free(stream->name);
}

/* ---- the file as it is -------------------------------------------------------------------- */

bool plb_stream_plain(const struct plb_stream *stream) {
  return stream->size && stream->skipped <= stream->size && !stream->unpacker;
}

/* Files that do not say how long they are, such as those of /proc, have a size of 0. */
static bool is_sized(const struct plb_stream *stream, struct stat *now) {
  return stream->size && stream->skipped <= stream->size && fstat(stream->file, now) == 0;
}

static plb_status fail_changed(const struct plb_stream *stream, bool shorter, struct plb_error *err) {
  return plb_fail_at(err, PLB_IO, stream->name, 0, 0,
                     "changed while it was read: %s; expected a file that nobody writes to",
                     shorter ? "it became shorter" : "it grew");
}

/* A cut at the end of a line would not be noticed otherwise, nor one that still writes. */
static plb_status check_size(const struct plb_stream *stream, struct plb_error *err) {
  struct stat now;
  uint64_t read = stream->skipped + stream->count;
  if (!is_sized(stream, &now) || (read == stream->size && read == (uint64_t)now.st_size))
    return PLB_OK;
  return fail_changed(stream, read < stream->size || (uint64_t)now.st_size < read, err);
}

plb_status plb_stream_unchanged(const struct plb_stream *stream, struct plb_error *err) {
  struct stat now;
  if (!is_sized(stream, &now) || stream->size == (uint64_t)now.st_size)
    return PLB_OK;
  return fail_changed(stream, (uint64_t)now.st_size < stream->size, err);
}

/* ---- reading ------------------------------------------------------------------------------ */

/* Never from a thread that reads ahead: the caller is told, and may be waiting on its own thread only. */
static plb_status tell(const struct plb_stream *stream, struct plb_error *err) {
  const struct plb_input *input = stream->watch;
  if (input && input->progress(input->progress_ctx, "reading", stream->count, stream->size))
    return plb_fail(err, PLB_CANCELLED, "cancelled");
  return PLB_OK;
}

/* One read, whatever it gives; 0 bytes only at the end. A signal that interrupts the wait may have asked
 * the caller to stop, so the caller is asked before waiting on. */
static plb_status read_raw(struct plb_stream *stream, bool ahead, void *to, size_t *got, struct plb_error *err) {
  ssize_t answer;
  plb_status st;
  *got = 0;
  do {
    if (!ahead && (st = tell(stream, err)))
      return st;
    answer = read(stream->file, to, PLB_STREAM_BLOCK);
  } while (answer < 0 && errno == EINTR);
  if (answer < 0)
    return plb_fail_io(err, stream->name, "read", errno);
  *got = (size_t)answer;
  stream->count += (uint64_t)answer;
  stream->ended = answer == 0;
  if (stream->ended && (st = check_size(stream, err)))
    return st;
  return plb_digester_add(stream->digester, to, *got, err);
}

plb_status plb_stream_fail(const struct plb_stream *stream, uint64_t line, struct plb_error *err) {
  return plb_unpack_fail(stream->fails, stream->name, stream->unpacker->name, line, err);
}

/* Some unpacked bytes; none only at the end. */
static plb_status unpack(struct plb_stream *stream, bool ahead, char *to, size_t *got, struct plb_error *err) {
  struct plb_flow *flow = &stream->flow;
  flow->to = to;
  flow->room = PLB_STREAM_BLOCK;
  while (flow->room == PLB_STREAM_BLOCK) {
    if (!flow->left && !stream->ended) {
      plb_status st = read_raw(stream, ahead, stream->raw, &flow->left, err);
      if (st)
        return st;
      flow->from = stream->raw;
    }
    if (!flow->left && stream->whole && stream->ended)
      break;
    enum plb_unpacked answer = stream->unpacker->step(stream->unpacking, flow);
    stream->whole = answer == PLB_UNPACK_WHOLE;
    bool stuck = answer == PLB_UNPACK_MORE && flow->room == PLB_STREAM_BLOCK && !flow->left && stream->ended;
    if (answer > PLB_UNPACK_WHOLE || stuck) {
      stream->fails = answer;
      return plb_stream_fail(stream, 0, err);
    }
  }
  *got = PLB_STREAM_BLOCK - flow->room;
  return PLB_OK;
}

plb_status plb_stream_get(struct plb_stream *stream, bool ahead, char *to, size_t *got, struct plb_error *err) {
  return stream->unpacker ? unpack(stream, ahead, to, got, err) : read_raw(stream, ahead, to, got, err);
}

plb_status plb_stream_unpack(struct plb_stream *stream, const char *head, size_t length, bool *packed,
                             struct plb_error *err) {
  static const struct plb_unpacker *const unpackers[] = {&plb_gzip, &plb_zstd};
  for (size_t i = 0; i < sizeof unpackers / sizeof *unpackers; i++)
    if (unpackers[i]->is((const unsigned char *)head, length))
      stream->unpacker = unpackers[i];
  *packed = stream->unpacker != NULL;
  if (!*packed)
    return PLB_OK;
  stream->unpacking = stream->unpacker->start();
  stream->raw = plb_alloc(PLB_STREAM_BLOCK + PLB_STREAM_MAGIC, 1);
  if (!stream->unpacking || !stream->raw)
    return plb_fail_memory(err);
  memcpy(stream->raw, head, length);
  stream->flow = (struct plb_flow){.from = stream->raw, .left = length};
  return PLB_OK;
}
