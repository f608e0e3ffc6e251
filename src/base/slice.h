/* SPDX-License-Identifier: Apache-2.0
 *
 * A stretch of a text that is somebody else's. text == NULL means that there is no such thing.
 */
#ifndef PLB_BASE_SLICE_H
#define PLB_BASE_SLICE_H

#include <stddef.h>

struct plb_slice {
  const char *text;
  size_t length;
};

#endif
