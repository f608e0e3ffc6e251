/* SPDX-License-Identifier: Apache-2.0
 *
 * A trial: one outcome of a test. A score (or the way it failed), its class, and the one or two people
 * and samples in it, as numbers of the dictionaries of a census.
 */
#ifndef PLB_TRIAL_TRIAL_H
#define PLB_TRIAL_TRIAL_H

#include "trial/attribute.h"
#include "trial/notes.h"

enum plb_class { PLB_CLASS_NONMATED = 0, PLB_CLASS_MATED = 1 };

enum plb_outcome { PLB_COMPLETED = 0, PLB_FAILED_ENROL, PLB_FAILED_ACQUIRE, PLB_FAILED_COMPARE, PLB_OUTCOMES };

/* Scores are similarities here: a reader has negated distances. -0 and NaN never occur. */
struct plb_trial {
  double score;
  uint64_t count;            /* equal rows this one stands for; 1 but for histograms */
  uint32_t reference, probe; /* people, or PLB_NOBODY */
  uint32_t reference_sample, probe_sample;
  uint32_t reference_group, probe_group; /* nothing where no attribute was asked for */
  uint32_t system;                       /* number in the census, or PLB_NOBODY */
  uint8_t mated;                         /* enum plb_class */
  uint8_t outcome;                       /* enum plb_outcome */
};

/* Who and what is named in the data. */
struct plb_census {
  struct plb_dict people, samples, systems;
  struct plb_dict groups;        /* groups.h */
  bool keeps_facts;              /* a group is the facts of a side as they were said, for plb_convert */
  struct plb_noted notes;        /* about the attributes that make them */
  struct plb_attribute clusters; /* families and the like: which one each person belongs to, where that was asked for */
};

void plb_census_free(struct plb_census *census);

#endif
