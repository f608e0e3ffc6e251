/* SPDX-License-Identifier: Apache-2.0
 *
 * Accounts own their texts, since readers and inputs are closed before the accounts are asked for.
 */
#include "trial/account.h"

#include <stdio.h>
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
  case PLB_DROP_CHOICE: return "not chosen by --where";
  case PLB_DROP_UNKNOWN: return "what --where asks about is not known";
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
    if (other->shards && plb_account_same(other, last))
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
  account->seen = NULL;
  account->bytes = plb_bytes_count(bytes);
  account->length = plb_bytes_length(bytes);
  account->name = plb_copy_text(path, strlen(path));
  account->format = plb_copy_text(format, strlen(format));
  account->digest = digest ? plb_copy_text(digest, strlen(digest)) : NULL;
  account->read_to_end = plb_bytes_content(bytes, &account->content);
  plb_bytes_file(bytes, &account->device, &account->inode);
  if (!account->name || !account->format || (digest && !account->digest))
    return plb_fail_memory(err);
  return counted ? check_once(accounts, bytes, err) : PLB_OK;
}

void plb_account_clear(struct plb_input_account *account) {
  free(account->name);
  free(account->format);
  free(account->digest);
  free(account->seen);
}

void plb_accounts_free(struct plb_accounts *accounts) {
  for (size_t i = 0; i < accounts->count; i++)
    plb_account_clear(&accounts->list[i]);
  free(accounts->list);
  *accounts = (struct plb_accounts){0};
}

/* ---- shards ------------------------------------------------------------------------------- */

#define SHOWN_RUNS 8

static size_t words_of(const struct plb_input_account *account) {
  return (account->shards + 63) / 64;
}

bool plb_account_has(const struct plb_input_account *account, uint32_t shard) {
  return account->seen ? account->seen[shard / 64] >> shard % 64 & 1 : account->shard == shard;
}

static uint64_t mix(uint64_t hash, const void *bytes, size_t length) {
  for (const unsigned char *byte = bytes; length; length--)
    hash = (hash ^ *byte++) * UINT64_C(0x100000001B3); /* FNV-1a */
  return hash;
}

static uint64_t mix_text(uint64_t hash, const char *text) {
  return mix(hash, text ? text : "", text ? strlen(text) + 1 : 0);
}

void plb_accounts_mark(struct plb_accounts *accounts, const struct plb_input *input) {
  uint64_t hash = mix_text(UINT64_C(0xCBF29CE484222325), input->map);
  for (size_t i = 0; i < accounts->count; i++)
    if (!accounts->list[i].shards)
      hash =
          mix(mix_text(hash, accounts->list[i].format), &accounts->list[i].content, sizeof accounts->list[i].content);
  bool mated = true;
  for (size_t i = 0; i < accounts->count; i++) {
    if (!accounts->list[i].shards)
      continue;
    accounts->list[i].how = input->mated ? mix(hash, &mated, sizeof mated) : hash;
    mated = false;
  }
}

/* The shards as bits. */
static plb_status spread(struct plb_input_account *account, struct plb_error *err) {
  if (account->seen)
    return PLB_OK;
  if (!(account->seen = plb_alloc(words_of(account), sizeof *account->seen)))
    return plb_fail_memory(err);
  account->seen[account->shard / 64] |= UINT64_C(1) << account->shard % 64;
  return PLB_OK;
}

static plb_status check_shards(const struct plb_input_account *into, const struct plb_input_account *from,
                               const char *name, struct plb_error *err) {
  if (into->shards == 1 && from->shards == 1)
    return plb_fail_at(err, PLB_DATA, name, 0, 0,
                       "this state holds the scores of %.180s, which are in another one already and would be counted "
                       "twice; expected each input once",
                       from->name);
  if (into->shards != from->shards)
    return plb_fail_at(err, PLB_DATA, name, 0, 0,
                       "%.180s was dealt out to %u shard%s here and to %u in another state; expected the same number "
                       "for all",
                       from->name, from->shards, from->shards == 1 ? "" : "s", into->shards);
  if (strcmp(into->format, from->format) != 0)
    return plb_fail_at(err, PLB_DATA, name, 0, 0, "%.180s was read as %.32s here and as %.32s in another state",
                       from->name, from->format, into->format);
  if (into->length != from->length)
    return plb_fail_at(
        err, PLB_DATA, name, 0, 0,
        "%.180s is the same text here as in another state, but lines end otherwise or a byte order mark is "
        "gone; expected shards of files that are alike to the byte",
        from->name);
  if (into->how != from->how)
    return plb_fail_at(err, PLB_DATA, name, 0, 0,
                       "%.180s was read here with another --map, as another class (--mated, --nonmated), or with other "
                       "tables beside it "
                       "than in another state; expected the same for all shards",
                       from->name);
  for (uint32_t shard = 0; shard < from->shards; shard++)
    if (plb_account_has(from, shard) && plb_account_has(into, shard))
      return plb_fail_at(err, PLB_DATA, name, 0, 0,
                         "this state holds shard %u of %u of %.180s, which is in another one already and would be "
                         "counted twice; expected each shard once",
                         shard, from->shards, from->name);
  return PLB_OK;
}

/* The text that comes first of the two, so that the order of states does not matter. */
static plb_status join_text(char **into, const char *from, struct plb_error *err) {
  if (!from || (*into && strcmp(*into, from) <= 0))
    return PLB_OK;
  char *copy = plb_copy_text(from, strlen(from));
  if (!copy)
    return plb_fail_memory(err);
  free(*into);
  *into = copy;
  return PLB_OK;
}

plb_status plb_account_join(struct plb_input_account *into, const struct plb_input_account *from, const char *name,
                            struct plb_error *err) {
  plb_status st;
  if ((into->shards || from->shards) && (st = check_shards(into, from, name, err)))
    return st;
  if ((st = join_text(&into->name, from->name, err)) || (st = join_text(&into->digest, from->digest, err)))
    return st;
  into->place = from->place < into->place ? from->place : into->place;
  if (!into->shards)
    return PLB_OK;
  if ((st = spread(into, err)))
    return st;
  for (uint32_t shard = 0; shard < from->shards; shard++)
    if (plb_account_has(from, shard))
      into->seen[shard / 64] |= UINT64_C(1) << shard % 64;
  into->rows += from->rows;
  into->kept += from->kept;
  for (int why = 0; why < PLB_DROPS; why++)
    into->dropped[why] += from->dropped[why];
  return PLB_OK;
}

uint32_t plb_account_missing(const struct plb_input_account *account, char text[PLB_MISSING_TEXT]) {
  uint32_t missing = 0, shown = 0, shards = account->shards;
  size_t used = 0, runs = 0;
  text[0] = '\0';
  for (uint32_t first = 0, last; first < shards; first = last + 1) {
    last = first;
    if (plb_account_has(account, first))
      continue;
    while (last + 1 < shards && !plb_account_has(account, last + 1))
      last++;
    missing += last - first + 1;
    if (runs++ >= SHOWN_RUNS)
      continue;
    shown = missing;
    used += (size_t)snprintf(text + used, PLB_MISSING_TEXT - used, "%s%u", runs > 1 ? ", " : "", first);
    if (last > first)
      used += (size_t)snprintf(text + used, PLB_MISSING_TEXT - used, "-%u", last);
  }
  if (missing > shown)
    snprintf(text + used, PLB_MISSING_TEXT - used, " and %u more", missing - shown);
  return missing;
}

static int by_place(const void *a, const void *b) {
  const struct plb_input_account *left = a, *right = b;
  if (left->place != right->place)
    return left->place < right->place ? -1 : 1;
  return strcmp(left->name, right->name);
}

void plb_accounts_sort(struct plb_input_account *list, size_t count) {
  if (count > 1)
    qsort(list, count, sizeof *list, by_place);
}
