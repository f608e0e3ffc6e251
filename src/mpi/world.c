/* SPDX-License-Identifier: Apache-2.0
 *
 * See world.h. The three ways in which members of a team hand over bytes and numbers, by MPI. Its counts are ints, so
 * what is longer goes in pieces. MPI ends all processes where one cannot be reached any more: that is its default, and
 * the calls here fail in no other way.
 */
#include "mpi/world.h"

#include <limits.h>
#include <mpi.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#define PIECE ((size_t)1 << 30) /* bytes */
#define NUMBERS ((size_t)1 << 26)
#define TAG 1

static int gather(void *ctx, const void *mine, const size_t *lengths, void *all) {
  const struct plb_team *team = ctx;
  size_t total = 0;
  int *counts = calloc(team->count, 2 * sizeof *counts), *starts = counts ? counts + team->count : NULL;
  for (unsigned r = 0; r < team->count; r++) {
    if (r == team->rank && lengths[r])
      memcpy((char *)all + total, mine, lengths[r]);
    total += lengths[r];
  }
  int failed = !counts;
  if (counts && total <= INT_MAX) {
    for (unsigned r = 0; r < team->count; r++) {
      counts[r] = (int)lengths[r];
      starts[r] = r ? starts[r - 1] + counts[r - 1] : 0;
    }
    failed = MPI_Allgatherv(MPI_IN_PLACE, 0, MPI_BYTE, all, counts, starts, MPI_BYTE, MPI_COMM_WORLD) != MPI_SUCCESS;
  }
  size_t at = 0;
  for (unsigned r = 0; r < team->count && total > INT_MAX; at += lengths[r++])
    for (size_t from = 0; from < lengths[r] && !failed; from += PIECE) {
      size_t piece = lengths[r] - from < PIECE ? lengths[r] - from : PIECE;
      failed = MPI_Bcast((char *)all + at + from, (int)piece, MPI_BYTE, (int)r, MPI_COMM_WORLD) != MPI_SUCCESS;
    }
  free(counts);
  return failed;
}

static size_t sum_before(const size_t *lengths, unsigned member) {
  size_t sum = 0;
  for (unsigned r = 0; r < member; r++)
    sum += lengths[r];
  return sum;
}

/* Bytes to one member and from another one, piece by piece; either may have more pieces. */
static int exchange(const char *give, size_t given, unsigned to, char *take, size_t taken, unsigned from) {
  int failed = 0;
  for (size_t at = 0; (at < given || at < taken) && !failed; at += PIECE) {
    MPI_Request requests[2];
    int count = 0;
    size_t out = at >= given ? 0 : given - at < PIECE ? given - at : PIECE;
    size_t in = at >= taken ? 0 : taken - at < PIECE ? taken - at : PIECE;
    if (in)
      failed = MPI_Irecv(take + at, (int)in, MPI_BYTE, (int)from, TAG, MPI_COMM_WORLD, &requests[count++]);
    if (out && !failed)
      failed = MPI_Isend(give + at, (int)out, MPI_BYTE, (int)to, TAG, MPI_COMM_WORLD, &requests[count++]);
    if (!failed)
      failed = MPI_Waitall(count, requests, MPI_STATUSES_IGNORE);
  }
  return failed;
}

static int swap(void *ctx, const void *parts, const size_t *out, void *all, const size_t *in) {
  const struct plb_team *team = ctx;
  int failed = 0;
  for (unsigned step = 0; step < team->count && !failed; step++) {
    unsigned to = (team->rank + step) % team->count, from = (team->rank + team->count - step) % team->count;
    const char *give = (const char *)parts + sum_before(out, to);
    char *take = (char *)all + sum_before(in, from);
    if (step)
      failed = exchange(give, out[to], to, take, in[from], from);
    else if (out[to])
      memcpy(take, give, out[to]);
  }
  return failed;
}

static int sum(void *ctx, uint64_t *numbers, size_t count) {
  (void)ctx;
  int failed = 0;
  for (size_t at = 0; at < count && !failed; at += NUMBERS) {
    size_t piece = count - at < NUMBERS ? count - at : NUMBERS;
    failed = MPI_Allreduce(MPI_IN_PLACE, numbers + at, (int)piece, MPI_UINT64_T, MPI_SUM, MPI_COMM_WORLD);
  }
  return failed;
}

bool world_begin(struct plb_team *team, int *argc, char ***argv) {
  int given, rank, count;
  plb_team_init(team, sizeof *team);
  if (MPI_Init_thread(argc, argv, MPI_THREAD_FUNNELED, &given) != MPI_SUCCESS)
    return false;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Comm_size(MPI_COMM_WORLD, &count);
  team->rank = (unsigned)rank;
  team->count = (unsigned)count;
  team->ctx = team;
  team->gather = gather;
  team->swap = swap;
  team->sum = sum;
  return true;
}

/* Processes that were bound to the same processors share them. */
unsigned world_threads(const struct plb_team *team) {
  cpu_set_t mine, *all;
  MPI_Comm near;
  int count, alike = 0;
  CPU_ZERO(&mine);
  if (team->count == 1 || sched_getaffinity(0, sizeof mine, &mine) != 0)
    return team->count == 1 ? 0 : 1;
  MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, (int)team->rank, MPI_INFO_NULL, &near);
  MPI_Comm_size(near, &count);
  if (!(all = calloc((size_t)count, sizeof *all)))
    world_abort(1);
  MPI_Allgather(&mine, sizeof mine, MPI_BYTE, all, sizeof mine, MPI_BYTE, near);
  MPI_Comm_free(&near);
  for (int k = 0; k < count; k++)
    alike += CPU_EQUAL(&mine, &all[k]);
  free(all);
  unsigned threads = (unsigned)CPU_COUNT(&mine) / (unsigned)alike;
  return threads ? threads : 1;
}

void world_end(void) {
  MPI_Finalize();
}

_Noreturn void world_abort(int code) {
  MPI_Abort(MPI_COMM_WORLD, code);
  abort();
}
