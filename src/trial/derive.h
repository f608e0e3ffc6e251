/* SPDX-License-Identifier: Apache-2.0
 *
 * Attributes from facts: the value that an attribute has on one side of a comparison, or of both sides together, or why
 * it has none.
 */
#ifndef PLB_TRIAL_DERIVE_H
#define PLB_TRIAL_DERIVE_H

#include "trial/asked.h"

struct plb_value {
  enum plb_why why;             /* the rest is there where this is PLB_WHY_NONE */
  struct plb_quantity quantity; /* its text is a fact, or `made` */
  char made[PLB_BAND_NAME];
};

/* A date, or why there is none. */
struct plb_known_dates {
  enum plb_why why;
  struct plb_dates dates;
};

/* Of one side, whose facts these are, by number; not of a pair. */
void plb_derive(const struct plb_asked *asked, const struct plb_ask *ask, const struct plb_slice *facts,
                struct plb_value *value);

/* What plb_elapsed needs of a side. */
void plb_derive_date(const struct plb_asked *asked, const struct plb_slice *facts, uint8_t fact,
                     struct plb_known_dates *known);

/* The least and the most whole months that may have passed between two dates, or why that is not known. */
enum plb_why plb_elapsed(const struct plb_known_dates *one, const struct plb_known_dates *other, int32_t months[2]);

/* The value of an attribute of the pair, of which that is known. */
void plb_derive_elapsed(const struct plb_ask *ask, enum plb_why why, const int32_t months[2], struct plb_value *value);

/* Of one that is made of a number of each side: what one side brings; and the value, from what both did. */
void plb_derive_one_of_two(const struct plb_asked *asked, const struct plb_ask *ask, const struct plb_slice *facts,
                           struct plb_value *value);
void plb_derive_two(const struct plb_ask *ask, const struct plb_slice sides[2], const enum plb_why whys[2],
                    struct plb_value *value);

#endif
