/* SPDX-License-Identifier: Apache-2.0
 *
 * Comparing systems on the same trials: the trials that all completed become one tally, in which each system is
 * measured like any other; then the differences between them, with intervals that know that both systems met the same
 * people.
 *
 * Several pairs of systems are compared at the level 1 - alpha / pairs each (Bonferroni), so that all intervals, and
 * with them all verdicts, hold at once, however much the systems depend on each other.
 */
#include "compare/compare.h"

#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>

#include "base/key.h"
#include "base/memory.h"
#include "trial/source.h"

#define MOST_SYSTEMS 1000

void plb_comparing_init(struct plb_comparing *comparing, size_t size) {
  memset(comparing, 0, size);
  comparing->size = size;
}

bool plb_compare_threshold(const struct plb_versus *versus, size_t system, uint64_t key, double *threshold) {
  double value = plb_value_of(key);
  *threshold = versus->paired->systems[system].traits.dissimilarity ? 0 - value : value;
  return isfinite(value);
}

static bool is_margin(double margin) {
  return margin >= 0 && margin < 1;
}

static plb_status check(const struct plb_options *options, const struct plb_comparing *comparing,
                        struct plb_error *err) {
  if (comparing->size != sizeof *comparing)
    return plb_fail(err, PLB_USAGE, "plb_comparing: size is not set; call plb_comparing_init");
  if (options->interval && strcmp(options->interval, "pl") != 0)
    return plb_fail(err, PLB_USAGE, "systems are compared by intervals made from PL; leave the interval out");
  if (options->as || options->claim_count)
    return plb_fail(err, PLB_USAGE,
                    "systems are compared by plumbline's own rules and without claims; measure one "
                    "system to follow another tool or to judge a claim");
  if (!is_margin(comparing->fmr_margin) || !is_margin(comparing->fnmr_margin) || !is_margin(comparing->eer_margin))
    return plb_fail(err, PLB_USAGE, "a margin must lie between 0 and 1");
  if (comparing->aim != PLB_SUPERIORITY &&
      !(comparing->fmr_margin > 0 || comparing->fnmr_margin > 0 || comparing->eer_margin > 0))
    return plb_fail(err, PLB_USAGE, "%s needs a margin: the difference that does not matter",
                    comparing->aim == PLB_EQUIVALENCE ? "equivalence" : "non-inferiority");
  return plb_study_check(options, err);
}

/* ---- who against whom --------------------------------------------------------------------------- */

static plb_status find_reference(const struct plb_versus *versus, size_t *reference, struct plb_error *err) {
  const char *name = versus->comparing->reference;
  *reference = 0;
  if (!name)
    return PLB_OK;
  for (size_t s = 0; s < versus->paired->system_count; s++) {
    *reference = s;
    if (strcmp(versus->paired->systems[s].name, name) == 0)
      return PLB_OK;
  }
  return plb_fail(err, PLB_USAGE, "there is no system \"%.80s\" to compare with; the first one is \"%.80s\"", name,
                  versus->paired->systems[0].name);
}

static plb_status choose_duels(struct plb_versus *versus, struct plb_error *err) {
  size_t systems = versus->paired->system_count, reference;
  bool pairwise = versus->comparing->pairwise;
  plb_status st = find_reference(versus, &reference, err);
  if (st)
    return st;
  if (systems > MOST_SYSTEMS)
    return plb_fail(err, PLB_UNSUPPORTED, "%zu systems; at most %d can be compared at once", systems, MOST_SYSTEMS);
  versus->duels = plb_alloc(pairwise ? systems * (systems - 1) / 2 : systems - 1, sizeof *versus->duels);
  if (!versus->duels)
    return plb_fail_memory(err);
  for (size_t second = 0; second < systems; second++)
    for (size_t first = pairwise ? second + 1 : 0; first < systems; first++)
      if (pairwise || (second == reference && first != reference))
        versus->duels[versus->duel_count++] = (struct plb_duel){first, second};
  versus->level = 1 - (1 - versus->study->options->level) / (double)versus->duel_count;
  return PLB_OK;
}

/* ---- each system by itself ------------------------------------------------------------------------ */

static plb_status share_thresholds(struct plb_versus *versus, struct plb_error *err) {
  const struct plb_options *options = versus->study->options;
  size_t systems = versus->paired->system_count, count = options->threshold_count;
  if (count > 1 && count % systems)
    return plb_fail(err, PLB_USAGE,
                    "%zu thresholds for %zu systems; expected one for each of them in turn, or one for all", count,
                    systems);
  versus->point_count = count == 1 ? 1 : count / systems;
  versus->thresholds = plb_alloc(systems * versus->point_count, sizeof *versus->thresholds);
  versus->own = plb_alloc(systems, sizeof *versus->own);
  versus->measured = plb_alloc(systems, sizeof *versus->measured);
  if (!versus->thresholds || !versus->own || !versus->measured)
    return plb_fail_memory(err);
  for (size_t s = 0; s < systems; s++) {
    double *own = versus->thresholds + s * versus->point_count;
    for (size_t p = 0; p < versus->point_count; p++)
      own[p] = options->thresholds[count == 1 ? 0 : p * systems + s];
    versus->own[s] = *options;
    versus->own[s].thresholds = own;
    versus->own[s].threshold_count = versus->point_count;
  }
  return PLB_OK;
}

/* From here on the study is about this system: its options, and the direction of its file. */
static void turn_to(struct plb_versus *versus, size_t s) {
  const struct plb_paired_system *system = &versus->paired->systems[s];
  versus->study->options = &versus->own[s];
  versus->study->account = system->account;
  versus->study->tally->traits.dissimilarity = system->traits.dissimilarity;
  versus->study->tally->traits.direction_declared = system->traits.direction_declared;
}

static plb_status tell(const struct plb_versus *versus, size_t done, struct plb_error *err) {
  const struct plb_options *options = versus->study->options;
  if (options->progress && options->progress(options->progress_ctx, "estimating", done, versus->paired->system_count))
    return plb_fail(err, PLB_CANCELLED, "cancelled");
  return PLB_OK;
}

static plb_status measure_systems(struct plb_versus *versus, struct plb_error *err) {
  plb_status st = PLB_OK;
  for (size_t s = 0; s < versus->paired->system_count && !st; s++) {
    turn_to(versus, s);
    versus->measured[s].system = &versus->study->tally->systems[s];
    if (!(st = tell(versus, s, err)))
      st = plb_system_measure(versus->study, &versus->measured[s], err);
  }
  for (size_t s = 0; s < versus->paired->system_count && !st; s++) {
    turn_to(versus, s);
    st = plb_estimates_write(versus->study, &versus->measured[s], err);
  }
  return st;
}

/* ---- all of it -------------------------------------------------------------------------------------- */

/* Directions may differ between files; then there is none of the whole test. */
static void describe_direction(struct plb_versus *versus) {
  const struct plb_paired *paired = versus->paired;
  struct plb_test *test = &versus->study->result->test;
  for (size_t s = 1; s < paired->system_count; s++)
    if (paired->systems[s].traits.dissimilarity != paired->systems[0].traits.dissimilarity)
      test->direction = NULL;
  test->has_duplicates = paired->by_samples; /* repeats were refused, or counted once */
}

static plb_status compare(struct plb_versus *versus, struct plb_error *err) {
  struct plb_study *study = versus->study;
  const struct plb_options *options = study->options;
  plb_status st = choose_duels(versus, err);
  if (st || (st = share_thresholds(versus, err)))
    return st;
  if ((st = plb_describe_test(study, err)) || (st = plb_describe_provenance(study, err)))
    return st;
  describe_direction(versus);
  if ((st = plb_compare_alike(versus, err)))
    return st;
  if ((st = plb_compare_account(versus, err)) || (st = measure_systems(versus, err)))
    return st;
  study->options = options;
  study->threads = options->threads ? options->threads : (unsigned)omp_get_num_procs();
  versus->first_written = study->result->estimate_count;
  if ((st = plb_compare_given(versus, err)) || (st = plb_compare_redrawn(versus, err)) ||
      (st = plb_compare_say(versus, err)) || (st = plb_compare_margins(versus, err)))
    return st;
  return plb_statements_write(study, versus->measured, versus->paired->system_count, err);
}

plb_status plb_compare_joined(struct plb_paired *paired, const struct plb_options *options,
                              const struct plb_comparing *comparing, struct plb_result **result,
                              struct plb_error *err) {
  struct plb_study study = {.options = options, .tally = paired->tally};
  struct plb_versus versus = {.study = &study, .paired = paired, .comparing = comparing};
  *result = NULL;
  plb_status st = plb_result_new(&study.result, err);
  if (!st)
    st = compare(&versus, err);
  for (size_t s = 0; versus.measured && s < paired->system_count; s++)
    plb_system_free(&versus.measured[s]);
  free(versus.measured);
  free(versus.own);
  free(versus.thresholds);
  free(versus.duels);
  if (st)
    plb_result_free(study.result);
  else
    *result = study.result;
  return st;
}

plb_status plb_compare(const struct plb_input *inputs, size_t input_count, const struct plb_options *options,
                       const struct plb_comparing *comparing, struct plb_result **result, struct plb_error *err) {
  struct plb_paired paired = {0};
  *result = NULL;
  plb_status st = check(options, comparing, err);
  for (size_t i = 0; i < input_count && !st; i++)
    st = plb_input_check_whole(&inputs[i], "plb_compare", err);
  if (!st)
    st = plb_paired_read(inputs, input_count, comparing->unordered, &paired, err);
  if (!st)
    st = plb_compare_joined(&paired, options, comparing, result, err);
  plb_paired_free(&paired);
  return st;
}
