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
#include <string.h>

#include "base/key.h"
#include "base/memory.h"
#include "tally/ranks.h"
#include "tally/steps_parts.h"
#include "tally/team.h"

#define SLICE_ROWS ((size_t)1 << 16) /* gathered and sorted by one thread at a time */
#define BATCH 1024

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
  plb_wide rank_sum;      /* of the rows of the other one */
  bool ranked;            /* all of these are there */
  struct plb_span *spans; /* those with rows */
  uint32_t *cut;          /* by span: its number in the map */
  bool *whole;
  size_t span_count;
  struct slice *slices; /* of the spans that fit at once */
  size_t slice_count;
  uint64_t *asked;    /* a bit by number in the map: its rows are gathered now */
  uint32_t *slice_of; /* by number in the map, where they are */
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
  plb_wide won; /* within spans that were gathered */
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
  free(split->spans);
  free(split->cut);
  free(split->whole);
  free(split->slices);
  free(split->asked);
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
  if (walk->won && split->ranked)
    status = make_ranks(split, 0, UINT64_MAX, &ranks, err);
  for (int c = 0; c < 2 && !status; c++) {
    struct plb_span_extras extras = {.moments = walk->moments ? &walk->moments[c] : NULL,
                                     .ranks = ranks.first && c != split->rarer ? &ranks : NULL,
                                     .rank_sum = &split->rank_sum};
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
  split->asked = plb_alloc(map->count / 64 + 1, sizeof *split->asked);
  split->slice_of = plb_alloc(map->count, sizeof *split->slice_of);
  if (!split->spans || !split->cut || !split->whole || !split->slices || !split->asked || !split->slice_of)
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

static bool is_mixed(const struct plb_span *span) {
  return span->count[0] && span->count[1];
}

/* One walk more for the spans [first, end), where the rarer class has too many rows to be looked up at once. */
static plb_status rank_some(struct split *split, size_t first, size_t end, struct plb_error *err) {
  struct plb_ranks ranks = {0};
  struct plb_span_counts again = {.threads = split->walk->threads};
  struct plb_span_extras extras = {.ranks = &ranks, .rank_sum = &split->rank_sum};
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
      any = any || is_mixed(&split->spans[end]);
    }
    if (any)
      status = rank_some(split, s, end, err);
  }
  return status;
}

/* The sum is of (rows below) + (rows below or tied), for each row of the more frequent class. What is won within spans
 * whose scores are gathered is taken off when these are sorted: their steps say it again. */
static plb_status say_won(struct split *split, struct plb_error *err) {
  plb_status status = split->ranked ? PLB_OK : rank_all(split, err);
  plb_wide pairs = 0;
  for (size_t s = 0; s < split->span_count && split->rarer == PLB_CLASS_MATED; s++)
    pairs += 2 * (plb_wide)split->spans[s].count[0] * split->spans[s].count[1];
  *split->walk->won += split->rarer == PLB_CLASS_MATED ? pairs - split->rank_sum : split->rank_sum;
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
  const struct split *split;
  size_t *at; /* by slice: where this thread's next key goes */
};

/* Few rows are gathered, so that what says which is small, and looked at without a branch. */
static bool scatter(void *state, const struct plb_chunk *chunk, size_t count) {
  const struct scatter *scatter = state;
  const struct split *split = scatter->split;
  const uint64_t *asked = split->asked;
  uint64_t picked[BATCH];
  uint32_t spans[BATCH];
  for (size_t k = 0; k < count;) {
    size_t end = count - k < BATCH ? count : k + BATCH, n = 0;
    for (; k < end; k++) {
      uint32_t span = plb_span_of(&split->map, chunk->keys[k]);
      picked[n] = chunk->keys[k];
      spans[n] = span;
      n += asked[span / 64] >> span % 64 & 1;
    }
    for (size_t i = 0; i < n; i++)
      split->keys[scatter->at[split->slice_of[spans[i]]]++] = picked[i];
  }
  return true;
}

static bool scatter_singles(void *state, const float *scores) {
  const struct scatter *scatter = state;
  const struct split *split = scatter->split;
  const uint64_t *asked = split->asked;
  int32_t keys[PLB_SPAN_BATCH];
  uint32_t spans[PLB_SPAN_BATCH], picked[PLB_SPAN_BATCH];
  for (size_t from = 0; from < PLB_CHUNK_ROWS; from += PLB_SPAN_BATCH) {
    size_t n = 0;
    plb_spans_of_singles(&split->map, scores + from, keys, spans);
    for (uint32_t k = 0; k < PLB_SPAN_BATCH; k++) {
      picked[n] = k;
      n += asked[spans[k] / 64] >> spans[k] % 64 & 1;
    }
    for (size_t i = 0; i < n; i++)
      split->keys[scatter->at[split->slice_of[spans[picked[i]]]]++] = plb_key_of(scores[from + picked[i]]);
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
  memset(split->asked, 0, (split->map.count / 64 + 1) * sizeof *split->asked);
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
    for (size_t s = slice->first; s < slice->end; s++) {
      if (!gathered(split, s))
        continue;
      split->slice_of[split->cut[s]] = (uint32_t)i;
      split->asked[split->cut[s] / 64] |= UINT64_C(1) << split->cut[s] % 64;
    }
  }
  return at;
}

static bool make_states(const struct split *split, struct scatter *states) {
  bool made = states != NULL;
  for (unsigned t = 0; made && t < split->walk->threads; t++) {
    states[t].split = split;
    made = (states[t].at = plb_alloc(split->slice_count + 1, sizeof *states[t].at));
  }
  return made;
}

static void free_states(struct scatter *states, unsigned threads) {
  for (unsigned t = 0; states && t < threads; t++)
    free(states[t].at);
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
  bool made = make_states(split, states[0]) && make_states(split, states[1]);
  size_t rows = made ? place(split, states) : 0;
  if (made && rows + 1 > split->room) {
    free(split->keys);
    split->room = rows + 1;
    split->keys = plb_alloc_large(split->room, sizeof *split->keys);
  }
  plb_status status = made && split->keys ? PLB_OK : plb_fail_memory(err);
  for (int c = 0; c < 2 && !status && rows; c++)
    status = plb_rows_walk(&(struct plb_row_walk){.tally = split->walk->tally,
                                                  .rows = rows_of(split, c),
                                                  .visit = scatter,
                                                  .visit_singles = split->map.shorts ? scatter_singles : NULL,
                                                  .fields = PLB_ROW_KEYS,
                                                  .states = states[c],
                                                  .state_size = sizeof *states[c],
                                                  .threads = threads,
                                                  .adds_up = true},
                           err);
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
  size_t sizes = 2 * split->slice_count, at = 2 * (size_t)(slice - split->slices) + (size_t) class;
  const uint64_t *keys = (const uint64_t *)(const void *)split->everyone.bytes;
  bool added = true;
  for (unsigned m = 0; m < split->team->count && added; m++) {
    const uint64_t *rows = (const uint64_t *)(const void *)(split->rows.bytes + split->rows.from[m]);
    added = plb_counts_add_all(counts, keys + split->start[m * sizes + at], (size_t)rows[at]);
  }
  return added;
}

static plb_wide won_in(const struct plb_run *nonmated, const struct plb_run *mated) {
  plb_wide won = 0;
  uint64_t below = 0;
  for (size_t i = 0, j = 0; j < mated->count; j++) {
    while (i < nonmated->count && nonmated->keys[i] < mated->keys[j])
      below += nonmated->counts[i++];
    bool tied = i < nonmated->count && nonmated->keys[i] == mated->keys[j];
    won += (plb_wide)mated->counts[j] * (2 * (plb_wide)below + (tied ? nonmated->counts[i] : 0));
  }
  return won;
}

/* What is won within the spans of a slice that were gathered. */
static plb_wide won_again(const struct split *split, const struct slice *slice, const struct plb_run runs[2]) {
  size_t at[2] = {0, 0};
  plb_wide won = 0;
  for (size_t s = slice->first; s < slice->end && split->walk->won; s++) {
    if (!gathered(split, s))
      continue;
    struct plb_run parts[2] = {part_of(&runs[0], &at[0], split->spans[s].to),
                               part_of(&runs[1], &at[1], split->spans[s].to)};
    won += won_in(&parts[PLB_CLASS_NONMATED], &parts[PLB_CLASS_MATED]);
  }
  return won;
}

static bool sort_slice(struct split *split, const struct slice *slice, struct worker *worker) {
  for (int c = 0; c < 2; c++) {
    plb_counts_clear(&worker->counts[c]);
    if (!add_keys(split, slice, c, &worker->counts[c]) || !plb_counts_finish(&worker->counts[c], &worker->runs[c]))
      return false;
  }
  worker->won += won_again(split, slice, worker->runs);
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
    if (split->walk->won)
      *split->walk->won -= workers[t].won;
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
  if (!status && split->walk->won)
    *split->walk->won -= won_again(split, slice, worker.runs);
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
  if (!status && walk->won)
    status = say_won(split, err);
  if (!status)
    status = hand_on_all(split, err);
  free_split(split);
  free(split);
  return status;
}
