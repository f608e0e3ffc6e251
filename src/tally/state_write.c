/* SPDX-License-Identifier: Apache-2.0
 *
 * A tally into a state file (state.h).
 */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "tally/state.h"
#include "tally/state_bytes.h"
#include "tally/state_kind.h"
#include "trial/account.h"

struct writer {
  struct plb_state_out *out;
  struct plb_tally *tally;
  struct plb_row_buffer *buffer;
  bool apart; /* without rows and repeats, which a team does not hand over */
};

static void put(const struct writer *w, uint64_t number) {
  plb_state_put_number(w->out, number);
}

/* Of how many, and which. */
static void put_shards(const struct writer *w, const struct plb_input_account *account) {
  uint32_t count = 0;
  for (uint32_t shard = 0; shard < account->shards; shard++)
    count += plb_account_has(account, shard);
  put(w, account->place);
  put(w, account->length);
  put(w, account->how);
  put(w, account->shards);
  put(w, count);
  for (uint32_t shard = 0; shard < account->shards; shard++)
    if (plb_account_has(account, shard))
      put(w, shard);
}

static void put_accounts(const struct writer *w) {
  const struct plb_tally *tally = w->tally;
  put(w, tally->account_count);
  for (size_t i = 0; i < tally->account_count; i++) {
    const struct plb_input_account *a = &tally->accounts[i];
    plb_state_put_string(w->out, a->name);
    plb_state_put_string(w->out, a->digest);
    plb_state_put_string(w->out, a->format);
    put(w, a->read_to_end);
    put(w, a->content.high);
    put(w, a->content.low);
    put(w, a->bytes);
    put(w, a->rows);
    put(w, a->kept);
    for (int why = 0; why < PLB_DROPS; why++)
      put(w, a->dropped[why]);
    put_shards(w, a);
  }
}

static void put_names(const struct writer *w, const struct plb_dict *dict) {
  put(w, dict->count);
  for (uint32_t i = 0; i < dict->count; i++) {
    size_t length;
    const char *text = plb_dict_text(dict, i, &length);
    plb_state_put_text(w->out, text, length);
  }
}

static void put_census(const struct writer *w) {
  const struct plb_census *census = &w->tally->census;
  put_names(w, &census->people);
  put_names(w, &census->samples);
  put_names(w, &census->systems);
  put_names(w, &census->clusters.values);
  put(w, census->clusters.count);
  for (size_t i = 0; i < census->clusters.count; i++)
    put(w, census->clusters.of[i]);
}

/* What was noticed about the attributes of groups. */
static void put_notes(const struct writer *w) {
  const struct plb_noted *notes = &w->tally->census.notes;
  put_names(w, &notes->files);
  for (size_t a = 0; a < w->tally->by.count; a++) {
    put(w, notes->said[a].count);
    for (size_t i = 0; i < notes->said[a].count; i++)
      put(w, notes->said[a].of[i]);
    for (int why = 0; why < PLB_WHYS; why++) {
      put(w, notes->first[a][why].place);
      put(w, notes->first[a][why].file);
      put(w, notes->first[a][why].line);
    }
  }
}

static void put_members(const struct writer *w) {
  const struct plb_members *members = &w->tally->members;
  put(w, members->count);
  for (size_t i = 0; i < members->count; i++)
    put(w, members->first[i]);
  put(w, plb_members_more(members));
  for (size_t k = 0; k < plb_members_more(members); k++) {
    struct plb_member member = plb_members_get(members, k);
    put(w, member.person);
    put(w, member.group);
  }
}

static void put_strata(const struct writer *w) {
  const struct plb_dict *strata = &w->tally->strata;
  put_names(w, &w->tally->census.groups);
  put(w, strata->count);
  for (uint32_t i = 0; i < strata->count; i++) {
    struct plb_stratum stratum = plb_stratum_of(strata, i);
    put(w, stratum.reference);
    put(w, stratum.probe);
  }
}

static plb_status put_counts(const struct writer *w, struct plb_counts *counts, struct plb_error *err) {
  struct plb_run run;
  if (!plb_counts_finish(counts, &run))
    return plb_fail_memory(err);
  put(w, run.count);
  for (size_t i = 0; i < run.count; i++) {
    put(w, run.keys[i]);
    put(w, run.counts[i]);
  }
  return PLB_OK;
}

/* Chunk by chunk: how many rows, how they are packed, and the bytes. */
static plb_status put_rows(const struct writer *w, const struct plb_rows *rows, struct plb_error *err) {
  size_t chunks = w->apart ? 0 : plb_rows_chunks(rows); /* none is empty: no team has states */
  plb_status status = PLB_OK;
  put(w, chunks);
  for (size_t k = 0; k < chunks && !status && !plb_state_failed(w->out); k++) {
    const struct plb_chunk *chunk;
    struct plb_packing packing = {0};
    size_t count;
    status = plb_rows_chunk(rows, &w->tally->allowance, k, PLB_ROW_ALL, w->buffer, &chunk, &count, err);
    if (status)
      return status;
    if (chunk != &w->buffer->chunk)
      memcpy(&w->buffer->chunk, chunk, sizeof *chunk);
    for (size_t r = count; r < PLB_CHUNK_ROWS; r++) { /* what is behind the last row is packed with it */
      w->buffer->chunk.keys[r] = w->buffer->chunk.keys[0];
      w->buffer->chunk.first[r] = w->buffer->chunk.second[r] = 0;
    }
    plb_pack(&w->buffer->chunk, !rows->nameless, &packing, w->buffer->bytes);
    put(w, count);
    put(w, plb_rows_stratum(rows, k));
    put(w, packing.keys | (uint64_t)packing.digits << 8 | (uint64_t)packing.people << 16);
    plb_state_put(w->out, w->buffer->bytes, plb_packed_size(packing));
  }
  return status;
}

static plb_status put_class(const struct writer *w, struct plb_class_tally *class, struct plb_error *err) {
  put(w, class->completed);
  for (int o = 0; o < PLB_OUTCOMES; o++)
    put(w, class->failed[o]);
  put(w, class->lowest);
  put(w, class->highest);
  plb_status status = put_counts(w, &class->counts, err);
  if (!status)
    status = put_rows(w, &class->rows, err);
  return status ? status : put_rows(w, &class->scores, err);
}

static void put_people(const struct writer *w, const struct plb_system_tally *system) {
  const struct plb_person_notes *notes;
  size_t known = 0;
  for (size_t i = 0; (notes = plb_person_next(system, &i)); i++)
    known += notes->marks || notes->attempts;
  put(w, known);
  for (size_t i = 0; (notes = plb_person_next(system, &i)); i++) {
    if (!notes->marks && !notes->attempts)
      continue;
    put(w, i);
    put(w, notes->attempts);
    put(w, notes->attempts_failed);
    put(w, notes->marks);
  }
}

static void put_samples(const struct writer *w, const struct plb_system_tally *system) {
  const struct plb_sample_notes *notes;
  size_t known = 0;
  for (size_t i = 0; (notes = plb_sample_next(system, &i)); i++)
    known += notes->marks != 0;
  put(w, known);
  for (size_t i = 0; (notes = plb_sample_next(system, &i)); i++) {
    if (!notes->marks)
      continue;
    put(w, i);
    put(w, notes->person);
    put(w, notes->marks);
  }
}

/* What is kept of the pairs of samples; those above the cut-off have no whole counts. */
static void put_repeats(const struct writer *w, const struct plb_system_tally *system) {
  const struct plb_pairs *pairs = &system->repeats;
  size_t kept = 0;
  bool any = pairs->slots && !w->apart;
  put(w, any);
  if (!any)
    return;
  put(w, pairs->cut);
  for (size_t s = 0; s < pairs->slot_count; s++)
    kept += pairs->slots[s].count && plb_pairs_hash(pairs, pairs->slots[s].id) <= pairs->cut;
  put(w, kept);
  for (size_t s = 0; s < pairs->slot_count; s++) {
    if (!pairs->slots[s].count || plb_pairs_hash(pairs, pairs->slots[s].id) > pairs->cut)
      continue;
    put(w, pairs->slots[s].id);
    put(w, pairs->slots[s].count);
  }
}

static plb_status put_system(const struct writer *w, struct plb_system_tally *system, struct plb_error *err) {
  put(w, system->system);
  plb_status status = put_class(w, &system->of[0], err);
  if (!status)
    status = put_class(w, &system->of[1], err);
  put_people(w, system);
  put_samples(w, system);
  put_repeats(w, system);
  return status;
}

static plb_status put_all(const struct writer *w, struct plb_error *err) {
  struct plb_tally *tally = w->tally;
  plb_status status = PLB_OK;
  plb_state_put_kind(w->out, tally);
  put_accounts(w);
  put_census(w);
  put_notes(w);
  put_strata(w);
  put_members(w);
  put(w, tally->system_count);
  for (size_t s = 0; s < tally->system_count && !status; s++)
    status = put_system(w, &tally->systems[s], err);
  return status;
}

plb_status plb_state_apart(struct plb_tally *tally, char **bytes, size_t *length, struct plb_error *err) {
  struct writer w = {.tally = tally, .apart = true};
  *bytes = NULL;
  plb_status status = plb_state_create_here(&w.out, err);
  if (!status && (status = put_all(&w, err)))
    plb_state_abandon(w.out);
  else if (!status && !(*bytes = plb_state_take(w.out, length)))
    status = plb_fail_memory(err);
  return status;
}

void plb_tally_set_progress(struct plb_tally *tally, plb_progress progress, void *progress_ctx) {
  if (!tally)
    return;
  tally->progress = progress;
  tally->progress_ctx = progress_ctx;
}

static bool asked_to_stop(void *ctx, uint64_t done) {
  const struct plb_tally *tally = ctx;
  return tally->progress && tally->progress(tally->progress_ctx, "writing", done, 0);
}

plb_status plb_tally_save(struct plb_tally *tally, const char *path, struct plb_error *err) {
  if (tally->team)
    return plb_fail(err, PLB_USAGE, "plb_tally_save: each member of a team has a part of the rows only");
  struct writer w = {.tally = tally, .buffer = malloc(sizeof *w.buffer)};
  plb_status status = w.buffer ? plb_state_create(path, asked_to_stop, tally, &w.out, err) : plb_fail_memory(err);
  if (!status)
    status = put_all(&w, err);
  if (status)
    plb_state_abandon(w.out);
  else
    status = plb_state_close(w.out, err);
  free(w.buffer);
  return status;
}
