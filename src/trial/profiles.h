/* SPDX-License-Identifier: Apache-2.0
 *
 * Profiles: what follows from the facts of one side of a comparison, found out once for all comparisons in which these
 * facts come. Each intake, and each twin, has its own; numbers of the census are in it only where the census holds
 * them.
 */
#ifndef PLB_TRIAL_PROFILES_H
#define PLB_TRIAL_PROFILES_H

#include "trial/derive.h"

struct plb_profile {
  uint32_t own;                /* number of the values that the side has of the attributes of --by */
  uint8_t verdict[2];          /* enum plb_verdict on the conditions that are of the reference, of the probe */
  uint64_t whys[2];            /* which values are not known (plb_why_bit), as the reference, as the probe */
  struct plb_known_dates date; /* of the sample, where something asks for the time between two */
};

/* What follows from two sides together. */
struct plb_pairing {
  uint32_t group[2]; /* of the reference, of the probe: numbers of the census, or PLB_NOBODY */
  uint64_t whys;
  uint8_t verdict;
};

/* What a twin's rows say of somebody, which its intake has to note. */
struct plb_news {
  uint32_t person;
  uint8_t attribute;
  uint64_t value;
};

#define PLB_MOST_CELLS 4 /* of one side, for plb_profile_of_cells */

struct plb_profiles {
  struct plb_dict sets; /* of facts, each with a profile */
  struct plb_profile *of;
  uint64_t *said; /* by profile and attribute: what is said of the person (plb_said_hash) */
  size_t capacity, said_capacity;
  struct plb_dict own; /* texts of groups */
  uint32_t *group;     /* by text: its number in the census, or PLB_NOBODY */
  size_t group_capacity;
  struct plb_dict pairs; /* two of them, and the years between */
  struct plb_pairing *pairing;
  size_t pairing_capacity;
  uint32_t *by_id; /* by sample, or by person where there are none: the profile + 1, 0 = not looked up */
  size_t id_count, id_capacity;
  struct plb_news *news;
  size_t news_count, news_capacity;
  struct plb_dict cells[PLB_MOST_CELLS]; /* texts of columns, by column, */
  struct plb_dict together;              /* several columns: the numbers of their texts, */
  uint32_t *by_cells;                    /* and the profile of these, or of the text of a single column */
  size_t by_cells_capacity;
};

void plb_profiles_free(struct plb_profiles *profiles);

/* The profile of a set of facts (plb_facts_pack). False when out of memory; *fits is false where the values are too
 * long for a group. */
bool plb_profile_find(struct plb_profiles *profiles, const struct plb_asked *asked, struct plb_slice set,
                      uint32_t *profile, bool *fits);

/* The same of the cells that some columns have on one side, always the same ones; facts[i] is what column i says. False
 * where there is a fault in them, too. */
bool plb_profile_of_cells(struct plb_profiles *profiles, const struct plb_asked *asked, const struct plb_slice *cells,
                          const uint8_t *facts, size_t count, uint32_t *profile);

/* What two profiles are together; its groups may not be known yet. NULL when out of memory. */
struct plb_pairing *plb_pairing_find(struct plb_profiles *profiles, const struct plb_asked *asked, uint32_t reference,
                                     uint32_t probe);

/* The text of the group of one side (0: the reference) of two profiles. False where it is too long. */
bool plb_pairing_text(const struct plb_profiles *profiles, const struct plb_asked *asked, uint32_t reference,
                      uint32_t probe, int side, char text[PLB_MOST_GROUP], size_t *length);

#endif
