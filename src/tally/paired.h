/* SPDX-License-Identifier: Apache-2.0
 *
 * Several systems on the same trials: a tally of the comparisons that all of them completed, and a count of
 * everything that was left out of it.
 *
 * Trials are the same when they compare the same two samples in the same order, or in any where that is asked for.
 * Where an input names no samples they are told apart by their two people, who must then meet once. A row that
 * repeats another one of its system with the same outcome is counted once; one that repeats it with another score is
 * refused, since nobody could say which of the two the other system's belongs to.
 */
#ifndef PLB_TALLY_PAIRED_H
#define PLB_TALLY_PAIRED_H

#include "tally/tally.h"

#define PLB_MANY_SCORES 17 /* two systems do not agree in all trials by chance */

struct plb_paired_system {
  char *name;               /* unique */
  size_t account;           /* of its score file, in the tally's accounts */
  struct plb_traits traits; /* of its input */
  /* by enum plb_class */
  uint64_t alone[2];    /* trials that not all other systems have */
  uint64_t failed[2];   /* trials that all have, and that this one failed */
  uint64_t left_out[2]; /* trials that all have and this one completed, but another one failed */
  uint64_t repeated;    /* rows that repeat a trial with the same outcome */
  uint64_t trace;       /* a hash of its scores in the trials that all completed, in their order: equal where all are */
  size_t distinct;      /* scores among them that differ, counted up to PLB_MANY_SCORES; 0: nobody counted */
  uint64_t seen[PLB_MANY_SCORES]; /* their keys */
};

struct plb_paired {
  struct plb_tally *tally;           /* systems[s] is that of systems[s] below; traits are those of the first */
  struct plb_paired_system *systems; /* in the order of the inputs, within one by name */
  size_t system_count;
  bool by_samples;    /* else by people */
  bool unordered;     /* whichever of the two is the reference */
  uint64_t turned[2]; /* of trials that either of the first two systems has alone: those that are the same in the
                         other order */
  uint64_t joined[2]; /* trials that all completed */
  uint64_t lost[2];   /* trials that all have, and that some system failed */
};

/* Reads `count` inputs, each with one system or more, into one census. The struct is zeroed first; free it in any
 * case. PLB_DATA: fewer than two systems, people or samples unknown, repeats with other scores, classes that
 * disagree. */
plb_status plb_paired_read(const struct plb_input *inputs, size_t count, bool unordered, struct plb_paired *paired,
                           struct plb_error *err);
void plb_paired_free(struct plb_paired *paired);

#endif
