/* SPDX-License-Identifier: Apache-2.0
 *
 * The true rates of a simulated test, and the file that states them.
 *
 * A non-mated score of people of groups g and h is normal with mean shift (g + h) / 2 and variance 1, so
 * a whole test is a mixture of such normals, weighted by the rows that its design gave to each pair of
 * groups; a mated score is normal with mean mated_mean and variance 1. Every rate below is one sum over
 * the pairs of groups; thresholds and the EER are found by bisection, as both rates are monotone. Who
 * fails to enrol or to be acquired does not depend on the scores or the groups, so failures change no
 * rate; nor do families, which have the same marginal distributions.
 */
#include <inttypes.h>
#include <math.h>

#include "base/number.h"
#include "base/out.h"
#include "base/probit.h"
#include "trial/simulate.h"

#define FAR_AWAY 40.0  /* standard deviations: no tail reaches so far */
#define SCORE_UNIT 1e6 /* scores are whole millionths */

static double pair_mean(const struct plb_simulation *simulation, unsigned g, unsigned h) {
  return simulation->group_shift * (double)(g + h) / 2;
}

static double pair_fmr(const struct plb_simulation *simulation, unsigned g, unsigned h, double threshold) {
  return plb_normal_tail(threshold - pair_mean(simulation, g, h));
}

/* The mean of of(context, mean of a pair of groups) over all non-mated rows. */
static double over_pairs(const struct plb_simulation *simulation, const struct plb_sim_counts *counts,
                         double (*of)(const void *context, double mean), const void *context) {
  double sum = 0;
  for (unsigned g = 0; g < simulation->groups; g++)
    for (unsigned h = g; h < simulation->groups; h++)
      sum += (double)counts->pairs[g][h] * of(context, pair_mean(simulation, g, h));
  return sum / (double)counts->nonmated;
}

static double tail_from(const void *threshold, double mean) {
  return plb_normal_tail(*(const double *)threshold - mean);
}

/* Rates at a threshold hold exactly for the written scores where the threshold has at most six decimals, since
 * scores are rounded down to six. */
static double true_fmr(const struct plb_simulation *simulation, const struct plb_sim_counts *counts, double threshold) {
  if (simulation->groups == 1)
    return plb_normal_tail(threshold);
  return over_pairs(simulation, counts, tail_from, &threshold);
}

static double true_fnmr(const struct plb_simulation *simulation, double threshold) {
  return plb_normal_tail(simulation->mated_mean - threshold);
}

/* The smallest t with wanted(t) true, wanted being false, then true, as t grows. */
struct question {
  const struct plb_simulation *simulation;
  const struct plb_sim_counts *counts;
  double fmr;
};

static double first_true(const struct question *question, bool (*wanted)(const struct question *, double)) {
  const struct plb_simulation *simulation = question->simulation;
  double shift = simulation->group_shift * (double)(simulation->groups - 1);
  double no = fmin(fmin(0, shift), simulation->mated_mean) - FAR_AWAY;
  double yes = fmax(fmax(0, shift), simulation->mated_mean) + FAR_AWAY;
  for (;;) {
    double between = no + (yes - no) / 2;
    if (between <= no || between >= yes)
      return yes;
    if (wanted(question, between))
      yes = between;
    else
      no = between;
  }
}

static bool fmr_is_met(const struct question *question, double t) {
  return true_fmr(question->simulation, question->counts, t) <= question->fmr;
}

static bool past_crossing(const struct question *question, double t) {
  return true_fmr(question->simulation, question->counts, t) <= true_fnmr(question->simulation, t);
}

/* The smallest threshold with at most six decimals at which the true FMR is at most `fmr`. */
static double threshold_of(const struct plb_simulation *simulation, const struct plb_sim_counts *counts, double fmr) {
  struct question question = {.simulation = simulation, .counts = counts, .fmr = fmr};
  return ceil(first_true(&question, fmr_is_met) * SCORE_UNIT) / SCORE_UNIT + 0.0; /* never -0 */
}

static double same(const void *none, double mean) {
  (void)none;
  return mean;
}

static double square_from(const void *centre, double mean) {
  double distance = mean - *(const double *)centre;
  return distance * distance;
}

/* P(mated > non-mated): the difference of the two is normal with variance 2. */
static double below_mated(const void *mated_mean, double mean) {
  return plb_normal_tail((mean - *(const double *)mated_mean) / sqrt(2));
}

struct summary {
  double eer, eer_threshold, auc, dprime;
};

static struct summary summarise(const struct plb_simulation *simulation, const struct plb_sim_counts *counts) {
  struct question question = {.simulation = simulation, .counts = counts};
  double crossing = first_true(&question, past_crossing);
  double centre = over_pairs(simulation, counts, same, NULL);
  double variance = 1 + over_pairs(simulation, counts, square_from, &centre);
  return (struct summary){
      .eer = true_fnmr(simulation, crossing),
      .eer_threshold = crossing,
      .auc = over_pairs(simulation, counts, below_mated, &simulation->mated_mean),
      .dprime = (simulation->mated_mean - centre) / sqrt((1 + variance) / 2),
  };
}

static void put_number(struct plb_out *out, const char *before, double value) {
  char text[PLB_DOUBLE_TEXT];
  plb_format_double(text, value);
  plb_out_print(out, "%s%s", before, text);
}

static void put_count(struct plb_out *out, const char *before, uint64_t value) {
  plb_out_print(out, "%s%" PRIu64, before, value);
}

static void write_parameters(struct plb_out *out, const struct plb_simulation *simulation) {
  put_count(out, "  \"parameters\": {\"people\": ", simulation->people);
  put_count(out, ", \"samples\": ", simulation->samples);
  put_count(out, ", \"partners\": ", simulation->partners);
  put_number(out, ",\n    \"person_effect\": ", simulation->person_effect);
  put_number(out, ", \"pair_effect\": ", simulation->pair_effect);
  put_number(out, ", \"sample_effect\": ", simulation->sample_effect);
  put_number(out, ",\n    \"mated_mean\": ", simulation->mated_mean);
  put_number(out, ", \"mated_effect\": ", simulation->mated_effect);
  put_count(out, ",\n    \"groups\": ", simulation->groups);
  put_number(out, ", \"group_shift\": ", simulation->group_shift);
  put_number(out, ", \"fta\": ", simulation->fta);
  put_number(out, ", \"fte\": ", simulation->fte);
  if (simulation->family_size > 1) {
    put_count(out, ",\n    \"family_size\": ", simulation->family_size);
    put_number(out, ", \"family_effect\": ", simulation->family_effect);
  }
  put_count(out, ", \"seed\": ", simulation->seed);
  plb_out_text(out, "},\n");
}

static void write_design(struct plb_out *out, const struct plb_simulation *simulation,
                         const struct plb_sim_counts *counts) {
  put_count(out, "  \"design\": {\"people\": ", simulation->people);
  put_count(out, ", \"samples\": ", simulation->people * simulation->samples);
  put_count(out, ",\n    \"mated_trials\": ", counts->mated);
  put_count(out, ", \"mated_completed\": ", counts->mated_completed);
  put_count(out, ",\n    \"nonmated_trials\": ", counts->nonmated);
  put_count(out, ", \"nonmated_completed\": ", counts->nonmated_completed);
  put_count(out, ",\n    \"people_failed_to_enrol\": ", counts->unenrolled);
  put_count(out, ", \"rows_failed_to_enrol\": ", counts->enrol_rows);
  put_count(out, ",\n    \"samples_failed_to_acquire\": ", counts->unacquired);
  put_count(out, ", \"rows_failed_to_acquire\": ", counts->acquire_rows);
  plb_out_text(out, ",\n    \"groups\": [");
  for (unsigned g = 0; g < simulation->groups; g++) {
    plb_out_print(out, "%s{\"group\": \"%c\", \"people\": ", g ? ", " : "", 'A' + (int)g);
    put_count(out, "", counts->group_people[g]);
    plb_out_text(out, "}");
  }
  plb_out_text(out, "]},\n");
}

static void write_group_pairs(struct plb_out *out, const struct plb_simulation *simulation,
                              const struct plb_sim_counts *counts, double threshold) {
  const char *before = "";
  plb_out_text(out, ",\n       \"group_pairs\": [");
  for (unsigned g = 0; g < simulation->groups; g++) {
    for (unsigned h = g; h < simulation->groups; h++) {
      plb_out_print(out, "%s\n        {\"groups\": [\"%c\", \"%c\"]", before, 'A' + (int)g, 'A' + (int)h);
      put_count(out, ", \"nonmated_trials\": ", counts->pairs[g][h]);
      put_number(out, ", \"fmr\": ", pair_fmr(simulation, g, h, threshold));
      plb_out_text(out, "}");
      before = ",";
    }
  }
  plb_out_text(out, "]");
}

static void write_thresholds(struct plb_out *out, const struct plb_simulation *simulation,
                             const struct plb_sim_counts *counts) {
  static const double targets[] = {1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6};
  plb_out_text(out, "    \"thresholds\": [");
  for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
    double threshold = threshold_of(simulation, counts, targets[i]);
    plb_out_text(out, i ? ",\n" : "\n");
    put_number(out, "      {\"fmr_at_most\": ", targets[i]);
    put_number(out, ", \"threshold\": ", threshold);
    put_number(out, ", \"fmr\": ", true_fmr(simulation, counts, threshold));
    put_number(out, ", \"fnmr\": ", true_fnmr(simulation, threshold));
    if (simulation->groups > 1)
      write_group_pairs(out, simulation, counts, threshold);
    plb_out_text(out, "}");
  }
  plb_out_text(out, "]}\n");
}

void plb_sim_write_truth(struct plb_out *out, const struct plb_simulation *simulation,
                         const struct plb_sim_counts *counts) {
  struct summary summary = summarise(simulation, counts);
  plb_out_text(out, "{\n  \"schema\": \"plumbline-truth/1\",\n");
  write_parameters(out, simulation);
  write_design(out, simulation, counts);
  put_number(out, "  \"truth\": {\"fta\": ", simulation->fta);
  put_number(out, ", \"fte\": ", simulation->fte);
  put_number(out, ",\n    \"eer\": ", summary.eer);
  put_number(out, ", \"eer_threshold\": ", summary.eer_threshold);
  put_number(out, ",\n    \"auc\": ", summary.auc);
  put_number(out, ", \"dprime\": ", summary.dprime);
  plb_out_text(out, ",\n");
  write_thresholds(out, simulation, counts);
  plb_out_text(out, "}\n");
}
