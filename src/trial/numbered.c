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

static struct plb_fields place_of(uint64_t row, uint64_t count) {
  return (struct plb_fields){.line = row, .count = count};
}

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

plb_status plb_intake_number(struct plb_intake *intake, enum plb_id_table table, struct plb_slice id, uint32_t *number,
                             struct plb_error *err) {
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
  if (plb_intake_claim(intake, trial->reference_sample, trial->reference) == CLAIM_FINE &&
      plb_intake_claim(intake, trial->probe_sample, trial->probe) == CLAIM_FINE)
    return PLB_OK;
  if ((st = plb_intake_claim_sample(intake, place, no_cell, trial->reference_sample, trial->reference, err)))
    return st;
  return plb_intake_claim_sample(intake, place, no_cell, trial->probe_sample, trial->probe, err);
}

plb_status plb_intake_trial(struct plb_intake *intake, const struct plb_trial *trial, uint64_t row,
                            struct plb_error *err) {
  const struct plb_fields place = place_of(row, trial->count);
  plb_status st;
  if ((st = plb_intake_count(intake, &place, err)) || (st = check(intake, trial, &place, err)))
    return st;
  if (intake->traits.samples && trial->reference_sample == trial->probe_sample) {
    plb_intake_drop(intake, PLB_DROP_SELF, trial->count);
    return PLB_OK;
  }
  if (intake->traits.samples && intake->traits.people && (st = claim(intake, trial, &place, err)))
    return st;
  struct plb_trial *taken = &intake->block->rows[intake->block->count];
  *taken = *trial;
  if (taken->system == PLB_NOBODY)
    taken->system = intake->only_system;
  if (taken->outcome != PLB_COMPLETED)
    taken->score = 0;
  else if (intake->input->has_failed_score && taken->score == intake->input->failed_score) {
    taken->outcome = PLB_FAILED_COMPARE;
    taken->score = 0;
  } else { /* adding or subtracting turns -0 into 0 */
    taken->score = intake->traits.dissimilarity ? 0.0 - taken->score : taken->score + 0.0;
  }
  intake->account->rows += taken->count;
  intake->account->kept += taken->count;
  intake->block->count++;
  return PLB_OK;
}
