/* SPDX-License-Identifier: Apache-2.0
 *
 * A verification test being measured: what was asked for, and what was found for one system. The parts of
 * this room that write estimates, claims and sentences share these structs; nothing outside it sees them.
 */
#ifndef PLB_ESTIMATE_STUDY_H
#define PLB_ESTIMATE_STUDY_H

#include "base/number.h"
#include "base/words.h"
#include "estimate/conventions.h"
#include "estimate/holm.h"
#include "estimate/rates.h"
#include "interval/spread.h"

/* Something to judge, taken apart: "FNMR <= 0.5% at FMR 0.05%". */
struct plb_claim_asked {
  const char *text;
  bool about_fmr; /* else FNMR */
  double at_most;
  bool at_target; /* at the threshold set for FMR <= where, on this data or on that of options->threshold_from */
  const char *at, *target; /* in `text`: from "at" on, behind "at FMR"; NULL where it has none */
  double where;            /* that target, or the threshold in the file's own units */
};

enum plb_point_kind { PLB_POINT_GIVEN, PLB_POINT_TARGET, PLB_POINT_PRESET };

/* A threshold at which rates are estimated. */
struct plb_study_point {
  enum plb_point_kind kind;
  bool listed;      /* asked for by itself, not only by a claim */
  bool claimed;     /* a claim is about FNMR at this target */
  bool ruled;       /* by the rule of another tool; claims never are */
  double asked;     /* the threshold in the file's units, or the target (of a preset one: on the other data) */
  double threshold; /* of a given or preset one, in the file's units */
  struct plb_fraction target;
  struct plb_point point;
  struct plb_point milder;      /* other than `point`: FNMR is on the straight line between the two */
  size_t at;                    /* index into the distinct thresholds of the system */
  bool unsupported;             /* target below the resolution of the data */
  struct plb_left_out left_out; /* FNMR at a target, with the threshold set anew without one person */
};

/* A threshold that was set for an FMR target on other data. */
struct plb_preset {
  const char *system; /* or NULL */
  double target, threshold;
};

/* What was asked for. */
struct plb_study {
  struct plb_tally *tally;
  const struct plb_options *options;
  const struct plb_convention *as; /* or NULL */
  enum plb_method method;          /* of the intervals of rates */
  struct plb_result *result;
  unsigned threads; /* for the system in hand */
  size_t account;   /* of the file that the system in hand comes from, for messages; 0 where all come from all */
  struct plb_claim_asked *claims;
  size_t claim_count;
  struct plb_preset *presets; /* from options->threshold_from */
  size_t preset_count;
  const char *source;    /* what that result is called; belongs to the result */
  double beyond_presets; /* the largest target for which no threshold could be set there; 0 = none */
};

/* Limits found by resampling, or by the delta method where there are too many comparisons for that (delta.h), or of d'
 * by the jackknife; `joined` with PL's, where there are too few errors for them alone (methods M.3). */
struct plb_redrawn_limits {
  bool exists, joined, delta, jackknife;
  bool poisson;      /* AUC: a limit is that of a weighted sum of Poisson counts (resample/auc.h) */
  bool few_makers;   /* the lower one, which then allows for a person far worse than any seen */
  bool unborrowed;   /* EER: joined with PL, of hardly any errors and without scores that tell how much people differ */
  uint64_t fewest;   /* EER, joined: the fewest errors of a class, or comparisons without one */
  bool hangs_on_few; /* d': one person makes more than half of the variance */
  double lower, upper;
  struct plb_spread spread; /* with delta and jackknife: what the limits are made of */
};

/* FNMR at the threshold of an FMR target, the threshold found again in each replicate, and that threshold. */
struct plb_redrawn_point {
  struct plb_redrawn_limits fnmr;
  struct plb_redrawn_limits corner; /* at 1 - alpha/3, for what is made of up to three rates */
  bool has_keys;                    /* of the threshold: at least ten false matches carry them */
  uint64_t keys[2];
  double *drawn; /* of a claim about it: FNMR in the usable replicates, ascending; owned */
  size_t drawn_count;
};

#define PLB_FEW_AT_EER 5 /* errors of a class, for the EER's limits from replicates; fewer are joined with PL's */
#define PLB_BAND_POINTS 8

/* A simultaneous band for the DET (methods-tested C.4): limits of FNMR where `errors` false matches are allowed. */
struct plb_redrawn_band {
  size_t count;                     /* 0: none */
  uint64_t errors[PLB_BAND_POINTS]; /* ascending */
  double lower[PLB_BAND_POINTS], upper[PLB_BAND_POINTS];
  bool coarse; /* more replicates would give a narrower one */
};

/* What replicates of the people say (resample.h). */
struct plb_redrawn {
  bool any;
  const char *why;   /* there is nothing: the reason */
  size_t replicates; /* usable */
  bool scant;        /* there would be too few for this level, and none were drawn */
  size_t point_count;
  struct plb_redrawn_point *points; /* by point; fnmr.exists only at supported targets by plumbline's rule */
  struct plb_redrawn_limits eer, auc, dprime;
  const char *dprime_why; /* d' has a value and no limits, though there are people enough: the reason */
  struct plb_redrawn_band band;
};

/* What was found for one system. */
struct plb_measured {
  struct plb_system_tally *system;
  const char *name; /* belongs to the result, or NULL */
  struct plb_det det;
  struct plb_ruled by_tool; /* where study->as has such rules and there are trials of both classes */
  struct plb_study_point *points;
  size_t point_count;
  struct plb_rates rates[2]; /* by enum plb_class */
  struct plb_redrawn redrawn;
  bool has_fta, has_fte;
  struct plb_rate fta, fte;
  const char *fta_unit, *fte_unit;
};

/* verification.c */
plb_status plb_study_check(const struct plb_options *options, struct plb_error *err);
plb_status plb_system_measure(struct plb_study *study, struct plb_measured *measured, struct plb_error *err);
void plb_system_free(struct plb_measured *measured);
/* Whom trials are shared by: people, or clusters of them, which then take their place. */
static inline const char *plb_those(const struct plb_study *study) {
  return study->tally->cluster ? "clusters of people" : "people";
}

/* claims.c: what is claimed; the same thing once. */
/* False: the text is no claim. */
bool plb_claim_read(const char *text, bool preset, struct plb_claim_asked *claim, bool *has_where);

/* What keeps a text from being a claim, in words. */
const char *plb_claim_fault(const char *text);
plb_status plb_claims_parse(struct plb_study *study, struct plb_error *err);

/* verdicts.c: all claims about all systems together. */
plb_status plb_claims_judge(struct plb_study *study, const struct plb_measured *measured, size_t count,
                            struct plb_error *err);

/* threshold_from.c: the thresholds of options->threshold_from; those of one system; what became of a target. */
plb_status plb_presets_take(struct plb_study *study, struct plb_error *err);
plb_status plb_presets_check(const struct plb_study *study, const struct plb_measured *measured, struct plb_error *err);
/* After the estimates: refuses the result of this same data under other bytes. */
plb_status plb_presets_compare(struct plb_study *study, const struct plb_measured *measured, struct plb_error *err);

/* overlap.c: refuses thresholds that were set on part of the comparisons measured here, or on more that have these in
 * them, where the scores in the curve there prove it; a small part is a statement. Only with threshold_from. */
plb_status plb_overlap_find(struct plb_study *study, const struct plb_measured *measured, struct plb_error *err);

bool plb_preset_is_of(const struct plb_preset *preset, const struct plb_measured *measured);
plb_status plb_preset_describe(struct plb_study *study, const struct plb_study_point *point,
                               const struct plb_rate *rate, struct plb_estimate *estimate, struct plb_error *err);
plb_status plb_presets_say(struct plb_study *study, struct plb_error *err);

/* How many FMR targets of the options are met on this data: the default ones only where no thresholds came along. */
size_t plb_target_count(const struct plb_study *study);

/* points.c: the operating points, before and after the walk over the scores. */
plb_status plb_points_measure(struct plb_study *study, struct plb_measured *measured, struct plb_error *err);
const struct plb_study_point *plb_point_find(const struct plb_measured *measured, enum plb_point_kind kind,
                                             double asked);

/* influence_write.c: what an estimate says of people and labels, but how far one person moves FNMR at a target. */
void plb_influence_write(const struct plb_study *study, const struct plb_measured *measured,
                         const struct plb_study_point *point, enum plb_class class, struct plb_estimate *estimate);

/* left_out.c: that, for each target; the kept rows of the rates are freed. */
plb_status plb_left_out_find(struct plb_measured *measured, struct plb_error *err);

/* redraw.c: intervals of what depends on a threshold that the data chose. */
plb_status plb_redraw_measure(struct plb_study *study, struct plb_measured *measured, struct plb_error *err);
void plb_redraw_free(struct plb_redrawn *redrawn);

/* failures.c */
plb_status plb_failures_measure(struct plb_study *study, struct plb_measured *measured, struct plb_error *err);
plb_status plb_failures_write(struct plb_study *study, const struct plb_measured *measured, struct plb_error *err);
plb_status plb_failures_write_point(struct plb_study *study, const struct plb_measured *measured,
                                    const struct plb_study_point *point, struct plb_error *err);

/* FRR at a point, and of the mated comparisons how many failed, of how many; false where none did. */
bool plb_failures_mated(const struct plb_study *study, const struct plb_measured *measured,
                        const struct plb_study_point *point, double *frr, uint64_t *failed, uint64_t *all);

/* estimates.c: the estimates and curves of one system. */
plb_status plb_estimates_write(struct plb_study *study, const struct plb_measured *measured, struct plb_error *err);
plb_status plb_interval_of_rate(struct plb_study *study, const struct plb_rate *rate, struct plb_estimate *estimate,
                                struct plb_error *err);
void plb_threshold_of_point(const struct plb_study *study, const struct plb_study_point *point,
                            struct plb_estimate *estimate);

/* caveats.c: what has to be said of the interval of a rate; "" where nothing has, NULL when memory ran out. */
const char *plb_caveat_of_rate(struct plb_study *study, const struct plb_rate *rate);

/* The same of FNMR at an FMR target whose interval has such limits (plb_redrawn_shown). */
const char *plb_caveat_of_redrawn(struct plb_study *study, const struct plb_rate *rate,
                                  const struct plb_redrawn_limits *limits);

/* Hardly any errors, or hardly any comparisons without one, and no scores near the threshold that tell how much people
 * differ; and what is then to be said, of so many of the `rarer` ones, which are `right` or errors. */
bool plb_rate_unborrowed(const struct plb_rate *rate);
const char *plb_doubt_of_unborrowed(struct plb_study *study, uint64_t rarer, bool right);

/* The same of the limits that claims are judged by, which are PL's whatever --interval says; "" of unknown people. */
const char *plb_doubt_of_verdict(struct plb_study *study, const struct plb_rate *rate);

/* A key as a number of the file; false above every number. */
bool plb_value_in_file(const struct plb_study *study, uint64_t key, double *value);

/* Limits found by resampling as the interval of an estimate, in the place of what is there. */
void plb_fill_redrawn(const struct plb_study *study, const struct plb_redrawn_limits *limits,
                      struct plb_estimate *estimate);

/* summaries.c: EER, AUC, d'. */
plb_status plb_summaries_write(struct plb_study *study, const struct plb_measured *measured, struct plb_error *err);

/* curves.c: the DET and the histogram of scores. */
plb_status plb_curves_write(struct plb_study *study, const struct plb_measured *measured, struct plb_error *err);

/* What resampling says of FNMR at a point, or NULL; `shown` where it is given as the interval, too: not where
 * --interval asks for what some other construction says. */
const struct plb_redrawn_point *plb_redrawn_at(const struct plb_measured *measured,
                                               const struct plb_study_point *point);
const struct plb_redrawn_point *plb_redrawn_shown(const struct plb_study *study, const struct plb_measured *measured,
                                                  const struct plb_study_point *point);

/* What the delta method did not need: "" or that more replicates were. */
static inline const char *plb_redrawn_scant(const struct plb_redrawn *redrawn) {
  return redrawn->scant ? " (for replicates this level needs more of them: --replicates)" : "";
}

/* Widens limits of AUC by those of a weighted sum of Poisson counts, and remembers whether that changed one. */
void plb_redrawn_widen_auc(struct plb_redrawn_limits *auc, const double by[2], bool few_makers);

/* What the replicates, or such limits, are called in results. */
const char *plb_redrawn_method(const struct plb_study *study);
const char *plb_redrawn_name(const struct plb_study *study, const struct plb_redrawn_limits *limits);

/* The fewest people, or clusters of them, behind a rate of either class; UINT64_MAX where nobody knows. */
uint64_t plb_fewest_people(const struct plb_measured *measured);

/* What the tool's rule for this point says; NULL where the point is plumbline's own. */
const char *plb_point_says(const struct plb_study *study, const struct plb_study_point *point);

/* Whether FNMR at the point is on a straight line, and no threshold has it. */
bool plb_point_on_line(const struct plb_study_point *point);

/* describe.c: the test, and where its data come from. */
plb_status plb_describe_test(struct plb_study *study, struct plb_error *err);
plb_status plb_describe_attributes(struct plb_study *study, struct plb_error *err); /* attributes.c */
plb_status plb_say_attributes(struct plb_study *study, struct plb_error *err);
plb_status plb_horizon_say(struct plb_study *study, struct plb_error *err); /* horizon.c */
plb_status plb_describe_provenance(struct plb_study *study, struct plb_error *err);

/* statements.c: the sentences that a report must say. */
plb_status plb_statements_write(struct plb_study *study, const struct plb_measured *measured, size_t count,
                                struct plb_error *err);

/* A formatted text owned by the result; NULL when memory ran out. */
const char *plb_study_text(struct plb_study *study, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* "one; other", owned by the result, or `one` where there is no other; NULL when memory ran out. */
const char *plb_study_join(struct plb_study *study, const char *one, const char *other);

/* Numbers in sentences: a rate, a level, a count with commas, "1 in 10,000". */
struct plb_words {
  char text[PLB_WORDS];
};
struct plb_words plb_say_rate(double rate);
struct plb_words plb_say_level(double level);
/* One that is no round number, with three digits of what is missing from 100 %. */
struct plb_words plb_say_shared_level(double level);
struct plb_words plb_say_count(uint64_t count);
struct plb_words plb_say_one_in(double rate);

#endif
