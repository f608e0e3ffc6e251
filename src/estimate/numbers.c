/* SPDX-License-Identifier: Apache-2.0
 *
 * See numbers.h. Strata are sorted by what they have, so that numbers do not depend on the order of rows.
 */
#include "estimate/numbers.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/number.h"

void plb_numbers_free(struct plb_numbers *numbers) {
  free(numbers->x);
  free(numbers->trials);
  free(numbers->of_stratum);
}

/* The numbers of a stratum; false where one is not known, or lies between two. */
static bool numbers_of(const struct plb_tally *tally, const struct plb_numbers *numbers, uint32_t stratum, double *x) {
  uint32_t group = plb_stratum_of(&tally->strata, stratum).reference; /* that of the probe has the same ones */
  for (size_t k = 0; k < numbers->terms; k++) {
    struct plb_slice text = plb_group_value(&tally->census.groups, group, numbers->attributes[k]);
    if (!text.length || !plb_whole_double(text.text, text.length, &x[k]) || !isfinite(x[k]))
      return false;
  }
  return true;
}

struct numbered {
  double x[PLB_MOST_TREND_TERMS];
  uint64_t trials;
  uint32_t stratum;
};

static int compare_numbers(const void *a, const void *b) {
  const struct numbered *one = a, *other = b;
  for (size_t k = 0; k < PLB_MOST_TREND_TERMS; k++) /* those that are not used are 0 */
    if (one->x[k] < other->x[k] || one->x[k] > other->x[k])
      return one->x[k] < other->x[k] ? -1 : 1;
  return 0;
}

static bool list_strata(const struct plb_tally *tally, const struct plb_rows *rows, struct plb_numbers *numbers,
                        struct numbered **list, size_t *count) {
  *count = 0;
  if (!(*list = plb_alloc(rows->open_count, sizeof **list)))
    return false;
  for (size_t i = 0; i < rows->open_count; i++) {
    struct numbered *next = &(*list)[*count];
    *next = (struct numbered){.stratum = rows->open[i].stratum, .trials = rows->open[i].count};
    if (numbers_of(tally, numbers, next->stratum, next->x))
      ++*count;
    else
      numbers->left_out += next->trials;
  }
  if (*count)
    qsort(*list, *count, sizeof **list, compare_numbers);
  return true;
}

plb_status plb_numbers_find(const struct plb_tally *tally, const struct plb_rows *rows, uint8_t asked,
                            struct plb_numbers *numbers, struct plb_error *err) {
  struct numbered *list = NULL;
  size_t count = 0;
  *numbers = (struct plb_numbers){0};
  for (size_t a = 0; a < tally->by.count; a++)
    if (asked >> a & 1)
      numbers->attributes[numbers->terms++] = a;
  bool room = list_strata(tally, rows, numbers, &list, &count) &&
              (numbers->x = plb_alloc(count * numbers->terms, sizeof *numbers->x)) &&
              (numbers->trials = plb_alloc(count, sizeof *numbers->trials)) &&
              (numbers->of_stratum = plb_alloc(tally->strata.count, sizeof *numbers->of_stratum));
  for (size_t s = 0; room && s < tally->strata.count; s++)
    numbers->of_stratum[s] = PLB_NOBODY;
  for (size_t i = 0; room && i < count; i++) {
    if (!i || compare_numbers(&list[i - 1], &list[i]) != 0)
      memcpy(numbers->x + numbers->count++ * numbers->terms, list[i].x, numbers->terms * sizeof *list[i].x);
    numbers->of_stratum[list[i].stratum] = (uint32_t)(numbers->count - 1);
    numbers->trials[numbers->count - 1] += list[i].trials;
  }
  free(list);
  return room ? PLB_OK : plb_fail_memory(err);
}
