/* SPDX-License-Identifier: Apache-2.0
 *
 * See members.h.
 */
#include "tally/members.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

void plb_members_free(struct plb_members *members) {
  free(members->first);
  plb_dict_free(&members->more);
  *members = (struct plb_members){0};
}

bool plb_members_add(struct plb_members *members, uint32_t person, uint32_t group) {
  if (person >= members->count) {
    if (!plb_reserve(&members->first, &members->capacity, (size_t)person + 1, sizeof *members->first))
      return false;
    while (members->count <= person)
      members->first[members->count++] = PLB_NOBODY;
  }
  if (members->first[person] == PLB_NOBODY)
    members->first[person] = group;
  if (members->first[person] == group)
    return true;
  const struct plb_member member = {person, group};
  char text[sizeof member];
  uint32_t number;
  memcpy(text, &member, sizeof text);
  return plb_dict_put(&members->more, text, sizeof text, &number);
}

size_t plb_members_more(const struct plb_members *members) {
  return members->more.count;
}

struct plb_member plb_members_get(const struct plb_members *members, size_t k) {
  struct plb_member member;
  size_t length;
  memcpy(&member, plb_dict_text(&members->more, (uint32_t)k, &length), sizeof member);
  return member;
}
