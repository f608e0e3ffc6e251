/* SPDX-License-Identifier: Apache-2.0
 *
 * Groups in the report: the estimates of a result that are not of everybody, put in order. A grouping is what one
 * system did by one breakdown, such as "sex,region"; its groups are the values that people or samples have of these
 * attributes.
 */
#ifndef PLB_REPORT_GROUPS_H
#define PLB_REPORT_GROUPS_H

#include "report/text.h"

struct plb_html;

enum plb_group_kind {
  PLB_GROUP_FNMR,
  PLB_GROUP_WITHIN, /* FMR of two people of one group */
  PLB_GROUP_ACROSS, /* FMR of two people of two groups */
  PLB_GROUP_OTHER,  /* any other rate of a group */
  PLB_GROUP_APART,  /* how far groups lie apart; of no group */
  PLB_GROUP_KINDS
};

struct plb_group_cell {
  const struct plb_estimate *estimate;
  size_t point;    /* in the grouping */
  size_t one, two; /* groups; of mated comparisons those of the reference and of the probe */
  enum plb_group_kind kind;
};

/* A group is one side of a cell. */
struct plb_group {
  const struct plb_cell *cell;
  int side;
};

/* What the estimates at one point share. */
struct plb_group_point {
  const struct plb_estimate *first;
  bool whole;                        /* no operating point: over the whole test */
  bool known;                        /* everybody is measured there: */
  struct plb_operating_point of_all; /* where */
};

struct plb_grouping {
  const struct plb_result *result;
  const char *system; /* or NULL */
  char *by;           /* the attributes, with commas between them */
  size_t attributes;  /* how many */
  struct plb_group *groups;
  size_t group_count, group_capacity;
  struct plb_group_point *points; /* in the order of the result */
  size_t point_count, point_capacity;
  struct plb_group_cell *cells; /* by point, kind, groups; differences in the order of the result */
  size_t cell_count, cell_capacity;
  size_t last; /* the point that was asked for last, while it is made */
};

struct plb_groupings {
  struct plb_grouping *at;
  size_t count, capacity;
};

/* Adds those of a result, in its order. After a failure what there is can be freed. */
plb_status plb_groupings_add(struct plb_groupings *groupings, const struct plb_result *result, struct plb_error *err);
void plb_groupings_free(struct plb_groupings *groupings);

/* The cells of one kind at one point. */
const struct plb_group_cell *plb_group_cells(const struct plb_grouping *grouping, size_t point,
                                             enum plb_group_kind kind, size_t *count);

/* The cell of the two groups among some of a kind, or NULL. */
const struct plb_group_cell *plb_group_find(const struct plb_group_cell *cells, size_t count, size_t one, size_t two);

/* Whether a comparison has one value of each attribute, and not one for each side: nothing is across groups then. */
bool plb_grouping_single(const struct plb_grouping *grouping);

/* The rate of everybody at a point, or NULL. */
const struct plb_estimate *plb_group_everybody(const struct plb_grouping *grouping, size_t point, const char *metric);

/* ---- words (words_groups.c) --------------------------------------------------------------------- */

/* The most cells of a kind that a table shows at a point; the rest is in CSV and JSON. */
#define PLB_MOST_CELLS 60

/* "sex and region", "sex, age and region". */
size_t plb_word_by(char text[PLB_LIMIT], const struct plb_grouping *grouping);

/* A group: "F", "F, region not said"; at most `most` characters, then with a number that tells it from others. */
void plb_word_group(char *text, size_t size, const struct plb_grouping *grouping, size_t group, size_t most);

/* Whom a cell is of: "F", "F with M"; of a mated one whose sides differ "7, then 8". */
void plb_word_cell(char *text, size_t size, const struct plb_grouping *grouping, const struct plb_group_cell *cell,
                   size_t most);

/* "fewer than 10 people" where a cell is withheld for that, "not shown" where it is for another reason, which then is
 * *note; the word of the value for any other. *note is the note of the estimate that is to be said, or NULL. */
void plb_word_withheld(char text[PLB_WORDS], const struct plb_estimate *estimate, const char **note);

/* The heading of a point. */
void plb_word_group_point(char text[PLB_SPAN], const struct plb_grouping *grouping, size_t point);

/* The title of a figure: "System A: FMR by pair of groups, by sex". */
void plb_word_group_figure(char text[2 * PLB_LIMIT], const struct plb_grouping *grouping, const char *what);

/* "FNMR", "FMR within groups", "FMR across groups". */
const char *plb_word_kind(enum plb_group_kind kind);

/* What a difference is of: "FNMR, 4 groups; p = 0.0123"; and whether two of them are of the same. */
void plb_word_over(char text[PLB_LIMIT], const struct plb_estimate *estimate);
bool plb_same_over(const struct plb_estimate *one, const struct plb_estimate *other);

/* Its name ("largest / smallest"), value, limits, and what groups with equal rates would show ("1.8 to 2.8"). */
const char *plb_word_apart_name(const struct plb_estimate *estimate);
size_t plb_word_apart(char text[PLB_WORDS], const struct plb_estimate *estimate);
size_t plb_word_apart_interval(char text[PLB_WORDS], const struct plb_estimate *estimate);
size_t plb_word_equal(char text[PLB_WORDS], const struct plb_estimate *estimate);

/* "1.8 times"; "" where it is not known. */
size_t plb_word_least_seen(char text[PLB_WORDS], const struct plb_estimate *estimate);

/* The limits that hold for all cells of the table at once: "[0.9100, 1.096] %"; "" where there are none. */
size_t plb_word_at_once(char text[PLB_WORDS], const struct plb_estimate *estimate);

/* "12 more pairs of groups are not listed here: ...", of a kind of cells at a point; "" where all are. */
size_t plb_word_more(char text[PLB_LIMIT], enum plb_group_kind kind, size_t count);

/* What must be said below the tables of a grouping: the k-th sentence; false past the last. */
bool plb_group_remark(const struct plb_grouping *grouping, size_t k, const char **text);

/* How the intervals of a grouping were made, each making once; free() it. */
plb_status plb_group_makings(char **text, const struct plb_grouping *grouping, struct plb_error *err);

/* ---- tables ---------------------------------------------------------------------------------------- */

/* All groupings of a system (text_groups.c, html_groups.c). */
plb_status plb_text_groups(const struct plb_groupings *groupings, const char *system, struct plb_out *out,
                           struct plb_error *err);
plb_status plb_html_groups(struct plb_html *h, const struct plb_result *result, const char *system, int level);

#endif
