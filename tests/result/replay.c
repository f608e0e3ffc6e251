/* SPDX-License-Identifier: Apache-2.0
 *
 * Runs a fuzz entry over the files of a folder, and over damaged copies of each: bytes changed, removed,
 * doubled, and words put in that mean something to the reader. The damage is the same on every run.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_BYTES 65536
#define DAMAGES 3000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint64_t state = 1;

static size_t below(size_t limit) {
  uint64_t z = state += UINT64_C(0x9E3779B97F4A7C15);
  z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
  z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
  return (size_t)((z ^ (z >> 31)) % (limit ? limit : 1));
}

static size_t damage(uint8_t *data, size_t size) {
  static const char *const words[] = {
      "null", "-1",      "1e999", "18446744073709551616", "[]",     "{}",      "\"\"",
      "true", "\\u0000", "0.5",   "\xED\xA0\x80",         "[[[[[[", "\"x\": ", "1e-400"};
  size_t at = below(size), length = below(8);
  const char *word = words[below(sizeof words / sizeof *words)];
  switch (below(4)) {
  case 0:
    if (size)
      data[at] = (uint8_t)below(256);
    return size;
  case 1:
    length = length < size - at ? length : size - at;
    memmove(data + at, data + at + length, size - at - length);
    return size - length;
  case 2:
    memmove(data + at + strlen(word), data + at, size - at);
    memcpy(data + at, word, strlen(word));
    return size + strlen(word);
  default:
    if (size)
      data[at] = "0123456789{}[]\",:.eE- \n"[below(23)];
    return size;
  }
}

static void replay(const char *path) {
  static uint8_t whole[MOST_BYTES];
  FILE *file = fopen(path, "rb");
  if (!file)
    exit(1);
  size_t size = fread(whole, 1, sizeof whole, file);
  fclose(file);
  for (int i = 0; i < DAMAGES; i++) {
    uint8_t *data = calloc(size + 256, 1);
    if (!data)
      exit(1);
    memcpy(data, whole, size);
    size_t length = size;
    for (size_t k = i ? 1 + below(3) : 0; k > 0; k--)
      length = damage(data, length);
    uint8_t *exact = malloc(length ? length : 1); /* its end is the end of memory */
    if (!exact)
      exit(1);
    memcpy(exact, data, length);
    LLVMFuzzerTestOneInput(exact, length);
    free(exact);
    free(data);
  }
}

int main(int argc, char **argv) {
  int count = 0;
  DIR *folder = argc > 1 ? opendir(argv[1]) : NULL;
  if (!folder)
    return 2;
  for (const struct dirent *entry; (entry = readdir(folder));) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", argv[1], entry->d_name);
    if (entry->d_name[0] == '.')
      continue;
    replay(path);
    count++;
  }
  closedir(folder);
  printf("%d files, %d times each\n", count, DAMAGES);
  return count ? 0 : 1;
}
