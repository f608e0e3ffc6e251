/* SPDX-License-Identifier: Apache-2.0
 *
 * The bytes of one input: a file, or standard input ("-"), plain, gzip or zstd (told by content), with
 * the digest of the raw bytes. Gives whole lines and checks what no format allows: NUL bytes, invalid
 * UTF-8, lines longer than PLB_LINE_LIMIT, a compressed stream that ends early. No seeking, so a pipe
 * works; memory is bounded by the longest line. An array of numbers is given as the bytes that it is.
 */
#ifndef PLB_TRIAL_BYTES_H
#define PLB_TRIAL_BYTES_H

#include "base/error.h"
#include "trial/deal.h"
#include "trial/digest.h"
#include "trial/stored.h"

#define PLB_LINE_LIMIT (64u << 20)
#define PLB_HEAD_BYTES (64u << 10)

struct plb_bytes;

/* `input` (borrowed until close) says which digest, and whom to tell of every block read: its progress
 * callback may cancel, also while the input keeps us waiting and a signal wakes us.
 * Fails with PLB_IO (cannot open), PLB_DATA (a folder, images, templates, an archive: named as such). */
plb_status plb_bytes_open(const char *path, const struct plb_input *input, struct plb_bytes **bytes,
                          struct plb_error *err);

/* The first bytes (at most PLB_HEAD_BYTES, decompressed, after a byte order mark) without consuming them. */
plb_status plb_bytes_head(struct plb_bytes *bytes, const char **head, size_t *length, struct plb_error *err);

/* The next line without its "\n" or "\r\n"; *text is NULL at the end. Valid until the next call. The
 * bytes just behind the line may be read up to 16 further (padding), never trusted. */
plb_status plb_bytes_line(struct plb_bytes *bytes, const char **text, size_t *length, struct plb_error *err);

/* Deals out what lies ahead: from now on there are only the lines of one shard, and their numbers are what they are in
 * the whole of it. Whose turn it is at first is decided by the first bytes of the input: small
 * inputs do not all go to the same shard. False when out of memory. */
bool plb_bytes_deal(struct plb_bytes *bytes, const struct plb_dealing *dealing);

/* Where lines that are not all empty were last left to other shards: the number of the first of them; 0 = nowhere. */
uint64_t plb_bytes_left_out(const struct plb_bytes *bytes);

/* The whole lines that are there without reading more, line ends included, 16 bytes of padding behind them;
 * *length is 0 where the next line has to be asked for by plb_bytes_line, which alone knows faults. Nothing
 * is consumed. Their numbers are those that follow that of the line last given. */
void plb_bytes_ahead(struct plb_bytes *bytes, const char **text, size_t *length);

/* The same without the last sentence. */
void plb_bytes_all_ahead(const struct plb_bytes *bytes, const char **text, size_t *length);

/* Reads on until at least `wanted` bytes lie ahead, or as many as there are; a fault of reading is reported by
 * plb_bytes_line when its place is reached. */
plb_status plb_bytes_reach(struct plb_bytes *bytes, size_t wanted, struct plb_error *err);

/* Gets about `wanted` bytes for later, while other threads look at those that lie ahead; only one may do this,
 * and nobody may call anything else meanwhile. Does nothing where reading might keep it waiting (a pipe). */
void plb_bytes_read_ahead(struct plb_bytes *bytes, size_t wanted);

/* Consumes the first `length` of these bytes, which are `lines` lines. */
void plb_bytes_pass(struct plb_bytes *bytes, size_t length, uint64_t lines);

/* The next bytes as they are, for formats that are no text: all that is there, at least one; *length is 0 at the end.
 * Valid until the next call; not to be mixed with lines. */
plb_status plb_bytes_chunk(struct plb_bytes *bytes, const char **chunk, size_t *length, struct plb_error *err);

/* Makes another content of the same bytes: that part of them was read alone. */
void plb_bytes_mark(struct plb_bytes *bytes, const char *part);
/* The input is no text but an array: there are no lines, and bytes may have any value. To be called before anything was
 * consumed. */
void plb_bytes_array(struct plb_bytes *bytes);

/* The bytes that lie ahead: at least `least` of them, or all there are. Nothing is consumed; valid until the next
 * call. Of an array only. */
plb_status plb_bytes_peek(struct plb_bytes *bytes, size_t least, const char **at, size_t *length,
                          struct plb_error *err);

/* The file, where the bytes ahead are as they lie in it: plain, and to be read again at any place; else NULL. To be
 * released. */
plb_status plb_bytes_store(const struct plb_bytes *bytes, struct plb_store **store, struct plb_error *err);

/* Where the next byte lies in it. */
uint64_t plb_bytes_place(const struct plb_bytes *bytes);

/* Number of the line last given, from 1. */
uint64_t plb_bytes_line_number(const struct plb_bytes *bytes);

/* The name for messages: the path, or "standard input". */
const char *plb_bytes_name(const struct plb_bytes *bytes);

/* How the input is compressed: "gzip", "zstd", or NULL when it is not. */
const char *plb_bytes_packing(const struct plb_bytes *bytes);

/* Bytes of the file, packed or not; 0 = not known beforehand. */
uint64_t plb_bytes_size(const struct plb_bytes *bytes);

/* Bytes of the text read so far. */
uint64_t plb_bytes_length(const struct plb_bytes *bytes);

/* Raw bytes read so far, and, at the end of the input, the digest text ("xxh3:..."; NULL when none). */
uint64_t plb_bytes_count(const struct plb_bytes *bytes);
const char *plb_bytes_digest(struct plb_bytes *bytes);

/* At the end of the input, once: the digest of the text in it, whatever its packing. False before the end. */
bool plb_bytes_content(struct plb_bytes *bytes, struct plb_content_digest *digest);

/* PLB_IO where somebody has written to the file since it was opened, so that it is longer or shorter now: what seems to
 * be wrong with its length is that. */
plb_status plb_bytes_unchanged(const struct plb_bytes *bytes, struct plb_error *err);

/* Which file this is, where it is a regular file; else 0 and 0. */
void plb_bytes_file(const struct plb_bytes *bytes, uint64_t *device, uint64_t *inode);

/* Accepts NULL. */
void plb_bytes_close(struct plb_bytes *bytes);

#endif
