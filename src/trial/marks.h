/* SPDX-License-Identifier: Apache-2.0
 *
 * Where in 64 bytes of a table the bytes are that cut it: separators, line ends, quotes. Sixteen bytes are compared at
 * once (vectors are the compiler's, so this is the same code on every machine); the bytes that are hits, each with the
 * weight of its bit, add up to eight bits in the top byte of a product.
 */
#ifndef PLB_TRIAL_MARKS_H
#define PLB_TRIAL_MARKS_H

#include <endian.h>
#include <stdint.h>
#include <string.h>

#define PLB_MARKS_BYTES 64

typedef unsigned char plb_bytes16 __attribute__((vector_size(16)));

/* Eight bytes that are 0xFF or 0: bit i is byte i. */
static inline uint64_t plb_marks_gather(uint64_t hits) {
  return (le64toh(hits) & UINT64_C(0x8040201008040201)) * UINT64_C(0x0101010101010101) >> 56;
}

/* Bit i: text[i] is `separator`, a line end or a quote. */
static inline uint64_t plb_marks(const char *text, char separator) {
  const plb_bytes16 zero = {0};
  const plb_bytes16 separators = zero + (unsigned char)separator, ends = zero + '\n', quotes = zero + '"';
  uint64_t marks = 0;
  for (unsigned i = 0; i < PLB_MARKS_BYTES; i += 16) {
    plb_bytes16 bytes;
    uint64_t halves[2];
    memcpy(&bytes, text + i, sizeof bytes);
    plb_bytes16 hits = (plb_bytes16)((bytes == separators) | (bytes == ends) | (bytes == quotes));
    memcpy(halves, &hits, sizeof halves);
    marks |= (plb_marks_gather(halves[0]) | plb_marks_gather(halves[1]) << 8) << i;
  }
  return marks;
}

/* How many bits are set. */
static inline unsigned plb_marks_count(uint64_t marks) {
  marks -= marks >> 1 & UINT64_C(0x5555555555555555);
  marks = (marks & UINT64_C(0x3333333333333333)) + (marks >> 2 & UINT64_C(0x3333333333333333));
  marks = (marks + (marks >> 4)) & UINT64_C(0x0F0F0F0F0F0F0F0F);
  return (unsigned)(marks * UINT64_C(0x0101010101010101) >> 56);
}

#endif
