/* SPDX-License-Identifier: Apache-2.0
 *
 * How far the evidence reaches: the longest time between two samples of a person, and the youngest and oldest at
 * enrolment, beside the years for which records are kept. Each is the last that enough people reach, since a test says
 * nothing about an age that one person had, and would say whose age it is.
 */
#include <stdlib.h>

#include "base/memory.h"
#include "estimate/groups.h"
#include "estimate/numbers.h"
#include "tally/by_value.h"

/* The last number, from `at` on and going by `step`, that so many people have passed, or that all have. False: nowhere.
 */
static bool find_end(const struct plb_by_value *counted, size_t numbers, size_t people, uint64_t least, int step,
                     size_t *at) {
  uint8_t *met = plb_alloc(people, 1);
  uint64_t reached = 0;
  size_t v = step > 0 ? 0 : numbers;
  for (size_t k = 0; met && k < numbers && reached < least; k++) {
    v = step > 0 ? k : numbers - 1 - k;
    for (size_t i = 0; i < counted->count; i++) {
      const uint64_t *record = counted->records + 2 * i;
      uint32_t place = plb_by_value_place(record);
      if (plb_by_value_value(record) != v || met[place])
        continue;
      met[place] = 1;
      reached++;
    }
  }
  free(met);
  *at = v;
  return reached >= least;
}

static const char *say_elapsed(struct plb_study *study, const struct plb_horizon *horizon, const char *of) {
  double most = horizon->most, against = horizon->against;
  struct plb_words people = plb_say_count(horizon->people);
  if (!horizon->has_range)
    return plb_study_text(study,
                          "Fewer than %s people were compared%s with a sample of a known other day: nothing is known "
                          "here of what %g years do (--horizon-against).",
                          people.text, of, against);
  if (most < against)
    return plb_study_text(
        study,
        "The longest time between two samples that %s people or more were tested over%s is %g %s; the "
        "period asked about is %g years. Nothing is known here of what lies between %g and %g years.",
        people.text, of, most, most == 1 ? "year" : "years", against, most, against);
  return plb_study_text(
      study,
      "The longest time between two samples that %s people or more were tested over%s is %g %s, which "
      "is no shorter than the %g years asked about.",
      people.text, of, most, most == 1 ? "year" : "years", against);
}

static const char *say_age(struct plb_study *study, const struct plb_horizon *horizon, const char *of) {
  struct plb_words people = plb_say_count(horizon->people);
  if (!horizon->has_range)
    return plb_study_text(study, "Fewer than %s people%s have a known age at enrolment: no age was tested.",
                          people.text, of);
  return plb_study_text(study,
                        "People%s were enrolled at %g to %g years of age, %s or more of them at either end: nothing is "
                        "known here of those who are younger than %g or older than %g when they are enrolled.",
                        of, horizon->least, horizon->most, people.text, horizon->least, horizon->most);
}

plb_status plb_horizon_say(struct plb_study *study, struct plb_error *err) {
  plb_status status = PLB_OK;
  for (size_t i = 0; i < study->result->horizon_count && !status; i++) {
    const struct plb_horizon *horizon = &study->result->horizons[i];
    const char *of = horizon->system ? plb_study_text(study, " by \"%.60s\"", horizon->system) : "";
    bool of_time = plb_name_read(horizon->attribute).of == PLB_OF_PAIR;
    const char *text = !of ? NULL : of_time ? say_elapsed(study, horizon, of) : say_age(study, horizon, of);
    status = text ? plb_result_add_statement(study->result, text, err) : plb_fail_memory(err);
  }
  return status;
}

static plb_status find_range(const struct plb_study *study, const struct plb_rows *rows,
                             const struct plb_places *places, const struct plb_numbers *numbers,
                             struct plb_horizon *horizon, struct plb_error *err) {
  struct plb_by_value counted = {.value_of = numbers->of_stratum};
  size_t first = 0, last = 0;
  plb_status status = plb_by_value_count(study->tally, rows, places, study->threads, &counted, err);
  if (!status)
    horizon->has_range = find_end(&counted, numbers->count, places->people, horizon->people, 1, &first) &&
                         find_end(&counted, numbers->count, places->people, horizon->people, -1, &last);
  if (horizon->has_range) {
    horizon->least = numbers->x[first];
    horizon->most = numbers->x[last];
  }
  plb_by_value_free(&counted);
  return status;
}

static plb_status write_one(struct plb_study *study, const struct plb_measured *measured,
                            const struct plb_places *places, size_t attribute, struct plb_error *err) {
  const struct plb_rows *rows = &measured->system->of[PLB_CLASS_MATED].rows;
  const char *name = plb_name_shown(study->tally->by.names[attribute]);
  bool failed = false;
  struct plb_horizon horizon = {.system = measured->name,
                                .attribute = plb_result_text(study->result, name, &failed),
                                .people = study->options->min_people ? study->options->min_people : 1,
                                .against = study->tally->by.against};
  struct plb_numbers numbers;
  plb_status status = plb_numbers_find(study->tally, rows, (uint8_t)(1u << attribute), &numbers, err);
  horizon.left_out = numbers.left_out;
  if (!status)
    status = find_range(study, rows, places, &numbers, &horizon, err);
  if (!status)
    status = failed ? plb_fail_memory(err) : plb_result_add_horizon(study->result, &horizon, err);
  plb_numbers_free(&numbers);
  return status;
}

plb_status plb_horizon_write(struct plb_study *study, const struct plb_measured *measured, struct plb_error *err) {
  const struct plb_by *by = &study->tally->by;
  const struct plb_class_tally *mated = &measured->system->of[PLB_CLASS_MATED];
  struct plb_places places = {0};
  if (!by->horizon || !mated->rows.count)
    return PLB_OK;
  plb_status status = plb_places_make(study->tally, &mated->rows, true, study->threads, &places, err);
  for (size_t a = 0; a < by->count && !status; a++)
    if (by->horizon >> a & 1)
      status = write_one(study, measured, &places, a, err);
  plb_places_free(&places);
  return status;
}
