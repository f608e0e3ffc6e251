/* SPDX-License-Identifier: Apache-2.0
 *
 * The parts of the reader of NumPy arrays: the header, and rows with named fields.
 */
#ifndef PLB_TRIAL_NPY_H
#define PLB_TRIAL_NPY_H

#include "trial/array.h"
#include "trial/asked.h"
#include "trial/columns.h"
#include "trial/plain.h"
#include "trial/whole_ids.h"

/* A field of a row. Its name lies in the text of the header. */
struct plb_npy_field {
  struct plb_slice name;
  struct plb_element element;
  size_t at; /* in the row, in bytes */
};

struct plb_npy_header {
  char *text;                   /* a copy, in which the names lie */
  struct plb_element element;   /* where there are no fields */
  struct plb_npy_field *fields; /* or NULL */
  size_t field_count, field_capacity;
  size_t item;       /* bytes of one element or row */
  bool by_column;    /* Fortran order */
  size_t dimensions; /* 0 to 2 */
  uint64_t shape[2];
  uint64_t count; /* of elements or rows */
};

/* Reads the header and moves the bytes behind it. Faults name the byte, from 1. */
plb_status plb_npy_header_read(struct plb_bytes *bytes, struct plb_npy_header *header, struct plb_error *err);

/* An all-zero struct may be freed too. */
void plb_npy_header_free(struct plb_npy_header *header);

/* "<f4" without its order of bytes, in words: "32-bit floats". */
#define PLB_ELEMENT_TEXT 64
const char *plb_element_words(const struct plb_element *element, char text[PLB_ELEMENT_TEXT]);

/* ---- rows with named fields ---------------------------------------------------------------- */

/* What is done with a field that is wanted. */
enum plb_npy_use { PLB_NPY_SCORE, PLB_NPY_ID, PLB_NPY_TEXT };

struct plb_npy_want {
  enum plb_npy_use use;
  const struct plb_npy_field *from;
  size_t field;           /* offset of the slice in struct plb_fields, */
  struct plb_slice *fact; /* or where it goes, of a fact that is asked for; else NULL */
  size_t number;          /* offset of the number in struct plb_numbers, of an id */
  bool sample;
  char *scratch; /* for its text */
  bool known;    /* what is in scratch is the text of these bits: */
  uint64_t bits;
  size_t length;
};

struct plb_npy_rows {
  const struct plb_npy_header *header;
  struct plb_slice *names; /* of all fields */
  struct plb_npy_want want[PLB_ROLES + 2 + 2 * PLB_MOST_FACTS];
  size_t wanted;
  bool by_text;                                                  /* ids are looked up as texts (a trial list) */
  bool plain;                                                    /* many may be taken at once: */
  const struct plb_npy_field *score, *label, *reference, *probe; /* label: or NULL */
  struct plb_pace pace;
  struct plb_whole_ids ids[2]; /* of people, of samples */
  struct plb_run run;
  struct plb_numbers numbers;
  struct plb_fields fields;
  struct plb_slice values[2 * PLB_MOST_FACTS]; /* fields.values, where there are any */
};

plb_status plb_npy_rows_open(struct plb_reader *reader, struct plb_npy_rows *rows, struct plb_error *err);
plb_status plb_npy_rows_next(struct plb_reader *reader, struct plb_npy_rows *rows, bool *done, struct plb_error *err);
void plb_npy_rows_describe(const struct plb_npy_rows *rows, struct plb_out *out);

/* An all-zero struct may be closed too. */
void plb_npy_rows_close(struct plb_npy_rows *rows);

#endif
