/* SPDX-License-Identifier: Apache-2.0
 *
 * How far FNMR at an FMR target moves without one person, when the threshold is set anew among the others. It is found
 * for everybody from the rows that were kept whole, and the one who moves it most is reported.
 *
 * Without person i, who is in N_i of the N non-mated comparisons, k = floor(x (N - N_i)) false matches meet the target
 * x. The threshold is the smallest score above the (k + 1)-th highest non-mated score of the others, and the false
 * non-matches are the mated comparisons of the others that score no higher than that one.
 *
 * Nothing is said where a class has no ids, where too many errors lie beyond the kept rows (3,000 of a class: then no
 * one person weighs much), or where without somebody the target is beyond the data or a class is empty.
 * Cost: O(people + kept rows) for each target.
 */
#include <stdlib.h>

#include "base/memory.h"
#include "estimate/study.h"

/* The kept rows of each person: numbers of rows, ascending. */
struct rows_of {
  size_t *start; /* by place; one more at the end */
  size_t *rows;
};

struct others {
  const struct plb_kept *kept[2]; /* by enum plb_class */
  struct rows_of of[2];
  uint32_t *place[2]; /* by person, PLB_NOBODY where a person has no trials of the class */
  size_t numbers;     /* people */
};

static bool make_rows_of(const struct plb_kept *kept, bool mated, struct rows_of *of) {
  of->start = plb_alloc(kept->people + 2, sizeof *of->start);
  of->rows = plb_alloc(2 * kept->count, sizeof *of->rows);
  if (!of->start || !of->rows)
    return false;
  for (size_t r = 0; r < kept->count; r++) {
    of->start[kept->rows[r].i + 2]++;
    if (!mated && kept->rows[r].i != kept->rows[r].j)
      of->start[kept->rows[r].j + 2]++;
  }
  for (size_t p = 2; p < kept->people + 2; p++)
    of->start[p] += of->start[p - 1];
  for (size_t r = 0; r < kept->count; r++) {
    of->rows[of->start[kept->rows[r].i + 1]++] = r;
    if (!mated && kept->rows[r].i != kept->rows[r].j)
      of->rows[of->start[kept->rows[r].j + 1]++] = r;
  }
  return true;
}

/* A place of one of the classes. */
struct identified {
  uint64_t identity;
  uint32_t place;
  int class;
};

static int by_identity(const void *a, const void *b) {
  const struct identified *x = a, *y = b;
  if (x->identity != y->identity)
    return x->identity < y->identity ? -1 : 1;
  return x->class != y->class ? x->class - y->class : (x->place > y->place) - (x->place < y->place);
}

/* Numbers everybody who has trials of a class or of both. Two places of one class are never one person. */
static bool make_places(struct others *others) {
  size_t all = others->kept[0]->people + others->kept[1]->people, n = 0;
  struct identified *list = plb_alloc(all, sizeof *list);
  for (int c = 0; c < 2; c++)
    others->place[c] = plb_alloc(all, sizeof *others->place[c]);
  bool ready = list && others->place[0] && others->place[1];
  for (int c = 0; c < 2 && ready; c++)
    for (size_t p = 0; p < others->kept[c]->people; p++)
      list[n++] = (struct identified){others->kept[c]->identity[p], (uint32_t)p, c};
  if (n)
    qsort(list, n, sizeof *list, by_identity);
  for (size_t k = 0; k < n; k++) {
    bool same = k && list[k].identity == list[k - 1].identity && list[k].class != list[k - 1].class;
    if (!same) {
      others->place[0][others->numbers] = others->place[1][others->numbers] = PLB_NOBODY;
      others->numbers++;
    }
    others->place[list[k].class][others->numbers - 1] = list[k].place;
  }
  free(list);
  return ready;
}

static uint64_t trials_of(const struct others *others, enum plb_class class, size_t person) {
  uint32_t place = others->place[class][person];
  return place == PLB_NOBODY ? 0 : others->kept[class]->trials[place];
}

/* How many of the first `rows` kept rows are a person's. */
static size_t theirs_among(const struct others *others, enum plb_class class, size_t person, size_t rows) {
  uint32_t place = others->place[class][person];
  const struct rows_of *of = &others->of[class];
  if (place == PLB_NOBODY)
    return 0;
  size_t low = of->start[place], high = of->start[place + 1];
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (of->rows[middle] < rows)
      low = middle + 1;
    else
      high = middle;
  }
  return low - of->start[place];
}

/* The key of the (k + 1)-th highest non-mated score without the person's; false where it is not among the kept rows. */
static bool key_beyond(const struct others *others, size_t person, uint64_t k, uint64_t *key) {
  const struct plb_kept *kept = others->kept[PLB_CLASS_NONMATED];
  for (size_t rows = 0, next = 0; k < kept->count; rows = next) {
    next = (size_t)k + 1 + theirs_among(others, PLB_CLASS_NONMATED, person, rows);
    if (next > kept->count)
      break;
    if (next == rows) {
      *key = kept->rows[rows - 1].key;
      return true;
    }
  }
  return false;
}

/* The mated comparisons without the person's that score at most `key`; false where they go beyond the kept rows. */
static bool count_below(const struct others *others, size_t person, uint64_t key, uint64_t *errors) {
  const struct plb_kept *kept = others->kept[PLB_CLASS_MATED];
  size_t low = 0, high = kept->count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (kept->rows[middle].key <= key)
      low = middle + 1;
    else
      high = middle;
  }
  if (low == kept->count && kept->count < kept->completed)
    return false;
  *errors = low - theirs_among(others, PLB_CLASS_MATED, person, low);
  return true;
}

static bool leave_out(const struct others *others, const struct plb_fraction *target, size_t person,
                      struct plb_left_out *left) {
  uint64_t nonmated = others->kept[PLB_CLASS_NONMATED]->completed - trials_of(others, PLB_CLASS_NONMATED, person), key;
  uint64_t k = plb_fraction_part(*target, nonmated);
  left->trials = others->kept[PLB_CLASS_MATED]->completed - trials_of(others, PLB_CLASS_MATED, person);
  left->exists =
      k >= 1 && left->trials && key_beyond(others, person, k, &key) && count_below(others, person, key, &left->errors);
  return left->exists;
}

/* Which of two moves the rate x / n further; of equal ones the one with fewer errors left, then with fewer trials. */
static bool further(const struct plb_left_out *a, const struct plb_left_out *b, uint64_t x, uint64_t n) {
  const struct plb_left_out *both[2] = {a, b};
  double move[2];
  for (int k = 0; k < 2; k++) {
    plb_wide now = (plb_wide)both[k]->errors * n, before = (plb_wide)x * both[k]->trials;
    move[k] = (double)(now > before ? now - before : before - now) / (double)both[k]->trials;
  }
  if (move[0] > move[1] || move[0] < move[1])
    return move[0] > move[1];
  return a->errors < b->errors || (a->errors == b->errors && a->trials < b->trials);
}

static void find_at(const struct others *others, const struct plb_measured *measured, struct plb_study_point *point) {
  struct plb_left_out most = {0}, left = {0};
  uint64_t x = point->point.false_nonmatches, n = measured->det.trials[PLB_CLASS_MATED];
  for (size_t person = 0; person < others->numbers; person++) {
    bool took_part = trials_of(others, PLB_CLASS_NONMATED, person) || trials_of(others, PLB_CLASS_MATED, person);
    if (!took_part)
      continue;
    if (!leave_out(others, &point->target, person, &left))
      return;
    if (!most.exists || further(&left, &most, x, n))
      most = left;
  }
  point->left_out = most;
}

static bool is_asked(const struct plb_study_point *point) {
  return point->kind == PLB_POINT_TARGET && point->listed && !point->ruled && !point->unsupported;
}

static void free_others(struct others *others) {
  for (int c = 0; c < 2; c++) {
    free(others->of[c].start);
    free(others->of[c].rows);
    free(others->place[c]);
  }
}

plb_status plb_left_out_find(struct plb_measured *measured, struct plb_error *err) {
  struct others others = {.kept = {&measured->rates[0].kept, &measured->rates[1].kept}};
  bool any = false;
  for (size_t p = 0; p < measured->point_count; p++)
    any |= is_asked(&measured->points[p]);
  bool known = others.kept[0]->people && others.kept[1]->people;
  plb_status status = PLB_OK;
  if (any && known) {
    bool ready = make_places(&others);
    for (int c = 0; c < 2 && ready; c++)
      ready = make_rows_of(others.kept[c], c == PLB_CLASS_MATED, &others.of[c]);
    for (size_t p = 0; p < measured->point_count && ready; p++)
      if (is_asked(&measured->points[p]))
        find_at(&others, measured, &measured->points[p]);
    status = ready ? PLB_OK : plb_fail_memory(err);
  }
  free_others(&others);
  for (int c = 0; c < 2; c++)
    plb_kept_free(&measured->rates[c].kept);
  return status;
}
