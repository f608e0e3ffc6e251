/* SPDX-License-Identifier: Apache-2.0
 *
 * Arrays in memory, byte by byte, as NumPy and OpenBR write them.
 */
#ifndef PLB_TESTS_ARRAYS_H
#define PLB_TESTS_ARRAYS_H

#include "collect.h"

struct made {
  char bytes[1 << 16];
  size_t length;
};

/* Begins a .npy file: the header, padded as NumPy does; `fields` is what stands behind 'descr'. */
void npy_begin(struct made *made, int version, const char *descr, bool fortran, const char *shape);
void mtx_begin(struct made *made, const char *first, const char *kind, unsigned rows, unsigned columns, bool big);
void put_bytes(struct made *made, const void *bytes, size_t length);

/* One number as an element of that type, such as "<f4". */
void put_number(struct made *made, const char *type, double value);

const char *made_array(const char *name, const struct made *made);

#endif
