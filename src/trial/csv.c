/* SPDX-License-Identifier: Apache-2.0
 *
 * The canonical comparison table: one comparison a row, columns known by their names. The table cuts the
 * rows, the names say which cells are wanted, and each wanted cell is put into the field of its role;
 * nothing else of a row is looked at.
 */
#include "trial/csv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/show.h"
#include "trial/bytes.h"
#include "trial/plain.h"

/* The field of each role. */
static const size_t field_of[PLB_ROLES] = {
    [PLB_ROLE_SCORE] = offsetof(struct plb_fields, score),
    [PLB_ROLE_LABEL] = offsetof(struct plb_fields, label),
    [PLB_ROLE_PROBE] = offsetof(struct plb_fields, probe),
    [PLB_ROLE_REFERENCE] = offsetof(struct plb_fields, reference),
    [PLB_ROLE_PROBE_SAMPLE] = offsetof(struct plb_fields, probe_sample),
    [PLB_ROLE_REFERENCE_SAMPLE] = offsetof(struct plb_fields, reference_sample),
    [PLB_ROLE_PROBE_INSTANCE] = offsetof(struct plb_fields, probe_instance),
    [PLB_ROLE_REFERENCE_INSTANCE] = offsetof(struct plb_fields, reference_instance),
    [PLB_ROLE_STATUS] = offsetof(struct plb_fields, status),
    [PLB_ROLE_SYSTEM] = offsetof(struct plb_fields, system),
};

struct csv {
  struct plb_table table;
  size_t wanted;
  struct {
    size_t column, field;
  } want[PLB_ROLES + 2];                    /* and the cluster of either side */
  size_t facts[2 * PLB_MOST_FACTS], values; /* columns of the facts asked for, and how many these are */
  struct plb_plain plain;                   /* where all that is wanted stands, when rows may be taken at once */
  bool at_once;
};

static bool sniff(const char *head, size_t length) {
  const char *end = head + length;
  while (head < end) {
    const char *newline = memchr(head, '\n', (size_t)(end - head));
    size_t line = newline ? (size_t)(newline - head) : (size_t)(end - head);
    size_t blanks = 0;
    while (blanks < line && (head[blanks] == ' ' || head[blanks] == '\r'))
      blanks++;
    if (blanks < line)
      return plb_columns_known(head, line);
    head += line + 1;
  }
  return false;
}

size_t plb_field_of_role(enum plb_role role) {
  return field_of[role];
}

plb_status plb_declare_direction(struct plb_reader *reader, const struct plb_table *table,
                                 const struct plb_columns *columns, struct plb_error *err) {
  enum plb_direction direction = plb_columns_direction(table, columns);
  if (direction == PLB_DIRECTION_UNDECLARED)
    return PLB_OK;
  struct plb_slice name = table->names[columns->of[PLB_ROLE_SCORE]];
  char shown[PLB_SHOWN], told_by[PLB_SHOWN + 16];
  snprintf(told_by, sizeof told_by, "column %s", plb_show_text(shown, name.text, name.length));
  return plb_intake_direction(reader->intake, direction, told_by, err);
}

static void want_column(struct csv *csv, size_t column, size_t field) {
  csv->want[csv->wanted].column = column;
  csv->want[csv->wanted++].field = field;
}

plb_status plb_find_clusters(const struct plb_reader *reader, const struct plb_table *table, size_t columns[2],
                             struct plb_error *err) {
  const char *name = reader->input->cluster;
  char shown[PLB_SHOWN];
  columns[0] = columns[1] = PLB_NO_COLUMN;
  if (!name)
    return PLB_OK;
  plb_status st = plb_columns_of_attribute(table, reader->input->map, name, columns, err);
  if (st || columns[0] != PLB_NO_COLUMN || plb_intake_joins_clusters(reader->intake))
    return st;
  return plb_fail_at(err, PLB_DATA, reader->name, table->line, 0,
                     "no columns probe_X and reference_X with X = %s, which --cluster names, and no column X in a "
                     "table of --samples or --subjects",
                     plb_show_text(shown, name, strlen(name)));
}

plb_status plb_find_facts(const struct plb_reader *reader, const struct plb_table *table,
                          size_t columns[2 * PLB_MOST_FACTS], bool *any, struct plb_error *err) {
  const struct plb_asked *asked = plb_intake_asked(reader->intake);
  uint32_t facts = plb_intake_joined_facts(reader->intake);
  *any = false;
  for (size_t f = 0; asked && f < asked->fact_count; f++) {
    size_t sides[2];
    plb_status st = plb_columns_of_attribute(table, reader->input->map, asked->facts[f], sides, err);
    if (st)
      return st;
    columns[f] = sides[1];
    columns[asked->fact_count + f] = sides[0];
    if (sides[0] == PLB_NO_COLUMN)
      continue;
    *any = true;
    facts |= UINT32_C(1) << f;
  }
  return asked ? plb_asked_check(asked, facts, reader->name, table->line, err) : PLB_OK;
}

/* The columns of facts, where they are few enough; false: they are not, or one side alone has some. */
static bool find_plain_facts(const struct csv *csv, size_t fact_count, struct plb_plain_facts *facts) {
  size_t count = 0;
  *facts = (struct plb_plain_facts){0};
  for (size_t f = 0; f < fact_count; f++)
    count += csv->facts[f] != PLB_NO_COLUMN;
  if (count > PLB_MOST_CELLS)
    return false;
  for (size_t f = 0; f < fact_count; f++) {
    if (csv->facts[f] == PLB_NO_COLUMN)
      continue;
    facts->columns[facts->count] = csv->facts[f];
    facts->columns[count + facts->count] = csv->facts[fact_count + f];
    facts->facts[facts->count++] = (uint8_t)f;
  }
  return true;
}

/* Whether all that is wanted is what rows taken at once may have. */
static void find_plain(struct csv *csv, const struct plb_columns *columns) {
  size_t label = columns->of[PLB_ROLE_LABEL], known = label == PLB_NO_COLUMN ? 3 : 4;
  csv->plain = (struct plb_plain){.columns = csv->table.columns,
                                  .score = columns->of[PLB_ROLE_SCORE],
                                  .label = label,
                                  .reference = columns->of[PLB_ROLE_REFERENCE],
                                  .probe = columns->of[PLB_ROLE_PROBE]};
  csv->at_once = csv->wanted == known && find_plain_facts(csv, csv->values / 2, &csv->plain.facts) &&
                 csv->plain.score != PLB_NO_COLUMN && csv->plain.reference != PLB_NO_COLUMN &&
                 csv->plain.probe != PLB_NO_COLUMN;
}

static plb_status open_table(struct plb_reader *reader, struct plb_error *err) {
  struct csv *csv = plb_alloc(1, sizeof *csv);
  if (!csv)
    return plb_fail_memory(err);
  reader->state = csv;
  struct plb_columns columns;
  size_t clusters[2];
  plb_status st;
  if ((st = plb_table_open(&csv->table, reader->bytes, err)) ||
      (st = plb_columns_find(&csv->table, reader->input->map, &columns, err)))
    return st;
  for (size_t role = 0; role < PLB_ROLES; role++)
    if (columns.of[role] != PLB_NO_COLUMN)
      want_column(csv, columns.of[role], field_of[role]);
  if ((st = plb_find_clusters(reader, &csv->table, clusters, err)))
    return st;
  if (clusters[0] != PLB_NO_COLUMN) {
    want_column(csv, clusters[0], offsetof(struct plb_fields, probe_cluster));
    want_column(csv, clusters[1], offsetof(struct plb_fields, reference_cluster));
  }
  bool any;
  if ((st = plb_find_facts(reader, &csv->table, csv->facts, &any, err)))
    return st;
  csv->values = any ? 2 * plb_intake_asked(reader->intake)->fact_count : 0;
  find_plain(csv, &columns);
  return plb_declare_direction(reader, &csv->table, &columns, err);
}

/* The wanted cells of the current row. */
static inline void fill_fields(const struct csv *csv, const struct plb_table *table, struct plb_slice *values,
                               struct plb_fields *fields) {
  for (size_t i = 0; i < csv->wanted; i++) {
    struct plb_slice cell = plb_table_cell(table, csv->want[i].column);
    memcpy((char *)fields + csv->want[i].field, &cell, sizeof cell);
  }
  for (size_t i = 0; i < csv->values; i++)
    values[i] = csv->facts[i] == PLB_NO_COLUMN ? (struct plb_slice){NULL, 0} : plb_table_cell(table, csv->facts[i]);
  fields->values = csv->values ? values : NULL;
  fields->line = table->line;
  fields->line_text = table->line_text;
}

/* The current row is the header once more, as in tables that were put one behind the other. */
static bool is_header(const struct plb_table *table) {
  for (size_t i = 0; i < table->columns; i++) {
    struct plb_slice cell = plb_table_cell(table, i), name = table->names[i];
    if (cell.length != name.length || memcmp(cell.text, name.text, name.length) != 0)
      return false;
  }
  return true;
}

static plb_status fail_header(const struct plb_reader *reader, const struct plb_table *table, struct plb_error *err) {
  return plb_fail_at(err, PLB_DATA, reader->name, table->line, 0,
                     "the header line again; expected it once (are these several files in one?)");
}

/* Takes rows that lie ahead, as long as nothing about them is unusual. */
static void take_plain(const struct csv *csv, struct plb_table *table, struct plb_intake *intake,
                       struct plb_pace *pace) {
  struct plb_cut cut;
  size_t taken, all = 0;
  if (!csv->at_once || plb_pace_rests(pace))
    return;
  do {
    plb_table_cut(table, &cut);
    taken = cut.rows ? plb_intake_plain(intake, &csv->plain, &cut) : 0;
    if (taken)
      plb_table_pass(table, &cut, taken);
    all += taken;
  } while (taken && taken == cut.rows && !plb_intake_full(intake));
  plb_pace_note(pace, all);
}

static plb_status read_rows(struct plb_reader *reader, bool *done, struct plb_error *err) {
  struct csv *csv = reader->state;
  struct plb_table *table = &csv->table;
  struct plb_fields fields = {.count = 1, .mated_known = reader->mated_known, .mated = reader->mated};
  struct plb_slice values[2 * PLB_MOST_FACTS];
  plb_status st;
  struct plb_pace pace = {0};
  while (!plb_intake_full(reader->intake)) {
    take_plain(csv, table, reader->intake, &pace);
    if (plb_intake_full(reader->intake))
      return PLB_OK;
    if ((st = plb_table_next(table, done, err)) || *done)
      return st;
    fill_fields(csv, table, values, &fields);
    if ((st = plb_intake_row(reader->intake, &fields, err)))
      return is_header(table) ? fail_header(reader, table, err) : st;
  }
  return PLB_OK;
}

static plb_status next(struct plb_reader *reader, bool *done, struct plb_error *err) {
  plb_status st = read_rows(reader, done, err);
  plb_table_settle(&((struct csv *)reader->state)->table);
  return st;
}

static bool take(const struct plb_reader *reader, struct plb_intake *intake, const char *text, size_t length,
                 uint64_t *lines) {
  const struct csv *csv = reader->state;
  struct plb_fields fields = {.count = 1, .mated_known = reader->mated_known, .mated = reader->mated};
  struct plb_slice values[2 * PLB_MOST_FACTS];
  struct plb_table twin;
  if (!plb_table_twin(&twin, &csv->table, text, length))
    return false;
  bool fine = true;
  struct plb_pace pace = {0};
  while (fine && twin.ahead < twin.ahead_end) {
    take_plain(csv, &twin, intake, &pace);
    if (twin.ahead == twin.ahead_end)
      break;
    fine = plb_table_twin_next(&twin) && (!plb_intake_full(intake) || plb_intake_grow(intake));
    if (!fine)
      break;
    fill_fields(csv, &twin, values, &fields);
    fine = plb_intake_row(intake, &fields, NULL) == PLB_OK;
  }
  *lines = twin.ahead_lines;
  plb_table_twin_close(&twin);
  return fine;
}

static plb_status deal(struct plb_reader *reader, struct plb_error *err) {
  const struct csv *csv = reader->state;
  const struct plb_dealing dealing = {.shard = reader->input->shard,
                                      .shards = reader->input->shards,
                                      .quotes = true,
                                      .separator = csv->table.separator};
  return plb_bytes_deal(reader->bytes, &dealing) ? PLB_OK : plb_fail_memory(err);
}

static void close_table(struct plb_reader *reader) {
  struct csv *csv = reader->state;
  if (csv)
    plb_table_close(&csv->table);
  free(csv);
}

static const char *meaning_of(const struct csv *csv, size_t column) {
  for (size_t i = 0; i < csv->wanted; i++)
    if (csv->want[i].column == column)
      return plb_field_meaning(csv->want[i].field);
  for (size_t i = 0; i < csv->values; i++)
    if (csv->facts[i] == column)
      return i < csv->values / 2 ? "attribute of the reference" : "attribute of the probe";
  return plb_columns_attribute(csv->table.names[column]) ? "attribute, used where --by or --where names it"
                                                         : "not used";
}

static void describe(const struct plb_reader *reader, struct plb_out *out) {
  const struct csv *csv = reader->state;
  const struct plb_table *table = &csv->table;
  char column[32], shown[PLB_SHOWN];
  plb_describe_line(out, "separator", "%s",
                    table->separator == ','   ? "comma"
                    : table->separator == ';' ? "semicolon"
                                              : "tab");
  for (size_t i = 0; i < table->columns; i++) {
    snprintf(column, sizeof column, "column %zu", i + 1);
    plb_describe_line(out, column, "%s: %s", plb_show_text(shown, table->names[i].text, table->names[i].length),
                      meaning_of(csv, i));
  }
}

const struct plb_reader_kind plb_reader_csv = {
    .name = "csv",
    .sign = "a header line with names of columns that are known",
    .named = true,
    .sniff = sniff,
    .open = open_table,
    .next = next,
    .close = close_table,
    .deal = deal,
    .take = take,
    .describe = describe,
};
