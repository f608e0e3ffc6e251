/* SPDX-License-Identifier: Apache-2.0
 *
 * The score files of pyeer: a file of mated and a file of non-mated comparisons, so this is a format of
 * the two-file form (--mated, --nonmated) alone.
 *
 *     pyeer             one comparison a line; its score is the last column
 *     pyeer-histogram   the mated file as above; in the non-mated file line k, from 0, holds how many
 *                       comparisons had the integer score k
 *
 * A histogram is never sniffed: its counts cannot be told from scores with certainty. But counts of neighbouring
 * scores are alike, and scores of neighbouring lines are not: a non-mated file of whole numbers in which a step from
 * line to line is, in the mean, less than a third of the mean distance from the mean is refused unless its format is
 * named. (Lines in random order: at least the whole of it; scores that were sorted rise or fall all the way, and are
 * taken.) An empty line inside a histogram would shift all scores behind it, so it is an error; empty lines at the end
 * are not.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/number.h"
#include "trial/blank.h"
#include "trial/bytes.h"
#include "trial/formats.h"

#define FEWEST_LINES 20 /* from which neighbours can be said to be alike */

/* Where the reading of a histogram is. */
struct histogram {
  uint64_t bin;        /* integer score of the next line */
  uint64_t empty_line; /* number of the first empty line, 0 = none so far */
};

static bool sniff(const char *text, size_t length) {
  struct plb_head head = plb_head_of(text, length);
  struct plb_slice line, cell;
  size_t rows = 0;
  while (plb_head_next(&head, &line)) {
    if (plb_blank_cut(line.text, line.length, &cell, 1) != 1 || !plb_slice_is_number(cell))
      return false;
    rows++;
  }
  return rows > 0;
}

/* What the first lines of a non-mated file are, if they are whole numbers from 0 up, each alone in its line. */
struct numbers {
  bool whole;
  bool rise, fall; /* somewhere */
  uint64_t lines;
  double sum, steps; /* of the numbers; of the steps between neighbours, whatever their direction */
  double apart;      /* of the distances from the mean that was given */
};

static struct numbers look_at(struct plb_head head, double mean) {
  struct numbers numbers = {.whole = true};
  struct plb_slice line, cell;
  uint64_t count, last = 0;
  while (numbers.whole && plb_head_next(&head, &line)) {
    numbers.whole =
        plb_blank_cut(line.text, line.length, &cell, 1) == 1 && plb_whole_count(cell.text, cell.length, &count);
    if (!numbers.whole)
      break;
    bool first = !numbers.lines++;
    numbers.rise |= !first && count > last;
    numbers.fall |= !first && count < last;
    numbers.steps += first ? 0 : fabs((double)count - (double)last);
    numbers.sum += (double)count;
    numbers.apart += fabs((double)count - mean);
    last = count;
  }
  return numbers;
}

enum likeness { NO_HISTOGRAM, PERHAPS_HISTOGRAM, LIKE_HISTOGRAM };

/* Scores, or the counts of a histogram. */
static enum likeness likeness_of(const struct plb_reader *reader) {
  const char *text;
  size_t length;
  if (reader->mated || plb_bytes_head(reader->bytes, &text, &length, NULL))
    return NO_HISTOGRAM;
  struct plb_head head = plb_head_of(text, length);
  struct numbers numbers = look_at(head, 0);
  if (!numbers.whole)
    return NO_HISTOGRAM;
  if (numbers.lines < FEWEST_LINES || !numbers.rise || !numbers.fall)
    return PERHAPS_HISTOGRAM;
  numbers = look_at(head, numbers.sum / (double)numbers.lines);
  return 3 * numbers.steps < numbers.apart ? LIKE_HISTOGRAM : PERHAPS_HISTOGRAM;
}

static plb_status open_scores(struct plb_reader *reader, struct plb_error *err) {
  if (reader->mated_known && (reader->input->format || likeness_of(reader) != LIKE_HISTOGRAM))
    return PLB_OK;
  if (reader->mated_known)
    return plb_fail_at(err, PLB_DATA, reader->name, 0, 0,
                       "whole numbers that change little from line to line look like the counts of a histogram; say "
                       "--format pyeer-histogram if line k, from 0, counts the score k, or --format pyeer if these are "
                       "scores");
  return plb_fail_at(err, PLB_DATA, reader->name, 0, 0,
                     "one score a line does not say which comparisons are mated; expected a file of each class, given "
                     "with --mated and --nonmated");
}

static plb_status open_histogram(struct plb_reader *reader, struct plb_error *err) {
  plb_status st = open_scores(reader, err);
  if (st || reader->mated)
    return st;
  reader->state = plb_alloc(1, sizeof(struct histogram));
  return reader->state ? PLB_OK : plb_fail_memory(err);
}

/* The last of the fields of a line; {NULL, 0} where there is none. */
static struct plb_slice last_field(const char *text, size_t length) {
  struct plb_slice field = {NULL, 0};
  const char *end = text + length;
  while (end > text && (end[-1] == ' ' || end[-1] == '\t'))
    end--;
  const char *start = end;
  while (start > text && start[-1] != ' ' && start[-1] != '\t')
    start--;
  if (start < end)
    field = (struct plb_slice){start, (size_t)(end - start)};
  return field;
}

static struct plb_fields fields_of(const struct plb_reader *reader, const char *text) {
  return (struct plb_fields){.count = 1,
                             .mated_known = true,
                             .mated = reader->mated,
                             .line = plb_bytes_line_number(reader->bytes),
                             .line_text = text};
}

static plb_status one_score(struct plb_reader *reader, const char *text, size_t length, struct plb_error *err) {
  struct plb_fields fields = fields_of(reader, text);
  fields.score = last_field(text, length);
  return fields.score.text ? plb_intake_row(reader->intake, &fields, err) : PLB_OK;
}

/* A count of any length; one beyond 64 bits as the largest there is, which is too many as well. */
static bool read_count(struct plb_slice cell, uint64_t *count) {
  *count = UINT64_MAX;
  if (plb_whole_count(cell.text, cell.length, count))
    return true;
  for (size_t i = 0; i < cell.length; i++)
    if (cell.text[i] < '0' || cell.text[i] > '9')
      return false;
  return true;
}

static plb_status one_bin(struct plb_reader *reader, const char *text, size_t length, struct plb_error *err) {
  struct histogram *histogram = reader->state;
  struct plb_fields fields = fields_of(reader, text);
  struct plb_slice cell;
  size_t count = plb_blank_cut(text, length, &cell, 1);
  if (!count) {
    if (!histogram->empty_line)
      histogram->empty_line = fields.line;
    return PLB_OK;
  }
  uint64_t bin = histogram->bin++;
  uint64_t empty_line = histogram->empty_line;
  histogram->empty_line = 0;
  if (empty_line)
    return plb_fail_at(err, PLB_DATA, reader->name, empty_line, 1,
                       "an empty line within a histogram; expected the count of one integer score on each line");
  uint64_t column = (uint64_t)(cell.text - text) + 1;
  if (count != 1 || !read_count(cell, &fields.count))
    return plb_fail_at(err, PLB_DATA, reader->name, fields.line, column,
                       "not a count; line %" PRIu64 " of a histogram holds how many comparisons had the score %" PRIu64,
                       fields.line, bin);
  if (!fields.count)
    return PLB_OK;
  char number[PLB_DOUBLE_TEXT];
  fields.score = (struct plb_slice){number, (size_t)snprintf(number, sizeof number, "%" PRIu64, bin)};
  return plb_intake_row(reader->intake, &fields, err);
}

static plb_status next(struct plb_reader *reader, bool *done, struct plb_error *err) {
  plb_status st = PLB_OK;
  while (!st && !plb_intake_full(reader->intake)) {
    const char *text;
    size_t length;
    if ((st = plb_bytes_line(reader->bytes, &text, &length, err)))
      return st;
    if (!text) {
      *done = true;
      return PLB_OK;
    }
    st = reader->state ? one_bin(reader, text, length, err) : one_score(reader, text, length, err);
  }
  return st;
}

static void close_histogram(struct plb_reader *reader) {
  free(reader->state);
  reader->state = NULL;
}

static void describe(const struct plb_reader *reader, struct plb_out *out) {
  if (reader->state) {
    plb_describe_line(out, "line k", "how many comparisons had the integer score k, k from 0");
    return;
  }
  plb_describe_line(out, "last column", "%s", plb_field_meaning(offsetof(struct plb_fields, score)));
  if (likeness_of(reader) != NO_HISTOGRAM)
    plb_describe_line(out, "or perhaps",
                      "counts; if line k, from 0, is how many comparisons had the score k, say "
                      "--format pyeer-histogram");
}

const struct plb_reader_kind plb_reader_pyeer = {
    .name = "pyeer",
    .sign = "one number a line",
    .sniff = sniff,
    .open = open_scores,
    .next = next,
    .close = close_histogram,
    .deal = plb_blank_deal,
    .describe = describe,
};

static bool sniff_never(const char *head, size_t length) {
  (void)head;
  (void)length;
  return false;
}

const struct plb_reader_kind plb_reader_pyeer_histogram = {
    .name = "pyeer-histogram",
    .sign = "never looked for",
    .sniff = sniff_never,
    .open = open_histogram,
    .next = next,
    .close = close_histogram,
    .whole = "the number of a line is the score that it counts",
    .describe = describe,
};
