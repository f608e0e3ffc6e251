/* SPDX-License-Identifier: Apache-2.0
 *
 * A corpus for fuzz_source.c, made here: one small file of each kind, and each of them cut off, with
 * bytes changed, doubled, taken out and put in, always the same way. Files named on the command line are
 * read instead.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz_source.h"

#define MOST 4096
#define ROUNDS 400

static const char *const seeds[] = {
    "score,mated,probe_subject,reference_subject\n0.5,1,a,a\n-1e3,0,a,b\ninf,0,b,a\n",
    "\"score\";label;\"probe_sample\";ref_sample;status;system\n\"0.5\";genuine;s1;s2;ok;A\n,impostor;s1;\"s\"\"3\"",
    "distance\tx\tmatch\tprobe_instance\tref_instance\r\n1\t\t1\tl\tl\r\nNA\t\"a\nb\"\tTRUE\tr\tl\r\n",
    "\xEF\xBB\xBFx,y,sample,subject\n1,1,a,b\n2,0,\xC3\xA4,\xF0\x9F\x98\x80\n",
    "a a p1 0.5\na b p2 0.25\n",
    "a m a p1 0.5\na m b p2 nan\n",
    "1 0.5\n-1 -0.25\n-1 nan\n",
    "enrollTempl verifTempl simScore returnCode\n1 2 0.5 0\n1 3 -1 2\n",
    "e1 t1 0.5\ne1 t2 0.25\n",
    "e1 t1 target\ne1 t2 nontarget\n",
    "1 e1 t1\n0 e1 t2\n",
    ",a,b,c\na,1,2,3\nb,4,5,6\nc,7,8,9\n",
    "0.5\n0.25\n1e-3\n",
    "0\n3\n0\n12\n",
    "score,mated\n99999999999999999999999e-20,1\n0.000000000000000000000000000001,0\n4.9e-324,1\n",
};

static uint64_t state = 88172645463325252u;

static size_t any(size_t below) {
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return (size_t)(state % below);
}

/* One change somewhere; answers the new length. */
static size_t change(uint8_t *bytes, size_t length) {
  static const uint8_t bad[] = {0, '"', ',', '\n', '\r', ' ', 0x80, 0xC3, 0xFF, '-', 'e', '.', '1', ';', '\t'};
  size_t at = any(length), other = any(length);
  switch (any(6)) {
  case 0: bytes[at] = (uint8_t)any(256); return length;
  case 1: bytes[at] = bad[any(sizeof bad)]; return length;
  case 2: return at + 1; /* cut off */
  case 3: /* one byte less */
    memmove(bytes + at, bytes + at + 1, length - at - 1);
    return length > 1 ? length - 1 : length;
  case 4: /* one byte more */
    if (length + 1 > MOST)
      return length;
    memmove(bytes + at + 1, bytes + at, length - at);
    bytes[at] = bad[any(sizeof bad)];
    return length + 1;
  default: /* a part again */
    if (other < at || length + other - at > MOST)
      return length;
    memmove(bytes + other, bytes + at, length - at);
    return length + other - at;
  }
}

static void run_seed(const char *seed) {
  uint8_t bytes[MOST];
  size_t whole = strlen(seed) + 1;
  for (int options = 0; options < 256; options++) {
    bytes[0] = (uint8_t)options;
    memcpy(bytes + 1, seed, whole - 1);
    LLVMFuzzerTestOneInput(bytes, whole);
  }
  for (int round = 0; round < ROUNDS; round++) {
    memcpy(bytes + 1, seed, whole - 1);
    size_t length = whole - 1;
    for (size_t times = 1 + any(4); times; times--)
      length = change(bytes + 1, length);
    bytes[0] = any(2) ? 0 : (uint8_t)any(256);
    LLVMFuzzerTestOneInput(bytes, length + 1);
  }
}

static int run_file(const char *path) {
  static uint8_t bytes[1 << 20];
  FILE *file = fopen(path, "rb");
  if (!file)
    return 1;
  size_t length = fread(bytes, 1, sizeof bytes, file);
  fclose(file);
  return LLVMFuzzerTestOneInput(bytes, length);
}

int main(int argc, char **argv) {
  int bad = 0;
  for (int i = 1; i < argc; i++)
    bad |= run_file(argv[i]);
  for (size_t i = 0; argc == 1 && i < sizeof seeds / sizeof *seeds; i++)
    run_seed(seeds[i]);
  return bad;
}
