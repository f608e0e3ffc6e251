/* SPDX-License-Identifier: Apache-2.0
 *
 * The readers other than csv.c, as source.c lists them. In that table the order matters for sniffing:
 * npy, mtx and hdf5, which begin with bytes of their own, before all, matrix and frte before csv, then labels, bob4,
 * bob5, trials, pyeer. pyeer-histogram is never sniffed: its counts look like scores.
 */
#ifndef PLB_TRIAL_FORMATS_H
#define PLB_TRIAL_FORMATS_H

#include "trial/reader.h"

extern const struct plb_reader_kind plb_reader_npy;
extern const struct plb_reader_kind plb_reader_mtx;
extern const struct plb_reader_kind plb_reader_hdf5;
extern const struct plb_reader_kind plb_reader_matrix;
extern const struct plb_reader_kind plb_reader_frte;
extern const struct plb_reader_kind plb_reader_labels;
extern const struct plb_reader_kind plb_reader_bob4;
extern const struct plb_reader_kind plb_reader_bob5;
extern const struct plb_reader_kind plb_reader_trials;
extern const struct plb_reader_kind plb_reader_pyeer;
extern const struct plb_reader_kind plb_reader_pyeer_histogram;

#endif
