/* SPDX-License-Identifier: Apache-2.0
 *
 * What stands below a table of estimates, and the words that a page explains: the same in text and HTML.
 */
#ifndef PLB_REPORT_MAKINGS_H
#define PLB_REPORT_MAKINGS_H

#include "report/report.h"

/* ---- below a table (makings.c) ---------------------------------------------------------------- */

/* Writes one phrase about some estimates of a result; nothing where there is nothing to say. */
typedef void plb_list(const struct plb_result *result, const struct plb_estimate *const *list, size_t count,
                      struct plb_out *words);

plb_list plb_list_units;   /* "FMR: non-mated comparison; FNMR: mated comparison" */
plb_list plb_list_makings; /* "95 %, comparisons that share a person depend on each other: FMR by PL": lines of this */
plb_list plb_list_worst;   /* "FMR at threshold 3.7 [0, 25.00] %": where the worst case is another interval */

/* The phrase as a text; free() it. */
plb_status plb_list_text(char **text, plb_list *list, const struct plb_result *result,
                         const struct plb_estimate *const *estimates, size_t count, struct plb_error *err);

#define PLB_REMARK 640

/* Where the EER lies: "at threshold 1.33", or that its threshold is infinite; "" where it has none. */
size_t plb_word_eer_at(char text[PLB_WORDS], const struct plb_result *result, const struct plb_estimate *estimate);

/* How the EER came about, with its bracket; "" where there is none. */
size_t plb_word_bracket(char text[PLB_REMARK], const struct plb_result *result, const struct plb_estimate *estimate);

/* Notes of a table, numbered from 1 in order of appearance, equal ones once. Empty: all zero; free(texts). */
struct plb_notes {
  const char **texts;
  size_t count, capacity;
};

/* The number of a note, which is taken in if it is new; 0 for NULL. False when memory ran out. */
bool plb_note_number(struct plb_notes *notes, const char *text, size_t *number);

/* ---- about a whole result (glossary.c) ------------------------------------------------------------- */

struct plb_term {
  const char *name, *meaning;
};

enum plb_document { PLB_DOCUMENT_TEXT, PLB_DOCUMENT_PAGE };

/* The next word that a report of these results uses and must explain; *next starts at 0. False past the last. */
bool plb_glossary(const struct plb_result *const *results, size_t count, enum plb_document document, size_t *next,
                  struct plb_term *term);

/* What the verdicts of the claims mean, and how sure they are: the k-th of them that the result has, the last term
 * without a name; false past it, or where there are no claims. */
bool plb_verdict(const struct plb_result *result, size_t k, const char **name, char meaning[PLB_REMARK]);

/* The verdict on all claims together: "2 of 4 shown, 1 refuted"; false where they were not judged together, or where
 * there is only one. */
bool plb_word_together(char text[PLB_REMARK], const struct plb_result *result);

/* How much failed: "none in the data"; "0 rows failed to enrol and 9 to acquire; 517 of 267,289 comparisons
 * failed (0.1934 %)"; `several`: these are sums over systems. */
void plb_word_failed(char text[PLB_REMARK], const struct plb_test *test, bool several);

/* Which of FAR, FRR, GFAR and GFRR a system lacks although it has FMR or FNMR, and why; "" where none. */
size_t plb_word_absent(char text[PLB_REMARK], const struct plb_result *result, const char *system);

/* ---- names without folders (command.c) ----------------------------------------------------------- */

/* The name of a file without its folders. */
const char *plb_base_name(const char *path);

/* A command line whose files are named without their folders: a report tells nobody how the machine is
 * laid out. NULL when memory ran out; free() it. */
char *plb_bare_command(const char *command);

#endif
