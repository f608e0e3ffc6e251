/* SPDX-License-Identifier: Apache-2.0
 *
 * Accounts own their texts, since readers and inputs are closed before the accounts are asked for.
 */
#include "trial/account.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

const char *plb_drop_reason(enum plb_drop why) {
  switch (why) {
  case PLB_DROP_MISSING: return "without a score";
  case PLB_DROP_SELF: return "a sample compared with itself";
  case PLB_DROP_INSTANCE: return "another finger or eye of the same person";
  case PLB_DROP_NO_TRIAL: return "scored, but not in the trial list";
  case PLB_DROP_MASKED: return "ignored by the mask";
  case PLB_DROPS: break;
  }
  return "unknown";
}

/* The same scores twice would be counted twice. */
bool plb_account_same(const struct plb_input_account *left, const struct plb_input_account *right) {
  if (left->read_to_end && right->read_to_end)
    return left->content.high == right->content.high && left->content.low == right->content.low;
  return left->inode && left->inode == right->inode && left->device == right->device;
}

static plb_status check_once(const struct plb_accounts *accounts, const struct plb_bytes *bytes,
                             struct plb_error *err) {
  const struct plb_input_account *last = &accounts->list[accounts->count - 1];
  for (const struct plb_input_account *other = accounts->list; other < last; other++)
    if (other->rows && plb_account_same(other, last))
      return plb_fail_at(err, PLB_DATA, plb_bytes_name(bytes), 0, 0,
                         "the same scores as in %.180s, which would be counted twice; expected each input once",
                         strcmp(other->name, "-") == 0 ? "standard input" : other->name);
  return PLB_OK;
}

plb_status plb_accounts_add(struct plb_accounts *accounts, const struct plb_input_account *counted,
                            struct plb_bytes *bytes, const char *path, const char *format, struct plb_error *err) {
  if (!plb_reserve(&accounts->list, &accounts->capacity, accounts->count + 1, sizeof *accounts->list))
    return plb_fail_memory(err);
  struct plb_input_account *account = &accounts->list[accounts->count++];
  const char *digest = plb_bytes_digest(bytes);
  *account = counted ? *counted : (struct plb_input_account){0};
  account->bytes = plb_bytes_count(bytes);
  account->name = plb_copy_text(path, strlen(path));
  account->format = plb_copy_text(format, strlen(format));
  account->digest = digest ? plb_copy_text(digest, strlen(digest)) : NULL;
  account->read_to_end = plb_bytes_content(bytes, &account->content);
  plb_bytes_file(bytes, &account->device, &account->inode);
  if (!account->name || !account->format || (digest && !account->digest))
    return plb_fail_memory(err);
  return counted ? check_once(accounts, bytes, err) : PLB_OK;
}

void plb_accounts_free(struct plb_accounts *accounts) {
  for (size_t i = 0; i < accounts->count; i++) {
    free(accounts->list[i].name);
    free(accounts->list[i].format);
    free(accounts->list[i].digest);
  }
  free(accounts->list);
  *accounts = (struct plb_accounts){0};
}
