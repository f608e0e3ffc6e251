/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading all of an input into memory, for the tests of the readers.
 */
#ifndef PLB_TESTS_COLLECT_H
#define PLB_TESTS_COLLECT_H

#include "trial/source.h"

struct collected {
  plb_status status;
  struct plb_error err;
  struct plb_census census;
  struct plb_trial *rows;
  size_t count, capacity;
  struct plb_traits traits;
  uint64_t file_rows, kept, dropped[PLB_DROPS]; /* summed over the inputs */
  char format[32];                              /* of the last input: tables beside come first */
  size_t inputs;
};

/* Reads everything; never fails, see `status`. */
void collect(const struct plb_input *input, struct collected *all);
void collected_free(struct collected *all);

/* Completed comparisons of a class (with the rows that each stands for), and failures of one kind. */
uint64_t completed(const struct collected *all, bool mated);
uint64_t failed(const struct collected *all, enum plb_outcome how);

/* The same trials whatever the numbers and the order: people by name, in sorted order. */
bool same_trials(const struct collected *left, const struct collected *right);

/* All defaults. */
struct plb_input plain(void);

/* Read one file, one made file, the two files of the two-file form; format may be NULL. */
void read_one(const char *path, const char *format, struct collected *all);
void read_text(const char *text, const char *format, struct collected *all);
void read_classes(const char *mated, const char *nonmated, const char *format, struct collected *all);

/* It failed, there, with these words in the message; it was read, with so many of each class. */
void assert_fails(const struct collected *all, plb_status status, uint64_t line, uint64_t column, const char *part);
void assert_read(const struct collected *all, const char *format, uint64_t mated, uint64_t nonmated);
void assert_id(const struct plb_dict *dict, uint32_t number, const char *expected);

/* Writes a temporary file that is removed at the end of the program; answers its path. */
const char *made_file(const char *name, const char *text);

/* The same of any bytes. */
const char *made_bytes(const char *name, const void *bytes, size_t length);

/* The path of a file of the shared data, or NULL (with the reason printed) where that is absent. */
const char *shared_file(const char *name);

#endif
