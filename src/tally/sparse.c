/* SPDX-License-Identifier: Apache-2.0
 *
 * See sparse.h. Numbers are given in the order of the rows: a system whose rows follow each other has its own people
 * in n / PLB_PAGE + 1 pages; people spread over all numbers have a page each at most.
 */
#include "tally/sparse.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

void *plb_sparse_make(struct plb_sparse *sparse, size_t number, size_t size) {
  size_t page = number / PLB_PAGE, old = sparse->page_count;
  if (page >= old) {
    if (!plb_reserve(&sparse->pages, &sparse->page_capacity, page + 1, sizeof *sparse->pages))
      return NULL;
    memset(sparse->pages + old, 0, (page + 1 - old) * sizeof *sparse->pages);
    sparse->page_count = page + 1;
  }
  sparse->pages[page] = plb_alloc(PLB_PAGE, size);
  return sparse->pages[page] ? sparse->pages[page] + number % PLB_PAGE * size : NULL;
}

const void *plb_sparse_next(const struct plb_sparse *sparse, size_t *number, size_t size) {
  for (size_t page = *number / PLB_PAGE; page < sparse->page_count; page++) {
    if (sparse->pages[page])
      return sparse->pages[page] + *number % PLB_PAGE * size;
    *number = (page + 1) * PLB_PAGE;
  }
  return NULL;
}

void plb_sparse_free(struct plb_sparse *sparse) {
  for (size_t page = 0; page < sparse->page_count; page++)
    free(sparse->pages[page]);
  free(sparse->pages);
  *sparse = (struct plb_sparse){0};
}
