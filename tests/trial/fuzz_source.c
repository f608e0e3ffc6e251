/* SPDX-License-Identifier: Apache-2.0
 *
 * Any bytes at all go through every reader and the intake. The first byte chooses format and options, the
 * rest is the file. Whatever comes: no crash, one line of message or well-formed trials.
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

static const char *const formats[] = {NULL,   "csv",    "bob4",   "bob5",  "labels",
                                      "frte", "trials", "matrix", "pyeer", "pyeer-histogram"};

static void insist(bool holds, const char *what) {
  if (holds)
    return;
  fprintf(stderr, "broken: %s\n", what);
  abort();
}

static bool is_number_of(uint32_t number, const struct plb_dict *dict) {
  return number == PLB_NOBODY || number < dict->count;
}

static void look_at(const struct plb_trial *trial, const struct plb_census *census, const struct plb_traits *traits) {
  insist(!isnan(trial->score) && !(trial->score == 0 && signbit(trial->score)), "a score is neither nan nor -0");
  insist(trial->count > 0, "a trial stands for a row");
  insist(trial->mated <= PLB_CLASS_MATED && trial->outcome < PLB_OUTCOMES, "class and outcome are known ones");
  insist(is_number_of(trial->reference, &census->people) && is_number_of(trial->probe, &census->people) &&
             is_number_of(trial->reference_sample, &census->samples) &&
             is_number_of(trial->probe_sample, &census->samples) && is_number_of(trial->system, &census->systems),
         "numbers are those of the census");
  bool people = trial->reference != PLB_NOBODY && trial->probe != PLB_NOBODY;
  insist(people == traits->people, "all rows name their people or none does");
  insist(!people || (trial->reference == trial->probe) == (trial->mated == PLB_CLASS_MATED), "classes fit people");
}

static void look_at_error(plb_status st, const struct plb_error *err) {
  insist(st == PLB_DATA || st == PLB_USAGE || st == PLB_UNSUPPORTED, "bytes can only be bad data");
  insist(err->status == st && err->message[0] && !strpbrk(err->message, "\n\r\t\x1B"), "a message is one clean line");
}

static void look_at_accounts(const struct plb_source *source, uint64_t seen) {
  size_t count;
  const struct plb_input_account *accounts = plb_source_accounts(source, &count);
  uint64_t kept = 0;
  for (size_t i = 0; i < count; i++) {
    uint64_t sum = accounts[i].kept;
    for (size_t why = 0; why < PLB_DROPS; why++)
      sum += accounts[i].dropped[why];
    insist(sum == accounts[i].rows, "each row is kept or dropped");
    kept += accounts[i].kept;
  }
  insist(kept == seen, "what is kept is what is given");
}

struct reading {
  struct plb_census census;
  struct plb_source *source;
  uint64_t seen;
};

static plb_status look_at_block(void *ctx, const struct plb_block *block, struct plb_error *err) {
  (void)err;
  struct reading *reading = ctx;
  for (size_t i = 0; i < block->count; i++) {
    look_at(&block->rows[i], &reading->census, plb_source_traits(reading->source));
    reading->seen += block->rows[i].count;
  }
  return PLB_OK;
}

static void read_all(const struct plb_input *input) {
  struct reading reading = {0};
  struct plb_error err = {0};
  plb_status st = plb_source_open(input, &reading.census, &reading.source, &err);
  if (!st)
    st = plb_source_drain(reading.source, &(struct plb_sink){&reading, look_at_block}, &err);
  if (st)
    look_at_error(st, &err);
  else
    look_at_accounts(reading.source, reading.seen);
  plb_source_close(reading.source);
  plb_census_free(&reading.census);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (!size)
    return 0;
  int file = memfd_create("fuzz", MFD_CLOEXEC);
  insist(file >= 0 && write(file, data + 1, size - 1) == (ssize_t)(size - 1), "a file in memory");
  char path[64];
  snprintf(path, sizeof path, "/proc/self/fd/%d", file);
  const char *paths[] = {path};
  struct plb_input input;
  plb_input_init(&input, sizeof input);
  input.format = formats[data[0] % (sizeof formats / sizeof *formats)];
  input.missing = (enum plb_missing)(data[0] / 16 % 5);
  input.map = data[0] == 0xFF ? "score=x,mated=y" : NULL;
  input.samples = data[0] == 0xFE ? path : NULL;
  input.trials = data[0] == 0xFD ? path : NULL;
  if (data[0] % 3 == 1) {
    input.mated = path;
    input.nonmated = path;
  } else {
    input.files = paths;
    input.file_count = 1;
  }
  read_all(&input);
  close(file);
  return 0;
}
