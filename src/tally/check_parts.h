/* SPDX-License-Identifier: Apache-2.0
 *
 * What looking at scores (check.c) and at states (check_state.c) have in common.
 */
#ifndef PLB_TALLY_CHECK_PARTS_H
#define PLB_TALLY_CHECK_PARTS_H

#include "base/out.h"
#include "tally/tally.h"

struct plb_check {
  const struct plb_input *input;
  struct plb_out *out;
  uint64_t problems, tests; /* tests: those with rows */
  struct plb_traits first;  /* of the first such test */
  bool alike;               /* all tests so far have the same */
  /* of the test being looked at */
  struct plb_tally *tally;
  bool several; /* it has more than one input */
  bool state;   /* it was counted before, and may be a part of a test */
  /* of the input being looked at */
  uint64_t found;
  char (*messages)[sizeof((struct plb_error *)NULL)->message]; /* of the first ones */
  uint64_t completed[2], failed[PLB_OUTCOMES];
};

/* Notes a problem of the input or of the test, and prints those that were noted. */
void plb_check_note(struct plb_check *check, const struct plb_error *problem);
void plb_check_problems(struct plb_check *check);

/* Begins an input: its name, and nothing counted so far. */
void plb_check_begin(struct plb_check *check, const char *path);

/* What came of rows, as `completed` and `failed` say; and which rows of an input were left out. */
void plb_check_outcomes(const struct plb_check *check);
void plb_check_left_out(const struct plb_check *check, const struct plb_input_account *account);

/* What is known of the test as a whole, and all problems. */
plb_status plb_check_test(struct plb_check *check, struct plb_error *err);

/* Looks at a state alone; *sound tells whether it could be read. */
plb_status plb_check_state(struct plb_check *check, const char *path, bool *sound, struct plb_error *err);

/* Says whether states go together, and which shards are missing then. */
plb_status plb_check_together(struct plb_check *check, const char *const *paths, size_t count, struct plb_error *err);

#endif
