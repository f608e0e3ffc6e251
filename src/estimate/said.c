/* SPDX-License-Identifier: Apache-2.0
 *
 * What the method that was asked for says of a rate (method.h), beside PL, which is there for every rate: claims are
 * judged by it, and warnings rest on it.
 */
#include "estimate/rates.h"

static void say_worst(struct plb_rate *rate) {
  rate->said.narrow = rate->narrow.worst_case;
  rate->said.corner = rate->corner.worst_case;
  rate->said.method = "worst case";
}

static void say_pl(enum plb_method method, struct plb_rate *rate) {
  bool strict = method == PLB_METHOD_PL_STRICT;
  struct plb_said *said = &rate->said;
  if (rate->narrow.few) {
    say_worst(rate);
    return;
  }
  said->narrow = strict ? rate->narrow.strict : rate->narrow.pl;
  said->corner = strict ? rate->corner.strict : rate->corner.pl;
  said->has_effect = said->has_df = true;
  said->effect = rate->narrow.design_effect;
  said->df = rate->narrow.df;
}

plb_status plb_rate_say(enum plb_method method, const struct plb_design *design, const struct plb_design_sums *sums,
                        const struct plb_error_sums *errors, double level, struct plb_rate *rate,
                        struct plb_error *err) {
  const struct plb_method_entry *entry = plb_method_entry(method);
  struct plb_said *said = &rate->said;
  struct plb_error why = {0};
  plb_status status = PLB_OK;
  rate->repeats = sums->dmax > 1;
  *said = (struct plb_said){.exists = true,
                            .method = entry->shown,
                            .dependence = plb_method_dependence(method, design->dyadic, rate->has_clusters)};
  if (plb_method_is_pl(method)) {
    say_pl(method, rate);
    return PLB_OK;
  }
  if (entry->drawn) { /* redraw.c fills it in */
    said->exists = false;
    said->why = "no interval: there are no replicates";
    if (rate->narrow.few)
      say_worst(rate);
    said->exists = rate->narrow.few;
    return PLB_OK;
  }
  if (entry->people)
    status = plb_method_effect(method, design, sums, errors, &said->effect, &why);
  if (!status)
    status = plb_method_limits(method, design, sums, errors, NULL, level, &said->narrow, &why);
  if (!status)
    status = plb_method_limits(method, design, sums, errors, NULL, (2 + level) / 3, &said->corner, &why);
  if (status == PLB_UNDEFINED) { /* of too few people for a variance: the status of the estimate says so too */
    say_worst(rate);
    return PLB_OK;
  }
  if (status && err)
    *err = why;
  said->has_effect = entry->people;
  said->blind = !entry->people || !errors->errors || errors->errors == design->trials;
  if (said->blind)
    said->dependence = "independent";
  return status;
}

void plb_rate_say_unknown(enum plb_method method, double level, struct plb_rate *rate) {
  if (plb_method_is_pl(
          method)) /* without a design effect the two are Wilson's and these; the safer one stands for both */
    method = PLB_METHOD_CLOPPER_PEARSON;
  const struct plb_method_entry *entry = plb_method_entry(method);
  double x = (double)rate->errors, n = (double)rate->trials;
  rate->said = (struct plb_said){.exists = !entry->people, .blind = true, .method = entry->shown};
  if (!rate->said.exists)
    return;
  rate->said.dependence = "independent";
  rate->said.narrow = plb_method_independent(method, x, n, level);
  rate->said.corner = plb_method_independent(method, x, n, (2 + level) / 3);
}
