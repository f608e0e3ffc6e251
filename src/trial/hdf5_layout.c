/* SPDX-License-Identifier: Apache-2.0
 *
 * See hdf5_layout.h. The page is text, so that it can be looked at, and is compared byte by byte with the one that
 * the rest of the file asks for: any bit of the file that differs is noticed before libhdf5 sees it. The checksum is
 * XXH3-128, which finds accidents and no intent.
 */
#include "trial/hdf5_layout.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DIGITS 20

static const char title[] = "plumbline columns ";

const struct plb_layout_names plb_layout_columns[PLB_COLUMNS] = {
    [PLB_COLUMN_SCORE] = {"score", PLB_FLOAT64},
    [PLB_COLUMN_MATED] = {"mated", PLB_UINT8},
    [PLB_COLUMN_REFERENCE] = {"reference", PLB_UINT32},
    [PLB_COLUMN_PROBE] = {"probe", PLB_UINT32},
    [PLB_COLUMN_REFERENCE_SAMPLE] = {"reference_sample", PLB_UINT32},
    [PLB_COLUMN_PROBE_SAMPLE] = {"probe_sample", PLB_UINT32},
    [PLB_COLUMN_SYSTEM] = {"system", PLB_UINT32},
    [PLB_COLUMN_OUTCOME] = {"outcome", PLB_UINT8},
    [PLB_COLUMN_COUNT] = {"count", PLB_UINT64},
    [PLB_COLUMN_REFERENCE_FACTS] = {"reference_facts", PLB_UINT32},
    [PLB_COLUMN_PROBE_FACTS] = {"probe_facts", PLB_UINT32},
};

const char *const plb_layout_tables[3] = {"people", "samples", "systems"};

const char *plb_layout_left_out(enum plb_drop why) {
  switch (why) {
  case PLB_DROP_MISSING: return "left_out_missing";
  case PLB_DROP_SELF: return "left_out_self";
  case PLB_DROP_INSTANCE: return "left_out_instance";
  case PLB_DROP_NO_TRIAL: return "left_out_no_trial";
  case PLB_DROP_MASKED: return "left_out_masked";
  case PLB_DROP_CHOICE: return "left_out_not_chosen";
  case PLB_DROP_UNKNOWN: return "left_out_not_known";
  case PLB_DROPS: break;
  }
  return "left_out";
}

size_t plb_number_bytes(enum plb_number number) {
  switch (number) {
  case PLB_FLOAT32:
  case PLB_UINT32: return 4;
  case PLB_FLOAT64:
  case PLB_UINT64: return 8;
  case PLB_UINT8:
  case PLB_INT8: return 1;
  case PLB_OTHER_NUMBER: break;
  }
  return 0;
}

bool plb_layout_is(const char *head, size_t length) {
  return length >= sizeof title - 1 && memcmp(head, title, sizeof title - 1) == 0;
}

void plb_layout_front(char front[PLB_LAYOUT_FRONT], uint64_t bytes, const char *digest) {
  memset(front, 0, PLB_LAYOUT_FRONT);
  snprintf(front, PLB_LAYOUT_FRONT,
           "%s%d\nbytes %0*" PRIu64 "\nbehind %s\n\n"
           "Comparison scores, written by \"plumbline convert\" and described in doc/formats.md of plumbline.\n"
           "Behind these %d bytes it is an HDF5 file.\n",
           title, PLB_LAYOUT_VERSION, DIGITS, bytes, digest, PLB_LAYOUT_FRONT);
}

/* The page into `front`, the rest into the digester. */
static plb_status read_all(struct plb_bytes *bytes, char front[PLB_LAYOUT_FRONT], struct plb_digester *digester,
                           uint64_t *total, struct plb_error *err) {
  const char *chunk;
  size_t length = 1;
  plb_status st = PLB_OK;
  *total = 0;
  while (!st && !(st = plb_bytes_chunk(bytes, &chunk, &length, err)) && length) {
    size_t part = *total >= PLB_LAYOUT_FRONT ? 0 : PLB_LAYOUT_FRONT - (size_t)*total;
    part = part < length ? part : length;
    memcpy(front + (part ? *total : 0), chunk, part);
    *total += length;
    st = plb_digester_add(digester, chunk + part, length - part, err);
  }
  return st;
}

static plb_status judge(const char *name, const char front[PLB_LAYOUT_FRONT], uint64_t total, const char *digest,
                        struct plb_error *err) {
  char expected[PLB_LAYOUT_FRONT], version[16], text[DIGITS + 1] = "";
  size_t digits = strspn(front + sizeof title - 1, "0123456789");
  snprintf(version, sizeof version, "%.*s", (int)(digits < sizeof version ? digits : 0), front + sizeof title - 1);
  plb_layout_front(expected, total, digest);
  if (memcmp(front, expected, PLB_LAYOUT_FRONT) == 0)
    return PLB_OK;
  unsigned long number = strtoul(version, NULL, 10);
  if (number && number != PLB_LAYOUT_VERSION)
    return plb_fail_at(err, PLB_DATA, name, 0, 0,
                       "columns of version %lu; this build reads version %d, so convert the scores again", number,
                       PLB_LAYOUT_VERSION);
  const char *at = memmem(front, 64, "bytes ", 6);
  if (at)
    memcpy(text, at + 6, DIGITS);
  uint64_t said = strtoull(text, NULL, 10);
  if (said && said != total)
    return plb_fail_at(err, PLB_DATA, name, 0, 0,
                       "%" PRIu64 " bytes; expected %" PRIu64 ": the file is %s, so convert the scores again", total,
                       said, total < said ? "cut off" : "longer than it was");
  return plb_fail_at(err, PLB_DATA, name, 0, 0,
                     "the checksum does not fit what is in the file: it is damaged, so convert the scores again");
}

plb_status plb_layout_check(struct plb_bytes *bytes, struct plb_error *err) {
  char front[PLB_LAYOUT_FRONT] = "";
  struct plb_digester *digester = NULL;
  uint64_t total = 0;
  plb_status st = plb_digester_new(PLB_DIGEST_XXH3, &digester, err);
  if (!st)
    st = read_all(bytes, front, digester, &total, err);
  if (!st)
    st = judge(plb_bytes_name(bytes), front, total, plb_digester_text(digester), err);
  plb_digester_free(digester);
  return st;
}
