/* SPDX-License-Identifier: Apache-2.0
 *
 * Figures of a result small enough to check by hand, against golden/ (UPDATE_GOLDEN=1 writes them anew: look
 * at them before they are kept); where zeros, steps and unsupported targets come to lie; and what happens
 * when memory runs out at any request.
 */
#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../result/fault.h"
#include "base/memory.h"
#include "lifelike.h"
#include "report/axis.h"
#include "report/series.h"

static const char *golden; /* the folder */

/* Four mated scores 2 3 4 5 and ten non-mated ones 0 0 0 1 1 1 1 2 2 3, all points of the DET, one target that
 * holds and one that is beyond ten comparisons. */
static struct plb_result *small(void) {
  static const uint64_t matches[] = {10, 7, 3, 1, 0, 0, 0}, rejections[] = {0, 0, 0, 1, 2, 3, 4};
  struct plb_result *result;
  assert_int_equal(plb_result_new(&result, NULL), PLB_OK);
  result->test.mated_trials = 4;
  result->test.nonmated_trials = 10;
  struct plb_curve det = {.kind = PLB_CURVE_DET, .points = plb_alloc(7, sizeof *det.points), .point_count = 7};
  struct plb_curve scores = {.kind = PLB_CURVE_SCORES, .bins = plb_alloc(6, sizeof *scores.bins), .bin_count = 6};
  static const uint64_t mated[] = {0, 0, 1, 1, 1, 1}, nonmated[] = {3, 4, 2, 1, 0, 0};
  assert_true(det.points && scores.bins);
  for (size_t k = 0; k < 7; k++)
    det.points[k] = (struct plb_det_point){.has_threshold = k < 6,
                                           .threshold = (double)k,
                                           .fmr_errors = matches[k],
                                           .fmr_trials = 10,
                                           .fnmr_errors = rejections[k],
                                           .fnmr_trials = 4};
  for (size_t k = 0; k < 6; k++)
    scores.bins[k] = (struct plb_score_bin){(double)k, (double)k + 1, mated[k], nonmated[k]};
  struct plb_estimate fmr = {
      .metric = "FMR",
      .has_threshold = true,
      .threshold = 3,
      .target_metric = "FMR",
      .target_at_most = 0.1,
      .has_counts = true,
      .errors = 1,
      .trials = 10,
      .has_value = true,
      .value = 0.1,
      .interval = {.exists = true, .has_lower = true, .has_upper = true, .lower = 0.02, .upper = 0.35, .level = 0.95}};
  struct plb_estimate fnmr = fmr, beyond = fmr, beyond_fnmr = fmr;
  fnmr.metric = beyond_fnmr.metric = "FNMR";
  fnmr.trials = 4;
  fnmr.value = 0.25;
  fnmr.interval = (struct plb_interval){.exists = true, .has_lower = true, .lower = 0.1, .level = 0.95};
  beyond.threshold = beyond_fnmr.threshold = 4;
  beyond.target_at_most = beyond_fnmr.target_at_most = 0.01;
  beyond.errors = 0;
  beyond.status = PLB_EST_UNSUPPORTED;
  beyond.has_value = false;
  beyond.interval =
      (struct plb_interval){.exists = true, .has_lower = true, .has_upper = true, .upper = 0.3, .level = 0.95};
  beyond_fnmr.errors = 2;
  beyond_fnmr.trials = 4;
  beyond_fnmr.interval.exists = false;
  assert_int_equal(plb_result_add_estimate(result, &fmr, NULL), PLB_OK);
  assert_int_equal(plb_result_add_estimate(result, &fnmr, NULL), PLB_OK);
  assert_int_equal(plb_result_add_estimate(result, &beyond, NULL), PLB_OK);
  assert_int_equal(plb_result_add_estimate(result, &beyond_fnmr, NULL), PLB_OK);
  assert_int_equal(plb_result_add_curve(result, &det, NULL), PLB_OK);
  assert_int_equal(plb_result_add_curve(result, &scores, NULL), PLB_OK);
  return result;
}

static char *contents(const char *path) {
  FILE *file = fopen(path, "r");
  char *text = calloc(1, 100000);
  assert_non_null(text);
  if (!file)
    return text;
  size_t length = fread(text, 1, 99999, file);
  assert_int_equal(fclose(file), 0);
  text[length] = '\0';
  return text;
}

static void compare(const char *name, const char *text) {
  char path[512];
  snprintf(path, sizeof path, "%s/%s", golden, name);
  if (getenv("UPDATE_GOLDEN")) {
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
  }
  char *expected = contents(path);
  assert_string_equal(text, expected);
  free(expected);
}

static void golden_bytes(void **state) {
  (void)state;
  struct plb_result *result = small();
  const struct plb_result *const results[] = {result};
  char *det = lifelike_render(results, 1, 0), *scores = lifelike_render(results, 1, 1);
  compare("small-det.svg", det);
  compare("small-scores.svg", scores);
  free(det);
  free(scores);
  plb_result_free(result);
}

/* The locale of the program changes no byte. */
static void any_locale(void **state) {
  (void)state;
  static const char *const locales[] = {"de_DE.UTF-8", "fr_FR.UTF-8", "de_DE.utf8", "de_DE"};
  bool found = false;
  for (size_t k = 0; k < 4 && !found; k++)
    found = setlocale(LC_ALL, locales[k]) != NULL;
  if (!found)
    print_message("no locale with a decimal comma here: the locale stays \"C\"\n");
  golden_bytes(state);
  setlocale(LC_ALL, "C");
}

static size_t count_of(const char *text, const char *part) {
  size_t count = 0;
  for (const char *at = strstr(text, part); at; at = strstr(at + 1, part))
    count++;
  return count;
}

/* The curve goes up first and then left, in steps, from the right edge through the strip of FMR = 0. */
static void steps(void **state) {
  (void)state;
  struct plb_result *result = small();
  const struct plb_result *const results[] = {result};
  char *det = lifelike_render(results, 1, 0);
  const char *path = strstr(det, "<path d=\"M");
  assert_non_null(path);
  while (!strstr(path, "stroke-linejoin") || strchr(path, '\n') < strstr(path, "stroke-linejoin"))
    assert_non_null(path = strstr(path + 1, "<path d=\"M"));
  char curve[512];
  snprintf(curve, sizeof curve, "%.*s", (int)strcspn(path + 9, "\""), path + 9);
  assert_null(strpbrk(curve, "LCQSTAlcqsta")); /* nothing but horizontal and vertical strokes */
  assert_non_null(strstr(curve, "H100V"));     /* ends upwards in the middle of the strip of zeros */
  assert_int_equal(count_of(det, "fill=\"#ffffff\" stroke=\"#0072b2\""), 1); /* one hollow mark: not supported */
  assert_int_equal(count_of(det, "not supported"), 2);                       /* its label, and in the description */
  free(det);
  plb_result_free(result);
}

/* Limits for the whole curve at FMR .7, .3 and .1 of the small test. */
static const double band[3][3] = {{0.7, 0, 0.5}, {0.3, 0.1, 0.6}, {0.1, 0.2, 0.8}};

static void add_band(struct plb_result *result) {
  for (size_t k = 0; k < 3; k++) {
    struct plb_det_point *point = &result->curves[0].points[k + 1];
    point->has_fnmr_band = true;
    memcpy(point->fnmr_band, band[k] + 1, sizeof point->fnmr_band);
  }
}

/* The outline of the k-th area, as corners; its last lies at its first. */
static size_t area(const char *svg, size_t k, double xy[64][2]) {
  char *end, text[1000];
  const char *at = svg;
  size_t count = 1;
  for (size_t found = 0; found <= k; at++) {
    assert_non_null(at = strstr(at, "<path d=\"M"));
    snprintf(text, sizeof text, "%.*s", (int)strcspn(at, "\n"), at);
    found += strstr(text, "fill-opacity") != NULL;
  }
  xy[0][0] = strtod(text + 10, &end);
  xy[0][1] = strtod(end, &end);
  while (*end != '"') {
    assert_true(count < 64);
    assert_true(*end == 'H' || *end == 'V');
    bool level = *end == 'H';
    xy[count][0] = xy[count - 1][0], xy[count][1] = xy[count - 1][1];
    xy[count++][!level] = strtod(end + 1, &end);
  }
  return count;
}

static bool encloses(double xy[64][2], size_t count, double x, double y) {
  bool inside = false;
  for (size_t k = 1; k < count; k++) /* strokes upwards or downwards to the right of the point */
    inside ^= (xy[k][1] > y) != (xy[k - 1][1] > y) && xy[k][0] > x;
  return inside;
}

/* At each FMR the area holds what the nearest points to both sides say: the upper limit of the left one, the lower
 * limit of the right one. */
static void band_in_steps(void **state) {
  (void)state;
  const struct plb_rate_axis x = {0.02, 0.4, 116, 734, 100}, y = {0.05, 0.8, 508, 56, 524};
  struct plb_result *result = small();
  add_band(result);
  const struct plb_result *const results[] = {result};
  char *det = lifelike_render(results, 1, 0);
  double xy[64][2];
  size_t count = area(det, 0, xy);
  compare("small-band.svg", det);
  for (double fmr = 0.0205; fmr < 0.4; fmr += 0.01)
    for (double fnmr = 0.0505; fnmr < 0.8; fnmr += 0.01) {
      const double *left = fmr < 0.1 ? NULL : fmr < 0.3 ? band[2] : band[1];
      const double *right = fmr < 0.1 ? NULL : fmr < 0.3 ? band[1] : band[0];
      bool expected = left && fnmr <= left[2] && fnmr >= right[1];
      assert_int_equal(encloses(xy, count, plb_rate_place(&x, fmr), plb_rate_place(&y, fnmr)), expected);
    }
  for (size_t k = 0; k < count; k++)
    assert_true(xy[k][0] >= 84 && xy[k][0] <= 734 && xy[k][1] >= 56 && xy[k][1] <= 540);
  assert_int_equal(count_of(det, "fill-opacity"), 2); /* the area, and its shade in the legend */
  assert_non_null(strstr(det, "Shaded: where the true curve lies, 95 %, between FMR 10.00 % and 70.00 %."));
  free(det);
  result->curves[0].points[2].has_fnmr_band = false; /* now a gap: what is left are two upright strokes */
  det = lifelike_render(results, 1, 0);
  assert_int_equal(count_of(det, "fill-opacity"), 2); /* of the one at FMR .1; .7 is out of the box */
  assert_int_equal(area(det, 0, xy), 3);              /* down and up again */
  free(det);
  plb_result_free(result);
}

/* A band at the rates of 0 and 1, wider than any axis, on a curve that runs the other way. */
static void band_at_the_ends(void **state) {
  (void)state;
  struct plb_result *result = small();
  for (size_t k = 0; k < 7; k++) {
    result->curves[0].points[k].has_fnmr_band = true;
    result->curves[0].points[k].fnmr_band[1] = 1;
  }
  for (size_t k = 0; k < 3; k++) {
    struct plb_det_point swap = result->curves[0].points[k];
    result->curves[0].points[k] = result->curves[0].points[6 - k];
    result->curves[0].points[6 - k] = swap;
  }
  const struct plb_result *const results[] = {result};
  char *det = lifelike_render(results, 1, 0);
  double xy[64][2], least[2] = {1e9, 1e9}, most[2] = {0, 0};
  size_t count = area(det, 0, xy);
  for (size_t k = 0; k < count; k++)
    for (int c = 0; c < 2; c++) {
      least[c] = fmin(least[c], xy[k][c]);
      most[c] = fmax(most[c], xy[k][c]);
    }
  assert_true(least[0] == 100 && most[0] == 734 && least[1] == 56 && most[1] == 524);
  free(det);
  plb_result_free(result);
}

/* Up to three systems have areas; more would hide each other, and the figure says so. */
static void bands_of_many(void **state) {
  (void)state;
  struct plb_result *results[5];
  for (size_t k = 0; k < 5; k++) {
    results[k] = small();
    if (k < 4)
      add_band(results[k]);
  }
  results[1]->estimates[0].interval.level = 0.9;
  const struct plb_result *const three[] = {results[0], results[1], results[4], results[2]};
  char *det = lifelike_render(three, 4, 0), *page = lifelike_render(three, 4, SIZE_MAX);
  assert_int_equal(count_of(det, "fill-opacity"), 6);
  assert_non_null(strstr(det, "of a system lies: result 1 between FMR"));
  assert_non_null(strstr(det, "result 4 between FMR 10.00 % and 70.00 %. An area"));
  assert_null(strstr(det, "result 3 between"));
  assert_non_null(strstr(page, "A shaded area is where"));
  assert_non_null(strstr(page, "<dt>shaded area</dt>"));
  assert_int_equal(count_of(page, "Band of FNMR"), 3);
  free(det);
  free(page);
  const struct plb_result *const all[] = {results[0], results[3], results[4], results[2], results[1]};
  det = lifelike_render(all, 5, 0), page = lifelike_render(all, 5, SIZE_MAX);
  assert_int_equal(count_of(det, "fill-opacity"), 0);
  assert_non_null(strstr(det, "is not shaded: with more than 3"));
  assert_null(strstr(page, "A shaded area is where"));
  assert_int_equal(count_of(page, "Band of FNMR"), 4);
  free(det);
  free(page);
  for (size_t k = 0; k < 5; k++)
    plb_result_free(results[k]);
}

static void names(void **state) {
  (void)state;
  struct plb_result *result = small(), *other = small();
  const struct plb_result *const both[] = {result, other};
  char name[PLB_FIGURE_NAME];
  struct plb_figures one, two;
  assert_int_equal(plb_figures_make(both, 1, &one, NULL), PLB_OK);
  assert_int_equal(plb_figures_make(both, 2, &two, NULL), PLB_OK);
  assert_true(plb_figure_name(&one, 0, name));
  assert_string_equal(name, "det");
  assert_true(plb_figure_name(&one, 1, name));
  assert_string_equal(name, "scores");
  assert_false(plb_figure_name(&one, 2, name));
  assert_true(plb_figure_name(&two, 2, name));
  assert_string_equal(name, "scores-2");
  assert_false(plb_figure_name(&two, 3, name));
  struct plb_out *out;
  assert_int_equal(plb_out_memory(&out, NULL), PLB_OK);
  struct plb_error err;
  assert_int_equal(plb_figure_draw(&one, 2, out, &err), PLB_USAGE);
  plb_out_abandon(out);
  plb_figures_free(&one);
  plb_figures_free(&two);
  char *det = lifelike_render(both, 2, 0);
  assert_non_null(strstr(det, ">result 1</text>")); /* told apart though nothing names them */
  assert_non_null(strstr(det, ">result 2</text>"));
  free(det);
  plb_result_free(result);
  plb_result_free(other);
}

/* Systems of one name, long names, and more systems than there are colours. */
static void many_systems(void **state) {
  (void)state;
  enum { SYSTEMS = 30 };
  struct plb_result *results[SYSTEMS];
  for (size_t k = 0; k < SYSTEMS; k++) {
    results[k] = small();
    results[k]->curves[0].system = k < 3 ? "same" : "a name that is much too long to stand in any legend of a figure";
  }
  const struct plb_result *const *all = (const struct plb_result *const *)results;
  char *one = lifelike_render(all, SYSTEMS, 0), *again = lifelike_render(all, SYSTEMS, 0);
  assert_string_equal(one, again);
  char strokes[SYSTEMS][200];
  const char *at = one;
  for (size_t k = 0; k < SYSTEMS; k++) { /* colour and dash of each curve */
    at = strstr(at + 1, "stroke-linejoin=\"round\"");
    while (at && strncmp(at - 40, "paint", 5) != 0 && !strstr(at - 60, "stroke-width=\"2\""))
      at = strstr(at + 1, "stroke-linejoin=\"round\"");
    assert_non_null(at);
    snprintf(strokes[k], sizeof strokes[k], "%.*s", (int)strcspn(at - 34, "/"), at - 34);
    for (size_t i = 0; i < k; i++)
      assert_string_not_equal(strokes[i], strokes[k]);
  }
  free(one);
  free(again);
  for (size_t k = 0; k < SYSTEMS; k++)
    plb_result_free(results[k]);
}

/* More thresholds than a drawing holds are said to be missing, not left out in silence. */
static void too_many_points(void **state) {
  (void)state;
  struct plb_result *result = small();
  struct plb_estimate fmr = result->estimates[0], fnmr = result->estimates[1];
  fmr.target_metric = fnmr.target_metric = NULL;
  for (size_t k = 0; k < 70; k++) {
    fmr.threshold = fnmr.threshold = (double)k / 16 + 0.01;
    assert_int_equal(plb_result_add_estimate(result, &fmr, NULL), PLB_OK);
    assert_int_equal(plb_result_add_estimate(result, &fnmr, NULL), PLB_OK);
  }
  const struct plb_result *const results[] = {result};
  char *scores = lifelike_render(results, 1, 1);
  assert_non_null(strstr(scores, "8 more thresholds are not drawn"));
  free(scores);
  plb_result_free(result);
}

/* Each failing request ends in PLB_NOMEM, and everything is given back (the sanitizer looks). */
static void memory_runs_out(void **state) {
  (void)state;
  struct plb_result *result = small();
  add_band(result);
  const struct plb_result *const results[] = {result, result};
  plb_status st = PLB_NOMEM;
  long request = 0;
  for (; st != PLB_OK; request++) {
    struct plb_out *out = NULL;
    fault_after = request;
    st = plb_out_memory(&out, NULL);
    if (!st && !(st = plb_render_html(results, 2, out, NULL))) {
      char *text = plb_out_take(out, NULL);
      st = text ? PLB_OK : PLB_NOMEM;
      free(text);
    }
    plb_out_abandon(out);
    fault_after = -1;
    assert_true(st == PLB_OK || st == PLB_NOMEM);
    assert_true(request < 1000);
  }
  assert_true(request > 10);
  plb_result_free(result);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(golden_bytes),    cmocka_unit_test(any_locale),
                                     cmocka_unit_test(steps),           cmocka_unit_test(names),
                                     cmocka_unit_test(band_in_steps),   cmocka_unit_test(band_at_the_ends),
                                     cmocka_unit_test(bands_of_many),   cmocka_unit_test(many_systems),
                                     cmocka_unit_test(too_many_points), cmocka_unit_test(memory_runs_out)};
  golden = argc > 1 ? argv[1] : "golden";
  return cmocka_run_group_tests_name("report/figures", tests, NULL, NULL);
}
