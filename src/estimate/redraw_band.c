/* SPDX-License-Identifier: Apache-2.0
 *
 * The band of the DET from replicates (methods-tested C.4): the rank envelope of FNMR at its targets, joined with PL
 * where few mated errors carry it.
 */
#include <math.h>

#include "estimate/redraw_parts.h"
#include "resample/band.h"

/* The threshold for so many false matches, and the mated errors at it, from the lists. */
static struct plb_point point_for(const struct redraw *redraw, uint64_t false_matches) {
  const struct plb_listing *list = redraw->list;
  uint64_t above = list[0].rows[false_matches].key; /* the next score: one error too many, or tied with it */
  uint64_t nonmated = 0, mated = 0;
  while (nonmated < list[0].count && list[0].rows[nonmated].key > above)
    nonmated++;
  while (mated < list[1].count && list[1].rows[mated].key > above)
    mated++;
  uint64_t key = UINT64_MAX;
  if (nonmated)
    key = list[0].rows[nonmated - 1].key;
  if (mated && list[1].rows[mated - 1].key < key)
    key = list[1].rows[mated - 1].key;
  return (struct plb_point){.key = key == UINT64_MAX ? redraw->measured->det.highest + 1 : key,
                            .false_matches = nonmated,
                            .false_nonmatches = list[1].count - mated};
}

/* PL's limits join where few mated errors carry the band: thresholds fall along it, and are measured in one walk. */
static plb_status join_band(struct redraw *redraw, struct plb_error *err) {
  struct plb_redrawn_band *band = &redraw->into->band;
  uint64_t keys[PLB_BAND_POINTS], errors[PLB_BAND_POINTS];
  size_t at[PLB_BAND_POINTS], n = 0; /* at: by point of the band, SIZE_MAX where errors are enough */
  struct plb_rates rates = {0};
  for (size_t g = band->count; g-- > 0;) {
    struct plb_point point = point_for(redraw, band->errors[g]);
    at[g] = SIZE_MAX;
    if (point.false_nonmatches >= FEW_ERRORS)
      continue;
    if (!n || point.key != keys[n - 1]) {
      keys[n] = point.key;
      errors[n++] = point.false_nonmatches;
    }
    at[g] = n - 1;
  }
  plb_status status = PLB_OK;
  if (n)
    status = plb_rates_measure(redraw->study->tally, redraw->measured->system, PLB_CLASS_MATED, &redraw->measured->det,
                               keys, errors, n, redraw->study->options->level, false, redraw->study->method,
                               redraw->study->threads, &rates, err);
  for (size_t g = 0; g < band->count && !status; g++)
    if (at[g] != SIZE_MAX) {
      const struct plb_limits *pl = &rates.at[at[g]].narrow.pl;
      band->lower[g] = fmin(band->lower[g], pl->lower);
      band->upper[g] = fmax(band->upper[g], pl->upper);
    }
  plb_rates_free(&rates);
  return status;
}

plb_status plb_redraw_band(struct redraw *redraw, struct plb_error *err) {
  struct plb_redrawn_band *band = &redraw->into->band;
  const struct plb_resample *from = &redraw->replicates;
  bool made = false;
  plb_status status =
      plb_band_of(from->fnmr_at_target + redraw->band_from * from->replicates, band->count, from->usable,
                  from->replicates, redraw->study->options->level, band->lower, band->upper, &band->coarse, &made, err);
  if (!made)
    band->count = 0;
  return status ? status : join_band(redraw, err);
}
