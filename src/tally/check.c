/* SPDX-License-Identifier: Apache-2.0
 *
 * plb_check: looks at inputs with the watch of the source and counts them with a tally, so that what is
 * said here is what a measurement would find. For each input: what it is taken for and why, its columns,
 * its rows, and what is wrong with them, row by row; for each test: people, samples, systems, ties,
 * repeats, and what would keep it from being measured. No id and no single score is printed; extremes of
 * scores are single scores too.
 *
 * Score files are looked at one by one, as tests of their own; the last lines say when they could not be
 * one test together. So are states (check_state.c). What comes with a table beside it, and the two-file form, is one
 * test.
 *
 * Cost: that of counting, and one walk over the sorted scores. Memory: that of a tally.
 */
#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/show.h"
#include "base/utf8.h"
#include "base/wide.h"
#include "tally/attributes.h"
#include "tally/check_parts.h"
#include "tally/state.h"
#include "tally/steps.h"
#include "trial/bytes.h"
#include "trial/reader.h"

#define SHOWN 20 /* problems of one input that are printed */

static const char *const class_names[] = {[PLB_CLASS_NONMATED] = "non-mated", [PLB_CLASS_MATED] = "mated"};

void plb_check_note(struct plb_check *check, const struct plb_error *problem) {
  if (check->found < SHOWN)
    memcpy(check->messages[check->found], problem->message, sizeof *check->messages);
  check->found++;
  check->problems++;
}

void plb_check_problems(struct plb_check *check) {
  uint64_t shown = check->found < SHOWN ? check->found : SHOWN;
  for (uint64_t i = 0; i < shown; i++)
    plb_out_print(check->out, "  problem       %s\n", check->messages[i]);
  if (check->found > shown)
    plb_describe_line(check->out, "problem", "and %" PRIu64 " more like these", check->found - shown);
  if (!check->found)
    plb_describe_line(check->out, "problems", "none");
  check->found = 0;
}

/* ---- one input ---------------------------------------------------------------------------- */

void plb_check_begin(struct plb_check *check, const char *path) {
  memset(check->completed, 0, sizeof check->completed);
  memset(check->failed, 0, sizeof check->failed);
  char name[PATH_MAX];
  snprintf(name, sizeof name, "%s", strcmp(path, "-") == 0 ? "standard input" : path);
  plb_utf8_tame(name);
  plb_out_print(check->out, "%s\n", name);
}

static void begin(void *ctx, const char *path) {
  plb_check_begin(ctx, path);
}

static void opened(void *ctx, const struct plb_reader *reader) {
  struct plb_check *check = ctx;
  const char *packing = plb_bytes_packing(reader->bytes);
  if (check->input->format)
    plb_describe_line(check->out, "format", "%s, because --format says so", reader->kind->name);
  else
    plb_describe_line(check->out, "format", "%s, by its content: %s", reader->kind->name, reader->kind->sign);
  plb_describe_line(check->out, "compression", "%s", packing ? packing : "none");
  if (reader->mated_known)
    plb_describe_line(check->out, "class", "all %s, by the option", class_names[reader->mated]);
  if (reader->kind->describe)
    reader->kind->describe(reader, check->out);
}

static plb_status rows(void *ctx, const struct plb_block *block, struct plb_error *err) {
  struct plb_check *check = ctx;
  for (size_t i = 0; i < block->count; i++) {
    const struct plb_trial *row = &block->rows[i];
    uint64_t *count = row->outcome == PLB_COMPLETED ? &check->completed[row->mated] : &check->failed[row->outcome];
    *count += row->count;
  }
  return plb_tally_add_trials(check->tally, block->rows, block->count, err);
}

static void fault(void *ctx, const struct plb_error *problem) {
  plb_check_note(ctx, problem);
}

void plb_check_outcomes(const struct plb_check *check) {
  struct plb_out *out = check->out;
  plb_describe_line(out, "comparisons", "%" PRIu64 " mated, %" PRIu64 " non-mated", check->completed[PLB_CLASS_MATED],
                    check->completed[PLB_CLASS_NONMATED]);
  const uint64_t *failed = check->failed;
  if (failed[PLB_FAILED_ENROL] + failed[PLB_FAILED_ACQUIRE] + failed[PLB_FAILED_COMPARE])
    plb_describe_line(out, "failures", "%" PRIu64 " to enrol, %" PRIu64 " to acquire, %" PRIu64 " to compare",
                      failed[PLB_FAILED_ENROL], failed[PLB_FAILED_ACQUIRE], failed[PLB_FAILED_COMPARE]);
  else
    plb_describe_line(out, "failures", "none");
}

void plb_check_left_out(const struct plb_check *check, const struct plb_input_account *account) {
  for (int why = 0; why < PLB_DROPS; why++)
    if (account->dropped[why])
      plb_describe_line(check->out, "left out", "%" PRIu64 ": %s", account->dropped[why],
                        plb_drop_reason((enum plb_drop)why));
}

static void end(void *ctx, const struct plb_input_account *account) {
  struct plb_check *check = ctx;
  struct plb_error problem;
  if (!account->rows && !check->found) {
    plb_fail(&problem, PLB_DATA, "no comparisons here; expected at least one row");
    plb_check_note(check, &problem);
  }
  plb_describe_line(check->out, "rows", "%" PRIu64, account->rows);
  plb_check_outcomes(check);
  plb_check_left_out(check, account);
  if (!check->several)
    return; /* what is wrong with it comes behind what is known of the test */
  plb_check_problems(check);
  plb_out_text(check->out, "\n");
}

/* ---- one test ----------------------------------------------------------------------------- */

struct walk {
  uint64_t total[2], tied[2];
  plb_wide auc_twice; /* 2 x sum over mated scores of (non-mated below + half of the tied) */
};

static void take_steps(void *ctx, const struct plb_step *steps, size_t count) {
  struct walk *walk = ctx;
  for (size_t i = 0; i < count; i++) {
    const uint64_t *of = steps[i].count;
    walk->auc_twice +=
        (plb_wide)of[PLB_CLASS_MATED] * (2 * (plb_wide)walk->total[PLB_CLASS_NONMATED] + of[PLB_CLASS_NONMATED]);
    for (int class = 0; class < 2; class ++) {
      walk->total[class] += of[class];
      walk->tied[class] += of[class] > 1 ? of[class] : 0;
    }
  }
}

/* What a measurement would refuse (design 3a): mated scores clearly below the non-mated ones. */
static void judge_direction(struct plb_check *check, const struct walk *walk) {
  double mated = (double)walk->total[PLB_CLASS_MATED], nonmated = (double)walk->total[PLB_CLASS_NONMATED];
  if (check->tally->traits.direction_declared || mated == 0 || nonmated == 0)
    return;
  double auc = (double)walk->auc_twice / 2 / mated / nonmated;
  struct plb_error problem;
  if (auc >= 0.5 - 4 * 0.5 / sqrt(mated < nonmated ? mated : nonmated))
    return;
  plb_fail(&problem, PLB_DATA,
           "the mated scores lie below the non-mated ones; declare --dissimilarity if these are distances, or "
           "--similarity if it is meant so");
  plb_check_note(check, &problem);
}

static void print_ties(const struct plb_check *check, const struct walk *walk) {
  for (int class = PLB_CLASS_MATED; class >= PLB_CLASS_NONMATED; class --) {
    uint64_t total = walk->total[class], tied = walk->tied[class];
    if (!total)
      continue;
    uint64_t tenths = (uint64_t)((1000 * (plb_wide)tied + total / 2) / total);
    plb_describe_line(check->out, "ties", "%" PRIu64 ".%" PRIu64 " %% of the %s scores occur more than once",
                      tenths / 10, tenths % 10, class_names[class]);
  }
}

static plb_status check_system(struct plb_check *check, struct plb_system_tally *system, struct plb_error *err) {
  const struct plb_input *input = check->input;
  unsigned threads = input->threads ? input->threads : (unsigned)omp_get_num_procs();
  struct walk walk = {0};
  bool failed = false;
  char *name = plb_tally_system_name(check->tally, system, &failed);
  if (failed)
    return plb_fail_memory(err);
  char shown[PLB_SHOWN];
  if (name)
    plb_describe_line(check->out, "system", "%s: %" PRIu64 " mated, %" PRIu64 " non-mated comparisons",
                      plb_show_text(shown, name, strlen(name)), system->of[PLB_CLASS_MATED].completed,
                      system->of[PLB_CLASS_NONMATED].completed);
  free(name);
  for (int class = 0; class < 2; class ++) {
    struct plb_error problem;
    if (system->of[class].completed || check->state)
      continue;
    plb_fail(&problem, PLB_DATA, "no completed %s comparisons; expected some of both classes", class_names[class]);
    plb_check_note(check, &problem);
  }
  plb_status st = plb_walk_steps(
      &(struct plb_step_walk){
          .tally = check->tally, .system = system, .threads = threads, .take = take_steps, .ctx = &walk},
      err);
  if (st)
    return st;
  print_ties(check, &walk);
  judge_direction(check, &walk);
  return PLB_OK;
}

static plb_status print_samples(struct plb_check *check, struct plb_error *err) {
  if (!check->tally->traits.looked && check->state)
    return PLB_OK;
  if (!check->tally->traits.samples) {
    plb_describe_line(check->out, "samples", "unknown, so repeats are not seen");
    return PLB_OK;
  }
  bool sampled;
  uint64_t repeats;
  plb_status status = plb_tally_repeats(check->tally, &repeats, &sampled, err);
  if (status)
    return status;
  plb_describe_line(check->out, "samples", "%" PRIu32, check->tally->census.samples.count);
  plb_describe_line(check->out, "repeats", "%s%" PRIu64 " row%s beyond the first of the same two samples",
                    sampled ? "about " : "", repeats, repeats == 1 ? "" : "s");
  return PLB_OK;
}

static plb_status print_attributes(const struct plb_check *check, struct plb_error *err) {
  for (size_t a = 0; a < check->tally->by.count; a++) {
    struct plb_attribute_account account;
    char shown[PLB_SHOWN];
    if (!plb_attribute_find(check->tally, a, &account))
      return plb_fail_memory(err);
    plb_describe_line(check->out, "attribute", "%s: %" PRIu64 " value%s, not known in %" PRIu64 " comparison%s",
                      plb_show_text(shown, account.name, strlen(account.name)), account.values,
                      account.values == 1 ? "" : "s", account.unknown, account.unknown == 1 ? "" : "s");
    for (int why = PLB_WHY_MISSING; why < PLB_WHYS; why++)
      if (account.whys[why].comparisons)
        plb_describe_line(check->out, "", "%" PRIu64 ": %s", account.whys[why].comparisons,
                          plb_why_words((enum plb_why)why));
    if (account.several)
      plb_describe_line(check->out, "", "%" PRIu64 " with more than one value", account.several);
  }
  return PLB_OK;
}

plb_status plb_check_test(struct plb_check *check, struct plb_error *err) {
  const struct plb_traits *traits = &check->tally->traits;
  struct plb_out *out = check->out;
  if (check->several)
    plb_out_text(out, "all inputs\n");
  plb_describe_line(out, "direction", "%s, %s", traits->dissimilarity ? "dissimilarity" : "similarity",
                    traits->direction_declared ? "declared" : "not declared (--similarity or --dissimilarity)");
  if (!traits->looked && check->state)
    plb_describe_line(out, "people", "unknown, as there is no row in this part");
  else if (traits->people)
    plb_describe_line(out, "people", "%" PRIu32, check->tally->census.people.count);
  else
    plb_describe_line(out, "people", "unknown, so trials would be treated as independent");
  plb_status st = print_samples(check, err);
  if (!st)
    st = print_attributes(check, err);
  for (size_t i = 0; i < check->tally->system_count && !st; i++)
    st = check_system(check, &check->tally->systems[i], err);
  if (!st)
    plb_check_problems(check);
  plb_out_text(out, "\n");
  return st;
}

static bool same_kind(const struct plb_traits *left, const struct plb_traits *right) {
  return left->people == right->people && left->samples == right->samples &&
         left->dissimilarity == right->dissimilarity;
}

static plb_status look(struct plb_check *check, const struct plb_input *input, struct plb_error *err) {
  const struct plb_watch watch = {
      .ctx = check, .begin = begin, .opened = opened, .rows = rows, .fault = fault, .end = end};
  check->several = input->mated || input->trials || input->file_count > 1;
  plb_status st = plb_tally_new(input, &check->tally, err);
  if (st)
    return st;
  struct plb_traits *traits = &check->tally->traits;
  if (!(st = plb_source_inspect(input, &check->tally->census, &watch, traits, err)))
    st = plb_check_test(check, err);
  if (check->tally->system_count && !check->tests++)
    check->first = *traits;
  if (check->tally->system_count)
    check->alike = check->alike && same_kind(traits, &check->first);
  plb_tally_free(check->tally);
  check->tally = NULL;
  return st;
}

/* Files that belong together are one test; others are looked at one by one, and states together as well. */
static plb_status look_all(struct plb_check *check, struct plb_error *err) {
  const struct plb_input *input = check->input;
  if (!input->file_count || input->mated || input->nonmated || input->trials || input->samples || input->subjects ||
      input->row_ids)
    return look(check, input, err);
  plb_status st = PLB_OK;
  size_t states = 0;
  bool sound = true;
  for (size_t i = 0; i < input->file_count && !st; i++) {
    struct plb_input one = *input;
    one.files = &input->files[i];
    one.file_count = 1;
    bool is_state = plb_is_state(one.files[0]);
    states += is_state;
    st = is_state ? plb_check_state(check, one.files[0], &sound, err) : look(check, &one, err);
  }
  if (!st && sound && states > 1 && states == input->file_count)
    st = plb_check_together(check, input->files, states, err);
  return st;
}

plb_status plb_check(const struct plb_input *input, const char *path, uint64_t *problems, struct plb_error *err) {
  struct plb_check check = {.input = input, .alike = true};
  plb_status st;
  if (!(check.messages = plb_alloc(SHOWN, sizeof *check.messages))) {
    st = plb_fail_memory(err);
    goto out;
  }
  if ((st = plb_out_open(path, &check.out, err)))
    goto out;
  if ((st = plb_input_check_whole(input, "plb_check", err)) || (st = look_all(&check, err)))
    goto out;
  if (!check.alike)
    plb_out_text(check.out, "These files cannot be measured as one test: they differ in direction, or in whether they "
                            "name people and samples.\n");
  plb_out_print(check.out, "%" PRIu64 " problem%s\n", check.problems, check.problems == 1 ? "" : "s");
  st = plb_out_close(check.out, err);
  check.out = NULL;
  if (problems)
    *problems = check.problems;
out:
  plb_out_abandon(check.out);
  free(check.messages);
  return st;
}
