/* SPDX-License-Identifier: Apache-2.0
 *
 * See stretch.h. Numbers of ids depend on how a stretch was cut, and nothing that is computed from them
 * does: people are put into an order of their own (plb_dict_order) before anything is summed.
 */
#include "trial/stretch.h"

#include <omp.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "trial/bytes.h"

#define PART_BYTES ((size_t)1 << 20)
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

struct plb_stretch {
  unsigned threads;
  struct part *parts;       /* one per thread */
  size_t count, next;       /* parts of the current stretch, and the next one to hand out */
  unsigned rest, last_rest; /* after a stretch that was unusual: how many calls to pass before the next try */
};

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
  fresh->parts = plb_alloc(wanted, sizeof *fresh->parts);
  plb_status st = fresh->parts ? PLB_OK : plb_fail_memory(err);
  for (unsigned t = 0; !st && t < wanted; t++)
    st = plb_intake_twin_new(&fresh->parts[t].twin, err);
  return st;
}

/* Cuts the text behind line ends into about equal parts. */
static void cut(struct plb_stretch *stretch, const char *text, size_t length) {
  stretch->count = 0;
  for (size_t from = 0; from < length;) {
    struct part *part = &stretch->parts[stretch->count++];
    size_t to = length / stretch->threads * stretch->count;
    if (to < from)
      to = from;
    const char *end = stretch->count < stretch->threads ? memchr(text + to, '\n', length - to) : NULL;
    to = end ? (size_t)(end - text) + 1 : length;
    part->text = text + from;
    part->length = to - from;
    from = to;
  }
}

static bool take_parts(struct plb_stretch *stretch, const struct plb_reader *reader) {
  for (size_t i = 0; i < stretch->count; i++) {
    struct part *part = &stretch->parts[i];
    plb_intake_twin_begin(part->twin, reader->intake, &part->block, &part->account);
  }
#pragma omp parallel for num_threads((int)stretch->threads) schedule(static, 1)
  for (size_t i = 0; i < stretch->count; i++) {
    struct part *part = &stretch->parts[i];
    part->fine = reader->kind->take(reader, part->twin, part->text, part->length, &part->lines);
  }
  bool fine = true;
  for (size_t i = 0; i < stretch->count; i++)
    fine = fine && stretch->parts[i].fine;
  return fine;
}

static plb_status absorb(struct plb_stretch *stretch, struct plb_reader *reader, size_t length, struct plb_error *err) {
  struct plb_known known = plb_intake_known(reader->intake);
  uint64_t lines = 0;
  plb_status st = PLB_OK;
  for (size_t i = 0; i < stretch->count && !st; i++) {
    st = plb_intake_absorb(reader->intake, stretch->parts[i].twin, &known, err);
    lines += stretch->parts[i].lines;
  }
  plb_bytes_pass(reader->bytes, length, lines);
  stretch->next = 0;
  return st;
}

plb_status plb_stretch_take(struct plb_stretch *stretch, struct plb_reader *reader, struct plb_error *err) {
  if (!stretch || !reader->kind->take || !plb_intake_has_twins(reader->intake))
    return PLB_OK;
  if (stretch->rest) {
    stretch->rest--;
    return PLB_OK;
  }
  const char *text;
  size_t length;
  plb_status st = plb_bytes_reach(reader->bytes, stretch->threads * PART_BYTES, err);
  if (st)
    return st;
  plb_bytes_ahead(reader->bytes, &text, &length);
  if (length < LEAST_BYTES)
    return PLB_OK;
  cut(stretch, text, length);
  if (take_parts(stretch, reader)) {
    stretch->last_rest = 0;
    return absorb(stretch, reader, length, err);
  }
  stretch->next = stretch->count = 0;
  stretch->last_rest = stretch->last_rest ? 2 * stretch->last_rest : 16;
  if (stretch->last_rest > MOST_REST)
    stretch->last_rest = MOST_REST;
  stretch->rest = stretch->last_rest;
  return PLB_OK;
}

bool plb_stretch_ready(const struct plb_stretch *stretch) {
  return stretch && stretch->next < stretch->count;
}

bool plb_stretch_next(struct plb_stretch *stretch, struct plb_block *block) {
  if (!plb_stretch_ready(stretch))
    return false;
  *block = stretch->parts[stretch->next++].block;
  return true;
}

void plb_stretch_free(struct plb_stretch *stretch) {
  if (!stretch)
    return;
  for (unsigned t = 0; stretch->parts && t < stretch->threads; t++) {
    plb_intake_twin_free(stretch->parts[t].twin);
    free(stretch->parts[t].block.rows);
  }
  free(stretch->parts);
  free(stretch);
}
