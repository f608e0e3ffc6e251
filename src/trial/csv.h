/* SPDX-License-Identifier: Apache-2.0
 *
 * The canonical comparison table of doc/formats.md.
 */
#ifndef PLB_TRIAL_CSV_H
#define PLB_TRIAL_CSV_H

#include "trial/asked.h"
#include "trial/columns.h"

extern const struct plb_reader_kind plb_reader_csv;

/* For readers of other tables with named columns: the offset in struct plb_fields of what a role means, and the columns
 * that --cluster names, probe's first (PLB_NO_COLUMN: none here, but a table of people has them). */
size_t plb_field_of_role(enum plb_role role);
plb_status plb_find_clusters(const struct plb_reader *reader, const struct plb_table *table, size_t columns[2],
                             struct plb_error *err);

/* The columns of the facts that are asked for, in the order of struct plb_fields.values (PLB_NO_COLUMN: none here);
 * *any is false where there are none at all. PLB_DATA where these and the tables do not tell all that is asked. */
plb_status plb_find_facts(const struct plb_reader *reader, const struct plb_table *table,
                          size_t columns[2 * PLB_MOST_FACTS], bool *any, struct plb_error *err);

/* What the name of the score column says about direction is told to the intake. */
plb_status plb_declare_direction(struct plb_reader *reader, const struct plb_table *table,
                                 const struct plb_columns *columns, struct plb_error *err);

#endif
