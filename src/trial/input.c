/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "plumbline.h"

#define DEFAULT_MEMORY (UINT64_C(1) << 30)

void plb_input_init(struct plb_input *input, size_t size) {
  memset(input, 0, size);
  input->size = size;
  input->memory = DEFAULT_MEMORY;
}
