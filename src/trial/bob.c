/* SPDX-License-Identifier: Apache-2.0
 *
 * The score files of bob.bio.base, blank separated without a header:
 *
 *     bob4   claimed_id real_id probe_label score
 *     bob5   claimed_id model_label real_id probe_label score
 *
 * The person of the reference is claimed_id, that of the probe real_id; mated iff the two are equal. The
 * labels are no sample ids: files in use hold the same label (such as "x") for every sample. Nothing in
 * the file says whether a score is a similarity.
 *
 * Sniffing is conservative, because other blank separated tables have as many columns: every line must
 * have them, the last must be a number, and the label before it must not look like a score.
 */
#include <string.h>

#include "trial/blank.h"
#include "trial/formats.h"

static const struct plb_layout four = {.columns = 4,
                                       .column = {offsetof(struct plb_fields, reference),
                                                  offsetof(struct plb_fields, probe), PLB_COLUMN_UNUSED,
                                                  offsetof(struct plb_fields, score)},
                                       .expected = "claimed_id real_id probe_label score"};

static const struct plb_layout five = {.columns = 5,
                                       .column = {offsetof(struct plb_fields, reference), PLB_COLUMN_UNUSED,
                                                  offsetof(struct plb_fields, probe), PLB_COLUMN_UNUSED,
                                                  offsetof(struct plb_fields, score)},
                                       .expected = "claimed_id model_label real_id probe_label score"};

static bool has_point(struct plb_slice slice) {
  return memchr(slice.text, '.', slice.length) != NULL;
}

/* A table that ends "... 0.731 1" holds a score and a label, the other way round than bob. */
static bool looks_like(const char *text, size_t length, const struct plb_layout *layout) {
  struct plb_head head = plb_head_of(text, length);
  struct plb_slice line, cells[PLB_LAYOUT_COLUMNS];
  size_t rows = 0, whole_scores = 0, number_labels = 0;
  while (plb_head_next(&head, &line)) {
    if (plb_blank_cut(line.text, line.length, cells, layout->columns) != layout->columns)
      return false;
    struct plb_slice score = cells[layout->columns - 1], label = cells[layout->columns - 2];
    if (!plb_slice_is_number(score) || (plb_slice_is_number(label) && has_point(label)))
      return false;
    whole_scores += !has_point(score);
    number_labels += plb_slice_is_number(label);
    rows++;
  }
  return rows > 0 && !(number_labels == rows && whole_scores == rows);
}

static bool sniff_four(const char *head, size_t length) {
  return looks_like(head, length, &four);
}

static bool sniff_five(const char *head, size_t length) {
  return looks_like(head, length, &five);
}

static plb_status open_nothing(struct plb_reader *reader, struct plb_error *err) {
  (void)reader;
  (void)err;
  return PLB_OK;
}

static plb_status next_four(struct plb_reader *reader, bool *done, struct plb_error *err) {
  return plb_blank_next(reader, &four, done, err);
}

static plb_status next_five(struct plb_reader *reader, bool *done, struct plb_error *err) {
  return plb_blank_next(reader, &five, done, err);
}

static void describe_four(const struct plb_reader *reader, struct plb_out *out) {
  (void)reader;
  plb_blank_describe(&four, out);
}

static void describe_five(const struct plb_reader *reader, struct plb_out *out) {
  (void)reader;
  plb_blank_describe(&five, out);
}

const struct plb_reader_kind plb_reader_bob4 = {
    .name = "bob4",
    .sign = "four blank separated columns, the last a number",
    .sniff = sniff_four,
    .open = open_nothing,
    .next = next_four,
    .deal = plb_blank_deal,
    .describe = describe_four,
};

const struct plb_reader_kind plb_reader_bob5 = {
    .name = "bob5",
    .sign = "five blank separated columns, the last a number",
    .sniff = sniff_five,
    .open = open_nothing,
    .next = next_five,
    .deal = plb_blank_deal,
    .describe = describe_five,
};
