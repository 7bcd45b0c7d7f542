#include <stdlib.h>

#include "internal.h"

gansh_image_status gansh_image_reserve(
  gansh_image *image, uint32_t width, uint32_t height, uint32_t channels, uint64_t possible,
  char *message
) {
  if (width == 0 || height == 0) {
    snprintf(message, gansh_message_capacity, "its size is %ux%u", height, width);
    return gansh_image_damaged;
  }
  if (width > gansh_image_side_limit || height > gansh_image_side_limit ||
      (uint64_t)width * height > gansh_image_pixel_limit) {
    snprintf(message, gansh_message_capacity,
      "its size is %ux%u; at most %d pixels on a side and %d in all are read", height, width,
      gansh_image_side_limit, gansh_image_pixel_limit);
    return gansh_image_too_large;
  }
  if ((uint64_t)width * height > possible) {
    snprintf(message, gansh_message_capacity,
      "its size is %ux%u, more pixels than its bytes can hold", height, width);
    return gansh_image_damaged;
  }
  // Left uninitialised on purpose: missing rows are found out before the pages are used.
  image->bytes = malloc((size_t)width * height * channels);
  if (image->bytes == NULL) {
    gansh_tell(message, "not enough memory for its pixels");
    return gansh_image_out_of_memory;
  }
  image->width = width;
  image->height = height;
  image->channels = channels;
  image->orientation = 1;
  return gansh_image_ok;
}

typedef gansh_image_status decoder(
  const uint8_t *bytes, size_t count, gansh_image *image, char *message);

/// The decoder of a file that begins like this; null where there is none.
static decoder *decoder_of(const uint8_t *bytes, size_t count) {
  static const struct {
    decoder *decode;
    size_t count;
    uint8_t bytes[8];
    /// What stands at the eighth byte.
    char kind[5];
  } formats[] = {
    {gansh_jpeg_decode, 3, {0xFF, 0xD8, 0xFF}},
    {gansh_png_decode, 8, {0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'}},
    {gansh_gif_decode, 6, {'G', 'I', 'F', '8', '7', 'a'}},
    {gansh_gif_decode, 6, {'G', 'I', 'F', '8', '9', 'a'}},
    {gansh_webp_decode, 4, {'R', 'I', 'F', 'F'}, "WEBP"},
    {gansh_tiff_decode, 4, {'I', 'I', 42, 0}},
    {gansh_tiff_decode, 4, {'M', 'M', 0, 42}},
    // With places of 64 bits.
    {gansh_tiff_decode, 4, {'I', 'I', 43, 0}},
    {gansh_tiff_decode, 4, {'M', 'M', 0, 43}},
  };
  for (size_t i = 0; bytes != NULL && i < sizeof formats / sizeof *formats; i++) {
    if (count < formats[i].count || memcmp(bytes, formats[i].bytes, formats[i].count) != 0) {
      continue;
    }
    size_t length = strlen(formats[i].kind);
    if (length > 0 && (count < 8 + length || memcmp(bytes + 8, formats[i].kind, length) != 0)) {
      continue;
    }
    return formats[i].decode;
  }
  return NULL;
}

bool gansh_image_is_recognised(const uint8_t *bytes, size_t count) {
  return decoder_of(bytes, count) != NULL;
}

gansh_image_status gansh_image_decode(
  const uint8_t *bytes, size_t count, gansh_image *image, char *message
) {
  memset(image, 0, sizeof *image);
  message[0] = 0;
  gansh_image_status status = gansh_image_unrecognised;
  decoder *decode = decoder_of(bytes, count);
  if (decode != NULL) {
    status = decode(bytes, count, image, message);
  } else {
    gansh_tell(message, count == 0 ? "it is empty" : "it is of no kind that is read");
  }
  if (status != gansh_image_ok) {
    free(image->bytes);
    memset(image, 0, sizeof *image);
  }
  return status;
}

void gansh_bytes_free(uint8_t *bytes) { free(bytes); }
