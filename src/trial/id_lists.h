/* SPDX-License-Identifier: Apache-2.0
 *
 * Ids of the rows and columns of matrices that have none of their own (--row-ids, --column-ids): text files with one id
 * a line, in the order of the rows or columns.
 */
#ifndef PLB_TRIAL_ID_LISTS_H
#define PLB_TRIAL_ID_LISTS_H

#include "trial/account.h"
#include "trial/reader.h"

/* Within a list each id stands once, so its number in the dictionary is its place, and its line one more. */
struct plb_id_list {
  char *name; /* of the file, for messages */
  struct plb_dict ids;
};

struct plb_id_lists {
  struct plb_id_list row;
  struct plb_id_list column; /* without a name: the rows' are meant */
};

/* Reads the lists that `input` names and adds them to the accounts. *lists is NULL when it names none. */
plb_status plb_id_lists_read(const struct plb_input *input, struct plb_accounts *accounts, struct plb_id_lists **lists,
                             struct plb_error *err);

/* Accepts NULL. */
void plb_id_lists_free(struct plb_id_lists *lists);

#endif
