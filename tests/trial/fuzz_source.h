/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PLB_TESTS_FUZZ_SOURCE_H
#define PLB_TESTS_FUZZ_SOURCE_H

#include <stddef.h>
#include <stdint.h>

#define FUZZ_OPTIONS 2  /* bytes before the file: its place in the test, and options */
#define FUZZ_FORMATS 12 /* the first byte is a format, 0 for none, and this times the place */
#define FUZZ_PLACES 14

/* Reads one input; aborts when a promise is broken. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
