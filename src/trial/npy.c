/* SPDX-License-Identifier: Apache-2.0
 *
 * NumPy arrays (.npy), in three forms:
 *
 *     one dimension, numbers        scores of one class, as one file of the two-file form (--mated, --nonmated)
 *     two dimensions, numbers       a matrix: rows are probes, columns references; ids by --row-ids and --column-ids
 *     one dimension, named fields   the comparison table, row by row
 *
 * Floats of 32 and 64 bits and whole numbers are scores, in either order of bytes; NaN is a missing score. Numbers do
 * not go through text. Memory: a buffer.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "trial/bytes.h"
#include "trial/formats.h"
#include "trial/grid.h"
#include "trial/npy.h"

#define CHUNK 512 /* scores converted at a time */

struct npy {
  struct plb_npy_header header;
  struct plb_npy_rows rows; /* named fields */
  struct plb_grid grid;     /* two dimensions */
  struct plb_run run;       /* one dimension */
  struct plb_store *store;  /* where its scores can stay, or NULL */
  size_t looked_at;         /* scores ahead among which one cannot */
  struct plb_numbers numbers;
  struct plb_fields fields;
};

static bool sniff(const char *head, size_t length) {
  return length >= 6 && memcmp(head, "\x93NUMPY", 6) == 0;
}

const char *plb_element_words(const struct plb_element *element, char text[PLB_ELEMENT_TEXT]) {
  size_t bits = element->size * 8;
  switch (element->kind) {
  case 'f': snprintf(text, PLB_ELEMENT_TEXT, "%zu-bit floats", bits); break;
  case 'i': snprintf(text, PLB_ELEMENT_TEXT, "%zu-bit integers", bits); break;
  case 'u': snprintf(text, PLB_ELEMENT_TEXT, "%zu-bit integers without a sign", bits); break;
  case 'b': snprintf(text, PLB_ELEMENT_TEXT, "truth values"); break;
  case 'c': snprintf(text, PLB_ELEMENT_TEXT, "complex numbers"); break;
  case 'S': snprintf(text, PLB_ELEMENT_TEXT, "texts of up to %zu bytes", element->size); break;
  case 'U': snprintf(text, PLB_ELEMENT_TEXT, "texts of up to %zu characters", element->size / 4); break;
  case 'm':
  case 'M': snprintf(text, PLB_ELEMENT_TEXT, "times"); break;
  default: snprintf(text, PLB_ELEMENT_TEXT, "%zu other bytes", element->size); break;
  }
  return text;
}

static plb_status check_form(const struct plb_reader *reader, const struct plb_npy_header *header,
                             struct plb_error *err) {
  char words[PLB_ELEMENT_TEXT];
  if (header->dimensions == 0 || (header->fields && header->dimensions == 2))
    return plb_fail_at(err, PLB_DATA, reader->name, 0, 0, "%s; expected an array of %s",
                       header->dimensions ? "two dimensions of rows with fields" : "a single value",
                       header->dimensions ? "one dimension" : "scores");
  if (!header->fields && !plb_element_is_score(&header->element))
    return plb_fail_at(err, PLB_DATA, reader->name, 0, 0,
                       "holds %s; expected scores as floats of 32 or 64 bits or as integers (in NumPy, "
                       "scores.astype(\"f4\"))",
                       plb_element_words(&header->element, words));
  if (header->fields)
    return PLB_OK;
  if (reader->input->map)
    return plb_fail(err, PLB_USAGE, "--map: this array has no named fields");
  if (reader->input->cluster && !plb_intake_joins_clusters(reader->intake))
    return plb_fail(err, PLB_USAGE,
                    "--cluster: this array has no named fields; expected the column in a table of --samples or "
                    "--subjects");
  const struct plb_asked *asked = plb_intake_asked(reader->intake);
  return asked ? plb_asked_check(asked, plb_intake_joined_facts(reader->intake), reader->name, 0, err) : PLB_OK;
}

static plb_status open_scores(struct plb_reader *reader, struct npy *npy, struct plb_error *err) {
  const struct plb_npy_header *header = &npy->header;
  if (!reader->mated_known)
    return plb_fail_at(err, PLB_DATA, reader->name, 0, 0,
                       "one score after the other does not say which comparisons are mated; expected an array of each "
                       "class, given with --mated and --nonmated, or one with named fields");
  npy->run =
      (struct plb_run){.what = "score", .size = header->element.size, .total = header->count, .left = header->count};
  npy->numbers = (struct plb_numbers){.single = header->element.kind == 'f' && header->element.size == 4,
                                      .reference = PLB_NOBODY,
                                      .probe = PLB_NOBODY,
                                      .reference_sample = PLB_NOBODY,
                                      .probe_sample = PLB_NOBODY};
  npy->fields =
      (struct plb_fields){.count = 1, .mated_known = true, .mated = reader->mated, .numbers = &npy->numbers, .line = 1};
  bool native = npy->numbers.single && !header->element.swapped;
  return native ? plb_bytes_store(reader->bytes, &npy->store, err) : PLB_OK;
}

static plb_status open_npy(struct plb_reader *reader, struct plb_error *err) {
  struct npy *npy = plb_alloc(1, sizeof *npy);
  plb_status st;
  if (!(reader->state = npy))
    return plb_fail_memory(err);
  const struct plb_npy_header *header = &npy->header;
  if ((st = plb_npy_header_read(reader->bytes, &npy->header, err)) || (st = check_form(reader, header, err)))
    return st;
  bool matrix = !header->fields && header->dimensions == 2;
  if (reader->lists && !matrix)
    return plb_fail(err, PLB_USAGE, "--row-ids: this array has one dimension; expected a matrix of scores");
  if (header->fields) {
    npy->rows.header = header;
    return plb_npy_rows_open(reader, &npy->rows, err);
  }
  if (!matrix)
    return open_scores(reader, npy, err);
  npy->grid.element = header->element;
  npy->grid.rows = header->shape[0];
  npy->grid.columns = header->shape[1];
  npy->grid.by_column = header->by_column;
  return plb_grid_open(reader, &npy->grid, err);
}

/* Scores are left in the file, run by run. *stayed: some were, or there is no room for more of them now. */
static plb_status leave_scores(struct plb_reader *reader, struct npy *npy, bool *stayed, struct plb_error *err) {
  const size_t size = PLB_STORED_ROWS * sizeof(float);
  const char *at;
  size_t length;
  *stayed = false;
  while (plb_run_ours(&npy->run) >= PLB_STORED_ROWS && !plb_intake_full(reader->intake)) {
    plb_status st = plb_bytes_peek(reader->bytes, size, &at, &length, err);
    if (st || length < size)
      return st;
    if (!plb_intake_stored(reader->intake, npy->store, plb_bytes_place(reader->bytes), at)) {
      npy->looked_at = PLB_STORED_ROWS;
      return PLB_OK;
    }
    plb_run_pass(&npy->run, reader->bytes, PLB_STORED_ROWS);
    npy->fields.line += PLB_STORED_ROWS;
    *stayed = true;
  }
  return PLB_OK;
}

static plb_status some_scores(struct plb_reader *reader, struct npy *npy, bool *done, struct plb_error *err) {
  const struct plb_element *element = &npy->header.element;
  double scores[CHUNK];
  const char *at;
  size_t count, taken = 0;
  plb_status st = PLB_OK;
  bool stayed = false;
  if (npy->store && !npy->looked_at && plb_intake_stores(reader->intake))
    st = leave_scores(reader, npy, &stayed, err);
  if (st || stayed)
    return st;
  st = plb_run_ahead(&npy->run, reader->bytes, &at, &count, err);
  *done = !st && !count;
  if (st || *done)
    return st;
  size_t good = plb_array_scores(element, at, element->size, count < CHUNK ? count : CHUNK, scores);
  if (good) {
    st = plb_intake_scores(reader->intake, &npy->fields, &npy->numbers, scores, good, &taken, err);
  } else {
    st = plb_fail_inexact(reader, &npy->fields, err);
    npy->fields.line++;
    taken = 1;
  }
  plb_run_pass(&npy->run, reader->bytes, taken);
  npy->looked_at -= taken < npy->looked_at ? taken : npy->looked_at;
  return st;
}

static plb_status next(struct plb_reader *reader, bool *done, struct plb_error *err) {
  struct npy *npy = reader->state;
  plb_status st = PLB_OK;
  if (npy->header.fields)
    return plb_npy_rows_next(reader, &npy->rows, done, err);
  if (npy->header.dimensions == 2)
    return plb_grid_next(reader, &npy->grid, done, err);
  while (!st && !*done && !plb_intake_full(reader->intake))
    st = some_scores(reader, npy, done, err);
  return st;
}

static plb_status deal(struct plb_reader *reader, struct plb_error *err) {
  struct npy *npy = reader->state;
  (void)err;
  if (npy->header.fields)
    npy->rows.fields.line = plb_run_deal(&npy->rows.run, reader);
  else if (npy->header.dimensions == 2)
    plb_grid_deal(reader, &npy->grid);
  else
    npy->fields.line = plb_run_deal(&npy->run, reader) + 1;
  return PLB_OK;
}

static void close_npy(struct plb_reader *reader) {
  struct npy *npy = reader->state;
  if (!npy)
    return;
  plb_npy_rows_close(&npy->rows);
  plb_grid_close(&npy->grid);
  plb_npy_header_free(&npy->header);
  plb_store_release(npy->store);
  free(npy);
  reader->state = NULL;
}

static void describe(const struct plb_reader *reader, struct plb_out *out) {
  const struct npy *npy = reader->state;
  char words[PLB_ELEMENT_TEXT];
  if (npy->header.fields) {
    plb_npy_rows_describe(&npy->rows, out);
    return;
  }
  if (npy->header.dimensions == 2)
    plb_grid_describe(reader, &npy->grid, out);
  else
    plb_describe_line(out, "elements", "%" PRIu64, npy->header.count);
  plb_describe_line(out, npy->header.dimensions == 2 ? "cells" : "each", "scores, %s",
                    plb_element_words(&npy->header.element, words));
}

const struct plb_reader_kind plb_reader_npy = {
    .name = "npy",
    .sign = "the first bytes of NumPy arrays",
    .named = true,
    .takes_ids = true,
    .sniff = sniff,
    .open = open_npy,
    .next = next,
    .close = close_npy,
    .deal = deal,
    .describe = describe,
};
