/* SPDX-License-Identifier: Apache-2.0
 *
 * Holm's step-down (Scand. J. Statist. 6, 1979, 65-70), for whatever is judged together: while m hypotheses are open,
 * each is judged at 1 - alpha / m; those that are decided leave, and the others share the risk anew. That any of them
 * is decided wrongly then has the chance alpha at most, whatever they depend on each other.
 *
 * It needs limits that widen with the level, so that for each hypothesis there is one number that says all: its
 * reach, with how many at most it may share the risk and still be decided.
 */
#ifndef PLB_ESTIMATE_HOLM_H
#define PLB_ESTIMATE_HOLM_H

#include <stdbool.h>
#include <stddef.h>

/* Nearer to 1 a double does not tell levels apart well enough: nothing is decided there. */
#define HIGHEST_LEVEL 0.999999999

/* One hypothesis. */
struct plb_holm {
  size_t reach;   /* 0: it is not decided even alone */
  size_t sharing; /* how many shared the risk when it was decided; 0: it stays open */
};

/* The level for each of so many that share the risk. */
double plb_holm_level(double level, size_t sharing);

/* The reach among `count`: the largest number at which `decides` says yes; once it says no it never says yes again. */
size_t plb_holm_reach(bool (*decides)(const void *ctx, size_t sharing), const void *ctx, size_t count);

/* Takes the steps, with all `count` sharing the risk at first; answers how many shared it in the last step, in which
 * none was decided (0: all are). */
size_t plb_holm_steps(struct plb_holm *hypotheses, size_t count);

#endif
