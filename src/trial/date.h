/* SPDX-License-Identifier: Apache-2.0
 *
 * Dates of ISO 8601, which may be known to the year or to the month alone, or to lie in an interval.
 */
#ifndef PLB_TRIAL_DATE_H
#define PLB_TRIAL_DATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The first and the last day that may be meant, each as year * 10000 + month * 100 + day: 20240229. */
struct plb_dates {
  int32_t first, last;
};

/* Reads YYYY, YYYY-MM, YYYY-MM-DD, the latter with a time of day behind a T, or two of these with a "/" between them,
 * the earlier one first. False for anything else, and for days that no month has. */
bool plb_date_read(const char *text, size_t length, struct plb_dates *dates);

/* Whole months that have passed on a day since an earlier one, or that one; twelve of them are a year, as people count
 * their age. Who is born on 29 February is a year older on 1 March of other years. */
static inline int32_t plb_months_between(int32_t earlier, int32_t later) {
  int32_t years = later / 10000 - earlier / 10000, months = later / 100 % 100 - earlier / 100 % 100;
  return 12 * years + months - (later % 100 < earlier % 100);
}

static inline int32_t plb_years_between(int32_t earlier, int32_t later) {
  return plb_months_between(earlier, later) / 12;
}

/* Months since the year 0. */
static inline int32_t plb_month_of(int32_t day) {
  return day / 10000 * 12 + day / 100 % 100 - 1;
}

#endif
