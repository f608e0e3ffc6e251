/* SPDX-License-Identifier: Apache-2.0
 *
 * The list of what was read, for the provenance.
 */
#ifndef PLB_TRIAL_ACCOUNT_H
#define PLB_TRIAL_ACCOUNT_H

#include "trial/bytes.h"
#include "trial/source.h"

/* An all-zero struct is an empty list. */
struct plb_accounts {
  struct plb_input_account *list;
  size_t count, capacity;
};

/* Fills in name, format, bytes and digest of an input that was read to its end, and appends it with the
 * counts of `counted` (NULL: none, it holds no scores). Scores that are in the list already are PLB_DATA:
 * known by the digest of their text, so that it does not matter how they are packed or how their lines end, or by
 * being one file where that was not read to its end. */
plb_status plb_accounts_add(struct plb_accounts *accounts, const struct plb_input_account *counted,
                            struct plb_bytes *bytes, const char *path, const char *format, struct plb_error *err);

/* Notes in all accounts how scores were read, when all of them are there: to be known again, not to be read. Of what
 * all parts of a test have in common there is more than that in a state (tally/state_kind.h). */
void plb_accounts_mark(struct plb_accounts *accounts, const struct plb_input *input);

/* Whether two inputs hold the same scores. */
bool plb_account_same(const struct plb_input_account *left, const struct plb_input_account *right);

/* Whether a shard was read. */
bool plb_account_has(const struct plb_input_account *account, uint32_t shard);

/* Puts the accounts of shards of one input, or of one table beside several, together: `from` is added to `into`. What
 * is said of both does not depend on which comes first. PLB_DATA where shards are the same or of different numbers;
 * `name` is the file that `from` comes from. */
plb_status plb_account_join(struct plb_input_account *into, const struct plb_input_account *from, const char *name,
                            struct plb_error *err);

/* How many of its shards are missing; the first of them in words, as "1, 4-7 and 15 more". */
#define PLB_MISSING_TEXT 160
uint32_t plb_account_missing(const struct plb_input_account *account, char text[PLB_MISSING_TEXT]);

/* Sorts accounts by their places, and by their names. */
void plb_accounts_sort(struct plb_input_account *list, size_t count);

/* Frees what an account owns. */
void plb_account_clear(struct plb_input_account *account);

void plb_accounts_free(struct plb_accounts *accounts);

#endif
