/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading and estimating in one go, for tests that look at the result.
 */
#ifndef PLB_TESTS_MEASURE_H
#define PLB_TESTS_MEASURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "plumbline.h"

/* *result is NULL where it fails. */
static inline plb_status measure_input(const struct plb_input *input, const struct plb_options *options,
                                       plb_result **result, struct plb_error *err) {
  plb_tally *tally = NULL;
  *result = NULL;
  plb_status status = plb_tally_read(input, &tally, err);
  if (!status)
    status = plb_verification(tally, options, result, err);
  plb_tally_free(tally);
  return status;
}

/* The test fails where this does. */
static inline plb_result *measured_input(const struct plb_input *input, const struct plb_options *options) {
  struct plb_error err = {0};
  plb_result *result;
  if (measure_input(input, options, &result, &err))
    fail_msg("%s", err.message);
  return result;
}

#endif
