/* SPDX-License-Identifier: Apache-2.0
 *
 * The canonical comparison table of doc/formats.md.
 */
#ifndef PLB_TRIAL_CSV_H
#define PLB_TRIAL_CSV_H

#include "trial/reader.h"

extern const struct plb_reader_kind plb_reader_csv;

#endif
