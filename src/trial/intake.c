/* SPDX-License-Identifier: Apache-2.0
 *
 * Where fields become trials: the one place that knows what a row means. For each row, in this order:
 *
 *   0. With a trial list: is this comparison one of its trials, and of which class?
 *   1. Which fields the row has (its shape). Rules about fields are looked at only when the shape changes.
 *   2. Samples: a sample compared with itself is left out.
 *   3. People: from the row, or by the table of samples; the table of subjects must know them. And
 *      of which cluster each is, where that was asked for (who.c).
 *   4. Class: what the file is (two-file form), what the label says, whether the people are the same.
 *      These must agree. Same person, other finger or eye is left out.
 *   5. Outcome: the status; else the score, or the policy for a missing one. Distances are negated.
 *   6. A row that is taken says whose its samples are: as earlier ones did.
 *
 * Nothing is allocated per row. Labels come again and again: the last label of each class is kept and
 * compared first. Messages never show ids.
 */
#include "trial/intake_parts.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/number.h"
#include "base/show.h"
#include "trial/words.h"

static const struct plb_slice no_cell = {NULL, 0};

/* ---- class -------------------------------------------------------------------------------- */

static plb_status class_of_label(struct plb_intake *intake, const struct plb_fields *fields, bool *mated,
                                 struct plb_error *err) {
  struct plb_slice label = fields->label;
  if (label.length == 1 && (label.text[0] == '0' || label.text[0] == '1')) {
    *mated = label.text[0] == '1';
    return PLB_OK;
  }
  for (int i = 0; i < 2; i++)
    if (is_recent(&intake->label[i], label)) {
      *mated = i == PLB_CLASS_MATED;
      return PLB_OK;
    }
  if (!plb_word_class(label.text, label.length, mated)) {
    char shown[PLB_SHOWN];
    return plb_intake_fail(intake, fields, label, err, "label %s is neither mated nor non-mated; expected one of %s",
                           plb_show_text(shown, label.text, label.length), PLB_CLASS_WORDS);
  }
  remember(&intake->label[*mated ? PLB_CLASS_MATED : PLB_CLASS_NONMATED], label, 0);
  return PLB_OK;
}

static const char *class_name(bool mated) {
  return mated ? "mated" : "non-mated";
}

static plb_status contradiction(const struct plb_intake *intake, const struct plb_fields *fields, bool mated,
                                struct plb_error *err) {
  const char *people = mated ? "differ" : "are the same";
  char shown[PLB_SHOWN];
  if (fields->label.text)
    return plb_intake_fail(intake, fields, fields->label, err,
                           "label %s means %s, but the two subjects %s; expected them to agree",
                           plb_show_text(shown, fields->label.text, fields->label.length), class_name(mated), people);
  return plb_intake_fail(intake, fields, no_cell, err, "this row is of the %s comparisons, but its two subjects %s",
                         class_name(mated), people);
}

/* What the input as a whole, the reader and the label say; false in *known when none says anything. */
static plb_status class_as_said(struct plb_intake *intake, const struct plb_fields *fields, bool *known, bool *mated,
                                struct plb_error *err) {
  bool whole = intake->mated_known || fields->mated_known;
  bool of_whole = intake->mated_known ? intake->mated : fields->mated;
  *known = whole;
  *mated = of_whole;
  if (!fields->label.text)
    return PLB_OK;
  plb_status st = class_of_label(intake, fields, mated, err);
  if (st)
    return st;
  *known = true;
  if (!whole || of_whole == *mated)
    return PLB_OK;
  char shown[PLB_SHOWN];
  return plb_intake_fail(intake, fields, fields->label, err, "label %s in a file of %s comparisons",
                         plb_show_text(shown, fields->label.text, fields->label.length), class_name(of_whole));
}

/* Sets trial->mated; *other says that the row is the same person with another finger or eye. */
static plb_status find_class(struct plb_intake *intake, const struct plb_fields *fields, struct plb_trial *trial,
                             bool *other, struct plb_error *err) {
  bool known, mated;
  plb_status st = class_as_said(intake, fields, &known, &mated, err);
  if (st)
    return st;
  bool people = intake->traits.people;
  bool same = people ? trial->reference == trial->probe : mated;
  *other = same && (intake->shape & HAS_INSTANCES) &&
           (fields->reference_instance.length != fields->probe_instance.length ||
            memcmp(fields->reference_instance.text, fields->probe_instance.text, fields->probe_instance.length) != 0);
  if (people && known && !*other && same != mated)
    return contradiction(intake, fields, mated, err);
  trial->mated = same ? PLB_CLASS_MATED : PLB_CLASS_NONMATED;
  return PLB_OK;
}

/* ---- outcome ------------------------------------------------------------------------------ */

static plb_status find_status(const struct plb_intake *intake, const struct plb_fields *fields, struct plb_trial *trial,
                              struct plb_error *err) {
  enum plb_outcome outcome;
  if (!plb_word_status(fields->status.text, fields->status.length, &outcome)) {
    char shown[PLB_SHOWN];
    return plb_intake_fail(intake, fields, fields->status, err, "status %s is not known; expected one of %s",
                           plb_show_text(shown, fields->status.text, fields->status.length), PLB_STATUS_WORDS);
  }
  trial->outcome = (uint8_t)outcome;
  return PLB_OK;
}

/* No score: the policy. *dropped when the row is left out. */
static plb_status without_score(const struct plb_intake *intake, const struct plb_fields *fields,
                                struct plb_trial *trial, bool *dropped, struct plb_error *err) {
  switch (intake->input->missing) {
  case PLB_MISSING_FTA: trial->outcome = PLB_FAILED_ACQUIRE; return PLB_OK;
  case PLB_MISSING_FTC: trial->outcome = PLB_FAILED_COMPARE; return PLB_OK;
  case PLB_MISSING_LOWEST: trial->score = -HUGE_VAL; return PLB_OK;
  case PLB_MISSING_DROP: *dropped = true; return PLB_OK;
  case PLB_MISSING_ERROR: break;
  }
  return plb_intake_fail(intake, fields, fields->score, err,
                         "no score here; say what that means by --missing fta, ftc, lowest or drop");
}

/* What most probably went wrong, where that can be told. */
static const char *hint_for(struct plb_slice cell) {
  bool digits = false;
  for (size_t i = 0; i < cell.length; i++)
    digits = digits || (cell.text[i] >= '0' && cell.text[i] <= '9');
  if (!digits)
    return ", or nothing, NA or nan";
  return memchr(cell.text, ',', cell.length) ? " with a decimal point and no other separator" : "";
}

/* A cell that holds no finite number (`value` NULL: no number at all). *score when it is a score all the same,
 * since it spells infinity; what is merely too large for a double must not become it. */
static plb_status odd_score(const struct plb_intake *intake, const struct plb_fields *fields, struct plb_trial *trial,
                            const double *value, bool *score, bool *dropped, struct plb_error *err) {
  struct plb_slice cell = fields->score;
  *score = fields->is_number && !isnan(fields->number);
  if (*score)
    return PLB_OK;
  if (value ? isnan(*value) : plb_word_missing(cell.text, cell.length))
    return without_score(intake, fields, trial, dropped, err);
  *score = value && plb_word_infinite(cell.text, cell.length);
  if (*score)
    return PLB_OK;
  char shown[PLB_SHOWN];
  plb_show_text(shown, cell.text, cell.length);
  if (value)
    return plb_intake_fail(intake, fields, cell, err,
                           "%s is out of the range of a double; expected a score below 1.8e308", shown);
  return plb_intake_fail(intake, fields, cell, err, "%s is not a number; expected a score%s", shown, hint_for(cell));
}

static plb_status find_score(const struct plb_intake *intake, const struct plb_fields *fields, struct plb_trial *trial,
                             bool *dropped, struct plb_error *err) {
  const struct plb_numbers *numbers = fields->numbers;
  double value = numbers ? numbers->score : fields->number;
  bool number = numbers || fields->is_number || plb_whole_double(fields->score.text, fields->score.length, &value);
  if (numbers && isnan(value))
    return without_score(intake, fields, trial, dropped, err);
  if (!numbers && (!number || !isfinite(value))) {
    bool score;
    plb_status st = odd_score(intake, fields, trial, number ? &value : NULL, &score, dropped, err);
    if (st || !score)
      return st;
  }
  if (is_failed_score(intake, numbers && numbers->single, value))
    trial->outcome = PLB_FAILED_COMPARE;
  else /* adding or subtracting turns -0 into 0 */
    trial->score = intake->traits.dissimilarity ? 0.0 - value : value + 0.0;
  return PLB_OK;
}

/* ---- shape -------------------------------------------------------------------------------- */

static inline unsigned shape_of_numbers(const struct plb_numbers *numbers) {
  unsigned shape = 0;
  shape |= numbers->reference != PLB_NOBODY ? HAS_REFERENCE : 0;
  shape |= numbers->probe != PLB_NOBODY ? HAS_PROBE : 0;
  shape |= numbers->reference_sample != PLB_NOBODY ? HAS_REFERENCE_SAMPLE : 0;
  shape |= numbers->probe_sample != PLB_NOBODY ? HAS_PROBE_SAMPLE : 0;
  return shape;
}

static inline unsigned shape_of(const struct plb_fields *fields) {
  unsigned shape = fields->numbers ? shape_of_numbers(fields->numbers) : 0;
  shape |= fields->reference.text ? HAS_REFERENCE : 0;
  shape |= fields->probe.text ? HAS_PROBE : 0;
  shape |= fields->reference_sample.text ? HAS_REFERENCE_SAMPLE : 0;
  shape |= fields->probe_sample.text ? HAS_PROBE_SAMPLE : 0;
  shape |= fields->reference_instance.text && fields->probe_instance.text ? HAS_INSTANCES : 0;
  shape |= fields->label.text ? HAS_LABEL : 0;
  shape |= fields->status.text ? HAS_STATUS : 0;
  shape |= fields->system.text ? HAS_SYSTEM : 0;
  shape |= fields->mated_known ? HAS_CLASS : 0;
  return shape;
}

/* The rules about which fields go together; called when a row has other fields than the one before. */
plb_status plb_intake_shape(struct plb_intake *intake, const struct plb_fields *fields, unsigned shape,
                            struct plb_error *err) {
  bool samples = (shape & SAMPLES) == SAMPLES;
  bool joined = plb_join_has_samples(intake->join);
  bool people = (shape & PEOPLE) == PEOPLE || (joined && samples);
  bool of_class = intake->mated_known || (shape & (HAS_CLASS | HAS_LABEL));
  if (joined && !samples)
    return plb_intake_fail(intake, fields, no_cell, err,
                           "this row does not name both samples, so --samples cannot be joined");
  if (plb_join_has_subjects(intake->join) && !people)
    return plb_intake_fail(intake, fields, no_cell, err,
                           "this row does not name both subjects, so --subjects cannot be joined");
  if (intake->input->cluster && !people)
    return plb_intake_fail(intake, fields, no_cell, err,
                           "this row does not name both subjects, so nobody can be put into a cluster (--cluster)");
  if (!people && (shape & PEOPLE))
    return plb_intake_fail(intake, fields, no_cell, err, "this row names one subject; expected both or neither");
  if (!people && !of_class)
    return plb_intake_fail(
        intake, fields, no_cell, err,
        "nothing says whether this comparison is mated; expected a label, or the subjects of both sides%s",
        samples ? ", or --samples or --trials for these samples" : "");
  if ((shape & HAS_SYSTEM) && intake->only_system != PLB_NOBODY)
    return plb_intake_fail(intake, fields, fields->system, err,
                           "this input names its systems itself; leave out --system");
  if (!intake->first && people != intake->traits.people)
    return plb_intake_fail(intake, fields, no_cell, err,
                           "this row names %s people, but earlier rows %s; expected all or none", people ? "its" : "no",
                           people ? "do not" : "do");
  if (!intake->first && samples != intake->traits.samples)
    return plb_intake_fail(intake, fields, no_cell, err,
                           "this row names %s samples, but earlier rows %s; expected all or none",
                           samples ? "its" : "no", samples ? "do not" : "do");
  intake->traits.looked = true;
  intake->traits.people = people;
  intake->traits.samples = samples;
  intake->traits.status = intake->traits.status || (shape & HAS_STATUS);
  intake->first = false;
  intake->shape = shape;
  intake->plain = people && !samples && !intake->join && !intake->trials && !intake->input->cluster &&
                  !(intake->asked && (intake->asked->crosses || intake->asked->pairs)) &&
                  !(shape & ~(unsigned)(PEOPLE | HAS_LABEL | HAS_CLASS));
  intake->at_once = intake->plain && !intake->asked && fields->numbers && shape_of_numbers(fields->numbers) == PEOPLE;
  return PLB_OK;
}

/* ---- rows --------------------------------------------------------------------------------- */

/* One sample of two people: ids that are only unique within a person would merge samples. */
static plb_status itself(struct plb_intake *intake, const struct plb_fields *fields, const struct plb_trial *trial,
                         struct plb_error *err) {
  if (trial->reference != trial->probe)
    return plb_intake_fail(
        intake, fields, fields->probe_sample, err,
        "both sides have this sample id but other subjects; expected sample ids that are unique in the test");
  plb_intake_drop(intake, PLB_DROP_SELF, fields->count);
  return PLB_OK;
}

/* The row with the class that the trial list gives it; *listed = false when it is not on the list. */
static plb_status join_trial(const struct plb_intake *intake, const struct plb_fields *fields,
                             struct plb_fields *joined, bool *listed, struct plb_error *err) {
  if (!fields->reference_sample.text || !fields->probe_sample.text)
    return plb_intake_fail(intake, fields, no_cell, err,
                           "this row does not name both samples, so --trials cannot be joined");
  *joined = *fields;
  *listed = plb_trial_list_find(intake->trials, fields->reference_sample, fields->probe_sample, &joined->mated);
  if (!*listed)
    return PLB_OK;
  joined->mated_known = true;
  bool known = fields->mated_known || intake->mated_known;
  bool mated = intake->mated_known ? intake->mated : fields->mated;
  if (known && mated != joined->mated)
    return plb_intake_fail(intake, fields, no_cell, err,
                           "a row of the %s comparisons, but the trial list says that it is %s", class_name(mated),
                           class_name(joined->mated));
  return PLB_OK;
}

/* Only a histogram can say so many: rates are correctly rounded, and every reader of a result reads its counts
 * exactly, while no count is above 2^53. */
plb_status plb_intake_count(struct plb_intake *intake, const struct plb_fields *fields, struct plb_error *err) {
  if (fields->count > MOST_ROWS - intake->rows)
    return plb_intake_fail(intake, fields, no_cell, err,
                           "more than 2^53 comparisons, counted up to here; expected fewer");
  intake->rows += fields->count;
  return PLB_OK;
}

static inline bool is_plain(const struct plb_intake *intake, bool single, double score) {
  return !isnan(score) && !is_failed_score(intake, single, score);
}

/* A row in numbers of which people, class and score are all there is to know, when nothing about it is unusual: as
 * take_row would take it. False leaves it to that. */
static inline bool take_at_once(struct plb_intake *intake, const struct plb_fields *fields) {
  const struct plb_numbers *numbers = fields->numbers;
  if (!intake->at_once || !numbers || !is_plain(intake, numbers->single, numbers->score))
    return false;
  bool mated = numbers->reference == numbers->probe;
  if ((fields->label.text && (fields->label.length != 1 || fields->label.text[0] != '0' + mated)) ||
      (fields->mated_known && fields->mated != mated) || (intake->mated_known && intake->mated != mated))
    return false;
  double score = numbers->score;
  intake->block->rows[intake->block->count++] =
      (struct plb_trial){.score = intake->traits.dissimilarity ? 0.0 - score : score + 0.0,
                         .count = 1,
                         .reference = numbers->reference,
                         .probe = numbers->probe,
                         .reference_sample = PLB_NOBODY,
                         .probe_sample = PLB_NOBODY,
                         .system = intake->only_system,
                         .mated = mated ? PLB_CLASS_MATED : PLB_CLASS_NONMATED};
  intake->account->rows++;
  intake->account->kept++;
  return true;
}

static plb_status take_row(struct plb_intake *intake, const struct plb_fields *fields, struct plb_error *err) {
  plb_status st;
  bool same = fields->numbers && intake->shape != SHAPE_UNSEEN; /* all rows of an array have the same fields */
  unsigned shape = same ? intake->shape : shape_of(fields);
  if (shape != intake->shape && (st = plb_intake_shape(intake, fields, shape, err)))
    return st;
  struct plb_trial *trial = &intake->block->rows[intake->block->count];
  *trial = (struct plb_trial){.count = fields->count,
                              .reference = PLB_NOBODY,
                              .probe = PLB_NOBODY,
                              .reference_sample = PLB_NOBODY,
                              .probe_sample = PLB_NOBODY,
                              .system = intake->only_system};
  if (intake->traits.samples && (st = plb_intake_find_samples(intake, fields, trial, err)))
    return st;
  if (intake->traits.people && (st = plb_intake_find_people(intake, fields, trial, err)))
    return st;
  if (fields->probe_cluster.text && (st = plb_intake_find_clusters(intake, fields, trial, err)))
    return st;
  enum plb_verdict verdict = PLB_MET;
  if (intake->asked && (st = plb_intake_find_groups(intake, fields, trial, &verdict, err)))
    return st;
  if (intake->traits.samples && trial->reference_sample == trial->probe_sample)
    return itself(intake, fields, trial, err);
  bool other = false, dropped = false;
  if ((st = find_class(intake, fields, trial, &other, err)))
    return st;
  if (other || verdict != PLB_MET) {
    plb_intake_drop(intake, other ? PLB_DROP_INSTANCE : verdict ? PLB_DROP_UNKNOWN : PLB_DROP_CHOICE, fields->count);
    return PLB_OK;
  }
  if ((shape & HAS_SYSTEM) && (st = plb_intake_find_system(intake, fields, trial, err)))
    return st;
  if ((shape & HAS_STATUS) && (st = find_status(intake, fields, trial, err)))
    return st;
  if (trial->outcome == PLB_COMPLETED && (st = find_score(intake, fields, trial, &dropped, err)))
    return st;
  if (dropped) {
    plb_intake_drop(intake, PLB_DROP_MISSING, fields->count);
    return PLB_OK;
  }
  if (intake->traits.samples && intake->traits.people && !plb_join_has_samples(intake->join) &&
      ((st = plb_intake_claim_sample(intake, fields, fields->reference_sample, trial->reference_sample,
                                     trial->reference, err)) ||
       (st = plb_intake_claim_sample(intake, fields, fields->probe_sample, trial->probe_sample, trial->probe, err))))
    return st;
  intake->account->rows += fields->count;
  intake->account->kept += fields->count;
  intake->block->count++;
  return PLB_OK;
}

plb_status plb_intake_ignore(struct plb_intake *intake, const struct plb_fields *fields, struct plb_error *err) {
  plb_status st = plb_intake_count(intake, fields, err);
  if (!st)
    plb_intake_drop(intake, PLB_DROP_MASKED, fields->count);
  return st;
}

plb_status plb_intake_row(struct plb_intake *intake, const struct plb_fields *fields, struct plb_error *err) {
  plb_status st = plb_intake_count(intake, fields, err);
  if (st)
    return st;
  if (take_at_once(intake, fields))
    return PLB_OK;
  if (!intake->trials)
    return take_row(intake, fields, err);
  struct plb_fields joined;
  bool listed;
  if ((st = join_trial(intake, fields, &joined, &listed, err)))
    return st;
  if (listed)
    return take_row(intake, &joined, err);
  plb_intake_drop(intake, PLB_DROP_NO_TRIAL, fields->count);
  return PLB_OK;
}

/* Rows that are as the last one taken, but for their scores, as long as these are plain and there is room. */
static size_t repeat(struct plb_intake *intake, bool single, const double *scores, size_t count) {
  struct plb_block *block = intake->block;
  const struct plb_trial trial = block->rows[block->count - 1];
  struct plb_trial *to = &block->rows[block->count];
  bool distance = intake->traits.dissimilarity;
  size_t room = block->room - block->count, most = count < room ? count : room, more = 0;
  most = most < MOST_ROWS - intake->rows ? most : (size_t)(MOST_ROWS - intake->rows);
  for (; more < most && is_plain(intake, single, scores[more]); more++) {
    to[more] = trial;
    to[more].score = distance ? 0.0 - scores[more] : scores[more] + 0.0;
  }
  block->count += more;
  intake->rows += more;
  intake->account->rows += more;
  intake->account->kept += more;
  return more;
}

plb_status plb_intake_scores(struct plb_intake *intake, struct plb_fields *fields, struct plb_numbers *numbers,
                             const double *scores, size_t count, size_t *taken, struct plb_error *err) {
  uint64_t first = fields->line;
  plb_status st = PLB_OK;
  size_t at = 0;
  while (!st && at < count && !plb_intake_full(intake)) {
    size_t before = intake->block->count;
    double score = numbers->score = scores[at];
    fields->line = first + at++;
    st = plb_intake_row(intake, fields, err);
    if (!st && intake->block->count > before && is_plain(intake, numbers->single, score))
      at += repeat(intake, numbers->single, scores + at, count - at);
  }
  *taken = at;
  fields->line = first + at;
  return st;
}

bool plb_intake_stores(const struct plb_intake *intake) {
  return intake->block->stored_room && intake->shape == HAS_CLASS && intake->mated_known && !intake->trials &&
         !intake->join && !intake->traits.dissimilarity && !intake->input->has_failed_score;
}

bool plb_intake_stored(struct plb_intake *intake, struct plb_store *store, uint64_t at, const char *scores) {
  struct plb_block *block = intake->block;
  struct plb_stored stored = {.at = at, .system = intake->only_system};
  stored.mated = intake->mated ? PLB_CLASS_MATED : PLB_CLASS_NONMATED;
  if (plb_block_full(block) || intake->rows > MOST_ROWS - PLB_STORED_ROWS || !plb_stored_fits(scores, &stored))
    return false;
  stored.store = plb_store_keep(store);
  block->stored[block->stored_count++] = stored;
  intake->rows += PLB_STORED_ROWS;
  intake->account->rows += PLB_STORED_ROWS;
  intake->account->kept += PLB_STORED_ROWS;
  return true;
}

bool plb_intake_full(const struct plb_intake *intake) {
  return plb_block_full(intake->block);
}

bool plb_intake_grow(struct plb_intake *intake) {
  struct plb_block *block = intake->block;
  return plb_reserve(&block->rows, &block->room, block->room + 1, sizeof *block->rows);
}

/* ---- inputs ------------------------------------------------------------------------------- */

plb_status plb_intake_direction(struct plb_intake *intake, enum plb_direction direction, const char *told_by,
                                struct plb_error *err) {
  enum plb_direction option = intake->input->direction;
  intake->said = direction;
  if (option == PLB_DIRECTION_UNDECLARED || direction == PLB_DIRECTION_UNDECLARED || option == direction)
    return PLB_OK;
  bool distance = direction == PLB_DISSIMILARITY;
  return plb_fail_at(err, PLB_DATA, intake->name, 0, 0, "%s says that scores are %s, but %s was given", told_by,
                     distance ? "distances" : "similarities", distance ? "--similarity" : "--dissimilarity");
}

bool plb_intake_joins_trials(const struct plb_intake *intake) {
  return intake->trials != NULL;
}

bool plb_intake_joins_clusters(const struct plb_intake *intake) {
  return plb_join_has_clusters(intake->join);
}

plb_status plb_intake_settle(struct plb_intake *intake, struct plb_error *err) {
  enum plb_direction option = intake->input->direction;
  enum plb_direction direction = option == PLB_DIRECTION_UNDECLARED ? intake->said : option;
  bool distance = direction == PLB_DISSIMILARITY;
  bool declared = direction != PLB_DIRECTION_UNDECLARED;
  if (intake->settled && distance != intake->traits.dissimilarity)
    return plb_fail_at(err, PLB_DATA, intake->name, 0, 0,
                       "%s here, but %s in earlier inputs; expected one direction (--similarity or --dissimilarity)",
                       distance ? "distances" : "similarities", distance ? "similarities" : "distances");
  intake->traits.direction_declared = declared && (!intake->settled || intake->traits.direction_declared);
  intake->traits.dissimilarity = distance;
  intake->settled = true;
  return PLB_OK;
}

void plb_intake_begin(struct plb_intake *intake, const char *name, struct plb_input_account *account, bool mated_known,
                      bool mated) {
  intake->name = name;
  intake->place++;
  intake->account = account;
  intake->mated_known = mated_known;
  intake->mated = mated;
  intake->said = PLB_DIRECTION_UNDECLARED;
  intake->shape = SHAPE_UNSEEN;
  intake->plain = intake->at_once = false;
}

void plb_intake_trials(struct plb_intake *intake, struct plb_trial_list *trials) {
  intake->trials = trials;
}

void plb_intake_block(struct plb_intake *intake, struct plb_block *block) {
  intake->block = block;
}

const struct plb_traits *plb_intake_traits(const struct plb_intake *intake) {
  return &intake->traits;
}

plb_status plb_intake_new(const struct plb_input *input, const struct plb_asked *asked, struct plb_census *census,
                          const struct plb_join *join, struct plb_intake **intake, struct plb_error *err) {
  struct plb_intake *fresh = plb_alloc(1, sizeof *fresh);
  *intake = fresh;
  if (!fresh)
    return plb_fail_memory(err);
  fresh->input = input;
  fresh->census = census;
  fresh->asked = asked;
  fresh->join = join;
  fresh->first = true;
  fresh->only_system = PLB_NOBODY;
  fresh->traits.status =
      input->has_failed_score || input->missing == PLB_MISSING_FTA || input->missing == PLB_MISSING_FTC;
  if (input->system && !plb_dict_put(&census->systems, input->system, strlen(input->system), &fresh->only_system))
    return plb_fail_memory(err);
  if (asked && !(fresh->profiles = plb_alloc(1, sizeof *fresh->profiles)))
    return plb_fail_memory(err);
  return PLB_OK;
}

const struct plb_asked *plb_intake_asked(const struct plb_intake *intake) {
  return intake->asked;
}

uint32_t plb_intake_joined_facts(const struct plb_intake *intake) {
  return plb_join_facts(intake->join);
}

void plb_intake_free(struct plb_intake *intake) {
  if (!intake)
    return;
  plb_profiles_free(intake->profiles);
  free(intake->whose);
  free(intake);
}
