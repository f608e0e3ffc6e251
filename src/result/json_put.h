/* SPDX-License-Identifier: Apache-2.0
 *
 * The pen that writes JSON: brackets, keys and values, one behind the other.
 */
#ifndef PLB_RESULT_JSON_PUT_H
#define PLB_RESULT_JSON_PUT_H

#include "base/out.h"

struct plb_writer {
  struct plb_out *out;
  int depth;
  int flat;   /* depth from which all stands on one line; 0 = nowhere */
  bool first; /* nothing yet in the open object or array */
};

/* Brackets; `key` is NULL in an array. What begins flat stands on one line. */
void plb_begin(struct plb_writer *w, const char *key, const char *bracket);
void plb_begin_flat(struct plb_writer *w, const char *key, const char *bracket);
void plb_end(struct plb_writer *w, const char *bracket);

/* Values; null for what does not exist, for a text that is NULL, and for a number that is not finite. */
void plb_put_null(struct plb_writer *w, const char *key);
void plb_put_text(struct plb_writer *w, const char *key, const char *text);
void plb_put_count(struct plb_writer *w, const char *key, bool exists, uint64_t count);
void plb_put_number(struct plb_writer *w, const char *key, bool exists, double number);
void plb_put_boolean(struct plb_writer *w, const char *key, bool value);

/* Two numbers; [errors, trials]; texts that stand in one with commas between them. */
void plb_put_pair(struct plb_writer *w, const char *key, bool exists, const double pair[2]);
void plb_put_counts(struct plb_writer *w, const char *key, uint64_t errors, uint64_t trials);
void plb_put_names(struct plb_writer *w, const char *key, const char *names);

#endif
