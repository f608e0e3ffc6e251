/* SPDX-License-Identifier: Apache-2.0
 *
 * How far the groups of a breakdown lie apart, at each threshold: of FMR within groups, of FNMR, and of both (differ.h
 * has the numbers). Groups with too few people are in none of them: with a handful of people the largest of several
 * rates is that of the smallest group, whatever the system does.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "differ/differ.h"
#include "estimate/groups.h"

/* The groups of one class that are compared at one threshold. */
struct compared {
  struct plb_side *sides;
  struct plb_compared_groups groups;
  struct plb_apart apart[PLB_APARTS], halves[PLB_APARTS]; /* halves: at the level of one rate of two */
  struct plb_equal_groups equal;
  bool has_equal;
};

static bool is_compared(const struct plb_study *study, const struct plb_grouped *grouped, size_t i,
                        const struct plb_rate *rate) {
  const struct plb_breakdown_cell *cell = &grouped->breakdown.cells[i];
  uint64_t least = study->options->min_people > FEW_PEOPLE ? study->options->min_people : FEW_PEOPLE;
  return cell->one == cell->other && !grouped->hidden[i] && rate->trials &&
         (!rate->has_people || plb_rate_units(rate) >= least) && !rate->narrow.few;
}

static bool take_groups(const struct plb_study *study, const struct plb_grouped *grouped, size_t at,
                        struct compared *compared) {
  if (!(compared->sides = plb_alloc(grouped->breakdown.count, sizeof *compared->sides)))
    return false;
  compared->groups.sides = compared->sides;
  compared->groups.share = grouped->share;
  for (size_t i = 0; i < grouped->breakdown.count; i++) {
    const struct plb_rate *rate = &grouped->rates[i].at[at];
    if (is_compared(study, grouped, i, rate))
      compared->sides[compared->groups.count++] = (struct plb_side){&rate->narrow, rate->errors, rate->trials};
  }
  return true;
}

plb_status plb_groups_least_seen(const struct plb_study *study, struct plb_grouped *grouped, size_t points,
                                 struct plb_error *err) {
  size_t cells = grouped->breakdown.count, taken;
  double *ratios = plb_alloc(cells, sizeof *ratios);
  plb_status status = ratios ? PLB_OK : plb_fail_memory(err);
  for (size_t at = 0; at < points && !status; at++) {
    struct compared compared = {0};
    if (!take_groups(study, grouped, at, &compared))
      status = plb_fail_memory(err);
    if (compared.groups.count > 1)
      plb_least_seen(compared.sides, compared.groups.count, study->options->level, ratios);
    taken = 0;
    for (size_t i = 0; i < cells && compared.groups.count > 1; i++)
      if (is_compared(study, grouped, i, &grouped->rates[i].at[at]))
        grouped->least_seen[i * points + at] = ratios[taken++];
    free(compared.sides);
  }
  free(ratios);
  return status;
}

static plb_status compare_class(struct plb_study *study, const struct plb_grouped *grouped, size_t at, size_t name,
                                struct compared *compared, struct plb_error *err) {
  double level = study->options->level;
  plb_status status = take_groups(study, grouped, at, compared) ? PLB_OK : plb_fail_memory(err);
  if (status || compared->groups.count < 2)
    return status;
  status = plb_apart_find(&compared->groups, level, compared->apart, err);
  if (!status)
    status = plb_apart_find(&compared->groups, (1 + level) / 2, compared->halves, err);
  if (status || compared->groups.share) /* what is drawn are groups that share nobody */
    return status;
  status =
      plb_equal_groups_draw(compared->sides, compared->groups.count, study->options->seed, name, &compared->equal, err);
  compared->has_equal = !status;
  return status == PLB_UNDEFINED ? PLB_OK : status;
}

/* "sex,age", which belongs to the result. */
static const char *names_of(struct plb_study *study, uint8_t attributes) {
  const struct plb_by *by = &study->tally->by;
  const char *names = NULL;
  for (size_t a = 0; a < by->count; a++)
    if (attributes >> a & 1)
      names = plb_study_text(study, "%s%s%s", names ? names : "", names ? "," : "", by->names[a]);
  return names;
}

static void fill_apart(const struct plb_study *study, const struct plb_apart *apart, bool simultaneous,
                       struct plb_estimate *estimate) {
  estimate->has_value = apart->has_value;
  estimate->value = apart->has_value ? apart->value : 0;
  estimate->status = apart->has_value ? PLB_EST_OK : PLB_EST_UNSUPPORTED;
  estimate->note = apart->why;
  if (!apart->has_limits)
    return;
  estimate->interval =
      (struct plb_interval){.exists = true,
                            .has_lower = true,
                            .has_upper = isfinite(apart->limits.upper),
                            .lower = apart->limits.lower,
                            .upper = isfinite(apart->limits.upper) ? apart->limits.upper : 0,
                            .level = study->options->level,
                            .method = simultaneous ? "PL, MOVER for all pairs" : "PL, all groups at once"};
}

static bool is_of_pairs(int kind) {
  return kind == PLB_APART_MAX_MIN_RATIO || kind == PLB_APART_MAX_MIN_DIFFERENCE;
}

static plb_status write_class(struct plb_study *study, const struct plb_estimate *frame, const char *metric,
                              const struct compared *compared, struct plb_error *err) {
  plb_status status = PLB_OK;
  for (int kind = 0; kind < PLB_APARTS && !status; kind++) {
    struct plb_estimate estimate = *frame;
    estimate.metric = plb_apart_name((enum plb_apart_kind)kind);
    estimate.over.metric = metric;
    estimate.over.groups = compared->groups.count;
    estimate.over.has_equal = estimate.over.has_p_value = compared->has_equal;
    if (compared->has_equal) {
      estimate.over.equal_median = compared->equal.median[kind];
      estimate.over.equal_upper = compared->equal.upper[kind];
      estimate.over.p_value = compared->equal.p_value;
    }
    fill_apart(study, &compared->apart[kind], is_of_pairs(kind) && !compared->groups.share, &estimate);
    status = plb_result_add_estimate(study->result, &estimate, err);
  }
  return status;
}

static plb_status write_both(struct plb_study *study, const struct plb_estimate *frame,
                             const struct compared compared[2], struct plb_error *err) {
  const struct plb_apart *fmr = compared[0].halves, *fnmr = compared[1].halves;
  const struct {
    const char *metric;
    struct plb_apart apart;
  } both[] = {{"FDR", plb_fdr_of(&fmr[PLB_APART_MAX_MIN_DIFFERENCE], &fnmr[PLB_APART_MAX_MIN_DIFFERENCE])},
              {"INEQUITY", plb_inequity_of(&fmr[PLB_APART_MAX_MIN_RATIO], &fnmr[PLB_APART_MAX_MIN_RATIO])},
              {"GARBE", plb_garbe_of(&fmr[PLB_APART_GINI], &fnmr[PLB_APART_GINI])}};
  plb_status status = PLB_OK;
  for (size_t k = 0; k < sizeof both / sizeof *both && !status; k++) {
    struct plb_estimate estimate = *frame;
    estimate.metric = both[k].metric;
    estimate.over.groups = compared[0].groups.count;
    fill_apart(study, &both[k].apart, false, &estimate);
    status = plb_result_add_estimate(study->result, &estimate, err);
  }
  return status;
}

static plb_status write_point(struct plb_study *study, const struct plb_measured *measured,
                              const struct plb_study_point *point, size_t at, const struct plb_grouped grouped[2],
                              const char *by, struct plb_error *err) {
  struct compared compared[2] = {{0}, {0}};
  struct plb_estimate frame = {.system = measured->name, .over = {.by = by}};
  plb_threshold_of_point(study, point, &frame);
  plb_status status = PLB_OK;
  for (int c = 0; c < 2 && !status; c++)
    status = compare_class(study, &grouped[c], at, 2 * at + (size_t)c, &compared[c], err);
  for (int c = 0; c < 2 && !status; c++)
    if (compared[c].groups.count > 1)
      status = write_class(study, &frame, c == PLB_CLASS_MATED ? "FNMR" : "FMR", &compared[c], err);
  if (!status && compared[0].groups.count > 1 && compared[0].groups.count == compared[1].groups.count)
    status = write_both(study, &frame, compared, err);
  free(compared[0].sides);
  free(compared[1].sides);
  return status;
}

plb_status plb_differences_write(struct plb_study *study, const struct plb_measured *measured,
                                 const struct plb_group_points *at, const struct plb_grouped grouped[2],
                                 struct plb_error *err) {
  const char *by = names_of(study, grouped[0].breakdown.attributes);
  plb_status status = by ? PLB_OK : plb_fail_memory(err);
  for (size_t p = 0; p < measured->point_count && !status; p++)
    if (plb_group_point(&measured->points[p]))
      status = write_point(study, measured, &measured->points[p], at->of_point[p], grouped, by, err);
  return status;
}
