/* SPDX-License-Identifier: Apache-2.0
 *
 * Pairs that the members of a team have counted in their own rows (pairs.h). Each pair belongs to one of them, by its
 * hash, who gets what all have counted of it: no member keeps more than its share, and sums over pairs are sums over
 * the members. The cut-off falls by the same steps as where one process counts all, and so it is the same.
 */
#include <stdlib.h>

#include "base/memory.h"
#include "tally/pairs.h"
#include "tally/team.h"

#define OWNER_FROM 24 /* bits below find the slot of a pair; those far above are the same in all that are kept */

static unsigned owner_of(const struct plb_team *team, uint64_t hash) {
  return (unsigned)((hash >> OWNER_FROM) % team->count);
}

/* What a member hands over of a pair. */
struct handed {
  uint64_t id, level, count;
};

/* Sorted by who gets them. */
struct letters {
  struct handed *list;
  size_t *lengths; /* by member, in bytes */
  size_t *at;      /* by member: where its next one goes */
};

static void free_letters(struct letters *letters) {
  free(letters->list);
  free(letters->lengths);
  free(letters->at);
}

/* Hands `count` things over, which `get` tells one by one, false where there is none. */
static plb_status hand_over(struct plb_team *team, const struct plb_pairs *pairs, size_t count,
                            bool (*get)(const void *ctx, size_t k, struct handed *handed), const void *ctx,
                            struct plb_parts *all, struct plb_error *err) {
  struct letters letters = {.lengths = plb_alloc(team->count, sizeof *letters.lengths),
                            .at = plb_alloc(team->count, sizeof *letters.at)};
  struct handed handed;
  size_t sum = 0;
  bool made = letters.lengths && letters.at;
  for (size_t k = 0; k < count && made; k++)
    if (get(ctx, k, &handed))
      letters.lengths[owner_of(team, plb_pairs_hash(pairs, handed.id))] += sizeof handed;
  for (unsigned r = 0; r < team->count && made; r++) {
    letters.at[r] = sum;
    sum += letters.lengths[r] / sizeof handed;
  }
  made = made && (letters.list = plb_alloc_large(sum + 1, sizeof *letters.list));
  for (size_t k = 0; k < count && made; k++)
    if (get(ctx, k, &handed))
      letters.list[letters.at[owner_of(team, plb_pairs_hash(pairs, handed.id))]++] = handed;
  plb_status status = made ? plb_team_swap(team, letters.list, letters.lengths, all, err) : plb_fail_memory(err);
  free_letters(&letters);
  return status;
}

static size_t handed_count(const struct plb_team *team, const struct plb_parts *all) {
  return all->from[team->count] / sizeof(struct handed);
}

/* ---- pairs ---------------------------------------------------------------------------------- */

static bool get_pair(const void *ctx, size_t k, struct handed *handed) {
  const struct plb_pairs *pairs = ctx;
  *handed = (struct handed){pairs->slots[k].id, 0, pairs->slots[k].count};
  return handed->count && plb_pairs_hash(pairs, handed->id) <= pairs->cut;
}

/* The lowest cut-off of all members becomes that of each. */
static plb_status agree_on_cut(struct plb_team *team, struct plb_pairs *pairs, struct plb_error *err) {
  struct plb_parts all;
  plb_status status = plb_team_gather(team, &pairs->cut, sizeof pairs->cut, &all, err);
  const uint64_t *cuts = (const uint64_t *)(const void *)all.bytes;
  uint64_t least = pairs->cut;
  for (unsigned r = 0; r < team->count && !status; r++)
    least = cuts[r] < least ? cuts[r] : least;
  plb_parts_free(&all);
  return status || plb_pairs_lower(pairs, least) ? status : plb_fail_memory(err);
}

/* All members together keep no more pairs than one would. */
static plb_status lower_together(struct plb_team *team, struct plb_pairs *own, uint64_t *kept, struct plb_error *err) {
  plb_status status = agree_on_cut(team, own, err);
  for (bool enough = false; !status && !enough;) {
    *kept = own->kept;
    status = plb_team_sum(team, kept, 1, err);
    enough = *kept <= own->exact;
    if (!status && !enough && !plb_pairs_lower(own, plb_pairs_lower_cut(own)))
      status = plb_fail_memory(err);
  }
  return status;
}

plb_status plb_pairs_share_out(struct plb_pairs *mine, struct plb_team *team, struct plb_pairs *own, uint64_t *kept,
                               struct plb_error *err) {
  struct plb_parts all = {0};
  plb_status status = agree_on_cut(team, mine, err);
  plb_pairs_free(own);
  *own = (struct plb_pairs){.exact = mine->exact, .sample = mine->sample, .hash = mine->hash, .twist = mine->twist};
  if (!status && !plb_pairs_start(own, 1, mine->kept))
    status = plb_fail_memory(err);
  own->cut = mine->cut;
  if (!status)
    status = hand_over(team, mine, mine->slot_count, get_pair, mine, &all, err);
  const struct handed *handed = (const struct handed *)(const void *)all.bytes;
  for (size_t k = 0; !status && k < handed_count(team, &all); k++) {
    uint64_t hash = plb_pairs_hash(own, handed[k].id);
    if (hash <= own->cut && !plb_pairs_insert(own, handed[k].id, hash, handed[k].count))
      status = plb_fail_memory(err);
  }
  plb_parts_free(&all);
  return status ? status : lower_together(team, own, kept, err);
}

/* ---- errors of pairs --------------------------------------------------------------------------- */

struct errors {
  const struct plb_pairs *pairs;
  const struct plb_run *run;
  size_t levels;
};

static bool get_error(const void *ctx, size_t k, struct handed *handed) {
  const struct errors *errors = ctx;
  uint64_t key = errors->run->keys[k];
  *handed =
      (struct handed){errors->pairs->slots[key / errors->levels].id, key % errors->levels, errors->run->counts[k]};
  return true;
}

plb_status plb_pairs_share_errors(const struct plb_pairs *mine, const struct plb_run *run, size_t levels,
                                  struct plb_team *team, const struct plb_pairs *own, struct plb_counts *counts,
                                  struct plb_error *err) {
  const struct errors errors = {mine, run, levels};
  struct plb_parts all = {0};
  plb_status status = hand_over(team, mine, run->count, get_error, &errors, &all, err);
  const struct handed *handed = (const struct handed *)(const void *)all.bytes;
  for (size_t k = 0; !status && k < handed_count(team, &all); k++) {
    size_t slot = plb_pairs_slot(own, handed[k].id, plb_pairs_hash(own, handed[k].id));
    if (slot == SIZE_MAX)
      status = plb_fail(err, PLB_INTERNAL, "a pair of people was handed to a process that does not have it");
    for (uint64_t times = 0; times < handed[k].count && !status; times++)
      if (!plb_counts_add(counts, slot * levels + handed[k].level))
        status = plb_fail_memory(err);
  }
  plb_parts_free(&all);
  return status;
}
