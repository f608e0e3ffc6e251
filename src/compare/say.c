/* SPDX-License-Identifier: Apache-2.0
 *
 * The sentences of a comparison, and the account of what was left out of it: each trial that some system has and that
 * is not compared is counted under the input that it comes from, with the reason.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "compare/compare.h"

#define APART 0.1         /* of FMR: so far apart two rates are not those of one target */
#define MOST_SENTENCES 24 /* about single differences; with more of them the tables have to do */

static plb_status say(struct plb_versus *versus, const char *text, struct plb_error *err) {
  return text ? plb_result_add_statement(versus->study->result, text, err) : plb_fail_memory(err);
}

/* ---- what was left out -------------------------------------------------------------------------- */

static const char *class_of(int class) {
  return class == PLB_CLASS_MATED ? "mated" : "non-mated";
}

/* Whether several systems come from one input, so that its reasons have to name them. */
static bool is_shared(const struct plb_paired *paired, size_t s) {
  size_t same = 0;
  for (size_t other = 0; other < paired->system_count; other++)
    same += paired->systems[other].account == paired->systems[s].account;
  return same > 1;
}

static bool add_drop(struct plb_versus *versus, size_t s, const char *why, uint64_t rows) {
  const struct plb_paired_system *system = &versus->paired->systems[s];
  struct plb_result_input *input = &versus->study->result->provenance.inputs[system->account];
  if (!rows)
    return true;
  if (why && is_shared(versus->paired, s))
    why = plb_study_text(versus->study, "system %s: %s", system->name, why);
  if (!why || !plb_resize(&input->dropped, input->dropped_count + 1, sizeof *input->dropped))
    return false;
  input->dropped[input->dropped_count++] = (struct plb_result_drop){why, rows};
  input->kept -= rows < input->kept ? rows : input->kept;
  return true;
}

static bool account_system(struct plb_versus *versus, size_t s) {
  struct plb_study *study = versus->study;
  const struct plb_paired *paired = versus->paired;
  const struct plb_paired_system *system = &paired->systems[s];
  const char *other = "some other system", *have = "does not have";
  if (paired->system_count == 2 && !(other = plb_study_text(study, "system %s", paired->systems[!s].name)))
    return false;
  bool fine = add_drop(versus, s, "repeat a comparison with the same score", system->repeated);
  for (int c = PLB_CLASS_MATED; c >= 0 && fine; c--)
    fine =
        add_drop(versus, s, plb_study_text(study, "%s trials that %s %s", class_of(c), other, have),
                 system->alone[c]) &&
        add_drop(versus, s, plb_study_text(study, "%s trials that this system failed", class_of(c)),
                 system->failed[c]) &&
        add_drop(versus, s, plb_study_text(study, "%s trials that %s failed", class_of(c), other), system->left_out[c]);
  return fine;
}

plb_status plb_compare_account(struct plb_versus *versus, struct plb_error *err) {
  for (size_t s = 0; s < versus->paired->system_count; s++)
    if (!account_system(versus, s))
      return plb_fail_memory(err);
  return PLB_OK;
}

/* "12 mated and 30 non-mated" */
static const char *two_counts(struct plb_versus *versus, const uint64_t counts[2]) {
  return plb_study_text(versus->study, "%s mated and %s non-mated", plb_say_count(counts[PLB_CLASS_MATED]).text,
                        plb_say_count(counts[PLB_CLASS_NONMATED]).text);
}

static plb_status say_left_out(struct plb_versus *versus, struct plb_error *err) {
  const struct plb_paired *paired = versus->paired;
  plb_status st = PLB_OK;
  bool any = false, failed = paired->lost[0] || paired->lost[1];
  for (size_t s = 0; s < paired->system_count && !st; s++) {
    const struct plb_paired_system *system = &paired->systems[s];
    if (!system->alone[0] && !system->alone[1])
      continue;
    any = true;
    const char *alone = two_counts(versus, system->alone);
    st = say(versus,
             alone ? plb_study_text(versus->study, "Left out: %s trials of system %s that %s not have.", alone,
                                    system->name, paired->system_count == 2 ? "the other one does" : "some other does")
                   : NULL,
             err);
  }
  if (!st && (paired->turned[0] || paired->turned[1])) {
    const char *turned = two_counts(versus, paired->turned);
    st = say(versus,
             turned ? plb_study_text(versus->study,
                                     "Of these, %s trials of the first two systems compare the same two %s in the "
                                     "other order. Where the order does not matter, --unordered joins them.",
                                     turned, paired->by_samples ? "samples" : "people")
                    : NULL,
             err);
  }
  for (size_t s = 0; s < paired->system_count && failed && !st; s++) {
    const uint64_t *counts = paired->systems[s].failed;
    const char *lost = two_counts(versus, counts);
    if (!counts[0] && !counts[1])
      continue;
    st = say(versus,
             lost ? plb_study_text(versus->study, "Left out: %s trials that system %s failed to complete.", lost,
                                   paired->systems[s].name)
                  : NULL,
             err);
  }
  if (!st && failed)
    st = say(versus,
             "A system that fails on hard recordings looks better on the rest: its failures belong to the "
             "judgement, and these rates do not have them.",
             err);
  if (!st && !any && !failed)
    st = say(versus, "No trial was left out: every system has all of them and completed all of them.", err);
  return st;
}

static plb_status say_joined(struct plb_versus *versus, struct plb_error *err) {
  const struct plb_paired *paired = versus->paired;
  const char *joined = two_counts(versus, paired->joined);
  return say(versus,
             joined
                 ? plb_study_text(versus->study,
                                  "%s systems were compared on the same %s trials, told apart by the ids of their "
                                  "two %s%s.",
                                  paired->system_count == 2 ? "Two" : plb_say_count(paired->system_count).text, joined,
                                  paired->by_samples ? "samples" : "people", paired->unordered ? "" : " in order")
                 : NULL,
             err);
}

/* ---- one difference --------------------------------------------------------------------------------- */

/* A difference in percentage points without its sign. */
static struct plb_words points(double difference) {
  struct plb_words words = {"0"};
  if (fabs(difference) > 0)
    plb_word_per_cent(words.text, sizeof words.text, fabs(difference));
  return words;
}

static const char *way(double difference) {
  return difference < 0 ? "lower" : "higher";
}

/* "FNMR at FMR of at most 1 in 1,000", "FMR at threshold 0.6 (of the other: 25)", "EER" */
static const char *where(struct plb_versus *versus, const struct plb_estimate *e) {
  const char *metric = e->metric[0] == 'E' ? "EER" : e->metric[1] == 'M' ? "FMR" : "FNMR";
  char own[PLB_DOUBLE_TEXT], other[PLB_DOUBLE_TEXT];
  if (e->target_metric)
    return plb_study_text(versus->study, "%s at FMR of at most %s", metric, plb_say_one_in(e->target_at_most).text);
  if (!e->has_threshold || !e->has_against_threshold || metric[0] == 'E')
    return metric;
  plb_format_double(own, e->threshold);
  plb_format_double(other, e->against_threshold);
  if (strcmp(own, other) == 0)
    return plb_study_text(versus->study, "%s at threshold %s", metric, own);
  return plb_study_text(versus->study, "%s at threshold %s (the other's: %s)", metric, own, other);
}

/* "266,772 non-mated comparisons": those that the difference is made of. */
static const char *trials_of(struct plb_versus *versus, const struct plb_estimate *e) {
  const uint64_t *joined = versus->paired->joined;
  bool fixed = !e->target_metric && e->metric[0] == 'F';
  if (!fixed)
    return plb_study_text(versus->study, "%s comparisons", two_counts(versus, joined));
  int class = e->metric[1] == 'N' ? PLB_CLASS_MATED : PLB_CLASS_NONMATED;
  return plb_study_text(versus->study, "%s %s comparisons", plb_say_count(joined[class]).text, class_of(class));
}

const char *plb_say_limits(struct plb_versus *versus, const struct plb_limits *limits) {
  struct plb_words lower = points(limits->lower), upper = points(limits->upper);
  if (!(limits->lower < 0) && !(limits->upper > 0))
    return "exactly 0";
  if (limits->upper <= 0)
    return plb_study_text(versus->study, "%s to %s lower", upper.text, lower.text);
  if (limits->lower >= 0)
    return plb_study_text(versus->study, "%s to %s higher", lower.text, upper.text);
  return plb_study_text(versus->study, "from %s lower to %s higher", lower.text, upper.text);
}

static const char *meaning(struct plb_versus *versus, const struct plb_estimate *e) {
  struct plb_words margin = points(e->margin);
  bool apart = e->has_margin ? e->interval.upper < e->margin : e->interval.lower > 0 || e->interval.upper < 0;
  if (strcmp(e->verdict, "undecided") == 0 && apart && e->note) /* by the note, whatever the interval says */
    return plb_study_text(versus->study, "undecided: %s", e->note);
  if (strcmp(e->verdict, "undecided") == 0)
    return e->has_margin
               ? plb_study_text(
                     versus->study,
                     "undecided by the margin of %s percentage points, on either side of which the truth may lie",
                     margin.text)
               : "undecided, for the interval holds differences either way. No difference found is not evidence of "
                 "none";
  if (!e->has_margin)
    return plb_study_text(versus->study, "%s is %s on people and recordings like these", e->system, e->verdict);
  return plb_study_text(versus->study,
                        "%s is %s by the margin of %s percentage points%s, on people and recordings like these",
                        e->system, e->verdict, margin.text,
                        e->interval.upper < 0   ? ", and better, since the whole interval lies below 0"
                        : e->interval.lower > 0 ? ", and worse, since the whole interval lies above 0"
                                                : "");
}

/* ", where their FMR was 0.777 % and 0.999 %": scores with ties, such as whole numbers, cannot meet a target exactly.
 * "" where no target was set. */
static const char *realised(struct plb_versus *versus, const struct plb_estimate *e) {
  const struct plb_result *result = versus->study->result;
  const struct plb_estimate *found[2] = {NULL, NULL};
  const char *const systems[2] = {e->system, e->against};
  for (size_t i = 0; e->target_metric && i < versus->first_written; i++) {
    const struct plb_estimate *other = &result->estimates[i];
    if (strcmp(other->metric, "FMR") != 0 || !other->target_metric || !other->has_value ||
        other->target_at_most < e->target_at_most || other->target_at_most > e->target_at_most)
      continue;
    for (int k = 0; k < 2; k++)
      if (other->system && strcmp(other->system, systems[k]) == 0)
        found[k] = other;
  }
  if (!found[0] || !found[1])
    return "";
  double low = fmin(found[0]->value, found[1]->value), high = fmax(found[0]->value, found[1]->value);
  return plb_study_text(versus->study, ", where their FMR was %s and %s%s", plb_say_rate(found[0]->value).text,
                        plb_say_rate(found[1]->value).text,
                        high > low * (1 + APART) ? ", not quite the same task since a lower FMR costs FNMR" : "");
}

static plb_status say_difference(struct plb_versus *versus, const struct plb_estimate *e, struct plb_error *err) {
  struct plb_study *study = versus->study;
  const char *what = where(versus, e), *trials = trials_of(versus, e), *judged = "", *there = realised(versus, e);
  if (!what || !trials || !there)
    return plb_fail_memory(err);
  if (!e->interval.exists) {
    judged = plb_study_text(study, "; there is no interval: %s", e->note ? e->note : "none can be made");
  } else {
    const char *limits = plb_say_limits(versus, &(struct plb_limits){e->interval.lower, e->interval.upper});
    const char *verdict = meaning(versus, e);
    bool decided = strcmp(e->verdict, "undecided") != 0;
    judged = limits && verdict
                 ? plb_study_text(study, " (%s %% interval%s: %s): %s%s%s", plb_say_level(e->interval.level).text,
                                  versus->duel_count > 1 ? " for all pairs at once" : "", limits, verdict,
                                  decided && e->note ? "; " : "", decided && e->note ? e->note : "")
                 : NULL;
  }
  if (!judged)
    return plb_fail_memory(err);
  const char *difference = plb_study_text(study, "%s percentage points %s than", points(e->value).text, way(e->value));
  if (!(fabs(e->value) > 0))
    difference = "the same as";
  return say(versus,
             difference ? plb_study_text(study,
                                         "On the same %s of %s people, the %s of system %s was %s that of "
                                         "system %s%s%s.",
                                         trials, plb_say_count(study->result->test.people).text, what, e->system,
                                         difference, e->against, there, judged)
                        : NULL,
             err);
}

static bool is_difference(const struct plb_estimate *e) {
  return e->against && strstr(e->metric, "_DIFFERENCE") && e->has_value;
}

/* With many systems: how many came out how. */
static plb_status say_summary(struct plb_versus *versus, struct plb_error *err) {
  static const char *const verdicts[] = {"better",     "worse",     "not inferior", "inferior",
                                         "equivalent", "different", "undecided"};
  const struct plb_result *result = versus->study->result;
  const char *text = "Of the differences";
  for (size_t v = 0; v < sizeof verdicts / sizeof *verdicts && text; v++) {
    uint64_t count = 0;
    for (size_t i = versus->first_written; i < result->estimate_count; i++) {
      const struct plb_estimate *e = &result->estimates[i];
      count += is_difference(e) && e->verdict && strcmp(e->verdict, verdicts[v]) == 0;
    }
    if (count)
      text = plb_study_text(versus->study, "%s%s %s: %s", text, strchr(text, ':') ? "," : "", verdicts[v],
                            plb_say_count(count).text);
  }
  return say(versus, text ? plb_study_text(versus->study, "%s.", text) : NULL, err);
}

static plb_status say_differences(struct plb_versus *versus, struct plb_error *err) {
  const struct plb_result *result = versus->study->result;
  size_t count = 0;
  for (size_t i = versus->first_written; i < result->estimate_count; i++)
    count += is_difference(&result->estimates[i]);
  if (count > MOST_SENTENCES)
    return say_summary(versus, err);
  plb_status st = PLB_OK;
  for (size_t i = versus->first_written; i < result->estimate_count && !st; i++)
    if (is_difference(&result->estimates[i]))
      st = say_difference(versus, &result->estimates[i], err);
  return st;
}

/* ---- how to take it ----------------------------------------------------------------------------------- */

static plb_status say_family(struct plb_versus *versus, struct plb_error *err) {
  const struct plb_comparing *comparing = versus->comparing;
  bool margins = comparing->fmr_margin > 0 || comparing->fnmr_margin > 0 || comparing->eer_margin > 0;
  if (versus->duel_count < 2)
    return PLB_OK;
  return say(versus,
             plb_study_text(versus->study,
                            "%s pairs of systems were compared (%s): for each quantity the intervals hold for all "
                            "pairs at once at %s %% (Bonferroni)%s.",
                            plb_say_count(versus->duel_count).text,
                            comparing->pairwise ? "each with every other" : "each system with one of them",
                            plb_say_level(versus->study->options->level).text,
                            margins
                                ? ", and so do the verdicts. Those by a margin are reached step by step (Holm): where "
                                  "some pairs are decided the others are judged by less strict limits, and a verdict "
                                  "that fell so names them"
                                : ", and so do the verdicts"),
             err);
}

plb_status plb_compare_say(struct plb_versus *versus, struct plb_error *err) {
  plb_status st = say_joined(versus, err);
  if (!st)
    st = say_left_out(versus, err);
  if (!st)
    st = say_differences(versus, err);
  if (!st && versus->point_count && versus->paired->joined[0] && versus->paired->joined[1])
    st = say(versus,
             "At given thresholds FMR and FNMR belong together: by its threshold every system can lower one of them at "
             "the cost of the other.",
             err);
  if (!st)
    st = say_family(versus, err);
  if (!st)
    st = say(versus,
             "The intervals of differences know that both systems met the same people and that each person took part "
             "in many comparisons. Verdicts on several quantities are not corrected for each other: which one counts "
             "is best said before looking.",
             err);
  return st;
}
