/* SPDX-License-Identifier: Apache-2.0
 *
 * What a result says of its test beside the estimates: who took part, how much was compared and how much
 * failed, and where all of it came from.
 */
#include <stdlib.h>

#include "base/memory.h"
#include "estimate/study.h"

/* By person number: who has a completed comparison in any class of any system. NULL when memory ran out. */
static bool *find_who_took_part(const struct plb_tally *tally) {
  size_t people = tally->census.people.count;
  bool *took_part = plb_alloc(people, sizeof *took_part);
  for (size_t s = 0; took_part && s < tally->system_count; s++) {
    const struct plb_person_notes *notes;
    for (size_t i = 0; (notes = plb_person_next(&tally->systems[s], &i)) && i < people; i++)
      took_part[i] |= (notes->marks & PLB_MARK_TOOK_PART) != 0;
  }
  return took_part;
}

/* They, and what they are related by; false when memory ran out. */
static bool count_people(const struct plb_tally *tally, struct plb_test *test) {
  const struct plb_attribute *clusters = &tally->census.clusters;
  uint8_t *seen = plb_alloc(clusters->values.count, 1);
  bool *took_part = find_who_took_part(tally), counted = seen && took_part;
  for (uint32_t person = 0; counted && person < tally->census.people.count; person++) {
    if (!took_part[person])
      continue;
    uint32_t cluster = plb_attribute_of(clusters, person);
    bool alone = cluster >= PLB_NO_VALUE;
    test->people++;
    test->unclustered += alone;
    test->clusters += alone || !seen[cluster];
    if (!alone)
      seen[cluster] = 1;
  }
  free(took_part);
  free(seen);
  if (!tally->cluster)
    test->clusters = test->unclustered = 0;
  return counted;
}

/* Samples that the rows name; where only some rows were chosen, those in these. False when memory ran out. */
static bool count_samples(const struct plb_tally *tally, uint64_t *samples) {
  size_t named = tally->census.samples.count;
  *samples = named;
  if (!tally->asked.where)
    return true;
  bool *seen = plb_alloc(named, sizeof *seen);
  *samples = 0;
  for (size_t s = 0; seen && s < tally->system_count; s++) {
    const struct plb_sample_notes *notes;
    for (size_t i = 0; (notes = plb_sample_next(&tally->systems[s], &i)) && i < named; i++)
      seen[i] |= notes->marks != 0;
  }
  for (size_t i = 0; seen && i < named; i++)
    *samples += seen[i];
  free(seen);
  return seen != NULL;
}

plb_status plb_describe_test(struct plb_study *study, struct plb_error *err) {
  struct plb_test *test = &study->result->test;
  struct plb_tally *tally = study->tally;
  bool failed = false;
  test->type = "verification";
  test->evaluation =
      study->options->evaluation ? plb_result_text(study->result, study->options->evaluation, &failed) : "unknown";
  test->direction = tally->traits.dissimilarity ? "dissimilarity" : "similarity";
  test->has_samples = tally->traits.samples;
  failed = !count_samples(tally, &test->samples) || failed;
  test->has_duplicates = tally->traits.samples;
  plb_status status =
      test->has_duplicates ? plb_tally_repeats(tally, &test->duplicates, &test->duplicates_sampled, err) : PLB_OK;
  if (status)
    return status;
  for (size_t s = 0; s < tally->system_count; s++) {
    const struct plb_class_tally *of = tally->systems[s].of;
    test->mated_trials += of[PLB_CLASS_MATED].completed;
    test->nonmated_trials += of[PLB_CLASS_NONMATED].completed;
    for (int c = 0; c < 2; c++) {
      test->failed_enrol += of[c].failed[PLB_FAILED_ENROL];
      test->failed_acquire += of[c].failed[PLB_FAILED_ACQUIRE];
      test->failed_compare += of[c].failed[PLB_FAILED_COMPARE];
    }
  }
  test->has_people = tally->traits.people;
  if (test->has_people)
    failed = !count_people(tally, test) || failed;
  test->cluster = plb_result_text(study->result, tally->cluster, &failed);
  return failed ? plb_fail_memory(err) : PLB_OK;
}

static void describe_drops(struct plb_study *study, const struct plb_input_account *from, struct plb_result_input *to,
                           bool *failed) {
  to->dropped = plb_alloc(PLB_DROPS, sizeof *to->dropped);
  for (int why = 0; to->dropped && why < PLB_DROPS; why++) {
    if (!from->dropped[why])
      continue;
    struct plb_result_drop *drop = &to->dropped[to->dropped_count++];
    drop->why = plb_result_text(study->result, plb_drop_reason((enum plb_drop)why), failed);
    drop->rows = from->dropped[why];
  }
  *failed |= !to->dropped;
}

plb_status plb_describe_provenance(struct plb_study *study, struct plb_error *err) {
  struct plb_provenance *provenance = &study->result->provenance;
  const struct plb_tally *tally = study->tally;
  bool failed = false;
  provenance->version = plb_version();
  provenance->conventions = study->as ? study->as->name : "plumbline";
  provenance->seed = study->options->seed;
  provenance->inputs = plb_alloc(tally->account_count, sizeof *provenance->inputs);
  for (size_t i = 0; provenance->inputs && i < tally->account_count && !failed; i++) {
    const struct plb_input_account *from = &tally->accounts[i];
    struct plb_result_input *to = &provenance->inputs[provenance->input_count++];
    to->name = plb_result_text(study->result, from->name, &failed);
    to->digest = plb_result_text(study->result, from->digest, &failed);
    to->format = plb_result_text(study->result, from->format, &failed);
    to->bytes = from->bytes;
    to->rows = from->rows;
    to->kept = from->kept;
    describe_drops(study, from, to, &failed);
  }
  return failed || !provenance->inputs ? plb_fail_memory(err) : PLB_OK;
}
