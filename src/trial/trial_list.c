/* SPDX-License-Identifier: Apache-2.0
 *
 * Two kinds of list are read, told apart by the first line:
 *
 *     Kaldi      enrol test target|nontarget
 *     VoxCeleb   1|0 enrol test
 *
 * The ids of both sides are numbered by one dictionary, so that a trial is a pair of numbers: 64 bits,
 * kept in order of the list, and found through a table of open addressing with a load of at most one
 * half. A trial costs 30 to 40 bytes besides the texts of the ids. The same trial twice is one trial;
 * with different classes it is an error.
 */
#include "trial/trial_list.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "trial/blank.h"

#define COLUMNS 3

enum list_kind { KIND_UNKNOWN = 0, KIND_KALDI, KIND_VOXCELEB };

struct entry {
  uint32_t enrol, test;
  uint64_t line;
  bool mated, scored;
};

struct plb_trial_list {
  struct plb_dict ids;
  struct entry *entries;
  size_t count, capacity;
  uint32_t *slots; /* number of an entry; PLB_NOBODY = empty */
  size_t slot_count;
  uint64_t scored;
  enum list_kind kind;
};

/* Spreads a pair of numbers over the table (the finishing steps of splitmix64). */
static uint64_t mix(uint32_t enrol, uint32_t test) {
  uint64_t x = (uint64_t)enrol << 32 | test;
  x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
  x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
  return x ^ (x >> 31);
}

static size_t slot_of(const struct plb_trial_list *list, uint32_t enrol, uint32_t test) {
  size_t mask = list->slot_count - 1, at = mix(enrol, test) & mask;
  while (list->slots[at] != PLB_NOBODY) {
    const struct entry *entry = &list->entries[list->slots[at]];
    if (entry->enrol == enrol && entry->test == test)
      break;
    at = (at + 1) & mask;
  }
  return at;
}

static bool grow(struct plb_trial_list *list) {
  size_t wanted = list->slot_count ? list->slot_count * 2 : 1024;
  uint32_t *fresh = plb_alloc(wanted, sizeof *fresh);
  if (!fresh)
    return false;
  memset(fresh, 0xFF, wanted * sizeof *fresh);
  free(list->slots);
  list->slots = fresh;
  list->slot_count = wanted;
  for (size_t i = 0; i < list->count; i++)
    fresh[slot_of(list, list->entries[i].enrol, list->entries[i].test)] = (uint32_t)i;
  return true;
}

static bool kaldi_class(struct plb_slice cell, bool *mated) {
  *mated = plb_slice_is(cell, "target");
  return *mated || plb_slice_is(cell, "nontarget");
}

static bool voxceleb_class(struct plb_slice cell, bool *mated) {
  *mated = plb_slice_is(cell, "1");
  return *mated || plb_slice_is(cell, "0");
}

/* Finds out the kind by the first line, then reads the class and puts the two ids in order. */
static plb_status read_class(struct plb_trial_list *list, const struct plb_bytes *bytes, const char *text,
                             struct plb_slice cells[COLUMNS], bool *mated, struct plb_error *err) {
  const char *name = plb_bytes_name(bytes);
  uint64_t line = plb_bytes_line_number(bytes);
  if (list->kind == KIND_UNKNOWN)
    list->kind = kaldi_class(cells[2], mated)      ? KIND_KALDI
                 : voxceleb_class(cells[0], mated) ? KIND_VOXCELEB
                                                   : KIND_UNKNOWN;
  if (list->kind == KIND_UNKNOWN)
    return plb_fail_at(err, PLB_DATA, name, line, 1,
                       "not a trial list; expected \"enrol test target|nontarget\" or \"1|0 enrol test\"");
  size_t at = list->kind == KIND_KALDI ? 2 : 0;
  if (!(at ? kaldi_class : voxceleb_class)(cells[at], mated))
    return plb_fail_at(err, PLB_DATA, name, line, (uint64_t)(cells[at].text - text) + 1,
                       "not the class of a trial; expected %s", at ? "target or nontarget" : "1 or 0");
  if (!at) {
    cells[0] = cells[1];
    cells[1] = cells[2];
  }
  return PLB_OK;
}

static plb_status put(struct plb_trial_list *list, const char *name, const struct entry *fresh, struct plb_error *err) {
  if ((list->count + 1) * 2 > list->slot_count && !grow(list))
    return plb_fail_memory(err);
  size_t slot = slot_of(list, fresh->enrol, fresh->test);
  if (list->slots[slot] != PLB_NOBODY) {
    const struct entry *known = &list->entries[list->slots[slot]];
    if (known->mated == fresh->mated)
      return PLB_OK;
    return plb_fail_at(err, PLB_DATA, name, fresh->line, 1,
                       "this trial is %s here and %s in line %" PRIu64 "; expected one class for each trial",
                       fresh->mated ? "mated" : "non-mated", known->mated ? "mated" : "non-mated", known->line);
  }
  if (list->count >= PLB_NOBODY - 1 ||
      !plb_reserve(&list->entries, &list->capacity, list->count + 1, sizeof *list->entries))
    return plb_fail_memory(err);
  list->slots[slot] = (uint32_t)list->count;
  list->entries[list->count++] = *fresh;
  return PLB_OK;
}

plb_status plb_trial_list_new(struct plb_trial_list **list, struct plb_error *err) {
  *list = plb_alloc(1, sizeof **list);
  return *list ? PLB_OK : plb_fail_memory(err);
}

plb_status plb_trial_list_add(struct plb_trial_list *list, const char *name, struct plb_slice enrol,
                              struct plb_slice test, bool mated, uint64_t line, struct plb_error *err) {
  struct entry fresh = {.line = line, .mated = mated};
  if (!plb_dict_put(&list->ids, enrol.text, enrol.length, &fresh.enrol) ||
      !plb_dict_put(&list->ids, test.text, test.length, &fresh.test))
    return plb_fail_memory(err);
  return put(list, name, &fresh, err);
}

static plb_status read_line(struct plb_trial_list *list, struct plb_bytes *bytes, const char *text, size_t length,
                            struct plb_error *err) {
  struct plb_slice cells[COLUMNS + 1];
  size_t count = plb_blank_cut(text, length, cells, COLUMNS + 1);
  if (!count)
    return PLB_OK;
  uint64_t line = plb_bytes_line_number(bytes);
  bool mated;
  if (count != COLUMNS)
    return plb_fail_at(
        err, PLB_DATA, plb_bytes_name(bytes), line,
        count > COLUMNS ? (uint64_t)(cells[COLUMNS].text - text) + 1 : length + 1,
        "%zu %s between blanks; a trial list has 3: \"enrol test target|nontarget\" or \"1|0 enrol test\"", count,
        count == 1 ? "column" : "columns");
  plb_status st = read_class(list, bytes, text, cells, &mated, err);
  return st ? st : plb_trial_list_add(list, plb_bytes_name(bytes), cells[0], cells[1], mated, line, err);
}

plb_status plb_trial_list_read(struct plb_bytes *bytes, struct plb_trial_list **list, struct plb_error *err) {
  struct plb_trial_list *fresh;
  *list = NULL;
  plb_status st = plb_trial_list_new(&fresh, err);
  if (st)
    return st;
  const char *text = "";
  size_t length = 0;
  while (!st && text) {
    if (!(st = plb_bytes_line(bytes, &text, &length, err)) && text)
      st = read_line(fresh, bytes, text, length, err);
  }
  if (!st && !fresh->count)
    st = plb_fail_at(err, PLB_DATA, plb_bytes_name(bytes), 0, 0, "no trials; expected at least one line");
  if (st) {
    plb_trial_list_free(fresh);
    return st;
  }
  *list = fresh;
  return PLB_OK;
}

bool plb_trial_list_find(struct plb_trial_list *list, struct plb_slice enrol, struct plb_slice test, bool *mated) {
  uint32_t left = plb_dict_find(&list->ids, enrol.text, enrol.length);
  uint32_t right = plb_dict_find(&list->ids, test.text, test.length);
  if (left == PLB_NOBODY || right == PLB_NOBODY)
    return false;
  uint32_t number = list->slots[slot_of(list, left, right)];
  if (number == PLB_NOBODY)
    return false;
  struct entry *entry = &list->entries[number];
  list->scored += !entry->scored;
  entry->scored = true;
  *mated = entry->mated;
  return true;
}

uint64_t plb_trial_list_count(const struct plb_trial_list *list) {
  return list->count;
}

uint64_t plb_trial_list_unscored(const struct plb_trial_list *list) {
  return list->count - list->scored;
}

bool plb_trial_list_next_unscored(const struct plb_trial_list *list, uint64_t *from, struct plb_fields *fields) {
  while (*from < list->count && list->entries[*from].scored)
    ++*from;
  if (*from >= list->count)
    return false;
  const struct entry *entry = &list->entries[(*from)++];
  *fields = (struct plb_fields){
      .score = {"", 0}, .count = 1, .mated_known = true, .mated = entry->mated, .line = entry->line};
  fields->reference_sample.text = plb_dict_text(&list->ids, entry->enrol, &fields->reference_sample.length);
  fields->probe_sample.text = plb_dict_text(&list->ids, entry->test, &fields->probe_sample.length);
  return true;
}

void plb_trial_list_free(struct plb_trial_list *list) {
  if (!list)
    return;
  plb_dict_free(&list->ids);
  free(list->entries);
  free(list->slots);
  free(list);
}
