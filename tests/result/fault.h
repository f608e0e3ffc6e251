/* SPDX-License-Identifier: Apache-2.0
 *
 * Memory that runs out at the n-th request. The tests are linked with --wrap=calloc and --wrap=realloc, so
 * that each request of the library, which asks nowhere else, comes through here.
 */
#ifndef TESTS_RESULT_FAULT_H
#define TESTS_RESULT_FAULT_H

#include <stddef.h>

static long fault_after = -1; /* requests that still succeed; -1: all */

void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);

static int fault_now(void) {
  if (fault_after < 0)
    return 0;
  return fault_after-- == 0 ? (fault_after = 0, 1) : 0;
}

void *__wrap_calloc(size_t count, size_t size) {
  return fault_now() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *old, size_t size) {
  return fault_now() ? NULL : __real_realloc(old, size);
}

#endif
