/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads the columns that `plumbline convert` wrote. Ids are put into the census once, by their tables; rows are
 * numbers from then on, translated from those of the file to those of the census. Columns are contiguous and read
 * a piece of each at a time, straight from the file.
 *
 * Memory: the ids, four bytes more for each, and a piece of each column. What other programs may have written by the
 * description of the layout is checked: kinds, lengths, numbers of ids.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "trial/asked.h"
#include "trial/bytes.h"
#include "trial/hdf5_layout.h"
#include "trial/hdf5_parts.h"
#include "trial/words.h"

#define PIECE 16384 /* rows */
#define TABLES 3

struct table {
  uint32_t *numbers; /* in the census, by number in the file */
  uint64_t count;
};

struct columns {
  const struct plb_hdf5 *file;
  const char *name;
  struct plb_hdf5_set sets[PLB_COLUMNS];
  void *pieces[PLB_COLUMNS];
  struct table tables[TABLES];   /* by enum plb_id_table */
  uint64_t rows, last;           /* last: behind the last one that is ours */
  uint64_t from, at, end;        /* from: of the piece; at, end: within it */
  bool narrow;                   /* scores are float32 in the file */
  char cluster[256];             /* by what people are related, or "" */
  const struct plb_asked *asked; /* about the two sides, or NULL */
  struct table facts;            /* profiles, by number in the file */
  char fact_names[1024];         /* that the file has, or "" */
};

static plb_status fail(const struct columns *columns, struct plb_error *err, const char *what, const char *name) {
  return plb_fail_at(err, PLB_DATA, columns->name, 0, 0, "%s %s; expected the layout of doc/formats.md", what, name);
}

/* ---- tables -------------------------------------------------------------------------------- */

struct taking {
  struct plb_reader *reader;
  struct table *table;
  enum plb_id_table which;
};

static plb_status take_id(void *ctx, uint64_t number, const char *text, size_t length, struct plb_error *err) {
  const struct taking *taking = ctx;
  return plb_intake_enter_id(taking->reader->intake, taking->which, (struct plb_slice){text, length},
                             &taking->table->numbers[number], err);
}

static plb_status read_table(struct plb_reader *reader, struct columns *columns, enum plb_id_table which,
                             struct plb_error *err) {
  struct taking taking = {reader, &columns->tables[which], which};
  struct plb_hdf5_set set;
  plb_status st = plb_hdf5_look(columns->file, plb_layout_tables[which], &set, err);
  if (!st && set.kind) {
    taking.table->count = set.rows;
    if (set.kind != PLB_HDF5_TEXTS || set.rows >= PLB_NOBODY)
      st = fail(columns, err, "no table of ids in", plb_layout_tables[which]);
    else if (!(taking.table->numbers = plb_alloc((size_t)set.rows, sizeof(uint32_t))))
      st = plb_fail_memory(err);
    else
      st = plb_hdf5_texts(&set, take_id, &taking, err);
  }
  plb_hdf5_set_close(&set);
  return st;
}

/* ---- clusters ------------------------------------------------------------------------------ */

static plb_status take_cluster(void *ctx, uint64_t number, const char *text, size_t length, struct plb_error *err) {
  uint32_t put;
  if (!plb_dict_put(ctx, text, length, &put))
    return plb_fail_memory(err);
  return put == number ? PLB_OK : plb_fail(err, PLB_DATA, "a cluster that stands twice in its table");
}

static plb_status say_clusters(struct plb_reader *reader, const struct columns *columns, const struct plb_hdf5_set *of,
                               const struct plb_dict *clusters, struct plb_error *err) {
  const struct table *people = &columns->tables[PLB_TABLE_PEOPLE];
  if (of->number != PLB_UINT32 || of->rows != people->count || of->columns != 1)
    return fail(columns, err, "no cluster for each person in", PLB_LAYOUT_PERSON_CLUSTER);
  uint32_t *numbers = plb_alloc((size_t)people->count, sizeof *numbers);
  if (!numbers)
    return plb_fail_memory(err);
  plb_status st = plb_hdf5_read(of, 0, people->count, PLB_UINT32, numbers, err);
  for (uint64_t i = 0; i < people->count && !st; i++) {
    struct plb_slice cluster = {"", 0};
    if (numbers[i] == PLB_NOBODY)
      continue; /* nothing was said */
    if (numbers[i] < clusters->count)
      cluster.text = plb_dict_text(clusters, numbers[i], &cluster.length);
    else if (numbers[i] != PLB_NO_VALUE)
      st = fail(columns, err, "a number without a cluster in", PLB_LAYOUT_PERSON_CLUSTER);
    if (!st)
      st = plb_intake_cluster(reader->intake, people->numbers[i], cluster, err);
  }
  free(numbers);
  return st;
}

static plb_status read_clusters(struct plb_reader *reader, struct columns *columns, struct plb_error *err) {
  const char *asked = reader->input->cluster;
  struct plb_hdf5_set table = {0}, of = {0};
  struct plb_dict clusters = {0};
  plb_hdf5_text_attribute(columns->file, PLB_LAYOUT_CLUSTER, columns->cluster, sizeof columns->cluster);
  if (!asked)
    return PLB_OK;
  if (!columns->cluster[0] || !plb_word_is(asked, strlen(asked), columns->cluster))
    return plb_fail_at(err, PLB_USAGE, columns->name, 0, 0,
                       "--cluster: this file was made by \"plumbline convert\" without that attribute; give --cluster "
                       "to that command");
  plb_status st = plb_hdf5_look(columns->file, PLB_LAYOUT_CLUSTERS, &table, err);
  if (!st && table.kind == PLB_HDF5_TEXTS)
    st = plb_hdf5_texts(&table, take_cluster, &clusters, err);
  if (!st)
    st = plb_hdf5_look(columns->file, PLB_LAYOUT_PERSON_CLUSTER, &of, err);
  if (!st)
    st = say_clusters(reader, columns, &of, &clusters, err);
  plb_dict_free(&clusters);
  plb_hdf5_set_close(&table);
  plb_hdf5_set_close(&of);
  return st;
}

/* ---- facts --------------------------------------------------------------------------------- */

/* Where the file has a fact that is asked for, by its place there. */
struct facts {
  struct plb_reader *reader;
  struct columns *columns;
  uint8_t asked[PLB_MOST_FACTS]; /* the number of the fact, or PLB_NO_FACT */
  size_t count;
  uint32_t told; /* those that some row says */
};

static plb_status find_names(struct facts *facts, struct plb_error *err) {
  const struct plb_asked *asked = facts->columns->asked;
  for (const char *at = facts->columns->fact_names, *comma; at; at = comma ? comma + 1 : NULL) {
    comma = strchr(at, ',');
    size_t length = comma ? (size_t)(comma - at) : strlen(at), f = 0;
    if (facts->count == PLB_MOST_FACTS)
      return fail(facts->columns, err, "too many names in", PLB_LAYOUT_FACT_NAMES);
    while (f < asked->fact_count && !plb_word_is(at, length, asked->facts[f]))
      f++;
    facts->asked[facts->count++] = f < asked->fact_count ? (uint8_t)f : PLB_NO_FACT;
  }
  return PLB_OK;
}

static plb_status take_facts(void *ctx, uint64_t number, const char *text, size_t length, struct plb_error *err) {
  struct facts *facts = ctx;
  struct plb_slice all[PLB_MOST_FACTS] = {{NULL, 0}};
  const char *end = text + length;
  for (size_t f = 0; f < facts->count; f++) {
    const char *stop = memchr(text, PLB_VALUE_END, (size_t)(end - text));
    if (!stop)
      return fail(facts->columns, err, "too few values in", PLB_LAYOUT_FACTS);
    if (facts->asked[f] != PLB_NO_FACT) {
      all[facts->asked[f]] = (struct plb_slice){text, (size_t)(stop - text)};
      facts->told |= (uint32_t)(stop > text) << facts->asked[f];
    }
    text = stop + 1;
  }
  return plb_intake_enter_facts(facts->reader->intake, all, &facts->columns->facts.numbers[number], err);
}

static plb_status read_facts(struct plb_reader *reader, struct columns *columns, struct plb_error *err) {
  struct facts facts = {.reader = reader, .columns = columns};
  struct plb_hdf5_set set = {0};
  plb_hdf5_text_attribute(columns->file, PLB_LAYOUT_FACT_NAMES, columns->fact_names, sizeof columns->fact_names);
  if (!columns->asked)
    return PLB_OK;
  if (!columns->fact_names[0])
    return plb_fail_at(err, PLB_USAGE, columns->name, 0, 0,
                       "--by and --where: this file was made by \"plumbline convert\" without attributes; give --by to "
                       "that command");
  plb_status st = find_names(&facts, err);
  if (!st)
    st = plb_hdf5_look(columns->file, PLB_LAYOUT_FACTS, &set, err);
  if (!st && (set.kind != PLB_HDF5_TEXTS || set.rows >= PLB_NOBODY))
    st = fail(columns, err, "no table of values in", PLB_LAYOUT_FACTS);
  if (!st && !(columns->facts.numbers = plb_alloc((size_t)set.rows, sizeof(uint32_t))))
    st = plb_fail_memory(err);
  columns->facts.count = st ? 0 : set.rows;
  if (!st)
    st = plb_hdf5_texts(&set, take_facts, &facts, err);
  plb_hdf5_set_close(&set);
  return st ? st : plb_asked_check(columns->asked, facts.told, columns->name, 0, err);
}

/* ---- columns ------------------------------------------------------------------------------- */

static bool has(const struct columns *columns, enum plb_layout_column column) {
  return columns->sets[column].kind != PLB_HDF5_NOTHING;
}

static plb_status look_at_column(struct columns *columns, enum plb_layout_column column, struct plb_error *err) {
  const struct plb_layout_names *names = &plb_layout_columns[column];
  struct plb_hdf5_set *set = &columns->sets[column];
  bool of_facts = column == PLB_COLUMN_REFERENCE_FACTS || column == PLB_COLUMN_PROBE_FACTS;
  if (of_facts && !columns->asked)
    return PLB_OK;
  plb_status st = plb_hdf5_look(columns->file, names->name, set, err);
  if (st || !set->kind)
    return st;
  bool narrow = column == PLB_COLUMN_SCORE && set->number == PLB_FLOAT32;
  columns->narrow |= narrow;
  if (set->kind != PLB_HDF5_NUMBERS || (set->number != names->number && !narrow) || set->dimensions != 1 ||
      !set->direct || set->rows != columns->rows)
    return fail(columns, err, "no contiguous numbers, one for each row, in", names->name);
  columns->pieces[column] = plb_alloc(PIECE, plb_number_bytes(names->number));
  return columns->pieces[column] ? PLB_OK : plb_fail_memory(err);
}

static plb_status look_at_columns(struct columns *columns, struct plb_error *err) {
  plb_status st = PLB_OK;
  if (!plb_hdf5_attribute(columns->file, PLB_LAYOUT_ROWS, &columns->rows) || !columns->rows)
    return fail(columns, err, "no attribute", PLB_LAYOUT_ROWS);
  columns->last = columns->rows;
  for (int i = 0; i < PLB_COLUMNS && !st; i++)
    st = look_at_column(columns, (enum plb_layout_column)i, err);
  if (st)
    return st;
  if (!has(columns, PLB_COLUMN_SCORE) || !has(columns, PLB_COLUMN_MATED))
    return fail(columns, err, "no column score, or no column", "mated");
  if (has(columns, PLB_COLUMN_REFERENCE) != has(columns, PLB_COLUMN_PROBE) ||
      has(columns, PLB_COLUMN_REFERENCE_SAMPLE) != has(columns, PLB_COLUMN_PROBE_SAMPLE) ||
      has(columns, PLB_COLUMN_REFERENCE_FACTS) != has(columns, PLB_COLUMN_PROBE_FACTS))
    return fail(columns, err, "one column of", "reference and probe without the other");
  return PLB_OK;
}

static plb_status say_direction(struct plb_reader *reader, const struct columns *columns, struct plb_error *err) {
  char said[32];
  plb_hdf5_text_attribute(columns->file, PLB_LAYOUT_DIRECTION, said, sizeof said);
  if (strcmp(said, "undeclared") == 0)
    return PLB_OK;
  bool distance = strcmp(said, "dissimilarity") == 0;
  if (!distance && strcmp(said, "similarity") != 0)
    return fail(columns, err, "no attribute", PLB_LAYOUT_DIRECTION);
  return plb_intake_direction(reader->intake, distance ? PLB_DISSIMILARITY : PLB_SIMILARITY, "the converted file", err);
}

static plb_status open_all(struct plb_reader *reader, struct columns *columns, struct plb_error *err) {
  plb_status st;
  uint64_t status = 0, left_out;
  if ((st = look_at_columns(columns, err)) || (st = say_direction(reader, columns, err)))
    return st;
  plb_hdf5_attribute(columns->file, PLB_LAYOUT_STATUS, &status);
  for (int i = 0; i < TABLES && !st; i++)
    st = read_table(reader, columns, (enum plb_id_table)i, err);
  if (st)
    return st;
  const struct plb_numbered numbered = {.people = has(columns, PLB_COLUMN_REFERENCE),
                                        .samples = has(columns, PLB_COLUMN_REFERENCE_SAMPLE),
                                        .system = columns->tables[PLB_TABLE_SYSTEMS].count > 0,
                                        .status = status == 1};
  if (numbered.system && !has(columns, PLB_COLUMN_SYSTEM) && columns->tables[PLB_TABLE_SYSTEMS].count != 1)
    return fail(columns, err, "several systems, but no column", "system");
  if ((st = plb_intake_numbered(reader->intake, &numbered, err)) || (st = read_clusters(reader, columns, err)) ||
      (st = read_facts(reader, columns, err)))
    return st;
  for (int why = 0; why < PLB_DROPS && !reader->input->shard; why++)
    if (plb_hdf5_attribute(columns->file, plb_layout_left_out((enum plb_drop)why), &left_out))
      plb_intake_left_out(reader->intake, (enum plb_drop)why, left_out);
  return PLB_OK;
}

static plb_status open_columns(struct plb_reader *reader, const struct plb_hdf5 *file, void **state,
                               struct plb_error *err) {
  struct columns *columns = plb_alloc(1, sizeof *columns);
  *state = columns;
  if (!columns)
    return plb_fail_memory(err);
  columns->file = file;
  columns->name = reader->name;
  columns->asked = plb_intake_asked(reader->intake);
  return open_all(reader, columns, err);
}

/* ---- rows ---------------------------------------------------------------------------------- */

static plb_status read_piece(struct plb_reader *reader, struct columns *columns, bool *done, struct plb_error *err) {
  uint64_t from = columns->from + columns->end, left = columns->last - from;
  plb_status st = plb_hdf5_keep_up(reader->bytes, reader->input, NULL, left ? from : columns->rows, columns->rows, err);
  columns->from = from;
  columns->at = 0;
  columns->end = left < PIECE ? left : PIECE;
  *done = !left;
  for (int i = 0; i < PLB_COLUMNS && !st && left; i++)
    if (columns->pieces[i])
      st = plb_hdf5_read(&columns->sets[i], from, columns->end, plb_layout_columns[i].number, columns->pieces[i], err);
  return st;
}

/* Translates the ids of a column into numbers of the census, put at `offset` into each row; false when its table has
 * no such number. Where there is no column all rows have `otherwise`. */
static bool put_ids(const struct columns *columns, enum plb_layout_column column, const struct table *table,
                    uint32_t otherwise, struct plb_trial *rows, size_t offset, size_t count) {
  const uint32_t *piece = columns->pieces[column], *numbers = table->numbers;
  uint64_t known = table->count;
  char *at = (char *)rows + offset;
  bool fine = true;
  for (size_t i = 0; i < count; i++, at += sizeof *rows) {
    uint32_t number = otherwise;
    if (piece) {
      uint32_t own = piece[columns->at + i];
      fine = fine && own < known;
      number = own < known ? numbers[own] : otherwise;
    }
    memcpy(at, &number, sizeof number);
  }
  return fine;
}

static bool put_columns(const struct columns *columns, struct plb_trial *rows, size_t count) {
  const double *score = (const double *)columns->pieces[PLB_COLUMN_SCORE] + columns->at;
  const uint8_t *mated = columns->pieces[PLB_COLUMN_MATED], *outcome = columns->pieces[PLB_COLUMN_OUTCOME];
  const uint64_t *rows_each = columns->pieces[PLB_COLUMN_COUNT];
  const struct table *systems = &columns->tables[PLB_TABLE_SYSTEMS];
  for (size_t i = 0; i < count; i++) {
    rows[i].score = score[i];
    rows[i].count = rows_each ? rows_each[columns->at + i] : 1;
    rows[i].mated = mated[columns->at + i];
    rows[i].outcome = outcome ? outcome[columns->at + i] : PLB_COMPLETED;
  }
  const struct {
    enum plb_layout_column column;
    enum plb_id_table table;
    size_t offset;
  } ids[] = {{PLB_COLUMN_REFERENCE, PLB_TABLE_PEOPLE, offsetof(struct plb_trial, reference)},
             {PLB_COLUMN_PROBE, PLB_TABLE_PEOPLE, offsetof(struct plb_trial, probe)},
             {PLB_COLUMN_REFERENCE_SAMPLE, PLB_TABLE_SAMPLES, offsetof(struct plb_trial, reference_sample)},
             {PLB_COLUMN_PROBE_SAMPLE, PLB_TABLE_SAMPLES, offsetof(struct plb_trial, probe_sample)},
             {PLB_COLUMN_SYSTEM, PLB_TABLE_SYSTEMS, offsetof(struct plb_trial, system)}};
  bool fine = true;
  for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
    uint32_t otherwise = ids[i].table == PLB_TABLE_SYSTEMS && systems->count ? systems->numbers[0] : PLB_NOBODY;
    fine &= put_ids(columns, ids[i].column, &columns->tables[ids[i].table], otherwise, rows, ids[i].offset, count);
  }
  if (!columns->asked)
    return fine;
  return fine && has(columns, PLB_COLUMN_REFERENCE_FACTS) &&
         put_ids(columns, PLB_COLUMN_REFERENCE_FACTS, &columns->facts, 0, rows,
                 offsetof(struct plb_trial, reference_group), count) &&
         put_ids(columns, PLB_COLUMN_PROBE_FACTS, &columns->facts, 0, rows, offsetof(struct plb_trial, probe_group),
                 count);
}

static plb_status take_rows(struct plb_reader *reader, struct columns *columns, struct plb_error *err) {
  size_t count;
  struct plb_trial *rows = plb_intake_room(reader->intake, &count);
  uint64_t row = columns->from + columns->at + 1, left = columns->end - columns->at;
  count = left < count ? (size_t)left : count;
  bool fine = put_columns(columns, rows, count);
  columns->at += count;
  if (!fine)
    return plb_fail_at(err, PLB_DATA, columns->name, 0, 0,
                       "among rows %" PRIu64 " to %" PRIu64 ": a number that is not in the table of its ids", row,
                       row + count - 1);
  return plb_intake_trials_there(reader->intake, count, row, err);
}

static plb_status next(struct plb_reader *reader, void *state, bool *done, struct plb_error *err) {
  struct columns *columns = state;
  plb_status st = PLB_OK;
  while (!st && !*done && !plb_intake_full(reader->intake)) {
    if (columns->at == columns->end)
      st = read_piece(reader, columns, done, err);
    if (!st && columns->at < columns->end)
      st = take_rows(reader, columns, err);
  }
  return st;
}

static void deal(struct plb_reader *reader, void *state) {
  struct columns *columns = state;
  const struct plb_input *input = reader->input;
  columns->from = plb_deal_first(columns->rows, input->shard, input->shards);
  columns->last = plb_deal_first(columns->rows, input->shard + 1, input->shards);
  reader->others = columns->from > 0 || columns->last < columns->rows;
}

static void close_columns(void *state) {
  struct columns *columns = state;
  for (int i = 0; i < PLB_COLUMNS; i++) {
    plb_hdf5_set_close(&columns->sets[i]);
    free(columns->pieces[i]);
  }
  for (int i = 0; i < TABLES; i++)
    free(columns->tables[i].numbers);
  free(columns->facts.numbers);
  free(columns);
}

static void describe(const void *state, struct plb_out *out) {
  const struct columns *columns = state;
  plb_describe_line(out, "layout", "columns of plumbline, version %d, whole by its checksum", PLB_LAYOUT_VERSION);
  for (int i = 0; i < PLB_COLUMNS; i++)
    if (has(columns, (enum plb_layout_column)i))
      plb_describe_line(out, "column", "%s%s", plb_layout_columns[i].name,
                        i == PLB_COLUMN_SCORE && columns->narrow ? " (single precision)" : "");
  if (columns->cluster[0])
    plb_describe_line(out, "clusters", "%s", "known of each person; used where --cluster names them");
  if (columns->fact_names[0])
    plb_describe_line(out, "attributes", "told by %s; used where --by or --where names them", columns->fact_names);
}

const struct plb_hdf5_way plb_hdf5_columns = {
    .open = open_columns, .next = next, .close = close_columns, .deal = deal, .describe = describe};
