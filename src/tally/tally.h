/* SPDX-License-Identifier: Apache-2.0
 *
 * The tally of a test: exact integer counts by score, the rows that tell who took part, and the failures,
 * for each system that the data names. Nothing in it depends on the order in which rows came, but for the
 * numbers of the people, which plb_tally_places turns into an order that depends on the ids alone.
 */
#ifndef PLB_TALLY_TALLY_H
#define PLB_TALLY_TALLY_H

#include "tally/asked.h"
#include "tally/counts.h"
#include "tally/members.h"
#include "tally/pairs.h"
#include "tally/rows.h"
#include "tally/sparse.h"
#include "tally/strata.h"
#include "trial/groups.h"
#include "trial/source.h"

/* One class of comparisons: rows where people are known, else their scores one by one, or counted where many come at
 * once (a histogram). */
struct plb_class_tally {
  uint64_t completed;
  uint64_t failed[PLB_OUTCOMES];
  uint64_t lowest, highest; /* keys of the finite scores; lowest > highest when there are none */
  struct plb_counts counts;
  struct plb_rows rows, scores;
};

/* The rows that have the scores of a class one by one. */
static inline const struct plb_rows *plb_class_rows(const struct plb_class_tally *class) {
  return class->rows.count ? &class->rows : &class->scores;
}

/* What is known of a sample or of a person: bits of a byte. The first three of a person are of them as a reference;
 * the last two of completed non-mated comparisons. */
enum plb_mark {
  PLB_MARK_SEEN = 1,
  PLB_MARK_COMPLETED = 2,
  PLB_MARK_FAILED = 4,
  PLB_MARK_TOOK_PART = 8,
  PLB_MARK_REFERENCE = 16,
  PLB_MARK_PROBE = 32
};

struct plb_person_notes {
  uint64_t attempts, attempts_failed; /* rows with the person as a probe, for where samples are unknown */
  uint8_t marks;                      /* enrolment as a reference, who took part, on which side */
};

struct plb_sample_notes {
  uint32_t person; /* whose it is */
  uint8_t marks;   /* acquisition */
};

struct plb_system_tally {
  uint32_t system;              /* number in the census, or PLB_NOBODY */
  struct plb_class_tally of[2]; /* by enum plb_class */
  struct plb_sparse people;     /* struct plb_person_notes by person number; no pages where people are unknown */
  struct plb_sparse samples;    /* struct plb_sample_notes by sample number; no pages where samples are unknown */
  struct plb_pairs repeats;     /* ordered pairs of samples */
  size_t smaller_side; /* of a part of a test, where two groups of people were compared: how many the smaller one has */
};

struct plb_tally {
  struct plb_census census;
  struct plb_asked_texts asked; /* about the two sides, when rows were read */
  struct plb_by by;             /* the attributes by which comparisons are told apart */
  struct plb_dict strata;       /* strata.h; empty without attributes */
  struct plb_members members;   /* of groups, by completed comparisons */
  uint32_t *stratum_at;         /* of two of the first groups: the number + 1, 0 = not looked up; NULL: no row yet */
  struct plb_traits traits;
  bool traits_known;
  struct plb_input_account *accounts; /* owned copies */
  size_t account_count;
  struct plb_system_tally *systems;
  size_t system_count, system_capacity;
  uint32_t *system_at; /* by number in the census, 0 for none: place in `systems` + 1, 0 = not yet */
  size_t system_at_room;
  struct plb_allowance allowance;
  char *folder;
  char *system_name;            /* from plb_input.system, or NULL */
  char *cluster;                /* from plb_input.cluster: by what people are related; or NULL */
  enum plb_direction direction; /* as declared by the caller */
  enum plb_missing missing;     /* what rows without a score were taken for */
  bool has_failed_score;        /* whether a score says that the comparison failed, and which; else 0 */
  double failed_score;
  size_t pairs_exact, pairs_sample;  /* PLB_PAIRS_EXACT and _SAMPLE; smaller in tests */
  size_t most_listed;                /* PLB_MOST_LISTED; smaller in tests */
  size_t most_sorted, most_gathered; /* PLB_MOST_SORTED and _GATHERED; smaller in tests */
  struct plb_team *team;             /* others who have part of the rows (team.h); NULL: none */
  plb_progress progress;             /* whom to tell while it is saved, or NULL */
  void *progress_ctx;
  uint32_t *renumbered; /* what rows->renumbered is, or NULL */
};

/* Adds a block of trials. */
plb_status plb_tally_add_trials(struct plb_tally *tally, const struct plb_trial *rows, size_t count,
                                struct plb_error *err);

/* The tally of a system by its number in the census, PLB_NOBODY for the only one; new where it was not there. NULL when
 * out of memory. */
struct plb_system_tally *plb_tally_system(struct plb_tally *tally, uint32_t number);

/* Makes system->repeats ready. False when out of memory. */
bool plb_tally_repeats_start(struct plb_tally *tally, struct plb_system_tally *system);

/* Appends copies of a source's accounts; a table that several sources read stands there once. */
plb_status plb_tally_take_accounts(struct plb_tally *tally, const struct plb_source *source, struct plb_error *err);

/* Adds an account, which then belongs to the tally whatever comes of it: to that of other shards of the same input, or
 * of the same table, where there is one among the first `among`, else behind the last. `name` is the file that it comes
 * from, for messages. */
plb_status plb_tally_join_account(struct plb_tally *tally, size_t among, struct plb_input_account *account,
                                  const char *name, struct plb_error *err);

/* PLB_DATA where shards of an input are missing, which are named. */
plb_status plb_tally_check_whole(const struct plb_tally *tally, struct plb_error *err);

/* The name of a system, NUL-terminated and to be freed, or NULL where it has none. */
char *plb_tally_system_name(const struct plb_tally *tally, const struct plb_system_tally *system, bool *failed);

/* What is known of the first person, or sample, from *number on of whom anything may be known: NULL behind the last.
 *     for (size_t i = 0; (notes = plb_person_next(system, &i)); i++) */
const struct plb_person_notes *plb_person_next(const struct plb_system_tally *system, size_t *number);
const struct plb_sample_notes *plb_sample_next(const struct plb_system_tally *system, size_t *number);

/* Where nobody who is a reference of a non-mated comparison is the probe of one, and so two groups of people were
 * compared: how many the smaller group has. Else 0. */
size_t plb_tally_smaller_side(const struct plb_system_tally *system);

/* Rows beyond the first of equal ordered pairs of samples; `sampled` when estimated from the kept pairs. */
plb_status plb_tally_repeats(struct plb_tally *tally, uint64_t *repeats, bool *sampled, struct plb_error *err);

/* unite.c: each member of a team has counted a part of the rows, and has a tally of the whole test then, with its own
 * rows and its share of repeats. On failure the tally is of no use any more, but to be freed. */
plb_status plb_tally_unite(struct plb_tally **tally, struct plb_team *team, struct plb_error *err);

/* Where each member has read all rows, and kept its share of them (plb_allowance): all but the first keep nothing else,
 * so that it is counted once when they unite. */
void plb_tally_keep_rows(struct plb_tally *tally);

#endif
