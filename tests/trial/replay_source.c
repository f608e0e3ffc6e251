/* SPDX-License-Identifier: Apache-2.0
 *
 * A corpus for fuzz_source.c, made here: one small file of each kind, and long ones for the threads; each of
 * them cut off, with bytes changed, doubled, taken out and put in, plain, packed, and damaged after packing,
 * always the same way.
 *
 *     replay_source                 all of it, a few seconds
 *     replay_source ROUNDS [SEED]   so many random changes of each file instead, from another seed
 *     replay_source FILE...         these files instead
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz_source.h"
#include "trial/pack.h"

#define MOST ((size_t)6 << 20)
#define LONG_BYTES 220000       /* more than the first block of rows and a stretch */
#define LONGEST_BYTES (4 << 20) /* several stretches, and bytes read ahead */
#define ROUNDS 300

static const char *const seeds[] = {
    "score,mated,probe_subject,reference_subject\n0.5,1,a,a\n-1e3,0,a,b\ninf,0,b,a\n",
    "\"score\";label;\"probe_sample\";ref_sample;status;system\n\"0.5\";genuine;s1;s2;ok;A\n,impostor;s1;\"s\"\"3\"",
    "distance\tx\tmatch\tprobe_instance\tref_instance\r\n1\t\t1\tl\tl\r\nNA\t\"a\nb\"\tTRUE\tr\tl\r\n",
    "\xEF\xBB\xBFx,y,sample,subject\n1,1,a,b\n2,0,\xC3\xA4,\xF0\x9F\x98\x80\n",
    "sample,subject,age\ns1,a,1\ns2,a,2\ns3,b,3\n",
    "subject,sex\na,F\nb,M\n",
    "score,probe_sample,reference_sample\n0.5,s1,s2\n0.25,s3,s1\n",
    "a a p1 0.5\na b p2 0.25\n",
    "a m a p1 0.5\na m b p2 nan\n",
    "1 0.5\n-1 -0.25\n-1 nan\n",
    "enrollTempl verifTempl simScore returnCode\n1 2 0.5 0\n1 3 -1 2\n",
    "e1 t1 0.5\ne1 t2 0.25\n",
    "e1 t1 target\ne1 t2 nontarget\ns1 s2 target\n",
    "1 e1 t1\n0 e1 t2\n1 s1 s2\n",
    ",a,b,c\na,1,2,3\nb,4,5,6\nc,7,8,9\n",
    "0.5\n0.25\n1e-3\n",
    "0\n3\n0\n12\n",
    "score,mated\n99999999999999999999999e-20,1\n0.000000000000000000000000000001,0\n4.9e-324,1\n",
};

#define SEEDS (sizeof seeds / sizeof *seeds)

/* Arrays, with the NULs in them. */
static const char flat_array[] = "\x93NUMPY\1\0\x3A\0{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }\n"
                                 "\0\0\0\x3F\0\0\0\xC0";
static const char square_array[] = "\x93NUMPY\2\0\x3B\0\0\0{'descr': '|i1', 'fortran_order': True, 'shape': (3, 3), }\n"
                                   "\1\2\3\4\5\6\7\x08\x09";
static const char rows_array[] = "\x93NUMPY\3\0\x8B\0\0\0{'descr': [('score', '<i2'), ('mated', '|b1'), "
                                 "('ref_subject', '|S2'), ('probe_subject', '<U1')], 'fortran_order': False, "
                                 "'shape': (2,), }\n\1\0\1a\0a\0\0\0\2\0\0a\0b\0\0\0";
static const char whole_array[] = "\x93NUMPY\1\0\x7A\0{'descr': [('distance', '<f4'), ('probe_sample', '|u1'), "
                                  "('ref_sample', '<u8')], 'fortran_order': False, 'shape': (1,), }\n"
                                  "\0\0\0\x3F\1\2\0\0\0\0\0\0\x80";
static const char matrix[] = "D2\nt\nq\nMF 2 3 \x12\x34\x56\x78\n"
                             "\0\0\0\0\1\0\0\0\2\0\0\0\3\0\0\0\4\0\0\0\x7F\xC0\0\0";
static const char mask[] = "S2\nt\nq\nMB 2 3 \x78\x56\x34\x12\n\xFF\x7F\0\x7F\xFF\x7F";

static const struct {
  const char *bytes;
  size_t length;
} arrays[] = {{flat_array, sizeof flat_array - 1}, {square_array, sizeof square_array - 1},
              {rows_array, sizeof rows_array - 1}, {whole_array, sizeof whole_array - 1},
              {matrix, sizeof matrix - 1},         {mask, sizeof mask - 1}};

#define ARRAYS (sizeof arrays / sizeof *arrays)

/* What hurts parsers. */
static const char *const words[] = {
    "\"",
    "\"\"",
    ",",
    ";",
    "\t",
    "\n",
    "\r\n",
    "\r",
    "\n\n",
    " ",
    "\xEF\xBB\xBF",
    "\xC3",
    "\xED\xA0\x80",
    "NA",
    "nan",
    "'<f8'",
    "(9,)",
    "-inf",
    "1e999",
    "-1e-999",
    "0x10",
    "1,5",
    "1.000,5",
    "99999999999999999999",
    "18446744073709551616",
    "e",
    "-",
    "+.",
    "score",
    "mated",
    "target",
    "a",
    "s1",
    "=",
    "0.00000000000000000000000000000000000000000000000000000000000001",
};

static uint64_t state = 88172645463325252u;
static uint8_t bytes[MOST], packed[2 * MOST];

static size_t any(size_t below) {
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return (size_t)(state % below);
}

/* Puts `more` bytes in at a place; answers the new length. */
static size_t put_in(uint8_t *text, size_t length, size_t at, const void *from, size_t more) {
  if (length + more > MOST - FUZZ_OPTIONS)
    return length;
  memmove(text + at + more, text + at, length - at);
  memcpy(text + at, from, more);
  return length + more;
}

/* The same bytes again behind themselves. */
static size_t put_again(uint8_t *text, size_t length, size_t at, size_t size) {
  uint8_t some[256];
  if (size > sizeof some)
    return length;
  memcpy(some, text + at, size);
  return put_in(text, length, at + size, some, size);
}

/* The first line, which may be a header, once more. */
static size_t put_line_again(uint8_t *text, size_t length, size_t at) {
  uint8_t line[256];
  const uint8_t *end = memchr(text, '\n', length);
  size_t size = end ? (size_t)(end - text) + 1 : length;
  if (size > sizeof line)
    return length;
  memcpy(line, text, size);
  return put_in(text, length, at, line, size);
}

/* One change somewhere; answers the new length. */
static size_t change(uint8_t *text, size_t length) {
  if (!length)
    return put_in(text, 0, 0, "1", 1);
  static const uint8_t bad[] = {0, '"', ',', '\n', '\r', ' ', 0x80, 0xC3, 0xFF, '-', 'e', '.', '1', ';', '\t'};
  size_t at = any(length), size = 1 + any(40), word = any(sizeof words / sizeof *words);
  switch (any(9)) {
  case 0: text[at] = (uint8_t)any(256); return length;
  case 1: text[at] = bad[any(sizeof bad)]; return length;
  case 2: return at; /* cut off */
  case 3:            /* some bytes less */
    size = size < length - at ? size : length - at;
    memmove(text + at, text + at + size, length - at - size);
    return length - size;
  case 4: return put_in(text, length, at, &bad[any(sizeof bad)], 1);
  case 5: return put_again(text, length, at, size < length - at ? size : length - at);
  case 6: return put_line_again(text, length, at);
  default: return put_in(text, length, at, words[word], strlen(words[word]));
  }
}

static size_t pack(const struct plb_packer *packer, const uint8_t *text, size_t length, uint8_t *to) {
  void *work = packer->start();
  if (!work)
    abort();
  struct plb_flow flow = {.from = text, .left = length, .to = (char *)to, .room = MOST};
  enum plb_packed answer = PLB_PACK_MORE;
  while (answer == PLB_PACK_MORE)
    answer = packer->step(work, &flow, true);
  packer->stop(work);
  if (answer != PLB_PACK_DONE)
    abort();
  return MOST - flow.room;
}

/* bytes[FUZZ_OPTIONS...] as it is, or packed in one or two members, whole or damaged. */
static void try_text(size_t length, uint8_t place, uint8_t how) {
  const struct plb_packer *packers[] = {NULL, NULL, NULL, &plb_gzip_packer, &plb_zstd_packer};
  const struct plb_packer *packer = packers[any(5)];
  uint8_t *text = bytes + FUZZ_OPTIONS, *whole = bytes;
  if (packer) {
    size_t first = any(2) ? length : any(length + 1);
    size_t size = pack(packer, text, first, packed + FUZZ_OPTIONS);
    if (first < length)
      size += pack(packer, text + first, length - first, packed + FUZZ_OPTIONS + size);
    if (any(3) == 0)
      size = change(packed + FUZZ_OPTIONS, size);
    whole = packed;
    length = size;
  }
  whole[0] = place;
  whole[1] = how;
  LLVMFuzzerTestOneInput(whole, length + FUZZ_OPTIONS);
}

static void run_text(const char *text, size_t length, int rounds) {
  for (int round = 0; round < rounds; round++) {
    memcpy(bytes + FUZZ_OPTIONS, text, length);
    size_t changed = length;
    for (size_t times = any(5); times; times--)
      changed = change(bytes + FUZZ_OPTIONS, changed);
    uint8_t place =
        any(3) ? (uint8_t)(FUZZ_FORMATS * any(FUZZ_PLACES)) : (uint8_t)any(256); /* mostly formats as they are found */
    try_text(changed, place, any(2) ? 0 : (uint8_t)any(256));
  }
}

/* Every place and format, unchanged. */
static void run_places(const char *text, size_t length) {
  memcpy(bytes + FUZZ_OPTIONS, text, length);
  for (int place = 0; place < 256; place++) {
    bytes[0] = (uint8_t)place;
    bytes[1] = (uint8_t)(place * 7);
    LLVMFuzzerTestOneInput(bytes, length + FUZZ_OPTIONS);
  }
}

/* Tables that threads share: short rows, rows with many ids, rows with quotes now and then. */
static size_t make_long(char *text, int kind, size_t wanted) {
  static const char *const headers[] = {"score,mated\n", "score,probe_subject,reference_subject,system\n",
                                        "mated\tdistance\tprobe_sample\treference_sample\tnote\r\n"};
  size_t used = (size_t)sprintf(text, "%s", headers[kind]);
  while (used < wanted) {
    unsigned score = (unsigned)any(1000), left = (unsigned)any(kind ? 5000 : 2), right = left + (any(3) != 0);
    if (kind == 0)
      used += (size_t)sprintf(text + used, ".%03u,%u\n", score, left);
    else if (kind == 1)
      used += (size_t)sprintf(text + used, "%u,p%u,p%u,m%u\n", score, left, right, score % 3);
    else
      used += (size_t)sprintf(text + used, "%u\t%u\ts%u\tt%u\t%s\r\n", left == right, score, left, right,
                              any(2000) ? "x" : "\"a\tb\"");
  }
  return used;
}

static void run_all(int rounds) {
  static char text[MOST];
  for (size_t i = 0; i < SEEDS; i++)
    run_text(seeds[i], strlen(seeds[i]), rounds);
  for (size_t i = 0; i < ARRAYS; i++)
    run_text(arrays[i].bytes, arrays[i].length, rounds);
  for (int kind = 0; kind < 3; kind++) {
    run_text(text, make_long(text, kind, LONG_BYTES), rounds / 25 + 1);
    run_text(text, make_long(text, kind, LONGEST_BYTES), rounds / 200 + 1);
  }
}

static int run_file(const char *path) {
  FILE *file = fopen(path, "rb");
  if (!file)
    return 1;
  size_t length = fread(bytes, 1, sizeof bytes, file);
  fclose(file);
  return LLVMFuzzerTestOneInput(bytes, length);
}

int main(int argc, char **argv) {
  char *rest = NULL;
  long rounds = argc > 1 ? strtol(argv[1], &rest, 10) : ROUNDS;
  if (argc > 1 && (*rest || rounds <= 0)) {
    int bad = 0;
    for (int i = 1; i < argc; i++)
      bad |= run_file(argv[i]);
    return bad;
  }
  if (argc > 2)
    state ^= strtoull(argv[2], NULL, 10) * UINT64_C(0x9E3779B97F4A7C15);
  for (size_t i = 0; argc == 1 && i < SEEDS; i++)
    run_places(seeds[i], strlen(seeds[i]));
  for (size_t i = 0; argc == 1 && i < ARRAYS; i++)
    run_places(arrays[i].bytes, arrays[i].length);
  run_all((int)rounds);
  return 0;
}
