/* SPDX-License-Identifier: Apache-2.0
 *
 * Words and layout that all formats share where an input is described (plb_check).
 */
#include <stdarg.h>
#include <stdio.h>

#include "base/out.h"
#include "trial/reader.h"

#define NAME_WIDTH 13

const char *plb_field_meaning(size_t offset) {
  static const struct {
    size_t offset;
    const char *meaning;
  } all[] = {{offsetof(struct plb_fields, score), "score"},
             {offsetof(struct plb_fields, label), "class (mated or non-mated)"},
             {offsetof(struct plb_fields, status), "status (whether and how it failed)"},
             {offsetof(struct plb_fields, system), "system"},
             {offsetof(struct plb_fields, reference), "person of the reference"},
             {offsetof(struct plb_fields, probe), "person of the probe"},
             {offsetof(struct plb_fields, reference_sample), "sample of the reference"},
             {offsetof(struct plb_fields, probe_sample), "sample of the probe"},
             {offsetof(struct plb_fields, reference_instance), "finger or eye of the reference"},
             {offsetof(struct plb_fields, probe_instance), "finger or eye of the probe"},
             {offsetof(struct plb_fields, reference_cluster), "cluster of the person of the reference"},
             {offsetof(struct plb_fields, probe_cluster), "cluster of the person of the probe"}};
  for (size_t i = 0; i < sizeof all / sizeof *all; i++)
    if (all[i].offset == offset)
      return all[i].meaning;
  return "not used";
}

void plb_describe_line(struct plb_out *out, const char *name, const char *format, ...) {
  char text[512];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  plb_out_print(out, "  %-*s %s\n", NAME_WIDTH, name, text);
}
