/* SPDX-License-Identifier: Apache-2.0 */
#include "arrays.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void put_bytes(struct made *made, const void *bytes, size_t length) {
  if (length > sizeof made->bytes - made->length)
    abort();
  memcpy(made->bytes + made->length, bytes, length);
  made->length += length;
}

void npy_begin(struct made *made, int version, const char *descr, bool fortran, const char *shape) {
  char text[2048];
  size_t before = version == 1 ? 10 : 12;
  int length = snprintf(text, sizeof text, "{'descr': %s, 'fortran_order': %s, 'shape': %s, }", descr,
                        fortran ? "True" : "False", shape);
  while ((before + (size_t)length + 1) % 64)
    text[length++] = ' ';
  text[length++] = '\n';
  unsigned char head[12] = {0x93, 'N', 'U', 'M', 'P', 'Y', (unsigned char)version, 0};
  head[8] = (unsigned char)(length & 255);
  head[9] = (unsigned char)(length >> 8);
  made->length = 0;
  put_bytes(made, head, before);
  put_bytes(made, text, (size_t)length);
}

void mtx_begin(struct made *made, const char *first, const char *kind, unsigned rows, unsigned columns, bool big) {
  char text[128];
  made->length = 0;
  put_bytes(made, text,
            (size_t)snprintf(text, sizeof text, "%s\ntargets.xml\nqueries.xml\n%s %u %u %s\n", first, kind, rows,
                             columns, big ? "\x12\x34\x56\x78" : "\x78\x56\x34\x12"));
}

void put_number(struct made *made, const char *type, double value) {
  unsigned char bytes[8], turned[8];
  int size = type[2] - '0';
  float single = (float)value;
  int64_t whole = type[1] == 'f' ? 0 : (int64_t)value;
  uint64_t bits = (uint64_t)whole;
  if (type[1] == 'f' && size == 8)
    memcpy(&bits, &value, sizeof bits);
  else if (type[1] == 'f') {
    uint32_t low;
    memcpy(&low, &single, sizeof low);
    bits = low;
  }
  for (int i = 0; i < size; i++) {
    bytes[i] = (unsigned char)(bits >> (8 * i));
    turned[size - 1 - i] = bytes[i];
  }
  put_bytes(made, type[0] == '>' ? turned : bytes, (size_t)size);
}

const char *made_array(const char *name, const struct made *made) {
  return made_bytes(name, made->bytes, made->length);
}
