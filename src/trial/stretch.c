/* SPDX-License-Identifier: Apache-2.0
 *
 * See stretch.h. Numbers of ids depend on how a stretch was cut, and nothing that is computed from them
 * does: people are put into an order of their own (plb_dict_sort) before anything is summed.
 */
#include "trial/stretch.h"

#include <omp.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "trial/bytes.h"

#define PARTS 16 /* for each thread: many small ones, so that all end at about the same time */
#define PART_BYTES ((size_t)32 << 10)
#define LEAST_BYTES ((size_t)128 << 10) /* shorter ones are not worth waking threads for */
#define MOST_REST 1024

struct part {
  struct plb_intake *twin;
  struct plb_block block;
  struct plb_input_account account;
  const char *text;
  size_t length;
  uint64_t lines;
  bool fine;
};

/* The parts of a stretch. */
struct parts {
  struct part *list;
  size_t count; /* in use: being taken, or waiting for the sink */
};

struct plb_stretch {
  unsigned threads;
  size_t most;              /* parts of a stretch */
  struct parts now, before; /* what is being taken, and what the sink has not had yet */
  unsigned rest, last_rest; /* after a stretch that was unusual: how many calls to pass before the next try */
};

static plb_status make_parts(struct parts *parts, size_t count, struct plb_error *err) {
  parts->list = plb_alloc(count, sizeof *parts->list);
  plb_status st = parts->list ? PLB_OK : plb_fail_memory(err);
  for (size_t i = 0; !st && i < count; i++)
    st = plb_intake_twin_new(&parts->list[i].twin, err);
  return st;
}

static void free_parts(struct parts *parts, size_t count) {
  for (size_t i = 0; parts->list && i < count; i++) {
    plb_intake_twin_free(parts->list[i].twin);
    free(parts->list[i].block.rows);
  }
  free(parts->list);
}

plb_status plb_stretch_new(unsigned threads, struct plb_stretch **stretch, struct plb_error *err) {
  *stretch = NULL;
  unsigned wanted = threads ? threads : (unsigned)omp_get_num_procs();
  if (wanted < 2)
    return PLB_OK;
  struct plb_stretch *fresh = plb_alloc(1, sizeof *fresh);
  if (!fresh)
    return plb_fail_memory(err);
  *stretch = fresh;
  fresh->threads = wanted;
  fresh->most = (size_t)wanted * PARTS;
  plb_status st = make_parts(&fresh->now, fresh->most, err);
  return st ? st : make_parts(&fresh->before, fresh->most, err);
}

/* Cuts the text behind line ends into about equal parts. */
static void cut(struct plb_stretch *stretch, const char *text, size_t length) {
  struct parts *parts = &stretch->now;
  parts->count = 0;
  for (size_t from = 0; from < length;) {
    struct part *part = &parts->list[parts->count++];
    size_t to = length / stretch->most * parts->count;
    if (to < from)
      to = from;
    const char *end = parts->count < stretch->most ? memchr(text + to, '\n', length - to) : NULL;
    to = end ? (size_t)(end - text) + 1 : length;
    part->text = text + from;
    part->length = to - from;
    from = to;
  }
}

plb_status plb_stretch_flush(struct plb_stretch *stretch, const struct plb_sink *sink, struct plb_error *err) {
  plb_status st = PLB_OK;
  for (size_t i = 0; stretch && i < stretch->before.count && !st; i++)
    if (stretch->before.list[i].block.count) /* all rows of a part may have been dropped */
      st = sink->take(sink->ctx, &stretch->before.list[i].block, err);
  if (stretch)
    stretch->before.count = 0;
  return st;
}

/* All threads: the rows of the stretch before to the sink, the bytes of the next one, which each are one thing
 * to do and the first, and the parts of this one. *fine: nothing unusual was seen. */
static plb_status work(struct plb_stretch *stretch, const struct plb_reader *reader, const struct plb_sink *sink,
                       bool *fine, struct plb_error *err) {
  struct parts *parts = &stretch->now;
  plb_status st = PLB_OK;
  for (size_t i = 0; i < parts->count; i++) {
    struct part *part = &parts->list[i];
    plb_intake_twin_begin(part->twin, reader->intake, &part->block, &part->account);
  }
#pragma omp parallel for num_threads((int)stretch->threads) schedule(dynamic, 1)
  for (size_t i = 0; i < parts->count + 2; i++) {
    struct part *part = i < 2 ? NULL : &parts->list[i - 2];
    if (part)
      part->fine = reader->kind->take(reader, part->twin, part->text, part->length, &part->lines);
    else if (i == 0)
      st = plb_stretch_flush(stretch, sink, err);
    else
      plb_bytes_read_ahead(reader->bytes, stretch->most * PART_BYTES);
  }
  *fine = true;
  for (size_t i = 0; i < parts->count; i++)
    *fine = *fine && parts->list[i].fine;
  return st;
}

/* What the threads found becomes part of the census and the account; the rows wait for the sink. Unless not
 * *fine: what the parts say together is at odds, which fails the whole input when it is read again. */
static plb_status absorb(struct plb_stretch *stretch, struct plb_reader *reader, size_t length, bool *fine,
                         struct plb_error *err) {
  struct plb_known known = plb_intake_known(reader->intake);
  struct parts now = stretch->now;
  uint64_t lines = 0;
  plb_status st = PLB_OK;
  for (size_t i = 0; i < now.count && !st && *fine; i++) {
    st = plb_intake_absorb(reader->intake, now.list[i].twin, &known, fine, err);
    lines += now.list[i].lines;
  }
  if (st || !*fine)
    return st;
  plb_bytes_pass(reader->bytes, length, lines);
  stretch->now = stretch->before;
  stretch->before = now;
  return PLB_OK;
}

plb_status plb_stretch_take(struct plb_stretch *stretch, struct plb_reader *reader, const struct plb_sink *sink,
                            bool *took, struct plb_error *err) {
  *took = false;
  if (!stretch || !reader->kind->take || !plb_intake_has_twins(reader->intake))
    return PLB_OK;
  if (stretch->rest) {
    stretch->rest--;
    return PLB_OK;
  }
  const char *text;
  size_t length;
  plb_status st = plb_bytes_reach(reader->bytes, stretch->most * PART_BYTES, err);
  if (st)
    return st;
  plb_bytes_all_ahead(reader->bytes, &text, &length);
  if (length < LEAST_BYTES)
    return PLB_OK;
  cut(stretch, text, length);
  if ((st = work(stretch, reader, sink, took, err)))
    return st;
  if (*took && (st = absorb(stretch, reader, length, took, err)))
    return st;
  if (*took) {
    stretch->last_rest = 0;
    return PLB_OK;
  }
  stretch->last_rest = stretch->last_rest ? 2 * stretch->last_rest : 16;
  if (stretch->last_rest > MOST_REST)
    stretch->last_rest = MOST_REST;
  stretch->rest = stretch->last_rest;
  return PLB_OK;
}

void plb_stretch_free(struct plb_stretch *stretch) {
  if (!stretch)
    return;
  free_parts(&stretch->now, stretch->most);
  free_parts(&stretch->before, stretch->most);
  free(stretch);
}
