/* SPDX-License-Identifier: Apache-2.0
 *
 * Small cells: those of few people, and of two groups of which one has few there. What is known of all people, or of
 * a cell, is the sum of what is known of its parts: where one part alone is hidden it follows from the others. So in
 * each whole whose parts are shown, none or at least two are hidden, and these have together as many people as a cell
 * must have; the smallest of the others are hidden too until that is so. A breakdown by more attributes cuts each cell
 * of one by some of them into parts.
 */
#include "estimate/groups.h"

/* Of two groups those of the smaller one: its people are what could be told from the cell and from the other group. */
static uint64_t people_of(const struct plb_grouped *grouped, size_t cell) {
  const struct plb_rate *rate = &grouped->rates[cell].at[0];
  uint64_t people = rate->has_people ? rate->people : UINT64_MAX, smaller = grouped->smaller[cell];
  return smaller && smaller < people ? smaller : people;
}

static size_t first_stratum(const struct plb_breakdown_cell *cell) {
  size_t stratum = 0;
  while (!cell->strata[stratum])
    stratum++;
  return stratum;
}

/* Whether a cell is part of a cell of a breakdown by fewer attributes; NULL: of the whole. */
static bool is_part(const struct plb_breakdown_cell *part, const struct plb_breakdown_cell *whole) {
  return !whole || whole->strata[first_stratum(part)];
}

/* Hides the smallest part that is shown. False where none is. */
static bool hide_smallest(struct plb_grouped *parts, const struct plb_breakdown_cell *whole) {
  size_t smallest = SIZE_MAX;
  for (size_t i = 0; i < parts->breakdown.count; i++)
    if (!parts->hidden[i] && is_part(&parts->breakdown.cells[i], whole) &&
        (smallest == SIZE_MAX || people_of(parts, i) < people_of(parts, smallest)))
      smallest = i;
  if (smallest != SIZE_MAX)
    parts->hidden[smallest] = PLB_HIDDEN_REST;
  return smallest != SIZE_MAX;
}

/* Whether what is hidden in a whole follows from what is shown there. */
static bool follows(const struct plb_grouped *parts, const struct plb_breakdown_cell *whole, uint64_t least) {
  size_t hidden = 0;
  uint64_t people = 0;
  for (size_t i = 0; i < parts->breakdown.count; i++) {
    if (!parts->hidden[i] || !is_part(&parts->breakdown.cells[i], whole))
      continue;
    hidden++;
    people += people_of(parts, i);
  }
  return hidden == 1 || (hidden && people < least);
}

static bool hide_rest(struct plb_grouped *parts, const struct plb_breakdown_cell *whole, uint64_t least) {
  bool any = false;
  while (follows(parts, whole, least) && hide_smallest(parts, whole))
    any = true;
  return any;
}

static bool is_coarser(const struct plb_grouped *one, const struct plb_grouped *other) {
  uint8_t a = one->breakdown.attributes, b = other->breakdown.attributes;
  return a != b && (a & b) == a;
}

/* The parts of each cell that is shown of a breakdown by fewer attributes. */
static bool hide_in_cells(struct plb_grouped *parts, const struct plb_grouped *wholes, uint64_t least) {
  bool any = false;
  for (size_t i = 0; i < wholes->breakdown.count; i++)
    if (!wholes->hidden[i])
      any |= hide_rest(parts, &wholes->breakdown.cells[i], least);
  return any;
}

/* What is hidden in one breakdown may bring more to be hidden in another. */
static bool hide_once(struct plb_grouped *const *breakdowns, size_t count, uint64_t least) {
  bool any = false;
  for (size_t p = 0; p < count; p++) {
    any |= hide_rest(breakdowns[p], NULL, least);
    for (size_t w = 0; w < count; w++)
      if (is_coarser(breakdowns[w], breakdowns[p]))
        any |= hide_in_cells(breakdowns[p], breakdowns[w], least);
  }
  return any;
}

void plb_cells_suppress(struct plb_grouped *const *breakdowns, size_t count, uint64_t least) {
  for (size_t b = 0; b < count; b++)
    for (size_t i = 0; i < breakdowns[b]->breakdown.count; i++)
      if (people_of(breakdowns[b], i) < least)
        breakdowns[b]->hidden[i] = PLB_HIDDEN_FEW;
  while (hide_once(breakdowns, count, least))
    ;
}
