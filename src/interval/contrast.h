/* SPDX-License-Identifier: Apache-2.0
 *
 * Two systems on the same comparisons: how much of the variance of their two rates they share (methods D.1), and the
 * interval of the difference and of the ratio of the rates that follows from it (MOVER: Zou and Donner, 2008).
 *
 * With T the unfloored variance totals of methods B.3 and B.4, for the errors of the first system, of the second one
 * and for their difference, T_d = T_1 + T_2 - 2 C, where C is the same sum over products of the two systems'
 * residuals; so rho = (T_1 + T_2 - T_d) / (2 sqrt(T_1 T_2)) is C / sqrt(T_1 T_2), and C is what is summed here.
 */
#ifndef PLB_INTERVAL_CONTRAST_H
#define PLB_INTERVAL_CONTRAST_H

#include "interval/pl.h"
#include "tally/people.h"

/* Two systems by their places in the tally. */
struct plb_duel {
  size_t first, second;
};

/* The totals of two systems at one point. */
struct plb_contrast {
  double first, second, shared; /* T_1, T_2, C */
  uint64_t differing;           /* people with more errors of one system than of the other */
};

/* What to sum: rows of one class of systems whose k-th rows are the same comparison. */
struct plb_contrasts {
  /* asked for */
  struct plb_tally *tally;
  bool mated;
  const uint64_t *keys; /* [point][system]: the thresholds at each point */
  size_t point_count;
  const struct plb_duel *duels;
  size_t duel_count;
  unsigned threads;
  /* answered */
  struct plb_contrast *at; /* [point][duel] */
};

plb_status plb_contrasts_measure(struct plb_contrasts *contrasts, struct plb_error *err);
void plb_contrasts_free(struct plb_contrasts *contrasts);

/* The key of the k-th largest score among rows; k at least 1 and at most their number. */
plb_status plb_kth_largest(const struct plb_tally *tally, const struct plb_rows *rows, size_t k, uint64_t *key,
                           struct plb_error *err);

/* The correlation of two rates: C / sqrt(T_1 T_2) of the errors, but not above that of the highest scores (`borrowed`,
 * taken to be 0 where it is negative; NULL: nothing to borrow); within -0.95 and 0.95. It may be negative: where the
 * systems fail on different people, their difference varies more than that of independent rates. */
double plb_contrast_rho(const struct plb_contrast *own, const struct plb_contrast *borrowed);

/* The rate of one system, or of one group: PL as it was found, from which its limits at any level follow. */
struct plb_side {
  const struct plb_pl *pl;
  uint64_t errors, trials;
};

/* The interval of first - second, within [-1, 1]. */
struct plb_limits plb_mover_difference(const struct plb_side *first, const struct plb_side *second, double rho,
                                       double level);

/* The interval of first / second on the scale of logarithms; `upper` is INFINITY where the second has no errors. */
struct plb_limits plb_mover_ratio(const struct plb_side *first, const struct plb_side *second, double rho,
                                  double level);

/* The limits of one rate at a level; and the last two from such limits, of rates `first` and `second`. */
struct plb_limits plb_side_limits(const struct plb_side *side, double level);
struct plb_limits plb_mover_of_difference(double first, struct plb_limits of_first, double second,
                                          struct plb_limits of_second, double rho);
struct plb_limits plb_mover_of_ratio(double first, struct plb_limits of_first, double second,
                                     struct plb_limits of_second, double rho);

/* Two-sided: 1 - the level at which 0 is a limit of the difference. 1 where the rates are equal. */
double plb_mover_p_value(const struct plb_side *first, const struct plb_side *second, double rho);

#endif
