// What the kernels for images of few channels share: how they read rows of an image, and how they write them.
// Included where the target attributes of AVX-512 are in force.

/// Rows of an image as the taps of a row of results see them: for each channel, row of the kernel and
/// column of the kernel one row of what that tap meets, result after result.
class TapRows {
  gansh_convolution shape;
  int64_t padded;

public:
  int64_t pitch;  // values from a row to the next
  int64_t count;  // of rows: channels · 4 · 4
  int64_t words;  // that `read` needs besides

  explicit TapRows(const gansh_convolution &shape) : shape(shape) {
    pitch = (shape.output[1] + 15) / 16 * 16 + 16;
    count = shape.input_channels * 16;
    padded = 2 * pitch + 32;
    words = padded;
  }

  /// Calls `take(row, column, values)` for sixteen columns of a row at a time: `row` counts channels
  /// and rows of the kernel, and `values` has the four taps.
  template <class Take>
  GANSH_FORCE void read(
      const float *images, int64_t image, int64_t result_row, float *memory, Take &&take) const {
    int64_t height = shape.input[0], width = shape.input[1];
    const __m512i even = _mm512_set_epi32(30, 28, 26, 24, 22, 20, 18, 16, 14, 12, 10, 8, 6, 4, 2, 0);
    const __m512i odd = _mm512_set_epi32(31, 29, 27, 25, 23, 21, 19, 17, 15, 13, 11, 9, 7, 5, 3, 1);
    std::fill_n(memory, padded, 0.0f);
    for (int64_t row = 0; row < shape.input_channels * 4; row++) {
      int64_t y = 2 * result_row + row % 4 - 1;
      if (y >= 0 && y < height)
        std::copy_n(
            images + ((image * shape.input_channels + row / 4) * height + y) * width, width,
            memory + 1);
      else
        std::fill_n(memory + 1, width, 0.0f);
      for (int64_t column = 0; column + 16 < pitch; column += 16) {
        __m512 values[4];
        for (int shift = 0; shift < 4; shift += 2) {
          __m512 first = _mm512_loadu_ps(memory + 2 * column + shift);
          __m512 second = _mm512_loadu_ps(memory + 2 * column + shift + 16);
          values[shift] = _mm512_permutex2var_ps(first, even, second);
          values[shift + 1] = _mm512_permutex2var_ps(first, odd, second);
        }
        take(row, column, values);
      }
    }
  }
};

/// Deals a row of places, of whose sixteen lanes each four are the channels of a phase, out to two rows of an image.
static void deal_phases(
    const gansh_convolution &shape, const float *phases, int64_t image, int64_t row, float *images) {
  int64_t height = shape.input[0], width = shape.input[1];
  for (int64_t channel = 0; channel < shape.input_channels; channel++)
    for (int p = 0; p < 2; p++) {
      int64_t y = 2 * row + p - 1;
      if (y < 0 || y >= height) continue;
      float *target = images + ((image * shape.input_channels + channel) * height + y) * width;
      const float *even = phases + (2 * p + 1) * 4 + channel, *odd = phases + 2 * p * 4 + channel;
      for (int64_t x = 0; x + 1 < width; x += 2) {
        target[x] = even[x / 2 * 16];
        target[x + 1] = odd[(x / 2 + 1) * 16];
      }
      if (width % 2) target[width - 1] = even[width / 2 * 16];
    }
}

/// Adds up the sums that each thread or piece has made of the weights' gradient, `[channel][row][column][output]`, as
/// `hwio`.
static void add_tap_sums(
    const gansh_convolution &shape, const float *sums, int64_t step, int64_t count, float *weights) {
  const int64_t channels = shape.input_channels, outputs = shape.output_channels;
  for (int64_t tap = 0; tap < channels * 16; tap++)
    for (int64_t output = 0; output < outputs; output++) {
      float sum = 0;
      for (int64_t i = 0; i < count; i++) sum += sums[i * step + tap * outputs + output];
      weights[(tap % 16 * channels + tap / 16) * outputs + output] = sum;
    }
}
