/* SPDX-License-Identifier: Apache-2.0
 *
 * An array by number of a person or a sample, of which a system may know a few only: where thousands of systems have
 * people of their own, an array over everybody for each of them would need memory for systems times people. Pages of
 * PLB_PAGE numbers are made where somebody is; a number costs one pointer more to look up.
 */
#ifndef PLB_TALLY_SPARSE_H
#define PLB_TALLY_SPARSE_H

#include "base/error.h"

#define PLB_PAGE 128

/* An all-zero struct is empty. All calls on it name the same `size` of an element. */
struct plb_sparse {
  char **pages; /* by number / PLB_PAGE; NULL where nobody is */
  size_t page_count, page_capacity;
};

/* Slow path of plb_sparse_reach. */
void *plb_sparse_make(struct plb_sparse *sparse, size_t number, size_t size);

/* The element of a number, all zero when it is new; NULL when out of memory. */
static inline void *plb_sparse_reach(struct plb_sparse *sparse, size_t number, size_t size) {
  size_t page = number / PLB_PAGE;
  if (page < sparse->page_count && sparse->pages[page])
    return sparse->pages[page] + number % PLB_PAGE * size;
  return plb_sparse_make(sparse, number, size);
}

/* The element of the first number from *number on that has a page, and that number; NULL behind the last. Elements that
 * nobody reached but share a page with one that was are all zero. */
const void *plb_sparse_next(const struct plb_sparse *sparse, size_t *number, size_t size);

void plb_sparse_free(struct plb_sparse *sparse);

#endif
