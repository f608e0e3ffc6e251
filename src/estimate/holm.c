/* SPDX-License-Identifier: Apache-2.0
 *
 * See holm.h. Cost: two looks at the limits of each hypothesis for each doubling of their number, and as many passes
 * over the reaches as there are steps.
 */
#include "estimate/holm.h"

double plb_holm_level(double level, size_t sharing) {
  return sharing > 1 ? 1 - (1 - level) / (double)sharing : level;
}

size_t plb_holm_reach(bool (*decides)(const void *ctx, size_t sharing), const void *ctx, size_t count) {
  size_t reach = 0, beyond = count + 1;
  while (beyond - reach > 1) {
    size_t middle = reach ? reach + (beyond - reach) / 2 : beyond == count + 1 ? 1 : beyond / 2;
    if (decides(ctx, middle))
      reach = middle;
    else
      beyond = middle;
  }
  return reach;
}

size_t plb_holm_steps(struct plb_holm *hypotheses, size_t count) {
  size_t open = count, decided = count;
  for (size_t i = 0; i < count; i++)
    hypotheses[i].sharing = 0;
  while (open && decided) {
    decided = 0;
    for (size_t i = 0; i < count; i++) {
      if (hypotheses[i].sharing || hypotheses[i].reach < open)
        continue;
      hypotheses[i].sharing = open;
      decided++;
    }
    open -= decided;
  }
  return open;
}
