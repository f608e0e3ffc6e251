/* SPDX-License-Identifier: Apache-2.0
 *
 * Writes pages, their figures, and the numbers that they must show into a folder, for check_pages.py and
 * for looking at: pages FOLDER. The cases are those that are hard to draw.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../result/sample.h"
#include "lifelike.h"
#include "report/series.h"

#define HOSTILE                                                                                                        \
  "</title></style>\"'><script>alert(1)</script><img src=x onerror=alert(1) style=\"color:red\">&amp;\xFF\x01]]>-->"

#define NONE HUGE_VAL

static const char *folder;

static void write_file(const char *name, const char *ending, const char *text) {
  char path[512];
  snprintf(path, sizeof path, "%s/%s.%s", folder, name, ending);
  FILE *file = fopen(path, "w");
  if (!file || fputs(text, file) < 0 || fclose(file) != 0) {
    perror(path);
    exit(1);
  }
}

static void write_curve(FILE *file, const struct plb_curve *curve) {
  for (size_t k = 0; k < curve->point_count; k++) {
    const struct plb_det_point *p = &curve->points[k];
    fprintf(file, "DET %d %.17g %llu %llu %llu %llu %d %.17g %.17g\n", p->has_threshold, p->threshold,
            (unsigned long long)p->fmr_errors, (unsigned long long)p->fmr_trials, (unsigned long long)p->fnmr_errors,
            (unsigned long long)p->fnmr_trials, p->has_fnmr_band, p->fnmr_band[0], p->fnmr_band[1]);
  }
  for (size_t k = 0; k < curve->bin_count; k++)
    fprintf(file, "BIN %.17g %.17g %llu %llu\n", curve->bins[k].from, curve->bins[k].to,
            (unsigned long long)curve->bins[k].mated, (unsigned long long)curve->bins[k].nonmated);
}

static bool is_drawn(const struct plb_curve *curve) {
  return curve->kind == PLB_CURVE_SCORES ||
         (curve->point_count > 0 && curve->points[0].fmr_trials && curve->points[0].fnmr_trials);
}

/* The counts of all curves: what the tables of the page must hold, in order. */
static void write_numbers(const char *name, const struct plb_result *const *results, size_t count) {
  char path[512];
  snprintf(path, sizeof path, "%s/%s.numbers", folder, name);
  FILE *file = fopen(path, "w");
  if (!file)
    exit(1);
  for (size_t r = 0; r < count; r++)
    for (size_t c = 0; c < results[r]->curve_count; c++)
      if (is_drawn(&results[r]->curves[c]))
        write_curve(file, &results[r]->curves[c]);
  fclose(file);
}

static void write_case(const char *name, const struct plb_result *const *results, size_t count) {
  char figure[PLB_FIGURE_NAME], file[256];
  char *text = lifelike_render(results, count, SIZE_MAX);
  write_file(name, "html", text);
  free(text);
  struct plb_figures figures;
  if (plb_figures_make(results, count, &figures, NULL))
    exit(1);
  for (size_t k = 0; plb_figure_name(&figures, k, figure); k++) {
    text = lifelike_render(results, count, k);
    snprintf(file, sizeof file, "%s.%s", name, figure);
    write_file(file, "svg", text);
    free(text);
  }
  plb_figures_free(&figures);
  write_numbers(name, results, count);
}

/* Text that is no text, wherever a result holds any. */
static void poison(struct plb_result *result) {
  const char *bad = HOSTILE;
  struct plb_claim claim = {.text = bad, .verdict = bad, .why = bad};
  for (size_t i = 0; i < result->estimate_count; i++) {
    struct plb_estimate *e = &result->estimates[i];
    e->note = bad;
    e->system = e->unit = bad;
    e->interval.method = e->interval.dependence = bad;
  }
  for (size_t i = 0; i < result->curve_count; i++)
    result->curves[i].system = bad;
  plb_index_free(&result->index); /* it knew them by their old names */
  for (size_t i = 0; i < result->estimate_count; i++)
    if (!plb_index_estimate(&result->index, &result->estimates[i], i))
      exit(1);
  result->test.evaluation = result->provenance.command = result->provenance.conventions = bad;
  result->provenance.version = bad;
  result->provenance.inputs[0].name = result->provenance.inputs[0].digest = result->provenance.inputs[0].format = bad;
  for (size_t i = 0; i < result->provenance.inputs[0].dropped_count; i++)
    result->provenance.inputs[0].dropped[i].why = bad;
  if (plb_result_add_claim(result, &claim, NULL) || plb_result_add_statement(result, bad, NULL))
    exit(1);
}

/* Groups of these names, whose cells are all there but the first. */
static struct plb_result *crowd(size_t groups, const char *name) {
  struct plb_result *result = sample_make(SAMPLE_SPARE);
  bool failed = false;
  for (size_t i = 0; i < groups * groups; i++) {
    char names[2][PLB_WORDS];
    size_t one = i / groups, two = i % groups;
    snprintf(names[0], PLB_WORDS, "%.60s%zu", name, one);
    snprintf(names[1], PLB_WORDS, "%.60s%zu", name, two);
    const struct plb_cell cell = {.count = 1,
                                  .of = {{.attribute = "of a group", .values = {names[0], names[1]}, .two = true}}};
    struct plb_estimate e = {.metric = "FMR",
                             .cell = plb_result_cell(result, &cell, &failed),
                             .has_threshold = true,
                             .threshold = 1,
                             .has_counts = true,
                             .errors = i % 7,
                             .trials = 100 + i,
                             .has_people = true,
                             .people = 20,
                             .has_value = true,
                             .value = (double)(i % 7) / (100.0 + (double)i),
                             .status = i % 5 == 1 ? PLB_EST_SUPPRESSED : PLB_EST_OK,
                             .note = i % 5 == 1 ? "fewer than 10 people" : NULL};
    if (one <= two && !failed && plb_result_add_estimate(result, &e, NULL))
      exit(1);
  }
  return result;
}

static void write_crowds(void) {
  static const struct {
    size_t groups;
    const char *name, *file;
  } crowds[] = {{1, "", "crowd-1"},
                {2, "a rather long name of a group, ", "crowd-2"},
                {13, "", "crowd-13"},
                {45, "\xE4\xB8\xAD\xE6\x96\x87 region of the north ", "crowd-45"},
                {6, HOSTILE, "hostile-crowd"}};
  for (size_t k = 0; k < sizeof crowds / sizeof *crowds; k++) {
    struct plb_result *result = crowd(crowds[k].groups, crowds[k].name);
    write_case(crowds[k].file, (const struct plb_result *const *)&result, 1);
    plb_result_free(result);
  }
}

static void say(struct plb_result *result) {
  static const struct plb_claim claims[] = {
      {.text = "FMR <= 1e-4 at threshold 3.7", .verdict = "not shown", .why = "the upper limit is too high"},
      {.text = "FNMR <= 50% at FMR 1%", .verdict = "shown", .why = "the upper limit is below 50 %"},
      {.text = "FNMR <= 1% at FMR 1%", .verdict = "refuted", .why = "the lower limit is above 1 %"}};
  static const char *const sentences[] = {
      "A rate holds at its threshold, for this system, on people and recordings like these.",
      "Neither rate is the probability that a person who was accepted is the wrong one."};
  for (size_t k = 0; k < 3; k++)
    if (plb_result_add_claim(result, &claims[k], NULL))
      exit(1);
  for (size_t k = 0; k < 2; k++)
    if (plb_result_add_statement(result, sentences[k], NULL))
      exit(1);
}

static const struct lifelike cases[] = {
    {.file = "face.csv",
     .mated = 1500,
     .nonmated = 374250,
     .people = 500,
     .separation = 4.2,
     .spread = 1.3,
     .threshold = NONE,
     .failures = 12},
    {.file = "folder/of/perfect.csv",
     .mated = 200,
     .nonmated = 4000,
     .people = 40,
     .separation = 9,
     .spread = 1,
     .threshold = 4.5},
    {.file = "tied.csv",
     .mated = 600,
     .nonmated = 9000,
     .people = 120,
     .separation = 2.5,
     .spread = 1.2,
     .step = 0.25,
     .distance = true,
     .threshold = NONE},
    {.file = "impostors.csv", .nonmated = 9000, .separation = 2.5, .spread = 1.2, .threshold = 2},
    {.file = "unknown.csv", .mated = 2000, .nonmated = 2000, .separation = 1.5, .spread = 1.2, .threshold = NONE},
    {.file = "few.csv", .mated = 3, .nonmated = 2, .people = 3, .separation = 1.5, .spread = 1.2, .threshold = 0.1},
    {.file = "equal.csv", .mated = 30, .nonmated = 50, .people = 10, .spread = 1, .step = 1000, .threshold = 0},
};
#define CASES (sizeof cases / sizeof cases[0])

int main(int argc, char **argv) {
  static const char *const names[CASES] = {"one", "perfect", "tied", "class", "unknown", "few", "equal"};
  struct plb_result *results[CASES + SAMPLES + 1];
  if (argc != 2)
    return 2;
  folder = argv[1];
  for (size_t k = 0; k < CASES; k++) {
    results[k] = lifelike_result(&cases[k]);
    if (k == 0)
      say(results[k]);
    write_case(names[k], (const struct plb_result *const *)&results[k], 1);
  }
  struct lifelike second = {.system = "Matcher B",
                            .mated = 1500,
                            .nonmated = 374250,
                            .people = 500,
                            .separation = 3.2,
                            .spread = 1.1,
                            .threshold = NONE,
                            .file = "pair.csv"},
                  first = second;
  first.system = "Matcher A";
  first.separation = 4;
  size_t count = CASES;
  results[count] = lifelike_result(&first);
  lifelike_add(results[count], &second);
  write_case("two", (const struct plb_result *const *)&results[count++], 1);
  for (size_t k = 0; k < SAMPLES; k++) {
    char name[32];
    results[count] = sample_make((enum sample)k);
    snprintf(name, sizeof name, "sample-%zu", k);
    write_case(name, (const struct plb_result *const *)&results[count++], 1);
  }
  write_case("many", (const struct plb_result *const *)results, count);
  poison(results[2]);
  write_case("hostile", (const struct plb_result *const *)&results[2], 1);
  poison(results[4]);
  const struct plb_result *twins[] = {results[2], results[4]};
  write_case("hostile-twins", twins, 2);
  struct plb_result *plan = results[CASES + 1 + SAMPLE_PLAN];
  plan->plans[0].claim = HOSTILE;
  write_case("hostile-plan", (const struct plb_result *const *)&plan, 1);
  struct plb_result *groups = results[CASES + 1 + SAMPLE_GROUPS];
  for (size_t k = 0; k < groups->cell_count; k++)
    groups->cells[k]->of[0].attribute = HOSTILE;
  for (size_t k = 0; k < groups->group_count; k++)
    groups->groups[k].over.by = groups->groups[k].over.by ? HOSTILE : NULL;
  write_case("hostile-groups", (const struct plb_result *const *)&groups, 1);
  write_crowds();
  for (size_t k = 0; k < count; k++)
    plb_result_free(results[k]);
  return 0;
}
