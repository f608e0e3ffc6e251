/* SPDX-License-Identifier: Apache-2.0
 *
 * plb_check of states: what was counted into each, by which options, which shards of their inputs it holds, and what a
 * measurement would find in it; then whether several of them go together. A state may be a part of a test, so that it
 * is no fault of it when shards or a class are missing. What is said are counts, and names of files and of systems: no
 * id of a person and no score.
 *
 * Cost: that of reading a state, and one walk over its sorted scores; states together are read a second time.
 */
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/number.h"
#include "base/show.h"
#include "base/utf8.h"
#include "tally/check_parts.h"
#include "tally/state.h"
#include "tally/state_bytes.h"
#include "tally/state_kind.h"
#include "trial/account.h"
#include "trial/reader.h"

/* The first shard that is there. */
static uint32_t only(const struct plb_input_account *account) {
  uint32_t shard = 0;
  while (shard + 1 < account->shards && !plb_account_has(account, shard))
    shard++;
  return shard;
}

/* Which shards it holds, and which not. */
static void print_shards(const struct plb_check *check, const struct plb_input_account *account) {
  char text[PLB_MISSING_TEXT];
  uint32_t missing = plb_account_missing(account, text), there = account->shards - missing;
  if (account->shards < 2)
    plb_describe_line(check->out, "shards", "none: all of it was counted");
  else if (!missing)
    plb_describe_line(check->out, "shards", "all %" PRIu32, account->shards);
  else if (there == 1)
    plb_describe_line(check->out, "shard", "%" PRIu32 "/%" PRIu32 "; missing: %s", only(account), account->shards,
                      text);
  else
    plb_describe_line(check->out, "shards", "%" PRIu32 " of %" PRIu32 "; missing, counted from 0: %s", there,
                      account->shards, text);
}

/* What a state says in words may be anything. */
static void print_words(const struct plb_check *check, const char *name, const char *words) {
  char shown[PATH_MAX];
  snprintf(shown, sizeof shown, "%s", words);
  plb_utf8_tame(shown);
  plb_out_print(check->out, "  %-13s %s\n", name, shown);
}

static void print_account(const struct plb_check *check, const struct plb_input_account *account) {
  bool standard = strcmp(account->name, "-") == 0;
  print_words(check, account->shards ? "input" : "table", standard ? "standard input" : account->name);
  print_words(check, "read as", account->format);
  plb_describe_line(check->out, "size", "%" PRIu64 " bytes", account->bytes);
  if (account->digest)
    print_words(check, "digest", account->digest);
  if (!account->shards)
    return;
  print_shards(check, account);
  plb_describe_line(check->out, "rows", "%" PRIu64 ", of which %" PRIu64 " were counted", account->rows, account->kept);
  plb_check_left_out(check, account);
}

/* The options that say what a row is. */
static void print_options(const struct plb_check *check) {
  static const char *const meant[] = {[PLB_MISSING_ERROR] = "an error",
                                      [PLB_MISSING_FTA] = "a failure to acquire",
                                      [PLB_MISSING_FTC] = "a failure to compare",
                                      [PLB_MISSING_LOWEST] = "the least similar score there is",
                                      [PLB_MISSING_DROP] = "left out"};
  const struct plb_tally *tally = check->tally;
  char shown[PLB_SHOWN], number[PLB_DOUBLE_TEXT];
  plb_describe_line(check->out, "no score", "%s (--missing %s)", meant[tally->missing],
                    plb_missing_name(tally->missing));
  plb_format_double(number, tally->failed_score);
  if (tally->has_failed_score)
    plb_describe_line(check->out, "failed score", "%s: the comparison failed (--failed-score)", number);
  if (tally->cluster)
    plb_describe_line(check->out, "clusters", "%" PRIu32 ", people with the same %s (--cluster)",
                      tally->census.clusters.values.count,
                      plb_show_text(shown, tally->cluster, strlen(tally->cluster)));
}

/* In which form the comparisons are there. */
static const char *form(const struct plb_tally *tally) {
  bool rows = false, scores = false;
  for (size_t s = 0; s < tally->system_count; s++)
    for (int class = 0; class < 2; class ++) {
      rows |= tally->systems[s].of[class].rows.count > 0;
      scores |= tally->systems[s].of[class].scores.count > 0;
    }
  if (rows)
    return "each comparison, with the two people in it";
  return scores ? "each score, without people" : "how often each score occurs, without people";
}

static void sum_up(struct plb_check *check) {
  const struct plb_tally *tally = check->tally;
  for (size_t s = 0; s < tally->system_count; s++)
    for (int class = 0; class < 2; class ++) {
      const struct plb_class_tally *of = &tally->systems[s].of[class];
      check->completed[class] += of->completed;
      for (int outcome = 0; outcome < PLB_OUTCOMES; outcome++)
        check->failed[outcome] += of->failed[outcome];
    }
}

static plb_status print_state(struct plb_check *check, struct plb_error *err) {
  struct plb_tally *tally = check->tally;
  plb_accounts_sort(tally->accounts, tally->account_count);
  plb_describe_line(check->out, "format", "a state of plumbline count, version %d", PLB_STATE_VERSION);
  plb_describe_line(check->out, "holds", "%s", form(tally));
  for (size_t i = 0; i < tally->account_count; i++)
    print_account(check, &tally->accounts[i]);
  print_options(check);
  sum_up(check);
  plb_check_outcomes(check);
  return plb_check_test(check, err);
}

/* A fault of the data is a problem that is told, and no failure. */
static plb_status add(struct plb_check *check, const char *path, bool *sound, struct plb_error *err) {
  struct plb_error problem;
  plb_status st = plb_state_add(check->tally, path, check->input, &problem);
  *sound &= !st;
  if (st == PLB_DATA || st == PLB_IO) {
    plb_check_note(check, &problem);
    return PLB_OK;
  }
  if (st && err)
    *err = problem;
  return st;
}

plb_status plb_check_state(struct plb_check *check, const char *path, bool *sound, struct plb_error *err) {
  struct plb_input one = *check->input;
  bool whole = true;
  one.files = &path;
  one.file_count = 1;
  plb_status st = plb_state_check_input(&one, err);
  if (st || (st = plb_tally_new(check->input, &check->tally, err)))
    return st;
  check->several = false;
  check->state = true;
  plb_check_begin(check, path);
  st = add(check, path, &whole, err);
  if (!st && whole) {
    st = print_state(check, err);
  } else if (!st) {
    plb_describe_line(check->out, "format", "a state of plumbline count");
    plb_check_problems(check);
    plb_out_text(check->out, "\n");
  }
  *sound &= whole;
  check->state = false;
  plb_tally_free(check->tally);
  check->tally = NULL;
  return st;
}

plb_status plb_check_together(struct plb_check *check, const char *const *paths, size_t count, struct plb_error *err) {
  bool sound = true;
  plb_status st = plb_tally_new(check->input, &check->tally, err);
  for (size_t i = 0; i < count && !st && sound; i++)
    st = add(check, paths[i], &sound, err);
  if (!st) {
    plb_out_print(check->out, "these %zu states together\n", count);
    plb_accounts_sort(check->tally->accounts, check->tally->account_count);
    for (size_t i = 0; i < check->tally->account_count && sound; i++)
      if (check->tally->accounts[i].shards)
        print_account(check, &check->tally->accounts[i]);
    plb_check_problems(check);
    plb_out_text(check->out, "\n");
  }
  plb_tally_free(check->tally);
  check->tally = NULL;
  return st;
}
