/* SPDX-License-Identifier: Apache-2.0
 *
 * Elements of arrays as files hold them: one after the other, in either order of bytes.
 */
#ifndef PLB_TRIAL_ARRAY_H
#define PLB_TRIAL_ARRAY_H

#include "trial/reader.h"

/* What one element is. `kind` as NumPy has it: f, i, u, b (truth), S (bytes), U (UCS-4); V: what is not looked at. */
struct plb_element {
  char kind;
  bool swapped; /* in the order of bytes that this machine does not have */
  size_t size;  /* in bytes */
};

/* Whether its numbers can be scores: floats of 4 or 8 bytes, whole numbers. */
bool plb_element_is_score(const struct plb_element *element);

/* Scores of such elements, each `stride` bytes behind the one before. Answers how many were converted: fewer than
 * `count` where the next one is a whole number that no double is equal to. */
size_t plb_array_scores(const struct plb_element *element, const char *from, size_t stride, size_t count, double *to);

/* A whole number or a truth: the bits of an int64_t, or, where *huge, of a uint64_t beyond it. */
uint64_t plb_array_whole(const struct plb_element *element, const char *from, bool *huge);

/* That number as text; answers its length. */
#define PLB_WHOLE_TEXT 24
size_t plb_whole_text(uint64_t bits, bool huge, char text[PLB_WHOLE_TEXT]);

/* The text in an element of kind S or U, without the NULs behind it. `scratch` is of at least its size. False where
 * that is not UTF-8 (S), no character (U), or has a NUL within. */
bool plb_array_text(const struct plb_element *element, const char *from, char *scratch, struct plb_slice *text);

/* Elements on their way: what all readers of arrays ask for more. */
struct plb_run {
  const char *what;     /* one element in words: "score", "row", "cell of the mask" */
  size_t size;          /* of one, in bytes */
  uint64_t total, left; /* how many there are, and are still to come */
};

/* The elements that lie ahead, at least one unless none is left; then the end of the input is looked for. PLB_DATA
 * where it comes too early or too late. */
plb_status plb_run_ahead(const struct plb_run *run, struct plb_bytes *bytes, const char **at, size_t *count,
                         struct plb_error *err);

/* Consumes some of them. */
void plb_run_pass(struct plb_run *run, struct plb_bytes *bytes, size_t count);

/* "an integer beyond what a double holds exactly", for the row of these fields. */
plb_status plb_fail_inexact(const struct plb_reader *reader, const struct plb_fields *fields, struct plb_error *err);

/* A fault of one row of an array. */
plb_status plb_fail_element(const char *name, uint64_t row, uint64_t column, struct plb_error *err, const char *format,
                            ...) __attribute__((format(printf, 5, 6)));

#endif
