/* SPDX-License-Identifier: Apache-2.0
 *
 * What kind of data a state holds (state.h): which way scores go, whether people and samples are named, and the options
 * that change what a row means. Parts of one test have all of it in common, or their rows must not be added up; which
 * columns are which (--map) may differ from file to file. What holds for all rows is not known of a part without any.
 */
#include "tally/state_kind.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "base/show.h"

struct kind {
  struct plb_traits traits;
  enum plb_direction direction;
  uint64_t missing;
  bool has_failed_score;
  double failed_score;
  char *system, *cluster;
  struct plb_asked_texts asked;
};

#define WORDS 256 /* bytes that one side of a contradiction takes */

const char *plb_missing_name(enum plb_missing missing) {
  switch (missing) {
  case PLB_MISSING_ERROR: return "error";
  case PLB_MISSING_FTA: return "fta";
  case PLB_MISSING_FTC: return "ftc";
  case PLB_MISSING_LOWEST: return "lowest";
  case PLB_MISSING_DROP: break;
  }
  return "drop";
}

void plb_state_put_kind(struct plb_state_out *out, const struct plb_tally *tally) {
  const struct plb_traits *traits = &tally->traits;
  uint64_t bits;
  memcpy(&bits, &tally->failed_score, sizeof bits);
  plb_state_put_number(out, traits->dissimilarity);
  plb_state_put_number(out, traits->direction_declared);
  plb_state_put_number(out, traits->people);
  plb_state_put_number(out, traits->samples);
  plb_state_put_number(out, traits->status);
  plb_state_put_number(out, traits->looked);
  plb_state_put_number(out, tally->direction);
  plb_state_put_number(out, tally->missing);
  plb_state_put_number(out, tally->has_failed_score);
  plb_state_put_number(out, bits);
  plb_state_put_string(out, tally->system_name);
  plb_state_put_string(out, tally->cluster);
  plb_state_put_string(out, tally->asked.attributes);
  plb_state_put_string(out, tally->asked.where);
  plb_state_put_string(out, tally->asked.bands);
  plb_state_put_string(out, tally->asked.as_of);
}

static plb_status read_kind(struct plb_state_in *in, struct kind *kind, struct plb_error *err) {
  bool failed = false;
  kind->traits.dissimilarity = plb_state_get_number(in) != 0;
  kind->traits.direction_declared = plb_state_get_number(in) != 0;
  kind->traits.people = plb_state_get_number(in) != 0;
  kind->traits.samples = plb_state_get_number(in) != 0;
  kind->traits.status = plb_state_get_number(in) != 0;
  kind->traits.looked = plb_state_get_number(in) != 0;
  kind->direction = (enum plb_direction)plb_state_get_number(in);
  kind->missing = plb_state_get_number(in);
  kind->has_failed_score = plb_state_get_number(in) != 0;
  uint64_t bits = plb_state_get_number(in);
  memcpy(&kind->failed_score, &bits, sizeof bits);
  kind->system = plb_state_get_string(in, &failed);
  kind->cluster = plb_state_get_string(in, &failed);
  kind->asked.attributes = plb_state_get_string(in, &failed);
  kind->asked.where = plb_state_get_string(in, &failed);
  kind->asked.bands = plb_state_get_string(in, &failed);
  kind->asked.as_of = plb_state_get_string(in, &failed);
  plb_status st = failed ? plb_fail_memory(err) : plb_state_status(in, err);
  if (!st && kind->missing > PLB_MISSING_DROP)
    st = plb_fail_at(err, PLB_DATA, plb_state_name(in), 0, 0,
                     "it does not say what rows without a score are; expected a state as plumbline wrote it");
  return st;
}

/* ---- whether parts are of one kind --------------------------------------------------------------- */

static const char *direction_of(const struct plb_traits *traits) {
  if (traits->dissimilarity)
    return traits->direction_declared ? "distances (declared)" : "distances (not declared)";
  return traits->direction_declared ? "similarities (declared)" : "similarities (not declared)";
}

static void say_missing(char words[WORDS], uint64_t missing) {
  snprintf(words, WORDS, "--missing %s", plb_missing_name((enum plb_missing)missing));
}

static void say_failed_score(char words[WORDS], bool has, double score) {
  char number[PLB_DOUBLE_TEXT];
  plb_format_double(number, score);
  snprintf(words, WORDS, "%s--failed-score%s%s", has ? "" : "no ", has ? " " : "", has ? number : "");
}

static void say_name(char words[WORDS], const char *option, const char *name) {
  char shown[PLB_SHOWN];
  const char *text = name ? plb_show_text(shown, name, strlen(name)) : "";
  snprintf(words, WORDS, "%s%s%s%s", name ? "" : "no ", option, name ? " " : "", text);
}

static void say_ids(char words[WORDS], bool there, const char *whose) {
  snprintf(words, WORDS, "%s of %s", there ? "ids" : "no ids", whose);
}

static bool same_text(const char *a, const char *b) {
  return a == b || (a && b && strcmp(a, b) == 0);
}

/* The first thing that is not the same, in words for this part and for those before; false where there is none. */
static bool contradict(const struct kind *kind, const struct plb_tally *tally, char here[WORDS], char there[WORDS]) {
  const struct plb_traits *traits = &kind->traits, *known = &tally->traits;
  bool looked = traits->looked && known->looked;
  if (traits->dissimilarity != known->dissimilarity || traits->direction_declared != known->direction_declared) {
    snprintf(here, WORDS, "%s", direction_of(traits));
    snprintf(there, WORDS, "%s", direction_of(known));
  } else if (looked && traits->people != known->people) {
    say_ids(here, traits->people, "people");
    say_ids(there, known->people, "people");
  } else if (looked && traits->samples != known->samples) {
    say_ids(here, traits->samples, "samples");
    say_ids(there, known->samples, "samples");
  } else if (kind->missing != tally->missing) {
    say_missing(here, kind->missing);
    say_missing(there, tally->missing);
  } else if (kind->has_failed_score != tally->has_failed_score || kind->failed_score != tally->failed_score) {
    say_failed_score(here, kind->has_failed_score, kind->failed_score);
    say_failed_score(there, tally->has_failed_score, tally->failed_score);
  } else if (!same_text(kind->system, tally->system_name)) {
    say_name(here, "--system", kind->system);
    say_name(there, "--system", tally->system_name);
  } else if (!same_text(kind->cluster, tally->cluster)) {
    say_name(here, "--cluster", kind->cluster);
    say_name(there, "--cluster", tally->cluster);
  } else if (!same_text(kind->asked.attributes, tally->asked.attributes)) {
    say_name(here, "--by", kind->asked.attributes);
    say_name(there, "--by", tally->asked.attributes);
  } else if (!same_text(kind->asked.where, tally->asked.where)) {
    say_name(here, "--where", kind->asked.where);
    say_name(there, "--where", tally->asked.where);
  } else if (!same_text(kind->asked.bands, tally->asked.bands)) {
    say_name(here, "--bands", kind->asked.bands);
    say_name(there, "--bands", tally->asked.bands);
  } else {
    return false;
  }
  return true;
}

/* The latest day of all parts is that of the whole: days are written so that texts are in their order. */
static void take_later(char **day, char **other) {
  if (!*other || (*day && strcmp(*day, *other) >= 0))
    return;
  free(*day);
  *day = *other;
  *other = NULL;
}

static plb_status take_first(struct plb_tally *tally, struct kind *kind, struct plb_error *err) {
  free(tally->system_name);
  free(tally->cluster);
  tally->traits = kind->traits;
  tally->direction = kind->direction;
  tally->missing = (enum plb_missing)kind->missing;
  tally->has_failed_score = kind->has_failed_score;
  tally->failed_score = kind->failed_score;
  tally->system_name = kind->system;
  tally->cluster = kind->cluster;
  tally->traits_known = true;
  kind->system = kind->cluster = NULL;
  plb_asked_texts_free(&tally->asked);
  plb_by_free(&tally->by);
  tally->asked = kind->asked;
  kind->asked = (struct plb_asked_texts){0};
  return plb_by_of_text(tally->asked.attributes, &tally->by, err);
}

plb_status plb_state_get_kind(struct plb_state_in *in, struct plb_tally *tally, struct plb_error *err) {
  struct kind kind = {0};
  char here[WORDS], there[WORDS];
  plb_status st = read_kind(in, &kind, err);
  if (!st && !tally->traits_known) {
    st = take_first(tally, &kind, err);
  } else if (!st && contradict(&kind, tally, here, there)) {
    st = plb_fail_at(err, PLB_DATA, plb_state_name(in), 0, 0,
                     "this state was counted with %s, those before it with %s; expected parts of one test, counted "
                     "with the same options",
                     here, there);
  } else if (!st) {
    if (!tally->traits.looked) { /* the parts so far have no rows */
      tally->traits.people = kind.traits.people;
      tally->traits.samples = kind.traits.samples;
    }
    tally->traits.status |= kind.traits.status;
    tally->traits.looked |= kind.traits.looked;
    take_later(&tally->asked.as_of, &kind.asked.as_of);
  }
  free(kind.system);
  free(kind.cluster);
  plb_asked_texts_free(&kind.asked);
  return st;
}
