/* SPDX-License-Identifier: Apache-2.0
 *
 * See where.h. A quantity may be known to lie between two numbers alone (an age from a year of birth); a condition is
 * met where it holds for all of these.
 */
#include "trial/where.h"

#include <string.h>

#include "base/show.h"

static plb_status fail(const char *text, const char *expected, struct plb_error *err) {
  char shown[PLB_SHOWN];
  return plb_fail(err, PLB_USAGE, "--where: %s; expected %s", plb_show_text(shown, text, strlen(text)), expected);
}

static size_t read_relation(const char *at, enum plb_relation *relation) {
  bool equal = at[0] && at[1] == '=';
  switch (at[0]) {
  case '=': *relation = PLB_EQUAL; return 1;
  case '!': *relation = PLB_UNEQUAL; return equal ? 2 : 0;
  case '<': *relation = equal ? PLB_AT_MOST : PLB_BELOW; break;
  default: *relation = equal ? PLB_AT_LEAST : PLB_ABOVE; break;
  }
  return equal ? 2 : 1;
}

plb_status plb_where_next(const char **rest, struct plb_condition_text *text, struct plb_error *err) {
  const char *at = *rest, *comma = strchr(at, ','), *end = comma ? comma : at + strlen(at);
  size_t name = strcspn(at, "=!<>,");
  size_t sign = at + name < end ? read_relation(at + name, &text->relation) : 0;
  if (!name || !sign)
    return fail(at, "NAME=VALUE, or !=, <, <=, > or >= between them, with commas between conditions", err);
  text->name = (struct plb_slice){at, name};
  text->values = (struct plb_slice){at + name + sign, (size_t)(end - at) - name - sign};
  if (!text->values.length)
    return fail(at, "a value behind the sign", err);
  *rest = comma ? comma + 1 : NULL;
  return PLB_OK;
}

struct plb_slice plb_where_value(struct plb_slice *values) {
  const char *bar = memchr(values->text, '|', values->length);
  struct plb_slice value = {values->text, bar ? (size_t)(bar - values->text) : values->length};
  if (bar)
    *values = (struct plb_slice){bar + 1, values->length - value.length - 1};
  else
    *values = (struct plb_slice){NULL, 0};
  return value;
}

static bool is_number(const struct plb_quantity *quantity) {
  return quantity->low <= quantity->high;
}

static enum plb_verdict judge_equal(const struct plb_quantity *one, const struct plb_quantity *other) {
  bool same = one->text.length == other->text.length && memcmp(one->text.text, other->text.text, one->text.length) == 0;
  if (same)
    return PLB_MET;
  if (!is_number(one) || !is_number(other) || one->high < other->low || one->low > other->high)
    return PLB_NOT_MET;
  return one->low >= other->low && one->high <= other->high ? PLB_MET : PLB_NOT_KNOWN;
}

static enum plb_verdict judge_any(const struct plb_condition *condition, const struct plb_quantity *quantity) {
  enum plb_verdict any = PLB_NOT_MET;
  for (size_t i = 0; i < condition->count; i++) {
    enum plb_verdict one = judge_equal(quantity, &condition->values[i]);
    any = one > any ? one : any;
  }
  return any;
}

static enum plb_verdict certain(bool yes, bool no) {
  return yes ? PLB_MET : no ? PLB_NOT_MET : PLB_NOT_KNOWN;
}

enum plb_verdict plb_condition_judge(const struct plb_condition *condition, const struct plb_quantity *quantity) {
  const struct plb_quantity *q = quantity, *bound = &condition->values[0];
  if (condition->relation == PLB_EQUAL)
    return judge_any(condition, q);
  if (condition->relation == PLB_UNEQUAL)
    return (enum plb_verdict)(PLB_MET - judge_any(condition, q));
  if (!is_number(q))
    return PLB_NOT_KNOWN;
  switch (condition->relation) {
  case PLB_BELOW: return certain(q->high < bound->low, q->low >= bound->low);
  case PLB_AT_MOST: return certain(q->high <= bound->high, q->low > bound->high);
  case PLB_ABOVE: return certain(q->low > bound->high, q->high <= bound->high);
  default: return certain(q->low >= bound->low, q->high < bound->low);
  }
}
