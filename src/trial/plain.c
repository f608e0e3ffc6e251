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

/* Each of the next three answers how many rows from the first on have what it reads. */
static size_t read_scores(const struct plb_intake *intake, struct cells cells, size_t most, double *scores) {
  bool distance = intake->traits.dissimilarity;
  for (size_t r = 0; r < most; r++) {
    struct plb_slice cell = cell_of(&cells, r);
    double value;
    if (!plb_decimal_double(cell.text, cell.length, &value) &&
        !(plb_whole_double(cell.text, cell.length, &value) && isfinite(value)))
      return r;
    if (is_failed_score(intake, false, value))
      return r;
    scores[r] = distance ? 0.0 - value : value + 0.0;
  }
  return most;
}

static size_t read_labels(const struct plb_intake *intake, struct cells cells, size_t most, uint8_t *said) {
  for (size_t r = 0; r < most; r++) {
    struct plb_slice label = cell_of(&cells, r);
    if (label.length == 1 && (label.text[0] == '0' || label.text[0] == '1'))
      said[r] = label.text[0] == '1' ? SAID_MATED : SAID_NONMATED;
    else if (is_recent(&intake->label[PLB_CLASS_MATED], label))
      said[r] = SAID_MATED;
    else if (is_recent(&intake->label[PLB_CLASS_NONMATED], label))
      said[r] = SAID_NONMATED;
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
  most = read_scores(intake, cells_of(plain, cut, plain->score), most, batch->score);
  most = read_ids(cells_of(plain, cut, plain->reference), most, batch->people);
  most = read_ids(cells_of(plain, cut, plain->probe), most, batch->people + 1);
  if (plain->label != PLB_NO_COLUMN)
    return read_labels(intake, cells_of(plain, cut, plain->label), most, batch->said);
  memset(batch->said, SAID_NOTHING, most);
  return most;
}

/* The number of a person whom the census did not have when the batch began. */
static bool number_new(struct plb_intake *intake, struct plb_slice id, uint32_t *number) {
  bool is_new;
  return *number != PLB_NOBODY || number_of(intake, OF_PEOPLE, id, number, &is_new);
}

size_t plb_intake_plain(struct plb_intake *intake, const struct plb_plain *plain, const struct plb_cut *cut) {
  struct batch batch;
  enum said whole = !intake->mated_known ? SAID_NOTHING : intake->mated ? SAID_MATED : SAID_NONMATED;
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
    if ((batch.said[r] != SAID_NOTHING && batch.said[r] != same) || (whole != SAID_NOTHING && whole != same))
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
