/* SPDX-License-Identifier: Apache-2.0
 *
 * Inputs one after the other: bytes, format, reader, intake, block. The first block is read by open, so
 * that what holds for all rows (direction, people, samples) is known from then on.
 *
 * Memory: a block, a stretch, one input's buffers, and the ids of the census.
 */
#include "trial/source.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "trial/bytes.h"
#include "trial/csv.h"
#include "trial/formats.h"
#include "trial/hdf5_key.h"
#include "trial/id_lists.h"
#include "trial/intake.h"
#include "trial/place.h"
#include "trial/stretch.h"
#include "trial/unknown.h"

/* All formats, in the order in which they are asked whether an input looks like theirs. */
static const struct plb_reader_kind *const kinds[] = {
    &plb_reader_hdf5, &plb_reader_npy,    &plb_reader_mtx,    &plb_reader_matrix,
    &plb_reader_frte, &plb_reader_csv,    &plb_reader_labels, &plb_reader_bob4,
    &plb_reader_bob5, &plb_reader_trials, &plb_reader_pyeer,  &plb_reader_pyeer_histogram,
};

#define KINDS (sizeof kinds / sizeof *kinds)

struct file {
  const char *path; /* as given */
  bool mated_known, mated;
  char *file;        /* the same without what is within the file */
  const char *inner; /* which is this, or NULL */
};

struct plb_source {
  const struct plb_input *input;
  struct plb_intake *intake;
  struct plb_asked *asked; /* of either side, or NULL */
  struct plb_join *join;
  struct plb_trial_list *trials; /* or NULL */
  size_t trials_account;         /* that of the list */
  struct plb_id_lists *lists;    /* of rows and columns; or NULL */
  uint64_t next_trial;           /* first trial not yet asked whether it has a score */
  struct plb_accounts accounts;
  struct file *files;
  size_t file_count, next_file;
  bool reading; /* reader and current are in use */
  struct plb_reader reader;
  struct plb_input_account current; /* counts of the input being read */
  struct plb_block own;             /* rows taken one after the other */
  bool ended;                       /* no rows come after those of the own block */
  struct plb_stretch *stretch;      /* rows taken side by side; or NULL */
};

/* ---- formats ------------------------------------------------------------------------------ */

static plb_status kind_named(const char *name, const struct plb_reader_kind **kind, struct plb_error *err) {
  char known[256] = "";
  size_t used = 0;
  for (size_t i = 0; i < KINDS; i++) {
    *kind = kinds[i];
    if (strcmp(name, kinds[i]->name) == 0)
      return PLB_OK;
    if (used < sizeof known)
      used += (size_t)snprintf(known + used, sizeof known - used, "%s%s", i ? ", " : "", kinds[i]->name);
  }
  return plb_fail(err, PLB_USAGE, "--format: \"%.40s\" is not a format; expected one of %s", name, known);
}

/* A table whose columns nobody knows is still a table: its reader has the better message. */
static bool may_be_table(const char *head, size_t length) {
  const char *newline = memchr(head, '\n', length);
  size_t line = newline ? (size_t)(newline - head) : length;
  return memchr(head, ',', line) || memchr(head, '\t', line) || memchr(head, ';', line);
}

static plb_status find_kind(struct plb_source *source, const struct plb_reader_kind **kind, struct plb_error *err) {
  if (source->input->format)
    return kind_named(source->input->format, kind, err);
  const char *head;
  size_t length;
  plb_status st = plb_bytes_head(source->reader.bytes, &head, &length, err);
  if (st)
    return st;
  for (size_t i = 0; i < KINDS; i++) {
    *kind = kinds[i];
    if (kinds[i]->sniff && kinds[i]->sniff(head, length))
      return PLB_OK;
  }
  *kind = &plb_reader_csv;
  if (source->input->map || may_be_table(head, length))
    return PLB_OK;
  return plb_fail_unknown(kinds, KINDS, source->reader.name, head, length, err);
}

/* ---- one input ---------------------------------------------------------------------------- */

static void close_reader(struct plb_source *source) {
  struct plb_reader *reader = &source->reader;
  if (reader->kind && reader->kind->close)
    reader->kind->close(reader);
  plb_bytes_close(reader->bytes);
  plb_bytes_close(reader->mask);
  *reader = (struct plb_reader){0};
  source->reading = false;
}

/* Options that are about one kind of input, given with another. */
static plb_status check_kind(const struct plb_source *source, const struct plb_reader_kind *kind,
                             struct plb_error *err) {
  const struct plb_input *input = source->input;
  if (input->map && !kind->named)
    return plb_fail(err, PLB_USAGE, "--map: this input is of format %s, which has no named columns", kind->name);
  if (input->cluster && !kind->named && kind != &plb_reader_hdf5 && !plb_intake_joins_clusters(source->intake))
    return plb_fail(err, PLB_USAGE,
                    "--cluster: this input is of format %s, which has no named columns; expected the column in a table "
                    "of --samples or --subjects",
                    kind->name);
  plb_status st;
  if (source->asked && kind != &plb_reader_csv && kind != &plb_reader_npy && kind != &plb_reader_hdf5 &&
      (st = plb_asked_check(source->asked, plb_join_facts(source->join), source->reader.name, 0, err)))
    return st;
  if (source->lists && !kind->takes_ids)
    return plb_fail(err, PLB_USAGE, "--row-ids: this input is of format %s; expected a matrix without ids (npy, mtx)",
                    kind->name);
  if (input->mask && !kind->takes_mask)
    return plb_fail(err, PLB_USAGE, "--mask: this input is of format %s; expected a BEE matrix (mtx)", kind->name);
  if (input->shards > 1 && !kind->deal && input->team)
    input->team->whole = true;
  if (input->shards > 1 && !kind->deal)
    return plb_fail(err, PLB_USAGE, "--shard: this input is of format %s, which is read as a whole: %s", kind->name,
                    kind->whole);
  return PLB_OK;
}

static plb_status begin_file(struct plb_source *source, const struct file *file, struct plb_error *err) {
  struct plb_reader *reader = &source->reader;
  const struct plb_reader_kind *kind;
  plb_status st;
  source->reading = true;
  source->current = (struct plb_input_account){.shard = source->input->shard,
                                               .shards = source->input->shards ? source->input->shards : 1};
  *reader = (struct plb_reader){.intake = source->intake,
                                .input = source->input,
                                .mated_known = file->mated_known,
                                .mated = file->mated,
                                .path = file->file,
                                .inner = file->inner,
                                .lists = source->lists};
  if ((st = plb_bytes_open(file->file, source->input, &reader->bytes, err)))
    return st;
  reader->name = plb_bytes_name(reader->bytes);
  plb_intake_begin(source->intake, reader->name, &source->current, file->mated_known, file->mated);
  if ((st = find_kind(source, &kind, err)))
    return st;
  reader->kind = kind;
  if (file->inner && kind != &plb_reader_hdf5)
    return plb_fail(err, PLB_USAGE, "%.200s: a path within a file of format %s; expected that of an HDF5 file alone",
                    file->path, kind->name);
  if ((st = check_kind(source, kind, err)))
    return st;
  if (source->input->mask && (st = plb_bytes_open(source->input->mask, source->input, &reader->mask, err)))
    return st;
  if ((st = kind->open(reader, err)) || (st = plb_intake_settle(source->intake, err)))
    return st;
  return source->input->shards > 1 ? kind->deal(reader, err) : PLB_OK;
}

static plb_status end_file(struct plb_source *source, const struct file *file, struct plb_error *err) {
  struct plb_reader *reader = &source->reader;
  bool others = reader->others || plb_bytes_left_out(reader->bytes);
  if (!source->current.rows && !others)
    return plb_fail_at(err, PLB_DATA, reader->name, 0, 0, "no comparisons in this file; expected at least one row");
  plb_status st = PLB_OK;
  if (reader->mask)
    st = plb_accounts_add(&source->accounts, NULL, reader->mask, source->input->mask, "mask", err);
  if (!st)
    st = plb_accounts_add(&source->accounts, &source->current, reader->bytes, file->path, reader->kind->name, err);
  close_reader(source);
  return st;
}

/* ---- the trial list ----------------------------------------------------------------------- */

static plb_status read_trials(struct plb_source *source, struct plb_error *err) {
  const struct plb_input *input = source->input;
  const char *path = input->trials, *inner;
  struct plb_bytes *bytes = NULL;
  char *file = NULL;
  plb_status st;
  if (!path)
    return PLB_OK;
  if (!plb_place_split(path, &file, &inner))
    return plb_fail_memory(err);
  if ((st = plb_bytes_open(file, input, &bytes, err)))
    goto out;
  if ((st = plb_hdf5_is_key(bytes) ? plb_hdf5_key_read(bytes, input, file, inner, &source->trials, err)
                                   : plb_trial_list_read(bytes, &source->trials, err)))
    goto out;
  source->trials_account = source->accounts.count;
  if ((st = plb_accounts_add(&source->accounts, NULL, bytes, path, "trial-list", err)))
    goto out;
  plb_intake_trials(source->intake, source->trials);
out:
  free(file);
  plb_bytes_close(bytes);
  return st;
}

/* Behind the last input: trials that have no score are an error, or what the policy says. */
static plb_status fill_unscored(struct plb_source *source, struct plb_block *block, struct plb_error *err) {
  const char *path = source->input->trials;
  struct plb_fields fields;
  plb_status st = PLB_OK;
  if (source->next_trial == 0)
    plb_intake_begin(source->intake, path, &source->accounts.list[source->trials_account], false, false);
  while (!st && block->count < block->room &&
         plb_trial_list_next_unscored(source->trials, &source->next_trial, &fields)) {
    if (source->input->missing == PLB_MISSING_ERROR)
      return plb_fail_at(err, PLB_DATA, path, fields.line, 0,
                         "%" PRIu64 " of %" PRIu64 " trials have no score, this one first; say what that means by "
                         "--missing fta, ftc, lowest or drop",
                         plb_trial_list_unscored(source->trials), plb_trial_list_count(source->trials));
    st = plb_intake_row(source->intake, &fields, err);
  }
  return st;
}

static void clear(struct plb_block *block) {
  while (block->stored_count)
    plb_store_release(block->stored[--block->stored_count].store);
  block->count = 0;
}

/* Reads until the own block is full or the last input has ended, or until threads have taken a stretch,
 * whose rows the sink gets from them; NULL for `sink` has none taken. *ended: there is no more. */
static plb_status fill(struct plb_source *source, const struct plb_sink *sink, bool *ended, struct plb_error *err) {
  struct plb_block *block = &source->own;
  plb_status st;
  *ended = false;
  clear(block);
  plb_intake_block(source->intake, block);
  while (!plb_block_full(block) && source->next_file < source->file_count) {
    const struct file *file = &source->files[source->next_file];
    bool done = false, took = false;
    if (!source->reading && (st = begin_file(source, file, err)))
      return st;
    if (sink && !block->count && (st = plb_stretch_take(source->stretch, &source->reader, sink, &took, err)))
      return st;
    if (took)
      return PLB_OK;
    if ((st = source->reader.kind->next(&source->reader, &done, err)))
      return st;
    if (!done)
      continue;
    if ((st = end_file(source, file, err)))
      return st;
    source->next_file++;
  }
  bool read = source->next_file == source->file_count;
  if (read && source->trials && (st = fill_unscored(source, block, err)))
    return st;
  *ended = !block->count && !block->stored_count;
  return PLB_OK;
}

/* ---- the source --------------------------------------------------------------------------- */

static plb_status list_files(struct plb_source *source, struct plb_error *err) {
  const struct plb_input *input = source->input;
  bool pair = input->mated || input->nonmated;
  if (pair && (!input->mated || !input->nonmated))
    return plb_fail(err, PLB_USAGE, "--mated and --nonmated go together; %s is missing",
                    input->mated ? "--nonmated" : "--mated");
  if (pair == (input->file_count > 0))
    return plb_fail(err, PLB_USAGE,
                    pair ? "score files beside --mated and --nonmated; expected one or the other"
                         : "no input; expected score files, or --mated and --nonmated");
  source->file_count = pair ? 2 : input->file_count;
  source->files = plb_alloc(source->file_count, sizeof *source->files);
  if (!source->files)
    return plb_fail_memory(err);
  for (size_t i = 0; i < source->file_count; i++) {
    struct file *file = &source->files[i];
    file->path = !pair ? input->files[i] : i ? input->nonmated : input->mated;
    file->mated_known = pair;
    file->mated = pair && i == 0;
    if (!plb_place_split(file->path, &file->file, &file->inner))
      return plb_fail_memory(err);
  }
  return PLB_OK;
}

/* Standard input can be read once. */
static plb_status check_stdin(const struct plb_source *source, struct plb_error *err) {
  const struct plb_input *input = source->input;
  const char *beside[] = {input->trials, input->samples, input->subjects, input->row_ids, input->mask};
  size_t uses = 0;
  for (size_t i = 0; i < source->file_count; i++)
    uses += strcmp(source->files[i].path, "-") == 0;
  for (size_t i = 0; i < sizeof beside / sizeof *beside; i++)
    uses += beside[i] && strcmp(beside[i], "-") == 0;
  const char *column_ids = input->column_ids; /* the same list for both sides is read once */
  uses += column_ids && strcmp(column_ids, "-") == 0 && !(input->row_ids && strcmp(input->row_ids, "-") == 0);
  return uses > 1 ? plb_fail(err, PLB_USAGE, "standard input (\"-\") is named %zu times; expected once", uses) : PLB_OK;
}

static plb_status check_shard(const struct plb_input *input, struct plb_error *err) {
  if (input->shards > PLB_MOST_SHARDS || input->shard >= (input->shards ? input->shards : 1))
    return plb_fail(err, PLB_USAGE, "shard %u of %u; expected a number from 0 up of at most %u shards", input->shard,
                    input->shards, PLB_MOST_SHARDS);
  if (input->shards > 1 && input->trials && input->team)
    input->team->whole = true;
  if (input->shards > 1 && input->trials)
    return plb_fail(err, PLB_USAGE,
                    "--shard does not go with --trials: which trials have no score is seen by who reads all scores");
  return PLB_OK;
}

/* Everything that comes before the first input. */
static plb_status prepare(struct plb_source *source, struct plb_census *census, struct plb_error *err) {
  const struct plb_reader_kind *kind;
  plb_status st;
  source->own = (struct plb_block){.room = PLB_BLOCK_ROWS, .rows = plb_alloc(PLB_BLOCK_ROWS, sizeof(struct plb_trial))};
  if (!source->own.rows)
    return plb_fail_memory(err);
  if ((st = check_shard(source->input, err)) || (st = list_files(source, err)) || (st = check_stdin(source, err)))
    return st;
  if (source->input->cluster && !*source->input->cluster)
    return plb_fail(err, PLB_USAGE, "--cluster: an empty name; expected the name of a column");
  if (source->input->format && (st = kind_named(source->input->format, &kind, err)))
    return st;
  if (source->input->mask && source->file_count > 1)
    return plb_fail(err, PLB_USAGE, "--mask goes with one matrix of scores, not with %zu files", source->file_count);
  if ((st = plb_id_lists_read(source->input, &source->accounts, &source->lists, err)))
    return st;
  if ((st = plb_asked_read(source->input, &source->asked, err)))
    return st;
  if ((st = plb_join_read(source->input, source->asked, &source->accounts, &source->join, err)))
    return st;
  if ((st = plb_intake_new(source->input, source->asked, census, source->join, &source->intake, err)))
    return st;
  return read_trials(source, err);
}

static plb_status start(struct plb_source *source, struct plb_census *census, struct plb_error *err) {
  plb_status st = prepare(source, census, err);
  if (st)
    return st;
  if ((st = plb_stretch_new(source->input->threads, &source->stretch, err)))
    return st;
  return fill(source, NULL, &source->ended, err);
}

plb_status plb_source_open(const struct plb_input *input, struct plb_census *census, struct plb_source **source,
                           struct plb_error *err) {
  *source = NULL;
  struct plb_source *fresh = plb_alloc(1, sizeof *fresh);
  if (!fresh)
    return plb_fail_memory(err);
  fresh->input = input;
  plb_status st = start(fresh, census, err);
  if (st) {
    plb_source_close(fresh);
    return st;
  }
  *source = fresh;
  return PLB_OK;
}

plb_status plb_source_drain(struct plb_source *source, const struct plb_sink *sink, struct plb_error *err) {
  plb_status st = PLB_OK;
  if (sink->takes_stored && !source->own.stored &&
      !(source->own.stored = plb_alloc(PLB_BLOCK_STORED, sizeof *source->own.stored)))
    return plb_fail_memory(err);
  source->own.stored_room = sink->takes_stored ? PLB_BLOCK_STORED : 0;
  while (!st && !source->ended) {
    if (source->own.count || source->own.stored_count) {
      if ((st = plb_stretch_flush(source->stretch, sink, err)) || (st = sink->take(sink->ctx, &source->own, err)))
        return st;
    }
    st = fill(source, sink, &source->ended, err);
  }
  plb_accounts_mark(&source->accounts, source->input);
  return st ? st : plb_stretch_flush(source->stretch, sink, err);
}

const struct plb_traits *plb_source_traits(const struct plb_source *source) {
  return plb_intake_traits(source->intake);
}

const struct plb_input_account *plb_source_accounts(const struct plb_source *source, size_t *count) {
  *count = source->accounts.count;
  return source->accounts.list;
}

void plb_source_close(struct plb_source *source) {
  if (!source)
    return;
  if (source->reading)
    close_reader(source);
  plb_intake_free(source->intake);
  plb_join_free(source->join);
  plb_asked_free(source->asked);
  plb_id_lists_free(source->lists);
  plb_trial_list_free(source->trials);
  plb_accounts_free(&source->accounts);
  plb_stretch_free(source->stretch);
  clear(&source->own);
  free(source->own.rows);
  free(source->own.stored);
  for (size_t i = 0; source->files && i < source->file_count; i++)
    free(source->files[i].file);
  free(source->files);
  free(source);
}

/* ---- looking ------------------------------------------------------------------------------ */

static bool is_fault(plb_status st) {
  return st == PLB_DATA || st == PLB_IO || st == PLB_UNSUPPORTED;
}

/* Whether the reader can go on: a fault of the bytes lies behind the last whole line, or nowhere. */
static bool is_of_row(const struct plb_reader *reader, const struct plb_error *fault) {
  return fault->status == PLB_DATA && fault->line && fault->line <= plb_bytes_line_number(reader->bytes);
}

/* Tells a fault; answers PLB_OK, or the status of what is none. */
static plb_status tell(const struct plb_watch *watch, plb_status st, const struct plb_error *fault,
                       struct plb_error *err) {
  if (is_fault(st)) {
    watch->fault(watch->ctx, fault);
    return PLB_OK;
  }
  if (err)
    *err = *fault;
  return st;
}

static plb_status inspect_rows(struct plb_source *source, struct plb_block *block, const struct plb_watch *watch,
                               struct plb_error *err) {
  struct plb_reader *reader = &source->reader;
  struct plb_error fault, before = {0};
  bool done = false, stuck = false;
  while (!done && !stuck) {
    block->count = 0;
    plb_intake_block(source->intake, block);
    plb_status st = reader->kind->next(reader, &done, &fault);
    plb_status taken = watch->rows(watch->ctx, block, err);
    if (taken)
      return taken;
    if (!st)
      continue;
    if ((st = tell(watch, st, &fault, err)))
      return st;
    stuck = !is_of_row(reader, &fault) || strcmp(fault.message, before.message) == 0;
    before = fault;
  }
  return PLB_OK;
}

static plb_status inspect_file(struct plb_source *source, const struct file *file, struct plb_block *block,
                               const struct plb_watch *watch, struct plb_error *err) {
  struct plb_error fault;
  watch->begin(watch->ctx, file->path);
  plb_status st = begin_file(source, file, &fault);
  if (st) {
    st = tell(watch, st, &fault, err);
  } else {
    watch->opened(watch->ctx, &source->reader);
    st = inspect_rows(source, block, watch, err);
    if (!st && (st = plb_accounts_add(&source->accounts, &source->current, source->reader.bytes, file->path,
                                      source->reader.kind->name, &fault)))
      st = tell(watch, st, &fault, err);
  }
  watch->end(watch->ctx, &source->current);
  close_reader(source);
  return st;
}

/* Trials without a score, as one more input: the trial list. */
static plb_status inspect_unscored(struct plb_source *source, struct plb_block *block, const struct plb_watch *watch,
                                   struct plb_error *err) {
  struct plb_error fault;
  plb_status st = PLB_OK;
  watch->begin(watch->ctx, source->input->trials);
  do {
    block->count = 0;
    plb_intake_block(source->intake, block);
    st = fill_unscored(source, block, &fault);
    plb_status taken = watch->rows(watch->ctx, block, err);
    if (taken)
      return taken;
  } while (!st && block->count);
  if (st && (st = tell(watch, st, &fault, err)))
    return st;
  watch->end(watch->ctx, &source->accounts.list[source->trials_account]);
  return PLB_OK;
}

static plb_status inspect_all(struct plb_source *source, struct plb_census *census, const struct plb_watch *watch,
                              struct plb_error *err) {
  struct plb_error fault;
  plb_status st = prepare(source, census, &fault);
  if (st) /* a fault here is one of a table beside the scores: nothing can be joined */
    return tell(watch, st, &fault, err);
  struct plb_block *block = &source->own;
  for (; !st && source->next_file < source->file_count; source->next_file++)
    st = inspect_file(source, &source->files[source->next_file], block, watch, err);
  if (!st && source->trials && plb_trial_list_unscored(source->trials))
    st = inspect_unscored(source, block, watch, err);
  return st;
}

plb_status plb_source_inspect(const struct plb_input *input, struct plb_census *census, const struct plb_watch *watch,
                              struct plb_traits *traits, struct plb_error *err) {
  *traits = (struct plb_traits){0};
  struct plb_source *source = plb_alloc(1, sizeof *source);
  if (!source)
    return plb_fail_memory(err);
  source->input = input;
  plb_status st = inspect_all(source, census, watch, err);
  if (source->intake)
    *traits = *plb_intake_traits(source->intake);
  plb_source_close(source);
  return st;
}

size_t plb_source_file(const struct plb_source *source) {
  return source->next_file;
}
