/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads the key "influence" of an estimate back, how much it hangs on few people and on labels: see json_read.c.
 */
#include "result/json_read.h"

static void read_without(struct plb_reader *r, const struct plb_json *people, struct plb_influence *influence) {
  struct plb_json object = plb_read_object(r, people, "without_one", PLB_NULLABLE);
  if (r->st || object.kind == PLB_JSON_NULL)
    return;
  influence->has_without = true;
  influence->without_errors = plb_read_count(r, &object, "errors", PLB_REQUIRED, NULL);
  influence->without_trials = plb_read_count(r, &object, "trials", PLB_REQUIRED, NULL);
  if (influence->without_errors > influence->without_trials || !influence->without_trials)
    plb_read_reject(r, &object, "errors <= trials and trials > 0");
  influence->reset = plb_read_boolean(r, &object, "threshold_reset", PLB_REQUIRED);
}

static void read_people(struct plb_reader *r, const struct plb_json *object, struct plb_influence *influence) {
  struct plb_json people = plb_read_object(r, object, "people", PLB_NULLABLE);
  if (r->st || people.kind == PLB_JSON_NULL)
    return;
  influence->has_people = true;
  influence->involved = plb_read_count(r, &people, "involved", PLB_REQUIRED, NULL);
  influence->half = plb_read_count(r, &people, "half", PLB_REQUIRED, NULL);
  influence->most = plb_read_count(r, &people, "most", PLB_REQUIRED, NULL);
  if (influence->half > influence->involved)
    plb_read_reject(r, &people, "half <= involved");
  read_without(r, &people, influence);
}

void plb_read_influence(struct plb_reader *r, const struct plb_json *estimate, struct plb_estimate *e) {
  struct plb_json object = plb_read_object(r, estimate, "influence", PLB_LATER);
  struct plb_influence *influence = &e->influence;
  if (r->st || object.kind != PLB_JSON_OBJECT)
    return;
  e->has_influence = true;
  read_people(r, &object, influence);
  struct plb_json labels = plb_read_array(r, &object, "wrong_labels");
  if (labels.length > PLB_WRONG_LABELS)
    plb_read_reject(r, &labels, "an array of at most 3");
  for (size_t i = 0; !r->st && i < labels.length; i++) {
    struct plb_json label = plb_read_element(r, &labels, i);
    influence->labels[i].wrong = plb_read_count(r, &label, "wrong", PLB_REQUIRED, NULL);
    influence->labels[i].lower = plb_read_share(r, &label, "lower", PLB_REQUIRED, NULL);
    influence->labels[i].upper = plb_read_share(r, &label, "upper", PLB_REQUIRED, NULL);
    if (influence->labels[i].lower > influence->labels[i].upper)
      plb_read_reject(r, &label, "lower <= upper, both from 0 to 1");
    influence->label_count = i + 1;
  }
}
