/* SPDX-License-Identifier: Apache-2.0
 *
 * A list is read once, before the scores. Blanks round an id do not belong to it, as in a table; empty lines are
 * allowed at the end only, since one within would give all ids behind it to other rows.
 */
#include "trial/id_lists.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "trial/words.h"

static struct plb_slice trimmed(const char *text, size_t length) {
  while (length && (*text == ' ' || *text == '\t')) {
    text++;
    length--;
  }
  while (length && (text[length - 1] == ' ' || text[length - 1] == '\t'))
    length--;
  return (struct plb_slice){text, length};
}

static plb_status take_id(struct plb_id_list *list, struct plb_slice id, struct plb_error *err) {
  uint32_t before = list->ids.count, number;
  uint64_t line = (uint64_t)before + 1;
  if (plb_word_missing(id.text, id.length))
    return plb_fail_at(err, PLB_DATA, list->name, line, 0, "no id here; expected one in each line");
  if (!plb_dict_put(&list->ids, id.text, id.length, &number))
    return plb_fail_memory(err);
  if (list->ids.count == before)
    return plb_fail_at(err, PLB_DATA, list->name, line, 0,
                       "the id of line %" PRIu32 " again; expected each id once. If these are samples of one person, "
                       "list ids of samples and say by --samples whose they are",
                       number + 1);
  return PLB_OK;
}

static plb_status read_lines(struct plb_id_list *list, struct plb_bytes *bytes, struct plb_error *err) {
  uint64_t empty = 0;
  for (;;) {
    const char *text;
    size_t length;
    plb_status st = plb_bytes_line(bytes, &text, &length, err);
    if (st || !text)
      return st;
    struct plb_slice id = trimmed(text, length);
    if (id.length && empty)
      return plb_fail_at(err, PLB_DATA, list->name, empty, 0, "an empty line; expected an id in each line");
    if (id.length && (st = take_id(list, id, err)))
      return st;
    if (!id.length && !empty)
      empty = plb_bytes_line_number(bytes);
  }
}

static plb_status read_list(const struct plb_input *input, const char *path, struct plb_accounts *accounts,
                            struct plb_id_list *list, struct plb_error *err) {
  struct plb_bytes *bytes = NULL;
  plb_status st = plb_bytes_open(path, input, &bytes, err);
  if (st)
    return st;
  const char *name = plb_bytes_name(bytes);
  list->name = plb_copy_text(name, strlen(name));
  st = list->name ? read_lines(list, bytes, err) : plb_fail_memory(err);
  if (!st)
    st = plb_accounts_add(accounts, NULL, bytes, path, "id-list", err);
  plb_bytes_close(bytes);
  return st;
}

plb_status plb_id_lists_read(const struct plb_input *input, struct plb_accounts *accounts, struct plb_id_lists **lists,
                             struct plb_error *err) {
  const char *row = input->row_ids, *column = input->column_ids;
  *lists = NULL;
  if (column && !row)
    return plb_fail(err, PLB_USAGE,
                    "--column-ids goes with --row-ids; expected both, or --row-ids alone where rows "
                    "and columns have the same ids");
  if (!row)
    return PLB_OK;
  struct plb_id_lists *fresh = plb_alloc(1, sizeof *fresh);
  *lists = fresh;
  if (!fresh)
    return plb_fail_memory(err);
  plb_status st = read_list(input, row, accounts, &fresh->row, err);
  if (!st && column && strcmp(row, column) != 0)
    st = read_list(input, column, accounts, &fresh->column, err);
  return st;
}

void plb_id_lists_free(struct plb_id_lists *lists) {
  if (!lists)
    return;
  plb_dict_free(&lists->row.ids);
  plb_dict_free(&lists->column.ids);
  free(lists->row.name);
  free(lists->column.name);
  free(lists);
}
