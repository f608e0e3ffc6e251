/* SPDX-License-Identifier: Apache-2.0
 *
 * See packed.h. A decimal score is a whole number below 2^31 over a power of ten: both are exact as doubles, so that
 * the division gives the double nearest to the decimal number, which is what the reader made of its text. Whether it
 * does is tried on every row. Layout: keys, first people, second people, each column by itself.
 */
#include "tally/packed.h"

#include <string.h>

#define MOST_DIGITS 9

static const double powers[MOST_DIGITS + 1] = {1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9};

static size_t key_bytes(struct plb_packing packing) {
  return packing.keys == PLB_KEYS_WHOLE ? sizeof(uint64_t) : sizeof(uint32_t);
}

bool plb_packing_is(struct plb_packing packing) {
  bool people = !packing.people || packing.people == sizeof(uint16_t) || packing.people == sizeof(uint32_t);
  return people && packing.keys <= PLB_KEYS_WHOLE && packing.digits <= MOST_DIGITS;
}

size_t plb_packed_size(struct plb_packing packing) {
  return PLB_CHUNK_ROWS * (key_bytes(packing) + 2 * (size_t)packing.people);
}

struct plb_packed_part plb_packed_part(struct plb_packing packing, enum plb_row_fields fields) {
  size_t keys = PLB_CHUNK_ROWS * key_bytes(packing), all = plb_packed_size(packing);
  switch (fields) {
  case PLB_ROW_KEYS: return (struct plb_packed_part){0, keys};
  case PLB_ROW_PEOPLE: return (struct plb_packed_part){keys, all - keys};
  case PLB_ROW_ALL: break;
  }
  return (struct plb_packed_part){0, all};
}

/* False at the first score that is no such number. */
static bool pack_decimal(const uint64_t *keys, unsigned digits, char *to) {
  double power = powers[digits];
  for (size_t k = 0; k < PLB_CHUNK_ROWS; k++) {
    double value = plb_value_of(keys[k]), scaled = value * power;
    if (!(scaled > -2147483647.0 && scaled < 2147483647.0))
      return false;
    int32_t whole = (int32_t)(scaled + (scaled < 0 ? -0.5 : 0.5));
    if ((double)whole / power != value)
      return false;
    memcpy(to + k * sizeof whole, &whole, sizeof whole);
  }
  return true;
}

static bool pack_single(const uint64_t *keys, char *to) {
  for (size_t k = 0; k < PLB_CHUNK_ROWS; k++) {
    double value = plb_value_of(keys[k]);
    float single = (float)value;
    if ((double)single != value)
      return false;
    memcpy(to + k * sizeof single, &single, sizeof single);
  }
  return true;
}

static void pack_keys(const uint64_t *keys, struct plb_packing *packing, char *to) {
  if (packing->keys == PLB_KEYS_DECIMAL && pack_decimal(keys, packing->digits, to))
    return;
  packing->keys = PLB_KEYS_DECIMAL;
  for (packing->digits = 0; packing->digits <= MOST_DIGITS; packing->digits++)
    if (pack_decimal(keys, packing->digits, to))
      return;
  packing->digits = 0;
  packing->keys = pack_single(keys, to) ? PLB_KEYS_SINGLE : PLB_KEYS_WHOLE;
  if (packing->keys == PLB_KEYS_WHOLE)
    memcpy(to, keys, PLB_CHUNK_ROWS * sizeof *keys);
}

static void pack_people(const uint32_t *people, unsigned bytes, char *to) {
  if (bytes == sizeof *people) {
    memcpy(to, people, PLB_CHUNK_ROWS * sizeof *people);
    return;
  }
  for (size_t k = 0; k < PLB_CHUNK_ROWS; k++) {
    uint16_t person = (uint16_t)people[k];
    memcpy(to + k * sizeof person, &person, sizeof person);
  }
}

void plb_pack(const struct plb_chunk *chunk, bool named, struct plb_packing *packing, char *to) {
  uint32_t all = 0;
  pack_keys(chunk->keys, packing, to);
  packing->people = 0;
  if (!named)
    return;
  for (size_t k = 0; k < PLB_CHUNK_ROWS; k++)
    all |= chunk->first[k] | chunk->second[k];
  packing->people = all <= UINT16_MAX ? sizeof(uint16_t) : sizeof(uint32_t);
  char *people = to + PLB_CHUNK_ROWS * key_bytes(*packing);
  pack_people(chunk->first, packing->people, people);
  pack_people(chunk->second, packing->people, people + PLB_CHUNK_ROWS * (size_t)packing->people);
}

/* plb_key_of, where the sign is known from 32 bits: without a comparison of doubles several fit one instruction. */
static inline uint64_t key_of(double value, int32_t sign) {
  uint64_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits ^ ((uint64_t)(int64_t)(sign >> 31) | UINT64_C(1) << 63);
}

static void unpack_decimal(const int32_t *from, double power, uint64_t *keys) {
  for (size_t k = 0; k < PLB_CHUNK_ROWS; k++)
    keys[k] = key_of((double)from[k] / power, from[k]);
}

/* None of them is -0. (restrict: else the compiler would have to expect keys to lie over scores.) */
static void unpack_single(const float *restrict from, uint64_t *restrict keys) {
  for (size_t k = 0; k < PLB_CHUNK_ROWS; k++) {
    int32_t sign;
    memcpy(&sign, &from[k], sizeof sign);
    keys[k] = key_of((double)from[k], sign);
  }
}

/* Columns begin at multiples of 4 bytes. */
static void unpack_keys(const void *from, struct plb_packing packing, uint64_t *keys) {
  switch ((enum plb_packed_keys)packing.keys) {
  case PLB_KEYS_DECIMAL: unpack_decimal(from, powers[packing.digits], keys); break;
  case PLB_KEYS_SINGLE: unpack_single(from, keys); break;
  case PLB_KEYS_WHOLE: memcpy(keys, from, PLB_CHUNK_ROWS * sizeof *keys); break;
  }
}

static void unpack_people(const void *from, unsigned bytes, uint32_t *people) {
  const uint16_t *small = from;
  if (bytes == sizeof *people)
    memcpy(people, from, PLB_CHUNK_ROWS * sizeof *people);
  for (size_t k = 0; k < PLB_CHUNK_ROWS && bytes == sizeof *small; k++)
    people[k] = small[k];
}

void plb_unpack(const char *from, struct plb_packing packing, enum plb_row_fields fields, struct plb_chunk *to) {
  if (fields != PLB_ROW_PEOPLE)
    unpack_keys(from, packing, to->keys);
  if (fields == PLB_ROW_KEYS || !packing.people)
    return;
  const char *people = from + PLB_CHUNK_ROWS * key_bytes(packing);
  unpack_people(people, packing.people, to->first);
  unpack_people(people + PLB_CHUNK_ROWS * (size_t)packing.people, packing.people, to->second);
}
