/* SPDX-License-Identifier: Apache-2.0
 *
 * A build without libhdf5: says so where HDF5 is needed. Only plb_hdf5_supported is ever reached.
 */
#include "trial/hdf5_file.h"

plb_status plb_hdf5_supported(const char *name, struct plb_error *err) {
  return plb_fail_at(err, PLB_UNSUPPORTED, name, 0, 0,
                     "HDF5 is not in this build; expected text, or a build with libhdf5 (Debian: libhdf5-dev)");
}

plb_status plb_hdf5_open(const char *path, const char *name, uint64_t device, uint64_t inode, struct plb_hdf5 **file,
                         struct plb_error *err) {
  (void)path, (void)device, (void)inode;
  *file = NULL;
  return plb_hdf5_supported(name, err);
}

const char *plb_hdf5_name(const struct plb_hdf5 *file) {
  (void)file;
  return "HDF5";
}

plb_status plb_hdf5_unchanged(const struct plb_hdf5 *file, struct plb_error *err) {
  (void)file, (void)err;
  return PLB_OK;
}

void plb_hdf5_close(struct plb_hdf5 *file) {
  (void)file;
}

plb_status plb_hdf5_look(const struct plb_hdf5 *file, const char *path, struct plb_hdf5_set *set,
                         struct plb_error *err) {
  (void)file, (void)path;
  *set = (struct plb_hdf5_set){0};
  return plb_hdf5_supported("HDF5", err);
}

void plb_hdf5_set_close(struct plb_hdf5_set *set) {
  (void)set;
}

plb_status plb_hdf5_read(const struct plb_hdf5_set *set, uint64_t from, uint64_t rows, enum plb_number as, void *to,
                         struct plb_error *err) {
  (void)set, (void)from, (void)rows, (void)as, (void)to;
  return plb_hdf5_supported("HDF5", err);
}

plb_status plb_hdf5_texts(const struct plb_hdf5_set *set, plb_hdf5_take *take, void *ctx, struct plb_error *err) {
  (void)set, (void)take, (void)ctx;
  return plb_hdf5_supported("HDF5", err);
}

bool plb_hdf5_attribute(const struct plb_hdf5 *file, const char *name, uint64_t *number) {
  (void)file, (void)name, (void)number;
  return false;
}

bool plb_hdf5_text_attribute(const struct plb_hdf5 *file, const char *name, char *text, size_t size) {
  (void)file, (void)name, (void)text, (void)size;
  return false;
}

plb_status plb_hdf5_create(const char *path, uint64_t front, struct plb_hdf5_new **file, struct plb_error *err) {
  (void)front;
  *file = NULL;
  return plb_hdf5_supported(path, err);
}

plb_status plb_hdf5_put_column(struct plb_hdf5_new *file, const char *name, enum plb_number number, uint64_t rows,
                               uint64_t *offset, struct plb_error *err) {
  (void)file, (void)number, (void)rows, (void)offset;
  return plb_hdf5_supported(name, err);
}

plb_status plb_hdf5_put_texts(struct plb_hdf5_new *file, const char *name, const struct plb_dict *dict,
                              const uint32_t *numbers, struct plb_error *err) {
  (void)file, (void)dict, (void)numbers;
  return plb_hdf5_supported(name, err);
}

plb_status plb_hdf5_put_numbers(struct plb_hdf5_new *file, const char *name, const uint32_t *numbers, uint64_t count,
                                struct plb_error *err) {
  (void)file, (void)numbers, (void)count;
  return plb_hdf5_supported(name, err);
}

plb_status plb_hdf5_put_number(struct plb_hdf5_new *file, const char *name, uint64_t number, struct plb_error *err) {
  (void)file, (void)number;
  return plb_hdf5_supported(name, err);
}

plb_status plb_hdf5_put_text(struct plb_hdf5_new *file, const char *name, const char *text, struct plb_error *err) {
  (void)file, (void)text;
  return plb_hdf5_supported(name, err);
}

plb_status plb_hdf5_finish(struct plb_hdf5_new *file, struct plb_error *err) {
  (void)file, (void)err;
  return PLB_OK;
}
