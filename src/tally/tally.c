/* SPDX-License-Identifier: Apache-2.0
 *
 * Filling a tally from a source, or from rows that a program hands over. The hot path, a completed
 * comparison of known people, is a look at two people and a push of a row.
 */
#include "tally/tally.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/key.h"
#include "base/memory.h"
#include "tally/listing.h"
#include "tally/state.h"
#include "tally/steps.h"
#include "tally/team.h"
#include "trial/account.h"

/* Tells the two samples of a pair apart: a repeat has them in the same order. */
#define ORDERED UINT64_C(0x5851F42D4C957F2D)

static void free_system(struct plb_system_tally *system) {
  for (int c = 0; c < 2; c++) {
    plb_counts_free(&system->of[c].counts);
    plb_rows_free(&system->of[c].rows);
    plb_rows_free(&system->of[c].scores);
  }
  plb_pairs_free(&system->repeats);
  plb_sparse_free(&system->people);
  plb_sparse_free(&system->samples);
}

void plb_tally_free(struct plb_tally *tally) {
  if (!tally)
    return;
  for (size_t i = 0; i < tally->system_count; i++)
    free_system(&tally->systems[i]);
  free(tally->systems);
  free(tally->system_at);
  for (size_t i = 0; i < tally->account_count; i++)
    plb_account_clear(&tally->accounts[i]);
  free(tally->accounts);
  plb_census_free(&tally->census);
  plb_by_free(&tally->by);
  plb_asked_texts_free(&tally->asked);
  plb_dict_free(&tally->strata);
  free(tally->stratum_at);
  plb_members_free(&tally->members);
  free(tally->renumbered);
  plb_allowance_free(&tally->allowance);
  free(tally->folder);
  free(tally->system_name);
  free(tally->cluster);
  free(tally);
}

plb_status plb_tally_new(const struct plb_input *input, struct plb_tally **tally, struct plb_error *err) {
  *tally = NULL;
  struct plb_tally *fresh = plb_alloc(1, sizeof *fresh);
  if (!fresh)
    return plb_fail_memory(err);
  const char *folder = input->temporary ? input->temporary : "/tmp";
  fresh->allowance = (struct plb_allowance){.left = input->memory, .file = -1};
  fresh->direction = input->direction;
  fresh->missing = input->missing;
  fresh->has_failed_score = input->has_failed_score;
  fresh->failed_score = input->has_failed_score ? input->failed_score + 0.0 : 0; /* no -0 */
  fresh->pairs_exact = PLB_PAIRS_EXACT;
  fresh->pairs_sample = PLB_PAIRS_SAMPLE;
  fresh->most_listed = PLB_MOST_LISTED;
  fresh->most_sorted = PLB_MOST_SORTED;
  fresh->most_gathered = PLB_MOST_GATHERED;
  fresh->folder = plb_copy_text(folder, strlen(folder));
  if (input->system)
    fresh->system_name = plb_copy_text(input->system, strlen(input->system));
  if (input->cluster)
    fresh->cluster = plb_copy_text(input->cluster, strlen(input->cluster));
  if (!fresh->folder || (input->system && !fresh->system_name) || (input->cluster && !fresh->cluster)) {
    plb_tally_free(fresh);
    return plb_fail_memory(err);
  }
  fresh->allowance.folder = fresh->folder;
  plb_status status = input->states ? PLB_OK : plb_tally_ask(fresh, input, err);
  if (status)
    plb_tally_free(fresh);
  else
    *tally = fresh;
  return status;
}

/* Room for index `need` in an array that grows with zeroes. */
static bool reach(void *array, size_t *room, size_t need, size_t size) {
  if (need < *room)
    return true;
  size_t old = *room;
  if (!plb_reserve(array, room, need + 1, size))
    return false;
  char *bytes;
  memcpy(&bytes, array, sizeof bytes);
  memset(bytes + old * size, 0, (*room - old) * size);
  return true;
}

struct plb_system_tally *plb_tally_system(struct plb_tally *tally, uint32_t number) {
  size_t at = number == PLB_NOBODY ? 0 : (size_t)number + 1;
  if (!reach(&tally->system_at, &tally->system_at_room, at, sizeof *tally->system_at))
    return NULL;
  if (tally->system_at[at])
    return &tally->systems[tally->system_at[at] - 1];
  if (!plb_reserve(&tally->systems, &tally->system_capacity, tally->system_count + 1, sizeof *tally->systems))
    return NULL;
  struct plb_system_tally *fresh = &tally->systems[tally->system_count++];
  *fresh = (struct plb_system_tally){.system = number};
  fresh->of[0].lowest = fresh->of[1].lowest = UINT64_MAX;
  fresh->of[0].scores.nameless = fresh->of[1].scores.nameless = true;
  tally->system_at[at] = (uint32_t)tally->system_count;
  return fresh;
}

static uint8_t marks_of(const struct plb_trial *row, enum plb_outcome failure) {
  uint8_t outcome = row->outcome == PLB_COMPLETED ? PLB_MARK_COMPLETED : row->outcome == failure ? PLB_MARK_FAILED : 0;
  return (uint8_t)(PLB_MARK_SEEN | outcome);
}

bool plb_tally_repeats_start(struct plb_tally *tally, struct plb_system_tally *system) {
  struct plb_pairs *repeats = &system->repeats;
  if (!repeats->slots) {
    *repeats = (struct plb_pairs){.exact = tally->pairs_exact, .sample = tally->pairs_sample, .twist = ORDERED};
    if (!plb_pairs_start(repeats, 1, 0))
      return false;
  }
  repeats->hash = (const uint64_t *const *)&tally->census.samples.hash;
  return true;
}

static bool note_repeat(struct plb_tally *tally, struct plb_system_tally *system, const struct plb_trial *row) {
  struct plb_pairs *repeats = &system->repeats;
  if (!plb_tally_repeats_start(tally, system))
    return false;
  uint64_t id = (uint64_t)row->probe_sample << 32 | row->reference_sample, hash = plb_pairs_hash(repeats, id);
  return hash > repeats->cut || plb_pairs_insert(repeats, id, hash, 1);
}

/* Which samples were acquired: a sample failed if it stands in a row that failed to be acquired and in
 * no completed comparison (design 3a). */
static bool mark_sample(struct plb_system_tally *system, uint32_t sample, uint32_t person, uint8_t marks) {
  struct plb_sample_notes *notes = plb_sparse_reach(&system->samples, sample, sizeof *notes);
  if (!notes)
    return false;
  notes->marks |= marks;
  notes->person = person;
  return true;
}

static bool note_samples(struct plb_tally *tally, struct plb_system_tally *system, const struct plb_trial *row) {
  uint8_t marks = marks_of(row, PLB_FAILED_ACQUIRE);
  return mark_sample(system, row->reference_sample, row->reference, marks) &&
         mark_sample(system, row->probe_sample, row->probe, marks) && note_repeat(tally, system, row);
}

/* What a completed comparison says of the two people, which is the same for all of a class. */
static const uint8_t reference_completed[] = {
    [PLB_CLASS_NONMATED] = PLB_MARK_SEEN | PLB_MARK_COMPLETED | PLB_MARK_TOOK_PART | PLB_MARK_REFERENCE,
    [PLB_CLASS_MATED] = PLB_MARK_SEEN | PLB_MARK_COMPLETED | PLB_MARK_TOOK_PART,
};
static const uint8_t probe_completed[] = {
    [PLB_CLASS_NONMATED] = PLB_MARK_TOOK_PART | PLB_MARK_PROBE,
    [PLB_CLASS_MATED] = PLB_MARK_TOOK_PART,
};

static bool note_people(struct plb_system_tally *system, const struct plb_trial *row) {
  struct plb_person_notes *reference = plb_sparse_reach(&system->people, row->reference, sizeof *reference);
  struct plb_person_notes *probe = plb_sparse_reach(&system->people, row->probe, sizeof *probe);
  if (!reference || !probe)
    return false;
  bool completed = row->outcome == PLB_COMPLETED;
  reference->marks |= completed ? reference_completed[row->mated] : marks_of(row, PLB_FAILED_ENROL);
  probe->marks |= completed ? probe_completed[row->mated] : 0;
  probe->attempts += row->count;
  if (row->outcome == PLB_FAILED_ACQUIRE)
    probe->attempts_failed += row->count;
  return true;
}

const struct plb_person_notes *plb_person_next(const struct plb_system_tally *system, size_t *number) {
  return plb_sparse_next(&system->people, number, sizeof(struct plb_person_notes));
}

const struct plb_sample_notes *plb_sample_next(const struct plb_system_tally *system, size_t *number) {
  return plb_sparse_next(&system->samples, number, sizeof(struct plb_sample_notes));
}

#define FIRST_GROUPS 64 /* two of which are looked up in a table of so many squared */

static bool stratum_of(struct plb_tally *tally, const struct plb_trial *row, uint32_t *number) {
  struct plb_stratum stratum = {row->reference_group, row->probe_group};
  *number = 0;
  if (!tally->by.count)
    return true;
  if (stratum.reference >= FIRST_GROUPS || stratum.probe >= FIRST_GROUPS)
    return plb_stratum_number(&tally->strata, stratum, number);
  if (!tally->stratum_at &&
      !(tally->stratum_at = plb_alloc((size_t)FIRST_GROUPS * FIRST_GROUPS, sizeof *tally->stratum_at)))
    return false;
  uint32_t *at = &tally->stratum_at[stratum.reference * FIRST_GROUPS + stratum.probe];
  if (!*at) {
    if (!plb_stratum_number(&tally->strata, stratum, number))
      return false;
    *at = *number + 1;
  }
  *number = *at - 1;
  return true;
}

static plb_status add_completed(struct plb_tally *tally, struct plb_class_tally *class, const struct plb_trial *row,
                                struct plb_error *err) {
  uint64_t key = plb_key_of(row->score);
  class->completed += row->count;
  if ((key < class->lowest || key > class->highest) && isfinite(row->score)) {
    class->lowest = key < class->lowest ? key : class->lowest;
    class->highest = key > class->highest ? key : class->highest;
  }
  uint32_t stratum;
  if (!stratum_of(tally, row, &stratum))
    return plb_fail_memory(err);
  if (tally->by.count && row->reference != PLB_NOBODY &&
      (!plb_members_add(&tally->members, row->reference, row->reference_group) ||
       !plb_members_add(&tally->members, row->probe, row->probe_group)))
    return plb_fail_memory(err);
  if (row->reference == PLB_NOBODY && row->count != 1)
    return plb_counts_add_many(&class->counts, key, row->count) ? PLB_OK : plb_fail_memory(err);
  if (row->reference == PLB_NOBODY)
    return plb_rows_add(&class->scores, &tally->allowance, stratum, key, 0, 0, err);
  for (uint64_t i = 0; i < row->count; i++) {
    plb_status status = plb_rows_add(&class->rows, &tally->allowance, stratum, key, row->reference, row->probe, err);
    if (status)
      return status;
  }
  return PLB_OK;
}

static plb_status add_one(struct plb_tally *tally, struct plb_system_tally *system, const struct plb_trial *row,
                          struct plb_error *err) {
  struct plb_class_tally *class = &system->of[row->mated];
  if (row->reference != PLB_NOBODY && !note_people(system, row))
    return plb_fail_memory(err);
  if (row->reference_sample != PLB_NOBODY && row->probe_sample != PLB_NOBODY && !note_samples(tally, system, row))
    return plb_fail_memory(err);
  if (row->outcome == PLB_COMPLETED)
    return add_completed(tally, class, row, err);
  class->failed[row->outcome] += row->count;
  return PLB_OK;
}

plb_status plb_tally_add_trials(struct plb_tally *tally, const struct plb_trial *rows, size_t count,
                                struct plb_error *err) {
  struct plb_system_tally *system = NULL;
  for (size_t i = 0; i < count; i++) {
    if (!system || system->system != rows[i].system) {
      system = plb_tally_system(tally, rows[i].system);
      if (!system)
        return plb_fail_memory(err);
    }
    plb_status status = add_one(tally, system, &rows[i], err);
    if (status)
      return status;
  }
  return PLB_OK;
}

size_t plb_tally_smaller_side(const struct plb_system_tally *system) {
  size_t references = 0, probes = 0;
  if (system->smaller_side)
    return system->smaller_side;
  const struct plb_person_notes *notes;
  for (size_t person = 0; (notes = plb_person_next(system, &person)); person++) {
    bool reference = notes->marks & PLB_MARK_REFERENCE, probe = notes->marks & PLB_MARK_PROBE;
    if (reference && probe)
      return 0;
    references += reference;
    probes += probe;
  }
  return references < probes ? references : probes;
}

static bool copy_text(char **to, const char *from) {
  *to = from ? plb_copy_text(from, strlen(from)) : NULL;
  return !from || *to;
}

/* A table that was read along with an earlier input too. */
static bool is_known(const struct plb_tally *tally, const struct plb_input_account *account) {
  bool known = false;
  for (size_t i = 0; i < tally->account_count && !account->shards; i++)
    known |= !tally->accounts[i].shards && strcmp(tally->accounts[i].name, account->name) == 0;
  return known;
}

plb_status plb_tally_take_accounts(struct plb_tally *tally, const struct plb_source *source, struct plb_error *err) {
  size_t count;
  const struct plb_input_account *accounts = plb_source_accounts(source, &count);
  if (!plb_resize(&tally->accounts, tally->account_count + count, sizeof *tally->accounts))
    return plb_fail_memory(err);
  for (size_t i = 0; i < count; i++) {
    if (is_known(tally, &accounts[i]))
      continue;
    struct plb_input_account *copy = &tally->accounts[tally->account_count];
    *copy = accounts[i];
    copy->place = (uint32_t)tally->account_count++;
    copy->name = copy->digest = copy->format = NULL;
    if (!copy_text(&copy->name, accounts[i].name) || !copy_text(&copy->digest, accounts[i].digest) ||
        !copy_text(&copy->format, accounts[i].format))
      return plb_fail_memory(err);
  }
  return PLB_OK;
}

static plb_status add_stored(struct plb_tally *tally, const struct plb_stored *stored, struct plb_error *err) {
  struct plb_system_tally *system = plb_tally_system(tally, stored->system);
  if (!system)
    return plb_fail_memory(err);
  struct plb_class_tally *class = &system->of[stored->mated];
  uint64_t lowest = plb_key_of((double)stored->lowest), highest = plb_key_of((double)stored->highest);
  class->lowest = lowest < class->lowest ? lowest : class->lowest;
  class->highest = highest > class->highest ? highest : class->highest;
  class->completed += PLB_STORED_ROWS;
  return plb_rows_add_stored(&class->scores, &tally->allowance, stored, err);
}

static plb_status take_block(void *ctx, const struct plb_block *block, struct plb_error *err) {
  plb_status status = plb_tally_add_trials(ctx, block->rows, block->count, err);
  for (size_t i = 0; i < block->stored_count && !status; i++)
    status = add_stored(ctx, &block->stored[i], err);
  return status;
}

/* Inputs that are states, in whatever order they are named. */
static plb_status read_states(const struct plb_input *input, struct plb_tally *tally, struct plb_error *err) {
  plb_status status = plb_state_check_input(input, err);
  for (size_t f = 0; f < input->file_count && !status; f++) {
    if (!plb_is_state(input->files[f]))
      return plb_state_refuse(input, f, err);
    status = plb_state_add(tally, input->files[f], input, err);
  }
  if (!status)
    plb_accounts_sort(tally->accounts, tally->account_count);
  return status ? status : plb_tally_break_down(tally, input, err);
}

/* Everything that is read of `input`. */
static plb_status read_all(const struct plb_input *input, struct plb_tally *tally, uint64_t *place,
                           struct plb_error *err) {
  struct plb_source *source = NULL;
  if (input->states || (input->file_count && plb_is_state(input->files[0])))
    return read_states(input, tally, err);
  plb_status status = plb_source_open(input, &tally->census, &source, err);
  if (!status)
    status = plb_source_drain(source, &(struct plb_sink){.ctx = tally, .take = take_block, .takes_stored = true}, err);
  *place = source ? plb_source_file(source) : 0;
  if (!status) {
    tally->traits = *plb_source_traits(source);
    tally->traits_known = true;
    status = plb_tally_take_accounts(tally, source, err);
  }
  plb_source_close(source);
  return status;
}

static plb_status read_alone(const struct plb_input *input, struct plb_tally **tally, uint64_t *place,
                             struct plb_error *err) {
  struct plb_tally *fresh = NULL;
  plb_status status = plb_tally_new(input, &fresh, err);
  bool shares = !status && input->team && !input->shards; /* reads all, and keeps a share */
  if (shares) {
    fresh->allowance.share = input->team->rank;
    fresh->allowance.shares = input->team->count;
  }
  if (!status)
    status = read_all(input, fresh, place, err);
  if (!status && shares && input->team->rank)
    plb_tally_keep_rows(fresh);
  if (status)
    plb_tally_free(fresh);
  else
    *tally = fresh;
  return status;
}

/* What comes through a pipe comes to one process. */
static plb_status check_pipes(const struct plb_input *input, struct plb_error *err) {
  const char *const single[] = {input->mated,    input->nonmated, input->trials,     input->samples,
                                input->subjects, input->row_ids,  input->column_ids, input->mask};
  const size_t others = sizeof single / sizeof *single;
  struct stat about;
  for (size_t i = 0; i < input->file_count + others; i++) {
    const char *path = i < others ? single[i] : input->files[i - others];
    if (path && (strcmp(path, "-") == 0 || (stat(path, &about) == 0 && S_ISFIFO(about.st_mode))))
      return plb_fail(err, PLB_USAGE, "%s is a pipe, which one process alone can read; expected files",
                      strcmp(path, "-") == 0 ? "standard input" : path);
  }
  return PLB_OK;
}

#define LINES 40 /* bits */

/* Each member reads a shard, or all where something cannot be shared out. Of several faults the one that a single
 * process would have met first is told. */
static plb_status read_together(struct plb_input *input, struct plb_tally **tally, struct plb_error *err) {
  struct plb_team *team = input->team;
  struct plb_error own = {0};
  plb_status status = check_pipes(input, &own);
  uint64_t place = 0, refused = 0;
  bool states = input->file_count && plb_is_state(input->files[0]);
  input->shard = states ? 0 : team->rank;
  input->shards = states ? 0 : team->count;
  team->whole = false;
  if (!status)
    status = read_alone(input, tally, &place, &own);
  refused = team->whole;
  plb_status lost = plb_team_sum(team, &refused, 1, err);
  if (lost)
    return lost;
  if (refused) {
    plb_tally_free(*tally);
    *tally = NULL;
    input->shard = input->shards = 0;
    status = read_alone(input, tally, &place, &own);
  }
  uint64_t line = own.line >> LINES ? 0 : own.line;
  if (err)
    *err = own;
  status = plb_team_agree_at(team, status, place << LINES | line, err);
  return status ? status : plb_team_agree(team, plb_tally_unite(tally, team, err), err);
}

plb_status plb_tally_read(const struct plb_input *input, struct plb_tally **tally, struct plb_error *err) {
  struct plb_input own = *input;
  uint64_t place = 0;
  *tally = NULL;
  if (!input->team || input->team->count == 1)
    own.team = NULL;
  plb_status status = own.team ? read_together(&own, tally, err) : read_alone(&own, tally, &place, err);
  if (status) {
    plb_tally_free(*tally);
    *tally = NULL;
  }
  return status;
}

/* The person of an id handed over by a program. */
static plb_status person(struct plb_tally *tally, const char *id, size_t row, uint32_t *number, struct plb_error *err) {
  *number = PLB_NOBODY;
  if (!id)
    return PLB_OK;
  if (!*id)
    return plb_fail(err, PLB_DATA, "comparison %zu: an empty id; expected an id or NULL", row);
  return plb_dict_put(&tally->census.people, id, strlen(id), number) ? PLB_OK : plb_fail_memory(err);
}

static plb_status add_comparison(struct plb_tally *tally, const struct plb_comparison *from, size_t row,
                                 struct plb_error *err) {
  struct plb_trial trial = {.score = from->score,
                            .count = 1,
                            .mated = from->mated,
                            .system = PLB_NOBODY,
                            .reference_sample = PLB_NOBODY,
                            .probe_sample = PLB_NOBODY};
  bool people = from->reference && from->probe;
  if (isnan(from->score))
    return plb_fail(err, PLB_DATA, "comparison %zu: the score is not a number", row);
  if (!people && (from->reference || from->probe))
    return plb_fail(err, PLB_DATA, "comparison %zu: one id of two; expected both or none", row);
  if (tally->traits_known && tally->traits.people != people)
    return plb_fail(err, PLB_DATA, "comparison %zu: ids must be given for all comparisons or for none", row);
  if (people && (strcmp(from->reference, from->probe) == 0) != from->mated)
    return plb_fail(err, PLB_DATA, "comparison %zu: %s, but the two ids are %s", row,
                    from->mated ? "mated" : "non-mated", from->mated ? "different" : "equal");
  tally->traits_known = true;
  tally->traits.looked = true;
  tally->traits.people = people;
  tally->traits.dissimilarity = tally->direction == PLB_DISSIMILARITY;
  tally->traits.direction_declared = tally->direction != PLB_DIRECTION_UNDECLARED;
  if (tally->traits.dissimilarity)
    trial.score = -trial.score;
  plb_status status;
  if ((status = person(tally, from->reference, row, &trial.reference, err)) ||
      (status = person(tally, from->probe, row, &trial.probe, err)))
    return status;
  return plb_tally_add_trials(tally, &trial, 1, err);
}

plb_status plb_tally_add(struct plb_tally *tally, const struct plb_comparison *rows, size_t count,
                         struct plb_error *err) {
  if (tally->cluster)
    return plb_fail(err, PLB_USAGE, "plb_tally_add: a comparison does not say who is related; expected no cluster");
  for (size_t i = 0; i < count; i++) {
    plb_status status = add_comparison(tally, &rows[i], i, err);
    if (status)
      return status;
  }
  return PLB_OK;
}

char *plb_tally_system_name(const struct plb_tally *tally, const struct plb_system_tally *system, bool *failed) {
  size_t length = tally->system_name ? strlen(tally->system_name) : 0;
  const char *name = tally->system_name;
  if (system->system != PLB_NOBODY)
    name = plb_dict_text(&tally->census.systems, system->system, &length);
  if (!name)
    return NULL;
  char *copy = plb_copy_text(name, length);
  *failed |= !copy;
  return copy;
}

plb_status plb_tally_repeats(struct plb_tally *tally, uint64_t *repeats, bool *sampled, struct plb_error *err) {
  plb_status status = PLB_OK;
  *repeats = 0;
  *sampled = false;
  for (size_t s = 0; s < tally->system_count && !status; s++) {
    struct plb_pairs *pairs = &tally->systems[s].repeats;
    if (!pairs->slots)
      continue;
    uint64_t beyond = 0;
    status = plb_pairs_finish(pairs, 1, tally->team, err);
    for (size_t i = 0; i < pairs->slot_count; i++)
      beyond += pairs->slots[i].count;
    beyond -= pairs->kept;
    if (!status)
      status = plb_team_sum(tally->team, &beyond, 1, err);
    *repeats += (uint64_t)llround((double)beyond / plb_pairs_share(pairs));
    *sampled |= pairs->cut != UINT64_MAX;
  }
  return status;
}
