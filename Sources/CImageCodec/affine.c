#include <string.h>

#include "internal.h"

// The same bits on every processor: nothing is contracted, and every value is computed by itself.
#pragma STDC FP_CONTRACT OFF

// The channels of a pixel side by side.
typedef float pixel __attribute__((vector_size(16)));

enum { channels_of_pixel = 4, chunk = 64 };

// One column and one row come before the image and two behind it, since the next pixel is read as well.
static size_t line_length(size_t width) { return width + 3; }

size_t gansh_affine_scratch(size_t width, size_t height) {
  return channels_of_pixel * line_length(width) * (height + 3);
}

static pixel load(const float *place) {
  pixel value;
  memcpy(&value, place, sizeof value);
  return value;
}

static void gather(
  const float *values, size_t channels, size_t height, size_t width, float outside, float *scratch
) {
  size_t line = line_length(width), plane = height * width, count = gansh_affine_scratch(width, height);
  // The rim, and channels that there are not.
  for (size_t i = 0; i < count; i++) scratch[i] = outside;
  for (size_t y = 0; y < height; y++) {
    const float *row = values + y * width;
    float *target = scratch + channels_of_pixel * ((y + 1) * line + 1);
    if (channels == 3) {
      const float *greens = row + plane, *blues = row + 2 * plane;
      for (size_t x = 0; x < width; x++) {
        target[4 * x] = row[x];
        target[4 * x + 1] = greens[x];
        target[4 * x + 2] = blues[x];
      }
    } else {
      for (size_t c = 0; c < channels; c++)
        for (size_t x = 0; x < width; x++) target[4 * x + c] = row[c * plane + x];
    }
  }
}

void gansh_sample_affine(
  float *values, size_t channels, size_t height, size_t width, gansh_affine map, float *scratch
) {
  size_t line = line_length(width), plane = height * width;
  gather(values, channels, height, width, map.outside, scratch);
  // The middle of the first pixel is at ½, and a column and a row come before it.
  float left = map.low[0] + 0.5f, right = map.high[0] + 0.5f;
  float top = map.low[1] + 0.5f, bottom = map.high[1] + 0.5f;
  float along = (float)map.across[0], below = (float)map.down[0];
  for (size_t y = 0; y < height; y++) {
    double middle = (double)y + 0.5;
    float first = (float)(map.across[1] * middle + map.across[2] + 0.5);
    float second = (float)(map.down[1] * middle + map.down[2] + 0.5);
    float *row = values + y * width;
    for (size_t start = 0; start < width; start += chunk) {
      int32_t places[chunk];
      float shares[chunk], shares_below[chunk];
      size_t end = width - start < chunk ? width - start : chunk;
      for (size_t i = 0; i < end; i++) {
        float place = (float)(int32_t)(start + i) + 0.5f;
        float u = first + along * place, v = second + below * place;
        u = u < left ? left : u;
        u = u > right ? right : u;
        v = v < top ? top : v;
        v = v > bottom ? bottom : v;
        int32_t column = (int32_t)u, above = (int32_t)v;
        shares[i] = u - (float)column;
        shares_below[i] = v - (float)above;
        places[i] = above * (int32_t)line + column;
      }
      for (size_t i = 0; i < end; i++) {
        const float *corner = scratch + channels_of_pixel * (size_t)places[i];
        const float *under = corner + channels_of_pixel * line;
        pixel one = load(corner), two = load(under);
        one += shares[i] * (load(corner + channels_of_pixel) - one);
        two += shares[i] * (load(under + channels_of_pixel) - two);
        one += shares_below[i] * (two - one);
        float *target = row + start + i;
        target[0] = one[0];
        if (channels > 1) target[plane] = one[1];
        if (channels > 2) target[2 * plane] = one[2];
        if (channels > 3) target[3 * plane] = one[3];
      }
    }
  }
}
