/* SPDX-License-Identifier: Apache-2.0
 *
 * Who a row is about: its samples, people, their clusters, and the system that gave the score. From ids in the row, or
 * by the tables beside the scores. What is said twice must be said the same: whose a sample is, of which cluster a
 * person is. Messages never show ids.
 */
#include <stdarg.h>
#include <stdio.h>

#include "trial/array.h"
#include "trial/intake_parts.h"

plb_status plb_intake_fail(const struct plb_intake *intake, const struct plb_fields *fields, struct plb_slice cell,
                           struct plb_error *err, const char *format, ...) {
  char message[400];
  va_list args;
  va_start(args, format);
  vsnprintf(message, sizeof message, format, args);
  va_end(args);
  if (fields->numbers)
    return plb_fail_element(intake->name, fields->line, fields->numbers->column, err, "%s", message);
  uint64_t column = fields->line_text && cell.text ? (uint64_t)(cell.text - fields->line_text) + 1 : 0;
  return plb_fail_at(err, PLB_DATA, intake->name, fields->line, column, "%s", message);
}

/* ---- ids ---------------------------------------------------------------------------------- */

static plb_status say_cluster(struct plb_intake *intake, const struct plb_fields *fields, struct plb_slice cell,
                              uint32_t person, struct plb_slice cluster, struct plb_error *err) {
  if (is_absent(cluster))
    cluster.length = 0;
  switch (plb_intake_say_cluster(intake, person, cluster)) {
  case PLB_TOLD_FINE: return PLB_OK;
  case PLB_TOLD_NOMEM: return plb_fail_memory(err);
  case PLB_TOLD_OTHER: break;
  }
  return plb_intake_fail(intake, fields, cell, err,
                         "%s; expected one cluster for each person (--cluster), the same wherever the person is named",
                         cluster.length ? "this person has another cluster, or none, in an earlier row or a table"
                                        : "no cluster for this person here, but one in an earlier row or a table");
}

/* What the tables beside the scores say of a person whom no row named before. */
static plb_status look_up(struct plb_intake *intake, const struct plb_fields *fields, struct plb_slice cell,
                          struct plb_slice subject, uint32_t person, struct plb_error *err) {
  const struct plb_join *join = intake->join;
  struct plb_slice cluster;
  plb_status st = PLB_OK;
  if (plb_join_has_subjects(join) && !plb_join_knows(join, subject.text, subject.length))
    return plb_intake_fail(intake, fields, cell, err, "%s is not in the table of --subjects",
                           cell.text == subject.text ? "this subject" : "the subject of this sample");
  for (int table = 0; table < 2 && !st; table++)
    if (plb_join_cluster_of(join, table, subject.text, subject.length, &cluster.text, &cluster.length))
      st = say_cluster(intake, fields, cell, person, cluster, err);
  return st;
}

static plb_status person_of(struct plb_intake *intake, const struct plb_fields *fields, struct plb_slice cell,
                            uint32_t *number, struct plb_error *err) {
  if (is_absent(cell))
    return plb_intake_fail(intake, fields, cell, err, "no subject id here; expected the id of a person in every row");
  bool is_new;
  if (!number_of(intake, OF_PEOPLE, cell, number, &is_new))
    return plb_fail_memory(err);
  return is_new && intake->join ? look_up(intake, fields, cell, cell, *number, err) : PLB_OK;
}

static plb_status sample_of(struct plb_intake *intake, const struct plb_fields *fields, struct plb_slice cell,
                            uint32_t *number, struct plb_error *err) {
  if (is_absent(cell))
    return plb_intake_fail(intake, fields, cell, err, "no sample id here; expected the id of a sample in every row");
  bool is_new;
  return number_of(intake, OF_SAMPLES, cell, number, &is_new) ? PLB_OK : plb_fail_memory(err);
}

/* The person whom the table of samples names for a sample; looked up once for each sample. */
static plb_status owner_of(struct plb_intake *intake, const struct plb_fields *fields, struct plb_slice cell,
                           uint32_t sample, uint32_t *person, struct plb_error *err) {
  if (!plb_intake_reach(intake, sample))
    return plb_fail_memory(err);
  *person = intake->whose[sample];
  if (*person != PLB_NOBODY)
    return PLB_OK;
  struct plb_slice subject;
  if (!cell.text)
    cell.text = plb_dict_text(&intake->census->samples, sample, &cell.length);
  if (!plb_join_subject_of(intake->join, cell.text, cell.length, &subject.text, &subject.length))
    return plb_intake_fail(intake, fields, cell, err, "this sample is not in the table of --samples");
  bool is_new;
  if (!number_of(intake, OF_PEOPLE, subject, person, &is_new))
    return plb_fail_memory(err);
  intake->whose[sample] = *person;
  return is_new ? look_up(intake, fields, cell, subject, *person, err) : PLB_OK;
}

plb_status plb_intake_number(struct plb_intake *intake, const struct plb_id *id, uint32_t *number,
                             struct plb_error *err) {
  static const struct plb_numbers of_array = {0};
  const char *name = intake->name;
  struct plb_fields place = {.line = id->line, .numbers = id->file ? NULL : &of_array};
  if (id->file)
    intake->name = id->file;
  plb_status st =
      id->sample ? sample_of(intake, &place, id->text, number, err) : person_of(intake, &place, id->text, number, err);
  intake->name = name;
  return st;
}

/* An id of the row: its number, if it has one already. */
static inline bool is_number(uint32_t number, uint32_t *to) {
  if (number == PLB_NOBODY)
    return false;
  *to = number;
  return true;
}

plb_status plb_intake_claim_sample(struct plb_intake *intake, const struct plb_fields *fields, struct plb_slice cell,
                                   uint32_t sample, uint32_t person, struct plb_error *err) {
  switch (plb_intake_claim(intake, sample, person)) {
  case CLAIM_FINE: return PLB_OK;
  case CLAIM_NOMEM: return plb_fail_memory(err);
  case CLAIM_OTHER: break;
  }
  return plb_intake_fail(
      intake, fields, cell, err,
      "this sample belongs to another person in an earlier row; expected sample ids that are unique in "
      "the test, so put the person's id into them if they are numbered within each person");
}

/* ---- who took part ------------------------------------------------------------------------ */

plb_status plb_intake_find_people(struct plb_intake *intake, const struct plb_fields *fields, struct plb_trial *trial,
                                  struct plb_error *err) {
  const struct plb_numbers *numbers = fields->numbers;
  plb_status st;
  if ((intake->shape & PEOPLE) == PEOPLE) {
    if (!(numbers && is_number(numbers->reference, &trial->reference)) &&
        (st = person_of(intake, fields, fields->reference, &trial->reference, err)))
      return st;
    if (!(numbers && is_number(numbers->probe, &trial->probe)) &&
        (st = person_of(intake, fields, fields->probe, &trial->probe, err)))
      return st;
  }
  if (!plb_join_has_samples(intake->join))
    return PLB_OK;
  uint32_t reference, probe;
  if ((st = owner_of(intake, fields, fields->reference_sample, trial->reference_sample, &reference, err)) ||
      (st = owner_of(intake, fields, fields->probe_sample, trial->probe_sample, &probe, err)))
    return st;
  if (trial->reference != PLB_NOBODY && trial->reference != reference)
    return plb_intake_fail(intake, fields, fields->reference, err, "the table of --samples names another subject here");
  if (trial->probe != PLB_NOBODY && trial->probe != probe)
    return plb_intake_fail(intake, fields, fields->probe, err, "the table of --samples names another subject here");
  trial->reference = reference;
  trial->probe = probe;
  return PLB_OK;
}

plb_status plb_intake_find_clusters(struct plb_intake *intake, const struct plb_fields *fields,
                                    const struct plb_trial *trial, struct plb_error *err) {
  struct plb_slice reference = fields->reference_cluster, probe = fields->probe_cluster;
  plb_status st = say_cluster(intake, fields, reference, trial->reference, reference, err);
  return st ? st : say_cluster(intake, fields, probe, trial->probe, probe, err);
}

plb_status plb_intake_find_samples(struct plb_intake *intake, const struct plb_fields *fields, struct plb_trial *trial,
                                   struct plb_error *err) {
  const struct plb_numbers *numbers = fields->numbers;
  plb_status st;
  if (!(numbers && is_number(numbers->reference_sample, &trial->reference_sample)) &&
      (st = sample_of(intake, fields, fields->reference_sample, &trial->reference_sample, err)))
    return st;
  if (numbers && is_number(numbers->probe_sample, &trial->probe_sample))
    return PLB_OK;
  return sample_of(intake, fields, fields->probe_sample, &trial->probe_sample, err);
}

plb_status plb_intake_find_system(struct plb_intake *intake, const struct plb_fields *fields, struct plb_trial *trial,
                                  struct plb_error *err) {
  if (is_absent(fields->system))
    return plb_intake_fail(intake, fields, fields->system, err, "no name of a system here; expected one in every row");
  if (is_recent(&intake->system, fields->system)) {
    trial->system = intake->system.number;
    return PLB_OK;
  }
  bool is_new;
  if (!number_of(intake, OF_SYSTEMS, fields->system, &trial->system, &is_new))
    return plb_fail_memory(err);
  remember(&intake->system, fields->system, trial->system);
  return PLB_OK;
}
