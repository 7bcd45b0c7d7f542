#include <stdarg.h>
#include <stdlib.h>

#include "internal.h"

#include <tiffio.h>

typedef struct tiff_source {
  const uint8_t *bytes;
  size_t count;
  uint64_t position;
  char *message;
} tiff_source;

/// A byte of deflate's unpacks to at most 1,032, and a byte has at most 8 pixels; a blank page of a fax
/// takes less than that.
enum { pixels_per_byte = 1032 * 8, small_page = 1 << 22, largest_part = 1 << 30 };

static tmsize_t read_bytes(thandle_t handle, void *target, tmsize_t count) {
  tiff_source *source = handle;
  if (count < 0 || source->position >= source->count) return 0;
  size_t left = source->count - (size_t)source->position;
  size_t taken = (size_t)count < left ? (size_t)count : left;
  memcpy(target, source->bytes + source->position, taken);
  source->position += taken;
  return (tmsize_t)taken;
}

static tmsize_t write_nothing(thandle_t handle, void *source, tmsize_t count) {
  (void)handle;
  (void)source;
  (void)count;
  return 0;
}

static toff_t seek(thandle_t handle, toff_t offset, int whence) {
  tiff_source *source = handle;
  uint64_t from = whence == SEEK_CUR ? source->position : whence == SEEK_END ? source->count : 0;
  source->position = from + offset;
  return source->position;
}

static int close_nothing(thandle_t handle) {
  (void)handle;
  return 0;
}

static toff_t size(thandle_t handle) { return ((tiff_source *)handle)->count; }

/// The first error says why; what follows are its consequences.
static int keep(TIFF *tiff, void *context, const char *module, const char *format, va_list list) {
  (void)tiff;
  (void)module;
  char *message = ((tiff_source *)context)->message;
  if (message[0] == 0) vsnprintf(message, gansh_message_capacity, format, list);
  return 1;
}

static int say_nothing(
  TIFF *tiff, void *context, const char *module, const char *format, va_list list
) {
  (void)tiff;
  (void)context;
  (void)module;
  (void)format;
  (void)list;
  return 1;
}

static gansh_image_status damaged(char *message) {
  if (message[0] == 0) gansh_tell(message, "its parts contradict each other");
  return gansh_image_damaged;
}

/// Whether a fourth sample says how opaque a pixel is; one of no declared meaning does not.
static bool has_alpha(TIFF *tiff) {
  uint16_t count = 0;
  uint16_t *kinds = NULL;
  if (!TIFFGetField(tiff, TIFFTAG_EXTRASAMPLES, &count, &kinds) || count == 0) return false;
  return kinds[0] == EXTRASAMPLE_ASSOCALPHA || kinds[0] == EXTRASAMPLE_UNASSALPHA;
}

/// From libtiff's words of four bytes to the channels that there are, in place.
static void pack(gansh_image *image, uint32_t channels) {
  size_t count = (size_t)image->width * image->height;
  for (size_t i = 0; i < count; i++) {
    uint32_t word;
    memcpy(&word, image->bytes + 4 * i, 4);
    uint8_t values[4] = {
      (uint8_t)TIFFGetR(word), (uint8_t)TIFFGetG(word), (uint8_t)TIFFGetB(word),
      (uint8_t)TIFFGetA(word)};
    memcpy(image->bytes + channels * i, values, channels);
  }
  image->channels = channels;
}

static gansh_image_status read_picture(
  TIFF *tiff, size_t count, gansh_image *image, char *message
) {
  uint32_t width = 0, height = 0, kind = 0;
  uint16_t photometric = 0, orientation = 1, samples = 1;
  TIFFGetField(tiff, TIFFTAG_IMAGEWIDTH, &width);
  TIFFGetField(tiff, TIFFTAG_IMAGELENGTH, &height);
  TIFFGetField(tiff, TIFFTAG_SUBFILETYPE, &kind);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_SAMPLESPERPIXEL, &samples);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_ORIENTATION, &orientation);
  if (kind & FILETYPE_REDUCEDIMAGE) {
    gansh_tell(message, "its first picture is a preview, as in a camera's raw file; convert it");
    return gansh_image_unsupported;
  }
  char why[1024] = "";
  if (!TIFFRGBAImageOK(tiff, why)) {
    gansh_tell(message, why);
    return gansh_image_unsupported;
  }
  TIFFGetField(tiff, TIFFTAG_PHOTOMETRIC, &photometric);
  uint64_t possible = (uint64_t)count * pixels_per_byte;
  gansh_image_status status = gansh_image_reserve(
    image, width, height, 4, possible < small_page ? small_page : possible, message);
  if (status != gansh_image_ok) return status;
  TIFFRGBAImage reading;
  if (!TIFFRGBAImageBegin(&reading, tiff, 1, why)) {
    if (message[0] == 0) gansh_tell(message, why);
    return damaged(message);
  }
  // Rows come as they are stored; how they are to be shown is obeyed for all formats in one place.
  reading.orientation = reading.req_orientation = ORIENTATION_TOPLEFT;
  int whole = TIFFRGBAImageGet(&reading, (uint32_t *)image->bytes, width, height);
  TIFFRGBAImageEnd(&reading);
  if (!whole || message[0] != 0) return damaged(message);
  bool grey = photometric == PHOTOMETRIC_MINISBLACK || photometric == PHOTOMETRIC_MINISWHITE;
  bool alpha = has_alpha(tiff);
  // Grey with alpha stays RGB with alpha: libtiff's words have the samples of neither kind apart.
  pack(image, alpha ? 4 : grey && samples == 1 ? 1 : 3);
  image->premultiplied = alpha;
  image->inks = photometric == PHOTOMETRIC_SEPARATED;
  image->orientation = orientation >= 1 && orientation <= 8 ? orientation : 1;
  return gansh_image_ok;
}

gansh_image_status gansh_tiff_decode(
  const uint8_t *bytes, size_t count, gansh_image *image, char *message
) {
  tiff_source source = {bytes, count, 0, message};
  TIFFOpenOptions *options = TIFFOpenOptionsAlloc();
  if (options == NULL) {
    gansh_tell(message, "not enough memory");
    return gansh_image_out_of_memory;
  }
  TIFFOpenOptionsSetErrorHandlerExtR(options, keep, &source);
  TIFFOpenOptionsSetWarningHandlerExtR(options, say_nothing, &source);
  TIFFOpenOptionsSetMaxSingleMemAlloc(options, largest_part);
  // `m`: read by calls and not mapped, so that each read is checked above.
  TIFF *tiff = TIFFClientOpenExt(
    "image", "rm", &source, read_bytes, write_nothing, seek, close_nothing, size, NULL, NULL,
    options);
  TIFFOpenOptionsFree(options);
  if (tiff == NULL) return damaged(message);
  gansh_image_status status = read_picture(tiff, count, image, message);
  TIFFClose(tiff);
  return status;
}
