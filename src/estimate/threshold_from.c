/* SPDX-License-Identifier: Apache-2.0
 *
 * Thresholds that were set on other data (--threshold-from): the development set says where FMR meets a target, this
 * data says what FMR and FNMR are there. Nothing of this data went into the threshold, so that the intervals and
 * verdicts of a fixed threshold hold as they are.
 *
 * Taken are the thresholds of FMR targets, by the name of the system. A target that was beyond the other data has a
 * threshold in its result too, the least strict one without a false match there; it was not set for the target and
 * is left. What is refused: distances against similarities, a system that has no threshold there, the same data.
 *
 * The same data may come under other bytes: packed, in another order, with other ids. Then their digests differ, but
 * not what was counted: the comparisons of both classes and the errors of both at each threshold taken. Two tests of
 * one protocol may agree in those by chance, hardly ever in d' too, which tells the two cases apart. Part of the same
 * comparisons: overlap.c.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "estimate/study.h"

#define MOST_NAMED 160   /* bytes of names in a message */
#define SAME_SPREAD 1e-6 /* relative: scores may have been rounded */

static bool same_name(const char *one, const char *other) {
  return one == other || (one && other && strcmp(one, other) == 0);
}

bool plb_preset_is_of(const struct plb_preset *preset, const struct plb_measured *measured) {
  return same_name(preset->system, measured->name);
}

/* An FMR at a threshold that was set for a target. */
static bool is_set(const struct plb_estimate *e) {
  return strcmp(e->metric, "FMR") == 0 && e->target_metric && strcmp(e->target_metric, "FMR") == 0;
}

/* Whether the threshold meets the target: the data could have shown one false match within it. */
static bool is_met(const struct plb_estimate *e) {
  struct plb_fraction target;
  return e->has_threshold && e->has_counts && plb_fraction_of(e->target_at_most, &target) &&
         (plb_wide)target.over * e->trials >= target.under &&
         (plb_wide)e->errors * target.under <= (plb_wide)target.over * e->trials;
}

static plb_status check_direction(const struct plb_study *study, const struct plb_result *from, struct plb_error *err) {
  const char *here = study->tally->traits.dissimilarity ? "dissimilarity" : "similarity";
  const char *there = from->test.direction;
  if (there && strcmp(there, here) == 0)
    return PLB_OK;
  return plb_fail(err, PLB_DATA, "%s: its scores are %s, those measured here %s; a threshold does not carry over",
                  study->source,
                  !there          ? "of unknown direction"
                  : *there == 's' ? "similarities"
                                  : "distances",
                  *here == 's' ? "similarities" : "distances");
}

/* Thresholds set on this data would be called set on other data. */
static plb_status check_other(const struct plb_study *study, const struct plb_result *from, struct plb_error *err) {
  const struct plb_tally *tally = study->tally;
  size_t same = 0;
  for (size_t i = 0; i < tally->account_count; i++) {
    const char *digest = tally->accounts[i].digest;
    bool found = false;
    for (size_t k = 0; digest && k < from->provenance.input_count && !found; k++)
      found = from->provenance.inputs[k].digest && strcmp(from->provenance.inputs[k].digest, digest) == 0;
    same += found;
  }
  if (!same || same < tally->account_count)
    return PLB_OK;
  return plb_fail(err, PLB_DATA,
                  "%s was measured on this same data (equal digests); expected a result of other data, since "
                  "thresholds set on the data that judges them make it look too good",
                  study->source);
}

static const struct plb_estimate *whole_test(const struct plb_result *result, const char *system, const char *metric) {
  for (size_t i = 0; i < result->estimate_count; i++)
    if (strcmp(result->estimates[i].metric, metric) == 0 && same_name(result->estimates[i].system, system))
      return &result->estimates[i];
  return NULL;
}

/* The rate that was counted in the other test at the threshold of `e`, or NULL. */
static const struct plb_estimate *counted_there(const struct plb_result *from, const struct plb_estimate *e) {
  for (size_t i = 0; i < from->estimate_count; i++) {
    const struct plb_estimate *there = &from->estimates[i];
    bool same = strcmp(there->metric, e->metric) == 0 && same_name(there->system, e->system);
    if (same && there->has_counts && there->has_threshold && there->threshold == e->threshold)
      return there;
  }
  return NULL;
}

/* How many rates at preset thresholds of a system were counted in both tests, and in how many of them the counts are
 * the same. */
static size_t count_equal(const struct plb_study *study, const char *system, size_t *both) {
  size_t equal = 0;
  *both = 0;
  for (size_t i = 0; i < study->result->estimate_count; i++) {
    const struct plb_estimate *e = &study->result->estimates[i];
    if (!e->origin.source || !e->has_counts || !same_name(e->system, system))
      continue;
    const struct plb_estimate *there = counted_there(study->options->threshold_from, e);
    *both += there != NULL;
    equal += there && there->errors == e->errors && there->trials == e->trials;
  }
  return equal;
}

/* False where d' tells two tests apart whose counts agree. */
static bool same_spread(const struct plb_study *study, const char *system) {
  const struct plb_estimate *here = whole_test(study->result, system, "DPRIME"),
                            *there = whole_test(study->options->threshold_from, system, "DPRIME");
  if (!here || !there || !here->has_value || !there->has_value)
    return true;
  return fabs(here->value - there->value) <= SAME_SPREAD * fabs(here->value);
}

plb_status plb_presets_compare(struct plb_study *study, const struct plb_measured *measured, struct plb_error *err) {
  size_t both;
  if (!study->options->threshold_from)
    return PLB_OK;
  if (count_equal(study, measured->name, &both) < both || both < 2)
    return plb_overlap_find(study, measured, err);
  if (same_spread(study, measured->name))
    return plb_fail(err, PLB_DATA,
                    "%s was measured on this same data, perhaps under other bytes or ids (equal comparisons and errors "
                    "of both classes at each threshold taken, and equal d'); expected a result of other data, since "
                    "thresholds set on the data that judges them make it look too good",
                    study->source);
  const char *text =
      plb_study_text(study,
                     "As many comparisons and errors of both classes were counted here as in %s, at each threshold "
                     "taken: make sure that it is not a result of these same data, a little changed.",
                     study->source);
  return text ? plb_result_add_statement(study->result, text, err) : plb_fail_memory(err);
}

/* What is in the result, for the message that there is nothing of use. */
static plb_status fail_empty(const struct plb_study *study, size_t targets, struct plb_error *err) {
  return plb_fail(err, PLB_DATA,
                  targets ? "%s: none of its thresholds meets its FMR target (its data are too small, or "
                            "another tool's rule set them); expected the result of a larger test"
                          : "%s has no threshold that was set for an FMR target; expected the result of "
                            "\"plumbline verification --fmr X\" on other data",
                  study->source);
}

static plb_status record_source(struct plb_study *study, const struct plb_result *from, struct plb_error *err) {
  struct plb_provenance *provenance = &study->result->provenance;
  bool failed = false;
  study->source = plb_result_text(study->result, from->file ? from->file : "another result", &failed);
  provenance->source.name = study->source;
  provenance->source.digests = plb_alloc(from->provenance.input_count, sizeof *provenance->source.digests);
  for (size_t i = 0; provenance->source.digests && i < from->provenance.input_count; i++)
    if (from->provenance.inputs[i].digest)
      provenance->source.digests[provenance->source.digest_count++] =
          plb_result_text(study->result, from->provenance.inputs[i].digest, &failed);
  return failed || !provenance->source.digests ? plb_fail_memory(err) : PLB_OK;
}

plb_status plb_presets_take(struct plb_study *study, struct plb_error *err) {
  const struct plb_result *from = study->options->threshold_from;
  if (!from)
    return PLB_OK;
  plb_status status = record_source(study, from, err);
  size_t targets = 0;
  for (size_t i = 0; i < from->estimate_count; i++)
    targets += is_set(&from->estimates[i]);
  if (!status && !targets)
    return fail_empty(study, targets, err);
  if (status || (status = check_direction(study, from, err)) || (status = check_other(study, from, err)))
    return status;
  if (!(study->presets = plb_alloc(from->estimate_count, sizeof *study->presets)))
    return plb_fail_memory(err);
  bool failed = false;
  for (size_t i = 0; i < from->estimate_count; i++) {
    const struct plb_estimate *e = &from->estimates[i];
    if (!is_set(e))
      continue;
    if (!is_met(e)) {
      study->beyond_presets = fmax(study->beyond_presets, e->target_at_most);
      continue;
    }
    study->presets[study->preset_count++] =
        (struct plb_preset){.system = plb_result_text(study->result, e->system, &failed),
                            .target = e->target_at_most,
                            .threshold = e->threshold};
  }
  if (failed)
    return plb_fail_memory(err);
  return study->preset_count ? PLB_OK : fail_empty(study, targets, err);
}

/* The systems that have thresholds, as far as there is room. */
static void name_systems(const struct plb_study *study, char names[MOST_NAMED]) {
  size_t n = 0;
  names[0] = '\0';
  for (size_t i = 0; i < study->preset_count && n + 48 < MOST_NAMED; i++) {
    const char *name = study->presets[i].system;
    if (i && same_name(name, study->presets[i - 1].system))
      continue;
    n += (size_t)snprintf(names + n, MOST_NAMED - n, name ? "%s\"%.32s\"" : "%sone without a name", n ? ", " : "",
                          name ? name : "");
  }
}

/* The targets of a system, for a claim about another one. */
static void name_targets(const struct plb_study *study, const struct plb_measured *measured, char names[MOST_NAMED]) {
  size_t n = 0;
  names[0] = '\0';
  for (size_t i = 0; i < study->preset_count && n + 32 < MOST_NAMED; i++)
    if (plb_preset_is_of(&study->presets[i], measured))
      n += (size_t)snprintf(names + n, MOST_NAMED - n, "%s%.28s", n ? ", " : "",
                            plb_say_one_in(study->presets[i].target).text);
}

static bool has_preset(const struct plb_study *study, const struct plb_measured *measured, const double *target) {
  for (size_t i = 0; i < study->preset_count; i++)
    if (plb_preset_is_of(&study->presets[i], measured) && (!target || study->presets[i].target == *target))
      return true;
  return false;
}

plb_status plb_presets_check(const struct plb_study *study, const struct plb_measured *measured,
                             struct plb_error *err) {
  char names[MOST_NAMED];
  if (!study->options->threshold_from)
    return PLB_OK;
  if (!has_preset(study, measured, NULL)) {
    name_systems(study, names);
    return plb_fail(err, PLB_DATA,
                    "%.80s has thresholds for these systems: %s; none for %s%.40s%s (systems are matched by name; "
                    "--system names the one in a file that does not)",
                    study->source, names, measured->name ? "\"" : "one without a name",
                    measured->name ? measured->name : "", measured->name ? "\"" : "");
  }
  for (size_t i = 0; i < study->claim_count; i++) {
    const struct plb_claim_asked *claim = &study->claims[i];
    if (!claim->at_target || has_preset(study, measured, &claim->where))
      continue;
    name_targets(study, measured, names);
    return plb_fail(err, PLB_USAGE, "\"%.60s\": %.80s has no threshold that meets this FMR target; it has %s",
                    claim->text, study->source, names);
  }
  return PLB_OK;
}

/* Whether the target still holds here, by PL whatever --interval says; NULL where that cannot be said. */
static const char *outcome_of(const struct plb_study *study, const struct plb_rate *rate, double target) {
  if (rate->narrow.few || (!rate->has_people && !study->options->independent_trials))
    return NULL;
  if (rate->narrow.pl.upper <= target)
    return "kept";
  return rate->narrow.pl.lower > target ? "missed" : "open";
}

static const char *say_outcome(const char *outcome) {
  if (!outcome)
    return "whether the target still holds cannot be said";
  if (*outcome == 'k')
    return "the target still holds: even the upper limit lies within it";
  return *outcome == 'm' ? "the target is missed: even the lower limit lies beyond it"
                         : "whether the target still holds is open, since it lies between the limits";
}

plb_status plb_preset_describe(struct plb_study *study, const struct plb_study_point *point,
                               const struct plb_rate *rate, struct plb_estimate *estimate, struct plb_error *err) {
  struct plb_origin *origin = &estimate->origin;
  struct plb_words ratio;
  const char *says;
  if (strcmp(estimate->metric, "FMR") == 0) {
    origin->has_ratio = estimate->has_value && point->asked > 0;
    origin->ratio = origin->has_ratio ? estimate->value / point->asked : 0;
    origin->outcome = outcome_of(study, rate, point->asked);
  }
  plb_word_plain(ratio.text, sizeof ratio.text, origin->ratio, 2);
  if (!origin->has_ratio)
    says = plb_study_text(study, "the threshold was set on %s and is fixed here", study->source);
  else if (!estimate->errors)
    says = plb_study_text(study, "no false match here at the threshold that was set on %s: %s", study->source,
                          say_outcome(origin->outcome));
  else
    says = plb_study_text(study, "FMR here is %s times the target that the threshold was set for on %s: %s", ratio.text,
                          study->source, say_outcome(origin->outcome));
  estimate->note = says ? plb_study_join(study, says, estimate->note) : NULL;
  return estimate->note ? PLB_OK : plb_fail_memory(err);
}

plb_status plb_presets_say(struct plb_study *study, struct plb_error *err) {
  if (!study->options->threshold_from)
    return PLB_OK;
  const char *text = plb_study_text(
      study,
      "Thresholds were taken from %s, whose scores are not these, and are fixed here. That is the sound way to judge a "
      "system, as long as nobody took part in both tests. Nobody can see here whether the same people, or part of the "
      "same comparisons, are in both.",
      study->source);
  plb_status status = text ? plb_result_add_statement(study->result, text, err) : plb_fail_memory(err);
  if (status || !(study->beyond_presets > 0))
    return status;
  text = plb_study_text(study,
                        "For some FMR targets, the largest of them %s, %s has no threshold that meets them: its data "
                        "are too small. They are left out here.",
                        plb_say_one_in(study->beyond_presets).text, study->source);
  return text ? plb_result_add_statement(study->result, text, err) : plb_fail_memory(err);
}
