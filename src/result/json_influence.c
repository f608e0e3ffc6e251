/* SPDX-License-Identifier: Apache-2.0
 *
 * The key "influence" of an estimate: how much it hangs on few people and on labels. Read strictly, as json_read.c
 * does; the first failure ends it.
 */
#include "result/store.h"
#include "result/tree.h"

#define SHARES "lower <= upper, both from 0 to 1"

static bool take_count(const struct plb_json *object, const char *key, uint64_t *count, plb_status *status,
                       struct plb_error *err) {
  struct plb_json value = plb_json_member(object, key);
  if (!*status && value.kind != PLB_JSON_COUNT)
    *status = plb_json_fail(&value, "a count", err);
  *count = *status ? 0 : value.count;
  return !*status;
}

static plb_status take_share(const struct plb_json *object, const char *key, double *share, struct plb_error *err) {
  struct plb_json value = plb_json_member(object, key);
  bool number = value.kind == PLB_JSON_NUMBER || value.kind == PLB_JSON_COUNT;
  if (!number || !(value.number >= 0 && value.number <= 1))
    return plb_json_fail(&value, "a number from 0 to 1", err);
  *share = value.number == 0 ? 0 : value.number;
  return PLB_OK;
}

static plb_status read_without(const struct plb_json *people, struct plb_influence *influence, struct plb_error *err) {
  struct plb_json object = plb_json_member(people, "without_one");
  plb_status status = PLB_OK;
  if (object.kind == PLB_JSON_NULL)
    return PLB_OK;
  if (object.kind != PLB_JSON_OBJECT)
    return plb_json_fail(&object, "an object or null", err);
  take_count(&object, "errors", &influence->without_errors, &status, err);
  take_count(&object, "trials", &influence->without_trials, &status, err);
  if (!status && (influence->without_errors > influence->without_trials || !influence->without_trials))
    status = plb_json_fail(&object, "errors <= trials and trials > 0", err);
  struct plb_json reset = plb_json_member(&object, "threshold_reset");
  if (!status && reset.kind != PLB_JSON_BOOLEAN)
    status = plb_json_fail(&reset, "true or false", err);
  influence->reset = reset.boolean;
  influence->has_without = true;
  return status;
}

static plb_status read_people(const struct plb_json *object, struct plb_influence *influence, struct plb_error *err) {
  struct plb_json people = plb_json_member(object, "people");
  plb_status status = PLB_OK;
  if (people.kind == PLB_JSON_NULL)
    return PLB_OK;
  if (people.kind != PLB_JSON_OBJECT)
    return plb_json_fail(&people, "an object or null", err);
  influence->has_people = true;
  take_count(&people, "involved", &influence->involved, &status, err);
  take_count(&people, "half", &influence->half, &status, err);
  take_count(&people, "most", &influence->most, &status, err);
  if (!status && influence->half > influence->involved)
    status = plb_json_fail(&people, "half <= involved", err);
  return status ? status : read_without(&people, influence, err);
}

static plb_status read_label(const struct plb_json *object, struct plb_influence *influence, struct plb_error *err) {
  plb_status status = PLB_OK;
  size_t at = influence->label_count;
  if (object->kind != PLB_JSON_OBJECT)
    return plb_json_fail(object, "an object", err);
  if (!take_count(object, "wrong", &influence->labels[at].wrong, &status, err) ||
      (status = take_share(object, "lower", &influence->labels[at].lower, err)) ||
      (status = take_share(object, "upper", &influence->labels[at].upper, err)))
    return status;
  if (influence->labels[at].lower > influence->labels[at].upper)
    return plb_json_fail(object, SHARES, err);
  influence->label_count++;
  return PLB_OK;
}

plb_status plb_influence_read(const struct plb_json *estimate, struct plb_estimate *into, struct plb_error *err) {
  struct plb_json object = plb_json_member(estimate, "influence");
  if (object.kind == PLB_JSON_ABSENT || object.kind == PLB_JSON_NULL)
    return PLB_OK;
  if (object.kind != PLB_JSON_OBJECT)
    return plb_json_fail(&object, "an object or null", err);
  into->has_influence = true;
  plb_status status = read_people(&object, &into->influence, err);
  struct plb_json labels = plb_json_member(&object, "wrong_labels");
  if (!status && (labels.kind != PLB_JSON_ARRAY || labels.length > PLB_WRONG_LABELS))
    status = plb_json_fail(&labels, "an array of at most 3", err);
  for (size_t i = 0; !status && i < labels.length; i++) {
    struct plb_json label = plb_json_element(&labels, i);
    status = read_label(&label, &into->influence, err);
  }
  return status;
}
