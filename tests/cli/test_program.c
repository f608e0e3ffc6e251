/* SPDX-License-Identifier: Apache-2.0
 *
 * The program against a library that only remembers (fake_library.h): what becomes of each option, which
 * exit code belongs to which failure, and what is refused before any work is done.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/session.h"
#include "cli/values.h"
#include "fake_library.h"

#define MOST_WORDS 32

static char said[4096]; /* on standard error by the last run */
static char folder[] = "/tmp/plumbline-test-XXXXXX";

typedef int (*command_function)(struct session *, int, const char **);

/* Runs a command with the words of `text`; "_" stands for a blank inside a word. */
static int run(const char *name, command_function command, const char *text) {
  const char *words[MOST_WORDS + 1] = {name};
  int count = 1;
  char copy[512];
  snprintf(copy, sizeof copy, "%s", text);
  for (char *word = strtok(copy, " "); word; word = strtok(NULL, " ")) {
    assert_in_range(count, 0, MOST_WORDS - 1);
    for (char *c = word; *c; c++)
      *c = *c == '_' ? ' ' : *c;
    words[count++] = word;
  }
  struct session session = {.command = name};
  FILE *caught = tmpfile();
  int real = dup(STDERR_FILENO);
  dup2(fileno(caught), STDERR_FILENO);
  int code = command(&session, count, words);
  fflush(stderr);
  dup2(real, STDERR_FILENO);
  close(real);
  rewind(caught);
  said[fread(said, 1, sizeof said - 1, caught)] = '\0';
  fclose(caught);
  assert_int_equal(fake.alive, 0);
  return code;
}

static int verification(const char *text) {
  fake.write_count = 0;
  return run("verification", cmd_verification, text);
}

static int start(void **state) {
  (void)state;
  fake = (struct fake){0};
  return 0;
}

static void said_only(const char *line) {
  assert_string_equal(said, line);
}

static void input_options_arrive(void **state) {
  (void)state;
  assert_int_equal(verification("a.csv - --mated m --nonmated=n --trials t --samples s --subjects u --format csv "
                                "--map score=x --dissimilarity --missing ftc --failed-score -1 --system S "
                                "--digest sha256 --memory 2GiB"),
                   EXIT_DONE);
  assert_int_equal(fake.input.size, sizeof fake.input);
  assert_int_equal(fake.input.file_count, 2);
  assert_string_equal(fake.files[0], "a.csv");
  assert_string_equal(fake.files[1], "-");
  assert_int_equal(fake.input.direction, PLB_DISSIMILARITY);
  assert_int_equal(fake.input.missing, PLB_MISSING_FTC);
  assert_true(fake.input.has_failed_score && fake.input.failed_score == -1);
  assert_int_equal(fake.input.digest, PLB_DIGEST_SHA256);
  assert_int_equal(fake.input.memory, UINT64_C(2) << 30);
  assert_string_equal(fake.command, "plumbline verification a.csv - --mated m --nonmated=n --trials t --samples s "
                                    "--subjects u --format csv --map score=x --dissimilarity --missing ftc "
                                    "--failed-score -1 --system S --digest sha256 --memory 2GiB");
}

static void analysis_options_arrive(void **state) {
  (void)state;
  assert_int_equal(verification("a.csv --threshold -0.5,1e3 --threshold inf --fmr 0.1%,1e-4 --level 99% --seed 7 "
                                "--interval mid-p --threads 3 --min-people 5 --claim FMR_<=_1e-4 --claim it's --as bob "
                                "--evaluation scenario -q"),
                   EXIT_DONE);
  assert_int_equal(fake.options.size, sizeof fake.options);
  assert_int_equal(fake.options.threshold_count, 3);
  assert_true(fake.thresholds[0] == -0.5 && fake.thresholds[1] == 1000 && fake.thresholds[2] == HUGE_VAL);
  assert_int_equal(fake.options.fmr_target_count, 2);
  assert_true(fake.targets[0] == 0.001 && fake.targets[1] == 1e-4);
  assert_true(fake.options.level == 0.99);
  assert_int_equal(fake.options.seed, 7);
  assert_string_equal(fake.interval, "mid-p");
  assert_int_equal(fake.options.threads, 3);
  assert_int_equal(fake.input.threads, 3);
  assert_int_equal(fake.options.min_people, 5);
  assert_int_equal(fake.options.claim_count, 2);
  assert_string_equal(fake.claim[0], "FMR <= 1e-4");
  assert_non_null(strstr(fake.command, "--claim 'FMR <= 1e-4' --claim 'it'\\''s' --as bob"));
  said_only("");
}

static void outputs_are_written_in_order(void **state) {
  (void)state;
  assert_int_equal(verification("a.csv"), EXIT_DONE);
  assert_int_equal(fake.write_count, 1);
  assert_int_equal(fake.writes[0].format, PLB_TEXT);
  assert_string_equal(fake.writes[0].path, "-");
  assert_true(fake.watched);
  assert_int_equal(verification("a.csv --html /tmp/h --json - --csv c --svg figures"), EXIT_DONE);
  assert_int_equal(fake.write_count, 3);
  assert_int_equal(fake.writes[0].format, PLB_JSON);
  assert_int_equal(fake.writes[1].format, PLB_CSV);
  assert_int_equal(fake.writes[2].format, PLB_HTML);
  assert_string_equal(fake.writes[2].path, "/tmp/h");
  assert_string_equal(fake.svg, "figures");
}

static void bad_outputs_are_refused_before_reading(void **state) {
  (void)state;
  char text[256];
  snprintf(text, sizeof text, "a.csv --json %s", folder);
  fake.read = PLB_INTERNAL; /* would be seen if it were called */
  assert_int_equal(verification("a.csv --json - --text -"), EXIT_USAGE);
  assert_non_null(strstr(said, "--json and --text cannot both go to standard output"));
  assert_int_equal(verification("a.csv --json x.html --html x.html"), EXIT_USAGE);
  assert_int_equal(verification("a.csv --csv a.csv"), EXIT_USAGE);
  assert_non_null(strstr(said, "would overwrite"));
  assert_int_equal(verification("--mated a.csv --csv a.csv"), EXIT_USAGE);
  assert_int_equal(verification("a.csv --svg -"), EXIT_USAGE);
  assert_int_equal(verification("a.csv --json /no/such/folder/r.json"), EXIT_SYSTEM);
  said_only("plumbline verification: /no/such/folder/r.json: could not be written: No such file or directory\n");
  assert_int_equal(verification(text), EXIT_SYSTEM);
  assert_non_null(strstr(said, "Is a directory"));
  assert_int_equal(verification("a.csv --json"), EXIT_USAGE);
  said_only("plumbline verification: --json needs a value (see plumbline verification --help)\n");
}

static void wrong_values_are_refused(void **state) {
  (void)state;
  static const char *const wrong[] = {"--level 1",         "--level 0",
                                      "--level 0.49",      "--level 0.9999999999",
                                      "--level 95",        "--level -0.95",
                                      "--level x",         "--fmr 2",
                                      "--fmr 1e-2,",       "--fmr 101%",
                                      "--fmr nan",         "--threshold 1,,2",
                                      "--threshold nan",   "--threshold 0x10",
                                      "--threshold 1e999", "--seed -1",
                                      "--threads 0",       "--threads 1.5",
                                      "--min-people 0",    "--memory 12Q",
                                      "--memory 0",        "--missing no",
                                      "--digest md5",      "--failed-score x",
                                      "--evaluation lab",  "--seed 18446744073709551616"};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    char text[64];
    snprintf(text, sizeof text, "a.csv %s", wrong[i]);
    assert_int_equal(verification(text), EXIT_USAGE);
    assert_non_null(strstr(said, "is not understood; expected"));
    assert_ptr_equal(strchr(said, '\n'), said + strlen(said) - 1);
  }
  assert_int_equal(verification("a.csv --level 50%"), EXIT_DONE);
  assert_int_equal(verification("a.csv --level 99.9999999%"), EXIT_DONE);
  assert_true(fake.options.level == 0.999999999);
  assert_int_equal(verification("a.csv --map score=x --map mated=y"), EXIT_USAGE);
  said_only("plumbline verification: --map is given twice; expected it once (see plumbline verification --help)\n");
  assert_int_equal(verification("a.csv --json r.json --json s.json"), EXIT_USAGE);
  said_only("plumbline verification: --json is given twice; expected it once (see plumbline verification --help)\n");
  assert_int_equal(verification("--mated a --nonmated b --mated c"), EXIT_USAGE);
  said_only("plumbline verification: --mated is given twice; expected it once (see plumbline verification --help)\n");
  assert_int_equal(verification("a.csv --similarity --dissimilarity"), EXIT_USAGE);
  assert_int_equal(verification(""), EXIT_USAGE);
  assert_int_equal(verification("a.csv --bye sex"), EXIT_USAGE);
  said_only("plumbline verification: unknown option --bye; did you mean --by? (see plumbline verification --help)\n");
  assert_int_equal(verification("a.csv --thresold=3"), EXIT_USAGE);
  said_only("plumbline verification: unknown option --thresold; did you mean --threshold? (see plumbline verification "
            "--help)\n");
}

static void each_failure_has_its_exit_code(void **state) {
  (void)state;
  static const struct {
    plb_status status;
    int code;
  } table[] = {{PLB_USAGE, 2}, {PLB_DATA, 3},        {PLB_UNDEFINED, 4},   {PLB_IO, 5},
               {PLB_NOMEM, 5}, {PLB_UNSUPPORTED, 3}, {PLB_CANCELLED, 130}, {PLB_INTERNAL, 5}};
  for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
    fake = (struct fake){.read = table[i].status, .message = "a.csv:3:1: bad\x1b[31m\nline"};
    assert_int_equal(verification("a.csv"), table[i].code);
    if (table[i].status != PLB_CANCELLED)
      said_only("plumbline verification: a.csv:3:1: bad?[31m?line\n");
    fake = (struct fake){.estimate = table[i].status, .message = "x"};
    assert_int_equal(verification("a.csv"), table[i].code);
    assert_int_equal(fake.write_count, 0);
    fake = (struct fake){.write = table[i].status, .message = "x"};
    assert_int_equal(verification("a.csv"), table[i].code);
  }
  fake = (struct fake){.read = PLB_NOMEM};
  assert_int_equal(verification("a.csv"), 5);
  said_only("plumbline verification: out of memory\n");
}

static void claims_decide_between_0_and_1(void **state) {
  (void)state;
  fake = (struct fake){.claims = 2, .shown = 2};
  assert_int_equal(verification("a.csv --claim x --claim y"), EXIT_DONE);
  fake.shown = 1;
  assert_int_equal(verification("a.csv --claim x --claim y"), EXIT_NOT_SHOWN);
  assert_int_equal(fake.write_count, 1);
}

static int report(const char *text) {
  fake.write_count = 0;
  return run("report", cmd_report, text);
}

static void report_takes_one_or_many(void **state) {
  (void)state;
  assert_int_equal(report("a.json b.json --html h.html"), EXIT_DONE);
  assert_int_equal(fake.writes[0].results, 2);
  assert_int_equal(fake.writes[0].format, PLB_HTML);
  assert_int_equal(report("a.json --json - --svg d"), EXIT_DONE);
  assert_int_equal(fake.writes[0].results, 1);
  assert_int_equal(report("a.json b.json --json -"), EXIT_USAGE);
  said_only("plumbline report: --json takes one result, and 2 were named (see plumbline report --help)\n");
  assert_int_equal(report("a.json b.json --svg d"), EXIT_USAGE);
  assert_int_equal(report("a.json --html a.json"), EXIT_USAGE);
  assert_int_equal(report(""), EXIT_USAGE);
  fake = (struct fake){.read = PLB_DATA, .message = "a.json: not a result"};
  assert_int_equal(report("a.json"), EXIT_DATA);
}

static int check(const char *text) {
  return run("check", cmd_check, text);
}

static void check_answers_3_for_problems(void **state) {
  (void)state;
  assert_int_equal(check("a.csv"), EXIT_DONE);
  assert_string_equal(fake.scores, "-");
  fake.problems = 2;
  assert_int_equal(check("a.csv --text out.txt"), EXIT_DATA);
  assert_string_equal(fake.scores, "out.txt");
  assert_int_equal(check(""), EXIT_USAGE);
  assert_int_equal(check("a.csv --fmr 1e-2"), EXIT_USAGE);
}

static int simulate(const char *text) {
  return run("simulate", cmd_simulate, text);
}

static void simulate_options_arrive(void **state) {
  (void)state;
  assert_int_equal(simulate("--people 30 --samples 4 --pairs 12 --groups 2 --group-shift -0.3 --fta 2% --fte 0.01 "
                            "--seed 9 --person-effect .1 --pair-effect 0 --sample-effect 0.02 --mated-mean 5 "
                            "--mated-effect 0.5 -o s.csv --truth t.json"),
                   EXIT_DONE);
  const struct plb_simulation *s = &fake.simulation;
  assert_true(s->people == 30 && s->samples == 4 && s->partners == 12 && s->groups == 2 && s->seed == 9);
  assert_true(s->group_shift == -0.3 && s->fta == 0.02 && s->fte == 0.01 && s->person_effect == 0.1);
  assert_true(s->pair_effect == 0 && s->sample_effect == 0.02 && s->mated_mean == 5 && s->mated_effect == 0.5);
  assert_string_equal(fake.scores, "s.csv");
  assert_string_equal(fake.truth, "t.json");
  assert_int_equal(simulate("--pairs all"), EXIT_DONE);
  assert_int_equal(fake.simulation.partners, 0);
  assert_string_equal(fake.scores, "-");
  assert_string_equal(fake.truth, "(null)");
  assert_int_equal(simulate("--truth -"), EXIT_USAGE);
  assert_int_equal(simulate("-o a.csv --output b.csv"), EXIT_USAGE);
  assert_int_equal(simulate("scores.csv"), EXIT_USAGE);
  assert_int_equal(simulate("--pairs some"), EXIT_USAGE);
  assert_int_equal(simulate("--people 0"), EXIT_USAGE);
}

static void values_are_read_strictly(void **state) {
  (void)state;
  double x;
  uint64_t n;
  int place;
  static const char *const names[] = {"threshold", "threads", "fmr"};
  assert_true(value_rate("0.1%", &x) && x == 0.001);
  assert_true(value_rate("1e-3%", &x) && x == 1e-5);
  assert_true(value_rate("100%", &x) && x == 1);
  assert_true(value_rate(".5", &x) && x == 0.5);
  assert_true(value_rate("-0", &x) && x == 0 && !signbit(x));
  assert_true(value_rate("1e-400", &x) && x > 0 && x < 1e-300);
  assert_true(value_rate("0e5", &x) && x == 0);
  assert_false(value_rate("-1e-400", &x) || value_rate("-1e-322%", &x));
  assert_false(value_rate("%", &x) || value_rate("", &x) || value_rate("1 %", &x) || value_rate("1%%", &x));
  assert_false(value_rate("-1e-9", &x) || value_rate("1.0000001", &x) || value_rate("inf", &x));
  assert_true(value_number("-1", &x) && x == -1);
  assert_true(value_number("-inf", &x) && x == -HUGE_VAL);
  assert_false(value_number(" 1", &x) || value_number("1 ", &x) || value_number("1,5", &x) || value_number(".", &x));
  assert_false(value_number("", &x) || value_number("-", &x) || value_number("1e", &x) || value_number("infinite", &x));
  assert_true(value_count("18446744073709551615", 0, &n) && n == UINT64_MAX);
  assert_false(value_count("", 0, &n) || value_count("+1", 0, &n) || value_count("1e3", 0, &n));
  assert_true(value_bytes("65536", &n) && n == 65536);
  assert_true(value_bytes("500M", &n) && n == UINT64_C(500) << 20);
  assert_true(value_bytes("1GiB", &n) && n == UINT64_C(1) << 30);
  assert_true(value_bytes("3kB", &n) && n == 3000);
  assert_false(value_bytes("M", &n) || value_bytes("1Mi", &n) || value_bytes("1 M", &n) || value_bytes("-1", &n));
  assert_false(value_bytes("99999999999T", &n));
  assert_true(value_choice("fmr", names, 3, &place) && place == 2);
  assert_string_equal(nearest_name("treshold", names, 3), "threshold");
  assert_string_equal(nearest_name("thread", names, 3), "threads");
  assert_string_equal(nearest_name("frm", names, 3), "fmr");
  assert_null(nearest_name("cluster", names, 3));
  assert_null(nearest_name("by", names, 3));
}

/* Comes last: a caught signal stays caught. */
static void a_signal_cancels(void **state) {
  (void)state;
  signals_install();
  fake.interrupt = true;
  assert_int_equal(verification("a.csv"), EXIT_CANCELLED);
  assert_int_equal(fake.write_count, 0);
  said_only("plumbline verification: interrupted; nothing was written\n");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup(input_options_arrive, start),
      cmocka_unit_test_setup(analysis_options_arrive, start),
      cmocka_unit_test_setup(outputs_are_written_in_order, start),
      cmocka_unit_test_setup(bad_outputs_are_refused_before_reading, start),
      cmocka_unit_test_setup(wrong_values_are_refused, start),
      cmocka_unit_test_setup(each_failure_has_its_exit_code, start),
      cmocka_unit_test_setup(claims_decide_between_0_and_1, start),
      cmocka_unit_test_setup(report_takes_one_or_many, start),
      cmocka_unit_test_setup(check_answers_3_for_problems, start),
      cmocka_unit_test_setup(simulate_options_arrive, start),
      cmocka_unit_test_setup(values_are_read_strictly, start),
      cmocka_unit_test_setup(a_signal_cancels, start),
  };
  if (!mkdtemp(folder) || chdir(folder) != 0)
    return 1;
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  return chdir("/") != 0 || rmdir(folder) != 0 ? 1 : failed;
}
