/* SPDX-License-Identifier: Apache-2.0
 *
 * What was found by resampling or by the delta method, for those who write it down: whether it is shown, and under what
 * name.
 */
#include <stdlib.h>

#include "estimate/study.h"

void plb_redraw_free(struct plb_redrawn *redrawn) {
  for (size_t p = 0; p < redrawn->point_count; p++)
    free(redrawn->points[p].drawn);
  free(redrawn->points);
  *redrawn = (struct plb_redrawn){0};
}

const struct plb_redrawn_point *plb_redrawn_at(const struct plb_measured *measured,
                                               const struct plb_study_point *point) {
  const struct plb_redrawn *redrawn = &measured->redrawn;
  const struct plb_redrawn_point *found = redrawn->any ? &redrawn->points[point - measured->points] : NULL;
  return found && found->fnmr.exists ? found : NULL;
}

const struct plb_redrawn_point *plb_redrawn_shown(const struct plb_study *study, const struct plb_measured *measured,
                                                  const struct plb_study_point *point) {
  bool shown = plb_method_is_pl(study->method) || plb_method_entry(study->method)->drawn;
  return shown ? plb_redrawn_at(measured, point) : NULL;
}

const char *plb_redrawn_name(const struct plb_study *study, const struct plb_redrawn_limits *limits) {
  if (limits->delta)
    return limits->joined ? "delta or PL" : "delta";
  return limits->joined ? "double-or-nothing or PL" : plb_redrawn_method(study);
}

const char *plb_redrawn_method(const struct plb_study *study) {
  bool vertex = study->method == PLB_METHOD_VERTEX_BOOTSTRAP;
  return plb_method_entry(vertex ? PLB_METHOD_VERTEX_BOOTSTRAP : PLB_METHOD_DOUBLE_OR_NOTHING)->shown;
}
