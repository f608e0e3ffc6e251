/* SPDX-License-Identifier: Apache-2.0
 *
 * The numeric way into the intake: rows whose ids were numbered by whoever wrote the file. Each id is put into the
 * census once; a row is then checked by the rules of intake.c and who.c on numbers alone. What these rules need text
 * for (tables and lists that are joined) was done before the file was made.
 *
 * Cost: per row a few comparisons and, where samples are named, one look at whose each of the two is.
 */
#include <math.h>

#include "trial/intake_parts.h"

static const struct plb_slice no_cell = {NULL, 0};

plb_status plb_intake_numbered(struct plb_intake *intake, const struct plb_numbered *numbered, struct plb_error *err) {
  const struct plb_slice there = {"", 0}, none = {NULL, 0};
  unsigned shape = HAS_CLASS;
  if (intake->join || intake->trials)
    return plb_fail_at(err, PLB_USAGE, intake->name, 0, 0,
                       "this file was made by \"plumbline convert\", and nothing can be joined to it any more; give "
                       "--%s to that command",
                       intake->trials                       ? "trials"
                       : plb_join_has_samples(intake->join) ? "samples"
                                                            : "subjects");
  shape |= numbered->people ? PEOPLE : 0;
  shape |= numbered->samples ? SAMPLES : 0;
  shape |= numbered->status ? HAS_STATUS : 0;
  shape |= numbered->system ? HAS_SYSTEM : 0;
  const struct plb_fields fields = {.mated_known = true, .system = numbered->system ? there : none};
  return plb_intake_shape(intake, &fields, shape, err);
}

plb_status plb_intake_enter_id(struct plb_intake *intake, enum plb_id_table table, struct plb_slice id,
                               uint32_t *number, struct plb_error *err) {
  static const enum naming namings[] = {
      [PLB_TABLE_PEOPLE] = OF_PEOPLE, [PLB_TABLE_SAMPLES] = OF_SAMPLES, [PLB_TABLE_SYSTEMS] = OF_SYSTEMS};
  bool is_new;
  if (is_absent(id))
    return plb_fail_at(err, PLB_DATA, intake->name, 0, 0, "an id that is empty or NA; expected ids that name somebody");
  return number_of(intake, namings[table], id, number, &is_new) ? PLB_OK : plb_fail_memory(err);
}

plb_status plb_intake_cluster(struct plb_intake *intake, uint32_t person, struct plb_slice cluster,
                              struct plb_error *err) {
  switch (plb_intake_say_cluster(intake, person, cluster)) {
  case PLB_TOLD_FINE: return PLB_OK;
  case PLB_TOLD_NOMEM: return plb_fail_memory(err);
  case PLB_TOLD_OTHER: break;
  }
  return plb_fail_at(err, PLB_DATA, intake->name, 0, 0,
                     "a person has another cluster here, or none, than in an earlier input; expected one cluster for "
                     "each person (--cluster)");
}

void plb_intake_left_out(struct plb_intake *intake, enum plb_drop why, uint64_t rows) {
  plb_intake_drop(intake, why, rows);
}

/* What cannot be in a file that was made by the program, but in one that was made after its description. */
static plb_status check(const struct plb_intake *intake, const struct plb_trial *trial, const struct plb_fields *place,
                        struct plb_error *err) {
  const char *what = NULL;
  bool same = trial->reference == trial->probe;
  if (trial->mated > 1 || trial->outcome >= PLB_OUTCOMES)
    what = "a class or an outcome that does not exist";
  else if (isnan(trial->score))
    what = "the score is not a number";
  else if (!trial->count)
    what = "a row that stands for no comparison";
  else if (intake->traits.people && same != (trial->mated == PLB_CLASS_MATED))
    what = same ? "two people who are the same, in a row of the non-mated comparisons"
                : "two people who differ, in a row of the mated comparisons";
  else if (intake->mated_known && intake->mated != (trial->mated == PLB_CLASS_MATED))
    what = intake->mated ? "a non-mated comparison in a file of mated ones"
                         : "a mated comparison in a file of non-mated ones";
  return what ? plb_intake_fail(intake, place, no_cell, err, "%s", what) : PLB_OK;
}

static plb_status claim(struct plb_intake *intake, const struct plb_trial *trial, const struct plb_fields *place,
                        struct plb_error *err) {
  plb_status st;
  if ((st = plb_intake_claim_sample(intake, place, no_cell, trial->reference_sample, trial->reference, err)))
    return st;
  return plb_intake_claim_sample(intake, place, no_cell, trial->probe_sample, trial->probe, err);
}

/* One row, by all rules; *taken is false when it is left out. */
static plb_status look_at(struct plb_intake *intake, struct plb_trial *trial, uint64_t row, bool *taken,
                          struct plb_error *err) {
  const struct plb_fields place = {.line = row, .count = trial->count};
  plb_status st;
  if ((st = check(intake, trial, &place, err)) || (st = plb_intake_count(intake, &place, err)))
    return st;
  *taken = !intake->traits.samples || trial->reference_sample != trial->probe_sample;
  if (!*taken) {
    plb_intake_drop(intake, PLB_DROP_SELF, trial->count);
    return PLB_OK;
  }
  if (intake->traits.samples && intake->traits.people && (st = claim(intake, trial, &place, err)))
    return st;
  if (trial->system == PLB_NOBODY)
    trial->system = intake->only_system;
  if (intake->asked) {
    const uint32_t of[2] = {trial->reference_group, trial->probe_group};
    enum plb_verdict verdict;
    if ((st = plb_intake_settle_sides(intake, &place, of, trial, &verdict, err)))
      return st;
    *taken = verdict == PLB_MET;
    if (!*taken) {
      plb_intake_drop(intake, verdict ? PLB_DROP_UNKNOWN : PLB_DROP_CHOICE, trial->count);
      return PLB_OK;
    }
  }
  bool failed = intake->input->has_failed_score && trial->score == intake->input->failed_score;
  if (trial->outcome == PLB_COMPLETED && failed)
    trial->outcome = PLB_FAILED_COMPARE;
  if (trial->outcome != PLB_COMPLETED)
    trial->score = 0;
  else /* adding or subtracting turns -0 into 0 */
    trial->score = intake->traits.dissimilarity ? 0.0 - trial->score : trial->score + 0.0;
  intake->account->rows += trial->count;
  intake->account->kept += trial->count;
  return PLB_OK;
}

static inline bool is_known(const struct plb_intake *intake, uint32_t sample, uint32_t person) {
  return sample < intake->whose_count && intake->whose[sample] == person;
}

/* A comparison that took place, of which nothing needs to be said: by far the most. */
static inline bool is_usual(const struct plb_intake *intake, const struct plb_trial *trial, bool people, bool samples) {
  bool same = trial->reference == trial->probe, mated = trial->mated == PLB_CLASS_MATED;
  if (trial->mated > 1 || trial->outcome != PLB_COMPLETED || trial->count != 1 || isnan(trial->score))
    return false;
  if (people && same != mated)
    return false;
  if (!samples)
    return true;
  return trial->reference_sample != trial->probe_sample &&
         (!people || (is_known(intake, trial->reference_sample, trial->reference) &&
                      is_known(intake, trial->probe_sample, trial->probe)));
}

struct plb_trial *plb_intake_room(const struct plb_intake *intake, size_t *room) {
  *room = intake->block->room - intake->block->count;
  return intake->block->rows + intake->block->count;
}

plb_status plb_intake_trials_there(struct plb_intake *intake, size_t count, uint64_t row, struct plb_error *err) {
  struct plb_trial *rows = intake->block->rows + intake->block->count;
  bool people = intake->traits.people, samples = intake->traits.samples, distance = intake->traits.dissimilarity;
  bool unusual =
      intake->asked || intake->mated_known || intake->input->has_failed_score || intake->rows > MOST_ROWS - count;
  size_t kept = 0, usual = 0;
  for (size_t i = 0; i < count; i++) {
    struct plb_trial *trial = &rows[i];
    bool taken = true;
    plb_status st = PLB_OK;
    if (!unusual && is_usual(intake, trial, people, samples)) {
      trial->score = distance ? 0.0 - trial->score : trial->score + 0.0;
      trial->system = trial->system == PLB_NOBODY ? intake->only_system : trial->system;
      usual++;
    } else if ((st = look_at(intake, trial, row + i, &taken, err))) {
      return st;
    }
    if (taken && kept++ < i)
      rows[kept - 1] = *trial;
  }
  intake->rows += usual;
  intake->account->rows += usual;
  intake->account->kept += usual;
  intake->block->count += kept;
  return PLB_OK;
}
