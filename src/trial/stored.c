/* SPDX-License-Identifier: Apache-2.0
 *
 * See stored.h. A file that is written to while it is measured is found by its size and time.
 */
#include "trial/stored.h"

#include <errno.h>
#include <fcntl.h>
#include <float.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/key.h"
#include "base/memory.h"

#define HALF (PLB_STORED_ROWS / 2)

struct plb_store {
  int file;
  unsigned keepers;
  struct stat about;
  char *name;
};

plb_status plb_store_new(int file, const char *name, struct plb_store **store, struct plb_error *err) {
  struct plb_store *fresh = *store = plb_alloc(1, sizeof *fresh);
  if (!fresh)
    return plb_fail_memory(err);
  fresh->keepers = 1;
  fresh->name = plb_copy_text(name, strlen(name));
  fresh->file = fcntl(file, F_DUPFD_CLOEXEC, 0);
  plb_status st = fresh->name ? PLB_OK : plb_fail_memory(err);
  if (!st && (fresh->file < 0 || fstat(fresh->file, &fresh->about) != 0))
    st = plb_fail_io(err, name, "keep open", errno);
  if (st) {
    plb_store_release(fresh);
    *store = NULL;
  }
  return st;
}

struct plb_store *plb_store_keep(struct plb_store *store) {
  store->keepers++;
  return store;
}

void plb_store_release(struct plb_store *store) {
  if (!store || --store->keepers)
    return;
  if (store->file >= 0)
    close(store->file);
  free(store->name);
  free(store);
}

static bool is_same(const struct stat *a, const struct stat *b) {
  return a->st_size == b->st_size && a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

plb_status plb_store_read(const struct plb_store *store, uint64_t at, void *bytes, size_t size, struct plb_error *err) {
  struct stat now;
  int failure = plb_file_read(store->file, at, bytes, size);
  if (fstat(store->file, &now) == 0 && !is_same(&now, &store->about))
    return plb_fail_at(err, PLB_IO, store->name, 0, 0,
                       "changed while it was measured; expected a file that nobody writes to");
  return failure ? plb_fail_io(err, store->name, "read", failure) : PLB_OK;
}

struct range {
  int32_t lowest, highest;
};

static inline void widen(struct range *range, int32_t key) {
  range->lowest = key < range->lowest ? key : range->lowest;
  range->highest = key > range->highest ? key : range->highest;
}

/* Two rows at a time, so that one does not wait for the other. What is not finite lies beyond what is. */
bool plb_stored_fits(const char *scores, struct plb_stored *stored) {
  const int32_t minus_zero = plb_short_key_of(-0.0f);
  struct range one = {INT32_MAX, INT32_MIN}, two = one;
  uint32_t odd = 0;
  for (size_t k = 0; k < HALF; k++) {
    float values[2];
    memcpy(&values[0], scores + k * sizeof *values, sizeof *values);
    memcpy(&values[1], scores + (HALF + k) * sizeof *values, sizeof *values);
    int32_t first = plb_short_key_of(values[0]), second = plb_short_key_of(values[1]);
    odd |= (uint32_t)(first == minus_zero) | (uint32_t)(second == minus_zero);
    widen(&one, first);
    widen(&two, second);
  }
  widen(&one, two.lowest);
  widen(&one, two.highest);
  stored->lowest = plb_single_of(one.lowest);
  stored->highest = plb_single_of(one.highest);
  return !odd && one.lowest >= plb_short_key_of(-FLT_MAX) && one.highest <= plb_short_key_of(FLT_MAX);
}
