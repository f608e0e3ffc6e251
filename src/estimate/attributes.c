/* SPDX-License-Identifier: Apache-2.0
 *
 * The attributes by which rates are told apart, and what comparisons were chosen: into the result, and in sentences.
 * Nothing that is wrong with an attribute is passed over in silence.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "estimate/study.h"
#include "tally/attributes.h"

static void take_reasons(struct plb_study *study, const struct plb_attribute_account *from,
                         struct plb_result_attribute *to, bool *failed) {
  for (int why = PLB_WHY_MISSING; why < PLB_WHYS; why++) {
    if (!from->whys[why].comparisons)
      continue;
    struct plb_result_reason *reason = &to->reasons[to->reason_count++];
    *reason = (struct plb_result_reason){.why = plb_why_words((enum plb_why)why),
                                         .comparisons = from->whys[why].comparisons,
                                         .line = from->whys[why].line};
    if (reason->line)
      reason->file = plb_study_text(study, "%.*s", (int)from->whys[why].file.length, from->whys[why].file.text);
    *failed |= reason->line && !reason->file;
  }
}

plb_status plb_describe_attributes(struct plb_study *study, struct plb_error *err) {
  struct plb_result *result = study->result;
  const struct plb_tally *tally = study->tally;
  uint8_t asked = 0;
  bool failed = false;
  for (size_t b = 0; b < tally->by.breakdowns; b++)
    asked |= tally->by.breakdown[b];
  result->test.where = plb_result_text(result, tally->asked.where, &failed);
  if (asked || tally->asked.where)
    result->provenance.as_of = plb_result_text(result, tally->asked.as_of, &failed);
  for (size_t a = 0; a < tally->by.count && !failed; a++) {
    struct plb_attribute_account account;
    if (!(asked >> a & 1))
      continue;
    failed = !plb_attribute_find(tally, a, &account);
    struct plb_result_attribute *to = &result->attributes[result->attribute_count++];
    *to = (struct plb_result_attribute){.name = plb_result_text(result, account.name, &failed),
                                        .values = account.values,
                                        .unknown = account.unknown,
                                        .has_several = account.has_several,
                                        .several = account.several};
    if (!failed)
      take_reasons(study, &account, to, &failed);
  }
  return failed ? plb_fail_memory(err) : PLB_OK;
}

/* ---- sentences ---------------------------------------------------------------------------- */

/* "comparisons", "12 missing (first in line 3 of scores.csv), 1 not a date (first in ...)". */
static const char *say_reasons(struct plb_study *study, const struct plb_result_attribute *attribute) {
  const char *all = "";
  for (size_t i = 0; all && i < attribute->reason_count; i++) {
    const struct plb_result_reason *reason = &attribute->reasons[i];
    const char *base = reason->file ? strrchr(reason->file, '/') : NULL, *where = "";
    base = base ? base + 1 : reason->file;
    if (reason->line)
      where = plb_study_text(study, ", first in line %" PRIu64 " of %.80s", reason->line, base);
    all = !where ? NULL
                 : plb_study_text(study, "%s%s%s: %s%s", all, i ? "; " : "", reason->why,
                                  plb_say_count(reason->comparisons).text, where);
  }
  return all;
}

static plb_status say_unknown(struct plb_study *study, const struct plb_result_attribute *attribute,
                              struct plb_error *err) {
  const char *reasons = say_reasons(study, attribute);
  const char *text =
      reasons
          ? plb_study_text(study,
                           "What \"%.60s\" is, is not known of one side or both in %s of the comparisons (%s). They "
                           "are in groups of their own, and in no other.",
                           attribute->name, plb_say_count(attribute->unknown).text, reasons)
          : NULL;
  return text ? plb_result_add_statement(study->result, text, err) : plb_fail_memory(err);
}

static plb_status say_several(struct plb_study *study, const struct plb_result_attribute *attribute,
                              struct plb_error *err) {
  bool one = attribute->several == 1;
  const char *text =
      plb_study_text(study,
                     "%s %s more than one value of \"%.60s\", or of what it follows from, in the data. "
                     "Each comparison is in the groups that it names itself.",
                     plb_say_count(attribute->several).text, one ? "person has" : "people have", attribute->name);
  return text ? plb_result_add_statement(study->result, text, err) : plb_fail_memory(err);
}

static plb_status say_where(struct plb_study *study, struct plb_error *err) {
  const struct plb_provenance *provenance = &study->result->provenance;
  uint64_t out = 0, rows = 0;
  for (size_t i = 0; i < study->tally->account_count; i++) {
    out += study->tally->accounts[i].dropped[PLB_DROP_CHOICE] + study->tally->accounts[i].dropped[PLB_DROP_UNKNOWN];
    rows += i < provenance->input_count ? provenance->inputs[i].rows : 0;
  }
  const char *text = plb_study_text(study,
                                    "Only comparisons that meet \"%.200s\" (--where) were measured: %s of %s were left "
                                    "out, and nothing here is about those.",
                                    study->result->test.where, plb_say_count(out).text, plb_say_count(rows).text);
  return text ? plb_result_add_statement(study->result, text, err) : plb_fail_memory(err);
}

plb_status plb_say_attributes(struct plb_study *study, struct plb_error *err) {
  const struct plb_result *result = study->result;
  plb_status status = result->test.where ? say_where(study, err) : PLB_OK;
  for (size_t a = 0; a < result->attribute_count && !status; a++) {
    const struct plb_result_attribute *attribute = &result->attributes[a];
    if (attribute->unknown)
      status = say_unknown(study, attribute, err);
    if (attribute->several && !status)
      status = say_several(study, attribute, err);
  }
  return status;
}
