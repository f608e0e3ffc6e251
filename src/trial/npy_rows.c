/* SPDX-License-Identifier: Apache-2.0
 *
 * Rows with named fields, as NumPy's structured arrays have them: the comparison table (csv.c), in binary. Fields are
 * known by the names that columns have there, and by --map. Ids that are whole numbers are the same as their decimal
 * text in a table.
 *
 * Scores and ids of people and samples go to the intake as numbers; the rest, which has few values, as texts. Rows of
 * which score, people and class are all that is wanted go there many at once (plain.h), read a field at a time.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/show.h"
#include "trial/bytes.h"
#include "trial/csv.h"
#include "trial/npy.h"

#define NEITHER UINT8_MAX /* a label that is left to the intake */

static const size_t number_of_role[PLB_ROLES] = {
    [PLB_ROLE_PROBE] = offsetof(struct plb_numbers, probe),
    [PLB_ROLE_REFERENCE] = offsetof(struct plb_numbers, reference),
    [PLB_ROLE_PROBE_SAMPLE] = offsetof(struct plb_numbers, probe_sample),
    [PLB_ROLE_REFERENCE_SAMPLE] = offsetof(struct plb_numbers, reference_sample),
};

static bool is_id(size_t role) {
  return role == PLB_ROLE_PROBE || role == PLB_ROLE_REFERENCE || role == PLB_ROLE_PROBE_SAMPLE ||
         role == PLB_ROLE_REFERENCE_SAMPLE;
}

static bool is_text(const struct plb_element *element) {
  return element->kind == 'S' || element->kind == 'U';
}

static bool is_whole(const struct plb_element *element) {
  return element->kind == 'i' || element->kind == 'u';
}

/* ---- fields ------------------------------------------------------------------------------- */

static plb_status check_type(const struct plb_reader *reader, const struct plb_npy_want *want, struct plb_error *err) {
  const struct plb_element *element = &want->from->element;
  bool truth = element->kind == 'b' && want->use == PLB_NPY_TEXT;
  bool fits =
      want->use == PLB_NPY_SCORE ? plb_element_is_score(element) : is_text(element) || is_whole(element) || truth;
  char shown[PLB_SHOWN], words[PLB_ELEMENT_TEXT];
  if (fits)
    return PLB_OK;
  return plb_fail_at(err, PLB_DATA, reader->name, 0, 0, "field %s holds %s; expected %s",
                     plb_show_text(shown, want->from->name.text, want->from->name.length),
                     plb_element_words(element, words),
                     want->use == PLB_NPY_SCORE ? "scores as floats of 32 or 64 bits or as integers"
                     : want->use == PLB_NPY_ID  ? "ids as integers or texts"
                                                : "integers, truth values or texts");
}

static plb_status want_field(struct plb_reader *reader, struct plb_npy_rows *rows, struct plb_npy_want want,
                             struct plb_error *err) {
  const struct plb_element *element = &want.from->element;
  plb_status st = check_type(reader, &want, err);
  if (st)
    return st;
  if (want.use != PLB_NPY_SCORE) {
    size_t room = is_text(element) ? element->size : PLB_WHOLE_TEXT;
    if (!(want.scratch = plb_alloc(room, 1)))
      return plb_fail_memory(err);
  }
  rows->want[rows->wanted++] = want;
  return PLB_OK;
}

static plb_status want_roles(struct plb_reader *reader, struct plb_npy_rows *rows, const struct plb_columns *columns,
                             struct plb_error *err) {
  plb_status st = PLB_OK;
  for (size_t role = 0; role < PLB_ROLES && !st; role++) {
    if (columns->of[role] == PLB_NO_COLUMN)
      continue;
    struct plb_npy_want want = {.use = role == PLB_ROLE_SCORE ? PLB_NPY_SCORE
                                       : is_id(role)          ? PLB_NPY_ID
                                                              : PLB_NPY_TEXT,
                                .from = &rows->header->fields[columns->of[role]],
                                .field = plb_field_of_role((enum plb_role)role),
                                .number = number_of_role[role],
                                .sample = role == PLB_ROLE_PROBE_SAMPLE || role == PLB_ROLE_REFERENCE_SAMPLE};
    if (want.use == PLB_NPY_SCORE)
      rows->numbers.single = want.from->element.kind == 'f' && want.from->element.size == 4;
    st = want_field(reader, rows, want, err);
  }
  return st;
}

static bool is_plain_id(const struct plb_npy_field *field) {
  return field && is_whole(&field->element);
}

/* Whether all that is wanted is what rows taken at once may have. */
static void find_plain(struct plb_npy_rows *rows, const struct plb_columns *columns) {
  const struct plb_npy_field *of[PLB_ROLES] = {NULL};
  for (size_t role = 0; role < PLB_ROLES; role++)
    if (columns->of[role] != PLB_NO_COLUMN)
      of[role] = &rows->header->fields[columns->of[role]];
  rows->score = of[PLB_ROLE_SCORE];
  rows->label = of[PLB_ROLE_LABEL];
  rows->reference = of[PLB_ROLE_REFERENCE];
  rows->probe = of[PLB_ROLE_PROBE];
  rows->plain = rows->score && is_plain_id(rows->reference) && is_plain_id(rows->probe) &&
                !(rows->label && is_text(&rows->label->element)) && rows->wanted == (rows->label ? 4 : 3) &&
                !rows->by_text;
}

static plb_status want_clusters(struct plb_reader *reader, struct plb_npy_rows *rows, const size_t columns[2],
                                struct plb_error *err) {
  static const size_t fields[2] = {offsetof(struct plb_fields, probe_cluster),
                                   offsetof(struct plb_fields, reference_cluster)};
  plb_status st = PLB_OK;
  for (size_t side = 0; side < 2 && !st && columns[side] != PLB_NO_COLUMN; side++)
    st = want_field(
        reader, rows,
        (struct plb_npy_want){.use = PLB_NPY_TEXT, .from = &rows->header->fields[columns[side]], .field = fields[side]},
        err);
  return st;
}

static plb_status want_facts(struct plb_reader *reader, struct plb_npy_rows *rows, const size_t *columns,
                             struct plb_error *err) {
  size_t count = 2 * plb_intake_asked(reader->intake)->fact_count;
  plb_status st = PLB_OK;
  rows->fields.values = rows->values;
  for (size_t i = 0; i < count && !st; i++)
    if (columns[i] != PLB_NO_COLUMN)
      st = want_field(reader, rows,
                      (struct plb_npy_want){
                          .use = PLB_NPY_TEXT, .from = &rows->header->fields[columns[i]], .fact = &rows->values[i]},
                      err);
  return st;
}

plb_status plb_npy_rows_open(struct plb_reader *reader, struct plb_npy_rows *rows, struct plb_error *err) {
  const struct plb_npy_header *header = rows->header;
  struct plb_columns columns;
  size_t clusters[2], facts[2 * PLB_MOST_FACTS];
  bool any;
  plb_status st;
  rows->by_text = plb_intake_joins_trials(reader->intake);
  rows->run = (struct plb_run){.what = "row", .size = header->item, .total = header->count, .left = header->count};
  rows->numbers = (struct plb_numbers){
      .reference = PLB_NOBODY, .probe = PLB_NOBODY, .reference_sample = PLB_NOBODY, .probe_sample = PLB_NOBODY};
  rows->fields = (struct plb_fields){
      .count = 1, .mated_known = reader->mated_known, .mated = reader->mated, .numbers = &rows->numbers};
  if (!(rows->names = plb_alloc(header->field_count, sizeof *rows->names)))
    return plb_fail_memory(err);
  for (size_t i = 0; i < header->field_count; i++)
    rows->names[i] = header->fields[i].name;
  const struct plb_table table = {.bytes = reader->bytes, .columns = header->field_count, .names = rows->names};
  if ((st = plb_columns_find(&table, reader->input->map, &columns, err)) ||
      (st = plb_find_clusters(reader, &table, clusters, err)) ||
      (st = plb_find_facts(reader, &table, facts, &any, err)))
    return st;
  if ((st = want_roles(reader, rows, &columns, err)) || (st = want_clusters(reader, rows, clusters, err)) ||
      (any && (st = want_facts(reader, rows, facts, err))))
    return st;
  find_plain(rows, &columns);
  return plb_declare_direction(reader, &table, &columns, err);
}

/* ---- rows --------------------------------------------------------------------------------- */

/* A whole number or truth as text; *same when it is that of the row before. */
static struct plb_slice whole_text(struct plb_npy_want *want, const char *at, bool *same) {
  bool huge;
  uint64_t bits = plb_array_whole(&want->from->element, at, &huge);
  if (want->from->element.kind == 'b')
    bits = bits != 0;
  *same = want->known && bits == want->bits;
  if (!*same) {
    want->length = plb_whole_text(bits, huge, want->scratch);
    want->bits = bits;
    want->known = true;
  }
  return (struct plb_slice){want->scratch, want->length};
}

static plb_status text_of(struct plb_npy_rows *rows, struct plb_npy_want *want, const struct plb_reader *reader,
                          const char *at, struct plb_slice *text, struct plb_error *err) {
  char shown[PLB_SHOWN];
  if (plb_array_text(&want->from->element, at, want->scratch, text))
    return PLB_OK;
  return plb_fail_element(reader->name, rows->fields.line, 0, err, "field %s holds %s; expected text",
                          plb_show_text(shown, want->from->name.text, want->from->name.length),
                          want->from->element.kind == 'U' ? "what is no character"
                                                          : "a NUL byte, or what is not UTF-8");
}

static plb_status take_id(struct plb_npy_rows *rows, struct plb_npy_want *want, const struct plb_reader *reader,
                          const char *at, struct plb_error *err) {
  uint32_t *number = (uint32_t *)(void *)((char *)&rows->numbers + want->number);
  struct plb_id id = {.sample = want->sample, .line = rows->fields.line};
  if (is_whole(&want->from->element)) {
    bool huge;
    uint64_t bits = plb_array_whole(&want->from->element, at, &huge);
    struct plb_whole_ids *ids = &rows->ids[want->sample];
    *number = huge ? PLB_NOBODY : plb_whole_ids_direct(ids, bits);
    return *number != PLB_NOBODY ? PLB_OK : plb_whole_ids_find(ids, reader->intake, bits, huge, &id, number, err);
  }
  plb_status st = text_of(rows, want, reader, at, &id.text, err);
  return st ? st : plb_intake_number(reader->intake, &id, number, err);
}

/* The text of a field, put into its slice, unless it is there already. */
static plb_status take_text(struct plb_npy_rows *rows, struct plb_npy_want *want, const struct plb_reader *reader,
                            const char *at, struct plb_error *err) {
  struct plb_slice text;
  bool same = false;
  plb_status st = PLB_OK;
  if (is_text(&want->from->element))
    st = text_of(rows, want, reader, at, &text, err);
  else
    text = whole_text(want, at, &same);
  if (!st && !same)
    memcpy(want->fact ? (char *)want->fact : (char *)&rows->fields + want->field, &text, sizeof text);
  return st;
}

static plb_status one_row(struct plb_reader *reader, struct plb_npy_rows *rows, const char *row,
                          struct plb_error *err) {
  plb_status st = PLB_OK;
  rows->fields.line++;
  for (size_t i = 0; i < rows->wanted && !st; i++) {
    struct plb_npy_want *want = &rows->want[i];
    const char *at = row + want->from->at;
    if (want->use == PLB_NPY_TEXT || (want->use == PLB_NPY_ID && rows->by_text))
      st = take_text(rows, want, reader, at, err);
    else if (want->use == PLB_NPY_ID)
      st = take_id(rows, want, reader, at, err);
    else if (rows->numbers.single && !want->from->element.swapped)
      rows->numbers.score = plb_array_float(plb_array_load(at, 4, false), 4);
    else if (!plb_array_scores(&want->from->element, at, want->from->element.size, 1, &rows->numbers.score))
      st = plb_fail_inexact(reader, &rows->fields, err);
  }
  return st ? st : plb_intake_row(reader->intake, &rows->fields, err);
}

static void read_labels(const struct plb_npy_field *field, const char *at, size_t size, size_t count, uint8_t *said) {
  for (size_t k = 0; k < count; k++) {
    bool huge;
    uint64_t bits = plb_array_whole(&field->element, at + k * size + field->at, &huge);
    bool truth = field->element.kind == 'b';
    said[k] = bits == 0 ? PLB_SAID_NONMATED : PLB_SAID_MATED;
    if (!truth && bits > 1)
      said[k] = NEITHER;
  }
}

/* Takes rows that lie there, as long as nothing about them is unusual; how many. */
static size_t take_plain(const struct plb_reader *reader, struct plb_npy_rows *rows, const char *at, size_t count) {
  const struct plb_whole_ids *ids = &rows->ids[0];
  size_t size = rows->run.size, all = 0, taken, some;
  struct plb_plain_rows batch;
  if (!rows->plain || plb_pace_rests(&rows->pace))
    return 0;
  do {
    const char *from = at + all * size;
    some = count - all < PLB_CUT_ROWS ? count - all : PLB_CUT_ROWS;
    some = plb_array_scores(&rows->score->element, from + rows->score->at, size, some, batch.score);
    plb_whole_ids_known(ids, &rows->reference->element, from + rows->reference->at, size, some, batch.number);
    plb_whole_ids_known(ids, &rows->probe->element, from + rows->probe->at, size, some, batch.number + 1);
    if (rows->label)
      read_labels(rows->label, from, size, some, batch.said);
    else
      memset(batch.said, PLB_SAID_NOTHING, some);
    taken = plb_intake_plain_numbers(reader->intake, rows->numbers.single, &batch, some);
    all += taken;
  } while (taken == PLB_CUT_ROWS);
  plb_pace_note(&rows->pace, all);
  rows->fields.line += all;
  return all;
}

plb_status plb_npy_rows_next(struct plb_reader *reader, struct plb_npy_rows *rows, bool *done, struct plb_error *err) {
  plb_status st = PLB_OK;
  while (!st && !*done && !plb_intake_full(reader->intake)) {
    const char *at;
    size_t count, used = 0;
    if ((st = plb_run_ahead(&rows->run, reader->bytes, &at, &count, err)))
      return st;
    *done = !count;
    while (!st && used < count && !plb_intake_full(reader->intake)) {
      used += take_plain(reader, rows, at + used * rows->run.size, count - used);
      if (used < count && !plb_intake_full(reader->intake))
        st = one_row(reader, rows, at + used++ * rows->run.size, err);
    }
    plb_run_pass(&rows->run, reader->bytes, used);
  }
  return st;
}

static const char *meaning_of(const struct plb_npy_rows *rows, const struct plb_npy_field *field) {
  for (size_t i = 0; i < rows->wanted; i++)
    if (rows->want[i].from == field)
      return plb_field_meaning(rows->want[i].field);
  return plb_columns_attribute(field->name) ? "attribute, used where --by or --where names it" : "not used";
}

void plb_npy_rows_describe(const struct plb_npy_rows *rows, struct plb_out *out) {
  char name[32], shown[PLB_SHOWN], words[PLB_ELEMENT_TEXT];
  for (size_t i = 0; i < rows->header->field_count; i++) {
    const struct plb_npy_field *field = &rows->header->fields[i];
    snprintf(name, sizeof name, "field %zu", i + 1);
    plb_describe_line(out, name, "%s, %s: %s", plb_show_text(shown, field->name.text, field->name.length),
                      plb_element_words(&field->element, words), meaning_of(rows, field));
  }
}

void plb_npy_rows_close(struct plb_npy_rows *rows) {
  for (size_t i = 0; i < rows->wanted; i++)
    free(rows->want[i].scratch);
  for (size_t i = 0; i < 2; i++)
    plb_whole_ids_free(&rows->ids[i]);
  free(rows->names);
  *rows = (struct plb_npy_rows){0};
}
