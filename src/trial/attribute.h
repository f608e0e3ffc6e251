/* SPDX-License-Identifier: Apache-2.0
 *
 * An attribute of people: one value for each person, or none. Values are opaque texts, numbered in order of
 * first appearance. What is said of a person twice must be the same both times.
 */
#ifndef PLB_TRIAL_ATTRIBUTE_H
#define PLB_TRIAL_ATTRIBUTE_H

#include "base/dict.h"

#define PLB_NO_VALUE (UINT32_MAX - 1) /* it was said that the person has none */

struct plb_attribute {
  struct plb_dict values;
  uint32_t *of; /* by person number: a number of `values`, PLB_NO_VALUE, or PLB_NOBODY while nothing was said */
  size_t count, capacity;
};

/* An all-zero struct knows of nobody. */
void plb_attribute_free(struct plb_attribute *attribute);

/* The value of a person: a number of `values`, PLB_NO_VALUE or PLB_NOBODY. */
static inline uint32_t plb_attribute_of(const struct plb_attribute *attribute, uint32_t person) {
  return person < attribute->count ? attribute->of[person] : PLB_NOBODY;
}

/* The same number as before; nothing is said of a person by PLB_NOBODY. */
enum plb_told { PLB_TOLD_FINE = 0, PLB_TOLD_OTHER, PLB_TOLD_NOMEM };
enum plb_told plb_attribute_say(struct plb_attribute *attribute, uint32_t person, uint32_t value);

#endif
