/* SPDX-License-Identifier: Apache-2.0
 *
 * Tidy CSV (RFC 4180 with line feeds): one row for each estimate, that is for each system, operating
 * point and metric. Numbers are the shortest text that reads back to the same double; what does not exist is
 * an empty cell, as is an unbounded limit. Derived quantities (EER, AUC, DPRIME) have the trials of both
 * classes towards the end of their row instead of errors and trials; behind them stand the limits of the worst
 * case, the bracket of the EER, the clusters of people and the limits of a threshold that was set for a target. Several
 * results get two columns in front: the number of the result and its name; where systems were compared, the columns of
 * a difference stand behind all others. Where there are groups, their columns stand at the very end: for each attribute
 * by_NAME_1, the value of the first side of a comparison, and by_NAME_2, that of the second, empty where there is only
 * one (a mated comparison whose sides agree); "not said" is a value that the data lack, an empty first one an attribute
 * that the row is not told apart by. Behind them what is compared by how far groups lie apart: over_by names the
 * attributes, over_metric the rate (empty: both), over_groups how many groups, over_p_value the test of no difference,
 * equal_median and equal_upper what groups with equal rates would show ("inf": without limit); the limits that hold
 * for all cells at once. Texts are those of the
 * result, but for what would do harm.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/number.h"
#include "base/utf8.h"
#include "report/coverage.h"
#include "report/csv.h"
#include "report/plan.h"
#include "report/trend.h"

static const char HEADER[] =
    "metric,system,threshold,target_metric,target_at_most,errors,trials,unit,people,value,lower,upper,"
    "level,method,dependence,design_effect,df,status,note,mated_trials,nonmated_trials,"
    "worst_lower,worst_upper,bracket_lower,bracket_upper,clusters,threshold_lower,threshold_upper,"
    "threshold_from,from_metric,from_at_most,from_ratio,from_outcome,"
    "people_in_errors,people_half,errors_most,without_errors,without_trials,without_threshold,"
    "wrong_1,wrong_1_lower,wrong_1_upper,wrong_2,wrong_2_lower,wrong_2_upper,wrong_3,wrong_3_lower,wrong_3_upper";

/* Behind them where systems were compared. */
static const char AGAINST[] = ",against,against_threshold,compared_pairs,p_value,aim,margin,verdict";

/* Behind the attributes of groups. */
static const char OVER[] = ",over_by,over_metric,over_groups,over_p_value,equal_median,equal_upper,least_ratio_seen,"
                           "simultaneous_lower,simultaneous_upper,simultaneous_of";

/* Which columns there are beyond those of every table. */
struct columns {
  bool compared, grouped;
  const char **attributes; /* of groups; borrowed */
  size_t count, capacity;
};

/* What would act on a terminal or break the line is written as \u{...}, so that two names stay two. */
static void put_characters(struct plb_out *out, const char *text) {
  while (*text) {
    size_t length = plb_utf8_length(text);
    uint32_t point = plb_utf8_point(text, length);
    if (!length)
      plb_out_text(out, "\xEF\xBF\xBD");
    else if (plb_utf8_acts(point))
      plb_out_print(out, "\\u{%" PRIx32 "}", point);
    else
      plb_out_bytes(out, text, length);
    if (point == '"')
      plb_out_text(out, "\"");
    text += length ? length : 1;
  }
}

/* A text that a spreadsheet would take for a formula gets an apostrophe in front, as OWASP advises; numbers
 * never come here. */
void plb_csv_text(struct plb_out *out, const char *text) {
  if (!text || !*text)
    return;
  bool quoted = strpbrk(text, "\",") || *text == ' ' || text[strlen(text) - 1] == ' ';
  plb_out_text(out, quoted ? "\"" : "");
  plb_out_text(out, strchr("=+-@", *text) ? "'" : "");
  put_characters(out, text);
  plb_out_text(out, quoted ? "\"" : "");
}

void plb_csv_cell(struct plb_out *out, const char *text) {
  plb_out_text(out, ",");
  plb_csv_text(out, text);
}

void plb_csv_number(struct plb_out *out, bool exists, double number) {
  char text[PLB_DOUBLE_TEXT] = "";
  if (exists)
    plb_format_double(text, number);
  plb_out_print(out, ",%s", text);
}

void plb_csv_count(struct plb_out *out, bool exists, uint64_t count) {
  plb_out_text(out, ",");
  if (exists)
    plb_out_print(out, "%" PRIu64, count);
}

static void put_interval(struct plb_out *out, const struct plb_interval *interval, bool shown) {
  bool exists = shown && interval->exists;
  plb_csv_number(out, exists && interval->has_lower, interval->lower);
  plb_csv_number(out, exists && interval->has_upper, interval->upper);
  plb_csv_number(out, exists, interval->level);
  plb_csv_cell(out, exists ? interval->method : NULL);
  plb_csv_cell(out, exists ? interval->dependence : NULL);
  plb_csv_number(out, exists && interval->has_design_effect, interval->design_effect);
  plb_csv_number(out, exists && interval->has_df, interval->df);
}

static void put_influence(struct plb_out *out, const struct plb_influence *influence, bool shown) {
  bool people = shown && influence->has_people, without = people && influence->has_without;
  plb_csv_count(out, people, influence->involved);
  plb_csv_count(out, people, influence->half);
  plb_csv_count(out, people, influence->most);
  plb_csv_count(out, without, influence->without_errors);
  plb_csv_count(out, without, influence->without_trials);
  plb_csv_cell(out, !without ? NULL : influence->reset ? "reset" : "held");
  for (size_t i = 0; i < PLB_WRONG_LABELS; i++) {
    bool exists = shown && i < influence->label_count;
    plb_csv_count(out, exists, influence->labels[i].wrong);
    plb_csv_number(out, exists, influence->labels[i].lower);
    plb_csv_number(out, exists, influence->labels[i].upper);
  }
}

static void put_against(struct plb_out *out, const struct plb_estimate *e) {
  plb_csv_cell(out, e->against);
  plb_csv_number(out, e->has_against_threshold, e->against_threshold);
  plb_csv_count(out, e->against != NULL, e->compared_pairs);
  plb_csv_number(out, e->has_p_value, e->p_value);
  plb_csv_cell(out, e->aim);
  plb_csv_number(out, e->has_margin, e->margin);
  plb_csv_cell(out, e->verdict);
}

/* The value of one side of a cell. */
static void put_value(struct plb_out *out, const struct plb_cell *cell, const char *attribute, int side) {
  size_t i = 0;
  while (cell && i < cell->count && strcmp(cell->of[i].attribute, attribute) != 0)
    i++;
  if (!cell || i == cell->count || (side && !cell->of[i].two))
    plb_csv_cell(out, NULL);
  else
    plb_csv_cell(out, *cell->of[i].values[side] ? cell->of[i].values[side] : "not said");
}

static void put_group(struct plb_out *out, const struct plb_estimate *e, const struct columns *columns) {
  const struct plb_over *over = &e->over;
  for (size_t a = 0; a < columns->count; a++) {
    put_value(out, e->cell, columns->attributes[a], 0);
    put_value(out, e->cell, columns->attributes[a], 1);
  }
  plb_csv_cell(out, over->by);
  plb_csv_cell(out, over->by ? over->metric : NULL);
  plb_csv_count(out, over->by != NULL, over->groups);
  plb_csv_number(out, over->by && over->has_p_value, over->p_value);
  plb_csv_number(out, over->by && over->has_equal, over->equal_median);
  plb_csv_number(out, over->by && over->has_equal, over->equal_upper);
  plb_csv_number(out, e->has_least_seen && e->status != PLB_EST_SUPPRESSED, e->least_seen);
  bool all = e->interval.exists && e->interval.has_simultaneous && e->status != PLB_EST_SUPPRESSED;
  plb_csv_number(out, all, e->interval.simultaneous[0]);
  plb_csv_number(out, all, e->interval.simultaneous[1]);
  plb_csv_count(out, all, e->interval.simultaneous_of);
}

static void put_estimate(struct plb_out *out, const struct plb_estimate *e, const struct columns *columns) {
  bool shown = e->status != PLB_EST_SUPPRESSED;
  plb_csv_text(out, e->metric);
  plb_csv_cell(out, e->system);
  plb_csv_number(out, e->has_threshold, e->threshold);
  plb_csv_cell(out, e->target_metric);
  plb_csv_number(out, e->target_metric != NULL, e->target_at_most);
  plb_csv_count(out, shown && e->has_counts, e->errors);
  plb_csv_count(out, shown && e->has_counts, e->trials);
  plb_csv_cell(out, e->unit);
  plb_csv_count(out, shown && e->has_people, e->people);
  plb_csv_number(out, shown && e->has_value, e->value);
  put_interval(out, &e->interval, shown);
  plb_csv_cell(out, plb_estimate_status_name(e->status));
  plb_csv_cell(out, e->note);
  plb_csv_count(out, shown && e->has_class_trials, e->mated_trials);
  plb_csv_count(out, shown && e->has_class_trials, e->nonmated_trials);
  bool worst = shown && e->interval.exists && e->interval.has_worst_case;
  plb_csv_number(out, worst, e->interval.worst_case[0]);
  plb_csv_number(out, worst, e->interval.worst_case[1]);
  plb_csv_number(out, shown && e->has_bracket, e->bracket[0]);
  plb_csv_number(out, shown && e->has_bracket, e->bracket[1]);
  plb_csv_count(out, shown && e->has_clusters, e->clusters);
  plb_csv_number(out, shown && e->has_threshold_interval, e->threshold_interval[0]);
  plb_csv_number(out, shown && e->has_threshold_interval, e->threshold_interval[1]);
  plb_csv_cell(out, e->origin.source);
  plb_csv_cell(out, e->origin.metric);
  plb_csv_number(out, e->origin.source != NULL, e->origin.at_most);
  plb_csv_number(out, shown && e->origin.has_ratio, e->origin.ratio);
  plb_csv_cell(out, shown ? e->origin.outcome : NULL);
  put_influence(out, &e->influence, shown && e->has_influence);
  if (columns->compared)
    put_against(out, e);
  if (columns->grouped)
    put_group(out, e, columns);
  plb_out_text(out, "\n");
}

/* Plans have a table of their own, which stands first; an empty line ends it where there is something else too.
 * Answers whether there is nothing else. */
static bool put_plans(const struct plb_result *const *results, size_t count, struct plb_out *out) {
  bool plans = plb_csv_plans(results, count, out), other = plb_count_plans(results, count) < count;
  if (plans && other)
    plb_out_text(out, "\n");
  return !other;
}

/* Takes in the attributes of a cell; cells of one breakdown share their names. */
static bool list_attributes(struct columns *columns, const struct plb_cell *cell) {
  for (size_t i = 0; cell && i < cell->count; i++) {
    size_t known = 0;
    while (known < columns->count && strcmp(columns->attributes[known], cell->of[i].attribute) != 0)
      known++;
    if (known < columns->count)
      continue;
    if (!plb_reserve(&columns->attributes, &columns->capacity, known + 1, sizeof *columns->attributes))
      return false;
    columns->attributes[columns->count++] = cell->of[i].attribute;
  }
  return true;
}

static bool list_columns(const struct plb_result *const *results, size_t count, struct columns *columns) {
  for (size_t r = 0; r < count; r++) {
    for (size_t i = 0; i < results[r]->estimate_count; i++)
      columns->compared = columns->compared || results[r]->estimates[i].against;
    columns->grouped = columns->grouped || results[r]->group_count;
    for (size_t i = 0; i < results[r]->cell_count; i++)
      if (!list_attributes(columns, results[r]->cells[i]))
        return false;
  }
  return true;
}

static void put_header(struct plb_out *out, size_t count, const struct columns *columns) {
  plb_out_print(out, "%s%s%s", count > 1 ? "result,name," : "", HEADER, columns->compared ? AGAINST : "");
  for (size_t a = 0; a < columns->count; a++)
    for (int side = 1; side <= 2; side++) {
      bool quoted = strpbrk(columns->attributes[a], "\",") != NULL;
      plb_out_text(out, quoted ? ",\"by_" : ",by_");
      put_characters(out, columns->attributes[a]);
      plb_out_print(out, "_%d%s", side, quoted ? "\"" : "");
    }
  plb_out_print(out, "%s\n", columns->grouped ? OVER : "");
}

plb_status plb_render_csv(const struct plb_result *const *results, size_t count, struct plb_out *out,
                          struct plb_error *err) {
  struct columns columns = {0};
  if (plb_is_coverage(results[0])) {
    plb_csv_coverage(results[0], out);
    return PLB_OK;
  }
  if (put_plans(results, count, out))
    return PLB_OK;
  if (!list_columns(results, count, &columns)) {
    free(columns.attributes);
    return plb_fail_memory(err);
  }
  put_header(out, count, &columns);
  for (size_t r = 0; r < count; r++) {
    char label[PLB_WORDS];
    plb_result_label(results[r], r + 1, label);
    for (size_t i = 0; i < plb_result_count(results[r]) && !plb_out_failed(out); i++) {
      if (count > 1) {
        plb_out_print(out, "%zu", r + 1);
        plb_csv_cell(out, label);
        plb_out_text(out, ",");
      }
      put_estimate(out, plb_result_get(results[r], i), &columns);
    }
  }
  free(columns.attributes);
  plb_csv_trends(results, count, out);
  return PLB_OK;
}
