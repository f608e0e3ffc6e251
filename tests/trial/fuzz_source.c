/* SPDX-License-Identifier: Apache-2.0
 *
 * Any bytes at all go through every reader and the intake. The first two bytes choose format, options and
 * which place in a test the file has (scores, scores of one class, a table or a list beside them); the rest is
 * the file. Whatever comes: no crash, one line of message or well-formed trials, the same ones at any number
 * of threads and in shards; and `check` finds a problem where reading fails.
 *
 * replay_source.c runs this on a corpus in the normal tests. To look for more, in a build with
 * -fsanitize=fuzzer-no-link,address, link it alone with clang -fsanitize=fuzzer,address.
 */
#include "fuzz_source.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "trial/source.h"

#define LEAST_FOR_THREADS 20000 /* bytes: below, threads have nothing to share */

static const char *const formats[FUZZ_FORMATS] = {
    NULL, "csv", "bob4", "bob5", "labels", "frte", "trials", "matrix", "pyeer", "pyeer-histogram", "npy", "mtx"};

/* Files beside the one that is looked at; their ids are those of the corpus. */
static const char scores_text[] = "score,probe_sample,reference_sample\n0.5,s1,s2\n0.25,s3,s1\n0.125,s2,s3\n";
static const char samples_text[] = "sample,subject\ns1,a\ns2,a\ns3,b\ne1,a\nt1,a\nt2,b\n1,a\n2,a\n3,b\na,x\nb,y\nc,z\n";
static const char subjects_text[] = "subject,sex\na,F\nb,M\nx,F\ny,M\n";
static const char list_text[] = "s1 s2 target\ne1 t1 target\ne1 t2 nontarget\n1 2 target\n1 3 nontarget\n";
static const char class_text[] = "0.75\n0.25\n";
static const char ids_text[] = "a\nb\nc\n";
static const char matrix_bytes[] = "S2\nt\nq\nMF 2 3 \x78\x56\x34\x12\n"
                                   "\0\0\0\0\0\0\0\1\0\0\0\2\0\0\0\3\0\0\0\4\0\0\xC0\x7F";
static const char mask_bytes[] = "S2\nt\nq\nMB 2 3 \x78\x56\x34\x12\n\xFF\x7F\0\x7F\xFF\x7F";

enum place {
  SCORES,
  MATED,
  NONMATED,
  BOTH,
  WITH_SAMPLES,
  SAMPLES,
  WITH_SUBJECTS,
  SUBJECTS,
  WITH_LIST,
  LIST,
  WITH_IDS,
  IDS,
  WITH_MASK,
  MASK
};

_Static_assert(MASK + 1 == FUZZ_PLACES, "the header says how many places there are");

static void insist(bool holds, const char *what) {
  if (holds)
    return;
  fprintf(stderr, "broken: %s\n", what);
  abort();
}

/* ---- what came out ------------------------------------------------------------------------- */

struct outcome {
  plb_status status;
  struct plb_error err;
  uint64_t rows, hash; /* of the trials, in their order, people and samples by name */
  uint64_t sum;        /* of the same without their order */
  uint64_t lines, kept;
};

static void stir(uint64_t *hash, uint64_t value) {
  *hash = (*hash ^ value) * UINT64_C(0x9E3779B97F4A7C15);
  *hash ^= *hash >> 32;
}

static uint64_t name_of(uint32_t number, const struct plb_dict *dict) {
  insist(number == PLB_NOBODY || number < dict->count, "numbers are those of the census");
  return number == PLB_NOBODY ? 0 : dict->hash[number];
}

static void look_at(struct outcome *outcome, const struct plb_trial *trial, const struct plb_census *census,
                    const struct plb_traits *traits) {
  insist(!isnan(trial->score) && !(trial->score == 0 && signbit(trial->score)), "a score is neither nan nor -0");
  insist(trial->count > 0, "a trial stands for a row");
  insist(trial->mated <= PLB_CLASS_MATED && trial->outcome < PLB_OUTCOMES, "class and outcome are known ones");
  bool people = trial->reference != PLB_NOBODY && trial->probe != PLB_NOBODY;
  insist(people == traits->people, "all rows name their people or none does");
  insist(!people || (trial->reference == trial->probe) == (trial->mated == PLB_CLASS_MATED), "classes fit people");
  uint64_t bits, hash = 1;
  memcpy(&bits, &trial->score, sizeof bits);
  stir(&hash, bits);
  stir(&hash, trial->count << 8 | (uint64_t)trial->mated << 4 | trial->outcome);
  stir(&hash, name_of(trial->reference, &census->people));
  stir(&hash, name_of(trial->probe, &census->people));
  stir(&hash, name_of(trial->reference_sample, &census->samples));
  stir(&hash, name_of(trial->probe_sample, &census->samples));
  stir(&hash, name_of(trial->system, &census->systems));
  stir(&outcome->hash, hash);
  outcome->sum += hash;
  outcome->rows += trial->count;
}

static void look_at_error(const struct outcome *outcome) {
  const struct plb_error *err = &outcome->err;
  plb_status st = outcome->status;
  insist(st == PLB_DATA || st == PLB_USAGE || st == PLB_UNSUPPORTED, "bytes can only be bad data");
  insist(err->status == st && err->message[0] && !strpbrk(err->message, "\n\r\t\x1B"), "a message is one clean line");
  insist(st != PLB_DATA || strstr(err->message, "/proc/self/fd/"), "a message names the file");
}

static void look_at_accounts(const struct plb_source *source, struct outcome *outcome) {
  size_t count;
  const struct plb_input_account *accounts = plb_source_accounts(source, &count);
  for (size_t i = 0; i < count; i++) {
    uint64_t sum = accounts[i].kept;
    for (size_t why = 0; why < PLB_DROPS; why++)
      sum += accounts[i].dropped[why];
    insist(sum == accounts[i].rows, "each row is kept or dropped");
    outcome->lines += accounts[i].rows;
    outcome->kept += accounts[i].kept;
  }
  insist(outcome->kept == outcome->rows, "what is kept is what is given");
}

struct reading {
  struct plb_census census;
  struct plb_source *source;
  struct outcome outcome;
};

static plb_status look_at_block(void *ctx, const struct plb_block *block, struct plb_error *err) {
  (void)err;
  struct reading *reading = ctx;
  for (size_t i = 0; i < block->count; i++)
    look_at(&reading->outcome, &block->rows[i], &reading->census, plb_source_traits(reading->source));
  return PLB_OK;
}

static struct outcome read_all(struct plb_input input, unsigned threads) {
  struct reading reading = {0};
  struct outcome *outcome = &reading.outcome;
  input.threads = threads;
  outcome->status = plb_source_open(&input, &reading.census, &reading.source, &outcome->err);
  if (!outcome->status)
    outcome->status =
        plb_source_drain(reading.source, &(struct plb_sink){.ctx = &reading, .take = look_at_block}, &outcome->err);
  if (outcome->status)
    look_at_error(outcome);
  else
    look_at_accounts(reading.source, outcome);
  plb_source_close(reading.source);
  plb_census_free(&reading.census);
  return reading.outcome;
}

/* ---- what went in -------------------------------------------------------------------------- */

/* A file in memory; `path` is how it is opened. */
static int memory_file(const void *bytes, size_t size, char path[64]) {
  int file = memfd_create("fuzz", MFD_CLOEXEC);
  insist(file >= 0 && write(file, bytes, size) == (ssize_t)size, "a file in memory");
  snprintf(path, 64, "/proc/self/fd/%d", file);
  return file;
}

static const char *beside(const char *text, size_t length) {
  static struct {
    const char *text;
    char path[64];
  } all[12];
  size_t i = 0;
  while (all[i].text && all[i].text != text)
    i++;
  if (!all[i].text) {
    all[i].text = text;
    memory_file(text, length, all[i].path);
  }
  return all[i].path;
}

static const char *text_beside(const char *text) {
  return beside(text, strlen(text));
}

/* The same of matrices; false for any other place. */
static bool set_matrix(struct plb_input *input, enum place place, const char *path, const char **one) {
  const char *matrix = beside(matrix_bytes, sizeof matrix_bytes - 1);
  *one = place == IDS || place == MASK ? matrix : path;
  input->files = one;
  input->file_count = 1;
  switch (place) {
  case WITH_IDS: input->row_ids = text_beside(ids_text); return true;
  case IDS: input->row_ids = input->column_ids = path; return true;
  case WITH_MASK: input->mask = beside(mask_bytes, sizeof mask_bytes - 1); return true;
  case MASK: input->mask = path; return true;
  default: return false;
  }
}

/* Puts the file into its place; *one is where the list of score files is kept. */
static void set_place(struct plb_input *input, enum place place, const char *path, const char **one) {
  if (set_matrix(input, place, path, one))
    return;
  input->files = NULL;
  input->file_count = 0;
  bool pair = place == MATED || place == NONMATED || place == BOTH;
  if (pair) {
    input->mated = place == NONMATED ? text_beside(class_text) : path;
    input->nonmated = place == MATED ? text_beside(class_text) : path;
    return;
  }
  bool is_beside = place == SAMPLES || place == SUBJECTS || place == LIST;
  *one = is_beside ? text_beside(scores_text) : path;
  input->files = one;
  input->file_count = 1;
  if (place == WITH_SAMPLES || place == SUBJECTS || place == WITH_SUBJECTS)
    input->samples = text_beside(samples_text);
  if (place == WITH_SUBJECTS)
    input->subjects = text_beside(subjects_text);
  if (place == WITH_LIST)
    input->trials = text_beside(list_text);
  if (place == SAMPLES)
    input->samples = path;
  if (place == SUBJECTS)
    input->subjects = path;
  if (place == LIST)
    input->trials = path;
}

static void set_options(struct plb_input *input, uint8_t how) {
  static const char *const maps[] = {NULL, NULL, NULL, "score=x,mated=y"};
  input->missing = (enum plb_missing)(how % 5);
  input->direction = (enum plb_direction)(how / 5 % 3);
  input->map = maps[how / 15 % 4];
  input->has_failed_score = how / 60 % 2;
  input->failed_score = 0.5;
  input->digest = (enum plb_digest)(how % 3);
}

/* What can be read can be read in shards: the same trials, each by one of them. */
static void check_shards(struct plb_input input, const struct outcome *whole, unsigned threads) {
  uint64_t lines = 0, kept = 0, sum = 0;
  input.shards = 3;
  for (input.shard = 0; input.shard < input.shards; input.shard++) {
    struct outcome outcome = read_all(input, threads);
    if (outcome.status == PLB_USAGE)
      return;
    if (outcome.status && !whole->status)
      fprintf(stderr, "shard %u: %s\n", input.shard, outcome.err.message);
    insist(!outcome.status || whole->status, "shards find no faults that are not there");
    lines += outcome.lines;
    kept += outcome.kept;
    sum += outcome.sum;
  }
  insist(whole->status || (lines == whole->lines && kept == whole->kept && sum == whole->sum),
         "each trial belongs to one shard");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size < FUZZ_OPTIONS)
    return 0;
  char path[64];
  const char *one;
  int file = memory_file(data + FUZZ_OPTIONS, size - FUZZ_OPTIONS, path);
  struct plb_input input;
  plb_input_init(&input, sizeof input);
  input.format = formats[data[0] % FUZZ_FORMATS];
  set_place(&input, (enum place)(data[0] / FUZZ_FORMATS % FUZZ_PLACES), path, &one);
  set_options(&input, data[1]);
  struct outcome alone = read_all(input, 1);
  if (size >= LEAST_FOR_THREADS) {
    struct outcome together = read_all(input, 3);
    if (strcmp(alone.err.message, together.err.message) != 0)
      fprintf(stderr, "alone: %s\ntogether: %s\n", alone.err.message, together.err.message);
    insist(alone.status == together.status && strcmp(alone.err.message, together.err.message) == 0,
           "the same message at any number of threads");
    insist(alone.status || (alone.hash == together.hash && alone.lines == together.lines),
           "the same trials at any number of threads");
  }
  check_shards(input, &alone, size >= LEAST_FOR_THREADS ? 2 : 1);
  uint64_t problems = 0;
  struct plb_error err = {0};
  plb_status st = plb_check(&input, "/dev/null", &problems, &err);
  insist(st == PLB_OK || st == PLB_USAGE, "what can be looked at is looked at");
  insist(st || alone.status != PLB_DATA || problems, "what cannot be read has a problem");
  close(file);
  return 0;
}
