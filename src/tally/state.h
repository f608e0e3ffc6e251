/* SPDX-License-Identifier: Apache-2.0
 *
 * A tally in a file: everything that was counted, and the comparisons themselves, packed. What several jobs counted of
 * the parts of a test is put together from such files, in any order, and measured as if one had read all of it.
 *
 *     "plumbline state\n", version, what kind of data, what was read, who and what is named, each system, XXH3-128 of
 *     all before it
 *
 * Numbers are little-endian. Whatever is wrong with a file is found before anything is taken from it.
 */
#ifndef PLB_TALLY_STATE_H
#define PLB_TALLY_STATE_H

#include "tally/tally.h"

/* Whether the file begins like a state, be it cut off within these first bytes. A file that cannot be opened, or is no
 * plain file, does not. */
bool plb_is_state(const char *path);

/* Fails with why a file of `input` is no state where states are expected, and what to do. */
plb_status plb_state_refuse(const struct plb_input *input, size_t which, struct plb_error *err);

/* PLB_USAGE where `input`, whose first file is a state, says how to read scores or wants a shard of them. */
plb_status plb_state_check_input(const struct plb_input *input, struct plb_error *err);

/* Adds what a state holds; the first one into an empty tally says what kind of data there is. Fails with PLB_DATA where
 * the file is damaged, of another version, or of data that do not go together with what is there; the tally is then of
 * no use any more. `input` says whom to tell how far it is; NULL: nobody. */
plb_status plb_state_add(struct plb_tally *tally, const char *path, const struct plb_input *input,
                         struct plb_error *err);

/* All of a tally but its rows and repeats, for the other members of a team; *bytes to be freed. */
plb_status plb_state_apart(struct plb_tally *tally, char **bytes, size_t *length, struct plb_error *err);

/* Which numbers people, samples and systems of a part got in a tally, to be freed. */
struct plb_renumbering {
  uint32_t *people, *samples, *systems, *strata;
};

/* Adds such a part to a tally; *numbers are filled in, unless NULL. */
plb_status plb_state_add_apart(struct plb_tally *tally, const char *bytes, size_t length,
                               struct plb_renumbering *numbers, struct plb_error *err);

#endif
