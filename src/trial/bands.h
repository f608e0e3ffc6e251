/* SPDX-License-Identifier: Apache-2.0
 *
 * Bands of a numeric attribute: from each cut up to the next.
 */
#ifndef PLB_TRIAL_BANDS_H
#define PLB_TRIAL_BANDS_H

#include "base/error.h"
#include "base/slice.h"

#define PLB_MOST_CUTS 64
#define PLB_BAND_NAME 80

struct plb_bands {
  double cuts[PLB_MOST_CUTS]; /* ascending */
  size_t count;               /* 0: no bands */
  bool years;                 /* the numbers are whole, and bands are named by their first and last one */
};

/* Those of ages, and of years between two samples, where nobody asks for others. */
extern const struct plb_bands plb_bands_of_age, plb_bands_of_elapsed;

/* Those of an attribute as `input` asks for them, "age=0,6,14,18"; unchanged where it does not. */
plb_status plb_bands_asked(const struct plb_input *input, const char *attribute, struct plb_bands *bands,
                           struct plb_error *err);

/* PLB_USAGE where what `input` asks for is no list of bands, or an attribute has two. */
plb_status plb_bands_check(const struct plb_input *input, struct plb_error *err);

/* The band of a number: that many cuts are at or below it. */
size_t plb_bands_find(const struct plb_bands *bands, double number);

/* The name of the bands from one to another that a number may be in: "6-13", "0-5 or 6-13", "0-5 to 14-17". */
void plb_band_name(const struct plb_bands *bands, size_t from, size_t to, char name[PLB_BAND_NAME]);

#endif
