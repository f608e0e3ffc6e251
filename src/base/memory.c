/* SPDX-License-Identifier: Apache-2.0
 *
 * One place through which memory is asked for, so that the tests can make any of these calls fail.
 */
#include "base/memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define LARGE_PAGE ((size_t)2 << 20)

void *plb_alloc(size_t count, size_t size) {
  return calloc(count ? count : 1, size ? size : 1);
}

void *plb_alloc_large(size_t count, size_t size) {
  if (size && count > (SIZE_MAX - LARGE_PAGE) / size)
    return NULL;
  size_t bytes = count * size;
  if (bytes < LARGE_PAGE)
    return malloc(bytes ? bytes : 1);
  bytes = (bytes + LARGE_PAGE - 1) / LARGE_PAGE * LARGE_PAGE;
  void *memory = aligned_alloc(LARGE_PAGE, bytes);
  if (memory)
    madvise(memory, bytes, MADV_HUGEPAGE); /* a wish: where it is not granted, nothing changes */
  return memory;
}

/* `pointer` is the address of a pointer of any type; memcpy keeps that within the rules of C. */
bool plb_resize(void *pointer, size_t count, size_t size) {
  void *old;
  memcpy(&old, pointer, sizeof old);
  if (size && count > SIZE_MAX / size)
    return false;
  size_t bytes = count * size;
  void *fresh = realloc(old, bytes ? bytes : 1);
  if (!fresh)
    return false;
  memcpy(pointer, &fresh, sizeof fresh);
  return true;
}

bool plb_reserve(void *pointer, size_t *capacity, size_t need, size_t size) {
  if (need <= *capacity)
    return true;
  size_t wanted = *capacity ? *capacity : 16;
  while (wanted < need) {
    if (wanted > SIZE_MAX / 2)
      return false;
    wanted *= 2;
  }
  if (!plb_resize(pointer, wanted, size))
    return false;
  *capacity = wanted;
  return true;
}

char *plb_copy_text(const char *text, size_t length) {
  char *copy = plb_alloc(length + 1, 1);
  if (copy && length)
    memcpy(copy, text, length);
  return copy;
}
