/* SPDX-License-Identifier: Apache-2.0
 *
 * What the figures of some results are, and what is drawn in them: one shared DET with a curve for each
 * system, then one drawing of score distributions for each system that has them.
 */
#ifndef PLB_REPORT_SERIES_H
#define PLB_REPORT_SERIES_H

#include "report/groups.h"

#define PLB_SERIES_NAME 128
#define PLB_SENTENCE 1024

/* One curve and what belongs to it. Pointers are into the results. */
struct plb_series {
  const struct plb_result *result;
  size_t result_number; /* from 0 */
  const struct plb_curve *curve;
  const struct plb_estimate *eer; /* or NULL */
  char name[PLB_SERIES_NAME];     /* differs from that of every other series */
  bool has_people;
  uint64_t people, mated, nonmated;
};

/* "517 people, 1,034 mated and 266,772 non-mated comparisons". */
void plb_series_size(char text[PLB_SENTENCE], const struct plb_series *series);

/* Whether smaller scores are more similar. */
bool plb_is_distance(const struct plb_result *result);

/* Operating points that fall on one place of a drawing, so that they share a label. */
struct plb_targets {
  size_t count[2];                       /* how many: not supported, supported */
  const struct plb_estimate *span[2][2]; /* the first and the last of each */
};

void plb_targets_add(struct plb_targets *targets, const struct plb_estimate *estimate, bool supported);

/* "FMR <= 1 in 1,000", "threshold 0.61"; several of one kind as a span; what is not supported is said so. */
void plb_targets_word(char *text, size_t size, const struct plb_result *result, const struct plb_targets *targets);

enum plb_group_drawing {
  PLB_DRAWN_HEAT,   /* FMR by pair of groups as a map */
  PLB_DRAWN_GRID,   /* FNMR by two attributes of which a comparison has one value each, as a map */
  PLB_DRAWN_FOREST, /* FNMR and FMR within groups as lines */
  PLB_DRAWN_TREND,  /* FNMR over a number, with the trend */
  PLB_GROUP_DRAWINGS
};

/* A drawing of groups at one point. */
struct plb_group_figure {
  size_t grouping, point;
  enum plb_group_drawing drawing;
};

/* Groupings with more points have figures of the first ones. */
#define PLB_MOST_DRAWN_POINTS 6

/* Every figure of some results: one DET of all systems, if any has one, then the scores of each system, then plans,
 * then groups. */
struct plb_figures {
  struct plb_series *dets, *scores; /* all curves of each kind that hold anything, in order */
  const struct plb_test_plan **plans;
  size_t det_count, score_count, plan_count;
  struct plb_groupings groupings; /* of all results */
  struct plb_group_figure *groups;
  size_t group_count, group_capacity;
  const struct plb_result *coverage; /* or a study of coverage, which has one figure of trials of
                                      * one class, one of whole tests; else NULL */
};

/* The number of the drawing of a grouping at a point; false where there is none. */
bool plb_figure_of_group(const struct plb_figures *figures, const struct plb_group_figure *figure, size_t *which);

/* The number of the figure of a plan, which is one of them. */
size_t plb_figure_of_plan(const struct plb_figures *figures, const struct plb_test_plan *plan);

plb_status plb_figures_make(const struct plb_result *const *results, size_t count, struct plb_figures *figures,
                            struct plb_error *err);
void plb_figures_free(struct plb_figures *figures);

/* The name of figure `which`, numbered from 0 (a file name without its ending: "det", "scores-1"; only
 * a-z, 0-9 and "-"). False past the last figure. The same results give the same list. */
#define PLB_FIGURE_NAME 64
bool plb_figure_name(const struct plb_figures *figures, size_t which, char name[PLB_FIGURE_NAME]);

/* One figure as a whole SVG document, drawn once for SVG files and for HTML alike. */
plb_status plb_figure_draw(const struct plb_figures *figures, size_t which, struct plb_out *out, struct plb_error *err);

/* A DET shows the first systems: as many as have strokes of their own. */
#define PLB_MOST_CURVES 35

/* Whether the DET of these systems shows areas in which whole curves lie: of the first PLB_MOST_CURVES at least one has
 * such a band, and not too many (svg_band.c). */
bool plb_bands_shown(const struct plb_series *list, size_t count);

/* The sentences below a drawing, from `y` on; answers where they end. With `out` NULL nothing is written. */
double plb_draw_notes(struct plb_out *out, double left, double right, double y, char (*lines)[PLB_SENTENCE],
                      size_t count);

/* The drawings themselves (svg_det.c, svg_scores.c, svg_plan.c, svg_heat.c, svg_forest.c, svg_trend.c). `id` starts the
 * ids of its elements. */
plb_status plb_draw_det(const struct plb_series *list, size_t count, const char *id, struct plb_out *out,
                        struct plb_error *err);
plb_status plb_draw_scores(const struct plb_series *series, const char *id, struct plb_out *out, struct plb_error *err);
bool plb_heat_is_wide(const struct plb_grouping *grouping); /* wider than other figures */
void plb_draw_heat(const struct plb_grouping *grouping, size_t point, const char *id, struct plb_out *out);
bool plb_grid_is_drawn(const struct plb_grouping *grouping, size_t point); /* svg_grid.c */
void plb_draw_grid(const struct plb_grouping *grouping, size_t point, const char *id, struct plb_out *out);
void plb_draw_forest(const struct plb_grouping *grouping, size_t point, const char *id, struct plb_out *out);
plb_status plb_draw_plan(const struct plb_test_plan *plan, const char *id, struct plb_out *out, struct plb_error *err);

#endif
