/* SPDX-License-Identifier: Apache-2.0
 *
 * See paired.h. Every input is read into sorted lists (scored.h), which are then walked side by side: a trial that all
 * systems completed goes into the tally of each, in the same order, so that row k of one system and row k of another
 * are the same comparison.
 *
 * Memory: sixteen bytes for each row of each system while it is joined, and as many of the tally behind it.
 */
#include "tally/paired.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/key.h"
#include "base/memory.h"
#include "tally/paired_parts.h"

void plb_paired_free(struct plb_paired *paired) {
  for (size_t s = 0; paired->systems && s < paired->system_count; s++)
    free(paired->systems[s].name);
  free(paired->systems);
  plb_tally_free(paired->tally);
  *paired = (struct plb_paired){0};
}

static void free_gathering(struct plb_gathering *gathering) {
  for (size_t s = 0; s < gathering->system_count; s++) {
    plb_scored_free(&gathering->systems[s].of[0]);
    plb_scored_free(&gathering->systems[s].of[1]);
  }
  free(gathering->systems);
  free(gathering->traits);
  free(gathering->person_of);
}

/* ---- names -------------------------------------------------------------------------------- */

/* The name of a file without its folders and without endings such as .matrix.csv.gz. */
static char *name_of_file(const char *path) {
  static const char *const endings[] = {".gz", ".zst", ".csv", ".tsv", ".txt", ".matrix", ".scores"};
  const char *slash = strrchr(path, '/'), *name = slash && slash[1] ? slash + 1 : path;
  size_t length = strlen(name);
  for (size_t e = 0; e < sizeof endings / sizeof *endings; e++) {
    size_t n = strlen(endings[e]);
    if (length > n && memcmp(name + length - n, endings[e], n) == 0)
      length -= n;
  }
  return strcmp(path, "-") == 0 ? plb_copy_text("standard input", 14) : plb_copy_text(name, length);
}

static char *name_of(const struct plb_gathering *gathering, const struct plb_gathered *system) {
  if (system->number == PLB_NOBODY)
    return name_of_file(system->file);
  size_t length;
  const char *text = plb_dict_text(&gathering->paired->tally->census.systems, system->number, &length);
  return plb_copy_text(text, length);
}

/* Systems of one name are told apart by their place: "scores (2)". */
static bool make_unique(struct plb_paired *paired, size_t s) {
  size_t same = 0;
  for (size_t other = 0; other < s; other++) {
    const char *name = paired->systems[other].name;
    size_t length = strlen(paired->systems[s].name);
    same += strncmp(name, paired->systems[s].name, length) == 0 && (!name[length] || name[length] == ' ');
  }
  if (!same)
    return true;
  size_t room = strlen(paired->systems[s].name) + 32;
  char *longer = plb_alloc(room, 1);
  if (!longer)
    return false;
  snprintf(longer, room, "%s (%zu)", paired->systems[s].name, same + 1);
  free(paired->systems[s].name);
  paired->systems[s].name = longer;
  return true;
}

/* In the order of the inputs, within one by name, so that the order of rows does not matter. */
static void sort_systems(struct plb_gathering *gathering) {
  const struct plb_dict *names = &gathering->paired->tally->census.systems;
  for (size_t s = 1; s < gathering->system_count; s++)
    for (size_t at = s; at > 0; at--) {
      struct plb_gathered *left = &gathering->systems[at - 1], *right = &gathering->systems[at], moved = *left;
      size_t n, m;
      if (left->input != right->input || left->number == PLB_NOBODY || right->number == PLB_NOBODY)
        break;
      const char *x = plb_dict_text(names, left->number, &n), *y = plb_dict_text(names, right->number, &m);
      int order = memcmp(x, y, n < m ? n : m);
      if (order < 0 || (!order && n <= m))
        break;
      *left = *right;
      *right = moved;
    }
}

static plb_status name_systems(struct plb_gathering *gathering, struct plb_error *err) {
  struct plb_paired *paired = gathering->paired;
  if (gathering->system_count < 2)
    return plb_fail(err, PLB_DATA, "there is one system to compare; expected two: two files, or a column \"system\"");
  sort_systems(gathering);
  if (!(paired->systems = plb_alloc(gathering->system_count, sizeof *paired->systems)))
    return plb_fail_memory(err);
  for (size_t s = 0; s < gathering->system_count; s++) {
    const struct plb_gathered *from = &gathering->systems[s];
    struct plb_paired_system *to = &paired->systems[paired->system_count++];
    to->account = from->account;
    to->traits = gathering->traits[from->input];
    to->name = name_of(gathering, from);
    if (!to->name || !make_unique(paired, s))
      return plb_fail_memory(err);
  }
  return PLB_OK;
}

/* ---- by what trials are told apart ------------------------------------------------------------ */

static plb_status fail_unknown(const struct plb_gathering *gathering, size_t s, struct plb_error *err) {
  return plb_fail_at(err, PLB_DATA, gathering->systems[s].file, 0, 0,
                     "the people of these comparisons are not known, and a difference between systems has no honest "
                     "interval without them; expected reference_subject and probe_subject, or --samples");
}

/* Samples give way to their people where some input knows people alone. */
static plb_status pairs_of_people(struct plb_gathering *gathering, size_t s, struct plb_error *err) {
  for (int c = 0; c < 2; c++) {
    struct plb_scored_list *list = &gathering->systems[s].of[c];
    for (size_t i = 0; i < list->count; i++) {
      uint64_t pair = list->rows[i].pair;
      uint32_t first = gathering->person_of[pair >> 32], second = gathering->person_of[(uint32_t)pair];
      if (first == PLB_NOBODY || second == PLB_NOBODY)
        return fail_unknown(gathering, s, err);
      list->rows[i].pair = (uint64_t)first << 32 | second;
    }
  }
  return PLB_OK;
}

static plb_status choose_pairs(struct plb_gathering *gathering, size_t inputs, struct plb_error *err) {
  bool samples = true;
  for (size_t i = 0; i < inputs; i++)
    samples = samples && gathering->traits[i].samples;
  gathering->paired->by_samples = samples;
  plb_status st = PLB_OK;
  for (size_t s = 0; s < gathering->system_count && !samples && !st; s++)
    if (gathering->traits[gathering->systems[s].input].samples)
      st = pairs_of_people(gathering, s, err);
  return st;
}

static plb_status settle(struct plb_gathering *gathering, size_t s, struct plb_error *err) {
  uint64_t clashing = 0;
  struct plb_gathered *system = &gathering->systems[s];
  for (int c = 0; c < 2; c++) {
    if (gathering->paired->unordered)
      plb_scored_turn(&system->of[c], true);
    if (!plb_scored_settle(&system->of[c], &gathering->paired->systems[s].repeated, &clashing))
      return plb_fail_memory(err);
  }
  if (clashing && gathering->paired->by_samples)
    return plb_fail_at(err, PLB_DATA, system->file, 0, 0,
                       "%" PRIu64 " rows compare two samples again with another outcome, so that it is not known which "
                       "row belongs to which of the other system; expected each %spair of samples once",
                       clashing, gathering->paired->unordered ? "" : "ordered ");
  if (clashing)
    return plb_fail_at(err, PLB_DATA, system->file, 0, 0,
                       "%" PRIu64 " rows compare two people again, and without samples in every file they cannot be "
                       "told apart; expected the columns reference_sample and probe_sample in all files",
                       clashing);
  return PLB_OK;
}

/* Whatever all systems have stands in the first, so that each other one is laid beside it alone. */
static plb_status check_classes(const struct plb_gathering *gathering, struct plb_error *err) {
  const struct plb_gathered *first = &gathering->systems[0];
  for (size_t s = 0; s < gathering->system_count; s++) {
    const struct plb_gathered *other = &gathering->systems[s];
    uint64_t disagreeing = plb_scored_common(&first->of[0], &other->of[1]);
    disagreeing += s ? plb_scored_common(&first->of[1], &other->of[0]) : 0;
    if (disagreeing)
      return plb_fail_at(err, PLB_DATA, other->file, 0, 0,
                         "%" PRIu64 " comparisons are mated for system %.80s and non-mated for system %.80s, or the "
                         "other way round; expected the same class",
                         disagreeing, gathering->paired->systems[0].name, gathering->paired->systems[s].name);
  }
  return PLB_OK;
}

/* ---- side by side ------------------------------------------------------------------------------ */

/* One class of all systems being joined. */
struct join {
  struct plb_gathering *gathering;
  int class;
  size_t *at;               /* by system: its next row */
  struct plb_trial *trials; /* by system: PLB_BLOCK_ROWS to be added to the tally */
  size_t used;
};

static plb_status flush(struct join *join, struct plb_error *err) {
  plb_status st = PLB_OK;
  for (size_t s = 0; s < join->gathering->system_count && !st; s++)
    st = plb_tally_add_trials(join->gathering->paired->tally, join->trials + s * PLB_BLOCK_ROWS, join->used, err);
  join->used = 0;
  return st;
}

static const struct plb_scored *row_of(const struct join *join, size_t s) {
  return &join->gathering->systems[s].of[join->class].rows[join->at[s]];
}

/* What tells whether systems have the same scores. */
static void trace(struct join *join, size_t s, uint64_t key) {
  struct plb_paired_system *system = &join->gathering->paired->systems[s];
  size_t at = 0;
  system->trace = (system->trace ^ key) * UINT64_C(0x9E3779B97F4A7C15);
  system->trace ^= system->trace >> 29;
  if (system->distinct == PLB_MANY_SCORES)
    return;
  while (at < system->distinct && system->seen[at] != key)
    at++;
  if (at == system->distinct)
    system->seen[system->distinct++] = key;
}

/* The trial at which all systems stand. */
static plb_status take_common(struct join *join, struct plb_error *err) {
  struct plb_gathering *gathering = join->gathering;
  struct plb_paired *paired = gathering->paired;
  size_t failed = 0, systems = gathering->system_count;
  uint64_t pair = row_of(join, 0)->pair;
  uint32_t first = (uint32_t)(pair >> 32), second = (uint32_t)pair;
  if (paired->by_samples) {
    first = gathering->person_of[first];
    second = gathering->person_of[second];
  }
  if (first == PLB_NOBODY || second == PLB_NOBODY)
    return fail_unknown(gathering, 0, err);
  for (size_t s = 0; s < systems; s++)
    failed += row_of(join, s)->key < PLB_FAILED_KEY;
  for (size_t s = 0; s < systems; s++) {
    const struct plb_scored *row = row_of(join, s);
    paired->systems[s].failed[join->class] += row->key < PLB_FAILED_KEY;
    paired->systems[s].left_out[join->class] += failed && row->key >= PLB_FAILED_KEY;
    if (failed)
      continue;
    trace(join, s, row->key);
    join->trials[s * PLB_BLOCK_ROWS + join->used] = (struct plb_trial){.score = plb_value_of(row->key),
                                                                       .count = 1,
                                                                       .reference = first,
                                                                       .probe = second,
                                                                       .reference_sample = PLB_NOBODY,
                                                                       .probe_sample = PLB_NOBODY,
                                                                       .system = (uint32_t)s,
                                                                       .mated = (uint8_t)join->class};
  }
  paired->joined[join->class] += !failed;
  paired->lost[join->class] += failed > 0;
  join->used += !failed;
  return join->used == PLB_BLOCK_ROWS ? flush(join, err) : PLB_OK;
}

/* Goes on to the next trial that all have; false when there is none. */
static bool next_common(struct join *join) {
  const struct plb_gathering *gathering = join->gathering;
  size_t agreeing = 0;
  for (size_t s = 0; agreeing < gathering->system_count; s = (s + 1) % gathering->system_count) {
    const struct plb_scored_list *list = &gathering->systems[s].of[join->class];
    size_t before = s ? s - 1 : gathering->system_count - 1;
    if (join->at[s] == list->count)
      return false;
    if (!agreeing) {
      agreeing = 1;
      continue;
    }
    uint64_t pair = row_of(join, before)->pair;
    while (join->at[s] < list->count && list->rows[join->at[s]].pair < pair)
      join->at[s]++;
    if (join->at[s] == list->count)
      return false;
    agreeing = list->rows[join->at[s]].pair == pair ? agreeing + 1 : 1;
  }
  return true;
}

/* Trials of the first two systems that would be the same if the order did not matter. */
static bool count_turned(struct plb_gathering *gathering, int class) {
  const struct plb_scored_list *first = &gathering->systems[0].of[class], *second = &gathering->systems[1].of[class];
  struct plb_scored_list one = {0}, other = {0};
  uint64_t ignored = 0;
  bool fine = plb_scored_without(first, second, &one) && plb_scored_without(second, first, &other);
  plb_scored_turn(&other, false);
  fine = fine && plb_scored_settle(&other, &ignored, &ignored);
  if (fine)
    gathering->paired->turned[class] = plb_scored_common(&one, &other);
  plb_scored_free(&one);
  plb_scored_free(&other);
  return fine;
}

static plb_status join_class(struct plb_gathering *gathering, int class, struct plb_error *err) {
  size_t systems = gathering->system_count;
  struct plb_paired *paired = gathering->paired;
  struct join join = {.gathering = gathering, .class = class, .at = plb_alloc(systems, sizeof(size_t))};
  join.trials = plb_alloc(systems * PLB_BLOCK_ROWS, sizeof *join.trials);
  plb_status st = join.at && join.trials ? PLB_OK : plb_fail_memory(err);
  while (!st && next_common(&join)) {
    st = take_common(&join, err);
    for (size_t s = 0; s < systems; s++)
      join.at[s]++;
  }
  if (!st)
    st = flush(&join, err);
  if (!st && !count_turned(gathering, class))
    st = plb_fail_memory(err);
  for (size_t s = 0; s < systems; s++) {
    struct plb_scored_list *list = &gathering->systems[s].of[class];
    paired->systems[s].alone[class] = list->count - paired->joined[class] - paired->lost[class];
    plb_scored_free(list);
  }
  free(join.at);
  free(join.trials);
  return st;
}

/* The systems of the tally are numbered as they stand, under their unique names. */
static plb_status rename_systems(struct plb_paired *paired, struct plb_error *err) {
  struct plb_dict *names = &paired->tally->census.systems;
  plb_dict_free(names);
  for (size_t s = 0; s < paired->system_count; s++) {
    uint32_t number;
    if (!plb_dict_put(names, paired->systems[s].name, strlen(paired->systems[s].name), &number))
      return plb_fail_memory(err);
  }
  return PLB_OK;
}

static plb_status check_joined(const struct plb_paired *paired, struct plb_error *err) {
  const struct plb_paired_system *a = &paired->systems[0], *b = &paired->systems[1];
  if (paired->joined[0] || paired->joined[1])
    return PLB_OK;
  if (paired->lost[0] || paired->lost[1])
    return plb_fail(err, PLB_UNDEFINED, "nothing can be compared: each trial that the systems share was failed by one");
  return plb_fail(err, PLB_DATA,
                  "the systems have no trial in common: %" PRIu64 " trials of %.80s and %" PRIu64 " of %.80s, told "
                  "apart by the ids of their two %s%s; expected the same ids in all files",
                  a->alone[0] + a->alone[1], a->name, b->alone[0] + b->alone[1], b->name,
                  paired->by_samples ? "samples" : "people",
                  paired->turned[0] + paired->turned[1] ? " in order (they have common ones in the other order: see "
                                                          "--unordered)"
                                                        : "");
}

static plb_status join_all(struct plb_gathering *gathering, size_t inputs, struct plb_error *err) {
  struct plb_paired *paired = gathering->paired;
  plb_status st = name_systems(gathering, err);
  if (st || (st = choose_pairs(gathering, inputs, err)))
    return st;
  for (size_t s = 0; s < gathering->system_count && !st; s++)
    st = settle(gathering, s, err);
  if (st || (st = check_classes(gathering, err)) || (st = rename_systems(paired, err)))
    return st;
  for (int c = 0; c < 2 && !st; c++)
    st = join_class(gathering, c, err);
  if (st || (st = check_joined(paired, err)))
    return st;
  paired->tally->traits = (struct plb_traits){.people = true,
                                              .dissimilarity = paired->systems[0].traits.dissimilarity,
                                              .direction_declared = paired->systems[0].traits.direction_declared};
  paired->tally->traits_known = true;
  return PLB_OK;
}

static bool same_text(const char *a, const char *b) {
  return a && b ? strcmp(a, b) == 0 : a == b;
}

plb_status plb_paired_read(const struct plb_input *inputs, size_t count, bool unordered, struct plb_paired *paired,
                           struct plb_error *err) {
  paired->unordered = unordered;
  if (!count)
    return plb_fail(err, PLB_USAGE, "no input; expected the score files of two systems");
  for (size_t i = 1; i < count; i++)
    if (!same_text(inputs[i].cluster, inputs[0].cluster))
      return plb_fail(err, PLB_USAGE, "people are related by one attribute in all inputs; expected the same cluster");
  struct plb_gathering gathering = {.paired = paired, .traits = plb_alloc(count, sizeof *gathering.traits)};
  plb_status st = gathering.traits ? plb_tally_new(&inputs[0], &paired->tally, err) : plb_fail_memory(err);
  for (; gathering.input < count && !st; gathering.input++)
    st = plb_gather_input(&gathering, &inputs[gathering.input], err);
  if (!st)
    st = join_all(&gathering, count, err);
  free_gathering(&gathering);
  return st;
}
