/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading several systems into lists of outcomes, one for each system and class, and who each sample is of. A row is
 * sixteen bytes: the two samples, and the key of the score or what failed.
 */
#include <string.h>

#include "base/key.h"
#include "base/memory.h"
#include "tally/paired_parts.h"

static struct plb_gathered *system_of(struct plb_gathering *gathering, uint32_t number) {
  for (size_t s = 0; s < gathering->system_count; s++)
    if (gathering->systems[s].input == gathering->input && gathering->systems[s].number == number)
      return &gathering->systems[s];
  if (!plb_reserve(&gathering->systems, &gathering->system_capacity, gathering->system_count + 1,
                   sizeof *gathering->systems))
    return NULL;
  struct plb_gathered *fresh = &gathering->systems[gathering->system_count++];
  *fresh = (struct plb_gathered){.number = number, .input = gathering->input, .file = gathering->file};
  return fresh;
}

/* A sample is of one person in all inputs: what is mated in one is mated in all. */
static plb_status claim(struct plb_gathering *gathering, uint32_t sample, uint32_t person, struct plb_error *err) {
  if (sample == PLB_NOBODY)
    return PLB_OK;
  if (sample >= gathering->person_room) {
    size_t old = gathering->person_room;
    if (!plb_reserve(&gathering->person_of, &gathering->person_room, (size_t)sample + 1, sizeof(uint32_t)))
      return plb_fail_memory(err);
    memset(gathering->person_of + old, 0xFF, (gathering->person_room - old) * sizeof(uint32_t));
  }
  uint32_t *known = &gathering->person_of[sample];
  if (person == PLB_NOBODY || *known == person)
    return PLB_OK;
  if (*known != PLB_NOBODY)
    return plb_fail_at(err, PLB_DATA, gathering->file, 0, 0,
                       "a sample here belongs to another person than in an earlier file; expected the same ids of "
                       "samples and people in all files");
  *known = person;
  return PLB_OK;
}

static plb_status take_row(struct plb_gathering *gathering, struct plb_gathered *system, const struct plb_trial *row,
                           struct plb_error *err) {
  bool samples = row->reference_sample != PLB_NOBODY && row->probe_sample != PLB_NOBODY;
  uint64_t first = samples ? row->reference_sample : row->reference, second = samples ? row->probe_sample : row->probe;
  uint64_t key = row->outcome == PLB_COMPLETED ? plb_key_of(row->score) : row->outcome;
  plb_status st;
  if ((st = claim(gathering, row->reference_sample, row->reference, err)) ||
      (st = claim(gathering, row->probe_sample, row->probe, err)))
    return st;
  return plb_scored_add(&system->of[row->mated], first << 32 | second, key) ? PLB_OK : plb_fail_memory(err);
}

static plb_status take_block(void *ctx, const struct plb_block *block, struct plb_error *err) {
  struct plb_gathering *gathering = ctx;
  struct plb_gathered *system = NULL;
  plb_status st = PLB_OK;
  for (size_t i = 0; i < block->count && !st; i++) {
    const struct plb_trial *row = &block->rows[i];
    if (!system || system->number != row->system)
      system = system_of(gathering, row->system);
    st = system ? take_row(gathering, system, row, err) : plb_fail_memory(err);
  }
  return st;
}

static plb_status check_traits(const struct plb_gathering *gathering, const struct plb_traits *traits,
                               struct plb_error *err) {
  if (traits->people || traits->samples)
    return PLB_OK;
  return plb_fail_at(err, PLB_DATA, gathering->file, 0, 0,
                     "the rows do not say what was compared, so that they cannot be laid beside those of another "
                     "system; expected reference_sample and probe_sample, or at least reference_subject and "
                     "probe_subject");
}

plb_status plb_gather_input(struct plb_gathering *gathering, const struct plb_input *input, struct plb_error *err) {
  struct plb_tally *tally = gathering->paired->tally;
  struct plb_source *source = NULL;
  size_t before = tally->account_count, first = gathering->system_count;
  gathering->file = input->file_count ? input->files[0] : "the input";
  plb_status st = plb_source_open(input, &tally->census, &source, err);
  if (!st)
    st = check_traits(gathering, plb_source_traits(source), err);
  if (!st)
    st = plb_source_drain(source, &(struct plb_sink){.ctx = gathering, .take = take_block}, err);
  if (!st) {
    gathering->traits[gathering->input] = *plb_source_traits(source);
    st = plb_tally_take_accounts(tally, source, err);
  }
  plb_source_close(source);
  while (!st && before < tally->account_count && !tally->accounts[before].rows)
    before++;
  for (size_t s = first; !st && s < gathering->system_count; s++)
    gathering->systems[s].account = before;
  return st;
}
