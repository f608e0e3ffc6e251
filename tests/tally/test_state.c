/* SPDX-License-Identifier: Apache-2.0
 *
 * States that are written and read are told of, and can be stopped at any time: nothing is left then. What is in them,
 * and which are refused, is tested through the program (tests/cli/test_states.py).
 */
#include "check.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tally/tally.h"

enum { COMPARISONS = 300000 };

struct watch {
  const char *stage; /* expected */
  uint64_t calls, stop, last, total;
};

static int told(void *ctx, const char *stage, uint64_t done, uint64_t total) {
  struct watch *watch = ctx;
  assert_string_equal(stage, watch->stage);
  assert_true(done >= watch->last && (!total || done <= total));
  watch->last = done;
  watch->total = total;
  return ++watch->calls == watch->stop;
}

static plb_tally *make(void) {
  struct plb_input input;
  plb_tally *tally;
  plb_input_init(&input, sizeof input);
  assert_int_equal(plb_tally_new(&input, &tally, NULL), PLB_OK);
  for (uint32_t i = 0; i < COMPARISONS; i++) {
    char reference[16], probe[16];
    snprintf(reference, sizeof reference, "%u", i % 211);
    snprintf(probe, sizeof probe, "%u", i % 17);
    struct plb_comparison row = {.score = (double)(i * 7919 % 65536) / 1000,
                                 .reference = reference,
                                 .probe = probe,
                                 .mated = strcmp(reference, probe) == 0};
    assert_int_equal(plb_tally_add(tally, &row, 1, NULL), PLB_OK);
  }
  return tally;
}

static void writing_is_told_and_stopped(void **state) {
  (void)state;
  const char *path = "told.state";
  plb_tally *tally = make();
  struct watch watch = {.stage = "writing"};
  unlink(path);
  plb_tally_set_progress(NULL, told, &watch);
  plb_tally_set_progress(tally, told, &watch);
  assert_int_equal(plb_tally_save(tally, path, NULL), PLB_OK);
  assert_int_equal(access(path, F_OK), 0);
  assert_true(watch.calls > 4 && watch.last > COMPARISONS);
  uint64_t calls = watch.calls;
  assert_int_equal(unlink(path), 0);
  for (uint64_t stop = 1; stop <= calls; stop++) {
    watch = (struct watch){.stage = "writing", .stop = stop};
    assert_int_equal(plb_tally_save(tally, path, NULL), PLB_CANCELLED);
    assert_int_equal(watch.calls, stop);
    assert_int_not_equal(access(path, F_OK), 0);
  }
  plb_tally_set_progress(tally, NULL, NULL);
  assert_int_equal(plb_tally_save(tally, path, NULL), PLB_OK);
  assert_int_equal(unlink(path), 0);
  plb_tally_free(tally);
}

static void reading_is_told_and_stopped(void **state) {
  (void)state;
  const char *path = "read.state";
  plb_tally *tally = make();
  assert_int_equal(plb_tally_save(tally, path, NULL), PLB_OK);
  plb_tally_free(tally);
  struct watch watch = {.stage = "reading"};
  struct plb_input input;
  plb_input_init(&input, sizeof input);
  input.files = &path;
  input.file_count = 1;
  input.progress = told;
  input.progress_ctx = &watch;
  assert_int_equal(plb_tally_read(&input, &tally, NULL), PLB_OK);
  plb_tally_free(tally);
  assert_true(watch.last > watch.total / 2);
  uint64_t calls = watch.calls;
  assert_true(calls > 4);
  for (uint64_t stop = 1; stop <= calls; stop++) {
    watch = (struct watch){.stage = "reading", .stop = stop};
    assert_int_equal(plb_tally_read(&input, &tally, NULL), PLB_CANCELLED);
    assert_null(tally);
    assert_int_equal(watch.calls, stop);
  }
  assert_int_equal(unlink(path), 0);
}

static char folder[] = "/tmp/plumbline-state-XXXXXX";

static int begin(void **state) {
  (void)state;
  return mkdtemp(folder) && chdir(folder) == 0 ? 0 : -1;
}

static int end(void **state) {
  (void)state;
  return chdir("/") == 0 ? rmdir(folder) : -1;
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(writing_is_told_and_stopped),
                                     cmocka_unit_test(reading_is_told_and_stopped)};
  return cmocka_run_group_tests_name("state", tests, begin, end);
}
