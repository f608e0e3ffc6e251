/* SPDX-License-Identifier: Apache-2.0
 *
 * See index.h. Dictionaries number systems, target metrics and points; a point is known by its system, its
 * target metric and its target, on this data or on the other that its threshold comes from, or by its system and
 * its threshold. Each estimate costs a few look-ups.
 * Room is made before anything is numbered, so that a failure leaves no number without its entry.
 */
#include "result/index.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

#define TARGET_BYTES 64

void plb_index_free(struct plb_index *index) {
  for (size_t s = 0; s < index->system_count; s++) {
    free(index->systems[s].estimates.at);
    free(index->systems[s].points.at);
  }
  free(index->systems);
  free(index->last);
  free(index->next);
  plb_dict_free(&index->names);
  plb_dict_free(&index->targets);
  plb_dict_free(&index->points);
  *index = (struct plb_index){0};
}

static bool list_room(struct plb_index_list *list) {
  return plb_reserve(&list->at, &list->capacity, list->count + 1, sizeof *list->at);
}

/* The place of the system with a number among the names: the one without a name may lie before it. */
static size_t place_of_number(const struct plb_index *index, uint32_t number) {
  return number + (size_t)(index->nameless && (size_t)number + 1 >= index->nameless);
}

/* The place of a system, which is made if it is new. */
static bool place_of(struct plb_index *index, const char *name, size_t *place) {
  uint32_t number = 0, known = index->names.count;
  if (!plb_reserve(&index->systems, &index->system_capacity, index->system_count + 1, sizeof *index->systems))
    return false;
  if (name && !plb_dict_put(&index->names, name, strlen(name), &number))
    return false;
  bool fresh = name ? index->names.count > known : !index->nameless;
  if (fresh) {
    index->systems[index->system_count++] = (struct plb_index_system){.name = name};
    if (!name)
      index->nameless = index->system_count;
  }
  *place = name ? place_of_number(index, number) : index->nameless - 1;
  return true;
}

const struct plb_index_system *plb_index_find(const struct plb_index *index, const char *name) {
  if (!name)
    return index->nameless ? &index->systems[index->nameless - 1] : NULL;
  uint32_t number = plb_dict_find(&index->names, name, strlen(name));
  return number == PLB_NOBODY ? NULL : &index->systems[place_of_number(index, number)];
}

bool plb_has_point(const struct plb_estimate *estimate) {
  return (estimate->has_threshold || estimate->target_metric) && strcmp(estimate->metric, "EER") != 0;
}

/* The number of the point of an estimate. */
static bool number_point(struct plb_index *index, const struct plb_estimate *e, size_t system, uint32_t *number) {
  struct {
    uint32_t system, target; /* number of the target metric + 1, 0 = a given threshold */
    double where;
  } key = {.system = (uint32_t)system, .where = e->threshold};
  char name[TARGET_BYTES];
  const char *metric = e->target_metric ? e->target_metric : e->origin.metric;
  if (metric) {
    uint32_t target = 0;
    int length = snprintf(name, sizeof name, "%s%.40s", e->target_metric ? "" : "elsewhere ", metric);
    if (!plb_dict_put(&index->targets, name, (size_t)length, &target))
      return false;
    key.target = target + 1;
    key.where = e->target_metric ? e->target_at_most : e->origin.at_most;
  }
  key.where += 0.0; /* -0 is 0 */
  char bytes[sizeof key];
  memcpy(bytes, &key, sizeof key);
  return plb_dict_put(&index->points, bytes, sizeof bytes, number);
}

bool plb_index_estimate(struct plb_index *index, const struct plb_estimate *estimate, size_t at) {
  size_t place;
  uint32_t point = 0, known = index->points.count;
  if (!plb_reserve(&index->next, &index->next_capacity, at + 1, sizeof *index->next))
    return false;
  index->next[at] = SIZE_MAX;
  if (estimate->against) /* of two systems: it belongs to neither alone */
    return true;
  if (!plb_reserve(&index->last, &index->last_capacity, (size_t)known + 1, sizeof *index->last) ||
      !place_of(index, estimate->system, &place))
    return false;
  struct plb_index_system *system = &index->systems[place];
  if (!list_room(&system->estimates) || !list_room(&system->points))
    return false;
  if (plb_has_point(estimate)) {
    if (!number_point(index, estimate, place, &point))
      return false;
    if (index->points.count > known)
      system->points.at[system->points.count++] = at;
    else
      index->next[index->last[point]] = at;
    index->last[point] = at;
  }
  system->estimates.at[system->estimates.count++] = at;
  return true;
}

bool plb_index_owner(struct plb_index *index, const char *system) {
  size_t place;
  return place_of(index, system, &place);
}
