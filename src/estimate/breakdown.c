/* SPDX-License-Identifier: Apache-2.0
 *
 * See groups.h.
 */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "estimate/groups.h"

void plb_breakdown_free(struct plb_breakdown *breakdown) {
  for (size_t i = 0; i < breakdown->count; i++)
    free(breakdown->cells[i].strata);
  free(breakdown->cells);
  free(breakdown->value_of);
  plb_dict_free(&breakdown->values);
  *breakdown = (struct plb_breakdown){0};
}

/* The tuple of the values that a group has of the attributes of the breakdown. */
static bool reduce(const struct plb_tally *tally, struct plb_breakdown *breakdown, uint32_t group, uint32_t *number) {
  struct plb_slice values[PLB_MOST_BY];
  char text[PLB_MOST_GROUP];
  size_t count = 0, length;
  for (size_t a = 0; a < tally->by.count; a++)
    if (breakdown->attributes >> a & 1)
      values[count++] = plb_group_value(&tally->census.groups, group, a);
  return plb_group_text(values, count, text, &length) && plb_dict_put(&breakdown->values, text, length, number);
}

static int compare_values(const struct plb_dict *values, uint32_t one, uint32_t other) {
  size_t lengths[2];
  const char *texts[2] = {plb_dict_text(values, one, &lengths[0]), plb_dict_text(values, other, &lengths[1])};
  int order = memcmp(texts[0], texts[1], lengths[0] < lengths[1] ? lengths[0] : lengths[1]);
  return order ? order : (lengths[0] > lengths[1]) - (lengths[0] < lengths[1]);
}

static struct plb_breakdown_cell *cell_of(struct plb_breakdown *breakdown, uint32_t one, uint32_t other,
                                          size_t strata) {
  for (size_t i = 0; i < breakdown->count; i++)
    if (breakdown->cells[i].one == one && breakdown->cells[i].other == other)
      return &breakdown->cells[i];
  if (!plb_reserve(&breakdown->cells, &breakdown->capacity, breakdown->count + 1, sizeof *breakdown->cells))
    return NULL;
  struct plb_breakdown_cell *cell = &breakdown->cells[breakdown->count];
  *cell = (struct plb_breakdown_cell){one, other, plb_alloc(strata, sizeof *cell->strata)};
  breakdown->count += cell->strata != NULL;
  return cell->strata ? cell : NULL;
}

static bool add_stratum(const struct plb_tally *tally, bool mated, uint32_t number, struct plb_breakdown *breakdown) {
  struct plb_stratum stratum = plb_stratum_of(&tally->strata, number);
  uint32_t one = breakdown->value_of[stratum.reference], other = breakdown->value_of[stratum.probe];
  bool turned = !mated && compare_values(&breakdown->values, one, other) > 0;
  struct plb_breakdown_cell *cell = cell_of(breakdown, turned ? other : one, turned ? one : other, tally->strata.count);
  if (cell)
    cell->strata[number] = 1;
  return cell != NULL;
}

/* Insertion sort: there are few cells, and qsort has no place for the dictionary. */
static void sort_cells(struct plb_breakdown *breakdown) {
  const struct plb_dict *values = &breakdown->values;
  for (size_t i = 1; i < breakdown->count; i++) {
    struct plb_breakdown_cell cell = breakdown->cells[i];
    size_t at = i;
    for (; at; at--) {
      const struct plb_breakdown_cell *before = &breakdown->cells[at - 1];
      int order = compare_values(values, before->one, cell.one);
      if (order < 0 || (!order && compare_values(values, before->other, cell.other) < 0))
        break;
      breakdown->cells[at] = *before;
    }
    breakdown->cells[at] = cell;
  }
}

static bool make(const struct plb_tally *tally, const struct plb_rows *rows, bool mated,
                 struct plb_breakdown *breakdown) {
  uint32_t groups = tally->census.groups.count;
  bool room = (breakdown->value_of = plb_alloc(groups, sizeof *breakdown->value_of)) != NULL;
  for (uint32_t g = 0; room && g < groups; g++)
    room = reduce(tally, breakdown, g, &breakdown->value_of[g]);
  for (size_t i = 0; room && i < rows->open_count; i++)
    room = add_stratum(tally, mated, rows->open[i].stratum, breakdown);
  return room;
}

plb_status plb_breakdown_make(const struct plb_tally *tally, const struct plb_rows *rows, bool mated,
                              uint8_t attributes, struct plb_breakdown *breakdown, struct plb_error *err) {
  *breakdown = (struct plb_breakdown){.attributes = attributes};
  if (!make(tally, rows, mated, breakdown)) {
    plb_breakdown_free(breakdown);
    return plb_fail_memory(err);
  }
  sort_cells(breakdown);
  return PLB_OK;
}
