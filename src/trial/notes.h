/* SPDX-License-Identifier: Apache-2.0
 *
 * What reading noticed about the attributes asked for: who has more than one value, and where a value was first
 * missing or of no use. How many comparisons that concerns follows from their groups. Values are kept as hashes, since
 * nobody asks what they are. Notes are added up by name and place, so that they do not depend on who read what.
 */
#ifndef PLB_TRIAL_NOTES_H
#define PLB_TRIAL_NOTES_H

#include "trial/groups.h"

#define PLB_SAID_SEVERAL 1 /* more than one value was said of a person; 0: none was */

struct plb_first {
  uint32_t place, file; /* of the input among those of its run, and a number of `files` */
  uint64_t line;        /* 0: nowhere */
};

struct plb_noted {
  struct plb_sayings {
    uint64_t *of; /* by person: the hash of the value, or the two above */
    size_t count, capacity;
  } said[PLB_MOST_BY]; /* by attribute */
  struct plb_first first[PLB_MOST_BY][PLB_WHYS];
  uint64_t whys; /* which of these there are (plb_why_bit) */
  struct plb_dict files;
};

static inline uint64_t plb_why_bit(size_t attribute, enum plb_why why) {
  return why ? UINT64_C(1) << (attribute * PLB_WHYS + why) : 0;
}

void plb_noted_free(struct plb_noted *notes);

/* A hash that stands for a value; of an empty one 0. */
uint64_t plb_said_hash(struct plb_slice value);

static inline uint64_t plb_said_of(const struct plb_sayings *said, uint32_t person) {
  return person < said->count ? said->of[person] : 0;
}

/* Whether it is new that somebody of whom `known` is noted has a value. */
static inline bool plb_said_is_news(uint64_t known, uint64_t value) {
  return value && value != known && known != PLB_SAID_SEVERAL;
}

/* Notes a value of a person. False when out of memory. */
bool plb_said_add(struct plb_sayings *said, uint32_t person, uint64_t value);

/* People with more than one value. */
uint64_t plb_sayings_several(const struct plb_sayings *said);

/* Notes where it was that an attribute had no value, unless an earlier place is noted. False when out of memory. */
bool plb_first_add(struct plb_noted *notes, size_t attribute, enum plb_why why, uint32_t place, struct plb_slice file,
                   uint64_t line);

#endif
