/* SPDX-License-Identifier: Apache-2.0
 *
 * What the house does with HDF5 files, so that one .c file sees libhdf5 (hdf5_file.c), and a build without it has
 * another that says so (hdf5_none.c). Nothing here prints. libhdf5 has one lock for all: call from one thread.
 */
#ifndef PLB_TRIAL_HDF5_FILE_H
#define PLB_TRIAL_HDF5_FILE_H

#include "base/dict.h"
#include "base/error.h"

/* PLB_OK, or PLB_UNSUPPORTED in a build without libhdf5; `name` is the file that needs it. */
plb_status plb_hdf5_supported(const char *name, struct plb_error *err);

/* How numbers lie in memory, and in a set that can be read without libhdf5. */
enum plb_number { PLB_FLOAT32, PLB_FLOAT64, PLB_UINT8, PLB_INT8, PLB_UINT32, PLB_UINT64, PLB_OTHER_NUMBER };

/* Bytes of one; 0 of PLB_OTHER_NUMBER. */
size_t plb_number_bytes(enum plb_number number);

/* ---- reading ------------------------------------------------------------------------------- */

struct plb_hdf5;

/* Fails with PLB_DATA when it is not HDF5 or damaged, PLB_IO when it cannot be opened or is no longer the file of that
 * device and inode. `name` is borrowed. */
plb_status plb_hdf5_open(const char *path, const char *name, uint64_t device, uint64_t inode, struct plb_hdf5 **file,
                         struct plb_error *err);

/* As given to plb_hdf5_open. */
const char *plb_hdf5_name(const struct plb_hdf5 *file);

/* PLB_IO when somebody wrote to the file since it was opened. */
plb_status plb_hdf5_unchanged(const struct plb_hdf5 *file, struct plb_error *err);

/* Accepts NULL. */
void plb_hdf5_close(struct plb_hdf5 *file);

enum plb_hdf5_kind { PLB_HDF5_NOTHING = 0, PLB_HDF5_GROUP, PLB_HDF5_NUMBERS, PLB_HDF5_TEXTS, PLB_HDF5_OTHER };

/* A set of one or two dimensions. An all-zero struct is nothing. */
struct plb_hdf5_set {
  const struct plb_hdf5 *file;
  enum plb_hdf5_kind kind;
  int64_t id; /* libhdf5's */
  unsigned dimensions;
  uint64_t rows, columns; /* columns is 1 where there is one dimension */
  enum plb_number number; /* as they lie in the file, least significant byte first; else PLB_OTHER_NUMBER */
  bool direct;            /* contiguous numbers: read from `offset` without libhdf5 */
  uint64_t offset;
  uint64_t packed_rows; /* rows that are packed together (chunks); else 1 */
};

/* What is at that path; PLB_HDF5_NOTHING is no failure. Close it with plb_hdf5_set_close. */
plb_status plb_hdf5_look(const struct plb_hdf5 *file, const char *path, struct plb_hdf5_set *set,
                         struct plb_error *err);
void plb_hdf5_set_close(struct plb_hdf5_set *set);

/* Rows [from, from + rows) of a set of numbers, as numbers of that kind. */
plb_status plb_hdf5_read(const struct plb_hdf5_set *set, uint64_t from, uint64_t rows, enum plb_number as, void *to,
                         struct plb_error *err);

/* Gives each text of a set to `take`, in order, checked to be UTF-8, without padding. */
typedef plb_status plb_hdf5_take(void *ctx, uint64_t number, const char *text, size_t length, struct plb_error *err);
plb_status plb_hdf5_texts(const struct plb_hdf5_set *set, plb_hdf5_take *take, void *ctx, struct plb_error *err);

/* A number or a text (at most size - 1 bytes of it, NUL-terminated) that is an attribute of the root; false when there
 * is no such attribute. */
bool plb_hdf5_attribute(const struct plb_hdf5 *file, const char *name, uint64_t *number);
bool plb_hdf5_text_attribute(const struct plb_hdf5 *file, const char *name, char *text, size_t size);

/* ---- writing ------------------------------------------------------------------------------- */

struct plb_hdf5_new;

/* A file at `path`, which is overwritten, with `front` bytes before the HDF5 in it; what it holds depends on nothing
 * but what is put into it. */
plb_status plb_hdf5_create(const char *path, uint64_t front, struct plb_hdf5_new **file, struct plb_error *err);

/* Room for a contiguous column, which nobody fills; *offset is where it lies in the file. */
plb_status plb_hdf5_put_column(struct plb_hdf5_new *file, const char *name, enum plb_number number, uint64_t rows,
                               uint64_t *offset, struct plb_error *err);

/* The texts of a dictionary in the order of `numbers`: of fixed length where the longest has at most
 * PLB_HDF5_FIXED bytes, else of any length. */
#define PLB_HDF5_FIXED 255
plb_status plb_hdf5_put_texts(struct plb_hdf5_new *file, const char *name, const struct plb_dict *dict,
                              const uint32_t *numbers, struct plb_error *err);

/* A small set of 32-bit numbers, written at once. */
plb_status plb_hdf5_put_numbers(struct plb_hdf5_new *file, const char *name, const uint32_t *numbers, uint64_t count,
                                struct plb_error *err);

/* Attributes of the root. */
plb_status plb_hdf5_put_number(struct plb_hdf5_new *file, const char *name, uint64_t number, struct plb_error *err);
plb_status plb_hdf5_put_text(struct plb_hdf5_new *file, const char *name, const char *text, struct plb_error *err);

/* Frees `file` in any case. Accepts NULL. */
plb_status plb_hdf5_finish(struct plb_hdf5_new *file, struct plb_error *err);

#endif
