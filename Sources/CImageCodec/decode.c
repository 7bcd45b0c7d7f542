#include <stdlib.h>

#include "internal.h"

gansh_image_status gansh_image_reserve(
  gansh_image *image, uint32_t width, uint32_t height, uint32_t channels, char *message
) {
  if (width == 0 || height == 0) {
    snprintf(message, gansh_message_capacity, "its size is %ux%u", width, height);
    return gansh_image_damaged;
  }
  if (width > gansh_image_side_limit || height > gansh_image_side_limit ||
      (uint64_t)width * height > gansh_image_pixel_limit) {
    snprintf(message, gansh_message_capacity,
      "its size is %ux%u; at most %d pixels on a side and %d in all are read", width, height,
      gansh_image_side_limit, gansh_image_pixel_limit);
    return gansh_image_too_large;
  }
  // Left uninitialised on purpose: a small file that claims a large size then costs no memory
  // before its missing rows are found out.
  image->bytes = malloc((size_t)width * height * channels);
  if (image->bytes == NULL) {
    gansh_tell(message, "not enough memory for its pixels");
    return gansh_image_out_of_memory;
  }
  image->width = width;
  image->height = height;
  image->channels = channels;
  return gansh_image_ok;
}

gansh_image_status gansh_image_decode(
  const uint8_t *bytes, size_t count, gansh_image *image, char *message
) {
  static const uint8_t png[8] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
  memset(image, 0, sizeof *image);
  message[0] = 0;
  gansh_image_status status = gansh_image_unrecognised;
  if (bytes != NULL && count >= 3 && bytes[0] == 0xFF && bytes[1] == 0xD8 && bytes[2] == 0xFF) {
    status = gansh_jpeg_decode(bytes, count, image, message);
  } else if (bytes != NULL && count >= sizeof png && memcmp(bytes, png, sizeof png) == 0) {
    status = gansh_png_decode(bytes, count, image, message);
  } else {
    gansh_tell(message, count == 0 ? "it is empty" : "it is neither JPEG nor PNG");
  }
  if (status != gansh_image_ok) {
    free(image->bytes);
    memset(image, 0, sizeof *image);
  }
  return status;
}

void gansh_bytes_free(uint8_t *bytes) { free(bytes); }
