/* SPDX-License-Identifier: Apache-2.0
 *
 * Tables beside the scores: --samples says whose each sample is, --subjects lists the subjects. Both are
 * read whole before the scores.
 */
#ifndef PLB_TRIAL_JOIN_H
#define PLB_TRIAL_JOIN_H

#include "trial/account.h"
#include "trial/asked.h"

struct plb_join;

/* Reads the tables that `input` names and adds them to the accounts. *join is NULL when it names none. `asked` says
 * which facts are kept, and may be NULL. */
plb_status plb_join_read(const struct plb_input *input, const struct plb_asked *asked, struct plb_accounts *accounts,
                         struct plb_join **join, struct plb_error *err);

/* These accept NULL: nothing is joined. */
bool plb_join_has_samples(const struct plb_join *join);
bool plb_join_has_subjects(const struct plb_join *join);

/* The subject of a sample (text lives as long as the join); false when the table lacks the sample. */
bool plb_join_subject_of(const struct plb_join *join, const char *sample, size_t length, const char **subject,
                         size_t *subject_length);

/* True when the table of subjects has that subject. */
bool plb_join_knows(const struct plb_join *join, const char *subject, size_t length);

/* True when a table has the column that --cluster names. */
bool plb_join_has_clusters(const struct plb_join *join);

/* The cluster of a subject as table 0 (samples) or 1 (subjects) has it, an empty text where it has none; false
 * when that table does not say. The text lives as long as the join. */
bool plb_join_cluster_of(const struct plb_join *join, int table, const char *subject, size_t length,
                         const char **cluster, size_t *cluster_length);

/* The facts that the tables have, a bit for each; accepts NULL. */
uint32_t plb_join_facts(const struct plb_join *join);

/* What table 0 (samples) or 1 (subjects) says of a sample or a subject: one text for each fact, empty where it says
 * nothing. False where it does not know that id. The texts live as long as the join. */
bool plb_join_facts_of(const struct plb_join *join, int table, struct plb_slice id, struct plb_slice *facts);

/* Accepts NULL. */
void plb_join_free(struct plb_join *join);

#endif
