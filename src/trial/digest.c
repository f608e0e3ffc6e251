/* SPDX-License-Identifier: Apache-2.0
 *
 * XXH3-128 by default: it costs next to nothing beside parsing. SHA-256 on request, by OpenSSL, which
 * uses the instructions of the processor. This is the only file that sees OpenSSL.
 *
 * The digest of a text skips what packing, editors and other systems change without changing what is said. It looks
 * for "\r" and hashes what lies between; a text that has none is hashed as it comes, and once only: as long as nothing
 * was left out, the state of the hash of the raw bytes is that of the text too. It is
 * never printed nor stored: the digest of a result stays that of the file as it is.
 */
#define XXH_INLINE_ALL
#include "trial/digest.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "base/memory.h"

#define TEXT_BYTES 96

struct plb_digester {
  EVP_MD_CTX *sha;   /* NULL for XXH3 */
  XXH3_state_t *xxh; /* NULL for SHA-256 */
  char text[TEXT_BYTES];
};

plb_status plb_digester_new(enum plb_digest kind, struct plb_digester **digester, struct plb_error *err) {
  *digester = NULL;
  if (kind == PLB_DIGEST_NONE)
    return PLB_OK;
  struct plb_digester *fresh = plb_alloc(1, sizeof *fresh);
  if (!fresh)
    return plb_fail_memory(err);
  bool ready;
  if (kind == PLB_DIGEST_SHA256) {
    fresh->sha = EVP_MD_CTX_new();
    ready = fresh->sha && EVP_DigestInit_ex(fresh->sha, EVP_sha256(), NULL) == 1;
  } else {
    fresh->xxh = XXH3_createState();
    ready = fresh->xxh && XXH3_128bits_reset(fresh->xxh) == XXH_OK;
  }
  if (!ready) {
    plb_digester_free(fresh);
    return plb_fail_memory(err);
  }
  *digester = fresh;
  return PLB_OK;
}

plb_status plb_digester_add(struct plb_digester *digester, const void *bytes, size_t length, struct plb_error *err) {
  if (!digester || !length)
    return PLB_OK;
  bool added = digester->sha ? EVP_DigestUpdate(digester->sha, bytes, length) == 1
                             : XXH3_128bits_update(digester->xxh, bytes, length) == XXH_OK;
  return added ? PLB_OK : plb_fail(err, PLB_INTERNAL, "the digest of the input failed");
}

static void write_hex(char *text, const char *name, const unsigned char *bytes, size_t length) {
  static const char digits[] = "0123456789abcdef";
  size_t used = strlen(name);
  memcpy(text, name, used);
  for (size_t i = 0; i < length; i++) {
    text[used++] = digits[bytes[i] >> 4];
    text[used++] = digits[bytes[i] & 15];
  }
  text[used] = '\0';
}

const char *plb_digester_text(struct plb_digester *digester) {
  if (!digester)
    return NULL;
  if (digester->text[0])
    return digester->text;
  if (digester->sha) {
    unsigned char bytes[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    if (EVP_DigestFinal_ex(digester->sha, bytes, &length) != 1 || length != 32)
      return NULL;
    write_hex(digester->text, "sha256:", bytes, length);
  } else {
    XXH128_canonical_t canonical;
    XXH128_canonicalFromHash(&canonical, XXH3_128bits_digest(digester->xxh));
    write_hex(digester->text, "xxh3:", canonical.digest, sizeof canonical.digest);
  }
  return digester->text;
}

bool plb_digester_of_array(const struct plb_digester *digester, struct plb_content_digest *digest) {
  if (!digester || !digester->xxh)
    return false;
  XXH128_hash_t hash = XXH3_128bits_digest(digester->xxh);
  *digest = (struct plb_content_digest){.high = hash.high64, .low = hash.low64};
  return true;
}

void plb_digester_free(struct plb_digester *digester) {
  if (!digester)
    return;
  EVP_MD_CTX_free(digester->sha);
  XXH3_freeState(digester->xxh);
  free(digester);
}

/* ---- the digest of a text ---------------------------------------------------------------- */

static const char byte_order_mark[] = "\xEF\xBB\xBF";

#define MARK_BYTES (sizeof byte_order_mark - 1)

struct plb_content {
  XXH3_state_t *xxh;
  size_t marked; /* bytes of a byte order mark seen at the start; MARK_BYTES when there are no more to come */
  bool held;     /* a "\r" was the last byte: hashed unless "\n" follows */
  bool array;    /* no text: nothing is left out */
  bool apart;    /* what was hashed is not all that came */
  char last;     /* byte that was put in */
  size_t used;
  char short_pieces[4096]; /* lines without their "\r", to be hashed together */
};

struct plb_content *plb_content_new(void) {
  struct plb_content *fresh = plb_alloc(1, sizeof *fresh);
  if (fresh)
    fresh->xxh = XXH3_createState();
  if (!fresh || !fresh->xxh) {
    plb_content_free(fresh);
    return NULL;
  }
  plb_content_restart(fresh);
  return fresh;
}

void plb_content_restart(struct plb_content *content) {
  XXH3_128bits_reset(content->xxh);
  content->marked = 0;
  content->held = content->array = content->apart = false;
  content->last = '\n';
  content->used = 0;
}

static void flush(struct plb_content *content) {
  XXH3_128bits_update(content->xxh, content->short_pieces, content->used);
  content->used = 0;
}

static void put(struct plb_content *content, const char *text, size_t length) {
  if (!length)
    return;
  content->last = text[length - 1];
  if (length > sizeof content->short_pieces - content->used)
    flush(content);
  if (length > sizeof content->short_pieces) {
    XXH3_128bits_update(content->xxh, text, length);
    return;
  }
  memcpy(content->short_pieces + content->used, text, length);
  content->used += length;
}

/* Steps over the mark, which may come in several pieces; what only began like one is text. */
static void skip_mark(struct plb_content *content, const char **text, size_t *length) {
  while (content->marked < MARK_BYTES && *length) {
    if (**text != byte_order_mark[content->marked]) {
      put(content, byte_order_mark, content->marked);
      content->marked = MARK_BYTES;
      return;
    }
    content->marked++;
    ++*text;
    --*length;
  }
}

void plb_content_array(struct plb_content *content) {
  plb_content_restart(content);
  content->array = content->apart = true;
}

/* All that came so far is hashed by `same` too, and nothing of this is to be left out. */
static bool follows(struct plb_content *content, const struct plb_digester *same, const char *text, size_t length) {
  bool first = content->marked < MARK_BYTES;
  if (content->apart || !same || !same->xxh || (first && (content->marked || *text == *byte_order_mark)))
    return false;
  if (memchr(text, '\r', length))
    return false;
  content->marked = MARK_BYTES;
  content->last = text[length - 1];
  XXH3_copyState(content->xxh, same->xxh);
  return true;
}

void plb_content_add(struct plb_content *content, const struct plb_digester *same, const char *text, size_t length) {
  if (!length || follows(content, same, text, length))
    return;
  content->apart = true;
  if (content->array) {
    put(content, text, length);
    return;
  }
  skip_mark(content, &text, &length);
  while (length) {
    if (content->held && *text != '\n')
      put(content, "\r", 1);
    const char *stop = memchr(text, '\r', length);
    size_t part = stop ? (size_t)(stop - text) : length;
    put(content, text, part);
    content->held = stop != NULL;
    text += part + content->held;
    length -= part + content->held;
  }
}

struct plb_content_digest plb_content_end(struct plb_content *content) {
  if (content->marked < MARK_BYTES)
    put(content, byte_order_mark, content->marked);
  if (content->held)
    put(content, "\r", 1);
  if (content->last != '\n' && !content->array)
    put(content, "\n", 1);
  flush(content);
  XXH128_hash_t hash = XXH3_128bits_digest(content->xxh);
  return (struct plb_content_digest){.high = hash.high64, .low = hash.low64};
}

void plb_content_free(struct plb_content *content) {
  if (!content)
    return;
  XXH3_freeState(content->xxh);
  free(content);
}
