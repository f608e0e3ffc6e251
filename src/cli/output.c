/* SPDX-License-Identifier: Apache-2.0
 *
 * Where results go. What can be known to fail is refused before the work begins: two results on standard
 * output, a report written over its own data, a folder that is not there.
 */
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/options.h"

/* Two names of one regular file; a device such as /dev/null may be named as often as one likes. */
static bool same_file(const char *a, const char *b) {
  struct stat first, second;
  if (stat(a, &first) != 0 || stat(b, &second) != 0)
    return strcmp(a, b) == 0;
  return S_ISREG(first.st_mode) && first.st_dev == second.st_dev && first.st_ino == second.st_ino;
}

static const char *input_named(const struct plb_input *input, const char *path) {
  const char *const single[] = {input->mated, input->nonmated, input->trials, input->samples, input->subjects};
  for (size_t i = 0; i < sizeof single / sizeof *single; i++)
    if (single[i] && same_file(single[i], path))
      return single[i];
  for (size_t i = 0; i < input->file_count; i++)
    if (same_file(input->files[i], path))
      return input->files[i];
  return NULL;
}

/* A file is made beside its final place and renamed, so its folder must take new files; a device or a
 * pipe is written as it is. */
static int check_place(struct session *session, const char *path) {
  char folder[PATH_MAX] = ".";
  struct stat at;
  int error = 0;
  const char *slash = strrchr(path, '/');
  if (slash)
    snprintf(folder, sizeof folder, "%.*s", slash == path ? 1 : (int)(slash - path), path);
  bool exists = stat(path, &at) == 0;
  if (exists && S_ISDIR(at.st_mode))
    error = EISDIR;
  else if ((!exists || S_ISREG(at.st_mode)) && access(folder, W_OK | X_OK) != 0)
    error = errno;
  if (!error)
    return EXIT_DONE;
  say(session, "%s: could not be written: %s", path, strerror(error));
  return EXIT_SYSTEM;
}

static int check_one(struct session *session, const struct place *place, const struct plb_input *input) {
  if (!place->path || strcmp(place->path, "-") == 0)
    return EXIT_DONE;
  const char *read = input ? input_named(input, place->path) : NULL;
  if (read)
    return say_usage(session, "%s %s would overwrite what is read from %s", place->option, place->path, read);
  return check_place(session, place->path);
}

int places_check(struct session *session, const struct place *places, size_t count, const struct plb_input *input) {
  for (size_t i = 0; i < count; i++)
    for (size_t k = i + 1; k < count; k++)
      if (places[i].path && places[k].path && same_file(places[i].path, places[k].path))
        return say_usage(session, "%s and %s cannot both go to %s", places[i].option, places[k].option,
                         strcmp(places[i].path, "-") ? places[i].path : "standard output");
  int code = EXIT_DONE;
  for (size_t i = 0; i < count && code == EXIT_DONE; i++)
    code = check_one(session, &places[i], input);
  return code;
}

int outputs_prepare(struct session *session, struct outputs *outputs, const struct plb_input *input) {
  if (outputs->svg && strcmp(outputs->svg, "-") == 0)
    return say_usage(session, "--svg needs a folder: figures are several files");
  if (!outputs->json && !outputs->csv && !outputs->html && !outputs->text && !outputs->svg)
    outputs->text = "-";
  const struct place places[] = {
      {"--json", outputs->json}, {"--csv", outputs->csv}, {"--html", outputs->html}, {"--text", outputs->text}};
  return places_check(session, places, sizeof places / sizeof *places, input);
}

static plb_status write_one(const plb_result *const *results, size_t count, enum plb_format format, const char *path,
                            struct plb_error *err) {
  if (!path)
    return PLB_OK;
  return count == 1 ? plb_write(results[0], format, path, err) : plb_write_many(results, count, format, path, err);
}

plb_status outputs_write(struct session *session, const struct outputs *outputs, plb_result *const *measured,
                         size_t count, struct plb_error *err) {
  const plb_result *const *results = (const plb_result *const *)measured;
  plb_status st;
  if (signals_caught())
    return PLB_CANCELLED;
  progress_erase(session);
  session->writing = true;
  for (size_t i = 0; i < count; i++)
    plb_result_set_progress(measured[i], progress_while_writing, session);
  if ((st = write_one(results, count, PLB_JSON, outputs->json, err)))
    return st;
  if ((st = write_one(results, count, PLB_CSV, outputs->csv, err)))
    return st;
  if ((st = write_one(results, count, PLB_HTML, outputs->html, err)))
    return st;
  if ((st = write_one(results, count, PLB_TEXT, outputs->text, err)))
    return st;
  return outputs->svg ? plb_write_svg(results[0], outputs->svg, err) : PLB_OK;
}
