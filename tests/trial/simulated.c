/* SPDX-License-Identifier: Apache-2.0 */
#include "simulated.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

char sim_folder[] = "/tmp/plumbline-simulate-XXXXXX";
char sim_scores[256], sim_truth[256];

char *sim_read_file(const char *path, size_t *length) {
  FILE *file = fopen(path, "rb");
  assert_non_null(file);
  assert_int_equal(fseek(file, 0, SEEK_END), 0);
  *length = (size_t)ftell(file);
  rewind(file);
  char *text = calloc(*length + 1, 1);
  assert_non_null(text);
  assert_int_equal(fread(text, 1, *length, file), *length);
  fclose(file);
  return text;
}

/* The next field of a line, NUL-terminated in place. */
static char *next_field(char **at) {
  char *field = *at;
  char *end = field + strcspn(field, ",\n");
  *at = *end ? end + 1 : end;
  *end = '\0';
  return field;
}

static unsigned person_number(const char *name) {
  assert_int_equal(name[0], 'P');
  assert_int_equal(strlen(name), 7);
  return (unsigned)strtoul(name + 1, NULL, 10);
}

static unsigned sample_number(const char *name, const char *person) {
  size_t length = strlen(person);
  assert_memory_equal(name, person, length);
  assert_int_equal(name[length], '-');
  return (unsigned)strtoul(name + length + 1, NULL, 10);
}

static unsigned family_number(const char *name) {
  assert_int_equal(name[0], 'F');
  assert_int_equal(strlen(name), 7);
  return (unsigned)strtoul(name + 1, NULL, 10);
}

static void parse_row(char *line, int groups, int families, int status, struct row *row) {
  char *reference = next_field(&line), *probe = next_field(&line);
  row->reference = person_number(reference);
  row->probe = person_number(probe);
  row->reference_sample = sample_number(next_field(&line), reference);
  row->probe_sample = sample_number(next_field(&line), probe);
  if (groups) {
    row->reference_group = *next_field(&line);
    row->probe_group = *next_field(&line);
  }
  if (families) {
    row->reference_family = family_number(next_field(&line));
    row->probe_family = family_number(next_field(&line));
  }
  row->mated = atoi(next_field(&line));
  if (status)
    snprintf(row->status, sizeof row->status, "%s", next_field(&line));
  char *score = next_field(&line);
  row->has_score = *score != '\0';
  row->score = strtod(score, NULL);
  if (row->has_score)
    assert_int_equal(strlen(strchr(score, '.')), 7); /* six decimals */
  assert_string_equal(line, "");
}

void sim_free(struct table *table) {
  free(table->text);
  free(table->rows);
}

static struct table read_table(const struct plb_simulation *ask) {
  struct table table = {0};
  table.text = sim_read_file(sim_scores, &table.length);
  char *copy = strdup(table.text), *rest = copy, *line;
  char header[200];
  int newer = ask->size > offsetof(struct plb_simulation, family_size); /* than programs without families */
  int groups = ask->groups > 1, families = newer && ask->family_size > 1, status = ask->fta > 0 || ask->fte > 0;
  snprintf(header, sizeof header, "reference_subject,probe_subject,reference_sample,probe_sample,%s%smated,%sscore",
           groups ? "reference_group,probe_group," : "", families ? "reference_family,probe_family," : "",
           status ? "status," : "");
  assert_string_equal(strsep(&rest, "\n"), header);
  size_t capacity = 0;
  while ((line = strsep(&rest, "\n")) && *line) {
    if (table.count == capacity) {
      capacity = capacity ? 2 * capacity : 1024;
      table.rows = realloc(table.rows, capacity * sizeof *table.rows);
      assert_non_null(table.rows);
    }
    table.rows[table.count] = (struct row){0};
    parse_row(line, groups, families, status, &table.rows[table.count++]);
  }
  assert_null(rest); /* the last line ends with a line feed and nothing follows */
  free(copy);
  return table;
}

struct plb_simulation sim_defaults(uint64_t people, uint64_t samples) {
  struct plb_simulation ask;
  plb_simulation_init(&ask, sizeof ask);
  ask.people = people;
  ask.samples = samples;
  return ask;
}

struct table sim_run(const struct plb_simulation *ask) {
  struct plb_error err = {0};
  if (plb_simulate(ask, sim_scores, sim_truth, &err))
    fail_msg("%s", err.message);
  return read_table(ask);
}

double sim_truth_next(const char **at, const char *key) {
  char quoted[64];
  snprintf(quoted, sizeof quoted, "\"%s\": ", key);
  *at = strstr(*at, quoted);
  if (!*at)
    fail_msg("the truth lacks %s", key);
  *at += strlen(quoted);
  return strtod(*at, NULL);
}

double sim_truth_number(const char *text, const char *key) {
  return sim_truth_next(&text, key);
}

void sim_assert_close(double seen, double expected, double absolute) {
  if (!(fabs(seen - expected) <= absolute))
    fail_msg("%.12g, expected %.12g within %g", seen, expected, absolute);
}

int sim_make_folder(void **state) {
  (void)state;
  if (!mkdtemp(sim_folder))
    return -1;
  snprintf(sim_scores, sizeof sim_scores, "%s/scores.csv", sim_folder);
  snprintf(sim_truth, sizeof sim_truth, "%s/truth.json", sim_folder);
  return 0;
}

int sim_remove_folder(void **state) {
  (void)state;
  unlink(sim_scores);
  unlink(sim_truth);
  return rmdir(sim_folder);
}
