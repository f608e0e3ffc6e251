/* SPDX-License-Identifier: Apache-2.0
 *
 * See asked.h.
 */
#include "tally/asked.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/show.h"
#include "tally/tally.h"
#include "trial/asked.h"
#include "trial/words.h"

void plb_asked_texts_free(struct plb_asked_texts *texts) {
  free(texts->attributes);
  free(texts->where);
  free(texts->bands);
  free(texts->as_of);
  *texts = (struct plb_asked_texts){0};
}

/* *to is NULL where there are no texts. False when out of memory. */
static bool join_texts(const char *const *texts, size_t count, char between, char **to) {
  size_t length = 0, used = 0;
  *to = NULL;
  for (size_t i = 0; i < count; i++)
    length += strlen(texts[i]) + 1;
  if (!count)
    return true;
  if (!(*to = plb_alloc(length, 1)))
    return false;
  for (size_t i = 0; i < count; i++) {
    size_t one = strlen(texts[i]);
    memcpy(*to + used, texts[i], one);
    used += one;
    if (i + 1 < count)
      (*to)[used++] = between;
  }
  return true;
}

plb_status plb_tally_ask(struct plb_tally *tally, const struct plb_input *input, struct plb_error *err) {
  struct plb_asked *asked = NULL;
  const char *names[PLB_MOST_BY];
  plb_status status = plb_asked_read(input, &asked, err);
  if (status || !asked)
    return status;
  struct plb_asked_texts *texts = &tally->asked;
  tally->by = asked->by;
  asked->by = (struct plb_by){0};
  for (size_t a = 0; a < tally->by.count; a++)
    names[a] = tally->by.names[a];
  const char *const *as_of = &input->as_of;
  bool fine = join_texts(names, tally->by.count, ',', &texts->attributes) &&
              join_texts(&input->where, input->where != NULL, ' ', &texts->where) &&
              join_texts(input->bands, input->band_count, ' ', &texts->bands) &&
              join_texts(as_of, *as_of && asked->dates, ' ', &texts->as_of);
  plb_asked_free(asked);
  return fine ? PLB_OK : plb_fail_memory(err);
}

plb_status plb_by_of_text(const char *attributes, struct plb_by *by, struct plb_error *err) {
  const struct plb_input input = {.by = &attributes, .by_count = attributes != NULL};
  plb_status status = plb_by_read(&input, by, err);
  by->breakdowns = 0; /* there are no others */
  return status;
}

/* The number that an attribute has in another list; PLB_MOST_BY where it is not there. */
static size_t find(const struct plb_by *by, const char *name) {
  size_t at = 0;
  while (at < by->count && !plb_word_is(name, strlen(name), by->names[at]))
    at++;
  return at < by->count ? at : PLB_MOST_BY;
}

/* Attributes of one list by their numbers in that of the tally. */
static plb_status map_bits(const struct plb_tally *tally, const struct plb_by *asked, uint8_t bits, uint8_t *mapped,
                           struct plb_error *err) {
  char shown[PLB_SHOWN];
  *mapped = 0;
  for (size_t a = 0; a < asked->count; a++) {
    size_t at = bits >> a & 1 ? find(&tally->by, asked->names[a]) : 0;
    if (at == PLB_MOST_BY) {
      const char *name = plb_name_shown(asked->names[a]);
      return plb_fail(err, PLB_USAGE,
                      "%s: comparisons were counted without %s%s; expected attributes that \"plumbline count\" "
                      "named%s%.200s",
                      name == asked->names[a] ? "--by" : "--trend and --horizon-against",
                      plb_show_text(shown, name, strlen(name)), name == asked->names[a] ? "" : " in no bands",
                      tally->asked.attributes ? ": " : ", but it named none",
                      tally->asked.attributes ? tally->asked.attributes : "");
    }
    if (bits >> a & 1)
      *mapped |= (uint8_t)(1u << at);
  }
  return PLB_OK;
}

plb_status plb_tally_break_down(struct plb_tally *tally, const struct plb_input *input, struct plb_error *err) {
  struct plb_by asked, *by = &tally->by;
  plb_status status = plb_by_read(input, &asked, err);
  for (size_t b = 0; b < asked.breakdowns && !status; b++)
    status = map_bits(tally, &asked, asked.breakdown[b], &by->breakdown[b], err);
  for (size_t t = 0; t < asked.trends && !status; t++)
    status = map_bits(tally, &asked, asked.trend[t], &by->trend[t], err);
  if (!status)
    status = map_bits(tally, &asked, asked.horizon, &by->horizon, err);
  by->breakdowns = asked.breakdowns;
  by->trends = asked.trends;
  by->against = asked.against;
  plb_by_free(&asked);
  return status;
}

void plb_tally_count_strata(const struct plb_tally *tally, uint64_t *counts) {
  memset(counts, 0, tally->strata.count * sizeof *counts);
  for (size_t s = 0; s < tally->system_count; s++)
    for (int c = 0; c < 2; c++) {
      const struct plb_rows *rows = plb_class_rows(&tally->systems[s].of[c]);
      for (size_t i = 0; i < rows->open_count; i++)
        counts[rows->open[i].stratum] += rows->open[i].count;
    }
}
