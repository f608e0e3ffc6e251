/* SPDX-License-Identifier: Apache-2.0
 *
 * The range of several standard normal numbers, by which groups are told apart in pairs (Tukey). Pure, reentrant.
 */
#ifndef PLB_INTERVAL_RANGE_H
#define PLB_INTERVAL_RANGE_H

/* q with P(range of `groups` standard normals <= q) = p, 0 < p < 1, groups >= 2; about 1e-9 relative. */
double plb_range_quantile(double p, double groups);

/* The level at which limits of each group are to be taken so that the limits of all differences between two of them
 * hold at `level` together: that of the normal quantile q / sqrt(2). */
double plb_pairs_level(double level, double groups);

#endif
