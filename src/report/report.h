/* SPDX-License-Identifier: Apache-2.0
 *
 * The report room: each renderer is a pure function from results to text, and sees nothing but them. A
 * renderer writes to `out` and never closes it; failures of writing are kept by `out` and answered by
 * plb_out_close, so a renderer fails on its own account only (memory, a contract broken).
 *
 * The public plb_write* (write.c) open the target, call one renderer and close or abandon.
 */
#ifndef PLB_REPORT_REPORT_H
#define PLB_REPORT_REPORT_H

#include "base/out.h"
#include "base/words.h"
#include "result/result.h"

#define PLB_LIMIT 512 /* bytes of a phrase that names files or targets */

/* ---- whole documents ---------------------------------------------------------------------- */

/* Several results side by side are told apart by plb_result_label. `count` is at least 1. */
plb_status plb_render_text(const struct plb_result *const *results, size_t count, struct plb_out *out,
                           struct plb_error *err);
plb_status plb_render_csv(const struct plb_result *const *results, size_t count, struct plb_out *out,
                          struct plb_error *err);
plb_status plb_render_html(const struct plb_result *const *results, size_t count, struct plb_out *out,
                           struct plb_error *err);

/* ---- wording shared by all renderers -------------------------------------------------------- */

/* The value of an estimate: a rate as above, AUC and DPRIME as plain numbers; the word of the status
 * where there is no value ("undefined", ...). */
size_t plb_word_value(char text[PLB_WORDS], const struct plb_estimate *estimate);

/* Its interval: "[0.9100, 1.096] %", "at most 3.000 %", "at least ..."; "" where none. */
size_t plb_word_interval(char text[PLB_WORDS], const struct plb_estimate *estimate);

/* The limits if all trials that share a person came out alike; "" where they are those of the interval. */
size_t plb_word_worst(char text[PLB_WORDS], const struct plb_estimate *estimate);

/* Whether the result follows plumbline's rules throughout, not those of another tool (--as). */
bool plb_own_rules(const struct plb_result *result);

/* The level that all intervals of a result share; 0 where they do not, or where there is none. */
double plb_result_level(const struct plb_result *result);

/* Whether the blank text[at] stands between what must stay on one line: a number and its "%", and the two
 * limits of an interval. */
bool plb_glued(const char *text, size_t at);

/* The name of a metric as it is spoken of: "d'". */
const char *plb_spoken(const char *metric);

/* What an estimate rests on: "2,665 / 266,772"; of what is made of other rates "from FMR, FTA"; of what
 * is made of all scores "517 + 266,772", mated and non-mated; "" where it is nothing or not shown. */
size_t plb_word_trials(char text[PLB_WORDS], const struct plb_estimate *estimate);

/* The people behind it: "120"; of what is made of all scores the fewest people of a class; "unknown" where there are
 * counts and nobody knows; "" where there is nothing to say. */
size_t plb_word_people(char text[PLB_WORDS], const struct plb_result *result, const struct plb_estimate *estimate);

/* A threshold: its shortest text, "above every score" (or "below every distance") where the target is met by
 * none; "" where there is no threshold. */
size_t plb_word_threshold(char text[PLB_WORDS], const struct plb_result *result, const struct plb_estimate *estimate);

/* Where a threshold was set on other data: "1 in 1,000 on dev.json"; "" where it was not. */
size_t plb_word_origin(char text[PLB_LIMIT], const struct plb_estimate *estimate);

/* An FMR target: "1 in 10,000" where its inverse is whole, else as a rate; "" where none. */
size_t plb_word_target(char text[PLB_WORDS], const struct plb_estimate *estimate);

/* Whether the threshold of an estimate was set for this FMR target, on its own data or on other data (origin). */
bool plb_set_for(const struct plb_estimate *estimate, double at_most);

/* The FMR target that its threshold was set for, wherever that was; below 0 where there is none. */
double plb_set_at(const struct plb_estimate *estimate);

/* How one result is told from the others beside it: its label where it has been given one, else the names of
 * its inputs without their folders, shortened; "result 2" where it has none. Nothing that reveals a folder
 * of the machine. */
size_t plb_result_label(const struct plb_result *result, size_t number, char text[PLB_WORDS]);

/* The systems of a result in order of their first estimate or curve: the k-th name (NULL for the one
 * without a name), false past the last. */
bool plb_result_system(const struct plb_result *result, size_t k, const char **system);

/* How many of some results plan a test; the others measured one. */
size_t plb_count_plans(const struct plb_result *const *results, size_t count);

/* How many there are. With several, what belongs to the whole test is a sum over them. */
size_t plb_result_systems(const struct plb_result *result);

/* The k-th estimate of `system` (NULL = the one without a name), in order; NULL past the last. */
const struct plb_estimate *plb_system_estimate(const struct plb_result *result, const char *system, size_t k);

/* Whether an estimate or a curve belongs to `system` (NULL = the one without a name). */
bool plb_same_system(const char *one, const char *other);

/* An operating point: the estimates that share a system and a threshold or a target. */
struct plb_operating_point {
  const char *system;
  const struct plb_estimate *first; /* carries threshold and target */
};

/* The k-th operating point of `system`, in order of its first estimate: those with a threshold that are
 * no EER. False past the last. */
bool plb_result_point(const struct plb_result *result, const char *system, size_t k, struct plb_operating_point *point);

/* The next estimate at the operating point of `estimate`, in order, or NULL. */
const struct plb_estimate *plb_next_at_point(const struct plb_result *result, const struct plb_estimate *estimate);

/* The estimate of `metric` at that point, or NULL. */
const struct plb_estimate *plb_point_estimate(const struct plb_result *result, const struct plb_operating_point *point,
                                              const char *metric);

/* The limits of the threshold that has the target FMR: "0.5971 to 0.6238", with as many digits as the distance between
 * them is worth (limits.c); "" where there are none. */
size_t plb_word_threshold_limits(char text[PLB_WORDS], const struct plb_result *result,
                                 const struct plb_operating_point *point);

/* Whether a curve has limits of FNMR that hold for all of it at once (svg_band.c). */
bool plb_has_band(const struct plb_curve *curve);

/* ---- targets out of reach (limits.c) ---------------------------------------------------------- */

/* FMR targets that this test is too small for and that ended at one threshold are shown as one: whether point
 * `number` of its system is such a one, and not the first. */
bool plb_shown_before(const struct plb_result *result, const struct plb_operating_point *point, size_t number);

/* "FMR targets below 1 in 264 are beyond this test (asked for: 1 in 1,000 and 1 in 10,000)": all of one
 * threshold. False, and "", at a point that is none of these. */
bool plb_word_limit(char text[PLB_LIMIT], const struct plb_result *result, const struct plb_operating_point *point);

/* Whether an estimate belongs to such a point, so that its counts and limits are not those at its target. */
bool plb_out_of_reach(const struct plb_result *result, const struct plb_estimate *estimate);

/* Where the counts and limits at such a point are taken: "at threshold 2.94, the least strict one without a false
 * match". Anything at other points is at the threshold that stands there. */
size_t plb_word_limit_at(char text[PLB_LIMIT], const struct plb_result *result,
                         const struct plb_operating_point *point);

#endif
