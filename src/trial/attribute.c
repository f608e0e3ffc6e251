/* SPDX-License-Identifier: Apache-2.0
 *
 * See attribute.h. A number for each person, and a dictionary of the values: what is looked up again for
 * every row of a table is one word.
 */
#include "trial/attribute.h"

#include <stdlib.h>

#include "base/memory.h"

void plb_attribute_free(struct plb_attribute *attribute) {
  plb_dict_free(&attribute->values);
  free(attribute->of);
  *attribute = (struct plb_attribute){0};
}

/* Room for a person; nothing is said yet. False when out of memory. */
static bool reach(struct plb_attribute *attribute, uint32_t person) {
  size_t need = (size_t)person + 1;
  if (need <= attribute->count)
    return true;
  if (!plb_reserve(&attribute->of, &attribute->capacity, need, sizeof *attribute->of))
    return false;
  for (size_t i = attribute->count; i < need; i++)
    attribute->of[i] = PLB_NOBODY;
  attribute->count = need;
  return true;
}

enum plb_told plb_attribute_say(struct plb_attribute *attribute, uint32_t person, uint32_t value) {
  if (!reach(attribute, person))
    return PLB_TOLD_NOMEM;
  uint32_t *of = &attribute->of[person];
  if (*of == PLB_NOBODY)
    *of = value;
  return *of == value || value == PLB_NOBODY ? PLB_TOLD_FINE : PLB_TOLD_OTHER;
}
