/* SPDX-License-Identifier: Apache-2.0
 *
 * See groups.h.
 */
#include "trial/groups.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "trial/words.h"

void plb_by_free(struct plb_by *by) {
  for (size_t i = 0; i < by->count; i++)
    free(by->names[i]);
  *by = (struct plb_by){0};
}

/* The attribute of that name, which may be new. */
static plb_status attribute_of(struct plb_by *by, const char *option, const char *prefix, struct plb_slice plain,
                               size_t *attribute, struct plb_error *err) {
  if (!plain.length)
    return plb_fail(err, PLB_USAGE, "--%s: an empty name; expected names of attributes, with commas between them",
                    option);
  size_t before = strlen(prefix), length = before + plain.length;
  char *name = plb_alloc(length + 1, 1);
  if (!name)
    return plb_fail_memory(err);
  memcpy(name, prefix, before);
  memcpy(name + before, plain.text, plain.length);
  for (*attribute = 0; *attribute < by->count; ++*attribute)
    if (plb_word_is(name, length, by->names[*attribute])) {
      free(name);
      return PLB_OK;
    }
  if (by->count == PLB_MOST_BY) {
    free(name);
    return plb_fail(err, PLB_USAGE, "--%s: more than %d attributes; expected fewer%s", option, PLB_MOST_BY,
                    *prefix ? ", each of which counts twice with --trend" : "");
  }
  by->single |= (uint8_t)((plb_name_read(name).of != PLB_OF_SIDE) << by->count);
  by->names[by->count++] = name;
  return PLB_OK;
}

/* The attributes of a list, with something before the name of each. */
static plb_status read_list(struct plb_by *by, const char *option, const char *text, const char *prefix,
                            uint8_t *crossed, struct plb_error *err) {
  *crossed = 0;
  for (const char *at = text, *comma; at; at = comma ? comma + 1 : NULL) {
    size_t attribute = 0;
    comma = strchr(at, ',');
    struct plb_slice name = {at, comma ? (size_t)(comma - at) : strlen(at)};
    plb_status st = attribute_of(by, option, prefix, name, &attribute, err);
    if (st)
      return st;
    if (*crossed >> attribute & 1)
      return plb_fail(err, PLB_USAGE, "--%s: \"%.60s\" names an attribute twice; expected each once", option, text);
    *crossed |= (uint8_t)(1u << attribute);
  }
  return PLB_OK;
}

static bool has_breakdown(const struct plb_by *by, uint8_t crossed) {
  for (size_t b = 0; b < by->breakdowns; b++)
    if (by->breakdown[b] == crossed)
      return true;
  return false;
}

static plb_status add_breakdown(struct plb_by *by, uint8_t crossed, struct plb_error *err) {
  if (by->breakdowns == PLB_MOST_BREAKDOWNS)
    return plb_fail(err, PLB_USAGE, "--by: more than %d breakdowns; expected fewer", PLB_MOST_BREAKDOWNS);
  by->breakdown[by->breakdowns++] = crossed;
  return PLB_OK;
}

static plb_status read_breakdown(struct plb_by *by, const char *text, struct plb_error *err) {
  uint8_t crossed;
  plb_status st = read_list(by, "by", text, "", &crossed, err);
  if (st)
    return st;
  if (has_breakdown(by, crossed))
    return plb_fail(err, PLB_USAGE, "--by: \"%.60s\" is asked for twice; expected each breakdown once", text);
  return add_breakdown(by, crossed, err);
}

static plb_status check_trend(const struct plb_by *by, const char *text, struct plb_error *err) {
  uint8_t asked = by->trend[by->trends];
  size_t terms = 0;
  for (size_t a = 0; a < by->count; a++) {
    const char *name = plb_name_shown(by->names[a]);
    if (!(asked >> a & 1))
      continue;
    terms++;
    if (!(by->single >> a & 1))
      return plb_fail(err, PLB_USAGE,
                      "--trend: each side has its own \"%.60s\"; expected reference.%.60s, probe.%.60s, lower.%.60s, "
                      "higher.%.60s or mean.%.60s",
                      name, name, name, name, name, name);
  }
  if (terms > PLB_MOST_TREND_TERMS)
    return plb_fail(err, PLB_USAGE, "--trend: \"%.60s\" has more than %d attributes; expected fewer", text,
                    PLB_MOST_TREND_TERMS);
  for (size_t t = 0; t < by->trends; t++)
    if (by->trend[t] == asked)
      return plb_fail(err, PLB_USAGE, "--trend: \"%.60s\" is asked for twice; expected each trend once", text);
  return PLB_OK;
}

/* The numbers themselves, and the bands beside them. */
static plb_status read_trend(struct plb_by *by, const char *text, struct plb_error *err) {
  uint8_t crossed = 0;
  plb_status st;
  if (by->trends == PLB_MOST_TRENDS)
    return plb_fail(err, PLB_USAGE, "--trend: more than %d trends; expected fewer", PLB_MOST_TRENDS);
  if ((st = read_list(by, "trend", text, "", &crossed, err)) ||
      (st = read_list(by, "trend", text, "exact.", &by->trend[by->trends], err)) || (st = check_trend(by, text, err)))
    return st;
  by->trends++;
  return has_breakdown(by, crossed) ? PLB_OK : add_breakdown(by, crossed, err);
}

static bool is_of_age(const char *name) {
  struct plb_name read = plb_name_read(name);
  return !read.two && plb_word_is(read.plain, strlen(read.plain), "age");
}

/* The time between samples; and the age at enrolment where ages are asked for. */
static plb_status read_horizon(struct plb_by *by, double years, struct plb_error *err) {
  bool ages = false;
  uint8_t bit;
  by->against = years;
  for (size_t a = 0; a < by->count; a++)
    ages = ages || is_of_age(by->names[a]);
  plb_status st = read_list(by, "horizon-against", "elapsed", "exact.", &bit, err);
  by->horizon = bit;
  if (!st && ages)
    st = read_list(by, "horizon-against", "reference.age", "exact.", &bit, err);
  by->horizon |= bit;
  return st;
}

plb_status plb_by_read(const struct plb_input *input, struct plb_by *by, struct plb_error *err) {
  plb_status st = PLB_OK;
  *by = (struct plb_by){0};
  for (size_t b = 0; b < input->by_count && !st; b++)
    st = read_breakdown(by, input->by[b], err);
  for (size_t t = 0; t < input->trend_count && !st; t++)
    st = read_trend(by, input->trends[t], err);
  if (!st && input->horizon > 0)
    st = read_horizon(by, input->horizon, err);
  if (st)
    plb_by_free(by);
  return st;
}

bool plb_group_text(const struct plb_slice *values, size_t count, char text[PLB_MOST_GROUP], size_t *length) {
  *length = 0;
  for (size_t i = 0; i < count; i++) {
    struct plb_slice value = values[i];
    if (value.length >= PLB_MOST_GROUP - *length || memchr(value.text, PLB_VALUE_END, value.length))
      return false;
    memcpy(text + *length, value.text, value.length);
    *length += value.length;
    text[(*length)++] = PLB_VALUE_END;
  }
  return true;
}

struct plb_slice plb_group_unknown(enum plb_why why) {
  static const char texts[PLB_WHYS][2] = {{PLB_VALUE_WHY, '0'}, {PLB_VALUE_WHY, '1'}, {PLB_VALUE_WHY, '2'},
                                          {PLB_VALUE_WHY, '3'}, {PLB_VALUE_WHY, '4'}, {PLB_VALUE_WHY, '5'},
                                          {PLB_VALUE_WHY, '6'}};
  return (struct plb_slice){texts[why], sizeof texts[why]};
}

struct plb_slice plb_group_part(const struct plb_dict *groups, uint32_t group, size_t attribute) {
  size_t left;
  const char *text = plb_dict_text(groups, group, &left);
  for (;; attribute--) {
    const char *end = memchr(text, PLB_VALUE_END, left);
    if (!attribute)
      return (struct plb_slice){text, (size_t)(end - text)};
    left -= (size_t)(end + 1 - text);
    text = end + 1;
  }
}

static bool is_unknown(struct plb_slice value) {
  return value.length && value.text[0] == PLB_VALUE_WHY;
}

struct plb_slice plb_group_value(const struct plb_dict *groups, uint32_t group, size_t attribute) {
  struct plb_slice value = plb_group_part(groups, group, attribute);
  return is_unknown(value) ? (struct plb_slice){value.text, 0} : value;
}

enum plb_why plb_group_why(const struct plb_dict *groups, uint32_t group, size_t attribute) {
  struct plb_slice value = plb_group_part(groups, group, attribute);
  if (!is_unknown(value))
    return value.length ? PLB_WHY_NONE : PLB_WHY_MISSING;
  int why = value.length == 2 ? value.text[1] - '0' : 0;
  return why > 0 && why < PLB_WHYS ? (enum plb_why)why : PLB_WHY_MISSING;
}

const char *plb_why_words(enum plb_why why) {
  static const char *const words[PLB_WHYS] = {"known",
                                              "missing",
                                              "not a number",
                                              "not a date",
                                              "a date in the future",
                                              "born after the sample was taken",
                                              "an age below 0 or above 130"};
  return words[why];
}

static bool takes(const char **name, const char *prefix) {
  bool starts = strlen(*name) >= strlen(prefix) && plb_word_is(*name, strlen(prefix), prefix);
  *name += starts ? strlen(prefix) : 0;
  return starts;
}

struct plb_name plb_name_read(const char *name) {
  static const struct {
    const char *prefix;
    struct plb_name means;
  } prefixes[] = {{"reference.", {.of = PLB_OF_REFERENCE}},
                  {"probe.", {.of = PLB_OF_PROBE}},
                  {"lower.", {.of = PLB_OF_PAIR, .two = PLB_TWO_LOWER}},
                  {"higher.", {.of = PLB_OF_PAIR, .two = PLB_TWO_HIGHER}},
                  {"mean.", {.of = PLB_OF_PAIR, .two = PLB_TWO_MEAN}}};
  struct plb_name read = {.of = PLB_OF_SIDE};
  bool exact = takes(&name, "exact.");
  for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes && read.of == PLB_OF_SIDE; i++)
    if (takes(&name, prefixes[i].prefix))
      read = prefixes[i].means;
  if (read.of == PLB_OF_SIDE &&
      (plb_word_is(name, strlen(name), "elapsed") || plb_word_is(name, strlen(name), "elapsed_months")))
    read.of = PLB_OF_PAIR;
  read.exact = exact;
  read.plain = name;
  return read;
}

const char *plb_name_shown(const char *name) {
  takes(&name, "exact.");
  return name;
}
