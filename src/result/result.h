/* SPDX-License-Identifier: Apache-2.0
 *
 * The result: a list of estimates, the curves, the verdicts, and the sentences that a report must say.
 * Estimators build it, result JSON holds all of it, and every page can be made from it alone.
 *
 * Strings are owned by the result (plb_result_text interns a copy), so that structs are plain.
 */
#ifndef PLB_RESULT_RESULT_H
#define PLB_RESULT_RESULT_H

#include "result/index.h"
#include "result/trend.h"

struct plb_result_input {
  const char *name, *digest, *format; /* digest may be NULL */
  uint64_t bytes, rows, kept;
  struct plb_result_drop {
    const char *why;
    uint64_t rows;
  } * dropped;
  size_t dropped_count;
};

struct plb_provenance {
  const char *version, *command, *conventions; /* command may be NULL; conventions: "plumbline" or --as */
  struct plb_result_input *inputs;
  size_t input_count;
  uint64_t seed;
  const char *as_of; /* the day after which dates are wrong; NULL: no dates were looked at */
  struct plb_source_result {
    const char *name;     /* NULL: no thresholds came from another result */
    const char **digests; /* of its inputs, where they have one */
    size_t digest_count;
  } source;
};

/* What was tested. has_* false = unknown, null in JSON. */
struct plb_test {
  const char *type, *evaluation; /* "verification", "unknown" */
  const char *direction;         /* "similarity" or "dissimilarity" */
  bool has_people, has_samples, has_duplicates;
  uint64_t people, samples;
  uint64_t mated_trials, nonmated_trials;                /* completed comparisons */
  uint64_t failed_enrol, failed_acquire, failed_compare; /* rows */
  uint64_t duplicates;                                   /* rows beyond the first of an equal ordered pair of samples */
  bool duplicates_sampled;                               /* from a sample of the pairs, see the methods */
  const char *cluster;            /* the attribute by which people are related, or NULL: then the next two are 0 */
  uint64_t clusters, unclustered; /* those of the people, and people without a value, each a cluster alone */
  const char *where;              /* the conditions that comparisons had to meet, or NULL */
};

#define PLB_MOST_REASONS 8

/* An attribute by which rates are told apart. */
struct plb_result_attribute {
  const char *name;
  uint64_t values;  /* different ones */
  uint64_t unknown; /* completed comparisons in which it is not known of one side or both */
  struct plb_result_reason {
    const char *why; /* "missing", "not a date" */
    uint64_t comparisons;
    const char *file; /* where that was first so, or NULL; then line is 0 */
    uint64_t line;
  } reasons[PLB_MOST_REASONS];
  size_t reason_count;
  bool has_several; /* it is said of people, not of samples: */
  uint64_t several; /* those of whom more than one value is said */
};

struct plb_det_point {
  bool has_threshold; /* false: above every score */
  double threshold;
  uint64_t fmr_errors, fmr_trials, fnmr_errors, fnmr_trials;
  bool has_fmr_band, has_fnmr_band; /* limits that hold for the whole curve at once */
  double fmr_band[2], fnmr_band[2];
};

/* A histogram of scores: bin k holds the scores in [edge k, edge k+1), the last bin its upper edge too. */
struct plb_score_bin {
  double from, to;
  uint64_t mated, nonmated;
};

enum plb_curve_kind { PLB_CURVE_DET = 0, PLB_CURVE_SCORES = 1 };

struct plb_curve {
  enum plb_curve_kind kind;     /* "DET", "SCORES" in JSON */
  const char *system;           /* or NULL */
  struct plb_det_point *points; /* ascending threshold; at most 2,000 */
  size_t point_count;
  struct plb_score_bin *bins;
  size_t bin_count;
  uint64_t below, above; /* SCORES: infinite scores left out at either end */
};

/* What `why` says last, and must go with a verdict wherever it is quoted, begins so. */
#define PLB_CLAIM_FAILURES "; failures are not in FNMR: "
#define PLB_CLAIM_CAUTION "; caution: "

struct plb_claim {
  const char *text, *verdict, *why; /* verdict: "shown", "not shown", "refuted" */
  bool has_limits;
  double limits[2], level; /* by which it was judged, two-sided */
};

/* How claims were judged together. Not there: one by one, as older results have it. */
struct plb_together {
  bool exists;
  double level; /* alpha = 1 - level was shared out among them */
};

/* How often the limits of one method held the truth in the tests of a cell. */
struct plb_coverage_method {
  const char *method;
  uint64_t covered, truth_above, truth_below; /* tests; the rest had no interval */
  double width;      /* median, over the median of Wilson with the true design effect; of whole tests see below */
  bool has_width;    /* of whole tests: whether there is one; else not used */
  const char *shown; /* of whole tests: as results name the method most often; NULL where they name none */
};

/* One kind of simulated test at one true rate. */
struct plb_coverage_cell {
  const char *metric, *model, *pairing; /* "FMR" or "FNMR"; "all", "random", "bipartite" */
  uint64_t people;
  double samples; /* of a person, on average */
  bool unequal;   /* not all have as many */
  double rate;
  double trials, errors; /* of one test, on average: trials as they were, errors as they should be */
  double design_effect;  /* the true one: mean squared distance of the rate from the truth, over that of as many
                            independent trials */
  bool has_holders;      /* the people who carry the rate: the fewest who are in half of all errors */
  double holders;        /* how many of them are sampled, on average */
  double few_holders;    /* chance that fewer than three are */
  double level;          /* of the intervals */
  uint64_t replicates;
  struct plb_coverage_method *methods;
  size_t method_count;
};

/* One quantity of whole tests of one kind, which have both classes of comparisons and were measured as a file is. */
struct plb_whole_cell {
  const char *statistic; /* "FMR", "FNMR", "THRESHOLD", "EER", "AUC", "DPRIME", "DET" */
  const char *at;        /* "threshold": a fixed one; "target": that found in each test for an FMR; or NULL */
  double rate;           /* the true FMR of that threshold, and the target; for the others what the tests are made by */
  const char *model, *pairing;
  uint64_t people;
  double samples; /* of a person, on average */
  bool unequal;
  uint64_t family;                      /* people in a family; 1 = none */
  bool clustered;                       /* it was said who is related */
  double mated_trials, nonmated_trials; /* of one test, on average */
  bool has_truth;                       /* else each test has its own, or it is a curve */
  double truth;
  bool has_spread; /* of the estimate over the tests: */
  double mean, deviation;
  double level;
  uint64_t replicates;
  struct plb_coverage_method *methods; /* width: median, over 2 z deviations of the estimate (coverage/whole.c) */
  size_t method_count;
};

struct plb_result {
  const char *file;      /* name of the file it was read from, without folders; or NULL */
  const char *label;     /* what tells it from the results beside it (write.c), or NULL */
  plb_progress progress; /* whom to tell while it is written; may be NULL */
  void *progress_ctx;
  struct plb_provenance provenance;
  struct plb_test test;
  struct plb_result_attribute attributes[PLB_MOST_BY];
  size_t attribute_count;
  struct plb_estimate *estimates;
  size_t estimate_count, estimate_capacity; /* of everybody */
  struct plb_estimate *groups;              /* of cells, one breakdown and cell behind the other */
  size_t group_count, group_capacity;
  struct plb_cell **cells;
  size_t cell_count, cell_capacity;
  struct plb_curve *curves;
  size_t curve_count, curve_capacity;
  struct plb_claim *claims;
  size_t claim_count, claim_capacity;
  struct plb_coverage_cell *coverage; /* of simulated tests; test.type is "coverage" */
  size_t coverage_count, coverage_capacity;
  struct plb_whole_cell *wholes; /* the same of whole tests */
  size_t whole_count, whole_capacity;
  struct plb_together together;
  struct plb_test_plan *plans; /* of a test that is yet to be made */
  size_t plan_count, plan_capacity;
  struct plb_trend *trends; /* of errors over age and time */
  size_t trend_count, trend_capacity;
  struct plb_horizon *horizons;
  size_t horizon_count, horizon_capacity;
  const char **statements;
  size_t statement_count, statement_capacity;
  char **texts; /* all strings, freed with the result */
  size_t text_count, text_capacity;
  struct plb_index index; /* of estimates and curves, as they were when they were added */
};

plb_status plb_result_new(struct plb_result **result, struct plb_error *err);

/* A copy of `text` owned by the result; NULL stays NULL. *failed is set when memory ran out. */
const char *plb_result_text(struct plb_result *result, const char *text, bool *failed);

/* A copy of a cell, with its texts, owned by the result. *failed is set when memory ran out. */
const struct plb_cell *plb_result_cell(struct plb_result *result, const struct plb_cell *cell, bool *failed);

/* Whether two cells are of the same attributes and values. */
bool plb_cell_same(const struct plb_cell *one, const struct plb_cell *other);

/* The arrays of a plan. */
void plb_plan_free_rows(const struct plb_test_plan *plan);

/* Each appends a copy of the struct; the strings in it must belong to the result (or be static). Arrays
 * inside (points, bins, inputs, dropped, rows, methods) pass into the result's ownership, also on failure. */
plb_status plb_result_add_estimate(struct plb_result *result, const struct plb_estimate *estimate,
                                   struct plb_error *err);
plb_status plb_result_add_curve(struct plb_result *result, const struct plb_curve *curve, struct plb_error *err);
plb_status plb_result_add_claim(struct plb_result *result, const struct plb_claim *claim, struct plb_error *err);
plb_status plb_result_add_plan(struct plb_result *result, const struct plb_test_plan *plan, struct plb_error *err);
plb_status plb_result_add_coverage(struct plb_result *result, const struct plb_coverage_cell *cell,
                                   struct plb_error *err);
plb_status plb_result_add_whole(struct plb_result *result, const struct plb_whole_cell *cell, struct plb_error *err);
plb_status plb_result_add_statement(struct plb_result *result, const char *text, struct plb_error *err);

/* The verdict on all claims together: shown if each is, refuted if one is; NULL where there are none. */
const char *plb_result_verdict(const struct plb_result *result);

/* "ok", "suppressed", "unsupported", "undefined". */
const char *plb_estimate_status_name(enum plb_estimate_status status);

#endif
