/* SPDX-License-Identifier: Apache-2.0
 *
 * Which files are states (state.h), and what to do with those that are not, or not any more. A state is read twice, so
 * it has to be a plain file: what comes through a pipe, or packed, is told how it becomes one.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tally/state.h"
#include "tally/state_bytes.h"
#include "trial/unpack.h"

#define HEAD (sizeof PLB_STATE_MARK - 1)

/* The first bytes of a regular file; how many there are, or -1. To open a pipe and close it would end it. */
static ssize_t read_head(const char *path, char head[HEAD]) {
  struct stat about;
  bool regular = strcmp(path, "-") != 0 && stat(path, &about) == 0 && S_ISREG(about.st_mode);
  int file = regular ? open(path, O_RDONLY | O_CLOEXEC) : -1;
  ssize_t length = file >= 0 ? pread(file, head, HEAD, 0) : -1;
  if (file >= 0)
    close(file);
  return length;
}

bool plb_is_state(const char *path) {
  char head[HEAD];
  ssize_t length = read_head(path, head);
  return length > 0 && memcmp(head, PLB_STATE_MARK, (size_t)length) == 0;
}

/* Why a file cannot be read as bytes at all; PLB_OK where it can. */
static plb_status check_readable(const char *path, struct plb_error *err) {
  struct stat about;
  if (strcmp(path, "-") == 0)
    return plb_fail_at(err, PLB_DATA, "standard input", 0, 0,
                       "a state is read twice, and not from here; expected the name of a plain file");
  if (stat(path, &about) != 0)
    return plb_fail_io(err, path, "open", errno);
  if (S_ISDIR(about.st_mode))
    return plb_fail_at(err, PLB_DATA, path, 0, 0, "this is a folder; expected a state of plumbline count");
  if (!S_ISREG(about.st_mode))
    return plb_fail_at(err, PLB_DATA, path, 0, 0,
                       "this is a pipe, and a state is read twice: write it to a file and name that");
  return PLB_OK;
}

plb_status plb_state_refuse(const struct plb_input *input, size_t which, struct plb_error *err) {
  const char *path = input->files[which];
  char head[HEAD];
  plb_status st = check_readable(path, err);
  if (st)
    return st;
  ssize_t length = read_head(path, head);
  if (length < 0)
    return plb_fail_io(err, path, "open", errno);
  if (!length)
    return plb_fail_at(err, PLB_DATA, path, 0, 0, "the file is empty; expected a state of plumbline count");
  const unsigned char *bytes = (const unsigned char *)head;
  bool gzip = plb_gzip.is(bytes, (size_t)length), zstd = plb_zstd.is(bytes, (size_t)length);
  if (gzip || zstd)
    return plb_fail_at(err, PLB_DATA, path, 0, 0,
                       "this is packed by %s; if it is a state, unpack it (%s), as states are read as plain files",
                       gzip ? "gzip" : "zstd", gzip ? "gunzip" : "unzstd");
  if (!which)
    return plb_fail_at(err, PLB_DATA, path, 0, 0, "this is no state; expected states of plumbline count");
  return plb_fail_at(err, PLB_DATA, path, 0, 0,
                     "this is no state, but %.180s is one; expected either states or scores, not both",
                     input->files[0]);
}

plb_status plb_state_check_input(const struct plb_input *input, struct plb_error *err) {
  plb_status status = plb_input_check_whole(input, "a state", err);
  if (status)
    return status;
  if (input->mated || input->nonmated || input->trials || input->samples || input->subjects || input->map ||
      input->format || input->system || input->cluster || input->direction != PLB_DIRECTION_UNDECLARED ||
      input->missing != PLB_MISSING_ERROR || input->has_failed_score || input->row_ids || input->column_ids ||
      input->mask || input->where || input->band_count)
    return plb_fail(err, PLB_USAGE,
                    "%s is a state, in which comparisons are counted already; how to read them is said when they are "
                    "counted (plumbline count)",
                    input->file_count ? input->files[0] : "this");
  return PLB_OK;
}
