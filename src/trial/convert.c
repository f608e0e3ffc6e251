/* SPDX-License-Identifier: Apache-2.0
 *
 * plb_convert: any input as one file of columns (doc/formats.md). Rows come in blocks, in the order of the input; ids
 * get new numbers in the order in which rows name them, so that the file does not depend on the number of threads.
 *
 * How many rows there are, and whether all scores are single precision, is known at the end only, so each column goes
 * to a temporary file of its own first (spool.c). Then libhdf5 makes a file with all ids and with room for the columns,
 * which nobody fills; and the output is that file with the columns in their places, put together from front to back,
 * twice: for the checksum, and for the output, which may therefore be anything that can be written to.
 *
 * Memory: the ids, eight bytes more for each, and a buffer for each column. Disk: about 30 bytes for each row in the
 * temporary folder while it works. Cost: that of reading, and of copying the columns two times.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/out.h"
#include "trial/hdf5_build.h"
#include "trial/reader.h"
#include "trial/spool.h"

/* ---- rows into columns --------------------------------------------------------------------- */

struct converter {
  const struct plb_input *input;
  const struct plb_traits *traits;
  struct plb_build build;
  uint64_t comparisons[2], failed[PLB_OUTCOMES]; /* by class; comparisons that were completed */
  struct slice *slice;
};

/* A part of a block, cut into columns. */
#define SLICE 4096
struct slice {
  double score[SLICE];
  uint64_t count[SLICE];
  uint32_t ids[4][SLICE], system[SLICE], facts[2][SLICE];
  uint8_t mated[SLICE], outcome[SLICE];
};

static bool cut_row(struct converter *converter, const struct plb_trial *row, size_t at) {
  struct slice *slice = converter->slice;
  struct plb_numbering *of = converter->build.numberings;
  bool fine = true;
  slice->score[at] = converter->traits->dissimilarity ? 0.0 - row->score : row->score;
  slice->count[at] = row->count;
  slice->mated[at] = row->mated;
  slice->outcome[at] = row->outcome;
  converter->build.wide |= (double)(float)slice->score[at] != slice->score[at];
  if (row->outcome == PLB_COMPLETED)
    converter->comparisons[row->mated] += row->count;
  else
    converter->failed[row->outcome] += row->count;
  if (converter->traits->people)
    fine = plb_numbering_of(&of[PLB_TABLE_PEOPLE], row->reference, &slice->ids[0][at]) &&
           plb_numbering_of(&of[PLB_TABLE_PEOPLE], row->probe, &slice->ids[1][at]);
  if (fine && converter->traits->samples)
    fine = plb_numbering_of(&of[PLB_TABLE_SAMPLES], row->reference_sample, &slice->ids[2][at]) &&
           plb_numbering_of(&of[PLB_TABLE_SAMPLES], row->probe_sample, &slice->ids[3][at]);
  if (fine && converter->build.asked)
    fine = plb_numbering_of(&converter->build.facts, row->reference_group, &slice->facts[0][at]) &&
           plb_numbering_of(&converter->build.facts, row->probe_group, &slice->facts[1][at]);
  slice->system[at] = PLB_NOBODY;
  if (fine && row->system != PLB_NOBODY)
    fine = plb_numbering_of(&of[PLB_TABLE_SYSTEMS], row->system, &slice->system[at]);
  return fine;
}

static plb_status put_slice(struct converter *converter, size_t count, struct plb_error *err) {
  const struct slice *slice = converter->slice;
  struct plb_spool *const *spools = converter->build.spools;
  const void *columns[PLB_COLUMNS] = {
      [PLB_COLUMN_SCORE] = slice->score,     [PLB_COLUMN_MATED] = slice->mated, [PLB_COLUMN_SYSTEM] = slice->system,
      [PLB_COLUMN_OUTCOME] = slice->outcome, [PLB_COLUMN_COUNT] = slice->count,
  };
  for (int i = 0; i < 4; i++)
    if (i < 2 ? converter->traits->people : converter->traits->samples)
      columns[PLB_COLUMN_REFERENCE + i] = slice->ids[i];
  for (int i = 0; i < 2 && converter->build.asked; i++)
    columns[PLB_COLUMN_REFERENCE_FACTS + i] = slice->facts[i];
  plb_status st = PLB_OK;
  for (int i = 0; i < PLB_COLUMNS && !st; i++)
    if (columns[i])
      st = plb_spool_add(spools[i], columns[i], count, err);
  converter->build.rows += count;
  return st;
}

static plb_status take_block(void *ctx, const struct plb_block *block, struct plb_error *err) {
  struct converter *converter = ctx;
  plb_status st = PLB_OK;
  for (size_t from = 0; from < block->count && !st; from += SLICE) {
    size_t count = block->count - from < SLICE ? block->count - from : SLICE;
    for (size_t i = 0; i < count; i++)
      if (!cut_row(converter, &block->rows[from + i], i))
        return plb_fail_memory(err);
    st = put_slice(converter, count, err);
  }
  return st;
}

static plb_status open_spools(struct converter *converter, struct plb_error *err) {
  plb_status st = PLB_OK;
  const char *folder = converter->input->temporary ? converter->input->temporary : "/tmp";
  converter->build.folder = folder;
  for (int i = 0; i < PLB_COLUMNS && !st; i++)
    st = plb_spool_new(folder, plb_number_bytes(plb_layout_columns[i].number), &converter->build.spools[i], err);
  if (st)
    return st;
  converter->slice = plb_alloc(1, sizeof *converter->slice);
  return converter->slice ? PLB_OK : plb_fail_memory(err);
}

/* ---- what was done ------------------------------------------------------------------------- */

static void print_left_out(const struct converter *converter, struct plb_out *out) {
  for (int why = 0; why < PLB_DROPS; why++)
    if (converter->build.left_out[why])
      plb_describe_line(out, "left out", "%" PRIu64 ": %s", converter->build.left_out[why],
                        plb_drop_reason((enum plb_drop)why));
}

static plb_status say(const struct converter *converter, const char *path, const char *text, struct plb_error *err) {
  const struct plb_build *build = &converter->build;
  const uint64_t *failed = converter->failed;
  struct plb_out *out;
  plb_status st = text ? plb_out_open(text, &out, err) : PLB_OK;
  if (st || !text)
    return st;
  plb_out_print(out, "%s\n", path);
  plb_describe_line(out, "rows", "%" PRIu64, build->rows);
  plb_describe_line(out, "comparisons", "%" PRIu64 " mated, %" PRIu64 " non-mated",
                    converter->comparisons[PLB_CLASS_MATED], converter->comparisons[PLB_CLASS_NONMATED]);
  if (failed[PLB_FAILED_ENROL] + failed[PLB_FAILED_ACQUIRE] + failed[PLB_FAILED_COMPARE])
    plb_describe_line(out, "failures", "%" PRIu64 " to enrol, %" PRIu64 " to acquire, %" PRIu64 " to compare",
                      failed[PLB_FAILED_ENROL], failed[PLB_FAILED_ACQUIRE], failed[PLB_FAILED_COMPARE]);
  print_left_out(converter, out);
  plb_describe_line(out, "scores", "%s", build->wide ? "double precision" : "single precision, which they all are");
  if (converter->traits->people)
    plb_describe_line(out, "people", "%" PRIu32, build->census->people.count);
  if (converter->traits->samples)
    plb_describe_line(out, "samples", "%" PRIu32, build->census->samples.count);
  plb_describe_line(out, "bytes", "%" PRIu64, build->bytes);
  return plb_out_close(out, err);
}

/* ---- the job ------------------------------------------------------------------------------- */

static void sum_left_out(struct converter *converter, const struct plb_source *source) {
  size_t count;
  const struct plb_input_account *accounts = plb_source_accounts(source, &count);
  for (size_t i = 0; i < count; i++)
    for (int why = 0; why < PLB_DROPS; why++)
      converter->build.left_out[why] += accounts[i].dropped[why];
}

static plb_status check_meaning(const struct converter *converter, struct plb_error *err) {
  if (converter->input->missing != PLB_MISSING_LOWEST || converter->traits->direction_declared)
    return PLB_OK;
  return plb_fail(err, PLB_USAGE,
                  "--missing lowest: which score is the least similar depends on the direction; say --similarity or "
                  "--dissimilarity as well");
}

static plb_status convert(struct converter *converter, const char *path, const char *text, struct plb_census *census,
                          struct plb_error *err) {
  struct plb_source *source = NULL;
  struct plb_asked *asked = NULL;
  plb_status st = plb_asked_read(converter->input, &asked, err);
  if (st)
    return st;
  converter->build.asked = asked;
  census->keeps_facts = asked != NULL;
  if ((st = open_spools(converter, err)) || (st = plb_source_open(converter->input, census, &source, err)))
    goto out;
  converter->traits = plb_source_traits(source);
  if ((st = check_meaning(converter, err)))
    goto out;
  if ((st = plb_source_drain(source, &(struct plb_sink){.ctx = converter, .take = take_block}, err)))
    goto out;
  if (!converter->build.rows) {
    st = plb_fail(err, PLB_DATA, "no row is left to be written; expected at least one comparison");
    goto out;
  }
  sum_left_out(converter, source);
  converter->build.traits = *converter->traits;
  if (!(st = plb_build_write(&converter->build, path, err)))
    st = say(converter, path, text, err);
out:
  plb_source_close(source);
  plb_asked_free(asked);
  return st;
}

plb_status plb_convert(const struct plb_input *input, const char *path, const char *text, struct plb_error *err) {
  struct plb_census census = {0};
  struct converter converter = {.input = input, .build = {.input = input, .census = &census}};
  plb_status st = plb_hdf5_supported(path, err);
  if (!st)
    st = plb_input_check_whole(input, "plb_convert", err);
  if (!st)
    st = convert(&converter, path, text, &census, err);
  plb_build_free(&converter.build);
  plb_census_free(&census);
  free(converter.slice);
  return st;
}
