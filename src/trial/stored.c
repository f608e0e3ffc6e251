/* SPDX-License-Identifier: Apache-2.0
 *
 * See stored.h. A file that is written to while it is measured is found by its size and time.
 */
#include "trial/stored.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"

#define LARGEST UINT32_C(0x7F7FFFFF) /* bits of the largest finite number */

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

/* Ordered like the number: the other bits of a negative one are turned. */
static inline int32_t ordered(uint32_t bits) {
  int32_t turned = (int32_t)bits;
  return turned ^ (int32_t)((uint32_t)(turned >> 31) >> 1);
}

static inline float number(int32_t turned) {
  int32_t bits = ordered((uint32_t)turned);
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

bool plb_stored_fits(const char *scores, struct plb_stored *stored) {
  int32_t lowest = INT32_MAX, highest = INT32_MIN;
  uint32_t odd = 0;
  for (size_t k = 0; k < PLB_STORED_ROWS; k++) {
    uint32_t bits;
    memcpy(&bits, scores + k * sizeof bits, sizeof bits);
    odd |= (uint32_t)((bits & INT32_MAX) > LARGEST) | (uint32_t)(bits == UINT32_C(1) << 31);
    int32_t turned = ordered(bits);
    lowest = turned < lowest ? turned : lowest;
    highest = turned > highest ? turned : highest;
  }
  stored->lowest = number(lowest);
  stored->highest = number(highest);
  return !odd;
}
