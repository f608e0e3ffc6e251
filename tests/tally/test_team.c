/* SPDX-License-Identifier: Apache-2.0
 *
 * Members of a team, as threads that meet at barriers: each measures what one process alone measures, whatever the
 * limits above which things are sorted in parts, sampled, or listed in part; a fault of one is told to all.
 */
#include "check.h"

#include <assert.h>
#include <pthread.h>
#include <unistd.h>

#include "tally/tally.h"
#include "tally/team.h"
#include "tally/walk.h"

enum { MOST = 4 };

/* What the members hand over lies here between two barriers. */
struct world {
  pthread_barrier_t barrier;
  unsigned count;
  const void *bytes[MOST];
  const size_t *lengths[MOST];
  uint64_t *numbers[MOST];
};

struct member {
  struct world *world;
  struct plb_team team;
  /* what it is to do, and what came of it */
  const struct plb_input *input;
  bool small;
  char json[40];
  plb_status status;
  struct plb_error err;
};

static int gather(void *ctx, const void *mine, const size_t *lengths, void *all) {
  struct member *member = ctx;
  struct world *world = member->world;
  char *to = all;
  world->bytes[member->team.rank] = mine;
  pthread_barrier_wait(&world->barrier);
  for (unsigned r = 0; r < world->count; to += lengths[r++])
    if (lengths[r])
      memcpy(to, world->bytes[r], lengths[r]);
  pthread_barrier_wait(&world->barrier);
  return 0;
}

static int swap(void *ctx, const void *parts, const size_t *out, void *all, const size_t *in) {
  struct member *member = ctx;
  struct world *world = member->world;
  char *to = all;
  world->bytes[member->team.rank] = parts;
  world->lengths[member->team.rank] = out;
  pthread_barrier_wait(&world->barrier);
  for (unsigned r = 0; r < world->count; to += in[r++]) {
    size_t from = 0;
    for (unsigned k = 0; k < member->team.rank; k++)
      from += world->lengths[r][k];
    assert(world->lengths[r][member->team.rank] == in[r]);
    if (in[r])
      memcpy(to, (const char *)world->bytes[r] + from, in[r]);
  }
  pthread_barrier_wait(&world->barrier);
  return 0;
}

static int sum(void *ctx, uint64_t *numbers, size_t count) {
  struct member *member = ctx;
  struct world *world = member->world;
  uint64_t *sums = calloc(count, sizeof *sums);
  world->numbers[member->team.rank] = numbers;
  pthread_barrier_wait(&world->barrier);
  for (unsigned r = 0; r < world->count; r++)
    for (size_t k = 0; k < count; k++)
      sums[k] += world->numbers[r][k];
  pthread_barrier_wait(&world->barrier);
  memcpy(numbers, sums, count * sizeof *sums);
  free(sums);
  pthread_barrier_wait(&world->barrier);
  return 0;
}

static void begin(struct world *world, struct member *members, unsigned count) {
  *world = (struct world){.count = count};
  pthread_barrier_init(&world->barrier, NULL, count);
  for (unsigned r = 0; r < count; r++) {
    struct plb_team *team = &members[r].team;
    members[r] = (struct member){.world = world};
    plb_team_init(team, sizeof *team);
    team->rank = r;
    team->count = count;
    team->ctx = &members[r];
    team->gather = gather;
    team->swap = swap;
    team->sum = sum;
  }
}

static void all_do(struct member *members, unsigned count, void *(*work)(void *member)) {
  pthread_t threads[MOST];
  for (unsigned r = 0; r < count; r++)
    pthread_create(&threads[r], NULL, work, &members[r]);
  for (unsigned r = 0; r < count; r++)
    pthread_join(threads[r], NULL);
  pthread_barrier_destroy(&members[0].world->barrier);
}

/* ---- measuring --------------------------------------------------------------------------------- */

static void *measure(void *ctx) {
  struct member *member = ctx;
  struct plb_input input = *member->input;
  struct plb_options options;
  plb_tally *tally = NULL;
  plb_result *result = NULL;
  input.team = &member->team;
  plb_options_init(&options, sizeof options);
  options.threads = input.threads = 1;
  options.replicates = 300;
  member->status = plb_tally_read(&input, &tally, &member->err);
  if (!member->status && member->small) {
    tally->pairs_exact = 700;
    tally->pairs_sample = 300;
    tally->most_listed = 1 << 14;
    tally->most_sorted = 1000;
    tally->most_gathered = 3000;
  }
  if (!member->status)
    member->status = plb_verification(tally, &options, &result, &member->err);
  if (!member->status)
    member->status = plb_write(result, PLB_JSON, member->json, &member->err);
  plb_result_free(result);
  plb_tally_free(tally);
  return NULL;
}

static void read_file(const char *path, char **text, size_t *length) {
  FILE *file = fopen(path, "rb");
  assert_non_null(file);
  fseek(file, 0, SEEK_END);
  *length = (size_t)ftell(file);
  rewind(file);
  assert_non_null(*text = malloc(*length + 1));
  assert_int_equal(fread(*text, 1, *length, file), *length);
  (*text)[*length] = 0;
  fclose(file);
}

/* What `count` members make of the input, each for itself; the first one's, to be freed. */
static char *measured(const struct plb_input *input, unsigned count, bool small) {
  struct world world;
  struct member members[MOST];
  char *first = NULL;
  begin(&world, members, count);
  for (unsigned r = 0; r < count; r++) {
    members[r].input = input;
    members[r].small = small;
    strcpy(members[r].json, "/tmp/plumbline-team-XXXXXX");
    close(mkstemp(members[r].json));
  }
  all_do(members, count, measure);
  for (unsigned r = 0; r < count; r++) {
    char *text;
    size_t length;
    if (members[r].status)
      fprintf(stderr, "member %u of %u: %s\n", r, count, members[r].err.message);
    assert_int_equal(members[r].status, PLB_OK);
    read_file(members[r].json, &text, &length);
    unlink(members[r].json);
    if (first) {
      assert_string_equal(text, first);
      free(text);
    } else {
      first = text;
    }
  }
  return first;
}

static void check_same(const struct plb_input *input) {
  for (int small = 0; small < 2; small++) {
    char *alone = measured(input, 1, small);
    for (unsigned count = 2; count <= MOST; count++) {
      char *together = measured(input, count, small);
      assert_string_equal(together, alone);
      free(together);
    }
    free(alone);
  }
}

static void simulate(char *path, uint64_t people, uint64_t partners, uint64_t family, double fta) {
  struct plb_simulation simulation;
  plb_simulation_init(&simulation, sizeof simulation);
  simulation.people = people;
  simulation.partners = partners;
  simulation.family_size = family;
  simulation.fta = fta;
  simulation.mated_mean = 2.5;
  strcpy(path, "/tmp/plumbline-team-XXXXXX");
  close(mkstemp(path));
  assert_int_equal(plb_simulate(&simulation, path, NULL, NULL), PLB_OK);
}

static void same_as_alone(void **unused) {
  (void)unused;
  static const struct {
    uint64_t people, partners, family;
    double fta;
    const char *cluster;
  } tests[] = {{60, 0, 1, 0, NULL}, {90, 25, 1, .03, NULL}, {50, 0, 3, 0, "family"}};
  for (size_t t = 0; t < sizeof tests / sizeof *tests; t++) {
    char path[40];
    const char *files[] = {path};
    struct plb_input input;
    simulate(path, tests[t].people, tests[t].partners, tests[t].family, tests[t].fta);
    plb_input_init(&input, sizeof input);
    input.files = files;
    input.file_count = 1;
    input.cluster = tests[t].cluster;
    input.missing = tests[t].fta > 0 ? PLB_MISSING_FTA : PLB_MISSING_ERROR;
    check_same(&input);
    unlink(path);
  }
}

/* Whole numbers as scores, nobody named, and more members than there are rows of a class. */
static void few_scores(void **unused) {
  (void)unused;
  char path[] = "/tmp/plumbline-team-XXXXXX";
  const char *files[] = {path};
  struct plb_input input;
  close(mkstemp(path));
  FILE *file = fopen(path, "w");
  fputs("score,mated\n", file);
  for (int k = 0; k < 60000; k++)
    fprintf(file, "%d,%d\n", k % 17 + (k % 20000 == 3 ? 9 : 0), k % 20000 == 3);
  fclose(file);
  plb_input_init(&input, sizeof input);
  input.files = files;
  input.file_count = 1;
  check_same(&input);
  unlink(path);
}

/* ---- faults ------------------------------------------------------------------------------------ */

static void fault_is_told(void **unused) {
  (void)unused;
  char path[] = "/tmp/plumbline-team-XXXXXX";
  const char *files[] = {path};
  struct plb_input input;
  close(mkstemp(path));
  FILE *file = fopen(path, "w");
  fputs("score,mated\n", file);
  for (int k = 0; k < 200000; k++) /* of several blocks, two of which have a fault */
    fprintf(file, k == 90000 || k == 170000 ? "x,1\n" : "%d.5,%d\n", k, k % 2);
  fclose(file);
  plb_input_init(&input, sizeof input);
  input.files = files;
  input.file_count = 1;
  for (unsigned count = 1; count <= MOST; count++) {
    struct world world;
    struct member members[MOST];
    begin(&world, members, count);
    for (unsigned r = 0; r < count; r++)
      members[r].input = &input;
    all_do(members, count, measure);
    for (unsigned r = 0; r < count; r++) {
      assert_int_equal(members[r].status, PLB_DATA);
      assert_int_equal(members[r].err.line, 90002);
      assert_false(members[r].team.lost);
    }
  }
  unlink(path);
}

/* One member fails by itself while the others are about to add numbers up. */
static void *fail_alone(void *ctx) {
  struct member *member = ctx;
  uint64_t number = 1;
  if (member->team.rank == 1)
    member->status = plb_team_agree(&member->team, plb_fail(&member->err, PLB_NOMEM, "no room"), &member->err);
  else
    member->status = plb_team_sum(&member->team, &number, 1, &member->err);
  if (plb_team_agree(&member->team, PLB_OK, NULL) != PLB_NOMEM) /* for good */
    member->status = PLB_OK;
  return NULL;
}

static void *do_other_things(void *ctx) {
  struct member *member = ctx;
  uint64_t numbers[2] = {1, 2};
  member->status = plb_team_sum(&member->team, numbers, 1 + (member->team.rank == 2), &member->err);
  return NULL;
}

static void out_of_step(void **unused) {
  (void)unused;
  struct world world;
  struct member members[MOST];
  begin(&world, members, 3);
  all_do(members, 3, fail_alone);
  for (unsigned r = 0; r < 3; r++) {
    assert_int_equal(members[r].status, PLB_NOMEM);
    assert_string_equal(members[r].err.message, "no room");
  }
  begin(&world, members, 3);
  all_do(members, 3, do_other_things);
  for (unsigned r = 0; r < 3; r++)
    assert_int_equal(members[r].status, PLB_INTERNAL);
}

/* ---- numbers ----------------------------------------------------------------------------------- */

static void *add_wide(void *ctx) {
  struct member *member = ctx;
  plb_wide numbers[] = {~(plb_wide)0 / 5, UINT64_MAX, (plb_wide)member->team.rank << 100};
  member->status = plb_team_sum_wide(&member->team, numbers, 3, &member->err);
  if (numbers[0] != ~(plb_wide)0 / 5 * 4 || numbers[1] != (plb_wide)UINT64_MAX * 4 || numbers[2] != (plb_wide)6 << 100)
    member->status = PLB_INTERNAL;
  return NULL;
}

static void wide_sums(void **unused) {
  (void)unused;
  struct world world;
  struct member members[MOST];
  begin(&world, members, 4);
  all_do(members, 4, add_wide);
  for (unsigned r = 0; r < 4; r++)
    assert_int_equal(members[r].status, PLB_OK);
}

static bool look(void *state, const struct plb_chunk *chunk, size_t count) {
  (void)state, (void)chunk, (void)count;
  return true;
}

/* A walk that forgets the others is refused. */
static void forgetful_walk(void **unused) {
  (void)unused;
  struct plb_team team = {.count = 2};
  struct plb_tally tally = {.team = &team};
  struct plb_rows rows = {0};
  char nothing = 0;
  struct plb_row_walk walk = {.tally = &tally, .rows = &rows, .visit = look, .states = &nothing, .threads = 1};
  assert_int_equal(plb_rows_walk(&walk, NULL), PLB_INTERNAL);
  walk.adds_up = true;
  assert_int_equal(plb_rows_walk(&walk, NULL), PLB_OK);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(same_as_alone), cmocka_unit_test(few_scores),
                                     cmocka_unit_test(fault_is_told), cmocka_unit_test(out_of_step),
                                     cmocka_unit_test(wide_sums),     cmocka_unit_test(forgetful_walk)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
