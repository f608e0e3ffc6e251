/* SPDX-License-Identifier: Apache-2.0
 *
 * Twins of an intake: see intake.h. A twin looks names up in the census, which nobody changes meanwhile,
 * and keeps what it does not find there in a census of its own; when the twins have done, their names are
 * put into the census in the order of the rows, and the rows that have them are renumbered.
 */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "trial/intake_parts.h"

bool plb_intake_has_twins(const struct plb_intake *intake) {
  return !intake->join && !intake->trials && intake->shape != SHAPE_UNSEEN;
}

bool plb_intake_reach(struct plb_intake *intake, uint32_t sample) {
  if (sample < intake->whose_count)
    return true;
  size_t need = (size_t)sample + 1;
  if (!plb_reserve(&intake->whose, &intake->whose_capacity, need, sizeof *intake->whose))
    return false;
  for (size_t i = intake->whose_count; i < need; i++)
    intake->whose[i] = PLB_NOBODY;
  intake->whose_count = need;
  return true;
}

enum claim plb_intake_claim(struct plb_intake *intake, uint32_t sample, uint32_t person) {
  uint32_t known = sample < intake->whose_count ? intake->whose[sample] : PLB_NOBODY;
  if (known != PLB_NOBODY)
    return known == person ? CLAIM_FINE : CLAIM_OTHER;
  if (intake->overlay) {
    intake->unclaimed = true;
    return CLAIM_FINE;
  }
  if (!plb_intake_reach(intake, sample))
    return CLAIM_NOMEM;
  intake->whose[sample] = person;
  return CLAIM_FINE;
}

plb_status plb_intake_twin_new(struct plb_intake **twin, struct plb_error *err) {
  struct plb_intake *fresh = plb_alloc(1, sizeof *fresh);
  *twin = fresh;
  if (fresh) {
    fresh->overlay = plb_alloc(1, sizeof *fresh->overlay);
    fresh->profiles = plb_alloc(1, sizeof *fresh->profiles);
  }
  return fresh && fresh->overlay && fresh->profiles ? PLB_OK : plb_fail_memory(err);
}

void plb_intake_twin_begin(struct plb_intake *twin, const struct plb_intake *intake, struct plb_block *block,
                           struct plb_input_account *account) {
  struct plb_census *overlay = twin->overlay;
  struct plb_profiles *profiles = twin->profiles;
  plb_census_free(overlay);
  *twin = *intake;
  twin->overlay = overlay;
  twin->profiles = profiles;
  profiles->news_count = 0;
  twin->side[0].length = twin->side[1].length = 0; /* numbers of its own */
  twin->block = block;
  twin->account = account;
  twin->unclaimed = false;
  *account = (struct plb_input_account){0};
  block->count = 0;
}

/* What is not known of a person whom the census holds is left to the careful way. */
enum plb_told plb_intake_say_cluster(struct plb_intake *intake, uint32_t person, struct plb_slice cluster) {
  struct plb_attribute *clusters = &intake->census->clusters;
  uint32_t known = plb_attribute_of(clusters, person), number = PLB_NO_VALUE;
  bool is_new;
  if (known < PLB_NO_VALUE) {
    size_t length;
    const char *text = plb_dict_text(&clusters->values, known, &length);
    return length == cluster.length && memcmp(text, cluster.text, length) == 0 ? PLB_TOLD_FINE : PLB_TOLD_OTHER;
  }
  if (known == PLB_NO_VALUE)
    return cluster.length ? PLB_TOLD_OTHER : PLB_TOLD_FINE;
  if (intake->overlay && person < intake->census->people.count)
    return PLB_TOLD_OTHER;
  if (cluster.length && !number_of(intake, OF_CLUSTERS, cluster, &number, &is_new))
    return PLB_TOLD_NOMEM;
  if (!intake->overlay)
    return plb_attribute_say(clusters, person, number);
  return plb_attribute_say(&intake->overlay->clusters, person - intake->census->people.count, number);
}

/* What a twin's rows say about the clusters of people whom the census did not hold; `people` and `clusters` are
 * the numbers that these have got there. */
static enum plb_told absorb_clusters(struct plb_intake *intake, const struct plb_intake *twin, const uint32_t *people,
                                     const uint32_t *clusters, uint32_t known) {
  const struct plb_attribute *of = &twin->overlay->clusters;
  enum plb_told said = PLB_TOLD_FINE;
  for (size_t i = 0; !said && i < of->count; i++) {
    uint32_t cluster = of->of[i];
    if (cluster < PLB_NO_VALUE && cluster >= known)
      cluster = clusters[cluster - known];
    said = plb_attribute_say(&intake->census->clusters, people[i], cluster);
  }
  return said;
}

/* The same of attributes, of which people may have several. */
static bool absorb_news(struct plb_intake *intake, const struct plb_intake *twin, const uint32_t *people,
                        uint32_t known) {
  const struct plb_profiles *profiles = twin->profiles;
  bool fine = true;
  for (size_t i = 0; i < profiles->news_count && fine; i++) {
    const struct plb_news *news = &profiles->news[i];
    uint32_t person = news->person >= known ? people[news->person - known] : news->person;
    fine = plb_said_add(&intake->census->notes.said[news->attribute], person, news->value);
  }
  return fine;
}

/* The names of one kind that the twin found, put into the census; their numbers there, NULL when none. */
static bool absorb_names(struct plb_intake *intake, struct plb_intake *twin, enum naming naming, uint32_t **numbers) {
  struct plb_dict *fresh = dict_of(twin->overlay, naming), *dict = dict_of(intake->census, naming);
  *numbers = NULL;
  if (!fresh->count)
    return true;
  *numbers = plb_alloc(fresh->count, sizeof **numbers);
  for (uint32_t i = 0; *numbers && i < fresh->count; i++) {
    size_t length;
    const char *text = plb_dict_text(fresh, i, &length);
    if (!plb_dict_put(dict, text, length, &(*numbers)[i]))
      return false;
  }
  return *numbers != NULL;
}

static inline void renumber(uint32_t *number, const uint32_t *numbers, uint32_t known) {
  if (numbers && *number != PLB_NOBODY && *number >= known)
    *number = numbers[*number - known];
}

/* What the rows say about samples, in their order, so that a conflict is at the row where the careful way, which
 * looks for it again, finds it too. */
static enum claim claim_rows(struct plb_intake *intake, const struct plb_block *block) {
  enum claim claim = CLAIM_FINE;
  for (size_t i = 0; !claim && i < block->count; i++) {
    const struct plb_trial *row = &block->rows[i];
    if (!(claim = plb_intake_claim(intake, row->reference_sample, row->reference)))
      claim = plb_intake_claim(intake, row->probe_sample, row->probe);
  }
  return claim;
}

plb_status plb_intake_absorb(struct plb_intake *intake, struct plb_intake *twin, const struct plb_known *known,
                             bool *fine, struct plb_error *err) {
  uint32_t *people = NULL, *samples = NULL, *systems = NULL, *groups = NULL, *clusters = NULL;
  bool put = absorb_names(intake, twin, OF_PEOPLE, &people) && absorb_names(intake, twin, OF_SAMPLES, &samples) &&
             absorb_names(intake, twin, OF_SYSTEMS, &systems) && absorb_names(intake, twin, OF_GROUPS, &groups) &&
             absorb_names(intake, twin, OF_CLUSTERS, &clusters);
  for (size_t i = 0; put && (people || samples || systems || groups) && i < twin->block->count; i++) {
    struct plb_trial *row = &twin->block->rows[i];
    renumber(&row->reference, people, known->people);
    renumber(&row->probe, people, known->people);
    renumber(&row->reference_sample, samples, known->samples);
    renumber(&row->probe_sample, samples, known->samples);
    renumber(&row->system, systems, known->systems);
    renumber(&row->reference_group, groups, known->groups);
    renumber(&row->probe_group, groups, known->groups);
  }
  enum plb_told said = put ? absorb_clusters(intake, twin, people, clusters, known->clusters) : PLB_TOLD_FINE;
  put = put && absorb_news(intake, twin, people, known->people);
  free(people);
  free(samples);
  free(systems);
  free(groups);
  free(clusters);
  enum claim claim = put && twin->unclaimed ? claim_rows(intake, twin->block) : CLAIM_FINE;
  *fine = claim != CLAIM_OTHER && said != PLB_TOLD_OTHER;
  if (!put || claim == CLAIM_NOMEM || said == PLB_TOLD_NOMEM)
    return plb_fail_memory(err);
  if (!*fine)
    return PLB_OK;
  intake->rows += twin->account->rows;
  intake->account->rows += twin->account->rows;
  intake->account->kept += twin->account->kept;
  for (int why = 0; why < PLB_DROPS; why++)
    intake->account->dropped[why] += twin->account->dropped[why];
  return PLB_OK;
}

struct plb_known plb_intake_known(const struct plb_intake *intake) {
  const struct plb_census *census = intake->census;
  return (struct plb_known){census->people.count, census->samples.count, census->systems.count, census->groups.count,
                            census->clusters.values.count};
}

void plb_intake_twin_free(struct plb_intake *twin) {
  if (twin && twin->overlay)
    plb_census_free(twin->overlay);
  if (twin) {
    free(twin->overlay);
    plb_profiles_free(twin->profiles);
  }
  free(twin);
}
