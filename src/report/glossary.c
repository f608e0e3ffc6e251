/* SPDX-License-Identifier: Apache-2.0
 *
 * The words of a report, each explained in a line, and only those that the report uses: its reader may
 * never have seen one of them. What the formulas are stands in doc/methods.md.
 */
#include <stdio.h>
#include <string.h>

#include "report/makings.h"

enum kind {
  METRIC,
  OWN_EER,
  RULED_EER,
  METHOD,
  EFFECT,
  WORST,
  HOUSE,
  DRAWN,
  STRICT,
  STATUS,
  VERDICT,
  COMPLETED,
  KEPT,
  CLUSTER,
  POINT,
  LIMITS,
  AXIS,
  BAND,
  P_VALUE,
  RATIO,
  MARGIN,
  AIM,
  HOLM,
  PAIRS,
  OVER,
  TESTED
};

#define CORNERS                                                                                                        \
  "limits of a rate made of several: each part lies at that end of its own interval by this method which moves the "   \
  "whole most"

#define SMALL ", and on average larger the smaller the test"

struct entry {
  enum kind kind;
  const char *key; /* as results have it */
  struct plb_term term;
};

static const struct entry entries[] = {
    {METRIC,
     "FMR",
     {"FMR", "false match rate, the share of comparisons of two different people (non-mated) that was accepted"}},
    {METRIC,
     "FNMR",
     {"FNMR", "false non-match rate, the share of comparisons of a person with themselves (mated) that was "
              "rejected"}},
    {METRIC,
     "FAR",
     {"FAR", "false accept rate, FMR over attempts, with failures to acquire and to compare, which accept nobody"}},
    {METRIC,
     "FRR",
     {"FRR", "false reject rate, FNMR over attempts, with failures to acquire and to compare, which reject the right "
             "person"}},
    {METRIC,
     "GFAR",
     {"GFAR", "generalised false accept rate, FAR, with people who could not be enrolled and so are no one's match"}},
    {METRIC,
     "GFRR",
     {"GFRR", "generalised false reject rate, FRR, with people who could not be enrolled and so are always rejected"}},
    {METRIC, "FTA", {"FTA", "failure to acquire rate, the share of samples or attempts that gave nothing to compare"}},
    {METRIC, "FTE", {"FTE", "failure to enrol rate, the share of people who could not be enrolled"}},
    {OWN_EER,
     "EER",
     {"EER", "equal error rate, the mean of FMR and FNMR at the threshold where they differ least; it serves "
             "to compare systems, which are used at other thresholds"}},
    {RULED_EER,
     "EER",
     {"EER", "equal error rate, where FMR and FNMR are equal, by the rule that its note says, else their mean at the "
             "threshold where they differ least; it serves to compare systems, which are used at other thresholds"}},
    {METRIC,
     "AUC",
     {"AUC", "area under the ROC curve, the chance that a mated comparison is more similar than a non-mated one, ties "
             "counting half; 1 is perfect, 0.5 is guessing"}},
    {METRIC,
     "DPRIME",
     {"d'", "how far apart the mean scores of mated and non-mated comparisons lie, in standard deviations"}},
    {HOUSE,
     "PL",
     {"PL", "limits for trials that share people: Wilson's interval for the number of independent trials that would "
            "say as much, widened where few people took part; PL is the name of this interval in doc/methods.md"}},
    {STRICT,
     "PL-strict",
     {"PL-strict",
      "PL with exact binomial limits, mostly a little wider; claims are judged by it, or by PL where that is wider"}},
    {METHOD,
     "wilson",
     {"wilson",
      "Wilson's limits for a share: right where each trial is independent of every other, too narrow where the "
      "same people come again"}},
    {METHOD,
     "clopper-pearson",
     {"clopper-pearson", "exact binomial limits: right where each trial is independent of every other, too narrow "
                         "where the same people come again"}},
    {METHOD,
     "jeffreys",
     {"jeffreys",
      "limits from a beta distribution with half an error and half a success added; for independent trials, "
      "too narrow where the same people come again, and often too narrow with few errors even there"}},
    {METHOD,
     "mid-p",
     {"mid-p",
      "binomial limits that count what was seen half; for independent trials, too narrow where the same people "
      "come again"}},
    {METHOD,
     "wald",
     {"wald", "the rate and a multiple of its standard error to either side, cut at 0 and 100 %; for many errors in "
              "independent trials; without errors it has no width, which is never right"}},
    {METHOD,
     "wilson-dyadic",
     {"wilson-dyadic",
      "Wilson's limits for the number of independent trials that would say as much, as the errors alone "
      "tell it; too narrow with few errors, which tell little of how alike the trials of a person are"}},
    {METHOD,
     "cimat",
     {"cimat",
      "the interval published by Fogliato, Patil and Perona in 2024: like wilson-dyadic, with a variance that is "
      "too small where people are few; without errors it takes trials as independent"}},
    {DRAWN,
     "double-or-nothing",
     {"double-or-nothing",
      "limits from many replicates of the test: in each of them every person, with all their comparisons, is left out "
      "or counted twice, at random, and a threshold that the data chose is found again; the limits follow from the "
      "spread of what came out, or, where --interval asks for them, hold the middle of it"}},
    {METHOD,
     "double-or-nothing or PL",
     {"double-or-nothing or PL", "at each end the wider of the two: where few errors carry them, replicates, which "
                                 "can only repeat what was seen, are not enough"}},
    {DRAWN,
     "delta",
     {"delta",
      "limits from how much each person's comparisons add to the value and, where the data chose the threshold, to "
      "where "
      "it lies, as if both moved in straight lines"}},
    {METHOD,
     "double-or-nothing or weighted Poisson",
     {"double-or-nothing or weighted Poisson",
      "at each end the wider of the two: replicates, and limits that take the pairs in the wrong order as a sum over "
      "people who happened to be in the test, of whom few may make most of it"}},
    {METHOD,
     "double-or-nothing, weighted Poisson or PL",
     {"double-or-nothing, weighted Poisson or PL",
      "at each end the widest of the three, where few comparisons are in the wrong order, or few people make most of "
      "them"}},
    {METHOD,
     "delta or weighted Poisson",
     {"delta or weighted Poisson",
      "at each end the wider of the two: the delta method, and limits that take the pairs in the wrong order as a sum "
      "over people who happened to be in the test, of whom few may make most of it"}},
    {METHOD,
     "delta, weighted Poisson or PL",
     {"delta, weighted Poisson or PL",
      "at each end the widest of the three, where few comparisons are in the wrong order, or few people make most of "
      "them"}},
    {METHOD, "delta or PL", {"delta or PL", "at each end the wider of the two, where few errors carry them"}},
    {METHOD, "corners of delta", {"corners of delta", CORNERS}},
    {METHOD,
     "jackknife",
     {"jackknife", "limits from how far the value moves when each person in turn is left out with all comparisons"}},
    {DRAWN,
     "vertex-bootstrap",
     {"vertex-bootstrap",
      "limits from many replicates of the test: for each of them as many people as took part are drawn, some several "
      "times and some not at all, with all their comparisons"}},
    {METHOD,
     "MOVER-PL",
     {"MOVER-PL", "limits of a difference of two systems, put together from the PL limits of their rates, and closer "
                  "the more the errors of both go together"}},
    {METHOD,
     "joint double-or-nothing",
     {"joint double-or-nothing",
      "limits of a difference of two systems that hold most replicates, in each of which every person counts "
      "twice or not at all, for both systems alike, and each system finds its thresholds again"}},
    {METHOD,
     "joint double-or-nothing or MOVER-PL",
     {"joint double-or-nothing or MOVER-PL",
      "limits of a difference of two systems that hold most replicates, in each of which every person counts "
      "twice or not at all, for both systems alike; or those put together from the PL limits of their rates, where "
      "these are wider, since few errors carry the difference"}},
    {METHOD,
     "corners of PL",
     {"corners of PL", "limits of a rate made of several: each part lies at that end of its own PL interval which "
                       "moves the whole most; rather too wide than too narrow"}},
    {METHOD,
     "corners of worst case",
     {"corners of worst case",
      "limits of a rate made of several: each part lies at that end of its own worst case which "
      "moves the whole most"}},
    {METHOD,
     "corners of clopper-pearson",
     {"corners of clopper-pearson", "limits of a rate made of several: each part lies at that end of its own exact "
                                    "binomial interval which moves the whole most"}},
    {METHOD, "corners of PL-strict", {"corners of PL-strict", CORNERS}},
    {METHOD, "corners of double-or-nothing", {"corners of double-or-nothing", CORNERS}},
    {METHOD, "corners of vertex-bootstrap", {"corners of vertex-bootstrap", CORNERS}},
    {METHOD, "corners of wilson", {"corners of wilson", CORNERS}},
    {METHOD, "corners of jeffreys", {"corners of jeffreys", CORNERS}},
    {METHOD, "corners of mid-p", {"corners of mid-p", CORNERS}},
    {METHOD, "corners of wald", {"corners of wald", CORNERS}},
    {METHOD, "corners of wilson-dyadic", {"corners of wilson-dyadic", CORNERS}},
    {METHOD, "corners of cimat", {"corners of cimat", CORNERS}},
    {WORST,
     "worst case",
     {"worst case",
      "exact binomial limits as if all trials that share a person had come out alike: the widest that the "
      "design of the test allows"}},
    {EFFECT,
     "",
     {"design effect", "how many times the variance is that of as many independent trials; 10,000 comparisons at a "
                       "design effect of 10 say as much as 1,000 independent ones"}},
    {CLUSTER,
     "",
     {"cluster", "people who are related to each other, such as a family, by the attribute that was named: in the "
                 "intervals they take the place of one person"}},
    {STATUS, "suppressed", {"suppressed", "withheld, because it would be about too few people"}},
    {STATUS,
     "unsupported",
     {"unsupported",
      "the test is too small for this number; counts and limits beside it are those at the threshold that "
      "is named there, not at a target that is out of reach"}},
    {STATUS, "undefined", {"undefined", "the quantity does not exist on this data; the note says why"}},
    {VERDICT,
     "shown",
     {"shown (a claim)", "the data would be very unlikely if the claim were false, at the confidence that stands below "
                         "the claims"}},
    {VERDICT, "not shown", {"not shown (a claim)", "the data do not decide; it does not mean that the claim is false"}},
    {VERDICT,
     "refuted",
     {"refuted (a claim)",
      "the data would be very unlikely if the claim were true, at the confidence that stands below "
      "the claims"}},
    {POINT,
     "operating point",
     {"operating point", "a threshold at which the system may be run, with the FMR and the FNMR that it has there"}},
    {LIMITS,
     "",
     {"limits of a threshold",
      "behind a threshold that was set for a target, in parentheses: where the threshold lies that really has this "
      "FMR, "
      "at the level of the intervals; without limits where fewer than 10 false matches were seen at it, or so few "
      "people made them that any stricter threshold may be the right one"}},
    {COMPLETED,
     "",
     {"completed", "said of a comparison that gave a score; one that failed gave none and is in neither FMR nor FNMR"}},
    {KEPT, "", {"kept", "said of rows of an input that were counted; the others were left out, for the reasons given"}},
    {AXIS,
     "",
     {"probit axis",
      "an axis on which a rate lies at its quantile of the normal distribution: small rates get room, and "
      "0 and 100 % lie infinitely far away"}},
    {BAND,
     "",
     {"shaded area", "the band in which the whole of the true DET curve lies between the FMR at the ends of the band, "
                     "at the level of the "
                     "intervals: it is meant to hold at all points at once, the bars of an operating point only one by "
                     "one, and so it is "
                     "wider than they are"}},
    {RATIO,
     "",
     {"ratio",
      "the rate of the system named first over that of the other; 1 is no difference, 0.5 half as many errors, "
      "and a lower limit of 0 leaves open how few they are"}},
    {P_VALUE,
     "",
     {"p", "how often a difference as large as this one, either way, would be seen if the systems did not differ; it "
           "does not say how likely it is that they do not"}},
    {MARGIN, "", {"margin", "a difference in percentage points that was said beforehand not to matter"}},
    {AIM,
     "non-inferiority",
     {"not inferior", "the whole interval of the difference lies below the margin: the system named first is not worse "
                      "than the other by the margin or more; \"better\" or \"worse\" behind it says that the interval "
                      "also lies below, or above, 0"}},
    {HOLM,
     "",
     {"Holm", "a rule for several questions judged together: the clearest is judged by the strictest limits, and each "
              "one decided lets the rest be judged by less strict ones, with the chance of any wrong verdict held "
              "where it would be for one question"}},
    {PAIRS,
     "",
     {"Bonferroni", "a rule for several intervals at once: each is made so much wider that the chance that any of them "
                    "misses is that of one"}},
    {OVER,
     "MAX_MIN_RATIO",
     {"largest / smallest", "the largest rate of a group over the smallest: 1 where all are equal" SMALL}},
    {OVER,
     "MAX_MIN_DIFFERENCE",
     {"largest - smallest",
      "the largest rate of a group less the smallest, in percentage points: 0 where all are equal" SMALL}},
    {OVER,
     "MAX_GEOMEAN_RATIO",
     {"largest / geometric mean",
      "the largest rate of a group over the geometric mean of all: 1 where they are equal" SMALL}},
    {OVER,
     "GINI",
     {"Gini coefficient",
      "how unevenly the rates of groups are spread: 0 where all are equal, 1 where one group alone has "
      "errors" SMALL}},
    {OVER,
     "FDR",
     {"FDR",
      "fairness discrepancy rate, 1 less the mean of two differences between the largest and the smallest rate, that "
      "of FMR within groups and that of FNMR: 1 where both are equal, and on average smaller the smaller the test"}},
    {OVER,
     "INEQUITY",
     {"inequity rate",
      "the geometric mean of two ratios of the largest to the smallest rate, that of FMR within groups and "
      "that of FNMR: 1 where both are equal" SMALL}},
    {OVER,
     "GARBE",
     {"GARBE",
      "Gini aggregation rate for biometric equitability, the mean of the Gini coefficients of FMR within groups and "
      "of FNMR: 0 where both are equal" SMALL}},
    {TESTED,
     "",
     {"p of no difference",
      "how often groups with equal rates lie at least so far apart in tests like this one; it does not "
      "say how likely it is that they are equal"}},
    {METHOD,
     "PL, MOVER for all pairs",
     {"PL, MOVER for all pairs",
      "limits put together from the PL limits of the groups, wide enough to hold for all pairs of "
      "groups at once, since the largest and the smallest are picked by the data"}},
    {METHOD,
     "PL, all groups at once",
     {"PL, all groups at once",
      "all that the number can be while the rate of each group lies within PL limits that hold for "
      "all groups at once; rather too wide than too narrow"}},
};

/* ---- what is used ----------------------------------------------------------------------------------- */

static bool uses(const struct plb_estimate *e, const struct entry *entry) {
  char limits[PLB_WORDS];
  bool shown = e->interval.exists && e->status != PLB_EST_SUPPRESSED;
  const char *method = shown && e->interval.method ? e->interval.method : "";
  switch (entry->kind) {
  case METRIC:
  case OWN_EER:
  case RULED_EER: return strcmp(e->metric, entry->key) == 0;
  case HOUSE: return strstr(method, entry->key) || (e->note && strstr(e->note, " PL "));
  case DRAWN: return strstr(method, entry->key) != NULL; /* also joined with another */
  case LIMITS: return e->has_threshold && e->has_threshold_interval && e->status != PLB_EST_SUPPRESSED;
  case METHOD:
  case STRICT: return strcmp(method, entry->key) == 0;
  case EFFECT: return shown && e->interval.has_design_effect;
  case WORST: return strcmp(method, entry->key) == 0 || plb_word_worst(limits, e) > 0;
  case STATUS: return strcmp(plb_estimate_status_name(e->status), entry->key) == 0;
  case POINT: return e->note && strstr(e->note, entry->key);
  case P_VALUE: return e->has_p_value;
  case RATIO: return e->against && strstr(e->metric, "_RATIO");
  case MARGIN: return e->has_margin;
  case AIM: return e->has_margin && e->aim && strcmp(e->aim, entry->key) == 0;
  case HOLM: return e->has_margin && e->compared_pairs > 1;
  case PAIRS: return e->compared_pairs > 1;
  case OVER: return e->over.by && strcmp(e->metric, entry->key) == 0;
  case TESTED: return e->over.by && e->over.has_p_value;
  default: break;
  }
  return false;
}

static bool has_curve(const struct plb_result *result, enum plb_curve_kind kind) {
  for (size_t i = 0; i < result->curve_count; i++)
    if (result->curves[i].kind == kind)
      return true;
  return false;
}

static bool has_band(const struct plb_result *result) {
  for (size_t i = 0; i < result->curve_count; i++)
    if (result->curves[i].kind == PLB_CURVE_DET && plb_has_band(&result->curves[i]))
      return true;
  return false;
}

static bool has_point(const struct plb_result *result) {
  for (size_t i = 0; i < result->estimate_count; i++)
    if (plb_has_point(&result->estimates[i]))
      return true;
  return false;
}

static bool has_verdict(const struct plb_result *result, const char *verdict) {
  for (size_t i = 0; i < result->claim_count; i++)
    if (result->claims[i].verdict && strcmp(result->claims[i].verdict, verdict) == 0)
      return true;
  return false;
}

static bool has_plan(const struct plb_result *result, const char *metric) {
  for (size_t i = 0; i < result->plan_count; i++)
    if (strcmp(result->plans[i].metric, metric) == 0)
      return true;
  return false;
}

/* Words that stand in a document whatever the estimates are; those of figures and tables of a page only there. */
static bool document_uses(const struct plb_result *result, const struct entry *entry, bool page) {
  switch (entry->kind) {
  case VERDICT: return has_verdict(result, entry->key);
  case METRIC: return has_plan(result, entry->key);
  case COMPLETED: return !result->plan_count;
  case CLUSTER: return result->test.cluster;
  case HOLM: return result->together.exists && result->claim_count > 1;
  case KEPT: return result->provenance.input_count > 0;
  case POINT: return page && has_point(result);
  case AXIS: return page && (has_curve(result, PLB_CURVE_DET) || result->group_count > 0);
  case BAND: return page && has_band(result);
  default: return false;
  }
}

static bool result_uses(const struct plb_result *result, const struct entry *entry, bool page) {
  if (document_uses(result, entry, page))
    return true;
  if (entry->kind == (plb_own_rules(result) ? RULED_EER : OWN_EER))
    return false;
  for (size_t i = 0; i < result->claim_count; i++)
    if ((entry->kind == STRICT || entry->kind == HOUSE || entry->kind == DRAWN) && result->claims[i].why &&
        strstr(result->claims[i].why, entry->key))
      return true;
  for (size_t i = 0; i < plb_result_count(result); i++)
    if (uses(plb_result_get(result, i), entry))
      return true;
  return false;
}

bool plb_glossary(const struct plb_result *const *results, size_t count, enum plb_document document, size_t *next,
                  struct plb_term *term) {
  while (*next < sizeof entries / sizeof *entries) {
    const struct entry *entry = &entries[(*next)++];
    size_t r = 0;
    while (r < count && !result_uses(results[r], entry, document == PLB_DOCUMENT_PAGE))
      r++;
    if (r == count)
      continue;
    *term = entry->term;
    return true;
  }
  return false;
}

/* ---- verdicts ------------------------------------------------------------------------------------------ */

/* A claim is judged by one limit of a two-sided interval (methods, Claims): the other half of what the interval may
 * miss does not count against it. Older results judge each claim by itself. */
static void word_sure(char text[PLB_REMARK], const struct plb_result *result) {
  bool together = result->together.exists, several = together && result->claim_count > 1;
  double level = together ? result->together.level : plb_result_level(result);
  char both[PLB_WORDS], sure[PLB_WORDS], rest[PLB_WORDS];
  const char *unknown = together || result->test.has_people
                            ? ""
                            : " The data do not name people, so trials are taken as independent: the verdicts are "
                              "less sure than that.";
  plb_word_level(both, level);
  plb_word_rounded(sure, 50 * (1 + level), 12);
  plb_word_rounded(rest, 50 * (1 - level), 4);
  if (several)
    snprintf(text, PLB_REMARK,
             "The claims are judged together by Holm's rule, each by limits at %.40s %% or more: the "
             "chance that any of them is wrongly shown is at most %.40s %%, and so is the chance that any is wrongly "
             "refuted, as far as the intervals keep their level. Making more claims does not make it likelier.",
             both, rest);
  else if (level > 0)
    snprintf(text, PLB_REMARK,
             "%s judged by one limit of a two-sided %.40s %% interval, that is with a one-sided confidence of "
             "%.40s %%: \"very unlikely\" is a chance of at most %.40s %%, as far as the interval keeps its level.%s%s",
             together ? "The claim is" : "Each claim is", both, sure, rest,
             together ? ""
                      : " Claims are judged one by one: the more there are, the likelier it is that some verdict "
                        "is wrong.",
             unknown);
  else
    snprintf(text, PLB_REMARK,
             "Each claim is judged by one limit of a two-sided interval, and by itself: the more there "
             "are, the likelier it is that some verdict is wrong.%s",
             unknown);
}

bool plb_word_together(char text[PLB_REMARK], const struct plb_result *result) {
  char all[PLB_WORDS], held[PLB_WORDS], wrong[PLB_WORDS];
  size_t shown, claims = plb_result_claims(result, &shown), refuted = 0;
  text[0] = '\0';
  if (!result->together.exists || claims < 2)
    return false;
  for (size_t i = 0; i < claims; i++)
    refuted += strcmp(result->claims[i].verdict, "refuted") == 0;
  plb_word_count(all, claims);
  plb_word_count(held, shown);
  plb_word_count(wrong, refuted);
  size_t n = (size_t)snprintf(text, PLB_REMARK, "that all %s claims hold: %s of them shown", all, held);
  if (refuted)
    snprintf(text + n, PLB_REMARK - n, ", %s refuted", wrong);
  return true;
}

bool plb_verdict(const struct plb_result *result, size_t k, const char **name, char meaning[PLB_REMARK]) {
  static const struct {
    const char *verdict, *name, *meaning;
  } list[] = {
      {"shown", "Shown",
       "the data would be very unlikely if the claim were false: even the upper limit of the rate lies within the "
       "claim"},
      {"not shown", "Not shown",
       "the data do not decide, because the limits lie on both sides of the claim, the test is too small for it, "
       "or nobody knows who took part; it does not mean that the claim is false"},
      {"refuted", "Refuted",
       "the data would be very unlikely if the claim were true: even the lower limit of the rate lies beyond the "
       "claim"}};
  if (!result->claim_count)
    return false;
  for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
    if (!has_verdict(result, list[i].verdict) || k-- > 0)
      continue;
    *name = list[i].name;
    snprintf(meaning, PLB_REMARK, "%s", list[i].meaning);
    return true;
  }
  if (k > 0)
    return false;
  *name = "";
  word_sure(meaning, result);
  return true;
}

/* ---- failures ------------------------------------------------------------------------------------------ */

void plb_word_failed(char text[PLB_REMARK], const struct plb_test *test, bool several) {
  char enrol[PLB_WORDS], acquire[PLB_WORDS], compare[PLB_WORDS], whole[PLB_WORDS], rate[PLB_WORDS];
  uint64_t completed = test->mated_trials + test->nonmated_trials, tried = completed + test->failed_compare;
  if (!test->failed_enrol && !test->failed_acquire && !test->failed_compare) {
    snprintf(text, PLB_REMARK, "none in the data");
    return;
  }
  plb_word_count(enrol, test->failed_enrol);
  plb_word_count(acquire, test->failed_acquire);
  plb_word_count(compare, test->failed_compare);
  plb_word_count(whole, tried);
  plb_word_rate(rate, tried ? (double)test->failed_compare / (double)tried : 0);
  snprintf(text, PLB_REMARK, "%s%s rows failed to enrol and %s to acquire; %s of %s comparisons failed (%s)",
           several ? "of all systems together, " : "", enrol, acquire, compare, whole, rate);
}

static bool has_metric(const struct plb_result *result, const char *system, const char *metric) {
  const struct plb_estimate *e;
  for (size_t k = 0; (e = plb_system_estimate(result, system, k)); k++)
    if (strcmp(e->metric, metric) == 0)
      return true;
  return false;
}

size_t plb_word_absent(char text[PLB_REMARK], const struct plb_result *result, const char *system) {
  bool carried = has_metric(result, system, "FAR") || has_metric(result, system, "FRR");
  bool whole = has_metric(result, system, "GFAR") || has_metric(result, system, "GFRR");
  text[0] = '\0';
  if (whole || (!has_metric(result, system, "FMR") && !has_metric(result, system, "FNMR")))
    return 0;
  if (carried)
    return (size_t)snprintf(text, PLB_REMARK, "GFAR and GFRR: the data record no failures to enrol");
  return (size_t)snprintf(text, PLB_REMARK,
                          "FAR, FRR, GFAR and GFRR: the data record no failures. If people or samples were left out "
                          "before, FMR and FNMR say nothing about them");
}
