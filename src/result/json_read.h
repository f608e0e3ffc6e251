/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading a result file: the reader that its parts share. It keeps the first failure (PLB_DATA naming the path of the
 * key, what was found and what was expected) and answers empty values after it, so that each part reads as a list of
 * its keys.
 */
#ifndef PLB_RESULT_JSON_READ_H
#define PLB_RESULT_JSON_READ_H

#include "result/result.h"
#include "result/tree.h"

struct plb_reader {
  struct plb_result *result;
  struct plb_error *err;
  plb_status st;
};

/* May be absent or null; may be null; must be there. */
enum plb_need { PLB_LATER, PLB_NULLABLE, PLB_REQUIRED };

/* ---- json_values.c */

/* Keeps this failure, unless there was one before. */
void plb_read_reject(struct plb_reader *r, const struct plb_json *value, const char *expected);

/* Texts belong to the result; NULL where there is none. A word is one of the words, which end with NULL. */
const char *plb_read_text_of(struct plb_reader *r, const struct plb_json *value, enum plb_need need);
const char *plb_read_text(struct plb_reader *r, const struct plb_json *object, const char *key, enum plb_need need);
const char *plb_read_word(struct plb_reader *r, const struct plb_json *object, const char *key, enum plb_need need,
                          const char *const *words, const char *expected);

/* Numbers; *exists (which may be NULL) says whether there is one. A size is from 0 up, a share from 0 to 1. */
uint64_t plb_read_count(struct plb_reader *r, const struct plb_json *object, const char *key, enum plb_need need,
                        bool *exists);
double plb_read_number(struct plb_reader *r, const struct plb_json *object, const char *key, enum plb_need need,
                       bool *exists);
double plb_read_size(struct plb_reader *r, const struct plb_json *object, const char *key, enum plb_need need,
                     bool *exists);
double plb_read_share(struct plb_reader *r, const struct plb_json *object, const char *key, enum plb_need need,
                      bool *exists);
bool plb_read_boolean(struct plb_reader *r, const struct plb_json *object, const char *key, enum plb_need need);

/* Two numbers; whether they are there. plb_read_shares: the limits of a share, which may be absent. */
bool plb_read_pair(struct plb_reader *r, const struct plb_json *object, const char *key, enum plb_need need,
                   double pair[2]);
bool plb_read_shares(struct plb_reader *r, const struct plb_json *object, const char *key, double pair[2]);

/* [errors, trials] of a curve, with trials. */
void plb_read_counts(struct plb_reader *r, const struct plb_json *object, const char *key, uint64_t *errors,
                     uint64_t *trials);

/* What holds further values. An element is an object. */
struct plb_json plb_read_object(struct plb_reader *r, const struct plb_json *object, const char *key,
                                enum plb_need need);
struct plb_json plb_read_array(struct plb_reader *r, const struct plb_json *object, const char *key);
struct plb_json plb_read_element(struct plb_reader *r, const struct plb_json *array, size_t i);
void plb_read_list(struct plb_reader *r, const struct plb_json *root, const char *key,
                   void (*read_one)(struct plb_reader *r, const struct plb_json *object));

/* Empty structs for all elements of a list, and their number; NULL and 0 after a failure. Free with free(). */
void *plb_read_room(struct plb_reader *r, const struct plb_json *list, size_t size, size_t *count);

/* Refuses what this version would mix up with an estimate over everybody (PLB_UNSUPPORTED). */
void plb_expect_everybody(struct plb_reader *r, const struct plb_json *object);
void plb_expect_no(struct plb_reader *r, const struct plb_json *object, const char *key, const char *what);

/* Values that come in pairs: both or neither. */
void plb_expect_both(struct plb_reader *r, const struct plb_json *object, bool one, bool other, const char *expected);

/* ---- json_estimate.c, json_influence.c, json_coverage.c, json_plan.c */

void plb_read_estimate(struct plb_reader *r, const struct plb_json *object);

/* The key "influence" of an estimate, which may be absent. */
void plb_read_influence(struct plb_reader *r, const struct plb_json *estimate, struct plb_estimate *e);

/* The lists "coverage", "whole", "plan" and "trends", which may be absent; after what was tested is known. */
void plb_read_coverage(struct plb_reader *r, const struct plb_json *root);
void plb_read_plans(struct plb_reader *r, const struct plb_json *root);
void plb_read_trends(struct plb_reader *r, const struct plb_json *root);

#endif
