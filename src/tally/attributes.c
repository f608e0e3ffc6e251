/* SPDX-License-Identifier: Apache-2.0
 *
 * See attributes.h. Rows are not looked at: groups say why a value is not known, and strata how many rows they have.
 */
#include "tally/attributes.h"

#include <stdlib.h>

#include "base/memory.h"

static bool count_values(const struct plb_tally *tally, size_t attribute, const uint64_t *counts, uint64_t *values) {
  const struct plb_dict *groups = &tally->census.groups;
  struct plb_dict seen = {0};
  bool fine = true;
  for (uint32_t s = 0; s < tally->strata.count && fine; s++) {
    struct plb_stratum stratum = plb_stratum_of(&tally->strata, s);
    const uint32_t sides[2] = {stratum.reference, stratum.probe};
    for (int side = 0; side < 2 && fine && counts[s]; side++) {
      struct plb_slice value = plb_group_value(groups, sides[side], attribute);
      uint32_t number;
      if (value.length)
        fine = plb_dict_put(&seen, value.text, value.length, &number);
    }
  }
  *values = seen.count;
  plb_dict_free(&seen);
  return fine;
}

bool plb_attribute_find(const struct plb_tally *tally, size_t attribute, struct plb_attribute_account *account) {
  const struct plb_noted *notes = &tally->census.notes;
  *account = (struct plb_attribute_account){.name = tally->by.names[attribute]};
  uint64_t *counts = plb_alloc(tally->strata.count, sizeof *counts);
  if (!counts)
    return false;
  plb_tally_count_strata(tally, counts);
  for (uint32_t s = 0; s < tally->strata.count; s++) {
    struct plb_stratum stratum = plb_stratum_of(&tally->strata, s);
    enum plb_why one = plb_group_why(&tally->census.groups, stratum.reference, attribute);
    enum plb_why other = plb_group_why(&tally->census.groups, stratum.probe, attribute);
    account->unknown += one || other ? counts[s] : 0;
    account->whys[one].comparisons += counts[s];
    account->whys[other].comparisons += other != one ? counts[s] : 0;
  }
  for (int why = PLB_WHY_MISSING; why < PLB_WHYS; why++) {
    const struct plb_first *first = &notes->first[attribute][why];
    if (!first->line)
      continue;
    account->whys[why].line = first->line;
    account->whys[why].file.text = plb_dict_text(&notes->files, first->file, &account->whys[why].file.length);
  }
  account->has_several = notes->said[attribute].count != 0;
  account->several = plb_sayings_several(&notes->said[attribute]);
  bool fine = count_values(tally, attribute, counts, &account->values);
  free(counts);
  return fine;
}
