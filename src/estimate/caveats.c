/* SPDX-License-Identifier: Apache-2.0
 *
 * What has to be said of the interval of a rate, beside its limits (methods B.7, B.8, M.3): that people are few, what
 * makes PL doubtful, and what another method that was asked for does not see. Of several doubts the gravest is said
 * alone; that people are few is said whatever else there is.
 */
#include <string.h>

#include "estimate/study.h"

#define FEW_DEGREES 5 /* of freedom: below it the errors' own design effect is nearly unknown */
#define TOO_FEW_ERRORS "too few errors, or people who cause them, to tell how much trials depend on each other: "

static bool is_worst(const struct plb_rate *rate) {
  return strcmp(rate->said.method, "worst case") == 0;
}

static const char *caveat_of_lopsided(struct plb_study *study, const struct plb_rate *rate) {
  const struct plb_pl *pl = &rate->narrow;
  return plb_study_text(study,
                        "a few %s take part in most of the comparisons, which say about as much as those of %s "
                        "%s compared alike: %s",
                        plb_those(study), plb_say_count((uint64_t)pl->effective).text, plb_those(study),
                        !pl->few         ? "the interval may be too narrow"
                        : is_worst(rate) ? "the limits are the worst case"
                                         : "the worst case stands beside the limits");
}

static const char *caveat_of_influential(struct plb_study *study, const struct plb_rate *rate) {
  uint64_t errors = rate->errors - rate->narrow.their_errors, trials = rate->trials - rate->narrow.their_trials;
  const char *without = "there are no trials", *one = study->tally->cluster ? "cluster" : "person";
  if (trials)
    without = plb_study_text(study, "the rate is %s (%s of %s)", plb_say_rate((double)errors / (double)trials).text,
                             plb_say_count(errors).text, plb_say_count(trials).text);
  return without ? plb_study_text(study,
                                  "one %s%s takes part in more than 30 %% of the errors, so that the interval may be "
                                  "too narrow; without that %s %s",
                                  one, study->tally->cluster ? " of people" : "", one, without)
                 : NULL;
}

/* What holds for every method that knows who took part, the gravest alone; "" where nothing is to be said, NULL when
 * memory ran out. */
static const char *doubt_of_people(struct plb_study *study, const struct plb_rate *rate) {
  const struct plb_pl *pl = &rate->narrow;
  if (pl->lopsided && pl->effective < FEW_PEOPLE)
    return caveat_of_lopsided(study, rate);
  if (pl->influential)
    return caveat_of_influential(study, rate);
  if (plb_rate_units(rate) >= FEW_PEOPLE && plb_rate_units(rate) < 50 && pl->design_effect > 10)
    return plb_study_text(study,
                          "fewer than 50 %s, whose comparisons repeat each other more than tenfold (design effect "
                          "above 10); the interval may be too narrow",
                          plb_those(study));
  return "";
}

const char *plb_doubt_of_unborrowed(struct plb_study *study, uint64_t rarer, bool right) {
  return plb_study_text(study,
                        "%s %s, and no scores near the threshold that tell how much %s differ: the interval may be too "
                        "narrow",
                        rarer ? "hardly any" : "no", right ? "comparisons without an error" : "errors",
                        plb_those(study));
}

bool plb_rate_unborrowed(const struct plb_rate *rate) {
  return rate->narrow.no_borrowing && plb_rate_rarer(rate) <= 2;
}

static const char *doubt_of_unborrowed(struct plb_study *study, const struct plb_rate *rate) {
  return plb_doubt_of_unborrowed(study, plb_rate_rarer(rate), rate->errors > plb_rate_rarer(rate));
}

/* Where the errors by themselves do not tell PL how much trials depend on each other (M.3). */
static const char *doubt_of_pl(struct plb_study *study, const struct plb_rate *rate) {
  const struct plb_pl *pl = &rate->narrow;
  const char *doubt = doubt_of_people(study, rate);
  if (!doubt || *doubt)
    return doubt;
  if (plb_rate_units(rate) >= FEW_PEOPLE && plb_rate_unborrowed(rate))
    return doubt_of_unborrowed(study, rate);
  if (pl->df < FEW_DEGREES)
    return pl->no_borrowing ? TOO_FEW_ERRORS "the interval may be too narrow"
                            : TOO_FEW_ERRORS "the interval rests on the scores near the threshold";
  if (pl->no_borrowing || !(pl->design_effect > 2 * pl->own_design_effect))
    return "";
  return plb_study_text(study,
                        "the scores near the threshold tell of more dependence than the errors do (design effect %.3g "
                        "against %.3g): the interval rests on the scores",
                        pl->design_effect, pl->own_design_effect);
}

/* Some constructions see no uncertainty where all trials, or all people, came out alike. */
static bool is_flat(const struct plb_said *said) {
  return !(said->narrow.upper > said->narrow.lower);
}

static const char *caveat_of_flat(struct plb_study *study, const struct plb_said *said) {
  return plb_study_text(study, "%s gives limits without any width here: they say nothing of the uncertainty",
                        said->method);
}

/* The same of percentiles of replicates, which only repeat the errors that were seen. `alone`: a limit that fewer than
 * ten errors carry is not joined with PL's. */
static const char *doubt_of_drawn(struct plb_study *study, const struct plb_rate *rate, bool alone) {
  const char *doubt = doubt_of_people(study, rate);
  if (!doubt || *doubt || !alone || plb_rate_rarer(rate) >= FEW_ERRORS)
    return doubt;
  return "fewer than 10 errors, or comparisons without one, which replicates can only repeat: this interval is too "
         "narrow";
}

/* The same of another method. */
static const char *doubt_of_other(struct plb_study *study, const struct plb_rate *rate) {
  const struct plb_said *said = &rate->said;
  const struct plb_pl *pl = &rate->narrow;
  const char *narrow = pl->design_effect > 1.05 ? "is" : "may be";
  if (is_flat(said))
    return caveat_of_flat(study, said);
  if (plb_method_entry(study->method)->drawn)
    return doubt_of_drawn(study, rate, true);
  if (said->blind && !rate->repeats)
    return "";
  if (said->blind && said->has_effect)
    return plb_study_text(study,
                          "with %s errors %s takes trials as independent although people take part many times: this "
                          "interval %s too narrow",
                          rate->errors ? "nothing but" : "no", said->method, narrow);
  if (said->blind)
    return plb_study_text(
        study, "taken as independent trials although people take part many times: this interval %s too narrow", narrow);
  const char *doubt = doubt_of_people(study, rate);
  if (!doubt || *doubt)
    return doubt;
  if (pl->design_effect > 2 * said->effect)
    return plb_study_text(study,
                          "this interval rests on a design effect of %.3g from the errors alone; with the scores near "
                          "the threshold PL finds %.3g: it is probably too narrow",
                          said->effect, pl->design_effect);
  return pl->df < FEW_DEGREES ? TOO_FEW_ERRORS "the interval may be too narrow" : "";
}

/* Below 8 people; the estimate is marked unsupported whatever the method. */
static const char *caveat_of_fewest(struct plb_study *study, const struct plb_rate *rate) {
  const char *few =
      plb_study_text(study, "too few %s for a rate (fewer than 8): the %s", plb_those(study),
                     is_worst(rate) ? "limits are the worst case" : "worst case stands beside the limits");
  const struct plb_method_entry *asked = plb_method_entry(study->method);
  if (!few || plb_method_is_pl(study->method) || asked->drawn)
    return few;
  if (is_worst(rate))
    return plb_study_text(study, "%s, since %s needs a variance between %s", few, asked->shown, plb_those(study));
  const char *doubt = doubt_of_other(study, rate);
  return doubt ? plb_study_join(study, few, *doubt ? doubt : NULL) : NULL;
}

/* Why there is no rate has to be said, whatever the method leaves out. */
static const char *doubt_of(struct plb_study *study, const struct plb_rate *rate) {
  if (plb_method_is_pl(study->method))
    return doubt_of_pl(study, rate);
  if (!rate->narrow.few || !rate->said.blind)
    return doubt_of_other(study, rate);
  const char *lopsided = caveat_of_lopsided(study, rate), *doubt = doubt_of_other(study, rate);
  return lopsided && doubt ? plb_study_join(study, lopsided, *doubt ? doubt : NULL) : NULL;
}

static const char *with_few(struct plb_study *study, const struct plb_rate *rate, const char *doubt) {
  if (!doubt || plb_rate_units(rate) >= FEW_PEOPLE)
    return doubt;
  const char *few = plb_study_text(study, "few %s (fewer than 20): the interval may be too narrow", plb_those(study));
  return few ? plb_study_join(study, few, *doubt ? doubt : NULL) : NULL;
}

const char *plb_caveat_of_redrawn(struct plb_study *study, const struct plb_rate *rate,
                                  const struct plb_redrawn_limits *limits) {
  bool alone = plb_method_entry(study->method)->drawn && !limits->delta;
  const char *doubt = doubt_of_drawn(study, rate, alone);
  if (doubt && !*doubt && limits->joined && plb_rate_units(rate) >= FEW_PEOPLE && rate->narrow.no_borrowing) {
    if (plb_rate_unborrowed(rate))
      doubt = doubt_of_unborrowed(study, rate);
    else if (rate->narrow.df < FEW_DEGREES)
      doubt = TOO_FEW_ERRORS "the interval may be too narrow";
  }
  return with_few(study, rate, doubt);
}

static const char *caveat_of(struct plb_study *study, const struct plb_rate *rate) {
  if (plb_rate_units(rate) < FEWEST_PEOPLE)
    return caveat_of_fewest(study, rate);
  if (!rate->said.exists)
    return rate->said.why;
  return with_few(study, rate, doubt_of(study, rate));
}

static const char *caveat_of_unknown(struct plb_study *study, const struct plb_rate *rate) {
  if (!rate->said.exists)
    return plb_study_text(study, "people unknown: %s is made from who took part, so that it has no interval here",
                          rate->said.method);
  const char *unknown =
      study->options->independent_trials
          ? "people unknown: that each trial was made by people of its own was declared, and the data cannot show it"
          : "people unknown: every trial is taken as independent of every other, so the true uncertainty is probably "
            "larger";
  if (!is_flat(&rate->said))
    return unknown;
  const char *flat = caveat_of_flat(study, &rate->said);
  return flat ? plb_study_join(study, flat, unknown) : NULL;
}

const char *plb_caveat_of_rate(struct plb_study *study, const struct plb_rate *rate) {
  return rate->has_people ? caveat_of(study, rate) : caveat_of_unknown(study, rate);
}

const char *plb_doubt_of_verdict(struct plb_study *study, const struct plb_rate *rate) {
  return rate->has_people ? with_few(study, rate, doubt_of_pl(study, rate)) : "";
}
