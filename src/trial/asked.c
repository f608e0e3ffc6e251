/* SPDX-License-Identifier: Apache-2.0
 *
 * See asked.h.
 */
#include "trial/asked.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/number.h"
#include "base/show.h"
#include "trial/words.h"

static bool is(const char *name, const char *word) {
  return plb_word_is(name, strlen(name), word);
}

static void find_kind(struct plb_ask *ask) {
  static const struct {
    const char *name;
    enum plb_kind kind;
    bool months;
  } kinds[] = {{"age", PLB_KIND_AGE, false},         {"age_months", PLB_KIND_AGE, true},
               {"year", PLB_KIND_YEAR, false},       {"month", PLB_KIND_MONTH, false},
               {"elapsed", PLB_KIND_ELAPSED, false}, {"elapsed_months", PLB_KIND_ELAPSED, true},
               {"date", PLB_KIND_DATE, false},       {"birth_date", PLB_KIND_DATE, false}};
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
    if (is(ask->plain, kinds[i].name)) {
      ask->kind = kinds[i].kind;
      ask->months = kinds[i].months;
    }
}

static plb_status fact_of(struct plb_asked *asked, const char *name, uint8_t *fact, struct plb_error *err) {
  size_t at = 0;
  while (at < asked->fact_count && !is(asked->facts[at], name))
    at++;
  if (at == PLB_MOST_FACTS)
    return plb_fail(err, PLB_USAGE, "--by and --where: more than %d columns are needed; expected fewer attributes",
                    PLB_MOST_FACTS);
  if (at == asked->fact_count)
    asked->facts[asked->fact_count++] = name;
  *fact = (uint8_t)at;
  return PLB_OK;
}

/* What an attribute is told by. */
static plb_status find_facts(struct plb_asked *asked, struct plb_ask *ask, struct plb_error *err) {
  plb_status st = PLB_OK;
  bool dated = ask->kind != PLB_KIND_FACT && ask->kind != PLB_KIND_DATE;
  ask->own = ask->birth = ask->date = PLB_NO_FACT;
  if (ask->kind != PLB_KIND_ELAPSED)
    st = fact_of(asked, ask->plain, &ask->own, err);
  if (!st && ask->kind == PLB_KIND_AGE)
    st = fact_of(asked, "birth_date", &ask->birth, err);
  if (!st && dated)
    st = fact_of(asked, "date", &ask->date, err);
  asked->dates = asked->dates || ask->kind != PLB_KIND_FACT;
  return st;
}

static plb_status add_ask(const struct plb_input *input, struct plb_asked *asked, const char *name,
                          struct plb_error *err) {
  struct plb_ask *ask = &asked->of[asked->count];
  char shown[PLB_SHOWN];
  struct plb_name means = plb_name_read(name);
  *ask = (struct plb_ask){.name = name, .plain = means.plain, .of = means.of, .two = means.two, .exact = means.exact};
  find_kind(ask);
  if (!*ask->plain || (ask->kind == PLB_KIND_ELAPSED && (ask->of != PLB_OF_PAIR || ask->two)))
    return plb_fail(err, PLB_USAGE, "--by and --where: %s is no attribute of one side; expected the name of one",
                    plb_show_text(shown, name, strlen(name)));
  bool years = ask->kind == PLB_KIND_AGE || ask->kind == PLB_KIND_ELAPSED;
  if (years && !ask->months && !means.exact)
    ask->bands = ask->kind == PLB_KIND_AGE ? plb_bands_of_age : plb_bands_of_elapsed;
  ask->bands.years = years || ask->kind == PLB_KIND_YEAR;
  asked->pairs = asked->pairs || ask->of == PLB_OF_PAIR;
  asked->elapsed = asked->elapsed || ask->kind == PLB_KIND_ELAPSED;
  asked->months = asked->months || (ask->kind == PLB_KIND_ELAPSED && ask->months);
  asked->count++;
  plb_status st = means.exact ? PLB_OK : plb_bands_asked(input, ask->plain, &ask->bands, err);
  return st ? st : find_facts(asked, ask, err);
}

/* ---- --where ------------------------------------------------------------------------------ */

static plb_status ask_named(const struct plb_input *input, struct plb_asked *asked, struct plb_slice name, uint8_t *ask,
                            struct plb_error *err) {
  size_t at = 0;
  while (at < asked->count && !plb_word_is(name.text, name.length, asked->of[at].name))
    at++;
  *ask = (uint8_t)at;
  if (at < asked->count)
    return PLB_OK;
  char *copy = plb_copy_text(name.text, name.length);
  if (!copy)
    return plb_fail_memory(err);
  asked->names[asked->name_count++] = copy;
  if (plb_name_read(copy).two)
    return plb_fail(
        err, PLB_USAGE,
        "--where: \"%.60s\" is made of both sides; expected the attribute itself, which both sides then meet", copy);
  return add_ask(input, asked, copy, err);
}

/* The numbers that a value may be, of such an attribute; none where low > high. */
static void measure(const struct plb_ask *ask, struct plb_quantity *value) {
  struct plb_dates dates;
  value->low = 1;
  value->high = 0;
  if (ask->kind == PLB_KIND_DATE || (ask->kind == PLB_KIND_MONTH && value->text.length > 4)) {
    if (!plb_date_read(value->text.text, value->text.length, &dates))
      return;
    bool months = ask->kind == PLB_KIND_MONTH;
    value->low = months ? plb_month_of(dates.first) : dates.first;
    value->high = months ? plb_month_of(dates.last) : dates.last;
    return;
  }
  double number;
  if (plb_whole_double(value->text.text, value->text.length, &number) && !isnan(number))
    value->low = value->high = number;
}

static plb_status read_condition(const struct plb_input *input, struct plb_asked *asked,
                                 const struct plb_condition_text *text, struct plb_error *err) {
  char shown[PLB_SHOWN];
  if (asked->where.count == PLB_MOST_CONDITIONS)
    return plb_fail(err, PLB_USAGE, "--where: more than %d conditions; expected fewer", PLB_MOST_CONDITIONS);
  struct plb_condition *condition = &asked->where.conditions[asked->where.count++];
  struct plb_slice values = text->values;
  condition->relation = text->relation;
  plb_status st = ask_named(input, asked, text->name, &condition->ask, err);
  if (st)
    return st;
  bool orders = text->relation != PLB_EQUAL && text->relation != PLB_UNEQUAL;
  while (values.text) {
    struct plb_quantity value = {.text = plb_where_value(&values)};
    measure(&asked->of[condition->ask], &value);
    if (!value.text.length || (orders && (condition->count || value.low > value.high)))
      return plb_fail(
          err, PLB_USAGE, "--where: %s is not %s",
          plb_show_text(shown, text->name.text, (size_t)(text->values.text - text->name.text) + text->values.length),
          orders ? "a comparison with one number or date; expected one behind <, <=, > and >="
                 : "a list of values with | between them; expected each to be a word");
    if (condition->count == PLB_MOST_ALTERNATIVES)
      return plb_fail(err, PLB_USAGE, "--where: more than %d values for one attribute; expected fewer",
                      PLB_MOST_ALTERNATIVES);
    condition->values[condition->count++] = value;
  }
  return PLB_OK;
}

static plb_status read_where(const struct plb_input *input, struct plb_asked *asked, struct plb_error *err) {
  const char *rest = input->where;
  plb_status st = PLB_OK;
  while (rest && !st) {
    struct plb_condition_text text;
    st = plb_where_next(&rest, &text, err);
    if (!st)
      st = read_condition(input, asked, &text, err);
  }
  return st;
}

/* ---- all of it ---------------------------------------------------------------------------- */

static plb_status read_as_of(const struct plb_input *input, struct plb_asked *asked, struct plb_error *err) {
  struct plb_dates dates;
  char shown[PLB_SHOWN];
  if (!input->as_of)
    return PLB_OK;
  size_t length = strlen(input->as_of);
  if (length != 10 || !plb_date_read(input->as_of, length, &dates))
    return plb_fail(err, PLB_USAGE, "--as-of: %s is no day; expected YYYY-MM-DD",
                    plb_show_text(shown, input->as_of, length));
  asked->as_of = dates.last;
  return PLB_OK;
}

static plb_status fill(const struct plb_input *input, struct plb_asked *asked, struct plb_error *err) {
  plb_status st;
  if ((st = plb_by_read(input, &asked->by, err)) || (st = plb_bands_check(input, err)) ||
      (st = read_as_of(input, asked, err)))
    return st;
  for (size_t a = 0; a < asked->by.count && !st; a++) {
    st = add_ask(input, asked, asked->by.names[a], err);
    asked->crosses = asked->crosses || asked->of[a].of != PLB_OF_SIDE;
  }
  return st ? st : read_where(input, asked, err);
}

plb_status plb_asked_read(const struct plb_input *input, struct plb_asked **asked, struct plb_error *err) {
  *asked = NULL;
  if (!input->by_count && !input->where && !input->trend_count && !(input->horizon > 0))
    return plb_bands_check(input, err);
  struct plb_asked *fresh = plb_alloc(1, sizeof *fresh);
  if (!fresh)
    return plb_fail_memory(err);
  plb_status st = fill(input, fresh, err);
  if (st)
    plb_asked_free(fresh);
  else
    *asked = fresh;
  return st;
}

void plb_asked_free(struct plb_asked *asked) {
  if (!asked)
    return;
  plb_by_free(&asked->by);
  for (size_t i = 0; i < asked->name_count; i++)
    free(asked->names[i]);
  free(asked);
}

/* ---- facts -------------------------------------------------------------------------------- */

static bool is_clean(struct plb_slice text) {
  for (size_t i = 0; i < text.length; i++)
    if (text.text[i] == PLB_VALUE_END || text.text[i] == PLB_VALUE_WHY || !text.text[i])
      return false;
  return true;
}

bool plb_facts_pack(const struct plb_slice *facts, size_t count, char set[PLB_MOST_SET], size_t *length) {
  size_t most = PLB_MOST_GROUP - PLB_MOST_BY, used = 0;
  *length = 0;
  for (size_t f = 0; f < count; f++) {
    struct plb_slice fact = facts[f];
    uint16_t bytes = plb_word_missing(fact.text, fact.length) ? 0 : (uint16_t)fact.length;
    if (fact.length > most || bytes > most - used || !is_clean(fact))
      return false;
    memcpy(set + *length, &bytes, sizeof bytes);
    if (bytes)
      memcpy(set + *length + sizeof bytes, fact.text, bytes);
    *length += sizeof bytes + bytes;
    used += bytes;
  }
  return true;
}

void plb_facts_unpack(const char *set, size_t count, struct plb_slice *facts) {
  for (size_t f = 0; f < count; f++) {
    uint16_t bytes;
    memcpy(&bytes, set, sizeof bytes);
    facts[f] = (struct plb_slice){set + sizeof bytes, bytes};
    set += sizeof bytes + bytes;
  }
}

static bool has(uint32_t facts, uint8_t fact) {
  return fact != PLB_NO_FACT && facts >> fact & 1;
}

bool plb_ask_told(const struct plb_ask *ask, uint32_t facts) {
  if (has(facts, ask->own))
    return true;
  return has(facts, ask->date) && (ask->kind != PLB_KIND_AGE || has(facts, ask->birth));
}

plb_status plb_asked_check(const struct plb_asked *asked, uint32_t facts, const char *file, uint64_t line,
                           struct plb_error *err) {
  char shown[PLB_SHOWN];
  for (size_t i = 0; i < asked->count; i++) {
    const struct plb_ask *ask = &asked->of[i];
    const char *instead = "";
    if (plb_ask_told(ask, facts))
      continue;
    if (ask->kind == PLB_KIND_AGE)
      instead = ", and none of birth_date and date, which would tell it";
    else if (ask->date != PLB_NO_FACT)
      instead = ", and none of date, which would tell it";
    if (ask->kind == PLB_KIND_ELAPSED)
      return plb_fail_at(err, PLB_DATA, file, line, 0,
                         "nothing says when the samples were taken, and so how much time has elapsed between them; "
                         "expected columns probe_date and reference_date, or date in a table of --samples");
    return plb_fail_at(err, PLB_DATA, file, line, 0,
                       "no columns probe_X and reference_X with X = %s, which --%s names, and no column X in a table "
                       "of --samples or --subjects%s",
                       plb_show_text(shown, ask->plain, strlen(ask->plain)), i < asked->by.count ? "by" : "where",
                       instead);
  }
  return PLB_OK;
}
