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
plb_list plb_list_makings; /* "FMR: 95 % by PL, comparisons that share a person depend on each other, ..." */
plb_list plb_list_worst;   /* "FMR at threshold 3.7 [0, 25.00] %": where the worst case is another interval */

/* The phrase as a text; free() it. */
plb_status plb_list_text(char **text, plb_list *list, const struct plb_result *result,
                         const struct plb_estimate *const *estimates, size_t count, struct plb_error *err);

#define PLB_REMARK 640

/* How the EER came about, with its bracket; "" where there is none. */
size_t plb_word_bracket(char text[PLB_REMARK], const struct plb_result *result, const struct plb_estimate *estimate);

/* ---- about a whole result (glossary.c) ------------------------------------------------------------- */

struct plb_term {
  const char *name, *meaning;
};

/* The k-th word that a report of these results uses and must explain; false past the last. */
bool plb_glossary(const struct plb_result *const *results, size_t count, size_t k, struct plb_term *term);

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
