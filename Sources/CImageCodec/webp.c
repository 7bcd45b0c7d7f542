#include <stdlib.h>

#include "internal.h"

#include <webp/decode.h>
#include <webp/demux.h>

/// A blank page takes next to nothing; this much is possible of what is no attack.
enum { pixels_per_byte = 1 << 13, small_canvas = 1 << 22 };

static gansh_image_status fail(VP8StatusCode code, char *message) {
  switch (code) {
  case VP8_STATUS_OUT_OF_MEMORY:
    gansh_tell(message, "not enough memory for its pixels");
    return gansh_image_out_of_memory;
  case VP8_STATUS_UNSUPPORTED_FEATURE:
    gansh_tell(message, "its kind of WebP is not read");
    return gansh_image_unsupported;
  case VP8_STATUS_NOT_ENOUGH_DATA:
    gansh_tell(message, "it ends early");
    return gansh_image_damaged;
  default:
    gansh_tell(message, "its parts contradict each other");
    return gansh_image_damaged;
  }
}

/// Puts the first picture in its place on the page.
static gansh_image_status read_picture(
  const WebPDemuxer *page, const WebPIterator *frame, size_t count, gansh_image *image,
  char *message
) {
  uint32_t width = WebPDemuxGetI(page, WEBP_FF_CANVAS_WIDTH);
  uint32_t height = WebPDemuxGetI(page, WEBP_FF_CANVAS_HEIGHT);
  bool partial = (uint32_t)frame->width < width || (uint32_t)frame->height < height;
  uint32_t channels = frame->has_alpha || partial ? 4 : 3;
  uint64_t possible = (uint64_t)count * pixels_per_byte;
  gansh_image_status status = gansh_image_reserve(
    image, width, height, channels, possible < small_canvas ? small_canvas : possible, message);
  if (status != gansh_image_ok) return status;
  if (frame->x_offset < 0 || frame->y_offset < 0 || frame->width < 1 || frame->height < 1 ||
      (uint64_t)frame->x_offset + (uint64_t)frame->width > width ||
      (uint64_t)frame->y_offset + (uint64_t)frame->height > height) {
    return fail(VP8_STATUS_BITSTREAM_ERROR, message);
  }
  size_t stride = (size_t)width * channels;
  if (partial) memset(image->bytes, 0, stride * height);
  WebPDecoderConfig config;
  if (!WebPInitDecoderConfig(&config)) return fail(VP8_STATUS_INVALID_PARAM, message);
  VP8StatusCode code =
    WebPGetFeatures(frame->fragment.bytes, frame->fragment.size, &config.input);
  if (code != VP8_STATUS_OK) return fail(code, message);
  if (config.input.width != frame->width || config.input.height != frame->height) {
    return fail(VP8_STATUS_BITSTREAM_ERROR, message);
  }
  size_t start = (size_t)frame->y_offset * stride + (size_t)frame->x_offset * channels;
  config.output.colorspace = channels == 4 ? MODE_RGBA : MODE_RGB;
  config.output.is_external_memory = 1;
  config.output.u.RGBA.rgba = image->bytes + start;
  config.output.u.RGBA.stride = (int)stride;
  config.output.u.RGBA.size = stride * height - start;
  code = WebPDecode(frame->fragment.bytes, frame->fragment.size, &config);
  WebPFreeDecBuffer(&config.output);
  return code == VP8_STATUS_OK ? gansh_image_ok : fail(code, message);
}

gansh_image_status gansh_webp_decode(
  const uint8_t *bytes, size_t count, gansh_image *image, char *message
) {
  WebPData data = {bytes, count};
  WebPDemuxState state;
  WebPDemuxer *page = WebPDemuxPartial(&data, &state);
  WebPIterator frame;
  memset(&frame, 0, sizeof frame);
  gansh_image_status status;
  if (page == NULL || state != WEBP_DEMUX_DONE) {
    bool early = state == WEBP_DEMUX_PARSING_HEADER || state == WEBP_DEMUX_PARSED_HEADER;
    status = fail(early ? VP8_STATUS_NOT_ENOUGH_DATA : VP8_STATUS_BITSTREAM_ERROR, message);
  } else if (!WebPDemuxGetFrame(page, 1, &frame) || !frame.complete) {
    status = fail(VP8_STATUS_NOT_ENOUGH_DATA, message);
  } else {
    status = read_picture(page, &frame, count, image, message);
    WebPChunkIterator exif;
    memset(&exif, 0, sizeof exif);
    if (status == gansh_image_ok && WebPDemuxGetChunk(page, "EXIF", 1, &exif)) {
      image->orientation = gansh_exif_orientation(exif.chunk.bytes, exif.chunk.size);
    }
    WebPDemuxReleaseChunkIterator(&exif);
  }
  WebPDemuxReleaseIterator(&frame);
  WebPDemuxDelete(page);
  return status;
}
