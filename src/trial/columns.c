/* SPDX-License-Identifier: Apache-2.0
 *
 * Names are compared without regard to case; --map goes first, so a mapped column is never taken for
 * something else, and a meaning that is mapped is not looked for under its own name.
 *
 * Messages list the names of columns only where the line is a header for certain: the first line of a
 * table without a header holds ids and scores.
 */
#include "trial/columns.h"

#include <stdio.h>
#include <string.h>

#include "base/number.h"
#include "base/show.h"
#include "trial/bytes.h"
#include "trial/words.h"

#define LISTED 300

struct name {
  const char *text;
  enum plb_role role;
  enum plb_direction direction;
};

/* The first name of each role is its canonical one. */
static const struct name names[] = {
    {"score", PLB_ROLE_SCORE, PLB_DIRECTION_UNDECLARED},
    {"similarity", PLB_ROLE_SCORE, PLB_SIMILARITY},
    {"sim", PLB_ROLE_SCORE, PLB_SIMILARITY},
    {"simScore", PLB_ROLE_SCORE, PLB_SIMILARITY},
    {"distance", PLB_ROLE_SCORE, PLB_DISSIMILARITY},
    {"dissimilarity", PLB_ROLE_SCORE, PLB_DISSIMILARITY},
    {"mated", PLB_ROLE_LABEL, PLB_DIRECTION_UNDECLARED},
    {"label", PLB_ROLE_LABEL, PLB_DIRECTION_UNDECLARED},
    {"genuine", PLB_ROLE_LABEL, PLB_DIRECTION_UNDECLARED},
    {"target", PLB_ROLE_LABEL, PLB_DIRECTION_UNDECLARED},
    {"match", PLB_ROLE_LABEL, PLB_DIRECTION_UNDECLARED},
    {"probe_subject", PLB_ROLE_PROBE, PLB_DIRECTION_UNDECLARED},
    {"probe_subject_id", PLB_ROLE_PROBE, PLB_DIRECTION_UNDECLARED},
    {"subject_a", PLB_ROLE_PROBE, PLB_DIRECTION_UNDECLARED},
    {"real_id", PLB_ROLE_PROBE, PLB_DIRECTION_UNDECLARED},
    {"reference_subject", PLB_ROLE_REFERENCE, PLB_DIRECTION_UNDECLARED},
    {"ref_subject", PLB_ROLE_REFERENCE, PLB_DIRECTION_UNDECLARED},
    {"bio_ref_subject_id", PLB_ROLE_REFERENCE, PLB_DIRECTION_UNDECLARED},
    {"subject_b", PLB_ROLE_REFERENCE, PLB_DIRECTION_UNDECLARED},
    {"claimed_id", PLB_ROLE_REFERENCE, PLB_DIRECTION_UNDECLARED},
    {"probe_sample", PLB_ROLE_PROBE_SAMPLE, PLB_DIRECTION_UNDECLARED},
    {"probe_key", PLB_ROLE_PROBE_SAMPLE, PLB_DIRECTION_UNDECLARED},
    {"verifTempl", PLB_ROLE_PROBE_SAMPLE, PLB_DIRECTION_UNDECLARED},
    {"reference_sample", PLB_ROLE_REFERENCE_SAMPLE, PLB_DIRECTION_UNDECLARED},
    {"ref_sample", PLB_ROLE_REFERENCE_SAMPLE, PLB_DIRECTION_UNDECLARED},
    {"enrollTempl", PLB_ROLE_REFERENCE_SAMPLE, PLB_DIRECTION_UNDECLARED},
    {"probe_instance", PLB_ROLE_PROBE_INSTANCE, PLB_DIRECTION_UNDECLARED},
    {"reference_instance", PLB_ROLE_REFERENCE_INSTANCE, PLB_DIRECTION_UNDECLARED},
    {"ref_instance", PLB_ROLE_REFERENCE_INSTANCE, PLB_DIRECTION_UNDECLARED},
    {"status", PLB_ROLE_STATUS, PLB_DIRECTION_UNDECLARED},
    {"returnCode", PLB_ROLE_STATUS, PLB_DIRECTION_UNDECLARED},
    {"system", PLB_ROLE_SYSTEM, PLB_DIRECTION_UNDECLARED},
    {"matcher", PLB_ROLE_SYSTEM, PLB_DIRECTION_UNDECLARED},
    {"algorithm", PLB_ROLE_SYSTEM, PLB_DIRECTION_UNDECLARED},
};

#define CANONICAL                                                                                                      \
  "score, mated, probe_subject, reference_subject, probe_sample, reference_sample, probe_instance, "                   \
  "reference_instance, status, system"

static const struct name *name_of(struct plb_slice text) {
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (plb_word_is(text.text, text.length, names[i].text))
      return &names[i];
  return NULL;
}

static const char *canonical(enum plb_role role) {
  size_t i = 0;
  while (names[i].role != role)
    i++;
  return names[i].text;
}

/* ---- messages ----------------------------------------------------------------------------- */

/* "; the columns are ...", nothing when the line may not be a header, a question when it is a row, it seems. */
static void list_columns(const struct plb_table *table, char listed[LISTED]) {
  bool header = false, numbers = false;
  double number;
  listed[0] = '\0';
  for (size_t i = 0; i < table->columns; i++) {
    header = header || name_of(table->names[i]);
    numbers = numbers || plb_whole_double(table->names[i].text, table->names[i].length, &number);
  }
  if (numbers && !header)
    strcpy(listed, "; this line holds numbers: is the header missing?");
  if (numbers || !header)
    return;
  size_t used = 0;
  for (size_t i = 0; i < table->columns; i++) {
    char shown[PLB_SHOWN];
    const char *text = plb_show_text(shown, table->names[i].text, table->names[i].length);
    if (used + strlen(text) + 8 > LISTED) {
      strcpy(listed + used, ", ...");
      return;
    }
    used += (size_t)(stpcpy(stpcpy(listed + used, i ? ", " : "; the columns are "), text) - (listed + used));
  }
}

static plb_status fail_header(const struct plb_table *table, size_t column, struct plb_error *err, const char *what,
                              const char *name) {
  char listed[LISTED];
  list_columns(table, listed);
  return plb_fail_at(err, PLB_DATA, plb_bytes_name(table->bytes), table->line, column, what, name, listed);
}

/* ---- --map -------------------------------------------------------------------------------- */

bool plb_columns_attribute(struct plb_slice name) {
  static const char *const prefixes[] = {"probe_", "reference_", "ref_"};
  for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
    size_t length = strlen(prefixes[i]);
    if (name.length > length && plb_word_is(name.text, length, prefixes[i]))
      return true;
  }
  return false;
}

static size_t column_named(const struct plb_table *table, struct plb_slice name) {
  for (size_t i = 0; i < table->columns; i++)
    if (table->names[i].length == name.length && memcmp(table->names[i].text, name.text, name.length) == 0)
      return i;
  return PLB_NO_COLUMN;
}

/* One meaning has one column, and one column has one meaning. */
static plb_status take_column(const struct plb_table *table, enum plb_role role, size_t column,
                              struct plb_columns *columns, struct plb_error *err) {
  char shown[PLB_SHOWN], other[PLB_SHOWN];
  struct plb_slice text = table->names[column];
  plb_show_text(shown, text.text, text.length);
  if (columns->of[role] != PLB_NO_COLUMN) {
    struct plb_slice before = table->names[columns->of[role]];
    return plb_fail(err, PLB_USAGE, "--map: %s is named twice, as %s and as %s; expected one column", canonical(role),
                    plb_show_text(other, before.text, before.length), shown);
  }
  for (size_t taken = 0; taken < PLB_ROLES; taken++)
    if (columns->of[taken] == column)
      return plb_fail(err, PLB_USAGE, "--map: column %s is named as %s and as %s; expected one meaning", shown,
                      canonical((enum plb_role)taken), canonical(role));
  columns->of[role] = column;
  return PLB_OK;
}

static plb_status map_one(const struct plb_table *table, struct plb_slice entry, struct plb_columns *columns,
                          struct plb_error *err) {
  char shown[PLB_SHOWN];
  const char *equal = memchr(entry.text, '=', entry.length);
  if (!equal || equal == entry.text || equal + 1 == entry.text + entry.length)
    return plb_fail(err, PLB_USAGE, "--map: %s is not of the form name=column",
                    plb_show_text(shown, entry.text, entry.length));
  struct plb_slice left = {entry.text, (size_t)(equal - entry.text)};
  struct plb_slice right = {equal + 1, entry.length - left.length - 1};
  const struct name *name = name_of(left);
  if (!name && !plb_columns_attribute(left))
    return plb_fail(err, PLB_USAGE, "--map: %s is not a name that columns have; expected one of " CANONICAL,
                    plb_show_text(shown, left.text, left.length));
  size_t column = column_named(table, right);
  if (column == PLB_NO_COLUMN) {
    char listed[LISTED];
    list_columns(table, listed);
    return plb_fail_at(err, PLB_DATA, plb_bytes_name(table->bytes), table->line, 0, "no column %s, which --map names%s",
                       plb_show_text(shown, right.text, right.length), listed);
  }
  return name ? take_column(table, name->role, column, columns, err) : PLB_OK;
}

static plb_status apply_map(const struct plb_table *table, const char *map, struct plb_columns *columns,
                            struct plb_error *err) {
  const char *at = map;
  plb_status st;
  while (at) {
    const char *comma = strchr(at, ',');
    struct plb_slice entry = {at, comma ? (size_t)(comma - at) : strlen(at)};
    if ((st = map_one(table, entry, columns, err)))
      return st;
    at = comma ? comma + 1 : NULL;
  }
  return PLB_OK;
}

/* ---- names -------------------------------------------------------------------------------- */

static bool is_taken(const struct plb_columns *columns, size_t column) {
  for (size_t role = 0; role < PLB_ROLES; role++)
    if (columns->of[role] == column)
      return true;
  return false;
}

static plb_status find_by_name(const struct plb_table *table, struct plb_columns *columns, struct plb_error *err) {
  struct plb_columns mapped = *columns;
  for (size_t i = 0; i < table->columns; i++) {
    const struct name *name = name_of(table->names[i]);
    if (!name || is_taken(&mapped, i) || mapped.of[name->role] != PLB_NO_COLUMN)
      continue;
    if (columns->of[name->role] != PLB_NO_COLUMN)
      return fail_header(table, 0, err, "two columns mean %s; choose one by --map%s", canonical(name->role));
    columns->of[name->role] = i;
  }
  return PLB_OK;
}

/* The class cannot be its own score: a table whose column "mated" is mapped away has no class, and one that
 * follows from the people would be measured by itself. */
static plb_status check_class(const struct plb_table *table, const struct plb_columns *columns, struct plb_error *err) {
  struct plb_slice score = table->names[columns->of[PLB_ROLE_SCORE]];
  if (columns->of[PLB_ROLE_LABEL] != PLB_NO_COLUMN || !plb_word_is(score.text, score.length, "mated"))
    return PLB_OK;
  return plb_fail(err, PLB_USAGE,
                  "--map: column \"mated\" would be both score and mated; name the column of mated as well");
}

static plb_status check_pairs(const struct plb_table *table, const struct plb_columns *columns, struct plb_error *err) {
  static const enum plb_role pairs[][2] = {{PLB_ROLE_PROBE, PLB_ROLE_REFERENCE},
                                           {PLB_ROLE_PROBE_INSTANCE, PLB_ROLE_REFERENCE_INSTANCE}};
  for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
    for (int side = 0; side < 2; side++)
      if (columns->of[pairs[i][side]] == PLB_NO_COLUMN && columns->of[pairs[i][!side]] != PLB_NO_COLUMN)
        return fail_header(table, 0, err, "no column %s, though there is one for the other side%s",
                           canonical(pairs[i][side]));
  return PLB_OK;
}

/* ---- attributes --------------------------------------------------------------------------- */

/* The side whose attribute `name` a column of this name is, as an index; 2: neither. */
static size_t side_of(struct plb_slice text, const char *name) {
  static const char *const prefixes[] = {"probe_", "reference_", "ref_"};
  for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
    size_t length = strlen(prefixes[i]);
    if (text.length > length && plb_word_is(text.text, length, prefixes[i]) &&
        plb_word_is(text.text + length, text.length - length, name))
      return i ? 1 : 0;
  }
  return 2;
}

static plb_status fail_attribute(const struct plb_table *table, size_t side, const char *name, const char *what,
                                 struct plb_error *err) {
  char shown[PLB_SHOWN], column[PLB_SHOWN + 16], listed[LISTED];
  snprintf(column, sizeof column, "%s_%s", side ? "reference" : "probe", name);
  plb_show_text(shown, column, strlen(column));
  list_columns(table, listed);
  return plb_fail_at(err, PLB_DATA, plb_bytes_name(table->bytes), table->line, 0, what, shown, listed);
}

/* The columns that the map names: the entries are sound, since they were looked at before. */
static plb_status map_attribute(const struct plb_table *table, const char *map, const char *name, size_t column[2],
                                struct plb_error *err) {
  for (const char *at = map, *comma; at; at = comma ? comma + 1 : NULL) {
    comma = strchr(at, ',');
    const char *equal = strchr(at, '=');
    size_t length = comma ? (size_t)(comma - at) : strlen(at), left = (size_t)(equal - at);
    size_t side = side_of((struct plb_slice){at, left}, name);
    if (side == 2)
      continue;
    if (column[side] != PLB_NO_COLUMN)
      return fail_attribute(table, side, name, "--map: %s is named twice; expected one column%s", err);
    column[side] = column_named(table, (struct plb_slice){equal + 1, length - left - 1});
  }
  return PLB_OK;
}

plb_status plb_columns_of_attribute(const struct plb_table *table, const char *map, const char *name, size_t column[2],
                                    struct plb_error *err) {
  column[0] = column[1] = PLB_NO_COLUMN;
  plb_status st = map_attribute(table, map, name, column, err);
  bool mapped[2] = {column[0] != PLB_NO_COLUMN, column[1] != PLB_NO_COLUMN};
  for (size_t i = 0; !st && i < table->columns; i++) {
    size_t side = side_of(table->names[i], name);
    if (side == 2 || mapped[side])
      continue;
    if (column[side] != PLB_NO_COLUMN)
      return fail_attribute(table, side, name, "two columns mean %s; choose one by --map%s", err);
    column[side] = i;
  }
  for (size_t side = 0; !st && side < 2; side++)
    if (column[side] == PLB_NO_COLUMN && column[!side] != PLB_NO_COLUMN)
      return fail_attribute(table, side, name, "no column %s, though there is one for the other side%s", err);
  return st;
}

plb_status plb_columns_find(const struct plb_table *table, const char *map, struct plb_columns *columns,
                            struct plb_error *err) {
  for (size_t role = 0; role < PLB_ROLES; role++)
    columns->of[role] = PLB_NO_COLUMN;
  plb_status st;
  if ((st = apply_map(table, map, columns, err)) || (st = find_by_name(table, columns, err)))
    return st;
  if (columns->of[PLB_ROLE_SCORE] == PLB_NO_COLUMN)
    return fail_header(table, 0, err, "no column %s; name it by --map score=COLUMN%s", "score");
  if ((st = check_class(table, columns, err)))
    return st;
  return check_pairs(table, columns, err);
}

enum plb_direction plb_columns_direction(const struct plb_table *table, const struct plb_columns *columns) {
  const struct name *name = name_of(table->names[columns->of[PLB_ROLE_SCORE]]);
  return name ? name->direction : PLB_DIRECTION_UNDECLARED;
}

bool plb_columns_known(const char *line, size_t length) {
  size_t columns;
  char separator = plb_table_separator(line, length, &columns);
  const char *at = line, *end = line + length;
  while (at < end) {
    const char *stop = memchr(at, separator, (size_t)(end - at));
    stop = stop ? stop : end;
    const char *from = at, *to = stop;
    while (from < to && (*from == ' ' || *from == '"'))
      from++;
    while (from < to && (to[-1] == ' ' || to[-1] == '"' || to[-1] == '\r'))
      to--;
    if (name_of((struct plb_slice){from, (size_t)(to - from)}))
      return true;
    at = stop + 1;
  }
  return false;
}
