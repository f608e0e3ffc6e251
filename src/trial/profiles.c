/* SPDX-License-Identifier: Apache-2.0
 *
 * See profiles.h. There are as many profiles as there are different facts, at most one for each sample; and as many
 * pairings as groups and times make, not as samples.
 */
#include "trial/profiles.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "trial/notes.h"

#define MONTHS_BITS 20 /* of a number of months, below 120,000 */

void plb_profiles_free(struct plb_profiles *profiles) {
  if (!profiles)
    return;
  plb_dict_free(&profiles->sets);
  plb_dict_free(&profiles->own);
  plb_dict_free(&profiles->pairs);
  free(profiles->of);
  free(profiles->said);
  free(profiles->group);
  free(profiles->pairing);
  free(profiles->by_id);
  free(profiles->news);
  for (size_t c = 0; c < PLB_MOST_CELLS; c++)
    plb_dict_free(&profiles->cells[c]);
  plb_dict_free(&profiles->together);
  free(profiles->by_cells);
  free(profiles);
}

/* ---- one side ----------------------------------------------------------------------------- */

static struct plb_slice text_of(const struct plb_value *value) {
  return value->why ? plb_group_unknown(value->why) : value->quantity.text;
}

/* The fact that is said of a person, whatever the sample; PLB_NO_FACT: none is. */
static uint8_t fact_of_person(const struct plb_ask *ask) {
  static const char birth[] = "birth_date";
  if (ask->two || ask->exact)
    return PLB_NO_FACT;
  if (ask->kind == PLB_KIND_FACT || (ask->kind == PLB_KIND_DATE && strlen(ask->plain) == sizeof birth - 1))
    return ask->own;
  return ask->kind == PLB_KIND_AGE ? ask->birth : PLB_NO_FACT;
}

/* What stands for it; a date that is none is no value. */
static uint64_t hash_fact(const struct plb_ask *ask, const struct plb_slice *facts) {
  uint8_t fact = fact_of_person(ask);
  struct plb_dates dates;
  if (fact == PLB_NO_FACT ||
      (ask->kind != PLB_KIND_FACT && !plb_date_read(facts[fact].text, facts[fact].length, &dates)))
    return 0;
  return plb_said_hash(facts[fact]);
}

static bool is_of(const struct plb_ask *ask, int side) {
  return ask->of == PLB_OF_SIDE || ask->of == (side ? PLB_OF_PROBE : PLB_OF_REFERENCE);
}

static uint8_t judge(const struct plb_condition *condition, const struct plb_value *value) {
  return value->why ? PLB_NOT_KNOWN : (uint8_t)plb_condition_judge(condition, &value->quantity);
}

static void judge_side(const struct plb_asked *asked, const struct plb_value *values, struct plb_profile *profile) {
  profile->verdict[0] = profile->verdict[1] = PLB_MET;
  for (size_t c = 0; c < asked->where.count; c++) {
    const struct plb_condition *condition = &asked->where.conditions[c];
    const struct plb_ask *ask = &asked->of[condition->ask];
    if (ask->of == PLB_OF_PAIR)
      continue;
    uint8_t verdict = judge(condition, &values[condition->ask]);
    for (int side = 0; side < 2; side++)
      if (is_of(ask, side) && verdict < profile->verdict[side])
        profile->verdict[side] = verdict;
  }
}

/* The value of an attribute, or what one side brings to it. */
static void derive_side(const struct plb_asked *asked, const struct plb_ask *ask, const struct plb_slice *facts,
                        struct plb_value *value, struct plb_profile *profile) {
  *value = (struct plb_value){.why = PLB_WHY_MISSING};
  if (ask->kind == PLB_KIND_ELAPSED)
    plb_derive_date(asked, facts, ask->date, &profile->date);
  else if (ask->two)
    plb_derive_one_of_two(asked, ask, facts, value);
  else
    plb_derive(asked, ask, facts, value);
}

/* Fills in a profile; *fits as plb_profile_find has it. */
static bool make(struct plb_profiles *profiles, const struct plb_asked *asked, const struct plb_slice *facts,
                 struct plb_profile *profile, uint64_t *said, bool *fits) {
  struct plb_value values[PLB_MOST_ASKED];
  struct plb_slice texts[PLB_MOST_BY];
  char text[PLB_MOST_GROUP];
  size_t length;
  *profile = (struct plb_profile){.date = {.why = PLB_WHY_MISSING}};
  for (size_t a = 0; a < asked->count; a++) {
    const struct plb_ask *ask = &asked->of[a];
    derive_side(asked, ask, facts, &values[a], profile);
    if (a >= asked->by.count)
      continue;
    texts[a] = text_of(&values[a]);
    said[a] = hash_fact(ask, facts);
    for (int side = 0; side < 2; side++)
      profile->whys[side] |= is_of(ask, side) ? plb_why_bit(a, values[a].why) : 0;
  }
  judge_side(asked, values, profile);
  *fits = plb_group_text(texts, asked->by.count, text, &length);
  return !*fits || plb_dict_put(&profiles->own, text, length, &profile->own);
}

bool plb_profile_find(struct plb_profiles *profiles, const struct plb_asked *asked, struct plb_slice set,
                      uint32_t *profile, bool *fits) {
  struct plb_slice facts[PLB_MOST_FACTS];
  size_t by = asked->by.count, count = profiles->sets.count, owns = profiles->own.count;
  *fits = true;
  *profile = plb_dict_find(&profiles->sets, set.text, set.length);
  if (*profile != PLB_NOBODY)
    return true;
  if (!plb_reserve(&profiles->of, &profiles->capacity, count + 1, sizeof *profiles->of) ||
      !plb_reserve(&profiles->said, &profiles->said_capacity, (count + 1) * by + 1, sizeof *profiles->said) ||
      !plb_reserve(&profiles->group, &profiles->group_capacity, owns + 1, sizeof *profiles->group))
    return false;
  plb_facts_unpack(set.text, asked->fact_count, facts);
  if (!make(profiles, asked, facts, &profiles->of[count], profiles->said + count * by, fits))
    return false;
  if (profiles->own.count > owns)
    profiles->group[owns] = PLB_NOBODY;
  return !*fits || plb_dict_put(&profiles->sets, set.text, set.length, profile);
}

/* Finds out what cells mean that did not come together before, and keeps it at that place. */
static bool keep_cells(struct plb_profiles *profiles, const struct plb_asked *asked, const struct plb_slice *cells,
                       const uint8_t *facts, size_t count, uint32_t *profile) {
  struct plb_slice all[PLB_MOST_FACTS] = {{NULL, 0}}, set;
  uint32_t numbers[PLB_MOST_CELLS], place;
  char text[PLB_MOST_SET];
  bool fits;
  for (size_t c = 0; c < count; c++)
    all[facts[c]] = cells[c];
  set.text = text;
  if (!plb_facts_pack(all, asked->fact_count, text, &set.length) ||
      !plb_profile_find(profiles, asked, set, profile, &fits) || !fits)
    return false;
  for (size_t c = 0; c < count; c++)
    if (!plb_dict_put(&profiles->cells[c], cells[c].text, cells[c].length, &numbers[c]))
      return false;
  place = numbers[0];
  if ((count > 1 && !plb_dict_put(&profiles->together, (const char *)numbers, count * sizeof *numbers, &place)) ||
      !plb_reserve(&profiles->by_cells, &profiles->by_cells_capacity, (size_t)place + 1, sizeof *profiles->by_cells))
    return false;
  profiles->by_cells[place] = *profile;
  return true;
}

bool plb_profile_of_cells(struct plb_profiles *profiles, const struct plb_asked *asked, const struct plb_slice *cells,
                          const uint8_t *facts, size_t count, uint32_t *profile) {
  uint32_t numbers[PLB_MOST_CELLS], place;
  bool known = true;
  for (size_t c = 0; c < count && known; c++) {
    numbers[c] = plb_dict_find(&profiles->cells[c], cells[c].text, cells[c].length);
    known = numbers[c] != PLB_NOBODY;
  }
  place = !known      ? PLB_NOBODY
          : count > 1 ? plb_dict_find(&profiles->together, (const char *)numbers, count * sizeof *numbers)
                      : numbers[0];
  if (place == PLB_NOBODY)
    return keep_cells(profiles, asked, cells, facts, count, profile);
  *profile = profiles->by_cells[place];
  return true;
}

/* ---- both sides --------------------------------------------------------------------------- */

/* The time between two samples as one number, as fine as anything asks for it. */
static uint64_t time_between(const struct plb_asked *asked, const struct plb_profile *const of[2]) {
  int32_t months[2];
  enum plb_why why = plb_elapsed(&of[0]->date, &of[1]->date, months);
  for (int i = 0; i < 2 && !asked->months; i++)
    months[i] -= months[i] % 12;
  return (uint64_t)why << 2 * MONTHS_BITS | (uint64_t)months[0] << MONTHS_BITS | (uint64_t)months[1];
}

/* Attribute number `a` of the pair, of those of `by` where it is made of both sides. */
static void derive_pair(const struct plb_profiles *profiles, const struct plb_asked *asked,
                        const struct plb_profile *const of[2], size_t a, struct plb_value *value) {
  const struct plb_ask *ask = &asked->of[a];
  if (!ask->two) {
    int32_t months[2];
    enum plb_why why = plb_elapsed(&of[0]->date, &of[1]->date, months);
    plb_derive_elapsed(ask, why, months, value);
    return;
  }
  struct plb_slice sides[2];
  enum plb_why whys[2];
  for (int side = 0; side < 2; side++) {
    sides[side] = plb_group_part(&profiles->own, of[side]->own, a);
    whys[side] = plb_group_why(&profiles->own, of[side]->own, a);
  }
  plb_derive_two(ask, sides, whys, value);
}

struct plb_pairing *plb_pairing_find(struct plb_profiles *profiles, const struct plb_asked *asked, uint32_t reference,
                                     uint32_t probe) {
  const struct plb_profile *const of[2] = {&profiles->of[reference], &profiles->of[probe]};
  const uint64_t key[2] = {(uint64_t)of[0]->own << 32 | of[1]->own, asked->elapsed ? time_between(asked, of) : 0};
  uint32_t number, before = profiles->pairs.count;
  if (!plb_dict_put(&profiles->pairs, (const char *)key, sizeof key, &number) ||
      !plb_reserve(&profiles->pairing, &profiles->pairing_capacity, (size_t)number + 1, sizeof *profiles->pairing))
    return NULL;
  struct plb_pairing *pairing = &profiles->pairing[number];
  if (number < before)
    return pairing;
  *pairing = (struct plb_pairing){.group = {PLB_NOBODY, PLB_NOBODY}, .verdict = PLB_MET};
  struct plb_value value;
  for (size_t a = 0; a < asked->by.count; a++)
    if (asked->of[a].of == PLB_OF_PAIR) {
      derive_pair(profiles, asked, of, a, &value);
      pairing->whys |= plb_why_bit(a, value.why);
    }
  for (size_t c = 0; c < asked->where.count; c++) {
    const struct plb_condition *condition = &asked->where.conditions[c];
    if (asked->of[condition->ask].of != PLB_OF_PAIR)
      continue;
    derive_pair(profiles, asked, of, condition->ask, &value);
    uint8_t verdict = judge(condition, &value);
    pairing->verdict = verdict < pairing->verdict ? verdict : pairing->verdict;
  }
  return pairing;
}

bool plb_pairing_text(const struct plb_profiles *profiles, const struct plb_asked *asked, uint32_t reference,
                      uint32_t probe, int side, char text[PLB_MOST_GROUP], size_t *length) {
  const struct plb_profile *const of[2] = {&profiles->of[reference], &profiles->of[probe]};
  struct plb_slice texts[PLB_MOST_BY];
  struct plb_value values[PLB_MOST_BY]; /* of the pair */
  for (size_t a = 0; a < asked->by.count; a++) {
    const struct plb_ask *ask = &asked->of[a];
    int whose = ask->of == PLB_OF_REFERENCE ? 0 : ask->of == PLB_OF_PROBE ? 1 : side;
    if (ask->of == PLB_OF_PAIR) {
      derive_pair(profiles, asked, of, a, &values[a]);
      texts[a] = text_of(&values[a]);
    } else {
      texts[a] = plb_group_part(&profiles->own, of[whose]->own, a);
    }
  }
  return plb_group_text(texts, asked->by.count, text, length);
}
