/* SPDX-License-Identifier: Apache-2.0
 *
 * What the tests of the simulator share: a folder for its files, the table and the truth read back.
 */
#ifndef TESTS_SIMULATED_H
#define TESTS_SIMULATED_H

#include <stddef.h>

#include "plumbline.h"

extern char sim_folder[], sim_scores[256], sim_truth[256]; /* a folder, and two files in it */

struct row {
  unsigned reference, probe;               /* numbers of people */
  unsigned reference_sample, probe_sample; /* from 1 */
  char reference_group, probe_group;       /* 0: no such column */
  unsigned reference_family, probe_family; /* the same */
  int mated;
  char status[24];
  int has_score;
  double score;
};

struct table {
  char *text;
  size_t length;
  struct row *rows;
  size_t count;
};

/* Group set-up and tear-down of cmocka; the latter fails when a temporary file was left behind. */
int sim_make_folder(void **state);
int sim_remove_folder(void **state);

/* The defaults with so many people and samples. */
struct plb_simulation sim_defaults(uint64_t people, uint64_t samples);

/* Simulates into sim_scores and sim_truth and reads the table back. */
struct table sim_run(const struct plb_simulation *ask);
void sim_free(struct table *table);

char *sim_read_file(const char *path, size_t *length);

/* The number behind "key": in the truth, from `*at` on, which moves behind it; or from the start. */
double sim_truth_next(const char **at, const char *key);
double sim_truth_number(const char *text, const char *key);

void sim_assert_close(double seen, double expected, double absolute);

#endif
