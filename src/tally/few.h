/* SPDX-License-Identifier: Apache-2.0
 *
 * Counting rows by score where there are many rows and few different scores: grades, decisions, whole numbers.
 */
#ifndef PLB_TALLY_FEW_H
#define PLB_TALLY_FEW_H

#include "tally/counts.h"
#include "tally/walk.h"

#define PLB_FEW_SCORES 4096

/* The different keys of a class and how often each occurs, ascending; the run is the caller's to free. *few is false,
 * and the run empty, where there are more of them. */
plb_status plb_few_count(const struct plb_tally *tally, const struct plb_rows *rows, unsigned threads,
                         struct plb_run *run, bool *few, struct plb_error *err);

#endif
