/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "trial/source.h"

/* With all that measuring needs beside them, half a GiB is enough for any number of rows; and a temporary file that the
 * system holds in memory it does not need otherwise costs no more time. */
#define DEFAULT_MEMORY (UINT64_C(1) << 27)

void plb_input_init(struct plb_input *input, size_t size) {
  memset(input, 0, size);
  input->size = size;
  input->memory = DEFAULT_MEMORY;
}

plb_status plb_input_check_whole(const struct plb_input *input, const char *what, struct plb_error *err) {
  if (!input->shard && input->shards < 2)
    return PLB_OK;
  return plb_fail(err, PLB_USAGE, "%s: shard %u of %u of the input; expected all of it", what, input->shard,
                  input->shards);
}
