/* SPDX-License-Identifier: Apache-2.0
 *
 * Lines cut at blanks: what the readers of blank separated formats share. Such a format has a fixed
 * number of columns, so it is one table (struct plb_layout) that says which field each column is.
 */
#ifndef PLB_TRIAL_BLANK_H
#define PLB_TRIAL_BLANK_H

#include "trial/reader.h"

#define PLB_LAYOUT_COLUMNS 5
#define PLB_COLUMN_UNUSED SIZE_MAX

/* column[i] is the offset within struct plb_fields of the slice that column i fills. */
struct plb_layout {
  size_t columns;
  size_t column[PLB_LAYOUT_COLUMNS];
  const char *expected; /* the columns in words, for messages */
};

/* Cuts a line at blanks and tabs; answers how many fields there are. The first `most` are stored. */
size_t plb_blank_cut(const char *text, size_t length, struct plb_slice *fields, size_t most);

/* kind->next of a format with that layout: one row a line, empty lines skipped. */
plb_status plb_blank_next(struct plb_reader *reader, const struct plb_layout *layout, bool *done,
                          struct plb_error *err);

/* kind->deal of formats in which each line is a row. */
plb_status plb_blank_deal(struct plb_reader *reader, struct plb_error *err);

/* kind->describe of such a format. */
void plb_blank_describe(const struct plb_layout *layout, struct plb_out *out);

/* Walks over the lines of the head of an input; only whole lines that are not empty are given. */
struct plb_head {
  const char *at, *end;
  bool cut; /* the head does not reach to the end of the input, perhaps */
};

struct plb_head plb_head_of(const char *head, size_t length);
bool plb_head_next(struct plb_head *head, struct plb_slice *line);

bool plb_slice_is(struct plb_slice slice, const char *text);
bool plb_slice_same(struct plb_slice left, struct plb_slice right);

/* A number as the readers understand it, "nan" and "inf" included. */
bool plb_slice_is_number(struct plb_slice slice);

#endif
