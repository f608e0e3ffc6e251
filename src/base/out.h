/* SPDX-License-Identifier: Apache-2.0
 *
 * Where text goes: a file written under a temporary name and renamed when whole, standard output, or
 * memory. The first error is kept and answered by close, so that a writer need not look at every call.
 */
#ifndef PLB_BASE_OUT_H
#define PLB_BASE_OUT_H

#include "base/error.h"

struct plb_out;

/* "-" is standard output; a path ending in .gz or .zst is compressed only by plb_pack (trial layer),
 * never here. Fails with PLB_IO. */
plb_status plb_out_open(const char *path, struct plb_out **out, struct plb_error *err);

/* Text kept in memory; plb_out_take answers it (NUL-terminated, free with free()) and its length. */
plb_status plb_out_memory(struct plb_out **out, struct plb_error *err);
char *plb_out_take(struct plb_out *out, size_t *length);

/* Whom to ask whether to stop, before each block that is written, while a write waits and a signal comes, and
 * before a file gets its name; `done` are the bytes written so far. What stops is PLB_CANCELLED. */
typedef bool plb_out_stop(void *ctx, uint64_t done);
void plb_out_watch(struct plb_out *out, plb_out_stop *stop, void *ctx);

/* Whether all later writes are silent, so that whoever makes much text need not go on. */
bool plb_out_failed(const struct plb_out *out);

void plb_out_bytes(struct plb_out *out, const void *bytes, size_t length);
void plb_out_text(struct plb_out *out, const char *text);
void plb_out_print(struct plb_out *out, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Flushes, and renames a file into place; frees `out` in any case. Answers the first error of its life;
 * after an error the temporary file is removed. */
plb_status plb_out_close(struct plb_out *out, struct plb_error *err);

/* Gives up: removes the temporary file and frees. Accepts NULL. */
void plb_out_abandon(struct plb_out *out);

#endif
