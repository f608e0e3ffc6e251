/* SPDX-License-Identifier: Apache-2.0
 *
 * A library that measures nothing: it remembers what it was asked and answers what the test told it to.
 * So the program's own part (options, outputs, exit codes, messages) can be tested by itself, the
 * failures that a real library hardly ever has included.
 */
#ifndef TESTS_FAKE_LIBRARY_H
#define TESTS_FAKE_LIBRARY_H

#include "plumbline.h"

#define FAKE_MOST 8

struct fake {
  /* what to answer */
  plb_status read, estimate, write, simulate, check;
  const char *message;
  size_t claims, shown;
  uint64_t problems;
  bool interrupt; /* raise SIGINT while reading, then call the progress callback */
  /* what was asked */
  struct plb_input input;
  char files[FAKE_MOST][64];
  struct plb_input inputs[FAKE_MOST]; /* of plb_compare */
  size_t input_count;
  struct plb_comparing comparing;
  struct plb_options options;
  struct plb_plan_options plan;
  double thresholds[FAKE_MOST], targets[FAKE_MOST];
  char claim[FAKE_MOST][64], interval[64];
  char command[256];
  struct plb_simulation simulation;
  char scores[64], truth[64];
  struct fake_write {
    enum plb_format format;
    char path[64];
    size_t results;
  } writes[FAKE_MOST];
  size_t write_count;
  char svg[64];
  bool watched; /* a result was given somebody to tell, who says to go on */
  int alive;    /* tallies and results not freed */
};

extern struct fake fake;

#endif
