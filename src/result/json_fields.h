/* SPDX-License-Identifier: Apache-2.0
 *
 * Flat structs (fields.h) written to and read from result files.
 */
#ifndef PLB_RESULT_JSON_FIELDS_H
#define PLB_RESULT_JSON_FIELDS_H

#include "result/fields.h"
#include "result/json_put.h"
#include "result/json_read.h"

void plb_put_fields(struct plb_writer *w, const struct plb_fields *fields, const void *from);
void plb_read_fields(struct plb_reader *r, const struct plb_json *object, const struct plb_fields *fields, void *into);

/* An array of them, one a line; NULL where there are none. */
void plb_put_rows(struct plb_writer *w, const char *key, const struct plb_fields *fields, const void *rows,
                  size_t count, size_t size);
void *plb_read_rows(struct plb_reader *r, const struct plb_json *object, const char *key,
                    const struct plb_fields *fields, size_t size, size_t *count);

/* The lists "plan" and "trends", which are there only where they are not empty. */
void plb_put_plans(struct plb_writer *w, const struct plb_result *result);
void plb_put_trends(struct plb_writer *w, const struct plb_result *result);

#endif
