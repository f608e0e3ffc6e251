/* SPDX-License-Identifier: Apache-2.0
 *
 * Bytes to lines: the same lines from a file, a pipe and packed ones; what is refused, and how it is said.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/memory.h"
#include "collect.h"
#include "trial/bytes.h"
#include "trial/pack.h"

struct text {
  char *bytes;
  size_t length, capacity;
};

static void add(struct text *text, const void *bytes, size_t length) {
  if (!plb_reserve(&text->bytes, &text->capacity, text->length + length + 1, 1))
    abort();
  memcpy(text->bytes + text->length, bytes, length);
  text->length += length;
  text->bytes[text->length] = '\0';
}

static const char *written(const char *name, const void *bytes, size_t length) {
  const char *path = made_file(name, "");
  FILE *file = fopen(path, "wb");
  if (!file || fwrite(bytes, 1, length, file) != length || fclose(file))
    abort();
  return path;
}

static const char *packed(const char *name, const void *bytes, size_t length) {
  const char *path = made_file(name, "");
  struct plb_pack *pack;
  assert_int_equal(plb_pack_open(path, &pack, NULL), PLB_OK);
  plb_pack_bytes(pack, bytes, length);
  assert_int_equal(plb_pack_close(pack, NULL), PLB_OK);
  return path;
}

static struct text content(const char *path) {
  struct text all = {0};
  char block[4096];
  FILE *file = fopen(path, "rb");
  for (size_t got = 1; file && got;) {
    got = fread(block, 1, sizeof block, file);
    add(&all, block, got);
  }
  if (!file || fclose(file))
    abort();
  return all;
}

/* All lines, each with a "|" behind it; the status and the error of the first failing call. */
static plb_status lines_of(const char *path, struct text *lines, struct plb_error *err) {
  struct plb_bytes *bytes;
  const char *text = "";
  size_t length;
  plb_status st = plb_bytes_open(path, &(struct plb_input){.digest = PLB_DIGEST_XXH3}, &bytes, err);
  while (!st && text) {
    st = plb_bytes_line(bytes, &text, &length, err);
    if (!st && text) {
      add(lines, text, length);
      add(lines, "|", 1);
    }
  }
  plb_bytes_close(bytes);
  return st;
}

static void assert_lines(const char *path, const char *expected) {
  struct text lines = {0};
  struct plb_error err = {0};
  plb_status st = lines_of(path, &lines, &err);
  if (st)
    print_message("%s\n", err.message);
  assert_int_equal(st, PLB_OK);
  assert_string_equal(lines.bytes ? lines.bytes : "", expected);
  free(lines.bytes);
}

/* The message is the path and then exactly `rest`. */
static void assert_refused(const char *path, plb_status status, const char *rest) {
  struct text lines = {0};
  struct plb_error err = {0};
  assert_int_equal(lines_of(path, &lines, &err), status);
  assert_int_equal(err.status, status);
  assert_memory_equal(err.message, path, strlen(path));
  assert_string_equal(err.message + strlen(path), rest);
  free(lines.bytes);
}

static void refused_bytes(const void *bytes, size_t length, plb_status status, const char *rest) {
  assert_refused(written("input", bytes, length), status, rest);
}

static void test_lines(void **ctx) {
  (void)ctx;
  static const struct {
    const char *text, *lines;
  } cases[] = {
      {"a\nb\n", "a|b|"},
      {"a\nb", "a|b|"},
      {"a\r\nb\r\n", "a|b|"},
      {"\n\n", "||"},
      {"a", "a|"},
      {"\xEF\xBB\xBF"
       "a\n",
       "a|"},
      {"\xEF\xBB\xBF", ""},
      {"a\rb\nc\r", "a\rb|c\r|"},
      {"\xC3\xA4\n\xF0\x9F\x98\x80", "\xC3\xA4|\xF0\x9F\x98\x80|"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    assert_lines(written("plain", cases[i].text, strlen(cases[i].text)), cases[i].lines);
    assert_lines(packed("packed.gz", cases[i].text, strlen(cases[i].text)), cases[i].lines);
    assert_lines(packed("packed.zst", cases[i].text, strlen(cases[i].text)), cases[i].lines);
  }
}

/* Lines of many lengths over many blocks, some longer than a block. */
static struct text many_lines(size_t total, struct text *expected) {
  struct text all = {0};
  uint32_t seed = 12345;
  for (size_t i = 0; all.length < total; i++) {
    seed = seed * 1664525 + 1013904223;
    size_t length = i % 5000 == 4999 ? 1500000 : seed >> 25;
    for (size_t k = 0; k < length; k++) {
      const char *character = k % 11 == 10 ? "\xE2\x82\xAC" : "x";
      add(&all, character, strlen(character));
      add(expected, character, strlen(character));
    }
    add(&all, i % 3 ? "\n" : "\r\n", i % 3 ? 1 : 2);
    add(expected, "|", 1);
  }
  return all;
}

static void test_blocks(void **ctx) {
  (void)ctx;
  struct text expected = {0}, all = many_lines(4 << 20, &expected);
  assert_lines(written("plain", all.bytes, all.length), expected.bytes);
  assert_lines(packed("packed.gz", all.bytes, all.length), expected.bytes);
  assert_lines(packed("packed.zst", all.bytes, all.length), expected.bytes);
  free(all.bytes);
  free(expected.bytes);
}

static void test_members(void **ctx) {
  (void)ctx;
  for (int zst = 0; zst < 2; zst++) {
    const char *name = zst ? "part.zst" : "part.gz";
    struct text one = content(packed(name, "a\nb", 3)), two = content(packed(name, "c\nd\n", 4)), all = {0};
    add(&all, one.bytes, one.length);
    add(&all, two.bytes, two.length);
    assert_lines(written(name, all.bytes, all.length), "a|bc|d|");
    free(one.bytes);
    free(two.bytes);
    free(all.bytes);
  }
}

static _Noreturn void write_all(int to, const char *bytes, size_t length, size_t piece, size_t repeat) {
  for (size_t at = 0; at < length * repeat; at += piece)
    if (write(to, bytes + at % length, length - at % length < piece ? length - at % length : piece) < 0)
      break;
  _exit(0);
}

/* Standard input is a pipe that a child feeds, in pieces of `piece` bytes, a divisor of the length or
 * with repeat 1. */
static pid_t feed(const void *bytes, size_t length, size_t piece, size_t repeat) {
  int ends[2];
  assert_int_equal(pipe(ends), 0);
  pid_t child = fork();
  assert_true(child >= 0);
  if (child == 0) {
    close(ends[0]);
    write_all(ends[1], bytes, length, piece, repeat);
  }
  close(ends[1]);
  if (ends[0] != STDIN_FILENO) {
    dup2(ends[0], STDIN_FILENO);
    close(ends[0]);
  }
  return child;
}

static void close_feed(pid_t child) {
  close(STDIN_FILENO); /* wakes a child that still writes */
  waitpid(child, NULL, 0);
}

static void test_pipe(void **ctx) {
  (void)ctx;
  struct text expected = {0}, all = many_lines(1 << 20, &expected);
  struct text gz = content(packed("packed.gz", all.bytes, all.length));
  pid_t child = feed(all.bytes, all.length, 3000, 1);
  assert_lines("-", expected.bytes);
  close_feed(child);
  child = feed(gz.bytes, gz.length, 1, 1); /* byte by byte: even the magic comes in pieces */
  assert_lines("-", expected.bytes);
  close_feed(child);
  free(all.bytes);
  free(gz.bytes);
  free(expected.bytes);
}

static void test_long_line(void **ctx) {
  (void)ctx;
  static char block[1 << 20];
  memset(block, 'x', sizeof block);
  pid_t child = feed(block, sizeof block, sizeof block, 1024); /* one line of 1 GiB */
  struct text lines = {0};
  struct plb_error err = {0};
  assert_int_equal(lines_of("-", &lines, &err), PLB_DATA);
  close_feed(child);
  assert_string_equal(err.message, "standard input:1: a line of more than 64 MiB; is this a text file with line ends?");
  free(lines.bytes);
  /* 65 MiB and an end: the same, though the end is there */
  struct text all = {0};
  for (int i = 0; i < 65; i++)
    add(&all, block, sizeof block);
  add(&all, "\nb\n", 3);
  assert_refused(written("long", all.bytes, all.length), PLB_DATA,
                 ":1: a line of more than 64 MiB; is this a text file with line ends?");
  free(all.bytes);
}

static void test_not_text(void **ctx) {
  (void)ctx;
  static const char nul[] = "a,b\n1,2\n3,\0\n", latin[] = "a,b\nM\xFCller,1\n", cut[] = "a\nb\xE2\x82";
  refused_bytes(nul, sizeof nul - 1, PLB_DATA, ":3:3: a NUL byte; expected text");
  refused_bytes(latin, sizeof latin - 1, PLB_DATA, ":2:2: not UTF-8; expected UTF-8 text (is this another encoding?)");
  refused_bytes(cut, sizeof cut - 1, PLB_DATA, ":2:2: not UTF-8; expected UTF-8 text (is this another encoding?)");
  refused_bytes("", 0, PLB_DATA, ": the file is empty; expected comparison scores");
  refused_bytes("\xFF\xFE"
                "a\0",
                4, PLB_DATA, ": this is UTF-16 text; expected UTF-8, so save it again as UTF-8");
  refused_bytes("s\0c\0o\0r\0e\0\n\0", 12, PLB_DATA,
                ": this is UTF-16 text; expected UTF-8, so save it again as UTF-8");
  assert_refused("/tmp", PLB_DATA, ": this is a folder; expected a file of comparison scores");
  assert_refused("/tmp/there/is/no/such/file", PLB_IO, ": could not open: No such file or directory");
  assert_refused(packed("nothing.gz", "", 0), PLB_DATA, ": the packed file is empty; expected comparison scores");
}

/* The line before a fault is given, whatever the blocks; the fault's own line is not. */
static void test_fault_place(void **ctx) {
  (void)ctx;
  struct text all = {0};
  for (int i = 0; i < 200000; i++)
    add(&all, "0123456789\n", 11);
  add(&all, "01\0", 3);
  for (int zst = 0; zst < 2; zst++) {
    const char *path = zst ? packed("far.zst", all.bytes, all.length) : written("far", all.bytes, all.length);
    struct text lines = {0};
    struct plb_error err = {0};
    assert_int_equal(lines_of(path, &lines, &err), PLB_DATA);
    assert_int_equal(lines.length, 200000 * 11);
    assert_int_equal(err.line, 200001);
    assert_int_equal(err.column, 3);
    free(lines.bytes);
  }
  free(all.bytes);
}

static void test_cut_off(void **ctx) {
  (void)ctx;
  struct text all = {0};
  for (int i = 0; i < 5000; i++) {
    char line[32];
    add(&all, line, (size_t)snprintf(line, sizeof line, "%d,%d\n", i * 7919 % 1000, i));
  }
  for (int zst = 0; zst < 2; zst++) {
    struct text whole = content(packed(zst ? "whole.zst" : "whole.gz", all.bytes, all.length));
    const char *rest = zst ? ": the zstd stream ends early; is the file cut off?"
                           : ": the gzip stream ends early; is the file cut off?";
    refused_bytes(whole.bytes, whole.length - 1, PLB_DATA, rest);
    refused_bytes(whole.bytes, whole.length / 2, PLB_DATA, rest);
    refused_bytes(whole.bytes, 4, PLB_DATA, rest);
    free(whole.bytes);
  }
  struct text gz = content(packed("whole.gz", all.bytes, all.length));
  gz.bytes[gz.length - 6] ^= 1; /* the checksum */
  refused_bytes(gz.bytes, gz.length, PLB_DATA, ": the gzip stream is damaged");
  free(gz.bytes);
  free(all.bytes);
}

/* Text, but none that holds rows of scores. */
static void test_other_text(void **ctx) {
  (void)ctx;
#define REWRITE "; expected text, for example a CSV written from it"
  refused_bytes("<?xml version", 13, PLB_DATA, ": this is an XML or HTML document" REWRITE);
  refused_bytes("\xEF\xBB\xBF \n<HTML>", 11, PLB_DATA, ": this is an XML or HTML document" REWRITE);
  refused_bytes("[ [0.5, 1]]", 11, PLB_DATA, ": this is a JSON document" REWRITE);
  refused_bytes("\n{\"score\":", 10, PLB_DATA, ": this is a JSON document" REWRITE);
  refused_bytes("1 0.5\r0 0.25\r", 13, PLB_DATA,
                ": its lines end in CR alone; expected LF or CRLF at the ends of lines");
}

static void test_refused(void **ctx) {
  (void)ctx;
#define IMAGES "; plumbline reads comparison scores and refuses images and templates"
#define PACKED "; expected text, plain or packed once by gzip or zstd"
#define LATER "; reading this format is not in this build yet"
  static const struct {
    const char *bytes;
    size_t length;
    plb_status status;
    const char *rest;
  } cases[] = {
      {"\xFF\xD8\xFF\xE0\0\x10JFIF\0", 11, PLB_DATA, ": this is a JPEG image" IMAGES},
      {"\x89PNG\r\n\x1A\n\0\0\0\rIHDR", 16, PLB_DATA, ": this is a PNG image" IMAGES},
      {"GIF89a\1\0\1\0", 10, PLB_DATA, ": this is a GIF image" IMAGES},
      {"II*\0\x08\0\0\0", 8, PLB_DATA, ": this is a TIFF image" IMAGES},
      {"MM\0*\0\0\0\x08", 8, PLB_DATA, ": this is a TIFF image" IMAGES},
      {"BM\x36\0\0\0\0\0\0\0\x36\0\0\0", 14, PLB_DATA, ": this is a BMP image" IMAGES},
      {"\0\0\0\x0CjP  \r\n\x87\n", 12, PLB_DATA, ": this is a JPEG 2000 image" IMAGES},
      {"\xFF\xA0\xFF\xA8\0z", 6, PLB_DATA, ": this is a WSQ fingerprint image" IMAGES},
      {"\0\0\0\x18"
       "ftypheic",
       12, PLB_DATA, ": this is a HEIF or AVIF image or a video" IMAGES},
      {"%PDF-1.7\n", 9, PLB_DATA, ": this is a PDF document" IMAGES},
      {"FMR\0 20\0\0\0\0\0", 12, PLB_DATA, ": this is an ISO/IEC 19794-2 fingerprint template" IMAGES},
      {"FIR\0"
       "010\0",
       8, PLB_DATA, ": this is an ISO/IEC 19794-4 fingerprint image record" IMAGES},
      {"IIR\0"
       "010\0",
       8, PLB_DATA, ": this is an ISO/IEC 19794-6 iris image record" IMAGES},
      {"FAC\0"
       "010\0",
       8, PLB_DATA, ": this is an ISO/IEC 19794-5 face image record" IMAGES},
      {"FSP\0 20\0\0\0\0\0", 12, PLB_DATA, ": this is an ISO/IEC 19794 biometric record" IMAGES},
      {"\x7F\x61\x82\1\1\2\1\1", 8, PLB_DATA, ": this is a CBEFF biometric record" IMAGES},
      {"PK\3\4\x14\0", 6, PLB_DATA, ": this is a zip archive or an Excel workbook" PACKED},
      {"\xFD"
       "7zXZ\0\0",
       7, PLB_DATA, ": this is an xz file" PACKED},
      {"PK\3\4\x14\0\0\0\0\0\0\0!\0\0\0\0\0\0\0\0\0\0\0\0\0\5\0\0\0x.npy\x93NUMPY", 41, PLB_DATA,
       ": this is a NumPy .npz archive; unpack it (unzip) and give the .npy files in it"},
      {"PAR1\x15\4", 6, PLB_DATA, ": this is a Parquet file; expected text, for example a CSV written from it"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    refused_bytes(cases[i].bytes, cases[i].length, cases[i].status, cases[i].rest);
  assert_refused(packed("picture.gz", "\xFF\xD8\xFF\xE0\0\x10", 6), PLB_DATA, ": this is a JPEG image" IMAGES);
  char tar[512] = "scores.csv";
  memcpy(tar + 257,
         "ustar\0"
         "00",
         8);
  refused_bytes(tar, sizeof tar, PLB_DATA, ": this is a tar archive" PACKED);
  struct text once = content(packed("once.gz", "a\n", 2));
  assert_refused(packed("twice.gz", once.bytes, once.length), PLB_DATA,
                 ": this is gzip within a compressed file" PACKED);
  free(once.bytes);
}

static void digest_is(const char *path, enum plb_digest kind, const char *expected) {
  struct plb_bytes *bytes;
  const char *text;
  size_t length;
  assert_int_equal(plb_bytes_open(path, &(struct plb_input){.digest = kind}, &bytes, NULL), PLB_OK);
  do
    assert_int_equal(plb_bytes_line(bytes, &text, &length, NULL), PLB_OK);
  while (text);
  const char *digest = plb_bytes_digest(bytes);
  if (expected)
    assert_string_equal(digest, expected);
  else
    assert_null(digest);
  plb_bytes_close(bytes);
}

/* As sha256sum and xxh128sum print them. */
static void test_digest(void **ctx) {
  (void)ctx;
  const char *path = written("abc", "abc", 3);
  digest_is(path, PLB_DIGEST_SHA256, "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  digest_is(path, PLB_DIGEST_XXH3, "xxh3:06b05ab6733a618578af5f94892f3950");
  digest_is(path, PLB_DIGEST_NONE, NULL);
}

static void test_head(void **ctx) {
  (void)ctx;
  struct text all = {0};
  for (int i = 0; i < 20000; i++)
    add(&all, "0123456789\n", 11);
  struct plb_bytes *bytes;
  const char *head;
  size_t length;
  assert_int_equal(plb_bytes_open(packed("head.gz", all.bytes, all.length),
                                  &(struct plb_input){.digest = PLB_DIGEST_NONE}, &bytes, NULL),
                   PLB_OK);
  assert_int_equal(plb_bytes_head(bytes, &head, &length, NULL), PLB_OK);
  assert_int_equal(length, PLB_HEAD_BYTES);
  assert_memory_equal(head, all.bytes, length);
  assert_int_equal(plb_bytes_line(bytes, &head, &length, NULL), PLB_OK);
  assert_int_equal(length, 10);
  assert_int_equal(plb_bytes_line_number(bytes), 1);
  plb_bytes_close(bytes);
  free(all.bytes);
}

/* ---- a file that changes while it is read --------------------------------------------------- */

struct change {
  const char *path;
  int lines; /* after the first read: one more where above 0, cut to so many where below */
};

static int change_once(void *ctx, const char *stage, uint64_t done, uint64_t total) {
  struct change *change = ctx;
  (void)stage;
  (void)total;
  if (done && change->path) {
    FILE *file = fopen(change->path, "a");
    assert_true(file && (change->lines <= 0 || fprintf(file, "0.125000000000,0\n") == 17) && fclose(file) == 0);
    assert_int_equal(change->lines < 0 ? truncate(change->path, -17 * change->lines) : 0, 0);
    change->path = NULL;
  }
  return 0;
}

/* Cut at the ends of lines, where nothing else is wrong. */
static void test_changes(void **ctx) {
  (void)ctx;
  enum { LINES = 400000 };
  static const struct {
    int lines;
    const char *part;
  } cases[] = {{-10, "became shorter"}, {-300000, "became shorter"}, {0, NULL}, {1, "it grew"}};
  struct text all = {0};
  add(&all, "score,     mated\n", 17);
  for (int i = 1; i < LINES; i++)
    add(&all, i % 2 ? "0.500000000000,1\n" : "0.250000000000,0\n", 17);
  for (size_t i = 0; i < 8; i++) {
    const char *part = cases[i / 2].part;
    struct change change = {written("changes.csv", all.bytes, all.length), cases[i / 2].lines};
    const char *path = change.path;
    struct plb_input input = plain();
    struct collected rows;
    input.files = &path;
    input.file_count = 1;
    input.threads = i % 2 ? 3 : 1;
    input.progress = change_once;
    input.progress_ctx = &change;
    collect(&input, &rows);
    assert_null(change.path);
    if (part)
      assert_fails(&rows, PLB_IO, 0, 0, part);
    else
      assert_int_equal(rows.status, PLB_OK);
    collected_free(&rows);
  }
  free(all.bytes);
}

/* Standard input may begin within a file. */
static void test_within(void **ctx) {
  (void)ctx;
  FILE *file = fopen(made_file("within.csv", "a line of another\n0.5\n0.25\n"), "r");
  int saved = dup(STDIN_FILENO);
  struct plb_bytes *bytes;
  const char *text;
  size_t length;
  assert_true(file && saved >= 0 && dup2(fileno(file), STDIN_FILENO) == STDIN_FILENO);
  assert_int_equal(lseek(STDIN_FILENO, 18, SEEK_SET), 18);
  assert_int_equal(plb_bytes_open("-", &(struct plb_input){.digest = PLB_DIGEST_NONE}, &bytes, NULL), PLB_OK);
  for (int i = 0; i < 3; i++)
    assert_int_equal(plb_bytes_line(bytes, &text, &length, NULL), PLB_OK);
  assert_null(text);
  plb_bytes_close(bytes);
  assert_int_equal(dup2(saved, STDIN_FILENO), STDIN_FILENO);
  close(saved);
  fclose(file);
}

/* ---- the digest of the text -------------------------------------------------------------- */

/* Hashed beside the raw bytes, or alone: no difference. */
static struct plb_content_digest digest_of(const char *text, size_t piece) {
  struct plb_content_digest digests[3];
  size_t length = strlen(text);
  for (int kind = PLB_DIGEST_XXH3; kind <= PLB_DIGEST_NONE; kind++) {
    struct plb_digester *digester;
    struct plb_content *content = plb_content_new();
    assert_int_equal(plb_digester_new((enum plb_digest)kind, &digester, NULL), PLB_OK);
    assert_non_null(content);
    for (size_t at = 0; at < length; at += piece) {
      size_t part = length - at < piece ? length - at : piece;
      assert_int_equal(plb_digester_add(digester, text + at, part, NULL), PLB_OK);
      plb_content_add(content, digester, text + at, part);
    }
    digests[kind] = plb_content_end(content);
    plb_content_free(content);
    plb_digester_free(digester);
    assert_memory_equal(&digests[kind], &digests[0], sizeof *digests);
  }
  return digests[0];
}

/* What editors change is the same text, in pieces of any size; everything else is another. */
static void test_content(void **unused) {
  (void)unused;
  static const char *const same[] = {"score\n1\n2\n", "score\r\n1\r\n2\r\n", "\xEF\xBB\xBFscore\r\n1\r\n2",
                                     "score\n1\r\n2"};
  static const char *const others[] = {"score\n1\n2\n\n",       "score\n1\r2\n",
                                       "score\n1\n2\r",         "score\n1\r\r\n2",
                                       "\xEF\xBBscore\n1\n2\n", "\xEF\xBB\xBF\xEF\xBB\xBFscore\n1\n2\n"};
  struct plb_content_digest wanted = digest_of(same[0], SIZE_MAX / 2);
  for (size_t piece = 1; piece < 30; piece++) {
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
      struct plb_content_digest digest = digest_of(same[i], piece);
      assert_true(digest.high == wanted.high && digest.low == wanted.low);
    }
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
      struct plb_content_digest digest = digest_of(others[i], piece), whole = digest_of(others[i], 1000);
      assert_false(digest.high == wanted.high || digest.low == wanted.low);
      assert_true(digest.high == whole.high && digest.low == whole.low);
    }
  }
}

/* Packed and plain files have one text, told at the end only. */
static void test_content_packed(void **unused) {
  (void)unused;
  struct text text = {0};
  for (int i = 0; i < 200000; i++) {
    char line[32];
    add(&text, line, (size_t)snprintf(line, sizeof line, "%d,%d\n", i, i % 7));
  }
  const char *paths[5] = {written("plain.csv", text.bytes, text.length), packed("p.csv.gz", text.bytes, text.length),
                          packed("p.csv.zst", text.bytes, text.length), written("p.csv", text.bytes, text.length)};
  struct text carriage = {0}; /* behind the first block */
  size_t late = text.length * 3 / 4;
  while (text.bytes[late] != '\n')
    late++;
  add(&carriage, text.bytes, late);
  add(&carriage, "\r", 1);
  add(&carriage, text.bytes + late, text.length - late);
  paths[4] = written("carriage.csv", carriage.bytes, carriage.length);
  free(carriage.bytes);
  for (size_t i = 0; i < 5; i++) {
    struct plb_bytes *bytes;
    struct plb_content_digest digest, wanted = digest_of(text.bytes, text.length);
    const char *line = "";
    size_t length;
    const struct plb_input input = {.digest = i % 2 ? PLB_DIGEST_NONE : PLB_DIGEST_XXH3};
    assert_int_equal(plb_bytes_open(paths[i], &input, &bytes, NULL), PLB_OK);
    assert_false(plb_bytes_content(bytes, &digest));
    while (line)
      assert_int_equal(plb_bytes_line(bytes, &line, &length, NULL), PLB_OK);
    assert_true(plb_bytes_content(bytes, &digest));
    assert_true(digest.high == wanted.high && digest.low == wanted.low);
    plb_bytes_close(bytes);
  }
  free(text.bytes);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_lines),       cmocka_unit_test(test_blocks),         cmocka_unit_test(test_members),
      cmocka_unit_test(test_pipe),        cmocka_unit_test(test_long_line),      cmocka_unit_test(test_not_text),
      cmocka_unit_test(test_fault_place), cmocka_unit_test(test_cut_off),        cmocka_unit_test(test_refused),
      cmocka_unit_test(test_other_text),  cmocka_unit_test(test_digest),         cmocka_unit_test(test_head),
      cmocka_unit_test(test_content),     cmocka_unit_test(test_content_packed), cmocka_unit_test(test_changes),
      cmocka_unit_test(test_within),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
