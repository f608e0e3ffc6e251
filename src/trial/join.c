/* SPDX-License-Identifier: Apache-2.0
 *
 * The tables are read once, before the scores, into dictionaries; memory is that of their ids. What a
 * table says is said once: an id that stands in two rows is a fault. Of the attributes one may be kept, that by
 * which people are related (--cluster); it is an attribute of people, so all samples of one say the same.
 */
#include "trial/join.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/show.h"
#include "trial/attribute.h"
#include "trial/bytes.h"
#include "trial/table.h"
#include "trial/words.h"

struct plb_join {
  bool has_samples, has_subjects;
  struct plb_dict samples; /* ids of the table of samples */
  uint32_t *owner;         /* subject of each sample by number, in `owners` */
  size_t owner_capacity;
  struct plb_dict owners;           /* subjects that the table of samples names */
  struct plb_dict subjects;         /* ids of the table of subjects */
  bool has_cluster[2];              /* whether the table, of samples or subjects, has the column */
  struct plb_attribute clusters[2]; /* of `owners`, of `subjects` */
  const struct plb_asked *asked;    /* borrowed; or NULL */
  struct facts {
    uint32_t has;                  /* a bit for each fact that the table has */
    size_t column[PLB_MOST_FACTS]; /* where it has them */
    struct plb_dict sets;          /* what was said of somebody: each fact, with its length before it */
    uint32_t *of;                  /* by number of the sample or the subject: one of these */
    size_t capacity;
  } facts[2]; /* of samples, of subjects */
};

static const char *const sample_names[] = {"sample", "sample_id", "key", NULL};
static const char *const subject_names[] = {"subject", "subject_id", "person", NULL};

/* The column with one of these names; the first name is the one that messages use. */
static plb_status find_column(const struct plb_table *table, const char *const *names, size_t *column,
                              struct plb_error *err) {
  size_t found = 0;
  for (size_t i = 0; i < table->columns; i++)
    for (size_t n = 0; names[n]; n++)
      if (plb_word_is(table->names[i].text, table->names[i].length, names[n])) {
        *column = i;
        found++;
      }
  if (found == 1)
    return PLB_OK;
  if (found)
    return plb_fail_at(err, PLB_DATA, plb_bytes_name(table->bytes), table->line, 0, "two columns mean %s; expected one",
                       names[0]);
  return plb_fail_at(err, PLB_DATA, plb_bytes_name(table->bytes), table->line, 0,
                     "no column %s (or %s, or %s) in this table", names[0], names[1], names[2]);
}

static plb_status fail_cell(const struct plb_table *table, struct plb_slice cell, struct plb_error *err,
                            const char *what) {
  return plb_fail_at(err, PLB_DATA, plb_bytes_name(table->bytes), table->line,
                     table->line_text ? (uint64_t)(cell.text - table->line_text) + 1 : 0, "%s", what);
}

/* Adds an id that must not be there yet. */
static plb_status add_once(const struct plb_table *table, struct plb_slice cell, struct plb_dict *dict,
                           uint32_t *number, struct plb_error *err) {
  uint32_t before = dict->count;
  if (plb_word_missing(cell.text, cell.length))
    return fail_cell(table, cell, err, "no id here; expected one in every row");
  if (!plb_dict_put(dict, cell.text, cell.length, number))
    return plb_fail_memory(err);
  if (dict->count == before)
    return fail_cell(table, cell, err, "this id stands in an earlier row too; expected each id once");
  return PLB_OK;
}

/* The column of this name, or none. */
static plb_status find_named(const struct plb_table *table, const char *name, bool *found, size_t *column,
                             struct plb_error *err) {
  char shown[PLB_SHOWN];
  *found = false;
  for (size_t i = 0; name && i < table->columns; i++) {
    if (!plb_word_is(table->names[i].text, table->names[i].length, name))
      continue;
    if (*found)
      return plb_fail_at(err, PLB_DATA, plb_bytes_name(table->bytes), table->line, 0,
                         "two columns mean %s; expected one", plb_show_text(shown, name, strlen(name)));
    *found = true;
    *column = i;
  }
  return PLB_OK;
}

/* The cell says of which cluster the person is; an empty one: of none. */
static plb_status read_cluster(const struct plb_table *table, struct plb_slice cell, struct plb_attribute *clusters,
                               uint32_t person, struct plb_error *err) {
  uint32_t number = PLB_NO_VALUE;
  if (!plb_word_missing(cell.text, cell.length) && !plb_dict_put(&clusters->values, cell.text, cell.length, &number))
    return plb_fail_memory(err);
  switch (plb_attribute_say(clusters, person, number)) {
  case PLB_TOLD_FINE: return PLB_OK;
  case PLB_TOLD_NOMEM: return plb_fail_memory(err);
  case PLB_TOLD_OTHER: break;
  }
  return fail_cell(table, cell, err,
                   "this person has another cluster, or none, in an earlier row; expected one for each person "
                   "(--cluster)");
}

/* ---- facts -------------------------------------------------------------------------------- */

static plb_status find_facts(const struct plb_table *table, const struct plb_asked *asked, struct facts *facts,
                             struct plb_error *err) {
  plb_status st = PLB_OK;
  for (size_t f = 0; asked && f < asked->fact_count && !st; f++) {
    bool found;
    st = find_named(table, asked->facts[f], &found, &facts->column[f], err);
    facts->has |= (uint32_t)found << f;
  }
  return st;
}

static plb_status read_facts(const struct plb_table *table, const struct plb_asked *asked, struct facts *facts,
                             uint32_t number, struct plb_error *err) {
  char set[PLB_MOST_SET];
  struct plb_slice cells[PLB_MOST_FACTS] = {{NULL, 0}};
  size_t length;
  if (!facts->has)
    return PLB_OK;
  for (size_t f = 0; f < asked->fact_count; f++)
    if (facts->has >> f & 1)
      cells[f] = plb_table_cell(table, facts->column[f]);
  if (!plb_facts_pack(cells, asked->fact_count, set, &length))
    return plb_fail_at(err, PLB_DATA, plb_bytes_name(table->bytes), table->line, 0, "%s", PLB_FACTS_EXPECTED);
  return plb_reserve(&facts->of, &facts->capacity, (size_t)number + 1, sizeof *facts->of) &&
                 plb_dict_put(&facts->sets, set, length, &facts->of[number])
             ? PLB_OK
             : plb_fail_memory(err);
}

/* ---- tables ------------------------------------------------------------------------------- */

static plb_status read_samples(struct plb_join *join, struct plb_table *table, const char *name,
                               struct plb_error *err) {
  size_t sample, subject, cluster;
  plb_status st;
  if ((st = find_column(table, sample_names, &sample, err)) ||
      (st = find_column(table, subject_names, &subject, err)) ||
      (st = find_named(table, name, &join->has_cluster[0], &cluster, err)) ||
      (st = find_facts(table, join->asked, &join->facts[0], err)))
    return st;
  for (;;) {
    bool done;
    uint32_t number;
    if ((st = plb_table_next(table, &done, err)) || done)
      return st;
    struct plb_slice owner = plb_table_cell(table, subject);
    if ((st = add_once(table, plb_table_cell(table, sample), &join->samples, &number, err)))
      return st;
    if (plb_word_missing(owner.text, owner.length))
      return fail_cell(table, owner, err, "no subject id here; expected one in every row");
    if (!plb_reserve(&join->owner, &join->owner_capacity, (size_t)number + 1, sizeof *join->owner) ||
        !plb_dict_put(&join->owners, owner.text, owner.length, &join->owner[number]))
      return plb_fail_memory(err);
    if (join->has_cluster[0] &&
        (st = read_cluster(table, plb_table_cell(table, cluster), &join->clusters[0], join->owner[number], err)))
      return st;
    if ((st = read_facts(table, join->asked, &join->facts[0], number, err)))
      return st;
  }
}

static plb_status read_subjects(struct plb_join *join, struct plb_table *table, const char *name,
                                struct plb_error *err) {
  size_t subject, cluster;
  plb_status st = find_column(table, subject_names, &subject, err);
  if (!st)
    st = find_named(table, name, &join->has_cluster[1], &cluster, err);
  if (!st)
    st = find_facts(table, join->asked, &join->facts[1], err);
  while (!st) {
    bool done;
    uint32_t number;
    if ((st = plb_table_next(table, &done, err)) || done)
      return st;
    st = add_once(table, plb_table_cell(table, subject), &join->subjects, &number, err);
    if (!st && join->has_cluster[1])
      st = read_cluster(table, plb_table_cell(table, cluster), &join->clusters[1], number, err);
    if (!st)
      st = read_facts(table, join->asked, &join->facts[1], number, err);
  }
  return st;
}

static plb_status read_table(const struct plb_input *input, const char *path, struct plb_join *join, bool samples,
                             struct plb_accounts *accounts, struct plb_error *err) {
  struct plb_bytes *bytes = NULL;
  struct plb_table table = {0};
  plb_status st;
  if ((st = plb_bytes_open(path, input, &bytes, err)))
    goto out;
  if ((st = plb_table_open(&table, bytes, err)))
    goto out;
  if ((st = samples ? read_samples(join, &table, input->cluster, err)
                    : read_subjects(join, &table, input->cluster, err)))
    goto out;
  st = plb_accounts_add(accounts, NULL, bytes, path, samples ? "samples" : "subjects", err);
out:
  plb_table_close(&table);
  plb_bytes_close(bytes);
  return st;
}

plb_status plb_join_read(const struct plb_input *input, const struct plb_asked *asked, struct plb_accounts *accounts,
                         struct plb_join **join, struct plb_error *err) {
  *join = NULL;
  if (!input->samples && !input->subjects)
    return PLB_OK;
  struct plb_join *fresh = plb_alloc(1, sizeof *fresh);
  if (!fresh)
    return plb_fail_memory(err);
  fresh->asked = asked;
  fresh->has_samples = input->samples != NULL;
  fresh->has_subjects = input->subjects != NULL;
  plb_status st = PLB_OK;
  if (input->samples)
    st = read_table(input, input->samples, fresh, true, accounts, err);
  if (!st && input->subjects)
    st = read_table(input, input->subjects, fresh, false, accounts, err);
  if (st) {
    plb_join_free(fresh);
    return st;
  }
  *join = fresh;
  return PLB_OK;
}

bool plb_join_has_samples(const struct plb_join *join) {
  return join && join->has_samples;
}

bool plb_join_has_subjects(const struct plb_join *join) {
  return join && join->has_subjects;
}

bool plb_join_subject_of(const struct plb_join *join, const char *sample, size_t length, const char **subject,
                         size_t *subject_length) {
  uint32_t number = plb_dict_find(&join->samples, sample, length);
  if (number == PLB_NOBODY)
    return false;
  *subject = plb_dict_text(&join->owners, join->owner[number], subject_length);
  return true;
}

bool plb_join_knows(const struct plb_join *join, const char *subject, size_t length) {
  return plb_dict_find(&join->subjects, subject, length) != PLB_NOBODY;
}

bool plb_join_has_clusters(const struct plb_join *join) {
  return join && (join->has_cluster[0] || join->has_cluster[1]);
}

bool plb_join_cluster_of(const struct plb_join *join, int table, const char *subject, size_t length,
                         const char **cluster, size_t *cluster_length) {
  const struct plb_attribute *clusters = &join->clusters[table];
  uint32_t number = PLB_NOBODY;
  if (join->has_cluster[table])
    number = plb_dict_find(table ? &join->subjects : &join->owners, subject, length);
  uint32_t value = number == PLB_NOBODY ? PLB_NOBODY : plb_attribute_of(clusters, number);
  if (value == PLB_NOBODY)
    return false;
  *cluster = "";
  *cluster_length = 0;
  if (value < PLB_NO_VALUE)
    *cluster = plb_dict_text(&clusters->values, value, cluster_length);
  return true;
}

uint32_t plb_join_facts(const struct plb_join *join) {
  return join ? join->facts[0].has | join->facts[1].has : 0;
}

bool plb_join_facts_of(const struct plb_join *join, int table, struct plb_slice id, struct plb_slice *facts) {
  const struct facts *of = &join->facts[table];
  size_t length;
  if (!of->has)
    return false;
  uint32_t number = plb_dict_find(table ? &join->subjects : &join->samples, id.text, id.length);
  if (number == PLB_NOBODY)
    return false;
  const char *set = plb_dict_text(&of->sets, of->of[number], &length);
  plb_facts_unpack(set, join->asked->fact_count, facts);
  return true;
}

void plb_join_free(struct plb_join *join) {
  if (!join)
    return;
  plb_dict_free(&join->samples);
  plb_dict_free(&join->owners);
  plb_dict_free(&join->subjects);
  plb_attribute_free(&join->clusters[0]);
  plb_attribute_free(&join->clusters[1]);
  for (int table = 0; table < 2; table++) {
    plb_dict_free(&join->facts[table].sets);
    free(join->facts[table].of);
  }
  free(join->owner);
  free(join);
}
