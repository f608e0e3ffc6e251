/* SPDX-License-Identifier: Apache-2.0
 *
 * Progress: one line on standard error, redrawn at most six times a second, only where somebody can see
 * it, and erased when the work is over or a message has to be printed. Also the way by which a caught
 * signal reaches the library.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/session.h"

static const double REDRAW_SECONDS = 1.0 / 6;

double clock_seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

void progress_begin(struct session *session) {
  session->progress = (struct progress){.shown = !session->quiet && !session->mute && isatty(STDERR_FILENO)};
}

/* "12.3 M" of 12,300,000. */
static void short_count(char *text, size_t size, double count) {
  static const char *const units[] = {" ", " k", " M", " G", " T"};
  size_t unit = 0;
  while (count >= 1000 && unit + 1 < sizeof units / sizeof *units) {
    count /= 1000;
    unit++;
  }
  snprintf(text, size, "%.*f%s", unit && count < 100 ? 1 : 0, count, units[unit]);
}

static void short_time(char *text, size_t size, double seconds) {
  if (seconds < 60)
    snprintf(text, size, "%.0f s", seconds);
  else if (seconds < 3600)
    snprintf(text, size, "%d:%02d min", (int)seconds / 60, (int)seconds % 60);
  else
    snprintf(text, size, "%.1f h", seconds / 3600);
}

/* The library counts bytes while it reads, rows and systems elsewhere (plb_progress). */
static bool in_bytes(const struct progress *p) {
  return strcmp(p->stage, "reading") == 0;
}

static void draw(struct progress *p, double now, uint64_t done, uint64_t total) {
  char amount[32], rate[32], left[32];
  double seconds = now - p->stage_began;
  double speed = seconds > 0 ? (double)(done - p->first) / seconds : 0;
  short_count(amount, sizeof amount, (double)done);
  short_count(rate, sizeof rate, speed);
  fprintf(stderr, "\r\033[K%s: ", p->stage);
  if (total && done <= total)
    fprintf(stderr, "%.0f %%", 100.0 * (double)done / (double)total);
  else
    fprintf(stderr, "%s%s", amount, in_bytes(p) ? "B" : "");
  if (speed > 0)
    fprintf(stderr, ", %s%s/s", rate, in_bytes(p) ? "B" : "");
  if (speed > 0 && total > done) {
    short_time(left, sizeof left, (double)(total - done) / speed);
    fprintf(stderr, ", %s left", left);
  }
  fflush(stderr);
  p->drawn = true;
  p->drawn_at = now;
}

int progress_call(void *ctx, const char *stage, uint64_t done, uint64_t total) {
  struct session *session = ctx;
  struct progress *p = &session->progress;
  if (p->shown) {
    double now = clock_seconds();
    if (strncmp(p->stage, stage, sizeof p->stage - 1) != 0 || done < p->last) {
      snprintf(p->stage, sizeof p->stage, "%s", stage);
      p->first = done;
      p->stage_began = p->drawn_at = now;
      p->drawn = fprintf(stderr, "\r\033[K%s", p->stage) > 0;
    } else if (now - p->drawn_at >= REDRAW_SECONDS) {
      draw(p, now, done, total);
    }
    p->last = done;
  }
  return signals_caught();
}

int progress_while_writing(void *ctx, const char *stage, uint64_t done, uint64_t total) {
  (void)ctx, (void)stage, (void)done, (void)total;
  return signals_caught();
}

void progress_erase(struct session *session) {
  if (!session->progress.drawn)
    return;
  fputs("\r\033[K", stderr);
  fflush(stderr);
  session->progress.drawn = false;
}
