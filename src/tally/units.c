/* SPDX-License-Identifier: Apache-2.0
 *
 * See units.h.
 */
#include "tally/units.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "tally/people.h"

void plb_units_free(struct plb_units *units) {
  free(units->head);
  free(units->own_identity);
  *units = (struct plb_units){0};
}

/* Heads in the order of (hash, id), so that they depend on who is related alone. */
static bool find_heads(const struct plb_census *census, struct plb_units *units) {
  const struct plb_dict *people = &census->people, *names = &census->clusters.values;
  uint32_t *order = plb_alloc(people->count, sizeof *order), *first = plb_alloc(names->count, sizeof *first);
  bool made = order && first;
  for (uint32_t person = 0; made && person < people->count; person++)
    order[person] = person;
  for (uint32_t cluster = 0; made && cluster < names->count; cluster++)
    first[cluster] = PLB_NOBODY;
  if (made)
    plb_dict_sort(people, order, people->count);
  for (uint32_t k = 0; made && k < people->count; k++) {
    uint32_t person = order[k], cluster = plb_attribute_of(&census->clusters, person);
    units->head[person] = person;
    if (cluster >= PLB_NO_VALUE)
      continue;
    first[cluster] = first[cluster] == PLB_NOBODY ? person : first[cluster];
    units->head[person] = first[cluster];
    units->own_identity[person] = plb_cluster_identity(names->hash[cluster]);
  }
  free(order);
  free(first);
  return made;
}

plb_status plb_units_make(const struct plb_census *census, struct plb_units *units, struct plb_error *err) {
  const struct plb_dict *people = &census->people;
  *units = (struct plb_units){.identity = people->hash, .inside = PLB_NOBODY, .numbers = people->count};
  if (!census->clusters.count)
    return PLB_OK;
  units->inside = people->count;
  units->numbers++;
  units->head = plb_alloc(people->count, sizeof *units->head);
  units->identity = units->own_identity = plb_alloc(units->numbers, sizeof *units->own_identity);
  if (units->head && units->own_identity) {
    memcpy(units->own_identity, people->hash, people->count * sizeof *units->own_identity);
    if (find_heads(census, units))
      return PLB_OK;
  }
  plb_units_free(units);
  return plb_fail_memory(err);
}

const struct plb_chunk *plb_units_join(const struct plb_units *units, const struct plb_chunk *chunk, size_t count,
                                       bool mated, struct plb_chunk *to) {
  if (!units->head)
    return chunk;
  memcpy(to->keys, chunk->keys, count * sizeof *to->keys);
  for (size_t k = 0; k < count; k++) {
    uint32_t a = units->head[chunk->first[k]], b = units->head[chunk->second[k]];
    to->first[k] = a;
    to->second[k] = !mated && a == b ? units->inside : b;
  }
  return to;
}
