/* SPDX-License-Identifier: Apache-2.0
 *
 * Scores of a trial list (Kaldi, VoxCeleb), blank separated:
 *
 *     enrol test score
 *
 * enrol and test are sample ids. The class of a row stands in the trial list alone (--trials), to which
 * rows of any format with sample ids can be joined; the join is done by the intake.
 */
#include "trial/blank.h"
#include "trial/formats.h"

static const struct plb_layout layout = {.columns = 3,
                                         .column = {offsetof(struct plb_fields, reference_sample),
                                                    offsetof(struct plb_fields, probe_sample),
                                                    offsetof(struct plb_fields, score)},
                                         .expected = "enrol test score"};

static bool sniff(const char *text, size_t length) {
  struct plb_head head = plb_head_of(text, length);
  struct plb_slice line, cells[3];
  size_t rows = 0;
  while (plb_head_next(&head, &line)) {
    if (plb_blank_cut(line.text, line.length, cells, 3) != 3 || !plb_slice_is_number(cells[2]))
      return false;
    rows++;
  }
  return rows > 0;
}

static plb_status open_scores(struct plb_reader *reader, struct plb_error *err) {
  if (reader->input->trials || reader->input->samples || reader->mated_known)
    return PLB_OK;
  return plb_fail_at(err, PLB_DATA, reader->name, 0, 0,
                     "\"enrol test score\" does not say which comparisons are mated; expected a trial list, given with "
                     "--trials, or a table of samples, given with --samples");
}

static plb_status next(struct plb_reader *reader, bool *done, struct plb_error *err) {
  return plb_blank_next(reader, &layout, done, err);
}

static void describe(const struct plb_reader *reader, struct plb_out *out) {
  (void)reader;
  plb_blank_describe(&layout, out);
}

const struct plb_reader_kind plb_reader_trials = {
    .name = "trials",
    .sign = "three blank separated columns, the last a number",
    .sniff = sniff,
    .open = open_scores,
    .next = next,
    .deal = plb_blank_deal,
    .describe = describe,
};
