/* SPDX-License-Identifier: Apache-2.0
 *
 * Puts the estimates of groups in order: which system and breakdown each is of, at which point, of which groups. A
 * group is known by its values; groups stand in the order of these, numbers by their size, and what is not said last.
 *
 * Cost: a look at each estimate, with a search of a few groupings and points, and a sort.
 */
#include "report/groups.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/number.h"

/* While a grouping is made: the numbers of its groups by their values. */
struct making {
  struct plb_dict *names; /* of each grouping */
  size_t capacity;
};

/* ---- which grouping ------------------------------------------------------------------------------- */

/* Whether the attributes of an estimate, which has a cell or `over`, are those of `by`. */
static bool is_by(const char *by, const struct plb_estimate *e) {
  if (!e->cell)
    return strcmp(by, e->over.by) == 0;
  for (size_t i = 0; i < e->cell->count; i++) {
    size_t length = strlen(e->cell->of[i].attribute);
    if (strncmp(by, e->cell->of[i].attribute, length) != 0 || by[length] != (i + 1 < e->cell->count ? ',' : '\0'))
      return false;
    by += length + 1;
  }
  return e->cell->count > 0;
}

static char *name_by(const struct plb_estimate *e) {
  size_t size = 1, used = 0;
  if (!e->cell)
    return plb_copy_text(e->over.by, strlen(e->over.by));
  for (size_t i = 0; i < e->cell->count; i++)
    size += strlen(e->cell->of[i].attribute) + 1;
  char *text = plb_alloc(size, 1);
  for (size_t i = 0; text && i < e->cell->count; i++) {
    size_t length = strlen(e->cell->of[i].attribute);
    if (i)
      text[used++] = ',';
    memcpy(text + used, e->cell->of[i].attribute, length);
    used += length;
  }
  return text;
}

static size_t count_attributes(const char *by) {
  size_t count = 1;
  for (; *by; by++)
    count += *by == ',';
  return count;
}

/* The grouping of an estimate among those of its result, which start at `from`; mostly the one of the estimate before
 * it. NULL when memory ran out. */
static struct plb_grouping *grouping_of(struct plb_groupings *groupings, size_t from, struct making *making,
                                        const struct plb_result *result, const struct plb_estimate *e) {
  for (size_t k = groupings->count; k-- > from;)
    if (plb_same_system(groupings->at[k].system, e->system) && is_by(groupings->at[k].by, e))
      return &groupings->at[k];
  if (!plb_reserve(&groupings->at, &groupings->capacity, groupings->count + 1, sizeof *groupings->at) ||
      !plb_reserve(&making->names, &making->capacity, groupings->count + 1 - from, sizeof *making->names))
    return NULL;
  struct plb_grouping *made = &groupings->at[groupings->count];
  *made = (struct plb_grouping){.result = result, .system = e->system, .by = name_by(e)};
  if (!made->by)
    return NULL;
  made->attributes = count_attributes(made->by);
  making->names[groupings->count - from] = (struct plb_dict){0};
  groupings->count++;
  return made;
}

/* ---- points ------------------------------------------------------------------------------------------ */

static bool same_number(double one, double other) {
  return one <= other && one >= other;
}

static bool same_text(const char *one, const char *other) {
  return one == other || (one && other && strcmp(one, other) == 0);
}

/* Whether two estimates are made at one point: a target makes it where there is one, as for everybody. */
static bool same_point(const struct plb_estimate *one, const struct plb_estimate *other) {
  if (one->target_metric || other->target_metric)
    return same_text(one->target_metric, other->target_metric) &&
           same_number(one->target_at_most, other->target_at_most);
  if (one->origin.metric || other->origin.metric)
    return same_text(one->origin.metric, other->origin.metric) &&
           same_number(one->origin.at_most, other->origin.at_most);
  return one->has_threshold == other->has_threshold &&
         (!one->has_threshold || same_number(one->threshold, other->threshold));
}

static void find_everybody(const struct plb_grouping *grouping, struct plb_group_point *point) {
  point->whole = !plb_has_point(point->first);
  for (size_t k = 0; !point->whole && plb_result_point(grouping->result, grouping->system, k, &point->of_all); k++)
    if (same_point(point->of_all.first, point->first)) {
      point->known = true;
      return;
    }
}

static bool point_of(struct plb_grouping *grouping, const struct plb_estimate *e, size_t *number) {
  size_t count = grouping->point_count;
  for (size_t k = 0; k < count; k++) { /* cells come point by point, so that the next is the likeliest */
    *number = (grouping->last + 1 + k) % count;
    if (same_point(grouping->points[*number].first, e)) {
      grouping->last = *number;
      return true;
    }
  }
  if (!plb_reserve(&grouping->points, &grouping->point_capacity, count + 1, sizeof *grouping->points))
    return false;
  grouping->points[count] = (struct plb_group_point){.first = e};
  find_everybody(grouping, &grouping->points[count]);
  *number = grouping->last = grouping->point_count++;
  return true;
}

/* ---- groups ------------------------------------------------------------------------------------------- */

static const char *value_of(const struct plb_cell *cell, size_t attribute, int side) {
  return cell->of[attribute].values[cell->of[attribute].two ? side : 0];
}

/* The number of the group of one side of a cell. */
static bool group_of(struct plb_grouping *grouping, struct plb_dict *names, const struct plb_cell *cell, int side,
                     size_t *number) {
  size_t size = 0, used = 0;
  uint32_t known = names->count, at;
  for (size_t a = 0; a < cell->count; a++)
    size += strlen(value_of(cell, a, side)) + 1;
  char *text = plb_alloc(size, 1);
  for (size_t a = 0; text && a < cell->count; a++) {
    size_t length = strlen(value_of(cell, a, side)) + 1;
    memcpy(text + used, value_of(cell, a, side), length);
    used += length;
  }
  bool ready = text && plb_dict_put(names, text, size, &at);
  free(text);
  if (!ready || !plb_reserve(&grouping->groups, &grouping->group_capacity, names->count, sizeof *grouping->groups))
    return false;
  if (names->count > known)
    grouping->groups[grouping->group_count++] = (struct plb_group){cell, side};
  *number = at;
  return true;
}

static enum plb_group_kind kind_of(const struct plb_estimate *e, size_t one, size_t two) {
  if (!e->cell)
    return PLB_GROUP_APART;
  if (strcmp(e->metric, "FMR") == 0)
    return one == two ? PLB_GROUP_WITHIN : PLB_GROUP_ACROSS;
  return strcmp(e->metric, "FNMR") == 0 ? PLB_GROUP_FNMR : PLB_GROUP_OTHER;
}

static bool take(struct plb_grouping *grouping, struct plb_dict *names, const struct plb_estimate *e) {
  struct plb_group_cell cell = {.estimate = e};
  if (!point_of(grouping, e, &cell.point) ||
      !plb_reserve(&grouping->cells, &grouping->cell_capacity, grouping->cell_count + 1, sizeof *grouping->cells))
    return false;
  if (e->cell &&
      (!group_of(grouping, names, e->cell, 0, &cell.one) || !group_of(grouping, names, e->cell, 1, &cell.two)))
    return false;
  cell.kind = kind_of(e, cell.one, cell.two);
  if (!e->cell)
    cell.one = grouping->cell_count; /* they keep their order */
  grouping->cells[grouping->cell_count++] = cell;
  return true;
}

/* ---- order ----------------------------------------------------------------------------------------------- */

/* Finite numbers first, by their size; then texts; what is not said last. */
static int compare_values(const char *one, const char *other) {
  double a, b;
  if (!*one || !*other)
    return (*one == '\0') - (*other == '\0');
  bool is_one = plb_whole_double(one, strlen(one), &a) && a - a >= 0;
  bool is_other = plb_whole_double(other, strlen(other), &b) && b - b >= 0;
  if (is_one != is_other)
    return is_one ? -1 : 1;
  if (is_one && (a < b || a > b))
    return a < b ? -1 : 1;
  return strcmp(one, other);
}

static int compare_groups(const void *x, const void *y) {
  const struct plb_group *one = x, *other = y;
  for (size_t a = 0; a < one->cell->count; a++) {
    int order = compare_values(value_of(one->cell, a, one->side), value_of(other->cell, a, other->side));
    if (order)
      return order;
  }
  return 0;
}

static int compare_numbers(size_t one, size_t other) {
  return (one > other) - (one < other);
}

static int compare_cells(const void *x, const void *y) {
  const struct plb_group_cell *one = x, *other = y;
  int order = compare_numbers(one->point, other->point);
  order = order ? order : compare_numbers(one->kind, other->kind);
  order = order ? order : compare_numbers(one->one, other->one);
  order = order ? order : compare_numbers(one->two, other->two);
  return order ? order : strcmp(one->estimate->metric, other->estimate->metric);
}

/* Groups by their values, cells by their groups. Pairs have no order: the group that stands first comes first. */
static bool put_in_order(struct plb_grouping *grouping, struct plb_dict *names) {
  size_t count = grouping->group_count, *rank = plb_alloc(count, sizeof *rank);
  if (!rank)
    return false;
  struct plb_group *sorted = plb_alloc(count, sizeof *sorted);
  if (sorted && count) {
    memcpy(sorted, grouping->groups, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, compare_groups);
  }
  bool ready = sorted != NULL;
  for (size_t k = 0; ready && k < count; k++)
    ready = group_of(grouping, names, sorted[k].cell, sorted[k].side, &rank[k]); /* none is new */
  size_t *place = plb_alloc(count, sizeof *place);
  for (size_t k = 0; ready && place && k < count; k++)
    place[rank[k]] = k;
  for (size_t i = 0; ready && place && i < grouping->cell_count; i++) {
    struct plb_group_cell *cell = &grouping->cells[i];
    if (cell->kind == PLB_GROUP_APART)
      continue;
    size_t one = place[cell->one], two = place[cell->two];
    bool turn = cell->kind == PLB_GROUP_ACROSS && one > two;
    cell->one = turn ? two : one;
    cell->two = turn ? one : two;
  }
  ready = ready && place;
  if (ready && count)
    memcpy(grouping->groups, sorted, count * sizeof *sorted);
  if (ready && grouping->cell_count)
    qsort(grouping->cells, grouping->cell_count, sizeof *grouping->cells, compare_cells);
  free(place);
  free(rank);
  free(sorted);
  return ready;
}

/* ---- all of them ------------------------------------------------------------------------------------------- */

plb_status plb_groupings_add(struct plb_groupings *groupings, const struct plb_result *result, struct plb_error *err) {
  size_t from = groupings->count;
  struct making making = {0};
  bool ready = true;
  for (size_t i = 0; ready && i < result->group_count; i++) {
    struct plb_grouping *grouping = grouping_of(groupings, from, &making, result, &result->groups[i]);
    ready = grouping && take(grouping, &making.names[grouping - groupings->at - (ptrdiff_t)from], &result->groups[i]);
  }
  for (size_t k = from; k < groupings->count; k++) {
    ready = ready && put_in_order(&groupings->at[k], &making.names[k - from]);
    plb_dict_free(&making.names[k - from]);
  }
  free(making.names);
  return ready ? PLB_OK : plb_fail_memory(err);
}

void plb_groupings_free(struct plb_groupings *groupings) {
  for (size_t k = 0; k < groupings->count; k++) {
    free(groupings->at[k].by);
    free(groupings->at[k].groups);
    free(groupings->at[k].points);
    free(groupings->at[k].cells);
  }
  free(groupings->at);
  *groupings = (struct plb_groupings){0};
}

/* ---- asking -------------------------------------------------------------------------------------------------- */

/* The first cell that is not before this point and kind. */
static size_t lower_bound(const struct plb_grouping *grouping, size_t point, size_t kind) {
  size_t from = 0, to = grouping->cell_count;
  while (from < to) {
    size_t middle = from + (to - from) / 2;
    const struct plb_group_cell *cell = &grouping->cells[middle];
    bool before = cell->point < point || (cell->point == point && (size_t)cell->kind < kind);
    from = before ? middle + 1 : from;
    to = before ? to : middle;
  }
  return from;
}

const struct plb_group_cell *plb_group_cells(const struct plb_grouping *grouping, size_t point,
                                             enum plb_group_kind kind, size_t *count) {
  size_t from = lower_bound(grouping, point, kind);
  *count = lower_bound(grouping, point, (size_t)kind + 1) - from;
  return grouping->cells + from;
}

const struct plb_group_cell *plb_group_find(const struct plb_group_cell *cells, size_t count, size_t one, size_t two) {
  size_t from = 0, to = count;
  while (from < to) {
    size_t middle = from + (to - from) / 2;
    const struct plb_group_cell *cell = &cells[middle];
    if (cell->one == one && cell->two == two)
      return cell;
    bool before = cell->one < one || (cell->one == one && cell->two < two);
    from = before ? middle + 1 : from;
    to = before ? to : middle;
  }
  return NULL;
}

bool plb_grouping_single(const struct plb_grouping *grouping) {
  for (size_t k = 0; k < grouping->cell_count; k++) {
    const struct plb_cell *cell = grouping->cells[k].estimate->cell;
    for (size_t a = 0; cell && a < cell->count; a++)
      if (cell->of[a].two)
        return false;
  }
  return grouping->cell_count > 0;
}

const struct plb_estimate *plb_group_everybody(const struct plb_grouping *grouping, size_t point, const char *metric) {
  const struct plb_group_point *at = &grouping->points[point];
  return at->known ? plb_point_estimate(grouping->result, &at->of_all, metric) : NULL;
}
