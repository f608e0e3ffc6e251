/* SPDX-License-Identifier: Apache-2.0
 *
 * Two blank separated columns, class and score, as bob.measure has them:
 *
 *     -1 -0.334
 *     1 0.990
 *
 * The class is 1 (mated) or -1 or 0 (non-mated), or any other label that the CSV reader knows. Nobody is
 * named, so people are unknown. bob.measure writes nan where there was a failure to acquire; as any
 * missing score that is an error until --missing says what it means.
 */
#include "trial/blank.h"
#include "trial/formats.h"
#include "trial/words.h"

static const struct plb_layout layout = {
    .columns = 2,
    .column = {offsetof(struct plb_fields, label), offsetof(struct plb_fields, score)},
    .expected = "class score"};

static bool sniff(const char *text, size_t length) {
  struct plb_head head = plb_head_of(text, length);
  struct plb_slice line, cells[2];
  size_t rows = 0;
  bool mated;
  while (plb_head_next(&head, &line)) {
    if (plb_blank_cut(line.text, line.length, cells, 2) != 2 || !plb_slice_is_number(cells[1]) ||
        !plb_word_class(cells[0].text, cells[0].length, &mated))
      return false;
    rows++;
  }
  return rows > 0;
}

static plb_status open_nothing(struct plb_reader *reader, struct plb_error *err) {
  (void)reader;
  (void)err;
  return PLB_OK;
}

static plb_status next(struct plb_reader *reader, bool *done, struct plb_error *err) {
  return plb_blank_next(reader, &layout, done, err);
}

static void describe(const struct plb_reader *reader, struct plb_out *out) {
  (void)reader;
  plb_blank_describe(&layout, out);
}

const struct plb_reader_kind plb_reader_labels = {
    .name = "labels",
    .sign = "two blank separated columns, a class and a number",
    .sniff = sniff,
    .open = open_nothing,
    .next = next,
    .deal = plb_blank_deal,
    .describe = describe,
};
