#include <setjmp.h>
#include <stdlib.h>

#include "internal.h"

#include <jpeglib.h>
#include <jerror.h>

/// libjpeg calls back with a pointer to its own part, which therefore comes first.
typedef struct jpeg_context {
  struct jpeg_error_mgr errors;
  struct jpeg_progress_mgr progress;
  jmp_buf escape;
  char *message;
  gansh_image_status status;
  uint8_t *row;
  size_t count;
} jpeg_context;

/// A progressive file with endless scans would otherwise keep a worker busy for ever.
enum { scan_limit = 500 };

/// A block of 8x8 samples takes a bit at the very least; arithmetic coding is taken for no better.
enum { pixels_per_byte = 8 * 64 };

enum { exif_marker = JPEG_APP0 + 1, longest_marker = 0xFFFF };

static _Noreturn void give_up(j_common_ptr common) {
  jpeg_context *context = (jpeg_context *)common->err;
  char text[JMSG_LENGTH_MAX];
  common->err->format_message(common, text);
  gansh_tell(context->message, text);
  if (common->err->msg_code == JERR_OUT_OF_MEMORY) context->status = gansh_image_out_of_memory;
  longjmp(context->escape, 1);
}

/// Warnings that mean lost pixels end the decoding; libjpeg alone would paint them grey.
static void heed(j_common_ptr common, int level) {
  if (level >= 0) return;
  switch (common->err->msg_code) {
  case JWRN_JPEG_EOF:
  case JWRN_HIT_MARKER:
  case JWRN_HUFF_BAD_CODE:
  case JWRN_ARITH_BAD_CODE:
  case JWRN_MUST_RESYNC:
  case JWRN_BOGUS_PROGRESSION:
    give_up(common);
  default:
    break;
  }
}

static void say_nothing(j_common_ptr common) { (void)common; }

static void watch_scans(j_common_ptr common) {
  if (!common->is_decompressor) return;
  if (((j_decompress_ptr)common)->input_scan_number <= scan_limit) return;
  jpeg_context *context = (jpeg_context *)common->err;
  gansh_tell(context->message, "it has more than 500 scans");
  longjmp(context->escape, 1);
}

/// x * y / 255, rounded.
static inline int multiply_units(int x, int y) {
  int product = x * y + 128;
  return ((product >> 8) + product) >> 8;
}

/// The four inks are inverted, as Adobe writes them: nearly everybody else does so, too, whether or not
/// Adobe's marker is there, and Pillow and the browsers read them so.
static void inks_to_rgb(const uint8_t *inks, uint8_t *rgb, size_t count) {
  for (size_t i = 0; i < count; i++, inks += 4, rgb += 3) {
    int white = inks[3];
    for (int c = 0; c < 3; c++) rgb[c] = (uint8_t)(white - multiply_units(255 - inks[c], white));
  }
}

/// What the first block of EXIF says.
static uint32_t orientation(j_decompress_ptr jpeg) {
  for (jpeg_saved_marker_ptr marker = jpeg->marker_list; marker != NULL; marker = marker->next) {
    if (marker->marker != exif_marker || marker->data_length < 6 ||
        memcmp(marker->data, "Exif\0\0", 6) != 0) {
      continue;
    }
    return gansh_exif_orientation(marker->data, marker->data_length);
  }
  return 1;
}

static gansh_image_status read_rows(
  struct jpeg_decompress_struct *jpeg, jpeg_context *context, gansh_image *image
) {
  int inks = jpeg->jpeg_color_space == JCS_CMYK || jpeg->jpeg_color_space == JCS_YCCK;
  int grey = jpeg->jpeg_color_space == JCS_GRAYSCALE;
  jpeg->out_color_space = inks ? JCS_CMYK : grey ? JCS_GRAYSCALE : JCS_RGB;
  jpeg->dct_method = JDCT_ISLOW;
  gansh_image_status status = gansh_image_reserve(
    image, jpeg->image_width, jpeg->image_height, grey ? 1 : 3,
    (uint64_t)context->count * pixels_per_byte, context->message);
  if (status != gansh_image_ok) return status;
  image->inks = inks;
  image->orientation = orientation(jpeg);
  jpeg_start_decompress(jpeg);
  if (inks) context->row = malloc((size_t)jpeg->output_width * 4);
  if (inks && context->row == NULL) {
    gansh_tell(context->message, "not enough memory for a row");
    return gansh_image_out_of_memory;
  }
  size_t stride = (size_t)image->width * image->channels;
  while (jpeg->output_scanline < jpeg->output_height) {
    uint8_t *target = image->bytes + stride * jpeg->output_scanline;
    JSAMPROW row = inks ? context->row : target;
    jpeg_read_scanlines(jpeg, &row, 1);
    if (inks) inks_to_rgb(context->row, target, image->width);
  }
  jpeg_finish_decompress(jpeg);
  return gansh_image_ok;
}

gansh_image_status gansh_jpeg_decode(
  const uint8_t *bytes, size_t count, gansh_image *image, char *message
) {
  struct jpeg_decompress_struct jpeg;
  jpeg_context context;
  memset(&jpeg, 0, sizeof jpeg);
  memset(&context, 0, sizeof context);
  context.message = message;
  context.status = gansh_image_damaged;
  context.count = count;
  jpeg.err = jpeg_std_error(&context.errors);
  context.errors.error_exit = give_up;
  context.errors.emit_message = heed;
  context.errors.output_message = say_nothing;
  if (setjmp(context.escape)) {
    free(context.row);
    jpeg_destroy_decompress(&jpeg);
    return context.status;
  }
  jpeg_create_decompress(&jpeg);
  context.progress.progress_monitor = watch_scans;
  jpeg.progress = &context.progress;
  jpeg_mem_src(&jpeg, bytes, count);
  jpeg_save_markers(&jpeg, exif_marker, longest_marker);
  jpeg_read_header(&jpeg, TRUE);
  gansh_image_status status = read_rows(&jpeg, &context, image);
  free(context.row);
  context.row = NULL;
  jpeg_destroy_decompress(&jpeg);
  return status;
}

gansh_image_status gansh_jpeg_encode(
  const uint8_t *pixels, uint32_t width, uint32_t height, uint32_t channels, int quality,
  uint8_t **encoded, size_t *encoded_count, char *message
) {
  struct jpeg_compress_struct jpeg;
  jpeg_context context;
  unsigned long count = 0;
  memset(&jpeg, 0, sizeof jpeg);
  memset(&context, 0, sizeof context);
  context.message = message;
  context.status = gansh_image_unsupported;
  *encoded = NULL;
  jpeg.err = jpeg_std_error(&context.errors);
  context.errors.error_exit = give_up;
  context.errors.emit_message = heed;
  context.errors.output_message = say_nothing;
  if (setjmp(context.escape)) {
    jpeg_destroy_compress(&jpeg);
    free(*encoded);
    *encoded = NULL;
    return context.status;
  }
  jpeg_create_compress(&jpeg);
  jpeg_mem_dest(&jpeg, encoded, &count);
  jpeg.image_width = width;
  jpeg.image_height = height;
  jpeg.input_components = (int)channels;
  jpeg.in_color_space = channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
  jpeg_set_defaults(&jpeg);
  jpeg_set_quality(&jpeg, quality, TRUE);
  jpeg_start_compress(&jpeg, TRUE);
  while (jpeg.next_scanline < height) {
    JSAMPROW row = (JSAMPROW)(pixels + (size_t)jpeg.next_scanline * width * channels);
    jpeg_write_scanlines(&jpeg, &row, 1);
  }
  jpeg_finish_compress(&jpeg);
  jpeg_destroy_compress(&jpeg);
  *encoded_count = count;
  return gansh_image_ok;
}
