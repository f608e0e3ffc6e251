/* SPDX-License-Identifier: Apache-2.0
 *
 * Fuzz entry of the reader of result files: any bytes are read or refused; what was read is written, and
 * that text is read and written again without a change.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/out.h"
#include "result/store.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char *store(const struct plb_result *result, size_t *length) {
  struct plb_out *out;
  if (plb_out_memory(&out, NULL))
    abort();
  plb_result_store(result, out);
  char *text = plb_out_take(out, length);
  if (plb_out_close(out, NULL) || !text)
    abort();
  return text;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct plb_error err = {0};
  struct plb_result *result, *again;
  plb_status st = plb_result_parse("fuzz", (const char *)data, size, &result, &err);
  if (st) {
    if (result || !err.message[0] || (st != PLB_DATA && st != PLB_UNSUPPORTED))
      abort();
    return 0;
  }
  size_t length, again_length;
  char *text = store(result, &length);
  if (plb_result_parse("fuzz", text, length, &again, &err)) {
    fprintf(stderr, "%s\n%s", err.message, text);
    abort();
  }
  char *again_text = store(again, &again_length);
  if (length != again_length || memcmp(text, again_text, length) != 0)
    abort();
  free(text);
  free(again_text);
  plb_result_free(result);
  plb_result_free(again);
  return 0;
}
