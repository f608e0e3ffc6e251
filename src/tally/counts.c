/* SPDX-License-Identifier: Apache-2.0
 *
 * See counts.h. Most tallies and all slices of one fit the buffer: their keys are sorted and grouped there
 * and never copied. Runs come into being only where there is more.
 */
#include "tally/counts.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "tally/sort.h"

#define FIRST_ROOM 4096
#define LARGEST_ROOM ((size_t)5 << 18) /* somewhat more than a slice of rows */

static void free_run(struct plb_run *run) {
  free(run->keys);
  free(run->counts);
  *run = (struct plb_run){0};
}

void plb_counts_free(struct plb_counts *counts) {
  free(counts->buffer);
  free(counts->scratch);
  for (size_t i = 0; i < counts->run_count; i++)
    free_run(&counts->runs[i]);
  free_run(&counts->spare);
  *counts = (struct plb_counts){0};
}

void plb_counts_clear(struct plb_counts *counts) {
  while (counts->run_count) {
    struct plb_run *run = &counts->runs[--counts->run_count];
    if (run->room > counts->spare.room) {
      struct plb_run smaller = counts->spare;
      counts->spare = *run;
      *run = smaller;
    }
    free_run(run);
  }
  counts->used = counts->grouped = 0;
}

static bool new_run(struct plb_counts *counts, struct plb_run *run, size_t room) {
  *run = (struct plb_run){0};
  if (counts->spare.room >= room) {
    *run = counts->spare;
    run->count = 0;
    counts->spare = (struct plb_run){0};
    return true;
  }
  run->keys = plb_alloc_large(room, sizeof *run->keys);
  run->counts = plb_alloc_large(room, sizeof *run->counts);
  run->room = room;
  if (run->keys && run->counts)
    return true;
  free_run(run);
  return false;
}

/* Sorts what is in the buffer and groups it where it lies: the distinct keys in the buffer, how often each
 * occurs in the scratch room. Without branches, since ties fall anywhere. */
static void group(struct plb_counts *counts) {
  uint64_t *keys = counts->buffer, *times = counts->scratch;
  size_t n = counts->used, distinct = 0;
  plb_sort_keys(keys, times, n);
  for (size_t i = 0; i < n; i++) {
    uint64_t key = keys[i];
    keys[distinct] = key;
    times[distinct] = i + 1; /* where its last one lies, for now */
    distinct += i + 1 == n || keys[i + 1] != key;
  }
  for (size_t d = distinct; d-- > 1;)
    times[d] -= times[d - 1];
  counts->grouped = distinct;
  counts->used = counts->room; /* full: the next key makes room first */
}

static void append(struct plb_run *run, uint64_t key, uint64_t times) {
  run->keys[run->count] = key;
  run->counts[run->count++] = times;
}

/* Replaces the last two runs by their union. */
static bool merge_last(struct plb_counts *counts) {
  struct plb_run *a = &counts->runs[counts->run_count - 2], *b = a + 1, both;
  if (!new_run(counts, &both, a->count + b->count))
    return false;
  size_t i = 0, j = 0;
  while (i < a->count && j < b->count) {
    if (a->keys[i] == b->keys[j]) {
      append(&both, a->keys[i], a->counts[i] + b->counts[j]);
      i++, j++;
    } else if (a->keys[i] < b->keys[j]) {
      append(&both, a->keys[i], a->counts[i]), i++;
    } else {
      append(&both, b->keys[j], b->counts[j]), j++;
    }
  }
  for (; i < a->count; i++)
    append(&both, a->keys[i], a->counts[i]);
  for (; j < b->count; j++)
    append(&both, b->keys[j], b->counts[j]);
  free_run(a);
  free_run(b);
  *a = both;
  counts->run_count--;
  return true;
}

static bool push_run(struct plb_counts *counts, struct plb_run run) {
  counts->runs[counts->run_count++] = run;
  while (counts->run_count > 1) {
    const struct plb_run *last = &counts->runs[counts->run_count - 1];
    if (last[-1].count >= 2 * last->count && counts->run_count < PLB_RUNS)
      break;
    if (!merge_last(counts))
      return false;
  }
  return true;
}

/* Moves what is in the buffer to a run of its own, of exactly the size needed. */
static bool flush(struct plb_counts *counts) {
  if (!counts->used)
    return true;
  if (!counts->grouped)
    group(counts);
  struct plb_run run;
  if (!new_run(counts, &run, counts->grouped))
    return false;
  run.count = counts->grouped;
  memcpy(run.keys, counts->buffer, run.count * sizeof *run.keys);
  memcpy(run.counts, counts->scratch, run.count * sizeof *run.counts);
  counts->used = counts->grouped = 0;
  return push_run(counts, run);
}

/* The buffer starts small, since most tests are, and doubles up to its largest size before it flushes. */
static bool make_room(struct plb_counts *counts) {
  if (counts->room >= LARGEST_ROOM || counts->grouped)
    return flush(counts);
  size_t wanted = counts->room ? counts->room * 8 : FIRST_ROOM;
  if (wanted > LARGEST_ROOM)
    wanted = LARGEST_ROOM;
  uint64_t *buffer = plb_alloc_large(wanted, sizeof *buffer), *scratch = plb_alloc_large(wanted, sizeof *scratch);
  if (!buffer || !scratch) {
    free(buffer);
    free(scratch);
    return false;
  }
  if (counts->used)
    memcpy(buffer, counts->buffer, counts->used * sizeof *buffer);
  free(counts->buffer);
  free(counts->scratch);
  counts->buffer = buffer;
  counts->scratch = scratch;
  counts->room = wanted;
  return true;
}

bool plb_counts_add(struct plb_counts *counts, uint64_t key) {
  if (counts->used == counts->room && !make_room(counts))
    return false;
  counts->buffer[counts->used++] = key;
  return true;
}

bool plb_counts_add_all(struct plb_counts *counts, const uint64_t *keys, size_t n) {
  while (n) {
    if (counts->used == counts->room && !make_room(counts))
      return false;
    size_t part = counts->room - counts->used < n ? counts->room - counts->used : n;
    memcpy(counts->buffer + counts->used, keys, part * sizeof *keys);
    counts->used += part;
    keys += part;
    n -= part;
  }
  return true;
}

bool plb_counts_add_many(struct plb_counts *counts, uint64_t key, uint64_t times) {
  if (times <= 1)
    return times == 0 || plb_counts_add(counts, key);
  struct plb_run run;
  if (!new_run(counts, &run, 1))
    return false;
  append(&run, key, times);
  return push_run(counts, run);
}

bool plb_counts_add_run(struct plb_counts *counts, const uint64_t *keys, const uint64_t *times, size_t n) {
  struct plb_run run;
  if (!n)
    return true;
  if (!new_run(counts, &run, n))
    return false;
  run.count = n;
  memcpy(run.keys, keys, n * sizeof *keys);
  memcpy(run.counts, times, n * sizeof *times);
  return push_run(counts, run);
}

bool plb_counts_finish(struct plb_counts *counts, struct plb_run *run) {
  if (counts->used && !counts->run_count) {
    if (!counts->grouped)
      group(counts);
    *run = (struct plb_run){.keys = counts->buffer, .counts = counts->scratch, .count = counts->grouped};
    return true;
  }
  if (!flush(counts))
    return false;
  while (counts->run_count > 1)
    if (!merge_last(counts))
      return false;
  *run = counts->run_count ? counts->runs[0] : (struct plb_run){0};
  return true;
}
