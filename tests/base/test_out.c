/* SPDX-License-Identifier: Apache-2.0
 *
 * Outputs are whole or absent: renamed into place when closed, gone when given up or when writing
 * fails; devices and links are written through; errors keep their reason.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/out.h"

static char folder[64], target[128];

static int make_folder(void **state) {
  (void)state;
  strcpy(folder, "/tmp/plb-out-XXXXXX");
  if (!mkdtemp(folder))
    return -1;
  snprintf(target, sizeof target, "%s/report.txt", folder);
  return 0;
}

static int files_in_folder(void) {
  int count = 0;
  DIR *open_folder = opendir(folder);
  assert_non_null(open_folder);
  for (const struct dirent *entry; (entry = readdir(open_folder));)
    if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
      count++;
  closedir(open_folder);
  return count;
}

static int remove_folder(void **state) {
  (void)state;
  DIR *open_folder = opendir(folder);
  if (!open_folder)
    return -1;
  for (const struct dirent *entry; (entry = readdir(open_folder));)
    unlinkat(dirfd(open_folder), entry->d_name, 0);
  closedir(open_folder);
  return rmdir(folder);
}

static void put_file(const char *path, const char *text) {
  FILE *file = fopen(path, "w");
  assert_non_null(file);
  fputs(text, file);
  assert_int_equal(fclose(file), 0);
}

static void expect_file(const char *path, const char *wanted) {
  char text[256] = "";
  FILE *file = fopen(path, "r");
  assert_non_null(file);
  size_t length = fread(text, 1, sizeof text - 1, file);
  fclose(file);
  assert_int_equal(length, strlen(wanted));
  assert_string_equal(text, wanted);
}

static struct plb_out *opened(const char *path) {
  struct plb_error err = {0};
  struct plb_out *out;
  plb_status st = plb_out_open(path, &out, &err);
  if (st)
    fail_msg("%s", err.message);
  return out;
}

static void expect_closed(struct plb_out *out) {
  struct plb_error err = {0};
  if (plb_out_close(out, &err))
    fail_msg("%s", err.message);
}

static void test_rename(void **state) {
  (void)state;
  put_file(target, "old");
  chmod(target, 0640);
  struct plb_out *out = opened(target);
  plb_out_text(out, "new ");
  plb_out_print(out, "%s %d", "text", 42);
  expect_file(target, "old");
  assert_int_equal(files_in_folder(), 2);
  expect_closed(out);
  expect_file(target, "new text 42");
  assert_int_equal(files_in_folder(), 1);
  struct stat found;
  assert_int_equal(stat(target, &found), 0);
  assert_int_equal(found.st_mode & 0777, 0640);
}

static void test_abandon(void **state) {
  (void)state;
  put_file(target, "old");
  struct plb_out *out = opened(target);
  plb_out_text(out, "new");
  plb_out_abandon(out);
  plb_out_abandon(NULL);
  expect_file(target, "old");
  assert_int_equal(files_in_folder(), 1);
}

static void test_occupied_temporary_name(void **state) {
  (void)state;
  char taken[160];
  snprintf(taken, sizeof taken, "%s/.plumbline-%ld-0.tmp", folder, (long)getpid());
  put_file(taken, "of another");
  struct plb_out *out = opened(target);
  plb_out_text(out, "mine");
  expect_closed(out);
  expect_file(target, "mine");
  expect_file(taken, "of another");
}

static void test_long_text(void **state) {
  (void)state;
  struct plb_out *out = opened(target);
  size_t wanted = 0;
  static char block[200000];
  memset(block, 'x', sizeof block - 1);
  for (size_t length = 1; length < sizeof block; length = length * 3 + 1) {
    plb_out_bytes(out, block, length);
    wanted += length;
  }
  plb_out_print(out, "%s", block);
  wanted += sizeof block - 1;
  expect_closed(out);
  struct stat found;
  assert_int_equal(stat(target, &found), 0);
  assert_int_equal(found.st_size, wanted);
}

static void test_full_device(void **state) {
  (void)state;
  struct plb_error err = {0};
  struct plb_out *out = opened("/dev/full");
  plb_out_text(out, "text");
  assert_int_equal(plb_out_close(out, &err), PLB_IO);
  assert_int_equal(err.os_errno, ENOSPC);
  assert_string_equal(err.message, "/dev/full: could not write: No space left on device");
  struct stat found;
  assert_int_equal(stat("/dev/full", &found), 0);
  assert_true(S_ISCHR(found.st_mode));
  out = opened("/dev/null");
  plb_out_text(out, "text");
  expect_closed(out);
}

static void test_link_is_written_through(void **state) {
  (void)state;
  char link_name[160];
  snprintf(link_name, sizeof link_name, "%s/link", folder);
  put_file(target, "a longer old text");
  assert_int_equal(symlink(target, link_name), 0);
  struct plb_out *out = opened(link_name);
  plb_out_text(out, "new");
  expect_closed(out);
  expect_file(target, "new");
  struct stat found;
  assert_int_equal(lstat(link_name, &found), 0);
  assert_true(S_ISLNK(found.st_mode));
  assert_int_equal(files_in_folder(), 2);
}

static void expect_open_fails(const char *path, plb_status wanted, int saved_errno) {
  struct plb_error err = {0};
  struct plb_out *out;
  assert_int_equal(plb_out_open(path, &out, &err), wanted);
  assert_null(out);
  assert_int_equal(err.os_errno, saved_errno);
  assert_int_equal(plb_out_open(path, &out, NULL), wanted);
}

static void test_bad_targets(void **state) {
  (void)state;
  char path[160];
  snprintf(path, sizeof path, "%s/absent/report.txt", folder);
  expect_open_fails(path, PLB_IO, ENOENT);
  expect_open_fails(folder, PLB_IO, EISDIR);
  snprintf(path, sizeof path, "%s/", folder);
  expect_open_fails(path, PLB_IO, EISDIR);
  expect_open_fails("", PLB_USAGE, 0);
  expect_open_fails(NULL, PLB_USAGE, 0);
  put_file(target, "a file");
  snprintf(path, sizeof path, "%s/report.txt", target);
  expect_open_fails(path, PLB_IO, ENOTDIR);
}

/* A limit on the size of files stands for a full disk: the temporary file is removed, the old one kept. */
static void test_failing_write(void **state) {
  (void)state;
  struct rlimit old, small;
  put_file(target, "old");
  assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
  small = old;
  small.rlim_cur = 1000;
  signal(SIGXFSZ, SIG_IGN);
  struct plb_error err = {0};
  struct plb_out *out = opened(target);
  assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
  for (int i = 0; i < 100000; i++)
    plb_out_text(out, "text ");
  plb_status st = plb_out_close(out, &err);
  setrlimit(RLIMIT_FSIZE, &old);
  assert_int_equal(st, PLB_IO);
  assert_int_equal(err.os_errno, EFBIG);
  expect_file(target, "old");
  assert_int_equal(files_in_folder(), 1);
}

static void test_vanished_folder(void **state) {
  (void)state;
  struct plb_error err = {0};
  char inner[160], path[200];
  snprintf(inner, sizeof inner, "%s/inner", folder);
  snprintf(path, sizeof path, "%s/report.txt", inner);
  assert_int_equal(mkdir(inner, 0777), 0);
  struct plb_out *out = opened(path);
  plb_out_text(out, "text");
  char temporary[220];
  snprintf(temporary, sizeof temporary, "%s/.plumbline-%ld-0.tmp", inner, (long)getpid());
  assert_int_equal(unlink(temporary), 0);
  assert_int_equal(rmdir(inner), 0);
  assert_int_equal(plb_out_close(out, &err), PLB_IO);
  assert_int_equal(err.os_errno, ENOENT);
}

/* Standard output of this process is put aside while a pipe or a device takes its place. */
static plb_status close_on_standard_output(int replacement, const char *text, struct plb_error *err) {
  fflush(stdout);
  int kept = dup(STDOUT_FILENO);
  assert_true(dup2(replacement, STDOUT_FILENO) >= 0);
  struct plb_out *out;
  plb_status st = plb_out_open("-", &out, err);
  if (!st) {
    plb_out_text(out, text);
    st = plb_out_close(out, err);
  }
  bool still_open = fcntl(STDOUT_FILENO, F_GETFD) >= 0;
  dup2(kept, STDOUT_FILENO);
  close(kept);
  assert_true(still_open);
  return st;
}

static void test_standard_output(void **state) {
  (void)state;
  struct plb_error err = {0};
  int ends[2];
  char text[16] = "";
  assert_int_equal(pipe(ends), 0);
  assert_int_equal(close_on_standard_output(ends[1], "text", &err), PLB_OK);
  close(ends[1]);
  assert_int_equal(read(ends[0], text, sizeof text - 1), 4);
  assert_string_equal(text, "text");
  close(ends[0]);

  signal(SIGPIPE, SIG_IGN);
  assert_int_equal(pipe(ends), 0);
  close(ends[0]);
  assert_int_equal(close_on_standard_output(ends[1], "text", &err), PLB_IO);
  assert_int_equal(err.os_errno, EPIPE);
  assert_string_equal(err.message, "standard output: could not write: Broken pipe");
  close(ends[1]);

  int full = open("/dev/full", O_WRONLY);
  assert_int_equal(close_on_standard_output(full, "text", &err), PLB_IO);
  assert_int_equal(err.os_errno, ENOSPC);
  close(full);
}

/* A pipe that does not block and is full: the writer waits until a child has made room. */
static void test_pipe_that_does_not_block(void **state) {
  (void)state;
  int ends[2];
  static char text[300000];
  memset(text, 'x', sizeof text - 1);
  assert_int_equal(pipe(ends), 0);
  assert_int_equal(fcntl(ends[1], F_SETFL, O_NONBLOCK), 0);
  fflush(stdout);
  pid_t child = fork();
  assert_true(child >= 0);
  if (child == 0) {
    static char heap[400000];
    size_t total = 0;
    close(ends[1]);
    usleep(50000);
    for (ssize_t got; (got = read(ends[0], heap, sizeof heap)) > 0;)
      total += (size_t)got;
    _exit(total == sizeof text - 1 ? 0 : 1);
  }
  close(ends[0]);
  struct plb_error err = {0};
  assert_int_equal(close_on_standard_output(ends[1], text, &err), PLB_OK);
  close(ends[1]);
  int status = -1;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR)
    ;
  assert_int_equal(status, 0);
}

/* Says stop when asked for the `left`-th time; remembers how far the writer was. */
struct patience {
  size_t asked, left;
  uint64_t done;
};

static bool lose_patience(void *ctx, uint64_t done) {
  struct patience *patience = ctx;
  patience->asked++;
  patience->done = done;
  return patience->left-- <= 1;
}

/* A writer that is watched asks before each block and before the file gets its name; nothing is left. */
static void test_stop(void **state) {
  (void)state;
  static char block[100000];
  memset(block, 'x', sizeof block);
  put_file(target, "old");
  for (size_t left = 1;; left++) {
    struct patience patience = {.left = left};
    struct plb_error err = {0};
    struct plb_out *out = opened(target);
    plb_out_watch(out, lose_patience, &patience);
    for (int i = 0; i < 3; i++)
      plb_out_bytes(out, block, sizeof block);
    plb_out_text(out, "end");
    assert_int_equal(plb_out_failed(out), left <= 3);
    plb_status st = plb_out_close(out, &err);
    assert_int_equal(files_in_folder(), 1);
    if (!st) {
      assert_int_equal(patience.done, 3 * sizeof block + 3);
      assert_int_equal(left, 6); /* asked for three blocks, the rest, and the name */
      break;
    }
    assert_int_equal(st, PLB_CANCELLED);
    assert_string_equal(err.message, "cancelled");
    assert_int_equal(patience.asked, left);
    expect_file(target, "old");
  }
}

static volatile sig_atomic_t signalled;

static void note_signal(int number) {
  (void)number;
  signalled = 1;
}

static bool stop_after_signal(void *ctx, uint64_t done) {
  (void)ctx, (void)done;
  return signalled != 0;
}

/* A signal ends the wait for a reader who does not read, whether or not the pipe blocks. */
static void test_stop_while_waiting(void **state) {
  (void)state;
  struct sigaction action = {.sa_handler = note_signal}, before;
  assert_int_equal(sigaction(SIGALRM, &action, &before), 0);
  for (int flags = 0; flags <= O_NONBLOCK; flags += O_NONBLOCK) {
    static char text[300000];
    int ends[2];
    struct plb_error err = {0};
    struct plb_out *out;
    memset(text, 'x', sizeof text);
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(fcntl(ends[1], F_SETFL, flags), 0);
    fflush(stdout);
    int kept = dup(STDOUT_FILENO);
    dup2(ends[1], STDOUT_FILENO);
    plb_status st = plb_out_open("-", &out, &err);
    if (!st) {
      plb_out_watch(out, stop_after_signal, NULL);
      signalled = 0;
      alarm(1);
      plb_out_bytes(out, text, sizeof text);
      st = plb_out_close(out, &err);
    }
    dup2(kept, STDOUT_FILENO);
    close(kept);
    close(ends[0]);
    close(ends[1]);
    assert_int_equal(st, PLB_CANCELLED);
    assert_int_equal(signalled, 1);
  }
  sigaction(SIGALRM, &before, NULL);
}

static void test_memory(void **state) {
  (void)state;
  struct plb_error err = {0};
  struct plb_out *out;
  size_t length;
  assert_int_equal(plb_out_memory(&out, &err), PLB_OK);
  for (int i = 0; i < 1000; i++)
    plb_out_print(out, "%04d", i);
  char *text = plb_out_take(out, &length);
  assert_non_null(text);
  assert_int_equal(length, 4000);
  assert_int_equal(strlen(text), 4000);
  assert_memory_equal(text + 3996, "0999", 4);
  free(text);
  expect_closed(out);

  assert_int_equal(plb_out_memory(&out, &err), PLB_OK);
  text = plb_out_take(out, NULL);
  assert_string_equal(text, "");
  free(text);
  plb_out_text(out, "again");
  expect_closed(out);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_rename, make_folder, remove_folder),
      cmocka_unit_test_setup_teardown(test_abandon, make_folder, remove_folder),
      cmocka_unit_test_setup_teardown(test_stop, make_folder, remove_folder),
      cmocka_unit_test(test_stop_while_waiting),
      cmocka_unit_test_setup_teardown(test_occupied_temporary_name, make_folder, remove_folder),
      cmocka_unit_test_setup_teardown(test_long_text, make_folder, remove_folder),
      cmocka_unit_test(test_full_device),
      cmocka_unit_test_setup_teardown(test_link_is_written_through, make_folder, remove_folder),
      cmocka_unit_test_setup_teardown(test_bad_targets, make_folder, remove_folder),
      cmocka_unit_test_setup_teardown(test_failing_write, make_folder, remove_folder),
      cmocka_unit_test_setup_teardown(test_vanished_folder, make_folder, remove_folder),
      cmocka_unit_test(test_standard_output),
      cmocka_unit_test(test_pipe_that_does_not_block),
      cmocka_unit_test(test_memory),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
