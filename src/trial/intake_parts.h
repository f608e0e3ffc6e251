/* SPDX-License-Identifier: Apache-2.0
 *
 * What intake.c, who.c, sides.c, plain.c and twins.c share of the intake; nobody else sees it.
 */
#ifndef PLB_TRIAL_INTAKE_PARTS_H
#define PLB_TRIAL_INTAKE_PARTS_H

#include <string.h>

#include "trial/intake.h"
#include "trial/profiles.h"
#include "trial/words.h"

#define RECENT_BYTES 40
#define MOST_ROWS (UINT64_C(1) << 53) /* of all inputs */

/* The last text seen in one place and what it meant. */
struct recent {
  uint32_t number, length;
  char text[RECENT_BYTES];
};

enum shape {
  HAS_REFERENCE = 1,
  HAS_PROBE = 2,
  HAS_REFERENCE_SAMPLE = 4,
  HAS_PROBE_SAMPLE = 8,
  HAS_INSTANCES = 16,
  HAS_LABEL = 32,
  HAS_STATUS = 64,
  HAS_SYSTEM = 128,
  HAS_CLASS = 256,
  SHAPE_UNSEEN = 512
};

#define PEOPLE (HAS_REFERENCE | HAS_PROBE)
#define SAMPLES (HAS_REFERENCE_SAMPLE | HAS_PROBE_SAMPLE)

/* An id that is empty, NA or nan. */
static inline bool is_absent(struct plb_slice cell) {
  return !cell.length || (cell.length <= 3 && (cell.text[0] | 0x20) == 'n' && plb_word_missing(cell.text, cell.length));
}

static inline bool is_recent(const struct recent *recent, struct plb_slice cell) {
  return recent->length && cell.length == recent->length && memcmp(cell.text, recent->text, cell.length) == 0;
}

static inline void remember(struct recent *recent, struct plb_slice cell, uint32_t number) {
  if (cell.length > RECENT_BYTES)
    return;
  recent->number = number;
  recent->length = (uint32_t)cell.length;
  memcpy(recent->text, cell.text, cell.length);
}

/* A message about a cell of the row. */
plb_status plb_intake_fail(const struct plb_intake *intake, const struct plb_fields *fields, struct plb_slice cell,
                           struct plb_error *err, const char *format, ...) __attribute__((format(printf, 5, 6)));

/* The rules about which fields go together; called when a row has other fields than the one before. */
plb_status plb_intake_shape(struct plb_intake *intake, const struct plb_fields *fields, unsigned shape,
                            struct plb_error *err);

/* Counts the rows that this one stands for; too many are PLB_DATA. */
plb_status plb_intake_count(struct plb_intake *intake, const struct plb_fields *fields, struct plb_error *err);

/* who.c: the numbers of whom and what a row names, put into the trial, and what it says about them. */
plb_status plb_intake_find_samples(struct plb_intake *intake, const struct plb_fields *fields, struct plb_trial *trial,
                                   struct plb_error *err);
plb_status plb_intake_find_people(struct plb_intake *intake, const struct plb_fields *fields, struct plb_trial *trial,
                                  struct plb_error *err);
plb_status plb_intake_find_clusters(struct plb_intake *intake, const struct plb_fields *fields,
                                    const struct plb_trial *trial, struct plb_error *err);
plb_status plb_intake_find_system(struct plb_intake *intake, const struct plb_fields *fields, struct plb_trial *trial,
                                  struct plb_error *err);
plb_status plb_intake_claim_sample(struct plb_intake *intake, const struct plb_fields *fields, struct plb_slice cell,
                                   uint32_t sample, uint32_t person, struct plb_error *err);

/* sides.c: the groups of both sides, and whether --where chooses the row; where it does not there are no groups. */
plb_status plb_intake_find_groups(struct plb_intake *intake, const struct plb_fields *fields, struct plb_trial *trial,
                                  enum plb_verdict *verdict, struct plb_error *err);

/* The same where the profiles of both sides are known already. */
plb_status plb_intake_settle_sides(struct plb_intake *intake, const struct plb_fields *fields, const uint32_t of[2],
                                   struct plb_trial *trial, enum plb_verdict *verdict, struct plb_error *err);

/* The same for a row about which nothing is unusual, that is chosen, and whose facts are these cells: of the reference,
 * then of the probe, `count` each. False leaves it to the careful way. */
bool plb_intake_plain_groups(struct plb_intake *intake, const struct plb_slice *cells, const uint8_t *facts,
                             size_t count, const uint32_t person[2], uint32_t group[2]);

enum naming { OF_PEOPLE, OF_SAMPLES, OF_SYSTEMS, OF_GROUPS, OF_CLUSTERS };

struct plb_intake {
  const struct plb_input *input;
  struct plb_census *census;
  const struct plb_join *join;
  struct plb_trial_list *trials; /* or NULL */
  struct plb_block *block;
  struct plb_input_account *account;
  const char *name;
  bool mated_known, mated; /* of the whole input */
  enum plb_direction said; /* by this input */
  bool settled;            /* an earlier input has been read */
  bool first;              /* no row has come yet */
  uint64_t rows;           /* of all inputs so far */
  unsigned shape;          /* of the last row */
  bool plain;              /* of rows, people, class and score are all there is to know */
  bool at_once;            /* rows in numbers may be taken at once (take_at_once) */
  struct plb_traits traits;
  const struct plb_asked *asked;  /* about the two sides, or NULL */
  struct plb_profiles *profiles;  /* each twin has its own; NULL where nothing is asked */
  uint32_t place;                 /* of the input among all */
  struct recent system, label[2]; /* label: by class */
  struct recent side[2];          /* the facts of the reference, of the probe, and their profile */
  uint32_t only_system;           /* as the option names it */
  struct plb_census *overlay;     /* of a twin: ids that the census does not hold yet; else NULL */
  uint32_t *whose;                /* person of each sample by number, PLB_NOBODY = not yet known; a twin's is
                                   * that of its intake, and only read */
  size_t whose_count, whose_capacity;
  bool unclaimed; /* of a twin: some rows have samples whose person is not yet known */
};

/* Rows that are left out. */
static inline void plb_intake_drop(struct plb_intake *intake, enum plb_drop why, uint64_t count) {
  intake->account->rows += count;
  intake->account->dropped[why] += count;
}

/* A number that was stored in single precision is compared as one: -0.1 is the float nearest to it. */
static inline bool is_failed_score(const struct plb_intake *intake, bool single, double value) {
  double failed = intake->input->failed_score;
  return intake->input->has_failed_score && value == (single ? (double)(float)failed : failed);
}

/* Room in `whose` for a sample. False when out of memory. */
bool plb_intake_reach(struct plb_intake *intake, uint32_t sample);

enum claim { CLAIM_FINE, CLAIM_OTHER, CLAIM_NOMEM };

/* A row says whose a sample is: CLAIM_OTHER when an earlier one said otherwise. A twin leaves samples that
 * no row before its stretch had to plb_intake_absorb. */
enum claim plb_intake_claim(struct plb_intake *intake, uint32_t sample, uint32_t person);

/* A row or a table says of which cluster a person is; no text: of none. */
enum plb_told plb_intake_say_cluster(struct plb_intake *intake, uint32_t person, struct plb_slice cluster);

static inline struct plb_dict *dict_of(struct plb_census *census, enum naming naming) {
  switch (naming) {
  case OF_PEOPLE: return &census->people;
  case OF_SAMPLES: return &census->samples;
  case OF_SYSTEMS: return &census->systems;
  case OF_GROUPS: return &census->groups;
  case OF_CLUSTERS: break;
  }
  return &census->clusters.values;
}

/* The number of a name; *is_new when no row had it before. False when out of memory. */
static inline bool number_of(struct plb_intake *intake, enum naming naming, struct plb_slice name, uint32_t *number,
                             bool *is_new) {
  struct plb_dict *dict = dict_of(intake->census, naming);
  if (!intake->overlay) {
    uint32_t before = dict->count;
    bool put = plb_dict_put(dict, name.text, name.length, number);
    *is_new = dict->count > before;
    return put;
  }
  *is_new = false;
  *number = plb_dict_find(dict, name.text, name.length);
  if (*number != PLB_NOBODY)
    return true;
  struct plb_dict *fresh = dict_of(intake->overlay, naming);
  uint32_t before = fresh->count;
  bool put = plb_dict_put(fresh, name.text, name.length, number);
  *is_new = fresh->count > before;
  *number += dict->count;
  return put;
}

#endif
