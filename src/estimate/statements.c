/* SPDX-License-Identifier: Apache-2.0
 *
 * What a report must say (design section 6): plain sentences filled from what was found, so that a judge
 * or a legislator is not misled. Each stands on its own; each is here only where it applies.
 */
#include <math.h>

#include "estimate/study.h"

#define MOST_NAMED 12 /* with more systems a sentence counts them instead of naming each */

static plb_status say(struct plb_study *study, const char *text, struct plb_error *err) {
  return text ? plb_result_add_statement(study->result, text, err) : plb_fail_memory(err);
}

/* Who is related, where that was asked for. */
static plb_status say_clusters(struct plb_study *study, struct plb_error *err) {
  const struct plb_test *test = &study->result->test;
  bool one = test->unclustered == 1;
  if (!test->cluster)
    return PLB_OK;
  const char *alone = "";
  if (test->unclustered)
    alone =
        plb_study_text(study, " %s %s no value there and %s taken as related to nobody.",
                       plb_say_count(test->unclustered).text, one ? "person has" : "people have", one ? "is" : "are");
  if (!alone)
    return plb_fail_memory(err);
  return say(study,
             plb_study_text(study,
                            "People with the same value of \"%s\" are taken as related: their comparisons may resemble "
                            "each other, and together they count as one cluster. There %s %s cluster%s.%s",
                            test->cluster, test->clusters == 1 ? "is" : "are", plb_say_count(test->clusters).text,
                            test->clusters == 1 ? "" : "s", alone),
             err);
}

/* Whether systems are compared on the same trials, of which the comparison has said how many there are. */
static bool is_comparison(const struct plb_study *study) {
  const struct plb_result *result = study->result;
  return result->estimate_count && result->estimates[result->estimate_count - 1].against;
}

static plb_status say_what(struct plb_study *study, size_t systems, struct plb_error *err) {
  const struct plb_test *test = &study->result->test;
  if (is_comparison(study))
    return PLB_OK;
  struct plb_words mated = plb_say_count(test->mated_trials), nonmated = plb_say_count(test->nonmated_trials);
  const char *together = "";
  if (systems > 1)
    together = plb_study_text(study, " by %s systems together", plb_say_count(systems).text);
  if (!together)
    return plb_fail_memory(err);
  if (test->has_people)
    return say(study,
               plb_study_text(study, "Measured on %s %s: %s mated and %s non-mated comparisons were completed%s.",
                              plb_say_count(test->people).text, test->people == 1 ? "person" : "people", mated.text,
                              nonmated.text, together),
               err);
  if (study->options->independent_trials)
    return say(study,
               plb_study_text(study,
                              "Measured on %s mated and %s non-mated comparisons that were completed%s. The data does "
                              "not say how many people took part. It was declared that each comparison was made by "
                              "people of its own, who took part in no other; intervals and verdicts rest on that "
                              "declaration, which nothing in the data shows.",
                              mated.text, nonmated.text, together),
               err);
  return say(study,
             plb_study_text(study,
                            "Measured on %s mated and %s non-mated comparisons that were completed%s. The data "
                            "does not say how many people took part, so the intervals treat every comparison as "
                            "independent of every other. Where people take part in several comparisons, as they "
                            "nearly always do, the true uncertainty is larger, often several times.",
                            mated.text, nonmated.text, together),
             err);
}

/* Ids that are made anew for each row look like people who never come back: then trials seem independent. */
static plb_status say_unrepeated(struct plb_study *study, const struct plb_measured *measured, size_t count,
                                 struct plb_error *err) {
  bool any = false;
  for (size_t s = 0; s < count; s++) {
    for (int c = 0; c < 2; c++) {
      const struct plb_rates *rates = &measured[s].rates[c];
      if (!rates->count || !rates->at[0].trials)
        continue;
      if (!rates->at[0].has_people || rates->at[0].has_clusters || rates->at[0].repeats)
        return PLB_OK;
      any = any || (c == PLB_CLASS_NONMATED && rates->at[0].trials > 1);
    }
  }
  return any ? say(study,
                   "Nobody takes part in more than one comparison of a kind, mated or non-mated, by the ids given: if "
                   "ids were "
                   "made anew for each row, the intervals are too narrow.",
                   err)
             : PLB_OK;
}

/* So that nobody takes the figures of another tool's rules for plumbline's. */
static plb_status say_rules(struct plb_study *study, struct plb_error *err) {
  if (!study->as)
    return PLB_OK;
  return say(study,
             plb_study_text(study,
                            "Estimates whose note names a rule follow the conventions of %s, to reconcile a report "
                            "made with it. Counts, intervals, failures and claims follow plumbline's own.",
                            study->as->name),
             err);
}

static plb_status say_meaning(struct plb_study *study, struct plb_error *err) {
  plb_status status =
      say(study,
          "A rate holds at its threshold, for this system, on people and recordings like these. A threshold "
          "does not carry over to another system, another version or another population.",
          err);
  if (!status)
    status = say(
        study,
        "FMR is per non-mated comparison: one pair of recordings of two different people. A person who is compared "
        "with many others meets that chance each time. FNMR is per mated comparison: one attempt of the right person.",
        err);
  if (!status)
    status =
        say(study,
            "Neither rate is the probability that a person who was accepted is the wrong one: that depends also on how "
            "many of those who try are not who they claim to be.",
            err);
  return status;
}

static plb_status say_failures(struct plb_study *study, struct plb_error *err) {
  const struct plb_test *test = &study->result->test;
  if (!test->failed_acquire && !test->failed_enrol && !test->failed_compare)
    return PLB_OK;
  return say(study,
             plb_study_text(study,
                            "Rows without a comparison: %s failed to be acquired, %s failed to be enrolled, %s "
                            "failed to be compared. FMR and FNMR are over completed comparisons; FAR, FRR, GFAR and "
                            "GFRR carry the failures.",
                            plb_say_count(test->failed_acquire).text, plb_say_count(test->failed_enrol).text,
                            plb_say_count(test->failed_compare).text),
             err);
}

static plb_status say_repeats(struct plb_study *study, struct plb_error *err) {
  const struct plb_test *test = &study->result->test;
  if (!test->has_duplicates || !test->duplicates)
    return PLB_OK;
  bool one = test->duplicates == 1;
  return say(study,
             plb_study_text(study,
                            "%s%s %s a comparison of the same two samples in the same order. %s kept and counted.",
                            test->duplicates_sampled ? "About " : "", plb_say_count(test->duplicates).text,
                            one ? "row repeats" : "rows repeat", one ? "It was" : "They were"),
             err);
}

/* A type that one person in so many is of is absent from a sample of n people with a chance of at least 5 %. */
static uint64_t rarest(uint64_t n) {
  return (uint64_t)ceil(-1 / expm1(log(0.05) / (double)n));
}

/* The fewest people behind a rate, over classes and systems. */
static plb_status say_people(struct plb_study *study, const struct plb_measured *measured, size_t count,
                             struct plb_error *err) {
  uint64_t fewest = UINT64_MAX;
  bool sampled = false;
  for (size_t s = 0; s < count; s++) {
    uint64_t people = plb_fewest_people(&measured[s]);
    sampled |= measured[s].rates[0].sampled || measured[s].rates[1].sampled;
    fewest = people < fewest ? people : fewest;
  }
  plb_status status = PLB_OK;
  if (fewest >= FEWEST_PEOPLE && fewest < 300)
    status = say(study,
                 plb_study_text(study,
                                "A type of person rarer than 1 in %s has a 5 %% or larger chance to be absent from a "
                                "sample of %s %s; its errors are not in these intervals.",
                                plb_say_count(rarest(fewest)).text, plb_say_count(fewest).text, plb_those(study)),
                 err);
  if (!status && sampled)
    status = say(
        study,
        "There are more pairs of people than are counted one by one: the part of the variance that is due to repeated "
        "comparisons of a pair was estimated from 1,048,576 pairs, chosen by a hash, with an error of about 0.1 %.",
        err);
  return status;
}

/* The largest target that a system cannot support; 0 = none. */
static double beyond(const struct plb_measured *measured) {
  double largest = 0;
  for (size_t p = 0; p < measured->point_count; p++)
    if (measured->points[p].unsupported && measured->points[p].asked > largest)
      largest = measured->points[p].asked;
  return measured->det.trials[PLB_CLASS_NONMATED] ? largest : 0;
}

/* The same for many systems in one sentence. */
static plb_status say_many_targets(struct plb_study *study, const struct plb_measured *measured, size_t count,
                                   size_t lacking, struct plb_error *err) {
  uint64_t most = 0;
  double largest = 0;
  for (size_t s = 0; s < count; s++) {
    double target = beyond(&measured[s]);
    if (!(target > 0))
      continue;
    most = measured[s].det.trials[PLB_CLASS_NONMATED] > most ? measured[s].det.trials[PLB_CLASS_NONMATED] : most;
    largest = target > largest ? target : largest;
  }
  return say(study,
             plb_study_text(study,
                            "Some FMR targets are beyond this test for %s of its %s systems, the largest of them %s: "
                            "among the non-mated comparisons of such a system, at most %s, not even one false match "
                            "would meet them. No rate is given there; limits beside them are those at the threshold "
                            "that is named.",
                            plb_say_count(lacking).text, plb_say_count(count).text, plb_say_one_in(largest).text,
                            plb_say_count(most).text),
             err);
}

static plb_status say_targets(struct plb_study *study, const struct plb_measured *measured, size_t count,
                              struct plb_error *err) {
  size_t lacking = 0;
  for (size_t s = 0; s < count; s++)
    lacking += beyond(&measured[s]) > 0;
  if (lacking > MOST_NAMED)
    return say_many_targets(study, measured, count, lacking, err);
  plb_status status = PLB_OK;
  for (size_t s = 0; s < count && !status; s++) {
    double largest = beyond(&measured[s]);
    if (largest > 0)
      status =
          say(study,
              plb_study_text(study,
                             "FMR targets of %s and below are beyond this test%s%s: among %s non-mated comparisons not "
                             "even one false match would meet them. No rate is given there; limits beside them are "
                             "those at the threshold that is named.",
                             plb_say_one_in(largest).text, measured[s].name ? " of system " : "",
                             measured[s].name ? measured[s].name : "",
                             plb_say_count(measured[s].det.trials[PLB_CLASS_NONMATED]).text),
              err);
  }
  return status;
}

static plb_status say_method(struct plb_study *study, struct plb_error *err) {
  struct plb_words level = plb_say_level(study->options->level);
  const struct plb_method_entry *method = plb_method_entry(study->method);
  if (!study->result->test.has_people)
    return PLB_OK;
  if (!method->people)
    return say(study,
               plb_study_text(study,
                              "The %s %% intervals of rates are by %s, which was asked for. It takes every trial as "
                              "independent of every other. Where people take part in several comparisons, as they "
                              "nearly always do, the true uncertainty is larger, often several times.",
                              level.text, method->shown),
               err);
  plb_status status =
      say(study,
          plb_study_text(study,
                         "The %s %% intervals know that the same people take part in many comparisons: they "
                         "treat the %s as a random sample of those the system is meant for. Relatives "
                         "and look-alike groups %s are not accounted for.",
                         level.text, plb_those(study),
                         study->tally->cluster ? "that are not in one cluster" : "among them"),
          err);
  if (!status && method->drawn)
    status = say(study,
                 plb_study_text(study,
                                "The intervals of rates are by %s, which was asked for: percentiles of replicates, "
                                "which can only repeat the errors that were seen, and are too narrow where these are "
                                "few.",
                                method->shown),
                 err);
  else if (!status && !plb_method_is_pl(study->method))
    status = say(study,
                 plb_study_text(
                     study,
                     "The intervals of rates are by %s, which was asked for: it learns from the errors alone "
                     "how much comparisons depend on each other. Few errors tell little of it, and none tell nothing.",
                     method->shown),
                 err);
  else if (!status && (study->options->level < 0.9499 || study->options->level > 0.9501))
    status = say(study, "The constants of the interval method were calibrated at 95 %.", err);
  return status;
}

/* The band is one promise about a whole curve, which its other intervals are not. */
static plb_status say_band(struct plb_study *study, const struct plb_measured *measured, size_t count,
                           struct plb_error *err) {
  const struct plb_redrawn_band *band = NULL;
  const char *of = "";
  double trials = 0;
  bool shorter = false; /* there were too many comparisons for all of it */
  for (size_t s = 0; s < count; s++) {
    const struct plb_redrawn_band *next = &measured[s].redrawn.band;
    if (!next->count)
      continue;
    of = band ? " of each system" : "";
    band = band ? band : next;
    trials = (double)measured[s].det.trials[PLB_CLASS_NONMATED];
    shorter |= next->errors[next->count - 1] < measured[s].det.trials[PLB_CLASS_NONMATED] / 10;
  }
  if (!band)
    return PLB_OK;
  const char *from = "where ten false matches were seen", *to = "1 in 10";
  if (shorter)
    to = "1 in 10, or as far as so many comparisons could be drawn";
  if (!*of)
    from = plb_study_text(study, "of %s, where ten false matches were seen,",
                          plb_say_one_in((double)band->errors[0] / trials).text);
  if (!*of && shorter)
    to = plb_study_text(study, "%s, beyond which there are too many comparisons for it",
                        plb_say_one_in((double)band->errors[band->count - 1] / trials).text);
  if (!from || !to)
    return plb_fail_memory(err);
  return say(study,
             plb_study_text(study,
                            "The band around the DET curve%s is for the whole of it at once, from an FMR %s to %s: "
                            "bands made like this hold the true curve everywhere in %s %% of tests. All other "
                            "intervals%s hold one by one.%s",
                            of, from, to, plb_say_level(study->options->level).text,
                            is_comparison(study) ? " of single systems" : "",
                            band->coarse ? " With more replicates the band would be narrower." : ""),
             err);
}

static bool is_reversed(const struct plb_measured *measured) {
  const struct plb_det *det = &measured->det;
  plb_wide pairs = (plb_wide)det->trials[0] * det->trials[1];
  return pairs && det->auc_twice < pairs;
}

/* A system whose mated scores lie below its non-mated ones is worse than chance, or was read the wrong way. */
static plb_status say_reversed(struct plb_study *study, const struct plb_measured *measured, size_t count,
                               struct plb_error *err) {
  plb_status status = PLB_OK;
  size_t reversed = 0;
  for (size_t s = 0; s < count; s++)
    reversed += is_reversed(&measured[s]);
  if (reversed > MOST_NAMED)
    return say(study,
               plb_study_text(study,
                              "The mated scores of %s of %s systems lie below their non-mated ones (AUC below 0.5): "
                              "either these systems are worse than chance, or their scores were read in the wrong "
                              "direction.",
                              plb_say_count(reversed).text, plb_say_count(count).text),
               err);
  for (size_t s = 0; s < count && !status; s++) {
    if (!is_reversed(&measured[s]))
      continue;
    status = say(study,
                 plb_study_text(study,
                                "The mated scores%s%s lie below the non-mated ones: either this system is worse than "
                                "chance, or its scores were read in the wrong direction.",
                                measured[s].name ? " of system " : "", measured[s].name ? measured[s].name : ""),
                 err);
  }
  return status;
}

plb_status plb_statements_write(struct plb_study *study, const struct plb_measured *measured, size_t count,
                                struct plb_error *err) {
  plb_status status = say_what(study, count, err);
  if (!status)
    status = say_clusters(study, err);
  if (!status)
    status = plb_say_attributes(study, err);
  if (!status)
    status = plb_horizon_say(study, err);
  if (!status)
    status = say_unrepeated(study, measured, count, err);
  if (!status)
    status = say_reversed(study, measured, count, err);
  if (!status)
    status = say_rules(study, err);
  if (!status)
    status = say_failures(study, err);
  if (!status)
    status = say_repeats(study, err);
  if (!status)
    status = say_meaning(study, err);
  if (!status)
    status = say_method(study, err);
  if (!status)
    status = plb_presets_say(study, err);
  if (!status)
    status = say_band(study, measured, count, err);
  if (!status)
    status = say_people(study, measured, count, err);
  return status ? status : say_targets(study, measured, count, err);
}
