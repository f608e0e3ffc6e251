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

/* Whether two inputs hold the same scores. */
bool plb_account_same(const struct plb_input_account *left, const struct plb_input_account *right);

void plb_accounts_free(struct plb_accounts *accounts);

#endif
