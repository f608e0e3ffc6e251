/* SPDX-License-Identifier: Apache-2.0
 *
 * What a row says of its two sides: their facts, from its own cells and from the tables beside the scores, and what
 * follows from them: the groups of both, and whether --where chooses the row. A fact that is said in two places is the
 * same in both; otherwise there is no telling which is wrong.
 *
 * Cost: a look at the facts of either side, and a few numbers. Rows that have no facts of their own are looked up by
 * their samples, or their people, and no text is touched.
 */
#include "trial/intake_parts.h"

#include <stdlib.h>

#include "base/memory.h"
#include "base/show.h"

static const char *const tables[] = {"--samples", "--subjects"};
static const struct plb_slice no_cell = {NULL, 0};

/* Facts of a table, put to those that are there. */
static plb_status add_facts(const struct plb_intake *intake, const struct plb_fields *fields, int table,
                            struct plb_slice id, struct plb_slice *facts, struct plb_error *err) {
  struct plb_slice said[PLB_MOST_FACTS];
  const struct plb_asked *asked = intake->asked;
  if (!plb_join_facts_of(intake->join, table, id, said))
    return PLB_OK;
  for (size_t f = 0; f < asked->fact_count; f++) {
    struct plb_slice *fact = &facts[f];
    char shown[PLB_SHOWN];
    if (!said[f].length)
      continue;
    if (!is_absent(*fact) && (fact->length != said[f].length || memcmp(fact->text, said[f].text, fact->length) != 0))
      return plb_intake_fail(intake, fields, fields->values ? *fact : no_cell, err,
                             "another value of %s than in the table of %s; expected the same wherever it is said",
                             plb_show_text(shown, asked->facts[f], strlen(asked->facts[f])), tables[table]);
    *fact = said[f];
  }
  return PLB_OK;
}

static struct plb_slice name_of(const struct plb_dict *dict, uint32_t number) {
  struct plb_slice name;
  name.text = plb_dict_text(dict, number, &name.length);
  return name;
}

/* The facts of one side, 0 for the reference, and its profile. */
static plb_status read_side(struct plb_intake *intake, const struct plb_fields *fields, const struct plb_trial *trial,
                            int side, uint32_t *profile, struct plb_error *err) {
  const struct plb_asked *asked = intake->asked;
  uint32_t sample = side ? trial->probe_sample : trial->reference_sample;
  uint32_t person = side ? trial->probe : trial->reference;
  struct plb_slice facts[PLB_MOST_FACTS] = {{NULL, 0}}, set;
  char text[PLB_MOST_SET];
  plb_status st = PLB_OK;
  bool fits;
  if (fields->values)
    memcpy(facts, fields->values + (side ? asked->fact_count : 0), asked->fact_count * sizeof *facts);
  if (plb_join_has_samples(intake->join) && sample != PLB_NOBODY)
    st = add_facts(intake, fields, 0, name_of(&intake->census->samples, sample), facts, err);
  if (!st && plb_join_has_subjects(intake->join) && person != PLB_NOBODY)
    st = add_facts(intake, fields, 1, name_of(&intake->census->people, person), facts, err);
  if (st)
    return st;
  set.text = text;
  if (!plb_facts_pack(facts, asked->fact_count, text, &set.length))
    return plb_intake_fail(intake, fields, no_cell, err, "%s", PLB_FACTS_EXPECTED);
  if (is_recent(&intake->side[side], set)) {
    *profile = intake->side[side].number;
    return PLB_OK;
  }
  if (!plb_profile_find(intake->profiles, asked, set, profile, &fits))
    return plb_fail_memory(err);
  if (!fits)
    return plb_intake_fail(intake, fields, no_cell, err, "%s", PLB_FACTS_EXPECTED);
  remember(&intake->side[side], set, *profile);
  return PLB_OK;
}

/* The same where tables alone have facts, so that a sample, or a person, has the same ones whenever it comes. */
static plb_status look_up_side(struct plb_intake *intake, const struct plb_fields *fields,
                               const struct plb_trial *trial, int side, uint32_t *profile, struct plb_error *err) {
  struct plb_profiles *profiles = intake->profiles;
  uint32_t sample = side ? trial->probe_sample : trial->reference_sample;
  uint32_t id = sample != PLB_NOBODY ? sample : side ? trial->probe : trial->reference;
  size_t before = profiles->id_capacity;
  if (fields->values || id == PLB_NOBODY)
    return read_side(intake, fields, trial, side, profile, err);
  if (!plb_reserve(&profiles->by_id, &profiles->id_capacity, (size_t)id + 1, sizeof *profiles->by_id))
    return plb_fail_memory(err);
  if (profiles->id_capacity > before)
    memset(profiles->by_id + before, 0, (profiles->id_capacity - before) * sizeof *profiles->by_id);
  if (!profiles->by_id[id]) {
    plb_status st = read_side(intake, fields, trial, side, profile, err);
    if (st)
      return st;
    profiles->by_id[id] = *profile + 1;
  }
  *profile = profiles->by_id[id] - 1;
  return PLB_OK;
}

/* ---- notes -------------------------------------------------------------------------------- */

static bool add_news(struct plb_intake *intake, uint32_t person, size_t attribute, uint64_t value) {
  struct plb_profiles *profiles = intake->profiles;
  if (!intake->overlay)
    return plb_said_add(&intake->census->notes.said[attribute], person, value);
  if (!plb_reserve(&profiles->news, &profiles->news_capacity, profiles->news_count + 1, sizeof *profiles->news))
    return false;
  profiles->news[profiles->news_count++] = (struct plb_news){person, (uint8_t)attribute, value};
  return true;
}

static bool note_person(struct plb_intake *intake, uint32_t person, uint32_t profile) {
  size_t by = intake->asked->by.count;
  const uint64_t *values = intake->profiles->said + (size_t)profile * by;
  bool fine = true;
  for (size_t a = 0; a < by && fine && person != PLB_NOBODY; a++)
    if (plb_said_is_news(plb_said_of(&intake->census->notes.said[a], person), values[a]))
      fine = add_news(intake, person, a, values[a]);
  return fine;
}

/* Where values are not known for the first time. A twin does not know where it is, and leaves that to its intake. */
static plb_status note_whys(struct plb_intake *intake, const struct plb_fields *fields, uint64_t whys,
                            struct plb_error *err) {
  struct plb_noted *notes = &intake->census->notes;
  struct plb_slice name = {intake->name, strlen(intake->name)};
  if (intake->overlay)
    return PLB_DATA;
  for (size_t a = 0; a < intake->asked->by.count; a++)
    for (int why = PLB_WHY_MISSING; why < PLB_WHYS; why++)
      if ((whys & plb_why_bit(a, (enum plb_why)why)) &&
          !plb_first_add(notes, a, (enum plb_why)why, intake->place, name, fields->line))
        return plb_fail_memory(err);
  notes->whys |= whys; /* though no line is known of it */
  return PLB_OK;
}

/* ---- groups ------------------------------------------------------------------------------- */

/* A group's number; kept in *known where the census has it. */
static plb_status number_group(struct plb_intake *intake, struct plb_slice text, uint32_t *known, uint32_t *group,
                               struct plb_error *err) {
  bool is_new;
  if (!number_of(intake, OF_GROUPS, text, group, &is_new))
    return plb_fail_memory(err);
  if (!intake->overlay || *group < intake->census->groups.count)
    *known = *group;
  return PLB_OK;
}

static plb_status facts_of(struct plb_intake *intake, uint32_t profile, uint32_t *group, struct plb_error *err) {
  struct plb_slice facts[PLB_MOST_FACTS], set = name_of(&intake->profiles->sets, profile);
  char text[PLB_MOST_GROUP];
  struct plb_slice name = {text, 0};
  uint32_t known;
  plb_facts_unpack(set.text, intake->asked->fact_count, facts);
  if (!plb_group_text(facts, intake->asked->fact_count, text, &name.length))
    return plb_fail(err, PLB_DATA, "%s", PLB_FACTS_EXPECTED);
  return number_group(intake, name, &known, group, err);
}

static plb_status group_of(struct plb_intake *intake, uint32_t profile, uint32_t *group, struct plb_error *err) {
  struct plb_profiles *profiles = intake->profiles;
  if (intake->census->keeps_facts)
    return facts_of(intake, profile, group, err);
  uint32_t own = profiles->of[profile].own;
  *group = profiles->group[own];
  if (*group != PLB_NOBODY)
    return PLB_OK;
  return number_group(intake, name_of(&profiles->own, own), &profiles->group[own], group, err);
}

static plb_status find_crossed(struct plb_intake *intake, const struct plb_fields *fields, const uint32_t of[2],
                               struct plb_pairing *pairing, struct plb_trial *trial, struct plb_error *err) {
  uint32_t *const groups[2] = {&trial->reference_group, &trial->probe_group};
  plb_status st = PLB_OK;
  for (int side = 0; side < 2 && !st; side++) {
    char text[PLB_MOST_GROUP];
    struct plb_slice name = {text, 0};
    *groups[side] = pairing->group[side];
    if (*groups[side] != PLB_NOBODY)
      continue;
    if (!plb_pairing_text(intake->profiles, intake->asked, of[0], of[1], side, text, &name.length))
      return plb_intake_fail(intake, fields, no_cell, err, "%s", PLB_FACTS_EXPECTED);
    st = number_group(intake, name, &pairing->group[side], groups[side], err);
  }
  return st;
}

plb_status plb_intake_find_groups(struct plb_intake *intake, const struct plb_fields *fields, struct plb_trial *trial,
                                  enum plb_verdict *verdict, struct plb_error *err) {
  uint32_t of[2];
  plb_status st;
  if ((st = look_up_side(intake, fields, trial, 0, &of[0], err)) ||
      (st = look_up_side(intake, fields, trial, 1, &of[1], err)))
    return st;
  return plb_intake_settle_sides(intake, fields, of, trial, verdict, err);
}

plb_status plb_intake_enter_facts(struct plb_intake *intake, const struct plb_slice *facts, uint32_t *profile,
                                  struct plb_error *err) {
  char text[PLB_MOST_SET];
  struct plb_slice set = {text, 0};
  bool fits;
  if (!plb_facts_pack(facts, intake->asked->fact_count, text, &set.length))
    return plb_fail_at(err, PLB_DATA, intake->name, 0, 0, "%s", PLB_FACTS_EXPECTED);
  if (!plb_profile_find(intake->profiles, intake->asked, set, profile, &fits))
    return plb_fail_memory(err);
  return fits ? PLB_OK : plb_fail_at(err, PLB_DATA, intake->name, 0, 0, "%s", PLB_FACTS_EXPECTED);
}

plb_status plb_intake_settle_sides(struct plb_intake *intake, const struct plb_fields *fields, const uint32_t of[2],
                                   struct plb_trial *trial, enum plb_verdict *verdict, struct plb_error *err) {
  const struct plb_asked *asked = intake->asked;
  struct plb_pairing *pairing = NULL;
  plb_status st;
  if (!note_person(intake, trial->reference, of[0]) || !note_person(intake, trial->probe, of[1]))
    return plb_fail_memory(err);
  const struct plb_profile *reference = &intake->profiles->of[of[0]], *probe = &intake->profiles->of[of[1]];
  uint64_t whys = reference->whys[0] | probe->whys[1];
  uint8_t least = reference->verdict[0] < probe->verdict[1] ? reference->verdict[0] : probe->verdict[1];
  if (asked->crosses || asked->pairs) {
    if (!(pairing = plb_pairing_find(intake->profiles, asked, of[0], of[1])))
      return plb_fail_memory(err);
    whys |= pairing->whys;
    least = pairing->verdict < least ? pairing->verdict : least;
  }
  *verdict = (enum plb_verdict)least;
  if (least != PLB_MET)
    return PLB_OK;
  if ((whys & ~intake->census->notes.whys) && (st = note_whys(intake, fields, whys, err)))
    return st;
  if (!asked->by.count && !intake->census->keeps_facts)
    return PLB_OK;
  if (asked->crosses && !intake->census->keeps_facts)
    return find_crossed(intake, fields, of, pairing, trial, err);
  st = group_of(intake, of[0], &trial->reference_group, err);
  return st ? st : group_of(intake, of[1], &trial->probe_group, err);
}

bool plb_intake_plain_groups(struct plb_intake *intake, const struct plb_slice *cells, const uint8_t *facts,
                             size_t count, const uint32_t person[2], uint32_t group[2]) {
  struct plb_profiles *profiles = intake->profiles;
  uint32_t of[2];
  if (!plb_profile_of_cells(profiles, intake->asked, cells, facts, count, &of[0]) ||
      !plb_profile_of_cells(profiles, intake->asked, cells + count, facts, count, &of[1]))
    return false;
  const struct plb_profile *reference = &profiles->of[of[0]], *probe = &profiles->of[of[1]];
  if (reference->verdict[0] != PLB_MET || probe->verdict[1] != PLB_MET ||
      ((reference->whys[0] | probe->whys[1]) & ~intake->census->notes.whys))
    return false;
  if (!note_person(intake, person[0], of[0]) || !note_person(intake, person[1], of[1]))
    return false;
  group[0] = group[1] = 0;
  return (!intake->asked->by.count && !intake->census->keeps_facts) ||
         (!group_of(intake, of[0], &group[0], NULL) && !group_of(intake, of[1], &group[1], NULL));
}
