/* SPDX-License-Identifier: Apache-2.0
 *
 * The public calls that write a result: open the target, render, close. A renderer that fails leaves
 * nothing behind; a target that fails says so when it is closed.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/memory.h"
#include "report/coverage.h"
#include "report/escape.h"
#include "report/series.h"
#include "result/store.h"

static plb_status render_json(const struct plb_result *const *results, size_t count, struct plb_out *out,
                              struct plb_error *err) {
  (void)err, (void)count;
  plb_result_store(results[0], out);
  return PLB_OK;
}

bool plb_is_coverage(const struct plb_result *result) {
  return strcmp(result->test.type, "coverage") == 0;
}

/* A study of coverage stands alone. */
static plb_status check_coverage(const plb_result *const *results, size_t count, struct plb_error *err) {
  for (size_t i = 0; i < count; i++) {
    if (!plb_is_coverage(results[i]))
      continue;
    if (count > 1)
      return plb_fail(err, PLB_USAGE, "result %zu is a study of coverage, which is not shown beside other results",
                      i + 1);
  }
  return PLB_OK;
}

static plb_status check(const plb_result *const *results, size_t count, enum plb_format format, struct plb_error *err) {
  if (!results || !count)
    return plb_fail(err, PLB_USAGE, "there is no result to write");
  for (size_t i = 0; i < count; i++)
    if (!results[i])
      return plb_fail(err, PLB_USAGE, "result %zu of %zu is missing", i + 1, count);
  if (format == PLB_JSON && count > 1)
    return plb_fail(err, PLB_USAGE, "a result file holds one result, and %zu were given", count);
  return check_coverage(results, count, err);
}

/* Whether a label is that of another result too. */
static bool is_shared(char (*labels)[PLB_WORDS], size_t count, size_t r) {
  size_t other = 0;
  while (other < count && (other == r || strcmp(labels[other], labels[r]) != 0))
    other++;
  return other < count;
}

/* Results whose inputs have the same names are called by the files that they were read from, and where that
 * does not tell them apart either, by their number too. `labels` has two places for each. */
static void label_results(struct plb_result *copies, size_t count, char (*labels)[PLB_WORDS]) {
  char(*numbered)[PLB_WORDS] = labels + count;
  for (size_t r = 0; r < count; r++)
    plb_result_label(&copies[r], r + 1, labels[r]);
  for (size_t r = 0; r < count; r++)
    if (is_shared(labels, count, r))
      copies[r].label = copies[r].file;
  for (size_t r = 0; r < count; r++)
    plb_result_label(&copies[r], r + 1, labels[r]);
  for (size_t r = 0; r < count; r++) {
    char name[64];
    if (!is_shared(labels, count, r))
      continue;
    plb_shorten(name, sizeof name, labels[r], 50);
    snprintf(numbered[r], PLB_WORDS, "%s, result %zu", name, r + 1);
    copies[r].label = numbered[r];
  }
}

typedef plb_status renderer(const struct plb_result *const *results, size_t count, struct plb_out *out,
                            struct plb_error *err);

/* Renders results that can be told apart: plain copies, which differ from the results in their labels. */
static plb_status render_apart(renderer *render, const struct plb_result *const *results, size_t count,
                               struct plb_out *out, struct plb_error *err) {
  struct plb_result *copies = plb_alloc(count, sizeof *copies);
  const struct plb_result **list = plb_alloc(count, sizeof *list);
  char(*labels)[PLB_WORDS] = plb_alloc(count, 2 * sizeof *labels);
  plb_status st = copies && list && labels ? PLB_OK : plb_fail_memory(err);
  for (size_t r = 0; !st && r < count; r++) {
    copies[r] = *results[r];
    list[r] = &copies[r];
  }
  if (!st) {
    label_results(copies, count, labels);
    st = render(list, count, out, err);
  }
  free(copies);
  free(list);
  free(labels);
  return st;
}

/* Whom to tell; nobody where progress is NULL. */
struct watcher {
  plb_progress progress;
  void *ctx;
};

static struct watcher watcher_of(const plb_result *const *results, size_t count) {
  size_t r = 0;
  while (r + 1 < count && !results[r]->progress)
    r++;
  return (struct watcher){results[r]->progress, results[r]->progress_ctx};
}

static bool asked_to_stop(void *ctx, uint64_t done) {
  const struct watcher *watcher = ctx;
  return watcher->progress && watcher->progress(watcher->ctx, "writing", done, 0);
}

plb_status plb_write_many(const plb_result *const *results, size_t count, enum plb_format format, const char *path,
                          struct plb_error *err) {
  static renderer *const renderers[] = {
      [PLB_TEXT] = plb_render_text, [PLB_JSON] = render_json, [PLB_CSV] = plb_render_csv, [PLB_HTML] = plb_render_html};
  struct plb_out *out;
  if ((size_t)format >= sizeof renderers / sizeof *renderers)
    return plb_fail(err, PLB_USAGE, "there is no output format number %d", (int)format);
  plb_status st = check(results, count, format, err);
  if (st || (st = plb_out_open(path, &out, err)))
    return st;
  struct watcher watcher = watcher_of(results, count);
  plb_out_watch(out, asked_to_stop, &watcher);
  st = count == 1 ? renderers[format](results, count, out, err)
                  : render_apart(renderers[format], results, count, out, err);
  if (st) {
    plb_out_abandon(out);
    return st;
  }
  return plb_out_close(out, err);
}

plb_status plb_write(const plb_result *result, enum plb_format format, const char *path, struct plb_error *err) {
  return plb_write_many(&result, 1, format, path, err);
}

static plb_status write_figure(const plb_result *result, const struct plb_figures *figures, size_t which,
                               const char *path, struct plb_error *err) {
  struct plb_out *out;
  plb_status st = plb_out_open(path, &out, err);
  if (st)
    return st;
  struct watcher watcher = watcher_of(&result, 1);
  plb_out_watch(out, asked_to_stop, &watcher);
  if ((st = plb_figure_draw(figures, which, out, err))) {
    plb_out_abandon(out);
    return st;
  }
  return plb_out_close(out, err);
}

plb_status plb_write_svg(const plb_result *result, const char *folder, struct plb_error *err) {
  char name[PLB_FIGURE_NAME], *path = NULL;
  struct plb_figures figures = {0};
  plb_status st = check(&result, 1, PLB_HTML, err);
  if (st)
    return st;
  if (!folder || !*folder)
    return plb_fail(err, PLB_USAGE, "figures need a folder to be written into");
  if (mkdir(folder, 0777) != 0 && errno != EEXIST)
    return plb_fail_io(err, folder, "make this folder", errno);
  if ((st = plb_figures_make(&result, 1, &figures, err)))
    goto out;
  size_t room = strlen(folder) + sizeof name + 8;
  if (!(path = plb_alloc(room, 1))) {
    st = plb_fail_memory(err);
    goto out;
  }
  for (size_t k = 0; !st && plb_figure_name(&figures, k, name); k++) {
    snprintf(path, room, "%s/%s.svg", folder, name);
    st = write_figure(result, &figures, k, path, err);
  }
out:
  plb_figures_free(&figures);
  free(path);
  return st;
}
