/* SPDX-License-Identifier: Apache-2.0
 *
 * Many rows of a table or an array at once, where the people, the class and the score are all that there is to know of
 * a row.
 */
#ifndef PLB_TRIAL_PLAIN_H
#define PLB_TRIAL_PLAIN_H

#include "trial/profiles.h"
#include "trial/table.h"

/* Where the cells of a row stand: of which column they are, of so many. */
struct plb_plain {
  size_t columns;
  size_t score, label, reference, probe; /* label: or PLB_NO_COLUMN */
  struct plb_plain_facts {
    size_t count;                       /* of either side */
    size_t columns[2 * PLB_MOST_CELLS]; /* those of the reference, then those of the probe */
    uint8_t facts[PLB_MOST_CELLS];      /* what they say */
  } facts;
};

/* Takes the first rows of the cut as plb_intake_row would take each, and says how many: up to one about which anything
 * is unusual, from a fault to a score of many digits, or until the block is full. */
size_t plb_intake_plain(struct plb_intake *intake, const struct plb_plain *plain, const struct plb_cut *cut);

/* What a row says of its class. */
enum plb_said { PLB_SAID_NONMATED = PLB_CLASS_NONMATED, PLB_SAID_MATED = PLB_CLASS_MATED, PLB_SAID_NOTHING };

/* Rows as numbers. */
struct plb_plain_rows {
  double score[PLB_CUT_ROWS];        /* as the file has it */
  uint8_t said[PLB_CUT_ROWS];        /* enum plb_said */
  uint32_t number[2 * PLB_CUT_ROWS]; /* reference and probe of each row, in the census; PLB_NOBODY: not known yet */
};

/* The same for the first `count` of such rows, up to one with a person not known yet. None before the first row of an
 * input was taken. `single`: scores are stored in single precision. */
size_t plb_intake_plain_numbers(struct plb_intake *intake, bool single, struct plb_plain_rows *rows, size_t count);

/* When to ask for rows at once: where those taken were few, so many rows are not asked about; longer, the oftener that
 * happens. */
struct plb_pace {
  unsigned rest, last_rest;
};

static inline bool plb_pace_rests(struct plb_pace *pace) {
  bool rests = pace->rest > 0;
  pace->rest -= rests;
  return rests;
}

static inline void plb_pace_note(struct plb_pace *pace, size_t taken) {
  unsigned longer = 2 * pace->last_rest + 1, most = PLB_CUT_ROWS;
  pace->rest = pace->last_rest = taken >= PLB_CUT_ROWS / 2 ? 0 : longer < most ? longer : most;
}

#endif
