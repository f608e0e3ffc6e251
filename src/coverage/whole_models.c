/* SPDX-License-Identifier: Apache-2.0
 *
 * Models of whole tests: which model of models.c the scores of each class follow, and what people have in common in
 * the two.
 */
#include <string.h>

#include "coverage/whole.h"

static const struct plb_whole_model models[] = {
    /* all comparisons independent */
    {.name = "whole-indep", .nonmated = "indep", .mated = "mated-indep", .family = 1},
    /* people differ a little, and moderately: who is often taken for others is also harder to recognise */
    {.name = "whole-mild", .nonmated = "mild", .mated = "mated-mod", .together = .5, .family = 1},
    {.name = "whole-mod", .nonmated = "mod", .mated = "mated-mod", .together = .5, .family = 1},
    /* people differ strongly */
    {.name = "whole-strong", .nonmated = "strong", .mated = "mated-strong", .together = .5, .family = 1},
    /* the same, but who is often taken for others is easier to recognise */
    {.name = "whole-opposed", .nonmated = "strong", .mated = "mated-strong", .together = -.5, .family = 1},
    /* 5 % of people are often taken for others, and they and 3 % more are hard to recognise */
    {.name = "whole-wolves", .nonmated = "wolves", .mated = "goats", .together = .5, .one_kind = true, .family = 1},
    /* effects of people with heavy tails */
    {.name = "whole-heavy", .nonmated = "heavy", .mated = "mated-heavy", .together = .5, .family = 1},
    /* families of four have half of their effects in common */
    {.name = "whole-families", .nonmated = "mod", .mated = "mated-mod", .together = .5, .family = 4, .common = .5},
    /* four groups with equal rates, of one size and of four */
    {.name = "groups-equal",
     .nonmated = "mod",
     .mated = "mated-mod",
     .together = .5,
     .family = 1,
     .groups = 4,
     .share = {.25, .25, .25, .25}},
    {.name = "groups-unequal",
     .nonmated = "mod",
     .mated = "mated-mod",
     .together = .5,
     .family = 1,
     .groups = 4,
     .share = {.1, .15, .25, .5}},
    /* the first has three times the rates of the others */
    {.name = "groups-ratio",
     .nonmated = "mod",
     .mated = "mated-mod",
     .together = .5,
     .family = 1,
     .groups = 4,
     .share = {.25, .25, .25, .25},
     .ratio = 3},
    {.name = "groups-ratio-small",
     .nonmated = "mod",
     .mated = "mated-mod",
     .together = .5,
     .family = 1,
     .groups = 4,
     .share = {.1, .15, .25, .5},
     .ratio = 3},
    /* people of one group are more alike */
    {.name = "groups-alike",
     .nonmated = "mod",
     .mated = "mated-mod",
     .together = .5,
     .family = 1,
     .groups = 4,
     .share = {.25, .25, .25, .25},
     .across = -.8},
    /* people of the first group differ more */
    {.name = "groups-dispersed",
     .nonmated = "mod",
     .mated = "mated-mod",
     .together = .5,
     .family = 1,
     .groups = 4,
     .share = {.25, .25, .25, .25},
     .dispersed = 2},
    {.name = "groups-two",
     .nonmated = "mod",
     .mated = "mated-mod",
     .together = .5,
     .family = 1,
     .groups = 2,
     .share = {.1, .9}},
    {.name = "groups-eight",
     .nonmated = "mod",
     .mated = "mated-mod",
     .together = .5,
     .family = 1,
     .groups = 8,
     .share = {.125, .125, .125, .125, .125, .125, .125, .125}},
};

const struct plb_whole_model *plb_whole_get(size_t k) {
  return k < sizeof models / sizeof *models ? &models[k] : NULL;
}

const struct plb_whole_model *plb_whole_find(const char *name) {
  for (size_t k = 0; k < sizeof models / sizeof *models; k++)
    if (strcmp(models[k].name, name) == 0)
      return &models[k];
  return NULL;
}
