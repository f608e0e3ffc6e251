/* SPDX-License-Identifier: Apache-2.0
 *
 * The bytes of a state file (state.h), written and read front to back.
 */
#ifndef PLB_TALLY_STATE_BYTES_H
#define PLB_TALLY_STATE_BYTES_H

#include "base/error.h"
#include "base/mark.h"
#include "base/out.h"

#define PLB_STATE_VERSION 4

/* ---- writing: the first error is kept and answered by close ---------------------------------- */

struct plb_state_out;

/* `stop` as in plb_out_watch. */
plb_status plb_state_create(const char *path, plb_out_stop *stop, void *ctx, struct plb_state_out **out,
                            struct plb_error *err);
/* Whether there was an error, so that nobody need go on. */
bool plb_state_failed(const struct plb_state_out *out);
void plb_state_put(struct plb_state_out *out, const void *bytes, size_t length);
void plb_state_put_number(struct plb_state_out *out, uint64_t number);
void plb_state_put_text(struct plb_state_out *out, const char *text, size_t length);
/* The same into memory, without a head and a digest: for whoever reads it at once. Take ends it and frees; NULL when
 * out of memory, else to be freed with free(). */
plb_status plb_state_create_here(struct plb_state_out **out, struct plb_error *err);
char *plb_state_take(struct plb_state_out *out, size_t *length);

/* NULL is written too. */
void plb_state_put_string(struct plb_state_out *out, const char *text);

/* Ends the file and puts it in its place; frees. */
plb_status plb_state_close(struct plb_state_out *out, struct plb_error *err);
void plb_state_abandon(struct plb_state_out *out);

/* ---- reading: the whole file has been checked when it is open --------------------------------- */

struct plb_state_in;

/* `input`, borrowed until the end, says whom to tell of every block; NULL: nobody. */
plb_status plb_state_open(const char *path, const struct plb_input *input, struct plb_state_in **in,
                          struct plb_error *err);
/* What was written into memory, borrowed until the end. */
plb_status plb_state_open_here(const char *bytes, size_t length, struct plb_state_in **in, struct plb_error *err);
/* After a failure, or behind the end, all zero. */
void plb_state_get(struct plb_state_in *in, void *bytes, size_t length);
uint64_t plb_state_get_number(struct plb_state_in *in);
/* The text, borrowed until the next call; "" after a failure. */
const char *plb_state_get_text(struct plb_state_in *in, size_t *length);
/* A copy, or NULL where none was written. *failed: out of memory. */
char *plb_state_get_string(struct plb_state_in *in, bool *failed);

/* The first failure so far. */
plb_status plb_state_status(const struct plb_state_in *in, struct plb_error *err);
const char *plb_state_name(const struct plb_state_in *in);
void plb_state_end(struct plb_state_in *in);

#endif
