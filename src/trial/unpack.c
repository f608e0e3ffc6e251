/* SPDX-License-Identifier: Apache-2.0
 *
 * What is said of packed streams that cannot be unpacked.
 */
#include "trial/unpack.h"

plb_status plb_unpack_fail(enum plb_unpacked why, const char *name, const char *packing, uint64_t line,
                           struct plb_error *err) {
  switch (why) {
  case PLB_UNPACK_NOMEM: return plb_fail_memory(err);
  case PLB_UNPACK_TOO_WIDE:
    return plb_fail_at(err, PLB_DATA, name, 0, 0,
                       "the %s stream needs a window of more than 128 MiB; pack it without --long or --ultra", packing);
  case PLB_UNPACK_DAMAGED:
    if (!line)
      return plb_fail_at(err, PLB_DATA, name, 0, 0, "the %s stream is damaged", packing);
    return plb_fail_at(err, PLB_DATA, name, 0, 0, "the %s stream is damaged behind line %llu", packing,
                       (unsigned long long)line);
  case PLB_UNPACK_MORE:
  case PLB_UNPACK_WHOLE: break;
  }
  return plb_fail_at(err, PLB_DATA, name, 0, 0, "the %s stream ends early; is the file cut off?", packing);
}
