/* SPDX-License-Identifier: Apache-2.0
 *
 * What paired_read.c (reading) and paired.c (joining) share; nobody else sees it.
 */
#ifndef PLB_TALLY_PAIRED_PARTS_H
#define PLB_TALLY_PAIRED_PARTS_H

#include "tally/paired.h"
#include "tally/scored.h"

/* All trials of one system, by enum plb_class. */
struct plb_gathered {
  uint32_t number; /* of its name in the census, PLB_NOBODY where the input names no system */
  size_t input, account;
  const char *file; /* of that input */
  struct plb_scored_list of[2];
};

/* What is read before it is joined. */
struct plb_gathering {
  struct plb_paired *paired;
  struct plb_gathered *systems;
  size_t system_count, system_capacity;
  struct plb_traits *traits; /* by input */
  size_t input;              /* the one being read */
  const char *file;
  uint32_t *person_of; /* by sample, PLB_NOBODY = not known yet */
  size_t person_room;
};

/* paired_read.c: reads one input. */
plb_status plb_gather_input(struct plb_gathering *gathering, const struct plb_input *input, struct plb_error *err);

#endif
