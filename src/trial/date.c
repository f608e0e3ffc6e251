/* SPDX-License-Identifier: Apache-2.0
 *
 * See date.h. Dates are those of ISO 8601-1:2019 (5.2.2, calendar dates, extended format); weeks, days of the year,
 * durations and shortened ends of intervals are none here.
 */
#include "trial/date.h"

#include <string.h>

static const char *read_digits(const char *at, const char *end, size_t count, int32_t *number) {
  *number = 0;
  for (size_t i = 0; i < count; i++, at++) {
    if (at == end || *at < '0' || *at > '9')
      return NULL;
    *number = *number * 10 + (*at - '0');
  }
  return at;
}

static int32_t days_of_month(int32_t year, int32_t month) {
  static const int32_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return days[month - 1] + (leap && month == 2);
}

/* A time of day says nothing here, but it must be one: two numbers at least with a colon between them. */
static bool is_time(const char *at, const char *end) {
  int32_t hours, minutes;
  if (!(at = read_digits(at, end, 2, &hours)) || at == end || *at != ':' ||
      !(at = read_digits(at + 1, end, 2, &minutes)) || hours > 24 || minutes > 59)
    return false;
  for (; at < end; at++)
    if (!memchr("0123456789:.,Z+-", *at, 16))
      return false;
  return true;
}

static bool read_one(const char *at, const char *end, struct plb_dates *dates) {
  int32_t year, month, day;
  if (!(at = read_digits(at, end, 4, &year)) || !year)
    return false;
  *dates = (struct plb_dates){year * 10000 + 101, year * 10000 + 1231};
  if (at == end)
    return true;
  if (*at != '-' || !(at = read_digits(at + 1, end, 2, &month)) || month < 1 || month > 12)
    return false;
  int32_t days = days_of_month(year, month), before = year * 10000 + month * 100;
  *dates = (struct plb_dates){before + 1, before + days};
  if (at == end)
    return true;
  if (*at != '-' || !(at = read_digits(at + 1, end, 2, &day)) || day < 1 || day > days)
    return false;
  *dates = (struct plb_dates){before + day, before + day};
  return at == end || (*at == 'T' && is_time(at + 1, end));
}

bool plb_date_read(const char *text, size_t length, struct plb_dates *dates) {
  const char *end = text + length, *slash = memchr(text, '/', length);
  struct plb_dates later;
  if (!read_one(text, slash ? slash : end, dates))
    return false;
  if (!slash)
    return true;
  if (!read_one(slash + 1, end, &later) || later.last < dates->first)
    return false;
  dates->last = later.last;
  return true;
}
