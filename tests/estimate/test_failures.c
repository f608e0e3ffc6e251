/* SPDX-License-Identifier: Apache-2.0
 *
 * Failures counted from the rows of random tables, and the rates that carry them put together by hand: from FMR, FNMR,
 * FTA and FTE as they are printed at level 1 - alpha/3, whose limits are the corners that are asked for at 1 - alpha
 * (methods I), and from the exact limits of the share of comparisons that failed.
 */
#include "check.h"
#include "measure.h"

#include "interval/binomial.h"
#include "result/result.h"

#include <unistd.h>

#define PEOPLE 24
#define SAMPLES 3
#define ROWS 3000
#define LEVEL 0.9

enum outcome { OK, ENROL, ACQUIRE, COMPARE, OUTCOMES };

struct row {
  int reference, probe, reference_sample, probe_sample;
  enum outcome outcome;
  double score;
};

struct rows {
  struct row at[ROWS];
  size_t count;
};

/* Every eleventh reference was never enrolled where `refuse`, every seventh sample never acquired; now and then a
 * comparison fails, and an acquisition of a sample that is there elsewhere. */
static void fill(struct rows *rows, size_t count, bool refuse, unsigned fails, uint64_t *state) {
  rows->count = count;
  for (size_t r = 0; r < count; r++) {
    struct row *row = &rows->at[r];
    int a = (int)draw_below(state, PEOPLE), b = draw_below(state, 3) ? (int)draw_below(state, PEOPLE) : a;
    int first = (int)draw_below(state, SAMPLES), second = (first + 1 + (int)draw_below(state, SAMPLES - 1)) % SAMPLES;
    *row = (struct row){a, b, first, second, OK, 0}; /* never a sample with itself */
    row->score = draw_below(state, 1000) / 250.0 + (a % 5 == 0) + (a == b ? 2 : 0);
    if (draw_below(state, 100) < fails)
      row->outcome = draw_below(state, 3) ? COMPARE : ACQUIRE;
    if ((a * SAMPLES + row->reference_sample) % 7 == 3 || (b * SAMPLES + row->probe_sample) % 7 == 3)
      row->outcome = ACQUIRE;
    if (refuse && a % 11 == 2)
      row->outcome = ENROL;
  }
}

/* What the table names: nothing, people, or their samples too. */
enum naming { NOBODY, NAMED, SAMPLED };

static void write_rows(const struct rows *rows, enum naming naming, const char *path) {
  static const char *const status[] = {"ok", "failed-to-enrol", "failed-to-acquire", "failed-to-compare"};
  FILE *out = fopen(path, "w");
  fprintf(out, "score,mated,status%s%s\n", naming >= NAMED ? ",reference_subject,probe_subject" : "",
          naming == SAMPLED ? ",reference_sample,probe_sample" : "");
  for (size_t r = 0; r < rows->count; r++) {
    const struct row *row = &rows->at[r];
    fprintf(out, "%.3f,%d,%s", row->score, row->reference == row->probe, status[row->outcome]);
    if (naming >= NAMED)
      fprintf(out, ",p%d,p%d", row->reference, row->probe);
    if (naming == SAMPLED)
      fprintf(out, ",p%d-%d,p%d-%d", row->reference, row->reference_sample, row->probe, row->probe_sample);
    fprintf(out, "\n");
  }
  fclose(out);
}

/* ---- counted by hand ---------------------------------------------------------------------------- */

struct count {
  uint64_t errors, trials;
};

/* A unit failed that is in a row of this outcome and in no completed one; 2 k and 2 k + 1 are row k's. */
static struct count count_units(const struct rows *rows, const int *unit, size_t units, enum outcome outcome) {
  struct count count = {0, 0};
  for (size_t u = 0; u < units; u++) {
    bool seen = false, failed = false, completed = false;
    for (size_t k = 0; k < 2 * rows->count; k++) {
      if (unit[k] != (int)u)
        continue;
      seen = true;
      failed |= rows->at[k / 2].outcome == outcome;
      completed |= rows->at[k / 2].outcome == OK;
    }
    count.trials += seen;
    count.errors += failed && !completed;
  }
  return count;
}

static struct count count_rows(const struct rows *rows, enum outcome outcome) {
  struct count count = {0, rows->count};
  for (size_t r = 0; r < rows->count; r++)
    count.errors += rows->at[r].outcome == outcome;
  return count;
}

static struct count fta_of(const struct rows *rows, enum naming naming) {
  static int sample[2 * ROWS];
  for (size_t r = 0; r < rows->count; r++) {
    sample[2 * r] = rows->at[r].reference * SAMPLES + rows->at[r].reference_sample;
    sample[2 * r + 1] = rows->at[r].probe * SAMPLES + rows->at[r].probe_sample;
  }
  return naming == SAMPLED ? count_units(rows, sample, PEOPLE * SAMPLES, ACQUIRE) : count_rows(rows, ACQUIRE);
}

static struct count fte_of(const struct rows *rows, enum naming naming) {
  static int person[2 * ROWS];
  for (size_t r = 0; r < rows->count; r++)
    person[2 * r] = person[2 * r + 1] = rows->at[r].reference;
  return naming == NOBODY ? count_rows(rows, ENROL) : count_units(rows, person, PEOPLE, ENROL);
}

/* ---- put together by hand ------------------------------------------------------------------------ */

/* A rate with its limits. */
struct part {
  double value, lower, upper;
};

static struct part part_of(const plb_result *result, const char *metric) {
  const struct plb_estimate *e = plb_result_find(result, metric, NULL, 0);
  if (!e)
    return (struct part){0, 0, 0};
  assert_true(e->interval.exists);
  return (struct part){(double)e->errors / (double)e->trials, e->interval.lower, e->interval.upper};
}

/* The share of comparisons that failed: as many trials as there are people, of two people a quarter. */
static struct part share_of(const struct rows *rows, bool mated, enum naming naming, double level) {
  double failed = 0, all = 0, people = 0;
  for (size_t r = 0; r < rows->count; r++) {
    const struct row *row = &rows->at[r];
    if ((row->reference == row->probe) != mated || row->outcome == ENROL || row->outcome == ACQUIRE)
      continue;
    all++;
    failed += row->outcome == COMPARE;
  }
  for (int i = 0; i < PEOPLE; i++) {
    bool there = false;
    for (size_t r = 0; r < rows->count; r++) {
      const struct row *row = &rows->at[r];
      bool theirs = row->reference == i || row->probe == i;
      there |= theirs && row->outcome == OK && (row->reference == row->probe) == mated;
    }
    people += there;
  }
  if (failed == 0)
    return (struct part){0, 0, 0};
  double trials = naming == NOBODY ? all : mated ? people : people / 4;
  struct plb_limits limits = plb_clopper_pearson(failed / all * trials, trials, level);
  return (struct part){failed / all, limits.lower, limits.upper};
}

static struct part errors_beside(struct part rate, struct part certain) {
  return (struct part){certain.value + (1 - certain.value) * rate.value,
                       certain.lower + (1 - certain.lower) * rate.lower,
                       certain.upper + (1 - certain.upper) * rate.upper};
}

/* Where more is lost, fewer are accepted. */
static struct part what_is_left(struct part rate, struct part lost) {
  return (struct part){(1 - lost.value) * rate.value, (1 - lost.upper) * rate.lower, (1 - lost.lower) * rate.upper};
}

static void check_part(const plb_result *result, const char *metric, struct part wanted) {
  const struct plb_estimate *e = plb_result_find(result, metric, NULL, 0);
  assert_true(e && e->has_value && e->interval.exists);
  assert_close(e->value, wanted.value, 1e-13);
  assert_close(e->interval.lower, wanted.lower, 1e-12);
  assert_close(e->interval.upper, wanted.upper, 1e-12);
  assert_true(e->interval.level == LEVEL);
}

static plb_result *measure(const char *path, double level, const char *interval, bool at_target) {
  static const double target = 0.1, threshold = 3;
  struct plb_input input;
  struct plb_options options;
  plb_input_init(&input, sizeof input);
  plb_options_init(&options, sizeof options);
  input.files = &path;
  input.file_count = 1;
  input.direction = PLB_SIMILARITY;
  options.level = level;
  options.threads = 1;
  options.replicates = 200;
  options.interval = interval;
  options.fmr_targets = &target;
  options.fmr_target_count = at_target;
  options.thresholds = &threshold;
  options.threshold_count = !at_target;
  return measured_input(&input, &options);
}

static void check_rows(const struct rows *rows, enum naming naming, const char *interval, bool at_target,
                       const char *path) {
  write_rows(rows, naming, path);
  plb_result *result = measure(path, LEVEL, interval, at_target),
             *corner = measure(path, (2 + LEVEL) / 3, interval, at_target);
  struct count fta = fta_of(rows, naming), fte = fte_of(rows, naming);
  const struct plb_estimate *e = plb_result_find(result, "FTA", NULL, 0);
  assert_true(e->errors == fta.errors && e->trials == fta.trials);
  e = plb_result_find(result, "FTE", NULL, 0);
  assert_int_equal(e != NULL, fte.errors > 0);
  assert_true(!e || (e->errors == fte.errors && e->trials == fte.trials));
  struct part lost = part_of(corner, "FTA"), level = {0, 0, 0};
  struct part far = what_is_left(part_of(corner, "FMR"), share_of(rows, false, naming, (2 + LEVEL) / 3));
  struct part frr = errors_beside(part_of(corner, "FNMR"), share_of(rows, true, naming, (2 + LEVEL) / 3));
  far = what_is_left(far, lost);
  frr = errors_beside(frr, lost);
  check_part(result, "FAR", far);
  check_part(result, "FRR", frr);
  assert_int_equal(plb_result_find(result, "GFAR", NULL, 0) != NULL, e != NULL);
  if (e) {
    level = part_of(corner, "FTE");
    check_part(result, "GFAR", what_is_left(far, level));
    check_part(result, "GFRR", errors_beside(frr, level));
  }
  plb_result_free(result);
  plb_result_free(corner);
}

static char path[] = "/tmp/plumbline-failures-XXXXXX";

static void rates_with_failures(void **unused) {
  (void)unused;
  static struct rows rows;
  uint64_t state = 3;
  for (unsigned round = 0; round < 24; round++) {
    enum naming naming = (enum naming)(round % 3);
    const char *interval = naming == NOBODY ? "clopper-pearson" : round % 2 ? "pl" : "wilson";
    fill(&rows, 700 + draw_below(&state, ROWS - 700), round % 4 < 2, round % 5 * 4, &state);
    check_rows(&rows, naming, interval, round % 8 >= 4 && naming != NOBODY, path);
  }
}

/* Every sample of a row that failed to be acquired was compared elsewhere: then no sample failed, and the rows say
 * otherwise. */
static void contradictions(void **unused) {
  (void)unused;
  static struct rows rows;
  rows.count = 0;
  for (int a = 0; a < 12; a++)
    for (int b = 0; b < 12; b++)
      rows.at[rows.count++] = (struct row){a, b, 0, 1, a == 3 && b == 4 ? ACQUIRE : OK, a == b};
  write_rows(&rows, SAMPLED, path);
  struct plb_input input;
  struct plb_options options;
  struct plb_error err = {0};
  const char *file = path;
  plb_result *result;
  plb_input_init(&input, sizeof input);
  plb_options_init(&options, sizeof options);
  input.files = &file;
  input.file_count = 1;
  assert_int_equal(measure_input(&input, &options, &result, &err), PLB_DATA);
  assert_non_null(strstr(err.message, "every sample in them was compared elsewhere"));
}

/* FNMR leaves comparisons out that failed; a claim about it says how many, and what FRR is. */
static void claims_name_failures(void **unused) {
  (void)unused;
  static struct rows rows;
  uint64_t state = 4;
  fill(&rows, 2000, true, 10, &state);
  write_rows(&rows, SAMPLED, path);
  char said[80];
  uint64_t failed = 0, all = 0;
  for (size_t r = 0; r < rows.count; r++) {
    all += rows.at[r].reference == rows.at[r].probe;
    failed += rows.at[r].reference == rows.at[r].probe && rows.at[r].outcome != OK;
  }
  snprintf(said, sizeof said, " %d of %d mated comparisons failed", (int)failed, (int)all);
  struct plb_input input;
  struct plb_options options;
  const char *file = path, *claim = "FNMR <= 99% at threshold 3";
  plb_input_init(&input, sizeof input);
  plb_options_init(&options, sizeof options);
  input.files = &file;
  input.file_count = 1;
  options.claims = &claim;
  options.claim_count = 1;
  options.replicates = 100;
  plb_result *result = measured_input(&input, &options);
  assert_non_null(strstr(result->claims[0].why, said));
  plb_result_free(result);
}

static int make_file(void **unused) {
  (void)unused;
  int file = mkstemp(path);
  return file < 0 || close(file);
}

static int remove_file(void **unused) {
  (void)unused;
  return remove(path);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(rates_with_failures), cmocka_unit_test(contradictions),
                                     cmocka_unit_test(claims_name_failures)};
  return cmocka_run_group_tests(tests, make_file, remove_file);
}
