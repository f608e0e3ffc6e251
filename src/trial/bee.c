/* SPDX-License-Identifier: Apache-2.0
 *
 * The matrices of BEE (Biometric Evaluation Environment, NIST) and OpenBR: four lines, then the cells, row after row.
 *
 *     S2                        similarities; D2: distances
 *     NAME                      of the list of references ("target sigset")
 *     NAME                      of the list of probes ("query sigset")
 *     MF ROWS COLUMNS BBBB      the number 0x12345678 as the writer's machine stores it
 *
 * MF is a matrix of scores in 32-bit floats, MB a mask in bytes: 0xff mated, 0x7f non-mated, 0x00 not a comparison of
 * the test. Rows are probes. The lists are XML files that are not read: ids come from --row-ids and --column-ids.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/number.h"
#include "trial/bytes.h"
#include "trial/formats.h"
#include "trial/grid.h"

#define MOST_HEADER 16384
#define ENDING 5 /* of the fourth line: four bytes, and the line end */

struct header {
  bool distance, mask, swapped;
  uint64_t rows, columns;
};

static bool sniff(const char *head, size_t length) {
  if (length < 3 || (memcmp(head, "S2", 2) != 0 && memcmp(head, "D2", 2) != 0))
    return false;
  const char *at = head, *end = head + length;
  for (int line = 0; line < 3; line++) {
    at = memchr(at, '\n', (size_t)(end - at));
    if (!at)
      return false;
    at++;
  }
  return end - at >= 3 && at[0] == 'M' && (at[1] == 'F' || at[1] == 'B') && at[2] == ' ';
}

static plb_status fail_header(const struct plb_bytes *bytes, uint64_t line, const char *what, struct plb_error *err) {
  return plb_fail_at(err, PLB_DATA, plb_bytes_name(bytes), line, 0, "%s", what);
}

/* A number and the blank behind it; *at moves on. */
static bool take_size(const char **at, const char *end, uint64_t *value) {
  const char *stop = memchr(*at, ' ', (size_t)(end - *at));
  if (!stop || stop - *at > 19 || !plb_whole_count(*at, (size_t)(stop - *at), value))
    return false;
  *at = stop + 1;
  return true;
}

/* The fourth line, from `at` on; *behind is the first cell. */
static plb_status read_size(const struct plb_bytes *bytes, const char *at, const char *end, struct header *header,
                            const char **behind, struct plb_error *err) {
  static const char expected[] = "expected MF (scores) or MB (a mask), rows, columns, and the number 0x12345678 in "
                                 "four bytes, with a blank between them";
  static const unsigned char orders[2][4] = {{0x78, 0x56, 0x34, 0x12}, {0x12, 0x34, 0x56, 0x78}};
  const uint32_t number = 0x12345678;
  if (end - at < 3 || at[0] != 'M' || (at[1] != 'F' && at[1] != 'B') || at[2] != ' ')
    return fail_header(bytes, 4, expected, err);
  header->mask = at[1] == 'B';
  at += 3;
  if (!take_size(&at, end, &header->rows) || !take_size(&at, end, &header->columns) || end - at < ENDING ||
      at[4] != '\n')
    return fail_header(bytes, 4, expected, err);
  if (memcmp(at, orders[0], 4) != 0 && memcmp(at, orders[1], 4) != 0)
    return fail_header(bytes, 4, "its four bytes are not the number 0x12345678 in any order of bytes", err);
  header->swapped = memcmp(at, &number, 4) != 0;
  uint64_t cell = header->mask ? 1 : sizeof(float);
  if (header->columns && header->rows > INT64_MAX / cell / header->columns)
    return fail_header(bytes, 4, "more cells than a file can hold", err);
  *behind = at + ENDING;
  return PLB_OK;
}

/* Reads the header and moves the bytes behind it. */
static plb_status read_header(struct plb_bytes *bytes, struct header *header, struct plb_error *err) {
  const char *head, *behind = NULL;
  size_t length;
  plb_bytes_array(bytes);
  plb_status st = plb_bytes_peek(bytes, MOST_HEADER, &head, &length, err);
  if (st)
    return st;
  const char *at = head, *end = head + (length < MOST_HEADER ? length : MOST_HEADER);
  if (length < 3 || (memcmp(head, "S2\n", 3) != 0 && memcmp(head, "D2\n", 3) != 0))
    return fail_header(bytes, 1, "expected S2 (similarities) or D2 (distances) in the first line of a BEE matrix", err);
  header->distance = head[0] == 'D';
  for (uint64_t line = 1; line < 4; line++) {
    at = memchr(at, '\n', (size_t)(end - at));
    if (!at)
      return fail_header(bytes, line, "this line has no end; expected four lines before the cells of a BEE matrix",
                         err);
    at++;
  }
  if ((st = read_size(bytes, at, end, header, &behind, err)))
    return st;
  plb_bytes_pass(bytes, (size_t)(behind - head), header->rows);
  return PLB_OK;
}

static plb_status read_mask(struct plb_reader *reader, const struct header *header, struct plb_error *err) {
  struct header mask;
  plb_status st = read_header(reader->mask, &mask, err);
  if (st)
    return st;
  if (!mask.mask)
    return fail_header(reader->mask, 4, "a matrix of scores (MF); expected a mask (MB)", err);
  if (mask.rows == header->rows && mask.columns == header->columns)
    return PLB_OK;
  return plb_fail_at(err, PLB_DATA, plb_bytes_name(reader->mask), 4, 0,
                     "%" PRIu64 " rows and %" PRIu64 " columns; expected %" PRIu64 " and %" PRIu64 " as in %.180s",
                     mask.rows, mask.columns, header->rows, header->columns, reader->name);
}

static plb_status open_bee(struct plb_reader *reader, struct plb_error *err) {
  struct plb_grid *grid = plb_alloc(1, sizeof *grid);
  struct header header;
  plb_status st;
  if (!(reader->state = grid))
    return plb_fail_memory(err);
  if ((st = read_header(reader->bytes, &header, err)))
    return st;
  if (header.mask)
    return fail_header(reader->bytes, 4, "a mask (MB); expected scores (MF), with the mask beside them by --mask", err);
  if ((st = plb_intake_direction(reader->intake, header.distance ? PLB_DISSIMILARITY : PLB_SIMILARITY,
                                 header.distance ? "its first line (D2)" : "its first line (S2)", err)))
    return st;
  if (reader->mask && (st = read_mask(reader, &header, err)))
    return st;
  grid->element = (struct plb_element){.kind = 'f', .size = sizeof(float), .swapped = header.swapped};
  grid->rows = header.rows;
  grid->columns = header.columns;
  return plb_grid_open(reader, grid, err);
}

static plb_status next(struct plb_reader *reader, bool *done, struct plb_error *err) {
  return plb_grid_next(reader, reader->state, done, err);
}

static plb_status deal(struct plb_reader *reader, struct plb_error *err) {
  (void)err;
  plb_grid_deal(reader, reader->state);
  return PLB_OK;
}

static void close_bee(struct plb_reader *reader) {
  if (reader->state)
    plb_grid_close(reader->state);
  free(reader->state);
  reader->state = NULL;
}

static void describe(const struct plb_reader *reader, struct plb_out *out) {
  const struct plb_grid *grid = reader->state;
  plb_grid_describe(reader, grid, out);
  plb_describe_line(out, "cells", "scores, 32-bit floats%s",
                    grid->element.swapped ? " in the other order of bytes" : "");
}

const struct plb_reader_kind plb_reader_mtx = {
    .name = "mtx",
    .sign = "S2 or D2 in the first line, MF or MB in the fourth",
    .takes_ids = true,
    .takes_mask = true,
    .sniff = sniff,
    .open = open_bee,
    .next = next,
    .close = close_bee,
    .deal = deal,
    .describe = describe,
};
