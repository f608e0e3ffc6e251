/* SPDX-License-Identifier: Apache-2.0
 *
 * XXH3-128 by default: it costs next to nothing beside parsing. SHA-256 on request, by OpenSSL, which
 * uses the instructions of the processor. This is the only file that sees OpenSSL.
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

void plb_digester_free(struct plb_digester *digester) {
  if (!digester)
    return;
  EVP_MD_CTX_free(digester->sha);
  XXH3_freeState(digester->xxh);
  free(digester);
}
