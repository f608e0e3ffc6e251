/* SPDX-License-Identifier: Apache-2.0
 *
 * The walk over the scores of many rows (steps.h). Rows are counted by span, and those of the more frequent class are
 * looked up among the scores of the rarer one (ranks.h). Spans that have to be known score by score are gathered: as
 * many as fit at once, in slices of neighbouring spans, each thread writing to places of its own, since how many rows
 * it has of each span is known. Slices are then sorted by threads and handed on in order; of a team every member gets
 * what all have gathered. Neither the sample, which only says how fine spans are, nor the number of threads changes a
 * count.
 */
#include <omp.h>
#include <stdlib.h>

#include "base/memory.h"
#include "tally/ranks.h"
#include "tally/steps_parts.h"
#include "tally/team.h"

#define SLICE_ROWS ((size_t)1 << 16) /* gathered and sorted by one thread at a time */
#define APART 8 /* keys: each thread's place for what is not gathered, on a cache line of its own */
#define BATCH 4096

/* Neighbouring spans, and where their gathered keys lie. */
struct slice {
  size_t first, end; /* spans */
  size_t rows[2], start[2];
};

struct split {
  const struct plb_step_walk *walk;
  struct plb_span_map map;
  struct plb_span_counts counts[2];
  int rarer;              /* class with fewer rows */
  uint64_t *rank_sums;    /* by number in the map: of the rows of the other one */
  bool ranked;            /* all of these are there */
  struct plb_span *spans; /* those with rows */
  uint32_t *cut;          /* by span: its number in the map */
  bool *whole;
  size_t span_count;
  struct slice *slices; /* of the spans that fit at once */
  size_t slice_count;
  uint32_t *slice_of; /* by number in the map; slice_count where nothing is gathered */
  uint64_t *keys;     /* gathered */
  size_t room;
  struct plb_team *team;
  struct plb_parts everyone; /* what all its members have gathered; */
  struct plb_parts rows;     /* of each: [slice][class] how many, as uint64_t; */
  uint64_t *start;           /* [member][slice][class]: where they begin */
};

/* One thread's work on a slice; its memory serves slice after slice. */
struct worker {
  struct plb_counts counts[2];
  struct plb_run runs[2];
  bool failed;
};

static void free_everyone(struct split *split) {
  plb_parts_free(&split->everyone);
  plb_parts_free(&split->rows);
  free(split->start);
  split->start = NULL;
}

static void free_split(struct split *split) {
  plb_span_map_free(&split->map);
  plb_span_counts_free(&split->counts[0]);
  plb_span_counts_free(&split->counts[1]);
  free(split->rank_sums);
  free(split->spans);
  free(split->cut);
  free(split->whole);
  free(split->slices);
  free(split->slice_of);
  free(split->keys);
  free_everyone(split);
}

static const struct plb_rows *rows_of(const struct split *split, int class) {
  return plb_class_rows(&split->walk->system->of[class]);
}

static size_t gathered(const struct split *split, size_t s) {
  const struct plb_span *span = &split->spans[s];
  return split->whole[s] ? 0 : (size_t)(span->count[0] + span->count[1]);
}

/* ---- counting ------------------------------------------------------------------------------- */

struct picking {
  uint64_t from, width;
  struct plb_counts *counts;
};

static bool pick(void *state, const struct plb_chunk *chunk, size_t count) {
  const struct picking *picking = state;
  uint64_t picked[BATCH];
  for (size_t k = 0, n; k < count; k += n) {
    size_t taken = 0;
    for (n = 0; n < BATCH && k + n < count; n++) {
      picked[taken] = chunk->keys[k + n];
      taken += chunk->keys[k + n] - picking->from <= picking->width;
    }
    if (!plb_counts_add_all(picking->counts, picked, taken))
      return false;
  }
  return true;
}

/* The scores of a class from one key to another. */
static plb_status pick_all(const struct split *split, int class, uint64_t from, uint64_t to, struct plb_counts *counts,
                           struct plb_run *run, struct plb_error *err) {
  struct picking picking = {from, to - from, counts};
  plb_status status = plb_rows_walk(&(struct plb_row_walk){.tally = split->walk->tally,
                                                           .rows = rows_of(split, class),
                                                           .visit = pick,
                                                           .fields = PLB_ROW_KEYS,
                                                           .states = &picking,
                                                           .threads = 1,
                                                           .adds_up = true},
                                    err);
  return status ? status : plb_team_counts(split->team, counts, run, err);
}

/* The ranks of all scores of the rarer class from one key to another. */
static plb_status make_ranks(const struct split *split, uint64_t from, uint64_t to, struct plb_ranks *ranks,
                             struct plb_error *err) {
  struct plb_counts counts = {0};
  struct plb_run run;
  plb_status status = pick_all(split, split->rarer, from, to, &counts, &run, err);
  if (!status && !plb_ranks_make(ranks, &run, &split->map))
    status = plb_fail_memory(err);
  plb_counts_free(&counts);
  return status;
}

/* So many rows of the rarer class are sorted and looked up at once. */
static size_t most_ranked(const struct split *split) {
  return 2 * split->walk->tally->most_gathered;
}

static plb_status count_spans(struct split *split, struct plb_error *err) {
  const struct plb_step_walk *walk = split->walk;
  struct plb_ranks ranks = {0};
  plb_status status = PLB_OK;
  split->rarer = rows_of(split, 1)->count < rows_of(split, 0)->count;
  split->ranked = rows_of(split, split->rarer)->count <= most_ranked(split);
  if (!(split->rank_sums = plb_alloc(split->map.count, sizeof *split->rank_sums)))
    return plb_fail_memory(err);
  if (walk->choose && split->ranked)
    status = make_ranks(split, 0, UINT64_MAX, &ranks, err);
  for (int c = 0; c < 2 && !status; c++) {
    struct plb_span_extras extras = {.moments = walk->moments ? &walk->moments[c] : NULL,
                                     .ranks = ranks.map && c != split->rarer ? &ranks : NULL,
                                     .rank_sums = split->rank_sums};
    split->counts[c].threads = walk->threads;
    status = plb_span_count(walk->tally, rows_of(split, c), &split->map, &split->counts[c], &extras, err);
  }
  plb_ranks_free(&ranks);
  return status;
}

static bool list_spans(struct split *split) {
  const struct plb_span_map *map = &split->map;
  split->spans = plb_alloc(map->count, sizeof *split->spans);
  split->cut = plb_alloc(map->count, sizeof *split->cut);
  split->whole = plb_alloc(map->count, sizeof *split->whole);
  split->slices = plb_alloc(map->count, sizeof *split->slices);
  split->slice_of = plb_alloc(map->count, sizeof *split->slice_of);
  if (!split->spans || !split->cut || !split->whole || !split->slices || !split->slice_of)
    return false;
  for (size_t s = 0; s < map->count; s++) {
    struct plb_span span = {.from = map->from[s], .count = {split->counts[0].all[s], split->counts[1].all[s]}};
    span.to = s + 1 < map->count ? map->from[s + 1] - 1 : UINT64_MAX;
    if (!span.count[0] && !span.count[1])
      continue;
    split->cut[split->span_count] = (uint32_t)s;
    split->spans[split->span_count++] = span;
  }
  return true;
}

/* ---- which class wins within spans ------------------------------------------------------------ */

static bool is_contested(const struct split *split, size_t s) {
  return split->whole[s] && split->spans[s].count[0] && split->spans[s].count[1];
}

/* One walk more for the spans [first, end), where the rarer class has too many rows to be looked up at once. */
static plb_status rank_some(struct split *split, size_t first, size_t end, struct plb_error *err) {
  struct plb_ranks ranks = {0};
  struct plb_span_counts again = {.threads = split->walk->threads};
  struct plb_span_extras extras = {.ranks = &ranks, .rank_sums = split->rank_sums};
  plb_status status = make_ranks(split, split->spans[first].from, split->spans[end - 1].to, &ranks, err);
  if (!status)
    status = plb_span_count(split->walk->tally, rows_of(split, !split->rarer), &split->map, &again, &extras, err);
  plb_span_counts_free(&again);
  plb_ranks_free(&ranks);
  return status;
}

static plb_status rank_all(struct split *split, struct plb_error *err) {
  plb_status status = PLB_OK;
  for (size_t s = 0, end; s < split->span_count && !status; s = end) {
    uint64_t rows = 0;
    bool any = false;
    for (end = s; end < split->span_count && (end == s || rows <= most_ranked(split)); end++) {
      rows += split->spans[end].count[split->rarer];
      any = any || is_contested(split, end);
    }
    if (any)
      status = rank_some(split, s, end, err);
  }
  return status;
}

/* The sums are of (rows below) + (rows below or tied), for each row of the more frequent class. */
static plb_status say_won(struct split *split, struct plb_error *err) {
  plb_status status = split->ranked ? PLB_OK : rank_all(split, err);
  for (size_t s = 0; s < split->span_count && !status; s++) {
    struct plb_span *span = &split->spans[s];
    uint64_t sum = split->rank_sums[split->cut[s]];
    if (is_contested(split, s))
      span->won = split->rarer == PLB_CLASS_MATED ? 2 * (plb_wide)span->count[0] * span->count[1] - sum : sum;
  }
  return status;
}

/* ---- gathering ------------------------------------------------------------------------------ */

/* Slices from span `first` on, as many as fit; where the next one begins. A span that does not fit is alone. */
static size_t cut_slices(struct split *split, size_t first, size_t most) {
  size_t all = 0, s = first;
  split->slice_count = 0;
  while (s < split->span_count) {
    struct slice slice = {.first = s};
    size_t rows = 0;
    for (; s < split->span_count; s++) {
      size_t more = gathered(split, s);
      if (rows + more > SLICE_ROWS && s > slice.first)
        break;
      rows += more;
    }
    if (all + rows > most && split->slice_count)
      return slice.first;
    slice.end = s;
    all += rows;
    split->slices[split->slice_count++] = slice;
  }
  return s;
}

struct scatter {
  const struct plb_span_map *map;
  const uint32_t *slice_of;
  uint64_t *keys;
  size_t *at;     /* by slice: where this thread's next key goes; behind the last one: where the others go */
  uint8_t *moves; /* by slice: 1, and 0 behind the last */
};

static bool scatter(void *state, const struct plb_chunk *chunk, size_t count) {
  const struct scatter *scatter = state;
  for (size_t k = 0; k < count; k++) {
    uint64_t key = chunk->keys[k];
    uint32_t slice = scatter->slice_of[plb_span_of(scatter->map, key)];
    scatter->keys[scatter->at[slice]] = key;
    scatter->at[slice] += scatter->moves[slice];
  }
  return true;
}

/* How many rows of a slice a thread has gathered of a class. */
static size_t rows_in(const struct split *split, const struct slice *slice, int class, unsigned thread) {
  const uint64_t *count = split->counts[class].by_thread + thread * split->map.count;
  size_t rows = 0;
  for (size_t s = slice->first; s < slice->end; s++)
    rows += gathered(split, s) ? (size_t)count[split->cut[s]] : 0;
  return rows;
}

/* Where the keys of each thread go: slice by slice, class by class, thread by thread. Says how many there are. */
static size_t place(struct split *split, struct scatter *states[2]) {
  size_t at = 0;
  for (size_t cut = 0; cut < split->map.count; cut++)
    split->slice_of[cut] = (uint32_t)split->slice_count;
  for (size_t i = 0; i < split->slice_count; i++) {
    struct slice *slice = &split->slices[i];
    for (int c = 0; c < 2; c++) {
      slice->start[c] = at;
      for (unsigned t = 0; t < split->walk->threads; t++) {
        states[c][t].at[i] = at;
        at += rows_in(split, slice, c, t);
      }
      slice->rows[c] = at - slice->start[c];
    }
    for (size_t s = slice->first; s < slice->end; s++)
      if (gathered(split, s))
        split->slice_of[split->cut[s]] = (uint32_t)i;
  }
  return at;
}

static bool make_states(const struct split *split, struct scatter *states) {
  for (unsigned t = 0; t < split->walk->threads; t++) {
    states[t] = (struct scatter){.map = &split->map, .slice_of = split->slice_of};
    states[t].at = plb_alloc(split->slice_count + 1, sizeof *states[t].at);
    states[t].moves = plb_alloc(split->slice_count + 1, sizeof *states[t].moves);
    if (!states[t].at || !states[t].moves)
      return false;
    for (size_t i = 0; i < split->slice_count; i++)
      states[t].moves[i] = 1;
  }
  return true;
}

static void free_states(struct scatter *states, unsigned threads) {
  for (unsigned t = 0; states && t < threads; t++) {
    free(states[t].at);
    free(states[t].moves);
  }
  free(states);
}

/* Keys lie by slice and class, in the same order for every member. */
static bool find_starts(struct split *split) {
  size_t sizes = 2 * split->slice_count;
  split->start = plb_alloc(split->team->count * sizes + 1, sizeof *split->start);
  for (unsigned m = 0; m < split->team->count && split->start; m++) {
    const uint64_t *rows = (const uint64_t *)(const void *)(split->rows.bytes + split->rows.from[m]);
    uint64_t at = split->everyone.from[m] / sizeof *split->keys;
    for (size_t k = 0; k < sizes; k++) {
      split->start[m * sizes + k] = at;
      at += rows[k];
    }
  }
  return split->start;
}

/* What every member has gathered, so many rows here. */
static plb_status gather_team(struct split *split, size_t rows, struct plb_error *err) {
  uint64_t *sizes = plb_alloc(split->slice_count, 2 * sizeof *sizes);
  free_everyone(split);
  if (!sizes)
    return plb_fail_memory(err);
  for (size_t i = 0; i < split->slice_count; i++)
    for (int c = 0; c < 2; c++)
      sizes[2 * i + c] = split->slices[i].rows[c];
  plb_status status = plb_team_gather(split->team, sizes, split->slice_count * 2 * sizeof *sizes, &split->rows, err);
  free(sizes);
  if (!status)
    status = plb_team_gather(split->team, split->keys, rows * sizeof *split->keys, &split->everyone, err);
  return status || find_starts(split) ? status : plb_fail_memory(err);
}

static plb_status gather_slices(struct split *split, struct plb_error *err) {
  unsigned threads = split->walk->threads;
  struct scatter *states[2] = {plb_alloc(threads, sizeof *states[0]), plb_alloc(threads, sizeof *states[1])};
  bool made = states[0] && states[1] && make_states(split, states[0]) && make_states(split, states[1]);
  size_t rows = made ? place(split, states) : 0, room = rows + APART * ((size_t)threads + 1);
  if (made && room > split->room) {
    free(split->keys);
    split->keys = plb_alloc_large(room, sizeof *split->keys);
    split->room = room;
  }
  plb_status status = made && split->keys ? PLB_OK : plb_fail_memory(err);
  for (int c = 0; c < 2 && !status && rows; c++) {
    for (unsigned t = 0; t < threads; t++) {
      states[c][t].keys = split->keys;
      states[c][t].at[split->slice_count] = rows + APART * ((size_t)t + 1);
    }
    status = plb_rows_walk(&(struct plb_row_walk){.tally = split->walk->tally,
                                                  .rows = rows_of(split, c),
                                                  .visit = scatter,
                                                  .fields = PLB_ROW_KEYS,
                                                  .states = states[c],
                                                  .state_size = sizeof *states[c],
                                                  .threads = threads,
                                                  .adds_up = true},
                           err);
  }
  free_states(states[0], threads);
  free_states(states[1], threads);
  return status || !split->team ? status : gather_team(split, rows, err);
}

/* ---- sorting and handing on ------------------------------------------------------------------ */

/* The part of an ascending run up to a key, from *at on; *at moves behind it. */
static struct plb_run part_of(const struct plb_run *run, size_t *at, uint64_t to) {
  struct plb_run part = {0};
  if (*at == run->count)
    return part;
  part.keys = run->keys + *at;
  part.counts = run->counts + *at;
  while (*at < run->count && run->keys[*at] <= to) {
    ++*at;
    part.count++;
  }
  return part;
}

/* The gathered keys of a slice: of this process, or of all members of the team. */
static bool add_keys(const struct split *split, const struct slice *slice, int class, struct plb_counts *counts) {
  if (!split->team)
    return plb_counts_add_all(counts, split->keys + slice->start[class], slice->rows[class]);
  size_t sizes = 2 * split->slice_count, at = 2 * (size_t)(slice - split->slices) + (size_t)class;
  const uint64_t *keys = (const uint64_t *)(const void *)split->everyone.bytes;
  bool added = true;
  for (unsigned m = 0; m < split->team->count && added; m++) {
    const uint64_t *rows = (const uint64_t *)(const void *)(split->rows.bytes + split->rows.from[m]);
    added = plb_counts_add_all(counts, keys + split->start[m * sizes + at], (size_t)rows[at]);
  }
  return added;
}

static bool sort_slice(struct split *split, const struct slice *slice, struct worker *worker) {
  for (int c = 0; c < 2; c++) {
    plb_counts_clear(&worker->counts[c]);
    if (!add_keys(split, slice, c, &worker->counts[c]) ||
        !plb_counts_finish(&worker->counts[c], &worker->runs[c]))
      return false;
  }
  return true;
}

/* Neighbouring spans that are known score by score are handed on together. */
static void hand_on_slice(const struct split *split, const struct slice *slice, const struct plb_run runs[2]) {
  size_t at[2] = {0, 0};
  for (size_t s = slice->first; s < slice->end;) {
    size_t last = s;
    bool whole = split->whole[s];
    while (!whole && last + 1 < slice->end && !split->whole[last + 1])
      last++;
    const struct plb_span *span = &split->spans[last];
    struct plb_run parts[2] = {{0}, {0}};
    for (int c = 0; c < 2 && gathered(split, s); c++)
      parts[c] = part_of(&runs[c], &at[c], span->to);
    if (whole)
      split->walk->take_whole(split->walk->ctx, span);
    else
      plb_steps_hand_on(split->walk, parts);
    s = last + 1;
  }
}

/* Each slice is handed on, in order, by the thread that sorted it while the others sort on. */
static plb_status hand_on_slices(struct split *split, struct plb_error *err) {
  unsigned threads = split->walk->threads;
  struct worker *workers = plb_alloc(threads, sizeof *workers);
  bool failed = !workers;
#pragma omp parallel for num_threads((int)threads) schedule(dynamic, 1) ordered if (!failed)
  for (size_t i = 0; i < split->slice_count; i++) {
    if (!workers)
      continue;
    struct worker *worker = &workers[omp_get_thread_num()];
    bool sorted = sort_slice(split, &split->slices[i], worker);
#pragma omp ordered
    {
      failed = failed || !sorted;
      if (!failed)
        hand_on_slice(split, &split->slices[i], worker->runs);
    }
  }
  for (unsigned t = 0; workers && t < threads; t++) {
    plb_counts_free(&workers[t].counts[0]);
    plb_counts_free(&workers[t].counts[1]);
  }
  free(workers);
  return failed ? plb_fail_memory(err) : PLB_OK;
}

/* ---- a span that does not fit ------------------------------------------------------------------ */

/* Most of its scores are tied, or lie closer together than the sample could tell: counted by distinct score. */
static plb_status hand_on_large(struct split *split, const struct slice *slice, struct plb_error *err) {
  const struct plb_span *span = &split->spans[slice->first];
  struct worker worker = {0};
  plb_status status = PLB_OK;
  for (int c = 0; c < 2 && !status; c++)
    status = pick_all(split, c, span->from, span->to, &worker.counts[c], &worker.runs[c], err);
  if (!status)
    hand_on_slice(split, slice, worker.runs);
  plb_counts_free(&worker.counts[0]);
  plb_counts_free(&worker.counts[1]);
  return status;
}

static plb_status hand_on_all(struct split *split, struct plb_error *err) {
  size_t most = split->walk->tally->most_gathered;
  plb_status status = PLB_OK;
  for (size_t next = 0; next < split->span_count && !status;) {
    next = cut_slices(split, next, most);
    const struct slice *first = &split->slices[0];
    if (split->slice_count == 1 && gathered(split, first->first) > most) {
      status = hand_on_large(split, first, err);
      continue;
    }
    status = gather_slices(split, err);
    if (!status)
      status = hand_on_slices(split, err);
  }
  return status;
}

plb_status plb_steps_split(const struct plb_step_walk *walk, const uint64_t *sample, size_t count,
                           struct plb_error *err) {
  struct split *split = plb_alloc(1, sizeof *split);
  if (!split)
    return plb_fail_memory(err);
  split->walk = walk;
  split->team = walk->tally->team;
  plb_status status = plb_span_map_make(&split->map, sample, count) ? PLB_OK : plb_fail_memory(err);
  if (!status)
    status = count_spans(split, err);
  if (!status && !list_spans(split))
    status = plb_fail_memory(err);
  if (!status && walk->choose)
    walk->choose(walk->ctx, split->spans, split->span_count, split->whole);
  if (!status && walk->choose)
    status = say_won(split, err);
  if (!status)
    status = hand_on_all(split, err);
  free_split(split);
  free(split);
  return status;
}
