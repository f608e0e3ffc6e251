/* SPDX-License-Identifier: Apache-2.0
 *
 * See strata.h. The dictionary of ids does for them too: its texts are the bytes of two numbers.
 */
#include "tally/strata.h"

#include <string.h>

bool plb_stratum_number(struct plb_dict *strata, struct plb_stratum stratum, uint32_t *number) {
  char text[sizeof stratum];
  memcpy(text, &stratum, sizeof text);
  return plb_dict_put(strata, text, sizeof text, number);
}

struct plb_stratum plb_stratum_of(const struct plb_dict *strata, uint32_t number) {
  struct plb_stratum stratum;
  size_t length;
  memcpy(&stratum, plb_dict_text(strata, number, &length), sizeof stratum);
  return stratum;
}
