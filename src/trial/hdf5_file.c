/* SPDX-License-Identifier: Apache-2.0
 *
 * The one file that sees libhdf5. Contiguous numbers in this machine's order of bytes are read from the file itself,
 * at the place that libhdf5 tells (H5Dget_offset), without its lock; what is packed or converted goes through H5Dread.
 * It prints its errors unless told otherwise: not during a call from here, so that other users of it keep their ways.
 *
 * Reference: HDF5 1.10 reference manual, H5Dget_offset, H5Pset_userblock, H5Pset_alignment.
 */
#include "trial/hdf5_file.h"

#include <errno.h>
#include <fcntl.h>
#include <hdf5.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/utf8.h"

#define ALIGNMENT 4096                 /* of columns in a file, so that a program may map them */
#define CACHE_BYTES ((size_t)64 << 20) /* of unpacked chunks */
#define TEXT_BLOCK ((size_t)1 << 20)
#define MOST_TEXT ((size_t)64 << 20) /* bytes of one text */
#define BAND 4096                    /* texts that are read at once, at most */

_Static_assert(sizeof(hid_t) <= sizeof(int64_t), "identifiers are kept as int64_t");

struct plb_hdf5 {
  hid_t id;
  int fd;
  const char *name;
  struct stat about;
};

struct plb_hdf5_new {
  hid_t id;
  char *path;
};

/* ---- silence ------------------------------------------------------------------------------- */

struct hush {
  H5E_auto2_t print;
  void *data;
};

static struct hush hush(void) {
  struct hush before = {0};
  H5Eget_auto2(H5E_DEFAULT, &before.print, &before.data);
  H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
  return before;
}

static void end_hush(struct hush before) {
  H5Eset_auto2(H5E_DEFAULT, before.print, before.data);
}

plb_status plb_hdf5_supported(const char *name, struct plb_error *err) {
  (void)name, (void)err;
  return PLB_OK;
}

/* ---- files --------------------------------------------------------------------------------- */

static plb_status fail_changed(const char *name, struct plb_error *err) {
  return plb_fail_at(err, PLB_IO, name, 0, 0, "changed while it was read; expected a file that nobody writes to");
}

static plb_status open_both(struct plb_hdf5 *file, const char *path, uint64_t device, uint64_t inode,
                            struct plb_error *err) {
  file->fd = open(path, O_RDONLY | O_CLOEXEC);
  if (file->fd < 0 || fstat(file->fd, &file->about) != 0)
    return plb_fail_io(err, file->name, "open", errno);
  if (!S_ISREG(file->about.st_mode))
    return plb_fail_at(err, PLB_DATA, file->name, 0, 0, "HDF5 cannot be read from a pipe; expected a file");
  if ((uint64_t)file->about.st_dev != device || (uint64_t)file->about.st_ino != inode)
    return fail_changed(file->name, err);
  hid_t access = H5Pcreate(H5P_FILE_ACCESS);
  H5Pset_cache(access, 0, 521, CACHE_BYTES, 0.75);
  H5Pset_fclose_degree(access, H5F_CLOSE_STRONG);
  file->id = H5Fopen(path, H5F_ACC_RDONLY, access);
  H5Pclose(access);
  if (file->id < 0)
    return plb_fail_at(err, PLB_DATA, file->name, 0, 0,
                       "this HDF5 file cannot be opened; is it cut off, damaged, or still being written?");
  return PLB_OK;
}

plb_status plb_hdf5_open(const char *path, const char *name, uint64_t device, uint64_t inode, struct plb_hdf5 **file,
                         struct plb_error *err) {
  struct plb_hdf5 *fresh = plb_alloc(1, sizeof *fresh);
  *file = fresh;
  if (!fresh)
    return plb_fail_memory(err);
  fresh->id = fresh->fd = -1;
  fresh->name = name;
  struct hush before = hush();
  plb_status st = open_both(fresh, path, device, inode, err);
  end_hush(before);
  if (st) {
    plb_hdf5_close(fresh);
    *file = NULL;
  }
  return st;
}

const char *plb_hdf5_name(const struct plb_hdf5 *file) {
  return file->name;
}

plb_status plb_hdf5_unchanged(const struct plb_hdf5 *file, struct plb_error *err) {
  struct stat now;
  const struct timespec *then = &file->about.st_mtim;
  if (fstat(file->fd, &now) != 0)
    return plb_fail_io(err, file->name, "read", errno);
  bool same =
      now.st_size == file->about.st_size && now.st_mtim.tv_sec == then->tv_sec && now.st_mtim.tv_nsec == then->tv_nsec;
  return same ? PLB_OK : fail_changed(file->name, err);
}

void plb_hdf5_close(struct plb_hdf5 *file) {
  if (!file)
    return;
  struct hush before = hush();
  if (file->id >= 0)
    H5Fclose(file->id);
  end_hush(before);
  if (file->fd >= 0)
    close(file->fd);
  free(file);
}

/* ---- what is there ------------------------------------------------------------------------- */

static enum plb_number number_of(hid_t type) {
  static const enum plb_number all[] = {PLB_FLOAT32, PLB_FLOAT64, PLB_UINT8, PLB_INT8, PLB_UINT32, PLB_UINT64};
  const hid_t native[] = {H5T_NATIVE_FLOAT, H5T_NATIVE_DOUBLE, H5T_NATIVE_UINT8,
                          H5T_NATIVE_INT8,  H5T_NATIVE_UINT32, H5T_NATIVE_UINT64};
  for (size_t i = 0; i < sizeof all / sizeof *all; i++)
    if (H5Tequal(type, native[i]) > 0)
      return all[i];
  return PLB_OTHER_NUMBER;
}

static hid_t type_of(enum plb_number number) {
  switch (number) {
  case PLB_FLOAT32: return H5T_NATIVE_FLOAT;
  case PLB_UINT8: return H5T_NATIVE_UINT8;
  case PLB_INT8: return H5T_NATIVE_INT8;
  case PLB_UINT32: return H5T_NATIVE_UINT32;
  case PLB_UINT64: return H5T_NATIVE_UINT64;
  case PLB_FLOAT64:
  case PLB_OTHER_NUMBER: break;
  }
  return H5T_NATIVE_DOUBLE;
}

/* Answers false where a set has other bytes than its kind and size need, at which libhdf5 1.10 does not look. */
static bool look_at_layout(struct plb_hdf5_set *set, hid_t type) {
  hid_t made = H5Dget_create_plist(set->id);
  H5D_layout_t layout = H5Pget_layout(made);
  hsize_t chunk[2] = {1, 1};
  haddr_t offset = H5Dget_offset(set->id); /* HADDR_UNDEF, where there is none, is larger than any size */
  uint64_t size = (uint64_t)set->file->about.st_size, each = H5Tis_variable_str(type) > 0 ? 16 : H5Tget_size(type);
  uint64_t bytes = set->rows * set->columns * each; /* 16: a length, an address and a place there */
  if (layout == H5D_CHUNKED && H5Pget_chunk(made, (int)set->dimensions, chunk) > 0)
    set->packed_rows = chunk[0];
  bool whole = H5Dget_storage_size(set->id) == bytes && H5Pget_external_count(made) == 0;
  bool here = whole && layout == H5D_CONTIGUOUS && offset <= size && bytes <= size - offset;
  set->direct = here && set->number != PLB_OTHER_NUMBER;
  set->offset = set->direct ? offset : 0;
  H5Pclose(made);
  return !bytes || here || layout == H5D_CHUNKED || (whole && layout == H5D_COMPACT);
}

static void look_at_set(struct plb_hdf5_set *set) {
  hid_t type = H5Dget_type(set->id), space = H5Dget_space(set->id);
  hsize_t size[2] = {0, 1};
  int dimensions = H5Sget_simple_extent_ndims(space);
  H5T_class_t class = H5Tget_class(type);
  set->kind = PLB_HDF5_OTHER;
  if (dimensions == 1 || dimensions == 2) {
    H5Sget_simple_extent_dims(space, size, NULL);
    bool numbers = H5Tget_size(type) <= 16 && (class == H5T_INTEGER || class == H5T_FLOAT || class == H5T_ENUM);
    set->dimensions = (unsigned)dimensions;
    set->rows = size[1] ? size[0] : 0;
    set->columns = size[1] ? size[1] : 1;
    set->number = number_of(type);
    set->packed_rows = 1;
    if (look_at_layout(set, type))
      set->kind = numbers ? PLB_HDF5_NUMBERS : class == H5T_STRING ? PLB_HDF5_TEXTS : PLB_HDF5_OTHER;
  }
  H5Sclose(space);
  H5Tclose(type);
}

/* A path exists when each part of it does. */
static bool exists(hid_t file, const char *path) {
  char part[1024];
  size_t length = strlen(path);
  if (!length || length >= sizeof part)
    return false;
  for (size_t end = 1; end <= length; end++) {
    if (path[end] && path[end] != '/')
      continue;
    memcpy(part, path, end);
    part[end] = '\0';
    if (strcmp(part, "/") != 0 && H5Lexists(file, part, H5P_DEFAULT) <= 0)
      return false;
  }
  return true;
}

plb_status plb_hdf5_look(const struct plb_hdf5 *file, const char *path, struct plb_hdf5_set *set,
                         struct plb_error *err) {
  *set = (struct plb_hdf5_set){.file = file, .id = -1};
  struct hush before = hush();
  hid_t object = exists(file->id, path) ? H5Oopen(file->id, path, H5P_DEFAULT) : -1;
  plb_status st = PLB_OK;
  switch (object < 0 ? H5I_BADID : H5Iget_type(object)) {
  case H5I_GROUP: set->kind = PLB_HDF5_GROUP; break;
  case H5I_DATASET:
    set->id = object;
    look_at_set(set);
    break;
  case H5I_BADID: break;
  default: set->kind = PLB_HDF5_OTHER; break;
  }
  if (object >= 0 && set->id < 0)
    H5Oclose(object);
  if (set->kind == PLB_HDF5_NUMBERS && set->rows && set->columns > UINT64_MAX / 16 / set->rows)
    st = plb_fail_at(err, PLB_DATA, file->name, 0, 0, "a set of more numbers than any file holds; is it damaged?");
  end_hush(before);
  return st;
}

void plb_hdf5_set_close(struct plb_hdf5_set *set) {
  struct hush before = hush();
  if (set->file && set->id >= 0)
    H5Dclose(set->id);
  end_hush(before);
  *set = (struct plb_hdf5_set){0};
}

/* ---- numbers ------------------------------------------------------------------------------- */

static plb_status fail_read(const struct plb_hdf5_set *set, struct plb_error *err) {
  return plb_fail_at(err, PLB_DATA, set->file->name, 0, 0,
                     "a set of this HDF5 file cannot be read; is it cut off or damaged?");
}

static plb_status read_bytes(const struct plb_hdf5_set *set, uint64_t at, char *to, size_t length,
                             struct plb_error *err) {
  while (length) {
    ssize_t got = pread(set->file->fd, to, length, (off_t)at);
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0)
      return plb_fail_io(err, set->file->name, "read", errno);
    if (got == 0)
      return fail_read(set, err);
    to += got;
    at += (uint64_t)got;
    length -= (size_t)got;
  }
  return PLB_OK;
}

/* Floats in the second half of the room of as many doubles: each is read before its place is written. */
static void widen(char *to, size_t count) {
  for (size_t i = 0; i < count; i++) {
    float narrow;
    memcpy(&narrow, to + 4 * count + 4 * i, sizeof narrow);
    double wide = (double)narrow;
    memcpy(to + 8 * i, &wide, sizeof wide);
  }
}

static plb_status read_direct(const struct plb_hdf5_set *set, uint64_t from, uint64_t rows, enum plb_number as,
                              void *to, struct plb_error *err) {
  size_t size = plb_number_bytes(set->number), count = (size_t)(rows * set->columns), wider = as != set->number;
  uint64_t at = set->offset + from * set->columns * size;
  plb_status st = read_bytes(set, at, (char *)to + (wider ? 4 * count : 0), count * size, err);
  if (!st && wider)
    widen(to, count);
  return st;
}

static plb_status read_through(const struct plb_hdf5_set *set, uint64_t from, uint64_t rows, enum plb_number as,
                               void *to, struct plb_error *err) {
  hsize_t start[2] = {from, 0}, count[2] = {rows, set->columns};
  hid_t space = H5Dget_space(set->id), room = H5Screate_simple((int)set->dimensions, count, NULL);
  hid_t own = H5Dget_type(set->id);
  bool marks = plb_number_bytes(as) == 1 && H5Tget_size(own) == 1; /* truth values are an enumeration of bytes */
  bool good = H5Sselect_hyperslab(space, H5S_SELECT_SET, start, NULL, count, NULL) >= 0 &&
              H5Dread(set->id, marks ? own : type_of(as), room, space, H5P_DEFAULT, to) >= 0;
  H5Tclose(own);
  H5Sclose(room);
  H5Sclose(space);
  return good ? PLB_OK : fail_read(set, err);
}

plb_status plb_hdf5_read(const struct plb_hdf5_set *set, uint64_t from, uint64_t rows, enum plb_number as, void *to,
                         struct plb_error *err) {
  bool widened = as == PLB_FLOAT64 && set->number == PLB_FLOAT32;
  if (set->direct && (as == set->number || widened))
    return read_direct(set, from, rows, as, to, err);
  struct hush before = hush();
  plb_status st = read_through(set, from, rows, as, to, err);
  end_hush(before);
  return st;
}

/* ---- texts --------------------------------------------------------------------------------- */

struct texts {
  const struct plb_hdf5_set *set;
  hid_t file_type, type;
  size_t size; /* of each; 0: any */
  bool blanks; /* padded with blanks */
  char *room;
  plb_hdf5_take *take;
  void *ctx;
};

static plb_status give_text(const struct texts *texts, uint64_t number, const char *text, size_t length,
                            struct plb_error *err) {
  size_t good;
  while (texts->blanks && length && text[length - 1] == ' ')
    length--;
  if (plb_text_check(text, length, &good) || good < length)
    return plb_fail_at(err, PLB_DATA, texts->set->file->name, 0, 0, "an id is not UTF-8; expected UTF-8 text");
  return texts->take(texts->ctx, number, text, length, err);
}

static plb_status read_band(const struct texts *texts, hsize_t from, hsize_t count, struct plb_error *err) {
  hid_t space = H5Dget_space(texts->set->id), room = H5Screate_simple(1, &count, NULL);
  bool good = H5Sselect_hyperslab(space, H5S_SELECT_SET, &from, NULL, &count, NULL) >= 0 &&
              H5Dread(texts->set->id, texts->type, room, space, H5P_DEFAULT, texts->room) >= 0;
  plb_status st = good ? PLB_OK : fail_read(texts->set, err);
  for (hsize_t i = 0; i < count && !st; i++) {
    const char *text = texts->room + i * texts->size;
    if (!texts->size)
      memcpy(&text, texts->room + i * sizeof text, sizeof text);
    size_t length = !text ? 0 : texts->size ? strnlen(text, texts->size) : strlen(text);
    st = give_text(texts, from + i, text ? text : "", length, err);
  }
  if (good && !texts->size)
    H5Dvlen_reclaim(texts->type, room, H5P_DEFAULT, texts->room);
  H5Sclose(room);
  H5Sclose(space);
  return st;
}

static plb_status read_texts(struct texts *texts, struct plb_error *err) {
  hid_t own = texts->file_type;
  bool any = H5Tis_variable_str(own) > 0;
  texts->type = H5Tcopy(own);
  texts->size = any ? 0 : H5Tget_size(own);
  texts->blanks = H5Tget_strpad(own) == H5T_STR_SPACEPAD;
  size_t width = any ? sizeof(char *) : texts->size;
  if (!width || width > MOST_TEXT)
    return fail_read(texts->set, err);
  size_t most = TEXT_BLOCK / width < 1 ? 1 : TEXT_BLOCK / width > BAND ? BAND : TEXT_BLOCK / width;
  if (!(texts->room = plb_alloc(most, width)))
    return plb_fail_memory(err);
  plb_status st = PLB_OK;
  for (uint64_t from = 0; from < texts->set->rows && !st; from += most) {
    uint64_t left = texts->set->rows - from;
    st = read_band(texts, from, left < most ? left : most, err);
  }
  return st;
}

plb_status plb_hdf5_texts(const struct plb_hdf5_set *set, plb_hdf5_take *take, void *ctx, struct plb_error *err) {
  struct hush before = hush();
  struct texts texts = {.set = set, .file_type = H5Dget_type(set->id), .type = -1, .take = take, .ctx = ctx};
  plb_status st = set->columns == 1 ? read_texts(&texts, err) : fail_read(set, err);
  free(texts.room);
  H5Tclose(texts.type);
  H5Tclose(texts.file_type);
  end_hush(before);
  return st;
}

/* ---- attributes ---------------------------------------------------------------------------- */

/* Reads the attribute as `type`; for a text the class of its own type must be that of a text of fixed length. */
static bool read_attribute(const struct plb_hdf5 *file, const char *name, hid_t type, H5T_class_t class, void *to) {
  hid_t attribute = H5Aexists(file->id, name) > 0 ? H5Aopen(file->id, name, H5P_DEFAULT) : -1;
  if (attribute < 0)
    return false;
  hid_t own = H5Aget_type(attribute), space = H5Aget_space(attribute);
  bool fits = H5Tget_class(own) == class && H5Sget_simple_extent_npoints(space) == 1 &&
              !(class == H5T_STRING && H5Tis_variable_str(own) > 0) && H5Aread(attribute, type, to) >= 0;
  H5Sclose(space);
  H5Tclose(own);
  H5Aclose(attribute);
  return fits;
}

bool plb_hdf5_attribute(const struct plb_hdf5 *file, const char *name, uint64_t *number) {
  struct hush before = hush();
  bool there = read_attribute(file, name, H5T_NATIVE_UINT64, H5T_INTEGER, number);
  end_hush(before);
  return there;
}

static hid_t text_type(size_t size) {
  hid_t type = H5Tcopy(H5T_C_S1);
  H5Tset_size(type, size);
  H5Tset_cset(type, H5T_CSET_UTF8);
  H5Tset_strpad(type, H5T_STR_NULLPAD);
  return type;
}

bool plb_hdf5_text_attribute(const struct plb_hdf5 *file, const char *name, char *text, size_t size) {
  struct hush before = hush();
  memset(text, 0, size);
  hid_t type = text_type(size);
  bool there = read_attribute(file, name, type, H5T_STRING, text);
  H5Tclose(type);
  text[size - 1] = '\0';
  end_hush(before);
  return there;
}

/* ---- writing ------------------------------------------------------------------------------- */

static plb_status fail_write(const struct plb_hdf5_new *file, struct plb_error *err) {
  if (errno == ENOMEM)
    return plb_fail_memory(err);
  return plb_fail_io(err, file->path, "write", errno ? errno : EIO);
}

plb_status plb_hdf5_create(const char *path, uint64_t front, struct plb_hdf5_new **file, struct plb_error *err) {
  struct plb_hdf5_new *fresh = plb_alloc(1, sizeof *fresh);
  *file = NULL;
  if (!fresh || !(fresh->path = plb_copy_text(path, strlen(path)))) {
    free(fresh);
    return plb_fail_memory(err);
  }
  struct hush before = hush();
  errno = 0;
  hid_t made = H5Pcreate(H5P_FILE_CREATE), access = H5Pcreate(H5P_FILE_ACCESS);
  H5Pset_userblock(made, front);
  H5Pset_alignment(access, ALIGNMENT, ALIGNMENT);
  H5Pset_fclose_degree(access, H5F_CLOSE_STRONG);
  fresh->id = H5Fcreate(path, H5F_ACC_TRUNC, made, access);
  H5Pclose(access);
  H5Pclose(made);
  end_hush(before);
  *file = fresh;
  return fresh->id >= 0 ? PLB_OK : fail_write(fresh, err);
}

/* Texts of any length have an empty fill value (libhdf5 wants one); nothing else has any. */
static hid_t new_set(const struct plb_hdf5_new *file, const char *name, hid_t type, hsize_t rows) {
  hid_t space = H5Screate_simple(1, &rows, NULL), made = H5Pcreate(H5P_DATASET_CREATE);
  H5Pset_layout(made, H5D_CONTIGUOUS);
  H5Pset_alloc_time(made, H5D_ALLOC_TIME_EARLY);
  H5Pset_fill_time(made, H5Tis_variable_str(type) > 0 ? H5D_FILL_TIME_IFSET : H5D_FILL_TIME_NEVER);
  H5Pset_obj_track_times(made, false);
  hid_t set = H5Dcreate2(file->id, name, type, space, H5P_DEFAULT, made, H5P_DEFAULT);
  H5Pclose(made);
  H5Sclose(space);
  return set;
}

plb_status plb_hdf5_put_numbers(struct plb_hdf5_new *file, const char *name, const uint32_t *numbers, uint64_t count,
                                struct plb_error *err) {
  struct hush before = hush();
  errno = 0;
  hid_t set = new_set(file, name, H5T_NATIVE_UINT32, count);
  bool good = set >= 0 && H5Dwrite(set, H5T_NATIVE_UINT32, H5S_ALL, H5S_ALL, H5P_DEFAULT, numbers) >= 0;
  H5Dclose(set);
  end_hush(before);
  return good ? PLB_OK : fail_write(file, err);
}

plb_status plb_hdf5_put_column(struct plb_hdf5_new *file, const char *name, enum plb_number number, uint64_t rows,
                               uint64_t *offset, struct plb_error *err) {
  struct hush before = hush();
  errno = 0;
  hid_t set = new_set(file, name, type_of(number), rows);
  *offset = set < 0 ? HADDR_UNDEF : H5Dget_offset(set);
  H5Dclose(set);
  end_hush(before);
  return *offset == HADDR_UNDEF ? fail_write(file, err) : PLB_OK;
}

/* Fixed texts, zero-padded, a block after the other; or pointers to NUL-terminated copies. */
static bool write_texts(hid_t set, hid_t type, size_t size, const struct plb_dict *dict, const uint32_t *numbers) {
  hsize_t most = BAND, total = dict->count;
  size_t width = size ? size : sizeof(char *);
  char *room = plb_alloc(BAND, width);
  bool good = room != NULL;
  errno = good ? 0 : ENOMEM;
  for (hsize_t from = 0; from < total && good; from += most) {
    hsize_t count = total - from < most ? total - from : most;
    memset(room, 0, BAND * width);
    for (hsize_t i = 0; i < count && good; i++) {
      size_t length;
      const char *text = plb_dict_text(dict, numbers[from + i], &length);
      char *copy = size ? memcpy(room + i * size, text, length) : plb_copy_text(text, length);
      if (!size)
        memcpy(room + i * width, &copy, sizeof copy);
      good = copy != NULL;
      errno = good ? errno : ENOMEM;
    }
    hid_t space = H5Dget_space(set), memory = H5Screate_simple(1, &count, NULL);
    good = good && H5Sselect_hyperslab(space, H5S_SELECT_SET, &from, NULL, &count, NULL) >= 0 &&
           H5Dwrite(set, type, memory, space, H5P_DEFAULT, room) >= 0;
    H5Sclose(memory);
    H5Sclose(space);
    for (hsize_t i = 0; i < count && !size; i++) {
      char *copy;
      memcpy(&copy, room + i * width, sizeof copy);
      free(copy);
    }
  }
  free(room);
  return good;
}

plb_status plb_hdf5_put_texts(struct plb_hdf5_new *file, const char *name, const struct plb_dict *dict,
                              const uint32_t *numbers, struct plb_error *err) {
  size_t longest = 1, length;
  for (uint32_t i = 0; i < dict->count; i++) {
    plb_dict_text(dict, i, &length);
    longest = length > longest ? length : longest;
  }
  bool fixed = longest <= PLB_HDF5_FIXED;
  struct hush before = hush();
  errno = 0;
  hid_t type = text_type(fixed ? longest : H5T_VARIABLE);
  hid_t set = new_set(file, name, type, dict->count);
  bool good = set >= 0 && write_texts(set, type, fixed ? longest : 0, dict, numbers);
  H5Dclose(set);
  H5Tclose(type);
  end_hush(before);
  return good ? PLB_OK : fail_write(file, err);
}

static plb_status put_attribute(struct plb_hdf5_new *file, const char *name, hid_t type, const void *value,
                                struct plb_error *err) {
  errno = 0;
  hid_t space = H5Screate(H5S_SCALAR);
  hid_t attribute = H5Acreate2(file->id, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
  bool good = attribute >= 0 && H5Awrite(attribute, type, value) >= 0;
  H5Aclose(attribute);
  H5Sclose(space);
  return good ? PLB_OK : fail_write(file, err);
}

plb_status plb_hdf5_put_number(struct plb_hdf5_new *file, const char *name, uint64_t number, struct plb_error *err) {
  struct hush before = hush();
  plb_status st = put_attribute(file, name, H5T_NATIVE_UINT64, &number, err);
  end_hush(before);
  return st;
}

plb_status plb_hdf5_put_text(struct plb_hdf5_new *file, const char *name, const char *text, struct plb_error *err) {
  struct hush before = hush();
  hid_t type = text_type(strlen(text) + 1);
  plb_status st = put_attribute(file, name, type, text, err);
  H5Tclose(type);
  end_hush(before);
  return st;
}

/* A file that libhdf5 1.10 cannot write out stays in its tables half freed, and crashes the program when that ends. So
 * what is left of it goes to memory that is a file, where there is room. */
static void divert(const struct plb_hdf5_new *file) {
  void *handle = NULL;
  int memory = memfd_create("plumbline", MFD_CLOEXEC);
  if (memory >= 0 && H5Fget_vfd_handle(file->id, H5P_DEFAULT, &handle) >= 0 && handle)
    dup2(memory, *(int *)handle);
  if (memory >= 0)
    close(memory);
}

plb_status plb_hdf5_finish(struct plb_hdf5_new *file, struct plb_error *err) {
  if (!file)
    return PLB_OK;
  struct hush before = hush();
  errno = 0;
  plb_status st = file->id < 0 || H5Fflush(file->id, H5F_SCOPE_GLOBAL) >= 0 ? PLB_OK : fail_write(file, err);
  if (st)
    divert(file);
  if (file->id >= 0 && H5Fclose(file->id) < 0 && !st)
    st = fail_write(file, err);
  end_hush(before);
  free(file->path);
  free(file);
  return st;
}
