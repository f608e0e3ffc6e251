/* SPDX-License-Identifier: Apache-2.0
 *
 * Inputs that are a part of a file: FILE:/PATH.
 */
#ifndef PLB_TRIAL_PLACE_H
#define PLB_TRIAL_PLACE_H

#include "base/error.h"

/* *inner is the place in `path` where a path within a file begins ("/PATH"), or NULL: the name of a file that is there
 * is never taken apart. Free *file. False when out of memory. */
bool plb_place_split(const char *path, char **file, const char **inner);

#endif
