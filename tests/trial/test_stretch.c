/* SPDX-License-Identifier: Apache-2.0
 *
 * Rows taken by threads side by side against rows taken one after the other: the same result to the byte,
 * the same counts of rows, and the same message where something is wrong, wherever it stands.
 */
#include "check.h"
#include "measure.h"

#include <unistd.h>

#include "trial/pack.h"

enum { ROWS = 150000 };

enum oddity {
  PLAIN,     /* nothing unusual */
  NEW_IDS,   /* ids that were never seen go on appearing */
  QUOTES,    /* some cells are quoted */
  LINE_ENDS, /* quoted cells hold line ends */
  CARRIAGES, /* CRLF */
  DROPS,     /* rows without a score, left out */
  BAD_SCORE, /* the rest: faults */
  RAGGED,
  EMPTY_LINE,
  CONTRADICTION,
  OTHER_PERSON, /* a sample of one person earlier, of another here */
  BAD_UTF8,
  ODDITIES
};

static const char *cluster; /* by what people are related, or NULL */

static char path[] = "/tmp/plumbline-stretch-XXXXXX";

static void write_row(FILE *out, enum oddity oddity, int row, uint64_t *seed, bool odd) {
  unsigned a = draw_below(seed, 300), b = row % 9 ? draw_below(seed, 300) : a;
  unsigned extra = oddity == NEW_IDS ? (unsigned)row / 10 : 0;
  unsigned score = draw_below(seed, 100000) + (a == b ? 60000 : 0);
  const char *end = oddity == CARRIAGES ? "\r\n" : "\n";
  const char *note = oddity == LINE_ENDS && odd ? "\"two\nlines\"" : oddity == QUOTES && odd ? "\"a, \"\"b\"\"\"" : "x";
  if (oddity == EMPTY_LINE && odd)
    fprintf(out, "\n");
  if (oddity == DROPS && row % 50 == 0)
    fprintf(out, ",");
  else if (oddity == BAD_SCORE && odd)
    fprintf(out, "0.1.2,");
  else
    fprintf(out, "%u.%05u,", score / 100000, score % 100000);
  unsigned sampled = oddity == OTHER_PERSON && odd ? a + 1 : a + extra;
  fprintf(out, "%d,p%u,p%u,s%u-%d,t%u-%d,m%u,%s", (a == b) != (oddity == CONTRADICTION && odd), a + extra, b + extra,
          sampled, row % 7, b + extra, row % 5, draw_below(seed, 3), note);
  if (oddity == BAD_UTF8 && odd)
    fprintf(out, "\xFF");
  fprintf(out, "%s%s", oddity == RAGGED && odd ? ",more" : "", end);
}

static void write_file(enum oddity oddity, int where) {
  uint64_t seed = 3;
  FILE *out = fopen(path, "w");
  fprintf(out, "score,mated,probe_subject,reference_subject,probe_sample,reference_sample,system,note\n");
  for (int row = 0; row < ROWS; row++)
    write_row(out, oddity, row, &seed, row == where || (oddity == QUOTES && row > where && row % 1000 == 0));
  fprintf(out, "\n\n"); /* empty lines at the end are no fault */
  fclose(out);
}

/* The result as JSON, or the message; to be freed. */
static char *outcome(unsigned threads) {
  struct plb_input input;
  struct plb_options options;
  struct plb_error err = {0};
  plb_result *result;
  const char *file = path;
  char json[64];
  plb_input_init(&input, sizeof input);
  plb_options_init(&options, sizeof options);
  input.files = &file;
  input.file_count = 1;
  input.threads = options.threads = threads;
  input.missing = PLB_MISSING_DROP;
  input.cluster = cluster;
  plb_status status = measure_input(&input, &options, &result, &err);
  char *text = calloc(1, 1 << 22);
  if (status) {
    snprintf(text, 1 << 22, "%d %s", status, err.message);
  } else {
    snprintf(json, sizeof json, "%s.json", path);
    assert_int_equal(plb_write(result, PLB_JSON, json, &err), PLB_OK);
    FILE *in = fopen(json, "r");
    assert_true(fread(text, 1, (1 << 22) - 1, in) > 0);
    fclose(in);
    remove(json);
  }
  plb_result_free(result);
  return text;
}

/* Two rows of far-off parts of one stretch give a sample, which no row before had, to two people. A row that is
 * left out says nothing about whose its samples are. */
static void write_conflict(int from, int to, bool left_out) {
  FILE *out = fopen(path, "w");
  fprintf(out, "score,probe_subject,reference_subject,probe_sample,reference_sample\n");
  for (int row = 0; row < ROWS; row++) {
    int a = row % 200, b = row % 10 ? row % 199 : a;
    bool first = row == from, second = row == to;
    if (first || second)
      fprintf(out, "%s,p%d,q%d,new,u%d\n", first && left_out ? "" : "1", second, second, second);
    else
      fprintf(out, "%d,p%d,p%d,s%d,s%d\n", a == b ? 3 : row % 7, a, b, 2 * a + row / 200 % 2, 2 * b);
  }
  fclose(out);
}

static void one_sample_is_of_one_person(void **unused) {
  (void)unused;
  static const int places[][2] = {{60000, 60001}, {60000, 100000}, {2000, ROWS - 1}, {3, 4}, {90000, 95000}};
  for (size_t i = 0; i < 10; i++) {
    char where[64];
    bool left_out = i >= 5;
    write_conflict(places[i % 5][0], places[i % 5][1], left_out);
    snprintf(where, sizeof where, "2 %s:%d:", path, places[i % 5][1] + 2);
    char *alone = outcome(1), *together = outcome(2 + (unsigned)(i % 3));
    assert_string_equal(alone, together);
    if ((strncmp(alone, where, strlen(where)) == 0) == left_out)
      fail_msg("%s %.200s", where, alone);
    free(alone);
    free(together);
  }
}

/* People keep coming, in families of eight; every fifth person has none. Two rows of far-off parts say otherwise of a
 * person whom nobody named before, or of his family; -1: none does. */
static void write_families(int from, int to) {
  FILE *out = fopen(path, "w");
  fprintf(out, "score,probe_subject,reference_subject,probe_family,reference_family\n");
  for (int row = 0; row < ROWS; row++) {
    int a = row / 100 + row % 7, b = row % 9 ? row % 200 : a;
    char of_a[16] = "", of_b[16] = "";
    if (a % 5)
      snprintf(of_a, sizeof of_a, "f%d", a / 8);
    if (b % 5)
      snprintf(of_b, sizeof of_b, "f%d", b / 8);
    if (row == from || row == to)
      fprintf(out, "1,new,p0,%s,\n", row == to ? "" : "f1");
    fprintf(out, "%d,p%d,p%d,%s,%s\n", a == b ? 9 : row * 31 % 101 % 13, a, b, of_a, of_b);
  }
  fclose(out);
}

static void one_person_is_of_one_cluster(void **unused) {
  (void)unused;
  static const int places[][2] = {{-1, -1}, {60000, 60001}, {60000, 100000}, {2000, ROWS - 1}, {3, 4}};
  cluster = "family";
  for (size_t i = 0; i < 5; i++) {
    char where[64];
    write_families(places[i][0], places[i][1]);
    snprintf(where, sizeof where, "2 %s:%d:", path, places[i][1] + 3);
    char *alone = outcome(1), *together = outcome(2 + (unsigned)(i % 3));
    assert_string_equal(alone, together);
    if (strncmp(alone, i ? where : "{", i ? strlen(where) : 1) != 0)
      fail_msg("%s %.200s", where, alone);
    if (!i)
      assert_non_null(strstr(alone, "\"cluster\": \"family\""));
    free(alone);
    free(together);
  }
  cluster = NULL;
}

static void threads_change_nothing(void **unused) {
  (void)unused;
  static const int places[] = {5000, 70000, ROWS - 2};
  for (int oddity = PLAIN; oddity < ODDITIES; oddity++) {
    for (int p = 0; p < (oddity == PLAIN || oddity == NEW_IDS ? 1 : 3); p++) {
      write_file((enum oddity)oddity, places[p]);
      char *alone = outcome(1), *together = outcome(2 + (unsigned)p);
      assert_int_equal(strncmp(alone, "{", 1) != 0, oddity >= BAD_SCORE);
      assert_string_equal(alone, together);
      free(alone);
      free(together);
    }
  }
}

/* The bytes of a file, to be freed. */
static char *bytes_of(const char *name, size_t *length) {
  FILE *in = fopen(name, "rb");
  char *bytes = calloc(1, 1 << 24);
  *length = fread(bytes, 1, 1 << 24, in);
  fclose(in);
  return bytes;
}

/* The file, packed, cut off at `share` of its length or with a byte changed there. */
static void write_damaged(const char *suffix, double share, bool cut) {
  char packed[64];
  size_t length;
  struct plb_pack *pack = NULL;
  struct plb_error err = {0};
  write_file(PLAIN, 0);
  snprintf(packed, sizeof packed, "%s%s", path, suffix);
  char *bytes = bytes_of(path, &length);
  assert_int_equal(plb_pack_open(packed, &pack, &err), PLB_OK);
  plb_pack_bytes(pack, bytes, length);
  assert_int_equal(plb_pack_close(pack, &err), PLB_OK);
  free(bytes);
  bytes = bytes_of(packed, &length);
  size_t at = (size_t)((double)length * share);
  bytes[at] = (char)(bytes[at] ^ 0x55);
  FILE *out = fopen(path, "wb");
  assert_int_equal(fwrite(bytes, 1, cut ? at : length, out), cut ? at : length);
  fclose(out);
  remove(packed);
  free(bytes);
}

/* Also what is met while reading ahead is told as if it had been met in its place. */
static void damage_is_told_the_same(void **unused) {
  (void)unused;
  static const char *const suffixes[] = {".gz", ".zst"};
  static const double shares[] = {0.2, 0.5, 0.9, 0.999};
  for (size_t i = 0; i < 16; i++) {
    write_damaged(suffixes[i % 2], shares[i / 4], i / 2 % 2);
    char *alone = outcome(1), *together = outcome(2 + (unsigned)(i % 3));
    if (alone[0] == '{')
      fail_msg("%s, %g, %zu: %.80s", suffixes[i % 2], shares[i / 4], i / 2 % 2, alone);
    assert_string_equal(alone, together);
    free(alone);
    free(together);
  }
}

int main(void) {
  int file = mkstemp(path);
  if (file < 0)
    return 1;
  close(file);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(threads_change_nothing), cmocka_unit_test(one_sample_is_of_one_person),
      cmocka_unit_test(one_person_is_of_one_cluster), cmocka_unit_test(damage_is_told_the_same)};
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  remove(path);
  return failed;
}
