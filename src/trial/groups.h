/* SPDX-License-Identifier: Apache-2.0
 *
 * Groups: the values that the attributes asked for (plb_input.by) have together on one side of a comparison. An
 * attribute may be of the person (sex) or of the sample (age on that day, device): it is asked of the side, row by row.
 * A group is a text in a dictionary of the census: its values one behind the other, each with an end. A value that is
 * not known is the empty one, a group of its own and never left out; in the text of the group it is the reason why, so
 * that comparisons are counted by it too.
 */
#ifndef PLB_TRIAL_GROUPS_H
#define PLB_TRIAL_GROUPS_H

#include "base/dict.h"
#include "plumbline.h"

#define PLB_MOST_GROUP 512 /* bytes of a group */
#define PLB_VALUE_END '\x1F'
#define PLB_VALUE_WHY '\x1E' /* before the reason */

#define PLB_MOST_BREAKDOWNS 16
#define PLB_MOST_TRENDS 4
#define PLB_MOST_TREND_TERMS 3

/* Whose an attribute is. */
enum plb_of { PLB_OF_SIDE = 0, PLB_OF_REFERENCE, PLB_OF_PROBE, PLB_OF_PAIR };

/* What becomes of the numbers that the two sides have. */
enum plb_of_two { PLB_TWO_APART = 0, PLB_TWO_LOWER, PLB_TWO_HIGHER, PLB_TWO_MEAN };

/* What the name of an attribute says. */
struct plb_name {
  enum plb_of of;
  enum plb_of_two two; /* of the pair */
  bool exact;          /* the number itself, in no band */
  const char *plain;   /* what is left of it, in the name */
};

/* "reference.X", "probe.X"; "lower.X", "higher.X", "mean.X", "elapsed" and "elapsed_months" of the pair; else X of the
 * side. Before any of these "exact." */
struct plb_name plb_name_read(const char *name);

/* Why a value is not known; of two reasons the greater one is told. */
enum plb_why {
  PLB_WHY_NONE = 0,  /* it is known */
  PLB_WHY_MISSING,   /* the data do not say it */
  PLB_WHY_NO_NUMBER, /* what should be a number is none */
  PLB_WHY_NO_DATE,   /* what should be a date is none */
  PLB_WHY_FUTURE,    /* a date after --as-of */
  PLB_WHY_UNBORN,    /* a birth after the sample was taken */
  PLB_WHY_NO_AGE,    /* an age that people do not have */
  PLB_WHYS
};

/* In words: "missing", "not a number". Static. */
const char *plb_why_words(enum plb_why why);

/* What plb_input asks for: by, trends, horizon. */
struct plb_by {
  char *names[PLB_MOST_BY]; /* of the attributes, in the order in which they were named first */
  size_t count;
  uint8_t single; /* a bit for each that has one value for both sides: of the pair, or of one side */
  uint8_t breakdown[PLB_MOST_BREAKDOWNS]; /* each the attributes that are crossed, a bit for each */
  size_t breakdowns;
  uint8_t trend[PLB_MOST_TRENDS]; /* each some attributes that are exact, a bit for each */
  size_t trends;
  uint8_t horizon; /* attributes, whose largest values are told */
  double against;  /* years */
};

/* PLB_USAGE for an empty name, one that is named twice in a breakdown, a breakdown that is there twice, too many, or a
 * trend with a number that each side has. A breakdown for each trend is among them. */
plb_status plb_by_read(const struct plb_input *input, struct plb_by *by, struct plb_error *err);
void plb_by_free(struct plb_by *by);

/* The name of an attribute without "exact.". */
const char *plb_name_shown(const char *name);

/* The text of a group of these values. False where it is longer than PLB_MOST_GROUP, or a value has the end in it. */
bool plb_group_text(const struct plb_slice *values, size_t count, char text[PLB_MOST_GROUP], size_t *length);

/* What stands for a value that is not known, in such values. Static. */
struct plb_slice plb_group_unknown(enum plb_why why);

/* One of the values that a group is written with. */
struct plb_slice plb_group_part(const struct plb_dict *groups, uint32_t group, size_t attribute);

/* The value of one of its attributes, not NUL-terminated; of no length where it is not known. And why that is so. */
struct plb_slice plb_group_value(const struct plb_dict *groups, uint32_t group, size_t attribute);
enum plb_why plb_group_why(const struct plb_dict *groups, uint32_t group, size_t attribute);

#endif
