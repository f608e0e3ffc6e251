/* SPDX-License-Identifier: Apache-2.0
 *
 * See notes.h.
 */
#include "trial/notes.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

void plb_noted_free(struct plb_noted *notes) {
  for (size_t a = 0; a < PLB_MOST_BY; a++)
    free(notes->said[a].of);
  plb_dict_free(&notes->files);
  *notes = (struct plb_noted){0};
}

uint64_t plb_said_hash(struct plb_slice value) {
  uint64_t hash = UINT64_C(0xCBF29CE484222325); /* FNV-1a, mixed by MurmurHash3's finaliser */
  if (!value.length)
    return 0;
  for (size_t i = 0; i < value.length; i++)
    hash = (hash ^ (unsigned char)value.text[i]) * UINT64_C(0x100000001B3);
  hash = (hash ^ hash >> 33) * UINT64_C(0xFF51AFD7ED558CCD);
  hash = (hash ^ hash >> 33) * UINT64_C(0xC4CEB9FE1A85EC53);
  hash ^= hash >> 33;
  return hash > PLB_SAID_SEVERAL ? hash : hash + 2;
}

bool plb_said_add(struct plb_sayings *said, uint32_t person, uint64_t value) {
  if (!value)
    return true;
  size_t before = said->capacity;
  if (person >= said->count && !plb_reserve(&said->of, &said->capacity, (size_t)person + 1, sizeof *said->of))
    return false;
  if (said->capacity > before)
    memset(said->of + before, 0, (said->capacity - before) * sizeof *said->of);
  if (person >= said->count)
    said->count = (size_t)person + 1;
  uint64_t known = said->of[person];
  if (plb_said_is_news(known, value))
    said->of[person] = known ? PLB_SAID_SEVERAL : value;
  return true;
}

uint64_t plb_sayings_several(const struct plb_sayings *said) {
  uint64_t several = 0;
  for (size_t i = 0; i < said->count; i++)
    several += said->of[i] == PLB_SAID_SEVERAL;
  return several;
}

static int compare_texts(struct plb_slice one, struct plb_slice other) {
  int order = memcmp(one.text, other.text, one.length < other.length ? one.length : other.length);
  return order ? order : (one.length > other.length) - (one.length < other.length);
}

static bool is_earlier(const struct plb_noted *notes, const struct plb_first *first, uint32_t place,
                       struct plb_slice file, uint64_t line) {
  if (!first->line)
    return true;
  if (place != first->place)
    return place < first->place;
  struct plb_slice there;
  there.text = plb_dict_text(&notes->files, first->file, &there.length);
  int order = compare_texts(file, there);
  return order ? order < 0 : line < first->line;
}

bool plb_first_add(struct plb_noted *notes, size_t attribute, enum plb_why why, uint32_t place, struct plb_slice file,
                   uint64_t line) {
  struct plb_first *first = &notes->first[attribute][why];
  if (!line || !is_earlier(notes, first, place, file, line))
    return true;
  uint32_t number;
  if (!plb_dict_put(&notes->files, file.text, file.length, &number))
    return false;
  *first = (struct plb_first){place, number, line};
  notes->whys |= plb_why_bit(attribute, why);
  return true;
}
