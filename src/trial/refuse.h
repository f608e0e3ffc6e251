/* SPDX-License-Identifier: Apache-2.0
 *
 * What no reader reads: images, templates, archives, binary tables. Named, so that the message helps.
 */
#ifndef PLB_TRIAL_REFUSE_H
#define PLB_TRIAL_REFUSE_H

#include <stdbool.h>

#include "base/error.h"

/* Looks at the first (decompressed) bytes of an input: all of them where there are few. `packing` is its name or NULL;
 * `plain`: a file that can be read again. PLB_OK when they may be text. */
plb_status plb_refuse(const char *name, const char *head, size_t length, const char *packing, bool plain,
                      struct plb_error *err);

#endif
