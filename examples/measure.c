/* SPDX-License-Identifier: Apache-2.0
 *
 * The whole job from a program: read and count a score file, estimate, say what matters, write a report.
 *
 *     cc measure.c $(pkg-config --cflags --libs plumbline) -o measure
 *     ./measure scores.csv report.html
 */
#include <inttypes.h>
#include <plumbline.h>
#include <stdio.h>

/* One line: the rate with what it rests on. A rate that the data cannot carry has no value, only a reason. */
static void print_estimate(const struct plb_estimate *e) {
  printf("%s", e->metric);
  if (e->target_metric)
    printf(" at %s <= %g", e->target_metric, e->target_at_most);
  if (!e->has_value) {
    printf(": no value (%s)\n", e->note ? e->note : "undefined");
    return;
  }
  printf(": %.4g", e->value);
  if (e->has_counts)
    printf(" = %" PRIu64 " of %" PRIu64 " %ss", e->errors, e->trials, e->unit);
  if (e->has_people)
    printf(", %" PRIu64 " people", e->people);
  if (e->interval.exists && e->interval.has_lower && e->interval.has_upper)
    printf(", %g %% interval %.4g to %.4g", 100 * e->interval.level, e->interval.lower, e->interval.upper);
  putchar('\n');
}

int main(int argc, char **argv) {
  if (argc != 3) {
    fprintf(stderr, "usage: measure SCORES REPORT.html\n");
    return 2;
  }
  struct plb_error err = {0};
  plb_tally *tally = NULL;
  plb_result *result = NULL;
  const char *files[] = {argv[1]};
  const double targets[] = {1e-2, 1e-3};

  struct plb_input input;
  plb_input_init(&input, sizeof input);
  input.files = files;
  input.file_count = 1;

  struct plb_options options;
  plb_options_init(&options, sizeof options);
  options.fmr_targets = targets;
  options.fmr_target_count = 2;

  plb_status st = plb_tally_read(&input, &tally, &err);
  if (!st)
    st = plb_verification(tally, &options, &result, &err);
  for (size_t i = 0; !st && i < plb_result_count(result); i++)
    print_estimate(plb_result_get(result, i));
  if (!st)
    st = plb_write(result, PLB_HTML, argv[2], &err);
  if (st)
    fprintf(stderr, "measure: %s\n", err.message);
  plb_result_free(result);
  plb_tally_free(tally);
  return st ? 1 : 0;
}
