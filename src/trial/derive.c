/* SPDX-License-Identifier: Apache-2.0
 *
 * See derive.h. What is known to the month or to the year alone makes an age that lies between two numbers; it is a
 * value of its own, "7 or 8", and never put where it need not belong. A wrong date is no date, and why is told.
 */
#include "trial/derive.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/number.h"
#include "trial/words.h"

#define OLDEST 130

static bool is_said(const struct plb_slice *facts, uint8_t fact) {
  return fact != PLB_NO_FACT && !plb_word_missing(facts[fact].text, facts[fact].length);
}

static void set_unknown(struct plb_value *value, enum plb_why why) {
  *value = (struct plb_value){.why = why, .quantity = {.low = 1, .high = 0}};
}

static void name_numbers(double low, double high, char name[PLB_BAND_NAME]) {
  char one[PLB_DOUBLE_TEXT], other[PLB_DOUBLE_TEXT];
  plb_format_double(one, low);
  plb_format_double(other, high);
  snprintf(name, PLB_BAND_NAME, low < high ? "%s to %s" : "%s", one, other);
}

/* A number that is known to lie between two, as the bands have it. */
static void set_number(const struct plb_ask *ask, double low, double high, struct plb_value *value) {
  value->why = PLB_WHY_NONE;
  value->quantity.low = low;
  value->quantity.high = high;
  if (ask->bands.count)
    plb_band_name(&ask->bands, plb_bands_find(&ask->bands, low), plb_bands_find(&ask->bands, high), value->made);
  else
    name_numbers(low, high, value->made);
  value->quantity.text = (struct plb_slice){value->made, strlen(value->made)};
}

static void set_fact(const struct plb_ask *ask, struct plb_slice fact, struct plb_value *value) {
  double number;
  bool is_number = plb_whole_double(fact.text, fact.length, &number) && isfinite(number);
  bool as_number = ask->bands.count || ask->exact;
  if (as_number && !is_number) {
    set_unknown(value, PLB_WHY_NO_NUMBER);
    return;
  }
  if (as_number) {
    set_number(ask, number, number, value);
    return;
  }
  value->why = PLB_WHY_NONE;
  value->quantity = (struct plb_quantity){.text = fact, .low = is_number ? number : 1, .high = is_number ? number : 0};
}

void plb_derive_date(const struct plb_asked *asked, const struct plb_slice *facts, uint8_t fact,
                     struct plb_known_dates *known) {
  known->why = PLB_WHY_MISSING;
  if (!is_said(facts, fact))
    return;
  known->why = PLB_WHY_NO_DATE;
  if (!plb_date_read(facts[fact].text, facts[fact].length, &known->dates))
    return;
  known->why = asked->as_of && known->dates.first > asked->as_of ? PLB_WHY_FUTURE : PLB_WHY_NONE;
}

static int32_t months_of_unit(const struct plb_ask *ask) {
  return ask->months ? 1 : 12;
}

/* Numbers are cut: who is 7.9 years old is seven. */
static void set_age(const struct plb_asked *asked, const struct plb_ask *ask, const struct plb_slice *facts,
                    struct plb_value *value) {
  struct plb_known_dates birth, date;
  int32_t unit = months_of_unit(ask);
  double low, high, oldest = OLDEST * 12 / unit;
  if (is_said(facts, ask->own)) {
    if (!plb_whole_double(facts[ask->own].text, facts[ask->own].length, &low) || isnan(low)) {
      set_unknown(value, PLB_WHY_NO_NUMBER);
      return;
    }
    low = high = low < 0 ? -1 : floor(low);
  } else {
    plb_derive_date(asked, facts, ask->birth, &birth);
    plb_derive_date(asked, facts, ask->date, &date);
    enum plb_why why = birth.why > date.why ? birth.why : date.why;
    if (!why && date.dates.last < birth.dates.first)
      why = PLB_WHY_UNBORN;
    if (why) {
      set_unknown(value, why);
      return;
    }
    bool may_be_born_later = date.dates.first < birth.dates.last;
    low = may_be_born_later ? 0 : plb_months_between(birth.dates.last, date.dates.first) / unit;
    high = plb_months_between(birth.dates.first, date.dates.last) / unit;
  }
  if (low < 0 || low > oldest)
    set_unknown(value, PLB_WHY_NO_AGE);
  else
    set_number(ask, low, high < oldest ? high : oldest, value);
}

static void set_range(const char *one, const char *other, struct plb_value *value) {
  value->why = PLB_WHY_NONE;
  snprintf(value->made, sizeof value->made, strcmp(one, other) == 0 ? "%s" : "%s to %s", one, other);
  value->quantity.text = (struct plb_slice){value->made, strlen(value->made)};
}

static void set_calendar(const struct plb_asked *asked, const struct plb_ask *ask, const struct plb_slice *facts,
                         struct plb_value *value) {
  struct plb_known_dates known;
  char names[2][16];
  bool months = ask->kind == PLB_KIND_MONTH;
  if (is_said(facts, ask->own)) {
    set_fact(ask, facts[ask->own], value);
    return;
  }
  plb_derive_date(asked, facts, ask->date, &known);
  if (known.why) {
    set_unknown(value, known.why);
    return;
  }
  const int32_t days[2] = {known.dates.first, known.dates.last};
  for (int i = 0; i < 2; i++)
    snprintf(names[i], sizeof names[i], months ? "%04d-%02d" : "%04d", (int)(days[i] / 10000),
             (int)(days[i] / 100 % 100));
  double low = months ? plb_month_of(days[0]) : days[0] / 10000,
         high = months ? plb_month_of(days[1]) : days[1] / 10000;
  if (ask->bands.count) {
    set_number(ask, low, high, value);
    return;
  }
  set_range(names[0], names[1], value);
  value->quantity.low = low;
  value->quantity.high = high;
}

static void set_date(const struct plb_asked *asked, const struct plb_ask *ask, const struct plb_slice *facts,
                     struct plb_value *value) {
  struct plb_known_dates known;
  plb_derive_date(asked, facts, ask->own, &known);
  if (known.why) {
    set_unknown(value, known.why);
    return;
  }
  value->why = PLB_WHY_NONE;
  value->quantity = (struct plb_quantity){facts[ask->own], known.dates.first, known.dates.last};
}

void plb_derive(const struct plb_asked *asked, const struct plb_ask *ask, const struct plb_slice *facts,
                struct plb_value *value) {
  switch (ask->kind) {
  case PLB_KIND_AGE: set_age(asked, ask, facts, value); return;
  case PLB_KIND_YEAR:
  case PLB_KIND_MONTH: set_calendar(asked, ask, facts, value); return;
  case PLB_KIND_DATE: set_date(asked, ask, facts, value); return;
  case PLB_KIND_FACT:
  case PLB_KIND_ELAPSED: break;
  }
  if (is_said(facts, ask->own))
    set_fact(ask, facts[ask->own], value);
  else
    set_unknown(value, PLB_WHY_MISSING);
}

enum plb_why plb_elapsed(const struct plb_known_dates *one, const struct plb_known_dates *other, int32_t months[2]) {
  months[0] = months[1] = 0;
  if (one->why || other->why)
    return one->why > other->why ? one->why : other->why;
  const struct plb_dates *a = &one->dates, *b = &other->dates;
  if (b->first < a->first || (b->first == a->first && b->last < a->last)) {
    a = &other->dates;
    b = &one->dates;
  }
  int32_t longest = plb_months_between(a->first, b->last);
  int32_t backwards = a->last > b->first ? plb_months_between(b->first, a->last) : 0;
  months[0] = b->first <= a->last ? 0 : plb_months_between(a->last, b->first);
  months[1] = longest > backwards ? longest : backwards;
  return PLB_WHY_NONE;
}

void plb_derive_elapsed(const struct plb_ask *ask, enum plb_why why, const int32_t months[2], struct plb_value *value) {
  int32_t unit = months_of_unit(ask);
  if (why)
    set_unknown(value, why);
  else
    set_number(ask, months[0] / unit, months[1] / unit, value);
}

static double number_of_two(enum plb_of_two two, double one, double other) {
  return two == PLB_TWO_LOWER ? fmin(one, other) : two == PLB_TWO_HIGHER ? fmax(one, other) : one / 2 + other / 2;
}

void plb_derive_one_of_two(const struct plb_asked *asked, const struct plb_ask *ask, const struct plb_slice *facts,
                           struct plb_value *value) {
  struct plb_ask side = *ask;
  side.bands.count = 0;
  side.exact = true;
  plb_derive(asked, &side, facts, value);
}

/* Reads what name_numbers wrote. */
static bool read_numbers(struct plb_slice text, double *low, double *high) {
  static const char between[] = " to ";
  const char *end = text.text + text.length, *at = plb_read_double(text.text, end, low);
  *high = *low;
  if (!at || at == end)
    return at != NULL;
  size_t skip = sizeof between - 1;
  return (size_t)(end - at) > skip && memcmp(at, between, skip) == 0 &&
         plb_whole_double(at + skip, (size_t)(end - at) - skip, high);
}

void plb_derive_two(const struct plb_ask *ask, const struct plb_slice sides[2], const enum plb_why whys[2],
                    struct plb_value *value) {
  double low[2], high[2];
  enum plb_why why = whys[0] > whys[1] ? whys[0] : whys[1];
  for (int side = 0; side < 2 && !why; side++)
    if (!read_numbers(sides[side], &low[side], &high[side]))
      why = PLB_WHY_NO_NUMBER;
  if (why)
    set_unknown(value, why);
  else
    set_number(ask, number_of_two(ask->two, low[0], low[1]), number_of_two(ask->two, high[0], high[1]), value);
}
