#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// How a call ended; anything but `gansh_image_ok` comes with a message.
typedef enum gansh_image_status {
  gansh_image_ok = 0,
  /// The bytes are of no format that is read here.
  gansh_image_unrecognised = 1,
  /// The bytes end early or contradict themselves.
  gansh_image_damaged = 2,
  /// More than 65,535 pixels on a side, or more than 2^28 pixels.
  gansh_image_too_large = 3,
  /// A kind of such a file that is not read.
  gansh_image_unsupported = 4,
  gansh_image_out_of_memory = 5,
} gansh_image_status;

enum {
  gansh_image_side_limit = 65535,
  gansh_image_pixel_limit = 1 << 28,
  gansh_message_capacity = 256,
};

/// A picture as its file has it: rows in the order of the file, pixels interleaved, no padding.
/// `bytes` is freed with `gansh_bytes_free`.
typedef struct gansh_image {
  uint32_t width;
  uint32_t height;
  /// 1 (grey), 2 (grey and alpha), 3 (RGB) or 4 (RGB and alpha).
  uint32_t channels;
  /// How it is to be shown, 1 to 8 as in EXIF and TIFF; 1 for as it is.
  uint32_t orientation;
  /// Whether colours are weighed with alpha already.
  bool premultiplied;
  /// Whether its colours were made from four inks.
  bool inks;
  uint8_t *_Nullable bytes;
} gansh_image;

/// Whether bytes begin as a JPEG, PNG, GIF, WebP or TIFF does.
bool gansh_image_is_recognised(const uint8_t *_Nullable bytes, size_t count);

/// Decodes a JPEG, PNG, GIF, WebP or TIFF (the first picture in it) held in memory, told apart by content.
/// Palettes and 1- to 16-bit samples become 8-bit ones as in Pillow's `convert("RGB")`; CMYK becomes RGB.
/// `message` takes `gansh_message_capacity` bytes. On failure `image->bytes` is null.
gansh_image_status gansh_image_decode(
  const uint8_t *_Nullable bytes, size_t count, gansh_image *_Nonnull image,
  char *_Nonnull message);

/// Encodes 8-bit grey or RGB as PNG; the same pixels give the same bytes.
/// `*encoded` is freed with `gansh_bytes_free`; it is null on failure.
gansh_image_status gansh_png_encode(
  const uint8_t *_Nonnull pixels, uint32_t width, uint32_t height, uint32_t channels,
  uint8_t *_Nullable *_Nonnull encoded, size_t *_Nonnull encoded_count, char *_Nonnull message);

/// Encodes 8-bit grey or RGB as JPEG of a quality of 1 to 100, with libjpeg's usual subsampling of colours.
/// `*encoded` is freed with `gansh_bytes_free`; it is null on failure.
gansh_image_status gansh_jpeg_encode(
  const uint8_t *_Nonnull pixels, uint32_t width, uint32_t height, uint32_t channels, int quality,
  uint8_t *_Nullable *_Nonnull encoded, size_t *_Nonnull encoded_count, char *_Nonnull message);

/// The CRC-32 of bytes that follow those whose sum is `before` (0: none), by zlib.
uint32_t gansh_checksum(uint32_t before, const uint8_t *_Nonnull bytes, size_t count);

void gansh_bytes_free(uint8_t *_Nullable bytes);

/// result[i] = clamp((2^21 + sum over k of weights[k] * rows[k * stride + i]) >> 22), i < length:
/// one row of a resampling pass in the fixed-point arithmetic of Pillow.
void gansh_weigh_rows(
  const uint8_t *_Nonnull rows, size_t stride, const int32_t *_Nonnull weights, size_t count,
  uint8_t *_Nonnull result, size_t length);

/// result[i] = bytes[i] / 127.5 - 1.
void gansh_bytes_to_signed_units(
  const uint8_t *_Nonnull bytes, size_t count, float *_Nonnull result);

/// Where pixels are taken from: source = (x, y, 1) · (across, down) in coordinates in which pixel i lies from i to i + 1. They
/// are held within low...high, and what lies outside of the image is `outside`.
typedef struct {
  double across[3], down[3];
  float low[2], high[2];
  float outside;
} gansh_affine;

/// Values that `gansh_sample_affine` needs beside an image.
size_t gansh_affine_scratch(size_t width, size_t height);

/// Samples the planes of an image bilinearly in place; at most four channels, coordinates from -0.5 to the size + 0.5.
void gansh_sample_affine(
  float *_Nonnull values, size_t channels, size_t height, size_t width, gansh_affine map,
  float *_Nonnull scratch);

/// Weighs each value of a plane with its neighbours in place, first along the rows, then down the columns.
///
/// - columns: which column stands at -(count / 2), and so on to width + count / 2 - 1; rows likewise.
/// - places: takes `count` numbers.
/// - scratch: takes a plane, and a row with `count` more.
void gansh_filter_plane(
  float *_Nonnull values, size_t height, size_t width, const float *_Nonnull weights, size_t count,
  const int32_t *_Nonnull columns, const int32_t *_Nonnull rows, int32_t *_Nonnull places,
  float *_Nonnull scratch);

#ifdef __cplusplus
}
#endif
