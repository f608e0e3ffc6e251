/* SPDX-License-Identifier: Apache-2.0
 *
 * The intake as the source sees it; readers see the few calls of reader.h.
 */
#ifndef PLB_TRIAL_INTAKE_H
#define PLB_TRIAL_INTAKE_H

#include "trial/account.h"
#include "trial/join.h"
#include "trial/reader.h"
#include "trial/trial_list.h"

/* Everything is borrowed and must outlive the intake; `join` is NULL when nothing is joined. */
plb_status plb_intake_new(const struct plb_input *input, struct plb_census *census, const struct plb_join *join,
                          struct plb_accounts *accounts, struct plb_intake **intake, struct plb_error *err);

/* Joins all rows from now on to a trial list, by their samples; borrowed. */
void plb_intake_trials(struct plb_intake *intake, struct plb_trial_list *trials);

/* Begins an input: its name for messages, where its rows are counted, and, in the two-file form, the
 * class of all of it. */
void plb_intake_begin(struct plb_intake *intake, const char *name, struct plb_input_account *account, bool mated_known,
                      bool mated);

/* Ends the header of an input: settles the direction of its scores. */
plb_status plb_intake_settle(struct plb_intake *intake, struct plb_error *err);

/* Rows go to this block from now on. */
void plb_intake_block(struct plb_intake *intake, struct plb_block *block);

/* What is known so far; complete after the first row. */
const struct plb_traits *plb_intake_traits(const struct plb_intake *intake);

/* Accepts NULL. */
void plb_intake_free(struct plb_intake *intake);

#endif
