/* SPDX-License-Identifier: Apache-2.0
 *
 * The result file, schema plumbline-result/1 (doc/result.schema.json): written and read back in full.
 * write(read(x)) == x byte for byte for every file that this library wrote.
 */
#ifndef PLB_RESULT_STORE_H
#define PLB_RESULT_STORE_H

#include "base/out.h"
#include "result/result.h"

#define PLB_RESULT_SCHEMA "plumbline-result/1"

/* Keys in a fixed order, two spaces of indentation, a newline at the end; points and bins of curves one
 * a line. Failures of writing are kept by `out`. */
void plb_result_store(const struct plb_result *result, struct plb_out *out);

/* Reads the text of a result file; `name` is what messages call it. Fails with PLB_DATA on anything
 * that is not such a file, naming line and column of bad JSON or the path of a bad key, and with
 * PLB_UNSUPPORTED on estimates by group, by rank or by gallery, which this version would mix up. */
plb_status plb_result_parse(const char *name, const char *text, size_t length, struct plb_result **result,
                            struct plb_error *err);

#endif
