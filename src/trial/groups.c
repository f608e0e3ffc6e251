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
static plb_status attribute_of(struct plb_by *by, struct plb_slice name, size_t *attribute, struct plb_error *err) {
  if (!name.length)
    return plb_fail(err, PLB_USAGE, "--by: an empty name; expected names of attributes, with commas between them");
  for (*attribute = 0; *attribute < by->count; ++*attribute)
    if (plb_word_is(name.text, name.length, by->names[*attribute]))
      return PLB_OK;
  if (by->count == PLB_MOST_BY)
    return plb_fail(err, PLB_USAGE, "--by: more than %d attributes; expected fewer", PLB_MOST_BY);
  const char *plain;
  if (!(by->names[by->count] = plb_copy_text(name.text, name.length)))
    return plb_fail_memory(err);
  by->single |= (uint8_t)((plb_of_name(by->names[by->count], &plain) != PLB_OF_SIDE) << by->count);
  by->count++;
  return PLB_OK;
}

static plb_status read_breakdown(struct plb_by *by, const char *text, struct plb_error *err) {
  uint8_t crossed = 0;
  for (const char *at = text, *comma; at; at = comma ? comma + 1 : NULL) {
    size_t attribute = 0;
    comma = strchr(at, ',');
    plb_status st =
        attribute_of(by, (struct plb_slice){at, comma ? (size_t)(comma - at) : strlen(at)}, &attribute, err);
    if (st)
      return st;
    if (crossed >> attribute & 1)
      return plb_fail(err, PLB_USAGE, "--by: \"%.60s\" names an attribute twice; expected each once", text);
    crossed |= (uint8_t)(1u << attribute);
  }
  for (size_t b = 0; b < by->breakdowns; b++)
    if (by->breakdown[b] == crossed)
      return plb_fail(err, PLB_USAGE, "--by: \"%.60s\" is asked for twice; expected each breakdown once", text);
  if (by->breakdowns == PLB_MOST_BREAKDOWNS)
    return plb_fail(err, PLB_USAGE, "--by: more than %d breakdowns; expected fewer", PLB_MOST_BREAKDOWNS);
  by->breakdown[by->breakdowns++] = crossed;
  return PLB_OK;
}

plb_status plb_by_read(const struct plb_input *input, struct plb_by *by, struct plb_error *err) {
  plb_status st = PLB_OK;
  *by = (struct plb_by){0};
  for (size_t b = 0; b < input->by_count && !st; b++)
    st = read_breakdown(by, input->by[b], err);
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

static bool starts(const char *name, const char *prefix) {
  return strlen(name) >= strlen(prefix) && plb_word_is(name, strlen(prefix), prefix);
}

enum plb_of plb_of_name(const char *name, const char **plain) {
  static const char reference[] = "reference.", probe[] = "probe.";
  *plain = name;
  if (starts(name, reference) || starts(name, probe)) {
    bool is_probe = starts(name, probe);
    *plain = name + (is_probe ? sizeof probe : sizeof reference) - 1;
    return is_probe ? PLB_OF_PROBE : PLB_OF_REFERENCE;
  }
  return plb_word_is(name, strlen(name), "elapsed") ? PLB_OF_PAIR : PLB_OF_SIDE;
}
