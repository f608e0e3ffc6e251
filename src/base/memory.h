/* SPDX-License-Identifier: Apache-2.0
 *
 * Checked memory: sizes are products that are checked for overflow, and NULL is the only failure.
 */
#ifndef PLB_BASE_MEMORY_H
#define PLB_BASE_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

/* count * size bytes, zeroed; NULL when out of memory or on overflow. Free with free(). A count of 0
 * still gives a pointer that can be freed. */
void *plb_alloc(size_t count, size_t size);

/* count * size bytes, not zeroed, for arrays of megabytes that are about to be filled: asks the system for
 * large pages, since touching memory page by page costs more than filling it. Free with free(). */
void *plb_alloc_large(size_t count, size_t size);

/* Resizes *pointer (not zeroed); on failure *pointer is unchanged and false is answered. */
bool plb_resize(void *pointer, size_t count, size_t size);

/* Makes room for `need` elements in a growing array: doubles *capacity until it holds them. */
bool plb_reserve(void *pointer, size_t *capacity, size_t need, size_t size);

/* A copy of `length` bytes with a NUL behind; NULL when out of memory. */
char *plb_copy_text(const char *text, size_t length);

#endif
