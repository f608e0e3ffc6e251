/* SPDX-License-Identifier: Apache-2.0
 *
 * Text of a result inside markup. Names of files and systems, notes and commands come from outside: they
 * may hold anything, and must stay text.
 */
#ifndef PLB_REPORT_ESCAPE_H
#define PLB_REPORT_ESCAPE_H

#include "base/out.h"

/* Writes `text` so that it stays text inside an element and inside a quoted attribute, in HTML and in
 * XML. What no document may hold becomes U+FFFD: malformed UTF-8, control characters, non-characters,
 * separators of lines, and the marks that turn the reading direction of what follows. NULL is nothing. */
void plb_escape(struct plb_out *out, const char *text);

/* The same, for sentences of a page: blanks that may not be broken (plb_glued) become U+00A0. */
void plb_escape_words(struct plb_out *out, const char *text);

/* A copy of `text` that is at most `most` characters long, cut in its middle with an ellipsis (file names
 * differ at their ends); always valid UTF-8. `buffer` has `size` bytes; answers it. */
const char *plb_shorten(char *buffer, size_t size, const char *text, size_t most);

#endif
