/* SPDX-License-Identifier: Apache-2.0
 *
 * The comparison log of the 1:1 validation driver of NIST FRTE (before: FRVT), blank separated:
 *
 *     enrollTempl verifTempl simScore returnCode
 *
 * The names of the templates are sample ids; who they are, hence which comparisons are mated, stands
 * elsewhere: in a table of samples, in a trial list, or in the choice of --mated and --nonmated. The
 * format says that the score is a similarity. A return code other than 0 is a failed comparison,
 * whatever the score beside it. The driver writes one log a process, each with the header.
 */
#include "trial/blank.h"
#include "trial/bytes.h"
#include "trial/formats.h"

static const struct plb_layout layout = {
    .columns = 4,
    .column = {offsetof(struct plb_fields, reference_sample), offsetof(struct plb_fields, probe_sample),
               offsetof(struct plb_fields, score), offsetof(struct plb_fields, status)},
    .expected = "enrollTempl verifTempl simScore returnCode"};

static bool is_header(const char *text, size_t length) {
  struct plb_slice cells[4];
  return plb_blank_cut(text, length, cells, 4) == 4 && plb_slice_is(cells[0], "enrollTempl") &&
         plb_slice_is(cells[1], "verifTempl") && plb_slice_is(cells[2], "simScore") &&
         plb_slice_is(cells[3], "returnCode");
}

static bool sniff(const char *text, size_t length) {
  struct plb_head head = plb_head_of(text, length);
  struct plb_slice line;
  return plb_head_next(&head, &line) && is_header(line.text, line.length);
}

static plb_status open_log(struct plb_reader *reader, struct plb_error *err) {
  const char *text;
  size_t length;
  struct plb_slice cell;
  do {
    plb_status st = plb_bytes_line(reader->bytes, &text, &length, err);
    if (st)
      return st;
  } while (text && !plb_blank_cut(text, length, &cell, 1));
  if (!text || !is_header(text, length))
    return plb_fail_at(err, PLB_DATA, reader->name, text ? plb_bytes_line_number(reader->bytes) : 1, 1,
                       "no header; expected the columns %s", layout.expected);
  if (!reader->input->trials && !reader->input->samples && !reader->mated_known)
    return plb_fail_at(err, PLB_DATA, reader->name, 0, 0,
                       "a comparison log does not say which comparisons are mated; expected a table of samples, given "
                       "with --samples, or a trial list, given with --trials");
  return plb_intake_direction(reader->intake, PLB_SIMILARITY, "column \"simScore\"", err);
}

static plb_status next(struct plb_reader *reader, bool *done, struct plb_error *err) {
  return plb_blank_next(reader, &layout, done, err);
}

static void describe(const struct plb_reader *reader, struct plb_out *out) {
  (void)reader;
  plb_blank_describe(&layout, out);
}

const struct plb_reader_kind plb_reader_frte = {
    .name = "frte",
    .sign = "the header line of a comparison log",
    .sniff = sniff,
    .open = open_log,
    .next = next,
    .deal = plb_blank_deal,
    .describe = describe,
};
