/* SPDX-License-Identifier: Apache-2.0
 *
 * See plan.h.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "report/plan.h"

const char plb_plan_chances_title[] =
    "The chance that the claim is shown, by people and samples of each person. People decide: across a row more "
    "samples of the same people soon help no more.";

const char *const plb_plan_notes[] = {
    "Worth: as many independent comparisons would tell as much about the rate. Expected: errors at the expected rate. "
    "Allowed: with as many errors as this the claim is usually still shown; - means that not even a test without "
    "errors "
    "would show it. Chance: that the claim is shown.",
    "Spread: the standard error of the rate that will be measured, as a share of the rate. At least: what is left of "
    "it "
    "however many more comparisons of the same people are made."};
const size_t plb_plan_note_count = sizeof plb_plan_notes / sizeof *plb_plan_notes;

static bool about_fmr(const struct plb_test_plan *plan) {
  return strcmp(plan->metric, "FMR") == 0;
}

void plb_word_plan_aim(char text[PLB_PLAN_WORDS], const struct plb_test_plan *plan) {
  char power[PLB_WORDS], level[PLB_WORDS], sure[PLB_WORDS], wrong[PLB_WORDS], rate[PLB_WORDS], about[PLB_WORDS];
  plb_word_plan_power(power, plan->power);
  plb_word_level(level, plan->level);
  plb_word_rounded(sure, 50 * (1 + plan->level), 12);
  plb_word_rounded(wrong, 50 * (1 - plan->level), 4);
  plb_word_rate(rate, plan->expected);
  plb_word_about(about, plan->expected);
  snprintf(
      text, PLB_PLAN_WORDS,
      "a chance of %s to show it by one limit of a two-sided %s %% interval, that is with "
      "a one-sided confidence of %s %% (where the claim does not hold it is shown with a chance of at most %s %%), "
      "if the true %s is %s%s%s%s",
      power, level, sure, wrong, plan->metric, rate, *about ? ", " : "", about,
      plan->expected_assumed ? " (a third of the limit, since no rate was given)" : "");
}

void plb_word_plan_test(char text[PLB_PLAN_WORDS], const struct plb_test_plan *plan) {
  char samples[PLB_WORDS], partners[PLB_WORDS];
  plb_word_plan_samples(samples, plan->samples);
  plb_word_count(partners, plan->partners);
  if (!about_fmr(plan))
    snprintf(text, PLB_PLAN_WORDS, "%s, all pairs of them compared", samples);
  else if (plan->partners)
    snprintf(text, PLB_PLAN_WORDS, "%s, each compared with %s random ones of other people", samples, partners);
  else
    snprintf(text, PLB_PLAN_WORDS, "%s, each compared with all of all other people", samples);
}

void plb_word_plan_threshold(char text[PLB_PLAN_WORDS], const struct plb_test_plan *plan) {
  char target[PLB_WORDS], matches[PLB_WORDS], share[PLB_WORDS], people[PLB_WORDS];
  if (!plan->has_target) {
    snprintf(text, PLB_PLAN_WORDS, "set before the test, on other data%s",
             about_fmr(plan) ? ""
                             : "; one that is found in the test itself takes more people: plan for a claim that says "
                               "\"at FMR X\"");
    return;
  }
  plb_word_rate(target, plan->target);
  int used = snprintf(text, PLB_PLAN_WORDS, "found in the test itself, where FMR is at most %s", target);
  if (!plan->has_cut)
    return;
  plb_word_rounded(matches, plan->false_matches, 3);
  plb_word_plan_error(share, plan->cut_share);
  plb_word_count(people, plan->needed.people);
  snprintf(text + used, PLB_PLAN_WORDS - (size_t)used,
           ": with %s people %s false matches are to be expected there, and %s of the variance of FNMR comes from the "
           "threshold (%s)",
           people, matches, share, plan->target_basis);
}

void plb_word_plan_dependence(char text[PLB_PLAN_WORDS], const struct plb_test_plan *plan) {
  char one[PLB_WORDS], one_sample[PLB_WORDS], two[PLB_WORDS], two_sample[PLB_WORDS], source[48];
  bool pilot = strcmp(plan->dependence, "pilot") == 0, given = strcmp(plan->dependence, "given") == 0;
  snprintf(source, sizeof source,
           pilot   ? plan->pilot_silent ? "as the pilot found, where it tells" : "as the pilot found"
           : given ? "as given"
                   : "assumed (%.20s)",
           plan->dependence);
  if (strcmp(plan->dependence, "none") == 0) {
    snprintf(text, PLB_PLAN_WORDS, "not at all: every comparison is taken as independent");
    return;
  }
  plb_word_rounded(one, plan->person_correlation, 3);
  plb_word_rounded(one_sample, plan->person_sample_correlation, 3);
  plb_word_rounded(two, plan->pair_correlation, 3);
  plb_word_rounded(two_sample, plan->pair_sample_correlation, 3);
  if (!about_fmr(plan))
    snprintf(text, PLB_PLAN_WORDS, "%s: comparisons of one person are correlated by %s", source, one);
  else if (pilot)
    snprintf(text, PLB_PLAN_WORDS,
             "%s: comparisons that share one person are correlated by %s, those of the same two people by %s", source,
             one, two);
  else
    snprintf(
        text, PLB_PLAN_WORDS,
        "%s: comparisons that share one person are correlated by %s, with the same sample by %s; those of the same "
        "two people by %s, with one sample in common by %s",
        source, one, one_sample, two, two_sample);
}

void plb_word_plan_needed(char text[PLB_PLAN_WORDS], const struct plb_test_plan *plan) {
  char people[PLB_WORDS], comparisons[PLB_WORDS], worth[PLB_WORDS], power[PLB_WORDS];
  if (!plan->has_needed) {
    snprintf(text, PLB_PLAN_WORDS, "more than 10,000,000 people");
    return;
  }
  plb_word_count(people, plan->needed.people);
  plb_word_count(comparisons, plan->needed.comparisons);
  plb_word_count(worth, plb_plan_worth(&plan->needed));
  plb_word_plan_power(power, plan->needed.power);
  snprintf(text, PLB_PLAN_WORDS, "%s people: %s %s comparisons, worth %s independent ones; the chance is then %s",
           people, comparisons, about_fmr(plan) ? "non-mated" : "mated", worth, power);
}

void plb_word_plan_least(char text[PLB_PLAN_WORDS], const struct plb_test_plan *plan) {
  char people[PLB_WORDS], samples[PLB_WORDS];
  text[0] = '\0';
  if (!plan->has_least_people || plan->samples >= plan->most_samples)
    return;
  plb_word_count(people, plan->least_people);
  plb_word_count(samples, plan->most_samples);
  snprintf(text, PLB_PLAN_WORDS, "%s people, even if each gave %s samples", people, samples);
}

void plb_word_plan_groups(char text[PLB_PLAN_WORDS], const struct plb_test_plan *plan) {
  char groups[PLB_WORDS], rate[PLB_WORDS];
  plb_word_count(groups, plan->groups);
  plb_word_rate(rate, plan->expected);
  snprintf(
      text, PLB_PLAN_WORDS,
      "%s groups of equal size at one threshold%s, where the %s of the better ones is %s: the smallest ratio of two "
      "rates that is detected, and the people that it takes to detect a ratio.",
      groups, about_fmr(plan) ? ", each compared within itself" : "", plan->metric, rate);
}

void plb_word_plan_each(char text[PLB_WORDS], uint64_t samples) {
  char number[PLB_WORDS];
  plb_word_count(number, samples);
  snprintf(text, PLB_WORDS, samples == 1 ? "%.40s sample" : "%.40s samples", number);
}

void plb_word_plan_samples(char text[PLB_WORDS], uint64_t samples) {
  char count[PLB_WORDS / 2];
  char number[PLB_WORDS];
  plb_word_count(number, samples);
  snprintf(count, sizeof count, "%.40s", number);
  snprintf(text, PLB_WORDS, samples == 1 ? "%s sample of each person" : "%s samples of each person", count);
}

void plb_word_plan_expected(char text[PLB_WORDS], const struct plb_plan_row *row) {
  if (row->expected_errors >= 1000.0 && row->expected_errors < 1.8e19)
    plb_word_count(text, (uint64_t)(row->expected_errors + 0.5));
  else
    plb_word_rounded(text, row->expected_errors, 3);
}

void plb_word_plan_allowed(char text[PLB_WORDS], const struct plb_plan_row *row) {
  if (row->has_most_errors)
    plb_word_count(text, row->most_errors);
  else
    snprintf(text, PLB_WORDS, "-");
}

void plb_word_plan_power(char text[PLB_WORDS], double power) {
  double tenths = floor(1000.0 * power + 0.5);
  if (power > 0.999 && power < 1.0)
    snprintf(text, PLB_WORDS, ">99.9 %%");
  else if (power > 0.0 && tenths < 1.0)
    snprintf(text, PLB_WORDS, "<0.1 %%");
  else
    snprintf(text, PLB_WORDS, (int)tenths % 10 ? "%d.%d %%" : "%d %%", (int)tenths / 10, (int)tenths % 10);
}

void plb_word_plan_error(char text[PLB_WORDS], double error) {
  char number[PLB_WORDS];
  plb_word_rounded(number, 100.0 * error, 3);
  snprintf(text, PLB_WORDS, "%.40s %%", number);
}

void plb_word_contrast_people(char text[PLB_WORDS], const struct plb_plan_contrast *contrast) {
  if (contrast->has_people)
    plb_word_count(text, contrast->people);
  else
    snprintf(text, PLB_WORDS, "more than 10,000,000");
}

void plb_word_contrast_ratio(char text[PLB_WORDS], const struct plb_plan_contrast *contrast) {
  if (contrast->has_ratio)
    plb_word_rounded(text, contrast->ratio, 3);
  else
    snprintf(text, PLB_WORDS, "none");
}

void plb_word_contrast_rates(char text[PLB_WORDS], const struct plb_test_plan *plan,
                             const struct plb_plan_contrast *contrast) {
  char low[PLB_WORDS], high[PLB_WORDS];
  text[0] = '\0';
  double rate = plan->expected * contrast->ratio;
  if (!contrast->has_ratio || rate > 1.0)
    return;
  plb_word_rate(low, plan->expected);
  plb_word_rate(high, rate);
  snprintf(text, PLB_WORDS, "%.40s and %.40s", low, high);
}

uint64_t plb_plan_worth(const struct plb_plan_row *row) {
  double worth = row->design_effect > 1.0 ? (double)row->comparisons / row->design_effect : (double)row->comparisons;
  return worth < 1.8e19 ? (uint64_t)worth : row->comparisons;
}

size_t plb_count_plans(const struct plb_result *const *results, size_t count) {
  size_t plans = 0;
  for (size_t r = 0; r < count; r++)
    plans += results[r]->plan_count > 0;
  return plans;
}

size_t plb_plan_listed(const struct plb_test_plan *plan, uint64_t samples[PLB_PLAN_SPANS]) {
  size_t count = 0;
  for (size_t i = 0; i < plan->row_count; i++)
    if ((!count || plan->rows[i].samples != samples[count - 1]) && count < PLB_PLAN_SPANS)
      samples[count++] = plan->rows[i].samples;
  return count;
}

void plb_word_plan_chance(char text[PLB_WORDS], const struct plb_test_plan *plan, uint64_t people, uint64_t samples) {
  text[0] = '\0';
  for (size_t i = 0; i < plan->row_count && !*text; i++)
    if (plan->rows[i].people == people && plan->rows[i].samples == samples)
      plb_word_plan_power(text, plan->rows[i].power);
}

uint64_t plb_plan_listed_people(const struct plb_test_plan *plan, size_t i) {
  uint64_t found = 0;
  for (size_t k = 0; k <= i; k++) {
    uint64_t next = 0;
    for (size_t r = 0; r < plan->row_count; r++) {
      uint64_t people = plan->rows[r].people;
      if (plb_plan_row_is_round(&plan->rows[r]) && people > found && (!next || people < next))
        next = people;
    }
    if (!(found = next))
      return 0;
  }
  return found;
}

bool plb_plan_row_is_round(const struct plb_plan_row *row) {
  uint64_t rest = row->people;
  while (rest && rest % 10 == 0)
    rest /= 10;
  return rest == 1 || rest == 2 || rest == 5;
}
