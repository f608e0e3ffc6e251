/* SPDX-License-Identifier: Apache-2.0
 *
 * Tallies, comparisons and people as tests of counting make them: by number, without samples.
 */
#ifndef PLB_TESTS_COMPARISONS_H
#define PLB_TESTS_COMPARISONS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tally/tally.h"

/* A tally of similarity scores without any. */
static inline struct plb_tally *similarity_tally(void) {
  struct plb_input input;
  struct plb_tally *tally;
  plb_input_init(&input, sizeof input);
  input.direction = PLB_SIMILARITY;
  assert_int_equal(plb_tally_new(&input, &tally, NULL), PLB_OK);
  return tally;
}

/* A completed comparison of the only system, mated where both are one person. */
static inline struct plb_trial comparison(double score, uint32_t reference, uint32_t probe) {
  return (struct plb_trial){.score = score,
                            .count = 1,
                            .reference = reference,
                            .probe = probe,
                            .mated = reference == probe,
                            .system = PLB_NOBODY,
                            .reference_sample = PLB_NOBODY,
                            .probe_sample = PLB_NOBODY};
}

/* Makes a person called p and this number known; answers the number in the census. */
static inline uint32_t person_called(struct plb_tally *tally, uint32_t called) {
  char id[16];
  uint32_t number;
  snprintf(id, sizeof id, "p%u", called);
  assert_true(plb_dict_put(&tally->census.people, id, strlen(id), &number));
  return number;
}

/* Puts a person, by number, into a cluster; without a name into none. */
static inline void person_belongs(struct plb_tally *tally, uint32_t person, const char *cluster) {
  uint32_t value = PLB_NO_VALUE;
  if (cluster)
    assert_true(plb_dict_put(&tally->census.clusters.values, cluster, strlen(cluster), &value));
  assert_int_equal(plb_attribute_say(&tally->census.clusters, person, value), PLB_TOLD_FINE);
}

#endif
