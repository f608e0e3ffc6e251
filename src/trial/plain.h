/* SPDX-License-Identifier: Apache-2.0
 *
 * Many rows of a table at once, where the people, the class and the score are all that there is to know of a row.
 */
#ifndef PLB_TRIAL_PLAIN_H
#define PLB_TRIAL_PLAIN_H

#include "trial/table.h"

/* Where the cells of a row stand: of which column they are, of so many. */
struct plb_plain {
  size_t columns;
  size_t score, label, reference, probe; /* label: or PLB_NO_COLUMN */
};

/* Takes the first rows of the cut as plb_intake_row would take each, and says how many: up to one about which anything
 * is unusual, from a fault to a score of many digits, or until the block is full. */
size_t plb_intake_plain(struct plb_intake *intake, const struct plb_plain *plain, const struct plb_cut *cut);

#endif
