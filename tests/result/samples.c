/* SPDX-License-Identifier: Apache-2.0
 *
 * A tool of the tests: `samples write FOLDER` writes the samples as JSON, `samples read FILE...` says for
 * each file whether the reader takes it: "ok" or its message.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sample.h"

static int write_samples(const char *folder) {
  for (int which = 0; which < SAMPLES; which++) {
    char path[512];
    struct plb_out *out;
    struct plb_error err;
    struct plb_result *result = sample_make((enum sample)which);
    snprintf(path, sizeof path, "%s/sample-%d.json", folder, which);
    if (!result || plb_out_open(path, &out, &err))
      return 1;
    plb_result_store(result, out);
    if (plb_out_close(out, &err))
      return 1;
    plb_result_free(result);
  }
  return 0;
}

int main(int argc, char **argv) {
  if (argc == 3 && strcmp(argv[1], "write") == 0)
    return write_samples(argv[2]);
  if (argc < 3 || strcmp(argv[1], "read") != 0)
    return 2;
  for (int i = 2; i < argc; i++) {
    struct plb_error err = {0};
    struct plb_result *result;
    plb_status st = plb_result_read(argv[i], &result, &err);
    puts(st ? err.message : "ok");
    plb_result_free(result);
  }
  return 0;
}
