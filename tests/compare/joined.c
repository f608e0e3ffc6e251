/* SPDX-License-Identifier: Apache-2.0 */
#include "joined.h"

#include <string.h>

#include "close.h"

struct plb_result *compare_tally(struct plb_tally *tally, size_t systems, const struct plb_options *options,
                                 const struct plb_comparing *comparing) {
  char names[MOST_JOINED][2] = {{0}};
  struct plb_paired_system of[MOST_JOINED] = {{0}};
  struct plb_paired paired = {.tally = tally, .systems = of, .system_count = systems};
  struct plb_result *result;
  struct plb_error err = {0};
  for (size_t s = 0; s < systems; s++) {
    uint32_t number;
    names[s][0] = (char)('a' + s);
    of[s] = (struct plb_paired_system){.name = names[s], .traits = {.direction_declared = true}};
    assert_true(plb_dict_put(&tally->census.systems, names[s], 1, &number));
  }
  for (int c = 0; c < 2; c++)
    paired.joined[c] = tally->systems[0].of[c].completed;
  if (plb_compare_joined(&paired, options, comparing, &result, &err))
    print_error("%s\n", err.message);
  assert_int_equal(err.status, PLB_OK);
  return result;
}

const struct plb_estimate *found_in(const struct plb_result *result, const char *metric, size_t n) {
  for (size_t i = 0; i < plb_result_count(result); i++) {
    const struct plb_estimate *e = plb_result_get(result, i);
    if (strcmp(e->metric, metric) == 0 && n-- == 0)
      return e;
  }
  return NULL;
}
