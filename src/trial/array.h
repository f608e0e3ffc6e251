/* SPDX-License-Identifier: Apache-2.0
 *
 * Elements of arrays as files hold them: one after the other, in either order of bytes.
 */
#ifndef PLB_TRIAL_ARRAY_H
#define PLB_TRIAL_ARRAY_H

#include <string.h>

#include "trial/reader.h"

/* What one element is. `kind` as NumPy has it: f, i, u, b (truth), S (bytes), U (UCS-4); V: what is not looked at. */
struct plb_element {
  char kind;
  bool swapped; /* in the order of bytes that this machine does not have */
  size_t size;  /* in bytes */
};

/* Whether its numbers can be scores: floats of 4 or 8 bytes, whole numbers. */
bool plb_element_is_score(const struct plb_element *element);

/* The bits of an element of 1, 2, 4 or 8 bytes, wherever it lies. */
static inline uint64_t plb_array_load(const char *from, size_t size, bool swapped) {
  uint16_t two;
  uint32_t four;
  uint64_t eight;
  switch (size) {
  case 1: return (unsigned char)*from;
  case 2: memcpy(&two, from, 2); return swapped ? __builtin_bswap16(two) : two;
  case 4: memcpy(&four, from, 4); return swapped ? __builtin_bswap32(four) : four;
  default: memcpy(&eight, from, 8); return swapped ? __builtin_bswap64(eight) : eight;
  }
}

/* The float of 4 or 8 bytes with these bits. */
static inline double plb_array_float(uint64_t bits, size_t size) {
  uint32_t low = (uint32_t)bits;
  double value;
  float single;
  if (size == 8) {
    memcpy(&value, &bits, sizeof value);
    return value;
  }
  memcpy(&single, &low, sizeof single);
  return (double)single;
}

/* Scores of such elements, each `stride` bytes behind the one before. Answers how many were converted: fewer than
 * `count` where the next one is a whole number that no double is equal to. */
size_t plb_array_scores(const struct plb_element *element, const char *from, size_t stride, size_t count, double *to);

/* A whole number or a truth: the bits of an int64_t, or, where *huge, of a uint64_t beyond it. */
static inline uint64_t plb_array_whole(const struct plb_element *element, const char *from, bool *huge) {
  uint64_t bits = plb_array_load(from, element->size, element->swapped);
  *huge = element->kind == 'u' && bits > INT64_MAX;
  if (element->kind != 'i' || element->size == 8)
    return bits;
  uint64_t sign = UINT64_C(1) << (8 * element->size - 1);
  return (bits ^ sign) - sign;
}

/* That number as text; answers its length. */
#define PLB_WHOLE_TEXT 24
size_t plb_whole_text(uint64_t bits, bool huge, char text[PLB_WHOLE_TEXT]);

/* The text in an element of kind S or U, without the NULs behind it. `scratch` is of at least its size. False where
 * that is not UTF-8 (S), no character (U), or has a NUL within. */
bool plb_array_text(const struct plb_element *element, const char *from, char *scratch, struct plb_slice *text);

/* Elements on their way: what all readers of arrays ask for more. */
struct plb_run {
  const char *what;       /* one element in words: "score", "row", "cell of the mask" */
  size_t size;            /* of one, in bytes */
  uint64_t total, left;   /* how many there are, and are still to come */
  uint64_t before, after; /* of those to come, the first and the last that are left to other shards */
};

/* Leaves to other shards what is not ours: before the first element is asked for. Answers the place of our first one,
 * from 0. */
uint64_t plb_run_deal(struct plb_run *run, struct plb_reader *reader);

/* Those that are ours, and lie ahead without any of others before them. */
static inline uint64_t plb_run_ours(const struct plb_run *run) {
  return run->before ? 0 : run->left - run->after;
}

/* The elements that lie ahead, at least one unless none is left; then the end of the input is looked for. PLB_DATA
 * where it comes too early or too late. */
plb_status plb_run_ahead(struct plb_run *run, struct plb_bytes *bytes, const char **at, size_t *count,
                         struct plb_error *err);

/* Consumes some of them. */
void plb_run_pass(struct plb_run *run, struct plb_bytes *bytes, size_t count);

/* "an integer beyond what a double holds exactly", for the row of these fields. */
plb_status plb_fail_inexact(const struct plb_reader *reader, const struct plb_fields *fields, struct plb_error *err);

/* A fault of one row of an array. */
plb_status plb_fail_element(const char *name, uint64_t row, uint64_t column, struct plb_error *err, const char *format,
                            ...) __attribute__((format(printf, 5, 6)));

#endif
