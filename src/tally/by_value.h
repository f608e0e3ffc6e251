/* SPDX-License-Identifier: Apache-2.0
 *
 * Mated comparisons counted by the person in them and by a value that each stratum has, such as the years between the
 * two samples: what trends and curves over such a value are made of.
 */
#ifndef PLB_TALLY_BY_VALUE_H
#define PLB_TALLY_BY_VALUE_H

#include "tally/people.h"

struct plb_by_value {
  /* asked for: */
  const uint32_t *value_of;   /* by stratum: the number of its value, or PLB_NOBODY: left out */
  const uint64_t *thresholds; /* ascending keys */
  size_t threshold_count;
  /* answered: a record for each place (tally/people.h) and value that come together, ascending: */
  size_t count;
  uint64_t *records; /* [count][2 + threshold_count]: place << 32 | value, comparisons, errors at each threshold */
};

static inline uint32_t plb_by_value_place(const uint64_t *record) {
  return (uint32_t)(record[0] >> 32);
}

static inline uint32_t plb_by_value_value(const uint64_t *record) {
  return (uint32_t)record[0];
}

plb_status plb_by_value_count(const struct plb_tally *tally, const struct plb_rows *rows,
                              const struct plb_places *places, unsigned threads, struct plb_by_value *by_value,
                              struct plb_error *err);
void plb_by_value_free(struct plb_by_value *by_value);

#endif
