#include <stdlib.h>

#include "internal.h"

#include <gif_lib.h>

typedef struct gif_source {
  const uint8_t *bytes;
  size_t count;
  size_t position;
} gif_source;

/// A code of 12 bits stands for at most 4,094 pixels.
enum { pixels_per_byte = 2730, small_canvas = 1 << 22 };

static int read_bytes(GifFileType *gif, GifByteType *target, int count) {
  gif_source *source = gif->UserData;
  size_t left = source->count - source->position;
  size_t taken = count < 0 ? 0 : (size_t)count < left ? (size_t)count : left;
  memcpy(target, source->bytes + source->position, taken);
  source->position += taken;
  return (int)taken;
}

static gansh_image_status fail(int error, char *message) {
  if (error == D_GIF_ERR_EOF_TOO_SOON || error == D_GIF_ERR_READ_FAILED) {
    gansh_tell(message, "it ends early");
  } else {
    const char *reason = GifErrorString(error);
    gansh_tell(message, reason == NULL ? "its blocks contradict each other" : reason);
  }
  return error == D_GIF_ERR_NOT_ENOUGH_MEM ? gansh_image_out_of_memory : gansh_image_damaged;
}

/// Goes on to the first picture; `transparent` becomes its transparent colour, or -1.
static gansh_image_status find_picture(GifFileType *gif, int *transparent, char *message) {
  for (;;) {
    GifRecordType type;
    if (DGifGetRecordType(gif, &type) == GIF_ERROR) return fail(gif->Error, message);
    if (type == IMAGE_DESC_RECORD_TYPE) {
      if (DGifGetImageDesc(gif) == GIF_ERROR) return fail(gif->Error, message);
      return gansh_image_ok;
    }
    if (type == TERMINATE_RECORD_TYPE) {
      gansh_tell(message, "it has no picture");
      return gansh_image_damaged;
    }
    if (type != EXTENSION_RECORD_TYPE) continue;
    int code;
    GifByteType *block;
    if (DGifGetExtension(gif, &code, &block) == GIF_ERROR) return fail(gif->Error, message);
    while (block != NULL) {
      GraphicsControlBlock control;
      // A block begins with its length.
      if (code == GRAPHICS_EXT_FUNC_CODE &&
          DGifExtensionToGCB(block[0], block + 1, &control) == GIF_OK) {
        *transparent = control.TransparentColor;
      }
      if (DGifGetExtensionNext(gif, &block) == GIF_ERROR) return fail(gif->Error, message);
    }
  }
}

/// How indices become pixels.
typedef struct gif_palette {
  const ColorMapObject *map;
  /// The index of what cannot be seen, or -1.
  int transparent;
  /// 3, or 4 where there is a transparent index.
  uint32_t channels;
} gif_palette;

/// Colours of indices; false where an index has none.
static bool paint(
  const gif_palette *palette, const uint8_t *indices, uint8_t *pixels, size_t count
) {
  for (size_t i = 0; i < count; i++, pixels += palette->channels) {
    if (indices[i] >= palette->map->ColorCount) return false;
    const GifColorType *colour = &palette->map->Colors[indices[i]];
    pixels[0] = colour->Red;
    pixels[1] = colour->Green;
    pixels[2] = colour->Blue;
    if (palette->channels == 4) pixels[3] = indices[i] == palette->transparent ? 0 : 255;
  }
  return true;
}

static gansh_image_status read_picture(
  GifFileType *gif, int transparent, size_t count, uint8_t **line, gansh_image *image,
  char *message
) {
  const GifImageDesc *frame = &gif->Image;
  const ColorMapObject *map = frame->ColorMap != NULL ? frame->ColorMap : gif->SColorMap;
  if (map == NULL || map->ColorCount < 1) {
    gansh_tell(message, "it has no palette");
    return gansh_image_unsupported;
  }
  if (frame->Left < 0 || frame->Top < 0 || frame->Width < 1 || frame->Height < 1) {
    gansh_tell(message, "its first picture is empty");
    return gansh_image_damaged;
  }
  // The page grows with a picture that sticks out of it, as Pillow has it.
  uint32_t width = (uint32_t)(frame->Left + frame->Width);
  uint32_t height = (uint32_t)(frame->Top + frame->Height);
  if (gif->SWidth > 0 && (uint32_t)gif->SWidth > width) width = (uint32_t)gif->SWidth;
  if (gif->SHeight > 0 && (uint32_t)gif->SHeight > height) height = (uint32_t)gif->SHeight;
  bool see_through = transparent >= 0 && transparent < map->ColorCount;
  gif_palette palette = {map, transparent, see_through ? 4 : 3};
  uint64_t possible = (uint64_t)count * pixels_per_byte;
  gansh_image_status status = gansh_image_reserve(
    image, width, height, palette.channels, possible < small_canvas ? small_canvas : possible, message);
  if (status != gansh_image_ok) return status;
  *line = malloc((size_t)frame->Width);
  if (*line == NULL) {
    gansh_tell(message, "not enough memory for a row");
    return gansh_image_out_of_memory;
  }
  if (frame->Width < (int)width || frame->Height < (int)height) {
    uint8_t empty = see_through ? (uint8_t)transparent : 0;
    for (size_t i = 0; i < (size_t)width * height; i++) {
      paint(&palette, &empty, image->bytes + palette.channels * i, 1);
    }
  }
  static const int starts[] = {0, 4, 2, 1}, steps[] = {8, 8, 4, 2};
  for (int pass = 0; pass < (frame->Interlace ? 4 : 1); pass++) {
    int step = frame->Interlace ? steps[pass] : 1;
    for (int y = frame->Interlace ? starts[pass] : 0; y < frame->Height; y += step) {
      if (DGifGetLine(gif, *line, frame->Width) == GIF_ERROR) return fail(gif->Error, message);
      size_t place = (size_t)(frame->Top + y) * width + (size_t)frame->Left;
      uint8_t *target = image->bytes + place * palette.channels;
      if (!paint(&palette, *line, target, (size_t)frame->Width)) {
        gansh_tell(message, "a pixel has a colour that its palette has not");
        return gansh_image_damaged;
      }
    }
  }
  return gansh_image_ok;
}

gansh_image_status gansh_gif_decode(
  const uint8_t *bytes, size_t count, gansh_image *image, char *message
) {
  gif_source source = {bytes, count, 0};
  int error = 0, transparent = NO_TRANSPARENT_COLOR;
  GifFileType *gif = DGifOpen(&source, read_bytes, &error);
  if (gif == NULL) return fail(error, message);
  uint8_t *line = NULL;
  gansh_image_status status = find_picture(gif, &transparent, message);
  if (status == gansh_image_ok) {
    status = read_picture(gif, transparent, count, &line, image, message);
  }
  free(line);
  DGifCloseFile(gif, &error);
  return status;
}
