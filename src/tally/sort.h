/* SPDX-License-Identifier: Apache-2.0
 *
 * Sorting 64-bit keys in time proportional to their number, whatever their distribution.
 */
#ifndef PLB_TALLY_SORT_H
#define PLB_TALLY_SORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Sorts `n` keys, ascending; `scratch` has room for as many. */
void plb_sort_keys(uint64_t *keys, uint64_t *scratch, size_t n);

#endif
