/* SPDX-License-Identifier: Apache-2.0
 *
 * All of some bytes at a place of a file, however many calls that takes, and whatever signals come meanwhile.
 */
#ifndef PLB_BASE_FILE_H
#define PLB_BASE_FILE_H

#include <stddef.h>
#include <stdint.h>

/* Both answer 0, or the errno of what failed: EIO where the file ends before, ENOSPC where it can grow no more. The
 * place where the file is read or written otherwise does not move. Threads: safe on one file. */
int plb_file_read(int file, uint64_t at, void *bytes, size_t size);
int plb_file_write(int file, uint64_t at, const void *bytes, size_t size);

#endif
