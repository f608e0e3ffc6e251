/* SPDX-License-Identifier: Apache-2.0
 *
 * Which people are related (--cluster): by columns of the scores, by tables beside them, and every way in which they
 * can be at odds.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "tables.h"

/* The clusters of the people in the order in which they were met: their names, "-" for none. */
static void clusters_are(const char *text, const char *expected) {
  struct collected all;
  char seen[256] = "";
  read_table(text, &all);
  if (all.status)
    print_message("%s\n", all.err.message);
  assert_int_equal(all.status, PLB_OK);
  const struct plb_attribute *clusters = &all.census.clusters;
  for (uint32_t person = 0; person < all.census.people.count; person++) {
    size_t used = strlen(seen), length = 1;
    uint32_t cluster = plb_attribute_of(clusters, person);
    const char *name = cluster == PLB_NO_VALUE ? "-" : "?";
    if (cluster < PLB_NO_VALUE)
      name = plb_dict_text(&clusters->values, cluster, &length);
    snprintf(seen + used, sizeof seen - used, "%s%.*s", person ? " " : "", (int)length, name);
  }
  assert_string_equal(seen, expected);
  collected_free(&all);
}

static int by_family(void **ctx) {
  fresh(ctx);
  options.cluster = "family";
  return 0;
}

static void test_columns(void **ctx) {
  (void)ctx;
  clusters_are("score,probe_subject,ref_subject,probe_family,ref_family\n1,a,a,x,x\n2,b,a,y,x\n3,c,b,x,y\n4,d,c,,x\n",
               "x y x -");
  clusters_are("Reference_Family;score;PROBE_family;subject_a;subject_b\nnan;1;NA;a;b\n\"x;1\";1;;a;c\n", "- - x;1");
  options.cluster = "FAMILY";
  clusters_are("score,probe_subject,ref_subject,probe_family,reference_family\n1,a,b,x,y\n", "y x");
  options.cluster = "subject"; /* everybody is a cluster */
  clusters_are("score,probe_subject,ref_subject\n1,a,b\n2,b,c\n", "b a c");
  options.cluster = "house";
  options.map = "probe_house=h,ref_house=g";
  clusters_are("score,probe_subject,ref_subject,h,g\n1,a,b,x,y\n", "y x");
  options.map = "probe_house=h"; /* the other one by its name; what is mapped goes first */
  clusters_are("score,probe_subject,ref_subject,h,probe_house,ref_house\n1,a,b,x,z,y\n", "y x");
  options.cluster = NULL;
  options.map = NULL;
  clusters_are("score,probe_subject,ref_subject,probe_family,ref_family\n1,a,b,x,y\n2,a,b,y,y\n", "? ?");
}

/* A row that is left out says it all the same: what is known of a person does not depend on his scores. */
static void test_left_out(void **ctx) {
  (void)ctx;
  options.missing = PLB_MISSING_DROP;
  clusters_are("score,probe_subject,ref_subject,probe_family,ref_family\n,a,b,x,y\n2,a,a,x,x\n", "y x");
  refuses("score,probe_subject,ref_subject,probe_family,ref_family\n,a,b,x,y\n2,a,a,z,z\n",
          ":3:9: this person has another cluster, or none, in an earlier row or a table; expected one cluster for each "
          "person (--cluster), the same wherever the person is named");
}

static void test_odds(void **ctx) {
  (void)ctx;
  static const char other[] = "this person has another cluster, or none, in an earlier row or a table; expected one "
                              "cluster for each person (--cluster), the same wherever the person is named";
  static const char none[] = "no cluster for this person here, but one in an earlier row or a table; expected one "
                             "cluster for each person (--cluster), the same wherever the person is named";
  char expected[400];
  snprintf(expected, sizeof expected, ":3:8: %s", other);
  refuses("score,probe_subject,ref_subject,probe_family,ref_family\n1,a,b,x,y\n11,b,c,xx,x\n", expected);
  snprintf(expected, sizeof expected, ":3:7: %s", none);
  refuses("score,probe_subject,ref_subject,probe_family,ref_family\n1,a,b,x,y\n1,b,c,,x\n", expected);
  snprintf(expected, sizeof expected, ":3:9: %s", other);
  refuses("score,probe_subject,ref_subject,probe_family,ref_family\n1,a,b,x,\n1,a,b,x,y\n", expected);
  snprintf(expected, sizeof expected, ":2:7: %s", other); /* within a row: the probe is the reference */
  refuses("score,probe_subject,ref_subject,probe_family,ref_family\n1,a,a,x,y\n", expected);
}

static void test_headers(void **ctx) {
  (void)ctx;
  refuses("score,probe_subject,ref_subject\n1,a,b\n",
          ":1: no columns probe_X and reference_X with X = \"family\", which --cluster names, and no column X in a "
          "table of --samples or --subjects");
  refuses("score,probe_subject,ref_subject,probe_family\n1,a,b,x\n",
          ":1: no column \"reference_family\", though there is one for the other side; the columns are \"score\", "
          "\"probe_subject\", \"ref_subject\", \"probe_family\"");
  refuses("score,probe_subject,ref_subject,probe_family,ref_family,reference_family\n1,a,b,x,x,x\n",
          ":1: two columns mean \"reference_family\"; choose one by --map; the columns are \"score\", "
          "\"probe_subject\", \"ref_subject\", \"probe_family\", \"ref_family\", \"reference_family\"");
  refuses("score,mated,probe_family,ref_family\n1,1,x,x\n",
          ":2: this row does not name both subjects, so nobody can be put into a cluster (--cluster)");
  options.map = "probe_family=a,probe_family=b";
  refuses("score,probe_subject,ref_subject,a,b\n1,a,b,x,x\n",
          ":1: --map: \"probe_family\" is named twice; expected one column; the columns are \"score\", "
          "\"probe_subject\", \"ref_subject\", \"a\", \"b\"");
}

static void test_tables(void **ctx) {
  (void)ctx;
  static const char by_sample[] = "score,probe_sample,ref_sample\n1,a1,a2\n2,b1,a1\n3,c1,a1\n";
  static const char by_subject[] = "score,probe_subject,ref_subject\n1,ann,ann\n2,bob,ann\n3,cid,ann\n";
  options.samples = made_file("samples.csv", "sample,subject,Family\na1,ann,x\na2,ann,x\nb1,bob,\nc1,cid,x\n");
  clusters_are(by_sample, "x - x");
  options.subjects = made_file("subjects.csv", "subject,family\nann,x\nbob,NA\ncid,x\n");
  clusters_are(by_sample, "x - x"); /* both say the same */
  clusters_are("score,probe_sample,ref_sample,probe_family,ref_family\n1,a1,a2,x,x\n2,b1,a1,,x\n", "x -");
  refuses("score,probe_sample,ref_sample,probe_family,ref_family\n1,a1,a2,x,x\n2,b1,a1,z,x\n",
          ":3:9: this person has another cluster, or none, in an earlier row or a table; expected one cluster for each "
          "person (--cluster), the same wherever the person is named");
  options.samples = NULL;
  clusters_are(by_subject, "x - x");
  options.subjects = made_file("subjects.csv", "subject,sex\nann,x\nbob,NA\ncid,x\n");
  refuses(by_subject, ":1: no columns probe_X and reference_X with X = \"family\", which --cluster names, and no "
                      "column X in a table of --samples or --subjects");
  options.samples = made_file("samples.csv", "sample,subject,family\na1,ann,x\na2,ann,x\nb1,bob,y\nc1,cid,x\n");
  options.subjects = made_file("subjects.csv", "subject,family\nann,x\nbob,NA\ncid,x\n");
  refuses(by_sample,
          ":3:3: no cluster for this person here, but one in an earlier row or a table; expected one cluster "
          "for each person (--cluster), the same wherever the person is named");
}

static void test_table_faults(void **ctx) {
  (void)ctx;
  table_refuses("sample,subject,family\na1,ann,x\na2,ann,y\n",
                ":3:8: this person has another cluster, or none, in an earlier row; expected one for each person "
                "(--cluster)");
  table_refuses("sample,subject,family\na1,ann,x\na2,ann,\n",
                ":3:8: this person has another cluster, or none, in an earlier row; expected one for each person "
                "(--cluster)");
  table_refuses("sample,subject,family,FAMILY\na1,ann,x,x\n", ":1: two columns mean \"family\"; expected one");
}

static void test_usage(void **ctx) {
  (void)ctx;
  struct collected all;
  read_text("a a x 1\na b x 2\n", "bob4", &all);
  assert_int_equal(all.status, PLB_OK);
  collected_free(&all);
  struct plb_input input = options;
  const char *path = made_file("scores.txt", "a a x 1\na b x 2\n");
  input.files = &path;
  input.file_count = 1;
  collect(&input, &all);
  assert_int_equal(all.status, PLB_USAGE);
  assert_string_equal(all.err.message, "--cluster: this input is of format bob4, which has no named columns; expected "
                                       "the column in a table of --samples or --subjects");
  collected_free(&all);
  input.subjects = made_file("subjects.csv", "subject,family\na,x\nb,x\n");
  collect(&input, &all);
  assert_int_equal(all.status, PLB_OK);
  assert_int_equal(plb_attribute_of(&all.census.clusters, 1), 0);
  collected_free(&all);
  input.cluster = "";
  collect(&input, &all);
  assert_int_equal(all.status, PLB_USAGE);
  assert_string_equal(all.err.message, "--cluster: an empty name; expected the name of a column");
  collected_free(&all);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup(test_columns, by_family), cmocka_unit_test_setup(test_left_out, by_family),
      cmocka_unit_test_setup(test_odds, by_family),    cmocka_unit_test_setup(test_headers, by_family),
      cmocka_unit_test_setup(test_tables, by_family),  cmocka_unit_test_setup(test_table_faults, by_family),
      cmocka_unit_test_setup(test_usage, by_family),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
