/* SPDX-License-Identifier: Apache-2.0
 *
 * A table of text with a header line: CSV (RFC 4180), TSV, or with semicolons, told from the header.
 *
 * Call order: open, then next until *done, cell after each next, close in any case.
 */
#ifndef PLB_TRIAL_TABLE_H
#define PLB_TRIAL_TABLE_H

#include "trial/reader.h"

struct plb_table {
  struct plb_bytes *bytes; /* borrowed */
  char separator;
  size_t columns;
  struct plb_slice *names; /* of the columns */
  uint64_t line;           /* where the current row starts */
  const char *line_text;   /* its text, so that columns can be told; NULL when it spans several lines */
  /* for table.c and plb_table_cell only */
  const char *ahead_start;  /* whole lines that lie ahead in `bytes`, */
  const char *ahead;        /* how far they have been cut, */
  const char *ahead_end;    /* where they end */
  uint64_t ahead_lines;     /* how many have been cut */
  const char *row;          /* the text in which the cells lie */
  uint32_t *start, *stop;   /* of the cells of the row */
  bool trim;                /* blanks round cells do not belong to them */
  uint64_t blank;           /* the first empty line that no row has followed yet, or 0 */
  struct plb_slice waiting; /* the row behind empty lines that were a fault */
  char *record;             /* a row with quotes, unquoted */
  size_t used, capacity;
  size_t first; /* bytes of its first line */
  char *name_text;
};

/* Reads the header. A fault is PLB_DATA; two columns of one name are a fault. */
plb_status plb_table_open(struct plb_table *table, struct plb_bytes *bytes, struct plb_error *err);

/* The next row; every row has as many cells as the header has columns. */
plb_status plb_table_next(struct plb_table *table, bool *done, struct plb_error *err);

/* Tells the bytes how far the rows have come; to be called before anybody else asks them. */
void plb_table_settle(struct plb_table *table);

/* A cell of the current row, valid until the next row. */
static inline struct plb_slice plb_table_cell(const struct plb_table *table, size_t column) {
  const char *from = table->row + table->start[column], *to = table->row + table->stop[column];
  if (from < to && (unsigned char)*from > ' ' && (unsigned char)to[-1] > ' ')
    return (struct plb_slice){from, (size_t)(to - from)}; /* as nearly all are */
  while (table->trim && from < to && (*from == ' ' || *from == '\t'))
    from++;
  while (table->trim && from < to && (to[-1] == ' ' || to[-1] == '\t'))
    to--;
  return (struct plb_slice){from, (size_t)(to - from)};
}

/* A twin cuts whole lines [text, text + length) on a thread of its own; it shares the names of the columns
 * with its table, which only rests meanwhile. False when out of memory, or when the table has empty lines on
 * its mind. */
bool plb_table_twin(struct plb_table *twin, const struct plb_table *table, const char *text, size_t length);

/* The next row of a twin, while twin->ahead < twin->ahead_end; false when it needs the careful way. */
bool plb_table_twin_next(struct plb_table *twin);
void plb_table_twin_close(struct plb_table *twin);

#define PLB_CUT_ROWS 64
#define PLB_CUT_CELLS 1024
#define PLB_CUT_COLUMNS 32 /* tables of more are not cut so */

/* Rows that were cut at once, where they lie: cell k of them, counted through from row to row, is
 * [at[k], at[k + 1] - 1) of `text`, blanks included; the last one of each row holds a carriage return, or that of none
 * does. */
struct plb_cut {
  const char *text;
  size_t rows;
  bool carriage;
  uint32_t at[PLB_CUT_CELLS + 80];
};

/* Cuts rows that lie ahead in a table or a twin, as many as are there, and all of one line and without quotes;
 * they stay ahead until plb_table_pass says how many were taken. */
void plb_table_cut(const struct plb_table *table, struct plb_cut *cut);
void plb_table_pass(struct plb_table *table, const struct plb_cut *cut, size_t rows);

/* The separator that cuts a header line into most columns, and how many these are. */
char plb_table_separator(const char *line, size_t length, size_t *columns);

/* An all-zero struct may be closed too. */
void plb_table_close(struct plb_table *table);

#endif
