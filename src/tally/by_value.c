/* SPDX-License-Identifier: Apache-2.0
 *
 * See by_value.h. Each thread has records of its own, and a dictionary by which it finds them; those of all threads and
 * of all members of a team are then sorted, and equal ones added up.
 */
#include "tally/by_value.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "tally/team.h"
#include "tally/walk.h"

struct count {
  const struct plb_by_value *asked;
  const struct plb_places *places;
  struct plb_dict numbers; /* of records, by their first word */
  uint64_t *records;
  size_t capacity; /* words */
  uint64_t last;   /* the record before: rows of a person often come one behind the other */
  uint64_t *at;
};

static size_t stride_of(const struct plb_by_value *asked) {
  return 2 + asked->threshold_count;
}

/* The record of a person and a value, which may be new. NULL when out of memory. */
static uint64_t *find_record(struct count *count, uint64_t name) {
  size_t stride = stride_of(count->asked);
  uint32_t number, before = count->numbers.count;
  if (count->at && count->last == name)
    return count->at;
  if (!plb_dict_put(&count->numbers, (const char *)&name, sizeof name, &number) ||
      !plb_reserve(&count->records, &count->capacity, count->numbers.count * stride, sizeof *count->records))
    return NULL;
  uint64_t *record = count->records + number * stride;
  if (number == before) {
    memset(record, 0, stride * sizeof *record);
    record[0] = name;
  }
  count->last = name;
  count->at = record;
  return record;
}

static bool visit(void *state, uint32_t stratum, const struct plb_chunk *chunk, size_t rows) {
  struct count *count = state;
  const struct plb_by_value *asked = count->asked;
  uint32_t value = asked->value_of[stratum];
  for (size_t r = 0; r < rows && value != PLB_NOBODY; r++) {
    uint64_t *record = find_record(count, (uint64_t)count->places->place[chunk->first[r]] << 32 | value);
    if (!record)
      return false;
    record[1]++;
    for (size_t t = asked->threshold_count; t && chunk->keys[r] < asked->thresholds[t - 1]; t--)
      record[1 + t]++;
  }
  return true;
}

static int compare_names(const void *a, const void *b) {
  uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
  return (x > y) - (x < y);
}

/* Sorts records, and adds up those of the same person and value. */
static void join(struct plb_by_value *by_value) {
  size_t stride = stride_of(by_value), kept = 0;
  uint64_t *records = by_value->records;
  if (by_value->count)
    qsort(records, by_value->count, stride * sizeof *records, compare_names);
  for (size_t i = 0; i < by_value->count; i++) {
    const uint64_t *record = records + i * stride;
    if (kept && records[(kept - 1) * stride] == record[0]) {
      for (size_t k = 1; k < stride; k++)
        records[(kept - 1) * stride + k] += record[k];
      continue;
    }
    memmove(records + kept++ * stride, record, stride * sizeof *records);
  }
  by_value->count = kept;
}

/* Those of all threads, one behind the other. */
static bool collect(const struct count *counts, unsigned threads, struct plb_by_value *by_value) {
  size_t stride = stride_of(by_value);
  by_value->count = 0;
  for (unsigned t = 0; t < threads; t++)
    by_value->count += counts[t].numbers.count;
  if (!(by_value->records = plb_alloc(by_value->count * stride, sizeof *by_value->records)))
    return false;
  uint64_t *to = by_value->records;
  for (unsigned t = 0; t < threads; t++) {
    size_t words = counts[t].numbers.count * stride;
    if (words)
      memcpy(to, counts[t].records, words * sizeof *to);
    to += words;
  }
  return true;
}

/* Those of the whole team in the place of this member's. */
static plb_status gather(struct plb_team *team, struct plb_by_value *by_value, struct plb_error *err) {
  size_t bytes = stride_of(by_value) * sizeof *by_value->records;
  struct plb_parts all;
  plb_status status = plb_team_gather(team, by_value->records, by_value->count * bytes, &all, err);
  if (!status) {
    free(by_value->records);
    by_value->count = all.from[team->count] / bytes;
    by_value->records = (uint64_t *)(void *)all.bytes;
    all.bytes = NULL;
  }
  plb_parts_free(&all);
  return status;
}

plb_status plb_by_value_count(const struct plb_tally *tally, const struct plb_rows *rows,
                              const struct plb_places *places, unsigned threads, struct plb_by_value *by_value,
                              struct plb_error *err) {
  struct count *counts = plb_alloc(threads, sizeof *counts);
  by_value->records = NULL;
  if (!counts)
    return plb_fail_memory(err);
  for (unsigned t = 0; t < threads; t++)
    counts[t] = (struct count){.asked = by_value, .places = places};
  plb_status status = plb_rows_walk(&(struct plb_row_walk){.tally = tally,
                                                           .rows = rows,
                                                           .visit_stratum = visit,
                                                           .states = counts,
                                                           .state_size = sizeof *counts,
                                                           .threads = threads,
                                                           .adds_up = true},
                                    err);
  if (!status && !collect(counts, threads, by_value))
    status = plb_fail_memory(err);
  if (!status)
    join(by_value);
  if (!status && tally->team && !(status = gather(tally->team, by_value, err)))
    join(by_value);
  for (unsigned t = 0; t < threads; t++) {
    plb_dict_free(&counts[t].numbers);
    free(counts[t].records);
  }
  free(counts);
  return status;
}

void plb_by_value_free(struct plb_by_value *by_value) {
  free(by_value->records);
  by_value->records = NULL;
}
