/* SPDX-License-Identifier: Apache-2.0
 *
 * See json_fields.h.
 */
#include "result/json_fields.h"

void plb_put_fields(struct plb_writer *w, const struct plb_fields *fields, const void *from) {
  const char *start = from;
  for (size_t k = 0; k < fields->count; k++) {
    const struct plb_field *field = &fields->at[k];
    const void *at = start + field->offset;
    bool exists = field->has == PLB_ALWAYS || *(const bool *)(const void *)(start + field->has);
    switch (field->kind) {
    case PLB_FIELD_COUNT: plb_put_count(w, field->key, exists, *(const uint64_t *)at); break;
    case PLB_FIELD_SHARE:
    case PLB_FIELD_NUMBER:
    case PLB_FIELD_SIZE: plb_put_number(w, field->key, exists, *(const double *)at); break;
    case PLB_FIELD_TEXT: plb_put_text(w, field->key, exists ? *(const char *const *)at : NULL); break;
    case PLB_FIELD_WORDS: plb_put_text(w, field->key, *(const char *const *)at); break;
    case PLB_FIELD_BOOLEAN: plb_put_boolean(w, field->key, *(const bool *)at); break;
    }
  }
}

void plb_put_rows(struct plb_writer *w, const char *key, const struct plb_fields *fields, const void *rows,
                  size_t count, size_t size) {
  plb_begin(w, key, "[");
  for (size_t i = 0; i < count; i++) {
    plb_begin_flat(w, NULL, "{");
    plb_put_fields(w, fields, (const char *)rows + i * size);
    plb_end(w, "}");
  }
  plb_end(w, "]");
}

void plb_read_fields(struct plb_reader *r, const struct plb_json *object, const struct plb_fields *fields, void *into) {
  for (size_t k = 0; k < fields->count && !r->st; k++) {
    const struct plb_field *field = &fields->at[k];
    void *at = (char *)into + field->offset;
    bool always = field->has == PLB_ALWAYS;
    bool *exists = always ? NULL : (bool *)(void *)((char *)into + field->has);
    enum plb_need need = always ? PLB_REQUIRED : PLB_NULLABLE;
    switch (field->kind) {
    case PLB_FIELD_COUNT: *(uint64_t *)at = plb_read_count(r, object, field->key, need, exists); break;
    case PLB_FIELD_SHARE: *(double *)at = plb_read_share(r, object, field->key, need, exists); break;
    case PLB_FIELD_SIZE: *(double *)at = plb_read_size(r, object, field->key, need, exists); break;
    case PLB_FIELD_NUMBER: *(double *)at = plb_read_number(r, object, field->key, need, exists); break;
    case PLB_FIELD_TEXT: *(const char **)at = plb_read_text(r, object, field->key, need); break;
    case PLB_FIELD_WORDS: *(const char **)at = plb_read_text(r, object, field->key, PLB_NULLABLE); break;
    case PLB_FIELD_BOOLEAN: *(bool *)at = plb_read_boolean(r, object, field->key, need); break;
    }
  }
}

void *plb_read_rows(struct plb_reader *r, const struct plb_json *object, const char *key,
                    const struct plb_fields *fields, size_t size, size_t *count) {
  struct plb_json list = plb_read_array(r, object, key);
  char *rows = plb_read_room(r, &list, size, count);
  for (size_t i = 0; !r->st && i < list.length; i++) {
    struct plb_json row = plb_read_element(r, &list, i);
    plb_read_fields(r, &row, fields, rows + i * size);
  }
  return rows;
}
