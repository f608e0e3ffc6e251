/* SPDX-License-Identifier: Apache-2.0
 *
 * A state file (state.h) added to a tally. Numbers of people, samples, systems and clusters in it are those of its own
 * names; they are given those that the names have in the tally. Whatever is added up are counts, so that the order of
 * files does not matter.
 */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "tally/state.h"
#include "tally/state_bytes.h"
#include "tally/state_kind.h"
#include "trial/account.h"

/* By number in the file: the number in the tally. */
struct numbers {
  uint32_t *of;
  uint64_t count;
};

struct reader {
  struct plb_state_in *in;
  struct plb_tally *tally;
  struct numbers people, samples, systems, clusters, groups, strata;
  struct plb_row_buffer *buffer;
};

static uint64_t get(const struct reader *r) {
  return plb_state_get_number(r->in);
}

static plb_status refuse(const struct reader *r, struct plb_error *err, const char *what) {
  return plb_fail_at(err, PLB_DATA, plb_state_name(r->in), 0, 0, "%s", what);
}

/* A number that the file gives to a name; the file may be whole and still not be one of plumbline's. */
static plb_status number_of(const struct reader *r, const struct numbers *numbers, uint64_t number, uint32_t *found,
                            struct plb_error *err) {
  plb_status status = plb_state_status(r->in, err);
  *found = 0;
  if (status)
    return status;
  if (number >= numbers->count)
    return refuse(r, err, "a number in the state names nobody; expected a state as plumbline wrote it");
  *found = numbers->of[number];
  return PLB_OK;
}

/* ---- what was read ------------------------------------------------------------------------------- */

static plb_status get_shards(const struct reader *r, struct plb_input_account *a, struct plb_error *err) {
  uint64_t place = get(r), before = 0;
  a->length = get(r);
  a->how = get(r);
  uint64_t shards = get(r);
  uint64_t count = get(r);
  plb_status status = plb_state_status(r->in, err);
  if (!status && (shards > PLB_MOST_SHARDS || count > shards || (shards && !count)))
    status = refuse(r, err, "the state does not say which shards were read");
  if (status)
    return status;
  a->place = (uint32_t)place;
  a->shards = (uint32_t)shards;
  if (count > 1 && !(a->seen = plb_alloc((a->shards + 63) / 64, sizeof *a->seen)))
    return plb_fail_memory(err);
  for (uint64_t k = 0; k < count && !status; k++) {
    uint64_t shard = get(r);
    if (!(status = plb_state_status(r->in, err)) && (shard >= shards || (k && shard <= before)))
      status = refuse(r, err, "the state does not say which shards were read");
    before = shard;
    if (!status && a->seen)
      a->seen[shard / 64] |= UINT64_C(1) << shard % 64;
    a->shard = (uint32_t)shard;
  }
  return status;
}

static plb_status get_account(const struct reader *r, struct plb_input_account *a, struct plb_error *err) {
  bool failed = false;
  *a = (struct plb_input_account){0};
  a->name = plb_state_get_string(r->in, &failed);
  a->digest = plb_state_get_string(r->in, &failed);
  a->format = plb_state_get_string(r->in, &failed);
  a->read_to_end = get(r) != 0;
  a->content.high = get(r);
  a->content.low = get(r);
  a->bytes = get(r);
  a->rows = get(r);
  a->kept = get(r);
  for (int why = 0; why < PLB_DROPS; why++)
    a->dropped[why] = get(r);
  plb_status status = failed ? plb_fail_memory(err) : plb_state_status(r->in, err);
  if (!status)
    status = get_shards(r, a, err);
  return !status && (!a->name || !a->format) ? refuse(r, err, "the state does not say what was read") : status;
}

static plb_status get_accounts(struct reader *r, struct plb_error *err) {
  size_t before = r->tally->account_count;
  uint64_t count = get(r);
  plb_status status = plb_state_status(r->in, err);
  for (uint64_t k = 0; k < count && !status; k++) {
    struct plb_input_account account;
    status = get_account(r, &account, err);
    if (status)
      plb_account_clear(&account);
    else
      status = plb_tally_join_account(r->tally, before, &account, plb_state_name(r->in), err);
  }
  return status;
}

/* ---- names --------------------------------------------------------------------------------------- */

static plb_status get_names(const struct reader *r, struct plb_dict *dict, struct numbers *numbers,
                            struct plb_error *err) {
  size_t room = 0;
  numbers->count = 0;
  uint64_t count = get(r);
  plb_status status = plb_state_status(r->in, err);
  for (uint64_t k = 0; k < count && !status; k++) {
    size_t length;
    const char *text = plb_state_get_text(r->in, &length);
    if ((status = plb_state_status(r->in, err)))
      break;
    if (!plb_reserve(&numbers->of, &room, (size_t)k + 1, sizeof *numbers->of) ||
        !plb_dict_put(dict, text, length, &numbers->of[k]))
      return plb_fail_memory(err);
    numbers->count = k + 1;
  }
  return status;
}

static plb_status get_clusters(const struct reader *r, struct plb_error *err) {
  struct plb_attribute *clusters = &r->tally->census.clusters;
  uint64_t count = get(r);
  plb_status status = plb_state_status(r->in, err);
  for (uint64_t k = 0; k < count && !status; k++) {
    uint64_t value = get(r);
    uint32_t person, cluster = (uint32_t)value;
    status = number_of(r, &r->people, k, &person, err);
    if (!status && value < PLB_NO_VALUE)
      status = number_of(r, &r->clusters, value, &cluster, err);
    if (status || value == PLB_NOBODY)
      continue;
    switch (plb_attribute_say(clusters, person, cluster)) {
    case PLB_TOLD_FINE: break;
    case PLB_TOLD_NOMEM: return plb_fail_memory(err);
    case PLB_TOLD_OTHER: return refuse(r, err, "a person has another cluster in this state than in the ones before it");
    }
  }
  return status;
}

static plb_status get_census(struct reader *r, struct plb_error *err) {
  struct plb_census *census = &r->tally->census;
  plb_status status = get_names(r, &census->people, &r->people, err);
  if (!status)
    status = get_names(r, &census->samples, &r->samples, err);
  if (!status)
    status = get_names(r, &census->systems, &r->systems, err);
  if (!status)
    status = get_names(r, &census->clusters.values, &r->clusters, err);
  return status ? status : get_clusters(r, err);
}

/* ---- groups -------------------------------------------------------------------------------------- */

static plb_status get_firsts(const struct reader *r, size_t a, const struct numbers *files, struct plb_error *err) {
  struct plb_noted *notes = &r->tally->census.notes;
  for (int why = 0; why < PLB_WHYS; why++) {
    uint64_t place = get(r), number = get(r), line = get(r);
    uint32_t file;
    if (!line)
      continue;
    plb_status status = number_of(r, files, number, &file, err);
    if (status)
      return status;
    struct plb_slice name;
    name.text = plb_dict_text(&notes->files, file, &name.length);
    char *copy = plb_copy_text(name.text, name.length); /* what is put may move what it is put to */
    name.text = copy;
    bool fine = copy && plb_first_add(notes, a, (enum plb_why)why, (uint32_t)place, name, line);
    free(copy);
    if (!fine)
      return plb_fail_memory(err);
  }
  return PLB_OK;
}

static plb_status get_notes(const struct reader *r, struct plb_error *err) {
  struct plb_noted *notes = &r->tally->census.notes;
  struct numbers files = {0};
  plb_status status = get_names(r, &notes->files, &files, err);
  for (size_t a = 0; a < r->tally->by.count && !status; a++) {
    uint64_t count = get(r);
    for (uint64_t k = 0; k < count && !status; k++) {
      uint64_t value = get(r);
      uint32_t person;
      status = number_of(r, &r->people, k, &person, err);
      if (!status && !plb_said_add(&notes->said[a], person, value))
        status = plb_fail_memory(err);
    }
    if (!status)
      status = get_firsts(r, a, &files, err);
  }
  free(files.of);
  return status;
}

/* Each group has a value for each attribute. */
static bool is_group(const struct reader *r, uint32_t group) {
  size_t length, ends = 0;
  const char *text = plb_dict_text(&r->tally->census.groups, group, &length);
  for (size_t i = 0; i < length; i++)
    ends += text[i] == PLB_VALUE_END;
  return length && length <= PLB_MOST_GROUP && text[length - 1] == PLB_VALUE_END && ends == r->tally->by.count;
}

static plb_status get_strata(struct reader *r, struct plb_error *err) {
  size_t room = 0;
  plb_status status = get_names(r, &r->tally->census.groups, &r->groups, err);
  for (uint64_t k = 0; k < r->groups.count && !status; k++)
    if (!is_group(r, r->groups.of[k]))
      status = refuse(r, err, "a group in the state has other attributes; expected a state as plumbline wrote it");
  uint64_t count = status ? 0 : get(r);
  for (uint64_t k = 0; k < count && !status; k++) {
    uint64_t reference = get(r), probe = get(r);
    struct plb_stratum stratum;
    if ((status = number_of(r, &r->groups, reference, &stratum.reference, err)) ||
        (status = number_of(r, &r->groups, probe, &stratum.probe, err)))
      return status;
    if (!plb_reserve(&r->strata.of, &room, (size_t)k + 1, sizeof *r->strata.of) ||
        !plb_stratum_number(&r->tally->strata, stratum, &r->strata.of[k]))
      return plb_fail_memory(err);
    r->strata.count = k + 1;
  }
  return status ? status : plb_state_status(r->in, err);
}

static plb_status get_member(const struct reader *r, uint64_t person, uint64_t group, struct plb_error *err) {
  struct plb_member member;
  plb_status status = number_of(r, &r->people, person, &member.person, err);
  if (status || (status = number_of(r, &r->groups, group, &member.group, err)))
    return status;
  return plb_members_add(&r->tally->members, member.person, member.group) ? PLB_OK : plb_fail_memory(err);
}

static plb_status get_members(const struct reader *r, struct plb_error *err) {
  uint64_t count = get(r);
  plb_status status = plb_state_status(r->in, err);
  for (uint64_t k = 0; k < count && !status; k++) {
    uint64_t group = get(r);
    if (!(status = plb_state_status(r->in, err)) && group != PLB_NOBODY)
      status = get_member(r, k, group, err);
  }
  count = status ? 0 : get(r);
  for (uint64_t k = 0; k < count && !status; k++) {
    uint64_t person = get(r), group = get(r);
    if (!(status = plb_state_status(r->in, err)))
      status = get_member(r, person, group, err);
  }
  return status;
}

/* ---- systems --------------------------------------------------------------------------------------- */

static plb_status get_counts(const struct reader *r, struct plb_counts *counts, struct plb_error *err) {
  uint64_t count = get(r);
  for (uint64_t k = 0; k < count && !plb_state_status(r->in, NULL); k++) {
    uint64_t key = get(r), times = get(r);
    if (!plb_counts_add_many(counts, key, times))
      return plb_fail_memory(err);
  }
  return plb_state_status(r->in, err);
}

static plb_status get_chunk(const struct reader *r, struct plb_rows *rows, struct plb_error *err) {
  uint64_t count = get(r), part = get(r), how = get(r);
  uint32_t stratum = 0;
  struct plb_packing packing = {(uint8_t)how, (uint8_t)(how >> 8), (uint8_t)(how >> 16)};
  plb_status status = plb_state_status(r->in, err);
  if (!status && (count > PLB_CHUNK_ROWS || !plb_packing_is(packing) || !packing.people != rows->nameless))
    status = refuse(r, err, "rows in the state are packed in an unknown way");
  if (!status && r->tally->by.count)
    status = number_of(r, &r->strata, part, &stratum, err);
  if (status)
    return status;
  struct plb_chunk *chunk = &r->buffer->chunk;
  plb_state_get(r->in, r->buffer->bytes, plb_packed_size(packing));
  plb_unpack(r->buffer->bytes, packing, PLB_ROW_ALL, chunk);
  for (uint64_t k = 0; k < count && !status; k++) {
    uint32_t first = 0, second = 0;
    if (!rows->nameless && ((status = number_of(r, &r->people, chunk->first[k], &first, err)) ||
                            (status = number_of(r, &r->people, chunk->second[k], &second, err))))
      return status;
    status = plb_rows_add(rows, &r->tally->allowance, stratum, chunk->keys[k], first, second, err);
  }
  return status;
}

static plb_status get_rows(const struct reader *r, struct plb_rows *rows, struct plb_error *err) {
  uint64_t chunks = get(r);
  plb_status status = plb_state_status(r->in, err);
  for (uint64_t k = 0; k < chunks && !status; k++)
    status = get_chunk(r, rows, err);
  return status;
}

static plb_status get_class(const struct reader *r, struct plb_class_tally *class, struct plb_error *err) {
  class->completed += get(r);
  for (int o = 0; o < PLB_OUTCOMES; o++)
    class->failed[o] += get(r);
  uint64_t lowest = get(r), highest = get(r);
  class->lowest = lowest < class->lowest ? lowest : class->lowest;
  class->highest = highest > class->highest ? highest : class->highest;
  plb_status status = get_counts(r, &class->counts, err);
  if (!status)
    status = get_rows(r, &class->rows, err);
  return status ? status : get_rows(r, &class->scores, err);
}

static plb_status get_people(const struct reader *r, struct plb_system_tally *system, struct plb_error *err) {
  uint64_t count = get(r);
  plb_status status = plb_state_status(r->in, err);
  for (uint64_t k = 0; k < count && !status; k++) {
    uint64_t number = get(r), attempts = get(r), failed = get(r), marks = get(r);
    uint32_t person;
    if ((status = number_of(r, &r->people, number, &person, err)))
      break;
    struct plb_person_notes *notes = plb_sparse_reach(&system->people, person, sizeof *notes);
    if (!notes)
      return plb_fail_memory(err);
    notes->attempts += attempts;
    notes->attempts_failed += failed;
    notes->marks |= (uint8_t)marks;
  }
  return status;
}

static plb_status get_samples(const struct reader *r, struct plb_system_tally *system, struct plb_error *err) {
  uint64_t count = get(r);
  plb_status status = plb_state_status(r->in, err);
  for (uint64_t k = 0; k < count && !status; k++) {
    uint64_t number = get(r), whose = get(r), marks = get(r);
    uint32_t sample, person = PLB_NOBODY;
    status = number_of(r, &r->samples, number, &sample, err);
    if (!status && whose != PLB_NOBODY)
      status = number_of(r, &r->people, whose, &person, err);
    if (status)
      break;
    struct plb_sample_notes *notes = plb_sparse_reach(&system->samples, sample, sizeof *notes);
    if (!notes)
      return plb_fail_memory(err);
    if (notes->marks && notes->person != person)
      return refuse(r, err, "a sample belongs to another person in this state than in the ones before it");
    notes->person = person;
    notes->marks |= (uint8_t)marks;
  }
  return status;
}

static plb_status get_repeats(const struct reader *r, struct plb_system_tally *system, struct plb_error *err) {
  struct plb_pairs *pairs = &system->repeats;
  if (!get(r))
    return plb_state_status(r->in, err);
  uint64_t cut = get(r), count = get(r);
  if (!plb_tally_repeats_start(r->tally, system) || !plb_pairs_lower(pairs, cut))
    return plb_fail_memory(err);
  plb_status status = plb_state_status(r->in, err);
  for (uint64_t k = 0; k < count && !status; k++) {
    uint64_t id = get(r), times = get(r);
    uint32_t first, second;
    if ((status = number_of(r, &r->samples, id >> 32, &first, err)) ||
        (status = number_of(r, &r->samples, id & UINT32_MAX, &second, err)))
      return status;
    uint64_t here = (uint64_t)first << 32 | second, hash = plb_pairs_hash(pairs, here);
    if (hash <= pairs->cut && !plb_pairs_insert(pairs, here, hash, times))
      return plb_fail_memory(err);
  }
  return status;
}

static plb_status get_system(const struct reader *r, struct plb_error *err) {
  uint64_t number = get(r);
  uint32_t here = PLB_NOBODY;
  plb_status status =
      number == PLB_NOBODY ? plb_state_status(r->in, err) : number_of(r, &r->systems, number, &here, err);
  if (status)
    return status;
  struct plb_system_tally *system = plb_tally_system(r->tally, here);
  if (!system)
    return plb_fail_memory(err);
  if ((status = get_class(r, &system->of[0], err)) || (status = get_class(r, &system->of[1], err)) ||
      (status = get_people(r, system, err)) || (status = get_samples(r, system, err)))
    return status;
  return get_repeats(r, system, err);
}

static plb_status get_all(struct reader *r, struct plb_error *err) {
  plb_status status = plb_state_get_kind(r->in, r->tally, err);
  if (status || (status = get_accounts(r, err)) || (status = get_census(r, err)) || (status = get_notes(r, err)) ||
      (status = get_strata(r, err)) || (status = get_members(r, err)))
    return status;
  uint64_t systems = get(r);
  for (uint64_t s = 0; s < systems && !status; s++)
    status = get_system(r, err);
  return status ? status : plb_state_status(r->in, err);
}

static void free_reader(struct reader *r) {
  plb_state_end(r->in);
  free(r->people.of);
  free(r->samples.of);
  free(r->systems.of);
  free(r->clusters.of);
  free(r->groups.of);
  free(r->strata.of);
  free(r->buffer);
}

plb_status plb_state_add(struct plb_tally *tally, const char *path, const struct plb_input *input,
                         struct plb_error *err) {
  struct reader r = {.tally = tally, .buffer = malloc(sizeof *r.buffer)};
  plb_status status = r.buffer ? plb_state_open(path, input, &r.in, err) : plb_fail_memory(err);
  if (!status)
    status = get_all(&r, err);
  free_reader(&r);
  return status;
}

plb_status plb_state_add_apart(struct plb_tally *tally, const char *bytes, size_t length,
                               struct plb_renumbering *numbers, struct plb_error *err) {
  struct reader r = {.tally = tally, .buffer = malloc(sizeof *r.buffer)};
  plb_status status = r.buffer ? plb_state_open_here(bytes, length, &r.in, err) : plb_fail_memory(err);
  if (!status)
    status = get_all(&r, err);
  if (!status && numbers) {
    *numbers = (struct plb_renumbering){r.people.of, r.samples.of, r.systems.of, r.strata.of};
    r.people.of = r.samples.of = r.systems.of = r.strata.of = NULL;
  }
  free_reader(&r);
  return status;
}
