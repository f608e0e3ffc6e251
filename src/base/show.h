/* SPDX-License-Identifier: Apache-2.0
 *
 * Text of the input as a message may show it: quoted, control bytes escaped, cut to 40 bytes. Never for
 * ids of people.
 */
#ifndef PLB_BASE_SHOW_H
#define PLB_BASE_SHOW_H

#include <stddef.h>

#define PLB_SHOWN_BYTES 40
#define PLB_SHOWN (4 * PLB_SHOWN_BYTES + 8)

/* Writes "text" with its quotes, "..." behind what was cut; answers `shown`. */
const char *plb_show_text(char shown[PLB_SHOWN], const char *text, size_t length);

#endif
