/* SPDX-License-Identifier: Apache-2.0
 *
 * What parts of one test have in common, at the front of a state.
 */
#ifndef PLB_TALLY_STATE_KIND_H
#define PLB_TALLY_STATE_KIND_H

#include "tally/state_bytes.h"
#include "tally/tally.h"

/* A word of --missing. Static. */
const char *plb_missing_name(enum plb_missing missing);

void plb_state_put_kind(struct plb_state_out *out, const struct plb_tally *tally);

/* An empty tally takes the kind of the first part; PLB_DATA where a later one is of another kind, which names both. */
plb_status plb_state_get_kind(struct plb_state_in *in, struct plb_tally *tally, struct plb_error *err);

#endif
