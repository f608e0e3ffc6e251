/* SPDX-License-Identifier: Apache-2.0
 *
 * What a tally was read from: the accounts of inputs, those of shards of one input put together.
 */
#include <string.h>

#include "base/memory.h"
#include "tally/tally.h"
#include "trial/account.h"

/* Shards of one input have its content in common, whatever its name is where they were read. */
static bool belong(const struct plb_input_account *left, const struct plb_input_account *right) {
  if (!left->shards != !right->shards || !plb_account_same(left, right))
    return false;
  return left->shards || strcmp(left->name, right->name) == 0;
}

plb_status plb_tally_join_account(struct plb_tally *tally, size_t among, struct plb_input_account *account,
                                  const char *name, struct plb_error *err) {
  plb_status status = PLB_OK;
  for (size_t i = 0; i < among; i++) {
    if (!belong(&tally->accounts[i], account))
      continue;
    status = plb_account_join(&tally->accounts[i], account, name, err);
    plb_account_clear(account);
    return status;
  }
  if (!plb_resize(&tally->accounts, tally->account_count + 1, sizeof *tally->accounts)) {
    plb_account_clear(account);
    return plb_fail_memory(err);
  }
  tally->accounts[tally->account_count++] = *account;
  return PLB_OK;
}

/* Shards of other content under the same name: somebody wrote to the file in between. */
static bool has_namesake(const struct plb_tally *tally, const struct plb_input_account *account) {
  for (size_t i = 0; i < tally->account_count; i++) {
    const struct plb_input_account *other = &tally->accounts[i];
    if (other != account && other->shards == account->shards && strcmp(other->name, account->name) == 0)
      return true;
  }
  return false;
}

plb_status plb_tally_check_whole(const struct plb_tally *tally, struct plb_error *err) {
  char text[PLB_MISSING_TEXT];
  for (size_t i = 0; i < tally->account_count; i++) {
    const struct plb_input_account *account = &tally->accounts[i];
    uint32_t missing = plb_account_missing(account, text);
    if (missing)
      return plb_fail(
          err, PLB_DATA, "%.180s was dealt out to %u shards, of which %u %s missing: %s%s; expected the states of all",
          account->name, account->shards, missing, missing == 1 ? "is" : "are", text,
          has_namesake(tally, account) ? " (there are shards of a file of that name with other content)" : "");
  }
  return PLB_OK;
}
