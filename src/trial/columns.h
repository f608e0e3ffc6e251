/* SPDX-License-Identifier: Apache-2.0
 *
 * What the columns of a score table mean: names, aliases and --map.
 */
#ifndef PLB_TRIAL_COLUMNS_H
#define PLB_TRIAL_COLUMNS_H

#include "trial/table.h"

enum plb_role {
  PLB_ROLE_SCORE = 0,
  PLB_ROLE_LABEL,
  PLB_ROLE_PROBE,
  PLB_ROLE_REFERENCE,
  PLB_ROLE_PROBE_SAMPLE,
  PLB_ROLE_REFERENCE_SAMPLE,
  PLB_ROLE_PROBE_INSTANCE,
  PLB_ROLE_REFERENCE_INSTANCE,
  PLB_ROLE_STATUS,
  PLB_ROLE_SYSTEM,
  PLB_ROLES
};

#define PLB_NO_COLUMN SIZE_MAX

struct plb_columns {
  size_t of[PLB_ROLES]; /* the column with that meaning, or PLB_NO_COLUMN */
};

/* Finds the columns of a score table; `map` is "name=column,..." or NULL. Faults: PLB_USAGE for a map
 * that is none, PLB_DATA for what the table lacks or has twice. */
plb_status plb_columns_find(const struct plb_table *table, const char *map, struct plb_columns *columns,
                            struct plb_error *err);

/* The columns of an attribute of people, of the probe's and of the reference's: "probe_" or "reference_"
 * ("ref_") and `name`, or as the map says; PLB_NO_COLUMN for both where there is none. Faults: PLB_DATA for one
 * side alone, or two columns of one side. */
plb_status plb_columns_of_attribute(const struct plb_table *table, const char *map, const char *name, size_t column[2],
                                    struct plb_error *err);

/* What the name of the score column says about direction. */
enum plb_direction plb_columns_direction(const struct plb_table *table, const struct plb_columns *columns);

/* True for the name of an attribute of one side: "probe_" or "reference_" ("ref_") and more. */
bool plb_columns_attribute(struct plb_slice name);

/* True when a header line has at least one column that is known by its name. */
bool plb_columns_known(const char *line, size_t length);

#endif
