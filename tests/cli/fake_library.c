/* SPDX-License-Identifier: Apache-2.0 */
#include "fake_library.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct fake fake;

struct plb_tally {
  int unused;
};
struct plb_result {
  int unused;
};

static plb_status answer(plb_status status, struct plb_error *err) {
  if (status && err) {
    err->status = status;
    snprintf(err->message, sizeof err->message, "%s", fake.message ? fake.message : "");
  }
  return status;
}

static void copy(char *to, size_t size, const char *from) {
  snprintf(to, size, "%s", from ? from : "(null)");
}

const char *plb_version(void) {
  return "9.8.7";
}

const char *plb_status_name(plb_status status) {
  return status == PLB_NOMEM ? "out of memory" : "a status";
}

void plb_input_init(struct plb_input *input, size_t size) {
  memset(input, 0, size);
  input->size = size;
}

void plb_options_init(struct plb_options *options, size_t size) {
  memset(options, 0, size);
  options->size = size;
  options->level = 0.95;
}

void plb_comparing_init(struct plb_comparing *comparing, size_t size) {
  memset(comparing, 0, size);
  comparing->size = size;
}

void plb_plan_options_init(struct plb_plan_options *options, size_t size) {
  memset(options, 0, size);
  options->size = size;
}

void plb_simulation_init(struct plb_simulation *simulation, size_t size) {
  memset(simulation, 0, size);
  simulation->size = size;
}

plb_status plb_tally_read(const struct plb_input *input, plb_tally **tally, struct plb_error *err) {
  fake.input = *input;
  for (size_t i = 0; i < input->file_count && i < FAKE_MOST; i++)
    copy(fake.files[i], sizeof fake.files[i], input->files[i]);
  if (fake.interrupt) {
    raise(SIGINT);
    if (input->progress(input->progress_ctx, "reading", 1, 2))
      return answer(PLB_CANCELLED, err);
  }
  *tally = NULL;
  if (fake.read)
    return answer(fake.read, err);
  *tally = calloc(1, sizeof **tally);
  fake.alive++;
  return PLB_OK;
}

plb_status plb_tally_save(plb_tally *tally, const char *path, struct plb_error *err) {
  (void)tally;
  (void)path;
  (void)err;
  return PLB_OK;
}

void plb_tally_set_progress(plb_tally *tally, plb_progress progress, void *progress_ctx) {
  (void)tally, (void)progress, (void)progress_ctx;
}

void plb_tally_free(plb_tally *tally) {
  fake.alive -= tally != NULL;
  free(tally);
}

static plb_result *new_result(void) {
  fake.alive++;
  return calloc(1, sizeof(plb_result));
}

plb_status plb_verification(plb_tally *tally, const struct plb_options *options, plb_result **result,
                            struct plb_error *err) {
  (void)tally;
  fake.options = *options;
  for (size_t i = 0; i < options->threshold_count && i < FAKE_MOST; i++)
    fake.thresholds[i] = options->thresholds[i];
  for (size_t i = 0; i < options->fmr_target_count && i < FAKE_MOST; i++)
    fake.targets[i] = options->fmr_targets[i];
  for (size_t i = 0; i < options->claim_count && i < FAKE_MOST; i++)
    copy(fake.claim[i], sizeof fake.claim[i], options->claims[i]);
  copy(fake.interval, sizeof fake.interval, options->interval);
  if (!fake.estimate)
    *result = new_result();
  return answer(fake.estimate, err);
}

plb_status plb_compare(const struct plb_input *inputs, size_t input_count, const struct plb_options *options,
                       const struct plb_comparing *comparing, plb_result **result, struct plb_error *err) {
  fake.input_count = input_count;
  for (size_t i = 0; i < input_count && i < FAKE_MOST; i++)
    fake.inputs[i] = inputs[i];
  fake.options = *options;
  fake.comparing = *comparing;
  *result = fake.read ? NULL : new_result();
  return answer(fake.read, err);
}

plb_status plb_plan(const struct plb_plan_options *options, plb_result **result, struct plb_error *err) {
  fake.plan = *options;
  for (size_t i = 0; i < options->claim_count && i < FAKE_MOST; i++)
    copy(fake.claim[i], sizeof fake.claim[i], options->claims[i]);
  for (size_t i = 0; i < options->expected_count && i < FAKE_MOST; i++)
    fake.targets[i] = options->expected[i];
  if (!fake.estimate)
    *result = new_result();
  return answer(fake.estimate, err);
}

void plb_result_free(plb_result *result) {
  fake.alive -= result != NULL;
  free(result);
}

size_t plb_result_claims(const plb_result *result, size_t *shown) {
  (void)result;
  *shown = fake.shown;
  return fake.claims;
}

size_t plb_result_margins(const plb_result *result, size_t *held) {
  (void)result;
  *held = fake.shown;
  return fake.claims;
}

plb_status plb_result_set_command(plb_result *result, const char *command, struct plb_error *err) {
  (void)result, (void)err;
  copy(fake.command, sizeof fake.command, command);
  return PLB_OK;
}

void plb_result_set_progress(plb_result *result, plb_progress progress, void *progress_ctx) {
  (void)result;
  fake.watched = progress && progress(progress_ctx, "writing", 1, 0) == 0;
}

plb_status plb_result_read(const char *path, plb_result **result, struct plb_error *err) {
  (void)path;
  *result = fake.read ? NULL : new_result();
  return answer(fake.read, err);
}

plb_status plb_write_many(const plb_result *const *results, size_t count, enum plb_format format, const char *path,
                          struct plb_error *err) {
  (void)results;
  struct fake_write *write = &fake.writes[fake.write_count++];
  write->format = format;
  write->results = count;
  copy(write->path, sizeof write->path, path);
  return answer(fake.write, err);
}

plb_status plb_write(const plb_result *result, enum plb_format format, const char *path, struct plb_error *err) {
  return plb_write_many(&result, 1, format, path, err);
}

plb_status plb_write_svg(const plb_result *result, const char *folder, struct plb_error *err) {
  (void)result;
  copy(fake.svg, sizeof fake.svg, folder);
  return answer(fake.write, err);
}

plb_status plb_check(const struct plb_input *input, const char *path, uint64_t *problems, struct plb_error *err) {
  fake.input = *input;
  copy(fake.scores, sizeof fake.scores, path);
  *problems = fake.problems;
  return answer(fake.check, err);
}

void plb_coverage_options_init(struct plb_coverage_options *options, size_t size) {
  memset(options, 0, size);
  options->size = size;
}

plb_status plb_coverage(const struct plb_coverage_options *options, plb_result **result, struct plb_error *err) {
  (void)options;
  if (!fake.estimate)
    *result = new_result();
  return answer(fake.estimate, err);
}

plb_status plb_convert(const struct plb_input *input, const char *path, const char *text, struct plb_error *err) {
  fake.input = *input;
  copy(fake.scores, sizeof fake.scores, path);
  copy(fake.truth, sizeof fake.truth, text);
  return answer(fake.simulate, err);
}

plb_status plb_simulate(const struct plb_simulation *simulation, const char *scores, const char *truth,
                        struct plb_error *err) {
  fake.simulation = *simulation;
  copy(fake.scores, sizeof fake.scores, scores);
  copy(fake.truth, sizeof fake.truth, truth);
  return answer(fake.simulate, err);
}

plb_status plb_team_agree(struct plb_team *team, plb_status status, struct plb_error *err) {
  (void)team, (void)err;
  return status;
}
