/* SPDX-License-Identifier: Apache-2.0
 *
 * A key of SIDEKIT, PyBOSARIS or BOSARIS as a trial list (--trials).
 */
#ifndef PLB_TRIAL_HDF5_KEY_H
#define PLB_TRIAL_HDF5_KEY_H

#include "trial/trial_list.h"

/* Whether the bytes are an HDF5 file. */
bool plb_hdf5_is_key(struct plb_bytes *bytes);

/* Reads the key in a group of the file at `path` (inner NULL: the root), whose bytes these are. */
plb_status plb_hdf5_key_read(struct plb_bytes *bytes, const struct plb_input *input, const char *path,
                             const char *inner, struct plb_trial_list **list, struct plb_error *err);

#endif
