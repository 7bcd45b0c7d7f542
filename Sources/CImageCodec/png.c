#include <setjmp.h>
#include <stdlib.h>

#include "internal.h"

#include <png.h>

/// A byte of deflate's unpacks to at most 1,032, and a byte has at most 8 pixels.
enum { pixels_per_byte = 1032 * 8 };

typedef struct png_context {
  jmp_buf escape;
  char *message;
  // Reading.
  const uint8_t *bytes;
  size_t count;
  size_t position;
  png_bytep *rows;
  // Writing.
  uint8_t *encoded;
  size_t encoded_count;
  size_t capacity;
  gansh_image_status status;
} png_context;

static void give_up(png_structp png, png_const_charp text) {
  png_context *context = png_get_error_ptr(png);
  gansh_tell(context->message, text);
  longjmp(context->escape, 1);
}

static void say_nothing(png_structp png, png_const_charp text) {
  (void)png;
  (void)text;
}

static void read_bytes(png_structp png, png_bytep target, size_t count) {
  png_context *context = png_get_io_ptr(png);
  if (count > context->count - context->position) png_error(png, "it ends early");
  memcpy(target, context->bytes + context->position, count);
  context->position += count;
}

/// What the block of EXIF says, before or behind the pixels.
static uint32_t orientation(png_structp png, png_infop info) {
  png_uint_32 count = 0;
  png_bytep bytes = NULL;
  if (!png_get_eXIf_1(png, info, &count, &bytes) || bytes == NULL) return 1;
  return gansh_exif_orientation(bytes, count);
}

/// Asks libpng for 8-bit grey or RGB, with alpha where there is any.
static void choose_form(png_structp png, png_infop info) {
  if (png_get_bit_depth(png, info) == 16) png_set_strip_16(png);
  // Palettes, samples of a few bits, a transparent colour.
  png_set_expand(png);
  png_set_interlace_handling(png);
  png_read_update_info(png, info);
}

static gansh_image_status read_rows(
  png_structp png, png_infop info, png_context *context, gansh_image *image
) {
  png_read_info(png, info);
  uint32_t width = png_get_image_width(png, info), height = png_get_image_height(png, info);
  int colour = png_get_color_type(png, info);
  bool alpha = (colour & PNG_COLOR_MASK_ALPHA) || png_get_valid(png, info, PNG_INFO_tRNS);
  uint32_t channels = ((colour & PNG_COLOR_MASK_COLOR) ? 3 : 1) + (alpha ? 1 : 0);
  // Before libpng is asked for a row buffer of that width.
  gansh_image_status status =
    gansh_image_reserve(
      image, width, height, channels, (uint64_t)context->count * pixels_per_byte,
      context->message);
  if (status != gansh_image_ok) return status;
  choose_form(png, info);
  size_t stride = (size_t)width * channels;
  if (png_get_rowbytes(png, info) != stride) {
    gansh_tell(context->message, "its kind of PNG is not read");
    return gansh_image_unsupported;
  }
  context->rows = malloc(sizeof(png_bytep) * height);
  if (context->rows == NULL) {
    gansh_tell(context->message, "not enough memory for its rows");
    return gansh_image_out_of_memory;
  }
  for (uint32_t y = 0; y < height; y++) context->rows[y] = image->bytes + stride * y;
  png_read_image(png, context->rows);
  png_read_end(png, info);
  image->orientation = orientation(png, info);
  return gansh_image_ok;
}

gansh_image_status gansh_png_decode(
  const uint8_t *bytes, size_t count, gansh_image *image, char *message
) {
  png_context context;
  memset(&context, 0, sizeof context);
  context.message = message;
  context.bytes = bytes;
  context.count = count;
  png_structp png =
    png_create_read_struct(PNG_LIBPNG_VER_STRING, &context, give_up, say_nothing);
  png_infop info = png == NULL ? NULL : png_create_info_struct(png);
  if (info == NULL) {
    png_destroy_read_struct(&png, NULL, NULL);
    gansh_tell(message, "not enough memory");
    return gansh_image_out_of_memory;
  }
  gansh_image_status status = gansh_image_damaged;
  if (setjmp(context.escape) == 0) {
    png_set_read_fn(png, &context, read_bytes);
    // Our own limits are told from the size itself, in words of our own.
    png_set_user_limits(png, 0x7FFFFFFF, 0x7FFFFFFF);
    status = read_rows(png, info, &context, image);
  } else {
    status = gansh_image_damaged;
  }
  free(context.rows);
  png_destroy_read_struct(&png, &info, NULL);
  return status;
}

static void write_bytes(png_structp png, png_bytep source, size_t count) {
  png_context *context = png_get_io_ptr(png);
  if (count > context->capacity - context->encoded_count) {
    size_t capacity = (context->capacity + count) * 2;
    uint8_t *grown = realloc(context->encoded, capacity);
    if (grown == NULL) png_error(png, "not enough memory for the encoded image");
    context->encoded = grown;
    context->capacity = capacity;
  }
  memcpy(context->encoded + context->encoded_count, source, count);
  context->encoded_count += count;
}

static void flush_nothing(png_structp png) { (void)png; }

static void write_image(
  png_structp png, png_infop info, const uint8_t *pixels, uint32_t width, uint32_t height,
  uint32_t channels
) {
  png_set_compression_level(png, 6);
  png_set_IHDR(
    png, info, width, height, 8, channels == 1 ? PNG_COLOR_TYPE_GRAY : PNG_COLOR_TYPE_RGB,
    PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_write_info(png, info);
  for (uint32_t y = 0; y < height; y++) {
    png_write_row(png, pixels + (size_t)width * channels * y);
  }
  png_write_end(png, NULL);
}

gansh_image_status gansh_png_encode(
  const uint8_t *pixels, uint32_t width, uint32_t height, uint32_t channels, uint8_t **encoded,
  size_t *encoded_count, char *message
) {
  png_context context;
  memset(&context, 0, sizeof context);
  context.message = message;
  message[0] = 0;
  *encoded = NULL;
  *encoded_count = 0;
  if (channels != 1 && channels != 3) {
    gansh_tell(message, "only grey and RGB images are written");
    return gansh_image_unsupported;
  }
  png_structp png =
    png_create_write_struct(PNG_LIBPNG_VER_STRING, &context, give_up, say_nothing);
  png_infop info = png == NULL ? NULL : png_create_info_struct(png);
  if (info == NULL) {
    png_destroy_write_struct(&png, NULL);
    gansh_tell(message, "not enough memory");
    return gansh_image_out_of_memory;
  }
  if (setjmp(context.escape)) {
    free(context.encoded);
    png_destroy_write_struct(&png, &info);
    return gansh_image_out_of_memory;
  }
  png_set_write_fn(png, &context, write_bytes, flush_nothing);
  write_image(png, info, pixels, width, height, channels);
  png_destroy_write_struct(&png, &info);
  *encoded = context.encoded;
  *encoded_count = context.encoded_count;
  return gansh_image_ok;
}
