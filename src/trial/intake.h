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

/* Everything is borrowed and must outlive the intake; `asked` is NULL when nothing is asked of the sides, `join` when
 * nothing is joined. */
plb_status plb_intake_new(const struct plb_input *input, const struct plb_asked *asked, struct plb_census *census,
                          const struct plb_join *join, struct plb_intake **intake, struct plb_error *err);

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

/* ---- twins: rows taken by several threads -----------------------------------------------------
 *
 * A twin knows what the intake knows and takes rows into a block of its own, while the intake and its
 * census rest. Names that the census does not hold are numbered behind it until they are absorbed, twin by
 * twin in the order of their rows. A twin that fails is forgotten, and its rows are taken again by the
 * intake itself, which has the message.
 */

/* Ids in the census when the twins began. */
struct plb_known {
  uint32_t people, samples, systems, groups, clusters;
};

/* Whether twins may be used: at least one row of the input was taken, and nothing is joined to rows. */
bool plb_intake_has_twins(const struct plb_intake *intake);

plb_status plb_intake_twin_new(struct plb_intake **twin, struct plb_error *err);
void plb_intake_twin_begin(struct plb_intake *twin, const struct plb_intake *intake, struct plb_block *block,
                           struct plb_input_account *account);
struct plb_known plb_intake_known(const struct plb_intake *intake);

/* *fine is false when a row gives a sample to another person, or a person to another cluster, than a row before
 * it did. The twin is then forgotten
 * like one that failed; so are those behind it, and of those before it only the names stay. */
plb_status plb_intake_absorb(struct plb_intake *intake, struct plb_intake *twin, const struct plb_known *known,
                             bool *fine, struct plb_error *err);
void plb_intake_twin_free(struct plb_intake *twin);

/* Accepts NULL. */
void plb_intake_free(struct plb_intake *intake);

#endif
