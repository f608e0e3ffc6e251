/* SPDX-License-Identifier: Apache-2.0
 *
 * A file is told by its first bytes. Images and templates are refused because this program has no
 * business with them; archives and binary tables because it cannot read them (yet). All signatures
 * either hold bytes that text does not hold or are the documented first words of their format.
 */
#include "trial/refuse.h"

#include <string.h>
#include <strings.h>

#include "base/mark.h"

enum why { IMAGE, TEMPLATE, ARCHIVE, LATER, OTHER };

struct signature {
  size_t offset, length;
  const char *bytes;
  enum why why;
  const char *what;
};

static const struct signature signatures[] = {
    {0, 3, "\xFF\xD8\xFF", IMAGE, "a JPEG image"},
    {0, 8, "\x89PNG\r\n\x1A\n", IMAGE, "a PNG image"},
    {0, 6, "GIF87a", IMAGE, "a GIF image"},
    {0, 6, "GIF89a", IMAGE, "a GIF image"},
    {0, 4, "II*\0", IMAGE, "a TIFF image"},
    {0, 4, "MM\0*", IMAGE, "a TIFF image"},
    {0, 8, "\0\0\0\x0CjP  ", IMAGE, "a JPEG 2000 image"},
    {0, 4, "\xFF\x4F\xFF\x51", IMAGE, "a JPEG 2000 image"},
    {0, 3, "\xFF\xA0\xFF", IMAGE, "a WSQ fingerprint image"},
    {0, 4, "RIFF", IMAGE, "a WebP image or a sound"},
    {0, 5, "%PDF-", IMAGE, "a PDF document"},
    {0, 4, "FMR\0", TEMPLATE, "an ISO/IEC 19794-2 fingerprint template"},
    {0, 4, "FIR\0", TEMPLATE, "an ISO/IEC 19794-4 fingerprint image record"},
    {0, 4, "IIR\0", TEMPLATE, "an ISO/IEC 19794-6 iris image record"},
    {0, 4, "FAC\0", TEMPLATE, "an ISO/IEC 19794-5 face image record"},
    {0, 4, "VIR\0", TEMPLATE, "an ISO/IEC 19794-9 vascular image record"},
    {0, 2, "\x7F\x60", TEMPLATE, "a CBEFF biometric record"},
    {0, 2, "\x7F\x61", TEMPLATE, "a CBEFF biometric record"},
    {0, 2, "\x7F\x2E", TEMPLATE, "a CBEFF biometric record"},
    {0, 6, "1.001:", TEMPLATE, "an ANSI/NIST-ITL file"},
    {0, 5, "1.01:", TEMPLATE, "an ANSI/NIST-ITL file"},
    {0, 4, "PK\x03\x04", ARCHIVE, "a zip archive or an Excel workbook"},
    {0, 4, "PK\x05\x06", ARCHIVE, "a zip archive"},
    {257, 6, "ustar\0", ARCHIVE, "a tar archive"},
    {257, 8, "ustar  \0", ARCHIVE, "a tar archive"},
    {0, 6, "7z\xBC\xAF\x27\x1C", ARCHIVE, "a 7z archive"},
    {0, 6, "Rar!\x1A\x07", ARCHIVE, "a RAR archive"},
    {0, 6,
     "\xFD"
     "7zXZ\0",
     ARCHIVE, "an xz file"},
    {4, 6, "1AY&SY", ARCHIVE, "a bzip2 file"},
    {0, 4, "\x04\x22\x4D\x18", ARCHIVE, "an lz4 file"},
    {0, 3, "\x1F\x8B\x08", ARCHIVE, "gzip within a compressed file"},
    {0, 4, "\x28\xB5\x2F\xFD", ARCHIVE, "zstd within a compressed file"},
    {0, 8, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", ARCHIVE, "an old Excel workbook or Office document"},
    {0, 5, "PAR1\x15", OTHER, "a Parquet file"},
    {0, 8, "ARROW1\0\0", OTHER, "an Arrow file"},
    {0, 15, "SQLite format 3", OTHER, "an SQLite database"},
    {0, 5, "RDX3\n", OTHER, "an R data file"},
    {0, 4, "X\n\0\0", OTHER, "an R data file"},
    {0, 4,
     "\x7F"
     "ELF",
     OTHER, "a program"},
};

static bool is_state(const char *head, size_t length) {
  size_t mark = sizeof PLB_STATE_MARK - 1;
  return length && memcmp(head, PLB_STATE_MARK, length < mark ? length : mark) == 0;
}

static bool matches(const struct signature *signature, const char *head, size_t length) {
  return length >= signature->offset + signature->length &&
         memcmp(head + signature->offset, signature->bytes, signature->length) == 0;
}

/* The ISO base media format: a box of type "ftyp". */
static bool is_media(const char *head, size_t length) {
  return length >= 12 && head[0] == 0 && memcmp(head + 4, "ftyp", 4) == 0;
}

/* BMP: "BM", the size, four zero bytes. */
static bool is_bmp(const char *head, size_t length) {
  return length >= 14 && memcmp(head, "BM", 2) == 0 && memcmp(head + 6, "\0\0\0\0", 4) == 0;
}

/* Any other record of ISO/IEC 19794: three capitals and a zero, three of a version and a zero. */
static bool is_19794(const char *head, size_t length) {
  if (length < 8 || head[3] || head[7])
    return false;
  for (size_t i = 0; i < 3; i++) {
    bool capital = head[i] >= 'A' && head[i] <= 'Z';
    bool version = (head[4 + i] >= '0' && head[4 + i] <= '9') || head[4 + i] == ' ';
    if (!capital || !version)
      return false;
  }
  return true;
}

/* A zip archive whose first member is a NumPy array: its name stands at byte 30, its length at byte 26. */
static bool is_npz(const char *head, size_t length) {
  if (length < 30 || memcmp(head, "PK\x03\x04", 4) != 0)
    return false;
  size_t name = (size_t)(unsigned char)head[26] | (size_t)(unsigned char)head[27] << 8;
  return name > 4 && length - 30 >= name && memcmp(head + 30 + name - 4, ".npy", 4) == 0;
}

/* Lines that end in CR alone: then the first one never ends. */
static bool is_old_mac(const char *head, size_t length) {
  const char *carriage = memchr(head, '\r', length);
  return carriage && carriage + 1 < head + length && !memchr(head, '\n', length);
}

/* What a file of marked-up text begins with, where no score file does; NULL when it does not. */
static const char *markup(const char *head, size_t length) {
  const char *at = head, *end = head + length;
  if (length >= 3 && memcmp(head, "\xEF\xBB\xBF", 3) == 0)
    at += 3;
  while (at < end && (*at == ' ' || *at == '\t' || *at == '\n' || *at == '\r'))
    at++;
  if (end - at >= 5 && (memcmp(at, "<?xml", 5) == 0 || strncasecmp(at, "<html", 5) == 0))
    return "an XML or HTML document";
  if (end - at >= 9 && strncasecmp(at, "<!doctype", 9) == 0)
    return "an XML or HTML document";
  if (at == end || (*at != '{' && *at != '['))
    return NULL;
  for (at++; at < end && (*at == ' ' || *at == '\t' || *at == '\n' || *at == '\r' || *at == '{' || *at == '['); at++)
    ;
  return at < end && strchr("\"-0123456789", *at) ? "a JSON document" : NULL;
}

/* Zero bytes at all even or all odd places of the first ones: ASCII as UTF-16. */
static bool is_utf16(const char *head, size_t length) {
  if (length >= 2 && (memcmp(head, "\xFF\xFE", 2) == 0 || memcmp(head, "\xFE\xFF", 2) == 0))
    return true;
  size_t looked = length < 64 ? length & ~(size_t)1 : 64;
  size_t zeros[2] = {0, 0};
  for (size_t i = 0; i < looked; i++)
    zeros[i & 1] += head[i] == 0;
  return looked >= 8 && (zeros[0] == looked / 2 || zeros[1] == looked / 2) && zeros[0] + zeros[1] == looked / 2;
}

static plb_status refuse(const char *name, enum why why, const char *what, struct plb_error *err) {
  switch (why) {
  case IMAGE:
  case TEMPLATE:
    return plb_fail_at(err, PLB_DATA, name, 0, 0,
                       "this is %s; plumbline reads comparison scores and refuses images and templates", what);
  case ARCHIVE:
    return plb_fail_at(err, PLB_DATA, name, 0, 0, "this is %s; expected text, plain or packed once by gzip or zstd",
                       what);
  case LATER:
    return plb_fail_at(err, PLB_UNSUPPORTED, name, 0, 0, "this is %s; reading this format is not in this build yet",
                       what);
  case OTHER: break;
  }
  return plb_fail_at(err, PLB_DATA, name, 0, 0, "this is %s; expected text, for example a CSV written from it", what);
}

/* A state of this program where scores belong, perhaps one that is a state no more. */
static plb_status refuse_state(const char *name, size_t length, const char *packing, bool plain,
                               struct plb_error *err) {
  if (length < sizeof PLB_STATE_MARK - 1)
    return plb_fail_at(err, PLB_DATA, name, 0, 0,
                       "this is the beginning of a state of plumbline count, cut off behind %zu bytes; copy it again, "
                       "or count again",
                       length);
  if (packing)
    return plb_fail_at(err, PLB_DATA, name, 0, 0,
                       "this is a state of plumbline count, packed by %s; unpack it (%s), as states are read as plain "
                       "files",
                       packing, strcmp(packing, "gzip") == 0 ? "gunzip" : "unzstd");
  if (!plain)
    return plb_fail_at(err, PLB_DATA, name, 0, 0,
                       "this is a state of plumbline count, which is read twice, and not from here: write it to a file "
                       "and name that");
  return plb_fail_at(err, PLB_DATA, name, 0, 0,
                     "this is a state of plumbline count, where scores are expected; verification and merge take "
                     "states, with no scores or tables beside them");
}

/* A result of this program where its scores belong. */
static bool is_result(const char *head, size_t length) {
  static const char mark[] = "\"plumbline-result/";
  return memmem(head, length < 256 ? length : 256, mark, sizeof mark - 1) != NULL;
}

plb_status plb_refuse(const char *name, const char *head, size_t length, const char *packing, bool plain,
                      struct plb_error *err) {
  if (is_state(head, length))
    return refuse_state(name, length, packing, plain, err);
  if (is_npz(head, length))
    return plb_fail_at(err, PLB_DATA, name, 0, 0,
                       "this is a NumPy .npz archive; unpack it (unzip) and give the .npy files in it");
  for (size_t i = 0; i < sizeof signatures / sizeof *signatures; i++)
    if (matches(&signatures[i], head, length))
      return refuse(name, signatures[i].why, signatures[i].what, err);
  if (is_media(head, length))
    return refuse(name, IMAGE, "a HEIF or AVIF image or a video", err);
  if (is_bmp(head, length))
    return refuse(name, IMAGE, "a BMP image", err);
  if (is_19794(head, length))
    return refuse(name, TEMPLATE, "an ISO/IEC 19794 biometric record", err);
  if (length >= 4 && (memcmp(head, "\xFF\xFE\0\0", 4) == 0 || memcmp(head, "\0\0\xFE\xFF", 4) == 0))
    return plb_fail_at(err, PLB_DATA, name, 0, 0, "this is UTF-32 text; expected UTF-8, so save it again as UTF-8");
  if (is_utf16(head, length))
    return plb_fail_at(err, PLB_DATA, name, 0, 0, "this is UTF-16 text; expected UTF-8, so save it again as UTF-8");
  if (is_result(head, length))
    return plb_fail_at(err, PLB_DATA, name, 0, 0,
                       "this is a result of plumbline; expected the comparison scores (\"plumbline report\" shows "
                       "results)");
  if (markup(head, length))
    return refuse(name, OTHER, markup(head, length), err);
  if (is_old_mac(head, length))
    return plb_fail_at(err, PLB_DATA, name, 0, 0,
                       "its lines end in CR alone; expected LF or CRLF at the ends of lines");
  return PLB_OK;
}
