/* SPDX-License-Identifier: Apache-2.0
 *
 * See plain.h. A batch of rows goes through each step together: all scores and classes are read, then all people are
 * looked up, so that the memory in which they are found is waited for once and not twice a row; then the trials are
 * written. A step ends the batch at the first row that is not as nearly all are, and the careful way, which knows the
 * rules and has the messages (intake.c), takes that row.
 */
#include "trial/plain.h"

#include <math.h>

#include "base/decimal.h"
#include "base/number.h"
#include "trial/columns.h"
#include "trial/intake_parts.h"

struct batch {
  struct plb_plain_rows rows;
  uint32_t group[2 * PLB_CUT_ROWS];          /* of reference and probe, where that is asked */
  struct plb_slice people[2 * PLB_CUT_ROWS]; /* reference and probe of each row */
};

/* Where in a batch the cells of one column are: that of row r at text[at[r * step]], up to at[r * step + 1] - end. */
struct cells {
  const char *text;
  const uint32_t *at;
  size_t step;
  uint32_t end; /* the separator, or the line end, before which there may be a carriage return */
};

static struct cells cells_of(const struct plb_plain *plain, const struct plb_cut *cut, size_t column) {
  bool last = column == plain->columns - 1;
  return (struct cells){cut->text, cut->at + column, plain->columns, 1 + (last && cut->carriage)};
}

static inline struct plb_slice cell_of(const struct cells *cells, size_t row) {
  const uint32_t *at = cells->at + row * cells->step;
  return (struct plb_slice){cells->text + at[0], at[1] - at[0] - cells->end};
}

/* Each of the next four answers how many rows from the first on have what it reads, or are as it wants them. */
static size_t read_scores(struct cells cells, size_t most, double *scores) {
  for (size_t r = 0; r < most; r++) {
    struct plb_slice cell = cell_of(&cells, r);
    if (!plb_decimal_double(cell.text, cell.length, &scores[r]) &&
        !(plb_whole_double(cell.text, cell.length, &scores[r]) && isfinite(scores[r])))
      return r;
  }
  return most;
}

/* Turns scores into similarities. */
static size_t turn_scores(const struct plb_intake *intake, bool single, size_t most, double *scores) {
  double sign = intake->traits.dissimilarity ? -1.0 : 1.0;
  for (size_t r = 0; r < most; r++) {
    if (isnan(scores[r]) || is_failed_score(intake, single, scores[r]))
      return r;
    scores[r] = sign * scores[r] + 0.0; /* which turns -0 into 0 */
  }
  return most;
}

static size_t read_labels(const struct plb_intake *intake, struct cells cells, size_t most, uint8_t *said) {
  for (size_t r = 0; r < most; r++) {
    struct plb_slice label = cell_of(&cells, r);
    if (label.length == 1 && (label.text[0] == '0' || label.text[0] == '1'))
      said[r] = label.text[0] == '1' ? PLB_SAID_MATED : PLB_SAID_NONMATED;
    else if (is_recent(&intake->label[PLB_CLASS_MATED], label))
      said[r] = PLB_SAID_MATED;
    else if (is_recent(&intake->label[PLB_CLASS_NONMATED], label))
      said[r] = PLB_SAID_NONMATED;
    else
      return r;
  }
  return most;
}

/* `ids` are every other one. */
static size_t read_ids(struct cells cells, size_t most, struct plb_slice *ids) {
  for (size_t r = 0; r < most; r++) {
    struct plb_slice id = cell_of(&cells, r);
    if (is_absent(id) || (unsigned char)id.text[0] <= ' ' || (unsigned char)id.text[id.length - 1] <= ' ')
      return r;
    ids[2 * r] = id;
  }
  return most;
}

/* What the cells of the rows say by themselves; how many rows of `most`. */
static size_t read_rows(const struct plb_intake *intake, const struct plb_plain *plain, const struct plb_cut *cut,
                        size_t most, struct batch *batch) {
  most = read_scores(cells_of(plain, cut, plain->score), most, batch->rows.score);
  most = read_ids(cells_of(plain, cut, plain->reference), most, batch->people);
  most = read_ids(cells_of(plain, cut, plain->probe), most, batch->people + 1);
  if (plain->label != PLB_NO_COLUMN)
    return read_labels(intake, cells_of(plain, cut, plain->label), most, batch->rows.said);
  memset(batch->rows.said, PLB_SAID_NOTHING, most);
  return most;
}

/* Numbers those whom the census did not have when the batch began. */
static size_t number_new(struct plb_intake *intake, const struct batch *batch, size_t most, uint32_t *number) {
  bool is_new;
  for (size_t k = 0; k < 2 * most; k++)
    if (number[k] == PLB_NOBODY && !number_of(intake, OF_PEOPLE, batch->people[k], &number[k], &is_new))
      return k / 2;
  return most;
}

/* As many of `rows` as may be taken at once and have room. */
static size_t most_of(const struct plb_intake *intake, size_t rows) {
  size_t room = intake->block->room - intake->block->count, most = rows < room ? rows : room;
  return intake->plain && MOST_ROWS - intake->rows >= most ? most : 0;
}

/* The groups of rows whose people are known, up to one about which anything is unusual. */
static size_t find_groups(struct plb_intake *intake, const struct plb_plain *plain, const struct plb_cut *cut,
                          size_t most, struct batch *batch) {
  const struct plb_plain_facts *facts = &plain->facts;
  struct cells columns[2 * PLB_MOST_CELLS];
  struct plb_slice cells[2 * PLB_MOST_CELLS];
  for (size_t c = 0; c < 2 * facts->count; c++)
    columns[c] = cells_of(plain, cut, facts->columns[c]);
  for (size_t r = 0; r < most; r++) {
    for (size_t c = 0; c < 2 * facts->count; c++)
      cells[c] = cell_of(&columns[c], r);
    if (!plb_intake_plain_groups(intake, cells, facts->facts, facts->count, &batch->rows.number[2 * r],
                                 &batch->group[2 * r]))
      return r;
  }
  return most;
}

/* Takes rows up to one whose class is not what it says, or of which somebody is not known; `group`: those of both
 * sides of each, or NULL. */
static size_t take_rows(struct plb_intake *intake, const struct plb_plain_rows *rows, const uint32_t *group,
                        size_t most) {
  enum plb_said whole = !intake->mated_known ? PLB_SAID_NOTHING : intake->mated ? PLB_SAID_MATED : PLB_SAID_NONMATED;
  struct plb_block *block = intake->block;
  struct plb_trial *to = &block->rows[block->count];
  size_t r;
  for (r = 0; r < most; r++) {
    uint32_t reference = rows->number[2 * r], probe = rows->number[2 * r + 1];
    enum plb_said said = rows->said[r], same = reference == probe ? PLB_SAID_MATED : PLB_SAID_NONMATED;
    bool at_odds = (said != PLB_SAID_NOTHING && said != same) || (whole != PLB_SAID_NOTHING && whole != same);
    if (at_odds || reference == PLB_NOBODY || probe == PLB_NOBODY)
      break;
    to[r] = (struct plb_trial){.score = rows->score[r],
                               .count = 1,
                               .reference = reference,
                               .probe = probe,
                               .reference_sample = PLB_NOBODY,
                               .probe_sample = PLB_NOBODY,
                               .reference_group = group ? group[2 * r] : 0,
                               .probe_group = group ? group[2 * r + 1] : 0,
                               .system = intake->only_system,
                               .mated = (uint8_t)same};
  }
  block->count += r;
  intake->rows += r;
  intake->account->rows += r;
  intake->account->kept += r;
  return r;
}

size_t plb_intake_plain(struct plb_intake *intake, const struct plb_plain *plain, const struct plb_cut *cut) {
  struct batch batch;
  size_t most = most_of(intake, cut->rows);
  if (!most || !(most = read_rows(intake, plain, cut, most, &batch)))
    return 0;
  most = turn_scores(intake, false, most, batch.rows.score);
  plb_dict_find_all(&intake->census->people, batch.people, 2 * most, batch.rows.number);
  most = number_new(intake, &batch, most, batch.rows.number);
  bool groups = plain->facts.count != 0;
  if (groups)
    most = find_groups(intake, plain, cut, most, &batch);
  return take_rows(intake, &batch.rows, groups ? batch.group : NULL, most);
}

size_t plb_intake_plain_numbers(struct plb_intake *intake, bool single, struct plb_plain_rows *rows, size_t count) {
  size_t most = intake->asked ? 0 : most_of(intake, count);
  most = turn_scores(intake, single, most, rows->score);
  return take_rows(intake, rows, NULL, most);
}
