/* SPDX-License-Identifier: Apache-2.0
 *
 * A page of plain text at most PLB_PAGE_WIDTH columns wide: headings, wrapped paragraphs, labelled
 * lines and aligned tables. Texts from outside are made harmless for a terminal: what would act on it (plb_utf8_acts)
 * and what is no UTF-8 become "?". One column is one character.
 */
#ifndef PLB_REPORT_PAGE_H
#define PLB_REPORT_PAGE_H

#include "report/report.h"

#define PLB_PAGE_WIDTH 100

/* A heading with a line of `underline` below it. */
void plb_page_heading(struct plb_out *out, const char *text, char underline);

/* Paragraph of words; the first line is indented by `first`, the others by `rest`. Words that are wider
 * than the page are broken. */
void plb_page_paragraph(struct plb_out *out, size_t first, size_t rest, const char *text);

/* The words of a paragraph whose first line has begun: the cursor stands at `column`. */
void plb_page_words(struct plb_out *out, size_t column, size_t rest, const char *text);

/* A copy of at most `most` characters, with "..." in place of what is cut off its end. */
void plb_cut(char *copy, size_t size, const char *text, size_t most);

/* "  label        text" with the text wrapped in its own column. */
void plb_page_line(struct plb_out *out, const char *label, const char *text);

enum plb_align { PLB_LEFT, PLB_RIGHT };

struct plb_column {
  const char *title;
  enum plb_align align;
};

/* Rows of cells, each a copy; or rows that are one text over all columns. */
struct plb_table {
  const struct plb_column *columns;
  size_t column_count;
  char (*cells)[PLB_WORDS]; /* [rows][columns] */
  const char **spans;       /* [rows]; borrowed; NULL: a row of cells */
  size_t row_count, cell_capacity, span_capacity;
  bool failed; /* memory ran out */
};

/* An empty table is `struct plb_table t = {.columns = ..., .column_count = ...}`. */
void plb_table_free(struct plb_table *table);

/* A new row; answers its cells, all empty, to be written into; NULL when memory ran out. */
char (*plb_table_row(struct plb_table *table))[PLB_WORDS];

/* A new row that is `text` (borrowed until printed) over all columns. */
void plb_table_span(struct plb_table *table, const char *text);

/* Prints it, indented by two; one too wide for the page has its columns continued on a second line. False
 * when memory ran out, also while it was filled. */
bool plb_table_print(const struct plb_table *table, struct plb_out *out);

#endif
