/* SPDX-License-Identifier: Apache-2.0
 *
 * What is asked about the two sides of comparisons (--by, --where): from columns of the scores, from tables beside
 * them, from dates; what is not known and why; what is at odds.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "tables.h"

static const char *by[4], *bands[4];

static int fresh_sides(void **ctx) {
  fresh(ctx);
  options.by = by;
  options.by_count = 1;
  options.bands = bands;
  options.as_of = "2024-06-30";
  return 0;
}

static size_t put_group(const struct plb_dict *groups, uint32_t group, char *to, size_t room) {
  size_t used = 0;
  for (size_t a = 0; a < options.by_count; a++) {
    struct plb_slice value = plb_group_value(groups, group, a);
    enum plb_why why = plb_group_why(groups, group, a);
    used += (size_t)snprintf(to + used, room - used, "%s", a ? "+" : "");
    if (why)
      used += (size_t)snprintf(to + used, room - used, "(%s)", plb_why_words(why));
    else
      used += (size_t)snprintf(to + used, room - used, "%.*s", (int)value.length, value.text);
  }
  return used;
}

/* The groups of each row, "reference/probe". */
static void show(const struct collected *all, char *seen, size_t room) {
  size_t used = 0;
  seen[0] = '\0';
  for (size_t i = 0; i < all->count; i++) {
    used += (size_t)snprintf(seen + used, room - used, "%s", i ? " " : "");
    used += put_group(&all->census.groups, all->rows[i].reference_group, seen + used, room - used);
    used += (size_t)snprintf(seen + used, room - used, "/");
    used += put_group(&all->census.groups, all->rows[i].probe_group, seen + used, room - used);
  }
}

static void groups_are(const char *text, const char *expected) {
  struct collected all;
  char seen[1024];
  read_table(text, &all);
  if (all.status)
    print_message("%s\n", all.err.message);
  assert_int_equal(all.status, PLB_OK);
  show(&all, seen, sizeof seen);
  assert_string_equal(seen, expected);
  collected_free(&all);
}

/* The same of two columns of one attribute each, in one row. */
static void pair_is(const char *attribute, const char *reference, const char *probe, const char *expected) {
  char text[512];
  by[0] = attribute;
  snprintf(text, sizeof text,
           "score,ref_subject,probe_subject,ref_birth_date,ref_date,probe_birth_date,probe_date\n1,a,b,%s,%s\n",
           reference, probe);
  groups_are(text, expected);
}

/* ---- where values come from */

static void test_columns(void **ctx) {
  (void)ctx;
  by[0] = "sex";
  groups_are("score,probe_subject,ref_subject,probe_sex,ref_sex\n1,a,b,F,M\n2,a,a,F,F\n3,c,a,NA,F\n4,c,a,,nan\n",
             "M/F F/F F/(missing) (missing)/(missing)");
  by[0] = "SEX";
  options.map = "probe_sex=p,ref_sex=r";
  groups_are("score,probe_subject,ref_subject,p,r\n1,a,b,F,M\n", "M/F");
  options.map = NULL;
  by[0] = "sex";
  refuses("score,probe_subject,ref_subject\n1,a,b\n",
          ":1: no columns probe_X and reference_X with X = \"sex\", which --by names, and no column X in a table of "
          "--samples or --subjects");
}

static void test_tables(void **ctx) {
  (void)ctx;
  by[0] = "sex";
  options.subjects = made_file("subjects.csv", "subject,sex,device\na,F,\nb,M,\nc,NA,\n");
  groups_are("score,probe_subject,ref_subject\n1,a,b\n2,a,a\n3,c,a\n", "M/F F/F F/(missing)");
  options.samples = made_file("samples.csv", "sample,subject,device\na1,a,x\na2,a,y\nb1,b,x\n");
  static const char rows[] = "score,probe_sample,ref_sample\n1,a1,b1\n2,a2,a1\n3,b1,a2\n4,a1,b1\n";
  groups_are(rows, "M/F F/F F/M M/F");
  by[0] = "device";
  groups_are(rows, "x/x x/y y/x x/x");
  by[0] = "sex,device";
  by[1] = "device";
  options.by_count = 2;
  struct collected all;
  char seen[256];
  read_table(rows, &all);
  assert_int_equal(all.status, PLB_OK);
  show(&all, seen, sizeof seen);
  assert_string_equal(seen, "M+x/F+x F+x/F+y F+y/M+x M+x/F+x");
  collected_free(&all);
}

/* A value that is said twice is the same; one that is said once is enough. */
static void test_twice(void **ctx) {
  (void)ctx;
  by[0] = "sex";
  options.subjects = made_file("subjects.csv", "subject,sex\na,F\nb,\n");
  groups_are("score,probe_subject,ref_subject,probe_sex,ref_sex\n1,a,b,F,M\n2,a,b,,M\n", "M/F M/F");
  refuses("score,probe_subject,ref_subject,probe_sex,ref_sex\n1,a,b,F,M\n2,a,b,X,M\n",
          ":3:7: another value of \"sex\" than in the table of --subjects; expected the same wherever it is said");
  options.samples = made_file("samples.csv", "sample,subject,sex\na1,a,F\nb1,b,M\na2,a,X\n");
  groups_are("score,probe_sample,ref_sample\n1,a1,b1\n", "M/F");
  refuses("score,probe_sample,ref_sample\n1,a1,b1\n2,a2,b1\n",
          ":3: another value of \"sex\" than in the table of --subjects; expected the same wherever it is said");
}

static void test_formats(void **ctx) {
  (void)ctx;
  struct collected all;
  char seen[256];
  by[0] = "sex";
  options.subjects = made_file("subjects.csv", "subject,sex\na,F\nb,M\n");
  const char *path = made_file("matrix.csv", ",a,b\na,9,1\nb,2,8\n");
  options.files = &path;
  options.file_count = 1;
  collect(&options, &all);
  assert_int_equal(all.status, PLB_OK);
  show(&all, seen, sizeof seen);
  assert_string_equal(seen, "F/F M/F F/M M/M");
  collected_free(&all);
  options.subjects = NULL;
  collect(&options, &all);
  assert_int_equal(all.status, PLB_DATA);
  assert_non_null(strstr(all.err.message, "no columns probe_X and reference_X with X = \"sex\", which --by names"));
  collected_free(&all);
}

static void test_hostile(void **ctx) {
  (void)ctx;
  char text[2048], cell[1200];
  by[0] = "sex";
  memset(cell, 'x', sizeof cell);
  cell[600] = '\0';
  snprintf(text, sizeof text, "score,probe_subject,ref_subject,probe_sex,ref_sex\n1,a,b,%s,M\n", cell);
  struct collected all;
  read_table(text, &all);
  assert_fails(&all, PLB_DATA, 2, 0, "longer than 512 bytes together here, or hold a control character");
  assert_null(strstr(all.err.message, "xxxxxx"));
  collected_free(&all);
  read_table("score,probe_subject,ref_subject,probe_sex,ref_sex\n1,a,b,\x1F,M\n", &all);
  assert_fails(&all, PLB_DATA, 2, 0, "control character");
  collected_free(&all);
  read_table("score,probe_subject,ref_subject,probe_sex,ref_sex\n1,a,b,\x1E"
             "1,M\n",
             &all);
  assert_fails(&all, PLB_DATA, 2, 0, "control character");
  collected_free(&all);
  options.subjects = made_file("subjects.csv", "subject,sex\na,\x1F\nb,M\n");
  read_table("score,probe_subject,ref_subject\n1,a,b\n", &all);
  assert_fails(&all, PLB_DATA, 2, 0, "control character");
  collected_free(&all);
  options.subjects = made_file("subjects.csv", "subject,sex,SEX\na,F,F\n");
  read_table("score,probe_subject,ref_subject\n1,a,b\n", &all);
  assert_fails(&all, PLB_DATA, 1, 0, "two columns mean \"sex\"");
  collected_free(&all);
}

/* ---- what follows from dates */

static void test_age(void **ctx) {
  (void)ctx;
  pair_is("age", "2010-05-06,2020-05-05", "2010-05-06,2020-05-06", "9/10");
  pair_is("age", "1950,2020-07-01", "2013,2020-07-01", "65-74/6 or 7");
  pair_is("age", "2010-05,2018-05-20", "2010/2012,2020", "7 or 8/7 to 10");
  pair_is("age", "2020-05-06,2020-05-05", "2020,2020", "(born after the sample was taken)/0");
  pair_is("age", ",2020", "2010,", "(missing)/(missing)");
  pair_is("age", "x,2020", "2010,2020-02-30", "(not a date)/(not a date)");
  pair_is("age", "1800,2020", "2010,2024-07-01", "(an age below 0 or above 130)/(a date in the future)");
  pair_is("age", "2010,2024-06-30", "2010,2024", "13 or 14/13 or 14");
  bands[0] = "age=0,6,14,18";
  options.band_count = 1;
  pair_is("age", "2010-05-06,2020-05-05", "2013,2019-07-01", "6-13/0-5 or 6-13");
}

static void test_age_in_years(void **ctx) {
  (void)ctx;
  by[0] = "age";
  groups_are("score,probe_subject,ref_subject,probe_age,ref_age\n1,a,b,7,7.99\n2,a,b,200,-1\n3,a,b,x,1e3\n4,a,b,30,0\n",
             "7/7 (an age below 0 or above 130)/(an age below 0 or above 130) (an age below 0 or above 130)/(not a "
             "number) 0/25-34");
  options.subjects = made_file("subjects.csv", "subject,birth_date\na,2010-01-01\nb,2000-01-01\n");
  groups_are(
      "score,probe_subject,ref_subject,probe_age,ref_age,probe_date,ref_date\n1,a,b,7,7,2020,2020\n2,a,b,,,2021,2021\n",
      "7/7 19-24/11");
  refuses("score,probe_subject,ref_subject\n1,a,b\n",
          ":1: no columns probe_X and reference_X with X = \"age\", which --by names, and no column X in a table of "
          "--samples or --subjects, and none of birth_date and date, which would tell it");
}

static void test_elapsed(void **ctx) {
  (void)ctx;
  pair_is("elapsed", ",2010-05-06", ",2020-05-05", "9/9");
  pair_is("elapsed", ",2020-05-06", ",2010-05-06", "10/10");
  pair_is("elapsed", ",2010", ",2020", "9 or 10/9 or 10");
  pair_is("elapsed", ",2010", ",2010-06-01", "0/0");
  pair_is("elapsed", ",2010/2012", ",2011-06-01", "0 or 1/0 or 1");
  pair_is("elapsed", ",1990", ",2020-05-05", "21+/21+");
  pair_is("elapsed", ",", ",2020-05-05", "(missing)/(missing)");
  pair_is("elapsed", ",soon", ",", "(not a date)/(not a date)");
  by[0] = "elapsed";
  refuses("score,probe_subject,ref_subject\n1,a,b\n",
          ":1: nothing says when the samples were taken, and so how much time has elapsed between them; expected "
          "columns probe_date and reference_date, or date in a table of --samples");
}

static void test_calendar(void **ctx) {
  (void)ctx;
  pair_is("year", ",2010-05-06", ",2019-12/2020-01", "2010/2019 to 2020");
  pair_is("month", ",2010-05-06", ",2020", "2010-05/2020-01 to 2020-12");
  pair_is("reference.year", ",2010-05-06", ",2020", "2010/2010");
  pair_is("probe.year", ",2010-05-06", ",2020", "2020/2020");
  pair_is("reference.age", "2010-05-06,2020-05-05", "x,y", "9/9");
  by[1] = "elapsed";
  by[2] = "probe.month";
  options.by_count = 3;
  pair_is("reference.age", "2010-05-06,2020-05-05", "2010-05-06,2022-03-05", "9+1+2022-03/9+1+2022-03");
}

/* ---- what is noticed */

static void test_notes(void **ctx) {
  (void)ctx;
  struct collected all;
  by[0] = "sex,age";
  options.by_count = 1;
  read_table("score,probe_subject,ref_subject,probe_sex,ref_sex,probe_birth_date,ref_birth_date,probe_date,ref_date\n"
             "1,a,b,F,M,2000,2001,2020,2020\n"
             "2,a,b,X,M,2000,2001,2020,2020\n"
             "3,a,c,F,,2000,2001-05,2020,soon\n"
             "4,c,b,F,M,2000,2001,2020,2020\n"
             "5,c,b,F,M,1000,2001,2020,2030\n",
             &all);
  assert_int_equal(all.status, PLB_OK);
  const struct plb_noted *notes = &all.census.notes;
  assert_int_equal(plb_sayings_several(&notes->said[0]), 1); /* a */
  assert_int_equal(plb_sayings_several(&notes->said[1]), 1); /* c */
  assert_int_equal(notes->first[0][PLB_WHY_MISSING].line, 4);
  assert_int_equal(notes->first[1][PLB_WHY_NO_DATE].line, 4);
  assert_int_equal(notes->first[1][PLB_WHY_FUTURE].line, 6);
  assert_int_equal(notes->first[1][PLB_WHY_NO_AGE].line, 6);
  assert_int_equal(notes->first[1][PLB_WHY_UNBORN].line, 0);
  collected_free(&all);
}

/* ---- --where */

static void chooses(const char *where, const char *expected, uint64_t left_out, uint64_t unknown) {
  struct collected all;
  char rows[256];
  options.where = where;
  options.by_count = 0;
  read_table("score,probe_subject,ref_subject,probe_sex,ref_sex,probe_age,ref_age,probe_date,ref_date\n"
             "1,a,b,F,M,10,20,2020-01-01,2010-01-01\n"
             "2,a,c,F,F,10,13,2020-01-01,2019-02-01\n"
             "3,a,a,F,F,10,11,2020-01-01,2019-01-01\n"
             "4,d,d,,,30,,2020-01-01,\n",
             &all);
  if (all.status)
    print_message("%s\n", all.err.message);
  assert_int_equal(all.status, PLB_OK);
  describe(&all, rows, sizeof rows);
  assert_string_equal(rows, expected);
  assert_int_equal(all.dropped[PLB_DROP_CHOICE], left_out);
  assert_int_equal(all.dropped[PLB_DROP_UNKNOWN], unknown);
  assert_int_equal(all.kept + left_out + unknown, 4);
  collected_free(&all);
}

static void test_where(void **ctx) {
  (void)ctx;
  chooses("sex=F", "N2:2-1 M3:1-1", 1, 1);
  chooses("sex=F|M", "N1:0-1 N2:2-1 M3:1-1", 0, 1);
  chooses("probe.age<14", "N1:0-1 N2:2-1 M3:1-1", 1, 0);
  chooses("reference.age>=13", "N1:0-1 N2:2-1", 1, 1);
  chooses("sex=F,reference.age>=13", "N2:2-1", 2, 1);
  chooses("elapsed>=1", "N1:0-1 M3:1-1", 1, 1);
  chooses("reference.date<2019", "N1:0-1", 2, 1);
  chooses("sex=nobody", "", 3, 1);
  options.where = "gender=F";
  refuses("score,probe_subject,ref_subject\n1,a,b\n",
          ":1: no columns probe_X and reference_X with X = \"gender\", which --where names, and no column X in a table "
          "of --samples or --subjects");
}

#define TEST(name) cmocka_unit_test_setup(name, fresh_sides)

int main(void) {
  const struct CMUnitTest tests[] = {TEST(test_columns),      TEST(test_tables),  TEST(test_twice),
                                     TEST(test_formats),      TEST(test_hostile), TEST(test_age),
                                     TEST(test_age_in_years), TEST(test_elapsed), TEST(test_calendar),
                                     TEST(test_notes),        TEST(test_where)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
