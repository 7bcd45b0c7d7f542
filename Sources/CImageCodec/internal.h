#pragma once

#include <stdio.h>
#include <string.h>

#include "CImageCodec.h"

gansh_image_status gansh_jpeg_decode(
  const uint8_t *bytes, size_t count, gansh_image *image, char *message);
gansh_image_status gansh_png_decode(
  const uint8_t *bytes, size_t count, gansh_image *image, char *message);
gansh_image_status gansh_gif_decode(
  const uint8_t *bytes, size_t count, gansh_image *image, char *message);
gansh_image_status gansh_webp_decode(
  const uint8_t *bytes, size_t count, gansh_image *image, char *message);
gansh_image_status gansh_tiff_decode(
  const uint8_t *bytes, size_t count, gansh_image *image, char *message);

/// What a block of EXIF says about how its picture is to be shown, 1 to 8; 1 where it says nothing that
/// can be understood.
uint32_t gansh_exif_orientation(const uint8_t *bytes, size_t count);

/// Checks the size and allocates the pixels; `possible` is the most pixels that the file's bytes
/// could be unpacked to, so that a small file that claims a large size costs neither memory nor time.
gansh_image_status gansh_image_reserve(
  gansh_image *image, uint32_t width, uint32_t height, uint32_t channels, uint64_t possible,
  char *message);

static inline void gansh_tell(char *message, const char *text) {
  snprintf(message, gansh_message_capacity, "%s", text);
}
