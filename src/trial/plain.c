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

enum said { SAID_NONMATED = PLB_CLASS_NONMATED, SAID_MATED = PLB_CLASS_MATED, SAID_NOTHING };

struct batch {
  double score[PLB_CUT_ROWS];
  uint8_t said[PLB_CUT_ROWS];                /* enum said: of its class */
  struct plb_slice people[2 * PLB_CUT_ROWS]; /* reference and probe of each row */
  uint32_t number[2 * PLB_CUT_ROWS];
};

/* The cells of a row. */
struct cells {
  const char *text;
  const uint32_t *at;
  size_t last;   /* column */
  bool carriage; /* a carriage return follows that */
};

static inline struct plb_slice cell_of(const struct cells *row, size_t column) {
  size_t behind = 1 + (row->carriage && column == row->last);
  return (struct plb_slice){row->text + row->at[column], row->at[column + 1] - row->at[column] - behind};
}

static inline bool read_id(const struct cells *row, size_t column, struct plb_slice *id) {
  *id = cell_of(row, column);
  return !is_absent(*id) && (unsigned char)id->text[0] > ' ' && (unsigned char)id->text[id->length - 1] > ' ';
}

static inline bool read_score(const struct plb_intake *intake, const struct cells *row, size_t column, double *score) {
  struct plb_slice cell = cell_of(row, column);
  double value;
  if (!plb_decimal_double(cell.text, cell.length, &value) &&
      !(plb_whole_double(cell.text, cell.length, &value) && isfinite(value)))
    return false;
  *score = intake->traits.dissimilarity ? 0.0 - value : value + 0.0;
  return !is_failed_score(intake, false, value);
}

/* What the label says, and what the whole input does. */
static inline bool read_label(const struct plb_intake *intake, const struct cells *row, size_t column, enum said whole,
                              uint8_t *said) {
  *said = (uint8_t)whole;
  if (column == PLB_NO_COLUMN)
    return true;
  struct plb_slice label = cell_of(row, column);
  if (label.length == 1 && (label.text[0] == '0' || label.text[0] == '1'))
    *said = label.text[0] == '1' ? SAID_MATED : SAID_NONMATED;
  else if (is_recent(&intake->label[PLB_CLASS_MATED], label))
    *said = SAID_MATED;
  else if (is_recent(&intake->label[PLB_CLASS_NONMATED], label))
    *said = SAID_NONMATED;
  else
    return false;
  return whole == SAID_NOTHING || whole == *said;
}

/* What the cells of the rows say by themselves; how many rows of `most`. */
static size_t read_rows(const struct plb_intake *intake, const struct plb_plain *plain, const struct plb_cut *cut,
                        size_t most, struct batch *batch) {
  enum said whole = !intake->mated_known ? SAID_NOTHING : intake->mated ? SAID_MATED : SAID_NONMATED;
  struct cells row = {.text = cut->text, .last = plain->columns - 1};
  for (size_t r = 0; r < most; r++) {
    row.at = cut->at + r * plain->columns;
    row.carriage = row.at[plain->columns] > 1 && row.text[row.at[plain->columns] - 2] == '\r';
    if (!read_score(intake, &row, plain->score, &batch->score[r]) ||
        !read_label(intake, &row, plain->label, whole, &batch->said[r]) ||
        !read_id(&row, plain->reference, &batch->people[2 * r]) ||
        !read_id(&row, plain->probe, &batch->people[2 * r + 1]))
      return r;
  }
  return most;
}

/* The number of a person whom the census did not have when the batch began. */
static bool number_new(struct plb_intake *intake, struct plb_slice id, uint32_t *number) {
  bool is_new;
  return *number != PLB_NOBODY || number_of(intake, OF_PEOPLE, id, number, &is_new);
}

size_t plb_intake_plain(struct plb_intake *intake, const struct plb_plain *plain, const struct plb_cut *cut) {
  struct batch batch;
  struct plb_block *block = intake->block;
  size_t room = block->room - block->count, most = cut->rows < room ? cut->rows : room, r;
  if (!intake->plain || MOST_ROWS - intake->rows < most)
    return 0;
  if (!(most = read_rows(intake, plain, cut, most, &batch)))
    return 0;
  plb_dict_find_all(&intake->census->people, batch.people, 2 * most, batch.number);
  struct plb_trial *to = &block->rows[block->count];
  for (r = 0; r < most; r++) {
    uint32_t *number = &batch.number[2 * r];
    if (!number_new(intake, batch.people[2 * r], &number[0]) ||
        !number_new(intake, batch.people[2 * r + 1], &number[1]))
      break;
    enum said same = number[0] == number[1] ? SAID_MATED : SAID_NONMATED;
    if (batch.said[r] != SAID_NOTHING && batch.said[r] != same)
      break;
    to[r] = (struct plb_trial){.score = batch.score[r],
                               .count = 1,
                               .reference = number[0],
                               .probe = number[1],
                               .reference_sample = PLB_NOBODY,
                               .probe_sample = PLB_NOBODY,
                               .system = intake->only_system,
                               .mated = (uint8_t)same};
  }
  block->count += r;
  intake->rows += r;
  intake->account->rows += r;
  intake->account->kept += r;
  return r;
}
