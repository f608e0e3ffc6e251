/* SPDX-License-Identifier: Apache-2.0
 *
 * Writes a test with a known truth: people of differing error proneness, several samples of each, and
 * comparisons that share people and samples as those of a real test do.
 *
 * All of u, v, d, e, g are standard normal and independent. Non-mated score of samples a of i and b of j:
 *
 *     sqrt(person)(u_i + u_j) + sqrt(pair) d_ij + sqrt(sample)(v_ia + v_jb) + sqrt(rest) e
 *         + group_shift (group_i + group_j) / 2,    rest = 1 - 2 person - pair - 2 sample;
 *
 * mated score of two samples of i: mated_mean + sqrt(mated) g_i + sqrt(1 - mated) e. In families each of u, d
 * and g is sqrt(common) times a number of the family (d: of the two families) and sqrt(1 - common) times one
 * of its own; inside a family the two people make 2 person (1 + common) of the variance, and e so much less.
 * Variances are 1, so every true rate is a normal tail (simulate_truth.c). What a sample brings to any of its rows is
 * added up once and kept: 8 bytes for each sample and 16 and a name for each person is all the memory there is.
 *
 * Order of rows: for each person the mated pairs of its samples, then the non-mated rows: with all later
 * people, or with the partners drawn for each of its samples (Floyd's choice without repeats: J. Bentley
 * and R. Floyd, Communications of the ACM 30, 1987, 754-757). Scores are rounded down to six decimals,
 * so that a threshold with six decimals divides the written scores exactly as it divides the drawn ones.
 */
#include "trial/simulate.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/out.h"
#include "base/probit.h"
#include "trial/pack.h"

#define BUFFER_BYTES ((size_t)256 << 10)
#define ROW_BYTES 256 /* more than the longest row */
#define SAMPLES_AT_ONCE 65536
#define LARGEST_MEAN 1e6

enum { ENROLLED = 1, ACQUIRED = 2 }; /* of a sample: its person was enrolled; it was acquired */

struct rows {
  struct plb_simulation ask;
  struct plb_sim_counts counts;
  double pair_scale, rest_scale, mated_scale;
  bool has_families;
  double common_scale, own_scale; /* of what a family has in common, and of what its people do not */
  double inner_scale;             /* of the rest, inside a family */
  bool has_status;
  double *side;   /* [samples] what the sample adds to a non-mated score */
  double *centre; /* [people] centre of the person's mated scores */
  uint8_t *ready; /* [samples] ENROLLED | ACQUIRED */
  char *names;    /* [people] of name_length bytes */
  size_t name_length;
  uint32_t *seen;   /* hash set of the partners of one sample; 0 = empty, else the pick + 1 */
  size_t seen_size; /* a power of two */
  struct plb_pack *pack;
  char *buffer;
  size_t used;
  uint64_t written, total;
};

/* One side of a row. */
struct capture {
  uint32_t person, sample; /* sample counts from 0 within the person */
};

void plb_simulation_init(struct plb_simulation *simulation, size_t size) {
  struct plb_simulation fresh = {
      .size = size,
      .people = 200,
      .samples = 3,
      .person_effect = 0.06,
      .pair_effect = 0.20,
      .sample_effect = 0.05,
      .mated_mean = 4,
      .mated_effect = 0.3,
      .groups = 1,
      .seed = 1,
      .family_size = 1,
      .family_effect = 0.5,
  };
  memset(simulation, 0, size);
  memcpy(simulation, &fresh, size < sizeof fresh ? size : sizeof fresh);
}

/* ---- what was asked ---------------------------------------------------------------------- */

static plb_status check_range(const char *name, double value, double low, double high, struct plb_error *err) {
  if (value >= low && value <= high)
    return PLB_OK;
  return plb_fail(err, PLB_USAGE, "%s is %g; expected %g to %g", name, value, low, high);
}

static plb_status check_count(const char *name, uint64_t value, uint64_t low, uint64_t high, struct plb_error *err) {
  if (value >= low && value <= high)
    return PLB_OK;
  return plb_fail(err, PLB_USAGE, "%s is %" PRIu64 "; expected %" PRIu64 " to %" PRIu64, name, value, low, high);
}

static plb_status check_design(const struct plb_simulation *ask, struct plb_error *err) {
  plb_status st;
  if ((st = check_count("people", ask->people, 2, PLB_SIM_CAPTURES, err)) ||
      (st = check_count("samples", ask->samples, 1, PLB_SIM_SAMPLES, err)) ||
      (st = check_count("groups", ask->groups, 1, PLB_SIM_GROUPS, err)) ||
      (st = check_count("family size", ask->family_size, 0, ask->people, err)))
    return st;
  if (ask->samples > PLB_SIM_CAPTURES / ask->people)
    return plb_fail(err, PLB_USAGE,
                    "%" PRIu64 " people with %" PRIu64 " samples each; expected at most %" PRIu64 " samples in all",
                    ask->people, ask->samples, PLB_SIM_CAPTURES);
  return check_count("partners", ask->partners, 0, (ask->people - 1) * ask->samples, err);
}

static double rest_of(const struct plb_simulation *ask) {
  double rest = 1 - (2 * ask->person_effect + ask->pair_effect + 2 * ask->sample_effect);
  return fabs(rest) < 1e-12 ? 0 : rest; /* shares such as .1 and .3 do not add up exactly */
}

/* What is left for e inside a family, where people resemble each other. */
static double inner_rest_of(const struct plb_simulation *ask) {
  double rest = rest_of(ask) - 2 * ask->person_effect * ask->family_effect;
  return fabs(rest) < 1e-12 ? 0 : rest;
}

static plb_status check_effects(const struct plb_simulation *ask, struct plb_error *err) {
  plb_status st;
  if ((st = check_range("person effect", ask->person_effect, 0, 0.5, err)) ||
      (st = check_range("pair effect", ask->pair_effect, 0, 1, err)) ||
      (st = check_range("sample effect", ask->sample_effect, 0, 0.5, err)) ||
      (st = check_range("mated effect", ask->mated_effect, 0, 1, err)) ||
      (st = check_range("family effect", ask->family_effect, 0, 1, err)) ||
      (st = check_range("mated mean", ask->mated_mean, -LARGEST_MEAN, LARGEST_MEAN, err)) ||
      (st = check_range("group shift", ask->group_shift, -LARGEST_MEAN, LARGEST_MEAN, err)) ||
      (st = check_range("probability of a failure to acquire", ask->fta, 0, 1, err)) ||
      (st = check_range("probability of a failure to enrol", ask->fte, 0, 1, err)))
    return st;
  if (rest_of(ask) < 0)
    return plb_fail(err, PLB_USAGE,
                    "the effects make %g of the variance of a non-mated score (two people, their "
                    "pair, two samples); expected at most 1",
                    1 - rest_of(ask));
  if (ask->family_size > 1 && inner_rest_of(ask) < 0)
    return plb_fail(err, PLB_USAGE,
                    "the effects make %g of the variance of a non-mated score inside a family; expected at most 1",
                    1 - inner_rest_of(ask));
  return PLB_OK;
}

/* Copies what the caller knows of the struct over the defaults of the rest, and checks it. */
static plb_status take_request(const struct plb_simulation *simulation, const char *scores, const char *truth,
                               struct plb_simulation *ask, struct plb_error *err) {
  if (!simulation || simulation->size < sizeof simulation->size)
    return plb_fail(err, PLB_USAGE, "a simulation must be filled by plb_simulation_init first");
  if (!scores)
    return plb_fail(err, PLB_USAGE, "a simulation needs a file for its scores");
  if (truth && strcmp(scores, truth) == 0)
    return plb_fail(err, PLB_USAGE, "%.200s is named for the scores and for the truth", scores);
  plb_simulation_init(ask, sizeof *ask);
  memcpy(ask, simulation, simulation->size < sizeof *ask ? simulation->size : sizeof *ask);
  plb_status st = check_design(ask, err);
  return st ? st : check_effects(ask, err);
}

/* ---- people and samples ------------------------------------------------------------------ */

static double normal(const struct rows *rows, enum plb_draw kind, uint32_t i, uint32_t j, uint32_t a) {
  return plb_normal_of_bits(plb_draw_words(rows->ask.seed, kind, i, j, a, 0).first);
}

static bool happens(const struct rows *rows, double probability, enum plb_draw kind, uint32_t i, uint32_t a) {
  uint64_t bits = plb_draw_words(rows->ask.seed, kind, i, 0, a, 0).first;
  return (double)(bits >> 11) * 0x1p-53 < probability;
}

static uint32_t family_of(const struct rows *rows, uint32_t person) {
  return (uint32_t)(person / rows->ask.family_size);
}

/* The number of a person or pair, or what it makes together with that of its families. */
static double kindred(const struct rows *rows, double own, enum plb_draw kind, uint32_t i, uint32_t j) {
  if (!rows->has_families)
    return own;
  return rows->common_scale * normal(rows, kind, i, j, 0) + rows->own_scale * own;
}

/* The effect of a pair of people i < j; and the scale of what is left for one comparison of them. */
static double pair_of(const struct rows *rows, uint32_t i, uint32_t j, double *rest) {
  uint32_t left = 0, right = 0;
  *rest = rows->rest_scale;
  if (rows->has_families) {
    left = family_of(rows, i);
    right = family_of(rows, j);
    *rest = left == right ? rows->inner_scale : rows->rest_scale;
  }
  return rows->pair_scale * kindred(rows, normal(rows, PLB_DRAW_PAIR, i, j, 0), PLB_DRAW_FAMILIES, left, right);
}

static unsigned group_of(const struct rows *rows, uint32_t person) {
  return (unsigned)(person % rows->ask.groups);
}

static char *put_digits(char *at, uint64_t value, size_t width) {
  for (size_t k = width; k-- > 0; value /= 10)
    at[k] = (char)('0' + value % 10);
  return at + width;
}

static size_t digits_in(uint64_t value) {
  size_t digits = 1;
  while (value /= 10)
    digits++;
  return digits;
}

/* Tells the caller how far it is. The bytes of the file are not what it is told. */
static bool asked_to_stop(void *ctx, uint64_t bytes) {
  const struct rows *rows = ctx;
  (void)bytes;
  return rows->ask.progress && rows->ask.progress(rows->ask.progress_ctx, "simulating", rows->written, rows->total);
}

/* False when the caller wants to stop. */
static bool draw_person(struct rows *rows, uint32_t i) {
  const struct plb_simulation *ask = &rows->ask;
  unsigned group = group_of(rows, i);
  uint32_t family = rows->has_families ? family_of(rows, i) : 0;
  double alike = kindred(rows, normal(rows, PLB_DRAW_PERSON, i, 0, 0), PLB_DRAW_FAMILY, family, 0);
  double own = sqrt(ask->person_effect) * alike + ask->group_shift * group / 2;
  bool unenrolled = happens(rows, ask->fte, PLB_DRAW_ENROL, i, 0);
  rows->centre[i] = ask->mated_mean + sqrt(ask->mated_effect) *
                                          kindred(rows, normal(rows, PLB_DRAW_MATED, i, 0, 0), PLB_DRAW_KIN, family, 0);
  rows->counts.group_people[group]++;
  rows->counts.unenrolled += unenrolled;
  rows->names[i * rows->name_length] = 'P';
  put_digits(rows->names + i * rows->name_length + 1, i, rows->name_length - 1);
  for (uint32_t a = 0; a < ask->samples; a++) {
    size_t at = i * ask->samples + a;
    if (at % SAMPLES_AT_ONCE == 0 && asked_to_stop(rows, 0))
      return false;
    bool unacquired = happens(rows, ask->fta, PLB_DRAW_ACQUIRE, i, a);
    rows->side[at] = own + sqrt(ask->sample_effect) * normal(rows, PLB_DRAW_SAMPLE, i, 0, a);
    rows->ready[at] = (uint8_t)((unenrolled ? 0 : ENROLLED) | (unacquired ? 0 : ACQUIRED));
    rows->counts.unacquired += unacquired;
  }
  return true;
}

static plb_status prepare(struct rows *rows, struct plb_error *err) {
  const struct plb_simulation *ask = &rows->ask;
  size_t people = ask->people, samples = people * ask->samples;
  rows->pair_scale = sqrt(ask->pair_effect);
  rows->rest_scale = sqrt(rest_of(ask));
  rows->mated_scale = sqrt(1 - ask->mated_effect);
  rows->has_families = ask->family_size > 1;
  rows->common_scale = sqrt(ask->family_effect);
  rows->own_scale = sqrt(1 - ask->family_effect);
  rows->inner_scale = rows->has_families ? sqrt(inner_rest_of(ask)) : 0;
  rows->has_status = ask->fta > 0 || ask->fte > 0;
  rows->name_length = 1 + (digits_in(people - 1) > 6 ? digits_in(people - 1) : 6);
  rows->seen_size = 16;
  while (rows->seen_size < 2 * ask->partners)
    rows->seen_size *= 2;
  uint64_t apart = ask->partners ? samples * ask->partners : samples * (samples - ask->samples) / 2;
  rows->total = apart + samples * (ask->samples - 1) / 2;
  if (!(rows->side = plb_alloc(samples, sizeof *rows->side)) ||
      !(rows->centre = plb_alloc(people, sizeof *rows->centre)) || !(rows->ready = plb_alloc(samples, 1)) ||
      !(rows->names = plb_alloc(people, rows->name_length)) ||
      !(rows->seen = plb_alloc(rows->seen_size, sizeof *rows->seen)) || !(rows->buffer = plb_alloc(BUFFER_BYTES, 1)))
    return plb_fail_memory(err);
  for (uint32_t i = 0; i < people; i++)
    if (!draw_person(rows, i))
      return plb_fail(err, PLB_CANCELLED, "the simulation was cancelled");
  return PLB_OK;
}

static void discard(struct rows *rows) {
  free(rows->side);
  free(rows->centre);
  free(rows->ready);
  free(rows->names);
  free(rows->seen);
  free(rows->buffer);
  plb_pack_abandon(rows->pack);
}

/* ---- rows -------------------------------------------------------------------------------- */

static char *put_text(char *at, const char *text, size_t length) {
  memcpy(at, text, length);
  return at + length;
}

static char *put_person(const struct rows *rows, char *at, uint32_t person) {
  return put_text(at, rows->names + person * rows->name_length, rows->name_length);
}

/* "P000123-2," */
static char *put_sample(const struct rows *rows, char *at, struct capture capture) {
  at = put_person(rows, at, capture.person);
  *at++ = '-';
  at = put_digits(at, capture.sample + 1, digits_in(capture.sample + 1));
  *at++ = ',';
  return at;
}

/* "F000041," */
static char *put_family(const struct rows *rows, char *at, uint32_t person) {
  *at++ = 'F';
  at = put_digits(at, family_of(rows, person), rows->name_length - 1);
  *at++ = ',';
  return at;
}

static char *put_score(char *at, double score) {
  int64_t units = (int64_t)floor(score * 1e6);
  uint64_t size = units < 0 ? -(uint64_t)units : (uint64_t)units;
  if (units < 0)
    *at++ = '-';
  at = put_digits(at, size / 1000000, digits_in(size / 1000000));
  *at++ = '.';
  return put_digits(at, size % 1000000, 6);
}

/* Counts the row and answers its status; completed rows have a score. */
static const char *judge(struct rows *rows, struct capture reference, struct capture probe, bool mated) {
  struct plb_sim_counts *counts = &rows->counts;
  unsigned enrolled = rows->ready[reference.person * rows->ask.samples + reference.sample];
  unsigned acquired = enrolled & rows->ready[probe.person * rows->ask.samples + probe.sample];
  unsigned g = group_of(rows, reference.person), h = group_of(rows, probe.person);
  counts->mated += mated;
  counts->nonmated += !mated;
  if (!mated)
    counts->pairs[g < h ? g : h][g < h ? h : g]++;
  if (!(enrolled & ENROLLED)) {
    counts->enrol_rows++;
    return "failed-to-enrol";
  }
  if (!(acquired & ACQUIRED)) {
    counts->acquire_rows++;
    return "failed-to-acquire";
  }
  counts->mated_completed += mated;
  counts->nonmated_completed += !mated;
  return NULL;
}

/* A file that cannot be written is not written to the end. */
static plb_status flush(struct rows *rows, struct plb_error *err) {
  plb_pack_bytes(rows->pack, rows->buffer, rows->used);
  rows->used = 0;
  plb_status st = PLB_OK;
  if (plb_pack_failed(rows->pack)) {
    st = plb_pack_close(rows->pack, err);
    rows->pack = NULL;
    return st;
  }
  return asked_to_stop(rows, 0) ? plb_fail(err, PLB_CANCELLED, "the simulation was cancelled") : PLB_OK;
}

static plb_status put_row(struct rows *rows, struct capture reference, struct capture probe, bool mated, double score,
                          struct plb_error *err) {
  const char *failure = judge(rows, reference, probe, mated);
  char *at = rows->buffer + rows->used;
  at = put_person(rows, at, reference.person);
  *at++ = ',';
  at = put_person(rows, at, probe.person);
  *at++ = ',';
  at = put_sample(rows, at, reference);
  at = put_sample(rows, at, probe);
  if (rows->ask.groups > 1) {
    const char groups[] = {(char)('A' + group_of(rows, reference.person)), ',',
                           (char)('A' + group_of(rows, probe.person)), ','};
    at = put_text(at, groups, sizeof groups);
  }
  if (rows->has_families) {
    at = put_family(rows, at, reference.person);
    at = put_family(rows, at, probe.person);
  }
  *at++ = mated ? '1' : '0';
  *at++ = ',';
  if (rows->has_status) {
    at = put_text(at, failure ? failure : "ok", failure ? strlen(failure) : 2);
    *at++ = ',';
  }
  if (!failure)
    at = put_score(at, score);
  *at++ = '\n';
  rows->used = (size_t)(at - rows->buffer);
  rows->written++;
  return rows->used > BUFFER_BYTES - ROW_BYTES ? flush(rows, err) : PLB_OK;
}

static plb_status put_mated(struct rows *rows, uint32_t i, struct plb_error *err) {
  plb_status st = PLB_OK;
  for (uint32_t a = 0; a < rows->ask.samples && !st; a++) {
    for (uint32_t b = a + 1; b < rows->ask.samples && !st; b++) {
      struct plb_words draw = plb_draw_words(rows->ask.seed, PLB_DRAW_COMPARISON, i, i, a, b);
      double score = rows->centre[i] + rows->mated_scale * plb_normal_of_bits(draw.first);
      st = put_row(rows, (struct capture){i, a}, (struct capture){i, b}, true, score, err);
    }
  }
  return st;
}

/* All pairs of samples of two people; which of the two is the reference is drawn for each row. */
static plb_status put_pair(struct rows *rows, uint32_t i, uint32_t j, struct plb_error *err) {
  const struct plb_simulation *ask = &rows->ask;
  const double *left = rows->side + i * ask->samples, *right = rows->side + j * ask->samples;
  double rest, both = pair_of(rows, i, j, &rest);
  plb_status st = PLB_OK;
  for (uint32_t a = 0; a < ask->samples && !st; a++) {
    for (uint32_t b = 0; b < ask->samples && !st; b++) {
      struct plb_words draw = plb_draw_words(ask->seed, PLB_DRAW_COMPARISON, i, j, a, b);
      double score = left[a] + right[b] + both + rest * plb_normal_of_bits(draw.first);
      struct capture one = {i, a}, other = {j, b};
      bool turned = draw.second >> 63;
      st = put_row(rows, turned ? other : one, turned ? one : other, false, score, err);
    }
  }
  return st;
}

/* One of `count` numbers from 0, all equally likely but for 2^-64. */
static uint32_t below(uint64_t count, uint64_t bits) {
  __extension__ unsigned __int128 scaled = bits;
  return (uint32_t)(scaled * count >> 64);
}

/* Adds to the set; false where it was there already. */
static bool pick_anew(struct rows *rows, uint32_t pick) {
  size_t mask = rows->seen_size - 1;
  size_t at = (pick * UINT64_C(0x9E3779B97F4A7C15) >> 32) & mask;
  for (; rows->seen[at]; at = (at + 1) & mask)
    if (rows->seen[at] == pick + 1)
      return false;
  rows->seen[at] = pick + 1;
  return true;
}

/* The partners of one sample, which is the probe: different samples of other people. */
static plb_status put_partners(struct rows *rows, uint32_t i, uint32_t a, struct plb_error *err) {
  const struct plb_simulation *ask = &rows->ask;
  uint32_t samples = (uint32_t)ask->samples;
  uint32_t others = (uint32_t)((ask->people - 1) * samples);
  plb_status st = PLB_OK;
  memset(rows->seen, 0, rows->seen_size * sizeof *rows->seen);
  for (uint32_t k = 0; k < ask->partners && !st; k++) {
    uint32_t top = others - (uint32_t)ask->partners + k;
    uint32_t pick = below((uint64_t)top + 1, plb_draw_words(ask->seed, PLB_DRAW_PARTNER, i, k, a, 0).first);
    if (!pick_anew(rows, pick)) {
      pick = top;
      pick_anew(rows, pick);
    }
    if (pick >= i * (uint64_t)samples)
      pick += samples; /* past the person's own */
    uint32_t j = pick / samples, b = pick % samples;
    struct plb_words draw = plb_draw_words(ask->seed, PLB_DRAW_COMPARISON, i, j, a, b);
    double rest, both = pair_of(rows, i < j ? i : j, i < j ? j : i, &rest);
    double score =
        rows->side[i * (size_t)samples + a] + rows->side[pick] + both + rest * plb_normal_of_bits(draw.first);
    st = put_row(rows, (struct capture){j, b}, (struct capture){i, a}, false, score, err);
  }
  return st;
}

static plb_status put_person_rows(struct rows *rows, uint32_t i, struct plb_error *err) {
  plb_status st = put_mated(rows, i, err);
  if (rows->ask.partners) {
    for (uint32_t a = 0; a < rows->ask.samples && !st; a++)
      st = put_partners(rows, i, a, err);
    return st;
  }
  for (uint32_t j = i + 1; j < rows->ask.people && !st; j++)
    st = put_pair(rows, i, j, err);
  return st;
}

static plb_status put_table(struct rows *rows, struct plb_error *err) {
  char *at = put_text(rows->buffer, "", 0);
  const char *columns[] = {"reference_subject,probe_subject,reference_sample,probe_sample,",
                           rows->ask.groups > 1 ? "reference_group,probe_group," : "",
                           rows->has_families ? "reference_family,probe_family," : "",
                           "mated,",
                           rows->has_status ? "status," : "",
                           "score\n"};
  for (size_t k = 0; k < sizeof columns / sizeof *columns; k++)
    at = put_text(at, columns[k], strlen(columns[k]));
  rows->used = (size_t)(at - rows->buffer);
  plb_status st = PLB_OK;
  for (uint32_t i = 0; i < rows->ask.people && !st; i++)
    st = put_person_rows(rows, i, err);
  return st ? st : flush(rows, err);
}

plb_status plb_simulate(const struct plb_simulation *simulation, const char *scores, const char *truth,
                        struct plb_error *err) {
  struct rows rows = {0};
  struct plb_out *out = NULL;
  plb_status st;
  if ((st = take_request(simulation, scores, truth, &rows.ask, err)) || (st = prepare(&rows, err)) ||
      (st = plb_pack_open(scores, &rows.pack, err)) || (truth && (st = plb_out_open(truth, &out, err))))
    goto out;
  plb_pack_watch(rows.pack, asked_to_stop, &rows);
  if ((st = put_table(&rows, err)))
    goto out;
  st = plb_pack_close(rows.pack, err);
  rows.pack = NULL;
  if (st || !truth)
    goto out;
  plb_sim_write_truth(out, &rows.ask, &rows.counts);
  st = plb_out_close(out, err);
  out = NULL;
out:
  plb_out_abandon(out);
  discard(&rows);
  return st;
}
