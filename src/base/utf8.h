/* SPDX-License-Identifier: Apache-2.0
 *
 * UTF-8, for texts that come from outside and may be anything.
 */
#ifndef PLB_BASE_UTF8_H
#define PLB_BASE_UTF8_H

#include <stddef.h>

/* Bytes of the UTF-8 sequence that starts at `text`, 1 to 4; 0 if none does (overlong, a surrogate, cut
 * short, past U+10FFFF). Reads no byte behind a NUL. */
size_t plb_utf8_length(const char *text);

#endif
