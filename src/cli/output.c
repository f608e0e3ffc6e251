/* SPDX-License-Identifier: Apache-2.0
 *
 * Where results go, and the work between a command line that is understood and the files that it asks for. What can
 * be known to fail is refused before the work begins: two results on standard output, a report written over its own
 * data, a folder that is not there, a figure that is a link to something else that is written or read.
 */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/options.h"

#define MOST_LINKS 40

/* What is behind a name; "-" is the stream `standard`. */
static bool look_at(const char *path, int standard, struct stat *at) {
  return (strcmp(path, "-") == 0 ? fstat(standard, at) : stat(path, at)) == 0;
}

static bool same_inode(const struct stat *a, const struct stat *b) {
  return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* The folder in which a file is or would be made. */
static void folder_of(const char *path, char folder[PATH_MAX]) {
  const char *slash = strrchr(path, '/');
  snprintf(folder, PATH_MAX, "%.*s", !slash ? 1 : slash == path ? 1 : (int)(slash - path), slash ? path : ".");
}

static const char *base_of(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash ? slash + 1 : path;
}

/* The path behind symbolic links, also where the last of them leads to a file that is yet to be made. */
static void follow(const char *path, char real[PATH_MAX]) {
  char target[PATH_MAX];
  ssize_t length = 0;
  if (realpath(path, real))
    return;
  snprintf(real, PATH_MAX, "%s", path);
  for (int links = 0; links < MOST_LINKS && (length = readlink(real, target, sizeof target - 1)) >= 0; links++) {
    target[length] = '\0';
    size_t folder = target[0] == '/' ? 0 : (size_t)(base_of(real) - real);
    snprintf(real + folder, PATH_MAX - folder, "%s", target);
  }
}

/* Whether two names that are not there yet would be one file. */
static bool same_future(const char *a, const char *b) {
  char first[PATH_MAX], second[PATH_MAX], folder[PATH_MAX];
  struct stat one, other;
  follow(a, first);
  follow(b, second);
  if (strcmp(base_of(first), base_of(second)) != 0)
    return false;
  folder_of(first, folder);
  bool there = stat(folder, &one) == 0;
  folder_of(second, folder);
  return there && stat(folder, &other) == 0 ? same_inode(&one, &other) : strcmp(a, b) == 0;
}

/* Two names of one file or folder, whether it is there yet or not; a device such as /dev/null may be named as
 * often as one likes. "-" is the stream `standard` for `a`, standard output for `b`. */
static bool same_place(const char *a, int standard, const char *b) {
  struct stat first, second;
  bool one = look_at(a, standard, &first), other = look_at(b, STDOUT_FILENO, &second);
  if (one && other)
    return (S_ISREG(first.st_mode) || S_ISDIR(first.st_mode)) && same_inode(&first, &second);
  return !one && !other && same_future(a, b);
}

/* The same for what is read, which may be a part of a file: FILE:/PATH. */
static bool is_read(const char *read, const char *path) {
  char file[PATH_MAX];
  if (same_place(read, STDIN_FILENO, path))
    return true;
  for (const char *colon = read; (colon = strstr(colon, ":/")); colon++) {
    int length = snprintf(file, sizeof file, "%.*s", (int)(colon - read), read);
    if (length > 0 && (size_t)length < sizeof file && access(file, F_OK) == 0)
      return same_place(file, STDIN_FILENO, path);
  }
  return false;
}

static const char *input_named(const struct plb_input *input, const char *path) {
  const char *const single[] = {input->mated,    input->nonmated, input->trials,     input->samples,
                                input->subjects, input->row_ids,  input->column_ids, input->mask};
  for (size_t i = 0; i < sizeof single / sizeof *single; i++)
    if (single[i] && is_read(single[i], path))
      return single[i];
  for (size_t i = 0; i < input->file_count; i++)
    if (is_read(input->files[i], path))
      return input->files[i];
  return NULL;
}

/* A file is made beside its final place and renamed, so its folder must take new files; a device or a
 * pipe is written as it is. */
static int check_place(struct session *session, const char *path) {
  char folder[PATH_MAX];
  struct stat at;
  int error = 0;
  folder_of(path, folder);
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
    return say_usage(session, "%s %s would overwrite what is read from %s", place->option, place->path,
                     strcmp(read, "-") ? read : "standard input");
  return check_place(session, place->path);
}

static const char *words_of(const char *path) {
  return strcmp(path, "-") ? path : "standard output";
}

/* Two outputs with "-" for a path are one, whatever standard output is. */
static bool collide(const char *a, const char *b) {
  return (strcmp(a, "-") == 0 && strcmp(b, "-") == 0) || same_place(a, STDOUT_FILENO, b);
}

int places_check(struct session *session, const struct place *places, size_t count, const struct plb_input *input) {
  for (size_t i = 0; i < count; i++)
    for (size_t k = i + 1; k < count; k++)
      if (places[i].path && places[k].path && collide(places[i].path, places[k].path))
        return say_usage(session, "%s and %s cannot both go to %s", places[i].option, places[k].option,
                         words_of(places[i].path));
  int code = EXIT_DONE;
  for (size_t i = 0; i < count && code == EXIT_DONE; i++)
    code = check_one(session, &places[i], input);
  return code;
}

/* The folder of the figures is made where it is missing. */
static int check_folder(struct session *session, const char *svg) {
  char real[PATH_MAX], parent[PATH_MAX];
  struct stat at;
  snprintf(real, sizeof real, "%s", svg);
  for (size_t end = strlen(real); end > 1 && real[end - 1] == '/'; end--)
    real[end - 1] = '\0';
  folder_of(real, parent);
  bool exists = stat(real, &at) == 0;
  int error = exists && !S_ISDIR(at.st_mode) ? ENOTDIR : 0;
  if (!error && access(exists ? real : parent, W_OK | X_OK) != 0)
    error = errno;
  if (!error)
    return EXIT_DONE;
  say(session, "%s: could not be a folder of figures: %s", svg, strerror(error));
  return EXIT_SYSTEM;
}

/* Whether a figure may have this name: there is no telling which figures there will be. */
static bool is_figure(const char *name) {
  static const char *const begin[] = {"det", "scores", "plan", "coverage"};
  size_t length = strlen(name);
  if (length < 5 || strcmp(name + length - 4, ".svg") != 0)
    return false;
  for (size_t i = 0; i < sizeof begin / sizeof *begin; i++)
    if (strncmp(name, begin[i], strlen(begin[i])) == 0)
      return true;
  return false;
}

/* A figure that is there already, perhaps as a link: what else is written to it, or read from it. */
static int check_figure(struct session *session, const char *svg, const char *figure, const struct place *places,
                        size_t count, const struct plb_input *input) {
  for (size_t i = 0; i < count; i++)
    if (places[i].path && same_place(places[i].path, STDOUT_FILENO, figure))
      return say_usage(session, "%s %s is the same file as %s, which a figure of --svg %s could overwrite",
                       places[i].option, places[i].path, figure, svg);
  const char *read = input ? input_named(input, figure) : NULL;
  if (read)
    return say_usage(session, "%s is the same file as %s, which is read; a figure of --svg %s could overwrite it",
                     figure, strcmp(read, "-") ? read : "standard input", svg);
  return EXIT_DONE;
}

/* Two figures that lead to one file: there is a link among them. */
static int check_twins(struct session *session, const char *svg, const char *figure) {
  char real[PATH_MAX], folder[PATH_MAX];
  struct stat link;
  if (lstat(figure, &link) != 0 || !S_ISLNK(link.st_mode))
    return EXIT_DONE;
  follow(figure, real);
  folder_of(real, folder);
  if (is_figure(base_of(real)) && same_place(folder, STDOUT_FILENO, svg))
    return say_usage(session, "%s leads to %s, which may be another figure of --svg %s; expected a file of its own",
                     figure, base_of(real), svg);
  return EXIT_DONE;
}

/* A folder that cannot be read here is told when figures are written into it. */
static int check_links(struct session *session, const char *svg, const struct place *places, size_t count,
                       const struct plb_input *input) {
  char figure[PATH_MAX];
  int code = EXIT_DONE;
  DIR *folder = opendir(svg);
  const struct dirent *entry;
  while (folder && code == EXIT_DONE && (entry = readdir(folder))) {
    int length = snprintf(figure, sizeof figure, "%s/%s", svg, entry->d_name);
    if (!is_figure(entry->d_name) || length < 0 || (size_t)length >= sizeof figure)
      continue;
    code = check_figure(session, svg, figure, places, count, input);
    if (code == EXIT_DONE)
      code = check_twins(session, svg, figure);
  }
  if (folder)
    closedir(folder);
  return code;
}

/* Refuses outputs that are the folder of the figures, or that a figure could overwrite. */
static int check_figures(struct session *session, const char *svg, const struct place *places, size_t count) {
  char figures[PATH_MAX], real[PATH_MAX], folder[PATH_MAX];
  snprintf(figures, sizeof figures, "%s", svg);
  for (size_t end = strlen(figures); end > 1 && figures[end - 1] == '/'; end--)
    figures[end - 1] = '\0';
  for (size_t i = 0; i < count; i++) {
    if (!places[i].path || strcmp(places[i].path, "-") == 0)
      continue;
    if (same_place(places[i].path, STDOUT_FILENO, figures))
      return say_usage(session, "%s and --svg cannot both go to %s", places[i].option, svg);
    follow(places[i].path, real);
    folder_of(real, folder);
    size_t length = strlen(real);
    if (length > 4 && strcmp(real + length - 4, ".svg") == 0 && same_place(folder, STDOUT_FILENO, figures))
      return say_usage(session, "%s %s could be overwritten by a figure of --svg %s", places[i].option, places[i].path,
                       svg);
  }
  return EXIT_DONE;
}

int outputs_prepare(struct session *session, struct outputs *outputs, const struct plb_input *input) {
  if (session->mute)
    return EXIT_DONE;
  if (outputs->svg && strcmp(outputs->svg, "-") == 0)
    return say_usage(session, "--svg needs a folder: figures are several files");
  if (!outputs->json && !outputs->csv && !outputs->html && !outputs->text && !outputs->svg)
    outputs->text = "-";
  const struct place places[] = {
      {"--json", outputs->json}, {"--csv", outputs->csv}, {"--html", outputs->html}, {"--text", outputs->text}};
  const size_t count = sizeof places / sizeof *places;
  int code = outputs->svg ? check_figures(session, outputs->svg, places, count) : EXIT_DONE;
  if (code == EXIT_DONE && outputs->svg)
    code = check_links(session, outputs->svg, places, count, input);
  if (code == EXIT_DONE)
    code = places_check(session, places, count, input);
  return code == EXIT_DONE && outputs->svg ? check_folder(session, outputs->svg) : code;
}

static plb_status write_one(const plb_result *const *results, size_t count, enum plb_format format, const char *path,
                            struct plb_error *err) {
  if (!path)
    return PLB_OK;
  return count == 1 ? plb_write(results[0], format, path, err) : plb_write_many(results, count, format, path, err);
}

static plb_status write_all(const plb_result *const *results, size_t count, const struct outputs *outputs,
                            struct plb_error *err) {
  plb_status st;
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

plb_status outputs_write(struct session *session, const struct outputs *outputs, plb_result *const *measured,
                         size_t count, struct plb_error *err) {
  signals_impatient(NULL);
  if (signals_caught())
    return PLB_CANCELLED;
  progress_erase(session);
  session->writing = true;
  for (size_t i = 0; i < count; i++)
    plb_result_set_progress(measured[i], progress_while_writing, session);
  plb_status st = write_all((const plb_result *const *)measured, count, outputs, err);
  signals_impatient(session);
  return st;
}

int work_do(struct session *session, const struct work *work, int argc, const char **argv) {
  struct plb_error err = {0};
  plb_result *result = NULL;
  size_t shown;
  int code = EXIT_DONE;
  char *command = line_text(session->command, argc, argv);
  if (!command)
    return say_failure(session, PLB_NOMEM, NULL);
  signals_impatient(session);
  plb_status st = work->make(work->job, &result, &err);
  if (session->team)
    st = plb_team_agree(session->team, st, &err);
  if (!st && !session->mute && !(st = plb_result_set_command(result, command, &err)))
    st = outputs_write(session, work->outputs, &result, 1, &err);
  if (session->team)
    st = plb_team_agree(session->team, st, &err);
  if (!st && work->stated && work->stated(result, &shown) > shown)
    code = EXIT_NOT_SHOWN;
  plb_result_free(result);
  free(command);
  return st ? say_failure(session, st, &err) : code;
}
