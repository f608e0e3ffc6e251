/* SPDX-License-Identifier: Apache-2.0
 *
 * What was asked about the two sides of the comparisons of a tally when they were read (trial/asked.h): which
 * attributes groups are made of is fixed then, and what is measured later may be told apart by any of these.
 */
#ifndef PLB_TALLY_ASKED_H
#define PLB_TALLY_ASKED_H

#include "trial/groups.h"

struct plb_tally;

/* As texts, each NULL where there is none; owned. */
struct plb_asked_texts {
  char *attributes;    /* of groups, in their order, with commas between them */
  char *where, *bands; /* as given */
  char *as_of;         /* where dates were looked at */
};
void plb_asked_texts_free(struct plb_asked_texts *texts);

/* Sets tally->by and tally->asked of an empty tally. PLB_USAGE on what `input` should not ask. */
plb_status plb_tally_ask(struct plb_tally *tally, const struct plb_input *input, struct plb_error *err);

/* The attributes of a text as they are in plb_asked_texts, and no breakdowns. */
plb_status plb_by_of_text(const char *attributes, struct plb_by *by, struct plb_error *err);

/* Breaks comparisons that are counted already down as `input` asks; PLB_USAGE by what they were not counted. */
plb_status plb_tally_break_down(struct plb_tally *tally, const struct plb_input *input, struct plb_error *err);

/* Systems together: completed comparisons of each stratum, which are tally->strata.count. */
void plb_tally_count_strata(const struct plb_tally *tally, uint64_t *counts);

#endif
