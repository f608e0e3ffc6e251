/* SPDX-License-Identifier: Apache-2.0
 *
 * Cells in the order of the file, a few hundred converted at a time. An id gets its number when a comparison first has
 * it: those that are in ignored cells only are not part of the test.
 *
 * After a fault in a cell the next call goes on with the next cell.
 */
#include "trial/grid.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "trial/bytes.h"

#define CHUNK 512 /* cells converted at a time */

/* Mask values of BEE. */
#define MASK_MATED 0xFF
#define MASK_NONMATED 0x7F
#define MASK_IGNORED 0x00

/* ---- ids ---------------------------------------------------------------------------------- */

static plb_status check_count(const struct plb_reader *reader, const struct plb_id_list *list, uint64_t cells,
                              const char *what, struct plb_error *err) {
  if (list->ids.count == cells)
    return PLB_OK;
  return plb_fail_at(err, PLB_DATA, list->name, 0, 0,
                     "%" PRIu32 " ids; expected %" PRIu64 ", one for each %s of %.180s%s", list->ids.count, cells, what,
                     reader->name, list->ids.count == cells + 1 ? " (is the first line a header?)" : "");
}

static plb_status new_numbers(const struct plb_id_list *list, uint32_t **numbers, struct plb_error *err) {
  size_t bytes = list->ids.count * sizeof **numbers;
  *numbers = plb_alloc(list->ids.count, sizeof **numbers);
  if (!*numbers)
    return plb_fail_memory(err);
  memset(*numbers, 0xFF, bytes);
  return PLB_OK;
}

static plb_status find_ids(struct plb_reader *reader, struct plb_grid *grid, struct plb_error *err) {
  const struct plb_id_lists *lists = reader->lists;
  plb_status st;
  if (!lists && reader->mask)
    return PLB_OK;
  if (!lists)
    return plb_fail_at(err, PLB_DATA, reader->name, 0, 0,
                       "a matrix without ids does not say which comparisons are mated; expected a list of ids by "
                       "--row-ids (and --column-ids where columns have other ids)%s",
                       reader->kind->takes_mask ? ", or a mask by --mask" : "");
  if (!lists->column.name && grid->rows != grid->columns)
    return plb_fail_at(err, PLB_DATA, reader->name, 0, 0,
                       "%" PRIu64 " rows and %" PRIu64 " columns; expected --column-ids beside --row-ids, or as many "
                       "columns as rows",
                       grid->rows, grid->columns);
  grid->row_ids = &lists->row;
  grid->column_ids = lists->column.name ? &lists->column : &lists->row;
  if ((st = check_count(reader, grid->row_ids, grid->rows, "row", err)) ||
      (st = check_count(reader, grid->column_ids, grid->columns, "column", err)))
    return st;
  if ((st = new_numbers(grid->row_ids, &grid->row_numbers, err)))
    return st;
  return new_numbers(grid->column_ids, &grid->column_numbers, err);
}

plb_status plb_grid_open(struct plb_reader *reader, struct plb_grid *grid, struct plb_error *err) {
  if (reader->mated_known)
    return plb_fail_at(err, PLB_DATA, reader->name, 0, 0,
                       "%" PRIu64 " rows and %" PRIu64 " columns; expected scores one after the other with --mated and "
                       "--nonmated (in NumPy, scores.ravel())",
                       grid->rows, grid->columns);
  grid->numbers = (struct plb_numbers){.single = grid->element.kind == 'f' && grid->element.size == 4,
                                       .reference = PLB_NOBODY,
                                       .probe = PLB_NOBODY,
                                       .reference_sample = PLB_NOBODY,
                                       .probe_sample = PLB_NOBODY};
  grid->fields = (struct plb_fields){.count = 1, .mated_known = reader->mask != NULL, .numbers = &grid->numbers};
  uint64_t cells = grid->rows * grid->columns;
  grid->run = (struct plb_run){.what = "score", .size = grid->element.size, .total = cells, .left = cells};
  grid->mask = (struct plb_run){.what = "cell", .size = 1, .total = cells, .left = cells};
  return find_ids(reader, grid, err);
}

void plb_grid_deal(struct plb_reader *reader, struct plb_grid *grid) {
  uint64_t inner = grid->by_column ? grid->rows : grid->columns, first = plb_run_deal(&grid->run, reader);
  plb_run_deal(&grid->mask, reader);
  if (!inner)
    return;
  grid->row = grid->by_column ? first % inner : first / inner;
  grid->column = grid->by_column ? first / inner : first % inner;
}

static plb_status number_of_id(struct plb_reader *reader, const struct plb_id_list *list, uint32_t place,
                               uint32_t *number, struct plb_error *err) {
  if (*number != PLB_NOBODY)
    return PLB_OK;
  struct plb_id id = {.sample = reader->input->samples != NULL, .file = list->name, .line = (uint64_t)place + 1};
  id.text.text = plb_dict_text(&list->ids, place, &id.text.length);
  return plb_intake_number(reader->intake, &id, number, err);
}

/* Who is compared in the next cell, as the row's fields say it. */
static plb_status name_cell(struct plb_reader *reader, struct plb_grid *grid, struct plb_error *err) {
  uint32_t row = (uint32_t)grid->row, column = (uint32_t)grid->column;
  bool samples = reader->input->samples != NULL;
  struct plb_fields *fields = &grid->fields;
  struct plb_numbers *numbers = &grid->numbers;
  plb_status st;
  if (plb_intake_joins_trials(reader->intake)) {
    struct plb_slice *reference = samples ? &fields->reference_sample : &fields->reference;
    struct plb_slice *probe = samples ? &fields->probe_sample : &fields->probe;
    reference->text = plb_dict_text(&grid->column_ids->ids, column, &reference->length);
    probe->text = plb_dict_text(&grid->row_ids->ids, row, &probe->length);
    return PLB_OK;
  }
  if ((st = number_of_id(reader, grid->column_ids, column, &grid->column_numbers[column], err)) ||
      (st = number_of_id(reader, grid->row_ids, row, &grid->row_numbers[row], err)))
    return st;
  *(samples ? &numbers->reference_sample : &numbers->reference) = grid->column_numbers[column];
  *(samples ? &numbers->probe_sample : &numbers->probe) = grid->row_numbers[row];
  return PLB_OK;
}

/* ---- cells -------------------------------------------------------------------------------- */

static void place_fields(struct plb_grid *grid) {
  grid->fields.line = grid->row + 1;
  grid->numbers.column = grid->column + 1;
}

static void step(struct plb_grid *grid) {
  uint64_t *inner = grid->by_column ? &grid->row : &grid->column;
  uint64_t *outer = grid->by_column ? &grid->column : &grid->row;
  if (++*inner < (grid->by_column ? grid->rows : grid->columns))
    return;
  *inner = 0;
  ++*outer;
}

static plb_status one_cell(struct plb_reader *reader, struct plb_grid *grid, double score, const unsigned char *mask,
                           struct plb_error *err) {
  plb_status st;
  place_fields(grid);
  grid->numbers.score = score;
  if (mask && *mask == MASK_IGNORED)
    return plb_intake_ignore(reader->intake, &grid->fields, err);
  if (mask && *mask != MASK_MATED && *mask != MASK_NONMATED)
    return plb_fail_element(plb_bytes_name(reader->mask), grid->row + 1, grid->column + 1, err,
                            "0x%02x in a mask; expected 0xff (mated), 0x7f (non-mated) or 0x00 (ignored)",
                            (unsigned)*mask);
  grid->fields.mated = mask && *mask == MASK_MATED;
  if (grid->row_ids && (st = name_cell(reader, grid, err)))
    return st;
  return plb_intake_row(reader->intake, &grid->fields, err);
}

/* Cells that lie ahead in the matrix and in its mask. */
static plb_status look_ahead(struct plb_reader *reader, struct plb_grid *grid, const char **at, const char **mask,
                             size_t *count, struct plb_error *err) {
  size_t masked;
  plb_status st = plb_run_ahead(&grid->run, reader->bytes, at, count, err);
  if (st || !reader->mask)
    return st;
  if ((st = plb_run_ahead(&grid->mask, reader->mask, mask, &masked, err)))
    return st;
  *count = *count < masked ? *count : masked;
  return PLB_OK;
}

/* Some cells: until they end, one of them fails, or the block is full. */
static plb_status some_cells(struct plb_reader *reader, struct plb_grid *grid, bool *done, struct plb_error *err) {
  const char *at, *mask = NULL;
  size_t count, used = 0;
  double scores[CHUNK];
  plb_status st = look_ahead(reader, grid, &at, &mask, &count, err);
  *done = !st && !count;
  if (st || *done)
    return st;
  count = count < CHUNK ? count : CHUNK;
  size_t good = plb_array_scores(&grid->element, at, grid->element.size, count, scores);
  if (!good) {
    place_fields(grid);
    st = plb_fail_inexact(reader, &grid->fields, err);
    step(grid);
    used = 1;
  }
  for (; !st && used < good && !plb_intake_full(reader->intake); used++) {
    st = one_cell(reader, grid, scores[used], mask ? (const unsigned char *)mask + used : NULL, err);
    step(grid);
  }
  plb_run_pass(&grid->run, reader->bytes, used);
  if (mask)
    plb_run_pass(&grid->mask, reader->mask, used);
  return st;
}

plb_status plb_grid_next(struct plb_reader *reader, struct plb_grid *grid, bool *done, struct plb_error *err) {
  plb_status st = PLB_OK;
  while (!st && !*done && !plb_intake_full(reader->intake))
    st = some_cells(reader, grid, done, err);
  return st;
}

void plb_grid_describe(const struct plb_reader *reader, const struct plb_grid *grid, struct plb_out *out) {
  const char *ids = reader->input->samples ? "samples" : "people";
  plb_describe_line(out, "matrix", "%" PRIu64 " rows (probes), %" PRIu64 " columns (references), %s", grid->rows,
                    grid->columns, grid->by_column ? "column after column" : "row after row");
  if (grid->row_ids)
    plb_describe_line(out, "ids", "of %s, from %s", ids,
                      grid->row_ids == grid->column_ids ? "--row-ids for both sides" : "--row-ids and --column-ids");
  else
    plb_describe_line(out, "ids", "none");
  if (reader->mask)
    plb_describe_line(out, "mask", "says which comparisons are mated, and which do not count");
}

void plb_grid_close(struct plb_grid *grid) {
  free(grid->row_numbers);
  free(grid->column_numbers);
  grid->row_numbers = grid->column_numbers = NULL;
}
