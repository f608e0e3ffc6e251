/* SPDX-License-Identifier: Apache-2.0
 *
 * How the bytes of a stream (stream.h) become lines. One buffer holds [start, end): what was read and not yet given out
 * as lines.
 *
 *     file --read, 1 MiB--> digest --> (unpack) --> digest of the text --> buffer --memchr--> lines
 *
 * When no whole line is left, the rest moves to the front and the buffer is filled behind it; it grows
 * only for a line that does not fit, up to PLB_LINE_LIMIT. Each byte is moved less than once, looked at
 * for NUL and UTF-8 once, and scanned for a newline once.
 *
 * A thread that has nothing else to do may read ahead into a spare buffer; the two are exchanged when the
 * first one is used up, what is left of it going in front of the new bytes.
 *
 * Where the input is dealt out to shards (deal.h), lines of others are taken out of what was read before anybody sees
 * them; how many these were is known by how many bytes of ours lie before them.
 *
 * A fault in the text is remembered with its place and reported when its line is asked for, and so is one of
 * reading that was met ahead of its place: which error is found first, and what it says, does not depend on
 * how the bytes came in blocks.
 */
#include "trial/bytes.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/memory.h"
#include "base/utf8.h"
#include "trial/digest.h"
#include "trial/refuse.h"
#include "trial/stream.h"

#define PADDING 16
#define FRONT (64u << 10) /* room in front of bytes read ahead, for what is left of a line */

/* Bytes read ahead, at text + FRONT, and why there are no more. */
struct spare {
  char *text;
  size_t used, capacity;
  plb_status status;
  struct plb_error err;
};

struct plb_bytes {
  struct plb_stream stream;
  struct plb_content *content; /* digest of the text */
  char *text;
  size_t start, end, scanned, checked, capacity;
  size_t lines_end; /* behind the last line end in the buffer; start when there is none */
  bool ended;
  bool array;       /* no text: no lines, nothing to check */
  bool hashed_once; /* an array whose raw bytes are hashed as what is in it would be */
  struct spare spare;
  enum plb_text_fault fault;
  size_t fault_at; /* SIZE_MAX: none so far */
  uint64_t line;
  uint64_t got; /* bytes of the text read */
  uint64_t turn;
  struct plb_deal deal; /* where there are shards */
  uint64_t part;        /* hash of the name of the part that was read; 0: all */
};

static plb_status fail_here(const struct plb_bytes *bytes, size_t at, struct plb_error *err, const char *what) {
  return plb_fail_at(err, PLB_DATA, bytes->stream.name, bytes->line + 1, at - bytes->start + 1, "%s", what);
}

static void check_text(struct plb_bytes *bytes) {
  if (bytes->fault || bytes->array)
    return;
  size_t good;
  bytes->fault = plb_text_check(bytes->text + bytes->checked, bytes->end - bytes->checked, &good);
  bytes->checked += good;
  if (!bytes->fault && bytes->ended && bytes->checked < bytes->end)
    bytes->fault = PLB_TEXT_NOT_UTF8; /* the last character is not complete */
  if (bytes->fault)
    bytes->fault_at = bytes->checked;
}

/* Said again where it is met, with the line that it is behind. */
static plb_status fail_unpack(const struct plb_bytes *bytes, struct plb_error *err) {
  return plb_stream_fail(&bytes->stream, bytes->array ? 0 : bytes->line, err);
}

/* Some bytes of the text, whosever they are; none only at the end. */
static plb_status get_any(struct plb_bytes *bytes, bool ahead, char *to, size_t *got, struct plb_error *err) {
  struct plb_stream *stream = &bytes->stream;
  plb_status st = plb_stream_get(stream, ahead, to, got, err);
  if (st == PLB_DATA)
    return fail_unpack(bytes, err);
  if (!st && !bytes->hashed_once)
    plb_content_add(bytes->content, stream->unpacker ? NULL : stream->digester, to, *got);
  bytes->got += st ? 0 : *got;
  return st;
}

/* Some bytes of the text that are ours; none only at the end. */
static plb_status get(struct plb_bytes *bytes, bool ahead, char *to, size_t *got, struct plb_error *err) {
  plb_status st;
  do {
    if ((st = get_any(bytes, ahead, to, got, err)) || !bytes->deal.how.shards || !*got)
      return st;
    if (!plb_deal_out(&bytes->deal, to, got))
      return plb_fail_memory(err);
  } while (!*got);
  return PLB_OK;
}

/* What lay at start lies at `to` now. */
static void shift(struct plb_bytes *bytes, size_t to) {
  size_t from = bytes->start;
  bytes->start = to;
  bytes->end = bytes->end - from + to;
  bytes->scanned = bytes->scanned - from + to;
  bytes->lines_end = 0;
  if (bytes->fault)
    bytes->fault_at = bytes->fault_at - from + to;
  else
    bytes->checked = bytes->checked - from + to;
}

/* `got` bytes have been put behind the end; none: there are no more. */
static void take_up(struct plb_bytes *bytes, size_t got) {
  const char *last = bytes->array ? NULL : memrchr(bytes->text + bytes->end, '\n', got);
  if (last)
    bytes->lines_end = (size_t)(last - bytes->text) + 1;
  bytes->end += got;
  bytes->ended |= got == 0;
  memset(bytes->text + bytes->end, 0, PADDING);
  check_text(bytes);
}

/* Moves what is left to the front and reads more behind it. */
static plb_status read_on(struct plb_bytes *bytes, struct plb_error *err) {
  if (bytes->start) {
    memmove(bytes->text, bytes->text + bytes->start, bytes->end - bytes->start);
    shift(bytes, 0);
  }
  if (!plb_reserve(&bytes->text, &bytes->capacity, bytes->end + PLB_STREAM_BLOCK + PADDING, 1))
    return plb_fail_memory(err);
  size_t got = 0;
  plb_status st = get(bytes, false, bytes->text + bytes->end, &got, err);
  if (!st)
    take_up(bytes, got);
  return st;
}

/* The bytes read ahead follow those that are left: in front of them when there is room, else behind. */
static plb_status take_spare(struct plb_bytes *bytes, struct plb_error *err) {
  struct spare *spare = &bytes->spare;
  size_t left = bytes->end - bytes->start, used = spare->used;
  if (left > FRONT) {
    if (!plb_reserve(&bytes->text, &bytes->capacity, bytes->end + used + PADDING, 1))
      return plb_fail_memory(err);
    memcpy(bytes->text + bytes->end, spare->text + FRONT, used);
  } else {
    memcpy(spare->text + FRONT - left, bytes->text + bytes->start, left);
    char *text = bytes->text;
    size_t capacity = bytes->capacity;
    bytes->text = spare->text;
    bytes->capacity = spare->capacity;
    spare->text = text;
    spare->capacity = capacity;
    shift(bytes, FRONT - left);
  }
  spare->used = 0;
  take_up(bytes, used);
  return PLB_OK;
}

/* What reading ahead failed with, said as if it had been met only now. */
static plb_status fail_late(const struct plb_bytes *bytes, struct plb_error *err) {
  if (bytes->spare.status == PLB_DATA)
    return fail_unpack(bytes, err);
  if (err)
    *err = bytes->spare.err;
  return bytes->spare.status;
}

static plb_status fill(struct plb_bytes *bytes, struct plb_error *err) {
  if (bytes->spare.used)
    return take_spare(bytes, err);
  return bytes->spare.status ? fail_late(bytes, err) : read_on(bytes, err);
}

void plb_bytes_read_ahead(struct plb_bytes *bytes, size_t wanted) {
  struct spare *spare = &bytes->spare;
  if (!bytes->stream.size || bytes->ended)
    return;
  size_t got = 1;
  while (!spare->status && got && spare->used < wanted) {
    if (!plb_reserve(&spare->text, &spare->capacity, FRONT + spare->used + PLB_STREAM_BLOCK + PADDING, 1))
      spare->status = plb_fail_memory(&spare->err);
    else
      spare->status = get(bytes, true, spare->text + FRONT + spare->used, &got, &spare->err);
    spare->used += spare->status ? 0 : got;
  }
}

/* The first block is read as it is; if it turns out to be packed, it becomes input of the unpacker. */
static plb_status begin_unpacking(struct plb_bytes *bytes, struct plb_error *err) {
  bool packed;
  plb_status st = plb_stream_unpack(&bytes->stream, bytes->text, bytes->end, &packed, err);
  if (st || !packed)
    return st;
  plb_content_restart(bytes->content); /* that was no text yet */
  bytes->got = 0;
  bytes->end = bytes->checked = bytes->lines_end = 0;
  bytes->ended = false;
  bytes->fault = PLB_TEXT_FINE;
  bytes->fault_at = SIZE_MAX;
  return PLB_OK;
}

static plb_status begin(struct plb_bytes *bytes, struct plb_error *err) {
  plb_status st = PLB_OK;
  while (!st && !bytes->ended && bytes->end < PLB_STREAM_MAGIC)
    st = fill(bytes, err);
  if (!st)
    st = begin_unpacking(bytes, err);
  while (!st && !bytes->ended && bytes->end < PLB_HEAD_BYTES + 3)
    st = fill(bytes, err);
  if (st)
    return st;
  if (!bytes->end)
    return plb_fail_at(err, PLB_DATA, bytes->stream.name, 0, 0, "the %s is empty; expected comparison scores",
                       bytes->stream.unpacker ? "packed file" : "file");
  bool plain = bytes->stream.opened && plb_stream_plain(&bytes->stream);
  if ((st = plb_refuse(bytes->stream.name, bytes->text, bytes->end, plb_bytes_packing(bytes), plain, err)))
    return st;
  if (bytes->end >= 3 && memcmp(bytes->text, "\xEF\xBB\xBF", 3) == 0)
    bytes->start = bytes->scanned = 3;
  bytes->turn = plb_deal_turn(bytes->text, bytes->end);
  return PLB_OK;
}

plb_status plb_bytes_open(const char *path, const struct plb_input *input, struct plb_bytes **bytes,
                          struct plb_error *err) {
  *bytes = NULL;
  struct plb_bytes *fresh = plb_alloc(1, sizeof *fresh);
  if (!fresh)
    return plb_fail_memory(err);
  fresh->fault_at = SIZE_MAX;
  plb_status st = plb_stream_open(&fresh->stream, path, input, err);
  if (!st && !(fresh->content = plb_content_new()))
    st = plb_fail_memory(err);
  if (!st)
    st = begin(fresh, err);
  if (st) {
    plb_bytes_close(fresh);
    return st;
  }
  *bytes = fresh;
  return PLB_OK;
}

plb_status plb_bytes_head(struct plb_bytes *bytes, const char **head, size_t *length, struct plb_error *err) {
  (void)err; /* all that can fail was done by open */
  size_t there = bytes->end - bytes->start;
  *head = bytes->text + bytes->start;
  *length = there < PLB_HEAD_BYTES ? there : PLB_HEAD_BYTES;
  return PLB_OK;
}

/* What may not be in the line [start, stop). */
static plb_status look_at(const struct plb_bytes *bytes, size_t stop, struct plb_error *err) {
  if (bytes->fault_at < stop && !bytes->line && bytes->end - bytes->start >= 6 &&
      memcmp(bytes->text + bytes->start, "\x93NUMPY", 6) == 0)
    return plb_fail_at(err, PLB_DATA, bytes->stream.name, 0, 0, "this is a NumPy array; expected text here");
  if (bytes->fault_at < stop && bytes->fault_at - bytes->start <= PLB_LINE_LIMIT)
    return fail_here(bytes, bytes->fault_at, err,
                     bytes->fault == PLB_TEXT_NUL ? "a NUL byte; expected text"
                                                  : "not UTF-8; expected UTF-8 text (is this another encoding?)");
  if (stop - bytes->start > PLB_LINE_LIMIT)
    return plb_fail_at(err, PLB_DATA, bytes->stream.name, bytes->line + 1, 0,
                       "a line of more than 64 MiB; is this a text file with line ends?");
  return PLB_OK;
}

static void give(struct plb_bytes *bytes, size_t stop, bool newline, const char **text, size_t *length) {
  *text = bytes->text + bytes->start;
  *length = stop - bytes->start;
  if (newline && *length && (*text)[*length - 1] == '\r')
    --*length;
  if (bytes->deal.how.shards)
    plb_deal_pass(&bytes->deal, stop + newline - bytes->start, &bytes->line);
  bytes->start = bytes->scanned = stop + newline;
  bytes->line++;
}

plb_status plb_bytes_line(struct plb_bytes *bytes, const char **text, size_t *length, struct plb_error *err) {
  plb_status st;
  for (;;) {
    if (bytes->deal.how.shards)
      plb_deal_skip(&bytes->deal, &bytes->line);
    const char *newline = memchr(bytes->text + bytes->scanned, '\n', bytes->end - bytes->scanned);
    size_t stop = newline ? (size_t)(newline - bytes->text) : bytes->end;
    if ((bytes->fault || stop - bytes->start > PLB_LINE_LIMIT) && (st = look_at(bytes, stop, err)))
      return st;
    if (newline || (bytes->ended && stop > bytes->start)) {
      give(bytes, stop, newline != NULL, text, length);
      return PLB_OK;
    }
    if (bytes->ended) {
      *text = NULL;
      *length = 0;
      return PLB_OK;
    }
    bytes->scanned = bytes->end;
    if ((st = fill(bytes, err)))
      return st;
  }
}

bool plb_bytes_deal(struct plb_bytes *bytes, const struct plb_dealing *dealing) {
  size_t ours = bytes->end - bytes->start;
  plb_deal_start(&bytes->deal, dealing, bytes->turn, bytes->got - ours);
  if (!plb_deal_out(&bytes->deal, bytes->text + bytes->start, &ours))
    return false;
  bytes->end = bytes->scanned = bytes->checked = bytes->start;
  bytes->fault = PLB_TEXT_FINE; /* perhaps in a line of others */
  bytes->fault_at = SIZE_MAX;
  bytes->lines_end = 0;
  if (ours)
    take_up(bytes, ours);
  return true;
}

uint64_t plb_bytes_left_out(const struct plb_bytes *bytes) {
  return bytes->deal.left_out;
}

void plb_bytes_all_ahead(const struct plb_bytes *bytes, const char **text, size_t *length) {
  *text = bytes->text + bytes->start;
  *length = bytes->fault || bytes->lines_end <= bytes->start ? 0 : bytes->lines_end - bytes->start;
}

void plb_bytes_ahead(struct plb_bytes *bytes, const char **text, size_t *length) {
  plb_bytes_all_ahead(bytes, text, length);
  plb_deal_skip(&bytes->deal, &bytes->line);
  *length = plb_deal_ahead(&bytes->deal, *length);
}

plb_status plb_bytes_reach(struct plb_bytes *bytes, size_t wanted, struct plb_error *err) {
  struct spare *spare = &bytes->spare;
  plb_status st = PLB_OK;
  bool more = true;
  while (!st && more && !bytes->ended && !bytes->fault && bytes->end - bytes->start < wanted) {
    more = spare->used || !spare->status;
    if (more && (st = fill(bytes, &spare->err)) && (st == PLB_DATA || st == PLB_IO)) {
      spare->status = st; /* not yet: lines lie before it */
      st = PLB_OK;
    }
  }
  if (st && err)
    *err = spare->err;
  return st;
}

void plb_bytes_pass(struct plb_bytes *bytes, size_t length, uint64_t lines) {
  plb_deal_pass(&bytes->deal, length, &bytes->line);
  bytes->start += length;
  bytes->scanned = bytes->start;
  bytes->line += lines;
}

plb_status plb_bytes_chunk(struct plb_bytes *bytes, const char **chunk, size_t *length, struct plb_error *err) {
  plb_status st = PLB_OK;
  while (!st && !bytes->ended && bytes->start == bytes->end)
    st = fill(bytes, err);
  *chunk = bytes->text + bytes->start;
  *length = st ? 0 : bytes->end - bytes->start;
  bytes->start += *length;
  bytes->scanned = bytes->start;
  return st;
}

void plb_bytes_mark(struct plb_bytes *bytes, const char *part) {
  for (; *part; part++)
    bytes->part = (bytes->part ^ (unsigned char)*part) * UINT64_C(0x100000001B3); /* FNV-1a */
}

void plb_bytes_array(struct plb_bytes *bytes) {
  bytes->array = true;
  bytes->fault = PLB_TEXT_FINE;
  bytes->fault_at = SIZE_MAX;
  bytes->lines_end = 0;
  plb_content_array(bytes->content); /* what was read so far is all there: how much that was must not matter */
  plb_content_add(bytes->content, NULL, bytes->text, bytes->end);
  bytes->hashed_once =
      !bytes->stream.unpacker && plb_digester_of_array(bytes->stream.digester, &(struct plb_content_digest){0});
}

plb_status plb_bytes_peek(struct plb_bytes *bytes, size_t least, const char **at, size_t *length,
                          struct plb_error *err) {
  plb_status st;
  while (!bytes->ended && bytes->end - bytes->start < least)
    if ((st = fill(bytes, err)))
      return st;
  *at = bytes->text + bytes->start;
  *length = bytes->end - bytes->start;
  return PLB_OK;
}

plb_status plb_bytes_store(const struct plb_bytes *bytes, struct plb_store **store, struct plb_error *err) {
  *store = NULL;
  return plb_stream_plain(&bytes->stream) ? plb_store_new(bytes->stream.file, bytes->stream.name, store, err) : PLB_OK;
}

uint64_t plb_bytes_place(const struct plb_bytes *bytes) {
  return bytes->stream.skipped + bytes->stream.count - bytes->spare.used - (bytes->end - bytes->start);
}

uint64_t plb_bytes_line_number(const struct plb_bytes *bytes) {
  return bytes->line;
}

const char *plb_bytes_name(const struct plb_bytes *bytes) {
  return bytes->stream.name;
}

const char *plb_bytes_packing(const struct plb_bytes *bytes) {
  return bytes->stream.unpacker ? bytes->stream.unpacker->name : NULL;
}

uint64_t plb_bytes_size(const struct plb_bytes *bytes) {
  return bytes->stream.size;
}

uint64_t plb_bytes_length(const struct plb_bytes *bytes) {
  return bytes->got;
}

uint64_t plb_bytes_count(const struct plb_bytes *bytes) {
  return bytes->stream.count;
}

const char *plb_bytes_digest(struct plb_bytes *bytes) {
  return bytes->stream.ended ? plb_digester_text(bytes->stream.digester) : NULL;
}

bool plb_bytes_content(struct plb_bytes *bytes, struct plb_content_digest *digest) {
  if (bytes->ended && !(bytes->hashed_once && plb_digester_of_array(bytes->stream.digester, digest)))
    *digest = plb_content_end(bytes->content);
  digest->low ^= bytes->ended ? bytes->part : 0;
  return bytes->ended;
}

plb_status plb_bytes_unchanged(const struct plb_bytes *bytes, struct plb_error *err) {
  return plb_stream_unchanged(&bytes->stream, err);
}

void plb_bytes_file(const struct plb_bytes *bytes, uint64_t *device, uint64_t *inode) {
  struct stat about;
  bool regular = fstat(bytes->stream.file, &about) == 0 && S_ISREG(about.st_mode);
  *device = regular ? (uint64_t)about.st_dev : 0;
  *inode = regular ? (uint64_t)about.st_ino : 0;
}

void plb_bytes_close(struct plb_bytes *bytes) {
  if (!bytes)
    return;
  plb_stream_close(&bytes->stream);
  plb_content_free(bytes->content);
  plb_deal_free(&bytes->deal);
  free(bytes->text);
  free(bytes->spare.text);
  free(bytes);
}
