/* SPDX-License-Identifier: Apache-2.0
 *
 * Dates, bands and conditions, each alone: days against those of the C library, and whatever can be wrong with them.
 */
#define _DEFAULT_SOURCE
#include "../check.h"

#include <time.h>

#include "trial/asked.h"
#include "trial/derive.h"

static bool reads(const char *text, int32_t first, int32_t last) {
  struct plb_dates dates;
  char *copy = malloc(strlen(text) + 1); /* so that a byte too many is seen */
  memcpy(copy, text, strlen(text));
  bool read = plb_date_read(copy, strlen(text), &dates);
  free(copy);
  return read && dates.first == first && dates.last == last;
}

static bool is_none(const char *text) {
  struct plb_dates dates;
  return !plb_date_read(text, strlen(text), &dates);
}

static void test_read(void **ctx) {
  (void)ctx;
  assert_true(reads("2024", 20240101, 20241231));
  assert_true(reads("2024-02", 20240201, 20240229));
  assert_true(reads("1900-02", 19000201, 19000228));
  assert_true(reads("2000-02-29", 20000229, 20000229));
  assert_true(reads("2011-03-04/2012", 20110304, 20121231));
  assert_true(reads("2011/2011-03", 20110101, 20110331));
  assert_true(reads("2024-05-06T07:08", 20240506, 20240506));
  assert_true(reads("2024-05-06T07:08:09.5+02:00", 20240506, 20240506));
  static const char *const wrong[] = {"",
                                      "24",
                                      "02024",
                                      "2024-",
                                      "2024-1",
                                      "2024-13",
                                      "2024-00",
                                      "2023-02-29",
                                      "2024-04-31",
                                      "2024-01-00",
                                      "0000",
                                      "2024-01-1",
                                      "20240101",
                                      "2024-01-011",
                                      "2012/2011",
                                      "2012/",
                                      "/2012",
                                      "2011/2012/2013",
                                      "2024-01T10",
                                      "2024-01-01T",
                                      "2024-1-1",
                                      "01.02.2024",
                                      "2024-W05",
                                      "2024-001",
                                      " 2024",
                                      "2024 ",
                                      "-2024",
                                      "2024-05-06T7:08",
                                      "2024-05-06T25:08",
                                      "2024-05-06Tnoon"};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
    if (!is_none(wrong[i]))
      fail_msg("\"%s\" was read as a date", wrong[i]);
}

/* Every day of 800 years exists, and no other does. */
static void test_calendar(void **ctx) {
  (void)ctx;
  for (int year = 1700; year < 2500; year++)
    for (int month = 1; month <= 12; month++)
      for (int day = 28; day <= 32; day++) {
        struct tm tm = {.tm_year = year - 1900, .tm_mon = month - 1, .tm_mday = day, .tm_hour = 12};
        char text[16];
        int32_t number = year * 10000 + month * 100 + day;
        snprintf(text, sizeof text, "%04d-%02d-%02d", year, month, day);
        bool exists = timegm(&tm) != -1 && tm.tm_mon == month - 1;
        assert_int_equal(reads(text, number, number), exists);
      }
}

/* Counting birthdays one by one. */
static void test_years(void **ctx) {
  (void)ctx;
  assert_int_equal(plb_years_between(20000229, 20010228), 0);
  assert_int_equal(plb_years_between(20000229, 20010301), 1);
  assert_int_equal(plb_years_between(20000229, 20040229), 4);
  uint64_t seed = 7;
  for (int i = 0; i < 10000; i++) {
    int32_t birth = (int32_t)(1900 + draw_below(&seed, 100)) * 10000 + (int32_t)(1 + draw_below(&seed, 12)) * 100 +
                    (int32_t)(1 + draw_below(&seed, 28));
    int32_t later = birth + (int32_t)draw_below(&seed, 120) * 10000, birthdays = 0;
    later += (int32_t)draw_below(&seed, 1 + (uint32_t)(1231 - birth % 10000));
    for (int32_t day = birth + 10000; day <= later; day += 10000)
      birthdays++;
    assert_int_equal(plb_years_between(birth, later), birthdays);
  }
}

/* ---- bands */

static void name_is(const struct plb_bands *bands, double low, double high, const char *expected) {
  char name[PLB_BAND_NAME];
  plb_band_name(bands, plb_bands_find(bands, low), plb_bands_find(bands, high), name);
  assert_string_equal(name, expected);
}

static plb_status ask_bands(const char *text, struct plb_bands *bands) {
  struct plb_input input = {.bands = &text, .band_count = 1};
  struct plb_error err;
  plb_status st = plb_bands_check(&input, &err);
  return st ? st : plb_bands_asked(&input, "quality", bands, &err);
}

static void test_bands(void **ctx) {
  (void)ctx;
  name_is(&plb_bands_of_age, 0, 0, "0");
  name_is(&plb_bands_of_age, 7, 7, "7");
  name_is(&plb_bands_of_age, 18, 18, "18");
  name_is(&plb_bands_of_age, 24, 24, "19-24");
  name_is(&plb_bands_of_age, 75, 75, "75+");
  name_is(&plb_bands_of_age, 130, 130, "75+");
  name_is(&plb_bands_of_age, 7, 8, "7 or 8");
  name_is(&plb_bands_of_age, 7, 9, "7 to 9");
  name_is(&plb_bands_of_age, 20, 24, "19-24");
  name_is(&plb_bands_of_age, 24, 25, "19-24 or 25-34");
  name_is(&plb_bands_of_elapsed, 10, 11, "10 or 11-15");
  name_is(&plb_bands_of_elapsed, 0, 40, "0 to 21+");
  struct plb_bands bands = {.years = true};
  assert_int_equal(ask_bands("Quality=0,6,14", &bands), PLB_OK);
  name_is(&bands, 5, 6, "0-5 or 6-13");
  name_is(&bands, 5, 20, "0-5 to 14+");
  bands = (struct plb_bands){.years = false};
  assert_int_equal(ask_bands("quality=20,40", &bands), PLB_OK);
  name_is(&bands, 19.99, 19.99, "under 20");
  name_is(&bands, 20, 20, "20 to under 40");
  name_is(&bands, 1e300, 1e300, "40 or more");
  bands = (struct plb_bands){.years = true};
  assert_int_equal(ask_bands("quality=0.5", &bands), PLB_OK);
  name_is(&bands, 0, 0, "under 0.5");
}

static void test_wrong_bands(void **ctx) {
  (void)ctx;
  static const char *const wrong[] = {"quality",     "quality=",    "=1",          "quality=a",   "quality=1,",
                                      "quality=1,1", "quality=2,1", "quality=inf", "quality=nan", "quality=1;2"};
  struct plb_bands bands;
  char many[1024] = "quality=0";
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
    if (ask_bands(wrong[i], &bands) != PLB_USAGE)
      fail_msg("\"%s\" was taken for bands", wrong[i]);
  for (int i = 1; i < 70; i++)
    snprintf(many + strlen(many), sizeof many - strlen(many), ",%d", i);
  assert_int_equal(ask_bands(many, &bands), PLB_USAGE);
  const char *const twice[] = {"age=1", "AGE=2"};
  struct plb_input input = {.bands = twice, .band_count = 2};
  assert_int_equal(plb_bands_check(&input, NULL), PLB_USAGE);
}

/* ---- conditions */

static plb_status ask(const char *where, struct plb_asked **asked, struct plb_error *err) {
  struct plb_input input = {.where = where};
  return plb_asked_read(&input, asked, err);
}

/* What the first condition says of a value of a fact, or of an age known to lie between two numbers. */
static int judge(const char *where, const char *fact) {
  struct plb_asked *asked;
  struct plb_slice facts[PLB_MOST_FACTS] = {{fact, strlen(fact)}};
  struct plb_value value;
  assert_int_equal(ask(where, &asked, NULL), PLB_OK);
  plb_derive(asked, &asked->of[0], facts, &value);
  int verdict = value.why ? PLB_NOT_KNOWN : (int)plb_condition_judge(&asked->where.conditions[0], &value.quantity);
  plb_asked_free(asked);
  return verdict;
}

static void test_conditions(void **ctx) {
  (void)ctx;
  static const struct {
    const char *where, *fact;
    int verdict;
  } cases[] = {{"sex=F", "F", PLB_MET},
               {"sex=F", "f", PLB_NOT_MET},
               {"sex=F|X", "X", PLB_MET},
               {"sex!=F|X", "X", PLB_NOT_MET},
               {"sex!=F|X", "M", PLB_MET},
               {"sex!=F", "", PLB_NOT_KNOWN},
               {"sex=F", "NA", PLB_NOT_KNOWN},
               {"q=7", "7.0", PLB_MET},
               {"q<7", "6.9", PLB_MET},
               {"q<7", "7", PLB_NOT_MET},
               {"q<=7", "7", PLB_MET},
               {"q>7", "7", PLB_NOT_MET},
               {"q>=7", "7", PLB_MET},
               {"q>=7", "x", PLB_NOT_KNOWN},
               {"age<14", "13.9", PLB_MET},
               {"age<14", "14", PLB_NOT_MET},
               {"age<14", "-1", PLB_NOT_KNOWN},
               {"age=10|11", "11", PLB_MET},
               {"age=19-24", "20", PLB_MET},
               {"date>=2020", "2020-01-01", PLB_MET},
               {"date>2020", "2020-12-31", PLB_NOT_MET},
               {"date<2020-06", "2020", PLB_NOT_KNOWN},
               {"date=2020", "2020-05", PLB_MET},
               {"date=2020-05", "2020", PLB_NOT_KNOWN},
               {"date=2020-05", "2021", PLB_NOT_MET}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    if (judge(cases[i].where, cases[i].fact) != cases[i].verdict)
      fail_msg("%s of \"%s\" is %d", cases[i].where, cases[i].fact, judge(cases[i].where, cases[i].fact));
}

static void test_wrong_conditions(void **ctx) {
  (void)ctx;
  static const char *const wrong[] = {
      "",     "sex",   "=F",      "sex=",  "sex!F", "sex=F,",   ",sex=F",          "sex=F|",    "sex=|F",
      "age<", "age<x", "age<1|2", "sex<F", "sex==", "probe.=F", "probe.elapsed=1", "date>soon", "month<2020-13"};
  struct plb_asked *asked;
  struct plb_error err;
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
    if (strcmp(wrong[i], "sex==") != 0 && ask(wrong[i], &asked, &err) != PLB_USAGE)
      fail_msg("\"%s\" was taken for conditions", wrong[i]);
    else if (strcmp(wrong[i], "sex==") != 0)
      assert_non_null(strstr(err.message, "expected"));
  char many[2048] = "a=1";
  for (int i = 0; i < 17; i++)
    snprintf(many + strlen(many), sizeof many - strlen(many), "|%d", i);
  assert_int_equal(ask(many, &asked, &err), PLB_USAGE);
  strcpy(many, "a=1");
  for (int i = 0; i < 17; i++)
    snprintf(many + strlen(many), sizeof many - strlen(many), ",b%d=1", i);
  assert_int_equal(ask(many, &asked, &err), PLB_USAGE);
  struct plb_input input = {.where = "a=1", .as_of = "2024-02-30"};
  assert_int_equal(plb_asked_read(&input, &asked, &err), PLB_USAGE);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_read),
                                     cmocka_unit_test(test_calendar),
                                     cmocka_unit_test(test_years),
                                     cmocka_unit_test(test_bands),
                                     cmocka_unit_test(test_wrong_bands),
                                     cmocka_unit_test(test_conditions),
                                     cmocka_unit_test(test_wrong_conditions)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
