/* SPDX-License-Identifier: Apache-2.0
 *
 * See draw.h. Of each system the highest non-mated scores are listed, twice as many as the largest target or the EER
 * allows errors, and more where a replicate proves to need them, so that how many were listed never changes an answer.
 * Not more than tally->most_listed: what a system needs more for is not drawn, for any of them in the case of a target,
 * since all have as many comparisons.
 *
 * Memory: one list of comparisons at a time, and a number for each replicate, system and quantity; where these would be
 * too many, nothing is drawn.
 */
#include "compare/draw.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "resample/resample.h"

#define TAIL_REPLICATES 10            /* at least so many replicates lie beyond a limit */
#define MOST_REPLICATES 200000        /* that many pairs of systems may ask for */
#define MOST_KEPT ((uint64_t)1 << 27) /* numbers: a gibibyte */

static size_t systems_of(const struct plb_joint *joint) {
  return joint->versus->paired->system_count;
}

static uint64_t trials_of(const struct plb_joint *joint, enum plb_class class) {
  return joint->versus->paired->joined[class];
}

static void free_kept(struct plb_joint *joint) {
  for (size_t s = 0; joint->kept && s < systems_of(joint); s++) {
    free(joint->kept[s].fnmr);
    free(joint->kept[s].eer);
    free(joint->kept[s].usable);
    joint->kept[s] = (struct plb_joint_kept){0};
  }
}

void plb_joint_free(struct plb_joint *joint) {
  free_kept(joint);
  plb_roster_free(&joint->roster);
  free(joint->points);
  free(joint->targets);
  free(joint->keys);
  free(joint->place);
  free(joint->wanted);
  free(joint->kept);
}

/* ---- what to draw --------------------------------------------------------------------------------- */

/* All systems have as many non-mated comparisons, so that a target is within reach of all or of none. */
static plb_status find_targets(struct plb_joint *joint, struct plb_error *err) {
  const struct plb_versus *versus = joint->versus;
  const struct plb_measured *first = &versus->measured[0];
  size_t systems = systems_of(joint), most = first->point_count;
  joint->points = plb_alloc(most, sizeof *joint->points);
  joint->targets = plb_alloc(most, sizeof *joint->targets);
  joint->place = plb_alloc(most, sizeof *joint->place);
  joint->wanted = plb_alloc(most, sizeof *joint->wanted);
  joint->keys = plb_alloc((most + 1) * systems, sizeof *joint->keys);
  joint->kept = plb_alloc(systems, sizeof *joint->kept);
  if (!joint->points || !joint->targets || !joint->place || !joint->wanted || !joint->keys || !joint->kept)
    return plb_fail_memory(err);
  for (size_t p = 0; p < most; p++) {
    const struct plb_study_point *point = &first->points[p];
    if (point->kind != PLB_POINT_TARGET || point->unsupported)
      continue;
    for (size_t s = 0; s < systems; s++)
      joint->keys[joint->target_count * systems + s] =
          plb_point_find(&versus->measured[s], PLB_POINT_TARGET, point->asked)->point.key;
    joint->points[joint->target_count] = p;
    joint->targets[joint->target_count++] = point->target;
  }
  for (size_t s = 0; s < systems; s++)
    joint->keys[joint->target_count * systems + s] = versus->measured[s].det.eer.key;
  return PLB_OK;
}

static uint64_t errors_for(const struct plb_joint *joint, struct plb_fraction target) {
  return plb_fraction_part(target, trials_of(joint, PLB_CLASS_NONMATED));
}

static bool draws_eer(const struct plb_joint *joint, size_t s) {
  return joint->reach && joint->versus->measured[s].det.eer.false_matches <= joint->reach;
}

/* What is within reach; false where nothing is. */
static bool choose(struct plb_joint *joint) {
  bool any = false;
  joint->wanted_count = 0;
  for (size_t t = 0; t < joint->target_count; t++) {
    bool wanted = joint->reach && errors_for(joint, joint->targets[t]) <= joint->reach;
    joint->place[t] = wanted ? joint->wanted_count : SIZE_MAX;
    if (wanted)
      joint->wanted[joint->wanted_count++] = joint->targets[t];
  }
  for (size_t s = 0; s < systems_of(joint); s++)
    any = any || draws_eer(joint, s);
  return any || joint->wanted_count;
}

/* So many non-mated comparisons of a system are listed at first. */
static size_t first_length(const struct plb_joint *joint, size_t s) {
  uint64_t most = 0;
  if (draws_eer(joint, s))
    most = joint->versus->measured[s].det.eer.false_matches;
  for (size_t t = 0; t < joint->wanted_count; t++) {
    uint64_t errors = errors_for(joint, joint->wanted[t]);
    most = errors > most ? errors : most;
  }
  return plb_listing_length(joint->versus->study->tally, trials_of(joint, PLB_CLASS_NONMATED), most);
}

/* ---- drawing ---------------------------------------------------------------------------------------- */

/* Lists the rows from a key on, by who stands for their people. */
static plb_status list(const struct plb_joint *joint, size_t s, enum plb_class class, uint64_t from, size_t count,
                       struct plb_listing *listing, struct plb_error *err) {
  plb_listing_free(listing);
  return plb_listing_make(&(struct plb_listing_asked){.tally = joint->versus->study->tally,
                                                      .rows = &joint->versus->measured[s].system->of[class].rows,
                                                      .units = &joint->roster.units,
                                                      .mated = class == PLB_CLASS_MATED,
                                                      .from = from,
                                                      .expected = count,
                                                      .threads = joint->versus->study->threads},
                          listing, err);
}

static struct plb_resample ask(struct plb_joint *joint, size_t s, const struct plb_listing of[2]) {
  const struct plb_study *study = joint->versus->study;
  const struct plb_options *options = study->options;
  bool complete = of[PLB_CLASS_NONMATED].count == trials_of(joint, PLB_CLASS_NONMATED);
  return (struct plb_resample){.plan = PLB_PLAN_DOUBLE_OR_NOTHING,
                               .seed = options->seed,
                               .replicates = joint->replicates,
                               .threads = study->threads,
                               .who = plb_roster_people(&joint->roster),
                               .list = {of[0], of[1]},
                               .complete = complete,
                               .nonmated_total = complete ? NULL : plb_roster_total,
                               .total_ctx = &joint->roster,
                               .targets = joint->wanted,
                               .target_count = joint->wanted_count,
                               .eer = draws_eer(joint, s),
                               .progress = options->progress,
                               .progress_ctx = options->progress_ctx,
                               .progress_from = s * joint->replicates,
                               .progress_of = systems_of(joint) * joint->replicates};
}

/* The replicates from a list of some length; *enough is false where it is too short, or ties make it too long. */
static plb_status draw_from(struct plb_joint *joint, size_t s, size_t length, struct plb_listing of[2], bool *enough,
                            struct plb_error *err) {
  size_t count;
  uint64_t from = plb_det_key_for(&joint->versus->measured[s].det, length, &count);
  *enough = count / 2 <= joint->versus->study->tally->most_listed;
  plb_status st = *enough ? list(joint, s, PLB_CLASS_NONMATED, from, count, &of[PLB_CLASS_NONMATED], err) : PLB_OK;
  if (st || !*enough)
    return st;
  struct plb_resample drawn = ask(joint, s, of);
  if (!drawn.complete)
    st = plb_roster_find_design(&joint->roster, err);
  if (!st)
    st = plb_resample_run(&drawn, err);
  *enough = !drawn.too_short;
  if (!st && *enough) {
    joint->kept[s] = (struct plb_joint_kept){drawn.fnmr_at_target, drawn.eer ? drawn.eer_in : NULL, drawn.usable};
    drawn.fnmr_at_target = NULL;
    drawn.eer_in = drawn.eer ? NULL : drawn.eer_in;
    drawn.usable = NULL;
  }
  plb_resample_free(&drawn);
  return st;
}

/* Lists more until no replicate needs what was not listed; *enough is false where that is more than may be. */
static plb_status draw_system(struct plb_joint *joint, size_t s, bool *enough, struct plb_error *err) {
  const size_t most = joint->versus->study->tally->most_listed;
  struct plb_listing of[2] = {{0}, {0}};
  plb_status st =
      list(joint, s, PLB_CLASS_MATED, 0, (size_t)trials_of(joint, PLB_CLASS_MATED), &of[PLB_CLASS_MATED], err);
  *enough = false;
  for (size_t length = first_length(joint, s), last = 0; !st && !*enough && last != length;) {
    st = draw_from(joint, s, length, of, enough, err);
    last = length;
    length = 2 * length < most ? 2 * length : most;
  }
  plb_listing_free(&of[0]);
  plb_listing_free(&of[1]);
  return st;
}

/* What a system needs more for than may be listed is drawn for none: there would be nothing to compare it with. */
static plb_status draw_systems(struct plb_joint *joint, struct plb_error *err) {
  const struct plb_tally *tally = joint->versus->study->tally;
  bool mated = trials_of(joint, PLB_CLASS_MATED) <= tally->most_listed;
  joint->reach = mated ? plb_listing_reach(tally, trials_of(joint, PLB_CLASS_NONMATED)) : 0;
  bool enough = false;
  plb_status st = PLB_OK;
  for (; !enough && !st && choose(joint); joint->reach = enough ? joint->reach : joint->reach / 2) {
    free_kept(joint);
    enough = true;
    for (size_t s = 0; s < systems_of(joint) && !st && enough; s++)
      st = draw_system(joint, s, &enough, err);
  }
  if (!enough)
    free_kept(joint);
  return st;
}

/* As many as asked for, or as the level of each of several pairs needs. */
static void choose_replicates(struct plb_joint *joint) {
  struct plb_versus *versus = joint->versus;
  double least = ceil(2 * TAIL_REPLICATES / (1 - versus->level));
  joint->replicates = versus->study->options->replicates;
  bool many = least > MOST_REPLICATES && least > (double)joint->replicates;
  if (!many && least > (double)joint->replicates)
    joint->replicates = (size_t)least;
  if (many)
    joint->why = versus->duel_count > 1
                     ? "for so many pairs of systems, at this level, too many replicates would be needed; "
                       "compare fewer pairs, or at given thresholds"
                     : "at this level too many replicates would be needed";
  else if ((plb_wide)joint->replicates * systems_of(joint) * (joint->target_count + 1) > MOST_KEPT)
    joint->why = "so many replicates of so many systems would need too much memory; compare fewer "
                 "systems or targets at once, or with fewer --replicates";
}

plb_status plb_joint_draw(struct plb_versus *versus, struct plb_joint *joint, struct plb_error *err) {
  *joint = (struct plb_joint){.versus = versus};
  plb_status st = plb_roster_make(versus->study->tally, &versus->study->tally->systems[0], &joint->roster, err);
  if (!st)
    st = find_targets(joint, err);
  if (st)
    return st;
  for (size_t t = 0; t < joint->target_count; t++)
    joint->place[t] = SIZE_MAX;
  choose_replicates(joint);
  if (joint->why)
    return PLB_OK;
  joint->why = plb_study_text(versus->study,
                              "more comparisons of one class than the %s that can be drawn again would have to be",
                              plb_say_count(versus->study->tally->most_listed).text);
  return joint->why ? draw_systems(joint, err) : plb_fail_memory(err);
}
