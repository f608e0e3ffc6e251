/* SPDX-License-Identifier: Apache-2.0
 *
 * A simultaneous band from replicates: the rank envelope (methods-tested C.4, steps 3 and 4).
 */
#ifndef PLB_RESAMPLE_BAND_H
#define PLB_RESAMPLE_BAND_H

#include "base/error.h"

/* `curves` holds [point][replicate], of which those that are usable count. lower and upper, by point, are such that
 * the share `level` of the replicates lies between them at all points at once. *coarse: the outermost replicates were
 * needed, so that more would give a narrower band. False in *made where fewer than two are usable. */
plb_status plb_band_of(const double *curves, size_t points, const bool *usable, size_t replicates, double level,
                       double *lower, double *upper, bool *coarse, bool *made, struct plb_error *err);

#endif
