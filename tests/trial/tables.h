/* SPDX-License-Identifier: Apache-2.0
 *
 * One small table, what its rows become or how it is refused: for the tests of the rules of tables.
 */
#ifndef PLB_TESTS_TABLES_H
#define PLB_TESTS_TABLES_H

#include "collect.h"

/* What the next reads are told; fresh() sets it back, to be run before each test. */
extern struct plb_input options;
int fresh(void **ctx);

void read_table(const char *text, struct collected *all);

/* The trials, one word each: M or N and the score or how it failed, and the numbers of the people. */
void gives(const char *text, const char *expected);
void describe(const struct collected *all, char *text, size_t size);

/* PLB_DATA, and exactly this message behind the name of the file. */
void refuses(const char *text, const char *expected);

/* The same of a table of --samples. */
void table_refuses(const char *table, const char *expected);

#endif
