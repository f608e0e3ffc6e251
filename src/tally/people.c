/* SPDX-License-Identifier: Apache-2.0
 *
 * See people.h. Two walks over the rows, each shared out by chunks among threads that count into arrays
 * of their own; the arrays are added up, and integers do not mind the order.
 *
 * A row is counted once, at the most demanding threshold at which it is still an error; summing over
 * thresholds afterwards gives the errors at each.
 */
#include "tally/people.h"

#include <stdlib.h>

#include "base/memory.h"
#include "tally/team.h"
#include "tally/walk.h"

#define STRETCH 4096 /* rows that are looked through at a time */

void plb_places_free(struct plb_places *places) {
  free(places->place);
  free(places->person);
  free(places->identity);
  free(places->trials);
  *places = (struct plb_places){0};
}

void plb_person_sums_free(struct plb_person_sums *sums) {
  free(sums->errors);
  free(sums->kept);
  sums->errors = NULL;
  sums->kept = NULL;
}

struct trial_count {
  uint64_t *of;    /* by person number */
  uint64_t *inner; /* by number of the cluster: non-mated rows inside it */
  const struct plb_attribute *clusters;
  bool mated;
};

static bool count_trials(void *state, const struct plb_chunk *chunk, size_t count) {
  struct trial_count *trials = state;
  for (size_t i = 0; i < count; i++)
    trials->of[chunk->first[i]]++;
  if (trials->mated)
    return true;
  for (size_t i = 0; i < count; i++)
    trials->of[chunk->second[i]]++;
  for (size_t i = 0; i < count && trials->clusters->count; i++) {
    uint32_t cluster = plb_attribute_of(trials->clusters, chunk->first[i]);
    if (cluster < PLB_NO_VALUE && cluster == plb_attribute_of(trials->clusters, chunk->second[i]))
      trials->inner[cluster]++;
  }
  return true;
}

uint64_t plb_cluster_identity(uint64_t hash) {
  hash = (hash ^ UINT64_C(0x6C62272E07BB0142)) * UINT64_C(0xD6E8FEB86659FD93);
  return (hash ^ (hash >> 32)) * UINT64_C(0xD6E8FEB86659FD93);
}

static bool make_places(size_t people, struct plb_places *places) {
  *places = (struct plb_places){.place = plb_alloc(people, sizeof *places->place),
                                .person = plb_alloc(people, sizeof *places->person),
                                .identity = plb_alloc(people, sizeof *places->identity),
                                .trials = plb_alloc(people, sizeof *places->trials)};
  return places->place && places->person && places->identity && places->trials;
}

/* The place of the next person in the order of (hash, id). The first one of a cluster takes it for all of it;
 * taken[cluster] is that place + 1. */
static uint32_t place_for(const struct plb_census *census, uint32_t person, const uint64_t *inner, uint32_t *taken,
                          struct plb_places *places) {
  const struct plb_dict *names = &census->clusters.values;
  uint32_t cluster = plb_attribute_of(&census->clusters, person);
  bool alone = cluster >= PLB_NO_VALUE;
  if (!alone && taken[cluster])
    return taken[cluster] - 1;
  uint32_t place = (uint32_t)places->people++;
  places->person[place] = person;
  places->identity[place] = alone ? census->people.hash[person] : plb_cluster_identity(names->hash[cluster]);
  if (alone)
    return place;
  taken[cluster] = place + 1;
  places->trials[place] = inner ? 0 - inner[cluster] : 0; /* twice in the sum over its people, which brings it back */
  places->inner += inner ? inner[cluster] : 0;
  return place;
}

plb_status plb_places_assign(const struct plb_census *census, const uint64_t *trials, const uint64_t *inner,
                             struct plb_places *places, struct plb_error *err) {
  const struct plb_dict *dict = &census->people;
  uint32_t *order = plb_alloc(dict->count, sizeof *order);
  uint32_t *taken = plb_alloc(census->clusters.values.count, sizeof *taken);
  plb_status status = make_places(dict->count, places) && order && taken ? PLB_OK : plb_fail_memory(err);
  for (uint32_t person = 0; !status && person < dict->count; person++) {
    places->place[person] = PLB_NOBODY;
    if (trials[person]) /* few of many, where each of thousands of systems has its own */
      order[places->persons++] = person;
  }
  if (!status)
    plb_dict_sort(dict, order, places->persons);
  for (size_t k = 0; !status && k < places->persons; k++) {
    uint32_t place = place_for(census, order[k], inner, taken, places);
    places->place[order[k]] = place;
    places->trials[place] += trials[order[k]];
  }
  free(order);
  free(taken);
  if (status)
    plb_places_free(places);
  return status;
}

plb_status plb_places_make(struct plb_tally *tally, const struct plb_rows *rows, bool mated, unsigned threads,
                           struct plb_places *places, struct plb_error *err) {
  const struct plb_attribute *clusters = &tally->census.clusters;
  size_t n = tally->census.people.count, m = clusters->values.count;
  struct trial_count *counts = plb_alloc(threads, sizeof *counts);
  *places = (struct plb_places){0};
  plb_status status = counts ? PLB_OK : plb_fail_memory(err);
  for (unsigned t = 0; !status && t < threads; t++) {
    counts[t] = (struct trial_count){.of = plb_alloc(n, sizeof *counts[t].of),
                                     .inner = plb_alloc(m, sizeof *counts[t].inner),
                                     .clusters = clusters,
                                     .mated = mated};
    status = counts[t].of && counts[t].inner ? PLB_OK : plb_fail_memory(err);
  }
  if (!status)
    status = plb_rows_walk(&(struct plb_row_walk){.tally = tally,
                                                  .rows = rows,
                                                  .visit = count_trials,
                                                  .fields = PLB_ROW_PEOPLE,
                                                  .states = counts,
                                                  .state_size = sizeof *counts,
                                                  .threads = threads,
                                                  .adds_up = true},
                           err);
  for (unsigned t = 1; !status && t < threads; t++) {
    for (size_t i = 0; i < n; i++)
      counts[0].of[i] += counts[t].of[i];
    for (size_t i = 0; i < m; i++)
      counts[0].inner[i] += counts[t].inner[i];
  }
  if (!status)
    status = plb_team_sum(tally->team, counts[0].of, n, err);
  if (!status)
    status = plb_team_sum(tally->team, counts[0].inner, m, err);
  if (!status)
    status = plb_places_assign(&tally->census, counts[0].of, counts[0].inner, places, err);
  for (unsigned t = 0; counts && t < threads; t++) {
    free(counts[t].of);
    free(counts[t].inner);
  }
  free(counts);
  return status;
}

struct error_count {
  const struct plb_person_sums *asked;
  const struct plb_places *places;
  bool mated;
  uint64_t *errors; /* [threshold][place], counted at the most demanding threshold only */
  struct plb_kept_row *kept;
  size_t kept_count, kept_capacity;
};

/* Index of the most demanding threshold at which a row is an error; threshold_count when at none. A mated row
 * is an error where key < t: the least such t; a non-mated one where key >= t: the greatest such t. */
static size_t demand(const struct error_count *count, uint64_t key) {
  const uint64_t *thresholds = count->asked->thresholds;
  size_t n = count->asked->threshold_count, below = 0;
  for (size_t t = 0; t < n; t++)
    below += key >= thresholds[t];
  if (count->mated)
    return below;
  return below ? below - 1 : n;
}

static bool keep(struct error_count *count, uint64_t key, uint32_t i, uint32_t j) {
  if (!plb_reserve(&count->kept, &count->kept_capacity, count->kept_count + 1, sizeof *count->kept))
    return false;
  count->kept[count->kept_count++] = (struct plb_kept_row){key, i < j ? i : j, i < j ? j : i};
  return true;
}

static bool count_error(struct error_count *count, uint64_t key, uint32_t first, uint32_t second) {
  uint32_t i = count->places->place[first], j = count->places->place[second];
  size_t at = demand(count, key);
  if (at < count->asked->threshold_count) {
    count->errors[at * count->places->people + i]++;
    if (i != j) /* mated, or inside a cluster: once */
      count->errors[at * count->places->people + j]++;
  }
  if (key >= count->asked->keep_from && key <= count->asked->keep_to)
    return keep(count, key, i, j);
  return true;
}

/* The keys that are of interest: those of errors at any threshold, and of rows to keep. low > high: none. */
static void bounds(const struct error_count *count, uint64_t *low, uint64_t *high) {
  const struct plb_person_sums *asked = count->asked;
  size_t n = asked->threshold_count;
  bool keeps = asked->keep_from <= asked->keep_to, any = n && (!count->mated || asked->thresholds[n - 1]);
  *low = keeps ? asked->keep_from : UINT64_MAX;
  *high = keeps ? asked->keep_to : 0;
  if (!any)
    return;
  uint64_t from = count->mated ? 0 : asked->thresholds[0],
           to = count->mated ? asked->thresholds[n - 1] - 1 : UINT64_MAX;
  *low = from < *low ? from : *low;
  *high = to > *high ? to : *high;
}

/* Most rows are no error at any threshold: they are passed over without a branch, a stretch at a time. */
static bool count_errors(void *state, const struct plb_chunk *chunk, size_t rows) {
  struct error_count *count = state;
  uint16_t picked[STRETCH];
  uint64_t low, high;
  bounds(count, &low, &high);
  for (size_t from = 0; from < rows && low <= high; from += STRETCH) {
    size_t n = 0, length = rows - from < STRETCH ? rows - from : STRETCH;
    for (size_t r = 0; r < length; r++) {
      picked[n] = (uint16_t)r;
      n += chunk->keys[from + r] - low <= high - low;
    }
    for (size_t k = 0; k < n; k++) {
      size_t r = from + picked[k];
      if (!count_error(count, chunk->keys[r], chunk->first[r], chunk->second[r]))
        return false;
    }
  }
  return true;
}

static int compare_places(const struct plb_kept_row *x, const struct plb_kept_row *y) {
  if (x->i != y->i)
    return x->i < y->i ? -1 : 1;
  return (x->j > y->j) - (x->j < y->j);
}

static int highest_first(const void *a, const void *b) {
  const struct plb_kept_row *x = a, *y = b;
  return x->key != y->key ? (x->key > y->key ? -1 : 1) : compare_places(x, y);
}

static int lowest_first(const void *a, const void *b) {
  const struct plb_kept_row *x = a, *y = b;
  return x->key != y->key ? (x->key < y->key ? -1 : 1) : compare_places(x, y);
}

/* Adds the arrays of threads and of the team up, and turns counts at one threshold into counts at each. */
static plb_status sum_errors(struct error_count *counts, unsigned threads, struct plb_team *team,
                             struct plb_person_sums *sums, struct plb_error *err) {
  size_t people = counts[0].places->people;
  size_t cells = sums->threshold_count * people;
  uint64_t *errors = counts[0].errors;
  for (unsigned t = 1; t < threads; t++)
    for (size_t c = 0; c < cells; c++)
      errors[c] += counts[t].errors[c];
  plb_status status = plb_team_sum(team, errors, cells, err);
  if (status)
    return status;
  for (size_t step = 1; step < sums->threshold_count; step++) {
    size_t to = counts[0].mated ? step : sums->threshold_count - 1 - step;
    size_t from = counts[0].mated ? to - 1 : to + 1;
    for (size_t i = 0; i < people; i++)
      errors[to * people + i] += errors[from * people + i];
  }
  sums->errors = errors;
  counts[0].errors = NULL;
  return PLB_OK;
}

/* Those of the whole team in the place of this member's. */
static plb_status gather_kept(struct error_count *count, struct plb_team *team, struct plb_error *err) {
  struct plb_parts all;
  plb_status status = plb_team_gather(team, count->kept, count->kept_count * sizeof *count->kept, &all, err);
  if (!status) {
    free(count->kept);
    count->kept_count = all.from[team->count] / sizeof *count->kept;
    count->kept = (struct plb_kept_row *)(void *)all.bytes;
    all.bytes = NULL;
  }
  plb_parts_free(&all);
  return status;
}

static plb_status join_kept(struct error_count *counts, unsigned threads, struct plb_team *team,
                            struct plb_person_sums *sums, struct plb_error *err) {
  struct error_count *first = &counts[0];
  for (unsigned t = 1; t < threads; t++)
    for (size_t i = 0; i < counts[t].kept_count; i++)
      if (!keep(first, counts[t].kept[i].key, counts[t].kept[i].i, counts[t].kept[i].j))
        return plb_fail_memory(err);
  plb_status status = team ? gather_kept(first, team, err) : PLB_OK;
  if (status)
    return status;
  if (first->kept_count)
    qsort(first->kept, first->kept_count, sizeof *first->kept, first->mated ? lowest_first : highest_first);
  sums->kept = first->kept;
  sums->kept_count = first->kept_count;
  first->kept = NULL;
  return PLB_OK;
}

plb_status plb_person_sums_count(const struct plb_tally *tally, const struct plb_rows *rows, bool mated,
                                 const struct plb_places *places, unsigned threads, struct plb_person_sums *sums,
                                 struct plb_error *err) {
  struct error_count *counts = plb_alloc(threads, sizeof *counts);
  plb_status status = counts ? PLB_OK : PLB_NOMEM;
  for (unsigned t = 0; !status && t < threads; t++) {
    counts[t] = (struct error_count){.asked = sums, .places = places, .mated = mated};
    counts[t].errors = plb_alloc(sums->threshold_count * places->people, sizeof *counts[t].errors);
    status = counts[t].errors ? PLB_OK : PLB_NOMEM;
  }
  if (status)
    status = plb_fail_memory(err);
  else
    status = plb_rows_walk(&(struct plb_row_walk){.tally = tally,
                                                  .rows = rows,
                                                  .visit = count_errors,
                                                  .states = counts,
                                                  .state_size = sizeof *counts,
                                                  .threads = threads,
                                                  .adds_up = true},
                           err);
  if (!status)
    status = sum_errors(counts, threads, tally->team, sums, err);
  if (!status)
    status = join_kept(counts, threads, tally->team, sums, err);
  for (unsigned t = 0; counts && t < threads; t++) {
    free(counts[t].errors);
    free(counts[t].kept);
  }
  free(counts);
  return status;
}
