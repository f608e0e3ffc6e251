/* SPDX-License-Identifier: Apache-2.0 */
#include "trial/place.h"

#include <string.h>
#include <sys/stat.h>

#include "base/memory.h"

static bool is_there(const char *path) {
  struct stat about;
  return stat(path, &about) == 0;
}

bool plb_place_split(const char *path, char **file, const char **inner) {
  *inner = NULL;
  *file = plb_copy_text(path, strlen(path));
  if (!*file || is_there(path))
    return *file != NULL;
  for (char *colon = *file; (colon = strstr(colon, ":/")); colon++) {
    *colon = '\0';
    if (is_there(*file)) {
      *inner = path + (colon - *file) + 1;
      return true;
    }
    *colon = ':';
  }
  return true;
}
