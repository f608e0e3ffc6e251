/* SPDX-License-Identifier: Apache-2.0
 *
 * Likeness of trials as a correlation of bivariate normal scores (methods B.6, B.7): the one step from how
 * often two trials err together to a correlation, and back at another rate. PL borrows design effects with it
 * and plans predict them. Threads: pure, reentrant.
 */
#ifndef PLB_INTERVAL_LATENT_H
#define PLB_INTERVAL_LATENT_H

#define PLB_MOST_CORRELATION 0.98

/* Fewer other trials than this on average are as good as none. */
#define PLB_NEGLIGIBLE 1e-6

/* r with P(Z1 > t, Z2 > t) = joint: from 0 to 0.98, 0 where joint <= P(Z > t)^2. 60 bisections. */
double plb_latent_correlation(double t, double joint);

/* The part of the design effect that is due to `count` other trials whose scores have correlation r with that
 * of a trial, at the rate p = P(Z > t). */
double plb_latent_part(double count, double t, double r, double p);

#endif
