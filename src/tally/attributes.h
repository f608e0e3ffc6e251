/* SPDX-License-Identifier: Apache-2.0
 *
 * What is known of the attributes by which comparisons are told apart: how many values there are, of how many
 * comparisons they are not known and why, and who has several.
 */
#ifndef PLB_TALLY_ATTRIBUTES_H
#define PLB_TALLY_ATTRIBUTES_H

#include "tally/tally.h"

struct plb_attribute_account {
  const char *name;
  uint64_t values;  /* different ones that are known */
  uint64_t unknown; /* completed comparisons in which it is not known of one side or both */
  struct {
    uint64_t comparisons; /* a comparison may have two reasons */
    struct plb_slice file;
    uint64_t line; /* where that was first so; 0: nowhere */
  } whys[PLB_WHYS];
  bool has_several; /* it is said of people: */
  uint64_t several; /* those with more than one value */
};

/* Of attribute number `attribute` of tally->by, all systems together. False when out of memory. */
bool plb_attribute_find(const struct plb_tally *tally, size_t attribute, struct plb_attribute_account *account);

#endif
