/* SPDX-License-Identifier: Apache-2.0 */
#include "trial/trial.h"

void plb_census_free(struct plb_census *census) {
  plb_dict_free(&census->people);
  plb_dict_free(&census->samples);
  plb_dict_free(&census->systems);
  plb_dict_free(&census->groups);
  plb_noted_free(&census->notes);
  plb_attribute_free(&census->clusters);
}
