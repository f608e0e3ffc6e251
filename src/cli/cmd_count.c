/* SPDX-License-Identifier: Apache-2.0
 *
 * plumbline count and merge: comparisons counted into state files, and several of these put together. Both read what
 * they are given into one tally and save it; they differ in what that is.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/options.h"

static const char COUNT_EXAMPLES[] = "Example:\n"
                                     "  plumbline count part1.csv -o part1.state\n"
                                     "  plumbline count part2.csv -o part2.state\n"
                                     "  plumbline merge part1.state part2.state -o all.state\n"
                                     "  plumbline verification all.state\n"
                                     "  plumbline count --shard 0/4 scores.csv -o shard0.state   (and 1/4, 2/4, 3/4)\n";

static const char COUNT_SUMMARY[] =
    "Reads comparison scores and writes all that a measurement needs of them to a state file: the parts of\n"
    "a test, or shards of its files, may be counted one by one, by different machines, and measured together\n"
    "later. Every command that measures a test takes state files in the place of scores.";

static const char MERGE_EXAMPLES[] = "Example:\n  plumbline merge part1.state part2.state -o all.state\n";

static const char MERGE_SUMMARY[] = "Puts state files of plumbline count together, in any order. What is measured of "
                                    "them is what one run over\nall of the scores would have measured.";

#define MOST_SHARDS 1048576

struct job {
  struct sides sides; /* of scores */
  struct plb_input input;
  const char *output;
  const char *shard; /* as given, or NULL */
  bool counts;       /* scores, not states */
};

static struct poptOption place_table[] = {
    {"output", 'o', POPT_ARG_STRING, NULL, OPT_OUTPUT, "state file to write", "FILE"}, POPT_TABLEEND};

static const char *take_place(void *into, int option, const char *text) {
  (void)option;
  struct job *job = into;
  return *text ? take_once(&job->output, text) : "the name of a file";
}

/* ---- shards */

/* "K/N"; false where that is none. */
static bool read_shard(const char *text, struct plb_input *input) {
  char first[24];
  const char *slash = strchr(text, '/');
  size_t length = slash ? (size_t)(slash - text) : sizeof first;
  uint64_t shard, shards;
  if (length >= sizeof first)
    return false;
  memcpy(first, text, length);
  first[length] = '\0';
  if (!value_count(first, 0, &shard) || !value_count(slash + 1, 1, &shards) || shards > MOST_SHARDS || shard >= shards)
    return false;
  input->shard = (unsigned)shard;
  input->shards = (unsigned)shards;
  return true;
}

static struct poptOption run_table[] = {
    {"shard", 0, POPT_ARG_STRING, NULL, OPT_SHARD,
     "count shard K, from 0, of N about equal ones of what is in the files (default: that of this task of a "
     "Slurm array, else 0/1, which is all)",
     "K/N"},
    {"threads", 0, POPT_ARG_STRING, NULL, OPT_THREADS,
     "threads (default: all there are); the state does not depend on it", "N"},
    POPT_TABLEEND};

static const char *take_run(void *into, int option, const char *text) {
  struct job *job = into;
  if (option == OPT_THREADS)
    return value_threads(text, &job->input.threads) ? NULL : expected_threads;
  if (!read_shard(text, &job->input))
    return "K/N: shard K, from 0 to N - 1, of N shards, at most 1048576, such as 0/4";
  return take_once(&job->shard, text);
}

/* A number that Slurm sets; `otherwise` where it does not. */
static bool slurm_number(const char *name, uint64_t otherwise, uint64_t *value) {
  const char *text = getenv(name);
  *value = otherwise;
  return !text || !*text || value_count(text, 0, value);
}

/* Without --shard, a task of a Slurm array counts the shard that is its turn among the tasks. */
static int take_slurm(struct job *job, struct session *session) {
  const char *id_text = getenv("SLURM_ARRAY_TASK_ID"), *count_text = getenv("SLURM_ARRAY_TASK_COUNT");
  uint64_t id, count, first, last, step;
  if (job->shard || !id_text || !*id_text || !count_text || !*count_text)
    return EXIT_DONE;
  bool numbers = slurm_number("SLURM_ARRAY_TASK_ID", 0, &id) && slurm_number("SLURM_ARRAY_TASK_COUNT", 0, &count) &&
                 slurm_number("SLURM_ARRAY_TASK_MIN", 0, &first) && slurm_number("SLURM_ARRAY_TASK_STEP", 1, &step) &&
                 slurm_number("SLURM_ARRAY_TASK_MAX", id, &last) && step;
  if (!numbers || id < first || id > last || (id - first) % step || (id - first) / step >= count ||
      count > MOST_SHARDS || (getenv("SLURM_ARRAY_TASK_MAX") && (last - first) / step + 1 != count))
    return say_usage(session,
                     "this is task \"%.40s\" of \"%.40s\" of a Slurm array (SLURM_ARRAY_TASK_ID, _COUNT); expected "
                     "numbers without gaps from SLURM_ARRAY_TASK_MIN on, or --shard K/N",
                     id_text, count_text);
  job->input.shard = (unsigned)((id - first) / step);
  job->input.shards = (unsigned)count;
  if (!session->quiet)
    say(session, "shard %u of %u, as this is task %" PRIu64 " of a Slurm array; --shard 0/1 counts all",
        job->input.shard, job->input.shards, id);
  return EXIT_DONE;
}

/* ---- both commands */

static int save(struct job *job, struct session *session) {
  const struct place places[] = {{"--output", job->output}};
  struct plb_error err = {0};
  plb_tally *tally = NULL;
  int code = places_check(session, places, 1, &job->input);
  if (code != EXIT_DONE)
    return code;
  signals_impatient(session);
  plb_status st = plb_tally_read(&job->input, &tally, &err);
  signals_impatient(NULL);
  session->writing = true;
  plb_tally_set_progress(tally, progress_call, session);
  if (!st)
    st = plb_tally_save(tally, job->output, &err);
  plb_tally_free(tally);
  return st ? say_failure(session, st, &err) : EXIT_DONE;
}

static int run(struct session *session, const struct usage *usage, struct job *job, int argc, const char **argv) {
  struct line line;
  int code;
  if (line_parse(&line, session, usage, argc, argv, &code)) {
    input_connect(&job->input, &line, session);
    if (job->counts)
      sides_connect(&job->sides);
    if (!line.file_count && !job->input.mated && !job->input.nonmated)
      code = say_usage(session, "no file was named");
    else if (!job->output)
      code = say_usage(session, "it is not said where to write; expected -o FILE");
    else if ((code = job->counts ? take_slurm(job, session) : EXIT_DONE) == EXIT_DONE)
      code = save(job, session);
  }
  line_free(&line);
  sides_free(&job->sides);
  return code;
}

int cmd_count(struct session *session, int argc, const char **argv) {
  struct job job = {.counts = true, .sides.input = &job.input};
  plb_input_init(&job.input, sizeof job.input);
  struct option_group groups[] = {input_group(&job.input),
                                  sides_group(&job.sides),
                                  {"Running", run_table, take_run, &job},
                                  {"Writing", place_table, take_place, &job},
                                  common_group(session)};
  const struct usage usage = {.operands = "FILE...",
                              .examples = COUNT_EXAMPLES,
                              .summary = COUNT_SUMMARY,
                              .groups = groups,
                              .group_count = sizeof groups / sizeof *groups};
  return run(session, &usage, &job, argc, argv);
}

int cmd_merge(struct session *session, int argc, const char **argv) {
  struct job job = {0};
  plb_input_init(&job.input, sizeof job.input);
  job.input.states = true;
  struct option_group groups[] = {{"Writing", place_table, take_place, &job}, common_group(session)};
  const struct usage usage = {.operands = "STATE...",
                              .examples = MERGE_EXAMPLES,
                              .summary = MERGE_SUMMARY,
                              .groups = groups,
                              .group_count = sizeof groups / sizeof *groups};
  return run(session, &usage, &job, argc, argv);
}
