/* SPDX-License-Identifier: Apache-2.0
 *
 * A study of coverage as tidy CSV (RFC 4180 with line feeds): one row for each kind of simulated test, true rate
 * and method. `coverage` and its standard error are made of the counts beside them.
 */
#include <inttypes.h>
#include <string.h>

#include "base/number.h"
#include "report/coverage.h"
#include "report/csv.h"
#include "result/coverage.h"

static const char HEADER[] =
    "metric,model,pairing,people,samples,unequal,rate,trials,errors,design_effect,holders,few_holders,level,replicates,"
    "method,covered,truth_above,truth_below,coverage,standard_error,width\n";

static void put_number(struct plb_out *out, bool exists, double number) {
  char text[PLB_DOUBLE_TEXT] = "";
  if (exists)
    plb_format_double(text, number);
  plb_out_print(out, ",%s", text);
}

static void put_row(struct plb_out *out, const struct plb_coverage_cell *cell,
                    const struct plb_coverage_method *method) {
  plb_csv_text(out, cell->metric);
  plb_out_text(out, ",");
  plb_csv_text(out, cell->model);
  plb_out_text(out, ",");
  plb_csv_text(out, cell->pairing);
  plb_out_print(out, ",%" PRIu64, cell->people);
  put_number(out, true, cell->samples);
  plb_out_print(out, ",%d", cell->unequal ? 1 : 0);
  put_number(out, true, cell->rate);
  put_number(out, true, cell->trials);
  put_number(out, true, cell->errors);
  put_number(out, true, cell->design_effect);
  put_number(out, cell->has_holders, cell->holders);
  put_number(out, cell->has_holders, cell->few_holders);
  put_number(out, true, cell->level);
  plb_out_print(out, ",%" PRIu64 ",", cell->replicates);
  plb_csv_text(out, method->method);
  plb_out_print(out, ",%" PRIu64 ",%" PRIu64 ",%" PRIu64, method->covered, method->truth_above, method->truth_below);
  put_number(out, true, plb_coverage_share(cell, method));
  put_number(out, true, plb_coverage_error(cell, method));
  put_number(out, true, method->width);
  plb_out_text(out, "\n");
}

void plb_csv_coverage(const struct plb_result *result, struct plb_out *out) {
  plb_out_text(out, HEADER);
  for (size_t c = 0; c < result->coverage_count && !plb_out_failed(out); c++)
    for (size_t m = 0; m < result->coverage[c].method_count; m++)
      put_row(out, &result->coverage[c], &result->coverage[c].methods[m]);
}
