/* SPDX-License-Identifier: Apache-2.0
 *
 * A study of coverage as tidy CSV (RFC 4180 with line feeds): one row for each kind of simulated test, true rate
 * and method; then one for each kind of whole tests, quantity and method. `coverage` and its standard error are made of
 * the counts beside them, of whole tests of those in which there was an interval.
 */
#include <math.h>

#include "report/coverage.h"
#include "report/csv.h"
#include "result/coverage.h"

static const char HEADER[] =
    "metric,model,pairing,people,samples,unequal,rate,trials,errors,design_effect,holders,few_holders,level,replicates,"
    "method,covered,truth_above,truth_below,coverage,standard_error,width,at,truth,mean,deviation,family,clustered,"
    "mated_trials,nonmated_trials,shown\n";

static void put_row(struct plb_out *out, const struct plb_coverage_cell *cell,
                    const struct plb_coverage_method *method) {
  plb_csv_text(out, cell->metric);
  plb_csv_cell(out, cell->model);
  plb_csv_cell(out, cell->pairing);
  plb_csv_count(out, true, cell->people);
  plb_csv_number(out, true, cell->samples);
  plb_csv_count(out, true, cell->unequal);
  plb_csv_number(out, true, cell->rate);
  plb_csv_number(out, true, cell->trials);
  plb_csv_number(out, true, cell->errors);
  plb_csv_number(out, true, cell->design_effect);
  plb_csv_number(out, cell->has_holders, cell->holders);
  plb_csv_number(out, cell->has_holders, cell->few_holders);
  plb_csv_number(out, true, cell->level);
  plb_csv_count(out, true, cell->replicates);
  plb_csv_cell(out, method->method);
  plb_csv_count(out, true, method->covered);
  plb_csv_count(out, true, method->truth_above);
  plb_csv_count(out, true, method->truth_below);
  plb_csv_number(out, true, plb_coverage_share(cell, method));
  plb_csv_number(out, true, plb_coverage_error(cell, method));
  plb_csv_number(out, true, method->width);
  plb_csv_cell(out, NULL);
  plb_csv_number(out, true, cell->rate);
  plb_out_text(out, ",,,,,,,\n");
}

static void put_whole(struct plb_out *out, const struct plb_whole_cell *cell,
                      const struct plb_coverage_method *method) {
  double share = plb_whole_share(method), given = (double)plb_whole_given(method);
  plb_csv_text(out, cell->statistic);
  plb_csv_cell(out, cell->model);
  plb_csv_cell(out, cell->pairing);
  plb_csv_count(out, true, cell->people);
  plb_csv_number(out, true, cell->samples);
  plb_csv_count(out, true, cell->unequal);
  plb_csv_number(out, true, cell->rate);
  plb_out_text(out, ",,,,,");
  plb_csv_number(out, true, cell->level);
  plb_csv_count(out, true, cell->replicates);
  plb_csv_cell(out, method->method);
  plb_csv_count(out, true, method->covered);
  plb_csv_count(out, true, method->truth_above);
  plb_csv_count(out, true, method->truth_below);
  plb_csv_number(out, given > 0, share);
  plb_csv_number(out, given > 0, given > 0 ? sqrt(share * (1 - share) / given) : 0);
  plb_csv_number(out, method->has_width, method->width);
  plb_csv_cell(out, cell->at);
  plb_csv_number(out, cell->has_truth, cell->truth);
  plb_csv_number(out, cell->has_spread, cell->mean);
  plb_csv_number(out, cell->has_spread, cell->deviation);
  plb_csv_count(out, true, cell->family);
  plb_csv_count(out, true, cell->clustered);
  plb_csv_number(out, true, cell->mated_trials);
  plb_csv_number(out, true, cell->nonmated_trials);
  plb_csv_cell(out, method->shown);
  plb_out_text(out, "\n");
}

void plb_csv_coverage(const struct plb_result *result, struct plb_out *out) {
  plb_out_text(out, HEADER);
  for (size_t c = 0; c < result->coverage_count && !plb_out_failed(out); c++)
    for (size_t m = 0; m < result->coverage[c].method_count; m++)
      put_row(out, &result->coverage[c], &result->coverage[c].methods[m]);
  for (size_t c = 0; c < result->whole_count && !plb_out_failed(out); c++)
    for (size_t m = 0; m < result->wholes[c].method_count; m++)
      put_whole(out, &result->wholes[c], &result->wholes[c].methods[m]);
}
