/* SPDX-License-Identifier: Apache-2.0
 *
 * See state_bytes.h. A state is read twice: once to check its digest, once for what is in it, so that no damaged number
 * is ever believed.
 */
#define XXH_INLINE_ALL
#include "tally/state_bytes.h"

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include "base/memory.h"

#define BLOCK ((size_t)1 << 20)
#define DIGEST sizeof(XXH128_canonical_t)
#define MAGIC (sizeof PLB_STATE_MARK - 1)
#define NO_STRING UINT64_MAX
#define LONGEST_TEXT ((uint64_t)1 << 30)

struct plb_state_out {
  struct plb_out *out;
  XXH3_state_t *digest; /* NULL: in memory */
};

struct plb_state_in {
  char *name;
  int file;
  const struct plb_input *watch; /* whom to tell; NULL = nobody */
  uint64_t size, done;           /* bytes of the file; of these read so far, each of them twice */
  uint64_t left;                 /* bytes of what is in it, not yet read */
  char *block;                   /* [at, end) is read and not yet given out */
  bool borrowed;                 /* the block is the caller's */
  size_t at, end;
  char *text;
  size_t text_capacity;
  plb_status status;
  struct plb_error err;
};

/* ---- writing ------------------------------------------------------------------------------- */

plb_status plb_state_create(const char *path, plb_out_stop *stop, void *ctx, struct plb_state_out **out,
                            struct plb_error *err) {
  struct plb_state_out *fresh = plb_alloc(1, sizeof *fresh);
  *out = NULL;
  if (!fresh)
    return plb_fail_memory(err);
  plb_status status = (fresh->digest = XXH3_createState()) ? PLB_OK : plb_fail_memory(err);
  if (!status)
    status = plb_out_open(path, &fresh->out, err);
  if (status) {
    plb_state_abandon(fresh);
    return status;
  }
  plb_out_watch(fresh->out, stop, ctx);
  XXH3_128bits_reset(fresh->digest);
  plb_state_put(fresh, PLB_STATE_MARK, MAGIC);
  plb_state_put_number(fresh, PLB_STATE_VERSION);
  *out = fresh;
  return PLB_OK;
}

bool plb_state_failed(const struct plb_state_out *out) {
  return plb_out_failed(out->out);
}

plb_status plb_state_create_here(struct plb_state_out **out, struct plb_error *err) {
  *out = plb_alloc(1, sizeof **out);
  plb_status status = *out ? plb_out_memory(&(*out)->out, err) : plb_fail_memory(err);
  if (status) {
    plb_state_abandon(*out);
    *out = NULL;
  }
  return status;
}

char *plb_state_take(struct plb_state_out *out, size_t *length) {
  char *bytes = plb_out_take(out->out, length);
  plb_state_abandon(out);
  return bytes;
}

void plb_state_put(struct plb_state_out *out, const void *bytes, size_t length) {
  if (out->digest)
    XXH3_128bits_update(out->digest, bytes, length);
  plb_out_bytes(out->out, bytes, length);
}

void plb_state_put_number(struct plb_state_out *out, uint64_t number) {
  number = htole64(number);
  plb_state_put(out, &number, sizeof number);
}

void plb_state_put_text(struct plb_state_out *out, const char *text, size_t length) {
  plb_state_put_number(out, length);
  if (length)
    plb_state_put(out, text, length);
}

void plb_state_put_string(struct plb_state_out *out, const char *text) {
  if (text)
    plb_state_put_text(out, text, strlen(text));
  else
    plb_state_put_number(out, NO_STRING);
}

plb_status plb_state_close(struct plb_state_out *out, struct plb_error *err) {
  XXH128_canonical_t digest;
  XXH128_canonicalFromHash(&digest, XXH3_128bits_digest(out->digest));
  plb_out_bytes(out->out, &digest, sizeof digest);
  plb_status status = plb_out_close(out->out, err);
  out->out = NULL;
  plb_state_abandon(out);
  return status;
}

void plb_state_abandon(struct plb_state_out *out) {
  if (!out)
    return;
  plb_out_abandon(out->out);
  XXH3_freeState(out->digest);
  free(out);
}

/* ---- reading ------------------------------------------------------------------------------- */

static plb_status damaged(struct plb_state_in *in, const char *what) {
  if (!in->status)
    in->status =
        plb_fail_at(&in->err, PLB_DATA, plb_state_name(in), 0, 0, "%s; expected a state as plumbline wrote it", what);
  return in->status;
}

static void tell(struct plb_state_in *in) {
  const struct plb_input *watch = in->watch;
  if (!in->status && watch && watch->progress(watch->progress_ctx, "reading", in->done, 2 * in->size))
    in->status = plb_fail(&in->err, PLB_CANCELLED, "cancelled");
}

/* Up to a block of bytes; none at the end of the file. */
static size_t read_block(struct plb_state_in *in, char *to, size_t wanted) {
  size_t have = 0;
  tell(in);
  while (!in->status && have < wanted && in->file >= 0) {
    ssize_t got = read(in->file, to + have, wanted - have);
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0)
      in->status = plb_fail_io(&in->err, in->name, "read", errno);
    if (got <= 0)
      break;
    have += (size_t)got;
  }
  in->done += have;
  return have;
}

static bool check_digest(struct plb_state_in *in, uint64_t size) {
  XXH3_state_t *digest = XXH3_createState();
  XXH128_canonical_t wanted, found;
  if (!digest)
    in->status = plb_fail_memory(&in->err);
  else
    XXH3_128bits_reset(digest);
  for (uint64_t left = size - DIGEST; left && !in->status;) {
    size_t got = read_block(in, in->block, left < BLOCK ? (size_t)left : BLOCK);
    if (!got && !in->status)
      damaged(in, "it became shorter while it was read");
    if (!in->status)
      XXH3_128bits_update(digest, in->block, got);
    left -= got;
  }
  bool whole = !in->status && read_block(in, (char *)&wanted, sizeof wanted) == sizeof wanted;
  if (whole)
    XXH128_canonicalFromHash(&found, XXH3_128bits_digest(digest));
  XXH3_freeState(digest);
  return whole && memcmp(&wanted, &found, sizeof wanted) == 0;
}

static void check_file(struct plb_state_in *in) {
  struct stat about;
  char head[MAGIC];
  if (fstat(in->file, &about) != 0) {
    in->status = plb_fail_io(&in->err, in->name, "open", errno);
    return;
  }
  uint64_t size = in->size = (uint64_t)about.st_size;
  size_t wanted = size < MAGIC ? (size_t)size : MAGIC;
  if (!S_ISREG(about.st_mode) || read_block(in, head, wanted) != wanted || memcmp(head, PLB_STATE_MARK, wanted) != 0) {
    damaged(in, "this is no state");
    return;
  }
  if (size < MAGIC + sizeof(uint64_t) + DIGEST) {
    in->status =
        plb_fail_at(&in->err, PLB_DATA, in->name, 0, 0,
                    "the state is cut off behind its first %" PRIu64 " bytes; copy it again, or count again", size);
    return;
  }
  uint64_t version = 0;
  read_block(in, (char *)&version, sizeof version);
  if (!in->status && le64toh(version) != PLB_STATE_VERSION) {
    in->status = plb_fail_at(&in->err, PLB_DATA, in->name, 0, 0,
                             "a state of version %llu; this plumbline reads version %d: count again",
                             (unsigned long long)le64toh(version), PLB_STATE_VERSION);
    return;
  }
  if (lseek(in->file, 0, SEEK_SET) != 0)
    in->status = plb_fail_io(&in->err, in->name, "read", errno);
  if (!in->status && !check_digest(in, size) && !in->status)
    damaged(in, "the state is cut off or damaged: its digest is not that of what it holds");
  in->left = size - DIGEST - MAGIC - sizeof version;
  if (!in->status && lseek(in->file, (off_t)(MAGIC + sizeof version), SEEK_SET) < 0)
    in->status = plb_fail_io(&in->err, in->name, "read", errno);
}

plb_status plb_state_open(const char *path, const struct plb_input *input, struct plb_state_in **in,
                          struct plb_error *err) {
  struct plb_state_in *fresh = plb_alloc(1, sizeof *fresh);
  *in = NULL;
  if (!fresh)
    return plb_fail_memory(err);
  fresh->watch = input && input->progress ? input : NULL;
  fresh->file = -1;
  fresh->name = plb_copy_text(path, strlen(path));
  fresh->block = plb_alloc(BLOCK, 1);
  if (!fresh->name || !fresh->block)
    fresh->status = plb_fail_memory(&fresh->err);
  else if ((fresh->file = open(path, O_RDONLY | O_CLOEXEC)) < 0)
    fresh->status = plb_fail_io(&fresh->err, path, "open", errno);
  else
    check_file(fresh);
  plb_status status = plb_state_status(fresh, err);
  if (status)
    plb_state_end(fresh);
  else
    *in = fresh;
  return status;
}

plb_status plb_state_open_here(const char *bytes, size_t length, struct plb_state_in **in, struct plb_error *err) {
  struct plb_state_in *fresh = plb_alloc(1, sizeof *fresh);
  *in = fresh;
  if (!fresh)
    return plb_fail_memory(err);
  fresh->file = -1;
  fresh->borrowed = true;
  memcpy(&fresh->block, &bytes, sizeof bytes); /* which nobody writes to */
  fresh->end = length;
  return PLB_OK;
}

void plb_state_get(struct plb_state_in *in, void *bytes, size_t length) {
  char *to = bytes;
  size_t have = 0;
  while (!in->status && have < length) {
    if (in->at == in->end) {
      in->end = read_block(in, in->block, in->left < BLOCK ? (size_t)in->left : BLOCK);
      in->left -= in->end;
      in->at = 0;
      if (!in->end) {
        damaged(in, "the state ends within what it holds");
        break;
      }
    }
    size_t part = in->end - in->at < length - have ? in->end - in->at : length - have;
    memcpy(to + have, in->block + in->at, part);
    in->at += part;
    have += part;
  }
  if (in->status)
    memset(bytes, 0, length);
}

uint64_t plb_state_get_number(struct plb_state_in *in) {
  uint64_t number;
  plb_state_get(in, &number, sizeof number);
  return le64toh(number);
}

const char *plb_state_get_text(struct plb_state_in *in, size_t *length) {
  uint64_t wanted = plb_state_get_number(in);
  *length = 0;
  if (wanted > LONGEST_TEXT)
    damaged(in, "a text in the state is too long");
  if (!in->status && !plb_reserve(&in->text, &in->text_capacity, (size_t)wanted + 1, 1))
    in->status = plb_fail_memory(&in->err);
  if (in->status)
    return "";
  plb_state_get(in, in->text, (size_t)wanted);
  in->text[wanted] = 0;
  *length = in->status ? 0 : (size_t)wanted;
  return in->text;
}

char *plb_state_get_string(struct plb_state_in *in, bool *failed) {
  uint64_t wanted = plb_state_get_number(in);
  if (wanted == NO_STRING || in->status)
    return NULL;
  if (wanted > LONGEST_TEXT) {
    damaged(in, "a text in the state is too long");
    return NULL;
  }
  char *text = plb_alloc((size_t)wanted + 1, 1);
  *failed |= !text;
  if (text)
    plb_state_get(in, text, (size_t)wanted);
  return text;
}

plb_status plb_state_status(const struct plb_state_in *in, struct plb_error *err) {
  if (in->status && err)
    *err = in->err;
  return in->status;
}

const char *plb_state_name(const struct plb_state_in *in) {
  return in->name ? in->name : "what another process has counted";
}

void plb_state_end(struct plb_state_in *in) {
  if (!in)
    return;
  if (in->file >= 0)
    close(in->file);
  free(in->name);
  if (!in->borrowed)
    free(in->block);
  free(in->text);
  free(in);
}
