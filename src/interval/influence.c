/* SPDX-License-Identifier: Apache-2.0
 *
 * How few people the errors come from. A false match has two places for people, a false non-match one; the fewest
 * people who fill half of the places come first when people are ordered by their errors. (The fewest people who take
 * part in half of the errors would be another number, which is hard to find: partial vertex cover. Those who fill
 * half of the places take part in at least half of the errors, so that nothing is overstated.)
 *
 * Without person i the rate is (x - X_i) / (N - N_i), at the same threshold; it moves by |X_i N - x N_i| / N (N - N_i),
 * whose numerator is formed exactly. Cost: a sort of the people in errors for each threshold.
 */
#include "interval/influence.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"

size_t plb_most_involved(const struct plb_design *design, const struct plb_error_sums *errors) {
  size_t most = design->people;
  for (size_t i = 0; i < design->people; i++) {
    uint64_t theirs = errors->per_person[i], known = most < design->people ? errors->per_person[most] : 0;
    if (theirs > known || (theirs && theirs == known && design->per_person[i] < design->per_person[most]))
      most = i;
  }
  return most;
}

static int most_first(const void *a, const void *b) {
  const uint64_t *x = a, *y = b;
  return (*x < *y) - (*x > *y);
}

/* The people in errors, and how few of them fill half of the places. */
static bool count_half(const struct plb_design *design, const struct plb_error_sums *errors,
                       struct plb_involved *involved) {
  uint64_t *theirs = plb_alloc(design->people, sizeof *theirs);
  size_t count = 0;
  plb_wide places = 0, filled = 0;
  if (!theirs)
    return false;
  for (size_t i = 0; i < design->people; i++) {
    places += errors->per_person[i]; /* two for a false match, but one inside a cluster */
    if (errors->per_person[i])
      theirs[count++] = errors->per_person[i];
  }
  qsort(theirs, count, sizeof *theirs, most_first);
  involved->people = count;
  involved->most = count ? theirs[0] : 0;
  while (2 * filled < places && involved->half < count)
    filled += theirs[involved->half++];
  free(theirs);
  return true;
}

/* How far the rate moves without a person, times N. */
static double move_of(const struct plb_design *design, const struct plb_error_sums *errors, size_t i) {
  plb_wide with = (plb_wide)errors->per_person[i] * design->trials,
           without = (plb_wide)errors->errors * design->per_person[i];
  return (double)(with > without ? with - without : without - with) / (double)(design->trials - design->per_person[i]);
}

static void leave_out(const struct plb_design *design, const struct plb_error_sums *errors,
                      struct plb_involved *involved) {
  double furthest = -1;
  for (size_t i = 0; i < design->people; i++) {
    if (design->per_person[i] >= design->trials) {
      involved->has_without = false;
      return;
    }
    double move = move_of(design, errors, i);
    uint64_t left = errors->errors - errors->per_person[i], trials = design->trials - design->per_person[i];
    bool fewer =
        left < involved->without_errors || (left == involved->without_errors && trials < involved->without_trials);
    if (move < furthest || (move <= furthest && !fewer))
      continue;
    furthest = move;
    involved->without_errors = left;
    involved->without_trials = trials;
  }
  involved->has_without = design->people > 0;
}

plb_status plb_involved_find(const struct plb_design *design, const struct plb_error_sums *errors,
                             struct plb_involved *involved, struct plb_error *err) {
  *involved = (struct plb_involved){0};
  if (!count_half(design, errors, involved))
    return plb_fail_memory(err);
  leave_out(design, errors, involved);
  return PLB_OK;
}

void plb_kept_take(struct plb_places *places, struct plb_person_sums *sums, uint64_t completed, struct plb_kept *kept) {
  *kept = (struct plb_kept){.rows = sums->kept,
                            .count = sums->kept_count,
                            .identity = places->identity,
                            .trials = places->trials,
                            .people = places->people,
                            .completed = completed};
  sums->kept = NULL;
  places->identity = NULL;
  places->trials = NULL;
}

void plb_kept_free(struct plb_kept *kept) {
  free(kept->rows);
  free(kept->identity);
  free(kept->trials);
  *kept = (struct plb_kept){0};
}

/* ---- wrong labels -------------------------------------------------------------------------------- */

static uint64_t at_most(uint64_t a, uint64_t b) {
  return a < b ? a : b;
}

/* The smallest rate when `a` errors are rows of the other class, and `b` rows of the other class are trials without
 * error here, a + b <= k. It is a ratio of linear functions, whose minimum lies at a corner of what is possible. */
static double smallest(uint64_t x, uint64_t n, uint64_t others, uint64_t k) {
  double least = (double)x / (double)n;
  const uint64_t first[] = {at_most(k, x), at_most(k > others ? k - others : 0, x), 0};
  for (size_t c = 0; c < sizeof first / sizeof *first; c++) {
    uint64_t a = first[c], b = at_most(k - a, others);
    if (n - a + b)
      least = fmin(least, (double)(x - a) / (double)(n - a + b));
  }
  return least;
}

/* The largest: `a` trials without error are rows of the other class, `b` of those are errors here. */
static double largest(uint64_t x, uint64_t n, uint64_t others, uint64_t k) {
  double most = (double)x / (double)n;
  const uint64_t first[] = {at_most(k, n - x), at_most(k > others ? k - others : 0, n - x), 0};
  for (size_t c = 0; c < sizeof first / sizeof *first; c++) {
    uint64_t a = first[c], b = at_most(k - a, others);
    if (n - a + b)
      most = fmax(most, (double)(x + b) / (double)(n - a + b));
  }
  return most;
}

struct plb_limits plb_wrong_labels(uint64_t x, uint64_t n, uint64_t would_err, uint64_t would_not, uint64_t k) {
  return (struct plb_limits){.lower = smallest(x, n, would_not, k), .upper = largest(x, n, would_err, k)};
}
