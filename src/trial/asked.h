/* SPDX-License-Identifier: Apache-2.0
 *
 * What is asked of each comparison about its two sides: the attributes that --by and --where name, and the facts that
 * tell them. A fact is what the data say, a column X of a table of samples or of subjects, or probe_X and reference_X
 * of the scores. An attribute is a fact, or follows from facts (derive.h). Read once; then nothing in it changes.
 */
#ifndef PLB_TRIAL_ASKED_H
#define PLB_TRIAL_ASKED_H

#include "trial/bands.h"
#include "trial/date.h"
#include "trial/groups.h"
#include "trial/where.h"

#define PLB_MOST_FACTS 32
#define PLB_NO_FACT UINT8_MAX
#define PLB_MOST_ASKED (PLB_MOST_BY + PLB_MOST_CONDITIONS)

enum plb_kind {
  PLB_KIND_FACT = 0, /* as the data have it, or the band of that number */
  PLB_KIND_DATE,     /* the same, and a date */
  PLB_KIND_AGE,      /* whole years: as the data have them, or on the day of the sample */
  PLB_KIND_YEAR,     /* of the sample */
  PLB_KIND_MONTH,
  PLB_KIND_ELAPSED /* whole years between the two samples */
};

struct plb_ask {
  const char *name;  /* as it was asked for */
  const char *plain; /* in it, without the side */
  enum plb_kind kind;
  enum plb_of of;
  enum plb_of_two two;
  bool months;              /* instead of years */
  bool exact;               /* a number, in no band */
  uint8_t own, birth, date; /* numbers of facts, or PLB_NO_FACT: of that name; the dates it may follow from */
  struct plb_bands bands;
};

struct plb_asked {
  struct plb_by by;
  struct plb_where where;
  struct plb_ask of[PLB_MOST_ASKED]; /* those of `by`, then what `where` asks about besides */
  size_t count;
  const char *facts[PLB_MOST_FACTS];
  size_t fact_count;
  char *names[PLB_MOST_CONDITIONS]; /* what is not of `by` */
  size_t name_count;
  int32_t as_of; /* the day after which there are no dates; 0: not said */
  bool dates;    /* some attribute may follow from a date */
  bool crosses;  /* the values of one side's group may be those of the other side, or of the pair */
  bool pairs;    /* something asks about the two sides together, */
  bool elapsed;  /* about the time between the samples, */
  bool months;   /* and that in months */
};

/* *asked is NULL where nothing is asked. Fails with PLB_USAGE on a list that is none. `input` is borrowed. */
plb_status plb_asked_read(const struct plb_input *input, struct plb_asked **asked, struct plb_error *err);
void plb_asked_free(struct plb_asked *asked);

/* Facts of one side as one text, each with its length before it; one that is missing has none. False where they are too
 * long, or hold one of the characters that groups are written with. */
#define PLB_MOST_SET (PLB_MOST_GROUP + 2 * PLB_MOST_FACTS)
#define PLB_FACTS_EXPECTED                                                                                             \
  "the attributes that --by and --where need are longer than 512 bytes together here, or hold a control character; "   \
  "expected short words"
bool plb_facts_pack(const struct plb_slice *facts, size_t count, char set[PLB_MOST_SET], size_t *length);
void plb_facts_unpack(const char *set, size_t count, struct plb_slice *facts);

/* Whether an attribute may be told where these facts (a bit for each) are said. */
bool plb_ask_told(const struct plb_ask *ask, uint32_t facts);

/* PLB_DATA, at that line of a file, for the first attribute that these facts do not tell. */
plb_status plb_asked_check(const struct plb_asked *asked, uint32_t facts, const char *file, uint64_t line,
                           struct plb_error *err);

#endif
