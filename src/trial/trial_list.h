/* SPDX-License-Identifier: Apache-2.0
 *
 * A trial list: which comparisons a test consists of and which of them are mated. Scores are joined to
 * it by the pair (enrol, test), in this order.
 */
#ifndef PLB_TRIAL_TRIAL_LIST_H
#define PLB_TRIAL_TRIAL_LIST_H

#include "trial/bytes.h"
#include "trial/reader.h"

struct plb_trial_list;

/* Reads all lines of `bytes`, which the caller keeps and closes. */
plb_status plb_trial_list_read(struct plb_bytes *bytes, struct plb_trial_list **list, struct plb_error *err);

/* An empty list, to which trials are added; `line` is where each stands in the file `name`. The same trial twice is one
 * trial; with different classes it is PLB_DATA. */
plb_status plb_trial_list_new(struct plb_trial_list **list, struct plb_error *err);
plb_status plb_trial_list_add(struct plb_trial_list *list, const char *name, struct plb_slice enrol,
                              struct plb_slice test, bool mated, uint64_t line, struct plb_error *err);

/* True when the pair is on the list, which is then marked as scored; *mated is its class. */
bool plb_trial_list_find(struct plb_trial_list *list, struct plb_slice enrol, struct plb_slice test, bool *mated);

/* The trials of the list, and how many of them have no score yet. */
uint64_t plb_trial_list_count(const struct plb_trial_list *list);
uint64_t plb_trial_list_unscored(const struct plb_trial_list *list);

/* The first trial from number *from on that has no score, as fields with an empty score; *from is moved
 * behind it. False when there is none. The slices are borrowed until the list is freed. */
bool plb_trial_list_next_unscored(const struct plb_trial_list *list, uint64_t *from, struct plb_fields *fields);

/* Accepts NULL. */
void plb_trial_list_free(struct plb_trial_list *list);

#endif
