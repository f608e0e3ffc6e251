/* SPDX-License-Identifier: Apache-2.0
 *
 * See bands.h.
 */
#include "trial/bands.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/number.h"
#include "base/show.h"
#include "trial/words.h"

/* Single years of childhood, and bands of adults: what is asked of tests is each year to 18 (doc/methods.md). */
const struct plb_bands plb_bands_of_age = {
    .cuts = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 25, 35, 45, 55, 65, 75},
    .count = 26,
    .years = true};
const struct plb_bands plb_bands_of_elapsed = {
    .cuts = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 16, 21}, .count = 14, .years = true};

static plb_status fail(const char *text, const char *expected, struct plb_error *err) {
  char shown[PLB_SHOWN];
  return plb_fail(err, PLB_USAGE, "--bands: %s; expected %s", plb_show_text(shown, text, strlen(text)), expected);
}

static plb_status read_cuts(const char *text, const char *at, struct plb_bands *bands, struct plb_error *err) {
  bool whole = true;
  bands->count = 0;
  for (const char *comma; at; at = comma ? comma + 1 : NULL) {
    comma = strchr(at, ',');
    double cut;
    if (!plb_whole_double(at, comma ? (size_t)(comma - at) : strlen(at), &cut) || !isfinite(cut))
      return fail(text, "ATTR=CUT,CUT,... with numbers", err);
    if (bands->count && !(cut > bands->cuts[bands->count - 1]))
      return fail(text, "cuts that ascend", err);
    if (bands->count == PLB_MOST_CUTS)
      return fail(text, "at most 64 cuts", err);
    whole = whole && cut == floor(cut) && fabs(cut) < 1e9;
    bands->cuts[bands->count++] = cut + 0.0;
  }
  bands->years = bands->years && whole;
  return PLB_OK;
}

static const char *cuts_of(const char *text, const char *attribute) {
  const char *equal = strchr(text, '=');
  return equal && plb_word_is(text, (size_t)(equal - text), attribute) ? equal + 1 : NULL;
}

plb_status plb_bands_asked(const struct plb_input *input, const char *attribute, struct plb_bands *bands,
                           struct plb_error *err) {
  plb_status st = PLB_OK;
  for (size_t i = 0; i < input->band_count && !st; i++) {
    const char *cuts = cuts_of(input->bands[i], attribute);
    if (cuts)
      st = read_cuts(input->bands[i], cuts, bands, err);
  }
  return st;
}

plb_status plb_bands_check(const struct plb_input *input, struct plb_error *err) {
  for (size_t i = 0; i < input->band_count; i++) {
    const char *text = input->bands[i], *equal = strchr(text, '=');
    struct plb_bands bands = {0};
    char name[64];
    if (!equal || equal == text || (size_t)(equal - text) >= sizeof name)
      return fail(text, "ATTR=CUT,CUT,..., such as age=0,6,14,18", err);
    plb_status st = read_cuts(text, equal + 1, &bands, err);
    if (st)
      return st;
    memcpy(name, text, (size_t)(equal - text));
    name[equal - text] = '\0';
    for (size_t k = 0; k < i; k++)
      if (cuts_of(input->bands[k], name))
        return fail(text, "the bands of an attribute once", err);
  }
  return PLB_OK;
}

size_t plb_bands_find(const struct plb_bands *bands, double number) {
  size_t band = 0;
  while (band < bands->count && number >= bands->cuts[band])
    band++;
  return band;
}

/* Answers its length. */
static size_t name_one(const struct plb_bands *bands, size_t band, char *name, size_t room) {
  char from[PLB_DOUBLE_TEXT] = "", to[PLB_DOUBLE_TEXT] = "";
  bool years = bands->years;
  bool open = band == bands->count;
  if (band)
    plb_format_double(from, bands->cuts[band - 1]);
  if (!open)
    plb_format_double(to, bands->cuts[band] - (years && band));
  int length;
  if (!band)
    length = snprintf(name, room, "under %s", to);
  else if (open)
    length = snprintf(name, room, years ? "%s+" : "%s or more", from);
  else if (years && strcmp(from, to) == 0)
    length = snprintf(name, room, "%s", from);
  else
    length = snprintf(name, room, years ? "%s-%s" : "%s to under %s", from, to);
  return length < 0 ? 0 : (size_t)length;
}

void plb_band_name(const struct plb_bands *bands, size_t from, size_t to, char name[PLB_BAND_NAME]) {
  char one[PLB_BAND_NAME], other[PLB_BAND_NAME];
  name_one(bands, from, one, sizeof one);
  name_one(bands, to, other, sizeof other);
  if (from == to)
    memcpy(name, one, sizeof one);
  else /* two names of numbers are short */
    snprintf(name, PLB_BAND_NAME, "%.34s %s %.34s", one, to == from + 1 ? "or" : "to", other);
}
