/* SPDX-License-Identifier: Apache-2.0
 *
 * The first bytes of a state of plumbline count, by which it is known where something else is expected.
 */
#ifndef PLB_BASE_MARK_H
#define PLB_BASE_MARK_H

#define PLB_STATE_MARK "plumbline state\n"

#endif
